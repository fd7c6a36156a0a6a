"""Which coordinate system the metres of a file can be in, by where it would put its rows.

A zone of VN-2000 whose meridian is wrong by 15′ moves every point by 27 km: among the communes
only the right one keeps them all inside. Reading coordinates is left to ``coordinates``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geoplan import admin, geodesy

Floats = NDArray[np.float64]

_OTHERS: Final = {
    "EPSG:4326": "WGS 84",
    "EPSG:3405": "VN-2000 UTM 48N",
    "EPSG:3406": "VN-2000 UTM 49N",
    "EPSG:32648": "WGS 84 UTM 48N",
    "EPSG:32649": "WGS 84 UTM 49N",
}
_SAMPLE: Final = 400
_CLOSE: Final = 0.05
"""Candidates whose share inside is within this of the best are told together."""


@dataclass(frozen=True)
class Candidate:
    """A coordinate system, whether X is the northing in it, and the share of rows inside."""

    code: str
    north_first: bool
    share: float

    def __str__(self) -> str:
        """Say it as the fault shows it: code, name of the zone, order of the axes, share."""
        meridian = geodesy.VN2000_ZONES.get(self.code)
        if meridian is None:
            name = _OTHERS[self.code]
        else:
            name = f"VN-2000 {int(meridian)}°{round(meridian % 1 * 60):02d}′"
        axes = ", X = N" if self.north_first else ""
        return f"{self.code} ({name}{axes}: {self.share:.0%})"


def share_inside(
    x: Floats, y: Floats, crs: str, communes: gpd.GeoDataFrame, tolerance_m: float
) -> float:
    """Give the share of points that a commune counts, of a sample of them.

    Parameters
    ----------
    x, y
        Easting and northing in ``crs``, shape (n,), none of them blank.
    tolerance_m
        Distance to the nearest commune within which a point counts. [m]
    """
    step = max(1, len(x) // _SAMPLE)
    lon, lat = geodesy.to_wgs84(x[::step], y[::step], crs)
    west, south, east, north = communes.total_bounds
    margin = tolerance_m / 90_000.0
    with np.errstate(invalid="ignore"):
        near = (lon >= west - margin) & (lon <= east + margin)
        near &= (lat >= south - margin) & (lat <= north + margin)
    if not near.any():
        return 0.0
    index, _ = admin.commune_of_points(communes, lon[near], lat[near], limit_m=tolerance_m)
    return float((index >= 0).sum()) / len(lon)


def find(
    x: Floats, y: Floats, communes: gpd.GeoDataFrame, tolerance_m: float
) -> tuple[Candidate, ...]:
    """Give the systems that put most of the points among the communes, the best first.

    Parameters
    ----------
    x, y
        As they stand in the file, shape (n,), none of them blank. [m]
    """
    if len(x) == 0 or len(communes) == 0:
        return ()
    found = [
        Candidate(code, north_first, share)
        for code in (*geodesy.VN2000_ZONES, *_OTHERS)
        for north_first, pair in ((False, (x, y)), (True, (y, x)))
        if (share := share_inside(*pair, code, communes, tolerance_m)) > 0.5
    ]
    found.sort(key=lambda one: (-one.share, one.code, one.north_first))
    return tuple(one for one in found if one.share >= found[0].share - _CLOSE)
