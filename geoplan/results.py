"""What the stages hand to each other: Inputs, Baseline, Plan, all frozen.

Every frame's columns are declared in ``tables``; making them is left to the stages, writing
them to ``report``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geoplan.faults import Fault

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from geoplan.rasters import Grid, Raster, Relief
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
    sender: str = ""
    """The operator whose list it is; blank where the file does not tell."""
    licence: str = ""
    """Under which it may be used, where ``geoplan fetch`` recorded one; outputs name it."""


@dataclass(frozen=True)
class Declared:
    """What one operator declares to serve with one technology: any of some polygons and rasters.

    ``polygons`` are on WGS 84, shape (n,); ``rasters`` hold True where a cell is served.
    """

    operator: str
    technology: str
    polygons: NDArray[np.object_]
    rasters: tuple[Raster, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roads:
    """Roads that a lorry can drive, around the area.

    ``lines`` are LineStrings on WGS 84, shape (n,); ``is_main`` tells the national and provincial
    roads among them, none where the file does not tell classes.
    """

    lines: NDArray[np.object_]
    is_main: NDArray[np.bool_]


@dataclass(frozen=True)
class UnitVersion:
    """Between which days a set of units stands, and who says so.

    ``is_assumed`` tells that neither the scenario nor a file says it.
    """

    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    source: str = ""
    is_assumed: bool = False

    @property
    def stamp(self) -> str:
        """The version as it stands in tables: its first day, and its last where it has one.

        >>> UnitVersion(valid_to=datetime.date(2025, 6, 30)).stamp
        '../2025-06-30'
        """
        first = self.valid_from.isoformat() if self.valid_from else ".."
        if self.valid_to is not None:
            return f"{first}/{self.valid_to.isoformat()}"
        return first if self.valid_from else ""


@dataclass(frozen=True)
class FormerUnits:
    """What stood before the units were redrawn, as far as a scenario tells.

    ``links`` are the rows of the table ``crosswalk`` that speak of the area, with ``is_doubtful``
    for those that contradict the rest; None where there is no crosswalk. ``communes`` are the
    older polygons, None where there are none.
    """

    links: pd.DataFrame | None
    communes: gpd.GeoDataFrame | None
    version: UnitVersion


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
    declared: tuple[Declared, ...] = ()
    """One for each operator and technology that somebody declares."""
    field_checks: pd.DataFrame | None = None
    """The latest check of each point, operator and technology; None where there are no checks."""
    replies: pd.DataFrame | None = None
    """What operators answered about hamlets, by technology; None where nobody asks for it."""
    declared_totals: pd.DataFrame | None = None
    """Totals that operators declare; None where the scenario names none."""
    sites_before: pd.DataFrame | None = None
    """The sites of an earlier report, as ``sites``; None where the scenario names none."""
    position_review: pd.DataFrame | None = None
    measurements: pd.DataFrame | None = None
    """Measured levels, with ``commune_code``, ``source_file``, ``source_sheet``, ``source_row``;
    None where the scenario names none."""
    speed_checks: pd.DataFrame | None = None
    """Medians of speed tests; None where the scenario names none."""
    """Which sites a person found to be one position, or two; None where nobody looked."""
    refused: tuple[Fault, ...] = ()
    """Why each row of ``rejects`` was left out."""
    unit_version: UnitVersion = field(default_factory=UnitVersion)
    """Between which days ``communes`` stand."""
    former: FormerUnits | None = None
    """The units before; None where the scenario tells nothing of them."""
    terrain: Raster | None = None
    """Heights of the ground, NaN where none is known. [m]"""
    roads: Roads | None = None
    power_lines: NDArray[np.object_] | None = None
    """Lines and points of the grid on WGS 84, as those of fibre; None where no layer is given."""
    fibre_lines: NDArray[np.object_] | None = None
    antennas: Mapping[str, Any] = field(default_factory=dict)
    """Patterns (``propagation.antennas.Pattern``) by the folded name that sites give them."""
    relief: Relief | None = None
    """What radio waves meet; None where the model of coverage asks for none."""


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
class BestLevel:
    """The best cell of an operator and technology at each grid cell, by level.

    ``margin_db`` and ``rsrp_dbm`` (the median outdoors) are float32 on the grid, NaN where
    nothing is heard; ``server`` is the row of the cell among those on air of the technologies
    that are computed, −1 = none.
    """

    margin_db: NDArray[np.float32]
    rsrp_dbm: NDArray[np.float32]
    server: NDArray[np.int32]


@dataclass(frozen=True)
class LevelsOrigin:
    """What best levels were made of: names that change with what waves meet, and with each cell."""

    world: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class AreaService:
    """Who serves each grid cell: a bit per operator (in the order of Baseline.operators).

    ``bits`` maps a technology to an array of uint8 on ``grid``; ``commune`` is the row of the
    commune of each cell, −1 outside. ``levels`` has the best levels by technology and operator,
    none under the radius model; they are the model's, declarations and checks aside.
    """

    grid: Grid
    bits: dict[str, NDArray[np.uint8]]
    commune: NDArray[np.int32]
    levels: dict[tuple[str, str], BestLevel] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    """Of level models: operator and site of each row that ``server`` counts, with a colon."""
    origin: LevelsOrigin | None = None


@dataclass(frozen=True)
class Evidence:
    """What speaks of the demand points beside the model, a bit per operator as in ``served``.

    By technology: ``declaring`` are the operators that declare their coverage, ``declared``
    those whose declaration covers each point; ``checked`` those that somebody checked at each
    point, ``found`` those that were found to serve there. ``modelled`` is what the model says.
    """

    declaring: dict[str, int]
    declared: dict[str, NDArray[np.uint8]]
    checked: dict[str, NDArray[np.uint8]]
    found: dict[str, NDArray[np.uint8]]
    modelled: dict[str, NDArray[np.uint8]]


@dataclass(frozen=True)
class FieldWork:
    """What field checks show, and where to check next: the tables of the same names."""

    evidence: pd.DataFrame
    disagreements: pd.DataFrame
    agreement: pd.DataFrame
    to_check: pd.DataFrame


@dataclass(frozen=True)
class Reconciled:
    """The lists beside what operators declare and what an earlier report said, as tables."""

    declared_totals: pd.DataFrame
    site_changes: pd.DataFrame


@dataclass(frozen=True)
class SharingTables:
    """What the sharing ledger shows beside positions and ratios: the tables of the same names."""

    near_pairs: pd.DataFrame
    structure_conflicts: pd.DataFrame
    owners: pd.DataFrame
    sharing_years: pd.DataFrame


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
    spoken: Evidence | None = None
    """What declarations and checks say of the demand; None where there are none."""
    field_work: FieldWork | None = None
    reconciled: Reconciled | None = None
    """None where neither totals nor an earlier list were given."""
    testing: dict[str, NDArray[Any]] = field(default_factory=dict)
    """What the two-step test needs besides the demand (``coverage.model.Coverage.testing``)."""
    sharing: SharingTables | None = None
    """None where nobody asked."""
    ether: Any = None
    """What level models need besides the rows of sites (``coverage.radio.Surrounded``)."""
    error_db: float | None = None
    """Standard deviation of a level model's error; None under the radius model. [dB]"""
    more: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of what was measured, by name; left out where nobody measured."""


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
    candidates: pd.DataFrame | None = None
    """The table ``site_candidates``; None where no sites were looked for."""
    sharing_potential: pd.DataFrame | None = None
    planned_pairs: pd.DataFrame | None = None
    rule_breaches: pd.DataFrame | None = None
    """Masts that could be one, partners of planned sites, broken rules; None = nobody asked."""
    more: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables of siting, by name: rivals, siting_priorities, siting_years, hole_cures."""
    free_masts: pd.DataFrame | None = None


@dataclass(frozen=True)
class RunResult:
    """A whole run, as the reports take it."""

    scenario: Scenario
    inputs: Inputs
    baseline: Baseline
    plan: Plan
    timings_s: dict[str, float] = field(default_factory=dict)
