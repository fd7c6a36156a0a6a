"""Hamlet status: the centre first, then the clusters; and how statuses are counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from build import (
    ORIGIN,
    at,
    cluster,
    commune,
    count,
    figure,
    hamlet,
    off,
    operators,
    ratio,
    run,
    site,
    square,
    status,
)

NEAR, FAR = at(0, 500), at(0, 5000)
"""In reach of a site at the origin, and out of it."""


Houses = tuple[Any, float | None]
"""Where a cluster is, and its households."""


def _statuses(*hamlets: tuple[Any, list[Houses]], **coverage: Any) -> list[str]:
    """Give the status of hamlets, each a centre and its clusters, with one site at the origin."""
    base = run(
        hamlets=[hamlet(f"{i}", centre) for i, (centre, _) in enumerate(hamlets)],
        clusters=[
            cluster(f"{i}-{j}", f"{i}", point, households=size)
            for i, (_, clusters) in enumerate(hamlets)
            for j, (point, size) in enumerate(clusters)
        ],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage=coverage,
    )
    return [status(base, f"{i}") for i in range(len(hamlets))]


def test_two_steps_and_white_goes_before_dead_spot() -> None:
    assert _statuses(
        (NEAR, [(NEAR, 10)]),
        (NEAR, [(NEAR, 10), (FAR, 10)]),
        (FAR, [(FAR, 10)]),
        (FAR, [(NEAR, 10), (FAR, 10)]),
    ) == ["covered", "dead_spot", "white", "white"]


def test_a_cluster_too_small_makes_no_dead_spot() -> None:
    found = _statuses((NEAR, [(FAR, 5)]), (NEAR, [(FAR, 4)]), min_cluster_households=5)
    assert found == ["dead_spot", "covered"]


def test_a_cluster_of_no_households_makes_no_dead_spot_and_one_of_unknown_size_does() -> None:
    assert _statuses((NEAR, [(FAR, 0)]), (NEAR, [(FAR, None)])) == ["covered", "dead_spot"]


def test_without_clusters_the_centre_decides_and_the_gap_is_marked() -> None:
    base = run(
        hamlets=[hamlet("bare", NEAR), hamlet("known", NEAR), hamlet("white", FAR)],
        clusters=[cluster("c", "known", NEAR, households=3)],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    known = base.hamlets.set_index("hamlet_id")["clusters_known"]
    assert [status(base, name) for name in ("bare", "known", "white")] == [
        "covered",
        "covered",
        "white",
    ]
    assert [bool(known[name]) for name in ("bare", "known", "white")] == [False, True, False]


def test_per_operator_a_hamlet_may_be_white_while_another_serves_it() -> None:
    """Two operators, one at the centre and one at the cluster: together covered, apart not."""
    base = run(
        hamlets=[hamlet("h", ORIGIN)],
        clusters=[cluster("c", "h", at(0, 3000), households=5)],
        sites=[site("Viettel", "1", ORIGIN), site("VNPT", "1", at(0, 3000))],
    )
    assert status(base, "h") == "covered"
    assert status(base, "h", operator="Viettel") == "dead_spot"
    assert status(base, "h", operator="VNPT") == "white"
    assert operators(base, "h") == ["Viettel"]


def test_a_hamlet_without_coordinates_is_unknown_and_widens_the_range() -> None:
    base = run(
        hamlets=[
            hamlet("good", NEAR),
            hamlet("good2", NEAR),
            hamlet("bad", FAR),
            hamlet("nowhere"),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert status(base, "nowhere") == "unknown"
    assert status(base, "nowhere", operator="Viettel") == "unknown"
    assert base.hamlets["hamlet_id"].tolist() == ["bad", "good", "good2", "nowhere"]
    assert (count(base, "HAMLETS"), count(base, "HAMLETS_UNKNOWN")) == (4, 1)
    row = figure(base, "HAMLET_NOT_WHITE", "4G")
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert row["value"] == pytest.approx(2 / 3)
    assert row["value_low"] == pytest.approx(2 / 4)
    assert row["value_high"] == pytest.approx(3 / 4)


def test_four_ratios_have_the_denominators_that_provinces_publish() -> None:
    """Five known: two covered, one dead spot, two white."""
    base = run(
        hamlets=[
            hamlet("a", NEAR),
            hamlet("b", NEAR),
            hamlet("c", NEAR),
            hamlet("d", FAR),
            hamlet("e", FAR),
        ],
        clusters=[cluster("c1", "c", FAR, households=9), cluster("b1", "b", NEAR, households=9)],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert ratio(base, "HAMLET_NOT_WHITE", "4G") == (3, 5)
    assert ratio(base, "HAMLET_COVERED", "4G") == (2, 5)
    assert ratio(base, "HAMLET_WHITE", "4G") == (2, 5)
    assert ratio(base, "HAMLET_DEAD_SPOT", "4G") == (1, 3)


def test_dead_spots_have_no_data_where_no_hamlet_has_clusters() -> None:
    """Commune A knows no clusters, commune B does; the province has data."""
    east = square(at(12_000, 0), 6000)
    base = run(
        communes=[commune("00001"), commune("00002", east)],
        hamlets=[hamlet("a", NEAR), hamlet("b", at(12_000, 0), commune_code="00002")],
        clusters=[cluster("c", "b", at(12_000, 100), households=4)],
        sites=[site("Viettel", "1", ORIGIN), site("Viettel", "2", at(12_000, 0))],
    )
    where = {"level": "commune"}
    assert np.isnan(figure(base, "HAMLET_DEAD_SPOT", "4G", **where, unit_id="00001")["value"])
    assert figure(base, "HAMLET_DEAD_SPOT", "4G", **where, unit_id="00002")["value"] == 0
    assert figure(base, "HAMLET_DEAD_SPOT", "4G")["value"] == 0


def test_mobile_broadband_is_4g_or_5g_and_3g_when_added() -> None:
    hamlets = [hamlet(name, at(0, 3000 * i)) for i, name in enumerate(("4", "5", "3", "2"))]
    sites = [
        site("Viettel", f"S{name}", at(0, 3000 * i), f"{name}G")
        for i, name in enumerate(("4", "5", "3", "2"))
    ]
    for mbb, covered in ((["4G", "5G"], {"4", "5"}), (["3G", "4G", "5G"], {"3", "4", "5"})):
        base = run(hamlets=hamlets, sites=sites, coverage={"mbb": mbb})
        found = base.hamlets.loc[base.hamlets["status_mbb"] == "covered", "hamlet_id"]
        assert set(found) == covered


def test_second_generation_alone_leaves_a_hamlet_white_but_carries_sharing() -> None:
    base = run(
        hamlets=[hamlet("h", NEAR)],
        sites=[site("Viettel", "1", ORIGIN, "2G"), site("VNPT", "1", ORIGIN, "3G")],
    )
    assert status(base, "h", "mbb") == "white"
    assert ratio(base, "SHARE_POS") == (1, 1)
    assert count(base, "STATIONS") == 2


def test_near_the_threshold_within_ten_per_cent_of_the_radius() -> None:
    expected = {
        899: ("covered", False),
        901: ("covered", True),
        1099: ("white", True),
        1101: ("white", False),
    }
    base = run(
        hamlets=[hamlet(f"{d}", at(0, d)) for d in expected], sites=[site("Viettel", "1", ORIGIN)]
    )
    near = base.hamlets.set_index("hamlet_id")["near_threshold"]
    assert {d: (status(base, f"{d}"), bool(near[f"{d}"])) for d in expected} == expected


def test_counts_stand_beside_those_at_90_and_110_per_cent() -> None:
    base = run(
        hamlets=[hamlet(f"{d}", at(0, d)) for d in (500, 950, 1050, 2000)],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    row = figure(base, "HAMLETS_WHITE", "4G")
    assert [row[n] for n in ("value", "value_radius_90", "value_radius_110")] == [2, 3, 1]
    row = figure(base, "HAMLET_NOT_WHITE", "4G")
    assert [row[n] for n in ("value", "value_radius_90", "value_radius_110")] == [0.5, 0.25, 0.75]


def test_a_cluster_near_the_threshold_marks_its_hamlet() -> None:
    base = run(
        hamlets=[hamlet("h", ORIGIN)],
        clusters=[cluster("c", "h", at(0, 1050), households=2)],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert status(base, "h") == "dead_spot"
    assert base.hamlets["near_threshold"].item()
    row = figure(base, "HAMLETS_DEAD_SPOT", "4G")
    assert [row[n] for n in ("value", "value_radius_90", "value_radius_110")] == [1, 1, 0]


def test_a_polygon_without_clusters_is_judged_by_its_served_area() -> None:
    """A square of side 600 m lies within 1 km of its middle; of 2,400 m only 55 % does."""
    base = run(
        hamlets=[
            hamlet("small", geometry=square(ORIGIN, 300)),
            hamlet("large", geometry=square(ORIGIN, 1200)),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert (status(base, "small"), status(base, "large")) == ("covered", "dead_spot")
    assert set(base.hamlets["centre_kind"]) == {"inferred"}


def test_the_least_share_of_a_polygon() -> None:
    """A circle of 5 km cuts the top off a square of 1 km: 2 % of it, or 7 %; 5 % may be lost.

    On the axis the cut is 12 m or 60 m deep; the circle falls by 8 m more over the square's width.
    """
    squares = [ORIGIN, at(11_500, 0)]
    masts = [off(off(squares[0], 488, 0), 5000, 180), off(off(squares[1], 440, 0), 5000, 180)]
    base = run(
        hamlets=[
            hamlet("little", geometry=square(squares[0], 500)),
            hamlet("more", geometry=square(squares[1], 500)),
        ],
        sites=[site("Viettel", f"{i}", mast) for i, mast in enumerate(masts)],
        coverage={"radius_m": {"4G": 5000}, "min_share": 0.95},
    )
    assert (status(base, "little"), status(base, "more")) == ("covered", "dead_spot")


def test_clusters_speak_before_the_polygon() -> None:
    base = run(
        hamlets=[hamlet("h", geometry=square(ORIGIN, 1200))],
        clusters=[cluster("c", "h", NEAR, households=3)],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert status(base, "h") == "covered"


def test_no_sites_at_all_makes_every_hamlet_white() -> None:
    base = run(hamlets=[hamlet("h", NEAR), hamlet("nowhere")])
    assert status(base, "h") == "white"
    assert status(base, "nowhere") == "unknown"
    assert count(base, "POSITIONS") == 0
    assert np.isnan(figure(base, "SHARE_POS")["value"])


def test_service_names_the_nearest_and_the_best_site() -> None:
    """The nearest sector looks away; the farther site serves."""
    base = run(
        hamlets=[hamlet("h", ORIGIN)],
        sites=[
            site("Viettel", "near", at(0, 200), azimuth_deg=0),
            site("Viettel", "far", at(0, 900)),
        ],
    )
    row = base.service.iloc[0]
    assert (row["nearest_site_id"], row["best_site_id"]) == ("near", "far")
    assert row["nearest_m"] == pytest.approx(200, abs=0.01)
    assert row["margin_m"] == pytest.approx(100, abs=0.01)


def test_the_nearest_site_of_a_white_hamlet_lies_beyond_every_radius() -> None:
    base = run(hamlets=[hamlet("h", ORIGIN)], sites=[site("Viettel", "S", at(0, 5500))])
    row = base.service.iloc[0]
    assert row["nearest_m"] == pytest.approx(5500, abs=0.01)
    assert row["margin_m"] == pytest.approx(-4500, abs=0.01)


def test_positions_that_serve_a_centre_are_counted_not_their_cells() -> None:
    base = run(
        hamlets=[hamlet("h", ORIGIN)],
        sites=[
            site("Viettel", "a", at(0, 100), frequency_mhz=1800),
            site("Viettel", "a", at(0, 100), frequency_mhz=2100),
            site("VNPT", "b", at(0, 110)),
            site("VNPT", "c", at(0, 600)),
        ],
    )
    assert base.hamlets["n_positions_4g"].item() == 2
