"""Angles as people write them: degrees, minutes and seconds, with the letter of a side.

N and S, E and W are English; B(ắc), N(am), Đ(ông) and T(ây) are Vietnamese, so that N is north
beside E or W and south beside B, Đ or T. Plain numbers are left to ``values``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Axis = Literal["longitude", "latitude"]

_LONGEST: Final = 100
"""Characters of the longest cell that is looked at; coordinates are shorter."""

_SIDE: Final = r"(?P<{0}>[NSEWBĐDT]|bắc|nam|đông|tây|bac|dong|tay|north|south|east|west)"
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_DEGREE: Final = r"(?:°|º|˚|ᵒ|o(?![a-z])|\*|độ|do|deg(?:rees?)?|d(?![a-zđ]))"
_LETTERS: Final = ("o", "d", "*", "do")
_MINUTE: Final = r"(?:'(?!')|′|’|‘|´|`|phút|phut|min|m(?![a-z]))"
_SECOND: Final = r"(?:\"|″|”|“|''|′′|’’|giây|giay|sec|s(?![a-z]))"
_ANGLE: Final = re.compile(
    rf"(?:{_SIDE.format('before')}\s*)?"
    r"(?P<sign>[+-])?\s*"
    r"(?P<degrees>\d{1,3}(?:[.,]\d+)?)"
    rf"(?:\s*(?P<mark>{_DEGREE})\s*"
    rf"(?:(?P<minutes>{_NUMBER})\s*{_MINUTE}\s*"
    rf"(?:(?P<seconds>{_NUMBER})\s*{_SECOND}?\s*)?|(?P<bare>{_NUMBER})(?:\s*{_MINUTE})?\s*)?"
    rf"|(?:\s*[-:\s]\s*(?P<minutes2>\d{{1,2}}(?:[.,]\d+)?)"
    rf"(?:\s*[-:\s]\s*(?P<seconds2>{_NUMBER})\s*\"?)?)?)"
    rf"(?:\s*{_SIDE.format('behind')})?\.?",
    re.IGNORECASE,
)
_ENGLISH: Final = frozenset("ew")
_VIETNAMESE: Final = frozenset("bđt")


@dataclass(frozen=True)
class Angle:
    """An angle in degrees, with the letter of its side: n, s, e, w, b, đ, t or none."""

    degrees: float
    side: str = ""

    @property
    def axis(self) -> Axis | None:
        """Whether it is a longitude or a latitude, where its letter tells."""
        if not self.side:
            return None
        return "longitude" if self.side in "ewđt" else "latitude"

    @property
    def is_possible(self) -> bool:
        """Whether the angle can be a longitude, or the latitude that its letter says."""
        return abs(self.degrees) <= (90.0 if self.axis == "latitude" else 180.0)

    def signed(self, *, vietnamese: bool) -> float:
        """Give the degrees, negative in the south and west; ``vietnamese`` makes N the south."""
        negative = self.side in ("s", "w", "t") or (self.side == "n" and vietnamese)
        return -self.degrees if negative else self.degrees


def parse(written: str) -> Angle | None:
    """Read an angle; None where it is none, or its minutes or seconds are 60 or more.

    >>> parse("15°08'09,9\\"B"), parse("N 15° 8.165'"), parse("15°71'31\\"B")
    (Angle(degrees=15.13608..., side='b'), Angle(degrees=15.13608..., side='n'), None)
    """
    written = " ".join(written.split())
    found = _ANGLE.fullmatch(written) if len(written) <= _LONGEST else None
    if found is None:
        return None
    # "1o8.846" is a slip for 108.846: a letter is the sign of degrees only before minutes.
    if found["mark"] and found["mark"].casefold() in _LETTERS and not found["minutes"]:
        return None
    parts = [
        found["degrees"],
        found["minutes"] or found["bare"] or found["minutes2"],
        found["seconds"] or found["seconds2"],
    ]
    numbers = [float(part.replace(",", ".")) if part else 0.0 for part in parts]
    whole = [not part or re.fullmatch(r"\d+", part) for part in parts]
    # Only the last part can have decimals.
    if (parts[1] and not whole[0]) or (parts[2] and not whole[1]):
        return None
    if max(numbers[1:]) >= 60.0:
        return None
    side = _side(found["before"], found["behind"])
    if side is None or (side and found["sign"]):
        return None
    degrees = numbers[0] + numbers[1] / 60.0 + numbers[2] / 3600.0
    return Angle(-degrees if found["sign"] == "-" else degrees, side)


def _side(before: str | None, behind: str | None) -> str | None:
    """Give the letter of a side, empty without one, None where it stands twice."""
    if before and behind:
        return None
    word = (before or behind or "").casefold()
    letter = {"nam": "s", "north": "n", "south": "s", "east": "e", "west": "w"}.get(word, word[:1])
    return "đ" if letter == "d" else letter


def is_vietnamese(sides: set[str]) -> bool:
    """Tell from the letters that stand together whether N means nam, the south."""
    return bool(sides & _VIETNAMESE) and not sides & _ENGLISH


_SIDES: Final = "bắc|nam|đông|tây|bac|dong|tay|north|south|east|west"
_BEHIND_SIDE: Final = "|".join(
    (r"(?<=[NSEWBĐDT])(?<![^\W\d][NSEWBĐDT])", *(f"(?<={side})" for side in _SIDES.split("|")))
)
_STRONG: Final = re.compile(r"\s*[;|\n\t]\s*|\s+[-–/]\s+|\s*/\s*|,\s+|\s+,\s*")
_AND: Final = re.compile(r"(?i)[\s,]+(?:và|va|and|&)\s+")
_LABEL: Final = re.compile(
    r"(?i)\b(kinh độ|vĩ độ|kinh do|vi do|longitude|latitude|long?|lat|x|y)\s*[:=]\s*"
)


def split_pair(written: str) -> tuple[str, str] | None:
    """Part a cell that holds two coordinates; None where it does not hold two.

    >>> split_pair("105,34808/22,62924"), split_pair("15.1, 108.8"), split_pair("15.1,108.8")
    (('105,34808', '22,62924'), ('15.1', '108.8'), ('15.1', '108.8'))
    """
    if len(written) > _LONGEST:
        return None
    joined = " ".join("; ".join(written.strip("()[]{} ").splitlines()).split())
    bare = _AND.sub(" ; ", _LABEL.sub(" ; ", joined)).strip("; ")
    for parts in _partings(bare):
        filled = [part.strip(" ,;()") for part in parts if part.strip(" ,;()")]
        if len(filled) == 2:
            return filled[0], filled[1]
    return None


def _partings(bare: str) -> list[list[str]]:
    """Give the ways to part a cell, the surest first."""
    ways = [re.split(r"\s*;\s*", bare), _STRONG.split(bare)]
    # Behind the letter of a side, or before one, the first coordinate is at its end.
    ways.append(re.split(rf"(?i)(?:{_BEHIND_SIDE})[\s,–-]+(?=\d)", bare))
    ways.append(re.split(r"(?<=[\d'\"″”′’yt])[\s,–-]+(?=\d{1,3} ?(?:[°º]|độ\b))", bare))
    ways.append(re.split(rf"(?i)(?<=[\d'\"″”′’°y])[\s,]+(?=(?:[NSEWBĐDT]|{_SIDES})\s*\d)", bare))
    if bare.count(",") == 1 and "." in bare:
        ways.append(bare.split(","))
    if bare.count(" ") == 1:
        ways.append(bare.split(" "))
    if bare.count(",") == 3 and " " not in bare:
        first, second, third, fourth = bare.split(",")
        ways.append([f"{first},{second}", f"{third},{fourth}"])
    words = bare.split()
    if len(words) == 6:
        ways.append([" ".join(words[:3]), " ".join(words[3:])])
    return ways
