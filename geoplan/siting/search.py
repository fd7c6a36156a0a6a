"""Looks for good plans: fills, swaps, and ruins part of a plan to recreate it better.

Everything is deterministic for a seed and stops by counts, never by the clock. How far the best
plan may lie below the best there is, is told by ``siting.lagrangian``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import kernels
from geoplan.siting.tally import Tally

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SEED: Final = 20_250_701
SUPPORT: Final = 3000
"""Candidates of largest averaged choice among which plans are bettered."""
_BLINK: Final = 0.4
_FACTORS: Final = (0.6, 1.4)
_ROUNDINGS: Final = 4
_SWAPS: Final = 20


class Search:
    """The best plan so far, and ways to better it.

    Parameters
    ----------
    problem
        The model with its limits.
    allowed
        Candidates that a plan may hold.
    """

    def __init__(self, problem: Problem, allowed: Mask, *, seed: int = SEED) -> None:
        self.problem = problem
        self.allowed = allowed & problem.fits_alone
        self.value = 0
        self.chosen: tuple[int, ...] = ()
        self._random = np.random.default_rng(seed)
        self._stream = np.array([seed], np.uint64)
        self.pers = _divisors(problem)

    def offer(self, chosen: Iterable[int]) -> bool:
        """Take a plan if it is better than the best so far and keeps every limit."""
        tally = Tally(self.problem, chosen)
        if tally.value <= self.value or not tally.keeps_all():
            return False
        self.value, self.chosen = tally.value, tuple(sorted(tally.chosen))
        return True

    def fill(self, tally: Tally, per: Floats, *, least: int = 1) -> None:
        """Open the allowed candidate of most gain per ``per``, again and again."""
        self._fill(tally, self.allowed, per, least)

    def greedy(self) -> None:
        """Offer the plans of the greedy choice, by gain and by gain for what is used."""
        for per in self.pers:
            tally = Tally(self.problem)
            self.fill(tally, per)
            self.offer(tally.chosen)

    def round(self, average: Floats) -> int:
        """Make plans of an averaged choice: as it is, and shaken; give the best value so far."""
        support = self.support(average)
        for k in range(_ROUNDINGS):
            score = average * (self._random.uniform(*_FACTORS, len(average)) if k else 1.0)
            tally = Tally(self.problem)
            order = np.argsort(-score, kind="stable")
            for candidate in order[score[order] > 0].tolist():
                if self.allowed[candidate] and kernels.fits(
                    self.problem.arrays, tally.state, candidate
                ):
                    tally.add(candidate)
            for per in self.pers:
                self._fill(tally, support, per, 1)
            self._swap(tally, support)
            self.offer(np.flatnonzero(tally.state.is_open).tolist())
        return self.value

    def better(self, rounds: int, heat: float = 0.0) -> None:
        """Ruin and recreate the best plan.

        ``heat`` is a part of the mean value of a site.
        """
        tally = Tally(self.problem, self.chosen)
        kernels.ruin_and_recreate(
            self.problem.arrays,
            tally.state,
            self.allowed,
            self.pers,
            self.problem.place,
            rounds,
            heat * self.value / max(len(self.chosen), 1),
            _BLINK,
            self._stream,
        )
        self._swap(tally, self.allowed)
        self.offer(np.flatnonzero(tally.state.is_open).tolist())

    def support(self, average: Floats) -> Mask:
        """Mark the candidates of largest averaged choice, and those of the best plan."""
        score = np.where(self.allowed, average, -1.0)
        order = np.argsort(-score, kind="stable")[:SUPPORT]
        marked = np.zeros(self.problem.size, bool)
        marked[order[score[order] > 0]] = True
        marked[list(self.chosen)] = True
        return marked

    def _swap(self, tally: Tally, support: Mask) -> None:
        for per in self.pers:
            kernels.swap(self.problem.arrays, tally.state, support, per, _SWAPS)

    def _fill(self, tally: Tally, allowed: Mask, per: Floats, least: int) -> None:
        picked = np.zeros(self.problem.size, np.int64)
        added, n = kernels.fill(
            self.problem.arrays, tally.state, allowed, per, least, 0.0, self._stream, picked
        )
        tally.value += int(added)
        tally.chosen += picked[:n].tolist()


def _divisors(problem: Problem) -> Floats:
    """Give what gains are divided by: 1; and where costs differ, what is used, and its root."""
    rows: Sequence[Floats] = [np.ones(problem.size)]
    if len(problem.limits) and problem.size:
        use = np.where(np.isfinite(problem.share), problem.share, 1.0).max(axis=0)
        # What uses nothing of any limit is taken first.
        use = np.maximum(use, 1e-9)
        if use.max() > use.min():
            rows = [use, np.sqrt(use), *rows]
    return np.ascontiguousarray(np.stack(rows))
