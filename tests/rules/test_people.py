"""People served: by households of clusters, with what is missing kept missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from build import ORIGIN, Row, at, cluster, commune, count, figure, hamlet, run, site, square

from geoplan.results import Baseline

NEAR, FAR = at(0, 500), at(0, 5000)


def _base(hamlets: list[Row], clusters: list[Row] | None = None) -> Baseline:
    return run(hamlets=hamlets, clusters=clusters or [], sites=[site("Viettel", "1", ORIGIN)])


def _served(base: Baseline, hamlet_id: str) -> float:
    return float(base.hamlets.set_index("hamlet_id")["served_people_4g"][hamlet_id])


def test_people_follow_the_households_of_served_clusters_whatever_the_centre_is() -> None:
    base = _base(
        [hamlet("covered", NEAR, population=400), hamlet("white", FAR, population=400)],
        [
            cluster("a", "covered", NEAR, households=30),
            cluster("b", "covered", FAR, households=10),
            cluster("c", "white", NEAR, households=10),
            cluster("d", "white", FAR, households=30),
        ],
    )
    assert _served(base, "covered") == pytest.approx(300)
    assert _served(base, "white") == pytest.approx(100)


def test_clusters_count_equally_where_one_lacks_households_or_none_has_any() -> None:
    sizes = {"one": (30, None), "zero": (0, 0), "none": (None, None)}
    base = _base(
        [hamlet(name, NEAR, population=400) for name in sizes],
        [
            cluster(f"{name}{i}", name, spot, households=size)
            for name, both in sizes.items()
            for i, (spot, size) in enumerate(zip((NEAR, FAR), both, strict=True))
        ],
    )
    assert [_served(base, name) for name in sizes] == pytest.approx([200, 200, 200])


def test_without_clusters_the_centre_stands_for_all() -> None:
    base = _base([hamlet("in", NEAR, population=50), hamlet("out", FAR, population=70)])
    assert (_served(base, "in"), _served(base, "out")) == (50, 0)
    row = figure(base, "POP_SERVED", "4G")
    assert (row["numerator"], row["denominator"]) == (50, 120)


def test_missing_population_is_missing_and_never_zero() -> None:
    base = _base([hamlet("h", NEAR), hamlet("k", NEAR, population=10)])
    assert np.isnan(_served(base, "h"))
    assert pd.isna(base.hamlets.set_index("hamlet_id")["population"]["h"])
    row = figure(base, "POP_SERVED", "4G")
    assert (row["numerator"], row["denominator"]) == (10, 10)


def test_a_commune_whose_population_nobody_knows_has_none() -> None:
    """Its figures are blank: 0 people would be a claim."""
    base = _base([hamlet("h", NEAR)])
    assert pd.isna(base.communes["population"].item())
    assert pd.isna(base.communes["served_people_4g"].item())
    assert pd.isna(figure(base, "PEOPLE")["value"])
    assert pd.isna(figure(base, "POP_SERVED", "4G")["value"])


def test_households_take_the_people_per_household_of_their_commune_and_are_marked() -> None:
    """The commune's rate is (300 + 500) / (100 + 100) = 4; the other commune has no rate."""
    base = run(
        communes=[commune("00001"), commune("00002", square(at(12_000, 0), 6000))],
        hamlets=[
            hamlet("a", NEAR, population=300, households=100),
            hamlet("b", NEAR, population=500, households=100),
            hamlet("c", NEAR, households=25),
            hamlet("d", at(12_000, 0), commune_code="00002", households=25),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    table = base.hamlets.set_index("hamlet_id")
    assert table["population"]["c"] == 100
    assert pd.isna(table["population"]["d"])
    assert table["population_estimated"].tolist() == [False, False, True, False]


def test_people_of_hamlets_without_a_place_widen_the_range() -> None:
    base = _base([hamlet("h", NEAR, population=300), hamlet("nowhere", population=100)])
    assert count(base, "PEOPLE") == 400
    row = figure(base, "POP_SERVED", "4G")
    assert (row["value"], row["value_low"], row["value_high"]) == (1.0, 0.75, 1.0)


def test_roaming_gain_is_what_any_operator_has_beyond_one() -> None:
    base = run(
        hamlets=[hamlet("a", at(0, 0), population=100), hamlet("b", at(0, 3000), population=40)],
        sites=[site("Viettel", "1", at(0, 0)), site("VNPT", "1", at(0, 3000))],
    )
    assert count(base, "ROAMING_GAIN", "4G", "Viettel") == 40
    assert count(base, "ROAMING_GAIN", "4G", "VNPT") == 100


def test_both_operators_together_serve_more_than_each() -> None:
    base = run(
        hamlets=[hamlet("h", ORIGIN, population=100)],
        clusters=[
            cluster("a", "h", at(0, 0), households=6),
            cluster("b", "h", at(0, 3000), households=4),
        ],
        sites=[site("Viettel", "1", at(0, 0)), site("VNPT", "1", at(0, 3000))],
    )
    shares = [figure(base, "POP_SERVED", "4G", who)["value"] for who in ("", "Viettel", "VNPT")]
    assert shares == pytest.approx([1.0, 0.6, 0.4])
