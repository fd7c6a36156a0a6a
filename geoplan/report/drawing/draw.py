"""Draws a map as SVG text.

What it shows is said by ``spec``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoplan.report.drawing.spec import MapSpec

if TYPE_CHECKING:
    from geoplan.results import RunResult


def draw(result: RunResult, spec: MapSpec) -> str:
    """Give a map as one SVG element with its size in millimetres."""
    raise NotImplementedError
