"""Line charts as inline SVG: few lines, each with its name at its end, readable in grey.

Lines differ by colour, by dashes and by the shape of their marks. What is drawn, and in which
words, is left to the pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from geoplan.report import theme

WIDTH: Final = 480.0
HEIGHT: Final = 260.0
_LEFT: Final = 62.0
_RIGHT: Final = 128.0
_TOP: Final = 14.0
_BOTTOM: Final = 34.0
_GAP: Final = 32.0
"""Least distance between two names at the ends of lines."""
_DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "1 5", "12 4")
_MOST_NAME: Final = 18

Written = Callable[[float], str]


@dataclass(frozen=True)
class Line:
    """One line: a value for each day, None = missing; ``is_open`` marks what is not comparable."""

    name: str
    values: Sequence[float | None]
    is_open: Sequence[bool] = ()


def line_chart(
    days: Sequence[date],
    lines: Sequence[Line],
    *,
    title: str,
    written: Written,
    day_written: Callable[[date], str],
    top: float | None = None,
    colours: Sequence[str] = (),
    shown_days: Sequence[str] = (),
) -> str:
    """Draw lines over days as one SVG element.

    Parameters
    ----------
    days
        Sorted; shape (n,).
    lines
        Up to six, n values each.
    title
        The text alternative begins with it and reads every value.
    written, day_written
        How a value and a day are written.
    top
        Largest value of the axis at most, such as 1 for shares.
    colours
        Of the lines; default: those of :mod:`geoplan.report.theme`.

    Raises
    ------
    ValueError
        A line has more or fewer values than there are days.
    """
    if any(len(line.values) != len(days) for line in lines):
        raise ValueError("a line has other days than the chart")
    colours = colours or theme.LINES
    ticks = _ticks([v for line in lines for v in line.values if _is_known(v)], top)
    plane = _Plane(days, ticks[0], ticks[-1])
    ends = _spread([plane.y(_last(line)) for line in lines])
    parts = [_axes(plane, ticks, written, day_written)]
    parts += [
        _line(plane, line, colours[at % len(colours)], at, end, written)
        for at, (line, end) in enumerate(zip(lines, ends, strict=True))
    ]
    label = escape(_alternative(days, lines, title, written, day_written), quote=True)
    return (
        f'<svg class="gp-chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{label}" font-size="13">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Plane:
    """Days and values to the picture."""

    days: Sequence[date]
    low: float
    high: float

    def x(self, at: int) -> float:
        whole = (self.days[-1] - self.days[0]).days
        share = (self.days[at] - self.days[0]).days / whole if whole else 0.5
        return _LEFT + 14 + share * (WIDTH - _LEFT - _RIGHT - 28)

    def y(self, value: float | None) -> float:
        if value is None or not math.isfinite(value):
            return HEIGHT - _BOTTOM
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP)


def _is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _last(line: Line) -> float | None:
    return next((v for v in reversed(line.values) if _is_known(v)), None)


def _ticks(values: Sequence[float | None], top: float | None) -> list[float]:
    """Give round values of the axis from 0: four to six of them."""
    most = max((v for v in values if v is not None), default=0.0)
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough * 0.999)
    if top is None and step < 1:
        step = 1.0
    count = math.ceil(most / step - 1e-9)
    ticks = [round(step * i, 10) for i in range(count + 1)]
    if top is not None and ticks[-1] > top:
        ticks = [tick for tick in ticks if tick < top] + [top]
    return ticks


def _spread(ends: Sequence[float]) -> list[float]:
    """Move names at the ends of lines apart, in their order, within the picture."""
    order = sorted(range(len(ends)), key=lambda at: (ends[at], at))
    placed = list(ends)
    lowest = HEIGHT - _BOTTOM - 12
    for rank, at in enumerate(order):
        if rank:
            placed[at] = max(placed[at], placed[order[rank - 1]] + _GAP)
    for at in reversed(order):
        placed[at] = min(placed[at], lowest)
        lowest = placed[at] - _GAP
    return placed


def _axes(
    plane: _Plane, ticks: Sequence[float], written: Written, day_written: Callable[[date], str]
) -> str:
    right = WIDTH - _RIGHT
    parts = []
    for tick in ticks:
        y, colour = plane.y(tick), "#8a96a3" if tick == 0 else "#dde3e9"
        parts.append(
            f'<path d="M{_LEFT:g} {y:.1f}H{right:g}" stroke="{colour}"/>'
            f'<text x="{_LEFT - 8:g}" y="{y + 4:.1f}" text-anchor="end" fill="#46525e">'
            f"{escape(written(tick))}</text>"
        )
    before = -math.inf
    count = len(plane.days)
    for at in [count - 1, *range(count - 1)] if count > 1 else [0]:
        x = plane.x(at)
        is_free = at == count - 1 or (x - before >= 76 and plane.x(count - 1) - x >= 76)
        parts.append(
            f'<path d="M{x:.1f} {HEIGHT - _BOTTOM:g}v5" stroke="#8a96a3"/>'
            + (
                f'<text x="{x:.1f}" y="{HEIGHT - _BOTTOM + 20:g}" text-anchor="middle" '
                f'fill="#46525e">{escape(day_written(plane.days[at]))}</text>'
                if is_free
                else ""
            )
        )
        if is_free and at != count - 1:
            before = x
    return "".join(parts)


def _line(plane: _Plane, line: Line, colour: str, at: int, end: float, written: Written) -> str:
    runs: list[list[tuple[float, float]]] = [[]]
    marks = []
    for place, value in enumerate(line.values):
        if not _is_known(value):
            runs.append([])
            continue
        x, y = plane.x(place), plane.y(value)
        runs[-1].append((x, y))
        is_open = bool(line.is_open and line.is_open[place])
        marks.append(_mark(x, y, colour, at, is_open=is_open))
    paths = "".join(
        f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in run)}" fill="none" '
        f'stroke="{colour}" stroke-width="2.2" stroke-dasharray="{_DASHES[at % len(_DASHES)]}"/>'
        for run in runs
        if len(run) > 1
    )
    last = _last(line)
    if last is None:
        return ""
    name = line.name if len(line.name) <= _MOST_NAME else line.name[: _MOST_NAME - 1] + "…"
    right = f"{WIDTH - _RIGHT + 6:g}"
    said = (
        f'<text x="{right}" y="{end:.1f}" fill="#1c2733"><tspan font-weight="600">'
        f'{escape(written(last))}</tspan><tspan x="{right}" dy="15">{escape(name)}</tspan></text>'
    )
    return paths + "".join(marks) + said


def _mark(x: float, y: float, colour: str, at: int, *, is_open: bool) -> str:
    fill = "#fff" if is_open else colour
    style = f'fill="{fill}" stroke="{colour}" stroke-width="1.6"'
    if at % 3 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {style}/>'
    if at % 3 == 1:
        return f'<path d="M{x - 4:.1f} {y - 4:.1f}h8v8h-8Z" {style}/>'
    return f'<path d="M{x:.1f} {y - 5:.1f}l5 8.6h-10Z" {style}/>'


def _alternative(
    days: Sequence[date],
    lines: Sequence[Line],
    title: str,
    written: Written,
    day_written: Callable[[date], str],
) -> str:
    """Read the chart out: every value of every line."""
    told = [title]
    for line in lines:
        values = (
            f"{day_written(day)} {written(value)}"
            for day, value in zip(days, line.values, strict=True)
            if value is not None and math.isfinite(value)
        )
        told.append(f"{line.name}: {', '.join(values)}")
    return ". ".join(told)
