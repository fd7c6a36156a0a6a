"""The few figures that stand at the head of a page, ready to read.

They are looked up in the table ``indicators``, never computed again; a figure that is not
there is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geoplan.report.locale import Locale

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One figure: the number, what it counts, and what it rests on."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class _Book:
    """The rows of the province, and how to write them."""

    rows: Mapping[tuple[str, str], Row]
    locale: Locale
    words: Mapping[str, str]

    def row(self, indicator: str, technology: str) -> Row | None:
        row = self.rows.get((indicator, technology))
        return None if row is None or pd.isna(row["value"]) else row


def head_figures(
    indicators: pd.DataFrame,
    technology: str,
    *,
    merge_distance_m: float,
    locale: Locale,
    words: Mapping[str, str],
) -> list[Figure]:
    """Give the figures of the province for one technology, or "MBB"."""
    book = _Book(_province(indicators), locale, words)
    figures = [
        _count(book, "HAMLETS_WHITE", technology, "figure_white"),
        _count(book, "HAMLETS_DEAD_SPOT", technology, "figure_dead_spot"),
        _not_white(book, technology),
        _share(book, "POP_SERVED", technology, "figure_people"),
        _shared(book, merge_distance_m),
    ]
    return [figure for figure in figures if figure is not None]


def changes(
    indicators: pd.DataFrame, technology: str, *, locale: Locale, words: Mapping[str, str]
) -> list[Figure]:
    """Give the figures of the province before and after, of the table ``whatif``."""
    pooled = (indicators["level"] == "province") & (indicators["operator"] == "")
    chosen: Any = indicators[pooled & (indicators["technology"] == technology)]
    rows = {row["indicator"]: row for row in chosen.to_dict("records")}
    figures = []
    for name, label, write in (
        ("HAMLETS_WHITE", "figure_white", locale.number),
        ("HAMLETS_DEAD_SPOT", "figure_dead_spot", locale.number),
        ("HAMLET_NOT_WHITE", "figure_not_white", locale.percent),
        ("POP_SERVED", "figure_people", locale.percent),
    ):
        if name in rows:
            both = (write(rows[name][side]) for side in ("before", "after"))
            figures.append(Figure(" → ".join(both), words[label]))
    return figures


def _province(indicators: pd.DataFrame) -> dict[tuple[str, str], Row]:
    pooled = (indicators["operator"] == "") & (indicators["place_class"] == "")
    rows: Any = indicators[pooled & (indicators["level"] == "province")].to_dict("records")
    # Where several provinces are named, the whole stands first; it is the one that is shown.
    return {(str(row["indicator"]), str(row["technology"])): row for row in reversed(rows)}


def _count(book: _Book, indicator: str, technology: str, label: str) -> Figure | None:
    """Give a count, with what it would be at 90 % and 110 % of the radius."""
    row = book.row(indicator, technology)
    if row is None:
        return None
    note = ""
    bounds = [row["value_radius_90"], row["value_radius_110"]]
    if not any(pd.isna(bound) for bound in bounds):
        low, high = (book.locale.number(bound) for bound in sorted(bounds))
        note = book.words["at_radius"].format(low=low, high=high)
    return Figure(book.locale.number(row["value"]), book.words[label], note)


def _share(book: _Book, indicator: str, technology: str, label: str) -> Figure | None:
    row = book.row(indicator, technology)
    if row is None:
        return None
    note = book.words["of_known"].format(
        numerator=book.locale.number(row["numerator"]),
        denominator=book.locale.number(row["denominator"]),
    )
    return Figure(book.locale.percent(row["value"]), book.words[label], note)


def _not_white(book: _Book, technology: str) -> Figure | None:
    """Give the share of hamlets not white, and its range where places are unknown."""
    figure = _share(book, "HAMLET_NOT_WHITE", technology, "figure_not_white")
    row = book.row("HAMLET_NOT_WHITE", technology)
    if figure is None or row is None or not row["value_low"] < row["value_high"]:
        return figure
    span = book.words["with_unknown"].format(
        low=book.locale.percent(row["value_low"]), high=book.locale.percent(row["value_high"])
    )
    return Figure(figure.value, figure.label, f"{figure.note}; {span}")


def _shared(book: _Book, merge_distance_m: float) -> Figure | None:
    """Give the share of positions that are shared, with the distance that told them apart."""
    figure = _share(book, "SHARE_POS", "", "figure_shared")
    if figure is None:
        return None
    joined = book.words["at_distance"].format(distance=book.locale.number(merge_distance_m))
    return Figure(figure.value, figure.label, f"{figure.note}; {joined}")
