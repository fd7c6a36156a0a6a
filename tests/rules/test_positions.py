"""Positions: declared ids first, then the smallest largest distance; chains never form."""

from __future__ import annotations

import numpy as np
import pytest
from build import ORIGIN, Row, at, figure, groups, off, ratio, run, site

from geoplan.results import Baseline

COMMON = {"structure_ids": "common"}
OWN = {"structure_ids": "own"}


def _masts(*sites: Row, **sharing: object) -> Baseline:
    return run(sites=sites, sharing=sharing)


def _sets(*names: str) -> set[frozenset[str]]:
    """Read "A:1 B:1" as the members of one position."""
    return {frozenset(name.split()) for name in names}


def test_a_chain_of_three_is_never_one_position() -> None:
    """A–B 20 m, B–C 19 m, A–C 39 m: B joins the nearer, C, and A stays alone."""
    base = _masts(
        site("Viettel", "A", at(0)), site("VNPT", "B", at(20)), site("MobiFone", "C", at(39))
    )
    assert groups(base) == _sets("Viettel:A", "VNPT:B MobiFone:C")
    assert ratio(base, "SHARE_POS") == (1, 2)


def test_a_long_chain_falls_into_pairs() -> None:
    """Seven masts 20 m apart: the ties go from the west, and no position is wider than 30 m."""
    base = _masts(*(site("Viettel", f"{i}", at(20 * i)) for i in range(7)))
    pairs = ("Viettel:0 Viettel:1", "Viettel:2 Viettel:3", "Viettel:4 Viettel:5", "Viettel:6")
    assert groups(base) == _sets(*pairs)
    assert base.positions["spread_m"].max() <= 30


def test_a_tie_goes_to_the_westernmost() -> None:
    east, middle, west = at(20), at(0), at(-20)
    base = _masts(
        site("Viettel", "east", east), site("VNPT", "middle", middle), site("VNPT", "west", west)
    )
    assert groups(base) == _sets("Viettel:east", "VNPT:middle VNPT:west")


def test_a_tie_on_one_meridian_goes_to_the_southernmost() -> None:
    north, south = off(ORIGIN, 20, 0), off(ORIGIN, 20, 180)
    lon = ORIGIN[0]
    base = _masts(
        site("Viettel", "north", (lon, north[1])),
        site("VNPT", "middle", ORIGIN),
        site("MobiFone", "south", (lon, south[1])),
    )
    assert groups(base) == _sets("Viettel:north", "VNPT:middle MobiFone:south")


def test_the_merge_distance_includes_its_end() -> None:
    for gap, positions in ((30.0, 1), (30.01, 2)):
        base = _masts(site("Viettel", "1", at(0)), site("VNPT", "1", at(gap)))
        assert len(base.positions) == positions


def test_a_declared_id_joins_over_any_distance() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"),
        site("VNPT", "1", at(400), structure_id="P1"),
        **COMMON,
    )
    row = base.positions.iloc[0]
    assert groups(base) == _sets("Viettel:1 VNPT:1")
    assert (row["position_id"], row["identity"]) == ("P1", "declared")
    assert row["spread_m"] == pytest.approx(400, abs=0.01)


def test_different_declared_ids_are_never_one_position_in_a_common_register() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"),
        site("VNPT", "1", at(5), structure_id="P2"),
        **COMMON,
    )
    assert len(base.positions) == 2


def test_own_ids_of_two_operators_may_be_one_mast_but_not_of_one_operator() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="A"),
        site("VNPT", "1", at(5), structure_id="B"),
        site("Viettel", "2", at(6, 5), structure_id="C"),
        **OWN,
    )
    assert groups(base) == _sets("Viettel:1 VNPT:1", "Viettel:2")


def test_equal_own_ids_of_two_operators_are_different_masts() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="A"),
        site("VNPT", "1", at(400), structure_id="A"),
        **OWN,
    )
    assert len(base.positions) == 2
    assert base.positions["position_id"].is_unique


def test_an_undeclared_mast_joins_the_declared_one_beside_it() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"), site("VNPT", "1", at(10)), **COMMON
    )
    row = base.positions.iloc[0]
    assert len(base.positions) == 1
    assert (row["position_id"], row["identity"]) == ("P1", "inferred")


def test_an_undeclared_mast_between_two_declared_ones_joins_the_nearer_only() -> None:
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"),
        site("VNPT", "1", at(12)),
        site("MobiFone", "1", at(20), structure_id="P2"),
        **COMMON,
    )
    assert groups(base) == _sets("Viettel:1", "VNPT:1 MobiFone:1")


def test_of_members_that_share_one_id_only_the_nearest_counts() -> None:
    """P1 stands with two members 100 m apart; the undeclared mast is 10 m from one of them."""
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"),
        site("VNPT", "1", at(100), structure_id="P1"),
        site("MobiFone", "1", at(110)),
        **COMMON,
    )
    assert groups(base) == _sets("Viettel:1 VNPT:1 MobiFone:1")


def test_the_nearest_member_of_an_id_counts_and_all_others_of_the_group_too() -> None:
    """X joined P1 at its east end; Y is 10 m from the west end of P1 but 110 m from X."""
    base = _masts(
        site("Viettel", "1", at(0), structure_id="P1"),
        site("VNPT", "1", at(100), structure_id="P1"),
        site("MobiFone", "X", at(105)),
        site("MobiFone", "Y", at(-10)),
        **COMMON,
    )
    assert groups(base) == _sets("Viettel:1 VNPT:1 MobiFone:X", "MobiFone:Y")


def test_site_ids_are_unique_within_an_operator_only() -> None:
    base = _masts(site("Viettel", "1", at(0)), site("VNPT", "1", at(500)))
    assert set(base.positions["position_id"]) == {"Viettel:1", "VNPT:1"}
    assert set(base.positions["identity"]) == {"single"}


def test_rows_of_one_site_are_one_installation_and_carriers_are_cells() -> None:
    base = _masts(
        site("Viettel", "1", at(0), frequency_mhz=1800),
        site("Viettel", "1", at(10), frequency_mhz=2100),
        site("Viettel", "1", at(0), "5G"),
        site("VNPT", "9", at(0)),
    )
    names = ("POSITIONS", "INSTALLATIONS", "STATIONS", "CELLS")
    assert [figure(base, name)["value"] for name in names] == [1, 2, 3, 4]


def test_sites_without_an_id_are_told_apart_by_their_place() -> None:
    base = _masts(
        site("Viettel", "", at(0)), site("Viettel", "", at(0), "5G"), site("Viettel", "", at(100))
    )
    assert figure(base, "INSTALLATIONS")["value"] == 2


def test_the_id_is_that_of_the_member_first_on_air() -> None:
    base = _masts(
        site("Viettel", "1", at(0), on_air_date="2021-01-01"),
        site("VNPT", "7", at(5), on_air_date="2019-01-01"),
    )
    assert base.positions["position_id"].item() == "VNPT:7"


def test_the_point_is_the_mean_of_the_members_and_the_spread_their_largest_distance() -> None:
    base = _masts(
        site("Viettel", "1", at(0)), site("VNPT", "1", at(20)), site("MobiFone", "1", at(10, 10))
    )
    row = base.positions.iloc[0]
    members = np.array([at(0), at(20), at(10, 10)])
    assert (row["longitude"], row["latitude"]) == pytest.approx(tuple(members.mean(axis=0)))
    assert row["spread_m"] == pytest.approx(20, abs=0.001)
    assert (row["operators"], row["n_operators"]) == ("Viettel;VNPT;MobiFone", 3)


def test_a_switched_off_or_planned_site_stands_on_no_position() -> None:
    base = _masts(
        site("Viettel", "1", at(0)),
        site("VNPT", "1", at(5), off_air_date="2025-01-01"),
        site("MobiFone", "1", at(5), status="planned"),
    )
    assert ratio(base, "SHARE_POS") == (0, 1)


def test_the_ratio_stands_again_at_six_distances() -> None:
    gaps = (5, 15, 25, 45, 90, 190)
    sites = [site("Viettel", f"{i}", at(0, 700 * i)) for i in range(6)]
    sites += [site("VNPT", f"{i}", at(gap, 700 * i)) for i, gap in enumerate(gaps)]
    table = _masts(*sites).sharing_sensitivity
    assert table["merge_distance_m"].tolist() == [10, 20, 30, 50, 100, 200]
    assert table["shared_positions"].tolist() == [1, 2, 3, 4, 5, 6]
    assert table["positions"].tolist() == [11, 10, 9, 8, 7, 6]
    assert table["share_pos"].tolist() == pytest.approx([1 / 11, 2 / 10, 3 / 9, 4 / 8, 5 / 7, 1])


def test_a_distance_of_its_own_stands_among_the_six() -> None:
    base = _masts(site("Viettel", "1", at(0)), site("VNPT", "1", at(40)), merge_distance_m=45)
    assert base.sharing_sensitivity["merge_distance_m"].tolist() == [10, 20, 30, 45, 50, 100, 200]
    assert len(base.positions) == 1
