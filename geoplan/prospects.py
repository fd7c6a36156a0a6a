"""What siting needs of the baseline: demand, service at any radius, radius and commune of a place.

Siting itself knows arrays only; this is where it meets coverage.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.admin import commune_of_points
from geoplan.coverage import causes, environment, service, unserved
from geoplan.coverage.evidence import Declarations
from geoplan.coverage.hamlets import HamletFrame
from geoplan.coverage.model import cells_of, environment_at
from geoplan.coverage.radio import Surrounded
from geoplan.faults import Faults, ScenarioError
from geoplan.siting.access import Ground, Permits
from geoplan.siting.incidence import incidence
from geoplan.siting.promised import Points, promised_sheet
from geoplan.siting.propose import Proposed, Setting, propose
from geoplan.siting.wanted import Standing

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.costs import Catalogue
    from geoplan.results import Baseline, Demand, Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]

MOST_DEMAND: Final = 100_000
"""Raster cells that may gain are gathered to at most this many points (ARCHITECTURE.md)."""

_BLANK: Final = ("azimuth_deg", "beamwidth_deg", "tilt_deg", "eirp_dbm")

LEAST_SCALE: Final = 0.8
"""The smallest factor on the radius at which a plan is made."""


class Prospects:
    """Today's service of the siting technology, at any factor on the radius, and its demand."""

    def __init__(self, inputs: Inputs, baseline: Baseline, scenario: Scenario) -> None:
        self.inputs, self.scenario = inputs, scenario
        self.technology = scenario.siting.technology
        self.operators = baseline.operators
        self.hamlets = baseline.demand
        self.spoken = baseline.spoken
        self.declarations = Declarations(inputs.declared, baseline.operators, (self.technology,))
        self.ether = baseline.ether or Surrounded(inputs.relief, inputs.antennas)
        self.cells = cells_of(
            baseline.cells, baseline.operators, (self.technology,), self.ether, scenario
        )
        self.demand = self._demand()

    def _demand(self) -> Demand:
        """Give the demand points, or the raster's cells that some operator may not serve."""
        if self.inputs.population is None:
            return self.hamlets
        cells = unserved.people_cells(self.inputs.population, self.inputs.communes)
        every = (1 << len(self.operators)) - 1
        least = self._bits(cells.longitude, cells.latitude, LEAST_SCALE)
        return unserved.raster_demand(cells, self.hamlets, least != every, MOST_DEMAND)

    def bits_at(self, longitude: Floats, latitude: Floats) -> Bits:
        """Give the operators that serve places today, by model and declarations."""
        return self._bits(longitude, latitude, 1.0)

    def _bits(self, longitude: Floats, latitude: Floats, scale: float) -> Bits:
        found = service.bits_at(
            self.cells, longitude, latitude, self.operators, (self.technology,), (), scale=scale
        )
        return self.declarations.over_points(found, longitude, latitude, ())[self.technology]

    def service_bits(self, scale: float) -> Bits:
        """Give the operators that serve each demand point today, at a factor on the radius.

        What was checked or declared stays as it is at every radius; a check speaks for its
        hamlet centre or cluster, and for no cell of a population raster.
        """
        bits = self._bits(self.demand.longitude, self.demand.latitude, scale)
        if self.spoken is None or self.technology not in self.spoken.checked:
            return bits
        # Demand made of a raster's cells begins with the same hamlet centres.
        n = len(self.hamlets) if self.demand is self.hamlets else int(self.hamlets.is_centre.sum())
        checked, found = (
            told[self.technology][:n] for told in (self.spoken.checked, self.spoken.found)
        )
        first: Bits = (bits[:n] & ~checked) | (found & checked)
        return np.concatenate((first, bits[n:]))

    def communes_of(self, demand: Demand) -> NDArray[np.object_]:
        """Give the code of the commune that each demand point counts in."""
        codes: NDArray[np.object_] = self.inputs.hamlets["commune_code"].to_numpy(object)[
            demand.hamlet
        ]
        if self.inputs.population is None:
            return codes
        around = self.commune_of(demand.longitude, demand.latitude)
        return np.where(around == "", codes, around).astype(object)

    def radius_of(self, longitude: Floats, latitude: Floats) -> Floats:
        """Give how far a site would reach with the siting technology and band. [m]"""
        names, which = np.unique(self._environments(longitude, latitude), return_inverse=True)
        band = self.scenario.siting.frequency_mhz
        radii = [
            environment.radius_m(self.scenario, self.technology, band, str(name)) for name in names
        ]
        return np.array(radii, dtype=np.float64)[which] if len(which) else np.zeros(0)

    def _environments(self, longitude: Floats, latitude: Floats) -> NDArray[np.str_]:
        found = environment_at(self.inputs, self.scenario, self.hamlets, longitude, latitude)
        return np.where(found == "", "rural", found).astype("U8")

    def reach_by(
        self, longitude: Floats, latitude: Floats, radius_m: Floats, to_lon: Floats, to_lat: Floats
    ) -> csr_matrix:
        """Tell which places sites with the siting technology and band reach, all round.

        By distance, or by level where the scenario asks for it; a radius larger or smaller than
        that of the band is then so many decibels.
        """
        if self.scenario.coverage.model == "radius" or not len(longitude):
            return incidence(longitude, latitude, radius_m, to_lon, to_lat)
        siting = self.scenario.siting
        blank = np.full(len(longitude), np.nan)
        rows = pd.DataFrame(
            {
                "operator": self.operators[0] if self.operators else "",
                "technology": self.technology,
                "environment": self._environments(longitude, latitude),
                "longitude": longitude,
                "latitude": latitude,
                "frequency_mhz": siting.frequency_mhz,
                "antenna_agl_m": siting.antenna_agl_m,
                "radius_m": self.radius_of(longitude, latitude),
                **dict.fromkeys(_BLANK, blank),
            }
        )
        cells = cells_of(rows, self.operators, (self.technology,), self.ether, self.scenario)
        limit = cells.radius_m * radius_m / rows["radius_m"].to_numpy(np.float64)
        return service.reached(cells, limit, to_lon, to_lat)

    def commune_of(self, longitude: Floats, latitude: Floats) -> NDArray[np.object_]:
        """Give the code of the commune of places, blank beyond the tolerance."""
        row, away = commune_of_points(self.inputs.communes, longitude, latitude)
        near = away <= self.scenario.inputs.outside_tolerance_m
        codes = np.append(self.inputs.communes["commune_code"].to_numpy(object), "")
        return codes[np.where(near, row, -1)]


def check_siting(inputs: Inputs, scenario: Scenario) -> None:
    """Check that the operators and communes that siting speaks of are in the files.

    Raises
    ------
    ScenarioError
        With every name that is not.
    """
    faults, asked = Faults(), scenario.siting
    if inputs.sites.empty:
        return
    known = sorted(set(inputs.sites["operator"]) | set(scenario.operators))
    codes = set(inputs.communes["commune_code"])
    named = [("siting.operators", name) for name in asked.operators or ()]
    named += [("siting.operator_budgets_vnd", name) for name in asked.operator_budgets_vnd]
    named += [("siting.targets", one.operator) for one in asked.targets if one.operator]
    for column, name in named:
        if name not in known:
            faults.add("unknown_operator", column=column, value=name, known=", ".join(known))
    for one in asked.targets:
        if one.commune and one.commune not in codes:
            faults.add("unknown_commune", column="siting.targets", value=one.commune)
    chosen = set(known if asked.operators is None else asked.operators)
    for one in asked.targets:
        if one.operator in known and one.operator not in chosen:
            faults.add("target_not_chosen", column="siting.targets", value=one.operator)
    faults.raise_if_any(ScenarioError)


def propose_sites(
    inputs: Inputs,
    baseline: Baseline,
    scenario: Scenario,
    catalogue: Catalogue,
    permits: Permits | None = None,
) -> Proposed:
    """Propose shared sites from the baseline of a run, where the rules of the province allow."""
    prospects = Prospects(inputs, baseline, scenario)
    found = propose(
        Setting(
            scenario=scenario,
            operators=baseline.operators,
            demand=prospects.demand,
            positions=baseline.positions,
            cells=baseline.cells,
            structures=inputs.structures,
            service_bits=prospects.service_bits,
            radius_of=prospects.radius_of,
            commune_of=prospects.commune_of,
            catalogue=catalogue,
            costs_file=scenario.siting.costs or "",
            ground=replace(ground_of(inputs, scenario), permits=permits),
            standing=_standing(baseline, prospects),
            holes=_total_holes(baseline, scenario.siting.technology),
            reach_by=prospects.reach_by,
        )
    )
    promised = _promised(baseline, scenario, prospects, found.proposals)
    told = _causes(baseline, scenario, prospects, found.proposals)
    return found._replace(more={**found.more, "proposal_hamlets": promised, **told})


def _causes(
    baseline: Baseline, scenario: Scenario, prospects: Prospects, proposals: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Tell why holes and hamlets are without signal, and what would cure each; by level only."""
    if prospects.cells.radio is None:
        return {}
    technology = prospects.technology
    rows = baseline.cells[baseline.cells["technology"] == technology]
    found = {}
    for table, points in (
        (tables.HOLE_CAUSES_OUT, _total_holes(baseline, technology)),
        (tables.HAMLET_CAUSES_OUT, _white_hamlets(baseline, technology)),
    ):
        holes = points.reset_index(drop=True)
        ranks = _first_proposals(prospects, proposals, holes)
        found[table.name] = causes.causes_of(prospects.cells, rows, holes, ranks, table)
    return found


def _white_hamlets(baseline: Baseline, technology: str) -> pd.DataFrame:
    """Give the hamlets that no operator serves with a technology at their centre."""
    hamlets, column = baseline.hamlets, f"status_{technology.lower()}"
    if column not in hamlets:
        return pd.DataFrame(columns=["hamlet_id", "longitude", "latitude"])
    white = hamlets[hamlets[column] == "white"]
    return white.assign(technology=technology, people=white["population"].astype(np.float64))


def _first_proposals(
    prospects: Prospects, proposals: pd.DataFrame, points: pd.DataFrame
) -> NDArray[np.int64]:
    """Give the rank of the first proposal that serves each point, −1 = none."""
    ranks = np.full(len(points), -1, np.int64)
    if not len(proposals) or not len(points):
        return ranks
    places = (proposals[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    x, y = places
    lon, lat = (points[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    reached = prospects.reach_by(x, y, prospects.radius_of(x, y), lon, lat).tocsc()
    order = proposals["rank"].to_numpy(np.int64)
    for at in np.flatnonzero(np.diff(reached.indptr)):
        ranks[at] = order[reached.indices[reached.indptr[at] : reached.indptr[at + 1]]].min()
    return ranks


def _promised(
    baseline: Baseline, scenario: Scenario, prospects: Prospects, proposals: pd.DataFrame
) -> pd.DataFrame:
    """Tell which hamlets the proposals cure, with the two-step test of today's status."""
    technology, demand, testing = prospects.technology, baseline.demand, baseline.testing
    if technology not in baseline.served or "sample_counts" not in testing:
        return pd.DataFrame()
    n = int(demand.is_centre.sum())
    frame = HamletFrame(
        len(baseline.hamlets),
        demand.hamlet[:n],
        demand.hamlet[n:],
        testing["cluster_counts"],
        np.bincount(demand.hamlet[n:], minlength=len(baseline.hamlets)) > 0,
        testing["sample_hamlet"],
        testing["sample_weight"],
        scenario.coverage.min_share,
    )
    lon, lat = testing["sample_longitude"], testing["sample_latitude"]
    sampled = prospects.bits_at(lon, lat) != 0
    points = Points(
        np.concatenate((demand.longitude, lon)),
        np.concatenate((demand.latitude, lat)),
        np.concatenate((demand.hamlet, testing["sample_hamlet"])),
        np.concatenate((np.where(demand.weighs, demand.people, 0.0), np.zeros(len(lon)))),
        np.concatenate((baseline.served[technology] != 0, sampled)),
        len(demand),
    )
    places = (proposals[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    radius_m = prospects.radius_of(*places)
    return promised_sheet(
        proposals, radius_m, points, frame, baseline.hamlets, technology, prospects.reach_by
    )


def _standing(baseline: Baseline, prospects: Prospects) -> Standing:
    """Give the people of the province and its communes, and whom each operator serves today."""
    told = baseline.indicators
    of_people = (told["indicator"] == "POP_SERVED") & (told["technology"] == prospects.technology)
    some = told[of_people & told["level"].isin(["province", "commune"])]
    people = pd.DataFrame(
        {
            "operator": some["operator"].astype(object),
            "commune_code": some["unit_id"].astype(object).where(some["level"] == "commune", ""),
            "people": some["denominator"].astype(np.float64).fillna(0.0),
            "served": some["numerator"].astype(np.float64).fillna(0.0),
        }
    )
    demand = prospects.demand
    return Standing(people.reset_index(drop=True), prospects.communes_of(demand))


def _total_holes(baseline: Baseline, technology: str) -> pd.DataFrame:
    holes = baseline.holes
    return holes[(holes["kind"] == "total") & (holes["technology"] == technology)]


def ground_of(inputs: Inputs, scenario: Scenario) -> Ground:
    """Give what lies around candidates: what was read of roads, grid, fibre, terrain and zones.

    Power masts that could host antennas stand for the grid too, beside its lines.
    """
    zones = inputs.zones
    kept_out = zones["class"].isin(scenario.siting.exclude_zones).to_numpy(bool)
    return Ground(
        crs=scenario.planning_crs or geodesy.planning_crs(tuple(inputs.communes.total_bounds)),
        roads=inputs.roads,
        terrain=inputs.terrain,
        power=_power(inputs),
        fibre=inputs.fibre_lines,
        forbidden=zones.geometry.to_numpy(object)[kept_out],
        forbidden_ids=tuple(zones["zone_id"].astype(object)[kept_out]),
    )


def _power(inputs: Inputs) -> NDArray[np.object_] | None:
    """Give lines and points of the grid; None where nothing is known of it."""
    structures, parts = inputs.structures, []
    if "kind" in structures:
        masts = structures[structures["kind"] == "power_mast"]
        parts.append(np.asarray(shapely.points(masts["longitude"], masts["latitude"]), object))
    if inputs.power_lines is not None:
        parts.append(inputs.power_lines)
    every = np.concatenate([np.zeros(0, object), *parts])
    return every if len(every) else None
