"""What a form of report.xlsx is: columns, rows, totals and notes, as data.

The forms themselves stand in ``forms_coverage``, ``forms_sharing`` and ``forms_plan``; laying
them out on sheets is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from geoplan.report.collation import vietnamese_key

if TYPE_CHECKING:
    from geoplan.results import RunResult

Words = Callable[[str], str]
Kind = Literal["order", "text", "prose", "count", "figure", "percent", "degrees", "tenth"]
Value = str | float | int | None


@dataclass(frozen=True)
class FormColumn:
    """One column of a form; ``group`` is the heading that it shares with its neighbours."""

    title: str
    kind: Kind = "text"
    width: float = 12.0
    group: str = ""


@dataclass(frozen=True)
class Block:
    """A table on a form: columns, rows, and a last row of totals if there is one."""

    columns: tuple[FormColumn, ...]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] = ()
    heading: str = ""


@dataclass(frozen=True)
class Form:
    """One sheet; ``on_one_page`` prints it whole, upright on A4, ``is_wide`` prints it on A3."""

    number: str
    sheet: str
    title: str
    unit: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    notes_title: str = ""
    fixed_columns: int = 3
    on_one_page: bool = False
    is_wide: bool = False

    @property
    def is_one_table(self) -> bool:
        """Whether its blocks are parts of one table, under one heading."""
        return all(block.columns == self.blocks[0].columns for block in self.blocks)


class Share(float):
    """A ratio in a column of mixed figures, to be shown in percent."""

    def __new__(cls, value: float | None) -> Share:
        """Make a ratio; a missing one is NaN."""
        return super().__new__(cls, float("nan") if value is None else value)


class Directed(float):
    """A number that is shown with ≥, ≤, < or > before it."""

    sign: str

    def __new__(cls, value: float, sign: str) -> Directed:
        """Make a number with its sign."""
        number = super().__new__(cls, value)
        number.sign = sign
        return number


def numbered(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """Put 1, 2, 3 … before rows."""
    return [[number, *row] for number, row in enumerate(rows, start=1)]


def shown_technologies(result: RunResult) -> list[str]:
    technologies = list(result.baseline.technologies)
    return ["MBB", *technologies] if len(technologies) > 1 else technologies


def technology_name(name: str, words: Words) -> str:
    return words("Mobile broadband") if name == "MBB" else name


def commune_names(result: RunResult) -> dict[str, str]:
    communes = result.baseline.communes
    full = communes["full_name"].where(communes["full_name"] != "", communes["name"])
    return dict(zip(communes["commune_code"], full, strict=True))


def by_name(frame: pd.DataFrame, result: RunResult) -> pd.DataFrame:
    """Sort rows by the name of their commune, then its code."""
    names = commune_names(result)
    keys = [
        (vietnamese_key(names.get(code, "\uffff")), code, place)
        for place, code in enumerate(frame["commune_code"])
    ]
    return frame.iloc[[key[-1] for key in sorted(keys)]]


def known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def total_of(values: pd.Series) -> float | None:
    """Sum what is known; None where nothing is."""
    return None if values.isna().all() else float(values.sum())


def ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def operators_text(joined: str) -> str:
    """Give operators as people list them."""
    return ", ".join(part for part in joined.split(";") if part)
