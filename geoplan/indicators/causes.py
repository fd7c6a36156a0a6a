"""Why a hamlet probably got or lost service: what became of the stations that served it best.

What changed is told by ``changed_rows``; a likely cause is no proof, and is called so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geoplan.indicators.changes import Run

_STATION: Final = ["operator", "site_id", "technology"]
_RANK: Final = {"white": 0, "dead_spot": 1, "covered": 2}
_OF_LOSS: Final = ("off_air", "missing", "refused", "planned", "moved", "re_dated", "radius")
_OF_GAIN: Final = ("opened", "listed", "moved", "radius")
_SAME_M: Final = 0.5
"""Radii that differ by less are the same. [m]"""


def with_causes(old: Run, new: Run, hamlets: pd.DataFrame, stations: pd.DataFrame) -> pd.DataFrame:
    """Add the likely cause to the hamlets whose status the network changed.

    Parameters
    ----------
    hamlets, stations
        From ``changed_rows``.

    Returns
    -------
    ``hamlets`` with ``cause`` filled in and ``stations``. Of several causes the first of
    off_air, missing, refused, planned, moved, re_dated, radius stands where service went, and of
    opened, listed, moved, radius where it came.
    """
    fate = _fates(old, new, stations)
    best = {"old": _best(old), "new": _best(new)}
    causes, named = list(hamlets["cause"]), [""] * len(hamlets)
    for place, row in enumerate(hamlets.to_dict("records")):
        if row["kind"] != "network":
            continue
        is_gain = _RANK.get(row["after"], 0) > _RANK.get(row["before"], 0)
        run, key = (new, "hamlet_id") if is_gain else (old, "old_hamlet_id")
        served = best["new" if is_gain else "old"].get(str(row[key]), [])
        within = _technologies(run, str(row["technology"]))
        told = [
            (fate[station], station)
            for station in served
            if station[2] in within and station in fate
        ]
        order = _OF_GAIN if is_gain else _OF_LOSS
        cause = next((one for one in order if any(one == what for what, _ in told)), "unclear")
        causes[place] = cause
        named[place] = "; ".join(" ".join(one) for what, one in told if what == cause)
    return hamlets.assign(cause=causes, stations=named)


def _technologies(run: Run, technology: str) -> set[str]:
    if technology != "MBB":
        return {technology}
    return {str(name) for name in run.rules.get("coverage", {}).get("mbb", [])}


def _best(run: Run) -> dict[str, list[tuple[str, str, str]]]:
    """Give the best station of each operator and technology at each centre that is served."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    if run.best is not None:
        names = ["hamlet_id", "operator", "best_site_id", "technology"]
        for hamlet, *station in run.best[names].itertuples(index=False, name=None):
            found.setdefault(hamlet, []).append((station[0], station[1], station[2]))
    return found


def _fates(old: Run, new: Run, stations: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    """Say of each station that changed what became of it."""
    fate: dict[tuple[str, str, str], str] = {}
    for reached in _other_radii(old, new):
        fate[reached] = "radius"
    for kind in ("re_dated", "moved", "listed", "opened", "gone"):  # what says most comes last
        rows = stations[stations["kind"] == kind]
        what = rows["cause"] if kind == "gone" else [kind] * len(rows)
        for *station, one in zip(*(rows[name] for name in _STATION), what, strict=True):
            fate[station[0], station[1], station[2]] = one
    return fate


def _other_radii(old: Run, new: Run) -> list[tuple[str, str, str]]:
    """Give the stations of both runs that reach less far or farther than before."""
    if "radius_m" not in old.stations or "radius_m" not in new.stations:
        return []
    both = old.stations.merge(new.stations, on=_STATION, suffixes=("_old", "_new"))
    gap = (both["radius_m_old"] - both["radius_m_new"]).abs().to_numpy(np.float64)
    return list(both.loc[gap > _SAME_M, _STATION].itertuples(index=False, name=None))
