"""Served: within the radius and the sector of a cell that is on air."""

from __future__ import annotations

from typing import Any

from build import ORIGIN, at, cluster, commune, hamlet, is_served, off, operators, run, site, square


def _served(distance_m: float, bearing: float, **columns: Any) -> bool:
    """Tell whether a hamlet at a distance and direction of one cell is served."""
    spot = off(ORIGIN, distance_m, bearing)
    base = run(hamlets=[hamlet("h", spot)], sites=[site("Viettel", "S", ORIGIN, **columns)])
    return is_served(base)


def _served_bearings(distance_m: float, bearings: list[float], **columns: Any) -> list[bool]:
    """Tell which of the hamlets around one cell are served."""
    hamlets = [hamlet(f"h{i}", off(ORIGIN, distance_m, b)) for i, b in enumerate(bearings)]
    base = run(hamlets=hamlets, sites=[site("Viettel", "S", ORIGIN, **columns)])
    return [is_served(base, f"h{i}") for i in range(len(bearings))]


def test_radius_includes_its_end() -> None:
    around = [0.0, 37, 90, 180, 301]
    assert all(_served_bearings(1000.0, around))
    assert not any(_served_bearings(1000.05, around))


def test_sector_is_120_degrees_wide_edges_included() -> None:
    bearings = [90, 150, 30, 150.05, 29.95, 270]
    found = _served_bearings(900, bearings, azimuth_deg=90, beamwidth_deg=65)
    assert found == [True, True, True, False, False, False]


def test_a_beam_wider_than_the_sector_width_counts() -> None:
    found = _served_bearings(900, [99.9, 260.1, 100.1, 259.9], azimuth_deg=0, beamwidth_deg=200)
    assert found == [True, True, False, False]


def test_a_sector_crosses_north() -> None:
    assert _served_bearings(900, [49.9, 50.2, 290.1], azimuth_deg=350) == [True, False, True]


def test_closer_than_a_metre_a_sector_serves_all_round() -> None:
    assert _served(0.9, 180, azimuth_deg=0)
    assert _served(0.0, 0, azimuth_deg=0)
    assert not _served(1.1, 180, azimuth_deg=0)


def test_azimuth_360_is_north_and_a_blank_one_is_all_round() -> None:
    assert _served_bearings(900, [0, 180], azimuth_deg=360) == [True, False]
    assert _served_bearings(900, [0, 180], azimuth_deg=None) == [True, True]


_ON_AIR: list[tuple[dict[str, Any], bool]] = [
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
]


def test_on_air_today() -> None:
    """One site and hamlet for each case, 3 km apart along a column of communes."""
    spots = [at(0, 3000 * i) for i in range(len(_ON_AIR))]
    base = run(
        communes=[commune(polygon=square(ORIGIN, 40_000))],
        hamlets=[hamlet(f"{i}", spot) for i, spot in enumerate(spots)],
        sites=[
            site("Viettel", f"{i}", spot, **columns)
            for i, (spot, (columns, _)) in enumerate(zip(spots, _ON_AIR, strict=True))
        ],
        coverage={"cell_m": 1000},
    )
    for i, (columns, expected) in enumerate(_ON_AIR):
        assert is_served(base, f"{i}") is expected, columns


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


def test_the_radius_of_a_band_goes_before_that_of_the_technology() -> None:
    bands = (1800, 2100, None)
    base = run(
        hamlets=[hamlet(f"{band}", at(4000 * i, 1500)) for i, band in enumerate(bands)],
        sites=[
            site("Viettel", f"{band}", at(4000 * i, 0), frequency_mhz=band)
            for i, band in enumerate(bands)
        ],
        coverage={"radius_m": {"4G": 1000, "4G.1800": 2000}},
    )
    assert [is_served(base, f"{band}") for band in bands] == [True, False, False]


_BY_CLASS = {"4G": {"urban": 1000, "suburban": 2000, "rural": 3000}}


def _environment(base: Any) -> str:
    return str(base.cells["environment"].iloc[0])


def test_environment_by_type() -> None:
    cases = [
        ("Phường Sa Huỳnh", "Sa Huỳnh", "urban"),
        ("Thị trấn Ba Tơ", "Ba Tơ", "suburban"),
        ("Xã Ba Vì", "Ba Vì", "rural"),
        ("Đặc khu Lý Sơn", "Lý Sơn", "rural"),
        ("", "Phường Cẩm Thành", "urban"),
        ("Xã Phường Dương", "Phường Dương", "rural"),
    ]
    spots = [at(3000 * i, 0) for i in range(len(cases))]
    base = run(
        communes=[
            commune(f"0000{i}", square(spot, 1000), full_name=full_name, name=name)
            for i, (spot, (full_name, name, _)) in enumerate(zip(spots, cases, strict=True))
        ],
        sites=[site("Viettel", f"{i}", spot) for i, spot in enumerate(spots)],
        coverage={"environment_from": "type", "radius_m": _BY_CLASS},
    )
    cells = base.cells.set_index("site_id").sort_index()
    expected = [kind for _, _, kind in cases]
    assert cells["environment"].tolist() == expected
    assert cells["radius_m"].tolist() == [_BY_CLASS["4G"][kind] for kind in expected]


def test_environment_by_column() -> None:
    base = run(
        communes=[commune(full_name="Xã A", environment="urban")],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"environment_from": "column", "radius_m": _BY_CLASS},
    )
    assert _environment(base) == "urban"


def test_environment_by_people_within_a_kilometre() -> None:
    """A circle of 1 km has π km²: 1,500 people/km² are 4,712.39 people, 400 are 1,256.64."""
    cases = [(4713, "urban"), (4712, "suburban"), (1257, "suburban"), (1256, "rural")]
    cases += [(None, "rural")]
    spots = [at(5000 * i, 0) for i in range(len(cases))]
    base = run(
        communes=[commune(polygon=square(ORIGIN, 30_000))],
        hamlets=[
            hamlet(f"{i}", off(spot, 1000, 0), population=people)
            for i, (spot, (people, _)) in enumerate(zip(spots, cases, strict=True))
        ]
        + [hamlet("far", off(spots[3], 1001, 180), population=1e6)],
        sites=[site("Viettel", f"{i}", spot) for i, spot in enumerate(spots)],
        coverage={"radius_m": _BY_CLASS, "cell_m": 1000},
    )
    found = base.cells.set_index("site_id").sort_index()["environment"].tolist()
    assert found == [kind for _, kind in cases]


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


def test_eight_operators_fill_the_bits_of_a_byte() -> None:
    names = ["Viettel", "VNPT", "MobiFone", "Vietnamobile", "Gmobile", "A", "B", "C"]
    base = run(
        hamlets=[hamlet("h", ORIGIN), hamlet("last", at(0, 1500))],
        sites=[*(site(name, "1", ORIGIN) for name in names), site("C", "2", at(0, 1500))],
    )
    assert operators(base, "h") == names
    assert operators(base, "last") == ["C"]
    assert base.area.bits["4G"].max() == 255
    assert base.holes["operators_missing"].tolist() == [";".join(names[:-1])]


def test_the_best_site_lacks_least_wherever_it_stands() -> None:
    # The near one lacks 600 m, the far one 400 m; both are beyond 125 % of their radius.
    box = {"4G.1800": 700, "4G.2100": 1400}
    base = run(
        hamlets=[hamlet("h", ORIGIN)],
        sites=[
            site("Viettel", "near", at(0, 1300), frequency_mhz=1800),
            site("Viettel", "far", at(1800, 0), frequency_mhz=2100),
            site("Viettel", "away", at(0, -1750), frequency_mhz=2100, azimuth_deg=180),
        ],
        coverage={"radius_m": box},
    )
    row = base.service.iloc[0]
    assert (row["nearest_site_id"], row["best_site_id"]) == ("near", "far")
    assert round(row["margin_m"], 1) == -400.0


def test_with_no_sector_towards_it_the_best_site_is_the_nearest() -> None:
    sites = [site("Viettel", f"{d}", at(0, d), azimuth_deg=0) for d in (2000, 1500)]
    row = run(hamlets=[hamlet("h", ORIGIN)], sites=sites).service.iloc[0]
    assert (row["best_site_id"], round(row["margin_m"], 1)) == ("1500", -500.0)
