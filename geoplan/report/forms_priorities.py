"""Form "Hướng ưu tiên": three ways to plan beside each other, who pays, and holes no plan cures.

The plans are made in ``siting``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.workbook_words import PRIORITIES
from geoplan.siting.cures import VERDICTS

if TYPE_CHECKING:
    from geoplan.results import RunResult

_MILLION: Final = 1_000_000
_MOST: Final = 300
"""Holes that the form lists; all stand in tables/."""
_OPEN: Final = ("satellite", "below_minimum", "near_threshold", "candidate", "proposed_in_part")
"""Verdicts of holes that the plan does not cure, as the form lists them."""


def priorities(result: RunResult, words: Words) -> list[Form]:
    """Give the form, or nothing where no plan was made."""
    ways = result.plan.more.get("siting_priorities", pd.DataFrame())
    if ways.empty:
        return []
    blocks = [_ways(result, ways, words), _payers(result, words), _holes(result, words)]
    floor = f"{result.scenario.siting.commune_floor:.0%}".replace("%", " %")
    notes = [
        words("Each way keeps to the same limits and candidates; the proposals of form B7 follow "
              "the one that is marked."),
        words("A commune is below the floor where fewer than {share} of its people would have any "
              "operator afterwards (siting.commune_floor).").format(share=floor),
        words("Distance to the bound: no plan of the same candidates is better by more."),
        words("Shapley value: what each operator adds to the cost on average over every order of "
              "coming; who stands at the position already causes no new place."),
    ]  # fmt: skip
    return [
        Form(
            "UT",
            words("Ways to plan"),
            words("THREE WAYS TO PLAN SHARED SITES, WHO PAYS, AND HOLES LEFT OPEN"),
            words("Unit: people; million VND"),
            tuple(block for block in blocks if block.rows),
            tuple(notes),
        )
    ]


def _ways(result: RunResult, ways: pd.DataFrame, words: Words) -> Block:
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Way to plan"), "prose", 24),
        FormColumn(words("Followed"), "text", 9),
        FormColumn(words("Positions"), "count"),
        FormColumn(words("of them new builds"), "count"),
        FormColumn(words("Cost, million VND"), "count", 12),
        FormColumn(words("People with a first signal"), "count", 12),
        FormColumn(words("Commune served least"), "prose", 20),
        FormColumn(words("Its share of people"), "percent", 10),
        FormColumn(words("Communes below the floor"), "count", 10),
        FormColumn(words("People missing there"), "count", 10),
        FormColumn(words("Distance to the bound"), "percent", 10),
    )
    names = forms.commune_names(result)
    order = {name: place for place, name in enumerate(PRIORITIES)}
    records = sorted(ways.to_dict("records"), key=lambda row: order[row["priority"]])
    rows: list[list[Value]] = [
        [
            words(PRIORITIES[row["priority"]]),
            words("yes") if row["chosen"] == "yes" else "",
            row["positions"],
            row["new"],
            _million(row["cost_vnd"]),
            forms.known(row["gained_people"]),
            names.get(row["lowest_commune_code"], row["lowest_commune_code"]),
            forms.known(row["lowest_commune_share"]),
            forms.known(row["communes_below_floor"]),
            forms.known(row["people_below_floor"]),
            forms.known(row["gap"]),
        ]
        for row in records
    ]
    return Block(columns, forms.numbered(rows), heading=words("Three ways beside each other"))


def _payers(result: RunResult, words: Words) -> Block:
    """Add up what each operator wins and pays by the proposals."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Operator"), "prose", 24),
        FormColumn(words("Sites joined"), "count", 9),
        FormColumn(words("People gained"), "count"),
        FormColumn(words("Cost, equal parts"), "count"),
        FormColumn(words("Cost, Shapley value"), "count", 12),
    )
    gains = result.plan.gains
    rows: list[list[Value]] = []
    for name in result.baseline.operators:
        mine = gains[gains["operator"] == name]
        if len(mine):
            rows.append(
                [
                    name,
                    len(mine),
                    forms.known(mine["gained_people"].sum(min_count=1)),
                    _million(mine["cost_equal_vnd"].sum(min_count=1)),
                    _million(mine["cost_shapley_vnd"].sum(min_count=1)),
                ]
            )
    return Block(columns, forms.numbered(rows), heading=words("What each operator wins and pays"))


def _holes(result: RunResult, words: Words) -> Block:
    """List the holes that the plan leaves open, those for satellite first."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("What to do"), "prose", 24),
        FormColumn(words("Hole"), "text", 9),
        FormColumn(words("Commune, ward, special zone"), "prose", 20),
        FormColumn(words("People"), "count", 9),
        FormColumn(words("Hamlets"), "count", 12),
        FormColumn(words("People of a plan's site"), "count", 12),
        FormColumn(words("Longitude"), "degrees", 12),
        FormColumn(words("Latitude"), "degrees", 10),
    )
    cures = result.plan.more.get("hole_cures", pd.DataFrame())
    if cures.empty:
        return Block(columns, [])
    names = forms.commune_names(result)
    order = {verdict: place for place, verdict in enumerate(_OPEN)}
    open_ = cures[cures["verdict"].isin(_OPEN)]
    open_ = open_.assign(place=open_["verdict"].map(order), many=-open_["people"].fillna(0.0))
    open_ = open_.sort_values(["place", "many", "hole_id"]).head(_MOST)
    rows: list[list[Value]] = [
        [
            words(VERDICTS[row["verdict"]]),
            row["hole_id"],
            names.get(row["commune_code"], row["commune_code"]),
            forms.known(row["people"]),
            forms.known(row["hamlets"]),
            forms.known(row["planned_people"]),
            forms.known(row["longitude"]),
            forms.known(row["latitude"]),
        ]
        for row in open_.to_dict("records")
    ]
    return Block(columns, forms.numbered(rows), heading=words("Holes that the plan leaves open"))


def _million(amount: float) -> Value:
    known = forms.known(amount)
    return None if known is None else float(known) / _MILLION
