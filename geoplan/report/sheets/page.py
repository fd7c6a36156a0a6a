"""The pages of commune sheets and their index, as HTML that needs no script and no network.

What stands on them comes from ``content``; text of data is escaped by the templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import shapely
from markupsafe import Markup

from geoplan import __version__
from geoplan.report import verified
from geoplan.report.drawing import MapSpec, draw, furniture, ground, legend
from geoplan.report.locale import Locale, locale_of
from geoplan.report.sheets.content import CommuneSheet, Hamlet, Sheets
from geoplan.report.sheets.words import catalogue, words_of
from geoplan.units import MBB

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from jinja2 import Environment

    from geoplan.results import RunResult

PROGRAM: Final = f"geoplan {__version__}"
WIDTH_MM: Final = 96.0
HEIGHT_MM: Final = 88.0
MOST_CLUSTERS: Final = 12
"""Groups of houses of a hamlet that are named; the rest are counted."""
_HALO: Final = re.compile(
    r'(<text x="[^"]*" y="[^"]*" font-size="[^"]*"[^>]*?) fill="#fff" stroke="#fff" [^>]*>([^<]*)'
    r'</text>\1 fill="#[0-9a-f]{6}">\2</text>'
)
"""Letters over their halo; a style of the page draws both at once, in half as many bytes."""
_ENLARGED: Final = 2.3
_NOT_KNOWN: Final = "#eef1f4"
_AROUND: Final = 0.8
"""Half the side of what is drawn around a commune, in its longer side."""


@dataclass(frozen=True)
class Pages:
    """The pages of one run; ``files`` maps a commune's code to the name of its check table."""

    result: RunResult
    sheets: Sheets
    files: Mapping[str, str]

    def commune(self, sheet: CommuneSheet) -> str:
        """Give the page of a commune."""
        template = self._environment.get_template("commune.html")
        numbers = {hamlet.hamlet_id: str(hamlet.number) for hamlet in sheet.hamlets}
        return template.render(
            **self._common,
            sheet=sheet,
            picture=Markup(self._map(sheet, numbers)) if sheet.hamlets else "",
            file=self.files.get(sheet.code, ""),
        )

    def index(self) -> str:
        """Give the page that lists the communes."""
        return self._environment.get_template("communes_index.html").render(
            **self._common, files=self.files
        )

    @cached_property
    def words(self) -> dict[str, str]:
        return words_of(self.result.scenario.language)

    @cached_property
    def locale(self) -> Locale:
        return locale_of(self.result.scenario.language)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        folder = Path(__file__).parent.parent / "templates"
        made = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["number"] = self.locale.number
        made.filters["percent"] = self.locale.percent
        made.filters["date"] = self.locale.date
        return made

    @cached_property
    def _common(self) -> dict[str, Any]:
        """What every page asks for."""
        result, language = self.result, self.result.scenario.language
        licences = dict.fromkeys(file.licence for file in result.inputs.files if file.licence)
        return {
            "language": language,
            "words": self.words,
            "sheets": self.sheets,
            "names": {"MBB": self.words["MBB"]},
            "program": PROGRAM,
            "verified": verified.sentence(result, catalogue(language), self.locale),
            "licences": "; ".join(licences),
            "least_households": result.scenario.coverage.min_cluster_households,
            "legend": self._legend,
            "who": self.who,
            "most_clusters": MOST_CLUSTERS,
        }

    @cached_property
    def _legend(self) -> list[tuple[str, Markup]]:
        """Give the lines of the map's legend: text and sign; a heading has no sign."""
        words = furniture.words_of(self.result.scenario.language)
        spec = MapSpec(points=("clusters", "hamlets"), commune="-")
        return [
            (entry.text, Markup("" if entry.is_heading else entry.sign(0.0, 0.0, 1.0)))
            for entry in legend.entries(self.result, spec, words, self.locale)
        ]

    def who(self, hamlet: Hamlet) -> list[tuple[str, str]]:
        """Say who serves a hamlet, by technology; nothing where nothing is known."""
        if not hamlet.serves:
            return []
        said = []
        for technology in self.sheets.technologies:
            parts = [
                self.words[word].format(operators=", ".join(names))
                for answer, word in (("yes", "has"), ("unsure", "may"))
                if (names := hamlet.who(technology, answer))
            ]
            said.append((technology, "; ".join(parts) or self.words["nobody"]))
        return said

    def _map(self, sheet: CommuneSheet, numbers: Mapping[str, str]) -> str:
        spec = MapSpec(
            ground="plain",
            points=("clusters", "hamlets"),
            technology=self.sheets.technology,
            commune=sheet.code,
            width_mm=WIDTH_MM,
            height_mm=HEIGHT_MM,
            furniture=False,
            numbers=numbers,
            enlarged=_ENLARGED,
        )
        drawn = draw(self._around(sheet.code), spec)
        # What lies outside the province may be land: only what is known is coloured.
        drawn = drawn.replace(f'fill="{ground.SEA}"', f'fill="{_NOT_KNOWN}"', 1)
        return _HALO.sub(r'\1 class="h">\2</text>', drawn)

    def _around(self, code: str) -> RunResult:
        """Give the run without what lies far from a commune: drawing it takes a tenth of the time.

        The figures are not touched; the result is for drawing alone.
        """
        result, (west, south, east, north) = self.result, self._bounds[code]
        half = _AROUND * max(east - west, north - south)
        x, y = (west + east) / 2, (south + north) / 2
        window = shapely.box(x - half, y - half, x + half, y + half)
        near = self._communes[shapely.intersects(self._communes.geometry.array, window)]
        hamlets, clusters = self._points[code]
        return replace(
            result,
            inputs=replace(result.inputs, communes=near),
            baseline=replace(result.baseline, hamlets=hamlets, clusters=clusters),
        )

    @cached_property
    def _communes(self) -> gpd.GeoDataFrame:
        return self.result.inputs.communes[["commune_code", "name", "geometry"]]

    @cached_property
    def _bounds(self) -> dict[str, tuple[float, float, float, float]]:
        found = shapely.bounds(self._communes.geometry.array).tolist()
        return dict(zip(self._communes["commune_code"], map(tuple, found), strict=True))

    @cached_property
    def _points(self) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
        """Commune → its hamlets and clusters, with the columns that drawing asks for."""
        baseline = self.result.baseline
        status = [f"status_{name.lower()}" for name in (MBB, *self.sheets.technologies)]
        places = ["hamlet_id", "longitude", "latitude"]
        hamlets = baseline.hamlets[["commune_code", "name", *places, *status]]
        served = [f"operators_{name.lower()}" for name in self.sheets.technologies]
        clusters = baseline.clusters[[*places, *served]]
        home = clusters["hamlet_id"].map(hamlets.set_index("hamlet_id")["commune_code"])
        by_commune = dict(list(clusters.groupby(home, sort=False)))
        return {
            str(code): (own, by_commune.get(code, clusters.iloc[:0]))
            for code, own in hamlets.groupby("commune_code", sort=False)
        }
