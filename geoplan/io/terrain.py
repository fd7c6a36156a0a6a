"""The terrain: heights of the ground around the area, in cells of some 90 m.

Finer rasters are gathered to their highest ground; what is a high point is left to ``siting``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.io import drawn, population
from geoplan.rasters import Grid, Raster
from geoplan.results import InputFile

if TYPE_CHECKING:
    import rasterio

    from geoplan.faults import Faults
    from geoplan.io.readers import Source

LEAST_CELL_M: Final = 80.0
"""Finer cells are gathered; a mast is not placed on the map to the metre."""
_BLOCK_ROWS: Final = 1024
_METRES_PER_DEGREE: Final = 111_320.0


def read(
    source: Source, bounds: tuple[float, ...], faults: Faults
) -> tuple[Raster, InputFile] | None:
    """Read the part of a raster of heights that covers the area; NaN where there is none.

    Parameters
    ----------
    bounds
        West, south, east, north of the communes in degrees.
    """
    import rasterio

    if population.is_recipe(source, faults):
        return None
    try:
        with rasterio.open(source.path) as dataset:
            grid = population.north_up_grid(dataset, source, faults)
            if grid is None:
                return None
            top, bottom, left, right = population.window_around(grid, bounds)
            if bottom <= top or right <= left:
                faults.add("all_outside", file=source.name)
                return None
            raster = _gathered(dataset, grid, (top, bottom, left, right))
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    known = int(np.isfinite(raster.values).sum())
    if not known:
        faults.add("all_outside", file=source.name)
        return None
    return raster, drawn.input_file(source, known)


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
