"""Loss in the clutter around a terminal after Recommendation ITU-R P.2108-1 (09/2021).

Two methods: the height-gain correction where the clutter's height is known (§ 3.1, 30 MHz to 3
GHz), and the statistical model of cities and suburbs where it is not (§ 3.2, 0.5 to 67 GHz).
Slant paths (§ 3.3) are left out. Neither is added to a path that has seen the same clutter
already, as that of :mod:`~geoplan.propagation.itu_p1812` has.

References
----------
.. [1] Recommendation ITU-R P.2108-1, "Prediction of clutter loss," 2021, annex 1, § 3.1.
.. [2] The same, § 3.2.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges

Clutter = Literal["water", "open", "suburban", "urban_or_trees", "dense_urban"]

CLUTTERS: Final[tuple[Clutter, ...]] = get_args(Clutter)

DEFAULT_HEIGHT_M: Final[dict[Clutter, float]] = {
    "water": 10.0,
    "open": 10.0,
    "suburban": 10.0,
    "urban_or_trees": 15.0,
    "dense_urban": 20.0,
}
"""R: representative height of the clutter where none is known (table 3). [m]"""

HEIGHT_GAIN_RANGE: Final[ranges.Limits] = {"frequency_mhz": (30.0, 3000.0)}

STATISTICAL_RANGE: Final[ranges.Limits] = {
    "frequency_mhz": (500.0, 67_000.0),
    "distance_km": (0.25, np.inf),
}
"""For one terminal in the clutter; for both of them the distance must be 1 km at least."""

_FARTHEST_KM: Final = 2.0
"""The loss grows no further beyond (§ 3.2, equation 6)."""

_OVER_A_ROOF: Final[frozenset[Clutter]] = frozenset({"suburban", "urban_or_trees", "dense_urban"})


def height_gain_db(
    antenna_agl_m: ArrayLike,
    *,
    frequency_mhz: float,
    clutter: Clutter,
    clutter_m: float | None = None,
    street_width_m: float = 27.0,
) -> NDArray[np.float64]:
    """Give what a terminal below its clutter loses against one at the clutter's top [1]_.

    Parameters
    ----------
    antenna_agl_m
        h: height of the antenna, any shape. [m]
    frequency_mhz
        [MHz]
    clutter
        One of :data:`CLUTTERS`.
    clutter_m
        R: height of the clutter; default: :data:`DEFAULT_HEIGHT_M`. [m]
    street_width_m
        w_s. [m]

    Returns
    -------
    A_h, in the shape of the height: 0 at the clutter's height and above, NaN where the height is
    missing or not positive. The loss of the path itself is then that to the clutter's top. [dB]

    Raises
    ------
    ValueError
        If the clutter is unknown.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`HEIGHT_GAIN_RANGE`.
    """
    if clutter not in DEFAULT_HEIGHT_M:
        raise ValueError(f"unknown clutter: {clutter!r}; known: {', '.join(CLUTTERS)}")
    ranges.check("P.2108 § 3.1", HEIGHT_GAIN_RANGE, frequency_mhz=frequency_mhz)
    top = DEFAULT_HEIGHT_M[clutter] if clutter_m is None else clutter_m
    h = np.asarray(antenna_agl_m, dtype=np.float64)
    below = np.minimum(np.where(h > 0.0, h, np.nan), top)
    f = frequency_mhz / 1e3
    if clutter not in _OVER_A_ROOF:
        return np.asarray(-(21.8 + 6.2 * np.log10(f)) * np.log10(below / top) + 0.0)
    drop = top - below
    angle_deg = np.degrees(np.arctan(drop / street_width_m))
    nu = 0.342 * np.sqrt(f) * np.sqrt(drop * angle_deg)
    edge_db = 6.9 + 20.0 * np.log10(np.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1)
    return np.asarray(np.where(drop > 0.0, edge_db - 6.03, np.where(np.isnan(drop), np.nan, 0.0)))


def statistical_loss_db(
    distance_km: ArrayLike, *, frequency_mhz: float, location_percent: float = 50.0
) -> NDArray[np.float64]:
    """Give the clutter loss of one terminal in a city or suburb, far below its roofs [2]_.

    Parameters
    ----------
    distance_km
        Length of the path, any shape. [km]
    frequency_mhz
        [MHz]
    location_percent
        p: share of locations at which the loss is no greater, between 0 and 100. [%]

    Returns
    -------
    L_ctt, in the shape of the distance; NaN where that is missing or not positive. [dB]

    Raises
    ------
    ValueError
        If the share of locations is not between 0 and 100.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`STATISTICAL_RANGE`.
    """
    if not 0.0 < location_percent < 100.0:
        raise ValueError(f"location_percent must lie between 0 and 100: {location_percent:g}")
    ranges.check(
        "P.2108 § 3.2", STATISTICAL_RANGE, frequency_mhz=frequency_mhz, distance_km=distance_km
    )
    distance = np.asarray(distance_km, dtype=np.float64)
    near = np.minimum(np.where(distance > 0.0, distance, np.nan), _FARTHEST_KM)
    log_f = np.log10(frequency_mhz / 1e3)
    through = 10.0 ** (-0.2 * (-2.0 * np.log10(10.0 ** (-5.0 * log_f - 12.5) + 10.0**-16.5)))
    around = 10.0 ** (-0.2 * (32.98 + 23.9 * np.log10(near) + 3.0 * log_f))
    sigma = np.sqrt((4.0**2 * through + 6.0**2 * around) / (through + around))
    quantile = NormalDist().inv_cdf(location_percent / 100.0)
    return np.asarray(-5.0 * np.log10(through + around) + sigma * quantile)
