"""Solves a model for the priority of a scenario, and says which targets cannot be met, and why.

Solving is left to ``siting.goals`` and ``siting.choose``; what a target asks to
``siting.wanted``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from geoplan import tables
from geoplan.faults import Fault, Faults
from geoplan.siting.choose import Rules, Selection, choose
from geoplan.siting.goals import Goal, LeastUse, MostMet
from geoplan.siting.needs import Needs
from geoplan.siting.problem import PER_PERSON

if TYPE_CHECKING:
    from geoplan.scenario import Scenario
    from geoplan.siting.modelling import Model
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]


class Planned(NamedTuple):
    """A plan, and each need that it was to meet, for run.json, with what to tell of them."""

    selection: Selection
    needs: list[dict[str, Any]]
    warnings: tuple[Fault, ...]


def plan_sites(
    model: Model, scenario: Scenario, *, existing_first: bool = True, tell: bool = False
) -> Planned:
    """Choose a plan for the scenario's priority, targets, limits and rules.

    ``tell`` asks why targets are not met, which takes further plans.

    The minimum gain counts people as the objective does: who gains a first operator as one, who
    gains one more as partial / total; people whom a target asks for count fully.
    """
    asked = scenario.siting
    least = asked.min_gain_people * asked.weights.total * PER_PERSON
    rules = Rules(math.ceil(least), asked.existing_tolerance if existing_first else None)
    if asked.priority == "cheapest" and not asked.targets:
        best = choose(model.problem, rules)
        goal: Goal = LeastUse(
            _as_many(model.problem, best, asked.cheapest_share), _use(model, asked)
        )
        return Planned(choose(model.problem, rules, goal=goal, start=best.candidates), [], ())
    if not len(model.needs) and asked.priority != "cheapest":
        return Planned(choose(model.problem, rules), [], ())
    if asked.priority == "cheapest":
        return _least(model, rules, scenario, tell=tell)
    goal = MostMet(model.needs, asked.need_worth)
    found = choose(model.problem, rules, goal=goal)
    short = model.needs.least - model.needs.won(model.problem, found.candidates)
    told = _told(model, scenario, rules) if tell and (short > 0).any() else ()
    return Planned(found, _needs(model, found), told)


def _least(model: Model, rules: Rules, scenario: Scenario, *, tell: bool) -> Planned:
    """Meet the targets for the least; where a limit forbids that, come as near as it allows."""
    free = replace(model.problem, limits=())
    goal = LeastUse(model.needs, _use(model, scenario.siting))
    found = choose(free, rules, goal=goal)
    if _over(model.problem, found):
        told = _told(model, scenario, rules) if tell else ()
        found = choose(model.problem, rules, goal=MostMet(model.needs, scenario.siting.need_worth))
        return Planned(found, _needs(model, found), told)
    short = model.needs.least - model.needs.won(model.problem, found.candidates)
    told = _told(model, scenario, rules) if tell and (short > 0).any() else ()
    return Planned(found, _needs(model, found), told)


def _use(model: Model, asked: Any) -> Floats:
    """Give what is to be least of each candidate: its cost, or 1."""
    if asked.minimise == "positions":
        return np.ones(len(model.candidates))
    return np.maximum(model.cost_vnd, 1.0)


def _as_many(problem: Problem, plan: Selection, share: float) -> Needs:
    """Ask for a part of what a plan is worth, whoever it is that gains."""
    wanted = math.floor(share * plan.value)
    rows = csr_matrix(problem.weight[None, :]) if wanted else csr_matrix((0, len(problem.weight)))
    return Needs(("",) if wanted else (), rows.astype(np.int64), np.array([wanted] * bool(wanted)))


def _over(problem: Problem, plan: Selection) -> list[str]:
    """Name the limits that a plan passes."""
    chosen = plan.candidates
    return [
        limit.name for limit in problem.limits if limit.use[chosen].sum() > limit.most * (1 + 1e-12)
    ]


def _needs(model: Model, plan: Selection) -> list[dict[str, Any]]:
    """Describe each need for run.json. [people]"""
    won = model.needs.won(model.problem, plan.candidates)
    every = model.needs.won(model.problem, range(model.problem.size))
    rows = []
    for name, least, mine, most in zip(
        model.needs.names, model.needs.least, won, every, strict=True
    ):
        operator, _, commune = name.partition("|")
        rows.append(
            {
                "operator": operator,
                "commune_code": commune,
                "needed_people": _people(least),
                "gained_people": _people(mine),
                "short_people": _people(max(least - mine, 0)),
                "most_people": _people(most),
            }
        )
    return rows


def _told(model: Model, scenario: Scenario, rules: Rules) -> tuple[Fault, ...]:
    """Say which targets no plan reaches, and what the limits would have to be for the others."""
    faults, asked = Faults(), scenario.siting
    every = model.needs.won(model.problem, range(model.problem.size))
    for name, least, most in zip(model.needs.names, model.needs.least, every, strict=True):
        if most < least:
            operator, _, commune = name.partition("|")
            faults.add(
                "target_out_of_reach",
                column="siting.targets",
                value=" ".join(part for part in (operator, commune) if part),
                needed=round(_people(least)),
                most=round(_people(most)),
            )
    free = replace(model.problem, limits=())
    for limit in model.problem.limits:
        if not (limit.use > 0).any() or ":" in limit.name:
            continue
        goal = LeastUse(model.needs, np.maximum(limit.use, 1.0))
        found = choose(free, rules, goal=goal)
        if found.bound > limit.most:
            faults.add(
                "targets_over_limit",
                column=f"siting.{limit.name}",
                value=_plain(limit.most),
                least=_plain(math.ceil(found.bound)),
                enough=_plain(math.ceil(found.objective)),
            )
    if not len(faults) and asked.targets:
        faults.add("targets_not_met", column="siting.targets")
    return tuple(faults)


def _people(units: int) -> float:
    return round(float(units) / PER_PERSON, tables.PEOPLE)


def _plain(number: float) -> str:
    return f"{number:.0f}"
