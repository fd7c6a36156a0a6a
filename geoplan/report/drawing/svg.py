"""SVG as text: paths, dots and letters, with few digits and nothing from data as markup.

What they mean is left to the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

FONT: Final = "Be Vietnam Pro"
INK: Final = "#1c2733"
SOFT: Final = "#5a6775"
_NOT_XML: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535])


def number(value: float) -> str:
    """Give a length with two decimals at most.

    >>> number(1.0), number(-0.001), number(2.456)
    ('1', '0', '2.46')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def safe(text: str) -> str:
    """Give letters as they may stand in SVG."""
    return escape(text.translate(_NOT_XML), quote=True)


def path(shape: Any) -> str:
    """Give the rings of polygons, or lines, as path data; steps below 0.02 mm are left out."""
    parts = []
    is_line = shapely.get_type_id(shape) in (1, 5)
    lines = shapely.get_parts(shape) if is_line else shapely.get_rings(shapely.get_parts(shape))
    for line in lines:
        points = np.round(shapely.get_coordinates(line), 2)
        moved = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
        points = points[moved]
        if len(points) < (2 if is_line else 4):
            continue
        written = " ".join(f"{number(x)} {number(y)}" for x, y in points)
        parts.append(f"M{written}" if is_line else f"M{written}Z")
    return "".join(parts)


def dots(x: NDArray[np.float64], y: NDArray[np.float64], diameter: float, colour: str) -> str:
    """Give round dots as one path: each a line of no length with round ends."""
    if not len(x):
        return ""
    data = "".join(f"M{number(a)} {number(b)}h.01" for a, b in zip(x, y, strict=True))
    return (
        f'<path d="{data}" fill="none" stroke="{colour}" stroke-linecap="round" '
        f'stroke-width="{number(diameter)}"/>'
    )


def text(
    x: float,
    y: float,
    letters: str,
    size: float,
    *,
    anchor: str = "start",
    colour: str = INK,
    weight: int = 400,
    halo: bool = False,
    italic: bool = False,
) -> str:
    """Give one line of letters; ``halo`` keeps it apart from what lies under it."""
    style = f' font-weight="{weight}"' if weight != 400 else ""
    style += f' text-anchor="{anchor}"' if anchor != "start" else ""
    style += ' font-style="italic"' if italic else ""
    head = f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{style}'
    shown = safe(letters)
    line = f'{head} fill="{colour}">{shown}</text>'
    if not halo:
        return line
    edge = number(size * 0.22)
    under = (
        f'{head} fill="#fff" stroke="#fff" stroke-width="{edge}" stroke-linejoin="round" '
        f'stroke-opacity=".85" aria-hidden="true">{shown}</text>'
    )
    return under + line


def width_of(letters: str, size: float) -> float:
    """Guess how long a line of letters is. [mm]"""
    wide = sum(0.34 if letter in "iljtfrI.,:;'|! ()" else 0.58 for letter in letters)
    capitals = sum(0.10 for letter in letters if letter.isupper())
    return (wide + capitals) * size


def wrapped(letters: str, size: float, most: float, *, lines: int = 99) -> list[str]:
    """Break a text into lines of at most ``most`` millimetres; what is too much ends in "…"."""
    found: list[str] = [""]
    for word in letters.split():
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and width_of(longer, size) > most:
            found.append(word)
        else:
            found[-1] = longer
    cut = [shortened(line, size, most) for line in found]
    if len(cut) > lines:
        cut = [*cut[: lines - 1], shortened(" ".join(found[lines - 1 :]), size, most)]
    return cut


def shortened(letters: str, size: float, most: float) -> str:
    """Cut a line that is too long, with a sign that it was cut."""
    if width_of(letters, size) <= most:
        return letters
    while letters and width_of(letters + "…", size) > most:
        letters = letters[:-1]
    return letters.rstrip() + "…"


def group(parts: Iterable[str], **attributes: str) -> str:
    """Give parts in one group."""
    inner = "".join(parts)
    if not inner:
        return ""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{safe(value)}"'
        for name, value in attributes.items()
    )
    return f"<g{written}>{inner}</g>"
