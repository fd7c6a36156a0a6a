"""What stands over rows, in descriptions, or only in ticks, and is taken for cells of them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from io_case import faults_of, read, write_province

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import columns, descriptions, header_words
from geoplan.results import Inputs

_PLACED = ("Mã trạm", "Công nghệ", "Kinh độ", "Vĩ độ")
_FIRST = ("A1", "4G", 108.05, 15.05)
_SECOND = ("A2", "5G", 108.15, 15.06)


def _book(folder: Path, sheets: dict[str, list[tuple[object, ...]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "sites.xlsx")


def _read(folder: Path, file: str, **given: str) -> Inputs:
    write_province(folder)
    return read(folder, sites=[{"path": file, **given}])


def _told(inputs: Inputs, code: str) -> list[tuple[str, str]]:
    return [
        (fault.column, str(fault.params.get("known", "")))
        for fault in inputs.warnings
        if fault.code == code
    ]


def _operators(inputs: Inputs) -> dict[str, str]:
    return dict(zip(inputs.sites["site_id"], inputs.sites["operator"], strict=True))


def test_sheets_named_for_operators_give_the_operator(tmp_path: Path) -> None:
    _book(tmp_path, {"Viettel": [_PLACED, _FIRST], "VNPT": [_PLACED, _SECOND]})
    inputs = _read(tmp_path, "sites.xlsx")
    assert _operators(inputs) == {"A1": "Viettel", "A2": "VNPT"}
    assert _told(inputs, "taken_from_heading") == [("operator", "Viettel, VNPT")]


def test_a_line_over_each_group_gives_the_operator(tmp_path: Path) -> None:
    groups = [("I", "VIETTEL"), _FIRST, ("II", "Mobifone"), _SECOND, ("", "Tổng cộng: 2")]
    _book(tmp_path, {"BTS": [_PLACED, *groups]})
    inputs = _read(tmp_path, "sites.xlsx")
    assert _operators(inputs) == {"A1": "Viettel", "A2": "MobiFone"}


def test_a_heading_that_names_no_operator_ends_the_group_before(tmp_path: Path) -> None:
    third = ("A3", "4G", 108.06, 15.05)
    groups = [("I. VIETTEL",), _FIRST, third, ("II. Nhà mạng khác",), _SECOND]
    _book(tmp_path, {"BTS": [_PLACED, *groups]})
    write_province(tmp_path)
    inputs = read(tmp_path, sites=[{"path": "sites.xlsx"}])
    assert _operators(inputs) == {"A1": "Viettel", "A3": "Viettel"}
    assert [(fault.code, fault.key) for fault in inputs.refused] == [("missing_value", "A2")]


def test_a_heading_of_a_place_or_of_a_lower_rank_ends_no_group(tmp_path: Path) -> None:
    third = ("A3", "4G", 108.06, 15.05)
    groups = [("A. VIETTEL",), ("1. Trạm dùng chung",), _FIRST, ("Xã Một",), third]
    _book(tmp_path, {"BTS": [_PLACED, *groups, ("B. VNPT",), _SECOND]})
    inputs = _read(tmp_path, "sites.xlsx")
    assert _operators(inputs) == {"A1": "Viettel", "A3": "Viettel", "A2": "VNPT"}


def test_the_operator_of_the_scenario_goes_before_that_of_the_sheet(tmp_path: Path) -> None:
    _book(tmp_path, {"Viettel": [_PLACED, _FIRST, _SECOND]})
    inputs = _read(tmp_path, "sites.xlsx", operator="VNPT")
    assert set(_operators(inputs).values()) == {"VNPT"}
    assert not _told(inputs, "taken_from_heading")


def test_a_column_goes_before_the_name_of_its_sheet(tmp_path: Path) -> None:
    rows = [(*_PLACED, "Nhà mạng"), (*_FIRST, "VNPT"), (*_SECOND, "VNPT")]
    _book(tmp_path, {"Viettel": rows})
    assert set(_operators(_read(tmp_path, "sites.xlsx")).values()) == {"VNPT"}


def test_sheets_of_operators_and_technologies_give_both(tmp_path: Path) -> None:
    header = ("Mã trạm", "Kinh độ", "Vĩ độ")
    _book(
        tmp_path,
        {
            "Viettel 4G": [header, ("A1", 108.05, 15.05)],
            "VNPT 5G": [header, ("A2", 108.15, 15.06)],
        },
    )
    inputs = _read(tmp_path, "sites.xlsx")
    found = zip(inputs.sites["operator"], inputs.sites["technology"], strict=True)
    assert sorted(found) == [("VNPT", "5G"), ("Viettel", "4G")]


def test_a_sheet_of_no_operator_is_told_as_a_missing_column(tmp_path: Path) -> None:
    _book(tmp_path, {"Trạm": [_PLACED, _FIRST, _SECOND]})
    write_province(tmp_path)
    faults = faults_of(tmp_path, sites=[{"path": "sites.xlsx"}])
    assert [(fault.code, fault.column) for fault in faults] == [("missing_column", "operator")]


# ------------------------------------------------------------------ placemarks

_KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    "<Folder><name>VIETTEL</name><Placemark><name>A1</name><description><![CDATA["
    "<table><tr><td><b>Công nghệ</b></td><td>4G</td></tr>"
    "<tr><td>Độ cao anten</td><td>30 m</td></tr></table>]]></description>"
    "<Point><coordinates>108.05,15.05,0</coordinates></Point></Placemark></Folder>"
    "<Folder><name>VNPT</name><Placemark><name>A2</name>"
    "<description>Công nghệ: 5G&lt;br&gt;Độ cao anten: 25 m</description>"
    "<Point><coordinates>108.15,15.06,0</coordinates></Point></Placemark></Folder>"
    "</Document></kml>"
)


def test_folders_and_descriptions_of_placemarks_are_read(tmp_path: Path) -> None:
    (tmp_path / "sites.kml").write_text(_KML, "utf-8")
    inputs = _read(tmp_path, "sites.kml")
    names = ["site_id", "operator", "technology", "antenna_agl_m"]
    assert sorted(inputs.sites[names].to_numpy().tolist()) == [
        ["A1", "Viettel", "4G", 30.0],
        ["A2", "VNPT", "5G", 25.0],
    ]


def test_a_placemark_behind_its_folder_belongs_to_none(tmp_path: Path) -> None:
    loose = (
        "<Placemark><name>A3</name><description>Công nghệ: 4G</description>"
        "<Point><coordinates>108.06,15.05,0</coordinates></Point></Placemark></Document>"
    )
    (tmp_path / "sites.kml").write_text(_KML.replace("</Document>", loose), "utf-8")
    write_province(tmp_path)
    inputs = read(tmp_path, sites=[{"path": "sites.kml"}])
    assert [(fault.code, fault.key) for fault in inputs.refused] == [("missing_value", "A3")]


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("", {}),
        ("Trạm gần chợ", {}),
        ("Xem http://x/y", {}),
        ("x" * 20_001 + "<br>Công nghệ: 4G", {}),
        ("A: 1<br>A: 2<br/>B = 3", {"A": "1", "B": "3"}),
        ("<table><tr><th>A</th><td>&lt;b&gt; &amp; c</td></tr></table>", {"A": "<b> & c"}),
        ("<table><tr><td>một</td><td>hai</td><td>ba</td></tr></table>", {}),
    ],
)
def test_lists_in_descriptions(description: str, found: dict[str, str]) -> None:
    assert descriptions.pairs(description) == found


# ------------------------------------------------------------------ words of headers


def test_words_that_mean_one_thing_give_one_key() -> None:
    plain = header_words.Plain(
        {"same": {"cột": ["trụ"], "độ cao": ["chiều cao"], "sites": {"trạm": ["nhà trạm"]}}},
        "sites",
    )
    assert plain.key("Chiều cao trụ") == plain.key("ĐỘ CAO CỘT") == plain.key("Độ cao cột, trụ")
    assert plain.key("Nhà trạm") == plain.key("Trạm")
    assert plain.key("Chiều rộng trụ") != plain.key("Chiều cao trụ")


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Chiều cao trụ anten (m)", "structure_height_m"),
        ("Độ cao treo ăng ten", "antenna_agl_m"),
        ("Thời điểm phát sóng chính thức", "on_air_date"),
        ("Doanh nghiệp viễn thông", "operator"),
        ("Góc hướng anten", "azimuth_deg"),
        ("Chu_so_huu_cot", "structure_owner"),
    ],
)
def test_headers_in_other_words_name_their_column(header: str, column: str) -> None:
    matched = columns.match([header], tables.SITES, file="", sheet="", faults=Faults())
    assert list(matched.columns) == [column]


# ------------------------------------------------------------------ ticks

_TICKED = (
    "hamlet_id,name,commune_code,longitude,latitude,population,households,Điện lưới,ĐBKK,Đảo\n"
)


def test_a_column_of_ticks_says_no_where_it_is_blank(tmp_path: Path) -> None:
    write_province(tmp_path)
    rows = "H1,Một,00101,108.05,15.05,4,1,x,có,\nH2,Hai,00102,108.15,15.05,4,1,,,\n"
    (tmp_path / "hamlets.csv").write_text(_TICKED + rows, "utf-8")
    inputs = read(tmp_path)
    assert inputs.hamlets["has_grid_power"].tolist() == [True, False]
    assert inputs.hamlets["special_difficulty"].isna().tolist() == [False, True]
    assert inputs.hamlets["island"].isna().all()
    assert [column for column, _ in _told(inputs, "blank_is_no")] == ["Điện lưới"]


def test_a_line_with_only_merged_cells_is_no_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [("Nhà mạng", *_PLACED), ("VNPT", *_FIRST), (), ("VNPT", *_SECOND)]:
        sheet.append(row)
    sheet.append([])
    for column in "ABDE":
        sheet.merge_cells(f"{column}2:{column}3")
    book.save(tmp_path / "sites.xlsx")
    inputs = _read(tmp_path, "sites.xlsx")
    assert _operators(inputs) == {"A1": "VNPT", "A2": "VNPT"}
    assert not inputs.refused


def test_a_decimal_comma_in_quotes_is_read_in_a_file_of_commas(tmp_path: Path) -> None:
    header = "site_id,operator,technology,longitude,latitude,antenna_agl_m\n"
    rows = 'A1,VNPT,4G,108.05,15.05,"33,5"\nA2,VNPT,4G,108.15,15.06,"1,234"\n'
    write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(header + rows, "utf-8")
    inputs = read(tmp_path)
    assert inputs.sites["antenna_agl_m"].tolist() == [33.5]
    assert [(fault.code, fault.key) for fault in inputs.refused] == [("not_a_number", "A2")]
