"""Masts that could be one, beside brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from geoplan import geodesy
from geoplan.costs import read_catalogue
from geoplan.sharing.potential import planned_pairs, saved_vnd, sharing_potential

OPERATORS = ("Viettel", "VNPT", "MobiFone")


def masts(size: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    several = random.integers(1, 3, size)
    who = [";".join(random.permutation(OPERATORS)[:n]) for n in several]
    return pd.DataFrame(
        {
            "position_id": [f"P{i:03d}" for i in range(size)],
            "longitude": 108.0 + random.random(size) * 0.05,
            "latitude": 15.0 + random.random(size) * 0.05,
            "operators": who,
            "n_operators": several,
            "height_m": random.choice([20.0, 40.0, 55.0], size),
            "owner": "",
            "within_m": random.choice([300.0, 1000.0], size),
        }
    )


def plans(size: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "operator": random.choice(OPERATORS, size),
            "site_id": [f"K{i:02d}" for i in range(size)],
            "longitude": 108.0 + random.random(size) * 0.09,
            "latitude": 15.0 + random.random(size) * 0.09,
            "year": random.choice([2026.0, 2027.0, np.nan], size),
            "height_m": 40.0,
            "within_m": random.choice([300.0, 1000.0], size),
        }
    )


def apart(a: dict[Any, Any], b: dict[Any, Any]) -> float:
    places = (a["longitude"], a["latitude"], b["longitude"], b["latitude"])
    return round(float(geodesy.distance_m(*places)), 3)


def test_every_pair_of_masts_without_a_common_operator_is_found() -> None:
    frame = masts(150, 1)
    rows = frame.to_dict("records")
    expected = {
        frozenset((a["position_id"], b["position_id"]))
        for i, a in enumerate(rows)
        for b in rows[:i]
        if not set(a["operators"].split(";")) & set(b["operators"].split(";"))
        and apart(a, b) <= min(a["within_m"], b["within_m"])
    }
    found = sharing_potential(frame, read_catalogue())
    pairs = zip(found["keep_position_id"], found["move_position_id"], strict=True)
    assert {frozenset(pair) for pair in pairs} == expected
    assert len(found) == len(expected) > 20
    assert found["saved_vnd"].is_monotonic_decreasing
    assert set(found["cost_basis"]) == {"assumed"}


def test_the_order_of_rows_changes_nothing() -> None:
    frame = masts(80, 2)
    turned = frame.iloc[::-1].reset_index(drop=True)
    costs = read_catalogue()
    pd.testing.assert_frame_equal(sharing_potential(frame, costs), sharing_potential(turned, costs))


def test_the_mast_with_more_operators_stays() -> None:
    frame = masts(2, 3).assign(
        longitude=108.0,
        latitude=[15.0, 15.001],
        operators=["Viettel", "MobiFone;VNPT"],
        n_operators=[1, 2],
        within_m=300.0,
        owner=["", "Tower"],
    )
    row = sharing_potential(frame, read_catalogue()).iloc[0]
    assert (row["keep_position_id"], row["who_asks"], row["whom"]) == ("P001", "Viettel", "Tower")


def test_every_partner_of_a_planned_site_is_found() -> None:
    plan, frame = plans(60, 4), masts(60, 5)
    expected = set()
    for a in plan.to_dict("records"):
        mine = {
            (a["site_id"], "go_onto", b["position_id"])
            for b in frame.to_dict("records")
            if apart(a, b) <= a["within_m"]
        } | {
            (a["site_id"], "build_together", f"{b['operator']}:{b['site_id']}")
            for b in plan.to_dict("records")
            if a["operator"] != b["operator"]
            and apart(a, b) <= min(a["within_m"], b["within_m"])
        }  # fmt: skip
        expected |= mine or {(a["site_id"], "none", "")}
    found = planned_pairs(plan, frame, read_catalogue())
    rows = list(zip(found["site_id"], found["advice"], found["partner_id"], strict=True))
    assert set(rows) == expected
    assert len(rows) == len(expected)
    assert set(found["advice"]) == {"none", "go_onto", "build_together"}


def test_two_that_build_together_save_one_mast_between_them() -> None:
    plan = plans(2, 6).assign(
        operator=["VNPT", "Viettel"], longitude=108.0, latitude=15.0, within_m=300.0
    )
    found = planned_pairs(plan, masts(0, 1), read_catalogue())
    assert found["advice"].tolist() == ["build_together"] * 2
    one = saved_vnd(read_catalogue(), np.array([40.0]), together=True)[0]
    assert found["saved_vnd"].sum() == pytest.approx(one)


def test_nothing_planned_and_no_mast_give_empty_tables() -> None:
    costs = read_catalogue()
    assert planned_pairs(plans(0, 1), masts(3, 1), costs).empty
    assert sharing_potential(masts(0, 1), costs).empty


def test_what_is_saved_once_adds_up_without_using_a_mast_twice() -> None:
    found = sharing_potential(masts(150, 2), read_catalogue())
    used: set[str] = set()
    for row in found.to_dict("records"):
        pair = {row["keep_position_id"], row["move_position_id"]}
        counts = not used & pair
        assert row["saved_once_vnd"] == (row["saved_vnd"] if counts else 0.0)
        used |= pair if counts else set()
    assert 0 < found["saved_once_vnd"].sum() < found["saved_vnd"].sum()
