"""The annex of a letter: a workbook with an operator's hamlets and columns for its replies.

``io.replies`` reads it back as it is; which hamlets stand on it is decided in ``letters``.
"""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import cells, fitting, forms
from geoplan.report.forms import Words
from geoplan.report.hamlet_facts import MEASURES, list_technology
from geoplan.report.handing import duties
from geoplan.report.handing.wording import words_of
from geoplan.report.locale import locale_of

if TYPE_CHECKING:
    from geoplan.results import RunResult

STATUS: Final = {"white": "white", "dead_spot": "dead spots", "covered": "covered"}
_HOW: Final = (
    "Choose a measure for each hamlet; under “Technology to provide” name what will be provided "
    "(blank = all that is missing); “Shared site” is the id of the mast to be used, if any.",
    "Write the date as day/month/year. Keep the codes as they are and send the file back as a "
    "workbook.",
)
_HEAD: Final = len(_HOW) + 3
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_FIXED: Final = 9
"""Columns that are filled in already."""
_SIZE, _LINE = 12, 15.5


def annex_bytes(result: RunResult, operator: str, hamlets: pd.DataFrame) -> bytes:
    """Give the bytes of the annex, the same for the same run.

    Parameters
    ----------
    hamlets
        Of ``letters.Asked``.
    """
    import xlsxwriter

    words = words_of(result)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    title = words("ANNEX: HAMLETS WITHOUT SIGNAL AND MEASURES OF THE OPERATOR")
    created = cells.file_date(result.scenario.day)
    book.set_properties({"title": title, "comments": "geoplan", "created": created})
    page = book.add_worksheet(words("Annex"))
    styles = _styles(book, result.scenario.language)
    columns = _columns(words)
    _write_head(page, result, f"{operator} – {result.scenario.name}", title, styles, words)
    rows = _rows(result, operator, hamlets, words)
    for at, row in enumerate(rows, start=_HEAD + 1):
        _write_row(page, at, row, columns, styles)
    last = _HEAD + max(len(rows), 1)
    _offer(page, result, last, words)
    _finish(page, last, len(columns))
    book.close()
    return buffer.getvalue()


def _columns(words: Words) -> tuple[tuple[str, float, str], ...]:
    """Give header, width and style of each column."""
    return (
        (words("No."), 5.0, "number"),
        (words("Operator"), 14.0, "fixed"),
        (words("Commune"), 19.0, "fixed"),
        (words("Hamlet id"), 13.0, "fixed"),
        (words("Hamlet"), 24.0, "fixed"),
        (words("Households"), 9.0, "number"),
        (words("People"), 10.0, "number"),
        (words("Status (all operators)"), 16.0, "fixed"),
        (words("Missing technology"), 13.0, "fixed"),
        (words("Measure"), 25.0, "answer"),
        (words("Technology to provide"), 13.0, "answer"),
        (words("Shared site (id)"), 18.0, "answer"),
        (words("Due date"), 13.0, "date"),
        (words("Remarks"), 28.0, "answer"),
    )


def _rows(result: RunResult, operator: str, hamlets: pd.DataFrame, words: Words) -> list[list[Any]]:
    names = forms.commune_names(result)
    status = f"status_{list_technology(result).lower()}"
    shown = hamlets[status if status in hamlets else "status_mbb"]
    return [
        [number, operator, names.get(row["commune_code"], row["commune_name"]), row["hamlet_id"],
         row["name"], row["households"], row["population"],
         words(STATUS[any_status]) if any_status in STATUS else "", row["missing"]]
        for number, (row, any_status) in enumerate(
            zip(hamlets.to_dict("records"), shown, strict=True), start=1
        )
    ]  # fmt: skip


def _styles(book: Any, language: str) -> dict[str, Any]:
    border = {"border": 1, "border_color": "#7A8694", "valign": "top", "text_wrap": True}
    grey = {**border, "bg_color": "#F5F7FA"}
    head = {**border, "bold": True, "align": "center", "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "line": {},
        "head": {**head, "bg_color": "#E8EDF3"},
        "asked": {**head, "bg_color": "#FFE9B8"},
        "fixed": {**grey, "num_format": "@"},
        "number": {**grey, "num_format": cells.tagged("#,##0", language)},
        "answer": {**border, "num_format": "@", "bg_color": "#FFFBE6"},
        "date": {**border, "num_format": "dd/mm/yyyy", "bg_color": "#FFFBE6", "align": "left"},
    }
    return {name: book.add_format({**_FONT, **look}) for name, look in looks.items()}


def _write_head(
    page: Any, result: RunResult, place: str, title: str, styles: dict[str, Any], words: Words
) -> None:
    locale = locale_of(result.scenario.language)
    dates = words("Figures as of {date}; please reply before {deadline}").format(
        date=locale.date(result.scenario.day), deadline=locale.date(duties.reply_deadline(result))
    )
    page.hide_gridlines(2)
    page.write_string(0, 0, title, styles["title"])
    page.write_string(1, 0, f"{place} – {dates}", styles["line"])
    for at, line in enumerate(_HOW, start=2):
        page.write_string(at, 0, words(line), styles["line"])
    lines = 1
    for column, (header, width, _) in enumerate(_columns(words)):
        page.set_column(column, column, width)
        page.write_string(_HEAD, column, header, styles["asked" if column >= _FIXED else "head"])
        lines = max(lines, fitting.lines(header, width, _SIZE, bold=True))
    page.set_row(_HEAD, _LINE * lines + 6)


def _write_row(
    page: Any,
    at: int,
    row: list[Any],
    columns: tuple[tuple[str, float, str], ...],
    styles: dict[str, Any],
) -> None:
    lines = 1
    for place, (_, width, look) in enumerate(columns):
        value = row[place] if place < len(row) else None
        if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
            page.write_blank(at, place, None, styles[look])
        elif isinstance(value, str):
            page.write_string(at, place, value, styles[look])
            lines = max(lines, fitting.lines(value, width, _SIZE))
        else:
            page.write_number(at, place, round(float(value), 3), styles[look])
    page.set_row(at, _LINE * lines + 3)


def _offer(page: Any, result: RunResult, last: int, words: Words) -> None:
    """Offer the answers in their cells, and say what a date is."""
    technologies = list(result.baseline.technologies)
    several = technologies + ["+".join(technologies)] * (len(technologies) > 1)
    choices = (
        (_FIXED, [words(measure) for measure in MEASURES.values()]),
        (_FIXED + 1, several),
    )
    for column, source in choices:
        if source and not any("," in one for one in source):
            page.data_validation(
                _HEAD + 1, column, last, column,
                {"validate": "list", "source": source, "error_type": "warning"},
            )  # fmt: skip
    page.data_validation(
        _HEAD + 1, _FIXED + 3, last, _FIXED + 3,
        {"validate": "date", "criteria": ">=", "value": datetime.date(2000, 1, 1),
         "error_type": "warning", "input_title": words("Due date"),
         "input_message": words("day/month/year")},
    )  # fmt: skip


def _finish(page: Any, last: int, columns: int) -> None:
    page.autofilter(_HEAD, 0, last, columns - 1)
    page.freeze_panes(_HEAD + 1, 5)
    page.repeat_rows(_HEAD)
    page.set_landscape()
    page.set_paper(8)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P/&N")
