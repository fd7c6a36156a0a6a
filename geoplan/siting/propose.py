"""Proposes shared sites: from today's service to a ranked plan, its gains, and its bound.

The plan is made again at 80 % and 120 % of every radius, today's included, without the
existing-first rule, and for the other priorities. Writing the tables is left to ``report``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.costs.catalogue import ASSUMED
from geoplan.faults import Fault
from geoplan.siting import accounts, cures, priorities, sheets, years
from geoplan.siting.candidate_sheet import candidate_counts, candidate_sheet
from geoplan.siting.gains import Gain, count_gains
from geoplan.siting.modelling import Model, Setting, make_model
from geoplan.siting.planning import plan_sites
from geoplan.siting.problem import PER_PERSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.siting.choose import Selection

__all__ = ["Proposed", "Setting", "make_model", "propose"]

RADIUS_SCALES: Final = {"radius_80": 0.8, "radius_120": 1.2}


class Proposed(NamedTuple):
    """Tables of a plan, figures for run.json, and warnings.

    ``more`` holds the tables besides ``proposals``, ``gains`` and ``site_candidates``, by name.
    """

    proposals: pd.DataFrame
    gains: pd.DataFrame
    siting: dict[str, Any]
    warnings: tuple[Fault, ...]
    candidates: pd.DataFrame
    more: dict[str, pd.DataFrame]


def propose(setting: Setting) -> Proposed:
    """Propose which shared sites to open next.

    ``gap`` is the distance of value and bound as a share of the larger: no plan of the same
    candidates within the same limits is better than the bound. With existing-first, new builds
    that gave way to an existing site are no candidates. The minimum gain binds the plan, not the
    bound.

    Raises
    ------
    ScenarioError
        Money decides and the catalogue lacks a cost.
    """
    scenario, demand = setting.scenario, setting.demand
    model = make_model(setting)
    planned = plan_sites(model, scenario, tell=True)
    plan, free = planned.selection, plan_sites(model, scenario, existing_first=False).selection
    plan, free = _consistent(plan, free)
    phased = years.phase(model.problem, plan, scenario.siting)
    plan = phased.selection
    gains = count_gains(model.candidates, plan.choices, demand, model.stakes.bits)
    figures: dict[str, Any] = {
        "technology": scenario.siting.technology,
        "priority": scenario.siting.priority,
    }
    figures |= _figures(model, plan, gains)
    figures["without_existing_first"] = _measured(model, free, setting)
    for name, scale in RADIUS_SCALES.items():
        scaled = make_model(setting, scale)
        figures[name] = _measured(scaled, plan_sites(scaled, scenario).selection, setting)
    tried = _tried(model, plan, setting)
    figures["candidates"] = candidate_counts(tried)
    figures["needs"] = planned.needs
    ways = priorities.compare(setting, model, plan)
    proposals = sheets.proposal_sheet(
        model.candidates,
        plan,
        gains,
        operators=setting.operators,
        technology=scenario.siting.technology,
        cost_vnd=model.cost_vnd,
        cost_basis=setting.catalogue.basis,
        year=phased.year,
    )
    book = accounts.account(setting, model, plan)
    proposals = proposals.assign(**accounts.people_columns(book))
    assumed = bool((proposals["cost_basis"] == ASSUMED).any())
    warnings = (
        *_told(setting, model, plan),
        *planned.warnings,
        *((Fault("costs_assumed"),) if assumed else ()),
    )
    gained = sheets.gain_sheet(gains, setting.operators)
    gained = gained[["rank", "operator", "gained_people"]].merge(
        accounts.operator_columns(book), on=["rank", "operator"], how="left"
    )
    more = {
        "rivals": accounts.rival_sheet(setting, model, plan),
        "siting_priorities": ways,
        "siting_years": phased.sheet,
        "hole_cures": cures.cure_sheet(setting, model, plan),
    }
    return Proposed(proposals, gained, figures, warnings, tried, more)


def _told(setting: Setting, model: Model, plan: Selection) -> tuple[Fault, ...]:
    """Say why a plan is empty."""
    if plan.choices:
        return ()
    if not model.stakes.chosen:
        return (Fault("no_operators", column="siting.operators"),)
    if not (model.stakes.worth > 0).any():
        return (Fault("nobody_to_win"),)
    if setting.scenario.siting.targets and not len(model.needs):
        return (Fault("targets_hold", column="siting.targets"),)
    if any(not limit.most for limit in model.problem.limits):
        return (Fault("nothing_allowed", column="siting"),)
    tried = str(len(model.sites) + len(model.sites.dropped))
    return (Fault("nothing_wins_enough", params={"candidates": tried}),)


def _consistent(plan: Selection, free: Selection) -> tuple[Selection, Selection]:
    """Let neither plan be worse, nor its bound looser, than the other one proves it.

    What the existing-first rule allows is allowed without it, and no bound without it is
    tighter than one with it.
    """
    tighter = max if plan.is_least else min
    plan = replace(plan, bound=tighter(plan.bound, free.bound))
    better = free.objective <= plan.objective if plan.is_least else free.objective >= plan.objective
    return plan, free if better else replace(plan, bound=free.bound)


def _tried(model: Model, plan: Selection, setting: Setting) -> pd.DataFrame:
    """Lay out the sites that were tried; of bundles of a site, the chosen one or none."""
    given_way = np.ones(len(model.sites), bool)
    given_way[model.site_of[~plan.dropped]] = False
    cost = np.full(len(model.sites), np.nan)
    cost[model.site_of[::-1]] = model.cost_vnd[::-1]
    return candidate_sheet(
        model.sites,
        cost,
        operators=setting.operators,
        chosen=[int(model.site_of[candidate]) for candidate in plan.candidates],
        given_way=given_way & (np.bincount(model.site_of, minlength=len(model.sites)) > 0),
    )


def _measured(model: Model, plan: Selection, setting: Setting) -> dict[str, Any]:
    gains = count_gains(model.candidates, plan.choices, setting.demand, model.stakes.bits)
    return _figures(model, plan, gains)


def _figures(model: Model, plan: Selection, gains: Sequence[Gain]) -> dict[str, Any]:
    """Give the figures of a plan for run.json. [people, or what is to be least]"""
    existing = int(model.candidates.is_existing[plan.candidates].sum())
    people = float(np.nansum([gain.people for gain in gains]))
    scale = 1 if plan.is_least else PER_PERSON
    return {
        "value": round(plan.objective / scale, tables.PEOPLE),
        "bound": round(plan.bound / scale, tables.PEOPLE),
        "gap": round(plan.gap, tables.RATIO),
        "positions": len(plan.choices),
        "existing": existing,
        "new": len(plan.choices) - existing,
        "people": round(people, tables.PEOPLE),
    }
