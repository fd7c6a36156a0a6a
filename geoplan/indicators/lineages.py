"""Which lines of a lineage speak of two of several runs, steps between them joined.

A line of 2024 says nothing of the runs of 2025 and 2026; what a line means for two runs is
left to ``changes``.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from geoplan.indicators.changes import told_kinds

Line = tuple[str, str, str]


def lines_between(
    lines: pd.DataFrame, before: Collection[str], after: Collection[str]
) -> pd.DataFrame:
    """Give the lines that lead from the hamlets of one run to those of another.

    Parameters
    ----------
    lines
        old_hamlet_id, new_hamlet_id and kind, of any number of years.
    before, after
        Ids of the hamlets of the two runs.

    Returns
    -------
    The same columns; two renamings one after the other are one, and a way with a merger or a
    division on it is a merger or a division.
    """
    told = lines.drop_duplicates(["old_hamlet_id", "new_hamlet_id"])
    told = told.assign(kind=told_kinds(told))
    names = ["old_hamlet_id", "new_hamlet_id", "kind"]
    every: list[Line] = list(told[names].itertuples(index=False, name=None))
    then, now = set(before), set(after)
    ways: dict[str, list[Line]] = {}
    for line in every:
        if line[0] != line[1] or _keeps_its_id(line, every, then, now):
            ways.setdefault(line[0], []).append(line)
    found: set[Line] = set()
    for start in sorted(then & {*ways}):
        found |= _followed(start, ways, then, now)
    return pd.DataFrame(sorted(found), columns=names, dtype="str")


def _keeps_its_id(line: Line, every: list[Line], then: set[str], now: set[str]) -> bool:
    """Tell whether a hamlet was merged or divided between the runs although its id stays."""
    name, _, kind = line
    joined = {a for a, b, one in every if b == name != a and one == kind}
    parted = {b for a, b, one in every if a == name != b and one == kind}
    return bool((joined & then) - now or (parted & now) - then)


def _followed(start: str, ways: dict[str, list[Line]], then: set[str], now: set[str]) -> set[Line]:
    """Follow the lines from a hamlet until they end at hamlets of the newer run."""
    found: set[Line] = set()
    seen: set[tuple[str, str]] = set()
    open_: list[tuple[str, str]] = [(start, "renamed")]
    while open_:
        at, kind = open_.pop()
        stays = next((one for old, new, one in ways.get(at, []) if old == new), kind)
        kind = stays if kind == "renamed" else kind
        for old, new, one in ways.get(at, []):
            # What stands in both runs was parted before or goes later: of neither speaks the line.
            ends = new not in now and new not in ways
            if old in now and old != new and (new in then or ends):
                continue
            how = one if kind == "renamed" else kind
            if new in now or new not in ways:
                found.add((start, new, how))
            elif (new, how) not in seen:
                seen.add((new, how))
                open_.append((new, how))
    return found
