"""Terrain profiles: heights of the ground along the geodesic between two places.

What waves do over a profile is left to ``propagation``; area-wide relief to ``terrain``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy, rasters
from geoplan.io import relief

if TYPE_CHECKING:
    import rasterio

    from geoplan.faults import Faults
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]

LEAST_POINTS: Final = 3
_FOOT_M: Final = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200.0 / 3937.0}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Profile:
    """Heights along a path: n points from A to B; ``voids`` of them filled from neighbours.

    What stands on the ground, and the zones of P.1812, are known where a land cover tells them.
    """

    distance_km: Floats
    ground_amsl_m: Floats
    longitude: Floats
    latitude: Floats
    voids: int
    sources: tuple[str, ...]
    clutter_m: Floats | None = None
    zone: NDArray[np.int8] | None = None


def read(
    paths: Sequence[Path],
    start: tuple[float, float],
    end: tuple[float, float],
    faults: Faults,
    *,
    step_m: float = 30.0,
) -> Profile | None:
    """Cut a profile out of rasters of heights; the first that has a height at a point tells it.

    Parameters
    ----------
    paths
        Rasters with a CRS; heights in metres, or in feet where their unit says so.
    start, end
        Longitude and latitude on WGS 84. [degrees]
    step_m
        Greatest distance between points. [m]

    Returns
    -------
    None where a fault was added: a file or CRS that is missing, a path that is not covered.
    """
    length_m = float(geodesy.distance_m(*start, *end))
    count = max(LEAST_POINTS, int(np.ceil(length_m / step_m)) + 1)
    lon, lat, length_m = geodesy.along(start, end, count)
    height, inside, before = np.full(count, np.nan), np.zeros(count, bool), len(faults)
    for path in paths:
        _add(path, lon, lat, height, inside, faults)
    if len(faults) > before:
        return None
    distance, name = np.linspace(0.0, length_m / 1e3, count), ", ".join(p.name for p in paths)
    if not inside.all():
        out = distance[~inside]
        faults.add(
            "profile_not_covered", file=name, first_km=f"{out[0]:.1f}", last_km=f"{out[-1]:.1f}"
        )
        return None
    known = np.isfinite(height)
    if not known.any():
        faults.add("profile_all_void", file=name)
        return None
    filled = np.interp(distance, distance[known], height[known])
    return Profile(distance, filled, lon, lat, int((~known).sum()), tuple(p.name for p in paths))


def of_scenario(
    scenario: Scenario,
    start: tuple[float, float],
    end: tuple[float, float],
    faults: Faults,
    warnings: Faults,
) -> Profile | None:
    """Cut the profile that a run by level sees: terrain and land cover of a scenario.

    Returns
    -------
    None where the scenario names no terrain, or a fault was added.
    """
    lon, lat = np.array([start[0], end[0]]), np.array([start[1], end[1]])
    step_m = scenario.coverage.profile_m
    around = 3.0 * step_m / 100_000.0
    west, south = float(lon.min()) - around, float(lat.min()) - around
    east, north = float(lon.max()) + around, float(lat.max()) + around
    found = relief.read_relief(
        scenario, (west, south, east, north), step_m, faults, warnings, sites=(lon, lat)
    )
    if found is None:
        return None
    x, y = geodesy.from_wgs84(lon, lat, found.grid.crs)
    _, ground, clutter, zone = rasters.profile(
        found, float(x[0]), float(y[0]), float(x[1]), float(y[1]), step_m
    )
    lon, lat, length_m = geodesy.along(start, end, len(ground))
    has_cover = bool(scenario.inputs.land_cover)
    return Profile(
        np.linspace(0.0, length_m / 1e3, len(ground)),
        ground.astype(np.float64),
        lon,
        lat,
        found.voids,
        found.sources,
        clutter if has_cover else None,
        zone if has_cover else None,
    )


def flat(start: tuple[float, float], end: tuple[float, float], *, step_m: float = 100.0) -> Profile:
    """Give the profile of a path of which no file tells the heights: level, at the sea."""
    count = max(LEAST_POINTS, int(np.ceil(float(geodesy.distance_m(*start, *end)) / step_m)) + 1)
    lon, lat, length_m = geodesy.along(start, end, count)
    return Profile(np.linspace(0.0, length_m / 1e3, count), np.zeros(count), lon, lat, 0, ())


def _add(
    path: Path, lon: Floats, lat: Floats, height: Floats, inside: NDArray[np.bool_], faults: Faults
) -> None:
    """Write the heights that one raster knows where none is known yet."""
    import rasterio

    if not path.is_file():
        faults.add("missing_file", file=path.name)
        return
    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is None:
                faults.add("missing_crs", file=path.name)
                return
            code = dataset.crs.to_epsg()
            x, y = geodesy.from_wgs84(lon, lat, f"EPSG:{code}" if code else dataset.crs.to_wkt())
            column, row = ~dataset.transform * (x, y)
            here, found = _sampled(dataset, column, row)
            scale = _metres(dataset, path.name)
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=path.name, why=type(error).__name__)
        return
    inside |= here
    take = np.isnan(height) & np.isfinite(found)
    height[take] = found[take] * scale


def _sampled(
    dataset: rasterio.DatasetReader, column: Floats, row: Floats
) -> tuple[NDArray[np.bool_], Floats]:
    """Give where the points lie inside, and their heights between cell centres (bilinear)."""
    inside = (column >= 0) & (column <= dataset.width) & (row >= 0) & (row <= dataset.height)
    found = np.full(len(column), np.nan)
    if not inside.any():
        return inside, found
    u = np.clip(column[inside] - 0.5, 0.0, dataset.width - 1.0)
    v = np.clip(row[inside] - 0.5, 0.0, dataset.height - 1.0)
    left, top = int(u.min()), int(v.min())
    right = min(int(u.max()) + 2, dataset.width)
    bottom = min(int(v.max()) + 2, dataset.height)
    window = ((top, bottom), (left, right))
    block = dataset.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
    found[inside] = _bilinear(block, u - left, v - top)
    return inside, found


def _bilinear(block: Floats, u: Floats, v: Floats) -> Floats:
    """Weigh the four cells around each point; a cell without a height has no part."""
    total, weights = np.zeros(len(u)), np.zeros(len(u))
    for down in (0, 1):
        for across in (0, 1):
            rows = np.minimum(v.astype(int) + down, block.shape[0] - 1)
            columns = np.minimum(u.astype(int) + across, block.shape[1] - 1)
            weight = np.abs(1 - down - v % 1) * np.abs(1 - across - u % 1)
            value = block[rows, columns]
            known = np.isfinite(value)
            total += np.where(known, weight * np.where(known, value, 0.0), 0.0)
            weights += np.where(known, weight, 0.0)
    return np.where(weights > 0.0, total / np.where(weights > 0.0, weights, 1.0), np.nan)


def _metres(dataset: rasterio.DatasetReader, name: str) -> float:
    """Give the metres of one unit of the raster's heights."""
    unit = (dataset.units[0] or "").strip().lower()
    if unit in _FOOT_M:
        log.warning("%s: heights in feet, converted to metres", name)
    return _FOOT_M.get(unit, 1.0)
