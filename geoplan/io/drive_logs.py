"""What exports of drive-test tools have beside the levels of the serving cell, told and left out.

TEMS, Nemo and G-NetTrack write a line for each message or second: most of TEMS's lines hold no
level, and columns of neighbours and further carriers stand beside those of the serving cell.
Which headers mean what stands in ``headers.toml``; what the levels are is left to
``measurements``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np

from geoplan import text
from geoplan.faults import Faults
from geoplan.io import columns, radio_words, readers, values
from geoplan.io.columns import Matched
from geoplan.io.readers import RawTable, Source

_OTHERS: Final = re.compile(
    r"neighbou?r|lan can|\bscan|detected|monitored|\bscell|secondary|"
    r"\bnrx|\bn(level|qual|tech|cell ?id|arfcn|cellname|pci|band)\d*\b|"
    r"\S ?[\[(](?![01][\])])\d{1,2}[\])]$|- ?(?!1$)\d{1,2}$"
)
"""Cells other than the serving one: neighbours, and whatever is numbered 2 or more."""
_NOTHING: Final = ("-", "--", "—", "n/a", "na", "nan", "none", "null", "?", "2147483647", "unknown")
"""How tools write that there is no value; the number is the largest that Android knows."""
_LEVELS: Final = ("4G", "5G")


def mend(raw: RawTable, source: Source) -> RawTable:
    """Give the table with the serving cell's columns only, and only lines with a level of 4G or 5G.

    Lines that are left out are counted in a remark.
    """
    raw = _serving_only(raw, source)
    matched = _matched(raw, source)
    raw = _without_marks(raw, matched)
    raw = _told(raw, source, "lines_without_level", _has_level(raw, matched))
    return _told(raw, source, "levels_of_others", _is_of_4g_or_5g(raw, matched, source))


def _matched(raw: RawTable, source: Source) -> Matched:
    nothing = Faults()
    names = source.dictionary.headers
    return columns.match(raw.headers, source.table, file="", sheet="", faults=nothing, names=names)


def _serving_only(raw: RawTable, source: Source) -> RawTable:
    """Leave out columns of other cells that would be taken for those of the serving one."""
    names = source.dictionary.headers
    keep = [
        place
        for place, header in enumerate(raw.headers)
        if not (
            _OTHERS.search(text.fold(header.replace("_", " ")))
            and columns.recognised((header,), source.table, names)
        )
    ]
    if len(keep) == len(raw.headers):
        return raw
    cells = raw.cells[keep].set_axis(range(len(keep)), axis=1)
    exact = {new: raw.exact[old] for new, old in enumerate(keep) if old in raw.exact}
    return replace(raw, headers=tuple(raw.headers[i] for i in keep), cells=cells, exact=exact)


def _without_marks(raw: RawTable, matched: Matched) -> RawTable:
    """Blank the cells of our columns that say that there is no value."""
    cells = raw.cells.copy()
    for place in {*matched.columns.values(), *matched.parts.values()}:
        marked = cells[place].str.lower().isin(_NOTHING)
        if marked.any():
            cells[place] = cells[place].mask(marked, "")
    return replace(raw, cells=cells)


def _has_level(raw: RawTable, matched: Matched) -> values.Mask:
    place = matched.place("rsrp_dbm")
    if place is None:
        return np.ones(len(raw), dtype=bool)
    return (raw.cells[place] != "").to_numpy(dtype=bool)


def _is_of_4g_or_5g(raw: RawTable, matched: Matched, source: Source) -> values.Mask:
    """Tell lines whose technology is neither 2G nor 3G alone."""
    place = matched.place("technology")
    if place is None:
        return np.ones(len(raw), dtype=bool)
    known = dict(values.words("technology"))
    for value, further in source.dictionary.words.get("technology", {}).items():
        known |= {values.key(word): value for word in further}
    named = {
        cell: known.get(values.key(cell)) or radio_words.technologies(cell)
        for cell in raw.cells[place].unique()
    }
    older = [cell for cell, name in named.items() if name and not set(_LEVELS) & set(_parts(name))]
    return ~raw.cells[place].isin(older).to_numpy(dtype=bool)


def _parts(name: str) -> list[str]:
    return name.split(radio_words.JOINT)


def _told(raw: RawTable, source: Source, code: str, where: values.Mask) -> RawTable:
    """Keep only some lines, and tell how many were left out."""
    count = int((~where).sum())
    if not count:
        return raw
    told = readers.remark(source, code, sheet=raw.sheet, count=count)
    kept = raw.keeping(where)
    return replace(kept, remarks=(*kept.remarks, told))
