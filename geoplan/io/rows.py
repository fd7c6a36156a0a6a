"""From a raw table to typed rows: each cell read by the kind of its column in ``tables``.

A cell that cannot be read refuses its row; what the rows mean together is left to the modules
of the tables (``boundaries``, ``settlements``, ``sites``, …).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import columns, composites, headings, lines, operators, radio_words, readers, values
from geoplan.io.readers import RawTable, Source
from geoplan.io.rejects import Ledger
from geoplan.tables import Column, Table

_POINT = ("longitude", "latitude")
_POINTED = ("clusters", "sites", "places", "structures", "measurements")
"""Tables whose rows must have a place."""
_OPERATORS = ("operator", "operator_a", "operator_b")
_KEYS = {"sites": "site_id", "position_review": "site_id_a", "measurements": "time"}
"""Columns by which refused rows are known, where it is not the first."""
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
        """Whether the file has a pair of coordinate columns, or one that holds both."""
        return self.has_degrees or self.has_metres or self.has_pair

    @property
    def has_metres(self) -> bool:
        """Whether the file has columns X and Y."""
        return {"x", "y"} <= self.matched.columns.keys()

    @property
    def has_pair(self) -> bool:
        """Whether the file has a column that holds both coordinates of a row."""
        return "coordinates" in self.matched.parts

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
    names: Mapping[str, str] | None = None,
    mend: Callable[[RawTable], RawTable] | None = None,
) -> Rows | None:
    """Read a file and type its cells; give None, and add the faults, where it cannot be read.

    Parameters
    ----------
    given
        Values of columns that the scenario gives for the whole file; they fill blank cells.
    names
        Folded name of an operator → its standard name.
    mend
        What is done to the raw table first.
    """
    raw = readers.read(source, faults)
    if raw is None:
        return None
    if mend is not None:
        raw = mend(raw)
    matched = columns.match(
        raw.headers,
        source.table,
        file=source.name,
        sheet=raw.sheet,
        faults=faults,
        names=source.dictionary.headers,
    )
    given = given or {}
    words = _Words(source.dictionary.words, names or {})
    if source.table.name == "sites":
        matched = _without_doubtful_technology(raw, matched, words)
    needed = [name for name in source.table.required if name not in given]
    raw = lines.leave_out(raw, matched, source, needed)
    raw, matched = headings.fill(raw, matched, source, given, names or {})
    _check_required(source, raw, matched, given, faults)
    key = _KEYS.get(source.table.name, source.table.columns[0].name)
    ledger = Ledger(source, raw, matched, key)
    data: dict[str, pd.Series] = {}
    for column in source.table.columns:
        if column.kind != "geometry" and column.name not in _POINT:
            filling = given.get(column.name, "")
            data[column.name] = _typed(column, raw, matched, ledger, filling, words)
    for place, name in matched.others.items():
        data[name] = raw.cells[place]
    frame = pd.DataFrame(data, index=range(len(raw)))
    if len(raw):
        _refuse_blank(source.table, frame, ledger)
    return Rows(source, raw, matched, frame, ledger)


@dataclass(frozen=True)
class _Words:
    """What words mean beyond ``words.toml``: those of the scenario, and names of operators."""

    further: Mapping[str, Mapping[str, Sequence[str]]]
    operators: Mapping[str, str]

    def of(self, kind: str) -> Mapping[str, str]:
        """Give folded word → value, of one kind of value."""
        own = {
            values.key(word): value
            for value, known in self.further.get(kind, {}).items()
            for word in known
        }
        return {**values.words(kind), **own}


_LOOSE_TECHNOLOGY = ("type", "loai", "loaitram", "loaibts", "loaihinhtram")


def _without_doubtful_technology(
    raw: RawTable, matched: columns.Matched, words: _Words
) -> columns.Matched:
    """Take a column "type" for no technology where most of its cells name none.

    In cell lists it is the type of the antenna as often.
    """
    place = matched.columns.get("technology")
    if place is None or columns.normal(raw.headers[place]) not in _LOOSE_TECHNOLOGY:
        return matched
    cells = raw.cells[place][raw.cells[place] != ""]
    found, _ = _technologies(cells, words)
    if len(cells) and (found != "").mean() > 0.5:
        return matched
    kept = {name: at for name, at in matched.columns.items() if name != "technology"}
    return replace(matched, columns=kept, others={**matched.others, place: raw.headers[place]})


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
    lacking = [
        name
        for name in source.table.required
        if name != "geometry" and matched.place(name) is None and name not in given
    ]
    # A file that lacks these is read no further, so its coordinates are judged here as well.
    if lacking and source.table.name in _POINTED and raw.geometry is None:
        lacking += columns.lacking_point(matched)
    for name in lacking:
        known = ", ".join(columns.headers_of(source.table, name)[:6])
        faults.add("missing_column", file=source.name, sheet=raw.sheet, column=name, known=known)


def _typed(
    column: Column,
    raw: RawTable,
    matched: columns.Matched,
    ledger: Ledger,
    filling: str,
    words: _Words,
) -> pd.Series:
    """Read the cells of a column by its kind, refusing those that cannot be read."""
    name = column.name
    if name not in matched.columns and matched.place(name) is not None:
        return composites.make(name, raw, matched, ledger)
    place = matched.columns.get(name)
    if place is None:
        cells, exact = pd.Series([""] * len(raw), dtype="str"), None
    else:
        cells, exact = raw.cells[place], raw.exact.get(place)
    if filling:
        cells = cells.mask(cells == "", filling)
    if name in _OPERATORS or column.values:
        return _worded(column, cells, ledger, words)
    if column.kind == "number":
        return _numeric(column, cells, exact, raw.decimal_comma, ledger)
    if column.kind == "date":
        found, bad = values.dates(cells, exact=exact)
        ledger.refuse(bad, "bad_date", column=name)
        return found
    if column.kind == "boolean":
        found, bad = values.booleans(cells)
        known = "true, false, có, không"
        ledger.refuse(bad, "unknown_value", column=name, known=known)
        if values.only_ticked(cells):
            ledger.remark("blank_is_no", column=ledger.matched.header(name))
            return found.fillna(value=False)
        return found
    ledger.refuse(cells.str.fullmatch(_ERRORS), "error_cell", column=name)
    return cells


_ERRORS = r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)"
"""What a spreadsheet shows in place of a value."""


def _worded(column: Column, cells: pd.Series, ledger: Ledger, words: _Words) -> pd.Series:
    """Read words that stand for values."""
    name = column.name
    if name in _OPERATORS:
        found, bad = values.each(cells, lambda one: operators.standard_name(one, words.operators))
        known = ", ".join(dict.fromkeys(words.operators.values()))
        ledger.refuse(bad, "unknown_operator", column=name, known=known)
        return found
    if name == "technology":
        found, bad = _technologies(cells, words)
    else:
        found, bad = values.look_up(cells, words.of(name))
    code = _ENUMERATED.get(name, "unknown_value")
    ledger.refuse(bad, code, column=name, known=", ".join(column.values))
    return found


def _technologies(cells: pd.Series, words: _Words) -> tuple[pd.Series, values.Mask]:
    known = words.of("technology")
    return values.each(
        cells, lambda one: known.get(values.key(one)) or radio_words.technologies(one)
    )


def _numeric(
    column: Column, cells: pd.Series, exact: values.Mask | None, decimal_comma: bool, ledger: Ledger
) -> pd.Series:
    """Read numbers, and bands by their names."""
    numbers, bad = values.numbers(cells, unit=column.unit, decimal_comma=decimal_comma, exact=exact)
    if column.unit == "MHz" and bad.any():
        named = {one: radio_words.frequency_mhz(one) for one in cells[bad].unique()}
        numbers[bad] = cells[bad].map(named).to_numpy(dtype=np.float64)
        bad &= np.isnan(numbers)
    ledger.refuse(bad, "not_a_number", column=column.name)
    outside = _outside(numbers, column)
    ledger.refuse(outside, "out_of_range", column=column.name, range=span(column))
    return pd.Series(np.where(bad | outside, np.nan, numbers))


def _outside(numbers: values.Floats, column: Column) -> values.Mask:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return ~np.isnan(numbers) & ~((numbers >= low) & (numbers <= high) & np.isfinite(numbers))


def span(column: Column) -> str:
    """Say the range of a column, such as "0–400 m"."""
    if column.high is None:
        text = "" if column.low is None else f"≥ {column.low:g}"
    else:
        between = " … " if column.high < 0 else "–"
        text = f"{column.low:g}{between}{column.high:g}"
    return f"{text} {_SYMBOLS.get(column.unit, column.unit)}".strip()


_SYMBOLS = {"degrees": "°", "people": "", "households": ""}
"""Units that are English words, as they are shown in every language."""


def _refuse_blank(table: Table, frame: pd.DataFrame, ledger: Ledger) -> None:
    """Refuse the rows that lack a required value."""
    for column in table.columns:
        if column.required and column.kind != "geometry" and column.name not in _POINT:
            blank = frame[column.name].isna() if column.kind == "date" else frame[column.name] == ""
            ledger.refuse(blank, "missing_value", column=column.name)
