"""Compiled twin of P.1812: the loss of one path at one frequency, from what its profile gave.

The other half of :mod:`~geoplan.propagation.itu_p1812.kernel`; nothing here looks at a profile.
"""

from __future__ import annotations

import math

from numba import njit

from geoplan import settings
from geoplan.propagation.itu_p1812.kernel import Asked, Shape, Weather

settings.use_numba_cache()


@njit(cache=True)
def loss_db(
    shape: Shape, weather: Weather, asked: Asked, frequency_ghz: float
) -> float:  # pragma: no cover - compiled
    """Give L_b of a path. [dB]"""
    p, beta0 = asked.time_percent, weather.beta0_percent
    slant = math.hypot(shape.length_km, (shape.tx_amsl_m - shape.rx_amsl_m) / 1e3)
    free = 92.4 + 20.0 * math.log10(frequency_ghz) + 20.0 * math.log10(slant)
    swing = -2.6 * math.expm1(-0.1 * (shape.tx_km + shape.rx_km))
    l_b0p = free + swing * math.log10(p / 50.0)
    fi = 1.0
    if p > beta0:
        fi = inverse_normal(p / 100.0) / inverse_normal(beta0 / 100.0)
    fj = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.8 * (shape.path_mrad - 0.3) / 0.3))
    fk = 1.0 - 0.5 * (1.0 + math.tanh(3.0 * 0.5 * (shape.length_km - 20.0) / 20.0))
    l_d50 = _diffraction_db(shape, weather, asked, frequency_ghz, True)
    l_db = _diffraction_db(shape, weather, asked, frequency_ghz, False)
    l_dp = l_d50 + (l_db - l_d50) * fi
    over_land = (1.0 - weather.sea_fraction) * l_dp
    if p < beta0:
        l_minb0p = l_b0p + over_land
    else:
        l_b0b = free + swing * math.log10(beta0 / 50.0)
        l_minb0p = free + l_d50 + (l_b0b + over_land - free - l_d50) * fi
    l_ba = _ducting_db(shape, weather, asked, frequency_ghz)
    l_minbap = 2.5 * _log_sum(l_ba / 2.5, l_b0p / 2.5)
    l_bda = l_b0p + l_dp
    if l_minbap <= l_bda:
        l_bda = l_minbap + (l_bda - l_minbap) * fk
    l_bam = l_bda + (l_minb0p - l_bda) * fj
    l_bs = _troposcatter_db(shape, asked, frequency_ghz)
    nepers = -0.2 * math.log(10.0)
    l_bc = _log_sum(nepers * l_bs, nepers * l_bam) / nepers
    return max(l_b0p, l_bc + asked.location_db)


@njit(cache=True)
def inverse_normal(share: float) -> float:  # pragma: no cover - compiled
    """Give I(x) of attachment 2."""
    x = min(max(share, 1e-6), 1.0 - 1e-6)
    t = math.sqrt(-2.0 * math.log(min(x, 1.0 - x)))
    c = (2.515516698 + (0.802853 + 0.010328 * t) * t) / (
        1.0 + (1.432788 + (0.189269 + 0.001308 * t) * t) * t
    )
    return t - c if x <= 0.5 else c - t


@njit(cache=True)
def _log_sum(a: float, b: float) -> float:  # pragma: no cover - compiled
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


@njit(cache=True)
def _troposcatter_db(shape: Shape, asked: Asked, f: float) -> float:  # pragma: no cover - compiled
    l_f = 25.0 * math.log10(f) - 2.5 * math.log10(f / 2.0) ** 2
    rarity = math.pow(math.log10(50.0 / asked.time_percent), 0.7)
    spread = 20.0 * math.log10(shape.length_km)
    return 190.1 + l_f + spread + 0.573 * shape.path_mrad - 0.15 * asked.n0 - 10.125 * rarity


@njit(cache=True)
def _ducting_db(
    shape: Shape, weather: Weather, asked: Asked, f: float
) -> float:  # pragma: no cover - compiled
    d, a_e, cube = shape.length_km, weather.median_radius_km, f ** (1.0 / 3.0)
    a_f = 102.45 + 20.0 * math.log10(f) + 20.0 * math.log10(shape.tx_km + shape.rx_km)
    if f < 0.5:
        a_f += 45.375 - 137.0 * f + 92.5 * f**2
    a_f += _shielding_db(shape.tx_mrad - 0.1 * shape.tx_km, shape.tx_km, f, cube)
    a_f += _shielding_db(shape.rx_mrad - 0.1 * shape.rx_km, shape.rx_km, f, cube)
    if weather.sea_fraction >= 0.75:
        a_f += _coast_db(asked.coast_tx_km, shape.tx_km, shape.tx_amsl_m)
        a_f += _coast_db(asked.coast_rx_km, shape.rx_km, shape.rx_amsl_m)
    theta_t, theta_r = min(shape.tx_mrad, 0.1 * shape.tx_km), min(shape.rx_mrad, 0.1 * shape.rx_km)
    angular = 5e-5 * a_e * cube * (1e3 * d / a_e + theta_t + theta_r)
    alpha = max(-0.6 - 3.5e-9 * d**3.1 * weather.inland_factor, -3.4)
    heights = (math.sqrt(shape.tx_effective_m) + math.sqrt(shape.rx_effective_m)) ** 2
    mu2 = min((500.0 / a_e * d**2 / heights) ** alpha, 1.0)
    d_i = min(d - shape.tx_km - shape.rx_km, 40.0)
    mu3 = math.exp(-4.6e-5 * max(shape.roughness_m - 10.0, 0.0) * (43.0 + 6.0 * d_i))
    beta = weather.beta0_percent * mu2 * mu3
    log_beta = math.log10(beta)
    decay = (9.51 - 4.8 * log_beta + 0.198 * log_beta**2) * 1e-6 * d**1.13
    gamma = 1.076 / (2.0058 - log_beta) ** 1.012 * math.exp(-decay)
    ratio = asked.time_percent / beta
    time = -12.0 + (1.2 + 3.7e-3 * d) * math.log10(ratio) + 12.0 * ratio**gamma
    return float(a_f + time + angular)


@njit(cache=True)
def _shielding_db(
    beyond: float, horizon_km: float, f: float, cube: float
) -> float:  # pragma: no cover - compiled
    if beyond <= 0.0:
        return 0.0
    return 20.0 * math.log10(1.0 + 0.361 * beyond * math.sqrt(f * horizon_km)) + (
        0.264 * beyond * cube
    )


@njit(cache=True)
def _coast_db(
    coast_km: float, horizon_km: float, antenna_amsl_m: float
) -> float:  # pragma: no cover - compiled
    if coast_km > horizon_km or coast_km > 5.0:
        return 0.0
    low = 1.0 + math.tanh(0.07 * (50.0 - antenna_amsl_m))
    return -3.0 * math.exp(-0.25 * coast_km**2) * low


@njit(cache=True)
def _diffraction_db(
    shape: Shape, weather: Weather, asked: Asked, f: float, is_median: bool
) -> float:  # pragma: no cover - compiled
    """Give L_d50 or L_dβ."""
    wavelength_m = 0.2998 / f
    actual = shape.actual_median if is_median else shape.actual_beta
    smooth = shape.smooth_median if is_median else shape.smooth_beta
    radius = weather.median_radius_km if is_median else weather.beta_radius_km
    l_bulla = _bullington_db(actual / math.sqrt(wavelength_m), shape.length_km)
    l_dsph = _spherical_db(shape, radius, f, wavelength_m, asked.is_vertical, weather.sea_fraction)
    if l_dsph <= 0.0:
        return l_bulla
    l_bulls = _bullington_db(smooth / math.sqrt(wavelength_m), shape.length_km)
    return l_bulla + max(l_dsph - l_bulls, 0.0)


@njit(cache=True)
def _bullington_db(nu: float, d: float) -> float:  # pragma: no cover - compiled
    if nu <= -0.78:
        return 0.0
    l_uc = 6.9 + 20.0 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1)
    return l_uc - math.expm1(-l_uc / 6.0) * (10.0 + 0.02 * d)


@njit(cache=True)
def _spherical_db(
    shape: Shape, a_p: float, f: float, wavelength_m: float, is_vertical: bool, sea: float
) -> float:  # pragma: no cover - compiled
    d, hte, hre = shape.length_km, shape.tx_height_m, shape.rx_height_m
    roots = math.sqrt(hte) + math.sqrt(hre)
    if d >= math.sqrt(2.0 * a_p) * math.sqrt(0.001) * roots:
        return _first_term_db(d, hte, hre, a_p, f, is_vertical, sea)
    c = (hte - hre) / (hte + hre)
    m = 250.0 * d**2 / (a_p * (hte + hre))
    angle = math.acos(1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)) / 3.0
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + angle)
    d1 = d / 2.0 * (1.0 + b)
    d2 = d - d1
    clearance = ((hte - 500.0 * d1**2 / a_p) * d2 + (hre - 500.0 * d2**2 / a_p) * d1) / d
    required = 17.456 * math.sqrt(d1 * d2 * wavelength_m / d)
    if clearance > required:
        return 0.0
    first = _first_term_db(d, hte, hre, 500.0 * (d / roots) ** 2, f, is_vertical, sea)
    return (1.0 - clearance / required) * max(first, 0.0)


@njit(cache=True)
def _first_term_db(
    d: float, hte: float, hre: float, radius: float, f: float, is_vertical: bool, sea: float
) -> float:  # pragma: no cover - compiled
    land_db, sea_db = 0.0, 0.0
    if sea < 1.0:
        land_db = _first_term_over_db(d, hte, hre, radius, f, is_vertical, 22.0, 0.003)
    if sea > 0.0:
        sea_db = _first_term_over_db(d, hte, hre, radius, f, is_vertical, 80.0, 5.0)
    return sea * sea_db + (1.0 - sea) * land_db


@njit(cache=True)
def _first_term_over_db(
    d: float,
    hte: float,
    hre: float,
    radius: float,
    f: float,
    is_vertical: bool,
    permittivity: float,
    conductivity: float,
) -> float:  # pragma: no cover - compiled
    ohmic = (18.0 * conductivity / f) ** 2
    k = 0.036 / (
        (radius * f) ** (1.0 / 3.0) * math.sqrt(math.sqrt((permittivity - 1) ** 2 + ohmic))
    )
    if is_vertical:
        k *= math.sqrt(permittivity**2 + ohmic)
    beta = (1.0 + 1.6 * k**2 + 0.67 * k**4) / (1.0 + 4.5 * k**2 + 1.53 * k**4)
    x = 21.88 * beta * (f / radius**2) ** (1.0 / 3.0) * d
    b = 0.9575 * beta**2 * (f**2 / radius) ** (1.0 / 3.0)
    if x >= 1.6:
        f_x = 11.0 + 10.0 * math.log10(x) - 17.6 * x
    else:
        f_x = -20.0 * math.log10(x) - 5.6488 * x**1.425
    return float(-f_x) - _height_gain_db(b * hte, k) - _height_gain_db(b * hre, k)


@njit(cache=True)
def _height_gain_db(b: float, k: float) -> float:  # pragma: no cover - compiled
    if b > 2.0:
        gain = 17.6 * math.sqrt(b - 1.1) - 5.0 * math.log10(b - 1.1) - 8.0
    else:
        gain = 20.0 * math.log10(b + 0.1 * b**3)
    return max(gain, 2.0 + 20.0 * math.log10(k))
