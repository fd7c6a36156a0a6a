"""Totals that operators declare, and an earlier list, beside the lists of today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from cli_case import call
from io_case import SITES, read, refused, write_province

from geoplan import planner
from geoplan.faults import InputError
from geoplan.report.workbook_words import CHANGES
from geoplan.results import Reconciled
from geoplan.scenario import parse_scenario
from geoplan.tables import SITE_CHANGES
from geoplan.text import translator

HEADER = "Nhà mạng,Công nghệ,Số trạm,Số vị trí,Ngày,Văn bản\n"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def reconciled(folder: Path, **inputs: Any) -> Reconciled:
    """Compare the lists of the tiny province with what else is given."""
    names = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    raw = {"schema": 1, "as_of": "2025-12-31", "inputs": {**names, "max_rejected_share": 1.0}}
    raw["inputs"] |= inputs  # type: ignore[operator]
    scenario = parse_scenario(raw, folder)
    found = planner.assess(planner.read_inputs(scenario), scenario).reconciled
    assert found is not None
    return found


def totals(folder: Path, *rows: str, header: str = HEADER) -> list[tuple[Any, ...]]:
    """Give operator, technology, indicator, declared, counted and difference."""
    (folder / "totals.csv").write_text(header + "\n".join(rows) + "\n", "utf-8")
    table = reconciled(folder, declared_totals="totals.csv").declared_totals
    names = ["operator", "technology", "indicator", "declared", "counted", "difference"]
    return [tuple(row) for row in table[names].to_numpy(object)]


def changes(folder: Path, before: str, now: str = SITES) -> list[tuple[str, ...]]:
    """Give operator, site, technology, change, before and after of each change."""
    (folder / "before.csv").write_text(before, "utf-8")
    (folder / "sites.csv").write_text(now, "utf-8")
    table = reconciled(folder, sites_before=["before.csv"]).site_changes
    names = ["operator", "site_id", "technology", "change", "before", "after"]
    return [tuple(row) for row in table[names].to_numpy(object)]


def test_declared_totals_stand_beside_what_the_lists_hold(province: Path) -> None:
    assert totals(province, "Viettel,4G,3,2,31/12/2025,BC 12", "VNPT,,1,1,,") == [
        ("VNPT", "", "POSITIONS", 1, 1, 0),
        ("VNPT", "", "STATIONS", 1, 1, 0),
        ("Viettel", "4G", "POSITIONS", 2, 1, -1),
        ("Viettel", "4G", "STATIONS", 3, 1, -2),
    ]


def test_two_cells_of_a_station_are_one_station_and_blank_numbers_are_not_compared(
    province: Path,
) -> None:
    assert totals(province, "VTL,,1,,,") == [("Viettel", "", "STATIONS", 1, 1, 0)]


def test_the_lists_are_counted_on_the_day_of_the_totals(province: Path) -> None:
    rows = totals(province, "VNPT,,1,1,30/12/2024,quý IV", "VNPT,,1,1,31/12/2024,cả năm")
    assert [row[4] for row in rows] == [0, 0, 1, 1]


def test_an_operator_without_a_list_counts_nothing(province: Path) -> None:
    assert totals(province, "Gtel,4G,5,,,") == [("Gmobile", "4G", "STATIONS", 5, 0, -5)]


def test_installations_are_compared_where_they_are_declared(province: Path) -> None:
    header = "operator,technology,installations\n"
    assert totals(province, "Viettel,,2", header=header) == [
        ("Viettel", "", "INSTALLATIONS", 2, 1, -1)
    ]


def test_a_total_line_is_left_out(province: Path) -> None:
    assert len(totals(province, "Viettel,,1,1,,", "Tổng cộng,,1,1,,")) == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Vietlott,4G,1,1,,", "unknown_operator"),
        ("Viettel,6G,1,1,,", "unknown_technology"),
        ("Viettel,4G+5G,1,1,,", "unknown_technology"),
        ("Viettel,4G,,,,", "missing_value"),
        ("Viettel,4G,-1,1,,", "out_of_range"),
        ('Viettel,4G,"1,5",1,,', "not_a_number"),
        ("Viettel,4G,1,1,32/13/2025,", "bad_date"),
    ],
)
def test_rows_that_declare_nothing_are_refused(province: Path, row: str, reason: str) -> None:
    (province / "totals.csv").write_text(f"{HEADER}{row}\nVNPT,5G,1,1,,\n", "utf-8")
    inputs = read(province, declared_totals="totals.csv")
    assert [code for _, _, code in refused(inputs)] == [reason]


def test_a_total_that_stands_twice_is_refused(province: Path) -> None:
    (province / "totals.csv").write_text(HEADER + "VNPT,,1,1,,\nVNPT,,2,1,,\n", "utf-8")
    inputs = read(province, declared_totals="totals.csv")
    assert [code for _, _, code in refused(inputs)] == ["conflicting_row"]


def test_rows_that_were_left_out_are_told_beside_the_difference(province: Path) -> None:
    (province / "sites.csv").write_text(
        "site_id,operator,technology,longitude,latitude\nS1,Viettel,4G,108.05,15.05\n"
        "S2,Viettel,4G,0,0\n",
        "utf-8",
    )
    (province / "totals.csv").write_text(HEADER + "Viettel,,2,,,\n", "utf-8")
    table = reconciled(province, declared_totals="totals.csv").declared_totals
    assert table[["difference", "rows_refused"]].to_numpy().tolist() == [[-1, 1]]


def test_the_same_list_changes_nothing(province: Path) -> None:
    assert changes(province, SITES) == []


def test_a_site_that_is_no_longer_listed_has_vanished(province: Path) -> None:
    before = SITES + "S9,Viettel,4G,108.06,15.05,1800,,2020-01-31\n"
    told = [("Viettel", "S9", "4G", "vanished", "108.060000 15.050000", "")]
    assert changes(province, before) == told


def test_a_site_that_was_switched_off_has_not_vanished(province: Path) -> None:
    header, *rows = SITES.splitlines()
    off = "S9,Viettel,4G,108.06,15.05,1800,,2020-01-31,2025-06-30"
    there = "\n".join([f"{header},off_air_date", *(f"{row}," for row in rows)])
    assert changes(province, f"{there}\n{off}\n", f"{there}\n") == []
    on = off.removesuffix("2025-06-30")
    assert changes(province, f"{there}\n{on}\n", f"{there}\n{off}\n") == []


def test_a_site_under_a_new_number_is_renamed(province: Path) -> None:
    before = SITES.replace("S1,VNPT", "OLD7,VNPT")
    assert changes(province, before) == [("VNPT", "OLD7", "5G", "renamed", "OLD7", "S1")]


def test_a_site_of_another_operator_at_the_place_is_no_new_name(province: Path) -> None:
    before = SITES + "M1,MobiFone,5G,108.15,15.06,2600,120,2024-12-31\n"
    assert [row[:4] for row in changes(province, before)] == [("MobiFone", "M1", "5G", "vanished")]


def test_another_on_air_date_is_told_once_for_a_station(province: Path) -> None:
    assert changes(province, SITES.replace("2020-01-31", "2018-05-01")) == [
        ("Viettel", "S1", "4G", "redated", "2018-05-01", "2020-01-31")
    ]


def test_a_date_that_was_blank_is_told(province: Path) -> None:
    before = SITES.replace("31/12/2024", "")
    assert changes(province, before) == [("VNPT", "S1", "5G", "redated", "", "2024-12-31")]


@pytest.mark.parametrize(("longitude", "is_told"), [("108.1502", False), ("108.1504", True)])
def test_a_site_has_moved_beyond_the_width_of_a_position(
    province: Path, longitude: str, is_told: bool
) -> None:
    told = changes(province, SITES.replace("108.15,", f"{longitude},"))
    assert [row[:4] for row in told] == ([("VNPT", "S1", "", "moved")] if is_told else [])


def test_a_site_whose_row_was_refused_has_not_vanished(province: Path) -> None:
    before = SITES + "S9,VNPT,4G,108.06,15.05,1800,,2020-01-31\n"
    now = SITES + "S9,VNPT,4G,0,0,1800,,2020-01-31\n"
    told = [("VNPT", "S9", "4G", "left_out", "108.060000 15.050000", "zero_coordinates")]
    assert changes(province, before, now) == told


def test_the_earlier_list_counts_nowhere_else(province: Path) -> None:
    (province / "before.csv").write_text(SITES + "S9,Viettel,4G,108.06,15.05,1800,,\n", "utf-8")
    inputs = read(province, sites_before=["before.csv"])
    assert set(inputs.sites["site_id"]) == {"S1"}
    assert [(file.role, file.read) for file in inputs.files][-1] == ("sites_before", 4)


def test_a_file_of_totals_that_is_missing_stops_the_run(province: Path) -> None:
    with pytest.raises(InputError) as told:
        read(province, declared_totals="none.csv", sites_before=["gone.csv"])
    assert [(f.code, f.column) for f in told.value.faults] == [
        ("missing_file", "inputs.declared_totals"),
        ("missing_file", "inputs.sites_before"),
    ]


def scenario_file(province: Path, more: str = "") -> Path:
    (province / "scenario.toml").write_text(
        'schema = 1\nname = "Thử"\nas_of = 2025-12-31\n[inputs]\ncommunes = "communes.geojson"\n'
        f'hamlets = "hamlets.csv"\nsites = ["sites.csv"]\n{more}',
        "utf-8",
    )
    return province / "scenario.toml"


def test_a_run_writes_both_tables_and_a_form(province: Path) -> None:
    (province / "totals.csv").write_text(HEADER + "Viettel,4G,3,2,,BC 12\n", "utf-8")
    (province / "before.csv").write_text(SITES + "S9,Viettel,4G,108.06,15.05,,,\n", "utf-8")
    given = 'declared_totals = "totals.csv"\nsites_before = ["before.csv"]\n'
    told = call("run", scenario_file(province, given), "--out", province / "out",
                "--outputs", "tables,workbook")  # fmt: skip
    assert told.code == 0, told.err
    written = pd.read_csv(province / "out" / "tables" / "declared_totals.csv")
    assert written["difference"].tolist() == [-1, -2]
    assert (province / "out" / "tables" / "site_changes.csv").read_text("utf-8").count("\n") == 2
    book = openpyxl.load_workbook(province / "out" / "report.xlsx")
    cells = {cell.value for row in book["B8 Danh sách trạm"].iter_rows() for cell in row}
    assert {"Số trạm", "không còn trong danh sách", "BC 12"} <= cells


def test_a_run_without_them_writes_empty_tables_and_says_so_on_the_form(province: Path) -> None:
    told = call("run", scenario_file(province), "--out", province / "out",
                "--outputs", "tables,workbook")  # fmt: skip
    assert told.code == 0, told.err
    assert (province / "out" / "tables" / "site_changes.csv").read_text("utf-8").count("\n") == 1
    book = openpyxl.load_workbook(province / "out" / "report.xlsx")
    cells = [cell.value or "" for row in book["B8 Danh sách trạm"].iter_rows() for cell in row]
    assert any("sites_before" in str(value) for value in cells)


def test_every_kind_of_change_is_told_in_vietnamese() -> None:
    words = translator("vi", "workbook")
    assert set(CHANGES) == set(SITE_CHANGES)
    assert all(words(english) != english for english in CHANGES.values())
