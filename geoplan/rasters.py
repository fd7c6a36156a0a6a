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
