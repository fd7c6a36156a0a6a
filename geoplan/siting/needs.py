"""What a plan is to reach besides people: shares of communes and operators, and what is short.

A need counts its own people of the same copies of the demand, and no more of them than it asks
for, so that what two sites win of it is never more than what it lacks. Which sites meet it is
left to ``siting.meeting``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import merging
from geoplan.siting.problem import ranges
from geoplan.siting.tally import Tally

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Needs:
    """What is to be won of several groups of people.

    Attributes
    ----------
    names
        Of each need.
    measure
        What each copy counts for each need, whole numbers, shape (needs, copies). [millionths of
        a person]
    least
        How much is to be won, above 0, shape (needs,). [millionths of a person]
    """

    names: tuple[str, ...]
    measure: csr_matrix
    least: Indices

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def by_copy(self) -> csc_matrix:
        """The measure in compressed columns."""
        return self.measure.tocsc()

    def of_copies(self, copies: NDArray[np.int32]) -> Indices:
        """Add up what some copies count for each need."""
        begin = self.by_copy.indptr.astype(np.int64)
        entries = ranges(begin[copies], begin[copies + 1])
        total = np.zeros(len(self), np.int64)
        np.add.at(total, self.by_copy.indices[entries], self.by_copy.data[entries])
        return total

    def won(self, problem: Problem, chosen: Iterable[int]) -> Indices:
        """Count what a plan wins of each need."""
        covered = np.zeros(len(problem.weight), np.int64)
        for candidate in chosen:
            covered[problem.covered(candidate)] = 1
        return np.asarray(self.measure @ covered, np.int64)

    def at_most(self, least: Indices) -> Needs:
        """Ask for less; needs of nothing are left out."""
        keep = np.flatnonzero(least > 0)
        names = tuple(self.names[row] for row in keep)
        return Needs(names, self.measure[keep], np.minimum(self.least, least)[keep])


def merge(problem: Problem, needs: Needs) -> tuple[Problem, Needs]:
    """Merge copies of the same cover, in the model and in what is needed of it."""
    from scipy.sparse import csr_matrix

    group = merging.same_cover(problem)
    small = merging.merge_as(problem, group)
    kept = np.flatnonzero(group >= 0)
    into = csr_matrix(
        (np.ones(len(kept), np.int64), (kept, group[kept])), shape=(len(group), len(small.weight))
    )
    return small, Needs(needs.names, (needs.measure @ into).tocsr(), needs.least)


@dataclass(frozen=True)
class Layout:
    """Pairs of a candidate and a need that it can serve, as slots.

    Attributes
    ----------
    site, need
        Of each slot.
    most
        What the candidate wins of the need where nothing is open, of each slot.
    slot, amount
        What each copy counts in which slot, copy after copy.
    starts
        Where the entries of each copy begin, shape (copies + 1,).
    """

    site: Indices
    need: Indices
    most: Indices
    slot: Indices
    amount: Indices
    starts: Indices

    @classmethod
    def of(cls, problem: Problem, needs: Needs) -> Layout:
        """Lay out a model and its needs."""
        by_copy = needs.by_copy
        each = np.diff(by_copy.indptr)[problem.copies]
        site = np.repeat(np.repeat(np.arange(problem.size), np.diff(problem.indptr)), each)
        copy = np.repeat(problem.copies, each)
        inside = np.arange(len(copy)) - np.repeat(np.cumsum(each) - each, each)
        entry = by_copy.indptr[copy] + inside
        need, amount = by_copy.indices[entry], by_copy.data[entry].astype(np.int64)
        width = max(len(needs), 1)
        slots, slot = np.unique(site * width + need, return_inverse=True)
        most = np.zeros(len(slots), np.int64)
        np.add.at(most, slot, amount)
        order = np.argsort(copy, kind="stable")
        counts = np.bincount(copy, minlength=len(problem.weight))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return cls(
            *np.divmod(slots, width),
            most,
            slot[order],
            amount[order],
            starts,
        )


class NeedTally(Tally):
    """A plan that grows and shrinks, and what each candidate would add to every need.

    Attributes
    ----------
    won
        What the chosen win of each need. [millionths of a person]
    """

    def __init__(
        self,
        problem: Problem,
        needs: Needs,
        chosen: Iterable[int] = (),
        *,
        layout: Layout | None = None,
    ) -> None:
        self.needs = needs
        self.layout = Layout.of(problem, needs) if layout is None else layout
        self.won = np.zeros(len(needs), np.int64)
        self._left = self.layout.most.copy()
        super().__init__(problem, chosen)

    def add(self, candidate: int) -> int:
        """Choose a candidate; give what it added to the value."""
        self._count(self.fresh(candidate), -1)
        return super().add(candidate)

    def remove(self, candidate: int) -> int:
        """Take a chosen candidate out again; give what the value lost."""
        lost = super().remove(candidate)
        self._count(self.fresh(candidate), 1)
        return lost

    def _count(self, copies: NDArray[np.int32], sign: int) -> None:
        layout = self.layout
        begin, end = layout.starts[copies], layout.starts[copies + 1]
        which = ranges(begin, end)
        slot, amount = layout.slot[which], sign * layout.amount[which]
        np.add.at(self._left, slot, amount)
        self.won -= sign * self.needs.of_copies(copies)

    @property
    def met(self) -> int:
        """How much of all needs is met, none of them more than it asks. [millionths]"""
        return int(np.minimum(self.won, self.needs.least).sum())

    @property
    def short(self) -> Indices:
        """How much each need still lacks. [millionths of a person]"""
        short: Indices = np.maximum(self.needs.least - self.won, 0)
        return short

    @property
    def meets(self) -> Indices:
        """How much of what is short each candidate would add; 0 for the chosen."""
        useful: Indices = np.minimum(self._left, self.short[self.layout.need])
        found = np.zeros(self.problem.size, np.int64)
        np.add.at(found, self.layout.site, useful)
        found[self.state.is_open] = 0
        return found

    @property
    def wins(self) -> Indices:
        """How many people of some need, met or not, each candidate would add at most."""
        found = np.zeros(self.problem.size, np.int64)
        np.maximum.at(found, self.layout.site, self._left)
        return found
