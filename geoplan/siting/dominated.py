"""Candidates that no plan needs: those that win nothing, and those that another one beats.

A candidate is dominated where another covers all that it covers, for at least the same operators,
at no higher cost and on nothing less preferable (position before structure before new build). In
any plan the other can stand in its place, so the best plan stays as good without it. That holds
for limits on number, cost, gain and operators; not for rules that weigh where sites stand to
each other, such as a spacing: those need every candidate.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PAIRS: Final = 20_000_000
"""Covered points that are compared at a time, to keep memory small."""


class Dominance(NamedTuple):
    """Which candidates stay, and for each of the others the one that beats it; −1 = it stays."""

    keep: Mask
    by: Indices


def dominance(
    covers: csr_matrix,
    opened: NDArray[np.uint8],
    cost: Floats,
    preference: Indices,
    places: Floats,
) -> Dominance:
    """Tell the candidates that another one dominates.

    Of equal candidates the cheapest counts, then the most preferable, then the first. Those that
    cover nothing are dominated by any other, and are told apart by the caller.

    Parameters
    ----------
    covers
        Which candidate covers which demand, booleans, shape (candidates, demand).
    opened
        Bits of the operators that would open at each candidate.
    cost
        Of each candidate; NaN = not known, which is compared with none that is. [VND]
    preference
        0 for what is taken first, more for what is less preferable.
    places
        Of the demand, on any plane, shape (demand, 2); they only make it fast.
    """
    n = covers.shape[0]
    by = np.full(n, -1, np.int64)
    if n < 2 or not covers.nnz:
        return Dominance(by < 0, by)
    matrix = covers.tocsr().astype(np.int32)
    matrix.sort_indices()
    small, large = _suspects(matrix)
    near = _reaches_around(matrix, places, small, large)
    small, large = small[near], large[near]
    may = _may_stand_in(small, large, np.diff(matrix.indptr), opened, cost, preference)
    small, large = small[may], large[may]
    inside = _is_subset(matrix, small, large)
    small, large = small[inside], large[inside]
    keep = np.ones(n, bool)
    keep[small] = False
    # Standing in is transitive and has no circles: what is beaten is beaten by one that stays.
    stays = keep[large]
    small, large = small[stays], large[stays]
    order = np.lexsort((large, preference[large], np.nan_to_num(cost[large]), small))
    first = order[np.unique(small[order], return_index=True)[1]]
    by[small[first]] = large[first]
    return Dominance(keep, by)


def _suspects(matrix: csr_matrix) -> tuple[Indices, Indices]:
    """Give pairs (a, b) where b covers the rarest point that a covers: only such b can beat a."""
    from scipy.sparse import csc_matrix

    rows = np.flatnonzero(np.diff(matrix.indptr))
    columns = csc_matrix(matrix)
    often = np.diff(columns.indptr).astype(np.int64)
    # How often a point is covered, and its number, in one whole number: the least is the rarest.
    ranked = (often << 32)[matrix.indices] | matrix.indices
    rarest = np.minimum.reduceat(ranked, matrix.indptr[rows]) & 0xFFFFFFFF
    counts = often[rarest]
    small = np.repeat(rows, counts)
    begin = columns.indptr[rarest].astype(np.int64)
    offset = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    large = columns.indices[np.repeat(begin, counts) + offset].astype(np.int64)
    other = small != large
    return small[other], large[other]


def _reaches_around(matrix: csr_matrix, places: Floats, small: Indices, large: Indices) -> Mask:
    """Tell the pairs of which the second reaches as far as the first in eight directions."""
    reaches: Mask = np.ones(len(small), bool)
    x, y = places.T
    rows = np.flatnonzero(np.diff(matrix.indptr))
    for along in (x, y, x + y, x - y):
        for sign in (1.0, -1.0):
            farthest = np.full(matrix.shape[0], -np.inf)
            values = sign * along[matrix.indices]
            farthest[rows] = np.maximum.reduceat(values, matrix.indptr[rows])
            reaches &= farthest[large] >= farthest[small]
    return reaches


def _may_stand_in(
    small: Indices,
    large: Indices,
    size: NDArray[np.int32],
    opened: NDArray[np.uint8],
    cost: Floats,
    preference: Indices,
) -> Mask:
    """Tell the pairs of which the second is nowhere worse than the first, covering apart.

    Of two that are equal in all, the first in order beats the other.
    """
    unknown = np.isnan(cost)
    price = np.where(unknown, 0.0, cost)
    comparable = unknown[small] == unknown[large]
    enough = (opened[small] & ~opened[large]) == 0
    cheap = price[large] <= price[small]
    preferable = preference[large] <= preference[small]
    same = (size[small] == size[large]) & (opened[small] == opened[large])
    same &= (price[small] == price[large]) & (preference[small] == preference[large])
    larger = size[large] >= size[small]
    may: Mask = comparable & enough & cheap & preferable & larger & (~same | (large < small))
    return may


def _is_subset(matrix: csr_matrix, small: Indices, large: Indices) -> Mask:
    """Tell the pairs of rows of which the second holds all of the first."""
    size = np.diff(matrix.indptr).astype(np.int64)
    inside = np.zeros(len(small), bool)
    if not len(small):
        return inside
    work = np.cumsum(size[small] + size[large])
    ends = np.searchsorted(work, np.arange(0, work[-1], _PAIRS), side="right")
    bounds = np.unique(np.concatenate((ends, [0, len(small)])))
    for start, stop in pairwise(bounds.tolist()):
        some, more = small[start:stop], large[start:stop]
        both = matrix[some].multiply(matrix[more]).sum(axis=1)
        inside[start:stop] = np.asarray(both).ravel() == size[some]
    return inside
