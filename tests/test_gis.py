"""layers.gpkg and coverage_*.tif, read back as a GIS would; the folder as a whole."""

from __future__ import annotations

import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
from small_run import FORMULA, SCRIPT, small_run

from geoplan.faults import FolderError
from geoplan.report.folder import Staging, written_files
from geoplan.report.gis import layers, write_gis, write_rasters
from geoplan.report.gis.rasters import file_names

LAYERS = [
    *("communes", "hamlets", "clusters", "positions", "cells"),
    *("holes", "proposals", "places", "zones"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gis")
    write_gis(small_run(), folder)
    return folder


def test_every_layer_is_there_in_wgs84(folder: Path) -> None:
    found = pyogrio.list_layers(folder / "layers.gpkg")
    assert list(found[:, 0]) == [*LAYERS, "layer_styles"]
    for name in LAYERS:
        assert gpd.read_file(folder / "layers.gpkg", layer=name).crs.to_epsg() == 4326


def test_names_come_back_as_they_are(folder: Path) -> None:
    assert SCRIPT in list(gpd.read_file(folder / "layers.gpkg", layer="hamlets")["name"])
    assert FORMULA in list(gpd.read_file(folder / "layers.gpkg", layer="cells")["site_id"])


def test_codes_keep_their_zeros_and_flags_are_flags(folder: Path) -> None:
    communes = gpd.read_file(folder / "layers.gpkg", layer="communes")
    assert list(communes["commune_code"]) == ["00101", "00102"]
    assert set(communes.geom_type) == {"MultiPolygon"}
    hamlets = gpd.read_file(folder / "layers.gpkg", layer="hamlets").set_index("hamlet_id")
    assert bool(hamlets.loc["H3", "near_threshold"]) is True
    assert hamlets.loc["H6"].geometry is None
    assert (hamlets.loc["H1"].geometry.x, hamlets.loc["H1"].geometry.y) == (108.75, 15.05)


def test_the_same_run_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_gis(small_run(), tmp_path)
    names = written_files(folder)
    assert names == written_files(tmp_path)
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_every_file_has_its_name(folder: Path) -> None:
    names = written_files(folder)
    assert {"layers.gpkg", "layers.kmz", "layers.qgs", "coverage_4G_any.tif"} < set(names)
    assert {"geojson/hamlets.geojson", "mapinfo/hamlets.tab", "mapinfo/hamlets.dat"} < set(names)


def test_layers_without_rows_are_written(tmp_path: Path) -> None:
    run = small_run()
    bare = replace(
        run,
        inputs=replace(run.inputs, zones=run.inputs.zones.iloc[:0]),
        baseline=replace(run.baseline, clusters=run.baseline.clusters.iloc[:0]),
    )
    write_gis(bare, tmp_path)
    assert len(pyogrio.list_layers(tmp_path / "layers.gpkg")) == len(LAYERS) + 1
    assert gpd.read_file(tmp_path / "layers.gpkg", layer="clusters").empty
    assert gpd.read_file(tmp_path / "geojson" / "clusters.geojson").empty
    assert gpd.read_file(tmp_path / "mapinfo" / "clusters.tab").empty


def test_one_raster_for_each_technology_and_operator(folder: Path) -> None:
    assert sorted(path.name for path in folder.glob("*.tif")) == [
        f"coverage_{technology}_{operator}.tif"
        for technology in ("4G", "5G")
        for operator in ("VNPT", "Viettel", "any")
    ]


def test_rasters_tell_served_from_not_served_and_outside(folder: Path) -> None:
    inside = {"any": [[1, 1, 0, 0], [0, 0, 1, 0]], "VNPT": [[1, 0, 0, 0], [0, 0, 1, 0]]}
    for operator, expected in inside.items():
        with rasterio.open(folder / f"coverage_4G_{operator}.tif") as raster:
            values = raster.read(1)
            assert raster.nodata == 255
            assert raster.crs.to_epsg() == 5898
            assert raster.transform[:6] == (1000, 0, 580000, 0, -1000, 1670000)
            assert raster.descriptions[0].startswith("4G")
            assert set(raster.colormap(1)) >= {0, 1}
        np.testing.assert_array_equal(values[1:3, 1:5], expected)
        assert (values[0] == 255).all()


def test_rasters_are_laid_out_for_the_cloud_with_overviews() -> None:
    run = small_run()
    area = run.baseline.area
    grid = replace(area.grid, shape=(600, 700))
    shape = grid.shape
    large = replace(
        area,
        grid=grid,
        commune=np.zeros(shape, np.int32),
        bits={name: np.ones(shape, np.uint8) for name in area.bits},
    )
    with TemporaryDirectory() as place:
        write_rasters(replace(run, baseline=replace(run.baseline, area=large)), Path(place))
        with rasterio.open(Path(place) / "coverage_4G_any.tif") as raster:
            assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert raster.overviews(1) == [2, 4]
            assert raster.colormap(1)[1] == (61, 106, 158, 255)
            assert (raster.read(1, out_shape=(150, 175)) == 1).all()


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is mounted on Linux")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(FolderError) as error, Staging(disk / "out") as staged:
            write_gis(small_run(), staged)
        assert [fault.code for fault in error.value.faults] == ["disk_full"]
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_the_page_about_these_files_lists_every_field() -> None:
    """docs/gis.md holds the generated list, and every field that this run writes is on it."""
    root = Path(__file__).parents[1]
    made = runpy.run_path(str(root / "docs" / "generate.py"))["gis_page"]()
    assert (root / "docs" / "gis.md").read_text("utf-8") == made
    for layer in layers(small_run()):
        for field in layer.fields:
            shown = field.name.replace("_5g", "_4g")
            assert f"| `{shown}` |" in made, (layer.name, field.name)


def test_columns_of_the_user_that_a_geopackage_calls_its_own(tmp_path: Path) -> None:
    run = small_run()
    cells = run.baseline.cells.assign(fid="7", geom="x", SITE_ID="again")
    write_gis(replace(run, baseline=replace(run.baseline, cells=cells)), tmp_path)
    for path, layer in (("layers.gpkg", "cells"), ("geojson/cells.geojson", None)):
        frame = gpd.read_file(tmp_path / path, layer=layer)
        first = frame.iloc[0]
        assert (first["fid_"], first["geom_"], first["SITE_ID_"]) == ("7", "x", "again")
    assert len(gpd.read_file(tmp_path / "mapinfo" / "cells.tab")) == len(cells)


def test_operators_of_like_names_have_files_of_their_own() -> None:
    names = file_names("4G", ["A/B", "a b", "😀", "🙈", "Any", "Đ" * 200])
    assert len({name.casefold() for name in names.values()}) == 7
    assert names["Any"] == "coverage_4G_Any-2.tif"
    assert all(len(name.encode()) < 255 for name in names.values())
