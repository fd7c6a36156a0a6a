"""Vietnamese text: one normal form inside, folded forms for search, catalogues at the edge.

Numbers and dates for people are left to ``report.locale``.
"""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")

_LOCALES = Path(__file__).parent / "locale"


_UNSEEN = dict.fromkeys(
    (*range(9), *range(0x0E, 0x1C), 0x7F, *range(0x200B, 0x2010), 0x2060, 0xFEFF)
)
"""Control characters that are no blanks, blanks without width and marks of direction."""


def nfc(text: str) -> str:
    """Give the composed form of a text, without blanks at its ends or doubled inside.

    Characters that nobody sees are taken out: two names that look alike are one.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_UNSEEN)).split())


def fold(text: str) -> str:
    """Fold for comparison: no accents, no case, đ as d, one blank between words.

    >>> fold("Phường Hương Trà")
    'phuong huong tra'
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def name_key(text: str) -> str:
    """Fold a Vietnamese name for comparison as a name: case and the place of its tones go.

    Letters and tones stay, so that Hoà and Hòa are one name, and Hoa is another.

    >>> name_key("Phường Thuận Hoá") == name_key("phường Thuận Hóa")
    True
    """
    return " ".join(_tone_last(word) for word in nfc(text).casefold().split())


def _tone_last(word: str) -> str:
    """Put the tone of a syllable behind its letters."""
    signs = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in signs if sign in _TONES)
    letters = "".join(sign for sign in signs if sign not in _TONES)
    return unicodedata.normalize("NFC", letters) + tones


def slug(text: str) -> str:
    """Fold to a name that is safe in files and links.

    >>> slug("Xã Ba Tơ")
    'xa-ba-to'
    """
    words = "".join(char if char.isalnum() and char.isascii() else " " for char in fold(text))
    return "-".join(words.split())


@cache
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    folder = _LOCALES / language / "LC_MESSAGES"
    source, compiled = folder / f"{domain}.po", folder / f"{domain}.mo"
    # A working copy has both and its source may be newer; what is installed has no source.
    if source.exists() and not _is_newer(compiled, source):
        return _compiled(source)
    if compiled.exists():
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.NullTranslations()


def _is_newer(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


def _compiled(source: Path) -> gettext.NullTranslations:
    """Read a catalogue from its source, where the build has not compiled it (yet)."""
    import io

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue: Any = read_po(file)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def translator(language: str, domain: str) -> Callable[[str], str]:
    """Give the function that turns an English message into ``language``.

    A message without a translation stays as it is; English needs no catalogue.
    """
    return _catalogue(language, domain).gettext
