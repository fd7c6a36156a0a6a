"""Line charts: every value is read out, names never lie on each other, text is no markup."""

from __future__ import annotations

import datetime
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from geoplan.report.charts import HEIGHT, WIDTH, Line, line_chart
from geoplan.report.locale import locale_of

DAYS = [datetime.date(year, 12, 31) for year in (2023, 2024, 2025)]


def _chart(*lines: Line, top: float | None = None) -> ElementTree.Element:
    numbers = locale_of("vi")
    written = numbers.percent if top else numbers.number
    drawn = line_chart(
        DAYS, lines, title="Thôn", written=written, day_written=numbers.date, top=top
    )
    return ElementTree.fromstring(drawn)


def _texts(chart: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in chart.iter("text")]


def test_every_value_stands_in_the_text_alternative() -> None:
    chart = _chart(Line("4G", [1500.0, None, 12.0]))
    assert chart.get("role") == "img"
    assert chart.get("aria-label") == "Thôn. 4G: 31/12/2023 1.500, 31/12/2025 12"


def test_years_and_last_values_are_written() -> None:
    texts = _texts(_chart(Line("4G", [3.0, 2.0, 1.0])))
    assert {"31/12/2023", "31/12/2024", "31/12/2025", "14G"} <= set(texts)


def test_names_at_the_ends_keep_apart_and_inside() -> None:
    chart = _chart(*(Line(f"L{i}", [5.0, 5.0, 5.0]) for i in range(6)))
    ends = [float(t.get("y", "")) for t in chart.iter("text") if t.find("tspan") is not None]
    ends.sort()
    assert all(b - a >= 31.9 for a, b in pairwise(ends))
    assert ends[0] >= 0
    assert ends[-1] <= HEIGHT


def test_a_missing_value_breaks_the_line_and_an_open_one_is_hollow() -> None:
    chart = _chart(Line("4G", [1.0, None, 2.0], [True, False, False]))
    lines = [path for path in chart.iter("path") if path.get("stroke-width") == "2.2"]
    assert not lines
    assert [mark.get("fill") for mark in chart.iter("circle")] == ["#fff", "#0077bb"]


def test_shares_end_at_one_and_nothing_leaves_the_picture() -> None:
    chart = _chart(Line("5G", [0.0, 0.5, 0.999]), top=1.0)
    assert "100,0%" in _texts(chart)
    numbers = [
        float(n) for mark in chart.iter("circle") for n in (mark.get("cx"), mark.get("cy")) if n
    ]
    assert max(numbers) <= WIDTH
    assert min(numbers) >= 0


def test_a_name_is_no_markup() -> None:
    chart = _chart(Line('<b>"=1+1"</b> 🚀', [1.0, 2.0, 3.0]))
    assert not list(chart.iter("b"))
    assert re.search("=1", chart.get("aria-label", ""))


def test_lines_of_other_days_are_refused() -> None:
    with pytest.raises(ValueError, match="other days"):
        _chart(Line("4G", [1.0]))


def test_one_value_and_no_value_can_be_drawn() -> None:
    assert len(list(_chart(Line("4G", [None, None, 0.0])).iter("circle"))) == 1
    assert not list(_chart(Line("4G", [None, None, None])).iter("circle"))
