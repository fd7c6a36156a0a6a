"""What a plan is to reach besides people: shares of communes and operators, and what is short.

A need counts its own people of the same copies of the demand, and no more of them than it asks
for, so that what two sites win of it is never more than what it lacks. Which sites meet it is
left to ``siting.meeting``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting import merging
from geoplan.siting.tally import Tally

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

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


class NeedTally(Tally):
    """A plan that grows and shrinks, and what each candidate would add to every need.

    Attributes
    ----------
    won
        What the chosen win of each need. [millionths of a person]
    """

    def __init__(self, problem: Problem, needs: Needs, chosen: Iterable[int] = ()) -> None:
        self.needs = needs
        self.won = np.zeros(len(needs), np.int64)
        self._lay_out(problem, needs)
        super().__init__(problem, chosen)

    def _lay_out(self, problem: Problem, needs: Needs) -> None:
        """Number the pairs of a candidate and a need that it can serve, as slots."""
        by_copy = needs.measure.tocsc()
        per_copy = np.diff(by_copy.indptr)
        each = per_copy[problem.copies]
        site = np.repeat(np.repeat(np.arange(problem.size), np.diff(problem.indptr)), each)
        copy = np.repeat(problem.copies, each)
        inside = np.arange(len(copy)) - np.repeat(np.cumsum(each) - each, each)
        entry = by_copy.indptr[copy] + inside
        need, amount = by_copy.indices[entry], by_copy.data[entry].astype(np.int64)
        slots, slot = np.unique(site * max(len(needs), 1) + need, return_inverse=True)
        self._slot_site, self._slot_need = np.divmod(slots, max(len(needs), 1))
        self._left = np.bincount(slot, amount, len(slots)).astype(np.int64)
        order = np.argsort(copy, kind="stable")
        self._slot, self._amount = slot[order], amount[order]
        counts = np.bincount(copy, minlength=len(problem.weight))
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

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
        begin, end = self._starts[copies], self._starts[copies + 1]
        length = end - begin
        before = np.cumsum(length) - length
        which = np.repeat(begin - before, length) + np.arange(int(length.sum()))
        np.add.at(self._left, self._slot[which], sign * self._amount[which])
        self.won -= sign * np.asarray(self.needs.measure[:, copies].sum(axis=1), np.int64).ravel()

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
        useful: Indices = np.minimum(self._left, self.short[self._slot_need])
        found = np.zeros(self.problem.size, np.int64)
        np.add.at(found, self._slot_site, useful)
        found[self.state.is_open] = 0
        return found

    @property
    def wins(self) -> Indices:
        """How many people of some need, met or not, each candidate would add at most."""
        found = np.zeros(self.problem.size, np.int64)
        np.maximum.at(found, self._slot_site, self._left)
        return found
