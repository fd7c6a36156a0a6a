"""``geoplan check``: read everything, list every problem at once, change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, as_data, reporting


def check(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """Read everything, list every problem at once, change nothing."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import planner
        from geoplan.cli.run import find_scenario

        plan = planner.read_scenario(find_scenario(scenario))
        console.language = lang or plan.language
        inputs = planner.read_inputs(plan, strict=strict, progress=console.progress())
    say = console.say
    for file in inputs.files:
        text = say("{path}: {read} rows read, {accepted} accepted, {refused} refused")
        place = f"{file.path} [{file.sheet}]" if file.sheet else file.path
        console.line(
            text.format(path=place, read=file.read, accepted=file.accepted, refused=file.refused)
        )
        for header, column in file.columns.items():
            if header != column:
                console.line(f"    {header} → {column}")
    refused = inputs.rejects
    for row in refused.itertuples():
        where = say("row {row}").format(row=row.row)
        console.line(
            f"  ✗ {row.file}, {where}, {row.column} = {row.value!r}: {row.reason} → {row.advice}"
        )
    console.warnings(inputs.warnings)
    console.line(say("{count} rows refused. The scenario can be run.").format(count=len(refused)))
    console.result(
        {
            "files": [vars(file) for file in inputs.files],
            "refused": refused.to_dict("records"),
            "warnings": [as_data(fault, console.language) for fault in inputs.warnings],
        }
    )
