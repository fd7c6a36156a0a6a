"""Values entered by hand, each with its source.

Judging them against the plans is left to ``indicators``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.io import repeats
from geoplan.io.rows import Rows


def reported(rows: Rows) -> pd.DataFrame:
    """Give the values of a file: each names a target or indicator, and a value or a fraction."""
    frame = rows.frame
    named = (frame["target_id"] != "") | (frame["indicator"] != "")
    rows.ledger.refuse(~named, "missing_value", column="target_id")
    fraction = frame["numerator"].notna() & frame["denominator"].notna()
    rows.ledger.refuse(~(frame["value"].notna() | fraction), "missing_value", column="value")
    zero = np.asarray(frame["denominator"] == 0)
    rows.ledger.refuse(zero, "out_of_range", column="denominator", range="≠ 0")
    names = list(tables.REPORTED.names)
    repeats.refuse(frame[names], names, [rows.ledger])
    return tables.check(frame[rows.ledger.alive], tables.REPORTED)
