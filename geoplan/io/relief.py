"""The relief: terrain and land cover of any files on one metric grid, as radio models take it.

Heights are bilinear between the cells of a coarser file and the mean over a cell of a finer one;
files of finer cells come first, others fill what they leave. What is void is filled from around
it, counted and told. Files are found by ``tiles``, classes of land cover mean what ``clutter``
says; cutting profiles is left to ``rasters``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy, rasters
from geoplan.io import clutter, drawn, resampling, tiles
from geoplan.io.readers import Source
from geoplan.rasters import Grid, Relief
from geoplan.results import InputFile

if TYPE_CHECKING:
    from geoplan.faults import Faults
    from geoplan.io.clutter import Clutter, ClutterClass
    from geoplan.io.tiles import Tile
    from geoplan.scenario import Scenario

Bounds = tuple[float, float, float, float]
Mask = NDArray[np.bool_]

LEAST_SHARE: Final = 0.8
"""Share of the terrain around the sites that must be known (an assumption)."""
AROUND_SITES_M: Final = 5_000.0
"""What counts as around a site: the square of twice this side (an assumption). [m]"""
_LOWEST_M, _HIGHEST_M = -500.0, 9_000.0
"""The shores of the Dead Sea lie at -430 m, Everest rises to 8,849 m."""
_FILL_CELLS: Final = 100
"""Voids are interpolated so far from known cells; beyond, the nearest height is taken."""

_SMOOTHINGS: Final = 3
"""On voids of SRTM in the Alps laid over known ground: 69 m off (root mean square) and as steep
as the ground; without smoothing 71 m, the nearest height 83 m and twice as steep."""


@dataclass(frozen=True)
class Sources:
    """What a scenario names for the relief, opened once and found to be what it should."""

    terrain: tuple[Tile, ...]
    land_cover: tuple[Tile, ...]
    classes: dict[int, ClutterClass]

    def files(self, scenario: Scenario) -> tuple[InputFile, ...]:
        """Tell of the files for run.json, with the cells or classes of each."""
        count: dict[Path, int] = {}
        sources: dict[Path, Source] = {}
        for tile in (*self.terrain, *self.land_cover):
            path = tile.source.path
            sources[path] = tile.source
            count[path] = count.get(path, 0) + tile.shape[0] * tile.shape[1]
        given = scenario.inputs.clutter
        if given is not None:
            path = scenario.folder / given.path
            sources[path] = Source(drawn.table_of("clutter"), given, path)
            count[path] = len(self.classes)
        return tuple(drawn.input_file(source, count[path]) for path, source in sources.items())


def check(scenario: Scenario, faults: Faults, warnings: Faults) -> Sources | None:
    """Open every file that the scenario names for the relief, without reading its cells.

    Gives None, with the faults, where one of them is missing or wrong.
    """
    before = len(faults)
    inputs, folder = scenario.inputs, scenario.folder
    terrain = tiles.find(inputs.terrain, "terrain", folder, faults, warnings)
    cover = tiles.find(inputs.land_cover, "land_cover", folder, faults, warnings)
    table = clutter.read_table(inputs.clutter, folder, faults)
    if inputs.clutter is not None and not inputs.land_cover:
        faults.add("missing_key", column="inputs.land_cover")
    if inputs.land_cover and not inputs.terrain:
        faults.add("missing_key", column="inputs.terrain")
    if len(faults) > before or table is None:
        return None
    return Sources(tuple(terrain), tuple(cover), table)


def read_relief(
    scenario: Scenario,
    bounds_deg: Bounds,
    step_m: float,
    faults: Faults,
    warnings: Faults,
    *,
    crs: str | None = None,
    sites: tuple[ArrayLike, ArrayLike] | None = None,
) -> Relief | None:
    """Read the terrain and the land cover of an area.

    Parameters
    ----------
    scenario
        Its ``inputs.terrain``, ``land_cover`` and ``clutter``. Without terrain there is no relief.
    bounds_deg
        West, south, east, north of what radio waves may cross. [degrees]
    step_m
        Side of the cells. [m]
    crs
        A metric CRS; left out: ``planning_crs``, or the zone that fits the bounds.
    sites
        Longitude and latitude of the places around which terrain must be known; left out: all
        of the bounds. [degrees]

    Returns
    -------
    The relief, or None: without faults where the scenario names no terrain, else with them.
    """
    if not scenario.inputs.terrain:
        return None
    found = check(scenario, faults, warnings)
    if found is None:
        return None
    metric = crs or scenario.planning_crs or geodesy.planning_crs(bounds_deg)
    grid = rasters.grid_around(bounds_deg, metric, step_m)
    before = len(faults)
    standing, ground, covered = _cells(found, grid, faults)
    zone = np.full(grid.shape, clutter.INLAND, np.int8) if standing is None else standing.zone
    # Files of terrain often end at the coast; where the land cover says sea, it is at 0 m.
    ground[(zone == clutter.SEA) & np.isnan(ground)] = 0.0
    void = np.isnan(ground)
    if len(faults) == before:
        _judge(void, covered | ~void, grid, sites, found, faults, warnings)
    if len(faults) > before:
        return None
    sources = [tiles.words(scenario.inputs.terrain)]
    if standing is not None:
        sources.append(tiles.words(scenario.inputs.land_cover))
        _tell_unknown(standing, sources[-1], warnings)
    height = np.zeros(grid.shape, np.float32) if standing is None else standing.height_m
    return Relief(grid, filled(ground, void), height, zone, int(void.sum()), tuple(sources))


def _cells(
    found: Sources, grid: Grid, faults: Faults
) -> tuple[Clutter | None, NDArray[np.float32], Mask]:
    """Read what stands on the cells of a grid, their heights, and which of them files cover."""
    import rasterio

    standing = None
    ground, covered = np.full(grid.shape, np.nan, np.float32), np.zeros(grid.shape, bool)
    try:
        if found.land_cover:
            standing = clutter.on_grid(found.land_cover, found.classes, grid, faults)
        for tile in found.terrain:
            _lay(tile, grid, ground, covered, faults)
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=_name_in(error, found), why=type(error).__name__)
    return standing, ground, covered


# ---------------------------------------------------------------- heights


def _lay(
    tile: Tile, grid: Grid, ground: NDArray[np.float32], covered: Mask, faults: Faults
) -> None:
    """Put heights of a file where there are none yet, and mark the cells that it covers."""
    lowest, highest = np.inf, -np.inf
    for patch in resampling.patches(tile, grid, "mean"):
        part = ground[patch.rows, patch.columns]
        part[...] = np.where(np.isnan(part), patch.values, part)
        covered[patch.rows, patch.columns] |= patch.inside
        lowest = min(lowest, float(np.nanmin(patch.values, initial=np.inf)))
        highest = max(highest, float(np.nanmax(patch.values, initial=-np.inf)))
    if lowest < _LOWEST_M or highest > _HIGHEST_M:
        far = f"{highest if highest > _HIGHEST_M else lowest:.0f}"
        low, high = f"{_LOWEST_M:.0f}", f"{_HIGHEST_M:.0f}"
        faults.add("heights_out_of_range", file=tile.name, value=far, low=low, high=high)


def filled(ground: NDArray[np.float32], void: Mask) -> NDArray[np.float32]:
    """Give heights in which voids are interpolated from around them, wide ones by the nearest.

    Parameters
    ----------
    ground
        Heights; what they are where ``void`` does not matter. [m]
    void
        Cells without a height; not all of them.
    """
    from rasterio.fill import fillnodata
    from scipy.ndimage import distance_transform_edt

    if not void.any():
        return ground
    away, nearest = distance_transform_edt(void, return_indices=True)
    level: NDArray[np.float32] = ground[tuple(nearest)]
    known = (~void).astype(np.uint8)
    level = level.astype(np.float32)
    smooth = fillnodata(
        level, known, max_search_distance=_FILL_CELLS, smoothing_iterations=_SMOOTHINGS
    )
    near = void & (away <= _FILL_CELLS)
    found: NDArray[np.float32] = np.where(near, smooth, level).astype(np.float32)
    return found


# ---------------------------------------------------------------- what is lacking


def _judge(
    void: Mask,
    covered: Mask,
    grid: Grid,
    sites: tuple[ArrayLike, ArrayLike] | None,
    found: Sources,
    faults: Faults,
    warnings: Faults,
) -> None:
    """Tell of terrain that is lacking: a fault where none is left or too little around sites."""
    name = tiles.one_name(found.terrain)
    if not covered.any():
        area = tiles.area_words(grid)
        faults.add("raster_outside", file=name, column="inputs.terrain", area=area)
        return
    if void.all():
        faults.add("terrain_void", file=name, column="inputs.terrain")
        return
    column, area = "inputs.terrain", tiles.area_words(grid)
    lacking = share_around(void, grid, sites)
    if 1.0 - lacking < LEAST_SHARE:
        share = _percent(lacking)
        faults.add("terrain_lacking", file=name, column=column, share=share, area=area)
        return
    if not covered.all():
        share = _percent(1.0 - float(covered.mean()))
        warnings.add("terrain_partly", file=name, column=column, share=share, area=area)
    holes = void & covered
    if holes.any():
        share = _percent(float(holes.sum() / covered.sum()))
        warnings.add("terrain_voids", file=name, count=int(holes.sum()), share=share)


def share_around(void: Mask, grid: Grid, sites: tuple[ArrayLike, ArrayLike] | None) -> float:
    """Give the share of voids around the sites, each of them weighing the same.

    Around a site is the square of 5 km each way, as far as the grid goes; a site outside the
    grid has nothing but voids. Without sites all of the grid is around them.
    """
    if sites is None or not np.size(sites[0]):
        return float(void.mean())
    x, y = geodesy.from_wgs84(*sites, grid.crs)
    row, column = (grid.north - y) / grid.dy, (x - grid.west) / grid.dx
    total = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1), np.int64)
    np.cumsum(np.cumsum(void, axis=0, dtype=np.int64), axis=1, out=total[1:, 1:])
    reach = AROUND_SITES_M / grid.dx
    top, bottom = _ends(row, reach, grid.shape[0])
    left, right = _ends(column, reach, grid.shape[1])
    cells = (bottom - top) * (right - left)
    lacking = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    return float(np.where(cells > 0, lacking / np.maximum(cells, 1), 1.0).mean())


def _ends(place: NDArray[np.float64], reach: float, size: int) -> tuple[NDArray[np.int64], ...]:
    first = np.clip(np.floor(place - reach), 0, size).astype(np.int64)
    return first, np.clip(np.ceil(place + reach), 0, size).astype(np.int64)


def _tell_unknown(standing: Clutter, name: str, warnings: Faults) -> None:
    """Tell how much of the area no land cover is known of."""
    if standing.unknown.any():
        share = _percent(float(standing.unknown.mean()))
        warnings.add("land_cover_partly", file=name, column="inputs.land_cover", share=share)


def _percent(share: float) -> str:
    """Write a share so that neither a little nor almost all looks like nothing or all."""
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    return f"{min(share, 0.999) * 100:.1f} %" if share < 1.0 else "100 %"


def _name_in(error: Exception, found: Sources) -> str:
    """Give the file that an error of GDAL speaks of, as the scenario names it."""
    text = f"{error} {error.__cause__ or ''}"
    for tile in (*found.terrain, *found.land_cover):
        if tile.opened in text or tile.source.path.name in text:
            return tile.name
    return tiles.one_name((*found.terrain, *found.land_cover))
