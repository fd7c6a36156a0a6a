"""The colours and marks of every map and chart, told apart by colour-blind readers too.

Status, operators and numbers of operators have one colour each in all outputs; status also has
a shape, so that no reading hangs on colour alone. Drawing is left to the layers and pages.

References
----------
.. [1] P. Tol, "Colour Schemes," SRON/EPS/TN/09-002, issue 3.2, 2021: the scheme "vibrant".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Mark:
    """How a point is drawn: its colour, its shape and its size beside other marks."""

    colour: str
    shape: str
    size: float = 1.0


STATUS: Final[dict[str, Mark]] = {
    "covered": Mark("#2878b5", "dot", 0.8),
    "dead_spot": Mark("#f2a104", "diamond", 1.15),
    "white": Mark("#d32f1e", "ring", 1.2),
    "unknown": Mark("#6b7280", "none"),
}
"""Hamlets by status, in the order in which they are drawn: what matters most comes last."""

N_OPERATORS: Final[tuple[Mark, ...]] = (
    Mark("#d3ecc9", "square", 0.9),
    Mark("#86c983", "square", 0.95),
    Mark("#2f9150", "square", 1.0),
    Mark("#0b4f2b", "square", 1.05),
)
"""Positions with one, two, three, and four or more operators."""

HOLES: Final[dict[str, Mark]] = {
    "partial": Mark("#8a6d1c", "dashed"),
    "total": Mark("#8e1b12", "hole"),
}
PROPOSALS: Final[dict[str, Mark]] = {
    "existing": Mark("#0f766e", "plate"),
    "new": Mark("#1f2937", "pin"),
}
CLUSTERS: Final[dict[str, Mark]] = {
    "served": Mark("#7fb2d9", "speck", 0.6),
    "unserved": Mark("#b3261e", "hollow", 0.75),
}
"""Groups of houses with and without signal of any operator."""
CHANGES: Final[dict[str, Mark]] = {
    "added": Mark("#0f766e", "plus", 1.3),
    "removed": Mark("#7a1f5c", "cross", 1.3),
}
"""Sites that come and go in a what-if."""
SITE_SHAPES: Final = ("up", "down", "right", "left", "house", "hexagon")
"""Installations: a shape for each operator, in order, beside its colour."""

NOT_WHITE: Final[tuple[tuple[float, str], ...]] = (
    (1.0, "#f4f1e8"),
    (0.95, "#e7e2f1"),
    (0.85, "#cbc2e2"),
    (0.70, "#a597cd"),
    (0.0, "#7a69b0"),
)
"""Share of hamlets that are not white: from this value up, this colour."""

NO_DATA: Final = "#e2e5e9"

_OPERATORS: Final = {
    "Viettel": "#cc3311",
    "VNPT": "#0077bb",
    "MobiFone": "#009988",
    "Vietnamobile": "#ee7733",
    "Gmobile": "#ee3377",
}
_OTHERS: Final = ("#33bbee", "#555555", "#aa4499", "#999933", "#332288", "#882255")

LINES: Final = ("#0077bb", "#cc3311", "#009988", "#ee7733", "#555555", "#aa4499")
"""Lines of a chart, in order; dashes and marks tell them apart in grey print."""

ANY_OPERATOR: Final = "#3d6a9e"


def operator_colours(operators: Sequence[str]) -> dict[str, str]:
    """Give each operator its colour; those without one of their own take them in order."""
    strangers = [name for name in operators if name not in _OPERATORS]
    others = {name: _OTHERS[i % len(_OTHERS)] for i, name in enumerate(strangers)}
    return {name: _OPERATORS.get(name) or others[name] for name in operators}
