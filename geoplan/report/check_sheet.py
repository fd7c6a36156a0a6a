"""Writes phieu-kiem-tra.xlsx: the hamlets to check next, as a sheet that people fill in.

``io.field_checks`` reads it back as it is; which hamlets stand on it is drawn by
``coverage.field_work``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import cells
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.report.forms import Words
    from geoplan.results import RunResult

NAME: Final = "phieu-kiem-tra.xlsx"
ANSWERS: Final = ("yes", "weak", "no")
_HOW: Final = (
    "At the centre of the hamlet (the cultural house), try to call and to open a web page with a "
    "SIM of each operator, outdoors.",
    "Write for each operator and technology: yes = both work; weak = they fail at times or only "
    "at some spots; no = neither works. Leave blank what nobody checked.",
    "Write the day of the check as day/month/year and who checked; keep the codes as they are. "
    "To check a group of houses, write its code into the column of clusters.",
)
_TABLE_ROW: Final = len(_HOW) + 3
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_EXTRA_ROWS: Final = 8
"""Blank rows below, for hamlets that somebody checks besides."""


def write_check_sheet(result: RunResult, folder: Path) -> None:
    """Write the check sheet, if there is a hamlet to check."""
    content = check_sheet(result)
    if content is not None:
        (folder / NAME).write_bytes(content)


def check_sheet(result: RunResult) -> bytes | None:
    """Give the bytes of the check sheet, the same for the same run; None without a hamlet."""
    work = result.baseline.field_work
    if work is None or work.to_check.empty:
        return None
    import xlsxwriter

    words = translator(result.scenario.language, "workbook")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = cells.file_date(result.scenario.day)
    book.set_properties({"title": words("CHECK SHEET"), "comments": "geoplan", "created": created})
    page = book.add_worksheet(words("Check sheet"))
    styles = _styles(book)
    titles = _titles(result, words)
    _write_head(page, result, titles, styles, words)
    rows = _rows(work.to_check)
    for at, row in enumerate(rows, start=_TABLE_ROW + 1):
        for place in range(len(titles)):
            value = row[place] if place < len(row) else None
            _write(page, at, place, value, styles["answer" if place >= _FIXED else "fixed"])
    last = _TABLE_ROW + len(rows) + _EXTRA_ROWS
    for at in range(_TABLE_ROW + len(rows) + 1, last + 1):
        for place in range(len(titles)):
            page.write_blank(at, place, None, styles["answer"])
    _finish(page, titles, last, words)
    book.close()
    return buffer.getvalue()


_FIXED: Final = 7
"""Columns that are filled in already: number, code, name, cluster, commune and its code, place."""


def _titles(result: RunResult, words: Words) -> list[tuple[str, float]]:
    """Give header and width of each column."""
    baseline = result.baseline
    services = [
        (f"{operator} {technology}", 10.0)
        for technology in baseline.technologies
        for operator in baseline.operators
    ]
    return [
        (words("No."), 5.0),
        (words("Hamlet id"), 14.0),
        (words("Hamlet name"), 22.0),
        (words("Commune"), 19.0),
        (words("Commune code"), 8.0),
        (words("Longitude"), 11.5),
        (words("Latitude"), 11.0),
        *services,
        (words("Cluster code"), 12.0),
        (words("Date of check"), 12.0),
        (words("Checked by"), 17.0),
        (words("Remarks"), 14.0),
    ]


def _rows(to_check: pd.DataFrame) -> list[list[Any]]:
    names = ["hamlet_id", "name", "commune_name", "commune_code", "longitude", "latitude"]
    return [[number, *row] for number, row in enumerate(to_check[names].to_numpy(object), start=1)]


def _styles(book: Any) -> dict[str, Any]:
    border = {"border": 1, "border_color": "#7A8694", "valign": "top"}
    head = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EDF3"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "line": {},
        "head": {**border, **head, "valign": "vcenter"},
        "fixed": {**border, "bg_color": "#F5F7FA"},
        "answer": {**border, "num_format": "@"},
    }
    return {name: book.add_format({**_FONT, **look}) for name, look in looks.items()}


def _write_head(
    page: Any,
    result: RunResult,
    titles: list[tuple[str, float]],
    styles: dict[str, Any],
    words: Words,
) -> None:
    day = result.scenario.day.strftime("%d/%m/%Y")
    page.write_string(0, 0, words("CHECK SHEET: MOBILE SIGNAL IN HAMLETS"), styles["title"])
    place = f"{result.scenario.name} – " + words("Figures as of {date}").format(date=day)
    page.write_string(1, 0, place, styles["line"])
    for at, line in enumerate(_HOW, start=2):
        page.write_string(at, 0, words(line), styles["line"])
    page.set_row(_TABLE_ROW, 34)
    for column, (title, width) in enumerate(titles):
        page.set_column(column, column, width)
        page.write_string(_TABLE_ROW, column, title, styles["head"])


def _write(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value == "":
        page.write_blank(row, column, None, style)
    elif isinstance(value, int | float):
        page.write_number(row, column, round(float(value), 6), style)
    else:
        page.write_string(row, column, str(value), style)


def _finish(page: Any, titles: list[tuple[str, float]], last: int, words: Words) -> None:
    """Offer the answers in their cells, and set the print."""
    first, behind = _FIXED, len(titles) - 5
    choices = [words(answer) for answer in ANSWERS]
    page.data_validation(
        _TABLE_ROW + 1,
        first,
        last,
        behind,
        {"validate": "list", "source": choices, "error_type": "warning"},
    )
    page.freeze_panes(_TABLE_ROW + 1, 3)
    page.repeat_rows(_TABLE_ROW)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P/&N")
