"""Moments as people and tools write them, in the time of Vietnam: days, days with a clock, clocks.

Days alone are read by ``values``; refusing rows is left to the tables.
"""

from __future__ import annotations

import datetime
import re
from typing import Final

import numpy as np
import pandas as pd

from geoplan.io import values
from geoplan.io.values import Mask

VIETNAM: Final = datetime.timezone(datetime.timedelta(hours=7))
_CLOCK: Final = (
    r"(?P<h>[01]?\d|2[0-3])[:.](?P<min>[0-5]\d)([:.](?P<s>[0-5]\d)([.,:](?P<f>\d{1,9}))?)?"
    r"( ?(?P<half>[ap]m))?"
)
_ZONE: Final = r"(?P<zone>z|utc|gmt|[+-]\d\d:?(\d\d)?)?"
_FORMS: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})[ t_]{_CLOCK} ?{_ZONE}",
        rf"(?P<d>\d{{1,2}})[-/.](?P<m>\d{{1,2}})[-/.](?P<y>\d{{4}})[ t_,]+{_CLOCK} ?{_ZONE}",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)[ t_-](?P<h>\d\d)(?P<min>\d\d)(?P<s>\d\d)",
    )
)
_ONLY_CLOCK: Final = re.compile(_CLOCK, re.I)
_EPOCH: Final = re.compile(r"(\d{10})(\d{3})?(\.\d+)?")
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_SERIAL_DAY: Final = datetime.datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 32_874.0, 73_050.0
"""Day numbers of a workbook that lie between 1990 and 2099."""


def read(cells: pd.Series, *, exact: Mask | None = None) -> tuple[pd.Series, Mask]:
    """Read moments.

    A day may stand without a clock ("2026-03-31"), a clock without a day ("T14:43:00"), as TEMS
    writes it; a moment with a zone, and seconds since 1970, are put into the time of Vietnam.

    Parameters
    ----------
    exact
        Cells that the file holds as numbers, not as text.

    Returns
    -------
    ISO 8601, blank where blank or not readable; and the cells that are no moment.
    """
    days, strange = values.dates(cells, exact=exact)
    found = days.dt.strftime("%Y-%m-%d").fillna("").astype("str").to_numpy(dtype=object)
    numeric = np.zeros(len(cells), dtype=bool) if exact is None else exact
    written = cells.to_numpy(dtype=object)
    for place in np.flatnonzero((written != "") & (numeric | strange | _has_clock(cells))):
        one = _serial(written[place]) if numeric[place] else ""
        found[place] = one or moment(str(written[place])) or found[place]
    bad = (found == "") & (written != "")
    return pd.Series(found, index=cells.index, dtype="str"), np.asarray(bad, dtype=bool)


def _has_clock(cells: pd.Series) -> Mask:
    return cells.str.contains(r"\d[:.]\d\d[:.]\d\d|\d:\d\d", regex=True).to_numpy(dtype=bool)


def moment(written: str) -> str:
    """Give a moment with a clock as ISO 8601, empty where it is none.

    >>> moment("2026.03.31_14.43.00"), moment("31/03/2026 2:43 pm"), moment("14:43:00.25")
    ('2026-03-31T14:43:00', '2026-03-31T14:43:00', 'T14:43:00.25')
    >>> moment("2026-03-31T07:43:00Z"), moment("1774942980000"), moment("31/02/2026 10:00")
    ('2026-03-31T14:43:00', '2026-03-31T14:43:00', '')
    """
    for form in _FORMS:
        parts = form.fullmatch(written)
        if parts is not None:
            return _of_parts(parts.groupdict())
    if (parts := _ONLY_CLOCK.fullmatch(written)) is not None:
        return _clock(parts.groupdict())
    if (epoch := _EPOCH.fullmatch(written)) is not None:
        return _written(datetime.datetime.fromtimestamp(int(epoch[1]), VIETNAM))
    return ""


def _of_parts(parts: dict[str, str | None]) -> str:
    clock = _clock(parts)
    try:
        day = datetime.date(*(int(parts[name] or 0) for name in ("y", "m", "d")))
    except ValueError:
        return ""
    if not clock or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return ""
    zone = (parts.get("zone") or "").upper()
    if not zone:
        return f"{day.isoformat()}{clock}"
    whole, point, fraction = f"{day.isoformat()}{clock}".partition(".")
    offset = "+00:00" if zone in ("Z", "UTC", "GMT") else zone
    try:
        told = datetime.datetime.fromisoformat(f"{whole}{offset}").astimezone(VIETNAM)
    except ValueError:
        return ""
    return f"{_written(told)}{point}{fraction}"


def _clock(parts: dict[str, str | None]) -> str:
    """Give the time of day as "T14:43:00", with what parts of a second are written."""
    hour, half = int(parts["h"] or 0), (parts.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        return ""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    fraction = parts.get("f")
    behind = f".{fraction}" if fraction else ""
    return f"T{hour:02d}:{parts['min']}:{parts.get('s') or '00'}{behind}"


def _serial(written: str) -> str:
    """Give the moment of a workbook's day number, empty where it is none."""
    try:
        number = float(written)
    except ValueError:
        return ""
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return ""
    told = _SERIAL_DAY + datetime.timedelta(seconds=round(number * 86_400.0))
    return told.date().isoformat() if number.is_integer() else _written(told)


def _written(told: datetime.datetime) -> str:
    return told.replace(tzinfo=None, microsecond=0).isoformat()
