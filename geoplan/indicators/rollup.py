"""Facts by commune, rolled up to every level: the one way a figure gets to a unit.

A fact is a numerator and a denominator for each commune; a unit's value is made from the sums,
never from an average of shares. What the facts are is left to ``settlement``, ``network`` and
``ground``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    import datetime

    import geopandas as gpd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fact:
    """One figure of every commune.

    Attributes
    ----------
    indicator, operator, technology, place_class
        As in the indicator table; blank = any, not split, pooled.
    numerator
        Shape (communes + 1,); the last is what lies in no commune and counts in the province
        only.
    denominator
        The same shape for a ratio, None for a count.
    doubt
        Units that are unknown (hamlets or people), for the range; None = nothing is unknown.
    at_90, at_110
        Numerators at 90 % and 110 % of the radius; for a ratio whose denominator moves too,
        ``denominator_90`` and ``denominator_110``.
    unit
        Unit of the value.
    testable
        Where false, a ratio has no data although its denominator is not 0.
    known
        How many values the sums are made of; a unit without any is blank and not 0. None = all
        are known.
    """

    indicator: str
    operator: str
    technology: str
    numerator: Floats
    denominator: Floats | None = None
    doubt: Floats | None = None
    at_90: Floats | None = None
    at_110: Floats | None = None
    denominator_90: Floats | None = None
    denominator_110: Floats | None = None
    unit: str = ""
    place_class: str = ""
    testable: Floats | None = None
    known: Floats | None = None


@dataclass(frozen=True)
class Units:
    """The units of one level; ``member[i]`` is the unit of commune i, −1 = none.

    ``version`` says between which days the units stand (``results.UnitVersion.stamp``).
    """

    level: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    member: NDArray[np.int64]
    includes_outside: bool = False
    version: str = ""

    def sum(self, values: Floats) -> Floats:
        """Sum a value of the communes over the units."""
        inside = self.member >= 0
        total = np.bincount(self.member[inside], values[:-1][inside], len(self.ids)).astype(float)
        return total + values[-1] if self.includes_outside else total


def levels(
    communes: gpd.GeoDataFrame, scenario_name: str, version: str = "", former: str = ""
) -> list[Units]:
    """Give the units of every level that the communes tell of.

    The province is the whole scenario; where its communes name several provinces, each of them
    is a unit of that level too. ``version`` and ``former`` are the stamps of today's units and
    of those before.
    """
    n = len(communes)
    found = [_province(communes, scenario_name)]
    codes = communes["province_code"].to_numpy(object)
    if len(set(codes) - {""}) > 1:
        found.append(_grouped(communes, "province", "province_code", "province_name"))
    for level, column in (
        ("area", "area_group"),
        ("old_province", "old_province"),
        ("old_district", "old_district"),
    ):
        if (communes[column] != "").any():
            found.append(_grouped(communes, level, column, column))
    full = communes["full_name"].where(communes["full_name"] != "", communes["name"])
    found.append(Units("commune", tuple(communes["commune_code"]), tuple(full), np.arange(n)))
    stamps = {"old_province": former, "old_district": former}
    return [replace(units, version=stamps.get(units.level, version)) for units in found]


def _province(communes: gpd.GeoDataFrame, scenario_name: str) -> Units:
    codes = set(communes["province_code"]) - {""}
    names = set(communes["province_name"]) - {""}
    code = codes.pop() if len(codes) == 1 else ""
    name = names.pop() if len(names) == 1 else scenario_name
    member = np.zeros(len(communes), np.int64)
    return Units("province", (code,), (name,), member, includes_outside=True)


def _grouped(communes: gpd.GeoDataFrame, level: str, column: str, name_column: str) -> Units:
    values = communes[column].to_numpy(object)
    ids = sorted(set(values) - {""})
    index = {value: i for i, value in enumerate(ids)}
    names = dict(zip(values, communes[name_column], strict=True))
    member = np.array([index.get(value, -1) for value in values], dtype=np.int64)
    return Units(level, tuple(ids), tuple(names[i] or i for i in ids), member)


def roll_up(facts: Iterable[Fact], units: Iterable[Units], *, as_of: datetime.date) -> pd.DataFrame:
    """Make the indicator table: every fact at every unit of every level."""
    columns: dict[str, list[NDArray[np.generic]]] = {name: [] for name in _COLUMNS}
    units = list(units)
    for fact in facts:
        for level in units:
            _append(columns, fact, level)
    frame = pd.DataFrame(
        {name: np.concatenate(parts) if parts else [] for name, parts in columns.items()}
    )
    frame["as_of"] = pd.Timestamp(as_of)
    return frame


_COLUMNS = (
    "indicator",
    "level",
    "unit_id",
    "unit_name",
    "unit_version",
    "operator",
    "technology",
    "place_class",
    "numerator",
    "denominator",
    "value",
    "value_low",
    "value_high",
    "value_radius_90",
    "value_radius_110",
    "unit",
)


def _append(columns: dict[str, list[NDArray[np.generic]]], fact: Fact, level: Units) -> None:
    """Add the rows of one fact at one level; a class of place that a unit lacks gives none."""
    values = _values(fact, level)
    keep = np.ones(len(level.ids), bool)
    if fact.place_class and fact.denominator is not None:
        keep = np.nan_to_num(values["denominator"]) > 0
    constant = {
        "indicator": fact.indicator,
        "level": level.level,
        "unit_version": level.version,
        "operator": fact.operator,
        "technology": fact.technology,
        "place_class": fact.place_class,
        "unit": fact.unit or ("" if fact.denominator is None else "ratio"),
    }
    number = int(keep.sum())
    for name, text in constant.items():
        columns[name].append(np.full(number, text, dtype=object))
    columns["unit_id"].append(np.array(level.ids, dtype=object)[keep])
    columns["unit_name"].append(np.array(level.names, dtype=object)[keep])
    for name, numbers in values.items():
        columns[name].append(numbers[keep])


def _values(fact: Fact, level: Units) -> dict[str, Floats]:
    blank = np.full(len(level.ids), np.nan)
    missing = np.zeros(len(level.ids), bool) if fact.known is None else level.sum(fact.known) == 0
    numerator = np.where(missing, np.nan, level.sum(fact.numerator))
    found = {"numerator": numerator, "denominator": blank, "value": numerator}
    doubt = blank if fact.doubt is None else level.sum(fact.doubt)
    if fact.denominator is None:
        low, high = (blank, blank) if fact.doubt is None else (numerator, numerator + doubt)
        r90, r110 = (
            blank if part is None else level.sum(part) for part in (fact.at_90, fact.at_110)
        )
        return {
            **found,
            "value_low": low,
            "value_high": high,
            "value_radius_90": r90,
            "value_radius_110": r110,
        }
    whole = np.where(missing, np.nan, level.sum(fact.denominator))
    if fact.testable is not None:
        whole_or_none = np.where(level.sum(fact.testable) > 0, whole, np.nan)
    else:
        whole_or_none = whole
    found["denominator"] = whole
    found["value"] = _divide(numerator, whole_or_none)
    if fact.doubt is None:
        low = high = blank
    else:
        low = _divide(numerator, whole_or_none + doubt)
        high = _divide(numerator + doubt, whole_or_none + doubt)
    others = []
    for part, base in ((fact.at_90, fact.denominator_90), (fact.at_110, fact.denominator_110)):
        below = whole if base is None else level.sum(base)
        below = np.where(np.isnan(whole_or_none), np.nan, below)
        others.append(blank if part is None else _divide(level.sum(part), below))
    return {
        **found,
        "value_low": low,
        "value_high": high,
        "value_radius_90": others[0],
        "value_radius_110": others[1],
    }


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def by_commune(rows: NDArray[np.int64], n_communes: int, weights: Floats | None = None) -> Floats:
    """Sum over communes; row −1 goes to the last place, which is no commune."""
    index = np.where(rows < 0, n_communes, rows)
    return np.bincount(index, weights, n_communes + 1).astype(np.float64)
