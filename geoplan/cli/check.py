"""``geoplan check``: read everything, list every problem at once, change nothing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from geoplan import faults
from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, as_data, reporting
from geoplan.faults import Fault
from geoplan.text import translator


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
        from geoplan.cli.scenarios import find_scenario

        plan = find_scenario(scenario, lang).scenario
        console.language = plan.language
        inputs = planner.read_everything(
            planner.with_today(plan), strict=strict, progress=console.progress()
        )
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
    for row in refused.to_dict("records"):
        console.line(f"  ✗ {_place(row, console)}: {row['advice']} [{row['reason']}]")
    console.warnings(inputs.warnings)
    text = say("Rows refused: {count}. The scenario can be run.")
    console.line(text.format(count=len(refused)))
    console.result(
        {
            "files": [vars(file) for file in inputs.files],
            "refused": refused.to_dict("records"),
            "warnings": [as_data(fault, console.language) for fault in inputs.warnings],
        }
    )


def _place(row: Mapping[Hashable, Any], console: Console) -> str:
    """Say where a refused row stands, as for any other fault."""
    key = f" ({row['key']})" if row["key"] else ""
    fault = Fault(
        row["reason"], row["file"], row["sheet"], int(row["row"]), row["column"], row["value"]
    )
    return faults.place(fault, translator(console.language, "faults")) + key
