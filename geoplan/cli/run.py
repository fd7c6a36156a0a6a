"""``geoplan run``: the whole job, from a scenario or a folder of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, as_data, reporting
from geoplan.cli.scenarios import Found, find_scenario
from geoplan.faults import EXIT_WRONG_INPUT, Fault, Faults, GeoplanError, ScenarioError

if TYPE_CHECKING:
    from geoplan.report.locale import Locale
    from geoplan.results import RunResult

Out = Annotated[Path | None, typer.Option("--out", help="Folder to write; default maps/<name>.")]
Outputs = Annotated[
    str,
    typer.Option(
        "--outputs",
        help="Comma-separated: tables, map, workbook, gis, sheets, report. Default: all.",
    ),
]


AT_RADIUS = (
    "at 90 % and 110 % of the radius: {white_90} and {white_110} white, "
    "{dead_90} and {dead_110} with dead spots"
)
AT_LEVEL = (
    "with all levels {sigma} dB lower and higher: {white_90} and {white_110} white, "
    "{dead_90} and {dead_110} with dead spots"
)


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
        found = find_scenario(scenario, lang)
        console.language = found.scenario.language
        target = out or Path("maps") / found.scenario.folder.name
    try:
        result, kept = planner.run(
            found.scenario, target, outputs=wanted, strict=strict, progress=console.progress()
        )
    except GeoplanError as error:
        console.wrong(error)
        _show_recognised(found, console)
        raise typer.Exit(EXIT_WRONG_INPUT) from None
    not_kept = found.keep()
    _tell(result, kept, (*_all_warnings(result), *not_kept), console)
    if found.text and not not_kept:
        console.line(console.say("scenario written to {file}").format(file=found.file))


def _show_recognised(found: Found, console: Console) -> None:
    """Show the scenario that a folder was taken for, which only a finished run leaves there."""
    if found.text and not (console.quiet or console.as_json):
        text = console.say("The folder was read as this scenario; to change it, save it as {file}:")
        typer.echo(text.format(file=found.file), err=True)
        typer.echo(found.text, err=True)


def parse_outputs(text: str) -> tuple[str, ...]:
    """Read the list of outputs; raise a fault for a name that is not known."""
    from geoplan.planner import OUTPUTS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    faults = Faults()
    for name in names:
        if name not in OUTPUTS:
            known = ", ".join(OUTPUTS)
            faults.add("not_a_choice", column="--outputs", value=name, known=known)
    faults.raise_if_any(ScenarioError)
    return names or OUTPUTS


def _tell(result: RunResult, folder: Path, warnings: tuple[Fault, ...], console: Console) -> None:
    """Print the numbers that matter and where everything stands."""
    from geoplan.report.folder import own_files
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    console.line(f"{result.scenario.name} · {say('as of')} {numbers.date(result.scenario.day)}")
    for text, values in _figures(result):
        shown = {
            name: numbers.number(value) if isinstance(value, int | float) else value
            for name, value in values.items()
        }
        console.line("  " + say(text).format(**shown))
    console.line("  " + _unit_line(result, say, numbers))
    sites = result.baseline.cells[["environment", "operator", "installation_key"]]
    classes = sites.drop_duplicates()["environment"].value_counts()
    listed = [f"{say(name)} {numbers.number(classes[name])}" for name in sorted(classes.index)]
    text = say("sites by environment: {classes}")
    console.line("  " + text.format(classes=", ".join(listed) or "0"))
    for line in _field_lines(result, say, numbers):
        console.line("  " + line)
    console.warnings(warnings)
    console.line(say("written to {folder}").format(folder=folder))
    page = own_files(folder) / "map.html"
    if page.exists():
        console.line(say("open {file} in a browser").format(file=page))
    console.result(_as_data(result, folder, warnings, console))


def _figures(result: RunResult) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each line of figures as a message and its values."""
    from geoplan.report import model_words

    baseline, plan = result.baseline, result.plan
    counts, people = baseline.totals["counts"], baseline.totals["people"]
    people = people["raster"] or people["hamlets"]
    for technology in baseline.technologies:
        names = {"white": "white", "dead": "dead_spot", "covered": "covered"}
        part = {key: counts[f"{name}_{technology.lower()}"] for key, name in names.items()}
        yield (
            "{technology}: {white} white hamlets, {dead_spot} with dead spots, {covered} covered",
            {
                "technology": technology,
                "white": part["white"]["count"],
                "dead_spot": part["dead"]["count"],
                "covered": part["covered"]["count"],
            },
        )
        yield (
            AT_RADIUS if result.baseline.error_db is None else AT_LEVEL,
            {"sigma": model_words.sigma(result)}
            | {
                f"{key}_{scale}": part[key][f"radius_{scale}"]
                for key in ("white", "dead")
                for scale in (90, 110)
            },
        )
        if people.get("all") is None:
            yield "people with {technology}: not known", {"technology": technology}
            continue
        served = {"served": people[technology], "all": people["all"]}
        yield "people with {technology}: {served} of {all}", {"technology": technology, **served}
    if counts["hamlets_unknown"]:
        yield "hamlets without coordinates: {count}", {"count": counts["hamlets_unknown"]}
    yield (
        "shared positions: {shared} of {positions} (joined within {distance} m)",
        {
            "shared": counts["shared_positions"],
            "positions": counts["positions"],
            "distance": result.scenario.sharing.merge_distance_m,
        },
    )
    gained = float(plan.proposals["gained_people"].sum())
    yield (
        "proposed sites: {count}, for {people} people who have {technology} from no operator",
        {
            "count": len(plan.proposals),
            "people": gained,
            "technology": result.scenario.siting.technology,
        },
    )
    if len(result.inputs.rejects):
        yield "rows refused: {count}, see rejects.csv", {"count": len(result.inputs.rejects)}


def _unit_line(result: RunResult, say: Callable[[str], str], numbers: Locale) -> str:
    """Say of which days the administrative units are, and whether somebody has said so."""
    version = result.inputs.unit_version
    first = numbers.date(version.valid_from) if version.valid_from else "…"
    last = numbers.date(version.valid_to) if version.valid_to else say("today")
    text = "administrative units that stand from {first} to {last}"
    if version.is_assumed:
        text = (
            "administrative units taken to stand from {first} to {last} ({source}); "
            "valid_from and source of inputs.communes say it for certain"
        )
    elif version.source:
        text = "administrative units that stand from {first} to {last} ({source})"
    return say(text).format(first=first, last=last, source=version.source)


def _field_lines(result: RunResult, say: Callable[[str], str], numbers: Locale) -> Iterator[str]:
    """Say what was verified in the field, and how far the model agrees with it."""
    work = result.baseline.totals["field_checks"]
    if not work["hamlets_checked"]:
        yield say("not verified in the field: nobody has checked a hamlet yet")
    else:
        yield say("verified in the field: {checked} of {hamlets} hamlets").format(
            checked=numbers.number(work["hamlets_checked"]), hamlets=numbers.number(work["hamlets"])
        )
    for row in work["agreement"]:
        if row["source"] == "model" and not row["environment"]:
            yield say(
                "{technology}: the model agrees with {agree} of {checks} field checks "
                "({low}–{high} at 95 %)"
            ).format(
                technology=row["technology"],
                agree=numbers.number(row["agree"]),
                checks=numbers.number(row["checks"]),
                low=numbers.percent(row["share_low"]),
                high=numbers.percent(row["share_high"]),
            )
    if work["disagreements"]:
        yield say(
            "differences between model, declarations and field checks: {count}, "
            "see tables/disagreements.csv"
        ).format(count=numbers.number(work["disagreements"]))


def _all_warnings(result: RunResult) -> tuple[Fault, ...]:
    return (*result.inputs.warnings, *result.baseline.warnings, *result.plan.warnings)


def _as_data(
    result: RunResult, folder: Path, warnings: tuple[Fault, ...], console: Console
) -> dict[str, Any]:
    return {
        "folder": str(folder),
        **result.baseline.totals,
        "siting": result.plan.siting,
        "refused": len(result.inputs.rejects),
        "warnings": [as_data(fault, console.language) for fault in warnings],
        "timings_s": result.timings_s,
    }
