"""The order of Vietnamese names: ă after a, đ after d, tones last, and Thôn 2 before Thôn 10.

Folding for search is left to ``geoplan.text``.

References
----------
.. [1] The alphabet of 29 letters with f, j, w, z put in, and the order of tones of the dictionary
   of Hoàng Phê (level, huyền, hỏi, ngã, sắc, nặng).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK: Final = {letter: place for place, letter in enumerate(_ALPHABET)}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_PARTS: Final = re.compile(r"[0-9]+|.", re.DOTALL)
_BLANK, _OTHER, _NUMBER, _LETTER = range(4)

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


@lru_cache(maxsize=65536)
def vietnamese_key(text: str) -> Key:
    """Give the key by which a name is sorted: its letters and numbers, then its tones.

    >>> sorted(["Đức Phổ", "Dung Quất", "Ân Hảo", "An Hảo"], key=vietnamese_key)
    ['An Hảo', 'Ân Hảo', 'Dung Quất', 'Đức Phổ']
    """
    toneless, tones = _without_tones(text.casefold())
    parts = tuple(_part(part) for part in _PARTS.findall(toneless))
    return parts, tones, text


def in_order(names: Iterable[str]) -> list[str]:
    """Sort names the Vietnamese way."""
    return sorted(names, key=vietnamese_key)


def _without_tones(text: str) -> tuple[str, tuple[int, ...]]:
    """Take the tones off, keeping ă, â, ê, ô, ơ, ư; give the tone behind each letter."""
    plain: list[str] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", text):
        if char in _TONES and tones:
            tones[-1] = _TONES[char]
            continue
        plain.append(char)
        if not unicodedata.combining(char):
            tones.append(0)
    return unicodedata.normalize("NFC", "".join(plain)), tuple(tones)


def _part(part: str) -> tuple[int, int]:
    if part.isspace():
        return _BLANK, 0
    if part.isdecimal():
        return _NUMBER, int(part)
    rank = _RANK.get(part)
    return (_OTHER, ord(part)) if rank is None else (_LETTER, rank)
