"""The layers of a run: rows in WGS 84 under the names of their tables, with aliases of fields.

What a layer looks like is left to ``styles``, writing it to ``geopackage`` and ``exchange``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.report import verified, workbook_words
from geoplan.report.gis import words
from geoplan.report.locale import locale_of
from geoplan.tables import Column, Table
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import Baseline, RunResult

_INNER: Final = ("emitter", "operator_index", "position", "source_file", "source_row")
"""Columns of the cells that only count inside the program."""
CELLS: Final = Table(
    "cells",
    "cells on air with their radius and position",
    (
        *(column for column in tables.SITES.columns if column.kind != "geometry"),
        Column("installation_key", "text", "installation that the cell belongs to"),
        Column("commune_code", "text", "code of its commune; blank = outside every commune"),
        Column("outside_m", "number", "how far outside every commune", "m", 1),
        Column("source_sheet", "text", "sheet of the list that it stands in"),
        Column("counted", "boolean", "counts in positions, stations and sharing"),
        Column("environment", "text", "urban, suburban or rural"),
        Column("radius_m", "number", "radius of service", "m", 1),
        Column("position_id", "text", "position that it stands at"),
    ),
)
TABLES: Final = (
    tables.COMMUNES_OUT,
    tables.HAMLETS_OUT,
    tables.CLUSTERS_OUT,
    tables.POSITIONS_OUT,
    CELLS,
    tables.HOLES_OUT,
    tables.PROPOSALS_OUT,
    tables.PLACES_OUT,
    replace(
        tables.ZONES,
        columns=tuple(column for column in tables.ZONES.columns if column.kind != "geometry"),
    ),
)
"""The table behind each layer, in the order of the layers."""
_RESERVED: Final = ("", "fid", "geom", "geometry", "ogc_fid")
_JUDGED: Final = ("hamlets", "clusters", "holes")
"""Layers that say who is served, and so whether anybody verified it."""


@dataclass(frozen=True)
class Field:
    """One field of a layer: its alias for people, what it means, and the words of its codes."""

    name: str
    kind: str
    alias: str
    meaning: str = ""
    decimals: int | None = None
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Layer:
    """One layer: its title, a line about it, its fields and its rows in EPSG:4326."""

    name: str
    title: str
    description: str
    shape: str
    """``Point`` or ``MultiPolygon``."""
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame

    def has(self, column: str) -> bool:
        """Tell whether the layer has a field of this name."""
        return any(field.name == column for field in self.fields)


def layers(result: RunResult) -> tuple[Layer, ...]:
    """Give every layer of a run, those without rows too."""
    return tuple(_layers(result))


def _layers(result: RunResult) -> Iterator[Layer]:
    baseline, inputs, plan = result.baseline, result.inputs, result.plan
    language = result.scenario.language
    say = translator(language, "workbook")
    told = verified.sentence(result, say, locale_of(language))
    outlines = inputs.communes.set_index("commune_code").geometry
    shapes = baseline.communes["commune_code"].map(outlines).to_numpy()
    zones = inputs.zones
    contents = (
        (baseline.communes, shapes),
        *((frame, _points(frame)) for frame in (baseline.hamlets, baseline.clusters)),
        *((frame, _points(frame)) for frame in (baseline.positions, _cells(baseline))),
        *((frame, _points(frame)) for frame in (baseline.holes, plan.proposals, baseline.places)),
        (pd.DataFrame(zones.drop(columns=zones.geometry.name)), zones.geometry.to_numpy()),
    )
    for table, (frame, geometry) in zip(TABLES, contents, strict=True):
        known = table.for_technologies(baseline.technologies)
        columns = _columns(frame)
        data = pd.DataFrame(columns, index=range(len(frame)))
        yield Layer(
            table.name,
            words.layer_title(table.name, language),
            say(table.description) + (f". {told}" if table.name in _JUDGED else ""),
            "MultiPolygon" if table.name in ("communes", "zones") else "Point",
            tuple(_field(name, data[name], known, language) for name in columns),
            gpd.GeoDataFrame(data, geometry=_multi(geometry), crs=geodesy.WGS84),
        )


def _columns(frame: pd.DataFrame) -> dict[str, NDArray[Any] | pd.Series]:
    """Give the columns under names that every format takes: each once, whatever its case.

    What a file of the user calls as a GeoPackage calls its own columns gets a line behind it.
    """
    columns: dict[str, NDArray[Any] | pd.Series] = {}
    taken = set(_RESERVED)
    for header in frame:
        if header == "geometry":
            continue
        name = str(header)
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        columns[name] = _storable(frame[header])
    return columns


def _field(name: str, values: pd.Series, table: Table, language: str) -> Field:
    """Describe a field: as its table declares it, else under its own name."""
    if name not in table.names:
        kinds = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
        return Field(name, kinds.get(values.dtype.kind, "text"), name)
    column = table.column(name)
    return Field(
        name,
        column.kind,
        words.alias(name, language),
        column.description,
        column.decimals,
        tuple(_codes(name, table.name, language).items()),
    )


def _codes(column: str, table: str, language: str) -> dict[str, str]:
    """Give the words for the codes of a field; empty where its text is not coded."""
    say = translator(language, "workbook")
    if column.startswith("status_"):
        return {code: say(word) for code, word in workbook_words.STATUS.items()}
    if table == "cells" and column == "status":
        return words.site_status(language)
    codes = workbook_words.value_words(column, say)
    return {code: word for code, word in codes.items() if word}


def _cells(baseline: Baseline) -> pd.DataFrame:
    """Give the cells on air without what only counts inside the program."""
    cells = baseline.cells
    return pd.DataFrame(
        cells.drop(columns=[name for name in (*_INNER, "geometry") if name in cells.columns])
    )


def _points(frame: pd.DataFrame) -> NDArray[Any]:
    """Make points of longitude and latitude; None where there is no location."""
    lon = frame["longitude"].to_numpy(np.float64)
    lat = frame["latitude"].to_numpy(np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(frame), None, dtype=object)
    points[known] = shapely.points(lon[known], lat[known])
    return points


def _multi(shapes: NDArray[Any]) -> NDArray[Any]:
    """Make several-part polygons of polygons, as a layer holds one type."""
    made = np.array(shapes, dtype=object)
    for at in np.flatnonzero(shapely.get_type_id(made) == shapely.GeometryType.POLYGON):
        made[at] = shapely.multipolygons([made[at]])
    return made


def _storable(values: pd.Series) -> NDArray[Any] | pd.Series:
    """Give a column as GeoPackage knows it: blank text is a blank field, no categories."""
    if isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
        text = values.astype("str")
        return text.mask(text == "").reset_index(drop=True)
    if values.dtype.name in ("boolean", "Int64"):
        return values.reset_index(drop=True)
    return values.to_numpy()
