"""Masts of other operators as one operator may know them: by cells of a fixed grid, no closer.

Whatever is told of them is reckoned from their cells alone, so that it is the same wherever in
its cell each of them stands: nothing made of it can place a mast better than the cell. What is
told is left to ``sharing.extract``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage.environment import radii_m

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
EnvironmentOf = Callable[[Floats, Floats], NDArray[np.str_]]

CELL_DEG: Final = 0.01
"""Side of a cell: 1.1 km to the north, 1.02 to 1.10 km to the east in Vietnam. [degrees]"""
_PER_DEGREE: Final = 100
_EDGE: Final = 1e-9
"""A point this near below an edge lies on it: it was written with six decimals. [cells]"""
_LATTICE: Final = 9
"""Points to a side at which a cell is asked for its environment; its corners are among them."""
_ENVIRONMENTS: Final = ("urban", "suburban", "rural")
_SLACK_M: Final = 1.0
"""What a cell's edges, drawn along parallels, may be off."""
_HALF_DIAGONAL_M: Final = 800.0
"""No less than half the diagonal of a cell."""


def cell_of(longitude: Floats, latitude: Floats) -> Ints:
    """Give the cell of each point: column and row, counted from 0° E and 0° N.

    The grid is the same for every area and on every day; shape (n, 2).
    """
    points = np.column_stack((longitude, latitude)).astype(np.float64)
    return np.floor(points * _PER_DEGREE + _EDGE).astype(np.int64)


def cell_names(cells: Ints) -> NDArray[np.object_]:
    """Give the ids of cells, their south-western corners in hundredths of a degree.

    >>> cell_names(np.array([[10879, 1512]])).tolist()
    ['N1512E10879']
    """
    names = [
        f"{'N' if y >= 0 else 'S'}{abs(y):04d}{'E' if x >= 0 else 'W'}{abs(x):05d}"
        for x, y in cells.tolist()
    ]
    return np.array(names, dtype=object)


def cell_bounds(cells: Ints) -> Floats:
    """Give west, south, east and north of cells, shape (n, 4). [degrees]"""
    return np.column_stack((cells, cells + 1)) / _PER_DEGREE


def cell_centres(cells: Ints) -> tuple[Floats, Floats]:
    """Give longitude and latitude of the centres of cells."""
    middle = (cells * 2 + 1) / (2 * _PER_DEGREE)
    return middle[:, 0], middle[:, 1]


@dataclass(frozen=True)
class Generalised:
    """Radiating cells of a technology, each somewhere in a cell of the grid; one row for equals.

    ``least_m`` and ``most_m`` are the radii that it may have there, ``middle_m`` the one that it
    has at the middle; ``direction`` is NaN for an antenna that radiates all round.
    """

    cells: Ints
    least_m: Floats
    most_m: Floats
    middle_m: Floats
    direction: Floats
    half_width: Floats


def generalise(air: pd.DataFrame, scenario: Scenario, environment_of: EnvironmentOf) -> Generalised:
    """Forget where in its cell of the grid each radiating cell stands.

    Parameters
    ----------
    air
        Rows on air of one technology, with ``longitude, latitude, technology, frequency_mhz,
        azimuth_deg`` and ``beamwidth_deg``.
    scenario
        Its rules of coverage.
    environment_of
        Gives the environment of places; a blank one counts as rural.
    """
    cells = cell_of(air["longitude"].to_numpy(np.float64), air["latitude"].to_numpy(np.float64))
    places, back = np.unique(cells, axis=0, return_inverse=True)
    back = back.ravel()
    found, middle = _environments(places, environment_of)
    radii = np.stack(
        [
            radii_m(
                air["technology"], air["frequency_mhz"], np.full(len(air), name, "U8"), scenario
            )
            for name in _ENVIRONMENTS
        ]
    ).reshape(len(_ENVIRONMENTS), len(air))
    there = found[:, back]
    least = np.where(there, radii, np.inf).min(axis=0)
    most = np.where(there, radii, -np.inf).max(axis=0)
    at_middle = radii[middle[back], np.arange(len(air))]
    half = np.fmax(air["beamwidth_deg"].to_numpy(np.float64), scenario.coverage.sector_width_deg)
    facing = air["azimuth_deg"].to_numpy(np.float64)
    rows = np.column_stack((cells, least, most, at_middle, facing, half / 2.0))
    rows = np.unique(rows, axis=0, equal_nan=True)
    return Generalised(rows[:, :2].astype(np.int64), *rows[:, 2:].T)


def _environments(cells: Ints, environment_of: EnvironmentOf) -> tuple[Flags, Ints]:
    """Tell which environments occur in each cell, shape (3, cells), and which one at its middle."""
    steps = np.linspace(0.0, 1.0, _LATTICE)
    east, north = (axis.ravel() for axis in np.meshgrid(steps, steps))
    lon = (cells[:, :1] + east) / _PER_DEGREE
    lat = (cells[:, 1:] + north) / _PER_DEGREE
    names = environment_of(lon.ravel(), lat.ravel()).reshape(lon.shape)
    names = np.where(names == "", "rural", names)
    index: Flags = np.stack([names == name for name in _ENVIRONMENTS])
    occurs: Flags = np.any(index, axis=2)
    return occurs, np.argmax(index[:, :, len(steps) ** 2 // 2], axis=0)


@dataclass(frozen=True)
class Told:
    """What may be told of points: surely served, possibly served, served as from the middles.

    ``surely`` holds wherever in their cells the masts stand; where ``possibly`` is False nobody
    serves, wherever they stand. Each of shape (points,).
    """

    surely: Flags
    possibly: Flags
    likely: Flags

    def __or__(self, other: Told) -> Told:
        return Told(
            self.surely | other.surely,
            self.possibly | other.possibly,
            self.likely | other.likely,
        )


def nothing_told(size: int) -> Told:
    """Give what is told where there is no mast."""
    return Told(*(np.zeros(size, bool) for _ in range(3)))


def told_service(masts: Generalised, longitude: Floats, latitude: Floats) -> Told:
    """Tell which points are served by masts of which only the cells are known.

    Parameters
    ----------
    masts
        From :func:`generalise`.
    longitude, latitude
        Points. [degrees]
    """
    told = nothing_told(len(longitude))
    mast, point = _near(masts, longitude, latitude)
    if not len(mast):
        return told
    lon, lat = longitude[point], latitude[point]
    west, south, east, north = cell_bounds(masts.cells[mast]).T
    corners = [(x, y) for x in (west, east) for y in (south, north)]
    farthest = np.max([geodesy.distance_m(x, y, lon, lat) for x, y in corners], axis=0)
    nearest = geodesy.distance_m(np.clip(lon, west, east), np.clip(lat, south, north), lon, lat)
    x, y = cell_centres(masts.cells[mast])
    middle = geodesy.distance_m(x, y, lon, lat)
    bearing = geodesy.azimuth_deg(x, y, lon, lat)
    spread = np.max(
        [_apart(geodesy.azimuth_deg(*corner, lon, lat), bearing) for corner in corners], axis=0
    )
    spread = np.where(nearest <= _SLACK_M, 180.0, spread)
    off = np.where(np.isnan(masts.direction[mast]), -np.inf, _apart(bearing, masts.direction[mast]))
    width = masts.half_width[mast]
    wide = np.isnan(masts.direction[mast]) | (width >= 180.0)
    surely = (farthest + _SLACK_M <= masts.least_m[mast]) & (wide | (off + spread <= width))
    possibly = (nearest - _SLACK_M <= masts.most_m[mast]) & (wide | (off - spread <= width))
    likely = (middle <= masts.middle_m[mast]) & (wide | (off <= width))
    np.logical_or.at(told.surely, point, surely)
    np.logical_or.at(told.possibly, point, possibly)
    np.logical_or.at(told.likely, point, (likely | surely) & possibly)
    return told


def _apart(first: Floats, second: Floats) -> Floats:
    """Give the angle between two directions, 0 to 180. [degrees]"""
    return np.abs((first - second + 180.0) % 360.0 - 180.0)


def _near(masts: Generalised, longitude: Floats, latitude: Floats) -> tuple[Ints, Ints]:
    """Give the pairs of mast and point that may be served, as two arrays of rows."""
    from scipy.spatial import cKDTree

    if not len(masts.cells) or not len(longitude):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    tree = cKDTree(geodesy.ecef(longitude, latitude))
    middles = geodesy.ecef(*cell_centres(masts.cells))
    reach = geodesy.chord_m(masts.most_m + _HALF_DIAGONAL_M + _SLACK_M)
    found = tree.query_ball_point(middles, reach, return_sorted=True)
    sizes = np.array([len(one) for one in found], np.int64)
    points = np.concatenate([np.asarray(one, np.int64) for one in found])
    return np.repeat(np.arange(len(found)), sizes), points
