"""What may be said of each operator's service on pages that leave the province's office.

Reckoned from the cells of the grid in which masts stand (``generalise``), so that the answers are
the same wherever in its cell each mast stands: no circle fitted to them finds a mast. What one
operator may see of the others is decided in ``extract``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage.model import environment_at
from geoplan.sharing.generalise import EnvironmentOf, Told, generalise, told_service

if TYPE_CHECKING:
    from geoplan.results import Baseline, Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

YES: Final = "yes"
NO: Final = "no"
UNSURE: Final = "unsure"
"""The cell leaves it open: to be checked on the spot."""


def told_of_rows(
    air: pd.DataFrame,
    longitude: Floats,
    latitude: Floats,
    scenario: Scenario,
    environment_of: EnvironmentOf,
    *,
    declares: bool,
) -> Told:
    """Tell what may be told of rows on air of one operator and technology, at some points.

    What an operator declares has an edge as telling as a circle: where it declares, it may serve
    anywhere and surely serves nowhere.
    """
    told = told_service(generalise(air, scenario, environment_of), longitude, latitude)
    if declares:
        nothing = np.zeros(len(longitude), bool)
        return Told(nothing, ~nothing, told.likely)
    return told


def checked_first(told: Told, checked: Flags, found: Flags) -> Told:
    """Let what was found on the spot go first: anybody with a telephone finds the same."""
    parts = (told.surely, told.possibly, told.likely)
    return Told(*(np.where(checked, found, part) for part in parts))


def handed_on(inputs: Inputs, baseline: Baseline, scenario: Scenario) -> pd.DataFrame:
    """Give for each hamlet, operator and technology what may be handed on.

    A hamlet that nobody serves has "no" for every operator: its status says so already.

    Returns
    -------
    ``hamlet_id, operator, technology, serves {yes, no, unsure}``; only hamlets with a location.
    """
    demand = baseline.demand
    n = int(demand.is_centre.sum())
    lon, lat, rows = demand.longitude[:n], demand.latitude[:n], demand.hamlet[:n]

    def environment_of(x: Floats, y: Floats) -> NDArray[np.str_]:
        return environment_at(inputs, scenario, demand, x, y)

    declaring = {(one.operator, one.technology) for one in inputs.declared}
    frames = []
    for technology in baseline.technologies:
        air = baseline.cells[baseline.cells["technology"] == technology]
        nobody = baseline.served[technology][:n] == 0
        for bit, operator in enumerate(baseline.operators):
            told = told_of_rows(
                air[air["operator"] == operator],
                lon,
                lat,
                scenario,
                environment_of,
                declares=(operator, technology) in declaring,
            )
            if baseline.spoken is not None:
                told = checked_first(told, *_checks(baseline, technology, bit, n))
            serves = np.select([nobody | ~told.possibly, told.surely], [NO, YES], UNSURE)
            frames.append(
                pd.DataFrame(
                    {
                        "hamlet_id": baseline.hamlets["hamlet_id"].to_numpy()[rows],
                        "operator": operator,
                        "technology": technology,
                        "serves": serves,
                    }
                )
            )
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})
    return pd.concat(frames, ignore_index=True)


_COLUMNS: Final = ("hamlet_id", "operator", "technology", "serves")


def _checks(baseline: Baseline, technology: str, bit: int, n: int) -> tuple[Flags, Flags]:
    """Tell which centres were checked for an operator, and where it was found to serve."""
    spoken = baseline.spoken
    if spoken is None or technology not in spoken.checked:
        return np.zeros(n, bool), np.zeros(n, bool)
    checked, found = (
        (bits[technology][:n] >> bit & 1).astype(bool) for bits in (spoken.checked, spoken.found)
    )
    return checked, found
