"""From a file to its cells as text, its shapes and the row numbers that a person sees.

Each kind of file has its own module (``delimited``, ``workbooks``, ``layers``, ``kml``); this
one says what they hand over and chooses among them. What the cells mean is left to ``columns``
and ``values``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Faults
from geoplan.scenario import SourceFile
from geoplan.tables import Table

Mask = NDArray[np.bool_]

DELIMITED: Final = (".csv", ".txt", ".tsv")
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
KML: Final = (".kml", ".kmz")
PARQUET: Final = (".parquet", ".geoparquet")
LAYERS: Final = (".gpkg", ".geojson", ".json", ".shp", ".zip")
TABLE_FORMATS: Final = (*DELIMITED, *WORKBOOKS, *LAYERS, *KML, *PARQUET)


@dataclass(frozen=True)
class Source:
    """A file of the scenario: what it is for, what the scenario says of it, where it stands."""

    table: Table
    given: SourceFile
    path: Path

    @property
    def name(self) -> str:
        """The path as the scenario writes it; of an absolute one only the file's name."""
        path = self.given.path
        return self.path.name if Path(path).is_absolute() else path


@dataclass(frozen=True)
class RawTable:
    """The cells of one table as text, blank cells as empty text.

    ``cells`` has its columns numbered from 0, as ``headers``; ``exact`` tells, by column, the
    cells that the file holds as numbers and not as text. ``rows`` are row numbers as a person
    sees them; ``geometry`` is in ``crs``, which is empty where the file does not say it.
    ``decimal_comma`` tells that a comma can be a decimal sign in this file.
    """

    headers: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    sheet: str = ""
    geometry: NDArray[Any] | None = None
    crs: str = ""
    decimal_comma: bool = True
    exact: dict[int, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read the table of a file; give None, and add the faults, where it cannot be read exactly."""
    ending = source.path.suffix.lower()
    if ending not in TABLE_FORMATS:
        known = ", ".join(kind.removeprefix(".") for kind in TABLE_FORMATS)
        faults.add("unknown_format", file=source.name, value=ending, known=known)
        return None
    # Each reader is imported when a file needs it: the vector drivers are slow to load.
    if ending in DELIMITED:
        from geoplan.io import delimited

        return delimited.read(source, faults)
    if ending in WORKBOOKS:
        from geoplan.io import workbooks

        return workbooks.read(source, faults)
    if ending in KML:
        from geoplan.io import kml

        return kml.read(source, faults)
    from geoplan.io import layers

    return layers.read(source, faults)


def header_row(records: Sequence[Sequence[str]], table: Table) -> int:
    """Give the place of the header among the first rows: the first that names most columns.

    Title blocks above a table are common in workbooks. Where no row names a column it is the
    first row that is not blank.
    """
    from geoplan.io import columns

    scores = [columns.recognised(record, table) for record in records]
    if scores and max(scores) > 0:
        return scores.index(max(scores))
    return next((i for i, record in enumerate(records) if any(map(str.strip, record))), 0)


def clean(cells: pd.Series) -> pd.Series:
    """Give text cells in NFC, stripped, without the apostrophe that our writer puts before =.

    The apostrophe keeps a spreadsheet from taking text for a formula (PRODUCT.md §6).
    """
    cells = cells.astype("str").fillna("").str.strip()
    odd = ~cells.str.fullmatch("[!-~]*").to_numpy(dtype=bool)
    if odd.any():
        codes, uniques = pd.factorize(cells[odd])
        mended = np.array([text.nfc(value) for value in uniques], dtype=object)
        cells = cells.copy()
        cells[odd] = mended[codes]
    quoted = cells.str.match("'[=+@-]").to_numpy(dtype=bool)
    if quoted.any():
        cells = cells.where(~quoted, cells.str.slice(1))
    return cells


def tidy(raw: RawTable) -> RawTable:
    """Clean every cell and leave out rows and nameless columns that are blank throughout."""
    cells = pd.DataFrame({i: clean(raw.cells[i]) for i in raw.cells.columns})
    filled = (cells != "").to_numpy(dtype=bool).reshape(len(raw), len(raw.headers))
    keep = filled.any(axis=1)
    if raw.geometry is not None:
        keep |= np.array([shape is not None for shape in raw.geometry], dtype=bool)
    named = [i for i, header in enumerate(raw.headers) if text.nfc(header) or filled[keep, i].any()]
    kept = pd.DataFrame(
        {new: cells[old].to_numpy()[keep] for new, old in enumerate(named)},
        index=range(int(keep.sum())),
        dtype="str",
    )
    return RawTable(
        headers=tuple(text.nfc(raw.headers[i]) or f"column {i + 1}" for i in named),
        cells=kept,
        rows=raw.rows[keep],
        sheet=raw.sheet,
        geometry=None if raw.geometry is None else raw.geometry[keep],
        crs=raw.crs,
        decimal_comma=raw.decimal_comma,
        exact={new: raw.exact[old][keep] for new, old in enumerate(named) if old in raw.exact},
    )
