"""The Lagrangian bound of the covering model, and the fractional plan that comes with it.

With a price λ_c, 0 ≤ λ_c ≤ w_c, on "covered only by what is chosen", every plan is worth at most
L(λ) = Σ_c (w_c − λ_c) + the most that Σ_{c covered by i} λ_c can add up to within the limits
(Galvão, ReVelle 1996). Prices are bettered by a deflected subgradient; each of them gives a true
bound, so it may stop anywhere. The least L is the bound of the linear relaxation, which is tight
for covering. Plans are made of its averaged choice in ``siting.search``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import kernels

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PHASES: Final = (1.2, 0.6, 0.3, 0.15, 0.08, 0.04)
"""Factors on the step at the beginning of each phase; plans are rounded after each."""
STEPS: Final = 400
"""Most steps in a phase."""
_PATIENCE: Final = 25
_PROGRESS: Final = 1e-6
"""A step counts as better when the bound falls by this part of itself."""
_SHORTER: Final = 0.8
_FORGET: Final = 0.05
"""Weight of a new choice in the averaged one."""
_KEEP: Final = 0.95
"""Part of the old direction in the new one (deflection)."""
_LEARN: Final = 0.05
"""How fast the mixture of several limits follows the one that is passed."""

Rounding = Callable[[Floats], int]
"""Makes plans of the averaged choice; gives the value of the best plan so far."""


@dataclass
class Dual:
    """Where the descent stands.

    Attributes
    ----------
    bound
        No plan of the usable candidates passes it; rounded up to whole weight.
    average
        How often each candidate was in the choice of late, 0–1.
    reduced
        What each candidate adds to the bound where it is forced into the choice, at most 0;
        −inf for those that no plan may hold.
    """

    bound: int
    average: Floats
    reduced: Floats

    def usable(self, value: int) -> Mask:
        """Tell which candidates a plan of more than this value can hold."""
        some: Mask = self.bound + self.reduced >= value + 1
        return some


class _Descent:
    """One descent; all arrays are of the usable candidates only."""

    def __init__(self, problem: Problem, usable: Mask) -> None:
        self.rows = np.flatnonzero(usable)
        lengths = np.diff(problem.indptr)[self.rows]
        self.indptr = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        keep = np.repeat(usable, np.diff(problem.indptr))
        self.copies = problem.copies[keep]
        self.weight = problem.weight.astype(np.float64)
        self.share = np.ascontiguousarray(problem.share[:, self.rows])
        covers = np.bincount(self.copies, minlength=len(self.weight))
        self.price = np.where(covers > 0, self.weight / np.maximum(covers, 1), 0.0)
        self.covered = covers > 0
        # What no usable candidate covers is worth nothing to any plan.
        self.weight[~self.covered] = 0.0
        self.left = float((self.weight - self.price).sum())
        self.direction = np.zeros(len(self.weight))
        self.worth = np.zeros(len(self.rows))
        self.mixture = np.full(len(self.share), 1.0 / max(len(self.share), 1))
        self.average = np.zeros(len(self.rows))
        self.bound = math.inf
        self.reduced = np.zeros(len(self.rows))

    def choose(self) -> tuple[NDArray[np.int64], Floats, float]:
        """Choose what adds up to most within the mixed limit, the last piece cut.

        Several limits, each as a part of what there is, are mixed into one (a surrogate): every
        plan that keeps all of them keeps the mixture.
        """
        kernels.worths(self.indptr, self.copies, self.price, self.worth)
        if not len(self.share):
            every = np.arange(len(self.rows))
            self.rate = 0.0
            return every, np.ones(len(every)), float(self.worth.sum())
        use = self.mixture @ self.share
        order = np.argsort(-self.worth / np.maximum(use, 1e-15), kind="stable")
        before = np.cumsum(use[order])
        n = int(np.searchsorted(before, 1.0, side="right"))
        take = np.ones(min(n + 1, len(order)))
        chosen = order[: n + 1].astype(np.int64)
        self.rate = 0.0
        if n < len(order):
            spent = before[n - 1] if n else 0.0
            take[n] = (1.0 - spent) / max(use[order[n]], 1e-15)
            self.rate = float(self.worth[order[n]] / max(use[order[n]], 1e-15))
        self.used = use
        return chosen, take, float(self.worth[chosen] @ take)

    def descend(self, factor: float, steps: int, value: Callable[[], int]) -> None:
        """Take steps until they no longer pay."""
        since = 0
        for _ in range(steps):
            chosen, take, most = self.choose()
            bound = self.left + most
            since = 0 if bound < self.bound * (1 - _PROGRESS) else since + 1
            if bound < self.bound:
                self.bound = bound
                if len(self.share):
                    self.reduced = self.worth - self.rate * self.used
            self.average *= 1 - _FORGET
            self.average[chosen] += _FORGET * take
            if since >= _PATIENCE:
                factor, since = factor * _SHORTER, 0
            length = kernels.step(self.indptr, self.copies, chosen, take, self.direction, _KEEP)
            gap = bound - value()
            if length == 0.0 or gap <= 0:
                break
            by = factor * gap / length
            self.left = kernels.move(self.price, self.weight, self.direction, by)
            self._mix(chosen, take)

    def _mix(self, chosen: NDArray[np.int64], take: Floats) -> None:
        """Give a limit that the choice passes more of the mixture."""
        if len(self.mixture) > 1:
            over = self.share[:, chosen] @ take - 1.0
            self.mixture *= np.exp(np.clip(_LEARN * over, -0.5, 0.5))
            self.mixture /= self.mixture.sum()


def descend(
    problem: Problem, usable: Mask, rounding: Rounding, value: int, *, phases: int = len(PHASES)
) -> Dual:
    """Bound every plan, and round the averaged choice into plans on the way.

    Parameters
    ----------
    problem
        The model with its limits.
    usable
        Candidates that a plan may hold.
    rounding
        Called after each phase with the averaged choice of every candidate.
    value
        Value of a known plan, towards which the steps aim.
    phases
        How many of :data:`PHASES`.

    Returns
    -------
    The best bound and what it rules out. [weight]
    """
    usable = usable & problem.fits_alone
    best = [value]
    bound, average = int(problem.weight.sum()), np.zeros(problem.size)
    descent = _Descent(problem, usable)
    for phase in range(phases):
        descent.descend(PHASES[phase], STEPS, lambda: best[0])
        average[descent.rows] = descent.average
        # Values are whole; a little more, because floating-point sums may fall short.
        bound = min(bound, math.floor(descent.bound * (1 + 1e-9)))
        best[0] = max(best[0], rounding(average))
        if bound <= best[0]:
            break
    reduced = np.full(problem.size, -np.inf)
    # Whatever holds a candidate of negative reduced cost is worth at most bound + that.
    reduced[descent.rows] = np.minimum(descent.reduced, 0.0)
    return Dual(max(bound, best[0]), average, reduced)
