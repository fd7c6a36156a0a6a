"""The legend of a drawing: a line for each mark and colour that is on it.

Where it stands on the paper is left to ``furniture``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geoplan.report import theme
from geoplan.report.drawing import marks, svg
from geoplan.report.drawing.spec import MapSpec
from geoplan.report.locale import Locale

if TYPE_CHECKING:
    from geoplan.results import RunResult

Words = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """One line: what draws its sign in a square of 1 × 1 around the origin, and its text."""

    sign: Callable[[float, float, float], str]
    text: str
    is_heading: bool = False


def entries(result: RunResult, spec: MapSpec, words: Words, locale: Locale) -> list[Entry]:
    """Give the legend of a map, from the points to the ground."""
    found: list[Entry] = []
    makers = {
        "hamlets": _hamlets,
        "clusters": _clusters,
        "positions": _positions,
        "proposals": _proposals,
        "holes": _holes,
    }
    for name in reversed(spec.points):
        found += makers[name](words)
    if spec.commune:
        return found
    if spec.ground == "share" and not spec.operator:
        found += _share(words, locale)
    if spec.ground == "area":
        found.append(_area(result, spec, words))
    return found


def _mark(mark: theme.Mark, text: str, share: float = 0.27, lift: float = 0.0) -> Entry:
    def sign(x: float, y: float, size: float) -> str:
        return marks.drawn(mark, np.array([x]), np.array([y + lift * size]), share * size)

    return Entry(sign, text)


def _patch(colour: str, text: str, opacity: float = 1.0) -> Entry:
    def sign(x: float, y: float, size: float) -> str:
        n = svg.number
        return (
            f'<rect x="{n(x - 0.5 * size)}" y="{n(y - 0.32 * size)}" width="{n(size)}" '
            f'height="{n(0.64 * size)}" fill="{colour}" fill-opacity="{opacity:g}" '
            f'stroke="#8b93a0" stroke-width="{n(0.04 * size)}"/>'
        )

    return Entry(sign, text)


def _heading(text: str) -> Entry:
    return Entry(lambda *_: "", text, is_heading=True)


def _hamlets(words: Words) -> list[Entry]:
    shown = ("white", "dead_spot", "covered")
    return [_heading(words["hamlets"])] + [
        _mark(theme.STATUS[name], words[name], 0.22) for name in shown
    ]


def _clusters(words: Words) -> list[Entry]:
    def served(x: float, y: float, size: float) -> str:
        colour = theme.STATUS["covered"].colour
        return svg.dots(np.array([x]), np.array([y]), 0.24 * size, colour)

    def unserved(x: float, y: float, size: float) -> str:
        at = np.array([x]), np.array([y])
        colour = theme.STATUS["white"].colour
        return svg.dots(*at, 0.4 * size, colour) + svg.dots(*at, 0.2 * size, "#fff")

    return [
        _heading(words["clusters"]),
        Entry(unserved, words["cluster_unserved"]),
        Entry(served, words["cluster_served"]),
    ]


def _positions(words: Words) -> list[Entry]:
    last = len(theme.N_OPERATORS) - 1
    texts = [
        words["one_operator"]
        if place == 0
        else words["n_or_more_operators" if place == last else "n_operators"].format(n=place + 1)
        for place in range(last + 1)
    ]
    return [_heading(words["positions"])] + [
        _mark(mark, text) for mark, text in zip(theme.N_OPERATORS, texts, strict=True)
    ]


def _proposals(words: Words) -> list[Entry]:
    return [_heading(words["proposals"])] + [
        _mark(theme.PROPOSALS[kind], words[kind], 0.3, 0.42) for kind in ("existing", "new")
    ]


def _holes(words: Words) -> list[Entry]:
    return [_heading(words["holes"]), _mark(theme.HOLES["total"], words["hole_total"], 0.36)]


def _share(words: Words, locale: Locale) -> list[Entry]:
    found = [_heading(words["not_white"])]
    above = 0.0
    for low, colour in theme.NOT_WHITE:
        if low >= 1.0:
            text = locale.percent(1.0, 0)
        elif low <= 0.0:
            text = words["below"].format(value=locale.percent(above, 0))
        else:
            shown = locale.percent(low, 0), locale.percent(above, 0)
            text = words["from_to"].format(low=shown[0], high=shown[1])
        found.append(_patch(colour, text))
        above = low
    return [*found, _patch(theme.NO_DATA, words["no_data"])]


def _area(result: RunResult, spec: MapSpec, words: Words) -> Entry:
    colours = theme.operator_colours(result.baseline.operators)
    who = spec.operator or words["any_operator"]
    technology = words.get(spec.technology, spec.technology)
    text = f"{words['area']}: {technology}, {who}"
    return _patch(colours.get(spec.operator, theme.ANY_OPERATOR), text, 0.55)
