"""Turns a template that a clerk can edit into the parts of a document.

A template is Markdown with ``{{ values }}`` and ``{% if %}`` (Jinja2, in a sandbox), and lines of
their own such as ``[[table: targets]]``. Values go in after the Markdown was read, so that no name
from data is ever markup. What values, tables and pictures there are is told by the maker of the
document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geoplan.faults import Faults, ScenarioError
from geoplan.report.document.as_pdf import LAYOUTS
from geoplan.report.document.model import (
    Heading,
    NewPage,
    Paragraph,
    Part,
    Points,
    Run,
    Signatures,
    Text,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

_OPEN, _CLOSE = "\ue000", "\ue001"
_VALUE: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_DIRECTIVE: Final = re.compile(r"\[\[\s*(?P<name>[a-z ]+?)\s*(?::\s*(?P<what>.*?))?\s*\]\]")
_STYLES: Final = {"note": "note", "centre": "centre", "right": "right"}


@dataclass(frozen=True)
class Supply:
    """What a template may ask for.

    Attributes
    ----------
    values
        Name → text or number for ``{{ name }}`` and ``{% if name %}``.
    makers
        Name of a directive with a choice (table, picture …) → what makes its parts.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    makers: Mapping[str, Mapping[str, Callable[[], Sequence[Part]]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A template that was filled: its first heading is the title, the rest its parts."""

    title: Text
    parts: tuple[Part, ...]


def load(name: str, language: str, folder: Path | None = None) -> tuple[str, str]:
    """Give the text of a template and the name that faults call it by.

    Parameters
    ----------
    name
        Such as "report".
    language
        "vi" or "en".
    folder
        The user's own templates, which go first; what is missing there is ours.
    """
    own = None if folder is None else folder / f"{name}.md"
    if own is not None and own.is_file():
        try:
            return own.read_text("utf-8-sig"), own.name
        except UnicodeDecodeError:
            faults = Faults()
            faults.add("template_broken", file=own.name, value="UTF-8")
            raise ScenarioError(faults) from None
    return (LAYOUTS / language / f"{name}.md").read_text("utf-8"), f"{name}.md"


def fill(template: str, supply: Supply, *, file: str = "") -> Filled:
    """Fill a template.

    Raises
    ------
    ScenarioError
        The template asks for what there is not, or cannot be read: with the row.
    """
    values: list[str] = []
    text = _rendered(template, supply.values, values, file)
    faults = Faults()
    parts = list(_parts(text, values, supply, faults, file))
    faults.raise_if_any(ScenarioError)
    title: Text = ()
    if parts and isinstance(parts[0], Heading) and parts[0].level == 1:
        title = parts[0].text
        parts = parts[1:]
    lifted = [
        Heading(part.text, max(part.level - 1, 1)) if isinstance(part, Heading) else part
        for part in parts
    ]
    return Filled(title, tuple(lifted))


def _rendered(template: str, given: Mapping[str, Any], values: list[str], file: str) -> str:
    """Fill in values as numbers between two private letters."""
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def kept(value: Any) -> str:
        if isinstance(value, StrictUndefined):
            str(value)  # raises, with its name
        values.append(str(value))
        return f"{_OPEN}{len(values) - 1}{_CLOSE}"

    clean = template.replace(_OPEN, "").replace(_CLOSE, "")
    frame = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=kept, keep_trailing_newline=True
    )
    try:
        return frame.from_string(clean).render(**given)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        faults = Faults()
        row = getattr(error, "lineno", None) or _row_of(clean, str(error))
        faults.add("template_broken", file=file, row=row, value=str(error)[:120])
        raise ScenarioError(faults) from None


def _row_of(template: str, message: str) -> int | None:
    """Find the row of a name that is not known."""
    named = re.search(r"'(\w+)' is undefined", message)
    if named is None:
        return None
    rows = template.splitlines()
    return next((i for i, row in enumerate(rows, 1) if re.search(rf"\b{named[1]}\b", row)), None)


def _parts(
    text: str, values: Sequence[str], supply: Supply, faults: Faults, file: str
) -> Iterator[Part]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("zero", {"html": False}).enable(
        ["heading", "list", "emphasis", "newline", "escape"]
    ).parse(text)  # fmt: skip
    at = 0
    while at < len(tokens):
        token = tokens[at]
        row = (token.map[0] + 1) if token.map else None
        if token.type == "heading_open":
            yield Heading(_text(tokens[at + 1], values), int(token.tag[1]))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            end = _closing(tokens, at)
            items = tuple(_text(one, values) for one in tokens[at:end] if one.type == "inline")
            yield Points(items, token.type.startswith("ordered"))
            at = end
        elif token.type == "paragraph_open":
            yield from _paragraph(tokens[at + 1], values, supply, faults, file, row)
        at += 1


def _closing(tokens: Sequence[Token], at: int) -> int:
    level = tokens[at].level
    wanted = tokens[at].type.replace("_open", "_close")
    return next(
        i for i in range(at, len(tokens)) if tokens[i].type == wanted and tokens[i].level == level
    )


def _paragraph(
    token: Token, values: Sequence[str], supply: Supply, faults: Faults, file: str, row: int | None
) -> Iterator[Part]:
    found = _DIRECTIVE.fullmatch(token.content.strip())
    if found is None:
        styled = re.match(r"\[\[\s*(note|centre|right)\s*\]\]\s*", token.content)
        text = _text(token, values)
        if styled is None:
            yield Paragraph(text)
            return
        yield Paragraph(_without_start(text, len(styled[0])), _STYLES[styled[1]])  # type: ignore[arg-type]
        return
    name, what = found["name"], _restored(found["what"] or "", values)
    if name == "new page":
        yield NewPage("landscape" if what == "landscape" else "portrait")
    elif name == "signatures":
        yield Signatures(tuple(part.strip() for part in what.split("|")))
    elif name in supply.makers and what in supply.makers[name]:
        yield from supply.makers[name][what]()
    else:
        known = [
            *(f"{kind}: {choice}" for kind, choices in supply.makers.items() for choice in choices),
            *("new page: landscape", "signatures: A | B"),
        ]
        faults.add("template_unknown", file=file, row=row, value=found[0], known="; ".join(known))


def _text(token: Token, values: Sequence[str]) -> Text:
    """Give the runs of a line, with values in their places."""
    runs: list[Run] = []
    bold = italic = 0
    for one in token.children or ():
        if one.type == "strong_open":
            bold += 1
        elif one.type == "strong_close":
            bold -= 1
        elif one.type == "em_open":
            italic += 1
        elif one.type == "em_close":
            italic -= 1
        else:
            letters = " " if one.type in ("softbreak", "hardbreak") else one.content
            if letters:
                runs.append(Run(_restored(letters, values), bold > 0, italic > 0))
    return tuple(runs)


def _without_start(text: Text, size: int) -> Text:
    """Leave out the first letters, which told the style."""
    left: list[Run] = []
    for run in text:
        cut = min(size, len(run.text))
        size -= cut
        if run.text[cut:]:
            left.append(Run(run.text[cut:], run.bold, run.italic))
    return tuple(left)


def _restored(text: str, values: Sequence[str]) -> str:
    return _VALUE.sub(lambda found: values[int(found[1])], text)
