"""Who owns the masts, and where the lists contradict each other about one of them.

Which value decides a ratio is told as ``sharing.ratios`` and ``common_masts`` take it; nothing
is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.sharing import ratios
from geoplan.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTRIBUTES: Final = ("structure_owner", "built_date", "structure_height_m")


def structure_conflicts(cells: pd.DataFrame) -> pd.DataFrame:
    """List the values that rows of one position declare against each other.

    Parameters
    ----------
    cells
        On-air rows that count, with ``position``, ``position_id`` and ``structure_key``.

    Returns
    -------
    The table ``structure_conflicts``: a row for each value of an attribute of which a position
    has several. Blank values contradict nothing; owners are compared without case and accents.
    """
    parts = list(_conflicts(cells.reset_index(drop=True)))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if found.empty:
        found = pd.DataFrame(columns=list(tables.STRUCTURE_CONFLICTS_OUT.names))
    return tables.check(found, tables.STRUCTURE_CONFLICTS_OUT)


def _conflicts(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    member = cells["operator"] + ":" + cells["installation_key"]
    for name in _ATTRIBUTES:
        given = cells[name].notna() & (cells[name] != "")
        said = cells[given].assign(member=member[given])
        alike = said[name].map(fold) if name == "structure_owner" else said[name]
        several = alike.groupby(said["position"]).transform("nunique") > 1
        if not several.any():
            continue
        decides = _decides(cells, name).loc[said.index]
        said = said.assign(value=_written(said[name]), decides=decides)[several]
        groups = said.groupby(["position_id", "value"], sort=True)
        yield pd.DataFrame(
            {
                "attribute": name,
                "declared_by": groups["operator"].agg(_joined),
                "members": groups["member"].agg(_joined),
                "structure_ids": groups["structure_id"].agg(_joined),
                "n_rows": groups.size(),
                "decides": groups["decides"].any(),
            }
        ).reset_index()


def _decides(cells: pd.DataFrame, name: str) -> pd.Series:
    """Tell for each row whether its value is the one that a figure takes."""
    if name == "structure_owner":
        stated = cells[name].mask(cells[name] == "")
        decisive = stated.groupby([cells[key] for key in ratios.STATION_KEY]).transform("min")
    elif name == "built_date":
        decisive = ratios.structure_dates(cells, cells)
    else:
        decisive = cells.groupby("position")[name].transform("max")
    return pd.Series(np.asarray(cells[name] == decisive, bool), index=cells.index)


def _written(values: pd.Series) -> pd.Series:
    if values.dtype.kind == "M":
        return pd.Series(values.dt.strftime("%Y-%m-%d"), dtype="str")
    if values.dtype.kind == "f":
        return values.map("{:.1f}".format).astype("str")
    return values.astype("str")


def _joined(values: pd.Series) -> str:
    return ";".join(sorted({value for value in values if value}))


def owners(cells: pd.DataFrame, operators: tuple[str, ...]) -> pd.DataFrame:
    """Count what each owner has, and who stands on it.

    Parameters
    ----------
    cells
        On-air rows that count, with ``position``.
    operators
        Names of the operators.

    Returns
    -------
    The table ``owners``. A position of which several owners are declared counts at each of
    them; one whose owner nobody names counts at the blank owner, whose tenants nobody knows.
    """
    pairs = ratios.position_operators(cells)
    named = cells.loc[cells["structure_owner"] != "", ["position", "structure_owner"]]
    named = named.assign(key=named["structure_owner"].map(fold))
    spelt = named.sort_values("structure_owner").groupby("key")["structure_owner"].first()
    held = named[["position", "key"]].drop_duplicates()
    held = pairs.merge(held, on="position", how="left")
    held["key"] = held["key"].astype("str").fillna("")
    held["is_tenant"] = (held["key"] != "") & (held["key"] != held["operator"].map(fold))
    one = held.drop_duplicates(["key", "position"])
    found = pd.DataFrame(
        {
            "positions": one.groupby("key").size(),
            "shared_positions": (one["n_operators"] >= 2).groupby(one["key"]).sum(),
            "tenancies": held.groupby("key")["is_tenant"].sum().astype("Int64"),
        }
    )
    order = {name: i for i, name in enumerate(operators)}
    tenants = held[held["is_tenant"]].groupby("key")["operator"].unique()
    listed = tenants.map(lambda names: ";".join(sorted(names, key=lambda one: order[one])))
    found["tenants"] = listed.reindex(found.index).astype("str").fillna("")
    known = {fold(name) for name in operators}
    found["owner_kind"] = np.where(
        found.index == "", "unnamed", np.where(found.index.isin(known), "operator", "other")
    )
    found.loc[found.index == "", "tenancies"] = pd.NA
    found["owner"] = spelt.reindex(found.index).astype("str").fillna("")
    return tables.check(found.reset_index(drop=True), tables.OWNERS_OUT)
