"""Settings of the program, as against those of a scenario: where caches stand, what is too much.

Nothing here changes a number that geoplan writes.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

MAX_TEXT_BYTES: Final = 256 * 2**20
"""A text table that is larger is refused: a country of 300,000 cells is 30 to 60 MB, and reading
takes twenty times the size in memory (194 MB: 4.0 GB; docs/benchmarks.md)."""
MAX_UNPACKED_BYTES: Final = 2**30
"""What a zip file, a workbook or a KMZ may unpack to in all: a workbook of 300,000 rows and 30
columns is 0.4 GB of XML."""
MAX_PACKED_FILES: Final = 20_000
"""Files in a zip file: a workbook has some tens, a folder of layers some hundreds."""
MAX_SHEET_CELLS: Final = 50_000_000
"""Cells in the rectangle around a sheet's values: 300,000 rows of 100 columns are 30 million,
while one value in the last corner of a sheet makes 17 billion."""
MAX_XML_DEPTH: Final = 200
"""Elements within elements of a KML file; folders within folders are rarely ten deep."""
DATABASE_CONNECT_S: Final = 15
DATABASE_STATEMENT_S: Final = 300
"""How long a database may take to answer, before a run gives up. [s]"""
MAX_DATABASE_ROWS: Final = 5_000_000
"""Rows of one table of a database: sixteen times the cells of the country."""


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

    Numba asks only whether the file of a function has changed, not those that it calls: so each
    state of all files named ``kernel*.py`` has a folder of its own, and compiled code that calls
    compiled code of another module stands in files of that name. Numba reads its own variable
    when it is imported, so the setting itself is written.
    """
    from numba.core import config

    base = os.environ.get("NUMBA_CACHE_DIR") or str(cache_folder() / "numba")
    config.CACHE_DIR = str(Path(base) / kernels_state(Path(__file__).parent))  # type: ignore[attr-defined]


def code_state() -> str:
    """Give a name that no other state of the program's modules shares, and none of its data."""
    package = Path(__file__).parent
    return kernels_state(package, "*.py") + kernels_state(package, "*.toml")


@cache
def kernels_state(package: Path, pattern: str = "kernel*.py") -> str:
    """Give a name that another state of a package's compiled modules does not share.

    A process asks once for a package: what it has imported does not change any more.
    """
    state = sha256()
    for file in sorted(package.rglob(pattern)):
        facts = file.stat()
        state.update(f"{file.relative_to(package)} {facts.st_mtime_ns} {facts.st_size};".encode())
    return state.hexdigest()[:12]
