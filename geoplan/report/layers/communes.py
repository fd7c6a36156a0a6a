"""Communes as shapes with their figures: the ground that everything else stands on.

Colours by share of hamlets that are not white are chosen in the page, so that a change of
technology draws the same shapes again.
"""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan.report.layers import coding

TOLERANCE_DEG: Final = 0.0003
"""Corners that span less than a square of this side go first. About 33 m."""

MOST_POINTS: Final = 150_000
"""Above this, the shapes are simplified further."""


def simplified(geometries: NDArray[Any]) -> NDArray[Any]:
    """Give polygons with fewer corners whose shared borders are still the same line."""
    tolerance = TOLERANCE_DEG
    shapes = shapely.coverage_simplify(geometries, tolerance)
    while shapely.get_num_coordinates(shapes).sum() > MOST_POINTS and tolerance < 0.02:
        tolerance *= 2
        shapes = shapely.coverage_simplify(geometries, tolerance)
    return np.where(shapely.is_empty(shapes), geometries, shapes)


def layer(
    communes: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    technologies: tuple[str, ...],
    *,
    with_positions: bool = True,
) -> dict[str, Any]:
    """Give the shapes of the communes and their figures.

    Parameters
    ----------
    communes
        Simplified shapes, one row a commune, with ``commune_code``.
    figures
        The table ``communes``.
    technologies
        "MBB" and the technologies of the scenario.
    with_positions
        Whether to tell how many positions stand in each.
    """
    rows = figures.set_index("commune_code").reindex(communes["commune_code"])
    labels = shapely.get_coordinates(shapely.point_on_surface(largest(communes.geometry.array)))
    named = rows["full_name"].where(rows["full_name"] != "", rows["name"])
    masts = {"positions": "positions", "shared": "shared_positions"} if with_positions else {}
    return {
        "code": communes["commune_code"].tolist(),
        "name": named.fillna(pd.Series(communes["name"].to_numpy(), index=rows.index)).tolist(),
        "rings": coding.shapes(communes.geometry.array),
        "x": coding.steps(labels[:, 0]),
        "y": coding.steps(labels[:, 1]),
        "people": coding.whole(rows["population"]),
        "hamlets": coding.whole(rows["hamlets"]),
        "unknown": coding.whole(rows["hamlets_unknown"]),
        **{key: coding.whole(rows[name]) for key, name in masts.items()},
        "status": {technology: _status(rows, technology) for technology in technologies},
    }


def largest(geometries: Any) -> NDArray[Any]:
    """Give the largest polygon of each shape, where its name is written."""
    parts, owner = shapely.get_parts(np.asarray(geometries), return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    first = np.unique(owner[order], return_index=True)[1]
    return np.asarray(parts[order][first])


def _status(rows: pd.DataFrame, technology: str) -> dict[str, list[int | None]]:
    return {
        status: coding.whole(rows[f"{status}_{technology.lower()}"])
        for status in ("white", "dead_spot", "covered")
    }
