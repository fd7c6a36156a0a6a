"""Area served: one picture of a bit a pixel for each technology and operator.

A picture on a web map is straight in Mercator, a grid in its own CRS is not, so that the cells
are picked anew along lines of Mercator; the cells themselves come from ``coverage.area``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.rasters import Grid
from geoplan.report import png, theme
from geoplan.results import AreaService

MERCATOR: Final = "EPSG:3857"

MOST_PIXELS: Final = 2_500_000
"""A picture has at most about so many pixels; larger areas are drawn coarser."""

NODE_PIXELS: Final = 16
"""Coordinates are transformed at every sixteenth pixel and interpolated between."""


def layer(
    area: AreaService, operators: tuple[str, ...], bounds: tuple[float, float, float, float]
) -> dict[str, Any]:
    """Give the pictures of what is served, inside the communes only.

    Parameters
    ----------
    area
        Bits per operator on a grid.
    operators
        In the order of the bits.
    bounds
        West, south, east, north of the communes in degrees.
    """
    frame = _frame(area.grid, bounds)
    cells = _cells(area.grid, frame)
    colours = theme.operator_colours(operators)
    inside = np.append(area.commune.ravel() >= 0, False)[cells]
    pictures: list[dict[str, str]] = []
    for technology, bits in area.bits.items():
        picked = np.where(inside, np.append(bits.ravel(), np.uint8(0))[cells], np.uint8(0))
        masks = {"": picked != 0}
        masks |= {name: (picked >> bit) & 1 != 0 for bit, name in enumerate(operators)}
        pictures += [
            {
                "technology": technology,
                "operator": name,
                "url": png.data_address(png.mask_png(mask, colours.get(name, theme.ANY_OPERATOR))),
            }
            for name, mask in masks.items()
            if mask.any()
        ]
    return {"bounds": _degrees(frame), "pictures": pictures}


def _frame(grid: Grid, bounds: tuple[float, float, float, float]) -> Grid:
    """Lay the pixels of the pictures: square in Mercator, about as large as a cell."""
    corners = geodesy.from_wgs84([bounds[0], bounds[2]], [bounds[1], bounds[3]], MERCATOR)
    (west, east), (south, north) = corners
    stretch = 1.0 / np.cos(np.radians((bounds[1] + bounds[3]) / 2))
    side = _cell_m(grid) * float(stretch)
    side = max(side, float(np.sqrt((east - west) * (north - south) / MOST_PIXELS)))
    shape = (int(np.ceil((north - south) / side)), int(np.ceil((east - west) / side)))
    return Grid(float(west), float(north), side, side, shape, MERCATOR)


def _cell_m(grid: Grid) -> float:
    return grid.dx * (111_320.0 if geodesy.is_geographic(grid.crs) else 1.0)


def _cells(grid: Grid, frame: Grid) -> NDArray[np.int64]:
    """Give the cell of the grid under each pixel, counted along rows; one past the last = none."""
    rows, columns = (_nodes(size) for size in frame.shape)
    x = frame.west + frame.dx * (columns + 0.5)
    y = frame.north - frame.dy * (rows + 0.5)
    across, up = np.meshgrid(x, y)
    lon, lat = geodesy.to_wgs84(across.ravel(), up.ravel(), MERCATOR)
    east, north = geodesy.from_wgs84(lon, lat, grid.crs)
    size = (len(rows), len(columns))
    along = _between((east.reshape(size) - grid.west) / grid.dx, rows, columns, frame.shape)
    down = _between((grid.north - north.reshape(size)) / grid.dy, rows, columns, frame.shape)
    column, row = np.floor(along).astype(np.int64), np.floor(down).astype(np.int64)
    height, width = grid.shape
    within = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return np.where(within, row * width + column, height * width)


def _nodes(size: int) -> NDArray[np.float64]:
    """Give the pixels at which coordinates are transformed: first, every sixteenth, last."""
    return np.unique(np.append(np.arange(0, size, NODE_PIXELS), size - 1)).astype(np.float64)


def _between(
    values: NDArray[np.float64],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Interpolate values at nodes to every pixel, linear along both axes."""
    return _weights(rows, shape[0]) @ values @ _weights(columns, shape[1]).T


def _weights(nodes: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Give the share of each node in each pixel, shape (size, nodes)."""
    at = np.arange(size, dtype=np.float64)
    left = np.clip(np.searchsorted(nodes, at, side="right") - 1, 0, max(len(nodes) - 2, 0))
    weights = np.zeros((size, len(nodes)))
    pixel = np.arange(size)
    if len(nodes) == 1:
        weights[:, 0] = 1.0
        return weights
    share = (at - nodes[left]) / (nodes[left + 1] - nodes[left])
    weights[pixel, left] = 1.0 - share
    weights[pixel, left + 1] = share
    return weights


def _degrees(frame: Grid) -> list[list[float]]:
    west, south, east, north = frame.bounds
    lon, lat = geodesy.to_wgs84([west, east], [south, north], MERCATOR)
    return [
        [round(float(lat[0]), 7), round(float(lon[0]), 7)],
        [round(float(lat[1]), 7), round(float(lon[1]), 7)],
    ]


def bounds_of(geometries: Any) -> tuple[float, float, float, float]:
    """Give west, south, east, north of shapes in degrees."""
    west, south, east, north = shapely.total_bounds(geometries)
    return float(west), float(south), float(east), float(north)
