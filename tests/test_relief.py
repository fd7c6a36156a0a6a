"""Terrain and land cover on one grid: held to slopes that are known everywhere, and by hand."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geoplan import geodesy
from geoplan.faults import Faults
from geoplan.io import clutter, relief, resampling
from geoplan.io.relief import filled
from tests import relief_case as case
from tests.relief_case import BOUNDS, NORTH, UTM, WEST


def test_a_scenario_without_terrain_has_no_relief(tmp_path: Path) -> None:
    assert case.read(tmp_path)[0] is None
    assert case.read(tmp_path)[1:] == ([], [])


@pytest.mark.parametrize("step", [20.0, 50.0, 100.0, 500.0])
def test_heights_of_a_slope_are_those_of_the_slope(tmp_path: Path, step: float) -> None:
    found = case.good(tmp_path, step, terrain=case.dem(tmp_path / "dem.tif"))
    assert found.ground_m == pytest.approx(case.truth(found), abs=0.01)
    assert found.grid.dx == found.grid.dy == step
    assert (found.voids, found.sources) == (0, ("dem.tif",))
    assert (found.zone == 4).all()
    assert (found.clutter_m == 0).all()


def test_the_grid_reaches_over_the_bounds(tmp_path: Path) -> None:
    west, south, east, north = case.good(
        tmp_path, terrain=case.dem(tmp_path / "dem.tif")
    ).grid.bounds
    lon, lat = [BOUNDS[0], BOUNDS[2]] * 2, [BOUNDS[1]] * 2 + [BOUNDS[3]] * 2
    x, y = geodesy.from_wgs84(lon, lat, UTM)
    assert west <= x.min() <= x.max() <= east
    assert south <= y.min() <= y.max() <= north


def test_a_raster_that_is_turned_or_upside_down_is_read_as_it_lies(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:600, 0:600] + 0.5
    for name, affine in (
        ("turned", case.turned(-30.0)),
        ("upside down", rasterio.Affine(50.0, 0.0, WEST, 0.0, 50.0, NORTH - 30_000.0)),
    ):
        x, y = affine @ (columns, rows)
        dem = case.write(
            tmp_path / f"{name}.tif", case.plane(x, y).astype(np.float32), transform=affine
        )
        found = case.good(tmp_path, terrain=dem, bounds=(105.06, 15.2, 105.1, 15.23))
        assert found.ground_m == pytest.approx(case.truth(found), abs=0.02), name


def test_vn2000_goes_by_its_one_transformation(tmp_path: Path) -> None:
    """Read as WGS 84, or by another shift, the slope would lie metres off."""
    file = case.dem(tmp_path / "dem.tif", crs="EPSG:5897")
    lon, lat = geodesy.to_wgs84(
        [WEST + 4000, WEST + 9000], [NORTH - 9000, NORTH - 4000], "EPSG:5897"
    )
    bounds = (lon[0], lat[0], lon[1], lat[1])
    for crs in ("EPSG:5897", "EPSG:9209", UTM):
        found = case.good(tmp_path, terrain=file, bounds=bounds, crs=crs)
        assert found.grid.crs == crs
        assert found.ground_m == pytest.approx(case.truth(found, "EPSG:5897"), abs=0.01)


@pytest.mark.parametrize("first", [104.9, 104.9 - 360.0])
def test_degrees_may_be_counted_on_round_the_earth(tmp_path: Path, first: float) -> None:
    cell = 0.0005
    lon, lat = 104.9 + cell * (np.arange(500) + 0.5), 15.5 - cell * (np.arange(500) + 0.5)
    slope = (lon[None, :] - 105.0) * 1e4 + (lat[:, None] - 15.0) * 1e3
    place = from_origin(first, 15.5, cell, cell)
    dem = case.write(
        tmp_path / "dem.tif", slope.astype(np.float32), crs="EPSG:4326", transform=place
    )
    found = case.good(tmp_path, terrain=dem)
    x, y = np.meshgrid(found.grid.centres_x(), found.grid.centres_y())
    lon, lat = geodesy.to_wgs84(x, y, UTM)
    assert found.ground_m == pytest.approx((lon - 105.0) * 1e4 + (lat - 15.0) * 1e3, abs=0.02)


@pytest.mark.parametrize("fold", [2, 3, 4, 8, 20])
def test_a_finer_raster_is_averaged_over_each_cell(tmp_path: Path, fold: int) -> None:
    cell = 100.0 / fold
    rng = np.random.default_rng(fold)
    count = 100 * fold
    values = rng.integers(0, 3000, (count, count)).astype(np.float32)
    dem = case.write(tmp_path / "dem.tif", values, cell)
    found = case.good(tmp_path, terrain=dem)
    by_hand = values.reshape(100, fold, 100, fold).mean(axis=(1, 3))
    top, left = round((NORTH - found.grid.north) / 100), round((found.grid.west - WEST) / 100)
    rows, columns = found.grid.shape
    expected = by_hand[top : top + rows, left : left + columns]
    assert found.ground_m == pytest.approx(expected, abs=0.01)


def test_heights_below_the_sea_are_kept_and_nodata_is_the_files_own_word(tmp_path: Path) -> None:
    values = np.full((200, 200), -7, np.int16)
    values[110:114, 60:64] = 0
    dem = case.write(tmp_path / "dem.tif", values, nodata=0)
    found, faults, warnings = case.read(tmp_path, 50.0, terrain=dem)
    assert faults == []
    assert [one.code for one in warnings] == ["terrain_voids"]
    assert found is not None
    assert found.voids == 16
    assert (found.ground_m == -7).all()


def test_nan_is_no_height_even_beside_a_declared_nodata(tmp_path: Path) -> None:
    values = case.plane(*case.places((300, 300), 50.0)).astype(np.float32)
    values[100:103, 60:63], values[120, 60] = np.nan, -9999.0
    dem = case.write(tmp_path / "dem.tif", values, nodata=-9999.0)
    found, _, warnings = case.read(tmp_path, 50.0, terrain=dem)
    assert found is not None
    assert found.voids == 10
    assert warnings[0].params["count"] == "10"
    assert found.ground_m == pytest.approx(case.truth(found), abs=2.0)


def test_a_nodata_that_the_scenario_names(tmp_path: Path) -> None:
    values = np.full((1500, 1500), 40, np.int16)
    values[500:510, 300:310] = -32768
    name = case.write(tmp_path / "dem.tif", values, 10.0)
    assert case.codes(tmp_path, terrain=name) == ["heights_out_of_range"]
    found, faults, _ = case.read(tmp_path, terrain={"path": name, "nodata": -32768})
    assert faults == []
    assert found is not None
    assert (found.ground_m == 40).all()


def test_wide_voids_take_the_nearest_height_and_narrow_ones_lie_between() -> None:
    ground = np.tile(np.arange(500, dtype=np.float32), (400, 1))
    void = np.zeros(ground.shape, bool)
    void[50:350, 100:400] = True
    found = filled(np.where(void, np.float32(np.nan), ground), void)
    assert (found[~void] == ground[~void]).all()
    assert np.isfinite(found).all()
    assert 0 <= found.min() <= found.max() <= 499
    assert found[200, 220] == 99  # 121 cells from the western edge, the nearest
    narrow = np.zeros(ground.shape, bool)
    narrow[:, 200:210] = True
    near = filled(np.where(narrow, np.float32(np.nan), ground), narrow)
    assert near == pytest.approx(ground, abs=1.5)


# ---------------------------------------------------------------- several files


def test_finer_files_come_first_and_others_fill_what_they_lack(tmp_path: Path) -> None:
    fine = np.full((200, 200), 500.0, np.float32)
    fine[:, 70:] = -1.0
    case.write(tmp_path / "fine.tif", fine, 50.0, nodata=-1.0)
    case.write(tmp_path / "coarse.tif", np.full((150, 150), 100.0, np.float32), 100.0)
    for names in (["fine.tif", "coarse.tif"], ["coarse.tif", "fine.tif"]):
        found = case.good(tmp_path, terrain=names)
        x = found.grid.centres_x()
        assert (found.ground_m[:, x < WEST + 3400] == 500).all()
        assert (found.ground_m[:, x > WEST + 3600] == 100).all()


def test_tiles_side_by_side_leave_no_seam(tmp_path: Path) -> None:
    x, y = case.places((300, 300), 50.0)
    heights = case.plane(x, y).astype(np.float32)
    (tmp_path / "tiles").mkdir()
    for i in (0, 1):
        for j in (0, 1):
            part = heights[150 * i : 150 * i + 150, 55 * j : 55 * j + 55 + 190 * j]
            place = from_origin(WEST + 2750 * j, NORTH - 7500 * i, 50, 50)
            case.write(tmp_path / "tiles" / f"{i}{j}.tif", part, transform=place)
    (tmp_path / "tiles" / "readme.txt").write_text("no raster")
    found = case.good(tmp_path, 50.0, terrain="tiles/")
    # Between the outermost centres of two tiles a height is that of the nearer one: half a cell.
    assert found.ground_m == pytest.approx(case.truth(found), abs=0.8)
    assert found.sources == ("tiles/",)
    assert case.good(tmp_path, 50.0, terrain=["tiles", "tiles/00.tif"]).voids == 0


def hgt(path: Path, heights: np.ndarray) -> None:
    """Write a tile of SRTM: 1,201 lines of 1,201 numbers, the high byte first."""
    path.write_bytes(heights.astype(">i2").tobytes())


def test_hgt_files_bare_and_zipped(tmp_path: Path) -> None:
    rows = np.tile(np.arange(1201)[:, None], (1, 1201))
    rows[700, 60] = -32768
    hgt(tmp_path / "N15E105.hgt", rows)
    with zipfile.ZipFile(tmp_path / "N15E105.SRTMGL3.hgt.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(tmp_path / "N15E105.hgt", "N15E105.hgt")
    bare, zipped = (
        case.read(tmp_path, 90.0, terrain=name)
        for name in ("N15E105.hgt", "N15E105.SRTMGL3.hgt.zip")
    )
    assert bare[0] is not None
    assert zipped[0] is not None
    assert (bare[0].ground_m == zipped[0].ground_m).all()
    x, y = np.meshgrid(bare[0].grid.centres_x(), bare[0].grid.centres_y())
    _, lat = geodesy.to_wgs84(x, y, UTM)
    assert bare[0].ground_m == pytest.approx((16.0 - lat) * 1200.0, abs=0.6)


VRT = """<VRTDataset rasterXSize="300" rasterYSize="300"><SRS>EPSG:32648</SRS>
<GeoTransform>500000, 50, 0, 1700000, 0, -50</GeoTransform>
<VRTRasterBand dataType="Float32" band="1">{inside}</VRTRasterBand></VRTDataset>"""
SOURCE = """<SimpleSource><SourceFilename relativeToVRT="{relative}">{name}</SourceFilename>
<SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="300" ySize="300"/>
<DstRect xOff="0" yOff="0" xSize="300" ySize="300"/></SimpleSource>"""


def test_a_vrt_of_files_beside_it(tmp_path: Path) -> None:
    case.dem(tmp_path / "dem.tif")
    for name, relative in (("dem.tif", 1), (tmp_path / "dem.tif", 0)):
        text = VRT.format(inside=SOURCE.format(relative=relative, name=name))
        (tmp_path / "all.vrt").write_text(text, "utf-8")
        found = case.good(tmp_path, terrain="all.vrt")
        assert found.ground_m == pytest.approx(case.truth(found), abs=0.01)


# ---------------------------------------------------------------- land cover


def covered(tmp_path: Path, classes: np.ndarray, cell: float = 50.0, **inputs: object):  # type: ignore[no-untyped-def]
    """Read a relief with land cover."""
    name = case.write(tmp_path / "cover.tif", classes.astype(np.uint8), cell, nodata=0)
    return case.read(tmp_path, terrain=case.dem(tmp_path / "dem.tif"), land_cover=name, **inputs)  # type: ignore[arg-type]


def test_classes_become_heights_of_what_stands_there(tmp_path: Path) -> None:
    classes = np.full((300, 300), 40)
    classes[:, 40:60], classes[:, 60:64] = 10, 80
    found, faults, warnings = covered(tmp_path, classes)
    assert (faults, warnings) == ([], [])
    x = found.grid.centres_x()
    assert (found.clutter_m[:, (x > WEST + 2000) & (x < WEST + 3000)] == 15).all()
    assert (found.clutter_m[:, (x < WEST + 2000) | (x > WEST + 3000)] == 0).all()
    assert (found.zone == 4).all()
    assert found.sources == ("dem.tif", "cover.tif")


@pytest.mark.parametrize("fold", [2, 4])
def test_a_cell_has_the_class_of_most_of_it(tmp_path: Path, fold: int) -> None:
    rng = np.random.default_rng(3)
    classes = rng.choice([10, 40, 50], (100 * fold, 100 * fold), p=[0.4, 0.3, 0.3])
    found, _, _ = covered(tmp_path, classes, 100.0 / fold)
    top, left = round((NORTH - found.grid.north) / 100), round((found.grid.west - WEST) / 100)
    heights = {10: 15.0, 40: 0.0, 50: 10.0}
    for row in range(0, found.grid.shape[0], 3):
        for column in range(0, found.grid.shape[1], 3):
            i, j = (top + row) * fold, (left + column) * fold
            within, counts = np.unique(classes[i : i + fold, j : j + fold], return_counts=True)
            assert found.clutter_m[row, column] == heights[int(within[np.argmax(counts)])]


def test_the_default_table_has_every_class_of_worldcover_with_a_source() -> None:
    faults = Faults()
    table = clutter.read_table(None, Path(), faults)
    assert not faults
    assert table is not None
    assert list(table) == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]
    for one in table.values():
        assert one.source.startswith("assumption")
        assert one.name
        assert one.name_vi
        assert not one.sea


def test_a_table_of_ones_own_says_heights_and_what_is_sea(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "Lớp;Tên lớp;Chiều cao (m);Biển\n1;Rừng keo;12,5;\n2;Biển Đông;0;có\n", "utf-8"
    )
    (tmp_path / "own.toml").write_text(
        'schema = 1\n[[class]]\nvalue = 1\nheight_m = 12.5\nname = "<b>=1+1"\n'
        "[[class]]\nvalue = 2\nheight_m = 0\nsea = true\n",
        "utf-8",
    )
    classes = np.ones((300, 300))
    classes[:, :60] = 2
    for table in ("own.csv", "own.toml"):
        found, faults, _ = covered(tmp_path, classes, clutter=table)
        assert [one.code for one in faults] == []
        sea = found.grid.centres_x() < WEST + 3000
        assert (found.zone[:, sea] == 1).all()
        assert (found.zone[:, ~sea] == 4).all()
        assert (found.clutter_m[:, ~sea] == 12.5).all()
        assert (found.clutter_m[:, sea] == 0).all()


def test_where_terrain_ends_at_the_coast_the_sea_lies_at_0(tmp_path: Path) -> None:
    heights = np.full((300, 300), 20.0, np.float32)
    heights[:, :60] = np.nan
    (tmp_path / "own.csv").write_text("class,height_m,sea\n1,5,no\n2,0,yes\n", "utf-8")
    classes = np.ones((300, 300), np.uint8)
    classes[:, :60] = 2
    case.write(tmp_path / "dem.tif", heights)
    case.write(tmp_path / "cover.tif", classes)
    found = case.good(tmp_path, terrain="dem.tif", land_cover="cover.tif", clutter="own.csv")
    sea = found.grid.centres_x() < WEST + 3000
    assert (found.ground_m[:, sea] == 0).all()
    assert (found.ground_m[:, ~sea] == 20).all()
    assert found.voids == 0


def test_land_cover_of_a_part_is_told(tmp_path: Path) -> None:
    classes = np.full((300, 300), 10)
    classes[:, :60] = 0
    found, _, warnings = covered(tmp_path, classes)
    assert [one.code for one in warnings] == ["land_cover_partly"]
    assert (found.clutter_m[:, found.grid.centres_x() < WEST + 3000] == 0).all()


# ---------------------------------------------------------------- sizes


def test_a_file_of_ten_gigabytes_takes_little_memory(tmp_path: Path) -> None:
    """Sparse: what was never written has no bytes; nobody who reads it knows."""
    path = tmp_path / "big.tif"
    place = from_origin(WEST - 50_000.0, NORTH + 40_000.0, 2.0, 2.0)
    with rasterio.open(
        *(path, "w", "GTiff", 55_000, 50_000, 1, UTM, place, "float32"),
        tiled=True,
        blockxsize=512,
        blockysize=512,
        SPARSE_OK=True,
        BIGTIFF="YES",
    ) as file:
        part = ((22_500, 23_012), (26_500, 27_012))
        file.write(np.full((512, 512), 77.0, np.float32), 1, window=part)
    tracemalloc.start()
    found = case.good(tmp_path, 50.0, terrain="big.tif")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2**20
    assert (found.ground_m.min(), found.ground_m.max()) == (0.0, 77.0)
    assert 390 < (found.ground_m > 38.5).sum() <= 441  # 1,024 m each way, in cells of 50 m


def test_the_bands_of_a_grid_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dem = case.dem(tmp_path / "dem.tif", 20.0, 700)
    whole = case.good(tmp_path, terrain=dem)
    monkeypatch.setattr(resampling, "_SAMPLES", 3000)
    assert case.good(tmp_path, terrain=dem).ground_m == pytest.approx(whole.ground_m, abs=1e-3)


# ---------------------------------------------------------------- files of SRTM as they are


def test_terrain_of_the_alps_with_its_voids(shared: Path) -> None:
    bounds = (8.02, 46.42, 8.28, 46.68)
    plan = case.scenario(shared / "data", terrain="dem_alps_srtm3_0p3deg.tif")
    faults, warnings = Faults(), Faults()
    found = relief.read_relief(plan, bounds, 100.0, faults, warnings, crs="EPSG:32632")
    assert not faults
    assert found is not None
    assert [one.code for one in warnings] == ["terrain_voids"]
    assert found.voids > 1000
    assert 631 <= found.ground_m.min() < found.ground_m.max() <= 4173


def test_a_zipped_tile_and_a_geotiff_together(shared: Path) -> None:
    names = ["N00E011.hgt.zip", "dem_equatorial_srtm3_0p3deg.tif"]
    plan = case.scenario(shared / "data", terrain=names)
    faults, warnings = Faults(), Faults()
    sites = ([11.1, 11.2], [0.5, 0.6])
    found = relief.read_relief(
        plan, (10.6, 0.42, 11.3, 0.68), 90.0, faults, warnings, crs="EPSG:32632", sites=sites
    )
    assert not faults
    assert [one.code for one in warnings] == ["terrain_partly"]
    assert found is not None
    assert found.sources == (", ".join(names),)
    assert 100 < found.ground_m.min() < found.ground_m.max() < 1100
