"""Compiled: the median loss of an evenly spaced profile, looking only at what the median needs.

In half of the time nothing but the diffraction over the median effective Earth counts, unless
ducting or troposcatter bring more: of time only I(50 %) = 1e-9 is left, and what carries it is left
out here (below 1e-6 dB). Ducting is looked at where a bound does not show that it is too weak.
The numbers are those of :mod:`geoplan.propagation.itu_p1812.kernel`.

Lengths along the profile are counted in steps: a division less for each point, and sums of
heights and of heights by index are all that the smooth Earth's line takes.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geoplan import settings
from geoplan.propagation.area.kernel_looks import (
    Look,
    edge,
    highest_above,
    seen,
    steps_to_touch,
)
from geoplan.propagation.area.kernel_profiles import Floats, Zones, leaf
from geoplan.propagation.itu_p1812.kernel import Shape, Smooth, smooth_earth, weather_of
from geoplan.propagation.itu_p1812.kernel_losses import (
    Asked,
    Band,
    Ground,
    band_of,
    bullington_db,
    ducting_db,
    first_term_db,
    log10,
    log_sum,
    prepared,
    shielding_db,
)

settings.use_numba_cache()

_HIGHEST: Final = 1e300
_NEPERS: Final = -0.2 * math.log(10.0)
_NO_DIGIT_DB: Final = 35.0
"""Mechanisms so far apart change each other by 5 log(1 + 10^-7) = 2e-7 dB. [dB]"""
_COASTS_DB: Final = 12.0
"""The most that coasts take from the ducting loss. [dB]"""


class Air(NamedTuple):
    """The climate of a transmitter.

    Latitude and ΔN, a_e, 500 / a_e, a_e^(-1/3), 0.15 N_0, and the least that the part of ducting
    that depends on time comes to.
    """

    latitude_deg: float
    delta_n: float
    radius_km: float
    curvature: float
    root: float
    dryness_db: float
    duct_db: float


class Smoothed(NamedTuple):
    """The smooth Earth of a path: antennas above it, what it hides, ω, and its ends for ducting."""

    tx_m: float
    rx_m: float
    earth: Smooth
    sea_fraction: float
    duct_t_m: float
    duct_r_m: float


@njit(cache=True)
def air_of(latitude_deg: float, delta_n: float, n0: float) -> Air:  # pragma: no cover - compiled
    """Prepare the climate; β_0 is at most that without land, and less of it is more loss."""
    phi = abs(latitude_deg)
    beta0 = 4.17 if phi > 70.0 else math.pow(10.0, 1.67 - 0.015 * phi)
    log_ratio = log10(50.0 / beta0)
    # The exponent at no distance, less what 200 km take from it.
    gamma = 0.99 * 1.076 / math.pow(2.0058 - log10(beta0), 1.012)
    a_e = 6371.0 * 157.0 / (157.0 - delta_n)
    least_db = -12.0 + 1.2 * log_ratio + 12.0 * math.pow(10.0, gamma * log_ratio)
    return Air(
        latitude_deg, delta_n, a_e, 500.0 / a_e, math.pow(a_e, -1.0 / 3.0), 0.15 * n0, least_db
    )


@njit(cache=True)
def bands_of(frequencies_ghz: Floats, asked: Asked) -> Floats:  # pragma: no cover - compiled
    """Prepare frequencies as rows, which cost nothing to hand over."""
    bands = np.empty((len(frequencies_ghz), 12))
    for j in range(len(frequencies_ghz)):
        band = band_of(frequencies_ghz[j], asked)
        bands[j, 0], bands[j, 1], bands[j, 2] = band.frequency_ghz, band.edge, band.cube
        bands[j, 3], bands[j, 4], bands[j, 5] = band.free_db, band.scatter_db, band.duct_db
        bands[j, 6], bands[j, 7], bands[j, 8] = band.land
        bands[j, 9], bands[j, 10], bands[j, 11] = band.sea
    return bands


@leaf()
def _band_at(bands: Floats, j: int) -> Band:  # pragma: no cover - compiled
    return Band(
        bands[j, 0],
        bands[j, 1],
        bands[j, 2],
        bands[j, 3],
        bands[j, 4],
        bands[j, 5],
        Ground(bands[j, 6], bands[j, 7], bands[j, 8]),
        Ground(bands[j, 9], bands[j, 10], bands[j, 11]),
    )


@leaf(error_model="numpy")
def _smooth_edge(scene: Scene) -> float:  # pragma: no cover - compiled
    """Give the same of a profile whose heights are all zero, at once: each extreme is the only."""
    last, c, tx, rx = scene.last, scene.curvature, scene.smoothed.tx_m, scene.smoothed.rx_m
    tim, rim = _highest_rise(last, tx, c), _highest_rise(last, rx, c)
    if tim >= (rx - tx) / last and tim + rim > 0.0:
        return edge(last, tx, rx, tim, rim)
    low, high = 1, last - 1
    bulge = c * last * last
    square, line = 2.0 * rx - tx + bulge, rx - 2.0 * tx - bulge
    while high - low > 1:
        middle = (low + high) // 2
        x, back = np.float64(middle), np.float64(last - middle)
        if ((rx * x + square * back) * x + line * back * back) * x < tx * back * back * back:
            low = middle
        else:
            high = middle
    least = _HIGHEST
    slope = (rx - tx) / last
    for at in (low, high):
        i = np.float64(at)
        q = i * (last - i)
        clearance = np.float64(tx + slope * i - c * q)
        least = min(least, float(clearance * clearance / q))
    return -math.sqrt(last * least)


@leaf(error_model="numpy")
def _highest_rise(last: int, antenna: float, c: float) -> float:  # pragma: no cover - compiled
    """Give the greatest c (d - x) - h / x, which rises to its top and falls behind it."""
    top = min(max(int(math.sqrt(antenna / c)), 1), last - 1)
    after = min(top + 1, last - 1)
    return max(c * (last - top) - antenna / top, c * (last - after) - antenna / after)


class Scene(NamedTuple):
    """All that the losses know of a path; lengths in steps where not in km.

    ``actual`` is ν √λ of Bullington's edge, ``curvature`` c for a step, ``unit`` √(0.002 / step);
    then the points of the horizons, the way to them, their angles and that
    of the path, what it adds to troposcatter, and the least
    that it adds to ducting, alone and for each f^(1/3).
    """

    last: int
    length_km: float
    tx_amsl_m: float
    rx_amsl_m: float
    curvature: float
    unit: float
    actual: float
    smoothed: Smoothed
    first: float
    final: float
    tx_km: float
    rx_km: float
    tx_mrad: float
    rx_mrad: float
    path_mrad: float
    spread_db: float
    scatter_db: float
    duct_db: float
    duct_by_cube: float


@leaf(nogil=True, error_model="numpy")
def median_db(
    losses: Floats,
    k: int,
    h: Floats,
    clutter: Floats,
    zone: Zones,
    x: Floats,
    last: int,
    length_km: float,
    tx_agl_m: float,
    rx_agl_m: float,
    air: Air,
    bands: Floats,
    asked: Asked,
    sea_fraction: float,
    inverse: Floats,
) -> None:  # pragma: no cover - compiled
    """Fill row k of the losses [dB]; ``x`` is room for distances."""
    step_km = length_km / last
    c = air.curvature * step_km * step_km
    hts, hrs = h[0] + tx_agl_m, h[last] + rx_agl_m
    look, actual = seen(h, clutter, last, hts, hrs, c, inverse)
    scene = scene_of(look, last, length_km, h[0], h[last], hts, hrs, actual, sea_fraction, air)
    if _diffracted_db(losses, k, scene, air, bands, asked):
        _ducted_db(losses, k, h, zone, x, scene, air, bands, asked)


@leaf(error_model="numpy")
def scene_of(
    look: Look,
    last: int,
    d: float,
    ground_t: float,
    ground_r: float,
    hts: float,
    hrs: float,
    actual: float,
    sea_fraction: float,
    air: Air,
) -> Scene:  # pragma: no cover - compiled
    """Put together what the bands ask; ``actual`` for d in steps."""
    step_km, direct = d / last, (hrs - hts) / last
    c, unit = air.curvature * step_km * step_km, math.sqrt(0.002 / step_km)
    smoothed = _smoothed(look, last, ground_t, ground_r, hts, hrs, direct, d, air, sea_fraction)
    seen_t, seen_r = direct - c * last, -direct - c * last
    if look.horizon_t > seen_t:
        seen_t, seen_r = look.horizon_t, look.horizon_r
    tx_km, rx_km, length_db = look.first * step_km, d - look.final * step_km, 20.0 * log10(d)
    between_db = length_db
    if look.first > 0.0:
        between_db = 20.0 * log10(tx_km + rx_km)
    theta_t, theta_r = _mrad(seen_t / step_km), _mrad(seen_r / step_km)
    curve = 1e3 * d / air.radius_km
    path_mrad = curve + theta_t + theta_r
    angular = 5e-5 * air.radius_km * (curve + min(theta_t, 0.0) + min(theta_r, 0.0))
    shielded = 0.264 * (max(theta_t - 0.1 * d, 0.0) + max(theta_r - 0.1 * d, 0.0))
    coasts_db = _COASTS_DB if sea_fraction >= 0.75 else 0.0
    rise = 1e-3 * (hts - hrs) / d
    square = rise * rise
    return Scene(
        last,
        d,
        hts,
        hrs,
        c,
        unit,
        unit * actual,
        smoothed,
        look.first,
        look.final,
        tx_km,
        rx_km,
        theta_t,
        theta_r,
        path_mrad,
        length_db + 10.0 * _log10_of_one_and(square),
        length_db + 0.573 * path_mrad - air.dryness_db,
        between_db + air.duct_db - coasts_db,
        angular + shielded,
    )


@leaf(error_model="numpy")
def _mrad(rise: float) -> float:  # pragma: no cover - compiled
    """Give the angle of a rise [m/km]; that of most is soon summed up."""
    x = 1e-3 * rise
    square = x * x
    if square < 0.01:
        return (
            1e3
            * x
            * (1.0 + square * (-1.0 / 3 + square * (0.2 + square * (-1.0 / 7 + square / 9))))
        )
    return 1e3 * math.atan(x)


@leaf(error_model="numpy")
def _log10_of_one_and(x: float) -> float:  # pragma: no cover - compiled
    """Give log10(1 + x) for x ≥ 0; that of little is soon summed up."""
    if x < 0.004:
        return x * (1.0 + x * (-0.5 + x * (1.0 / 3 - 0.25 * x))) / math.log(10.0)
    return float(log10(1.0 + x))


@leaf(error_model="numpy")
def _smoothed(
    look: Look,
    last: int,
    ground_t: float,
    ground_r: float,
    hts: float,
    hrs: float,
    direct: float,
    d: float,
    air: Air,
    sea_fraction: float,
) -> Smoothed:  # pragma: no cover - compiled
    """Fit the smooth Earth, for ducting without and for diffraction with what obstructs it."""
    hst, hsr = (2.0 * look.v1 * last - look.v2) / last**2, (look.v2 - look.v1 * last) / last**2
    duct_t_m, duct_r_m = min(hst, ground_t), min(hsr, ground_r)
    if look.above > 0.0:
        from_t, from_r = look.from_t - direct, look.from_r + direct
        hst -= look.above * from_t / (from_t + from_r)
        hsr -= look.above * from_r / (from_t + from_r)
    tx_m, rx_m = hts - min(hst, ground_t), hrs - min(hsr, ground_r)
    earth = smooth_earth(d, tx_m, rx_m, air.radius_km)
    return Smoothed(tx_m, rx_m, earth, sea_fraction, duct_t_m, duct_r_m)


@leaf(error_model="numpy")
def _diffracted_db(
    losses: Floats, k: int, scene: Scene, air: Air, bands: Floats, asked: Asked
) -> bool:  # pragma: no cover - compiled
    """Fill the losses of the bands without ducting, and tell whether that may count."""
    smooth, is_ducted = math.nan, False
    for j in range(len(bands)):
        band = _band_at(bands, j)
        l_d = bullington_db(scene.actual * band.edge, scene.length_km)
        l_dsph = _spherical_db(scene.smoothed, air, band, scene.length_km)
        if l_dsph > 0.0:
            if math.isnan(smooth):
                smooth = scene.unit * _smooth_edge(scene)
            l_d += max(l_dsph - bullington_db(smooth * band.edge, scene.length_km), 0.0)
        free = band.free_db + scene.spread_db
        l_bc = free + l_d
        if l_d > 0.0 and _may_be_ducted(scene, air, band, l_bc):
            is_ducted = True
        losses[k, j] = max(free, _with_scatter_db(l_bc, scene, band) + asked.location_db)
    return is_ducted


@leaf(error_model="numpy")
def _may_be_ducted(
    scene: Scene, air: Air, band: Band, l_bc: float
) -> bool:  # pragma: no cover - compiled
    """Tell whether neither a rough bound on L_ba nor, beyond the horizon, a closer one is above."""
    if band.duct_db + scene.duct_db + scene.duct_by_cube * band.cube > l_bc:
        return False
    if scene.first == 0.0:
        return True
    tx_mrad, rx_mrad = min(scene.tx_mrad, 0.1 * scene.tx_km), min(scene.rx_mrad, 0.1 * scene.rx_km)
    curve = 1e3 * scene.length_km / air.radius_km
    least = (
        band.duct_db
        + scene.duct_db
        + 5e-5 * air.radius_km * band.cube * (curve + tx_mrad + rx_mrad)
    )
    least += shielding_db(scene.tx_mrad - 0.1 * scene.tx_km, scene.tx_km, band)
    least += shielding_db(scene.rx_mrad - 0.1 * scene.rx_km, scene.rx_km, band)
    return bool(least <= l_bc)


@leaf(error_model="numpy")
def _with_scatter_db(l_bc: float, scene: Scene, band: Band) -> float:  # pragma: no cover - compiled
    l_bs = band.scatter_db + scene.scatter_db
    if l_bs - l_bc >= _NO_DIGIT_DB:
        return l_bc
    return float(log_sum(_NEPERS * l_bs, _NEPERS * l_bc) / _NEPERS)


@leaf(error_model="numpy")
def _spherical_db(
    smoothed: Smoothed, air: Air, band: Band, d: float
) -> float:  # pragma: no cover - compiled
    """Give L_dsph; 0 where the smooth Earth leaves the ray free."""
    earth = smoothed.earth
    tx, rx, sea = smoothed.tx_m, smoothed.rx_m, smoothed.sea_fraction
    if earth.is_hidden:
        return first_term_db(d, tx, rx, band, air.root, sea)
    required = 17.456 * earth.reach / band.edge
    if earth.clearance_m > required:
        return 0.0
    root = math.pow(500.0 * (d / (math.sqrt(tx) + math.sqrt(rx))) ** 2, -1.0 / 3.0)
    share = 1.0 - earth.clearance_m / required
    return share * max(first_term_db(d, tx, rx, band, root, sea), 0.0)


@leaf(error_model="numpy")
def _ducted_db(
    losses: Floats,
    k: int,
    h: Floats,
    zone: Zones,
    x: Floats,
    scene: Scene,
    air: Air,
    bands: Floats,
    asked: Asked,
) -> None:  # pragma: no cover - compiled
    """Fill the losses of the bands with the whole of § 4.5."""
    last, d = scene.last, scene.length_km
    for i in range(last + 1):
        x[i] = d * (i / last)
    weather = weather_of(x, zone, last + 1, air.latitude_deg, air.delta_n)
    tx_index, rx_index = int(scene.first), int(scene.final)
    if tx_index == 0:
        tx_index = steps_to_touch(h, last, scene.tx_amsl_m, scene.rx_amsl_m, scene.curvature)
        rx_index = tx_index
    shape = _shape(h, scene, tx_index, rx_index)
    path = prepared(shape, weather, asked)
    smooth = scene.unit * _smooth_edge(scene)
    for j in range(len(bands)):
        band = _band_at(bands, j)
        l_d = bullington_db(scene.actual * band.edge, d)
        l_dsph = _spherical_db(scene.smoothed, air, band, d)
        l_d += max(l_dsph - bullington_db(smooth * band.edge, d), 0.0)
        free = band.free_db + scene.spread_db
        l_bda = free + l_d
        l_minbap = 2.5 * log_sum(ducting_db(shape, weather, path, band, asked) / 2.5, free / 2.5)
        if l_minbap <= l_bda:
            l_bda = l_minbap + (l_bda - l_minbap) * path.distance_weight
        l_bc = l_bda + (free + l_d - l_bda) * path.angle_weight
        losses[k, j] = max(free, _with_scatter_db(l_bc, scene, band) + asked.location_db)


@leaf(error_model="numpy")
def _shape(
    h: Floats, scene: Scene, tx_index: int, rx_index: int
) -> Shape:  # pragma: no cover - compiled
    """Give what ducting asks of a path; the edges have no part in it."""
    smoothed, last, step_km = scene.smoothed, scene.last, scene.length_km / scene.last
    rise = (smoothed.duct_r_m - smoothed.duct_t_m) / last
    highest = highest_above(h, tx_index, rx_index, smoothed.duct_t_m, rise)
    return Shape(
        scene.length_km,
        scene.tx_amsl_m,
        scene.rx_amsl_m,
        tx_index * step_km,
        (last - rx_index) * step_km,
        scene.tx_mrad,
        scene.rx_mrad,
        scene.path_mrad,
        smoothed.tx_m,
        smoothed.rx_m,
        scene.tx_amsl_m - smoothed.duct_t_m,
        scene.rx_amsl_m - smoothed.duct_r_m,
        highest,
        0.0,
        0.0,
        0.0,
        0.0,
        smoothed.earth,
        smoothed.earth,
    )
