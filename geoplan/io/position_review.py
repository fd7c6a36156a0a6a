"""What a person decided of two sites: one position, or two, each with who says so and when.

Whether decisions contradict each other or declared structures is left to ``sharing.review``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.io.rows import Rows

_SIDES = ("a", "b")
_GUARDED = r"^'(?=[=+\-@])"
"""An apostrophe that our own tables put before text that a spreadsheet would run."""


def position_review(rows: Rows, sites: pd.DataFrame | None) -> pd.DataFrame:
    """Give the decisions of a file; rows without a decision are passed over.

    Parameters
    ----------
    rows
        Of the table ``position_review``.
    sites
        The sites of the scenario; None where their files are wrong, so that nothing is known.

    Returns
    -------
    The table ``position_review`` with ``source_file`` and ``source_row``. A site without an
    id is named by ``@`` and its place, as in ``near_pairs.csv``.
    """
    frame, ledger = rows.frame.copy(), rows.ledger
    decided = (frame["decision"] != "").to_numpy(bool)
    for side in _SIDES:
        name = f"site_id_{side}"
        frame[name] = frame[name].str.replace(_GUARDED, "", regex=True)
        for column in (f"operator_{side}", name):
            blank = (frame[column] == "").to_numpy(bool)
            ledger.refuse(decided & blank, "missing_value", column=column)
    if sites is not None:
        for side in _SIDES:
            unknown = ~_stand(frame, side, sites)
            ledger.refuse(decided & unknown, "unknown_site", column=f"site_id_{side}")
    one = (frame["operator_a"] == frame["operator_b"]) & (frame["site_id_a"] == frame["site_id_b"])
    ledger.refuse(decided & one.to_numpy(bool), "site_with_itself", column="site_id_b")
    found = frame.assign(source_file=rows.source.name, source_row=rows.raw.rows)
    return tables.check(found[ledger.alive & decided], tables.POSITION_REVIEW)


def _stand(frame: pd.DataFrame, side: str, sites: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows name a site of the files."""
    named = frame[[f"operator_{side}", f"site_id_{side}"]]
    known = pd.MultiIndex.from_frame(sites[["operator", "installation_key"]])
    return np.asarray(pd.MultiIndex.from_frame(named).isin(known), bool)
