"""Service by area: a bit per operator on every grid cell, and people of a population raster.

Cells are stamped site by site on chords through the earth; nothing is unioned, nothing is
projected per cell. Which figures are made of it is left to ``indicators``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, rasters
from geoplan.coverage import kernels, radio
from geoplan.coverage.best_levels import as_levels, best_levels, faintest_db
from geoplan.coverage.kept_levels import origin_of, renewed
from geoplan.results import AreaService

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.coverage.build import Cells
    from geoplan.coverage.kept_levels import KeptLevels
    from geoplan.rasters import Grid

Floats = NDArray[np.float64]


def stamp_service(
    grid: Grid, cells: Cells, technologies: tuple[str, ...], *, scale: float = 1.0
) -> dict[str, NDArray[np.uint8]]:
    """Give the operators that serve the centre of each grid cell.

    Parameters
    ----------
    grid
        Any grid, metric or in degrees.
    cells
        From ``coverage.build``.
    technologies
        Names in the order of ``cells.technology``.
    scale
        Factor on every radius.

    Returns
    -------
    Technology → uint8 of the grid's shape, bit i = operator i.
    """
    if cells.radio is not None:
        return _by_level(grid, cells, technologies, scale)
    step = rasters.node_step(grid)
    nodes = rasters.grid_nodes_ecef(grid, step)
    x, y = geodesy.from_wgs84(cells.longitude, cells.latitude, grid.crs)
    column, row = (x - grid.west) / grid.dx - 0.5, (grid.north - y) / grid.dy - 0.5
    metres_x, metres_y = _cell_metres(nodes, step)
    radius = cells.radius_m * scale
    east, north = geodesy.east_north(cells.longitude, cells.latitude)
    site, chord = geodesy.ecef(cells.longitude, cells.latitude), geodesy.chord_m(radius)
    bit = (np.uint8(1) << cells.operator.astype(np.uint8)).astype(np.uint8)
    found = {}
    for index, technology in enumerate(technologies):
        rows = cells.technology == index
        out = np.zeros(grid.shape, np.uint8)
        kernels.stamp(
            nodes,
            step,
            site[rows],
            east[rows],
            north[rows],
            column[rows],
            row[rows],
            # 3 % and two cells more than the radius, for the turn of grid north and the scale.
            radius[rows] / metres_x * 1.03 + 2.0,
            radius[rows] / metres_y * 1.03 + 2.0,
            chord[rows],
            cells.direction[rows],
            cells.half_width[rows],
            bit[rows],
            out,
        )
        found[technology] = out
    return found


def _by_level(
    grid: Grid, cells: Cells, technologies: tuple[str, ...], scale: float
) -> dict[str, NDArray[np.uint8]]:
    """Give the operators whose level reaches the threshold at the centre of each grid cell."""
    least_db = -radio.SLOPE_DB * float(np.log10(scale))
    found = {name: np.zeros(grid.shape, np.uint8) for name in technologies}
    levels = best_levels(grid, cells, technologies, least_db)
    for (technology, operator), one in levels.items():
        found[technology] |= np.where(
            one.margin_db >= np.float32(least_db), np.uint8(1 << operator), np.uint8(0)
        )
    return found


def _cell_metres(nodes: Floats, step: int) -> tuple[float, float]:
    """Give the least width and height of a grid cell on the ground. [m]"""
    across = np.sqrt((np.diff(nodes, axis=1) ** 2).sum(axis=2)).min() / step
    down = np.sqrt((np.diff(nodes, axis=0) ** 2).sum(axis=2)).min() / step
    return float(across), float(down)


def burn(shapes: object, grid: Grid, values: NDArray[np.int32], fill: int) -> NDArray[np.int32]:
    """Give each grid cell the value of the polygon around its centre; the last one wins.

    Parameters
    ----------
    shapes
        Polygons in WGS 84.
    values
        One for each polygon.
    """
    from affine import Affine
    from rasterio.features import rasterize

    projected = geodesy.shapes_from_wgs84(np.asarray(shapes, dtype=object), grid.crs)
    pairs = [(shape, int(value)) for shape, value in zip(projected, values, strict=True)]
    if not pairs:
        return np.full(grid.shape, fill, np.int32)
    return rasterize(  # type: ignore[no-any-return]
        pairs, out_shape=grid.shape, fill=fill, transform=Affine(*grid.transform), dtype="int32"
    )


def area_service(
    communes: gpd.GeoDataFrame,
    cells: Cells,
    technologies: tuple[str, ...],
    operators: tuple[str, ...],
    *,
    crs: str,
    cell_m: float,
    kept: KeptLevels | None = None,
) -> AreaService:
    """Lay a grid over the communes and give who serves each of its cells.

    Parameters
    ----------
    communes
        In the order of their codes, WGS 84.
    cells, technologies, operators
        From ``coverage.build``, and the names of its indices.
    crs
        Metric CRS of the grid.
    cell_m
        Side of a grid cell. [m]
    kept
        Levels of an earlier run; only what changed since is computed.
    """
    west, south, east, north = communes.total_bounds
    grid = rasters.grid_around((west, south, east, north), crs, cell_m)
    # Reversed, because a later polygon wins in burn and ties go to the lowest code.
    rows = np.arange(len(communes), dtype=np.int32)[::-1]
    commune = burn(communes.geometry.to_numpy()[::-1], grid, rows, -1)
    _place_small(communes.geometry.to_numpy(), grid, commune)
    if cells.radio is None:
        return AreaService(grid, stamp_service(grid, cells, technologies), commune)
    least_db = faintest_db(cells)
    origin = origin_of(grid, cells, technologies, operators, least_db)
    best = renewed(kept, origin, grid, cells, (technologies, operators), least_db)
    levels = as_levels(best, grid, cells, technologies)
    bits = {name: np.zeros(grid.shape, np.uint8) for name in technologies}
    for (technology, operator), one in levels.items():
        bits[technology][one.margin_db >= 0] |= np.uint8(1 << operator)
    named = {(name, operators[at]): one for (name, at), one in levels.items()}
    return AreaService(grid, bits, commune, named, origin=origin)


def _place_small(shapes: NDArray[np.object_], grid: Grid, commune: NDArray[np.int32]) -> None:
    """Give a commune around no cell's centre the cell of a point inside it, lowest code last."""
    small = np.setdiff1d(np.arange(len(shapes)), commune)[::-1]
    inside = shapely.point_on_surface(shapes[small])
    x, y = geodesy.from_wgs84(shapely.get_x(inside), shapely.get_y(inside), grid.crs)
    row = np.floor((grid.north - y) / grid.dy).astype(np.int64)
    column = np.floor((x - grid.west) / grid.dx).astype(np.int64)
    commune[row, column] = small


def weigh_bits(
    zone: NDArray[np.int32], bits: NDArray[np.uint8], weights: Floats, n_zones: int
) -> Floats:
    """Sum weights by zone and by the set of operators that serve.

    Parameters
    ----------
    zone
        Zone of each cell, −1 = none; shape (rows, columns).
    bits
        Operators of each cell, of the same shape.
    weights
        Weight of each cell, of the same shape, or one column for all cells of a row.

    Returns
    -------
    Shape (n_zones, 256).
    """
    sums = np.zeros((n_zones, 256))
    kernels.weigh(zone, bits, np.ascontiguousarray(weights, dtype=np.float64), sums)
    return sums


def served_by(sums: Floats, mask: int) -> Floats:
    """Give per zone the weight that any operator of a bit mask serves."""
    hit = (np.arange(256) & mask) != 0
    total: Floats = sums[:, hit].sum(axis=1)
    return total


def window(grid: Grid, shapes: object) -> tuple[slice, slice]:
    """Give the rows and columns of a grid that some polygons in WGS 84 can touch."""
    west, south, east, north = shapely.total_bounds(
        geodesy.shapes_from_wgs84(np.asarray(shapes, dtype=object), grid.crs)
    )
    n_rows, n_columns = grid.shape
    top, bottom = (int((grid.north - y) // grid.dy) for y in (north, south))
    left, right = (int((x - grid.west) // grid.dx) for x in (west, east))
    rows = slice(min(max(top, 0), n_rows), min(max(bottom + 1, 0), n_rows))
    return rows, slice(min(max(left, 0), n_columns), min(max(right + 1, 0), n_columns))


def crop(grid: Grid, rows: slice, columns: slice) -> Grid:
    """Give the part of a grid."""
    return replace(
        grid,
        west=grid.west + columns.start * grid.dx,
        north=grid.north - rows.start * grid.dy,
        shape=(rows.stop - rows.start, columns.stop - columns.start),
    )


def cell_areas(grid: Grid) -> Floats:
    """Give the geodesic area of a cell of every row, as one column. [m²]"""
    return rasters.cell_areas_m2(grid)[:, None]
