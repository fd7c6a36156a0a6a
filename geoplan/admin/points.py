"""Points and polygons: which commune a point lies in, and how far from it.

Row numbers and distances come out; what the units were before is left to ``admin.ancestry``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy
from geoplan.units import OUTSIDE_LIMIT_M

if TYPE_CHECKING:
    import geopandas as gpd

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_BAND_DEG = 0.1
"""Points are taken together in bands of latitude, within which a local plane is exact enough:
its nearest point is at most 0.05 m farther than the true one at 15 km."""


def commune_of_points(
    communes: gpd.GeoDataFrame,
    longitude: ArrayLike,
    latitude: ArrayLike,
    *,
    limit_m: float = OUTSIDE_LIMIT_M,
) -> tuple[Indices, Floats]:
    """Give the commune of points: the one around each, else the nearest within a limit.

    Ties go to the lowest code (PRODUCT.md §5).

    Parameters
    ----------
    communes
        With ``commune_code`` and polygons in degrees on WGS 84.
    longitude, latitude
        Degrees, shape (n,); NaN has no commune.
    limit_m
        Largest distance to the nearest commune. [m]

    Returns
    -------
    Row of the commune in ``communes``, −1 where none, shape (n,); and the geodesic distance to
    it, 0 inside and infinite where none. [m]
    """
    lon = np.asarray(longitude, dtype=np.float64)
    lat = np.asarray(latitude, dtype=np.float64)
    index = np.full(len(lon), -1, dtype=np.int64)
    distance = np.full(len(lon), np.inf)
    if len(communes) == 0 or len(lon) == 0:
        return index, distance
    shapes = communes.geometry.to_numpy()
    rank = _ranks(communes["commune_code"])
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    # Each polygon asks for its points, and is prepared once: ten times as fast as each point.
    points = shapely.STRtree(np.asarray(shapely.points(lon[known], lat[known])))
    commune, point = points.query(shapes, predicate="intersects")
    _lowest(index, known[point], commune, rank)
    distance[index >= 0] = 0.0
    tree = shapely.STRtree(shapes)
    _nearest(tree, shapes, rank, lon, lat, known[index[known] < 0], limit_m, index, distance)
    return index, distance


def far_distance_m(communes: gpd.GeoDataFrame, longitude: ArrayLike, latitude: ArrayLike) -> Floats:
    """Give about how far points lie from the nearest commune, for messages. [m]"""
    lon = np.asarray(longitude, dtype=np.float64)
    lat = np.asarray(latitude, dtype=np.float64)
    if len(lon) == 0 or len(communes) == 0:
        return np.full(len(lon), np.inf)
    shapes = communes.geometry.to_numpy()
    points = shapely.points(lon, lat)
    nearest = shapely.STRtree(shapes).nearest(points)
    ends = shapely.get_coordinates(shapely.shortest_line(points, shapes[nearest]))[1::2]
    return geodesy.distance_m(lon, lat, ends[:, 0], ends[:, 1])


def _ranks(codes: Any) -> Indices:
    """Give the place of each code among all, the lowest code first."""
    order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _lowest(index: Indices, point: Indices, commune: Indices, rank: Indices) -> None:
    """Write the commune of lowest code to every point of some pairs."""
    order = np.lexsort((-rank[commune], point))
    index[point[order]] = commune[order]


def _nearest(
    tree: shapely.STRtree,
    shapes: NDArray[Any],
    rank: Indices,
    lon: Floats,
    lat: Floats,
    outside: Indices,
    limit_m: float,
    index: Indices,
    distance: Floats,
) -> None:
    """Write the nearest commune of points outside all of them, band by band of latitude."""
    bands = np.floor(lat[outside] / _BAND_DEG)
    for band in np.unique(bands):
        rows = outside[bands == band]
        dx, dy = _metres_per_degree((band + 0.5) * _BAND_DEG)
        x, y = lon[rows], lat[rows]
        # A hundredth more than the limit: the box only gathers candidates.
        reach_x, reach_y = 1.01 * limit_m / dx, 1.01 * limit_m / dy
        boxes = shapely.box(x - reach_x, y - reach_y, x + reach_x, y + reach_y)
        point, commune = tree.query(boxes)
        if len(point) == 0:
            continue
        scaled = np.empty(len(shapes), dtype=object)
        used = np.unique(commune)
        scale = np.array((dx, dy))
        scaled[used] = shapely.transform(shapes[used], partial(np.multiply, scale))
        lines = shapely.shortest_line(shapely.points(x * dx, y * dy)[point], scaled[commune])
        ends = shapely.get_coordinates(lines)[1::2] / scale
        apart = geodesy.distance_m(x[point], y[point], ends[:, 0], ends[:, 1])
        # To the millimetre, so that a corner which two communes share is a tie.
        order = np.lexsort((rank[commune], np.round(apart, 3), point))
        first = order[np.unique(point[order], return_index=True)[1]]
        first = first[apart[first] <= limit_m]
        index[rows[point[first]]] = commune[first]
        distance[rows[point[first]]] = apart[first]


def _metres_per_degree(latitude: float) -> tuple[float, float]:
    """Give the length of a degree to the east and to the north at a latitude. [m]"""
    step = 1e-3
    east = geodesy.distance_m(0.0, latitude, step, latitude)
    north = geodesy.distance_m(0.0, latitude - step / 2, 0.0, latitude + step / 2)
    return float(east) / step, float(north) / step
