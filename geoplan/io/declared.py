"""What operators declare to serve: layers of polygons, and rasters, by operator and technology.

Several files of one operator and technology count together, as whatever any of them covers; no
polygons are unioned. Which points they cover is left to ``coverage.evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan.faults import Faults
from geoplan.io import boundaries, operators, population, radio_words, readers
from geoplan.io.readers import Source
from geoplan.io.rows import Rows
from geoplan.rasters import Grid, Raster
from geoplan.results import Declared, InputFile
from geoplan.scenario.model import CoverageFile
from geoplan.units import OUTSIDE_LIMIT_M

if TYPE_CHECKING:
    import rasterio

RASTERS: Final = (".tif", ".tiff")
_BLOCK_ROWS: Final = 1024
_METRES_PER_DEGREE: Final = 111_320.0

Service = tuple[str, str]
"""Operator and technology."""


@dataclass(frozen=True)
class DeclaredRaster:
    """A raster of one operator and technology, True where served, and where it came from."""

    service: Service
    raster: Raster
    file: InputFile


def is_raster(source: Source) -> bool:
    """Tell whether a file is a raster by its name."""
    return source.ending in RASTERS


def given_columns(
    source: Source, names: Mapping[str, str], faults: Faults
) -> dict[str, str] | None:
    """Give what the scenario says of the whole file; None, and a fault, for a strange operator."""
    given = {}
    if source.given.operator:
        operator = operators.standard_name(source.given.operator, names)
        if not operator:
            known = ", ".join(dict.fromkeys(names.values()))
            written = source.given.operator
            faults.add(
                "unknown_operator", file=source.name, column="operator", value=written, known=known
            )
            return None
        given["operator"] = operator
    if source.given.technology:
        given["technology"] = source.given.technology
    return given


def read_raster(
    source: Source,
    names: Mapping[str, str],
    bounds: tuple[float, ...] | None,
    faults: Faults,
) -> DeclaredRaster | None:
    """Read the part of a raster that covers the area; give None, and the faults, where it fails.

    A cell with a value is served where the value reaches ``min_dbm``, or else is above 0.

    Parameters
    ----------
    bounds
        West, south, east, north of the communes in degrees; None reads the whole raster.
    """
    import rasterio

    given = given_columns(source, names, faults)
    if given is None:
        return None
    missing = [name for name in ("operator", "technology") if name not in given]
    for name in missing:
        faults.add("missing_key", file=source.name, column=f"inputs.coverage.{name}")
    if missing:
        return None
    if population.is_recipe(source, faults):
        return None
    try:
        with rasterio.open(source.path) as dataset:
            grid = population.north_up_grid(dataset, source, faults)
            if grid is None:
                return None
            cut = _cut(dataset, grid, source, bounds, faults)
    except rasterio.errors.RasterioError as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    if cut is None:
        return None
    raster, known = cut
    file = InputFile("coverage", source.name, "", readers.checksum(source.path), known, known, 0)
    return DeclaredRaster((given["operator"], given["technology"]), raster, file)


def _cut(
    dataset: rasterio.DatasetReader,
    grid: Grid,
    source: Source,
    bounds: tuple[float, ...] | None,
    faults: Faults,
) -> tuple[Raster, int] | None:
    """Read the rows and columns around the area; give them and the number of cells with a value."""
    top, bottom, left, right = population.window_around(grid, bounds)
    if bottom <= top or right <= left:
        faults.add("all_outside", file=source.name)
        return None
    least = source.given.min_dbm if isinstance(source.given, CoverageFile) else None
    served = np.zeros((bottom - top, right - left), dtype=bool)
    known, largest = 0, -np.inf
    for start in range(top, bottom, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, bottom)
        block = dataset.read(1, window=((start, stop), (left, right)), masked=True)
        values: NDArray[np.float64] = np.ma.filled(block.astype(np.float64), np.nan)
        finite = np.isfinite(values)
        known += int(finite.sum())
        largest = max(largest, float(values[finite].max(initial=-np.inf)))
        reached = values >= least if least is not None else values > 0
        served[start - top : stop - top] = finite & reached
    if least is None and known and largest < 0:
        faults.add("threshold_needed", file=source.name)
        return None
    cut = Grid(
        grid.west + left * grid.dx,
        grid.north - top * grid.dy,
        grid.dx,
        grid.dy,
        served.shape,
        grid.crs,
    )
    return Raster(served, cut, "served"), known


def declared(
    files: Sequence[Rows],
    rasters: Sequence[DeclaredRaster],
    communes: gpd.GeoDataFrame,
    faults: Faults,
) -> tuple[Declared, ...]:
    """Give what each operator declares, by operator and technology, in their order.

    Parameters
    ----------
    files
        Rows of the polygon files. A file without rows declares nothing.
    rasters
        From :func:`read_raster`.
    communes
        A file that lies more than 15 km from all of them is at fault.
    """
    polygons: dict[Service, list[NDArray[np.object_]]] = {}
    grids: dict[Service, list[Raster]] = {}
    names: dict[Service, list[str]] = {}
    for rows in files:
        for service, shapes in _by_service(rows, communes, faults).items():
            polygons.setdefault(service, []).append(shapes)
            names.setdefault(service, []).append(rows.source.name)
    for one in rasters:
        grids.setdefault(one.service, []).append(one.raster)
        names.setdefault(one.service, []).append(one.file.path)
    nothing = np.zeros(0, dtype=object)
    return tuple(
        Declared(
            operator,
            technology,
            np.concatenate((nothing, *polygons.get((operator, technology), ()))),
            tuple(grids.get((operator, technology), ())),
            tuple(dict.fromkeys(files_of)),
        )
        for (operator, technology), files_of in sorted(names.items())
    )


def _by_service(
    rows: Rows, communes: gpd.GeoDataFrame, faults: Faults
) -> dict[Service, NDArray[np.object_]]:
    """Give the polygons of a file, each operator and technology its own."""
    shapes = boundaries.outlines(rows, faults)
    stands = rows.ledger.alive & ~shapely.is_missing(shapes)
    if stands.any() and not _is_near(shapes[stands], communes):
        rows.tell(faults, "all_outside")
        return {}
    served = _reaching(rows)
    found: dict[Service, list[int]] = {}
    operator, technology = rows.frame["operator"].tolist(), rows.frame["technology"].tolist()
    for row in np.flatnonzero(stands).tolist():
        for name in technology[row].split(radio_words.JOINT):
            places = found.setdefault((operator[row], name), [])
            if served[row]:
                places.append(row)
    return {service: shapes[np.array(places, np.int64)] for service, places in found.items()}


def _reaching(rows: Rows) -> NDArray[np.bool_]:
    """Tell the polygons whose level counts as served: all where there are no levels."""
    level = rows.frame["level_dbm"].to_numpy(np.float64)
    given = rows.source.given
    least = given.min_dbm if isinstance(given, CoverageFile) else None
    if np.isnan(level).all():
        return np.ones(len(level), bool)
    if least is None:
        rows.ledger.remark("levels_not_used")
        return np.ones(len(level), bool)
    return level >= least


def _is_near(shapes: NDArray[np.object_], communes: gpd.GeoDataFrame) -> bool:
    """Tell whether any shape comes within 15 km of the communes, roughly, by their boxes."""
    if not len(communes):
        return True
    west, south, east, north = communes.total_bounds
    margin = 1.1 * OUTSIDE_LIMIT_M / _METRES_PER_DEGREE
    around = shapely.box(west - margin, south - margin, east + margin, north + margin)
    return bool(shapely.intersects(shapely.box(*shapely.bounds(shapes).T), around).any())
