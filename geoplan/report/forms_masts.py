"""Form "Thẩm định kế hoạch năm": planned sites beside other plans and masts, and masts in common.

Partners and savings come from ``sharing.potential``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Value, Words

if TYPE_CHECKING:
    from geoplan.results import RunResult

_MOST: Final = 500
"""Rows of a block; the rest stands in tables/."""
_MILLION: Final = 1_000_000

ADVICE: Final = {
    "go_onto": "go onto the mast that stands there",
    "build_together": "build one mast together",
    "none": "no partner near",
}
"""What ``planned_pairs.advice`` says to people; reports translate it."""


def masts(result: RunResult, words: Words) -> list[Form]:
    """Give the form, or nothing where nothing is planned and no masts could be one."""
    planned, potential = result.plan.planned_pairs, result.plan.sharing_potential
    if planned is None or potential is None or (planned.empty and potential.empty):
        return []
    saved = FormColumn(words("Saved, million VND"), "count")
    plan_columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Year"), "order", 7),
        FormColumn(words("Operator"), "text"),
        FormColumn(words("Site id"), "prose", 20),
        FormColumn(words("Advice"), "prose", 28),
        FormColumn(words("Partner"), "prose", 26),
        FormColumn(words("Operators there"), "prose", 22),
        FormColumn(words("Distance, m"), "count"),
        saved,
    )
    mast_columns = (
        FormColumn(words("No."), "order"),
        FormColumn(words("Saved, million VND"), "count"),
        FormColumn(words("Who asks"), "text"),
        FormColumn(words("Mast that could go"), "prose", 26),
        FormColumn(words("Mast that stays"), "prose", 26),
        FormColumn(words("Whom to ask"), "prose", 26),
        FormColumn(words("Distance, m"), "count"),
    )
    limits = result.scenario.sharing.potential_m
    notes = [
        words("Two masts could be one within {urban} m in towns, {suburban} m at their edge and "
              "{rural} m in the country (sharing.potential_m).").format(
                  urban=f"{limits.urban:g}", suburban=f"{limits.suburban:g}",
                  rural=f"{limits.rural:g}"),
        words("Savings are those of building one mast less, by the catalogue of costs; one mast "
              "may stand in several rows, so they do not add up."),
        words("Whether a mast can carry more is to be asked of its owner."),
    ]  # fmt: skip
    if "assumed" in {*planned["cost_basis"], *potential["cost_basis"]}:
        notes.append(words("Costs are assumed, not quoted prices."))
    if max(len(planned), len(potential)) > _MOST:
        notes.append(
            words("All rows stand in tables/planned_pairs.csv and tables/sharing_potential.csv.")
        )
    return [
        Form(
            "TD",
            words("Review of plans"),
            words("REVIEW OF THE PLANS OF THE YEAR AND OF MASTS THAT COULD BE ONE"),
            words("Unit: m; million VND"),
            (
                Block(
                    plan_columns,
                    forms.numbered(_planned(planned.head(_MOST), words)),
                    heading=words("Planned sites beside other plans and masts"),
                ),
                Block(
                    mast_columns,
                    forms.numbered(_potential(potential.head(_MOST))),
                    heading=words("Standing masts that could be one, most saved first"),
                ),
            ),
            tuple(notes),
            fixed_columns=2,
        )
    ]


def _planned(table: pd.DataFrame, words: Words) -> list[list[Value]]:
    return [
        [
            forms.known(row["year"]),
            row["operator"],
            row["site_id"],
            words(ADVICE[row["advice"]]),
            row["partner_id"],
            str(row["partner_operators"]).replace(";", ", "),
            forms.known(row["distance_m"]),
            forms.known(row["saved_vnd"] / _MILLION),
        ]
        for row in table.to_dict("records")
    ]


def _potential(table: pd.DataFrame) -> list[list[Value]]:
    return [
        [
            forms.known(row["saved_vnd"] / _MILLION),
            str(row["who_asks"]).replace(";", ", "),
            row["move_position_id"],
            row["keep_position_id"],
            str(row["whom"]).replace(";", ", "),
            forms.known(row["distance_m"]),
        ]
        for row in table.to_dict("records")
    ]
