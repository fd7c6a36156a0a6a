"""What if: service and hamlet status after sites come, go or move, without doing all again.

For each operator and technology the number of cells that serve each point is known, so a site
that comes adds one to the points around it and a site that goes takes one away: the answer is
that of a whole run. Points are the demand, then the samples inside polygon hamlets. Reading what
is asked, and indicators, are left to ``what_if``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import hamlets, service
from geoplan.units import ALWAYS_SERVED_M, MBB, TOLERANCE_DEG, TOLERANCE_M

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.coverage.hamlets import HamletFrame

Bits = NDArray[np.uint8]
Counts = NDArray[np.uint16]
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_METRES_PER_DEGREE: Final = 110_500.0
"""A degree of latitude is never shorter than this on WGS 84. [m]"""


@dataclass(frozen=True)
class Ground:
    """Where service is asked for, and what speaks before the model there.

    Attributes
    ----------
    longitude, latitude
        Degrees; the demand, then the samples of polygon hamlets, shape (points,).
    n_demand
        How many of them are demand.
    frame
        The two-step test of hamlets.
    told_known, told_served
        Technology → operators of whom something better than the model speaks, and those of them
        that it says to serve, a bit each, shape (points,); technologies without are left out.
    """

    longitude: Floats
    latitude: Floats
    n_demand: int
    frame: HamletFrame
    told_known: Mapping[str, Bits]
    told_served: Mapping[str, Bits]

    @cached_property
    def by_latitude(self) -> tuple[Floats, Indices, Floats]:
        """Latitudes in order, the point of each, and where it is through the earth."""
        order = np.argsort(self.latitude, kind="stable")
        spots = geodesy.ecef(self.longitude[order], self.latitude[order])
        return self.latitude[order], order, spots


@dataclass(frozen=True)
class Served:
    """Who serves each point: name of the technology, or "MBB" → a bit per operator."""

    bits: dict[str, Bits]


def points_of(ground: Ground, cells: Cells) -> list[Indices]:
    """Give the points that each of some cells serves, as ``coverage.kernels`` tells them.

    Plain numpy, so that one question needs no compiled code.
    """
    if cells.radio is not None:
        return _by_level(ground, cells)
    places = np.column_stack((cells.longitude, cells.latitude))
    spots, spot = np.unique(places, axis=0, return_inverse=True)
    near = [_near(ground, lon, lat, _widest(cells, spot.ravel() == at))
            for at, (lon, lat) in enumerate(spots)]  # fmt: skip
    found = []
    for row, at in enumerate(spot.ravel()):
        points, distance, azimuth = near[at]
        off = np.abs((azimuth - cells.direction[row] + 180.0) % 360.0 - 180.0)
        faces = np.isnan(cells.direction[row]) | (distance < ALWAYS_SERVED_M)
        faces |= off <= cells.half_width[row] + TOLERANCE_DEG
        within = distance <= cells.radius_m[row] + TOLERANCE_M
        found.append(points[faces & within])
    return found


def _by_level(ground: Ground, cells: Cells) -> list[Indices]:
    """Give the points whose level reaches the threshold, as Reach keeps them."""
    from geoplan.coverage import hearing

    reach = hearing.build_reach(cells, ground.longitude, ground.latitude, least_db=0.0)
    return [reach.demand[reach.row(row)].astype(np.int64) for row in range(len(cells))]


def _widest(cells: Cells, rows: NDArray[np.bool_]) -> float:
    return float(cells.radius_m[rows].max())


def _near(
    ground: Ground, longitude: float, latitude: float, cut_m: float
) -> tuple[Indices, Floats, NDArray[np.float32]]:
    """Give the points within a distance of a place, their distances and directions."""
    band = (cut_m + TOLERANCE_M) / _METRES_PER_DEGREE
    sorted_lat, order, spots = ground.by_latitude
    begin = np.searchsorted(sorted_lat, latitude - band)
    end = np.searchsorted(sorted_lat, latitude + band)
    place = geodesy.ecef(np.array([longitude]), np.array([latitude]))
    east, north = geodesy.east_north([longitude], [latitude])
    apart = spots[begin:end] - place
    chord = np.sqrt((apart * apart).sum(axis=1))
    near = chord <= float(geodesy.chord_m(cut_m)) + TOLERANCE_M
    apart, chord = apart[near], chord[near]
    azimuth = np.degrees(np.arctan2(apart @ east[0], apart @ north[0])) % 360.0
    return order[begin:end][near], geodesy.arc_m(chord), azimuth.astype(np.float32)


def changed(counts: Counts, cells: Cells, points: Sequence[Indices], by: int) -> None:
    """Add some cells to the counts (``by`` = 1), or take them away (−1), in place."""
    for row, at in enumerate(points):
        mine = counts[cells.operator[row], cells.technology[row]]
        mine[at] = (mine[at].astype(np.int64) + by).astype(np.uint16)


def served(
    ground: Ground,
    counts: Counts,
    technologies: tuple[str, ...],
    mbb: Sequence[str],
    *,
    together: Iterable[int] = (),
) -> Served:
    """Tell who serves each point.

    Parameters
    ----------
    counts
        Cells that serve each point, shape (operators, technologies, points).
    technologies, mbb
        Names of the second axis, and those that make mobile broadband.
    together
        Groups of operators, as bits, whose subscribers use each other's service (roaming), or
        that all radiate at each other's sites (MORAN); in coverage the two are the same.
    """
    bits = service.operator_bits(counts, technologies, ())
    for name in technologies:
        if name in ground.told_known:
            bits[name] = (bits[name] & ~ground.told_known[name]) | ground.told_served[name]
        for group in together:
            shared = (bits[name] & np.uint8(group)) != 0
            bits[name] = np.where(shared, bits[name] | np.uint8(group), bits[name])
    either = np.zeros(len(ground.longitude), np.uint8)
    for name in mbb:
        if name in technologies:
            either |= bits[name]
    return Served({**{name: bits[name] for name in technologies}, MBB: either})


def status(ground: Ground, found: Served, technology: str, mask: int) -> NDArray[np.int8]:
    """Give the status of every hamlet for the operators of a bit mask."""
    good = (found.bits[technology] & np.uint8(mask)) != 0
    return hamlets.status(ground.frame, good[: ground.n_demand], good[ground.n_demand :])
