"""The register of provincial plans: every measurable sentence and every duty, as data.

Five plans come with the package; a user's own file has the same keys. Judging the targets is
left to ``targets``, words for indicators to ``names``.
"""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from geoplan.faults import Faults, GeoplanError, InputError, ScenarioError
from geoplan.indicators import names
from geoplan.text import nfc

if TYPE_CHECKING:
    import pandas as pd
    from pydantic_core import ErrorDetails

Direction = Literal["", ">=", ">", "<=", "<", "=", "hold"]
"""How value and target must stand; blank = no figure in the plan, tracked and not judged."""

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True)
class Baseline:
    """The state that a target starts from, in the unit of the target."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    value: float
    source: str
    date: datetime.date | None = None
    quote: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read a sentence; what it leaves out is as in its target.

    ``operator`` = "each" gives a row for every operator, ``per_class`` a row for every class.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    indicator: str | None = None
    technology: str | None = None
    operator: str | None = None
    place_classes: tuple[str, ...] | None = None
    zone_classes: tuple[str, ...] | None = None
    per_class: bool = False
    subject_vi: str = ""
    subject_en: str = ""
    note_vi: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Target:
    """One measurable sentence of a plan (or one of its measures or years).

    ``deadline`` is the plan's wording, ``deadline_day`` the same for machines: MM-DD for every
    year, or a whole date. ``target`` and ``baseline`` stand in ``unit``.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    quote: str
    indicator: str
    unit: str
    section: str = ""
    technology: str = ""
    operator: str = ""
    place_classes: tuple[str, ...] = ()
    zone_classes: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    direction: Direction = ""
    baseline: Baseline | None = None
    target: float | None = None
    year: int | None = None
    source_kind: Literal["computed", "reported"] = "computed"
    statistic: Literal["", "mean", "median"] = ""
    lead: str = ""
    lead_today: str = ""
    deadline: str = ""
    deadline_day: str = ""
    subject_vi: str = ""
    subject_en: str = ""
    notes_vi: str = ""


@dataclass(frozen=True)
class Duty:
    """Who does what, with whom, to whom, by when, on which form."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    who: str
    does: str
    quote: str
    with_whom: str = ""
    to: str = ""
    by: str = ""
    by_day: str = ""
    form: str = ""
    state: str = ""
    who_today: str = ""
    to_today: str = ""


@dataclass(frozen=True)
class Footprint:
    """The units that a plan was written for, and what they are part of today."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    name: str
    level: Literal["province", "old_province", "old_district"] = "province"
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    units: str = ""
    today: str = ""
    today_code: str = ""


@dataclass(frozen=True)
class Successor:
    """The plan that takes over the targets of ``from_year`` and later.

    ``date`` is its day of issue; where that is not known, ``in_force_by`` is a day on which it
    was in force.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    number: str
    from_year: int
    source: str
    issuer: str = ""
    date: datetime.date | None = None
    in_force_by: datetime.date | None = None

    def is_in_force(self, day: datetime.date) -> bool:
        """Tell whether the plan is in force on a day, as far as is known."""
        start = self.date or self.in_force_by or datetime.date(self.from_year, 1, 1)
        return start <= day


@dataclass(frozen=True)
class PlanHead:
    """What a plan is: its number, its day, its area and those it hangs together with."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    number: str
    title: str
    issuer: str
    date: datetime.date
    period: tuple[int, int]
    footprint: Footprint
    hamlets: str = "thôn"
    issuer_today: str = ""
    text_file: str = ""
    parent: str = ""
    related: tuple[str, ...] = ()
    superseded_by: tuple[Successor, ...] = ()
    lead: str = ""
    lead_today: str = ""
    deadline: str = ""
    deadline_day: str = ""


@dataclass(frozen=True)
class ProvincialPlan:
    """A plan with its targets and duties."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    plan: PlanHead
    targets: tuple[Target, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def id(self) -> str:
        """The name of the plan in the register and in tables."""
        return self.plan.id

    def target(self, target_id: str) -> Target:
        """Give a target by its id; raise :class:`KeyError` if there is none."""
        for target in self.targets:
            if target.id == target_id:
                return target
        raise KeyError(f"{self.id} has no target {target_id}")


def registered() -> tuple[str, ...]:
    """List the plans that come with the package."""
    folder = files("geoplan.indicators") / "plans"
    found = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def load_plan(name: str) -> ProvincialPlan:
    """Read a plan of the register.

    Raises
    ------
    ScenarioError
        There is no plan of that name.
    """
    if name not in registered():
        faults = Faults()
        faults.add(
            "unknown_plan", column="targets.plans", value=name, known=", ".join(registered())
        )
        faults.raise_if_any(ScenarioError)
    text = (files("geoplan.indicators") / "plans" / f"{name}.toml").read_text("utf-8")
    return parse_plan(tomllib.loads(text), file=f"{name}.toml")


def read_plan(path: Path | str) -> ProvincialPlan:
    """Read a plan of the user's own, a TOML file with the keys of the register.

    Raises
    ------
    InputError
        The file is missing, is no TOML, or keys of it are unknown, missing or wrong.
    """
    path = Path(path)
    faults = Faults()
    raw: dict[str, Any] = {}
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        faults.add("missing_file", file=path.name)
    except tomllib.TOMLDecodeError as error:
        faults.add("bad_toml", file=path.name, why=str(error))
    except (OSError, UnicodeDecodeError) as error:
        faults.add("unreadable_file", file=path.name, why=type(error).__name__)
    faults.raise_if_any(InputError)
    return parse_plan(raw, file=path.name)


def find_plans(wanted: Iterable[str], folder: Path) -> tuple[ProvincialPlan, ...]:
    """Give the plans of a scenario, in its order: names of the register, or files.

    Parameters
    ----------
    wanted
        Names such as "quang-ngai-194", or paths of TOML files.
    folder
        The folder that relative paths start from.

    Raises
    ------
    ScenarioError
        With the faults of every plan.
    """
    found: list[ProvincialPlan] = []
    faults = Faults()
    for name in wanted:
        is_file = name.casefold().endswith(".toml")
        try:
            found.append(read_plan(folder / name) if is_file else load_plan(name))
        except GeoplanError as error:
            faults.extend(error.faults)
    faults.raise_if_any(ScenarioError)
    return tuple(found)


def parse_plan(raw: dict[str, Any], *, file: str) -> ProvincialPlan:
    """Make a plan from parsed TOML, with all its texts in NFC.

    Raises
    ------
    InputError
        With every fault of every key.
    """
    from pydantic import TypeAdapter, ValidationError

    faults = Faults()
    try:
        plan = TypeAdapter(ProvincialPlan).validate_python(_normal(raw))
    except ValidationError as error:
        for detail in error.errors():
            _translate(detail, file, faults)
        faults.raise_if_any(InputError)
        raise
    _check(plan, file, faults)
    faults.raise_if_any(InputError)
    return plan


def duty_table(plans: Sequence[ProvincialPlan], *, as_of: datetime.date) -> pd.DataFrame:
    """List the duties of plans, each with the next day that it is due after ``as_of``.

    Returns
    -------
    DataFrame
        plan, duty_id, who, does, with_whom, to, by, next_due (ISO, blank = none), form, state,
        who_today, to_today, quote; one row for each duty, in the order of the plans.
    """
    import pandas as pd

    columns = ("who", "does", "with_whom", "to", "by", "next_due", "form", "state")
    rows = [
        {"plan": plan.id, "duty_id": duty.id}
        | {
            name: getattr(duty, name, next_due(duty.by_day, as_of, plan.plan.period[1]))
            for name in columns
        }
        | {
            "who_today": duty.who_today or duty.who,
            "to_today": duty.to_today or duty.to,
            "quote": duty.quote,
        }
        for plan in plans
        for duty in plan.duties
    ]
    names_ = ["plan", "duty_id", *columns, "who_today", "to_today", "quote"]
    return pd.DataFrame(rows, columns=names_, dtype="str")


def next_due(day: str, as_of: datetime.date, last_year: int | None = None) -> str:
    """Give the first due day on or after ``as_of``, as ISO; blank where there is none left.

    ``day`` is MM-DD for every year up to ``last_year``, or a whole date.

    >>> next_due("12-10", datetime.date(2025, 12, 31))
    '2026-12-10'
    """
    if not day:
        return ""
    if len(day) > len("12-31"):
        return day if datetime.date.fromisoformat(day) >= as_of else ""
    due = datetime.date.fromisoformat(f"{as_of.year}-{day}")
    if due < as_of:
        due = due.replace(year=as_of.year + 1)
    return due.isoformat() if last_year is None or due.year <= last_year else ""


def _normal(value: Any) -> Any:
    """Bring every text to NFC with single blanks."""
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return value


def _check(plan: ProvincialPlan, file: str, faults: Faults) -> None:
    """Add what the kinds of the keys cannot tell: doubled ids, unknown formulas, odd targets."""
    ids = [target.id for target in plan.targets] + [duty.id for duty in plan.duties]
    for key, count in Counter(ids).items():
        if count > 1:
            faults.add("duplicate_key", file=file, column="id", value=key, first_row=key)
    for target in plan.targets:
        _check_target(target, file, faults)
    days = [(plan.id, plan.plan.deadline_day)]
    days += [(target.id, target.deadline_day) for target in plan.targets]
    days += [(duty.id, duty.by_day) for duty in plan.duties]
    for key, day in days:
        if not _is_day(day):
            faults.add("bad_value", file=file, column=key, value=day, why="MM-DD or YYYY-MM-DD")


def _check_target(target: Target, file: str, faults: Faults) -> None:
    known = ", ".join(names.INDICATORS)
    for indicator in (target.indicator, *(reading.indicator for reading in target.readings)):
        if indicator is not None and indicator not in names.INDICATORS:
            why = f"known formulas: {known}"
            faults.add("bad_value", file=file, column=target.id, value=indicator, why=why)
    holds_baseline = target.direction == "hold" and target.baseline is not None
    if (target.target is None) != (target.direction == "") and not holds_baseline:
        why = "target and direction go together"
        faults.add("bad_value", file=file, column=f"{target.id}.direction", why=why)
    if target.source_kind == "computed" and target.indicator == names.REPORTED:
        why = 'indicator "reported" needs source_kind = "reported"'
        faults.add("bad_value", file=file, column=f"{target.id}.source_kind", why=why)
    if target.indicator == names.REPORTED and not target.subject_vi:
        faults.add("missing_key", file=file, column=f"{target.id}.subject_vi")
    doubled = [key for key, n in Counter(r.id for r in target.readings).items() if n > 1]
    for key in doubled:
        faults.add("duplicate_key", file=file, column=f"{target.id}.readings", value=key)


def _is_day(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day if len(day) > len("12-31") else f"2024-{day or '01-01'}")
    except ValueError:
        return False
    return True


def _translate(detail: ErrorDetails, file: str, faults: Faults) -> None:
    """Turn one complaint of pydantic into a fault in our own words."""
    steps = [step for step in detail["loc"] if not (isinstance(step, str) and "[" in step)]
    key = ".".join(str(step + 1) if isinstance(step, int) else step for step in steps)
    if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        known = ", ".join(_known_keys([step for step in steps[:-1] if isinstance(step, str)]))
        faults.add("unknown_key", file=file, column=key, known=known)
    elif detail["type"] == "missing":
        faults.add("missing_key", file=file, column=key)
    else:
        value = str(detail["input"])[:60]
        faults.add("bad_value", file=file, column=key, value=value, why=detail["msg"])


_PARTS: dict[str, type] = {
    "plan": PlanHead,
    "targets": Target,
    "duties": Duty,
    "readings": Reading,
    "baseline": Baseline,
    "footprint": Footprint,
    "superseded_by": Successor,
}


def _known_keys(steps: Sequence[str]) -> tuple[str, ...]:
    """List the keys of a section of a plan file."""
    part: type = ProvincialPlan
    for step in steps:
        part = _PARTS.get(step, part)
    assert is_dataclass(part)
    return tuple(field.name for field in fields(part))


DIRECTIONS: tuple[str, ...] = tuple(get_args(Direction))
