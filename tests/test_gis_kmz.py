"""layers.kmz, read with an XML parser, with our own reader and with GDAL's."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pyogrio
import pytest
import shapely
from gis_case import ODD_NAMES, empty_run, odd_run
from small_run import small_run

from geoplan import geodesy, tables
from geoplan.faults import Faults
from geoplan.io import kml as kml_reader
from geoplan.io.readers import Source
from geoplan.report.gis import markup
from geoplan.report.gis.kmz import kmz
from geoplan.report.gis.sectors import wedge
from geoplan.results import RunResult
from geoplan.scenario import SourceFile

KML = "{http://www.opengis.net/kml/2.2}"


def parsed(run: RunResult, folder: Path) -> Element:
    path = folder / "layers.kmz"
    path.write_bytes(kmz(run))
    with zipfile.ZipFile(path) as packed:
        return ElementTree.fromstring(packed.read("doc.kml"))


def tree(element: Element) -> dict[str, object]:
    """Give the folders by name: folders in them, or the names of their placemarks."""
    found: dict[str, object] = {}
    for folder in element.findall(f"{KML}Folder"):
        name = str(folder.findtext(f"{KML}name"))
        marks = [str(mark.findtext(f"{KML}name")) for mark in folder.findall(f"{KML}Placemark")]
        inner = tree(folder)
        found[name] = {**inner, "": marks} if inner and marks else inner or marks
    return found


def document(root: Element) -> Element:
    found = root.find(f"{KML}Document")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Element:
    return parsed(odd_run(), tmp_path_factory.mktemp("kmz"))


def test_sites_stand_by_operator_and_status(root: Element) -> None:
    sites = tree(document(root))["Trạm theo doanh nghiệp"]
    assert sites == {
        "Viettel": {
            "Hiện hữu, đang phát sóng": {
                "": ["A1"],
                "Hướng phủ (độ dài không phải tầm phủ)": ["A1"],
            },
            "Hiện hữu, không phát sóng tại ngày số liệu": ["A2"],
        },
        "VNPT": {"Quy hoạch": ["<b>&V"]},
        "Nhà mạng <mới>": {
            "Đề xuất mới": {"": ["N1"], "Hướng phủ (độ dài không phải tầm phủ)": ["N1"]}
        },
    }


def test_hamlets_stand_by_status_and_only_those_with_a_place(root: Element) -> None:
    hamlets = tree(document(root))["Thôn, tổ dân phố"]
    assert isinstance(hamlets, dict)
    assert {name: len(marks) for name, marks in hamlets.items()} == {
        "Trắng sóng (trung tâm thôn không có sóng)": 2,
        "Có cụm dân cư lõm sóng": 1,
        "Đã phủ sóng": 2,
    }


def test_each_direction_is_drawn_once_and_as_wide_as_it_serves(root: Element) -> None:
    marks = [mark for mark in root.iter(f"{KML}Placemark") if mark.findtext(f"{KML}name") == "A1"]
    polygons = marks[1].findall(f".//{KML}Polygon")
    assert len(polygons) == 2
    spans = []
    for polygon in polygons:
        text = str(polygon.findtext(f".//{KML}coordinates"))
        ring = np.array([[float(part) for part in pair.split(",")] for pair in text.split()])
        shape = shapely.Polygon(ring)
        assert shape.is_valid
        assert shape.exterior.is_ccw
        centre, edge = ring[0], ring[1:-1]
        far = geodesy.distance_m(centre[0], centre[1], edge[:, 0], edge[:, 1])
        np.testing.assert_allclose(far, 250.0, atol=0.2)
        ways = geodesy.azimuth_deg(centre[0], centre[1], edge[:, 0], edge[:, 1])
        spans.append((round(float(ways[-1])), round(float(ways[0]))))
    assert spans == [(300, 60), (50, 190)]


def test_sectors_are_drawn_only_from_near_by(root: Element) -> None:
    folders = [
        folder
        for folder in root.iter(f"{KML}Folder")
        if str(folder.findtext(f"{KML}name")).startswith("Hướng phủ")
    ]
    assert folders
    for folder in folders:
        assert int(str(folder.findtext(f"{KML}Region/{KML}Lod/{KML}minLodPixels"))) > 1000


def test_every_style_that_is_named_is_there_and_every_icon_is_inside(tmp_path: Path) -> None:
    root = parsed(odd_run(), tmp_path)
    made = {one.get("id") for tag in ("Style", "StyleMap") for one in root.iter(f"{KML}{tag}")}
    used = {str(one.text).removeprefix("#") for one in root.iter(f"{KML}styleUrl")}
    assert used <= made
    icons = {str(one.text) for one in root.iter(f"{KML}href")}
    with zipfile.ZipFile(tmp_path / "layers.kmz") as packed:
        assert icons <= set(packed.namelist())
        assert all(packed.read(name).startswith(b"\x89PNG") for name in icons)
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.read("doc.kml").count(b"http") == 1  # the name space of KML


def test_odd_names_stay_text(root: Element) -> None:
    names = {str(mark.findtext(f"{KML}name")) for mark in root.iter(f"{KML}Placemark")}
    assert set(ODD_NAMES[:5]) <= names
    assert markup.text("a\x00\x0b<&") == "a&lt;&amp;"


def test_our_own_reader_reads_it_back(tmp_path: Path) -> None:
    parsed(small_run(), tmp_path)
    source = Source(tables.HAMLETS, SourceFile(path="layers.kmz"), tmp_path / "layers.kmz")
    faults = Faults()
    raw = kml_reader.read(source, faults)
    assert not list(faults)
    assert raw is not None
    at = raw.headers.index("hamlet_id")
    ids = [value for value in raw.cells[at] if value]
    assert sorted(ids) == ["H1", "H2", "H3", "H4", "H5"]
    assert raw.geometry is not None
    assert all(shape is not None for shape in raw.geometry)


def test_gdal_reads_it(tmp_path: Path) -> None:
    if "LIBKML" not in pyogrio.list_drivers():
        pytest.skip("GDAL has no driver for KMZ here")
    parsed(odd_run(), tmp_path)
    names = set(pyogrio.list_layers(tmp_path / "layers.kmz")[:, 0])
    assert "Ranh giới cấp xã" in names
    frame = pyogrio.read_dataframe(tmp_path / "layers.kmz", layer="Ranh giới cấp xã")
    assert list(frame["Name"]) == list(ODD_NAMES[:2])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_run_without_sites_or_places(tmp_path: Path, language: str) -> None:
    root = parsed(empty_run(language=language), tmp_path)
    assert len(tree(document(root))) == 2  # outlines and names of communes


def test_a_wedge_all_round_is_a_circle() -> None:
    ring = wedge(108.0, 15.0, float("nan"), 120.0, 250.0)
    assert (ring[0] == ring[-1]).all()
    far = geodesy.distance_m(108.0, 15.0, ring[:, 0], ring[:, 1])
    np.testing.assert_allclose(far, 250.0, atol=0.001)
    assert shapely.Polygon(ring).exterior.is_ccw


def test_a_destination_lies_where_it_was_sent() -> None:
    azimuths = np.array([1.0, 45.0, 200.0, 359.0])
    lon, lat = geodesy.destination(108.0, 15.0, azimuths, 5000.0)
    np.testing.assert_allclose(geodesy.distance_m(108.0, 15.0, lon, lat), 5000.0, atol=0.001)
    np.testing.assert_allclose(geodesy.azimuth_deg(108.0, 15.0, lon, lat), azimuths, atol=0.03)


def test_it_says_that_nobody_verified_it_and_whose_data_it_holds(tmp_path: Path) -> None:
    run = small_run()
    files = tuple(replace(file, licence="© OpenStreetMap, ODbL 1.0") for file in run.inputs.files)
    run = replace(run, inputs=replace(run.inputs, files=files))
    told = str(document(parsed(run, tmp_path)).findtext(f"{KML}description"))
    assert "Chưa kiểm chứng thực địa." in told
    assert "Lưu hành nội bộ" in told
    assert told.endswith("© OpenStreetMap, ODbL 1.0.")
