"""What every command shares: its options, its progress bar, and how it shows faults.

Words come from the catalogues ``cli`` and ``faults``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from geoplan import faults
from geoplan.faults import EXIT_WRONG_INPUT, Fault, GeoplanError
from geoplan.progress import Progress, silent
from geoplan.text import translator

Lang = Annotated[
    Literal["vi", "en"] | None,
    typer.Option("--lang", help="Language of the messages; default: the scenario's."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print faults only.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first refused row.")]

MOST_FAULTS, MOST_WARNINGS = 40, 3
"""Faults and warnings of one kind that the console lists before it counts the rest."""


@dataclass
class Console:
    """Where a command says what it did."""

    language: str = "vi"
    quiet: bool = False
    as_json: bool = False

    @property
    def say(self) -> Callable[[str], str]:
        """The translator of the command line's own words."""
        return translator(self.language, "cli")

    def line(self, text: str = "") -> None:
        """Print a line for people."""
        if not (self.quiet or self.as_json):
            typer.echo(text)

    def result(self, data: dict[str, Any]) -> None:
        """Print the result for programs, where that was asked for."""
        if self.as_json:
            typer.echo(json.dumps(data, ensure_ascii=False, indent=1, default=_plain))

    def warnings(self, items: Iterable[Fault]) -> None:
        """Print warnings, the first of each kind in full."""
        if self.quiet or self.as_json:
            return
        for text in shown(items, self.language, MOST_WARNINGS):
            typer.echo(f"  ! {text}", err=True)

    def wrong(self, error: GeoplanError) -> None:
        """Print every fault of an error."""
        if self.as_json:
            self.result({"faults": [as_data(fault, self.language) for fault in error.faults]})
            return
        head = self.say("Faults: {count}; nothing was written.")
        typer.echo(head.format(count=len(error.faults)), err=True)
        for text in shown(error.faults, self.language, MOST_FAULTS):
            typer.echo(f"  • {text}", err=True)

    def progress(self) -> Progress:
        """Give a function that shows progress, where somebody looks at it."""
        if self.quiet or self.as_json or not sys.stderr.isatty():
            return silent
        return self._show

    def _show(self, stage: str, share: float) -> None:
        typer.echo(f"\r\x1b[K{self.say(stage)} … {share:.0%}", err=True, nl=False)
        if share >= 1.0:
            typer.echo("\r\x1b[K", err=True, nl=False)


def shown(items: Iterable[Fault], language: str, most: int) -> Iterator[str]:
    """Give faults as lines, at most ``most`` of a kind, then how many more there are."""
    translate = translator(language, "faults")
    say = translator(language, "cli")
    numbers: dict[str, int] = {}
    for fault in items:
        numbers[fault.code] = numbers.get(fault.code, 0) + 1
        if numbers[fault.code] <= most:
            yield faults.describe(fault, translate)
    for code, number in numbers.items():
        if number > most:
            text = say("… and {count} more like it: {what}")
            yield text.format(count=number - most, what=faults.kind(code, translate))


def _plain(value: Any) -> Any:
    """Give a number or flag of numpy as Python's, anything else as text."""
    return value.item() if hasattr(value, "item") else str(value)


def as_data(fault: Fault, language: str) -> dict[str, Any]:
    """Give a fault as plain data with its words."""
    translate = translator(language, "faults")
    return {
        "code": fault.code,
        "file": fault.file,
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "message": faults.message(fault, translate),
        "advice": faults.advice(fault, translate),
    }


@contextmanager
def reporting(console: Console) -> Iterator[None]:
    """Show the faults of what happens inside, and end with exit code 2."""
    try:
        yield
    except GeoplanError as error:
        console.wrong(error)
        raise typer.Exit(EXIT_WRONG_INPUT) from None
