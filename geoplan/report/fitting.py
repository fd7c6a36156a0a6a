"""How many lines a text takes in a column of a sheet, by the widths of Times New Roman's letters.

Programs do not fit the height of rows that were written by another program; laying out the
sheets is left to ``report_workbook``.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import Final

_GROUPS: Final = {
    250: " .,",
    278: "ijlt/:;'I!",
    333: "fr()-[]",
    389: "sJ",
    444: "acez“”",
    500: "bdghknopquvxy0123456789–đơư$#*",
    556: "PFS",
    611: "ELTZ",
    667: "BCR",
    722: "wADGHKNOQUVXYĐƠƯ",
    778: "m",
    833: "%&",
    944: "WM",
}
_WIDTHS: Final = {char: width for width, chars in _GROUPS.items() for char in chars}
_OTHER: Final = 600
"""Thousandths of the size of type, for letters that are not listed."""

_PIXELS_A_POINT: Final = 96 / 72
_PIXELS_A_CHARACTER: Final = 7.0
"""Unit of column widths: a digit of the workbook's standard type."""
_BOLD: Final = 1.07
_EDGES: Final = 14.0
"""Pixels of a cell that hold no text: its margins and its indent."""


def text_pixels(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width of a text in one line. [points → pixels]"""
    thousandths = sum(_letter(char) for char in text)
    return thousandths / 1000 * size * _PIXELS_A_POINT * (_BOLD if bold else 1.0)


def lines(text: str, width: float, size: float = 11.0, *, bold: bool = False) -> int:
    """Give how many lines a text takes when it is broken between words.

    Parameters
    ----------
    text
        With the line breaks that it has of its own.
    width
        Of the column, in characters.
    size
        Of the type, in points.
    bold
        Whether the type is bold.
    """
    room = max(width * _PIXELS_A_CHARACTER - _EDGES, 1.0)
    return sum(_wrapped(part, room, size, bold) for part in text.split("\n"))


def _wrapped(text: str, room: float, size: float, bold: bool) -> int:
    space = text_pixels(" ", size, bold=bold)
    count, used = 1, 0.0
    for word in text.split():
        wide = text_pixels(word, size, bold=bold)
        if used and used + space + wide > room:
            count, used = count + 1, 0.0
        used += (space if used else 0.0) + wide
        more = int(used // room) if used > room else 0  # a word longer than the line is cut
        count, used = count + more, used - more * room
    return count


@functools.cache
def _letter(char: str) -> int:
    if char in _WIDTHS:
        return _WIDTHS[char]
    return _WIDTHS.get(unicodedata.normalize("NFD", char)[0], _OTHER)
