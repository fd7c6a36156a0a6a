"""Writes report.xlsx: a summary, the forms B1–B9, and where the figures come from.

Each sheet prints on A4 landscape, B2 on A3, with its heading on every page and a place to
sign. What stands on the forms is left to ``forms``.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geoplan.report import (
    cells,
    fitting,
    forms_coverage,
    forms_hamlets,
    forms_lists,
    forms_masts,
    forms_places,
    forms_plan,
    forms_priorities,
    forms_sharing,
    summary,
    verified,
)
from geoplan.report.forms import Block, Directed, Form, FormColumn, Share, Value, Words
from geoplan.report.locale import locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.faults import Fault
    from geoplan.results import RunResult

NAME: Final = "report.xlsx"
_FONT: Final = "Times New Roman"
_SIZE: Final = 11
_LINE_HEIGHT: Final = 15.0
_SIGNERS: Final = ("PREPARED BY", "HEAD OF UNIT")

FORMS: Final = (
    forms_coverage.hamlet_status,
    forms_hamlets.hamlet_list,
    forms_sharing.positions,
    forms_sharing.sharing,
    forms_places.places,
    forms_plan.targets,
    forms_plan.proposals,
    forms_lists.lists,
    forms_hamlets.voter_replies,
)

_STYLES: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 14, "align": "center", "text_wrap": True},
    "subtitle": {"italic": True, "align": "center"},
    "number": {"bold": True, "align": "right"},
    "unit": {"italic": True, "align": "right"},
    "heading": {"bold": True, "font_size": 12},
    "note": {"italic": True, "text_wrap": True, "valign": "top"},
    "signer": {"bold": True, "align": "center"},
    "sign_here": {"italic": True, "align": "center"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#E8EDF3",
        "border": 1,
        "border_color": "#7A8694",
    },
}
_BODY: Final = {"border": 1, "border_color": "#B8C0CA", "valign": "top"}


def write_report_workbook(
    result: RunResult, folder: Path, *, warnings: Iterable[Fault] = (), marking: str = ""
) -> None:
    """Write ``report.xlsx``.

    Parameters
    ----------
    result
        The run.
    folder
        Where the file goes.
    warnings
        Further warnings, besides those that the stages gathered.
    """
    (folder / NAME).write_bytes(report_workbook(result, warnings=warnings, marking=marking))


def report_workbook(
    result: RunResult, *, warnings: Iterable[Fault] = (), marking: str = ""
) -> bytes:
    """Give the bytes of ``report.xlsx``, the same for the same run."""
    import xlsxwriter

    words = translator(result.scenario.language, "workbook")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {
            "title": result.scenario.name,
            "subject": words("Mobile coverage and shared infrastructure"),
            "comments": "geoplan",
            "created": cells.file_date(result.scenario.day),
        }
    )
    book.set_size(2400, 1400)
    styles = Styles(book, result.scenario.language)
    made = [make(result, words) for make in FORMS]
    made += forms_priorities.priorities(result, words)
    made += forms_masts.masts(result, words)
    about = _about(result, words)
    for form in (summary.summary(result, made, words), *made):
        write_form(book, form, about, styles, words)
    write_form(book, summary.sources(result, tuple(warnings), words), about, styles, words)
    cells.mark_pages(book, marking)
    book.close()
    return buffer.getvalue()


@dataclass(frozen=True)
class About:
    """What stands under the title of each form, and in its footer."""

    name: str
    subtitle: str


def _about(result: RunResult, words: Words) -> About:
    day = result.scenario.day.strftime("%d/%m/%Y")
    place = f"{result.scenario.name} – " + words("Figures as of {date}").format(date=day)
    told = verified.sentence(result, words, locale_of(result.scenario.language))
    return About(result.scenario.name, f"{place}. {told}")


class Styles:
    """Cell formats of one workbook, each made when it is first asked for."""

    def __init__(self, book: Any, language: str) -> None:
        self._book = book
        self._language = language
        self._made: dict[Any, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._format(name, {"valign": "vcenter", **_STYLES[name]})

    def body(self, number_format: str, *, bold: bool = False, wrap: bool = False) -> Any:
        """Give the format of a cell in the table."""
        pattern = cells.NUMBER_FORMATS.get(number_format, number_format)
        shown = cells.tagged(pattern, self._language)
        properties = {**_BODY, "num_format": shown, "bold": bold, "text_wrap": wrap}
        if number_format == "General":  # keeps a text apart from the number before it
            properties |= {"align": "left", "indent": 1}
        if number_format == "order":
            properties |= {"num_format": "0", "align": "center"}
        return self._format((pattern, bold, wrap), properties)

    def _format(self, key: Any, properties: dict[str, Any]) -> Any:
        if key not in self._made:
            font = {"font_name": _FONT, "font_size": _SIZE}
            self._made[key] = self._book.add_format({**font, **properties})
        return self._made[key]


def write_form(book: Any, form: Form, about: About, styles: Styles, words: Words) -> None:
    """Write one form on a sheet of its own; ``words`` are of the catalogue workbook."""
    page = book.add_worksheet(form.sheet)
    page.hide_gridlines(2)
    width = max(len(block.columns) for block in form.blocks)
    widths = [column.width for column in form.blocks[0].columns]
    for place, one in enumerate(widths):
        page.set_column(place, place, one)
    row = _write_title(page, form, about, width, styles, words)
    for place, block in enumerate(form.blocks):
        if block.heading:
            page.write_string(row, 0, block.heading, styles["heading"])
            row += 1
        head = row
        row = _write_head(page, block, row, widths, styles)
        if place == 0:
            page.freeze_panes(row, form.fixed_columns)
            if form.is_one_table:
                page.repeat_rows(head, row - 1)
        row = _write_rows(page, block, row, styles, words) + 1
    row = _write_notes(page, form, row, width, styles)
    if form.number:
        _write_signatures(page, row, width, styles, words)
    _set_print(page, form, about.name)


def _write_title(
    page: Any, form: Form, about: About, width: int, styles: Styles, words: Words
) -> int:
    """Write what stands above the table; give the row that follows."""
    last = width - 1
    if form.number:
        number = words("Form {number}").format(number=form.number.removeprefix("B"))
        page.write_string(0, 0, words("Unit: ................................"), styles["plain"])
        _merge(page, 0, max(last - 2, 1), last, number, styles["number"])
    page.set_row(1, 22)
    _merge(page, 1, 0, last, form.title, styles["title"])
    _merge(page, 2, 0, last, about.subtitle, styles["subtitle"])
    if form.unit:
        _merge(page, 3, max(last - 5, 1), last, form.unit, styles["unit"])
    return 4


def _merge(page: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """Write text over several cells, or into the one that there is."""
    if last > first:
        page.merge_range(row, first, row, last, "", style)
    page.write_string(row, first, text, style)


def _write_head(page: Any, block: Block, row: int, widths: Sequence[float], styles: Styles) -> int:
    """Write the heading: one row, or two where columns share a group."""
    head = styles["head"]
    grouped = any(column.group for column in block.columns)
    if grouped:
        page.set_row(row, 24)
    lines = max(
        fitting.lines(column.title, width, _SIZE, bold=True)
        for column, width in zip(block.columns, widths, strict=False)
    )
    page.set_row(row + grouped, _LINE_HEIGHT * max(lines, 1) + 9)
    place = 0
    for group, members in groupby(block.columns, key=lambda column: column.group):
        columns = list(members)
        if group:
            _merge(page, row, place, place + len(columns) - 1, group, head)
        for offset, column in enumerate(columns):
            if grouped and not group:
                page.merge_range(row, place + offset, row + 1, place + offset, "", head)
                page.write_string(row, place + offset, column.title, head)
            else:
                page.write_string(row + grouped, place + offset, column.title, head)
        place += len(columns)
    return row + 1 + grouped


def _write_rows(page: Any, block: Block, row: int, styles: Styles, words: Words) -> int:
    if not block.rows:
        _merge(page, row, 0, len(block.columns) - 1, words("No data"), styles.body("General"))
        return row + 1
    for values in block.rows:
        _write_row(page, row, block.columns, values, styles)
        row += 1
    if block.total:
        _write_row(page, row, block.columns, block.total, styles, bold=True)
        row += 1
    return row


def _write_row(
    page: Any,
    row: int,
    columns: Sequence[FormColumn],
    values: Sequence[Value],
    styles: Styles,
    *,
    bold: bool = False,
) -> None:
    lines = 1
    for place, (column, value) in enumerate(zip(columns, values, strict=False)):
        wraps = column.kind == "prose"
        if isinstance(value, str) and value:
            page.write_string(row, place, value, styles.body("General", bold=bold, wrap=wraps))
            if wraps:
                lines = max(lines, fitting.lines(value, column.width, _SIZE, bold=bold))
        elif value is None or value == "" or math.isnan(float(value)):
            page.write_blank(row, place, None, styles.body("General", bold=bold))
        else:
            number = float(value)
            pattern = _pattern(column, value)
            page.write_number(row, place, number, styles.body(pattern, bold=bold))
    if lines > 1:
        page.set_row(row, _LINE_HEIGHT * lines)


def _pattern(column: FormColumn, value: Value) -> str:
    """Choose the number format: a share in percent, a plain figure whole where it is whole."""
    number = float(value or 0.0)
    if column.kind == "percent" or isinstance(value, Share):
        return cells.percent_format(number)
    if column.kind != "figure":
        return column.kind
    pattern = cells.NUMBER_FORMATS["count" if number == round(number) else "hundredth"]
    if isinstance(value, Directed) and value.sign:
        return f'"{value.sign} "{pattern}'
    return pattern


def _write_notes(page: Any, form: Form, row: int, width: int, styles: Styles) -> int:
    room = sum(column.width for column in form.blocks[0].columns)
    if form.notes and form.notes_title:
        page.write_string(row, 0, form.notes_title, styles["heading"])
        row += 1
    for note in form.notes:
        _merge(page, row, 0, width - 1, note, styles["note"])
        page.set_row(row, _LINE_HEIGHT * fitting.lines(note, room, _SIZE))
        row += 1
    return row + 1


def _write_signatures(page: Any, row: int, width: int, styles: Styles, words: Words) -> None:
    middle = width // 2
    _merge(page, row, middle, width - 1, words("Date: ...../...../........"), styles["sign_here"])
    for first, last, who, how in (
        (0, middle - 1, _SIGNERS[0], "(signature, full name)"),
        (middle, width - 1, _SIGNERS[1], "(signature, stamp)"),
    ):
        _merge(page, row + 1, first, last, words(who), styles["signer"])
        _merge(page, row + 2, first, last, words(how), styles["sign_here"])


def _set_print(page: Any, form: Form, name: str) -> None:
    if not form.on_one_page:
        page.set_landscape()
    page.set_paper(8 if form.is_wide else 9)
    page.fit_to_pages(1, int(form.on_one_page))
    page.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
    left = f"{name} – {form.sheet}".replace("&", "&&")[:150]
    page.set_footer(f"&L&9{left}&C&9&P/&N&R&9geoplan")
