"""Compiled: profiles cut out of a relief along straight lines of its grid.

Ground is bilinear between the centres of cells, and that of the nearest centre beyond the
outermost; clutter and zone are those of the cell. A plain twin in tests defines it. Indices are
unsigned: numba asks of others at every look whether they count from the end.
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
Cells = NDArray[np.int32]

BLOCK: Final = 32
"""Loops over points run in whole blocks where they can: their rest costs as much as they do."""
_BORDER: Final = 1e-9
"""A point so near to a border lies in the cell behind it, whatever the rounding. [cells]"""
_INLAND: Final = 4


class Land(NamedTuple):
    """A relief as compiled code reads it, flat; the origin is the outer corner of the first cell.

    ``is_bare``: no clutter anywhere; ``is_inland``: all zones are inland. ``squares`` are those
    of :func:`squares_of`, or empty: they pay where each is looked at many times.
    """

    ground_m: Metres
    clutter_m: Metres
    zone: Zones
    rows: int
    columns: int
    west: float
    north: float
    dx: float
    dy: float
    is_bare: bool
    is_inland: bool
    squares: Floats


class Profile(NamedTuple):
    """Room for a profile and, behind it, for how it is cut."""

    ground: Floats
    clutter: Floats
    zone: Zones
    cell: Cells
    right: Floats
    down: Floats


@njit(cache=True)
def room_for(points: int) -> Profile:  # pragma: no cover - compiled
    """Make room for profiles of so many points and a block beyond."""
    points += BLOCK + 1
    return Profile(
        np.empty(points),
        np.zeros(points),
        np.full(points, _INLAND, np.int8),
        np.empty(points, np.int32),
        np.empty(points),
        np.empty(points),
    )


@njit(cache=True, error_model="numpy")
def squares_of(ground: Metres, rows: int, columns: int) -> Floats:  # pragma: no cover - compiled
    """Give a, b, c and d of a + b u + (c + d u) v in the square behind each centre, flat."""
    squares = np.zeros(4 * rows * columns)
    for row in range(rows - 1):
        for column in range(columns - 1):
            k = np.uint64(row * columns + column)
            below = k + np.uint64(columns)
            here, right = np.float64(ground[k]), np.float64(ground[k + np.uint64(1)])
            under, across = np.float64(ground[below]), np.float64(ground[below + np.uint64(1)])
            at = np.uint64(4) * k
            squares[at], squares[at + np.uint64(1)] = here, right - here
            squares[at + np.uint64(2)] = under - here
            squares[at + np.uint64(3)] = (across - under) - (right - here)
    return squares


@njit(cache=True, error_model="numpy")
def is_inside(land: Land, column: float, row: float) -> bool:  # pragma: no cover - compiled
    """Tell whether a place lies on the relief; the outer border belongs to it, NaN does not."""
    return bool(0.0 <= column <= land.columns and 0.0 <= row <= land.rows)


@njit(cache=True, error_model="numpy")
def points_of(length_m: float, step_m: float) -> int:  # pragma: no cover - compiled
    """Give the number of points of a profile."""
    return max(3, math.ceil(length_m / step_m - _BORDER) + 1)


@njit(cache=True)
def blocks_of(points: int) -> int:  # pragma: no cover - compiled
    """Give so many points that they fill whole blocks."""
    return (points + BLOCK - 1) // BLOCK * BLOCK


@njit(cache=True, error_model="numpy")
def cut(
    land: Land,
    profile: Profile,
    column: float,
    row: float,
    to_column: float,
    to_row: float,
    points: int,
) -> None:  # pragma: no cover - compiled
    """Fill a profile between two places, in cells from the corner."""
    last = points - 1
    across, along = (to_column - column) / last, (to_row - row) / last
    if _is_within(land, column, row) and _is_within(land, to_column, to_row):
        _find(land, profile, column - 0.5, row - 0.5, across, along, points)
    else:
        _find_at_border(land, profile, column - 0.5, row - 0.5, across, along, points)
    if len(land.squares):
        _interpolate_in_squares(land, profile, points)
    else:
        _interpolate(land, profile, points)
    if land.is_bare and land.is_inland:
        return
    _look_up(land, profile, column + _BORDER, row + _BORDER, across, along, points)


@njit(cache=True, error_model="numpy")
def _is_within(land: Land, column: float, row: float) -> bool:  # pragma: no cover - compiled
    """Tell whether a place has four centres of cells around it, with room for rounding."""
    return bool(
        0.5 + _BORDER <= column <= land.columns - 0.5 - _BORDER
        and 0.5 + _BORDER <= row <= land.rows - 0.5 - _BORDER
    )


@njit(cache=True, error_model="numpy")
def _find(
    land: Land, profile: Profile, u: float, v: float, du: float, dv: float, points: int
) -> None:  # pragma: no cover - compiled
    stride = np.int32(land.columns)
    for i in range(blocks_of(points)):
        x, y = u + du * i, v + dv * i
        left, top = np.int32(x), np.int32(y)
        profile.right[i], profile.down[i] = x - left, y - top
        profile.cell[i] = top * stride + left


@njit(cache=True, error_model="numpy")
def _find_at_border(
    land: Land, profile: Profile, u: float, v: float, du: float, dv: float, points: int
) -> None:  # pragma: no cover - compiled
    """Do the same where points may lie beyond the outermost centres."""
    for i in range(points):
        x = min(max(u + du * i, 0.0), land.columns - 1.0)
        y = min(max(v + dv * i, 0.0), land.rows - 1.0)
        left, top = min(int(x), land.columns - 2), min(int(y), land.rows - 2)
        profile.right[i], profile.down[i] = x - left, y - top
        profile.cell[i] = top * land.columns + left


@njit(cache=True, error_model="numpy")
def _interpolate(land: Land, profile: Profile, points: int) -> None:  # pragma: no cover - compiled
    below = np.uint64(land.columns)
    one = np.uint64(1)
    heights = land.ground_m
    for i in range(points):
        k = np.uint64(profile.cell[i])
        a, b = np.float64(heights[k]), np.float64(heights[k + one])
        c, d = np.float64(heights[k + below]), np.float64(heights[k + below + one])
        u = profile.right[i]
        upper, lower = a + (b - a) * u, c + (d - c) * u
        profile.ground[i] = upper + (lower - upper) * profile.down[i]


@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def _interpolate_in_squares(
    land: Land, profile: Profile, points: int
) -> None:  # pragma: no cover - compiled
    squares, one = land.squares, np.uint64(1)
    for i in range(points):
        k = np.uint64(4) * np.uint64(profile.cell[i])
        u, v = profile.right[i], profile.down[i]
        upper = squares[k] + squares[k + one] * u
        slope = squares[k + one + one] + squares[k + one + one + one] * u
        profile.ground[i] = upper + slope * v


@njit(cache=True, error_model="numpy")
def _look_up(
    land: Land, profile: Profile, x: float, y: float, dx: float, dy: float, points: int
) -> None:  # pragma: no cover - compiled
    """Fill clutter and zones of a profile."""
    stride = np.int32(land.columns)
    last_column, last_row = np.int32(land.columns - 1), np.int32(land.rows - 1)
    for i in range(blocks_of(points)):
        column, row = np.int32(x + dx * i), np.int32(y + dy * i)
        profile.cell[i] = min(row, last_row) * stride + min(column, last_column)
    for i in range(points):
        k = np.uint64(profile.cell[i])
        profile.clutter[i] = np.float64(land.clutter_m[k])
    if land.is_inland:
        return
    for i in range(points):
        profile.zone[i] = land.zone[np.uint64(profile.cell[i])]
