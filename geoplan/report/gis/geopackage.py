"""Writes layers.gpkg: every layer with its styles and the aliases of its fields.

Styles stand in the table ``layer_styles`` as QGIS keeps them in a GeoPackage, aliases in the
extension for schemas as well, for other programs. The bytes are the same for the same run.

References
----------
.. [1] OGC 12-128r19, "GeoPackage Encoding Standard," version 1.4, annexes on extensions
   and on the schema extension.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geoplan.report.gis import arrow, qml, sld
from geoplan.report.gis.styles import styles

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Layer
    from geoplan.results import RunResult

STYLES: Final = "layer_styles"
"""The table of styles: no layer, though GDAL lists it among them."""
_FILE_DATE: Final = "2000-01-01T00:00:00.000Z"
"""The date of change that a GeoPackage keeps: always the same, so that its bytes are."""
_GEOMETRY: Final = "geom"
_VERSION: Final = "1.2"
"""Old enough for the GDAL of old versions of QGIS to read without a warning."""
_STYLE_TABLE: Final = f"""
CREATE TABLE {STYLES} (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""
_COLUMN_TABLE: Final = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
_EXTENSION_TABLE: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))
"""
_SCHEMA: Final = "http://www.geopackage.org/spec121/#extension_schema"


def write_layers(result: RunResult, path: Path, layers: Sequence[Layer]) -> None:
    """Write every layer of a run into one GeoPackage; a layer without rows is written too."""
    with _settings():
        for layer in layers:
            arrow.write(
                layer,
                path,
                "GPKG",
                layer=layer.name,
                append=path.exists(),
                dataset_options={} if path.exists() else {"VERSION": _VERSION},
                layer_options={
                    "IDENTIFIER": layer.name,
                    "DESCRIPTION": layer.description,
                    "GEOMETRY_NAME": _GEOMETRY,
                },
            )
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("PRAGMA journal_mode = MEMORY")
        _add_styles(base, result, layers)
        _add_columns(base, layers)


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """Keep one date, and do not wait for the disk: the folder appears whole or not at all."""
    import pyogrio

    wanted = {"OGR_CURRENT_DATE": _FILE_DATE, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in wanted}
    pyogrio.set_gdal_config_options(wanted)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _add_styles(base: sqlite3.Connection, result: RunResult, layers: Sequence[Layer]) -> None:
    base.execute(_STYLE_TABLE)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, '', ?)",
        (STYLES, STYLES, _FILE_DATE),
    )
    rows: list[tuple[Any, ...]] = []
    crs = result.baseline.area.grid.crs
    for layer in layers:
        for i, style in enumerate(styles(result, layer)):
            drawn = (qml.document(layer, style, crs), sld.document(layer, style))
            place = ("", "", layer.name, _GEOMETRY, style.name[:30])
            rows.append((*place, *drawn, i == 0, layer.title, "", None, _FILE_DATE))
    base.executemany(
        f"INSERT INTO {STYLES} (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, "
        "update_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _add_columns(base: sqlite3.Connection, layers: Sequence[Layer]) -> None:
    """Give the aliases and meanings of fields to programs that do not read QGIS' styles."""
    base.execute(_COLUMN_TABLE)
    base.execute(_EXTENSION_TABLE)
    base.execute(
        "INSERT INTO gpkg_extensions "
        "VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', ?, 'read-write')",
        (_SCHEMA,),
    )
    rows: list[tuple[Any, ...]] = []
    for layer in layers:
        times = Counter(field.alias for field in layer.fields)
        for field in layer.fields:
            twice = times[field.alias] > 1
            name = f"{field.alias} ({field.name})" if twice else field.alias
            rows.append((layer.name, field.name, name, field.alias, field.meaning or None))
    base.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", rows)
