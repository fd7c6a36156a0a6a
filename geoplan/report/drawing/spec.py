"""What a drawn map shows: its theme, its frame, its points and its furniture.

Drawing it is left to ``draw``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from geoplan.units import MBB

Ground = Literal["share", "area", "plain"]
"""Communes by their share of hamlets with signal; the area served, by operators; or nothing."""
PointSet = Literal["hamlets", "clusters", "positions", "proposals", "holes"]


@dataclass(frozen=True)
class MapSpec:
    """One map.

    Parameters
    ----------
    title
        Over the map, where there is furniture.
    ground
        What colours the ground.
    points
        Which points stand on it, the last on top. ``positions`` and ``proposals`` tell where
        masts are: they belong on no page for communes or the public.
    technology
        "MBB" or a technology: whose status hamlets show, and whose area.
    operator
        Whose area and status; empty = any.
    commune
        Code of the commune that the frame shows, with the edges of its neighbours; empty = all.
    around
        Longitude, latitude and half the least width [m] of the frame, instead of a commune.
    width_mm, height_mm
        Size of the drawing.
    furniture
        Title, legend, scale bar, north arrow, source, date and CRS around the map, and the inset
        of the country; without it only the map itself.
    status
        hamlet_id → status, where another than the run's is to be drawn (before and after).
    names
        Whether communes (whole area) or hamlets (one commune) are named.
    numbers
        hamlet_id → the short mark beside its point, instead of its name.
    enlarged
        How many times larger than usual marks and their letters are.
    """

    title: str = ""
    ground: Ground = "share"
    points: tuple[PointSet, ...] = ("hamlets",)
    technology: str = MBB
    operator: str = ""
    commune: str = ""
    around: tuple[float, float, float] | None = None
    width_mm: float = 165.0
    height_mm: float = 120.0
    furniture: bool = True
    status: Mapping[str, str] = field(default_factory=dict)
    names: bool = True
    numbers: Mapping[str, str] = field(default_factory=dict)
    enlarged: float = 1.0
