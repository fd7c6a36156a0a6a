"""Siting from today's service to the tables: candidates, gains, reasons, and what stays unknown."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoplan import geodesy
from geoplan.costs import read_catalogue
from geoplan.faults import ScenarioError
from geoplan.results import Demand
from geoplan.scenario.reader import parse_scenario
from geoplan.siting.clusters import cluster_centres
from geoplan.siting.propose import Setting, make_model, propose

OPERATORS = ("A", "B", "C")
RADIUS_M = 3000.0
DEGREE_M = 110_640.0
"""Metres in a degree of latitude near 15° north, roughly."""


def north(metres):
    return 15.0 + metres / DEGREE_M


def demand(metres, people, *, households=None, centre=None, hamlet=None):
    """Demand points on a meridian, at distances north of 15°."""
    n = len(metres)
    people = np.array(people, float)
    return Demand(
        longitude=np.full(n, 108.0),
        latitude=np.array([north(m) for m in metres]),
        hamlet=np.arange(n, dtype=np.int32) if hamlet is None else np.array(hamlet, np.int32),
        is_centre=np.ones(n, bool) if centre is None else np.array(centre, bool),
        weighs=np.ones(n, bool),
        share=np.ones(n),
        people=people,
        households=people / 4 if households is None else np.array(households, float),
    )


def positions(*rows):
    """Positions (id, metres north, operators with 4G) and their cells."""
    places = pd.DataFrame(
        {
            "position_id": [row[0] for row in rows],
            "longitude": 108.0,
            "latitude": [north(row[1]) for row in rows],
            "commune_code": "00001",
            "structure_ids": "",
        }
    ).astype({"longitude": float, "latitude": float, "position_id": "str"})
    cells = [(row[0], operator, "4G") for row in rows for operator in row[2]]
    return places, pd.DataFrame(cells, columns=["position_id", "operator", "technology"])


def structures(*rows):
    """Structures (id, metres north, share_offer, kind)."""
    return pd.DataFrame(
        {
            "structure_id": [row[0] for row in rows],
            "longitude": np.full(len(rows), 108.0),
            "latitude": [north(row[1]) for row in rows],
            "share_offer": [row[2] for row in rows],
            "kind": [row[3] for row in rows],
        }
    )


def setting(points, bits, *, at=(), hosts=(), inside=lambda lon, lat: lat > 0, **siting):
    places, cells = positions(*at)
    rules = {"technology": "4G", "positions": 5, "operators": list(OPERATORS), **siting}
    raw = {
        "schema": 1,
        "inputs": {"communes": "c", "hamlets": "h", "sites": ["s"]},
        "siting": {key: value for key, value in rules.items() if value is not None},
    }
    return Setting(
        scenario=parse_scenario(raw, Path("province")),
        operators=OPERATORS,
        demand=points,
        positions=places,
        cells=cells,
        structures=structures(*hosts),
        service_bits=lambda scale: np.array(bits, np.uint8),
        radius_of=lambda lon, lat: np.full(len(lon), RADIUS_M),
        commune_of=lambda lon, lat: np.where(inside(lon, lat), "00002", "").astype(object),
        catalogue=read_catalogue(),
    )


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


# ---------------------------------------------------------------- proposals


def test_a_hole_without_masts_gets_a_new_one_between_its_people():
    """Two villages 4 km apart: only a mast between them serves both."""
    row = only(propose(setting(demand([0, 4000], [400, 600]), [0, 0])).proposals)
    assert (row["kind"], row["reason"], row["existing_tried"]) == ("new", "new_no_existing", "")
    assert (row["gained_people"], row["gained_value"], row["cumulative_people"]) == (1000,) * 3
    assert (row["gained_households"], row["gained_hamlets"]) == (250, 2)
    assert (row["operators"], row["technology"], row["commune_code"]) == ("A;B;C", "4G", "00002")
    assert row[["road_m", "grid_power_m", "fibre_m", "existing_loss_people"]].isna().all()


def test_an_existing_position_opens_only_for_the_operators_that_lack_the_technology():
    found = propose(setting(demand([0], [500]), [0], at=[("P1", 2000, "B")]))
    row = only(found.proposals)
    assert (row["kind"], row["position_id"], row["operators"]) == ("existing", "P1", "A;C")
    assert row["reason"] == "existing_best"
    told = found.gains[["rank", "operator", "gained_people", "alone_people", "unique_people"]]
    assert told.values.tolist() == [[1, "A", 500.0, 500.0, 500.0], [1, "C", 500.0, 500.0, 500.0]]


def test_existing_goes_before_new_although_it_loses_a_tenth():
    points = demand([0, 4000], [100, 900])
    row = only(
        propose(setting(points, [0, 0], at=[("P1", 6000, "")], min_gain_people=150)).proposals
    )
    assert (row["kind"], row["position_id"], row["reason"]) == (
        "existing",
        "P1",
        "existing_preferred",
    )
    assert row["gained_people"] == 900


def test_a_new_build_says_which_existing_site_was_tried_and_what_it_would_lose():
    points = demand([0, 4000], [101, 899])
    row = only(propose(setting(points, [0, 0], at=[("P1", 6000, "")], positions=1)).proposals)
    assert (row["kind"], row["reason"], row["existing_tried"]) == (
        "new",
        "new_existing_loses",
        "P1",
    )
    assert (row["gained_people"], row["existing_loss_people"]) == (1000, 101)


def test_gains_are_marginal_and_ranks_are_greedy():
    points = demand([0, 10_000, 20_000], [300, 500, 400])
    found = propose(setting(points, [0, 0, 0]))
    assert found.proposals["rank"].tolist() == [1, 2, 3]
    assert found.proposals["gained_people"].tolist() == [500, 400, 300]
    assert found.proposals["cumulative_people"].tolist() == [500, 900, 1200]
    assert (found.siting["value"], found.siting["bound"], found.siting["gap"]) == (1200, 1200, 0)
    assert found.siting["people"] == 1200


def test_no_site_for_fewer_people_than_the_minimum():
    assert propose(setting(demand([0], [149]), [0])).proposals.empty
    assert len(propose(setting(demand([0], [150]), [0])).proposals) == 1


def test_partial_weight_wins_one_more_operator():
    points = demand([0], [1000])
    assert propose(setting(points, [1])).proposals.empty
    found = propose(setting(points, [1], weights={"total": 1.0, "partial": 0.5}))
    row = only(found.proposals)
    assert (row["gained_people"], row["gained_value"], row["gained_hamlets"]) == (0, 1000, 0)
    assert found.gains["gained_people"].tolist() == [0, 1000, 1000]


def test_served_by_an_operator_outside_the_plan_is_served():
    assert propose(setting(demand([0], [500]), [4], operators=["A", "B"])).proposals.empty


def test_unknown_people_weigh_nothing_and_are_no_zero():
    assert propose(setting(demand([0], [np.nan]), [0])).proposals.empty
    points = demand([0, 100], [500, np.nan], households=[np.nan, np.nan])
    row = only(propose(setting(points, [0, 0])).proposals)
    assert (row["gained_people"], row["gained_hamlets"]) == (500, 2)
    assert np.isnan(row["gained_households"])


def test_clusters_carry_people_and_centres_carry_hamlets():
    points = demand([0, 500], [0, 400], centre=[True, False], hamlet=[0, 0])
    row = only(propose(setting(points, [0, 0])).proposals)
    assert (row["gained_people"], row["gained_hamlets"]) == (400, 1)
    row = only(propose(setting(points, [2, 0])).proposals)
    assert (row["gained_people"], row["gained_hamlets"]) == (400, 0)


@pytest.mark.parametrize(
    ("points", "bits", "rules"),
    [
        (demand([], []), [], {}),
        (demand([0], [500]), [7], {}),
        (demand([0], [500]), [0], {"operators": []}),
        (demand([0], [500]), [0], {"positions": 0}),
        (demand([0], [500]), [0], {"weights": {"total": 0.0}}),
        (demand([0], [500]), [0], {"budget_vnd": 0}),
        (demand([0], [500]), [0], {"inside": lambda lon, lat: lat < 0}),
    ],
)
def test_where_nothing_can_be_won_the_tables_are_empty_and_whole(points, bits, rules):
    found = propose(setting(points, bits, **rules))
    assert found.proposals.empty
    assert found.gains.empty
    assert "existing_loss_people" in found.proposals
    assert (found.siting["value"], found.siting["gap"], found.siting["positions"]) == (0, 0, 0)
    told = {"no_operators", "nobody_to_win", "nothing_allowed", "nothing_wins_enough"}
    assert len(told & {fault.code for fault in found.warnings}) == 1


def test_plans_are_made_again_at_other_radii_and_without_existing_first():
    points = demand([0, 4000], [100, 900])
    found = propose(setting(points, [0, 0], at=[("P1", 6000, "")], positions=1)).siting
    assert (found["value"], found["existing"], found["new"]) == (900, 1, 0)
    free = found["without_existing_first"]
    assert (free["value"], free["bound"], free["existing"], free["new"]) == (1000, 1000, 0, 1)
    assert {"value", "positions", "people"} <= set(found["radius_80"])
    # At 80 % the villages are too far apart for one mast: 900 people, and P1 serves as many.
    assert (found["radius_80"]["value"], found["radius_80"]["existing"]) == (900, 1)
    assert found["radius_120"]["value"] == 1000 or found["radius_120"]["existing"] == 1


def test_todays_service_is_scaled_too():
    asked = []
    case = setting(demand([0], [500]), [0])
    propose(replace(case, service_bits=lambda scale: asked.append(scale) or np.zeros(1, np.uint8)))
    assert set(asked) == {0.8, 1.0, 1.1, 1.2} - ({1.1} if not len(case.holes) else set())


# ---------------------------------------------------------------- candidates


def candidates(case):
    return make_model(case).candidates


def test_a_position_where_all_have_the_technology_is_no_candidate():
    case = setting(demand([0], [500]), [0], at=[("P1", 2000, "ABC"), ("P2", 2500, "AB")])
    found = candidates(case)
    assert found.position_id[found.is_existing].tolist() == ["P2"]
    assert found.opened[found.is_existing].tolist() == [4]


def test_another_technology_at_a_position_does_not_count():
    case = setting(demand([0], [500]), [0], at=[("P1", 2000, "ABC")])
    case = replace(case, cells=case.cells.assign(technology="3G"))
    assert candidates(case).opened[0] == 7


def test_structures_not_offered_or_at_a_position_are_left_out_and_why():
    hosts = [
        ("S1", 1000, "yes", "mast"),
        ("S2", 1500, "no", "mast"),
        ("S3", 2010, "ask", "mast"),
        ("S4", 3100, "", "public_building"),
    ]
    points = demand([0, 6000], [500, 400])
    found = candidates(setting(points, [0, 0], at=[("P1", 2000, "ABC")], hosts=hosts))
    assert found.structure_id[found.is_existing].tolist() == ["S1", "S4"]
    assert found.structure_kind[found.is_existing].tolist() == ["mast", "public_building"]
    assert (found.opened == 7).all()
    left = found.dropped[found.dropped["source"] == "structure"]
    assert left[["structure_id", "reason", "by"]].to_numpy().tolist() == [
        ["S2", "not_offered", ""],
        ["S3", "at_position", "P1"],
    ]


def test_a_common_register_tells_the_position_of_a_structure():
    case = setting(
        demand([0], [500]), [0], at=[("P1", 2000, "ABC")], hosts=[("S1", 1000, "yes", "mast")]
    )
    case = replace(case, positions=case.positions.assign(structure_ids="S0;S1"))
    assert candidates(case).is_existing.tolist().count(True) == 1
    sharing = case.scenario.sharing.model_copy(update={"structure_ids": "common"})
    common = replace(case, scenario=case.scenario.model_copy(update={"sharing": sharing}))
    assert not candidates(common).is_existing.any()


def test_new_builds_stand_inside_communes_and_apart():
    rng = np.random.default_rng(3)
    metres = rng.uniform(0, 40_000, 400)
    case = setting(
        demand(metres, rng.uniform(1, 300, 400)),
        np.zeros(400),
        at=[("P1", 5000, "ABC")],
        inside=lambda lon, lat: lat < north(20_000),
    )
    found = candidates(case)
    assert len(found) > 20
    assert (found.latitude < north(20_000)).all()
    apart = geodesy.distance_m(
        found.longitude[:, None], found.latitude[:, None], found.longitude, found.latitude
    )
    assert apart[~np.eye(len(found), dtype=bool)].min() >= 99.9
    assert geodesy.distance_m(found.longitude, found.latitude, 108.0, north(5000)).min() >= 99.9


def test_order_of_the_rows_never_matters():
    rng = np.random.default_rng(5)
    n = 200
    metres, people = rng.uniform(0, 60_000, n), rng.uniform(1, 500, n)
    at = [(f"P{i}", float(m), "") for i, m in enumerate(rng.uniform(0, 30_000, 9))]
    hosts = [(f"S{i}", float(m), "yes", "mast") for i, m in enumerate(rng.uniform(0, 30_000, 5))]
    one = propose(setting(demand(metres, people), np.zeros(n), at=at, hosts=hosts))
    order = rng.permutation(n)
    other = propose(
        setting(demand(metres[order], people[order]), np.zeros(n), at=at[::-1], hosts=hosts[::-1])
    )
    pd.testing.assert_frame_equal(one.proposals.round(6), other.proposals.round(6))
    assert one.siting == other.siting
    assert {"existing", "new"} == set(one.proposals["kind"])


def test_clusters_are_the_same_from_run_to_run_and_near_people():
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(108, 108.3, 3000), rng.uniform(15, 15.3, 3000)
    radius = np.where(lon < 108.1, 1200.0, 3500.0)
    first, second = (cluster_centres(lon, lat, np.ones(3000), radius) for _ in range(2))
    assert np.array_equal(first, second)
    assert 100 < len(first) <= 6100
    assert first.min(axis=0).tolist() >= [108.0, 15.0]
    assert first.max(axis=0).tolist() <= [108.3, 15.3]


# ---------------------------------------------------------------- costs


def test_costs_are_marked_as_assumed_with_a_warning():
    found = propose(setting(demand([0], [500]), [0]))
    row = only(found.proposals)
    assert (row["cost_vnd"], row["cost_basis"]) == (3 * 400e6 + 350e6 + 650e6, "assumed")
    assert [fault.code for fault in found.warnings] == ["costs_assumed"]


def test_what_the_users_catalogue_lacks_is_blank():
    case = replace(setting(demand([0], [500]), [0]), catalogue=read_catalogue({}))
    found = propose(case)
    row = only(found.proposals)
    assert np.isnan(row["cost_vnd"])
    assert (row["cost_basis"], found.warnings) == ("", ())


def test_a_budget_limits_the_cost():
    points = demand([0, 10_000, 20_000], [300, 500, 400])
    case = setting(points, [0, 0, 0], positions=None, budget_vnd=2 * 2.2e9 + 1)
    found = propose(case)
    assert found.proposals["gained_people"].tolist() == [500, 400]
    assert found.siting["bound"] >= 900


def test_a_budget_with_costs_unknown_is_a_fault():
    case = setting(demand([0], [500]), [0], budget_vnd=1e9)
    with pytest.raises(ScenarioError) as error:
        propose(replace(case, catalogue=read_catalogue({}), costs_file="costs.toml"))
    assert [(fault.file, fault.column) for fault in error.value.faults] == [
        ("costs.toml", "equipment_per_operator"),
        ("costs.toml", "new_mast"),
        ("costs.toml", "new_site"),
    ]
