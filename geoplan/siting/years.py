"""Spreads a plan over years: what is opened in which, within the limits of each.

The whole plan is chosen first. Its sites of the first years are then the best that the limits up
to each year allow, and no site is ever taken down. What a year leaves of its limit may be used
later. Every operator of a site is named in the year in which it is built.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.siting.choose import Selection, in_order
from geoplan.siting.optimise import optimise
from geoplan.siting.problem import PER_PERSON
from geoplan.siting.tally import in_greedy_order

if TYPE_CHECKING:
    from geoplan.scenario.model import Siting
    from geoplan.siting.problem import Problem

COLUMNS = ("year", "positions", "gained_value", "cumulative_value", "bound", "gap")


class Phased(NamedTuple):
    """A plan in the order of its years, the year of each site, and the table ``siting_years``."""

    selection: Selection
    year: NDArray[np.int64] | None
    sheet: pd.DataFrame


def phase(problem: Problem, plan: Selection, asked: Siting) -> Phased:
    """Give each site of a plan its year; ``bound`` is of all that could be won by that year."""
    if not asked.years:
        return Phased(plan, None, pd.DataFrame(columns=list(COLUMNS)))
    left = set(plan.candidates)
    stages, rows = list[list[int]](), list[tuple[int, int]]()
    for last in range(len(asked.years), 0, -1):
        within = _until(problem, asked, last)
        if last < len(asked.years):
            only = np.zeros(problem.size, bool)
            only[list(left)] = True
            left = set(optimise(within, allowed=only).chosen)
        bound = optimise(within, allowed=~plan.dropped).bound
        stages.insert(0, sorted(left))
        rows.insert(0, (asked.years[last - 1].year, bound))
    order, year, sheet, before = list[int](), list[int](), [], 0
    for stage, (name, bound) in zip(stages, rows, strict=True):
        fresh = [one for one in in_greedy_order(problem, stage) if one not in set(order)]
        order += fresh
        year += [name] * len(fresh)
        value = int(_value(problem, order))
        bound = max(bound, value)
        sheet.append(
            {
                "year": name,
                "positions": len(fresh),
                "gained_value": (value - before) / PER_PERSON,
                "cumulative_value": value / PER_PERSON,
                "bound": bound / PER_PERSON,
                "gap": (bound - value) / bound if bound else 0.0,
            }
        )
        before = value
    return Phased(in_order(problem, plan, order), np.array(year, np.int64), pd.DataFrame(sheet))


def _until(problem: Problem, asked: Siting, last: int) -> Problem:
    """Give the model with the limits of the first years together."""
    some = asked.years[:last]
    most = {
        "positions": sum(one.positions or 0 for one in some),
        "budget_vnd": sum(one.budget_vnd or 0.0 for one in some),
    }
    limits = tuple(
        replace(limit, most=float(most.get(limit.name, limit.most))) for limit in problem.limits
    )
    return replace(problem, limits=limits)


def _value(problem: Problem, chosen: list[int]) -> int:
    covered = np.zeros(len(problem.weight), bool)
    for candidate in chosen:
        covered[problem.covered(candidate)] = True
    return int(problem.weight[covered].sum())
