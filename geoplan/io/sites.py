"""Sites files: one row for each cell of an operator, from any number of files together.

Masts, stations and what is on air are left to ``sharing`` and ``coverage``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.faults import Faults
from geoplan.io import coordinates, operators, radio_words, repeats, settlements, values
from geoplan.io.coordinates import Places
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings
from geoplan.scenario import Scenario, SourceFile
from geoplan.units import INSTALLATION_SPREAD_M, LEAST_AGL_M, MAX_OPERATORS

_KEY = ["operator", "installation_key", "technology", "frequency_mhz", "azimuth"]

_LOW_EIRP_DBM = 45.0
"""A carrier of a macro cell radiates 55 to 75 dBm, a resource element of it 25 to 45."""

_NO_ROWS: dict[str, Any] = {
    "installation_key": pd.Series(dtype="str"),
    "commune_code": pd.Series(dtype="str"),
    "outside_m": pd.Series(dtype="float64"),
    "source_file": pd.Series(dtype="str"),
    "source_sheet": pd.Series(dtype="str"),
    "source_row": pd.Series(dtype="int64"),
}
"""The columns that sites are completed by, where there is no file at all."""


def given_columns(source: SourceFile, names: Mapping[str, str]) -> dict[str, str]:
    """Give what the scenario says of all rows of a file."""
    given = {}
    if source.operator:
        given["operator"] = names[values.key(source.operator)]
    if source.technology:
        given["technology"] = source.technology
    return given


def sites(
    files: Sequence[Rows], around: Surroundings, scenario: Scenario, faults: Faults
) -> pd.DataFrame:
    """Give the sites of all files, in WGS 84, completed (see ``results.Inputs``).

    Rows are refused here that stand twice, in whichever file, and that stand more than 30 m
    from the first row of their installation.
    """
    frames = [_one_file(rows, around, scenario, faults) for rows in files]
    if not frames:
        return _checked(pd.DataFrame(columns=list(tables.SITES.required))).assign(**_NO_ROWS)
    frame = pd.concat(frames, ignore_index=True)
    for name in frame.columns:
        if frame[name].dtype == "str":
            frame[name] = frame[name].fillna("")
    ledgers = [rows.ledger for rows in files]
    names = [name for name in tables.SITES.names if name in frame.columns]
    compared = frame[[*names, "installation_key"]].assign(
        azimuth=frame["azimuth_deg"] % 360.0,
        longitude=frame["longitude"].round(6),
        latitude=frame["latitude"].round(6),
    )
    repeats.refuse(compared.drop(columns="azimuth_deg"), _KEY, ledgers)
    _refuse_apart(frame, files)
    alive = np.concatenate([ledger.alive for ledger in ledgers])
    frame = frame[alive]
    radiating = sorted(set(frame["operator"]))
    if len(radiating) > MAX_OPERATORS:
        faults.add("too_many_operators", value=", ".join(radiating))
    return _checked(_one_technology_each(frame))


def warn_on_ground(lists: Sequence[Rows]) -> None:
    """Warn of antennas at the ground, whose height level models take from the budget."""
    for rows in lists:
        height = rows.frame["antenna_agl_m"].to_numpy(np.float64)
        rows.ledger.warn(height < LEAST_AGL_M, "antenna_on_ground", column="antenna_agl_m")


def _one_technology_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each technology of rows that name several; what stands already stays one."""
    several = frame["technology"].str.contains(radio_words.JOINT, regex=False)
    if not several.any():
        return frame
    parted = frame.assign(technology=frame["technology"].str.split(radio_words.JOINT))
    parted = parted.explode("technology").assign(azimuth=parted["azimuth_deg"] % 360.0)
    parted["technology"] = parted["technology"].astype("str")
    return parted[~parted.duplicated(_KEY)].drop(columns="azimuth")


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    return tables.check(frame, tables.SITES).drop(columns="geometry")


def _one_file(rows: Rows, around: Surroundings, scenario: Scenario, faults: Faults) -> pd.DataFrame:
    """Give the rows of one file with their places, the refused ones among them."""
    settlements.need_point(rows, faults)
    places = coordinates.locate(rows, around.communes, faults, tolerance_m=around.tolerance_m)
    rows.ledger.refuse(~places.known, "missing_coordinates", column="longitude")
    index, distance = coordinates.place_in_communes(rows, places, around.communes, faults)
    found = settlements.commune_codes(around, index, distance)
    status = rows.frame["status"].mask(rows.frame["status"] == "", "existing")
    frame = rows.frame.assign(
        status=status,
        structure_owner=_owners(rows.frame["structure_owner"], operators.names_of(scenario)),
        longitude=places.longitude,
        latitude=places.latitude,
        installation_key=_installation_key(rows.frame["site_id"], places),
        commune_code=pd.Series(found, dtype="str"),
        outside_m=np.where(np.isfinite(distance), distance, np.nan),
        source_file=rows.source.name,
        source_sheet=[rows.raw.sheet_of(i) for i in range(len(rows.raw))],
        source_row=rows.raw.rows,
    )
    first = ~frame.duplicated(["operator", "installation_key"]).to_numpy()
    settlements.warn_outside(rows, found, distance, where=first)
    if scenario.as_of is not None:
        past = frame["on_air_date"] <= pd.Timestamp(scenario.as_of)
        rows.ledger.warn((status != "existing") & past, "planned_in_past", column="on_air_date")
    rows.ledger.warn(frame["eirp_dbm"] < _LOW_EIRP_DBM, "eirp_low", column="eirp_dbm")
    return frame


def _owners(written: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Write an owner that is an operator under another name by its standard name."""
    known = {name: operators.standard_name(name, names) or name for name in written.unique()}
    return written.map(known).astype("str")


def _installation_key(site_id: pd.Series, places: Places) -> pd.Series:
    """Give the site_id, or the place to six decimals where there is none."""
    blank = (site_id == "").to_numpy()
    keys = site_id.to_numpy(dtype=object)
    lon, lat = places.longitude[blank], places.latitude[blank]
    keys[blank] = [f"@{x:.6f},{y:.6f}" for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    return pd.Series(keys, dtype="str")


def _refuse_apart(frame: pd.DataFrame, files: Sequence[Rows]) -> None:
    """Refuse rows of one installation that stand more than 30 m from its first row."""
    alive = np.concatenate([rows.ledger.alive for rows in files])
    standing = frame.loc[alive, ["operator", "installation_key", "longitude", "latitude"]]
    group = standing.groupby(["operator", "installation_key"], sort=False)
    first = group[["longitude", "latitude"]].transform("first")
    apart = np.zeros(len(frame))
    apart[alive] = geodesy.distance_m(
        standing["longitude"], standing["latitude"], first["longitude"], first["latitude"]
    )
    far: NDArray[np.bool_] = apart > INSTALLATION_SPREAD_M
    metres = np.full(len(frame), "", dtype=object)
    metres[far] = [f"{distance:.0f}" for distance in apart[far]]
    start = 0
    for rows in files:
        own = slice(start, start + len(rows.raw))
        rows.ledger.refuse(far[own], "installation_apart", column="site_id", distance_m=metres[own])
        start = own.stop
