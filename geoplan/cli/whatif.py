"""``geoplan whatif``: what changes if sites come, go or move, from a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

if TYPE_CHECKING:
    from geoplan.what_if.files import Asked

_MOST_SITES = 10


def whatif(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    add: Annotated[
        list[Path] | None, typer.Option("--add", help="File of sites to add; may stand again.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="Site that goes: OPERATOR:SITE.")
    ] = None,
    move: Annotated[
        list[str] | None, typer.Option("--move", help="Site that moves: OPERATOR:SITE=LON,LAT.")
    ] = None,
    turn_on: Annotated[
        list[str] | None,
        typer.Option("--turn-on", help="Technology to open at a site: OPERATOR:SITE=5G."),
    ] = None,
    roaming: Annotated[
        list[str] | None,
        typer.Option("--roaming", help="Operators that use each other's sites: A,B (or MORAN)."),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", help="Folder of the finished run; default maps/<name>."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default: maps/whatif-<name>.")
    ] = None,
    with_map: Annotated[
        bool, typer.Option("--map", help="Write map.html too: before and after with a handle.")
    ] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say before and after if sites are added, removed, moved or opened, from a finished run."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.cli.scenarios import find_scenario
        from geoplan.what_if.files import Question, ask

        found = find_scenario(scenario, lang).scenario
        console.language = found.language
        name = found.folder.name
        question = Question(add or (), remove or (), move or (), turn_on or (), roaming or ())
        source, target = run or Path("maps") / name, out or Path("maps") / f"whatif-{name}"
        asked = ask(found, question, source, target, with_map=with_map)
    console.warnings(asked.warnings)
    data = _figures(asked)
    _tell(asked, data, console)
    console.line(console.say("written to {folder}").format(folder=asked.folder))
    console.result({"folder": str(asked.folder), **data})


def _figures(asked: Asked) -> dict[str, Any]:
    """Give the figures of the province that matter most, before and after."""
    found: dict[str, Any] = {}
    for technology in (*asked.session.technologies, "MBB"):
        for name in ("HAMLETS_WHITE", "HAMLETS_DEAD_SPOT", "POP_SERVED"):
            if name == "POP_SERVED" and asked.session.has_raster:
                continue
            row = asked.answer.province(name, technology)
            found[f"{name.lower()}_{technology.lower()}"] = [row["before"], row["after"]]
    found["hamlets_changed"] = int(asked.answer.hamlets["hamlet_id"].nunique())
    found["sites"] = len(asked.answer.sites)
    found["redundant"] = int((asked.answer.sites["redundant"] == "yes").sum())
    return found


def _tell(asked: Asked, data: dict[str, Any], console: Console) -> None:
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    for technology in asked.session.technologies:
        white = data[f"hamlets_white_{technology.lower()}"]
        spots = data[f"hamlets_dead_spot_{technology.lower()}"]
        text = say("{technology}: white hamlets {before} → {after}, dead spots {spots} → {left}")
        console.line(
            text.format(
                technology=technology,
                before=numbers.number(white[0]),
                after=numbers.number(white[1]),
                spots=numbers.number(spots[0]),
                left=numbers.number(spots[1]),
            )
        )
    text = say("hamlets that change: {count}")
    console.line(text.format(count=numbers.number(data["hamlets_changed"])))
    sites = asked.answer.sites
    best = sites.sort_values(
        ["alone_first_people", "alone_people", "operator", "site_id"],
        ascending=[False, False, True, True],
    )
    for row in best.head(_MOST_SITES).to_dict("records"):
        text = say("  {site} {technology}: alone {alone} people, {first} of them a first signal")
        line = text.format(
            site=f"{row['operator']}:{row['site_id']}",
            technology=row["technology"],
            alone=numbers.number(round(row["alone_people"])),
            first=numbers.number(round(row["alone_first_people"])),
        )
        if row["redundant"] == "yes":
            line += " · " + say("the others win all of it")
        if row["near_plan"]:
            line += " · " + say("near {plan}").format(plan=row["near_plan"])
        console.line(line)
