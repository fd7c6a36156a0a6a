"""The tables ``proposals`` and ``gains`` of a plan, with the reason for each site.

The plan itself is chosen in ``siting.choose``; words for the reasons are left to ``report``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.siting.problem import PER_PERSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geoplan.siting.candidates import Candidates
    from geoplan.siting.choose import Choice, Selection
    from geoplan.siting.gains import Gain

REASONS: Final[dict[str, str]] = {
    "existing_best": "no other site adds more",
    "existing_preferred": "an existing site that adds nearly as much as a new build would",
    "new_no_existing": "no other existing site reaches these people",
    "new_existing_loses": "the best existing site would lose too many people",
    "new_existing_too_dear": "no existing site that is good enough fits into the budget",
}
"""Codes of ``proposals.reason`` and what they mean; reports translate them."""


def proposal_sheet(
    candidates: Candidates,
    plan: Selection,
    gains: Sequence[Gain],
    *,
    operators: Sequence[str],
    technology: str,
    cost_vnd: NDArray[np.float64],
    cost_basis: str,
    year: NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Lay out the table ``proposals``.

    Distances to road, grid and fibre are blank where no layer tells them.

    Parameters
    ----------
    candidates, plan, gains
        From the other modules of ``siting``.
    operators
        Names of the bits.
    technology
        Technology that is opened.
    cost_vnd
        Of each candidate, NaN = unknown. [VND]
    cost_basis
        ``assumed`` or ``user``.
    year
        Of each site, where the plan is spread over years.
    """
    chosen, choices = plan.candidates, plan.choices
    cost = cost_vnd[chosen]
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, len(chosen) + 1),
            "kind": np.where(candidates.is_existing[chosen], "existing", "new"),
            "longitude": candidates.longitude[chosen],
            "latitude": candidates.latitude[chosen],
            "technology": technology,
            "operators": [_names(int(bits), operators) for bits in candidates.opened[chosen]],
            "gained_people": [gain.people for gain in gains],
            "gained_value": [choice.gain / PER_PERSON for choice in choices],
            "gained_households": [gain.households for gain in gains],
            "gained_hamlets": [gain.hamlets for gain in gains],
            "cumulative_people": np.nancumsum([gain.people for gain in gains]),
            "cost_vnd": cost,
            "cost_basis": np.where(np.isfinite(cost), cost_basis, ""),
            "existing_tried": [_tried_name(choice, candidates) for choice in choices],
            "existing_loss_people": [_loss(gain) for gain in gains],
            "reason": [_reason(choice, candidates) for choice in choices],
        }
    )
    for name in ("road_m", "route_m", "grid_power_m", "fibre_m"):
        frame[name] = getattr(candidates.access, name)[chosen]
    frame["year"] = pd.array([pd.NA] * len(chosen) if year is None else year, dtype="Int64")
    for name in ("position_id", "structure_id", "commune_code"):
        frame[name] = pd.Series(getattr(candidates, name)[chosen], dtype="str")
    return tables.check(frame, tables.PROPOSALS_OUT)


def gain_sheet(gains: Sequence[Gain], operators: Sequence[str]) -> pd.DataFrame:
    """Lay out the table ``gains``: a row for each operator that opens at each site."""
    rows = [
        (rank, operators[flag.bit_length() - 1], people)
        for rank, gain in enumerate(gains, start=1)
        for flag, people in gain.by_operator.items()
    ]
    frame = pd.DataFrame(rows, columns=["rank", "operator", "gained_people"])
    return tables.check(frame, tables.GAINS_OUT)


def _names(bits: int, operators: Sequence[str]) -> str:
    return ";".join(name for index, name in enumerate(operators) if bits >> index & 1)


def _tried_name(choice: Choice, candidates: Candidates) -> str:
    return candidates.name(choice.tried) if choice.tried >= 0 else ""


def _loss(gain: Gain) -> float:
    """Give the people lost by the existing site that was tried; NaN where none was."""
    lost = gain.people - gain.tried_people
    return max(lost, 0.0) if np.isfinite(lost) else float("nan")


def _reason(choice: Choice, candidates: Candidates) -> str:
    if candidates.is_existing[choice.candidate]:
        return "existing_preferred" if choice.bettered else "existing_best"
    if choice.tried < 0:
        return "new_no_existing"
    return "new_existing_loses" if choice.tried_fits else "new_existing_too_dear"
