"""What a plan is to be best at: people, no commune left behind, or the least cost.

Each goal finds a plan with a bound, and fills up again what a rule took out of one. The rules
are left to ``siting.choose``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.meeting import Met, cheapest, meet
from geoplan.siting.needs import Needs, NeedTally
from geoplan.siting.optimise import optimise
from geoplan.siting.search import Search

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem
    from geoplan.siting.tally import Tally

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Solved(NamedTuple):
    """A plan and the bound of its objective: from above, or from below where less is better."""

    chosen: tuple[int, ...]
    bound: float


class Goal(Protocol):
    """What a plan is to be best at."""

    @property
    def is_least(self) -> bool:
        """Whether less is better."""

    def solve(self, problem: Problem, allowed: Mask, start: Iterable[int]) -> Solved:
        """Find a plan of allowed candidates, and bound all of them."""

    def refill(self, tally: Tally, allowed: Mask, least: int) -> None:
        """Open what betters a plan; each candidate must win ``least`` at its turn."""

    def alone(self, tally: Tally, candidate: int) -> int:
        """Give what a chosen candidate wins that no other chosen one does."""

    def objective(self, problem: Problem, chosen: Iterable[int]) -> float:
        """Say how good a plan is."""


@dataclass(frozen=True)
class MostPeople:
    """The most weight within the limits."""

    is_least = False

    def solve(self, problem: Problem, allowed: Mask, start: Iterable[int]) -> Solved:
        """Find the plan of most weight."""
        found = optimise(problem, allowed=allowed, start=start)
        return Solved(found.chosen, found.bound)

    def refill(self, tally: Tally, allowed: Mask, least: int) -> None:
        """Open the candidates of most gain, and of most gain for what they use."""
        search = Search(tally.problem, allowed)
        for per in search.pers:
            search.fill(tally, per, least=least)

    def alone(self, tally: Tally, candidate: int) -> int:
        """Give the weight that only a chosen candidate covers."""
        return tally.alone(candidate)

    def objective(self, problem: Problem, chosen: Iterable[int]) -> float:
        """Give the weight that a plan covers."""
        covered = np.zeros(len(problem.weight), bool)
        for candidate in chosen:
            covered[problem.covered(candidate)] = True
        return float(problem.weight[covered].sum())


@dataclass(frozen=True)
class MostMet:
    """The most of weight + worth × what is met of the needs, within the limits."""

    needs: Needs
    worth: int
    is_least = False

    def solve(self, problem: Problem, allowed: Mask, start: Iterable[int]) -> Solved:
        """Find the plan that is worth most."""
        found = meet(problem, self.needs, self.worth, allowed=allowed, start=start)
        return Solved(found.chosen, found.bound)

    def refill(self, tally: Tally, allowed: Mask, least: int) -> None:
        """Open the candidate that adds most, needs included, again and again."""
        mirror = NeedTally(tally.problem, self.needs, tally.chosen)
        _fill(tally, mirror, allowed & tally.problem.fits_alone, least, self.worth, 1)

    def alone(self, tally: Tally, candidate: int) -> int:
        """Give the weight, or the people of some need, that only a chosen candidate wins."""
        return _alone(tally, self.needs, candidate)

    def objective(self, problem: Problem, chosen: Iterable[int]) -> float:
        """Give the weight of a plan + worth × what it meets."""
        tally = NeedTally(problem, self.needs, chosen)
        return float(tally.value + self.worth * tally.met)


@dataclass(frozen=True)
class LeastUse:
    """The least use that meets every need that can be met."""

    needs: Needs
    use: Floats
    is_least = True

    def solve(self, problem: Problem, allowed: Mask, start: Iterable[int]) -> Solved:
        """Find the plan that uses least."""
        found = self.met(problem, allowed, start)
        return Solved(found.chosen, found.bound)

    def met(self, problem: Problem, allowed: Mask, start: Iterable[int] = ()) -> Met:
        """Find the plan that uses least, with what it lacks."""
        return cheapest(problem, self.needs, self.use, allowed=allowed, start=start)

    def refill(self, tally: Tally, allowed: Mask, least: int) -> None:
        """Open the candidate that meets most, again and again."""
        mirror = NeedTally(tally.problem, self.needs, tally.chosen)
        _fill(tally, mirror, allowed & tally.problem.fits_alone, least, 1, 0)

    def alone(self, tally: Tally, candidate: int) -> int:
        """Give the weight, or the people of some need, that only a chosen candidate wins."""
        return _alone(tally, self.needs, candidate)

    def objective(self, problem: Problem, chosen: Iterable[int]) -> float:
        """Give what a plan uses."""
        return float(self.use[list(chosen)].sum())


def _fill(
    tally: Tally, mirror: NeedTally, allowed: Mask, least: int, per_need: int, per_gain: int
) -> None:
    while True:
        gain = per_need * mirror.meets + per_gain * mirror.gain
        enough = np.maximum(mirror.gain, mirror.wins) >= least
        gain = np.where(allowed & enough & mirror.affordable(), gain, 0)
        pick = int(np.argmax(gain)) if len(gain) else -1
        if pick < 0 or gain[pick] <= 0:
            return
        tally.add(pick)
        mirror.add(pick)


def _alone(tally: Tally, needs: Needs, candidate: int) -> int:
    covered = tally.problem.covered(candidate)
    mine = covered[tally.state.covers[covered] == 1]
    return max(tally.alone(candidate), int(needs.of_copies(mine).max(initial=0)))
