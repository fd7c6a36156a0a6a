"""Which new builds may be candidates: inside a commune, outside forbidden zones, not too close.

What is left out stays known, with its reason and what it lost to.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy

NEW_SPACING_M: Final = 100.0
"""New builds closer than this to another candidate or a position add nothing (assumption)."""
SAME_PLACE_M: Final = 1.0
"""Candidates closer than this are one candidate given twice (assumption)."""


def coordinate_name(longitude: float, latitude: float) -> str:
    """Name a place that has no id by its coordinates.

    >>> coordinate_name(108.5, 15.123456)
    '108.500000,15.123456'
    """
    return f"{longitude:.6f},{latitude:.6f}"


def thinned(new: pd.DataFrame, taken: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop the new builds closer than 100 m to a place that is taken or to an earlier one.

    Parameters
    ----------
    new
        ``longitude, latitude`` in order of preference, and further columns.
    taken
        ``longitude, latitude, name`` of positions and structures.

    Returns
    -------
    Those that stay, and those that are dropped with ``reason`` (``too_near``; ``duplicate`` where
    another candidate for a new build stands at the very place) and ``by``.
    """
    from scipy.spatial import cKDTree

    if new.empty:
        return new, new.assign(reason="", by="")
    limit = float(geodesy.chord_m(NEW_SPACING_M))
    places = geodesy.ecef(new["longitude"], new["latitude"])
    names = [coordinate_name(*one) for one in zip(new["longitude"], new["latitude"], strict=True)]
    lost_to = np.full(len(new), "", dtype=object)
    if len(taken):
        tree = cKDTree(geodesy.ecef(taken["longitude"], taken["latitude"]))
        apart, nearest = (np.asarray(one) for one in tree.query(places))
        close = apart < limit
        lost_to[close] = taken["name"].to_numpy(object)[nearest[close]]
    keep, twin = lost_to == "", np.zeros(len(new), bool)
    pairs = cKDTree(places).query_pairs(limit * (1 - 1e-9), output_type="ndarray")
    for first, second in pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]:
        # By the time of a pair, all pairs that could drop its first member have been seen.
        if keep[first] and keep[second]:
            keep[second], lost_to[second] = False, names[first]
            twin[second] = np.linalg.norm(places[first] - places[second]) < SAME_PLACE_M
    reason = np.where(twin, "duplicate", "too_near").astype(object)
    dropped = new.assign(reason=reason, by=lost_to)[~keep]
    return new[keep].reset_index(drop=True), dropped.reset_index(drop=True)


def repeated(places: pd.DataFrame, kinds: NDArray[np.object_]) -> NDArray[np.int64]:
    """Give, for each place, the first one of its kind at the same spot; −1 where it is the first.

    Parameters
    ----------
    places
        ``longitude, latitude``, in order of preference.
    kinds
        Places of different kinds are different candidates.
    """
    from scipy.spatial import cKDTree

    first = np.full(len(places), -1, np.int64)
    if len(places) < 2:
        return first
    points = geodesy.ecef(places["longitude"], places["latitude"])
    pairs = cKDTree(points).query_pairs(SAME_PLACE_M, output_type="ndarray")
    for one, other in pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]:
        if kinds[one] == kinds[other] and first[one] < 0 and first[other] < 0:
            first[other] = one
    return first
