"""What each site that comes is worth: alone, and beside the others that come with it.

``alone`` is against the finished run, ``marginal`` against all changes together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.coverage import asking
from geoplan.coverage.asking import Served
from geoplan.coverage.hamlets import WHITE
from geoplan.what_if.loaded import frame_of

if TYPE_CHECKING:
    from geoplan.coverage.asking import Counts
    from geoplan.what_if.loaded import Loaded

Indices = NDArray[np.int64]
_KEYS = ["operator", "site_id"]


@dataclass(frozen=True)
class Added:
    """Sites that come, and what they make of the service.

    Attributes
    ----------
    run
        The finished run.
    rows
        Their rows, with environment.
    points
        Points that each row serves.
    before, joint
        Who serves what in the run, and after all changes.
    counts
        Cells that serve each point after all changes.
    """

    run: Loaded
    rows: pd.DataFrame
    points: list[Indices]
    before: Served
    joint: Served
    counts: Counts

    def sheet(self) -> pd.DataFrame:
        """Lay out the table ``whatif_sites``."""
        if not len(self.rows):
            empty = pd.DataFrame(columns=list(tables.WHATIF_SITES_OUT.names))
            return tables.check(empty, tables.WHATIF_SITES_OUT)
        found = []
        groups: Any = self.rows.groupby([*_KEYS, "technology"], sort=True).indices
        for (operator, site, technology), at in groups.items():
            own = np.concatenate([self.points[i] for i in at])
            first = self.rows.iloc[int(at[0])]
            found.append(
                {
                    "operator": str(operator),
                    "site_id": str(site),
                    "technology": str(technology),
                    "longitude": first["longitude"],
                    "latitude": first["latitude"],
                    **self._worth(str(operator), str(technology), own),
                }
            )
        frame = pd.DataFrame(found).merge(self._near_plans(), on=_KEYS, how="left")
        return tables.check(frame, tables.WHATIF_SITES_OUT)

    def _worth(self, operator: str, technology: str, own: Indices) -> dict[str, Any]:
        """Count what one site wins alone, and what is lost without it."""
        run = self.run
        o, t = run.operators.index(operator), run.computed.index(technology)
        flag, n = np.uint8(1 << o), len(run.state.demand)
        at, times = np.unique(own, return_counts=True)
        told = run.ground.told_known.get(technology)
        if told is not None:
            free = (told[at] & flag) == 0
            at, times = at[free], times[free]
        before, bits = self.before.bits[technology], self.joint.bits[technology]
        gains = at[(before[at] & flag) == 0]
        only = at[self.counts[o, t, at].astype(np.int64) <= times]
        people = np.concatenate((run.people, np.zeros(len(run.ground.longitude) - n)))
        white = gains[before[gains] == 0]
        lone = only[(bits[only] & ~flag) == 0]
        return {
            "alone_people": float(people[gains].sum()),
            "alone_first_people": float(people[white].sum()),
            "alone_hamlets": self._hamlets_won(technology, gains, flag),
            "marginal_people": float(people[only].sum()),
            "marginal_first_people": float(people[lone].sum()),
            "redundant": "no" if len(only) else "yes",
        }

    def _hamlets_won(self, technology: str, gains: Indices, flag: np.uint8) -> int:
        """Count the hamlets that would no longer be white, over all operators."""
        alone = Served({technology: self.before.bits[technology].copy()})
        alone.bits[technology][gains] |= flag
        every = (1 << len(self.run.operators)) - 1
        now, then = (
            asking.status(self.run.ground, one, technology, every) for one in (self.before, alone)
        )
        return int(((now == WHITE) & (then != WHITE)).sum())

    def _near_plans(self) -> pd.DataFrame:
        """Find the nearest plan of another operator within the distance for common masts."""
        first = self.rows.drop_duplicates(_KEYS).reset_index(drop=True)
        mine = first[[*_KEYS, "longitude", "latitude"]]
        plans = pd.concat([mine, frame_of(self.run.state.planned)], ignore_index=True)
        plans = plans.drop_duplicates(_KEYS, ignore_index=True)
        limits = self.run.scenario.sharing.potential_m
        within = {"urban": limits.urban, "suburban": limits.suburban}
        spots = geodesy.ecef(plans["longitude"], plans["latitude"])
        who, name, apart = plans["operator"].to_numpy(object), [], []
        for row, place in enumerate(first["environment"]):
            away = np.round(geodesy.arc_m(np.linalg.norm(spots - spots[row], axis=1)), 3)
            away = np.where(who == who[row], np.inf, away)
            best = int(np.argmin(away))
            is_near = away[best] <= within.get(str(place), limits.rural)
            found = plans.iloc[best]
            name.append(f"{found['operator']}:{found['site_id']}" if is_near else "")
            apart.append(float(away[best]) if is_near else np.nan)
        return mine[_KEYS].assign(near_plan=name, near_plan_m=apart)
