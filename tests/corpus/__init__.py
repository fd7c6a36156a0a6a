"""Bad and odd files, generated: what each case writes, and exactly what must come out of it.

One module for each kind of oddity; reading them and comparing is left to ``tests/test_corpus``.
"""

from __future__ import annotations

from corpus import (
    broken_files,
    delimited_files,
    encoded_files,
    keyed_rows,
    layer_files,
    placed_rows,
    value_cells,
    workbook_files,
)
from corpus.case import Case

CASES: tuple[Case, ...] = (
    *encoded_files.CASES,
    *delimited_files.CASES,
    *workbook_files.CASES,
    *value_cells.CASES,
    *placed_rows.CASES,
    *keyed_rows.CASES,
    *layer_files.CASES,
    *broken_files.CASES,
)
"""Every case; their names are unique."""

__all__ = ["CASES", "Case"]
