"""Reads a letter's template: Markdown with places for figures, as parts of a document.

Known are ``#`` headings, paragraphs, ``-`` and ``1.`` lists, ``**bold**``, ``*italic*``,
``{name}`` for a figure, and a line ``[[name]]`` for a whole part. Figures are put in after the
Markdown was read, so that no name from data is ever read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from geoplan.report.document.as_pdf import LAYOUTS
from geoplan.report.document.model import Heading, Paragraph, Part, Points, Run, Text

_LOOK: Final = re.compile(r"(\*\*.+?\*\*|\*.+?\*)")
_PLACE: Final = re.compile(r"\{(\w+)\}")
_WHOLE: Final = re.compile(r"\[\[(\w+)\]\]")
_ITEM: Final = re.compile(r"(-|\d+\.)\s+")


@cache
def template(name: str, language: str) -> str:
    """Give the text of a template in Vietnamese or English."""
    known = language if language == "vi" else "en"
    return (LAYOUTS / known / f"{name}.md").read_text("utf-8")


def text_of(line: str, figures: Mapping[str, str]) -> Text:
    """Give one line of a template as text; places that nobody knows stay as they are.

    >>> [run.text for run in text_of("by **{day}**", {"day": "1 *May*"})]
    ['by ', '1 *May*']
    """

    def filled(text: str) -> str:
        return _PLACE.sub(lambda found: figures.get(found[1], found[0]), text)

    runs = []
    for piece in _LOOK.split(line):
        if piece.startswith("**") and piece.endswith("**") and len(piece) > 4:
            runs.append(Run(filled(piece[2:-2]), bold=True))
        elif piece.startswith("*") and piece.endswith("*") and len(piece) > 2:
            runs.append(Run(filled(piece[1:-1]), italic=True))
        elif piece:
            runs.append(Run(filled(piece)))
    return tuple(run for run in runs if run.text)


def parts_of(
    source: str, figures: Mapping[str, str], wholes: Mapping[str, Sequence[Part]]
) -> tuple[Text, list[Part]]:
    """Give the title of a template, its first heading of level 1, and its parts.

    Paragraphs that come out empty are left out, so that a figure may be a whole sentence or none.
    """
    title: Text = ()
    parts: list[Part] = []
    for block in re.split(r"\n\s*\n", source.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        whole = _WHOLE.fullmatch(lines[0]) if lines else None
        if not lines:
            continue
        if whole:
            parts += wholes.get(whole[1], ())
        elif lines[0].startswith("#"):
            level = len(lines[0]) - len(lines[0].lstrip("#"))
            shown = text_of(lines[0].lstrip("# "), figures)
            if level == 1 and not title:
                title = shown
            else:
                parts.append(Heading(shown, level))
        elif _ITEM.match(lines[0]):
            parts.append(_list(lines, figures))
        elif text := text_of(" ".join(lines), figures):
            parts.append(Paragraph(text))
    return title, parts


def _list(lines: Sequence[str], figures: Mapping[str, str]) -> Points:
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line):
            items.append(_ITEM.sub("", line, count=1))
        else:
            items[-1] += " " + line
    shown = tuple(text_of(item, figures) for item in items)
    return Points(shown, is_ordered=not lines[0].startswith("-"))
