"""The real communes of Quảng Ngãi, with sites and hamlets made on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoplan.io import read_inputs
from geoplan.results import Inputs
from geoplan.scenario import read_scenario

CASE = Path(__file__).resolve().parents[2] / "shared" / "cases" / "quang-ngai" / "scenario.toml"


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    if not CASE.exists():
        pytest.skip("the shared case of Quảng Ngãi is not here")
    return read_inputs(read_scenario(CASE), strict=True)


def test_every_row_is_read(inputs: Inputs) -> None:
    assert {file.role: 0 for file in inputs.files if file.refused} == {}
    assert len(inputs.communes) == 96
    assert len(inputs.hamlets) == 1552
    assert len(inputs.clusters) == 3850
    assert len(inputs.sites) == 2527
    assert len(inputs.rejects) == 0


def test_stations_and_installations_can_be_counted(inputs: Inputs) -> None:
    key = ["operator", "installation_key"]
    assert len(inputs.sites.drop_duplicates(key)) == 1669
    assert len(inputs.sites.drop_duplicates([*key, "technology"])) == 1968


def test_sites_outside_the_simplified_communes_are_counted_in_the_nearest(inputs: Inputs) -> None:
    outside = inputs.sites[inputs.sites["outside_m"] > 0]
    assert len(outside) > 0
    assert outside["outside_m"].max() < 1500
    assert (outside["commune_code"] != "").all()
    assert {warning.code for warning in inputs.warnings} == {"point_near"}
