"""Finds the cost catalogue of a scenario: the user's own file, or our assumptions.

What the amounts mean is left to ``costs``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from geoplan.costs import Catalogue, read_catalogue
from geoplan.faults import Faults, ScenarioError


def find_catalogue(path: str | None, folder: Path) -> Catalogue:
    """Read the catalogue that ``siting.costs`` names; our own assumptions where it names none.

    Raises
    ------
    ScenarioError
        The file is missing, is no TOML, or keys of it are wrong.
    """
    if path is None:
        return read_catalogue()
    faults = Faults()
    raw: dict[str, Any] = {}
    try:
        raw = tomllib.loads((folder / path).read_text("utf-8-sig"))
    except FileNotFoundError:
        faults.add("missing_file", file=path, column="siting.costs")
    except tomllib.TOMLDecodeError as error:
        faults.add("bad_toml", file=path, why=error)
    except (OSError, UnicodeDecodeError) as error:
        faults.add("unreadable_file", file=path, why=type(error).__name__)
    faults.raise_if_any(ScenarioError)
    return read_catalogue(raw, file=path)
