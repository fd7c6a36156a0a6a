"""Places on the earth: coordinate systems, distances, bearings and areas.

The only module that transforms coordinates: VN-2000 goes through EPSG:6960 and nothing else,
because a library left to choose takes another operation inside the Mekong delta, 0.8 m away
(docs/conventions.md). Which CRS a file is in is left to ``io``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import CRS

Floats = NDArray[np.float64]

WGS84: Final = "EPSG:4326"

_GEOD = pyproj.Geod(ellps="WGS84")
_A: Final = 6_378_137.0
"""Semi-major axis of WGS 84. [m] (EPSG ellipsoid 7030)"""
_E2: Final = 0.006_694_379_990_141_316
"""First eccentricity squared of WGS 84."""
_MEAN_RADIUS: Final = 6_371_008.8
"""Mean radius of the earth. [m] (IUGG)"""

_VN2000_OPERATION: Final = "urn:ogc:def:coordinateOperation:EPSG::6960"
_VN2000_SHIFT_M: Final = (-191.904_414_29, -39.303_182_79, -111.450_328_35)
"""Shift of the datum VN-2000 along the axes (EPSG:6960). Files without a name for the datum
write it, with rotations of either sign, rounded, or as EPSG:5194 has it, 1 m away."""
_SHIFT_TOLERANCE_M: Final = 2.0

VN2000_ZONES: Final[dict[str, float]] = {
    "EPSG:5896": 102.0,
    "EPSG:9205": 103.0,
    "EPSG:9206": 104.0,
    "EPSG:9207": 104.5,
    "EPSG:9208": 104.75,
    "EPSG:5897": 105.0,
    "EPSG:9209": 105.5,
    "EPSG:9210": 105.75,
    "EPSG:9211": 106.0,
    "EPSG:9212": 106.25,
    "EPSG:9213": 106.5,
    "EPSG:9214": 107.0,
    "EPSG:9215": 107.25,
    "EPSG:9216": 107.5,
    "EPSG:5899": 107.75,
    "EPSG:5898": 108.0,
    "EPSG:9217": 108.25,
    "EPSG:9218": 108.5,
}
"""VN-2000 TM-3 zones and their central meridians. [degrees east] (EPSG)"""


def ecef(longitude: ArrayLike, latitude: ArrayLike) -> Floats:
    """Give earth-centred coordinates of points on the ellipsoid.

    Parameters
    ----------
    longitude, latitude
        Degrees on WGS 84, shape (n,).

    Returns
    -------
    Shape (n, 3). [m]
    """
    lon = np.radians(np.asarray(longitude, dtype=np.float64))
    lat = np.radians(np.asarray(latitude, dtype=np.float64))
    normal = _A / np.sqrt(1.0 - _E2 * np.sin(lat) ** 2)
    return np.stack(
        (
            normal * np.cos(lat) * np.cos(lon),
            normal * np.cos(lat) * np.sin(lon),
            normal * (1.0 - _E2) * np.sin(lat),
        ),
        axis=-1,
    )


def arc_m(chord_m: ArrayLike) -> Floats:
    """Give the distance along the ellipsoid that belongs to a straight chord.

    Within 0.1 mm of the geodesic at 20 km, 2 mm at 50 km and 0.1 m at 200 km over Vietnam, which
    a test holds against Karney's algorithm (pyproj.Geod).
    """
    chord = np.asarray(chord_m, dtype=np.float64)
    return 2 * _MEAN_RADIUS * np.arcsin(np.minimum(chord / (2 * _MEAN_RADIUS), 1.0))


def chord_m(arc_m: ArrayLike) -> Floats:
    """Give the straight chord that belongs to a distance along the ellipsoid. [m]

    A distance of half way round the earth or more gives the earth's diameter.
    """
    half_angle = np.minimum(np.asarray(arc_m) / (2 * _MEAN_RADIUS), np.pi / 2)
    return 2 * _MEAN_RADIUS * np.sin(half_angle)


def distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Give the geodesic distance between points, element by element.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        Degrees on WGS 84; shapes that broadcast.

    Returns
    -------
    Distances. [m]
    """
    apart = ecef(lon1, lat1) - ecef(lon2, lat2)
    return arc_m(np.sqrt((apart**2).sum(axis=-1)))


def east_north(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Floats, Floats]:
    """Give the unit vectors to the east and to the north at points, each of shape (n, 3)."""
    lon = np.radians(np.asarray(longitude, dtype=np.float64))
    lat = np.radians(np.asarray(latitude, dtype=np.float64))
    zero = np.zeros_like(lon)
    east = np.stack((-np.sin(lon), np.cos(lon), zero), axis=-1)
    north = np.stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)), axis=-1)
    return east, north


def azimuth_deg(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Give the direction from the first points to the second. [degrees from true north, 0–360)"""
    apart = ecef(lon2, lat2) - ecef(lon1, lat1)
    east, north = east_north(lon1, lat1)
    angle = np.degrees(np.arctan2((apart * east).sum(axis=-1), (apart * north).sum(axis=-1)))
    return cast(Floats, np.mod(angle, 360.0))


def destination(
    longitude: ArrayLike, latitude: ArrayLike, azimuth_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Give the places at a distance in a direction along the ellipsoid (Karney's algorithm).

    Parameters
    ----------
    longitude, latitude
        Degrees on WGS 84.
    azimuth_deg
        Degrees from true north, clockwise.
    distance_m
        Metres; all four of shapes that broadcast.

    Returns
    -------
    Longitude and latitude. [degrees]
    """
    places = (longitude, latitude, azimuth_deg, distance_m)
    lon, lat, azimuth, distance = np.broadcast_arrays(
        *(np.asarray(part, dtype=np.float64) for part in places)
    )
    east, north, _ = _GEOD.fwd(lon, lat, azimuth, distance)
    return np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)


def along(
    start: tuple[float, float], end: tuple[float, float], count: int
) -> tuple[Floats, Floats, float]:
    """Give ``count`` ≥ 2 places at even distances along the geodesic, both ends included.

    Parameters
    ----------
    start, end
        Longitude and latitude on WGS 84. [degrees]

    Returns
    -------
    Longitudes, latitudes [degrees] and the length of the line [m].
    """
    between = _GEOD.npts(*start, *end, count - 2) if count > 2 else []
    places = np.array([start, *between, end], dtype=np.float64)
    return places[:, 0], places[:, 1], float(_GEOD.inv(*start, *end)[2])


def areas_m2(geometries: Any) -> Floats:
    """Give the geodesic area of polygons in degrees on WGS 84, shape (n,). [m²]"""
    return np.array([abs(_GEOD.geometry_area_perimeter(shape)[0]) for shape in geometries])


def vn2000_zone(code: str) -> tuple[float, float] | None:
    """Give central meridian [degrees] and scale factor of a zone of VN-2000; None for others.

    >>> vn2000_zone("EPSG:5898")
    (108.0, 0.9999)
    """
    crs = parse_crs(code)
    if not (crs.is_projected and _is_vn2000(crs)):
        return None
    operation = crs.coordinate_operation
    found = {one.code: one.value for one in operation.params} if operation else {}
    if "8802" not in found or "8805" not in found:
        return None
    return float(found["8802"]), float(found["8805"])


_ZONE_NAME = re.compile(
    r"vn ?-? ?2000\D*?(?P<degrees>10[2-9])(?:\s*[°.,o\- ]\s*(?P<part>\d{1,2}))?(?!\d)",
    re.IGNORECASE,
)


def zone_code(name: str) -> str:
    """Give the code of a VN-2000 zone that is named by its meridian, else the name itself.

    >>> zone_code("VN-2000, KTT 108°15'"), zone_code("VN2000 105.75"), zone_code("EPSG:5898")
    ('EPSG:9217', 'EPSG:9210', 'EPSG:5898')
    """
    found = _ZONE_NAME.search(name)
    if found is None:
        return name
    degrees, part = int(found["degrees"]), found["part"] or "0"
    readings = {degrees + float(f"0.{part}")} | (
        {degrees + int(part) / 60.0} if int(part) < 60 else set()
    )
    codes = [code for code, meridian in VN2000_ZONES.items() if meridian in readings]
    return codes[0] if len(codes) == 1 else name


@lru_cache(maxsize=64)
def parse_crs(code: str) -> CRS:
    """Give the CRS of a code such as ``EPSG:5898``; raise :class:`ValueError` if unknown."""
    try:
        return pyproj.CRS.from_user_input(code)
    except pyproj.exceptions.CRSError as error:
        raise ValueError(f"unknown coordinate system: {code}") from error


def is_geographic(code: str) -> bool:
    """Tell whether coordinates in this CRS are degrees."""
    return bool(parse_crs(code).is_geographic)


def horizontal(code: str) -> tuple[str, str]:
    """Give the part of a CRS that is about places, and the unit of its heights.

    Blank where it is neither geographic nor projected, and where it has no heights.

    >>> horizontal("EPSG:4979"), horizontal("EPSG:5898")
    (('EPSG:4326', 'metre'), ('EPSG:5898', ''))
    """
    crs = parse_crs(code)
    parts = crs.sub_crs_list if crs.is_compound else [crs]
    flat, axes = parts[0], parts[-1].axis_info
    unit = axes[-1].unit_name if axes and axes[-1].direction in ("up", "down") else ""
    if not (flat.is_geographic or flat.is_projected):
        return "", unit
    if flat is crs and len(axes) < 3:
        return code, unit
    plane = flat.to_2d()
    known = plane.to_epsg()
    return (f"EPSG:{known}" if known else plane.to_wkt()), unit


def metres_per_unit(code: str) -> float:
    """Give how long one unit of a CRS is on the ground; of degrees, along a meridian. [m]"""
    crs = parse_crs(code)
    factor = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    return factor * _MEAN_RADIUS if crs.is_geographic else factor


def _is_vn2000(crs: CRS) -> bool:
    """Whether a CRS stands on the datum VN-2000: by EPSG's name for it or ESRI's, or its shift."""
    if crs.is_bound and _has_vn2000_shift(crs):
        return True
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return False
    name = "".join(filter(str.isalnum, geodetic.datum.name.casefold()))
    return "vn2000" in name or "vietnam2000" in name


def _has_vn2000_shift(crs: CRS) -> bool:
    """Whether a CRS says how it lies to WGS 84, and says what the datum VN-2000 does.

    MapInfo and PROJ strings do not name the datum: they write its ellipsoid and its shift.
    """
    operation, ellipsoid = crs.coordinate_operation, crs.ellipsoid
    if operation is None or ellipsoid is None or abs(ellipsoid.semi_major_metre - _A) > 0.1:
        return False
    shift = list(operation.towgs84)[:3]
    return len(shift) == 3 and bool(
        np.allclose(shift, _VN2000_SHIFT_M, rtol=0.0, atol=_SHIFT_TOLERANCE_M)
    )


def is_datumless_grid(code: str) -> bool:
    """Tell whether a CRS is a grid of VN-2000 that stands on WGS 84 without a shift.

    Programs that do not know the datum write such files: read as they say, they lie 225 m off.
    """
    crs = parse_crs(code)
    if crs.is_bound or not crs.is_projected or crs.coordinate_operation is None:
        return False
    if _is_vn2000(crs):
        return False
    values: dict[str, Any] = {one.name: one.value for one in crs.coordinate_operation.params}
    return (
        values.get("Scale factor at natural origin") == 0.9999
        and values.get("Longitude of natural origin") in VN2000_ZONES.values()
        and values.get("False easting") == 500_000.0
    )


@lru_cache(maxsize=64)
def _steps(source: str, target: str) -> tuple[pyproj.Transformer, ...]:
    """Give the transformations from one CRS to WGS 84 or from it, longitude first."""
    other = parse_crs(source if target == WGS84 else target)
    if not _is_vn2000(other):
        return (pyproj.Transformer.from_crs(parse_crs(source), parse_crs(target), always_xy=True),)
    datum = pyproj.Transformer.from_pipeline(_VN2000_OPERATION)
    bare = other.source_crs if other.is_bound and other.source_crs is not None else other
    plane = pyproj.Transformer.from_crs(bare.geodetic_crs, bare, always_xy=True)
    return (plane, datum)


def to_wgs84(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Transform coordinates to longitude and latitude on WGS 84.

    Parameters
    ----------
    x, y
        Easting and northing, or longitude and latitude, in ``crs``; equal shapes.
    crs
        A code such as ``EPSG:5898``.
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if crs == WGS84 or (parse_crs(crs).to_epsg() == 4326):
        return east, north
    steps = _steps(crs, WGS84)
    if len(steps) == 1:
        return cast("tuple[Floats, Floats]", steps[0].transform(east, north))
    plane, datum = steps
    lon, lat = plane.transform(east, north, direction="INVERSE")
    lat, lon = datum.transform(lat, lon)
    return lon, lat


def from_wgs84(longitude: ArrayLike, latitude: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Transform longitude and latitude on WGS 84 to coordinates in ``crs``."""
    lon, lat = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if crs == WGS84 or (parse_crs(crs).to_epsg() == 4326):
        return lon, lat
    steps = _steps(WGS84, crs)
    if len(steps) == 1:
        return cast("tuple[Floats, Floats]", steps[0].transform(lon, lat))
    plane, datum = steps
    lat, lon = datum.transform(lat, lon, direction="INVERSE")
    return cast("tuple[Floats, Floats]", plane.transform(lon, lat))


def pipeline_from_wgs84(crs: str) -> str:
    """Give the steps of PROJ from longitude and latitude to a plane on the datum VN-2000.

    Programs that are told these steps choose no others; empty for any other CRS, and where the
    steps cannot be told in one line.
    """
    known = parse_crs(crs)
    if not _is_vn2000(known) or known.is_geographic:
        return ""
    place = (105.0, 10.0)
    meant = from_wgs84([place[0]], [place[1]], crs)
    for steps in pyproj.transformer.TransformerGroup(WGS84, known, always_xy=True).transformers:
        found = steps.transform(*place)
        if np.hypot(found[0] - meant[0][0], found[1] - meant[1][0]) < 0.001:
            parts = steps.definition.split()
            return " ".join(part if part.startswith("+") else f"+{part}" for part in parts)
    return ""


def shapes_to_wgs84(geometries: Any, crs: str) -> Any:
    """Transform an array of geometries to WGS 84, longitude first."""
    return _moved(geometries, lambda points: to_wgs84(points[:, 0], points[:, 1], crs))


def shapes_from_wgs84(geometries: Any, crs: str) -> Any:
    """Transform an array of geometries from WGS 84 to ``crs``."""
    return _moved(geometries, lambda points: from_wgs84(points[:, 0], points[:, 1], crs))


def _moved(geometries: Any, transform: Callable[[Floats], tuple[Floats, Floats]]) -> Any:
    return shapely.transform(geometries, lambda points: np.column_stack(transform(points)))


def planning_crs(bounds: tuple[float, float, float, float]) -> str:
    """Give the metric CRS that fits an area: the VN-2000 TM-3 zone nearest to its middle.

    Outside the meridians of Vietnam it is the UTM zone on WGS 84.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    """
    middle = (bounds[0] + bounds[2]) / 2
    code, meridian = min(VN2000_ZONES.items(), key=lambda zone: (abs(zone[1] - middle), zone[0]))
    if abs(meridian - middle) <= 1.5 and bounds[1] >= 7.0 and bounds[3] <= 24.0:
        return code
    zone = int((middle + 180.0) // 6.0) + 1
    return f"EPSG:{(32600 if bounds[1] + bounds[3] >= 0 else 32700) + zone}"
