"""Cutting a terrain profile out of rasters of heights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geoplan.faults import Faults
from geoplan.io import profiles

START, END = (108.02, 15.05), (108.18, 15.05)


def _raster(path: Path, heights: np.ndarray[Any, Any], west: float = 108.0, **more: Any) -> Path:
    """Write heights in cells of 0.001 degrees, from 108° E and 15.1° N."""
    rows, columns = heights.shape
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "nodata": -9999.0}
    place = {"crs": "EPSG:4326", "transform": from_origin(west, 15.1, 0.001, 0.001)} | more
    with rasterio.open(path, "w", width=columns, height=rows, **profile, **place) as out:
        out.write(heights.astype("float32"), 1)
    return path


def _slope() -> np.ndarray[Any, Any]:
    return np.tile(np.arange(200.0), (100, 1))


def test_a_slope_is_read_between_the_cells(tmp_path: Path) -> None:
    found = profiles.read([_raster(tmp_path / "a.tif", _slope())], START, END, faults := Faults())
    assert found is not None
    assert not faults
    assert found.ground_amsl_m == pytest.approx((found.longitude - 108.0) / 0.001 - 0.5, abs=1e-3)
    assert found.distance_km[-1] == pytest.approx(17.19, abs=0.02)


def test_a_void_is_filled_and_counted(tmp_path: Path) -> None:
    heights = _slope()
    heights[:, 100:110] = -9999.0
    found = profiles.read([_raster(tmp_path / "a.tif", heights)], START, END, Faults())
    assert found is not None
    assert found.voids > 0
    assert np.isfinite(found.ground_amsl_m).all()


def test_two_rasters_make_one_profile(tmp_path: Path) -> None:
    west = _raster(tmp_path / "w.tif", np.full((100, 100), 5.0))
    east = _raster(tmp_path / "e.tif", np.full((100, 100), 9.0), west=108.1)
    found = profiles.read([west, east], START, END, Faults())
    assert found is not None
    assert (found.ground_amsl_m[0], found.ground_amsl_m[-1]) == (5.0, 9.0)


@pytest.mark.parametrize(
    ("code", "heights", "more"),
    [
        ("profile_not_covered", np.zeros((100, 100)), {}),
        ("profile_not_covered", np.zeros((1, 1)), {}),
        ("profile_all_void", np.full((100, 200), -9999.0), {}),
        ("missing_crs", np.zeros((100, 200)), {"crs": None}),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, code: str, heights: np.ndarray[Any, Any], more: dict[str, Any]
) -> None:
    path = _raster(tmp_path / "a.tif", heights, **more)
    assert profiles.read([path], START, END, faults := Faults()) is None
    assert [fault.code for fault in faults] == [code]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert profiles.read([tmp_path / "no.tif"], START, END, faults := Faults()) is None
    assert [fault.code for fault in faults] == ["missing_file"]


def test_feet_become_metres(tmp_path: Path) -> None:
    path = _raster(tmp_path / "a.tif", np.full((100, 200), 1000.0))
    with rasterio.open(path, "r+") as raster:
        raster.units = ("ft",)
    found = profiles.read([path], START, END, Faults())
    assert found is not None
    assert found.ground_amsl_m == pytest.approx(304.8)
