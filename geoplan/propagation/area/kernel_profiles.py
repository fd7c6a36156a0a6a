"""Compiled: profiles cut out of a relief along straight lines of its grid.

Ground is bilinear between the centres of cells, and that of the nearest centre beyond the
outermost; clutter and zone are those of the cell. A plain twin in tests defines it.

Indices are unsigned: numba asks of others at every look whether they count from the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings

settings.use_numba_cache()

Floats = NDArray[np.float64]
Metres = NDArray[np.float32]
Zones = NDArray[np.int8]
Cells = NDArray[np.int32]
Compiled = TypeVar("Compiled", bound=Callable[..., Any])

BLOCK: Final = 32
"""Loops over points run in whole blocks where they can: their rest costs as much as they do."""
_BORDER: Final = 1e-9
"""A point so near to a border lies in the cell behind it, whatever the rounding. [cells]"""
_INLAND: Final = 4


def leaf(**options: Any) -> Callable[[Compiled], Compiled]:
    """Compile a function that makes no array, and so need not count who holds those it is given.

    Numba counts up and down, atomically, at every call: dozens of times for one path, which took
    a quarter of the time of a whole disc.
    """
    compiled = njit(cache=True, _nrt=False, **options)  # type: ignore[call-overload]
    return cast("Callable[[Compiled], Compiled]", compiled)


class Frame(NamedTuple):
    """Where a relief lies; the origin is the outer corner of its first cell.

    ``is_bare``: no clutter anywhere; ``is_inland``: all zones are inland.
    """

    rows: int
    columns: int
    west: float
    north: float
    dx: float
    dy: float
    is_bare: bool
    is_inland: bool


class Land(NamedTuple):
    """A relief as compiled code reads it, flat."""

    ground_m: Metres
    clutter_m: Metres
    zone: Zones
    frame: Frame


@njit(cache=True)
def room_for(
    points: int,
) -> tuple[Floats, Floats, Zones, Cells, Floats, Floats]:  # pragma: no cover - compiled
    """Make room for profiles of so many points and a block beyond.

    For ground, clutter and zone, and for how they are cut: cells, and places within them.
    """
    points += BLOCK + 1
    return (
        np.empty(points),
        np.zeros(points),
        np.full(points, _INLAND, np.int8),
        np.empty(points, np.int32),
        np.empty(points),
        np.empty(points),
    )


@leaf(error_model="numpy")
def is_inside(frame: Frame, column: float, row: float) -> bool:  # pragma: no cover - compiled
    """Tell whether a place lies on the relief; the outer border belongs to it, NaN does not."""
    return bool(0.0 <= column <= frame.columns and 0.0 <= row <= frame.rows)


@leaf(error_model="numpy")
def points_of(length_m: float, step_m: float) -> int:  # pragma: no cover - compiled
    """Give the number of points of a profile."""
    return max(3, math.ceil(length_m / step_m - _BORDER) + 1)


@leaf()
def blocks_of(points: int) -> int:  # pragma: no cover - compiled
    """Give so many points that they fill whole blocks."""
    return (points + BLOCK - 1) // BLOCK * BLOCK


@leaf(error_model="numpy")
def cut(
    frame: Frame,
    ground_m: Metres,
    clutter_m: Metres,
    zone_of: Zones,
    ground: Floats,
    clutter: Floats,
    zone: Zones,
    cell: Cells,
    right: Floats,
    down: Floats,
    column: float,
    row: float,
    to_column: float,
    to_row: float,
    points: int,
) -> None:  # pragma: no cover - compiled
    """Fill a profile between two places, in cells from the corner."""
    last = points - 1
    across, along = (to_column - column) / last, (to_row - row) / last
    if _is_within(frame, column, row) and _is_within(frame, to_column, to_row):
        _find(frame.columns, cell, right, down, column - 0.5, row - 0.5, across, along, points)
    else:
        _find_at_border(frame, cell, right, down, column - 0.5, row - 0.5, across, along, points)
    _interpolate(frame.columns, ground_m, ground, cell, right, down, points)
    if frame.is_bare and frame.is_inland:
        return
    _find_cells(frame, cell, column + _BORDER, row + _BORDER, across, along, points)
    for i in range(points):
        clutter[i] = np.float64(clutter_m[np.uint64(cell[i])])
    if not frame.is_inland:
        for i in range(points):
            zone[i] = zone_of[np.uint64(cell[i])]


@leaf(error_model="numpy")
def _is_within(frame: Frame, column: float, row: float) -> bool:  # pragma: no cover - compiled
    """Tell whether a place has four centres of cells around it, with room for rounding."""
    return bool(
        0.5 + _BORDER <= column <= frame.columns - 0.5 - _BORDER
        and 0.5 + _BORDER <= row <= frame.rows - 0.5 - _BORDER
    )


@leaf(error_model="numpy")
def _find(
    columns: int,
    cell: Cells,
    right: Floats,
    down: Floats,
    u: float,
    v: float,
    du: float,
    dv: float,
    points: int,
) -> None:  # pragma: no cover - compiled
    """Tell where points lie among centres, in whole blocks: what is behind the last is not read."""
    stride = np.int32(columns)
    for i in range(blocks_of(points)):
        x, y = u + du * i, v + dv * i
        left, top = np.int32(x), np.int32(y)
        right[i], down[i] = x - left, y - top
        cell[i] = top * stride + left


@leaf(error_model="numpy")
def _find_at_border(
    frame: Frame,
    cell: Cells,
    right: Floats,
    down: Floats,
    u: float,
    v: float,
    du: float,
    dv: float,
    points: int,
) -> None:  # pragma: no cover - compiled
    """Do the same where points may lie beyond the outermost centres."""
    for i in range(points):
        x = min(max(u + du * i, 0.0), frame.columns - 1.0)
        y = min(max(v + dv * i, 0.0), frame.rows - 1.0)
        left, top = min(int(x), frame.columns - 2), min(int(y), frame.rows - 2)
        right[i], down[i] = x - left, y - top
        cell[i] = top * frame.columns + left


@leaf(error_model="numpy")
def _interpolate(
    columns: int,
    heights: Metres,
    ground: Floats,
    cell: Cells,
    right: Floats,
    down: Floats,
    points: int,
) -> None:  # pragma: no cover - compiled
    below, one = np.uint64(columns), np.uint64(1)
    for i in range(points):
        k, u = np.uint64(cell[i]), right[i]
        a, b = np.float64(heights[k]), np.float64(heights[k + one])
        c, d = np.float64(heights[k + below]), np.float64(heights[k + below + one])
        upper, lower = a + (b - a) * u, c + (d - c) * u
        ground[i] = upper + (lower - upper) * down[i]


@leaf(error_model="numpy")
def _find_cells(
    frame: Frame, cell: Cells, x: float, y: float, dx: float, dy: float, points: int
) -> None:  # pragma: no cover - compiled
    stride = np.int32(frame.columns)
    last_column, last_row = np.int32(frame.columns - 1), np.int32(frame.rows - 1)
    for i in range(blocks_of(points)):
        column, row = np.int32(x + dx * i), np.int32(y + dy * i)
        cell[i] = min(row, last_row) * stride + min(column, last_column)
