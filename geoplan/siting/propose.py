"""Proposes shared sites: from today's service to a ranked plan, its gains, and its bound.

The plan is made again at 80 % and 120 % of every radius, today's included, and without the
existing-first rule. Writing the tables is left to ``report``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.costs import Catalogue, SiteKind, cost_vnd
from geoplan.costs.catalogue import ASSUMED
from geoplan.faults import Fault, Faults, ScenarioError
from geoplan.siting.candidates import Candidates, CommuneOf, RadiusOf, find_candidates
from geoplan.siting.choose import Choice, Rules, Selection, choose
from geoplan.siting.demand import Stakes, operator_mask, weigh
from geoplan.siting.gains import Gain, count_gains
from geoplan.siting.incidence import incidence
from geoplan.siting.problem import PER_PERSON, Problem, build_problem, copy_demand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.scenario import Scenario

Bits = NDArray[np.uint8]
ServiceBits = Callable[[float], Bits]
"""Factor on every radius → operators that serve each demand point on the siting technology."""

REASONS: Final[dict[str, str]] = {
    "existing_best": "no other site adds more",
    "existing_preferred": "an existing site that adds nearly as much as a new build would",
    "new_no_existing": "no existing site reaches these people",
    "new_existing_loses": "the best existing site would lose too many of these people",
    "new_existing_too_dear": "the best existing site does not fit into the budget",
}
"""Codes of ``proposals.reason`` and what they mean; reports translate them."""

RADIUS_SCALES: Final = {"radius_80": 0.8, "radius_120": 1.2}


class Proposed(NamedTuple):
    """The tables ``proposals`` and ``gains``, figures for run.json, and warnings."""

    proposals: pd.DataFrame
    gains: pd.DataFrame
    siting: dict[str, Any]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True)
class Setting:
    """All that a plan is made of, whatever the factor on the radii."""

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

    def at(self, scale: float) -> Model:
        """Give the covering model with every radius multiplied by a factor."""
        rules = self.scenario.siting
        chosen = operator_mask(self.operators, rules.operators)
        stakes = weigh(self.demand, self.service_bits(scale), chosen, rules)
        candidates = find_candidates(
            self.scenario,
            operators=self.operators,
            positions=self.positions,
            cells=self.cells,
            structures=self.structures,
            demand=self.demand,
            stakes=stakes,
            radius_of=lambda lon, lat: scale * np.asarray(self.radius_of(lon, lat)),
            commune_of=self.commune_of,
        )
        return Model(candidates, stakes, *self._problem(candidates, stakes))

    def _problem(
        self, candidates: Candidates, stakes: Stakes
    ) -> tuple[Problem, NDArray[np.float64]]:
        rules = self.scenario.siting
        points = np.flatnonzero(stakes.worth > 0)
        reach = incidence(
            candidates.longitude,
            candidates.latitude,
            candidates.radius_m,
            self.demand.longitude[points],
            self.demand.latitude[points],
        )
        some = replace(stakes, people=stakes.people[points], bits=stakes.bits[points])
        covers, weight = copy_demand(reach, candidates.opened, some)
        cost = self._costs(candidates)
        budget = rules.budget_vnd
        problem = build_problem(
            covers,
            weight,
            candidates.is_existing,
            positions=rules.most_positions,
            budget=budget,
            cost=None if budget is None else cost,
        )
        return problem, cost

    def _costs(self, candidates: Candidates) -> NDArray[np.float64]:
        """Give the cost of every candidate, NaN where the catalogue lacks a part of it.

        Raises
        ------
        ScenarioError
            There is a budget and the catalogue lacks what a candidate needs.
        """
        height = self.scenario.siting.antenna_agl_m
        cost, missing = np.full(len(candidates), np.nan), set[str]()
        for index, opened in enumerate(candidates.opened):
            kind, hosts = _site_kind(candidates, index), str(candidates.structure_kind[index])
            cost[index] = cost_vnd(
                self.catalogue,
                kind,
                n_operators=int(opened).bit_count(),
                structure_kind=hosts,
                height_m=height,
            )
            missing |= set(self.catalogue.missing(kind, structure_kind=hosts, height_m=height))
        if self.scenario.siting.budget_vnd is not None:
            faults = Faults()
            for key in sorted(missing):
                faults.add("missing_key", file=self.costs_file, column=key)
            faults.raise_if_any(ScenarioError)
        return cost


@dataclass(frozen=True)
class Model:
    """Candidates, what is at stake, and the covering model made of them."""

    candidates: Candidates
    stakes: Stakes
    problem: Problem
    cost: NDArray[np.float64]

    def solve(self, scenario: Scenario, *, existing_first: bool = True) -> Selection:
        """Choose a plan under the scenario's rules.

        The minimum gain counts people like the objective does: a person's first operator as
        one, one more as partial / total.
        """
        rules = scenario.siting
        least = rules.min_gain_people * rules.weights.total * PER_PERSON
        tolerance = rules.existing_tolerance if existing_first else None
        return choose(self.problem, Rules(int(np.ceil(least)), tolerance))

    def figures(self, plan: Selection, demand: Demand) -> dict[str, Any]:
        """Give the figures of a plan for run.json."""
        chosen = plan.candidates
        gains = count_gains(self.candidates, chosen, demand, self.stakes.bits)
        existing = int(self.candidates.is_existing[chosen].sum())
        return {
            "value": _people(plan.value),
            "bound": _people(plan.bound),
            "gap": round(plan.gap, tables.RATIO),
            "positions": len(chosen),
            "existing": existing,
            "new": len(chosen) - existing,
            "people": round(float(np.nansum([gain.people for gain in gains])), tables.PEOPLE),
        }


def propose(setting: Setting) -> Proposed:
    """Propose which shared sites to open next.

    Parameters
    ----------
    setting
        Scenario, today's service, and what could be opened.

    Returns
    -------
    Proposals in order; the value, bound and gap stand in ``siting``. ``gap`` is
    (bound − value) / bound: no plan of the same candidates under the same limits is worth more
    than the bound. With existing-first, the candidates are those left after new builds gave way
    to existing sites. The minimum gain binds the plan but not the bound.

    Raises
    ------
    ScenarioError
        There is a budget and a cost is missing.
    """
    scenario, demand = setting.scenario, setting.demand
    model = setting.at(1.0)
    plan = model.solve(scenario)
    gains = count_gains(model.candidates, plan.candidates, demand, model.stakes.bits)
    free = model.solve(scenario, existing_first=False)
    figures: dict[str, Any] = {"technology": scenario.siting.technology}
    figures |= model.figures(plan, demand)
    figures["without_existing_first"] = model.figures(free, demand)
    for name, scale in RADIUS_SCALES.items():
        scaled = setting.at(scale)
        figures[name] = scaled.figures(scaled.solve(scenario), demand)
    figures["candidates"] = _candidate_counts(model.candidates, plan)
    proposals = tables.check(_proposals(setting, model, plan, gains), tables.PROPOSALS_OUT)
    rows = tables.check(_operator_gains(setting.operators, gains), tables.GAINS_OUT)
    assumed = setting.catalogue.basis == ASSUMED and proposals["cost_vnd"].notna().any()
    warnings = (Fault("costs_assumed"),) if assumed else ()
    return Proposed(proposals, rows, figures, warnings)


def _candidate_counts(candidates: Candidates, plan: Selection) -> dict[str, int]:
    """Count what was tried and what was left out, and why."""
    existing, reason = candidates.is_existing, candidates.dropped["reason"]
    is_structure = candidates.structure_id != ""
    return {
        "positions": int((existing & ~is_structure).sum()),
        "structures": int((existing & is_structure).sum()),
        "new": int((~existing).sum()),
        "structures_at_position": int((reason == "at_position").sum()),
        "structures_not_offered": int((reason == "not_offered").sum()),
        "new_given_way": int(plan.dropped.sum()),
    }


def _proposals(
    setting: Setting, model: Model, plan: Selection, gains: Sequence[Gain]
) -> pd.DataFrame:
    """Lay out the table ``proposals``; roads, grid and fibre stay unknown without their layers."""
    chosen, candidates = plan.candidates, model.candidates
    people = np.array([gain.people for gain in gains], np.float64)
    cost = model.cost[chosen]
    basis = np.where(np.isfinite(cost), setting.catalogue.basis, "")
    lost = [_existing_loss(setting, model, chosen, rank) for rank in range(len(chosen))]
    lost_people = [
        max(0.0, gain.people - other) if choice.tried >= 0 else np.nan
        for choice, gain, other in zip(plan.choices, gains, _tried_people(setting, model, plan), strict=True)
    ]
    del lost
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(chosen) + 1),
            "kind": np.where(candidates.is_existing[chosen], "existing", "new"),
            "position_id": candidates.position_id[chosen],
            "structure_id": candidates.structure_id[chosen],
            "longitude": candidates.longitude[chosen],
            "latitude": candidates.latitude[chosen],
            "commune_code": candidates.commune_code[chosen],
            "technology": setting.scenario.siting.technology,
            "operators": [
                _names(int(bits), setting.operators) for bits in candidates.opened[chosen]
            ],
            "gained_people": people,
            "gained_value": [choice.gain / PER_PERSON for choice in plan.choices],
            "gained_households": [gain.households for gain in gains],
            "gained_hamlets": [gain.hamlets for gain in gains],
            "cumulative_people": np.nancumsum(people),
            "cost_vnd": cost,
            "cost_basis": basis,
            "existing_tried": [
                candidates.name(choice.tried) if choice.tried >= 0 else ""
                for choice in plan.choices
            ],
            "existing_loss_people": lost_people,
            "reason": [_reason(choice, candidates) for choice in plan.choices],
        }
    )
