"""Form B5: places by class, and how many of them each technology and operator serves.

Which places are served is told by ``indicators``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geoplan.report import forms
from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.workbook_words import value_words

if TYPE_CHECKING:
    from geoplan.results import RunResult


def places(result: RunResult, words: Words) -> Form:
    """Form B5: the places of the province with signal, by class."""
    technologies = list(reversed(result.baseline.technologies))
    operators = result.baseline.operators
    served, share = words("With signal"), words("Share, %")
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Class of places"), "text", 30),
        FormColumn(words("Places"), "count", 9),
    ]
    for technology in technologies:
        columns += [
            FormColumn(served, "count", 9, technology),
            FormColumn(share, "percent", 9, technology),
            *(
                FormColumn(name, "count", max(9.0, len(name) + 1.0), technology)
                for name in operators
            ),
        ]
    told = _told(result)
    spoken = value_words("place_class", words)
    shown = {name: spoken.get(name, name) for name in {key[2] for key in told if key[2]}}
    classes = sorted(shown, key=lambda name: (vietnamese_key(shown[name]), name))
    rows = [[shown[name], *_cells(told, technologies, operators, name)] for name in classes]
    total = ["", words("ALL PLACES"), *_cells(told, technologies, operators, "")]
    notes = (
        words("A place is served where its point is, or half of its area or more; by any operator, "
              "or by the one named."),
        words("Places of two classes at one spot count once among all places, and once in each "
              "class."),
    )  # fmt: skip
    return Form(
        "B5",
        words("B5 Places"),
        words("PLACES WITH 5G AND 4G SIGNAL, BY CLASS"),
        words("Unit: places; %"),
        (Block(tuple(columns), forms.numbered(rows), total if rows else ()),),
        notes,
        fixed_columns=2,
    )


Told = Mapping[tuple[str, str, str], Mapping[Any, Any]]


def _told(result: RunResult) -> Told:
    rows = result.baseline.indicators
    rows = rows[(rows["indicator"] == "PLACE_SERVED") & (rows["level"] == "province")]
    return {
        (row["technology"], row["operator"], row["place_class"]): row
        for row in rows.to_dict("records")
    }


def _cells(
    told: Told, technologies: list[str], operators: tuple[str, ...], name: str
) -> list[Value]:
    """Give the number of places, then served and share for each technology and operator."""
    anybody = [told.get((technology, "", name), {}) for technology in technologies]
    cells: list[Value] = [next((forms.known(row["denominator"]) for row in anybody if row), None)]
    for technology, row in zip(technologies, anybody, strict=True):
        cells += [
            forms.known(row["numerator"]) if row else None,
            forms.known(row["value"]) if row else None,
        ]
        for operator in operators:
            own = told.get((technology, operator, name))
            cells.append(forms.known(own["numerator"]) if own else None)
    return cells
