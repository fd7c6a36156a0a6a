"""From bytes to Vietnamese text: marked, named in the scenario, or told by the text itself.

An encoding is taken only where one candidate makes Vietnamese syllables and the others do not;
where nothing is certain the file is left to its sender (fault ``encoding``). Old font encodings
(TCVN3, VNI) and UTF-8 that was read as another encoding are mended in text as well.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from geoplan.io import syllables

_CERTAIN: Final = 0.8
"""Least share of syllables under the encoding that is taken; measured in tests/test_io_encodings
on lists of place names: the right one gives 0.95 and more, a wrong one less than 0.6."""
_MARGIN: Final = 0.25
_MOST: Final = 0.6
"""Least share of garbled texts that an old font explains; foreign names are the others."""
_FEW: Final = 0.25
_SAMPLE: Final = 20_000
"""Different words that are looked at in one file."""

_TCVN3_LETTERS: Final = (
    "A1ĂÂÊÔƠƯĐăâêôơưđ "
    "B5àảãáạ "
    "BBằẳẵắ "
    "C6ặầẩẫấậ "
    "CCè CEẻẽéẹềểễếệìỉ "
    "DCĩíịò "
    "E1ỏõóọồổỗốộờởỡớợù "
    "F1ủũúụừửữứựỳỷỹýỵ"
)
"""TCVN 5712:1993, set VN3 ("ABC" fonts): first code in hexadecimal, then letters in a row."""

_VNI_MARKS: Final = {
    "": {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"},
    "\u0302": {
        "â": "",
        "à": "\u0300",
        "á": "\u0301",
        "å": "\u0309",
        "ã": "\u0303",
        "ä": "\u0323",
    },
    "\u0306": {
        "ê": "",
        "è": "\u0300",
        "é": "\u0301",
        "ú": "\u0309",
        "ü": "\u0303",
        "ë": "\u0323",
    },
}
"""VNI for Windows writes an accent behind its vowel: shape of the vowel → code → tone."""
_VNI_LETTERS: Final = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


@cache
def _tcvn3() -> Mapping[int, str]:
    table: dict[int, str] = {}
    for run in _TCVN3_LETTERS.split():
        first = int(run[:2], 16)
        table.update({first + i: letter for i, letter in enumerate(run[2:])})
    return table


@cache
def _vni() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Give the pattern of what VNI writes in its own way, and what stands for it."""
    table: dict[str, str] = {}
    for shape, marks in _VNI_MARKS.items():
        vowels = {"": "aeoyuôö", "\u0302": "aeo", "\u0306": "a"}[shape]
        for vowel in vowels:
            letter = _VNI_LETTERS.get(vowel, vowel)
            for code, tone in marks.items():
                table[vowel + code] = unicodedata.normalize("NFC", letter + shape + tone)
    table.update(_VNI_LETTERS)
    for written, letter in list(table.items()):
        table[written.upper()] = letter.upper()
        table[written[0].upper() + written[1:]] = letter.upper()
    longest = sorted(table, key=lambda written: (-len(written), written))
    return re.compile("|".join(map(re.escape, longest))), table


def _from_tcvn3(text: str) -> str | None:
    return text.translate(_tcvn3())


def _from_vni(text: str) -> str | None:
    pattern, table = _vni()
    return pattern.sub(lambda found: table[found[0]], text)


def _bytes_1252(text: str) -> bytes:
    """Give the bytes that Windows-1252 shows as a text; codes that it leaves free stand for C1."""
    return b"".join(
        char.encode("latin-1") if ord(char) < 256 else char.encode("cp1252") for char in text
    )


def _from_utf8_as_1252(text: str) -> str | None:
    try:
        return _bytes_1252(text).decode("utf-8")
    except UnicodeError:
        return None


def _from_utf8_as_437(text: str) -> str | None:
    try:
        return text.encode("cp437").decode("utf-8")
    except UnicodeError:
        return None


MENDERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "utf-8 as windows-1252": _from_utf8_as_1252,
    "utf-8 as cp437": _from_utf8_as_437,
    "tcvn3": _from_tcvn3,
    "vni": _from_vni,
}
"""Ways in which text was garbled → what gives the text again, None where it cannot."""
_ALIASES: Final = {
    "abc": "tcvn3",
    "tcvn-3": "tcvn3",
    "tcvn": "tcvn3",
    "vni-windows": "vni",
    "utf-8 as latin-1": "utf-8 as windows-1252",
    "utf-8 as cp1252": "utf-8 as windows-1252",
}
_STRUCTURED: Final = ("utf-8 as windows-1252", "utf-8 as cp437")
"""Ways that prove themselves: other text is no sequence of UTF-8."""


@dataclass(frozen=True)
class Decoded:
    """The text of a file in NFC, and the encoding where it was told by the text itself."""

    text: str
    detected: str = ""


def mender(encoding: str) -> Callable[[str], str | None] | None:
    """Give what mends text of an encoding that is no code page, None of any other."""
    name = encoding.casefold().strip()
    return MENDERS.get(_ALIASES.get(name, name))


def decode(data: bytes, encoding: str | None = None) -> Decoded | None:
    """Give the text of some bytes; None where no encoding is certain.

    Parameters
    ----------
    data
        The whole file.
    encoding
        As the scenario names it; without it the byte order mark, UTF-8, or the text decides.

    Raises
    ------
    UnicodeError
        The bytes are not in the encoding that is named.
    LookupError
        No encoding has that name.
    """
    if encoding is not None:
        return Decoded(_named(data, encoding))
    marked = _marked(data)
    try:
        text = data.decode(marked).removeprefix("\ufeff")
        return Decoded(unicodedata.normalize("NFC", text)) if "\0" not in text else None
    except UnicodeError:
        return _told_by_syllables(data) if marked == "utf-8" else None


def _named(data: bytes, encoding: str) -> str:
    mend = mender(encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    if mend is None:
        if "\0" in encoding:
            raise LookupError(encoding)
        text = data.decode(encoding).removeprefix("\ufeff")
        if "\0" in text:
            raise UnicodeError(f"not {encoding}")
        return unicodedata.normalize("NFC", text)
    if b"\0" in data:
        raise UnicodeError(f"not {encoding}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeError:
        text = data.decode("latin-1")
    return unicodedata.normalize("NFC", mend(text) or text)


def _marked(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without its mark UTF-16 shows by the zero byte that every ASCII letter has.
    head = data[:4000]
    if len(head) >= 8 and head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"


def _told_by_syllables(data: bytes) -> Decoded | None:
    """Give the reading of bytes that are not UTF-8 under which their words are Vietnamese."""
    if b"\0" in data:
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    narrow = data.decode("latin-1")
    readings: dict[str, str] = {}
    try:
        composed = unicodedata.normalize("NFC", data.decode("cp1258"))
        readings["windows-1258"] = composed
    except UnicodeError:
        pass
    for name in ("tcvn3", "vni"):
        readings[name] = MENDERS[name](narrow) or narrow
    shares = {name: syllables.share(_words([text])) for name, text in readings.items()}
    best, *others = sorted(shares, key=lambda name: (-shares[name], name))
    if shares[best] < _CERTAIN or any(shares[best] - shares[one] < _MARGIN for one in others):
        return None
    return Decoded(unicodedata.normalize("NFC", readings[best]), best)


def _words(texts: Iterable[str]) -> list[str]:
    """Give the different words with other letters than ASCII, the most frequent first."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(syllables.odd_words(text))
    return [word for word, _ in counted.most_common(_SAMPLE)]


def mend(texts: Iterable[str], encoding: str | None = None) -> tuple[dict[str, str], str]:
    """Find the texts that another encoding garbled.

    A text is mended where it is not Vietnamese as it stands and every word of it is under the
    way that mends nearly all of the garbled ones; so a foreign name stays as it is.

    Parameters
    ----------
    texts
        Different cells of one file.
    encoding
        The way that the scenario names: all texts are mended by it.

    Returns
    -------
    Text → mended text, of those that change; and the way, empty where there is none.
    """
    odd = [text for text in texts if not text.isascii()]
    named = mender(encoding) if encoding is not None else None
    if named is not None:
        return _changed(odd, named), str(encoding)
    garbled = {text: words for text in odd if not _is_text(words := syllables.odd_words(text))}
    if not garbled:
        return {}, ""
    found = {name: _made_text(garbled, name) for name in MENDERS}
    # A hundred angles that end in one garbled letter say no more than one of them.
    counts = {name: len({tuple(garbled[text]) for text in found[name]}) for name in MENDERS}
    ranked = sorted(found, key=lambda name: (-counts[name], list(MENDERS).index(name)))
    best, second = ranked[0], ranked[1]
    count, least = counts[best], 1 if best in _STRUCTURED else 2
    if count < least or count <= 2 * counts[second]:
        return {}, ""
    if best in _STRUCTURED:
        return _made_text(odd, best), best
    if count < _MOST * len(set(map(tuple, garbled.values()))):
        return {}, ""
    # Where nearly all is garbled, the few words that are Vietnamese either way are too.
    rest = [text for text in odd if text not in garbled]
    whole = len(rest) <= _FEW * len(odd)
    return {**found[best], **(_made_text(rest, best) if whole else {})}, best


def _is_text(words: list[str]) -> bool:
    return all(map(syllables.is_syllable, words))


def _made_text(garbled: Iterable[str], name: str) -> dict[str, str]:
    """Give the garbled texts that one way makes Vietnamese throughout."""
    return {
        text: mended
        for text, mended in _changed(garbled, MENDERS[name]).items()
        if _is_text(syllables.odd_words(mended))
    }


def _changed(texts: Iterable[str], mend: Callable[[str], str | None]) -> dict[str, str]:
    mended = {text: mend(text) for text in texts}
    return {
        text: unicodedata.normalize("NFC", new)
        for text, new in mended.items()
        if new is not None and new != text
    }
