"""The road graph: how far it is along the roads from a point of them to the next main road.

Built of the roads' own vertices with scipy; roads meet where they share a vertex, as they do in
OpenStreetMap. One-way streets are open both ways: a building site is reached either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.results import Roads

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_PER_DEGREE = 10_000_000
"""Vertices that agree to 7 decimals of a degree, 1 cm, are one: the precision of OpenStreetMap."""


class RoadGraph:
    """Roads cut into stretches between two vertices, and the way from each vertex to a main road.

    Attributes
    ----------
    ends
        Longitude and latitude of both ends of every stretch, shape (stretches, 2, 2).
    is_main
        Which stretches are of a main road.
    length_m
        Geodesic length of every stretch. [m]
    to_main_m
        From both ends of every stretch along the roads to the nearest main road, shape
        (stretches, 2); inf where none can be reached. [m]
    """

    def __init__(self, roads: Roads) -> None:
        points, line = shapely.get_coordinates(roads.lines, return_index=True)
        first = np.flatnonzero(line[1:] == line[:-1])
        apart = (points[first] != points[first + 1]).any(axis=1)
        first = first[apart]
        self.ends: Floats = np.stack((points[first], points[first + 1]), axis=1)
        self.is_main: NDArray[np.bool_] = np.asarray(roads.is_main, bool)[line[first]]
        self.length_m: Floats = geodesy.distance_m(*points[first].T, *points[first + 1].T)
        number, count = _numbered(points)
        tail, head = number[first], number[first + 1]
        away = _from_main(tail, head, self.length_m, self.is_main, count)
        self.to_main_m: Floats = np.stack((away[tail], away[head]), axis=1)

    def route_m(self, stretch: Indices, part: Floats) -> Floats:
        """Give the way from points of stretches to the nearest main road; NaN where there is none.

        Parameters
        ----------
        stretch
            Number of the stretch of each point.
        part
            Where on it the point lies, from 0 at its first end to 1 at its last.
        """
        length, ahead = self.length_m[stretch], self.to_main_m[stretch]
        way = np.minimum(ahead[:, 0] + part * length, ahead[:, 1] + (1 - part) * length)
        way = np.where(self.is_main[stretch], 0.0, way)
        return np.where(np.isfinite(way), way, np.nan)


def _numbered(points: Floats) -> tuple[Indices, int]:
    """Number the vertices, those at one place alike."""
    east, north = np.rint(points * _PER_DEGREE).astype(np.int64).T
    _, number = np.unique(east * (1 << 32) + north, return_inverse=True)
    return number.astype(np.int64), int(number.max(initial=-1)) + 1


def _from_main(
    tail: Indices, head: Indices, length_m: Floats, is_main: NDArray[np.bool_], count: int
) -> Floats:
    """Give the way from every vertex to the nearest one of a main road."""
    from scipy.sparse.csgraph import dijkstra

    sources = np.unique(np.concatenate((tail[is_main], head[is_main])))
    if not len(sources):
        return np.full(count, np.inf)
    graph = _matrix(tail, head, length_m, count)
    away: Floats = dijkstra(graph, directed=False, indices=sources, min_only=True)
    return away


def _matrix(tail: Indices, head: Indices, length_m: Floats, count: int) -> csr_matrix:
    """Give the graph as a matrix; of several stretches between two vertices the shortest counts."""
    from scipy.sparse import csr_matrix

    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((length_m, high, low))
    low, high, length = low[order], high[order], length_m[order]
    again = np.zeros(len(low), bool)
    again[1:] = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    kept = ~again & (low != high)
    return csr_matrix((length[kept], (low[kept], high[kept])), shape=(count, count))
