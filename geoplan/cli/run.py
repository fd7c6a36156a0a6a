"""``geoplan run``: the whole job, from a scenario or a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, as_data, reporting
from geoplan.faults import Faults, ScenarioError

if TYPE_CHECKING:
    from geoplan.results import RunResult

Out = Annotated[Path | None, typer.Option("--out", help="Folder to write; default maps/<name>.")]
Outputs = Annotated[
    str,
    typer.Option("--outputs", help="Comma-separated: tables, map, workbook, gis. Default: all."),
]


def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder of files.")],
    out: Out = None,
    outputs: Outputs = "",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """Read the files, tell who is served, propose sites, judge targets, write everything."""
    run_scenario(scenario, out, outputs, Console(lang or "vi", quiet, as_json), lang, strict)


def run_scenario(
    scenario: Path, out: Path | None, outputs: str, console: Console, lang: str | None, strict: bool
) -> None:
    """Run a scenario and say what came of it."""
    with reporting(console):
        from geoplan import planner

        wanted = parse_outputs(outputs)
        path = find_scenario(scenario, write=True)
        plan = planner.read_scenario(path)
        if lang:
            plan = plan.model_copy(update={"language": lang})
        console.language = plan.language
        target = out or Path("maps") / path.resolve().parent.name
        result, kept = planner.run(
            plan, target, outputs=wanted, strict=strict, progress=console.progress()
        )
    _tell(result, kept, console)


def parse_outputs(text: str) -> tuple[str, ...]:
    """Read the list of outputs; raise a fault for a name that is not known."""
    from geoplan.planner import OUTPUTS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    faults = Faults()
    for name in names:
        if name not in OUTPUTS:
            faults.add("bad_option", column="--outputs", value=name, why=", ".join(OUTPUTS))
    faults.raise_if_any(ScenarioError)
    return names or OUTPUTS


def find_scenario(path: Path, *, write: bool = False) -> Path:
    """Give the scenario of a path: the file, or the one in a folder.

    A folder without one is recognised by the headers of its files; the scenario found is
    written there where ``write`` is set.
    """
    if not path.is_dir():
        return path
    inside = path / "scenario.toml"
    if inside.exists():
        return inside
    from geoplan.io import recognise_folder

    text = recognise_folder(path)
    if not write:
        faults = Faults()
        faults.add("no_scenario", file=path.name, why="geoplan run writes one")
        faults.raise_if_any(ScenarioError)
    inside.write_text(text, "utf-8", newline="\n")
    return inside


def _tell(result: RunResult, folder: Path, console: Console) -> None:
    """Print the numbers that matter and where everything stands."""
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    baseline, counts = result.baseline, result.baseline.totals["counts"]
    console.line(f"{result.scenario.name} · {say('as of')} {numbers.date(result.scenario.day)}")
    for technology in baseline.technologies:
        parts = {
            name: counts[f"{name}_{technology.lower()}"]["count"]
            for name in ("white", "dead_spot", "covered")
        }
        text = say(
            "{technology}: {white} white hamlets, {dead_spot} with dead spots, {covered} covered"
        )
        console.line(
            "  "
            + text.format(
                technology=technology,
                **{key: numbers.number(value) for key, value in parts.items()},
            )
        )
    people = baseline.totals["people"]["raster"] or baseline.totals["people"]["hamlets"]
    for technology in baseline.technologies:
        text = say("people with {technology}: {served} of {all}")
        console.line(
            "  "
            + text.format(
                technology=technology,
                served=numbers.number(people.get(technology, 0.0)),
                all=numbers.number(people.get("all", 0.0)),
            )
        )
    text = say("shared positions: {shared} of {positions} (joined within {distance} m)")
    console.line(
        "  "
        + text.format(
            shared=numbers.number(counts["shared_positions"]),
            positions=numbers.number(counts["positions"]),
            distance=numbers.number(result.scenario.sharing.merge_distance_m),
        )
    )
    proposals = result.plan.proposals
    text = say("proposed: {count} sites for {people} people without any signal")
    console.line(
        "  "
        + text.format(
            count=numbers.number(len(proposals)),
            people=numbers.number(float(proposals["gained_people"].sum())),
        )
    )
    sites = baseline.cells[["environment", "operator", "installation_key"]].drop_duplicates()
    classes = sites["environment"].value_counts()
    text = say("sites by environment: {classes}")
    listed = ", ".join(
        f"{say(name)} {numbers.number(classes[name])}" for name in sorted(classes.index)
    )
    console.line("  " + text.format(classes=listed))
    refused = len(result.inputs.rejects)
    if refused:
        console.line("  " + say("rows refused: {count}, see rejects.csv").format(count=refused))
    console.warnings((*result.inputs.warnings, *baseline.warnings, *result.plan.warnings))
    console.line(say("written to {folder}").format(folder=folder))
    page = folder / "map.html"
    if page.exists():
        console.line(say("open {file} in a browser").format(file=page))
    console.result(_as_data(result, folder, console))


def _as_data(result: RunResult, folder: Path, console: Console) -> dict[str, Any]:
    warnings = (*result.inputs.warnings, *result.baseline.warnings, *result.plan.warnings)
    return {
        "folder": str(folder),
        **result.baseline.totals,
        "siting": result.plan.siting,
        "refused": len(result.inputs.rejects),
        "warnings": [as_data(fault, console.language) for fault in warnings],
        "timings_s": result.timings_s,
    }
