"""Which installations stand on one position: declared ids first, then distance.

The rule is PRODUCT.md §5, "Positions": groups are joined while the *largest* distance between
their members is within the limit, smallest first, so that chains never form and the order of
rows never matters. One run joins up to the largest distance asked for; every smaller one is a
cut through the same sequence. Ratios are left to ``sharing.ratios``.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_Heap = list[tuple[int, tuple[float, float], tuple[float, float], int, int]]
"""Pairs of groups: distance, the corner further west and the other, and the two groups."""

_MILLIMETRES = 1000.0
"""Distances are compared to the millimetre, so that a tie on the ground is a tie here."""


def installations(cells: pd.DataFrame) -> pd.DataFrame:
    """Gather on-air rows into installations: one operator at one ``installation_key``.

    Parameters
    ----------
    cells
        On-air rows that count (within the tolerance of a commune).

    Returns
    -------
    One row each, sorted by operator and key: ``operator, installation_key, site_id, longitude,
    latitude`` (mean of its distinct points), ``structure_id`` (declared by most of its rows),
    ``structures`` (how many were declared), ``on_air_date`` (earliest), ``technologies``,
    ``commune_code``.
    """
    cells = cells.sort_values(
        ["operator", "installation_key", "longitude", "latitude", "technology"], kind="stable"
    )
    keys = ["operator", "installation_key"]
    points = cells.drop_duplicates([*keys, "longitude", "latitude"]).groupby(keys, sort=True)
    found = points[["longitude", "latitude"]].mean()
    groups = cells.groupby(keys, sort=True)
    found["site_id"] = groups["site_id"].first()
    found["commune_code"] = groups["commune_code"].first()
    found["on_air_date"] = groups["on_air_date"].min()
    found["technologies"] = groups["technology"].unique().map(sorted).map(";".join)
    declared = cells[cells["structure_id"] != ""]
    votes = declared.groupby([*keys, "structure_id"]).size().rename("rows").reset_index()
    votes = votes.sort_values([*keys, "rows", "structure_id"], ascending=[True, True, False, True])
    found["structure_id"] = votes.drop_duplicates(keys).set_index(keys)["structure_id"]
    found["structures"] = votes.groupby(keys).size()
    found["structure_id"] = found["structure_id"].astype("str").fillna("")
    found["structures"] = found["structures"].fillna(0).astype("int64")
    return found.reset_index()


def namespaces(found: pd.DataFrame, structure_ids: Literal["own", "common"]) -> NDArray[np.object_]:
    """Give the declared id of each installation within its register; blank = undeclared.

    With common ids there is one register for all; with own ids each operator has its own.
    """
    declared = found["structure_id"].to_numpy(object)
    register = found["operator"].to_numpy(object) if structure_ids == "own" else ""
    return np.where(declared == "", "", register + "\x1f" + declared)


@dataclass(frozen=True)
class Merges:
    """The sequence of joins: at which distance which two groups became one.

    ``base`` gives the starting group of each installation (its declared id, else itself);
    ``distance_mm, left, right`` the joins in order.
    """

    base: Ints
    distance_mm: Ints
    left: Ints
    right: Ints

    def labels(self, merge_distance_m: float) -> Ints:
        """Give the position of each installation at a merge distance, numbered from 0."""
        parent = np.arange(int(self.base.max()) + 1 if len(self.base) else 0)

        def root(node: int) -> int:
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = int(parent[node])
            return node

        limit = round(merge_distance_m * _MILLIMETRES)
        for distance, left, right in zip(self.distance_mm, self.left, self.right, strict=True):
            if distance <= limit:
                parent[root(int(right))] = root(int(left))
        roots = np.array([root(int(node)) for node in self.base], dtype=np.int64)
        return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def join(
    longitude: Floats,
    latitude: Floats,
    declared: NDArray[np.object_],
    operator: NDArray[np.object_],
    *,
    structure_ids: Literal["own", "common"],
    largest_m: float,
    same: Ints | None = None,
    different: Ints | None = None,
) -> Merges:
    """Join installations into positions, smallest largest-distance first.

    Parameters
    ----------
    longitude, latitude
        Degrees, shape (installations,).
    declared
        From :func:`namespaces`.
    operator
        Name of each installation's operator.
    structure_ids
        Whether two different ids of different operators may be one mast (own) or never
        (common).
    largest_m
        Largest merge distance that will be asked for. [m]
    same, different
        Rows of installations that a person found to stand on one position, whatever the
        distance, and never on one; shape (n, 2). That they do not contradict each other is
        left to :func:`contradictions`.

    Notes
    -----
    Members that share a declared id begin as one group, whose distance to another is that of
    its nearest member. Joining two groups, the distance of the union to a third is the larger
    of the two (Lance and Williams' update of complete linkage), and missing pairs are too far.
    """
    names = np.where(declared == "", np.arange(len(declared)).astype(str), declared)
    base = np.unique(names.astype("U"), return_inverse=True)[1].astype(np.int64)
    base = _reviewed(base, same)
    n_groups = int(base.max()) + 1 if len(base) else 0
    near = _group_distances(longitude, latitude, base, n_groups, largest_m)
    _forbid(near, base, declared, operator, structure_ids)
    for a, b in base[_pairs(different)].tolist():
        near[a].pop(b, None)
        near[b].pop(a, None)
    corner = _corners(longitude, latitude, base, n_groups)
    heap: _Heap = [
        (distance, min(corner[a], corner[b]), max(corner[a], corner[b]), a, b)
        for a, row in enumerate(near)
        for b, distance in row.items()
        if a < b
    ]
    heapq.heapify(heap)
    alive = [True] * n_groups
    merges: list[tuple[int, int, int]] = []
    while heap:
        distance, low, high, a, b = heapq.heappop(heap)
        if not (alive[a] and alive[b]) or near[a].get(b) != distance:
            continue
        if (min(corner[a], corner[b]), max(corner[a], corner[b])) != (low, high):
            continue
        merges.append((distance, a, b))
        _absorb(a, b, near, corner, alive, heap)
    columns = np.array(merges, dtype=np.int64).reshape(-1, 3).T
    return Merges(base, columns[0], columns[1], columns[2])


def _pairs(given: Ints | None) -> Ints:
    return np.zeros((0, 2), np.int64) if given is None else given


def _reviewed(base: Ints, same: Ints | None) -> Ints:
    """Make one group of the groups that a person found to be one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = base[_pairs(same)]
    if not len(pairs):
        return base
    size = int(base.max()) + 1
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    group = connected_components(links, directed=False)[1].astype(np.int64)
    return np.asarray(group[base], np.int64)


def contradictions(declared: NDArray[np.object_], same: Ints, different: Ints) -> NDArray[np.bool_]:
    """Tell which pairs of ``different`` are one position all the same.

    They are one by pairs of ``same``, by a declared id (:func:`namespaces`), or by a chain of
    both. Shapes as in :func:`join`; the answer has shape (len(different),).
    """
    names = np.where(declared == "", np.arange(len(declared)).astype(str), declared)
    base = np.unique(names.astype("U"), return_inverse=True)[1].astype(np.int64)
    group = _reviewed(base, same)
    return np.asarray(group[different[:, 0]] == group[different[:, 1]], bool)


def _absorb(
    a: int,
    b: int,
    near: list[dict[int, int]],
    corner: list[tuple[float, float]],
    alive: list[bool],
    heap: _Heap,
) -> None:
    """Make group ``b`` part of group ``a`` and offer the union to their common neighbours."""
    alive[b] = False
    corner[a] = min(corner[a], corner[b])
    kept = {c: max(d, near[b][c]) for c, d in near[a].items() if c in near[b] and alive[c]}
    for c in near[a]:
        near[c].pop(a, None)
    for c in near[b]:
        near[c].pop(b, None)
    near[a], near[b] = kept, {}
    for c, distance in kept.items():
        near[c][a] = distance
        low, high = sorted((corner[a], corner[c]))
        heapq.heappush(heap, (distance, low, high, min(a, c), max(a, c)))


def _group_distances(
    longitude: Floats, latitude: Floats, base: Ints, n_groups: int, largest_m: float
) -> list[dict[int, int]]:
    """Give for each group its neighbours within the limit and the distance in millimetres."""
    from scipy.spatial import cKDTree

    near: list[dict[int, int]] = [{} for _ in range(n_groups)]
    if not n_groups:
        return near
    points = geodesy.ecef(longitude, latitude)
    reach = float(geodesy.chord_m(largest_m)) + 0.01
    pairs = cKDTree(points).query_pairs(reach, output_type="ndarray")
    chords = np.sqrt(((points[pairs[:, 0]] - points[pairs[:, 1]]) ** 2).sum(axis=1))
    distances = np.rint(geodesy.arc_m(chords) * _MILLIMETRES).astype(np.int64)
    within = distances <= round(largest_m * _MILLIMETRES)
    left, right = base[pairs[within, 0]], base[pairs[within, 1]]
    for a, b, distance in zip(
        left.tolist(), right.tolist(), distances[within].tolist(), strict=True
    ):
        if a != b and distance < near[a].get(b, distance + 1):
            near[a][b] = near[b][a] = distance
    return near


def _forbid(
    near: list[dict[int, int]],
    base: Ints,
    declared: NDArray[np.object_],
    operator: NDArray[np.object_],
    structure_ids: Literal["own", "common"],
) -> None:
    """Take out the pairs of groups that declare different ids in one register."""
    # A group that a person made of several may declare in several registers.
    register: dict[int, set[object]] = {}
    for group, name, who in zip(base.tolist(), declared, operator, strict=True):
        if name != "":
            register.setdefault(group, set()).add(who if structure_ids == "own" else "")
    for a, row in enumerate(near):
        if a in register:
            for b in [b for b in row if register[a] & register.get(b, set())]:
                del row[b]


def _corners(
    longitude: Floats, latitude: Floats, base: Ints, n_groups: int
) -> list[tuple[float, float]]:
    """Give the westernmost, then southernmost member of each group."""
    corner = [(np.inf, np.inf)] * n_groups
    for group, lon, lat in zip(base.tolist(), longitude.tolist(), latitude.tolist(), strict=True):
        corner[group] = min(corner[group], (lon, lat))
    return corner


def sensitivity(
    merges: Merges, operator: NDArray[np.object_], distances_m: Iterable[float]
) -> pd.DataFrame:
    """Count positions and shared positions again at other merge distances."""
    rows = []
    for distance in sorted(set(distances_m)):
        labels = merges.labels(distance)
        shared = shared_positions(labels, operator)
        rows.append((distance, len(shared), int(shared.sum())))
    table = pd.DataFrame(rows, columns=["merge_distance_m", "positions", "shared_positions"])
    table["share_pos"] = (table["shared_positions"] / table["positions"]).astype("float64")
    return table


def shared_positions(labels: Ints, operator: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell for each position whether two operators or more stand on it."""
    if not len(labels):
        return np.zeros(0, bool)
    codes = np.unique(operator.astype("U"), return_inverse=True)[1]
    pairs = np.unique(np.stack((labels, codes), axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=int(labels.max()) + 1) >= 2


def describe_positions(
    found: pd.DataFrame, labels: Ints, operators: Sequence[str], structure_ids: str
) -> pd.DataFrame:
    """Make the position table, in the order of the labels (``commune_code`` is left blank).

    The id is the declared one of the member first on air, else ``operator:site_id`` of the
    member first on air; a declared id that two registers share carries its operator.
    """
    order = {name: i for i, name in enumerate(operators)}
    frame = found.assign(
        label=labels,
        rank=found["operator"].map(order),
        member=found["operator"] + ":" + found["installation_key"],
        first=found["on_air_date"].fillna(pd.Timestamp.max.floor("s")),
    ).sort_values(["label", "first", "rank", "installation_key"], kind="stable")
    frame["name"] = _position_names(frame, structure_ids)
    groups = frame.groupby("label", sort=True)
    table = pd.DataFrame(
        {
            "position_id": groups["name"].first(),
            "longitude": groups["longitude"].mean(),
            "latitude": groups["latitude"].mean(),
            "commune_code": "",
            "operators": frame.sort_values(["label", "rank"])
            .groupby("label")["operator"]
            .agg(_join),
            "n_operators": groups["operator"].nunique(),
            "n_installations": groups.size(),
            "technologies": groups["technologies"].agg(_join_sorted),
            "structure_ids": groups["structure_id"].agg(_join_sorted),
            "members": frame.sort_values(["label", "member"]).groupby("label")["member"].agg(_join),
        }
    )
    least, most = groups["structure_id"].min(), groups["structure_id"].max()
    declared = (least == most) & (least != "")
    operators_differ = table["n_operators"].gt(1) & (structure_ids == "own")
    table["identity"] = np.where(
        table["n_installations"].eq(1),
        "single",
        np.where(declared & ~operators_differ, "declared", "inferred"),
    )
    table["spread_m"] = _spreads(found, labels, len(table))
    return table.reset_index(drop=True)


def _position_names(frame: pd.DataFrame, structure_ids: str) -> pd.Series:
    """Name each member's candidate for the position's id, the declared ones first in a group."""
    declared = frame["structure_id"]
    named = declared.where(declared != "").groupby(frame["label"]).transform("first")
    who = frame["operator"].where(declared != "").groupby(frame["label"]).transform("first")
    if structure_ids == "own":
        uses = frame[declared != ""].groupby("structure_id")["operator"].nunique()
        several = named.map(uses).fillna(1).gt(1)
        named = named.where(~several, who + ":" + named)
    return named.where(named.notna(), frame["member"])


def _join(values: pd.Series) -> str:
    return ";".join(dict.fromkeys(values))


def _join_sorted(values: pd.Series) -> str:
    return ";".join(sorted({part for value in values for part in value.split(";") if part}))


def _spreads(found: pd.DataFrame, labels: Ints, n_positions: int) -> Floats:
    """Give the largest distance between members of each position. [m]"""
    spread = np.zeros(n_positions)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(n_positions + 1))
    points = geodesy.ecef(found["longitude"], found["latitude"])[order]
    for label in np.flatnonzero(np.diff(starts) > 1):
        members = points[starts[label] : starts[label + 1]]
        apart = members[:, None, :] - members[None, :, :]
        spread[label] = geodesy.arc_m(np.sqrt((apart**2).sum(axis=2)).max())
    return spread
