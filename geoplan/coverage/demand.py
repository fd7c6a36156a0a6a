"""Demand: where people are to be served, and how many of them stand behind each point.

Hamlet centres first, then clusters. Who is served is left to ``coverage.service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.results import Demand

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def fill_population(hamlets: pd.DataFrame) -> pd.DataFrame:
    """Give the hamlets with people where only households are known.

    Such a hamlet takes the people per household of its commune's hamlets that have both,
    and ``population_estimated`` marks it. What stays missing is missing, never 0.
    """
    hamlets = hamlets.copy()
    both = hamlets["population"].notna() & hamlets["households"].gt(0)
    known = hamlets[both].groupby("commune_code")[["population", "households"]].sum()
    by_commune = known["population"] / known["households"]
    rate = by_commune.reindex(hamlets["commune_code"]).set_axis(hamlets.index)
    estimate = hamlets["population"].isna() & hamlets["households"].notna() & rate.notna()
    people = hamlets["population"].where(~estimate, hamlets["households"] * rate)
    hamlets["population"] = people.astype("float64")
    hamlets["population_estimated"] = estimate.astype("boolean")
    return hamlets


def build_demand(hamlets: pd.DataFrame, clusters: pd.DataFrame) -> Demand:
    """Lay out the demand points of the hamlets and their clusters.

    Parameters
    ----------
    hamlets
        Accepted hamlets with ``population`` filled; the centre is NaN where unknown.
    clusters
        Accepted clusters, in the order of the cluster table.

    Returns
    -------
    Located centres in the order of the hamlets, then the clusters in theirs.
    """
    located = np.flatnonzero(hamlets["longitude"].notna().to_numpy())
    rows = {hamlet_id: row for row, hamlet_id in enumerate(hamlets["hamlet_id"])}
    cluster_hamlet = clusters["hamlet_id"].map(rows).to_numpy(dtype=np.int32)
    has_clusters = np.bincount(cluster_hamlet, minlength=len(hamlets)) > 0
    by_cluster = cluster_shares(
        cluster_hamlet, clusters["households"].to_numpy(np.float64), len(hamlets)
    )
    hamlet = np.concatenate((located, cluster_hamlet)).astype(np.int32)
    weight = np.concatenate((np.where(has_clusters[located], 0.0, 1.0), by_cluster))
    is_centre = np.arange(len(hamlet)) < len(located)
    weighs = ~is_centre | ~has_clusters[hamlet]
    columns = [
        np.concatenate(
            (hamlets[name].to_numpy(np.float64)[located], clusters[name].to_numpy(np.float64))
        )
        for name in ("longitude", "latitude")
    ]
    people, households = (
        np.where(weighs, hamlets[name].to_numpy(np.float64)[hamlet] * weight, 0.0)
        for name in ("population", "households")
    )
    return Demand(columns[0], columns[1], hamlet, is_centre, weighs, weight, people, households)


def cluster_shares(hamlet: NDArray[np.int32], households: Floats, n_hamlets: int) -> Floats:
    """Give each cluster's share of its hamlet's people.

    By households; equally where any cluster of the hamlet lacks them or their sum is 0
    (PRODUCT.md §5, people served).
    """
    lacking = np.bincount(hamlet, weights=np.isnan(households), minlength=n_hamlets) > 0
    total = np.bincount(hamlet, weights=np.nan_to_num(households), minlength=n_hamlets)
    number = np.bincount(hamlet, minlength=n_hamlets)
    equal = (lacking | (total == 0))[hamlet]
    with np.errstate(invalid="ignore", divide="ignore"):
        by_households = np.nan_to_num(households) / total[hamlet]
    return np.where(equal, 1.0 / np.maximum(number[hamlet], 1), by_households)
