"""Which points hear the cells of a level model, pair by pair, over terrain where there is some.

Pairs come in parts, so that memory stays flat. What a cell is, and what a pair means, is left to
``radio``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import build
from geoplan.coverage.radio import SLOPE_DB, UNIT_M, Air, Kind, Radio
from geoplan.propagation import antennas, area, itu_p1812, link_budget, nearby, ranges
from geoplan.propagation.corrections import NOTHING
from geoplan.propagation.link_inputs import default_inputs
from geoplan.reach import Reach

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.rasters import Relief

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

LISTEN_DB: Final = 20.0
"""Pairs are kept down to this far below the threshold, so that margins can be told. [dB]"""
MOST_PAIRS: Final = 500_000
"""Pairs that are looked at together, so that memory stays flat."""


def build_reach(
    cells: Cells, longitude: Floats, latitude: Floats, *, least_db: float = -LISTEN_DB
) -> Reach:
    """Find for every cell the points that hear it, with equivalent distances.

    Parameters
    ----------
    cells
        From :func:`~geoplan.coverage.radio.levelled`.
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
    inputs = radio.air.inputs
    loss, added = np.empty(len(distance_m)), np.zeros(len(distance_m))
    of_pair = np.repeat(radio.kind, size)
    # One call for a kind, not for a cell; of int16 the sort is by digits.
    narrow = of_pair.astype(np.int16) if len(radio.kinds) < 2**15 else of_pair
    order = np.argsort(narrow, kind="stable")
    bounds = np.searchsorted(of_pair[order], np.arange(len(radio.kinds) + 1))
    with ranges.gathering():
        for at in np.flatnonzero(np.diff(bounds)):
            kind, span = radio.kinds[at], order[bounds[at] : bounds[at + 1]]
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
