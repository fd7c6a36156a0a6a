"""Words of headers that mean one thing: "Chiều cao trụ" is asked for as "Độ cao cột".

Which words those are stands in ``headers.toml``; which column a header names is left to
``columns``, which comes here only where no header fits as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from geoplan import text

SECTION: Final = "same"
"""The part of ``headers.toml`` with these words: for all tables, and by table."""


class Plain:
    """Folded headers with one word for each meaning.

    Parameters
    ----------
    catalogue
        All of ``headers.toml``.
    table
        Name of the table whose own words count beside those of all tables.
    """

    def __init__(self, catalogue: Mapping[str, Any], table: str) -> None:
        same = catalogue.get(SECTION, {})
        shared = {word: known for word, known in same.items() if isinstance(known, list)}
        self._words: dict[str, str] = {}
        for word, known in (*shared.items(), *same.get(table, {}).items()):
            self._add(word, known)
        longest = sorted(self._words, key=lambda phrase: (-len(phrase), phrase))
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest)) or '(?!)'})\b")

    def _add(self, word: str, known: Sequence[str]) -> None:
        one = text.fold(word).replace(" ", "")
        for phrase in (word, *known):
            if phrase:
                self._words[_apart(phrase)] = one

    def key(self, header: str) -> str:
        """Give what two headers of one meaning have in common; a word said twice counts once."""
        words = self._pattern.sub(lambda found: self._words[found[0]], _apart(header)).split()
        said = [word for i, word in enumerate(words) if i == 0 or word != words[i - 1]]
        return "".join(said)


def _apart(header: str) -> str:
    """Give the folded words of a header, one blank between them.

    >>> _apart("Ấp/khóm (mã)")
    'ap khom ma'
    """
    return " ".join(re.findall(r"[^\W_]+", text.fold(header)))
