"""Sample points inside polygons: hamlets and places that are given as areas.

A lattice fine enough for the smallest polygon, or the cells of the population raster where one
is given. What share must be served is left to the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy

if TYPE_CHECKING:
    from geoplan.rasters import Raster

Floats = NDArray[np.float64]

LEAST_POINTS: Final = 400
"""A polygon is sampled by about this many points or more."""


def sample_polygons(
    polygons: Any, cell_m: float, population: Raster | None = None
) -> tuple[NDArray[np.int32], Floats, Floats, Floats]:
    """Lay sample points into polygons.

    Parameters
    ----------
    polygons
        Array of polygons in WGS 84.
    cell_m
        Largest distance between points. [m]
    population
        Where given, the points are its cells with people, and weigh as much; a polygon without
        any is sampled by area.

    Returns
    -------
    Polygon of each point, its longitude and latitude, and its weight (people or area).
    """
    parts = [_one(index, polygon, cell_m, population) for index, polygon in enumerate(polygons)]
    if not parts:
        return np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0)
    owner, lon, lat, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return owner.astype(np.int32), lon, lat, weight


def _one(
    index: int, polygon: Any, cell_m: float, population: Raster | None
) -> tuple[NDArray[np.int32], Floats, Floats, Floats]:
    found = _people_cells(polygon, population) if population is not None else None
    lon, lat, weight = found if found is not None else _lattice(polygon, cell_m)
    return np.full(len(lon), index, np.int32), lon, lat, weight


def _lattice(polygon: Any, cell_m: float) -> tuple[Floats, Floats, Floats]:
    """Lay a square lattice of equal weights; a sliver gets the point inside it."""
    area = float(geodesy.areas_m2([polygon])[0])
    side = min(cell_m, max((area / LEAST_POINTS) ** 0.5, 0.1))
    west, south, east, north = polygon.bounds
    step_y = side / 110_574.0
    step_x = side / (111_320.0 * np.cos(np.radians((south + north) / 2)))
    x = west + step_x * (0.5 + np.arange(max(1, int(np.ceil((east - west) / step_x)))))
    y = south + step_y * (0.5 + np.arange(max(1, int(np.ceil((north - south) / step_y)))))
    lon, lat = (axis.ravel() for axis in np.meshgrid(x, y))
    inside = shapely.contains_xy(polygon, lon, lat)
    if not inside.any():
        point = polygon.point_on_surface()
        return np.array([point.x]), np.array([point.y]), np.ones(1)
    return lon[inside], lat[inside], np.ones(int(inside.sum()))


def _people_cells(polygon: Any, population: Raster) -> tuple[Floats, Floats, Floats] | None:
    """Give the raster's cells with people inside the polygon; None where there are none."""
    grid = population.grid
    shape = geodesy.shapes_from_wgs84(np.array([polygon], dtype=object), grid.crs)[0]
    west, south, east, north = shape.bounds
    columns = slice(
        max(0, int((west - grid.west) // grid.dx)), int((east - grid.west) // grid.dx) + 1
    )
    rows = slice(
        max(0, int((grid.north - north) // grid.dy)), int((grid.north - south) // grid.dy) + 1
    )
    x, y = np.meshgrid(grid.centres_x()[columns], grid.centres_y()[rows])
    people = population.values[rows, columns].astype(np.float64)
    if not people.size:
        return None
    inside = (people > 0) & shapely.contains_xy(shape, x, y)
    if not inside.any():
        return None
    lon, lat = geodesy.to_wgs84(x[inside], y[inside], grid.crs)
    return lon, lat, people[inside]
