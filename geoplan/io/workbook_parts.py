"""What stands in a workbook besides values: formulas nobody reckoned, links, stray cells.

The reader of workbooks sees the last value of a formula and nothing else; this module looks
into the XML for what it cannot see. Taking values out is left to ``workbooks``.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zipfile import ZipFile

from geoplan import settings
from geoplan.faults import Fault, Faults
from geoplan.io import archives, readers, xml
from geoplan.io.readers import RawTable, Source

_SHOWN: Final = 20
"""Formulas without a value that are named one by one; the rest would say the same."""

_CELL: Final = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*(?<!/)>')
_HAS_FORMULA: Final = re.compile(rb"[<:]f[\s/>]")
"""Not the formula1 of a data validation."""
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell of a formula whose value is blank or missing."""
_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_TEXT_RESULT: Final = re.compile(rb'\bt="str"')
_ERROR: Final = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</', re.DOTALL
)
"""A cell whose value is an error, such as #N/A."""
_ODS_TAG: Final = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>"
)
_ODS_NAME: Final = re.compile(rb'\btable:name="([^"]*)"')
_ODS_ROWS: Final = re.compile(rb'\btable:number-rows-repeated="(\d+)"')
_ODS_COLUMNS: Final = re.compile(rb'\btable:number-columns-repeated="(\d+)"')


@dataclass
class _Sheet:
    """The rectangle around a sheet's values, and its formulas."""

    rows: int = 0
    columns: int = 0
    formulas: bool = False
    unreckoned: list[tuple[int, int]] = field(default_factory=list)
    """Row and column, from 1, of formulas without a value."""
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    """Row and column, from 1, of cells that hold an error, and which."""


@dataclass
class _Book:
    sheets: dict[str, _Sheet] = field(default_factory=dict)
    links: bool = False
    never_reckoned: bool = False
    """The program that wrote it asks the next one to reckon all formulas."""


Errors = Mapping[str, Sequence[tuple[int, int, str]]]
"""Sheet → row and column, from 1, of cells that hold an error, and which."""


def read_with(
    read: Callable[[Source, Faults, Errors], RawTable | None], source: Source, faults: Faults
) -> RawTable | None:
    """Read a workbook by its reader, and tell what that cannot see.

    A sheet whose values span more cells than fit in memory is refused before it is opened. A
    formula without a value on the sheet that was read is a fault: blank it is not.
    """
    book = _look(source, faults)
    if book is None:
        return None
    for name, sheet in book.sheets.items():
        if sheet.rows * sheet.columns > settings.MAX_SHEET_CELLS:
            corner = f"{column_letters(sheet.columns)}{sheet.rows}"
            limit = settings.MAX_SHEET_CELLS // 10**6
            faults.add("sheet_too_wide", file=source.name, sheet=name, corner=corner, limit=limit)
            return None
    raw = read(source, faults, {name: sheet.errors for name, sheet in book.sheets.items()})
    if raw is None:
        return None
    read_sheets = {raw.sheet} if raw.sheets is None else set(map(str, raw.sheets))
    used = {name: sheet for name, sheet in book.sheets.items() if name in read_sheets}
    _refuse_unreckoned(used, source, faults)
    return replace(raw, remarks=(*raw.remarks, *_remarks(book, used, source)))


def _refuse_unreckoned(used: dict[str, _Sheet], source: Source, faults: Faults) -> None:
    for name, sheet in used.items():
        for row, column in sheet.unreckoned[:_SHOWN]:
            faults.add(
                "formula_without_value",
                file=source.name,
                sheet=name,
                row=row,
                column=column_letters(column),
            )


def _remarks(book: _Book, used: dict[str, _Sheet], source: Source) -> Iterator[Fault]:
    if book.links:
        yield readers.remark(source, "external_links")
    for name, sheet in used.items():
        if book.never_reckoned and sheet.formulas and not sheet.unreckoned:
            yield readers.remark(source, "formulas_stale", sheet=name)


def column_letters(column: int) -> str:
    """Give the letters of a column, counted from 1.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _look(source: Source, faults: Faults) -> _Book | None:
    """Look into a workbook; an old one, which is no zip file, holds nothing to look at."""
    with source.open() as file:
        if not zipfile.is_zipfile(file):
            return _Book()
    try:
        with archives.open_zip(source) as packed:
            if "content.xml" in packed.namelist():
                return _look_ods(packed)
            return _look_xlsx(packed)
    except (xml.XmlError, KeyError) as error:
        faults.add("unreadable_file", file=source.name, why=str(error) or type(error).__name__)
        return None


# ------------------------------------------------------------------ Excel


def _look_xlsx(packed: ZipFile) -> _Book:
    names = packed.namelist()
    book = _Book(links=any(name.startswith("xl/externalLinks/") for name in names))
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return book
    links = xml.parse(archives.read_member(packed, packed.getinfo("xl/_rels/workbook.xml.rels")))
    targets = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        for link in links
    }
    root = xml.parse(archives.read_member(packed, packed.getinfo("xl/workbook.xml")))
    for element in root.iter():
        tag = xml.tag(element)
        if tag == "calcPr":
            book.never_reckoned |= element.get("fullCalcOnLoad") in ("1", "true")
        elif tag == "sheet":
            key = next((value for name, value in element.items() if name.endswith("}id")), "")
            part = targets.get(key, "")
            if part in names:
                book.sheets[element.get("name", "")] = _look_sheet(packed, part)
    return book


def _look_sheet(packed: ZipFile, part: str) -> _Sheet:
    sheet = _Sheet()
    columns: set[bytes] = set()
    for rows in _whole(packed, part, b"row>"):
        cells = _CELL.findall(rows)
        columns.update(letters for letters, _ in cells)
        sheet.rows = max(sheet.rows, *map(int, {number for _, number in cells}), 0)
        if _HAS_FORMULA.search(rows):
            sheet.formulas = True
            sheet.unreckoned += _unreckoned(rows)
        if b't="e"' in rows:
            sheet.errors += _errors(rows)
    sheet.columns = max(map(_number, columns), default=0)
    return sheet


def _unreckoned(rows: bytes) -> Iterator[tuple[int, int]]:
    for found in _FORMULA.finditer(rows):
        place = _REFERENCE.search(found[1])
        if place is not None and not _TEXT_RESULT.search(found[1]):
            yield int(place[2]), _number(place[1])


def _errors(rows: bytes) -> Iterator[tuple[int, int, str]]:
    for found in _ERROR.finditer(rows):
        place = _REFERENCE.search(found[1])
        if place is not None:
            yield int(place[2]), _number(place[1]), found[2].decode("utf-8", "replace")


def _whole(packed: ZipFile, part: str, end: bytes) -> Iterator[bytes]:
    """Give the bytes of a member in pieces that end where an element ends."""
    rest = b""
    for chunk in archives.chunks(packed, packed.getinfo(part)):
        rest += chunk
        cut = rest.rfind(end) + len(end)
        if cut >= len(end):
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


# ------------------------------------------------------------------ OpenDocument


def _look_ods(packed: ZipFile) -> _Book:
    """Look through a spreadsheet whose cells and rows say how often they are repeated."""
    book = _Book()
    sheet, row, repeats, column = _Sheet(), 0, 0, 0
    for piece in _whole(packed, "content.xml", b">"):
        book.links |= b"table:cell-range-source" in piece or b"<table:table-source" in piece
        for found in _ODS_TAG.finditer(piece):
            tag, attributes = found[1], found[2]
            if tag == b"table":
                name = _ODS_NAME.search(attributes)
                sheet, row, repeats = _Sheet(), 0, 0
                book.sheets[xml.unescape(name[1]) if name else ""] = sheet
            elif tag == b"table-row":
                row, column = row + repeats, 0
                repeats = _repeated(_ODS_ROWS, attributes)
            else:
                times = _repeated(_ODS_COLUMNS, attributes)
                column += times
                formula = b"table:formula=" in attributes
                value = b"office:value-type=" in attributes or b"calcext:value-type" in attributes
                sheet.formulas |= formula
                if formula and not value:
                    sheet.unreckoned.append((row + 1, column))
                if value or formula:
                    sheet.rows = max(sheet.rows, row + repeats)
                    sheet.columns = max(sheet.columns, column)
    return book


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
