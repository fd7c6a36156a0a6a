"""Makes a covering model smaller without changing it: copies with the same cover become one.

Copies that no candidate covers, or that are worth nothing, are left out. Which candidates may be
left out is told by the reduced costs of ``siting.lagrangian``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


def restrict(problem: Problem, usable: Mask) -> tuple[Problem, Indices]:
    """Give the model with only some candidates, merged, and which candidates these are."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(usable)
    shape = (problem.size, problem.size)
    ones = np.ones(len(problem.clashes), np.int8)
    clashes = csr_matrix((ones, problem.clashes, problem.clash_indptr), shape=shape)[rows][:, rows]
    clashes.sort_indices()
    cover = csr_matrix(
        (np.ones(problem.n_pairs, np.int8), problem.copies, problem.indptr),
        shape=(problem.size, len(problem.weight)),
    )[rows]
    columns = cover.tocsc()
    columns.sort_indices()
    some = replace(
        problem,
        indptr=cover.indptr.astype(np.int64),
        copies=cover.indices.astype(np.int32),
        starts=columns.indptr.astype(np.int64),
        candidates=columns.indices.astype(np.int32),
        is_existing=problem.is_existing[rows],
        limits=tuple(replace(limit, use=limit.use[rows]) for limit in problem.limits),
        clash_indptr=clashes.indptr.astype(np.int64),
        clashes=clashes.indices.astype(np.int32),
        place=problem.place[rows],
    )
    return merge(some), rows


def merge(problem: Problem) -> Problem:
    """Give the same model with one copy for each set of candidates that covers some.

    Values of plans stay what they are, to the last unit.
    """
    return merge_as(problem, same_cover(problem))


def same_cover(problem: Problem) -> Indices:
    """Number the copies that :func:`merge` makes one, −1 = left out; shape (copies,)."""
    group = groups(problem.starts, problem.candidates)
    group = np.where(problem.weight > 0, group, -1)
    _, group[group >= 0] = np.unique(group[group >= 0], return_inverse=True)
    return group


def merge_as(problem: Problem, group: Indices) -> Problem:
    """Make copies of the same number one, as :func:`same_cover` numbers them."""
    from scipy.sparse import csr_matrix

    n = int(group.max(initial=-1)) + 1
    covered = group >= 0
    weight = np.zeros(n, np.int64)
    np.add.at(weight, group[covered], problem.weight[covered])
    first = np.full(n, -1, np.int64)
    first[group[covered][::-1]] = np.flatnonzero(covered)[::-1]
    keep = np.zeros(len(group), bool)
    keep[first] = True
    kept = keep[problem.copies]
    copies = group[problem.copies[kept]].astype(np.int32)
    rows = np.repeat(np.arange(problem.size), np.diff(problem.indptr))[kept]
    reach = csr_matrix((np.ones(len(rows), np.int8), (rows, copies)), shape=(problem.size, n))
    reach.sort_indices()
    columns = reach.tocsc()
    columns.sort_indices()
    return replace(
        problem,
        indptr=reach.indptr.astype(np.int64),
        copies=reach.indices.astype(np.int32),
        starts=columns.indptr.astype(np.int64),
        candidates=columns.indices.astype(np.int32),
        weight=weight,
    )


def groups(starts: Indices, candidates: NDArray[np.int32]) -> Indices:
    """Number the copies by the set of candidates that covers them; −1 = none.

    Sets are told apart by two sums of random 64-bit numbers, so that two different ones among a
    million fall together with a chance below 10⁻²⁶.
    """
    lengths = np.diff(starts)
    random = np.random.default_rng(20_250_701)
    size = int(candidates.max(initial=-1)) + 1
    names = random.integers(0, np.iinfo(np.uint64).max, (2, size), np.uint64, endpoint=True)
    group = np.full(len(lengths), -1, np.int64)
    covered = np.flatnonzero(lengths)
    if not len(covered):
        return group
    sums = np.stack([np.add.reduceat(row[candidates], starts[covered]) for row in names])
    order = np.lexsort(sums)
    fresh = (sums[:, order[1:]] != sums[:, order[:-1]]).any(axis=0)
    group[covered[order]] = np.concatenate(([0], np.cumsum(fresh)))
    return group
