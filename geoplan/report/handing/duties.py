"""The duties of the plans in force: which fall due when, and by when operators are to reply.

Setting them as a calendar is left to ``calendar``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geoplan.report.forms import Words
from geoplan.text import fold

if TYPE_CHECKING:
    from geoplan.results import RunResult

REPLY_DAYS: Final = 30
"""Days that an operator has to reply, where no duty of a plan falls due soon."""
_SOON_DAYS: Final = 120


@dataclass(frozen=True)
class Duty:
    """One duty: who does what, to whom, by when."""

    plan: str
    duty_id: str
    who: str
    does: str
    to: str
    by: str
    due: datetime.date | None
    quote: str
    forms: str
    """Numbers of the forms in report.xlsx that it is answered with."""

    @property
    def is_of_operators(self) -> bool:
        """Whether operators have to do it."""
        return "doanh nghiep" in fold(self.who)


def duties_of(result: RunResult) -> list[Duty]:
    """Give the duties that are still to be done, the next due first, those without a day last."""
    day = result.scenario.day
    found = []
    for row in result.plan.duties.fillna("").to_dict("records"):
        due = _day(str(row["next_due"]))
        if due is None and row["by"] and not _is_lasting(str(row["by"])):
            continue
        if due is not None and due < day:
            continue
        found.append(
            Duty(
                plan=str(row["plan"]),
                duty_id=str(row["duty_id"]),
                who=str(row["who_today"] or row["who"]),
                does=str(row["does"]),
                to=str(row["to_today"] or row["to"]),
                by=str(row["by"]),
                due=due,
                quote=str(row["quote"]),
                forms=_forms(row),
            )
        )
    last = datetime.date.max
    return sorted(found, key=lambda duty: (duty.due or last, duty.plan, duty.duty_id))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _is_lasting(by: str) -> bool:
    return any(word in fold(by) for word in ("hang nam", "thuong xuyen", "dot xuat"))


def _forms(row: Mapping[Any, Any]) -> str:
    if not row["to"]:
        return ""
    said = fold(f"{row['does']} {row['form']}")
    if "ke hoach" in said:
        return "B2, B7"
    if "ket qua" in said or "bao cao" in said or "so lieu" in said:
        return "B1, B2, B3, B4, B5, B6"
    return ""


def operators_duty(result: RunResult) -> Duty | None:
    """Give the next duty of operators to send something on a certain day; None without one."""
    for duty in duties_of(result):
        if duty.is_of_operators and duty.due is not None and duty.to:
            return duty
    return None


def reply_deadline(result: RunResult) -> datetime.date:
    """Give the day by which operators are to reply: of their duty if soon, else in 30 days."""
    duty, day = operators_duty(result), result.scenario.day
    if duty is not None and duty.due is not None:
        ahead = (duty.due - day).days
        if 14 <= ahead <= _SOON_DAYS:
            return duty.due
    return day + datetime.timedelta(days=REPLY_DAYS)


def duty_sentence(result: RunResult, words: Words, written: str) -> str:
    """Remind operators of their duty in the words of the plan; blank without one.

    ``written`` is the due day as people read it.
    """
    duty = operators_duty(result)
    if duty is None:
        return ""
    text = words("The plan {plan} also asks operators: “{quote}” (next due: {date}).")
    return text.format(plan=duty.plan, quote=duty.quote, date=written)
