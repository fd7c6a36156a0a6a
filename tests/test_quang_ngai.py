"""The case of Quảng Ngãi: its published numbers, which an independent count gave."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from build import count, figure, ratio

from geoplan.io import read_inputs
from geoplan.planner import assess
from geoplan.results import Baseline
from geoplan.scenario import read_scenario


@pytest.fixture(scope="module")
def base(shared: Path) -> Baseline:
    path = shared / "cases" / "quang-ngai" / "scenario.toml"
    if not path.is_file():
        pytest.skip("../shared/cases/quang-ngai is absent")
    scenario = read_scenario(path)
    inputs = read_inputs(scenario)
    assert inputs.rejects.empty
    return assess(inputs, scenario)


def _statuses(base: Baseline, technology: str, column: str = "value") -> list[int]:
    names = ("HAMLETS_WHITE", "HAMLETS_DEAD_SPOT", "HAMLETS_COVERED")
    return [round(figure(base, name, technology)[column]) for name in names]


def test_hamlets_on_4g_with_their_margin(base: Baseline) -> None:
    assert _statuses(base, "4G") == [88, 27, 1437]
    assert _statuses(base, "4G", "value_radius_90") == [109, 27, 1416]
    assert _statuses(base, "4G", "value_radius_110") == [79, 21, 1452]


def test_hamlets_on_5g(base: Baseline) -> None:
    assert _statuses(base, "5G") == [633, 164, 755]


def test_white_hamlets_of_each_operator(base: Baseline) -> None:
    found = {who: count(base, "HAMLETS_WHITE", "4G", who) for who in base.operators}
    assert found == {"Viettel": 182, "VNPT": 232, "MobiFone": 307, "Vietnamobile": 701}


def test_people(base: Baseline) -> None:
    assert ratio(base, "POP_SERVED", "4G")[1] == pytest.approx(1_585_794, abs=1)
    assert ratio(base, "POP_SERVED", "4G")[0] == pytest.approx(1_508_171, abs=1)
    assert ratio(base, "POP_SERVED", "5G")[0] == pytest.approx(942_750, abs=1)


def test_positions_and_sharing(base: Baseline) -> None:
    assert count(base, "INSTALLATIONS") == 1669
    assert ratio(base, "SHARE_POS") == (221, 1437)
    table = base.sharing_sensitivity.set_index("merge_distance_m")
    assert table.loc[10, ["shared_positions", "positions"]].tolist() == [184, 1479]
    assert table.loc[200, ["shared_positions", "positions"]].tolist() == [257, 1339]


def test_new_stations(base: Baseline) -> None:
    assert count(base, "STATIONS") == 1968
    assert ratio(base, "SHARE_NEW") == (304, 418)
    assert count(base, "SHARE_NEW_UPGRADES") == 280
    assert ratio(base, "SHARE_NEW_STRICT") == (72, 418)
    assert ratio(base, "SHARE_NEW_JOIN") == (21, 119)


def test_units_add_up_to_the_province(base: Baseline) -> None:
    """Every count of the communes sums to that of the province."""
    table = base.indicators[base.indicators["denominator"].isna()]
    table = table[(table["operator"] == "") & (table["place_class"] == "")]
    sums = table.groupby(["indicator", "technology", "level"])["numerator"].sum().unstack("level")
    pd.testing.assert_series_equal(sums["commune"], sums["province"], check_names=False, rtol=1e-9)
