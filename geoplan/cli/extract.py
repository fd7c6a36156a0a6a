"""``geoplan extract``: what one operator may see, from a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

if TYPE_CHECKING:
    from geoplan.report.extract import Written


def extract(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    operator: Annotated[str, typer.Option("--for", help="Operator that the extract is for.")],
    run: Annotated[
        Path | None,
        typer.Option("--run", help="Folder of the finished run; default maps/<name>."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write; default: maps/extract-<name>-<operator>."),
    ] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write a folder for one operator: its own sites exactly, the others by cells of about 1 km."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.cli.scenarios import find_scenario
        from geoplan.report import extract as extracts

        found = find_scenario(scenario, lang).scenario
        console.language = found.language
        source = run or Path("maps") / found.folder.name
        written = extracts.write_extract(found, operator, source, out, progress=console.progress())
    console.warnings(written.warnings)
    _tell(written, console)
    console.line(console.say("written to {folder}").format(folder=written.folder))
    counts = written.counts
    console.result({"folder": str(written.folder), "operator": written.operator, **counts})


def _tell(written: Written, console: Console) -> None:
    """Say how much the extract holds."""
    from geoplan.report.locale import locale_of

    say, number, counts = console.say, locale_of(console.language).number, written.counts
    console.line(
        say("{operator}: own rows {rows}, hamlets {hamlets}, candidate areas {areas}").format(
            operator=written.operator,
            rows=number(counts["own_rows"]),
            hamlets=number(counts["hamlets"]),
            areas=number(counts["candidate_areas"]),
        )
    )
    for technology, count in counts["hamlets_without_signal"].items():
        told = say("{technology}: {count} hamlets without any signal; not sure of {unsure} hamlets")
        unsure = number(counts["hamlets_not_sure"][technology])
        console.line("  " + told.format(technology=technology, count=number(count), unsure=unsure))
    console.line(
        say("masts offered: {offered}; cells with a mast to be asked for: {asked}").format(
            offered=number(counts["masts_offered"]), asked=number(counts["cells_to_ask"])
        )
    )
