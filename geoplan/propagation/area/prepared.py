"""A relief and transmitters made ready for compiled code, and work spread over threads.

What is computed of them is left to :mod:`~geoplan.propagation.area.points` and
:mod:`~geoplan.propagation.area.disc`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy
from geoplan.propagation.area.kernel_points import Transmitters
from geoplan.propagation.area.kernel_profiles import Frame, Land
from geoplan.propagation.itu_p1812.link import INLAND
from geoplan.rasters import Relief

Floats = NDArray[np.float64]

_PARTS_PER_THREAD: Final = 8
_LEAST_OF_A_PART: Final = 512


def in_parts(fill: Callable[[tuple[int, int]], None], count: int, threads: int) -> None:
    """Fill rows 0 to count in parts, each by one thread; every row is filled by itself."""
    parts = max(1, min(threads * _PARTS_PER_THREAD, count // _LEAST_OF_A_PART))
    bounds = [count * part // parts for part in range(parts + 1)]
    ranges = list(itertools.pairwise(bounds))
    if threads == 1 or parts == 1:
        for part in ranges:
            fill(part)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, ranges))


def land_of(relief: Relief, x: Floats, y: Floats) -> Land:
    """Give the part of a relief that holds the straight lines between all these places.

    Raises
    ------
    ValueError
        If the relief is a single row or column.
    """
    grid = relief.grid
    if min(grid.shape) < 2:
        raise ValueError("P.1812 area: a relief must have two rows and two columns")
    left, right = _part((x - grid.west) / grid.dx, grid.shape[1])
    top, bottom = _part((grid.north - y) / grid.dy, grid.shape[0])
    part = slice(top, bottom), slice(left, right)
    clutter, zone = relief.clutter_m[part], relief.zone[part]
    frame = Frame(
        bottom - top,
        right - left,
        float(grid.west + left * grid.dx),
        float(grid.north - top * grid.dy),
        float(grid.dx),
        float(grid.dy),
        not clutter.any(),
        bool((zone == INLAND).all()),
    )
    return Land(
        np.array(relief.ground_m[part], dtype=np.float32, order="C").ravel(),
        np.array(clutter, dtype=np.float32, order="C").ravel(),
        np.array(zone, dtype=np.int8, order="C").ravel(),
        frame,
    )


def _part(cells: Floats, size: int) -> tuple[int, int]:
    """Give the cells from the first to the last that places need, and their neighbours."""
    known = cells[np.isfinite(cells)]
    if not len(known):
        return 0, 2
    first = int(np.clip(np.floor(known.min()) - 2, 0, size - 2))
    return first, int(np.clip(np.ceil(known.max()) + 2, first + 2, size))


def transmitters_at(
    relief: Relief, tx_x: ArrayLike, tx_y: ArrayLike, tx_agl_m: ArrayLike, scale: ArrayLike
) -> Transmitters:
    """Give transmitters as compiled code reads them; a place that is no number has latitude 0."""
    x, y, agl, scales = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(given, np.float64)) for given in (tx_x, tx_y, tx_agl_m, scale))
    )
    if not (np.isfinite(scales) & (scales > 0.0)).all():
        raise ValueError("P.1812 area: scale must be above 0")
    _, latitude = geodesy.to_wgs84(x, y, relief.grid.crs)
    latitude = np.where(np.isfinite(latitude), latitude, 0.0)
    return Transmitters(*(np.ascontiguousarray(a) for a in (x, y, agl, latitude, scales)))
