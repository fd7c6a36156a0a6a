"""Text in every encoding: told by its mark or its words, named rightly, named wrongly, broken."""

from __future__ import annotations

import codecs
import unicodedata

import garbling

from corpus.case import GOOD, KNOWN, Case, Stop, as_csv, lacking, text_case

_NOTED = [
    (*row, note) for row, note in zip(GOOD, ("Trạm gốc", "Nghĩa Hành", "Sơn Tịnh"), strict=True)
]
_HEADER = (
    *("Mã trạm", "Nhà mạng", "Công nghệ", "Kinh độ", "Vĩ độ"),
    *("Tần số (MHz)", "Góc phương vị", "Ngày phát sóng", "Địa danh"),
)
TEXT = as_csv(_NOTED, ",", _HEADER)
_NAMES = ("Trạm gốc", "Nghĩa Hành", "Sơn Tịnh")
READ = {"sites": tuple({**row, "Địa danh": name} for row, name in zip(KNOWN, _NAMES, strict=True))}
ENCODING = (Stop("encoding"),)
TOLD = ("encoding_detected",)


def _mixed() -> bytes:
    first, rest = TEXT.split("\n", 1)
    return first.encode() + b"\n" + garbling.windows_1258(rest)


def _only_cells(content: str) -> str:
    """Garble the cells and not the header."""
    first, rest = TEXT.split("\n", 1)
    return first + "\n" + garbling.utf8_read_as(rest, content)


_TCVN3 = TEXT.replace("Trạm gốc", "trạm gốc")
"""ABC fonts have capitals with accents in a font of their own; here they are small."""
_LOWER = {
    "sites": tuple(
        {**row, "địa danh": name}
        for row, name in zip(KNOWN, ("trạm gốc", *_NAMES[1:]), strict=True)
    )
}

CASES: tuple[Case, ...] = (
    text_case("UTF-8", TEXT, rows=READ),
    text_case("UTF-8 with its mark", codecs.BOM_UTF8 + TEXT.encode(), rows=READ),
    text_case("UTF-8 with two marks", 2 * codecs.BOM_UTF8 + TEXT.encode(), rows=READ),
    text_case("UTF-16 with its mark", TEXT.encode("utf-16"), rows=READ),
    text_case(
        "UTF-16 big-endian with its mark",
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        rows=READ,
    ),
    text_case("UTF-16 without its mark", TEXT.encode("utf-16-le"), rows=READ),
    text_case("UTF-16 big-endian without its mark", TEXT.encode("utf-16-be"), rows=READ),
    text_case("UTF-32 is not read", TEXT.encode("utf-32"), stops=ENCODING),
    text_case("UTF-32 by its name", TEXT.encode("utf-32"), given={"encoding": "utf-32"}, rows=READ),
    text_case(
        "Windows-1258 told by its words", garbling.windows_1258(TEXT), rows=READ, warned=TOLD
    ),
    text_case("TCVN3 told by its words", garbling.tcvn3(_TCVN3), rows=_LOWER, warned=TOLD),
    text_case("VNI told by its words", garbling.vni(TEXT), rows=READ, warned=TOLD),
    text_case(
        "Windows-1258 by its name",
        garbling.windows_1258(TEXT),
        given={"encoding": "windows-1258"},
        rows=READ,
    ),
    text_case("TCVN3 by its name", garbling.tcvn3(_TCVN3), given={"encoding": "ABC"}, rows=_LOWER),
    text_case("VNI by its name", garbling.vni(TEXT), given={"encoding": "VNI"}, rows=READ),
    text_case("decomposed letters", unicodedata.normalize("NFD", TEXT), rows=READ),
    text_case(
        "half of it decomposed",
        TEXT[:60] + unicodedata.normalize("NFD", TEXT[60:]),
        rows=READ,
    ),
    text_case(
        "UTF-8 that was read as Latin-1",
        garbling.utf8_read_as(TEXT, "latin-1"),
        rows=READ,
        warned=TOLD,
    ),
    text_case(
        "UTF-8 that was read as Windows-1252",
        garbling.utf8_read_as(TEXT, "cp1252"),
        rows=READ,
        warned=TOLD,
    ),
    text_case(
        "UTF-8 that was read as CP437", garbling.utf8_read_as(TEXT, "cp437"), rows=READ, warned=TOLD
    ),
    text_case("cells that were read as CP437", _only_cells("cp437"), rows=READ, warned=TOLD),
    text_case(
        "TCVN3 called UTF-8",
        garbling.tcvn3(_TCVN3),
        given={"encoding": "utf-8"},
        stops=(Stop("encoding"),),
    ),
    text_case(
        "UTF-8 called UTF-16",
        TEXT.encode()[:-1],
        given={"encoding": "utf-16"},
        stops=(Stop("encoding"),),
    ),
    text_case(
        "UTF-16 called UTF-8", TEXT.encode("utf-16"), given={"encoding": "utf-8"}, stops=ENCODING
    ),
    text_case(
        "VNI called Windows-1258",
        garbling.vni(TEXT),
        given={"encoding": "windows-1258"},
        stops=lacking("operator", "longitude", "latitude"),
    ),
    text_case(
        "an encoding that nobody knows",
        TEXT,
        given={"encoding": "klingon"},
        stops=(Stop("unknown_encoding", column="encoding"),),
    ),
    text_case(
        "an encoding that is none of text",
        TEXT,
        given={"encoding": "base64"},
        stops=(Stop("unknown_encoding", column="encoding"),),
    ),
    text_case(
        "a zero in the name of the encoding",
        TEXT,
        given={"encoding": "utf\0-8"},
        stops=(Stop("unknown_encoding", column="encoding"),),
    ),
    text_case("UTF-8 cut within a letter", "Mã trạ".encode()[:-1], stops=ENCODING),
    text_case("UTF-16 cut within a letter", TEXT.encode("utf-16")[:-1], stops=ENCODING),
    text_case("a zero byte among the text", TEXT.replace("gốc", "g\0c"), stops=ENCODING),
    text_case("nothing but zero bytes", bytes(5000), stops=ENCODING),
    text_case(
        "the mark of UTF-16 before UTF-8",
        codecs.BOM_UTF16_LE + TEXT.encode(),
        stops=lacking("operator", "technology", "longitude", "latitude"),
    ),
    text_case(
        "the mark of UTF-8 before Windows-1258",
        codecs.BOM_UTF8 + garbling.windows_1258(TEXT),
        rows=READ,
        warned=TOLD,
    ),
    text_case("two encodings in one file", _mixed(), stops=ENCODING),
    text_case(
        "a foreign word alone in Windows-1252",
        b"operator,technology,longitude,latitude,note\nViettel,4G,108.05,15.05,Caf\xe9 M\xfcller\n",
        stops=ENCODING,
    ),
    text_case(
        "a foreign word beside Vietnamese ones stays",
        TEXT.replace("Sơn Tịnh", "Café Müller"),
        rows={
            "sites": tuple(
                {**row, "Địa danh": name}
                for row, name in zip(KNOWN, (*_NAMES[:2], "Café Müller"), strict=True)
            )
        },
    ),
    text_case("surrogates that UTF-8 forbids", TEXT.encode() + b"\xed\xa0\x80", stops=ENCODING),
    text_case(
        "letters outside the plane of most",
        TEXT.replace("gốc", "📡"),
        rows={"sites": ({**KNOWN[0], "Địa danh": "Trạm 📡"}, *READ["sites"][1:])},
    ),
)
