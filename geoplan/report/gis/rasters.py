"""Writes who serves each grid cell as cloud-optimised GeoTIFFs in the planning CRS.

Which cells are served is left to ``coverage.area``; a raster keeps its colours in itself, so
that every GIS shows it as it is meant.

References
----------
.. [1] OGC 21-026, "OGC Cloud Optimized GeoTIFF Standard," version 1.0, 2023.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.report import model_words, theme, verified
from geoplan.report.locale import locale_of
from geoplan.report.tables import csv_bytes
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.rasters import Grid
    from geoplan.results import RunResult

NO_DATA: Final = 255
"""Outside every commune."""
NOT_SERVED: Final = "#f4f1e8"
_LINE: Final = re.compile(r"[^\w.\-]+")
_LONGEST: Final = 60
"""Characters of an operator in the name of a file: with accents, 180 bytes at most."""
_BLOCK: Final = 256


@dataclass(frozen=True)
class RasterFile:
    """One raster that was written: its file, a title, and the colour of what is served."""

    name: str
    title: str
    technology: str
    operator: str
    """``any``, or the operator."""
    colour: str


def write_rasters(result: RunResult, folder: Path) -> tuple[RasterFile, ...]:
    """Write who serves each grid cell: 1 served, 0 not, 255 outside every commune.

    One file for each technology and operator of the run, and one for ``any`` of them.
    """
    baseline = result.baseline
    colours = theme.operator_colours(baseline.operators)
    words = translator(result.scenario.language, "workbook")
    told = verified.sentence(result, words, locale_of(result.scenario.language))
    outside = baseline.area.commune < 0
    written: list[RasterFile] = []
    for technology in baseline.technologies:
        bits = baseline.area.bits[technology]
        files = file_names(technology, baseline.operators)
        masks = {name: np.uint8(1 << i) for i, name in enumerate(baseline.operators)}
        for operator, mask in {"any": np.uint8(0xFF), **masks}.items():
            values = ((bits & mask) != 0).astype(np.uint8)
            values[outside] = NO_DATA
            who = words("any operator") if operator == "any" else operator
            file = RasterFile(
                files[operator],
                f"{technology}, {who}",
                technology,
                operator,
                colours.get(operator, theme.ANY_OPERATOR),
            )
            tags = {
                "TITLE": file.title,
                "DESCRIPTION": f"{words('1 = served, 0 = not served, by the model')}. {told}",
                "AREA": result.scenario.name,
                "AS_OF": result.scenario.day.isoformat(),
            }
            content = _geotiff(values, baseline.area.grid, file.colour, tags)
            (folder / file.name).write_bytes(content)
            written.append(file)
    return tuple(written)


def write_levels(result: RunResult, folder: Path) -> tuple[str, ...]:
    """Write the best level of each technology and operator, where a level model told them.

    ``rsrp_…tif`` holds the median RSRP outdoors [dBm], ``margin_…tif`` how far it lies above what
    is needed [dB], ``server_…tif`` a number for the best site, which ``servers.csv`` names.
    """
    area = result.baseline.area
    if not area.levels:
        return ()
    told = model_words.sentence(result)
    names = sorted(set(area.sites))
    number = np.array([names.index(site) + 1 for site in area.sites] + [0], np.int32)
    written = []
    for (technology, operator), one in area.levels.items():
        stem = file_names(technology, result.baseline.operators)[operator].removeprefix("coverage_")
        tags = {
            "DESCRIPTION": told,
            "AREA": result.scenario.name,
            "AS_OF": result.scenario.day.isoformat(),
        }
        rasters: dict[str, tuple[NDArray[Any], str, float]] = {
            "rsrp": (np.round(one.rsrp_dbm, 1), "dBm", np.nan),
            "margin": (np.round(one.margin_db, 1), "dB", np.nan),
            "server": (number[one.server], "", 0),
        }
        for kind, (values, unit, nothing) in rasters.items():
            title = f"{technology}, {operator}: {kind.upper()}"
            content = _level(values, area.grid, nothing, {"TITLE": title, "UNIT": unit, **tags})
            (folder / f"{kind}_{stem}").write_bytes(content)
            written.append(f"{kind}_{stem}")
    frame = pd.DataFrame({"server": range(1, len(names) + 1)})
    frame[["operator", "site_id"]] = [name.split(":", 1) for name in names]
    (folder / "servers.csv").write_bytes(csv_bytes(frame, tables.SERVERS_OUT))
    return (*written, "servers.csv")


def _level(values: NDArray[Any], grid: Grid, nothing: float, tags: dict[str, str]) -> bytes:
    """Give the bytes of a cloud-optimised GeoTIFF of numbers."""
    import rasterio.shutil
    from affine import Affine
    from rasterio.io import MemoryFile

    rows, columns = values.shape
    shape = {"width": columns, "height": rows, "count": 1, "nodata": nothing}
    place = {"crs": grid.crs, "transform": Affine(*grid.transform), "dtype": values.dtype.name}
    with MemoryFile() as plain, MemoryFile() as laid_out:
        with plain.open(driver="GTiff", tiled=True, **shape, **place) as raster:
            raster.write(values, 1)
            raster.set_band_description(1, tags["TITLE"])
            raster.set_band_unit(1, tags["UNIT"])
            raster.update_tags(**tags)
        with plain.open() as raster:
            rasterio.shutil.copy(
                raster,
                laid_out.name,
                driver="COG",
                compress="deflate",
                predictor="yes",
                blocksize=_BLOCK,
                overview_resampling="nearest",
            )
        return bytes(laid_out.read())


def file_names(technology: str, operators: Sequence[str]) -> dict[str, str]:
    """Give the file of each operator and of ``any``: no two the same on any system.

    >>> file_names("4G", ["A/B", "a b"])["a b"]
    'coverage_4G_a-b-2.tif'
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for operator in ("any", *operators):
        stem = fit = _LINE.sub("-", operator)[:_LONGEST]
        number = 1
        while fit.casefold() in taken:
            number += 1
            fit = f"{stem}-{number}"
        taken.add(fit.casefold())
        names[operator] = f"coverage_{technology}_{fit}.tif"
    return names


def _geotiff(values: NDArray[np.uint8], grid: Grid, colour: str, tags: dict[str, str]) -> bytes:
    """Give the bytes of a cloud-optimised GeoTIFF with overviews and colours for 0 and 1."""
    import rasterio.shutil
    from affine import Affine
    from rasterio.io import MemoryFile

    rows, columns = values.shape
    with MemoryFile() as plain, MemoryFile() as laid_out:
        with plain.open(
            driver="GTiff",
            width=columns,
            height=rows,
            count=1,
            dtype="uint8",
            crs=grid.crs,
            transform=Affine(*grid.transform),
            nodata=NO_DATA,
            tiled=True,
            blockxsize=_BLOCK,
            blockysize=_BLOCK,
        ) as raster:
            raster.write(values, 1)
            raster.write_colormap(1, {0: _rgba(NOT_SERVED), 1: _rgba(colour)})
            raster.set_band_description(1, tags["TITLE"])
            raster.update_tags(**tags)
        with plain.open() as raster:
            rasterio.shutil.copy(
                raster,
                laid_out.name,
                driver="COG",
                compress="deflate",
                blocksize=_BLOCK,
                overview_resampling="nearest",
            )
        return bytes(laid_out.read())


def _rgba(colour: str) -> tuple[int, int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, 255
