"""COST 231's extension of Hata's model to 1500-2000 MHz, without terrain.

Published for cities; suburban and open land take Hata's own relief at the same frequency, as is
usual. Above 2000 MHz it is an extrapolation and says so; below 1500 MHz the loss is left to
:mod:`~geoplan.propagation.hata`.

References
----------
.. [1] COST Action 231, "Digital mobile radio towards future generation systems: final report,"
   European Commission, EUR 18957, 1999, § 4.4.1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import hata, ranges

RANGE: Final[ranges.Limits] = {**hata.RANGE, "frequency_mhz": (1500.0, 2000.0)}

METROPOLITAN_DB: Final = 3.0
"""C_m of metropolitan centres; 0 dB in medium cities and suburbs. [dB]

There we also take Hata's mobile height gain of a large city, as most implementations do; the
report prints the other one only. At 1.5 m the two differ by less than 0.05 dB.
"""


def path_loss_db(
    distance_km: ArrayLike,
    *,
    frequency_mhz: float,
    base_agl_m: float,
    mobile_agl_m: float = 1.5,
    area: hata.Area,
) -> NDArray[np.float64]:
    """Give the median path loss after COST 231 (module docstring, [1]_).

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
        One of :data:`geoplan.propagation.hata.AREAS`.

    Returns
    -------
    Loss, in the shape of the distance; NaN where that is missing or not positive. [dB]

    Raises
    ------
    ValueError
        If the area is unknown.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    ranges.check(
        "COST-231-Hata",
        RANGE,
        frequency_mhz=frequency_mhz,
        distance_km=distance_km,
        base_agl_m=base_agl_m,
        mobile_agl_m=mobile_agl_m,
    )
    mobile_db = hata.mobile_gain_db(area, frequency_mhz=frequency_mhz, mobile_agl_m=mobile_agl_m)
    at_1_km = 46.3 + 33.9 * np.log10(frequency_mhz) - 13.82 * np.log10(base_agl_m) - mobile_db
    city_db = METROPOLITAN_DB if area == "urban_large" else 0.0
    relief_db = hata.area_relief_db(area, frequency_mhz=frequency_mhz)
    further_db = hata.distance_db(distance_km, base_agl_m=base_agl_m)
    return np.asarray(at_1_km + city_db + further_db - relief_db)
