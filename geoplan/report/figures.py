"""The few figures that stand at the head of a page, ready to read.

They are looked up in the table ``indicators``, never computed again; a figure that is not
there is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geoplan.report.locale import Locale


@dataclass(frozen=True)
class Figure:
    """One figure: the number, what it counts, and what it rests on."""

    value: str
    label: str
    note: str = ""


def head_figures(
    indicators: pd.DataFrame,
    technology: str,
    *,
    merge_distance_m: float,
    locale: Locale,
    words: Mapping[str, str],
) -> list[Figure]:
    """Give the figures of the province for one technology, or "MBB"."""
    province = indicators[(indicators["level"] == "province") & (indicators["operator"] == "")]
    province = province[province["place_class"] == ""].set_index(["indicator", "technology"])
    rows = {key: row for key, row in zip(province.index, province.to_dict("records"), strict=True)}
    figures = [
        _count(rows.get(("HAMLET_WHITE", technology)), "figure_white", locale, words),
        _count(rows.get(("HAMLET_DEAD_SPOT", technology)), "figure_dead_spot", locale, words),
        _share(rows.get(("HAMLET_NOT_WHITE", technology)), "figure_not_white", locale, words),
        _share(rows.get(("POP_SERVED", technology)), "figure_people", locale, words),
        _positions(rows, merge_distance_m, locale, words),
    ]
    return [figure for figure in figures if figure is not None]


def _count(
    row: Mapping[str, float] | None, label: str, locale: Locale, words: Mapping[str, str]
) -> Figure | None:
    """Give the numerator, with what it would be at 90 % and 110 % of the radius."""
    if row is None or pd.isna(row["numerator"]):
        return None
    note = ""
    bounds = [row["value_radius_90"], row["value_radius_110"]]
    if not any(pd.isna(bound) for bound in bounds) and row["denominator"] > 0:
        low, high = (locale.number(bound * row["denominator"]) for bound in sorted(bounds))
        note = words["at_radius"].format(low=low, high=high)
    return Figure(locale.number(row["numerator"]), words[label], note)


def _share(
    row: Mapping[str, float] | None, label: str, locale: Locale, words: Mapping[str, str]
) -> Figure | None:
    if row is None or pd.isna(row["value"]):
        return None
    note = words["of_known"].format(
        numerator=locale.number(row["numerator"]), denominator=locale.number(row["denominator"])
    )
    return Figure(locale.percent(row["value"]), words[label], note)


def _positions(
    rows: Mapping[tuple[str, str], Mapping[str, float]],
    merge_distance_m: float,
    locale: Locale,
    words: Mapping[str, str],
) -> Figure | None:
    """Give the share of positions that are shared, with the distance that told them apart."""
    row = rows.get(("SHARE_POS", ""))
    figure = _share(row, "figure_shared", locale, words)
    if figure is None:
        return None
    joined = words["at_distance"].format(distance=locale.number(merge_distance_m))
    return Figure(figure.value, figure.label, f"{figure.note}; {joined}")
