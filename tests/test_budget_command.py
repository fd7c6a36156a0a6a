"""``geoplan budget``: both ways, for the bands that a scenario's sites use, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from geoplan.propagation import link_inputs, uplink
from geoplan.text import nfc, translator
from tests import io_case
from tests.cli_case import call

CLI = Path(__file__).parents[1] / "geoplan" / "cli" / "budget.py"

SITES = """site_id,operator,technology,longitude,latitude,frequency_mhz,azimuth_deg,eirp_dbm
S1,Viettel,4G,108.05,15.05,1800,0,62
S1,Viettel,4G,108.05,15.05,1800,120,
S1,Viettel,4G,108.05,15.05,900,0,61.5
S2,VNPT,5G,108.15,15.06,,120,
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    io_case.write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    path = tmp_path / "scenario.toml"
    path.write_text(
        'schema = 1\nname = "T"\nas_of = 2025-12-31\n[inputs]\ncommunes = "communes.geojson"\n'
        'hamlets = "hamlets.csv"\nsites = ["sites.csv"]\n',
        "utf-8",
    )
    return path


def test_the_bands_are_those_of_the_sites(scenario: Path) -> None:
    data = call("budget", scenario, "--json").data()
    bands = [
        (one["technology"], one["frequency_mhz"], one["cells"], one["cells_with_eirp"])
        for one in data["bands"]
    ]
    assert bands == [("4G", 900.0, 1, 1), ("4G", 1800.0, 2, 1), ("5G", 3500.0, 1, 0)]
    assert len(data["budgets"]) == 9


def test_both_ways_and_power_by_bandwidth(scenario: Path) -> None:
    band = call("budget", scenario, "--json").data()["bands"][1]
    assert round(band["max_path_loss_db"], 1) == 138.7
    assert round(band["uplink_max_path_loss_db"], 1) == 153.4
    assert band["limits"] == "downlink"
    assert round(band["uplink_spare_db"], 1) == 14.7
    assert band["radius_m"]["rural"] == pytest.approx(4530.1, abs=0.1)
    assert round(band["eirp_element_dbm"], 1) == 31.7
    powers = {one["bandwidth_mhz"]: one["eirp_element_dbm"] for one in band["by_bandwidth"]}
    # 62.5 dBm over 300 and 1200 subcarriers.
    assert (round(powers[5.0], 1), round(powers[20.0], 1)) == (37.7, 31.7)


def test_without_a_scenario_the_usual_bands() -> None:
    data = call("budget", "--json").data()
    allowed = {one["frequency_mhz"]: one["uplink_max_path_loss_db"] for one in data["bands"]}
    assert round(min(allowed.values()), 1) == 150.9
    assert round(max(allowed.values()), 1) == 156.9
    assert all(one["cells"] is None for one in data["bands"])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "vi",
            (
                "Các băng tần đang dùng",
                "4G 1.800 MHz, đường lên: suy hao đường truyền tối đa 153,4 dB",
                "→ đường xuống là chiều giới hạn: đường lên còn cho phép thêm 14,7 dB",
                "20,0 MHz   31,7 dBm   100 khối tài nguyên; 3GPP TS 36.101 bảng 5.6-1 (dùng",
                "Số ô đã khai EIRP riêng trong bảng trạm: 2",
            ),
        ),
        (
            "en",
            (
                "Bands in use",
                "4G 1,800 MHz, uplink: maximum path loss 153.4 dB",
                "→ the downlink limits: the uplink allows 14.7 dB more",
                "Cells whose own EIRP is given in the sites table: 2",
            ),
        ),
    ],
)
def test_what_is_printed(scenario: Path, language: str, said: tuple[str, ...]) -> None:
    told = call("budget", scenario, "--lang", language)
    assert told.code == 0
    for words in said:
        assert words in told.out


def test_quiet_prints_nothing(scenario: Path) -> None:
    assert call("budget", scenario, "--quiet").out == ""


def test_a_scenario_without_cells_has_no_bands(scenario: Path) -> None:
    sites = scenario.parent / "sites.csv"
    sites.write_text(SITES.splitlines()[0] + "\n", "utf-8")
    told = call("budget", scenario, "--json")
    assert json.loads(told.out) == {"bands": [], "budgets": []}
    assert call("budget", scenario).code == 0


def test_every_word_and_source_exists_in_vietnamese() -> None:
    vietnamese = translator("vi", "budget")
    source = CLI.read_text("utf-8")
    asked = re.findall(r'name\(\s*"([^"]+)"\s*\)', source)
    heads = re.search(r"_HEADS = \((.*?)\n\)", source, re.DOTALL)
    assert heads is not None
    asked += [one for one in re.findall(r'"([^"]+)"', heads[1]) if one != "MHz"]
    assert len(asked) > 12
    asked += ["downlink", "uplink"]
    inputs = link_inputs.default_inputs()
    asked += list(inputs.sources.values())
    for mhz in (900.0, 3500.0):
        asked += [line.name for line in uplink.uplink(mhz).lines]
        asked += [line.source for line in uplink.uplink(mhz).lines]
        asked += [one.source for one in uplink.elements(mhz)]
    for words in asked:
        told = vietnamese(words)
        assert told != words, words
        assert told == nfc(told)
        assert words.startswith("assumption") == told.startswith("giả định")
        assert set(re.findall(r"\{(\w+)\}", words)) == set(re.findall(r"\{(\w+)\}", told))
