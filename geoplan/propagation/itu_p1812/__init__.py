"""Recommendation ITU-R P.1812-8 (09/2025): loss over a terrain profile, 30 MHz to 6 GHz.

The whole of the Recommendation for outdoor terminals: line of sight with focusing and multipath,
delta-Bullington diffraction over ground and clutter, ducting and layer reflection, troposcatter,
time and location percentages, land and sea. Building entry is left to ITU-R P.2109, and deriving
profiles, clutter heights, ΔN and N0 from maps to the caller. This is the plain form that defines
the numbers; valid within :data:`RANGE`.

Editions: the formulas are held to ITU's validation rows for -8. P.1812-7 (08/2023) as printed has
another troposcatter model (§ 4.4) and so other numbers on paths far beyond the horizon, where
scatter is what arrives; ITU has since told its users to go back to the model of -6, which -8 has
again and this module too. We know of no other formula that differs between -6, -7 and -8, but
have compared public implementations, not the printed texts. Numbers of equations are those that
the validation set names.

Of the choices that the Recommendation offers, terminals keep no clutter of their own, and the
smooth path's Bullington loss is taken over the points of the profile (§ 4.3.4, not attachment 4).
Two of its properties are worth knowing: where a horizon moves from one ridge to another, and
where ω passes 0.75 near a coast, the ducting loss jumps; and the loss is the same in both
directions but for the location term, which looks at the receiver only.

References
----------
.. [1] Recommendation ITU-R P.1812-8, "A path-specific propagation prediction method for
   point-to-area terrestrial services in the frequency range 30 MHz to 6 000 MHz," 2025.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geoplan.propagation.itu_p1812 import climate, combination, diffraction, enhancement, terrain
from geoplan.propagation.itu_p1812.link import (
    COASTAL,
    INLAND,
    POLARIZATIONS,
    RANGE,
    SEA,
    Link,
    Polarization,
    checked,
)

__all__ = [
    "COASTAL",
    "INLAND",
    "POLARIZATIONS",
    "RANGE",
    "SEA",
    "USUAL_DELTA_N",
    "USUAL_N0",
    "Link",
    "Polarization",
    "Steps",
    "basic_transmission_loss_db",
    "checked",
    "field_strength_dbuv_m",
    "steps",
]


USUAL_DELTA_N: float = 45.0
"""ΔN where no map is read: an assumption for a humid tropical coast. [N-units/km]"""
USUAL_N0: float = 370.0
"""N_0 likewise. [N-units]"""


@dataclass(frozen=True)
class Steps:
    """Every intermediate value of a loss, in the order of the Recommendation.

    Attributes
    ----------
    link
        What was asked.
    climate, horizons, smooth_earth
        The path (§ 3 and attachment 1).
    line_of_sight
        § 4.2.
    median, beta
        Diffraction for the median effective Earth radius and for that exceeded for β_0 (§ 4.3).
    troposcatter_db
        L_bs (§ 4.4). [dB]
    ducting
        § 4.5.
    combination
        § 4.6 to 4.9.
    """

    link: Link
    climate: climate.Climate
    horizons: terrain.Horizons
    smooth_earth: terrain.SmoothEarth
    line_of_sight: combination.LineOfSight
    median: diffraction.Diffraction
    beta: diffraction.Diffraction
    troposcatter_db: float
    ducting: enhancement.Ducting
    combination: combination.Combination

    @property
    def loss_db(self) -> float:
        """L_b: basic transmission loss. [dB]"""
        return self.combination.loss_db


def basic_transmission_loss_db(
    distance_km: ArrayLike,
    ground_amsl_m: ArrayLike,
    *,
    clutter_m: ArrayLike,
    zone: ArrayLike,
    frequency_ghz: float,
    tx_agl_m: float,
    rx_agl_m: float,
    polarization: Polarization,
    time_percent: float,
    location_percent: float,
    location_sigma_db: float,
    delta_n: float,
    n0: float,
    tx_lonlat: tuple[float, float],
    rx_lonlat: tuple[float, float],
    coast_tx_km: float = 500.0,
    coast_rx_km: float = 500.0,
) -> float:
    """Give the basic transmission loss not exceeded for p % of time and p_L % of locations [1]_.

    Parameters
    ----------
    distance_km
        n ≥ 3 distances from the transmitter, from 0 to the receiver, ascending. [km]
    ground_amsl_m
        n heights of the ground above sea level. [m]
    clutter_m
        n heights of what stands on the ground, used as given; those of the two terminals have no
        part (equation 1). [m]
    zone
        n radio-climatic zones: 1 sea, 3 coastal land, 4 inland. Zones meet half-way between points.
    frequency_ghz
        f, 0.03 to 6. [GHz]
    tx_agl_m, rx_agl_m
        Antennas above the ground, 1 to 3000. [m]
    polarization
        ``horizontal`` or ``vertical``.
    time_percent
        p: share of an average year in which the loss is not exceeded, 1 to 50. [%]
    location_percent
        p_L: share of locations at which it is not exceeded, 1 to 99. [%]
    location_sigma_db
        σ_L: standard deviation over locations; 0 = the median only. [dB]
    delta_n
        ΔN: lapse rate of refractivity in the lowest kilometre, positive. [N-units/km]
    n0
        N_0: refractivity at sea level. [N-units]
    tx_lonlat, rx_lonlat
        Longitude and latitude of the terminals. [degrees]
    coast_tx_km, coast_rx_km
        d_ct, d_cr: over land from each terminal to the coast along the path; 0 on a ship. They
        are never derived from the zones. [km]

    Returns
    -------
    L_b. [dB]

    Raises
    ------
    ValueError
        If the input is malformed: shapes that differ, distances that descend, numbers that are
        not finite, a time percentage above 50; the message names everything that is wrong.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    return steps(
        checked(
            distance_km,
            ground_amsl_m,
            clutter_m=clutter_m,
            zone=zone,
            frequency_ghz=frequency_ghz,
            tx_agl_m=tx_agl_m,
            rx_agl_m=rx_agl_m,
            polarization=polarization,
            time_percent=time_percent,
            location_percent=location_percent,
            location_sigma_db=location_sigma_db,
            delta_n=delta_n,
            n0=n0,
            tx_lonlat=tx_lonlat,
            rx_lonlat=rx_lonlat,
            coast_tx_km=coast_tx_km,
            coast_rx_km=coast_rx_km,
        )
    ).loss_db


def steps(link: Link) -> Steps:
    """Compute the loss of a link made by :func:`checked`, with every intermediate value."""
    weather = climate.climate_of(link)
    found = terrain.horizons(link, radius_km=weather.median_radius_km)
    earth = terrain.smooth_earth(link, found)
    sight = combination.line_of_sight(link, weather, found)
    median, beta = (
        diffraction.delta_bullington(
            link, earth, radius_km=radius_km, sea_fraction=weather.sea_fraction
        )
        for radius_km in (weather.median_radius_km, weather.beta_radius_km)
    )
    ducted = enhancement.ducting(link, weather, found, earth)
    scattered_db = enhancement.troposcatter_db(link, found)
    whole = combination.combined(
        link,
        weather,
        found,
        sight,
        median_db=median.loss_db,
        beta_db=beta.loss_db,
        ducted_db=ducted.loss_db,
        scattered_db=scattered_db,
    )
    return Steps(link, weather, found, earth, sight, median, beta, scattered_db, ducted, whole)


def field_strength_dbuv_m(loss_db: float, *, frequency_ghz: float, erp_kw: float = 1.0) -> float:
    """Give the field strength that a loss leaves of an effective radiated power (§ 4.10, (70)).

    Parameters
    ----------
    loss_db
        Basic transmission loss. [dB]
    frequency_ghz
        [GHz]
    erp_kw
        Effective radiated power. [kW]

    Returns
    -------
    Field strength. [dB(µV/m)]
    """
    return float(199.36 + 20.0 * np.log10(frequency_ghz) - loss_db + 10.0 * np.log10(erp_kw))
