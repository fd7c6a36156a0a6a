"""Distances, bearings and areas against Karney's; VN-2000 by EPSG:6960 and by nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geoplan import geodesy

GEOD = pyproj.Geod(ellps="WGS84")
PACKAGE = Path(geodesy.__file__).parent

TEST_PAIRS = [
    ("Mỹ Tho", 106.36, 10.36, "EPSG:9210", 566603.13, 1145735.49),
    ("Cà Mau", 105.15, 9.18, "EPSG:9207", 571235.38, 1015233.26),
    ("Hương Trà", 107.46, 16.40, "EPSG:9214", 548936.79, 1813893.88),
    ("Cần Thơ", 105.78, 10.03, "EPSG:5897", 585308.12, 1109275.16),
    ("Quảng Ngãi", 108.80, 15.12, "EPSG:5898", 585791.01, 1672370.10),
    ("Kon Tum", 108.0, 14.35, "EPSG:9216", 553734.27, 1587082.47),
]
"""Longitude and latitude → easting and northing. Two of them, in the Mekong delta, were made with
the operation that PROJ picks there (EPSG:5194), which stands 0.8 m from EPSG:6960."""
DELTA = {"Mỹ Tho", "Cần Thơ"}


def _pairs(seed: int, farthest_m: float, size: int = 2000) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(102, 110, size), rng.uniform(8, 24, size)
    azimuth, distance = rng.uniform(0, 360, size), rng.uniform(0, farthest_m, size)
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, distance)
    return lon, lat, to_lon, to_lat, azimuth, distance


@pytest.mark.parametrize(
    ("farthest_m", "error_m"), [(20_000, 1e-4), (50_000, 2e-3), (200_000, 0.1)]
)
def test_distances(farthest_m: float, error_m: float) -> None:
    lon, lat, to_lon, to_lat, _, distance = _pairs(1, farthest_m)
    found = geodesy.distance_m(lon, lat, to_lon, to_lat)
    assert np.abs(found - distance).max() < error_m


def test_a_distance_and_its_chord_are_inverse() -> None:
    arcs = np.array([0.0, 1e-3, 1.0, 30.0, 3500.0, 20_000.0])
    np.testing.assert_allclose(geodesy.arc_m(geodesy.chord_m(arcs)), arcs, atol=1e-9)


def test_bearings() -> None:
    lon, lat, to_lon, to_lat, azimuth, _ = _pairs(2, 20_000)
    found = geodesy.azimuth_deg(lon, lat, to_lon, to_lat)
    off = np.abs((found - azimuth + 180.0) % 360.0 - 180.0)
    far = GEOD.inv(lon, lat, to_lon, to_lat)[2] > 1.0
    assert off[far].max() < 1e-4


def test_areas() -> None:
    box = shapely.box(108.0, 15.0, 108.5, 15.4)
    expected = abs(GEOD.geometry_area_perimeter(box)[0])
    assert geodesy.areas_m2([box])[0] == pytest.approx(expected)


def _official(lon: float, lat: float, zone: str) -> tuple[float, float]:
    """Transform by EPSG:6960 written out as its seven parameters (vietnam.md §4)."""
    meridian = geodesy.VN2000_ZONES[zone]
    steps = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=cart +ellps=WGS84 "
        "+step +inv +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
        "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 "
        "+convention=coordinate_frame "
        "+step +inv +proj=cart +ellps=WGS84 "
        f"+step +proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84"
    )
    east, north = steps.transform(lon, lat)
    return float(east), float(north)


@pytest.mark.parametrize(("name", "lon", "lat", "zone", "east", "north"), TEST_PAIRS)
def test_vn2000_forth_and_back(
    name: str, lon: float, lat: float, zone: str, east: float, north: float
) -> None:
    x, y = (float(v[0]) for v in geodesy.from_wgs84([lon], [lat], zone))
    assert (x, y) == pytest.approx(_official(lon, lat, zone), abs=0.01)
    if name in DELTA:
        assert 0.5 < np.hypot(x - east, y - north) < 1.2
    else:
        assert (x, y) == pytest.approx((east, north), abs=0.01)
    back = geodesy.to_wgs84([x], [y], zone)
    assert GEOD.inv(lon, lat, float(back[0][0]), float(back[1][0]))[2] < 0.001


@pytest.mark.parametrize("zone", ["EPSG:9207", "EPSG:5897", "EPSG:9209"])
def test_no_step_inside_the_mekong_delta(zone: str) -> None:
    """Walk over 9.35° N, where a library left to choose changes its mind by 0.82 m."""
    lat = np.array([9.34, 9.345, 9.3499, 9.3501, 9.355, 9.36])
    x, y = geodesy.from_wgs84(np.full(len(lat), 105.3), lat, zone)
    expected = np.array([_official(105.3, float(value), zone) for value in lat])
    np.testing.assert_allclose(np.column_stack((x, y)), expected, atol=0.01)


@pytest.mark.parametrize("zone", sorted(geodesy.VN2000_ZONES))
def test_every_zone_of_vietnam(zone: str) -> None:
    meridian = geodesy.VN2000_ZONES[zone]
    for lon, lat in ((meridian - 0.6, 9.0), (meridian + 0.7, 16.5), (meridian, 22.5)):
        x, y = (float(v[0]) for v in geodesy.from_wgs84([lon], [lat], zone))
        assert (x, y) == pytest.approx(_official(lon, lat, zone), abs=0.01)


@pytest.mark.parametrize("code", ["EPSG:4756", "EPSG:3405", "EPSG:3406"])
def test_vn2000_in_degrees_and_in_utm_goes_by_the_same_operation(code: str) -> None:
    lon, lat = 105.78, 10.03
    x, y = geodesy.from_wgs84([lon], [lat], code)
    own = geodesy.parse_crs(code)
    if not own.is_geographic:
        plane = pyproj.Transformer.from_crs(own.geodetic_crs, own, always_xy=True)
        x, y = plane.transform(x, y, direction="INVERSE")
    plane = pyproj.Transformer.from_crs("EPSG:4756", "EPSG:5897", always_xy=True)
    found = [float(np.ravel(v)[0]) for v in plane.transform(x, y)]
    assert found == pytest.approx(_official(lon, lat, "EPSG:5897"), abs=0.01)


def test_shapes_go_the_way_of_points() -> None:
    box = shapely.box(108.7, 15.1, 108.8, 15.2)
    moved = geodesy.shapes_from_wgs84(np.array([box]), "EPSG:5898")[0]
    corner = geodesy.from_wgs84([108.7], [15.1], "EPSG:5898")
    distance = moved.distance(shapely.Point(float(corner[0][0]), float(corner[1][0])))
    assert distance < 1e-6
    back = geodesy.shapes_to_wgs84(np.array([moved]), "EPSG:5898")[0]
    assert shapely.equals_exact(back, box, 1e-8)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((107.9, 14.3, 109.1, 15.5), "EPSG:9218"),
        ((105.2, 9.9, 105.9, 10.3), "EPSG:9209"),
        ((7.0, 46.0, 7.4, 46.3), "EPSG:32632"),
    ],
)
def test_the_zone_that_fits_an_area(bounds: tuple[float, ...], code: str) -> None:
    assert geodesy.planning_crs(bounds) == code  # type: ignore[arg-type]


def test_only_geodesy_transforms_coordinates() -> None:
    """Three copies of PROJ meet in one process; one module rules over them."""
    pattern = re.compile(r"\bto_crs\b|rasterio\.warp|\bTransformer\b|\btransform_geom\b")
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "geodesy.py" or path.parent != PACKAGE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_an_arc_longer_than_the_earth_is_wide_has_its_diameter_for_a_chord() -> None:
    arcs = np.array([1e3, 1e6, 1.9e7, 2.1e7, 1e9])
    assert (np.diff(geodesy.chord_m(arcs)) >= 0).all()
