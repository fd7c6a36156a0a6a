"""What the sharing ledger shows beside positions: near pairs, conflicts, owners, years."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from io_case import write_province

from geoplan import geodesy, planner, tables
from geoplan.common_masts import HOLE_WITHIN_M, free_masts
from geoplan.report.tables import write_table
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario, parse_scenario

M = 1 / 107_550
"""One metre along a parallel at 15° N, in degrees; exact enough for metres."""
HEADER = (
    "site_id,operator,technology,longitude,latitude,structure_id,structure_owner,"
    "structure_height_m,built_date,on_air_date,off_air_date,status\n"
)


def site(name: str, who: str, east_m: float, more: str = ",,,,2020-01-01,,") -> str:
    return f"{name},{who},4G,{108.05 + east_m * M:.8f},15.05,{more}\n"


class Case:
    """The tiny province with a list of one's own."""

    def __init__(self, folder: Path, sites: str, **inputs: str) -> None:
        write_province(folder)
        (folder / "sites.csv").write_text(HEADER + sites, "utf-8")
        self.folder, self.more = folder, dict(inputs)

    def scenario(self, **sharing: object) -> Scenario:
        names = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
        inputs = {**names, **self.more, "max_rejected_share": 1.0}
        raw = {"schema": 1, "as_of": "2025-06-30", "inputs": inputs, "sharing": sharing}
        return parse_scenario(raw, self.folder)

    def assessed(self, **sharing: object) -> tuple[Inputs, Baseline]:
        scenario = self.scenario(**sharing)
        inputs = planner.read_everything(scenario)
        return inputs, planner.assess(inputs, scenario)

    def table(self, name: str, **sharing: object) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(self.assessed(**sharing)[1].sharing, name)
        return frame


NEAR = (
    site("A", "Viettel", 0)
    + site("B", "VNPT", 20)
    + site("C", "MobiFone", 57)  # 37 m from B
    + site("D", "VNPT", 500, "T1,,,,2020-01-01,,")
    + site("E", "VNPT", 525, "T2,,,,2020-01-01,,")
    + site("", "Viettel", 545)
    + site("G", "Viettel", 900)
    + site("H", "VNPT", 1500)
    + site("I", "Viettel", 1505)
)


def pairs(frame: pd.DataFrame) -> dict[str, tuple[bool, str]]:
    names = frame["site_id_a"] + "-" + frame["site_id_b"]
    return dict(zip(names, zip(frame["joined"], frame["decided_by"], strict=True), strict=True))


def test_pairs_half_to_twice_the_merge_distance_apart_are_listed(tmp_path: Path) -> None:
    case = Case(tmp_path, NEAR)
    place = f"@{108.05 + 545 * M:.6f},15.050000"
    assert pairs(case.table("near_pairs")) == {
        "B-A": (True, "distance"),
        "C-A": (False, "distance"),
        "C-B": (False, "distance"),
        "D-E": (False, "declared"),
        f"D-{place}": (False, "distance"),
        f"E-{place}": (True, "distance"),
    }


def test_near_pairs_are_those_of_brute_force(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    who = random.choice(["Viettel", "VNPT", "MobiFone"], 60)
    east = np.sort(random.random(60) * 900)
    case = Case(tmp_path, "".join(site(f"S{i}", who[i], east[i]) for i in range(60)))
    inputs, baseline = case.assessed(merge_distance_m=20.0)
    assert baseline.sharing is not None
    cells = inputs.sites
    expected = set()
    for one, other in itertools.combinations(range(len(cells)), 2):
        a, b = cells.iloc[one], cells.iloc[other]
        apart = geodesy.distance_m(a.longitude, a.latitude, b.longitude, b.latitude)
        if 10 <= round(float(apart), 3) <= 40:
            expected.add(frozenset((a.site_id, b.site_id)))
    listed = baseline.sharing.near_pairs
    found = [frozenset(pair) for pair in zip(listed["site_id_a"], listed["site_id_b"], strict=True)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    position = {
        member: row
        for row, names in enumerate(baseline.positions["members"])
        for member in names.split(";")
    }
    for row in listed.to_dict("records"):
        a, b = (f"{row[f'operator_{side}']}:{row[f'site_id_{side}']}" for side in "ab")
        assert row["joined"] == (position[a] == position[b])


def test_near_pairs_filled_in_are_a_review_and_keep_every_decision(tmp_path: Path) -> None:
    case = Case(tmp_path, NEAR + site("P", "VNPT", 950, ",,,,2027-01-01,,planned"))
    path = tmp_path / "near_pairs.csv"
    write_table(case.table("near_pairs"), tables.NEAR_PAIRS_OUT, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if (row["site_id_a"], row["site_id_b"]) == ("C", "B"):
            row.update(decision="cùng vị trí", who="Lan", when="2025-06-01", note="một cột")
        if row["site_id_a"] == "E":  # with the site without a number
            row.update(decision="khác vị trí", who="Hùng")
    far = {"operator_a": "Viettel", "site_id_a": "G", "operator_b": "Viettel", "site_id_b": "A"}
    rows.append(rows[0] | dict.fromkeys(rows[0], "") | far | {"decision": "same"})
    rows.append(rows[-1] | {"operator_a": "VNPT", "site_id_a": "P"})  # not on air yet
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    case.more["position_review"] = "near_pairs.csv"
    inputs, baseline = case.assessed()
    assert not inputs.refused
    assert baseline.sharing is not None
    again = baseline.sharing.near_pairs
    told = pairs(again)
    assert told["C-B"] == (True, "reviewed")
    assert told["C-A"] == (True, "distance")  # B and C are one now, and B is near A
    assert told["A-G"] == (True, "reviewed")
    decided = again[again["decision"] != ""]
    assert sorted(decided["site_id_a"]) == ["A", "C", "E", "P"]
    assert decided.set_index("site_id_a").loc["C", ["who", "note"]].tolist() == ["Lan", "một cột"]
    write_table(again, tables.NEAR_PAIRS_OUT, path)  # as it was written, it decides the same
    pd.testing.assert_frame_equal(case.table("near_pairs"), again)


CLASH = (
    site("A", "Viettel", 0, "T1,VTCI,30,2015-01-01,2016-01-01,,")
    + site("B", "VNPT", 5, "T1,VNPT,42,2012-01-01,2020-01-01,,")
    + site("C", "MobiFone", 6, "T1,vtci,42,,2021-01-01,,")
    + site("D", "VNPT", 900, "T9,VNPT,30,,2020-01-01,,")
    + site("E", "Viettel", 1800, ",,,,2020-01-01,,")
)


def test_values_declared_against_each_other_are_told_with_the_one_that_decides(
    tmp_path: Path,
) -> None:
    found = Case(tmp_path, CLASH).table("structure_conflicts", structure_ids="common")
    assert set(found["position_id"]) == {"T1"}
    told = [
        tuple(row)
        for row in found[["attribute", "value", "declared_by", "decides"]].to_numpy(object)
    ]
    assert told == [
        ("built_date", "2012-01-01", "VNPT", True),
        ("built_date", "2015-01-01", "Viettel", False),
        ("structure_height_m", "30.0", "Viettel", False),
        ("structure_height_m", "42.0", "MobiFone;VNPT", True),
        ("structure_owner", "VNPT", "VNPT", True),
        ("structure_owner", "VTCI", "Viettel", True),
        ("structure_owner", "vtci", "MobiFone", True),
    ]


def test_owners_are_counted_with_their_tenants(tmp_path: Path) -> None:
    found = Case(tmp_path, CLASH).table("owners", structure_ids="common")
    names = ["owner", "owner_kind", "positions", "shared_positions", "tenants"]
    assert [tuple(row) for row in found[names].to_numpy(object)] == [
        ("", "unnamed", 1, 0, ""),
        ("VNPT", "operator", 2, 1, "Viettel;MobiFone"),
        ("VTCI", "other", 1, 1, "Viettel;VNPT;MobiFone"),
    ]
    assert found["tenancies"].tolist() == [pd.NA, 2, 3]


def test_structures_with_room_name_who_is_missing_and_whom_they_would_serve(
    tmp_path: Path,
) -> None:
    east = [f"{108.05 + metres * M:.8f}" for metres in (200, 900, 3_000)]
    case = Case(tmp_path, site("A", "Viettel", 0) + site("B", "VNPT", 1_500), structures="s.csv")
    (tmp_path / "s.csv").write_text(
        "structure_id,longitude,latitude,owner,kind,free_load_kg,share_offer\n"
        f"K1,{east[0]},15.05,EVN,power_mast,120,\nK2,{east[1]},15.05,UBND,,,ask\n"
        f"K3,{east[2]},15.05,EVN,,,no\nK4,{east[2]},15.05,EVN,,,\n",
        "utf-8",
    )
    scenario = case.scenario()
    inputs = planner.read_everything(scenario)
    baseline = planner.assess(inputs, scenario)
    hole = {"hole_id": "X", "kind": "total", "technology": "4G", "longitude": 108.05, "people": 70}
    holes = pd.DataFrame(
        [
            hole | {"latitude": 15.05 + 2_800 / 110_600},
            hole | {"latitude": 15.05 + 3_300 / 110_600},
            hole | {"latitude": 15.05, "kind": "partial"},
            hole | {"latitude": 15.05, "technology": "5G"},
        ]
    )
    baseline = Baseline(**{**vars(baseline), "holes": holes})
    found = free_masts(inputs, baseline, scenario).set_index("structure_id")
    assert HOLE_WITHIN_M == 3_000
    assert found["operators_missing"].to_dict() == {"K1": "VNPT", "K2": ""}
    assert found["hole_people"].to_dict() == {"K1": 70, "K2": 70}


GROWTH = (
    site("A", "Viettel", 0, ",VTCI,,2015-01-01,2018-03-01,,")
    + site("B", "VNPT", 5, ",VTCI,,,2020-05-01,,")
    + site("C", "MobiFone", 900, ",,,,,,")
    + site("D", "VNPT", 905, ",VNPT,,,2024-02-01,,")
    + site("E", "Viettel", 1800, ",,,,2019-01-01,2022-01-01,")
    + site("F", "Viettel", 2700, ",,,,2025-09-01,,")  # after as_of
    + site("G", "MobiFone", 2, ",VTCI,,,2025-01-15,,")
    + site("H", "MobiFone", 3600, ",,,,2025-02-15,,")
)
_SAME = {
    "positions": "POSITIONS",
    "shared_positions": "SHARED_POSITIONS",
    "tenancy": "TENANCY",
    "new_stations": "NEW_STATIONS",
    "share_new": "SHARE_NEW",
    "share_new_strict": "SHARE_NEW_STRICT",
    "new_installations": "NEW_INSTALLATIONS",
    "share_new_join": "SHARE_NEW_JOIN",
}


def test_the_last_year_is_what_the_run_says(tmp_path: Path) -> None:
    _, baseline = Case(tmp_path, GROWTH).assessed()
    assert baseline.sharing is not None
    years = baseline.sharing.sharing_years
    last = years[years["year"] == 2025].set_index("operator")
    rows = baseline.indicators
    rows = rows[(rows["level"] == "province") & (rows["technology"] == "")]
    known = rows.set_index(["indicator", "operator"])["value"].to_dict()
    assert set(last.index) == {"", "Viettel", "VNPT", "MobiFone"}
    for who, row in last.iterrows():
        names = _SAME | {"share_pos": "SHARE_POS_OP" if who else "SHARE_POS"}
        for column, indicator in names.items():
            if column == "tenancy" and who:
                assert np.isnan(row[column])
            else:
                expected = known[(indicator, who)]
                assert float(row[column]) == pytest.approx(expected, nan_ok=True), (column, who)


def test_each_year_end_counts_what_was_on_air_then(tmp_path: Path) -> None:
    years = Case(tmp_path, GROWTH).table("sharing_years")
    all_ = years[years["operator"] == ""]
    assert all_["year"].tolist() == list(range(2018, 2026))
    assert all_["as_of"].dt.strftime("%m-%d").tolist() == ["12-31"] * 7 + ["06-30"]
    # C has no date and stands from the start; E goes in 2022; D joins C, G joins A.
    assert all_["positions"].tolist() == [2, 3, 3, 3, 2, 2, 2, 3]
    assert all_["shared_positions"].tolist() == [0, 0, 1, 1, 1, 1, 2, 2]
    assert all_["new_stations"].tolist() == [1, 1, 1, 0, 0, 0, 1, 2]
    assert all_["undated_stations"].tolist() == [1] * 8


def test_a_decision_holds_in_every_year(tmp_path: Path) -> None:
    case = Case(tmp_path, GROWTH, position_review="review.csv")
    (tmp_path / "review.csv").write_text(
        "operator_a,site_id_a,operator_b,site_id_b,decision\nVNPT,B,Viettel,A,different\n", "utf-8"
    )
    years = case.table("sharing_years")
    all_ = years[years["operator"] == ""].set_index("year")["shared_positions"]
    assert all_.loc[2020] == 0
