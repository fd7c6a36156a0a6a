"""The population raster: people per cell, cut to the area.

Adding it up is left to ``coverage``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.faults import Faults
from geoplan.io import readers
from geoplan.io.readers import Source
from geoplan.rasters import Grid, Raster
from geoplan.results import InputFile

if TYPE_CHECKING:
    import rasterio

_MARGIN_CELLS = 1
_BLOCK_ROWS = 1024


@dataclass(frozen=True)
class Population:
    """The raster and where it came from."""

    raster: Raster
    file: InputFile


def is_recipe(source: Source, faults: Faults) -> bool:
    """Tell whether a raster is a text that sends the driver to other files or the network."""
    with source.open() as file:
        head = file.read(2**10).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"<", b"{")):
        return False
    faults.add("not_what_it_says", file=source.name, value=source.ending)
    return True


def read(
    source: Source,
    bounds: tuple[float, ...] | None,
    faults: Faults,
    warnings: Faults,
) -> Population | None:
    """Read the part of a raster that covers the area.

    Cells without a value, and cells below 0, count as 0 people; the latter are told.

    Parameters
    ----------
    bounds
        West, south, east, north of the communes in degrees; None reads the whole raster.
    """
    import rasterio

    if not source.path.is_file():
        faults.add("missing_file", file=source.name, column="inputs.population")
        return None
    if is_recipe(source, faults):
        return None
    try:
        with rasterio.open(source.path) as dataset:
            grid = north_up_grid(dataset, source, faults)
            if grid is None:
                return None
            return _cut(dataset, grid, source, bounds, warnings)
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None


def north_up_grid(dataset: rasterio.DatasetReader, source: Source, faults: Faults) -> Grid | None:
    """Give the grid of a raster that lies north up in a known CRS."""
    crs = source.given.crs or code(dataset)
    if not crs:
        faults.add("missing_crs", file=source.name)
        return None
    try:
        geodesy.parse_crs(crs)
    except ValueError:
        faults.add("unknown_crs", file=source.name, column="crs", value=crs)
        return None
    affine = dataset.transform
    if affine.b or affine.d or affine.a <= 0 or affine.e >= 0:
        faults.add("not_north_up", file=source.name)
        return None
    size = (dataset.height, dataset.width)
    return Grid(affine.c, affine.f, affine.a, -affine.e, size, crs)


def code(dataset: rasterio.DatasetReader) -> str:
    """Give the CRS that a raster names, as a code or WKT; blank where it names none."""
    if dataset.crs is None:
        return ""
    number = dataset.crs.to_epsg()
    return f"EPSG:{number}" if number else str(dataset.crs.to_wkt())


def _cut(
    dataset: rasterio.DatasetReader,
    grid: Grid,
    source: Source,
    bounds: tuple[float, ...] | None,
    warnings: Faults,
) -> Population:
    """Read the rows and columns around the area, block by block."""
    top, bottom, left, right = window_around(grid, bounds)
    people = np.zeros((bottom - top, right - left), dtype=np.float32)
    with_value = negative = 0
    for start in range(top, bottom, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, bottom)
        block = dataset.read(1, window=((start, stop), (left, right)), masked=True)
        values: NDArray[np.float64] = np.ma.filled(block.astype(np.float64), np.nan)
        below = values < 0
        negative += int(below.sum())
        with_value += int(np.isfinite(values).sum())
        people[start - top : stop - top] = np.where(np.isfinite(values) & ~below, values, 0.0)
    if negative:
        warnings.add("cells_negative", file=source.name, count=negative)
    cut = Grid(
        grid.west + left * grid.dx,
        grid.north - top * grid.dy,
        grid.dx,
        grid.dy,
        people.shape,
        grid.crs,
    )
    file = InputFile(
        "population", source.name, "", readers.checksum(source.path), with_value, with_value, 0
    )
    return Population(Raster(people, cut, "people"), file)


def window_around(grid: Grid, bounds: tuple[float, ...] | None) -> tuple[int, int, int, int]:
    """Give first row, row behind the last, first column, column behind the last."""
    rows, columns = grid.shape
    if bounds is None:
        return 0, rows, 0, columns
    lon = np.linspace(bounds[0], bounds[2], 21)
    lat = np.linspace(bounds[1], bounds[3], 21)
    longitudes, latitudes = np.meshgrid(lon, lat)
    x, y = geodesy.from_wgs84(longitudes.ravel(), latitudes.ravel(), grid.crs)
    left = int(np.floor((x.min() - grid.west) / grid.dx)) - _MARGIN_CELLS
    right = int(np.ceil((x.max() - grid.west) / grid.dx)) + _MARGIN_CELLS
    top = int(np.floor((grid.north - y.max()) / grid.dy)) - _MARGIN_CELLS
    bottom = int(np.ceil((grid.north - y.min()) / grid.dy)) + _MARGIN_CELLS
    top, left = min(max(top, 0), rows), min(max(left, 0), columns)
    return top, max(min(bottom, rows), top), left, max(min(right, columns), left)
