"""XML from outside, as a tree: no document types, so no entities, and no bottomless nesting.

What the elements mean is left to the readers of their formats.
"""

from __future__ import annotations

import html
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from geoplan import settings

_NAMESPACE: Final = "}"


class XmlError(ValueError):
    """Not well-formed, or nothing that a file of ours needs."""


def parse(data: bytes) -> Element:
    """Give the root of a document.

    A document type is where entities are declared, those that grow without end and those that
    name other files; neither KML nor a workbook has one, so all of them are refused.

    Raises
    ------
    XmlError
        Not well-formed, a document type, or elements nested deeper than any real file.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > settings.MAX_XML_DEPTH:
            raise XmlError(f"more than {settings.MAX_XML_DEPTH} elements within each other")
        builder.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(name))

    def refuse(*_: Any) -> None:
        raise XmlError("DOCTYPE")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(str(error)) from None
    return builder.close()


def _named(name: str) -> str:
    """Write a name as ElementTree does: {namespace}name."""
    return f"{{{name}" if _NAMESPACE in name else name


def tag(element: Element) -> str:
    """Give the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def unescape(data: bytes) -> str:
    """Give the text of an attribute that was cut out of a document."""
    return html.unescape(data.decode("utf-8", "replace"))
