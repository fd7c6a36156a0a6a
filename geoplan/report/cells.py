"""Number formats of workbook cells, and which of them fits a number.

The formats are written the American way and name the language of the workbook, so that 1234.5
stands as 1.234,5: Excel goes by its user's machine, LibreOffice by the name. Laying out sheets
is left to the workbooks.
"""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.tables import Column

NUMBER_FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "prose": "General",
    "count": "#,##0",
    "tenth": "#,##0.0",
    "hundredth": "#,##0.00",
    "degrees": "0.000000",
    "date": "dd/mm/yyyy",
    **{f"percent{n}": "0." + "0" * n + "%" for n in range(1, 7)},
}
"""Name of a format → the format."""

_LANGUAGE_TAGS: Final = {"vi": "[$-42A]", "en": "[$-409]"}
"""How a format names its language: ECMA-376 part 1, 18.8.31, with the ids of MS-LCID."""
_LONGEST_TEXT: Final = 255
_MOST: Final = 6
"""Decimals of a percentage, at most."""
_BY_UNIT: Final = {
    "people": "count",
    "households": "count",
    "degrees": "degrees",
    "m": "tenth",
    "km²": "tenth",
    "dB": "tenth",
    "VND": "count",
}


def tagged(pattern: str, language: str) -> str:
    """Put the language before a format of numbers or dates; text is shown as it is.

    >>> tagged("#,##0.0", "vi")
    '[$-42A]#,##0.0'
    """
    if pattern in ("@", "General"):
        return pattern
    return _LANGUAGE_TAGS.get(language, "") + pattern


def percent_decimals(ratios: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give how many decimals a percentage needs, so that it never shows 100 % or 0 % unless it is.

    Parameters
    ----------
    ratios
        0 to 1, shape (n,).

    Returns
    -------
    1 to 6, shape (n,).
    """
    decimals = np.ones(len(ratios), np.int64)
    for more in range(1, _MOST):
        half = 0.5 * 10.0 ** -(more + 2)
        rounds_away = ((ratios < 1) & (ratios >= 1 - half)) | ((ratios > 0) & (ratios < half))
        decimals[rounds_away] = more + 1
    return decimals


def percent_format(ratio: float) -> str:
    """Give the name of the format for one ratio."""
    return f"percent{percent_decimals(np.array([ratio]))[0]}"


def formats_of(values: pd.Series, column: Column, ratio_rows: NDArray[np.bool_]) -> NDArray[Any]:
    """Give the name of the format of each cell of a column of ``tables``.

    Parameters
    ----------
    values
        The column.
    column
        Its declaration.
    ratio_rows
        Rows whose figures are ratios, where a column holds ratios and counts; shape (n,).
    """
    one = _format_of_all(values, column)
    if one:
        return np.full(len(values), one, dtype=object)
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    whole = np.isnan(numbers) | (numbers == np.rint(numbers))
    names = np.where(whole, "count", "hundredth").astype(object)
    names[ratio_rows] = [f"percent{n}" for n in percent_decimals(numbers[ratio_rows])]
    return names


def _format_of_all(values: pd.Series, column: Column) -> str:
    """Give the format that fits every cell of a column, or an empty text."""
    if column.kind == "text":
        # Programs of old show text cells of more than 255 characters as ####.
        return "prose" if values.str.len().max() > _LONGEST_TEXT else "text"
    kinds = {"boolean": "text", "date": "date", "integer": "count"}
    return kinds.get(column.kind) or _BY_UNIT.get(column.unit, "")


def mark_pages(book: Any, marking: str) -> None:
    """Put a marking at the head of every printed page of a workbook of XlsxWriter."""
    for page in book.worksheets() if marking else ():
        page.set_header(f"&R&B{marking}")


def file_date(day: datetime.date) -> datetime.datetime:
    """Give the date inside a workbook: SOURCE_DATE_EPOCH where it is set, else the given day."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).replace(tzinfo=None)
    return datetime.datetime(day.year, day.month, day.day)
