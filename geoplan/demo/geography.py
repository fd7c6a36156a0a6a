"""The land of the sample province: communes with shared borders, a river, hills and islands.

Everything here is in kilometres east and north of the middle of the southern border; who lives
there is left to ``settlement`` and degrees are made only at the end, by :func:`to_degrees`.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from geoplan.demo import names

Floats = NDArray[np.float64]

WIDTH_KM, HEIGHT_KM = 64.0, 82.0
"""The mainland at scale 1, before its coast and borders are bent."""

LONGITUDE_0, LATITUDE_0 = 108.85, 14.35
"""Where kilometre 0, 0 is put. Real land lies there: every name says that ours is invented."""

STEP_KM: Final = 0.3
"""Borders, coast and river have a vertex at least this often."""

AREA_GROUPS: Final = {
    "delta": "đồng bằng",
    "coast": "ven biển",
    "hills": "miền núi",
    "islands": "hải đảo",
}


@dataclass(frozen=True)
class Bending:
    """A smooth field that bends straight borders; equal points move equally."""

    waves: Floats
    shifts: Floats
    phases: Floats

    def __call__(self, points: Floats) -> Floats:
        """Bend points, shape (n, 2). [km]"""
        angles = np.sin(points @ self.waves.T + self.phases)
        return points + angles @ self.shifts


@dataclass(frozen=True)
class Land:
    """The bare land; arrays run over communes, in the order of their codes. [km]"""

    size: Floats
    polygons: NDArray[np.object_]
    centres: Floats
    groups: list[str]
    is_ward: NDArray[np.bool_]
    towns: Floats
    river: Floats
    islands: list[Floats]


def to_degrees(points: Floats) -> Floats:
    """Turn kilometres into longitude and latitude of WGS 84, rounded to 6 decimals.

    The series for the length of a degree is exact to 0.1 %: enough for land that is invented.
    """
    latitude = LATITUDE_0 + points[..., 1] / 110.646
    phi = np.radians(latitude)
    per_degree = (111412.84 * np.cos(phi) - 93.5 * np.cos(3.0 * phi)) / 1000.0
    degrees = np.stack([LONGITUDE_0 + points[..., 0] / per_degree, latitude], -1)
    return np.asarray(np.round(degrees, 6), dtype=np.float64)


def make_land(rng: np.random.Generator, *, scale: float) -> Land:
    """Make the land; ``scale`` multiplies its area and its number of communes."""
    count = max(4, round(76 * scale))
    size = np.array([WIDTH_KM, HEIGHT_KM]) * np.sqrt(scale)
    towns = _towns(size, scale)
    seeds, n_land = _seeds(rng, size, towns, count, scale)
    cells = Voronoi(seeds)
    rings = _rings(cells, n_land)
    # Too steep a field can fold a border over itself: then a gentler one is drawn.
    for steepness in (0.14, 0.12, 0.10, 0.07, 0.03):
        bend = _bending(rng, steepness)
        lines = _bent_edges(rings, cells.vertices, bend)
        polygons = [_polygon(ring, cells.vertices, lines) for ring in rings]
        if shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons):
            break
    centres = np.array([[shape.centroid.x, shape.centroid.y] for shape in polygons])
    river = _river(rng, cells, n_land, size, lines)
    islands = _islands(rng, size, polygons, scale)
    groups = _groups(cells, n_land, seeds, size, bend)
    is_ward = _wards(centres, bend(towns), scale)
    return _in_order(
        Land(size, np.array(polygons, object), centres, groups, is_ward, bend(towns), river, []),
        islands,
    )


def hilliness(points: Floats, size: Floats) -> Floats:
    """How hilly it is at points, 0 in the delta to 1 in the west."""
    east = points[..., 0] / size[0] + 0.5
    wave = 0.07 * np.sin(points[..., 1] / 9.0) + 0.04 * np.sin(points[..., 1] / 3.7 + 1.0)
    return np.asarray(np.clip((0.52 + wave - east) / 0.3 + 0.5, 0.0, 1.0))


def _towns(size: Floats, scale: float) -> Floats:
    """Put the towns: the first near the mouth of the river, more for more land."""
    places = [[0.27, 0.50], [0.05, 0.72], [0.30, 0.16], [-0.22, 0.40]]
    if scale < 0.5:
        places = places[:1]
    return np.array(places) * size


def _bending(rng: np.random.Generator, steepness: float) -> Bending:
    """Make a field of 30 waves of 20 to 1.4 km, each of the same steepness."""
    lengths = np.geomspace(20.0, 1.4, 30)
    turns = rng.random(len(lengths)) * 2 * np.pi
    wave_numbers = 2 * np.pi / lengths
    waves = wave_numbers[:, None] * np.stack([np.cos(turns), np.sin(turns)], -1)
    sides = rng.random(len(lengths)) * 2 * np.pi
    shifts = (steepness / wave_numbers)[:, None] * np.stack([np.cos(sides), np.sin(sides)], -1)
    return Bending(waves, shifts, rng.random(len(lengths)) * 2 * np.pi)


def _seeds(
    rng: np.random.Generator, size: Floats, towns: Floats, count: int, scale: float
) -> tuple[Floats, int]:
    """Spread ``count`` centres over the land and some around it, closer in towns (Lloyd)."""
    step = np.sqrt(size[0] * size[1] / count) / 18.0
    margin = 16.0 * np.sqrt(min(scale, 1.0))
    xs = np.arange(-size[0] / 2 - margin, size[0] / 2 + margin, step)
    ys = np.arange(-margin, size[1] + margin, step)
    grid = np.stack(np.meshgrid(xs, ys, indexing="ij"), -1).reshape(-1, 2)
    inside = _is_land(grid, size)
    weight = 1.0 - 0.45 * hilliness(grid, size)
    for town in towns:
        away = ((grid - town) ** 2).sum(-1)
        weight += 7.0 * np.exp(-away / (2 * (3.6 * np.sqrt(min(1.0, scale * 2))) ** 2))
    weight **= 1.5
    land = _lloyd(rng, grid[inside], weight[inside], count)
    outside = round(count * np.sqrt(0.3) * (~inside).sum() / inside.sum())
    sea = _lloyd(rng, grid[~inside], np.ones((~inside).sum()), max(12, outside))
    far = 8.0 * size.max()
    frame = np.array([[-far, -far], [-far, far * 1.01], [far, -far * 1.02], [far, far * 1.03]])
    return np.concatenate([land, sea, frame]), count


def _is_land(points: Floats, size: Floats) -> NDArray[np.bool_]:
    """Whether points lie in the bare outline: a bight in the east, a bulge in the west."""
    share = points[..., 1] / size[1]
    east = size[0] * (0.5 - 0.10 * np.sin(share * 2.4 * np.pi + 0.5) * share)
    west = -size[0] * (0.5 + 0.06 * np.sin(share * 3.0 * np.pi + 1.0))
    south = 0.05 * size[1] * np.sin(points[..., 0] / size[0] * np.pi * 1.5)
    x, y = points[..., 0], points[..., 1]
    inside = (x < east) & (x > west) & (y > south) & (y < size[1] + south)
    return np.asarray(inside, dtype=np.bool_)


def _lloyd(rng: np.random.Generator, grid: Floats, weight: Floats, count: int) -> Floats:
    """Spread centres so that each is the weighted middle of its own cell."""
    order = np.argsort(rng.random(len(grid)) / weight, kind="stable")
    seeds = grid[order[:count]]
    for _ in range(15):
        nearest = cKDTree(seeds).query(grid)[1]
        mass = np.bincount(nearest, weight, count)
        sums = [np.bincount(nearest, weight * grid[:, axis], count) for axis in (0, 1)]
        moved = np.stack(sums, -1) / np.maximum(mass, 1e-9)[:, None]
        seeds = np.where(mass[:, None] > 0, moved, seeds)
    return np.asarray(seeds)


def _rings(cells: Voronoi, count: int) -> list[list[int]]:
    """Give the vertices of each commune, counter-clockwise, from its lowest corner on."""
    rings = []
    for cell in range(count):
        ring = cells.regions[cells.point_region[cell]]
        corners = cells.vertices[ring]
        middle = corners.mean(axis=0)
        angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
        turn = [ring[i] for i in np.argsort(angles)]
        first = min(range(len(turn)), key=lambda i: tuple(cells.vertices[turn[i]]))
        rings.append(turn[first:] + turn[:first])
    return rings


def _bent_edges(
    rings: list[list[int]], vertices: Floats, bend: Bending
) -> dict[tuple[int, int], Floats]:
    """Bend every border once, so that both its communes get the same points."""
    bent = bend(vertices)  # corners once: the last digits of a product depend on its shape
    lines: dict[tuple[int, int], Floats] = {}
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if (a, b) in lines:
                continue
            if tuple(vertices[a]) > tuple(vertices[b]):
                a, b = b, a  # one direction, whatever the numbering, for equal last digits
            n_parts = max(1, int(np.ceil(np.hypot(*(vertices[b] - vertices[a])) / STEP_KM)))
            along = np.linspace(0.0, 1.0, n_parts + 1)[:, None]
            line = bend(vertices[a] * (1 - along) + vertices[b] * along)
            line[0], line[-1] = bent[a], bent[b]
            lines[a, b], lines[b, a] = line, line[::-1]
    return lines


def _polygon(
    ring: list[int], vertices: Floats, lines: dict[tuple[int, int], Floats]
) -> shapely.Polygon:
    parts = [lines[a, b][:-1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    return shapely.Polygon(np.concatenate(parts))


def _river(
    rng: np.random.Generator,
    cells: Voronoi,
    count: int,
    size: Floats,
    lines: dict[tuple[int, int], Floats],
) -> Floats:
    """Lead a river from the western hills to the sea, along borders between communes."""
    graph: dict[int, list[tuple[float, int]]] = {}
    ends: set[int] = set()
    noise = 0.7 + 0.6 * rng.random(len(cells.ridge_points))
    order = np.lexsort(np.sort(cells.ridge_points, axis=1).T)
    for rank, ridge in enumerate(order):
        pair, (a, b) = cells.ridge_points[ridge], cells.ridge_vertices[ridge]
        n_land = int((pair < count).sum())
        if n_land == 1:
            ends.update((a, b))
        elif n_land == 2:
            length = float(np.hypot(*(cells.vertices[b] - cells.vertices[a]))) * noise[rank]
            graph.setdefault(a, []).append((length, b))
            graph.setdefault(b, []).append((length, a))
    doors = sorted(ends & graph.keys())
    west = np.array([-0.5, 0.42]) * size
    mouth = np.array([0.5, 0.53]) * size
    start = min(doors, key=lambda v: float(np.hypot(*(cells.vertices[v] - west))))
    stop = min(doors, key=lambda v: float(np.hypot(*(cells.vertices[v] - mouth))))
    path = _shortest(graph, start, stop)
    parts = [lines[a, b] for a, b in itertools.pairwise(path)]
    return np.concatenate([part[:-1] for part in parts[:-1]] + [parts[-1]])


def _shortest(graph: dict[int, list[tuple[float, int]]], start: int, stop: int) -> list[int]:
    """Find the shortest path of a small graph (Dijkstra)."""
    best = {start: 0.0}
    before: dict[int, int] = {}
    queue = [(0.0, start)]
    while queue:
        cost, here = heapq.heappop(queue)
        if here == stop:
            break
        for length, there in graph[here]:
            if cost + length < best.get(there, np.inf):
                best[there], before[there] = cost + length, here
                heapq.heappush(queue, (cost + length, there))
    path = [stop]
    while path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1]


def blob(rng: np.random.Generator, centre: Floats, radius_km: float, *, n: int = 48) -> Floats:
    """Draw a closed, lumpy round outline, shape (n, 2), counter-clockwise. [km]"""
    turns = np.arange(n) * (2 * np.pi / n)
    radius = np.full(n, radius_km)
    for wave, height in ((2, 0.16), (3, 0.12), (5, 0.07), (8, 0.04)):
        radius += radius_km * height * np.sin(wave * turns + rng.random() * 2 * np.pi)
    outline = centre + radius[:, None] * np.stack([np.cos(turns), np.sin(turns)], -1)
    return np.asarray(outline, dtype=np.float64)


def _islands(
    rng: np.random.Generator, size: Floats, polygons: list[shapely.Polygon], scale: float
) -> list[Floats]:
    """Draw four islands off the coast: three together, one alone near a coastal commune."""
    coast = max(float(shape.bounds[2]) for shape in polygons)
    lumps = max(0.45, np.sqrt(min(scale, 1.0)))
    off_north = 0.70 * size[1]
    spots = [(9.0, off_north, 2.6), (14.5, off_north + 3.0, 1.7), (12.5, off_north - 4.5, 1.2)]
    spots.append((3.2, 0.30 * size[1], 1.5))
    return [
        blob(rng, np.array([coast + east, north]), radius * lumps) for east, north, radius in spots
    ]


def _groups(cells: Voronoi, count: int, seeds: Floats, size: Floats, bend: Bending) -> list[str]:
    """Sort communes into delta, coast and hills."""
    by_sea = set()
    for a, b in cells.ridge_points.tolist():
        land, other = min(a, b), max(a, b)
        east, north = seeds[other] - seeds[land]
        if land < count <= other and east > abs(north) and seeds[land][0] > 0.15 * size[0]:
            by_sea.add(land)
    hilly = hilliness(bend(seeds[:count]), size) > 0.5
    return ["coast" if i in by_sea else "hills" if hilly[i] else "delta" for i in range(count)]


def _wards(centres: Floats, towns: Floats, scale: float) -> NDArray[np.bool_]:
    """Make wards of the communes nearest the towns, most of them in the first."""
    shares = np.array([1.0, 1.6, 1.8, 2.4])[: len(towns)]
    away = (np.hypot(*(centres[:, None] - towns).transpose(2, 0, 1)) * shares).min(axis=1)
    n_wards = max(1, round(11 * scale))
    wards = np.zeros(len(centres), dtype=bool)
    wards[np.argsort(away, kind="stable")[:n_wards]] = True
    return wards


def _in_order(land: Land, islands: list[Floats]) -> Land:
    """Order communes wards first, then from north to south; islands come last.

    The lone island joins the mainland commune nearest to it; the others are a special zone.
    """
    order = np.lexsort((-land.centres[:, 1], ~land.is_ward))
    shapes = [land.polygons[i] for i in order]
    alone = shapely.Polygon(islands[-1])
    rural = [i for i, old in enumerate(order) if not land.is_ward[old]] or [len(shapes) - 1]
    host = min(rural, key=lambda i: float(shapes[i].distance(alone)))
    shapes[host] = shapely.MultiPolygon([shapes[host], alone])
    zone = shapely.MultiPolygon([shapely.Polygon(ring) for ring in islands[:-1]])
    groups = [land.groups[i] for i in order]
    groups[host] = "coast"
    return Land(
        size=land.size,
        polygons=np.array([*shapes, zone], object),
        centres=np.concatenate([land.centres[order], islands[0].mean(axis=0)[None]]),
        groups=[*groups, "islands"],
        is_ward=np.append(land.is_ward[order], False),
        towns=land.towns,
        river=land.river,
        islands=islands,
    )


def commune_names(land: Land, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Name communes: (name, name with its type word)."""
    words = names.communes(rng, len(land.polygons) - 1)
    given = [
        (word, f"{'Phường' if ward else 'Xã'} {word}")
        for word, ward in zip(words, land.is_ward, strict=False)
    ]
    return [*given, ("Mẫu Đảo", "Đặc khu Mẫu Đảo")]
