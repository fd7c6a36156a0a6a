"""Looks for plans that meet needs: as much as a limit allows, or all of them for the least.

* :func:`meet` wins the most of value + worth × what is met, within the limits. With prices
  0 ≤ θ ≤ 1 on the needs, met ≤ θ·won + (1 − θ)·asked, so a plain covering model of other weights
  bounds it.
* :func:`cheapest` meets every need that can be met with the least of something.

Both fill greedily, ruin and recreate, and give what is small to HiGHS (``siting.exact_needs``).
Rules that a plan must keep besides are left to ``siting.choose``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import exact_needs, lagrangian
from geoplan.siting import needs as needed
from geoplan.siting.needs import Layout, Needs, NeedTally
from geoplan.siting.search import SEED

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

_ROUNDS: Final = 300
_WORK: Final = 40_000_000
"""Numbers that ruin and recreate goes through, about, at most."""
_BLINK: Final = 0.2
"""Part of the candidates that a refill does not see."""
_RUIN: Final = (2, 8)
_ROUNDING: Final = 2e-6
"""What HiGHS leaves open at most when it has proved an optimum, as a part of it."""
_PARTS: Final = 64
"""Prices of needs are whole 64ths, so that bounds stay whole numbers."""
_PRICINGS: Final = 8


@dataclass(frozen=True)
class Met:
    """A plan and what is proved of it.

    Attributes
    ----------
    chosen
        Candidates, ascending.
    objective, bound
        Of :func:`meet`: value + worth × what is met, and what no plan passes; of
        :func:`cheapest`: what is used, and what no plan that meets as much stays below.
    short
        How much each need still lacks. [millionths of a person]
    """

    chosen: tuple[int, ...]
    objective: float
    bound: float
    short: Indices


def meet(
    problem: Problem,
    needs: Needs,
    worth: int,
    *,
    allowed: Mask | None = None,
    start: Iterable[int] = (),
    seed: int = SEED,
) -> Met:
    """Win the most of value + worth × what is met of the needs, within the limits.

    Parameters
    ----------
    problem, needs
        The model with its limits, and what is needed of the same copies.
    worth
        What each millionth of a person that a need lacks is worth besides its weight.
    allowed
        Candidates that a plan may hold; default: all.
    start
        A known plan; the objective never falls below its own.
    seed
        Of every random choice.
    """
    usable = (np.ones(problem.size, bool) if allowed is None else allowed) & problem.fits_alone
    small, asked = needed.merge(problem, needs)

    def gain(tally: NeedTally) -> Indices:
        return tally.gain + worth * tally.meets

    def score(tally: NeedTally) -> float:
        return tally.value + worth * tally.met

    making = _Making(small, asked, usable, gain, score, seed)
    making.offer(start)
    for per in _divisors(small):
        making.offer(making.filled((), per))
    closed = exact_needs.most(small, asked, worth, usable, making.chosen)
    making.offer(closed.chosen)
    bound = closed.bound
    if bound > making.best + _ROUNDING * bound:
        making.better()
        bound = min(bound, _priced(small, asked, worth, usable, round(making.best)))
    if bound <= making.best * (1 + _ROUNDING):
        bound = making.best
    tally = NeedTally(problem, needs, making.chosen)
    return Met(making.chosen, making.best, bound, tally.short)


def cheapest(
    problem: Problem,
    needs: Needs,
    use: Floats,
    *,
    allowed: Mask | None = None,
    start: Iterable[int] = (),
    seed: int = SEED,
) -> Met:
    """Meet the needs with the least use; of each that cannot be met, what can be.

    Parameters
    ----------
    problem, needs
        The model with its limits, and what is needed.
    use
        Of each candidate, above 0: money, or 1.
    allowed, start, seed
        As for :func:`meet`.
    """
    usable = (np.ones(problem.size, bool) if allowed is None else allowed) & problem.fits_alone
    small, asked = needed.merge(problem, needs)
    reachable = asked.won(small, np.flatnonzero(usable).tolist())
    asked = asked.at_most(np.minimum(reachable, asked.least))
    total = int(asked.least.sum())

    def gain(tally: NeedTally) -> Indices:
        return tally.meets

    def score(tally: NeedTally) -> float:
        missing = total - tally.met
        return -float(use[tally.chosen].sum()) if not missing else -float(use.sum()) * (1 + missing)

    making = _Making(small, asked, usable, gain, score, seed, use=use)
    making.offer(start)
    for per in (use, np.ones(small.size), np.sqrt(use)):
        making.offer(making.filled((), per))
    # Sites that clash may leave less than all of them together would win.
    tally = NeedTally(small, asked, making.chosen)
    asked = asked.at_most(np.minimum(tally.won, asked.least))
    closed = exact_needs.least(small, asked, use, usable, making.chosen)
    making.offer(closed.chosen)
    if closed.bound < (1 - _ROUNDING) * float(use[list(making.chosen)].sum()):
        making.better()
    spent = float(use[list(making.chosen)].sum())
    bound = closed.bound if closed.bound < (1 - _ROUNDING) * spent else spent
    return Met(making.chosen, spent, bound, NeedTally(problem, needs, making.chosen).short)


class _Making:
    """The best plan so far of one objective, and ways to better it."""

    def __init__(
        self,
        problem: Problem,
        needs: Needs,
        usable: Mask,
        gain: Callable[[NeedTally], Indices],
        score: Callable[[NeedTally], float],
        seed: int,
        *,
        use: Floats | None = None,
    ) -> None:
        self.problem, self.needs, self.usable = problem, needs, usable
        self.gain, self.score, self.use = gain, score, use
        self.layout = Layout.of(problem, needs)
        self.best, self.chosen = -np.inf, tuple[int, ...]()
        self._random = np.random.default_rng(seed)
        self.offer(())

    def offer(self, chosen: Iterable[int]) -> bool:
        """Take a plan if it is better than the best so far and keeps every limit."""
        tally = self._tally(chosen)
        self._prune(tally)
        return tally.keeps_all() and self._keep(tally)

    def _tally(self, chosen: Iterable[int]) -> NeedTally:
        return NeedTally(self.problem, self.needs, chosen, layout=self.layout)

    def _keep(self, tally: NeedTally) -> bool:
        score = self.score(tally)
        if score <= self.best:
            return False
        self.best, self.chosen = score, tuple(sorted(tally.chosen))
        return True

    def filled(self, chosen: Iterable[int], per: Floats) -> list[int]:
        """Open the candidate of most gain per ``per``, again and again."""
        tally = self._tally(chosen)
        self._fill(tally, per, self.usable)
        return tally.chosen

    def _fill(self, tally: NeedTally, per: Floats, usable: Mask) -> None:
        while True:
            gain = np.where(usable & tally.affordable(), self.gain(tally), 0)
            pick = int(np.argmax(gain / per)) if len(gain) else -1
            if pick < 0 or gain[pick] <= 0:
                return
            tally.add(pick)

    def _prune(self, tally: NeedTally, among: Iterable[int] | None = None) -> None:
        """Take out what is not needed, the dearest first, where use is what counts."""
        if self.use is None:
            return
        use = self.use
        some = tally.chosen if among is None else among
        for candidate in sorted(some, key=lambda one: (-use[one], one)):
            before = tally.met
            tally.remove(candidate)
            if tally.met < before:
                tally.add(candidate)

    def better(self) -> None:
        """Ruin and recreate the best plan."""
        pers = [self.use] if self.use is not None else _divisors(self.problem)
        size = self.problem.size + len(self.problem.weight) + 1
        rounds = int(np.clip(_WORK / (8 * size), 0, _ROUNDS)) if self.chosen else 0
        tally = self._tally(self.chosen)
        for turn in range(rounds):
            if not tally.chosen:
                return
            near = self._near(tally.chosen)
            for candidate in near[: int(self._random.integers(*_RUIN))]:
                tally.remove(candidate)
            seen = self.usable & (self._random.random(self.problem.size) >= _BLINK)
            self._fill(tally, pers[turn % len(pers)], seen)
            self._fill(tally, pers[turn % len(pers)], self.usable)
            fresh = set(tally.chosen) - set(self.chosen)
            self._prune(tally, {*fresh, *(one for one in near if one in tally.chosen)})
            if not self._keep(tally):
                self._undo(tally)

    def _near(self, chosen: list[int]) -> list[int]:
        """Give the chosen that are nearest to a random one of them, the nearest first."""
        every = np.array(sorted(chosen))
        place = self.problem.place[every]
        centre = place[self._random.integers(len(every))]
        away = np.linalg.norm(place - centre, axis=1)
        return [int(one) for one in every[np.argsort(away, kind="stable")[: 2 * _RUIN[1]]]]

    def _undo(self, tally: NeedTally) -> None:
        """Go back to the best plan."""
        best, now = set(self.chosen), set(tally.chosen)
        for candidate in sorted(now - best):
            tally.remove(candidate)
        for candidate in sorted(best - now):
            tally.add(candidate)


def _divisors(problem: Problem) -> list[Floats]:
    """Give what gains are divided by: 1, and what is used of the limits where it differs."""
    rows = [np.ones(problem.size)]
    if problem.limits and problem.size:
        use = np.maximum(np.where(np.isfinite(problem.share), problem.share, 1.0).max(axis=0), 1e-9)
        if use.max() > use.min():
            rows += [use, np.sqrt(use)]
    return rows


def _priced(problem: Problem, needs: Needs, worth: int, usable: Mask, value: int) -> float:
    """Bound value + worth × what is met, by covering models whose weights pay for the needs."""
    price = np.full(len(needs), _PARTS, np.int64)
    bound = float(problem.weight.sum()) + worth * float(needs.least.sum())
    for _ in range(_PRICINGS):
        paid = _PARTS * problem.weight + worth * np.asarray(needs.measure.T @ price, np.int64)
        rest = worth * int(((_PARTS - price) * needs.least).sum())
        aim = max(_PARTS * value - rest, 0)
        dual = _bounded(replace(problem, weight=paid), usable, aim)
        bound = min(bound, (dual.bound + rest) // _PARTS)
        if bound <= value:
            break
        often = np.repeat(dual.average, np.diff(problem.indptr))
        covered = np.bincount(problem.copies, often, len(problem.weight))
        won = needs.measure @ np.minimum(covered, 1.0)
        over = worth * (won - needs.least)
        step = (bound - value) / max(float(over @ over), 1.0) * over
        price = np.clip(np.rint(price - _PARTS * step), 0, _PARTS).astype(np.int64)
    return bound


def _bounded(model: Problem, usable: Mask, aim: int) -> lagrangian.Dual:
    return lagrangian.descend(model, usable, lambda _: aim, aim, phases=2)
