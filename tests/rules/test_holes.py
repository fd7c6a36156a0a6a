"""Holes: unserved demand that lies together, total or partial by who is missing."""

from __future__ import annotations

import pandas as pd
import pytest
from build import ORIGIN, Row, at, cluster, hamlet, off, run, site

from geoplan.results import Baseline

LINK_M = 1000.0


def _holes(base: Baseline, kind: str, technology: str = "4G") -> pd.DataFrame:
    table = base.holes
    return table[(table["kind"] == kind) & (table["technology"] == technology)]


def _far(count: int, gap_m: float, **columns: object) -> list[Row]:
    """Lay unserved hamlets in a row, far from the site at the origin."""
    start = at(0, 5000)
    rows = []
    for i in range(count):
        rows.append(hamlet(f"h{i}", start, population=10 + i, **columns))
        start = off(start, gap_m, 90)
    return rows


@pytest.mark.parametrize(("gap", "number"), [(999.99, 1), (1000.0, 1), (1000.05, 3)])
def test_unserved_demand_links_up_to_its_distance_inclusive(gap: float, number: int) -> None:
    base = run(hamlets=_far(3, gap), sites=[site("Viettel", "1", ORIGIN)])
    found = _holes(base, "total")
    assert len(found) == number
    assert found["people"].sum() == 33
    assert found["hamlets"].sum() == 3


def test_the_link_distance_is_the_scenarios() -> None:
    base = run(
        hamlets=_far(3, 1500), sites=[site("Viettel", "1", ORIGIN)], siting={"hole_link_m": 1500}
    )
    assert len(_holes(base, "total")) == 1


def test_served_demand_between_two_holes_does_not_link_them() -> None:
    base = run(
        hamlets=[hamlet("a", at(-900)), hamlet("b", at(0)), hamlet("c", at(900))],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"radius_m": {"4G": 100}},
    )
    assert len(_holes(base, "total")) == 2


def test_partial_holes_are_grouped_by_the_same_operators_missing() -> None:
    """Four hamlets 500 m apart: one served by all, two without VNPT, one without Viettel."""
    spots = [at(500 * i) for i in range(4)]
    base = run(
        hamlets=[hamlet(f"h{i}", spot, population=100) for i, spot in enumerate(spots)],
        sites=[
            *(site("Viettel", f"{i}", spots[i]) for i in (0, 1, 2)),
            *(site("VNPT", f"{i}", spots[i]) for i in (0, 3)),
        ],
        coverage={"radius_m": {"4G": 100}},
    )
    assert _holes(base, "total").empty
    found = _holes(base, "partial").set_index("operators_missing")
    assert found["people"].to_dict() == {"VNPT": 200, "Viettel": 100}
    assert found["hamlets"].to_dict() == {"VNPT": 2, "Viettel": 1}


def test_an_operator_without_the_technology_in_the_province_is_not_missing() -> None:
    base = run(
        hamlets=[hamlet("h", ORIGIN, population=10)],
        sites=[site("Viettel", "1", ORIGIN, "5G"), site("VNPT", "1", ORIGIN, "4G")],
        coverage={"technologies": ["4G", "5G"]},
    )
    assert base.holes.empty


def test_total_holes_stand_apart_from_the_partial_ones_beside_them() -> None:
    base = run(
        hamlets=[hamlet("a", at(0), population=5), hamlet("b", at(500), population=7)],
        sites=[site("Viettel", "1", at(0)), site("VNPT", "1", at(5000))],
        coverage={"radius_m": {"4G": 100}},
    )
    assert _holes(base, "total")["people"].tolist() == [7]
    partial = _holes(base, "partial")
    assert (partial["people"].tolist(), partial["operators_missing"].tolist()) == ([5], ["VNPT"])


def test_demand_is_the_clusters_where_a_hamlet_has_any() -> None:
    """The centre is served; one of two clusters is not: a hole with its half of the people."""
    base = run(
        hamlets=[hamlet("h", ORIGIN, population=100, households=40)],
        clusters=[
            cluster("a", "h", at(0, 10), households=20),
            cluster("b", "h", at(0, 3000), households=20),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    row = _holes(base, "total").iloc[0]
    assert (row["people"], row["households"], row["hamlets"]) == (50, 20, 1)


def test_the_point_is_the_demand_nearest_the_mean_and_the_commune_that_of_most_people() -> None:
    base = run(
        hamlets=[
            hamlet("a", at(0, 5000), population=10),
            hamlet("b", at(900, 5000), population=500),
            hamlet("c", at(1800, 5000), population=10),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    row = _holes(base, "total").iloc[0]
    assert (row["longitude"], row["latitude"]) == pytest.approx(at(900, 5000))
    assert row["commune_code"] == "00001"


def test_people_of_a_hole_are_missing_where_nobody_knows_them() -> None:
    base = run(hamlets=[hamlet("h", at(0, 5000))], sites=[site("Viettel", "1", ORIGIN)])
    assert pd.isna(_holes(base, "total")["people"].item())


def test_a_hamlet_without_a_place_is_no_hole() -> None:
    base = run(hamlets=[hamlet("h", population=9)], sites=[site("Viettel", "1", ORIGIN)])
    assert base.holes.empty
