"""One scenario under several models of coverage, side by side: maps, figures, who differs.

The coverage itself comes from ``coverage``; the page needs no script and no network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import __version__, geodesy, tables
from geoplan.coverage import area as areas
from geoplan.coverage.hamlets import COVERED, DEAD_SPOT, STATUS_NAMES, WHITE, served_share
from geoplan.report import png, theme
from geoplan.report.locale import Locale, locale_of
from geoplan.report.tables import csv_bytes
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.results import AreaService, Inputs
    from geoplan.scenario import Scenario

Translate = Callable[[str], str]

NAMES: Final = {
    "radius": "Circles (radius)",
    "hata": "Hata and COST 231",
    "tr38901": "3GPP TR 38.901",
    "p1812": "ITU-R P.1812 over terrain",
    "auto": "Model by environment",
}
FIGURES: Final = {
    "white": "White hamlets",
    "dead_spot": "Hamlets with dead spots",
    "covered": "Covered hamlets",
    "people": "People served",
    "area": "Area served, %",
}
MOST_LISTED: Final = 60
"""Hamlets that differ and are listed on the page; differences.csv has all."""
_PIXELS: Final = 700
"""Most pixels across a picture."""
_WHITE: Final = "#b02a30"
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Modelled:
    """One model's answer; ``cover`` None = it cannot be asked, for want of terrain."""

    model: str
    cover: Coverage | None = None
    ground: AreaService | None = None


def write(
    found: Sequence[Modelled], inputs: Inputs, scenario: Scenario, technology: str, folder: Path
) -> None:
    """Write ``models.html``, ``models.csv``, ``differences.csv`` and ``run.json``."""
    told = [one for one in found if one.cover is not None]
    counts = {one.model: figures(one, technology) for one in told}
    differ = differences(told, technology)
    page = render(found, inputs, scenario, technology, counts, differ)
    (folder / "models.html").write_text(page, "utf-8", newline="\n")
    rows = [
        {"model": model, "technology": technology, "indicator": name, "value": value}
        for model, values in counts.items()
        for name, value in values.items()
    ]
    frame = pd.DataFrame(rows, columns=list(tables.MODELS_OUT.names))
    (folder / "models.csv").write_bytes(csv_bytes(frame, tables.MODELS_OUT))
    lines = differ.melt(
        id_vars=["hamlet_id", "name", "population"], var_name="model", value_name="status"
    )
    lines["technology"] = technology
    shown = lines[list(tables.MODEL_DIFFERENCES_OUT.names)]
    (folder / "differences.csv").write_bytes(csv_bytes(shown, tables.MODEL_DIFFERENCES_OUT))
    record = {"schema": 1, "version": __version__, "outputs": [
        "differences.csv", "models.csv", "models.html"]}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8", newline="\n")


def figures(one: Modelled, technology: str) -> dict[str, float]:
    """Count hamlets by status, people and area served by any operator."""
    assert one.cover is not None
    assert one.ground is not None
    cover = one.cover
    status = cover.status(technology, cover.every)
    share = served_share(cover.demand, cover.served[1.0][technology] != 0, len(cover.hamlets))
    people = np.nan_to_num(cover.hamlets["population"].to_numpy(np.float64) * share)
    inside = one.ground.commune >= 0
    each = np.broadcast_to(areas.cell_areas(one.ground.grid), inside.shape)
    served = inside & (one.ground.bits[technology] != 0)
    return {
        "white": float((status == WHITE).sum()),
        "dead_spot": float((status == DEAD_SPOT).sum()),
        "covered": float((status == COVERED).sum()),
        "people": float(people.sum()),
        "area": 100.0 * float(each[served].sum()) / max(float(each[inside].sum()), 1e-9),
    }


def differences(told: Sequence[Modelled], technology: str) -> pd.DataFrame:
    """Give the hamlets whose status is not the same under all models, most people first."""
    if not told:
        return pd.DataFrame(columns=["hamlet_id", "name", "population"])
    first = told[0].cover
    assert first is not None
    frame = first.hamlets[["hamlet_id", "name", "population"]].reset_index(drop=True)
    for one in told:
        assert one.cover is not None
        status = one.cover.status(technology, one.cover.every)
        frame[one.model] = STATUS_NAMES[status].astype(object)
    differs = frame[[one.model for one in told]].nunique(axis=1) > 1
    rows = frame[differs.to_numpy()]
    return rows.sort_values(["population", "hamlet_id"], ascending=[False, True], kind="stable")


def render(
    found: Sequence[Modelled],
    inputs: Inputs,
    scenario: Scenario,
    technology: str,
    counts: dict[str, dict[str, float]],
    differ: pd.DataFrame,
) -> str:
    """Give the page."""
    language = scenario.language
    say, locale = translator(language, "models"), locale_of(language)
    title = say("{name}: {technology} under {count} models").format(
        name=scenario.name, technology=technology, count=len(found)
    )
    shade = _shade(inputs)
    pictures = "".join(
        f"<figure><figcaption>{escape(say(NAMES[one.model]))}</figcaption>"
        f"{_picture(one, inputs, technology, shade, say)}</figure>"
        for one in found
    )
    legend = " · ".join(
        (
            f'<span class="key" style="background:{theme.ANY_OPERATOR}"></span>'
            + escape(say("signal of any operator")),
            '<span class="key dot"></span>' + escape(say("station on air")),
            f'<span class="key dot" style="background:{_WHITE}"></span>'
            + escape(say("white hamlet")),
        )
    )
    ground = say("Terrain: {files}.").format(files=", ".join(inputs.relief.sources)) if (
        inputs.relief
    ) else say("No terrain: no ridge is seen.")  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{escape(say(_WHAT))} {escape(ground)}</p>"
        f'<div class="maps">{pictures}</div><p class="legend">{legend}</p>'
        f"{_numbers(counts, say, locale)}{_list(differ, say, locale)}"
        f"<footer>geoplan {escape(__version__)} · {locale.date(scenario.day)} · "
        f"{escape(say('Levels are predicted, not measured.'))}</footer></main></body></html>\n"
    )


_WHAT: Final = (
    "The same stations, hamlets and ground under each model: where circles promise signal behind "
    "a ridge, a model over terrain does not."
)
_STYLE: Final = """
body{margin:0;font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;color:#1c2733;background:#fff}
main{max-width:1500px;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;margin:.2rem 0 .4rem}h2{font-size:1.1rem;margin:1.2rem 0 .4rem}
.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:1rem}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.3rem}
figure svg{width:100%;height:auto;border:1px solid #c8d0d9;background:#f4f6f8;display:block}
.none{border:1px dashed #b02a30;padding:2rem 1rem;color:#b02a30}
.legend{font-size:.9rem}
.key{display:inline-block;width:.9em;height:.9em;margin-right:.3em;vertical-align:-.1em}
.key.dot{width:.55em;height:.55em;border-radius:50%;background:#1c2733;vertical-align:.1em}
.scroll{overflow-x:auto}
table{border-collapse:collapse}td,th{padding:.25rem .8rem;border-bottom:1px solid #dde3ea}
th{text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}
td.white{color:#b02a30;font-weight:600}
footer{color:#54616e;font-size:.85rem;margin-top:1.2rem}
@media print{@page{size:A4 landscape;margin:10mm}.maps{grid-template-columns:repeat(3,1fr)}}
"""


def _shade(inputs: Inputs) -> tuple[str, tuple[float, float, float, float]] | None:
    """Give the shaded terrain as a picture and where it lies; none without terrain."""
    relief = inputs.relief
    if relief is None:
        return None
    step = max(1, -(-max(relief.ground_m.shape) // _PIXELS))
    heights = relief.ground_m[::step, ::step].astype(np.float64)
    size = relief.grid.dx * step
    down, right = np.gradient(heights, size)
    # Light from the north-west, 45 degrees above the horizon.
    light = (1.0 + (right + down) * np.sqrt(0.5)) / np.sqrt(1.0 + right**2 + down**2)
    grey = np.clip(150.0 + 90.0 * (light - 1.0), 60.0, 250.0).astype(np.uint8)
    west, _, _, north = relief.grid.bounds
    rows, columns = grey.shape
    return png.data_address(png.grey_png(grey)), (west, north, columns * size, rows * size)


def _picture(
    one: Modelled,
    inputs: Inputs,
    technology: str,
    shade: tuple[str, tuple[float, float, float, float]] | None,
    say: Translate,
) -> str:
    if one.cover is None or one.ground is None:
        words = say("This model needs terrain: name a file under inputs.terrain.")
        return f'<p class="none">{escape(words)}</p>'
    grid, cover = one.ground.grid, one.cover
    west, south, east, north = grid.bounds
    size = grid.dx / 1000.0
    parts = [
        f'<svg viewBox="0 0 {(east - west) / 1000:.2f} {(north - south) / 1000:.2f}" '
        f'xmlns="http://www.w3.org/2000/svg" role="img">'
        f"<title>{escape(say(NAMES[one.model]))}</title>"
    ]
    if shade is not None:
        address, (left, top, wide, high) = shade
        parts.append(
            f'<image href="{address}" x="{(left - west) / 1000:.3f}" '
            f'y="{(north - top) / 1000:.3f}" width="{wide / 1000:.3f}" '
            f'height="{high / 1000:.3f}" preserveAspectRatio="none"/>'
        )
    step = max(1, -(-max(grid.shape) // (2 * _PIXELS)))
    mask = (one.ground.bits[technology] != 0) & (one.ground.commune >= 0)
    rows, columns = mask[::step, ::step].shape
    address = png.data_address(png.mask_png(mask[::step, ::step], theme.ANY_OPERATOR))
    parts.append(
        f'<image href="{address}" width="{columns * step * size:.3f}" '
        f'height="{rows * step * size:.3f}" preserveAspectRatio="none" opacity=".5" '
        'style="image-rendering:pixelated"/>'
    )
    shapes = geodesy.shapes_from_wgs84(inputs.communes.geometry.to_numpy(), grid.crs)
    outline = "".join(_outline(shape, west, north) for shape in shapely.simplify(shapes, 150.0))
    unit = (east - west) / 1000.0 / 400.0
    parts.append(
        f'<path d="{outline}" fill="none" stroke="#fff" stroke-width="{unit:.3f}" opacity=".8"/>'
    )
    air = cover.air[cover.air["technology"] == technology]
    places = air[["longitude", "latitude"]].drop_duplicates().to_numpy(np.float64)
    parts.append(_dots(places, grid.crs, west, north, "#1c2733", 2.0 * unit))
    status = cover.status(technology, cover.every)
    white = cover.hamlets[(status == WHITE)][["longitude", "latitude"]].to_numpy(np.float64)
    parts.append(_dots(white, grid.crs, west, north, _WHITE, 3.4 * unit))
    return "".join(parts) + "</svg>"


def _outline(shape: Any, west: float, north: float) -> str:
    parts = []
    for ring in shapely.get_parts(shapely.boundary(shape)):
        points = shapely.get_coordinates(ring)
        steps = "L".join(f"{(x - west) / 1000:.2f} {(north - y) / 1000:.2f}" for x, y in points)
        parts.append(f"M{steps}")
    return "".join(parts)


def _dots(
    places: NDArray[np.float64], crs: str, west: float, north: float, colour: str, size: float
) -> str:
    """Draw places as one path of round dots."""
    if not len(places):
        return ""
    x, y = geodesy.from_wgs84(places[:, 0], places[:, 1], crs)
    marks = "".join(
        f"M{(a - west) / 1000:.2f} {(north - b) / 1000:.2f}h0" for a, b in zip(x, y, strict=True)
    )
    return f'<path d="{marks}" stroke="{colour}" stroke-width="{size:.3f}" stroke-linecap="round"/>'


def _numbers(counts: dict[str, dict[str, float]], say: Translate, locale: Locale) -> str:
    head = "".join(f"<th>{escape(say(NAMES[model]))}</th>" for model in counts)
    body = "".join(
        f"<tr><td>{escape(say(words))}</td>"
        + "".join(
            f'<td class="n">{locale.number(one[name], 1 if name == "area" else 0)}</td>'
            for one in counts.values()
        )
        + "</tr>"
        for name, words in FIGURES.items()
    )
    return (
        f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _list(differ: pd.DataFrame, say: Translate, locale: Locale) -> str:
    models = [name for name in differ.columns if name in NAMES]
    title = say("Hamlets whose status differs: {count}").format(count=locale.number(len(differ)))
    if differ.empty:
        return f"<h2>{escape(title)}</h2>"
    head = "".join(f"<th>{escape(say(NAMES[model]))}</th>" for model in models)
    body = ""
    for row in differ.head(MOST_LISTED).to_dict("records"):
        people = "–" if pd.isna(row["population"]) else locale.number(float(row["population"]))
        cells = "".join(
            f'<td class="{row[model]}">{escape(say(str(row[model])))}</td>' for model in models
        )
        body += (
            f"<tr><td>{escape(str(row['hamlet_id']))}</td><td>{escape(str(row['name']))}</td>"
            f'<td class="n">{people}</td>{cells}</tr>'
        )
    more = ""
    if len(differ) > MOST_LISTED:
        more = f"<p>{escape(say('The rest stands in differences.csv.'))}</p>"
    names = "".join(f"<th>{escape(say(word))}</th>" for word in ("Id", "Hamlet", "People"))
    return (
        f'<h2>{escape(title)}</h2><div class="scroll"><table><thead><tr>{names}{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{more}"
    )
