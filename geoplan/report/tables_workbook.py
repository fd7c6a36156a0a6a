"""Writes bang-so-lieu.xlsx: every table of a run in one workbook, for people who filter and sum.

XlsxWriter makes the frame of the workbook (formats, widths, panes, print set-up); the rows are
written a column at a time, because a country has millions of cells. The forms of report.xlsx
are left to ``forms``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geoplan import tables
from geoplan.report import cells, verified
from geoplan.report.locale import locale_of
from geoplan.report.tables import output_frames
from geoplan.report.workbook_words import sheet_name, spoken, title, value_words
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult
    from geoplan.tables import Column, Table

NAME: Final = "bang-so-lieu.xlsx"
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its header (ECMA-376 implementations)."""
_AT_ONCE: Final = 50_000
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_EPOCH: Final = np.datetime64("1899-12-30", "D")
_UNSEEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_RATIOS: Final = frozenset(
    {"value", "value_low", "value_high", "value_radius_90", "value_radius_110"}
)

Words = Callable[[str], str]


@dataclass(frozen=True)
class _Sheet:
    """One sheet to fill: its name, the table, and its rows in order."""

    name: str
    table: Table
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def write_tables_workbook(result: RunResult, folder: Path, *, marking: str = "") -> None:
    """Write ``bang-so-lieu.xlsx`` with one sheet for each table, the first one a list of them."""
    (folder / NAME).write_bytes(tables_workbook(result, marking=marking))


def tables_workbook(result: RunResult, most_rows: int = MOST_ROWS, *, marking: str = "") -> bytes:
    """Give the bytes of the workbook; a table of more than ``most_rows`` takes several sheets."""
    words = translator(result.scenario.language, "workbook")
    sheets = list(_sheets(result, words, most_rows))
    frame, styles = _empty_workbook(result, sheets, words, marking)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(frame)) as empty,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as full,
    ):
        filled = {f"xl/worksheets/sheet{i}.xml": sheet for i, sheet in enumerate(sheets, start=2)}
        for name in empty.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with full.open(entry, "w") as member:
                for part in _parts(empty.read(name), filled.get(name), styles, words):
                    member.write(part)
    return buffer.getvalue()


def _sheets(result: RunResult, words: Words, most_rows: int) -> Iterator[_Sheet]:
    for table, frame in output_frames(result).values():
        columns = tuple(column for column in table.columns if column.kind != "geometry")
        known = [column.name for column in columns if column.name in frame.columns]
        ordered = tables.check(frame[known], table)
        for part, start in enumerate(range(0, max(len(ordered), 1), most_rows), start=1):
            name = sheet_name(table.name, words) + (f" ({part})" if part > 1 else "")
            yield _Sheet(name, table, columns, ordered.iloc[start : start + most_rows])


def _empty_workbook(
    result: RunResult, sheets: list[_Sheet], words: Words, marking: str
) -> tuple[bytes, dict[str, int]]:
    """Make the workbook with headers only; give it and the number of each cell style in it."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {
            "title": result.scenario.name,
            "comments": "geoplan",
            "created": cells.file_date(result.scenario.day),
        }
    )
    book.set_size(2400, 1400)
    formats = {
        name: book.add_format(
            {
                "num_format": cells.tagged(pattern, result.scenario.language),
                "font_name": "Times New Roman",
                "valign": "top",
            }
        )
        for name, pattern in cells.NUMBER_FORMATS.items()
    }
    _contents(book, result, sheets, words, formats)
    for sheet in sheets:
        _frame_sheet(book, sheet, result.scenario.name, words)
    cells.mark_pages(book, marking)
    book.close()
    return buffer.getvalue(), {name: one.xf_index for name, one in formats.items()}


def _contents(
    book: Any, result: RunResult, sheets: list[_Sheet], words: Words, formats: dict[str, Any]
) -> None:
    """Write the first sheet: which table stands on which sheet, and how many rows it has."""
    page = book.add_worksheet(words("Contents"))
    large = book.add_format({"bold": True, "font_size": 14, "font_name": "Times New Roman"})
    head = _head_format(book)
    page.write_string(
        0, 0, words("Tables of figures: {name}").format(name=result.scenario.name), large
    )
    day = result.scenario.day.strftime("%d/%m/%Y")
    told = verified.sentence(result, words, locale_of(result.scenario.language))
    line = words("Figures as of {date}").format(date=day)
    page.write_string(1, 0, f"{line}. {told}", formats["text"])
    for place, heading in enumerate((words("Sheet"), words("What it holds"), words("Rows"), "CSV")):
        page.write_string(3, place, heading, head)
    for row, sheet in enumerate(sheets, start=4):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", None, sheet.name)
        page.write_string(row, 1, words(sheet.table.description), formats["text"])
        page.write_number(row, 2, len(sheet.frame), formats["count"])
        page.write_string(row, 3, _csv_path(sheet.table), formats["text"])
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 70)
    page.set_column(2, 3, 16)
    for place, one in enumerate(formats.values()):
        page.write_blank(0, 20 + place, None, one)  # gives every format its number
    _set_print(page, result.scenario.name)


def _csv_path(table: Table) -> str:
    return "rejects.csv" if table is tables.REJECTS_OUT else f"tables/{table.name}.csv"


def _head_format(book: Any) -> Any:
    return book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "align": "center",
            "bg_color": "#E8EDF3",
            "border": 1,
            "border_color": "#9AA5B1",
            "font_name": "Times New Roman",
        }
    )


def _frame_sheet(book: Any, sheet: _Sheet, name: str, words: Words) -> None:
    page = book.add_worksheet(sheet.name)
    head = _head_format(book)
    page.set_row(0, 34)
    for place, column in enumerate(sheet.columns):
        heading = title(column.name, words)
        page.write_string(0, place, heading, head)
        first = sheet.frame[column.name].head(500)
        known = value_words(column.name, words) if column.kind == "text" else {}
        shown = first.map(lambda code, known=known: spoken(code, known)) if known else first
        page.set_column(place, place, _width(shown, column, heading))
    page.freeze_panes(1, min(2, len(sheet.table.key)))
    page.autofilter(0, 0, max(len(sheet.frame), 1), len(sheet.columns) - 1)
    page.repeat_rows(0)
    _set_print(page, f"{name} – {sheet.name}")


def _set_print(page: Any, footer: str) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L{footer.replace('&', '&&')[:150]}&R&P/&N")


def _width(values: pd.Series, column: Column, heading: str) -> float:
    """Give a width in characters that the first rows fit into."""
    if column.kind == "date":
        return 12.0
    longest = max((len(word) for word in heading.split()), default=0)
    if column.kind == "text":
        sizes = values.astype("str").str.len()
        longest = max(longest, int(sizes.quantile(0.98)) if len(sizes) else 0)
    return float(min(max(longest + 2, len(heading) / 2 + 2, 10), 60))


def _parts(
    content: bytes, sheet: _Sheet | None, styles: dict[str, int], words: Words
) -> Iterator[bytes]:
    """Give a part of the package; a sheet with its rows put behind its header."""
    if sheet is None or not len(sheet.frame):
        yield content
        return
    last = f"{column_letters(len(sheet.columns) - 1)}{len(sheet.frame) + 1}"
    content = re.sub(
        rb'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>'.encode(), content
    )
    before, after = content.split(b"</sheetData>")
    yield before
    for start in range(0, len(sheet.frame), _AT_ONCE):
        yield _rows(sheet, sheet.frame.iloc[start : start + _AT_ONCE], start + 2, styles, words)
    yield b"</sheetData>" + after


def _rows(
    sheet: _Sheet, frame: pd.DataFrame, first: int, styles: dict[str, int], words: Words
) -> bytes:
    """Write rows as SpreadsheetML (ECMA-376 part 1, 18.3.1.73): row ``first`` and below."""
    numbers = pa.array(np.arange(first, first + len(frame))).cast(pa.string())
    is_ratio = _ratio_rows(frame)
    parts: list[Any] = [pa.scalar('<row r="'), numbers, pa.scalar('">')]
    for place, column in enumerate(sheet.columns):
        mixed = is_ratio if column.name in _RATIOS else np.full(len(frame), _is_ratio(column))
        names = cells.formats_of(frame[column.name], column, mixed)
        codes = pa.array([styles[name] for name in names]).cast(pa.string())
        start = pc.binary_join_element_wise(
            f'<c r="{column_letters(place)}', numbers, '" s="', codes, '"', ""
        )
        parts.append(_cells(start, frame[column.name], column, words))
    parts.append(pa.scalar("</row>"))
    rows = pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")
    return bytes(rows.buffers()[2])


def _is_ratio(column: Column) -> bool:
    return column.decimals == tables.RATIO and column.unit == "" and "share" in column.description


def _ratio_rows(frame: pd.DataFrame) -> NDArray[np.bool_]:
    if "unit" not in frame.columns:
        return np.zeros(len(frame), bool)
    return (frame["unit"] == "ratio").to_numpy(dtype=bool)


def _cells(start: pa.Array, values: pd.Series, column: Column, words: Words) -> pa.Array:
    """Put values behind the starts of their cells; null where the cell is blank."""
    if column.kind in ("text", "boolean"):
        texts = _texts(values, column, words)
        return pc.binary_join_element_wise(
            start, ' t="inlineStr"><is><t xml:space="preserve">', texts, "</t></is></c>", ""
        )
    return pc.binary_join_element_wise(start, "><v>", _numbers(values, column), "</v></c>", "")


def _texts(values: pd.Series, column: Column, words: Words) -> pa.Array:
    """Give text safe for XML, codes as words; blank text as null."""
    if column.kind == "boolean":
        shown = values.map({True: words("yes"), False: words("no")}).astype("str")
    else:
        known = value_words(column.name, words)
        shown = values.map(lambda code: spoken(code, known)) if known else values
    texts = pa.array(shown, pa.string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        # A column put together from several tables is still in pieces.
        texts = texts.combine_chunks()
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    texts = pc.utf8_slice_codeunits(pc.replace_substring_regex(texts, _UNSEEN, ""), 0, 32_767)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        texts = pc.replace_substring(texts, char, entity)
    return texts


def _numbers(values: pd.Series, column: Column) -> pa.Array:
    """Give numbers as text, dates as days since the end of 1899; NaN and NaT as null."""
    if column.kind == "date":
        days = (values.to_numpy("datetime64[D]") - _EPOCH).astype(np.float64)
        days[values.isna().to_numpy()] = np.nan
        numbers = days
    else:
        numbers = values.to_numpy(np.float64, na_value=np.nan)
    decimals = 9 if column.decimals in (None, tables.RATIO) else column.decimals
    rounded = pa.array(np.round(numbers, decimals or 0) + 0.0, from_pandas=True)
    return pc.cast(rounded, pa.string())


def column_letters(place: int) -> str:
    """Give the letters of a column, the first one being 0: A … Z, AA …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
