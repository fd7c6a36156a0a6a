"""What a plan wins, site after site: people, households and hamlets, and each operator's people.

Counted on all demand, whether or not the objective weighs it. Which sites are in the plan is
told by ``siting.choose``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.siting.candidates import Candidates
    from geoplan.siting.choose import Choice

Bits = NDArray[np.uint8]
Points = NDArray[np.int32]


@dataclass(frozen=True)
class Gain:
    """What one site wins on top of those above it.

    Attributes
    ----------
    people
        People who get their first operator; NaN where nobody's number is known.
    households
        Their households; NaN where not known.
    hamlets
        Hamlets whose centre had no operator and now has one.
    by_operator
        Bit of each operator that opens there → people whom it newly serves.
    tried_people
        What ``people`` would be with the existing site that was tried; NaN where none was.
    """

    people: float
    households: float
    hamlets: int
    by_operator: dict[int, float]
    tried_people: float = float("nan")


def count_gains(
    candidates: Candidates, choices: Sequence[Choice], demand: Demand, bits: Bits
) -> list[Gain]:
    """Count what each site of a plan wins, in order.

    Parameters
    ----------
    candidates, choices
        Candidates, and those of the plan in its order.
    demand
        Demand points.
    bits
        Operators that serve each point today.
    """
    chosen = reached_points(candidates, [choice.candidate for choice in choices], demand)
    tried = reached_points(candidates, [max(choice.tried, 0) for choice in choices], demand)
    served = bits.copy()
    gains = []
    for choice, points, others in zip(choices, chosen, tried, strict=True):
        instead = float("nan")
        if choice.tried >= 0:
            instead = _known_sum(demand.people, others[served[others] == 0], demand.weighs)
        opened = candidates.opened[choice.candidate]
        gains.append(_gain(demand, points, served[points], int(opened), instead))
        served[points] |= opened
    return gains


def reached_points(candidates: Candidates, rows: Sequence[int], demand: Demand) -> list[Points]:
    """Give the demand points within the radius of each of some candidates."""
    index = np.asarray(rows, np.int64)
    if not len(index):
        return []
    reach = candidates.of(index).reach(demand.longitude, demand.latitude)
    return list(np.split(reach.indices, reach.indptr[1:-1]))


def _gain(demand: Demand, points: Points, before: Bits, opened: int, instead: float) -> Gain:
    first = points[before == 0]
    flags = [1 << index for index in range(8) if opened >> index & 1]
    return Gain(
        people=_known_sum(demand.people, first, demand.weighs),
        households=_known_sum(demand.households, first, demand.weighs),
        hamlets=int(demand.is_centre[first].sum()),
        by_operator={
            flag: _known_sum(demand.people, points[(before & flag) == 0], demand.weighs)
            for flag in flags
        },
        tried_people=instead,
    )


def _known_sum(values: NDArray[np.float64], points: Points, weighs: NDArray[np.bool_]) -> float:
    """Sum what is known; NaN where points weigh and no number is known."""
    mine = values[points[weighs[points]]]
    if len(mine) and np.isnan(mine).all():
        return float("nan")
    return float(np.nansum(mine))
