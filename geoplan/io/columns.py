"""Which column of a file is which of ours: header names, English and Vietnamese.

The names stand in ``headers.toml``; what the cells hold is left to ``values``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from geoplan import text
from geoplan.faults import Faults
from geoplan.tables import Table

# A unit in brackets is left out where it is ours; "(km)" stays, and the header stays unknown.
_UNITS: Final = re.compile(
    r"[(\[](m|met|mhz|do|deg|degrees|°|dbm|kg|ho|nguoi|wgs ?-?84|ngay/thang/nam|dd/mm/yyyy)[)\]]"
)
_SHAPEFILE_NAME: Final = 10
"""A shapefile cuts the names of its columns to ten letters."""
_POINT: Final = ("longitude", "latitude", "x", "y")
_WITH_POINT: Final = ("hamlets", "clusters", "sites", "places", "structures")


@dataclass(frozen=True)
class Matched:
    """Our column → its place in the file, and the other columns' places → their headers."""

    columns: dict[str, int]
    others: dict[int, str]
    headers: tuple[str, ...]

    def header(self, name: str) -> str:
        """Give the header of one of our columns as it stands in the file, else our name."""
        place = self.columns.get(name)
        return name if place is None else self.headers[place]

    @property
    def named(self) -> dict[str, str]:
        """Header as it stands in the file → our column."""
        return {self.headers[place]: name for name, place in self.columns.items()}


def normal(header: str) -> str:
    """Fold a header for comparison.

    >>> normal("Tần số (MHz)"), normal("antenna_agl_m")
    ('tanso', 'antennaaglm')
    """
    folded = _UNITS.sub(" ", text.fold(header.replace("_", " ")))
    return "".join(char for char in folded if char.isalnum())


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads((files("geoplan.io") / "headers.toml").read_text("utf-8"))


def headers_of(table: Table, name: str) -> tuple[str, ...]:
    """Give the recognised headers of a column, our own name first."""
    section = _catalogue().get(table.name, {})
    named = section.get(name, ())
    if table.name in _WITH_POINT and name in _POINT:
        named = _catalogue()["shared"][name]
    return (name, *named, *section.get("also", {}).get(name, ()))


@cache
def _lookup(table: Table) -> tuple[dict[str, str], dict[str, str]]:
    """Give folded header → column: those that always count, and those that stand in."""
    section = _catalogue().get(table.name, {})
    also = section.get("also", {})
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    names = [column.name for column in table.columns if column.kind != "geometry"]
    names += [name for name in _POINT if table.name in _WITH_POINT and name not in names]
    for name in names:
        later = {normal(header) for header in also.get(name, ())}
        for header in headers_of(table, name):
            folded = normal(header)
            into = second if folded in later else first
            if into.setdefault(folded, name) != name:
                raise ValueError(f"{table.name}: header {header!r} stands for two columns")
    cut = [name[:_SHAPEFILE_NAME] for name in names]
    for name, short in zip(names, cut, strict=True):
        if cut.count(short) == 1:
            second.setdefault(normal(short), name)
    return first, second


def recognised(headers: Iterable[str], table: Table) -> int:
    """Count the columns of ours that some headers name."""
    first, second = _lookup(table)
    found = {first.get(folded) or second.get(folded) for folded in map(normal, headers)}
    return len(found - {None})


def match(
    headers: Sequence[str], table: Table, *, file: str, sheet: str, faults: Faults
) -> Matched:
    """Find our columns among the headers of a file.

    Two headers that could be one column are the fault ``ambiguous_column``; a header that we do
    not know is kept under its own name.
    """
    first, second = _lookup(table)
    folded = [normal(header) for header in headers]
    columns: dict[str, int] = {}
    for lookup in (first, second):
        found: dict[str, list[int]] = {}
        for place, header in enumerate(folded):
            name = lookup.get(header)
            if name is not None and name not in columns and place not in columns.values():
                found.setdefault(name, []).append(place)
        for name, places in found.items():
            if len(places) > 1:
                several = ", ".join(headers[place] for place in places)
                faults.add("ambiguous_column", file=file, sheet=sheet, column=name, columns=several)
            columns[name] = places[0]
    taken = set(columns.values())
    others = _names({i: header for i, header in enumerate(headers) if i not in taken}, table)
    return Matched(columns, others, tuple(headers))


def _names(headers: dict[int, str], table: Table) -> dict[int, str]:
    """Give the other columns names that meet neither ours nor each other."""
    names: dict[int, str] = {}
    taken = {*table.names, *_POINT, *_ADDED}
    for place, header in headers.items():
        name, copy = header, 2
        while name in taken:
            name, copy = f"{header} ({copy})", copy + 1
        taken.add(name)
        names[place] = name
    return names


_ADDED: Final = (
    "commune_code",
    "source_file",
    "source_sheet",
    "source_row",
    "outside_m",
    "installation_key",
)
"""Columns that reading adds to a table."""
