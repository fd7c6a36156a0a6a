"""Cells of a document's tables as letters, and the heading rows that columns share.

The kinds of columns are those of the forms; numbers are written as ``locale`` says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from geoplan.report.forms import Block, Directed, FormColumn, Share, Value
from geoplan.report.locale import Locale

LEAST: Final = 0.05
"""The least share of the page that a column takes."""


def shown(value: Value, column: FormColumn, locale: Locale) -> str:
    """Give a cell as people read it; blank where nothing is known."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    number = float(value)
    if math.isnan(number):
        return ""
    if column.kind == "percent" or isinstance(value, Share):
        return locale.percent(number)
    if column.kind == "order":
        return str(int(number))
    decimals = {"degrees": 6, "tenth": 1}.get(column.kind, 0)
    if column.kind == "figure" and number != round(number):
        decimals = 2
    sign = f"{value.sign} " if isinstance(value, Directed) and value.sign else ""
    return sign + locale.number(number, decimals)


def is_figure(column: FormColumn) -> bool:
    """Tell whether a column stands to the right."""
    return column.kind in ("count", "figure", "percent", "degrees", "tenth")


@dataclass(frozen=True)
class HeadCell:
    """A cell of the heading: how many columns and rows it spans, and where it begins."""

    text: str
    column: int
    columns: int
    rows: int
    row: int


def head_cells(block: Block) -> list[HeadCell]:
    """Give the heading of a table: one row, or two where columns share a heading."""
    columns = block.columns
    if not any(column.group for column in columns):
        return [HeadCell(column.title, at, 1, 1, 0) for at, column in enumerate(columns)]
    found: list[HeadCell] = []
    at = 0
    while at < len(columns):
        group = columns[at].group
        if not group:
            found.append(HeadCell(columns[at].title, at, 1, 2, 0))
            at += 1
            continue
        size = 1
        while at + size < len(columns) and columns[at + size].group == group:
            size += 1
        found.append(HeadCell(group, at, size, 1, 0))
        found += [HeadCell(columns[at + place].title, at + place, 1, 1, 1) for place in range(size)]
        at += size
    return found


def widths(block: Block) -> list[float]:
    """Give the share of the page that each column takes; none is narrower than three digits."""
    every = sum(column.width for column in block.columns)
    wide = [max(column.width / every, LEAST) for column in block.columns]
    return [share / sum(wide) for share in wide]
