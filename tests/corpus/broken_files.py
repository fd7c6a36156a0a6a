"""Files that are not there, blank, cut off, misnamed, or something else than their name says."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from io_case import COMMUNES, feature_collection

from corpus.case import GOOD, HEADER, Case, Stop, as_csv, lacking, save_book, text_case, written

TEXT = as_csv(GOOD)
EMPTY: dict[str, Any] = {"rows": {"sites": ()}, "warned": ("empty_file",)}


def _book() -> bytes:
    buffer = io.BytesIO()
    save_book(buffer, {"Trạm": [HEADER, *GOOD]})
    return buffer.getvalue()


def _zip(members: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _file(name: str, file: str, content: Callable[[], bytes] | str | bytes, **wanted: Any) -> Case:
    """Give the case of one file of sites; its bytes are made when they are wanted."""

    def write(folder: Path) -> Mapping[str, Any]:
        made = content() if callable(content) else content
        return written(made, file=file)(folder)

    return Case(name, write, **wanted)


def _stops(name: str, file: str, content: Callable[[], bytes] | str | bytes, code: str) -> Case:
    return _file(name, file, content, stops=(Stop(code, file),))


def _absent(role: str, path: str) -> Case:
    def write(folder: Path) -> Mapping[str, Any]:
        return {role: [path] if role == "sites" else path}

    stop = Stop("missing_file", path, f"inputs.{role}")
    return Case(f"no file of {role}", write, stops=(stop,))


def _folder_in_place(name: str, path: str) -> Case:
    def write(folder: Path) -> Mapping[str, Any]:
        (folder / path).mkdir()
        return {"sites": [path]}

    return Case(name, write, stops=(Stop("missing_file", path, "inputs.sites"),))


def _twice(folder: Path) -> Mapping[str, Any]:
    return {"sites": ["sites.csv", "none.csv"], "clusters": "nothing.csv"}


def _areas() -> bytes:
    shapes = [({"commune_code": c, "name": n}, s) for c, (n, s) in COMMUNES.items()]
    return feature_collection(shapes).encode()


_HTML = "<html><body><table><tr><td>Mã trạm</td></tr></table></body></html>"
_COLUMNS = ("operator", "technology", "longitude", "latitude")


CASES: tuple[Case, ...] = (
    text_case("no bytes at all", b"", **EMPTY),
    _file("no bytes at all in a packed file", "sites.csv.gz", b"", **EMPTY),
    text_case("only a mark", b"\xef\xbb\xbf", **EMPTY),
    text_case("only line breaks", "\n\n\r\n", **EMPTY),
    text_case("only delimiters", ",,,\n,,,\n", **EMPTY),
    text_case("only a header of a text file", ",".join(HEADER), **EMPTY),
    text_case("only a header and blank lines", ",".join(HEADER) + "\n\n,,,\n", **EMPTY),
    text_case("a header that names nothing, without rows", "a,b,c\n", stops=lacking(*_COLUMNS)),
    text_case("only a title", "DANH SÁCH TRẠM BTS\n", stops=lacking(*_COLUMNS)),
    *(
        _stops(f"no bytes at all in a .{ending}", f"sites.{ending}", b"", "unreadable_file")
        for ending in ("xlsx", "xls", "ods", "geojson", "kml", "kmz", "zip", "gpkg", "parquet")
    ),
    _stops("a text file called a workbook", "sites.xlsx", TEXT, "unreadable_file"),
    _stops("a page of HTML called an old workbook", "sites.xls", _HTML, "unreadable_file"),
    _stops("a text file called an old workbook", "sites.xls", TEXT, "unreadable_file"),
    _stops("a text file called a layer", "sites.geojson", TEXT, "unreadable_file"),
    _stops("a text file called KML", "sites.kml", TEXT, "unreadable_file"),
    _stops(
        "a zip file called a workbook",
        "sites.xlsx",
        lambda: _zip({"a.csv": TEXT}),
        "unreadable_file",
    ),
    _stops("a workbook called a text file", "sites.csv", _book, "not_what_it_says"),
    _stops("a workbook cut in half", "sites.xlsx", lambda: _book()[:3000], "unreadable_file"),
    _stops(
        "a workbook without its last bytes", "sites.xlsx", lambda: _book()[:-10], "unreadable_file"
    ),
    _file("a page of HTML called a text file", "sites.csv", _HTML, stops=lacking(*_COLUMNS)),
    _stops("a kind of file that nobody reads", "sites.docx", TEXT, "unknown_format"),
    _stops("no ending", "sites", TEXT, "unknown_format"),
    _file("an ending in capitals", "SITES.CSV", TEXT),
    _file("a name with blanks and accents", "Trạm BTS (Quảng Ngãi) – bản 2.csv", TEXT),
    _file("a name in decomposed letters", "Tra\u0323m.csv", TEXT),
    _file("a text file called .txt", "sites.txt", TEXT),
    _file("a packed text file", "sites.csv.gz", lambda: gzip.compress(TEXT.encode())),
    _stops(
        "a packed file of an unknown kind",
        "sites.gz",
        lambda: gzip.compress(TEXT.encode()),
        "unknown_format",
    ),
    _stops(
        "a packed file cut in half",
        "sites.csv.gz",
        lambda: gzip.compress(TEXT.encode())[:40],
        "unreadable_file",
    ),
    _file(
        "a table in a zip file",
        "sites.zip",
        lambda: _zip({"Trạm/sites.csv": TEXT, "__MACOSX/._sites.csv": b"\0"}),
    ),
    _stops("a zip file of nothing", "sites.zip", lambda: _zip({}), "nothing_inside"),
    _stops(
        "a zip file of pictures", "sites.zip", lambda: _zip({"a.png": b"png"}), "nothing_inside"
    ),
    _stops(
        "a zip file of two tables",
        "sites.zip",
        lambda: _zip({"a.csv": TEXT, "b.csv": TEXT}),
        "several_layers",
    ),
    _stops(
        "a zip file in a zip file",
        "sites.zip",
        lambda: _zip({"a.zip": _zip({"a.csv": TEXT})}),
        "nothing_inside",
    ),
    _stops(
        "a zip file cut in half",
        "sites.zip",
        lambda: _zip({"a.csv": TEXT})[:100],
        "unreadable_file",
    ),
    _folder_in_place("a folder in place of a text file", "sites_folder.csv"),
    _folder_in_place("a folder in place of a layer", "sites_folder.shp"),
    _absent("sites", "none.csv"),
    _absent("communes", "none.gpkg"),
    _absent("hamlets", "none.xlsx"),
    Case(
        "two files that are not there",
        _twice,
        stops=(
            Stop("missing_file", "none.csv", "inputs.sites"),
            Stop("missing_file", "nothing.csv", "inputs.clusters"),
        ),
    ),
    text_case(
        "a layer of communes in place of sites",
        _areas(),
        file="areas2.geojson",
        stops=(
            Stop("missing_column", "areas2.geojson", "operator"),
            Stop("missing_column", "areas2.geojson", "technology"),
        ),
    ),
    text_case(
        "sites in place of communes",
        TEXT,
        role="communes",
        file="a.csv",
        stops=(
            Stop("missing_column", "a.csv", "commune_code"),
            Stop("missing_column", "a.csv", "name"),
        ),
    ),
    text_case(
        "no communes in the layer",
        feature_collection([]),
        role="communes",
        file="a.geojson",
        stops=(Stop("no_communes", "a.geojson"),),
    ),
)
