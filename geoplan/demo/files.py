"""Writes the tables of the sample province, every byte settled by the tables alone."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    import geopandas as gpd

_DECIMALS = {"longitude": 6, "latitude": 6, "value": 1}


def write_csv(path: Path, table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Write a table as UTF-8 without mark, comma, "\\n", ISO dates, true/false."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        cells = [[_cell(value, name) for value in table[name].tolist()] for name in columns]
        writer.writerows(zip(*cells, strict=True))


def _cell(value: Any, column: str) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return f"{value:.{_DECIMALS.get(column, 0)}f}"
    return str(value)


def write_geojson(path: Path, table: gpd.GeoDataFrame) -> None:
    """Write a table as GeoJSON (RFC 7946), one feature a line, 6 decimals."""
    names = [name for name in table.columns if name != "geometry"]
    lines = []
    for geometry, values in zip(table.geometry, table[names].to_dict("records"), strict=True):
        properties = json.dumps(values, ensure_ascii=False)
        lines.append(
            f'{{"type":"Feature","properties":{properties},"geometry":{_geometry(geometry)}}}'
        )
    head = f'{{"type":"FeatureCollection","name":"{path.stem}","features":[\n'
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(head + ",\n".join(lines) + "\n]}\n")


def _geometry(shape: BaseGeometry) -> str:
    if isinstance(shape, shapely.LineString):
        body = _points(shape.coords)
    elif isinstance(shape, shapely.Polygon):
        body = _rings(shape)
    else:
        body = "[" + ",".join(_rings(part) for part in shapely.get_parts(shape)) + "]"
    return f'{{"type":"{shape.geom_type}","coordinates":{body}}}'


def _rings(polygon: shapely.Polygon) -> str:
    rings = [polygon.exterior, *polygon.interiors]
    return "[" + ",".join(_points(ring.coords) for ring in rings) + "]"


def _points(coordinates: Any) -> str:
    return "[" + ",".join(f"[{x:.6f},{y:.6f}]" for x, y in coordinates) + "]"
