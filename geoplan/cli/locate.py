"""``geoplan locate``: points for hamlets without coordinates, for a person to confirm."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, as_data, reporting

if TYPE_CHECKING:
    from geoplan.preparing import Located


class PointKind(StrEnum):
    """What the points are where their file does not say it."""

    places = "places"
    hamlets = "hamlets"


def locate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    points: Annotated[
        list[Path],
        typer.Option("--points", help="File of named points; may be given several times."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the lists into.")],
    kind: Annotated[
        PointKind,
        typer.Option("--as", help="What the points are: places, or hamlets of an older list."),
    ] = PointKind.places,
    crs: Annotated[
        str | None, typer.Option("--crs", help="Coordinate system of the points.")
    ] = None,
    beyond: Annotated[
        float, typer.Option("--beyond", min=0, max=15_000, help="Metres outside the commune.")
    ] = 500.0,
    force: Annotated[
        bool, typer.Option("--force", help="Replace lists that are there already.")
    ] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List points that may be the hamlets without coordinates; only confirmed ones ever count."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import planner
        from geoplan.cli.scenarios import find_scenario
        from geoplan.scenario import SourceFile

        plan = planner.with_today(find_scenario(scenario, lang).scenario)
        console.language = plan.language
        found = planner.locate(
            plan,
            [SourceFile(path=str(path.absolute()), crs=crs) for path in points],
            out,
            default_class="hamlet" if kind is PointKind.hamlets else "",
            beyond_m=beyond,
            force=force,
            progress=console.progress(),
        )
    _tell(found, out, console)


def _tell(found: Located, out: Path, console: Console) -> None:
    """Print how many hamlets found a point, and what to do next."""
    from geoplan.locating.candidates import is_clear
    from geoplan.report.work_list import NAME

    say, table = console.say, found.candidates
    text = say("{path}: {read} rows read, {accepted} accepted, {refused} refused")
    for file in found.points.files:
        console.line(
            text.format(
                path=file.path, read=file.read, accepted=file.accepted, refused=file.refused
            )
        )
    matched = int(table["hamlet_id"].nunique())
    clear = int(table[is_clear(table)]["hamlet_id"].nunique())
    counts = {"hamlets": len(found.hamlets), "matched": matched, "clear": clear}
    text = say(
        "hamlets without coordinates: {hamlets}; with candidates: {matched}, clear ones: {clear}"
    )
    console.line(text.format(**counts))
    console.warnings(found.warnings)
    for name in ("candidates.csv", NAME):
        console.line(say("written: {file}").format(file=out / name))
    console.line(
        say("put an x beside the right points, then name the file in the scenario: {key}").format(
            key=f'[inputs] locations = "{NAME}"'
        )
    )
    console.result(
        {
            **counts,
            "candidates": len(table),
            "files": [vars(file) for file in found.points.files],
            "refused": found.points.rejects.to_dict("records"),
            "warnings": [as_data(fault, console.language) for fault in found.warnings],
            "written": [(out / name).as_posix() for name in ("candidates.csv", NAME)],
        }
    )
