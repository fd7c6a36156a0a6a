"""Files of terrain and land cover that are wrong: each is told once, with what to do."""

from __future__ import annotations

import json
import os
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.transform import from_origin
from typer.testing import CliRunner

from geoplan import faults as fault_words
from geoplan.cli.app import app
from geoplan.io import recognise_folder
from geoplan.text import translator
from tests import io_case
from tests import relief_case as case
from tests.relief_case import NORTH, WEST
from tests.test_relief import SOURCE, VRT

FLAT = np.full((300, 300), 50.0, np.float32)


def one_pixel(folder: Path) -> Any:
    return case.write(folder / "dem.tif", [[50.0]], 15_000.0)


def all_void(folder: Path) -> Any:
    return case.write(folder / "dem.tif", np.full((300, 300), -32768, np.int16), nodata=-32768)


def all_nan(folder: Path) -> Any:
    return case.write(folder / "dem.tif", FLAT * np.nan)


def elsewhere(folder: Path) -> Any:
    return case.dem(folder / "dem.tif", transform=from_origin(200_000, 1_200_000, 50, 50))


def other_zone(folder: Path) -> Any:
    return {"path": case.dem(folder / "dem.tif"), "crs": "EPSG:32647"}


def without_crs(folder: Path) -> Any:
    return case.dem(folder / "dem.tif", crs=None)


def metres_called_degrees(folder: Path) -> Any:
    return case.dem(folder / "dem.tif", crs="EPSG:4326")


def unknown_crs(folder: Path) -> Any:
    return {"path": case.dem(folder / "dem.tif", crs=None), "crs": "EPSG:1"}


def a_plan_of_its_own(folder: Path) -> Any:
    return case.dem(folder / "dem.tif", crs='LOCAL_CS["site grid",UNIT["metre",1]]')


def in_feet_undeclared(folder: Path) -> Any:
    return case.write(folder / "dem.tif", FLAT + 9_900)


def undeclared_nodata(folder: Path) -> Any:
    heights = FLAT.copy()
    heights[100:120, 60:80] = -9999
    return case.write(folder / "dem.tif", heights)


def not_placed(folder: Path) -> Any:
    return case.dem(folder / "dem.tif", transform=None)


def a_picture(folder: Path) -> Any:
    shade = np.full((3, 300, 300), 90, np.uint8)
    return case.write(folder / "dem.tif", shade, photometric="RGB")


def a_map_in_colours(folder: Path) -> Any:
    shade = np.full((300, 300), 1, np.uint8)
    return case.write(folder / "dem.tif", shade, colours={1: (255, 0, 0, 255)})


def cut_short(folder: Path) -> Any:
    path = folder / "dem.tif"
    rng = np.random.default_rng(1)
    case.write(path, rng.uniform(0, 500, (300, 300)).astype(np.float32))
    os.truncate(path, path.stat().st_size // 2)
    return "dem.tif"


def cut_short_in_the_head(folder: Path) -> Any:
    case.dem(folder / "dem.tif")
    os.truncate(folder / "dem.tif", 100)
    return "dem.tif"


def no_raster(folder: Path) -> Any:
    (folder / "dem.tif").write_text("độ cao", "utf-8")
    return "dem.tif"


def empty(folder: Path) -> Any:
    (folder / "dem.tif").write_bytes(b"")
    return "dem.tif"


def a_recipe_under_another_name(folder: Path) -> Any:
    (folder / "dem.tif").write_text(VRT.format(inside=""), "utf-8")
    return "dem.tif"


def an_hgt_of_a_wrong_length(folder: Path) -> Any:
    (folder / "N15E105.hgt").write_bytes(b"\0" * 1000)
    return "N15E105.hgt"


def a_zip_without_a_raster(folder: Path) -> Any:
    with zipfile.ZipFile(folder / "dem.zip", "w") as packed:
        packed.writestr("readme.txt", "x")
    return "dem.zip"


def a_zip_that_is_none(folder: Path) -> Any:
    (folder / "dem.zip").write_bytes(b"PK no")
    return "dem.zip"


def a_recipe_in_a_zip(folder: Path) -> Any:
    text = VRT.format(inside=SOURCE.format(relative=0, name="/vsicurl/http://127.0.0.1:9/a.tif"))
    with zipfile.ZipFile(folder / "dem.zip", "w") as packed:
        packed.writestr("dem.tif", text)
    return "dem.zip"


def an_empty_folder(folder: Path) -> Any:
    (folder / "tiles").mkdir()
    return "tiles"


def missing(folder: Path) -> Any:
    return ["dem.tif"]


WRONG = {
    one_pixel: "raster_too_small",
    all_void: "terrain_void",
    all_nan: "terrain_void",
    elsewhere: "raster_outside",
    other_zone: "raster_outside",
    without_crs: "missing_crs",
    metres_called_degrees: "missing_crs",
    unknown_crs: "unknown_crs",
    a_plan_of_its_own: "missing_crs",
    in_feet_undeclared: "heights_out_of_range",
    undeclared_nodata: "heights_out_of_range",
    not_placed: "raster_not_placed",
    a_picture: "raster_is_picture",
    a_map_in_colours: "raster_is_picture",
    cut_short: "unreadable_file",
    cut_short_in_the_head: "unreadable_file",
    no_raster: "unreadable_file",
    empty: "unreadable_file",
    a_recipe_under_another_name: "not_what_it_says",
    an_hgt_of_a_wrong_length: "unreadable_file",
    a_zip_without_a_raster: "no_rasters",
    a_zip_that_is_none: "unreadable_file",
    a_recipe_in_a_zip: "unreadable_file",
    an_empty_folder: "no_rasters",
    missing: "missing_file",
}


@pytest.mark.parametrize("make", WRONG, ids=lambda make: make.__name__)
def test_a_wrong_file_is_one_fault_that_says_what_to_do(tmp_path: Path, make: Any) -> None:
    found, faults, _ = case.read(tmp_path, terrain=make(tmp_path))
    assert found is None
    assert [one.code for one in faults] == [WRONG[make]]
    (fault,) = faults
    assert fault.file
    for language in ("vi", "en"):
        told = fault_words.describe(fault, translator(language, "faults"))
        assert "…" not in told
        assert str(tmp_path) not in told


def test_every_wrong_file_is_told_at_once(tmp_path: Path) -> None:
    case.dem(tmp_path / "a.tif", crs=None)
    (tmp_path / "b.tif").write_text("x")
    (tmp_path / "own.csv").write_text("class,height_m\n1,\n", "utf-8")
    codes = case.codes(
        tmp_path,
        terrain=["a.tif", "b.tif", "c.tif"],
        land_cover="d.tif",
        clutter="own.csv",
    )
    assert sorted(codes) == [
        "missing_crs",
        "missing_file",
        "missing_file",
        "missing_value",
        "unreadable_file",
    ]


# ---------------------------------------------------------------- terrain of a part


def half(tmp_path: Path) -> str:
    """Write terrain of the western 2.5 of some 4.4 km."""
    return case.write(tmp_path / "dem.tif", FLAT[:, :72])


def test_terrain_of_a_part_is_told_with_its_share(tmp_path: Path) -> None:
    west = ([105.015, 105.02], [15.32, 15.34])
    found, faults, warnings = case.read(tmp_path, terrain=half(tmp_path), sites=west)
    assert [one.code for one in faults] == ["terrain_lacking"]  # within 5 km of either
    wide = (104.99, 15.0, 105.03, 15.35)
    tall = case.write(tmp_path / "dem.tif", np.full((900, 40), 50.0, np.float32), 50.0)
    found, faults, warnings = case.read(tmp_path, bounds=wide, terrain=tall, sites=west)
    assert [one.code for one in faults] == ["terrain_lacking"]
    high = case.write(tmp_path / "dem.tif", np.full((400, 300), 50.0, np.float32), 50.0)
    long = (105.0, 15.0, 105.05, 15.35)
    found, faults, warnings = case.read(tmp_path, bounds=long, terrain=high, sites=west)
    assert faults == []
    assert [one.code for one in warnings] == ["terrain_partly"]
    assert found is not None
    lacking = (found.grid.centres_y() < NORTH - 20_000).mean()
    assert found.voids == pytest.approx(lacking * found.ground_m.size, rel=0.02)
    assert warnings[0].params["share"] == f"{100 * found.voids / found.ground_m.size:.1f} %"
    assert (found.ground_m == 50).all()


def test_a_site_beyond_the_terrain_counts_as_without(tmp_path: Path) -> None:
    dem = case.dem(tmp_path / "dem.tif")
    inside, outside = ([105.03] * 4, [15.33] * 4), ([105.03] * 3 + [107.0], [15.33] * 4)
    assert case.read(tmp_path, terrain=dem, sites=inside)[1] == []
    faults = case.read(tmp_path, terrain=dem, sites=outside)[1]
    assert [(one.code, one.params["share"]) for one in faults] == [("terrain_lacking", "25.0 %")]


def test_without_sites_the_whole_area_is_asked_for(tmp_path: Path) -> None:
    faults = case.read(tmp_path, terrain=half(tmp_path))[1]
    assert [one.code for one in faults] == ["terrain_lacking"]
    assert "105.0" in faults[0].params["area"]


# ---------------------------------------------------------------- units


@pytest.mark.parametrize(("unit", "metres"), [("ft", 0.3048), ("US survey foot", 0.3048006)])
def test_feet_that_the_file_tells_become_metres(tmp_path: Path, unit: str, metres: float) -> None:
    dem = case.write(tmp_path / "dem.tif", FLAT + 9_900, unit=unit)
    found, faults, warnings = case.read(tmp_path, terrain=dem)
    assert faults == []
    assert [(one.code, one.params["unit"]) for one in warnings] == [("heights_converted", unit)]
    assert found is not None
    assert found.ground_m == pytest.approx(np.full(found.grid.shape, 9_950 * metres), rel=1e-6)


def test_feet_that_only_the_scenario_tells(tmp_path: Path) -> None:
    dem = case.write(tmp_path / "dem.tif", FLAT + 9_900)
    found = case.good(tmp_path, terrain={"path": dem, "unit": "ft"})
    assert found.ground_m[0, 0] == pytest.approx(9_950 * 0.3048, rel=1e-6)


def test_feet_of_the_vertical_datum(tmp_path: Path) -> None:
    dem = case.write(tmp_path / "dem.tif", FLAT, crs="EPSG:32648+6360")
    found, faults, warnings = case.read(tmp_path, terrain=dem)
    assert faults == []
    assert [one.code for one in warnings] == ["heights_converted"]
    assert found is not None
    assert found.ground_m[0, 0] == pytest.approx(50 * 1200 / 3937, rel=1e-6)


# ---------------------------------------------------------------- recipes


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (SOURCE.format(relative=0, name="/vsicurl/http://127.0.0.1:9/x.tif"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="/vsizip/x.zip/x.tif"), "mosaic_outside"),
        (SOURCE.format(relative=0, name="/etc/passwd"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="../outside.tif"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="link.tif"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="inner.vrt"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="GTIFF_DIR:1:dem.tif"), "mosaic_outside"),
        (SOURCE.format(relative=1, name="none.tif"), "mosaic_lacks_file"),
        ("<PixelFunctionType>python</PixelFunctionType>", "mosaic_too_much"),
        ("<KernelFilteredSource/>", "mosaic_too_much"),
        ("<a", "unreadable_file"),
    ],
)
def test_a_vrt_reaches_no_further_than_its_folder(
    tmp_path: Path, only_loopback: None, inside: str, code: str
) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    case.dem(tmp_path / "outside.tif")
    (folder / "link.tif").symlink_to(tmp_path / "outside.tif")
    (folder / "inner.vrt").write_text(VRT.format(inside=""), "utf-8")
    (folder / "all.vrt").write_text(VRT.format(inside=inside), "utf-8")
    assert case.codes(folder, terrain="all.vrt") == [code]


def test_a_warped_vrt_would_bypass_the_one_transformation(tmp_path: Path) -> None:
    text = VRT.format(inside="").replace("<VRTDataset ", '<VRTDataset subClass="VRTWarpedDataset" ')
    (tmp_path / "all.vrt").write_text(text, "utf-8")
    assert case.codes(tmp_path, terrain="all.vrt") == ["mosaic_too_much"]


# ---------------------------------------------------------------- land cover and its table


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("a.csv", "class,height_m\n10,tall\n", ["not_a_number"]),
        ("a.csv", "class,height_m\n10,-3\n40,900\n", ["out_of_range", "out_of_range"]),
        ("a.csv", "class,height_m\n10.5,3\n", ["whole_number_needed"]),
        ("a.csv", "class,height_m\n10,3\n10,5\n", ["class_repeated"]),
        ("a.csv", "class,name\n10,trees\n", ["missing_column"]),
        ("a.csv", "class,height_m,sea\n10,3,perhaps\n", ["not_a_choice"]),
        ("a.csv", "class,height_m\n", ["missing_key"]),
        ("a.toml", "[[class]]\nvalue = 10\n", ["missing_key"]),
        ("a.toml", "[[class]]\nvalue = 10\nheight_m = nan\n", ["out_of_range"]),
        ("a.toml", '[[class]]\nvalue = 10\nheight_m = 1\nsea = "no"\n', ["not_a_choice"]),
        ("a.toml", "[[class]]\nvalue = 10\nheight_m = 1\ncolour = 3\n", ["unknown_key"]),
        ("a.toml", "schema = 2\nclass = 5\n", ["not_a_choice", "section_needed"]),
        ("a.toml", "class = ", ["bad_toml"]),
        ("a.png", "x", ["unknown_format"]),
    ],
)
def test_a_wrong_table_of_clutter(tmp_path: Path, name: str, text: str, codes: list[str]) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    case.write(tmp_path / "cover.tif", FLAT.astype(np.uint8))
    dem = case.dem(tmp_path / "dem.tif")
    found, faults, _ = case.read(tmp_path, terrain=dem, land_cover="cover.tif", clutter=name)
    assert found is None
    assert [one.code for one in faults] == codes
    for fault in faults:
        assert fault.file == name
        assert "…" not in fault_words.describe(fault)


def test_classes_that_the_table_lacks_are_named(tmp_path: Path) -> None:
    classes = FLAT.astype(np.uint8)
    classes[100:110], classes[110:120] = 7, 200
    cover, dem = case.write(tmp_path / "cover.tif", classes), case.dem(tmp_path / "dem.tif")
    faults = case.read(tmp_path, terrain=dem, land_cover=cover)[1]
    assert [(one.code, one.value) for one in faults] == [("class_without_height", "7, 200")]


def test_land_cover_elsewhere_and_keys_without_their_partner(tmp_path: Path) -> None:
    dem = case.dem(tmp_path / "dem.tif")
    far = from_origin(WEST + 90_000, NORTH, 50, 50)
    cover = case.write(tmp_path / "cover.tif", FLAT.astype(np.uint8), transform=far)
    assert case.codes(tmp_path, terrain=dem, land_cover=cover) == ["raster_outside"]
    (tmp_path / "own.csv").write_text("class,height_m\n50,3\n", "utf-8")
    assert case.codes(tmp_path, terrain=dem, clutter="own.csv") == ["missing_key"]


# ---------------------------------------------------------------- what a run reads


def near_province(path: Path, **meta: Any) -> str:
    """Write heights around the tiny province of ``io_case``."""
    heights = np.full((90, 90), 50.0, np.float32)
    heights[40, 40] = 300.0
    place = from_origin(107.98, 15.12, 0.003, 0.003)
    return case.write(path, heights, **{"crs": "EPSG:4326", "transform": place, **meta})


@pytest.mark.parametrize("several", [False, True])
def test_high_points_are_found_in_one_file_or_several(tmp_path: Path, several: bool) -> None:
    io_case.write_province(tmp_path)
    near_province(tmp_path / "a.tif")
    coarse = from_origin(107.8, 15.3, 0.01, 0.01)
    case.write(tmp_path / "b.tif", FLAT, crs="EPSG:4326", transform=coarse)
    found = io_case.read(tmp_path, terrain=["a.tif", "b.tif"] if several else "a.tif")
    assert found.terrain is not None
    assert np.nanmax(found.terrain.values) == 300
    assert np.nanmin(found.terrain.values) == 50
    named = [one.path for one in found.files if one.role == "terrain"]
    assert named == (["a.tif", "b.tif"] if several else ["a.tif"])


def test_check_tells_of_every_file_of_the_relief(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    near_province(tmp_path / "dem.tif", crs=None)
    (tmp_path / "cover.tif").write_text("x")
    (tmp_path / "own.toml").write_text("class = ")
    inputs = {"terrain": "dem.tif", "land_cover": ["cover.tif"], "clutter": "own.toml"}
    assert io_case.codes_of(tmp_path, **inputs) == ["missing_crs", "unreadable_file", "bad_toml"]


def test_check_lists_what_it_found(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    near_province(tmp_path / "dem.tif")
    case.write(tmp_path / "cover.tif", FLAT.astype(np.uint8))
    (tmp_path / "own.csv").write_text("class,height_m\n50,3\n", "utf-8")
    (tmp_path / "scenario.toml").write_text(
        'schema = 1\n[inputs]\ncommunes = "communes.geojson"\nhamlets = "hamlets.csv"\n'
        'sites = ["sites.csv"]\nterrain = ["dem.tif"]\nland_cover = "cover.tif"\n'
        'clutter = "own.csv"\n',
        "utf-8",
    )
    told = CliRunner().invoke(app, ["check", str(tmp_path), "--json"])
    assert told.exit_code == 0, told.output
    roles = {file["role"]: file["read"] for file in json.loads(told.output)["files"]}
    assert (roles["terrain"], roles["land_cover"], roles["clutter"]) == (8100, 90_000, 1)


def test_tiles_in_a_folder_are_recognised_by_their_names(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    near_province(tmp_path / "DEM_1.tif")
    near_province(tmp_path / "DEM_2.tif")
    case.write(tmp_path / "ESA_WorldCover_10m.tif", FLAT.astype(np.uint8))
    found = tomllib.loads(recognise_folder(tmp_path))["inputs"]
    assert found["terrain"] == ["DEM_1.tif", "DEM_2.tif"]
    assert found["land_cover"] == "ESA_WorldCover_10m.tif"
