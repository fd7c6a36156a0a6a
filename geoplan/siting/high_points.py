"""High ground near holes: hilltops from which a mast would look over the people around.

A hilltop is the highest cell of its surroundings and stands out from them; whether it serves
anybody is left to the coverage model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy

if TYPE_CHECKING:
    from geoplan.rasters import Raster

Floats = NDArray[np.float64]

SUMMIT_M: Final = 500.0
"""A hilltop is the highest cell within this distance (assumption). [m]"""
LEAST_RISE_M: Final = 30.0
"""It stands at least so much above the mean of the cells within SUMMIT_M (assumption). [m]"""
NEAR: Final = 0.75
"""Part of the radius within which a hilltop still serves the people of a hole (assumption)."""
MOST_EACH: Final = 2
"""Hilltops tried for each hole: those that rise most (assumption)."""
_METRES_PER_DEGREE: Final = 111_320.0


def near(terrain: Raster, places: Floats, radius_m: Floats) -> Floats:
    """Give the hilltops near some places, those that rise most, in the order of the places.

    Parameters
    ----------
    terrain
        Heights of the ground, NaN = not known. [m]
    places
        Longitude and latitude, shape (n, 2).
    radius_m
        How far a mast at each place would serve. [m]

    Returns
    -------
    Longitude and latitude, each hilltop once, shape (hilltops, 2).
    """
    from scipy.spatial import cKDTree

    tops, rise = hilltops(terrain)
    if not len(tops) or not len(places):
        return np.zeros((0, 2))
    tree = cKDTree(geodesy.ecef(*tops.T))
    found = tree.query_ball_point(geodesy.ecef(*places.T), geodesy.chord_m(NEAR * radius_m))
    chosen: dict[int, None] = {}
    for several in found:
        best = sorted(several, key=lambda top: (-rise[top], top))[:MOST_EACH]
        chosen.update(dict.fromkeys(best))
    return tops[list(chosen)]


def hilltops(terrain: Raster) -> tuple[Floats, Floats]:
    """Give all hilltops of a raster and how far they rise above the mean around them.

    Returns
    -------
    Longitude and latitude of the middle of the cells, shape (hilltops, 2), from north to south;
    the rise. [m]
    """
    from scipy.ndimage import maximum_filter, uniform_filter

    heights, grid = np.asarray(terrain.values, np.float64), terrain.grid
    known = np.isfinite(heights)
    unit = _METRES_PER_DEGREE if geodesy.is_geographic(grid.crs) else 1.0
    size = tuple(2 * max(1, round(SUMMIT_M / (cell * unit))) + 1 for cell in (grid.dy, grid.dx))
    low = np.where(known, heights, -np.inf)
    highest = known & (low == maximum_filter(low, size=size, mode="constant", cval=-np.inf))
    share = uniform_filter(known.astype(np.float64), size=size, mode="constant")
    total = uniform_filter(np.where(known, heights, 0.0), size=size, mode="constant")
    rise = np.where(known, heights, 0.0) - total / np.maximum(share, 1e-9)
    row, column = np.nonzero(highest & (rise >= LEAST_RISE_M))
    lon, lat = geodesy.to_wgs84(grid.centres_x()[column], grid.centres_y()[row], grid.crs)
    return np.column_stack((lon, lat)), rise[row, column]
