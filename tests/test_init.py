"""The starter folder: it runs as it stands, is read as it is written, and overwrites nothing."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from geoplan import planner, tables, text
from geoplan.cli.app import app
from geoplan.cli.init import fill
from geoplan.demo import starter
from geoplan.demo.template_words import FOOT, Words
from geoplan.faults import Faults, FolderError
from geoplan.io import columns, readers, recognise_folder, values
from geoplan.io.readers import Source
from geoplan.scenario import Scenario, SourceFile, read_scenario
from geoplan.scenario.model import Checks, Coverage, Inputs, Publish, Sharing, Siting, Targets
from geoplan.scenario.reader import parse_scenario
from geoplan.tables import Table

LANGUAGES = ("vi", "en")
BOOKS: dict[str, Table] = {
    **{f"{name}.xlsx": table for name, table in ((t.name, t) for t in starter._BOOKS)},
    "sites_viettel.xlsx": tables.SITES,
    "sites_vietnamobile.xlsx": tables.SITES,
}
CASES = [(language, name) for language in LANGUAGES for name in BOOKS]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for language in LANGUAGES:
        made[language] = tmp_path_factory.mktemp("init") / language
        fill(made[language], language)
    return made


def headers_of(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [str(cell.value) for cell in book.worksheets[0][1]]


def names_of(table: Table) -> set[str]:
    return {column.name for column in table.columns if column.kind != "geometry"}


def keys_of(section: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in section.model_fields.items()}


def switched_on(toml: str) -> dict[str, Any]:
    """Parse a scenario with every key that is commented out switched on."""
    lines = [re.sub(r'^# (?=["\w.]+ = |\[)', "", line) for line in toml.splitlines()]
    return tomllib.loads("\n".join(lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_refuses_no_row_and_finds_every_input(
    folders: dict[str, Path], language: str
) -> None:
    told = CliRunner().invoke(app, ["check", str(folders[language]), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert found["refused"] == []
    assert found["warnings"] == []
    roles = {*(table.name for table in starter._BOOKS), "communes", "zones", "sites"}
    assert {file["role"] for file in found["files"]} == roles
    assert all(file["read"] == file["accepted"] > 0 for file in found["files"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_runs_as_it_stands(folders: dict[str, Path], language: str, tmp_path: Path) -> None:
    plan = read_scenario(folders[language] / "scenario.toml")
    result, kept = planner.run(plan, tmp_path / "out", outputs=("tables",))
    assert (kept / "tables" / "hamlets.csv").is_file()
    assert len(result.baseline.hamlets) == 150
    assert plan.language == language
    # There is something to look at: white hamlets, and sites proposed for them.
    assert (result.baseline.hamlets["status_4g"] == "white").any()
    assert len(result.plan.proposals)


def test_both_languages_hold_the_same_values(folders: dict[str, Path]) -> None:
    vi, en = (planner.read_inputs(read_scenario(folders[x] / "scenario.toml")) for x in LANGUAGES)
    for name in ("hamlets", "clusters", "sites", "places", "structures", "reported"):
        left, right = getattr(vi, name), getattr(en, name)
        own = [c for c in left.columns if c not in ("centre_kind", "source_sheet", "geometry")]
        assert left[own].equals(right[own]), name


@pytest.mark.parametrize(("language", "name"), CASES)
def test_every_column_stands_under_a_header_that_is_recognised(
    folders: dict[str, Path], language: str, name: str
) -> None:
    table, faults = BOOKS[name], Faults()
    headers = headers_of(folders[language] / name)
    matched = columns.match(headers, table, file=name, sheet="", faults=faults)
    assert not list(faults)
    assert not matched.others
    assert set(matched.columns) == names_of(table)


@pytest.mark.parametrize("name", ["communes", "zones"])
def test_layers_have_every_column(folders: dict[str, Path], name: str) -> None:
    features = json.loads((folders["vi"] / f"{name}.geojson").read_text("utf-8"))["features"]
    table = next(table for table in tables.INPUT_TABLES if table.name == name)
    assert set(features[0]["properties"]) == names_of(table)


@pytest.mark.parametrize(("language", "name"), CASES)
def test_the_data_are_found_without_the_name_of_the_sheet(
    folders: dict[str, Path], language: str, name: str
) -> None:
    faults = Faults()
    source = Source(BOOKS[name], SourceFile(path=name), folders[language] / name)
    raw = readers.read(source, faults)
    assert not list(faults)
    assert raw is not None
    assert raw.sheet == Words(language).sheet(BOOKS[name].name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_without_its_scenario_is_recognised(
    folders: dict[str, Path], language: str
) -> None:
    found = tomllib.loads(recognise_folder(folders[language]))["inputs"]
    assert found.pop("sites") == sorted(p.name for p in folders[language].glob("sites_*.xlsx"))
    given = read_scenario(folders[language] / "scenario.toml").inputs
    assert found == {name: getattr(given, name).path for name in found}
    assert set(found) == {*(table.name for table in starter._BOOKS), "communes", "zones"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_explain_every_column(folders: dict[str, Path], language: str) -> None:
    words = Words(language)
    for name, table in BOOKS.items():
        book = openpyxl.load_workbook(folders[language] / name)
        assert book.sheetnames == [words.sheet(table.name), words.sheet("notes")]
        data, notes = book.worksheets
        assert data.freeze_panes == "C2"
        assert all(cell.comment for cell in data[1])
        rows = list(notes.iter_rows(min_row=4, values_only=True))[: len(data[1])]
        assert [str(row[0]).split(" · ")[1] for row in rows] == headers_of(folders[language] / name)
        assert all(row[1] and row[2] and row[5] for row in rows), name


def test_codes_are_text_and_choices_are_lists(folders: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(folders["vi"] / "hamlets.xlsx")
    data = book["Thôn"]
    at = {str(cell.value): cell.column for cell in data[1]}
    code = data.cell(2, at["Mã xã"])
    assert (code.value, code.number_format) == ("00102", "@")
    assert data.cell(2, at["Có điện lưới"]).value == "có"
    lists = [r.formula1 for r in data.data_validations.dataValidation if r.type == "list"]
    assert lists == ['"có,không"'] * 5
    sites = openpyxl.load_workbook(folders["vi"] / "sites_vnpt.xlsx")["Trạm"]
    rules = {r.formula1 for r in sites.data_validations.dataValidation if r.type == "list"}
    assert '"đang hoạt động,quy hoạch,đề xuất"' in rules
    assert '"2G,3G,4G,5G"' in rules
    air = next(cell.column for cell in sites[1] if cell.value == "Ngày phát sóng")
    dates = [sites.cell(row, air) for row in range(2, 12)]
    assert any(cell.is_date and cell.number_format == "dd/mm/yyyy" for cell in dates)


def test_words_of_cells_are_those_that_are_read() -> None:
    words = Words("vi")
    for table in BOOKS.values():
        for column in table.columns:
            for choice in words.choices(column):
                kind = "boolean" if column.kind == "boolean" else column.name
                assert values.key(choice) in values.words(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scenario_shows_every_key_and_its_defaults(
    folders: dict[str, Path], language: str
) -> None:
    toml = (folders[language] / "scenario.toml").read_text("utf-8")
    given = tomllib.loads(toml)
    bare = {"schema": 1, "inputs": given["inputs"], "as_of": given["as_of"]}
    default = parse_scenario(bare, folders[language])
    plan = parse_scenario(given, folders[language])
    most = default.siting.model_copy(update={"positions": default.siting.most_positions})
    assert plan.siting == most
    assert plan.coverage.model_copy(update={"radius_m": {}}) == default.coverage
    for section in ("sharing", "checks", "operators", "publish"):
        assert getattr(plan, section) == getattr(default, section)
    shown = switched_on(toml)
    assert set(shown) == keys_of(Scenario) - {"folder"}
    for section in (Inputs, Coverage, Sharing, Siting, Checks, Publish, Targets):
        assert set(shown[section.__name__.lower()]) == keys_of(section)


def test_the_two_scenarios_say_the_same(folders: dict[str, Path]) -> None:
    vi, en = (tomllib.loads((folders[x] / "scenario.toml").read_text("utf-8")) for x in LANGUAGES)
    for section in ("coverage", "sharing", "siting", "targets"):
        assert vi[section] == en[section]


def test_same_bytes_each_time(folders: dict[str, Path], tmp_path: Path) -> None:
    fill(tmp_path / "again", "vi")
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert again == {path.name: path.read_bytes() for path in folders["vi"].iterdir()}


def test_a_filled_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    told = CliRunner().invoke(app, ["init", str(tmp_path)])
    assert told.exit_code == 2
    assert "mine.txt" in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_second_init_is_refused(folders: dict[str, Path]) -> None:
    with pytest.raises(FolderError) as caught:
        fill(folders["vi"], "vi")
    assert {fault.code for fault in caught.value.faults} == {"folder_not_ours"}


def test_a_finished_run_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"schema": 1, "outputs": []}')
    with pytest.raises(FolderError):
        fill(tmp_path, "vi")


def test_the_folder_of_the_user_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["init", ".", "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert Path("scenario.toml").is_file()
    assert Path("README.txt").is_file()
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_every_sentence_is_translated() -> None:
    words = Words("vi")
    asked = [sentence for group in FOOT.values() for sentence in group]
    for table in BOOKS.values():
        columns_ = [column for column in table.columns if column.kind != "geometry"]
        asked += [table.description, *(column.unit for column in columns_ if column.unit)]
        english = Words("en")
        for column in columns_:
            asked += [english.meaning(column), english.need(table, column)]
    same = {"m", "kg", "MHz", "dBm", ""}
    assert [one for one in dict.fromkeys(asked) if one not in same and words.say(one) == one] == []
    catalogue = Path(text.__file__).parent / "locale/vi/LC_MESSAGES/starter.po"
    assert text.nfc(catalogue.read_text("utf-8")).count("msgid") > 80
