"""Writes thay-doi.html: what changed between runs, one page to print and to hand on.

No script and no request; charts are inline SVG. The tables are those of ``change_forms``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geoplan import __version__
from geoplan.indicators import accounts
from geoplan.report import change_forms, charts, embedding
from geoplan.report.change_words import SERIES
from geoplan.report.forms import Block, Form, FormColumn, Share, Value, Words
from geoplan.report.locale import MISSING, Locale, locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from jinja2 import Environment

    from geoplan.report.comparison import Comparison

NAME: Final = "thay-doi.html"
_MOST: Final = 300
"""Rows of a list on the page; all stand in the tables."""
_SHORT: Final = 10
"""Texts up to this length, such as days, are never broken."""
_UNITS: Final = 3
"""Provinces that get charts."""


def write_change_report(found: Comparison, folder: Path, language: str) -> None:
    """Write the page."""
    (folder / NAME).write_text(change_report(found, language), "utf-8", newline="\n")


def change_report(found: Comparison, language: str) -> str:
    """Give the page as HTML, sealed against requests."""
    words, locale = translator(language, "compare"), locale_of(language)
    forms = change_forms.forms(found, words, locale, _MOST)
    step = found.whole
    page = {
        "language": language,
        "policy": embedding.POLICY_MARK,
        "program": f"geoplan {__version__}",
        "style": embedding.style(embedding.font_faces() + embedding.own_text("change.css")),
        "title": found.runs[-1].name,
        "subtitle": words("Report of changes"),
        "days": words("from {old} to {new}").format(
            old=locale.date(step.old.as_of.date()), new=locale.date(step.new.as_of.date())
        ),
        "runs": [(locale.date(run.as_of.date()), run.name) for run in found.runs],
        "runs_title": words("Runs"),
        "figures": _figures(found, words, locale),
        "sentences": _sentences(found, words, locale),
        "why_title": words("Why the number of white hamlets changed"),
        "charts": _charts(found, words, locale),
        "charts_title": words("Figures over the runs"),
        "charts_note": words("Hollow marks: not comparable with the newest run; see the table."),
        "sections": [_section(form, words, locale) for form in forms],
        "contents": words("Contents"),
        "no_data": words("No rows"),
    }
    html = _templates().get_template("change.html").render(page=page)
    return embedding.sealed(html)


def _sentences(found: Comparison, words: Words, locale: Locale) -> list[str]:
    """Say why the white hamlets changed; and where only the lists could be compared, say so."""
    step = found.whole
    told = change_forms.sentences(step, words, locale)
    if set(change_forms.largest(step)["level"]) == {accounts.LISTS}:
        told.append(words("No province stands in both runs with the same version."))
    return told


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def _figures(found: Comparison, words: Words, locale: Locale) -> list[tuple[str, str]]:
    """Give the few numbers at the head of the page."""
    step = found.whole
    stations = change_forms.station_counts(step).values()
    frame = step.hamlets[step.hamlets["kind"] == "network"]
    shown = [
        (words("stations opened"), sum(figures[1] for figures in stations)),
        (words("stations off air"), -sum(figures[2] for figures in stations)),
    ]
    for technology in (name for name in step.new.technologies if name != "MBB"):
        of = frame[frame["technology"] == technology]
        covered = float((of["before"] == "white").sum())
        lost = float((of["after"] == "white").sum())
        say = words("hamlets that became covered, {technology}")
        shown.append((say.format(technology=technology), covered))
        say = words("hamlets that lost signal, {technology}")
        shown.append((say.format(technology=technology), lost))
    return [(text, locale.number(value)) for text, value in shown]


def _charts(found: Comparison, words: Words, locale: Locale) -> list[dict[str, Any]]:
    """Give the charts of the main series, for each province that several runs have."""
    drawn = []
    technologies = [name for name in found.runs[-1].technologies if name != "MBB"]
    for key in change_forms.main_units(found)[:_UNITS]:
        unit = change_forms.unit_name(found, key, words)
        for title, members, is_share in (
            (words("White hamlets"), [("HAMLETS_WHITE", t, t) for t in technologies], False),
            (words("People served"), [("POP_SERVED", t, t) for t in technologies], True),
            (
                words("BTS positions"),
                [(n, "", words(SERIES[n])) for n in ("POSITIONS", "SHARED_POSITIONS")],
                False,
            ),
            (
                words("Share of positions that are shared"),
                [("SHARE_POS", "", words("shared"))],
                True,
            ),
        ):
            lines = [_line(found, key, *member) for member in members]
            lines = [line for line in lines if any(value is not None for value in line.values)]
            if lines:
                svg = _drawn(found, f"{title}, {unit}", lines, locale, is_share=is_share)
                drawn.append({"title": title, "unit": unit, "svg": svg})
    return drawn


def _line(
    found: Comparison, key: tuple[str, str, str], indicator: str, technology: str, name: str
) -> charts.Line:
    told = change_forms.values_of(found, key, indicator, technology)
    return charts.Line(name, [value for value, _ in told], [bool(why) for _, why in told])


def _drawn(
    found: Comparison, title: str, lines: Sequence[charts.Line], locale: Locale, *, is_share: bool
) -> str:
    return charts.line_chart(
        [run.as_of.date() for run in found.runs],
        lines,
        title=title,
        written=locale.percent if is_share else locale.number,
        day_written=locale.date,
        top=1.0 if is_share else None,
    )


def _section(form: Form, words: Words, locale: Locale) -> dict[str, Any]:
    return {
        "id": form.number,
        "title": form.title,
        "short": form.sheet.partition(" ")[2],
        "unit": form.unit,
        "notes": form.notes,
        "blocks": [_block(block, locale) for block in form.blocks],
    }


def _block(block: Block, locale: Locale) -> dict[str, Any]:
    groups: list[tuple[str, int]] = []
    for column in block.columns:
        if groups and column.group and groups[-1][0] == column.group:
            groups[-1] = (column.group, groups[-1][1] + 1)
        else:
            groups.append((column.group, 1))
    return {
        "heading": block.heading,
        "groups": groups if any(group for group, _ in groups) else [],
        "titles": [column.title for column in block.columns],
        "rows": [_cells(block.columns, row, locale) for row in block.rows],
        "total": _cells(block.columns, block.total, locale) if block.total else [],
    }


def _cells(
    columns: Sequence[FormColumn], row: Sequence[Value], locale: Locale
) -> list[tuple[str, str]]:
    """Give class and text of each cell."""
    cells = []
    for column, value in zip(columns, row, strict=True):
        if isinstance(value, str):
            cells.append(("t" if len(value) > _SHORT else "t s", value))
        elif value is None or value != value:
            cells.append(("n", MISSING))
        elif isinstance(value, Share):
            cells.append(("n", locale.percent(float(value))))
        else:
            text = locale.number(float(value)).replace("-", "−")
            cells.append(("o" if column.kind == "order" else "n", text))
    return cells
