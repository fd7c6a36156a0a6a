"""Compiled: what is seen along an evenly spaced profile: horizons, edges, sums of heights.

What losses follow is left to :mod:`~geoplan.propagation.area.kernel_median`. Lengths are counted
in steps: a division less for each point. Loops run in whole blocks, over points of no effect
behind the last.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from geoplan import settings
from geoplan.propagation.area.kernel_profiles import BLOCK, Floats, Zones, blocks_of, leaf
from geoplan.propagation.kernel_extremes import greater, lesser

settings.use_numba_cache()

_LOWEST: Final = -1e300
_HIGHEST: Final = 1e300
_ABYSS_M: Final = -1e30
"""So low that no point there is ever seen. [m]"""
_ROUNDING: Final = 1e-14
_IN_ANY_ORDER: Final = {"nnan", "ninf", "nsz", "arcp", "contract", "reassoc"}


class Look(NamedTuple):
    """What one look at a profile gives, heights in m and lengths in steps.

    Rises to the horizons of the bare ground above the curve of the Earth, and to the highest
    slopes on a flat one; the height above the ray; v_1 and v_2;
    the points of the horizons, 0 in sight.
    """

    horizon_t: float
    horizon_r: float
    from_t: float
    from_r: float
    above: float
    v1: float
    v2: float
    first: float
    final: float


@njit(cache=True)
def inverses(count: int) -> Floats:  # pragma: no cover - compiled
    """Give 1 / i for every i below a count at i + BLOCK, and before it 1, for no point's sake."""
    inverse = np.ones(count + 2 * BLOCK)
    for i in range(1, count + BLOCK):
        inverse[i + BLOCK] = 1.0 / i
    return inverse


@leaf()
def sea_fraction(zone: Zones, points: int) -> float:  # pragma: no cover - compiled
    """Give ω: the terminals stand for half a step each."""
    halves = (zone[0] == 1) + (zone[points - 1] == 1)
    for i in range(1, points - 1):
        halves += 2 * (zone[i] == 1)
    return float(halves / (2.0 * (points - 1)))


@leaf(fastmath=_IN_ANY_ORDER, error_model="numpy")
def _sums(h: Floats, last: int) -> tuple[float, float]:  # pragma: no cover - compiled
    """Give v_1 and v_2 of the line fitted to the ground; behind the last point stands 0."""
    sum_h, sum_ih = 0.0, 0.0
    for i in range(blocks_of(last + 1)):
        sum_h += h[i]
        sum_ih += h[i] * np.float64(i)
    return 2.0 * sum_h - h[0] - h[last], 6.0 * sum_ih + h[0] - (3.0 * last + 1.0) * h[last]


@leaf(fastmath=_IN_ANY_ORDER, error_model="numpy")
def _look(
    h: Floats, clutter: Floats, last: int, hts: float, hrs: float, c: float, inverse: Floats
) -> tuple[float, float, float, float, float, float, float]:  # pragma: no cover - compiled
    """Look once at all points between the terminals; from the last on, all is far below."""
    slope = (hrs - hts) / last
    edge_t, edge_r, horizon_t, horizon_r = _LOWEST, _LOWEST, _LOWEST, _LOWEST
    from_t, from_r, above = _LOWEST, _LOWEST, _LOWEST
    for i in range(1, 1 + blocks_of(last - 1)):
        x, back = np.float64(i), np.float64(last - i)
        by_x, by_back = inverse[np.uint64(BLOCK + i)], inverse[np.uint64(BLOCK + last - i)]
        over = h[i] - hts
        rise_t, rise_r = over * by_x, (h[i] - hrs) * by_back
        curved_t, curved_r = rise_t - c * x, rise_r - c * back
        from_t, from_r = greater(from_t, rise_t), greater(from_r, rise_r)
        horizon_t, horizon_r = greater(horizon_t, curved_t), greater(horizon_r, curved_r)
        edge_t = greater(edge_t, curved_t + clutter[i] * by_x)
        edge_r = greater(edge_r, curved_r + clutter[i] * by_back)
        above = greater(above, over - slope * x)
    return edge_t, edge_r, horizon_t, horizon_r, from_t, from_r, above


@leaf(fastmath=_IN_ANY_ORDER, error_model="numpy")
def _nearest_touch(
    h: Floats, clutter: Floats, last: int, hts: float, hrs: float, c: float, inverse: Floats
) -> float:  # pragma: no cover - compiled
    """Give the least of clearance² / (x (d - x)) of a clear path, in m² a step²."""
    slope = (hrs - hts) / last
    least = _HIGHEST
    for i in range(1, 1 + blocks_of(last - 1)):
        x, back = np.float64(i), np.float64(last - i)
        by_x, by_back = inverse[np.uint64(BLOCK + i)], inverse[np.uint64(BLOCK + last - i)]
        clearance = h[i] + clutter[i] - hts - slope * x + c * x * back
        least = lesser(least, clearance * clearance * by_x * by_back)
    return least


@leaf(fastmath=_IN_ANY_ORDER, error_model="numpy")
def _horizons(
    h: Floats,
    last: int,
    hts: float,
    hrs: float,
    c: float,
    rise_t: float,
    rise_r: float,
    inverse: Floats,
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Give the first point with the transmitter's rise and the last with the receiver's."""
    enough_t = rise_t - _ROUNDING * (abs(rise_t) + c * last)
    enough_r = rise_r - _ROUNDING * (abs(rise_r) + c * last)
    first, final = float(last), 0.0
    for i in range(1, 1 + blocks_of(last - 1)):
        x, back = np.float64(i), np.float64(last - i)
        curved_t = (h[i] - hts) * inverse[np.uint64(BLOCK + i)] - c * x
        curved_r = (h[i] - hrs) * inverse[np.uint64(BLOCK + last - i)] - c * back
        first = lesser(first, x if curved_t >= enough_t else _HIGHEST)
        final = greater(final, x if curved_r >= enough_r else 0.0)
    return first, final


@leaf(error_model="numpy")
def seen(
    h: Floats, clutter: Floats, last: int, hts: float, hrs: float, c: float, inverse: Floats
) -> tuple[Look, float]:  # pragma: no cover - compiled
    """Give what a look shows, and ν √λ of the edge for d in steps.

    For the sake of whole blocks the heights behind the last point are 0, then far below all.
    """
    ground_r, stop = h[last], blocks_of(last + 1) + 1
    h[last + 1 : stop] = 0.0
    v1, v2 = _sums(h, last)
    h[last:stop] = _ABYSS_M
    edge_t, edge_r, horizon_t, horizon_r, from_t, from_r, above = _look(
        h, clutter, last, hts, hrs, c, inverse
    )
    tim, rim = edge_t + c * last, edge_r + c * last
    if tim >= (hrs - hts) / last and tim + rim > 0.0:
        actual = edge(last, hts, hrs, tim, rim)
    else:
        actual = -math.sqrt(last * _nearest_touch(h, clutter, last, hts, hrs, c, inverse))
    first, final = 0.0, 0.0
    if horizon_t > (hrs - hts) / last - c * last:
        first, final = _horizons(h, last, hts, hrs, c, horizon_t, horizon_r, inverse)
    h[last] = ground_r
    return Look(horizon_t, horizon_r, from_t, from_r, above, v1, v2, first, final), actual


@leaf(error_model="numpy")
def edge(
    last: float, tx: float, rx: float, tim: float, rim: float
) -> float:  # pragma: no cover - compiled
    """Give ν √(λ d) of the edge where the tangents meet, for d in steps and 1 m of λ / 500."""
    at = (rx - tx + rim * last) / (tim + rim)
    above = tx + tim * at - (tx * (last - at) + rx * at) / last
    return above * math.sqrt(last / (at * (last - at)))


@leaf(error_model="numpy")
def steps_to_touch(
    h: Floats, last: int, hts: float, hrs: float, c: float
) -> int:  # pragma: no cover - compiled
    """Give the last point of the bare ground that comes nearest to the ray of a clear path."""
    slope, least, nearest = (hrs - hts) / last, _HIGHEST, 1
    for i in range(1, last):
        q = np.float64(i) * (last - i)
        clearance = h[i] - hts - slope * i + c * q
        if clearance * clearance <= least * q * (1.0 + _ROUNDING):
            least, nearest = clearance * clearance / q, i
    return nearest


@leaf(fastmath=_IN_ANY_ORDER, error_model="numpy")
def highest_above(
    h: Floats, first: int, final: int, base: float, slope: float
) -> float:  # pragma: no cover - compiled
    """Give the greatest height above a line, between two points and at them. [m]"""
    highest = _LOWEST
    for i in range(first, final + 1):
        highest = greater(highest, h[i] - base - slope * np.float64(i))
    return highest
