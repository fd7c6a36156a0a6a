"""Forms B1 and B2: the hamlets of each commune by status, and those without signal by name.

Which status a hamlet has is left to ``coverage``; laying out to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from geoplan.report import forms
from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.workbook_words import SHORT_STATUS

if TYPE_CHECKING:
    from geoplan.results import RunResult


def hamlet_status(result: RunResult, words: Words) -> Form:
    """Form B1: the hamlets of each commune by status."""
    technologies = forms.shown_technologies(result)
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Code"), "text", 8),
        FormColumn(words("Commune, ward, special zone"), "text", 26),
        FormColumn(words("People"), "count", 11),
        FormColumn(words("Hamlets"), "count", 9),
        FormColumn(words("Without coordinates"), "count", 9),
    ]
    for technology in technologies:
        group = forms.technology_name(technology, words)
        columns += [
            FormColumn(words("White"), "count", 7.5, group),
            FormColumn(words("Dead spots"), "count", 8.5, group),
            FormColumn(words("Covered"), "count", 8.5, group),
            FormColumn(words("Not white, %"), "percent", 9.5, group),
        ]
    communes = forms.by_name(result.baseline.communes, result)
    names = forms.commune_names(result)
    rows = [
        [row["commune_code"], names[row["commune_code"]], *_status_cells(row, technologies)]
        for row in communes.to_dict("records")
    ]
    sums = {
        name: forms.total_of(communes[name])
        for name in communes.columns
        if communes[name].dtype.kind in "fi"
    }
    total = ["", "", words("TOTAL"), *_status_cells(sums, technologies)]
    notes = (
        words("White: no signal at the centre of the hamlet, from any operator."),
        words("Dead spots: signal at the centre, but not at one group of houses or more."),
        words("Not white, % = (hamlets with dead spots + covered) / hamlets with coordinates."),
    )
    return Form(
        "B1",
        words("B1 Hamlets"),
        words("HAMLETS BY COVERAGE, BY COMMUNE"),
        words("Unit: hamlets; people; %"),
        (Block(tuple(columns), forms.numbered(rows), total),),
        notes,
    )


def _status_cells(row: Mapping[Any, Any], technologies: Sequence[str]) -> list[Value]:
    cells: list[Value] = [
        forms.known(row.get(name)) for name in ("population", "hamlets", "hamlets_unknown")
    ]
    for technology in technologies:
        parts = [
            forms.known(row.get(f"{status}_{technology.lower()}"))
            for status in ("white", "dead_spot", "covered")
        ]
        white, spots, covered = (part or 0.0 for part in parts)
        cells += [*parts, forms.ratio(spots + covered, white + spots + covered)]
    return cells


def hamlet_list(result: RunResult, words: Words) -> Form:
    """Form B2: white and dead-spot hamlets, and those without a location."""
    baseline = result.baseline
    technologies = forms.shown_technologies(result)
    listed = _to_list(baseline.hamlets, result)
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune, ward, special zone"), "text", 22),
        FormColumn(words("Hamlet"), "text", 26),
        FormColumn(words("Code"), "text", 13),
        FormColumn(words("People"), "count", 8),
        FormColumn(words("Households"), "count", 7),
        FormColumn(words("Grid power"), "text", 7),
        *(
            FormColumn(forms.technology_name(name, words), "text", 15, words("Status"))
            for name in technologies
        ),
        FormColumn(words("Operators at the centre, {technology}").format(
            technology=_list_technology(result)), "text", 20),
        FormColumn(words("Near the threshold"), "text", 10),
        FormColumn(words("Longitude"), "degrees", 11.5),
        FormColumn(words("Latitude"), "degrees", 11),
    ]  # fmt: skip
    names = forms.commune_names(result)
    rows = [_hamlet_row(row, names, technologies, result, words) for row in listed]
    notes = (
        words("Listed by {technology} and mobile broadband.").format(
            technology=_list_technology(result)
        ),
        words(
            "Near the threshold: the status changes between 90 % and 110 % of the radius; check."
        ),
    )
    return Form(
        "B2",
        words("B2 White, dead spots"),
        words("HAMLETS WITHOUT SIGNAL, WITH DEAD SPOTS OR WITHOUT COORDINATES"),
        words("Unit: people; households"),
        (Block(tuple(columns), forms.numbered(rows)),),
        notes,
    )


def _list_technology(result: RunResult) -> str:
    technologies = result.baseline.technologies
    return "4G" if "4G" in technologies else technologies[0] if technologies else "4G"


def _to_list(hamlets: pd.DataFrame, result: RunResult) -> list[dict[str, Any]]:
    """Give the hamlets that are not covered, by commune, worst first, then by name."""
    rank = {"white": 0, "dead_spot": 1, "unknown": 2}
    column = f"status_{_list_technology(result).lower()}"
    own = hamlets.get(column, hamlets["status_mbb"])
    worst = [
        min(rank.get(one, 3), rank.get(two, 3))
        for one, two in zip(own, hamlets["status_mbb"], strict=True)
    ]
    names = forms.commune_names(result)
    keyed = [
        (
            vietnamese_key(names.get(row["commune_code"], row["commune_name"])),
            row["commune_code"],
            worst[place],
            vietnamese_key(row["name"]),
            row["hamlet_id"],
            place,
        )
        for place, row in enumerate(hamlets.to_dict("records"))
        if worst[place] < 3
    ]
    records = hamlets.to_dict("records")
    return [{str(k): v for k, v in records[key[-1]].items()} for key in sorted(keyed)]


def _hamlet_row(
    row: Mapping[str, Any],
    names: Mapping[str, str],
    technologies: Sequence[str],
    result: RunResult,
    words: Words,
) -> list[Value]:
    statuses = [row[f"status_{name.lower()}"] for name in technologies]
    return [
        names.get(row["commune_code"], row["commune_name"]),
        row["name"],
        row["hamlet_id"],
        forms.known(row["population"]),
        forms.known(row["households"]),
        _yes_no(row["has_grid_power"], words),
        *(words(SHORT_STATUS.get(status, status)) for status in statuses),
        forms.operators_text(row.get(f"operators_{_list_technology(result).lower()}", "")),
        words("to be checked") if row["near_threshold"] is True else "",
        forms.known(row["longitude"]),
        forms.known(row["latitude"]),
    ]


def _yes_no(value: Any, words: Words) -> str:
    if pd.isna(value):
        return ""
    return words("yes") if value else words("no")
