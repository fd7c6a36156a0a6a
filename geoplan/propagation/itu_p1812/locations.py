"""How much the loss varies over the locations of a pixel, after P.1812 § 4.7.

The loss itself takes any standard deviation (``location_sigma_db``): this is the one that the
Recommendation offers where none was measured. Broadcasters use 5.5 dB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FADE_M = 10.0
"""Over this height above the clutter the variability fades away. [m]"""


def location_sigma_db(
    frequency_ghz: float, *, resolution_m: float, rx_agl_m: ArrayLike, clutter_m: ArrayLike
) -> NDArray[np.float64]:
    """Give σ_loc: the standard deviation of the loss over the locations of a pixel (§ 4.7).

    Equation (66) was printed with 0.0024 in P.1812-5; later editions have 0.024.

    Parameters
    ----------
    frequency_ghz
        [GHz]
    resolution_m
        w_a: side of the square over which the receiver may stand. [m]
    rx_agl_m
        h: height of the receiver, any shape. [m]
    clutter_m
        R: height of the clutter there, in a shape that fits. [m]

    Returns
    -------
    σ_loc, in the shape of the heights; NaN where one is missing. [dB]

    Raises
    ------
    ValueError
        If frequency or resolution is not above 0.
    """
    if not (frequency_ghz > 0.0 and resolution_m > 0.0):
        raise ValueError(f"not above 0: {frequency_ghz:g} GHz or {resolution_m:g} m")
    sigma = (0.52 + 0.024 * frequency_ghz) * resolution_m**0.28
    over = np.asarray(rx_agl_m, dtype=np.float64) - np.asarray(clutter_m, dtype=np.float64)
    return np.asarray(sigma * np.clip(1.0 - over / FADE_M, 0.0, 1.0))
