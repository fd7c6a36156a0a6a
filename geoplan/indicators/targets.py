"""Judges the targets of plans: one row for each reading, with the sentence to copy.

Where a figure comes from is left to ``figures``, what a plan says to ``plans``, words to
``wording``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from geoplan.indicators import figures, names
from geoplan.indicators.figures import Figure, Indicators, Query, Row
from geoplan.indicators.plans import ProvincialPlan, Reading, Successor, Target, next_due
from geoplan.indicators.wording import View, Words

if TYPE_CHECKING:
    import pandas as pd

STATUSES: Final = (
    "exceeded",
    "met",
    "not_met",
    "in_progress",
    "no_data",
    "superseded",
    "tracked",
)
"""``tracked`` is a sentence without a figure: its value is shown and not judged."""

COLUMNS: Final = (
    "plan",
    "target_id",
    "quote",
    "indicator",
    "reading",
    "footprint",
    "direction",
    "baseline",
    "target",
    "year",
    "numerator",
    "denominator",
    "value",
    "gap_points",
    "status",
    "lead",
    "deadline",
    "sentence",
    "unit",
    "footprint_today",
    "area",
    "next_due",
    "missing",
    "note",
    "area_today",
    "numerator_today",
    "denominator_today",
    "value_today",
    "gap_points_today",
    "status_today",
    "sentence_today",
)
_OF_FIGURE: Final = ("numerator", "denominator", "value", "gap_points")
_NUMBERS: Final = ("baseline", "target", *_OF_FIGURE, *(f"{name}_today" for name in _OF_FIGURE))

REPORTED_READING: Final = "reported"
"""The reading of a reported value that stands beside computed ones."""


@dataclass(frozen=True)
class _Judge:
    """What does not change from row to row."""

    indicators: Indicators
    reported: list[Row]
    as_of: datetime.date
    words: Words


def target_status(
    plans: Sequence[ProvincialPlan],
    indicators: pd.DataFrame,
    reported: pd.DataFrame | None = None,
    *,
    as_of: datetime.date,
    language: str = "vi",
    merge_distance_m: float = 30.0,
    mbb: Sequence[str] = ("4G", "5G"),
    period: tuple[datetime.date, datetime.date] | None = None,
) -> pd.DataFrame:
    """Judge every target of some plans.

    Parameters
    ----------
    plans
        The plans, in the order that their rows are wanted in.
    indicators
        The table of ``tables.INDICATORS_OUT``: shares from 0 to 1.
    reported
        The table of ``tables.REPORTED``: values in the unit of the target. A ``target_id`` may
        name one reading, as in "QN-04:new".
    as_of
        Day of the judgement; a year is over on its last day.
    language
        Of the sentences: "vi" or "en".
    merge_distance_m
        Distance within which positions were joined, for the sentences. [m]
    mbb
        Technologies of mobile broadband; what has both 4G and 5G is known only for 4G and 5G.
    period
        First and last day in which a station was new, for the sentences.

    Returns
    -------
    DataFrame
        ``COLUMNS``, one row for each target and reading, in the order of the plans. Values,
        targets and baselines stand in ``unit``; ``gap_points`` = value less target, in
        percentage points where the unit is %; missing numbers are NaN.
    """
    import pandas as pd

    judge = _Judge(
        Indicators(indicators, mbb=mbb),
        figures.reported_rows(reported),
        as_of,
        Words(language, merge_distance_m, period),
    )
    rows = [row for plan in plans for target in plan.targets for row in _rows(judge, plan, target)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = {name: "float64" if name in _NUMBERS else "str" for name in COLUMNS}
    blank = {name: "" for name, kind in kinds.items() if kind == "str"}
    return frame.astype(kinds).fillna(blank)


def status_of(
    value: Fraction | None, target: Target, *, as_of: datetime.date, superseded: bool = False
) -> str:
    """Say how a value stands to its target; nothing is rounded before it is compared.

    Only ≥ and hold can be exceeded: "more than" is met by being more, and a limit is kept.
    """
    aim = aim_of(target)
    if superseded:
        return "superseded"
    if value is None:
        return "no_data"
    if aim is None:
        return "tracked"
    is_met = {
        ">=": value >= aim,
        "hold": value >= aim,
        ">": value > aim,
        "<=": value <= aim,
        "<": value < aim,
        "=": value == aim,
    }[target.direction]
    if is_met:
        return "exceeded" if target.direction in (">=", "hold") and value > aim else "met"
    return "not_met" if is_over(target.year, as_of) else "in_progress"


def aim_of(target: Target) -> Fraction | None:
    """Give what a value is compared with: the target, or the baseline that is to be held."""
    aim = target.target
    if aim is None and target.direction == "hold" and target.baseline is not None:
        aim = target.baseline.value
    return None if aim is None else Fraction(str(aim))


def is_over(year: int | None, day: datetime.date) -> bool:
    """Tell whether a target's year has come to its last day; a standing target is always due."""
    return year is None or day >= datetime.date(year, 12, 31)


def successor_of(plan: ProvincialPlan, target: Target, as_of: datetime.date) -> Successor | None:
    """Give the plan in force that has taken a target over, if there is one."""
    year = target.year or as_of.year
    for successor in plan.plan.superseded_by:
        if year >= successor.from_year and successor.is_in_force(as_of):
            return successor
    return None


def _rows(judge: _Judge, plan: ProvincialPlan, target: Target) -> Iterator[dict[str, Any]]:
    """Give the rows of one target."""
    unit = judge.indicators.unit_of(plan.plan.footprint)
    today = judge.indicators.today_of(plan.plan.footprint)
    views = list(_views(judge, plan, target, unit))
    whole = _reported_for(judge, plan, target, target.id)
    for view in views:
        now = judge.indicators.find(view.query, today)
        figure, level = judge.indicators.find(view.query, unit), unit[0]
        if view.query.zone_classes or not judge.indicators.reckons(view.query.indicator, unit):
            # Zones, and what is known of the whole area only, are of no former unit.
            figure, level = now, "province"
        if figure.value is None:
            own = _reported_for(judge, plan, target, f"{target.id}:{view.reading}")
            own = own or _reported_indicator(judge, plan, target, view.query)
            if own is None and len(views) == 1:
                own, whole = whole, None
            figure = own or figure
        yield _row(judge, plan, target, view, figure, level) | _today(
            judge, plan, target, view, now, today
        )
    if whole is not None:
        base = views[0] if views else _view(judge, plan, target, Reading(""))
        view = replace(base, reading=REPORTED_READING, note="")
        yield _row(judge, plan, target, view, whole, unit[0])


def _views(
    judge: _Judge, plan: ProvincialPlan, target: Target, unit: tuple[str, str]
) -> Iterator[View]:
    """Take the readings of a target apart where they ask for each operator or class."""
    for reading in target.readings or (Reading("plan"),):
        view = _view(judge, plan, target, reading)
        if view.query.operator == "each":
            found = judge.indicators.operators(view.query.indicator)
            parts = [replace(reading, operator=name) for name in found]
        elif reading.per_class:
            anywhere = replace(view.query, place_classes=())
            there = judge.indicators.classes(anywhere, unit)
            parts = [
                replace(reading, place_classes=(name,))
                for name in view.query.place_classes
                if name in there
            ]
        else:
            yield view
            continue
        for part in parts:
            name = (part.operator or "") if view.query.operator == "each" else ""
            name = name or (part.place_classes or ("",))[0]
            yield _view(judge, plan, target, replace(part, id=f"{reading.id}:{name}"))
        if not parts:
            yield view


def _view(judge: _Judge, plan: ProvincialPlan, target: Target, reading: Reading) -> View:
    """Give the row that one reading makes; what the reading leaves out is the target's."""

    def own(name: str) -> Any:
        value = getattr(reading, name)
        return getattr(target, name) if value is None else value

    query = Query(
        indicator=own("indicator"),
        unit=target.unit,
        technology=own("technology"),
        operator=own("operator"),
        place_classes=tuple(own("place_classes")),
        zone_classes=tuple(own("zone_classes")),
    )
    note = judge.words.pick(reading.note_vi, reading.note_en)
    subject = judge.words.subject(plan, target, reading, query)
    return View(reading.id, query, subject, note)


def _reported_for(judge: _Judge, plan: ProvincialPlan, target: Target, key: str) -> Figure | None:
    """Give what was reported for a target, by its id with or without its year."""
    plain = key.replace(f"-{target.year}", "")
    for wanted in dict.fromkeys((key, plain)):
        rows = [row for row in judge.reported if row.get("target_id") == wanted]
        found = figures.find_reported(rows, plan.plan.footprint, judge.as_of, target.unit)
        if found is not None:
            return found
    return None


def _reported_indicator(
    judge: _Judge, plan: ProvincialPlan, target: Target, query: Query
) -> Figure | None:
    """Give what was reported under the name of a formula, for its technology."""
    if query.indicator == names.REPORTED or query.operator:
        return None
    if query.place_classes or query.zone_classes:
        return None
    rows = [
        row
        for row in judge.reported
        if not row.get("target_id")
        and row.get("indicator") == query.indicator
        and (row.get("technology") or "") == query.technology
    ]
    return figures.find_reported(rows, plan.plan.footprint, judge.as_of, target.unit)


def _today(
    judge: _Judge,
    plan: ProvincialPlan,
    target: Target,
    view: View,
    figure: Figure,
    unit: tuple[str, str],
) -> dict[str, Any]:
    """Judge a target on the province that its area is in today."""
    if figure.value is None:
        return {}
    row = _row(judge, plan, target, view, figure, "today", judge.indicators.name_of(unit))
    area = judge.words.area_today(plan, judge.indicators.name_of(unit))
    kept = (*_OF_FIGURE, "status", "sentence")
    return {"area_today": area} | {f"{name}_today": row[name] for name in kept}


def _row(
    judge: _Judge,
    plan: ProvincialPlan,
    target: Target,
    view: View,
    figure: Figure,
    level: str,
    unit_name: str = "",
) -> dict[str, Any]:
    """Make one row of the target table; ``level`` is that of the unit of the figure."""
    head, words = plan.plan, judge.words
    successor = successor_of(plan, target, judge.as_of)
    status = status_of(figure.value, target, as_of=judge.as_of, superseded=successor is not None)
    aim = aim_of(target)
    is_known = figure.value is not None
    due = target.deadline_day or head.deadline_day
    return {
        "plan": plan.id,
        "target_id": target.id,
        "quote": target.quote,
        "indicator": view.query.indicator,
        "reading": view.reading,
        "footprint": head.footprint.name,
        "direction": target.direction,
        "baseline": None if target.baseline is None else target.baseline.value,
        "target": None if aim is None else float(aim),
        "year": str(target.year or ""),
        "numerator": figure.numerator if is_known else None,
        "denominator": figure.denominator if is_known else None,
        "value": None if figure.value is None else float(figure.value),
        "gap_points": None if figure.value is None or aim is None else float(figure.value - aim),
        "status": status,
        "lead": words.lead(plan, target),
        "deadline": target.deadline or head.deadline,
        "sentence": words.sentence(
            plan,
            target,
            view,
            figure,
            status=status,
            aim=Figure(aim),
            as_of=judge.as_of,
            successor=successor,
            area=words.said_area(plan, figure, level, unit_name),
        ),
        "unit": target.unit,
        "footprint_today": head.footprint.today,
        "area": words.area(plan, figure, level),
        "next_due": next_due(due, judge.as_of, head.period[1]),
        "missing": words.missing(plan, view, figure),
        "note": words.note(target, figure),
    }
