"""Who is served when several sources speak: field check > declaration > model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from build import (
    ORIGIN,
    at,
    check,
    cluster,
    count,
    declares,
    figure,
    hamlet,
    is_served,
    operators,
    place,
    province,
    ratio,
    run,
    site,
    square,
    status,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan import geodesy
from geoplan.coverage.evidence import declared_at, declared_on
from geoplan.coverage.model import assess_coverage
from geoplan.planner import assess, make_plan
from geoplan.rasters import Grid, Raster
from geoplan.results import Baseline, Declared

NEAR, FAR = at(0, 500), at(0, 5000)
"""In reach of a site at the origin, and out of it."""


def _one(where: Any, **parts: Any) -> Baseline:
    """Assess one hamlet of 100 people and one site of Viettel at the origin."""
    return run(
        hamlets=[hamlet("h", where, population=100)],
        sites=[site("Viettel", "1", ORIGIN)],
        **parts,
    )


def _sources(base: Baseline) -> tuple[str, str]:
    """Give the source of the hamlet, and that of its service by Viettel."""
    service = base.service[base.service["operator"] == "Viettel"]
    return base.hamlets["source"].item(), service["source"].item()


def _told(base: Baseline) -> list[tuple[str, str, str, str]]:
    """Give what each source says, row by row."""
    assert base.field_work is not None
    frame = base.field_work.evidence
    return list(
        zip(*(frame[name] for name in ("model", "declared", "field", "final")), strict=True)
    )


# ------------------------------------------------------------------ each pair of sources


def test_the_model_speaks_where_nobody_else_does() -> None:
    base = _one(NEAR)
    assert is_served(base)
    assert _sources(base) == ("model", "model")
    assert base.spoken is None
    assert _told(base) == []


@pytest.mark.parametrize(("where", "result", "served"), [(NEAR, "no", False), (FAR, "yes", True)])
def test_a_check_goes_before_the_model(where: Any, result: str, served: bool) -> None:
    base = _one(where, checks=[check("h", result)])
    assert is_served(base) == served
    assert _sources(base) == ("field", "field")
    model = "no" if served else "yes"
    assert _told(base) == [(model, "", result, result)]


@pytest.mark.parametrize(("where", "around", "served"), [(NEAR, FAR, False), (FAR, FAR, True)])
def test_a_declaration_goes_before_the_model(where: Any, around: Any, served: bool) -> None:
    base = _one(where, declared=[declares(square(around, 1000))])
    assert is_served(base) == served
    assert _sources(base) == ("declared", "declared")


@pytest.mark.parametrize("result", ["yes", "no"])
def test_a_check_goes_before_a_declaration(result: str) -> None:
    around = square(NEAR, 100 if result == "no" else 1)
    far = at(300, 500)
    base = _one(
        NEAR if result == "no" else far, declared=[declares(around)], checks=[check("h", result)]
    )
    assert is_served(base) == (result == "yes")
    assert _sources(base) == ("field", "field")
    assert _told(base) == [("yes", "no" if result == "yes" else "yes", result, result)]


def test_a_declaration_speaks_for_its_operator_and_technology_only() -> None:
    base = run(
        hamlets=[hamlet("h", NEAR)],
        sites=[
            site("Viettel", "1", ORIGIN),
            site("VNPT", "1", ORIGIN),
            site("Viettel", "1", ORIGIN, "5G"),
        ],
        declared=[declares(square(FAR, 100))],
        coverage={"technologies": ["4G", "5G"]},
    )
    assert operators(base, "h") == ["VNPT"]
    assert operators(base, "h", "5G") == ["Viettel"]


def test_an_operator_without_a_site_may_declare() -> None:
    base = _one(FAR, declared=[declares(square(FAR, 100), operator="Gmobile")])
    assert base.operators == ("Viettel", "Gmobile")
    assert operators(base, "h") == ["Gmobile"]


def test_several_polygons_count_together_and_their_edge_is_inside() -> None:
    lon, lat = FAR
    left, right = shapely.box(lon - 0.01, lat, lon, lat + 0.01), square(at(0, 100), 10)
    assert is_served(_one(FAR, declared=[declares(right, left)]))


# ------------------------------------------------------------------ weak signals


def test_a_weak_signal_is_no_service_unless_the_scenario_says_so() -> None:
    checks = [check("h", "weak")]
    assert not is_served(_one(NEAR, checks=checks))
    assert is_served(_one(FAR, checks=checks, coverage={"weak_counts": True}))


# ------------------------------------------------------------------ centre and clusters


def test_a_check_of_a_hamlet_speaks_for_its_centre_alone() -> None:
    base = run(
        hamlets=[hamlet("h", FAR, population=100)],
        clusters=[cluster("c", "h", at(50, 5000))],
        sites=[site("Viettel", "1", ORIGIN)],
        checks=[check("h", "yes")],
    )
    assert status(base, "h") == "dead_spot"
    assert base.hamlets["served_people_4g"].item() == 0


def test_a_check_of_a_cluster_speaks_for_it_alone() -> None:
    base = run(
        hamlets=[hamlet("h", NEAR, population=100)],
        clusters=[cluster("a", "h", NEAR), cluster("b", "h", NEAR)],
        sites=[site("Viettel", "1", ORIGIN)],
        checks=[check("h", "no", cluster_id="b")],
    )
    assert status(base, "h") == "dead_spot"
    assert base.hamlets["served_people_4g"].item() == 50
    assert _sources(base) == ("field", "field")
    assert base.clusters["operators_4g"].tolist() == ["Viettel", ""]


def test_a_check_of_a_hamlet_without_a_place_is_told_and_decides_nothing() -> None:
    base = _one(None, checks=[check("h", "yes")])
    assert status(base, "h") == "unknown"
    assert [fault.code for fault in base.warnings if "check" in fault.code] == [
        "check_without_place"
    ]


def test_checks_of_a_technology_that_is_not_computed_are_told() -> None:
    base = _one(NEAR, checks=[check("h", "no", technology="2G")])
    assert is_served(base)
    told = [fault for fault in base.warnings if fault.code == "check_of_other_technology"]
    assert [dict(fault.params) for fault in told] == [{"technology": "2G", "count": "1"}]


def test_a_declaration_that_covers_nobody_is_told() -> None:
    base = _one(NEAR, declared=[declares(square(FAR, 10))])
    assert "declared_nowhere" in [fault.code for fault in base.warnings]


# ------------------------------------------------------------------ what follows from it


def test_a_hamlet_decided_by_a_check_is_not_near_the_threshold() -> None:
    edge = at(0, 1050)
    assert _one(edge).hamlets["near_threshold"].item()
    base = _one(edge, checks=[check("h", "yes")])
    assert not base.hamlets["near_threshold"].item()
    row = figure(base, "HAMLETS_WHITE", "4G")
    assert (row["value"], row["value_radius_90"], row["value_radius_110"]) == (0, 0, 0)


def test_indicators_and_holes_follow() -> None:
    assert count(_one(NEAR), "HAMLETS_WHITE", "4G") == 0
    base = _one(NEAR, checks=[check("h", "no")])
    assert count(base, "HAMLETS_WHITE", "4G") == 1
    assert count(base, "HAMLETS_WHITE", "MBB") == 1
    assert ratio(base, "POP_SERVED", "4G") == (0, 100)
    assert base.holes["people"].tolist() == [100]
    assert _one(FAR, checks=[check("h", "yes")]).holes.empty


def test_mobile_broadband_is_put_together_anew() -> None:
    base = run(
        hamlets=[hamlet("h", NEAR)],
        sites=[site("Viettel", "1", ORIGIN), site("Viettel", "1", ORIGIN, "5G")],
        checks=[check("h", "no")],
        coverage={"technologies": ["4G", "5G"]},
    )
    assert status(base, "h", "4G") == "white"
    assert status(base, "h", "MBB") == status(base, "h", "5G") == "covered"


@pytest.mark.parametrize(("result", "people"), [("no", 1000), ("yes", 0)])
def test_siting_serves_whom_a_check_found_without_signal(result: str, people: float) -> None:
    parts = {
        "hamlets": [hamlet("h", NEAR if result == "no" else FAR, population=1000)],
        "sites": [site("Viettel", "1", ORIGIN)],
        "siting": {"operators": ["Viettel"]},
    }
    inputs, rules = province(checks=[check("h", result)], **parts)
    plan = make_plan(inputs, assess(inputs, rules), rules)
    assert plan.proposals["gained_people"].sum() == people


def test_places_and_area_follow_a_declaration() -> None:
    base = _one(
        NEAR,
        places=[place("in", FAR), place("out", NEAR)],
        declared=[declares(square(FAR, 1000))],
    )
    assert base.places.set_index("place_id")["operators_4g"].to_dict() == {
        "in": "Viettel",
        "out": "",
    }
    whole = figure(base, "AREA_SERVED", "4G")
    assert whole["numerator"] == pytest.approx(4.0, rel=0.02)


def test_people_of_a_raster_follow_a_declaration_and_no_check() -> None:
    lon, lat = ORIGIN
    grid = Grid(lon - 0.005, lat + 0.005, 0.01, 0.01, (1, 1), "EPSG:4326")
    people = Raster(np.array([[40.0]], np.float32), grid, "people")
    parts: dict[str, Any] = {"population": people, "checks": [check("h", "no")]}
    assert ratio(_one(NEAR, **parts), "POP_SERVED", "4G") == (40, 40)
    base = _one(NEAR, declared=[declares(square(FAR, 100))], **parts)
    assert ratio(base, "POP_SERVED", "4G") == (0, 40)
    assert base.holes["people"].tolist() == [40]


def test_a_declared_raster_is_asked_at_points_and_on_the_grid() -> None:
    lon, lat = at(0, 3000)
    grid = Grid(lon - 0.01, lat + 0.01, 0.01, 0.01, (2, 2), "EPSG:4326")
    values = np.array([[True, False], [False, False]])
    raster = Declared("Viettel", "4G", np.zeros(0, dtype=object), (Raster(values, grid, "served"),))
    spots = {"in": (lon - 0.005, lat + 0.005), "out": (lon + 0.005, lat + 0.005), "off": ORIGIN}
    base = run(
        hamlets=[hamlet(name, spot) for name, spot in spots.items()],
        sites=[site("Viettel", "1", ORIGIN)],
        declared=[raster],
    )
    assert [is_served(base, name) for name in spots] == [True, False, False]
    area = 1113.2 * np.cos(np.radians(lat)) * 1106.5 / 1e6
    assert figure(base, "AREA_SERVED", "4G")["numerator"] == pytest.approx(area, rel=0.1)


# ------------------------------------------------------------------ laws


@settings(max_examples=15, deadline=None)
@given(
    result=st.sampled_from(["yes", "weak", "no"]),
    operator=st.sampled_from(["Viettel", "VNPT"]),
    technology=st.sampled_from(["4G", "5G"]),
    checked=st.integers(0, 2),
    metres=st.lists(st.integers(0, 2000), min_size=3, max_size=3),
)
def test_a_check_never_changes_another_operator_place_or_technology(
    result: str, operator: str, technology: str, checked: int, metres: list[int]
) -> None:
    parts: dict[str, Any] = {
        "hamlets": [hamlet(f"{i}", at(i, far)) for i, far in enumerate(metres)],
        "sites": [
            site("Viettel", "1", ORIGIN),
            site("VNPT", "1", at(0, 900)),
            site("VNPT", "1", at(0, 900), "5G"),
        ],
        "coverage": {"technologies": ["4G", "5G"]},
    }
    checks = [check(f"{checked}", result, operator, technology=technology)]
    before, after = (assess_coverage(*province(checks=some, **parts)) for some in (None, checks))
    bit = 1 << before.operators.index(operator)
    for name in ("4G", "5G"):
        for scale in before.served:
            changed = before.served[scale][name] ^ after.served[scale][name]
            allowed = np.zeros(3, np.uint8)
            if name == technology:
                allowed[checked] = bit
            assert not (changed & ~allowed).any()
            served = after.served[scale][technology][checked] & bit
            assert bool(served) == (result == "yes")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), max_size=6))
def test_one_more_polygon_never_takes_service_away(corners: list[tuple[int, int]]) -> None:
    shapes = [square(at(*corner), 700) for corner in corners]
    lon, lat = np.transpose([at(600 * i - 3000, 0) for i in range(11)])
    less, more = (declared_at(declares(*some), lon, lat) for some in (shapes[:-1], shapes))
    assert (more | ~less).all()
    union = shapely.union_all(shapes)
    assert more.tolist() == shapely.intersects_xy(union, lon, lat).tolist()


def test_tables_side_by_side_and_disagreements() -> None:
    base = run(
        hamlets=[hamlet("agrees", NEAR), hamlet("differs", FAR)],
        clusters=[cluster("c", "agrees", FAR, name="Xóm Xa")],
        sites=[site("Viettel", "1", ORIGIN), site("VNPT", "1", ORIGIN)],
        checks=[check("agrees", "yes"), check("differs", "weak", note="")],
        declared=[declares(square(FAR, 100))],
    )
    assert base.field_work is not None
    assert base.field_work.evidence.to_dict("list") == {
        "hamlet_id": ["agrees", "agrees", "differs"],
        "cluster_id": ["", "c", ""],
        "operator": ["Viettel"] * 3,
        "technology": ["4G"] * 3,
        "model": ["yes", "no", "no"],
        "declared": ["no", "yes", "yes"],
        "field": ["yes", "", "weak"],
        "final": ["yes", "yes", "no"],
        "checked_on": [pd.Timestamp("2025-12-01"), pd.NaT, pd.Timestamp("2025-12-01")],
        "checked_by": ["Lan", "", "Lan"],
    }
    differs = base.field_work.disagreements
    assert differs["hamlet_id"].tolist() == ["agrees", "agrees", "differs"]
    assert differs["source"].tolist() == ["field", "declared", "field"]
    assert differs["name"].tolist() == ["Thôn agrees", "Xóm Xa", "Thôn differs"]


def test_a_raster_on_a_grid_is_the_raster_at_its_centres() -> None:
    rng = np.random.default_rng(3)
    lon, lat = ORIGIN
    raster = Raster(
        rng.random((90, 80)) > 0.5, Grid(lon, lat, 0.0011, 0.0012, (90, 80), "EPSG:4326"), "served"
    )
    one = Declared("Viettel", "4G", np.zeros(0, dtype=object), (raster,))
    west, north = (float(axis[0]) for axis in geodesy.from_wgs84([lon], [lat], "EPSG:5898"))
    grid = Grid(west - 500.0, north + 500.0, 50.0, 50.0, (170, 150), "EPSG:5898")
    x, y = np.meshgrid(grid.centres_x(), grid.centres_y())
    exact = declared_at(one, *geodesy.to_wgs84(x.ravel(), y.ravel(), grid.crs))
    found = declared_on(one, grid).ravel()
    assert 0.2 < found.mean() < 0.8
    assert (found != exact).sum() <= 2  # centres that lie on an edge to the centimetre
