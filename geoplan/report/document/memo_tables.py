"""The tables that the report of a run may show, with what their figures mean below each.

They are those of report.xlsx, made shorter: whole lists stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.indicators.plans import load_plan, registered
from geoplan.report import forms, forms_plan, forms_sharing, summary
from geoplan.report.document.model import Paragraph, Part, Table, plain
from geoplan.report.forms import Block, Form, FormColumn, Value, Words
from geoplan.report.locale import locale_of
from geoplan.report.model_words import or_level
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

Maker = Callable[[], Sequence[Part]]
MOST_COMMUNES: Final = 15
MOST_PROPOSALS: Final = 40
_SILENT: Final = ("no_data", "tracked")
"""Targets that the report leaves to form B6."""


def makers(result: RunResult) -> Mapping[str, Maker]:
    """Give the name of each table and what makes it."""
    own = translator(result.scenario.language, "document")
    words = translator(result.scenario.language, "workbook")
    return {
        "figures": lambda: _figures(result, words),
        "operators": lambda: _operators(result, own, words),
        "communes": lambda: _communes(result, own, words),
        "sharing": lambda: _whole(forms_sharing.sharing(result, words)),
        "sensitivity": lambda: _sensitivity(result, own, words),
        "targets": lambda: _targets(result, own, words),
        "proposals": lambda: _proposals(result, own, words),
        "duties": lambda: _duties(result, own, words),
        "sources": lambda: _sources(result, words),
    }


def _whole(form: Form) -> Sequence[Part]:
    """Give the blocks of a form one after the other, its notes below the last."""
    last = len(form.blocks) - 1
    return [
        Table(
            block,
            block.heading or ("" if place else form.title),
            form.unit if place == 0 else "",
            form.notes if place == last else (),
        )
        for place, block in enumerate(form.blocks)
    ]


def _figures(result: RunResult, words: Words) -> Sequence[Part]:
    form = summary.summary(result, (), words)
    return [Table(form.blocks[0], notes=form.notes[:2])]


UNDER: Final = (
    "Levels ±{sigma} dB: white hamlets if every level were higher or lower by the model's error. "
    "With the unknown: if all hamlets without coordinates had signal, or none."
)


def _operators(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    """Hamlets and people by technology and operator, with both radii and the unknown."""
    told = result.baseline.indicators
    told = told[(told["level"] == "province") & (told["place_class"] == "")]
    rows = {
        (row["indicator"], row["technology"], row["operator"]): row
        for row in told.to_dict("records")
    }
    margin = or_level(result, own("at radius ±10 %"), "levels ±{sigma} dB")
    columns = (
        FormColumn(words("Technology"), "text", 16),
        FormColumn(words("Operator"), "text", 14),
        FormColumn(words("White"), "count", 9, words("Hamlets")),
        FormColumn(margin, "text", 12, words("Hamlets")),
        FormColumn(words("Dead spots"), "count", 9, words("Hamlets")),
        FormColumn(words("Not white, %"), "percent", 10, words("Hamlets")),
        FormColumn(own("with the unknown"), "text", 14, words("Hamlets")),
        FormColumn(own("People served"), "count", 12, words("People")),
        FormColumn(words("Share, %"), "percent", 10, words("People")),
    )
    body = [
        _operator_row(rows, technology, operator, result, words)
        for technology in forms.shown_technologies(result)
        for operator in ("", *result.baseline.operators)
    ]
    notes = (
        words("White: no signal at the centre of the hamlet, from any operator."),
        or_level(
            result,
            own("At radius ±10 %: white hamlets if every radius were a tenth larger or smaller. "
                "With the unknown: if all hamlets without coordinates had signal, or none."),
            UNDER,
        ),
    )  # fmt: skip
    return [Table(Block(columns, body), notes=notes)]


def _operator_row(
    rows: Mapping[Any, Any], technology: str, operator: str, result: RunResult, words: Words
) -> list[Value]:
    locale = locale_of(result.scenario.language)
    empty: dict[str, Any] = {}
    white = rows.get(("HAMLETS_WHITE", technology, operator), empty)
    dead = rows.get(("HAMLETS_DEAD_SPOT", technology, operator), empty)
    share = rows.get(("HAMLET_NOT_WHITE", technology, operator), empty)
    people = rows.get(("POP_SERVED", technology, operator), empty)

    def known(row: Mapping[str, Any], name: str) -> float | None:
        return forms.known(row[name]) if row else None

    both = [known(white, "value_radius_110"), known(white, "value_radius_90")]
    span = [known(share, "value_low"), known(share, "value_high")]
    return [
        forms.technology_name(technology, words),
        operator or words("any operator"),
        known(white, "value"),
        "" if None in both else "–".join(locale.number(value) for value in both),
        known(dead, "value"),
        known(share, "value"),
        "" if None in span else "–".join(locale.percent(value) for value in span),
        known(people, "numerator"),
        known(people, "value"),
    ]


def _communes(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    """The communes with most white hamlets."""
    communes = result.baseline.communes
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune, ward, special zone"), "text", 26),
        FormColumn(words("Hamlets"), "count", 9),
        FormColumn(words("White"), "count", 9),
        FormColumn(words("Dead spots"), "count", 9),
        FormColumn(words("Covered"), "count", 9),
        FormColumn(words("Not white, %"), "percent", 10),
    )
    worst = communes[communes["white_mbb"].fillna(0) > 0].sort_values(
        ["white_mbb", "commune_code"], ascending=[False, True], kind="stable"
    )
    names = forms.commune_names(result)
    rows = []
    for row in worst.iloc[:MOST_COMMUNES].to_dict("records"):
        parts = [forms.known(row[f"{name}_mbb"]) for name in ("white", "dead_spot", "covered")]
        white, spots, covered = (part or 0.0 for part in parts)
        share = forms.ratio(spots + covered, white + spots + covered)
        rows.append([names[row["commune_code"]], forms.known(row["hamlets"]), *parts, share])
    note = own("{n} communes have white hamlets on mobile broadband; the table shows at most "
               "{most}, form B1 of report.xlsx all.").format(
        n=locale_of(result.scenario.language).number(len(worst)), most=MOST_COMMUNES
    )  # fmt: skip
    return [Table(Block(columns, forms.numbered(rows)), notes=(note,))]


def _sensitivity(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    columns = (
        FormColumn(own("Joined within, m"), "count", 12),
        FormColumn(words("BTS positions"), "count", 12),
        FormColumn(own("of which shared"), "count", 12),
        FormColumn(words("Share, %"), "percent", 12),
    )
    rows = [
        [
            row["merge_distance_m"],
            row["positions"],
            row["shared_positions"],
            forms.known(row["share_pos"]),
        ]
        for row in result.baseline.sharing_sensitivity.to_dict("records")
    ]
    note = own("The share depends on the distance within which masts are taken for one position.")
    return [Table(Block(columns, rows), notes=(note,))]


_TARGET_COLUMNS: Final = (
    *("Target", "In the words of the plan", "Reading", "Target value", "Year", "Result", "Gap"),
    *("Judged", "Sentence to copy"),
)


def _targets(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    """Where the targets stand, both readings, with the sentences; without data: only counted."""
    every = result.plan.targets
    silent = every["status"].isin(_SILENT)
    shown = every[~silent]
    if every.empty:
        return [Paragraph(plain(own("No plan was chosen in the scenario.")))]
    held = _with_targets(result, shown)
    form = forms_plan.targets(held, words)
    wanted = [words(title) for title in _TARGET_COLUMNS]
    parts: list[Part] = [
        Table(_only(block, wanted), block.heading) for block in form.blocks if block.rows
    ]
    left = own("{n} targets without data, or without a figure in the plan, stand in form B6 of "
               "report.xlsx with what is missing.").format(n=int(silent.sum()))  # fmt: skip
    notes = [*form.notes[:1], *([left] if silent.any() else [])]
    return [*parts, *(Paragraph(plain(note), "note") for note in notes)]


def _with_targets(result: RunResult, targets: pd.DataFrame) -> RunResult:
    from dataclasses import replace

    return replace(result, plan=replace(result.plan, targets=targets))


def _only(block: Block, titles: Sequence[str]) -> Block:
    """Keep some columns of a block, in its order."""
    places = [i for i, column in enumerate(block.columns) if column.title in titles]
    return Block(
        tuple(block.columns[i] for i in places),
        [[row[i] for i in places] for row in block.rows],
        [block.total[i] for i in places] if block.total else (),
        block.heading,
    )


def _proposals(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    form = forms_plan.proposals(result, words)
    gone = {words(title) for title in ("Longitude", "Latitude", "Technology", "Road, m")}
    block = form.blocks[0]
    wide = [
        column.title
        for column in block.columns
        if column.title not in gone and column.group != words("People each operator gains")
    ]
    kept = _only(block, wide)
    rows = list(kept.rows)
    notes = list(form.notes)
    if len(rows) > MOST_PROPOSALS:
        notes.append(own("All {n} proposals stand in form B7 of report.xlsx.").format(n=len(rows)))
        kept = Block(kept.columns, rows[:MOST_PROPOSALS])
    return [Table(kept, notes=tuple(notes))]


def _duties(result: RunResult, own: Words, words: Words) -> Sequence[Part]:
    locale = locale_of(result.scenario.language)
    duties = result.plan.duties
    if duties.empty:
        return [Paragraph(plain(own("No plan was chosen in the scenario.")))]
    dated = duties[duties["next_due"].astype("str") != ""]
    dated = dated.sort_values(["next_due", "plan", "duty_id"], kind="stable")
    columns = (
        FormColumn(own("Due"), "text", 14),
        FormColumn(own("Who"), "prose", 24),
        FormColumn(own("To whom"), "prose", 22),
        FormColumn(own("What"), "prose", 40),
        FormColumn(own("Plan"), "text", 16),
    )
    rows: list[list[Value]] = [
        [
            locale.date(pd.Timestamp(row["next_due"]).date()),
            row["who_today"],
            row["to_today"],
            row["does"],
            _plan_number(row["plan"]),
        ]
        for row in dated.to_dict("records")
    ]
    return [Table(Block(columns, rows))]


def _plan_number(plan: str) -> str:
    return load_plan(plan).plan.number if plan in registered() else plan


def _sources(result: RunResult, words: Words) -> Sequence[Part]:
    form = summary.sources(result, (), words)
    return [Table(form.blocks[0], notes=form.notes[:1])]
