"""Reads a finished run back, as far as comparing it with another needs it.

What the comparison says is left to ``indicators.changes``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geoplan import tables
from geoplan.faults import Faults, InputError
from geoplan.indicators.changes import Run
from geoplan.report.folder import RUN_FILE
from geoplan.report.state import read_state

_UNITS: Final = ["level", "unit_id", "unit_name", "unit_version"]
_STATION: Final = ["operator", "site_id", "technology"]


def read_finished(folder: Path) -> Run:
    """Read the tables and the state of a run.

    Raises
    ------
    InputError
        The folder is no finished run, or it was written without ``tables``.
    """
    record = _record(folder)
    place = folder / "tables"
    for name in ("hamlets", "indicators"):
        if not (place / f"{name}.csv").is_file():
            faults = Faults()
            faults.add("run_without_tables", file=folder.name, value=f"tables/{name}.csv")
            faults.raise_if_any(InputError)
    units = _read(place / "indicators.csv", columns=_UNITS).drop_duplicates(ignore_index=True)
    hamlets = _read(place / "hamlets.csv")
    for name in ("old_commune_code", "old_province"):
        if name not in hamlets:  # a run of an earlier version
            hamlets[name] = ""
    for column in filter(_is_number, map(str, hamlets)):
        hamlets[column] = pd.to_numeric(hamlets[column])
    return Run(
        hamlets=hamlets,
        indicators=units,
        stations=_stations(folder),
        as_of=pd.Timestamp(record["scenario"]["as_of"]),
        name=str(record["scenario"].get("name", folder.name)),
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


def _is_number(name: str) -> bool:
    known = {column.name: column.kind for column in tables.HAMLETS_OUT.columns}
    return known.get(name) == "number" or name.startswith("served_people_")


def _stations(folder: Path) -> pd.DataFrame:
    """Give the stations on air: one row for each operator, site and technology."""
    cells = pd.DataFrame(read_state(folder).cells)
    cells = cells[[*_STATION, "on_air_date", "longitude", "latitude", "commune_code"]]
    unnamed = cells["site_id"] == ""
    place = cells["longitude"].map("@{:.6f}".format) + "," + cells["latitude"].map("{:.6f}".format)
    cells["site_id"] = cells["site_id"].where(~unnamed, place)
    cells["on_air_date"] = pd.to_datetime(cells["on_air_date"])
    order = [*_STATION, "on_air_date", "longitude", "latitude"]
    return cells.sort_values(order, kind="stable").groupby(_STATION, as_index=False).first()
