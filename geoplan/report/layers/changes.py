"""Changes: the sites that come or go in a what-if."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(sites: pd.DataFrame) -> dict[str, Any]:
    """Give one point for each site that comes or goes, with its technologies.

    Parameters
    ----------
    sites
        ``change`` (added, removed), ``operator, site_id, technology, longitude, latitude``.
    """
    keys = ["change", "operator", "site_id", "longitude", "latitude"]
    once = sites[[*keys, "technology"]].drop_duplicates().sort_values([*keys, "technology"])
    found = once.groupby(keys, sort=True)["technology"].agg(list).reset_index()
    return {
        **coding.places(found),
        "id": found["site_id"].tolist(),
        "kind": coding.category(found["change"]),
        "operator": coding.category(found["operator"]),
        "technologies": [";".join(names) for names in found["technology"]],
    }
