"""Coordinates in every written form, and the systems that metres without a CRS can be in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from io_case import codes_of, faults_of, read, refused, write_province

from geoplan import geodesy
from geoplan.io import angles, read_inputs

HEADER = "site_id,operator,technology"
PLACE = (108.05, 15.05)


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def pair_file(folder: Path, *cells: str, header: str = "Tọa độ") -> None:
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    lines = [f"S{i},Viettel,4G,{cell}" for i, cell in enumerate(quoted)]
    (folder / "sites.csv").write_text("\n".join([f"{HEADER},{header}", *lines]), "utf-8")


def columns_file(folder: Path, *pairs: tuple[str, str], names: str = "Kinh độ;Vĩ độ") -> None:
    lines = [f"S{i};Viettel;4G;{a};{b}" for i, (a, b) in enumerate(pairs)]
    header = f"{HEADER.replace(',', ';')};{names}"
    (folder / "sites.csv").write_text("\n".join([header, *lines]), "utf-8")


def metre_file(folder: Path, crs: str, *, north_first: bool = False, count: int = 40) -> None:
    draw = np.random.default_rng(7)
    lon, lat = draw.uniform(108.001, 108.199, count), draw.uniform(15.001, 15.099, count)
    x, y = geodesy.from_wgs84(lon, lat, crs)
    pairs = zip(y, x, strict=True) if north_first else zip(x, y, strict=True)
    columns_file(folder, *[(f"{a:.2f}", f"{b:.2f}") for a, b in pairs], names="X;Y")


@pytest.mark.parametrize(
    "cell",
    [
        "15.05, 108.05",
        "108.05, 15.05",
        "108,05; 15,05",
        "15,05/108,05",
        "108,05 15,05",
        "15,05,108,05",
        "(15.05, 108.05)",
        """15°03'00"B 108°03'00"Đ""",
        """108°03'00"Đ, 15°03'00"B""",
        """15°03'00,0"N, 108°03'00,0"E""",
        "N15°03.000' E108°03.000'",
        "15°03′00″B-108°03′00″Đ",
        "15 03 00 108 03 00",
        "Kinh độ: 108,05; Vĩ độ: 15,05",
        "15.05\n108.05",
        "15°3'0''Bắc; 108°3'0''Đông",
    ],
)
def test_both_coordinates_in_one_cell(province: Path, cell: str) -> None:
    pair_file(province, cell)
    site = read(province).sites.iloc[0]
    assert site[["longitude", "latitude"]].tolist() == pytest.approx(list(PLACE), abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "missing_coordinates"),
        ("108.05", "missing_coordinates"),
        ("""108°03'00"B""", "missing_coordinates"),
        ("""15°71'31"B 108°48'12"Đ""", "not_a_number"),
        ("""15°03'00"B 15°03'00"B""", "not_a_number"),
        ("chưa đo", "not_a_number"),
        ("1o8.05, 15.05", "not_a_number"),
        ("15.05, 108.05, 7", "not_a_number"),
        ("0, 0", "zero_coordinates"),
        ("15.05, -108.05", "outside_area"),
        # Beside Đ the letter N is nam, the south.
        ("""15°03'00"N 108°03'00"Đ""", "outside_area"),
    ],
)
def test_a_cell_that_holds_no_place(province: Path, cell: str, reason: str) -> None:
    pair_file(province, "15.05, 108.05", cell)
    assert refused(read(province)) == [(3, "Tọa độ", reason)]


def test_both_metres_in_one_cell(province: Path) -> None:
    x, y = geodesy.from_wgs84([PLACE[0]], [PLACE[1]], "EPSG:5898")
    pair_file(province, f"{y[0]:.3f}; {x[0]:.3f}", header="Tọa độ VN2000")
    named = [{"path": "sites.csv", "crs": "EPSG:5898"}]
    site = read(province, sites=named).sites.iloc[0]
    assert site[["longitude", "latitude"]].tolist() == pytest.approx(list(PLACE), abs=1e-7)
    assert codes_of(province) == ["missing_crs_candidates"]


@pytest.mark.parametrize(
    ("east", "north"),
    [
        ("108,05", "15,05"),
        ("""108°03'00"Đ""", """15°03'00"B"""),
        ("""108°03'00"E""", """15°03'00"N"""),
        ("108°3'", "15°3'"),
        ("108 03 00", "15 03 00"),
        ("108.05 °", "15.05°"),
        ("E 108.05", "N 15.05"),
        ("108:03:00", "15:03:00"),
        ("+108.05", "+15.05"),
    ],
)
def test_two_columns_of_angles(province: Path, east: str, north: str) -> None:
    columns_file(province, (east, north))
    site = read(province).sites.iloc[0]
    assert site[["longitude", "latitude"]].tolist() == pytest.approx(list(PLACE), abs=1e-9)


@pytest.mark.parametrize(
    "written",
    ["", "abc", "15°60'", "15°05'60\"", "15.5°30'", "-15 N", "1o8.8", "N 15 S", "1000", "15°°"],
)
def test_text_that_is_no_angle(written: str) -> None:
    assert angles.parse(written) is None


def test_an_angle_beyond_what_its_letter_allows_is_no_number(province: Path) -> None:
    columns_file(province, ("108,05", "15,05"), ("108,05", """108°03'00"B"""))
    assert refused(read(province)) == [(3, "Vĩ độ", "not_a_number")]


def test_degrees_beside_metres_go_by_the_crs(province: Path) -> None:
    text = "site_id;operator;technology;X;Y;Kinh độ;Vĩ độ\nA;Viettel;4G;1;2;108,05;15,05\n"
    (province / "sites.csv").write_text(text, "utf-8")
    assert read(province).sites["longitude"].tolist() == [108.05]
    x, y = geodesy.from_wgs84([108.15], [15.06], "EPSG:5898")
    text = text.replace("4G;1;2;", f"4G;{x[0]:.3f};{y[0]:.3f};")
    (province / "sites.csv").write_text(text, "utf-8")
    found = read(province, sites=[{"path": "sites.csv", "crs": "EPSG:5898"}]).sites
    assert found["longitude"].tolist() == pytest.approx([108.15], abs=1e-7)


# ------------------------------------------------------------------ which system metres are in


@pytest.mark.parametrize("north_first", [False, True])
@pytest.mark.parametrize("crs", ["EPSG:5898", "EPSG:9216", "EPSG:3406", "EPSG:32649"])
def test_metres_without_a_crs_are_refused_with_their_candidates(
    province: Path, crs: str, north_first: bool
) -> None:
    metre_file(province, crs, north_first=north_first)
    fault = faults_of(province)[0]
    assert fault.code == "missing_crs_candidates"
    candidates = fault.params["candidates"].split("; ")
    mine = next(one for one in candidates if one.startswith(crs))
    assert ("X = N" in mine) == north_first
    assert mine.endswith("100%)")


def test_a_wrong_meridian_is_found_by_where_it_puts_the_rows(province: Path) -> None:
    metre_file(province, "EPSG:5898", north_first=True)
    fault = faults_of(province, sites=[{"path": "sites.csv", "crs": "EPSG:9216"}])[0]
    assert (fault.code, fault.value) == ("wrong_crs", "EPSG:9216")
    assert fault.params["best"] == "EPSG:5898"
    assert len(read(province, sites=[{"path": "sites.csv", "crs": "EPSG:5898"}]).sites) == 40


def test_a_few_rows_elsewhere_do_not_put_the_zone_in_doubt(province: Path) -> None:
    metre_file(province, "EPSG:5898", count=60)
    lines = (province / "sites.csv").read_text("utf-8").splitlines()
    lines[3:6] = [line.rsplit(";", 2)[0] + ";300000;1800000" for line in lines[3:6]]
    (province / "sites.csv").write_text("\n".join(lines), "utf-8")
    found = read(province, sites=[{"path": "sites.csv", "crs": "EPSG:5898"}])
    assert [reason for _, _, reason in refused(found)] == ["outside_area"] * 3


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("VN-2000 108°00'", "EPSG:5898"),
        ("VN2000 KTT 105-45", "EPSG:9210"),
        ("VN-2000 kinh tuyến trục 104.5", "EPSG:9207"),
        ("vn 2000, 107", "EPSG:9214"),
        ("EPSG:9217", "EPSG:9217"),
    ],
)
def test_a_zone_is_named_by_its_meridian(province: Path, name: str, code: str) -> None:
    metre_file(province, code)
    found: list[Any] = (
        read(province, sites=[{"path": "sites.csv", "crs": name}]).sites["longitude"].tolist()
    )
    assert len(found) == 40
    assert 108.0 < min(found) < max(found) < 108.2


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        (("15.05", "108.05"), "longitude and latitude seem to be exchanged"),
        (("-108.05", "15.05"), "a sign seems to be wrong"),
        (("108.05", "-15.05"), "a sign seems to be wrong"),
        (("10805", "1505"), "a decimal mark seems to be missing or misplaced"),
        (("108.05", "1505"), "a decimal mark seems to be missing or misplaced"),
        (("106.7", "10.8"), ""),
    ],
)
def test_a_row_outside_is_refused_with_what_seems_to_have_happened(
    province: Path, pair: tuple[str, str], hint: str
) -> None:
    columns_file(province, ("108.05", "15.05"), pair)
    from geoplan.scenario import parse_scenario

    raw = {"schema": 1, "as_of": "2025-12-31", "language": "en"}
    names = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    scenario = parse_scenario({**raw, "inputs": {**names, "max_rejected_share": 1}}, province)
    row = read_inputs(scenario).rejects.iloc[0]
    assert row["reason"] == "outside_area"
    assert (hint in row["advice"]) if hint else ("seem" not in row["advice"])
