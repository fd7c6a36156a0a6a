"""``geoplan init``: a starter folder with a scenario and a template of every input."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting
from geoplan.faults import Faults, FolderError

_SHOWN = 5
"""How many files of a filled folder are named."""


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to fill; it must be empty or new.")],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fill a starter folder: scenario.toml and a template of every input."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        names = fill(folder, console.language)
    say = console.say
    console.line(say("starter folder written to {folder}").format(folder=folder))
    for name in names:
        console.line(f"  {name}")
    text = say("fill in the templates with your own rows, then: geoplan run {folder}")
    console.line(text.format(folder=folder))
    console.result({"folder": str(folder), "files": names})


def fill(folder: Path, language: str) -> list[str]:
    """Fill a new or empty folder, whole or not at all; give the names of the files.

    Raises
    ------
    FolderError
        ``folder_not_ours`` where anything stands in it, or it cannot be written.
    """
    from geoplan.demo.starter import write_starter
    from geoplan.report.folder import Staging, check_target

    check_target(folder)
    _refuse_filled(folder)
    # Built inside and then moved up: an empty folder may be the one in which the user stands.
    built = folder / "geoplan-init"
    with Staging(built) as staged:
        names = [path.name for path in write_starter(staged, language=language)]
    for name in names:
        (built / name).rename(folder / name)
    built.rmdir()
    return names


def _refuse_filled(folder: Path) -> None:
    """Refuse a folder with anything in it, a finished run of ours too."""
    if not folder.is_dir():
        return
    faults = Faults()
    for path in sorted(folder.iterdir())[:_SHOWN]:
        faults.add("folder_not_ours", file=folder.name, path=path.name)
    faults.raise_if_any(FolderError)
