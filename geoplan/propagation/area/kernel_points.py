"""Compiled: ITU-R P.1812 from transmitters to their points over a relief.

Cutting profiles is left to :mod:`~geoplan.propagation.area.kernel_profiles`, the Recommendation
to :mod:`geoplan.propagation.itu_p1812`, checking input to
:mod:`~geoplan.propagation.area.points`.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings
from geoplan.propagation.area.kernel_median import air_of, inverses, median_db, sea_fraction
from geoplan.propagation.area.kernel_profiles import (
    Floats,
    Land,
    cut,
    is_inside,
    points_of,
    room_for,
)
from geoplan.propagation.itu_p1812.kernel import shape_of, weather_of
from geoplan.propagation.itu_p1812.kernel_losses import Asked, band_of, loss_db, prepared

settings.use_numba_cache()

Ints = NDArray[np.int64]

_SHORTEST_KM: Final = 1e-3
"""Nearer than this the loss is that of so far away: at no distance it has no number. [km]"""


class Transmitters(NamedTuple):
    """Places in the CRS of the relief, heights, latitudes and scales (ground / grid)."""

    x: Floats
    y: Floats
    agl_m: Floats
    latitude_deg: Floats
    scale: Floats


@njit(cache=True, nogil=True, error_model="numpy")
def fill(
    losses: Floats,
    first: int,
    end: int,
    land: Land,
    transmitters: Transmitters,
    indptr: Ints,
    indices: Ints,
    px: Floats,
    py: Floats,
    frequencies_ghz: Floats,
    rx_agl_m: float,
    step_m: float,
    delta_n: float,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill rows ``first`` to ``end`` of the losses [dB]; NaN where an end is off the relief."""
    at_sea = at_sea_of(asked)
    bands = [band_of(frequency, asked) for frequency in frequencies_ghz]
    room = 64
    profile, x = room_for(room), np.empty(room)
    site = np.searchsorted(indptr, first, side="right") - 1
    for k in range(first, end):
        while k >= indptr[site + 1]:
            site += 1
        to_x, to_y = px[indices[k]], py[indices[k]]
        column, row = (
            (transmitters.x[site] - land.west) / land.dx,
            (land.north - transmitters.y[site]) / land.dy,
        )
        to_column, to_row = (to_x - land.west) / land.dx, (land.north - to_y) / land.dy
        if not (is_inside(land, column, row) and is_inside(land, to_column, to_row)):
            losses[k] = math.nan
            continue
        length_m = math.hypot(to_x - transmitters.x[site], to_y - transmitters.y[site])
        points = points_of(length_m, step_m)
        if points > room:
            room = 2 * points
            profile, x = room_for(room), np.empty(room)
        cut(land, profile, column, row, to_column, to_row, points)
        length_km = max(1e-3 * length_m * transmitters.scale[site], _SHORTEST_KM)
        for i in range(points):
            x[i] = length_km * (i / (points - 1))
        weather = weather_of(x, profile.zone, points, transmitters.latitude_deg[site], delta_n)
        a_e, a_b = weather.median_radius_km, weather.beta_radius_km
        shape = shape_of(
            x, profile.ground, profile.clutter, points, transmitters.agl_m[site], rx_agl_m, a_e, a_b
        )
        of_path = at_sea if profile.zone[points - 1] == 1 else asked
        path = prepared(shape, weather, of_path)
        for j in range(len(bands)):
            losses[k, j] = loss_db(shape, weather, path, bands[j], of_path)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_medians(
    losses: Floats,
    first: int,
    end: int,
    land: Land,
    transmitter: Transmitters,
    px: Floats,
    py: Floats,
    frequencies_ghz: Floats,
    rx_agl_m: float,
    step_m: float,
    delta_n: float,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill rows ``first`` to ``end`` from one transmitter, for half of the time."""
    at_sea = at_sea_of(asked)
    bands = [band_of(frequency, asked) for frequency in frequencies_ghz]
    air = air_of(transmitter.latitude_deg[0], delta_n, asked.n0)
    x, y, agl_m = transmitter.x[0], transmitter.y[0], transmitter.agl_m[0]
    column, row = (x - land.west) / land.dx, (land.north - y) / land.dy
    room, profile, inverse = 0, room_for(0), inverses(0)
    for k in range(first, end):
        to_column, to_row = (px[k] - land.west) / land.dx, (land.north - py[k]) / land.dy
        if not (is_inside(land, column, row) and is_inside(land, to_column, to_row)):
            losses[k] = math.nan
            continue
        length_m = math.hypot(px[k] - x, py[k] - y)
        points = points_of(length_m, step_m)
        if points > room:
            room = 2 * points
            profile, inverse = room_for(room), inverses(room)
        cut(land, profile, column, row, to_column, to_row, points)
        length_km = max(1e-3 * length_m * transmitter.scale[0], _SHORTEST_KM)
        sea = 0.0 if land.is_inland else sea_fraction(profile.zone, points)
        of_path = at_sea if profile.zone[points - 1] == 1 else asked
        median_db(
            losses[k], profile, points - 1, length_km, agl_m, rx_agl_m, air, bands, of_path, sea,
            inverse,
        )  # fmt: skip


@njit(cache=True)
def at_sea_of(asked: Asked) -> Asked:  # pragma: no cover - compiled
    """Give the same without the variation of locations, which water has not."""
    return Asked(
        asked.is_vertical,
        asked.time_percent,
        0.0,
        asked.n0,
        asked.coast_tx_km,
        asked.coast_rx_km,
    )
