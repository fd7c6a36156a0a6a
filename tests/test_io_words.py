"""Operators, technologies and bands as lists and planning tools write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from io_case import faults_of, read, refused, write_province

from geoplan.io import operators, radio_words, values
from geoplan.results import Inputs

KNOWN = dict(values.words("operator"))


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def read_sites(folder: Path, header: str, *lines: str, **given: str) -> Inputs:
    text = "\n".join([f"site_id;longitude;latitude;{header}", *lines])
    (folder / "sites.csv").write_text(text, "utf-8")
    return read(folder, sites=[{"path": "sites.csv", **given}])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("VTL", "Viettel"),
        ("viettel telecom", "Viettel"),
        ("Viettel Quảng Ngãi", "Viettel"),
        ("Chi nhánh Viettel tỉnh Kon Tum", "Viettel"),
        ("TẬP ĐOÀN CÔNG NGHIỆP - VIỄN THÔNG QUÂN ĐỘI", "Viettel"),
        ("VNP", "VNPT"),
        ("VNPT (Vinaphone)", "VNPT"),
        ("TTKD VNPT - Cà Mau", "VNPT"),
        ("Mobifone ", "MobiFone"),
        ("MobiFone Khu vực 7", "MobiFone"),
        ("Công ty dịch vụ MobiFone khu vực 3", "MobiFone"),
        ("VMS", "MobiFone"),
        ("Vietnamobile Cần Thơ", "Vietnamobile"),
        ("GTEL Mobile", "Gmobile"),
        ("Viettel Construction", ""),
        ("Viettel Post Quảng Ngãi", ""),
        ("Viettel, VNPT", ""),
        ("VNPT Technology", ""),
        ("FPT", ""),
        ("Quảng Ngãi", ""),
        ("7", ""),
    ],
)
def test_names_of_operators(written: str, name: str) -> None:
    assert operators.standard_name(written, KNOWN) == name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        *(("LTE", "4G"), ("4G-LTE", "4G"), ("LTE-A", "4G"), ("E-UTRAN", "4G"), ("L1800", "4G")),
        *(("eNodeB", "4G"), ("BTS 4G", "4G"), ("LTE FDD 1800 MHz", "4G"), ("4G+", "4G")),
        *(("NR", "5G"), ("5G NSA", "5G"), ("5G SA n78", "5G"), ("gNodeB", "5G"), ("NR3700", "5G")),
        *(("WCDMA", "3G"), ("UMTS 2100", "3G"), ("U900", "3G"), ("NodeB", "3G"), ("HSPA+", "3G")),
        *(("GSM 900", "2G"), ("DCS1800", "2G"), ("2G", "2G")),
        *(("2G/3G/4G", "2G;3G;4G"), ("4G, 5G", "4G;5G"), ("5G+4G", "4G;5G"), ("3G và 4G", "3G;4G")),
        *(("6G", ""), ("1800", ""), ("NB-IoT", ""), ("Wifi", ""), ("-", "")),
        *(("4.5G", "4G"), ("4,5G", "")),
    ],
)
def test_names_of_technologies(written: str, names: str) -> None:
    assert radio_words.technologies(written) == names


@pytest.mark.parametrize(
    ("written", "mhz"),
    [
        *(("B3", 1800), ("Band 28", 700), ("n78", 3500), ("n41", 2600), ("LTE1800", 1800)),
        *(("E-UTRA Band 3 - 20MHz", 1800), ("DCS 1800", 1800), ("2,6 GHz", 2600)),
        *(("3.7GHz", 3700), ("1800MHz", 1800), ("B99", None), ("1800/2100", None), ("cao", None)),
    ],
)
def test_names_of_bands(written: str, mhz: float | None) -> None:
    assert radio_words.frequency_mhz(written) == mhz


def test_a_row_of_several_technologies_is_a_station_of_each(province: Path) -> None:
    found = read_sites(
        province,
        "Nhà mạng;Công nghệ;Băng tần",
        "A;108,05;15,05;VTL;3G/4G;",
        "A;108,05;15,05;VTL;4G;B3",
        "B;108,15;15,06;VTL;LTE + 6G;",
    )
    rows = found.sites[["technology", "frequency_mhz"]].fillna(0).to_numpy().tolist()
    assert rows == [["3G", 0.0], ["4G", 0.0], ["4G", 1800.0]]
    assert refused(found) == [(4, "Công nghệ", "unknown_technology")]


def test_a_column_for_each_technology(province: Path) -> None:
    found = read_sites(
        province,
        "Nhà mạng;2G;3G;4G;5G",
        "A;108,05;15,05;VTL;x;;x;",
        "B;108,15;15,06;VTL;0;2;;không",
        "C;108,15;15,07;VTL;;;;",
    )
    assert found.sites[["site_id", "technology"]].to_numpy().tolist() == [
        *(["A", "2G"], ["A", "4G"], ["B", "3G"])
    ]
    assert [(row, reason) for row, _, reason in refused(found)] == [(4, "missing_value")]


def test_tilt_in_two_columns_is_their_sum(province: Path) -> None:
    found = read_sites(
        province,
        "operator;technology;M-Tilt;E-Tilt",
        "A;108,05;15,05;VTL;4G;2;4,5",
        "B;108,15;15,06;VTL;4G;;3",
        "C;108,15;15,07;VTL;4G;;",
    )
    assert found.sites["tilt_deg"].fillna(-1).tolist() == [6.5, 3.0, -1.0]


def test_a_cell_list_without_technology_names(province: Path) -> None:
    lines = ("c1;108,05;15,05;120;Macro;30;4", "c2;108,05;15,05;240;Macro;30;4")
    found = read_sites(
        province, "azimuth;type;height;tilt", *lines, operator="Viettel", technology="4G"
    )
    assert found.sites["technology"].tolist() == ["4G", "4G"]
    assert found.sites[["azimuth_deg", "antenna_agl_m", "tilt_deg"]].to_numpy().tolist() == [
        *([120.0, 30.0, 4.0], [240.0, 30.0, 4.0])
    ]
    named = read_sites(province, "azimuth;type", "c1;108,05;15,05;120;LTE", operator="Viettel")
    assert named.sites["technology"].tolist() == ["4G"]


# ------------------------------------------------------------------ tables of planning tools

SITES = pd.DataFrame(
    {
        "Name": ["QN1", "QN2", "QN3"],
        "Longitude": [108.05, 108.15, 108.06],
        "Latitude": [15.05, 15.06, 15.07],
        "Altitude (m)": [3, 4, 5],
        "Comments": ["", "x", ""],
    }
)
TRANSMITTERS = pd.DataFrame(
    {
        "Site": ["QN1", "QN1", "QN2", "QN9"],
        "Transmitter": ["QN1_1", "QN1_2", "QN2_1", "QN9_1"],
        "Active": ["TRUE", "TRUE", "FALSE", "TRUE"],
        "Height (m)": [30, 31, 25, 20],
        "Azimuth (°)": [0, 120, 240, 0],
        "Mechanical Downtilt (°)": [2, 2, 3, 1],
        "Additional Electrical Downtilt (°)": [4, 4, 5, 1],
    }
)
LTE = pd.DataFrame(
    {
        "Transmitter": ["QN1_1", "QN1_2", "QN2_1", "QN9_1"],
        "Name": ["QN1_1(0)", "QN1_2(0)", "QN2_1(0)", "QN9_1(0)"],
        "Frequency Band": ["E-UTRA Band 3 - 20MHz"] * 4,
    }
)
NR = pd.DataFrame({"Transmitter": ["QN1_1"], "Cell": ["QN1_1n"], "Carrier": ["n78"]})
SHOWN = ["technology", "site_id", "frequency_mhz", "antenna_agl_m", "azimuth_deg", "tilt_deg"]
EXPECTED = [
    ["4G", "QN1", 1800.0, 30.0, 0.0, 6.0],
    ["4G", "QN1", 1800.0, 31.0, 120.0, 6.0],
    ["5G", "QN1", 3500.0, 30.0, 0.0, 6.0],
    ["4G", "QN2", 1800.0, 25.0, 240.0, 8.0],
]


def test_a_workbook_of_atoll_is_joined(province: Path) -> None:
    sheets = {"Sites": SITES, "Transmitters": TRANSMITTERS, "LTE Cells": LTE, "5G NR Cells": NR}
    with pd.ExcelWriter(province / "atoll.xlsx", engine="xlsxwriter") as writer:
        for name, frame in sheets.items():
            frame.rename(columns={"Carrier": "Frequency Band"}).to_excel(
                writer, sheet_name=name, index=False
            )
    found = read(province, sites=[{"path": "atoll.xlsx", "operator": "Viettel"}])
    order = ["site_id", "technology", "azimuth_deg"]
    assert found.sites.sort_values(order)[SHOWN].to_numpy().tolist() == EXPECTED
    assert found.sites["longitude"].tolist() == [108.05, 108.05, 108.05, 108.15]
    assert found.sites["status"].tolist() == ["existing"] * 3 + ["planned"]
    rejects = found.rejects[["sheet", "row", "key", "reason"]].to_numpy().tolist()
    assert rejects == [["LTE Cells", 5, "QN9", "missing_coordinates"]]


def test_tables_of_atoll_in_files_are_joined(province: Path) -> None:
    folder = province / "atoll"
    folder.mkdir()
    for name, frame in (("s", SITES), ("t", TRANSMITTERS), ("lte cells", LTE)):
        frame.to_csv(folder / f"{name}.csv", index=False)
    given = {
        "path": "atoll/s.csv",
        "transmitters": "atoll/t.csv",
        "cells": "atoll/lte cells.csv",
        "operator": "VNPT",
    }
    found = read(province, sites=[given]).sites
    assert found[SHOWN].to_numpy().tolist() == [EXPECTED[0], EXPECTED[1], EXPECTED[3]]
    bare = {**given, "cells": [], "technology": "4G"}
    assert read(province, sites=[bare]).sites["antenna_agl_m"].tolist() == [30.0, 31.0, 25.0]
    gone = faults_of(province, sites=[{**given, "transmitters": "atoll/none.csv"}])
    assert [(fault.code, fault.file) for fault in gone] == [("missing_file", "atoll/none.csv")]
