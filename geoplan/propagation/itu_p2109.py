"""Loss into buildings after Recommendation ITU-R P.2109-2 (08/2023), 80 MHz to 100 GHz.

It stands for a terminal anywhere within a building of unknown plan; the path outside is left to
the other models. Two classes of building: traditional, and thermally efficient (metallised
glass, foil-backed panels).

References
----------
.. [1] Recommendation ITU-R P.2109-2, "Prediction of building entry loss," 2023, annex 1, § 3.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Building = Literal["traditional", "thermally_efficient"]

BUILDINGS: Final[tuple[Building, ...]] = get_args(Building)

RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (80.0, 100_000.0),
    "elevation_deg": (-90.0, 90.0),
}


class _Coefficients(NamedTuple):
    """Table 1 of the Recommendation."""

    r: float
    s: float
    t: float
    u: float
    v: float
    w: float
    x: float
    y: float
    z: float


_TABLE: Final[dict[Building, _Coefficients]] = {
    "traditional": _Coefficients(12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0),
    "thermally_efficient": _Coefficients(28.19, -3.0, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1),
}

_LEAST_DB: Final = -3.0
"""C: what keeps the loss from falling without end in the lucky corner. [dB]"""


def entry_loss_db(
    frequency_mhz: ArrayLike,
    *,
    building: Building,
    probability: float = 0.5,
    elevation_deg: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """Give the building entry loss not exceeded with a probability ([1]_, equation 1).

    Parameters
    ----------
    frequency_mhz
        Any shape, 80 to 100,000. [MHz]
    building
        One of :data:`BUILDINGS`.
    probability
        P, between 0 and 1: the share of places in buildings at which the loss is no greater.
    elevation_deg
        θ: elevation of the path at the façade, any shape that fits the frequency's. [degrees]

    Returns
    -------
    Loss, in the shape of frequency and elevation; NaN where either is missing or the frequency is
    not positive. [dB]

    Raises
    ------
    ValueError
        If the building is unknown or the probability is not between 0 and 1.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    if building not in _TABLE:
        raise ValueError(f"unknown building: {building!r}; known: {', '.join(BUILDINGS)}")
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability must lie between 0 and 1: {probability:g}")
    ranges.check("P.2109", RANGE, frequency_mhz=frequency_mhz, elevation_deg=elevation_deg)
    k = _TABLE[building]
    frequency = np.asarray(frequency_mhz, dtype=np.float64)
    log_f = np.log10(np.where(frequency > 0.0, frequency, np.nan) / 1e3)
    quantile = NormalDist().inv_cdf(probability)
    slope_db = 0.212 * np.abs(np.asarray(elevation_deg, dtype=np.float64))
    mu1 = k.r + k.s * log_f + k.t * log_f**2 + slope_db
    mu2 = k.w + k.x * log_f
    a = quantile * (k.u + k.v * log_f) + mu1
    b = quantile * (k.y + k.z * log_f) + mu2
    return np.asarray(
        10.0 * np.log10(10.0 ** (a / 10) + 10.0 ** (b / 10) + 10.0 ** (_LEAST_DB / 10))
    )
