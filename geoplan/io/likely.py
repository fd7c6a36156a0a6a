"""What seems to have happened to coordinates that lie nowhere near: told, never mended.

The words stand in ``messages.HINTS``; refusing the rows is left to ``coordinates``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_POWERS: Final = (10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7)


def causes(longitude: Floats, latitude: Floats, communes: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Give the cause that would put each point into the box around the communes, else nothing.

    Parameters
    ----------
    longitude, latitude
        Degrees as they were read, shape (n,); NaN and infinite have no cause.
    """
    found = np.full(len(longitude), "", dtype=object)
    if len(communes) == 0:
        return found
    west, south, east, north = communes.total_bounds
    for cause, lon, lat in _mended(longitude, latitude):
        with np.errstate(invalid="ignore"):
            inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        found[inside & (found == "")] = cause
    return found


def _mended(lon: Floats, lat: Floats) -> Iterator[tuple[str, Floats, Floats]]:
    """Give each cause with the coordinates as they would be without it, the likeliest first."""
    yield "swapped", lat, lon
    for east, north in ((-1, 1), (1, -1), (-1, -1)):
        yield "sign", east * lon, north * lat
    with np.errstate(over="ignore", invalid="ignore"):
        for power in _POWERS:
            for scale in (power, 1.0 / power):
                yield "decimal_mark", lon * scale, lat * scale
                yield "decimal_mark", lon * scale, lat
                yield "decimal_mark", lon, lat * scale
