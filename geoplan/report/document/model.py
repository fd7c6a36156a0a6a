"""What a document is made of: headings, paragraphs, tables, pictures, places to sign.

Text is kept as runs of letters, so that no name from data is ever read as markup. Where the
content comes from, and how it is written as DOCX or PDF, is left to the modules beside it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from geoplan.report.forms import Block

PageKind = Literal["portrait", "landscape"]
ParagraphStyle = Literal["body", "note", "centre", "right", "quote"]


@dataclass(frozen=True)
class Run:
    """Letters of one look. They are shown as they stand, whatever they are."""

    text: str
    bold: bool = False
    italic: bool = False


Text = tuple[Run, ...]
"""One line or paragraph."""


def plain(text: str) -> Text:
    """Give text of one look.

    >>> plain("a < b")
    (Run(text='a < b', bold=False, italic=False),)
    """
    return (Run(text),) if text else ()


def letters(text: Text) -> str:
    """Give the letters of a text without their look."""
    return "".join(run.text for run in text)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of a part."""

    text: Text
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: Text
    style: ParagraphStyle = "body"


@dataclass(frozen=True)
class Points:
    """A list; ``is_ordered`` numbers it."""

    items: tuple[Text, ...]
    is_ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table: columns with their kinds and shared headings, rows, a row of totals, and notes.

    ``widths`` of its columns are shares of the page, not centimetres.
    """

    block: Block
    caption: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, its caption, and what a screen reader says."""

    svg: str
    caption: str = ""
    alt: str = ""
    width_mm: float = 165.0


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page, upright or on its side."""

    kind: PageKind = "portrait"


@dataclass(frozen=True)
class Signatures:
    """Places to sign, from left to right."""

    titles: tuple[str, ...]


Part = Heading | Paragraph | Points | Table | Picture | NewPage | Signatures


@dataclass(frozen=True)
class Document:
    """A whole document.

    ``office`` and ``number`` stand at its head, ``marking`` on every page ("LƯU HÀNH NỘI BỘ",
    or nothing). ``motto`` are the lines that a Vietnamese letter has at its right. ``day`` is the
    day of the figures, which also rules the dates inside the file.
    """

    title: Text
    parts: Sequence[Part]
    language: str
    day: datetime.date
    office: str = ""
    number: str = ""
    subtitle: Text = ()
    marking: str = ""
    motto: tuple[str, ...] = ()
    place_and_date: str = ""
