"""The page of one link: its profile with the Fresnel zone, its loss term by term, its cure.

What the terms are comes from ``propagation.explaining``; the page needs no script and no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import __version__
from geoplan.propagation.explaining import Clearance
from geoplan.propagation.itu_p1812.link import Link
from geoplan.report.locale import Locale, locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Translate = Callable[[str], str]

Floats = NDArray[np.float64]

WIDTH_MM: Final = 240.0
HEIGHT_MM: Final = 110.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 18.0, 6.0, 12.0, 14.0
_GROUND, _CLUTTER, _ZONE = "#b8a88a", "#7aa874", "#4477aa"
_LINE, _BAD, _INK = "#1d3557", "#b02a30", "#1c2733"
_FONT: Final = 'font-family="Be Vietnam Pro, sans-serif"'
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Told:
    """A link that was explained.

    Attributes
    ----------
    link, clearance
        The profile and what stands in the way, point by point.
    radius_km
        Effective Earth radius of the drawing. [km]
    terms
        Code, words and decibels of each term.
    loss_db, others
        The whole, and words and decibels of what simpler models say.
    sentences
        What the planner reads: obstacle, level, cure, assumptions.
    has_terrain
        Whether any file told heights.
    is_enough
        Whether the level reaches the threshold.
    title
        Of the page.
    """

    link: Link
    clearance: Clearance
    terms: Sequence[tuple[str, float]]
    loss_db: float
    others: Sequence[tuple[str, float]]
    sentences: Sequence[str]
    has_terrain: bool
    is_enough: bool
    title: str


def write(told: Told, folder: Path, language: str) -> None:
    """Write ``link.html``, ``link.png`` and ``run.json`` into an empty folder."""
    import json

    from geoplan.report.document.typesetting import pngs

    drawing = svg(told, language)
    (folder / "link.html").write_text(page(told, language), "utf-8", newline="\n")
    (folder / "link.png").write_bytes(pngs([drawing])[0])
    record = {"schema": 1, "version": __version__, "outputs": ["link.html", "link.png"]}
    text = json.dumps(record, indent=1)
    (folder / "run.json").write_text(text + "\n", "utf-8", newline="\n")


def svg(told: Told, language: str) -> str:
    """Draw the profile: ground with the Earth's bulge, clutter, line of sight, Fresnel zone."""
    say, locale = translator(language, "link"), locale_of(language)
    frame = _Frame.around(told)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" '
        f'viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}" role="img" {_FONT} font-size="3.4" fill="{_INK}">',
        f"<title>{escape(told.title)}</title>",
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="#fff"/>',
        *_axes(frame, locale, say),
        *_shapes(told, frame),
        *_ends(told, frame, locale),
        *_worst(told, frame, say, locale),
        *_legend(say),
        "</svg>",
    ]
    return "".join(parts)


@dataclass(frozen=True)
class _Frame:
    """Where kilometres and metres stand on the drawing."""

    length_km: float
    low_m: float
    high_m: float

    @classmethod
    def around(cls, told: Told) -> _Frame:
        link, clear = told.link, told.clearance
        tops = (
            link.surface_amsl_m + clear.bulge_m,
            clear.line_amsl_m + clear.fresnel_m,
        )
        low = float(min((link.ground_amsl_m).min(), (clear.line_amsl_m - clear.fresnel_m).min()))
        high = float(max(top.max() for top in tops))
        room = max(high - low, 20.0) * 0.06
        return cls(float(link.length_km), low - room, high + room)

    def x(self, km: Any) -> Any:
        return _LEFT + (WIDTH_MM - _LEFT - _RIGHT) * np.asarray(km) / self.length_km

    def y(self, metres: Any) -> Any:
        share = (np.asarray(metres) - self.low_m) / (self.high_m - self.low_m)
        return HEIGHT_MM - _BOTTOM - (HEIGHT_MM - _TOP - _BOTTOM) * share


def _path(x: Floats, y: Floats) -> str:
    return "L".join(f"{a:.2f} {b:.2f}" for a, b in zip(x, y, strict=True))


def _axes(frame: _Frame, locale: Locale, say: Translate) -> list[str]:
    parts = []
    for metres in _ticks(frame.low_m, frame.high_m, 6):
        y = float(frame.y(metres))
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH_MM - _RIGHT}" y1="{y:.2f}" y2="{y:.2f}" '
            f'stroke="#dde3ea" stroke-width=".25"/>'
            f'<text x="{_LEFT - 1.5}" y="{y + 1.1:.2f}" text-anchor="end">'
            f"{locale.number(metres)}</text>"
        )
    base = HEIGHT_MM - _BOTTOM
    for km in _ticks(0.0, frame.length_km, 8):
        x = float(frame.x(km))
        digits = 1 if frame.length_km < 8 else 0
        parts.append(
            f'<line x1="{x:.2f}" x2="{x:.2f}" y1="{base}" y2="{base + 1.2}" stroke="{_INK}" '
            f'stroke-width=".25"/><text x="{x:.2f}" y="{base + 5}" text-anchor="middle">'
            f"{locale.number(km, digits)}</text>"
        )
    parts.append(
        f'<text x="{WIDTH_MM - _RIGHT}" y="{HEIGHT_MM - 3.5}" text-anchor="end">'
        f"{escape(say('distance from A, km'))}</text>"
        f'<text x="{_LEFT}" y="{_TOP - 3}">{escape(say("height above sea level, m"))}</text>'
    )
    return parts


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Give round values between two ends."""
    raw = (high - low) / most
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(k * power for k in (1.0, 2.0, 5.0, 10.0) if k * power >= raw)
    first = np.ceil(low / step) * step
    return [float(value) for value in np.arange(first, high + 1e-9 * step, step)]


def _shapes(told: Told, frame: _Frame) -> list[str]:
    link, clear = told.link, told.clearance
    x = frame.x(link.distance_km)
    ground, top = link.ground_amsl_m + clear.bulge_m, link.surface_amsl_m + clear.bulge_m
    base = HEIGHT_MM - _BOTTOM
    fine = np.linspace(0.0, link.length_km, 200)
    line = np.interp(fine, link.distance_km, clear.line_amsl_m)
    radius = np.sqrt(np.maximum(link.wavelength_m * 1e3 * fine * (link.length_km - fine), 0.0))
    radius /= np.sqrt(link.length_km)
    zone = [*zip(frame.x(fine), frame.y(line + radius), strict=True)]
    zone += [*zip(frame.x(fine[::-1]), frame.y((line - radius)[::-1]), strict=True)]
    outline = "L".join(f"{a:.2f} {b:.2f}" for a, b in zone)
    parts = []
    if (link.clutter_m > 0).any():
        parts.append(
            f'<path d="M{x[0]:.2f} {base}L{_path(x, frame.y(top))}L{x[-1]:.2f} {base}Z" '
            f'fill="{_CLUTTER}"/>'
        )
    parts.append(
        f'<path d="M{x[0]:.2f} {base}L{_path(x, frame.y(ground))}L{x[-1]:.2f} {base}Z" '
        f'fill="{_GROUND}"/>'
        f'<path d="M{outline}Z" fill="{_ZONE}" fill-opacity=".18" stroke="{_ZONE}" '
        f'stroke-width=".3" stroke-dasharray="1.4 1"/>'
        f'<path d="M{_path(x, frame.y(clear.line_amsl_m))}" fill="none" stroke="{_LINE}" '
        f'stroke-width=".5"/>'
    )
    return parts


def _ends(told: Told, frame: _Frame, locale: Locale) -> list[str]:
    link, parts = told.link, []
    for name, at, agl, anchor in (
        ("A", 0, link.tx_agl_m, "start"),
        ("B", -1, link.rx_agl_m, "end"),
    ):
        x = float(frame.x(link.distance_km[at]))
        foot, top = (float(frame.y(link.ground_amsl_m[at] + up)) for up in (0.0, agl))
        aside = 1.5 if anchor == "start" else -1.5
        parts.append(
            f'<line x1="{x:.2f}" x2="{x:.2f}" y1="{foot:.2f}" y2="{top:.2f}" stroke="{_INK}" '
            f'stroke-width=".9"/><circle cx="{x:.2f}" cy="{top:.2f}" r="1" fill="{_INK}"/>'
            f'<text x="{x + aside:.2f}" y="{top - 2:.2f}" text-anchor="{anchor}" '
            f'font-weight="600">{name} · {locale.number(agl, 1 if agl < 10 else 0)} m</text>'
        )
    return parts


def _worst(told: Told, frame: _Frame, say: Translate, locale: Locale) -> list[str]:
    """Mark the point that stands most in the way."""
    nu = told.clearance.nu
    at = 1 + int(np.argmax(nu[1:-1]))
    if not nu[at] > -0.78:
        return []
    link, clear = told.link, told.clearance
    x = float(frame.x(link.distance_km[at]))
    y = float(frame.y(link.surface_amsl_m[at] + clear.bulge_m[at]))
    above = locale.number(float(clear.above_line_m[at]), 0)
    anchor, aside = ("start", 2.0) if at < len(nu) / 2 else ("end", -2.0)
    words = say("main obstacle: {above} m above the line").format(above=above)
    return [
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.5" fill="none" stroke="{_BAD}" '
        f'stroke-width=".6"/><text x="{x + aside:.2f}" y="{max(y - 2.5, 4):.2f}" '
        f'text-anchor="{anchor}" fill="{_BAD}" font-weight="600">{escape(words)}</text>'
    ]


def _legend(say: Translate) -> list[str]:
    items = (
        (_GROUND, say("ground with the Earth's bulge")),
        (_CLUTTER, say("trees and houses")),
        (_ZONE, say("first Fresnel zone")),
        (_LINE, say("line of sight")),
    )
    parts, x = [], _LEFT
    for colour, words in items:
        parts.append(
            f'<rect x="{x:.1f}" y="{HEIGHT_MM - 6}" width="3.4" height="2.6" fill="{colour}"/>'
            f'<text x="{x + 4.6:.1f}" y="{HEIGHT_MM - 3.7}">{escape(words)}</text>'
        )
        x += 9.0 + 1.85 * len(words)
    return parts


_STYLE: Final = """
body{margin:0;font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;color:#1c2733;background:#fff}
main{max-width:1100px;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;margin:.2rem 0 .6rem}
h2{font-size:1.1rem;margin:1.2rem 0 .4rem}
.picture{overflow-x:auto}
.picture svg{width:100%;min-width:640px;height:auto;display:block}
.alert{background:#fff4d6;border-left:4px solid #d39e00;padding:.6rem .8rem;margin:.6rem 0}
.verdict{font-weight:600}
.good{color:#1b6e3c}.bad{color:#b02a30}
table{border-collapse:collapse;margin:.6rem 0;min-width:20rem}
td,th{padding:.25rem .8rem;border-bottom:1px solid #dde3ea;text-align:left}
td:last-child,th:last-child{text-align:right;font-variant-numeric:tabular-nums}
tr.sum td{font-weight:600;border-top:2px solid #1c2733}
footer{color:#54616e;font-size:.85rem;margin-top:1.2rem}
@media print{@page{size:A4;margin:12mm}.picture svg{min-width:0}}
"""


def page(told: Told, language: str) -> str:
    """Give the page as HTML: no script, nothing from outside."""
    say, locale = translator(language, "link"), locale_of(language)
    rows = "".join(
        f"<tr><td>{escape(words)}</td><td>{locale.number(added, 1)}</td></tr>"
        for words, added in told.terms
    )
    others = "".join(
        f"<tr><td>{escape(words)}</td><td>{locale.number(loss, 1)}</td></tr>"
        for words, loss in told.others
    )
    alert = ""
    if not told.has_terrain:
        words = say("No terrain: the ground is taken as flat and bare, no ridge is seen.")
        alert = f'<p class="alert" role="note">{escape(words)}</p>'
    first, *rest = told.sentences
    sentences = "".join(f"<p>{escape(one)}</p>" for one in rest)
    verdict = "good" if told.is_enough else "bad"
    term, decibels, model = (escape(say(x)) for x in ("term", "loss, dB", "model"))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(told.title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(told.title)}</h1>{alert}"
        f'<p class="verdict {verdict}">{escape(first)}</p>'
        f'<div class="picture" tabindex="0">{svg(told, language)}</div>{sentences}'
        f"<h2>{escape(say('Why the signal loses what it loses'))}</h2>"
        f"<table><thead><tr><th>{term}</th><th>{decibels}</th></tr></thead><tbody>{rows}"
        f'<tr class="sum"><td>{escape(say("total loss"))}</td>'
        f"<td>{locale.number(told.loss_db, 1)}</td></tr></tbody></table>"
        f"<h2>{escape(say('What simpler models say'))}</h2>"
        f"<table><thead><tr><th>{model}</th><th>{decibels}</th></tr></thead>"
        f"<tbody>{others}</tbody></table>"
        f"<footer>ITU-R P.1812-8 · geoplan {escape(__version__)}</footer></main></body></html>\n"
    )
