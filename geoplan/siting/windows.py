"""Betters a large plan window by window: HiGHS solves one neighbourhood, the rest stands still.

A window frees some chosen sites that are near each other, with the candidates around them. It is
as large as HiGHS solves in about a second; windows overlap and go once or twice over the plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import exact, merging
from geoplan.siting.search import Search
from geoplan.siting.tally import Tally

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_PAIRS: Final = 3_000
_FREED: Final = (48, 40, 32, 26, 20, 16, 12, 8)
"""How many chosen sites a window frees, the most that keep it small enough."""
_TIMES: Final = 2.0
"""How often each chosen site is in a window, on average."""
_MOST: Final = 16
_NODES: Final = 5


def better(problem: Problem, search: Search, seed: int) -> None:
    """Better the plan of a search, window by window.

    Parameters
    ----------
    problem
        The model that the search is of.
    search
        Holds the best plan so far, and takes better ones.
    seed
        Of the order of the windows.
    """
    random = np.random.default_rng(seed)
    freed, n = 0, len(search.chosen)
    for _ in range(_MOST):
        if freed >= _TIMES * n or not n:
            return
        centre = int(random.integers(len(search.chosen)))
        freed += _solve(problem, search, centre)


def _solve(problem: Problem, search: Search, centre: int) -> int:
    """Solve one window; give how many sites it freed."""
    chosen = np.array(search.chosen)
    away = np.linalg.norm(problem.place - problem.place[chosen[centre]], axis=1)
    order = chosen[np.argsort(away[chosen], kind="stable")]
    for many in _FREED:
        free = order[:many]
        near = away <= 1.1 * away[free].max()
        window, rows = _window(problem, near, free, order[many:])
        if window.n_pairs <= _PAIRS:
            break
    else:
        return len(free)
    place = np.full(problem.size, -1)
    place[rows] = np.arange(len(rows))
    inner = Search(window, np.ones(window.size, bool))
    inner.offer(place[free].tolist())
    before = inner.value
    exact.close(window, inner, _PAIRS, nodes=_NODES)
    if inner.value > before:
        search.offer([*order[many:].tolist(), *rows[list(inner.chosen)].tolist()])
    return len(free)


def _window(
    problem: Problem, near: Mask, free: NDArray[np.int64], fixed: NDArray[np.int64]
) -> tuple[Problem, NDArray[np.int64]]:
    """Give the model of what the fixed sites leave, and its candidates."""
    tally = Tally(problem, fixed.tolist())
    usable = near & (tally.state.clashing == 0)
    usable[fixed] = False
    usable[free] = True
    limits = tuple(
        replace(limit, most=limit.most - float(tally.state.used[row]))
        for row, limit in enumerate(problem.limits)
    )
    weight = np.where(tally.state.covers > 0, 0, problem.weight)
    return merging.restrict(replace(problem, weight=weight, limits=limits), usable)
