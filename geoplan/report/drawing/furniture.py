"""What stands around a map: title, legend, scale bar, north arrow, the country, and its source.

The map itself is drawn by the modules beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geoplan import __version__, geodesy
from geoplan.report import inset, map_words, verified
from geoplan.report.drawing import svg
from geoplan.report.drawing.frame import Box, Frame, round_length
from geoplan.report.drawing.ground import shapes_of
from geoplan.report.drawing.legend import Entry
from geoplan.report.drawing.spec import MapSpec
from geoplan.report.locale import Locale, locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

_INSET_STYLE: Final = (
    ".gp-sea{fill:#dce9f1}.gp-islands{fill:#1c2733}.gp-city circle{fill:none;stroke:#5a6775}"
    ".gp-city text{fill:#5a6775;font-size:7px}.gp-here{fill:#d32f1e;fill-opacity:.25;"
    "stroke:#d32f1e;stroke-width:1.2}.gp-name{fill:#1c2733;font-weight:600}"
    ".gp-water{fill:#4a7896;font-style:italic;font-size:9px}"
)
_WORDS: Final = {
    "source_line": "Source: sites of {operators}; computed by geoplan {version}.",
    "source_none": "Source: no sites; computed by geoplan {version}.",
    "scale": "Scale 1:{n}",
    "vn2000": "VN-2000, central meridian {meridian}, {width}° zone",
    "crs": "Coordinate system: {name}",
    "north": "N",
    "cluster_served": "Group of houses with signal",
    "cluster_unserved": "Group of houses without signal",
    "clusters": "Groups of houses",
}


@dataclass(frozen=True)
class Layout:
    """Where everything stands on the paper, and how large its letters are. [mm]"""

    box: Box
    column: Box
    size: float
    """Height of ordinary letters."""
    title: float


def words_of(language: str) -> dict[str, str]:
    """Give the words of a drawing: those of the map, and those of paper."""
    own = translator(language, "drawing")
    said = {name: own(text) for name, text in _WORDS.items()}
    return map_words.words(translator(language, "map")) | said


def layout(spec: MapSpec) -> Layout:
    """Part the paper into map, title above, column at the side, and lines below."""
    unit = float(np.sqrt(spec.width_mm * spec.height_mm / (165.0 * 120.0)))
    size = 2.35 * unit**0.85
    margin = 1.5 * unit
    title = 2.0 * size if spec.title else 0.0
    top = margin + (1.5 * title if spec.title else 0.0)
    foot = 4.6 * size
    side = 17.5 * size
    box = Box(
        margin,
        top,
        spec.width_mm - side - 2.5 * margin,
        spec.height_mm - top - foot - margin,
    )
    column = Box(box.right + 0.8 * margin, top, side, box.height)
    return Layout(box, column, size, title)


def draw(result: RunResult, spec: MapSpec, frame: Frame, where: Layout, legend: list[Entry]) -> str:
    """Draw everything around the map."""
    words = words_of(result.scenario.language)
    locale = locale_of(result.scenario.language)
    parts = [_title(spec, where), _edge(where.box), _arrow(result, frame, where, words["north"])]
    listed, bottom = _legend(where, legend, words["legend"])
    parts += [listed, _inset(result, where, bottom), _scale(frame, where, locale, words)]
    parts.append(_notes(result, spec, frame, where, words, locale))
    return "".join(parts)


def _title(spec: MapSpec, where: Layout) -> str:
    if not spec.title:
        return ""
    most = spec.width_mm - 2 * where.box.left
    size = where.title
    while size > 0.55 * where.title and svg.width_of(spec.title, size) > 0.95 * most:
        size *= 0.94
    letters = svg.shortened(spec.title, size, most)
    base = where.box.top - 0.55 * where.title
    return svg.text(spec.width_mm / 2, base, letters, size, anchor="middle", weight=600)


def _edge(box: Box) -> str:
    n = svg.number
    return (
        f'<rect x="{n(box.left)}" y="{n(box.top)}" width="{n(box.width)}" '
        f'height="{n(box.height)}" fill="none" stroke="{svg.INK}" stroke-width=".3"/>'
    )


def _arrow(result: RunResult, frame: Frame, where: Layout, letter: str) -> str:
    """Draw the arrow in the first corner of the map that is empty, else in the last of them."""
    s, n, box = where.size, svg.number, where.box
    shapes = frame.shapes(shapes_of(result)[0])
    for x, y in (
        (box.right - 2.2 * s, box.top + 1.6 * s),
        (box.left + 2.2 * s, box.top + 1.6 * s),
        (box.left + 2.2 * s, box.bottom - 7.0 * s),
        (box.right - 2.2 * s, box.bottom - 7.0 * s),
    ):
        corner = shapely.box(x - 1.5 * s, y - 0.6 * s, x + 1.5 * s, y + 5.4 * s)
        if not shapely.intersects(shapes, corner).any():
            break
    return (
        f'<path d="M{n(x)} {n(y)}l{n(0.9 * s)} {n(3.2 * s)}l{n(-0.9 * s)} {n(-0.7 * s)}'
        f'l{n(-0.9 * s)} {n(0.7 * s)}z" fill="{svg.INK}" stroke="#fff" '
        f'stroke-width="{n(0.1 * s)}"/>'
        + svg.text(x, y + 4.5 * s, letter, 1.2 * s, anchor="middle", weight=600, halo=True)
    )


def _legend(where: Layout, entries: list[Entry], title: str) -> tuple[str, float]:
    """Give the legend and where it ends, in letters so small that the country fits below. [mm]"""
    least = where.column.bottom - 8.0 * where.size * inset.HEIGHT / inset.WIDTH - where.size
    written, bottom = "", 0.0
    for share in (1.0, 0.92, 0.84, 0.76, 0.68):
        written, bottom = _listed(where.column, where.size * share, entries, title)
        if bottom <= least:
            break
    return written, bottom


def _listed(column: Box, size: float, entries: list[Entry], title: str) -> tuple[str, float]:
    left, y = column.left, column.top + 1.3 * size
    parts = [svg.text(left, y, title, 1.25 * size, weight=600)]
    y += 0.5 * size
    for entry in entries:
        indent = 0.0 if entry.is_heading else 2.6 * size
        letters = 0.98 * size
        y += 0.55 * size if entry.is_heading else 0.12 * size
        if not entry.is_heading:
            parts.append(entry.sign(left + 1.1 * size, y + 0.68 * size, 1.6 * size))
        weight = 600 if entry.is_heading else 400
        for line in svg.wrapped(entry.text, letters, column.width - indent, lines=3):
            parts.append(svg.text(left + indent, y + size, line, letters, weight=weight))
            y += 1.22 * size
        y += 0.1 * size
    return "".join(parts), y


def _inset(result: RunResult, where: Layout, above: float) -> str:
    """Draw the country below the legend, as large as there is room; nothing where there is none."""
    shapes, _ = shapes_of(result)
    words = words_of(result.scenario.language)
    drawn = inset.svg(_bounds(shapes), words["inset"])
    room = where.column.bottom - above - where.size
    width = min(where.column.width, room * inset.WIDTH / inset.HEIGHT)
    if width < 8.0 * where.size:
        return ""
    height = width * inset.HEIGHT / inset.WIDTH
    top = where.column.bottom - height
    n = svg.number
    place = (
        f'<svg x="{n(where.column.left)}" y="{n(top)}" width="{n(width)}" height="{n(height)}" '
        f'font-family="{svg.FONT}" font-size="7.6" '
    )
    head, _, rest = drawn.partition(">")
    attributes = head.removeprefix('<svg class="gp-inset-svg" ')
    frame = (
        f'<rect x="{n(where.column.left)}" y="{n(top)}" width="{n(width)}" '
        f'height="{n(height)}" fill="none" stroke="{svg.INK}" stroke-width=".2"/>'
    )
    return f"{place}{attributes}><style>{_INSET_STYLE}</style>{rest}{frame}"


def _bounds(shapes: Any) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def _scale(frame: Frame, where: Layout, locale: Locale, words: dict[str, str]) -> str:
    """Draw the bar, in four parts, and the ratio."""
    size, n = where.size, svg.number
    length = round_length(0.28 * where.box.width * frame.m_per_mm)
    wide = length / frame.m_per_mm
    left, top = where.box.left, where.box.bottom + 0.8 * size
    bars = "".join(
        f'<rect x="{n(left + wide * i / 4)}" y="{n(top)}" width="{n(wide / 4)}" '
        f'height="{n(0.45 * size)}" fill="{svg.INK if i % 2 == 0 else "#fff"}" '
        f'stroke="{svg.INK}" stroke-width="{n(0.06 * size)}"/>'
        for i in range(4)
    )
    unit, divide = ("km", 1000.0) if length >= 1000 else ("m", 1.0)
    decimals = 1 if (length / 2 / divide) % 1 else 0
    ticks = "".join(
        svg.text(left + wide * share, top + 1.45 * size,
                 locale.number(length * share / divide, 0 if share in (0, 1) else decimals)
                 + (f" {unit}" if share == 1 else ""),
                 0.9 * size, anchor="middle" if share else "start")
        for share in (0.0, 0.5, 1.0)
    )  # fmt: skip
    ratio = words["scale"].format(n=locale.number(_rounded(frame.m_per_mm * 1000.0)))
    shown = svg.text(left + wide + 3.2 * size, top + 0.6 * size, ratio, size, weight=600)
    return bars + ticks + shown


def _rounded(value: float) -> float:
    """Give three figures of a ratio that is no rounder in truth."""
    power = 10.0 ** (np.floor(np.log10(value)) - 2)
    return float(np.round(value / power) * power)


def _notes(
    result: RunResult,
    spec: MapSpec,
    frame: Frame,
    where: Layout,
    words: dict[str, str],
    locale: Locale,
) -> str:
    size = 0.86 * where.size
    operators = ", ".join(result.baseline.operators)
    source = words["source_line" if operators else "source_none"]
    told = verified.sentence(result, translator(result.scenario.language, "map"), locale)
    lines = [
        f"{words['crs'].format(name=crs_name(frame.crs, words))}. "
        f"{words['as_of'].format(date=locale.date(result.scenario.day))}.",
        f"{source.format(operators=operators, version=__version__)} {words['modelled']} {told} "
        f"{words['unofficial']}",
    ]
    wide = spec.width_mm - 2 * where.box.left
    y = where.box.bottom + 3.3 * where.size
    first = where.box.left + 0.28 * where.box.width + 13 * where.size
    room = spec.width_mm - where.box.left - first
    parts = [
        svg.text(first, where.box.bottom + 1.4 * where.size,
                 svg.shortened(lines[0], size, room), size, colour=svg.INK)
    ]  # fmt: skip
    for place, line in enumerate(svg.wrapped(lines[1], size, wide, lines=2)):
        parts.append(svg.text(where.box.left, y + 1.3 * size * place, line, size, colour=svg.SOFT))
    return "".join(parts)


def crs_name(code: str, words: dict[str, str]) -> str:
    """Give a CRS in the words of map sheets: the datum, its central meridian and its zone."""
    found = geodesy.vn2000_zone(code)
    if found is None:
        return f"{geodesy.parse_crs(code).name} ({code})"
    meridian, scale = found
    minutes = round(meridian * 60)
    written = f"{minutes // 60}°{minutes % 60:02d}′"
    width = {0.9999: "3", 0.9996: "6"}.get(round(scale, 4), "–")
    return words["vn2000"].format(meridian=written, width=width)
