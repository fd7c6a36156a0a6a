"""Two maps of one place side by side: today, and with a proposed site; below them their signs.

Each map is drawn by ``drawing``; which place and which statuses is decided in ``dossiers``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geoplan.report import drawing, theme
from geoplan.report.drawing import marks, svg
from geoplan.report.drawing.frame import Box, frame_around, round_length
from geoplan.report.drawing.spec import MapSpec
from geoplan.report.forms import Words
from geoplan.report.locale import locale_of

if TYPE_CHECKING:
    from geoplan.results import RunResult

WIDTH_MM: Final = 162.0
_EACH_MM: Final = 79.6
_HIGH_MM: Final = 54.0
_HEAD_MM: Final = 5.0
_FOOT_MM: Final = 9.5
_LETTERS: Final = 2.6
_BAR_MM: Final = 48.0
"""Room for the scale bar, at the left of the second line."""
_SIZE: Final = re.compile(r'width="[0-9.]+mm" height="[0-9.]+mm"')


def before_and_after(
    result: RunResult,
    words: Words,
    *,
    around: tuple[float, float, float],
    technology: str,
    after: Mapping[str, str],
) -> str:
    """Give the two maps as one SVG of ``WIDTH_MM``.

    Parameters
    ----------
    around
        Longitude, latitude and half the width of the ground shown. [degrees, m]
    after
        hamlet_id → its status with the site, where it changes.
    """
    spec = MapSpec(
        ground="plain",
        points=("hamlets", "positions"),
        technology=technology,
        around=around,
        width_mm=_EACH_MM,
        height_mm=_HIGH_MM,
        furniture=False,
        enlarged=1.7,
    )
    then = replace(spec, points=("hamlets", "positions", "proposals"), status=after)
    right = WIDTH_MM - _EACH_MM
    drawn = (
        _placed(drawing.draw(result, spec), 0.0)
        + _placed(drawing.draw(result, then), right)
        + svg.text(0.0, 3.4, words("Today"), 3.3, weight=600)
        + svg.text(right, 3.4, words("With the proposed site"), 3.3, weight=600)
        + _signs(words, _HEAD_MM + _HIGH_MM + 3.6)
        + _bar(result, around, _HEAD_MM + _HIGH_MM + 7.8)
    )
    high = _HEAD_MM + _HIGH_MM + _FOOT_MM
    n = svg.number
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-.2 0 {n(WIDTH_MM + 0.4)} {n(high)}" '
        f'width="{n(WIDTH_MM)}mm" height="{n(high)}mm" '
        f'font-family="{svg.FONT}, Arial, sans-serif">{drawn}</svg>'
    )


def _placed(drawn: str, left: float) -> str:
    n = svg.number
    size = f'x="{n(left)}" y="{n(_HEAD_MM)}" width="{n(_EACH_MM)}" height="{n(_HIGH_MM)}" '
    edge = (
        f'<rect x="{n(left)}" y="{n(_HEAD_MM)}" width="{n(_EACH_MM)}" height="{n(_HIGH_MM)}" '
        f'fill="none" stroke="{svg.INK}" stroke-width=".25"/>'
    )
    return _SIZE.sub(size, drawn, count=1) + edge


def _signs(words: Words, y: float) -> str:
    """Draw a line of signs and what they mean."""
    shown = (
        (theme.STATUS["white"], words("hamlet without signal")),
        (theme.STATUS["dead_spot"], words("with dead spots")),
        (theme.STATUS["covered"], words("covered")),
        (theme.N_OPERATORS[0], words("BTS position")),
        (theme.PROPOSALS["new"], words("proposed new site")),
        (theme.PROPOSALS["existing"], words("proposed at an existing one")),
    )
    parts, x = [], 1.5
    for mark, text in shown:
        wide = 2.2 + svg.width_of(text, _LETTERS)
        if x + wide > WIDTH_MM:
            x, y = _BAR_MM, y + 4.2
        lift = 0.9 if mark in theme.PROPOSALS.values() else 0.0
        parts.append(marks.drawn(mark, np.array([x]), np.array([y - 0.9 + lift]), 0.9))
        parts.append(svg.text(x + 2.2, y, text, _LETTERS))
        x += wide + 4.0
    return "".join(parts)


def _bar(result: RunResult, around: tuple[float, float, float], y: float) -> str:
    """Draw a bar of a round length."""
    crs = result.baseline.area.grid.crs
    frame = frame_around(*around, crs, Box(0.0, 0.0, _EACH_MM, _HIGH_MM))
    length = round_length(0.3 * _EACH_MM * frame.m_per_mm)
    wide, n = length / frame.m_per_mm, svg.number
    locale = locale_of(result.scenario.language)
    shown = (
        f"{locale.number(length / 1000, 1 if length % 1000 else 0)} km"
        if length >= 1000
        else f"{locale.number(length)} m"
    )
    bar = (
        f'<path d="M.2 {n(y - 1.2)}v1.2h{n(wide)}v-1.2" fill="none" stroke="{svg.INK}" '
        f'stroke-width=".35"/>'
    )
    return bar + svg.text(wide + 1.8, y, shown, _LETTERS)
