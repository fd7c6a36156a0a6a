"""Names on a drawing: placed so that none lies on another or leaves the frame.

A name that finds no room is left out; the table beside the map has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from geoplan.report.drawing import svg
from geoplan.report.drawing.frame import Box


class Labels:
    """Names that were placed, and the room that they take. [mm]"""

    def __init__(self, box: Box, taken: Iterable[tuple[float, float, float, float]] = ()) -> None:
        self._box = box
        self._taken = list(taken)
        self._written: list[str] = []

    def block(self, x: float, y: float, radius: float) -> None:
        """Keep names off a point."""
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def over(self, x: float, y: float, letters: str, size: float, *, colour: str) -> bool:
        """Place a name in the middle of a place, in up to two lines; False if there is no room."""
        lines = svg.wrapped(letters, size, max(14 * size, 6.0), lines=2)
        width = max(svg.width_of(line, size) for line in lines)
        height = 1.2 * size * len(lines)
        if not self._take(x - width / 2, y - height / 2, width, height):
            return False
        for place, line in enumerate(lines):
            base = y - height / 2 + 1.2 * size * (place + 0.78)
            self._written.append(
                svg.text(x, base, line, size, anchor="middle", colour=colour, weight=600, halo=True)
            )
        return True

    def beside(self, x: float, y: float, letters: str, size: float, *, gap: float) -> bool:
        """Place a name to the right of a point, else left, above or below."""
        letters = svg.shortened(letters, size, 22 * size)
        width, height = svg.width_of(letters, size), 1.05 * size
        for left, top, anchor, at in (
            (x + gap, y - height / 2, "start", x + gap),
            (x - gap - width, y - height / 2, "end", x - gap),
            (x - width / 2, y - gap - height, "middle", x),
            (x - width / 2, y + gap, "middle", x),
        ):
            if self._take(left, top, width, height):
                self._written.append(
                    svg.text(at, top + 0.8 * height, letters, size, anchor=anchor, halo=True)
                )
                return True
        return False

    def text(self) -> str:
        """Give every name that was placed."""
        return "".join(self._written)

    def _take(self, left: float, top: float, width: float, height: float) -> bool:
        right, bottom = left + width, top + height
        box = self._box
        if left < box.left or top < box.top or right > box.right or bottom > box.bottom:
            return False
        for a, b, c, d in self._taken:
            if left < c and right > a and top < d and bottom > b:
                return False
        self._taken.append((left, top, right, bottom))
        return True
