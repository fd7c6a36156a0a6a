"""Tables and views of a PostgreSQL database, with or without PostGIS, read as any layer is.

A session that reads is read-only and gives up after a time. The password stays with libpq: in
the address, PGPASSWORD or ~/.pgpass; nothing here shows or keeps it. Writing is left to
``report.publish``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import settings
from geoplan.faults import Faults, InputError
from geoplan.io import layers, readers
from geoplan.io.readers import RawTable, Source

if TYPE_CHECKING:
    from psycopg import Connection

TIME_ZONE: Final = "Asia/Ho_Chi_Minh"
"""The zone in which a moment with a time zone becomes a day."""
_SHAPES: Final = ("geometry", "geography")
_NUMBERS: Final = ("int2", "int4", "int8", "float4", "float8", "numeric", "oid", "money")
_DAYS: Final = ("date", "timestamp", "timestamptz")
_LEFT_OUT: Final = ("bytea", "raster", "topogeometry")
"""Kinds of columns that hold nothing to read as text."""
_SHOWN: Final = 12

_TABLES: Final = """
SELECT n.nspname, c.relname, c.oid
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'information_schema'
  AND left(n.nspname, 3) <> 'pg_' AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns',
    'geography_columns', 'raster_columns', 'raster_overviews')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""
_COLUMNS: Final = """
SELECT a.attname, coalesce(base.typname, t.typname)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type base ON base.oid = t.typbasetype AND t.typtype = 'd'
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY: Final = """
SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
JOIN pg_attribute a ON a.attrelid = %s AND a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place
"""
SCHEMES: Final = readers.DATABASES
"""How the address of a database begins."""
POSTGIS: Final = """
SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis'
"""


@dataclass(frozen=True)
class Relation:
    """A table or view, and the columns that are read of it."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    """Name and kind of every column but the shape, in order."""
    shape: str = ""
    key: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def parse_address(path: str) -> tuple[str, str]:
    """Split an address into what libpq takes, and the table that ``?table=`` names."""
    address, _, query = path.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    table = next((value for name, value in pairs if name == "table"), "")
    others = [(name, value) for name, value in pairs if name != "table"]
    options = urlencode(others, quote_via=quote)
    return address + (f"?{options}" if options else ""), table


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read one table; give None, and add the faults, where it cannot be read.

    Rows are numbered from 1 in the order of the primary key, else of all columns.
    """
    address, table = parse_address(source.given.path)
    gathered = Faults()
    try:
        with session(address, source.name, gathered) as connection:
            relation = _relation(connection, source.given.layer or table, source, faults)
            return None if relation is None else _rows(connection, relation, source, faults)
    except InputError:
        faults.extend(gathered)
    return None


@contextmanager
def session(
    address: str, name: str, faults: Faults, *, read_only: bool = True
) -> Iterator[Connection[Any]]:
    """Give a connection inside one transaction; it ends with the block, for good or not at all.

    Parameters
    ----------
    address
        As libpq takes it.
    name
        What to call the database in a fault.
    faults
        Gets the fault, where there is one.

    Raises
    ------
    InputError
        With ``faults``: what the database refused, in our words.
    """
    try:
        import psycopg
    except ImportError:
        faults.add("database_driver_missing", file=name)
        raise InputError(faults) from None
    connection: Connection[Any] | None = None
    try:
        connection = psycopg.connect(
            address,
            connect_timeout=settings.DATABASE_CONNECT_S,
            client_encoding="UTF8",
            application_name="geoplan",
        )
        connection.read_only = read_only
        if read_only:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _prepare(connection)
        yield connection
        connection.commit()
    except (psycopg.Error, UnicodeError) as error:
        _tell(error, connection, address, name, faults)
        raise InputError(faults) from None
    finally:
        if connection is not None:
            connection.close()


def _prepare(connection: Connection[Any]) -> None:
    seconds = settings.DATABASE_STATEMENT_S
    connection.execute("SELECT set_config('statement_timeout', %s, true)", (f"{seconds}s",))
    connection.execute("SELECT set_config('lock_timeout', '15s', true)")
    connection.execute("SELECT set_config('timezone', %s, true)", (TIME_ZONE,))
    connection.execute("SET LOCAL datestyle = ISO")
    connection.execute("SET LOCAL extra_float_digits = 1")


def _tell(
    error: Exception,
    connection: Connection[Any] | None,
    address: str,
    name: str,
    faults: Faults,
) -> None:
    """Turn an error of the driver into a fault of the database, without what is secret."""
    import psycopg
    from psycopg import errors

    why = _words(error, address)
    if connection is None:
        bad = isinstance(error, psycopg.ProgrammingError) or "parse" in why
        faults.add("bad_database_url" if bad else "database_unreachable", file=name, why=why)
    elif isinstance(error, errors.InsufficientPrivilege):
        faults.add("permission_denied", file=name, user=connection.info.user, why=why)
    elif isinstance(error, errors.QueryCanceled | errors.LockNotAvailable):
        faults.add("database_slow", file=name, seconds=settings.DATABASE_STATEMENT_S)
    elif isinstance(error, UnicodeError):
        faults.add("encoding", file=name)
    else:
        faults.add("database_failed", file=name, why=why)


def _words(error: Exception, address: str) -> str:
    """Give the first line of an error, without the password if it should stand there."""
    from psycopg import conninfo

    message = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    words = (message.splitlines() or [type(error).__name__])[0].strip()
    try:
        secret = conninfo.conninfo_to_dict(address).get("password")
    except Exception:
        return type(error).__name__ if address in words or "://" in words else words
    return words.replace(str(secret), "***") if secret else words


# ------------------------------------------------------------------ which table


def _relation(
    connection: Connection[Any], wanted: str, source: Source, faults: Faults
) -> Relation | None:
    """Find the table that is named: schema.table, or schema.table.column for one of its shapes."""
    known = {(schema, name): oid for schema, name, oid in connection.execute(_TABLES)}
    shown = [f"{schema}.{name}" for schema, name in known]
    listed = ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "") or "–"
    if not wanted and len(known) != 1:
        faults.add("table_not_named", file=source.name, column="layer", tables=listed)
        return None
    found = {
        (schema, name): shape
        for schema, name in known
        for shape in _shape_named(wanted or f"{schema}.{name}", schema, name)
    }
    if len(found) != 1:
        code = "table_not_named" if found else "unknown_table"
        faults.add(code, file=source.name, column="layer", value=wanted, tables=listed)
        return None
    (((schema, name), shape),) = found.items()
    oid = known[schema, name]
    columns = [(str(column), str(kind)) for column, kind in connection.execute(_COLUMNS, (oid,))]
    shapes = [column for column, kind in columns if kind in _SHAPES]
    if shape and shape not in shapes:
        faults.add("unknown_table", file=source.name, column="layer", value=wanted, tables=listed)
        return None
    if len(shapes) > 1 and not shape:
        names = ", ".join(shapes)
        faults.add("several_geometries", file=source.name, column="layer", columns=names)
        return None
    key = tuple(str(column) for (column,) in connection.execute(_KEY, (oid, oid)))
    left = tuple(one for one in columns if one[1] not in (*_SHAPES, *_LEFT_OUT))
    return Relation(schema, name, left, shape or next(iter(shapes), ""), key)


def _shape_named(wanted: str, schema: str, name: str) -> Iterator[str]:
    """Give the column of shapes, mostly empty, if these words name this table."""
    for table in (f"{schema}.{name}", name):
        if wanted == table:
            yield ""
            return
        if wanted.startswith(f"{table}."):
            yield wanted.removeprefix(f"{table}.")
            return


# ------------------------------------------------------------------ its rows


def _rows(
    connection: Connection[Any], relation: Relation, source: Source, faults: Faults
) -> RawTable | None:
    limit = settings.MAX_DATABASE_ROWS
    records = connection.execute(_query(relation, limit + 1)).fetchall()
    if len(records) > limit:
        faults.add("too_many_rows", file=source.name, sheet=str(relation), limit=limit)
        return None
    places = list(zip(*records, strict=True)) or [()] * (len(relation.columns) + 1)
    cells, exact = {}, {}
    for i, (_, kind) in enumerate(relation.columns):
        values = ["" if value is None else str(value) for value in places[i]]
        if kind in _NUMBERS:
            values = [_shortest(value) for value in values]
            exact[i] = np.array([value != "" for value in values], dtype=bool)
        cells[i] = pd.Series(values, dtype="str")
    geometry, crs = None, ""
    if relation.shape:
        geometry = _shapes(places[len(relation.columns)])
        found = _crs(connection, geometry, relation, source, faults)
        if found is None:
            return None
        crs = found
    raw = RawTable(
        headers=tuple(name for name, _ in relation.columns),
        cells=pd.DataFrame(cells, index=range(len(records))),
        rows=np.arange(1, len(records) + 1),
        sheet=str(relation),
        geometry=geometry,
        crs=crs,
        exact=exact,
    )
    return readers.mend_text(readers.tidy(raw), source)


def _query(relation: Relation, limit: int) -> Any:
    """Select every column as text and the shape as it is stored, in an order of its own."""
    from psycopg import sql

    def as_text(name: str, kind: str) -> sql.Composable:
        form = "{}::date::text" if kind in _DAYS else "{}::text"
        return sql.SQL(form).format(sql.Identifier(name))

    kinds = dict(relation.columns)
    chosen = [as_text(name, kind) for name, kind in relation.columns]
    if relation.shape:
        chosen.append(sql.Identifier(relation.shape))
    names = relation.key or [*kinds, *([relation.shape] if relation.shape else [])]
    order = [
        sql.Identifier(name)
        if relation.key and kinds.get(name) in (*_NUMBERS, *_DAYS)
        else sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(name))
        for name in names
    ]
    return sql.SQL("SELECT {} FROM {} ORDER BY {} LIMIT {}").format(
        sql.SQL(", ").join(chosen) if chosen else sql.SQL("1"),
        sql.Identifier(relation.schema, relation.name),
        sql.SQL(", ").join(order) if order else sql.SQL("1"),
        sql.Literal(limit),
    )


def _shortest(number: str) -> str:
    """Write a number without the zeros behind its point, so that codes stay codes."""
    return number.rstrip("0").rstrip(".") if "." in number and "e" not in number else number


def _shapes(stored: tuple[str | None, ...]) -> NDArray[Any]:
    """Give shapes of EWKB; one that cannot be made is left for its table to refuse."""
    written = np.array([None if one is None else bytes.fromhex(one) for one in stored], object)
    try:
        shapes = shapely.from_wkb(written, on_invalid="ignore")
    except NotImplementedError:  # arcs
        shapes = np.array([_shape_or_none(one) for one in written], dtype=object)
    lost = shapely.is_missing(shapes) & np.array([one is not None for one in stored], dtype=bool)
    shapes[lost] = readers.UNUSABLE
    return layers.single_points(shapes)


def _shape_or_none(written: bytes | None) -> Any:
    try:
        return shapely.from_wkb(written, on_invalid="ignore")
    except NotImplementedError:
        return None


def _crs(
    connection: Connection[Any],
    shapes: NDArray[Any],
    relation: Relation,
    source: Source,
    faults: Faults,
) -> str | None:
    """Give the CRS that the shapes declare, empty where they declare none; None if several."""
    usable = np.array([one is not None and one is not readers.UNUSABLE for one in shapes], bool)
    known = shapes[usable & ~shapely.is_empty(shapes)]
    numbers = sorted({int(number) for number in np.unique(shapely.get_srid(known))})
    if len(numbers) > 1:
        found = ", ".join(f"SRID {number}" for number in numbers)
        faults.add("several_crs", file=source.name, sheet=str(relation), found=found)
        return None
    if not numbers or numbers[0] == 0:
        return ""
    return _crs_of(connection, numbers[0])


def _crs_of(connection: Connection[Any], number: int) -> str:
    """Give the CRS of an SRID as the database defines it."""
    from psycopg import sql

    (schema,) = connection.execute(POSTGIS).fetchone() or ("public",)
    query = sql.SQL("SELECT auth_name, auth_srid, srtext FROM {} WHERE srid = %s")
    table = sql.Identifier(schema, "spatial_ref_sys")
    row = connection.execute(query.format(table), (number,)).fetchone()
    if row is None or row[0] == "EPSG":
        return f"EPSG:{number if row is None else row[1]}"
    return str(row[2])
