"""Level models: which demand each cell serves by the strength of its signal.

A level is kept as an *equivalent distance*: the cells of a level model all have the radius
:data:`UNIT_M`, and a point whose median level is m dB above what it needs stands at
UNIT_M · 10^(−m / SLOPE_DB). So whatever counts by distance (service, what-if, siting) counts by
level, and a factor on the radius is a number of decibels (:func:`scale_of_db`). What a point needs
is the threshold and the margin for places worse than the median. Which points hear a cell is left
to ``hearing``, the radius model to ``coverage.build``, losses to ``propagation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.propagation import (
    chance,
    hanging,
    itu_p1812,
    link_budget,
    nearby,
    ranges,
)
from geoplan.propagation.antennas import Mounted, Pattern
from geoplan.propagation.calibration import bands_mhz
from geoplan.propagation.corrections import NOTHING, Correction, Group, nearest
from geoplan.propagation.link_inputs import LinkInputs, default_inputs
from geoplan.units import LEAST_AGL_M

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.rasters import Relief
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]

_NUMBERS: Final = (
    *("frequency_mhz", "antenna_agl_m", "eirp_dbm"),
    *("azimuth_deg", "beamwidth_deg", "tilt_deg"),
)
Indices = NDArray[np.int64]

UNIT_M: Final = 1000.0
"""Radius of every cell of a level model, in equivalent distance. [m]"""
SLOPE_DB: Final = 35.2
"""Loss of a decade of distance after Hata at 30 m: 44.9 − 6.55 log 30. [dB]"""
OVER_TERRAIN: Final = ("p1812", "auto")
"""Models that look at the terrain."""


class Ether(Protocol):
    """What level models need besides the rows of sites."""

    @property
    def relief(self) -> Relief | None:
        """Ground and clutter; None = no terrain."""

    @property
    def antennas(self) -> Mapping[str, Pattern]:
        """Patterns by the folded name that sites give them."""

    @property
    def corrections(self) -> Mapping[Group, Correction]:
        """What measurements add to levels, by group; none where nobody measured."""


@dataclass(frozen=True)
class Surrounded:
    """The parts of :class:`Ether`."""

    relief: Relief | None = None
    antennas: Mapping[str, Pattern] = field(default_factory=dict)
    corrections: Mapping[Group, Correction] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What cells have in common: everything but the place and where they point to."""

    model: nearby.Kind
    environment: str
    frequency_mhz: float
    antenna_agl_m: float
    allowed_db: float
    kept_back_db: float
    """What ``allowed_db`` keeps back for places worse than the median."""
    entry_db: float = 0.0
    """What it keeps back for the way into buildings; 0 outdoors."""
    correction: Correction = NOTHING
    """What measurements add to the level."""


@dataclass(frozen=True)
class Air:
    """What the signal of every cell of a run meets.

    ``range_m`` = how far a cell is heard at most; ``profile_m`` = step of profiles over terrain;
    ``relief`` None = no terrain.
    """

    relief: Relief | None
    range_m: float
    profile_m: float
    inputs: LinkInputs


@dataclass(frozen=True)
class Radio:
    """The radio side of cells, in their order: ``kind`` indexes ``kinds``, ``mounted`` patterns."""

    air: Air
    kinds: tuple[Kind, ...]
    kind: NDArray[np.int32]
    patterns: tuple[Pattern, ...]
    mounted: Mounted

    def take(self, rows: Indices | NDArray[np.bool_]) -> Radio:
        """Give some of the cells."""
        mounted = Mounted(*(getattr(self.mounted, one.name)[rows] for one in fields(Mounted)))
        return replace(self, kind=self.kind[rows], mounted=mounted)

    def needed_dbm(self) -> Floats:
        """Give the median RSRP outdoors at which the margin of each cell is 0. [dBm]"""
        entry = np.array([one.entry_db for one in self.kinds], np.float64)
        held = entry[self.kind] if len(self.kinds) else np.zeros(0)
        return self.air.inputs.rsrp_dbm + self.of_kinds("kept_back_db") + held

    def of_kinds(self, name: str) -> Floats:
        """Give a number of the kind of each cell."""
        values = np.array([getattr(one, name) for one in self.kinds], dtype=np.float64)
        return values[self.kind] if len(values) else np.zeros(0)


def beyond(radio: Radio) -> list[str]:
    """Name what lies beyond the ranges in which the models were published, distances aside."""
    inputs = radio.air.inputs
    with ranges.gathering() as found:
        for kind in radio.kinds:
            nearby.loss_db(
                kind.model,
                5000.0,
                frequency_mhz=kind.frequency_mhz,
                base_agl_m=kind.antenna_agl_m,
                where=inputs.environments[kind.environment],
                mobile_agl_m=inputs.mobile_agl_m,
            )
        if radio.air.relief is not None:
            ranges.check(
                "P.1812",
                itu_p1812.RANGE,
                frequency_ghz=[kind.frequency_mhz / 1e3 for kind in radio.kinds],
                antenna_agl_m=[kind.antenna_agl_m for kind in radio.kinds],
            )
    return sorted({str(one) for one in found})


def scale_of_db(decibels: float) -> float:
    """Give the factor on the radius that stands for a change of every level."""
    return float(10.0 ** (decibels / SLOPE_DB))


def margin_db(equivalent_m: Floats) -> Floats:
    """Give how far a level lies above what is needed, from an equivalent distance. [dB]"""
    return np.asarray(-SLOPE_DB * np.log10(equivalent_m / UNIT_M))


def chances(cells: Cells, cell: Indices, margins_db: Floats, error_db: float) -> Floats:
    """Give the chance that each of some points is served by its cell.

    Parameters
    ----------
    cell
        Row of the cell of each point; −1 = none, no chance is told.
    margins_db
        Of :func:`margin_db`: the margin for worse places is taken back, because the chance knows
        of them itself.
    error_db
        Standard deviation of the model's error. [dB]
    """
    radio = cells.radio
    assert radio is not None
    sigma = np.array(
        [radio.air.inputs.environments[one.environment].sigma_db for one in radio.kinds]
    )
    taken = np.array([one.kept_back_db for one in radio.kinds])
    found = np.full(len(cell), np.nan)
    known = (cell >= 0) & ~np.isnan(margins_db)
    kind = radio.kind[cell[known]]
    found[known] = chance.chance_of_service(
        margins_db[known] + taken[kind],
        location_sigma_db=sigma[kind],
        model_error_db=error_db,
    )
    return found


def levelled(
    cells: Cells,
    rows: pd.DataFrame,
    scenario: Scenario,
    ether: Ether,
) -> Cells:
    """Give cells that serve by level instead of distance.

    Parameters
    ----------
    cells
        From ``build.cell_arrays``.
    rows
        The rows they were made of, with ``environment``.
    scenario
        Its ``coverage.model`` is not ``radius``.
    ether
        What the waves meet, antennas, and what measurements say.
    """
    n = len(cells)
    return replace(
        cells,
        emitter=np.arange(n, dtype=np.int32),
        radius_m=np.full(n, UNIT_M),
        direction=np.full(n, np.nan),
        half_width=np.full(n, 180.0),
        radio=make_radio(rows, scenario, ether),
    )


def make_radio(rows: pd.DataFrame, scenario: Scenario, ether: Ether) -> Radio:
    """Gather what the level of each cell depends on; what is unknown is taken from the budget.

    Parameters
    ----------
    rows
        ``technology, frequency_mhz, environment, antenna_agl_m, eirp_dbm, azimuth_deg,
        beamwidth_deg, tilt_deg``, and ``antenna`` where patterns are named.
    """
    rules, inputs = scenario.coverage, default_inputs()
    wanted = cast("nearby.Wanted", rules.model)
    over = ether.relief if wanted in OVER_TERRAIN else None
    environment = rows["environment"].to_numpy(object)
    technology = rows["technology"].to_numpy(object)
    numbers = {name: rows[name].to_numpy(np.float64) for name in _NUMBERS}
    usual = np.array([inputs.usual_mhz[name] for name in technology], np.float64)
    mhz = np.where(np.isnan(numbers["frequency_mhz"]), usual, numbers["frequency_mhz"])
    named = (
        rows["antenna"].to_numpy(object) if "antenna" in rows else np.full(len(rows), "", object)
    )
    hung = hanging.hang(
        named,
        environment,
        frequency_mhz=mhz,
        azimuth_deg=numbers["azimuth_deg"],
        beamwidth_deg=numbers["beamwidth_deg"],
        tilt_deg=numbers["tilt_deg"],
        known=ether.antennas,
    )
    asked = zip(
        *(technology, environment, mhz.tolist()),
        *(_or_none(numbers[name]) for name in ("antenna_agl_m", "eirp_dbm")),
        _or_none(hung.gain_dbi),
        [
            nearest(ether.corrections, group)
            for group in zip(environment, bands_mhz(mhz).tolist(), strict=True)
        ],
        strict=True,
    )
    made = [_kind(wanted, *one, indoors=rules.indoors) for one in asked]
    kinds = tuple(dict.fromkeys(made))
    index = {one: at for at, one in enumerate(kinds)}
    return Radio(
        Air(over, rules.max_range_m, rules.profile_m, inputs),
        kinds,
        np.array([index[one] for one in made], np.int32),
        hung.patterns,
        hung.mounted,
    )


def _or_none(values: Floats) -> list[float | None]:
    """Give numbers that may be compared: what is not known is None."""
    return [None if value != value else value for value in values.tolist()]


@lru_cache(maxsize=65536)
def _kind(
    wanted: nearby.Wanted,
    technology: str,
    environment: str,
    frequency_mhz: float,
    antenna_agl_m: float | None,
    eirp_dbm: float | None,
    antenna_dbi: float | None,
    correction: Correction,
    *,
    indoors: bool,
) -> Kind:
    inputs = default_inputs()
    where = inputs.environments[environment]
    found = link_budget.budget(
        technology, frequency_mhz, cast("link_budget.Environment", environment), indoors=indoors
    )
    lines = {line.name: line.value for line in found.lines}
    allowed_db = found.median_loss_db
    if eirp_dbm is not None:
        subcarriers = 10.0 * np.log10(lines[link_budget.SUBCARRIERS])
        allowed_db += eirp_dbm - subcarriers - lines[link_budget.EIRP]
    elif antenna_dbi is not None:
        allowed_db += antenna_dbi - lines[link_budget.ANTENNA]
    # An antenna on the ground is a cell that nobody filled in.
    is_given = antenna_agl_m is not None and antenna_agl_m >= LEAST_AGL_M
    agl = antenna_agl_m if is_given and antenna_agl_m is not None else where.base_agl_m
    model = nearby.kind_of(wanted, frequency_mhz, environment, inputs)
    kept = lines[link_budget.SHADOW]
    return Kind(
        model=model,
        environment=environment,
        frequency_mhz=float(frequency_mhz),
        antenna_agl_m=float(agl),
        allowed_db=float(allowed_db),
        kept_back_db=float(kept),
        entry_db=float(lines.get(link_budget.ENTRY, 0.0)),
        correction=correction,
    )
