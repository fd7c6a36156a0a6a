"""Splits what a shared site costs among those who share it.

The Shapley value is what each adds to the cost on average over every order in which they could
come (Shapley 1953). Which costs there are is left to ``costs.catalogue``.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial


def shapley(cost_of: Callable[[frozenset[int]], float], n: int) -> tuple[float, ...]:
    """Give the Shapley value of a cost game of ``n`` tenants, exactly.

    Parameters
    ----------
    cost_of
        What a group of tenants, numbered from 0, would cost alone; nothing for nobody.
    n
        How many tenants there are; all 2ⁿ groups are asked.

    Returns
    -------
    One part for each tenant; together what all of them cost.
    """
    groups = [frozenset(k for k in range(n) if code >> k & 1) for code in range(1 << n)]
    cost = {group: cost_of(group) if group else 0.0 for group in groups}
    parts = [0.0] * n
    for group in groups:
        for tenant in range(n):
            if tenant not in group:
                weight = factorial(len(group)) * factorial(n - len(group) - 1) / factorial(n)
                parts[tenant] += weight * (cost[group | {tenant}] - cost[group])
    return tuple(parts)


def split_site(equipment: float, shared: float, is_newcomer: tuple[bool, ...]) -> tuple[float, ...]:
    """Split a site's cost by the Shapley value: who stands there already caused no new place.

    Parameters
    ----------
    equipment
        What each tenant needs for itself. [VND]
    shared
        What place, mast, power and access cost, whoever comes. [VND]
    is_newcomer
        Of each tenant, whether it has nothing at the position yet. Where none is new, all share.

    Returns
    -------
    The part of each tenant. [VND]
    """
    pays = is_newcomer if any(is_newcomer) else (True,) * len(is_newcomer)

    def cost_of(group: frozenset[int]) -> float:
        return equipment * len(group) + (shared if any(pays[k] for k in group) else 0.0)

    return shapley(cost_of, len(is_newcomer))
