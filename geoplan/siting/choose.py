"""Chooses a plan: greedy, existing sites first, no site below the minimum gain.

* **Existing first**: a new build is opened only where, at its turn, no existing candidate that
  covers some of the same unserved demand adds (1 − tolerance) of what it would add.
* **Minimum gain**: a site that alone wins less than the minimum is taken out, the smallest
  first, and the plan is refilled, until none is.

Both hold for the finished plan in its order. It ends: taking a site out and refilling raises
value − minimum × sites, and each new build is refused for good at most once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.bounds import upper_bound
from geoplan.siting.greedy import Tally, best, greedy, in_greedy_order

if TYPE_CHECKING:
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
    """A plan in its order, its value and a bound on every plan of the same candidates.

    ``dropped`` marks the new builds that gave way to an existing site; the bound leaves them out.
    """

    choices: tuple[Choice, ...]
    value: int
    bound: int
    dropped: Mask

    @property
    def candidates(self) -> list[int]:
        """The chosen candidates in order."""
        return [choice.candidate for choice in self.choices]

    @property
    def gap(self) -> float:
        """How far the value may lie below the best plan, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def choose(problem: Problem, rules: Rules) -> Selection:
    """Choose a plan under the limits and the rules, and bound every plan.

    With a budget both orders are tried, by gain and by gain for each VND: the second alone can
    be led astray by cheap trifles, and the better of the two is at least half of
    1 − 1/e of the best (Leskovec et al. 2007), existing-first apart.

    Parameters
    ----------
    problem
        The model with its limits.
    rules
        What the plan must keep besides.
    """
    found = [_plan(problem, rules, by_cost) for by_cost in _orders(problem)]
    tally, dropped = max(found, key=lambda plan: plan[0].value)
    choices, _ = _in_turn(problem, rules, tally)
    orders = [greedy(problem, by_cost=by_cost) for by_cost in _orders(problem)]
    orders.append([choice.candidate for choice in choices])
    bound = upper_bound(problem, orders, ~dropped)
    return Selection(choices, tally.value, bound, dropped)


def _orders(problem: Problem) -> tuple[bool, ...]:
    return (False,) if problem.budget is None else (False, True)


def _plan(problem: Problem, rules: Rules, by_cost: bool) -> tuple[Tally, Mask]:
    """Fill, trim and check again until the plan keeps every rule."""
    refused = np.zeros(problem.size, bool)
    dropped = np.zeros(problem.size, bool)
    tally = Tally(problem)
    while True:
        _fill(tally, rules, by_cost, refused, dropped)
        if _trim(tally, rules):
            continue
        _, offender = _in_turn(problem, rules, tally)
        if offender < 0:
            break
        refused[offender] = dropped[offender] = True
        tally = Tally(problem)
    dropped[tally.chosen] = False
    return tally, dropped


def _fill(tally: Tally, rules: Rules, by_cost: bool, refused: Mask, dropped: Mask) -> None:
    """Add the best candidate as long as one fits and wins the minimum."""
    least = max(rules.minimum, 1)
    blocked = refused.copy()
    while True:
        fits = tally.affordable()
        pick = best(tally.score(by_cost), fits & ~blocked & (tally.gain >= least))
        if pick < 0:
            return
        if not tally.problem.is_existing[pick]:
            rival = _rival(tally, pick, fits)
            if rival >= 0 and rules.suffices(int(tally.gain[rival]), int(tally.gain[pick])):
                dropped[pick] = True
                if tally.gain[rival] < least:
                    # The existing site is enough, but too little: neither is opened.
                    blocked[pick] = True
                    continue
                pick = rival
        tally.add(pick)


def _rival(tally: Tally, candidate: int, allowed: Mask) -> int:
    """Give the best allowed existing candidate that shares a candidate's gain; −1 = none."""
    sharing = np.zeros(tally.problem.size, bool)
    sharing[tally.problem.covering(tally.fresh(candidate))] = True
    sharing[tally.chosen] = False
    return best(tally.gain, sharing & tally.problem.is_existing & allowed)


def _trim(tally: Tally, rules: Rules) -> bool:
    """Take out the site that wins least alone, if that is below the minimum."""
    least = max(rules.minimum, 1)
    alone = [(tally.alone(candidate), -candidate) for candidate in tally.chosen]
    if not alone or min(alone)[0] >= least:
        return False
    tally.remove(-min(alone)[1])
    return True


def _in_turn(problem: Problem, rules: Rules, plan: Tally) -> tuple[tuple[Choice, ...], int]:
    """Go through a plan in its order; give each site at its turn, and the first offender.

    An offender is a new build in whose place an existing site outside the plan would do;
    −1 = none.
    """
    inside = np.zeros(problem.size, bool)
    inside[plan.chosen] = True
    tally, choices = Tally(problem), []
    for candidate in in_greedy_order(problem, plan.chosen):
        choice = _at_its_turn(tally, candidate, inside, plan.spent)
        tried = choice.tried >= 0 and choice.tried_fits
        if tried and rules.suffices(choice.tried_gain, choice.gain):
            return (), candidate
        choices.append(choice)
        tally.add(candidate)
    return tuple(choices), -1


def _at_its_turn(tally: Tally, candidate: int, inside: Mask, spent: float) -> Choice:
    problem, gain = tally.problem, int(tally.gain[candidate])
    if problem.is_existing[candidate]:
        sharing = problem.covering(tally.fresh(candidate))
        new = sharing[~problem.is_existing[sharing] & ~inside[sharing]]
        return Choice(candidate, gain, bettered=bool((tally.gain[new] > gain).any()))
    room = np.ones(problem.size, bool)
    if problem.budget is not None:
        room = spent - problem.cost[candidate] + problem.cost <= problem.budget
    outside = ~inside
    tried = _rival(tally, candidate, outside & room)
    fits = tried >= 0
    if not fits:
        tried = _rival(tally, candidate, outside)
    return Choice(candidate, gain, tried, int(tally.gain[tried]) if tried >= 0 else 0, fits)
