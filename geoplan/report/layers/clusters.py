"""Clusters: groups of houses, by whether any operator serves them.

Which technology is asked for is chosen in the page.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(
    clusters: pd.DataFrame, hamlets: pd.DataFrame, technologies: tuple[str, ...]
) -> dict[str, Any]:
    """Give the points of the table ``clusters`` with what their popups say.

    Parameters
    ----------
    clusters, hamlets
        The tables of these names; a cluster's name and commune fall back to its hamlet's.
    technologies
        The technologies of the scenario.
    """
    placed = clusters[clusters["longitude"].notna() & clusters["latitude"].notna()]
    by_id = hamlets.drop_duplicates("hamlet_id").set_index("hamlet_id")
    of = by_id[["name", "commune_code"]].reindex(placed["hamlet_id"]).fillna("")
    return {
        **coding.places(placed),
        "id": placed["cluster_id"].tolist(),
        "name": coding.category(placed["name"].fillna("")),
        "hamlet": coding.category(of["name"]),
        "commune": coding.category(of["commune_code"]),
        "households": coding.whole(placed["households"]),
        "operators": {
            name: coding.category(placed[f"operators_{name.lower()}"]) for name in technologies
        },
    }
