"""Text files with a delimiter: comma, semicolon or tab, in UTF-8 or UTF-16.

Another encoding is read only where the scenario names it; a row with more fields than the
header is a fault, because nobody can tell which field is meant.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import readers
from geoplan.io.readers import RawTable, Source

_DELIMITERS = (",", ";", "\t")
_FIRST_ROWS = 20


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read a delimited file; give None, and add the faults, where it cannot be read exactly."""
    content = decode(source, faults)
    if content is None:
        return None
    delimiter = _delimiter(content, source)
    first, lines = _first_records(content, delimiter)
    if not first:
        return RawTable((), pd.DataFrame(), np.zeros(0, dtype=np.int64))
    header = readers.header_row(first, source.table)
    headers = tuple(first[header])
    cells = _cells(content, delimiter, lines[header], len(headers), header, source, faults)
    if cells is None:
        return None
    rows = np.arange(len(cells), dtype=np.int64) + header + 2
    raw = RawTable(headers, cells, rows, decimal_comma=delimiter != ",")
    return readers.tidy(raw)


def decode(source: Source, faults: Faults) -> str | None:
    """Give the text of a file in NFC; its byte order mark or the scenario says the encoding."""
    try:
        data = source.path.read_bytes()
    except OSError as error:
        faults.add("unreadable_file", file=source.name, why=error.strerror or type(error).__name__)
        return None
    encoding = source.given.encoding or _marked(data)
    try:
        content = data.decode(encoding).removeprefix("\ufeff")
        if "\0" not in content:  # else UTF-16 without its mark
            return unicodedata.normalize("NFC", content)
        faults.add("encoding", file=source.name)
    except UnicodeError:
        faults.add("encoding", file=source.name, value=source.given.encoding or "")
    except LookupError:
        faults.add("unknown_encoding", file=source.name, column="encoding", value=encoding)
    return None


def _marked(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _delimiter(content: str, source: Source) -> str:
    """Give the delimiter that makes the most recognised headers, then the most fields."""
    from geoplan.io import columns

    def score(delimiter: str) -> tuple[int, int]:
        records, _ = _first_records(content, delimiter)
        named = max((columns.recognised(record, source.table) for record in records), default=0)
        return named, max(map(len, records), default=0)

    return max(_DELIMITERS, key=score)


def _first_records(content: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Give the first records and, for each, the number of lines above it."""
    records: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    above = 0
    try:
        for record in reader:
            records.append(record)
            lines.append(above)
            above = reader.line_num
            if len(records) == _FIRST_ROWS:
                break
    except csv.Error:
        pass
    return records, lines


def _cells(
    content: str,
    delimiter: str,
    skip: int,
    width: int,
    header: int,
    source: Source,
    faults: Faults,
) -> pd.DataFrame | None:
    """Give the cells below the header, columns numbered from 0."""
    try:
        cells = pd.read_csv(
            io.StringIO(content, newline=""),
            sep=delimiter,
            header=None,
            dtype="str",
            na_filter=False,
            skiprows=skip,
            skip_blank_lines=False,
            engine="c",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return _ragged_cells(content, delimiter, width, header, source, faults)
    return cells.iloc[1:].reset_index(drop=True)


def _ragged_cells(
    content: str, delimiter: str, width: int, header: int, source: Source, faults: Faults
) -> pd.DataFrame | None:
    """Read row by row: fields beyond the header may stand only where they are blank."""
    records: list[list[str]] = []
    before = len(faults)
    try:
        for i, record in enumerate(
            csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        ):
            if i <= header:
                continue
            if any(map(str.strip, record[width:])):
                fields = len(record)
                faults.add("ragged_row", file=source.name, row=i + 1, fields=fields, width=width)
            records.append((record + [""] * width)[:width])
    except csv.Error as error:
        faults.add("unreadable_file", file=source.name, why=str(error))
    if len(faults) > before:
        return None
    return pd.DataFrame(records, columns=range(width), dtype="str")
