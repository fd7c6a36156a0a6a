"""Served: within the radius and the sector of a cell that is on air."""

from __future__ import annotations

from typing import Any

import pytest
from build import ORIGIN, at, commune, hamlet, is_served, off, operators, run, site, square


def _served(distance_m: float, azimuth_deg: float = 0.0, **columns: Any) -> bool:
    """Tell whether a hamlet at a distance and direction of one cell is served."""
    spot = off(ORIGIN, distance_m, azimuth_deg)
    base = run(hamlets=[hamlet("h", spot)], sites=[site("Viettel", "S", ORIGIN, **columns)])
    return is_served(base)


@pytest.mark.parametrize("azimuth", [0, 37, 90, 180, 301])
def test_radius_includes_its_end(azimuth: float) -> None:
    assert _served(1000.0, azimuth)
    assert not _served(1000.05, azimuth)


@pytest.mark.parametrize(
    ("bearing", "expected"),
    [(90, True), (150, True), (150.05, False), (30, True), (29.95, False), (270, False)],
)
def test_sector_is_120_degrees_wide_edges_included(bearing: float, expected: bool) -> None:
    assert _served(900, bearing, azimuth_deg=90, beamwidth_deg=65) is expected


@pytest.mark.parametrize(("bearing", "expected"), [(99.9, True), (260.1, True), (260.1 - 1, False)])
def test_a_beam_wider_than_the_sector_width_counts(bearing: float, expected: bool) -> None:
    assert _served(900, bearing, azimuth_deg=0, beamwidth_deg=200) is expected


def test_a_sector_crosses_north() -> None:
    assert _served(900, 49.9, azimuth_deg=350)
    assert not _served(900, 50.2, azimuth_deg=350)
    assert _served(900, 290.1, azimuth_deg=350)


def test_closer_than_a_metre_a_sector_serves_all_round() -> None:
    assert _served(0.9, 180, azimuth_deg=0)
    assert _served(0.0, 0, azimuth_deg=0)
    assert not _served(1.1, 180, azimuth_deg=0)


def test_azimuth_360_is_north_and_a_blank_one_is_all_round() -> None:
    assert _served(900, 0, azimuth_deg=360)
    assert not _served(900, 180, azimuth_deg=360)
    assert _served(900, 180)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"on_air_date": "2025-12-31"}, True),
        ({"on_air_date": "2026-01-01"}, False),
        ({"on_air_date": None}, True),
        ({"off_air_date": "2025-12-31"}, False),
        ({"off_air_date": "2026-01-01"}, True),
        ({"off_air_date": "2024-05-05"}, False),
        ({"status": "planned", "on_air_date": "2024-01-01"}, False),
        ({"status": "proposed", "on_air_date": None}, False),
        ({"status": ""}, True),
        ({"status": "existing"}, True),
    ],
)
def test_on_air_today(columns: dict[str, Any], expected: bool) -> None:
    assert _served(10, **columns) is expected


def test_each_operator_and_technology_is_told_apart() -> None:
    base = run(
        hamlets=[hamlet("h", at(0, 700))],
        sites=[
            site("Viettel", "1", ORIGIN),
            site("VNPT", "1", ORIGIN, "5G"),
            site("MobiFone", "1", at(0, 1300), "5G"),
        ],
        coverage={"technologies": ["4G", "5G"], "radius_m": {"4G": 1000, "5G": 650}},
    )
    assert operators(base, "h", "4G") == ["Viettel"]
    assert operators(base, "h", "5G") == ["MobiFone"]


@pytest.mark.parametrize(("frequency", "expected"), [(1800, True), (2100, False), (None, False)])
def test_the_radius_of_a_band_goes_before_that_of_the_technology(
    frequency: float | None, expected: bool
) -> None:
    base = run(
        hamlets=[hamlet("h", at(0, 1500))],
        sites=[site("Viettel", "1", ORIGIN, frequency_mhz=frequency)],
        coverage={"radius_m": {"4G": 1000, "4G.1800": 2000}},
    )
    assert is_served(base) is expected


_BY_CLASS = {"4G": {"urban": 1000, "suburban": 2000, "rural": 3000}}


def _environment(base: Any) -> str:
    return str(base.cells["environment"].iloc[0])


@pytest.mark.parametrize(
    ("full_name", "name", "expected"),
    [
        ("Phường Sa Huỳnh", "Sa Huỳnh", "urban"),
        ("Thị trấn Ba Tơ", "Ba Tơ", "suburban"),
        ("Xã Ba Vì", "Ba Vì", "rural"),
        ("Đặc khu Lý Sơn", "Lý Sơn", "rural"),
        ("", "Phường Cẩm Thành", "urban"),
        ("Xã Phường Dương", "Phường Dương", "rural"),
    ],
)
def test_environment_by_type(full_name: str, name: str, expected: str) -> None:
    base = run(
        communes=[commune(full_name=full_name, name=name)],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"environment_from": "type", "radius_m": _BY_CLASS},
    )
    assert _environment(base) == expected
    assert base.cells["radius_m"].item() == _BY_CLASS["4G"][expected]


def test_environment_by_column() -> None:
    base = run(
        communes=[commune(full_name="Xã A", environment="urban")],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"environment_from": "column", "radius_m": _BY_CLASS},
    )
    assert _environment(base) == "urban"


# A circle of 1 km has π km²: 1,500 people/km² are 4,712.39 people, 400 are 1,256.64.
@pytest.mark.parametrize(
    ("people", "expected"),
    [(4713, "urban"), (4712, "suburban"), (1257, "suburban"), (1256, "rural"), (None, "rural")],
)
def test_environment_by_people_within_a_kilometre(people: float | None, expected: str) -> None:
    base = run(
        hamlets=[
            hamlet("h", at(0, 1000), population=people),
            hamlet("far", at(0, 1001), population=1e6),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"radius_m": _BY_CLASS},
    )
    assert _environment(base) == expected


def test_density_limits_include_their_end() -> None:
    """With limits of exactly the density that is there, the higher class holds."""
    density = 3000 / 3.141592653589793
    base = run(
        hamlets=[hamlet("h", at(0, 10), population=3000)],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"radius_m": _BY_CLASS, "urban_people_km2": density, "suburban_people_km2": 1},
    )
    assert _environment(base) == "urban"


def test_density_counts_people_where_their_clusters_are() -> None:
    from build import cluster

    base = run(
        hamlets=[hamlet("h", at(0, 0), population=6000)],
        clusters=[
            cluster("a", "h", at(0, 100), households=1),
            cluster("b", "h", at(0, 3000), households=3),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"radius_m": _BY_CLASS},
    )
    assert _environment(base) == "suburban"


def test_a_site_over_the_border_serves_with_a_radius_of_its_nearest_commune() -> None:
    box = square(ORIGIN, 2000)
    base = run(
        communes=[commune(polygon=box, full_name="Phường A")],
        hamlets=[hamlet("h", at(0, 1900))],
        sites=[site("Viettel", "1", at(0, 2500)), site("VNPT", "1", at(0, 5000))],
        coverage={"environment_from": "type", "radius_m": {"4G": {"urban": 700, "rural": 9999}}},
    )
    assert operators(base, "h") == ["Viettel"]
