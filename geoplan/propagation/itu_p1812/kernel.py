"""Compiled twin of P.1812 for many paths: what depends on the profile once, then every frequency.

:mod:`geoplan.propagation.itu_p1812` defines the numbers and the meaning of every symbol; a test
holds this twin to it. Checking input is left to :mod:`~geoplan.propagation.itu_p1812.many`, and
NaN has no place here.

The profile enters through sums and maxima only, none of which knows the frequency: of each
Bullington construction only ν √λ is kept, so that a further band costs no further look at it.
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
Zones = NDArray[np.int64]

_EARTH_KM: Final = 6371.0
_LOWEST: Final = -1e300
_HIGHEST: Final = 1e300

# Sums and maxima over a profile may be taken in any order; nothing here is NaN or infinite.
_IN_ANY_ORDER: Final = {"nnan", "ninf", "nsz", "arcp", "contract", "reassoc"}


class Weather(NamedTuple):
    """The climate of a path: ω, τ, β_0, a_e and a_β."""

    sea_fraction: float
    inland_factor: float
    beta0_percent: float
    median_radius_km: float
    beta_radius_km: float


class Shape(NamedTuple):
    """All that the losses know of a profile; the last four are ν √λ of Bullington's edges."""

    length_km: float
    tx_amsl_m: float
    rx_amsl_m: float
    tx_km: float
    rx_km: float
    tx_mrad: float
    rx_mrad: float
    path_mrad: float
    tx_height_m: float
    rx_height_m: float
    tx_effective_m: float
    rx_effective_m: float
    roughness_m: float
    actual_median: float
    actual_beta: float
    smooth_median: float
    smooth_beta: float


class Asked(NamedTuple):
    """What is asked of a path besides its frequency; ``location_db`` is L_loc."""

    is_vertical: bool
    time_percent: float
    location_db: float
    n0: float
    coast_tx_km: float
    coast_rx_km: float


@njit(cache=True)
def weather_of(
    distance_km: Floats, zone: Zones, points: int, lonlat: Floats, delta_n: float
) -> Weather:  # pragma: no cover - compiled
    """Give the climate of a path; ``lonlat`` is that of transmitter, then receiver [degrees]."""
    d = distance_km[points - 1]
    sea, land, inland, land_run, inland_run = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(points):
        first = distance_km[0] if i == 0 else 0.5 * (distance_km[i - 1] + distance_km[i])
        last = d if i == points - 1 else 0.5 * (distance_km[i] + distance_km[i + 1])
        here = last - first
        if zone[i] == 1:
            sea += here
        land_run = 0.0 if zone[i] == 1 else land_run + here
        inland_run = inland_run + here if zone[i] == 4 else 0.0
        land, inland = max(land, land_run), max(inland, inland_run)
    tau = -math.expm1(-4.12e-4 * inland**2.41)
    spread = 10.0 ** (-land / (16.0 - 6.6 * tau)) + 10.0 ** (-5.0 * (0.496 + 0.354 * tau))
    mu1 = min(spread**0.2, 1.0)
    phi = abs(_centre_latitude_deg(lonlat, d))
    if phi > 70.0:
        beta0 = 4.17 * mu1**1.3
    else:
        beta0 = 10.0 ** (1.67 - 0.015 * phi) * mu1 ** (0.065 + 0.0176 * phi)
    return Weather(sea / d, tau, beta0, _EARTH_KM * 157.0 / (157.0 - delta_n), _EARTH_KM * 3.0)


@njit(cache=True)
def _centre_latitude_deg(lonlat: Floats, d: float) -> float:  # pragma: no cover - compiled
    lon_t, phi_t = math.radians(lonlat[0]), math.radians(lonlat[1])
    lon_r, phi_r = math.radians(lonlat[2]), math.radians(lonlat[3])
    east = math.sin(lon_r - lon_t) * math.cos(phi_r)
    across = math.cos(phi_r) * math.cos(lon_r - lon_t)
    north = math.cos(phi_t) * math.sin(phi_r) - math.sin(phi_t) * across
    apart = math.hypot(east, north)
    if apart < 1e-12:
        return float(lonlat[1])
    half = d / 2.0 / _EARTH_KM
    sine = math.sin(phi_t) * math.cos(half) + math.cos(phi_t) * math.sin(half) * north / apart
    return math.degrees(math.asin(min(max(sine, -1.0), 1.0)))


@njit(cache=True)
def shape_of(
    distance_km: Floats,
    ground_amsl_m: Floats,
    clutter_m: Floats,
    points: int,
    tx_agl_m: float,
    rx_agl_m: float,
    a_e: float,
    a_b: float,
) -> Shape:  # pragma: no cover - compiled
    """Look at a profile: horizons, smooth Earth, roughness and the edges of two radii."""
    last = points - 1
    d, h0, hn = distance_km[last], ground_amsl_m[0], ground_amsl_m[last]
    hts, hrs = h0 + tx_agl_m, hn + rx_agl_m
    v1, v2 = _moments(distance_km, ground_amsl_m, points)
    hst, hsr = (2.0 * v1 * d - v2) / d**2, (v2 - v1 * d) / d**2
    rises = _rises(distance_km, ground_amsl_m, points, hts, hrs, 500.0 / a_e)
    tx_index, rx_index, theta_t, theta_r = _horizons(
        distance_km, ground_amsl_m, points, hts, hrs, a_e, rises[0]
    )
    hstd, hsrd = hst, hsr
    obstruction, from_tx, from_rx = rises[1], rises[2] - (hrs - hts) / d, rises[3] - (hts - hrs) / d
    if obstruction > 0.0:
        hstd -= obstruction * from_tx / (from_tx + from_rx)
        hsrd -= obstruction * from_rx / (from_tx + from_rx)
    tx_height, rx_height = hts - min(hstd, h0), hrs - min(hsrd, hn)
    duct_t, duct_r = min(hst, h0), min(hsr, hn)
    slope = (duct_r - duct_t) / d
    roughness = _LOWEST
    for i in range(tx_index, rx_index + 1):
        roughness = max(roughness, ground_amsl_m[i] - (duct_t + slope * distance_km[i]))
    c_e, c_b = 500.0 / a_e, 500.0 / a_b
    actual = _edges(distance_km, ground_amsl_m, clutter_m, points, hts, hrs, c_e, c_b)
    smooth = _smooth_edges(distance_km, points, tx_height, rx_height, c_e, c_b)
    return Shape(
        d,
        hts,
        hrs,
        distance_km[tx_index],
        d - distance_km[rx_index],
        theta_t,
        theta_r,
        1e3 * d / a_e + theta_t + theta_r,
        tx_height,
        rx_height,
        hts - duct_t,
        hrs - duct_r,
        roughness,
        actual[0],
        actual[1],
        smooth[0],
        smooth[1],
    )


@njit(cache=True, fastmath=_IN_ANY_ORDER)
def _moments(
    x: Floats, h: Floats, points: int
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Give v_1 and v_2 of the line fitted to the ground."""
    v1, v2 = 0.0, 0.0
    for i in range(1, points):
        step = x[i] - x[i - 1]
        v1 += step * (h[i] + h[i - 1])
        v2 += step * (h[i] * (2.0 * x[i] + x[i - 1]) + h[i - 1] * (x[i] + 2.0 * x[i - 1]))
    return v1, v2


@njit(cache=True, fastmath=_IN_ANY_ORDER)
def _rises(
    x: Floats, h: Floats, points: int, hts: float, hrs: float, c: float
) -> tuple[float, float, float, float]:  # pragma: no cover - compiled
    """Give the steepest rises of the ground: of the transmitter's horizon, above the ray, ...

    ... and as seen from either antenna on a flat Earth. [m/km, but the second in m]
    """
    d = x[points - 1]
    slope = (hrs - hts) / d
    horizon, above, from_tx, from_rx = _LOWEST, _LOWEST, _LOWEST, _LOWEST
    for i in range(1, points - 1):
        rise_t = (h[i] - hts) / x[i]
        rise_r = (h[i] - hrs) / (d - x[i])
        horizon = max(horizon, rise_t - c * x[i])
        above = max(above, h[i] - hts - slope * x[i])
        from_tx = max(from_tx, rise_t)
        from_rx = max(from_rx, rise_r)
    return horizon, above, from_tx, from_rx


@njit(cache=True)
def _horizons(
    x: Floats, h: Floats, points: int, hts: float, hrs: float, a_e: float, steepest: float
) -> tuple[int, int, float, float]:  # pragma: no cover - compiled
    """Give the points and elevations [mrad] of the horizons."""
    d, c = x[points - 1], 500.0 / a_e
    seen_t, seen_r = (hrs - hts) / d - c * d, (hts - hrs) / d - c * d
    if steepest > seen_t:
        tx_index, rx_index, best_t, best_r = 1, 1, _LOWEST, _LOWEST
        for i in range(1, points - 1):
            rise_t = (h[i] - hts) / x[i] - c * x[i]
            if rise_t > best_t:
                tx_index, best_t = i, rise_t
            rise_r = (h[i] - hrs) / (d - x[i]) - c * (d - x[i])
            if rise_r >= best_r:
                rx_index, best_r = i, rise_r
        return tx_index, rx_index, 1e3 * math.atan(best_t / 1e3), 1e3 * math.atan(best_r / 1e3)
    nearest, least = 1, _HIGHEST
    slope = (hrs - hts) / d
    for i in range(1, points - 1):
        q = x[i] * (d - x[i])
        clearance = h[i] + c * q - (hts + slope * x[i])
        # All clearances are negative: the largest ν has the least square.
        square = clearance * clearance / q
        if square <= least:
            nearest, least = i, square
    return nearest, nearest, 1e3 * math.atan(seen_t / 1e3), 1e3 * math.atan(seen_r / 1e3)


@njit(cache=True, fastmath=_IN_ANY_ORDER)
def _edges(
    x: Floats, h: Floats, clutter: Floats, points: int, tx: float, rx: float, c_e: float, c_b: float
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Give ν √λ of the profile's edge for two curvatures c = 500 / a_p."""
    d = x[points - 1]
    slope = (rx - tx) / d
    tim_e, rim_e, tim_b, rim_b = _LOWEST, _LOWEST, _LOWEST, _LOWEST
    least_e, least_b = _HIGHEST, _HIGHEST
    for i in range(1, points - 1):
        g, back = h[i] + clutter[i], d - x[i]
        inverse_t, inverse_r = 1.0 / x[i], 1.0 / back
        rise_t, rise_r = (g - tx) * inverse_t, (g - rx) * inverse_r
        tim_e, tim_b = max(tim_e, rise_t + c_e * back), max(tim_b, rise_t + c_b * back)
        rim_e, rim_b = max(rim_e, rise_r + c_e * x[i]), max(rim_b, rise_r + c_b * x[i])
        below, q, w = g - tx - slope * x[i], x[i] * back, inverse_t * inverse_r
        least_e = min(least_e, (below + c_e * q) * (below + c_e * q) * w)
        least_b = min(least_b, (below + c_b * q) * (below + c_b * q) * w)
    return _edge(d, tx, rx, tim_e, rim_e, least_e), _edge(d, tx, rx, tim_b, rim_b, least_b)


@njit(cache=True, fastmath=_IN_ANY_ORDER)
def _smooth_edges(
    x: Floats, points: int, tx: float, rx: float, c_e: float, c_b: float
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Give the same of the profile with all heights zero."""
    d = x[points - 1]
    slope = (rx - tx) / d
    tim_e, rim_e, tim_b, rim_b = _LOWEST, _LOWEST, _LOWEST, _LOWEST
    least_e, least_b = _HIGHEST, _HIGHEST
    for i in range(1, points - 1):
        back = d - x[i]
        inverse_t, inverse_r = 1.0 / x[i], 1.0 / back
        tim_e = max(tim_e, c_e * back - tx * inverse_t)
        tim_b = max(tim_b, c_b * back - tx * inverse_t)
        rim_e = max(rim_e, c_e * x[i] - rx * inverse_r)
        rim_b = max(rim_b, c_b * x[i] - rx * inverse_r)
        below, q, w = -tx - slope * x[i], x[i] * back, inverse_t * inverse_r
        least_e = min(least_e, (below + c_e * q) * (below + c_e * q) * w)
        least_b = min(least_b, (below + c_b * q) * (below + c_b * q) * w)
    return _edge(d, tx, rx, tim_e, rim_e, least_e), _edge(d, tx, rx, tim_b, rim_b, least_b)


@njit(cache=True)
def _edge(
    d: float, tx: float, rx: float, tim: float, rim: float, least: float
) -> float:  # pragma: no cover - compiled
    """Give ν √λ of Bullington's edge, or of the nearest point of a path in sight."""
    if tim >= (rx - tx) / d and tim + rim > 0.0:
        at = (rx - tx + rim * d) / (tim + rim)
        above = tx + tim * at - (tx * (d - at) + rx * at) / d
        return above * math.sqrt(0.002 * d / (at * (d - at)))
    return -math.sqrt(0.002 * d * least)
