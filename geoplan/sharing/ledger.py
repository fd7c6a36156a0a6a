"""The sharing ledger: positions, installations and stations of the cells on air.

It only strings ``positions`` and ``ratios`` together; figures by unit are left to
``indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoplan.admin import commune_of_points
from geoplan.faults import Faults
from geoplan.sharing import positions, ratios
from geoplan.sharing import review as decisions
from geoplan.units import SENSITIVITY_DISTANCES_M

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.scenario import Scenario


@dataclass(frozen=True)
class Ledger:
    """Who stands where.

    ``cells`` are the on-air rows as given, with ``position`` (−1 = counted nowhere) and
    ``position_id``; ``installations`` and ``stations`` carry the flags of ``sharing.ratios``.
    """

    cells: pd.DataFrame
    positions: pd.DataFrame
    installations: pd.DataFrame
    stations: pd.DataFrame
    sensitivity: pd.DataFrame
    warnings: Faults
    joined: Joined


def keep_ledger(
    air: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    operators: tuple[str, ...],
    scenario: Scenario,
    review: pd.DataFrame | None = None,
) -> Ledger:
    """Tell positions apart and mark what is new and what is shared.

    Parameters
    ----------
    air
        On-air rows with ``counted``.
    communes
        In the order of their codes.
    operators
        In their usual order.
    review
        The table ``position_review``; None = nobody decided anything.

    Raises
    ------
    InputError
        Decisions of the review cannot all hold.
    """
    rules = scenario.sharing
    distances = sorted({*SENSITIVITY_DISTANCES_M, float(rules.merge_distance_m)})
    counted = air[air["counted"]].reset_index(drop=True)
    joined = join_cells(counted, scenario, review, largest_m=max(distances))
    found, cells = joined.found, joined.cells
    table = positions.describe_positions(found, joined.labels, operators, rules.structure_ids)
    row, _ = commune_of_points(
        communes, table["longitude"].to_numpy(np.float64), table["latitude"].to_numpy(np.float64)
    )
    table["commune_code"] = np.append(communes["commune_code"].to_numpy(object), "")[row]
    table.loc[joined.reviewed, "identity"] = "reviewed"
    return Ledger(
        _with_positions(air, found, table),
        table,
        ratios.mark_new_installations(cells, scenario.period),
        ratios.mark_new_stations(ratios.stations(cells), cells, scenario.period),
        positions.sensitivity(joined.merges, found["operator"].to_numpy(object), distances),
        _warn(found, joined.made),
        joined,
    )


@dataclass(frozen=True)
class Joined:
    """Installations told apart into positions.

    ``found`` are the installations with ``structure_key``, ``position`` and ``group`` (what was
    one before distances were looked at), ``cells`` the rows with ``position`` and
    ``structure_key``; ``made`` are the decisions of a person, ``reviewed`` the positions that
    they made.
    """

    found: pd.DataFrame
    cells: pd.DataFrame
    merges: positions.Merges
    labels: positions.Ints
    made: decisions.Decisions
    reviewed: positions.Ints


def join_cells(
    counted: pd.DataFrame, scenario: Scenario, review: pd.DataFrame | None, *, largest_m: float
) -> Joined:
    """Tell the positions of on-air rows apart.

    Parameters
    ----------
    counted
        On-air rows that count.
    review
        The table ``position_review``; None = nobody decided anything.
    largest_m
        Largest merge distance that will be asked for, not less than the scenario's. [m]

    Raises
    ------
    InputError
        Decisions of the review cannot all hold.
    """
    rules = scenario.sharing
    found = positions.installations(counted)
    declared = positions.namespaces(found, rules.structure_ids)
    made = decisions.decisions(found, review)
    decisions.contradictions(found, declared, made).raise_if_any()
    join = partial(
        positions.join,
        found["longitude"].to_numpy(np.float64),
        found["latitude"].to_numpy(np.float64),
        declared,
        found["operator"].to_numpy(object),
        structure_ids=rules.structure_ids,
        largest_m=largest_m,
    )
    merges = join(same=made.same, different=made.different)
    labels = merges.labels(rules.merge_distance_m)
    found = found.assign(position=labels, structure_key=declared, group=merges.base)
    by_person = np.zeros(0, np.int64)
    if len(made.standing):
        before = join().labels(rules.merge_distance_m)
        by_person = decisions.reviewed(found, labels, before, made)
    keys = ["operator", "installation_key"]
    cells = counted.merge(found[[*keys, "position", "structure_key"]], on=keys, how="left")
    return Joined(found, cells, merges, labels, made, by_person)


def _with_positions(air: pd.DataFrame, found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Give every on-air row its position, −1 and blank where no commune counts it."""
    keys = ["operator", "installation_key"]
    cells = air.merge(found[[*keys, "position"]], on=keys, how="left")
    cells["position"] = cells["position"].where(cells["counted"]).fillna(-1).astype("int64")
    ids = np.append(table["position_id"].to_numpy(object), "")
    cells["position_id"] = ids[cells["position"].to_numpy()]
    return cells


def _warn(found: pd.DataFrame, made: decisions.Decisions) -> Faults:
    warnings = Faults()
    warnings.extend(made.missing)
    for row in found[found["structures"] > 1].itertuples():
        key = f"{row.operator}:{row.installation_key}"
        warnings.add("structure_conflict", key=key, value=key, kept=row.structure_id)
    return warnings
