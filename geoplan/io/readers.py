"""From a file to its cells as text, its shapes and the row numbers that a person sees.

Each kind of file has its own module (``delimited``, ``workbooks``, ``layers``, ``kml``); this
one says what they hand over and chooses among them. What the cells mean is left to ``columns``
and ``values``.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Fault, Faults, without_password
from geoplan.scenario import SourceFile
from geoplan.tables import Table

Mask = NDArray[np.bool_]

DELIMITED: Final = (".csv", ".txt", ".tsv")
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
KML: Final = (".kml", ".kmz")
PARQUET: Final = (".parquet", ".geoparquet")
LAYERS: Final = (".gpkg", ".geojson", ".json", ".shp", ".tab", ".mif")
ARCHIVES: Final = (".zip", ".gz")
DATABASES: Final = ("postgresql://", "postgres://")
TABLE_FORMATS: Final = (*DELIMITED, *WORKBOOKS, *LAYERS, *KML, *PARQUET, *ARCHIVES)


PREVIEW_BYTES: Final = 1 << 20
PREVIEW_ROWS: Final = 200

UNUSABLE: Final = shapely.LineString([(0.0, 0.0), (0.0, 0.0)])
"""Stands for a shape that cannot be made; no table takes lines, so its row is refused."""


@dataclass(frozen=True)
class Dictionary:
    """Further headers and words, as a scenario names them, beside those of the toml files."""

    headers: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """Table → column → headers."""
    words: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """Kind of value → value → words."""


@dataclass(frozen=True)
class Source:
    """A file of the scenario: what it is for, what the scenario says of it, where it stands."""

    table: Table
    given: SourceFile
    path: Path
    dictionary: Dictionary = field(default_factory=Dictionary)
    member: str = ""
    """The file inside an archive that is meant, where it is one (``archives``)."""
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """Its content and that of its companions, by ending."""
    preview: bool = False
    """Whether the first rows are enough, to tell what kind of table it is."""

    @property
    def ending(self) -> str:
        """How the name of the file ends, in lower case: what kind of file it is."""
        return PurePosixPath(self.member or self.path.name).suffix.lower()

    @property
    def is_database(self) -> bool:
        """Whether it is no file but a table of a database."""
        return self.given.path.startswith(DATABASES)

    @property
    def exists(self) -> bool:
        """Whether there is something to read; of a database its reader tells."""
        return self.is_database or self.path.is_file()

    def open(self) -> IO[bytes]:
        """Open the file, or its content in memory."""
        return io.BytesIO(self.parts[self.ending]) if self.parts else self.path.open("rb")

    def content(self) -> bytes:
        """Give all bytes of the file, or its first whole lines for a preview."""
        if self.parts:
            return self.parts[self.ending]
        with self.path.open("rb") as file:
            data = file.read(PREVIEW_BYTES if self.preview else -1)
        return data[: data.rfind(b"\n") + 1] if len(data) == PREVIEW_BYTES else data

    @property
    def name(self) -> str:
        """The path as the scenario writes it; of an absolute one only the file's name."""
        path = self.given.path
        if self.is_database:
            address, layer = without_password(path), self.given.layer
            return f"{address}?table={layer}" if layer and "?" not in address else address
        return self.path.name if Path(path).is_absolute() else path


@dataclass(frozen=True)
class RawTable:
    """The cells of one table as text, blank cells as empty text.

    ``cells`` has its columns numbered from 0, as ``headers``; ``exact`` tells, by column, the
    cells that the file holds as numbers and not as text. ``rows`` are row numbers as a person
    sees them; ``geometry`` is in ``crs``, which is empty where the file does not say it.
    ``decimal_comma`` tells that a comma can be a decimal sign in this file. ``sheets`` names the
    sheet of each row where the rows of several were read together; ``remarks`` are what the
    user should know of how the file was understood.
    """

    headers: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    sheet: str = ""
    geometry: NDArray[Any] | None = None
    crs: str = ""
    decimal_comma: bool = True
    exact: dict[int, Mask] = field(default_factory=dict)
    sheets: NDArray[Any] | None = None
    remarks: tuple[Fault, ...] = ()
    over: tuple[tuple[int, str], ...] = ()
    """Headings with the place of the first row under each; an empty one ends those before."""

    def __len__(self) -> int:
        return len(self.rows)

    def sheet_of(self, row: int) -> str:
        """Give the sheet of a row, by its place in the table."""
        return self.sheet if self.sheets is None else str(self.sheets[row])

    def keeping(self, where: Mask) -> RawTable:
        """Give the table with only some of its rows."""
        return replace(
            self,
            cells=self.cells[where].reset_index(drop=True),
            rows=self.rows[where],
            geometry=None if self.geometry is None else self.geometry[where],
            exact={place: numeric[where] for place, numeric in self.exact.items()},
            sheets=None if self.sheets is None else self.sheets[where],
            over=self.over_kept(where),
        )

    def over_kept(self, where: Mask) -> tuple[tuple[int, str], ...]:
        """Give the headings with their places among only some of the rows."""
        return tuple((int(where[:place].sum()), heading) for place, heading in self.over)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(source: Source, raw: RawTable) -> str:
    """Give the checksum of a file; of a table of a database, that of its rows."""
    if not source.is_database:
        return checksum(source.path)
    digest = hashlib.sha256(repr(raw.headers).encode())
    for i in raw.cells.columns:
        digest.update("\x1f".join(raw.cells[i]).encode())
        digest.update(b"\x1e")
    for shape in () if raw.geometry is None else raw.geometry:
        digest.update(b"-" if shape is None else shape.wkb)
    return digest.hexdigest()


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read the table of a file; give None, and add the faults, where it cannot be read exactly."""
    if source.is_database:
        from geoplan.io import database

        return database.read(source, faults)
    if source.given.transmitters:
        from geoplan.io import planning_tools

        return planning_tools.read_files(source, faults)
    ending = source.ending
    if ending not in TABLE_FORMATS:
        known = ", ".join(kind.removeprefix(".") for kind in TABLE_FORMATS)
        faults.add("unknown_format", file=source.name, value=ending, known=known)
        return None
    # Each reader is imported when a file needs it: the vector drivers are slow to load.
    from geoplan.io import archives

    if ending in ARCHIVES:
        inside = archives.unpack(source, faults)
        return None if inside is None else read(inside, faults)
    if not archives.is_safe(source, faults):
        return None
    if ending in DELIMITED:
        from geoplan.io import delimited

        return delimited.read(source, faults)
    if ending in WORKBOOKS:
        from geoplan.io import workbook_parts, workbooks

        return workbook_parts.read_with(workbooks.read, source, faults)
    if ending in KML:
        from geoplan.io import kml

        return kml.read(source, faults)
    from geoplan.io import layers

    return layers.read(source, faults)


def clean(cells: pd.Series) -> pd.Series:
    """Give text cells in NFC, stripped, without the apostrophe that our writer puts before =.

    The apostrophe keeps a spreadsheet from taking text for a formula (PRODUCT.md §6).
    """
    cells = cells.astype("str").fillna("").str.strip()
    escaped = cells.str.contains("\\'", regex=False).to_numpy(dtype=bool)
    if escaped.any():  # as "Xã K\\' Dang", from a database dump
        cells = cells.where(~escaped, cells.str.replace("\\'", "'", regex=False))
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


def remark(
    source: Source, code: str, *, sheet: str = "", row: int | None = None, **params: object
) -> Fault:
    """Give a remark on how a file was understood."""
    told = Faults()
    told.add(code, file=source.name, sheet=sheet, row=row, **params)  # type: ignore[arg-type]
    return next(iter(told))


def tidy(raw: RawTable) -> RawTable:
    """Clean every cell and leave out rows and nameless columns that are blank throughout."""
    cells = pd.DataFrame({i: clean(raw.cells[i]) for i in raw.cells.columns})
    filled = (cells != "").to_numpy(dtype=bool).reshape(len(raw), len(raw.headers))
    keep: Mask = np.asarray(filled.any(axis=1), dtype=bool)
    if raw.geometry is not None:
        keep |= np.array([shape is not None for shape in raw.geometry], dtype=bool)
    named = [i for i, header in enumerate(raw.headers) if text.nfc(header) or filled[keep, i].any()]
    kept = pd.DataFrame(
        {new: cells[old].to_numpy()[keep] for new, old in enumerate(named)},
        index=range(int(keep.sum())),
        dtype="str",
    )
    return replace(
        raw,
        headers=tuple(text.nfc(raw.headers[i]) or f"column {i + 1}" for i in named),
        cells=kept,
        rows=raw.rows[keep],
        geometry=None if raw.geometry is None else raw.geometry[keep],
        exact={new: raw.exact[old][keep] for new, old in enumerate(named) if old in raw.exact},
        sheets=None if raw.sheets is None else raw.sheets[keep],
        over=raw.over_kept(keep),
    )


def mend_text(raw: RawTable, source: Source, *, headers_mended: bool = False) -> RawTable:
    """Mend headers and cells that another encoding garbled, and tell so (``encodings``).

    Parameters
    ----------
    headers_mended
        The headers are mended already; a second time would garble them.
    """
    from geoplan.io import encodings

    uniques = {header for header in raw.headers if not header.isascii() and not headers_mended}
    for i in raw.cells.columns:
        uniques.update(value for value in raw.cells[i].unique() if not value.isascii())
    mended, way = encodings.mend(sorted(uniques), source.given.encoding)
    if not mended:
        return raw
    told = (
        ()
        if source.given.encoding
        else (remark(source, "text_mended", sheet=raw.sheet, encoding=way, count=len(mended)),)
    )
    return replace(
        raw,
        headers=tuple(
            header if headers_mended else mended.get(header, header) for header in raw.headers
        ),
        cells=raw.cells.replace(mended),
        over=tuple((place, mended.get(heading, heading)) for place, heading in raw.over),
        remarks=(*raw.remarks, *told),
    )
