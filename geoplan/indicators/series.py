"""Figures of several runs in one series, each with whether it may stand beside the newest.

Change from one run to the next is left to ``changes``; drawing to ``report.charts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from geoplan.admin.units import key_of
from geoplan.indicators.changes import Run
from geoplan.indicators.run_rules import rule_changes, why_incomparable

_KINDS: Final = {
    "old_province": "province",
    "old_district": "district",
    "old_commune": "commune",
}
"""A former unit of one run is the unit that it was in an older one."""
_NAMES: Final = [
    *("indicator", "level", "unit_id", "unit_name", "unit_version", "operator", "technology"),
    *("place_class", "numerator", "denominator", "value"),
]
UNIT: Final = "unit_version"
"""Why a figure is not comparable whose unit the newest run does not know."""


def series(runs: Sequence[Run]) -> pd.DataFrame:
    """Put the indicators of runs one below the other.

    Parameters
    ----------
    runs
        Sorted by day; the last is what the others are held to.

    Returns
    -------
    Columns of ``tables.SERIES_OUT``.
    """
    newest = runs[-1]
    known = set(unit_keys(newest.indicators))
    frames = []
    for run in runs:
        frame = run.indicators.reindex(columns=_NAMES)
        frame = frame.assign(as_of=run.as_of, run=run.name)
        why = _why(run, newest, frame)
        why = [
            rules if key in known else ";".join(filter(None, (rules, UNIT)))
            for rules, key in zip(why, unit_keys(frame), strict=True)
        ]
        frame["why"], frame["comparable"] = why, ["no" if one else "yes" for one in why]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def unit_keys(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Give kind, code and version of the unit of each row: the same for the same unit."""
    cache: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    keys = []
    for row in zip(frame["level"], frame["unit_id"], frame["unit_version"], strict=True):
        if row not in cache:
            level, code, stamp = (str(part) for part in row)
            cache[row] = (_KINDS.get(level, level), *key_of(code, stamp))
        keys.append(cache[row])
    return keys


def _why(run: Run, newest: Run, frame: pd.DataFrame) -> list[str]:
    """Give the rules that make each row incomparable; blank where none does."""
    if run is newest:
        return [""] * len(frame)
    rules = rule_changes(run, newest)
    mbb = {str(one) for r in (run, newest) for one in r.rules.get("coverage", {}).get("mbb", [])}
    pairs = list(zip(frame["indicator"].astype(str), frame["technology"].astype(str), strict=True))
    told = {pair: why_incomparable(*pair, rules, mbb) for pair in set(pairs)}
    return [told[pair] for pair in pairs]
