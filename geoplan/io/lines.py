"""Lines of a file that are no rows: totals, signatures, headings and headers that come again.

Each one that is left out is told. A line with coordinates, or with all that a row must have, is
never left out; what is wrong with a row is left to the tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geoplan import text
from geoplan.io import columns, readers
from geoplan.io.columns import Matched
from geoplan.io.readers import RawTable, Source

Mask = NDArray[np.bool_]

_TOTAL: Final = re.compile(
    r"(tong( cong| so| toan tinh)?|cong|cong chung|total|grand total|sum)"
    r"([ :.,()-]*[\d.,]*( ?(tram|thon|ap|ho|nguoi|vi tri|xa|phuong|cum|cot|cells?|sites?|rows?))?)?"
)
_NOTE: Final = re.compile(
    r"(nguoi lap|lap bieu|nguoi kiem tra|nguoi tong hop|thu truong|(pho )?(tong )?giam doc|"
    r"(pho )?truong phong|kt\.|tl\.|tm\.|tuq\.|noi nhan|da ky|ky ten|\(?ky[, ]|xac nhan|ghi chu|"
    r"luu y|chu thich|nguon( so lieu)?:|note|source:|don vi tinh|so lieu (tinh )?den|het\b|"
    r".{0,40},? ?ngay .{1,6} thang .{1,6} nam).*"
)
_HEADING: Final = re.compile(
    r"([ivxlc]+|[a-h]|\d{1,3})[.)/-] ?\D.*|"
    r"(tinh|thanh pho|huyen|quan|thi xa|thi tran|xa|phuong|dac khu|khu vuc|cum|nha mang)\b.*|"
    r"dia ban\b.*"
)
_UNIT: Final = re.compile(
    r"(tinh|thanh pho|huyen|quan|thi xa|thi tran|xa|phuong|dac khu|nha mang|doanh nghiep)\b.*"
)
"""A heading that may stand beside the number of its group."""
_CODES: Final = ("operator", "technology", "hamlet_id", "commune_code")
_PLACE: Final = ("longitude", "latitude", "x", "y")
_BEGINS_AS_NUMBER: Final = r"[\s(]*[NSEWBĐDTXY]?\s*[=:+-]?\s*\d"


def leave_out(raw: RawTable, matched: Matched, source: Source, required: Sequence[str]) -> RawTable:
    """Give the table without the lines that are no rows, and a remark for each of them.

    Parameters
    ----------
    required
        Our columns that each row of the file itself must fill.
    """
    if not len(raw) or not matched.columns:
        return raw
    odd = np.flatnonzero(_may_be_no_row(raw, matched, required))
    if len(odd) == 0:
        return raw
    header = [columns.normal(name.split(columns.JOINT)[-1]) for name in raw.headers]
    told = {int(row): line for row in odd if (line := _line(raw, int(row), header))}
    _add_tail(told, raw, odd)
    if not told:
        return raw
    keep = np.ones(len(raw), dtype=bool)
    keep[list(told)] = False
    remarks = tuple(
        readers.remark(
            source, "line_left_out", sheet=raw.sheet_of(row), row=int(raw.rows[row]), value=line
        )
        for row, line in sorted(told.items())
    )
    headings = [(row, line) for row, line in told.items() if not _closes(line)]
    kept = replace(raw, over=tuple(sorted([*raw.over, *headings]))).keeping(keep)
    return replace(kept, remarks=(*raw.remarks, *remarks))


def _closes(line: str) -> bool:
    """Tell a total or a note from a heading."""
    folded = text.fold(line)
    return bool(_TOTAL.fullmatch(folded) or _NOTE.fullmatch(folded))


def _may_be_no_row(raw: RawTable, matched: Matched, required: Sequence[str]) -> Mask:
    """Tell lines without a shape or digits for a place that lack what a row must have."""
    odd = np.ones(len(raw), dtype=bool)
    if raw.geometry is not None:
        odd &= np.array([shape is None for shape in raw.geometry], dtype=bool)
    spots = {matched.place(name) for name in _PLACE} - {None}
    needed = {matched.place(name) for name in required} - {None}
    lacks = np.zeros(len(raw), dtype=bool)
    for place in needed:
        lacks |= (raw.cells[place] == "").to_numpy(dtype=bool)
    for name in _CODES:  # where operators or technologies stand, a total is the name of none
        if (place := matched.place(name)) in needed:
            cells = raw.cells[place]
            totals = [one for one in cells.unique() if _TOTAL.fullmatch(text.fold(one))]
            lacks |= cells.isin(totals).to_numpy(dtype=bool)
    if spots and "operator" not in matched.columns and "technology" in matched.columns:
        # Where headings name the operators, "II | VNPT" can fill what a row must have.
        lacks |= (raw.cells != "").sum(axis=1).to_numpy() <= 2
    header = np.zeros(len(raw), dtype=bool)
    for place in matched.columns.values():
        named = raw.cells[place] == raw.headers[place].split(columns.JOINT)[-1]
        header |= named.to_numpy(dtype=bool)
    for place in spots:
        digits = raw.cells[place].str.match(_BEGINS_AS_NUMBER).to_numpy(dtype=bool)
        odd &= ~digits | header
    return odd & (lacks | header)


def _line(raw: RawTable, row: int, header: list[str]) -> str:
    """Give what a line says if it is no row, else nothing."""
    cells = [str(cell) for cell in raw.cells.iloc[row]]
    filled = [(place, cell) for place, cell in enumerate(cells) if cell]
    if not filled:
        return ""
    if len(filled) > 1 and all(columns.normal(cell) == header[place] for place, cell in filled):
        return filled[0][1]
    words = list(dict.fromkeys(cell for _, cell in filled))
    for word in words[:3]:
        folded = text.fold(word)
        if _TOTAL.fullmatch(folded) or _NOTE.fullmatch(folded):
            return word
    if len(words) == 1 and _HEADING.fullmatch(text.fold(words[0])):
        return words[0]
    # Rows are numbered 1, 2, 3; I, II, III and A, B, C number the groups of them.
    if len(words) == 2 and re.fullmatch(r"[IVXLC]+|[A-H]", words[0]):
        return " ".join(words)
    if len(words) == 2 and re.fullmatch(r"\d{1,3}\.?", words[0]):
        return words[1] if _UNIT.fullmatch(text.fold(words[1])) else ""
    return ""


def _add_tail(told: dict[int, str], raw: RawTable, odd: NDArray[np.int64]) -> None:
    """Add the lines under the last row: behind a total or a note there are only names and notes."""
    rows = set(odd.tolist())
    last = len(raw) - 1
    while last in rows:
        last -= 1
    below = range(last + 1, len(raw))
    first = next((i for i, row in enumerate(below) if row in told), None)
    if first is None:
        return
    for row in below[first:]:
        words = [str(cell) for cell in raw.cells.iloc[row] if cell]
        if row not in told and len(words) <= 4:
            told[row] = ", ".join(words)
