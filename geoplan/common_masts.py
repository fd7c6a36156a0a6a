"""Which masts could be one, and whose plans meet: sharing's questions put to a run.

Distances by environment, heights, owners and years are gathered here; pairs and what they save
are left to ``sharing.potential``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.coverage.model import environment_at
from geoplan.sharing import potential

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geoplan.costs import Catalogue
    from geoplan.results import Baseline, Inputs
    from geoplan.scenario import Scenario

HOLE_WITHIN_M = 3_000.0
"""Within which a structure could serve a hole. [m]"""
_PLANNED = ("planned", "proposed")


class CommonMasts(NamedTuple):
    """The tables ``sharing_potential``, ``planned_pairs`` and ``free_masts``."""

    potential: pd.DataFrame
    planned: pd.DataFrame
    free: pd.DataFrame


def find_common_masts(
    inputs: Inputs, baseline: Baseline, scenario: Scenario, catalogue: Catalogue
) -> CommonMasts:
    """Look for standing masts that could be one, and for partners of planned sites."""
    positions = standing(baseline)
    positions["within_m"] = _within_m(inputs, baseline, scenario, positions)
    planned = to_be_built(inputs)
    planned["within_m"] = _within_m(inputs, baseline, scenario, planned)
    return CommonMasts(
        potential.sharing_potential(positions, catalogue),
        potential.planned_pairs(planned, positions, catalogue),
        free_masts(inputs, baseline, scenario),
    )


def free_masts(inputs: Inputs, baseline: Baseline, scenario: Scenario) -> pd.DataFrame:
    """List the structures that could carry somebody, who is missing there, and whom they'd serve.

    Those with a free load, and those whose owner offers them or may be asked.
    """
    rows = inputs.structures
    offered = rows["share_offer"].isin(["yes", "ask"])
    can_carry = rows["free_load_kg"] > 0
    free = (
        rows[offered | can_carry].sort_values("structure_id", kind="stable").reset_index(drop=True)
    )
    within = _within_m(inputs, baseline, scenario, free)
    free = free.assign(within_m=within)
    cells = baseline.cells[["operator", "longitude", "latitude"]].reset_index(drop=True)
    here, there, apart = potential.pairs_within(free, cells, float(within.max(initial=0.0)))
    near = apart <= within[here]
    who = cells["operator"].to_numpy(object)[there[near]]
    present = set(zip(here[near].tolist(), who.tolist(), strict=True))
    free["operators_missing"] = [
        ";".join(name for name in baseline.operators if (i, name) not in present)
        for i in range(len(free))
    ]
    holes = baseline.holes
    total = (holes["kind"] == "total") & (holes["technology"] == scenario.siting.technology)
    holes = holes[total].reset_index(drop=True)
    here, there, _ = potential.pairs_within(free, holes, HOLE_WITHIN_M)
    people = np.nan_to_num(holes["people"].to_numpy(np.float64))[there]
    free["hole_people"] = np.bincount(here, weights=people, minlength=len(free))
    return tables.check(free, tables.FREE_MASTS_OUT)


def standing(baseline: Baseline) -> pd.DataFrame:
    """Give the positions with the highest mast and the named owners of each."""
    cells = baseline.cells[baseline.cells["position_id"] != ""]
    height = cells.groupby("position_id")["structure_height_m"].max()
    named = cells.loc[cells["structure_owner"].fillna("") != "", ["position_id", "structure_owner"]]
    named = named.drop_duplicates().sort_values(["position_id", "structure_owner"])
    owner = named.groupby("position_id")["structure_owner"].agg("; ".join)
    columns = ["position_id", "longitude", "latitude", "operators", "n_operators"]
    found = baseline.positions[columns].reset_index(drop=True)
    found["height_m"] = found["position_id"].map(height).astype(np.float64)
    found["owner"] = found["position_id"].map(owner).astype(object).fillna("").astype("str")
    return found


def to_be_built(inputs: Inputs) -> pd.DataFrame:
    """Give one row for each planned or proposed site, with the year in which it is to be.

    The year is that of the earliest on-air date, else of the earliest building date; the height
    is the mast's, else the antennas'.
    """
    rows = inputs.sites[inputs.sites["status"].isin(_PLANNED)]
    dates = rows["on_air_date"].fillna(rows["built_date"])
    rows = rows.assign(
        year=dates.dt.year.astype("Float64"),
        height_m=rows["structure_height_m"].fillna(rows["antenna_agl_m"]),
    )
    sites = rows.groupby(["operator", "site_id"], sort=True)
    return sites.agg(
        longitude=("longitude", "mean"),
        latitude=("latitude", "mean"),
        year=("year", "min"),
        height_m=("height_m", "max"),
    ).reset_index()


def _within_m(
    inputs: Inputs, baseline: Baseline, scenario: Scenario, places: pd.DataFrame
) -> NDArray[np.float64]:
    """Give within which distance two masts could be one, by what surrounds them. [m]"""
    limits = scenario.sharing.potential_m
    longitude, latitude = (places[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    found = environment_at(inputs, scenario, baseline.demand, longitude, latitude)
    known = {"urban": limits.urban, "suburban": limits.suburban}
    return np.array([known.get(str(one), limits.rural) for one in found], np.float64)
