"""The compiled loops of the radius model: pairs within reach, service, best site, area.

Each has a plain twin in tests/test_twins.py that defines it; what the numbers mean is left to
the modules that call them. All work on chords through the earth (``geodesy.ecef``), so that a
distance costs three subtractions and no trigonometry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings
from geoplan.units import TOLERANCE_DEG, TOLERANCE_M

settings.use_numba_cache()

Floats = NDArray[np.float64]

_METRES_PER_DEGREE = 110_500.0
"""A degree of latitude is never shorter than this on WGS 84. [m]"""


@njit(cache=True)
def sum_within(
    sites: Floats,
    site_lat: Floats,
    points: Floats,
    point_lat: Floats,
    weights: Floats,
    chord_limit: float,
) -> Floats:  # pragma: no cover - compiled
    """Sum the weights of the points within a chord of each site; points sorted by latitude."""
    total = np.zeros(len(sites))
    band = chord_limit / _METRES_PER_DEGREE
    limit = (chord_limit + TOLERANCE_M) ** 2
    for i in range(len(sites)):
        first = np.searchsorted(point_lat, site_lat[i] - band)
        last = np.searchsorted(point_lat, site_lat[i] + band)
        for j in range(first, last):
            dx = points[j, 0] - sites[i, 0]
            dy = points[j, 1] - sites[i, 1]
            dz = points[j, 2] - sites[i, 2]
            if dx * dx + dy * dy + dz * dz <= limit:
                total[i] += weights[j]
    return total


@njit(cache=True)
def count_pairs(
    sites: Floats, site_lat: Floats, points: Floats, point_lat: Floats, chords: Floats
) -> Any:  # pragma: no cover - compiled
    """Count the points within each site's chord; points sorted by latitude."""
    counts = np.zeros(len(sites), np.int64)
    for i in range(len(sites)):
        band = chords[i] / _METRES_PER_DEGREE
        limit = (chords[i] + TOLERANCE_M) ** 2
        first = np.searchsorted(point_lat, site_lat[i] - band)
        last = np.searchsorted(point_lat, site_lat[i] + band)
        for j in range(first, last):
            dx = points[j, 0] - sites[i, 0]
            dy = points[j, 1] - sites[i, 1]
            dz = points[j, 2] - sites[i, 2]
            if dx * dx + dy * dy + dz * dz <= limit:
                counts[i] += 1
    return counts


@njit(cache=True)
def fill_pairs(
    sites: Floats,
    site_lat: Floats,
    east: Floats,
    north: Floats,
    points: Floats,
    point_lat: Floats,
    point_id: Any,
    chords: Floats,
    indptr: Any,
    demand: Any,
    chord_m: Floats,
    azimuth_deg: Any,
) -> None:  # pragma: no cover - compiled
    """Fill the pairs that ``count_pairs`` counted, ascending by point within a site."""
    for i in range(len(sites)):
        band = chords[i] / _METRES_PER_DEGREE
        limit = (chords[i] + TOLERANCE_M) ** 2
        first = np.searchsorted(point_lat, site_lat[i] - band)
        last = np.searchsorted(point_lat, site_lat[i] + band)
        at = indptr[i]
        for j in range(first, last):
            dx = points[j, 0] - sites[i, 0]
            dy = points[j, 1] - sites[i, 1]
            dz = points[j, 2] - sites[i, 2]
            square = dx * dx + dy * dy + dz * dz
            if square <= limit:
                to_east = dx * east[i, 0] + dy * east[i, 1] + dz * east[i, 2]
                to_north = dx * north[i, 0] + dy * north[i, 1] + dz * north[i, 2]
                demand[at] = point_id[j]
                chord_m[at] = np.sqrt(square)
                azimuth_deg[at] = np.degrees(np.arctan2(to_east, to_north)) % 360.0
                at += 1
        span = slice(indptr[i], at)
        order = np.argsort(demand[span])
        demand[span] = demand[span][order]
        chord_m[span] = chord_m[span][order]
        azimuth_deg[span] = azimuth_deg[span][order]


@njit(cache=True)
def in_sector(
    azimuth: float, distance: float, direction: float, half_width: float
) -> bool:  # pragma: no cover - compiled
    """Whether a bearing lies in a sector; a direction of NaN is all round."""
    if np.isnan(direction) or distance < 1.0:
        return True
    off = abs((azimuth - direction + 180.0) % 360.0 - 180.0)
    return bool(off <= half_width + TOLERANCE_DEG)


@njit(cache=True)
def serve(
    indptr: Any,
    demand: Any,
    distance_m: Floats,
    azimuth_deg: Any,
    emitter: Any,
    radius_m: Floats,
    direction: Floats,
    half_width: Floats,
    service: Any,
    counts: Any,
) -> None:  # pragma: no cover - compiled
    """Count for each service and demand point the cells that serve it, into ``counts``."""
    for cell in range(len(emitter)):
        row = emitter[cell]
        limit = radius_m[cell] + TOLERANCE_M
        for at in range(indptr[row], indptr[row + 1]):
            if distance_m[at] <= limit and in_sector(
                azimuth_deg[at], distance_m[at], direction[cell], half_width[cell]
            ):
                counts[service[cell], demand[at]] += 1


@njit(cache=True)
def best_cell(
    indptr: Any,
    demand: Any,
    distance_m: Floats,
    azimuth_deg: Any,
    emitter: Any,
    radius_m: Floats,
    direction: Floats,
    half_width: Floats,
    service: Any,
    n_points: int,
    margin: Floats,
    best: Any,
) -> None:  # pragma: no cover - compiled
    """Find for each service and point the cell of largest margin; ties go to the first cell."""
    for cell in range(len(emitter)):
        row = emitter[cell]
        for at in range(indptr[row], indptr[row + 1]):
            point = demand[at]
            if point >= n_points:
                break
            left = radius_m[cell] - distance_m[at]
            if left > margin[service[cell], point] and in_sector(
                azimuth_deg[at], distance_m[at], direction[cell], half_width[cell]
            ):
                margin[service[cell], point] = left
                best[service[cell], point] = cell


@njit(cache=True)
def count_positions(
    indptr: Any,
    demand: Any,
    distance_m: Floats,
    azimuth_deg: Any,
    emitter: Any,
    radius_m: Floats,
    direction: Floats,
    half_width: Floats,
    position: Any,
    n_points: int,
    total: Any,
) -> None:  # pragma: no cover - compiled
    """Count the positions that serve each point; cells come sorted by position."""
    seen = np.full(n_points, -1, np.int64)
    for cell in range(len(emitter)):
        row = emitter[cell]
        limit = radius_m[cell] + TOLERANCE_M
        for at in range(indptr[row], indptr[row + 1]):
            point = demand[at]
            if point >= n_points:
                break
            if (
                seen[point] != position[cell]
                and distance_m[at] <= limit
                and in_sector(azimuth_deg[at], distance_m[at], direction[cell], half_width[cell])
            ):
                seen[point] = position[cell]
                total[point] += 1


@njit(cache=True)
def stamp(
    nodes: Floats,
    step: int,
    site: Floats,
    east: Floats,
    north: Floats,
    column: Floats,
    row: Floats,
    columns_reach: Floats,
    rows_reach: Floats,
    chord_limit: Floats,
    direction: Floats,
    half_width: Floats,
    bit: Any,
    out: Any,
) -> None:  # pragma: no cover - compiled
    """Set each cell's operator bit on the grid cells whose centre it serves.

    ``nodes`` holds earth-centred coordinates of every ``step``-th grid cell's centre; between
    them they are interpolated.
    """
    n_rows, n_columns = out.shape
    for k in range(len(bit)):
        top = max(0, int(np.floor(row[k] - rows_reach[k])))
        bottom = min(n_rows - 1, int(np.ceil(row[k] + rows_reach[k])))
        left = max(0, int(np.floor(column[k] - columns_reach[k])))
        right = min(n_columns - 1, int(np.ceil(column[k] + columns_reach[k])))
        limit = (chord_limit[k] + TOLERANCE_M) ** 2
        has_sector = not np.isnan(direction[k])
        for r in range(top, bottom + 1):
            node_r = r // step
            v = (r - node_r * step) / step
            for c in range(left, right + 1):
                if out[r, c] & bit[k]:
                    continue
                node_c = c // step
                u = (c - node_c * step) / step
                w00 = (1.0 - u) * (1.0 - v)
                w01 = u * (1.0 - v)
                w10 = (1.0 - u) * v
                w11 = u * v
                a = nodes[node_r, node_c]
                b = nodes[node_r, node_c + 1]
                d = nodes[node_r + 1, node_c]
                e = nodes[node_r + 1, node_c + 1]
                dx = w00 * a[0] + w01 * b[0] + w10 * d[0] + w11 * e[0] - site[k, 0]
                dy = w00 * a[1] + w01 * b[1] + w10 * d[1] + w11 * e[1] - site[k, 1]
                dz = w00 * a[2] + w01 * b[2] + w10 * d[2] + w11 * e[2] - site[k, 2]
                square = dx * dx + dy * dy + dz * dz
                if square > limit:
                    continue
                if has_sector:
                    to_east = dx * east[k, 0] + dy * east[k, 1] + dz * east[k, 2]
                    to_north = dx * north[k, 0] + dy * north[k, 1] + dz * north[k, 2]
                    azimuth = np.degrees(np.arctan2(to_east, to_north)) % 360.0
                    if not in_sector(azimuth, np.sqrt(square), direction[k], half_width[k]):
                        continue
                out[r, c] |= bit[k]


@njit(cache=True)
def weigh(zone: Any, bits: Any, weights: Floats, out: Floats) -> None:  # pragma: no cover
    """Sum the weights of cells by zone and by set of operators; one weight column serves all."""
    wide = weights.shape[1] > 1
    for r in range(zone.shape[0]):
        for c in range(zone.shape[1]):
            if zone[r, c] >= 0:
                out[zone[r, c], bits[r, c]] += weights[r, c if wide else 0]
