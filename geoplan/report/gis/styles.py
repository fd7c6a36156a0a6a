"""What each layer looks like, as data: which field decides, its classes, their symbols, labels.

Colours and shapes are those of ``report.theme``; writing styles down is left to ``qml`` (QGIS)
and ``sld`` (any other program).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geoplan.report import theme
from geoplan.report.gis import words
from geoplan.report.gis.markup import text
from geoplan.report.locale import locale_of

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Layer
    from geoplan.results import RunResult

SECTOR_M: Final = 250
"""How long a sector is drawn: a sign of its direction, not its range. [m]"""
_Percent = Callable[[float, int], str]
_WHITE: Final = "#ffffff"
_DARK: Final = "#374151"
_CELLS_FROM: Final = 250_000
"""Cells are drawn at this scale and larger."""


@dataclass(frozen=True)
class Symbol:
    """How one class is drawn; ``shape`` is ``fill`` or the QGIS name of a simple marker."""

    shape: str
    colour: str
    outline: str
    size_mm: float = 2.0
    width_mm: float = 0.2
    is_dashed: bool = False
    opacity: float = 1.0
    sector_deg: float | None = None
    """At least this wide a sector is drawn in the direction of ``azimuth_deg``."""


@dataclass(frozen=True)
class Expression:
    """One expression twice: for QGIS, and as OGC filter encoding."""

    qgis: str
    ogc: str


@dataclass(frozen=True)
class Entry:
    """One entry of a legend: a value, or a range with both ends, or a condition."""

    label: str
    symbol: Symbol
    value: str = ""
    low: float = 0.0
    high: float = 0.0
    where: Expression | None = None


@dataclass(frozen=True)
class Label:
    """The field that names what is drawn, and from which scale on."""

    field: str
    size_pt: float = 8.0
    colour: str = _DARK
    from_scale: int = 0
    """Labels stand at this scale and larger; 0 = always."""


@dataclass(frozen=True)
class Style:
    """How one layer is drawn: ``by`` decides, ``kind`` says how its entries are told apart."""

    name: str
    kind: str
    """``category``, ``range``, ``rule`` or ``single``."""
    entries: tuple[Entry, ...]
    by: Expression = Expression("", "")
    label: Label | None = None
    from_scale: int = 0


def field(name: str) -> Expression:
    """Give a field as an expression; QGIS takes a bare name for categories and ranges."""
    return Expression(name, f"<ogc:PropertyName>{text(name)}</ogc:PropertyName>")


def styles(result: RunResult, layer: Layer) -> tuple[Style, ...]:
    """Give the styles of a layer, the one to show by default first."""
    makers = {
        "communes": _communes,
        "hamlets": _hamlets,
        "clusters": _clusters,
        "positions": _positions,
        "cells": _cells,
        "holes": _holes,
        "proposals": _proposals,
        "places": _places,
        "zones": _zones,
    }
    return tuple(makers[layer.name](result, layer))


def _technologies(result: RunResult, layer: Layer, stem: str) -> Iterator[tuple[str, str]]:
    """Give the technologies that a layer tells apart, broadband of any kind first."""
    say = words.words(result.scenario.language)
    for technology in ("MBB", *result.baseline.technologies):
        if layer.has(f"{stem}_{technology.lower()}"):
            yield technology.lower(), say(words.MBB) if technology == "MBB" else technology


def _communes(result: RunResult, layer: Layer) -> Iterator[Style]:
    say, numbers = words.words(result.scenario.language), locale_of(result.scenario.language)
    for technology, title in _technologies(result, layer, "white"):
        white = f"white_{technology}"
        yield Style(
            title,
            "range",
            tuple(_shares(say, numbers.percent)),
            _share(white),
            Label("name", 8.0),
        )


def _share(white: str) -> Expression:
    """Give the share of located hamlets that are not white; -1 where none is located."""
    fields = [field(name).ogc for name in (white, "hamlets", "hamlets_unknown")]
    known = f"<ogc:Sub>{fields[1]}{fields[2]}</ogc:Sub>"
    return Expression(
        'CASE WHEN "hamlets" > "hamlets_unknown" '
        f'THEN 1.0 - "{white}" / 1.0 / ("hamlets" - "hamlets_unknown") ELSE -1 END',
        f"<ogc:Sub><ogc:Literal>1</ogc:Literal><ogc:Div>{fields[0]}{known}</ogc:Div></ogc:Sub>",
    )


def _shares(say: words.Words, percent: _Percent) -> Iterator[Entry]:
    """Give a class for each colour, the best first: a limit belongs to the class above it."""
    above = 1.0
    for low, colour in theme.NOT_WHITE:
        ends = {"low": percent(low, 0), "high": percent(above, 0)}
        code = "between" if low < 1.0 else "all_white_free"
        code = "below" if low == 0.0 else code
        yield Entry(say(words.LEGEND[code]).format(**ends), _area(colour), low=low, high=above)
        above = low
    none = "".join(field(name).ogc for name in ("hamlets", "hamlets_unknown"))
    where = Expression("", f"<ogc:PropertyIsEqualTo>{none}</ogc:PropertyIsEqualTo>")
    yield Entry(
        say(words.LEGEND["no_data"]), _area(theme.NO_DATA), low=-1.0, high=-1.0, where=where
    )


def _area(colour: str) -> Symbol:
    return Symbol("fill", colour, "#9ca3af", width_mm=0.2)


def _hamlets(result: RunResult, layer: Layer) -> Iterator[Style]:
    say = words.words(result.scenario.language)
    drawn = ("covered", "dead_spot", "white")
    for technology, title in _technologies(result, layer, "status"):
        entries = [
            Entry(say(words.LEGEND[code]), _mark(theme.STATUS[code], 2.0), code) for code in drawn
        ]
        by = field(f"status_{technology}")
        yield Style(title, "category", tuple(entries), by, Label("name", 7.0, from_scale=60_000))


def _mark(mark: theme.Mark, size_mm: float) -> Symbol:
    """Draw a mark of the theme with what every program has."""
    size = round(size_mm * mark.size, 2)
    if mark.shape == "ring":
        return Symbol("circle", _WHITE, mark.colour, size, 0.6)
    if mark.shape == "dashed":
        return Symbol("circle", _WHITE, mark.colour, size, 0.4, is_dashed=True)
    shapes = {"dot": "circle", "hole": "circle", "plate": "square", "pin": "triangle"}
    return Symbol(shapes.get(mark.shape, mark.shape), mark.colour, _WHITE, size, 0.2)


def _clusters(result: RunResult, layer: Layer) -> Iterator[Style]:
    """Draw groups of houses by whether anybody serves them."""
    say = words.words(result.scenario.language)
    wanted: dict[str, tuple[str, ...]] = {"MBB": result.scenario.coverage.mbb}
    wanted |= {technology: (technology,) for technology in result.baseline.technologies}
    for technology, members in wanted.items():
        fields = [f"operators_{member.lower()}" for member in members]
        fields = [name for name in fields if layer.has(name)]
        if not fields:
            continue
        served, missing = _given(fields)
        marks = (
            Symbol("circle", "#9dc3df", _WHITE, 1.2, 0.1),
            Symbol("circle", theme.STATUS["white"].colour, _WHITE, 1.4, 0.1),
        )
        yield Style(
            say(words.MBB) if technology == "MBB" else technology,
            "rule",
            (
                Entry(say(words.LEGEND["served"]), marks[0], where=served),
                Entry(say(words.LEGEND["not_served"]), marks[1], where=missing),
            ),
            from_scale=250_000,
        )


def _given(fields: Sequence[str]) -> tuple[Expression, Expression]:
    """Tell that one of some fields is filled in, and that none is."""
    quoted = [f'"{name}" IS NOT NULL' for name in fields]
    blank = "".join(
        f"<ogc:PropertyIsNull>{field(name).ogc}</ogc:PropertyIsNull>" for name in fields
    )
    blank = f"<ogc:And>{blank}</ogc:And>" if len(fields) > 1 else blank
    some = " OR ".join(quoted)
    return (
        Expression(some, f"<ogc:Not>{blank}</ogc:Not>"),
        Expression(f"NOT ({some})", blank),
    )


def _positions(result: RunResult, layer: Layer) -> Iterator[Style]:
    say = words.words(result.scenario.language)
    last = len(theme.N_OPERATORS)
    entries: list[Entry] = []
    for n, mark in enumerate(theme.N_OPERATORS, start=1):
        code = "one" if n == 1 else "many" if n == last else "some"
        symbol = Symbol("square", mark.colour, "#1f3d2a", round(2.2 * mark.size, 2), 0.2)
        title = say(words.LEGEND[code]).format(n=n)
        entries.append(Entry(title, symbol, low=float(n), high=float(n if n < last else 99)))
    name = words.alias("n_operators", result.scenario.language)
    label = Label("position_id", 7.0, "#1f3d2a", 25_000)
    yield Style(name, "range", tuple(entries), field("n_operators"), label, 500_000)


def _cells(result: RunResult, layer: Layer) -> Iterator[Style]:
    found = set(layer.frame["operator"].dropna()) if len(layer.frame) else set()
    operators = [name for name in result.baseline.operators if name in found]
    operators += sorted(found.difference(operators))
    colours = theme.operator_colours(operators or result.baseline.operators)
    width = float(result.scenario.coverage.sector_width_deg)
    entries = [
        Entry(name, Symbol("circle", colour, _WHITE, 1.4, 0.15, sector_deg=width), name)
        for name, colour in colours.items()
    ]
    name = words.alias("operator", result.scenario.language)
    yield Style(name, "category", tuple(entries), field("operator"), from_scale=_CELLS_FROM)


def _kinds(result: RunResult, marks: Iterable[tuple[str, Symbol]]) -> tuple[Entry, ...]:
    say = words.words(result.scenario.language)
    return tuple(Entry(say(words.LEGEND[code]), symbol, code) for code, symbol in marks)


def _holes(result: RunResult, layer: Layer) -> Iterator[Style]:
    marks = [(code, _mark(mark, 2.4)) for code, mark in theme.HOLES.items()]
    name = words.alias("kind", result.scenario.language)
    yield Style(name, "category", _kinds(result, marks), field("kind"), from_scale=1_000_000)


def _proposals(result: RunResult, layer: Layer) -> Iterator[Style]:
    marks = [(code, _mark(mark, 3.4)) for code, mark in theme.PROPOSALS.items()]
    name = words.alias("kind", result.scenario.language)
    yield Style(name, "category", _kinds(result, marks), field("kind"), label=Label("rank", 8.0))


def _places(result: RunResult, layer: Layer) -> Iterator[Style]:
    symbol = Symbol("diamond", "#7c3aed", _WHITE, 2.0, 0.2)
    yield Style(
        layer.title,
        "single",
        (Entry(layer.title, symbol),),
        label=Label("name", 7.0, "#5b21b6", 50_000),
    )


def _zones(result: RunResult, layer: Layer) -> Iterator[Style]:
    symbol = Symbol("fill", "#fde68a", "#b45309", width_mm=0.3, is_dashed=True, opacity=0.4)
    yield Style(
        layer.title,
        "single",
        (Entry(layer.title, symbol),),
        label=Label("name", 8.0, "#92400e", 200_000),
    )
