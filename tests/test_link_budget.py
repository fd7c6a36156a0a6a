"""The link budget: its numbers, its laws, its words and the table in the docs."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from geoplan.propagation import link_budget, ranges
from geoplan.propagation.link_budget import (
    Environment,
    LinkBudget,
    budget,
    budget_lines,
    default_radius_m,
)
from geoplan.propagation.link_inputs import default_inputs
from geoplan.text import nfc, translator
from geoplan.units import ENVIRONMENTS, TECHNOLOGIES

DOC = Path(__file__).parents[1] / "docs" / "link-budget.md"

BANDS = (700.0, 900.0, 1800.0, 2100.0, 2600.0, 3500.0)
PLACES: tuple[Environment, ...] = get_args(Environment)

# Typical practice as the project's notes on radio print it: outdoors and indoors, in km.
PRINTED = {
    700.0: (("1.42", "0.73"), ("2.82", "1.75"), ("8.1", "6.3")),
    900.0: (("1.22", "0.63"), ("2.51", "1.57"), ("7.4", "5.8")),
    1800.0: (("0.60", "0.26"), ("1.40", "0.77"), ("4.5", "3.1")),
    2100.0: (("0.52", "0.22"), ("1.25", "0.68"), ("4.1", "2.8")),
    2600.0: (("0.42", "0.18"), ("1.06", "0.58"), ("3.7", "2.5")),
    3500.0: (("0.79", "0.36"), ("1.31", "0.76"), ("1.9", "1.3")),
}

# 3.645 km is printed as 3.7 (3.65 rounded again), and 1.7551 km as 1.75.
ROUNDED_OTHERWISE = {(2600.0, "rural", False): 0.005, (700.0, "suburban", True): 0.0002}


def value(found: LinkBudget, name: str) -> float:
    (line,) = (line for line in found.lines if line.name == name)
    return line.value


def every_budget() -> Iterator[LinkBudget]:
    for mhz in (None, *BANDS, 1500.0, 4900.0):
        for technology in TECHNOLOGIES:
            for environment in PLACES:
                for indoors in (False, True):
                    yield budget(technology, mhz, environment, indoors=indoors)


def test_environments_are_those_of_the_contract() -> None:
    assert PLACES == ENVIRONMENTS
    assert tuple(default_inputs().environments) == ENVIRONMENTS


@pytest.mark.parametrize("mhz", BANDS)
@pytest.mark.parametrize("indoors", [False, True])
def test_radii_are_those_of_typical_practice(mhz: float, indoors: bool) -> None:
    for environment, printed in zip(PLACES, PRINTED[mhz], strict=True):
        text = printed[indoors]
        half_unit = 0.5 * 10.0 ** -len(text.partition(".")[2])
        slack = ROUNDED_OTHERWISE.get((mhz, environment, indoors), 0.0)
        found = budget("4G", mhz, environment, indoors=indoors).radius_m / 1e3
        assert abs(found - float(text)) <= half_unit + slack + 1e-9, (environment, found)


@pytest.mark.parametrize(
    ("mhz", "eirp_dbm", "max_path_loss_db"),
    [
        (700.0, 32.2, 139.2),
        (900.0, 32.7, 139.7),
        (1800.0, 31.7, 138.7),
        (2100.0, 31.7, 138.7),
        (2600.0, 31.7, 138.7),
        (3500.0, 40.8, 147.8),
    ],
)
def test_power_of_a_resource_element(mhz: float, eirp_dbm: float, max_path_loss_db: float) -> None:
    found = budget("4G", mhz, "rural")
    assert round(value(found, link_budget.EIRP), 1) == eirp_dbm
    assert round(found.max_path_loss_db, 1) == max_path_loss_db


def test_a_budget_by_hand() -> None:
    # 46 dBm over 600 subcarriers = 46 − 27.782 = 18.218 dBm; + 15 − 1 = 32.218 dBm;
    # − 3 + 110 = 139.218 dB; 1.28155 · 8 = 10.252 dB; 128.966 dB are left.
    # Hata, 700 MHz, 30 m, medium city: 123.558 dB at 1 km and 35.225 dB per decade:
    # 10^(5.408 / 35.225) = 1.424 km.
    found = budget("4G", 700.0, "urban")
    assert value(found, link_budget.SUBCARRIERS) == 600.0
    assert value(found, link_budget.ELEMENT) == pytest.approx(18.218, abs=1e-3)
    assert value(found, link_budget.EIRP) == pytest.approx(32.218, abs=1e-3)
    assert value(found, link_budget.SHADOW) == pytest.approx(10.252, abs=1e-3)
    assert found.max_path_loss_db == pytest.approx(139.218, abs=1e-3)
    assert found.median_loss_db == pytest.approx(128.966, abs=1e-3)
    assert found.radius_m == pytest.approx(1424.0, abs=1.0)


def test_the_lines_add_up() -> None:
    for found in every_budget():
        lost = (link_budget.SHADOW, link_budget.ENTRY)
        margin = sum(line.value for line in found.lines if line.name in lost)
        assert found.max_path_loss_db - margin == pytest.approx(found.median_loss_db)
        assert value(found, link_budget.MAX_PATH_LOSS) == found.max_path_loss_db
        assert value(found, link_budget.RADIUS) == found.radius_m
        names = [line.name for line in found.lines]
        assert len(names) == len(set(names))
        assert budget_lines(found)[0][:3] == ("Carrier frequency", found.frequency_mhz, "MHz")


def test_the_radius_is_where_the_model_reaches_the_loss() -> None:
    inputs = default_inputs()
    for found in every_budget():
        where = inputs.environments[found.environment]
        model = link_budget.model_of(found.frequency_mhz, where, inputs)
        with ranges.gathering():
            assert model.loss_db(found.radius_m / 1e3) == pytest.approx(
                found.median_loss_db, abs=1e-6
            )


@pytest.mark.parametrize(("threshold_dbm", "change"), [(-105.0, -0.28), (-115.0, 0.39)])
def test_radii_with_another_threshold(threshold_dbm: float, change: float) -> None:
    settings = dataclasses.replace(default_inputs(), rsrp_dbm=threshold_dbm)
    usual = budget("4G", 1800.0, "urban").radius_m
    other = budget("4G", 1800.0, "urban", settings=settings).radius_m
    assert other / usual - 1.0 == pytest.approx(change, abs=0.005)


def test_lower_bands_and_emptier_land_reach_farther() -> None:
    for environment in PLACES:
        radii = [default_radius_m("4G", mhz, environment) for mhz in (700.0, 900.0, 1800.0, 2600.0)]
        assert radii == sorted(radii, reverse=True)
    for mhz in BANDS:
        urban, suburban, rural = (default_radius_m("4G", mhz, place) for place in PLACES)
        assert urban < suburban < rural


@pytest.mark.parametrize(
    ("technology", "mhz"), [("2G", 900.0), ("3G", 2100.0), ("4G", 1800.0), ("5G", 3500.0)]
)
def test_a_cell_without_a_frequency_takes_the_usual_band(technology: str, mhz: float) -> None:
    for unknown in (None, math.nan):
        assert default_radius_m(technology, unknown, "rural") == default_radius_m(
            technology, mhz, "rural"
        )
    assert budget(technology, None, "rural").lines[0].is_assumption
    assert not budget(technology, mhz, "rural").lines[0].is_assumption


def test_between_bands_the_nearest_equipment_and_the_own_loss() -> None:
    found = budget("4G", 850.0, "rural")
    assert value(found, link_budget.EQUIPMENT) == 900.0
    assert found.radius_m > budget("4G", 900.0, "rural").radius_m


def test_default_radii_are_multiples_of_10_m() -> None:
    assert default_radius_m("4G", 1800.0, "urban") == 600.0
    assert default_radius_m("5G", 3500.0, "rural") == 1870.0
    assert default_radius_m("4G", 100_000.0, "urban") >= 10.0


def test_extrapolation_is_marked() -> None:
    beyond = budget("4G", 2600.0, "urban").beyond
    assert [item.parameter for item in beyond] == ["frequency_mhz", "distance_km"]
    assert "extrapolated" in budget("4G", 2600.0, "urban").citation
    assert budget("4G", 900.0, "rural").beyond == ()


@pytest.mark.parametrize(
    ("technology", "mhz", "environment"),
    [("6G", 900.0, "urban"), ("4G", 0.0, "urban"), ("4G", math.inf, "urban"), ("4G", 900.0, "sea")],
)
def test_what_makes_no_sense_is_refused(technology: str, mhz: float, environment: Any) -> None:
    with pytest.raises(ValueError, match=r"unknown|needed"):
        default_radius_m(technology, mhz, environment)


def test_every_line_has_a_source_and_vietnamese_words() -> None:
    vietnamese = translator("vi", "budget")
    for found in every_budget():
        for name, _, _, source in budget_lines(found):
            assert vietnamese(name) != name
            assert vietnamese(source) != source
            assert vietnamese(name) == nfc(vietnamese(name))
            assert source.startswith("assumption") == vietnamese(source).startswith("giả định")


def test_scipy_and_pandas_are_not_imported() -> None:
    code = (
        "import sys, geoplan.propagation.link_budget\n"
        "assert not {'scipy', 'pandas', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=DOC.parents[1])


def doc_rows() -> Iterator[str]:
    """Give the rows of the tables in the docs, out of the code."""
    for mhz in BANDS:
        pairs = (
            (budget("4G", mhz, place), budget("4G", mhz, place, indoors=True)) for place in PLACES
        )
        radii = " | ".join(
            f"{outside.radius_m / 1e3:.2f} / {inside.radius_m / 1e3:.2f}"
            for outside, inside in pairs
        )
        yield f"| {mhz:g} | {radii} |"
    for line in budget("4G", 1800.0, "rural").lines:
        number = f"{line.value:.1f}".removesuffix(".0")
        yield f"| {line.name} | {f'{number} {line.unit}'.strip()} | {line.source} |"


def test_the_tables_in_the_docs_are_the_numbers_of_the_code() -> None:
    lines = DOC.read_text(encoding="utf-8").splitlines()
    missing = [row for row in doc_rows() if row not in lines]
    assert not missing, "docs/link-budget.md should hold:\n" + "\n".join(missing)
    numbers = [line for line in lines if re.match(r"\| \d+ \|", line)]
    assert len(numbers) == len(BANDS)
