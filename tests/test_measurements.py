"""Measured levels and speeds as lists and drive-test tools write them, read into one table."""

from __future__ import annotations

import datetime
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from io_case import codes_of, faults_of, read, refused, write_province

from geoplan.indicators import speeds
from geoplan.io import channels, moments, radio_words
from geoplan.results import Inputs

HEADER = "longitude,latitude,operator,technology,frequency_mhz,rsrp_dbm,time,cell_id\n"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def write(folder: Path, content: str, name: str = "drive.csv") -> str:
    (folder / name).write_text(content, "utf-8")
    return name


def measured(folder: Path, content: str, name: str = "drive.csv", **given: Any) -> Inputs:
    source = {"path": write(folder, content, name), **given}
    return read(folder, measurements=[source])


def table_of(inputs: Inputs) -> pd.DataFrame:
    assert inputs.measurements is not None
    return inputs.measurements


def told(inputs: Inputs) -> list[tuple[str, int]]:
    return [(one.code, int(one.params.get("count", 0))) for one in inputs.warnings]


# ---------------------------------------------------------------- plain lists


def test_a_plain_list_is_read(province: Path) -> None:
    inputs = measured(
        province,
        HEADER + "108.05,15.05,VTL,4G,1842.5,-95.5,31/12/2025 07:08:09,12\n"
        "108.06,15.05,Vinaphone,5G,3500,-101,2025-12-31,\n",
    )
    rows = table_of(inputs)
    assert rows["operator"].tolist() == ["Viettel", "VNPT"]
    assert rows["rsrp_dbm"].tolist() == [-95.5, -101.0]
    assert rows["time"].tolist() == ["2025-12-31T07:08:09", "2025-12-31"]
    assert rows["commune_code"].tolist() == ["00101", "00101"]
    assert rows["source_row"].tolist() == [2, 3]
    assert rows["source_file"].unique().tolist() == ["drive.csv"]
    assert [(f.role, f.read, f.accepted) for f in inputs.files][-1] == ("measurements", 2, 2)


def test_without_files_there_is_no_table(province: Path) -> None:
    assert read(province).measurements is None


def test_impossible_values_are_refused_each_with_its_reason(province: Path) -> None:
    lines = [
        "108.05,15.05,Viettel,4G,1800,-167,2025-12-31,",
        "0,0,Viettel,4G,1800,-90,2025-12-31,",
        "108.05,15.05,Viettel,4G,1800,-20,2025-12-31,",
        "106.05,15.05,Viettel,4G,1800,-90,2025-12-31,",
        "108.05,15.05,Beeline,4G,1800,-90,2025-12-31,",
        "108.05,15.05,Viettel,4G,1800,-90,2025-02-30,",
        "108.05,15.05,Viettel,4G,99999,-90,2025-12-31,",
        ",,Viettel,4G,1800,-90,2025-12-31,",
        "108.05,15.05,Viettel,4G/5G,1800,-90,2025-12-31,",
    ]
    good = ["108.05,15.05,Viettel,4G,1800,-156,2025-12-31,"] * 12
    inputs = measured(province, HEADER + "\n".join([*lines, *good]) + "\n")
    assert refused(inputs) == [
        (2, "rsrp_dbm", "out_of_range"),
        (3, "longitude", "zero_coordinates"),
        (4, "rsrp_dbm", "out_of_range"),
        (5, "longitude", "outside_area"),
        (6, "operator", "unknown_operator"),
        (7, "time", "bad_date"),
        (8, "frequency_mhz", "out_of_range"),
        (9, "longitude", "missing_coordinates"),
        (10, "technology", "unknown_technology"),
    ]
    assert len(table_of(inputs)) == 12
    advice = inputs.rejects["advice"].tolist()
    assert "-156 … -31 dBm" in advice[0]


def test_the_same_moment_twice_is_refused_and_standing_still_is_not(province: Path) -> None:
    clock = "108.05,15.05,Viettel,4G,1800,-90,2025-12-31 10:00:01,7"
    later = clock.replace(":01", ":02")
    day = "108.05,15.05,Viettel,4G,1800,-90,2025-12-31,7"
    inputs = measured(province, HEADER + "\n".join([clock, clock, later, day, day]) + "\n")
    assert refused(inputs) == [(3, "", "duplicate_row")]
    assert len(table_of(inputs)) == 4


def test_the_same_file_given_twice_counts_once(province: Path) -> None:
    line = "108.05,15.05,Viettel,4G,1800,-90,2025-12-31 10:00:01,7\n"
    for name in ("a.csv", "b.csv"):
        write(province, HEADER + line, name)
    inputs = read(province, measurements=["a.csv", "b.csv"])
    assert len(table_of(inputs)) == 1
    assert refused(inputs) == [(2, "", "duplicate_row")]


def test_half_a_file_may_be_odd_but_not_more(province: Path) -> None:
    good = "108.05,15.05,Viettel,4G,1800,-90,2025-12-31 10:00:{:02d},7\n"
    bad = "0,0,Viettel,4G,1800,-90,2025-12-31 10:01:{:02d},7\n"
    text = HEADER + "".join(good.format(i) for i in range(5))
    half = text + "".join(bad.format(i) for i in range(5))
    write(province, half)
    assert len(table_of(read(province, measurements=["drive.csv"], max_rejected_share=0.05))) == 5
    write(province, half + bad.format(9))
    found = codes_of(province, measurements=["drive.csv"], max_rejected_share=0.05)
    assert found[0] == "too_many_rejects"


def test_what_is_wrong_with_a_file_is_told_before_anything_is_read(province: Path) -> None:
    write(province, "longitude,latitude,technology\n108.05,15.05,4G\n", "lacks.csv")
    write(province, HEADER + "118.05,15.05,Viettel,4G,1800,-90,,\n" * 3, "far.csv")
    found = [
        (fault.code, fault.file, fault.column)
        for fault in faults_of(
            province,
            measurements=[
                "gone.csv",
                "lacks.csv",
                "far.csv",
                {"path": "far.csv", "operator": "Beeline"},
            ],
        )
    ]
    assert ("missing_file", "gone.csv", "inputs.measurements") in found
    assert ("missing_column", "lacks.csv", "operator") in found
    assert ("missing_column", "lacks.csv", "rsrp_dbm") in found
    assert ("unknown_operator", "far.csv", "operator") in found
    assert any(code == "all_outside" for code, *_ in found)


def test_a_workbook_keeps_the_clock_of_its_dates(province: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Kinh độ", "Vĩ độ", "Nhà mạng", "Công nghệ", "Băng tần", "Mức thu", "Thời gian"])
    moment = datetime.datetime(2025, 12, 31, 23, 59, 30)
    sheet.append([108.05, 15.05, "MobiFone", "LTE", "B3", -88, moment])
    sheet.append([108.05, 15.05, "MobiFone", "NR", "n78", -88.5, datetime.datetime(2025, 12, 31)])
    book.save(province / "do-kiem.xlsx")
    rows = table_of(read(province, measurements=["do-kiem.xlsx"]))
    assert rows["time"].tolist() == ["2025-12-31T23:59:30", "2025-12-31"]
    assert rows["technology"].tolist() == ["4G", "5G"]
    assert rows["frequency_mhz"].tolist() == [1800.0, 3500.0]


def test_texts_of_all_kinds_stay_text(province: Path) -> None:
    odd = ["=1+1", "<b>x</b>", "đ" * 200, "\u202eabc", "😀", "a'b"]
    lines = [
        f"108.05,15.05,Viettel,4G,1800,-90,2025-12-31 10:00:0{i},{c}" for i, c in enumerate(odd)
    ]
    assert table_of(measured(province, HEADER + "\n".join(lines)))["cell_id"].tolist() == odd


# ---------------------------------------------------------------- channels and bands


@pytest.mark.parametrize(
    ("earfcn", "mhz"),
    [
        # TS 36.101 Table 5.7.3-1: F = F_low + 0.1 (N - N_offset)
        (0, 2110.0),
        (300, 2140.0),
        (1200, 1805.0),
        (1949, 1879.9),
        (3050, 2650.0),
        (3450, 925.0),
        (9210, 758.0),
        (9659, 802.9),
        (39150, 2350.0),
        (41490, 2680.0),
        (18000, np.nan),
        (-1, np.nan),
        (600, np.nan),
    ],
)
def test_earfcn_by_hand(earfcn: float, mhz: float) -> None:
    assert channels.lte_mhz(earfcn) == pytest.approx(mhz, nan_ok=True)


@pytest.mark.parametrize(
    ("arfcn", "mhz"),
    [
        # TS 38.104 Table 5.4.2.1-1: 5 kHz below 3 GHz, 15 kHz above
        (151600, 758.0),
        (368500, 1842.5),
        (620000, 3300.0),
        (636666, 3549.99),
        (653333, 3799.995),
        (717216, 4758.24),
        (2079167, np.nan),
        (100, np.nan),
    ],
)
def test_nr_arfcn_by_hand(arfcn: float, mhz: float) -> None:
    assert channels.nr_mhz(arfcn) == pytest.approx(mhz, nan_ok=True)


def test_channels_and_named_bands_know_the_same_bands() -> None:
    assert set(channels.LTE_DOWNLINK) == set(radio_words.LTE_BANDS_MHZ)
    assert set(channels.NR_DOWNLINK) | {78} == set(radio_words.NR_BANDS_MHZ)


def test_a_channel_number_gives_carrier_and_technology(province: Path) -> None:
    inputs = measured(
        province,
        "lon,lat,Nhà mạng,Công nghệ,EARFCN,NR-ARFCN,Kênh,Băng tần,RSRP\n"
        "108.05,15.05,Viettel,,1300,,,,-90\n"
        "108.05,15.05,Viettel,,,632628,,,-91\n"
        "108.05,15.05,Viettel,,,,3500,,-92\n"
        "108.05,15.05,Viettel,,,,632628,,-93\n"
        "108.05,15.05,Viettel,5G,1300,632628,,,-94\n"
        "108.05,15.05,Viettel,4G,,,,3,-95\n"
        "108.05,15.05,Viettel,5G,,,,78,-96\n"
        "108.05,15.05,Viettel,4G,,,,L1800,-97\n"
        "108.05,15.05,Viettel,4G,,,,,-98\n"
        "108.05,15.05,Viettel,4G,18000,,,,-99\n"
        "108.05,15.05,Viettel,4G,,,,băng rộng,-100\n",
    )
    rows = table_of(inputs).set_index("rsrp_dbm")
    assert rows["technology"].tolist() == ["4G", "5G", "4G", "5G", "5G", "4G", "5G", "4G", "4G"]
    found = rows["frequency_mhz"].tolist()
    assert found[:4] == [1815.0, 3489.42, 930.0, 3489.42]
    assert found[4:8] == [3489.42, 1800.0, 3500.0, 1800.0]
    assert np.isnan(found[8])
    assert refused(inputs) == [(11, "EARFCN", "unknown_channel"), (12, "Băng tần", "unknown_value")]
    assert ("band_missing", 1) in told(inputs)


# ---------------------------------------------------------------- moments


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026.03.31_14.43.00", "2026-03-31T14:43:00"),
        ("2026-03-31 14:43:00.250", "2026-03-31T14:43:00.250"),
        ("2026-03-31T14:43:00+07:00", "2026-03-31T14:43:00"),
        ("2026-03-31T20:43:00Z", "2026-04-01T03:43:00"),
        ("31/03/2026 2:43 PM", "2026-03-31T14:43:00"),
        ("31-03-2026 00:00:00", "2026-03-31T00:00:00"),
        ("20260331_144300", "2026-03-31T14:43:00"),
        ("14:43:00.123", "T14:43:00.123"),
        ("1774942980", "2026-03-31T14:43:00"),
        ("1774942980123", "2026-03-31T14:43:00"),
        ("31/03/2026", "2026-03-31"),
        ("ngày 31 tháng 3 năm 2026", "2026-03-31"),
        ("31/13/2026 10:00", ""),
        ("2026-03-31 25:00:00", ""),
        ("13:00 pm", ""),
        ("hôm qua", ""),
    ],
)
def test_moments_as_tools_write_them(written: str, iso: str) -> None:
    found, bad = moments.read(pd.Series([written, ""], dtype="str"))
    assert found.tolist() == [iso, ""]
    assert bad.tolist() == [iso == "", False]


def test_day_numbers_of_a_workbook_are_moments() -> None:
    cells = pd.Series(["46112.5", "46112", "3"], dtype="str")
    found, bad = moments.read(cells, exact=np.array([True, True, True]))
    assert found.tolist() == ["2026-03-31T12:00:00", "2026-03-31", ""]
    assert bad.tolist() == [False, False, True]


@given(st.lists(st.text(max_size=20), max_size=8))
def test_whatever_stands_there_is_a_moment_or_told(cells: list[str]) -> None:
    clean = pd.Series([cell.strip() for cell in cells], dtype="str")
    found, bad = moments.read(clean)
    assert ((found != "") | bad | (clean == "")).all()


# ---------------------------------------------------------------- drive-test tools

# The columns are those that are publicly known of each tool (docs/calibration.md); values invented.
GNETTRACK = (
    "Timestamp\tLongitude\tLatitude\tSpeed\tOperatorname\tOperator\tCGI\tCellname\tNode\tCellID\t"
    "LAC\tNetworkTech\tNetworkMode\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tDL_bitrate\tUL_bitrate"
    "\tNLevel1\tNARFCN1\n"
    "2026.03.31_14.43.00\t108.05\t15.05\t30\tViettel\t45204\t452041234567\tS1-A\t4822\t7\t301\t4G"
    "\tLTE\t-97\t-11\t8.0\t9\t-70\t1300\t5120\t300\t-105\t1300\n"
    "2026.03.31_14.43.01\t108.051\t15.05\t30\tViettel\t45204\t452041234567\tS1-A\t4822\t7\t301\t3G"
    "\tHSPA+\t-75\t-9\t-\t-\t-\t10612\t0\t0\t-\t-\n"
    "2026.03.31_14.43.02\t108.052\t15.05\t30\tViettel\t45204\t452041234567\tS1-A\t4822\t7\t301\t4G"
    "\tLTE\t-\t-\t-\t-\t-\t-\t0\t0\t-\t-\n"
    "2026.03.31_14.43.03\t108.053\t15.05\t30\tVINAPHONE\t45202\t452021234567\tV-A\t4822\t7\t301\t5G"
    "\tNR\t-102.5\t-11\t-\t-\t-\t632628\t0\t0\t-\t-\n"
)
TEMS = (
    "Time\tMS\tFrame Number\tDirection\tMessage Type\tEvent\tEventInfo\tAll-Latitude\tAll-Longitude"
    "\tAll-Serving Cell Identity[1]\tAll-Serving Cell DL EARFCN[1]\tAll-Serving Cell RSRP (dBm)[1]"
    "\tAll-Serving Cell DL EARFCN[2]\tAll-Serving Cell RSRP (dBm)[2]"
    "\tAll-Neighbor Cell RSRP (dBm)[1]\n"
    "10:15:30.120\tMS1\t\tUL\tRRC Connection Request\t\t\t15.05\t108.05\t\t\t\t\t\t\n"
    "10:15:30.500\tMS1\t\t\tLTE\t\t\t15.05\t108.05\t131\t1300\t-93.4\t3500\t-80.1\t-99\n"
    "10:15:31.000\tMS1\t\t\t\tHandover\tok\t15.05\t108.05\t\t\t\t\t\t\n"
    "10:15:31.500\tMS1\t\t\tLTE\t\t\t15.05\t108.05\t131\t1300\t-167\t3500\t-80.1\t-99\n"
)
NEMO = (
    "Time,Longitude,Latitude,Velocity,Channel number (serving),PCI (serving),RSRP (serving),"
    "RSRP (neighbor),RSRQ (serving)\n"
    "10:15:30.120,108.05,15.05,12.5,9385,131,-101.25,-110.0,-12\n"
    "10:15:30.620,108.05,15.05,12.5,9385,131, n/a,-110.0,-12\n"
)
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>log</name>
<Placemark><name>-98</name><ExtendedData>
<Data name="TIME"><value>2026.03.31_14.43.00</value></Data>
<Data name="RSRP"><value>-98</value></Data><Data name="CELLID"><value>7</value></Data>
<Data name="ARFCN"><value>1300</value></Data></ExtendedData>
<Point><coordinates>108.05,15.05,0</coordinates></Point></Placemark>
<Placemark><name>route</name><LineString><coordinates>108.05,15.05 108.06,15.05</coordinates>
</LineString></Placemark></Document></kml>
"""
UCC = (
    "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ,SNR,CQI,RSSI,"
    "DL_bitrate,UL_bitrate,State,NRxRSRP,NRxRSRQ\n"
    "2026.03.31_14.43.00,108.05,15.05,4,Viettel,2,LTE,-119,-14,2.0,6,-94,5178,194,D,-120,-18\n"
)


def test_a_log_of_g_nettrack(province: Path) -> None:
    inputs = measured(province, GNETTRACK, "log.txt")
    rows = table_of(inputs)
    assert rows["operator"].tolist() == ["Viettel", "VNPT"]
    assert rows["technology"].tolist() == ["4G", "5G"]
    assert rows["frequency_mhz"].tolist() == [1815.0, 3489.42]
    assert rows["rsrp_dbm"].tolist() == [-97.0, -102.5]
    assert rows["time"].tolist() == ["2026-03-31T14:43:00", "2026-03-31T14:43:03"]
    assert rows["cell_id"].tolist() == ["7", "7"]
    assert rows["source_row"].tolist() == [2, 5]
    assert refused(inputs) == []
    assert ("lines_without_level", 1) in told(inputs)
    assert ("levels_of_others", 1) in told(inputs)


def test_a_log_of_g_nettrack_for_google_earth(province: Path) -> None:
    inputs = measured(province, KML, "log.kml", operator="Viettel")
    rows = table_of(inputs)
    assert rows["rsrp_dbm"].tolist() == [-98.0]
    assert rows["technology"].tolist() == ["4G"]
    assert rows["frequency_mhz"].tolist() == [1815.0]
    assert rows[["longitude", "latitude"]].to_numpy().tolist() == [[108.05, 15.05]]
    assert ("lines_without_level", 1) in told(inputs)


def test_a_csv_of_g_nettrack_without_channels_is_listed_and_told(province: Path) -> None:
    inputs = measured(province, UCC)
    rows = table_of(inputs)
    assert rows["rsrp_dbm"].tolist() == [-119.0]
    assert rows["technology"].tolist() == ["4G"]
    assert ("band_missing", 1) in told(inputs)


def test_an_export_of_tems(province: Path) -> None:
    inputs = measured(province, TEMS, "tems.txt", operator="MobiFone")
    rows = table_of(inputs)
    assert rows["rsrp_dbm"].tolist() == [-93.4]
    assert rows["frequency_mhz"].tolist() == [1815.0]
    assert rows["time"].tolist() == ["T10:15:30.500"]
    assert rows["cell_id"].tolist() == ["131"]
    assert rows["operator"].tolist() == ["MobiFone"]
    assert refused(inputs) == [(5, "All-Serving Cell RSRP (dBm)[1]", "out_of_range")]
    assert ("lines_without_level", 2) in told(inputs)


def test_an_export_of_nemo(province: Path) -> None:
    inputs = measured(province, NEMO, operator="VNPT", technology="4G")
    rows = table_of(inputs)
    assert rows["rsrp_dbm"].tolist() == [-101.25]
    assert rows["frequency_mhz"].tolist() == [775.5]
    assert rows["time"].tolist() == ["T10:15:30.120"]
    assert ("lines_without_level", 1) in told(inputs)


def test_numbered_headers_are_not_those_of_further_carriers(province: Path) -> None:
    header = "(1) STT,(2) Kinh độ,(3) Vĩ độ,(4) Nhà mạng,(5) RSRP,(6) EARFCN\n"
    content = header + "1,108.05,15.05,VTL,-90,1300\n"
    assert table_of(measured(province, content))["rsrp_dbm"].tolist() == [-90.0]


def test_the_scenario_adds_headers_and_words(province: Path) -> None:
    write(province, "lon,lat,hang,song\n108.05,15.05,VTL,-90\n")
    from geoplan.io import read_inputs
    from geoplan.scenario import parse_scenario

    names = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    raw = {
        "schema": 1,
        "inputs": {**names, "measurements": "drive.csv"},
        "headers": {"measurements": {"operator": ["hang"], "rsrp_dbm": ["song"]}},
    }
    rows = table_of(read_inputs(parse_scenario(raw, province)))
    assert rows["rsrp_dbm"].tolist() == [-90.0]


def test_operators_are_known_by_the_number_of_their_network() -> None:
    words = tomllib.loads((files("geoplan.io") / "words.toml").read_text("utf-8"))["operator"]
    numbers = {one for known in words.values() for one in known if one.startswith("452-")}
    assert numbers == {"452-01", "452-02", "452-04", "452-05", "452-07"}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "-", "4G", "-90", "108.05", "15.05", "VTL", "x", "3G"]),
            min_size=5,
            max_size=5,
        ),
        max_size=6,
    )
)
def test_odd_cells_never_break_the_reading(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    write_province(folder)
    content = "lon,lat,operator,technology,rsrp\n" + "\n".join(",".join(one) for one in lines)
    try:
        rows = table_of(measured(folder, content))
    except Exception as error:
        assert type(error).__name__ == "InputError"  # noqa: PT017
    else:
        assert rows["rsrp_dbm"].between(-156, -31).all()


# ---------------------------------------------------------------- speeds

SPEEDS = "Mã xã,Xã,Nhà mạng,Công nghệ,Tốc độ tải xuống (Mbps),Số mẫu,Tháng\n"


def speed_checks(folder: Path, *lines: str) -> Inputs:
    write(folder, SPEEDS + "\n".join(lines) + "\n", "ispeed.csv")
    return read(folder, speed_checks="ispeed.csv")


def test_medians_of_i_speed_are_read(province: Path) -> None:
    found = speed_checks(
        province,
        "00101,,Viettel,4G,38.69,120,2024-03",
        "101,,VNPT,4G,54.34,80,2024-03",
        ",Phường Hai,Viettel,4G,40,60,2024-03",
        ",,Viettel,4G,45,9000,2024-03",
    )
    rows = found.speed_checks
    assert rows is not None
    assert rows["commune_code"].tolist() == ["00101", "00101", "00102", ""]
    assert rows["download_mbps"].tolist() == [38.69, 54.34, 40.0, 45.0]
    assert set(rows["statistic"]) == {"median"}
    assert refused(found) == []
    assert read(province).speed_checks is None


def test_odd_rows_of_speeds_are_refused(province: Path) -> None:
    found = speed_checks(
        province,
        "00101,,Viettel,4G,38.69,120,2024-03",
        "00101,,Viettel,4G,38.69,120,2024-03",
        "00101,,Viettel,4G,12,120,2024-03",
        "99999,,Viettel,4G,12,120,2024-03",
        ",Xã Lạ,Viettel,4G,12,120,2024-03",
        "00102,,Viettel,4G,-5,120,2024-03",
        "00102,,Viettel,4G,,120,2024-03",
        "00102,,Beeline,4G,3,120,2024-03",
    )
    assert [(row, reason) for row, _, reason in refused(found)] == [
        (3, "duplicate_row"),
        (4, "conflicting_row"),
        (5, "unknown_commune"),
        (6, "unknown_commune"),
        (7, "out_of_range"),
        (8, "missing_value"),
        (9, "unknown_operator"),
    ]


def compared(download: list[float], share: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [f"{i:05d}" for i in range(len(download))]
    measured_speeds = pd.DataFrame({"commune_code": codes, "download_mbps": download}).assign(
        operator="VNPT", technology="4G", upload_mbps=np.nan, rsrp_dbm=np.nan, samples=10.0
    )
    measured_speeds = measured_speeds.assign(statistic="median", period="2024-03", commune_name="")
    served = pd.DataFrame({"commune_code": codes, "served_share": share}).assign(
        operator="VNPT", technology="4G"
    )
    return speeds.compare(measured_speeds, served, pd.Series("Xã", index=codes))


def test_speeds_and_service_are_laid_side_by_side() -> None:
    rows, agreement = compared([10, 50, 30, 40, 20, 5], [0.2, 0.9, 0.9, 0.8, 0.4, 0.1])
    assert rows["rank_measured"].tolist() == [5.0, 1.0, 3.0, 2.0, 4.0, 6.0]
    assert rows["rank_predicted"].tolist() == [5.0, 1.5, 1.5, 3.0, 4.0, 6.0]
    assert rows["rank_difference"].tolist() == [0.0, -0.5, 1.5, -1.0, 0.0, 0.0]
    assert rows["commune_name"].tolist() == ["Xã"] * 6
    from scipy.stats import spearmanr

    expected = spearmanr([10, 50, 30, 40, 20, 5], [0.2, 0.9, 0.9, 0.8, 0.4, 0.1]).statistic
    assert agreement["rank_correlation"].tolist() == [pytest.approx(expected, abs=1e-9)]
    assert agreement["communes"].tolist() == [6]


def test_few_communes_or_equal_ones_give_no_correlation() -> None:
    assert compared([1, 2], [0.1, 0.2])[1]["rank_correlation"].isna().all()
    assert compared([1, 2, 3, 4, 5], [0.5] * 5)[1]["rank_correlation"].isna().all()


def test_the_predicted_shares_come_from_the_figures_of_a_run(province: Path) -> None:
    from geoplan import planner
    from geoplan.scenario import parse_scenario

    names = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    write(province, SPEEDS + "00101,,Viettel,4G,38,9,\n00101,,Viettel,,30,9,\n", "ispeed.csv")
    raw = {"schema": 1, "as_of": "2025-12-31", "inputs": {**names, "speed_checks": "ispeed.csv"}}
    scenario = parse_scenario(raw, province)
    inputs = planner.read_inputs(scenario)
    figures = planner.assess(inputs, scenario).indicators
    assert inputs.speed_checks is not None
    rows, _ = speeds.compare(
        inputs.speed_checks,
        speeds.served_shares(figures),
        inputs.communes.set_index("commune_code")["name"],
    )
    # 400 people of H1 beside the mast of Viettel, 300 of H3 that lies nobody knows where.
    assert rows["served_share"].tolist() == [1.0, 1.0]
    assert rows["commune_name"].unique().tolist() == ["Xã Một"]


def test_a_province_figure_and_a_commune_without_prediction_are_listed_not_ranked() -> None:
    speed = pd.DataFrame({"commune_code": ["", "00001"], "download_mbps": [40.0, 20.0]}).assign(
        operator="VNPT", technology="", rsrp_dbm=-95.0, samples=1.0, statistic="median", period=""
    )
    served = pd.DataFrame(columns=["commune_code", "operator", "technology", "served_share"])
    rows, agreement = speeds.compare(
        speed.astype({"commune_code": "str"}),
        served.astype(
            {"commune_code": "str", "operator": "str", "technology": "str", "served_share": float}
        ),
        pd.Series(dtype="str"),
    )
    assert len(rows) == 2
    assert rows["rank_measured"].isna().all()
    assert agreement.empty
