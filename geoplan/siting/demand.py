"""What service is worth where: the demand that a siting plan may win, and its weights.

Who is served today is told by ``coverage``; which candidate wins what by ``siting.problem``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.scenario.model import Siting

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]


def operator_mask(operators: Sequence[str], chosen: Sequence[str] | None) -> int:
    """Give the bits of the chosen operators, in the order of ``operators``; None = all."""
    names = operators if chosen is None else chosen
    return sum(1 << index for index, name in enumerate(operators) if name in names)


@dataclass(frozen=True)
class Stakes:
    """Who could gain: people, who serves them today, and what each gain is worth.

    Attributes
    ----------
    people
        People of each demand point; unknown people count 0.
    bits
        Operators (of the whole province) that serve each point today.
    chosen
        Bits of the operators that join every proposed site.
    first
        Worth of a person's first operator over that of one more: total − partial.
    more
        Worth of each chosen operator that a person gains: partial.
    """

    people: Floats
    bits: Bits
    chosen: int
    first: float
    more: float

    @property
    def missing(self) -> Bits:
        """Chosen operators that do not serve each point."""
        return np.uint8(self.chosen) & ~self.bits

    @property
    def worth(self) -> Floats:
        """What each point would add to the objective if every chosen operator served it."""
        white = (self.bits == 0) & (self.chosen != 0)
        lacking = np.bitwise_count(self.missing).astype(np.float64)
        worth: Floats = self.people * (self.first * white + self.more * lacking)
        return worth


def weigh(demand: Demand, bits: Bits, chosen: int, rules: Siting) -> Stakes:
    """Say what is at stake at each demand point under the weights of the scenario."""
    people = np.nan_to_num(demand.people, nan=0.0)
    weights = rules.weights
    return Stakes(people, bits, chosen, weights.total - weights.partial, weights.partial)
