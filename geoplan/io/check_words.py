"""What stands on a check sheet: headers that name an operator and technology, and the answers.

"Viettel 4G", "Sóng 4G Viettel" and "Viettel › 4G" head the same column; "có", "có 4G", "4G yếu"
and "không" are answers. Whose answers they are is left to ``field_checks``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geoplan import text
from geoplan.io import operators, values
from geoplan.io.radio_words import JOINT
from geoplan.units import TECHNOLOGIES

_BESIDE: Final = re.compile(
    r"\b(song|tin hieu|ket qua( kiem tra)?|vung phu|phu song|mang( di dong)?|di dong|nha mang|"
    r"tinh trang|chat luong|co|cua|tai|signal|coverage|result|network|operator)\b"
)
"""Words of a header that say nothing of operator or technology."""
_APART: Final = re.compile(r"[^0-9a-z+]+")
_MARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys("✓✔√☑", "yes"),
    **dict.fromkeys("✗✘☒", "no"),
}


@dataclass(frozen=True)
class Service:
    """What a header names; an operator of None is one that is not known."""

    operator: str | None
    technology: str


def read_header(header: str, names: Mapping[str, str]) -> Service | None:
    """Give operator and technology of a column of answers, None of another column.

    Parameters
    ----------
    names
        Folded name of an operator → its standard name.

    Examples
    --------
    >>> read_header("Sóng 4G Viettel", {"viettel": "Viettel"})
    Service(operator='Viettel', technology='4G')
    >>> read_header("Vietel 4G", {"viettel": "Viettel"})
    Service(operator=None, technology='4G')
    """
    technologies, rest = _parted(header)
    if JOINT in technologies:
        return None
    operator = operators.standard_name(rest, names) if rest else ""
    if not operator:
        rest = " ".join(_BESIDE.sub(" ", rest).split())
        operator = operators.standard_name(rest, names) if rest else ""
    if operator:
        return Service(operator, technologies)
    if not technologies:
        return None
    return Service(None if rest else "", technologies)


def _parted(written: str) -> tuple[str, str]:
    """Part a text into the technologies that it names, joined, and the other words, folded."""
    known = values.words("technology")
    tokens = [token for token in _APART.split(text.fold(written)) if token]
    found = {known[token] for token in tokens if token in known}
    rest = " ".join(token for token in tokens if token not in known)
    return JOINT.join(name for name in TECHNOLOGIES if name in found), rest


@dataclass(frozen=True)
class Answer:
    """A result (yes, weak, no; blank = nobody looked) and the technologies that the cell names."""

    result: str
    technology: str = ""


def read_answer(cell: str, known: Mapping[str, str]) -> Answer | None:
    """Read an answer; None where it is not understood.

    Parameters
    ----------
    known
        Folded word → result.

    Examples
    --------
    >>> read_answer("4G yếu", {"yeu": "weak"})
    Answer(result='weak', technology='4G')
    """
    if cell in _MARKS:
        return Answer(_MARKS[cell])
    key = values.key(cell)
    if not key:
        return Answer("")
    if key in known:
        return Answer(known[key])
    technologies, rest = _parted(cell)
    if not technologies:
        return None
    if not rest:
        return Answer("yes", technologies)
    result = known.get(values.key(rest))
    return None if result is None else Answer(result, technologies)
