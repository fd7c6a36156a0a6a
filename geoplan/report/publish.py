"""Publishes a finished run into a schema of a PostGIS database: all of it, or nothing.

The layers and tables that the run wrote to its folder become tables of one schema, in one
transaction, with comments that say what each column is. A schema that holds anything that
geoplan did not write is left alone. Connecting is left to ``io.database``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import tables
from geoplan.faults import Faults, FolderError, InputError, without_password
from geoplan.io import database
from geoplan.report.folder import RUN_FILE, own_files
from geoplan.report.gis.geopackage import STYLES
from geoplan.tables import Column, Table

if TYPE_CHECKING:
    from psycopg import Connection

DEFAULT_SCHEMA: Final = "geoplan"
MARK: Final = "geoplan: "
"""How the comment of every table begins that geoplan wrote, and may therefore replace."""
_SRID: Final = 4326
_KINDS: Final = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
}
_RELATIONS: Final = """
SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname COLLATE "C"
"""
_SHAPE_OF_TABLE: Final = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


@dataclass(frozen=True)
class Sheet:
    """One table to be: its columns with their types, their values, and its shapes."""

    name: str
    description: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    shapes: NDArray[Any] | None = None
    shape_type: str = ""

    def __len__(self) -> int:
        return len(self.frame)


def publish(folder: Path, address: str, *, schema: str = DEFAULT_SCHEMA) -> dict[str, int]:
    """Write the tables and layers of a finished run into a schema of a database.

    Parameters
    ----------
    folder
        What ``geoplan run`` has written.
    address
        ``postgresql://user@host:port/database``.
    schema
        Is made where there is none; of one that geoplan wrote, the tables are replaced.

    Returns
    -------
    Table → its number of rows.

    Raises
    ------
    GeoplanError
        The folder is no run, or the database refuses; nothing was changed.
    """
    run = _run_record(folder)
    sheets = [*read_layers(folder)]
    known = {sheet.name for sheet in sheets}
    sheets += [sheet for sheet in read_tables(folder) if sheet.name not in known]
    if not sheets:
        faults = Faults()
        faults.add("nothing_to_publish", file=folder.name)
        raise FolderError(faults)
    faults = Faults()
    name = without_password(address)
    if not address.startswith(database.SCHEMES):
        faults.add("bad_database_url", value=name)
        raise InputError(faults)
    where, _ = database.parse_address(address)
    with database.session(where, name, faults, read_only=False) as connection:
        _write(connection, schema, sheets, run, name, faults)
    return {sheet.name: len(sheet) for sheet in sheets}


# ------------------------------------------------------------------ what the run wrote


def _run_record(folder: Path) -> dict[str, Any]:
    """Give what run.json holds."""
    try:
        record = json.loads((folder / RUN_FILE).read_text("utf-8"))
        if isinstance(record, dict) and record["schema"] == 1 and "scenario" in record:
            return record
    except (OSError, ValueError, KeyError):
        pass
    faults = Faults()
    faults.add("not_a_run", file=folder.name)
    raise FolderError(faults)


def read_layers(folder: Path) -> Iterator[Sheet]:
    """Give the layers of ``layers.gpkg``, where the run wrote them."""
    path = own_files(folder) / "layers.gpkg"
    if not path.is_file():
        return
    import pyogrio

    for name, kind in pyogrio.list_layers(path):
        if name == STYLES:
            continue
        frame = pyogrio.read_dataframe(path, layer=name)
        shapes = frame.geometry.to_numpy()
        values = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        table = _table(str(name))
        columns = [_column(header, values[header], table) for header in values.columns]
        yield Sheet(
            str(name),
            "cells on air" if table is None else table.description,
            tuple(columns),
            values,
            shapes,
            str(kind or "Geometry"),
        )


def read_tables(folder: Path) -> Iterator[Sheet]:
    """Give the tables of ``tables/*.csv``, where the run wrote them, without the apostrophes."""
    for path in sorted((own_files(folder) / "tables").glob("*.csv")):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
        table = _table(path.stem)
        columns = tuple(_column(name, frame[name], table) for name in frame.columns)
        for column in columns:
            frame[column.name] = _typed(frame[column.name], column)
        yield Sheet(path.stem, "" if table is None else table.description, columns, frame)


def _table(name: str) -> Table | None:
    every = (*tables.OUTPUT_TABLES, tables.ZONES)
    return next((table for table in every if table.name == name), None)


def _column(name: str, values: pd.Series, table: Table | None) -> Column:
    """Give a column as it is declared, else as its values are."""
    for column in () if table is None else table.columns:
        if column.name == name:
            return column
        stem = column.name.partition("{")[0]
        if column.per_technology and name.startswith(stem):
            technology = name.removeprefix(stem)
            words = column.description.format(technology=technology.upper())
            return Column(name, column.kind, words, column.unit)
    kind = values.dtype.kind
    found = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
    return Column(name, found.get(kind, "text"), "")  # type: ignore[arg-type]


def _typed(cells: pd.Series, column: Column) -> pd.Series:
    """Give the cells of a CSV as values, None where they are blank."""
    blank = (cells == "").to_numpy(dtype=bool)
    if column.kind in ("integer", "number"):
        return pd.to_numeric(cells.mask(blank), errors="raise").astype("Float64")
    if column.kind == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    if column.kind == "text":
        quoted = cells.str.match("'[=+@\t\r-]").to_numpy(dtype=bool)
        cells = cells.where(~quoted, cells.str.slice(1))
    return cells.mask(blank)


# ------------------------------------------------------------------ into the database


def _write(
    connection: Connection[Any],
    schema: str,
    sheets: Sequence[Sheet],
    run: dict[str, Any],
    name: str,
    faults: Faults,
) -> None:
    """Put every table in the place of the one before it."""
    from psycopg import errors, sql

    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"geoplan {schema}",))
    found = connection.execute(database.POSTGIS).fetchone()
    if found is None:
        faults.add("no_postgis", file=name)
        raise InputError(faults)
    old = _ours(connection, schema, name, faults)
    if not _exists(connection, schema):
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    current = ""
    try:
        for current in old:
            if current not in {"run", *(sheet.name for sheet in sheets)}:
                connection.execute(_drop(schema, current))
        for sheet in sheets:
            current = sheet.name
            _put(connection, schema, sheet, str(found[0]), replacing=current in old)
        current = "run"
        _put_run(connection, schema, run)
    except errors.DependentObjectsStillExist:
        faults.add("schema_in_use", file=name, value=schema, name=current)
        raise InputError(faults) from None


def _exists(connection: Connection[Any], schema: str) -> bool:
    query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    return connection.execute(query, (schema,)).fetchone() is not None


def _ours(connection: Connection[Any], schema: str, name: str, faults: Faults) -> list[str]:
    """Give the tables of a schema, all of them ours; anything else there stops the writing."""
    found = connection.execute(_RELATIONS, (schema,)).fetchall()
    for relation, comment in found:
        if not comment.startswith(MARK):
            faults.add("schema_not_ours", file=name, column="--schema", value=schema, name=relation)
    if faults:
        raise InputError(faults)
    return [str(relation) for relation, _ in found]


def _drop(schema: str, name: str) -> Any:
    from psycopg import sql

    return sql.SQL("DROP TABLE {}").format(sql.Identifier(schema, name))


def _put(
    connection: Connection[Any], schema: str, sheet: Sheet, postgis: str, *, replacing: bool
) -> None:
    """Fill a table: the old one, with its rights and views, where its columns are the same."""
    from psycopg import sql

    place = sql.Identifier(schema, sheet.name)
    wanted = _definition(sheet, postgis)
    if replacing and _same(connection, schema, sheet, postgis):
        connection.execute(sql.SQL("DELETE FROM {}").format(place))
    else:
        if replacing:
            connection.execute(_drop(schema, sheet.name))
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(place, wanted))
        if sheet.shapes is not None:
            index = sql.SQL("CREATE INDEX ON {} USING gist (geometry)")
            connection.execute(index.format(place))
    names = ["fid", *(column.name for column in sheet.columns)]
    names += ["geometry"] if sheet.shapes is not None else []
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(place, listed)
    with connection.cursor() as cursor, cursor.copy(copy) as target:
        for row in _rows(sheet):
            target.write_row(row)
    _comment(connection, "TABLE", place, MARK + sheet.description)
    for column in sheet.columns:
        words = f"{column.description} [{column.unit}]" if column.unit else column.description
        _comment(connection, "COLUMN", sql.Identifier(schema, sheet.name, column.name), words)


def _comment(connection: Connection[Any], what: str, place: Any, words: str) -> None:
    from psycopg import sql

    text = sql.SQL("COMMENT ON {} {} IS {}")
    connection.execute(text.format(sql.SQL(what), place, sql.Literal(words)))


def _definition(sheet: Sheet, postgis: str) -> Any:
    from psycopg import sql

    parts: list[sql.Composable] = [sql.SQL("fid bigint PRIMARY KEY")]
    for column in sheet.columns:
        kind = sql.SQL(_KINDS[column.kind])
        parts.append(sql.SQL("{} {}").format(sql.Identifier(column.name), kind))
    if sheet.shapes is not None:
        geometry = sql.Identifier(postgis, "geometry")
        kinds = sql.SQL(sheet.shape_type), sql.Literal(_SRID)
        parts.append(sql.SQL("geometry {}({}, {})").format(geometry, *kinds))
    return sql.SQL(", ").join(parts)


def _same(connection: Connection[Any], schema: str, sheet: Sheet, postgis: str) -> bool:
    """Tell whether the old table has exactly the columns of the new one."""
    found = connection.execute(_SHAPE_OF_TABLE, (schema, sheet.name)).fetchall()
    wanted = [("fid", "bigint"), *((one.name, _KINDS[one.kind]) for one in sheet.columns)]
    if sheet.shapes is not None:
        kind = f"geometry({sheet.shape_type},{_SRID})"
        wanted.append(("geometry", kind))
    bare = [(name, kind.removeprefix(f"{postgis}.")) for name, kind in found]
    return bare == wanted


def _rows(sheet: Sheet) -> Iterator[list[Any]]:
    columns = [_values(sheet.frame[column.name], column) for column in sheet.columns]
    if sheet.shapes is not None:
        columns.append(_ewkb(sheet.shapes))
    for number, cells in enumerate(zip(*columns, strict=True), 1):
        yield [number, *cells]


def _values(values: pd.Series, column: Column) -> Iterable[Any]:
    """Give values as the driver writes them: None where there is none, whole counts."""
    missing = values.isna().to_numpy(dtype=bool)
    if column.kind == "integer":
        numbers = values.to_numpy(np.float64, na_value=0.0)
        found: Iterable[Any] = numbers.astype(np.int64).tolist()
    elif column.kind == "date" and values.dtype.kind == "M":
        found = values.dt.strftime("%Y-%m-%d").tolist()
    elif column.kind == "text":
        found = values.astype("str").str.replace("\x00", "").tolist()
    else:
        found = values.tolist()
    return [None if no else value for value, no in zip(found, missing, strict=True)]


def _ewkb(shapes: NDArray[Any]) -> list[str | None]:
    written = shapely.to_wkb(shapely.set_srid(shapes, _SRID), hex=True, include_srid=True)
    return [None if text is None else str(text) for text in written]


def _put_run(connection: Connection[Any], schema: str, run: dict[str, Any]) -> None:
    """Write down which run this is: its run.json, which holds no password."""
    from psycopg import sql

    place = sql.Identifier(schema, "run")
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(place))
    connection.execute(sql.SQL("CREATE TABLE {} (record jsonb NOT NULL)").format(place))
    insert = sql.SQL("INSERT INTO {} VALUES (%s)").format(place)
    connection.execute(insert, (json.dumps(run, ensure_ascii=False),))
    _comment(connection, "TABLE", place, MARK + "run.json of the run")
