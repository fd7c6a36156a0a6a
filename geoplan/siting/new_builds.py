"""Places for new masts: the holes themselves, clusters of people, high points, road-sides.

They come in order of preference, the simplest first, so that of two close together the plainer
one stays. Which may be built on is left to ``siting.candidates``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage.holes import find_holes
from geoplan.siting import clusters, high_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geoplan.results import Demand
    from geoplan.scenario.model import Siting
    from geoplan.siting.access import Ground
    from geoplan.siting.demand import Stakes

Floats = NDArray[np.float64]

NEAR_ROAD: Final = 0.5
"""Part of the radius within which a place beside a road is tried for a place off it (assumption):
farther away it would no longer serve the same people."""


def new_builds(
    rules: Siting,
    operators: Sequence[str],
    demand: Demand,
    stakes: Stakes,
    radius_of: Callable[[Floats, Floats], Floats],
    ground: Ground,
) -> pd.DataFrame:
    """Propose places for new masts near the demand that is at stake.

    Returns
    -------
    ``longitude, latitude, source``, in order of preference.
    """
    worth = stakes.worth
    at_stake = np.flatnonzero(worth > 0)
    order = np.lexsort((worth[at_stake], demand.latitude[at_stake], demand.longitude[at_stake]))
    rows = at_stake[order]
    lon, lat = demand.longitude[rows], demand.latitude[rows]
    if not len(rows):
        return pd.DataFrame({"longitude": lon, "latitude": lat, "source": np.zeros(0, object)})
    holes = _hole_points(rules, operators, demand, stakes, rows)
    radius = np.asarray(radius_of(lon, lat), np.float64)
    dense = clusters.dense_centres(lon, lat, worth[rows], radius, max(rules.min_gain_people, 1.0))
    centres = clusters.cluster_centres(lon, lat, worth[rows], radius)
    parts = {"hole": holes, "hdbscan": dense, "kmeans": centres}
    # Road-sides and high points are looked for around the first two and as many centres.
    around = np.concatenate((holes, dense, centres))[: clusters.MOST_CENTRES]
    reach = np.asarray(radius_of(*around.T), np.float64)
    beside, away = ground.roadsides(*around.T)
    parts["roadside"] = beside[np.isfinite(away) & (away <= NEAR_ROAD * reach)]
    if ground.terrain is not None:
        parts["high_point"] = high_points.near(ground.terrain, around, reach)
    return pd.concat([_places(source, part) for source, part in parts.items()], ignore_index=True)


def _places(source: str, points: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(np.round(points, 6), columns=["longitude", "latitude"])
    return frame.assign(source=source).astype({"source": object})


def _hole_points(
    rules: Siting, operators: Sequence[str], demand: Demand, stakes: Stakes, rows: NDArray[np.int64]
) -> Floats:
    """Give the point of each hole, shape (holes, 2)."""
    points = pd.DataFrame(
        {
            "longitude": demand.longitude[rows],
            "latitude": demand.latitude[rows],
            "people": stakes.people[rows],
            "households": np.nan,
            "hamlet": demand.hamlet[rows],
            "commune_code": "",
        }
    )
    holes = find_holes(
        points,
        stakes.bits[rows],
        technology=rules.technology,
        operators=operators,
        present=stakes.chosen,
        link_m=rules.hole_link_m,
    )
    if holes.empty:
        return np.zeros((0, 2))
    return holes[["longitude", "latitude"]].to_numpy(np.float64)
