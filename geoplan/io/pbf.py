"""Elements of OpenStreetMap from a file, ``.osm.pbf`` or ``.osm``, by pyosmium; without a network.

The file is read twice, as outlines need it; what the elements mean is left to ``osm``.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Fault, InputError
from geoplan.io import osm_tags
from geoplan.io.osm import Area, Feature
from geoplan.io.osm_files import Collected
from geoplan.io.osm_tags import Wanted
from geoplan.progress import Progress, silent

ENDINGS: Final = (".pbf", ".osm", ".osm.bz2", ".osm.gz")
SOURCE: Final = "OpenStreetMap, file"
_PLACE_KEYS: Final = (
    *("admin_level", "place", "man_made", "telecom", "communication:mobile_phone"),
    *("amenity", "office", "landuse", "tourism", "leisure"),
)
_TITLES: Final = ("thanh pho", "thi xa", "dac khu", "phuong", "huyen", "quan", "tinh", "tp.", "xa")


def need_osmium() -> None:
    """Raise the fault ``osm_missing`` where pyosmium is not installed."""
    if importlib.util.find_spec("osmium") is None:
        raise InputError([Fault("osm_missing", value="osmium")])


def collect(
    path: Path,
    area: Area | None,
    *,
    layers: tuple[str, ...],
    wanted: Wanted,
    progress: Progress = silent,
) -> Collected:
    """Give the elements of a file, by layer.

    Parameters
    ----------
    area
        What is taken; None for all that the file holds.

    Raises
    ------
    InputError
        ``missing_file``, ``unknown_format``, ``not_osm`` or ``osm_nothing``.
    """
    found: dict[str, list[Feature]] = {layer: [] for layer in layers}
    named: dict[int, str] = {}
    whole: set[int] = set()
    near = None if area is None else shapely.box(*area.shape.bounds)
    progress("reading", 0.0)
    date, box = _head(path)
    for one in _elements(path, with_roads="roads" in layers):
        if one.shape is None:
            if one.tags.get("admin_level") == wanted.admin_level:
                named[one.number] = osm_tags.name_of(one.tags) or one.id
            continue
        if one.kind == "relation":
            whole.add(one.number)
        if near is not None and not near.intersects(one.shape):
            continue
        is_line = one.shape.geom_type == "LineString"
        for layer in layers:
            if is_line == (layer == "roads") and wanted.has(layer, one.tags):
                found[layer].append(one)
    progress("reading", 1.0)
    broken = sorted(name for number, name in named.items() if number not in whole)
    if area is None:
        area = Area.box(box or _bounds(path, found))
    told = tuple(broken) if "communes" in layers else ()
    return Collected(found, area, SOURCE, path.name, date, told)


def find_area(path: Path, name: str) -> Area:
    """Give the outline of a unit in the file by its name, of several that of the highest level.

    The name is compared without accents, case and type word: ``quang ngai`` finds Tỉnh Quảng Ngãi.

    Raises
    ------
    InputError
        ``no_such_place`` and the faults of :func:`collect`.
    """
    wanted = _bare(name)
    best: tuple[tuple[int, float], Area] | None = None
    for one in _elements(path, with_roads=False):
        if one.shape is None or one.tags.get("boundary") != "administrative":
            continue
        known = {_bare(one.tags.get(key, "")) for key in ("name", "name:vi", "official_name")}
        if wanted not in known or one.shape.geom_type not in ("Polygon", "MultiPolygon"):
            continue
        level = one.tags.get("admin_level", "")
        rank = int(level) if level.isdigit() else 99, -float(one.shape.area)
        if best is None or rank < best[0]:
            best = rank, Area(one.shape, osm_tags.name_of(one.tags) or name)
    if best is None:
        raise InputError([Fault("no_such_place", path.name, value=name)])
    return best[1]


def _bare(name: str) -> str:
    """Fold a name of a unit, without its type word."""
    folded = text.fold(name)
    for title in _TITLES:
        if folded.startswith(title + " "):
            return folded[len(title) + 1 :]
    return folded


def highways(
    path: Path, box: tuple[float, float, float, float]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Give the lines of all ways that are highways and open to vehicles, and their classes.

    Parameters
    ----------
    box
        West, south, east, north; lines beyond it are left out unless all are. [degrees]

    Raises
    ------
    InputError
        ``osm_missing``, ``missing_file``, ``unknown_format`` or ``not_osm``.
    """
    _head(path)
    import osmium

    processor = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    lines, kinds = [], []
    one: Any
    try:
        for one in processor:
            if not one.is_way() or _is_closed_to_vehicles(one.tags):
                continue
            line = _line(one)
            if line is not None:
                lines.append(line)
                kinds.append(one.tags["highway"])
    except (RuntimeError, ValueError) as error:
        raise InputError([Fault("not_osm", path.name)]) from error
    found, classes = np.array(lines, dtype=object), np.array(kinds, dtype=object)
    near = shapely.intersects(found, shapely.box(*box))
    return (found[near], classes[near]) if near.any() else (found, classes)


def _is_closed_to_vehicles(tags: Any) -> bool:
    """Tell a way that nobody may drive, or that is a square."""
    if tags.get("area") == "yes":
        return True
    for key in ("motor_vehicle", "vehicle", "access"):  # the most special word counts
        if key in tags:
            return bool(tags[key] == "no")
    return False


def _head(path: Path) -> tuple[str, tuple[float, float, float, float] | None]:
    """Give the day of the data and the box that the head of a file declares, where it does."""
    need_osmium()
    import osmium

    if not path.name.lower().endswith(ENDINGS):
        known = ", ".join(ENDINGS)
        fault = Fault("unknown_format", path.name, value=path.suffix, params={"known": known})
        raise InputError([fault])
    if not path.is_file():
        raise InputError([Fault("missing_file", path.name)])
    try:
        with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
            head = reader.header()
            date = head.get("osmosis_replication_timestamp", "")[:10]
            box = head.box()
            if not box.valid():
                return date, None
            low, high = box.bottom_left, box.top_right
            return date, (low.lon, low.lat, high.lon, high.lat)
    except (RuntimeError, ValueError) as error:
        raise InputError([Fault("not_osm", path.name)]) from error


def _bounds(path: Path, found: dict[str, list[Feature]]) -> tuple[float, float, float, float]:
    """Give the box around all elements, where the file does not declare one."""
    shapes = [one.shape for several in found.values() for one in several]
    if not shapes:
        raise InputError([Fault("osm_nothing", path.name)])
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def _elements(path: Path, *, with_roads: bool) -> Iterator[Feature]:
    """Give nodes, outlines and, if asked for, lines that have a tag of interest.

    Relations of boundaries are given once more without a shape, so that one whose outline does
    not close can be told.
    """
    need_osmium()
    import osmium

    _head(path)
    keys = (*_PLACE_KEYS, "highway") if with_roads else _PLACE_KEYS
    processor = (
        osmium.FileProcessor(str(path))
        .with_areas(osmium.filter.KeyFilter(*_PLACE_KEYS))
        .with_filter(osmium.filter.KeyFilter(*keys))
    )
    factory = osmium.geom.WKBFactory()
    try:
        for one in processor:
            feature = _feature(one, factory)
            if feature is not None:
                yield feature
    except (RuntimeError, ValueError) as error:
        raise InputError([Fault("not_osm", path.name)]) from error


def _feature(one: Any, factory: Any) -> Feature | None:
    """Give an element of pyosmium with its tags and shape; None where it is of no use to us."""
    tags = {tag.k: tag.v for tag in one.tags if tag.k in osm_tags.KEYS}
    if one.is_node():
        if not one.location.valid():
            return None
        return Feature("node", one.id, tags, shapely.Point(one.lon, one.lat))
    if one.is_area():
        kind = "way" if one.from_way() else "relation"
        outline = _outline(one, factory)
        return None if outline is None else Feature(kind, one.orig_id(), tags, outline)
    if one.is_way() and "highway" in tags:
        line = _line(one)
        return None if line is None else Feature("way", one.id, tags, line)
    if one.is_relation() and tags.get("boundary") == "administrative":
        return Feature("relation", one.id, tags, None)
    return None


def _outline(area: Any, factory: Any) -> Any:
    """Give the polygon of an area, None where its nodes are not all in the file."""
    import osmium

    try:
        shape = shapely.from_wkb(factory.create_multipolygon(area))
    except (RuntimeError, osmium.InvalidLocationError):
        return None
    return _single(shape)


def _line(way: Any) -> Any:
    """Give the line of a way, as far as its nodes are in the file; None where fewer than two are.

    A file that was cut out may lack those beyond its edge.
    """
    points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    return shapely.LineString(points) if len(set(points)) > 1 else None


def _single(shape: Any) -> Any:
    """Give a multi-polygon of one part as a polygon."""
    return shape.geoms[0] if len(shape.geoms) == 1 else shape
