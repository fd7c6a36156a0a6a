"""layers.qgs: every layer of the tree is there, with its source beside the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pyogrio
import pyproj
import pytest
from gis_case import empty_run, odd_run
from small_run import small_run

from geoplan import geodesy
from geoplan.report.gis import write_gis


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_gis(small_run(), folder)
    return folder


@pytest.fixture(scope="module")
def root(folder: Path) -> Element:
    return ElementTree.parse(folder / "layers.qgs").getroot()


def test_every_source_stands_beside_the_project(folder: Path, root: Element) -> None:
    sources = [str(one.text) for one in root.iter("datasource")]
    assert len(sources) == 9 + 6
    known = set(pyogrio.list_layers(folder / "layers.gpkg")[:, 0])
    for source in sources:
        path, _, layer = source.partition("|layername=")
        assert path.startswith("./")
        assert (folder / path).is_file()
        assert layer in known or path.endswith(".tif")


def test_every_layer_of_the_tree_is_a_layer_of_the_project(root: Element) -> None:
    tree = [str(one.get("id")) for one in root.iter("layer-tree-layer")]
    layers = [str(one.findtext("id")) for one in root.iter("maplayer")]
    assert tree == layers
    assert len(set(tree)) == len(tree)
    assert all(len(name) > 10 for name in tree)  # else QGIS gives them other ids
    drawn = [one.get("id") for one in root.findall("layerorder/layer")]
    assert drawn == tree
    sources = {one.get("source") for one in root.iter("layer-tree-layer")}
    assert sources == {one.text for one in root.iter("datasource")}


def test_layers_stand_in_groups_under_their_titles(root: Element) -> None:
    groups = [one.get("name") for one in root.findall("layer-tree-group/layer-tree-group")]
    assert groups == [
        *("Đề xuất", "Tình trạng phủ sóng", "Mạng lưới trạm"),
        *("Vùng phủ sóng theo tính toán", "Nền"),
    ]
    assert root.findtext("title") == "Tỉnh mẫu (số liệu giả định)"


def test_the_project_is_in_the_planning_crs(root: Element) -> None:
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:5898"
    assert root.findtext("mapcanvas/destinationsrs/spatialrefsys/authid") == "EPSG:5898"
    assert root.findtext("properties/SpatialRefSys/ProjectionsEnabled") == "1"
    ends = [float(str(root.findtext(f"mapcanvas/extent/{name}"))) for name in ("xmin", "ymax")]
    assert ends == [580_000, 1_670_000]


def test_vn_2000_goes_through_epsg_6960_in_qgis_too(root: Element) -> None:
    """The steps that the project names lead where geodesy leads, also inside the Mekong delta."""
    steps = root.find("transformContext/srcDest")
    assert steps is not None
    assert steps.findtext("dest/spatialrefsys/authid") == "EPSG:5898"
    for crs in ("EPSG:5898", "EPSG:9210"):
        named = geodesy.pipeline_from_wgs84(crs)
        found = pyproj.Transformer.from_pipeline(named).transform(105.7, 10.0)
        meant = geodesy.from_wgs84([105.7], [10.0], crs)
        np.testing.assert_allclose(found, np.ravel(meant), atol=1e-4)
    assert steps.get("coordinateOp") == geodesy.pipeline_from_wgs84("EPSG:5898")
    assert geodesy.pipeline_from_wgs84("EPSG:32649") == ""


def test_styles_are_those_of_the_geopackage(root: Element) -> None:
    layers = {str(one.findtext("id")): one for one in root.iter("maplayer")}
    renderer = layers["geoplan_layer_hamlets"].find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "status_mbb"
    palette = layers["geoplan_layer_coverage_0"].findall("pipe/rasterrenderer/colorPalette/*")
    assert [one.get("label") for one in palette] == ["Không có sóng", "Có sóng"]
    assert [one.get("alpha") for one in palette] == ["0", "255"]


def test_nothing_comes_from_a_network_or_from_this_machine(folder: Path, root: Element) -> None:
    assert {one.text for one in root.iter("provider")} == {"ogr", "gdal"}
    text = (folder / "layers.qgs").read_text("utf-8")
    assert text.count("http") == 1  # the document type
    assert str(folder) not in text
    assert "/home" not in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_odd_names_and_empty_runs_make_good_projects(tmp_path: Path, language: str) -> None:
    for number, run in enumerate((odd_run(language=language), empty_run(language=language))):
        place = tmp_path / str(number)
        place.mkdir()
        write_gis(run, place)
        ElementTree.parse(place / "layers.qgs")


def test_qgis_opens_it(folder: Path) -> None:
    """QGIS itself, where it is installed: every layer is valid and has more than a default."""
    python = os.environ.get("QGIS_PYTHON") or shutil.which("python3", path="/usr/bin:/bin")
    script = (
        "import sys\nfrom qgis.core import QgsApplication, QgsProject\n"
        "app = QgsApplication([], False)\napp.initQgis()\nproject = QgsProject.instance()\n"
        "assert project.read(sys.argv[1])\nlayers = project.mapLayers().values()\n"
        "print(len(layers), all(layer.isValid() for layer in layers), project.crs().authid())\n"
    )
    if python is None or sys.platform != "linux":
        pytest.skip("QGIS is looked for on Linux only")
    there = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    if there.returncode:
        pytest.skip("QGIS is not installed")
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(folder.parent),
        "PATH": "/usr/bin:/bin",
    }
    told = subprocess.run(
        [python, "-c", script, str(folder / "layers.qgs")],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert told.stdout.strip() == "15 True EPSG:5898"
