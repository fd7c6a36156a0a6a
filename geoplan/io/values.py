"""What cells hold: numbers, dates, and words that stand for a value. Nothing is guessed.

Every function takes a column of clean text (``readers.clean``) and tells the cells that it could
not read; refusing their rows is left to ``rows``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import text

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Read = Callable[[str], str]

_PLAIN: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
_ONE_POINT: Final = r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}"
_ONLY_DECIMAL: Final = r"[+-]?[0-9]+,([0-9]{1,2}|[0-9]{4,})"
_ONE_MARK: Final = r"[1-9][0-9]?[.,][0-9]{3}"
"""1.800: no band of a mobile network is at 1,8 MHz, so the mark parts thousands."""
_BLANK_GROUPS: Final = r"^[+-]?[0-9]{1,3}(?:\s[0-9]{3})+(?:[.,][0-9]+)?(?:\s*[^\d\s]+)?$"
"""1 234,5: digits in threes, parted by blanks (also those that do not break)."""
_UNITS: Final = {
    "MHz": r"(?i)\s*mhz$",
    "m": r"(?i)\s*(m|mét)$",
    "degrees": r"(?i)\s*(°|độ|deg|degrees)$",
    "dBm": r"(?i)\s*dbm$",
    "kg": r"(?i)\s*kg$",
    "people": r"(?i)\s*(người|people)$",
    "households": r"(?i)\s*(hộ|households)$",
}
_WHOLE: Final = ("people", "households", "kg")
"""Units that are counted, so that 1.452 written by hand is one thousand."""


def numbers(
    cells: pd.Series, *, unit: str = "", decimal_comma: bool = True, exact: Mask | None = None
) -> tuple[Floats, Mask]:
    """Read numbers.

    "1234.5" and "1.234,5" can be read in one way only. A separator before exactly three digits
    is a decimal sign or a thousands mark; it is read where the rest of the column shows which
    of the two is meant (docs/conventions.md), else it is not a number.

    Parameters
    ----------
    cells
        Text, shape (n,); blank = no value.
    unit
        Unit that may stand behind the number, and that tells counts of whole things.
    decimal_comma
        Whether a comma can be a decimal sign in this file.
    exact
        Cells that the file holds as numbers, not as text.

    Returns
    -------
    Values, NaN where blank or not readable; and the cells that are no number.
    """
    values = np.full(len(cells), np.nan)
    given = (cells != "").to_numpy(dtype=bool)
    plain = given & cells.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    if (given & ~plain).any():
        cells = cells.where(plain, _plainer(cells[~plain]))
        plain = given & cells.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    if unit in _UNITS and (given & ~plain).any():
        cells = cells.where(plain, cells[~plain].str.replace(_UNITS[unit], "", regex=True))
        plain = given & cells.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    values[plain] = pd.to_numeric(cells[plain]).to_numpy(dtype=np.float64)
    hard = given & ~plain
    if decimal_comma:
        text_only = given if exact is None else given & ~exact
        grouped = text_only & cells.str.fullmatch(_ONE_POINT).to_numpy(dtype=bool)
        if hard.any() or grouped.any():
            values, hard = _local(cells, values, text_only, unit)
            values[given & ~text_only] = pd.to_numeric(cells[given & ~text_only])
    else:
        # "33,5" in quotes: no thousands are parted like that.
        comma = hard & cells.str.fullmatch(_ONLY_DECIMAL).to_numpy(dtype=bool)
        values[comma] = pd.to_numeric(cells[comma].str.replace(",", ".")).to_numpy(np.float64)
        hard &= ~comma
        english = hard & cells.str.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+").to_numpy(
            dtype=bool
        )
        stripped = cells[english].str.replace(",", "", regex=False)
        values[english] = pd.to_numeric(stripped).to_numpy(dtype=np.float64)
        hard &= ~english
        if unit in _WHOLE:
            values = _grouped(cells, values, given if exact is None else given & ~exact)
    if unit == "MHz":
        written = given if exact is None else given & ~exact
        band = written & cells.str.fullmatch(_ONE_MARK).to_numpy(dtype=bool)
        stripped = cells[band].str.replace("[.,]", "", regex=True)
        values[band] = pd.to_numeric(stripped).to_numpy(dtype=np.float64)
        hard &= ~band
    return values, hard


def _plainer(cells: pd.Series) -> pd.Series:
    """Write the minus of typesetters as a hyphen, and thousands parted by blanks without them."""
    cells = cells.str.replace("\u2212", "-", regex=False)
    apart = cells.str.contains(_BLANK_GROUPS, regex=True)
    return cells.where(~apart, cells.str.replace(r"\s", "", regex=True))


def _grouped(cells: pd.Series, values: Floats, where: Mask) -> Floats:
    """Read counts in which every point stands before three digits as whole numbers.

    So 1.452 beside 422 is 1,452 people; where every value has decimals it is left alone.
    """
    column = cells[where]
    points = column.str.fullmatch(_ONE_POINT).to_numpy(dtype=bool)
    small = column.str.fullmatch(r"[0-9]{1,3}").to_numpy(dtype=bool)
    if not points.any() or not small.any() or not (points | small).all():
        return values
    whole = pd.to_numeric(column.str.replace(".", "", regex=False)).to_numpy(dtype=np.float64)
    values = values.copy()
    values[where] = whole
    return values


def _local(cells: pd.Series, values: Floats, where: Mask, unit: str) -> tuple[Floats, Mask]:
    """Read a column in which commas or grouped digits stand, by what the column itself shows."""
    column = cells[where]
    forms = {
        name: column.str.fullmatch(pattern).to_numpy(dtype=bool) for name, pattern in _FORMS.items()
    }
    forms["point"] = forms["point"] & ~forms["either point"]
    forms["comma"] = forms["comma"] & ~forms["either comma"]
    values = values.copy()
    result = np.full(len(column), np.nan)
    read = np.zeros(len(column), dtype=bool)
    for name, thousands, decimal in _readings(forms, unit):
        chosen = column[forms[name]]
        if thousands:
            chosen = chosen.str.replace(thousands, "", regex=False)
        if decimal == ",":
            chosen = chosen.str.replace(",", ".", regex=False)
        result[forms[name]] = pd.to_numeric(chosen).to_numpy(dtype=np.float64)
        read |= forms[name]
    values[where] = result
    hard = np.zeros(len(cells), dtype=bool)
    hard[where] = ~read & (column != "").to_numpy(dtype=bool)
    return values, hard


_FORMS: Final = {
    "whole": r"[+-]?[0-9]+([eE][+-]?[0-9]{1,3})?",
    "point": r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?",
    "comma": r"[+-]?[0-9]+,[0-9]+",
    "vietnamese": r"[+-]?[0-9]{1,3}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})",
    "english": r"[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})",
    "either point": _ONE_POINT,
    "either comma": r"[+-]?[1-9][0-9]{0,2},[0-9]{3}",
}
"""Forms of numbers; "either" can be decimals or thousands, and goes before the two others."""


def _readings(forms: dict[str, Mask], unit: str) -> list[tuple[str, str, str]]:
    """Give each form that can be read in one way, its thousands mark and its decimal sign."""
    has = {name: bool(mask.any()) for name, mask in forms.items()}
    readings = [
        ("whole", "", "."),
        ("point", "", "."),
        ("comma", "", ","),
        ("vietnamese", ".", ","),
        ("english", ",", "."),
    ]
    # No angle is a thousand degrees, and no count has decimals beside small whole numbers.
    angle, count = unit == "degrees", unit in _WHOLE
    point_decides = has["point"] or has["english"] or angle
    point_groups = has["vietnamese"] or (count and not has["comma"] and has["whole"])
    comma_decides = has["comma"] or has["vietnamese"] or angle
    if point_groups != point_decides:
        readings.append(("either point", "." if point_groups else "", "."))
    elif not point_groups and not count and not has["comma"]:
        readings.append(("either point", "", "."))
    if comma_decides != has["english"]:
        readings.append(("either comma", "", ",") if comma_decides else ("either comma", ",", "."))
    return readings


_TIME: Final = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_DATE_FORMS: Final = (
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})([T ]" + _TIME + r"(:\d\d(\.\d+)?)?Z?)?",
    r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})( " + _TIME + r"(:\d\d)?( ?[APap][Mm])?)?",
    r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)",
    r"(?i)(?P<d>\d{1,2})[- ](?P<month>[a-z]{3})[a-z]*\.?[- ,](?P<y>\d{4})",
    r"(?i)ngày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})",
)
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_FIRST_SERIAL, _LAST_SERIAL = 18_264.0, 73_050.0
"""Excel's day numbers of 1950-01-01 and 2099-12-31; outside, a number is no date."""
_YEARS: Final = range(1950, 2100)
"""A year outside is a slip of the pen, such as 0202 or 2205."""


def dates(cells: pd.Series, *, exact: Mask | None = None) -> tuple[pd.Series, Mask]:
    """Read dates: ISO, day/month/year, and the day numbers of workbooks.

    Returns
    -------
    datetime64[s], NaT where blank or not readable; and the cells that are no date.
    """
    codes, uniques = pd.factorize(cells)
    days = np.array([_day(value) for value in uniques], dtype="datetime64[s]")[codes]
    if exact is not None and exact.any():
        serials = pd.to_numeric(cells[exact], errors="coerce").to_numpy(dtype=np.float64)
        valid = (serials >= _FIRST_SERIAL) & (serials <= _LAST_SERIAL)
        whole = np.where(valid, np.floor(serials), 0).astype("timedelta64[D]")
        counted = (np.datetime64("1899-12-30", "D") + whole).astype("datetime64[s]")
        days[exact] = np.where(valid, counted, np.datetime64("NaT", "s"))
    bad = np.isnat(days) & (cells != "").to_numpy(dtype=bool)
    return pd.Series(days, index=cells.index), bad


def _day(value: str) -> np.datetime64:
    for form in _DATE_FORMS:
        found = re.fullmatch(form, value)
        if found is not None:
            parts = found.groupdict()
            month = parts.get("m") or _month(parts["month"])
            if int(parts["y"]) not in _YEARS:
                break
            try:
                return np.datetime64(f"{parts['y']}-{int(month):02d}-{int(parts['d']):02d}", "s")
            except ValueError:
                break
    return np.datetime64("NaT", "s")


def _month(name: str) -> int:
    """Give the number of a month by the first letters of its English name, 0 of none."""
    short = name.casefold()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def key(word: str) -> str:
    """Fold a word for comparison: no accents, case, blanks or punctuation.

    >>> key("4G-LTE"), key("Hiện trạng")
    ('4glte', 'hientrang')
    """
    return "".join(char for char in text.fold(word) if char.isalnum())


@cache
def words(kind: str) -> Mapping[str, str]:
    """Give the folded words of ``words.toml`` for a kind of value → the value."""
    catalogue = tomllib.loads((files("geoplan.io") / "words.toml").read_text("utf-8"))
    return {key(word): value for value, known in catalogue[kind].items() for word in known}


def look_up(cells: pd.Series, known: Mapping[str, str]) -> tuple[pd.Series, Mask]:
    """Read words.

    Returns
    -------
    The values, blank where blank or not known; and the cells that are not known.
    """
    return each(cells, lambda value: known.get(key(value), ""))


def each(cells: pd.Series, read: Callable[[str], str]) -> tuple[pd.Series, Mask]:
    """Read each different cell by a function that gives nothing for what it does not know.

    Returns
    -------
    The values, blank where blank or not known; and the cells that are not known.
    """
    codes, uniques = pd.factorize(cells)
    found = [read(value) if value else "" for value in uniques]
    values = pd.Series(np.array(found, dtype=object)[codes], index=cells.index, dtype="str")
    return values, ((values == "") & (cells != "")).to_numpy(dtype=bool)


_TICKS: Final = {"✓": "x", "✔": "x", "√": "x", "☑": "x", "☐": "no", "✗": "no", "✘": "no"}


def only_ticked(cells: pd.Series) -> bool:
    """Tell whether a column knows no word but a tick, so that its blank cells say no."""
    written = set(cells.replace(_TICKS).str.casefold().unique()) - {""}
    return written == {"x"}


def booleans(cells: pd.Series) -> tuple[pd.Series, Mask]:
    """Read yes and no in English and Vietnamese; NA where blank or not readable."""
    cells = cells.replace(_TICKS)
    found, bad = look_up(cells, words("boolean"))
    values = pd.Series(pd.NA, index=cells.index, dtype="boolean")
    values[found == "true"] = True
    values[found == "false"] = False
    return values, bad
