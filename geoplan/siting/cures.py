"""What cures each total hole: the plan, another candidate, a little more radius, or no mast.

A hole that no candidate reaches is left for satellite; one that vanishes when every radius grows
by a tenth lies within the model's error and wants checking before anybody builds. How holes are
found is told by ``coverage.holes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.coverage.holes import link_points
from geoplan.siting.gains import reached_points

if TYPE_CHECKING:
    from geoplan.siting.choose import Selection
    from geoplan.siting.modelling import Model, Setting

Indices = NDArray[np.int64]

LARGER: Final = 1.1
"""The factor on every radius at which a hole that vanishes is near the threshold."""
VERDICTS: Final[dict[str, str]] = {
    "proposed": "the plan serves all of its people",
    "proposed_in_part": "the plan serves some of its people",
    "near_threshold": "served if every radius were a tenth larger: check on the spot first",
    "candidate": "a candidate outside the plan would serve people of it",
    "below_minimum": "each candidate that reaches it wins less than the minimum",
    "satellite": "no candidate reaches it: satellite, or a site of its own",
}
"""Codes of ``hole_cures.verdict`` and what they mean; reports translate them."""


def cure_sheet(setting: Setting, model: Model, plan: Selection) -> pd.DataFrame:
    """Lay out the table ``hole_cures``: a row for each total hole of the siting technology."""
    holes = setting.holes.reset_index(drop=True)
    if not len(holes):
        return pd.DataFrame()
    demand, bits = setting.demand, model.stakes.bits
    white = np.flatnonzero((bits == 0) & demand.weighs)
    hole = _hole_of(
        holes,
        demand.longitude[white],
        demand.latitude[white],
        setting.scenario.siting.hole_link_m,
    )
    people = np.nan_to_num(demand.people[white], nan=0.0)
    larger = setting.service_bits(LARGER)[white] != 0
    reached = np.zeros(len(bits), bool)
    for at in reached_points(model.candidates, plan.candidates, demand):
        reached[at] = True
    best = _best_alone(model, setting)
    n = len(holes)
    by_plan = np.bincount(hole, people * reached[white], n)
    by_any = np.bincount(hole, people * (best[white] >= 0), n)
    by_larger = np.bincount(hole, people * larger, n)
    strongest = np.full(n, -1.0)
    np.maximum.at(strongest, hole, best[white])
    whole = np.bincount(hole, people, n)
    frame = holes[["hole_id", "commune_code", "longitude", "latitude", "people", "hamlets"]].assign(
        planned_people=by_plan,
        reachable_people=by_any,
        people_110=by_larger,
        best_alone_people=np.where(strongest >= 0, strongest, np.nan),
    )
    least = setting.scenario.siting.min_gain_people
    all_larger = np.bincount(hole, ~larger, n) == 0
    tests = [
        (by_plan > 0) & (by_plan >= whole - 1e-6),
        by_plan > 0,
        all_larger,
        strongest >= least,
        strongest >= 0,
    ]
    frame["verdict"] = np.select(tests, list(VERDICTS)[:5], "satellite")
    return tables.check(frame, tables.HOLE_CURES_OUT)


def _hole_of(
    holes: pd.DataFrame,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    link_m: float,
) -> Indices:
    """Give the hole of each unserved point: the one whose people are linked with it."""
    from scipy.spatial import cKDTree

    middle = geodesy.ecef(holes["longitude"], holes["latitude"])
    spots = geodesy.ecef(longitude, latitude)
    nearest = np.asarray(cKDTree(middle).query(spots)[1], np.int64)
    if not len(spots):
        return nearest
    # A hole's point is one of its people's; a raster's cells may link more than its holes do.
    group = link_points(longitude, latitude, link_m)
    of_hole = group[cKDTree(spots).query(middle)[1]]
    alone = np.bincount(of_hole, minlength=int(group.max()) + 1) == 1
    hole = np.full(int(group.max()) + 1, -1, np.int64)
    hole[of_hole] = np.arange(len(holes))
    return np.where(alone[group], hole[group], nearest)


def _best_alone(model: Model, setting: Setting) -> NDArray[np.float64]:
    """Give the most people that a candidate reaching each point wins alone; −1 = none reaches."""
    sites, demand = model.sites, setting.demand
    best = np.full(len(demand), -1.0)
    if not len(sites):
        return best
    reach = sites.reach(demand.longitude, demand.latitude)
    alone = np.repeat(sites.alone_people, np.diff(reach.indptr))
    np.maximum.at(best, reach.indices, alone)
    return best
