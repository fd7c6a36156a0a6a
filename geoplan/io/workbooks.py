"""Sheets of workbooks: xlsx, xls and ods, by calamine.

A cell is taken as the workbook stores it and not as it is shown: numbers stay numbers, dates
become ISO text; merged cells hold their value in each of their rows. Sheets with the same
columns are read as one table. Which column is which is left to ``columns``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import columns, encodings, grids, planning_tools, readers
from geoplan.io.readers import RawTable, Source

Rows = list[list[Any]]
_MOST_NAMED = 5
"""Sheets that are named one by one where many were read together."""


@dataclass(frozen=True)
class _Sheet:
    """A sheet with its cells, where its header stands and how many of our columns it names."""

    name: str
    rows: Rows
    header: grids.Header
    columns: frozenset[str]


Errors = Mapping[str, Sequence[tuple[int, int, str]]]
"""Sheet → row and column, from 1, of cells that hold an error, and which."""


def read(source: Source, faults: Faults, errors: Errors) -> RawTable | None:
    """Read a workbook; give None, and add the faults, where it cannot be read exactly.

    Parameters
    ----------
    errors
        Cells that calamine gives as blank and that are not (``workbook_parts``).
    """
    book = _open(source, faults, errors)
    if book is None:
        return None
    wanted = source.given.sheet
    if wanted is not None and wanted not in book.grids:
        known = ", ".join(book.grids)
        faults.add("unknown_sheet", file=source.name, column="sheet", value=wanted, sheets=known)
        return None
    names = [wanted] if wanted is not None else book.shown
    raws = _raw_tables([_sheet(name, book.grids[name], source) for name in names], source, faults)
    if raws is None:
        return None
    raw = raws[0] if len(raws) == 1 else _together(raws, source)
    left = () if wanted is not None else book.hidden
    told = tuple(readers.remark(source, "hidden_sheet", sheet=name) for name in left)
    raw = readers.mend_text(raw, source, headers_mended=True)
    return readers.tidy(replace(raw, remarks=(*raw.remarks, *told)))


@dataclass(frozen=True)
class _Book:
    """The sheets of a workbook, and which of those with anything in them are shown."""

    grids: dict[str, Rows]
    shown: list[str]
    hidden: list[str]


def _open(source: Source, faults: Faults, errors: Errors) -> _Book | None:
    """Read all sheets."""
    import python_calamine as calamine

    try:
        with source.open() as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            most = readers.PREVIEW_ROWS if source.preview else None
            grid = {
                name: _grid(book, name, most, errors.get(name, ())) for name in book.sheet_names
            }
            visible = {
                sheet.name: sheet.visible == calamine.SheetVisibleEnum.Visible
                for sheet in book.sheets_metadata
            }
    except (calamine.CalamineError, OSError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    filled = [name for name, rows in grid.items() if _has_cells(rows)]
    shown = [name for name in filled if visible.get(name, True)]
    return _Book(grid, shown, [name for name in filled if name not in shown])


def _grid(book: Any, name: str, most: int | None, errors: Sequence[tuple[int, int, str]]) -> Rows:
    """Give the cells of a sheet, those of a cell merged over rows filled with its value.

    Parameters
    ----------
    most
        Rows that are read at most; all without it.
    """
    sheet = book.get_sheet_by_name(name)
    rows: Rows = sheet.to_python(skip_empty_area=False, nrows=most)
    for row, column, error in errors:
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = error
    merged = sheet.merged_cell_ranges or ()
    # A line without a cell of its own is no row, however tall the cells above it are.
    own = [any(cell != "" for cell in row) for row in rows] if merged else []
    for (top, left), (bottom, right) in merged:
        if left != right or bottom == top or top >= len(rows) or left >= len(rows[0]):
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            if own[number] and rows[number][left] == "":
                rows[number][left] = rows[top][left]
    return rows


def _has_cells(rows: Rows) -> bool:
    return any(_text(value).strip() for row in rows for value in row)


def _sheet(name: str, rows: Rows, source: Source) -> _Sheet:
    """Find the header of a sheet, in text that is mended where it was garbled."""
    first = [[_text(value) for value in row] for row in rows[: grids.FIRST_ROWS]]
    cells = sorted({cell for row in first for cell in row if not cell.isascii()})
    mended, _ = encodings.mend(cells, source.given.encoding)
    first = [[mended.get(cell, cell) for cell in row] for row in first]
    header = grids.find_header(first, source)
    matched = columns.match(
        header.names,
        source.table,
        file="",
        sheet="",
        faults=Faults(),
        names=source.dictionary.headers,
    )
    return _Sheet(name, rows, header, frozenset({*matched.columns, *matched.parts}))


def _raw_tables(sheets: list[_Sheet], source: Source, faults: Faults) -> list[RawTable] | None:
    """Give the sheets that are the table: the only one, or all with the same columns.

    A sheet of notes names few of the table's columns, and is no rival. The tables of a planning
    tool are joined.
    """
    parts = planning_tools.roles([sheet.name for sheet in sheets])
    if parts and source.table.name == "sites":
        raw = {sheet.name: readers.tidy(_raw_table(sheet)) for sheet in sheets}
        return [planning_tools.join_roles(parts, raw, source)]
    most = max((len(sheet.columns) for sheet in sheets), default=0)
    rivals = [sheet for sheet in sheets if len(sheet.columns) >= max(2, most / 2)]
    if len(sheets) < 2 or len(rivals) == 1:
        return [_raw_table(sheet) for sheet in rivals or sheets] or [_NOTHING]
    if len(rivals) > 1 and len({sheet.columns for sheet in rivals}) == 1:
        return [_raw_table(sheet) for sheet in rivals]
    names = ", ".join(sheet.name for sheet in sheets)
    faults.add("several_sheets", file=source.name, sheets=names)
    return None


_NOTHING = RawTable((), pd.DataFrame(), np.zeros(0, dtype=np.int64))


def _raw_table(sheet: _Sheet) -> RawTable:
    names = sheet.header.names
    body = sheet.rows[sheet.header.body :]
    cells, exact = {}, {}
    for i in range(len(names)):
        column = [row[i] for row in body]
        cells[i] = pd.Series([_text(value) for value in column], dtype="str")
        numeric = np.array([type(value) in (float, int) for value in column], dtype=bool)
        if numeric.any():
            exact[i] = numeric
    return RawTable(
        headers=names,
        cells=pd.DataFrame(cells, index=range(len(body))),
        rows=np.arange(len(body), dtype=np.int64) + sheet.header.body + 1,
        sheet=sheet.name,
        exact=exact,
    )


def _together(raws: Sequence[RawTable], source: Source) -> RawTable:
    """Give the rows of several sheets as one table, columns brought together by their header."""
    places = {
        key: i
        for i, key in enumerate(
            dict.fromkeys(_key(header, i) for raw in raws for i, header in enumerate(raw.headers))
        )
    }
    headers = {_key(name, i): name for raw in raws for i, name in enumerate(raw.headers)}
    frames, exact = [], []
    for raw in raws:
        own = {i: places[_key(header, i)] for i, header in enumerate(raw.headers)}
        frames.append(raw.cells.rename(columns=own).reindex(columns=range(len(places))))
        exact.append({own[i]: numeric for i, numeric in raw.exact.items()})
    sheets = _listed([raw.sheet for raw in raws])
    return RawTable(
        headers=tuple(headers[key] for key in places),
        cells=pd.concat(frames, ignore_index=True).fillna(""),
        rows=np.concatenate([raw.rows for raw in raws]),
        sheet=sheets,
        exact=_stacked(exact, raws, len(places)),
        sheets=np.concatenate([np.full(len(raw), raw.sheet, dtype=object) for raw in raws]),
        remarks=(readers.remark(source, "sheets_together", sheets=sheets),),
    )


def _listed(names: Sequence[str]) -> str:
    """Name sheets, of many only the first and how many there are."""
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])}, … ({len(names)})"


def _key(header: str, place: int) -> str:
    """Give what makes a column the same in two sheets: its header, or its place without one."""
    return columns.normal(header) or f"#{place}"


def _stacked(
    exact: Sequence[Mapping[int, readers.Mask]], raws: Sequence[RawTable], width: int
) -> dict[int, readers.Mask]:
    stacked = {}
    for place in range(width):
        if any(place in one for one in exact):
            stacked[place] = np.concatenate(
                [
                    one.get(place, np.zeros(len(raw), dtype=bool))
                    for one, raw in zip(exact, raws, strict=True)
                ]
            )
    return stacked


def _text(value: Any) -> str:
    """Write a cell as text: whole numbers without a decimal point, moments in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        has_clock = value.time() != datetime.time()
        return value.isoformat() if has_clock else value.date().isoformat()
    return str(value)
