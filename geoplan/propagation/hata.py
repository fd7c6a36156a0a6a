"""Hata's formulas of 1980 for Okumura's curves: open land to large city, without terrain.

Above 1500 MHz they are left to :mod:`~geoplan.propagation.cost231`. Valid for 150 to 1500 MHz,
1 to 20 km, base antennas at 30 to 200 m and mobiles at 1 to 10 m.

References
----------
.. [1] M. Hata, "Empirical formula for propagation loss in land mobile radio services," IEEE
   Transactions on Vehicular Technology, vol. 29, no. 3, pp. 317-325, 1980.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Area = Literal["urban_large", "urban_medium", "suburban", "quasi_open", "open"]
"""What stands around the mobile; ``urban_medium`` is a small or medium city."""

AREAS: Final[tuple[Area, ...]] = get_args(Area)

RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (150.0, 1500.0),
    "distance_km": (1.0, 20.0),
    "base_agl_m": (30.0, 200.0),
    "mobile_agl_m": (1.0, 10.0),
}

QUASI_OPEN_DB: Final = 5.0
"""What quasi-open land loses more than open land, after Okumura's curves. [dB]"""


def path_loss_db(
    distance_km: ArrayLike,
    *,
    frequency_mhz: float,
    base_agl_m: float,
    mobile_agl_m: float = 1.5,
    area: Area,
) -> NDArray[np.float64]:
    """Give the median path loss after Hata (module docstring, [1]_).

    Parameters
    ----------
    distance_km
        Ground distance from base to mobile, any shape. [km]
    frequency_mhz
        [MHz]
    base_agl_m
        Height of the base antenna. [m]
    mobile_agl_m
        Height of the mobile antenna. [m]
    area
        One of :data:`AREAS`.

    Returns
    -------
    Loss, in the shape of the distance; NaN where that is missing or not positive. [dB]

    Raises
    ------
    ValueError
        If the area is none of :data:`AREAS`.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    ranges.check(
        "Hata",
        RANGE,
        frequency_mhz=frequency_mhz,
        distance_km=distance_km,
        base_agl_m=base_agl_m,
        mobile_agl_m=mobile_agl_m,
    )
    mobile_db = mobile_gain_db(area, frequency_mhz=frequency_mhz, mobile_agl_m=mobile_agl_m)
    at_1_km = 69.55 + 26.16 * np.log10(frequency_mhz) - 13.82 * np.log10(base_agl_m) - mobile_db
    relief_db = area_relief_db(area, frequency_mhz=frequency_mhz)
    return np.asarray(at_1_km + distance_db(distance_km, base_agl_m=base_agl_m) - relief_db)


def distance_db(distance_km: ArrayLike, *, base_agl_m: float) -> NDArray[np.float64]:
    """Give what the loss grows by from 1 km to the distance; NaN where that is not positive."""
    distance = np.asarray(distance_km, dtype=np.float64)
    decades = np.log10(np.where(distance > 0.0, distance, np.nan))
    return np.asarray((44.9 - 6.55 * np.log10(base_agl_m)) * decades)


def mobile_gain_db(area: Area, *, frequency_mhz: float, mobile_agl_m: float) -> float:
    """Give the gain of the mobile's height, a(hm): one formula for a large city, one for the rest.

    For a large city Hata gives one form up to 200 MHz and one from 400 MHz; we change over at
    300 MHz. [dB]
    """
    if area != "urban_large":
        log_f = np.log10(frequency_mhz)
        return float((1.1 * log_f - 0.7) * mobile_agl_m - (1.56 * log_f - 0.8))
    if frequency_mhz < 300.0:
        return float(8.29 * np.log10(1.54 * mobile_agl_m) ** 2 - 1.1)
    return float(3.2 * np.log10(11.75 * mobile_agl_m) ** 2 - 4.97)


def area_relief_db(area: Area, *, frequency_mhz: float) -> float:
    """Give what an area loses less than a city. [dB]"""
    log_f = np.log10(frequency_mhz)
    open_db = 4.78 * log_f**2 - 18.33 * log_f + 40.94
    relief: dict[Area, float] = {
        "urban_large": 0.0,
        "urban_medium": 0.0,
        "suburban": float(2.0 * np.log10(frequency_mhz / 28.0) ** 2 + 5.4),
        "quasi_open": float(open_db - QUASI_OPEN_DB),
        "open": float(open_db),
    }
    if area not in relief:
        raise ValueError(f"unknown area: {area!r}; known: {', '.join(AREAS)}")
    return relief[area]
