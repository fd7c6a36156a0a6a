"""Columns of ours that a file holds in parts: tilt in two, technologies in one column each.

Which columns are parts is left to ``columns``; coordinates in one cell to ``coordinate_cells``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geoplan.io import radio_words, values
from geoplan.io.columns import PARTS_OF, Matched
from geoplan.io.readers import RawTable
from geoplan.io.rejects import Ledger


def make(name: str, raw: RawTable, matched: Matched, ledger: Ledger) -> pd.Series:
    """Give a column out of its parts; cells that cannot be read refuse their rows."""
    places = {part: matched.parts[part] for part in PARTS_OF[name] if part in matched.parts}
    if name == "technology":
        return _technology(places, raw, ledger)
    return _sum(name, places, raw, ledger)


def _sum(name: str, places: dict[str, int], raw: RawTable, ledger: Ledger) -> pd.Series:
    """Add angles that are given apart; one that is blank counts as 0 beside another."""
    total = np.full(len(raw), np.nan)
    for place in places.values():
        numbers, bad = values.numbers(
            raw.cells[place],
            unit="degrees",
            decimal_comma=raw.decimal_comma,
            exact=raw.exact.get(place),
        )
        ledger.refuse(bad | (np.abs(numbers) > 90.0), "not_a_number", column=name)
        total = np.where(np.isnan(total), numbers, total + np.nan_to_num(numbers))
    return pd.Series(total)


def _technology(places: dict[str, int], raw: RawTable, ledger: Ledger) -> pd.Series:
    """Give the technologies whose column is marked: x, có, a number of stations, a day, a band.

    Blank, 0, no and a dash are no station; what is neither refuses its row.
    """
    found = pd.Series([""] * len(raw), dtype="str")
    for part, place in places.items():
        cells = raw.cells[place]
        codes, uniques = pd.factorize(cells)
        marks = [_is_there(cell) for cell in uniques]
        strange = np.array([mark is None for mark in marks], dtype=bool)[codes]
        ledger.refuse(strange, "unknown_value", column=part, known="x, có, không, 0, 1")
        there = np.array([mark is True for mark in marks], dtype=bool)[codes]
        joined = np.where(found == "", part, found + radio_words.JOINT + part)
        found = pd.Series(np.where(there, joined, found), dtype="str")
    return found


_DASHES: Final = frozenset("-–—_.")


def _is_there(cell: str) -> bool | None:
    """Tell what a mark says; None where it says neither yes nor no."""
    if set(cell) <= _DASHES:
        return False
    marks = pd.Series([cell], dtype="str")
    said, unknown = values.booleans(marks)
    if not unknown[0]:
        return bool(said[0])
    stations, is_word = values.numbers(marks)
    if not is_word[0]:
        return bool(stations[0] > 0) if float(stations[0]).is_integer() else None
    _, no_day = values.dates(marks)
    is_band = radio_words.technologies(cell) or radio_words.frequency_mhz(cell)
    return True if is_band or not no_day[0] else None
