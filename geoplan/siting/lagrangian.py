"""The Lagrangian bound of the covering model, which greedy prefixes alone leave loose.

With a price λ_c, 0 ≤ λ_c ≤ w_c, on "covered only by what is chosen", every plan is worth at most
L(λ) = Σ_c (w_c − λ_c) + the most that Σ_{c covered by i} λ_c can add up to within the limits
(Galvão, ReVelle 1996). Prices are bettered by a short subgradient descent; each of them gives a
true bound, so it may stop anywhere. Better plans from the prices are left to a later optimiser.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]

_STEPS: Final = 300
_WORK: Final = 200_000_000
"""Most pairs to go through, so that large models stay within seconds."""
_PATIENCE: Final = 12
"""Steps without a better bound before the step is shortened."""


def lagrangian_bound(problem: Problem, usable: NDArray[np.bool_], value: int) -> int:
    """Give a value that no plan can pass, from a fixed number of subgradient steps.

    Parameters
    ----------
    problem
        The model with its limits.
    usable
        Candidates that a plan may hold.
    value
        Value of a known plan, towards which the steps aim.

    Returns
    -------
    The bound. [weight]
    """
    from scipy.sparse import csr_matrix

    shape = (problem.size, len(problem.weight))
    ones = np.ones(len(problem.copies))
    cover = csr_matrix((ones, problem.copies, problem.indptr), shape=shape)[usable]
    columns = cover.T.tocsr()
    weight, cost = problem.weight.astype(np.float64), problem.cost[usable]
    price = weight / np.maximum(np.diff(columns.indptr), 1)
    least, step, direction, since = math.inf, 1.2, np.zeros(len(weight)), 0
    for _ in range(min(_STEPS, _WORK // max(cover.nnz, 1))):
        take, most = _most(problem, np.asarray(cover @ price), cost)
        bound = float((weight - price).sum()) + most
        since = 0 if bound < least * (1 - 1e-5) else since + 1
        least = min(least, bound)
        if since >= _PATIENCE:
            step, since = step * 0.7, 0
        direction = 0.6 * direction + 0.4 * (np.asarray(columns @ take) - 1.0)
        length = float(direction @ direction)
        if length == 0.0 or bound <= value:
            break
        price = np.clip(price - step * (bound - value) / length * direction, 0.0, weight)
    # A little more than the sum, because floating-point sums may fall short of the true one.
    return math.ceil(least * (1 + 1e-9)) if math.isfinite(least) else int(problem.weight.sum())


def _most(problem: Problem, worth: Floats, cost: Floats) -> tuple[Floats, float]:
    """Choose what adds up to most within the limits, the last piece cut; give it and its sum.

    With both limits the smaller of the two sums is a bound.
    """
    options = []
    if problem.positions is not None:
        options.append(_fractional(worth, np.ones(len(worth)), float(problem.positions)))
    if problem.budget is not None:
        options.append(_fractional(worth, cost, problem.budget))
    return min(options, key=lambda option: option[1])


def _fractional(worth: Floats, cost: Floats, limit: float) -> tuple[Floats, float]:
    order = np.argsort(-worth / np.maximum(cost, 1e-9), kind="stable")
    before = np.cumsum(cost[order]) - cost[order]
    part = np.clip((limit - before) / np.maximum(cost[order], 1e-9), 0.0, 1.0)
    take = np.zeros(len(worth))
    take[order] = np.where(before <= limit, np.where(cost[order] > 0, part, 1.0), 0.0)
    return take, float(take @ worth)
