"""Numbers, shares and dates as people read them: 1.234,5 and 31/12/2025 in Vietnamese.

Words are left to the gettext catalogues; number formats of workbook cells to ``workbook``.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

MISSING = "–"


@dataclass(frozen=True)
class Locale:
    """The separators and the order of a date in one language."""

    language: str
    decimal: str
    group: str
    date_pattern: str
    percent_sign: str = "%"

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Give a number with its thousands apart, halves rounded away from zero.

        >>> locale_of("vi").number(1234.56, 1)
        '1.234,6'
        """
        if value is None or not math.isfinite(value):
            return MISSING
        return self._written(_rounded(value, decimals, ROUND_HALF_UP))

    def percent(self, ratio: float | None, decimals: int = 1) -> str:
        """Give a ratio in percent, never rounded up to 100 nor down to 0.

        >>> locale_of("vi").percent(0.99996)
        '99,9%'
        """
        if ratio is None or not math.isfinite(ratio):
            return MISSING
        value = _rounded(ratio * 100, decimals, ROUND_HALF_UP)
        if value >= 100 and ratio < 1:
            value = _rounded(min(ratio * 100, 99.999999), decimals, ROUND_DOWN)
        if value == 0 and ratio > 0:
            return f"<{self._written(Decimal(1).scaleb(-decimals))}{self.percent_sign}"
        return self._written(value) + self.percent_sign

    def date(self, day: datetime.date) -> str:
        """Give a day in figures.

        >>> locale_of("vi").date(datetime.date(2025, 12, 31))
        '31/12/2025'
        """
        return day.strftime(self.date_pattern)

    def _written(self, value: Decimal) -> str:
        plain = f"{value:,f}"
        return plain.translate({ord(","): self.group, ord("."): self.decimal})


def _rounded(value: float, decimals: int, rounding: str) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding) + 0


@cache
def locale_of(language: str) -> Locale:
    """Give the formats of ``vi`` or ``en``; any other language reads like English."""
    if language == "vi":
        return Locale("vi", ",", ".", "%d/%m/%Y")
    return Locale("en", ".", ",", "%Y-%m-%d")
