"""``geoplan models``: one scenario under several models of coverage, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, reporting

if TYPE_CHECKING:
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

KNOWN = ("radius", "hata", "tr38901", "p1812", "auto")


def models(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    which: Annotated[
        str, typer.Option("--models", help="Models with commas between.")
    ] = "radius,hata,p1812",
    out: Annotated[Path | None, typer.Option(help="Folder to write.")] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """Show the coverage of a scenario under several models side by side."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import planner
        from geoplan.cli.scenarios import find_scenario
        from geoplan.faults import Faults, InputError
        from geoplan.report import models_page
        from geoplan.report.folder import Staging, check_target

        plan = planner.with_today(find_scenario(scenario, lang).scenario)
        console.language = plan.language
        names = list(dict.fromkeys(name.strip() for name in which.split(",")))
        faults = Faults()
        for name in names:
            if name not in KNOWN:
                faults.add("not_a_choice", column="--models", value=name, known=", ".join(KNOWN))
        faults.raise_if_any(InputError)
        target = out or Path("maps") / f"{plan.folder.name}-models"
        check_target(target)
        sees = plan.inputs.terrain and any(name in ("p1812", "auto") for name in names)
        inputs = planner.read_inputs(
            _under(plan, "auto" if sees else "radius"), strict=strict, progress=console.progress()
        )
        found = [_modelled(name, inputs, plan) for name in names]
        technology = plan.siting.technology
        staging = Staging(target)
        with staging as folder:
            models_page.write(found, inputs, plan, technology, folder)
        told = {
            one.model: models_page.figures(one, technology)
            for one in found
            if one.cover is not None
        }
    for name, values in told.items():
        line = console.say("{model}: {white} white hamlets, {dead_spot} with dead spots")
        console.line(
            line.format(model=name, white=int(values["white"]), dead_spot=int(values["dead_spot"]))
        )
    for one in found:
        if one.cover is None:
            text = console.say("{model}: left out, because the scenario names no terrain")
            console.line(text.format(model=one.model))
    console.warnings(staging.warnings)
    console.line(console.say("written to {folder}").format(folder=staging.path))
    console.result({"models": told})


def _under(plan: Scenario, model: str) -> Scenario:
    return plan.model_copy(update={"coverage": plan.coverage.model_copy(update={"model": model})})


def _modelled(name: str, inputs: Inputs, plan: Scenario) -> Any:
    """Tell the coverage under one model."""
    from geoplan import geodesy
    from geoplan.coverage.area import area_service
    from geoplan.coverage.model import assess_coverage
    from geoplan.report.models_page import Modelled

    if name == "p1812" and inputs.relief is None:
        return Modelled(name)
    cover = assess_coverage(inputs, _under(plan, name))
    bounds = tuple(inputs.communes.total_bounds)
    ground = area_service(
        inputs.communes,
        cover.cells,
        cover.computed,
        cover.operators,
        crs=plan.planning_crs or geodesy.planning_crs(bounds),
        cell_m=plan.coverage.cell_m,
    )
    return Modelled(name, cover, ground)
