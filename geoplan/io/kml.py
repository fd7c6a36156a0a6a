"""Placemarks of KML and KMZ files, with their names and extended data.

GDAL's own reader turns Vietnamese field names into underscores, so this one reads the XML
itself. KML is longitude and latitude on WGS 84 by definition.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd
import shapely

from geoplan.faults import Faults
from geoplan.io import archives, columns, descriptions, readers, xml
from geoplan.io.readers import RawTable, Source

_LABEL = "name"
"""The element that holds the label of a placemark."""


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read the placemarks of all folders; give None, and add a fault, where it is no KML."""
    try:
        root = xml.parse(_content(source))
    except xml.XmlError as error:
        code = "xml_with_doctype" if str(error) == "DOCTYPE" else "unreadable_file"
        faults.add(code, file=source.name, why=error)
        return None
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        faults.add("unreadable_file", file=source.name, why=str(error) or type(error).__name__)
        return None
    marks, over = _placemarks(root)
    records = _with_descriptions([_record(mark) for mark in marks], marks, source)
    shapes = [_shape(mark) for mark in marks]
    headers = tuple(dict.fromkeys(header for record in records for header in record))
    records, headers = _without_label(records, headers, source)
    cells = pd.DataFrame(
        {
            i: pd.Series([record.get(header, "") for record in records], dtype="str")
            for i, header in enumerate(headers)
        },
        index=range(len(records)),
    )
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    rows = np.arange(1, len(records) + 1)
    raw = RawTable(headers, cells, rows, geometry=geometry, crs="EPSG:4326", over=over)
    if any(_tag(element) == "NetworkLink" for element in root.iter()):
        raw = replace(raw, remarks=(readers.remark(source, "links_not_followed"),))
    return readers.mend_text(readers.tidy(raw), source)


def _without_label(
    records: list[dict[str, str]], headers: tuple[str, ...], source: Source
) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Leave out the labels of placemarks where the data themselves hold what a label is for."""
    data = tuple(header for header in headers if header != _LABEL)
    nothing = Faults()
    label = columns.match((_LABEL,), source.table, file="", sheet="", faults=nothing).columns
    named = columns.match(data, source.table, file="", sheet="", faults=nothing).columns
    if _LABEL in headers and label.keys() & named.keys():
        return [{k: v for k, v in one.items() if k != _LABEL} for one in records], data
    return records, headers


def _content(source: Source) -> bytes:
    """Give the XML: of the file, or of the first .kml inside a .kmz."""
    if source.ending != ".kmz":
        return source.content()
    with archives.open_zip(source) as packed:
        inside = archives.members(packed)
        names = [name for name in inside if name.lower().endswith(".kml")]
        if not names:
            raise ValueError("no .kml inside")
        return archives.read_member(packed, inside["doc.kml" if "doc.kml" in names else names[0]])


_tag = xml.tag


def _child(element: Element, tag: str) -> Element | None:
    return next((child for child in element if _tag(child) == tag), None)


def _words(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _placemarks(root: Element) -> tuple[list[Element], tuple[tuple[int, str], ...]]:
    """Give the placemarks in their order, and the folders that begin or end before each."""
    marks: list[Element] = []
    over: list[tuple[int, str]] = []
    waiting: list[Element | None] = [root]
    folders: list[str] = []
    while waiting:
        element = waiting.pop()
        if element is None:  # the end of a folder
            folders.pop()
            over += [(len(marks), name) for name in ("", *folders)]
        elif _tag(element) == "Placemark":
            marks.append(element)
        elif _tag(element) == "Folder":
            folders.append(_words(_child(element, "name")))
            over.append((len(marks), folders[-1]))
            waiting += [None, *reversed(element)]
        else:
            waiting += reversed(element)
    return marks, tuple(over)


def _with_descriptions(
    records: list[dict[str, str]], marks: list[Element], source: Source
) -> list[dict[str, str]]:
    """Complete records by what their descriptions list, if that names columns of the table."""
    described = [descriptions.pairs(_words(_child(mark, "description"))) for mark in marks]
    labels = {label for one in described for label in one}
    if not columns.recognised(labels, source.table, source.dictionary.headers):
        return records
    return [{**more, **record} for record, more in zip(records, described, strict=True)]


def _record(mark: Element) -> dict[str, str]:
    """Give the name and the extended data of a placemark."""
    record = {_LABEL: _words(_child(mark, "name"))}
    for element in mark.iter():
        tag = _tag(element)
        if tag == "Data":
            record[element.get("name", "")] = _words(_child(element, "value"))
        elif tag == "SimpleData":
            record[element.get("name", "")] = _words(element)
    return record


def _shape(element: Element) -> Any:
    """Give the shape inside a placemark or a multi-geometry, None without one.

    A shape that cannot be made is one that its table refuses with its row.
    """
    found = [shape for child in element if (shape := _one(child)) is not None]
    if len(found) < 2:
        return found[0] if found else None
    if all(shape.geom_type == "Polygon" for shape in found):
        return shapely.MultiPolygon(found)
    return shapely.GeometryCollection(found)


def _one(element: Element) -> Any:
    tag = _tag(element)
    if tag == "MultiGeometry":
        return _shape(element)
    if tag not in ("Point", "LineString", "Polygon"):
        return None
    try:
        if tag == "Point":
            coordinates = _coordinates(element)
            return shapely.Point(coordinates[0]) if coordinates else None
        if tag == "LineString":
            return shapely.LineString(_coordinates(element))
        return _polygon(element)
    except (ValueError, IndexError, shapely.errors.GEOSException):
        return readers.UNUSABLE


def _polygon(element: Element) -> Any:
    rings: dict[str, list[Any]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for child in element:
        if _tag(child) in rings:
            rings[_tag(child)].append(_coordinates(child))
    if not rings["outerBoundaryIs"][0]:
        raise ValueError("no outline")
    return shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _coordinates(element: Element) -> list[tuple[float, float]]:
    """Give longitude and latitude of the points of an element, without heights."""
    text = next((_words(child) for child in element.iter() if _tag(child) == "coordinates"), "")
    points: list[tuple[float, float]] = []
    for point in text.split():
        x, y = map(float, point.split(",")[:2])
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(point)
        points.append((x, y))
    return points
