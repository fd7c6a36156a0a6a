"""Why a hole has no signal, and what would bring it: distance, ridge, direction, band, height.

Each question is the prediction once more with one thing changed: no terrain, no pattern of the
antenna, a higher antenna, a lower band. A hole stands for its point. Only level models know causes;
proposals that reach a hole are told by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, rasters, tables
from geoplan.coverage import hearing, radio
from geoplan.propagation import antennas, link_budget
from geoplan.propagation.link_inputs import default_inputs

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.coverage.radio import Kind
    from geoplan.reach import Reach
    from geoplan.tables import Table

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

HIGHEST_M: Final = 60.0
"""The highest antenna that is tried: usual lattice masts end there (an assumption). [m]"""
STATIONS_TRIED: Final = 5
"""For each hole, the stations that come nearest to serving it."""
HALF_POWER_DB: Final = 3.0
"""An antenna that takes more points elsewhere: the place is outside its beam. [dB]"""
_ANY_DB: Final = -400.0
"""A margin that no pair within range falls below. [dB]"""
_BULGE_M: Final = 8_500_000.0
"""Effective radius of the Earth: 4/3 of the real one. [m]"""


@dataclass(frozen=True)
class _Pairs:
    """Pairs of cell and hole within range, in one order for every question asked of them."""

    cell: Indices
    hole: Indices
    margin_db: Floats


def causes_of(
    cells: Cells, rows: pd.DataFrame, holes: pd.DataFrame, ranks: NDArray[np.int64], table: Table
) -> pd.DataFrame:
    """Tell the cause and the cure of holes, or white hamlets, of one technology.

    Parameters
    ----------
    cells
        Of that technology, with ``radio``.
    rows
        The rows they were made of: ``operator, site_id, position_id``.
    holes
        Total holes: the key columns of the table, ``commune_code, longitude, latitude, people``.
    ranks
        The first proposal that serves each hole's point, −1 = none; shape (holes,).
    table
        ``hole_causes`` or ``hamlet_causes``.
    """
    lon, lat = (holes[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    asked = _asked(cells, lon, lat)
    cures = _cures(cells, _tried(asked.whole, len(holes)), lon, lat)
    lines = []
    for at, hole in enumerate(holes.to_dict("records")):
        line: dict[str, Any] = {name: hole[name] for name in (*table.key, "commune_code", "people")}
        line |= _cure(cures.get(at), rows, int(ranks[at]))
        pair = int(asked.best[at])
        if pair < 0:
            lines.append(line | {"cause": "no_site"})
            continue
        line |= _station(rows, int(asked.whole.cell[pair]))
        line |= _lacking(cells, asked, pair, cures.get(at), (float(lon[at]), float(lat[at])))
        lines.append(line)
    frame = pd.DataFrame(lines, columns=list(table.names))
    return tables.check(frame, table)


@dataclass(frozen=True)
class _Asked:
    """The same pairs as they are, without antennas' patterns, and without terrain too."""

    whole: _Pairs
    round_about: _Pairs
    bare: _Pairs
    best: Indices
    """Pair of largest margin of each hole, −1 = none."""


def _asked(cells: Cells, lon: Floats, lat: Floats) -> _Asked:
    whole = _pairs(cells, lon, lat)
    # The beam first: over terrain it sees places high above and far below it.
    round_about = _pairs(_without_patterns(cells), lon, lat)
    bare = _pairs(_without_patterns(_without_terrain(cells)), lon, lat)
    return _Asked(whole, round_about, bare, _best_of(whole, len(lon)))


def _lacking(
    cells: Cells,
    asked: _Asked,
    pair: int,
    cure: tuple[str, int, float] | None,
    place: tuple[float, float],
) -> dict[str, Any]:
    """Tell what the level of a pair lacks, and of what."""
    cell = int(asked.whole.cell[pair])
    whole, round_about, bare = (
        float(one.margin_db[pair]) for one in (asked.whole, asked.round_about, asked.bare)
    )
    terrain, antenna = bare - round_about, round_about - whole
    cause = _cause(bare, terrain, antenna, cure)
    here = cells.longitude[cell], cells.latitude[cell]
    told: dict[str, Any] = {
        "cause": cause,
        "distance_m": float(geodesy.distance_m(*here, *place)),
        "lacking_db": max(-whole, 0.0),
        "terrain_db": terrain,
        "antenna_db": antenna,
    }
    return told | (_obstacle(cells, cell, *place) if cause == "ridge" else {})


def _pairs(cells: Cells, lon: Floats, lat: Floats, least_db: float = _ANY_DB) -> _Pairs:
    """Give the margins of every pair within range."""
    reach: Reach = hearing.build_reach(cells, lon, lat, least_db=least_db)
    cell = np.repeat(np.arange(len(cells)), np.diff(reach.indptr))
    return _Pairs(cell, reach.demand.astype(np.int64), radio.margin_db(reach.distance_m))


def _without_terrain(cells: Cells) -> Cells:
    assert cells.radio is not None
    return replace(cells, radio=replace(cells.radio, air=replace(cells.radio.air, relief=None)))


def _without_patterns(cells: Cells) -> Cells:
    assert cells.radio is not None
    flat = tuple(antennas.omni(one.gain_dbi) for one in cells.radio.patterns)
    return replace(cells, radio=replace(cells.radio, patterns=flat))


def _best_of(pairs: _Pairs, count: int) -> Indices:
    """Give the pair of largest margin of each hole, −1 = none; ties go to the first cell."""
    order = np.lexsort((pairs.cell, -pairs.margin_db, pairs.hole))
    best = np.full(count, -1, np.int64)
    holes, first = np.unique(pairs.hole[order], return_index=True)
    best[holes] = order[first]
    return best


def _tried(pairs: _Pairs, count: int) -> dict[int, Indices]:
    """Give the cells that come nearest to serving each hole."""
    order = np.lexsort((pairs.cell, -pairs.margin_db, pairs.hole))
    cells = pairs.cell[order]
    bounds = np.searchsorted(pairs.hole[order], np.arange(count + 1))
    return {hole: cells[bounds[hole] : bounds[hole + 1]][:STATIONS_TRIED] for hole in range(count)}


def _cures(
    cells: Cells, tried: dict[int, Indices], lon: Floats, lat: Floats
) -> dict[int, tuple[str, int, float]]:
    """Give for each hole that one change cures: which, on which cell, and height or band."""
    some = np.unique(np.concatenate([np.zeros(0, np.int64), *tried.values()]))
    found: dict[int, tuple[str, int, float]] = {}
    if not len(some):
        return found
    for kind, value, changed in _changes(cells.take(some)):
        pairs = _pairs(changed, lon, lat, least_db=0.0)
        for at in np.flatnonzero(pairs.margin_db >= 0.0):
            hole, cell = int(pairs.hole[at]), int(some[pairs.cell[at]])
            if hole not in found and cell in tried[hole]:
                found[hole] = (kind, cell, value)
    return found


def _changes(cells: Cells) -> Iterator[tuple[str, float, Cells]]:
    """Give the cells with antennas metre by metre higher, then on each lower band."""
    assert cells.radio is not None
    lowest = min((one.antenna_agl_m for one in cells.radio.kinds), default=HIGHEST_M)
    for height in np.arange(np.floor(lowest) + 1.0, HIGHEST_M + 1.0):
        yield "height", float(height), _with_kinds(cells, lambda one, h=height: _higher(one, h))
    for band in sorted((band.mhz for band in default_inputs().bands), reverse=True):
        if any(band < one.frequency_mhz for one in cells.radio.kinds):
            yield "band", band, _with_kinds(cells, lambda one, f=band: _on_band(one, f))


def _with_kinds(cells: Cells, change: Any) -> Cells:
    assert cells.radio is not None
    kinds = tuple(change(one) for one in cells.radio.kinds)
    return replace(cells, radio=replace(cells.radio, kinds=kinds))


def _higher(kind: Kind, height_m: float) -> Kind:
    """Give a kind with a higher antenna; one that stands higher serves nobody here."""
    if kind.antenna_agl_m > height_m:
        return replace(kind, allowed_db=-1e3)
    return replace(kind, antenna_agl_m=float(height_m))


def _on_band(kind: Kind, mhz: float) -> Kind:
    """Give a kind on a lower band with the equipment of that band's budget."""
    if mhz >= kind.frequency_mhz:
        return replace(kind, allowed_db=-1e3)
    environment = cast("link_budget.Environment", kind.environment)
    budget = link_budget.budget("4G", mhz, environment, indoors=kind.entry_db > 0.0)
    model = "hata" if kind.model == "cost231" and mhz <= 1500.0 else kind.model
    return replace(kind, frequency_mhz=mhz, allowed_db=float(budget.median_loss_db), model=model)


def _cause(
    bare_db: float, terrain_db: float, antenna_db: float, cure: tuple[str, int, float] | None
) -> str:
    if bare_db >= 0.0 and terrain_db >= max(antenna_db, 0.0):
        return "ridge"
    if bare_db >= 0.0 and antenna_db >= HALF_POWER_DB:
        return "direction"
    return "distance" if cure is None else cure[0]


def _cure(cure: tuple[str, int, float] | None, rows: pd.DataFrame, rank: int) -> dict[str, Any]:
    if cure is None:
        return {"cure": "proposal", "cure_rank": rank} if rank >= 0 else {"cure": "new_site"}
    kind, cell, value = cure
    column = "cure_height_m" if kind == "height" else "cure_frequency_mhz"
    return {"cure": kind, "cure_site_id": str(rows["site_id"].iloc[cell]), column: value}


def _station(rows: pd.DataFrame, cell: int) -> dict[str, str]:
    row = rows.iloc[cell]
    return {name: str(row[name]) for name in ("operator", "site_id", "position_id")}


def _obstacle(cells: Cells, cell: int, lon: float, lat: float) -> dict[str, float]:
    """Give where the ground rises highest above the line of sight."""
    assert cells.radio is not None
    air, kind = cells.radio.air, cells.radio.kinds[int(cells.radio.kind[cell])]
    relief = air.relief
    if relief is None:
        return {}
    x, y = geodesy.from_wgs84(
        np.array([cells.longitude[cell], lon]), np.array([cells.latitude[cell], lat]),
        relief.grid.crs,
    )  # fmt: skip
    away, ground, clutter, _ = rasters.profile(
        relief, float(x[0]), float(y[0]), float(x[1]), float(y[1]), air.profile_m
    )
    whole = away[-1]
    line = np.interp(
        away,
        [0.0, whole],
        [ground[0] + kind.antenna_agl_m, ground[-1] + air.inputs.mobile_agl_m],
    )
    above = ground + clutter + away * (whole - away) / (2.0 * _BULGE_M) - line
    at = 1 + int(np.argmax(above[1:-1]))
    return {"obstacle_m": float(away[at]), "obstacle_above_m": float(above[at])}
