"""Writes a document as PDF, with typst.

The layout stands in ``templates/documents/layout.typ``; content goes to it as JSON.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

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

LAYOUTS: Final = Path(__file__).parents[1] / "templates" / "documents"
_SIZES: Final = ((6, 10.5), (9, 9.5), (12, 8.5), (99, 7.5))
"""Up to so many columns, letters of so many points."""


def pdf_bytes(document: Document) -> bytes:
    """Give a document as PDF, the same bytes for the same document."""
    inputs: dict[str, str] = {}
    locale = locale_of(document.language)
    words = translator(document.language, "document")
    day = document.day
    content = {
        "plain_title": letters(document.title),
        "title": _runs(document.title),
        "subtitle": _runs(document.subtitle),
        "office": document.office,
        "number": document.number,
        "motto": list(document.motto),
        "place_and_date": document.place_and_date,
        "marking": document.marking,
        "language": document.language,
        "day": [day.year, day.month, day.day],
        "footer": letters(document.title)[:90],
        "no_data": words("No data"),
        "sections": _sections(document, locale, inputs),
    }
    inputs["document"] = json.dumps(content, ensure_ascii=False)
    return typesetting.pdf(_layout("layout.typ"), inputs, day)


@cache
def _layout(name: str) -> str:
    return (LAYOUTS / name).read_text("utf-8")


def _sections(document: Document, locale: Locale, inputs: dict[str, str]) -> list[dict[str, Any]]:
    """Part a document where pages turn."""
    sections: list[dict[str, Any]] = [{"landscape": False, "parts": []}]
    for part in document.parts:
        if isinstance(part, NewPage):
            sections.append({"landscape": part.kind == "landscape", "parts": []})
        else:
            sections[-1]["parts"].append(_part(part, locale, inputs))
    return sections


def _runs(text: Text) -> list[dict[str, Any]]:
    return [{"text": run.text, "bold": run.bold, "italic": run.italic} for run in text]


def _part(part: Part, locale: Locale, inputs: dict[str, str]) -> dict[str, Any]:
    if isinstance(part, Heading):
        return {"kind": "heading", "level": part.level, "text": _runs(part.text)}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "style": part.style, "text": _runs(part.text)}
    if isinstance(part, Points):
        items = [_runs(item) for item in part.items]
        return {"kind": "points", "ordered": part.is_ordered, "items": items}
    if isinstance(part, Table):
        return _table(part, locale)
    if isinstance(part, Picture):
        name = f"picture{len(inputs)}"
        inputs[name] = part.svg
        shown = {"caption": part.caption, "alt": part.alt or part.caption, "width": part.width_mm}
        return {"kind": "picture", "name": name, **shown}
    assert isinstance(part, Signatures)
    return {"kind": "signatures", "titles": list(part.titles)}


def _table(part: Table, locale: Locale) -> dict[str, Any]:
    block = part.block
    rows = [*block.rows, *([block.total] if block.total else [])]
    head = figures.head_cells(block)
    return {
        "kind": "table",
        "caption": part.caption or block.heading,
        "unit": part.unit,
        "notes": list(part.notes),
        "head": [vars(cell) for cell in head],
        "head_rows": max((cell.row + cell.rows for cell in head), default=1),
        "widths": figures.widths(block),
        "right": [figures.is_figure(column) for column in block.columns],
        "rows": [
            [
                figures.shown(value, column, locale)
                for value, column in zip(row, block.columns, strict=True)
            ]
            for row in rows
        ],
        "has_total": bool(block.total),
        "size": next(size for most, size in _SIZES if len(block.columns) <= most),
    }
