"""What a plan wins, site after site: people, households and hamlets, and each operator's people.

Counted on all demand, whether or not the objective weighs it. Which sites are in the plan is
told by ``siting.choose``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.incidence import incidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.siting.candidates import Candidates

Indices = NDArray[np.int64]


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
        Bit of an operator that opens there → people whom it newly serves.
    """

    people: float
    households: float
    hamlets: int
    by_operator: dict[int, float]


def count_gains(
    candidates: Candidates, chosen: Sequence[int], demand: Demand, bits: NDArray[np.uint8]
) -> list[Gain]:
    """Count what each site of a plan wins, in order.

    Parameters
    ----------
    candidates, chosen
        Candidates and those of the plan, in its order.
    demand
        Demand points.
    bits
        Operators that serve each point today.
    """
    rows = np.asarray(chosen, np.int64)
    reach = incidence(
        candidates.longitude[rows],
        candidates.latitude[rows],
        candidates.radius_m[rows],
        demand.longitude,
        demand.latitude,
    )
    served = bits.copy()
    gains = []
    for index, opened in enumerate(candidates.opened[rows]):
        points = reach.indices[reach.indptr[index] : reach.indptr[index + 1]]
        before = served[points]
        served[points] = before | opened
        gains.append(_gain(demand, points, before, int(opened)))
    return gains


def _gain(demand: Demand, points: Indices, before: NDArray[np.uint8], opened: int) -> Gain:
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
    )


def _known_sum(values: NDArray[np.float64], points: Indices, weighs: NDArray[np.bool_]) -> float:
    """Sum what is known; NaN where points weigh and no number is known."""
    mine = values[points[weighs[points]]]
    if len(mine) and np.isnan(mine).all():
        return float("nan")
    return float(np.nansum(mine))
