"""Compiled: P.1812 from places to points over a relief, cutting each profile as it goes.

A profile lies along the straight line of the grid between two points, in equal steps: the ground
is bilinear between the centres of cells, clutter and zone are those of the nearest cell. Its plain
twin is :func:`geoplan.propagation.paths.profile`; checking input is left to
:mod:`~geoplan.propagation.paths`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings
from geoplan.propagation.itu_p1812.kernel import (
    Floats,
    Zones,
    centre_latitude_deg,
    shape_of,
    weather_of,
)
from geoplan.propagation.itu_p1812.kernel_losses import Asked, band_of, loss_db, prepared

settings.use_numba_cache()

Counts = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def cut(
    ground: Any,
    clutter: Any,
    zone: Any,
    ends: Floats,
    step: float,
    ground_m: Floats,
    clutter_m: Floats,
    zones: Zones,
) -> int:  # pragma: no cover - compiled
    """Cut one profile and give its points; ``ends`` is column, row of both ends, in cells.

    −1 where an end lies outside the relief.
    """
    rows, columns = ground.shape
    last_row, last_column = rows - 1.0, columns - 1.0
    x0, y0, x1, y1 = ends[0], ends[1], ends[2], ends[3]
    if min(x0, x1) < -0.5 or min(y0, y1) < -0.5:
        return -1
    if max(x0, x1) > last_column + 0.5 or max(y0, y1) > last_row + 0.5:
        return -1
    length = math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    points = max(math.ceil(length / step - 1e-9) + 1, 3)
    dx, dy = (x1 - x0) / (points - 1), (y1 - y0) / (points - 1)
    for i in range(points):
        x = min(max(x0 + i * dx, 0.0), last_column)
        y = min(max(y0 + i * dy, 0.0), last_row)
        c, r = min(int(x), columns - 2), min(int(y), rows - 2)
        u, v = x - c, y - r
        top = ground[r, c] * (1.0 - u) + ground[r, c + 1] * u
        low = ground[r + 1, c] * (1.0 - u) + ground[r + 1, c + 1] * u
        ground_m[i] = top * (1.0 - v) + low * v
        near_r, near_c = int(y + 0.5), int(x + 0.5)
        clutter_m[i] = clutter[near_r, near_c]
        zones[i] = zone[near_r, near_c]
    return points


@njit(cache=True, nogil=True, error_model="numpy")
def fill(
    losses: Floats,
    ground: Any,
    clutter: Any,
    zone: Any,
    tx: Floats,
    tx_lonlat: Floats,
    tx_agl_m: Floats,
    first: int,
    last: int,
    indptr: Counts,
    points: Floats,
    rx_agl_m: float,
    step: float,
    cell_km: float,
    degrees: Floats,
    frequencies_ghz: Floats,
    delta_n: float,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill the losses of the transmitters ``first`` to ``last`` [dB], NaN outside the relief.

    ``tx`` and ``points`` are column, row in cells; ``degrees`` = how far a cell leads in
    longitude (by columns) and latitude (by rows), by which the climate of a path is told.
    """
    at_sea = Asked(
        asked.is_vertical, asked.time_percent, 0.0, asked.n0, asked.coast_tx_km, asked.coast_rx_km
    )
    bands = [band_of(frequency, asked) for frequency in frequencies_ghz]
    longest = 3
    for t in range(first, last):
        for k in range(indptr[t], indptr[t + 1]):
            apart = math.hypot(points[k, 0] - tx[t, 0], points[k, 1] - tx[t, 1])
            longest = max(longest, int(apart / step) + 4)
    x, ground_m, clutter_m = np.empty(longest), np.empty(longest), np.empty(longest)
    zones, ends, lonlat = np.empty(longest, np.int8), np.empty(4), np.empty(4)
    for t in range(first, last):
        ends[0], ends[1] = tx[t, 0], tx[t, 1]
        lonlat[0], lonlat[1] = tx_lonlat[t, 0], tx_lonlat[t, 1]
        for k in range(indptr[t], indptr[t + 1]):
            ends[2], ends[3] = points[k, 0], points[k, 1]
            n = cut(ground, clutter, zone, ends, step, ground_m, clutter_m, zones)
            if n < 0:
                losses[k, :] = math.nan
                continue
            # Two ends at one place are a millimetre apart: free space over a hair, not NaN.
            apart = math.hypot(ends[2] - ends[0], ends[3] - ends[1]) * cell_km
            each = max(apart, 1e-6) / (n - 1)
            for i in range(n):
                x[i] = i * each
            lonlat[2] = lonlat[0] + (ends[2] - ends[0]) * degrees[0]
            lonlat[3] = lonlat[1] - (ends[3] - ends[1]) * degrees[1]
            latitude = centre_latitude_deg(lonlat, x[n - 1])
            weather = weather_of(x, zones, n, latitude, delta_n)
            shape = shape_of(
                x, ground_m, clutter_m, n, tx_agl_m[t], rx_agl_m,
                weather.median_radius_km, weather.beta_radius_km,
            )  # fmt: skip
            of_path = at_sea if zones[n - 1] == 1 else asked
            path = prepared(shape, weather, of_path)
            for j in range(len(bands)):
                losses[k, j] = loss_db(shape, weather, path, bands[j], of_path)
