"""Holes: unserved demand that lies together, total or partial (PRODUCT.md §5, "Holes").

What would cure a hole is left to ``siting``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]


def link_points(longitude: Floats, latitude: Floats, link_m: float) -> NDArray[np.int64]:
    """Number the groups of points that hang together by steps of at most ``link_m``.

    Groups are numbered by their first point. [degrees; m]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if not len(longitude):
        return np.zeros(0, np.int64)
    tree = cKDTree(geodesy.ecef(longitude, latitude))
    pairs = tree.query_pairs(float(geodesy.chord_m(link_m)) + 0.001, output_type="ndarray")
    links = coo_array(
        (np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(longitude),) * 2
    )
    return connected_components(links, directed=False)[1].astype(np.int64)


def link_cells(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the groups of raster cells that touch by a side or a corner."""
    from scipy.ndimage import label

    if not len(rows):
        return np.zeros(0, np.int64)
    top, left = rows.min(), columns.min()
    mask = np.zeros((rows.max() - top + 1, columns.max() - left + 1), bool)
    mask[rows - top, columns - left] = True
    groups, _ = label(mask, structure=np.ones((3, 3), int))
    return groups[rows - top, columns - left].astype(np.int64) - 1  # type: ignore[no-any-return]


def find_holes(
    points: pd.DataFrame,
    bits: NDArray[np.uint8],
    *,
    technology: str,
    operators: Sequence[str],
    present: int,
    link_m: float,
) -> pd.DataFrame:
    """Group the demand that some or all operators of a technology leave unserved.

    Parameters
    ----------
    points
        Demand that weighs: ``longitude, latitude, people, households, hamlet, commune_code``,
        and ``row, column`` where it comes from a raster.
    bits
        Operators that serve each point.
    technology
        Name of the technology.
    operators
        Names of the bits.
    present
        Bits of the operators that have this technology on air in the province.
    link_m
        Unserved points within this distance are one hole; a raster's cells link to their eight
        neighbours instead.

    Returns
    -------
    The hole table, most people first.
    """
    missing = np.uint8(present) & ~bits
    every = (1 << len(operators)) - 1
    kinds = [(0, np.flatnonzero(bits == 0), "total")]
    kinds += [
        (int(code), np.flatnonzero((missing == code) & (bits != 0)), "partial")
        for code in np.unique(missing[bits != 0])
        if code
    ]
    parts = []
    for code, index, kind in kinds:
        if not len(index):
            continue
        chosen = points.iloc[index].reset_index(drop=True)
        if "row" in points:
            group = link_cells(chosen["row"].to_numpy(), chosen["column"].to_numpy())
        else:
            lon, lat = (chosen[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
            group = link_points(lon, lat, link_m)
        names = _names((present or every) if kind == "total" else code, operators)
        parts.append(_describe(chosen, group).assign(kind=kind, operators_missing=names))
    if not parts:
        return pd.DataFrame()
    holes = pd.concat(parts, ignore_index=True)
    holes["technology"] = technology
    holes = holes.sort_values(
        ["kind", "people", "longitude", "latitude", "operators_missing"],
        ascending=[False, False, True, True, True],
        kind="stable",
    ).reset_index(drop=True)
    number = holes.groupby("kind").cumcount() + 1
    letter = holes["kind"].map({"total": "T", "partial": "P"})
    holes["hole_id"] = technology + "-" + letter + number.astype(str).str.zfill(4)
    return holes


def _names(code: int, operators: Sequence[str]) -> str:
    return ";".join(name for i, name in enumerate(operators) if code >> i & 1)


def _describe(points: pd.DataFrame, group: NDArray[np.int64]) -> pd.DataFrame:
    """Give each group its people, commune and point.

    The commune is the one with most of its people, the point its demand point nearest the
    people-weighted mean; where nobody's number is known, all points weigh the same.
    """
    frame = points.assign(group=group)
    known = frame["people"].fillna(0.0)
    empty = known.groupby(frame["group"]).transform("sum") == 0
    weight = known.where(~empty, 1.0)
    frame = frame.assign(weight=weight)
    groups = frame.groupby("group", sort=True)
    total = groups["weight"].sum()
    mean_lon = (frame["longitude"] * weight).groupby(frame["group"]).sum() / total
    mean_lat = (frame["latitude"] * weight).groupby(frame["group"]).sum() / total
    frame["off_m"] = np.round(
        geodesy.distance_m(
            frame["longitude"],
            frame["latitude"],
            frame["group"].map(mean_lon),
            frame["group"].map(mean_lat),
        ),
        3,
    )
    nearest = frame.sort_values(["group", "off_m", "longitude", "latitude"], kind="stable")
    point = nearest.drop_duplicates("group").set_index("group")[["longitude", "latitude"]]
    by_commune = frame.groupby(["group", "commune_code"])["weight"].sum().reset_index()
    by_commune = by_commune.sort_values(
        ["group", "weight", "commune_code"], ascending=[True, False, True], kind="stable"
    )
    found = point
    found["commune_code"] = by_commune.drop_duplicates("group").set_index("group")["commune_code"]
    found["people"] = groups["people"].sum(min_count=1)
    found["households"] = groups["households"].sum(min_count=1)
    found["hamlets"] = groups["hamlet"].nunique()
    return found.reset_index(drop=True)
