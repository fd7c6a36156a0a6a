"""Rasters of heights and classes for tests of the relief, and the reading of them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from rasterio.transform import Affine, from_origin

from geoplan import geodesy
from geoplan.faults import Fault, Faults
from geoplan.io import relief
from geoplan.rasters import Relief
from geoplan.scenario import Scenario, parse_scenario

UTM = "EPSG:32648"
WEST, NORTH = 500_000.0, 1_700_000.0
"""Corner of the drawn rasters, in UTM zone 48 N: 105° east, some 15.4° north. [m]"""
BOUNDS = (105.01, 15.31, 105.05, 15.35)
"""Some 4.3 by 4.4 km that lie in them. [degrees]"""


def write(path: Path, values: ArrayLike, cell: float = 50.0, **meta: Any) -> str:
    """Write a GeoTIFF whose first cell has its corner at WEST, NORTH, and give its name."""
    band = np.asarray(values)
    bands = band if band.ndim == 3 else band[None]
    units, tags = meta.pop("unit", ""), meta.pop("colours", None)
    profile = {
        "driver": "GTiff",
        "height": bands.shape[1],
        "width": bands.shape[2],
        "count": len(bands),
        "dtype": bands.dtype,
        "crs": UTM,
        "transform": from_origin(WEST, NORTH, cell, cell),
        **meta,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        opened = rasterio.open(path, "w", **profile)
    with opened as file:
        file.write(bands)
        if units:
            file.units = (units,) * len(bands)
        if tags:
            file.write_colormap(1, tags)
    return path.name


def places(shape: tuple[int, int], cell: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give x and y of the centres of a raster that ``write`` draws."""
    x = WEST + cell * (np.arange(shape[1]) + 0.5)
    y = NORTH - cell * (np.arange(shape[0]) + 0.5)
    return tuple(np.meshgrid(x, y))  # type: ignore[return-value]


def plane(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Give a slope: heights that are bilinear everywhere, some of them below the sea."""
    east, north = np.asarray(x) - WEST, np.asarray(y) - NORTH
    return np.asarray(east / 100.0 + north / 50.0 + 100.0, np.float64)


def dem(path: Path, cell: float = 50.0, size: int = 300, **meta: Any) -> str:
    """Write the slope as a file of heights, 15 km wide by default."""
    return write(path, plane(*places((size, size), cell)).astype(np.float32), cell, **meta)


def scenario(folder: Path, **inputs: Any) -> Scenario:
    """Give a scenario of which only the relief is read."""
    named = {"communes": "c.geojson", "hamlets": "h.csv", "sites": ["s.csv"], **inputs}
    return parse_scenario({"schema": 1, "planning_crs": UTM, "inputs": named}, folder)


def read(
    folder: Path,
    step_m: float = 100.0,
    bounds: tuple[float, float, float, float] = BOUNDS,
    *,
    sites: tuple[ArrayLike, ArrayLike] | None = None,
    crs: str | None = None,
    **inputs: Any,
) -> tuple[Relief | None, list[Fault], list[Fault]]:
    """Read a relief; give it with its faults and warnings."""
    faults, told = Faults(), Faults()
    found = relief.read_relief(
        scenario(folder, **inputs), bounds, step_m, faults, told, crs=crs, sites=sites
    )
    assert (found is None) == (bool(faults) or not inputs.get("terrain"))
    return found, list(faults), list(told)


def good(folder: Path, step_m: float = 100.0, **inputs: Any) -> Relief:
    """Read a relief that has no faults and nothing to tell."""
    found, faults, told = read(folder, step_m, **inputs)
    assert [one.code for one in (*faults, *told)] == []
    assert found is not None
    assert np.isfinite(found.ground_m).all()
    assert found.ground_m.dtype == found.clutter_m.dtype == np.float32
    assert found.zone.dtype == np.int8
    return found


def codes(folder: Path, **inputs: Any) -> list[str]:
    """Give the codes of the faults that stop the reading."""
    return [one.code for one in read(folder, **inputs)[1]]


def truth(found: Relief, crs: str = UTM) -> NDArray[np.float64]:
    """Give the slope at the centres of a relief, place by place through ``geodesy``."""
    x, y = np.meshgrid(found.grid.centres_x(), found.grid.centres_y())
    lon, lat = geodesy.to_wgs84(x, y, found.grid.crs)
    return plane(*geodesy.from_wgs84(lon, lat, crs))


def turned(degrees: float, cell: float = 50.0) -> Affine:
    """Give where the cells of a raster lie that is turned about its corner."""
    return Affine.translation(WEST, NORTH) * Affine.rotation(degrees) * Affine.scale(cell, -cell)
