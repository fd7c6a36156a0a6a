"""The status of hamlets: white, dead spot, covered or unknown, and the people served.

The two-step test of PRODUCT.md §5: the centre first, then the clusters. Roll-ups to communes
and provinces are left to ``indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.results import Demand

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]

WHITE, DEAD_SPOT, COVERED, UNKNOWN = range(4)
STATUS_NAMES = np.array(["white", "dead_spot", "covered", "unknown"], dtype=object)


@dataclass(frozen=True)
class HamletFrame:
    """What the two-step test needs of hamlets, clusters and polygons, as arrays.

    Attributes
    ----------
    n_hamlets
        Number of hamlets, located or not.
    centre_hamlet
        Hamlet of each located centre, in the order of ``Demand``.
    cluster_hamlet
        Hamlet of each cluster.
    cluster_counts
        Whether a cluster is large enough to make a dead spot.
    has_clusters
        Per hamlet.
    sample_hamlet, sample_weight
        Hamlet of each sample point inside a polygon without clusters, and its people or area.
    """

    n_hamlets: int
    centre_hamlet: NDArray[np.int32]
    cluster_hamlet: NDArray[np.int32]
    cluster_counts: NDArray[np.bool_]
    has_clusters: NDArray[np.bool_]
    sample_hamlet: NDArray[np.int32]
    sample_weight: Floats
    min_share: float

    @property
    def is_located(self) -> NDArray[np.bool_]:
        """Per hamlet, whether its centre is known."""
        flags = np.zeros(self.n_hamlets, bool)
        flags[self.centre_hamlet] = True
        return flags

    @property
    def is_tested_beyond_centre(self) -> NDArray[np.bool_]:
        """Per hamlet, whether clusters or a polygon can show a dead spot."""
        return self.has_clusters | (np.bincount(self.sample_hamlet, minlength=self.n_hamlets) > 0)


def hamlet_frame(
    hamlets: pd.DataFrame,
    clusters: pd.DataFrame,
    demand: Demand,
    *,
    min_cluster_households: float,
    min_share: float,
    sample_hamlet: NDArray[np.int32] | None = None,
    sample_weight: Floats | None = None,
) -> HamletFrame:
    """Gather the arrays of the two-step test.

    A cluster of unknown size counts: it is not known to be too small.
    """
    n_centres = int(demand.is_centre.sum())
    households = clusters["households"].to_numpy(np.float64)
    cluster_hamlet = demand.hamlet[n_centres:]
    return HamletFrame(
        len(hamlets),
        demand.hamlet[:n_centres],
        cluster_hamlet,
        np.isnan(households) | (households >= min_cluster_households),
        np.bincount(cluster_hamlet, minlength=len(hamlets)) > 0,
        np.zeros(0, np.int32) if sample_hamlet is None else sample_hamlet,
        np.zeros(0) if sample_weight is None else sample_weight,
        min_share,
    )


def status(
    frame: HamletFrame, served: NDArray[np.bool_], sampled: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Give the status of every hamlet from who is served.

    Parameters
    ----------
    frame
        From :func:`hamlet_frame`.
    served
        Whether each demand point is served, centres then clusters.
    sampled
        Whether each sample point of a polygon is served.

    Returns
    -------
    WHITE, DEAD_SPOT, COVERED or UNKNOWN, shape (hamlets,).
    """
    n_centres = len(frame.centre_hamlet)
    result = np.full(frame.n_hamlets, UNKNOWN, np.int8)
    result[frame.centre_hamlet] = np.where(served[:n_centres], COVERED, WHITE)
    bad = frame.cluster_hamlet[~served[n_centres:] & frame.cluster_counts]
    spotted = np.bincount(bad, minlength=frame.n_hamlets) > 0
    if len(frame.sample_hamlet):
        whole = np.bincount(frame.sample_hamlet, frame.sample_weight, frame.n_hamlets)
        good = np.bincount(frame.sample_hamlet, frame.sample_weight * sampled, frame.n_hamlets)
        short = (whole > 0) & (good < frame.min_share * whole * (1 - 1e-12))
        spotted |= short & ~frame.has_clusters
    result[(result == COVERED) & spotted] = DEAD_SPOT
    return result


def served_share(demand: Demand, served: NDArray[np.bool_], n_hamlets: int) -> Floats:
    """Give the share of each hamlet's people that is served; NaN without any location."""
    total = np.bincount(demand.hamlet, weights=demand.share, minlength=n_hamlets)
    good = np.bincount(demand.hamlet, weights=demand.share * served, minlength=n_hamlets)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, good / total, np.nan)
