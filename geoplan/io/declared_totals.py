"""Totals that operators declare, each with its day and document.

Counting the lists beside them is left to ``sharing.reconcile``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.io import radio_words, repeats
from geoplan.io.rows import Rows

COUNTS = ("stations", "positions", "installations")


def declared_totals(rows: Rows) -> pd.DataFrame:
    """Give the totals of a file; each row counts something, in whole numbers, of one technology."""
    frame, ledger = rows.frame, rows.ledger
    several = frame["technology"].str.contains(radio_words.JOINT, regex=False)
    known = ", ".join(tables.DECLARED_TOTALS.column("technology").values)
    ledger.refuse(several, "unknown_technology", column="technology", known=known)
    for name in COUNTS:
        numbers = frame[name].to_numpy(np.float64)
        broken = ~np.isnan(numbers) & (numbers != np.rint(numbers))
        ledger.refuse(broken, "not_a_number", column=name)
    empty = frame[list(COUNTS)].isna().all(axis=1)
    ledger.refuse(empty, "missing_value", column="stations")
    names = list(tables.DECLARED_TOTALS.names)
    repeats.refuse(frame[names], ["operator", "technology", "date", "document"], [ledger])
    return tables.check(frame[ledger.alive], tables.DECLARED_TOTALS)
