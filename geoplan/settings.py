"""Settings of the program, as against those of a scenario: where caches stand.

Nothing here changes a number that geoplan writes.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Give the user's cache folder of geoplan; it may not exist yet."""
    base = os.environ.get("GEOPLAN_CACHE_DIR")
    if base:
        return Path(base)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "geoplan" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "geoplan"


def use_numba_cache() -> None:
    """Point numba's compiled kernels at the user's cache folder, unless told otherwise.

    Numba reads its own variable when it is imported, so the setting itself is written.
    """
    from numba.core import config

    if not os.environ.get("NUMBA_CACHE_DIR"):
        config.CACHE_DIR = str(cache_folder() / "numba")  # type: ignore[attr-defined]
