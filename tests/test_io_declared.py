"""Declared coverage: layers and rasters by operator and technology, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from io_case import codes_of, faults_of, feature_collection, read, refused, write_province
from rasterio.transform import from_origin

from geoplan import geodesy
from geoplan.coverage.evidence import declared_at
from geoplan.results import Declared

H1, H2 = (108.05, 15.05), (108.15, 15.05)
"""The two hamlets that have a place."""
AROUND_H1, AROUND_H2 = (
    shapely.box(108.04, 15.04, 108.06, 15.06),
    shapely.box(108.14, 15.04, 108.16, 15.06),
)


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def _layer(folder: Path, *rows: tuple[dict[str, Any], Any], name: str = "declared.geojson") -> str:
    (folder / name).write_text(feature_collection(list(rows)), "utf-8")
    return name


def _given(path: str, **keys: Any) -> list[dict[str, Any]]:
    return [{"path": path, **keys}]


def _raster(folder: Path, values: Any, *, name: str = "declared.tif", **keys: Any) -> str:
    """Write a raster of two columns, one around each hamlet, in degrees."""
    profile = {"crs": "EPSG:4326", "transform": from_origin(108.0, 15.1, 0.1, 0.1), **keys}
    array = np.asarray(values)
    with rasterio.open(
        folder / name, "w", driver="GTiff", height=array.shape[0], width=array.shape[1],
        count=1, dtype=array.dtype, **profile,
    ) as file:  # fmt: skip
        file.write(array, 1)
    return name


def _covers(one: Declared) -> list[bool]:
    """Tell whether the hamlets H1 and H2 are covered."""
    lon, lat = np.transpose([H1, H2])
    return declared_at(one, lon, lat).tolist()


def _services(declared: tuple[Declared, ...]) -> dict[tuple[str, str], list[bool]]:
    return {(one.operator, one.technology): _covers(one) for one in declared}


# ------------------------------------------------------------------ polygons


def test_the_scenario_names_operator_and_technology(province: Path) -> None:
    path = _layer(province, ({}, AROUND_H1))
    inputs = read(province, coverage=_given(path, operator="viettel", technology="4G"))
    assert _services(inputs.declared) == {("Viettel", "4G"): [True, False]}
    (file,) = [file for file in inputs.files if file.role == "coverage"]
    assert (file.path, file.read, file.accepted) == (path, 1, 1)


def test_columns_name_them_row_by_row(province: Path) -> None:
    path = _layer(
        province,
        ({"Nhà mạng": "Vinaphone", "Công nghệ": "LTE"}, AROUND_H1),
        ({"Nhà mạng": "VTL", "Công nghệ": "4G/5G"}, AROUND_H2),
    )
    assert _services(read(province, coverage=_given(path)).declared) == {
        ("VNPT", "4G"): [True, False],
        ("Viettel", "4G"): [False, True],
        ("Viettel", "5G"): [False, True],
    }


def test_several_files_of_one_pair_count_together(province: Path) -> None:
    names = [
        _layer(province, ({}, shape), name=f"{i}.geojson")
        for i, shape in enumerate((AROUND_H1, AROUND_H2))
    ]
    both = {"operator": "VNPT", "technology": "4G"}
    (one,) = read(province, coverage=[{"path": name, **both} for name in names]).declared
    assert _covers(one) == [True, True]
    assert one.files == tuple(names)


def test_a_layer_in_vn2000_is_transformed(province: Path) -> None:
    shape = geodesy.shapes_from_wgs84(np.array([AROUND_H1]), "EPSG:5898")
    frame = gpd.GeoDataFrame(geometry=shape, crs="EPSG:5898")
    frame.to_file(province / "declared.gpkg")
    given = {"operator": "VNPT", "technology": "4G"}
    (one,) = read(province, coverage=_given("declared.gpkg", **given)).declared
    assert _covers(one) == [True, False]
    edges = np.abs(shapely.bounds(one.polygons[0]) - AROUND_H1.bounds)
    assert edges.max() < 1e-6


def test_an_operator_that_nobody_knows(province: Path) -> None:
    path = _layer(province, ({}, AROUND_H1))
    (fault,) = faults_of(province, coverage=_given(path, operator="Vietel", technology="4G"))
    assert (fault.code, fault.file, fault.value) == ("unknown_operator", path, "Vietel")


def test_neither_a_key_nor_a_column_names_them(province: Path) -> None:
    path = _layer(province, ({}, AROUND_H1))
    found = faults_of(province, coverage=_given(path))
    assert [(fault.code, fault.column) for fault in found] == [
        ("missing_column", "operator"),
        ("missing_column", "technology"),
    ]


def test_rows_with_strange_words_are_refused(province: Path) -> None:
    path = _layer(
        province,
        ({"operator": "Vietel", "technology": "4G"}, AROUND_H1),
        ({"operator": "VNPT", "technology": "6G"}, AROUND_H1),
        ({"operator": "VNPT", "technology": "4G"}, AROUND_H1),
    )
    inputs = read(province, coverage=_given(path))
    assert [reason for _, _, reason in refused(inputs)] == [
        "unknown_operator",
        "unknown_technology",
    ]
    assert list(_services(inputs.declared)) == [("VNPT", "4G")]


def test_a_polygon_that_crosses_itself_is_mended_and_listed(province: Path) -> None:
    bow = shapely.Polygon([(108.0, 15.0), (108.1, 15.1), (108.1, 15.0), (108.0, 15.1)])
    path = _layer(province, ({}, bow))
    inputs = read(province, coverage=_given(path, operator="VNPT", technology="4G"))
    assert "geometry_mended" in [warning.code for warning in inputs.warnings]
    assert all(shapely.is_valid(one.polygons).all() for one in inputs.declared)


@pytest.mark.parametrize(
    ("shape", "code"),
    [(shapely.Point(H1), "no_polygons"), (shapely.box(105.0, 20.0, 105.1, 20.1), "all_outside")],
)
def test_a_layer_that_is_no_coverage_of_the_area(province: Path, shape: Any, code: str) -> None:
    path = _layer(province, ({}, shape))
    assert codes_of(province, coverage=_given(path, operator="VNPT", technology="4G")) == [code]


def test_levels_of_a_layer_need_a_threshold(province: Path) -> None:
    path = _layer(province, ({"rsrp": -95}, AROUND_H1), ({"rsrp": -115}, AROUND_H2))
    given = {"operator": "VNPT", "technology": "4G"}
    inputs = read(province, coverage=_given(path, **given))
    assert "levels_not_used" in [warning.code for warning in inputs.warnings]
    assert _covers(inputs.declared[0]) == [True, True]
    inputs = read(province, coverage=_given(path, min_dbm=-110, **given))
    assert _covers(inputs.declared[0]) == [True, False]


def test_an_empty_layer_declares_nothing(province: Path) -> None:
    path = _layer(province)
    inputs = read(province, coverage=_given(path, operator="VNPT", technology="4G"))
    assert inputs.declared == ()
    assert [warning.code for warning in inputs.warnings] == ["empty_file"]


# ------------------------------------------------------------------ rasters


def test_cells_above_0_are_served(province: Path) -> None:
    path = _raster(province, np.array([[1, 0]], np.uint8))
    inputs = read(province, coverage=_given(path, operator="VNPT", technology="5G"))
    assert _services(inputs.declared) == {("VNPT", "5G"): [True, False]}
    assert [file.path for file in inputs.files if file.role == "coverage"] == [path]


def test_levels_are_served_from_the_threshold_on(province: Path) -> None:
    path = _raster(province, np.array([[-110.0, -110.5]], np.float32))
    given = {"operator": "VNPT", "technology": "5G"}
    (one,) = read(province, coverage=_given(path, min_dbm=-110, **given)).declared
    assert _covers(one) == [True, False]
    assert codes_of(province, coverage=_given(path, **given)) == ["threshold_needed"]


def test_cells_without_a_value_are_not_served(province: Path) -> None:
    path = _raster(province, np.array([[7, 1]], np.uint8), nodata=7)
    (one,) = read(province, coverage=_given(path, operator="VNPT", technology="5G")).declared
    assert _covers(one) == [False, True]


def test_a_raster_and_polygons_count_together(province: Path) -> None:
    both = {"operator": "VNPT", "technology": "4G"}
    layer = _layer(province, ({}, AROUND_H2))
    raster = _raster(province, np.array([[1, 0]], np.uint8))
    (one,) = read(province, coverage=[{"path": p, **both} for p in (layer, raster)]).declared
    assert _covers(one) == [True, True]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"crs": None}, "missing_crs"),
        ({"transform": from_origin(105.0, 21.0, 0.1, 0.1)}, "all_outside"),
    ],
)
def test_a_raster_that_lies_nowhere(province: Path, keys: dict[str, Any], code: str) -> None:
    path = _raster(province, np.array([[1, 0]], np.uint8), **keys)
    assert codes_of(province, coverage=_given(path, operator="VNPT", technology="4G")) == [code]


def test_a_raster_needs_its_keys_and_can_be_broken(province: Path) -> None:
    path = _raster(province, np.array([[1, 0]], np.uint8))
    found = faults_of(province, coverage=_given(path, operator="VNPT"))
    assert [(f.code, f.column) for f in found] == [("missing_key", "inputs.coverage.technology")]
    (province / "broken.tif").write_bytes(b"II*\0")
    given = _given("broken.tif", operator="VNPT", technology="4G")
    assert codes_of(province, coverage=given) == ["unreadable_file"]


def test_more_than_eight_operators_in_all(province: Path) -> None:
    path = _layer(
        province, *(({"operator": f"Mạng {i}", "technology": "4G"}, AROUND_H1) for i in range(7))
    )
    operators = {f"Mạng {i}": [f"Mạng {i}"] for i in range(7)}
    assert codes_of(province, coverage=_given(path), operators=operators) == ["too_many_operators"]
