"""A finished run as a session holds it: rules, names, and where service is asked for.

Made of a run's ``state/``; what changes is left to ``what_if.session``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage.asking import Ground
from geoplan.coverage.hamlets import HamletFrame
from geoplan.propagation.corrections import Correction, Group
from geoplan.scenario import Scenario
from geoplan.units import MBB

if TYPE_CHECKING:
    from geoplan.report.state import State

Floats = NDArray[np.float64]

_NO_FILES: Final = {"communes": "-", "hamlets": "-", "sites": ["-"]}
"""A session reads no files; a scenario must name some."""


@dataclass(frozen=True)
class Loaded:
    """A finished run.

    Attributes
    ----------
    state
        Its arrays.
    scenario
        Its rules, without files.
    operators, technologies, computed
        Names in the order of the arrays; ``computed`` also those that only make MBB.
    ground
        Where service is asked for.
    """

    state: State
    scenario: Scenario
    operators: tuple[str, ...]
    technologies: tuple[str, ...]
    computed: tuple[str, ...]
    ground: Ground

    @classmethod
    def of(cls, state: State) -> Loaded:
        """Take a run's state."""
        scenario = Scenario.model_validate({**state.meta["scenario"], "inputs": _NO_FILES})
        rules, technologies = scenario.coverage, tuple(state.meta["technologies"])
        computed = (*technologies, *(name for name in rules.mbb if name not in technologies))
        operators = tuple(state.meta["operators"])
        ground = ground_of(state, computed, rules.min_share)
        return cls(state, scenario, operators, technologies, computed, ground)

    @property
    def names(self) -> tuple[str, ...]:
        """The technologies of the scenario, then MBB."""
        return (*self.technologies, MBB)

    @property
    def who(self) -> list[tuple[str, int]]:
        """Any operator, then each, with its bits."""
        every = (1 << len(self.operators)) - 1
        return [("", every), *((name, 1 << i) for i, name in enumerate(self.operators))]

    @property
    def has_raster(self) -> bool:
        """Whether the run counted people by a population raster."""
        return any(one["role"] == "population" for one in self.state.meta["inputs"])

    @cached_property
    def corrections(self) -> dict[Group, Correction]:
        """What measurements added to levels, by environment and band."""
        told = self.state.meta.get("corrections", ())
        return {(kind, band): Correction(*numbers) for kind, band, *numbers in told}

    @cached_property
    def communes(self) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
        """Codes of communes, and the row of each hamlet's."""
        codes, row = np.unique(self.state.hamlets["commune_code"], return_inverse=True)
        return codes, row.ravel().astype(np.int64)

    @cached_property
    def people(self) -> Floats:
        """People of each demand point, unknown = 0."""
        return np.nan_to_num(self.state.demand.people)


def frame_of(columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """Make a table of a part of the state."""
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype="str") if values.dtype.kind == "U" else values
            for name, values in columns.items()
        }
    )


def ground_of(state: State, technologies: tuple[str, ...], min_share: float) -> Ground:
    """Put together where service is asked for."""
    demand, test = state.demand, state.testing
    n_centres = int(demand.is_centre.sum())
    cluster_hamlet = demand.hamlet[n_centres:]
    n = len(state.hamlets["hamlet_id"])
    frame = HamletFrame(
        n,
        demand.hamlet[:n_centres],
        cluster_hamlet,
        test["cluster_counts"],
        np.bincount(cluster_hamlet, minlength=n) > 0,
        test["sample_hamlet"],
        test["sample_weight"],
        min_share,
    )
    none = np.zeros(len(test["sample_hamlet"]), np.uint8)
    known, served = {}, {}
    for name in technologies:
        parts = [f"sample_known_{name}", f"sample_served_{name}"]
        if name in state.told_known or parts[0] in test:
            blank = np.zeros(len(demand), np.uint8)
            known[name] = np.concatenate(
                (state.told_known.get(name, blank), test.get(parts[0], none))
            )
            served[name] = np.concatenate(
                (state.told_served.get(name, blank), test.get(parts[1], none))
            )
    return Ground(
        np.concatenate((demand.longitude, test["sample_longitude"])),
        np.concatenate((demand.latitude, test["sample_latitude"])),
        len(demand),
        frame,
        known,
        served,
    )
