"""Proposes shared sites: from today's service to a ranked plan, its gains, and its bound.

The plan is made again at 80 % and 120 % of every radius, today's included, and without the
existing-first rule. Writing the tables is left to ``report``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.costs import Catalogue, SiteKind, access_cost_vnd, cost_vnd
from geoplan.costs.catalogue import ASSUMED
from geoplan.faults import Fault, Faults, ScenarioError
from geoplan.siting import sheets
from geoplan.siting.access import Ground
from geoplan.siting.candidate_sheet import candidate_counts, candidate_sheet
from geoplan.siting.candidates import Candidates, CommuneOf, RadiusOf, find_candidates
from geoplan.siting.choose import Rules, Selection, choose
from geoplan.siting.demand import Stakes, operator_mask, weigh
from geoplan.siting.gains import Gain, count_gains
from geoplan.siting.incidence import incidence
from geoplan.siting.problem import PER_PERSON, Limit, Problem, build_problem, copy_demand
from geoplan.siting.sifting import sift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.scenario import Scenario

Bits = NDArray[np.uint8]
ServiceBits = Callable[[float], Bits]
"""Factor on every radius → operators that serve each demand point on the siting technology."""

RADIUS_SCALES: Final = {"radius_80": 0.8, "radius_120": 1.2}


class Proposed(NamedTuple):
    """The tables ``proposals`` and ``gains``, figures for run.json, warnings, and candidates."""

    proposals: pd.DataFrame
    gains: pd.DataFrame
    siting: dict[str, Any]
    warnings: tuple[Fault, ...]
    candidates: pd.DataFrame


@dataclass(frozen=True)
class Setting:
    """All that a plan is made of.

    Attributes
    ----------
    scenario
        Its ``siting`` and ``sharing`` rules.
    operators
        Names of the bits, in order.
    demand
        Demand points.
    positions, cells, structures
        As :func:`siting.candidates.find_candidates` takes them.
    service_bits
        Who serves the demand, by factor on every radius.
    radius_of, commune_of
        How far a site would serve, and the commune around a point.
    catalogue
        Costs.
    costs_file
        Name of the user's catalogue in faults.
    ground
        Roads, grid, fibre, terrain and forbidden zones, as far as they are known.
    """

    scenario: Scenario
    operators: tuple[str, ...]
    demand: Demand
    positions: pd.DataFrame
    cells: pd.DataFrame
    structures: pd.DataFrame
    service_bits: ServiceBits
    radius_of: RadiusOf
    commune_of: CommuneOf
    catalogue: Catalogue
    costs_file: str = ""
    ground: Ground = field(default_factory=Ground)


@dataclass(frozen=True)
class Model:
    """Candidates, what is at stake, the covering model made of them, and every cost."""

    candidates: Candidates
    stakes: Stakes
    problem: Problem
    cost_vnd: NDArray[np.float64]

    def solve(self, scenario: Scenario, *, existing_first: bool = True) -> Selection:
        """Choose a plan under the scenario's rules.

        The minimum gain counts people as the objective does: who gains a first operator as
        one, who gains one more as partial / total.
        """
        rules = scenario.siting
        least = rules.min_gain_people * rules.weights.total * PER_PERSON
        tolerance = rules.existing_tolerance if existing_first else None
        return choose(self.problem, Rules(math.ceil(least), tolerance))


def propose(setting: Setting) -> Proposed:
    """Propose which shared sites to open next.

    ``gap`` is (bound − value) / bound: no plan of the same candidates within the same limits is
    worth more than the bound. With existing-first, new builds that gave way to an existing site
    are no candidates. The minimum gain binds the plan, not the bound.

    Raises
    ------
    ScenarioError
        There is a budget and the catalogue lacks a cost.
    """
    scenario, demand = setting.scenario, setting.demand
    model = make_model(setting)
    plan = model.solve(scenario)
    gains = count_gains(model.candidates, plan.choices, demand, model.stakes.bits)
    free = model.solve(scenario, existing_first=False)
    # What the rule allows is allowed without it, and no bound without it lies below one with it.
    plan = replace(plan, bound=min(plan.bound, free.bound))
    free = free if free.value >= plan.value else plan
    figures: dict[str, Any] = {"technology": scenario.siting.technology}
    figures |= _figures(model, plan, gains)
    figures["without_existing_first"] = _measured(model, free, demand)
    for name, scale in RADIUS_SCALES.items():
        scaled = make_model(setting, scale)
        figures[name] = _measured(scaled, scaled.solve(scenario), demand)
    tried = candidate_sheet(
        model.candidates,
        model.cost_vnd,
        operators=setting.operators,
        chosen=plan.candidates,
        given_way=plan.dropped,
    )
    figures["candidates"] = candidate_counts(tried)
    proposals = sheets.proposal_sheet(
        model.candidates,
        plan,
        gains,
        operators=setting.operators,
        technology=scenario.siting.technology,
        cost_vnd=model.cost_vnd,
        cost_basis=setting.catalogue.basis,
    )
    assumed = bool((proposals["cost_basis"] == ASSUMED).any())
    warnings = (Fault("costs_assumed"),) if assumed else ()
    gained = sheets.gain_sheet(gains, setting.operators)
    return Proposed(proposals, gained, figures, warnings, tried)


def make_model(setting: Setting, scale: float = 1.0) -> Model:
    """Make the covering model with every radius, also of today's service, times a factor."""
    rules = setting.scenario.siting
    chosen = operator_mask(setting.operators, rules.operators)
    stakes = weigh(setting.demand, setting.service_bits(scale), chosen, rules)
    candidates = find_candidates(
        setting.scenario,
        operators=setting.operators,
        positions=setting.positions,
        cells=setting.cells,
        structures=setting.structures,
        demand=setting.demand,
        stakes=stakes,
        radius_of=lambda lon, lat: scale * np.asarray(setting.radius_of(lon, lat), np.float64),
        commune_of=setting.commune_of,
        ground=setting.ground,
    )
    cost = _costs(setting, candidates)
    points = np.flatnonzero(stakes.worth > 0)
    reach = incidence(
        candidates.longitude,
        candidates.latitude,
        candidates.radius_m,
        setting.demand.longitude[points],
        setting.demand.latitude[points],
    )
    some = replace(stakes, people=stakes.people[points], bits=stakes.bits[points])
    places = np.column_stack((setting.demand.longitude, setting.demand.latitude))[points]
    candidates, cost, reach = sift(candidates, cost, reach, some, places)
    covers, weight = copy_demand(reach, candidates.opened, some)
    limits = []
    if rules.most_positions is not None:
        limits.append(Limit("positions", np.ones(len(candidates)), rules.most_positions))
    if rules.budget_vnd is not None:
        limits.append(Limit("budget_vnd", cost, rules.budget_vnd))
    place = geodesy.ecef(candidates.longitude, candidates.latitude)
    clashes = None
    if setting.ground.permits is not None:
        at = (candidates.longitude, candidates.latitude)
        clashes = setting.ground.permits.clashes(*at, ~candidates.is_existing)
    problem = build_problem(
        covers, weight, candidates.is_existing, limits, clashes=clashes, place=place
    )
    return Model(candidates, stakes, problem, cost)


def _costs(setting: Setting, candidates: Candidates) -> NDArray[np.float64]:
    """Give the cost of every candidate, NaN where the catalogue lacks a part of it.

    Raises
    ------
    ScenarioError
        There is a budget and the catalogue lacks what a candidate needs.
    """
    catalogue, height = setting.catalogue, setting.scenario.siting.antenna_agl_m
    cost, missing = np.full(len(candidates), np.nan), set[str]()
    for index, opened in enumerate(candidates.opened):
        kind, host = _site_kind(candidates, index), str(candidates.structure_kind[index])
        cost[index] = cost_vnd(
            catalogue,
            kind,
            n_operators=int(opened).bit_count(),
            structure_kind=host,
            height_m=height,
        )
        missing |= set(catalogue.missing(kind, structure_kind=host, height_m=height))
    cost += _access_costs(catalogue, candidates)
    if setting.scenario.siting.budget_vnd is not None:
        faults = Faults()
        for key in sorted(missing):
            faults.add("missing_key", file=setting.costs_file, column=key)
        faults.raise_if_any(ScenarioError)
    return cost


def _access_costs(catalogue: Catalogue, candidates: Candidates) -> NDArray[np.float64]:
    """Give what road, power and fibre cost each candidate, as far as layers tell."""
    access, total = candidates.access, np.zeros(len(candidates))
    lengths = {
        "track": access.road_m,
        "haul": access.route_m,
        "power": access.grid_power_m,
        "fibre": access.fibre_m,
    }
    kinds = np.array([_site_kind(candidates, index) for index in range(len(candidates))], object)
    for kind in ("structure", "new"):
        total = np.where(kinds == kind, access_cost_vnd(catalogue, kind, lengths), total)
    return total


def _site_kind(candidates: Candidates, index: int) -> SiteKind:
    if not candidates.is_existing[index]:
        return "new"
    return "position" if candidates.position_id[index] else "structure"


def _measured(model: Model, plan: Selection, demand: Demand) -> dict[str, Any]:
    gains = count_gains(model.candidates, plan.choices, demand, model.stakes.bits)
    return _figures(model, plan, gains)


def _figures(model: Model, plan: Selection, gains: Sequence[Gain]) -> dict[str, Any]:
    """Give the figures of a plan for run.json. [people]"""
    existing = int(model.candidates.is_existing[plan.candidates].sum())
    people = float(np.nansum([gain.people for gain in gains]))
    return {
        "value": round(plan.value / PER_PERSON, tables.PEOPLE),
        "bound": round(plan.bound / PER_PERSON, tables.PEOPLE),
        "gap": round(plan.gap, tables.RATIO),
        "positions": len(plan.choices),
        "existing": existing,
        "new": len(plan.choices) - existing,
        "people": round(people, tables.PEOPLE),
    }
