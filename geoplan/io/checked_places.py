"""Which hamlet or cluster a check sheet speaks of: by id, else by name and commune.

A name counts only where one hamlet of the commune has it; what was found there is left to
``field_checks``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geoplan import text

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_KIND: Final = re.compile(
    r"^(thôn|ấp|khóm|khu phố|kp|khu vực|kv|tổ dân phố|tdp|tổ|bản|buôn|làng|plei|xóm)\b[ .:]*"
)
_COMMUNE: Final = re.compile(r"^(xã|phường|thị trấn|đặc khu|x|p|tt)\b[ .:]*")


@dataclass(frozen=True)
class Place:
    """The hamlet, and the cluster if one is meant; or the reason why it is not known."""

    hamlet_id: str = ""
    cluster_id: str = ""
    reason: str = ""
    column: str = ""
    known: str = ""


def spelling(name: str) -> str:
    """Give a name as it is compared: one case, tone marks behind their syllable (Hoà is Hòa).

    >>> spelling("Thôn HOÀ Bình") == spelling("thôn Hòa  Bình")
    True
    """
    return " ".join(_tone_last(word) for word in text.nfc(name).casefold().split())


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(char for char in letters if char in _TONES)
    plain = "".join(char for char in letters if char not in _TONES)
    return unicodedata.normalize("NFC", plain) + tones


def _bare(name: str, kind: re.Pattern[str]) -> str:
    """Give a name without the word for its kind: Thôn 3 is 3."""
    folded = " ".join(text.nfc(name).casefold().split())
    return spelling(kind.sub("", folded) or folded)


class Gazetteer:
    """The hamlets and clusters that stand, by id and by name."""

    def __init__(
        self, hamlets: pd.DataFrame, clusters: pd.DataFrame, communes: pd.DataFrame
    ) -> None:
        self._hamlets = set(hamlets["hamlet_id"])
        self._of_cluster = dict(zip(clusters["cluster_id"], clusters["hamlet_id"], strict=True))
        self._codes = set(communes["commune_code"])
        self._lengths = sorted({len(code) for code in self._codes})
        self._communes = _gathered(
            (key, code)
            for code, name, full in zip(
                communes["commune_code"], communes["name"], communes["full_name"], strict=True
            )
            for key in {spelling(name), spelling(full), _bare(full or name, _COMMUNE)}
            if key
        )
        rows = list(
            zip(hamlets["commune_code"], hamlets["name"], hamlets["hamlet_id"], strict=True)
        )
        self._exact = _gathered(((code, spelling(name)), one) for code, name, one in rows)
        self._bare = _gathered(((code, _bare(name, _KIND)), one) for code, name, one in rows)

    def find(self, row: Mapping[str, str]) -> Place:
        """Give the place that a row of a check sheet means."""
        cluster, hamlet = row["cluster_id"], row["hamlet_id"]
        if cluster:
            owner = self._of_cluster.get(cluster)
            if owner is None or (hamlet and hamlet != owner):
                return Place(reason="unknown_cluster", column="cluster_id")
            return Place(owner, cluster)
        if hamlet:
            if hamlet in self._hamlets:
                return Place(hamlet)
            return Place(reason="unknown_hamlet", column="hamlet_id")
        if not row["name"]:
            return Place(reason="missing_value", column="hamlet_id")
        return self._by_name(row)

    def _by_name(self, row: Mapping[str, str]) -> Place:
        code, name = row["commune_code"], row["commune_name"]
        if not code and not name:
            return Place(reason="missing_value", column="commune_code")
        codes = self._codes_of(code) if code else self._communes_of(name)
        if not codes:
            column = "commune_code" if code else "commune_name"
            return Place(reason="unknown_commune", column=column)
        found: list[str] = []
        for tier, key in (
            (self._exact, spelling(row["name"])),
            (self._bare, _bare(row["name"], _KIND)),
        ):
            found = sorted({one for code in codes for one in tier.get((code, key), ())})
            if found:
                break
        if len(found) == 1:
            return Place(found[0])
        if found:
            return Place(reason="ambiguous_hamlet", column="name", known=", ".join(found[:6]))
        return Place(reason="unknown_hamlet", column="name")

    def _codes_of(self, code: str) -> list[str]:
        """Give a commune by its code, with the leading zeros that a spreadsheet took."""
        if code in self._codes:
            return [code]
        padded = {code.zfill(length) for length in self._lengths if code.isdigit()} & self._codes
        return sorted(padded) if len(padded) == 1 else []

    def _communes_of(self, name: str) -> list[str]:
        return self._communes.get(spelling(name)) or self._communes.get(_bare(name, _COMMUNE), [])


def _gathered(pairs: Iterable[tuple[object, str]]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for key, value in pairs:
        if value not in found.setdefault(key, []):
            found[key].append(value)
    return found
