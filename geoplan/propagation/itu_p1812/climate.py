"""The radio climate of a path: zones, incidence of ducting and effective Earth (P.1812 § 3.5-3.7).

What the ground does to the ray is left to :mod:`~geoplan.propagation.itu_p1812.terrain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geoplan.propagation.itu_p1812.link import COASTAL, INLAND, SEA, Floats, Link

EARTH_RADIUS_KM: Final = 6371.0
K_BETA: Final = 3.0
"""k_β: the effective Earth radius factor exceeded for β0 per cent of time (§ 3.7)."""


@dataclass(frozen=True)
class Climate:
    """The radio climate of a path.

    Attributes
    ----------
    latitude_deg
        φ: latitude of the path's centre, equation (4). [degrees]
    sea_fraction
        ω: fraction of the path over sea.
    land_km, inland_km
        d_tm and d_lm: the longest stretch over land, and over inland. [km]
    beta0_percent
        β_0: time in which the lapse rate exceeds 100 N-units/km near the ground, (5). [%]
    median_radius_km, beta_radius_km
        a_e and a_β: effective Earth radius, median (7a) and exceeded for β_0 (7b). [km]
    """

    latitude_deg: float
    sea_fraction: float
    land_km: float
    inland_km: float
    beta0_percent: float
    median_radius_km: float
    beta_radius_km: float


def climate_of(link: Link) -> Climate:
    """Give the radio climate of a link's path."""
    latitude = centre_latitude_deg(link.tx_lonlat, link.rx_lonlat, length_km=link.length_km)
    land = longest_stretch_km(link.distance_km, np.isin(link.zone, (COASTAL, INLAND)))
    inland = longest_stretch_km(link.distance_km, link.zone == INLAND)
    at_sea = stretches_km(link.distance_km, link.zone == SEA)
    return Climate(
        latitude_deg=latitude,
        sea_fraction=float(at_sea.sum()) / link.length_km,
        land_km=land,
        inland_km=inland,
        beta0_percent=beta0_percent(latitude, land_km=land, inland_km=inland),
        median_radius_km=EARTH_RADIUS_KM * 157.0 / (157.0 - link.delta_n),
        beta_radius_km=EARTH_RADIUS_KM * K_BETA,
    )


def centre_latitude_deg(
    tx_lonlat: tuple[float, float], rx_lonlat: tuple[float, float], *, length_km: float
) -> float:
    """Give the latitude half the path's length from transmitter to receiver on a great circle.

    The length is the profile's: where it is not the distance of the places, it rules.
    """
    (lon_t, phi_t), (lon_r, phi_r) = np.radians(tx_lonlat), np.radians(rx_lonlat)
    east = np.sin(lon_r - lon_t) * np.cos(phi_r)
    north = np.cos(phi_t) * np.sin(phi_r) - np.sin(phi_t) * np.cos(phi_r) * np.cos(lon_r - lon_t)
    apart = np.hypot(east, north)
    if apart < 1e-12:  # the same place: there is no bearing to follow
        return tx_lonlat[1]
    half = length_km / 2.0 / EARTH_RADIUS_KM
    sine = np.sin(phi_t) * np.cos(half) + np.cos(phi_t) * np.sin(half) * north / apart
    return float(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))


def stretches_km(distance_km: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Give the length of every run of points of a zone; zones meet half-way between points."""
    edges = np.diff(np.concatenate(([False], inside, [False])).astype(np.int8))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    middles = (distance_km[1:] + distance_km[:-1]) / 2.0
    borders = np.concatenate((distance_km[:1], middles, distance_km[-1:]))
    return np.asarray(borders[last + 1] - borders[first])


def longest_stretch_km(distance_km: Floats, inside: NDArray[np.bool_]) -> float:
    """Give the length of the longest run of points of a zone, 0 where there is none. [km]"""
    return float(stretches_km(distance_km, inside).max(initial=0.0))


def inland_factor(inland_km: float) -> float:
    """Give τ of equation (3), from 0 on the coast towards 1 far inland."""
    return float(-np.expm1(-4.12e-4 * inland_km**2.41))


def beta0_percent(latitude_deg: float, *, land_km: float, inland_km: float) -> float:
    """Give β_0 of equation (5) with μ_1 and μ_4 of § 3.6. [%]"""
    phi = abs(latitude_deg)
    tau = inland_factor(inland_km)
    mu1 = min(
        (10.0 ** (-land_km / (16.0 - 6.6 * tau)) + 10.0 ** (-5.0 * (0.496 + 0.354 * tau))) ** 0.2,
        1.0,
    )
    if phi > 70.0:
        return float(4.17 * mu1 * mu1**0.3)
    return float(10.0 ** (1.67 - 0.015 * phi) * mu1 * mu1 ** (0.0176 * phi - 0.935))
