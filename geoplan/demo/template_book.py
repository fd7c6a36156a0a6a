"""Writes one input table as a workbook to fill in: a sheet with sample rows, and one of notes.

Which rows and which tables is left to ``starter``; the words come from ``template_words``.
"""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from geoplan.demo.template_words import Words
from geoplan.tables import Column, Table

MADE: Final = datetime.datetime(2025, 12, 31)
"""The day that every workbook bears, so that its bytes are the same each time."""
_ROWS: Final = 20_000
"""Rows below the header in which values are checked as they are typed."""
_FONT: Final = {"font_name": "Times New Roman", "font_size": 11}
_WORKBOOK: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NOTES_WIDTHS: Final = (28, 52, 18, 24, 48, 24)
_LINE: Final = 16
"""Height of a line of the notes. [points]"""
# Examples of columns that the sample leaves blank.
_EXAMPLES: Final[dict[str, Any]] = {
    "tilt_deg": 4,
    "eirp_dbm": 60,
    "antenna": "742215_1800_T04",
    "off_air_date": datetime.date(2025, 6, 30),
    "unit_id": "00102",
    "old_commune_code": "00102",
    "target_id": "QN-08",
    "structure_id": "C0001",
    "azimuth_deg": 120,
    "beamwidth_deg": 65,
}


def workbook(table: Table, rows: pd.DataFrame, words: Words) -> bytes:
    """Give the bytes of a workbook with the rows of a table, every column of it in order.

    Parameters
    ----------
    table
        One of ``tables.INPUT_TABLES``; its geometry is left out.
    rows
        Sample rows in the names and values of the tables; a column may be missing.
    """
    import xlsxwriter

    columns = [column for column in table.columns if column.kind != "geometry"]
    cells = [_cells(rows, column, words) for column in columns]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _WORKBOOK)
    title = words.say(table.description)
    book.set_properties({"title": title, "comments": "geoplan", "created": MADE})
    _data_sheet(book, table, columns, cells, words)
    _notes_sheet(book, table, columns, cells, words)
    book.close()
    return buffer.getvalue()


def _cells(rows: pd.DataFrame, column: Column, words: Words) -> list[Any]:
    """Give the cells of a column as they are written; None where blank."""
    if column.name not in rows.columns:
        return [None] * len(rows)
    values = rows[column.name].tolist()
    return [None if pd.isna(value) else _cell(column, value, words) for value in values]


def _cell(column: Column, value: Any, words: Words) -> Any:
    if column.kind == "date":
        return datetime.date.fromisoformat(str(value)[:10])
    if column.kind in ("number", "integer"):
        return float(value)
    return words.value(column, value)


def _data_sheet(
    book: Any, table: Table, columns: list[Column], cells: list[list[Any]], words: Words
) -> None:
    page = book.add_worksheet(words.sheet(table.name))
    page.set_row(0, 34)
    for place, column in enumerate(columns):
        header = words.header(table, column)
        pattern = _pattern(column, words.language)
        form = book.add_format({**_FONT, "num_format": pattern, "indent": int(pattern == "@")})
        page.set_column(place, place, _width(header, cells[place]), form)
        required = words.is_required(table, column)
        page.write_string(0, place, header, _head_format(book, required=required))
        page.write_comment(0, place, _comment(table, column, words), _comment_box())
        for row, value in enumerate(cells[place], start=1):
            _write(page, row, place, value, form)
        rule = _rule(column, words)
        if rule:
            page.data_validation(1, place, _ROWS, place, rule)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(len(cells[0]), 1), len(columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:{_letter(len(columns) - 1)}{_ROWS}"})
    _set_print(page, words.say("Sample data: invented"))


def _write(page: Any, row: int, place: int, value: Any, form: Any) -> None:
    if isinstance(value, datetime.date):
        page.write_datetime(row, place, value, form)
    elif isinstance(value, float):
        page.write_number(row, place, value, form)
    elif value is not None:
        page.write_string(row, place, str(value), form)


def _pattern(column: Column, language: str) -> str:
    """Give the number format of a column; a program shows it in the user's own signs."""
    if column.kind == "date":
        return "dd/mm/yyyy" if language == "vi" else "yyyy-mm-dd"
    if column.kind in ("text", "boolean"):
        return "@"
    if column.unit == "degrees" and column.name in ("longitude", "latitude"):
        return "0.000000"
    return "#,##0" if column.unit in ("people", "households") else "General"


def _rule(column: Column, words: Words) -> dict[str, Any]:
    """Give the check of what is typed into a column; empty where anything will do.

    A list is binding; a bound only warns, because the reader has the last word. Operators only
    warn too: a scenario may name others.
    """
    fault = {"error_title": "geoplan", "ignore_blank": True}
    choices = words.choices(column)
    if choices:
        told = words.say("Choose one of: {values}").format(values=", ".join(choices))
        binding = "warning" if column.name == "operator" else "stop"
        return {
            **fault,
            "validate": "list",
            "source": list(choices),
            "error_type": binding,
            "error_message": told,
        }
    if column.kind == "date":
        return {
            **fault,
            "validate": "date",
            "criteria": "between",
            "minimum": datetime.date(1950, 1, 1),
            "maximum": datetime.date(2099, 12, 31),
            "error_type": "warning",
            "error_message": words.say("A date is expected: day, month and year."),
        }
    if column.kind != "number":
        return {}
    low = -1e15 if column.low is None else column.low
    high = 1e15 if column.high is None else column.high
    return {
        **fault,
        "validate": "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_type": "warning",
        "error_message": words.say("A number within the bounds of the notes is expected."),
    }


def _comment(table: Table, column: Column, words: Words) -> str:
    """Say in a few lines what a column holds."""
    lines = [words.meaning(column), words.kind(column)]
    need = words.need(table, column)
    lines += [f"{words.say('Required')}: {need}"] if need else []
    if words.choices(column) or column.low is not None:
        lines.append(f"{words.say('Allowed values')}: {words.allowed(table, column)}")
    return "\n".join(lines)


def _comment_box() -> dict[str, Any]:
    return {"x_scale": 2, "y_scale": 1.3, "font_size": 9, "author": "geoplan"}


def _head_format(book: Any, *, required: bool) -> Any:
    """Give the format of a header: bold on yellow where no row goes without the column."""
    return book.add_format(
        {
            **_FONT,
            "bold": required,
            "text_wrap": True,
            "valign": "vcenter",
            "align": "center",
            "num_format": "@",
            "bg_color": "#FFE9A8" if required else "#E8EDF3",
            "border": 1,
            "border_color": "#9AA5B1",
        }
    )


def _notes_sheet(
    book: Any, table: Table, columns: list[Column], cells: list[list[Any]], words: Words
) -> None:
    page = book.add_worksheet(words.sheet("notes"))
    text = book.add_format({**_FONT, "text_wrap": True, "valign": "top", "border": 1})
    plain = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    large = book.add_format({**_FONT, "bold": True, "font_size": 14})
    say = words.say
    page.write_string(0, 0, say(table.description), large)
    heads = ("Column", "Meaning", "Kind and unit", "Required", "Allowed values", "Example")
    page.set_row(2, 20)
    for place, (head, width) in enumerate(zip(heads, _NOTES_WIDTHS, strict=True)):
        page.write_string(2, place, say(head), _head_format(book, required=False))
        page.set_column(place, place, width)
    for row, column in enumerate(columns, start=3):
        # The letter keeps the name from being taken for a header, and shows where it stands.
        named = f"{_letter(row - 3)} · {words.header(table, column)}"
        example = _example(column, cells[row - 3], words)
        need, allowed = words.need(table, column), words.allowed(table, column)
        notes = (named, words.meaning(column), words.kind(column), need, allowed, example)
        page.set_row(row, _LINE * _lines(notes))
        for place, note in enumerate(notes):
            page.write_string(row, place, note, text)
    for row, sentence in enumerate(words.foot(table), start=len(columns) + 4):
        page.merge_range(row, 0, row, 5, sentence, plain)
        page.set_row(row, _LINE * math.ceil(len(sentence) / (sum(_NOTES_WIDTHS) * 1.05)))
    page.freeze_panes(3, 1)
    _set_print(page, say(table.description))


def _lines(notes: Sequence[str]) -> int:
    """Give the lines that the fullest cell of a row takes; words do not break evenly."""
    pairs = zip(notes, _NOTES_WIDTHS, strict=True)
    return max(1, *(math.ceil(len(note) / (width * 1.05)) for note, width in pairs))


def _example(column: Column, cells: list[Any], words: Words) -> str:
    """Show one cell of the sample as a person would type it."""
    value = next((cell for cell in cells if cell is not None), _EXAMPLES.get(column.name))
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y") if words.language == "vi" else value.isoformat()
    if isinstance(value, float):
        shown = f"{value:.6f}".rstrip("0").rstrip(".")
        return shown.replace(".", ",") if words.language == "vi" else shown
    return "" if value is None else str(value)


def _width(header: str, cells: list[Any]) -> float:
    """Give a width in characters that most cells fit into; headers may take two lines."""
    longest = max((len(_shown(cell)) for cell in cells), default=0)
    words = max(len(word) for word in header.split())
    return float(min(max(longest + 4, words + 4, len(header) / 2 + 4, 10), 36))


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return "" if cell is None else str(cell)


def _letter(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _set_print(page: Any, footer: str) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(f"&L{footer.replace('&', '&&')[:150]}&R&P/&N")
