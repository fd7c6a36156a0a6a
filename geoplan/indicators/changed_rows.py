"""Which hamlets and stations changed between two runs, one by one.

What that makes of the figures of units is left to ``changes``, likely causes to ``causes``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geoplan import geodesy
from geoplan.admin.units import key_of
from geoplan.indicators.changes import MOVED_M, Lineage, Run
from geoplan.text import name_key

_STATION: Final = ["operator", "site_id", "technology"]
_HAMLET_COLUMNS: Final = (
    *("hamlet_id", "old_hamlet_id", "name", "kind", "technology", "before", "after"),
    *("commune_code", "cause"),
)


def hamlet_changes(
    old: Run,
    new: Run,
    pairs: pd.DataFrame,
    lineage: Lineage,
    *,
    ruled: Collection[str] = (),
) -> pd.DataFrame:
    """List the hamlets that changed.

    Parameters
    ----------
    pairs
        From ``changes.match_hamlets``.
    ruled
        Technologies, MBB among them, whose rules differ between the runs.

    Returns
    -------
    Columns of ``tables.HAMLET_CHANGES_OUT``; one row for each thing that changed of a hamlet.
    ``cause`` of a status is told where it is not the network.
    """
    both = pairs[(pairs["old"] >= 0) & (pairs["new"] >= 0)].reset_index(drop=True)
    then = old.hamlets.iloc[both["old"]].reset_index(drop=True)
    now = new.hamlets.iloc[both["new"]].reset_index(drop=True)
    frames = [
        _renamed(then, now),
        _moved_communes(old, new, then, now),
        _mended(then, now),
        *(
            _new_status(then, now, both, name, is_ruled=name in ruled)
            for name in new.technologies
            if name in old.technologies
        ),
        _gone(old.hamlets, pairs[pairs["new"] < 0], lineage),
        _came(new.hamlets, pairs[pairs["old"] < 0], lineage),
    ]
    return pd.concat(frames, ignore_index=True)


def _listed(
    then: pd.DataFrame,
    now: pd.DataFrame,
    where: pd.Series,
    kind: str | NDArray[np.object_],
    before: pd.Series | None = None,
    after: pd.Series | None = None,
    technology: str = "",
    cause: str | NDArray[np.object_] = "",
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
        "cause": cause,
    }
    return pd.DataFrame(data, columns=list(_HAMLET_COLUMNS))[mask]


def _renamed(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Hamlets with another id or name; Hoà and Hòa are one name."""
    names = [
        name_key(str(a)) != name_key(str(b)) for a, b in zip(then["name"], now["name"], strict=True)
    ]
    where = (then["hamlet_id"] != now["hamlet_id"]) | pd.Series(names, dtype=bool)
    return _listed(then, now, where, "renamed", then["name"], now["name"])


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
    far = _metres(then, now) > MOVED_M
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


def _new_status(
    then: pd.DataFrame, now: pd.DataFrame, both: pd.DataFrame, technology: str, *, is_ruled: bool
) -> pd.DataFrame:
    """Hamlets of another status: by the network, by rules, or by the data alone."""
    column = f"status_{technology.lower()}"
    before, after = then[column], now[column]
    unknown = ((before == "unknown") | (after == "unknown")).to_numpy(dtype=bool)
    inside = ((before != "white") & (after != "white")).to_numpy(dtype=bool)
    moved, told = both["moved"].to_numpy(dtype=bool), both["told"].to_numpy(dtype=bool)
    clusters = both["clusters"].to_numpy(dtype=bool) & inside
    cause = np.select(
        [unknown | moved, told, clusters], ["data", "told", "clusters"], "rules" if is_ruled else ""
    ).astype(object)
    is_data = unknown | moved | told | clusters
    kind = np.where(is_data, "data", "rules" if is_ruled else "network").astype(object)
    return _listed(then, now, before != after, kind, before, after, technology, cause)


def _gone(hamlets: pd.DataFrame, rows: pd.DataFrame, lineage: Lineage) -> pd.DataFrame:
    found: pd.DataFrame = hamlets.iloc[rows["old"].to_numpy(dtype=np.int64)]
    return _one_sided(found, rows, lineage.old_kind, "removed", "old_hamlet_id")


def _came(hamlets: pd.DataFrame, rows: pd.DataFrame, lineage: Lineage) -> pd.DataFrame:
    found = hamlets.iloc[rows["new"].to_numpy(dtype=np.int64)]
    return _one_sided(found, rows, lineage.new_kind, "added", "hamlet_id")


def _one_sided(
    found: pd.DataFrame, rows: pd.DataFrame, told: dict[str, str], otherwise: str, key: str
) -> pd.DataFrame:
    kind = [
        "reused" if is_reused else told.get(name, otherwise)
        for name, is_reused in zip(found["hamlet_id"], rows["reused"], strict=True)
    ]
    frame: pd.DataFrame = pd.DataFrame(
        dict.fromkeys(_HAMLET_COLUMNS, ""), index=found.index, dtype="str"
    )
    frame[key], frame["name"] = found["hamlet_id"], found["name"]
    frame["kind"], frame["commune_code"] = kind, found["commune_code"]
    return frame


def station_changes(old: Run, new: Run) -> pd.DataFrame:
    """List the stations that came, went, moved, got another id or another date.

    Returns
    -------
    Columns of ``tables.STATION_CHANGES_OUT``. What is dated after the older run was opened;
    what is new in the list with an older date, or none, should have stood there before. What
    went while another of the same operator and technology came within 30 m has a new number.
    """
    both = old.stations.merge(
        new.stations, on=_STATION, how="outer", suffixes=("_old", "_new"), indicator=True
    )
    side = both["_merge"].astype("str").to_numpy(dtype=object)
    came, went = side == "right_only", side == "left_only"
    numbers = _renumbered(both[went], both[came])
    again = both.iloc[[*numbers.values()]].assign(
        old_site_id=both["site_id"].iloc[[*numbers]].to_numpy(dtype=object),
        on_air_date_old=both["on_air_date_old"].iloc[[*numbers]].to_numpy(),
    )
    came[[*numbers.values()]] = False
    went[[*numbers]] = False
    before, after = both["on_air_date_old"], both["on_air_date_new"]
    opened = came & (after > old.as_of).to_numpy(dtype=bool)
    stays = side == "both"
    far = _far(both)
    redated = stays & ~((before == after) | (before.isna() & after.isna())).to_numpy(dtype=bool)
    both["old_site_id"] = ""
    frames = [
        both[where].assign(kind=kind, distance_m=np.where(kind == "moved", far[where], np.nan))
        for where, kind in (
            (opened, "opened"),
            (came & ~opened, "listed"),
            (went, "gone"),
            (stays & (far > MOVED_M), "moved"),
            (redated, "re_dated"),
        )
    ]
    frames.append(again.assign(kind="renumbered", distance_m=np.nan))
    found: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return found.assign(
        cause=[_why_gone(row, new) for row in found[[*_STATION, "kind"]].to_dict("records")],
        on_air_before=found["on_air_date_old"],
        on_air_after=found["on_air_date_new"],
        commune_code=found["commune_code_new"].fillna(found["commune_code_old"]),
    )


def _renumbered(went: pd.DataFrame, came: pd.DataFrame) -> dict[int, int]:
    """Pair rows that went with rows that came at the same place, the nearest first."""
    if went.empty or came.empty:
        return {}
    spots = [
        geodesy.ecef(frame[f"longitude_{side}"], frame[f"latitude_{side}"])
        for frame, side in ((went, "old"), (came, "new"))
    ]
    near = cKDTree(spots[0]).query_ball_tree(cKDTree(spots[1]), float(geodesy.chord_m(MOVED_M)))
    ways = []
    for i, others in enumerate(near):
        one = went.iloc[i]
        for j in others:
            other = came.iloc[j]
            if (one["operator"], one["technology"]) == (other["operator"], other["technology"]):
                far = float(np.linalg.norm(spots[0][i] - spots[1][j]))
                names = (str(one["site_id"]), str(other["site_id"]))
                ways.append((round(far, 3), *names, int(went.index[i]), int(came.index[j])))
    found: dict[int, int] = {}
    for *_, a, b in sorted(ways):
        if a not in found and b not in found.values():
            found[a] = b
    return found


def _why_gone(row: dict[Any, Any], new: Run) -> str:
    """Say what the newer run knows of a station that is gone."""
    if row["kind"] != "gone":
        return ""
    station = (row["operator"], row["site_id"], row["technology"])
    if new.ended is not None and station in new.ended:
        return "off_air"
    if row["site_id"] in new.refused:
        return "refused"
    if station[:2] in new.planned:
        return "planned"
    return "unclear" if new.ended is None else "missing"


def _far(both: pd.DataFrame) -> NDArray[np.float64]:
    then = both[["longitude_old", "latitude_old"]].set_axis(["longitude", "latitude"], axis=1)
    now = both[["longitude_new", "latitude_new"]].set_axis(["longitude", "latitude"], axis=1)
    return _metres(then, now).to_numpy()
