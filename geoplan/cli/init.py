"""``geoplan init``: a starter folder with a scenario and a template of every input."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to fill; it must be empty or new.")],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fill a starter folder: scenario.toml and a template of every input."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        raise NotImplementedError(folder)
