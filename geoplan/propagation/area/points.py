"""ITU-R P.1812 from transmitters to any points over a relief, each along its own straight line.

Exactly, or faster for half of the time. Blending with a model that is valid nearer than 0.25 km is
left to the caller.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation.area import kernel_points
from geoplan.propagation.area.conditions import Conditions, check_antenna
from geoplan.propagation.area.prepared import in_parts, land_of, transmitters_at
from geoplan.rasters import Relief

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FARTHEST_M: Final = 200_000.0
"""So far the bound on ducting holds by which the median is computed fast. [m]"""


def losses_to_points(
    relief: Relief,
    conditions: Conditions,
    *,
    tx_x: float,
    tx_y: float,
    tx_agl_m: float,
    px: ArrayLike,
    py: ArrayLike,
    scale: float = 1.0,
    threads: int = 1,
) -> Floats:
    """Give the basic transmission loss from one transmitter to n points at f frequencies.

    Parameters
    ----------
    relief
        Ground, clutter and zones.
    conditions
        Bands, receivers and climate.
    tx_x, tx_y
        The transmitter, in the CRS of the relief. [m]
    tx_agl_m
        Its height above the ground. [m]
    px, py
        n points, in the same CRS. [m]
    scale
        Distance on the earth by distance on the grid: lengths of profiles are multiplied by it.
    threads
        The losses do not depend on it.

    Returns
    -------
    Losses, n rows of f: those of :func:`geoplan.propagation.itu_p1812.basic_transmission_loss_db`
    for profiles along the straight line of the grid, ground bilinear, clutter and zone of the
    cell, both terminals at the transmitter's latitude (10 km north, the climate differs by less
    than 0.003 dB). NaN where the transmitter or the point is not on the relief. Paths below
    0.25 km, where the Recommendation is not valid, are computed all the same; below 1 m as at
    1 m. [dB]

    Raises
    ------
    ValueError
        If the shapes differ, or a height is not above 0.
    """
    x, y = np.asarray(px, dtype=np.float64), np.asarray(py, dtype=np.float64)
    return losses_of_many(
        relief,
        conditions,
        tx_x=[tx_x],
        tx_y=[tx_y],
        tx_agl_m=tx_agl_m,
        indptr=[0, x.size],
        indices=np.arange(x.size),
        px=x,
        py=y,
        scale=scale,
        threads=threads,
    )


def losses_of_many(
    relief: Relief,
    conditions: Conditions,
    *,
    tx_x: ArrayLike,
    tx_y: ArrayLike,
    tx_agl_m: ArrayLike,
    indptr: ArrayLike,
    indices: ArrayLike,
    px: ArrayLike,
    py: ArrayLike,
    scale: ArrayLike = 1.0,
    threads: int = 2,
    farthest_m: float = math.inf,
) -> Floats:
    """Give the same from m transmitters, each to points of its own, as compressed rows.

    Parameters
    ----------
    tx_x, tx_y, tx_agl_m, scale
        m places, and heights and scales, one or m.
    indptr, indices
        Transmitter i has the points ``indices[indptr[i]:indptr[i + 1]]`` of (px, py).
    farthest_m
        No point lies farther from its transmitter. Up to 200 km, and for half of the time, losses
        are then computed two to three times as fast, within 1e-6 dB. [m]

    The others are those of :func:`losses_to_points`.

    Returns
    -------
    Losses, one row of f for each of ``indices``. [dB]

    Raises
    ------
    ValueError
        If the shapes differ, indices point nowhere, or a height is not above 0.
    """
    check_antenna(tx_agl_m)
    sites = transmitters_at(relief, tx_x, tx_y, tx_agl_m, scale)
    x = np.ascontiguousarray(px, dtype=np.float64)
    y = np.ascontiguousarray(py, dtype=np.float64)
    starts = np.ascontiguousarray(indptr, dtype=np.int64)
    columns = np.ascontiguousarray(indices, dtype=np.int64)
    _check_rows(len(sites.x), starts, columns, x, y)
    losses = np.empty((len(columns), len(conditions.frequencies_ghz)))
    land = land_of(relief, np.concatenate((sites.x, x)), np.concatenate((sites.y, y)))
    climate = float(conditions.rx_agl_m), float(conditions.step_m), float(conditions.delta_n)
    bands, asked = conditions.bands, conditions.asked
    medians = conditions.time_percent == 50.0 and farthest_m <= _FARTHEST_M
    to_x, to_y = (x[columns], y[columns]) if medians else (x, y)

    def fill(part: tuple[int, int]) -> None:
        if medians:
            kernel_points.fill_medians(
                losses, *part, land, sites, starts, to_x, to_y, bands, *climate, asked
            )
        else:
            kernel_points.fill(
                losses, *part, land, sites, starts, columns, x, y, bands, *climate, asked
            )

    in_parts(fill, len(columns), threads)
    return losses


def _check_rows(sites: int, indptr: Ints, indices: Ints, px: Floats, py: Floats) -> None:
    if px.ndim != 1 or px.shape != py.shape:
        raise ValueError("P.1812 area: px and py must be two rows of one length")
    if indptr.shape != (sites + 1,) or indptr[0] != 0 or (np.diff(indptr) < 0).any():
        raise ValueError("P.1812 area: indptr must ascend from 0, one more than transmitters")
    if indices.shape != (indptr[-1],):
        raise ValueError("P.1812 area: indices must be as many as indptr ends with")
    if len(indices) and not 0 <= indices.min() <= indices.max() < len(px):
        raise ValueError("P.1812 area: indices must point into px and py")
