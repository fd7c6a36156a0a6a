"""The inset that shows where the area lies in Vietnam, its sea and its archipelagos.

A schematic drawing of our own: points at approximate places and names, no outlines, so that
it claims no precision. Sizes on the page are left to the style sheet.

References
----------
.. [1] Luật Đo đạc và bản đồ 2018, Articles 6 and 18: a map of Vietnam shows its sovereignty.
"""

from __future__ import annotations

from html import escape
from typing import Final

WEST, SOUTH, EAST, NORTH = 101.6, 6.6, 117.6, 23.6
WIDTH, HEIGHT = 150.0, 172.0

CITIES: Final = (
    ("Hà Nội", 105.85, 21.03),
    ("TP. Hồ Chí Minh", 106.70, 10.78),
    ("Cà Mau", 105.15, 9.18),
)

HOANG_SA: Final = ((111.2, 16.5), (111.6, 16.45), (111.75, 16.1), (112.3, 16.85), (112.7, 16.7))
TRUONG_SA: Final = (
    (111.9, 8.65),
    (112.9, 8.85),
    (113.8, 9.5),
    (114.3, 9.9),
    (114.35, 10.4),
    (114.3, 11.05),
    (114.5, 11.45),
    (115.5, 10.2),
    (113.0, 7.8),
)
"""Approximate places of some islands of each archipelago, as a sign and not as a survey."""


def _at(longitude: float, latitude: float) -> tuple[float, float]:
    return (
        (longitude - WEST) / (EAST - WEST) * WIDTH,
        (NORTH - latitude) / (NORTH - SOUTH) * HEIGHT,
    )


def svg(bounds: tuple[float, float, float, float], label: str) -> str:
    """Give the drawing as inline SVG.

    Parameters
    ----------
    bounds
        West, south, east, north of the area in degrees; drawn as a frame.
    label
        What a screen reader says.
    """
    parts = [
        f'<svg class="gp-inset-svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(label)}">',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" class="gp-sea"/>',
        *(_dots(islands, 1.3) for islands in (HOANG_SA, TRUONG_SA)),
        *(_city(*city) for city in CITIES),
        _area(bounds),
        _text(112.4, 17.6, "Quần đảo Hoàng Sa", "(Việt Nam)", above=True),
        _text(112.7, 12.3, "Quần đảo Trường Sa", "(Việt Nam)", above=True),
        _text(112.6, 14.5, "Biển Đông", italic=True),
        "</svg>",
    ]
    return "".join(parts)


def _dots(points: tuple[tuple[float, float], ...], radius: float) -> str:
    circles = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
        for x, y in (_at(*point) for point in points)
    )
    return f'<g class="gp-islands">{"".join(circles)}</g>'


def _city(name: str, longitude: float, latitude: float) -> str:
    x, y = _at(longitude, latitude)
    return (
        f'<g class="gp-city"><circle cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>'
        f'<text x="{x + 3.5:.1f}" y="{y + 2.6:.1f}">{escape(name)}</text></g>'
    )


def _area(bounds: tuple[float, float, float, float]) -> str:
    (left, top), (right, bottom) = _at(bounds[0], bounds[3]), _at(bounds[2], bounds[1])
    width, height = max(right - left, 4.0), max(bottom - top, 4.0)
    return (
        f'<rect class="gp-here" x="{left:.1f}" y="{top:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" rx="1"/>'
    )


def _text(
    longitude: float, latitude: float, *lines: str, above: bool = False, italic: bool = False
) -> str:
    x, y = _at(longitude, latitude)
    first = y - 8.5 * (len(lines) - 1) if above else y
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + 8.5 * i:.1f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    kind = "gp-water" if italic else "gp-name"
    return f'<text class="{kind}" text-anchor="middle">{spans}</text>'
