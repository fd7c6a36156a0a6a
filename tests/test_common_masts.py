"""Masts that could be one and partners of plans, asked of a whole run."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from geoplan import planner

_SITES = (
    "site_id,operator,technology,longitude,latitude,structure_owner,structure_height_m,"
    "on_air_date,status\n"
    "A,Viettel,4G,108.05,15.05,VTCI,30,2020-01-01,\n"
    "A,Viettel,5G,108.05,15.05,VTCI,42,2020-01-01,\n"
    "B,VNPT,4G,108.058,15.05,,24,2020-01-01,\n"
    "C,MobiFone,4G,108.09,15.05,,24,2020-01-01,\n"
    "P,MobiFone,4G,108.051,15.05,,30,2027-05-01,planned\n"
    "Q,VNPT,4G,108.0515,15.05,,30,2027-09-01,planned\n"
    "R,VNPT,4G,108.02,15.02,,30,,proposed\n"
)
_SCENARIO = (
    'schema = 1\nlanguage = "{language}"\nas_of = 2025-12-31\n[inputs]\n'
    'communes = "communes.geojson"\nhamlets = "hamlets.csv"\nsites = ["sites.csv"]\n'
    "{more}"
)


def _run(folder: Path, language: str = "vi", more: str = "") -> Path:
    from io_case import write_province

    write_province(folder)
    (folder / "sites.csv").write_text(_SITES, "utf-8")
    (folder / "scenario.toml").write_text(_SCENARIO.format(language=language, more=more), "utf-8")
    scenario = planner.read_scenario(folder / "scenario.toml")
    _, path = planner.run(scenario, folder / "out", outputs=("tables", "workbook"))
    return path


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    with (path / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_masts_within_a_kilometre_in_the_country_could_be_one(tmp_path: Path) -> None:
    found = _rows(_run(tmp_path), "sharing_potential")
    told = [(row["keep_position_id"], row["move_position_id"], row["whom"]) for row in found]
    # A and B stand 860 m apart; C is 3.4 km away. A is the higher one, and VTCI's.
    assert told == [("Viettel:A", "VNPT:B", "VTCI")]
    assert found[0]["within_m"] == "1000.0"
    assert float(found[0]["distance_m"]) == pytest.approx(860, abs=5)


def test_plans_meet_masts_and_other_operators_plans(tmp_path: Path) -> None:
    found = _rows(_run(tmp_path), "planned_pairs")
    told = {(row["site_id"], row["advice"], row["partner_id"], row["year"]) for row in found}
    assert told == {
        ("P", "go_onto", "Viettel:A", "2027"),
        ("P", "go_onto", "VNPT:B", "2027"),
        ("P", "build_together", "VNPT:Q", "2027"),
        ("Q", "go_onto", "Viettel:A", "2027"),
        ("Q", "go_onto", "VNPT:B", "2027"),
        ("Q", "build_together", "MobiFone:P", "2027"),
        ("R", "none", "", ""),
    }


def test_the_distance_is_a_setting(tmp_path: Path) -> None:
    path = _run(tmp_path, more="[sharing.potential_m]\nrural = 80\n")
    assert not _rows(path, "sharing_potential")
    partners = {(row["site_id"], row["partner_id"]) for row in _rows(path, "planned_pairs")}
    assert partners == {("P", "VNPT:Q"), ("Q", "MobiFone:P"), ("R", "")}


@pytest.mark.parametrize(
    ("language", "sheet", "words"),
    [
        ("vi", "Thẩm định kế hoạch năm", "cùng xây dựng một cột"),
        ("en", "Review of plans", "build one mast together"),
    ],
)
def test_the_form_shows_every_row(tmp_path: Path, language: str, sheet: str, words: str) -> None:
    path = _run(tmp_path, language)
    book = openpyxl.load_workbook(path / "report.xlsx")
    name = next(name for name in book.sheetnames if sheet in name)
    cells = [[cell.value for cell in row] for row in book[name].iter_rows()]
    flat = [value for row in cells for value in row]
    assert flat.count(words) == 2
    assert "VNPT:Q" in flat
    rows = _rows(path, "sharing_potential")
    shown = next(row for row in cells if "VTCI" in row)
    assert float(rows[0]["saved_vnd"]) / 1e6 in shown
