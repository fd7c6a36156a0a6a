"""Greedy choice for the covering model, and the tally of gains that it keeps.

The tally holds the marginal gain of *every* candidate at every step: each copy of the demand is
taken off all candidates that cover it once, when it is first covered, so a whole plan costs one
pass over the matrix, no more than a lazy greedy, and gives the bound (``siting.bounds``) for
nothing. The rules that a plan must keep besides the limits are left to ``siting.choose``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geoplan.siting.problem import Problem

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Tally:
    """What is chosen, how often each copy is covered, and what each candidate would add.

    Attributes
    ----------
    chosen
        Candidates, in the order in which they were added.
    gain
        What each candidate would add to the value, int64; 0 for the chosen. [weight]
    value
        Weight of the copies that are covered.
    spent
        Cost of the chosen. [VND]
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.chosen: list[int] = []
        self.gain: Indices = problem.gains
        self.value = 0
        self.spent = 0.0
        self._count = np.zeros(len(problem.weight), np.int32)

    def add(self, candidate: int) -> int:
        """Choose a candidate; give what it added."""
        fresh = self.fresh(candidate)
        self._count[self.problem.covered(candidate)] += 1
        self._shift(fresh, -1)
        self.chosen.append(candidate)
        added = int(self.problem.weight[fresh].sum())
        self.value += added
        self._count_cost()
        return added

    def remove(self, candidate: int) -> None:
        """Take a chosen candidate out again."""
        covered = self.problem.covered(candidate)
        self._count[covered] -= 1
        bare = covered[self._count[covered] == 0]
        self._shift(bare, 1)
        self.chosen.remove(candidate)
        self.value -= int(self.problem.weight[bare].sum())
        self._count_cost()

    def fresh(self, candidate: int) -> Indices:
        """Give the copies that a candidate covers and nothing chosen does."""
        covered = self.problem.covered(candidate)
        fresh: Indices = covered[self._count[covered] == 0]
        return fresh

    def alone(self, candidate: int) -> int:
        """Give what a chosen candidate wins that no other chosen one does."""
        covered = self.problem.covered(candidate)
        return int(self.problem.weight[covered[self._count[covered] == 1]].sum())

    def affordable(self) -> Mask:
        """Tell which candidates fit into what is left of the limits."""
        problem = self.problem
        if problem.positions is not None and len(self.chosen) >= problem.positions:
            return np.zeros(problem.size, bool)
        if problem.budget is None:
            return np.ones(problem.size, bool)
        fits: Mask = self.spent + problem.cost <= problem.budget
        return fits

    def score(self, by_cost: bool) -> NDArray[np.float64] | Indices:
        """Give what the greedy choice looks at: gain, or gain for each VND."""
        if not by_cost:
            return self.gain
        ratio: NDArray[np.float64] = self.gain / np.maximum(self.problem.cost, 1.0)
        return ratio

    def _shift(self, copies: Indices, sign: int) -> None:
        problem = self.problem
        if not len(copies):
            return
        candidates = problem.covering(copies)
        times = problem.starts[copies + 1] - problem.starts[copies]
        weights = np.repeat(problem.weight[copies], times)
        # Exact: sums of whole numbers stay below 2**53 up to nine thousand million people.
        change = np.bincount(candidates, weights=weights, minlength=problem.size)
        self.gain = self.gain + sign * change.astype(np.int64)

    def _count_cost(self) -> None:
        self.spent = float(self.problem.cost[sorted(self.chosen)].sum())


def best(score: NDArray[np.float64] | Indices, allowed: Mask) -> int:
    """Give the allowed candidate of highest score, the first of equals; −1 where none is."""
    if not allowed.any():
        return -1
    return int(np.argmax(np.where(allowed, score, -1)))


def greedy(problem: Problem, *, by_cost: bool = False) -> list[int]:
    """Choose the candidate that adds most, again and again, within the limits and nothing else.

    Parameters
    ----------
    problem
        The model.
    by_cost
        Look at the gain for each VND, not at the gain.

    Returns
    -------
    Candidates in the order of their choice.
    """
    tally = Tally(problem)
    while (pick := best(tally.score(by_cost), tally.affordable() & (tally.gain > 0))) >= 0:
        tally.add(pick)
    return tally.chosen


def in_greedy_order(problem: Problem, chosen: Iterable[int]) -> list[int]:
    """Give a set of candidates in the order of their gains, each on top of those before it."""
    tally = Tally(problem)
    left = np.zeros(problem.size, bool)
    left[list(chosen)] = True
    while (pick := best(tally.gain, left)) >= 0:
        tally.add(pick)
        left[pick] = False
    return tally.chosen
