"""Service: which operators serve each demand point, by which site, with what margin.

The rule is PRODUCT.md §5, "Served": some on-air cell within its radius and, with an azimuth,
within its sector. What service means for a hamlet is left to ``coverage.hamlets``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import hearing, radio
from geoplan.coverage.build import Cells, build_reach, pairs_within
from geoplan.units import MBB, TOLERANCE_DEG, TOLERANCE_M

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.reach import Reach
    from geoplan.results import Demand

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]


def count_servers(
    reach: Reach, cells: Cells, n_operators: int, n_technologies: int, *, scale: float = 1.0
) -> NDArray[np.uint16]:
    """Count the cells that serve each demand point.

    Parameters
    ----------
    reach, cells
        From ``coverage.build``.
    n_operators, n_technologies
        Sizes of the first two axes.
    scale
        Factor on every radius; at most 1.25, where Reach is cut.

    Returns
    -------
    Shape (operators, technologies, demand points). Taking a cell away is a decrement.
    """
    from geoplan.coverage import kernels

    counts = np.zeros((n_operators * n_technologies, reach.n_demand), np.uint16)
    service = cells.operator.astype(np.int64) * n_technologies + cells.technology
    kernels.serve(
        reach.indptr,
        reach.demand,
        reach.distance_m,
        reach.azimuth_deg,
        cells.emitter,
        cells.radius_m * scale,
        cells.direction,
        cells.half_width,
        service,
        counts,
    )
    return counts.reshape(n_operators, n_technologies, reach.n_demand)


def operator_bits(
    counts: NDArray[np.uint16], technologies: tuple[str, ...], mbb: tuple[str, ...]
) -> dict[str, Bits]:
    """Turn counts into a bit per operator, for each technology and for MBB.

    Parameters
    ----------
    counts
        From :func:`count_servers`.
    technologies
        Names of the second axis.
    mbb
        Technologies that make mobile broadband.

    Returns
    -------
    Name of the technology, or "MBB" → uint8 of shape (demand points,).
    """
    flags = (np.uint8(1) << np.arange(counts.shape[0], dtype=np.uint8))[:, None]
    bits: dict[str, Bits] = {}
    for index, technology in enumerate(technologies):
        served = np.where(counts[:, index] > 0, flags, np.uint8(0))
        bits[technology] = np.bitwise_or.reduce(served, axis=0, initial=0).astype(np.uint8)
    together = np.zeros(counts.shape[2], np.uint8)
    for technology in mbb:
        if technology in bits:
            together |= bits[technology]
    return {**bits, MBB: together}


def service_bits(
    reach: Reach,
    cells: Cells,
    operators: tuple[str, ...],
    technologies: tuple[str, ...],
    mbb: tuple[str, ...],
    *,
    scale: float = 1.0,
) -> dict[str, Bits]:
    """Give who serves each demand point at a scale of the radius, a bit per operator."""
    counts = count_servers(reach, cells, len(operators), len(technologies), scale=scale)
    return operator_bits(counts, technologies, mbb)


def bits_at(
    cells: Cells,
    longitude: Floats,
    latitude: Floats,
    operators: tuple[str, ...],
    technologies: tuple[str, ...],
    mbb: tuple[str, ...],
    *,
    scale: float = 1.0,
) -> dict[str, Bits]:
    """Give who serves points that are not in Reach, such as samples of a polygon."""
    if not len(cells):
        zeros = np.zeros(len(longitude), np.uint8)
        return dict.fromkeys((*technologies, MBB), zeros)
    sizes = len(operators), len(technologies)
    counts = count_at(cells, longitude, latitude, *sizes, scale=scale)
    return operator_bits(counts, technologies, mbb)


def reach_of(cells: Cells, demand: Demand) -> Reach:
    """Find for every emitter the demand that is near enough, by distance or by level."""
    if cells.radio is None:
        return build_reach(cells, demand)
    return hearing.build_reach(cells, demand.longitude, demand.latitude)


def reached(cells: Cells, limit_m: Floats, longitude: Floats, latitude: Floats) -> csr_matrix:
    """Tell which places each cell reaches by level, where each has a limit of its own.

    Parameters
    ----------
    cells
        With ``radio``.
    limit_m
        Largest equivalent distance of each cell. [m]

    Returns
    -------
    Booleans, shape (cells, places), indices ascending in each row.
    """
    from scipy.sparse import csr_matrix

    scale = float((limit_m / cells.radius_m).max())
    least_db = min(-radio.SLOPE_DB * float(np.log10(scale)), 0.0)
    reach = hearing.build_reach(cells, longitude, latitude, least_db=least_db)
    hit = reach.distance_m <= np.repeat(limit_m, np.diff(reach.indptr)) + TOLERANCE_M
    kept = np.concatenate(([0], np.cumsum(hit)))[reach.indptr]
    shape = (len(cells), len(longitude))
    return csr_matrix((np.ones(int(hit.sum()), bool), reach.demand[hit], kept), shape=shape)


def count_at(
    cells: Cells,
    longitude: Floats,
    latitude: Floats,
    n_operators: int,
    n_technologies: int,
    *,
    scale: float = 1.0,
) -> NDArray[np.uint16]:
    """Count the cells that serve points that are not in Reach, as :func:`count_servers` does."""
    sizes = n_operators, n_technologies
    if cells.radio is None:
        first = np.unique(cells.emitter, return_index=True)[1]
        cut = np.zeros(len(first))
        np.maximum.at(cut, cells.emitter, cells.radius_m * scale)
        spots = cells.longitude[first], cells.latitude[first]
        reach = pairs_within(*spots, cut, longitude, latitude)
        return count_servers(reach, cells, *sizes, scale=scale)
    counts = np.zeros((*sizes, len(longitude)), np.uint16)
    least_db = -radio.SLOPE_DB * np.log10(scale)
    for rows, reach in hearing.parts(cells, longitude, latitude, least_db=float(least_db)):
        some = replace(cells.take(rows), emitter=np.arange(len(rows), dtype=np.int32))
        counts += count_servers(reach, some, *sizes, scale=scale)
    return counts


def operator_names(bits: Bits, operators: tuple[str, ...]) -> NDArray[np.object_]:
    """Join the names of the operators whose bits are set, with semicolons."""
    names = np.array(
        [
            ";".join(name for i, name in enumerate(operators) if code >> i & 1)
            for code in range(2 ** len(operators))
        ],
        dtype=object,
    )
    return names[bits]


@dataclass(frozen=True)
class Nearest:
    """For each service (operator × technology) and centre: nearest cell and best cell.

    Arrays of shape (services, centres); a cell of −1 = none.
    """

    nearest: NDArray[np.int64]
    nearest_m: Floats
    best: NDArray[np.int64]
    margin_m: Floats


def nearest_and_best(
    reach: Reach, cells: Cells, demand: Demand, n_operators: int, n_technologies: int
) -> Nearest:
    """Find the nearest and the best cell of every service for every hamlet centre.

    The nearest is found by a KD-tree over the whole area, because the nearest station of an
    unserved hamlet lies outside Reach. The best has the largest margin, radius less distance,
    among the cells whose sector points there; where none points there it is the nearest. By level
    margins are those of equivalent distances, NaN where no cell is heard.
    """
    from scipy.spatial import cKDTree

    from geoplan.coverage import kernels

    n_centres, n_services = int(demand.is_centre.sum()), n_operators * n_technologies
    centres = geodesy.ecef(demand.longitude[:n_centres], demand.latitude[:n_centres])
    service = cells.operator.astype(np.int64) * n_technologies + cells.technology
    margin = np.full((n_services, n_centres), -np.inf)
    best = np.full((n_services, n_centres), -1, np.int64)
    kernels.best_cell(
        reach.indptr,
        reach.demand,
        reach.distance_m,
        reach.azimuth_deg,
        cells.emitter,
        cells.radius_m,
        cells.direction,
        cells.half_width,
        service,
        n_centres,
        margin,
        best,
    )
    if cells.radio is None:
        _look_beyond(cells, service, demand, margin, best)
    nearest = np.full((n_services, n_centres), -1, np.int64)
    nearest_m = np.full((n_services, n_centres), np.nan)
    places = geodesy.ecef(cells.longitude, cells.latitude)
    for index in np.unique(service) if n_centres else ():
        rows = np.flatnonzero(service == index)
        first = rows[np.unique(cells.emitter[rows], return_index=True)[1]]
        chord, at = cKDTree(places[first]).query(centres)
        nearest[index], nearest_m[index] = first[at], geodesy.arc_m(chord)
    lone = (best < 0) & (nearest >= 0)
    left = np.full(nearest_m.shape, np.nan)
    # By level the nearest cell has no margin: nothing of it is heard.
    if len(cells) and cells.radio is None:
        left = np.where(nearest >= 0, cells.radius_m[nearest], np.nan) - nearest_m
    return Nearest(
        nearest,
        nearest_m,
        np.where(lone, nearest, best),
        np.where(lone, left, np.where(best < 0, np.nan, margin)),
    )


def _look_beyond(
    cells: Cells,
    service: NDArray[np.int64],
    demand: Demand,
    margin: Floats,
    best: NDArray[np.int64],
) -> None:
    """Better the best cells of unserved centres by those outside Reach, in place.

    Reach is cut for each emitter, so that a far cell of large radius can lack less than a near
    one of small radius. Cells of one service and radius are looked at from the nearest on, until
    one points to the centre or the rest are too far.
    """
    from scipy.spatial import cKDTree

    n_centres = margin.shape[1]
    lon, lat = demand.longitude[:n_centres], demand.latitude[:n_centres]
    centres, places = geodesy.ecef(lon, lat), geodesy.ecef(cells.longitude, cells.latitude)
    kinds = np.column_stack((service, cells.radius_m, np.isnan(cells.direction)))
    for index, radius, all_round in np.unique(kinds, axis=0):
        rows = np.flatnonzero((kinds == (index, radius, all_round)).all(axis=1))
        tree, row, rank = cKDTree(places[rows]), int(index), 1
        left = np.flatnonzero(margin[row] < 0)
        while len(left) and rank <= len(rows):
            several = range(rank, min(rank + (1 if all_round else 16), len(rows) + 1))
            chords, at = tree.query(centres[left], k=list(several))
            gain = radius - geodesy.arc_m(chords)
            cell = rows[at]
            faces = _faces(cells, cell, lon[left, None], lat[left, None], radius - gain)
            first = np.argmax(faces, axis=1)
            each = np.arange(len(left))
            better = faces[each, first] & (gain[each, first] > margin[row, left])
            found = left[better]
            best[row, found] = cell[each, first][better]
            margin[row, found] = gain[each, first][better]
            left = left[~faces.any(axis=1) & (gain[:, -1] > margin[row, left])]
            rank += len(several)


def _faces(
    cells: Cells, cell: NDArray[np.int64], lon: Floats, lat: Floats, distance_m: Floats
) -> NDArray[np.bool_]:
    """Tell whether the sectors of some cells point to some places."""
    bearing = geodesy.azimuth_deg(cells.longitude[cell], cells.latitude[cell], lon, lat)
    off = np.abs((bearing - cells.direction[cell] + 180.0) % 360.0 - 180.0)
    within = off <= cells.half_width[cell] + TOLERANCE_DEG
    faces: NDArray[np.bool_] = np.isnan(cells.direction[cell]) | (distance_m < 1.0) | within
    return faces


def positions_serving(
    reach: Reach, cells: Cells, demand: Demand, position: NDArray[np.int64], n_technologies: int
) -> NDArray[np.int64]:
    """Count the positions that serve each hamlet centre, by technology.

    Parameters
    ----------
    position
        Index of each cell's position, −1 for a site that belongs to none.

    Returns
    -------
    Shape (technologies, centres).
    """
    from geoplan.coverage import kernels

    n_centres = int(demand.is_centre.sum())
    total = np.zeros((n_technologies, n_centres), np.int64)
    for technology in range(n_technologies):
        rows = np.flatnonzero((cells.technology == technology) & (position >= 0))
        rows = rows[np.argsort(position[rows], kind="stable")]
        part = cells.take(rows)
        kernels.count_positions(
            reach.indptr,
            reach.demand,
            reach.distance_m,
            reach.azimuth_deg,
            part.emitter,
            part.radius_m,
            part.direction,
            part.half_width,
            position[rows],
            n_centres,
            total[technology],
        )
    return total


__all__ = [
    "Nearest",
    "bits_at",
    "build_reach",
    "count_at",
    "count_servers",
    "nearest_and_best",
    "operator_bits",
    "operator_names",
    "positions_serving",
    "reach_of",
    "service_bits",
]
