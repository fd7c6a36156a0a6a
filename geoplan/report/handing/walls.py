"""Wall maps: one theme on one sheet of A3 or A0, as PDF whose lines and letters stay sharp.

Drawing a map is left to ``drawing``, setting it to ``document.typesetting``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan.report import drawing
from geoplan.report.document import typesetting
from geoplan.report.document.as_pdf import LAYOUTS
from geoplan.report.drawing import furniture
from geoplan.report.drawing.frame import frame_of
from geoplan.report.drawing.spec import Ground, MapSpec, PointSet
from geoplan.report.forms import Words
from geoplan.report.handing.wording import MARKING, area_name, words_of
from geoplan.text import slug

if TYPE_CHECKING:
    from geoplan.results import RunResult

FOLDER: Final = "ban-do"
PAPERS: Final = {"A3": (420.0, 297.0), "A0": (1189.0, 841.0)}
"""Longer and shorter side. [mm]"""
_LONGEST_NAME: Final = 60
"""Letters of the name of an area in a title; a longer one is cut."""


@dataclass(frozen=True)
class Theme:
    """One wall map: the name of its file, its title with a place for the area, what it shows."""

    name: str
    title: str
    ground: Ground
    points: tuple[PointSet, ...]
    technology: str = ""

    @property
    def shows_sites(self) -> bool:
        """Whether the map tells where masts are, or are to be: then it is for the office only."""
        return bool({"positions", "proposals"} & set(self.points))


def themes_of(result: RunResult) -> list[Theme]:
    """Give the themes that the run has something to say on."""
    technologies = result.baseline.technologies
    found = [
        Theme(
            f"hien-trang-{slug(technology)}",
            "MAP OF PRESENT {technology} COVERAGE, {area}",
            "area",
            ("hamlets",),
            technology,
        )
        for technology in technologies
    ]
    sought = result.scenario.siting.technology
    of_sites = sought if sought in technologies else next(iter(technologies), "")
    return [
        *found,
        Theme("dung-chung", "MAP OF SHARED BTS POSITIONS, {area}", "plain", ("positions",)),
        Theme(
            "de-xuat",
            "MAP OF PROPOSED SHARED BTS POSITIONS, {area}",
            "share",
            ("hamlets", "proposals"),
            of_sites,
        ),
        Theme(
            "lom-song",
            "MAP OF AREAS WITHOUT {technology} SIGNAL, {area}",
            "plain",
            ("hamlets", "holes"),
            of_sites,
        ),
    ]


def write_walls(result: RunResult, folder: Path) -> None:
    """Write ``ban-do/<theme>_A3.pdf`` and ``_A0.pdf`` for each theme."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for theme in themes_of(result):
        for paper in PAPERS:
            (target / f"{theme.name}_{paper}.pdf").write_bytes(wall_pdf(result, theme, paper))


def wall_pdf(result: RunResult, theme: Theme, paper: str) -> bytes:
    """Give one wall map as PDF, the same bytes for the same run."""
    words, day = words_of(result), result.scenario.day
    spec = spec_of(result, theme, paper, words)
    inputs = {
        "drawing": drawing.draw(result, spec),
        "title": spec.title,
        "width": f"{spec.width_mm:g}",
        "height": f"{spec.height_mm:g}",
        "marking": words(MARKING) if theme.shows_sites else "",
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
    }
    return typesetting.pdf(_layout(), inputs, day)


def spec_of(result: RunResult, theme: Theme, paper: str, words: Words) -> MapSpec:
    """Say what to draw, on its side or upright as the area has more room."""
    area = area_name(result, words)[:_LONGEST_NAME].upper()
    spec = MapSpec(
        title=words(theme.title).format(technology=theme.technology, area=area),
        ground=theme.ground,
        points=theme.points,
    )
    if theme.technology:
        spec = replace(spec, technology=theme.technology)
    long, short = PAPERS[paper]
    lying = replace(spec, width_mm=long, height_mm=short)
    upright = replace(spec, width_mm=short, height_mm=long)
    return min((lying, upright), key=lambda one: _metres_of_mm(result, one))


def _metres_of_mm(result: RunResult, spec: MapSpec) -> float:
    west, south, east, north = (float(edge) for edge in result.inputs.communes.total_bounds)
    box = furniture.layout(spec).box
    crs = result.baseline.area.grid.crs
    return frame_of((west, south, east, north), crs, box).m_per_mm


@cache
def _layout() -> str:
    return (LAYOUTS / "wall.typ").read_text("utf-8")
