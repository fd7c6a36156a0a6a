"""Who serves a point and how well: best server, overlap, and SINR, RSSI and RSRQ under load.

Pairs of point and cell stand point by point (:class:`Pairs`), beside the level of each; levels
themselves are left to :mod:`~geoplan.propagation.levels`.

References
----------
.. [1] 3GPP TS 36.214 V17.0.0, § 5.1.1 (RSRP), § 5.1.3 (RSRQ: N · RSRP / RSSI).
.. [2] 3GPP TS 36.211 V17.0.0, § 6.10.1.2: reference signals of one antenna port take 2 of the 12
   subcarriers of a block, in the symbols over which RSSI is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation.levels import Radio
from geoplan.propagation.link_budget import SUBCARRIERS_OF_A_BLOCK
from geoplan.propagation.link_inputs import LinkInputs, default_inputs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

REFERENCE_SHARE: Final = 2.0 / SUBCARRIERS_OF_A_BLOCK
"""Share of subcarriers that reference signals of one port take in their symbols ([2]_)."""

NONE: Final = -1
"""Stands for no server."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of point and cell, point by point: those of point i are start[i] to start[i + 1].

    Attributes
    ----------
    start
        Shape (points + 1,), from 0 to the number of pairs, never falling.
    cell
        Shape (pairs,): row of the cell; a cell stands at a point once at most.
    """

    start: Integers
    cell: Integers

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.start) - 1

    @property
    def point(self) -> Integers:
        """Give the point of each pair, shape (pairs,)."""
        return np.repeat(np.arange(self.points, dtype=np.int64), np.diff(self.start))


@dataclass(frozen=True)
class Quality:
    """How good each pair would be as the serving one, one value for each pair.

    Attributes
    ----------
    sinr_db
        Of a resource element with data. [dB]
    rssi_dbm
        Of the whole carrier, in the symbols with reference signals. [dBm]
    rsrq_db
        N_RB · RSRP / RSSI: −3 dB alone and idle, −10.8 dB alone and fully loaded. [dB]
    """

    sinr_db: Floats
    rssi_dbm: Floats
    rsrq_db: Floats


def best_server(
    pairs: Pairs, level_dbm: Floats, among: NDArray[np.bool_] | None = None
) -> Integers:
    """Give the pair with the highest level at each point.

    Parameters
    ----------
    level_dbm
        Shape (pairs,); NaN and −∞ serve nowhere. [dBm]
    among
        Mask of pairs that may serve, such as those of one operator; None = all.

    Returns
    -------
    Shape (points,): number of the pair, :data:`NONE` where nobody serves. Of equal levels the
    lowest row of the cells wins, whatever the order of the pairs.
    """
    level = _able(level_dbm, among)
    top = _at_points(np.maximum, pairs, level, -np.inf)
    is_top = np.isfinite(level) & (level == top[pairs.point])
    beyond = np.iinfo(np.int64).max
    lowest = _at_points(np.minimum, pairs, np.where(is_top, pairs.cell, beyond), beyond)
    numbers = np.flatnonzero(is_top & (pairs.cell == lowest[pairs.point]))
    found = np.full(pairs.points, NONE, dtype=np.int64)
    found[pairs.point[numbers]] = numbers
    return found


def servers_within(
    pairs: Pairs,
    level_dbm: Floats,
    within_db: float,
    among: NDArray[np.bool_] | None = None,
) -> Integers:
    """Count the servers at each point no more than some decibels below its best one.

    Returns
    -------
    Shape (points,): the best one counts too; 0 where nobody serves; 2 and more is overlap.

    Raises
    ------
    ValueError
        If ``within_db`` is below 0.
    """
    if not within_db >= 0.0:
        raise ValueError(f"a span of levels cannot be below 0 dB: {within_db}")
    level = _able(level_dbm, among)
    point = pairs.point
    top = _at_points(np.maximum, pairs, level, -np.inf)
    near = np.isfinite(level) & (level >= top[point] - within_db)
    return np.asarray(np.bincount(point[near], minlength=pairs.points), dtype=np.int64)


def quality(
    pairs: Pairs,
    level_dbm: Floats,
    radio: Radio,
    *,
    load: ArrayLike | None = None,
    settings: LinkInputs | None = None,
) -> Quality:
    """Give SINR, RSSI and RSRQ of each pair, as if its cell served ([1]_).

    With RSRP P of the serving cell, P_j of the others on its channel at the point, load a, noise N
    of a resource element and N_RB resource blocks::

        SINR = P / (Σ a_j P_j + N)
        RSSI = 12 N_RB (Σ u_j P_j + u P + N),   u = 1/6 + 5/6 a     (reference signals never rest)
        RSRQ = N_RB P / RSSI

    Parameters
    ----------
    level_dbm
        RSRP, shape (pairs,); a pair without a level disturbs nobody. [dBm]
    radio
        Of all cells.
    load
        Share of the data elements that each cell sends, 0 to 1: one for all, or one for each
        cell; default: ``load`` of ``link_budget.toml``, an assumption.

    Raises
    ------
    ValueError
        If a load does not lie between 0 and 1.
    """
    inputs = default_inputs() if settings is None else settings
    given = inputs.load if load is None else load
    shares = np.broadcast_to(np.asarray(given, dtype=np.float64), (len(radio),))
    if not np.all((shares >= 0.0) & (shares <= 1.0)):
        raise ValueError("a load is a share between 0 and 1")
    cell = pairs.cell
    power_mw = np.where(np.isfinite(level_dbm), 10.0 ** (level_dbm / 10.0), 0.0)
    noise_mw = 10.0 ** (radio.noise_dbm[cell] / 10.0)
    data_mw = shares[cell] * power_mw
    sent_mw = (REFERENCE_SHARE + (1.0 - REFERENCE_SHARE) * shares[cell]) * power_mw
    group = _groups(pairs.point, radio.channel[cell])
    others_mw = _of_others(data_mw, group)
    blocks = radio.resource_blocks[cell]
    rssi_mw = SUBCARRIERS_OF_A_BLOCK * blocks * (_sums(sent_mw, group)[group] + noise_mw)
    with np.errstate(divide="ignore"):
        rsrp = np.where(power_mw > 0.0, 10.0 * np.log10(power_mw), np.nan)
    rssi = 10.0 * np.log10(rssi_mw)
    return Quality(
        sinr_db=rsrp - 10.0 * np.log10(others_mw + noise_mw),
        rssi_dbm=np.where(np.isnan(rsrp), np.nan, rssi),
        rsrq_db=10.0 * np.log10(blocks) + rsrp - rssi,
    )


def _able(level_dbm: Floats, among: NDArray[np.bool_] | None) -> Floats:
    """Give the levels of the pairs that may serve, −∞ of the others."""
    may = np.isfinite(level_dbm) if among is None else np.isfinite(level_dbm) & among
    return np.where(may, level_dbm, -np.inf)


def _at_points(reduce: np.ufunc, pairs: Pairs, values: NDArray[Any], empty: float) -> NDArray[Any]:
    """Reduce the values of the pairs of each point to one; points without pairs get ``empty``."""
    found = np.full(pairs.points, empty, dtype=values.dtype)
    filled = np.flatnonzero(np.diff(pairs.start))
    if len(filled):
        found[filled] = reduce.reduceat(values, pairs.start[filled])
    return found


def _groups(point: Integers, channel: Integers) -> Integers:
    """Number the pairs of one point and channel alike, from 0 on."""
    if not len(point):
        return np.zeros(0, dtype=np.int64)
    key = point * (int(channel.max()) + 1) + channel
    return np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64)


def _sums(values: Floats, group: Integers) -> Floats:
    return np.asarray(np.bincount(group, weights=values), dtype=np.float64)


def _of_others(values: Floats, group: Integers) -> Floats:
    """Give, for each value, the sum of the others of its group.

    Not the sum less itself: beside a strong cell that would leave rounding in place of a weak one.
    Running sums from both ends hold every other value and not the own one.
    """
    order = np.argsort(group, kind="stable")
    ordered, own = values[order], group[order]
    found = np.empty(len(values))
    found[order] = _before(ordered, own) + _before(ordered[::-1], own[::-1])[::-1]
    return found


def _before(values: Floats, group: Integers) -> Floats:
    """Give the sum of the values before each one within its group; groups stand together."""
    found = np.zeros(len(values))
    if not len(values):
        return found
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    sizes = np.diff(np.r_[starts, len(values)])
    # Step by step over all groups at once: as many steps as the largest group has members.
    for step in range(1, int(sizes.max(initial=0))):
        at = starts[sizes > step] + step
        found[at] = found[at - 1] + values[at - 1]
    return found
