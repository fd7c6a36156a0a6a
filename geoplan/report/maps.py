"""map.html: one file that shows a run, opens anywhere and asks nothing of any network.

Folium is the shell; what is drawn comes from ``map_data``, how it is drawn and handled from
``static/map/``, what makes the page whole from ``embedding``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from geoplan import __version__
from geoplan.report import embedding, figures, inset, map_words, model_words, plain, theme, verified
from geoplan.report.layers import area, communes
from geoplan.report.locale import locale_of
from geoplan.report.map_data import After, Audience, View, data
from geoplan.text import translator
from geoplan.units import MBB

if TYPE_CHECKING:
    from branca.element import Element, Figure

    from geoplan.results import RunResult

PROGRAM: Final = f"geoplan {__version__}"

SCRIPTS: Final = (
    *("basics", "lists", "grid", "state", "communes", "marks", "sets", "points", "popups"),
    *("panel", "filters", "legend", "coordinates", "search", "measure", "listing", "swipe"),
    *("printing", "links", "start"),
)
"""The parts of the page's script in ``static/map``, in order."""


def write_map(path: Path, result: RunResult, *, after: After | None = None) -> None:
    """Write the map of a run as one HTML file.

    Parameters
    ----------
    path
        The file to write.
    result
        The run.
    after
        What a what-if makes of it, to be shown beside.

    Raises
    ------
    FileNotFoundError
        The package was not built: Leaflet or the typeface is missing.
    ValueError
        The page would fetch something.
    """
    path.write_text(render(result, after=after), encoding="utf-8", newline="\n")


def render(
    result: RunResult,
    *,
    audience: Audience = "planner",
    internal: bool = False,
    after: After | None = None,
) -> str:
    """Give the page of :func:`write_map` as text.

    Parameters
    ----------
    result
        The run.
    audience
        "planner" for all of it; "public" for communes and hamlets by any operator only: no site,
        position, proposal, picture of the area, margin or operator stands in the file.
    internal
        Whether the page says that it is for internal use.
    after
        What a what-if makes of the run; not for the public.

    Raises
    ------
    ValueError
        The page would fetch something, or the public would be told of a what-if.
    """
    if audience == "public" and after is not None:
        raise ValueError("a what-if names sites and is not for the public")
    view = _view(result, audience, after)
    template = _environment().get_template("map.html")
    html = template.render(
        this=_shell(), page=_page(view, internal=internal), kwargs={"embedded": True}
    )
    return embedding.sealed(html)


def _view(result: RunResult, audience: Audience, after: After | None) -> View:
    language = result.scenario.language
    shapes = result.inputs.communes.sort_values("commune_code", kind="stable")
    shapes = shapes.reset_index(drop=True)
    shapes = shapes.set_geometry(communes.simplified(np.asarray(shapes.geometry.array)))
    technologies = tuple(result.baseline.technologies)
    wished = result.scenario.siting.technology
    return View(
        result=result,
        locale=locale_of(language),
        words=_words(result, language),
        communes=shapes.set_crs("EPSG:4326", allow_override=True),
        bounds=area.bounds_of(shapes.geometry.array),
        switches=(MBB, *technologies),
        start=wished if wished in technologies else MBB,
        audience=audience,
        after=after,
    )


# ---------------------------------------------------------------------------- the shell


def _words(result: RunResult, language: str) -> dict[str, str]:
    """Give the words of the page; margins are of the radius, or of the level."""
    found = map_words.words(translator(language, "map"))
    by_level = "{low}–{high} with levels ±{sigma} dB"
    return {**found, "at_radius": model_words.or_level(result, found["at_radius"], by_level)}


def _shell() -> Figure:
    """Make Folium's map without tiles, with every script and style inside."""
    import folium

    chart = folium.Map(
        location=[16.0, 107.0],  # the page's script shows the area's own bounds at once
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        attribution_control=False,
    )
    chart._id = "geoplan"
    chart.default_js = [("leaflet", "leaflet.js")]
    chart.default_css = [("leaflet_css", "leaflet.css")]
    figure: Any = chart.get_root()
    _rendered(chart)
    # Folium's own head forbids zooming with two fingers and sets globals that Leaflet can miss.
    figure.header._children.pop(chart.get_name())
    figure.header._children.pop("meta_http")
    _inline_links(figure.header)
    figure.header.add_child(_verbatim(_styles()), name="own_styles")
    figure.script.add_child(_verbatim(_script(chart.get_name())), name="own_script")
    return cast("Figure", figure)


def _rendered(chart: Any) -> None:
    """Let Folium put its parts into the figure; the text that it gives back is not needed."""
    chart.render()


def _inline_links(header: Any) -> None:
    """Give every link its code; raise :class:`FileNotFoundError` for one that we do not carry."""
    from branca.element import CssLink, JavascriptLink

    for child in header._children.values():
        if isinstance(child, JavascriptLink):
            _carry(child, embedding.script(embedding.vendor_text(child.url)))
        elif isinstance(child, CssLink):
            _carry(child, embedding.style(embedding.vendor_text(child.url)))


def _carry(link: Any, code: str) -> None:
    # branca says bytes, and writes them as b'…': only a text comes out as it is.
    link.code = code


def _styles() -> str:
    rules = f"{embedding.font_faces()}\n{embedding.own_text('map.css')}"
    return f"<style>{embedding.style(rules)}</style>"


def _script(chart: str) -> str:
    """Give the page's script: its parts in one function, so that they share their names."""
    parts = "\n".join(embedding.own_text(f"map/{name}.js") for name in SCRIPTS)
    return embedding.script(f'(function (map) {{\n"use strict";\n{parts}\n}})({chart});')


def _verbatim(text: str) -> Element:
    """Give an element that is written as it is: branca would read braces as a template."""
    from branca.element import Element

    class Verbatim(Element):
        def render(self, **_: Any) -> str:
            return text

    return Verbatim()


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


# ---------------------------------------------------------------------------- the content


def _page(view: View, *, internal: bool) -> dict[str, Any]:
    """Give everything that the template asks for."""
    scenario, baseline = view.result.scenario, view.result.baseline
    rows = baseline.communes
    by_code = rows.set_index("commune_code", drop=False).reindex(view.communes["commune_code"])
    unplaced = baseline.hamlets[baseline.hamlets["longitude"].isna()]
    return {
        "language": scenario.language,
        "policy": embedding.POLICY_MARK,
        "program": PROGRAM,
        "title": scenario.name or view.words["subtitle"],
        "as_of": view.words["as_of"].format(date=view.locale.date(scenario.day)),
        "made_with": view.words["made_with"].format(program=PROGRAM),
        "verified": verified.sentence(
            view.result, translator(scenario.language, "map"), view.locale
        ),
        "sources": "; ".join(
            dict.fromkeys(file.licence for file in view.result.inputs.files if file.licence)
        ),
        "internal": internal,
        "is_public": view.audience == "public",
        "has_after": view.after is not None,
        "words": view.words,
        "start": view.start,
        "figures": {name: _figures(view, name) for name in view.switches},
        "licences": embedding.licences(),
        "inset": inset.svg(view.bounds, view.words["inset"]),
        "picture": plain.picture(
            np.asarray(view.communes.geometry.array),
            plain.share_not_white(by_code, view.start),
            baseline.hamlets,
            f"status_{view.start.lower()}",
            view.bounds,
            f"{scenario.name}: {view.words['hamlets']}, {view.start}",
        ),
        "marks": [
            {"colour": mark.colour, "text": view.words[status]}
            for status, mark in theme.STATUS.items()
            if status != "unknown"
        ],
        "table_title": view.words["table"].format(technology=view.named(view.start)),
        "rows": plain.rows(rows, view.start, view.locale),
        "unplaced": [
            f"{name} ({commune})"
            for name, commune in zip(unplaced["name"], unplaced["commune_name"], strict=True)
        ],
        "data": embedding.json_text(data(view)),
    }


def _figures(view: View, technology: str) -> list[figures.Figure]:
    """Give the head figures; the public gets those of hamlets and people, without their margins."""
    if view.after is not None:
        return figures.changes(
            view.after.indicators, technology, locale=view.locale, words=view.words
        )
    found = figures.head_figures(
        view.result.baseline.indicators,
        technology,
        merge_distance_m=view.result.scenario.sharing.merge_distance_m,
        locale=view.locale,
        words=view.words,
    )
    if view.audience == "planner":
        return found
    shared = view.words["figure_shared"]
    return [replace(one, note="") for one in found if one.label != shared]
