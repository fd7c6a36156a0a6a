"""Compiled twin of P.1812: rows of paths, checked and filled with losses.

The third part of :mod:`~geoplan.propagation.itu_p1812.kernel`, called by
:mod:`~geoplan.propagation.itu_p1812.many`. A table of one row stands for all paths.
"""

from __future__ import annotations

import math

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
from geoplan.propagation.kernel_extremes import lesser

settings.use_numba_cache()

Counts = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def fill(
    losses: Floats,
    distance_km: Floats,
    ground_amsl_m: Floats,
    clutter_m: Floats,
    zone: Zones,
    points: Counts,
    frequencies_ghz: Floats,
    heights_m: Floats,
    lonlat: Floats,
    delta_n: float,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill rows of losses [dB], one path a row and one frequency a column."""
    at_sea = Asked(
        asked.is_vertical,
        asked.time_percent,
        0.0,
        asked.n0,
        asked.coast_tx_km,
        asked.coast_rx_km,
    )
    bands = [band_of(frequency, asked) for frequency in frequencies_ghz]
    for i in range(len(ground_amsl_m)):
        x = distance_km[min(i, len(distance_km) - 1)]
        zones = zone[min(i, len(zone) - 1)]
        clutter, last = clutter_m[min(i, len(clutter_m) - 1)], points[i] - 1
        latitude = centre_latitude_deg(lonlat[i], x[last])
        weather = weather_of(x, zones, points[i], latitude, delta_n)
        a_e, a_b = weather.median_radius_km, weather.beta_radius_km
        tx_m, rx_m = heights_m[i, 0], heights_m[i, 1]
        shape = shape_of(x, ground_amsl_m[i], clutter, points[i], tx_m, rx_m, a_e, a_b)
        of_path = at_sea if zones[last] == 1 else asked
        path = prepared(shape, weather, of_path)
        for j in range(len(bands)):
            losses[i, j] = loss_db(shape, weather, path, bands[j], of_path)


@njit(cache=True, nogil=True)
def are_finite(rows: Floats, points: Counts) -> bool:  # pragma: no cover - compiled
    """Tell whether the first points of every row are finite numbers."""
    for i in range(len(rows)):
        total = 0
        for j in range(points[i]):
            total += not math.isfinite(rows[i, j])
        if total > 0:
            return False
    return True


@njit(cache=True, nogil=True)
def descends(rows: Floats, points: Counts) -> bool:  # pragma: no cover - compiled
    """Tell whether any row descends within its first points."""
    for i in range(len(rows)):
        total = 0
        for j in range(1, points[i]):
            total += rows[i, j] < rows[i, j - 1]
        if total > 0:
            return True
    return False


@njit(cache=True, nogil=True)
def least(rows: Floats, points: Counts) -> float:  # pragma: no cover - compiled
    """Give the least of the first points of every row, 0 if none is below."""
    least = 0.0
    for i in range(len(rows)):
        for j in range(points[i]):
            least = lesser(least, rows[i, j])
    return least


@njit(cache=True, nogil=True)
def are_zones(rows: Zones, points: Counts) -> bool:  # pragma: no cover - compiled
    """Tell whether the first points of every row are zones of the Recommendation."""
    for i in range(len(rows)):
        total = 0
        for j in range(points[i]):
            zone = rows[i, j]
            total += (zone != 1) & (zone != 3) & (zone != 4)
        if total > 0:
            return False
    return True
