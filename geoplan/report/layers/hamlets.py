"""Hamlets by status: points where a place is known, names by commune where none is.

Which technology's status is drawn is chosen in the page.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.report.layers import coding


def layer(hamlets: pd.DataFrame, technologies: tuple[str, ...], mbb: str) -> dict[str, Any]:
    """Give hamlets with a place as ``points`` and the others as ``unplaced``.

    Parameters
    ----------
    hamlets
        The table ``hamlets``.
    technologies
        The technologies of the scenario.
    mbb
        The name under which mobile broadband counts.
    """
    placed = hamlets["longitude"].notna() & hamlets["latitude"].notna()
    return {
        "points": _points(hamlets[placed], technologies, mbb),
        "unplaced": _named(hamlets[~placed]),
    }


def _named(hamlets: pd.DataFrame) -> dict[str, Any]:
    return {
        "id": hamlets["hamlet_id"].tolist(),
        "name": coding.category(hamlets["name"]),
        "commune": coding.category(hamlets["commune_code"]),
        "kind": coding.category(hamlets["kind"]),
        "people": coding.whole(hamlets["population"]),
    }


def _points(hamlets: pd.DataFrame, technologies: tuple[str, ...], mbb: str) -> dict[str, Any]:
    keys = {technology: technology.lower() for technology in (mbb, *technologies)}
    return {
        **_named(hamlets),
        **coding.places(hamlets),
        "near": coding.flags(hamlets["near_threshold"]),
        "clusters": coding.flags(hamlets["clusters_known"]),
        "estimated": coding.flags(hamlets["population_estimated"]),
        "source": coding.category(hamlets["source"]),
        "status": {name: coding.category(hamlets[f"status_{key}"]) for name, key in keys.items()},
        "operators": {
            name: coding.category(hamlets[f"operators_{name.lower()}"]) for name in technologies
        },
        "served": {
            name: coding.whole(hamlets[f"served_people_{key}"]) for name, key in keys.items()
        },
    }
