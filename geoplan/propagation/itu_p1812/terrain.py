"""What the ground of a path does: horizons, smooth-Earth surface and roughness (P.1812 att. 1).

Clutter has no part in it: the Recommendation takes it into the diffraction only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.propagation.itu_p1812.link import Floats, Link


@dataclass(frozen=True)
class Horizons:
    """Where each antenna's horizon is (§ 5.1-5.5).

    Attributes
    ----------
    is_transhorizon
        Whether ground stands between the antennas in a median atmosphere.
    tx_index, rx_index
        Profile points of the horizons; of a path in sight both are the point that comes nearest
        to touching it, by the diffraction parameter.
    tx_km, rx_km
        d_lt and d_lr: from each antenna to its horizon. [km]
    tx_mrad, rx_mrad
        θ_t and θ_r: elevation of each horizon, or of the other antenna where in sight. [mrad]
    path_mrad
        θ: angular distance of the path, equation (82). [mrad]
    """

    is_transhorizon: bool
    tx_index: int
    rx_index: int
    tx_km: float
    rx_km: float
    tx_mrad: float
    rx_mrad: float
    path_mrad: float


@dataclass(frozen=True)
class SmoothEarth:
    """The straight line fitted to the ground, and what each model makes of it (§ 5.6).

    Attributes
    ----------
    tx_fitted_amsl_m, rx_fitted_amsl_m
        h_st and h_sr of equations (85) and (86): the fitted surface at the terminals. [m]
    tx_ducting_amsl_m, rx_ducting_amsl_m
        The same, no higher than the ground (90). [m]
    tx_diffraction_amsl_m, rx_diffraction_amsl_m
        h_std and h_srd: the same, lowered under obstacles (89). [m]
    tx_diffraction_height_m, rx_diffraction_height_m
        h'_tc and h'_rc: antennas above that surface (37). [m]
    tx_effective_m, rx_effective_m
        h_te and h_re: antennas above the ducting surface (92). [m]
    roughness_m
        h_m: highest ground above the ducting surface between the horizons (93). [m]
    """

    tx_fitted_amsl_m: float
    rx_fitted_amsl_m: float
    tx_ducting_amsl_m: float
    rx_ducting_amsl_m: float
    tx_diffraction_amsl_m: float
    rx_diffraction_amsl_m: float
    tx_diffraction_height_m: float
    rx_diffraction_height_m: float
    tx_effective_m: float
    rx_effective_m: float
    roughness_m: float


def horizons(link: Link, *, radius_km: float) -> Horizons:
    """Give the horizons of a link for an effective Earth radius (§ 5.1-5.5)."""
    d, hts, hrs = link.length_km, link.tx_amsl_m, link.rx_amsl_m
    di, hi = link.distance_km[1:-1], link.ground_amsl_m[1:-1]
    from_tx = _elevations_mrad(hi - hts, di, radius_km)
    from_rx = _elevations_mrad(hi - hrs, d - di, radius_km)
    tx_to_rx = float(_elevations_mrad(np.array(hrs - hts), np.array(d), radius_km))
    rx_to_tx = float(_elevations_mrad(np.array(hts - hrs), np.array(d), radius_km))
    is_transhorizon = bool(from_tx.max() > tx_to_rx)
    if is_transhorizon:
        # Of equal horizons each antenna has its nearest.
        tx_index = 1 + int(np.argmax(from_tx))
        rx_index = len(hi) - int(np.argmax(from_rx[::-1]))
        theta_t, theta_r = float(from_tx.max()), float(from_rx.max())
    else:
        ray = (hts * (d - di) + hrs * di) / d
        nu = (hi + 500.0 * di * (d - di) / radius_km - ray) * np.sqrt(
            0.002 * d / (link.wavelength_m * di * (d - di))
        )
        tx_index = rx_index = len(nu) - int(np.argmax(nu[::-1]))
        theta_t, theta_r = tx_to_rx, rx_to_tx
    return Horizons(
        is_transhorizon=is_transhorizon,
        tx_index=tx_index,
        rx_index=rx_index,
        tx_km=float(link.distance_km[tx_index]),
        rx_km=d - float(link.distance_km[rx_index]),
        tx_mrad=theta_t,
        rx_mrad=theta_r,
        path_mrad=1e3 * d / radius_km + theta_t + theta_r,
    )


def _elevations_mrad(rise_m: Floats, distance_km: Floats, radius_km: float) -> Floats:
    slope = rise_m / (1e3 * distance_km) - distance_km / (2.0 * radius_km)
    return np.asarray(1e3 * np.arctan(slope))


def smooth_earth(link: Link, found: Horizons) -> SmoothEarth:
    """Fit the smooth-Earth surface to the ground of a link (§ 5.6)."""
    h = link.ground_amsl_m
    hst, hsr = _fitted(link.distance_km, h)
    hstp, hsrp = _lowered(link, hst, hsr)
    hstd, hsrd = min(hstp, float(h[0])), min(hsrp, float(h[-1]))
    duct_t, duct_r = min(hst, float(h[0])), min(hsr, float(h[-1]))
    between = slice(found.tx_index, found.rx_index + 1)
    slope = (duct_r - duct_t) / link.length_km
    return SmoothEarth(
        tx_fitted_amsl_m=hst,
        rx_fitted_amsl_m=hsr,
        tx_ducting_amsl_m=duct_t,
        rx_ducting_amsl_m=duct_r,
        tx_diffraction_amsl_m=hstd,
        rx_diffraction_amsl_m=hsrd,
        tx_diffraction_height_m=link.tx_amsl_m - hstd,
        rx_diffraction_height_m=link.rx_amsl_m - hsrd,
        tx_effective_m=link.tx_amsl_m - duct_t,
        rx_effective_m=link.rx_amsl_m - duct_r,
        roughness_m=float((h[between] - (duct_t + slope * link.distance_km[between])).max()),
    )


def _fitted(distance_km: Floats, h: Floats) -> tuple[float, float]:
    """Give h_st and h_sr of the line of least squares through the ground (§ 5.6.1)."""
    d = distance_km[-1]
    d0, d1, h0, h1 = distance_km[:-1], distance_km[1:], h[:-1], h[1:]
    v1 = float(((d1 - d0) * (h1 + h0)).sum())
    v2 = float(((d1 - d0) * (h1 * (2.0 * d1 + d0) + h0 * (d1 + 2.0 * d0))).sum())
    return float((2.0 * v1 * d - v2) / d**2), float((v2 - v1 * d) / d**2)


def _lowered(link: Link, hst: float, hsr: float) -> tuple[float, float]:
    """Give h_stp and h_srp: the fitted surface, lowered by what stands above the ray (§ 5.6.2)."""
    d, di = link.length_km, link.distance_km[1:-1]
    ray = (link.tx_amsl_m * (d - di) + link.rx_amsl_m * di) / d
    above = link.ground_amsl_m[1:-1] - ray
    obstruction = float(above.max())
    if obstruction <= 0.0:
        return hst, hsr
    from_tx, from_rx = float((above / di).max()), float((above / (d - di)).max())
    share_t = from_tx / (from_tx + from_rx)
    return hst - obstruction * share_t, hsr - obstruction * (1.0 - share_t)
