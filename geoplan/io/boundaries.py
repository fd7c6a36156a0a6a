"""Communes and zones: polygons with a name.

Repairing outlines is left to ``coordinates``; which points lie inside to ``admin``.
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.faults import Faults
from geoplan.io import coordinates, repeats
from geoplan.io.rows import Rows
from geoplan.tables import Table
from geoplan.units import OUTSIDE_LIMIT_M


def communes(rows: Rows, faults: Faults) -> gpd.GeoDataFrame:
    """Give the communes of a file; a code that stands twice is a fault of the file."""
    shapes = outlines(rows, faults)
    _refuse_repeated_codes(rows, faults)
    frame = _checked(rows, shapes, tables.COMMUNES)
    if frame.empty and not faults:
        rows.tell(faults, "no_communes")
    return frame


def zones(rows: Rows, area: gpd.GeoDataFrame, faults: Faults) -> gpd.GeoDataFrame:
    """Give the zones of a file; those that lie beyond 15 km around the communes are refused."""
    shapes = outlines(rows, faults)
    known = rows.ledger.alive & ~shapely.is_missing(shapes)
    if known.any() and len(area):
        west, south, east, north = area.total_bounds
        margin = 1.1 * OUTSIDE_LIMIT_M / 111_320.0
        box = shapely.box(west - margin, south - margin, east + margin, north + margin)
        far = known & ~shapely.intersects(shapes, box)
        rows.ledger.refuse(far, "outside_area", distance_km=f"> {OUTSIDE_LIMIT_M / 1000:g}")
    repeats.refuse(rows.frame.assign(shape=shapely.to_wkb(shapes)), ["zone_id"], [rows.ledger])
    return _checked(rows, shapes, tables.ZONES)


def outlines(rows: Rows, faults: Faults) -> NDArray[np.object_]:
    """Give the polygons of a file on WGS 84, None where a row was refused."""
    nothing = np.full(len(rows.raw), None, dtype=object)
    if rows.raw.geometry is None:
        if len(rows.raw):
            rows.tell(faults, "no_polygons")
        return nothing
    kinds = shapely.get_type_id(rows.raw.geometry)
    is_polygon = np.isin(kinds, (3, 6)) & ~shapely.is_empty(rows.raw.geometry)
    if len(rows.raw) and not is_polygon.any():
        rows.tell(faults, "no_polygons")
        return nothing
    crs = coordinates.file_crs(rows, faults)
    if crs is None:
        return nothing
    rows.ledger.refuse(~is_polygon, "bad_geometry")
    shapes = coordinates.mend_polygons(rows, is_polygon)
    largest = np.max(np.abs(shapely.get_coordinates(shapes)), initial=0.0)
    if geodesy.is_geographic(crs) and largest > 360.0:
        rows.tell(faults, "missing_crs")
        return nothing
    degrees: NDArray[np.object_] = geodesy.shapes_to_wgs84(shapes, crs)
    return degrees


def _refuse_repeated_codes(rows: Rows, faults: Faults) -> None:
    codes = rows.frame["commune_code"].where(rows.ledger.alive, "")
    repeated = (codes != "") & codes.duplicated()
    for row in np.flatnonzero(repeated):
        first = int(np.flatnonzero(codes == codes[row])[0])
        faults.add(
            "duplicate_key",
            file=rows.source.name,
            sheet=rows.raw.sheet,
            row=int(rows.raw.rows[row]),
            column=rows.matched.header("commune_code"),
            value=codes[row],
            first_row=rows.raw.rows[first],
        )


def _checked(rows: Rows, shapes: NDArray[np.object_], table: Table) -> gpd.GeoDataFrame:
    keep = rows.ledger.alive & ~shapely.is_missing(shapes)
    frame = gpd.GeoDataFrame(
        rows.frame[keep],
        geometry=gpd.GeoSeries(shapes[keep], crs=geodesy.WGS84, index=np.flatnonzero(keep)),
    )
    return as_layer(tables.check(frame, table))


def as_layer(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give a frame as a layer in EPSG:4326, whatever pandas made of it on the way."""
    geometry = gpd.GeoSeries(frame["geometry"].to_numpy(dtype=object), crs=geodesy.WGS84)
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=geometry, crs=geodesy.WGS84)[
        list(frame.columns)
    ]


_LAYERS = (tables.COMMUNES, tables.HAMLETS, tables.PLACES, tables.ZONES)


def empty_table(table: Table) -> pd.DataFrame:
    """Give a table without rows: a layer where it has shapes, else a plain frame."""
    return _blank(table).copy()


@cache
def _blank(table: Table) -> pd.DataFrame:
    names = dict.fromkeys((*table.required, "geometry"))
    frame = tables.check(pd.DataFrame(columns=list(names)), table)
    return as_layer(frame) if table in _LAYERS else frame.drop(columns="geometry")
