"""OpenStreetMap's elements as our tables: communes, hamlets, masts, places and roads.

What a tag means is left to ``osm_tags``, fetching to ``overpass``, reading a file to ``pbf``,
writing to ``osm_files``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan import geodesy, text
from geoplan.io import osm_tags
from geoplan.io.osm_tags import Wanted

LAYERS: Final = ("communes", "hamlets", "masts", "places", "roads")
_OVERLAP: Final = 1e-9
"""Share of a commune that must lie in a box for the two to do more than touch."""


@dataclass(frozen=True)
class Feature:
    """One element: ``kind`` is node, way or relation; ``shape`` is in degrees on WGS 84."""

    kind: str
    number: int
    tags: Mapping[str, str]
    shape: Any

    @property
    def id(self) -> str:
        """The id that stays: n, w or r and OpenStreetMap's number."""
        return f"{self.kind[0]}{self.number}"


@dataclass(frozen=True)
class Area:
    """What is asked for: a polygon in degrees, and how much of a commune must lie in it."""

    shape: Any
    name: str = ""
    least_share: float = 0.5

    @classmethod
    def box(cls, bounds: tuple[float, float, float, float]) -> Area:
        """Give the area of west, south, east and north; each commune that reaches in counts."""
        return cls(shapely.box(*bounds), least_share=_OVERLAP)


@dataclass(frozen=True)
class Layer:
    """A table made of elements; ``unnamed`` counts those left out for want of a name of ours."""

    name: str
    frame: pd.DataFrame
    unnamed: int = 0
    uncoded: int = 0
    """Communes whose code is the element's id, because no code of five digits is tagged."""


def make(layer: str, features: Iterable[Feature], area: Area, wanted: Wanted) -> Layer:
    """Make the table of a layer; rows stand in the order of kind and number.

    Parameters
    ----------
    layer
        One of ``LAYERS``.
    features
        Elements that may belong to it; those of other kinds and outside the area are left out.
    area
        What was asked for.
    """
    ordered = sorted(features, key=lambda one: (one.kind, one.number))
    chosen = [one for one in ordered if wanted.has(layer, one.tags) and not one.shape.is_empty]
    if layer != "roads":
        chosen = [_closed(one) for one in chosen]
    return _MAKERS[layer](chosen, area)


def _closed(one: Feature) -> Feature:
    """Give an element whose line closes as an outline: whether it is one depends on the source."""
    if one.shape.geom_type != "LineString" or not one.shape.is_ring:
        return one
    return replace(one, shape=shapely.Polygon(one.shape))


def _communes(features: list[Feature], area: Area) -> Layer:
    outlines = [
        one
        for one in features
        if one.tags.get("boundary") == "administrative" and _is_polygon(one.shape)
    ]
    inside = [one for one in outlines if _share_within(one.shape, area.shape) >= area.least_share]
    kept, unnamed = _named(inside)
    kept = _without_twins(kept)
    codes = _codes([one for one, _ in kept])
    names = [osm_tags.split_name(name) for _, name in kept]
    frame = pd.DataFrame(
        {
            "commune_code": codes,
            "name": [name for name, _ in names],
            "full_name": [full for _, full in names],
            "osm_id": [one.id for one, _ in kept],
        },
        dtype="str",
    )
    uncoded = sum(code == one.id for code, (one, _) in zip(codes, kept, strict=True))
    return Layer("communes", _layer(frame, kept), unnamed, uncoded)


def _codes(features: list[Feature]) -> list[str]:
    """Give the codes of communes: five digits that are tagged and stand once, else the id."""
    tagged = [osm_tags.code_of(one.tags) for one in features]
    return [
        code if code and tagged.count(code) == 1 else one.id
        for code, one in zip(tagged, features, strict=True)
    ]


def _hamlets(features: list[Feature], area: Area) -> Layer:
    kept, unnamed = _named(_inside(features, area))
    kept = _without_twins(kept)
    columns = {
        "hamlet_id": [one.id for one, _ in kept],
        "name": [name for _, name in kept],
        **_points(kept),
        "kind": [one.tags.get("place", "") for one, _ in kept],
    }
    return Layer("hamlets", pd.DataFrame(columns), unnamed)


def _masts(features: list[Feature], area: Area) -> Layer:
    masts = [one for one in features if osm_tags.is_mast(one.tags)]
    kept = [(one, osm_tags.name_of(one.tags)) for one in _inside(masts, area)]
    columns = {
        "structure_id": [one.id for one, _ in kept],
        "name": [name for _, name in kept],
        **_points(kept),
        "owner": [
            text.nfc(one.tags.get("owner") or one.tags.get("operator", "")) for one, _ in kept
        ],
        "height_m": np.array(
            [osm_tags.height_m(one.tags.get("height", "")) for one, _ in kept], dtype=float
        ),
        "kind": ["mast"] * len(kept),
    }
    return Layer("masts", pd.DataFrame(columns))


def _places(features: list[Feature], area: Area) -> Layer:
    kept, unnamed = _named(_inside(features, area))
    kept = _without_twins(kept)
    columns = {
        "place_id": [one.id for one, _ in kept],
        "name": [name for _, name in kept],
        "class": [osm_tags.class_of(one.tags, name) for one, name in kept],
        **_points(kept),
    }
    return Layer("places", pd.DataFrame(columns), unnamed)


def _roads(features: list[Feature], area: Area) -> Layer:
    shapely.prepare(area.shape)
    kept = [
        (one, osm_tags.name_of(one.tags))
        for one in features
        if one.kind == "way"
        and one.shape.geom_type == "LineString"
        and area.shape.intersects(one.shape)
    ]
    frame = pd.DataFrame(
        {
            "osm_id": [one.id for one, _ in kept],
            "name": [name for _, name in kept],
            "highway": [one.tags["highway"] for one, _ in kept],
            "ref": [one.tags.get("ref", "") for one, _ in kept],
            "surface": [one.tags.get("surface", "") for one, _ in kept],
        },
        dtype="str",
    )
    return Layer("roads", _layer(frame, kept))


_MAKERS: Final[Mapping[str, Callable[[list[Feature], Area], Layer]]] = {
    "communes": _communes,
    "hamlets": _hamlets,
    "masts": _masts,
    "places": _places,
    "roads": _roads,
}

_Named = list[tuple[Feature, str]]


def _named(features: list[Feature]) -> tuple[_Named, int]:
    """Give the elements with their names, and how many are left out because they have none."""
    named = [(one, osm_tags.name_of(one.tags)) for one in features]
    kept = [(one, name) for one, name in named if name]
    return kept, len(named) - len(kept)


def _without_twins(named: _Named) -> _Named:
    """Leave out an outline where what it shows stands there already, under the same name.

    A node inside an outline marks its centre and stays; of two outlines the relation stays.
    """
    groups: dict[str, list[int]] = {}
    for place, (_, name) in enumerate(named):
        groups.setdefault(text.fold(name), []).append(place)
    dropped = {place for group in groups.values() for place in _twins(named, group)}
    return [one for place, one in enumerate(named) if place not in dropped]


def _twins(named: _Named, group: list[int]) -> set[int]:
    if len(group) < 2:
        return set()
    dropped = set()
    inner = np.array([named[place][0].shape.representative_point() for place in group])
    order = {"node": 0, "relation": 1, "way": 2}
    for place in group:
        one = named[place][0]
        if not _is_polygon(one.shape):
            continue
        around = shapely.intersects(one.shape, inner)
        if one.kind == "way":  # the other way about: a relation that holds this way
            point = one.shape.representative_point()
            around = around | np.array([named[other][0].shape.intersects(point) for other in group])
        if any(
            near and order[named[other][0].kind] < order[one.kind]
            for near, other in zip(around, group, strict=True)
        ):
            dropped.add(place)
    return dropped


def _is_polygon(shape: Any) -> bool:
    return shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty


def _share_within(shape: Any, area: Any) -> float:
    """Give the share of a polygon that lies in the area, 0–1; both in degrees."""
    return float(shape.intersection(area).area / shape.area) if shape.area > 0 else 0.0


def _inside(features: list[Feature], area: Area) -> list[Feature]:
    """Give the elements with a point of their own inside the area."""
    shapely.prepare(area.shape)
    points = [one.shape.representative_point() for one in features]
    within = shapely.intersects(area.shape, np.array(points, dtype=object))
    return [one for one, is_in in zip(features, within, strict=True) if is_in]


def _points(named: _Named) -> dict[str, Any]:
    points = [one.shape.representative_point() for one, _ in named]
    return {
        "longitude": np.array([point.x for point in points], dtype=float).round(7),
        "latitude": np.array([point.y for point in points], dtype=float).round(7),
    }


def _layer(frame: pd.DataFrame, named: _Named) -> gpd.GeoDataFrame:
    shapes = np.array([one.shape for one, _ in named], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=geodesy.WGS84))
