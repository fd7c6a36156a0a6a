"""What a province allows, as data: rules of spacing, of zones and classes, and of height.

Reading the user's file is left to ``io.rules``, judging masts by it to ``sharing.rules``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Between = Literal["any", "same", "different"]
Limits = Literal["spacing", "forbidden", "class", "height"]

EVERY: Final = "*"
"""Every class of masts, or every place whatever its zone."""
OUTSIDE: Final = ""
"""In place of a class of zones: outside every zone."""


@dataclass(frozen=True)
class Rule:
    """One rule; exactly one of the last four attributes is set.

    Attributes
    ----------
    id, name, source
        How the rule is told of, and the document that it stands in.
    classes
        Classes of masts that it binds, ``*`` = all, also masts whose class is not known.
    zones
        Classes of zones in which it binds, ``*`` = everywhere, blank = outside every zone.
    between
        For spacing: masts of any operators, with an operator in common, or without one.
    spacing_m
        How far apart two masts must stand at least. [m]
    forbidden
        Nothing new may stand there.
    allowed_classes
        Only masts of these classes may stand there.
    max_height_m
        Highest mast. [m]
    """

    id: str
    name: str
    source: str
    classes: tuple[str, ...] = (EVERY,)
    zones: tuple[str, ...] = (EVERY,)
    between: Between = "any"
    spacing_m: float | None = None
    forbidden: bool = False
    allowed_classes: tuple[str, ...] = ()
    max_height_m: float | None = None

    @property
    def limits(self) -> Limits:
        """What the rule is about."""
        if self.spacing_m is not None:
            return "spacing"
        if self.max_height_m is not None:
            return "height"
        return "class" if self.allowed_classes else "forbidden"


@dataclass(frozen=True)
class RuleBook:
    """The rules of a province, in the order of the file.

    ``new_class`` is the class that a proposed new mast counts as.
    """

    rules: tuple[Rule, ...] = ()
    new_class: str = "A2b"

    @property
    def zone_classes(self) -> tuple[str, ...]:
        """The classes of zones that the rules speak of."""
        named = {name for rule in self.rules for name in rule.zones}
        return tuple(sorted(named - {EVERY, OUTSIDE}))

    def about(self, *limits: Limits) -> tuple[Rule, ...]:
        """Give the rules about some things."""
        return tuple(rule for rule in self.rules if rule.limits in limits)
