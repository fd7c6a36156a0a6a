"""The table ``site_candidates``: every place that was tried, whether it stayed, and why not.

An auditor asks of each site that was not proposed why it was not. Words for the reasons are left
to ``report``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.siting.sifting import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geoplan.siting.candidates import Candidates

LEFT_OUT: Final[dict[str, str]] = {
    "too_near": "too near another candidate or a position",
    "duplicate": "another candidate stands at the same spot",
    "dominated": "another candidate serves the same people and more, for no more money",
    "excluded_zone": "in a zone where nothing new is built",
    "not_offered": "its owner does not offer it",
    "at_position": "a position stands there, which is tried itself",
    "outside_area": "outside every commune",
    "nothing_to_win": "nobody within its radius would gain",
    "rule": "a rule of the province forbids a new mast there",
    "given_way": "an existing site gives enough of its gain",
}
"""Codes of ``site_candidates.reason`` and what they mean; reports translate them."""


def candidate_sheet(
    candidates: Candidates,
    cost_vnd: NDArray[np.float64],
    *,
    operators: Sequence[str],
    chosen: Sequence[int] = (),
    given_way: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Lay out the table ``site_candidates``.

    Parameters
    ----------
    candidates
        Those that the plan was made of, with all that were left out before.
    cost_vnd
        Of each, NaN = not known. [VND]
    operators
        Names of the bits.
    chosen
        The candidates of the plan, in its order.
    given_way
        New builds that gave way to an existing site; None = none did.
    """
    way = np.zeros(len(candidates), bool) if given_way is None else given_way
    rank = pd.array([pd.NA] * len(candidates), dtype="Int64")
    for place, candidate in enumerate(chosen, start=1):
        rank[candidate] = place
    tried = described(candidates, cost_vnd).assign(
        kept=np.where(way, "no", "yes"),
        reason=np.where(way, "given_way", ""),
        by="",
        rank=rank,
    )
    dropped = candidates.dropped.assign(kept="no")
    rows = pd.concat([part for part in (tried, dropped) if len(part)] or [tried], ignore_index=True)
    bits = rows["opened"].to_numpy(np.uint8)
    names = {int(code): _names(int(code), operators) for code in np.unique(bits)}
    rows["kind"] = np.where(rows["is_existing"].astype(bool), "existing", "new")
    rows["operators"] = [names[int(code)] for code in bits]
    return tables.check(rows, tables.SITE_CANDIDATES_OUT)[list(tables.SITE_CANDIDATES_OUT.names)]


def candidate_counts(sheet: pd.DataFrame) -> dict[str, int]:
    """Count what was tried and what was left out, and why, for run.json.

    ``positions``, ``structures`` and ``new`` were tried: those that were too near, outside or in
    a zone are no part of them, those that win nothing or less than another are.
    """
    found = sheet["reason"].isin(["", "dominated", "nothing_to_win", "given_way"])
    source = sheet["source"].where(sheet["kind"] == "existing", "new")[found]
    tried = {
        name: int((source == key).sum())
        for name, key in (("positions", "position"), ("structures", "structure"), ("new", "new"))
    }
    by_reason = sheet["reason"].value_counts()
    left = {reason: int(by_reason.get(reason, 0)) for reason in LEFT_OUT}
    return {
        **tried,
        "structures_at_position": left.pop("at_position"),
        "structures_not_offered": left.pop("not_offered"),
        "new_given_way": left.pop("given_way"),
        **left,
    }


def _names(bits: int, operators: Sequence[str]) -> str:
    return ";".join(name for index, name in enumerate(operators) if bits >> index & 1)
