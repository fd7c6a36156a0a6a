"""Measured speeds of communes beside their predicted service: do they come in the same order?

A speed depends on load, backhaul and phones as much as on the level, so nothing is calibrated
by it: a low correlation asks for a look, no more. Reading the figures is left to ``io``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.units import MBB

LEAST_COMMUNES: Final = 5
"""With fewer, an order says nothing (an assumption)."""
_OF_ORDER: Final = ["operator", "technology", "period"]
_AREA: Final = ["commune_code", "operator", "technology"]
MEASURES: Final = ("download_mbps", "rsrp_dbm")


def served_shares(indicators: pd.DataFrame) -> pd.DataFrame:
    """Give what :func:`compare` needs from the figures of a run.

    Parameters
    ----------
    indicators
        ``tables.INDICATORS_OUT``; the rows ``POP_SERVED`` of communes and operators are used.

    Returns
    -------
    ``commune_code``, ``operator``, ``technology``, ``served_share``; mobile broadband stands for
    all technologies together (blank).
    """
    wanted = (indicators["indicator"] == "POP_SERVED") & (indicators["level"] == "commune")
    rows = indicators[wanted & (indicators["operator"] != "")]
    names = {"unit_id": "commune_code", "value": "served_share"}
    found = rows.rename(columns=names)[[*_AREA, "served_share"]].reset_index(drop=True)
    technology = found["technology"]
    return found.assign(technology=technology.mask(technology == MBB, "").astype("str"))


def compare(
    speed_checks: pd.DataFrame, served: pd.DataFrame, names: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay measured speeds and the predicted share of people served side by side.

    Parameters
    ----------
    speed_checks
        ``tables.SPEED_CHECKS``; rows of the whole province are listed and not ranked.
    served
        ``commune_code``, ``operator``, ``technology`` (blank = all together), ``served_share``:
        one row for each.
    names
        Name of each commune, by its code.

    Returns
    -------
    ``tables.SPEED_COMPARISON_OUT`` and ``tables.SPEED_AGREEMENT_OUT``. Ranks are among the
    communes that have both figures; equal ones share the middle of their places.
    """
    wanted = served[[*_AREA, "served_share"]]
    rows = speed_checks.merge(wanted, on=_AREA, how="left", validate="many_to_one")
    known = names.to_dict()
    rows["commune_name"] = [str(known.get(code, "")) for code in rows["commune_code"]]
    ranked = (rows["commune_code"] != "") & rows["served_share"].notna()
    for name, source in (("rank_measured", "download_mbps"), ("rank_predicted", "served_share")):
        both = rows[ranked & rows["download_mbps"].notna()]
        rows[name] = both.groupby(_OF_ORDER)[source].rank(ascending=False, method="average")
    rows["rank_difference"] = rows["rank_measured"] - rows["rank_predicted"]
    kept = list(tables.SPEED_COMPARISON_OUT.names)
    listed = tables.check(rows[kept], tables.SPEED_COMPARISON_OUT)
    return listed, _agreement(rows[ranked])


def _agreement(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rank correlation of each operator, technology and period."""
    records = []
    for key, own in rows.groupby(_OF_ORDER, sort=True):
        for measure in MEASURES:
            both = own[own[measure].notna()]
            if len(both):
                correlation = rank_correlation(both[measure], both["served_share"])
                found = dict(zip(_OF_ORDER, key, strict=True))
                records.append(
                    {
                        **found,
                        "measure": measure,
                        "communes": len(both),
                        "rank_correlation": correlation,
                    }
                )
    names = list(tables.SPEED_AGREEMENT_OUT.names)
    return tables.check(pd.DataFrame(records, columns=names), tables.SPEED_AGREEMENT_OUT)


def rank_correlation(one: pd.Series, other: pd.Series) -> float:
    """Give Spearman's ρ; NaN of fewer than five pairs, or where either is all alike.

    >>> rank_correlation(pd.Series([1, 2, 3, 4, 5]), pd.Series([10, 20, 30, 50, 40]))
    0.9
    """
    if len(one) < LEAST_COMMUNES:
        return float("nan")
    first, second = (np.asarray(values.rank(), dtype=np.float64) for values in (one, other))
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float("nan") if size == 0.0 else round(float(first @ second) / size, 12)
