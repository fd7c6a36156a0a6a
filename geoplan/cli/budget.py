"""``geoplan budget``: the link budget behind the default radii, line by line, both ways."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.propagation.link_budget import Line, LinkBudget
    from geoplan.propagation.uplink import Element, Uplink
    from geoplan.scenario import Scenario

_USUAL: tuple[tuple[str, float], ...] = (
    ("4G", 700.0),
    ("4G", 900.0),
    ("4G", 1800.0),
    ("4G", 2100.0),
    ("5G", 2600.0),
    ("5G", 3500.0),
)


@dataclass(frozen=True)
class _Carrier:
    """A technology on a band, and how many cells of the scenario use it; None without one."""

    technology: str
    frequency_mhz: float | None
    cells: int | None = None
    with_eirp: int | None = None


@dataclass(frozen=True)
class _Band:
    """What there is to say of one carrier: a budget for each environment, and the way back."""

    carrier: _Carrier
    down: tuple[LinkBudget, ...]
    up: Uplink
    elements: tuple[Element, ...]

    @property
    def frequency_mhz(self) -> float:
        return self.down[0].frequency_mhz


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
        plan = _scenario(scenario)
        if plan is not None:
            console.language = lang or plan.language
        bands = [_band(carrier) for carrier in _carriers(plan)]
    _print_bands(bands, console)
    for band in bands:
        for part in band.down:
            _print(part, plan, console)
        _print_uplink(band, console)
    console.line(console.say("An assumption of typical practice; no authority set it."))
    console.result(
        {
            "bands": [_band_as_data(band) for band in bands],
            "budgets": [_as_data(part) for band in bands for part in band.down],
        }
    )


def _scenario(path: Path | None) -> Scenario | None:
    if path is None:
        return None
    from geoplan.cli.scenarios import find_scenario

    return find_scenario(path).scenario


def _carriers(plan: Scenario | None) -> list[_Carrier]:
    """Give the technologies and bands: those of the sites files, else the usual ones."""
    if plan is None:
        return [_Carrier(technology, mhz) for technology, mhz in _USUAL]
    from geoplan import planner

    sites: pd.DataFrame = planner.read_inputs(planner.with_today(plan)).sites
    keys = ["technology", "frequency_mhz"]
    groups = sites.groupby(keys, dropna=False)["eirp_dbm"].agg(["size", "count"]).reset_index()
    groups = groups.sort_values(keys, na_position="first")
    return [
        _Carrier(
            technology=str(row["technology"]),
            frequency_mhz=None if math.isnan(row["frequency_mhz"]) else float(row["frequency_mhz"]),
            cells=int(row["size"]),
            with_eirp=int(row["count"]),
        )
        for row in groups.to_dict("records")
    ]


def _band(carrier: _Carrier) -> _Band:
    from geoplan.propagation.link_budget import budget as make
    from geoplan.propagation.uplink import elements, uplink
    from geoplan.units import ENVIRONMENTS

    down = tuple(
        make(carrier.technology, carrier.frequency_mhz, environment) for environment in ENVIRONMENTS
    )
    mhz = down[0].frequency_mhz
    return _Band(carrier, down, uplink(mhz), elements(mhz))


def _limits(band: _Band) -> tuple[str, float]:
    """Give the direction that limits, and what the uplink allows beyond the downlink. [dB]"""
    from geoplan.propagation.uplink import limiting, spare_db

    return limiting(band.down[0], band.up), spare_db(band.down[0], band.up)


def _eirp_dbm(band: _Band) -> float:
    """Give the EIRP of a resource element with the band's usual equipment."""
    from geoplan.propagation.link_budget import EIRP

    return next(line.value for line in band.down[0].lines if line.name == EIRP)


def _print_bands(bands: list[_Band], console: Console) -> None:
    """Print the table of the bands in use: a line for each."""
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    name, number = translator(console.language, "budget"), locale_of(console.language).number
    heads = [name(head) for head in _HEADS]
    rows = [
        [
            band.carrier.technology,
            number(band.frequency_mhz),
            number(band.carrier.cells),
            number(_eirp_dbm(band), 1),
            number(band.down[0].max_path_loss_db, 1),
            number(band.up.max_path_loss_db, 1),
            name(_limits(band)[0]),
            " / ".join(number(part.radius_m) for part in band.down),
        ]
        for band in bands
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    in_use = name("Bands in use, with the maximum path loss of each direction before margins")
    usual = name("Bands, with the maximum path loss of each direction before margins")
    console.line(in_use if any(band.carrier.cells for band in bands) else usual)
    for row in (heads, *rows):
        cells = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        console.line("    " + "  ".join(cells))
    given = sum(band.carrier.with_eirp or 0 for band in bands)
    if given:
        text = name("Cells whose own EIRP is given in the sites table: {count}")
        console.line(f"    {text.format(count=number(given))}")
    console.line()


_HEADS = (
    "technology",
    "MHz",
    "cells",
    "EIRP of a resource element, dBm",
    "path loss down, dB",
    "path loss up, dB",
    "what limits",
    "radius urban / suburban / rural, m",
)


def _print(found: LinkBudget, plan: Scenario | None, console: Console) -> None:
    """Print one budget, and the scenario's own radius where it has one."""
    from geoplan.coverage.environment import radius_m
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    text = say("{technology} {frequency} MHz, {environment}: radius {radius} m")
    console.line(
        text.format(
            technology=found.technology,
            frequency=numbers.number(found.frequency_mhz),
            environment=say(found.environment),
            radius=numbers.number(found.radius_m),
        )
    )
    _print_lines(found.lines, console)
    if plan is not None:
        given = radius_m(plan, found.technology, found.frequency_mhz, found.environment)
        if abs(given - found.radius_m) > 10.0:
            told = say("given by the scenario: {radius} m").format(radius=numbers.number(given))
            console.line(f"    → {told}")


def _print_uplink(band: _Band, console: Console) -> None:
    """Print the way back, which direction limits, and power by bandwidth."""
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    name, number = translator(console.language, "budget"), locale_of(console.language).number
    text = name("{technology} {frequency} MHz, uplink: maximum path loss {loss} dB")
    console.line(
        text.format(
            technology=band.carrier.technology,
            frequency=number(band.frequency_mhz),
            loss=number(band.up.max_path_loss_db, 1),
        )
    )
    _print_lines(band.up.lines, console)
    direction, spare = _limits(band)
    told = (
        name("the downlink limits: the uplink allows {spare} dB more")
        if direction == "downlink"
        else name("the uplink limits: it allows {spare} dB less; radii follow the downlink")
    )
    console.line(f"    → {told.format(spare=number(abs(spare), 1))}")
    console.line(f"    {name('EIRP of a resource element by channel bandwidth')}:")
    for one in band.elements:
        width, power = number(one.bandwidth_mhz, 1), number(one.eirp_dbm, 1)
        mark = f" ({name('assumed above')})" if one.is_assumed else ""
        blocks = name("{count} resource blocks").format(count=one.resource_blocks)
        console.line(f"      {width:>6} MHz {power:>6} dBm   {blocks}; {name(one.source)}{mark}")


def _print_lines(lines: tuple[Line, ...], console: Console) -> None:
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    name, numbers = translator(console.language, "budget"), locale_of(console.language)
    for line in lines:
        value = f"{numbers.number(line.value, 1)} {line.unit}"
        console.line(f"    {name(line.name):<44} {value:>14}   {name(line.source)}")


def _as_data(found: LinkBudget) -> dict[str, Any]:
    return {
        "technology": found.technology,
        "frequency_mhz": found.frequency_mhz,
        "environment": found.environment,
        "radius_m": round(found.radius_m, 1),
        "max_path_loss_db": round(found.max_path_loss_db, 3),
        "lines": _lines_as_data(found.lines),
    }


def _lines_as_data(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    return [
        {"name": line.name, "value": line.value, "unit": line.unit, "source": line.source}
        for line in lines
    ]


def _band_as_data(band: _Band) -> dict[str, Any]:
    direction, spare = _limits(band)
    return {
        "technology": band.carrier.technology,
        "frequency_mhz": band.frequency_mhz,
        "cells": band.carrier.cells,
        "cells_with_eirp": band.carrier.with_eirp,
        "eirp_element_dbm": round(_eirp_dbm(band), 3),
        "max_path_loss_db": round(band.down[0].max_path_loss_db, 3),
        "uplink_max_path_loss_db": round(band.up.max_path_loss_db, 3),
        "limits": direction,
        "uplink_spare_db": round(spare, 3),
        "radius_m": {part.environment: round(part.radius_m, 1) for part in band.down},
        "uplink": _lines_as_data(band.up.lines),
        "by_bandwidth": [
            {
                "bandwidth_mhz": one.bandwidth_mhz,
                "resource_blocks": one.resource_blocks,
                "eirp_element_dbm": round(one.eirp_dbm, 3),
                "is_assumed": one.is_assumed,
                "source": one.source,
            }
            for one in band.elements
        ],
    }
