"""The terrain: heights of the ground around the area, in cells of some 90 m.

Finer rasters are gathered to their highest ground; what is a high point is left to ``siting``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.io import population, resampling, tiles
from geoplan.rasters import Grid, Raster, grid_around

if TYPE_CHECKING:
    import rasterio

    from geoplan.faults import Faults
    from geoplan.io.tiles import Tile

LEAST_CELL_M: Final = 80.0
"""Finer cells are gathered; a mast is not placed on the map to the metre."""
_BLOCK_ROWS: Final = 1024
_METRES_PER_DEGREE: Final = 111_320.0


def read(
    found: Sequence[Tile], bounds: tuple[float, ...], crs: str, faults: Faults
) -> Raster | None:
    """Read the part of rasters of heights that covers the area; NaN where there is none.

    Parameters
    ----------
    found
        From ``tiles``; finer ones first.
    bounds
        West, south, east, north of the communes in degrees.
    crs
        A metric CRS, in which several files, or one that is turned, are put together.
    """
    import rasterio

    grid = grid_around(bounds, crs, LEAST_CELL_M)  # type: ignore[arg-type]
    alone = _north_up(found[0]) if len(found) == 1 else None
    try:
        raster = _together(found, grid) if alone is None else _alone(found[0], alone, bounds)
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=tiles.one_name(found), why=type(error).__name__)
        return None
    if raster is not None and raster.values.size and not np.isfinite(raster.values).any():
        if alone is not None:
            faults.add("terrain_void", file=tiles.one_name(found), column="inputs.terrain")
            return None
        raster = None
    if raster is None:
        name, area = tiles.one_name(found), tiles.area_words(grid)
        faults.add("raster_outside", file=name, column="inputs.terrain", area=area)
        return None
    return raster


def _north_up(tile: Tile) -> Grid | None:
    """Give the grid of a raster that lies north up and whose values are metres as they stand."""
    a, b, c, d, e, f = tile.affine
    if b or d or a <= 0 or e >= 0 or (tile.nodata, tile.scale, tile.offset) != (None, 1.0, 0.0):
        return None
    return Grid(c, f, a, -e, tile.shape, tile.crs)


def _alone(tile: Tile, grid: Grid, bounds: tuple[float, ...]) -> Raster | None:
    top, bottom, left, right = population.window_around(grid, bounds)
    if bottom <= top or right <= left:
        return None
    with tiles.opened(tile.opened) as dataset:
        return _gathered(dataset, grid, (top, bottom, left, right))


def _together(found: Sequence[Tile], grid: Grid) -> Raster:
    """Put several rasters on one grid, the highest ground of each cell."""
    heights = np.full(grid.shape, np.nan, np.float32)
    for tile in found:
        for patch in resampling.patches(tile, grid, "highest"):
            part = heights[patch.rows, patch.columns]
            part[...] = np.where(np.isnan(part), patch.values, part)
    return Raster(heights, grid, "m")


def _gathered(
    dataset: rasterio.DatasetReader, grid: Grid, window: tuple[int, int, int, int]
) -> Raster:
    """Read a window block by block, each square of cells as its highest one."""
    top, bottom, left, right = window
    unit = _METRES_PER_DEGREE if geodesy.is_geographic(grid.crs) else 1.0
    side = max(1, round(LEAST_CELL_M / (max(grid.dx, grid.dy) * unit)))
    rows = [
        _highest(_block(dataset, start, min(start + step, bottom), left, right), side)
        for step in [max(_BLOCK_ROWS // side, 1) * side]
        for start in range(top, bottom, step)
    ]
    heights = np.concatenate(rows)
    west, north = grid.west + left * grid.dx, grid.north - top * grid.dy
    cut = Grid(west, north, grid.dx * side, grid.dy * side, heights.shape, grid.crs)
    return Raster(heights, cut, "m")


def _block(
    dataset: rasterio.DatasetReader, start: int, stop: int, left: int, right: int
) -> NDArray[np.float32]:
    block = dataset.read(1, window=((start, stop), (left, right)), masked=True)
    return np.ma.filled(block.astype(np.float32), np.nan)


def _highest(block: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Give the highest value of each square of cells, NaN where a square has none."""
    if side == 1:
        return block
    rows, columns = (-(-size // side) * side for size in block.shape)
    low = np.full((rows, columns), -np.inf, np.float32)
    low[: block.shape[0], : block.shape[1]] = np.where(np.isfinite(block), block, -np.inf)
    best = low.reshape(rows // side, side, columns // side, side).max(axis=(1, 3))
    return np.where(np.isfinite(best), best, np.nan).astype(np.float32)
