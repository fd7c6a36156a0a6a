"""Whether a word can be a Vietnamese syllable: the test by which garbled text is told from text.

A syllable is an onset, a rhyme and at most one tone; which encoding garbled a text is left to
``encodings``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SHARP: Final = "\u0301\u0323"
"""The two tones that a syllable closed by c, ch, k, p or t can have."""
_ONSET: Final = "(?:ngh?|nh|th|tr|ph|kh|gh|gi|ch|qu|[bcdđghklmnpqrstvx])?"
_RHYMES: Final = """
    a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âk âm ân âng âp ât âu ây
    e ec ek em en eng eo ep et ê êch êk êm ên êng ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu ik im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oc oe oem oen oeo
    oet oi ok om on ong ooc oong op ot ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uâng uân uât uây uc uê uêch uên uênh uêt ui uk um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưp ưt ưu ươc ươi ươm ươn ương ươp
    ươt ươu y ych yêm yên yêng yêt yêu ym yn ynh yt
"""
"""The rhymes without their tone; those on k are of names such as Đắk Lắk."""
_SYLLABLE: Final = re.compile(f"{_ONSET}(?:{'|'.join(_RHYMES.split())})")
# Degree signs and typographic marks belong to no word; what else is odd does.
_MARKS: Final = re.compile("[°º˚′″´“”‘’–—…²³\u00a0\u200b\ufeff]")
_WORD: Final = re.compile("[A-Za-z\u0080-\uffff]+")
_CAPITALS: Final = re.compile("[A-ZĐ]+")


def odd_words(text: str) -> list[str]:
    """Give the words of a text that hold anything but ASCII letters.

    Capitals with a Đ among them are an abbreviation, as in 108°31'Đ and ĐVHC, and no word.

    >>> odd_words("Tan so, Công nghệ (15°08' 108°31'Đ)")
    ['Công', 'nghệ']
    """
    words = _WORD.findall(_MARKS.sub(" ", text))
    return [word for word in words if not word.isascii() and not _CAPITALS.fullmatch(word)]


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Tell whether a word is spelt as a Vietnamese syllable.

    >>> is_syllable("nghệ"), is_syllable("nghÖ"), is_syllable("Cát"), is_syllable("Càt")
    (True, False, True, False)
    """
    if not (word.islower() or word.isupper() or word.istitle() or word[1:].islower()):
        return False
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = [char for char in parts if char in _TONES]
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(char for char in parts if char not in _TONES))
    if _SYLLABLE.fullmatch(plain) is None:
        return False
    closed = plain.endswith(("c", "ch", "k", "p", "t"))
    return not (closed and tones and tones[0] not in _SHARP)


def share(words: Iterable[str]) -> float:
    """Give the share of words that are syllables, 0 of none."""
    judged = [is_syllable(word) for word in words]
    return sum(judged) / len(judged) if judged else 0.0
