"""``geoplan budget``: the link budget behind the default radii, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting


def budget(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print the link budget of each band of the scenario, line by line."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        raise NotImplementedError(scenario)
