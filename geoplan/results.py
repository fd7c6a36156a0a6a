"""What the stages hand to each other: Inputs, Baseline, Plan, all frozen.

Every frame's columns are declared in ``tables``; making them is left to the stages, writing
them to ``report``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geoplan.faults import Fault

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from geoplan.rasters import Grid, Raster
    from geoplan.reach import Reach
    from geoplan.scenario import Scenario


@dataclass(frozen=True)
class InputFile:
    """One file that was read: what it is for, its checksum and the fate of its rows."""

    role: str
    path: str
    sheet: str
    sha256: str
    read: int
    accepted: int
    refused: int
    columns: dict[str, str] = field(default_factory=dict)
    """Header as it stands in the file → our column."""


@dataclass(frozen=True)
class Inputs:
    """The accepted rows of every input, checked against ``tables`` (…), in WGS 84.

    ``communes``, ``places`` and ``zones`` are GeoDataFrames in EPSG:4326 (``places`` carries
    points and polygons). ``hamlets`` is a GeoDataFrame whose geometry is None but for hamlets
    given as polygons; longitude and latitude hold the centre, or NaN. ``clusters``, ``sites``
    and ``structures`` are plain frames with longitude and latitude. ``sites`` has been
    completed: operator by its standard name, status never blank, dates as datetime64[s],
    ``source_file`` and ``source_row``.
    """

    communes: gpd.GeoDataFrame
    hamlets: gpd.GeoDataFrame
    clusters: pd.DataFrame
    sites: pd.DataFrame
    places: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    structures: pd.DataFrame
    reported: pd.DataFrame
    population: Raster | None
    rejects: pd.DataFrame
    warnings: tuple[Fault, ...]
    files: tuple[InputFile, ...]


@dataclass(frozen=True)
class Demand:
    """Demand points: located hamlet centres first, then clusters, each with its share of people.

    ``hamlet`` is the row of the point's hamlet in ``Baseline.hamlets``; ``is_centre`` tells the
    centres. ``people`` and ``households`` are spread so that their sum over a hamlet's
    *weighing* points is the hamlet's: over its clusters where it has any, else at its centre;
    a point that does not weigh has 0; NaN = the hamlet's population is not known. ``share`` is
    the point's share of its hamlet's people, known or not.
    Points without a location are left out.
    """

    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    hamlet: NDArray[np.int32]
    is_centre: NDArray[np.bool_]
    weighs: NDArray[np.bool_]
    share: NDArray[np.float64]
    people: NDArray[np.float64]
    households: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.longitude)


@dataclass(frozen=True)
class AreaService:
    """Who serves each grid cell: a bit per operator (in the order of Baseline.operators).

    ``bits`` maps a technology to an array of uint8 on ``grid``; ``commune`` is the row of the
    commune of each cell, −1 outside.
    """

    grid: Grid
    bits: dict[str, NDArray[np.uint8]]
    commune: NDArray[np.int32]


@dataclass(frozen=True)
class Baseline:
    """What is: service, hamlet status, sharing, holes and indicators.

    ``cells`` is the on-air part of ``Inputs.sites`` with ``emitter``, ``radius_m``,
    ``environment``, ``operator_index``, ``commune_code``, ``counted`` (within the tolerance of a
    commune) and ``position_id``. The other frames are the tables of ``tables/`` of the same name.
    """

    operators: tuple[str, ...]
    technologies: tuple[str, ...]
    cells: pd.DataFrame
    demand: Demand
    reach: Reach
    served: dict[str, NDArray[np.uint8]]
    """Technology (and "MBB") → bits of the operators that serve each demand point."""
    area: AreaService
    hamlets: pd.DataFrame
    clusters: pd.DataFrame
    service: pd.DataFrame
    communes: pd.DataFrame
    places: pd.DataFrame
    positions: pd.DataFrame
    sharing_sensitivity: pd.DataFrame
    holes: pd.DataFrame
    indicators: pd.DataFrame
    totals: dict[str, Any]
    """Figures for run.json and the console: people by hamlets and by raster, hamlet counts."""
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is proposed, what it is worth, and where the targets stand."""

    proposals: pd.DataFrame
    gains: pd.DataFrame
    targets: pd.DataFrame
    duties: pd.DataFrame
    siting: dict[str, Any]
    """value, bound, gap; with and without existing-first; plans at 80 % and 120 % radius."""
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """A whole run, as the reports take it."""

    scenario: Scenario
    inputs: Inputs
    baseline: Baseline
    plan: Plan
    timings_s: dict[str, float] = field(default_factory=dict)
