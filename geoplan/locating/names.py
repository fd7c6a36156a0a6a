"""What the name of a hamlet or of a point says: the kind of unit, its words and its numbers.

"Nhà văn hóa thôn An Phú" names the hamlet An Phú, "Thôn 01" and "Thôn I" are Thôn 1. How much two
names are alike is told here too; where things lie is left to ``candidates``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from geoplan import text

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "tdp": ("tổ dân phố", "tdp", "tổ dân cư", "tổ"),
    "khu phố": ("khu phố", "kp"),
    "khu vực": ("khu vực", "kv"),
    "thôn": ("thôn",),
    "ấp": ("ấp",),
    "khóm": ("khóm",),
    "bản": ("bản",),
    "buôn": ("buôn",),
    "làng": ("làng",),
    "xóm": ("xóm",),
    "plei": ("plei", "plây"),
    "phum": ("phum",),
    "sóc": ("sóc",),
    "khu": ("khu dân cư", "kdc", "khu"),
    "khối": ("khối phố", "khối"),
    "đội": ("đội",),
    "cụm": ("cụm dân cư", "cụm"),
}
"""Kind of unit → how it is written."""
_FACILITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "cultural_house": (
        "nhà văn hóa khu thể thao",
        "nhà văn hóa và khu thể thao",
        "nhà văn hóa",
        "nhà văn hoá",
        "nvh",
        "nhà sinh hoạt cộng đồng",
        "nhà sinh hoạt văn hóa",
        "nhà sinh hoạt",
        "nhà cộng đồng",
        "nshcđ",
        "nhà rông",
        "hội trường",
        "nhà họp",
        "trụ sở",
        "khu thể thao",
    ),
    "school": (
        "trường tiểu học và trung học cơ sở",
        "trường tiểu học và thcs",
        "trường trung học cơ sở",
        "trường trung học phổ thông",
        "trường tiểu học",
        "trường mầm non",
        "trường mẫu giáo",
        "trường thcs",
        "trường thpt",
        "trường ptdtbt",
        "trường th",
        "trường mn",
        "trường mg",
        "trường",
        "tiểu học",
        "mầm non",
        "mẫu giáo",
        "trung học cơ sở",
        "thcs",
        "thpt",
        "lớp mẫu giáo",
        "lớp mầm non",
    ),
    "health_station": ("trạm y tế", "phòng khám", "điểm y tế"),
    "temple": ("chùa", "đình", "miếu", "nhà thờ", "giáo xứ", "giáo họ", "thánh thất"),
    "market": ("chợ",),
    "government_office": ("ủy ban nhân dân", "uỷ ban nhân dân", "ubnd"),
    "post_office": ("bưu điện văn hóa", "bưu điện", "điểm bưu điện"),
}
_BRANCHES: Final = ("điểm trường", "điểm lẻ", "điểm", "phân hiệu", "cơ sở", "khu lẻ")
"""Words before the place of a school's branch, which its name says besides."""
_UNITS: Final = (
    *("xã", "phường", "thị trấn", "đặc khu", "huyện", "quận", "thị xã"),
    *("thành phố", "tỉnh", "tt", "tx", "tp"),
)
"""Words before the name of a unit that hamlets lie in."""
_PARTS: Final = re.compile(r"\s+[-–—]+\s+|[–—,;()\[\]/]")
_WORD: Final = re.compile(r"\d+[^\W\d_]?(?!\w)|\d+|[^\W\d_]+(?:['’`][^\W\d_]+)*")
_ROMAN: Final = {
    numeral: str(number)
    for number, numeral in enumerate(
        (
            *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
            *("xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"),
        ),
        start=1,
    )
}
_COUNTED: Final = {
    "một": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "sáu": "6", "bảy": "7",
    "bẩy": "7", "tám": "8", "chín": "9", "mười": "10",
}  # fmt: skip
"""Number words, which are numbers only where nothing else is left of a name: Thôn Ba is Thôn 3."""
_SAME_ACCENTS, _NO_ACCENTS, _OTHER_ACCENTS = 1.0, 0.9, 0.6
_PART_OF_NAME: Final = 0.7
_ONE_NUMBERED: Final = 0.6


@dataclass(frozen=True)
class Name:
    """A name in parts: its kind of unit, its words as they are spelled, and its numbers.

    ``is_plain`` tells that it was written without any accent, so that Hoa may be Hòa; in "Thôn
    Hoa" it is not.
    """

    kind: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    is_plain: bool = False

    @property
    def plain(self) -> tuple[str, ...]:
        """The words without accents."""
        return tuple(_folded(word) for word in self.words)


@dataclass(frozen=True)
class Reading:
    """What hamlet the name of a point may speak of.

    ``facility`` is what the point is, as far as its name tells; ``is_main`` marks the name of a
    school one of whose branches the point is; it may well lie elsewhere.
    """

    name: Name
    facility: str = ""
    is_main: bool = False


@lru_cache(maxsize=100_000)
def spelled(word: str) -> str:
    """Give a word as it is compared: one case, the tone behind it (Hoà is Hòa), y as i.

    >>> spelled("HOÀ") == spelled("Hòa"), spelled("Mỹ") == spelled("Mĩ")
    (True, True)
    """
    letters = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(char for char in letters if char in _TONES)
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    if len(plain) > 1 and plain[-1] == "y" and (plain[-2] not in "aâeêoôơuư" or plain == "quy"):
        plain = plain[:-1] + "i"
    return plain + tones


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    return text.fold(word)


def hamlet_name(name: str, kind: str = "") -> Name:
    """Read the name of a hamlet.

    Parameters
    ----------
    name
        Such as "Thôn An Phú 1", with or without the word for its kind.
    kind
        That word, where it stands in a column of its own.
    """
    is_plain = f"{name}{kind}".isascii()
    found = replace(_name(_words(name)), is_plain=is_plain)
    if found.kind or not kind:
        return found
    return replace(found, kind=_without_kind([*_words(kind), "x"])[0])


@lru_cache(maxsize=100_000)
def readings(name: str) -> tuple[Reading, ...]:
    """Read the name of a point: each hamlet that it may speak of.

    >>> [reading.name.words for reading in readings("Nhà văn hóa thôn An Phú, xã Ba Tơ")]
    [('an', 'phú')]
    """
    facility = ""
    found: list[tuple[Reading, bool]] = []
    for part in _PARTS.split(text.nfc(name)):
        for words, is_branch in _branches(_words(part)):
            facility_here, rest = _without_facility(words)
            facility = facility_here or facility or ("school" if is_branch else "")
            one = _name(_without_units(rest))
            if one.words or one.numbers:
                found.append((Reading(one, facility), is_branch))
    has_branch = any(is_branch for _, is_branch in found)
    return tuple(
        replace(
            one,
            name=replace(one.name, is_plain=name.isascii()),
            is_main=has_branch and not is_branch,
        )
        for one, is_branch in found
    )


def _words(name: str) -> list[str]:
    """Give the words of a name in small letters, a number that clings to a word by itself."""
    shouted = name == name.upper()
    found = _WORD.findall(text.nfc(name))
    return [_numeral(word, shouted) or _plain_quote(word.casefold()) for word in found]


def _plain_quote(word: str) -> str:
    return word.replace("’", "'").replace("`", "'")


def _numeral(word: str, shouted: bool) -> str:
    """Give a Roman numeral in figures, nothing for a word; in a name all large vi is a word."""
    if not word.isupper() or (shouted and word in ("VI", "XI")):
        return ""
    return _ROMAN.get(word.casefold(), "")


def _starts_with(words: Sequence[str], phrase: str) -> int:
    """Give how many words a phrase takes at the start of others; 0 where it does not stand there.

    Accents count unless the name has none at all.
    """
    wanted, bare = _phrase(phrase)
    if not words or (spelled(words[0]) != wanted[0] and words[0] != bare[0]):
        return 0
    own = words[: len(wanted)]
    if tuple(spelled(word) for word in own) == wanted:
        return len(wanted)
    if tuple(own) == bare and all(word.isascii() for word in words):
        return len(wanted)
    return 0


@cache
def _phrase(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the words of a phrase as they are compared, and without accents."""
    return tuple(spelled(word) for word in phrase.split()), tuple(text.fold(phrase).split())


def _branches(words: list[str]) -> Iterator[tuple[list[str], bool]]:
    """Part "Hoa Sen điểm An Hòa" into the school and its branch, and tell which is the branch."""
    for at in range(len(words)):
        for phrase in _BRANCHES:
            size = _starts_with(words[at:], phrase)
            if size and at + size < len(words) and not _is_plain_word(words, at, phrase):
                if at:
                    yield words[:at], False
                yield words[at + size :], True
                return
    yield words, False


def _is_plain_word(words: Sequence[str], at: int, phrase: str) -> bool:
    """Tell a "cơ sở" that ends "trung học cơ sở"."""
    return phrase == "cơ sở" and at > 0 and text.fold(words[at - 1]) == "hoc"


def _without_facility(words: list[str]) -> tuple[str, list[str]]:
    """Take the words for what a point is from the start of its name; and a school's number."""
    found, rest = "", words
    while True:
        taken = 0
        for facility, phrases in _FACILITIES.items():
            size = max(_starts_with(rest, phrase) for phrase in phrases)
            if size > taken:
                found, taken = found or facility, size
        if not taken:
            break
        rest = rest[taken:]
        if found == "school" and len(rest) > 1 and rest[0] in ("số", "so") and rest[1].isdigit():
            rest = rest[2:]
        if rest and rest[0] in ("và", "va"):
            rest = rest[1:]
    return found, rest


def _without_units(words: list[str]) -> list[str]:
    """Cut a name before the commune or province that it names; nothing is left of a unit's own."""
    for at in range(len(words)):
        if any(_starts_with(words[at:], unit) for unit in _UNITS) and at + 1 < len(words):
            return words[:at]
    return words


def _name(words: list[str]) -> Name:
    """Part words into kind, words and numbers."""
    kind, rest = _without_kind(words)
    again, further = _without_kind(rest)
    if again:  # "Khu dân cư thôn An Phú"
        kind, rest = again, further
    if len(rest) > 1 and rest[0] in ("số", "so"):
        rest = rest[1:]
    if len(rest) == 1 and rest[0] in _COUNTED:
        return Name(kind, (), (_COUNTED[rest[0]],))
    numbers: list[str] = []
    kept: list[str] = []
    for word in rest:
        if word[0].isdigit():
            numbers.append(word.lstrip("0") or "0")
        else:
            kept.append(spelled(word))
    return Name(kind, tuple(kept), tuple(numbers))


def _without_kind(words: list[str]) -> tuple[str, list[str]]:
    """Take the word for its kind from the start of a name; a name is left in any case."""
    kind, size = "", 0
    for one, phrases in _KINDS.items():
        longest = max(_starts_with(words, phrase) for phrase in phrases)
        if size < longest < len(words):
            kind, size = one, longest
    return kind, words[size:]


def likeness(hamlet: Name, point: Name) -> tuple[float, tuple[str, ...]]:
    """Tell how much two names are alike, from 0 to 1, and what differs.

    Words: each word of the shorter name must stand in the longer one, side by side and in order;
    the pair of words that is least alike counts (1 the same, 0.9 where one of the names has no
    accents at all, 0.6 where only the accents differ), times 0.7 and the share of words where one
    name is longer. Numbers: two different ones never match; × 0.6 where only one name has any.
    Names of numbers alone match by the number alone. Kind: × 0.9 where both say theirs and they
    differ; of numbers alone × 0.6, and × 0.7 where one does not say it.
    """
    doubts: list[str] = []
    if hamlet.numbers and point.numbers and hamlet.numbers != point.numbers:
        return 0.0, ()
    if bool(hamlet.words) != bool(point.words):
        return 0.0, ()
    differs = bool(hamlet.kind and point.kind and hamlet.kind != point.kind)
    if differs:
        doubts.append("other_kind")
    if not hamlet.words:
        if not hamlet.numbers:
            return 0.0, ()
        if differs:
            return 0.6, tuple(doubts)
        return (1.0 if hamlet.kind and point.kind else 0.7), ()
    score = _alike(hamlet, point)
    if score == 0:
        return 0.0, ()
    if len(hamlet.words) != len(point.words):
        doubts.append("part_of_name")
    elif score == _OTHER_ACCENTS:
        doubts.append("accents")
    if hamlet.numbers != point.numbers:
        score *= _ONE_NUMBERED
        doubts.append("number_missing")
    return score * (0.9 if differs else 1.0), tuple(doubts)


def _alike(a: Name, b: Name) -> float:
    """Compare the words of two names."""
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    accents = _NO_ACCENTS if a.is_plain != b.is_plain else _OTHER_ACCENTS
    size, best = len(short.words), 0.0
    for start in range(len(long.words) - size + 1):
        if long.plain[start : start + size] != short.plain:
            continue
        same = long.words[start : start + size] == short.words
        best = max(best, _SAME_ACCENTS if same else accents)
    if size < len(long.words):
        best *= _PART_OF_NAME * size / len(long.words)
    return best
