"""An upper bound on every plan of the covering model, proved from greedy prefixes.

The value f of a plan is monotone and submodular, so for *any* set S and the best plan O,
f(O) ≤ f(S) + Σ_{i∈O} (f(S + i) − f(S)) (Nemhauser, Wolsey, Fisher 1978). The sum is at most the
largest sum of marginal gains that the limits allow: the p largest, or a fractional knapsack of
the budget. The least over all prefixes of some orders is the bound, or the Lagrangian one
(``siting.lagrangian``) where that is less.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.greedy import Tally
from geoplan.siting.lagrangian import lagrangian_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geoplan.siting.problem import Problem

Indices = NDArray[np.int64]


def upper_bound(
    problem: Problem, orders: Iterable[Sequence[int]], allowed: NDArray[np.bool_] | None = None
) -> int:
    """Give a value that no plan of the model can pass.

    Parameters
    ----------
    problem
        The model with its limits.
    orders
        Orders of candidates whose prefixes are tried; any will do, good plans give more.
    allowed
        Candidates that a plan may hold; default: all.

    Returns
    -------
    The bound. [weight]
    """
    usable = np.ones(problem.size, bool) if allowed is None else allowed.copy()
    if problem.budget is not None:
        usable &= problem.cost <= problem.budget
    least, value = _reachable(problem, usable), 0
    for order in orders:
        tally = Tally(problem)
        least = min(least, _most_addable(problem, tally.gain, usable))
        for candidate in order:
            tally.add(candidate)
            least = min(least, tally.value + _most_addable(problem, tally.gain, usable))
        value = max(value, tally.value if _fits(tally) else 0)
    if least > value:
        least = min(least, lagrangian_bound(problem, usable, value))
    return least


def _fits(tally: Tally) -> bool:
    """Tell whether what is chosen keeps the limits."""
    positions, budget = tally.problem.positions, tally.problem.budget
    return (positions is None or len(tally.chosen) <= positions) and (
        budget is None or tally.spent <= budget
    )


def _reachable(problem: Problem, usable: NDArray[np.bool_]) -> int:
    """Give the weight of all copies that any usable candidate covers."""
    owner = np.repeat(np.arange(problem.size), np.diff(problem.indptr))
    covered = np.zeros(len(problem.weight), bool)
    covered[problem.copies[usable[owner]]] = True
    return int(problem.weight[covered].sum())


def _most_addable(problem: Problem, gain: Indices, usable: NDArray[np.bool_]) -> int:
    """Give the largest sum of gains that the limits allow, each limit on its own."""
    some = usable & (gain > 0)
    gains = gain[some]
    most = int(gains.sum())
    if problem.positions is not None and problem.positions < len(gains):
        cut = len(gains) - problem.positions
        most = int(np.partition(gains, cut)[cut:].sum()) if problem.positions else 0
    if problem.budget is not None:
        most = min(most, _fractional_knapsack(gains, problem.cost[some], problem.budget))
    return most


def _fractional_knapsack(gains: Indices, cost: NDArray[np.float64], budget: float) -> int:
    """Give the most that a budget buys where the last piece may be cut, rounded up."""
    order = np.argsort(-gains / np.maximum(cost, 1e-9), kind="stable")
    spent = np.cumsum(cost[order])
    whole = int(np.searchsorted(spent, budget, side="right"))
    value = int(gains[order[:whole]].sum())
    if whole == len(order):
        return value
    left = budget - (float(spent[whole - 1]) if whole else 0.0)
    part = int(gains[order[whole]]) * left / float(cost[order[whole]])
    return value + math.ceil(part * (1 + 1e-12))
