"""Words of the starter folder's workbooks: headers, values of cells, notes on every column.

Vietnamese headers and values stand in ``templates/words.toml``, sentences in the catalogue
``starter``; laying them out is left to ``template_book``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from geoplan.indicators.names import CLASSES
from geoplan.tables import Column, Table
from geoplan.text import translator
from geoplan.units import OPERATORS

_POINT: Final = ("longitude", "latitude")
_REQUIRED: Final = "yes"
_NEED: Final[dict[tuple[str, str], str]] = {
    **{("hamlets", name): "a point, or the commune_code" for name in (*_POINT, "commune_code")},
    **{(name, at): _REQUIRED for name in ("clusters", "sites", "places", "structures")
       for at in _POINT},
    **{("reported", name): "one of these two" for name in ("target_id", "indicator")},
    ("reported", "value"): "the value, or both parts of the fraction",
    ("reported", "numerator"): "the value, or both parts of the fraction",
    ("reported", "denominator"): "the value, or both parts of the fraction",
}  # fmt: skip
"""What is required beyond ``Column.required``, by table and column."""

_KINDS: Final = {
    "text": "text",
    "number": "number",
    "integer": "number",
    "date": "day, month and year",
}
# A note must not read like a header, or the sheet of notes would look like a second table.
_MEANINGS: Final = {
    "population": "how many people live there; blank = not known",
    "households": "how many households there are; blank = not known",
    "height_m": "how high it is above ground",
    "technology": "what the row is of: 2G, 3G, 4G or 5G",
    "site_id": "the operator's own number of the site; unique within the operator only",
    "has_fibre": "optical fibre reaches the hamlet",
    "frequency_mhz": "frequency of the carrier",
}
FOOT: Final[dict[str, tuple[str, ...]]] = {
    "": (
        "The sample rows are invented: delete them and enter your own.",
        "Keep the header; columns may change places, and columns of your own are kept.",
    ),
    "point": (
        "Instead of longitude and latitude, two columns headed X and Y may stand here; then name "
        'their system in scenario.toml, such as crs = "EPSG:5898".',
    ),
    "sites": (
        "One row for each carrier and sector; the rows of one site bear the same site number and "
        "stand within 30 m.",
        "A row counts as on air if it is existing (or its status is blank), its first day is not "
        "after the day of the figures, and it has not been switched off.",
    ),
    "hamlets": ("A hamlet without a point counts as one without coordinates.",),
    "reported": (
        "Names of indicators and targets: see the documentation and the plans named in "
        "scenario.toml.",
    ),
}  # fmt: skip
"""Sentences below the notes, by table; "" for all, "point" for tables with points."""


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: str

    @property
    def say(self) -> Callable[[str], str]:
        """The translator of sentences."""
        return translator(self.language, "starter")

    def sheet(self, name: str) -> str:
        """Give the name of the sheet of a table, or of the ``notes``."""
        return str(self._own("sheets").get(name, name.capitalize()))

    def header(self, table: Table, column: Column) -> str:
        """Give the header of a column."""
        headers = self._own("headers")
        own = {**headers.get("shared", {}), **headers.get(table.name, {})}
        return str(own.get(column.name, column.name))

    def value(self, column: Column, value: Any) -> Any:
        """Give what stands in a cell for a value of ours."""
        if column.kind == "boolean":
            words = self._own("values").get("boolean", {"true": "yes", "false": "no"})
            return words["true" if value else "false"]
        if column.values or column.name == "centre_kind":
            return self._own("values").get(column.name, {}).get(value, value)
        return value

    def choices(self, column: Column) -> tuple[str, ...]:
        """Give the values that a column may hold; none where it is free."""
        if column.kind == "boolean":
            return (self.value(column, True), self.value(column, False))
        if column.name == "operator":
            return OPERATORS
        return tuple(self.value(column, value) for value in column.values)

    def meaning(self, column: Column) -> str:
        """Say what a column holds."""
        return self.say(_MEANINGS.get(column.name, column.description))

    def kind(self, column: Column) -> str:
        """Say what the cells are, with their unit: ``number (m)``."""
        kind = self.say("yes or no" if column.kind == "boolean" else _KINDS[column.kind])
        return f"{kind} ({self.say(column.unit)})" if column.unit else kind

    def need(self, table: Table, column: Column) -> str:
        """Say whether the column is required; empty where it is not."""
        need = _NEED.get((table.name, column.name), _REQUIRED if column.required else "")
        return self.say(need) if need else ""

    def allowed(self, table: Table, column: Column) -> str:
        """Say which values a column takes; empty where any will do."""
        if table.name == "places" and column.name == "class":
            place = 0 if self.language == "vi" else 1
            return "; ".join(f"{code} ({words[place]})" for code, words in CLASSES.items())
        choices = self.choices(column)
        if choices:
            return "; ".join(choices)
        if column.low is not None and column.high is not None:
            bounds = {"low": f"{column.low:g}", "high": f"{column.high:g}"}
            return self.say("from {low} to {high}").format(**bounds)
        return "" if column.low is None else self.say("{low} or more").format(low=f"{column.low:g}")

    def foot(self, table: Table) -> list[str]:
        """Give the sentences below the notes."""
        groups = ["", *(["point"] if "longitude" in table.names else []), table.name]
        return [self.say(sentence) for group in groups for sentence in FOOT.get(group, ())]

    def is_required(self, table: Table, column: Column) -> bool:
        """Whether no row goes without the column."""
        return _NEED.get((table.name, column.name), "") == _REQUIRED or column.required

    def _own(self, section: str) -> dict[str, Any]:
        return dict(_vietnamese()[section]) if self.language == "vi" else {}


@cache
def _vietnamese() -> dict[str, Any]:
    return tomllib.loads((files("geoplan.demo") / "templates" / "words.toml").read_text("utf-8"))
