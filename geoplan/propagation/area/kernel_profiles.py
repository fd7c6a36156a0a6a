"""Compiled: profiles cut out of a relief along straight lines of its grid.

Ground is bilinear between the centres of cells, and that of the nearest centre beyond the
outermost; clutter and zone are those of the cell. A plain twin in tests defines it.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings

settings.use_numba_cache()

Floats = NDArray[np.float64]
Metres = NDArray[np.float32]
Zones = NDArray[np.int8]

_BORDER: Final = 1e-9
"""A point so near to a border lies in the cell behind it, whatever the rounding. [cells]"""


class Land(NamedTuple):
    """A relief as compiled code reads it; the origin is the outer corner of the first cell."""

    ground_m: Metres
    clutter_m: Metres
    zone: Zones
    west: float
    north: float
    dx: float
    dy: float


@njit(cache=True, error_model="numpy")
def is_inside(land: Land, column: float, row: float) -> bool:  # pragma: no cover - compiled
    """Tell whether a place lies on the relief; the outer border belongs to it, NaN does not."""
    rows, columns = land.ground_m.shape
    return bool(0.0 <= column <= columns and 0.0 <= row <= rows)


@njit(cache=True, error_model="numpy")
def points_of(length_m: float, step_m: float) -> int:  # pragma: no cover - compiled
    """Give the number of points of a profile."""
    return max(3, math.ceil(length_m / step_m - _BORDER) + 1)


@njit(cache=True, error_model="numpy")
def cut(
    land: Land,
    column: float,
    row: float,
    columns: float,
    rows: float,
    points: int,
    ground: Floats,
    clutter: Floats,
    zone: Zones,
) -> None:  # pragma: no cover - compiled
    """Fill a profile from a place (in cells from the corner) over so many columns and rows."""
    last_row, last_column = land.ground_m.shape[0] - 1, land.ground_m.shape[1] - 1
    for i in range(points):
        share = i / (points - 1)
        x, y = column + columns * share, row + rows * share
        u = min(max(x - 0.5, 0.0), float(last_column))
        v = min(max(y - 0.5, 0.0), float(last_row))
        left, top = int(u), int(v)
        right, bottom = min(left + 1, last_column), min(top + 1, last_row)
        u, v = u - left, v - top
        above = land.ground_m[top, left] * (1.0 - u) + land.ground_m[top, right] * u
        below = land.ground_m[bottom, left] * (1.0 - u) + land.ground_m[bottom, right] * u
        ground[i] = above * (1.0 - v) + below * v
        here_row, here_column = min(int(y + _BORDER), last_row), min(int(x + _BORDER), last_column)
        clutter[i] = land.clutter_m[here_row, here_column]
        zone[i] = land.zone[here_row, here_column]
