"""Holes: people without signal who live together, by what is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(holes: pd.DataFrame) -> dict[str, Any]:
    """Give the points of the table ``holes`` with what their popups say."""
    return {
        **coding.places(holes),
        "id": holes["hole_id"].tolist(),
        "kind": coding.category(holes["kind"]),
        "technology": coding.category(holes["technology"]),
        "missing": coding.category(holes["operators_missing"]),
        "commune": coding.category(holes["commune_code"]),
        "people": coding.whole(holes["people"]),
        "hamlets": coding.whole(holes["hamlets"]),
    }
