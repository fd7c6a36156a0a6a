"""From a raw table to typed rows: each cell read by the kind of its column in ``tables``.

A cell that cannot be read refuses its row; what the rows mean together is left to the modules
of the tables (``boundaries``, ``settlements``, ``sites``, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import columns, readers, values
from geoplan.io.readers import RawTable, Source
from geoplan.io.rejects import Ledger
from geoplan.tables import Column, Table

_POINT = ("longitude", "latitude")
_ENUMERATED = {"status": "unknown_status", "technology": "unknown_technology"}


@dataclass(frozen=True)
class Rows:
    """The rows of one file, typed, the refused ones among them; ``ledger`` tells which stand.

    ``frame`` has every column of the table but the point and the shape, then the columns that
    the table does not know; its index is 0 … n − 1, as in the ledger.
    """

    source: Source
    raw: RawTable
    matched: columns.Matched
    frame: pd.DataFrame
    ledger: Ledger

    @property
    def has_point_columns(self) -> bool:
        """Whether the file has a pair of coordinate columns."""
        return self.has_degrees or {"x", "y"} <= self.matched.columns.keys()

    @property
    def has_degrees(self) -> bool:
        """Whether the file has columns of longitude and latitude."""
        return {"longitude", "latitude"} <= self.matched.columns.keys()

    def tell(self, faults: Faults, code: str, *, column: str = "", **params: Any) -> None:
        """Add a fault of the whole file."""
        faults.add(code, file=self.source.name, sheet=self.raw.sheet, column=column, **params)


def read(
    source: Source,
    faults: Faults,
    *,
    given: Mapping[str, str] | None = None,
    operators: Mapping[str, str] | None = None,
) -> Rows | None:
    """Read a file and type its cells; give None, and add the faults, where it cannot be read.

    Parameters
    ----------
    given
        Values of columns that the scenario gives for the whole file; they fill blank cells.
    operators
        Folded name of an operator → its standard name.
    """
    raw = readers.read(source, faults)
    if raw is None:
        return None
    matched = columns.match(
        raw.headers, source.table, file=source.name, sheet=raw.sheet, faults=faults
    )
    given = given or {}
    _check_required(source, raw, matched, given, faults)
    ledger = Ledger(source, raw, matched, source.table.columns[0].name)
    if source.table.name == "sites":
        ledger = Ledger(source, raw, matched, "site_id")
    data: dict[str, pd.Series] = {}
    for column in source.table.columns:
        if column.kind != "geometry" and column.name not in _POINT:
            filling = given.get(column.name, "")
            data[column.name] = _typed(column, raw, matched, ledger, filling, operators or {})
    for place, name in matched.others.items():
        data[name] = raw.cells[place]
    frame = pd.DataFrame(data, index=range(len(raw)))
    if len(raw):
        _refuse_blank(source.table, frame, ledger)
    return Rows(source, raw, matched, frame, ledger)


def _check_required(
    source: Source,
    raw: RawTable,
    matched: columns.Matched,
    given: Mapping[str, str],
    faults: Faults,
) -> None:
    """Add a fault for every column that must be there and is not, unless the file is empty."""
    if not len(raw) and not raw.headers:
        return
    for name in source.table.required:
        if name == "geometry" or name in matched.columns or name in given:
            continue
        known = ", ".join(columns.headers_of(source.table, name)[:6])
        faults.add("missing_column", file=source.name, sheet=raw.sheet, column=name, known=known)


def _typed(
    column: Column,
    raw: RawTable,
    matched: columns.Matched,
    ledger: Ledger,
    filling: str,
    operators: Mapping[str, str],
) -> pd.Series:
    place = matched.columns.get(column.name)
    if place is None:
        cells, exact = pd.Series([""] * len(raw), dtype="str"), None
    else:
        cells, exact = raw.cells[place], raw.exact.get(place)
    if filling:
        cells = cells.mask(cells == "", filling)
    name = column.name
    if name == "operator":
        found, bad = values.look_up(cells, operators)
        known = ", ".join(dict.fromkeys(operators.values()))
        ledger.refuse(bad, "unknown_operator", column=name, known=known)
        return found
    if column.values:
        found, bad = values.look_up(cells, values.words(name))
        code = _ENUMERATED.get(name, "unknown_value")
        ledger.refuse(bad, code, column=name, known=", ".join(column.values))
        return found
    if column.kind == "number":
        numbers, bad = values.numbers(
            cells, unit=column.unit, decimal_comma=raw.decimal_comma, exact=exact
        )
        ledger.refuse(bad, "not_a_number", column=name)
        outside = _outside(numbers, column)
        ledger.refuse(outside, "out_of_range", column=name, range=span(column))
        return pd.Series(np.where(bad | outside, np.nan, numbers))
    if column.kind == "date":
        found, bad = values.dates(cells, exact=exact)
        ledger.refuse(bad, "bad_date", column=name)
        return found
    if column.kind == "boolean":
        found, bad = values.booleans(cells)
        known = "true, false, có, không"
        ledger.refuse(bad, "unknown_value", column=name, known=known)
        return found
    return cells


def _outside(numbers: values.Floats, column: Column) -> values.Mask:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return ~np.isnan(numbers) & ~((numbers >= low) & (numbers <= high) & np.isfinite(numbers))


def span(column: Column) -> str:
    """Say the range of a column, such as "0–400 m"."""
    if column.high is None:
        text = "" if column.low is None else f"≥ {column.low:g}"
    else:
        text = f"{column.low:g}–{column.high:g}"
    return f"{text} {_SYMBOLS.get(column.unit, column.unit)}".strip()


_SYMBOLS = {"degrees": "°", "people": "", "households": ""}
"""Units that are English words, as they are shown in every language."""


def _refuse_blank(table: Table, frame: pd.DataFrame, ledger: Ledger) -> None:
    """Refuse the rows that lack a required value."""
    for column in table.columns:
        if column.required and column.kind != "geometry" and column.name not in _POINT:
            blank = frame[column.name].isna() if column.kind == "date" else frame[column.name] == ""
            ledger.refuse(blank, "missing_value", column=column.name)
