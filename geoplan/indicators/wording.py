"""Puts a judged target into words: what is measured, what is missing, what to know.

The grammar of the sentence is left to ``sentences``, the words of indicators to ``names``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from geoplan.indicators import names, sentences
from geoplan.indicators.figures import Figure, Query
from geoplan.indicators.plans import ProvincialPlan, Reading, Successor, Target

_ENDS: Final = (Decimal(0), Decimal(100))


@dataclass(frozen=True)
class View:
    """One row to be: a reading of a target, taken apart by operator or class where it asks so."""

    reading: str
    query: Query
    subject: str
    note: str


@dataclass(frozen=True)
class Words:
    """The language of a table of targets, and what its sentences say of the method."""

    language: str
    merge_distance_m: float
    period: tuple[datetime.date, datetime.date] | None = None

    def pick(self, vi: str, en: str) -> str:
        """Choose the language; where there is no English, the Vietnamese stands."""
        return vi if self.language == "vi" else (en or vi)

    def subject(self, plan: ProvincialPlan, target: Target, reading: Reading, query: Query) -> str:
        """Say what is measured, in the plan's words where the register has them."""
        operator = "" if query.operator == "each" else query.operator
        said = self.pick(
            reading.subject_vi or target.subject_vi, reading.subject_en or target.subject_en
        )
        if not said:
            said = names.subject(
                query.indicator,
                self.language,
                technology=query.technology,
                hamlets=plan.plan.hamlets,
                operator=operator,
            )
        if query.zone_classes:
            said += self.pick(" tại ", " in ") + self.classes(query.zone_classes)
        if len(query.place_classes) == 1 and query.indicator == "PLACE_SERVED":
            said += f" ({self.classes(query.place_classes)})"
        if operator and operator not in said:
            said += self.pick(" của ", " by ") + operator
        return said

    def classes(self, classes: Sequence[str]) -> str:
        """List classes of places or zones."""
        return ", ".join(names.class_words(name, self.language) for name in classes)

    def lead(self, plan: ProvincialPlan, target: Target) -> str:
        """Say who leads, and who has taken over since."""
        head = plan.plan
        then = target.lead or head.lead
        today = target.lead_today if target.lead else head.lead_today
        if not today or today == then:
            return then
        return f"{then} ({self.pick('nay là', 'now')} {today})"

    def area(self, plan: ProvincialPlan, figure: Figure, level: str) -> str:
        """Say which area a figure was made on; ``level`` is that of the unit it was found at."""
        if figure.value is None:
            return ""
        if figure.source:
            return self.pick("theo nguồn báo cáo", "as reported")
        if level == "province" and plan.plan.footprint.level != "province":
            return self.pick(
                "toàn bộ địa bàn của số liệu đầu vào (chưa tách theo địa bàn cũ)",
                "all of the input's area (not split by former units)",
            )
        return plan.plan.footprint.name

    def area_today(self, plan: ProvincialPlan, name: str) -> str:
        """Name the province of today, whole, for a figure that is made of it."""
        code = plan.plan.footprint.today_code
        said = name or self.pick("địa bàn của số liệu đầu vào", "the input's area")
        said += self.pick(f" (mã {code})", f" (code {code})") if code else ""
        return self.pick(f"{said}, toàn bộ địa bàn hiện nay", f"{said}, all of it as it is today")

    def said_area(self, plan: ProvincialPlan, figure: Figure, level: str, name: str) -> str:
        """Give the area that a sentence names: a former unit, or today's where it is not that."""
        if figure.value is None or figure.source or level == "province":
            return ""
        area = self.area_today(plan, name) if level == "today" else plan.plan.footprint.name
        return self.pick(f"địa bàn: {area}", f"area: {area}")

    def missing(self, plan: ProvincialPlan, view: View, figure: Figure) -> str:
        """Say what must be brought before there is a figure; blank where there is one."""
        query, hamlets = view.query, plan.plan.hamlets
        if figure.value is not None:
            return ""
        if figure.is_empty:
            what = names.counted(query.indicator, self.language, hamlets=hamlets)
            return self.pick(
                f"mẫu số bằng 0, không có {what} nào", f"no {what}, the denominator is 0"
            )
        technology = "4G, 5G" if query.technology in ("4G/5G", "4G+5G") else query.technology
        needs = names.missing(
            query.indicator, self.language, technology=technology, hamlets=hamlets
        )
        wanted = figure.absent or query.zone_classes or query.place_classes
        if not wanted:
            return needs
        kind = self.pick("địa điểm (places)", "places")
        if query.zone_classes:
            kind = self.pick("lớp vùng (zones)", "zones")
        listed = ", ".join(f"{names.class_words(name, self.language)} [{name}]" for name in wanted)
        classes = self.pick(f"{kind} loại: {listed}", f"{kind} of class: {listed}")
        return f"{classes}; {needs}" if query.zone_classes else classes

    def note(self, target: Target, figure: Figure) -> str:
        """Say what the reader of a figure must know, after the register's own remark."""
        parts = [target.notes_vi] if target.notes_vi and self.language == "vi" else []
        if figure.note == "zones_summed":
            parts.append(
                self.pick(
                    "Cộng các loại vùng; nơi thuộc hai loại được tính hai lần.",
                    "Classes of zones are added up; what lies in two is counted twice.",
                )
            )
        if figure.note == "classes_summed":
            parts.append(
                self.pick(
                    "Cộng các loại địa điểm được liệt kê; địa điểm thuộc hai loại tính hai lần.",
                    "The listed classes are added up; a place of two classes is counted twice.",
                )
            )
        if figure.absent and figure.value is not None:
            absent = self.classes(figure.absent)
            parts.append(self.pick(f"Chưa có dữ liệu loại: {absent}.", f"No data of: {absent}."))
        return " ".join(parts)

    def sentence(
        self,
        plan: ProvincialPlan,
        target: Target,
        view: View,
        figure: Figure,
        *,
        status: str,
        aim: Figure,
        as_of: datetime.date,
        successor: Successor | None,
        area: str = "",
    ) -> str:
        """Write the sentence to copy; ``aim`` is what the value was compared with.

        ``area`` names the area of the figure, where that is not the whole input.
        """
        replaced = ""
        if successor is not None:
            replaced = self.pick(f"Kế hoạch {successor.number}", f"plan {successor.number}")
        is_past = target.year is not None and as_of.year > target.year
        said = sentences.Statement(
            subject=view.subject,
            unit=names.unit_words(target.unit, self.language),
            status=status,
            day=figure.day or as_of,
            direction=target.direction,
            value=figure.decimal,
            target=aim.decimal,
            year=target.year,
            numerator=figure.numerator,
            denominator=figure.denominator,
            counted=names.counted(view.query.indicator, self.language, hamlets=plan.plan.hamlets),
            details=((area,) if area else ()) + tuple(self._details(target, view, figure)),
            missing=self.missing(plan, view, figure),
            is_given=bool(figure.source) and figure.denominator is None,
            is_closed=is_past and figure.value is not None,
            successor=replaced,
        )
        return sentences.sentence(said, self.language)

    def _details(self, target: Target, view: View, figure: Figure) -> Iterator[str]:
        """Give what stands in brackets: method, reading, statistic, source, range."""
        if figure.value is None:
            yield from (view.note,) if view.note else ()
            return
        if names.merges_positions(view.query.indicator) and not figure.source:
            metres = sentences.number(self.merge_distance_m, self.language)
            yield self.pick(f"ghép vị trí trong {metres} m", f"positions joined within {metres} m")
        if names.in_period(view.query.indicator) and self.period and not figure.source:
            first, last = (sentences.date(day, self.language) for day in self.period)
            yield self.pick(f"mới từ {first} đến {last}", f"new from {first} to {last}")
        if view.note:
            yield view.note
        if figure.statistic:
            yield self._statistic(target, figure.statistic)
        if figure.source:
            yield self.pick("nguồn: ", "source: ") + figure.source
        if target.unit == "%" and figure.low is not None and figure.high is not None:
            yield from self._range(figure.low, figure.high)

    def _range(self, low: float, high: float) -> Iterator[str]:
        """Give the range with what has no location all bad and all good, if there is one."""
        if high - low < 1e-9:
            return
        ends = (sentences.shown(Decimal(f"{end:.9f}"), _ENDS) for end in (low, high))
        first, last = (sentences.number(end, self.language) for end in ends)
        yield self.pick(
            f"từ {first}% đến {last}% nếu kể cả nơi chưa có tọa độ",
            f"{first}% to {last}% with what has no location",
        )

    def _statistic(self, target: Target, statistic: str) -> str:
        words = {
            "mean": self.pick("trung bình", "mean"),
            "median": self.pick("trung vị", "median"),
        }
        said = words.get(statistic, statistic)
        if target.statistic and statistic != target.statistic:
            planned = words[target.statistic]
            said += self.pick(f", kế hoạch tính theo {planned}", f", the plan says {planned}")
        return said
