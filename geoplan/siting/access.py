"""What lies around a candidate: distance to road, grid and fibre, and the way to a main road.

A distance is geodesic, to the nearest point of the nearest line; it is empty where no layer was
given, never 0. What a metre costs is left to ``costs``, reading the layers to ``io``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.siting.road_graph import RoadGraph

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.rasters import Raster
    from geoplan.results import Roads

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


class Permits(Protocol):
    """What the rules of a province say of new masts; ``sharing.rules`` knows."""

    def refused(self, longitude: Floats, latitude: Floats) -> Shapes:
        """Give the id of the rule that forbids a new mast at each place, blank where none does."""

    def clashes(self, longitude: Floats, latitude: Floats, is_new: NDArray[np.bool_]) -> csr_matrix:
        """Tell which places are too near to each other for two new masts, symmetric."""


_SPAN_DEG = 0.01
"""Longer straight lines get points in between, about each km."""


class NearestShape:
    """Lines and points on WGS 84, asked for the nearest one of any place.

    Nearest is told on the plane of a metric CRS; the distance itself is the geodesic.
    """

    def __init__(self, shapes: Shapes, crs: str) -> None:
        self.crs = crs
        # Straight on the map of degrees is not quite straight on the plane, over long spans.
        self._plane = geodesy.shapes_from_wgs84(shapely.segmentize(shapes, _SPAN_DEG), crs)
        self._tree = shapely.STRtree(self._plane)

    def find(self, longitude: Floats, latitude: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Give, for each place, the nearest shape, the nearest point of it, and the distance.

        Returns
        -------
        Number of the shape; longitude and latitude of its nearest point, shape (n, 2); distance.
        [m]
        """
        places = shapely.points(*geodesy.from_wgs84(longitude, latitude, self.crs))
        (asked, found), _ = self._tree.query_nearest(places, return_distance=True)
        # Of shapes equally near the first one counts, whatever the tree says.
        which = np.full(len(longitude), len(self._plane), np.int64)
        np.minimum.at(which, asked, found)
        lines = shapely.shortest_line(self._plane[which], places)
        x, y = shapely.get_coordinates(shapely.get_point(lines, 0)).T
        lon, lat = geodesy.to_wgs84(x, y, self.crs)
        away = geodesy.distance_m(longitude, latitude, lon, lat)
        return which, np.column_stack((lon, lat)), away


@dataclass(frozen=True)
class Access:
    """Distances of candidates, NaN = not known; shape (candidates,) each. [m]

    ``road_m`` to the nearest drivable road; ``route_m`` from there along the roads to the nearest
    national or provincial road; ``grid_power_m`` and ``fibre_m`` to the nearest of those lines.
    """

    road_m: Floats
    route_m: Floats
    grid_power_m: Floats
    fibre_m: Floats

    def of(self, rows: NDArray[np.int64]) -> Access:
        """Give the distances of some of the candidates."""
        return Access(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Ground:
    """What lies around, as far as layers tell; None = no layer was given.

    Attributes
    ----------
    crs
        A metric CRS of the area.
    roads, terrain
        As in ``results.Inputs``.
    power, fibre
        Lines and points on WGS 84.
    forbidden, forbidden_ids
        Polygons on WGS 84 in which nothing new is built, and their ids.
    permits
        The rules of the province; None = there are none.
    """

    crs: str = ""
    roads: Roads | None = None
    terrain: Raster | None = None
    power: Shapes | None = None
    fibre: Shapes | None = None
    forbidden: Shapes = field(default_factory=lambda: np.zeros(0, object))
    forbidden_ids: tuple[str, ...] = ()
    permits: Permits | None = None

    @cached_property
    def road_graph(self) -> RoadGraph | None:
        """The road graph; None where no road is known."""
        if self.roads is None or not len(self.roads.lines):
            return None
        graph = RoadGraph(self.roads)
        return graph if len(graph.ends) else None

    @cached_property
    def _stretches(self) -> NearestShape | None:
        graph = self.road_graph
        if graph is None:
            return None
        return NearestShape(np.asarray(shapely.linestrings(graph.ends), object), self.crs)

    @cached_property
    def _power(self) -> NearestShape | None:
        return self._lines(self.power)

    @cached_property
    def _fibre(self) -> NearestShape | None:
        return self._lines(self.fibre)

    def _lines(self, shapes: Shapes | None) -> NearestShape | None:
        return None if shapes is None or not len(shapes) else NearestShape(shapes, self.crs)

    def roadsides(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Give the nearest point of a drivable road to each place, and the distance; else NaN."""
        if self._stretches is None or not len(longitude):
            return np.full((len(longitude), 2), np.nan), np.full(len(longitude), np.nan)
        _, points, away = self._stretches.find(longitude, latitude)
        return points, away

    def access(self, longitude: Floats, latitude: Floats) -> Access:
        """Measure how far candidates lie from roads, grid and fibre."""
        road, route = self._by_road(longitude, latitude)
        power, fibre = (
            np.full(len(longitude), np.nan)
            if shapes is None or not len(longitude)
            else shapes.find(longitude, latitude)[2]
            for shapes in (self._power, self._fibre)
        )
        return Access(road, route, power, fibre)

    def _by_road(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        graph, tree = self.road_graph, self._stretches
        if graph is None or tree is None or not len(longitude):
            return np.full(len(longitude), np.nan), np.full(len(longitude), np.nan)
        which, points, away = tree.find(longitude, latitude)
        start = graph.ends[which, 0]
        along = geodesy.distance_m(*start.T, *points.T)
        part = np.clip(along / graph.length_m[which], 0.0, 1.0)
        return away, graph.route_m(which, part)

    def zone_around(self, longitude: Floats, latitude: Floats) -> NDArray[np.object_]:
        """Give the id of the first forbidden zone around each place, blank where there is none."""
        ids = np.array([*self.forbidden_ids, ""], dtype=object)
        first = np.full(len(longitude), len(self.forbidden), np.int64)
        if len(self.forbidden) and len(longitude):
            tree = shapely.STRtree(self.forbidden)
            places, zones = tree.query(shapely.points(longitude, latitude), predicate="intersects")
            np.minimum.at(first, places, zones)
        return ids[first]
