"""What a table and a column are, and ``check``, the one door that a table passes.

Which tables there are is left to ``tables.inputs`` and ``tables.outputs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "integer", "number", "boolean", "date", "geometry"]

DEGREES, METRES, PEOPLE, RATIO = 6, 1, 3, 6
"""Decimals in tables for machines (PRODUCT.md §6)."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, within which range, with how many decimals."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    decimals: int | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def per_technology(self) -> bool:
        """Whether the column stands once for each technology of the scenario."""
        return self.name.endswith("_{technology}")


@dataclass(frozen=True)
class Table:
    """One table: its columns in order and the columns that sort it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Give a column by its name; raise :class:`KeyError` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)

    def for_technologies(self, technologies: Iterable[str]) -> Table:
        """Put one column for each technology in the place of a ``…_{technology}`` column."""
        columns: list[Column] = []
        for column in self.columns:
            if not column.per_technology:
                columns.append(column)
                continue
            for technology in technologies:
                name = column.name.format(technology=technology.lower())
                words = column.description.format(technology=technology)
                columns.append(replace(column, name=name, description=words))
        return replace(self, columns=tuple(columns))


def text_column(
    name: str, description: str, *, values: Sequence[str] = (), need: bool = False
) -> Column:
    """Declare a column of text."""
    return Column(name, "text", description, required=need, values=tuple(values))


def number_column(
    name: str,
    description: str,
    unit: str = "",
    decimals: int | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    """Declare a column of numbers."""
    return Column(name, "number", description, unit, decimals, low=low, high=high)


def count_column(name: str, description: str, unit: str = "") -> Column:
    """Declare a column of counts."""
    return Column(name, "integer", description, unit, low=0)


def flag_column(name: str, description: str) -> Column:
    """Declare a column of yes and no."""
    return Column(name, "boolean", description)


def date_column(name: str, description: str) -> Column:
    """Declare a column of days."""
    return Column(name, "date", description)


def shape_column(description: str, *, need: bool = False) -> Column:
    """Declare the geometry of a table."""
    return Column("geometry", "geometry", description, "degrees", required=need)


def lon_lat_columns(what: str) -> tuple[Column, Column]:
    """Declare longitude and latitude of what the rows stand for."""
    return (
        number_column(
            "longitude", f"longitude of {what}, WGS 84", "degrees", DEGREES, low=-180, high=180
        ),
        number_column(
            "latitude", f"latitude of {what}, WGS 84", "degrees", DEGREES, low=-90, high=90
        ),
    )


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a frame with exactly the table's columns first, in order and of their kinds.

    Missing optional columns are added blank; columns that the table does not know are kept
    behind. Rows are sorted by the table's key where all of it is there.

    Raises
    ------
    KeyError
        A required column is missing.
    ValueError
        A value lies outside the column's range or list.
    """
    missing = [name for name in table.required if name not in frame.columns]
    if missing:
        raise KeyError(f"{table.name}: missing columns {missing}")
    frame = frame.copy()
    for column in table.columns:
        if column.name not in frame.columns:
            frame[column.name] = _blank(column, len(frame))
        elif column.kind != "geometry":
            frame[column.name] = _typed(frame[column.name], column, table.name)
    others = [name for name in frame.columns if name not in table.names]
    frame = frame[[*table.names, *others]]
    if table.key and all(name in frame.columns for name in table.key):
        frame = frame.sort_values(list(table.key), kind="stable", na_position="first")
    return frame.reset_index(drop=True)


_DTYPES: Final[dict[str, str]] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


def _blank(column: Column, size: int) -> pd.Series | None:
    import pandas as pd

    if column.kind == "geometry":
        return None
    fill = "" if column.kind == "text" else None
    return pd.Series([fill] * size, dtype=_DTYPES[column.kind])


def _typed(values: pd.Series, column: Column, table: str) -> pd.Series:
    if column.kind == "text":
        values = values.astype("str").fillna("")
    else:
        values = values.astype(_DTYPES[column.kind])  # type: ignore[call-overload]
    if column.values:
        odd = sorted(set(values[~values.isin([*column.values, ""])].dropna()))
        if odd:
            raise ValueError(f"{table}.{column.name}: values {odd[:3]} not in {column.values}")
    if column.kind in ("integer", "number"):
        numbers = values.astype("float64")
        for bound, sign in ((column.low, 1.0), (column.high, -1.0)):
            if bound is not None and ((numbers - bound) * sign < 0).any():
                raise ValueError(f"{table}.{column.name}: a value is outside {bound}")
    return values
