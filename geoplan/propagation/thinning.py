"""Measurements by pixels and blocks of the ground, so that a car standing still counts once.

What is made of them is left to :mod:`~geoplan.propagation.calibration`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy

Integers = NDArray[np.int64]

KINDS: Final = ("operator", "technology", "band_mhz", "environment")
"""What tells measurements of one pixel apart."""
MEDIANS: Final = ("residual_db", "log_km")


def cells_of(
    longitude: ArrayLike, latitude: ArrayLike, size_m: float, *, crs: str
) -> tuple[Integers, Integers]:
    """Give column and row of the square that each point lies in, on the plane of a metric CRS."""
    x, y = geodesy.from_wgs84(longitude, latitude, crs)
    column, row = (np.floor(along / size_m).astype(np.int64) for along in (x, y))
    return column, row


def thin(rows: pd.DataFrame, *, cell_m: float, block_m: float) -> pd.DataFrame:
    """Give the median of each pixel, kind by kind.

    Parameters
    ----------
    rows
        With ``longitude``, ``latitude``, :data:`KINDS` and :data:`MEDIANS`, none of them blank.
    cell_m, block_m
        Side of a pixel, and of a block. [m]

    Returns
    -------
    One row for each pixel and kind: kinds, ``column`` and ``row`` of the pixel, the medians,
    ``samples``, and ``block_column`` and ``block_row`` of the block of its middle; sorted by kind
    and pixel.
    """
    keys = [*KINDS, "column", "row"]
    if rows.empty:
        return pd.DataFrame(columns=[*keys, *MEDIANS, "samples", "block_column", "block_row"])
    lon, lat = rows["longitude"].to_numpy(float), rows["latitude"].to_numpy(float)
    crs = geodesy.planning_crs((lon.min(), lat.min(), lon.max(), lat.max()))
    column, row = cells_of(lon, lat, cell_m, crs=crs)
    groups = rows.assign(column=column, row=row).groupby(keys, sort=True)
    medians = groups[list(MEDIANS)].median().assign(samples=groups.size()).reset_index()
    return medians.assign(
        block_column=np.floor((medians["column"] + 0.5) * cell_m / block_m).astype(np.int64),
        block_row=np.floor((medians["row"] + 0.5) * cell_m / block_m).astype(np.int64),
    )


def number_blocks(cells: pd.DataFrame) -> Integers:
    """Give each pixel the number of its block, from 0, in the order of column and row."""
    numbers = cells.groupby(["block_column", "block_row"], sort=True).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def folds_of(blocks: Integers, folds: int) -> Integers:
    """Put whole blocks into folds of about the same number of pixels.

    The largest block goes first, each to the fold that holds fewest; ties go to the lower
    number, so that two runs cut alike.

    >>> folds_of(np.array([0, 0, 0, 1, 2, 2]), 2).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    sizes = np.bincount(blocks)
    fold_of = np.zeros(len(sizes), dtype=np.int64)
    held = np.zeros(folds, dtype=np.int64)
    for block in np.lexsort((np.arange(len(sizes)), -sizes)).tolist():
        chosen = int(np.argmin(held))
        fold_of[block] = chosen
        held[chosen] += sizes[block]
    found: Integers = np.take(fold_of, blocks)
    return found
