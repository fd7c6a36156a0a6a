"""Technologies and bands as planning tools and lists write them: "4G LTE 1800", B3, n78, 2.6 GHz.

A cell that names several technologies names them all; what is not understood is refused by
``rows``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from geoplan import text
from geoplan.units import TECHNOLOGIES

JOINT: Final = ";"
"""Stands between the technologies of one row."""

_FAMILIES: Final[Mapping[str, str]] = {
    "2G": r"2g|gsm|egsm|dcs|edge|gprs",
    "3G": r"3g|umts|wcdma|hspa\+?|hsdpa|hspaplus|utran|nodeb|u",
    "4G": r"4g|lte|ltea|lteadvanced|eutran|eutra|enodeb|enb|l",
    "5G": r"5g|nr|ngran|gnodeb|gnb|newradio|n",
}
_FURTHER: Final = (
    "sa|nsa|fdd|tdd|a|adv|advanced|pro|volte|tram|station|cell|cong nghe|mang|di dong|"
    "va|and|macro|micro|small|smallcell|indoor|outdoor|ibs|rru|mimo|massive|m|"
    "mhz|band|bts|co|phat song"
)
"""Words beside a technology that say nothing about which one it is."""
_EITHER: Final = re.compile(r"(?<!\d)4,5 ?g")
"""LTE Advanced as it is sold, or 4G and 5G: nobody can tell."""
_SPELLINGS: Final = (
    (r"(?<![\d.,/+&;])(?<![,/+&;] )4\.5 ?g|4g\+(?!\d)", "4g"),
    ("e-utra", "eutra"),
    ("lte-a", "ltea"),
    ("ng-ran", "ngran"),
)
"""Names that hold a sign by which words are parted; 4.5G is how LTE Advanced is sold."""
_BAND: Final = r"(?:b|n)?\d{1,4}"
_LONE: Final = r"(?:b|n)\d{1,3}|\d{3,4}|\d+mhz"
"""A band as a word of its own; "3" is one only where the cell says band."""
_LIST: Final = re.compile(r"(?<![\w.,])(?:[2-5] ?[/,+&;] ?)+(?=[2-5]g\b)")
"""2/3/4G: the generations that stand before one with its letter."""

LTE_BANDS_MHZ: Final[Mapping[int, float]] = {
    1: 2100,
    3: 1800,
    5: 850,
    7: 2600,
    8: 900,
    20: 800,
    28: 700,
    38: 2600,
    39: 1900,
    40: 2300,
    41: 2600,
    42: 3500,
    43: 3700,
}
"""E-UTRA operating bands → the frequency by which they are called. [MHz] (3GPP TS 36.101 §5.5)"""
NR_BANDS_MHZ: Final[Mapping[int, float]] = {
    1: 2100,
    3: 1800,
    5: 850,
    7: 2600,
    8: 900,
    28: 700,
    38: 2600,
    40: 2300,
    41: 2600,
    77: 3700,
    78: 3500,
    79: 4700,
}
"""NR operating bands → the frequency by which they are called. [MHz] (3GPP TS 38.101-1 §5.2)"""

_NR_BAND: Final = re.compile(r"(?:5g|nr)?(?:band)?n(\d{1,3})")
_LTE_BAND: Final = re.compile(r"(?:4g|lte|eutra|eutran)?(?:b|band|lteband|eutraband)(\d{1,2})")
_CALLED: Final = re.compile(
    r"(?:2g|3g|4g|5g|gsm|dcs|umts|wcdma|lte|nr|[glun])?(700|800|850|900|1800|1900|2100|2300|2500|"
    r"2600|3500|3600|3700|3800|3900|4700)(?:mhz|fdd|tdd|m)?"
)
_GIGAHERTZ: Final = re.compile(r"(\d(?:[.,]\d{1,4})?) ?ghz")
_BESIDE: Final = re.compile(r"[-–(,/ ]+\d+ ?mhz\)?$")
"""A bandwidth behind a band: "E-UTRA Band 3 - 20MHz"."""


def technologies(written: str) -> str:
    """Give the technologies that a cell names, in our order, joined; empty where it names none.

    >>> technologies("4G LTE-FDD"), technologies("2G/3G/4G"), technologies("L1800")
    ('4G', '2G;3G;4G', '4G')
    """
    folded = text.fold(written)
    if _EITHER.search(folded):
        return ""
    for spelling, plain in _SPELLINGS:
        folded = re.sub(spelling, plain, folded)
    folded = _LIST.sub(lambda listed: re.sub(r"(\d)", r"\1g", listed[0]), folded)
    lone = rf"{_LONE}|\d{{1,2}}" if "band" in folded else _LONE
    found: set[str] = set()
    for token in re.split(r"[^a-z0-9+]+|\+(?=\d)", folded):
        technology = _technology(token, lone)
        if technology is None:
            return ""
        found.add(technology)
    return JOINT.join(name for name in TECHNOLOGIES if name in found)


def _technology(token: str, lone: str) -> str | None:
    """Give the technology of a word, empty for a word that adds nothing, None for a strange one."""
    if not token.strip("+") or re.fullmatch(f"{_FURTHER}|{lone}", token):
        return ""
    for name, family in _FAMILIES.items():
        if len(token) > 1 and re.fullmatch(rf"({family})({_BAND})?(mhz|{_FURTHER})?", token):
            return name
    return None


def frequency_mhz(written: str) -> float | None:
    """Give the frequency of a band; None where the text names none, or more than one.

    >>> frequency_mhz("B3"), frequency_mhz("n78"), frequency_mhz("E-UTRA Band 3 - 20MHz")
    (1800, 3500, 1800)
    >>> frequency_mhz("2,6 GHz"), frequency_mhz("L1800"), frequency_mhz("1800/2100")
    (2600.0, 1800.0, None)
    """
    folded = text.fold(written)
    shorter = _BESIDE.sub("", folded)
    for one in (folded, shorter):
        gigahertz = _GIGAHERTZ.fullmatch(one)
        if gigahertz is not None:
            return round(float(gigahertz[1].replace(",", ".")) * 1000, 1)
        word = "".join(char for char in one if char.isalnum())
        called = _CALLED.fullmatch(word)
        if called is not None:
            return float(called[1])
        for pattern, bands in ((_LTE_BAND, LTE_BANDS_MHZ), (_NR_BAND, NR_BANDS_MHZ)):
            band = pattern.fullmatch(word)
            if band is not None:
                return bands.get(int(band[1]))
    return None
