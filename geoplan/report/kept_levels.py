"""Keeps the best levels of a run beside its state, so that the next computes what changed.

Nothing here can be at fault: what cannot be read, or was computed by other code, is as good as
none. Which levels may be used again is left to ``coverage.kept_levels``.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from geoplan import settings
from geoplan.coverage.kept_levels import KeptLevels
from geoplan.report.folder import own_files
from geoplan.report.packing import packed
from geoplan.results import LevelsOrigin

if TYPE_CHECKING:
    from geoplan.results import AreaService

FILE: Final = "levels.npz"
MOST_VALUES: Final = 40_000_000
"""More levels than so many are not kept: 320 MB before they are packed."""


def write_kept_levels(area: AreaService, folder: Path) -> None:
    """Write ``levels.npz`` of a run by level into its ``state/``."""
    keys = sorted(area.levels)
    if area.origin is None or not keys:
        return
    if len(keys) * area.commune.size > MOST_VALUES:
        return
    some = [area.levels[key] for key in keys]
    arrays = {
        "code": np.array(settings.code_state()),
        "world": np.array(area.origin.world),
        "cells": np.array(area.origin.cells, np.str_),
        "keys": np.array(keys, np.str_),
        "margin": np.stack([one.margin_db.ravel() for one in some]),
        "server": np.stack([one.server.ravel() for one in some]),
    }
    (folder / FILE).write_bytes(packed(arrays))


def read_kept_levels(target: Path | str, state: str) -> KeptLevels | None:
    """Read the levels of the run that stands in a folder.

    Parameters
    ----------
    target
        Folder of a finished run, or of none.
    state
        Name of its folder of state.

    Returns
    -------
    None where there are none, or other code computed them.
    """
    path = own_files(Path(target)) / state / FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["code"]) != settings.code_state():
                return None
            keys = [(str(technology), str(operator)) for technology, operator in stored["keys"]]
            margin, server = stored["margin"], stored["server"]
            origin = LevelsOrigin(str(stored["world"]), tuple(map(str, stored["cells"])))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if margin.shape != server.shape or margin.shape[:1] != (len(keys),):
        return None
    return KeptLevels(origin, {key: (margin[i], server[i]) for i, key in enumerate(keys)})
