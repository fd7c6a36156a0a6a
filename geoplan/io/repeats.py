"""Rows that stand twice: the first stays, later ones are refused and name it.

A later row with the same values is ``duplicate_row``, with others ``conflicting_row``; what
makes a key is left to the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.io.rejects import Ledger


def refuse(frame: pd.DataFrame, key: Sequence[str], ledgers: Sequence[Ledger]) -> None:
    """Refuse the rows whose key stands in an earlier row that was not refused.

    Parameters
    ----------
    frame
        The rows of all ledgers, one after the other, with the columns that are compared.
    key
        Columns that tell rows apart; blanks are equal.
    ledgers
        One for each file, in the order of the scenario.
    """
    alive = np.concatenate([ledger.alive for ledger in ledgers])
    standing = frame[alive]
    if not standing.duplicated(list(key)).any():
        return
    group = standing.groupby(list(key), dropna=False, sort=False).ngroup().to_numpy()
    _, first_of_group = np.unique(group, return_index=True)
    first = first_of_group[group]
    later = first != np.arange(len(standing))
    whole = standing.groupby(list(standing.columns), dropna=False, sort=False).ngroup().to_numpy()
    same = whole == whole[first]

    places = np.flatnonzero(alive)
    first_rows = np.full(len(frame), "", dtype=object)
    names = row_names(ledgers)
    file_of = np.repeat(np.arange(len(ledgers)), [len(ledger.raw) for ledger in ledgers])
    for here in np.flatnonzero(later):
        row, origin = places[here], places[first[here]]
        inside = file_of[row] == file_of[origin]
        first_rows[row] = names[origin][0] if inside else f"{names[origin][0]} ({names[origin][1]})"
    repeated, equal = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    repeated[places[later]] = True
    equal[places[same]] = True
    differing = np.full(len(frame), "", dtype=object)
    others = np.flatnonzero(later & ~same)
    differing[places[others]] = _first_difference(
        standing.drop(columns=list(key)), others, first[others]
    )
    start = 0
    for ledger in ledgers:
        own = slice(start, start + len(ledger.raw))
        row = first_rows[own]
        ledger.refuse((repeated & equal)[own], "duplicate_row", first_row=row)
        for name in dict.fromkeys(differing[own][repeated[own]]):
            column = name if ledger.matched.place(name) is not None else ""
            where = repeated[own] & (differing[own] == name)
            ledger.refuse(where, "conflicting_row", column=column, first_row=row)
        start = own.stop


def _first_difference(
    frame: pd.DataFrame, rows: NDArray[np.int64], before: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Give the first column in which rows differ from the ones before them."""
    names = np.full(len(rows), "", dtype=object)
    for name in frame.columns:
        cells = frame[name].to_numpy(dtype=object)
        now, then = cells[rows], cells[before]
        differs = pd.isna(now) != pd.isna(then)
        both = ~pd.isna(now) & ~pd.isna(then)
        differs[both] = now[both] != then[both]
        names[(names == "") & differs] = name
    return names


def row_names(ledgers: Sequence[Ledger]) -> list[tuple[int, str]]:
    """Give row number and file of the rows of all ledgers."""
    return [
        (int(row), ledger.source.name) for ledger in ledgers for row in ledger.raw.rows.tolist()
    ]
