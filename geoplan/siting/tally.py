"""What is open, step by step: the value of a plan and what each candidate would add to it.

The tally holds the marginal gain of *every* candidate at every step: each copy of the demand is
taken off all candidates that cover it once, when it is first covered, so a whole plan costs one
pass over the matrix. Which candidate to open is left to ``siting.choose`` and ``siting.search``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import kernels

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Tally:
    """A plan that grows and shrinks, and what each candidate would add to it.

    Attributes
    ----------
    chosen
        Candidates, in the order in which they were added.
    value
        Weight of the copies that are covered.
    """

    def __init__(self, problem: Problem, chosen: Iterable[int] = ()) -> None:
        self.problem = problem
        self.chosen: list[int] = []
        self.value = 0
        self.state = kernels.State(
            covers=np.zeros(len(problem.weight), np.int32),
            gain=problem.gains.copy(),
            is_open=np.zeros(problem.size, bool),
            clashing=np.zeros(problem.size, np.int32),
            used=np.zeros(len(problem.limits)),
        )
        for candidate in chosen:
            self.add(candidate)

    @property
    def gain(self) -> Indices:
        """What each candidate would add to the value; 0 for the chosen. [weight]"""
        return self.state.gain

    def add(self, candidate: int) -> int:
        """Choose a candidate; give what it added."""
        added = int(kernels.open_site(self.problem.arrays, self.state, candidate))
        self.chosen.append(candidate)
        self.value += added
        return added

    def remove(self, candidate: int) -> int:
        """Take a chosen candidate out again; give what is lost."""
        lost = int(kernels.close_site(self.problem.arrays, self.state, candidate))
        self.chosen.remove(candidate)
        self.value -= lost
        return lost

    def fresh(self, candidate: int) -> NDArray[np.int32]:
        """Give the copies that a candidate covers and nothing chosen does."""
        covered = self.problem.covered(candidate)
        fresh: NDArray[np.int32] = covered[self.state.covers[covered] == 0]
        return fresh

    def alone(self, candidate: int) -> int:
        """Give what a chosen candidate wins that no other chosen one does."""
        return int(kernels.alone(self.problem.arrays, self.state, candidate))

    def affordable(self) -> Mask:
        """Tell which candidates fit into what is left of the limits and clash with no chosen."""
        arrays, state = self.problem.arrays, self.state
        fits: Mask = state.clashing == 0
        for row, most in enumerate(arrays.most):
            fits &= state.used[row] + arrays.use[row] <= most * (1 + 1e-12)
        return fits

    def over(self) -> Mask:
        """Tell which limits the chosen pass."""
        arrays = self.problem.arrays
        passed: Mask = self.state.used > arrays.most * (1 + 1e-12)
        return passed

    def keeps_all(self) -> bool:
        """Tell whether the chosen keep every limit and none clash."""
        return not self.over().any() and not self.state.clashing[self.chosen].any()


def in_greedy_order(problem: Problem, chosen: Iterable[int]) -> list[int]:
    """Give a set of candidates in the order of their gains, each on top of those before it."""
    tally, left = Tally(problem), sorted(set(chosen))
    while left:
        # The first of equals, and those that add nothing last.
        pick = max(left, key=lambda candidate: (int(tally.gain[candidate]), -candidate))
        tally.add(pick)
        left.remove(pick)
    return tally.chosen
