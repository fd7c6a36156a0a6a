"""Cells of rasters in any CRS at the cells of a grid, a band of rows at a time.

Coordinates go through ``geodesy`` at the corners of a net at most 800 m wide and are bilinear
between, within 2 cm; only the windows that a band needs are read, so a file of any size takes
the same memory. What the values mean is left to ``relief`` and ``clutter``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.io import tiles

if TYPE_CHECKING:
    import rasterio

    from geoplan.io.tiles import Tile
    from geoplan.rasters import Grid

Floats = NDArray[np.float64]
How = Literal["mean", "highest", "most"]
"""Of the values within a cell: their mean, the highest, or the class that most of it has."""

NO_CLASS: Final = int(np.iinfo(np.int32).min)
"""Stands for a cell of which no class is known."""

_SAMPLES: Final = 1_000_000
"""Points of a band at most, so that it takes some tens of MB."""
_MOST_ACROSS: Final = 4
"""Points across a cell at most; finer rasters are gathered by GDAL on reading, overviews used."""
_DRAWN: Final = 4
"""Of classes one cell of so many each way is drawn; drawing is faster than counting them all."""
_NOWHERE: Final = -1e12
_FEW: Final = 65_536
_NET_M: Final = 800.0
_EDGE: Final = 1e-6
"""Of a cell: what rounding may put outside a raster that ends with the grid."""


@dataclass(frozen=True)
class Patch:
    """Values of one raster on a rectangle of the grid.

    ``values`` is NaN, or ``NO_CLASS``, where the raster has none; ``inside`` tells the cells that
    it covers, with a value or without.
    """

    rows: slice
    columns: slice
    values: NDArray[Any]
    inside: NDArray[np.bool_]


def patches(tile: Tile, grid: Grid, how: How) -> Iterator[Patch]:
    """Give what a raster has for a grid, band by band; nothing where it lies elsewhere.

    A raster coarser than the grid is read between its cells (bilinear; classes and highest: the
    cell around), a finer one is gathered over each cell of the grid.

    Raises
    ------
    rasterio.errors.RasterioError
        The file cannot be read to its end.
    """
    ratio = grid.dx / tile.cell_m
    across = int(min(max(round(ratio), 1), _MOST_ACROSS))
    gathered = max(1, int(ratio / across / (_DRAWN if how == "most" else 1)))
    height = max(1, _SAMPLES // (grid.shape[1] * across**2))
    with tiles.opened(tile.opened) as dataset:
        for start in range(0, grid.shape[0], height):
            rows = slice(start, min(start + height, grid.shape[0]))
            found = _patch(dataset, tile, grid, rows, (how, across, gathered))
            if found is not None:
                yield found


def _patch(
    dataset: rasterio.DatasetReader,
    tile: Tile,
    grid: Grid,
    rows: slice,
    way: tuple[How, int, int],
) -> Patch | None:
    how, across, gathered = way
    net = _net(tile, grid, rows)
    columns = _touched(net, tile, grid)
    if columns is None:
        return None
    row, column = _points(net, grid, rows, columns, across)
    inside = _within(row, tile.shape[0]) & _within(column, tile.shape[1])
    if not inside.any():
        return None
    window = (
        _stretch(row[inside], tile.shape[0], gathered),
        _stretch(column[inside], tile.shape[1], gathered),
    )
    cells = _cells(dataset, tile, window, gathered, how)
    scale = [size / (stop - start) for size, (start, stop) in zip(cells.shape, window, strict=True)]
    v, u = (row - window[0][0]) * scale[0], (column - window[1][0]) * scale[1]
    if how == "mean":
        values = np.where(inside, _between(cells, v, u), np.float32(np.nan))
    else:
        none = np.int32(NO_CLASS) if how == "most" else np.float32(np.nan)
        values = np.where(inside, _around(cells, v, u), none)
    return Patch(rows, columns, _GATHER[how](values, across), _any(inside, across))


# ---------------------------------------------------------------- where cells lie


def _net(tile: Tile, grid: Grid, rows: slice) -> tuple[Floats, Floats, int]:
    """Give row and column in the raster at the corners of a net over a band, and its mesh.

    The mesh is in cells of the grid. Places that the raster's CRS does not reach are infinite.
    """
    mesh = max(1, int(_NET_M // grid.dx))
    down = rows.start + mesh * np.arange(-(-(rows.stop - rows.start) // mesh) + 1)
    right = mesh * np.arange(-(-grid.shape[1] // mesh) + 1)
    x, y = np.meshgrid(grid.west + grid.dx * right, grid.north - grid.dy * down)
    lon, lat = geodesy.to_wgs84(x.ravel(), y.ravel(), grid.crs)
    x, y = (part.reshape(x.shape) for part in geodesy.from_wgs84(lon, lat, tile.crs))
    a, b, c, d, e, f = tile.affine
    if geodesy.is_geographic(tile.crs):  # a raster from 0 to 360 degrees, say
        middle = c + a * tile.shape[1] / 2 + b * tile.shape[0] / 2
        x = x + 360.0 * np.round((middle - x) / 360.0)
    det = a * e - b * d
    with np.errstate(invalid="ignore"):
        return (a * (y - f) - d * (x - c)) / det, (e * (x - c) - b * (y - f)) / det, mesh


def _touched(net: tuple[Floats, Floats, int], tile: Tile, grid: Grid) -> slice | None:
    """Give the columns of the grid whose part of the net comes near the raster; None for none."""
    near = np.ones(net[0].shape, bool)
    for places, size in zip(net[:2], tile.shape, strict=True):
        known = np.where(np.isfinite(places), places, np.nan)
        reach = max(_longest_step(known, axis) for axis in (0, 1))
        near &= (known >= -reach) & (known <= size + reach)
    found = np.flatnonzero(near.any(axis=0))
    if not len(found):
        return None
    first, last = max(int(found[0]) - 1, 0), int(found[-1]) + 1
    return slice(first * net[2], min(last * net[2], grid.shape[1]))


def _longest_step(places: Floats, axis: int) -> float:
    return float(np.nan_to_num(np.abs(np.diff(places, axis=axis))).max(initial=0.0))


def _points(
    net: tuple[Floats, Floats, int], grid: Grid, rows: slice, columns: slice, across: int
) -> tuple[Floats, Floats]:
    """Give row and column in the raster of the points within each cell of the grid."""
    mesh = net[2]
    down = (np.arange((rows.stop - rows.start) * across) + 0.5) / (across * mesh)
    right = (np.arange(columns.start * across, columns.stop * across) + 0.5) / (across * mesh)
    i, j = down.astype(np.int64), right.astype(np.int64)
    lower, eastern = (down - i)[:, None], right - j
    # Where the raster's CRS does not reach, a place far outside stands for none.
    corners = [np.where(np.isfinite(part), part, _NOWHERE) for part in net[:2]]
    beside = [part[:, j] * (1.0 - eastern) + part[:, j + 1] * eastern for part in corners]
    row, column = (part[i] + np.diff(part, axis=0)[i] * lower for part in beside)
    return row, column


def _within(places: Floats, size: int) -> NDArray[np.bool_]:
    return (places >= -_EDGE) & (places <= size + _EDGE)


def _stretch(places: Floats, size: int, gathered: int) -> tuple[int, int]:
    """Give the first row or column to be read and the one behind the last, a margin around."""
    first = (int(np.floor(places.min())) // gathered - 1) * gathered
    last = (int(np.ceil(places.max())) // gathered + 2) * gathered
    return min(max(first, 0), size - 1), min(last, size)


# ---------------------------------------------------------------- what stands in them


def _cells(
    dataset: rasterio.DatasetReader,
    tile: Tile,
    window: tuple[tuple[int, int], tuple[int, int]],
    gathered: int,
    how: How,
) -> NDArray[Any]:
    """Read a window, gathered so many cells in one each way."""
    from rasterio.enums import Resampling

    way = Resampling.nearest  # of a value for no data that only the scenario names, GDAL knows not
    if gathered > 1 and tile.nodata is None:
        way = Resampling.mode if how == "most" else Resampling.average
    read = dataset.read(
        1,
        window=window,
        out_shape=tuple(-(-(stop - start) // gathered) for start, stop in window),
        masked=True,
        resampling=way,
        out_dtype=None if how == "most" else "float32",
    )
    if how == "most":
        return _classes(read)
    values: NDArray[np.float32] = np.ma.filled(read, np.nan)
    values[~np.isfinite(values)] = np.nan
    if tile.nodata is not None:
        values[values == np.float32(tile.nodata)] = np.nan
    if tile.scale != 1.0 or tile.offset:
        values = (values * tile.scale + tile.offset).astype(np.float32)
    return values


def _classes(read: Any) -> NDArray[np.int32]:
    """Give classes as whole numbers; what is too large for one is no class of any table."""
    values: NDArray[Any] = np.ma.getdata(read)
    known = np.array(~np.ma.getmaskarray(read), dtype=bool)
    if values.dtype.kind == "f":
        known &= np.isfinite(values)
        values = np.rint(np.where(known, values, 0))
    if values.dtype.itemsize > 2:
        values = np.clip(values, NO_CLASS + 1, np.iinfo(np.int32).max)
    return np.where(known, values.astype(np.int32), np.int32(NO_CLASS))


def _around(cells: NDArray[Any], v: Floats, u: Floats) -> NDArray[Any]:
    """Give the value of the cell around each point; points outside take one of the edge."""
    rows, columns = cells.shape
    return cells[_place(v, rows), _place(u, columns)]


def _place(places: Floats, size: int) -> NDArray[np.int64]:
    found = places.astype(np.int64)
    return np.clip(found, 0, size - 1, out=found)


def _between(cells: NDArray[np.float32], v: Floats, u: Floats) -> NDArray[np.float32]:
    """Give values between the centres of four cells, from those of them that have one.

    A point is without a value where the cells that have one weigh less than half.
    """
    rows, columns = cells.shape
    v, u = np.clip(v - 0.5, 0, rows - 1), np.clip(u - 0.5, 0, columns - 1)
    i, j = v.astype(np.int64), u.astype(np.int64)
    below, right = np.minimum(i + 1, rows - 1), np.minimum(j + 1, columns - 1)
    fv, fu = (v - i).astype(np.float32), (u - j).astype(np.float32)
    weights = ((1 - fv) * (1 - fu), (1 - fv) * fu, fv * (1 - fu), fv * fu)
    corners = ((i, j), (i, right), (below, j), (below, right))
    known = np.isfinite(cells)
    if known.all():
        total = np.zeros(v.shape, np.float32)
        for weight, corner in zip(weights, corners, strict=True):
            total += weight * cells[corner]
        return total
    filled = np.where(known, cells, np.float32(0))
    total, share = np.zeros(v.shape, np.float32), np.zeros(v.shape, np.float32)
    for weight, corner in zip(weights, corners, strict=True):
        total += weight * filled[corner]
        share += weight * known[corner]
    half = share >= 0.5 - _EDGE
    return np.where(half, total / np.where(half, share, 1), np.nan).astype(np.float32)


# ---------------------------------------------------------------- points gathered to cells


def _squares(values: NDArray[Any], across: int) -> NDArray[Any]:
    """Give the points of each cell beside each other, shape (rows, columns, points)."""
    rows, columns = (size // across for size in values.shape)
    apart = values.reshape(rows, across, columns, across).transpose(0, 2, 1, 3)
    return apart.reshape(rows, columns, across * across)


def _any(values: NDArray[np.bool_], across: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(_squares(values, across).any(axis=2), dtype=bool)
    return found


def _mean(values: NDArray[np.float32], across: int) -> NDArray[np.float32]:
    if across == 1:
        return values
    squares = _squares(values, across)
    known = np.isfinite(squares)
    count = known.sum(axis=2)
    total = np.where(known, squares, 0).sum(axis=2, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _highest(values: NDArray[np.float32], across: int) -> NDArray[np.float32]:
    squares = _squares(values, across)
    best = np.where(np.isfinite(squares), squares, -np.inf).max(axis=2)
    return np.where(np.isfinite(best), best, np.nan).astype(np.float32)


def _most(values: NDArray[np.int32], across: int) -> NDArray[np.int32]:
    """Give the class of most points; of several the lowest, so that no order matters."""
    if across == 1:
        return values
    corners = [values[i::across, j::across] for i in range(across) for j in range(across)]
    best = np.full(corners[0].shape, NO_CLASS, np.int32)
    most = np.zeros(corners[0].shape, np.uint8)
    for one in _present(values):
        count = np.zeros(corners[0].shape, np.uint8)
        for corner in corners:
            count += corner == one
        best[count > most] = one
        np.maximum(most, count, out=most)
    return best


def _present(values: NDArray[np.int32]) -> list[int]:
    """Give the classes that there are, from low to high."""
    known = values[values != NO_CLASS]
    if not len(known):
        return []
    lowest = int(known.min())
    if int(known.max()) - lowest > _FEW:
        return [int(one) for one in np.unique(known)]
    return (np.flatnonzero(np.bincount(known - lowest)) + lowest).tolist()


_GATHER: Final[Mapping[How, Callable[[NDArray[Any], int], NDArray[Any]]]] = {
    "mean": _mean,
    "highest": _highest,
    "most": _most,
}
