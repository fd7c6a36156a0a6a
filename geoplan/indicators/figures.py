"""Finds the figure that a reading of a target asks for: in the indicators, or as reported.

Judging it is left to ``targets``. A share is never an average of shares: it is made anew from
numerators and denominators.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from geoplan.text import fold

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.indicators.plans import Footprint

Row = Mapping[str, Any]

_SMALLEST: Final = ("commune", "old_commune")
"""No plan of the register is of one commune."""
_KIND_WORDS: Final = ("tinh", "thanh pho", "thi xa", "huyen", "quan")
_EXACT: Final = 12
"""Decimals kept of a value that comes without numerator and denominator."""


@dataclass(frozen=True)
class Query:
    """What a reading asks for: a formula, split as the indicator table is."""

    indicator: str
    unit: str
    technology: str = ""
    operator: str = ""
    place_classes: tuple[str, ...] = ()
    zone_classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A figure in the unit of its target; ``value`` is None where there is none.

    ``absent`` names the classes that have no place or zone; ``note`` is a code of what the
    reader must know (``classes_summed``, ``zones_summed``), ``is_empty`` tells a denominator of
    0.
    """

    value: Fraction | None = None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    statistic: str = ""
    day: datetime.date | None = None
    absent: tuple[str, ...] = ()
    note: str = ""
    is_empty: bool = False

    @property
    def decimal(self) -> Decimal | None:
        """The value as a decimal number, exact to 28 digits."""
        if self.value is None:
            return None
        return Decimal(self.value.numerator) / Decimal(self.value.denominator)


class Indicators:
    """The rows of the indicator table that targets are judged by.

    Parameters
    ----------
    frame
        Columns of ``tables.INDICATORS_OUT``; those that are missing count as blank.
    mbb
        Technologies that "MBB" stands for.
    """

    def __init__(self, frame: pd.DataFrame, *, mbb: Sequence[str] = ("4G", "5G")) -> None:
        rows = []
        if len(frame):
            rows = frame[~frame["level"].isin(_SMALLEST)].to_dict("records")
        self._rows: dict[str, list[Row]] = {}
        for row in rows:
            clean = {str(key): _clean(value) for key, value in row.items()}
            self._rows.setdefault(str(clean["indicator"]), []).append(clean)
        self._names = {
            (str(row["level"]), str(row["unit_id"])): str(row.get("unit_name") or "")
            for part in self._rows.values()
            for row in part
        }
        self._mbb_is_4g_5g = set(mbb) == {"4G", "5G"}
        self._units: dict[str, list[tuple[str, str, str]]] = {
            level: self._units_at(level) for level in ("province", "old_province", "old_district")
        }

    def unit_of(self, footprint: Footprint) -> tuple[str, str]:
        """Choose the unit a plan is judged on: the area it was written for, else the province.

        Returns
        -------
        Level and unit_id; the level tells whether the footprint itself was found.
        """
        if footprint.level != "province":
            # A code says more than a name: many districts are called Châu Thành.
            for wanted in (set(footprint.codes), {fold(name) for name in footprint.names}):
                for unit in self._units[footprint.level]:
                    if set(unit) & wanted:
                        return footprint.level, unit[0]
        return self.today_of(footprint)

    def today_of(self, footprint: Footprint) -> tuple[str, str]:
        """Choose the province of today that a plan's area is in; blank where there is none."""
        wanted = {fold(name) for name in footprint.names} | set(footprint.codes)
        provinces = self._units["province"]
        today = {footprint.today_code} - {""} or wanted
        for unit in provinces:
            if len(provinces) == 1 or set(unit) & today:
                return "province", unit[0]
        return "province", ""

    def _units_at(self, level: str) -> list[tuple[str, str, str]]:
        """List the units of a level: id, id and name folded without the word for their kind."""
        found = {
            (str(row["unit_id"]), _bare(str(row["unit_id"])), _bare(str(row.get("unit_name", ""))))
            for rows in self._rows.values()
            for row in rows
            if row["level"] == level
        }
        return sorted(found)

    def name_of(self, unit: tuple[str, str]) -> str:
        """Give the name of a unit as the table writes it; blank where it is not there."""
        return self._names.get(unit, "")

    def reckons(self, indicator: str, unit: tuple[str, str]) -> bool:
        """Tell whether an indicator stands in the table at a unit, whatever its value."""
        rows = self._rows.get("PLACE_SERVED" if indicator == "PLACES" else indicator, ())
        return any((row["level"], row["unit_id"]) == unit for row in rows)

    def operators(self, indicator: str) -> tuple[str, ...]:
        """List the operators that an indicator is split by."""
        rows = self._rows.get(indicator, ())
        return tuple(sorted({str(row["operator"]) for row in rows} - {""}))

    def classes(self, query: Query, unit: tuple[str, str]) -> tuple[str, ...]:
        """List the classes of places that a unit has."""
        rows = self._at(query, *unit)
        return tuple(sorted({str(row.get("place_class", "")) for row in rows} - {""}))

    def find(self, query: Query, unit: tuple[str, str]) -> Figure:
        """Give the figure of a query at a unit."""
        if query.technology == "4G/5G":
            if not self._mbb_is_4g_5g:
                return Figure()
            return self.find(replace(query, technology="MBB"), unit)
        if query.technology == "4G+5G":
            return self._both(query, unit)
        if query.indicator == "PLACES":
            return self._count_places(query, unit)
        if query.zone_classes:
            return self._zones(query)
        if query.place_classes:
            return self._places(query, unit)
        rows = [row for row in self._at(query, *unit) if not row.get("place_class")]
        return _figure(rows[0], query.unit) if rows else Figure()

    def _at(self, query: Query, level: str, unit_id: str) -> list[Row]:
        return [
            row
            for row in self._rows.get(query.indicator, ())
            if row["level"] == level
            and row["unit_id"] == unit_id
            and row["operator"] == query.operator
            and row["technology"] == query.technology
        ]

    def _zones(self, query: Query) -> Figure:
        """Sum the classes of zones of a query; people in two of them are counted twice."""
        found: list[Row] = []
        absent: list[str] = []
        for name in query.zone_classes:
            rows = self._at(query, "zone", name)
            found += rows[:1]
            absent += [] if rows else [name]
        return replace(_sum(found, query.unit, "zones_summed"), absent=tuple(absent))

    def _places(self, query: Query, unit: tuple[str, str]) -> Figure:
        """Pool the listed classes: the table's own pool if it holds no others, else their sum."""
        rows = {str(row.get("place_class", "")): row for row in self._at(query, *unit)}
        absent = tuple(name for name in query.place_classes if name not in rows)
        listed = [rows[name] for name in query.place_classes if name in rows]
        if not listed:
            return Figure(absent=absent)
        others = set(rows) - {""} - set(query.place_classes)
        if not others and "" in rows and len(query.place_classes) > 1:
            return replace(_figure(rows[""], query.unit), absent=absent)
        return replace(_sum(listed, query.unit, "classes_summed"), absent=absent)

    def _count_places(self, query: Query, unit: tuple[str, str]) -> Figure:
        """Count the places of the listed classes, by the denominators of PLACE_SERVED."""
        counts = {
            str(row["place_class"]): row["denominator"]
            for row in self._rows.get("PLACE_SERVED", ())
            if (row["level"], row["unit_id"]) == unit and row["operator"] == ""
        }
        listed = [counts[name] for name in query.place_classes if counts.get(name) is not None]
        if not listed:
            return Figure(absent=query.place_classes)
        return Figure(value=Fraction(str(sum(listed))))

    def _both(self, query: Query, unit: tuple[str, str]) -> Figure:
        """Give what has 4G and 5G: the sum of the two less what has either.

        It holds only where MBB is 4G or 5G.
        """
        if not self._mbb_is_4g_5g:
            return Figure()
        four, five, either = (
            self.find(replace(query, technology=name), unit) for name in ("4G", "5G", "MBB")
        )
        tops = [part.numerator for part in (four, five, either)]
        whole = either.denominator
        if not whole or any(top is None for top in tops):
            return replace(either, value=None, numerator=None, low=None, high=None)
        top = sum((Fraction(str(part)) for part in tops[:2]), -Fraction(str(tops[2])))
        top = max(top, Fraction(0))
        value = top / Fraction(str(whole)) * _scale("ratio", query.unit)
        return replace(either, value=value, numerator=float(top), low=None, high=None)


def find_reported(
    rows: Iterable[Row], footprint: Footprint, as_of: datetime.date, unit: str
) -> Figure | None:
    """Give the newest of some reported rows that is not younger than ``as_of``.

    A row counts if it names no unit, or the plan's own or today's. Of rows of one day the last
    wins.
    """
    wanted = {fold(name) for name in footprint.names} | set(footprint.codes)
    wanted |= {"", footprint.today_code}
    newest: Row | None = None
    for row in rows:
        day = row["as_of"]
        if day is None or day > as_of or _bare(str(row.get("unit_id") or "")) not in wanted:
            continue
        if newest is None or day >= newest["as_of"]:
            newest = row
    if newest is None:
        return None
    figure = _figure({**newest, "unit": "given"}, unit)
    source = ", ".join(str(newest[key]) for key in ("source", "document") if newest.get(key))
    statistic = str(newest.get("statistic") or "")
    return replace(figure, source=source, statistic=statistic, day=newest["as_of"])


def reported_rows(frame: pd.DataFrame | None) -> list[Row]:
    """Give the rows of ``reported.csv``, blanks as None and days as dates."""
    if frame is None or not len(frame):
        return []
    rows = [
        {str(key): _clean(value) for key, value in row.items()} for row in frame.to_dict("records")
    ]
    return [{**row, "as_of": _day(row.get("as_of"))} for row in rows]


def _bare(name: str) -> str:
    """Fold a name of a unit and take off the word for its kind."""
    folded = fold(name)
    for word in _KIND_WORDS:
        if folded.startswith(word + " "):
            return folded.removeprefix(word + " ")
    return folded


def _clean(value: Any) -> Any:
    """Make None of a missing number; missing text is blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return None if str(value) in ("NaT", "<NA>") else value


def _day(value: Any) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))


def _scale(of: str, unit: str) -> Fraction:
    """Give the factor from a unit of the indicator table to the unit of a target."""
    if unit == "%":
        return Fraction(100)
    return Fraction(1, 1000) if (of, unit) == ("m", "km") else Fraction(1)


def _figure(row: Row, unit: str) -> Figure:
    """Make a figure of one row, exact where it gives numerator and denominator."""
    top, whole, value = row.get("numerator"), row.get("denominator"), row.get("value")
    is_given = row.get("unit") == "given"
    scale = _scale(str(row.get("unit") or ""), unit)
    exact: Fraction | None = None
    if value is None and not is_given:
        return Figure(numerator=top, denominator=whole, is_empty=whole == 0)
    if top is not None and whole and (value is None or _agrees(value, top / whole, is_given)):
        exact = Fraction(str(top)) / Fraction(str(whole)) * scale
    elif value is not None:
        exact = _plain(value) * (1 if is_given else scale)
    low, high = row.get("value_low"), row.get("value_high")
    return Figure(
        value=exact,
        numerator=top,
        denominator=whole,
        low=None if low is None else float(low * scale),
        high=None if high is None else float(high * scale),
    )


def _plain(value: float) -> Fraction:
    return Fraction(f"{float(value):.{_EXACT}f}")


def _agrees(value: float, ratio: float, is_given: bool) -> bool:
    """Tell whether a value is its numerator by its denominator; reported ones are rounded."""
    if is_given and math.isclose(value, ratio * 100, abs_tol=0.051):
        return True
    return math.isclose(value, ratio, abs_tol=1e-6)


def _sum(rows: Sequence[Row], unit: str, note: str) -> Figure:
    """Sum numerators and denominators; a single row stays as it is."""
    if len(rows) <= 1:
        return _figure(rows[0], unit) if rows else Figure()
    tops: list[Any] = [row.get("numerator") for row in rows]
    wholes: list[Any] = [row.get("denominator") for row in rows]
    if any(part is None for part in (*tops, *wholes)):
        return Figure()
    top, whole = sum(map(float, tops)), sum(map(float, wholes))
    if not whole:
        return Figure(numerator=top, denominator=whole, is_empty=True)
    summed = {"numerator": top, "denominator": whole, "value": top / whole, "unit": "ratio"}
    return replace(_figure(summed, unit), note=note)
