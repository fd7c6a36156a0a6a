"""What an older run said of province and communes, read from its folder before it is replaced.

Only the figures that stand on sheets are kept; a folder that holds none gives nothing.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEPT: Final = (
    *("HAMLETS", "HAMLETS_UNKNOWN", "PEOPLE"),
    *("HAMLETS_WHITE", "HAMLETS_DEAD_SPOT", "HAMLETS_COVERED", "POP_SERVED"),
)
_PLACES: Final = ("tables/indicators.csv", "noi-bo/tables/indicators.csv")

Key = tuple[str, str, str, str]
"""Level, unit, indicator, technology."""


@dataclass(frozen=True)
class PreviousFigures:
    """The figures of an older run: numerator and denominator (None where there is none)."""

    day: datetime.date
    figures: Mapping[Key, tuple[float, float | None]]


def previous_figures(target: Path | str) -> PreviousFigures | None:
    """Read the figures of the run that stands in a folder.

    Parameters
    ----------
    target
        Folder of a finished run, or of none.

    Returns
    -------
    None where the folder holds no run whose table of indicators can be read.
    """
    for name in _PLACES:
        path = Path(target) / name
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found = _read(csv.DictReader(file))
        except (OSError, ValueError, KeyError, TypeError, csv.Error):
            continue
        if found is not None:
            return found
    return None


def _read(rows: csv.DictReader[str]) -> PreviousFigures | None:
    figures: dict[Key, tuple[float, float | None]] = {}
    day: datetime.date | None = None
    for row in rows:
        if row["operator"] or row["place_class"] or row["indicator"] not in KEPT:
            continue
        if row["level"] not in ("province", "commune") or not row["numerator"]:
            continue
        day = datetime.date.fromisoformat(row["as_of"])
        below = row["denominator"]
        key = (row["level"], row["unit_id"], row["indicator"], row["technology"])
        # Where several provinces are named, the whole stands first: it is the one that counts.
        level = ("province", "", *key[2:]) if key[0] == "province" else key
        figures.setdefault(level, (float(row["numerator"]), float(below) if below else None))
    return None if day is None else PreviousFigures(day, figures)
