"""Reads a finished run back, as far as comparing it with another needs it.

What the comparison says is left to ``indicators.changes``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults, InputError
from geoplan.indicators.changes import Run
from geoplan.report.folder import RUN_FILE, own_files
from geoplan.report.state import State, read_state

_UNITS: Final = ["level", "unit_id", "unit_name", "unit_version"]
_STATION: Final = ["operator", "site_id", "technology"]
_BEST: Final = ["hamlet_id", "operator", "technology", "centre_served", "best_site_id"]


def read_finished(folder: Path) -> Run:
    """Read the tables and the state of a run.

    Raises
    ------
    InputError
        The folder is no finished run, or it was written without ``tables``.
    """
    record = _record(folder)
    place = own_files(folder) / "tables"
    for name in ("hamlets", "indicators"):
        if not (place / f"{name}.csv").is_file():
            faults = Faults()
            faults.add("run_without_tables", file=folder.name, value=f"tables/{name}.csv")
            faults.raise_if_any(InputError)
    hamlets = _read(place / "hamlets.csv")
    for name in ("old_commune_code", "old_province"):
        if name not in hamlets:  # a run of an earlier version
            hamlets[name] = ""
    state = read_state(folder)
    rules = dict(record["scenario"])
    return Run(
        hamlets=_with_numbers(hamlets, tables.HAMLETS_OUT),
        indicators=_with_numbers(_read(place / "indicators.csv"), tables.INDICATORS_OUT),
        stations=_stations(state),
        as_of=pd.Timestamp(rules["as_of"]),
        name=str(rules.get("name", folder.name)),
        rules=rules,
        radii=_radii(state, rules),
        best=_best(place / "service.csv"),
        ended=_keys(state.ended, _STATION),
        refused=_refused(folder / "rejects.csv"),
        planned=frozenset(
            (operator, site) for operator, site, *_ in _keys(state.planned, _STATION[:2]) or ()
        ),
        language=str(rules.get("language", "vi")),
    )


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RUN_FILE).read_text("utf-8"))
        if record["schema"] == 1 and record["scenario"]["as_of"]:
            return dict(record)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    faults = Faults()
    faults.add("not_a_run", file=folder.name)
    raise InputError(faults)


def _read(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table of a run as text, without the apostrophe before what looks like a formula."""
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, usecols=columns)
    for name in frame:
        frame[name] = frame[name].str.replace(r"^'(?=[=+\-@])", "", regex=True)
    return frame


def _with_numbers(frame: pd.DataFrame, table: tables.Table) -> pd.DataFrame:
    known = {column.name for column in table.columns if column.kind == "number"}
    for name in map(str, frame):
        if name in known or name.startswith("served_people_"):
            frame[name] = pd.to_numeric(frame[name])
    return frame


def _stations(state: State) -> pd.DataFrame:
    """Give the stations on air: one row for each operator, site and technology."""
    cells = pd.DataFrame(state.cells)
    columns = [*_STATION, "on_air_date", "longitude", "latitude", "commune_code", "radius_m"]
    cells = cells[columns]
    unnamed = cells["site_id"] == ""
    place = cells["longitude"].map("@{:.6f}".format) + "," + cells["latitude"].map("{:.6f}".format)
    cells["site_id"] = cells["site_id"].where(~unnamed, place)
    cells["on_air_date"] = pd.to_datetime(cells["on_air_date"])
    order = [*_STATION, "on_air_date", "longitude", "latitude"]
    grouped = cells.sort_values(order, kind="stable").groupby(_STATION, as_index=False)
    return grouped.first().assign(radius_m=grouped["radius_m"].max()["radius_m"])


def _radii(state: State, rules: dict[str, Any]) -> dict[str, float]:
    """Give the radius of each kind of cell that has one radius only, under the radius model."""
    if rules.get("coverage", {}).get("model") != "radius":
        return {}
    kinds = ["technology", "environment", "frequency_mhz"]
    cells = pd.DataFrame({name: state.cells[name] for name in (*kinds, "radius_m")})
    grouped = cells.groupby(kinds, dropna=False)["radius_m"].agg(["min", "max"]).reset_index()
    one = grouped[(grouped["max"] - grouped["min"]) < 0.5]
    names = one[kinds].astype("str").fillna("").agg(" ".join, axis=1)
    return dict(zip(names, one["max"], strict=True))


def _best(path: Path) -> pd.DataFrame | None:
    """Give the best station of each operator and technology where the centre is served."""
    if not path.is_file():
        return None
    rows = _read(path, columns=_BEST)
    return rows[(rows["centre_served"] == "true") & (rows["best_site_id"] != "")]


def _keys(columns: dict[str, np.ndarray[Any, Any]], names: list[str]) -> frozenset[Any] | None:
    """Give the rows of a part of the state as a set; None where the run does not keep it."""
    if not columns:
        return None
    return frozenset(zip(*(columns[name].astype(str).tolist() for name in names), strict=True))


def _refused(path: Path) -> frozenset[str]:
    """Give the keys of the rows that the run left out."""
    if not path.is_file():
        return frozenset()
    return frozenset(_read(path, columns=["key"])["key"]) - {""}
