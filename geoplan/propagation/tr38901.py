"""Path loss of 3GPP TR 38.901 V17.0.0 (2022-03), table 7.4.1-1: urban macro, street, rural macro.

For bands above 2.6 GHz, with line of sight and without. Indoor cells and the probability of line
of sight are left out; the loss into buildings stands in
:mod:`~geoplan.propagation.tr38901_indoors`.

References
----------
.. [1] 3GPP TR 38.901 V17.0.0, "Study on channel model for frequencies from 0.5 to 100 GHz,"
   March 2022, table 7.4.1-1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Floats = NDArray[np.float64]

UMA_RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (500.0, 100_000.0),
    "distance_km": (0.01, 5.0),
    "base_agl_m": (25.0, 25.0),
    "mobile_agl_m": (1.5, 22.5),
}
"""The base of UMa stands at 25 m; another height only enters through the slant distance."""

UMI_RANGE: Final[ranges.Limits] = {**UMA_RANGE, "base_agl_m": (10.0, 10.0)}
"""The base of a street cell stands at 10 m, below the roofs."""

RMA_LOS_RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (500.0, 30_000.0),
    "distance_km": (0.01, 10.0),
    "base_agl_m": (10.0, 150.0),
    "mobile_agl_m": (1.0, 10.0),
    "building_height_m": (5.0, 50.0),
    "street_width_m": (5.0, 50.0),
}

RMA_NLOS_RANGE: Final[ranges.Limits] = {**RMA_LOS_RANGE, "distance_km": (0.01, 5.0)}

_C_M_S: Final = 3.0e8
"""Speed of light as note 1 and note 5 of the table write it. [m/s]"""

_ENVIRONMENT_HEIGHT_M: Final = 1.0
"""h_E of note 1: 1 m for mobiles below 13 m; for higher ones it is random there, 1 m here."""


def _distances_m(distance_km: ArrayLike, rise_m: float) -> tuple[Floats, Floats]:
    """Give ground and slant distance; both NaN where there is no such distance. [m]"""
    ground = np.asarray(distance_km, dtype=np.float64) * 1e3
    ground = np.asarray(np.where(ground >= 0.0, ground, np.nan))
    return ground, np.asarray(np.hypot(ground, rise_m))


def uma_los_db(
    distance_km: ArrayLike, *, frequency_mhz: float, base_agl_m: float = 25.0, mobile_agl_m: float
) -> Floats:
    """Give the median path loss of urban macro cells in line of sight (module docstring, [1]_).

    Parameters
    ----------
    distance_km
        Ground distance from base to mobile, any shape. [km]
    frequency_mhz
        [MHz]
    base_agl_m, mobile_agl_m
        Heights of the antennas, different from each other; the base above 1 m. [m]

    Returns
    -------
    Loss, in the shape of the distance; NaN where that is missing or negative. [dB]

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`UMA_RANGE`.
    """
    _check_uma(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)
    return _uma_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)


def uma_nlos_db(
    distance_km: ArrayLike, *, frequency_mhz: float, base_agl_m: float = 25.0, mobile_agl_m: float
) -> Floats:
    """Give the median path loss of urban macro cells without line of sight ([1]_).

    Parameters, returns and warnings are those of :func:`uma_los_db`; the loss is never below it.
    """
    _check_uma(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)
    _, slant = _distances_m(distance_km, base_agl_m - mobile_agl_m)
    hidden = (
        13.54
        + 39.08 * np.log10(slant)
        + 20.0 * np.log10(frequency_mhz / 1e3)
        - 0.6 * (mobile_agl_m - 1.5)
    )
    return np.asarray(
        np.maximum(_uma_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m), hidden)
    )


def _check_uma(distance_km: ArrayLike, mhz: float, base_m: float, mobile_m: float) -> None:
    ranges.check(
        "TR 38.901 UMa",
        UMA_RANGE,
        frequency_mhz=mhz,
        distance_km=distance_km,
        base_agl_m=base_m,
        mobile_agl_m=mobile_m,
    )


def _uma_los_db(distance_km: ArrayLike, mhz: float, base_m: float, mobile_m: float) -> Floats:
    rise = base_m - mobile_m
    ground, slant = _distances_m(distance_km, rise)
    breakpoint_m = _urban_breakpoint_m(mhz, base_m, mobile_m)
    common = 28.0 + 20.0 * np.log10(mhz / 1e3)
    near = common + 22.0 * np.log10(slant)
    far = common + 40.0 * np.log10(slant) - 9.0 * np.log10(breakpoint_m**2 + rise**2)
    return np.asarray(np.where(ground <= breakpoint_m, near, far))


def umi_los_db(
    distance_km: ArrayLike, *, frequency_mhz: float, base_agl_m: float = 10.0, mobile_agl_m: float
) -> Floats:
    """Give the median path loss of street cells in line of sight ([1]_).

    Parameters and returns are those of :func:`uma_los_db`; it warns beyond :data:`UMI_RANGE`.
    """
    _check_umi(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)
    return _umi_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)


def umi_nlos_db(
    distance_km: ArrayLike, *, frequency_mhz: float, base_agl_m: float = 10.0, mobile_agl_m: float
) -> Floats:
    """Give the median path loss of street cells without line of sight ([1]_).

    Parameters and returns are those of :func:`uma_los_db`, warnings those of :func:`umi_los_db`;
    the loss is never below it.
    """
    _check_umi(distance_km, frequency_mhz, base_agl_m, mobile_agl_m)
    _, slant = _distances_m(distance_km, base_agl_m - mobile_agl_m)
    hidden = (
        22.4
        + 35.3 * np.log10(slant)
        + 21.3 * np.log10(frequency_mhz / 1e3)
        - 0.3 * (mobile_agl_m - 1.5)
    )
    return np.asarray(
        np.maximum(_umi_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m), hidden)
    )


def _check_umi(distance_km: ArrayLike, mhz: float, base_m: float, mobile_m: float) -> None:
    ranges.check(
        "TR 38.901 UMi",
        UMI_RANGE,
        frequency_mhz=mhz,
        distance_km=distance_km,
        base_agl_m=base_m,
        mobile_agl_m=mobile_m,
    )


def _umi_los_db(distance_km: ArrayLike, mhz: float, base_m: float, mobile_m: float) -> Floats:
    rise = base_m - mobile_m
    ground, slant = _distances_m(distance_km, rise)
    breakpoint_m = _urban_breakpoint_m(mhz, base_m, mobile_m)
    common = 32.4 + 20.0 * np.log10(mhz / 1e3)
    near = common + 21.0 * np.log10(slant)
    far = common + 40.0 * np.log10(slant) - 9.5 * np.log10(breakpoint_m**2 + rise**2)
    return np.asarray(np.where(ground <= breakpoint_m, near, far))


def _urban_breakpoint_m(mhz: float, base_m: float, mobile_m: float) -> float:
    """Give d'_BP of note 1. [m]"""
    over = (base_m - _ENVIRONMENT_HEIGHT_M) * (mobile_m - _ENVIRONMENT_HEIGHT_M)
    return 4.0 * over * mhz * 1e6 / _C_M_S


def rma_los_db(
    distance_km: ArrayLike,
    *,
    frequency_mhz: float,
    base_agl_m: float = 35.0,
    mobile_agl_m: float = 1.5,
    building_height_m: float = 5.0,
) -> Floats:
    """Give the median path loss of rural macro cells in line of sight (module docstring, [1]_).

    Parameters
    ----------
    distance_km
        Ground distance from base to mobile, any shape. [km]
    frequency_mhz
        [MHz]
    base_agl_m, mobile_agl_m
        Heights of the antennas, different from each other. [m]
    building_height_m
        Average height of the buildings. [m]

    Returns
    -------
    Loss, in the shape of the distance; NaN where that is missing or negative. [dB]

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RMA_LOS_RANGE`.
    """
    ranges.check(
        "TR 38.901 RMa",
        RMA_LOS_RANGE,
        frequency_mhz=frequency_mhz,
        distance_km=distance_km,
        base_agl_m=base_agl_m,
        mobile_agl_m=mobile_agl_m,
        building_height_m=building_height_m,
    )
    return _rma_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m, building_height_m)


def rma_nlos_db(
    distance_km: ArrayLike,
    *,
    frequency_mhz: float,
    base_agl_m: float = 35.0,
    mobile_agl_m: float = 1.5,
    building_height_m: float = 5.0,
    street_width_m: float = 20.0,
) -> Floats:
    """Give the median path loss of rural macro cells without line of sight ([1]_).

    Parameters and returns are those of :func:`rma_los_db`, besides the average width of the
    streets [m]; the loss is never below it. It is valid up to 5 km (:data:`RMA_NLOS_RANGE`).
    """
    ranges.check(
        "TR 38.901 RMa",
        RMA_NLOS_RANGE,
        frequency_mhz=frequency_mhz,
        distance_km=distance_km,
        base_agl_m=base_agl_m,
        mobile_agl_m=mobile_agl_m,
        building_height_m=building_height_m,
        street_width_m=street_width_m,
    )
    _, slant = _distances_m(distance_km, base_agl_m - mobile_agl_m)
    log_base = np.log10(base_agl_m)
    hidden = (
        161.04
        - 7.1 * np.log10(street_width_m)
        + 7.5 * np.log10(building_height_m)
        - (24.37 - 3.7 * (building_height_m / base_agl_m) ** 2) * log_base
        + (43.42 - 3.1 * log_base) * (np.log10(slant) - 3.0)
        + 20.0 * np.log10(frequency_mhz / 1e3)
        - (3.2 * np.log10(11.75 * mobile_agl_m) ** 2 - 4.97)
    )
    seen = _rma_los_db(distance_km, frequency_mhz, base_agl_m, mobile_agl_m, building_height_m)
    return np.asarray(np.maximum(seen, hidden))


def _rma_los_db(
    distance_km: ArrayLike, mhz: float, base_m: float, mobile_m: float, building_m: float
) -> Floats:
    ground, slant = _distances_m(distance_km, base_m - mobile_m)
    breakpoint_m = 2.0 * np.pi * base_m * mobile_m * mhz * 1e6 / _C_M_S

    def near(distance_m: ArrayLike) -> Floats:
        distance = np.asarray(distance_m, dtype=np.float64)
        return np.asarray(
            20.0 * np.log10(40.0 * np.pi * distance * mhz / 1e3 / 3.0)
            + min(0.03 * building_m**1.72, 10.0) * np.log10(distance)
            - min(0.044 * building_m**1.72, 14.77)
            + 0.002 * np.log10(building_m) * distance
        )

    far = near(breakpoint_m) + 40.0 * np.log10(slant / breakpoint_m)
    return np.asarray(np.where(ground <= breakpoint_m, near(slant), far))
