"""The sentence to copy: one target, its figure and its verdict, in Vietnamese or English.

A value is never rounded onto or across its target, 0 % or 100 %. Finding and judging the value
is left to ``targets``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

_MOST_DECIMALS: Final = 6
_GIVEN_DECIMALS: Final = 4
_MEASURED: Final = ("%", "Mb/s", "km")
"""Units with one decimal or more; everything else is counted."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Statement:
    """What a sentence says; ``value`` and ``target`` stand in ``unit``, None = there is none.

    ``details`` are put in brackets before the day of the figures, in their order. A value that
    ``is_given`` by hand is shown as it was given.
    """

    subject: str
    unit: str
    status: str
    day: datetime.date
    direction: str = ""
    value: Decimal | None = None
    target: Decimal | None = None
    year: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    counted: str = ""
    details: tuple[str, ...] = ()
    missing: str = ""
    is_given: bool = False
    is_closed: bool = False
    successor: str = ""


def sentence(said: Statement, language: str) -> str:
    """Write the sentence of a target; ``language`` is "vi" or "en"."""
    words = _Vietnamese() if language == "vi" else _English()
    clauses = [words.figure(said) if said.value is not None else words.no_figure(said)]
    clauses.append(words.aim(said))
    clauses.append(words.verdict(said))
    return "; ".join(clause for clause in clauses if clause) + "."


def number(value: Decimal | float, language: str, decimals: int | None = None) -> str:
    """Write a number as people do: 1.234,5 in Vietnamese, 1,234.5 in English.

    Without ``decimals``, as many as the number has.

    >>> number(1234.5, "vi")
    '1.234,5'
    """
    exact = Decimal(str(value))
    plain = f"{exact.normalize():,f}" if decimals is None else f"{exact:,.{decimals}f}"
    return plain.translate(str.maketrans(",.", ".,")) if language == "vi" else plain


def date(day: datetime.date, language: str) -> str:
    """Write a day as people do: 31/12/2025, or 31 December 2025."""
    if language == "vi":
        return f"{day:%d/%m/%Y}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def shown(value: Decimal, limits: tuple[Decimal, ...], least: int = 1) -> Decimal:
    """Round a value to as few decimals as leave it on its own side of every limit.

    >>> shown(Decimal("99.96"), (Decimal(100),))
    Decimal('99.96')
    """
    for decimals in range(least, _MOST_DECIMALS + 1):
        rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if all(_side(rounded, limit) == _side(value, limit) for limit in limits):
            return rounded
    return value.quantize(Decimal(1).scaleb(-_MOST_DECIMALS), ROUND_FLOOR)


def _side(value: Decimal, limit: Decimal) -> int:
    return (value > limit) - (value < limit)


class _Words:
    """What the two languages share."""

    language = "vi"
    points = ""

    def amount(self, value: Decimal, unit: str) -> str:
        """Write a value with its unit."""
        text = number(value, self.language)
        return f"{text}%" if unit == "%" else f"{text} {unit}".strip()

    def value(self, said: Statement) -> Decimal:
        """Round the value of a statement for show; 30 stays 30, 29,96 does not become 30."""
        assert said.value is not None
        if said.is_given and said.value == round(said.value, _GIVEN_DECIMALS):
            return said.value
        limits = [Decimal(0), Decimal(100)] if said.unit == "%" else []
        if said.target is not None:
            limits.append(said.target)
        return shown(said.value, tuple(limits), 1 if said.unit in _MEASURED else 0)

    def value_text(self, said: Statement) -> str:
        """Write the value, with its decimals kept where it was rounded."""
        rounded = self.value(said)
        if rounded == said.value:
            return self.amount(rounded, said.unit)
        exponent = rounded.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) else 0
        text = number(rounded, self.language, decimals)
        return f"{text}%" if said.unit == "%" else f"{text} {said.unit}".strip()

    def gap(self, said: Statement) -> str:
        """Write how far the shown value is from the target; blank where it is on it."""
        if said.value is None or said.target is None or said.value == said.target:
            return ""
        distance = abs(self.value(said) - said.target)
        unit = self.points if said.unit == "%" else said.unit
        return f"{number(distance, self.language)} {unit}".strip()

    def fraction(self, said: Statement) -> str:
        """Write numerator and denominator; a part of a whole is never rounded up to it."""
        if said.unit != "%" or said.numerator is None or not said.denominator:
            return ""
        if said.counted == "km²":
            top, whole = (number(x, self.language, 1) for x in (said.numerator, said.denominator))
        else:
            top = number(int(said.numerator + 1e-6), self.language, 0)
            whole = number(round(said.denominator), self.language, 0)
        return f"{top}/{whole} {said.counted}".strip()

    def is_above(self, said: Statement) -> bool:
        """Tell whether the value is above the target."""
        return said.value is not None and said.target is not None and said.value > said.target


class _Vietnamese(_Words):
    language = "vi"
    points = "điểm phần trăm"

    def figure(self, said: Statement) -> str:
        verb = "đạt" if said.direction in (">=", ">", "=", "hold") else "ở mức"
        upto = f"số liệu đến ngày {date(said.day, self.language)}"
        inside = "; ".join(part for part in (self.fraction(said), *said.details, upto) if part)
        return f"{said.subject} {verb} {self.value_text(said)} ({inside})"

    def no_figure(self, said: Statement) -> str:
        reading = f" ({'; '.join(said.details)})" if said.details else ""
        return f"{said.subject}{reading}: chưa có số liệu (thiếu: {said.missing})"

    def aim(self, said: Statement) -> str:
        if said.target is None:
            return "kế hoạch không nêu con số mục tiêu"
        wording = {">": "trên ", "<": "dưới ", "<=": "tối đa ", "hold": "duy trì "}
        what = wording.get(said.direction, "") + self.amount(said.target, said.unit)
        closed = " (kỳ kế hoạch đã kết thúc, số liệu quyết toán)" if said.is_closed else ""
        year = f"năm {said.year}" if said.year else "của kế hoạch"
        return f"mục tiêu {year} là {what}{closed}"

    def verdict(self, said: Statement) -> str:
        if said.status == "superseded":
            return f"mục tiêu đã được thay bằng {said.successor}, số liệu chỉ để đối chiếu"
        if said.status == "tracked":
            return "theo dõi, không đánh giá"
        gap, side = self.gap(said), "cao hơn" if self.is_above(said) else "thấp hơn"
        word = {
            "exceeded": "vượt mục tiêu",
            "met": "đạt mục tiêu",
            "not_met": "chưa đạt",
            "in_progress": "đang thực hiện",
        }.get(said.status, "")
        if not word:
            return ""
        if not gap:
            return word if said.status == "met" else f"{word}, mới bằng mức này"
        still = "còn " if said.status == "in_progress" else ""
        return f"{word}, {still}{side} {gap}"


class _English(_Words):
    language = "en"
    points = "percentage points"

    def figure(self, said: Statement) -> str:
        upto = f"figures of {date(said.day, self.language)}"
        inside = "; ".join(part for part in (self.fraction(said), *said.details, upto) if part)
        return f"{said.subject}: {self.value_text(said)} ({inside})"

    def no_figure(self, said: Statement) -> str:
        reading = f" ({'; '.join(said.details)})" if said.details else ""
        return f"{said.subject}{reading}: no figure yet (missing: {said.missing})"

    def aim(self, said: Statement) -> str:
        if said.target is None:
            return "the plan names no figure"
        wording = {">": "more than ", "<": "less than ", "<=": "at most ", "hold": "keep "}
        what = wording.get(said.direction, "") + self.amount(said.target, said.unit)
        closed = " (period over, closing figures)" if said.is_closed else ""
        year = f"target for {said.year}" if said.year else "target of the plan"
        return f"{year}: {what}{closed}"

    def verdict(self, said: Statement) -> str:
        if said.status == "superseded":
            return f"replaced by {said.successor}, for comparison only"
        if said.status == "tracked":
            return "tracked, not judged"
        gap, side = self.gap(said), "above" if self.is_above(said) else "below"
        word = {
            "exceeded": "exceeded",
            "met": "met",
            "not_met": "not met",
            "in_progress": "in progress",
        }.get(said.status, "")
        if not word:
            return ""
        if not gap:
            return word if said.status == "met" else f"{word}, only just equal"
        return f"{word}, {gap} {side}"
