"""What became of hamlets that were merged, divided or renamed, as somebody wrote it down.

What it makes of two runs is left to ``indicators.changes``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import rows
from geoplan.io.readers import Source
from geoplan.scenario import SourceFile
from geoplan.text import fold

_WORDS: Final = {
    "merged": ("merged", "merge", "gop", "nhap", "sap nhap", "hop nhat"),
    "split": ("split", "tach", "chia", "chia tach"),
    "renamed": ("renamed", "rename", "doi ten", "doi ma", "recoded"),
}


def read_lineage(path: Path) -> pd.DataFrame:
    """Read a lineage: old_hamlet_id, new_hamlet_id and kind (blank = told from the pairs).

    Raises
    ------
    InputError
        The file is missing or cannot be read, or a row of it is wrong; nothing is left out.
    """
    faults = Faults()
    source = Source(tables.LINEAGE, SourceFile(path=str(path)), path)
    if not source.exists:
        faults.add("missing_file", file=source.name, column="--lineage")
    faults.raise_if_any()
    read = rows.read(source, faults)
    faults.raise_if_any()
    assert read is not None
    known = {word: kind for kind, words in _WORDS.items() for word in words} | {"": ""}
    kinds = read.frame["kind"].map(lambda word: known.get(fold(word)))
    read.ledger.refuse(kinds.isna(), "unknown_value", column="kind", known=", ".join(_WORDS))
    faults.extend(read.ledger.refused)
    faults.raise_if_any()
    names = list(tables.LINEAGE.names)
    return read.frame.assign(kind=kinds.astype("str"))[names].drop_duplicates(ignore_index=True)
