"""Where rows lie: degrees, metres in a CRS that is named, or the shapes of the file.

Longitude and latitude on WGS 84 come out. Which commune is around a point is left to
``admin``; a row without a place is left to the table that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import admin, geodesy
from geoplan.faults import Faults
from geoplan.io import coordinate_cells, grid_candidates, likely
from geoplan.io.rows import Rows
from geoplan.units import OUTSIDE_LIMIT_M

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_POINTS = (0,)
_POLYGONS = (3, 6)
_MARGIN_DEG = 0.15
"""A little more than OUTSIDE_LIMIT_M, in degrees of either axis within Vietnam."""


TOLERANCE_M: Final = 2000.0
"""Distance to a commune within which a point counts, where nobody says otherwise. [m]
(``inputs.outside_tolerance_m``, PRODUCT.md §3)"""
_FEWEST_ROWS: Final = 10
_DOUBTFUL, _CONVINCING = 0.9, 0.97
"""Share of rows among the communes below which a zone is doubted, and from which another one
convinces. Simplified coasts leave less than 1 % of a province's masts 2 km outside."""


@dataclass(frozen=True)
class _Area:
    """The communes and the distance within which a point outside them still counts. [m]"""

    communes: gpd.GeoDataFrame
    tolerance_m: float


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
    elif not code and (rows.has_degrees or rows.has_pair):
        code = geodesy.WGS84
    if not code:
        rows.tell(faults, "missing_crs")
        return None
    code = geodesy.zone_code(code)
    try:
        crs = geodesy.parse_crs(code)
        if not (crs.is_geographic or crs.is_projected):
            raise ValueError(code)
    except ValueError:
        faults.add("unknown_crs", file=source.name, column="crs", value=code)
        return None
    return code


def locate(
    rows: Rows,
    communes: gpd.GeoDataFrame,
    faults: Faults,
    *,
    polygons: bool = False,
    tolerance_m: float = TOLERANCE_M,
) -> Places:
    """Read where the rows of a file lie, refusing those whose coordinates are wrong.

    A row with neither coordinates nor shape stays, without a place. Swapped columns, degrees
    that are metres, an unknown CRS and one that puts the rows elsewhere are faults of the file.

    Parameters
    ----------
    polygons
        Whether polygons may stand beside points.
    tolerance_m
        Distance to a commune within which a point counts as inside. [m]
    """
    size = len(rows.raw)
    blank = np.full(size, np.nan)
    nothing = Places(blank, blank, np.full(size, None, dtype=object), np.zeros(size, dtype=bool))
    if size == 0 or (rows.raw.geometry is None and not rows.has_point_columns):
        return nothing
    area = _Area(communes, tolerance_m)
    if rows.raw.geometry is None:
        x, y, crs = _from_columns(rows, area, faults)
    else:
        x, y, crs = None, None, file_crs(rows, faults)
    if crs is None:
        return nothing
    shapes, inner = nothing.shapes, None
    if x is None or y is None:
        kinds = np.asarray(shapely.get_type_id(rows.raw.geometry))
        if polygons and np.isin(kinds, _POLYGONS).any():
            shapes, inner = _polygons(rows, kinds, crs)
        x, y = _points_of_shapes(rows, kinds, polygons)
        if not (kinds == 0).any() and rows.has_point_columns:
            # Beside shapes, columns of degrees are degrees, whatever the shapes are in.
            crs = geodesy.WGS84 if rows.has_degrees or rows.has_pair else crs
            x, y = _read_points(rows, crs)
    x, y = _in_order(x, y, crs, rows, area, faults)
    lon, lat = _to_degrees(x, y, crs)
    _refuse_impossible(x, y, lon, lat, rows, communes)
    inferred = np.zeros(size, dtype=bool)
    if inner is not None:
        inferred = np.isnan(lon) & ~shapely.is_missing(shapes) & rows.ledger.alive
        lon = np.where(inferred, shapely.get_x(inner), lon)
        lat = np.where(inferred, shapely.get_y(inner), lat)
    stands = rows.ledger.alive
    return Places(np.where(stands, lon, np.nan), np.where(stands, lat, np.nan), shapes, inferred)


def _from_columns(
    rows: Rows, area: _Area, faults: Faults
) -> tuple[Floats | None, Floats | None, str | None]:
    """Read the coordinate columns of a file without shapes, and the CRS that they are in.

    Columns X and Y need a CRS; the fault of its lack names the systems that would put the rows
    among the communes.
    """
    if rows.source.given.crs or rows.has_degrees:
        crs = file_crs(rows, faults)
        return (None, None, None) if crs is None else (*_read_points(rows, crs), crs)
    x, y = _read_points(rows, geodesy.WGS84 if rows.has_pair else "")
    known = ~np.isnan(x) & ~np.isnan(y)
    if rows.has_pair and not _are_metres(x[known], y[known]):
        return x, y, geodesy.WGS84
    _tell_candidates(x, y, rows, area, faults)
    return None, None, None


def _are_metres(x: Floats, y: Floats) -> bool:
    return len(x) > 0 and float(np.mean(np.maximum(np.abs(x), np.abs(y)) > 360.0)) > 0.5


def _tell_candidates(x: Floats, y: Floats, rows: Rows, area: _Area, faults: Faults) -> None:
    """Add the fault of metres without a CRS, with the systems that put them in the communes."""
    known = ~np.isnan(x) & ~np.isnan(y)
    found = grid_candidates.find(x[known], y[known], area.communes, area.tolerance_m)
    if found:
        rows.tell(
            faults,
            "missing_crs_candidates",
            candidates="; ".join(map(str, found)),
            best=found[0].code,
        )
    else:
        rows.tell(faults, "missing_crs")


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
    rows.ledger.refuse(
        far,
        "outside_area",
        column=_column_at_fault(rows),
        distance_km=kilometres,
        likely=likely.causes(places.longitude, places.latitude, communes),
    )
    return index, distance


def _column_at_fault(rows: Rows) -> str:
    names = ("longitude", "x")
    return next((name for name in names if rows.matched.place(name) is not None), "")


def _read_points(rows: Rows, crs: str) -> tuple[Floats, Floats]:
    """Read the coordinate columns; half a pair and text are refused.

    Parameters
    ----------
    crs
        What the coordinates are in; empty where it is not known yet.
    """
    metric = bool(crs) and not geodesy.is_geographic(crs)
    if rows.has_pair and not rows.has_degrees and not rows.has_metres:
        return coordinate_cells.pairs(rows)
    # A projected CRS speaks of X and Y where the file has degrees as well.
    in_metres = rows.has_metres and (metric or not rows.has_degrees)
    return coordinate_cells.columns(rows, ("x", "y") if in_metres else ("longitude", "latitude"))


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
    x: Floats, y: Floats, crs: str, rows: Rows, area: _Area, faults: Faults
) -> tuple[Floats, Floats]:
    """Give x and y in the order east, north.

    Latitude in the longitude column throughout is a fault of the file, as is a zone that puts
    the rows elsewhere than another would. In VN-2000 X is the northing by custom, so metres in
    that order are exchanged and the user is told.
    """
    communes = area.communes
    both = ~np.isnan(x) & ~np.isnan(y)
    if not both.any() or len(communes) == 0:
        return x, y
    degrees = geodesy.is_geographic(crs)
    if degrees and _are_metres(x[both], y[both]):
        _tell_candidates(x, y, rows, area, faults)
        return np.full_like(x, np.nan), np.full_like(y, np.nan)
    if not degrees and _is_wrong_zone(x[both], y[both], crs, rows, area, faults):
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
    rows.ledger.remark("axes_exchanged")
    return y, x


def _is_wrong_zone(x: Floats, y: Floats, crs: str, rows: Rows, area: _Area, faults: Faults) -> bool:
    """Tell a projected CRS that leaves rows outside which another would put among the communes.

    Its fault names that other one: a meridian mistaken for its neighbour is 27 to 82 km off.
    """
    if len(x) < _FEWEST_ROWS:
        return False
    inside = max(
        grid_candidates.share_inside(a, b, crs, area.communes, area.tolerance_m)
        for a, b in ((x, y), (y, x))
    )
    if inside >= _DOUBTFUL:
        return False
    found = grid_candidates.find(x, y, area.communes, area.tolerance_m)
    if not found or found[0].share < _CONVINCING:
        return False
    rows.tell(
        faults,
        "wrong_crs",
        column="crs",
        value=crs,
        inside=f"{inside:.0%}",
        candidates="; ".join(map(str, found)),
        best=found[0].code,
    )
    return True


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


def _refuse_impossible(
    x: Floats, y: Floats, lon: Floats, lat: Floats, rows: Rows, communes: gpd.GeoDataFrame
) -> None:
    """Refuse 0, 0 and places that are not on the earth."""
    column = _column_at_fault(rows)
    rows.ledger.refuse((x == 0) & (y == 0), "zero_coordinates", column=column)
    nowhere = np.isinf(lon) | np.isinf(lat)
    rows.ledger.refuse(
        nowhere,
        "outside_area",
        column=column,
        distance_km="…",
        likely=likely.causes(x, y, communes),
    )


def columns_of(places: Places) -> pd.DataFrame:
    """Give longitude and latitude as columns."""
    return pd.DataFrame({"longitude": places.longitude, "latitude": places.latitude})
