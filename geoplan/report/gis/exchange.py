"""Writes the layers for exchange: GeoJSON for the web and scripts, MapInfo tables.

Layers and fields are those of layers.gpkg. What a MapInfo table cannot hold (more than 254 bytes
of text, names of over 31 characters) is cut, never inside a character.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from geoplan.report.gis import arrow

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Layer

LAYERS: Final = ("communes", "hamlets", "clusters", "positions", "cells", "holes", "proposals")
_TEXT_BYTES: Final = 254
"""Bytes of text that a field of a MapInfo table holds."""
_NAME: Final = 31
"""Characters of the name of a field there."""


def write_geojson(layers: Sequence[Layer], folder: Path) -> None:
    """Write ``<layer>.geojson`` after RFC 7946: WGS 84, 6 decimals, longitude first."""
    folder.mkdir()
    for layer in _chosen(layers):
        arrow.write(
            layer,
            folder / f"{layer.name}.geojson",
            "GeoJSON",
            table=arrow.as_table(layer, is_rounded=True),
            layer=layer.name,
            layer_options={
                "RFC7946": "YES",
                "COORDINATE_PRECISION": "6",
                "WRITE_NAME": "YES",
                "DESCRIPTION": layer.description,
            },
        )


def write_mapinfo(layers: Sequence[Layer], folder: Path) -> None:
    """Write ``<layer>.tab`` with its ``.dat``, ``.map`` and ``.id``; text is UTF-8."""
    folder.mkdir()
    for layer in _chosen(layers):
        table = _fitted(arrow.as_table(layer, is_rounded=True))
        widths = arrow.text_widths(table, _TEXT_BYTES)
        arrow.write(
            layer,
            folder / f"{layer.name}.tab",
            "MapInfo File",
            table=arrow.with_widths(table, widths),
            layer_options={"ENCODING": "UTF-8"},
        )


def _chosen(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer.name in LAYERS]


def _fitted(table: pa.Table) -> pa.Table:
    """Cut texts and names to what a MapInfo table holds, and keep blanks blank.

    Its numbers and flags have no blank: they would come back as 0 and no. A field with blanks
    among them is written as text.
    """
    for at in range(table.num_columns):
        field, values = table.schema.field(at), table[at]
        if _has_no_blank(field.type) and values.null_count:
            values = values.cast(pa.string())
            field = pa.field(field.name, pa.string())
        if pa.types.is_string(field.type):
            table = table.set_column(at, field, _cut(values))
    return table.rename_columns(short_names(table.column_names))


def _has_no_blank(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )


def _cut(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cut texts to the bytes that a field holds, between characters."""
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(texts)).as_py() or 0) <= _TEXT_BYTES:
        return texts
    cut = [
        text if text is None else text.encode()[:_TEXT_BYTES].decode(errors="ignore")
        for text in texts.to_pylist()
    ]
    return pa.chunked_array([pa.array(cut, pa.string())])


def short_names(names: Sequence[str]) -> list[str]:
    """Give names of at most 31 characters, each once, whatever the case of its letters.

    >>> short_names(["hamlet_id", "a" * 40, "a" * 41])[1:]
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa_2']
    """
    taken: set[str] = set()
    short: list[str] = []
    for name in names:
        fit, number = name[:_NAME], 1
        while fit.casefold() in taken:
            number += 1
            fit = f"{name[: _NAME - 1 - len(str(number))]}_{number}"
        taken.add(fit.casefold())
        short.append(fit)
    return short
