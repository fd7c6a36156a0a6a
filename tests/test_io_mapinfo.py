"""MapInfo tables: their character sets, their coordinate systems, their companions."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from io_case import SITES, codes_of, faults_of, read, refused, write_province

from geoplan import geodesy

DEGREES = "CoordSys Earth Projection 1, 104"
VN2000 = (
    "CoordSys Earth Projection 8, 9999, 28, -191.90441429, -39.30318279, -111.45032835, "
    '{rotation}, 0.252906278, 0, "m", {meridian}, 0, 0.9999, 500000, 0'
)
SIGNS = ("0.00928836, -0.01975479, 0.00427372", "-0.00928836, 0.01975479, -0.00427372")
"""The rotations as MapInfo and as EPSG write them: both are found in files."""

PAIRS = [  # WGS 84 → TM-3, vietnam.md §4, by EPSG:6960
    (106.36, 10.36, 105.75, "EPSG:9210"),
    (105.15, 9.18, 104.5, "EPSG:9207"),
    (107.46, 16.40, 107.0, "EPSG:9214"),
    (105.78, 10.03, 105.0, "EPSG:5897"),
    (108.80, 15.12, 108.0, "EPSG:5898"),
    (108.0, 14.35, 107.5, "EPSG:9216"),
]
METRES = {
    "EPSG:9210": (566603.933, 1145735.536),
    "EPSG:9207": (571235.382, 1015233.261),
    "EPSG:9214": (548936.793, 1813893.882),
    "EPSG:5897": (585308.926, 1109275.197),
    "EPSG:5898": (585791.005, 1672370.101),
    "EPSG:9216": (553734.270, 1587082.469),
}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def mif(
    path: Path,
    points: list[tuple[float, float]],
    names: list[bytes],
    *,
    crs: str = DEGREES,
    charset: str = "WindowsLatin1",
    header: bytes = b"site_id",
) -> None:
    """Write a table of sites of one operator as .mif and .mid."""
    shapes = "".join(f"Point {x!r} {y!r}\n" for x, y in points)
    columns = b"Columns 3\n  " + header + b" Char(40)\n  operator Char(20)\n  technology Char(4)\n"
    head = f'Version 300\nCharset "{charset}"\nDelimiter ","\n{crs}\n'.encode()
    path.write_bytes(head + columns + b"Data\n\n" + shapes.encode())
    rows = b"".join(b'"' + name + b'","Viettel","4G"\n' for name in names)
    path.with_suffix(".mid").write_bytes(rows)


def one(folder: Path, name: bytes, **options: str) -> None:
    mif(folder / "sites.mif", [(108.05, 15.05)], [name], **options)


def site_ids(folder: Path, **given: str) -> list[str]:
    return read(folder, sites=[{"path": "sites.mif", **given}]).sites["site_id"].tolist()


# ------------------------------------------------------------------ text


def test_text_under_the_declared_character_set(province: Path) -> None:
    one(province, "Café".encode("cp1252"))
    assert site_ids(province) == ["Café"]
    one(province, "Кафе".encode("cp1251"), charset="WindowsCyrillic")
    assert site_ids(province) == ["Кафе"]


def test_utf_8_is_read_whatever_the_file_declares(province: Path) -> None:
    for charset in ("WindowsLatin1", "Neutral", "UTF-8"):
        one(province, "Trạm à".encode(), charset=charset)
        assert site_ids(province) == ["Trạm à"]


@pytest.mark.parametrize("charset", ["WindowsLatin1", "Neutral", "WindowsVietnamese"])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("tcvn3", b"Tr\xb9m \xc6"),
        ("windows-1258", "Trạm ặ".encode()),
    ],
)
def test_bytes_come_as_they_are_where_the_scenario_names_their_encoding(
    province: Path, charset: str, encoding: str, data: bytes
) -> None:
    if encoding == "windows-1258":
        data = b"Tra\xf2m a\xcc"
        wanted = data.decode("cp1258")
    else:
        wanted = "Trạm ặ"
    one(province, data, charset=charset)
    import unicodedata

    found = site_ids(province, encoding=encoding)
    assert found == [unicodedata.normalize("NFC", wanted)]


def test_headers_are_decoded_with_the_cells(province: Path) -> None:
    # "Mã trạm" in TCVN3; MapInfo allows no blank in a name.
    one(province, b"Tr\xb9m", header=b"M\xb7_tr\xb9m", charset="Neutral")
    inputs = read(province, sites=[{"path": "sites.mif", "encoding": "tcvn3"}])
    assert inputs.sites["site_id"].tolist() == ["Trạm"]
    (file,) = [file for file in inputs.files if file.role == "sites"]
    assert "Mã_trạm" in file.columns


def test_text_that_nobody_can_tell_is_a_fault(province: Path) -> None:
    one(province, b"\x81\x8d \xff\xfe", charset="Neutral")
    assert codes_of(province, sites=["sites.mif"]) == ["encoding"]


def test_an_encoding_that_does_not_exist(province: Path) -> None:
    one(province, b"Tr\xb9m")
    named = [{"path": "sites.mif", "encoding": "klingon"}]
    assert codes_of(province, sites=named) == ["unknown_encoding"]


# ------------------------------------------------------------------ coordinate systems


@pytest.mark.parametrize("rotation", SIGNS)
@pytest.mark.parametrize(("longitude", "latitude", "meridian", "code"), PAIRS)
def test_vn_2000_goes_through_epsg_6960_whatever_its_rotations(
    tmp_path: Path, longitude: float, latitude: float, meridian: float, code: str, rotation: str
) -> None:
    import pyogrio

    path = tmp_path / "sites.mif"
    mif(path, [METRES[code]], [b"A"], crs=VN2000.format(rotation=rotation, meridian=meridian))
    crs = pyogrio.read_info(path)["crs"]
    lon, lat = geodesy.to_wgs84(*METRES[code], crs)
    assert float(geodesy.distance_m(lon, lat, longitude, latitude)) < 0.01
    east, north = geodesy.from_wgs84(longitude, latitude, crs)
    assert math.hypot(east - METRES[code][0], north - METRES[code][1]) < 0.01


def test_the_shift_tells_vn_2000_also_rounded_and_as_epsg_5194_has_it() -> None:
    plane = "+proj=tmerc +lat_0=0 +lon_0=105.75 +k=0.9999 +x_0=500000 +ellps=WGS84 +type=crs"
    for shift in (
        "-191.904,-39.303,-111.45,0,0,0,0",
        "-192.873,-39.382,-111.202,-0.00205,-0.0005,0.00335,0.0188",
    ):
        found = geodesy.from_wgs84(106.36, 10.36, f"{plane} +towgs84={shift}")
        assert np.allclose(found, METRES["EPSG:9210"], atol=0.01)
    other = geodesy.from_wgs84(106.36, 10.36, f"{plane} +towgs84=-17.51,-108.32,-62.39,0,0,0,0")
    assert not np.allclose(other, METRES["EPSG:9210"], atol=1.0)


def test_no_step_on_either_side_of_the_mekong_blocks(province: Path) -> None:
    crs = "+proj=tmerc +lon_0=105 +k=0.9999 +x_0=500000 +ellps=WGS84 +type=crs "
    crs += (
        "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.25"
    )
    north = [geodesy.from_wgs84(105.3, lat, crs)[1] for lat in (9.34, 9.35, 9.36)]
    assert abs((north[2] - north[1]) - (north[1] - north[0])) < 0.01


def test_metres_of_a_mapinfo_file_come_out_at_their_place(province: Path) -> None:
    east, north = geodesy.from_wgs84(108.05, 15.05, "EPSG:5898")
    crs = VN2000.format(rotation=SIGNS[0], meridian=108)
    mif(province / "sites.mif", [(float(east), float(north))], [b"A"], crs=crs)
    site = read(province, sites=["sites.mif"]).sites.iloc[0]
    away = geodesy.distance_m(site["longitude"], site["latitude"], 108.05, 15.05)
    assert float(away) < 0.01


@pytest.mark.parametrize("crs", ["", 'CoordSys NonEarth Units "m" Bounds (0, 0) (9e5, 3e6)'])
def test_a_plane_that_lies_nowhere_is_no_crs(province: Path, crs: str) -> None:
    east, north = geodesy.from_wgs84(108.05, 15.05, "EPSG:5898")
    mif(province / "sites.mif", [(float(east), float(north))], [b"A"], crs=crs)
    (fault,) = faults_of(province, sites=["sites.mif"])
    assert (fault.code, fault.file) == ("missing_crs", "sites.mif")
    found = read(province, sites=[{"path": "sites.mif", "crs": "EPSG:5898"}]).sites
    assert found["longitude"][0] == pytest.approx(108.05, abs=1e-6)


def test_a_grid_without_its_datum_is_told(province: Path) -> None:
    east, north = geodesy.from_wgs84(108.05, 15.05, "EPSG:5898")
    lost = 'CoordSys Earth Projection 8, 104, "m", 108, 0, 0.9999, 500000, 0'
    mif(province / "sites.mif", [(float(east), float(north))], [b"A"], crs=lost)
    inputs = read(province, sites=["sites.mif"])
    assert [warning.code for warning in inputs.warnings] == ["datum_doubtful"]
    named = read(province, sites=[{"path": "sites.mif", "crs": "EPSG:5898"}])
    assert named.warnings == ()


# ------------------------------------------------------------------ files


def tab(folder: Path, name: str = "sites") -> list[Path]:
    """Write the sites of the tiny province as a native table."""
    rows = [line.split(",") for line in SITES.splitlines()]
    frame = gpd.GeoDataFrame(
        [dict(zip(rows[0], row, strict=True)) for row in rows[1:]],
        geometry=[shapely.Point(float(row[3]), float(row[4])) for row in rows[1:]],
        crs="EPSG:4326",
    ).drop(columns=["longitude", "latitude"])
    frame.to_file(folder / f"{name}.tab", driver="MapInfo File")
    return sorted(folder.glob(f"{name}.*"))


def test_a_native_table(province: Path) -> None:
    wanted = read(province).sites[["site_id", "operator", "technology", "longitude", "on_air_date"]]
    (province / "sites.csv").unlink()
    tab(province)
    found = read(province, sites=["sites.tab"]).sites
    assert found[wanted.columns].equals(wanted)


def test_companions_under_names_in_capitals(province: Path) -> None:
    (province / "sites.csv").unlink()
    for path in tab(province):
        path.rename(path.with_name(path.name.upper()))
    assert len(read(province, sites=["SITES.TAB"]).sites) == 3


def test_a_table_in_a_folder_in_a_zip_file(province: Path) -> None:
    (province / "sites.csv").unlink()
    with zipfile.ZipFile(province / "a.zip", "w") as packed:
        for path in tab(province):
            packed.write(path, f"số liệu/Trạm{path.suffix}")
            path.unlink()
    assert len(read(province, sites=["a.zip"]).sites) == 3


def test_a_table_without_its_companions(province: Path) -> None:
    (province / "sites.csv").unlink()
    for path in tab(province):
        if path.suffix != ".tab":
            path.unlink()
    assert codes_of(province, sites=["sites.tab"]) == ["missing_companion"]
    one(province, b"A")
    (province / "sites.mid").unlink()
    (fault,) = faults_of(province, sites=["sites.mif"])
    assert (fault.code, fault.params["names"]) == ("missing_companion", ".mid")


def test_no_row_is_lost_where_the_files_do_not_belong_together(province: Path) -> None:
    points = [(108.05, 15.05), (108.06, 15.05)]
    mif(province / "sites.mif", points, [b"A", b"B", b"C"])
    (fault,) = faults_of(province, sites=["sites.mif"])
    assert (fault.code, fault.params) == ("companion_differs", {"rows": "3", "shapes": "2"})
    mif(province / "sites.mif", points, [b"A"])
    assert codes_of(province, sites=["sites.mif"]) == ["unreadable_file"]


def test_a_table_that_only_points_to_another(province: Path) -> None:
    linked = "!table\n!version 300\n!charset WindowsLatin1\n\nDefinition Table\n  Type LINKED\n"
    (province / "sites.tab").write_text(linked, "utf-8")
    assert codes_of(province, sites=["sites.tab"]) == ["not_what_it_says"]


def test_an_object_that_is_no_point_refuses_its_row(province: Path) -> None:
    one(province, b"A")
    path = province / "sites.mif"
    path.write_text(path.read_text("utf-8").replace("Point 108.05 15.05", "Line 108 15 108.1 15"))
    assert refused(read(province, sites=["sites.mif"])) == [(1, "", "bad_geometry")]


# ------------------------------------------------------------------ old fonts, not named


NAMES = ("Thôn Đồng Tâm", "Khóm ấp Mỹ", "Bản Nậm Khắt", "Khu phố Thắng Lợi", "Buôn Ea Kniết")


def under(encoding: str, text: str) -> bytes:
    """Write a text in an old font encoding, letter by letter."""
    from geoplan.io import encodings

    back = encodings.mender(encoding)
    assert back is not None
    singles = [bytes([code]) for code in range(256)]
    pairs = [bytes([first, second]) for first in range(65, 256) for second in range(160, 256)]
    letters: dict[str, bytes] = {}
    for data in (*singles, *(pairs if encoding == "vni" else ())):
        letter = back(data.decode("latin-1")) or ""
        if len(letter) == 1:
            letters.setdefault(letter, data)
    return b"".join(letters[letter] for letter in text)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_old_fonts_are_told_by_their_syllables(province: Path, encoding: str) -> None:
    names = [under(encoding, name) for name in NAMES]
    points = [(108.05 + i / 1000, 15.05) for i in range(len(names))]
    mif(province / "sites.mif", points, names)
    inputs = read(province, sites=["sites.mif"])
    assert sorted(inputs.sites["site_id"]) == sorted(NAMES)
    (warning,) = inputs.warnings
    assert (warning.code, warning.params["encoding"]) == ("encoding_detected", encoding)
    named = read(province, sites=[{"path": "sites.mif", "encoding": encoding}])
    assert sorted(named.sites["site_id"]) == sorted(NAMES)
    assert named.warnings == ()
