"""Writes the layers for GIS: layers.gpkg and one GeoTIFF for each technology and operator.

Layers carry the columns of their tables under the same names, in EPSG:4326; rasters are in the
planning CRS. Drawing maps is left to ``maps``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.report import theme, verified
from geoplan.report.locale import locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.rasters import Grid
    from geoplan.results import Baseline, RunResult

NO_DATA: Final = 255
"""Outside every commune."""
_NOT_SERVED: Final = "#f4f1e8"
_FILE_DATE: Final = "2000-01-01T00:00:00.000Z"
"""The date of change that a GeoPackage keeps: always the same, so that its bytes are."""
_NO_TABLE: Final = tables.Table("cells", "cells on air with their radius and position", ())
_JUDGED: Final = ("hamlets", "clusters", "holes")
"""Layers that say who is served, and so whether anybody verified it."""
_LINE: Final = re.compile(r"[^\w.\-]+")


def write_gis(result: RunResult, folder: Path) -> None:
    """Write ``layers.gpkg`` and ``coverage_<technology>_<operator>.tif``."""
    write_layers(result, folder / "layers.gpkg")
    write_rasters(result, folder)


def write_layers(result: RunResult, path: Path) -> None:
    """Write every layer of a run into one GeoPackage; a layer without rows is written too."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FILE_DATE})
    try:
        for name, frame, description in layers(result):
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                promote_to_multi=name in ("communes", "zones"),
                geometry_type=_geometry_type(name),
                layer_options={"IDENTIFIER": name, "DESCRIPTION": description},
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def layers(result: RunResult) -> Iterator[tuple[str, gpd.GeoDataFrame, str]]:
    """Give each layer: its name, its rows in EPSG:4326, and a line about it."""
    baseline, inputs, plan = result.baseline, result.inputs, result.plan
    words = translator(result.scenario.language, "workbook")
    told = verified.sentence(result, words, locale_of(result.scenario.language))
    communes = inputs.communes.set_index("commune_code").geometry
    shapes = baseline.communes["commune_code"].map(communes).to_numpy()
    yield _layer("communes", baseline.communes, shapes, words(tables.COMMUNES_OUT.description))
    for name, frame, table in (
        ("hamlets", baseline.hamlets, tables.HAMLETS_OUT),
        ("clusters", baseline.clusters, tables.CLUSTERS_OUT),
        ("positions", baseline.positions, tables.POSITIONS_OUT),
        ("cells", _cells(baseline), _NO_TABLE),
        ("holes", baseline.holes, tables.HOLES_OUT),
        ("proposals", plan.proposals, tables.PROPOSALS_OUT),
        ("places", baseline.places, tables.PLACES_OUT),
    ):
        line = words(table.description) + (f". {told}" if name in _JUDGED else "")
        yield _layer(name, frame, _points(frame), line)
    zones = inputs.zones
    columns = pd.DataFrame(zones.drop(columns=zones.geometry.name))
    yield _layer("zones", columns, zones.geometry.to_numpy(), words(tables.ZONES.description))


def _cells(baseline: Baseline) -> pd.DataFrame:
    """Give the cells on air without what only counts inside the program."""
    inner = ("emitter", "operator_index", "position", "source_file", "source_row")
    cells = baseline.cells
    cells = cells.drop(columns=[name for name in (*inner, "geometry") if name in cells.columns])
    return pd.DataFrame(cells)


def _points(frame: pd.DataFrame) -> NDArray[Any]:
    """Make points of longitude and latitude; None where there is no location."""
    lon = frame["longitude"].to_numpy(np.float64)
    lat = frame["latitude"].to_numpy(np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(frame), None, dtype=object)
    points[known] = shapely.points(lon[known], lat[known])
    return points


def _layer(
    name: str, frame: pd.DataFrame, shapes: NDArray[Any], description: str
) -> tuple[str, gpd.GeoDataFrame, str]:
    columns = {column: _storable(frame[column]) for column in frame if column != "geometry"}
    data = pd.DataFrame(columns, index=range(len(frame)))
    return name, gpd.GeoDataFrame(data, geometry=shapes, crs=geodesy.WGS84), description


def _storable(values: pd.Series) -> NDArray[Any] | pd.Series:
    """Give a column as GeoPackage knows it: blank text is a blank field, no categories."""
    if isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
        text = values.astype("str")
        return text.mask(text == "").reset_index(drop=True)
    if values.dtype.name in ("boolean", "Int64"):
        return values.reset_index(drop=True)
    return values.to_numpy()


def _geometry_type(name: str) -> str:
    return "MultiPolygon" if name in ("communes", "zones") else "Point"


def write_rasters(result: RunResult, folder: Path) -> None:
    """Write who serves each grid cell: 1 served, 0 not, 255 outside every commune.

    One file for each technology and operator of the run, and one for ``any`` of them.
    """
    baseline = result.baseline
    colours = theme.operator_colours(baseline.operators)
    words = translator(result.scenario.language, "workbook")
    told = verified.sentence(result, words, locale_of(result.scenario.language))
    outside = baseline.area.commune < 0
    for technology in baseline.technologies:
        bits = baseline.area.bits[technology]
        masks = {name: np.uint8(1 << i) for i, name in enumerate(baseline.operators)}
        for operator, mask in {"any": np.uint8(0xFF), **masks}.items():
            values = ((bits & mask) != 0).astype(np.uint8)
            values[outside] = NO_DATA
            who = words("any operator") if operator == "any" else operator
            content = _geotiff(
                values,
                baseline.area.grid,
                colours.get(operator, theme.ANY_OPERATOR),
                {
                    "TITLE": f"{technology}, {who}",
                    "DESCRIPTION": f"{words('1 = served, 0 = not served, by the model')}. {told}",
                    "AREA": result.scenario.name,
                    "AS_OF": result.scenario.day.isoformat(),
                },
            )
            name = f"coverage_{technology}_{_LINE.sub('-', operator)}.tif"
            (folder / name).write_bytes(content)


def _geotiff(values: NDArray[np.uint8], grid: Grid, colour: str, tags: dict[str, str]) -> bytes:
    """Give the bytes of a tiled, compressed GeoTIFF with colours for 0 and 1."""
    from affine import Affine
    from rasterio.io import MemoryFile

    rows, columns = values.shape
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=columns,
            height=rows,
            count=1,
            dtype="uint8",
            crs=grid.crs,
            transform=Affine(*grid.transform),
            nodata=NO_DATA,
            compress="deflate",
            tiled=True,
            blockxsize=256,
            blockysize=256,
        ) as raster:
            raster.write(values, 1)
            raster.write_colormap(1, {0: _rgba(_NOT_SERVED), 1: _rgba(colour)})
            raster.set_band_description(1, tags["TITLE"])
            raster.update_tags(**tags)
        return bytes(memory.read())


def _rgba(colour: str) -> tuple[int, int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, 255
