"""What stands over rows and says something of them: a sheet "Viettel", a line "II. VNPT", a folder.

Where a list has no column of operators or of technologies, the heading over each row gives it,
and the user is told; which lines are headings is left to ``lines``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Fault
from geoplan.io import operators, radio_words, readers
from geoplan.io.columns import Matched
from geoplan.io.readers import RawTable, Source

Texts = NDArray[np.object_]

_NUMBERING: Final = re.compile(r"^\s*(?:[ivxlc]+|[a-h]|\d{1,2})(?:[.)/-]\s*|\s+)(?=\S)", re.I)
_OF_PLACE: Final = re.compile(
    r"(tinh|thanh pho|tp|huyen|quan|thi xa|thi tran|xa|phuong|dac khu|dia ban)\b.*"
)
"""A heading that says where, and so ends no group of an operator."""
_GENERATION: Final = re.compile(r"\b[2-5]g\b", re.I)
_LEAST: Final = 0.5
"""Least share of the rows that must stand under such a heading."""


def fill(
    raw: RawTable,
    matched: Matched,
    source: Source,
    given: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[RawTable, Matched]:
    """Add the columns operator and technology that only the headings of a sites file hold.

    Parameters
    ----------
    given
        What the scenario says of all rows; it goes first.
    names
        Folded name of an operator → its standard name.
    """
    if source.table.name != "sites" or not len(raw):
        return raw, matched
    meanings: dict[str, Callable[[str], str]] = {
        "operator": lambda heading: _operator(heading, names),
        "technology": _technology,
    }
    for name, meaning in meanings.items():
        if name in given or matched.place(name) is not None:
            continue
        found = _over_rows(raw, meaning)
        if np.mean(found != "") < _LEAST:
            continue
        place = len(raw.headers)
        cells = raw.cells.copy()
        cells[place] = pd.Series(found, index=cells.index, dtype="str")
        raw = replace(
            raw,
            headers=(*raw.headers, name),
            cells=cells,
            remarks=(*raw.remarks, _told(raw, source, name, found)),
        )
        matched = replace(
            matched,
            columns={**matched.columns, name: place},
            headers=(*matched.headers, name),
        )
    return raw, matched


def _told(raw: RawTable, source: Source, name: str, found: Texts) -> Fault:
    known = ", ".join(dict.fromkeys(value for value in found if value))
    return readers.remark(source, "taken_from_heading", sheet=raw.sheet, column=name, known=known)


def _over_rows(raw: RawTable, meaning: Callable[[str], str]) -> Texts:
    """Give what the last telling heading over each row says, else the name of its sheet."""
    found = np.full(len(raw), "", dtype=object)
    headings = dict[int, list[str]]()
    for place, heading in raw.over:
        headings.setdefault(place, []).append(heading)
    sheet, said, rank = None, "", ""
    sheets = {name: meaning(name) for name in {raw.sheet_of(row) for row in range(len(raw))}}
    for row in range(len(raw)):
        if raw.sheet_of(row) != sheet:
            sheet, said, rank = raw.sheet_of(row), "", ""
        for heading in headings.get(row, ()):
            found_here = meaning(heading)
            if found_here or _ends(heading, rank):
                said, rank = found_here, _rank(heading)
        found[row] = said or sheets[str(sheet)]
    return found


def _rank(heading: str) -> str:
    """Give how a heading is numbered: I for Roman figures, A for letters, 1, or not at all.

    >>> _rank("II. VNPT"), _rank("B. VNPT"), _rank("3) VNPT"), _rank("VNPT")
    ('I', 'A', '1', '')
    """
    number = _NUMBERING.match(heading)
    if number is None:
        return ""
    figure = number[0].strip(" .)/-").upper()
    return "1" if figure.isdigit() else "I" if set(figure) <= set("IVXL") else "A"


def _ends(heading: str, rank: str) -> bool:
    """Tell whether a heading that says nothing ends the group of one of this rank."""
    plain = text.fold(_NUMBERING.sub("", heading))
    return not heading or (_rank(heading) == rank and not _OF_PLACE.fullmatch(plain))


def _operator(heading: str, names: Mapping[str, str]) -> str:
    plain = _GENERATION.sub(" ", _NUMBERING.sub("", heading)).strip()
    return operators.standard_name(plain, names) if plain else ""


def _technology(heading: str) -> str:
    """Give the one technology that a heading names.

    >>> _technology("Viettel 4G"), _technology("LTE"), _technology("Trạm 4G, 5G")
    ('4G', '4G', '')
    """
    found = {one.upper() for one in _GENERATION.findall(text.fold(heading))}
    if not found:
        found = {radio_words.technologies(_NUMBERING.sub("", heading))}
    only, *others = sorted(found)
    return "" if others or radio_words.JOINT in only else only
