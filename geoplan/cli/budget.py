"""``geoplan budget``: the link budget behind the default radii, line by line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

if TYPE_CHECKING:
    from geoplan.propagation.link_budget import LinkBudget
    from geoplan.scenario import Scenario


def budget(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file or folder; left out: every usual band.")
    ] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print the link budget of each band of a scenario, line by line."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.propagation.link_budget import budget as make
        from geoplan.units import ENVIRONMENTS

        plan = _scenario(scenario)
        if plan is not None:
            console.language = lang or plan.language
        carriers = _carriers(plan)
    found = [
        make(technology, band, environment)
        for technology, band in carriers
        for environment in ENVIRONMENTS
    ]
    for part in found:
        _print(part, plan, console)
    console.line(console.say("An assumption of typical practice; no authority set it."))
    console.result({"budgets": [_as_data(part) for part in found]})


def _scenario(path: Path | None) -> Scenario | None:
    if path is None:
        return None
    from geoplan.cli.scenarios import find_scenario

    return find_scenario(path).scenario


def _carriers(plan: Scenario | None) -> list[tuple[str, float | None]]:
    """Give the technologies and bands: those of the sites files, else the usual ones."""
    if plan is None:
        return [
            ("4G", 700.0),
            ("4G", 900.0),
            ("4G", 1800.0),
            ("4G", 2100.0),
            ("5G", 2600.0),
            ("5G", 3500.0),
        ]
    from geoplan import planner

    sites = planner.read_inputs(planner.with_today(plan)).sites
    pairs = sites[["technology", "frequency_mhz"]].drop_duplicates()
    pairs = pairs.sort_values(["technology", "frequency_mhz"], na_position="first")
    bands = [None if math.isnan(band) else float(band) for band in pairs["frequency_mhz"]]
    return list(zip(pairs["technology"].astype(str), bands, strict=True))


def _print(found: LinkBudget, plan: Scenario | None, console: Console) -> None:
    """Print one budget, and the scenario's own radius where it has one."""
    from geoplan.coverage.environment import radius_m
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    say, name = console.say, translator(console.language, "budget")
    numbers = locale_of(console.language)
    text = say("{technology} {frequency} MHz, {environment}: radius {radius} m")
    console.line(
        text.format(
            technology=found.technology,
            frequency=numbers.number(found.frequency_mhz),
            environment=say(found.environment),
            radius=numbers.number(found.radius_m),
        )
    )
    for line in found.lines:
        value = f"{numbers.number(line.value, 1)} {line.unit}"
        console.line(f"    {name(line.name):<44} {value:>14}   {name(line.source)}")
    if plan is not None:
        given = radius_m(plan, found.technology, found.frequency_mhz, found.environment)
        if abs(given - found.radius_m) > 10.0:
            told = say("given by the scenario: {radius} m").format(radius=numbers.number(given))
            console.line(f"    → {told}")


def _as_data(found: LinkBudget) -> dict[str, Any]:
    return {
        "technology": found.technology,
        "frequency_mhz": found.frequency_mhz,
        "environment": found.environment,
        "radius_m": round(found.radius_m, 1),
        "lines": [
            {"name": part.name, "value": part.value, "unit": part.unit, "source": part.source}
            for part in found.lines
        ],
    }
