"""What a path is and what is asked of it, checked once: the inputs of ITU-R P.1812 (§ 3).

Malformed input is refused here and input beyond the published range is told here, so that the
formulas of the other modules may trust what they are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Floats = NDArray[np.float64]
Zones = NDArray[np.int64]

Polarization = Literal["horizontal", "vertical"]
POLARIZATIONS: Final[tuple[Polarization, ...]] = get_args(Polarization)

SEA: Final = 1
COASTAL: Final = 3
INLAND: Final = 4
ZONES: Final = (SEA, COASTAL, INLAND)
"""Radio-climatic zones (§ 3.3, table 3), by the numbers of ITU's profiles."""

RANGE: Final[ranges.Limits] = {
    "frequency_ghz": (0.03, 6.0),
    "length_km": (0.25, 3000.0),
    "time_percent": (1.0, 50.0),
    "location_percent": (1.0, 99.0),
    "antenna_agl_m": (1.0, 3000.0),
    "latitude_deg": (-80.0, 80.0),
}
"""Where the Recommendation holds (§ 1 and table 1); both ends are valid."""

_GREATEST_LAPSE: Final = 157.0
"""At this lapse rate the effective Earth is flat and equation (6) has no value. [N-units/km]"""


@dataclass(frozen=True)
class Link:
    """A path from transmitter to receiver and what is asked of it; see :func:`checked`.

    Attributes
    ----------
    distance_km, ground_amsl_m, clutter_m, zone
        The profile, from transmitter to receiver.
    surface_amsl_m
        g_i of equations (1): ground and clutter, without the clutter at the two terminals.
    """

    distance_km: Floats
    ground_amsl_m: Floats
    clutter_m: Floats
    zone: Zones
    surface_amsl_m: Floats
    frequency_ghz: float
    tx_agl_m: float
    rx_agl_m: float
    polarization: Polarization
    time_percent: float
    location_percent: float
    location_sigma_db: float
    delta_n: float
    n0: float
    tx_lonlat: tuple[float, float]
    rx_lonlat: tuple[float, float]
    coast_tx_km: float
    coast_rx_km: float

    @property
    def length_km(self) -> float:
        """d: the length of the path. [km]"""
        return float(self.distance_km[-1])

    @property
    def tx_amsl_m(self) -> float:
        """h_ts, which is also h_tc: the transmitting antenna above sea level. [m]"""
        return float(self.ground_amsl_m[0]) + self.tx_agl_m

    @property
    def rx_amsl_m(self) -> float:
        """h_rs, which is also h_rc: the receiving antenna above sea level. [m]"""
        return float(self.ground_amsl_m[-1]) + self.rx_agl_m

    @property
    def wavelength_m(self) -> float:
        """λ with the speed of light as ITU-R P.2001 rounds it, 2.998e8 m/s. [m]"""
        return 0.2998 / self.frequency_ghz


def checked(
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
) -> Link:
    """Make a link of the inputs of :func:`itu_p1812.basic_transmission_loss_db`.

    Raises
    ------
    ValueError
        If anything is malformed; the message names all of it.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    distance, ground, clutter, zones = (
        np.atleast_1d(np.asarray(given, dtype=np.float64))
        for given in (distance_km, ground_amsl_m, clutter_m, zone)
    )
    numbers = {
        "frequency_ghz": frequency_ghz,
        "tx_agl_m": tx_agl_m,
        "rx_agl_m": rx_agl_m,
        "time_percent": time_percent,
        "location_percent": location_percent,
        "location_sigma_db": location_sigma_db,
        "delta_n": delta_n,
        "n0": n0,
        "coast_tx_km": coast_tx_km,
        "coast_rx_km": coast_rx_km,
    }
    problems = [
        *_profile_problems(distance, ground, clutter, zones),
        *number_problems(numbers),
        *_place_problems(tx_lonlat, rx_lonlat),
    ]
    if polarization not in POLARIZATIONS:
        problems.append(f"polarization must be one of {', '.join(POLARIZATIONS)}")
    if problems:
        raise ValueError("P.1812: " + "; ".join(problems))
    ranges.check(
        "P.1812",
        RANGE,
        frequency_ghz=frequency_ghz,
        length_km=distance[-1],
        time_percent=time_percent,
        location_percent=location_percent,
        antenna_agl_m=[tx_agl_m, rx_agl_m],
        latitude_deg=[tx_lonlat[1], rx_lonlat[1]],
    )
    return Link(
        distance_km=distance,
        ground_amsl_m=ground,
        clutter_m=clutter,
        zone=zones.astype(np.int64),
        surface_amsl_m=_surface(ground, clutter),
        polarization=polarization,
        tx_lonlat=(float(tx_lonlat[0]), float(tx_lonlat[1])),
        rx_lonlat=(float(rx_lonlat[0]), float(rx_lonlat[1])),
        **{name: float(value) for name, value in numbers.items()},
    )


def _surface(ground: Floats, clutter: Floats) -> Floats:
    surface = ground + clutter
    surface[[0, -1]] = ground[[0, -1]]
    return surface


def _profile_problems(
    distance: Floats, ground: Floats, clutter: Floats, zones: Floats
) -> Iterator[str]:
    arrays = {"ground_amsl_m": ground, "clutter_m": clutter, "zone": zones}
    if distance.ndim != 1 or len(distance) < 3:
        yield "distance_km must be one row of at least 3 points: the ends and one between"
        return
    for name, given in arrays.items():
        if given.shape != distance.shape:
            yield f"{name} has shape {given.shape}, distance_km has {distance.shape}"
    for name, given in {"distance_km": distance, **arrays}.items():
        if not np.isfinite(given).all():
            yield f"{name} holds a value that is no finite number"
    if distance[0] != 0.0:
        yield "distance_km must begin with 0, at the transmitter"
    if (np.diff(distance) < 0.0).any():
        yield "distance_km must not descend"
    elif distance[1] == 0.0 or distance[-2] == distance[-1]:
        yield "distance_km must hold each terminal once"
    if (clutter < 0.0).any():
        yield "clutter_m must not be negative"
    if not np.isin(zones[np.isfinite(zones)], ZONES).all():
        yield "zone must be 1 (sea), 3 (coastal land) or 4 (inland)"


def number_problems(numbers: dict[str, float]) -> Iterator[str]:
    """Tell what is wrong with the numbers of a link, by their names; others are not looked at."""
    for name, value in numbers.items():
        if not np.isfinite(value):
            yield f"{name} is no finite number"
        elif name in ("frequency_ghz", "tx_agl_m", "rx_agl_m") and value <= 0.0:
            yield f"{name} must be above 0"
        elif name in ("location_sigma_db", "coast_tx_km", "coast_rx_km") and value < 0.0:
            yield f"{name} must not be negative"
        elif name == "time_percent" and not 0.0 < value <= 50.0:
            yield "time_percent must be above 0 and at most 50, where the formulas end"
        elif name == "location_percent" and not 0.0 < value < 100.0:
            yield "location_percent must lie between 0 and 100"
        elif name == "delta_n" and not 0.0 < value < _GREATEST_LAPSE:
            yield f"delta_n must lie between 0 and {_GREATEST_LAPSE:g}: a positive lapse rate"


def _place_problems(
    tx_lonlat: tuple[float, float], rx_lonlat: tuple[float, float]
) -> Iterator[str]:
    for name, given in (("tx_lonlat", tx_lonlat), ("rx_lonlat", rx_lonlat)):
        if len(given) != 2 or not np.isfinite(given).all():
            yield f"{name} must be a longitude and a latitude"
        elif abs(given[1]) > 90.0 or abs(given[0]) > 360.0:
            yield f"{name} must be a longitude, then a latitude, in degrees"
