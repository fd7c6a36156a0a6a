"""Versions of administrative units: a code means a unit only together with the days it stood.

82 was Tiền Giang and is Đồng Tháp; 19996 was phường Tứ Hạ and is phường Hương Trà. What became
of which unit is left to ``crosswalk``.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from geoplan.results import UnitVersion

REDRAWN = datetime.date(2025, 7, 1)
"""First day of today's units: 34 provinces, no districts, 3,321 communes."""
REDRAWN_BY = "19/2025/QĐ-TTg"
"""The list of units and codes that holds from that day."""

_DAY = datetime.timedelta(days=1)


class UnitKey(NamedTuple):
    """What a unit is known by: its code, and the version of the set that the code is of."""

    code: str
    version: str


def current_version(
    as_of: datetime.date,
    *,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    source: str = "",
) -> UnitVersion:
    """Tell between which days a scenario's units stand.

    Where the scenario does not say, figures of a day since :data:`REDRAWN` are taken to be of
    the units of that day, and figures before it to be of units that ended the day before it.
    """
    if valid_from is None and valid_to is None:
        source = source or REDRAWN_BY
        if as_of >= REDRAWN:
            return UnitVersion(REDRAWN, None, source, is_assumed=True)
        return UnitVersion(None, REDRAWN - _DAY, source, is_assumed=True)
    return UnitVersion(valid_from, valid_to, source)


def former_version(
    current: UnitVersion,
    *,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    source: str = "",
) -> UnitVersion:
    """Tell between which days the units before stood: up to the day before today's."""
    if valid_to is not None or current.valid_from is None:
        return UnitVersion(valid_from, valid_to, source)
    return UnitVersion(valid_from, current.valid_from - _DAY, source, current.is_assumed)


def holds(version: UnitVersion, day: datetime.date) -> bool:
    """Tell whether a version stands on a day, as far as is known."""
    begun = version.valid_from is None or version.valid_from <= day
    return begun and (version.valid_to is None or day <= version.valid_to)


def key_of(code: str, stamp: str) -> UnitKey:
    """Give the key of a unit by its code and the stamp of its version in a table.

    The last day of a set is no part of the key: it becomes known only when it has come.

    >>> key_of("82", "2025-07-01") == key_of("82", "../2025-06-30")
    False
    """
    first, _, last = stamp.partition("/")
    return UnitKey(code, last if first == ".." else first)
