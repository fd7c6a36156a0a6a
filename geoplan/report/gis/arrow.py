"""A layer as an Arrow table that GDAL writes as it is: days as days, widths of text, rounding.

Which file it goes into is left to ``geopackage`` and ``exchange``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from geoplan import geodesy

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.report.gis.layers import Field, Layer

_GEOMETRY: Final = "geometry"
_WIDTH: Final = b"GDAL:OGR:width"


def write(
    layer: Layer, path: Path, driver: str, /, *, table: pa.Table | None = None, **how: Any
) -> None:
    """Write a layer with a driver of GDAL; ``how`` is what ``pyogrio.write_arrow`` takes."""
    import pyogrio

    pyogrio.write_arrow(
        as_table(layer) if table is None else table,
        path,
        driver=driver,
        geometry_name=_GEOMETRY,
        geometry_type=layer.shape,
        crs=geodesy.WGS84,
        **how,
    )


def as_table(layer: Layer, *, is_rounded: bool = False) -> pa.Table:
    """Give a layer as a table; rounded, its numbers have the decimals of ``tables/*.csv``."""
    import shapely

    names: list[pa.Field] = []
    columns: list[pa.Array] = []
    for field in layer.fields:
        values = _column(layer.frame[field.name], field, is_rounded=is_rounded)
        columns.append(values)
        names.append(pa.field(field.name, values.type))
    shapes = shapely.to_wkb(layer.frame.geometry.to_numpy())
    columns.append(pa.array(shapes, pa.binary()))
    names.append(
        pa.field(_GEOMETRY, pa.binary(), metadata={b"ARROW:extension:name": b"geoarrow.wkb"})
    )
    return pa.Table.from_arrays(columns, schema=pa.schema(names))


def with_widths(table: pa.Table, widths: dict[str, int]) -> pa.Table:
    """Give a table whose fields of text say how many bytes wide they are."""
    schema = table.schema
    for name, width in widths.items():
        at = schema.get_field_index(name)
        schema = schema.set(at, schema.field(at).with_metadata({_WIDTH: str(width).encode()}))
    return table.cast(schema)


def _column(values: pd.Series, field: Field, *, is_rounded: bool) -> pa.Array:
    """Give a column with the type of its field; NaN is missing."""
    if values.dtype.kind == "M":
        return pa.array(values, from_pandas=True).cast(pa.date32())
    if is_rounded and field.decimals is not None and values.dtype.kind == "f":
        values = values.round(field.decimals)
    made = pa.array(values, from_pandas=True)
    if pa.types.is_null(made.type) or pa.types.is_large_string(made.type):
        return made.cast(pa.string())
    if pa.types.is_unsigned_integer(made.type) or pa.types.is_integer(made.type):
        return made.cast(pa.int64())
    return made


def text_widths(table: pa.Table, most: int) -> dict[str, int]:
    """Give the bytes of the longest text of each field of text: 1 at least, ``most`` at most."""
    import pyarrow.compute as pc

    widths: dict[str, int] = {}
    for name in table.column_names:
        if pa.types.is_string(table.schema.field(name).type):
            longest = pc.max(pc.binary_length(table[name])).as_py() or 0
            widths[name] = min(max(longest, 1), most)
    return widths
