"""Why the number of white hamlets changed: parts that make the change, to the hamlet.

Which hamlets are the same is told by ``changes``; ratios and people stand there too.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.indicators.changes import Lineage, Run, shared_technologies, unit_members

PARTS: Final = (
    *("covered", "lost", "rules", "data", "merged", "split", "reused", "added", "removed"),
    "moved",
)
"""Columns that stand between ``before`` and ``after``: their sum is the change."""
LISTS: Final = "lists"
"""Level of what is counted over all hamlets of both lists, whatever their units."""
_UNIT: Final = ["level", "unit_id", "unit_name", "unit_version"]
_KEY: Final = ["kind", "unit_id", "key"]


def white_account(
    old: Run, new: Run, pairs: pd.DataFrame, lineage: Lineage, *, ruled: Collection[str] = ()
) -> pd.DataFrame:
    """Account for the white hamlets of every unit that both runs have, and of the lists.

    Every hamlet that is white in one run and not in the other, or not there, counts once: with
    −1 where a white hamlet went and +1 where one came.

    Parameters
    ----------
    pairs
        From ``changes.match_hamlets``.
    ruled
        Technologies, MBB among them, whose rules differ between the runs.

    Returns
    -------
    ``level, unit_id, unit_name, unit_version, technology, before``, :data:`PARTS`, ``after``.
    """
    members = _with_lists(unit_members(old, new, pairs), pairs)
    one_sided = _one_sided(old, new, pairs, lineage)
    frames = []
    for technology in shared_technologies(old, new):
        column = f"status_{technology.lower()}"
        then, now = (
            np.append(run.hamlets[column].to_numpy(dtype=object), "")[members[side]]
            for run, side in ((old, "old"), (new, "new"))
        )
        part = _part(members, then, now, one_sided, is_ruled=technology in ruled)
        frames.append(_summed(members, then, now, part).assign(technology=technology))
    return pd.concat(frames, ignore_index=True)


def _with_lists(members: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Add the whole lists as if they were a unit, for where no unit stands in both runs."""
    unit = dict.fromkeys(("unit_id", "key", "unit_name", "unit_version"), "")
    lists = pairs.assign(kind=LISTS, level=LISTS, pair=np.arange(len(pairs)), **unit)
    return pd.concat([members, lists], ignore_index=True)


def _one_sided(old: Run, new: Run, pairs: pd.DataFrame, lineage: Lineage) -> NDArray[np.object_]:
    """Give why each pair has one side only; an empty text where it has both."""
    before, after = list(old.hamlets["hamlet_id"]), list(new.hamlets["hamlet_id"])
    why = np.full(len(pairs), "", dtype=object)
    for place, (a, b, is_reused) in enumerate(
        zip(pairs["old"], pairs["new"], pairs["reused"], strict=True)
    ):
        if a < 0:
            why[place] = "reused" if is_reused else lineage.new_kind.get(after[b], "added")
        elif b < 0:
            why[place] = "reused" if is_reused else lineage.old_kind.get(before[a], "removed")
    return why


def _part(
    members: pd.DataFrame,
    then: NDArray[np.object_],
    now: NDArray[np.object_],
    one_sided: NDArray[np.object_],
    *,
    is_ruled: bool,
) -> NDArray[np.object_]:
    """Say of each hamlet in each unit which part its change would belong to."""
    here = (members["old"] >= 0) & (members["new"] >= 0)
    is_data = members["moved"] | members["told"] | (then == "unknown") | (now == "unknown")
    network = np.where(now == "white", "lost", "covered")
    stays = np.where(is_data, "data", "rules" if is_ruled else network)
    alone = one_sided[members["pair"].to_numpy()]
    part: NDArray[np.object_] = np.where(here, stays, np.where(alone == "", "moved", alone)).astype(
        object
    )
    return part


def _summed(
    members: pd.DataFrame,
    then: NDArray[np.object_],
    now: NDArray[np.object_],
    part: NDArray[np.object_],
) -> pd.DataFrame:
    """Sum the parts over the units that both runs have."""
    before, after = (then == "white").astype(np.int64), (now == "white").astype(np.int64)
    sums = members[_KEY].assign(
        before=before,
        **{name: np.where(part == name, after - before, 0) for name in PARTS},
        after=after,
        in_old=members["old"] >= 0,
        in_new=members["new"] >= 0,
    )
    total = sums.groupby(_KEY, sort=True).sum().reset_index()
    total = total[(total["in_old"] > 0) & (total["in_new"] > 0)]
    shown = members[[*_UNIT, "kind", "key"]].drop_duplicates(_KEY)
    named: pd.DataFrame = total.merge(shown, on=_KEY, how="left", validate="one_to_one")
    return named[[*_UNIT, "before", *PARTS, "after"]]
