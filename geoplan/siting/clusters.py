"""People-weighted clusters of unserved demand, whose centres are places for new masts.

The same demand is clustered at three sizes, because a good mast stands beside one large village
or between two small ones. Which centre is worth building is left to the covering model.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SIZES: Final = (0.5, 1.0, 2.0)
"""Sides of the clusters, as parts of the radius (assumption)."""
MOST_CENTRES: Final = 3000
"""Most centres of all sizes together (assumption: keeps a province within seconds)."""
_GATHER: Final = 1 / 8
"""Demand within a square of this part of the radius is one point of the clustering."""
_SEED: Final = 20_250_701
_METRES_PER_DEGREE: Final = 111_200.0


def cluster_centres(
    longitude: Floats, latitude: Floats, weight: Floats, radius_m: Floats
) -> Floats:
    """Give the weighted centres of clusters of demand.

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
    Longitude and latitude of the centres, shape (k, 2); fewer than :data:`MOST_CENTRES`.
    """
    # Towns and countryside have different radii: points are clustered with their like.
    likeness = np.floor(2 * np.log2(radius_m)).astype(np.int64)
    tasks = []
    for like in np.unique(likeness):
        rows = np.flatnonzero(likeness == like)
        side = float(radius_m[rows].min())
        points = _gathered(longitude[rows], latitude[rows], weight[rows], side * _GATHER)
        sizes = [len(np.unique(_squares(points[:, 0], points[:, 1], side * s))) for s in SIZES]
        tasks += [(points, size) for size in sizes]
    wanted = sum(size for _, size in tasks)
    share = min(1.0, MOST_CENTRES / max(wanted, 1))
    centres = [_centres(points, max(1, int(size * share))) for points, size in tasks]
    return np.concatenate(centres) if centres else np.zeros((0, 2))


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
    return _weighted_means(longitude, latitude, weight, square)


def _weighted_means(longitude: Floats, latitude: Floats, weight: Floats, group: Indices) -> Floats:
    total = np.bincount(group, weights=weight)
    filled = np.flatnonzero(total > 0)
    means = [np.bincount(group, weights=part * weight) for part in (longitude, latitude)]
    return np.column_stack([*(mean[filled] / total[filled] for mean in means), total[filled]])


def _centres(points: Floats, size: int) -> Floats:
    """Cluster gathered points into ``size`` groups; give the weighted mean of each."""
    if size >= len(points):
        return points[:, :2]
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    places = geodesy.ecef(points[:, 0], points[:, 1])
    places = (places - places.mean(axis=0)) / 1000.0
    # One thread: sums of several threads differ in their last bit from run to run.
    with threadpool_limits(1):
        model = KMeans(size, n_init=1, max_iter=30, random_state=_SEED, algorithm="lloyd")
        group = model.fit(places, sample_weight=points[:, 2]).labels_
    return _weighted_means(points[:, 0], points[:, 1], points[:, 2], group)[:, :2]
