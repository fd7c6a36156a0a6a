"""The covering model of shared siting, as sparse arrays of whole numbers.

Choose candidates x to win the most::

    max  Σ_c w_c z_c
    s.t. z_c ≤ Σ_{i covers c} x_i,   Σ_i use_ri x_i ≤ most_r for each limit r,
         x_i + x_k ≤ 1 where i and k clash,   x ∈ {0, 1},  z ∈ [0, 1]

Every chosen operator that is missing at a position joins it, so service by several operators
becomes one plain model on *copies* c of the demand j with people p_j:

* (j, any) of weight (total − partial)·p_j where no operator at all serves j today,
* (j, o) of weight partial·p_j for each chosen operator o that does not serve j today; covered
  by i only where o would open at i.

So a person's first operator is worth ``total`` and one more ``partial``. Weights are counted in
millionths of a person, which makes every sum exact and every tie a true one. Solving is left to
``siting.optimise``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.kernels import Arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from geoplan.siting.demand import Stakes

Counts = NDArray[np.int32]
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

PER_PERSON: Final = 1_000_000
"""Units of weight in one person."""


@dataclass(frozen=True)
class Limit:
    """A limit of a plan: what each candidate uses of something, and the most there is.

    Attributes
    ----------
    name
        ``positions``, ``budget_vnd``, or ``budget_vnd:OPERATOR``.
    use
        Of each candidate, at least 0, shape (candidates,).
    most
        The most that all chosen may use together.
    """

    name: str
    use: Floats
    most: float


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
    limits
        What a plan may use; none = no limit.
    clash_indptr, clashes
        Candidates that may not stand beside each candidate, in compressed rows.
    place
        Where each candidate is, shape (candidates, any), for the search only.
    """

    indptr: Indices
    copies: Counts
    starts: Indices
    candidates: Counts
    weight: Indices
    is_existing: Mask
    limits: tuple[Limit, ...]
    clash_indptr: Indices
    clashes: Counts
    place: Floats

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.is_existing)

    @property
    def n_pairs(self) -> int:
        """Number of pairs of a candidate and a copy that it covers."""
        return len(self.copies)

    def covered(self, candidate: int) -> Counts:
        """Give the copies that a candidate covers."""
        return self.copies[self.indptr[candidate] : self.indptr[candidate + 1]]

    def covering(self, copies: NDArray[Any]) -> Counts:
        """Give the candidates that cover each of some copies, one copy after the other."""
        return self.candidates[ranges(self.starts[copies], self.starts[copies + 1])]

    def limit(self, name: str) -> Limit | None:
        """Give a limit by its name."""
        return next((limit for limit in self.limits if limit.name == name), None)

    @cached_property
    def gains(self) -> Indices:
        """What each candidate would win alone."""
        padded = np.concatenate(([0], np.cumsum(self.weight[self.copies])))
        return padded[self.indptr[1:]] - padded[self.indptr[:-1]]

    @cached_property
    def share(self) -> Floats:
        """What each candidate uses of each limit, as a part of it, shape (limits, candidates).

        Above 1 where it does not fit alone.
        """
        parts = np.zeros((len(self.limits), self.size))
        for row, limit in enumerate(self.limits):
            free = limit.use <= 0
            parts[row] = np.where(free, 0.0, limit.use / limit.most if limit.most > 0 else np.inf)
        return parts

    @cached_property
    def fits_alone(self) -> Mask:
        """Which candidates keep every limit when they are chosen alone."""
        return np.asarray((self.share <= 1.0).all(axis=0), bool)

    @cached_property
    def arrays(self) -> Arrays:
        """The model as the compiled loops take it."""
        use = np.array([limit.use for limit in self.limits]).reshape(len(self.limits), self.size)
        most = np.array([limit.most for limit in self.limits])
        return Arrays(
            self.indptr,
            self.copies,
            self.starts,
            self.candidates,
            self.weight,
            np.ascontiguousarray(use, np.float64),
            most.astype(np.float64),
            self.clash_indptr,
            self.clashes,
        )


def ranges(begin: Indices, end: Indices) -> Indices:
    """Give the numbers of several half-open ranges, one range after the other."""
    length = end - begin
    before = np.cumsum(length) - length
    return np.repeat(begin - before, length) + np.arange(int(length.sum()))


def build_problem(
    reach: csr_matrix,
    weight: Indices,
    is_existing: Mask,
    limits: Sequence[Limit] = (),
    *,
    clashes: csr_matrix | None = None,
    place: Floats | None = None,
) -> Problem:
    """Make a model of a plain covering matrix.

    Parameters
    ----------
    reach
        Which candidate covers which copy, booleans, shape (candidates, copies).
    weight
        Of each copy, whole numbers.
    is_existing, limits
        As in :class:`Problem`.
    clashes
        Which candidates may not stand together, symmetric, shape (candidates, candidates).
    place
        As in :class:`Problem`; default: all in one place.

    Raises
    ------
    ValueError
        What a candidate uses of a limit is not known.
    """
    rows = reach.tocsr()
    rows.sort_indices()
    columns = rows.tocsc()
    columns.sort_indices()
    size = len(is_existing)
    for limit in limits:
        if not np.isfinite(limit.use).all():
            raise ValueError(f"the limit {limit.name} needs the cost of every candidate")
    apart = None if clashes is None else clashes.tocsr()
    if apart is not None:
        apart.sort_indices()
    return Problem(
        indptr=rows.indptr.astype(np.int64),
        copies=rows.indices.astype(np.int32),
        starts=columns.indptr.astype(np.int64),
        candidates=columns.indices.astype(np.int32),
        weight=np.asarray(weight, np.int64),
        is_existing=np.asarray(is_existing, bool),
        limits=tuple(limits),
        clash_indptr=np.zeros(size + 1, np.int64)
        if apart is None
        else apart.indptr.astype(np.int64),
        clashes=np.zeros(0, np.int32) if apart is None else apart.indices.astype(np.int32),
        place=np.zeros((size, 1)) if place is None else np.asarray(place, np.float64),
    )


class Copies(NamedTuple):
    """Copies of the demand: what each is worth, of which point, for whom.

    ``service`` is the bit of an operator, or 0 = a person's first, any; weights are in
    millionths of a person.
    """

    weight: Indices
    point: Indices
    service: NDArray[np.uint8]


def copy_demand(
    reach: csr_matrix, opened: NDArray[np.uint8], stakes: Stakes
) -> tuple[csr_matrix, Copies]:
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
    Which candidate covers which copy, and the copies.
    """
    from scipy.sparse import csr_matrix, hstack

    parts, weights, points, services = [], [], [], []
    one = [1 << index for index in range(8) if stakes.chosen >> index & 1]
    groups = [(0, stakes.chosen, stakes.bits == 0, stakes.first)]
    groups += [(bit, bit, (stakes.bits & bit) == 0, stakes.more) for bit in one]
    for service, mask, lacking, worth in groups:
        units = np.rint(stakes.people * lacking * worth * PER_PERSON).astype(np.int64)
        copies = np.flatnonzero(units)
        if not len(copies):
            continue
        joins = csr_matrix(((opened & mask) != 0).astype(np.int8)[:, None])
        parts.append(reach[:, copies].astype(np.int8).multiply(joins).tocsr().astype(bool))
        weights.append(units[copies])
        points.append(copies.astype(np.int64))
        services.append(np.full(len(copies), service, np.uint8))
    if not parts:
        none = np.zeros(0, np.int64)
        return reach[:, :0], Copies(none, none, np.zeros(0, np.uint8))
    covers = hstack(parts, format="csr")
    covers.eliminate_zeros()
    found = Copies(np.concatenate(weights), np.concatenate(points), np.concatenate(services))
    return covers, found
