"""Text files with a delimiter: comma, semicolon, tab or bar.

Which encoding they are in is left to ``encodings``; a row with more fields than the header is a
fault, because nobody can tell which field is meant.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd

from geoplan.faults import Faults
from geoplan.io import columns, encodings, grids, readers
from geoplan.io.readers import RawTable, Source

_DELIMITERS = (",", ";", "\t", "|")
_OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"SQLite format 3\0", b"\x1f\x8b")
"""How workbooks, documents, databases and packed files begin, which some call a text file."""
_ODD_FIELD = re.compile(r'[^,;|\t\r\n"]*[^\x00-\x7f][^,;|\t\r\n"]*')


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read a delimited file; give None, and add the faults, where it cannot be read exactly."""
    decoded = decode(source, faults)
    if decoded is None:
        return None
    # One end of lines for both parsers: they part a file otherwise where ends are mixed.
    content = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(content, source)
    first, lines = _first_records(content, delimiter)
    if not first:
        return RawTable((), pd.DataFrame(), np.zeros(0, dtype=np.int64))
    header = grids.find_header(first, source)
    cells = _cells(content, delimiter, lines, header, source, faults)
    if cells is None:
        return None
    rows = np.arange(len(cells), dtype=np.int64) + header.body + 1
    raw = readers.tidy(RawTable(header.names, cells, rows, decimal_comma=delimiter != ","))
    if not decoded.detected:
        return raw
    told = readers.remark(source, "encoding_detected", encoding=decoded.detected)
    return replace(raw, remarks=(*raw.remarks, told))


def decode(source: Source, faults: Faults) -> encodings.Decoded | None:
    """Give the text of a file in NFC; None, and a fault, where its encoding is not certain."""
    named = source.given.encoding
    try:
        data = source.content()
        if data.startswith(_OTHER_FILES):
            faults.add("not_what_it_says", file=source.name, value=source.ending)
            return None
        decoded = encodings.decode(data, named)
    except OSError as error:
        faults.add("unreadable_file", file=source.name, why=error.strerror or type(error).__name__)
        return None
    except UnicodeError:
        faults.add("encoding", file=source.name, value=named or "")
        return None
    except LookupError:
        faults.add("unknown_encoding", file=source.name, column="encoding", value=named or "")
        return None
    if decoded is None:
        faults.add("encoding", file=source.name)
        return None
    return decoded if named or decoded.detected else _mended(decoded.text)


def _mended(content: str) -> encodings.Decoded:
    """Mend the fields of a text that another encoding garbled before the file was written."""
    if content.isascii():
        return encodings.Decoded(content)
    mended, way = encodings.mend(sorted(set(_ODD_FIELD.findall(content))))
    if not mended:
        return encodings.Decoded(content)
    text = _ODD_FIELD.sub(lambda found: mended.get(found[0], found[0]), content)
    return encodings.Decoded(text, way)


def _delimiter(content: str, source: Source) -> str:
    """Give the delimiter that makes the most recognised headers, then the most fields."""

    def score(delimiter: str) -> tuple[int, int]:
        records, _ = _first_records(content, delimiter)
        names = source.dictionary.headers
        named = max(
            (columns.recognised(record, source.table, names) for record in records), default=0
        )
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
            if len(records) == grids.FIRST_ROWS:
                break
    except csv.Error:
        pass
    return records, lines


def _cells(
    content: str,
    delimiter: str,
    lines: list[int],
    header: grids.Header,
    source: Source,
    faults: Faults,
) -> pd.DataFrame | None:
    """Give the cells below the header, columns numbered from 0."""
    width = len(header.names)
    last_line = header.body - 1
    try:
        cells = pd.read_csv(
            io.StringIO(content, newline=""),
            sep=delimiter,
            header=None,
            dtype="str",
            na_filter=False,
            skiprows=lines[last_line],
            skip_blank_lines=False,
            engine="c",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return _ragged_cells(content, delimiter, width, header.body, source, faults)
    if cells.shape[1] < width:  # the last line of the header is shorter than its first
        cells = cells.reindex(columns=range(width), fill_value="")
    return cells.iloc[1:].reset_index(drop=True)


def _ragged_cells(
    content: str, delimiter: str, width: int, body: int, source: Source, faults: Faults
) -> pd.DataFrame | None:
    """Read row by row: fields beyond the header may stand only where they are blank."""
    records: list[list[str]] = []
    before = len(faults)
    try:
        for i, record in enumerate(
            csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        ):
            if i < body:
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
