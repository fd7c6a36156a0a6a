"""Compiled twin of P.1812: what a path's profile and climate give, whatever the frequency.

:mod:`geoplan.propagation.itu_p1812` defines the numbers and the meaning of every symbol; a test
holds this twin to it. Losses are left to :mod:`~geoplan.propagation.itu_p1812.kernel_losses`, and
checking input to :mod:`~geoplan.propagation.itu_p1812.many`: NaN has no place here.

A compiled loop of its own calls, for each path, :func:`centre_latitude_deg`, :func:`weather_of`,
:func:`shape_of` and ``prepared``, then for each band ``loss_db``, as ``kernel_rows.fill`` does.

The profile enters through sums and extremes only, none of which knows the frequency: of each
Bullington construction only ν √λ is kept, so that a further band costs no further look at it.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings
from geoplan.propagation.kernel_extremes import greater, lesser

settings.use_numba_cache()

Floats = NDArray[np.float64]
Zones = NDArray[np.int8]

_EARTH_KM: Final = 6371.0
_LOWEST: Final = -1e300
_HIGHEST: Final = 1e300
_ROUNDING: Final = 1e-14

# Sums and extremes over a profile may be taken in any order; nothing here is NaN or infinite.
_IN_ANY_ORDER: Final = {"nnan", "ninf", "nsz", "arcp", "contract", "reassoc"}


class Weather(NamedTuple):
    """The climate of a path: ω, τ, β_0, a_e and a_β."""

    sea_fraction: float
    inland_factor: float
    beta0_percent: float
    median_radius_km: float
    beta_radius_km: float


class Smooth(NamedTuple):
    """The smooth Earth under a path for one radius.

    ``clearance_m`` is h_se of equation (23) and ``reach`` h_req / (17.456 √λ) of (25); beyond the
    horizon the clearance is of no use and ``is_hidden``.
    """

    is_hidden: bool
    clearance_m: float
    reach: float


class Shape(NamedTuple):
    """All that the losses know of a profile; the four edges are ν √λ of Bullington's."""

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
    earth_median: Smooth
    earth_beta: Smooth


@njit(cache=True, error_model="numpy")
def weather_of(
    distance_km: Floats, zone: Zones, points: int, latitude_deg: float, delta_n: float
) -> Weather:  # pragma: no cover - compiled
    """Give the climate of a path whose centre has the latitude."""
    d = distance_km[points - 1]
    others = 0
    for i in range(points):
        others += zone[i] != 4
    sea, land, inland = 0.0, d, d
    if others > 0:
        sea, land, inland = _stretches_km(distance_km, zone, points)
    tau = 1.0 - math.exp(-4.12e-4 * math.pow(inland, 2.41))
    ten = math.log(10.0)
    spread = math.exp(-ten * land / (16.0 - 6.6 * tau)) + math.exp(
        -ten * 5.0 * (0.496 + 0.354 * tau)
    )
    log_mu1 = min(0.2 * math.log(spread), 0.0)
    phi = abs(latitude_deg)
    if phi > 70.0:
        beta0 = 4.17 * math.exp(1.3 * log_mu1)
    else:
        beta0 = math.exp(ten * (1.67 - 0.015 * phi) + log_mu1 * (0.065 + 0.0176 * phi))
    return Weather(sea / d, tau, beta0, _EARTH_KM * 157.0 / (157.0 - delta_n), _EARTH_KM * 3.0)


@njit(cache=True, error_model="numpy")
def _stretches_km(
    x: Floats, zone: Zones, points: int
) -> tuple[float, float, float]:  # pragma: no cover - compiled
    """Give the way over sea and the longest stretches over land and inland."""
    last = points - 1
    sea, land, inland, land_run, inland_run = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(points):
        here = 0.5 * (x[min(i + 1, last)] - x[max(i - 1, 0)])
        if zone[i] == 1:
            sea += here
        land_run = 0.0 if zone[i] == 1 else land_run + here
        inland_run = inland_run + here if zone[i] == 4 else 0.0
        land, inland = max(land, land_run), max(inland, inland_run)
    return sea, land, inland


@njit(cache=True, error_model="numpy")
def centre_latitude_deg(lonlat: Floats, d: float) -> float:  # pragma: no cover - compiled
    """Give φ; ``lonlat`` is that of the transmitter, then of the receiver [degrees]."""
    lon_t, phi_t = math.radians(lonlat[0]), math.radians(lonlat[1])
    lon_r, phi_r = math.radians(lonlat[2]), math.radians(lonlat[3])
    east = math.sin(lon_r - lon_t) * math.cos(phi_r)
    across = math.cos(phi_r) * math.cos(lon_r - lon_t)
    north = math.cos(phi_t) * math.sin(phi_r) - math.sin(phi_t) * across
    apart = math.sqrt(east * east + north * north)
    if apart < 1e-12:
        return float(lonlat[1])
    half = d / 2.0 / _EARTH_KM
    sine = math.sin(phi_t) * math.cos(half) + math.cos(phi_t) * math.sin(half) * north / apart
    return math.degrees(math.asin(min(max(sine, -1.0), 1.0)))


@njit(cache=True, error_model="numpy")
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
    c_e, c_b = 500.0 / a_e, 500.0 / a_b
    rises = _rises(distance_km, ground_amsl_m, points, hts, hrs, c_e)
    seen_t, seen_r = (hrs - hts) / d - c_e * d, (hts - hrs) / d - c_e * d
    if rises[0] > seen_t:
        tx_index = _horizon(distance_km, ground_amsl_m, points, hts, c_e, rises[0])
        rx_index = _horizon_of_receiver(distance_km, ground_amsl_m, points, hrs, c_e, rises[1])
        seen_t, seen_r = rises[0], rises[1]
    else:
        tx_index = _nearest(distance_km, ground_amsl_m, points, hts, hrs, c_e, rises[5])
        rx_index = tx_index
    theta_t, theta_r = 1e3 * math.atan(seen_t / 1e3), 1e3 * math.atan(seen_r / 1e3)
    hstd, hsrd = hst, hsr
    obstruction = rises[2]
    if obstruction > 0.0:
        from_tx, from_rx = rises[3] - (hrs - hts) / d, rises[4] - (hts - hrs) / d
        hstd -= obstruction * from_tx / (from_tx + from_rx)
        hsrd -= obstruction * from_rx / (from_tx + from_rx)
    tx_height, rx_height = hts - min(hstd, h0), hrs - min(hsrd, hn)
    duct_t, duct_r = min(hst, h0), min(hsr, hn)
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
        _roughness(distance_km, ground_amsl_m, tx_index, rx_index, duct_t, (duct_r - duct_t) / d),
        actual[0],
        actual[1],
        smooth[0],
        smooth[1],
        smooth_earth(d, tx_height, rx_height, a_e),
        smooth_earth(d, tx_height, rx_height, a_b),
    )


@njit(cache=True, fastmath=_IN_ANY_ORDER, error_model="numpy")
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


@njit(cache=True, fastmath=_IN_ANY_ORDER, error_model="numpy")
def _rises(
    x: Floats, h: Floats, points: int, hts: float, hrs: float, c: float
) -> tuple[float, float, float, float, float, float]:  # pragma: no cover - compiled
    """Give the extremes of the ground as the antennas see it.

    The rises [m/km] to the two horizons; the height above the ray [m]; the rises to the highest
    slopes on a flat Earth; and of clearance² / (x (d - x)) the least, for paths in sight.
    """
    d = x[points - 1]
    slope = (hrs - hts) / d
    horizon_t, horizon_r, above = _LOWEST, _LOWEST, _LOWEST
    from_tx, from_rx, least = _LOWEST, _LOWEST, _HIGHEST
    for i in range(1, points - 1):
        back = d - x[i]
        inverse_t, inverse_r = 1.0 / x[i], 1.0 / back
        rise_t, rise_r = (h[i] - hts) * inverse_t, (h[i] - hrs) * inverse_r
        over = h[i] - hts - slope * x[i]
        clearance = over + c * x[i] * back
        horizon_t = greater(horizon_t, rise_t - c * x[i])
        horizon_r = greater(horizon_r, rise_r - c * back)
        above = greater(above, over)
        from_tx = greater(from_tx, rise_t)
        from_rx = greater(from_rx, rise_r)
        least = lesser(least, clearance * clearance * inverse_t * inverse_r)
    return horizon_t, horizon_r, above, from_tx, from_rx, least


@njit(cache=True, error_model="numpy")
def _horizon(
    x: Floats, h: Floats, points: int, hts: float, c: float, rise: float
) -> int:  # pragma: no cover - compiled
    """Give the first point with the rise of the transmitter's horizon."""
    enough = rise - _ROUNDING * (abs(rise) + c * x[points - 1])
    for i in range(1, points - 1):
        if h[i] - hts - c * x[i] * x[i] >= enough * x[i]:
            return i
    return points - 2


@njit(cache=True, error_model="numpy")
def _horizon_of_receiver(
    x: Floats, h: Floats, points: int, hrs: float, c: float, rise: float
) -> int:  # pragma: no cover - compiled
    """Give the last point with the rise of the receiver's horizon."""
    d = x[points - 1]
    enough = rise - _ROUNDING * (abs(rise) + c * d)
    for i in range(points - 2, 0, -1):
        back = d - x[i]
        if h[i] - hrs - c * back * back >= enough * back:
            return i
    return 1


@njit(cache=True, error_model="numpy")
def _nearest(
    x: Floats, h: Floats, points: int, hts: float, hrs: float, c: float, least: float
) -> int:  # pragma: no cover - compiled
    """Give the last point that comes nearest to touching the ray: all clearances are negative."""
    d = x[points - 1]
    slope = (hrs - hts) / d
    enough = least * (1.0 + 100.0 * _ROUNDING)
    for i in range(points - 2, 0, -1):
        q = x[i] * (d - x[i])
        clearance = h[i] + c * q - (hts + slope * x[i])
        if clearance * clearance <= enough * q:
            return i
    # A ray that all but grazes: its square has lost its digits.
    nearest, best = 1, _HIGHEST
    for i in range(1, points - 1):
        q = x[i] * (d - x[i])
        clearance = h[i] + c * q - (hts + slope * x[i])
        if clearance * clearance / q <= best:
            nearest, best = i, clearance * clearance / q
    return nearest


@njit(cache=True, fastmath=_IN_ANY_ORDER, error_model="numpy")
def _roughness(
    x: Floats, h: Floats, first: int, last: int, base: float, slope: float
) -> float:  # pragma: no cover - compiled
    highest = _LOWEST
    for i in range(first, last + 1):
        highest = greater(highest, h[i] - base - slope * x[i])
    return highest


@njit(cache=True, fastmath=_IN_ANY_ORDER, error_model="numpy")
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
        tim_e, tim_b = greater(tim_e, rise_t + c_e * back), greater(tim_b, rise_t + c_b * back)
        rim_e, rim_b = greater(rim_e, rise_r + c_e * x[i]), greater(rim_b, rise_r + c_b * x[i])
        below, q, w = g - tx - slope * x[i], x[i] * back, inverse_t * inverse_r
        least_e = lesser(least_e, (below + c_e * q) * (below + c_e * q) * w)
        least_b = lesser(least_b, (below + c_b * q) * (below + c_b * q) * w)
    return _edge(d, tx, rx, tim_e, rim_e, least_e), _edge(d, tx, rx, tim_b, rim_b, least_b)


@njit(cache=True, fastmath=_IN_ANY_ORDER, error_model="numpy")
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
        tim_e = greater(tim_e, c_e * back - tx * inverse_t)
        tim_b = greater(tim_b, c_b * back - tx * inverse_t)
        rim_e = greater(rim_e, c_e * x[i] - rx * inverse_r)
        rim_b = greater(rim_b, c_b * x[i] - rx * inverse_r)
        below, q, w = -tx - slope * x[i], x[i] * back, inverse_t * inverse_r
        least_e = lesser(least_e, (below + c_e * q) * (below + c_e * q) * w)
        least_b = lesser(least_b, (below + c_b * q) * (below + c_b * q) * w)
    return _edge(d, tx, rx, tim_e, rim_e, least_e), _edge(d, tx, rx, tim_b, rim_b, least_b)


@njit(cache=True, error_model="numpy")
def _edge(
    d: float, tx: float, rx: float, tim: float, rim: float, least: float
) -> float:  # pragma: no cover - compiled
    """Give ν √λ of Bullington's edge, or of the nearest point of a path in sight."""
    if tim >= (rx - tx) / d and tim + rim > 0.0:
        at = (rx - tx + rim * d) / (tim + rim)
        above = tx + tim * at - (tx * (d - at) + rx * at) / d
        return above * math.sqrt(0.002 * d / (at * (d - at)))
    return -math.sqrt(0.002 * d * least)


@njit(cache=True, error_model="numpy")
def smooth_earth(
    d: float, hte: float, hre: float, a_p: float
) -> Smooth:  # pragma: no cover - compiled
    """Give the clearance over a smooth Earth (§ 4.3.2)."""
    if d >= math.sqrt(0.002 * a_p) * (math.sqrt(hte) + math.sqrt(hre)):
        return Smooth(True, 0.0, 0.0)
    c = (hte - hre) / (hte + hre)
    m = 250.0 * d**2 / (a_p * (hte + hre))
    angle = math.acos(1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)) / 3.0
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + angle)
    d1 = d / 2.0 * (1.0 + b)
    d2 = d - d1
    clearance = ((hte - 500.0 * d1**2 / a_p) * d2 + (hre - 500.0 * d2**2 / a_p) * d1) / d
    return Smooth(False, clearance, math.sqrt(d1 * d2 / d))
