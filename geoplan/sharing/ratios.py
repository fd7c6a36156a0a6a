"""Every sharing ratio and count, each under its own name (PRODUCT.md §5, "Sharing").

One name never stands for two formulas. Which installations make a position is told by
``sharing.positions``; spreading ratios over units is left to ``indicators``.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoplan.text import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATION_KEY = ["operator", "installation_key", "technology"]


def stations(cells: pd.DataFrame) -> pd.DataFrame:
    """Gather on-air rows into stations: one technology of one installation.

    Parameters
    ----------
    cells
        On-air rows that count, with ``position`` and ``structure_key``.

    Returns
    -------
    One row each: the key, ``on_air_date`` (earliest of its rows; NaT where none has one),
    ``structure_key, structure_owner, position, commune_code``.
    """
    cells = cells.sort_values([*STATION_KEY, "longitude", "latitude"], kind="stable")
    groups = cells.groupby(STATION_KEY, sort=True)
    found = groups[["structure_key", "position", "commune_code"]].first()
    found["on_air_date"] = groups["on_air_date"].min()
    owners = cells[cells["structure_owner"] != ""].groupby(STATION_KEY)["structure_owner"].min()
    found["structure_owner"] = owners
    found["structure_owner"] = found["structure_owner"].astype("str").fillna("")
    return found.reset_index()


def structure_dates(cells: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Give the day since when the structure of each row stands.

    The earliest built or on-air date of any on-air row with its declared structure; for rows
    without one, of any on-air row at its position.

    Parameters
    ----------
    cells
        On-air rows that count, with ``position``, ``structure_key``, ``built_date`` and
        ``on_air_date``.
    rows
        With ``structure_key`` and ``position``.
    """
    earliest = cells[["built_date", "on_air_date"]].min(axis=1)
    declared = cells["structure_key"] != ""
    by_structure = earliest[declared].groupby(cells.loc[declared, "structure_key"]).min()
    by_position = earliest.groupby(cells["position"]).min()
    # Not map, which cannot read an empty series of dates: nothing may be declared at all.
    own = by_structure.reindex(rows["structure_key"]).set_axis(rows.index)
    other = by_position.reindex(rows["position"]).set_axis(rows.index)
    return own.where(rows["structure_key"] != "", other)


def mark_new_stations(
    found: pd.DataFrame, cells: pd.DataFrame, period: tuple[datetime.date, datetime.date]
) -> pd.DataFrame:
    """Mark which stations are new in the period, and on what.

    Returns
    -------
    ``found`` with the flags ``is_new``; ``on_existing`` (SHARE_NEW); ``on_anothers``
    (SHARE_NEW_STRICT); ``is_upgrade`` (of SHARE_NEW: its operator stood at the position before
    the period, or with a row of blank date, which is never new).
    """
    start, end = (pd.Timestamp(day) for day in period)
    found = found.copy()
    date = found["on_air_date"]
    found["is_new"] = ((date >= start) & (date <= end)).fillna(False).astype(bool)
    since = structure_dates(cells, found)
    found["on_existing"] = found["is_new"] & (since < start).fillna(False).astype(bool)
    owner, own = (found[name].map(fold) for name in ("structure_owner", "operator"))
    other = (owner != "") & (owner != own)
    found["on_anothers"] = found["on_existing"] & other
    old = cells["on_air_date"].isna() | (cells["on_air_date"] < start)
    there = pd.MultiIndex.from_frame(cells.loc[old, ["operator", "position"]].drop_duplicates())
    was_there = pd.MultiIndex.from_frame(found[["operator", "position"]]).isin(there)
    found["is_upgrade"] = found["on_existing"] & was_there
    return found


def mark_new_installations(
    cells: pd.DataFrame, period: tuple[datetime.date, datetime.date]
) -> pd.DataFrame:
    """Mark which installations are new in the period, and which of them joined a structure.

    Returns
    -------
    One row for each installation with ``is_new`` and ``joined`` (SHARE_NEW_JOIN): its
    operator's first at the position, new in the period, on a structure dated before it.
    """
    start, end = (pd.Timestamp(day) for day in period)
    keys = ["operator", "installation_key"]
    groups = cells.sort_values([*keys, "technology"], kind="stable").groupby(keys, sort=True)
    found = groups[["structure_key", "position", "commune_code"]].first()
    found["on_air_date"] = groups["on_air_date"].min()
    found = found.reset_index()
    date = found["on_air_date"]
    found["is_new"] = ((date >= start) & (date <= end)).fillna(False).astype(bool)
    # A blank date is never new, so that an undated installation stands before a dated one.
    in_order = found.sort_values(["on_air_date", *keys], na_position="first", kind="stable")
    is_first = ~in_order.duplicated(["operator", "position"]).reindex(found.index)
    since = structure_dates(cells, found)
    found["joined"] = found["is_new"] & is_first & (since < start).fillna(False).astype(bool)
    return found


def share(numerator: float, denominator: float) -> float:
    """Divide; NaN where there is nothing to divide by."""
    return numerator / denominator if denominator else float("nan")


def position_operators(cells: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each operator at each position, with how many stand there in all."""
    pairs = cells[["position", "operator"]].drop_duplicates().reset_index(drop=True)
    pairs["n_operators"] = pairs.groupby("position")["operator"].transform("size")
    return pairs


def is_shared(pairs: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell for each row of :func:`position_operators` whether its position is shared."""
    return (pairs["n_operators"] >= 2).to_numpy(dtype=bool)
