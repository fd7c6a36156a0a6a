"""Level models: which demand each cell serves by the strength of its signal.

A level is kept as an *equivalent distance*: the cells of a level model all have the radius
:data:`UNIT_M`, and a point whose median level is m dB above what it needs stands at
UNIT_M · 10^(−m / SLOPE_DB). So whatever counts by distance (service, what-if, siting) counts by
level, and a factor on the radius is a number of decibels (:func:`scale_of_db`). What a point needs
is the threshold and the margin for places worse than the median. The radius model is left to
``coverage.build``, losses to ``propagation``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import build
from geoplan.propagation import (
    antennas,
    area,
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
from geoplan.reach import Reach

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
LISTEN_DB: Final = 20.0
"""Pairs are kept down to this far below the threshold, so that margins can be told. [dB]"""
LEAST_AGL_M: Final = 1.0
"""Antennas of P.1812 stand this high at least. [m]"""
OVER_TERRAIN: Final = ("p1812", "auto")
"""Models that look at the terrain."""
MOST_PAIRS: Final = 500_000
"""Pairs that are looked at together, so that memory stays flat."""


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


def build_reach(
    cells: Cells, longitude: Floats, latitude: Floats, *, least_db: float = -LISTEN_DB
) -> Reach:
    """Find for every cell the points that hear it, with equivalent distances.

    Parameters
    ----------
    cells
        From :func:`levelled`.
    longitude, latitude
        Points, in degrees.
    least_db
        Pairs of a smaller margin are left out.

    Returns
    -------
    A row for each cell.
    """
    demand, distance, azimuth = [], [], []
    counts = np.zeros(len(cells), np.int64)
    order = np.zeros(0, np.int64)
    for rows, part in parts(cells, longitude, latitude, least_db=least_db):
        counts[rows] = np.diff(part.indptr)
        order = np.concatenate((order, np.repeat(rows, np.diff(part.indptr))))
        demand.append(part.demand)
        distance.append(part.distance_m)
        azimuth.append(part.azimuth_deg)
    indptr = np.concatenate(([0], np.cumsum(counts)))
    sort = np.argsort(order, kind="stable")
    none = np.zeros(0)
    return Reach(
        indptr,
        np.concatenate((np.zeros(0, np.int32), *demand))[sort].astype(np.int32),
        np.concatenate((none, *distance))[sort],
        np.concatenate((none, *azimuth))[sort].astype(np.float32),
        len(longitude),
        np.full(len(cells), np.inf),
    )


def parts(
    cells: Cells, longitude: Floats, latitude: Floats, *, least_db: float
) -> Iterator[tuple[Indices, Reach]]:
    """Give :func:`build_reach` by groups of cells: their rows, and their pairs."""
    radio = cells.radio
    assert radio is not None
    if not len(cells) or not len(longitude):
        return
    agl = radio.of_kinds("antenna_agl_m")
    places, place = np.unique(
        np.column_stack((cells.longitude, cells.latitude, agl)), axis=0, return_inverse=True
    )
    place = place.ravel()
    farthest = np.array([_farthest_m(one, radio.air, least_db) for one in radio.kinds])
    cut = np.zeros(len(places))
    np.maximum.at(cut, place, farthest[radio.kind])
    points = _projected(radio.air.relief, longitude, latitude)
    among = build.by_latitude(longitude, latitude)
    for begin, end in _groups(places, cut, longitude, latitude):
        rows = np.flatnonzero((place >= begin) & (place < end))
        some = slice(begin, end)
        near = build.pairs_with(places[some, 0], places[some, 1], cut[some], among)
        part = _heard(
            cells.take(rows), places[begin:end], place[rows] - begin, near, points, least_db
        )
        yield rows, part


def _groups(
    places: Floats, cut: Floats, longitude: Floats, latitude: Floats
) -> Iterator[tuple[int, int]]:
    """Part the places so that each part has about as many pairs as may be held at once."""
    box_km2 = max(float(np.ptp(longitude) * np.ptp(latitude)) * 110.0**2, 1.0)
    expected = np.minimum(np.pi * (cut / 1e3) ** 2 / box_km2, 1.0) * len(longitude)
    group = (np.cumsum(expected) // MOST_PAIRS).astype(np.int64)
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(places)]
    yield from pairwise(edges)


def _projected(
    relief: Relief | None, longitude: Floats, latitude: Floats
) -> tuple[Floats, Floats] | None:
    if relief is None:
        return None
    return geodesy.from_wgs84(longitude, latitude, relief.grid.crs)


@lru_cache(maxsize=4096)
def _farthest_of(kind: Kind, wanted_db: float) -> float:
    inputs = default_inputs()
    where = inputs.environments[kind.environment]

    def loss_db(km: float) -> float:
        return float(
            nearby.loss_db(
                kind.model,
                km * 1e3,
                frequency_mhz=kind.frequency_mhz,
                base_agl_m=kind.antenna_agl_m,
                where=where,
                mobile_agl_m=inputs.mobile_agl_m,
            )
        )

    model = link_budget.Model("", loss_db, ())
    return link_budget.radius_m(model, loss_db=wanted_db)


def _farthest_m(kind: Kind, air: Air, least_db: float) -> float:
    """Give how far off a cell can have a margin: terrain only takes away from 1 km on."""
    # Between its ends a correction is a line: it is largest at one of them.
    gain_db = max(
        float(kind.correction.at(at)) for at in (kind.correction.low, kind.correction.high)
    )
    return min(_farthest_of(kind, kind.allowed_db - least_db + max(gain_db, 0.0)), air.range_m)


def _heard(
    cells: Cells,
    places: Floats,
    place: Indices,
    near: Reach,
    points: tuple[Floats, Floats] | None,
    least_db: float,
) -> Reach:
    """Give the pairs of some cells, from the pairs of the places where they stand.

    First the margin without terrain is told for every cell; what no cell of a place can serve
    is left out before profiles are cut.
    """
    radio = cells.radio
    assert radio is not None
    size = np.diff(near.indptr)[place]
    cell = np.repeat(np.arange(len(cells)), size)
    first = np.repeat(near.indptr[place] - np.concatenate(([0], np.cumsum(size)[:-1])), size)
    pair = np.arange(len(cell)) + first
    loss, added = _near_db(radio, near.distance_m[pair], size)
    taken = _antenna_db(radio, cell, pair, places, place, near, points) - added
    margin = radio.of_kinds("allowed_db")[cell] - taken - loss
    some = margin >= least_db
    cell, pair, margin, loss = cell[some], pair[some], margin[some], loss[some]
    if radio.air.relief is not None and points is not None:
        wanted = np.zeros(near.n_pairs, bool)
        wanted[pair] = True
        bands, band = np.unique(radio.of_kinds("frequency_mhz"), return_inverse=True)
        over = _terrain_db(radio.air, places, near, wanted, points, bands)
        at = np.cumsum(wanted)[pair] - 1
        whole = nearby.with_terrain_db(loss, over[at, band[cell]], near.distance_m[pair])
        margin -= whole - loss
        some = margin >= least_db
        cell, pair, margin = cell[some], pair[some], margin[some]
    counts = np.bincount(cell, minlength=len(cells))
    return Reach(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        near.demand[pair],
        UNIT_M * 10.0 ** (-margin / SLOPE_DB),
        near.azimuth_deg[pair],
        near.n_demand,
        np.full(len(cells), np.inf),
    )


def _near_db(radio: Radio, distance_m: Floats, size: Indices) -> tuple[Floats, Floats]:
    """Give the loss of the environment of each cell to its points, which stand cell by cell.

    And what measurements add to the level there.
    """
    inputs, ends = radio.air.inputs, np.cumsum(size)
    loss, added = np.empty(len(distance_m)), np.zeros(len(distance_m))
    with ranges.gathering():
        for row, end in enumerate(ends):
            kind = radio.kinds[int(radio.kind[row])]
            span = slice(int(end - size[row]), int(end))
            loss[span] = nearby.loss_db(
                kind.model,
                distance_m[span],
                frequency_mhz=kind.frequency_mhz,
                base_agl_m=kind.antenna_agl_m,
                where=inputs.environments[kind.environment],
                mobile_agl_m=inputs.mobile_agl_m,
            )
            if kind.correction != NOTHING:
                km = np.maximum(distance_m[span], nearby.NEAREST_M) / 1e3
                added[span] = kind.correction.at(np.log10(km))
    return loss, added


def _antenna_db(
    radio: Radio,
    cell: Indices,
    pair: Indices,
    places: Floats,
    place: Indices,
    near: Reach,
    points: tuple[Floats, Floats] | None,
) -> Floats:
    """Give what antennas take away: over terrain they see points above or below them. [dB]"""
    from geoplan.propagation import kernel_antennas

    base, mobile = places[:, 2][place[cell]], radio.air.inputs.mobile_agl_m
    rise = np.zeros(len(cell))
    relief = radio.air.relief
    if relief is not None and points is not None:
        x, y = geodesy.from_wgs84(places[:, 0], places[:, 1], relief.grid.crs)
        demand = near.demand[pair]
        there = _ground_m(relief, points[0][demand], points[1][demand])
        rise = there - _ground_m(relief, x, y)[place[cell]]
    elevation = antennas.elevation_deg(
        near.distance_m[pair], base_amsl_m=base, mobile_amsl_m=mobile + rise
    )
    bearing = near.azimuth_deg[pair].astype(np.float64)
    return kernel_antennas.pairs_db(radio.patterns, radio.mounted, cell, bearing, elevation)


def _ground_m(relief: Relief, x: Floats, y: Floats) -> Floats:
    """Give the ground of the cell around each place; 0 off the relief. [m]"""
    grid = relief.grid
    column = np.floor((x - grid.west) / grid.dx).astype(np.int64)
    row = np.floor((grid.north - y) / grid.dy).astype(np.int64)
    inside = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    found = np.zeros(len(x))
    found[inside] = relief.ground_m[row[inside], column[inside]]
    return found


def _terrain_db(
    air: Air,
    places: Floats,
    near: Reach,
    wanted: NDArray[np.bool_],
    points: tuple[Floats, Floats],
    bands: Floats,
) -> Floats:
    """Give P.1812's median loss of the wanted pairs in each band, shape (pairs, bands). [dB]"""
    assert air.relief is not None
    x, y = geodesy.from_wgs84(places[:, 0], places[:, 1], air.relief.grid.crs)
    owner = np.repeat(np.arange(near.n_emitters), np.diff(near.indptr))
    counts = np.bincount(owner[wanted], minlength=len(places))
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    with ranges.gathering():
        conditions = area.Conditions(
            frequencies_ghz=tuple(bands / 1e3),
            rx_agl_m=air.inputs.mobile_agl_m,
            delta_n=itu_p1812.USUAL_DELTA_N,
            n0=itu_p1812.USUAL_N0,
            step_m=air.profile_m,
        )
        return area.losses_of_many(
            air.relief,
            conditions,
            tx_x=x,
            tx_y=y,
            tx_agl_m=places[:, 2],
            indptr=indptr,
            indices=near.demand[wanted],
            px=points[0],
            py=points[1],
            threads=os.cpu_count() or 1,
            farthest_m=air.range_m,
        )
