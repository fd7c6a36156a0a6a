"""Compiled twin of P.1812: the loss of a path in one band, from what its profile gave.

The other half of :mod:`~geoplan.propagation.itu_p1812.kernel`. What no frequency changes is
prepared once for a path (:func:`prepared`), what no path changes once for a band
(:func:`band_of`). Ducting and troposcatter are left out where a bound shows that they change no
digit.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from numba import njit

from geoplan import settings
from geoplan.propagation.itu_p1812.kernel import Shape, Smooth, Weather

settings.use_numba_cache()

_TEN: Final = math.log(10.0)
_NEPERS: Final = -0.2 * math.log(10.0)
_NO_DIGIT_DB: Final = 90.0
"""Mechanisms so far apart do not change each other's last digit: 5 log(1 + 10^-18). [dB]"""


class Asked(NamedTuple):
    """What is asked of a path besides its frequency; ``location_db`` is L_loc."""

    is_vertical: bool
    time_percent: float
    location_db: float
    n0: float
    coast_tx_km: float
    coast_rx_km: float


class Ground(NamedTuple):
    """A kind of ground in a band: K, X / d and Y / h of equations (29), (31) and (32) for 1 km."""

    admittance: float
    distance: float
    height: float


class Band(NamedTuple):
    """What one frequency is for every path."""

    frequency_ghz: float
    edge: float
    cube: float
    free_db: float
    scatter_db: float
    duct_db: float
    land: Ground
    sea: Ground


class Prepared(NamedTuple):
    """What one path is for every frequency; the weights are F_i, F_j and F_k."""

    spread_db: float
    swing_db: float
    beta_swing_db: float
    time_weight: float
    angle_weight: float
    distance_weight: float
    median_root: float
    beta_root: float
    marginal_root: float
    scatter_db: float
    angular: float
    duct_db: float


@njit(cache=True, error_model="numpy")
def log10(x: float) -> float:  # pragma: no cover - compiled
    """Give log10 by the natural logarithm, which C libraries have twice as fast."""
    return math.log(x) / _TEN


@njit(cache=True, error_model="numpy")
def band_of(frequency_ghz: float, asked: Asked) -> Band:  # pragma: no cover - compiled
    """Prepare a frequency."""
    f, log_f = frequency_ghz, log10(frequency_ghz)
    rarity = math.pow(log10(50.0 / asked.time_percent), 0.7)
    duct = 102.45 + 20.0 * log_f
    if f < 0.5:
        duct += 45.375 - 137.0 * f + 92.5 * f**2
    return Band(
        f,
        math.sqrt(f / 0.2998),
        math.pow(f, 1.0 / 3.0),
        92.4 + 20.0 * log_f,
        190.1 + 25.0 * log_f - 2.5 * (log_f - log10(2.0)) ** 2 - 10.125 * rarity,
        duct,
        _ground(f, asked.is_vertical, 22.0, 0.003),
        _ground(f, asked.is_vertical, 80.0, 5.0),
    )


@njit(cache=True, error_model="numpy")
def _ground(
    f: float, is_vertical: bool, permittivity: float, conductivity: float
) -> Ground:  # pragma: no cover - compiled
    ohmic = (18.0 * conductivity / f) ** 2
    k = 0.036 * math.pow(f, -1.0 / 3.0) * math.pow((permittivity - 1.0) ** 2 + ohmic, -0.25)
    if is_vertical:
        k *= math.sqrt(permittivity**2 + ohmic)
    return Ground(k, 21.88 * math.pow(f, 1.0 / 3.0), 0.9575 * math.pow(f, 2.0 / 3.0))


@njit(cache=True, error_model="numpy")
def prepared(
    shape: Shape, weather: Weather, asked: Asked
) -> Prepared:  # pragma: no cover - compiled
    """Prepare a path."""
    d, p, beta0 = shape.length_km, asked.time_percent, weather.beta0_percent
    rise_km = (shape.tx_amsl_m - shape.rx_amsl_m) / 1e3
    swing = 2.6 * (1.0 - math.exp(-0.1 * (shape.tx_km + shape.rx_km)))
    fi = 1.0
    if p > beta0:
        fi = inverse_normal(p / 100.0) / inverse_normal(beta0 / 100.0)
    theta_t, theta_r = min(shape.tx_mrad, 0.1 * shape.tx_km), min(shape.rx_mrad, 0.1 * shape.rx_km)
    roots = math.sqrt(shape.tx_height_m) + math.sqrt(shape.rx_height_m)
    duct = 20.0 * log10(shape.tx_km + shape.rx_km)
    if weather.sea_fraction >= 0.75:
        duct += _coast_db(asked.coast_tx_km, shape.tx_km, shape.tx_amsl_m)
        duct += _coast_db(asked.coast_rx_km, shape.rx_km, shape.rx_amsl_m)
    a_e = weather.median_radius_km
    return Prepared(
        10.0 * log10(d**2 + rise_km**2),
        swing * log10(p / 50.0),
        swing * log10(beta0 / 50.0),
        fi,
        _step_down(2.4 * (shape.path_mrad - 0.3) / 0.3),
        _step_down(1.5 * (d - 20.0) / 20.0),
        math.pow(a_e, -1.0 / 3.0),
        math.pow(weather.beta_radius_km, -1.0 / 3.0),
        math.pow(500.0 * (d / roots) ** 2, -1.0 / 3.0),
        20.0 * log10(d) + 0.573 * shape.path_mrad - 0.15 * asked.n0,
        5e-5 * a_e * (1e3 * d / a_e + theta_t + theta_r),
        duct,
    )


@njit(cache=True, error_model="numpy")
def loss_db(
    shape: Shape, weather: Weather, path: Prepared, band: Band, asked: Asked
) -> float:  # pragma: no cover - compiled
    """Give L_b of a path in a band. [dB]"""
    free = band.free_db + path.spread_db
    l_b0p = free + path.swing_db
    sea = weather.sea_fraction
    l_d50 = _delta_bullington_db(
        shape, path, band, sea, shape.actual_median, shape.smooth_median, shape.earth_median,
        path.median_root,
    )  # fmt: skip
    l_db = _delta_bullington_db(
        shape, path, band, sea, shape.actual_beta, shape.smooth_beta, shape.earth_beta,
        path.beta_root,
    )  # fmt: skip
    fi = path.time_weight
    l_dp = l_d50 + (l_db - l_d50) * fi
    over_land = (1.0 - sea) * l_dp
    if asked.time_percent < weather.beta0_percent:
        l_minb0p = l_b0p + over_land
    else:
        l_minb0p = free + l_d50 + (path.beta_swing_db + over_land - l_d50) * fi
    l_bda = l_b0p + l_dp
    if _least_ducting_db(shape, weather, path, band, asked) <= l_bda:
        l_ba = ducting_db(shape, weather, path, band, asked)
        l_minbap = 2.5 * log_sum(l_ba / 2.5, l_b0p / 2.5)
        if l_minbap <= l_bda:
            l_bda = l_minbap + (l_bda - l_minbap) * path.distance_weight
    l_bc = l_bda + (l_minb0p - l_bda) * path.angle_weight
    l_bs = band.scatter_db + path.scatter_db
    if l_bs - l_bc < _NO_DIGIT_DB:
        l_bc = log_sum(_NEPERS * l_bs, _NEPERS * l_bc) / _NEPERS
    return max(l_b0p, l_bc + asked.location_db)


@njit(cache=True, error_model="numpy")
def inverse_normal(share: float) -> float:  # pragma: no cover - compiled
    """Give I(x) of attachment 2."""
    x = min(max(share, 1e-6), 1.0 - 1e-6)
    t = math.sqrt(-2.0 * math.log(min(x, 1.0 - x)))
    c = (2.515516698 + (0.802853 + 0.010328 * t) * t) / (
        1.0 + (1.432788 + (0.189269 + 0.001308 * t) * t) * t
    )
    return t - c if x <= 0.5 else c - t


@njit(cache=True, error_model="numpy")
def _step_down(x: float) -> float:  # pragma: no cover - compiled
    if x > 20.0:
        return 0.0
    return 1.0 - 0.5 * (1.0 + math.tanh(x))


@njit(cache=True, error_model="numpy")
def log_sum(a: float, b: float) -> float:  # pragma: no cover - compiled
    return max(a, b) + math.log(1.0 + math.exp(-abs(a - b)))


@njit(cache=True, error_model="numpy")
def _coast_db(
    coast_km: float, horizon_km: float, antenna_amsl_m: float
) -> float:  # pragma: no cover - compiled
    if coast_km > horizon_km or coast_km > 5.0:
        return 0.0
    low = 1.0 + math.tanh(0.07 * (50.0 - antenna_amsl_m))
    return -3.0 * math.exp(-0.25 * coast_km**2) * low


@njit(cache=True, error_model="numpy")
def _least_ducting_db(
    shape: Shape, weather: Weather, path: Prepared, band: Band, asked: Asked
) -> float:  # pragma: no cover - compiled
    """Give a bound below L_ba: no shielding, and β no greater than β_0."""
    ratio = asked.time_percent / weather.beta0_percent
    time = 0.0
    if ratio < 1.0:
        time = -12.0 + (1.2 + 3.7e-3 * shape.length_km) * log10(ratio)
    return band.duct_db + path.duct_db + path.angular * band.cube + time


@njit(cache=True, error_model="numpy")
def ducting_db(
    shape: Shape, weather: Weather, path: Prepared, band: Band, asked: Asked
) -> float:  # pragma: no cover - compiled
    d = shape.length_km
    a_f = band.duct_db + path.duct_db
    a_f += shielding_db(shape.tx_mrad - 0.1 * shape.tx_km, shape.tx_km, band)
    a_f += shielding_db(shape.rx_mrad - 0.1 * shape.rx_km, shape.rx_km, band)
    alpha = max(-0.6 - 3.5e-9 * math.pow(d, 3.1) * weather.inland_factor, -3.4)
    heights = (math.sqrt(shape.tx_effective_m) + math.sqrt(shape.rx_effective_m)) ** 2
    log_mu2 = min(alpha * math.log(500.0 / weather.median_radius_km * d**2 / heights), 0.0)
    d_i = min(d - shape.tx_km - shape.rx_km, 40.0)
    log_mu3 = -4.6e-5 * max(shape.roughness_m - 10.0, 0.0) * (43.0 + 6.0 * d_i)
    log_beta = (math.log(weather.beta0_percent) + log_mu2 + log_mu3) / _TEN
    decay = (9.51 - 4.8 * log_beta + 0.198 * log_beta**2) * 1e-6 * math.pow(d, 1.13)
    gamma = 1.076 / math.pow(2.0058 - log_beta, 1.012) * math.exp(-decay)
    log_ratio = log10(asked.time_percent) - log_beta
    time = -12.0 + (1.2 + 3.7e-3 * d) * log_ratio + 12.0 * math.exp(gamma * log_ratio * _TEN)
    return a_f + path.angular * band.cube + time


@njit(cache=True, error_model="numpy")
def shielding_db(
    beyond: float, horizon_km: float, band: Band
) -> float:  # pragma: no cover - compiled
    if beyond <= 0.0:
        return 0.0
    edge = 20.0 * log10(1.0 + 0.361 * beyond * math.sqrt(band.frequency_ghz * horizon_km))
    return edge + 0.264 * beyond * band.cube


@njit(cache=True, error_model="numpy")
def _delta_bullington_db(
    shape: Shape,
    path: Prepared,
    band: Band,
    sea: float,
    actual: float,
    smooth: float,
    earth: Smooth,
    root: float,
) -> float:  # pragma: no cover - compiled
    """Give L_d for one radius, of which ``root`` is the inverse cube root."""
    d, tx_m, rx_m = shape.length_km, shape.tx_height_m, shape.rx_height_m
    l_bulla = bullington_db(actual * band.edge, d)
    if earth.is_hidden:
        l_dsph = first_term_db(d, tx_m, rx_m, band, root, sea)
    else:
        required = 17.456 * earth.reach / band.edge
        if earth.clearance_m > required:
            return l_bulla
        share = 1.0 - earth.clearance_m / required
        l_dsph = share * max(first_term_db(d, tx_m, rx_m, band, path.marginal_root, sea), 0.0)
    return l_bulla + max(l_dsph - bullington_db(smooth * band.edge, d), 0.0)


@njit(cache=True, error_model="numpy")
def bullington_db(nu: float, d: float) -> float:  # pragma: no cover - compiled
    if nu <= -0.78:
        return 0.0
    l_uc = 6.9 + 20.0 * log10(math.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1)
    return l_uc + (1.0 - math.exp(-l_uc / 6.0)) * (10.0 + 0.02 * d)


@njit(cache=True, error_model="numpy")
def first_term_db(
    d: float, tx_m: float, rx_m: float, band: Band, root: float, sea: float
) -> float:  # pragma: no cover - compiled
    """Give L_dft (§ 4.3.3); ``root`` is the inverse cube root of the radius."""
    land_db, sea_db = 0.0, 0.0
    if sea < 1.0:
        land_db = _first_term_over_db(d, tx_m, rx_m, band.land, root)
    if sea > 0.0:
        sea_db = _first_term_over_db(d, tx_m, rx_m, band.sea, root)
    return sea * sea_db + (1.0 - sea) * land_db


@njit(cache=True, error_model="numpy")
def _first_term_over_db(
    d: float, tx_m: float, rx_m: float, ground: Ground, root: float
) -> float:  # pragma: no cover - compiled
    k = ground.admittance * root
    square = k * k
    beta = (1.0 + 1.6 * square + 0.67 * square * square) / (
        1.0 + 4.5 * square + 1.53 * square * square
    )
    x = beta * ground.distance * root * root * d
    b = beta * beta * ground.height * root
    if x >= 1.6:
        f_x = 11.0 + 10.0 * log10(x) - 17.6 * x
    else:
        f_x = -20.0 * log10(x) - 5.6488 * math.pow(x, 1.425)
    return -f_x - _height_gain_db(b * tx_m, k) - _height_gain_db(b * rx_m, k)


@njit(cache=True, error_model="numpy")
def _height_gain_db(b: float, k: float) -> float:  # pragma: no cover - compiled
    if b > 2.0:
        gain = 17.6 * math.sqrt(b - 1.1) - 5.0 * log10(b - 1.1) - 8.0
    else:
        gain = 20.0 * log10(b + 0.1 * b**3)
    return max(gain, 2.0 + 20.0 * log10(k))
