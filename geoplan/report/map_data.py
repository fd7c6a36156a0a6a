"""What map.html carries as data: for planners all of it, for the public what names no site.

The layers give each table its short form; the page around them is left to ``maps``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from geoplan.report import theme
from geoplan.report.layers import (
    area,
    changes,
    clusters,
    coding,
    communes,
    hamlets,
    holes,
    positions,
    proposals,
    sites,
)
from geoplan.report.locale import Locale
from geoplan.units import MBB

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geoplan.results import RunResult

Audience = Literal["planner", "public"]


@dataclass(frozen=True)
class After:
    """What a what-if makes of a run: the page shows it beside the run, with a handle between.

    ``hamlets`` holds ``hamlet_id`` and ``status_mbb``, ``status_{technology}`` of every hamlet;
    ``sites`` those that come and go: ``change`` (added, removed), ``operator, site_id,
    technology, longitude, latitude``; ``indicators`` the table ``whatif``.
    """

    hamlets: pd.DataFrame
    sites: pd.DataFrame
    indicators: pd.DataFrame


@dataclass(frozen=True)
class View:
    """What every part of the page asks for."""

    result: RunResult
    locale: Locale
    words: dict[str, str]
    communes: gpd.GeoDataFrame
    """The shapes to draw, in the order of their codes."""
    bounds: tuple[float, float, float, float]
    switches: tuple[str, ...]
    """"MBB" and the technologies, in the order of the switch."""
    start: str
    audience: Audience = "planner"
    after: After | None = None

    def named(self, technology: str) -> str:
        """Give a technology as the page calls it."""
        return self.words.get(technology, technology)


def data(view: View) -> dict[str, Any]:
    """Give what the page's script draws."""
    west, south, east, north = view.bounds
    common = {
        "words": view.words,
        "format": {"decimal": view.locale.decimal, "group": view.locale.group},
        "bounds": [[south, west], [north, east]],
        "technologies": [[name, view.named(name)] for name in view.switches],
        "start": view.start,
    }
    return common | (_public(view) if view.audience == "public" else _planner(view))


def _public(view: View) -> dict[str, Any]:
    baseline = view.result.baseline
    return {
        "theme": _theme(()),
        "communes": communes.layer(
            view.communes, baseline.communes, view.switches, with_positions=False
        ),
        "hamlets": hamlets.public_layer(baseline.hamlets, view.switches),
    }


def _planner(view: View) -> dict[str, Any]:
    baseline, plan, scenario = view.result.baseline, view.result.plan, view.result.scenario
    stand = coding.near_each_other(baseline.positions)
    installed = sites.sites(baseline.cells, view.result.inputs.sites, stand)
    marks = sites.layer(installed, tuple(baseline.operators))
    technologies = tuple(baseline.technologies)
    return {
        "theme": _theme(tuple(marks["operators"])),
        "mbb": [name for name in scenario.coverage.mbb if name in technologies],
        "communes": communes.layer(
            view.communes, baseline.communes, view.switches, with_positions=view.after is None
        ),
        "hamlets": hamlets.layer(baseline.hamlets, baseline.service, technologies, MBB),
        "clusters": clusters.layer(baseline.clusters, baseline.hamlets, technologies),
        "sites": marks,
        "positions": positions.layer(stand, installed),
        "holes": holes.layer(baseline.holes),
        "proposals": proposals.layer(plan.proposals, plan.gains),
        "area": area.layer(baseline.area, tuple(baseline.operators), view.bounds),
        "after": None if view.after is None else _after(view, view.after),
    }


def _after(view: View, after: After) -> dict[str, Any]:
    return {
        "status": hamlets.statuses_after(
            view.result.baseline.hamlets, after.hamlets, view.switches
        ),
        "sites": changes.layer(after.sites),
    }


def _theme(operators: tuple[str, ...]) -> dict[str, Any]:
    def marks(group: dict[str, theme.Mark]) -> dict[str, list[Any]]:
        return {name: [mark.colour, mark.shape, mark.size] for name, mark in group.items()}

    return {
        "status": marks(theme.STATUS),
        "count": [[mark.colour, mark.shape, mark.size] for mark in theme.N_OPERATORS],
        "holes": marks(theme.HOLES),
        "proposals": marks(theme.PROPOSALS),
        "clusters": marks(theme.CLUSTERS),
        "changes": marks(theme.CHANGES),
        "notWhite": [list(step) for step in theme.NOT_WHITE],
        "noData": theme.NO_DATA,
        "operators": theme.operator_colours(operators),
        "siteShapes": list(theme.SITE_SHAPES),
        "anyOperator": theme.ANY_OPERATOR,
    }
