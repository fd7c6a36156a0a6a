"""Which hamlets the proposals cure: the first proposal that reaches each, and its status then.

The plan itself is made in ``propose``; the two-step test of hamlets is ``coverage.hamlets``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.coverage import hamlets
from geoplan.coverage.hamlets import HamletFrame
from geoplan.siting.incidence import ReachBy, incidence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Points:
    """Demand points, then samples of polygon hamlets, and whether anybody serves them today."""

    longitude: Floats
    latitude: Floats
    hamlet: NDArray[np.int32]
    people: Floats
    """Of the points that weigh; 0 elsewhere and at samples. NaN = not known."""
    served: Flags
    n_demand: int


def promised_sheet(
    proposals: pd.DataFrame,
    radius_m: Floats,
    points: Points,
    frame: HamletFrame,
    sheet: pd.DataFrame,
    technology: str,
    reach_by: ReachBy = incidence,
) -> pd.DataFrame:
    """Lay out the table ``proposal_hamlets``.

    Parameters
    ----------
    proposals
        The table ``proposals``, by rank.
    radius_m
        How far each proposal serves, shape (proposals,). [m]
    points, frame
        Where service is asked for, and the two-step test.
    sheet
        The table ``hamlets``: ids and today's status.
    technology
        Of the proposals.
    reach_by
        What tells which points a proposal reaches.
    """
    first = _first_rank(proposals, radius_m, points, reach_by)
    reached = (first >= 0) & ~points.served
    after = points.served | reached
    n = points.n_demand
    status = hamlets.STATUS_NAMES[hamlets.status(frame, after[:n], after[n:])]
    before = sheet[f"status_{technology.lower()}"].to_numpy(dtype=object)
    won = np.where(reached, points.people, 0.0)
    gained = np.bincount(points.hamlet, won, minlength=len(sheet))
    rank = np.full(len(sheet), len(proposals), np.int64)
    np.minimum.at(rank, points.hamlet[reached], first[reached])
    rows = np.flatnonzero((rank < len(proposals)) & (before != "unknown"))
    order = rank[rows]
    frame_out = pd.DataFrame(
        {
            "hamlet_id": sheet["hamlet_id"].to_numpy()[rows],
            "rank": proposals["rank"].to_numpy()[order],
            "year": proposals["year"].to_numpy()[order],
            "technology": technology,
            "status_before": before[rows],
            "status_after": status[rows],
            "gained_people": gained[rows],
        }
    )
    return tables.check(frame_out, tables.PROPOSAL_HAMLETS_OUT)


def _first_rank(
    proposals: pd.DataFrame, radius_m: Floats, points: Points, reach_by: ReachBy
) -> NDArray[np.int64]:
    """Give the first proposal that reaches each point, counted from 0; −1 = none."""
    first = np.full(len(points.longitude), -1, np.int64)
    if not len(proposals):
        return first
    reach = reach_by(
        proposals["longitude"].to_numpy(np.float64),
        proposals["latitude"].to_numpy(np.float64),
        radius_m,
        points.longitude,
        points.latitude,
    )
    for row in range(len(proposals) - 1, -1, -1):
        first[reach.indices[reach.indptr[row] : reach.indptr[row + 1]]] = row
    return first
