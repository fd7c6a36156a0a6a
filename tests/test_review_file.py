"""A file of decisions which sites are one position: read, obeyed, and refused where it clashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cli_case import call
from io_case import write_province

from geoplan import planner
from geoplan.faults import Fault, InputError
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario, parse_scenario

SITES = (
    "site_id,operator,technology,longitude,latitude,structure_id,on_air_date,status\n"
    "A,Viettel,4G,108.05,15.05,,2020-01-01,\n"
    "B,VNPT,4G,108.0501,15.05,,2021-01-01,\n"  # 11 m from A
    "C,MobiFone,4G,108.055,15.05,,2022-01-01,\n"  # 537 m from A
    "D,VNPT,4G,108.07,15.05,T1,2022-01-01,\n"
    "E,VNPT,5G,108.0701,15.05,T1,2022-01-01,\n"  # one structure with D
    "F,Viettel,4G,108.08,15.05,,2027-01-01,planned\n"
)
HEADER = "Nhà mạng A,Mã trạm A,Nhà mạng B,Mã trạm B,Kết luận,Người rà soát,Ngày,Ghi chú\n"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    return tmp_path


def asked(folder: Path, *rows: str, header: str = HEADER, **sharing: Any) -> Scenario:
    (folder / "review.csv").write_text(header + "".join(f"{row}\n" for row in rows), "utf-8")
    names: dict[str, Any] = {"communes": "communes.geojson", "hamlets": "hamlets.csv"}
    names |= {"sites": ["sites.csv"], "position_review": "review.csv", "max_rejected_share": 1.0}
    raw = {"schema": 1, "as_of": "2025-12-31", "inputs": names, "sharing": sharing}
    return parse_scenario(raw, folder)


def assessed(folder: Path, *rows: str, **sharing: Any) -> tuple[Inputs, Baseline]:
    scenario = asked(folder, *rows, **sharing)
    inputs = planner.read_everything(scenario)
    return inputs, planner.assess(inputs, scenario)


def positions(folder: Path, *rows: str, **sharing: Any) -> dict[str, str]:
    """Give the members of each position and how it was told."""
    table = assessed(folder, *rows, **sharing)[1].positions
    return dict(zip(table["members"], table["identity"], strict=True))


def clashes(folder: Path, *rows: str) -> list[Fault]:
    with pytest.raises(InputError) as told:
        planner.read_everything(asked(folder, *rows))
    return list(told.value.faults)


def test_without_decisions_distance_and_structures_decide(province: Path) -> None:
    assert positions(province, "Viettel,A,VNPT,B,,,,") == {
        "VNPT:B;Viettel:A": "inferred",
        "MobiFone:C": "single",
        "VNPT:D;VNPT:E": "declared",
    }


def test_the_same_position_is_one_at_any_distance(province: Path) -> None:
    found = positions(province, "VTL,A,MobiFone,C,cùng vị trí,Lan,1/2/2026,đã xem")
    assert found["MobiFone:C;VNPT:B;Viettel:A"] == "reviewed"


def test_different_positions_are_never_one(province: Path) -> None:
    found = positions(province, "VNPT,B,Viettel,A,Khác vị trí,,,")
    assert (found["VNPT:B"], found["Viettel:A"]) == ("reviewed", "reviewed")
    assert found["MobiFone:C"] == "single"


def test_same_over_a_declared_structure_stays_declared(province: Path) -> None:
    found = positions(province, "VNPT,D,VNPT,E,same,,,")
    assert found["VNPT:D;VNPT:E"] == "declared"


def test_same_joins_sites_that_declare_different_structures(province: Path) -> None:
    text = (province / "sites.csv").read_text("utf-8").replace("15.05,,2021", "15.05,T9,2021")
    (province / "sites.csv").write_text(text, "utf-8")
    found = positions(province, "VNPT,B,VNPT,D,same,,,", structure_ids="common")
    assert found["VNPT:B;VNPT:D;VNPT:E;Viettel:A"] == "reviewed"


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("Viettel,Z,VNPT,B,same,,,", "unknown_site", "Mã trạm A"),
        ("Viettel,A,VNPT,,same,,,", "missing_value", "Mã trạm B"),
        ("Viettel,A,Vietel,B,same,,,", "unknown_operator", "Nhà mạng B"),
        ("Viettel,A,VNPT,B,có lẽ,,,", "unknown_value", "Kết luận"),
        ("Viettel,A,Viettel,A,same,,,", "site_with_itself", "Mã trạm B"),
    ],
)
def test_a_row_that_cannot_be_obeyed_is_refused(
    province: Path, row: str, reason: str, column: str
) -> None:
    inputs, _ = assessed(province, row)
    told = [(one.code, one.column, one.row) for one in inputs.refused]
    assert told == [(reason, column, 2)]
    assert inputs.position_review is not None
    assert inputs.position_review.empty


def test_a_site_that_is_not_on_air_yet_is_a_warning(province: Path) -> None:
    inputs, baseline = assessed(province, "Viettel,F,VNPT,B,same,,,")
    assert not inputs.refused
    told = [one for one in baseline.warnings if one.code == "review_not_on_air"]
    assert [(one.file, one.row, one.key) for one in told] == [("review.csv", 2, "Viettel:F")]


def test_the_same_pair_both_ways_names_both_rows(province: Path) -> None:
    told = clashes(province, "Viettel,A,VNPT,B,same,,,", "VNPT,B,Viettel,A,different,,,")
    assert [(one.code, one.row, one.params["rows"]) for one in told] == [
        ("review_contradicts", 3, "2")
    ]


def test_a_chain_of_same_that_meets_a_different_names_its_rows(province: Path) -> None:
    told = clashes(
        province,
        "Viettel,A,MobiFone,C,different,,,",
        "Viettel,A,VNPT,D,same,,,",
        "Viettel,A,VNPT,B,same,,,",
        "VNPT,E,MobiFone,C,same,,,",  # D and E are one by their structure
    )
    assert [(one.code, one.row, one.params["rows"]) for one in told] == [
        ("review_contradicts", 2, "3, 5")
    ]


def test_different_against_one_declared_structure_is_told(province: Path) -> None:
    told = clashes(province, "VNPT,D,VNPT,E,different,,,")
    assert [(one.code, one.params["structure"]) for one in told] == [
        ("review_against_declared", "T1")
    ]


def test_check_ends_with_two_where_decisions_clash(province: Path) -> None:
    asked(province, "Viettel,A,VNPT,B,same,,,", "VNPT,B,Viettel,A,different,,,")
    (province / "scenario.toml").write_text(
        'schema = 1\nas_of = 2025-12-31\n[inputs]\ncommunes = "communes.geojson"\n'
        'hamlets = "hamlets.csv"\nsites = ["sites.csv"]\nposition_review = "review.csv"\n',
        "utf-8",
    )
    told = call("check", str(province / "scenario.toml"))
    assert told.code == 2
    assert "review.csv" in told.err


def test_a_file_without_decisions_column_is_told(province: Path) -> None:
    header = "operator_a,site_id_a,operator_b,site_id_b\n"
    with pytest.raises(InputError) as told:
        planner.read_everything(asked(province, "Viettel,A,VNPT,B", header=header))
    found = [(one.code, one.column) for one in told.value.faults]
    assert found == [("missing_column", "decision")]


def test_decisions_hold_for_totals_of_another_day_too(province: Path) -> None:
    (province / "totals.csv").write_text(
        "Nhà mạng,Số vị trí,Ngày\nVNPT,3,31/12/2024\nViettel,1,31/12/2024\n", "utf-8"
    )
    scenario = asked(province, "Viettel,A,VNPT,B,different,,,", "VNPT,B,VNPT,D,same,,,")
    given = scenario.inputs.model_copy(
        update={
            "declared_totals": scenario.inputs.sites[0].model_copy(update={"path": "totals.csv"})
        }
    )
    scenario = scenario.model_copy(update={"inputs": given})
    found = planner.assess(planner.read_everything(scenario), scenario).reconciled
    assert found is not None
    table: pd.DataFrame = found.declared_totals.set_index("operator")
    assert table["counted"].to_dict() == {"VNPT": 1, "Viettel": 1}
