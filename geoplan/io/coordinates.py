"""Where rows lie: degrees, metres in a CRS that is named, or the shapes of the file.

Longitude and latitude on WGS 84 come out. Which commune is around a point is left to
``admin``; a row without a place is left to the table that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import admin, geodesy
from geoplan.faults import Faults
from geoplan.io import values
from geoplan.io.rows import Rows
from geoplan.units import OUTSIDE_LIMIT_M

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_POINTS = (0,)
_POLYGONS = (3, 6)
_MARGIN_DEG = 0.15
"""A little more than OUTSIDE_LIMIT_M, in degrees of either axis within Vietnam."""


@dataclass(frozen=True)
class Places:
    """Longitude and latitude, NaN where a row has none; polygons on WGS 84, else None."""

    longitude: Floats
    latitude: Floats
    shapes: NDArray[Any]
    inferred: Mask
    """The point is one inside the polygon and was not given."""

    @property
    def known(self) -> Mask:
        """Rows that have a point."""
        return ~np.isnan(self.longitude)


def file_crs(rows: Rows, faults: Faults) -> str | None:
    """Give the CRS that a file's coordinates are in; None, and a fault, where it is not known.

    The scenario's word goes before the file's; headers that say longitude and latitude are
    degrees on WGS 84 unless the scenario says otherwise.
    """
    source = rows.source
    code = source.given.crs or ""
    if not code and rows.raw.geometry is not None:
        code = rows.raw.crs
    elif not code and rows.has_degrees:
        code = geodesy.WGS84
    if not code:
        rows.tell(faults, "missing_crs")
        return None
    try:
        geodesy.parse_crs(code)
    except ValueError:
        faults.add("unknown_crs", file=source.name, column="crs", value=code)
        return None
    return code


def locate(
    rows: Rows, communes: gpd.GeoDataFrame, faults: Faults, *, polygons: bool = False
) -> Places:
    """Read where the rows of a file lie, refusing those whose coordinates are wrong.

    A row with neither coordinates nor shape stays, without a place. Swapped columns, degrees
    that are metres and an unknown CRS are faults of the file.

    Parameters
    ----------
    polygons
        Whether polygons may stand beside points.
    """
    size = len(rows.raw)
    blank = np.full(size, np.nan)
    nothing = Places(blank, blank, np.full(size, None, dtype=object), np.zeros(size, dtype=bool))
    if size == 0 or (rows.raw.geometry is None and not rows.has_point_columns):
        return nothing
    crs = file_crs(rows, faults)
    if crs is None:
        return nothing
    shapes, inner = nothing.shapes, None
    if rows.raw.geometry is not None:
        kinds = shapely.get_type_id(rows.raw.geometry)
        if polygons and np.isin(kinds, _POLYGONS).any():
            shapes, inner = _polygons(rows, kinds, crs)
        x, y = _points_of_shapes(rows, kinds, polygons)
        if not (kinds == 0).any() and rows.has_point_columns:
            # Beside shapes, columns of degrees are degrees, whatever the shapes are in.
            crs = geodesy.WGS84 if rows.has_degrees else crs
            x, y = _points_of_columns(rows, crs)
    else:
        x, y = _points_of_columns(rows, crs)
    x, y = _in_order(x, y, crs, rows, communes, faults)
    lon, lat = _to_degrees(x, y, crs)
    _refuse_impossible(x, y, lon, lat, rows)
    inferred = np.zeros(size, dtype=bool)
    if inner is not None:
        inferred = np.isnan(lon) & ~shapely.is_missing(shapes) & rows.ledger.alive
        lon = np.where(inferred, shapely.get_x(inner), lon)
        lat = np.where(inferred, shapely.get_y(inner), lat)
    stands = rows.ledger.alive
    return Places(np.where(stands, lon, np.nan), np.where(stands, lat, np.nan), shapes, inferred)


def place_in_communes(
    rows: Rows, places: Places, communes: gpd.GeoDataFrame, faults: Faults
) -> tuple[NDArray[np.int64], Floats]:
    """Give the commune of every row, refusing rows more than 15 km from all of them.

    Returns
    -------
    Row of the commune, −1 where none; distance to it, 0 inside. [m]
    """
    index, distance = admin.commune_of_points(communes, places.longitude, places.latitude)
    far = places.known & (index < 0) & rows.ledger.alive
    if len(communes) == 0 or not far.any():
        return index, distance
    if (far == (places.known & rows.ledger.alive)).all() and far.sum() > 1:
        rows.tell(faults, "all_outside")
        return index, distance
    kilometres = np.full(len(far), "", dtype=object)
    apart = admin.far_distance_m(communes, places.longitude[far], places.latitude[far])
    kilometres[far] = [f"{metres / 1000:.0f}" for metres in np.maximum(apart, OUTSIDE_LIMIT_M)]
    rows.ledger.refuse(far, "outside_area", column=_column_at_fault(rows), distance_km=kilometres)
    return index, distance


def _column_at_fault(rows: Rows) -> str:
    return next((name for name in ("longitude", "x") if name in rows.matched.columns), "")


def _points_of_columns(rows: Rows, crs: str) -> tuple[Floats, Floats]:
    """Read the pair of coordinate columns; half a pair and text are refused."""
    pair = ("longitude", "latitude") if rows.has_degrees else ("x", "y")
    unit = "degrees" if geodesy.is_geographic(crs) else "m"
    read: list[Floats] = []
    for name in pair:
        place = rows.matched.columns[name]
        cells, exact = rows.raw.cells[place], rows.raw.exact.get(place)
        numbers, bad = values.numbers(
            cells, unit=unit, decimal_comma=rows.raw.decimal_comma, exact=exact
        )
        bad |= np.isinf(numbers)
        rows.ledger.refuse(bad, "not_a_number", column=name)
        read.append(np.where(bad, np.nan, numbers))
    for name, own, other in zip(pair, read, reversed(read), strict=True):
        half = np.isnan(own) & ~np.isnan(other)
        rows.ledger.refuse(half, "missing_coordinates", column=name)
    stands = rows.ledger.alive
    return np.where(stands, read[0], np.nan), np.where(stands, read[1], np.nan)


def _points_of_shapes(rows: Rows, kinds: NDArray[Any], polygons: bool) -> tuple[Floats, Floats]:
    """Give the coordinates of point shapes, refusing other kinds."""
    allowed = np.isin(kinds, _POINTS + (_POLYGONS if polygons else ()))
    shapes = rows.raw.geometry
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    rows.ledger.refuse(~allowed & ~empty, "bad_geometry")
    return np.asarray(shapely.get_x(shapes)), np.asarray(shapely.get_y(shapes))


def _polygons(rows: Rows, kinds: NDArray[Any], crs: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the mended polygons on WGS 84 and a point inside each."""
    is_polygon = np.isin(kinds, _POLYGONS) & ~shapely.is_empty(rows.raw.geometry)
    shapes = mend_polygons(rows, is_polygon)
    shapes = geodesy.shapes_to_wgs84(shapes, crs)
    return shapes, shapely.point_on_surface(shapes)


def mend_polygons(rows: Rows, wanted: Mask) -> NDArray[Any]:
    """Give valid polygons, None elsewhere; what cannot be one is refused (``bad_geometry``).

    A polygon that crosses itself is repaired by shapely's ``make_valid`` and listed.
    """
    shapes = np.full(len(rows.raw), None, dtype=object)
    assert rows.raw.geometry is not None
    shapes[wanted] = shapely.force_2d(rows.raw.geometry[wanted])
    finite = np.ones(len(shapes), dtype=bool)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    finite[owner[~np.isfinite(coordinates).all(axis=1)]] = False
    rows.ledger.refuse(wanted & ~finite, "bad_geometry")
    shapes[~finite] = None
    broken = wanted & finite & ~shapely.is_valid(shapes)
    if broken.any():
        mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        shapes[broken] = [_only_polygons(shape) for shape in mended]
        lost = broken & (shapely.is_missing(shapes) | shapely.is_empty(shapes))
        rows.ledger.refuse(lost, "bad_geometry")
        rows.ledger.warn(broken & ~lost, "geometry_mended")
        shapes[lost] = None
    return shapes


def _only_polygons(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _in_order(
    x: Floats, y: Floats, crs: str, rows: Rows, communes: gpd.GeoDataFrame, faults: Faults
) -> tuple[Floats, Floats]:
    """Give x and y in the order east, north.

    Latitude in the longitude column throughout is a fault of the file. In VN-2000 X is the
    northing by custom, so metres in that order are exchanged and the user is told.
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    if not both.any() or len(communes) == 0:
        return x, y
    degrees = geodesy.is_geographic(crs)
    if degrees and np.mean(np.maximum(np.abs(x[both]), np.abs(y[both])) > 360.0) > 0.5:
        rows.tell(faults, "missing_crs")
        return np.full_like(x, np.nan), np.full_like(y, np.nan)
    as_read = _share_inside(x[both], y[both], crs, communes)
    swapped = _share_inside(y[both], x[both], crs, communes)
    if swapped <= 0.5 or as_read > 0.5:
        return x, y
    if degrees:
        headers = ", ".join(rows.matched.header(name) for name in ("longitude", "latitude"))
        rows.tell(faults, "swapped_coordinates", column=headers)
        return np.full_like(x, np.nan), np.full_like(y, np.nan)
    if rows.raw.geometry is not None:
        return x, y
    told = Faults()
    rows.tell(told, "axes_exchanged")
    rows.ledger.warnings.extend(told)
    return y, x


def _share_inside(x: Floats, y: Floats, crs: str, communes: gpd.GeoDataFrame) -> float:
    """Give the share of points that lie within the box around the communes and 15 km."""
    west, south, east, north = communes.total_bounds
    lon, lat = _to_degrees(x, y, crs)
    with np.errstate(invalid="ignore"):
        inside = (lon >= west - _MARGIN_DEG) & (lon <= east + _MARGIN_DEG)
        inside &= (lat >= south - _MARGIN_DEG) & (lat <= north + _MARGIN_DEG)
    return float(inside.mean())


def _to_degrees(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Transform to WGS 84, infinite where that cannot be; blank stays blank."""
    known = ~np.isnan(x) & ~np.isnan(y)
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    east, north = geodesy.to_wgs84(x[known], y[known], crs)
    with np.errstate(invalid="ignore"):
        possible = (np.abs(east) <= 180.0) & (np.abs(north) <= 90.0)
    lon[known] = np.where(possible, east, np.inf)
    lat[known] = np.where(possible, north, np.inf)
    return lon, lat


def _refuse_impossible(x: Floats, y: Floats, lon: Floats, lat: Floats, rows: Rows) -> None:
    """Refuse 0, 0 and places that are not on the earth."""
    column = _column_at_fault(rows)
    rows.ledger.refuse((x == 0) & (y == 0), "zero_coordinates", column=column)
    nowhere = np.isinf(lon) | np.isinf(lat)
    rows.ledger.refuse(nowhere, "outside_area", column=column, distance_km="…")


def columns_of(places: Places) -> pd.DataFrame:
    """Give longitude and latitude as columns."""
    return pd.DataFrame({"longitude": places.longitude, "latitude": places.latitude})
