"""Forms B6 and B7: where the targets of the plans stand, and the proposed shared sites.

Judging targets is left to ``indicators``, choosing sites to ``siting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.indicators.plans import load_plan, registered
from geoplan.report import forms
from geoplan.report.forms import Block, Directed, Form, FormColumn, Value, Words
from geoplan.report.workbook_words import COST_BASIS, DIRECTIONS, TARGET_STATUS, spoken, value_words
from geoplan.siting.sheets import REASONS

if TYPE_CHECKING:
    from geoplan.results import RunResult


def targets(result: RunResult, words: Words) -> Form:
    """Form B6: where every target of the plans stands, with the sentence to copy."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Target"), "text", 9),
        FormColumn(words("In the words of the plan"), "prose", 36),
        FormColumn(words("Reading"), "prose", 15),
        FormColumn(words("Baseline"), "figure", 9),
        FormColumn(words("Target value"), "figure", 9),
        FormColumn(words("Unit"), "prose", 8),
        FormColumn(words("Year"), "text", 7),
        FormColumn(words("Result"), "figure", 10),
        FormColumn(words("Gap"), "figure", 9),
        FormColumn(words("Judged"), "prose", 11),
        FormColumn(words("Result in today's area"), "figure", 10),
        FormColumn(words("Lead"), "prose", 18),
        FormColumn(words("Deadline"), "prose", 13),
        FormColumn(words("Sentence to copy"), "prose", 52),
    )
    readings = value_words("reading", words)
    records = result.plan.targets.to_dict("records")
    rows = forms.numbered([_target_row(row, readings, words) for row in records])
    table = _without_blank(columns, rows, always=4)
    parts = [
        Block(
            table.columns, [table.rows[place] for place in places], heading=_plan_title(plan, words)
        )
        for plan, places in _places_of([row["plan"] for row in records]).items()
    ]
    notes = (
        words("The gap of a percentage is in percentage points."),
        words("No data: what is missing is said in the sentence."),
    )  # fmt: skip
    return Form(
        "B6",
        words("B6 Targets"),
        words("PROGRESS ON THE TARGETS OF THE PLANS"),
        words("Unit: as in the plan"),
        tuple(parts) or (table,),
        notes,
    )


def _places_of(names: Sequence[str]) -> dict[str, list[int]]:
    """Gather the places at which each name stands, in the order of the names."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    return places


def _plan_title(plan: str, words: Words) -> str:
    """Name a plan as documents are cited; one that is not on register by its id."""
    if plan not in registered():
        return plan
    head = load_plan(plan).plan
    cited = words("Plan {number} of {date}: {title}")
    return cited.format(number=head.number, date=head.date.strftime("%d/%m/%Y"), title=head.title)


def _target_row(row: Mapping[Any, Any], readings: Mapping[str, str], words: Words) -> list[Value]:
    target = forms.known(row["target"])
    direction = DIRECTIONS.get(row["direction"], row["direction"])
    return [
        row["target_id"],
        row["quote"],
        spoken(row["reading"], readings),
        forms.known(row["baseline"]),
        Directed(target, direction) if target is not None else None,
        row.get("unit", ""),
        row["year"],
        forms.known(row["value"]),
        forms.known(row["gap_points"]),
        words(TARGET_STATUS.get(row["status"], row["status"])),
        _today(row),
        row["lead"],
        row["deadline"],
        row["sentence"] or row.get("missing", ""),
    ]


def _today(row: Mapping[Any, Any]) -> Value:
    """Give the result in today's area, where the plan was written for another one."""
    elsewhere = row.get("area_today") and row["area_today"] != row["footprint"]
    return forms.known(row["value_today"]) if elsewhere else None


def proposals(result: RunResult, words: Words) -> Form:
    """Form B7: the proposed shared sites, and who gains by each."""
    plan, operators = result.plan, result.baseline.operators
    gains = {
        (row["rank"], row["operator"]): forms.known(row["gained_people"])
        for row in plan.gains.to_dict("records")
    }
    gaining = [name for name in operators if any(who == name for _, who in gains)]
    has_costs = _has_costs(plan.proposals)
    columns = [
        FormColumn(words("Rank"), "order", 6),
        FormColumn(words("Kind"), "text", 9),
        FormColumn(words("Position or structure"), "prose", 15),
        FormColumn(words("Commune, ward, special zone"), "prose", 16),
        FormColumn(words("Longitude"), "degrees", 10.5),
        FormColumn(words("Latitude"), "degrees", 10),
        FormColumn(words("Technology"), "text", 7),
        FormColumn(words("Operators to open it"), "prose", 14),
        FormColumn(words("People"), "count", 8, words("First signal")),
        FormColumn(words("Households"), "count", 8, words("First signal")),
        FormColumn(words("Hamlets"), "count", 8, words("First signal")),
        FormColumn(words("People so far"), "count", 8, words("First signal")),
        *(
            FormColumn(
                name, "count", max(9.0, len(name) + 1.0), words("People each operator gains")
            )
            for name in gaining
        ),
        *([FormColumn(_cost_title(plan.proposals, words), "count", 11)] if has_costs else []),
        FormColumn(words("Road, m"), "count", 8),
        FormColumn(words("Existing one tried instead"), "prose", 13),
        FormColumn(words("People lost by it"), "count", 9),
        FormColumn(words("Reason"), "prose", 24),
    ]
    names = forms.commune_names(result)
    rows = [
        _proposal_row(row, names, gains, gaining, has_costs, words)
        for row in plan.proposals.to_dict("records")
    ]
    return Form(
        "B7",
        words("B7 Proposals"),
        words("PROPOSED SHARED BTS POSITIONS"),
        words("Unit: people; households; hamlets"),
        (_without_blank(columns, rows),),
        _proposal_notes(result, words),
        fixed_columns=3,
    )


def _without_blank(
    columns: Sequence[FormColumn], rows: Sequence[Sequence[Value]], always: int = 8
) -> Block:
    """Leave out the columns of which nothing is known, but for those that stand always."""
    kept = [
        place
        for place in range(len(columns))
        if place < always or not rows or any(row[place] not in (None, "") for row in rows)
    ]
    return Block(
        tuple(columns[place] for place in kept), [[row[place] for place in kept] for row in rows]
    )


def _proposal_notes(result: RunResult, words: Words) -> tuple[str, ...]:
    notes = [
        words("First signal: people who have no operator today on the technology, counted after "
              "the proposals above it."),
        words("Existing positions and structures come first; a blank cell is not known, not 0."),
        words("A proposal is made from the data alone: check it on the spot, and with the owner of "
              "the mast, before it is put into a plan."),
    ]  # fmt: skip
    if (result.plan.proposals["cost_basis"].isin(_ASSUMED)).any():
        notes.append(
            words("Costs marked “assumption” are no prices: they are only for comparison.")
        )
    return tuple(notes)


_ASSUMED: Final = tuple(code for code, word in COST_BASIS.items() if word == "assumption")


def _has_costs(frame: pd.DataFrame) -> bool:
    """Amounts of money stand on the form only with what they rest on."""
    return bool((frame["cost_vnd"].notna() & (frame["cost_basis"] != "")).any())


def _cost_title(frame: pd.DataFrame, words: Words) -> str:
    if frame["cost_basis"].isin(_ASSUMED).any():
        return words("Cost, million VND (assumption)")
    return words("Cost, million VND")


def _proposal_row(
    row: Mapping[Any, Any],
    names: Mapping[str, str],
    gains: Mapping[tuple[Any, str], float | None],
    gaining: Sequence[str],
    has_costs: bool,
    words: Words,
) -> list[Value]:
    cost = forms.known(row["cost_vnd"]) if row["cost_basis"] else None
    kinds = {"existing": words("existing"), "new": words("new build")}
    return [
        int(row["rank"]),
        kinds.get(row["kind"], row["kind"]),
        row["position_id"] or row["structure_id"],
        names.get(row["commune_code"], row["commune_code"]),
        forms.known(row["longitude"]),
        forms.known(row["latitude"]),
        row["technology"],
        forms.operators_text(row["operators"]),
        forms.known(row["gained_people"]),
        forms.known(row["gained_households"]),
        forms.known(row["gained_hamlets"]),
        forms.known(row["cumulative_people"]),
        *(gains.get((row["rank"], name)) for name in gaining),
        *([None if cost is None else cost / 1e6] if has_costs else []),
        forms.known(row["road_m"]),
        row["existing_tried"],
        forms.known(row["existing_loss_people"]),
        words(REASONS.get(row["reason"], row["reason"])) if row["reason"] else "",
    ]
