"""Hamlets by status: points where a place is known, names by commune where none is.

Which technology's status is drawn is chosen in the page.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geoplan.report.layers import coding

_LETTERS: Final = {"white": "w", "dead_spot": "d", "covered": "c", "unknown": "u"}


def layer(
    hamlets: pd.DataFrame, service: pd.DataFrame, technologies: tuple[str, ...], mbb: str
) -> dict[str, Any]:
    """Give hamlets with a place as ``points`` and the others as ``unplaced``.

    Parameters
    ----------
    hamlets, service
        The tables of these names.
    technologies
        The technologies of the scenario.
    mbb
        The name under which mobile broadband counts.
    """
    placed = _is_placed(hamlets)
    return {
        "points": _points(hamlets[placed], technologies, mbb)
        | {"own": _own(hamlets[placed], service, technologies)},
        "unplaced": _named(hamlets[~placed]),
    }


def public_layer(hamlets: pd.DataFrame, switches: tuple[str, ...]) -> dict[str, Any]:
    """Give what anybody may see: names, people and status by any operator."""
    placed = _is_placed(hamlets)
    rows = hamlets[placed]
    points = {**_named(rows), **coding.places(rows), "status": _statuses(rows, switches)}
    return {"points": points, "unplaced": _named(hamlets[~placed])}


def statuses_after(
    hamlets: pd.DataFrame, after: pd.DataFrame, switches: tuple[str, ...]
) -> dict[str, dict[str, list[Any]]]:
    """Give the statuses of a what-if for the hamlets that ``points`` holds, in their order."""
    rows = hamlets.loc[_is_placed(hamlets), "hamlet_id"]
    names = [f"status_{name.lower()}" for name in switches]
    found = after.drop_duplicates("hamlet_id").set_index("hamlet_id")[names].reindex(rows)
    return _statuses(found.fillna("unknown"), switches)


def _is_placed(hamlets: pd.DataFrame) -> pd.Series:
    return hamlets["longitude"].notna() & hamlets["latitude"].notna()


def _statuses(hamlets: pd.DataFrame, switches: tuple[str, ...]) -> dict[str, dict[str, list[Any]]]:
    return {name: coding.category(hamlets[f"status_{name.lower()}"]) for name in switches}


def _own(
    hamlets: pd.DataFrame, service: pd.DataFrame, technologies: tuple[str, ...]
) -> dict[str, dict[str, str]]:
    """Give the status of each hamlet with each operator alone: a letter a hamlet."""
    found: dict[str, dict[str, str]] = {name: {} for name in technologies}
    for (technology, operator), rows in service.groupby(["technology", "operator"], sort=True):
        if technology in found:
            of_hamlet = rows.drop_duplicates("hamlet_id").set_index("hamlet_id")["status"]
            statuses = of_hamlet.reindex(hamlets["hamlet_id"]).tolist()
            letters = "".join(_LETTERS.get(status, "u") for status in statuses)
            found[str(technology)][str(operator)] = letters
    return found


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
        "status": _statuses(hamlets, tuple(keys)),
        "operators": {
            name: coding.category(hamlets[f"operators_{name.lower()}"]) for name in technologies
        },
        "served": {
            name: coding.whole(hamlets[f"served_people_{key}"]) for name, key in keys.items()
        },
    }
