"""The lists of sites beside what their operators declare, and beside what an earlier list said.

A list that lost sites, gave them other dates or moved them changes every ratio without a mast
being built. Pure; reading the lists is left to ``io``, what to ask the operator to ``report``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoplan import geodesy, tables

_STATION: Final = ["operator", "installation_key", "technology"]
_INSTALLATION: Final = ["operator", "installation_key"]
_COUNTED: Final = (
    ("stations", "STATIONS", _STATION),
    ("positions", "POSITIONS", ["position_id"]),
    ("installations", "INSTALLATIONS", _INSTALLATION),
)
"""Column of the totals, name of the indicator, and what tells one from another."""


def declared_beside_counted(
    totals: pd.DataFrame,
    cells_on: Callable[[datetime.date], pd.DataFrame],
    *,
    day: datetime.date,
    refused: Mapping[str, int],
) -> pd.DataFrame:
    """Compare the totals that operators declare with their lists, on the day of the totals.

    Parameters
    ----------
    totals
        The input table ``declared_totals``.
    cells_on
        Gives the rows on air on a day that a commune counts, with ``position_id``.
    day
        Day of totals without one.
    refused
        Operator → rows of its lists that were left out.

    Returns
    -------
    The table ``declared_totals``: a row for each number that somebody declares.
    """
    records: list[dict[str, Any]] = []
    for row in totals.to_dict("records"):
        asked = day if pd.isna(row["date"]) else row["date"].date()
        cells = cells_on(asked)
        own = cells[cells["operator"] == row["operator"]]
        if row["technology"]:
            own = own[own["technology"] == row["technology"]]
        for name, indicator, key in _COUNTED:
            if pd.isna(row[name]):
                continue
            counted = len(own.drop_duplicates(key))
            records.append(
                {
                    "operator": row["operator"],
                    "technology": row["technology"],
                    "as_of": pd.Timestamp(asked),
                    "document": row["document"],
                    "indicator": indicator,
                    "declared": row[name],
                    "counted": counted,
                    "difference": counted - row[name],
                    "rows_refused": refused.get(row["operator"], 0),
                }
            )
    frame = pd.DataFrame(records, columns=list(tables.DECLARED_TOTALS_OUT.names))
    return tables.check(frame, tables.DECLARED_TOTALS_OUT)


def site_changes(
    now: pd.DataFrame,
    before: pd.DataFrame,
    left_out: Mapping[tuple[str, str], str],
    *,
    merge_distance_m: float,
) -> pd.DataFrame:
    """List what changed between two lists and is no plain growth.

    ``vanished``: a station of the earlier list, not switched off there, of which the list says
    nothing; ``renamed``: the same, but a new number stands within the distance; ``left_out``: its
    row was refused; ``redated``: it has another first day on air; ``moved``: the site stands
    farther than the distance from where it was.

    Parameters
    ----------
    now, before
        Sites as in ``results.Inputs``.
    left_out
        Operator (blank = not known) and site_id of rows that were refused → the reason.
    merge_distance_m
        Distance within which two points are one position. [m]

    Returns
    -------
    The table ``site_changes``.
    """
    there = before[before["status"].isin(["existing", ""]) & before["off_air_date"].isna()]
    records = [
        *_gone(now, there, before, left_out, merge_distance_m),
        *_redated(now, there),
        *_moved(now, there, merge_distance_m),
    ]
    frame = pd.DataFrame(records, columns=list(tables.SITE_CHANGES_OUT.names))
    return tables.check(frame, tables.SITE_CHANGES_OUT)


def _first_rows(sites: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Give one row for each key: the first by its place, with the earliest day on air."""
    ordered = sites.sort_values([*key, "longitude", "latitude"], kind="stable")
    first = ordered.drop_duplicates(key).set_index(key)
    return first.assign(on_air_date=sites.groupby(key)["on_air_date"].min())


def _gone(
    now: pd.DataFrame,
    there: pd.DataFrame,
    before: pd.DataFrame,
    left_out: Mapping[tuple[str, str], str],
    merge_distance_m: float,
) -> list[dict[str, Any]]:
    """Give the stations of the earlier list that the list does not have."""
    earlier, today = _first_rows(there, _STATION), _first_rows(now, _STATION)
    gone = earlier[~earlier.index.isin(today.index)]
    known = pd.MultiIndex.from_frame(before[_STATION].drop_duplicates())
    fresh = today[~today.index.isin(known)]
    new_name = _new_names(gone, fresh, merge_distance_m)
    records = []
    for key, row in zip(gone.index, gone.to_dict("records"), strict=True):
        operator, site, technology = key
        reason = left_out.get((operator, site)) or left_out.get(("", site), "")
        renamed, distance = new_name.get(key, ("", float("nan")))
        change = "left_out" if reason else ("renamed" if renamed else "vanished")
        records.append(
            {
                "operator": operator,
                "site_id": site,
                "technology": technology,
                "change": change,
                "before": site if change == "renamed" else _place(row),
                "after": {"left_out": reason, "renamed": renamed, "vanished": ""}[change],
                "distance_m": distance if change == "renamed" else float("nan"),
            }
        )
    return records


def _new_names(
    gone: pd.DataFrame, fresh: pd.DataFrame, merge_distance_m: float
) -> dict[Any, tuple[str, float]]:
    """Give, of stations that are gone, the nearest new one of the operator within the distance."""
    found: dict[Any, tuple[str, float]] = {}
    of_service = dict(list(fresh.groupby(level=["operator", "technology"])))
    for service, own in gone.groupby(level=["operator", "technology"]):
        others = of_service.get(service)
        if others is None:
            continue
        tree = shapely.STRtree(np.asarray(shapely.points(others["longitude"], others["latitude"])))
        x, y = (own[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
        margin = merge_distance_m / 80_000.0  # a little more, in degrees of either axis
        here, there = tree.query(shapely.box(x - margin, y - margin, x + margin, y + margin))
        apart = geodesy.distance_m(
            x[here],
            y[here],
            others["longitude"].to_numpy(np.float64)[there],
            others["latitude"].to_numpy(np.float64)[there],
        )
        names = others.index.get_level_values("installation_key").to_numpy(object)
        pairs = sorted(
            (round(float(distance), 3), str(names[j]), int(i))
            for distance, i, j in zip(apart, here, there, strict=True)
            if distance <= merge_distance_m
        )
        for distance, name, i in pairs:
            found.setdefault(own.index[i], (name, distance))
    return found


def _redated(now: pd.DataFrame, there: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the stations whose first day on air is another than it was."""
    earlier = _first_rows(there, _STATION)["on_air_date"]
    today = _first_rows(now[now["status"].isin(["existing", ""])], _STATION)["on_air_date"]
    both = earlier.index.intersection(today.index, sort=False)
    was, now_is = earlier.loc[both], today.loc[both]
    differs = ~(was.eq(now_is) | (was.isna() & now_is.isna()))
    return [
        {
            "operator": key[0],
            "site_id": key[1],
            "technology": key[2],
            "change": "redated",
            "before": _day(was.loc[key]),
            "after": _day(now_is.loc[key]),
        }
        for key in both[differs.to_numpy(dtype=bool)]
    ]


def _moved(now: pd.DataFrame, there: pd.DataFrame, merge_distance_m: float) -> list[dict[str, Any]]:
    """Give the sites that stand farther from where they were than one position is wide."""
    earlier, today = _first_rows(there, _INSTALLATION), _first_rows(now, _INSTALLATION)
    both = earlier.index.intersection(today.index, sort=False)
    was, now_is = earlier.loc[both], today.loc[both]
    apart = geodesy.distance_m(
        *(frame[name].to_numpy(np.float64) for frame in (was, now_is) for name in _POINT)
    )
    rows = np.flatnonzero(apart > merge_distance_m)
    return [
        {
            "operator": both[i][0],
            "site_id": both[i][1],
            "technology": "",
            "change": "moved",
            "before": _place(was.iloc[i]),
            "after": _place(now_is.iloc[i]),
            "distance_m": float(apart[i]),
        }
        for i in rows.tolist()
    ]


_POINT: Final = ("longitude", "latitude")


def _place(row: Any) -> str:
    return f"{row['longitude']:.6f} {row['latitude']:.6f}"


def _day(value: Any) -> str:
    return "" if pd.isna(value) else value.date().isoformat()
