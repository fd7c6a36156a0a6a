"""The sectors of sites as small polygons that show a direction, not a range.

Which cells there are and how wide they serve is left to ``coverage``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy

_STEP_DEG: Final = 10.0
"""An arc has a corner at least this often."""

Floats = NDArray[np.float64]


def wedge(
    longitude: float, latitude: float, azimuth_deg: float, width_deg: float, radius_m: float
) -> Floats:
    """Give a sector as a closed ring, counter-clockwise, shape (n, 2): a circle if all round.

    Parameters
    ----------
    longitude, latitude
        Of the antenna. [degrees on WGS 84]
    azimuth_deg
        Middle of the sector, from true north; NaN = all round.
    width_deg
        Whole opening of the sector.
    radius_m
        How long it is drawn along the ellipsoid.
    """
    if np.isnan(azimuth_deg) or width_deg >= 360.0:
        around = np.arange(360.0, -_STEP_DEG / 2, -_STEP_DEG)
        return _places(longitude, latitude, around, radius_m)
    steps = max(int(np.ceil(width_deg / _STEP_DEG)), 1) + 1
    half = width_deg / 2.0
    arc = _places(
        longitude, latitude, np.linspace(azimuth_deg + half, azimuth_deg - half, steps), radius_m
    )
    centre = np.array([[longitude, latitude]])
    return np.concatenate((centre, arc, centre))


def _places(longitude: float, latitude: float, azimuths: ArrayLike, radius_m: float) -> Floats:
    return np.column_stack(geodesy.destination(longitude, latitude, azimuths, radius_m))
