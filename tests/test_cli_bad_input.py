"""Bad input on the command line: what is wrong is told at once, and nothing half-done is left."""

from __future__ import annotations

import csv
import errno
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_case import (
    CLUSTERS,
    COMMUNES,
    HAMLETS,
    SITES,
    VIETTEL,
    VNPT,
    Case,
    Told,
    call,
    new_case,
    write_small_sample,
)

from geoplan import planner
from geoplan.report import tables as table_files
from geoplan.tables import REJECTS_OUT

IS_ROOT = sys.platform == "linux" and os.geteuid() == 0
Where = tuple[str, str, int | None, str]
"""Code, file, row and column of a fault."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_sample(tmp_path_factory.mktemp("sample") / "province")


@pytest.fixture
def case(sample: Path, tmp_path: Path) -> Case:
    return new_case(sample, tmp_path)


# ------------------------------------------------------------------ faults that stop the run


def missing_file(case: Case) -> None:
    (case.folder / CLUSTERS).unlink()


def unknown_keys(case: Case) -> None:
    case.edit("scenario.toml", "min_share", "minimum_share")
    case.edit("scenario.toml", "as_of", "asof")


def several_files(case: Case) -> None:
    missing_file(case)
    case.rename_column(VNPT, "operator", "who")
    case.rename_column(HAMLETS, "hamlet_id", "number")
    case.key("plans", '["quang-ngai-199"]')


def other_column(file: str, old: str, new: str) -> Callable[[Case], None]:
    return lambda case: case.rename_column(file, old, new)


def other_key(name: str, value: str | None) -> Callable[[Case], None]:
    return lambda case: case.key(name, value)


def metres(case: Case) -> None:
    case.rename_column(VNPT, "longitude", "x")
    case.rename_column(VNPT, "latitude", "y")


def swapped(case: Case) -> None:
    for old, new in (("longitude", "?"), ("latitude", "longitude"), ("?", "latitude")):
        case.rename_column(VNPT, old, new)


def many_bad_rows(case: Case) -> None:
    for row in (2, 4, 6, 8):
        case.change(VNPT, row, technology="6G")


def broken(file: str, text: bytes) -> Callable[[Case], None]:
    def alter(case: Case) -> None:
        (case.folder / file).write_bytes(text)

    return alter


SCENARIO = "scenario.toml"
STOPPED: dict[str, tuple[Callable[[Case], None], set[Where], str]] = {
    "missing file": (
        missing_file,
        {("missing_file", CLUSTERS, None, "inputs.clusters")},
        f"{CLUSTERS}, khóa inputs.clusters: không tìm thấy tệp → kiểm tra đường dẫn",
    ),
    "unknown keys": (
        unknown_keys,
        {
            ("unknown_key", SCENARIO, None, "coverage.minimum_share"),
            ("unknown_key", SCENARIO, None, "asof"),
        },
        "scenario.toml, khóa asof: khóa không được nhận biết → xóa khóa này",
    ),
    "faults of several files": (
        several_files,
        {
            ("missing_file", CLUSTERS, None, "inputs.clusters"),
            ("missing_column", VNPT, None, "operator"),
            ("missing_column", HAMLETS, None, "hamlet_id"),
            ("unknown_plan", "", None, "targets.plans"),
        },
        f"{VNPT}, cột operator: thiếu một cột → bổ sung cột; các tiêu đề được nhận biết: operator",
    ),
    "missing column": (
        other_column(VNPT, "technology", "kind"),
        {("missing_column", VNPT, None, "technology")},
        "Công nghệ",
    ),
    "no coordinate system": (
        metres,
        {("missing_crs_candidates", VNPT, None, "")},
        f'rồi ghi vào kịch bản: {{ path = "{VNPT}", crs = "EPSG:4326" }}',
    ),
    "negative radius": (
        lambda case: case.edit(SCENARIO, "urban = 1200", "urban = -1200"),
        {("not_above", SCENARIO, None, "coverage.radius_m.4G.urban")},
        "khóa coverage.radius_m.4G.urban = '-1200': phải lớn hơn 0 → sửa lại",
    ),
    "latitude for longitude": (
        swapped,
        {("swapped_coordinates", VNPT, None, "longitude, latitude")},
        "vĩ độ và kinh độ bị đổi chỗ trong toàn bộ tệp → đổi chỗ hai cột",
    ),
    "too many bad rows": (
        many_bad_rows,
        {("too_many_rejects", VNPT, None, "")}
        | {("unknown_technology", VNPT, row, "technology") for row in (2, 4, 6, 8)},
        "4 trên 59 dòng bị loại, quá mức 5 %",
    ),
    "unknown plan": (
        other_key("plans", '["quang-ngai-199"]'),
        {("unknown_plan", "", None, "targets.plans")},
        "khóa targets.plans = 'quang-ngai-199': kế hoạch không có trong danh mục → ghi một trong",
    ),
    "broken TOML": (
        lambda case: case.edit(SCENARIO, "[inputs]", "[inputs"),
        {("bad_toml", SCENARIO, 9, "")},
        "scenario.toml, dòng 9 = '[inputs': tệp TOML không hợp lệ",
    ),
    "no such choice": (
        other_key("model", '"guess"'),
        {("not_a_choice", SCENARIO, None, "coverage.model")},
        "ghi một trong các giá trị radius, hata, tr38901, p1812, auto",
    ),
    "words for a number": (
        other_key("merge_distance_m", '"ba mươi"'),
        {("number_needed", SCENARIO, None, "sharing.merge_distance_m")},
        "không phải là số → chỉ ghi chữ số và dấu chấm thập phân",
    ),
    "part of a position": (
        other_key("positions", "20.5"),
        {("whole_number_needed", SCENARIO, None, "siting.positions")},
        "không phải là số nguyên",
    ),
    "no date": (
        other_key("as_of", '"31/12/2025"'),
        {("date_needed", SCENARIO, None, "as_of")},
        "không phải là ngày → ghi năm-tháng-ngày, không có dấu ngoặc kép: 2025-12-31",
    ),
    "a value for a section": (
        lambda case: case.scenario.write_text("schema = 1\ninputs = 3\n", "utf-8"),
        {("section_needed", SCENARIO, None, "inputs")},
        "ghi thành một mục: [inputs]",
    ),
    "a missing key": (
        other_key("hamlets", None),
        {("missing_key", SCENARIO, None, "inputs.hamlets")},
        "khóa inputs.hamlets: thiếu một khóa → bổ sung khóa",
    ),
    "unknown planning system": (
        other_key("planning_crs", '"EPSG:99999"'),
        {("unknown_crs", "", None, "planning_crs")},
        "khóa planning_crs = 'EPSG:99999'",
    ),
    "planning in degrees": (
        other_key("planning_crs", '"EPSG:4326"'),
        {("crs_not_metric", "", None, "planning_crs")},
        "hệ tọa độ không tính theo mét",
    ),
    "a workbook in name only": (
        lambda case: (
            case.edit(SCENARIO, "sites_vnpt.csv", "sites_vnpt.xlsx"),
            broken("sites/sites_vnpt.xlsx", b"not a workbook")(case),
        )[0],
        {("unreadable_file", "sites/sites_vnpt.xlsx", None, "")},
        "không đọc được tệp",
    ),
    "half a layer": (
        broken(COMMUNES, b'{"type": "FeatureColl'),
        {("unreadable_file", COMMUNES, None, "")},
        "mở thử xem tệp có bị hỏng không, rồi xuất lại",
    ),
    "bytes that are no text": (
        broken(VNPT, bytes(range(128, 256)) * 8),
        {("encoding", VNPT, None, "")},
        "văn bản chưa rõ bảng mã",
    ),
}


def where(fault: dict[str, Any]) -> Where:
    return fault["code"], fault["file"], fault["row"], fault["column"]


@pytest.mark.parametrize("name", STOPPED)
def test_a_fault_stops_the_run_and_nothing_is_written(case: Case, name: str) -> None:
    alter, expected, words = STOPPED[name]
    alter(case)
    before = case.everything()
    told = case.run("--json")
    faults = told.data()["faults"]
    assert told.code == 2
    assert sorted(map(where, faults), key=str) == sorted(expected, key=str)
    assert all(fault["message"] and fault["advice"] for fault in faults)
    vi, en = case.run("--lang", "vi"), case.run("--lang", "en", "--quiet")
    assert (vi.code, en.code) == (2, 2)
    assert len(vi.bullets) == len(en.bullets) == len(faults)
    assert words in vi.err
    assert vi.err.startswith(f"Có {len(faults)} lỗi; chưa ghi gì.")
    assert en.err.startswith(f"Faults: {len(faults)}; nothing was written.")
    assert vi.out == en.out == ""
    assert "…" not in en.err.replace("… and", "")
    assert case.everything() == before


@pytest.mark.parametrize(
    "name", ["missing file", "unknown plan", "unknown planning system", "swapped"]
)
def test_check_finds_what_stops_the_run(case: Case, name: str) -> None:
    alter, expected = (swapped, None) if name == "swapped" else STOPPED[name][:2]
    alter(case)
    told = call("check", case.scenario, "--json")
    assert told.code == 2
    assert expected is None or set(map(where, told.data()["faults"])) == expected


def test_a_scenario_that_is_not_there(case: Case) -> None:
    told = call("run", case.folder / "scenarios.toml")
    assert told.code == 2
    assert "scenarios.toml: không có tệp hoặc thư mục này → kiểm tra đường dẫn" in told.err


def test_an_output_of_unknown_name(case: Case) -> None:
    before = case.everything()
    told = case.run("--lang", "en", outputs="tables,maps")
    assert told.code == 2
    assert "option --outputs = 'maps': a value that is not known → write one of tables, map" in (
        told.err
    )
    assert case.everything() == before


def test_strict_allows_no_bad_row(case: Case) -> None:
    case.change(VNPT, 3, technology="6G")
    before = case.everything()
    told = case.run("--strict", "--json")
    assert told.code == 2
    assert set(map(where, told.data()["faults"])) == {
        ("strict", VNPT, None, ""),
        ("unknown_technology", VNPT, 3, "technology"),
    }
    assert case.everything() == before
    assert call("check", case.scenario, "--strict").code == 2
    assert call("check", case.scenario).code == 0


# ------------------------------------------------------------------ folders that cannot be written


def refuse_to_read(*_: Any, **__: Any) -> Any:
    raise AssertionError("the folder was to be refused before anything is read")


def assert_refused(case: Case, told: Told, code: str, words: str) -> None:
    assert told.code == 2, told
    assert [fault["code"] for fault in told.data()["faults"]] == [code]
    assert words in told.data()["faults"][0]["message"]


def test_a_target_that_holds_something_else(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "read_inputs", refuse_to_read)
    case.out.mkdir()
    (case.out / "báo cáo.docx").write_text("mine", "utf-8")
    before = case.everything()
    assert_refused(case, case.run("--json"), "folder_not_ours", "báo cáo.docx")
    assert case.everything() == before
    assert (case.out / "báo cáo.docx").read_text("utf-8") == "mine"


def test_a_target_that_is_a_file_or_below_one(case: Case) -> None:
    case.out.write_text("a file", "utf-8")
    for out in (case.out, case.out / "below" / "it"):
        assert_refused(case, case.run("--json", out=out), "folder_is_file", "trùng tên")
    assert case.out.read_text("utf-8") == "a file"


def mount(folder: Path, options: str) -> None:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")


@pytest.fixture
def disk(case: Case, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own, mounted with the options of the test."""
    if not IS_ROOT:
        pytest.skip("mounting a disk needs root on Linux")
    folder = case.root / "disk"
    mount(folder, request.param)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("disk", ["ro"], indirect=True)
def test_a_disk_that_cannot_be_written(
    case: Case, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "read_inputs", refuse_to_read)
    assert_refused(
        case, case.run("--json", out=disk / "out"), "folder_unwritable", "không ghi được"
    )


@pytest.mark.parametrize("disk", ["size=120k"], indirect=True)
def test_a_disk_that_is_full(case: Case, disk: Path) -> None:
    assert_refused(case, case.run("--json", out=disk / "a" / "out"), "disk_full", "đĩa đã đầy")
    assert list(disk.iterdir()) == []


def test_a_disk_that_fills_while_writing_leaves_the_old_result(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert case.run().code == 0
    before = {path: path.read_bytes() for path in case.out.rglob("*") if path.is_file()}

    def fill(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(table_files, "write_tables", fill)
    assert_refused(case, case.run("--json"), "disk_full", "đĩa đã đầy")
    assert {path: path.read_bytes() for path in case.out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in case.root.iterdir()) == ["out", "province"]


# ------------------------------------------------------------------ rows that are left out


def test_bad_rows_are_left_out_and_the_run_goes_on(case: Case) -> None:
    case.key("max_rejected_share", "0.5")
    number = case.change(VIETTEL, 3, longitude="1o8.846202")
    height = case.change(VIETTEL, 4, antenna_agl_m="thấp")
    sea = case.change(VIETTEL, 9, latitude="11.510783")
    again = case.repeat(VIETTEL, 6)
    other = case.repeat(VIETTEL, 7, structure_owner="=cmd|' /C calc'!A0")
    commune = case.change(HAMLETS, 4, commune_code="00999")
    zeros = case.change(HAMLETS, 5, commune_code=case.rows(HAMLETS)[3]["commune_code"].lstrip("0"))
    orphan = case.change(CLUSTERS, 2, hamlet_id="00102-999")

    told = case.run("--lang", "en")
    assert told.code == 0
    rejects = case.table("rejects")
    assert list(rejects[0]) == list(REJECTS_OUT.names)
    found = {
        (row["file"], row["row"], row["key"], row["column"], row["value"], row["reason"])
        for row in rejects
    }
    viettel = {
        ("3", number["site_id"], "longitude", "1o8.846202", "not_a_number"),
        ("4", height["site_id"], "antenna_agl_m", "thấp", "not_a_number"),
        ("9", sea["site_id"], "longitude", sea["longitude"], "outside_area"),
        (str(again), case.rows(VIETTEL)[4]["site_id"], "", "", "duplicate_row"),
        (
            *(str(other), case.rows(VIETTEL)[5]["site_id"], "structure_owner"),
            *("'=cmd|' /C calc'!A0", "conflicting_row"),
        ),
    }
    assert {(VIETTEL, *row) for row in viettel} <= found
    assert (HAMLETS, "4", commune["hamlet_id"], "commune_code", "00999", "unknown_commune") in found
    assert (CLUSTERS, "2", orphan["cluster_id"], "hamlet_id", "00102-999", "unknown_hamlet") in (
        found
    )
    advice = {(row["file"], row["row"]): row["advice"] for row in rejects}
    assert "row 6" in advice[VIETTEL, str(again)]
    assert "row 7" in advice[VIETTEL, str(other)]
    assert advice[VIETTEL, "9"].startswith("314 km outside every commune")
    assert all(advice.values())

    mended = f"{HAMLETS}, row 5, column commune_code = {zeros['commune_code']!r}"
    assert mended + ": leading zeros are missing; read as 00102" in told.err
    hamlets = {row["hamlet_id"]: row["commune_code"] for row in case.table("tables/hamlets")}
    assert hamlets[zeros["hamlet_id"]] == "00102"
    assert commune["hamlet_id"] not in hamlets

    run = json.loads((case.out / "run.json").read_text("utf-8"))
    files = {file["path"]: file for file in run["inputs"]}
    for path in (*SITES, HAMLETS, CLUSTERS):
        counted = files[path]
        assert counted["read"] == counted["accepted"] + counted["refused"] == len(case.rows(path))
        assert counted["refused"] == sum(row["file"] == path for row in rejects)
    assert f"rows refused: {len(rejects)}, see rejects.csv" in told.out
    assert str(case.root) not in (case.out / "run.json").read_text("utf-8")


def test_check_lists_the_same_rows_in_both_languages(case: Case) -> None:
    case.change(VIETTEL, 3, longitude="1o8.846202")
    case.repeat(VIETTEL, 6)
    before = case.everything()
    vi = call("check", case.scenario)
    assert vi.code == 0
    assert f"✗ {VIETTEL}, dòng 3, cột longitude = '1o8.846202'" in vi.out
    assert "không phải là số; chỉ ghi chữ số" in vi.out
    assert "Loại 2 dòng. Kịch bản chạy được." in vi.out
    en = call("check", case.scenario, "--lang", "en")
    assert f"✗ {VIETTEL}, row 3, column longitude = '1o8.846202'" in en.out
    assert "not a number; write digits only" in en.out
    assert "the same row as row 6; keep one of the two [duplicate_row]" in en.out
    assert case.everything() == before


def test_a_polygon_that_crosses_itself_is_mended_and_listed(case: Case) -> None:
    def cross(features: list[Any]) -> list[Any]:
        rings = features[0]["geometry"]["coordinates"]
        ring = rings[0] if features[0]["geometry"]["type"] == "Polygon" else rings[0][0]
        ring[1], ring[2] = ring[2], ring[1]
        return features

    case.geojson(COMMUNES, cross)
    told = call("check", case.scenario)
    assert told.code == 0
    assert f"! {COMMUNES}, dòng 1: đường bao tự cắt; đã sửa → kiểm tra đường bao" in told.err


# ------------------------------------------------------------------ little to work with


def warned(told: Told) -> set[str]:
    assert told.code == 0, told
    return {warning["code"] for warning in told.data()["warnings"]}


@pytest.mark.parametrize("how", ["headers only", "an empty list"])
def test_no_sites_at_all(case: Case, how: str) -> None:
    if how == "headers only":
        for file in SITES:
            case.empty(file)
    else:
        case.key("sites", "[]")
        case.key("operators", None)
    told = case.run("--json", outputs="tables,map,workbook")
    assert "no_sites" in warned(told)
    assert ("empty_file" in warned(told)) == (how == "headers only")
    counts = told.data()["counts"]
    assert counts["white_4g"]["count"] == counts["hamlets"] - counts["hamlets_unknown"] > 0
    assert case.table("tables/positions") == []


def test_no_clusters(case: Case) -> None:
    case.key("clusters", None)
    told = case.run("--json", outputs="tables,map,workbook")
    assert "no_clusters" in warned(told)
    assert told.data()["counts"]["dead_spot_4g"]["count"] == 0
    assert {row["clusters_known"] for row in case.table("tables/hamlets")} == {"false"}


def test_one_commune(case: Case) -> None:
    case.geojson(COMMUNES, lambda features: features[:1])
    case.key("max_rejected_share", "1")
    told = case.run("--json", outputs="tables,map,workbook")
    assert warned(told)
    (commune,) = case.table("tables/communes")
    assert {row["commune_code"] for row in case.table("tables/hamlets")} == {
        commune["commune_code"]
    }
    levels = {row["level"] for row in case.table("tables/indicators")}
    assert {"province", "commune"} <= levels


def test_no_hamlets_and_no_place_for_any(case: Case) -> None:
    case.empty(HAMLETS)
    case.empty(CLUSTERS)
    assert "empty_file" in warned(case.run("--json", outputs="tables,map,workbook"))
    assert case.table("tables/hamlets") == []


# ------------------------------------------------------------------ text that would run


SCRIPT, FORMULA = "<script>alert(1)</script>", '=HYPERLINK("http://x")'


def test_text_that_would_run_is_shown_as_text(case: Case) -> None:
    first, second = case.rows(VIETTEL)[0]["site_id"], case.rows(VNPT)[0]["site_id"]
    for file, old, new in ((VIETTEL, first, SCRIPT), (VNPT, second, FORMULA)):
        rows = case.rows(file)
        changed = [{**row, "site_id": new} if row["site_id"] == old else row for row in rows]
        case.write(file, [{**row, "structure_id": ""} for row in changed])
    case.change(HAMLETS, 2, name=SCRIPT)
    case.change(HAMLETS, 3, name=FORMULA)
    case.change(CLUSTERS, 3, hamlet_id=FORMULA)
    assert case.run(outputs="tables,map,workbook").code == 0

    page = (case.out / "map.html").read_text("utf-8")
    assert "alert(1)" in page
    assert SCRIPT not in page

    with (case.out / "tables" / "hamlets.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert {SCRIPT, f"'{FORMULA}"} <= names
    assert f"'{FORMULA}" in {row["value"] for row in case.table("rejects")}
    for path in case.out.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith("=")]

    for name in ("bang-so-lieu.xlsx", "report.xlsx"):
        texts, formulas = cells_of(case.out / name)
        assert not [text for text in formulas if "HYPERLINK" in text or "script" in text]
        if name == "bang-so-lieu.xlsx":
            assert {SCRIPT, FORMULA} <= texts


def cells_of(path: Path) -> tuple[set[str], set[str]]:
    """Give the texts and the formulas of a workbook."""
    import openpyxl

    texts: set[str] = set()
    formulas: set[str] = set()
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    (formulas if cell.data_type == "f" else texts).add(cell.value)
    book.close()
    return texts, formulas


def test_no_link_of_a_workbook_leads_outside(case: Case) -> None:
    case.change(HAMLETS, 3, name="http://example.com/x")
    assert case.run(outputs="workbook").code == 0
    for name in ("bang-so-lieu.xlsx", "report.xlsx"):
        with zipfile.ZipFile(case.out / name) as parts:
            links = [parts.read(part) for part in parts.namelist() if part.endswith(".rels")]
        assert not [link for link in links if b"example.com" in link]
