"""The rasters that a key of the scenario means: one file, a list, or a folder of tiles.

What each says of itself is told here: where it lies, its unit, its value for no data. Its cells
are read by ``resampling``.
"""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from geoplan import geodesy
from geoplan.io import archives, drawn, mosaics, population
from geoplan.io.readers import Source
from geoplan.scenario.model import SourceFile, TerrainFile

if TYPE_CHECKING:
    import rasterio

    from geoplan.faults import Faults
    from geoplan.rasters import Grid

Role = Literal["terrain", "land_cover"]

_ENDINGS: Final = (*mosaics.RASTERS, mosaics.ENDING, ".zip")
_DRIVERS: Final = {
    ".hgt": "SRTMHGT",
    ".asc": "AAIGrid",
    ".img": "HFA",
    mosaics.ENDING: "VRT",
    **dict.fromkeys((".dt0", ".dt1", ".dt2"), "DTED"),
}
"""Of GDAL, by ending, else GTiff: a name chooses the one driver that may read the file."""
_LEAST_CELLS: Final = 3
_FEET: Final = 0.3048
_US_FEET: Final = 1200.0 / 3937.0
_METRES: Final[dict[str, float]] = {
    **dict.fromkeys(("ft", "foot", "feet", "international foot", "international feet"), _FEET),
    **dict.fromkeys(("us survey foot", "us survey feet", "ftus", "us-ft", "us_ft"), _US_FEET),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "centimetres", "centimeters"), 0.01),
    **dict.fromkeys(("dm", "decimetre", "decimeter", "decimetres", "decimeters"), 0.1),
}
"""Metres of the units that are converted; any other is taken for metres."""


@dataclass(frozen=True)
class Tile:
    """A raster as it says of itself.

    Attributes
    ----------
    source
        The file that the scenario means.
    opened
        What GDAL opens.
    crs
        A code or WKT, without heights.
    affine
        Coefficients (a, b, c, d, e, f): x = a·column + b·row + c, y = d·column + e·row + f.
    shape
        Rows and columns.
    cell_m
        About the side of a cell. [m]
    nodata
        Value for no data that the scenario names.
    scale, offset
        What turns the values into metres.
    """

    source: Source
    opened: str
    crs: str
    affine: tuple[float, float, float, float, float, float]
    shape: tuple[int, int]
    cell_m: float
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0

    @property
    def name(self) -> str:
        """How the file is called in faults and reports."""
        return self.source.name


def find(
    given: Sequence[SourceFile], role: Role, folder: Path, faults: Faults, warnings: Faults
) -> list[Tile]:
    """Give the rasters that a key means, finer ones first, then as they are named.

    Files that are missing or wrong are left out, each with its fault.
    """
    tiles = [
        tile
        for source in sources(given, role, folder, faults)
        for tile in _tiles_of(source, folder, faults, warnings)
    ]
    return sorted(tiles, key=lambda tile: round(tile.cell_m, 3))


def sources(given: Sequence[SourceFile], role: Role, folder: Path, faults: Faults) -> list[Source]:
    """Give the files that a key means, each once; of a folder its rasters in order of name."""
    found: dict[Path, Source] = {}
    for one in given:
        path = folder / one.path
        table = drawn.table_of(role)
        if one.path.strip() and path.is_dir():
            inside = sorted(p for p in path.iterdir() if _may_be_raster(p))
            if not inside:
                faults.add("no_rasters", file=one.path, column=f"inputs.{role}")
            for member in inside:
                named = one.model_copy(update={"path": f"{one.path.rstrip('/')}/{member.name}"})
                found.setdefault(member.resolve(), Source(table, named, member))
        elif path.is_file():
            found.setdefault(path.resolve(), Source(table, one, path))
        else:
            name = Source(table, one, path).name
            faults.add("missing_file", file=name, column=f"inputs.{role}")
    return list(found.values())


def words(given: Sequence[SourceFile]) -> str:
    """Name the files of a key for reports: the first three as the scenario writes them."""
    names = [PurePosixPath(one.path).name if Path(one.path).is_absolute() else one.path
             for one in given]  # fmt: skip
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown}, … ({len(names)})"


def one_name(tiles: Sequence[Tile]) -> str:
    """Name the file where it is one; of several the key tells."""
    names = {tile.name for tile in tiles}
    return names.pop() if len(names) == 1 else ""


def area_words(grid: Grid) -> str:
    """Give the box of degrees that a grid takes, for advice."""
    west, south, east, north = grid.bounds
    x, y = np.array([west, east, west, east]), np.array([south, south, north, north])
    lon, lat = geodesy.to_wgs84(x, y, grid.crs)
    return f"{lon.min():.2f}–{lon.max():.2f}°E, {lat.min():.2f}–{lat.max():.2f}°N"


def _may_be_raster(path: Path) -> bool:
    return path.suffix.lower() in _ENDINGS and not path.name.startswith(".") and path.is_file()


@contextmanager
def opened(name: str) -> Iterator[rasterio.DatasetReader]:
    """Open a raster with the driver of its name and a small cache."""
    import rasterio

    driver = _DRIVERS.get(PurePosixPath(name).suffix.lower(), "GTiff")
    # A file beside a raster may name another one as its overviews: none from the network.
    limits = {"GDAL_CACHEMAX": 128, "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}"}
    with rasterio.Env(**limits), python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(name, driver=driver) as dataset:
            yield dataset


def _tiles_of(source: Source, folder: Path, faults: Faults, warnings: Faults) -> Iterator[Tile]:
    import rasterio

    for name in _names(source, folder, faults):
        try:
            with opened(name) as dataset:
                tile = _described(dataset, source, name, faults, warnings)
        except rasterio.errors.RasterioError as error:
            faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        else:
            if tile is not None:
                yield tile


def _names(source: Source, folder: Path, faults: Faults) -> list[str]:
    """Give what GDAL is to open of a file: itself, or the rasters inside a zip file."""
    if source.ending == mosaics.ENDING:
        return [str(source.path)] if mosaics.is_contained(source, folder, faults) else []
    if source.ending != ".zip":
        return [] if population.is_recipe(source, faults) else [str(source.path)]
    before = len(faults)
    names = archives.names_in(source, faults)
    inside = [name for name in names if name.lower().endswith(mosaics.RASTERS)]
    if not inside and len(faults) == before:
        faults.add("no_rasters", file=source.name)
    return [f"/vsizip/{{{source.path.resolve()}}}/{name}" for name in inside]


def _described(
    dataset: rasterio.DatasetReader, source: Source, name: str, faults: Faults, warnings: Faults
) -> Tile | None:
    """Give what a raster says of itself; None, and a fault, where that is not enough."""
    rows, columns = dataset.height, dataset.width
    if not _holds_values(dataset, source):
        faults.add("raster_is_picture", file=source.name, bands=dataset.count)
        return None
    if min(rows, columns) < _LEAST_CELLS:
        faults.add("raster_too_small", file=source.name, columns=columns, rows=rows)
        return None
    affine = dataset.transform
    if affine.is_identity or not affine.determinant:
        faults.add("raster_not_placed", file=source.name)
        return None
    crs, height_unit = _crs(dataset, source, faults, warnings)
    if not crs:
        return None
    placed = (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f)
    if geodesy.is_geographic(crs) and max(abs(affine.c), abs(affine.f)) > 360.5:
        faults.add("missing_crs", file=source.name)  # metres under the name of degrees
        return None
    cell_m = abs(affine.determinant) ** 0.5 * geodesy.metres_per_unit(crs)
    tile = Tile(source, name, crs, placed, (rows, columns), cell_m)
    if source.table.name != "terrain":
        return tile
    return _in_metres(tile, dataset, height_unit, warnings)


def _holds_values(dataset: rasterio.DatasetReader, source: Source) -> bool:
    """Tell whether the first band holds values, not colours or complex numbers."""
    from rasterio.enums import ColorInterp

    if not dataset.count or str(dataset.dtypes[0]).startswith("complex"):
        return False
    kind = dataset.colorinterp[0]
    return not (
        kind == ColorInterp.red or (kind == ColorInterp.palette and source.table.name == "terrain")
    )


def _crs(
    dataset: rasterio.DatasetReader, source: Source, faults: Faults, warnings: Faults
) -> tuple[str, str]:
    """Give the CRS of places and the unit of heights that it tells; blank with a fault."""
    code = geodesy.zone_code(source.given.crs or "") or population.code(dataset)
    if not code:
        faults.add("missing_crs", file=source.name)
        return "", ""
    try:
        crs, unit = geodesy.horizontal(code)
    except ValueError:
        faults.add("unknown_crs", file=source.name, column="crs", value=code)
        return "", ""
    if not crs:
        faults.add("missing_crs", file=source.name)
    elif not source.given.crs and geodesy.is_datumless_grid(crs):
        warnings.add("datum_doubtful", file=source.name)
    return crs, unit


def _in_metres(
    tile: Tile, dataset: rasterio.DatasetReader, height_unit: str, warnings: Faults
) -> Tile:
    """Take the unit of heights from the scenario, else the band, else the vertical CRS."""
    given: Any = tile.source.given
    if not isinstance(given, TerrainFile):
        given = TerrainFile(path=given.path)
    said = given.unit or dataset.units[0] or height_unit
    factor = _METRES.get(said.strip().casefold(), 1.0)
    if factor != 1.0 and not given.unit:
        warnings.add("heights_converted", file=tile.name, unit=said)
    scale, offset = dataset.scales[0] or 1.0, dataset.offsets[0]
    return replace(tile, nodata=given.nodata, scale=scale * factor, offset=offset * factor)
