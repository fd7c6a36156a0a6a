"""Form B8: the lists of sites beside declared totals and beside an earlier report.

The comparison is made in ``sharing.reconcile``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.locale import locale_of
from geoplan.report.workbook_words import CHANGES

if TYPE_CHECKING:
    from geoplan.results import RunResult

_MOST: Final = 500
"""Changes that the form lists; the rest stands in tables/site_changes.csv."""


def lists(result: RunResult, words: Words) -> Form:
    """Form B8: what changed in the lists since the last report, and what operators declare."""
    found = result.baseline.reconciled
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Operator"), "text", 16),
        FormColumn(words("Technology"), "text", 12),
        FormColumn(words("Indicator"), "prose", 28),
        FormColumn(words("Day of the totals"), "text", 14),
        FormColumn(words("Document"), "prose", 26),
        FormColumn(words("Declared"), "count", 13),
        FormColumn(words("Counted"), "count", 13),
        FormColumn(words("Difference"), "count", 13),
        FormColumn(words("Rows refused"), "count", 13),
    )
    changes = (
        FormColumn(words("No."), "order"),
        FormColumn(words("Operator"), "text"),
        FormColumn(words("Technology"), "text"),
        FormColumn(words("Change"), "prose", 28),
        FormColumn(words("Moved, m"), "count"),
        FormColumn(words("Site id"), "prose", 26),
        FormColumn(words("Before"), "prose", 13),
        FormColumn(words("After"), "prose", 13),
    )
    notes: tuple[str, ...] = (
        words("The lists are counted as in form 4, on the day of the totals: rows that were left "
              "out and sites outside every commune do not count."),
        words("A site that is no longer on the list, or has another number or another date, "
              "changes the ratios without a mast being built or taken down."),
    )  # fmt: skip
    total = 0 if found is None else len(found.site_changes)
    if found is None:
        notes += (
            words("Neither an earlier list (sites_before) nor declared totals (declared_totals) "
                  "were given, so there is nothing to compare."),
        )  # fmt: skip
    if total > _MOST:
        notes += (
            words("Changes: {n}; all of them stand in tables/site_changes.csv.").format(n=total),
        )
    return Form(
        "B8",
        words("B8 Lists"),
        words("LISTS OF SITES BESIDE DECLARED TOTALS AND AN EARLIER REPORT"),
        words("Unit: stations; positions; installations"),
        (
            Block(
                columns,
                forms.numbered(_totals(result, found.declared_totals, words)) if found else [],
                heading=words("Declared totals"),
            ),
            Block(
                changes,
                forms.numbered(_changes(found.site_changes, words)) if found else [],
                heading=words("Changes since the earlier list"),
            ),
        ),
        notes,
        fixed_columns=2,
    )


def _totals(result: RunResult, totals: pd.DataFrame, words: Words) -> list[list[Value]]:
    numbers = locale_of(result.scenario.language)
    return [
        [
            row["operator"],
            row["technology"],
            words(row["indicator"]),
            numbers.date(row["as_of"].date()),
            row["document"],
            *(forms.known(row[name]) for name in ("declared", "counted", "difference")),
            forms.known(row["rows_refused"]),
        ]
        for row in totals.to_dict("records")
    ]


def _changes(changes: pd.DataFrame, words: Words) -> list[list[Value]]:
    return [
        [
            row["operator"],
            row["technology"],
            words(CHANGES[row["change"]]),
            forms.known(row["distance_m"]),
            row["site_id"],
            row["before"],
            row["after"],
        ]
        for row in changes.iloc[:_MOST].to_dict("records")
    ]
