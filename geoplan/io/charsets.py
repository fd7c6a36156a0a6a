"""Text in the tables of shapefiles and MapInfo files: bytes under a declared character set.

Both kinds declare the character set of the computer that wrote them, which says little about
old Vietnamese fonts; so the bytes come here as they are. Telling encodings by the text itself
is left to ``encodings``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from geoplan.faults import Faults
from geoplan.io import encodings, readers
from geoplan.io.readers import RawTable, Source

RAW: Final = "ISO-8859-1"
"""The encoding under which every byte is one character, by a name that drivers know too."""
_BETWEEN: Final = b"\x1e"
"""Stands between texts that are looked at together; no table holds it."""

_MAPINFO: Final[Mapping[str, str]] = {
    "WindowsLatin1": "cp1252",
    "WindowsLatin2": "cp1250",
    "WindowsArabic": "cp1256",
    "WindowsCyrillic": "cp1251",
    "WindowsGreek": "cp1253",
    "WindowsHebrew": "cp1255",
    "WindowsTurkish": "cp1254",
    "WindowsBalticRim": "cp1257",
    "WindowsVietnamese": "cp1258",
    "WindowsTradChinese": "cp950",
    "WindowsSimpChinese": "cp936",
    "WindowsJapanese": "cp932",
    "WindowsKorean": "cp949",
    "WindowsThai": "cp874",
    "UTF-8": "utf-8",
    "ISO8859_1": "iso8859-1",
    "CodePage437": "cp437",
    "CodePage850": "cp850",
}
"""MapInfo's names of character sets (MapBasic reference, CharSet clause) → Python's."""
_CHARSET: Final = re.compile(rb'(?im)^(!charset\s+|\s*charset\s+"|.*\bcharset\s+")([\w.\-]+)("?)')

_DBF_NAME: Final = 10
"""Bytes in the name of a column of a dBASE table."""
_DBF_DRIVERS: Final[Mapping[int, str]] = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
}
"""Byte 29 of a dBASE table, its language driver → code page (ESRI's list)."""


def without_charset(header: bytes) -> tuple[bytes, str]:
    """Take the character set out of a .tab or .mif, so that its texts pass as they are.

    Returns
    -------
    The file with the set Neutral, and Python's name of the one that it declared; empty where
    that says nothing.
    """
    declared = [found[2].decode("ascii", "replace") for found in _CHARSET.finditer(header)]
    neutral = _CHARSET.sub(rb"\1Neutral\3", header)
    named = {name.casefold(): codec for name, codec in _MAPINFO.items()}
    known = [named[name.casefold()] for name in declared if name.casefold() in named]
    return neutral, known[0] if known else ""


def of_shapefile(table: bytes, page: bytes | None) -> str:
    """Give the encoding that a shapefile declares, in its .cpg or in its table; else empty."""
    name = "" if page is None else page.decode("ascii", "replace").strip().strip("\ufeff\x00")
    if name.isdigit():
        name = {"65001": "utf-8", "88591": "iso8859-1"}.get(name, f"cp{name}")
    name = re.sub(r"(?i)^ansi[\s_]*(\d+)$", r"cp\1", name)
    try:
        return codecs.lookup(name).name if name else _DBF_DRIVERS.get(_driver(table), "")
    except LookupError:
        return ""


def _driver(table: bytes) -> int:
    return table[29] if len(table) > 29 else 0


def _whole(header: str) -> str:
    """Cut off the half of a UTF-8 letter with which a name of ten bytes may end."""
    try:
        header.encode(RAW).decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(header) >= _DBF_NAME - 3:
            return header[: error.start]
    return header


def decode(raw: RawTable, source: Source, declared: str, faults: Faults) -> RawTable | None:
    """Give a table whose texts were read under :data:`RAW` in their own encoding.

    The scenario's word goes first, then UTF-8, then what the syllables tell, then the set that
    the file declares; where none of them fits it is the fault ``encoding``.
    """
    raw = replace(raw, headers=tuple(map(_whole, raw.headers)))
    found = {header for header in raw.headers if not header.isascii()}
    for i in raw.cells.columns:
        found.update(value for value in raw.cells[i].unique() if not value.isascii())
    texts = sorted(found)
    if not texts:
        return raw
    named = source.given.encoding
    data = _BETWEEN.join(text.encode(RAW) for text in texts)
    remarks = raw.remarks
    try:
        told = encodings.decode(data, named)
        if told is not None:
            decoded = told.text
            if told.detected:
                detected = told.detected
                told_so = readers.remark(
                    source, "encoding_detected", sheet=raw.sheet, encoding=detected
                )
                remarks = (*remarks, told_so)
        elif declared:
            decoded = data.decode(declared)
        else:
            faults.add("encoding", file=source.name)
            return None
    except UnicodeError:
        faults.add("encoding", file=source.name, value=named or declared)
        return None
    except LookupError:
        faults.add("unknown_encoding", file=source.name, column="encoding", value=named or "")
        return None
    read = dict(zip(texts, decoded.split(_BETWEEN.decode()), strict=True))
    table = replace(
        raw,
        headers=tuple(read.get(header, header) for header in raw.headers),
        cells=pd.DataFrame({i: raw.cells[i].replace(read) for i in raw.cells.columns}),
        remarks=remarks,
    )
    # Text that was garbled before it came into the file shows only now.
    return table if named else readers.mend_text(table, source)
