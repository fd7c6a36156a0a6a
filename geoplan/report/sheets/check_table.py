"""The check table of a commune as a workbook that people fill in and send back.

Its columns are those of phieu-kiem-tra.xlsx but for coordinates, so that ``io.field_checks``
reads it as it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, Final

from geoplan.report import cells, fitting
from geoplan.report.check_sheet import ANSWERS
from geoplan.report.locale import locale_of
from geoplan.report.sheets.content import CommuneSheet, Sheets
from geoplan.report.sheets.words import words_of
from geoplan.text import translator

_FIXED: Final = 5
"""Columns that are filled in already: number, code, name, commune and its code."""
_BEHIND: Final = 4
"""Columns after the answers: cluster, day, checker, remarks."""
_EXTRA_ROWS: Final = 8
"""Blank rows below, for groups of houses that somebody checks besides."""
_SIZE: Final = 12
_LINE: Final = 16.0
"""Height of a line. [points]"""
_FONT: Final = {"font_name": "Times New Roman", "font_size": _SIZE, "valign": "top"}
_BORDER: Final = {"border": 1, "border_color": "#7A8694"}
_FIRST: Final = "#FFF4C2"

Words = Callable[[str], str]
Row = list[Any]


def file_name(sheet: CommuneSheet) -> str:
    """Name the workbook of a commune."""
    return f"{sheet.stem}_kiem-tra.xlsx"


def check_table(sheets: Sheets, sheet: CommuneSheet, language: str) -> bytes | None:
    """Give the bytes of the workbook, the same for the same run.

    None where there is nothing to check: no hamlet, or no operator to ask for.
    """
    if not sheet.hamlets or not sheets.operators:
        return None
    import xlsxwriter

    words = translator(language, "workbook")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = cells.file_date(sheets.day)
    book.set_properties({"title": words("CHECK SHEET"), "comments": "geoplan", "created": created})
    page = book.add_worksheet(words("Check sheet"))
    styles = _styles(book)
    titles = _titles(sheets, words)
    lines = _head_lines(sheets, sheet, language)
    top = _write_head(page, lines, titles, styles)
    for column, (title, width) in enumerate(titles):
        page.set_column(column, column, width)
        page.write_string(top, column, title, styles["head"])
    page.set_row(top, 34)
    last = top
    for last, (row, is_first) in enumerate(_rows(sheet, language, len(titles)), start=top + 1):
        for column, value in enumerate(row):
            look = "answer" if column >= _FIXED else "first" if is_first else "fixed"
            _write(page, last, column, value, styles[look])
    for at in range(last + 1, last + _EXTRA_ROWS + 1):
        for column in range(len(titles)):
            page.write_blank(at, column, None, styles["answer"])
    _finish(page, top, last + _EXTRA_ROWS, len(titles), words)
    book.close()
    return buffer.getvalue()


def _titles(sheets: Sheets, words: Words) -> list[tuple[str, float]]:
    """Give header and width of each column."""
    services = [
        (f"{operator} {technology}", 13.0)
        for technology in sheets.technologies
        for operator in sheets.operators
    ]
    return [
        (words("No."), 5.0),
        (words("Hamlet id"), 14.0),
        (words("Hamlet name"), 30.0),
        (words("Commune"), 19.0),
        (words("Commune code"), 8.0),
        *services,
        (words("Cluster code"), 14.0),
        (words("Date of check"), 12.0),
        (words("Checked by"), 17.0),
        (words("Remarks"), 14.0),
    ]


def _rows(sheet: CommuneSheet, language: str, width: int) -> Iterator[tuple[Row, bool]]:
    """Give a row for each hamlet, and below it one for each of its unserved groups of houses."""
    words = words_of(language)
    for hamlet in sheet.hamlets:
        head = [hamlet.number, hamlet.hamlet_id, hamlet.name, sheet.name, sheet.code]
        yield head + [None] * (width - _FIXED), hamlet.is_first
        if hamlet.status != "dead_spot":
            continue
        for cluster in hamlet.clusters:
            named = f"{hamlet.name}: {words['cluster'].format(name=cluster.name)}"
            row: Row = [None, hamlet.hamlet_id, named, sheet.name, sheet.code]
            row += [None] * (width - _FIXED - _BEHIND)
            yield [*row, cluster.cluster_id, *[None] * (_BEHIND - 1)], True


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "line": {"text_wrap": True},
        "head": {**_BORDER, **head, "bg_color": "#E8EDF3"},
        "fixed": {**_BORDER, "bg_color": "#F5F7FA", "text_wrap": True},
        "first": {**_BORDER, "bg_color": _FIRST, "text_wrap": True},
        "answer": {**_BORDER, "num_format": "@"},
    }
    return {name: book.add_format({**_FONT, **look}) for name, look in looks.items()}


def _head_lines(sheets: Sheets, sheet: CommuneSheet, language: str) -> list[str]:
    """Give what stands over the table, the title first."""
    words, locale = words_of(language), locale_of(language)
    day = words["as_of"].format(date=locale.date(sheets.day))
    return [
        words["check"],
        f"{sheet.name} ({sheet.code}) – {sheets.province} – {day}",
        words["check_choose"],
        words["check_keep"],
        words["check_first"],
        words["send_back_file"],
    ]


def _write_head(
    page: Any, lines: list[str], titles: list[tuple[str, float]], styles: dict[str, Any]
) -> int:
    """Write the lines over the table, as broad as it is; give the row of its header."""
    broad = sum(width for _, width in titles)
    for at, line in enumerate(lines):
        style = styles["line" if at else "title"]
        page.merge_range(at, 0, at, len(titles) - 1, "", style)
        page.write_string(at, 0, line, style)
        page.set_row(at, _LINE * fitting.lines(line, broad, _SIZE) + 3)
    return len(lines) + 1


def _write(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, style)
    elif isinstance(value, int):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, str(value), style)


def _finish(page: Any, top: int, last: int, width: int, words: Words) -> None:
    """Offer the answers in their cells, and set the print."""
    choices = [words(answer) for answer in ANSWERS]
    rule = {"validate": "list", "source": choices, "error_type": "warning"}
    page.data_validation(top + 1, _FIXED, last, width - _BEHIND - 1, rule)
    page.freeze_panes(top + 1, 3)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P/&N")
