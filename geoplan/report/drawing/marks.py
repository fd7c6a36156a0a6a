"""The marks of points and their places: hamlets by status, positions, proposals, holes.

Colours and shapes are the theme's, the same as on map.html; names beside points are left to
``labels``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.report import theme
from geoplan.report.drawing import svg
from geoplan.report.drawing.frame import Frame
from geoplan.report.theme import Mark

Floats = NDArray[np.float64]


def drawn(mark: Mark, x: Floats, y: Floats, size: float) -> str:
    """Draw points of one kind; ``size`` is the radius of a mark of size 1. [mm]"""
    radius = size * mark.size
    shapes = {"dot": _dot, "diamond": _diamond, "ring": _ring, "square": _square}
    shapes |= {"plate": _plate, "pin": _pin, "hole": _hole, "dashed": _dashed}
    return shapes[mark.shape](x, y, radius, mark.colour) if len(x) else ""


def _dot(x: Floats, y: Floats, radius: float, colour: str) -> str:
    return svg.dots(x, y, 2 * radius + 0.2 * radius, "#fff") + svg.dots(x, y, 2 * radius, colour)


def _ring(x: Floats, y: Floats, radius: float, colour: str) -> str:
    return svg.dots(x, y, 2.7 * radius, colour) + svg.dots(x, y, 1.5 * radius, "#fff")


def _closed(
    x: Floats, y: Floats, corners: list[tuple[float, float]], colour: str, edge: str, width: float
) -> str:
    steps = "".join(
        f"l{svg.number(b[0] - a[0])} {svg.number(b[1] - a[1])}" for a, b in pairwise(corners)
    )
    first = corners[0]
    data = "".join(
        f"M{svg.number(a + first[0])} {svg.number(b + first[1])}{steps}z"
        for a, b in zip(x, y, strict=True)
    )
    return f'<path d="{data}" fill="{colour}" stroke="{edge}" stroke-width="{svg.number(width)}"/>'


def _diamond(x: Floats, y: Floats, radius: float, colour: str) -> str:
    r = 1.3 * radius
    return _closed(x, y, [(0, -r), (r, 0), (0, r), (-r, 0)], colour, "#fff", 0.15 * radius)


def _square(x: Floats, y: Floats, radius: float, colour: str) -> str:
    r = radius
    corners = [(-r, -r), (r, -r), (r, r), (-r, r)]
    return _closed(x, y, corners, colour, "#12372a", 0.16 * radius)


def _plate(x: Floats, y: Floats, radius: float, colour: str) -> str:
    r = radius
    corners = [(0, 0), (-0.5 * r, -0.75 * r), (-r, -0.75 * r), (-r, -2.6 * r)]
    corners += [(r, -2.6 * r), (r, -0.75 * r), (0.5 * r, -0.75 * r)]
    return _closed(x, y, corners, colour, "#fff", 0.15 * r)


def _pin(x: Floats, y: Floats, radius: float, colour: str) -> str:
    turn = np.radians(np.linspace(150, 390, 13))
    round_top = [
        (float(radius * np.cos(a)), float(-1.7 * radius + radius * np.sin(a))) for a in turn
    ]
    return _closed(x, y, [(0.0, 0.0), *round_top], colour, "#fff", 0.15 * radius)


def _hole(x: Floats, y: Floats, radius: float, colour: str, dashes: str = "") -> str:
    circles = "".join(
        f'<circle cx="{svg.number(a)}" cy="{svg.number(b)}" r="{svg.number(radius)}"/>'
        for a, b in zip(x, y, strict=True)
    )
    edge = f'stroke="{colour}" stroke-width="{svg.number(0.22 * radius)}"{dashes}'
    return f'<g fill="{colour}" fill-opacity=".16" {edge}>{circles}</g>'


def _dashed(x: Floats, y: Floats, radius: float, colour: str) -> str:
    dash = svg.number(0.5 * radius)
    return _hole(x, y, radius, colour, f' stroke-dasharray="{dash} {dash}"')


def hamlets(frame: Frame, table: pd.DataFrame, status: pd.Series, size: float) -> str:
    """Draw hamlets by status, what matters most on top."""
    x, y, inside = placed(frame, table)
    of = status.to_numpy(dtype=object)
    return "".join(
        drawn(mark, x[chosen], y[chosen], size)
        for name, mark in theme.STATUS.items()
        if name != "unknown" and (chosen := inside & (of == name)).any()
    )


def clusters(frame: Frame, table: pd.DataFrame, served: NDArray[np.bool_], size: float) -> str:
    """Draw groups of houses: small and full where served, hollow where not."""
    x, y, inside = placed(frame, table)
    good, bad = inside & served, inside & ~served
    covered, white = theme.STATUS["covered"].colour, theme.STATUS["white"].colour
    return (
        svg.dots(x[good], y[good], 0.75 * size, covered)
        + svg.dots(x[bad], y[bad], 1.25 * size, white)
        + svg.dots(x[bad], y[bad], 0.6 * size, "#fff")
    )


def positions(frame: Frame, table: pd.DataFrame, size: float) -> str:
    """Draw positions by their number of operators."""
    x, y, inside = placed(frame, table)
    classes = np.clip(table["n_operators"].to_numpy(np.int64), 1, len(theme.N_OPERATORS)) - 1
    return "".join(
        drawn(mark, x[chosen], y[chosen], 0.7 * size)
        for place, mark in enumerate(theme.N_OPERATORS)
        if (chosen := inside & (classes == place)).any()
    )


def proposals(frame: Frame, table: pd.DataFrame, size: float) -> str:
    """Draw proposals by kind, each with its rank."""
    x, y, inside = placed(frame, table)
    kinds = table["kind"].to_numpy(dtype=object)
    shapes = "".join(
        drawn(mark, x[chosen], y[chosen], 1.3 * size)
        for name, mark in theme.PROPOSALS.items()
        if (chosen := inside & (kinds == name)).any()
    )
    ranks = "".join(
        svg.text(a, b - 1.75 * size, str(rank), 1.5 * size, anchor="middle", colour="#fff",
                 weight=600)
        for a, b, rank in zip(x[inside], y[inside], table["rank"].to_numpy()[inside], strict=True)
    )  # fmt: skip
    return shapes + ranks


def holes(frame: Frame, table: pd.DataFrame, size: float) -> str:
    """Draw unserved groups by kind, larger where more people live."""
    x, y, inside = placed(frame, table)
    people = np.nan_to_num(table["people"].to_numpy(np.float64))
    radius = size * np.clip(np.sqrt(people / 80.0), 1.0, 3.0)
    kinds = table["kind"].to_numpy(dtype=object)
    parts: list[str] = []
    for name, mark in theme.HOLES.items():
        parts += [
            drawn(mark, x[row : row + 1], y[row : row + 1], float(radius[row]))
            for row in np.flatnonzero(inside & (kinds == name))
        ]
    return "".join(parts)


def placed(frame: Frame, table: pd.DataFrame) -> tuple[Floats, Floats, NDArray[Any]]:
    """Give places on paper and which of them stand in the frame."""
    lon = table["longitude"].to_numpy(np.float64)
    lat = table["latitude"].to_numpy(np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    if known.any():
        x[known], y[known] = frame.at(lon[known], lat[known])
    box = frame.box
    inside = known & (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
    return x, y, inside
