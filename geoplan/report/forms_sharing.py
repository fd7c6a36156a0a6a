"""Forms B3 and B4: positions by commune and operator, and every sharing formula.

The ratios are looked up in ``indicators``; laying out is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.forms import Block, Form, FormColumn, Share, Value, Words

if TYPE_CHECKING:
    from geoplan.results import RunResult


def positions(result: RunResult, words: Words) -> Form:
    """Form B3: positions by commune and operator, and how many are shared."""
    operators = result.baseline.operators
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Code"), "text", 8),
        FormColumn(words("Commune, ward, special zone"), "text", 26),
        FormColumn(words("Positions"), "count", 8.5, words("All operators")),
        FormColumn(words("Shared"), "count", 8.5, words("All operators")),
        FormColumn(words("Shared, %"), "percent", 8.5, words("All operators")),
    ]
    for operator in operators:
        columns += [
            FormColumn(words("Positions"), "count", 8.5, operator),
            FormColumn(words("Shared"), "count", 8.5, operator),
            FormColumn(words("Shared, %"), "percent", 8.5, operator),
        ]
    pairs = _operator_positions(result.baseline.positions)
    names = forms.commune_names(result)
    communes = forms.by_name(result.baseline.communes, result)["commune_code"]
    rows = [
        [code, names[code], *_position_cells(pairs[pairs["commune_code"] == code], operators)]
        for code in communes
    ]
    total = ["", "", words("TOTAL"), *_position_cells(pairs, operators)]
    notes = (
        words("A position is a place with a mast or roof; stations and cells on it are not counted "
              "again. Installations within {distance} m are joined into one position.").format(
                  distance=_metres(result)),
        words("Shared: two operators or more on air. An operator's columns count its own positions "
              "and those of them that others share, so they do not add up to all operators."),
    )  # fmt: skip
    return Form(
        "B3",
        words("B3 Positions"),
        words("BTS POSITIONS BY COMMUNE AND OPERATOR"),
        words("Unit: positions; %"),
        (Block(tuple(columns), forms.numbered(rows), total),),
        notes,
    )


def _metres(result: RunResult) -> str:
    return f"{result.scenario.sharing.merge_distance_m:g}"


def _operator_positions(frame: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each operator at each position."""
    pairs = frame[["position_id", "commune_code", "operators", "n_operators"]].copy()
    pairs["operator"] = pairs["operators"].str.split(";")
    return pairs.explode("operator", ignore_index=True)


def _position_cells(pairs: pd.DataFrame, operators: Sequence[str]) -> list[Value]:
    cells: list[Value] = []
    parts = [pairs.drop_duplicates("position_id")]
    parts += [pairs[pairs["operator"] == operator] for operator in operators]
    for part in parts:
        shared = int((part["n_operators"] >= 2).sum())
        cells += [len(part), shared, forms.ratio(shared, len(part))]
    return cells


_SHARING: Final[tuple[tuple[str, str, str], ...]] = (
    ("POSITIONS", "BTS positions",
     "Places with masts or roofs on air; installations within {distance} m are one position."),
    ("INSTALLATIONS", "Installations", "One operator on one position."),
    ("STATIONS", "Stations", "One technology of one operator on one position."),
    ("SHARE_POS", "Share of BTS positions in shared use",
     "Positions with two operators or more on air / all positions."),
    ("SHARE_POS_OP", "Share of an operator's positions in shared use",
     "The operator's positions with another operator on air / all its positions."),
    ("TENANCY", "Installations per position (tenancy)", "Installations / positions; not a share."),
    ("SHARE_NEW", "Share of new stations on existing infrastructure",
     "Stations new from {start} to {end} on structures dated before {start} / all stations new in "
     "the period; an operator's new technology on its own mast counts too."),
    ("SHARE_NEW_UPGRADES", "of these, an operator's own upgrades",
     "Stations counted in SHARE_NEW whose operator was on air at the position before {start}."),
    ("SHARE_NEW_STRICT", "Share of new stations on another's existing infrastructure",
     "As SHARE_NEW, and the owner of the structure is named and is another."),
    ("SHARE_NEW_JOIN", "Share of new installations on existing infrastructure",
     "Installations that are their operator's first at the position, new in the period, on "
     "structures dated before {start} / all installations new in the period."),
    ("STATION_RATIO_5G_4G", "5G stations / 4G stations", "Stations on 5G / stations on 4G."),
    ("SHARE_POLE", "Share of cable poles in shared use",
     "Entered by hand: poles with two enterprises or more / all poles with telecom cable."),
    ("SHARE_DUCT", "Share of cable ducts in shared use",
     "Entered by hand: ducts with two enterprises or more / all ducts."),
)  # fmt: skip


def sharing(result: RunResult, words: Words) -> Form:
    """Form B4: every sharing formula under its own name, and how it hangs on the distance."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Figure"), "prose", 40),
        FormColumn(words("Operator"), "text", 14),
        FormColumn(words("Numerator"), "count", 11),
        FormColumn(words("Denominator"), "count", 11),
        FormColumn(words("Value"), "figure", 11),
        FormColumn(words("Formula"), "text", 24),
        FormColumn(words("How it is counted"), "prose", 72),
    )
    notes = (
        words("One name never stands for two formulas: plans that say “dùng chung” may mean any of "
              "them, so write the name of the formula with the figure."),
    )  # fmt: skip
    return Form(
        "B4",
        words("B4 Sharing"),
        words("SHARED USE OF PASSIVE INFRASTRUCTURE: EVERY FORMULA"),
        words("Unit: %; positions; stations"),
        (Block(columns, forms.numbered(_sharing_rows(result, words))), _sensitivity(result, words)),
        notes,
        fixed_columns=2,
    )


def _sharing_rows(result: RunResult, words: Words) -> list[list[Value]]:
    start, end = (day.strftime("%d/%m/%Y") for day in result.scenario.period)
    frame = result.baseline.indicators
    found = frame[
        (frame["level"] == "province") & (frame["technology"] == "") & (frame["place_class"] == "")
    ]
    order = {"": 0, **{name: i for i, name in enumerate(result.baseline.operators, start=1)}}
    rows: list[list[Value]] = []
    for indicator, label, sentence in _SHARING:
        part = found[found["indicator"] == indicator]
        if indicator != "SHARE_POS_OP":
            part = part[part["operator"] == ""]
        part = part.assign(order=part["operator"].map(order).fillna(99)).sort_values("order")
        told = words(sentence).format(distance=_metres(result), start=start, end=end)
        rows.extend(
            [words(label), row["operator"], *_figures(row), indicator, told]
            for row in part.to_dict("records")
        )
    return rows


def _figures(row: Mapping[Any, Any]) -> list[Value]:
    """Give numerator, denominator and value; a plain count stands as the value only."""
    value = forms.known(row["value"])
    if row["unit"] == "ratio":
        return [forms.known(row["numerator"]), forms.known(row["denominator"]), Share(value)]
    if pd.isna(row["denominator"]):
        return [None, None, value if value is not None else forms.known(row["numerator"])]
    return [forms.known(row["numerator"]), forms.known(row["denominator"]), value]


def _sensitivity(result: RunResult, words: Words) -> Block:
    columns = (
        FormColumn(words("No."), "order"),
        FormColumn(words("Joined within, m"), "count"),
        FormColumn(words("Positions"), "count"),
        FormColumn(words("Shared"), "count"),
        FormColumn(words("Shared, %"), "percent"),
    )
    rows = [
        [
            float(row["merge_distance_m"]),
            forms.known(row["positions"]),
            forms.known(row["shared_positions"]),
            forms.known(row["share_pos"]),
        ]
        for row in result.baseline.sharing_sensitivity.to_dict("records")
    ]
    return Block(
        columns, forms.numbered(rows), heading=words("SHARE_POS by the distance of joining")
    )
