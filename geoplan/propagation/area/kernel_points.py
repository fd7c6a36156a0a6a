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
from geoplan.propagation.area.kernel_looks import inverses, sea_fraction
from geoplan.propagation.area.kernel_median import Air, air_of, bands_of, median_db
from geoplan.propagation.area.kernel_profiles import (
    Cells,
    Floats,
    Frame,
    Land,
    Metres,
    Zones,
    cut,
    is_inside,
    leaf,
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
    begin: int,
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
    """Fill rows ``begin`` to ``end`` of the losses [dB]; NaN where an end is off the relief."""
    at_sea = at_sea_of(asked)
    bands = [band_of(frequency, asked) for frequency in frequencies_ghz]
    ground_m, clutter_m, zone_of, frame = land
    tx_x, tx_y, tx_agl_m, latitude_deg, scale = transmitters
    room = 64
    ground, clutter, zone, cell, right, down = room_for(room)
    site = np.searchsorted(indptr, begin, side="right") - 1
    for k in range(begin, end):
        while k >= indptr[site + 1]:
            site += 1
        to_x, to_y = px[indices[k]], py[indices[k]]
        column, row = (tx_x[site] - frame.west) / frame.dx, (frame.north - tx_y[site]) / frame.dy
        to_column, to_row = (to_x - frame.west) / frame.dx, (frame.north - to_y) / frame.dy
        if not (is_inside(frame, column, row) and is_inside(frame, to_column, to_row)):
            losses[k] = math.nan
            continue
        length_m = math.hypot(to_x - tx_x[site], to_y - tx_y[site])
        points = points_of(length_m, step_m)
        if points > room:
            room = 2 * points
            ground, clutter, zone, cell, right, down = room_for(room)
        cut(
            frame, ground_m, clutter_m, zone_of, ground, clutter, zone, cell, right, down,
            column, row, to_column, to_row, points,
        )  # fmt: skip
        length_km, x = max(1e-3 * length_m * scale[site], _SHORTEST_KM), right
        for i in range(points):
            x[i] = length_km * (i / (points - 1))
        weather = weather_of(x, zone, points, latitude_deg[site], delta_n)
        a_e, a_b = weather.median_radius_km, weather.beta_radius_km
        shape = shape_of(x, ground, clutter, points, tx_agl_m[site], rx_agl_m, a_e, a_b)
        of_path = at_sea if zone[points - 1] == 1 else asked
        path = prepared(shape, weather, of_path)
        for j in range(len(bands)):
            losses[k, j] = loss_db(shape, weather, path, bands[j], of_path)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_medians(
    losses: Floats,
    begin: int,
    end: int,
    land: Land,
    transmitters: Transmitters,
    indptr: Ints,
    px: Floats,
    py: Floats,
    frequencies_ghz: Floats,
    rx_agl_m: float,
    step_m: float,
    delta_n: float,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill rows ``begin`` to ``end``, whose points are (px, py), for half of the time."""
    bands, at_sea = bands_of(frequencies_ghz, asked), at_sea_of(asked)
    ground_m, clutter_m, zone_of, frame = land
    tx_x, tx_y, tx_agl_m, latitude_deg, scale = transmitters
    first = np.searchsorted(indptr, begin, side="right") - 1
    farthest_m, site = 0.0, first
    for k in range(begin, end):
        while k >= indptr[site + 1]:
            site += 1
        away_m = math.hypot(px[k] - tx_x[site], py[k] - tx_y[site])
        if math.isfinite(away_m):
            farthest_m = max(farthest_m, away_m)
    room = points_of(farthest_m, step_m)
    ground, clutter, zone, cell, right, down = room_for(room)
    inverse, site, start = inverses(room), first, begin
    while start < end:
        while start >= indptr[site + 1]:
            site += 1
        stop = min(end, indptr[site + 1])
        _fill_medians(
            losses, start, stop, ground_m, clutter_m, zone_of, frame, px, py,
            tx_x[site], tx_y[site], ground, clutter, zone, cell, right, down, inverse, bands,
            tx_agl_m[site], rx_agl_m, step_m, scale[site],
            air_of(latitude_deg[site], delta_n, asked.n0), asked, at_sea,
        )  # fmt: skip
        start = stop


@leaf(error_model="numpy")
def _fill_medians(
    losses: Floats,
    begin: int,
    end: int,
    ground_m: Metres,
    clutter_m: Metres,
    zone_of: Zones,
    frame: Frame,
    px: Floats,
    py: Floats,
    x: float,
    y: float,
    ground: Floats,
    clutter: Floats,
    zone: Zones,
    cell: Cells,
    right: Floats,
    down: Floats,
    inverse: Floats,
    bands: Floats,
    tx_agl_m: float,
    rx_agl_m: float,
    step_m: float,
    scale: float,
    air: Air,
    asked: Asked,
    at_sea: Asked,
) -> None:  # pragma: no cover - compiled
    """Do so with room for the longest profile."""
    column, row = (x - frame.west) / frame.dx, (frame.north - y) / frame.dy
    for k in range(begin, end):
        to_column, to_row = (px[k] - frame.west) / frame.dx, (frame.north - py[k]) / frame.dy
        if not (is_inside(frame, column, row) and is_inside(frame, to_column, to_row)):
            for j in range(len(bands)):
                losses[k, j] = math.nan
            continue
        length_m = math.hypot(px[k] - x, py[k] - y)
        points = points_of(length_m, step_m)
        cut(
            frame, ground_m, clutter_m, zone_of, ground, clutter, zone, cell, right, down,
            column, row, to_column, to_row, points,
        )  # fmt: skip
        length_km = max(1e-3 * length_m * scale, _SHORTEST_KM)
        sea = 0.0 if frame.is_inland else sea_fraction(zone, points)
        of_path = at_sea if zone[points - 1] == 1 else asked
        median_db(
            losses, k, ground, clutter, zone, right, points - 1, length_km, tx_agl_m, rx_agl_m,
            air, bands, of_path, sea, inverse,
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
