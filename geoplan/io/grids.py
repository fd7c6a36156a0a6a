"""Where the table stands in a grid of cells: the header of one or more lines, then the rows.

Title blocks above the header, merged cells in it and a line of column numbers or units below it
are usual in office workbooks; what the headers mean is left to ``columns``, lines among and under
the rows to ``lines``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from geoplan import text
from geoplan.io import columns
from geoplan.io.readers import Source

FIRST_ROWS: Final = 40
"""Rows among which the header is looked for."""
_MOST_LINES: Final = 3
_COLUMN_NUMBER: Final = re.compile(r"[(\[]?(\d{1,2}|[a-z])(=.*)?[)\]]?")
_UNIT_WORDS: Final = frozenset(
    {"m", "met", "km", "km2", "mhz", "do", "deg", "degrees", "°", "dbm", "kg", "ho", "nguoi"}
    | {"dd/mm/yyyy"}
)

Record = Sequence[str]


@dataclass(frozen=True)
class Header:
    """The header of a table: its names, and the places of its first line and of the first row."""

    names: tuple[str, ...]
    top: int
    body: int


def find_header(records: Sequence[Record], source: Source) -> Header:
    """Find the header among the first rows: the lines that name most columns of the table.

    Where no row names a column it is the first row that is not blank. Of equal ones the first
    counts, and one line goes before several.

    Parameters
    ----------
    records
        The first rows, cells as text.
    """
    best, most = None, 0
    for lines in range(1, _MOST_LINES + 1):
        for top in range(len(records) - lines + 1):
            block = records[top : top + lines]
            if lines > 1 and not _is_block(block):
                continue
            names = _joined(block)
            count = columns.recognised(names, source.table, source.dictionary.headers)
            if count > most:
                best, most = Header(names, top, top + lines), count
    if best is None:
        top = next((i for i, record in enumerate(records) if any(map(str.strip, record))), 0)
        names = tuple(records[top]) if len(records) else ()
        return Header(names, top, top + 1)
    return Header(best.names, best.top, best.body + _lines_below(records[best.body :]))


def _is_block(block: Sequence[Record]) -> bool:
    """Tell whether lines can be one header: text, with something below another in each line."""
    if any(_is_number(cell) for record in block for cell in record):
        return False
    return all(sum(bool(cell.strip()) for cell in record) >= 2 for record in block[:-1]) and any(
        cell.strip() for cell in block[-1]
    )


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*[+-]?\d+([.,]\d+)*\s*", cell))


def _joined(block: Sequence[Record]) -> tuple[str, ...]:
    """Join the lines of a header by column; a cell counts for the blank ones on its right too.

    It does so only where a cell stands below, as under a merged cell.
    """
    *uppers, last = block
    width = max(map(len, block))
    parts: list[list[str]] = [[] for _ in range(width)]
    for upper in uppers:
        running = ""
        for i in range(width):
            own = upper[i].strip() if i < len(upper) else ""
            below = last[i].strip() if i < len(last) else ""
            running = own or (running if below else "")
            if running:
                parts[i].append(running)
    for i in range(width):
        own = last[i].strip() if i < len(last) else ""
        if own and parts[i][-1:] != [own]:
            parts[i].append(own)
    return tuple(columns.JOINT.join(text.nfc(part) for part in one) for one in parts)


def _lines_below(records: Sequence[Record]) -> int:
    """Count the lines under a header that number its columns or give their units."""
    count = 0
    for record in records[:2]:
        filled = [text.fold(cell) for cell in record if cell.strip()]
        if not (_is_numbering(filled) or _is_units(filled)):
            break
        count += 1
    return count


def _is_numbering(filled: list[str]) -> bool:
    """Tell (1), (2), (3) … or A, B, 1, 2 …: numbers that go up by one, three or more of them."""
    found = [_COLUMN_NUMBER.fullmatch(cell) for cell in filled]
    if len(filled) < 3 or not all(found):
        return False
    numbers = [int(one[1]) for one in found if one and one[1].isdigit()]
    letters = [one[1] for one in found if one and not one[1].isdigit()]
    steps = all(b - a == 1 for a, b in pairwise(numbers))
    return len(numbers) >= 2 and steps and letters == sorted(set(letters)) and numbers[0] <= 2


def _is_units(filled: list[str]) -> bool:
    words = [cell.strip("()[] ") for cell in filled]
    return bool(words) and all(word in _UNIT_WORDS for word in words)
