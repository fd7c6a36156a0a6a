"""Writes one cleaned table, to look at and keep, and the rows that were left out beside it.

A table of points is CSV as in tables/, one with polygons GeoJSON. Nothing is replaced unless that
is asked for; reading is left to ``io.one_file``.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoplan import tables
from geoplan.faults import Faults, InputError
from geoplan.report import folder
from geoplan.report.tables import csv_bytes
from geoplan.tables import Table

TEXT: Final = ".csv"
LAYER: Final = ".geojson"
_POLYGONS: Final = (3, 6)


def rejects_path(target: Path) -> Path:
    """Give the file for the rows that were left out: clean.rejects.csv beside clean.csv."""
    return target.with_name(f"{target.stem}.rejects.csv")


def check_ending(target: Path) -> None:
    """Refuse a name that asks for another kind of file than CSV or GeoJSON.

    Raises
    ------
    InputError
        ``not_a_choice``.
    """
    if target.suffix.lower() not in (TEXT, LAYER):
        faults = Faults()
        faults.add("not_a_choice", column="--out", value=target.name, known=f"*{TEXT}, *{LAYER}")
        raise InputError(faults)


def check_targets(
    targets: Iterable[tuple[str, Path]], sources: Iterable[Path], *, replace: bool
) -> None:
    """Refuse files to write that are there already, or that are among those to be read.

    Parameters
    ----------
    targets
        Option and file.
    sources
        Files to be read.
    replace
        Whether files that are there may be replaced.

    Raises
    ------
    InputError
        ``output_exists`` or ``output_is_input``.
    """
    faults = Faults()
    read = {os.path.realpath(source) for source in sources}
    for option, target in targets:
        if os.path.realpath(target) in read:
            faults.add("output_is_input", column=option, value=target.name)
        elif target.exists() and not (replace and target.is_file()):
            faults.add("output_exists", column=option, value=target.name)
    faults.raise_if_any(InputError)


def clean_bytes(frame: pd.DataFrame, table: Table, target: Path) -> bytes:
    """Give a cleaned table as the file that the name of the target asks for.

    Raises
    ------
    InputError
        ``polygons_need_layer``: there are polygons, and the target is not GeoJSON.
    """
    if target.suffix.lower() == LAYER:
        return _geojson(frame, table)
    if "geometry" in frame.columns:
        shapes = frame["geometry"].to_numpy(object)
        if pd.Series(shapely.get_type_id(shapes)).isin(_POLYGONS).any():
            faults = Faults()
            faults.add("polygons_need_layer", column="--out", value=target.name)
            raise InputError(faults)
    return csv_bytes(pd.DataFrame(frame), table)


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files whole or not at all, each first beside its place.

    Raises
    ------
    FolderError
        The disk is full or the folder cannot be written.
    """
    for target, content in contents.items():
        beside = target.with_name(f".{target.name}.geoplan-{secrets.token_hex(4)}")
        with folder.refusing(target.name):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(content)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)


def _geojson(frame: pd.DataFrame, table: Table) -> bytes:
    """Write a layer as GeoJSON (RFC 7946), a feature in each line, degrees with seven decimals."""
    names = [column.name for column in table.columns if column.kind != "geometry"]
    texts = list(_records(frame, table, names))
    head = '{"type": "FeatureCollection", "features": [\n'
    return (head + ",\n".join(texts) + "\n]}\n").encode()


def _records(frame: pd.DataFrame, table: Table, names: list[str]) -> Iterator[str]:
    checked = tables.check(pd.DataFrame(frame), table)
    shapes: Any = checked["geometry"].to_numpy(object) if "geometry" in checked else None
    if shapes is None or pd.isna(shapes).all():
        shapes = np.asarray(shapely.points(checked["longitude"], checked["latitude"]))
    for row, shape in zip(checked[names].to_dict("records"), shapes, strict=True):
        geometry = None
        if shape is not None and not shape.is_empty:
            geometry = json.loads(shapely.to_geojson(shape))
            geometry["coordinates"] = _rounded(geometry["coordinates"])
        feature = {
            "type": "Feature",
            "properties": {str(name): _plain(value) for name, value in row.items()},
            "geometry": geometry,
        }
        yield json.dumps(feature, ensure_ascii=False)


def _rounded(coordinates: Any) -> Any:
    """Write coordinates with seven decimals, without the noise of binary fractions."""
    if isinstance(coordinates, list):
        return [_rounded(one) for one in coordinates]
    return round(coordinates, 7)


def _plain(value: Any) -> Any:
    """Give a value as JSON has it; blank is null, a day is text."""
    if value is None or value == "" or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
