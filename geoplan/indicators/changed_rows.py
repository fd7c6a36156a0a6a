"""Which hamlets and stations changed between two runs, one by one.

What that makes of the figures of units is left to ``changes``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.admin.units import key_of
from geoplan.indicators.changes import Lineage, Run

_MOVED_M: Final = 30.0
"""What is nearer than this to where it was has not moved."""
_STATION: Final = ["operator", "site_id", "technology"]
_HAMLET_COLUMNS: Final = (
    *("hamlet_id", "old_hamlet_id", "name", "kind", "technology", "before", "after"),
    "commune_code",
)


def hamlet_changes(old: Run, new: Run, pairs: pd.DataFrame, lineage: Lineage) -> pd.DataFrame:
    """List the hamlets that changed.

    Parameters
    ----------
    pairs
        From ``changes.match_hamlets``.

    Returns
    -------
    Columns of ``tables.HAMLET_CHANGES_OUT``; one row for each thing that changed of a hamlet.
    """
    both = pairs[(pairs["old"] >= 0) & (pairs["new"] >= 0)]
    then = old.hamlets.iloc[both["old"]].reset_index(drop=True)
    now = new.hamlets.iloc[both["new"]].reset_index(drop=True)
    frames = [
        _listed(then, now, then["hamlet_id"] != now["hamlet_id"], "renamed"),
        _moved_communes(old, new, then, now),
        _mended(then, now),
        *(_new_status(then, now, name) for name in new.technologies if name in old.technologies),
        _gone(old.hamlets, pairs.loc[pairs["new"] < 0, "old"], lineage),
        _came(new.hamlets, pairs.loc[pairs["old"] < 0, "new"], lineage),
    ]
    return pd.concat(frames, ignore_index=True)


def _listed(
    then: pd.DataFrame,
    now: pd.DataFrame,
    where: pd.Series,
    kind: str,
    before: pd.Series | None = None,
    after: pd.Series | None = None,
    technology: str = "",
) -> pd.DataFrame:
    """Give the rows of some hamlets that are in both runs."""
    mask = where.to_numpy(dtype=bool)
    blank = pd.Series([""] * len(now), dtype="str")
    data = {
        "hamlet_id": now["hamlet_id"],
        "old_hamlet_id": then["hamlet_id"],
        "name": now["name"],
        "kind": kind,
        "technology": technology,
        "before": blank if before is None else before,
        "after": blank if after is None else after,
        "commune_code": now["commune_code"],
    }
    return pd.DataFrame(data, columns=list(_HAMLET_COLUMNS))[mask]


def _keys(run: Run, codes: pd.Series) -> pd.Series:
    """Write communes as code@version; a hamlet in none stays blank."""
    version = key_of("", run.version("commune")).version
    return codes.where(codes == "", codes + "@" + version).astype("str")


def _moved_communes(old: Run, new: Run, then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Hamlets whose commune is another: by code and version, never by code alone."""
    before, after = _keys(old, then["commune_code"]), _keys(new, now["commune_code"])
    return _listed(then, now, before != after, "commune", before, after)


def _mended(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Hamlets that got or lost a location, moved, or have other people."""
    far = _metres(then, now) > _MOVED_M
    located = then["longitude"].notna() != now["longitude"].notna()
    n, m = (frame["population"].fillna(-1.0) for frame in (then, now))
    return _listed(then, now, located | far | (n != m), "data")


def _metres(then: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Give how far points moved, NaN where either run has none. [m]"""
    x, y, u, v = (
        frame[name].to_numpy(np.float64)
        for frame in (then, now)
        for name in ("longitude", "latitude")
    )
    known = np.isfinite(x) & np.isfinite(u)
    far = np.full(len(x), np.nan)
    far[known] = geodesy.distance_m(x[known], y[known], u[known], v[known])
    return pd.Series(far)


def _new_status(then: pd.DataFrame, now: pd.DataFrame, technology: str) -> pd.DataFrame:
    """Hamlets of another status, both of which are known."""
    column = f"status_{technology.lower()}"
    before, after = then[column], now[column]
    known = (before != "unknown") & (after != "unknown")
    return _listed(then, now, known & (before != after), "network", before, after, technology)


def _gone(hamlets: pd.DataFrame, rows: pd.Series, lineage: Lineage) -> pd.DataFrame:
    found = hamlets.iloc[rows.to_numpy(dtype=np.int64)]
    kind = [lineage.old_kind.get(name, "removed") for name in found["hamlet_id"]]
    return _one_sided(found, kind, "old_hamlet_id")


def _came(hamlets: pd.DataFrame, rows: pd.Series, lineage: Lineage) -> pd.DataFrame:
    found = hamlets.iloc[rows.to_numpy(dtype=np.int64)]
    kind = [lineage.new_kind.get(name, "added") for name in found["hamlet_id"]]
    return _one_sided(found, kind, "hamlet_id")


def _one_sided(found: pd.DataFrame, kind: list[str], key: str) -> pd.DataFrame:
    frame = pd.DataFrame(dict.fromkeys(_HAMLET_COLUMNS, ""), index=found.index, dtype="str")
    frame[key], frame["name"] = found["hamlet_id"], found["name"]
    return frame.assign(kind=kind, commune_code=found["commune_code"])


def station_changes(old: Run, new: Run) -> pd.DataFrame:
    """List the stations that came, went, moved or got another date.

    Returns
    -------
    Columns of ``tables.STATION_CHANGES_OUT``. What is dated after the older run was opened;
    what is new in the list with an older date, or none, should have stood there before.
    """
    both = old.stations.merge(
        new.stations, on=_STATION, how="outer", suffixes=("_old", "_new"), indicator=True
    )
    side = both["_merge"].astype("str")
    before, after = both["on_air_date_old"], both["on_air_date_new"]
    opened = (side == "right_only") & (after > old.as_of)
    stays = side == "both"
    far = _far(both)
    redated = stays & ~((before == after) | (before.isna() & after.isna()))
    frames = [
        both[where].assign(kind=kind, distance_m=np.where(kind == "moved", far[where], np.nan))
        for where, kind in (
            (opened, "opened"),
            ((side == "right_only") & ~opened, "listed"),
            (side == "left_only", "gone"),
            (stays & (far > _MOVED_M), "moved"),
            (redated, "re_dated"),
        )
    ]
    found = pd.concat(frames, ignore_index=True)
    return found.assign(
        on_air_before=found["on_air_date_old"],
        on_air_after=found["on_air_date_new"],
        commune_code=found["commune_code_new"].fillna(found["commune_code_old"]),
    )


def _far(both: pd.DataFrame) -> NDArray[np.float64]:
    then = both[["longitude_old", "latitude_old"]].set_axis(["longitude", "latitude"], axis=1)
    now = both[["longitude_new", "latitude_new"]].set_axis(["longitude", "latitude"], axis=1)
    return _metres(then, now).to_numpy()
