"""Positions by the number of operators on air: which masts are shared.

Names that follow from the sites of a position are left out; ``static/map/lists.js`` makes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoplan.report.layers import coding
from geoplan.report.layers.sites import members


def layer(positions: pd.DataFrame, sites: pd.DataFrame) -> dict[str, Any]:
    """Give the points of the table ``positions`` with what their popups say.

    Parameters
    ----------
    positions
        The table.
    sites
        From ``sites.sites``, whose ``position`` tells the rows of this table.
    """
    known = members(sites).reindex(range(len(positions))).fillna("").to_numpy(dtype=object)
    named = positions["members"].fillna("").to_numpy(dtype=object)
    ids = positions["position_id"].to_numpy(dtype=object)
    same = named == known
    return {
        **coding.places(positions),
        "id": np.where(same & (ids == named), "", ids).tolist(),
        "commune": coding.category(positions["commune_code"]),
        "operators": coding.category(positions["operators"]),
        "count": coding.whole(positions["n_operators"]),
        "technologies": coding.category(positions["technologies"]),
        "identity": coding.category(positions["identity"]),
        "members": np.where(same, "", named).tolist(),
    }
