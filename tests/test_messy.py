"""The same province as it is sent: every table comes out as from the clean files, within 1 m.

On the sample province, whose messy files are made here with another meridian for two operators;
and on the real communes of ../shared/cases, where that folder is there.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import garbling
import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from geoplan import geodesy
from geoplan.io import read_inputs
from geoplan.results import Inputs
from geoplan.scenario import parse_scenario, read_scenario

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "cases"
KEPT = [
    *("operator", "technology", "site_id", "frequency_mhz", "antenna_agl_m", "azimuth_deg"),
    *("structure_id", "structure_owner", "structure_class", "structure_height_m"),
    *("built_date", "on_air_date", "off_air_date", "status", "commune_code"),
]
VIETNAMESE = {
    "site_id": "Mã trạm",
    "operator": "Nhà mạng",
    "technology": "Công nghệ",
    "frequency_mhz": "Băng tần (MHz)",
    "antenna_agl_m": "Độ cao anten (m)",
    "azimuth_deg": "Góc phương vị",
    "structure_id": "Mã cột",
    "structure_owner": "Đơn vị sở hữu cột",
    "structure_class": "Loại cột",
    "structure_height_m": "Chiều cao cột (m)",
    "built_date": "Ngày xây dựng",
    "on_air_date": "Ngày phát sóng",
    "off_air_date": "Ngày tắt sóng",
    "status": "Hiện trạng",
}
EXPECTED_REJECTS = [
    ("mobifone.csv", "SAI1", "not_a_number"),
    ("mobifone.csv", "SAI2", "missing_coordinates"),
    ("viettel.xlsx", "BAD1", "zero_coordinates"),
    ("viettel.xlsx", "BAD2", "outside_area"),
    ("vnpt.csv", "HONG1", "missing_coordinates"),
    ("vnpt.csv", "HONG2", "not_a_number"),
]


def clean_sites(name: str) -> pd.DataFrame:
    path = ROOT / "data" / "sites" / f"sites_{name}.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def vietnamese(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a sites table but the place, under Vietnamese headers."""
    return frame[list(VIETNAMESE)].rename(columns=VIETNAMESE)


def day_first(days: pd.Series) -> pd.Series:
    return days.str.replace(r"(\d+)-(\d+)-(\d+)", r"\3/\2/\1", regex=True)


def write_viettel(folder: Path) -> None:
    """Write a workbook with a title block, decimal commas, names with the province, a total."""
    frame = clean_sites("viettel")
    sent = vietnamese(frame)
    sent["Nhà mạng"] = np.array(["VTL", "Viettel Quảng Ngãi", "VIETTEL"])[np.arange(len(sent)) % 3]
    sent["Công nghệ"] = sent["Công nghệ"].replace({"4G": "LTE", "5G": "NR", "3G": "WCDMA"})
    sent.insert(4, "Kinh độ", frame["longitude"].str.replace(".", ",", regex=False))
    sent.insert(5, "Vĩ độ", frame["latitude"].str.replace(".", ",", regex=False))
    for header in ("Ngày xây dựng", "Ngày phát sóng", "Ngày tắt sóng"):
        sent[header] = day_first(sent[header])
    book = Workbook()
    sheet = book.active
    sheet.append(["TẬP ĐOÀN CÔNG NGHIỆP - VIỄN THÔNG QUÂN ĐỘI"])
    sheet.append([])
    sheet.append(["DANH SÁCH TRẠM BTS (số liệu đến 31/12/2025)"])
    sheet.append(["STT", *sent.columns])
    for i, row in enumerate(sent.to_numpy().tolist(), start=1):
        sheet.append([i, *row])
    bad = dict.fromkeys(sent.columns, "") | {"Nhà mạng": "VTL", "Công nghệ": "LTE"}
    for name, lon, lat in (("BAD1", "0", "0"), ("BAD2", "10,8", "15,1")):
        row = bad | {"Mã trạm": name, "Kinh độ": lon, "Vĩ độ": lat}
        sheet.append(["", *row.values()])
    sheet.append([])
    sheet.append(["", f"Tổng cộng: {len(sent)} trạm"])
    book.create_sheet("Ghi chú").append(["LTE = 4G, NR = 5G"])
    book.save(folder / "viettel.xlsx")


def write_vnpt(folder: Path) -> None:
    """Write an old system's file: an ABC font, semicolons, VN-2000 metres with X = north."""
    frame = clean_sites("vnpt")
    east, north = geodesy.from_wgs84(
        frame["longitude"].astype(float), frame["latitude"].astype(float), "EPSG:9216"
    )
    sent = vietnamese(frame)
    sent["Nhà mạng"] = np.array(["VNP", "Vinaphone"])[np.arange(len(sent)) % 2]
    sent.insert(4, "X", [f"{value:.2f}".replace(".", ",") for value in north])
    sent.insert(5, "Y", [f"{value:.2f}".replace(".", ",") for value in east])
    bad = sent.iloc[:2].copy()
    bad["Mã trạm"] = ["HONG1", "HONG2"]
    bad.iloc[0, 5] = ""
    bad.iloc[1, 4] = "abc"
    text = pd.concat([sent, bad]).to_csv(sep=";", index=False)
    (folder / "vnpt.csv").write_bytes(garbling.tcvn3(text))


def dms(value: str, letter: str) -> str:
    total = round(float(value) * 3600, 3)
    minutes, seconds = divmod(total, 60)
    degrees, minutes = divmod(int(minutes), 60)
    return f"{degrees}°{minutes:02d}'{seconds:06.3f}\"{letter}"


def write_mobifone(folder: Path) -> None:
    """Write degrees, minutes and seconds in one cell, in decomposed Unicode, with units."""
    frame = clean_sites("mobifone")
    sent = vietnamese(frame)
    sent["Nhà mạng"] = np.array(["MBF", "Mobifone ", "VMS"])[np.arange(len(sent)) % 3]
    sent["Băng tần (MHz)"] += " MHz"
    sent["Độ cao anten (m)"] += "m"
    pairs = zip(frame["latitude"], frame["longitude"], strict=True)
    sent["Tọa độ"] = [f"{dms(lat, 'B')} {dms(lon, 'Đ')}" for lat, lon in pairs]
    bad = sent.iloc[:2].copy()
    bad["Mã trạm"] = ["SAI1", "SAI2"]
    bad["Tọa độ"] = ["15°71'31\"B 108°48'12\"Đ", "108°48'12\"B"]
    text = pd.concat([sent, bad]).to_csv(index=False)
    (folder / "mobifone.csv").write_text(unicodedata.normalize("NFD", text), "utf-8-sig")


def write_vietnamobile(folder: Path) -> None:
    """Write placemarks without an operator."""
    frame = clean_sites("vietnamobile")
    sent = vietnamese(frame).drop(columns=["Nhà mạng", "Mã trạm"])
    marks = []
    for i, row in enumerate(sent.to_dict("records")):
        data = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in row.items())
        place = f"{frame['longitude'][i]},{frame['latitude'][i]},0"
        marks.append(
            f"<Placemark><name>{frame['site_id'][i]}</name><ExtendedData>{data}</ExtendedData>"
            f"<Point><coordinates>{place}</coordinates></Point></Placemark>"
        )
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'
    (folder / "vietnamobile.kml").write_text(kml, "utf-8")


def write_hamlets(folder: Path) -> None:
    """Write GeoJSON with codes as numbers, which lose their zeros, and grouped thousands."""
    path = ROOT / "data" / "boundaries" / "hamlets.csv"
    features = []
    for row in pd.read_csv(path, dtype="str", keep_default_na=False).to_dict("records"):
        people = row["population"]
        point = [float(row["longitude"]), float(row["latitude"])] if row["longitude"] else None
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "Mã thôn": row["hamlet_id"],
                    "Tên thôn": row["name"],
                    "Mã xã": int(row["commune_code"]),
                    "Dân số": f"{int(people):,}".replace(",", ".") if people else None,
                    "Số hộ": int(row["households"]) if row["households"] else None,
                    "Có điện lưới": {"true": "có", "false": "không"}[row["has_grid_power"]],
                },
                "geometry": point and {"type": "Point", "coordinates": point},
            }
        )
    layer = {"type": "FeatureCollection", "features": features}
    (folder / "hamlets.geojson").write_text(json.dumps(layer), "utf-8")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inputs, Inputs]:
    folder = tmp_path_factory.mktemp("messy")
    for write in (write_viettel, write_vnpt, write_mobifone, write_vietnamobile, write_hamlets):
        write(folder)
    boundaries = ROOT / "data" / "boundaries"
    clean: dict[str, Any] = {
        "communes": str(boundaries / "communes.geojson"),
        "hamlets": str(boundaries / "hamlets.csv"),
        "clusters": str(boundaries / "clusters.csv"),
        "sites": [
            str(ROOT / "data" / "sites" / f"sites_{name}.csv")
            for name in ("viettel", "vnpt", "mobifone", "vietnamobile")
        ],
    }
    sites = [
        "viettel.xlsx",
        {"path": "vnpt.csv", "crs": "EPSG:9216"},
        "mobifone.csv",
        {"path": "vietnamobile.kml", "operator": "Vietnamobile"},
    ]
    messy = {**clean, "hamlets": "hamlets.geojson", "sites": sites}
    raw = {"schema": 1, "as_of": "2025-12-31"}
    return (
        read_inputs(parse_scenario({**raw, "inputs": clean}, folder)),
        read_inputs(parse_scenario({**raw, "inputs": messy}, folder)),
    )


def compare(clean: Inputs, messy: Inputs, kept: list[str]) -> None:
    """Hold that two readings are the same but for places, which may be 1 m apart."""
    key = ["operator", "site_id", "technology", "frequency_mhz", "azimuth_deg"]
    first, second = (one.sites.sort_values(key, ignore_index=True) for one in (clean, messy))
    pd.testing.assert_frame_equal(first[kept], second[kept])
    apart = geodesy.distance_m(
        *(first[name] for name in ("longitude", "latitude")),
        *(second[name] for name in ("longitude", "latitude")),
    )
    assert apart.max() < 1.0
    columns = ["hamlet_id", "name", "commune_code", "population", "households", "has_grid_power"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(clean.hamlets[columns]), pd.DataFrame(messy.hamlets[columns])
    )


def rejected(inputs: Inputs) -> list[tuple[str, str, str]]:
    return sorted(inputs.rejects[["file", "key", "reason"]].itertuples(index=False, name=None))


def test_the_messy_sample_is_the_sample(both: tuple[Inputs, Inputs]) -> None:
    compare(*both, KEPT)


def test_exactly_the_bad_rows_of_the_messy_sample_are_refused(
    both: tuple[Inputs, Inputs],
) -> None:
    assert rejected(both[0]) == []
    assert rejected(both[1]) == EXPECTED_REJECTS


def test_what_was_understood_is_told(both: tuple[Inputs, Inputs]) -> None:
    told = {(warning.code, warning.file) for warning in both[1].warnings}
    assert {
        ("encoding_detected", "vnpt.csv"),
        ("axes_exchanged", "vnpt.csv"),
        ("line_left_out", "viettel.xlsx"),
        ("code_mended", "hamlets.geojson"),
    } <= told


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases of ../shared are not here")
def test_the_messy_province_of_the_cases() -> None:
    clean, messy = (
        read_inputs(read_scenario(CASES / name / "scenario.toml"))
        for name in ("quang-ngai", "quang-ngai-messy")
    )
    # Their messy files do not say when a mast was built.
    compare(clean, messy, [name for name in KEPT if name != "built_date"])
    expected = pd.read_csv(CASES / "quang-ngai-messy" / "expected_rejects.csv", dtype="str")
    assert rejected(messy) == sorted(expected.itertuples(index=False, name=None))
