"""Which masts could be one, whose plans meet, and what rules are broken: asked of a run.

Distances by environment, heights, owners and years are gathered here; pairs and what they save
are left to ``sharing.potential``, the rules of the province to ``sharing.rules``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.admin import commune_of_points
from geoplan.coverage.model import environment_at
from geoplan.scenario.rules import RuleBook
from geoplan.sharing import potential, rules

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from geoplan.costs import Catalogue
    from geoplan.results import Baseline, Inputs
    from geoplan.scenario import Scenario

HOLE_WITHIN_M = 3_000.0
"""Within which a structure could serve a hole. [m]"""
_PLANNED = ("planned", "proposed")
_JUDGED = ("key", "longitude", "latitude", "operators", "structure_class", "height_m")


class CommonMasts(NamedTuple):
    """The tables ``sharing_potential``, ``planned_pairs``, ``rule_breaches`` and ``free_masts``."""

    potential: pd.DataFrame
    planned: pd.DataFrame
    breaches: pd.DataFrame
    free: pd.DataFrame


def find_common_masts(
    inputs: Inputs,
    baseline: Baseline,
    scenario: Scenario,
    catalogue: Catalogue,
    book: RuleBook,
    proposals: pd.DataFrame,
) -> CommonMasts:
    """Look for standing masts that could be one, for partners of plans, and for broken rules."""
    positions = standing(baseline)
    positions["within_m"] = _within_m(inputs, baseline, scenario, positions)
    planned = to_be_built(inputs)
    planned["within_m"] = _within_m(inputs, baseline, scenario, planned)
    broken = rules.breaches(
        book,
        rules.Zones.of(inputs.zones),
        standing_masts(inputs, baseline, scenario),
        _with_commune(inputs, scenario, planned.assign(key=_planned_key(planned))),
        proposed_masts(proposals, scenario, book),
        same_mast_m=scenario.sharing.merge_distance_m,
    )
    pairs = potential.planned_pairs(planned, positions, catalogue)
    told = _planned_key(pairs).map(rules.rules_by_site(broken))
    return CommonMasts(
        potential.sharing_potential(positions, catalogue),
        pairs.assign(rule=told.astype(object).fillna("").astype("str")),
        broken,
        free_masts(inputs, baseline, scenario),
    )


def standing_masts(inputs: Inputs, baseline: Baseline, scenario: Scenario) -> pd.DataFrame:
    """Give every mast that stands, as ``sharing.rules`` judges them.

    Positions on air, and masts without a station that are not one of them. The class of a
    position is the first that its rows name.
    """
    positions = standing(baseline).rename(columns={"position_id": "key"})
    named = baseline.cells[baseline.cells["structure_class"].astype(object).fillna("") != ""]
    first = named.sort_values(["position_id", "structure_class"], kind="stable")
    kind = first.groupby("position_id")["structure_class"].first()
    positions["structure_class"] = positions["key"].map(kind).astype(object).fillna("")
    positions["commune_code"] = baseline.positions["commune_code"].to_numpy(object)
    masts = _bare_masts(inputs)
    near, _, _ = potential.pairs_within(masts, positions, scenario.sharing.merge_distance_m)
    alone = np.setdiff1d(np.arange(len(masts)), near)
    masts = _with_commune(inputs, scenario, masts.iloc[alone])
    columns = [*_JUDGED, "commune_code"]
    return pd.concat([positions[columns], masts[columns]] if len(masts) else [positions[columns]],
                     ignore_index=True)  # fmt: skip


def _bare_masts(inputs: Inputs) -> pd.DataFrame:
    """Give the masts without a station that the structures file lists."""
    rows = inputs.structures
    if "kind" not in rows:
        return pd.DataFrame(columns=list(_JUDGED))
    rows = rows[rows["kind"] == "mast"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "key": rows["structure_id"].astype(object),
            "longitude": rows["longitude"].astype(np.float64),
            "latitude": rows["latitude"].astype(np.float64),
            "operators": "",
            "structure_class": rows["class"].astype(object).fillna(""),
            "height_m": rows["height_m"].astype(np.float64),
        }
    )


def proposed_masts(proposals: pd.DataFrame, scenario: Scenario, book: RuleBook) -> pd.DataFrame:
    """Give the masts that are proposed to be built, as ``sharing.rules`` judges them."""
    new = proposals[proposals["kind"] == "new"].reset_index(drop=True)
    columns = ["longitude", "latitude", "operators", "commune_code"]
    return new[columns].assign(
        key=new["rank"].astype("Int64").astype("str"),
        structure_class=book.new_class,
        height_m=float(scenario.siting.antenna_agl_m),
    )


def _planned_key(sites: pd.DataFrame) -> pd.Series:
    return sites["operator"].astype("str") + ":" + sites["site_id"].astype("str")


def _with_commune(inputs: Inputs, scenario: Scenario, places: pd.DataFrame) -> pd.DataFrame:
    """Add the code of the commune around each place, and its operators if it has one only."""
    lon, lat = (places[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    row, away = commune_of_points(inputs.communes, lon, lat)
    codes = np.append(inputs.communes["commune_code"].to_numpy(object), "")
    near = away <= scenario.inputs.outside_tolerance_m
    found = places.assign(commune_code=codes[np.where(near, row, -1)])
    return found if "operators" in found else found.assign(operators=found["operator"])


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
    has_owner = cells["structure_owner"].astype(object).fillna("") != ""
    named = cells.loc[has_owner, ["position_id", "structure_owner"]]
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
    rows["structure_class"] = rows["structure_class"].astype(object).fillna("").astype("str")
    sites = rows.groupby(["operator", "site_id"], sort=True)
    return sites.agg(
        longitude=("longitude", "mean"),
        latitude=("latitude", "mean"),
        year=("year", "min"),
        height_m=("height_m", "max"),
        structure_class=("structure_class", "max"),
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


class Permits:
    """The rules of the province, asked about places for new masts.

    A new mast counts as one of the book's class, as high as ``siting.antenna_agl_m`` and shared
    by every operator that is looked for.
    """

    def __init__(
        self, inputs: Inputs, baseline: Baseline, scenario: Scenario, book: RuleBook
    ) -> None:
        self.book, self.zones = book, rules.Zones.of(inputs.zones)
        self.masts = rules.Places(standing_masts(inputs, baseline, scenario), self.zones)
        self._operators = ";".join(scenario.siting.operators or baseline.operators)
        self._height_m = float(scenario.siting.antenna_agl_m)

    def refused(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> NDArray[np.object_]:
        """Give the id of the rule that forbids a new mast at each place, blank where none does."""
        places = self._places(longitude, latitude)
        rule_id, _ = rules.forbidden(places, self.book)
        near = rules.too_close(places, np.ones(len(places), bool), self.masts, self.book)
        return np.where(rule_id != "", rule_id, near.rule_id).astype(object)

    def clashes(
        self,
        longitude: NDArray[np.float64],
        latitude: NDArray[np.float64],
        is_new: NDArray[np.bool_],
    ) -> csr_matrix:
        """Tell which places are too near to each other for two new masts, symmetric."""
        places = self._places(longitude, latitude)
        return rules.too_close(places, is_new, self.masts, self.book).clashes

    def _places(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> rules.Places:
        masts = pd.DataFrame({"longitude": longitude, "latitude": latitude})
        told = {"structure_class": self.book.new_class, "operators": self._operators}
        return rules.Places(masts.assign(**told, height_m=self._height_m), self.zones)


def permits_of(
    inputs: Inputs, baseline: Baseline, scenario: Scenario, book: RuleBook
) -> Permits | None:
    """Give the rules as siting asks them; None where there are none."""
    return Permits(inputs, baseline, scenario, book) if book.rules else None
