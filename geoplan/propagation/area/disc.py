"""ITU-R P.1812 from a transmitter to the pixels around it, each along its own straight line.

What several discs mean together is left to the caller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoplan.propagation.area.conditions import Conditions
from geoplan.propagation.area.points import losses_of_many
from geoplan.rasters import Grid, Relief
from geoplan.units import TOLERANCE_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Disc:
    """Losses on the pixels within a radius, in the order of rows, then columns.

    ``row`` and ``column`` (n) tell where on the grid of pixels, ``losses_db`` has n rows, one
    column for each band; NaN off the relief. [dB]
    """

    row: Ints
    column: Ints
    losses_db: Floats


def disc(
    relief: Relief,
    conditions: Conditions,
    *,
    tx_x: float,
    tx_y: float,
    tx_agl_m: float,
    radius_m: float,
    pixels: Grid,
    scale: float = 1.0,
    threads: int = 1,
) -> Disc:
    """Give the basic transmission loss on every pixel whose centre lies within a radius.

    Parameters
    ----------
    radius_m
        Distance on the earth, ``scale`` times that on the grid; what lies on the rim is within.
    pixels
        Any grid in the CRS of the relief: it need not share the relief's lines.

    The others are those of :func:`geoplan.propagation.area.losses_to_points`.

    Returns
    -------
    Losses as by :func:`~geoplan.propagation.area.losses_to_points`, within 1e-6 dB.

    Raises
    ------
    ValueError
        If the CRS differ, or a number is not above 0.
    """
    if pixels.crs != relief.grid.crs:
        raise ValueError(f"P.1812 area: pixels are in {pixels.crs}, relief in {relief.grid.crs}")
    if not (math.isfinite(radius_m) and radius_m > 0.0):
        raise ValueError("P.1812 area: radius_m must be above 0")
    row, column, x, y = _pixels_within(pixels, tx_x, tx_y, radius_m / scale)
    losses = losses_of_many(
        relief, conditions, tx_x=[tx_x], tx_y=[tx_y], tx_agl_m=tx_agl_m,
        indptr=[0, len(x)], indices=np.arange(len(x)), px=x, py=y,
        scale=scale, threads=threads, farthest_m=radius_m,
    )  # fmt: skip
    return Disc(row, column, losses)


def _pixels_within(
    pixels: Grid, tx_x: float, tx_y: float, radius: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """Give rows, columns and centres of the pixels whose centres are so near."""
    x, y = pixels.centres_x(), pixels.centres_y()
    near_x = np.flatnonzero(np.abs(x - tx_x) <= radius + TOLERANCE_M)
    near_y = np.flatnonzero(np.abs(y - tx_y) <= radius + TOLERANCE_M)
    squares = (x[near_x] - tx_x) ** 2 + ((y[near_y] - tx_y) ** 2)[:, None]
    row, column = np.nonzero(squares <= (radius + TOLERANCE_M) ** 2)
    row, column = near_y[row], near_x[column]
    return row.astype(np.int32), column.astype(np.int32), x[column], y[row]
