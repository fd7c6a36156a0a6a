"""The covering model of shared siting, as sparse arrays of whole numbers.

Choose candidates x to win the most::

    max  Σ_c w_c z_c
    s.t. z_c ≤ Σ_{i covers c} x_i,   Σ_i x_i ≤ positions,   Σ_i cost_i x_i ≤ budget,
         x ∈ {0, 1},  z ∈ [0, 1]

Every chosen operator that is missing at a position joins it, so service by several operators
becomes one plain model on *copies* c of the demand j with people p_j:

* (j, any) of weight (total − partial)·p_j where no operator at all serves j today,
* (j, o) of weight partial·p_j for each chosen operator o that does not serve j today; covered
  by i only where o would open at i.

So a person's first operator is worth ``total`` and one more ``partial``. Weights are counted in
millionths of a person, which makes every sum exact and every tie a true one. Solving is left to
``siting.greedy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.siting.demand import Stakes

Indices = NDArray[np.int64]

PER_PERSON: Final = 1_000_000
"""Units of weight in one person."""


@dataclass(frozen=True)
class Problem:
    """A covering model; candidates stand in the order in which ties are broken.

    Attributes
    ----------
    indptr, copies
        Copies that each candidate covers, in compressed rows.
    starts, candidates
        Candidates that cover each copy, in compressed rows.
    weight
        Of each copy. [millionths of a person]
    is_existing
        Which candidates are existing positions or structures.
    cost
        Of each candidate, needed where there is a budget; else zeros. [VND]
    positions
        Most candidates to choose; None = no limit.
    budget
        Most to spend; None = no limit. [VND]
    """

    indptr: Indices
    copies: Indices
    starts: Indices
    candidates: Indices
    weight: Indices
    is_existing: NDArray[np.bool_]
    cost: NDArray[np.float64]
    positions: int | None
    budget: float | None

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.is_existing)

    def covered(self, candidate: int) -> Indices:
        """Give the copies that a candidate covers."""
        return self.copies[self.indptr[candidate] : self.indptr[candidate + 1]]

    def covering(self, copies: Indices) -> Indices:
        """Give the candidates that cover each of some copies, one copy after the other."""
        return self.candidates[_spans(self.starts[copies], self.starts[copies + 1])]

    @cached_property
    def gains(self) -> Indices:
        """What each candidate would win alone."""
        padded = np.concatenate(([0], np.cumsum(self.weight[self.copies])))
        return padded[self.indptr[1:]] - padded[self.indptr[:-1]]


def _spans(begin: Indices, end: Indices) -> Indices:
    """Give the numbers of several half-open ranges, one range after the other."""
    length = end - begin
    before = np.cumsum(length) - length
    return np.repeat(begin - before, length) + np.arange(int(length.sum()))


def build_problem(
    reach: csr_matrix,
    weight: Indices,
    is_existing: NDArray[np.bool_],
    *,
    positions: int | None,
    budget: float | None = None,
    cost: NDArray[np.float64] | None = None,
) -> Problem:
    """Make a model of a plain covering matrix.

    Parameters
    ----------
    reach
        Which candidate covers which copy, booleans, shape (candidates, copies).
    weight
        Of each copy, whole numbers.
    is_existing, positions, budget, cost
        As in :class:`Problem`; ``cost`` may be left out where there is no budget.

    Raises
    ------
    ValueError
        There is a budget and a cost is not known.
    """
    if cost is None:
        cost = np.zeros(len(is_existing))
    if budget is not None and not np.isfinite(cost).all():
        raise ValueError("a budget needs the cost of every candidate")
    rows = reach.tocsr()
    rows.sort_indices()
    columns = rows.tocsc()
    columns.sort_indices()
    return Problem(
        indptr=rows.indptr.astype(np.int64),
        copies=rows.indices.astype(np.int64),
        starts=columns.indptr.astype(np.int64),
        candidates=columns.indices.astype(np.int64),
        weight=np.asarray(weight, np.int64),
        is_existing=is_existing,
        cost=cost,
        positions=positions,
        budget=budget,
    )


def copy_demand(
    reach: csr_matrix, opened: NDArray[np.uint8], stakes: Stakes
) -> tuple[csr_matrix, Indices]:
    """Turn reach and stakes into copies of the demand, those of weight 0 left out.

    Parameters
    ----------
    reach
        Which candidate reaches which demand point.
    opened
        Bits of the operators that would open at each candidate.
    stakes
        Who could gain what.

    Returns
    -------
    Which candidate covers which copy, and the weight of each copy. [millionths of a person]
    """
    from scipy.sparse import csr_matrix, hstack

    parts, weights = [], []
    one = [1 << index for index in range(8) if stakes.chosen >> index & 1]
    groups = [(stakes.chosen, stakes.bits == 0, stakes.first)]
    groups += [(bit, (stakes.bits & bit) == 0, stakes.more) for bit in one]
    for mask, lacking, worth in groups:
        units = np.rint(stakes.people * lacking * worth * PER_PERSON).astype(np.int64)
        copies = np.flatnonzero(units)
        if not len(copies):
            continue
        joins = csr_matrix(((opened & mask) != 0).astype(np.int8)[:, None])
        parts.append(reach[:, copies].astype(np.int8).multiply(joins).tocsr().astype(bool))
        weights.append(units[copies])
    if not parts:
        return reach[:, :0], np.zeros(0, np.int64)
    covers = hstack(parts, format="csr")
    covers.eliminate_zeros()
    return covers, np.concatenate(weights)
