"""Writes a document as DOCX, with python-docx, after Nghị định 30/2020 (A4, Times New Roman).

Pictures go in as PNG, which every Word shows; what stands in a document is left to its makers.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from geoplan.report import cells
from geoplan.report.document import figures, typesetting
from geoplan.report.document.model import (
    Document,
    Heading,
    NewPage,
    Paragraph,
    Part,
    Picture,
    Points,
    Signatures,
    Table,
    Text,
    letters,
)
from geoplan.report.locale import Locale, locale_of
from geoplan.text import translator

FONT: Final = "Times New Roman"
_BODY_PT: Final = 13.0
_SIZES: Final = ((6, 11.0), (9, 10.0), (12, 9.0), (99, 8.0))
_MARGINS_MM: Final = {"portrait": (30, 18, 20, 20), "landscape": (15, 15, 20, 16)}
"""Left, right, top, bottom."""
_ZIP_DATE: Final = (2000, 1, 1, 0, 0, 0)
_NOT_XML: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def docx_bytes(document: Document) -> bytes:
    """Give a document as DOCX, the same bytes for the same document."""
    import docx

    drawings = [part.svg for part in document.parts if isinstance(part, Picture)]
    pictures = iter(typesetting.pngs(drawings))
    book = docx.Document()
    _set_styles(book, document)
    _set_section(book.sections[0], "portrait", document)
    _write_head(book, document)
    locale = locale_of(document.language)
    for part in document.parts:
        _write(book, part, document, locale, pictures)
    buffer = io.BytesIO()
    book.save(buffer)
    return _same_bytes(buffer.getvalue())


def _set_styles(book: Any, document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size, bold in (
        ("Normal", _BODY_PT, None),
        ("Heading 1", 14.0, True),
        ("Heading 2", 13.0, True),
        ("Heading 3", 13.0, True),
        ("Title", 15.0, True),
    ):
        style = book.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        if bold is not None:
            style.font.bold = bold
            style.font.color.rgb = RGBColor(0, 0, 0)
    book.styles["Normal"].paragraph_format.space_after = Pt(6)
    core = book.core_properties
    day = cells.file_date(document.day)
    core.author, core.comments, core.title = "geoplan", "", _clean(letters(document.title))
    core.created = core.modified = day
    core.last_modified_by, core.revision, core.language = "geoplan", 1, document.language


def _set_section(section: Any, kind: str, document: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    wide = kind == "landscape"
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    left, right, top, bottom = _MARGINS_MM[kind]
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    _write_header(section, document)


def _write_header(section: Any, document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    section.header.is_linked_to_previous = False
    line = section.header.paragraphs[0]
    line.text = _clean(document.marking)
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in line.runs:
        run.bold, run.font.size = True, Pt(10)
    section.footer.is_linked_to_previous = False
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if not foot.runs:
        _page_number(foot)


def _page_number(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _write_head(book: Any, document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if document.office or document.motto:
        table = book.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        _lines(left, [(document.office, True), (document.number, False)])
        _lines(
            right, [*((line, True) for line in document.motto), (document.place_and_date, False)]
        )
        book.add_paragraph()
    title = book.add_paragraph(style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_runs(title, document.title)
    if document.subtitle:
        line = book.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add_runs(line, document.subtitle, italic=True)


def _lines(cell: Any, lines: list[tuple[str, bool]]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shown = [(text, bold) for text, bold in lines if text]
    for place, (text, bold) in enumerate(shown):
        run = paragraph.add_run(_clean(text))
        run.bold, run.font.size = bold, Pt(12)
        if place + 1 < len(shown):
            run.add_break()


def _write(book: Any, part: Part, document: Document, locale: Locale, pictures: Any) -> None:
    if isinstance(part, Heading):
        _add_runs(book.add_heading(level=min(part.level, 3)), part.text)
    elif isinstance(part, Paragraph):
        _write_paragraph(book, part)
    elif isinstance(part, Points):
        style = "List Number" if part.is_ordered else "List Bullet"
        for item in part.items:
            _add_runs(book.add_paragraph(style=style), item)
    elif isinstance(part, Table):
        _write_table(book, part, document, locale)
    elif isinstance(part, Picture):
        _write_picture(book, part, next(pictures))
    elif isinstance(part, NewPage):
        from docx.enum.section import WD_SECTION

        _set_section(book.add_section(WD_SECTION.NEW_PAGE), part.kind, document)
    elif isinstance(part, Signatures):
        _write_signatures(book, part)


def _write_paragraph(book: Any, part: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    line = book.add_paragraph()
    align = {"centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    line.alignment = align.get(part.style, WD_ALIGN_PARAGRAPH.JUSTIFY)
    if part.style == "quote":
        line.paragraph_format.left_indent = Mm(8)
    _add_runs(line, part.text, italic=part.style == "note")
    if part.style == "note":
        for run in line.runs:
            run.font.size = Pt(11)


def _add_runs(paragraph: Any, text: Text, *, italic: bool = False) -> None:
    for run in text:
        made = paragraph.add_run(_clean(run.text))
        made.bold = run.bold or None
        made.italic = (run.italic or italic) or None


def _write_table(book: Any, part: Table, document: Document, locale: Locale) -> None:
    from docx.shared import Pt

    block = part.block
    if part.caption or block.heading:
        line = book.add_paragraph()
        line.add_run(_clean(part.caption or block.heading)).bold = True
        line.paragraph_format.keep_with_next = True
    if part.unit:
        _write_paragraph(book, Paragraph(_plain(part.unit), "right"))
    size = Pt(next(size for most, size in _SIZES if len(block.columns) <= most))
    head = figures.head_cells(block)
    head_rows = max((cell.row + cell.rows for cell in head), default=1)
    rows = [*block.rows, *([block.total] if block.total else [])]
    table = book.add_table(rows=head_rows + max(len(rows), 1), cols=len(block.columns))
    table.style = "Table Grid"
    table.autofit = False
    _set_widths(book, table, block)
    grid = [row.cells for row in table.rows]
    _write_heading(table, grid, head, head_rows, size)
    if not rows:
        words = translator(document.language, "document")
        merged = grid[head_rows][0].merge(grid[head_rows][-1])
        _fill(merged, words("No data"), size, centred=True)
    for place, row in enumerate(rows):
        is_total = bool(block.total) and place == len(rows) - 1
        for cell, value, column in zip(grid[head_rows + place], row, block.columns, strict=True):
            text = figures.shown(value, column, locale)
            _fill(cell, text, size, right=figures.is_figure(column), bold=is_total)
        _keep_whole(table.rows[head_rows + place])
    for note in part.notes:
        _write_paragraph(book, Paragraph(_plain(note), "note"))
    if not part.notes:
        book.add_paragraph()


def _plain(text: str) -> Text:
    from geoplan.report.document.model import plain

    return plain(text)


def _set_widths(book: Any, table: Any, block: Any) -> None:
    from docx.shared import Emu

    section = book.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, figures.widths(block), strict=True):
        column.width = Emu(int(room * share))
    for row in table.rows:
        for cell, share in zip(row.cells, figures.widths(block), strict=True):
            cell.width = Emu(int(room * share))


def _write_heading(
    table: Any, grid: list[Any], head: list[figures.HeadCell], head_rows: int, size: Any
) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for one in head:
        cell = grid[one.row][one.column]
        if one.rows > 1 or one.columns > 1:
            cell = cell.merge(grid[one.row + one.rows - 1][one.column + one.columns - 1])
        _fill(cell, one.text, size, bold=True, centred=True)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E8EDF3")
        cell._tc.get_or_add_tcPr().append(shade)
    for row in table.rows[:head_rows]:
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
        _keep_whole(row)


def _keep_whole(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fill(
    cell: Any, text: str, size: Any, *, right: bool = False, bold: bool = False,
    centred: bool = False,
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if text:
        run = paragraph.add_run(_clean(text))
        run.font.size, run.bold = size, bold or None


def _write_picture(book: Any, part: Picture, png: bytes) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    line = book.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = bool(part.caption)
    shape = line.add_run().add_picture(io.BytesIO(png), width=Mm(part.width_mm))
    shape._inline.docPr.set("descr", _clean(part.alt or part.caption))
    if part.caption:
        _write_paragraph(book, Paragraph(_plain(part.caption), "centre"))


def _write_signatures(book: Any, part: Signatures) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    table = book.add_table(rows=1, cols=len(part.titles))
    table.rows[0].height = Mm(32)
    _keep_whole(table.rows[0])
    for cell, title in zip(table.rows[0].cells, part.titles, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(_clean(title)).bold = True


def _clean(text: str) -> str:
    return text.translate(_NOT_XML)


def _same_bytes(content: bytes) -> bytes:
    """Write the zip again with one date for every part."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return made.getvalue()
