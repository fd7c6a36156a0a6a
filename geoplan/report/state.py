"""Keeps what a what-if or a comparison needs: arrays on disk, with what they were made from.

Reading needs numpy and nothing else, so that a question about one site is answered at once.
What is done with the arrays is left to the planner.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import __version__
from geoplan.faults import Fault, InputError
from geoplan.rasters import Grid
from geoplan.reach import Reach
from geoplan.report.packing import Arrays, packed
from geoplan.results import AreaService, Demand

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.results import Evidence, RunResult

SCHEMA: Final = 1
FOLDER: Final = "state"
_ARRAYS, _META = "arrays.npz", "state.json"
_CELLS: Final = (
    *("operator", "technology", "site_id", "longitude", "latitude", "frequency_mhz"),
    *("antenna_agl_m", "azimuth_deg", "beamwidth_deg", "tilt_deg", "eirp_dbm"),
    "antenna",
    *("structure_id", "structure_owner"),
    *("built_date", "on_air_date", "emitter", "radius_m", "environment", "operator_index"),
    *("commune_code", "counted", "position_id"),
)
_HAMLETS: Final = (
    *("hamlet_id", "name", "commune_code", "longitude", "latitude", "population", "households"),
    *("clusters_known", "status_mbb", "near_threshold"),
)


@dataclass(frozen=True)
class State:
    """A finished run, as far as a what-if needs it.

    Attributes
    ----------
    meta
        ``schema, version, operators, technologies, scenario, inputs`` (role, sha256).
    demand, reach, served, area
        As in ``results.Baseline``.
    told_known, told_served
        Technology → operators of whom a declaration or a field check speaks at each demand point,
        and those of them that are served by its word, a bit each; empty where nothing speaks.
    testing
        What the two-step test needs besides (``coverage.model.Coverage.testing``); empty in
        runs of earlier versions.
    cells, hamlets, clusters, planned, ended
        Column → array of the tables, missing text as "", missing numbers and dates as NaN, NaT.
    """

    meta: dict[str, Any]
    demand: Demand
    reach: Reach
    served: dict[str, NDArray[np.uint8]]
    area: AreaService
    cells: dict[str, NDArray[Any]]
    hamlets: dict[str, NDArray[Any]]
    clusters: dict[str, NDArray[Any]]
    told_known: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    told_served: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    testing: dict[str, NDArray[Any]] = field(default_factory=dict)
    planned: dict[str, NDArray[Any]] = field(default_factory=dict)
    ended: dict[str, NDArray[Any]] = field(default_factory=dict)


def write_state(result: RunResult, folder: Path) -> None:
    """Write ``state/`` of a run: ``arrays.npz`` and ``state.json``."""
    from geoplan.report.kept_levels import write_kept_levels
    from geoplan.report.run_json import scenario_record

    baseline = result.baseline
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    (place / _ARRAYS).write_bytes(packed(_arrays(result)))
    write_kept_levels(baseline.area, place)
    grid = baseline.area.grid
    meta = {
        "schema": SCHEMA,
        "version": __version__,
        "operators": list(baseline.operators),
        "technologies": list(baseline.technologies),
        "grid": {one.name: getattr(grid, one.name) for one in fields(Grid)},
        "inputs": [{"role": file.role, "sha256": file.sha256} for file in result.inputs.files],
        "scenario": {
            key: value for key, value in scenario_record(result).items() if key != "inputs"
        },
    }
    if baseline.ether is not None and baseline.ether.corrections:
        meta["corrections"] = [
            [*group, *astuple(one)] for group, one in baseline.ether.corrections.items()
        ]
    text = json.dumps(meta, ensure_ascii=False, indent=2)
    (place / _META).write_text(text + "\n", "utf-8", newline="\n")


def read_state(folder: Path) -> State:
    """Read the state of a finished run.

    Parameters
    ----------
    folder
        The folder of the run, which holds ``state/``.

    Raises
    ------
    InputError
        There is no state, or it is of another schema.
    """
    place = folder / FOLDER
    try:
        meta = json.loads((place / _META).read_text("utf-8"))
        with np.load(place / _ARRAYS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except FileNotFoundError as error:
        raise InputError([Fault("missing_file", f"{folder.name}/{FOLDER}")]) from error
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        why = {"why": type(error).__name__}
        raise InputError(
            [Fault("unreadable_file", f"{folder.name}/{FOLDER}", params=why)]
        ) from error
    if meta.get("schema") != SCHEMA:
        why = {"why": f"schema {meta.get('schema')}, not {SCHEMA}"}
        raise InputError([Fault("unreadable_file", f"{folder.name}/{FOLDER}", params=why)])
    return _state(meta, arrays)


def read_meta(folder: Path) -> dict[str, Any]:
    """Read from what a finished run was made: its scenario, and the checksums of its inputs.

    Raises
    ------
    InputError
        The folder is no finished run.
    """
    try:
        meta = json.loads((folder / FOLDER / _META).read_text("utf-8"))
        if meta["schema"] == SCHEMA and isinstance(meta["scenario"], dict):
            return dict(meta)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InputError([Fault("not_a_run", folder.name)])


def _state(meta: dict[str, Any], arrays: Arrays) -> State:
    grid = meta.pop("grid")
    grid["shape"] = tuple(grid["shape"])
    return State(
        meta=meta,
        demand=Demand(**_under(arrays, "demand")),
        reach=Reach(n_demand=len(arrays["demand.longitude"]), **_under(arrays, "reach")),
        served=_under(arrays, "served"),
        area=AreaService(Grid(**grid), _under(arrays, "area"), arrays["commune"]),
        cells=_under(arrays, "cells"),
        hamlets=_under(arrays, "hamlets"),
        clusters=_under(arrays, "clusters"),
        told_known=_under(arrays, "told_known"),
        told_served=_under(arrays, "told_served"),
        testing=_under(arrays, "testing"),
        planned=_under(arrays, "planned"),
        ended=_under(arrays, "ended"),
    )


def _arrays(result: RunResult) -> dict[str, NDArray[Any]]:
    """Give every array by its name: the part of the state, a dot, and the field or column."""
    from geoplan.common_masts import to_be_built

    baseline, inputs = result.baseline, result.inputs
    planned = to_be_built(inputs) if "status" in inputs.sites else inputs.sites.iloc[:0]
    parts: dict[str, Arrays] = {
        "demand": _fields(baseline.demand),
        "reach": {name: x for name, x in _fields(baseline.reach).items() if name != "n_demand"},
        "served": baseline.served,
        "area": baseline.area.bits,
        "cells": _columns(baseline.cells, _CELLS),
        "hamlets": _columns(baseline.hamlets, (*_HAMLETS, *_statuses(baseline.technologies))),
        "clusters": _columns(
            baseline.clusters, ("cluster_id", "hamlet_id", "longitude", "latitude", "households")
        ),
        **_told(baseline.spoken),
        "testing": baseline.testing,
        "planned": _columns(planned, ("operator", "site_id", "longitude", "latitude")),
        "ended": _columns(_ended(result), ("operator", "site_id", "technology", "off_air_date")),
    }
    arrays = {f"{part}.{name}": x for part, named in parts.items() for name, x in named.items()}
    arrays["commune"] = baseline.area.commune
    return arrays


def _ended(result: RunResult) -> pd.DataFrame:
    """Give the rows of the lists that are off air by the day of the figures."""
    sites = result.inputs.sites
    if "off_air_date" not in sites or sites.empty:
        return sites.iloc[:0]
    return sites[sites["off_air_date"] <= str(result.scenario.day)]


def _told(spoken: Evidence | None) -> dict[str, Arrays]:
    """Give of whom declarations and checks speak, and whom they say to be served."""
    if spoken is None:
        return {}
    names = spoken.checked
    return {
        "told_known": {
            name: spoken.checked[name] | np.uint8(spoken.declaring[name]) for name in names
        },
        "told_served": {
            name: (spoken.declared[name] & ~spoken.checked[name]) | spoken.found[name]
            for name in names
        },
    }


def _statuses(technologies: tuple[str, ...]) -> list[str]:
    return [f"status_{technology.lower()}" for technology in technologies]


def _fields(item: Any) -> dict[str, NDArray[Any]]:
    return {one.name: getattr(item, one.name) for one in fields(item)}


def _columns(frame: pd.DataFrame, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return {name: _array(frame[name]) for name in names if name in frame.columns}


def _array(values: pd.Series) -> NDArray[Any]:
    """Give a column as an array that numpy reads alone: no objects."""
    if values.dtype.kind in "iufMb" and isinstance(values.dtype, np.dtype):
        return values.to_numpy()
    if values.dtype.name in ("boolean", "Int64", "Float64"):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.astype("str").fillna("").to_numpy(dtype=object).astype(np.str_)


def _under(arrays: Arrays, part: str) -> dict[str, NDArray[Any]]:
    start = f"{part}."
    return {name[len(start) :]: x for name, x in arrays.items() if name.startswith(start)}
