"""A tiny province in memory or in files, so that a rule can be worked by hand in a few lines.

Points are laid out in exact metres from one origin; nothing here knows how a rule is computed.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geoplan import tables
from geoplan.admin import commune_of_points
from geoplan.io import read_inputs
from geoplan.planner import assess
from geoplan.rasters import Raster
from geoplan.results import Baseline, Declared, Inputs
from geoplan.scenario import Scenario
from geoplan.scenario.reader import parse_scenario

Point = tuple[float, float]
Row = dict[str, Any]

GEOD = pyproj.Geod(ellps="WGS84")
ORIGIN: Point = (108.80, 15.10)
HALF_M = 6_000.0
"""Half the side of the one commune that a province has when none is given."""


def off(start: Point, distance_m: float, azimuth_deg: float) -> Point:
    """Go a geodesic distance from a point in a direction."""
    lon, lat, _ = GEOD.fwd(start[0], start[1], azimuth_deg, distance_m)
    return float(lon), float(lat)


def at(east_m: float = 0.0, north_m: float = 0.0, *, start: Point = ORIGIN) -> Point:
    """Go to a point by its distance and direction from the origin, east and north of it."""
    distance = float(np.hypot(east_m, north_m))
    return off(start, distance, float(np.degrees(np.arctan2(east_m, north_m))))


def square(centre: Point, half_m: float) -> shapely.Polygon:
    """Give a square around a point, its sides about along the parallels and meridians."""
    east, north = off(centre, half_m, 90)[0], off(centre, half_m, 0)[1]
    west, south = off(centre, half_m, 270)[0], off(centre, half_m, 180)[1]
    return shapely.box(west, south, east, north)


def commune(code: str = "00001", polygon: Any = None, **columns: Any) -> Row:
    """Give a commune; its square is around the origin unless another is given."""
    return {
        "commune_code": code,
        "name": columns.pop("name", f"Xã {code}"),
        "geometry": square(ORIGIN, HALF_M) if polygon is None else polygon,
        **columns,
    }


def hamlet(hamlet_id: str, point: Point | None = None, **columns: Any) -> Row:
    """Give a hamlet at a point, in a polygon (``geometry``), or nowhere."""
    shape = columns.get("geometry")
    row: Row = {"hamlet_id": hamlet_id, "name": f"Thôn {hamlet_id}", "commune_code": "00001"}
    if point is None and shape is not None:
        inside = shape.point_on_surface()
        point, row["centre_kind"] = (inside.x, inside.y), "inferred"
    return {**row, **_point(point), **columns}


def cluster(cluster_id: str, hamlet_id: str, point: Point, **columns: Any) -> Row:
    """Give a cluster of a hamlet."""
    return {"cluster_id": cluster_id, "hamlet_id": hamlet_id, **_point(point), **columns}


def site(operator: str, site_id: str, point: Point, technology: str = "4G", **columns: Any) -> Row:
    """Give one row of a sites file, on air since 2020 unless a date is given."""
    columns.setdefault("on_air_date", "2020-06-01")
    return {
        "operator": operator,
        "technology": technology,
        "site_id": site_id,
        **_point(point),
        **columns,
    }


def place(place_id: str, where: Any, kind: str = "school") -> Row:
    """Give a place: a point, or a polygon."""
    shape = shapely.Point(where) if isinstance(where, tuple) else where
    inside = shape.point_on_surface()
    row = {"place_id": place_id, "name": f"Nơi {place_id}", "class": kind, "geometry": shape}
    return {**row, **_point((inside.x, inside.y))}


def zone(zone_id: str, polygon: Any, kind: str = "urban_area") -> Row:
    """Give a zone."""
    return {"zone_id": zone_id, "name": f"Vùng {zone_id}", "class": kind, "geometry": polygon}


def check(hamlet_id: str, result: str, operator: str = "Viettel", **columns: Any) -> Row:
    """Give a field check of 4G at the centre of a hamlet."""
    given = {"technology": "4G", "checked_on": "2025-12-01", "checked_by": "Lan", **columns}
    return {"hamlet_id": hamlet_id, "operator": operator, "result": result, **given}


def declares(*polygons: Any, operator: str = "Viettel", technology: str = "4G") -> Declared:
    """Give what an operator declares, as polygons."""
    shapes = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    return Declared(operator, technology, shapes)


def _point(point: Point | None) -> Row:
    lon, lat = (np.nan, np.nan) if point is None else point
    return {"longitude": lon, "latitude": lat}


def scenario(
    *, inputs: Mapping[str, Any] | None = None, folder: Path = Path(), **sections: Any
) -> Scenario:
    """Give a scenario of 4G with a radius of 1 km and 5G of 500 m, unless told otherwise."""
    cover = {
        "technologies": ["4G"],
        "radius_m": {"2G": 1000, "3G": 1000, "4G": 1000, "5G": 500},
        **sections.pop("coverage", {}),
    }
    files = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    raw = {
        "schema": 1,
        "name": "Tỉnh thử",
        "as_of": datetime.date(2025, 12, 31),
        "inputs": {**files, **(inputs or {})},
        "coverage": cover,
        **sections,
    }
    return parse_scenario(raw, folder)


def province(
    *,
    communes: Iterable[Row] | None = None,
    hamlets: Iterable[Row] = (),
    clusters: Iterable[Row] = (),
    sites: Iterable[Row] = (),
    places: Iterable[Row] = (),
    zones: Iterable[Row] = (),
    population: Raster | None = None,
    declared: Iterable[Declared] = (),
    checks: Iterable[Row] | None = None,
    **sections: Any,
) -> tuple[Inputs, Scenario]:
    """Make a province in memory, completed as the reader completes it.

    Parameters
    ----------
    sections
        Sections of the scenario: ``coverage={…}``, ``sharing={…}``, ``as_of=…``.
    """
    rules = scenario(**sections)
    area = _layer(tables.COMMUNES, [commune()] if communes is None else communes)
    no_frame = pd.DataFrame()
    return (
        Inputs(
            communes=area,
            hamlets=_layer(tables.HAMLETS, hamlets),
            clusters=_frame(tables.CLUSTERS, clusters),
            sites=_sites(sites, area, rules.inputs.outside_tolerance_m),
            places=_layer(tables.PLACES, places),
            zones=_layer(tables.ZONES, zones),
            structures=_frame(tables.STRUCTURES, ()),
            reported=_frame(tables.REPORTED, ()),
            population=population,
            rejects=no_frame,
            warnings=(),
            files=(),
            declared=tuple(declared),
            field_checks=None if checks is None else _frame(tables.FIELD_CHECKS, checks),
        ),
        rules,
    )


def run(**parts: Any) -> Baseline:
    """Assess a province made in memory."""
    return assess(*province(**parts))


def written(folder: Path, *, sites: Any = (), **parts: Any) -> tuple[Inputs, Scenario]:
    """Write a province into files and read it back through the front door.

    ``sites`` is a list of rows for one file, or a mapping of file name → rows.
    """
    files = dict(sites) if isinstance(sites, Mapping) else {"sites.csv": list(sites)}
    names: dict[str, Any] = {"sites": list(files)}
    for name, rows in files.items():
        _write_csv(folder / name, rows, tables.SITES)
    communes = parts.pop("communes", None)
    _write_geojson(folder / "communes.geojson", [commune()] if communes is None else communes)
    for table in (tables.HAMLETS, tables.CLUSTERS, tables.PLACES, tables.ZONES):
        rows = list(parts.pop(table.name, ()))
        if not rows and table is not tables.HAMLETS:
            continue
        if any(row.get("geometry") is not None for row in rows):
            names[table.name] = f"{table.name}.geojson"
            _write_geojson(folder / names[table.name], rows)
        else:
            names[table.name] = f"{table.name}.csv"
            _write_csv(folder / names[table.name], rows, table)
    names.update(parts.pop("inputs", {}))
    rules = scenario(inputs=names, folder=folder, **parts)
    return read_inputs(rules), rules


def _write_csv(path: Path, rows: Iterable[Row], table: tables.Table) -> None:
    frame = pd.DataFrame(rows)
    for name in table.required:
        if name not in frame.columns:
            frame[name] = ""
    for name in ("longitude", "latitude"):
        if name in table.names and name not in frame.columns:
            frame[name] = ""
    frame.drop(columns="geometry", errors="ignore").to_csv(path, index=False, lineterminator="\n")


def _write_geojson(path: Path, rows: Iterable[Row]) -> None:
    features = []
    for row in rows:
        given = {key: value for key, value in row.items() if key != "geometry"}
        shape = row.get("geometry")
        if shape is None and pd.notna(row.get("longitude")):
            shape = shapely.Point(row["longitude"], row["latitude"])
        given = {
            k: v for k, v in given.items() if k not in ("longitude", "latitude", "centre_kind")
        }
        drawn = None if shape is None else shapely.geometry.mapping(shape)
        features.append({"type": "Feature", "properties": given, "geometry": drawn})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def _frame(table: tables.Table, rows: Iterable[Row]) -> pd.DataFrame:
    rows = list(rows)
    return _checked(table, rows) if rows else _empty(table).copy()


@cache
def _empty(table: tables.Table) -> pd.DataFrame:
    return _checked(table, [])


def _checked(table: tables.Table, rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in (*table.required, "geometry"):
        if name not in frame.columns:
            frame[name] = pd.Series([None] * len(frame), dtype=object)
    checked = tables.check(frame, table)
    is_layer = table.name in ("communes", "hamlets", "places", "zones")
    return checked if is_layer else checked.drop(columns="geometry")


def _layer(table: tables.Table, rows: Iterable[Row]) -> gpd.GeoDataFrame:
    frame = _frame(table, rows)
    shapes = gpd.GeoSeries(frame["geometry"].to_numpy(dtype=object), crs="EPSG:4326")
    layer = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")
    return layer[list(frame.columns)]


def _sites(rows: Iterable[Row], area: gpd.GeoDataFrame, tolerance_m: float) -> pd.DataFrame:
    """Complete the sites: status, installation and the commune that counts them."""
    frame = pd.DataFrame(list(rows))
    for name in ("operator", "technology", "site_id", "status"):
        given = frame[name] if name in frame.columns else pd.Series([""] * len(frame), dtype="str")
        frame[name] = given.astype("str").fillna("")
    for name in ("longitude", "latitude"):
        frame[name] = frame[name].astype(float) if name in frame.columns else pd.Series(dtype=float)
    frame["status"] = frame["status"].where(frame["status"] != "", "existing")
    spots = [
        f"@{x:.6f},{y:.6f}" for x, y in zip(frame["longitude"], frame["latitude"], strict=True)
    ]
    frame["installation_key"] = frame["site_id"].where(frame["site_id"] != "", pd.Series(spots))
    frame["installation_key"] = frame["installation_key"].astype("str")
    row, away = commune_of_points(area, frame["longitude"], frame["latitude"])
    codes = np.append(area["commune_code"].to_numpy(object), "")
    found = np.where((row >= 0) & (away <= tolerance_m), codes[row], "")
    frame["commune_code"] = pd.Series(found, dtype="str")
    return _frame(tables.SITES, frame.to_dict("records")) if len(frame) else _no_sites(frame)


def _no_sites(frame: pd.DataFrame) -> pd.DataFrame:
    return tables.check(frame.assign(geometry=None), tables.SITES).drop(columns="geometry")


# ---------------------------------------------------------------------------- reading results


def status(base: Baseline, hamlet_id: str, technology: str = "4G", operator: str = "") -> str:
    """Give the status of a hamlet, over all operators or for one."""
    if not operator:
        found = base.hamlets.set_index("hamlet_id")[f"status_{technology.lower()}"]
        return str(found[hamlet_id])
    rows = base.service[
        (base.service["hamlet_id"] == hamlet_id)
        & (base.service["operator"] == operator)
        & (base.service["technology"] == technology)
    ]
    return str(rows["status"].item())


def operators(base: Baseline, hamlet_id: str, technology: str = "4G") -> list[str]:
    """Give the operators that serve the centre of a hamlet."""
    names = base.hamlets.set_index("hamlet_id")[f"operators_{technology.lower()}"][hamlet_id]
    return [name for name in str(names).split(";") if name]


def is_served(base: Baseline, hamlet_id: str = "h", technology: str = "4G") -> bool:
    """Tell whether any operator serves the centre of a hamlet."""
    return bool(operators(base, hamlet_id, technology))


def figure(
    base: Baseline,
    indicator: str,
    technology: str = "",
    operator: str = "",
    *,
    level: str = "province",
    unit_id: str | None = None,
    place_class: str = "",
) -> pd.Series:
    """Give the one row of the indicator table that a name stands for."""
    table = base.indicators
    chosen = (
        (table["indicator"] == indicator)
        & (table["technology"] == technology)
        & (table["operator"] == operator)
        & (table["level"] == level)
        & (table["place_class"] == place_class)
    )
    if unit_id is not None:
        chosen &= table["unit_id"] == unit_id
    found = table[chosen]
    assert len(found) == 1, f"{indicator} stands in {len(found)} rows"
    return found.iloc[0]


def ratio(base: Baseline, indicator: str, *names: str, **where: Any) -> tuple[int, int]:
    """Give numerator and denominator of an indicator as whole numbers."""
    row = figure(base, indicator, *names, **where)
    return round(row["numerator"]), round(row["denominator"])


def count(base: Baseline, indicator: str, *names: str, **where: Any) -> int:
    """Give a count of the indicator table."""
    return round(figure(base, indicator, *names, **where)["value"])


def groups(base: Baseline) -> set[frozenset[str]]:
    """Give the members of every position, ``operator:site_id``."""
    return {frozenset(members.split(";")) for members in base.positions["members"]}
