"""Solves the covering model: a plan, and a bound that proves how good it is.

Greedy gives a preview, the Lagrangian bound and its averaged choice give plans, ruin and recreate
betters them, and HiGHS closes what is left where the model is small. Rules that a plan must keep
besides the limits are left to ``siting.choose``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import exact, lagrangian, merging, windows
from geoplan.siting.search import SEED, Search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geoplan.siting.problem import Problem

Mask = NDArray[np.bool_]

_RUNS: Final = 3
_ROUNDS: Final = 80
"""Times that part of the plan is ruined in a run, for each site of it, at most."""
_LEAST_ROUNDS: Final = 300
_WORK: Final = 2_000_000_000
"""Pairs that a run goes through, about, at most."""
_HEAT: Final = 0.03
_LIKELY: Final = 0.02
"""Candidates that the averaged choice holds more often than this go to HiGHS together."""


@dataclass(frozen=True)
class Solution:
    """A plan and what is proved of it.

    Attributes
    ----------
    chosen
        Candidates, ascending.
    value
        Weight that it covers.
    bound
        No plan of the allowed candidates within the limits is worth more.
    """

    chosen: tuple[int, ...]
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """How far the value may lie below the best plan, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def optimise(
    problem: Problem,
    *,
    allowed: Mask | None = None,
    start: Iterable[int] = (),
    seed: int = SEED,
) -> Solution:
    """Solve the model.

    Parameters
    ----------
    problem
        The model with its limits.
    allowed
        Candidates that a plan may hold; default: all.
    start
        A known plan; the value never falls below its own.
    seed
        Of every random choice.
    """
    allowed = np.ones(problem.size, bool) if allowed is None else allowed
    small = merging.merge(problem)
    search = Search(small, allowed, seed=seed)
    search.offer(start)
    search.greedy()
    dual = lagrangian.descend(small, search.allowed, search.round, search.value)
    bound = dual.bound
    if bound > search.value:
        bound = _close(small, dual, search, seed)
    return Solution(search.chosen, search.value, max(bound, search.value))


def _close(small: Problem, dual: lagrangian.Dual, search: Search, seed: int) -> int:
    """Better the plan among likely candidates, then close what is left where that is cheap."""
    support = search.support(dual.average) & dual.usable(search.value)
    for run in range(_RUNS):
        with _among(small, support, search, seed + run) as (inner, left, _):
            inner.better(_rounds(left, len(inner.chosen)), _HEAT)
        if dual.bound <= search.value:
            return dual.bound
    likely = (dual.average > _LIKELY) & dual.usable(search.value)
    with _among(small, likely, search, seed) as (inner, left, _):
        if not exact.close(left, inner, exact.LIKELY_PAIRS).was_tried:
            windows.better(left, inner, seed)
    with _among(small, dual.usable(search.value), search, seed) as (inner, left, _):
        return min(dual.bound, exact.close(left, inner, exact.PAIRS).bound)


@contextmanager
def _among(
    small: Problem, usable: Mask, search: Search, seed: int
) -> Iterator[tuple[Search, Problem, NDArray[np.int64]]]:
    """Search among some candidates and those of the best plan; offer what comes out."""
    usable = usable.copy()
    usable[list(search.chosen)] = True
    left, rows = merging.restrict(small, usable)
    place = np.full(small.size, -1)
    place[rows] = np.arange(len(rows))
    inner = Search(left, np.ones(left.size, bool), seed=seed)
    inner.offer(place[list(search.chosen)].tolist())
    yield inner, left, rows
    search.offer(rows[list(inner.chosen)].tolist())


def _rounds(problem: Problem, chosen: int) -> int:
    """Give how often part of the plan is ruined: less often where each time takes longer."""
    pairs = max(problem.n_pairs, 1)
    touched = pairs / max(problem.size, 1) * pairs / max(len(problem.weight), 1)
    return int(np.clip(_WORK / (20 * touched), _LEAST_ROUNDS, max(_ROUNDS * chosen, _LEAST_ROUNDS)))
