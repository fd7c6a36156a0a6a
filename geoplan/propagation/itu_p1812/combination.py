"""How the mechanisms of P.1812 make one loss over time and locations (§ 4.2, 4.6 to 4.10).

The mechanisms themselves are left to their own modules; here stand what each gives to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geoplan.propagation.itu_p1812.climate import Climate
from geoplan.propagation.itu_p1812.link import SEA, Link
from geoplan.propagation.itu_p1812.terrain import Horizons

ETA: Final = 2.5
"""η of equation (60)."""

_SMALLEST_SHARE: Final = 1e-6


@dataclass(frozen=True)
class LineOfSight:
    """Loss in line of sight (§ 4.2).

    Attributes
    ----------
    free_space_db
        L_bfs of equation (8), over the slant distance. [dB]
    loss_db, beta_db
        L_b0p and L_b0β: not exceeded for the time asked (10) and for β_0 (11). [dB]
    """

    free_space_db: float
    loss_db: float
    beta_db: float


@dataclass(frozen=True)
class Combination:
    """How the mechanisms are weighed (§ 4.3.5, 4.6) and what they come to.

    Attributes
    ----------
    time_weight, angle_weight, distance_weight
        F_i (40), F_j (57) and F_k (58).
    diffraction_db
        L_dp: diffraction loss not exceeded for the time asked (41). [dB]
    median_diffracted_db, diffracted_db
        L_bd50 (42) and L_bd (43): with the loss in line of sight. [dB]
    least_in_sight_db
        L_minb0p: line of sight and diffraction over sea at least (59). [dB]
    least_ducted_db
        L_minbap: line of sight and ducting at least (60). [dB]
    enhanced_db
        L_bda: diffraction with these enhancements (61). [dB]
    modified_db
        L_bam: the same, with the loss in line of sight on short angles (62). [dB]
    half_locations_db
        L_bc: with troposcatter, at half of the locations (63). [dB]
    location_db
        L_loc: what the locations asked add (§ 4.7). [dB]
    loss_db
        L_b of equation (69). [dB]
    """

    time_weight: float
    angle_weight: float
    distance_weight: float
    diffraction_db: float
    median_diffracted_db: float
    diffracted_db: float
    least_in_sight_db: float
    least_ducted_db: float
    enhanced_db: float
    modified_db: float
    half_locations_db: float
    location_db: float
    loss_db: float


def inverse_normal(share: float) -> float:
    """Give I(x): the inverse complementary cumulative normal distribution, after attachment 2.

    It is the Recommendation's own approximation, held between 1e-6 and 1 - 1e-6, good to 4.5e-4.

    >>> round(inverse_normal(0.1), 3), round(inverse_normal(0.9), 3)
    (1.282, -1.282)
    """
    x = min(max(share, _SMALLEST_SHARE), 1.0 - _SMALLEST_SHARE)
    t = np.sqrt(-2.0 * np.log(min(x, 1.0 - x)))
    c = (2.515516698 + (0.802853 + 0.010328 * t) * t) / (
        1.0 + (1.432788 + (0.189269 + 0.001308 * t) * t) * t
    )
    return float(t - c) if x <= 0.5 else float(c - t)


def line_of_sight(link: Link, weather: Climate, found: Horizons) -> LineOfSight:
    """Give the loss in line of sight, with focusing and multipath (§ 4.2)."""
    slant_km = np.hypot(link.length_km, (link.tx_amsl_m - link.rx_amsl_m) / 1e3)
    free = float(92.4 + 20.0 * np.log10(link.frequency_ghz) + 20.0 * np.log10(slant_km))
    swing = 2.6 * -np.expm1(-0.1 * (found.tx_km + found.rx_km))
    return LineOfSight(
        free_space_db=free,
        loss_db=float(free + swing * np.log10(link.time_percent / 50.0)),
        beta_db=float(free + swing * np.log10(weather.beta0_percent / 50.0)),
    )


def combined(
    link: Link,
    weather: Climate,
    found: Horizons,
    sight: LineOfSight,
    *,
    median_db: float,
    beta_db: float,
    ducted_db: float,
    scattered_db: float,
) -> Combination:
    """Combine the mechanisms of a link (§ 4.3.5, 4.6, 4.7, 4.9).

    Parameters
    ----------
    median_db, beta_db
        L_d50 and L_dβ: diffraction loss for the two effective Earth radii. [dB]
    ducted_db, scattered_db
        L_ba and L_bs. [dB]
    """
    fi = _time_weight(link.time_percent, weather.beta0_percent)
    fj = _step_down(3.0 * 0.8 * (found.path_mrad - 0.3) / 0.3)
    fk = _step_down(3.0 * 0.5 * (link.length_km - 20.0) / 20.0)
    l_dp = median_db + (beta_db - median_db) * fi
    l_bd50 = sight.free_space_db + median_db
    l_bd = sight.loss_db + l_dp
    over_land = (1.0 - weather.sea_fraction) * l_dp
    if link.time_percent < weather.beta0_percent:
        l_minb0p = sight.loss_db + over_land
    else:
        l_minb0p = l_bd50 + (sight.beta_db + over_land - l_bd50) * fi
    l_minbap = float(ETA * np.logaddexp(ducted_db / ETA, sight.loss_db / ETA))
    l_bda = l_bd if l_minbap > l_bd else l_minbap + (l_bd - l_minbap) * fk
    l_bam = l_bda + (l_minb0p - l_bda) * fj
    nepers = -0.2 * np.log(10.0)
    l_bc = float(np.logaddexp(nepers * scattered_db, nepers * l_bam) / nepers)
    l_loc = location_db(link)
    return Combination(
        time_weight=fi,
        angle_weight=fj,
        distance_weight=fk,
        diffraction_db=l_dp,
        median_diffracted_db=l_bd50,
        diffracted_db=l_bd,
        least_in_sight_db=l_minb0p,
        least_ducted_db=l_minbap,
        enhanced_db=l_bda,
        modified_db=l_bam,
        half_locations_db=l_bc,
        location_db=l_loc,
        loss_db=max(sight.loss_db, l_bc + l_loc),
    )


def location_db(link: Link) -> float:
    """Give L_loc: what the locations asked add to the median one; nothing at sea (§ 4.7). [dB]"""
    if link.zone[-1] == SEA:
        return 0.0
    return -inverse_normal(link.location_percent / 100.0) * link.location_sigma_db


def _time_weight(time_percent: float, beta0_percent: float) -> float:
    if time_percent <= beta0_percent:
        return 1.0
    return inverse_normal(time_percent / 100.0) / inverse_normal(beta0_percent / 100.0)


def _step_down(x: float) -> float:
    return float(1.0 - 0.5 * (1.0 + np.tanh(x)))
