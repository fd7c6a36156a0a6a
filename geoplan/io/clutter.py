"""What stands on the ground: classes of land cover and the table of how high each is.

The default table is ``propagation/clutter_heights.toml``. What waves make of it is left to
``propagation``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from geoplan.io import columns, drawn, readers, resampling, values
from geoplan.io.readers import Source
from geoplan.io.tiles import area_words, one_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.faults import Faults
    from geoplan.io.readers import RawTable
    from geoplan.io.tiles import Tile
    from geoplan.rasters import Grid
    from geoplan.scenario import SourceFile

SEA, INLAND = 1, 4
"""Zones of ITU-R P.1812."""
_HIGHEST_M: Final = 200.0
_KEYS: Final = ("value", "height_m", "name", "name_vi", "sea", "source")
_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "value": ("class", "value", "code", "Lớp", "Mã lớp", "Giá trị"),
    "height_m": ("height_m", "height", "Chiều cao"),
    "name": ("name", "Tên", "Tên lớp"),
    "name_vi": ("name_vi",),
    "sea": ("sea", "Biển"),
    "source": ("source", "Nguồn"),
}
"""Of a table of clutter: our key → headers."""


@dataclass(frozen=True)
class ClutterClass:
    """A class of land cover: how high it stands [m], whether it is sea, and who says so."""

    value: int
    height_m: float
    name: str = ""
    name_vi: str = ""
    sea: bool = False
    source: str = ""


@dataclass(frozen=True)
class Clutter:
    """What stands on the cells of a grid.

    ``unknown`` tells the cells of which no class is known; they count as open, without height.
    """

    height_m: NDArray[np.float32]
    zone: NDArray[np.int8]
    unknown: NDArray[np.bool_]


def read_table(
    given: SourceFile | None, folder: Path, faults: Faults
) -> dict[int, ClutterClass] | None:
    """Read how high each class is: the user's TOML, CSV or workbook, or our assumptions.

    Gives None, and the faults, where something of it is wrong; heights are 0 to 200 m.
    """
    if given is None:
        text = (files("geoplan.propagation") / "clutter_heights.toml").read_text("utf-8")
        return _judged(_from_toml(tomllib.loads(text), "", faults), "", faults)
    source = Source(drawn.table_of("clutter"), given, folder / given.path)
    if not source.path.is_file():
        faults.add("missing_file", file=source.name, column="inputs.clutter")
        return None
    before = len(faults)
    if source.ending != ".toml":
        raw = readers.read(source, faults)
        rows = [] if raw is None else _from_cells(raw, source.name, faults)
    else:
        rows = _from_toml(_parsed(source, faults), source.name, faults)
    if len(faults) > before:
        return None
    if not rows:
        faults.add("missing_key", file=source.name, column="class")
        return None
    return _judged(rows, source.name, faults)


Place = dict[str, Any]
"""Where a value stands: ``sheet`` and ``row``, or ``key``."""


def _parsed(source: Source, faults: Faults) -> dict[str, Any]:
    try:
        return tomllib.loads(source.content().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        faults.add("bad_toml", file=source.name, why=error)
    except (OSError, UnicodeDecodeError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
    return {}


def _from_toml(
    raw: Mapping[str, Any], file: str, faults: Faults
) -> list[tuple[Place, dict[str, Any]]]:
    for key in sorted(set(raw) - {"schema", "source", "class"}):
        faults.add("unknown_key", file=file, column=key, known="schema, source, class")
    if raw.get("schema", 1) != 1:
        faults.add("not_a_choice", file=file, column="schema", value=raw["schema"], known="1")
    given = raw.get("class", [])
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        faults.add("section_needed", file=file, column="class", section="[class]")
        return []
    found = []
    for number, table in enumerate(given, start=1):
        key = f"class[{number}]"
        for name in sorted(set(table) - set(_KEYS)):
            faults.add("unknown_key", file=file, column=f"{key}.{name}", known=", ".join(_KEYS))
        found.append(({"key": key}, dict(table)))
    return found


def _from_cells(raw: RawTable, file: str, faults: Faults) -> list[tuple[Place, dict[str, Any]]]:
    raw = readers.tidy(raw)
    known = {columns.normal(word): key for key, words in _HEADERS.items() for word in words}
    at: dict[str, int] = {}
    for i, header in enumerate(raw.headers):
        key = known.get(columns.normal(header))
        if key is not None:
            at.setdefault(key, i)
    for key in ("value", "height_m"):
        if key not in at:
            listed = ", ".join(_HEADERS[key])
            faults.add("missing_column", file=file, sheet=raw.sheet, column=key, known=listed)
    if not {"value", "height_m"} <= at.keys():
        return []
    cells: dict[str, list[Any]] = {key: raw.cells[i].tolist() for key, i in at.items()}
    for key in ("value", "height_m"):
        exact = raw.exact.get(at[key])
        read, bad = values.numbers(
            raw.cells[at[key]], unit="m", decimal_comma=raw.decimal_comma, exact=exact
        )
        cells[key] = [
            text if wrong or not text else number
            for text, number, wrong in zip(cells[key], read.tolist(), bad.tolist(), strict=True)
        ]
    if "sea" in cells:
        told, bad = values.booleans(raw.cells[at["sea"]])
        cells["sea"] = [
            text if wrong else bool(yes) for text, yes, wrong
            in zip(cells["sea"], told.fillna(False).tolist(), bad.tolist(), strict=True)
        ]  # fmt: skip
    return [
        (
            {"sheet": raw.sheet_of(i), "row": int(row)},
            {key: column[i] for key, column in cells.items()},
        )
        for i, row in enumerate(raw.rows)
    ]


def _judged(
    rows: Sequence[tuple[Place, dict[str, Any]]], file: str, faults: Faults
) -> dict[int, ClutterClass] | None:
    """Give the classes by value; None, and the faults, where one of them is wrong or doubled."""
    before = len(faults)
    found: dict[int, ClutterClass] = {}
    first: dict[int, str] = {}
    for place, cells in rows:
        one = _class(place, cells, file, faults)
        if one is None:
            continue
        if one.value in found:
            told, where = first[one.value], _where(place, "value")
            faults.add("class_repeated", file=file, **where, value=one.value, first=told)
        found[one.value] = one
        first.setdefault(one.value, str(place.get("key") or place.get("row")))
    return found if len(faults) == before else None


def _class(
    place: Place, cells: Mapping[str, Any], file: str, faults: Faults
) -> ClutterClass | None:
    numbers: dict[str, float] = {}
    for key, least, most in (("value", -(2.0**31), 2.0**32), ("height_m", 0.0, _HIGHEST_M)):
        value, where = cells.get(key, ""), _where(place, key)
        if value == "":
            code = "missing_key" if "key" in place else "missing_value"
            faults.add(code, file=file, **where)
        elif isinstance(value, bool | str) or not isinstance(value, int | float):
            faults.add("not_a_number", file=file, **where, value=value)
        elif not (math.isfinite(value) and least <= value <= most):
            span = f"{least:.0f}–{most:.0f}"
            faults.add("out_of_range", file=file, **where, value=value, range=span)
        elif key == "value" and value != int(value):
            faults.add("whole_number_needed", file=file, **where, value=value)
        else:
            numbers[key] = float(value)
    sea = cells.get("sea", False)
    if not isinstance(sea, bool):
        known = "true, false"
        faults.add("not_a_choice", file=file, **_where(place, "sea"), value=sea, known=known)
    if len(numbers) < 2 or not isinstance(sea, bool):
        return None
    name, name_vi, source = (str(cells.get(key, "")) for key in ("name", "name_vi", "source"))
    return ClutterClass(int(numbers["value"]), numbers["height_m"], name, name_vi, sea, source)


def _where(place: Place, key: str) -> dict[str, Any]:
    """Give where a value stands, as a fault tells it."""
    if "key" in place:
        return {"column": f"{place['key']}.{key}"}
    return {"sheet": place["sheet"], "row": place["row"], "column": key}


def on_grid(
    tiles: Sequence[Tile], table: Mapping[int, ClutterClass], grid: Grid, faults: Faults
) -> Clutter | None:
    """Give what stands on each cell: the class that most of it has, by the table.

    The first raster that knows a class of a cell tells it. None, and a fault, where the rasters
    know none of the cells, or hold classes that are not in the table.

    Raises
    ------
    rasterio.errors.RasterioError
        A file cannot be read to its end.
    """
    classes = np.full(grid.shape, resampling.NO_CLASS, np.int32)
    for tile in tiles:
        for patch in resampling.patches(tile, grid, "most"):
            part = classes[patch.rows, patch.columns]
            part[...] = np.where(part == resampling.NO_CLASS, patch.values, part)
    present = [int(one) for one in np.unique(classes) if one != resampling.NO_CLASS]
    if not present:
        name, area = one_name(tiles), area_words(grid)
        faults.add("raster_outside", file=name, column="inputs.land_cover", area=area)
        return None
    strange = [str(one) for one in present if one not in table]
    if strange:
        known = ", ".join(str(one) for one in sorted(table))
        shown = ", ".join(strange[:12]) + (", …" if len(strange) > 12 else "")
        name, column = one_name(tiles), "inputs.clutter"
        faults.add("class_without_height", file=name, column=column, value=shown, known=known)
        return None
    height, zone = np.zeros(grid.shape, np.float32), np.full(grid.shape, INLAND, np.int8)
    for one in present:
        where = classes == one
        height[where] = table[one].height_m
        if table[one].sea:
            zone[where] = SEA
    return Clutter(height, zone, classes == resampling.NO_CLASS)
