"""Candidates: what is tried, what is left out and why, and that nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye, hstack

from geoplan import geodesy
from geoplan.rasters import Grid, Raster
from geoplan.results import Roads
from geoplan.siting import clusters, high_points, screening
from geoplan.siting.access import Ground
from geoplan.siting.dominated import Dominance, dominance
from geoplan.siting.propose import make_model, propose
from tests.test_siting_propose import demand, north, setting

CRS = "EPSG:5898"


def table(case):
    return propose(case).candidates


def reasons(frame):
    return dict(zip(frame["source"], frame["reason"], strict=True))


# ---------------------------------------------------------------- dominated


def covers(*sets, size):
    matrix = np.zeros((len(sets), size), bool)
    for row, one in enumerate(sets):
        matrix[row, list(one)] = True
    return csr_matrix(matrix)


def dominated(*sets, opened=None, cost=None, preference=None):
    n, size = len(sets), 6
    found = dominance(
        covers(*sets, size=size),
        np.full(n, 3, np.uint8) if opened is None else np.array(opened, np.uint8),
        np.zeros(n) if cost is None else np.array(cost, float),
        np.zeros(n, np.int64) if preference is None else np.array(preference),
        np.random.default_rng(0).uniform(size=(size, 2)),
    )
    return found.by.tolist()


def test_a_candidate_is_dominated_by_one_that_covers_more():
    assert dominated({0, 1}, {0, 1, 2}, {3}) == [1, -1, -1]


def test_of_equal_candidates_the_first_stays_and_of_a_chain_the_last_winner_is_named():
    assert dominated({0}, {0}, {0}) == [-1, 0, 0]
    assert dominated({0}, {0, 1}, {0, 1, 2}) == [2, 2, -1]


@pytest.mark.parametrize(
    "worse",
    [
        {"opened": [3, 1]},
        {"cost": [1, 2]},
        {"cost": [np.nan, 2]},
        {"cost": [2, np.nan]},
        {"preference": [0, 2]},
    ],
)
def test_what_is_worse_in_anything_dominates_nobody(worse):
    assert dominated({0}, {0, 1}, **worse) == [-1, -1]


def test_unknown_costs_are_alike():
    assert dominated({0}, {0, 1}, cost=[np.nan, np.nan]) == [1, -1]


@st.composite
def instances(draw):
    n, size = draw(st.integers(1, 9)), draw(st.integers(1, 8))
    few = st.integers(0, 2)
    return (
        [draw(st.sets(st.integers(0, size - 1))) for _ in range(n)],
        draw(st.lists(st.sampled_from([1, 2, 3]), min_size=n, max_size=n)),
        draw(st.lists(few, min_size=n, max_size=n)),
        draw(st.lists(few, min_size=n, max_size=n)),
        size,
    )


@settings(deadline=None, max_examples=300)
@given(instances(), st.data())
def test_dropping_dominated_candidates_never_lowers_the_optimum(instance, data):
    """Held to every plan there is: a limit of number or of money, and operators apart."""
    sets, opened, cost, preference, size = instance
    n = len(sets)
    keep = dominance(
        covers(*sets, size=size),
        np.array(opened, np.uint8),
        np.array(cost, float),
        np.array(preference, np.int64),
        np.random.default_rng(1).uniform(size=(size, 2)),
    ).keep
    weight = data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    most, budget = data.draw(st.integers(0, 4)), data.draw(st.sampled_from([1, 3, 99]))

    def value(plan):
        won = {(j, bit) for i in plan for j in sets[i] for bit in (1, 2) if opened[i] & bit}
        return sum(weight[j] for j, _ in won)

    def best(allowed):
        plans = (plan for k in range(min(most, n) + 1) for plan in combinations(allowed, k))
        return max(value(plan) for plan in plans if sum(cost[i] for i in plan) <= budget)

    assert best(np.flatnonzero(keep).tolist()) == best(range(n))


@settings(deadline=None, max_examples=100)
@given(instances())
def test_every_dominated_candidate_names_one_that_stays_and_covers_it(instance):
    sets, opened, cost, preference, size = instance
    found = dominance(
        covers(*sets, size=size),
        np.array(opened, np.uint8),
        np.array(cost, float),
        np.array(preference, np.int64),
        np.random.default_rng(1).uniform(size=(size, 2)),
    )
    for i, by in enumerate(found.by):
        assert (by < 0) == found.keep[i]
        if by >= 0:
            assert found.keep[by]
            assert sets[i] <= sets[by]
            assert opened[i] & ~opened[by] == 0
            assert (cost[by], preference[by]) <= (cost[i], 9)
            assert preference[by] <= preference[i]


def test_the_plan_is_worth_as_much_as_with_every_candidate(monkeypatch):
    rng = np.random.default_rng(8)
    points = demand(rng.uniform(0, 60_000, 60), rng.uniform(20, 300, 60))
    at = [(f"P{i}", float(m), "A") for i, m in enumerate(rng.uniform(0, 60_000, 8))]
    case = setting(points, np.zeros(60), at=at, positions=3)
    some = make_model(case)
    monkeypatch.setattr("geoplan.siting.sifting.dominance", _keep_all)
    every = make_model(case)
    assert len(some.candidates) < len(every.candidates)

    assert best_of(some.problem) == best_of(every.problem) > 0


def best_of(problem):
    """The optimum of a covering model, by HiGHS."""
    n, copies = problem.size, len(problem.weight)
    ones = np.ones(len(problem.copies))
    covering = csr_matrix((ones, problem.copies, problem.indptr), shape=(n, copies))
    links = LinearConstraint(hstack((-covering.T, eye(copies)), format="csr"), ub=0)
    limit = LinearConstraint(np.concatenate((np.ones(n), np.zeros(copies)))[None], ub=3)
    answer = milp(
        np.concatenate((np.zeros(n), -problem.weight / 1e6)),
        integrality=np.concatenate((np.ones(n), np.zeros(copies))),
        bounds=Bounds(0, 1),
        constraints=[links, limit],
        options={"mip_rel_gap": 0.0},
    )
    return round(-answer.fun, 2)


def _keep_all(covers, opened, cost, preference, places):
    n = covers.shape[0]
    return Dominance(np.ones(n, bool), np.full(n, -1, np.int64))


# ---------------------------------------------------------------- reasons


def test_every_place_that_was_tried_stands_in_the_table_with_its_reason():
    hosts = [("S1", 9000, "no", "mast"), ("S2", 1000, "yes", "mast")]
    at = [("P1", 0, "ABC"), ("P2", 40_000, "A"), ("P3", 500, "")]
    found = table(setting(demand([0, 20_000], [500, 300]), [0, 0], at=at, hosts=hosts))
    by_id = found.set_index(found["position_id"] + found["structure_id"])
    assert "P1" not in by_id.index
    assert by_id.loc["P2", ["kept", "reason"]].tolist() == ["no", "nothing_to_win"]
    assert by_id.loc["S1", ["kept", "reason"]].tolist() == ["no", "not_offered"]
    assert by_id.loc["P3", ["kept", "reason", "alone_people", "rank"]].tolist() == [
        "yes",
        "",
        500,
        1,
    ]
    assert by_id.loc["S2", ["kept", "reason", "by"]].tolist() == ["no", "dominated", "P3"]
    new = found[found["kind"] == "new"]
    assert new[new["kept"] == "yes"]["alone_people"].tolist() == [300]
    assert set(new["reason"]) <= {"", "too_near", "duplicate", "dominated"}


def test_a_position_that_serves_nobody_new_is_told_and_the_plan_stays_whole():
    found = propose(setting(demand([0], [500]), [7], at=[("P1", 100, "A")]))
    assert found.candidates["reason"].tolist() == ["nothing_to_win"]
    assert found.proposals.empty
    assert found.siting["candidates"]["positions"] == 1
    assert found.siting["candidates"]["nothing_to_win"] == 1


def test_structures_given_twice_are_one_candidate():
    hosts = [("S2", 1000, "yes", "mast"), ("S1", 1000, "yes", "mast")]
    hosts.append(("S3", 1000, "yes", "public_building"))
    found = table(setting(demand([0], [500]), [0], hosts=hosts)).set_index("structure_id")
    assert found.loc["S1", "kept"] == "yes"
    assert found.loc["S2", ["reason", "by"]].tolist() == ["duplicate", "S1"]
    assert found.loc["S3", ["reason", "by"]].tolist() == ["dominated", "S1"]


def test_public_buildings_are_candidates_with_their_own_cost():
    hosts = [("S1", 0, "", "mast"), ("S2", 30_000, "", "public_building")]
    points = demand([0, 30_000], [500, 500])
    found = table(setting(points, [0, 0], hosts=hosts)).set_index("structure_id")
    assert found.loc["S2", "cost_vnd"] - found.loc["S1", "cost_vnd"] == 100e6
    assert found.loc[["S1", "S2"], "kept"].tolist() == ["yes", "yes"]


def test_new_builds_outside_every_commune_and_in_a_zone_are_told():
    points = demand([0, 30_000, 60_000], [500, 600, 700])
    zone = shapely.box(107.9, north(29_000), 108.1, north(31_000))
    case = setting(points, [0, 0, 0], inside=lambda lon, lat: lat < north(50_000))
    ground = Ground(CRS, forbidden=np.array([zone], object), forbidden_ids=("Z7",))
    found = propose(replace(case, ground=ground))
    holes = found.candidates[found.candidates["source"] == "hole"]
    assert holes["reason"].tolist() == ["", "excluded_zone", "outside_area"]
    assert holes["by"].tolist() == ["", "Z7", ""]
    assert found.proposals["gained_people"].tolist() == [500]


def test_existing_positions_stay_in_a_zone():
    case = setting(demand([0], [500]), [0], at=[("P1", 10, "")])
    zone = shapely.box(107.9, north(-5000), 108.1, north(5000))
    ground = Ground(CRS, forbidden=np.array([zone], object), forbidden_ids=("Z7",))
    assert propose(replace(case, ground=ground)).proposals["position_id"].tolist() == ["P1"]


def test_a_new_build_gives_way_in_the_table_too():
    points = demand([0, 4000], [100, 900])
    found = table(setting(points, [0, 0], at=[("P1", 6000, "")]))
    assert "given_way" in set(found["reason"])
    assert found[found["rank"].notna()]["position_id"].tolist() == ["P1"]


@pytest.mark.parametrize(
    ("points", "bits", "rules"),
    [(demand([], []), [], {}), (demand([0], [500]), [0], {"operators": []})],
)
def test_no_holes_and_no_operators_are_an_empty_table(points, bits, rules):
    found = table(setting(points, bits, **rules))
    assert found.empty
    assert "reason" in found


def test_thinning_says_which_one_stayed():
    new = pd.DataFrame({"longitude": [108.0, 108.0, 108.0], "latitude": [15.0, 15.0, north(50)]})
    taken = pd.DataFrame({"longitude": [109.0], "latitude": [15.0], "name": ["P1"]})
    stay, out = screening.thinned(new, taken)
    assert len(stay) == 1
    assert out["reason"].tolist() == ["duplicate", "too_near"]
    assert out["by"].tolist() == ["108.000000,15.000000"] * 2
    _, out = screening.thinned(new, taken.assign(longitude=108.0, latitude=north(-20)))
    assert out["by"].tolist() == ["P1"] * 3


# ---------------------------------------------------------------- roads, hills, dense groups


def test_places_beside_a_road_are_tried_and_access_is_in_the_cost():
    """A village 1 km off the road: beside the road its people are served as well, for less."""
    road = shapely.LineString([(107.99, north(1000)), (108.01, north(1000))])
    ground = Ground(CRS, roads=Roads(np.array([road], object), np.array([True])))
    case = setting(demand([0], [500]), [0], positions=None, budget_vnd=4e9)
    found = propose(replace(case, ground=ground))
    row = found.proposals.iloc[0]
    assert (row["road_m"], row["route_m"]) == (pytest.approx(0, abs=0.5), 0)
    assert row[["grid_power_m", "fibre_m"]].isna().all()
    hole = found.candidates[found.candidates["source"] == "hole"].iloc[0]
    assert hole["road_m"] == pytest.approx(1000, rel=0.01)
    assert hole["cost_vnd"] - row["cost_vnd"] == pytest.approx(600_000 * 800, rel=0.02)
    assert (hole["reason"], row["reason"]) == ("dominated", "new_no_existing")


def hill_map(*hills):
    heights = np.full((100, 100), 20.0)
    for row, column, height in hills:
        heights[row, column] = height
    return Raster(heights, Grid(600_000, 1_660_000, 100.0, 100.0, (100, 100), CRS), "m")


def test_hilltops_stand_out_from_what_is_around_them():
    land = hill_map((20, 20, 120), (22, 20, 110), (70, 70, 45), (60, 10, 90))
    land.values[90, 90] = np.nan
    tops, rise = high_points.hilltops(land)
    x, y = geodesy.from_wgs84(*tops.T, CRS)
    cells = np.column_stack(((1_660_000 - y) // 100, (x - 600_000) // 100)).astype(int).tolist()
    assert cells == [[20, 20], [60, 10]]
    assert rise == pytest.approx([99, 69], abs=2)


def test_high_points_are_those_near_the_holes_that_rise_most():
    land = hill_map((20, 20, 120), (32, 20, 150), (20, 32, 90), (80, 80, 400))
    lon, lat = geodesy.to_wgs84(np.array([602_050.0]), np.array([1_657_950.0]), CRS)
    found = high_points.near(land, np.column_stack((lon, lat)), np.array([2000.0]))
    _, y = geodesy.from_wgs84(*found.T, CRS)
    assert np.round((1_660_000 - y) / 100 - 0.5).tolist() == [32, 20]
    assert high_points.near(land, np.zeros((0, 2)), np.zeros(0)).shape == (0, 2)


def test_high_points_are_candidates_where_terrain_is_given():
    lon, lat = geodesy.to_wgs84(np.array([602_050.0]), np.array([1_657_950.0]), CRS)
    points = replace(demand([0], [500]), longitude=lon, latitude=lat)
    ground = Ground(CRS, terrain=hill_map((32, 20, 150)))
    found = table(replace(setting(points, [0]), ground=ground))
    assert "high_point" in set(found["source"])
    assert "high_point" not in set(table(setting(points, [0]))["source"])


def test_dense_groups_hold_enough_people_and_are_the_same_every_time():
    rng = np.random.default_rng(3)
    lon = np.concatenate((rng.normal(108.0, 0.002, 40), rng.normal(108.2, 0.002, 40), [108.1]))
    lat = np.concatenate((rng.normal(15.0, 0.002, 80), [15.1]))
    order = np.lexsort((lat, lon))
    lon, lat, people = lon[order], lat[order], np.full(81, 20.0)
    radius = np.full(81, 3000.0)
    first, again = (clusters.dense_centres(lon, lat, people, radius, 150) for _ in range(2))
    assert np.array_equal(first, again)
    away = geodesy.distance_m(first[:, :1], first[:, 1:], [108.0, 108.2], [15.0, 15.0])
    assert (away.min(axis=0) < 500).all()
    assert (away.min(axis=1) < 1500).all()
    assert len(clusters.dense_centres(lon[:1], lat[:1], people[:1], radius[:1], 150)) == 0
