"""Pairs of installations about as far apart as the merge distance, for a person to decide on.

The table, filled in, is the review that ``io.position_review`` reads; obeying it is left to
``sharing.positions``.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.sharing.potential import pairs_within
from geoplan.sharing.review import Decisions

Mask = NDArray[np.bool_]

NEAREST, FARTHEST = 0.5, 2.0
"""Between which multiples of the merge distance a pair is listed."""
_TOLD: Final = ("decision", "who", "when", "note")
_SIDES: Final = ("operator_a", "site_id_a", "operator_b", "site_id_b")


def near_pairs(
    found: pd.DataFrame,
    made: Decisions,
    *,
    merge_distance_m: float,
    structure_ids: Literal["own", "common"],
) -> pd.DataFrame:
    """List the pairs whose distance is near the merge distance, and every decision that stands.

    Parameters
    ----------
    found
        Installations, numbered from 0: ``operator, installation_key, longitude, latitude,
        structure_key, position`` and ``group`` (what was one before distances were looked at).
    made
        Decisions on them.
    merge_distance_m
        Within which installations are joined. [m]
    structure_ids
        Whether ids of different operators are of one register.

    Returns
    -------
    The table ``near_pairs``. Decisions on sites that are not there have no distance.
    """
    a, b, _ = pairs_within(found, found, FARTHEST * merge_distance_m)
    pairs = pd.DataFrame({"a": a, "b": b})[a < b]
    apart = _apart(found, pairs)
    pairs = pairs[apart >= NEAREST * merge_distance_m]
    told = _told(made)
    every = pd.concat([pairs, told[["a", "b"]]], ignore_index=True).drop_duplicates()
    every = every.astype("int64").merge(told, on=["a", "b"], how="left").reset_index(drop=True)
    is_told = every["decision"].notna().to_numpy(bool)
    position = found["position"].to_numpy(np.int64)
    joined = position[every["a"]] == position[every["b"]]
    listed = every.assign(
        distance_m=_apart(found, every),
        joined=joined,
        decided_by=_decided_by(found, made, every, joined, is_told, structure_ids),
    )
    for side in ("a", "b"):
        listed[f"operator_{side}"] = found["operator"].to_numpy(object)[listed[side]]
        listed[f"site_id_{side}"] = found["installation_key"].to_numpy(object)[listed[side]]
    listed = listed.drop(columns=["a", "b"])
    if len(made.waiting):
        waiting = made.waiting[[*_SIDES, *_TOLD]].drop_duplicates(list(_SIDES))
        listed = pd.concat([listed, waiting], ignore_index=True)
    listed["joined"] = listed["joined"].astype("boolean")
    for name in ("decision", "who", "note", "decided_by"):
        listed[name] = listed[name].astype("str").fillna("")
    return tables.check(listed, tables.NEAR_PAIRS_OUT)


def _apart(found: pd.DataFrame, pairs: pd.DataFrame) -> NDArray[np.float64]:
    longitude, latitude = (found[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    a, b = pairs["a"].to_numpy(np.int64), pairs["b"].to_numpy(np.int64)
    apart = geodesy.distance_m(longitude[a], latitude[a], longitude[b], latitude[b])
    return np.asarray(np.round(apart, 3), np.float64)


def _told(made: Decisions) -> pd.DataFrame:
    """Give the decisions that stand, once for each pair, the earlier row of ``found`` first."""
    if not len(made.standing):
        return pd.DataFrame({name: [] for name in ("a", "b", *_TOLD)}).astype(
            {"a": "int64", "b": "int64", "when": "datetime64[s]"}
        )
    rows = made.standing[["a", "b"]].to_numpy(np.int64)
    told = made.standing.assign(a=rows.min(axis=1), b=rows.max(axis=1))
    return told[["a", "b", *_TOLD]].drop_duplicates(["a", "b"])


def _decided_by(
    found: pd.DataFrame,
    made: Decisions,
    pairs: pd.DataFrame,
    joined: Mask,
    is_told: Mask,
    structure_ids: str,
) -> NDArray[np.object_]:
    """Tell what made each pair one position, or two."""
    a, b = pairs["a"].to_numpy(np.int64), pairs["b"].to_numpy(np.int64)
    key, who = (found[name].to_numpy(object) for name in ("structure_key", "operator"))
    group = found["group"].to_numpy(np.int64)
    both = (key[a] != "") & (key[b] != "")
    one_register = both if structure_ids == "common" else both & (who[a] == who[b])
    declared = np.where(joined, both & (key[a] == key[b]), one_register & (key[a] != key[b]))
    kept_apart = {frozenset(pair) for pair in group[made.different].tolist()}
    groups = zip(group[a].tolist(), group[b].tolist(), strict=True)
    apart = np.array([frozenset(pair) in kept_apart for pair in groups], bool)
    reviewed = is_told | (~declared & np.where(joined, group[a] == group[b], apart))
    return np.where(reviewed, "reviewed", np.where(declared, "declared", "distance")).astype(object)
