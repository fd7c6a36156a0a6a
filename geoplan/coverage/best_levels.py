"""The best cell of each operator and technology at the cells of a grid, by level.

What an earlier run found is used again where nothing changed (``kept_levels``). What is made of
the levels is left to ``area`` and ``chance_area``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import hearing, radio
from geoplan.results import BestLevel

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.rasters import Grid

Floats = NDArray[np.float64]
Best = dict[tuple[int, int], tuple[NDArray[np.float32], NDArray[np.int32]]]
"""Indices of technology and operator → margin [dB], NaN where nothing is heard, and row of the
cell, −1 = none."""

FAINT_DB: Final = 6.0
"""Rasters of levels show what is this far below what is needed, and more where even chances are
further below. [dB]"""
_HAIR_DB: Final = 0.01
"""Looked at beyond an even chance, so that rounding leaves none out. [dB]"""


def best_levels(
    grid: Grid, cells: Cells, technologies: tuple[str, ...], least_db: float
) -> dict[tuple[str, int], BestLevel]:
    """Give the best cell of each operator and technology at the centre of each grid cell.

    Parameters
    ----------
    cells
        With ``radio``.
    least_db
        Smaller margins are not looked at. [dB]

    Returns
    -------
    Technology and index of the operator → its best level; of equal cells the first.
    """
    lon, lat = centres(grid)
    return as_levels(best_of_points(cells, lon, lat, least_db), grid, cells, technologies)


def as_levels(
    best: Best, grid: Grid, cells: Cells, technologies: tuple[str, ...]
) -> dict[tuple[str, int], BestLevel]:
    """Lay what :func:`best_of_points` found at the centres of a grid out on it."""
    assert cells.radio is not None
    needed = np.append(cells.radio.needed_dbm(), np.nan)
    found = {}
    for at in sorted(best, key=lambda key: (technologies[key[0]], key[1])):
        margin, server = best[at]
        rsrp = (margin + needed[server].astype(np.float32)).astype(np.float32)
        found[technologies[at[0]], at[1]] = BestLevel(
            margin.reshape(grid.shape), rsrp.reshape(grid.shape), server.reshape(grid.shape)
        )
    return found


def centres(grid: Grid) -> tuple[Floats, Floats]:
    """Give longitude and latitude of the centres of a grid's cells, row by row."""
    x, y = np.meshgrid(grid.centres_x(), grid.centres_y())
    return geodesy.to_wgs84(x.ravel(), y.ravel(), grid.crs)


def best_of_points(cells: Cells, longitude: Floats, latitude: Floats, least_db: float) -> Best:
    """Give the best cell of each technology and operator at some points; of equal cells the first.

    Parameters
    ----------
    least_db
        Smaller margins are not looked at. [dB]
    """
    margins: dict[tuple[int, int], NDArray[np.float32]] = {}
    servers: dict[tuple[int, int], NDArray[np.int32]] = {}
    for rows, reach in hearing.parts(cells, longitude, latitude, least_db=least_db):
        for at, cell in enumerate(rows):
            key = int(cells.technology[cell]), int(cells.operator[cell])
            if key not in margins:
                margins[key] = np.full(len(longitude), np.nan, np.float32)
                servers[key] = np.full(len(longitude), -1, np.int32)
            span = reach.row(at)
            points = reach.demand[span]
            margin = radio.margin_db(reach.distance_m[span]).astype(np.float32)
            # Places come from west to east, so that a later part may hold an earlier cell.
            better = is_better(margin, np.int32(cell), margins[key][points], servers[key][points])
            margins[key][points[better]] = margin[better]
            servers[key][points[better]] = cell
    return {key: (margins[key], servers[key]) for key in margins}


def is_better(
    margin: NDArray[np.float32],
    server: NDArray[np.int32] | np.int32,
    than: NDArray[np.float32],
    its_server: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Tell where a cell is better than the best so far; NaN = none was, or is, heard."""
    heard = ~np.isnan(margin)
    first = np.isnan(than) | (margin > than) | ((margin == than) & (server < its_server))
    return np.asarray(heard & first)


def faintest_db(cells: Cells) -> float:
    """Give the least margin that rasters of levels show. [dB]

    An even chance of service stands at the median, ``kept_back_db`` below a margin of 0.
    """
    assert cells.radio is not None
    kept = cells.radio.of_kinds("kept_back_db")
    return -max(FAINT_DB, float(kept.max(initial=0.0)) + _HAIR_DB)
