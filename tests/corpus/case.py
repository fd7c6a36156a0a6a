"""What a case of the corpus is, and writers of the files that cases are made of.

The tiny province of ``io_case`` stands around every case; a table that a case does not speak of
must come out as it does there.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

Record = Mapping[str, Any]
Grid = Sequence[Sequence[Any]]
Write = Callable[[Path], Mapping[str, Any]]
"""Writes files into the folder of the province; gives the inputs that name them."""


@dataclass(frozen=True, order=True)
class Stop:
    """A fault that stops the reading, and where it says that it stands."""

    code: str
    file: str = "sites.csv"
    column: str = ""
    row: int = 0
    sheet: str = ""


def lacking(*columns: str, file: str = "sites.csv") -> tuple[Stop, ...]:
    """Give the faults of a file without these columns."""
    return tuple(Stop("missing_column", file, column) for column in columns)


@dataclass(frozen=True, order=True)
class Refused:
    """A row that is left out, and why."""

    row: int
    column: str
    reason: str
    sheet: str = ""


@dataclass(frozen=True)
class Case:
    """Files beside the tiny province, and what must come of reading them.

    ``stops`` are all faults that stop the run. Without them ``refused`` are all rows that are
    left out, ``warned`` the codes of all warnings, and ``rows`` the tables that differ from the
    plain province: partial rows, as many as come out, each column compared that is given.
    """

    name: str
    write: Write
    stops: tuple[Stop, ...] = ()
    refused: tuple[Refused, ...] = ()
    warned: tuple[str, ...] = ()
    rows: Mapping[str, Sequence[Record]] = field(default_factory=dict)


# ------------------------------------------------------------------ the three sites of the province

HEADER = (
    *("Mã trạm", "Nhà mạng", "Công nghệ", "Kinh độ", "Vĩ độ"),
    *("Tần số (MHz)", "Góc phương vị", "Ngày phát sóng"),
)
GOOD = (
    ("S1", "Viettel", "4G", 108.05, 15.05, 1800, "", "2020-01-31"),
    ("S1", "Viettel", "4G", 108.05, 15.05, 2100, 0, "2020-01-31"),
    ("S1", "VNPT", "5G", 108.15, 15.06, 2600, 120, "31/12/2024"),
)
NAMES = (
    *("site_id", "operator", "technology", "longitude", "latitude"),
    *("frequency_mhz", "azimuth_deg", "on_air_date"),
)
_DAYS = {"31/12/2024": "2024-12-31"}
KNOWN: tuple[Record, ...] = tuple(
    {
        name: None if cell == "" else _DAYS.get(str(cell), cell)
        for name, cell in zip(NAMES, row, strict=True)
    }
    for row in GOOD
)
"""What must come out of :data:`GOOD`."""

HAMLET_HEADER = (
    *("Mã thôn", "Tên thôn", "Mã xã", "Kinh độ", "Vĩ độ"),
    *("Dân số", "Số hộ"),
)
HAMLETS = (
    ("H1", "Thôn Một", "00101", 108.05, 15.05, 400, 100),
    ("H2", "Thôn Hai", "00102", 108.15, 15.05, "", 25),
    ("H3", "Thôn Ba", "00102", "", "", 300, 80),
)
CLUSTERS: tuple[Record, ...] = (
    {"cluster_id": "H1-1", "hamlet_id": "H1", "longitude": 108.051, "households": 40},
    {"cluster_id": "H2-1", "hamlet_id": "H2", "longitude": 108.151, "households": None},
)


def more(*rows: Record) -> dict[str, Sequence[Record]]:
    """Give the sites that come out where these stand beside the good ones."""
    return {"sites": (*KNOWN, *rows)}


def each(**cells: Any) -> dict[str, Sequence[Record]]:
    """Give the good sites with these cells in all of them."""
    return {"sites": tuple({**row, **cells} for row in KNOWN)}


def only(*places: int) -> dict[str, Sequence[Record]]:
    """Give some of the good sites."""
    return {"sites": tuple(KNOWN[place] for place in places)}


# ------------------------------------------------------------------ text files


def as_csv(rows: Grid, delimiter: str = ",", header: Sequence[Any] | None = HEADER) -> str:
    """Write rows as delimited text; a semicolon goes with decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    if header is not None:
        writer.writerow(header)
    for row in rows:
        writer.writerow([_local(cell, delimiter) for cell in row])
    return out.getvalue()


def _local(cell: Any, delimiter: str) -> Any:
    is_comma = delimiter != "," and isinstance(cell, float)
    return str(cell).replace(".", ",") if is_comma else cell


def written(content: str | bytes, role: str = "sites", file: str = "", **given: Any) -> Write:
    """Give what writes one file in place of an input, with what the scenario says of it."""
    name = file or f"{role}.csv"

    def write(folder: Path) -> Mapping[str, Any]:
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / name).write_bytes(data)
        source: Any = {"path": name, **given}
        return {role: [source] if role == "sites" else source}

    return write


def text_case(
    name: str,
    content: str | bytes,
    *,
    role: str = "sites",
    file: str = "",
    given: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Case:
    """Give the case of one file of text or bytes."""
    return Case(name, written(content, role, file, **(given or {})), **wanted)


def rows_case(
    name: str,
    cells: Grid,
    /,
    *,
    header: Sequence[str] = HEADER,
    delimiter: str = ",",
    given: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Case:
    """Give the case of a CSV file of sites with a header."""
    return text_case(name, as_csv(cells, delimiter, header), given=given, **wanted)


# ------------------------------------------------------------------ workbooks


@dataclass(frozen=True)
class Formula:
    """A formula with the value that the workbook last showed, None where nobody reckoned it."""

    words: str
    value: Any = None


@dataclass(frozen=True)
class Shown:
    """A value with the format in which it is shown."""

    value: Any
    style: str


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet, from A1; ``merged`` are first row, first column, last row, last."""

    cells: Grid
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False


def save_book(target: Path | io.BytesIO, sheets: Mapping[str, Sheet | Grid]) -> None:
    """Write a workbook."""
    place = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(place) as book:
        for name, given in sheets.items():
            one = given if isinstance(given, Sheet) else Sheet(given)
            sheet = book.add_worksheet(name)
            for i, row in enumerate(one.cells):
                for j, cell in enumerate(row):
                    _put(book, sheet, i, j, cell)
            for top, left, bottom, right in one.merged:
                value = one.cells[top][left]
                sheet.merge_range(top, left, bottom, right, value)
            if one.hidden:
                sheet.hide()
        shown = [sheet for sheet in book.worksheets() if not sheet.hidden]
        if shown:
            shown[0].activate()
            shown[0].set_first_sheet()


def _put(book: Any, sheet: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, Formula):
        sheet.write_formula(row, column, cell.words, None, cell.value)
    elif isinstance(cell, Shown):
        style = book.add_format({"num_format": cell.style})
        if isinstance(cell.value, datetime.datetime):
            sheet.write_datetime(row, column, cell.value, style)
        else:
            sheet.write_number(row, column, cell.value, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell != "":
        sheet.write_string(row, column, str(cell))


def book_case(
    name: str,
    sheets: Mapping[str, Sheet | Grid] | Sheet | Grid,
    *,
    role: str = "sites",
    given: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Case:
    """Give the case of one workbook, sites.xlsx; a lone sheet is called "Trạm"."""
    named = sheets if isinstance(sheets, Mapping) else {"Trạm": sheets}

    def write(folder: Path) -> Mapping[str, Any]:
        save_book(folder / f"{role}.xlsx", named)
        source: Any = {"path": f"{role}.xlsx", **(given or {})}
        return {role: [source] if role == "sites" else source}

    return Case(name, write, **wanted)
