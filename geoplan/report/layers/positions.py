"""Positions by the number of operators on air: which masts are shared."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(positions: pd.DataFrame) -> dict[str, Any]:
    """Give the points of the table ``positions`` with what their popups say."""
    return {
        **coding.places(positions),
        "id": positions["position_id"].tolist(),
        "commune": coding.category(positions["commune_code"]),
        "operators": coding.category(positions["operators"]),
        "count": coding.whole(positions["n_operators"]),
        "technologies": coding.category(positions["technologies"]),
        "identity": coding.category(positions["identity"]),
        "members": positions["members"].tolist(),
    }
