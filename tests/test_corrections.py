"""The forms in which senders are asked to correct their data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_case import call, in_vietnamese
from io_case import write_province

from geoplan import planner
from geoplan.report.corrections import FOLDER, correction_forms
from geoplan.results import RunResult
from geoplan.scenario import parse_scenario

VIETTEL = """Mã trạm,Nhà mạng,Công nghệ,Kinh độ,Vĩ độ,Ngày phát sóng
"=HYPERLINK(""{}"")",Viettel,4G,0,0,2020-01-31
V2,VTL,4G,"108,05","15,05",2020-01-31
V3,Viettel,4G,"108,8o1","15,05",2020-01-31
"""
VNPT = """site_id,operator,technology,longitude,latitude
N1,VNPT,4G,108.15,15.05
"""
MIXED = """site_id,operator,technology,longitude,latitude
M1,MobiFone,4G,108.15,15.05
M2,Vietnamobile,4G,,
"""
HAMLETS = """hamlet_id,name,commune_code,longitude,latitude
H1,Thôn Một,00101,108.15,15.05
H2,Thôn Hai,99999,,
"""


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    second = VIETTEL.replace("\nV", "\nW")
    lists = {"vt": VIETTEL.format("x"), "vt_2": second.format("y"), "vnpt": VNPT, "mixed": MIXED}
    for name, text in lists.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "hamlets.csv").write_text(HAMLETS, "utf-8")
    return tmp_path


def run_of(folder: Path, language: str = "vi", **inputs: Any) -> RunResult:
    names = {
        "communes": "communes.geojson",
        "hamlets": "hamlets.csv",
        "sites": ["vt.csv", "vt_2.csv", "vnpt.csv", "mixed.csv"],
        "max_rejected_share": 1.0,
    }
    raw = {
        "schema": 1,
        "name": "Thử",
        "language": language,
        "as_of": "2025-12-31",
        "inputs": {**names, **inputs},
    }
    scenario = parse_scenario(raw, folder)
    found = planner.read_inputs(scenario)
    baseline = planner.assess(found, scenario)
    return RunResult(scenario, found, baseline, planner.make_plan(found, baseline, scenario))


def book_of(folder: Path, name: str, **given: Any) -> Any:
    import io

    return openpyxl.load_workbook(io.BytesIO(correction_forms(run_of(folder, **given))[name]))


def table_of(sheet: Any) -> list[list[Any]]:
    """Give the rows below the heading of a part, to the first that has no number."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(rows) if row[0] in ("TT", "No."))
    return [row for row in rows[start + 1 :] if isinstance(row[0], int)]


def test_every_sender_who_has_something_to_correct_gets_one_form(province: Path) -> None:
    assert sorted(correction_forms(run_of(province))) == [
        "hamlets.xlsx",
        "mixed.xlsx",
        "viettel.xlsx",
    ]


def test_a_form_lists_all_files_of_its_sender_with_rows_as_a_person_counts_them(
    province: Path,
) -> None:
    rows = table_of(book_of(province, "viettel.xlsx").worksheets[0])
    assert [(row[1], row[3], row[5], row[6]) for row in rows] == [
        ("vt.csv", 2, "Kinh độ", "0"),
        ("vt.csv", 4, "Kinh độ", "108,8o1"),
        ("vt_2.csv", 2, "Kinh độ", "0"),
        ("vt_2.csv", 4, "Kinh độ", "108,8o1"),
    ]


def test_each_row_says_what_is_wrong_and_what_to_do_and_leaves_room_for_the_answer(
    province: Path,
) -> None:
    (row,) = table_of(book_of(province, "mixed.xlsx").worksheets[0])
    assert row[4] == "M2"
    assert row[7] == in_vietnamese("no coordinates", "faults")
    assert row[8]
    assert row[9] is None


def test_text_that_a_spreadsheet_would_run_stays_text(province: Path) -> None:
    sheet = book_of(province, "viettel.xlsx").worksheets[0]
    keys = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert keys
    assert all(cell.data_type == "s" for cell in keys)


def test_a_form_has_title_sender_day_counts_and_signatures(province: Path) -> None:
    sheet = book_of(province, "viettel.xlsx").worksheets[0]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert {
        "PHIẾU ĐỀ NGHỊ CHỈNH SỬA SỐ LIỆU",
        "Kính gửi: Viettel",
        "Thử – Số liệu đến ngày 31/12/2025",
        "Tệp vt.csv: đọc 3 dòng, sử dụng 1 dòng, loại 2 dòng",
        "NGƯỜI ĐỀ NGHỊ",
        "ĐƠN VỊ GỬI SỐ LIỆU XÁC NHẬN",
    } <= texts


def test_it_prints_on_a4_landscape_with_its_heading_on_each_page(province: Path) -> None:
    for sheet in book_of(province, "hamlets.xlsx"):
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        head = int(sheet.freeze_panes[1:]) - 1
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.cell(head, 1).value == "TT"


def test_what_is_doubtful_stands_on_a_part_of_its_own(province: Path) -> None:
    book = book_of(province, "hamlets.xlsx")
    assert book.sheetnames == ["1 Cần chỉnh sửa", "2 Cần xác nhận"]
    (refused,), (doubtful,) = (table_of(sheet) for sheet in book)
    assert refused[4] == "H2"
    assert (doubtful[4], doubtful[5]) == ("H1", "commune_code")


def test_how_a_file_was_read_is_no_reason_to_write_to_anybody(province: Path) -> None:
    total = VNPT + "Tổng cộng,,,,\n"
    (province / "vnpt.csv").write_text(total, "utf-8")
    run = run_of(province)
    assert "line_left_out" in {fault.code for fault in run.inputs.warnings}
    assert "vnpt.xlsx" not in correction_forms(run)


def test_differences_from_totals_and_an_earlier_list_are_to_be_explained(province: Path) -> None:
    (province / "totals.csv").write_text("Nhà mạng,Số trạm\nVNPT,5\nMobiFone,1\n", "utf-8")
    (province / "before.csv").write_text(VNPT + "N9,VNPT,4G,108.16,15.05\n", "utf-8")
    book = book_of(province, "vnpt.xlsx", declared_totals="totals.csv", sites_before=["before.csv"])
    assert book.sheetnames == ["3 Cần giải trình"]
    rows = table_of(book.worksheets[0])
    assert [row[2:5] for row in rows] == [
        [None, "5", "1"],
        ["N9", "108.160000 15.050000", None],
    ]


def test_an_earlier_list_is_not_sent_back(province: Path) -> None:
    (province / "old.csv").write_text(VNPT + "N9,VNPT,4G,0,0\n", "utf-8")
    assert "vnpt.xlsx" not in correction_forms(run_of(province, sites_before=["old.csv"]))


def test_nothing_to_correct_makes_no_form(province: Path) -> None:
    (province / "hamlets.csv").write_text(
        HAMLETS.splitlines()[0] + "\nH1,Thôn,00101,108.05,15.05\n"
    )
    assert correction_forms(run_of(province, sites=["vnpt.csv"])) == {}


def test_two_senders_never_share_a_file(province: Path) -> None:
    (province / "sub").mkdir()
    for name in ("hamlets.csv", "sub/hamlets.csv"):
        text = "cluster_id,hamlet_id,longitude,latitude\nC1,H9,108.05,15.05\n"
        (province / name).write_text(HAMLETS if name == "hamlets.csv" else text, "utf-8")
    made = correction_forms(run_of(province, sites=["vnpt.csv"], clusters="sub/hamlets.csv"))
    assert sorted(made) == ["hamlets-2.xlsx", "hamlets.xlsx"]


def test_forms_are_the_same_bytes_every_time(province: Path) -> None:
    run = run_of(province)
    assert correction_forms(run) == correction_forms(run)


def test_english_forms_are_english(province: Path) -> None:
    book = book_of(province, "mixed.xlsx", language="en")
    assert book.sheetnames == ["1 To correct"]
    assert table_of(book.worksheets[0])[0][7] == "no coordinates"


def test_a_run_lists_the_forms_and_the_choice_of_outputs_rules_them(province: Path) -> None:
    scenario = province / "scenario.toml"
    scenario.write_text(
        'schema = 1\nas_of = 2025-12-31\n[inputs]\ncommunes = "communes.geojson"\n'
        'hamlets = "hamlets.csv"\nsites = ["vt.csv"]\nmax_rejected_share = 1.0\n',
        "utf-8",
    )
    for outputs in ("workbook", "tables"):
        told = call("run", scenario, "--out", province / outputs, "--outputs", outputs)
        assert told.code == 0, told.err
    listed = json.loads((province / "workbook" / "run.json").read_text("utf-8"))["outputs"]
    assert {f"{FOLDER}/viettel.xlsx", f"{FOLDER}/hamlets.xlsx"} <= set(listed)
    assert not (province / "tables" / FOLDER).exists()
    # And a folder with forms in it is ours to replace.
    assert call("run", scenario, "--out", province / "workbook", "--outputs", "tables").code == 0
