"""Form B1: the hamlets of each commune by status.

Which status a hamlet has is left to ``coverage``; laying out to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Value, Words

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
