"""What OpenStreetMap's tags mean to us: which elements are taken, and their names and heights.

Tags after https://wiki.openstreetmap.org/wiki/Map_features; tables are left to ``osm``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geoplan import text

ADMIN_LEVEL: Final = "6"
"""``admin_level`` of Vietnam's communes since July 2025, when districts went: an assumption, from
how mappers use the level above the province's 4; before it was 8. Option ``--admin-level``."""
HAMLET_PLACES: Final = ("hamlet", "village", "neighbourhood", "quarter", "suburb")
"""Values of ``place`` that can be a thôn, ấp or khu phố; some are whole communes or wards."""
_MAST_TELECOM: Final = ("antenna", "base_station", "mast", "tower")
_ROADS: Final = (
    *("motorway", "trunk", "primary", "secondary", "tertiary"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
    *("unclassified", "residential", "living_street", "service", "track", "road"),
)
_PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "amenity": {
        "school": "school",
        "kindergarten": "school",
        "college": "university",
        "university": "university",
        "research_institute": "research",
        "hospital": "hospital",
        "townhall": "government_office",
        "post_office": "post_office",
    },
    "office": {"government": "government_office", "research": "research"},
    "landuse": {"industrial": "industrial"},
    "tourism": {"attraction": "tourism", "museum": "tourism", "theme_park": "tourism"},
    "leisure": {"park": "park"},
}
"""Tag → value → class of a place, in the words of the register of plans (``indicators/plans``)."""
_INDUSTRIAL: Final = (
    (re.compile(r"\b(khu cong nghiep|kcn)\b"), "industrial_park"),
    (re.compile(r"\b(cum cong nghiep|ccn)\b"), "industrial_cluster"),
    (re.compile(r"\b(khu cong nghe cao)\b"), "high_tech_park"),
)
_TYPE_WORD: Final = re.compile(r"(Phường|Xã|Thị trấn|Đặc khu)\s+(?=\S)")
_CODE: Final = re.compile(r"\d{5}")
_CODE_TAGS: Final = ("ref:gso", "ref:GSO", "gso:ref", "ref")
_METRES: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:m|metres?|meters?)?", re.IGNORECASE)
_FEET: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:ft|feet|')", re.IGNORECASE)
_FOOT_M: Final = 0.3048
_TALLEST_M: Final = 400.0
KEYS: Final = frozenset(
    {
        *("name:vi", "name", "official_name", "place", "boundary", "admin_level", *_CODE_TAGS),
        *("man_made", "telecom", "tower:type", "communication:mobile_phone", "operator", "owner"),
        *("height", "highway", "surface", *_PLACES),
    }
)
"""Every tag that is looked at."""


@dataclass(frozen=True)
class Wanted:
    """Which elements are taken for communes and hamlets."""

    admin_level: str = ADMIN_LEVEL
    hamlet_places: tuple[str, ...] = HAMLET_PLACES

    def tags(self, layer: str) -> dict[str, list[str]]:
        """Give tag → values of a layer; an element with any of them may belong to it."""
        found: dict[str, dict[str, Sequence[str]]] = {
            "communes": {"admin_level": [self.admin_level]},
            "hamlets": {"place": self.hamlet_places},
            "masts": {
                "man_made": ("communications_tower", "mast", "tower"),
                "telecom": _MAST_TELECOM,
                "communication:mobile_phone": ("yes",),
            },
            "places": {key: tuple(values) for key, values in _PLACES.items()},
            "roads": {"highway": _ROADS},
        }
        return {key: list(values) for key, values in found[layer].items()}

    def has(self, layer: str, tags: Mapping[str, str]) -> bool:
        """Tell whether an element with these tags may belong to a layer."""
        return any(tags.get(key) in values for key, values in self.tags(layer).items())


def name_of(tags: Mapping[str, str]) -> str:
    """Give the Vietnamese name of an element: ``name:vi``, else ``name`` in Latin letters.

    A name in another script is not taken: in foreign map data islands of Vietnam carry foreign
    names, which must not reach a map or table of ours.

    >>> name_of({"name": "Woody", "name:vi": "Đảo Phú Lâm"}), name_of({"name": "永兴岛"})
    ('Đảo Phú Lâm', '')
    """
    for key in ("name:vi", "name", "official_name"):
        name = text.nfc(tags.get(key, ""))
        if name and _is_latin(name):
            return name
    return ""


def _is_latin(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return all("LATIN" in unicodedata.name(char, "") for char in letters)


def split_name(name: str) -> tuple[str, str]:
    """Give the name of a unit without its type word, and with it.

    >>> split_name("Xã Ba Tơ"), split_name("Ba Tơ")
    (('Ba Tơ', 'Xã Ba Tơ'), ('Ba Tơ', ''))
    """
    found = _TYPE_WORD.match(name)
    return (name[found.end() :], name) if found else (name, "")


def code_of(tags: Mapping[str, str]) -> str:
    """Give the official code of a commune where one of five digits is tagged, else nothing."""
    codes = (tags.get(key, "") for key in _CODE_TAGS)
    return next((code for code in codes if _CODE.fullmatch(code)), "")


def height_m(written: str) -> float:
    """Give a height in metres, NaN where it is none or no mast's.

    >>> height_m("45 m"), height_m("150 ft"), height_m("tall")
    (45.0, 45.72, nan)
    """
    feet, metres = _FEET.fullmatch(written.strip()), _METRES.fullmatch(written.strip())
    if feet:
        height = round(float(feet[1]) * _FOOT_M, 2)
    elif metres:
        height = float(metres[1].replace(",", "."))
    else:
        return np.nan
    return height if 0.0 < height <= _TALLEST_M else np.nan


def is_mast(tags: Mapping[str, str]) -> bool:
    """Tell whether an element carries antennas: towers of other purposes are not taken."""
    kind, purpose = tags.get("man_made", ""), tags.get("tower:type", "")
    if tags.get("communication:mobile_phone") == "yes" or kind == "communications_tower":
        return True
    if kind == "tower":
        return purpose == "communication"
    if kind == "mast":
        return purpose in ("", "communication")
    return tags.get("telecom") in _MAST_TELECOM


def class_of(tags: Mapping[str, str], name: str) -> str:
    """Give the class of a place in the words of the plans."""
    for key, classes in _PLACES.items():
        found = classes.get(tags.get(key, ""))
        if found == "industrial":
            folded = text.fold(name)
            return next((kind for words, kind in _INDUSTRIAL if words.search(folded)), found)
        if found:
            return found
    return ""
