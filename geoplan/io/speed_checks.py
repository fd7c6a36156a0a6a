"""Medians of speed tests by commune, as i-Speed publishes them: a check, never a calibration.

Laying them beside the predicted service is left to ``indicators.speeds``.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geoplan import tables, text
from geoplan.io import radio_words, repeats, settlements
from geoplan.io.rows import Rows


def speed_checks(one: Rows, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the figures of a file; each row has a speed or a level, of a commune that is known.

    A row without commune speaks of the whole province.
    """
    frame, ledger = one.frame, one.ledger
    several = frame["technology"].str.contains(radio_words.JOINT, regex=False)
    known = ", ".join(tables.SPEED_CHECKS.column("technology").values)
    ledger.refuse(several, "unknown_technology", column="technology", known=known)
    empty = frame[["download_mbps", "upload_mbps", "rsrp_dbm"]].isna().all(axis=1)
    ledger.refuse(empty, "missing_value", column="download_mbps")
    codes = _codes(one, communes)
    statistic = frame["statistic"].mask(frame["statistic"] == "", "median")
    full = frame.assign(commune_code=codes, statistic=statistic)
    names = list(tables.SPEED_CHECKS.names)
    key = ["commune_code", "operator", "technology", "statistic", "period"]
    repeats.refuse(full[names].drop(columns="commune_name"), key, [ledger])
    return tables.check(full.loc[ledger.alive, names], tables.SPEED_CHECKS)


def _codes(one: Rows, communes: gpd.GeoDataFrame) -> pd.Series:
    """Give the code of each row's commune, told by its name where the code is blank."""
    frame, ledger = one.frame, one.ledger
    known = communes["commune_code"]
    codes = settlements.mend_codes(one, known)
    by_name: dict[str, set[str]] = {}
    for column in ("name", "full_name"):
        for code, name in zip(known, communes[column], strict=True):
            if name:
                by_name.setdefault(text.fold(name), set()).add(code)
    named = frame["commune_name"].map(lambda name: by_name.get(text.fold(name), set()))
    blank = (codes == "") & (frame["commune_name"] != "")
    only = named.map(lambda found: next(iter(found)) if len(found) == 1 else "")
    codes = codes.mask(blank, only.astype("str"))
    ledger.refuse(blank & (codes == ""), "unknown_commune", column="commune_name")
    strange = (codes != "") & ~codes.isin(set(known))
    ledger.refuse(strange, "unknown_commune", column="commune_code")
    return codes
