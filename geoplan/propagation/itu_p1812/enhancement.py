"""What carries a signal beyond the horizon: troposcatter (P.1812 § 4.4) and ducting (§ 4.5).

Each gives a loss of its own; the choice between them is left to
:mod:`~geoplan.propagation.itu_p1812.combination`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.propagation.itu_p1812.climate import Climate, inland_factor
from geoplan.propagation.itu_p1812.link import Link
from geoplan.propagation.itu_p1812.terrain import Horizons, SmoothEarth


@dataclass(frozen=True)
class Ducting:
    """Loss by ducting and layer reflection, and its parts.

    Attributes
    ----------
    low_frequency_db
        A_lf: what long waves lose, below 0.5 GHz (47a). [dB]
    tx_shielding_db, rx_shielding_db
        A_st and A_sr: hills before the antennas (48). [dB]
    tx_coast_db, rx_coast_db
        A_ct and A_cr: coupling into ducts over the sea, 0 or negative (49). [dB]
    coupling_db
        A_f: all of these with the spreading (47). [dB]
    beta_percent
        β: β_0 after the path's geometry and roughness (54). [%]
    time_db
        A(p): what the time percentage costs (53). [dB]
    angular_db
        γ_d θ': what the path's angular distance costs (50). [dB]
    loss_db
        L_ba of equation (46). [dB]
    """

    low_frequency_db: float
    tx_shielding_db: float
    rx_shielding_db: float
    tx_coast_db: float
    rx_coast_db: float
    coupling_db: float
    beta_percent: float
    time_db: float
    angular_db: float
    loss_db: float


def troposcatter_db(link: Link, found: Horizons) -> float:
    """Give L_bs of equation (44), the model of P.1812-6 and -8; -7 printed another. [dB]"""
    f = link.frequency_ghz
    l_f = 25.0 * np.log10(f) - 2.5 * np.log10(f / 2.0) ** 2
    rarity = np.log10(50.0 / link.time_percent) ** 0.7
    spread = 20.0 * np.log10(link.length_km)
    return float(190.1 + l_f + spread + 0.573 * found.path_mrad - 0.15 * link.n0 - 10.125 * rarity)


def ducting(link: Link, weather: Climate, found: Horizons, earth: SmoothEarth) -> Ducting:
    """Give the loss L_ba of ducting and layer reflection (§ 4.5)."""
    f = link.frequency_ghz
    a_lf = 45.375 - 137.0 * f + 92.5 * f**2 if f < 0.5 else 0.0
    a_st = _shielding_db(found.tx_mrad, found.tx_km, f)
    a_sr = _shielding_db(found.rx_mrad, found.rx_km, f)
    sea = weather.sea_fraction
    a_ct = _coast_db(link.coast_tx_km, found.tx_km, link.tx_amsl_m, sea)
    a_cr = _coast_db(link.coast_rx_km, found.rx_km, link.rx_amsl_m, sea)
    spreading = 102.45 + 20.0 * np.log10(f) + 20.0 * np.log10(found.tx_km + found.rx_km)
    a_f = float(spreading + a_lf + a_st + a_sr + a_ct + a_cr)
    beta = _beta_percent(link.length_km, weather, found, earth)
    time = _time_db(link.time_percent, beta, link.length_km)
    angular = _angular_db(link.length_km, weather.median_radius_km, found, f)
    return Ducting(a_lf, a_st, a_sr, a_ct, a_cr, a_f, beta, time, angular, a_f + time + angular)


def _shielding_db(theta_mrad: float, horizon_km: float, f: float) -> float:
    beyond = theta_mrad - 0.1 * horizon_km
    if beyond <= 0.0:
        return 0.0
    return float(
        20.0 * np.log10(1.0 + 0.361 * beyond * np.sqrt(f * horizon_km))
        + 0.264 * beyond * np.cbrt(f)
    )


def _coast_db(
    coast_km: float, horizon_km: float, antenna_amsl_m: float, sea_fraction: float
) -> float:
    if sea_fraction < 0.75 or coast_km > horizon_km or coast_km > 5.0:
        return 0.0
    low = 1.0 + np.tanh(0.07 * (50.0 - antenna_amsl_m))
    return float(-3.0 * np.exp(-0.25 * coast_km**2) * low)


def _beta_percent(d: float, weather: Climate, found: Horizons, earth: SmoothEarth) -> float:
    """Give β of equation (54): β_0 times μ_2 for the geometry and μ_3 for the roughness."""
    tau = inland_factor(weather.inland_km)
    alpha = max(-0.6 - 3.5e-9 * d**3.1 * tau, -3.4)
    heights = (np.sqrt(earth.tx_effective_m) + np.sqrt(earth.rx_effective_m)) ** 2
    mu2 = min(float((500.0 / weather.median_radius_km * d**2 / heights) ** alpha), 1.0)
    d_i = min(d - found.tx_km - found.rx_km, 40.0)
    rough = max(earth.roughness_m - 10.0, 0.0)
    mu3 = float(np.exp(-4.6e-5 * rough * (43.0 + 6.0 * d_i)))
    return weather.beta0_percent * mu2 * mu3


def _time_db(p: float, beta: float, d: float) -> float:
    """Give A(p) of equation (53)."""
    log_beta = np.log10(beta)
    gamma = (
        1.076
        / (2.0058 - log_beta) ** 1.012
        * np.exp(-(9.51 - 4.8 * log_beta + 0.198 * log_beta**2) * 1e-6 * d**1.13)
    )
    ratio = p / beta
    return float(-12.0 + (1.2 + 3.7e-3 * d) * np.log10(ratio) + 12.0 * ratio**gamma)


def _angular_db(d: float, a_e: float, found: Horizons, f: float) -> float:
    """Give γ_d θ' of equations (51) and (52)."""
    theta_t = min(found.tx_mrad, 0.1 * found.tx_km)
    theta_r = min(found.rx_mrad, 0.1 * found.rx_km)
    return float(5e-5 * a_e * np.cbrt(f) * (1e3 * d / a_e + theta_t + theta_r))
