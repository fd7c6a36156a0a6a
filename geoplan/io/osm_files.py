"""Files of OpenStreetMap's elements that ``geoplan run`` takes as they are.

One way for both sources: ``overpass`` and ``pbf`` give elements, this module writes them into a
folder with their source and licence (``fetched``). Which element is what is left to ``osm``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geoplan.faults import Fault, Faults, InputError
from geoplan.io import fetched, osm
from geoplan.io.fetched import Record
from geoplan.io.osm import Area, Feature, Layer
from geoplan.io.osm_tags import Wanted

LICENCE: Final = "© OpenStreetMap contributors, ODbL 1.0"
FILES: Final[Mapping[str, str]] = {
    "communes": "communes.gpkg",
    "hamlets": "hamlets.csv",
    "masts": "structures.csv",
    "places": "places.csv",
    "roads": "roads.gpkg",
}
_FILE_DATE: Final = "2000-01-01T00:00:00.000Z"
"""The date of change that a GeoPackage keeps: always the same, so that its bytes are."""
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_SHOWN: Final = 5


@dataclass(frozen=True)
class Collected:
    """Elements of an area by layer, and where they came from; ``data_date`` is ISO or blank.

    ``broken`` names the communes whose outline does not close, or is not whole in the source.
    """

    features: Mapping[str, list[Feature]]
    area: Area
    source: str
    url: str
    data_date: str
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """What was written: the rows of each file, the warnings."""

    rows: dict[str, int]
    warnings: tuple[Fault, ...]


def write(
    collected: Collected, folder: Path, *, layers: tuple[str, ...], wanted: Wanted, today: str
) -> Delivered:
    """Write the layers into a folder, all or none; a layer without rows gets a warning, no file.

    Raises
    ------
    InputError
        ``osm_nothing``: no layer has a row.
    FolderError
        A file there is not ours, or the folder cannot be written.
    """
    fetched.check_names(folder, [FILES[layer] for layer in layers])
    made = [
        osm.make(layer, collected.features.get(layer, []), collected.area, wanted)
        for layer in layers
    ]
    full = [layer for layer in made if len(layer.frame)]
    if not full:
        raise InputError([Fault("osm_nothing", value=collected.area.name)])
    records: list[Record] = []
    with fetched.delivery(folder, records) as staged:
        for layer in full:
            name = FILES[layer.name]
            record = _record(collected, layer, today)
            _write_layer(layer, staged / name, record)
            records.append(record)
    rows = {FILES[layer.name]: len(layer.frame) for layer in full}
    return Delivered(rows, tuple(_warnings(made, collected)))


def _record(collected: Collected, layer: Layer, today: str) -> Record:
    return Record(
        file=FILES[layer.name],
        source=collected.source,
        url=fetched.without_secrets(collected.url),
        licence=LICENCE,
        fetched=today,
        data_date=collected.data_date,
        bbox=",".join(f"{edge:.6f}" for edge in collected.area.shape.bounds),
        area=collected.area.name,
        elements=str(len(layer.frame)),
    )


def _write_layer(layer: Layer, path: Path, record: Record) -> None:
    if isinstance(layer.frame, gpd.GeoDataFrame):
        write_geopackage(layer.frame, path, layer.name, record)
    else:
        write_csv(layer.frame, path)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV; text that a spreadsheet would run gets an apostrophe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        for row in frame.itertuples(index=False):
            writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.7f}".rstrip("0").rstrip(".")
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def write_geopackage(frame: gpd.GeoDataFrame, path: Path, layer: str, record: Record) -> None:
    """Write a layer as GeoPackage, with source, licence and date in its metadata."""
    import pyogrio

    about = {
        "SOURCE": f"{record.source} {record.url}",
        "LICENCE": record.licence,
        "FETCHED": record.fetched,
        "DATA_DATE": record.data_date,
    }
    blank = frame.copy()
    for column in blank.columns.drop("geometry"):
        blank[column] = blank[column].mask(blank[column] == "")
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FILE_DATE})
    try:
        pyogrio.write_dataframe(
            blank,
            path,
            layer=layer,
            driver="GPKG",
            promote_to_multi=layer == "communes",
            geometry_type="MultiPolygon" if layer == "communes" else "LineString",
            layer_options={"IDENTIFIER": layer, "DESCRIPTION": record.licence},
            layer_metadata={key: value for key, value in about.items() if value},
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _warnings(made: list[Layer], collected: Collected) -> Faults:
    told = Faults()
    for layer in made:
        name = FILES[layer.name]
        if not len(layer.frame):
            advice = "osm_no_communes" if layer.name == "communes" else "osm_none"
            told.add(advice, file=name)
        if layer.unnamed:
            told.add("osm_unnamed", file=name, count=layer.unnamed)
        if layer.uncoded:
            told.add("osm_uncoded", file=name, count=layer.uncoded)
        if layer.name == "communes" and len(layer.frame):
            told.add("osm_not_official", file=name)
    if collected.broken:
        shown = ", ".join(collected.broken[:_SHOWN])
        more = "" if len(collected.broken) <= _SHOWN else " …"
        count = len(collected.broken)
        told.add("osm_broken", file=FILES["communes"], count=count, names=shown + more)
    return told
