"""Chooses a plan: the best found, existing sites first, no site below the minimum gain.

* **Existing first**: a new build is opened only where, at its turn, no existing candidate that
  covers some of the same unserved demand adds (1 − tolerance) of what it would add.
* **Minimum gain**: a site that alone wins less than the minimum is taken out, the smallest
  first, and the plan is refilled, until none is.

Both hold for the finished plan in its order. It ends: taking a site out and refilling raises
value − minimum × sites, and each new build is refused for good at most once. The search and its
bound are left to ``siting.goals``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.goals import Goal, MostPeople
from geoplan.siting.tally import Tally, in_greedy_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoplan.siting.problem import Problem

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rules:
    """What a plan must keep besides its limits.

    Attributes
    ----------
    minimum
        Least weight that each site must win alone.
    tolerance
        Share of its gain that an existing site may lack and still go before a new build;
        None = existing sites are not preferred.
    """

    minimum: int = 0
    tolerance: float | None = None

    def suffices(self, existing_gain: int, new_gain: int) -> bool:
        """Tell whether an existing site gives enough of a new build's gain; limits included."""
        if self.tolerance is None:
            return False
        return existing_gain >= math.floor((1 - self.tolerance) * new_gain)


@dataclass(frozen=True)
class Choice:
    """A site of a plan, at its turn.

    ``tried`` is the best existing candidate that shares some of its gain and is not in the plan
    (−1 = none) and ``tried_gain`` what that would have added; ``bettered`` tells an existing
    site that some new build would have bettered.
    """

    candidate: int
    gain: int
    tried: int = -1
    tried_gain: int = 0
    tried_fits: bool = True
    bettered: bool = False


@dataclass(frozen=True)
class Selection:
    """A plan in its order, how good it is, and a bound on every plan of the same candidates.

    ``objective`` and ``bound`` are the goal's: weight, or what is used where ``is_least`` tells
    that less is better. ``dropped`` marks the new builds that gave way to an existing site; the
    bound leaves them out.
    """

    choices: tuple[Choice, ...]
    value: int
    objective: float
    bound: float
    dropped: Mask
    is_least: bool = False

    @property
    def candidates(self) -> list[int]:
        """The chosen candidates in order."""
        return [choice.candidate for choice in self.choices]

    @property
    def gap(self) -> float:
        """How far the objective may be from the best plan's, as a share of the larger."""
        larger = max(self.objective, self.bound)
        return abs(self.bound - self.objective) / larger if larger else 0.0


def choose(
    problem: Problem, rules: Rules, *, goal: Goal | None = None, start: Iterable[int] = ()
) -> Selection:
    """Choose a plan under the limits and the rules, and bound every plan.

    Parameters
    ----------
    problem
        The model with its limits.
    rules
        What the plan must keep besides.
    goal
        What it is to be best at; default: the most weight.
    start
        A known plan that keeps the rules; the value never falls below its own, existing-first
        apart.
    """
    goal = MostPeople() if goal is None else goal
    dropped = np.zeros(problem.size, bool)
    while True:
        solved = goal.solve(problem, ~dropped, start)
        tally = Tally(problem, solved.chosen)
        _keep_minimum(tally, rules, goal, ~dropped)
        choices, offenders = _in_turn(problem, rules, tally)
        if not offenders:
            break
        dropped[offenders] = True
    objective = goal.objective(problem, tally.chosen)
    nearest = min if goal.is_least else max
    # A plan from which sites were taken may use less than any that meets every need.
    bound = nearest(solved.bound, objective)
    return Selection(choices, tally.value, objective, bound, dropped, goal.is_least)


def _keep_minimum(tally: Tally, rules: Rules, goal: Goal, allowed: Mask) -> None:
    """Take out the site that wins least alone, if that is below the minimum, and fill again."""
    least = max(rules.minimum, 1)
    while True:
        alone = [(goal.alone(tally, candidate), -candidate) for candidate in tally.chosen]
        if alone and min(alone)[0] < least:
            tally.remove(-min(alone)[1])
        before = len(tally.chosen)
        goal.refill(tally, allowed, least)
        if len(tally.chosen) == before and not (alone and min(alone)[0] < least):
            return


def _rival(tally: Tally, candidate: int, allowed: Mask) -> int:
    """Give the best allowed existing candidate that shares a candidate's gain; −1 = none."""
    sharing = np.zeros(tally.problem.size, bool)
    sharing[tally.problem.covering(tally.fresh(candidate))] = True
    sharing &= ~tally.state.is_open & tally.problem.is_existing & allowed
    if not sharing.any():
        return -1
    return int(np.argmax(np.where(sharing, tally.gain, -1)))


def _in_turn(problem: Problem, rules: Rules, plan: Tally) -> tuple[tuple[Choice, ...], list[int]]:
    """Go through a plan in its order; give each site at its turn, and the offenders.

    An offender is a new build in whose place an existing site outside the plan would do.
    """
    tally, choices, offenders = Tally(problem), list[Choice](), list[int]()
    for candidate in in_greedy_order(problem, plan.chosen):
        choice = _at_its_turn(tally, candidate, plan)
        tried = choice.tried >= 0 and choice.tried_fits
        if tried and rules.suffices(choice.tried_gain, choice.gain):
            offenders.append(candidate)
        choices.append(choice)
        tally.add(candidate)
    return tuple(choices), offenders


def in_order(problem: Problem, plan: Selection, order: Sequence[int]) -> Selection:
    """Give a plan in another order, each site with what it wins at its turn."""
    whole, tally, choices = Tally(problem, order), Tally(problem), list[Choice]()
    for candidate in order:
        choices.append(_at_its_turn(tally, candidate, whole))
        tally.add(candidate)
    return replace(plan, choices=tuple(choices), value=tally.value)


def _at_its_turn(tally: Tally, candidate: int, plan: Tally) -> Choice:
    problem, gain = tally.problem, int(tally.gain[candidate])
    inside = plan.state.is_open
    if problem.is_existing[candidate]:
        sharing = problem.covering(tally.fresh(candidate))
        new = sharing[~problem.is_existing[sharing] & ~inside[sharing]]
        return Choice(candidate, gain, bettered=bool((tally.gain[new] > gain).any()))
    room = _room(plan, candidate)
    outside = ~inside
    tried = _rival(tally, candidate, outside & room)
    fits = tried >= 0
    if not fits:
        tried = _rival(tally, candidate, outside)
    return Choice(candidate, gain, tried, int(tally.gain[tried]) if tried >= 0 else 0, fits)


def _room(plan: Tally, candidate: int) -> Mask:
    """Tell which candidates a plan could hold in the place of one that it holds."""
    problem, state = plan.problem, plan.state
    room: Mask = state.clashing - _clashing(problem, candidate) <= 0
    for row, limit in enumerate(problem.limits):
        left = limit.most * (1 + 1e-12) - (state.used[row] - limit.use[candidate])
        room &= limit.use <= left
    return room


def _clashing(problem: Problem, candidate: int) -> NDArray[np.int32]:
    """Mark the candidates that may not stand beside one."""
    marked = np.zeros(problem.size, np.int32)
    begin, end = problem.clash_indptr[candidate : candidate + 2]
    marked[problem.clashes[begin:end]] = 1
    return marked
