"""A raster in memory: values, where they lie, and in which unit; and the grids they lie on.

Reading and writing files is left to ``io`` and ``report``; transforming to ``geodesy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy


@dataclass(frozen=True)
class Grid:
    """Square or rectangular cells in a CRS, north up.

    ``west`` and ``north`` are the outer corner of the first cell, ``dx`` and ``dy`` its size in
    units of the CRS (both positive), ``shape`` is (rows, columns).
    """

    west: float
    north: float
    dx: float
    dy: float
    shape: tuple[int, int]
    crs: str

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """The affine coefficients (a, b, c, d, e, f) as GDAL's Python bindings order them."""
        return (self.dx, 0.0, self.west, 0.0, -self.dy, self.north)

    def centres_x(self) -> NDArray[np.float64]:
        """Give the x of every column's centre, in units of the CRS."""
        return self.west + self.dx * (np.arange(self.shape[1], dtype=np.float64) + 0.5)

    def centres_y(self) -> NDArray[np.float64]:
        """Give the y of every row's centre, in units of the CRS."""
        return self.north - self.dy * (np.arange(self.shape[0], dtype=np.float64) + 0.5)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in units of the CRS."""
        rows, columns = self.shape
        return (
            self.west,
            self.north - rows * self.dy,
            self.west + columns * self.dx,
            self.north,
        )


@dataclass(frozen=True)
class Raster:
    """Values on a grid. ``unit`` is "people", "operators" (a bit each), "m", …"""

    values: NDArray[Any]
    grid: Grid
    unit: str


def grid_around(bounds: tuple[float, float, float, float], crs: str, cell_m: float) -> Grid:
    """Lay a grid of square cells over an area, its lines on multiples of the cell size.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees on WGS 84.
    crs
        A metric CRS.
    cell_m
        Side of a cell in units of the CRS. [m]
    """
    lon = np.linspace(bounds[0], bounds[2], 21)
    lat = np.linspace(bounds[1], bounds[3], 21)
    grid_lon, grid_lat = np.meshgrid(lon, lat)
    x, y = geodesy.from_wgs84(grid_lon.ravel(), grid_lat.ravel(), crs)
    west, south = np.floor(x.min() / cell_m) * cell_m, np.floor(y.min() / cell_m) * cell_m
    columns = int(np.ceil((x.max() - west) / cell_m)) + 1
    rows = int(np.ceil((y.max() - south) / cell_m)) + 1
    return Grid(float(west), float(south + rows * cell_m), cell_m, cell_m, (rows, columns), crs)


def grid_nodes_ecef(grid: Grid, step: int) -> NDArray[np.float64]:
    """Give earth-centred coordinates of every ``step``-th cell centre, and one beyond the last.

    Between nodes at most 800 m apart, bilinear interpolation errs by less than 2 cm.

    Returns
    -------
    Shape (rows, columns, 3) of the nodes. [m]
    """
    rows, columns = (size // step + 2 for size in grid.shape)
    x = grid.west + grid.dx * (0.5 + step * np.arange(columns))
    y = grid.north - grid.dy * (0.5 + step * np.arange(rows))
    grid_x, grid_y = np.meshgrid(x, y)
    lon, lat = geodesy.to_wgs84(grid_x.ravel(), grid_y.ravel(), grid.crs)
    return geodesy.ecef(lon, lat).reshape(rows, columns, 3)


def node_step(grid: Grid) -> int:
    """Give the largest number of cells between nodes that keeps them within 800 m."""
    size = max(grid.dx, grid.dy) * (111_320.0 if geodesy.is_geographic(grid.crs) else 1.0)
    return max(1, int(800.0 // size))


def cell_areas_m2(grid: Grid) -> NDArray[np.float64]:
    """Give the geodesic area of one cell in every row, at the grid's middle column. [m²]

    Along a row the areal scale of a metric CRS changes by less than 0.2 % within a province;
    ratios take it out (see ``coverage.area``).
    """
    rows, columns = grid.shape
    y = grid.centres_y()
    west = grid.west + grid.dx * (columns // 2)
    corners = []
    for dx, dy in ((0.0, -0.5), (1.0, -0.5), (1.0, 0.5), (0.0, 0.5)):
        corners.append(
            geodesy.to_wgs84(np.full(rows, west + dx * grid.dx), y + dy * grid.dy, grid.crs)
        )
    points = np.stack([geodesy.ecef(lon, lat) for lon, lat in corners], axis=1)
    diagonals = np.cross(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
    return cast("NDArray[np.float64]", np.sqrt((diagonals**2).sum(axis=1)) / 2)


@dataclass(frozen=True)
class Relief:
    """What radio waves meet: the ground and what stands on it, on one metric grid.

    Attributes
    ----------
    grid
        Square cells of a metric CRS; profiles are cut along straight lines of it.
    ground_m
        Height above sea level at the centre of each cell, finite everywhere, float32. [m]
    clutter_m
        Representative height of what stands on the ground, 0 where nothing does, float32. [m]
    zone
        1 sea, 3 coastal land, 4 inland (ITU-R P.1812), int8.
    voids
        Cells whose height no file told, filled from around them.
    sources
        Names of the files, for reports; one for the terrain and one for the land cover, if any.
    """

    grid: Grid
    ground_m: NDArray[np.float32]
    clutter_m: NDArray[np.float32]
    zone: NDArray[np.int8]
    voids: int = 0
    sources: tuple[str, ...] = ()


Profile = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]
"""Distance, ground, clutter [m] and zone of the points of a profile."""


def profile(relief: Relief, x0: float, y0: float, x1: float, y1: float, step_m: float) -> Profile:
    """Cut the profile along a straight line of the grid, its ends among the points.

    The plain form that compiled sampling is held to: ground is bilinear between the centres of
    cells, level beyond the outermost; clutter and zone are those of the cell around the point.

    Parameters
    ----------
    x0, y0, x1, y1
        The two ends, in the CRS of the grid, inside it.
    step_m
        Longest distance between points; they stand evenly, three at least. [m]

    Returns
    -------
    Distance from the first end along the grid, ground above sea level, clutter and zone, each of
    shape (n,). A grid of VN-2000 or UTM is true to scale within 0.04 %.

    Raises
    ------
    ValueError
        An end lies outside the grid, or the step is not positive.
    """
    grid = relief.grid
    west, south, east, north = grid.bounds
    if not all(west <= x <= east for x in (x0, x1)):
        raise ValueError(f"a profile from x = {x0} to {x1} leaves the grid ({west} to {east})")
    if not all(south <= y <= north for y in (y0, y1)):
        raise ValueError(f"a profile from y = {y0} to {y1} leaves the grid ({south} to {north})")
    if not step_m > 0:
        raise ValueError(f"a profile needs a step above 0: {step_m}")
    length = float(np.hypot(x1 - x0, y1 - y0))
    share = np.linspace(0.0, 1.0, max(3, int(np.ceil(length / step_m)) + 1))
    column = (x0 + share * (x1 - x0) - grid.west) / grid.dx
    row = (grid.north - y0 - share * (y1 - y0)) / grid.dy
    at = _cell(row, grid.shape[0]), _cell(column, grid.shape[1])
    clutter = relief.clutter_m[at].astype(np.float64)
    return share * length, _bilinear(relief.ground_m, row, column), clutter, relief.zone[at]


def _cell(place: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Give the row or column that a place, counted in cells from the edge, lies in."""
    return np.clip(np.floor(place), 0, count - 1).astype(np.int64)


def _bilinear(
    values: NDArray[np.float32], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give values between the centres of four cells; rows and columns are counted from the edge."""
    rows, columns = values.shape
    v, u = np.clip(row - 0.5, 0, rows - 1), np.clip(column - 0.5, 0, columns - 1)
    i = np.minimum(v.astype(np.int64), max(rows - 2, 0))
    j = np.minimum(u.astype(np.int64), max(columns - 2, 0))
    below, right = np.minimum(i + 1, rows - 1), np.minimum(j + 1, columns - 1)
    fv, fu = v - i, u - j
    upper = values[i, j] * (1.0 - fu) + values[i, right] * fu
    lower = values[below, j] * (1.0 - fu) + values[below, right] * fu
    found: NDArray[np.float64] = upper * (1.0 - fv) + lower * fv
    return found
