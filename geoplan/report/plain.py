"""The map without JavaScript: one still picture and one table of the communes.

The picture is coarse on purpose, so that a page carries it beside the movable map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan.report import theme
from geoplan.report.locale import MISSING, Locale

WIDTH: Final = 900.0
MARGIN: Final = 8.0


@dataclass(frozen=True)
class Row:
    """One commune in the table, ready to read."""

    name: str
    hamlets: str
    white: str
    dead_spot: str
    covered: str
    unknown: str
    share: str


@dataclass(frozen=True)
class _Plane:
    """Degrees to picture: scaled evenly at the middle latitude."""

    west: float
    north: float
    x_scale: float
    y_scale: float
    height: float

    def at(self, longitude: Any, latitude: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        x = MARGIN + (np.asarray(longitude) - self.west) * self.x_scale
        y = MARGIN + (self.north - np.asarray(latitude)) * self.y_scale
        return x, y


def _plane(bounds: tuple[float, float, float, float]) -> _Plane:
    west, south, east, north = bounds
    shrink = float(np.cos(np.radians((south + north) / 2)))
    y_scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, 1e-6)
    height = (north - south) * y_scale + 2 * MARGIN
    return _Plane(west, north, y_scale * shrink, y_scale, height)


def share_not_white(communes: pd.DataFrame, technology: str) -> pd.Series:
    """Give not white / known hamlets of each commune; NaN where none is known."""
    key = technology.lower()
    good = communes[f"dead_spot_{key}"].fillna(0) + communes[f"covered_{key}"].fillna(0)
    known = (good + communes[f"white_{key}"].fillna(0)).astype("float64")
    return good.astype("float64") / known.where(known > 0)


def colour_of(share: float) -> str:
    """Give the colour of a share of hamlets that are not white."""
    if not share >= 0:
        return theme.NO_DATA
    return next(colour for low, colour in theme.NOT_WHITE if share >= low)


def picture(
    shapes: NDArray[Any],
    shares: pd.Series,
    hamlets: pd.DataFrame,
    status: str,
    bounds: tuple[float, float, float, float],
    label: str,
) -> str:
    """Give communes and hamlets as inline SVG.

    Parameters
    ----------
    shapes, shares
        Polygon and share of hamlets not white of each commune.
    hamlets, status
        The table ``hamlets``, and which of its columns tells the status.
    bounds
        West, south, east, north in degrees.
    label
        What a screen reader says; escaped here.
    """
    from html import escape

    plane = _plane(bounds)
    coarse = shapely.coverage_simplify(shapes, 0.7 / plane.y_scale)
    ground = (
        f'<path fill="{colour_of(share)}" d="{_path(shape, plane)}"/>'
        for shape, share in zip(coarse, shares, strict=True)
    )
    dots = (_dots(hamlets[hamlets[status] == name], name, plane) for name in theme.STATUS)
    return (
        f'<svg class="gp-still" viewBox="0 0 {WIDTH:.0f} {plane.height:.0f}" role="img" '
        f'aria-label="{escape(label)}"><g stroke="#fff" stroke-width="1">{"".join(ground)}</g>'
        f"{''.join(dots)}</svg>"
    )


def _path(shape: Any, plane: _Plane) -> str:
    rings: list[str] = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)[:-1]
        x, y = (np.rint(axis).astype(int) for axis in plane.at(points[:, 0], points[:, 1]))
        moved = np.append(True, (np.diff(x) != 0) | (np.diff(y) != 0))
        if moved.sum() >= 3:
            rings.append(
                "M" + " ".join(f"{a},{b}" for a, b in zip(x[moved], y[moved], strict=True)) + "Z"
            )
    return "".join(rings)


def _dots(hamlets: pd.DataFrame, status: str, plane: _Plane) -> str:
    """Draw the hamlets of one status as one path of round ends: a point is a line of no length."""
    mark = theme.STATUS[status]
    placed = hamlets.dropna(subset=["longitude", "latitude"])
    if placed.empty:
        return ""
    x, y = plane.at(placed["longitude"], placed["latitude"])
    path = "".join(f"M{a:.0f} {b:.0f}h0" for a, b in zip(x, y, strict=True))
    return (
        f'<path d="{path}" fill="none" stroke="{mark.colour}" stroke-linecap="round" '
        f'stroke-width="{5 * mark.size:g}"/>'
    )


def rows(communes: pd.DataFrame, technology: str, locale: Locale) -> list[Row]:
    """Give the table of the communes, the one with the lowest share first."""
    key = technology.lower()
    shares = share_not_white(communes, technology)
    frame = communes.assign(share=shares).sort_values(
        ["share", "commune_code"], na_position="last", kind="stable"
    )
    return [
        Row(
            name=record["full_name"] or record["name"],
            hamlets=_count(record["hamlets"], locale),
            white=_count(record[f"white_{key}"], locale),
            dead_spot=_count(record[f"dead_spot_{key}"], locale),
            covered=_count(record[f"covered_{key}"], locale),
            unknown=_count(record["hamlets_unknown"], locale),
            share=locale.percent(record["share"]),
        )
        for record in frame.to_dict("records")
    ]


def _count(value: Any, locale: Locale) -> str:
    return MISSING if pd.isna(value) else locale.number(float(value))
