"""Layers: GeoJSON, KML, GeoPackage and shapefiles whose shapes or fields are odd."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from io_case import COMMUNES, feature_collection

from corpus.case import KNOWN, NAMES, Case, Refused, Stop, more, only, text_case

_FIELDS = tuple(name for name in NAMES if name not in ("longitude", "latitude"))
_PROPERTIES = [{name: row[name] for name in _FIELDS if row[name] is not None} for row in KNOWN]
_POINTS = [shapely.Point(row["longitude"], row["latitude"]) for row in KNOWN]
_SQUARE = shapely.box(108.02, 15.02, 108.04, 15.04)
_BOW = shapely.Polygon([(108.02, 15.02), (108.04, 15.04), (108.04, 15.02), (108.02, 15.04)])
_NINTH = {"site_id": "S9", "operator": "Viettel", "technology": "4G"}
_HAMLETS = [
    {"hamlet_id": "H1", "name": "Thôn Một", "commune_code": "00101", "population": 400},
    {"hamlet_id": "H2", "name": "Thôn Hai", "commune_code": "00102"},
]


def _json(*further: tuple[Mapping[str, Any], Any]) -> str:
    """Give the good sites as GeoJSON with further features."""
    features = [(dict(one), point) for one, point in zip(_PROPERTIES, _POINTS, strict=True)]
    return feature_collection([*features, *((dict(one), shape) for one, shape in further)])


def _sites(name: str, *further: tuple[Mapping[str, Any], Any], **wanted: Any) -> Case:
    return text_case(name, _json(*further), file="sites.geojson", **wanted)


def _stops(name: str, content: str | bytes, code: str, ending: str = "geojson") -> Case:
    """Give the case of a layer of sites that cannot be read."""
    file = f"sites.{ending}"
    return text_case(name, content, file=file, stops=(Stop(code, file),))


def _raw(features: Sequence[Mapping[str, Any]], **more_keys: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more_keys})


def _feature(properties: Any, coordinates: Any, kind: str = "Point") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _good_features() -> list[dict[str, Any]]:
    return [
        _feature(dict(one), [point.x, point.y])
        for one, point in zip(_PROPERTIES, _POINTS, strict=True)
    ]


def _communes(name: str, features: list[tuple[dict[str, Any], Any]], **wanted: Any) -> Case:
    content = feature_collection(features)
    return text_case(name, content, role="communes", file="areas.geojson", **wanted)


_AREAS = [({"commune_code": code, "name": name}, shape) for code, (name, shape) in COMMUNES.items()]


def _kml(marks: str, head: str = "") -> str:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{head}{marks}</Document></kml>'


def _mark(properties: Mapping[str, Any], shape: str) -> str:
    data = "".join(
        f'<Data name="{name}"><value>{cell}</value></Data>' for name, cell in properties.items()
    )
    return f"<Placemark><ExtendedData>{data}</ExtendedData>{shape}</Placemark>"


def _schema_mark(properties: Mapping[str, Any], shape: str) -> str:
    data = "".join(
        f'<SimpleData name="{name}">{cell}</SimpleData>' for name, cell in properties.items()
    )
    return (
        f'<Placemark><ExtendedData><SchemaData schemaUrl="#s">{data}</SchemaData>'
        f"</ExtendedData>{shape}</Placemark>"
    )


def _kml_point(x: object, y: object) -> str:
    return f"<Point><coordinates>{x},{y},0</coordinates></Point>"


_MARKS = [
    _mark(one, _kml_point(point.x, point.y))
    for one, point in zip(_PROPERTIES, _POINTS, strict=True)
]


def _kml_case(name: str, content: str, file: str = "sites.kml", **wanted: Any) -> Case:
    return text_case(name, content, file=file, **wanted)


def _ninth_mark(shape: str) -> str:
    return _kml("".join(_MARKS) + _mark(_NINTH, shape))


def _kmz(name: str, members: Mapping[str, str], **wanted: Any) -> Case:
    def write(folder: Path) -> Mapping[str, Any]:
        with zipfile.ZipFile(folder / "sites.kmz", "w") as packed:
            for member, content in members.items():
                packed.writestr(member, content)
        return {"sites": ["sites.kmz"]}

    return Case(name, write, **wanted)


def _frame() -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(_PROPERTIES, geometry=_POINTS, crs="EPSG:4326")
    return frame.rename(columns={"on_air_date": "on_air_dat"})


def _save(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, **options)


def _shapefile(
    name: str, *, without: Sequence[str] = (), cut: str = "", crs: str | None = "", **wanted: Any
) -> Case:
    """Give the case of a shapefile; companions can be missing, and one cut in half."""

    def write(folder: Path) -> Mapping[str, Any]:
        _save(_frame(), folder / "sites.shp", encoding="utf-8")
        for ending in without:
            (folder / f"sites{ending}").unlink()
        if cut:
            path = folder / f"sites{cut}"
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2])
        return {"sites": [{"path": "sites.shp", **({"crs": crs} if crs else {})}]}

    return Case(name, write, **wanted)


def _geopackage(name: str, given: Mapping[str, Any], *layers: str, **wanted: Any) -> Case:
    def write(folder: Path) -> Mapping[str, Any]:
        for layer in layers:
            _save(_frame(), folder / "all.gpkg", layer=layer)
        return {"sites": [{"path": "all.gpkg", **given}]}

    return Case(name, write, **wanted)


CASES: tuple[Case, ...] = (
    _sites("a layer of points"),
    _sites(
        "a point without a place",
        (_NINTH, None),
        refused=(Refused(4, "longitude", "missing_coordinates"),),
    ),
    _sites(
        "a polygon among the points", (_NINTH, _SQUARE), refused=(Refused(4, "", "bad_geometry"),)
    ),
    _sites(
        "a line among the points",
        (_NINTH, _SQUARE.exterior),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _sites(
        "several points in one",
        (_NINTH, shapely.MultiPoint([(108.05, 15.05), (108.06, 15.05)])),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _sites(
        "zero and zero in a layer",
        (_NINTH, shapely.Point(0, 0)),
        refused=(Refused(4, "", "zero_coordinates"),),
    ),
    _sites(
        "a point in another country",
        (_NINTH, shapely.Point(2.35, 48.86)),
        refused=(Refused(4, "", "outside_area"),),
    ),
    _sites(
        "another field for every feature",
        ({**_NINTH, "ghi_chu": "thêm"}, shapely.Point(108.06, 15.05)),
        rows=more({**_NINTH, "longitude": 108.06, "ghi_chu": "thêm"}),
    ),
    text_case(
        "fields within fields",
        _raw(
            [
                {**one, "properties": {**one["properties"], "khac": {"a": [1, 2]}}}
                for one in _good_features()
            ]
        ),
        file="sites.geojson",
    ),
    text_case(
        "a list of technologies",
        _raw(
            [*_good_features(), _feature({**_NINTH, "technology": ["4G", "5G"]}, [108.06, 15.05])]
        ),
        file="sites.geojson",
        rows=more(*({**_NINTH, "technology": name} for name in ("4G", "5G"))),
    ),
    text_case(
        "nothing in place of the fields",
        _raw([*_good_features(), _feature(None, [108.06, 15.05])]),
        file="sites.geojson",
        refused=(Refused(4, "operator", "missing_value"),),
    ),
    text_case(
        "numbers as text in a layer",
        _raw(
            [
                {**one, "properties": {k: str(v) for k, v in one["properties"].items()}}
                for one in _good_features()
            ]
        ),
        file="sites.geojson",
    ),
    text_case(
        "heights behind the coordinates",
        _raw(
            [
                _feature(dict(one), [p.x, p.y, 12.5])
                for one, p in zip(_PROPERTIES, _POINTS, strict=True)
            ]
        ),
        file="sites.geojson",
    ),
    text_case(
        "a lone feature in place of a collection",
        json.dumps(_good_features()[0]),
        file="sites.geojson",
        rows=only(0),
    ),
    text_case(
        "features without a place at all",
        _raw([{**one, "geometry": None} for one in _good_features()]),
        file="sites.geojson",
        refused=tuple(Refused(row, "longitude", "missing_coordinates") for row in (1, 2, 3)),
        rows={"sites": ()},
    ),
    text_case(
        "a collection without features",
        _raw([]),
        file="sites.geojson",
        rows={"sites": ()},
        warned=("empty_file",),
    ),
    text_case(
        "a layer in metres that says so",
        _raw(
            [
                _feature(dict(one), list(xy))
                for one, xy in zip(_PROPERTIES, ((397919.5, 1664321.1),) * 3, strict=True)
            ],
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}},
        ),
        file="sites.geojson",
        stops=(Stop("missing_crs", "sites.geojson"),),
    ),
    text_case(
        "points exchanged throughout a layer",
        _raw(
            [_feature(dict(one), [p.y, p.x]) for one, p in zip(_PROPERTIES, _POINTS, strict=True)]
        ),
        file="sites.geojson",
        stops=(Stop("swapped_coordinates", "sites.geojson", "longitude, latitude"),),
    ),
    _stops("JSON that is no layer", '{"a": 1}', "unreadable_file"),
    _stops("a list of JSON", "[1, 2, 3]", "unreadable_file"),
    _stops("a layer cut in half", _json()[: len(_json()) // 2], "unreadable_file"),
    _stops(
        "features that are no list",
        '{"type": "FeatureCollection", "features": 3}',
        "unreadable_file",
    ),
    text_case(
        "coordinates that are words",
        _raw([*_good_features(), _feature(dict(_NINTH), ["108.06", "15.05"])]),
        file="sites.geojson",
        refused=(Refused(4, "longitude", "missing_coordinates"),),
    ),
    text_case(
        "coordinates that are missing",
        _raw([*_good_features(), _feature(dict(_NINTH), [])]),
        file="sites.geojson",
        warned=("driver_remarked",),
        refused=(Refused(4, "longitude", "missing_coordinates"),),
    ),
    text_case(
        "hamlets as polygons and as nothing",
        feature_collection([(_HAMLETS[0], _SQUARE), (_HAMLETS[1], None)]),
        role="hamlets",
        file="hamlets.geojson",
        refused=(),
        rows={
            "hamlets": [
                {"hamlet_id": "H1", "centre_kind": "inferred", "longitude": 108.03},
                {"hamlet_id": "H2", "centre_kind": "", "longitude": None},
            ]
        },
    ),
    text_case(
        "a hamlet that crosses itself",
        feature_collection([(_HAMLETS[0], _BOW), (_HAMLETS[1], shapely.Point(108.15, 15.05))]),
        role="hamlets",
        file="hamlets.geojson",
        rows={"hamlets": [{"hamlet_id": "H1"}, {"hamlet_id": "H2"}]},
        warned=("geometry_mended",),
    ),
    _communes(
        "points in place of communes",
        [(one, shape.centroid) for one, shape in _AREAS],
        stops=(Stop("no_polygons", "areas.geojson"),),
    ),
    _communes(
        "a commune without an outline",
        [*_AREAS, ({"commune_code": "00103", "name": "Ba"}, None)],
        refused=(Refused(3, "", "bad_geometry"),),
    ),
    _communes(
        "a blank outline of a commune",
        [*_AREAS, ({"commune_code": "00103", "name": "Ba"}, shapely.Polygon())],
        refused=(Refused(3, "", "bad_geometry"),),
    ),
    _communes(
        "a code of a commune twice",
        [*_AREAS, ({"commune_code": "00101", "name": "Ba"}, _SQUARE)],
        stops=(Stop("duplicate_key", "areas.geojson", "commune_code", 3),),
    ),
    _communes(
        "a commune without a code",
        [*_AREAS, ({"name": "Ba"}, _SQUARE)],
        refused=(Refused(3, "commune_code", "missing_value"),),
    ),
    _communes(
        "communes without codes",
        [({"name": one["name"]}, shape) for one, shape in _AREAS],
        stops=(Stop("missing_column", "areas.geojson", "commune_code"),),
    ),
    _communes(
        "a commune of a line there and back",
        [
            *_AREAS,
            (
                {"commune_code": "00103", "name": "Ba"},
                shapely.Polygon([(108, 15), (108.1, 15), (108, 15)]),
            ),
        ],
        refused=(Refused(3, "", "bad_geometry"),),
    ),
    # -------------------------------------------------- KML
    _kml_case("placemarks", _kml("".join(_MARKS))),
    _kml_case(
        "placemarks in folders of folders",
        _kml(f"<Folder><Folder>{_MARKS[0]}</Folder>{_MARKS[1]}</Folder>{_MARKS[2]}"),
    ),
    _kml_case(
        "placemarks with a schema",
        _kml(
            "".join(
                _schema_mark(one, _kml_point(p.x, p.y))
                for one, p in zip(_PROPERTIES, _POINTS, strict=True)
            ),
            '<Schema name="s" id="s"><SimpleField type="string" name="operator"/></Schema>',
        ),
    ),
    _kml_case(
        "placemarks without a namespace",
        _kml("".join(_MARKS)).replace(' xmlns="http://www.opengis.net/kml/2.2"', ""),
    ),
    _kml_case(
        "a placemark without a place",
        _ninth_mark(""),
        refused=(Refused(4, "longitude", "missing_coordinates"),),
    ),
    _kml_case(
        "a placemark of a word",
        _ninth_mark(_kml_point("abc", 15.05)),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _kml_case(
        "a placemark of one number",
        _ninth_mark("<Point><coordinates>108.06</coordinates></Point>"),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _kml_case(
        "a placemark of infinity",
        _ninth_mark(_kml_point("inf", 15.05)),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _kml_case(
        "a placemark at zero",
        _ninth_mark(_kml_point(0, 0)),
        refused=(Refused(4, "", "zero_coordinates"),),
    ),
    _kml_case(
        "a placemark of many points",
        _ninth_mark(
            f"<MultiGeometry>{_kml_point(108.06, 15.05)}{_kml_point(108.07, 15.05)}</MultiGeometry>"
        ),
        refused=(Refused(4, "", "bad_geometry"),),
    ),
    _kml_case(
        "a placemark of one of many points",
        _ninth_mark(f"<MultiGeometry>{_kml_point(108.06, 15.05)}</MultiGeometry>"),
        rows=more({**_NINTH, "longitude": 108.06}),
    ),
    _kml_case(
        "placemarks that are no sites",
        _kml(f"<Placemark><name>A</name>{_kml_point(108.05, 15.05)}</Placemark>"),
        stops=(
            Stop("missing_column", "sites.kml", "operator"),
            Stop("missing_column", "sites.kml", "technology"),
        ),
    ),
    _kml_case("no placemark", _kml(""), rows={"sites": ()}, warned=("empty_file",)),
    _kml_case(
        "KML cut in half",
        _kml("".join(_MARKS))[:300],
        stops=(Stop("unreadable_file", "sites.kml"),),
    ),
    _kml_case(
        "XML that is no KML",
        "<gpx><wpt lat='15' lon='108'/></gpx>",
        rows={"sites": ()},
        warned=("empty_file",),
    ),
    _kml_case(
        "KML with a document type",
        '<!DOCTYPE kml [<!ENTITY a "b">]>' + _kml("".join(_MARKS)),
        stops=(Stop("xml_with_doctype", "sites.kml"),),
    ),
    _kmz("KMZ with pictures", {"files/a.png": "png", "doc.kml": _kml("".join(_MARKS))}),
    _kmz("KMZ without KML", {"files/a.png": "png"}, stops=(Stop("unreadable_file", "sites.kmz"),)),
    # -------------------------------------------------- shapefiles and GeoPackages
    _shapefile("a shapefile"),
    _shapefile(
        "a shapefile without its table",
        without=[".dbf"],
        stops=(Stop("missing_companion", "sites.shp"),),
    ),
    _shapefile(
        "a shapefile without its index",
        without=[".shx"],
        stops=(Stop("missing_companion", "sites.shp"),),
    ),
    _shapefile(
        "a shapefile without table and index",
        without=[".dbf", ".shx"],
        stops=(Stop("missing_companion", "sites.shp"),),
    ),
    _shapefile(
        "a shapefile without its system",
        without=[".prj"],
        stops=(Stop("missing_crs", "sites.shp"),),
    ),
    _shapefile("a shapefile without its system, named", without=[".prj"], crs="EPSG:4326"),
    _shapefile(
        "a shapefile cut in half", cut=".shp", stops=(Stop("unreadable_file", "sites.shp"),)
    ),
    _shapefile(
        "a shapefile whose index is cut in half",
        cut=".shx",
        stops=(Stop("companion_differs", "sites.shp"),),
    ),
    _shapefile(
        "a shapefile whose table is cut in half",
        cut=".dbf",
        stops=(Stop("unreadable_file", "sites.shp"),),
    ),
    _geopackage("a layer among several", {"layer": "b"}, "a", "b"),
    _geopackage(
        "several layers and none named", {}, "a", "b", stops=(Stop("several_layers", "all.gpkg"),)
    ),
    _geopackage(
        "a layer that is not there",
        {"layer": "c"},
        "a",
        "b",
        stops=(Stop("unknown_layer", "all.gpkg", "layer"),),
    ),
)
