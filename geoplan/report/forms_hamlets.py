"""Forms B2 and B9: hamlets without signal by name, and what to answer those who live there.

What is told of a hamlet comes from ``hamlet_facts``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.hamlet_facts import HamletFacts, hamlets_without_signal, list_technology
from geoplan.report.locale import locale_of
from geoplan.report.model_words import or_level
from geoplan.report.workbook_words import SHORT_STATUS

if TYPE_CHECKING:
    from geoplan.results import RunResult


NEAR: Final = (
    "Near the threshold: the status changes when every level is {sigma} dB lower or higher; check."
)


def facts_of(result: RunResult, words: Words) -> HamletFacts:
    """Give what can be told of the hamlets on the technology of the lists."""
    return HamletFacts(result, list_technology(result), words, locale_of(result.scenario.language))


def hamlet_list(result: RunResult, words: Words) -> Form:
    """Form B2: white and dead-spot hamlets, and those without a location."""
    technologies = forms.shown_technologies(result)
    technology = list_technology(result)
    at_centre = words("Covering operators, {technology}").format(technology=technology)
    measure = words("Measures")
    more = words("For the planner")
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune or ward"), "text", 18),
        FormColumn(words("Hamlet"), "text", 22),
        FormColumn(words("Households"), "count", 7),
        FormColumn(words("Inhabitants"), "count", 7.5),
        FormColumn(words("Grid power"), "text", 6.5),
        FormColumn(words("Specially difficult"), "text", 6.5),
        FormColumn(at_centre, "prose", 15),
        FormColumn(words("Groups of houses without signal"), "prose", 18),
        FormColumn(words("Cause"), "prose", 18),
        FormColumn(words("Remedy, leading operator"), "prose", 22, measure),
        FormColumn(words("Deadline"), "prose", 12, measure),
        FormColumn(words("Source"), "prose", 10),
        FormColumn(words("Code"), "text", 14.5, more),
        *(
            FormColumn(
                words("Status, {technology}").format(
                    technology=forms.technology_name(name, words)
                ),
                "text", 12, more)
            for name in technologies
        ),
        FormColumn(words("Near the threshold"), "text", 9.5, more),
        FormColumn(words("Longitude"), "degrees", 10.5, more),
        FormColumn(words("Latitude"), "degrees", 10, more),
    ]  # fmt: skip
    facts = facts_of(result, words)
    names = forms.commune_names(result)
    rows = [
        _hamlet_row(row, names, technologies, facts, words)
        for row in hamlets_without_signal(result)
    ]
    notes = (
        words("Listed by {technology} and mobile broadband.").format(technology=technology),
        words("Cause: as far as distances tell; hills and buildings are not known."),
        or_level(
            result,
            words(
                "Near the threshold: the status changes between 90 % and 110 % of the radius; "
                "check."
            ),
            NEAR,
        ),
    )
    return Form(
        "B2",
        words("B2 White, dead spots"),
        words("HAMLETS WITHOUT SIGNAL, WITH DEAD SPOTS OR WITHOUT COORDINATES"),
        words("Unit: people; households"),
        (Block(tuple(columns), forms.numbered(rows)),),
        notes,
        is_wide=True,
    )


def _hamlet_row(
    row: Mapping[str, Any],
    names: Mapping[str, str],
    technologies: Sequence[str],
    facts: HamletFacts,
    words: Words,
) -> list[Value]:
    statuses = [row[f"status_{name.lower()}"] for name in technologies]
    return [
        names.get(row["commune_code"], row["commune_name"]),
        row["name"],
        forms.known(row["households"]),
        forms.known(row["population"]),
        _yes_no(row["has_grid_power"], words),
        _yes_no(row["special_difficulty"], words),
        forms.operators_text(row.get(f"operators_{facts.technology.lower()}", "")),
        facts.clusters(row["hamlet_id"]),
        facts.cause(row),
        facts.remedy(row),
        facts.deadline(row),
        facts.source(row),
        row["hamlet_id"],
        *(words(SHORT_STATUS.get(status, status)) for status in statuses),
        words("to be checked") if row["near_threshold"] is True else "",
        forms.known(row["longitude"]),
        forms.known(row["latitude"]),
    ]


def _yes_no(value: Any, words: Words) -> str:
    if pd.isna(value):
        return ""
    return words("yes") if value else words("no")


def voter_replies(result: RunResult, words: Words) -> Form:
    """Form B9: for each hamlet without signal what there is, what is near, and what to answer."""
    facts = facts_of(result, words)
    operators = result.baseline.operators
    near = words("Nearest station of {technology}, km").format(technology=facts.technology)
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune, ward, special zone"), "text", 20),
        FormColumn(words("Hamlet"), "text", 22),
        FormColumn(words("Stations in the commune"), "prose", 24),
        *(FormColumn(name, "tenth", max(9.0, len(name) + 1.0), near) for name in operators),
        FormColumn(words("Grid power"), "text", 7),
        FormColumn(words("Answer"), "prose", 70),
    )
    stations = _stations(result)
    names = forms.commune_names(result)
    rows: list[list[Value]] = []
    for row in hamlets_without_signal(result):
        metres = dict(facts.nearest.get(str(row["hamlet_id"]), []))
        rows.append(
            [
                names.get(row["commune_code"], row["commune_name"]),
                row["name"],
                stations.get(row["commune_code"], words("none")),
                *(metres[name] / 1000.0 if name in metres else None for name in operators),
                _yes_no(row["has_grid_power"], words),
                _answer(row, names, facts, words),
            ]
        )
    return Form(
        "B9",
        words("B9 Replies to voters"),
        words("REPLIES TO VOTERS ABOUT HAMLETS WITHOUT SIGNAL"),
        words("Unit: stations; km"),
        (Block(columns, forms.numbered(rows)),),
        (
            words("Distances are from the centre of the hamlet to the station, on the map; what "
                  "stands between them is not known."),
            words("For the planner: distances to stations are not for handing on."),
        ),
        fixed_columns=3,
    )  # fmt: skip


def _stations(result: RunResult) -> dict[str, str]:
    """Give the stations of each commune: Viettel 4G 3, 5G 1; VNPT …"""
    told = result.baseline.indicators
    rows = told[
        (told["indicator"] == "STATIONS")
        & (told["level"] == "commune")
        & (told["operator"] != "")
        & (told["technology"] != "")
        & (told["value"] > 0)
    ].sort_values(["unit_id", "operator", "technology"], kind="stable")
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows.to_dict("records"):
        own = found.setdefault(row["unit_id"], {}).setdefault(row["operator"], [])
        own.append(f"{row['technology']} {int(row['value'])}")
    return {
        code: "; ".join(f"{operator} {', '.join(parts)}" for operator, parts in own.items())
        for code, own in found.items()
    }


def _answer(
    row: Mapping[str, Any], names: Mapping[str, str], facts: HamletFacts, words: Words
) -> str:
    """Write the sentence that can be sent to those who asked."""
    status = row.get(f"status_{facts.technology.lower()}", row["status_mbb"])
    openings = {
        "white": words("{hamlet}, {commune}: no {technology} signal at the centre of the hamlet"),
        "dead_spot": words("{hamlet}, {commune}: {technology} signal at the centre of the hamlet, "
                           "but not at these groups of houses: {clusters}"),
        "unknown": words("{hamlet}, {commune}: the place of the hamlet is not yet known"),
        "covered": words("{hamlet}, {commune}: {technology} signal at the centre"),
    }  # fmt: skip
    opening = openings.get(status, openings["covered"]).format(
        hamlet=row["name"],
        commune=names.get(row["commune_code"], row["commune_name"]),
        technology=facts.technology,
        clusters=facts.clusters(row["hamlet_id"]),
    )
    day = words("figures as of {date}").format(date=facts.locale.date(facts.result.scenario.day))
    year, promised = facts.deadline(row), facts.promised_by(row)
    when = words(", in {year}").format(year=year) if year else ""
    when = words(", by {date}").format(date=promised) if promised else when
    remedy = words("Measure: {remedy}{when}.").format(
        remedy=facts.remedy(row, public=True), when=when
    )
    return f"{opening} ({day}). {remedy}"
