"""Masts that could be one: standing ones of different operators, and the plans of a year.

Only distance and cost are weighed. Whether a mast can carry more, and what the province allows,
is left to ``sharing.rules`` and to the people who ask each other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.costs import Catalogue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def pairs_within(
    first: pd.DataFrame, second: pd.DataFrame, largest_m: float
) -> tuple[Ints, Ints, Floats]:
    """Give the rows of two frames of points that lie within a distance, and how far apart.

    Parameters
    ----------
    first, second
        With ``longitude`` and ``latitude``. [degrees]
    largest_m
        Largest distance. [m]

    Returns
    -------
    Row in ``first``, row in ``second`` and distance in metres, sorted by the rows.
    """
    from scipy.spatial import cKDTree

    nothing = np.zeros(0, np.int64)
    if not len(first) or not len(second):
        return nothing, nothing, np.zeros(0)
    trees = [cKDTree(geodesy.ecef(one["longitude"], one["latitude"])) for one in (first, second)]
    reach = float(geodesy.chord_m(largest_m)) + 0.01
    found = trees[0].sparse_distance_matrix(trees[1], reach, output_type="ndarray")
    apart = np.round(geodesy.arc_m(found["v"]), 3)
    order = np.lexsort((found["j"], found["i"]))
    order = order[apart[order] <= largest_m]
    here, there = (found[name][order].astype(np.int64) for name in ("i", "j"))
    return here, there, np.asarray(apart[order], np.float64)


def saved_vnd(catalogue: Catalogue, height_m: Floats, *, together: bool = False) -> Floats:
    """Give what one mast less saves: its place and the mast, less the room on the other.

    With ``together`` nobody goes onto a mast that stands, so that no room there is paid. NaN
    where the catalogue lacks an amount. [VND]
    """
    heights, inverse = np.unique(np.asarray(height_m, np.float64), return_inverse=True)
    worth = np.full(len(heights), np.nan)
    place, room = (catalogue.items.get(name) for name in ("new_site", "existing_position"))
    for i, height in enumerate(heights.tolist()):
        mast = catalogue.mast(height)
        if mast is not None and place is not None and (together or room is not None):
            less = 0.0 if together or room is None else room.amount_vnd
            worth[i] = place.amount_vnd + mast.amount_vnd - less
    return worth[inverse]


def sharing_potential(positions: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """List separate masts without a common operator that could be one, most saved first.

    The limit of a pair is the smaller of the two masts'. The mast with more operators stays, of
    equals the higher one, then the one whose id comes first.

    Parameters
    ----------
    positions
        ``position_id, longitude, latitude, operators`` (joined by ;), ``n_operators``,
        ``height_m``, ``owner`` (blank = not named) and ``within_m``.
    catalogue
        What a mast costs.

    Returns
    -------
    The table ``sharing_potential``.
    """
    frame = positions.sort_values("position_id", kind="stable").reset_index(drop=True)
    within = frame["within_m"].to_numpy(np.float64)
    here, there, apart = pairs_within(frame, frame, float(within.max()) if len(frame) else 0.0)
    limit = np.minimum(within[here], within[there])
    bits = operator_bits(frame["operators"])
    kept = (here < there) & (apart <= limit) & ((bits[here] & bits[there]) == 0)
    here, there, apart, limit = (one[kept] for one in (here, there, apart, limit))
    height = frame["height_m"].to_numpy(np.float64)
    number = frame["n_operators"].to_numpy(np.int64)
    swap = (number[there] > number[here]) | (
        (number[there] == number[here]) & (height[there] > height[here])
    )
    stay, move = np.where(swap, there, here), np.where(swap, here, there)
    owner = frame["owner"].where(frame["owner"] != "", frame["operators"]).to_numpy(object)
    ids, who = (frame[name].to_numpy(object) for name in ("position_id", "operators"))
    found = pd.DataFrame(
        {
            "keep_position_id": ids[stay],
            "move_position_id": ids[move],
            "distance_m": apart,
            "within_m": limit,
            "who_asks": who[move],
            "whom": owner[stay],
            "saved_vnd": saved_vnd(catalogue, height[move]),
            "cost_basis": catalogue.basis,
        }
    ).sort_values(
        ["saved_vnd", "distance_m", "keep_position_id", "move_position_id"],
        ascending=[False, True, True, True],
        na_position="last",
    )
    found["rank"] = np.arange(1, len(found) + 1)
    once = _uses_each_once(found["keep_position_id"], found["move_position_id"])
    found["saved_once_vnd"] = found["saved_vnd"].where(once, 0.0)
    return tables.check(found, tables.SHARING_POTENTIAL_OUT)


def _uses_each_once(first: pd.Series, second: pd.Series) -> NDArray[np.bool_]:
    """Tell which pairs count where each mast counts once, the pairs taken in order."""
    used: set[str] = set()
    counts = []
    for pair in zip(first, second, strict=True):
        counts.append(used.isdisjoint(pair))
        if counts[-1]:
            used.update(pair)
    return np.array(counts, bool)


def operator_bits(joined: pd.Series) -> Ints:
    """Give a bit for each operator of texts joined by semicolons."""
    dummies = joined.astype("object").str.get_dummies(";").to_numpy(np.int64)
    return np.asarray(dummies @ (1 << np.arange(dummies.shape[1])), np.int64)


def planned_pairs(
    planned: pd.DataFrame, positions: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Compare planned sites with other operators' planned sites and with every standing mast.

    Parameters
    ----------
    planned
        One row for each site: ``operator, site_id, longitude, latitude, year`` (NaN = not told),
        ``height_m`` and ``within_m``.
    positions
        ``position_id, longitude, latitude, operators``.
    catalogue
        What a mast costs.

    Returns
    -------
    The table ``planned_pairs``: a row for each partner of a site, and one with the advice
    ``none`` for a site without any; ``rule`` stays blank. Two planned sites are partners whatever
    their years.
    """
    plan = planned.sort_values(["operator", "site_id"], kind="stable").reset_index(drop=True)
    plan["key"] = plan["operator"].astype("str") + ":" + plan["site_id"].astype("str")
    within = plan["within_m"].to_numpy(np.float64)
    most = float(within.max()) if len(plan) else 0.0
    here, there, apart = pairs_within(plan, positions, most)
    near = apart <= within[here]
    onto = _partners(plan, here[near], apart[near], within[here[near]], "go_onto")
    onto["partner_id"] = positions["position_id"].to_numpy(object)[there[near]]
    onto["partner_operators"] = positions["operators"].to_numpy(object)[there[near]]
    height = plan["height_m"].to_numpy(np.float64)
    onto["saved_vnd"] = saved_vnd(catalogue, height[here[near]])
    here, there, apart = pairs_within(plan, plan, most)
    limit = np.minimum(within[here], within[there])
    who = plan["operator"].to_numpy(object)
    near = (who[here] != who[there]) & (apart <= limit)
    here, there, apart, limit = (one[near] for one in (here, there, apart, limit))
    both = _partners(plan, here, apart, limit, "build_together")
    both["partner_id"] = plan["key"].to_numpy(object)[there]
    both["partner_operators"] = who[there]
    lower = np.minimum(height[here], height[there])
    both["saved_vnd"] = saved_vnd(catalogue, lower, together=True) / 2
    alone = np.setdiff1d(np.arange(len(plan)), np.r_[onto["row"], both["row"]])
    none = _partners(plan, alone, np.full(len(alone), np.nan), within[alone], "none")
    none = none.assign(partner_id="", partner_operators="", saved_vnd=0.0)
    parts = [part for part in (onto, both, none) if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else onto
    found = found.assign(cost_basis=catalogue.basis, rule="").drop(columns="row")
    return tables.check(found, tables.PLANNED_PAIRS_OUT)


def _partners(
    plan: pd.DataFrame, rows: Ints, apart: Floats, limit: Floats, advice: str
) -> pd.DataFrame:
    found = plan.iloc[rows][["year", "operator", "site_id"]].reset_index(drop=True)
    found["year"] = found["year"].astype("Int64")
    return found.assign(row=rows, advice=advice, distance_m=apart, within_m=limit)
