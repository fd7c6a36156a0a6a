"""Free-space loss after Recommendation ITU-R P.525-4 (08/2019): the least loss of any path.

Everything that stands in the way is left to the other models. Valid in the far field, for any
frequency and distance.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

SPEED_OF_LIGHT_M_S: Final = 299_792_458.0
"""Exact, by the definition of the metre (SI)."""


def path_loss_db(distance_km: ArrayLike, *, frequency_mhz: float) -> NDArray[np.float64]:
    """Give the free-space basic transmission loss 20 log(4πd/λ) [1]_.

    The Recommendation also prints it as 32.4 + 20 log f + 20 log d, which rounds the constant
    32.448.

    Parameters
    ----------
    distance_km
        Distance between the antennas, any shape. [km]
    frequency_mhz
        [MHz]

    Returns
    -------
    Loss, in the shape of the distance; NaN where that is missing or not positive. [dB]

    References
    ----------
    .. [1] Recommendation ITU-R P.525-4, "Calculation of free-space attenuation," 2019, § 2.3.
    """
    distance = np.asarray(distance_km, dtype=np.float64) * 1e3
    wavelength_m = SPEED_OF_LIGHT_M_S / (frequency_mhz * 1e6)
    positive = np.where(distance > 0.0, distance, np.nan)
    return np.asarray(20.0 * np.log10(4.0 * np.pi * positive / wavelength_m))
