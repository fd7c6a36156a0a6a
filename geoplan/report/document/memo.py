"""The report of a run as a document: report.docx and report.pdf, from a template.

What each table and picture shows is told by ``memo_tables`` and ``memo_pictures``; the words
around them stand in ``templates/documents/<language>/report.md``, which users may replace.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from geoplan.report import model_words, verified
from geoplan.report.document import memo_pictures, memo_tables, templating
from geoplan.report.document.as_docx import docx_bytes
from geoplan.report.document.as_pdf import pdf_bytes
from geoplan.report.document.model import Document, plain
from geoplan.report.hamlet_facts import list_technology
from geoplan.report.locale import Locale, locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult


def write_memo(result: RunResult, folder: Path, *, marking: str = "") -> None:
    """Write ``report.docx`` and ``report.pdf``.

    Raises
    ------
    ScenarioError
        The user's template cannot be filled.
    """
    document = memo(result, marking=marking)
    (folder / "report.docx").write_bytes(docx_bytes(document))
    (folder / "report.pdf").write_bytes(pdf_bytes(document))


def memo(result: RunResult, *, marking: str = "") -> Document:
    """Give the report of a run as a document."""
    scenario = result.scenario
    folder = None
    if scenario.publish is not None and scenario.publish.templates:
        folder = scenario.folder / scenario.publish.templates
    text, file = templating.load("report", scenario.language, folder)
    words = translator(scenario.language, "document")
    supply = templating.Supply(
        values(result),
        {"table": memo_tables.makers(result), "picture": memo_pictures.makers(result)},
    )
    filled = templating.fill(text, supply, file=file)
    return Document(
        filled.title or plain(scenario.name),
        filled.parts,
        scenario.language,
        scenario.day,
        office=words("UNIT: …………………"),
        number=words("No.: ……/BC"),
        subtitle=plain(
            f"{scenario.name} – "
            + words("figures as of {date}").format(
                date=locale_of(scenario.language).date(scenario.day)
            )
        ),
        marking=marking,
    )


def values(result: RunResult) -> dict[str, Any]:
    """Give what a template may say in ``{{ … }}``: figures as people write them."""
    scenario, baseline, plan = result.scenario, result.baseline, result.plan
    locale = locale_of(scenario.language)
    technology = list_technology(result)
    counts, people = baseline.totals.get("counts", {}), baseline.totals.get("people", {})
    known = people.get("raster") or people.get("hamlets") or {}
    key = technology.lower()
    proposals, siting = plan.proposals, plan.siting
    found: dict[str, Any] = {
        "name": scenario.name,
        "date": locale.date(scenario.day),
        "technology": technology,
        "operators": ", ".join(baseline.operators),
        "hamlets": locale.number(len(baseline.hamlets)),
        "hamlets_unknown": _number(counts.get("hamlets_unknown"), locale),
        "people": _number(known.get("all"), locale),
        "people_served": _number(known.get(technology), locale),
        "people_share": _share(known.get(technology), known.get("all"), locale),
        "positions": _number(counts.get("positions"), locale),
        "shared": _number(counts.get("shared_positions"), locale),
        "shared_share": _share(counts.get("shared_positions"), counts.get("positions"), locale),
        "distance": locale.number(scenario.sharing.merge_distance_m),
        "proposals": locale.number(len(proposals)) if len(proposals) else "",
        "gained": locale.number(float(proposals["gained_people"].sum())),
        "value": _number(siting.get("value"), locale),
        "bound": _number(siting.get("bound"), locale),
        "gap": locale.percent(siting["gap"]) if siting.get("gap") else locale.percent(0.0),
        "assumed": bool((proposals["cost_basis"] == "assumed").any()),
        "targets": len(plan.targets) > 0,
        "duties": len(plan.duties) > 0,
        "verified": verified.sentence(result, translator(scenario.language, "map"), locale),
        "radius": scenario.coverage.model == "radius",
        "sigma": model_words.sigma(result),
        "model": model_words.sentence(result),
        **model_words.threshold(result),
        "sites": len(baseline.cells) > 0,
        "rejects": locale.number(len(result.inputs.rejects)) if len(result.inputs.rejects) else "",
        "siting_technology": scenario.siting.technology,
    }
    for name in ("white", "dead_spot", "covered"):
        part = counts.get(f"{name}_{key}", {})
        found[name] = _number(part.get("count"), locale)
        found[f"{name}_90"] = _number(part.get("radius_90"), locale)
        found[f"{name}_110"] = _number(part.get("radius_110"), locale)
    return found


def _number(value: Any, locale: Locale) -> str:
    return "–" if value is None or pd.isna(value) else locale.number(float(value))


def _share(part: Any, whole: Any, locale: Locale) -> str:
    if part is None or not whole or pd.isna(part) or pd.isna(whole):
        return "–"
    return locale.percent(float(part) / float(whole))
