"""``geoplan demo``: write the sample province and run it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, reporting
from geoplan.cli.run import Outputs, parse_outputs, run_scenario
from geoplan.faults import FolderError


def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the sample and its results.")
    ] = Path("maps/demo"),
    outputs: Outputs = "",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """Write the sample province (invented) and run it: the first thing anybody does."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.report.folder import check_target

        parse_outputs(outputs)
        check_target(out)
        scenario = write_input(out.with_name(out.name + "-input"))
    console.line(console.say("sample province written to {folder}").format(folder=scenario.parent))
    run_scenario(scenario, out, outputs, console, lang, strict)


def write_input(folder: Path) -> Path:
    """Write the sample into a folder and give its scenario; a new folder is left whole or not.

    Raises
    ------
    FolderError
        The folder cannot be written.
    """
    from geoplan.demo import write_sample
    from geoplan.report.folder import refusing

    is_new = not folder.exists()
    try:
        with refusing(folder.name):
            return write_sample(folder)
    except FolderError:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
