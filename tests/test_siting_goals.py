"""Priorities, targets, floors, operators' budgets and years: each plan recounted by hand."""

from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoplan import geodesy
from geoplan.costs.splitting import shapley, split_site
from geoplan.faults import ScenarioError
from geoplan.scenario.reader import parse_scenario
from geoplan.siting.propose import make_model, propose
from geoplan.siting.wanted import Standing
from tests.test_siting_propose import OPERATORS, RADIUS_M, demand, only, setting


def standing(points, bits, communes):
    """Where things stand, by a plain count."""
    rows = []
    for name, mask in [("", 7), *((name, 1 << k) for k, name in enumerate(OPERATORS))]:
        for code in ["", *sorted(set(communes))]:
            here = np.array([code in ("", one) for one in communes])
            served = points.people[here & ((np.array(bits) & mask) != 0)].sum()
            rows.append((name, code, points.people[here].sum(), served))
    frame = pd.DataFrame(rows, columns=["operator", "commune_code", "people", "served"])
    return Standing(frame, np.array(communes, object))


def case(metres, people, bits, communes=None, **siting):
    points = demand(metres, people)
    made = setting(points, bits, **{"min_gain_people": 0, **siting})
    codes = communes or ["00002"] * len(metres)
    return replace(made, standing=standing(points, bits, codes))


def served_after(made, proposals):
    """Operators that serve each point after a plan, recounted from the table alone."""
    bits = made.service_bits(1.0).copy()
    for row in proposals.itertuples():
        away = geodesy.distance_m(
            row.longitude, row.latitude, made.demand.longitude, made.demand.latitude
        )
        opened = sum(1 << OPERATORS.index(name) for name in row.operators.split(";"))
        bits[away <= RADIUS_M] |= np.uint8(opened)
    return bits


VILLAGES = [0, 20_000, 40_000, 60_000]
"""Too far apart for one mast to serve two of them."""


# ---------------------------------------------------------------- targets


def test_a_target_is_reached_with_the_fewest_sites_and_proved():
    made = case(
        VILLAGES,
        [500, 400, 300, 200],
        [0] * 4,
        priority="cheapest",
        minimise="positions",
        targets=[{"share": 0.6}],
    )
    found = propose(made)
    assert found.proposals["gained_people"].tolist() == [500, 400]
    assert (found.siting["value"], found.siting["bound"], found.siting["gap"]) == (2, 2, 0)
    need = found.siting["needs"][0]
    assert (need["needed_people"], need["gained_people"], need["short_people"]) == (840, 900, 0)


def test_a_target_of_one_operator_opens_existing_positions_for_it():
    made = setting(
        demand(VILLAGES, [500, 400, 300, 200]),
        [1, 1, 1, 1],
        at=[(f"P{k}", metres, "A") for k, metres in enumerate(VILLAGES)],
        priority="cheapest",
        targets=[{"operator": "B", "share": 0.5}],
    )
    made = replace(made, standing=standing(made.demand, [1] * 4, ["00002"] * 4))
    found = propose(made)
    after = served_after(made, found.proposals)
    assert made.demand.people[(after & 2) != 0].sum() >= 700
    assert len(found.proposals) == 2
    assert set(found.proposals["kind"]) == {"existing"}


def test_a_target_of_a_commune_goes_before_more_people_elsewhere():
    rules = {"positions": 1, "targets": [{"commune": "00009", "share": 1.0}]}
    made = case([0, 20_000], [500, 400], [0, 0], ["00002", "00009"], **rules)
    assert only(propose(made).proposals)["gained_people"] == 400
    plain = case([0, 20_000], [500, 400], [0, 0], ["00002", "00009"], positions=1)
    assert only(propose(plain).proposals)["gained_people"] == 500


def test_a_target_beyond_the_limit_names_it_and_what_would_do():
    made = case(
        VILLAGES,
        [500, 400, 300, 200],
        [0] * 4,
        priority="cheapest",
        minimise="positions",
        positions=2,
        targets=[{"share": 0.8}],
    )
    found = propose(made)
    told = next(fault for fault in found.warnings if fault.code == "targets_over_limit")
    assert (told.column, told.value) == ("siting.positions", "2")
    assert (told.params["least"], told.params["enough"]) == ("3", "3")
    # The nearest that two sites allow.
    assert found.proposals["gained_people"].tolist() == [500, 400]
    assert found.siting["needs"][0]["short_people"] == pytest.approx(220)


def test_a_target_that_no_plan_reaches_says_how_far_all_candidates_go():
    made = case(
        [0, 20_000],
        [500, 400],
        [0, 0],
        inside=lambda lon, lat: lat < 15.1,
        targets=[{"share": 0.9}],
    )
    found = propose(made)
    told = next(fault for fault in found.warnings if fault.code == "target_out_of_reach")
    assert (told.params["needed"], told.params["most"]) == ("810", "500")


def test_a_target_that_holds_today_asks_for_nothing():
    made = case([0, 20_000], [500, 400], [7, 0], targets=[{"share": 0.5}], priority="cheapest")
    found = propose(made)
    assert found.proposals.empty
    assert found.siting["needs"] == []


# ---------------------------------------------------------------- priorities


def test_no_commune_is_left_behind_although_fewer_people_gain():
    metres, people = [0, 20_000, 40_000], [900, 800, 100]
    communes = ["00001", "00001", "00009"]
    rules = {"positions": 2, "priority": "no_commune_left", "need_worth": 20}
    found = propose(case(metres, people, [0] * 3, communes, **rules, commune_floor=0.5))
    assert sorted(found.proposals["gained_people"]) == [100, 900]
    ways = found.more["siting_priorities"].set_index("priority")
    assert ways.loc["people", "gained_people"] == 1700
    assert ways.loc["people", "lowest_commune_code"] == "00009"
    assert ways.loc["people", "communes_below_floor"] == 1
    assert ways.loc["no_commune_left", "communes_below_floor"] == 0
    assert ways.loc["no_commune_left", "lowest_commune_share"] == pytest.approx(900 / 1700)
    assert ways["chosen"].to_dict() == {
        "people": "no",
        "no_commune_left": "yes",
        "cheapest": "no",
    }


def test_the_cheapest_plan_wins_its_share_and_no_plan_of_less_money_does():
    made = case(VILLAGES, [500, 400, 300, 40], [0] * 4, priority="cheapest", cheapest_share=0.9)
    found = propose(made)
    ways = found.more["siting_priorities"].set_index("priority")
    assert found.proposals["gained_people"].tolist() == [500, 400, 300]
    assert ways.loc["cheapest", "cost_vnd"] < ways.loc["people", "cost_vnd"]
    assert found.siting["value"] == ways.loc["cheapest", "cost_vnd"] == found.siting["bound"]


def test_every_objective_keeps_to_its_side_of_the_bound():
    rng = np.random.default_rng(8)
    metres, people = rng.uniform(0, 60_000, 40), rng.integers(20, 500, 40)
    communes = [f"0000{int(one // 12_000)}" for one in metres]
    for priority in ("people", "no_commune_left", "cheapest"):
        made = case(metres, people, [0] * 40, communes, priority=priority, positions=4)
        ways = propose(made).more["siting_priorities"].set_index("priority")
        assert (ways["objective"] <= ways["bound"] + 1e-6)[["people", "no_commune_left"]].all()
        assert ways.loc["cheapest", "objective"] >= ways.loc["cheapest", "bound"]
        assert ways.loc["people", "gained_people"] == ways["gained_people"].max()
        fewest = ways["people_below_floor"].min()
        assert ways.loc["no_commune_left", "people_below_floor"] == fewest


# ---------------------------------------------------------------- operators' budgets


def test_operators_join_only_what_their_own_money_pays_for():
    site = 2.6e9 / 4
    made = case(
        VILLAGES,
        [500, 400, 300, 200],
        [0] * 4,
        positions=None,
        operator_budgets_vnd={"A": 3 * site, "B": 2 * site, "C": 2 * site},
    )
    model = make_model(made)
    found = propose(made)
    spent = dict.fromkeys(OPERATORS, 0.0)
    for row in found.proposals.itertuples():
        tenants = row.operators.split(";")
        assert len(tenants) >= 2
        for name in tenants:
            spent[name] += row.cost_vnd / len(tenants)
    for name, most in made.scenario.siting.operator_budgets_vnd.items():
        assert spent[name] <= most * (1 + 1e-9)
    assert found.siting["gap"] == 0
    sites = model.site_of[model.candidates.opened == 7]
    assert len(set(sites.tolist())) == len(model.sites)
    assert not found.proposals.duplicated(["longitude", "latitude"]).any()


def test_an_operator_alone_may_open_an_existing_position_but_no_new_mast():
    made = setting(
        demand([0], [500]),
        [0],
        at=[("P1", 0, "BC")],
        positions=None,
        operator_budgets_vnd={"A": 1e9, "B": 0, "C": 0},
    )
    assert only(propose(made).proposals)["operators"] == "A"
    bare = case([0], [500], [0], positions=None, operator_budgets_vnd={"A": 1e10, "B": 0, "C": 0})
    assert propose(bare).proposals.empty


# ---------------------------------------------------------------- years


def test_sites_of_the_first_years_are_the_best_and_everybody_is_named_then():
    made = case(
        VILLAGES,
        [500, 400, 300, 200],
        [0] * 4,
        positions=None,
        years=[{"year": 2026, "positions": 1}, {"year": 2027, "positions": 2}],
    )
    found = propose(made)
    assert found.proposals["year"].tolist() == [2026, 2027, 2027]
    assert found.proposals["gained_people"].tolist() == [500, 400, 300]
    assert (found.proposals["operators"] == "A;B;C").all()
    years = found.more["siting_years"]
    assert years["cumulative_value"].tolist() == [500, 1200]
    assert years["bound"].tolist() == [500, 1200]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (
            {"years": [{"year": 2027, "positions": 1}, {"year": 2026, "positions": 1}]},
            "years_unclear",
        ),
        ({"years": [{"year": 2026}]}, "years_unclear"),
        ({"years": [{"year": 2026, "positions": 1}], "positions": 4}, "years_and_total"),
        ({"targets": [{"share": 0.5}, {"share": 0.6}]}, "targets_twice"),
        ({"targets": [{"share": 1.5}]}, "above_limit"),
        ({"priority": "fastest"}, "not_a_choice"),
    ],
)
def test_wishes_that_contradict_each_other_are_faults(rules, code):
    raw = {
        "schema": 1,
        "inputs": {"communes": "c", "hamlets": "h", "sites": ["s"]},
        "siting": rules,
    }
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(raw, Path("province"))
    assert code in {fault.code for fault in caught.value.faults}


# ---------------------------------------------------------------- accounts


def test_alone_and_unique_gains_are_what_a_recount_finds():
    rng = np.random.default_rng(4)
    metres, people = rng.uniform(0, 25_000, 60), rng.integers(1, 300, 60)
    bits = rng.integers(0, 4, 60)
    made = case(metres, people, bits, weights={"total": 1.0, "partial": 0.5}, positions=5)
    found = propose(made)
    plan, before = found.proposals, made.service_bits(1.0)
    after = served_after(made, plan)
    weight = made.demand.people
    for row in plan.itertuples():
        alone = served_after(made, plan[plan["rank"] == row.rank])
        without = served_after(made, plan[plan["rank"] != row.rank])
        assert row.alone_people == weight[(before == 0) & (alone != 0)].sum()
        assert row.unique_people == weight[(without == 0) & (after != 0)].sum()
        for gain in found.gains[found.gains["rank"] == row.rank].itertuples():
            flag = 1 << OPERATORS.index(gain.operator)
            assert gain.alone_people == weight[((before & flag) == 0) & ((alone & flag) != 0)].sum()
            lost = ((without & flag) == 0) & ((after & flag) != 0)
            assert gain.unique_people == weight[lost].sum()
    people_served = weight[(before == 0) & (after != 0)].sum()
    assert plan["cumulative_people"].iloc[-1] == pytest.approx(people_served)


def test_rivals_are_the_best_that_were_left_out_and_never_better_under_the_limit():
    rng = np.random.default_rng(14)
    metres, people = rng.uniform(0, 25_000, 60), rng.integers(1, 300, 60)
    found = propose(case(metres, people, [0] * 60, positions=2))
    rivals = found.more["rivals"]
    assert len(rivals)
    assert (rivals.groupby("rank").size() <= 3).all()
    for _, mine in rivals.groupby("rank"):
        assert mine["gained_value"].is_monotonic_decreasing
    less = rivals[rivals["reason"] == "wins_less"]
    assert (less["lost_value"] > 0).all()


def test_names_of_operators_change_nothing_else():
    rng = np.random.default_rng(21)
    metres, people = rng.uniform(0, 40_000, 50), rng.integers(1, 300, 50)
    bits = rng.integers(0, 8, 50).astype(np.uint8)
    at = [(f"P{k}", float(m), "AB") for k, m in enumerate(rng.uniform(0, 40_000, 6))]
    rules = {"at": at, "positions": 4, "weights": {"total": 1.0, "partial": 0.3}}
    one = propose(setting(demand(metres, people), bits, **rules))
    # A and C change their names, and with them everything that is theirs.
    swapped = (bits & 2) | (bits >> 2 & 1) | ((bits & 1) << 2)
    at = [(name, m, "CB") for name, m, _ in at]
    other = propose(setting(demand(metres, people), swapped, **{**rules, "at": at}))
    same = ["rank", "kind", "position_id", "longitude", "latitude", "gained_people", "gained_value"]
    pd.testing.assert_frame_equal(one.proposals[same], other.proposals[same])
    assert one.siting == other.siting
    renamed = {"A": "C", "B": "B", "C": "A"}
    gains = other.gains.assign(operator=other.gains["operator"].map(renamed))
    gains = gains.sort_values(["rank", "operator"], ignore_index=True)
    first = one.gains.sort_values(["rank", "operator"], ignore_index=True)
    pd.testing.assert_frame_equal(first, gains, check_dtype=False)


# ---------------------------------------------------------------- holes


def test_holes_are_sorted_by_what_cures_them():
    metres = [0, 20_000, 40_000]
    made = case(
        metres,
        [900, 300, 50],
        [0, 0, 0],
        positions=1,
        min_gain_people=100,
        inside=lambda lon, lat: lat < 15.25,
    )
    holes = pd.DataFrame(
        {
            "hole_id": ["T1", "T2", "T3"],
            "commune_code": "00002",
            "longitude": 108.0,
            "latitude": made.demand.latitude,
            "people": [900.0, 300.0, 50.0],
            "hamlets": 1,
        }
    )
    cures = propose(replace(made, holes=holes)).more["hole_cures"].set_index("hole_id")
    assert cures["verdict"].tolist() == ["proposed", "candidate", "satellite"]
    assert cures["planned_people"].tolist() == [900, 0, 0]
    grown = replace(
        made,
        holes=holes,
        service_bits=lambda scale: np.array([0, 7 if scale == 1.1 else 0, 0], np.uint8),
    )
    again = propose(grown).more["hole_cures"].set_index("hole_id")
    assert again.loc["T2", "verdict"] == "near_threshold"
    assert again.loc["T2", "people_110"] == 300


# ---------------------------------------------------------------- splitting costs


def test_the_shapley_value_is_the_mean_over_every_order_of_coming():
    groups = [group for size in (1, 2, 3) for group in combinations(range(3), size)]
    cost = {frozenset(group): sum(group) ** 1.5 + 3 * len(group) for group in groups}
    total = [0.0] * 3
    for order in permutations(range(3)):
        for place, tenant in enumerate(order):
            before = frozenset(order[:place])
            total[tenant] += cost[before | {tenant}] - (cost[before] if before else 0.0)
    assert shapley(cost.__getitem__, 3) == pytest.approx([one / 6 for one in total])


def test_who_stands_there_already_pays_for_no_new_place():
    assert split_site(400, 60, (True, False)) == pytest.approx((460, 400))
    assert split_site(400, 60, (True, True)) == pytest.approx((430, 430))
    assert split_site(400, 60, (False, False)) == pytest.approx((430, 430))
    assert sum(split_site(400, 1800, (True, True, False, True))) == pytest.approx(3400)
