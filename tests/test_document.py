"""Documents as DOCX and PDF: the same content, no markup from data, the same bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile

import docx
import pytest

from geoplan.report import embedding
from geoplan.report.document import figures
from geoplan.report.document.as_docx import docx_bytes
from geoplan.report.document.as_pdf import pdf_bytes
from geoplan.report.document.model import (
    Document,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Points,
    Run,
    Signatures,
    Table,
    plain,
)
from geoplan.report.document.typesetting import pngs
from geoplan.report.forms import Block, Directed, FormColumn, Share
from geoplan.report.locale import locale_of

pytestmark = pytest.mark.skipif(
    not (embedding.VENDOR / "fonts").is_dir(),
    reason="the package was not built: the typefaces are missing (pip install -e .)",
)

ODD = [
    "=1+1",
    "#panic()",
    "$x$ *đậm* _nghiêng_ `mã`",
    '<b onclick="x">&amp;',
    "خلاص مدينة",
    "🏝️ Đảo",
    "]] #let x = 1",
    "\\u{0}",
    "X" * 200,
    "dòng\x0bđiều khiển",
]
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20mm" height="10mm">'
    '<rect width="20" height="10" fill="#f00"/></svg>'
)


def table(names: list[str]) -> Table:
    columns = (
        FormColumn("TT", "order", 5),
        FormColumn("Xã", "text", 30),
        FormColumn("Thôn", "count", 9, "4G"),
        FormColumn("Tỷ lệ", "percent", 9, "4G"),
    )
    rows = [[i, name, 1234.0, 0.99996] for i, name in enumerate(names, start=1)]
    return Table(Block(columns, rows, ["", "TỔNG", 5, None]), "Bảng 1", "Đơn vị tính: thôn")


def document(names: list[str], **other: object) -> Document:
    parts = [
        Heading(plain("I. " + names[0])),
        Paragraph((Run("Có "), Run(names[-1], bold=True))),
        Points(tuple(plain(name) for name in names), is_ordered=True),
        table(names),
        Picture(SQUARE, "Hình 1", "Một hình"),
        NewPage("landscape"),
        table(names),
        Signatures(("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ")),
    ]
    return Document(
        plain(names[0]), parts, "vi", datetime.date(2025, 12, 31), **other  # type: ignore[arg-type]
    )  # fmt: skip


def words_of(content: bytes) -> str:
    book = docx.Document(io.BytesIO(content))
    cells = [cell.text for one in book.tables for row in one.rows for cell in row.cells]
    return "\n".join([*(line.text for line in book.paragraphs), *cells])


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_same_document_is_the_same_bytes() -> None:
    assert docx_bytes(document(["Xã"])) == docx_bytes(document(["Xã"]))
    assert pdf_bytes(document(["Xã"])) == pdf_bytes(document(["Xã"]))


def test_odd_names_are_letters_in_both() -> None:
    written = words_of(docx_bytes(document(ODD)))
    for name in ODD[:-1]:
        assert name in written
    assert "dòngđiều khiển" in written
    assert pdf_bytes(document(ODD)).startswith(b"%PDF")


def test_numbers_are_written_as_in_the_language() -> None:
    written = words_of(docx_bytes(document(["Xã"])))
    assert "1.234" in written
    assert "99,9%" in written


def test_a_table_without_rows_says_so() -> None:
    empty = Document(plain("Trống"), [table([])], "vi", datetime.date(2025, 12, 31))
    assert "TỔNG" in words_of(docx_bytes(empty))
    bare = Table(Block((FormColumn("A"), FormColumn("B")), []))
    nothing = Document(plain("Trống"), [bare], "vi", datetime.date(2025, 12, 31))
    assert "Không có số liệu" in words_of(docx_bytes(nothing))
    assert pages_of(pdf_bytes(nothing)) == 1


def test_pages_turn_where_they_are_told_to() -> None:
    book = docx.Document(io.BytesIO(docx_bytes(document(["Xã"]))))
    sizes = [(s.page_width > s.page_height) for s in book.sections]
    assert sizes == [False, True]
    assert pages_of(pdf_bytes(document(["Xã"]))) == 2


def test_the_marking_stands_in_the_head_of_every_section() -> None:
    book = docx.Document(io.BytesIO(docx_bytes(document(["Xã"], marking="LƯU HÀNH NỘI BỘ"))))
    assert [s.header.paragraphs[0].text for s in book.sections] == ["LƯU HÀNH NỘI BỘ"] * 2


def test_a_picture_tells_what_it_shows() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(document(["Xã"])))) as book:
        text = book.read("word/document.xml").decode("utf-8")
        pictures = [name for name in book.namelist() if name.startswith("word/media/")]
    assert 'descr="Một hình"' in text
    assert len(pictures) == 1


def test_drawings_become_pictures_of_their_size() -> None:
    (first,) = pngs([SQUARE], ppi=254.0)
    width, height = (int.from_bytes(first[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (200, 100)
    assert len(pngs([SQUARE, SQUARE])) == 2
    assert pngs([]) == []


def test_columns_that_share_a_heading_stand_below_it() -> None:
    cells = figures.head_cells(table(["Xã"]).block)
    assert [(c.text, c.column, c.columns, c.rows, c.row) for c in cells] == [
        ("TT", 0, 1, 2, 0),
        ("Xã", 1, 1, 2, 0),
        ("4G", 2, 2, 1, 0),
        ("Thôn", 2, 1, 1, 1),
        ("Tỷ lệ", 3, 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, "count", ""),
        (float("nan"), "percent", ""),
        (Share(0.5), "figure", "50,0%"),
        (Directed(35.0, "≥"), "figure", "≥ 35"),
        (0.333, "figure", "0,33"),
        (108.8, "degrees", "108,800000"),
        (2, "order", "2"),
    ],
)
def test_cells_are_written_by_their_kind(value: object, kind: str, shown: str) -> None:
    column = FormColumn("A", kind)  # type: ignore[arg-type]
    assert figures.shown(value, column, locale_of("vi")) == shown  # type: ignore[arg-type]


def test_nothing_outside_is_named() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(document(["Xã"])))) as book:
        relations = b"".join(book.read(n) for n in book.namelist() if n.endswith(".rels"))
    assert b'TargetMode="External"' not in relations
    assert b"/URI" not in pdf_bytes(document(["Xã"]))
