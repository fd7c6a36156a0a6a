"""Check sheets: every form that people write them in, and every fault named where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from io_case import faults_of, read, refused, write_province

from geoplan.faults import Fault
from geoplan.io import check_words, values
from geoplan.io.checked_places import Gazetteer, spelling
from geoplan.results import Inputs

NAMES = {"viettel": "Viettel", "vnpt": "VNPT", "vinaphone": "VNPT", "mobifone": "MobiFone"}
WIDE = "Mã thôn,Viettel 4G,VNPT 4G,Ngày kiểm tra,Người kiểm tra"
LONG = "hamlet_id,operator,technology,result,checked_on,checked_by"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    (tmp_path / "checks").mkdir()
    return tmp_path


def _sheet(folder: Path, header: str, *lines: str, name: str = "a.csv") -> None:
    (folder / "checks" / name).write_text("\n".join((header, *lines)) + "\n", "utf-8")


def _read(folder: Path) -> Inputs:
    return read(folder, field_checks="checks", clusters="clusters.csv")


def _found(inputs: Inputs) -> list[tuple[str, ...]]:
    """Give place, operator, technology and result of the checks that count."""
    assert inputs.field_checks is not None
    frame = inputs.field_checks
    place = frame["cluster_id"].where(frame["cluster_id"] != "", frame["hamlet_id"])
    return list(zip(place, frame["operator"], frame["technology"], frame["result"], strict=True))


def _told(inputs: Inputs, *ignored: str) -> list[Fault]:
    return [fault for fault in inputs.warnings if fault.file.startswith("checks")]


def _faults(folder: Path) -> list[tuple[str, str, str]]:
    found = faults_of(folder, field_checks="checks")
    return [(fault.code, fault.file, fault.column) for fault in found]


# ------------------------------------------------------------------ forms of a sheet


def test_a_row_for_each_hamlet_and_a_column_for_each_service(province: Path) -> None:
    _sheet(province, WIDE, "H1,có,yếu,15/12/2025,Lan", "H2,không,,2025-12-16,")
    inputs = _read(province)
    assert _found(inputs) == [
        ("H1", "VNPT", "4G", "weak"),
        ("H1", "Viettel", "4G", "yes"),
        ("H2", "Viettel", "4G", "no"),
    ]
    assert inputs.field_checks is not None
    assert inputs.field_checks["checked_by"].tolist() == ["Lan", "Lan", ""]
    assert inputs.field_checks["checked_on"].dt.day.tolist() == [15, 15, 16]
    (file,) = [file for file in inputs.files if file.role == "field_checks"]
    assert (file.path, file.read, file.accepted, file.refused) == ("checks/a.csv", 2, 2, 0)


def test_a_row_for_each_answer(province: Path) -> None:
    _sheet(province, LONG, "H1,VTL,LTE,Có sóng,2025-12-15,Lan", "H1,Vinaphone,NR,ko,2025-12-15,")
    assert _found(_read(province)) == [("H1", "VNPT", "5G", "no"), ("H1", "Viettel", "4G", "yes")]


def test_a_column_for_each_technology(province: Path) -> None:
    _sheet(province, "Mã thôn,Nhà mạng,Sóng 4G,Sóng 5G,Ngày", "H1,Viettel,có,không,1/12/2025")
    assert _found(_read(province)) == [
        ("H1", "Viettel", "4G", "yes"),
        ("H1", "Viettel", "5G", "no"),
    ]


def test_a_column_for_each_operator_with_the_technology_in_its_cells(province: Path) -> None:
    _sheet(province, "Mã thôn,Viettel,VNPT,Ngày", "H1,có 4G,không,1/12/2025", "H2,yếu,4G,1/12/2025")
    assert _found(_read(province)) == [
        ("H1", "VNPT", "4G", "no"),
        ("H1", "Viettel", "4G", "yes"),
        ("H2", "VNPT", "4G", "yes"),
        ("H2", "Viettel", "4G", "weak"),
    ]


def test_an_answer_without_any_technology_is_refused(province: Path) -> None:
    _sheet(province, "Mã thôn,Viettel,Ngày", "H1,có,1/12/2025")
    inputs = _read(province)
    assert _found(inputs) == []
    assert refused(inputs) == [(2, "technology", "missing_value")]


def test_a_cluster_by_its_id(province: Path) -> None:
    _sheet(province, "Mã cụm," + WIDE, "H1-1,,có,,1/12/2025,", "H2-1,H2,không,,1/12/2025,")
    assert _found(_read(province)) == [
        ("H1-1", "Viettel", "4G", "yes"),
        ("H2-1", "Viettel", "4G", "no"),
    ]


@pytest.mark.parametrize(
    "place", ["Thôn Một,00101,", "thôn một,101,", "Một,,Xã Một", "THÔN MỘT,,một"]
)
def test_a_hamlet_by_its_name_and_commune(province: Path, place: str) -> None:
    _sheet(province, "Tên thôn,Mã xã,Xã,Viettel 4G,Ngày", f"{place},có,1/12/2025")
    assert _found(_read(province)) == [("H1", "Viettel", "4G", "yes")]


def test_a_workbook_with_a_title_two_header_lines_and_signatures(province: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["UBND XÃ MỘT"])
    page.append(["PHIẾU KIỂM TRA"])
    page.append([])
    page.append(["TT", "Mã thôn", "Viettel", None, "VNPT", "Ngày kiểm tra"])
    page.append([None, None, "4G", "5G", "4G", None])
    page.append([1, "H1", "có", "không", "yếu", pd.Timestamp("2025-12-15").to_pydatetime()])
    page.append([2, "H2", None, None, None, None])
    page.append([])
    page.append([None, "NGƯỜI KIỂM TRA", None, None, None, "ngày 20 tháng 12 năm 2025"])
    for cells in ("A4:A5", "B4:B5", "C4:D4", "F4:F5"):
        page.merge_cells(cells)
    book.save(province / "checks" / "xa mot.xlsx")
    inputs = _read(province)
    assert _found(inputs) == [
        ("H1", "VNPT", "4G", "weak"),
        ("H1", "Viettel", "4G", "yes"),
        ("H1", "Viettel", "5G", "no"),
    ]
    assert inputs.rejects.empty


def test_only_sheets_of_the_folder_itself_are_read(province: Path) -> None:
    _sheet(province, WIDE, "H1,có,,1/12/2025,Lan")
    for name in ("~$a.xlsx", ".DS_Store", "Thumbs.db", "ảnh.jpg"):
        (province / "checks" / name).write_bytes(b"?")
    (province / "checks" / "cũ").mkdir()
    inputs = _read(province)
    assert len(_found(inputs)) == 1
    assert [(fault.code, fault.file) for fault in _told(inputs)] == [
        ("file_left_out", "checks/cũ"),
        ("file_left_out", "checks/ảnh.jpg"),
    ]


def test_a_folder_without_sheets_is_told(province: Path) -> None:
    inputs = _read(province)
    assert _found(inputs) == []
    assert [(fault.code, fault.file) for fault in _told(inputs)] == [("empty_file", "checks")]


def test_words_of_the_scenario_count(province: Path) -> None:
    from geoplan.io import read_inputs
    from geoplan.scenario import parse_scenario

    _sheet(province, "Mã thôn,Viettel 4G,Lúc,", "H1,hai vạch,1/12/2025,")
    raw: dict[str, Any] = {
        "schema": 1,
        "inputs": {
            "communes": "communes.geojson",
            "hamlets": "hamlets.csv",
            "sites": ["sites.csv"],
            "field_checks": "checks",
        },
        "headers": {"field_checks": {"checked_on": ["Lúc"]}},
        "words": {"result": {"weak": ["hai vạch"]}},
    }
    assert _found(read_inputs(parse_scenario(raw, province))) == [("H1", "Viettel", "4G", "weak")]


# ------------------------------------------------------------------ faults of rows


@pytest.mark.parametrize(
    ("header", "line", "column", "reason"),
    [
        (WIDE, "H9,có,,1/12/2025,", "Mã thôn", "unknown_hamlet"),
        (WIDE, ",có,,1/12/2025,", "Mã thôn", "missing_value"),
        (WIDE, "H1,tàm tạm,,1/12/2025,", "Viettel 4G", "unknown_value"),
        (WIDE, "H1,có,,31/2/2025,", "Ngày kiểm tra", "bad_date"),
        (WIDE, "H1,có,,,", "Ngày kiểm tra", "missing_value"),
        ("Mã cụm," + WIDE, "H1-1,H2,có,,1/12/2025,", "Mã cụm", "unknown_cluster"),
        ("Mã cụm," + WIDE, "X,,có,,1/12/2025,", "Mã cụm", "unknown_cluster"),
        (LONG, "H1,Vietel,4G,có,2025-12-15,", "operator", "unknown_operator"),
        (LONG, "H1,VNPT,6G,có,2025-12-15,", "technology", "unknown_technology"),
        (LONG, "H1,,4G,có,2025-12-15,", "operator", "missing_value"),
        (LONG, "H1,VNPT,,có,2025-12-15,", "technology", "missing_value"),
        (LONG, "H1,VNPT,4G,3 vạch,2025-12-15,", "result", "unknown_value"),
        ("Thôn,Xã,Viettel 4G,Ngày", "Thôn Ba,Xã Một,có,1/12/2025", "Thôn", "unknown_hamlet"),
        ("Thôn,Xã,Viettel 4G,Ngày", "Thôn Ba,Xã Lạ,có,1/12/2025", "Xã", "unknown_commune"),
        ("Thôn,Xã,Viettel 4G,Ngày", "Thôn Ba,,có,1/12/2025", "commune_code", "missing_value"),
    ],
)
def test_a_row_that_cannot_be_used(
    province: Path, header: str, line: str, column: str, reason: str
) -> None:
    good = "H2,VNPT,4G,có,2025-12-15," if header == LONG else ""
    _sheet(province, header, line, *([good] if good else []), name="phiếu 1.csv")
    inputs = _read(province)
    assert refused(inputs) == [(2, column, reason)]
    assert inputs.rejects["file"].tolist() == ["checks/phiếu 1.csv"]
    assert len(_found(inputs)) == bool(good)


def test_rows_without_an_answer_are_nothing(province: Path) -> None:
    _sheet(province, WIDE, "H9,,,,", "H1,-,chưa kiểm tra,,", "H2,,có,1/12/2025,")
    inputs = _read(province)
    assert _found(inputs) == [("H2", "VNPT", "4G", "yes")]
    assert inputs.rejects.empty


def test_equal_names_in_a_commune_need_the_id(province: Path) -> None:
    with (province / "hamlets.csv").open("a", encoding="utf-8") as file:
        file.write("H4,Tổ dân phố Hai,00102,108.16,15.05,100,20\nH5,Thôn Hai,00102,,,1,1\n")
    _sheet(
        province,
        "Thôn,Mã xã,Viettel 4G,Ngày",
        "Thôn Hai,00102,có,1/12/2025",
        "Hai,00102,có,1/12/2025",
        "Tổ dân phố Hai,00102,có,1/12/2025",
    )
    inputs = _read(province)
    assert refused(inputs) == [(2, "Thôn", "ambiguous_hamlet"), (3, "Thôn", "ambiguous_hamlet")]
    assert "H2, H5" in inputs.rejects["advice"][0]
    assert _found(inputs) == [("H4", "Viettel", "4G", "yes")]


def test_a_check_later_than_the_day_of_the_figures_is_told_and_not_used(province: Path) -> None:
    _sheet(province, WIDE, "H1,có,,1/1/2026,", "H2,có,,31/12/2025,")
    inputs = _read(province)
    assert _found(inputs) == [("H2", "Viettel", "4G", "yes")]
    (told,) = _told(inputs)
    assert (told.code, told.row, told.column) == ("check_after_as_of", 2, "Ngày kiểm tra")


# ------------------------------------------------------------------ two checks of one thing


def test_the_later_day_counts_and_the_older_answer_is_told(province: Path) -> None:
    _sheet(province, WIDE, "H1,không,có,2/12/2025,Lan", "H1,có,có,1/12/2025,Minh")
    inputs = _read(province)
    assert _found(inputs) == [("H1", "VNPT", "4G", "yes"), ("H1", "Viettel", "4G", "no")]
    (told,) = _told(inputs)
    assert (told.code, told.row) == ("check_superseded", 3)
    assert dict(told.params) == {
        "date": "2025-12-02",
        "found": "“không”",
        "service": "Viettel 4G",
    }


def test_other_answers_of_one_day_are_a_conflict(province: Path) -> None:
    _sheet(province, WIDE, "H1,có,,1/12/2025,Lan", "H2,có,,1/12/2025,")
    _sheet(province, WIDE, "H1,không,,1/12/2025,Minh", "H2,có,,1/12/2025,", name="b.csv")
    inputs = _read(province)
    assert refused(inputs) == [(2, "", "conflicting_row")]
    assert inputs.rejects["file"].tolist() == ["checks/b.csv"]
    assert "2 (checks/a.csv)" in inputs.rejects["advice"][0]
    assert _found(inputs) == [("H1", "Viettel", "4G", "yes"), ("H2", "Viettel", "4G", "yes")]


# ------------------------------------------------------------------ faults of files


def test_every_file_names_what_it_lacks(province: Path) -> None:
    _sheet(province, "Viettel 4G,Ngày", "có,1/12/2025", name="1.csv")
    _sheet(province, "Mã thôn,Ngày,Ghi chú", "H1,1/12/2025,tốt", name="2.csv")
    _sheet(province, "Mã thôn,4G,Ngày", "H1,có,1/12/2025", name="3.csv")
    _sheet(province, "Mã thôn,Viettel 4G", "H1,có", name="4.csv")
    _sheet(province, "Mã thôn,Vietel 4G,Ngày", "H1,có,1/12/2025", name="5.csv")
    _sheet(province, "Mã thôn,Viettel 4G,4G Viettel,Ngày", "H1,có,có,1/12/2025", name="6.csv")
    assert _faults(province) == [
        ("missing_column", "checks/1.csv", "hamlet_id"),
        ("missing_column", "checks/2.csv", "result"),
        ("missing_column", "checks/3.csv", "operator"),
        ("missing_column", "checks/4.csv", "checked_on"),
        ("unknown_operator", "checks/5.csv", "Vietel 4G"),
        ("missing_column", "checks/5.csv", "result"),
        ("ambiguous_column", "checks/6.csv", "Viettel 4G"),
    ]


def test_a_column_of_answers_that_names_nobody_is_told(province: Path) -> None:
    _sheet(province, "Mã thôn,Viettel 4G,Vietel,Ngày", "H1,có,không,1/12/2025")
    (told,) = _told(_read(province))
    assert (told.code, told.params["columns"]) == ("columns_unread", "Vietel")


def test_a_broken_workbook(province: Path) -> None:
    (province / "checks" / "a.xlsx").write_bytes(b"PK")
    assert _faults(province) == [("unreadable_file", "checks/a.xlsx", "")]


def test_no_check_is_judged_where_the_hamlets_are_at_fault(province: Path) -> None:
    (province / "hamlets.csv").write_text("hamlet_id\nH1\n", "utf-8")
    _sheet(province, WIDE, "H1,có,,1/12/2025,")
    assert {file for _, file, _ in _faults(province)} == {"hamlets.csv"}


# ------------------------------------------------------------------ headers, cells, names


@pytest.mark.parametrize(
    ("header", "operator", "technology"),
    [
        ("Viettel 4G", "Viettel", "4G"),
        ("4G Viettel", "Viettel", "4G"),
        ("Sóng 4G (Viettel)", "Viettel", "4G"),
        ("Viettel › 4G", "Viettel", "4G"),
        ("Kết quả VinaPhone LTE", "VNPT", "4G"),
        ("mobifone_5g", "MobiFone", "5G"),
        ("VNPT", "VNPT", ""),
        ("Tín hiệu 5G", "", "5G"),
    ],
)
def test_headers_of_answers(header: str, operator: str, technology: str) -> None:
    assert check_words.read_header(header, NAMES) == check_words.Service(operator, technology)


@pytest.mark.parametrize("header", ["Ghi chú", "Viettel 4G/5G", "Kinh độ", "Họ tên", ""])
def test_headers_of_other_columns(header: str) -> None:
    assert check_words.read_header(header, NAMES) is None


@pytest.mark.parametrize(
    ("cell", "result", "technology"),
    [
        ("có 4G", "yes", "4G"),
        ("4G: yếu", "weak", "4G"),
        ("Không có 4G", "no", "4G"),
        ("Có 4G, 5G", "yes", "4G;5G"),
        ("LTE", "yes", "4G"),
        ("chập chờn", "weak", ""),
        ("✓", "yes", ""),
        ("x", "yes", ""),
        ("–", "", ""),
        ("không rõ", "", ""),
    ],
)
def test_answers(cell: str, result: str, technology: str) -> None:
    found = check_words.read_answer(cell, values.words("result"))
    assert found == check_words.Answer(result, technology)


@pytest.mark.parametrize("cell", ["-95", "3 vạch", "có thể", "4G hay 5G?"])
def test_what_is_no_answer(cell: str) -> None:
    assert check_words.read_answer(cell, values.words("result")) is None


def test_names_are_one_whatever_the_place_of_the_tone_mark() -> None:
    assert spelling("Hoà Bình") == spelling("HÒA BÌNH")
    assert spelling("Hoa Bình") != spelling("Hòa Bình")
    hamlets = pd.DataFrame({"hamlet_id": ["a"], "name": ["Thôn Hòa"], "commune_code": ["1"]})
    communes = pd.DataFrame({"commune_code": ["1"], "name": ["Thủy Xuân"], "full_name": [""]})
    clusters = pd.DataFrame({"cluster_id": [], "hamlet_id": []})
    blank = dict.fromkeys(("hamlet_id", "cluster_id", "commune_code"), "")
    row = {**blank, "name": "Hoà", "commune_name": "xã Thuỷ Xuân"}
    assert Gazetteer(hamlets, clusters, communes).find(row).hamlet_id == "a"
