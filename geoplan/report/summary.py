"""The first and the last sheet of report.xlsx: the figures that matter, and their sources.

The first also says what the figures do not say. Every figure is looked up in ``indicators``;
laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan import faults
from geoplan.report import verified
from geoplan.report.forms import Block, Form, FormColumn, Share, Value, Words, numbered
from geoplan.report.locale import locale_of
from geoplan.report.model_words import is_by_level, or_level
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.faults import Fault
    from geoplan.results import RunResult

Rows = Mapping[tuple[str, str], Mapping[Any, Any]]

_SHOWN_ALIKE: Final = 3
"""Warnings of one kind about one file that are told in full."""

_COUNTS: Final = (
    ("HAMLETS_WHITE", "White hamlets on {technology}"),
    ("HAMLETS_DEAD_SPOT", "Hamlets with {technology} dead spots"),
    ("HAMLETS_COVERED", "Hamlets covered by {technology}"),
)
_SHARES: Final = (
    ("HAMLET_NOT_WHITE", "Hamlets not white on {technology}, of those with coordinates"),
    ("POP_SERVED", "Share of people with {technology}"),
    ("AREA_SERVED", "Share of area with {technology} (km²)"),
)
LOWER: Final = "All levels {sigma} dB lower"
HIGHER: Final = "All levels {sigma} dB higher"
SILENT: Final = (
    "Coverage is predicted from the sites by published models of radio waves. It is not measured: "
    "buildings and trees may make it better or worse. The columns with all levels {sigma} dB lower "
    "and higher show how much depends on the model's error."
)
_INDOORS: Final = "Signal at the centre says nothing of speed, capacity or quality."
_SILENT: Final = (
    "Coverage is computed from the positions of sites by a radius model. It is not measured: "
    "hills, buildings and trees may make it better or worse. The columns “at 90 %” and “at 110 %” "
    "of the radius show how much depends on it.",
    "Signal at the centre says nothing of speed, capacity, quality or signal inside buildings.",
    "A hamlet whose groups of houses are not known is judged by its centre alone; it may still "
    "have dead spots.",
    "Hamlets without coordinates stand in no ratio; the range of each ratio in the tables shows "
    "what they could change.",
    "Sites, hamlets and people are as the files give them; what was left out stands on the last "
    "sheet and in rejects.csv.",
    "A share of positions in shared use depends on the distance within which masts are joined "
    "(form 4), and is no share of stations.",
    "Proposals do not know land, power, load of masts or permits unless the files tell them.",
)


def summary(result: RunResult, forms: Sequence[Form], words: Words) -> Form:
    """Give the sheet of key figures, of the forms, and of what the figures do not say."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Figure"), "prose", 56),
        FormColumn(words("Value"), "figure", 14),
        FormColumn(words("Numerator"), "count", 14),
        FormColumn(words("Denominator"), "count", 14),
        FormColumn(or_level(result, words("At 90 % of the radius"), LOWER), "figure", 14),
        FormColumn(or_level(result, words("At 110 % of the radius"), HIGHER), "figure", 14),
    )
    rows = numbered(_key_figures(result, words))
    listed: list[list[Value]] = [
        [place, form.title, form.sheet] for place, form in enumerate(forms, start=1)
    ]
    contents = (
        FormColumn(words("No."), "order"),
        FormColumn(words("Form"), "prose", 56),
        FormColumn(words("Sheet"), "prose", 14),
    )
    silent = [or_level(result, words(_SILENT[0]), SILENT), *(words(text) for text in _SILENT[1:])]
    if is_by_level(result) and result.scenario.coverage.indoors:
        silent[1] = words(_INDOORS)
    notes = tuple(f"{i}. {text}" for i, text in enumerate(silent, start=1))
    return Form(
        "",
        words("Summary"),
        words("MOBILE COVERAGE AND SHARED INFRASTRUCTURE"),
        "",
        (
            Block(columns, rows),
            Block(contents, listed, heading=words("Forms in this workbook")),
        ),
        notes,
        notes_title=words("WHAT THE FIGURES DO NOT SAY"),
        fixed_columns=0,
        on_one_page=True,
    )


def _province(result: RunResult) -> Rows:
    """Give the province's figures over all operators, by indicator and technology."""
    frame = result.baseline.indicators
    found = frame[
        (frame["level"] == "province") & (frame["operator"] == "") & (frame["place_class"] == "")
    ]
    return {(row["indicator"], row["technology"]): row for row in found.to_dict("records")}


def _key_figures(result: RunResult, words: Words) -> list[list[Value]]:
    rows = _province(result)
    figures = [
        _count(rows, "HAMLETS", "", words("Hamlets")),
        _count(rows, "HAMLETS_UNKNOWN", "", words("Hamlets without coordinates")),
        *_field_figures(result, words),
    ]
    technologies = result.baseline.technologies
    shown = ("MBB", *technologies) if len(technologies) > 1 else technologies
    for technology in shown:
        name = words("mobile broadband") if technology == "MBB" else technology
        figures += [
            _count(rows, indicator, technology, words(label).format(technology=name))
            for indicator, label in _COUNTS
        ]
        figures += [
            _share(rows, indicator, technology, words(label).format(technology=name))
            for indicator, label in _SHARES
        ]
    distance = f"{result.scenario.sharing.merge_distance_m:g}"
    figures += [
        _count(rows, "POSITIONS", "", words("BTS positions")),
        _share(
            rows,
            "SHARE_POS",
            "",
            words("BTS positions in shared use, joined within {distance} m").format(
                distance=distance
            ),
        ),
        *_proposal_figures(result, words),
    ]
    return [figure for figure in figures if figure]


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _count(rows: Rows, indicator: str, technology: str, label: str) -> list[Value]:
    row = rows.get((indicator, technology))
    if row is None:
        return []
    value = _known(row["value"])
    count = value if value is not None else _known(row["numerator"])
    at = [_known(row["value_radius_90"]), _known(row["value_radius_110"])]
    return [label, count, None, None, *at]


def _share(rows: Rows, indicator: str, technology: str, label: str) -> list[Value]:
    row = rows.get((indicator, technology))
    if row is None or _known(row["value"]) is None:
        return []
    at = [Share(_known(row[name])) for name in ("value_radius_90", "value_radius_110")]
    parts = [_known(row["numerator"]), _known(row["denominator"])]
    return [label, Share(_known(row["value"])), *parts, *at]


def _proposal_figures(result: RunResult, words: Words) -> list[list[Value]]:
    proposals = result.plan.proposals
    technology = result.scenario.siting.technology
    gained = words("People who would get their first {technology} signal by them")
    return [
        [words("Proposed shared positions"), len(proposals), None, None, None, None],
        [
            gained.format(technology=technology),
            round(float(proposals["gained_people"].sum())),
            *(None, None, None, None),
        ],
    ]


def _field_figures(result: RunResult, words: Words) -> list[list[Value]]:
    """Give how many hamlets were verified in the field, and how far the model agrees."""
    checked, hamlets = verified.checked_hamlets(result), len(result.baseline.hamlets)
    if not hamlets:
        return []
    figures: list[list[Value]] = [
        [
            words("Hamlets verified in the field"),
            *(Share(checked / hamlets), checked, hamlets, None, None),
        ]
    ]
    work = result.baseline.field_work
    if work is None:
        return figures
    numbers = locale_of(result.scenario.language)
    label = words("Field checks on {technology} that agree with the model (95 %: {low}–{high})")
    rows = work.agreement[(work.agreement["source"] == "model")]
    for row in rows[rows["environment"] == ""].to_dict("records"):
        low, high = (numbers.percent(row[name]) for name in ("share_low", "share_high"))
        said = label.format(technology=row["technology"], low=low, high=high)
        agree, checks = int(row["agree"]), int(row["checks"])
        figures.append([said, Share(row["share_agree"]), agree, checks, None, None])
    return figures


def sources(result: RunResult, warnings: tuple[Fault, ...], words: Words) -> Form:
    """Give the sheet of input files and warnings."""
    files: tuple[FormColumn, ...] = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("File"), "prose", 40),
        FormColumn(words("What it holds"), "text", 22),
        FormColumn(words("Rows read"), "count", 11),
        FormColumn(words("Accepted"), "count", 11),
        FormColumn(words("Left out"), "count", 11),
        FormColumn(words("SHA-256 (start)"), "text", 18),
    )
    licensed = any(file.licence for file in result.inputs.files)
    if licensed:
        files = (*files, FormColumn(words("Licence"), "prose", 30))
    rows: list[list[Value]] = [
        [
            *(i, _file_name(file.path), words(file.role)),
            *(file.read, file.accepted, file.refused, file.sha256[:16]),
            *((file.licence or None,) if licensed else ()),
        ]
        for i, file in enumerate(result.inputs.files, start=1)
    ]
    told = [
        *result.inputs.warnings,
        *result.baseline.warnings,
        *result.plan.warnings,
        *warnings,
    ]
    notes = [words("Rows left out stand one by one in rejects.csv.")]
    translate = translator(result.scenario.language, "faults")
    for alike in _alike(told):
        notes += [faults.describe(fault, translate) for fault in alike[:_SHOWN_ALIKE]]
        if len(alike) > _SHOWN_ALIKE:
            more = len(alike) - _SHOWN_ALIKE
            notes.append(words("… and {n} more of this kind in run.json").format(n=more))
    return Form(
        "",
        words("Sources"),
        words("SOURCES OF THE FIGURES"),
        "",
        (Block(files, rows),),
        tuple(notes),
        notes_title=words("WARNINGS"),
        fixed_columns=0,
    )


def _alike(told: Sequence[Fault]) -> list[list[Fault]]:
    """Gather warnings of one kind about one file, in the order in which they came."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in told:
        groups.setdefault((fault.code, fault.file), []).append(fault)
    return list(groups.values())


def _file_name(path: str) -> str:
    """Keep the path as the scenario names it, but never an absolute one."""
    from pathlib import PurePosixPath, PureWindowsPath

    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        return PureWindowsPath(path).name
    return path
