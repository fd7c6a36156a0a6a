"""People-weighted clusters of unserved demand, whose centres are places for new masts.

Dense groups are found by HDBSCAN, whatever their size. By k-means the same demand is clustered at
three sizes, and the points half way between two near clusters
are tried too, because a good mast stands beside one large village or between two small ones.
Which place is worth building on is left to the covering model.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SIZES: Final = (0.5, 1.0, 2.0)
"""Sides of the clusters, as parts of the radius; the finest first (assumption)."""
MOST_CENTRES: Final = 3000
"""About how many centres of all sizes together (assumption: a province within seconds)."""
MOST_BETWEEN: Final = 3000
"""Most points half way between two centres, those with most people (assumption)."""
MOST_DENSE: Final = 6000
"""Most points that HDBSCAN takes, each as often as it has shares: its time grows with their
square (assumption: half a second)."""
SHARES: Final = 5
"""Into so many shares the people of the smallest dense group are cut: HDBSCAN weighs no points,
so a point stands as often as it has shares, up to so many times (assumption)."""
_GATHER: Final = 1 / 8
"""Demand within a square of this part of the radius is one point of the clustering."""
_SEED: Final = 20_250_701
_METRES_PER_DEGREE: Final = 111_200.0


def cluster_centres(
    longitude: Floats, latitude: Floats, weight: Floats, radius_m: Floats
) -> Floats:
    """Give places for masts: weighted centres of clusters, then points between two of them.

    Parameters
    ----------
    longitude, latitude
        Of the demand, in a fixed order, shape (n,). [degrees]
    weight
        What each point is worth, above 0.
    radius_m
        How far a mast at each point would serve. [m]

    Returns
    -------
    Longitude and latitude, shape (places, 2).
    """
    # Towns and countryside have different radii: points are clustered with their like.
    likeness = np.floor(2 * np.log2(radius_m)).astype(np.int64)
    groups = []
    for like in np.unique(likeness):
        rows = np.flatnonzero(likeness == like)
        side = float(radius_m[rows].min())
        points = _gathered(longitude[rows], latitude[rows], weight[rows], side * _GATHER)
        sizes = [len(np.unique(_squares(points[:, 0], points[:, 1], side * s))) for s in SIZES]
        groups.append((points, side, sizes))
    share = min(1.0, MOST_CENTRES / max(sum(sum(sizes) for _, _, sizes in groups), 1))
    centres, between = [np.zeros((0, 2))], [np.zeros((0, 3))]
    for points, side, sizes in groups:
        found = [_centres(points, max(1, int(size * share))) for size in sizes]
        centres += [part[:, :2] for part in found]
        between.append(_half_way(found[0], 2 * side))
    pairs = np.concatenate(between)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -pairs[:, 2]))][:MOST_BETWEEN]
    return np.concatenate([*centres, pairs[:, :2]])


def dense_centres(
    longitude: Floats, latitude: Floats, weight: Floats, radius_m: Floats, least: float
) -> Floats:
    """Give the weighted centres of the dense groups that HDBSCAN finds [1]_.

    Parameters
    ----------
    longitude, latitude, weight, radius_m
        As for :func:`cluster_centres`.
    least
        Weight of the smallest group, above 0.

    Returns
    -------
    Longitude and latitude, shape (groups, 2), the heaviest group first.

    References
    ----------
    .. [1] R. Campello, D. Moulavi, J. Sander, "Density-based clustering based on hierarchical
       density estimates," PAKDD 2013.
    """
    side = float(radius_m.min()) * _GATHER
    points = _gathered(longitude, latitude, weight, side)
    while (copies := _shares(points, least)).sum() > MOST_DENSE:
        side *= 1.5
        points = _gathered(longitude, latitude, weight, side)
    if copies.sum() < SHARES:
        return np.zeros((0, 2))
    from sklearn.cluster import HDBSCAN
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    places = geodesy.ecef(points[:, 0], points[:, 1])
    # A single group is allowed: a province with one hole has one dense group.
    model = HDBSCAN(SHARES, cluster_selection_method="leaf", allow_single_cluster=True, copy=True)
    with threadpool_limits(1):
        group = model.fit((places - places.mean(axis=0)).repeat(copies, axis=0)).labels_
    first = np.cumsum(copies) - copies
    of_point = np.where(copies > 0, np.append(group, -1)[np.minimum(first, len(group))], -1)
    inside = of_point >= 0
    if not inside.any():
        return np.zeros((0, 2))
    centres = _weighted_means(points[inside], of_point[inside])
    return centres[np.lexsort((centres[:, 1], centres[:, 0], -centres[:, 2]))][:, :2]


def _shares(points: Floats, least: float) -> Indices:
    """Give how often each gathered point stands for HDBSCAN."""
    return np.clip(np.rint(points[:, 2] * SHARES / least), 0, SHARES).astype(np.int64)


def _squares(longitude: Floats, latitude: Floats, side_m: float) -> Indices:
    """Number the squares of a grid in which points lie."""
    middle = np.radians((latitude.min() + latitude.max()) / 2)
    east = (longitude - longitude.min()) * _METRES_PER_DEGREE * np.cos(middle)
    north = (latitude - latitude.min()) * _METRES_PER_DEGREE
    column, row = (np.floor(metres / side_m).astype(np.int64) for metres in (east, north))
    squares: Indices = column * (int(row.max()) + 1) + row
    return squares


def _gathered(longitude: Floats, latitude: Floats, weight: Floats, side_m: float) -> Floats:
    """Gather points to their weighted mean in each square: longitude, latitude, weight."""
    _, square = np.unique(_squares(longitude, latitude, side_m), return_inverse=True)
    return _weighted_means(np.column_stack((longitude, latitude, weight)), square)


def _weighted_means(points: Floats, group: Indices) -> Floats:
    """Give the weighted mean of each group of points, and its weight."""
    weight = points[:, 2]
    total = np.bincount(group, weights=weight)
    filled = np.flatnonzero(total > 0)
    means = [np.bincount(group, weights=points[:, axis] * weight) for axis in (0, 1)]
    return np.column_stack([*(mean[filled] / total[filled] for mean in means), total[filled]])


def _centres(points: Floats, size: int) -> Floats:
    """Cluster gathered points into ``size`` groups; give the mean and weight of each."""
    if size >= len(points):
        return points
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    places = geodesy.ecef(points[:, 0], points[:, 1])
    places = (places - places.mean(axis=0)) / 1000.0
    # One thread: sums of several threads differ in their last bit from run to run.
    with threadpool_limits(1):
        model = KMeans(size, n_init=1, max_iter=30, random_state=_SEED, algorithm="lloyd")
        group = model.fit(places, sample_weight=points[:, 2]).labels_
    return _weighted_means(points, group)


def _half_way(centres: Floats, limit_m: float) -> Floats:
    """Give the points half way between centres at most ``limit_m`` apart, with their weight."""
    from scipy.spatial import cKDTree

    tree = cKDTree(geodesy.ecef(centres[:, 0], centres[:, 1]))
    pairs = tree.query_pairs(float(geodesy.chord_m(limit_m)), output_type="ndarray")
    first, second = centres[pairs[:, 0]], centres[pairs[:, 1]]
    middle = (first[:, :2] + second[:, :2]) / 2
    return np.column_stack((middle, first[:, 2] + second[:, 2]))
