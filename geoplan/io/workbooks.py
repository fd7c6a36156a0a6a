"""Sheets of workbooks: xlsx, xls and ods, by calamine.

A cell is taken as the workbook stores it and not as it is shown: numbers stay numbers, dates
become ISO text. Which column is which is left to ``columns``.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import columns, readers
from geoplan.io.readers import RawTable, Source

_FIRST_ROWS = 20


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read one sheet; give None, and add the faults, where it cannot be read exactly."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(source.path) as book:
            sheets = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names
            }
    except (calamine.CalamineError, OSError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    name = _sheet(source, sheets, faults)
    if name is None:
        return None
    return _raw_table(sheets[name], name, source)


def _sheet(source: Source, sheets: dict[str, list[list[Any]]], faults: Faults) -> str | None:
    """Give the sheet that the scenario names, else the only one with the table's headers."""
    wanted = source.given.sheet
    if wanted is not None:
        if wanted in sheets:
            return wanted
        known = ", ".join(sheets)
        faults.add("unknown_sheet", file=source.name, column="sheet", value=wanted, sheets=known)
        return None
    filled = {name: rows for name, rows in sheets.items() if any(any(map(_text, r)) for r in rows)}
    if len(filled) > 1:
        scores = {name: _named(rows, source) for name, rows in filled.items()}
        best = max(scores.values())
        whole = [name for name, score in scores.items() if score == best and best >= 2]
        others = [score for name, score in scores.items() if name not in whole]
        # A sheet of notes beside the table names none of its columns, and is no rival.
        if len(whole) == 1 and max(others) == 0:
            return whole[0]
        faults.add("several_sheets", file=source.name, sheets=", ".join(filled))
        return None
    return next(iter(filled or sheets), None)


def _named(rows: list[list[Any]], source: Source) -> int:
    records = [[_text(value) for value in row] for row in rows[:_FIRST_ROWS]]
    return max((columns.recognised(record, source.table) for record in records), default=0)


def _raw_table(rows: list[list[Any]], sheet: str, source: Source) -> RawTable:
    first = [[_text(value) for value in row] for row in rows[:_FIRST_ROWS]]
    if not first:
        return RawTable((), pd.DataFrame(), np.zeros(0, dtype=np.int64), sheet)
    header = readers.header_row(first, source.table)
    body = rows[header + 1 :]
    width = len(first[header])
    cells, exact = {}, {}
    for i in range(width):
        column = [row[i] for row in body]
        cells[i] = pd.Series([_text(value) for value in column], dtype="str")
        numeric = np.array([type(value) in (float, int) for value in column], dtype=bool)
        if numeric.any():
            exact[i] = numeric
    return readers.tidy(
        RawTable(
            headers=tuple(first[header]),
            cells=pd.DataFrame(cells, index=range(len(body))),
            rows=np.arange(len(body), dtype=np.int64) + header + 2,
            sheet=sheet,
            exact=exact,
        )
    )


def _text(value: Any) -> str:
    """Write a cell as text: whole numbers without a decimal point, days in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)
