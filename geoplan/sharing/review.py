"""Decisions of a person which installations are one position, as ``sharing.positions`` obeys them.

Decisions that cannot all hold are faults, with the rows that clash; reading the file is left
to ``io.position_review``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from geoplan.faults import Faults, InputError
from geoplan.sharing import positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geoplan.sharing.positions import Ints

_DECLARED = -1
"""Stands for a declared structure where a row number is expected."""


@dataclass(frozen=True)
class Decisions:
    """Pairs of rows of the installations, shape (n, 2), and the rows of the review they are of.

    ``standing`` are the rows of the review whose two sites are both there, ``waiting`` the
    others, of which ``missing`` warns.
    """

    same: Ints
    different: Ints
    standing: pd.DataFrame
    waiting: pd.DataFrame
    missing: Faults


def decisions(found: pd.DataFrame, review: pd.DataFrame | None) -> Decisions:
    """Find the installations that the rows of a review speak of.

    Parameters
    ----------
    found
        Installations with ``operator`` and ``installation_key``, numbered from 0.
    review
        The table ``position_review``; None = nobody decided anything.

    Returns
    -------
    ``standing`` carries ``a`` and ``b``, rows of ``found``; ``missing`` warns of the sites that
    are not among them.
    """
    missing = Faults()
    if review is None:
        none = np.zeros((0, 2), np.int64)
        return Decisions(none, none, pd.DataFrame(), pd.DataFrame(), missing)
    index = pd.MultiIndex.from_frame(found[["operator", "installation_key"]])
    rows = {}
    for side in ("a", "b"):
        named = pd.MultiIndex.from_frame(review[[f"operator_{side}", f"site_id_{side}"]])
        rows[side] = index.get_indexer(named)
        for one in review[rows[side] < 0].to_dict("records"):
            site = f"{one[f'operator_{side}']}:{one[f'site_id_{side}']}"
            missing.add(
                "review_not_on_air",
                file=one["source_file"],
                row=int(one["source_row"]),
                column=f"site_id_{side}",
                key=site,
                value=one[f"site_id_{side}"],
                site=site,
            )
    there = (rows["a"] >= 0) & (rows["b"] >= 0)
    kept = review.assign(**rows)[there].reset_index(drop=True)
    told = {
        name: kept.loc[kept["decision"] == name, ["a", "b"]].to_numpy(np.int64).reshape(-1, 2)
        for name in ("same", "different")
    }
    return Decisions(told["same"], told["different"], kept, review[~there], missing)


def contradictions(found: pd.DataFrame, declared: NDArray[np.object_], made: Decisions) -> Faults:
    """Tell the decisions "different" whose two sites other decisions or declarations make one.

    Parameters
    ----------
    found, made
        From :func:`decisions`.
    declared
        From ``positions.namespaces``.
    """
    faults = Faults()
    if not len(made.different):
        return faults
    apart = made.standing[made.standing["decision"] == "different"]
    clash = positions.contradictions(declared, made.same, made.different)
    if not clash.any():
        return faults
    links = _links(declared, made)
    for row in apart[clash].to_dict("records"):
        rows = _way(links, int(row["a"]), int(row["b"]))
        key = f"{row['operator_a']}:{row['site_id_a']} – {row['operator_b']}:{row['site_id_b']}"
        faults.add(
            "review_contradicts" if rows else "review_against_declared",
            file=str(row["source_file"]),
            row=int(row["source_row"]),
            column="decision",
            key=key,
            rows=", ".join(str(one) for one in rows),
            structure=found["structure_id"].iat[int(row["a"])],
        )
    return faults


def _links(declared: NDArray[np.object_], made: Decisions) -> dict[int, list[tuple[int, int]]]:
    """Give for each installation those that are one with it, and the row that says so."""
    links: dict[int, list[tuple[int, int]]] = {}

    def tie(one: int, other: int, row: int) -> None:
        links.setdefault(one, []).append((other, row))
        links.setdefault(other, []).append((one, row))

    # Declarations first, so that of equally short ways the one with fewer rows is found.
    first: dict[object, int] = {}
    for i, name in enumerate(declared):
        if name != "" and first.setdefault(name, i) != i:
            tie(first[name], i, _DECLARED)
    same = made.standing[made.standing["decision"] == "same"]
    for one, other, row in same[["a", "b", "source_row"]].to_numpy(np.int64).tolist():
        tie(one, other, row)
    return links


def _way(links: dict[int, list[tuple[int, int]]], start: int, end: int) -> list[int]:
    """Give the rows along a way from one installation to another, the fewest first found."""
    before: dict[int, tuple[int, int]] = {start: (start, _DECLARED)}
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        for other, row in links.get(one, []):
            if other not in before:
                before[other] = (one, row)
                # A declared link costs nothing: its other end is looked at at once.
                (waiting.appendleft if row == _DECLARED else waiting.append)(other)
    rows, one = [], end
    while one != start:
        one, row = before[one]
        if row != _DECLARED:
            rows.append(row)
    return sorted(set(rows))


def check_review(
    sites: pd.DataFrame, review: pd.DataFrame | None, structure_ids: Literal["own", "common"]
) -> None:
    """Hold the decisions against each other and against all sites, whether on air or not.

    Raises
    ------
    InputError
        Decisions that cannot all hold.
    """
    if review is None or not len(sites):
        return
    found = positions.installations(sites)
    declared = positions.namespaces(found, structure_ids)
    told = contradictions(found, declared, decisions(found, review))
    told.raise_if_any(InputError)


def reviewed(found: pd.DataFrame, labels: Ints, before: Ints, made: Decisions) -> Ints:
    """Give the positions that a decision made, by their labels.

    They are those with two members that somebody called the same and that no declaration joins,
    and those whose members would be others without the review.

    Parameters
    ----------
    found
        Installations with ``structure_key``.
    labels, before
        The position of each installation, and what it would be without the review.
    """
    same = made.same
    key = found["structure_key"].to_numpy(object)
    alike = (key[same[:, 0]] == key[same[:, 1]]) & (key[same[:, 0]] != "")
    told = labels[same[~alike, 0]]
    members = pd.Series(np.arange(len(labels)))
    then = set(members.groupby(before).agg(tuple))
    now = members.groupby(labels).agg(tuple)
    moved = now.index[~now.isin(then)].to_numpy(np.int64)
    return np.unique(np.concatenate((told, moved))).astype(np.int64)
