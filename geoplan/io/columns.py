"""Which column of a file is which of ours: header names, English and Vietnamese.

The names stand in ``headers.toml``; what the cells hold is left to ``values``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from geoplan import text
from geoplan.faults import Faults
from geoplan.io import header_words
from geoplan.tables import Table

# A unit in brackets is left out where it is ours; "(km)" stays, and the header stays unknown.
_UNITS: Final = re.compile(
    r"[(\[](m|met|mhz|do|deg|degrees|°|dbm|kg|ho|nguoi|wgs ?-?84|ngay/thang/nam|dd/mm/yyyy)[)\]]"
)
_BARE_UNIT: Final = re.compile(r" (m|met|mhz|do|deg|dbm|wgs84)$")
"""A unit without its brackets, as in the names of MapInfo's columns: Do_cao_anten_m."""
_FOREIGN: Final = re.compile(r"[(\[](km|cm|mm|ft|feet|w|dbw|ghz|khz|hz|rad|yards?|miles?|%)[)\]]")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERING: Final = re.compile(r"^\s*([(\[]?\d{1,2}[)\].]|[a-z][)])\s*")
JOINT: Final = " › "
"""Stands between the lines of a header that has several, the upper one first."""
_SHAPEFILE_NAME: Final = 10
"""A shapefile cuts the names of its columns to ten letters."""
_POINT: Final = ("longitude", "latitude", "x", "y")
_WITH_POINT: Final = (
    *("hamlets", "clusters", "sites", "places", "structures"),
    *("points", "locations", "measurements"),
)

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""Table → column → further headers, as a scenario names them."""


@dataclass(frozen=True)
class Matched:
    """Our column → its place in the file, and the other columns' places → their headers.

    ``parts`` are columns of the file that make one of ours together (``composites``), by their
    names in ``headers.toml``.
    """

    columns: dict[str, int]
    others: dict[int, str]
    headers: tuple[str, ...]
    parts: dict[str, int] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Give the header of one of our columns as it stands in the file, else our name."""
        place = self.place(name)
        return name if place is None else self.headers[place]

    def place(self, name: str) -> int | None:
        """Give the place of one of our columns or, where parts make it, of the first of them."""
        if name in self.columns:
            return self.columns[name]
        parts = PARTS_OF.get(name, (name,))
        return next((self.parts[one] for one in parts if one in self.parts), None)

    @property
    def named(self) -> dict[str, str]:
        """Header as it stands in the file → our column."""
        return {
            self.headers[place]: name
            for name, place in sorted({**self.columns, **self.parts}.items(), key=lambda x: x[1])
        }


PARTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "longitude": ("coordinates",),
    "latitude": ("coordinates",),
    "technology": ("2G", "3G", "4G", "5G"),
    "tilt_deg": ("mechanical_tilt_deg", "electrical_tilt_deg"),
}
"""Our column → the parts that make it where the file does not have it."""


def normal(header: str) -> str:
    """Fold a header for comparison.

    >>> normal("Tần số (MHz)"), normal("antenna_agl_m")
    ('tanso', 'antennaaglm')
    """
    return "".join(char for char in _without_unit(header) if char.isalnum())


def _without_unit(header: str) -> str:
    return _UNITS.sub(" ", text.fold(header.replace("_", " ")))


def _forms(header: str) -> list[str]:
    """Give the forms under which a header is looked up, the surest first.

    A header of two lines is its lines together in either order ("Cột › Chiều cao" is Chiều cao
    cột), then the lower one; then without its numbering and without what stands in brackets.
    """
    *above, last = header.split(JOINT)
    forms = [header]
    if above:
        forms = [" ".join((*above, last)), " ".join((last, *above)), f"{last} {above[-1]}", last]
    for form in list(forms):
        folded = _NUMBERING.sub("", text.fold(form))
        if not _FOREIGN.search(folded):
            folded = _BRACKETS.sub(" ", folded)
        forms.append(folded)
        forms.append(_BARE_UNIT.sub("", folded.replace("_", " ").rstrip()))
    return forms


@lru_cache(maxsize=4096)
def _keys(header: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in map(normal, _forms(header)) if key))


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


@dataclass(frozen=True)
class _Tier:
    """Folded header → column, for headers as they stand or in plain words (``header_words``)."""

    known: dict[str, str]
    plain: header_words.Plain | None = None

    def find(self, header: str) -> str | None:
        keys: Iterable[str] = _keys(header)
        if self.plain is not None:
            keys = [self.plain.key(_without_unit(form)) for form in _forms(header)]
        return next((self.known[key] for key in keys if key in self.known), None)


@dataclass(frozen=True)
class _Lookup:
    """Headers that always count, those that stand in, parts; and both in plain words."""

    first: _Tier
    second: _Tier
    parts: _Tier
    alike: _Tier
    alike_parts: _Tier

    def part(self, header: str) -> str | None:
        return self.parts.find(header) or self.alike_parts.find(header)

    def alone(self, header: str) -> str | None:
        """Give what a header names, whatever else the file has."""
        tiers = (self.first, self.alike, self.second, self.parts, self.alike_parts)
        return next(filter(None, (tier.find(header) for tier in tiers)), None)


@cache
def _lookup(table: Table) -> _Lookup:
    section = _catalogue().get(table.name, {})
    plain = header_words.Plain(_catalogue(), table.name)
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    parts: dict[str, str] = {}
    alike: dict[str, set[str]] = {}
    names = [column.name for column in table.columns if column.kind != "geometry"]
    names += [name for name in _POINT if table.name in _WITH_POINT and name not in names]
    for name in names:
        later = {normal(header) for header in section.get("also", {}).get(name, ())}
        for header in headers_of(table, name):
            folded = normal(header)
            into = second if folded in later else first
            if into.setdefault(folded, name) != name:
                raise ValueError(f"{table.name}: header {header!r} stands for two columns")
            if into is first:
                alike.setdefault(plain.key(_without_unit(header)), set()).add(name)
    cut = [name[:_SHAPEFILE_NAME] for name in names]
    for name, short in zip(names, cut, strict=True):
        if cut.count(short) == 1:
            second.setdefault(normal(short), name)
    made = dict(section.get("parts", {}))
    if table.name in _WITH_POINT:
        made["coordinates"] = _catalogue()["shared"]["coordinates"]
    for name, headers in made.items():
        for header in (name, *headers):
            parts.setdefault(normal(header), name)
            alike.setdefault(plain.key(_without_unit(header)), set()).add(name)
    sure = {key: only for key, (only, *others) in alike.items() if not others}
    return _Lookup(
        _Tier(first),
        _Tier(second),
        _Tier(parts),
        _Tier({key: name for key, name in sure.items() if name not in made}, plain),
        _Tier({key: name for key, name in sure.items() if name in made}, plain),
    )


def _lookup_with(table: Table, names: Names | None) -> _Lookup:
    """Give the lookup of a table, completed by the headers that a scenario names."""
    found = _lookup(table)
    own = (names or {}).get(table.name)
    if not own:
        return found
    added = {normal(header): name for name, headers in own.items() for header in headers}
    return replace(found, first=_Tier({**found.first.known, **added}))


def recognised(headers: Iterable[str], table: Table, names: Names | None = None) -> int:
    """Count the columns of ours that some headers name."""
    lookup = _lookup_with(table, names)
    return len({lookup.alone(header) for header in headers} - {None})


def lacking_point(matched: Matched) -> tuple[str, ...]:
    """Give the coordinate columns that a file without shapes lacks; none where it has a pair."""
    found = matched.columns.keys()
    if "coordinates" in matched.parts or {"x", "y"} <= found or {"longitude", "latitude"} <= found:
        return ()
    pair = ("x", "y") if {"x", "y"} & found else ("longitude", "latitude")
    return tuple(name for name in pair if name not in found)


def match(
    headers: Sequence[str],
    table: Table,
    *,
    file: str,
    sheet: str,
    faults: Faults,
    names: Names | None = None,
) -> Matched:
    """Find our columns among the headers of a file.

    Two headers that could be one column are the fault ``ambiguous_column``; a header that we do
    not know is kept under its own name.
    """
    lookup = _lookup_with(table, names)
    columns: dict[str, int] = {}
    for tier in (lookup.first, lookup.alike, lookup.second):
        found: dict[str, list[int]] = {}
        for place, header in enumerate(headers):
            name = tier.find(header)
            if tier is lookup.alike and lookup.parts.find(header):
                continue
            if name is not None and name not in columns and place not in columns.values():
                found.setdefault(name, []).append(place)
        for name, places in found.items():
            if len(places) > 1:
                several = ", ".join(headers[place] for place in places)
                faults.add("ambiguous_column", file=file, sheet=sheet, column=name, columns=several)
            columns[name] = places[0]
    parts = _parts(headers, columns, lookup)
    taken = {*columns.values(), *parts.values()}
    others = _names({i: header for i, header in enumerate(headers) if i not in taken}, table)
    return Matched(columns, others, tuple(headers), parts)


def _parts(headers: Sequence[str], columns: dict[str, int], lookup: _Lookup) -> dict[str, int]:
    """Give the parts of columns that the file does not have as such."""
    wanted = {part for name, parts in PARTS_OF.items() if name not in columns for part in parts}
    if {"x", "y"} <= columns.keys():
        wanted.discard("coordinates")
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = lookup.part(header)
        if name in wanted and place not in columns.values():
            found.setdefault(name, place)
    return found


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
