"""Tables as offices lay them out: titles, long headers, merged cells, totals, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from io_case import codes_of, faults_of, read, refused, write_province
from openpyxl import Workbook

from geoplan.results import Inputs

HEADER = ["Mã trạm", "Nhà mạng", "Công nghệ", "Kinh độ", "Vĩ độ", "Độ cao anten"]
ROWS: list[list[Any]] = [
    ["A", "MobiFone", "4G", 108.05, 15.05, 30],
    ["B", "VNPT", "5G", 108.15, 15.06, 25],
]


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def book(folder: Path, lines: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> None:
    """Write a workbook with one sheet."""
    made = Workbook()
    sheet = made.active
    for line in lines:
        sheet.append(list(line))
    for cells in merged:
        sheet.merge_cells(cells)
    made.save(folder / "sites.xlsx")


def read_book(folder: Path, **more: Any) -> Inputs:
    return read(folder, sites=[{"path": "sites.xlsx", **more}])


def warned(inputs: Inputs, code: str) -> list[tuple[str, int | None, str]]:
    return [(w.sheet, w.row, w.value) for w in inputs.warnings if w.code == code]


def test_a_title_block_and_what_stands_under_the_table(province: Path) -> None:
    lines = [
        ["TẬP ĐOÀN VIỄN THÔNG"],
        [],
        ["DANH SÁCH TRẠM BTS (số liệu đến 31/12/2025)"],
        HEADER,
        *ROWS,
        [],
        ["", "Tổng cộng: 2 trạm"],
        ["", "", "", "Quảng Ngãi, ngày 05 tháng 01 năm 2026"],
        ["Người lập biểu", "", "", "KT. GIÁM ĐỐC"],
        ["Nguyễn Văn A", "", "", "Trần Thị B"],
    ]
    book(province, lines)
    found = read_book(province)
    assert found.sites["site_id"].tolist() == ["A", "B"]
    assert found.sites["source_row"].tolist() == [5, 6]
    assert [row for _, row, _ in warned(found, "line_left_out")] == [8, 9, 10, 11]
    site_file = next(file for file in found.files if file.role == "sites")
    assert (site_file.read, site_file.accepted, site_file.refused) == (2, 2, 0)


def test_a_header_of_two_lines_under_merged_cells(province: Path) -> None:
    lines = [
        ["STT", "Mã trạm", "Nhà mạng", "Công nghệ", "Tọa độ", "", "Cột ăng ten", "", "Ăng ten", ""],
        ["", "", "", "", "Kinh độ", "Vĩ độ", "Mã", "Chiều cao", "Chiều cao", "Phương vị"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)"],
        [1, "A", "Viettel", "4G", 108.05, 15.05, "C1", 42, 30, 120],
    ]
    book(province, lines, merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1", "I1:J1"])
    row = read_book(province).sites.iloc[0]
    assert row[["structure_id", "structure_height_m", "antenna_agl_m", "azimuth_deg"]].tolist() == [
        *("C1", 42.0, 30.0, 120.0)
    ]
    assert row["source_row"] == 4


def test_a_header_of_two_lines_in_a_text_file(province: Path) -> None:
    text = (
        "Sở KH&CN;;;;;\nMã trạm;Nhà mạng;Công nghệ;Tọa độ;;Cột;\n;;;Kinh độ;Vĩ độ;Mã;Chiều cao\n"
        "A;Viettel;4G;108,05;15,05;C1;42\n"
    )
    (province / "two.csv").write_text(text, "utf-8")
    row = read(province, sites=["two.csv"]).sites.iloc[0]
    assert (row["structure_id"], row["structure_height_m"], row["source_row"]) == ("C1", 42.0, 4)


def test_a_line_of_units_is_no_row(province: Path) -> None:
    book(province, [HEADER, ["", "", "", "độ", "độ", "m"], *ROWS])
    found = read_book(province)
    assert len(found.sites) == 2
    assert refused(found) == []


def test_a_cell_merged_over_rows_holds_for_each(province: Path) -> None:
    lines = [
        HEADER,
        ["A", "MobiFone", "3G", 108.05, 15.05, 30],
        ["", "", "4G", "", "", 32],
        ["", "", "5G", "", "", 34],
        ROWS[1],
    ]
    book(province, lines, merged=[f"{column}2:{column}4" for column in "ABDE"])
    sites = read_book(province).sites
    assert sites["site_id"].tolist() == ["A", "A", "A", "B"]
    assert sites["technology"].tolist() == ["3G", "4G", "5G", "5G"]


def test_a_header_that_comes_again_and_headings_between(province: Path) -> None:
    lines = [
        HEADER,
        ["I. Huyện Bình Sơn"],
        ROWS[0],
        HEADER,
        ["II", "Huyện Tư Nghĩa"],
        ROWS[1],
    ]
    book(province, lines)
    found = read_book(province)
    assert len(found.sites) == 2
    assert [row for _, row, _ in warned(found, "line_left_out")] == [2, 4, 5]


def test_a_row_with_coordinates_is_never_a_total(province: Path) -> None:
    book(province, [HEADER, *ROWS, ["Tổng cộng", "", "", 108.06, 15.07, 30]])
    found = read_book(province)
    assert refused(found) == [(4, "Nhà mạng", "missing_value")]
    assert warned(found, "line_left_out") == []


def test_a_name_that_only_begins_like_a_total(province: Path) -> None:
    text = "hamlet_id,name,commune_code\n,Cộng Hòa,00101\nH1,Tổng Châu,00101\n"
    (province / "hamlets.csv").write_text(text, "utf-8")
    found = read(province, clusters=None)
    assert refused(found) == [(2, "hamlet_id", "missing_value")]
    assert found.hamlets["name"].tolist() == ["Tổng Châu"]


def test_sheets_with_the_same_columns_are_one_table(province: Path) -> None:
    made = Workbook()
    made.active.title = "Bình Sơn"
    for title, row in (("Bình Sơn", ROWS[0]), ("Tư Nghĩa", ROWS[1])):
        sheet = made[title] if title in made.sheetnames else made.create_sheet(title)
        sheet.append([title])
        sheet.append(HEADER if title == "Bình Sơn" else HEADER[::-1])
        sheet.append(row if title == "Bình Sơn" else row[::-1])
    made.create_sheet("Ghi chú").append(["Mã trạm do doanh nghiệp đặt"])
    hidden = made.create_sheet("cũ")
    hidden.append(HEADER)
    hidden.append(["Z", "Viettel", "4G", 108.05, 15.05, 30])
    hidden.sheet_state = "hidden"
    made.save(province / "sites.xlsx")
    found = read_book(province)
    assert found.sites["site_id"].tolist() == ["A", "B"]
    assert found.sites["source_sheet"].tolist() == ["Bình Sơn", "Tư Nghĩa"]
    assert found.sites["source_row"].tolist() == [3, 3]
    assert warned(found, "hidden_sheet") == [("cũ", None, "")]
    assert len(read_book(province, sheet="cũ").sites) == 1


def test_a_refused_row_names_its_own_sheet(province: Path) -> None:
    made = Workbook()
    made.active.title = "một"
    for sheet in (made.active, made.create_sheet("hai")):
        sheet.append(HEADER)
        sheet.append([f"{sheet.title}1", "Viettel", "4G", 108.05, 15.05, 30])
    made["hai"].append(["X", "Viettel", "4G", "108,8o1", 15.05, 30])
    made.save(province / "sites.xlsx")
    rejects = read_book(province).rejects
    assert rejects[["sheet", "row", "column", "reason"]].to_numpy().tolist() == [
        ["hai", 3, "Kinh độ", "not_a_number"]
    ]


def test_sheets_with_other_columns_must_be_told_apart(province: Path) -> None:
    made = Workbook()
    made.active.append(HEADER)
    made.active.append(ROWS[0])
    other = made.create_sheet("b")
    other.append([*HEADER, "Mã cột"])
    other.append([*ROWS[1], "C"])
    made.save(province / "sites.xlsx")
    assert codes_of(province, sites=["sites.xlsx"]) == ["several_sheets"]


def test_the_scenario_extends_the_dictionary(province: Path) -> None:
    from geoplan.io import read_inputs
    from geoplan.scenario import parse_scenario

    text = "Mã trạm,Nhà mạng,Sóng,Kinh độ,Vĩ độ,Cao treo\nA,Viettel,băng rộng,108.05,15.05,31\n"
    (province / "own.csv").write_text(text, "utf-8")
    raw = {
        "schema": 1,
        "as_of": "2025-12-31",
        "inputs": {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["own.csv"]},
        "headers": {"sites": {"antenna_agl_m": ["Cao treo"], "technology": ["Sóng"]}},
        "words": {"technology": {"4G": ["băng rộng"]}},
    }
    row = read_inputs(parse_scenario(raw, province)).sites.iloc[0]
    assert (row["technology"], row["antenna_agl_m"]) == ("4G", 31.0)


@pytest.mark.parametrize(
    ("section", "given"),
    [
        ("headers", {"sitez": {"technology": ["Sóng"]}}),
        ("headers", {"sites": {"antenna_colour": ["Màu"]}}),
        ("words", {"technologie": {"4G": ["băng rộng"]}}),
        ("words", {"technology": {"6G": ["băng rộng"]}}),
    ],
)
def test_a_dictionary_of_unknown_names_is_a_fault(
    province: Path, section: str, given: dict[str, Any]
) -> None:
    from geoplan.faults import ScenarioError
    from geoplan.scenario import parse_scenario

    raw = {"schema": 1, "inputs": {"communes": "c", "hamlets": "h", "sites": ["s"]}}
    with pytest.raises(ScenarioError) as caught:
        parse_scenario({**raw, section: given}, province)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [
        ("unknown_key", section)
    ]


def test_a_workbook_of_no_table_lacks_every_column(province: Path) -> None:
    book(province, [["Kính gửi: Sở Khoa học và Công nghệ"], ["Trân trọng"]])
    found = faults_of(province, sites=["sites.xlsx"])
    assert {fault.code for fault in found} == {"missing_column"}
