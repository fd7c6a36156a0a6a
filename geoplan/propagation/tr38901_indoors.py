"""Loss from outdoors into buildings after 3GPP TR 38.901 V17.0.0, § 7.4.3 (O2I).

Two models of façades: low loss (plain glass) and high loss (metallised glass); 3GPP takes the low
one alone for rural land. The path outside is left to :mod:`~geoplan.propagation.tr38901`.

References
----------
.. [1] 3GPP TR 38.901 V17.0.0, "Study on channel model for frequencies from 0.5 to 100 GHz,"
   March 2022, tables 7.4.3-1 and 7.4.3-2.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Facade = Literal["low_loss", "high_loss"]

FACADES: Final[tuple[Facade, ...]] = get_args(Facade)

SIGMA_DB: Final[dict[Facade, float]] = {"low_loss": 4.4, "high_loss": 6.5}
"""σ_P: standard deviation of the penetration loss. [dB]"""

MEAN_DEPTH_M: Final = {"UMa": 25.0 / 3.0, "UMi": 25.0 / 3.0, "RMa": 10.0 / 3.0}
"""Mean of d_2D-in, the lesser of two draws between 0 and 25 m, or 0 and 10 m in rural land. [m]"""

RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (500.0, 100_000.0),
    "depth_m": (0.0, 25.0),
}

_GLASS_SHARE: Final[dict[Facade, float]] = {"low_loss": 0.3, "high_loss": 0.7}


def penetration_loss_db(
    depth_m: ArrayLike, *, frequency_mhz: float, facade: Facade
) -> NDArray[np.float64]:
    """Give the median loss through a façade and on into the building [1]_.

    Parameters
    ----------
    depth_m
        d_2D-in: way within the building, any shape; :data:`MEAN_DEPTH_M` on average. [m]
    frequency_mhz
        [MHz]
    facade
        One of :data:`FACADES`.

    Returns
    -------
    PL_tw + PL_in, in the shape of the depth; NaN where that is missing or negative. [dB]

    Raises
    ------
    ValueError
        If the façade is unknown.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`RANGE`.
    """
    if facade not in _GLASS_SHARE:
        raise ValueError(f"unknown facade: {facade!r}; known: {', '.join(FACADES)}")
    ranges.check("TR 38.901 O2I", RANGE, frequency_mhz=frequency_mhz, depth_m=depth_m)
    f = frequency_mhz / 1e3
    glass_db = 2.0 + 0.2 * f if facade == "low_loss" else 23.0 + 0.3 * f
    concrete_db = 5.0 + 4.0 * f
    share = _GLASS_SHARE[facade]
    passed = share * 10.0 ** (-glass_db / 10) + (1.0 - share) * 10.0 ** (-concrete_db / 10)
    depth = np.asarray(depth_m, dtype=np.float64)
    return np.asarray(5.0 - 10.0 * np.log10(passed) + 0.5 * np.where(depth >= 0.0, depth, np.nan))
