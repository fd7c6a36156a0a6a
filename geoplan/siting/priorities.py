"""Puts the three priorities beside each other: most people, no commune left behind, least cost.

Planners ask for named priorities, not for weights; each of them is a plan of the same candidates
within the same limits. Solving is left to ``siting.planning``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.siting.gains import count_gains
from geoplan.siting.planning import plan_sites
from geoplan.siting.problem import PER_PERSON
from geoplan.siting.wanted import wanted

if TYPE_CHECKING:
    from geoplan.scenario import Scenario
    from geoplan.siting.choose import Selection
    from geoplan.siting.modelling import Model, Setting

PRIORITIES: Final = ("people", "no_commune_left", "cheapest")
MOST_PAIRS: Final = 100_000
"""Larger models are solved for the chosen priority only."""


def compare(setting: Setting, model: Model, plan: Selection) -> pd.DataFrame:
    """Lay out the table ``siting_priorities``.

    Parameters
    ----------
    setting, model
        What plans are made of.
    plan
        The plan of the scenario's own priority.
    """
    scenario, rows = setting.scenario, []
    for name in PRIORITIES:
        chosen = name == scenario.siting.priority
        if chosen:
            rows.append(_row(setting, model, plan, name, chosen=True))
        elif model.problem.n_pairs <= MOST_PAIRS and np.isfinite(model.cost_vnd).all():
            siting = scenario.siting.model_copy(update={"priority": name})
            other = scenario.model_copy(update={"siting": siting})
            found = plan_sites(_asked(setting, model, other), other).selection
            rows.append(_row(setting, model, found, name, chosen=False))
    return tables.check(pd.DataFrame(rows), tables.SITING_PRIORITIES_OUT)


def _asked(setting: Setting, model: Model, scenario: Scenario) -> Model:
    """Give the model with what another priority asks for."""
    points = model.points
    stakes = replace(
        model.stakes, people=model.stakes.people[points], bits=model.stakes.bits[points]
    )
    needs = wanted(scenario, setting.operators, setting.standing, stakes, model.copies, points)
    return replace(model, needs=needs)


def _row(
    setting: Setting, model: Model, plan: Selection, name: str, *, chosen: bool
) -> dict[str, Any]:
    chosen_rows = plan.candidates
    existing = int(model.candidates.is_existing[chosen_rows].sum())
    gains = count_gains(model.candidates, plan.choices, setting.demand, model.stakes.bits)
    scale = 1 if plan.is_least else PER_PERSON
    return {
        "priority": name,
        "chosen": "yes" if chosen else "no",
        "positions": len(chosen_rows),
        "existing": existing,
        "new": len(chosen_rows) - existing,
        "cost_vnd": float(model.cost_vnd[chosen_rows].sum()),
        "gained_people": float(np.nansum([gain.people for gain in gains])),
        "objective": plan.objective / scale,
        "bound": plan.bound / scale,
        "gap": plan.gap,
        **_communes(setting, model, plan),
    }


def _communes(setting: Setting, model: Model, plan: Selection) -> dict[str, Any]:
    """Give the commune with the least share of people served after a plan, and who is below."""
    people = setting.standing.people
    some = people[(people["operator"] == "") & (people["commune_code"] != "")]
    some = some[some["people"] > 0]
    empty = {"lowest_commune_code": "", "lowest_commune_share": np.nan}
    if not len(some) or not len(setting.standing.commune):
        return {**empty, "communes_below_floor": pd.NA, "people_below_floor": np.nan}
    gained = _gained_by_point(model, plan)
    by_commune = pd.Series(gained).groupby(setting.standing.commune).sum()
    after = some["served"] + some["commune_code"].map(by_commune).fillna(0.0)
    share = (after / some["people"]).clip(upper=1.0).to_numpy(np.float64)
    lowest = int(np.argmin(share))
    floor = setting.scenario.siting.commune_floor
    missing = (floor * some["people"] - after).clip(lower=0.0).to_numpy(np.float64)
    return {
        "lowest_commune_code": str(some["commune_code"].iloc[lowest]),
        "lowest_commune_share": float(share[lowest]),
        "communes_below_floor": int((missing > 1e-6).sum()),
        "people_below_floor": float(missing.sum()),
    }


def _gained_by_point(model: Model, plan: Selection) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Give the people of each demand point who get their first operator by a plan."""
    gained = np.zeros(len(model.stakes.people))
    first = model.copies.service == 0
    covered = np.zeros(len(model.copies.weight), bool)
    for candidate in plan.candidates:
        covered[model.problem.covered(candidate)] = True
    points = model.points[model.copies.point[covered & first]]
    gained[points] = model.stakes.people[points]
    return gained
