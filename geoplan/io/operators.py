"""Names of operators as people write them: brand, company, abbreviation, with or without a place.

"VNPT Quảng Ngãi" is VNPT; "Viettel Construction" is a tower company and stays what it is. The
names themselves stand in ``words.toml`` and in the scenario.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from geoplan import text
from geoplan.io import values
from geoplan.scenario import Scenario
from geoplan.units import OPERATORS

_COMPANY: Final = re.compile(
    r"\b(tap doan( cong nghiep)?( vien thong)?( quan doi)?|tong cong ty|tct|cong ty|cty|chi nhanh|"
    r"cn|trung tam|ttkd|dai|mang( luoi)?|nha mang|mang di dong|dich vu|kinh doanh|vien thong|"
    r"telecom|tnhh|mtv|co phan|cp|ctcp|mot thanh vien|khu vuc|kv|mien|tinh|thanh pho|tp|"
    r"viet nam|vn)\b"
)
_PROVINCIAL: Final = "vnpt"
_NUMBER: Final = re.compile(r"(?:kv)?\d{1,2}|[ivx]+|bac|trung|nam")
"""Regional branches are numbered, or named by their part of the country."""


def names_of(scenario: Scenario) -> dict[str, str]:
    """Give the folded names of operators → the standard name: ours, then the scenario's."""
    names = dict(values.words("operator"))
    for name in OPERATORS:
        names.setdefault(values.key(name), name)
    for name, aliases in scenario.operators.items():
        for alias in (name, *aliases):
            names[values.key(alias)] = name
    for source in (*scenario.inputs.sites, *scenario.inputs.sites_before):
        if source.operator:
            names.setdefault(values.key(source.operator), source.operator)
    return names


def standard_name(written: str, names: Mapping[str, str]) -> str:
    """Give the operator that a text names, empty where it names none or more than one.

    >>> standard_name("Chi nhánh MobiFone Quảng Ngãi", {"mobifone": "MobiFone"})
    'MobiFone'
    >>> standard_name("Viettel Construction", {"viettel": "Viettel"})
    ''
    """
    known = names.get(values.key(written))
    if known is not None:
        return known
    folded = re.sub(r"[^a-z0-9]+", " ", text.fold(written))
    if _PROVINCIAL in names and _is_provincial(folded):
        return names[_PROVINCIAL]
    tokens = _COMPANY.sub(" ", folded).split()
    for size in range(min(3, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            found = names.get("".join(tokens[start : start + size]))
            rest = tokens[:start] + tokens[start + size :]
            if found is not None and _is_place(rest, found, names):
                return found
    return ""


def _is_provincial(folded: str) -> bool:
    """Tell whether a name is that of VNPT's company in a province, as "Viễn thông Cà Mau"."""
    place = re.fullmatch(r"vien thong(?: tinh| thanh pho| tp)? (.+)", folded.strip())
    return place is not None and place[1].replace(" ", "") in _provinces()


def _is_place(rest: Sequence[str], operator: str, names: Mapping[str, str]) -> bool:
    """Tell whether what stands beside an operator's name is a province, a region or the same."""
    left = "".join(rest)
    if not left or left in _provinces() or _NUMBER.fullmatch(left):
        return True
    return names.get(left) == operator


@cache
def _provinces() -> frozenset[str]:
    """Give the folded names of the provinces, those before July 2025 among them."""
    return frozenset(values.words("province"))
