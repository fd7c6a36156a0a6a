"""Compiled twin of :func:`geoplan.propagation.antennas.pairs_db`: many pairs of cell and point.

:mod:`~geoplan.propagation.antennas` defines the numbers and the geometry; a test holds this twin
to it. :func:`attenuation_db` may be called from compiled loops of area predictors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings
from geoplan.propagation.antennas import Mounted, Pattern

settings.use_numba_cache()

Floats = NDArray[np.float64]

_RADIAN: Final = math.pi / 180.0
_DEGREE: Final = 180.0 / math.pi


class Stack(NamedTuple):
    """Patterns one below the other, each cut closed by its first value: shape (n, 361).

    ``most_db`` and ``tilt_deg`` are the cap and the electrical tilt of each, shape (n,).
    """

    horizontal_db: Floats
    vertical_db: Floats
    most_db: Floats
    tilt_deg: Floats


def stack(patterns: Sequence[Pattern]) -> Stack:
    """Put patterns one below the other for compiled loops."""

    def closed(cuts: list[Floats]) -> Floats:
        return np.array([np.append(cut, cut[0]) for cut in cuts]).reshape(len(cuts), 361)

    return Stack(
        closed([one.horizontal_db for one in patterns]),
        closed([one.vertical_db for one in patterns]),
        np.array([one.most_db for one in patterns], dtype=np.float64),
        np.array([one.electrical_tilt_deg for one in patterns], dtype=np.float64),
    )


def pairs_db(
    patterns: Sequence[Pattern],
    mounted: Mounted,
    cell: NDArray[np.int64],
    bearing_deg: Floats,
    elevation_deg: Floats,
) -> Floats:
    """Give the attenuation of pairs of cell and point, as the plain form does. [dB]"""
    found = np.empty(len(cell))
    _fill(
        stack(patterns),
        np.asarray(mounted.pattern, dtype=np.int64),
        np.asarray(mounted.azimuth_deg, dtype=np.float64),
        np.asarray(mounted.mechanical_tilt_deg, dtype=np.float64),
        np.asarray(mounted.electrical_tilt_deg, dtype=np.float64),
        np.asarray(cell, dtype=np.int64),
        np.asarray(bearing_deg, dtype=np.float64),
        np.asarray(elevation_deg, dtype=np.float64),
        found,
    )
    return found


@njit(cache=True, nogil=True)
def _fill(
    patterns: Stack,
    pattern: NDArray[np.int64],
    azimuth_deg: Floats,
    mechanical_deg: Floats,
    electrical_deg: Floats,
    cell: NDArray[np.int64],
    bearing_deg: Floats,
    elevation_deg: Floats,
    found: Floats,
) -> None:
    for i in range(len(cell)):
        own = cell[i]
        found[i] = attenuation_db(
            patterns,
            pattern[own],
            azimuth_deg[own],
            mechanical_deg[own],
            electrical_deg[own],
            bearing_deg[i],
            elevation_deg[i],
        )


@njit(cache=True, nogil=True)
def attenuation_db(
    patterns: Stack,
    pattern: int,
    azimuth_deg: float,
    mechanical_deg: float,
    electrical_deg: float,
    bearing_deg: float,
    elevation_deg: float,
) -> float:
    """Give what one antenna takes off towards one point; azimuth NaN = all round. [dB]"""
    horizontal_db = 0.0
    below = -elevation_deg
    if mechanical_deg == 0.0 and not math.isnan(azimuth_deg):
        horizontal_db = _at_angle_db(patterns.horizontal_db[pattern], bearing_deg - azimuth_deg)
    elif not math.isnan(azimuth_deg):
        phi = (bearing_deg - azimuth_deg) * _RADIAN
        eps, tilt = elevation_deg * _RADIAN, mechanical_deg * _RADIAN
        level, up = math.cos(eps) * math.cos(phi), math.sin(eps)
        x = level * math.cos(tilt) - up * math.sin(tilt)
        y = math.cos(eps) * math.sin(phi)
        z = level * math.sin(tilt) + up * math.cos(tilt)
        below = -math.atan2(z, math.hypot(x, y)) * _DEGREE
        horizontal_db = _at_angle_db(patterns.horizontal_db[pattern], math.atan2(y, x) * _DEGREE)
    below += patterns.tilt_deg[pattern] - electrical_deg
    taken = horizontal_db + _at_angle_db(patterns.vertical_db[pattern], below)
    # Written so that NaN stays NaN.
    return patterns.most_db[pattern] if taken > patterns.most_db[pattern] else taken


@njit(cache=True, nogil=True)
def _at_angle_db(closed_db: Floats, angle_deg: float) -> float:
    if not math.isfinite(angle_deg):
        return math.nan
    turned = angle_deg - 360.0 * math.floor(angle_deg / 360.0)
    first = math.floor(turned)
    share = turned - first
    if first >= 360:
        first = 0
    return float(closed_db[first] * (1.0 - share) + closed_db[first + 1] * share)
