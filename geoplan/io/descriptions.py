"""Lists in the descriptions of placemarks: tables of HTML, and lines "Công nghệ: 4G".

Exports to Google Earth hold a placemark's data there as often as in its extended data; what the
labels mean is left to ``columns``.
"""

from __future__ import annotations

import html
import re
from typing import Final

_MOST: Final = 20_000
"""Characters of a description that is looked into; a longer one is no list."""
_ROW: Final = re.compile(r"<tr\b[^>]*>(.*?)</tr\s*>", re.I | re.S)
_CELL: Final = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]\s*>", re.I | re.S)
_BREAK: Final = re.compile(r"<br\b[^>]*>|</(?:p|li|div|h\d)\s*>|[\r\n]+", re.I)
_TAG: Final = re.compile(r"<[^<>]*>")
_LINE: Final = re.compile(r"([^:=]{1,60})[:=](?!//)(.*)", re.S)


def pairs(description: str) -> dict[str, str]:
    """Give label → value of a description, the first of each label.

    >>> pairs("<table><tr><th>Công nghệ</th><td>4G</td></tr></table>")
    {'Công nghệ': '4G'}
    >>> pairs("Công nghệ: 4G<br>Độ cao: 30 m")
    {'Công nghệ': '4G', 'Độ cao': '30 m'}
    """
    if not description or len(description) > _MOST:
        return {}
    rows = [_CELL.findall(row) for row in _ROW.findall(description)]
    listed = [(row[0], row[1]) for row in rows if len(row) == 2]
    if not listed:
        lines = map(_LINE.fullmatch, map(_plain, _BREAK.split(description)))
        listed = [(line[1], line[2]) for line in lines if line]
    told: dict[str, str] = {}
    for label, value in listed:
        name = _plain(label).rstrip(" :=")
        if name:
            told.setdefault(name, _plain(value))
    return told


def _plain(part: str) -> str:
    """Give the text of a piece of HTML."""
    return " ".join(html.unescape(_TAG.sub(" ", part)).split())
