"""Text as XML holds it: escaped, without the characters that XML 1.0 has no place for.

What is written around it is left to ``kml``, ``qml``, ``sld`` and ``project``.
"""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
)


def text(value: object) -> str:
    """Give a text for an element or, between quotes, for an attribute.

    >>> text('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return _FORBIDDEN.sub("", str(value)).translate(_ENTITIES)


def quoted(value: object) -> str:
    """Give a text as the value of an attribute, with its quotes."""
    return f'"{text(value)}"'
