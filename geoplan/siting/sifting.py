"""Leaves out the candidates that no plan needs, before anything is optimised.

Which those are is told by ``siting.dominated``; here it meets demand, costs and the candidates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.siting.dominated import dominance

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.siting.candidates import Candidates
    from geoplan.siting.demand import Stakes

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Sifted(NamedTuple):
    """The candidates that stay, what each costs, and which demand each reaches."""

    candidates: Candidates
    cost_vnd: Floats
    reach: csr_matrix


def sift(
    candidates: Candidates,
    cost_vnd: Floats,
    reach: csr_matrix,
    stakes: Stakes,
    places: Floats,
    *,
    drop_dominated: bool = True,
) -> Sifted:
    """Leave out the candidates that win nothing and those that another one dominates.

    They stand in ``dropped`` of the candidates that stay, with what each would win alone.

    Parameters
    ----------
    candidates, cost_vnd
        All candidates and their costs, NaN = not known. [VND]
    reach
        Which candidate reaches which demand, shape (candidates, demand).
    stakes
        What is at stake at the same demand.
    places
        Longitude and latitude of it, shape (demand, 2).
    drop_dominated
        False where a rule weighs where sites stand to each other (see ``siting.dominated``).
    """
    alone = alone_people(reach, candidates.opened, stakes)
    candidates = replace(candidates, alone_people=alone)
    wins = alone_value(reach, candidates.opened, stakes) > 0
    reason = np.where(wins, "", "nothing_to_win").astype(object)
    by = np.full(len(candidates), "", dtype=object)
    rows = np.flatnonzero(wins)
    if drop_dominated and len(rows):
        beaten = dominance(
            reach[rows],
            candidates.opened[rows],
            cost_vnd[rows],
            _preference(candidates)[rows],
            places,
        )
        for row, winner in zip(rows[~beaten.keep], rows[beaten.by[~beaten.keep]], strict=True):
            reason[row], by[row] = "dominated", candidates.shown_name(int(winner))
    out = np.flatnonzero(reason != "")
    left = described(candidates.of(out), cost_vnd[out]).assign(reason=reason[out], by=by[out])
    stay = np.flatnonzero(reason == "")
    dropped = pd.concat([candidates.dropped, left], ignore_index=True)
    some = replace(candidates.of(stay), dropped=dropped)
    return Sifted(some, cost_vnd[stay], reach[stay])


def described(candidates: Candidates, cost_vnd: Floats) -> pd.DataFrame:
    """Give a row for each candidate: what it is, where, what it wins alone and costs."""
    names = ("is_existing", "source", "position_id", "structure_id", "structure_kind")
    places = ("longitude", "latitude", "commune_code", "opened", "alone_people")
    access = candidates.access
    return pd.DataFrame(
        {
            **{name: getattr(candidates, name) for name in (*names, *places)},
            **{name: getattr(access, name) for name in access.__dataclass_fields__},
            "cost_vnd": cost_vnd,
        }
    )


def alone_people(reach: csr_matrix, opened: NDArray[np.uint8], stakes: Stakes) -> Floats:
    """Give the people who would get their first operator by each candidate alone."""
    first: Floats = reach.astype(np.float64) @ (stakes.people * (stakes.bits == 0))
    return np.where(opened != 0, first, 0.0)


def alone_value(reach: csr_matrix, opened: NDArray[np.uint8], stakes: Stakes) -> Floats:
    """Give what each candidate alone would add to the objective. [people]"""
    value = alone_people(reach, opened, stakes) * stakes.first
    if stakes.more > 0:
        weights = reach.astype(np.float64)
        for bit in (1 << index for index in range(8) if stakes.chosen >> index & 1):
            lacking = stakes.people * ((stakes.bits & bit) == 0) * stakes.more
            value = value + np.where((opened & bit) != 0, weights @ lacking, 0.0)
    return value


def _preference(candidates: Candidates) -> Indices:
    """Rank what a site stands on: a position before a structure before a new build."""
    kinds = [candidates.position_id != "", candidates.structure_id != ""]
    return np.select(kinds, [0, 1], 2).astype(np.int64)
