"""Diffraction over a path: the delta-Bullington method of P.1812 § 4.3.

It gives the loss for one effective Earth radius; how radii stand for time is left to
:mod:`~geoplan.propagation.itu_p1812.combination`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geoplan.propagation.itu_p1812.link import Floats, Link, Polarization
from geoplan.propagation.itu_p1812.terrain import SmoothEarth

LAND: Final = (22.0, 0.003)
SEAWATER: Final = (80.0, 5.0)
"""Relative permittivity and conductivity [S/m] (§ 4.3.3)."""


@dataclass(frozen=True)
class KnifeEdge:
    """The one edge that Bullington's construction puts in place of a profile.

    Attributes
    ----------
    is_transhorizon
        Whether the profile hides the antennas from each other.
    distance_km
        From the transmitter: of the edge, or of the profile point nearest to touching. [km]
    nu
        ν: diffraction parameter there; below -0.78 it costs nothing.
    loss_db
        L_bull of equation (21). [dB]
    """

    is_transhorizon: bool
    distance_km: float
    nu: float
    loss_db: float


@dataclass(frozen=True)
class Diffraction:
    """Diffraction loss for one effective Earth radius.

    Attributes
    ----------
    radius_km
        a_p. [km]
    actual, smooth
        Bullington's construction for the real profile (L_bulla) and the smooth one (L_bulls).
    spherical_db
        L_dsph of equation (27). [dB]
    loss_db
        L_d of equation (39). [dB]
    """

    radius_km: float
    actual: KnifeEdge
    smooth: KnifeEdge
    spherical_db: float
    loss_db: float


def delta_bullington(
    link: Link, earth: SmoothEarth, *, radius_km: float, sea_fraction: float
) -> Diffraction:
    """Give the delta-Bullington loss of a link for an effective Earth radius (§ 4.3.4)."""
    tx_height, rx_height = earth.tx_diffraction_height_m, earth.rx_diffraction_height_m
    shared = {"radius_km": radius_km, "wavelength_m": link.wavelength_m}
    actual = bullington(
        link.distance_km, link.surface_amsl_m, link.tx_amsl_m, link.rx_amsl_m, **shared
    )
    flat = np.zeros_like(link.surface_amsl_m)
    smooth = bullington(link.distance_km, flat, tx_height, rx_height, **shared)
    spherical = spherical_earth_db(
        link.length_km,
        tx_height_m=tx_height,
        rx_height_m=rx_height,
        radius_km=radius_km,
        frequency_ghz=link.frequency_ghz,
        wavelength_m=link.wavelength_m,
        polarization=link.polarization,
        sea_fraction=sea_fraction,
    )
    loss = actual.loss_db + max(spherical - smooth.loss_db, 0.0)
    return Diffraction(radius_km, actual, smooth, spherical, loss)


def knife_edge_db(nu: float) -> float:
    """Give J(ν) of equation (12): the loss of a single edge. [dB]"""
    if nu <= -0.78:
        return 0.0
    return float(6.9 + 20.0 * np.log10(np.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1))


def bullington(
    distance_km: Floats,
    surface_m: Floats,
    tx_m: float,
    rx_m: float,
    *,
    radius_km: float,
    wavelength_m: float,
) -> KnifeEdge:
    """Give the Bullington part of the diffraction of a profile (§ 4.3.1).

    Parameters
    ----------
    distance_km
        n distances from the transmitter, ends included. [km]
    surface_m
        n heights; the first and the last have no part. [m]
    tx_m, rx_m
        Antennas above the same datum as the heights. [m]
    radius_km
        Effective Earth radius a_p. [km]
    wavelength_m
        λ. [m]
    """
    d, di = float(distance_km[-1]), distance_km[1:-1]
    bulged = surface_m[1:-1] + 500.0 / radius_km * di * (d - di)
    s_tim = float(((bulged - tx_m) / di).max())
    s_tr = (rx_m - tx_m) / d
    s_rim = float(((bulged - rx_m) / (d - di)).max())
    # A ray that grazes, s_tim = s_tr, meets the edge itself: (18) would divide 0 by 0.
    is_transhorizon = s_tim >= s_tr and s_tim + s_rim > 0.0
    if is_transhorizon:
        d_bp = (rx_m - tx_m + s_rim * d) / (s_tim + s_rim)
        above = tx_m + s_tim * d_bp - (tx_m * (d - d_bp) + rx_m * d_bp) / d
        at_km = d_bp
        nu = float(above * np.sqrt(0.002 * d / (wavelength_m * d_bp * (d - d_bp))))
    else:
        clear = bulged - (tx_m * (d - di) + rx_m * di) / d
        each = clear * np.sqrt(0.002 * d / (wavelength_m * di * (d - di)))
        at_km, nu = float(di[np.argmax(each)]), float(each.max())
    l_uc = knife_edge_db(nu)
    loss = l_uc - float(np.expm1(-l_uc / 6.0)) * (10.0 + 0.02 * d)
    return KnifeEdge(is_transhorizon, at_km, nu, loss)


def spherical_earth_db(
    d: float,
    *,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    wavelength_m: float,
    polarization: Polarization,
    sea_fraction: float,
) -> float:
    """Give the diffraction loss L_dsph of a smooth Earth (§ 4.3.2).

    Parameters
    ----------
    d
        Length of the path. [km]
    tx_height_m, rx_height_m
        h_te and h_re: antennas above the smooth surface. [m]
    radius_km
        Effective Earth radius a_p. [km]
    """
    a_p, hte, hre = radius_km, tx_height_m, rx_height_m

    def first_term(radius_km: float) -> float:
        return first_term_db(
            d,
            tx_height_m=hte,
            rx_height_m=hre,
            radius_km=radius_km,
            frequency_ghz=frequency_ghz,
            polarization=polarization,
            sea_fraction=sea_fraction,
        )

    d_los = np.sqrt(2.0 * a_p) * (np.sqrt(0.001 * hte) + np.sqrt(0.001 * hre))
    if d >= d_los:
        return first_term(a_p)
    c = (hte - hre) / (hte + hre)
    m = 250.0 * d**2 / (a_p * (hte + hre))
    angle = np.arccos(1.5 * c * np.sqrt(3.0 * m / (m + 1.0) ** 3)) / 3.0
    b = 2.0 * np.sqrt((m + 1.0) / (3.0 * m)) * np.cos(np.pi / 3.0 + angle)
    d1 = d / 2.0 * (1.0 + b)
    d2 = d - d1
    clearance = ((hte - 500.0 * d1**2 / a_p) * d2 + (hre - 500.0 * d2**2 / a_p) * d1) / d
    required = 17.456 * np.sqrt(d1 * d2 * wavelength_m / d)
    if clearance > required:
        return 0.0
    a_em = 500.0 * (d / (np.sqrt(hte) + np.sqrt(hre))) ** 2
    return float((1.0 - clearance / required) * max(first_term(float(a_em)), 0.0))


def first_term_db(
    d: float,
    *,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    polarization: Polarization,
    sea_fraction: float,
) -> float:
    """Give the first term L_dft of the spherical-Earth series over land and sea (§ 4.3.3)."""

    def over(ground: tuple[float, float]) -> float:
        k = _admittance(ground, radius_km, frequency_ghz, polarization)
        beta = (1.0 + 1.6 * k**2 + 0.67 * k**4) / (1.0 + 4.5 * k**2 + 1.53 * k**4)
        x = 21.88 * beta * (frequency_ghz / radius_km**2) ** (1.0 / 3.0) * d
        y_per_m = 0.9575 * beta * (frequency_ghz**2 / radius_km) ** (1.0 / 3.0)
        gains = [_height_gain_db(beta * y_per_m * h, k) for h in (tx_height_m, rx_height_m)]
        return -_distance_term_db(x) - sum(gains)

    return sea_fraction * over(SEAWATER) + (1.0 - sea_fraction) * over(LAND)


def _admittance(
    ground: tuple[float, float], radius_km: float, f: float, polarization: Polarization
) -> float:
    """Give K of equation (29): the normalized surface admittance."""
    permittivity, conductivity = ground
    loss = (18.0 * conductivity / f) ** 2
    k = 0.036 * (radius_km * f) ** (-1.0 / 3.0) * ((permittivity - 1.0) ** 2 + loss) ** -0.25
    return k if polarization == "horizontal" else float(k * np.sqrt(permittivity**2 + loss))


def _distance_term_db(x: float) -> float:
    """Give F_X of equation (33). [dB]"""
    if x >= 1.6:
        return float(11.0 + 10.0 * np.log10(x) - 17.6 * x)
    return float(-20.0 * np.log10(x) - 5.6488 * x**1.425)


def _height_gain_db(b: float, k: float) -> float:
    """Give G(Y) of equation (34), never below 2 + 20 log K. [dB]"""
    if b > 2.0:
        gain = 17.6 * np.sqrt(b - 1.1) - 5.0 * np.log10(b - 1.1) - 8.0
    else:
        gain = 20.0 * np.log10(b + 0.1 * b**3)
    return float(max(gain, 2.0 + 20.0 * np.log10(k)))
