"""P.1812 from many places to many points over a relief, on every core.

The single path that is to be explained is :func:`geoplan.propagation.itu_p1812.steps`; whole
discs of pixels are left to :mod:`~geoplan.propagation.area`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from geoplan.rasters import Relief

Floats = NDArray[np.float64]

DELTA_N: Final = 45.0
"""ΔN where nobody says otherwise: median lapse of land in the tropics (assumption; the maps of
ITU-R P.1812 § 3.2 give 40 to 60 over Viet Nam). [N-units/km]"""
N0: Final = 370.0
"""N_0 likewise (assumption; the maps give 360 to 385). [N-units]"""
_KM_OF_A_DEGREE: Final = 111.2


def profile(
    relief: Relief, x0: float, y0: float, x1: float, y1: float, step_m: float
) -> tuple[Floats, Floats, Floats, NDArray[np.int8]]:
    """Cut one profile: the plain form that defines what the compiled one does.

    Parameters
    ----------
    relief
        Square cells.
    x0, y0, x1, y1
        Both ends, in its CRS; inside it. [m]
    step_m
        Largest step. [m]

    Returns
    -------
    Distance along the grid [m], ground [m], clutter [m] and zone of n ≥ 3 points.
    """
    grid = relief.grid
    n = max(int(np.ceil(np.hypot(x1 - x0, y1 - y0) / step_m - 1e-9)) + 1, 3)
    x, y = np.linspace(x0, x1, n), np.linspace(y0, y1, n)
    rows, columns = grid.shape
    c = np.clip((x - grid.west) / grid.dx - 0.5, 0.0, columns - 1.0)
    r = np.clip((grid.north - y) / grid.dy - 0.5, 0.0, rows - 1.0)
    left, top = np.minimum(c.astype(int), columns - 2), np.minimum(r.astype(int), rows - 2)
    u, v = c - left, r - top
    ground = relief.ground_m.astype(np.float64)
    upper = ground[top, left] * (1 - u) + ground[top, left + 1] * u
    lower = ground[top + 1, left] * (1 - u) + ground[top + 1, left + 1] * u
    near = (r + 0.5).astype(int), (c + 0.5).astype(int)
    distance = np.hypot(x - x0, y - y0)
    clutter = relief.clutter_m[near].astype(np.float64)
    return distance, upper * (1 - v) + lower * v, clutter, relief.zone[near]


def losses_of_many(
    relief: Relief,
    tx_x: ArrayLike,
    tx_y: ArrayLike,
    tx_agl_m: ArrayLike,
    indptr: NDArray[np.int64],
    px: ArrayLike,
    py: ArrayLike,
    *,
    tx_lonlat: ArrayLike,
    frequencies_ghz: ArrayLike,
    rx_agl_m: float,
    step_m: float,
    time_percent: float = 50.0,
    delta_n: float = DELTA_N,
    n0: float = N0,
    threads: int | None = None,
) -> Floats:
    """Give the median basic transmission loss from each place to its own points.

    Parameters
    ----------
    relief
        Square cells.
    tx_x, tx_y, tx_agl_m
        t places in its CRS, and heights of their antennas above the ground. [m]
    indptr
        Shape (t + 1,): where the points of each place begin.
    px, py
        Shape (m,): the points, in its CRS. [m]
    tx_lonlat
        Shape (t, 2): the places in degrees, for the climate.
    frequencies_ghz
        f frequencies; further ones cost little. [GHz]
    rx_agl_m
        Antenna above the ground at the points. [m]
    step_m
        Largest step of a profile. [m]
    time_percent, delta_n, n0
        As for :func:`geoplan.propagation.itu_p1812.basic_transmission_loss_db`.
    threads
        Default: as many as there are cores; the answer is the same.

    Returns
    -------
    Shape (m, f); not a number where an end lies outside the relief. Below 0.25 km P.1812 is not
    valid: what it gives there stands, and ``nearby`` says what counts. [dB]

    Raises
    ------
    ValueError
        If cells are not square, or a step, a height or a frequency is not positive.
    """
    from geoplan.propagation import kernel_paths
    from geoplan.propagation.itu_p1812.kernel_losses import Asked

    grid = relief.grid
    tx, points = _in_cells(relief, tx_x, tx_y), _in_cells(relief, px, py)
    bands = np.atleast_1d(np.asarray(frequencies_ghz, dtype=np.float64))
    agl = np.broadcast_to(np.asarray(tx_agl_m, dtype=np.float64), len(tx)).copy()
    if grid.dx != grid.dy:
        raise ValueError("a relief needs square cells")
    if not (step_m > 0 and rx_agl_m > 0 and (agl > 0).all() and (bands > 0).all()):
        raise ValueError("steps, heights of antennas and frequencies must be above 0")
    lonlat = np.asarray(tx_lonlat, dtype=np.float64).reshape(-1, 2)
    middle = np.cos(np.radians(lonlat[:, 1].mean())) if len(lonlat) else 1.0
    degrees = np.array([1.0 / max(float(middle), 0.01), 1.0]) * grid.dx / 1e3 / _KM_OF_A_DEGREE
    asked = Asked(True, float(time_percent), 0.0, float(n0), 500.0, 500.0)
    losses = np.empty((len(points), len(bands)))
    starts = np.asarray(indptr, dtype=np.int64)

    def work(first: int, last: int) -> None:
        kernel_paths.fill(
            losses, relief.ground_m, relief.clutter_m, relief.zone, tx, lonlat, agl, first, last,
            starts, points, float(rx_agl_m), step_m / grid.dx, grid.dx / 1e3, degrees, bands,
            float(delta_n), asked,
        )  # fmt: skip

    count = threads or os.cpu_count() or 1
    edges = np.unique(np.searchsorted(starts, np.linspace(0, starts[-1], 4 * count + 1)))
    edges = np.unique(np.clip(np.concatenate(([0], edges, [len(tx)])), 0, len(tx)))
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, edges[:-1].tolist(), edges[1:].tolist()))
    return losses


def _in_cells(relief: Relief, x: ArrayLike, y: ArrayLike) -> Floats:
    """Give column and row of points, counted in cells from the centre of the first."""
    grid = relief.grid
    column = (np.asarray(x, dtype=np.float64) - grid.west) / grid.dx - 0.5
    row = (grid.north - np.asarray(y, dtype=np.float64)) / grid.dy - 0.5
    return np.ascontiguousarray(np.column_stack((np.atleast_1d(column), np.atleast_1d(row))))
