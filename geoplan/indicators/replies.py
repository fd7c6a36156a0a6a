"""What became of the promises of operators, by who serves the hamlets now.

Reading the replies is left to ``io.replies``; showing them to ``report``.
"""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from geoplan import tables

_SERVICE = ["hamlet_id", "operator", "technology"]


def reply_states(
    replies: pd.DataFrame | None, service: pd.DataFrame, as_of: datetime.date
) -> pd.DataFrame:
    """Lay out the table ``replies``: what each operator answered, and its state.

    Parameters
    ----------
    replies
        From ``io.replies``, one row for each hamlet, operator and technology; None = no replies.
    service
        The table ``service`` of the baseline.
    as_of
        Day of the figures; a deadline on that day is not over yet.
    """
    if replies is None or replies.empty:
        return tables.check(
            pd.DataFrame(columns=list(tables.REPLIES_OUT.names)), tables.REPLIES_OUT
        )
    served = service.loc[service["centre_served"].fillna(value=False).astype(bool), _SERVICE]
    known = pd.MultiIndex.from_frame(served.astype("str"))
    done = pd.MultiIndex.from_frame(replies[_SERVICE].astype("str")).isin(known)
    late = (replies["deadline"] < pd.Timestamp(as_of)).to_numpy(bool)
    none = (replies["measure"] == "not_planned").to_numpy(bool)
    state = np.select([done, none, late], ["done", "not_planned", "overdue"], "promised")
    names = list(tables.REPLIES_OUT.names)
    return tables.check(replies.assign(state=state)[names], tables.REPLIES_OUT)
