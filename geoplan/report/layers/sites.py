"""Sites: one mark for each installation of an operator, those on air and those that are planned.

Sites stand in the order of their positions, so that the page tells who stands on a position
without the names a second time. Which sites show is chosen in the page.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geoplan.report.layers import coding

_PLANNED: Final = ("planned", "proposed")
_MARK: Final = ["position", "is_planned", "operator", "key"]
_NEEDED: Final = {
    **dict.fromkeys(("operator", "technology", "site_id", "structure_owner", "status"), "str"),
    **dict.fromkeys(("commune_code", "position_id"), "str"),
    **dict.fromkeys(("longitude", "latitude", "structure_height_m"), "float64"),
    **dict.fromkeys(("on_air_date", "built_date"), "datetime64[s]"),
}


def sites(cells: pd.DataFrame, given: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each installation.

    Parameters
    ----------
    cells
        Rows on air, as in ``results.Baseline``.
    given
        ``results.Inputs.sites``, of which the planned and proposed rows are taken.
    positions
        The table ``positions``.

    Returns
    -------
    pandas.DataFrame
        ``position`` (row of ``positions``, −1 = none), ``is_planned, operator, key, site_id,
        longitude, latitude`` (the mean of its rows), ``technologies, owner, commune_code,
        height_m, first`` (day), in the order of the positions.
    """
    rows_of = pd.Series(range(len(positions)), index=positions["position_id"], dtype="int64")
    rows = _with_columns(cells)
    rows["position"] = rows["position_id"].map(rows_of).fillna(-1).astype("int64")
    planned = _with_columns(given)
    planned = planned[planned["status"].isin(_PLANNED)].assign(position=-1)
    planned["on_air_date"] = planned["on_air_date"].fillna(planned["built_date"])
    both = [part.assign(is_planned=flag) for part, flag in ((rows, False), (planned, True))]
    frame = pd.concat([part for part in both if len(part)] or both[:1], ignore_index=True)
    return _joined(frame)


def _with_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns that are asked for, empty where a frame lacks one."""
    found = pd.DataFrame(
        {
            name: frame[name] if name in frame else pd.Series(index=frame.index, dtype=kind)
            for name, kind in _NEEDED.items()
        }
    ).reset_index(drop=True)
    key = frame.get("installation_key", found["site_id"])
    found["key"] = key.reset_index(drop=True).fillna("").astype("str")
    return found


def _joined(frame: pd.DataFrame) -> pd.DataFrame:
    groups = frame.groupby(_MARK, sort=True, dropna=False)
    found = groups.agg(
        site_id=("site_id", "first"),
        longitude=("longitude", "mean"),
        latitude=("latitude", "mean"),
        owner=("structure_owner", "max"),
        commune_code=("commune_code", "first"),
        height_m=("structure_height_m", "max"),
        first=("on_air_date", "min"),
    ).reset_index()
    found["technologies"] = _technologies(frame).reindex(
        pd.MultiIndex.from_frame(found[_MARK])
    ).to_numpy()  # fmt: skip
    return found


def _technologies(frame: pd.DataFrame) -> pd.Series:
    """Give the technologies of each installation, in the order of their names."""
    once = frame[[*_MARK, "technology"]].drop_duplicates().sort_values([*_MARK, "technology"])
    return once.groupby(_MARK, sort=True, dropna=False)["technology"].agg(";".join)


def layer(frame: pd.DataFrame, operators: tuple[str, ...]) -> dict[str, Any]:
    """Give the points of :func:`sites` with what their popups say."""
    named = frame["site_id"].fillna("").astype("str")
    first = pd.to_datetime(frame["first"]).dt.strftime("%Y-%m-%d").astype("str").fillna("")
    strangers = sorted(set(frame["operator"]) - set(operators))
    return {
        **coding.places(frame),
        "operators": [*operators, *strangers],
        "id": named.where(named != "", frame["key"]).tolist(),
        "operator": coding.category(frame["operator"]),
        "technologies": coding.category(frame["technologies"]),
        "owner": coding.category(frame["owner"].fillna("")),
        "commune": coding.category(frame["commune_code"].fillna("")),
        "height": coding.category(frame["height_m"].map(_short).astype("str")),
        "first": coding.category(first),
        "planned": coding.flags(frame["is_planned"]),
        "position": coding.differences(frame["position"].to_numpy()),
    }


def _short(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.1f}".removesuffix(".0")


def members(frame: pd.DataFrame) -> pd.Series:
    """Give the names of the installations of each position, as the table ``positions`` has them."""
    rows = frame[frame["position"] >= 0]
    names = (rows["operator"] + ":" + rows["key"]).groupby(rows["position"], sort=True)
    return names.agg(lambda group: ";".join(sorted(group)))
