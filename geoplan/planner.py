"""The stages in order: files in, what is, what to do, files out. No mathematics here.

    scenario ─► inputs ─► baseline (assess) ─► plan (make_plan) ─► reports (write_report)

Command line, notebooks and servers call the same functions.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.coverage import area, holes, places, sheets
from geoplan.coverage.model import Coverage, assess_coverage, environment_at
from geoplan.faults import Faults
from geoplan.indicators import network
from geoplan.indicators.compute import commune_sheet, compute_indicators
from geoplan.indicators.network import Network
from geoplan.io import read_inputs
from geoplan.progress import Progress, silent
from geoplan.results import Baseline, Inputs, Plan, RunResult
from geoplan.scenario import Scenario, read_scenario
from geoplan.scenario.reader import with_day
from geoplan.sharing.ledger import Ledger, keep_ledger

__all__ = [
    "assess",
    "make_plan",
    "read_inputs",
    "read_scenario",
    "run",
    "with_day",
    "write_report",
]

OUTPUTS = ("tables", "map", "workbook", "gis", "sheets", "report")


def assess(inputs: Inputs, scenario: Scenario, *, progress: Progress = silent) -> Baseline:
    """Tell what is: service, hamlet status, sharing, holes and indicators.

    Parameters
    ----------
    inputs
        From :func:`read_inputs`.
    scenario
        Its ``as_of`` must be set.
    """
    progress("coverage", 0.0)
    cover = assess_coverage(inputs, scenario)
    progress("sharing", 0.3)
    ledger = keep_ledger(cover.air, inputs.communes, cover.operators, scenario)
    progress("area", 0.4)
    ground = area.area_service(
        inputs.communes,
        cover.cells,
        cover.computed,
        crs=_planning_crs(inputs, scenario),
        cell_m=scenario.coverage.cell_m,
    )
    spots = places.serve_places(cover, inputs, scenario)
    progress("indicators", 0.6)
    net = _network(ledger, inputs, cover, scenario)
    indicators, people = compute_indicators(inputs, scenario, cover, ground, spots, net)
    progress("holes", 0.9)
    found = _holes(inputs, scenario, cover)
    warnings = (*cover.warnings, *ledger.warnings)
    position = _position_of_cells(cover, ledger)
    shown = cover.technologies
    return Baseline(
        operators=cover.operators,
        technologies=shown,
        cells=ledger.cells,
        demand=cover.demand,
        reach=cover.reach,
        served={name: cover.served[1.0][name] for name in cover.names},
        area=replace(ground, bits={name: ground.bits[name] for name in shown}),
        hamlets=_table(sheets.hamlet_sheet(cover, inputs, position), tables.HAMLETS_OUT, shown),
        clusters=_table(sheets.cluster_sheet(cover, inputs), tables.CLUSTERS_OUT, shown),
        service=_table(sheets.service_sheet(cover, inputs), tables.SERVICE_OUT, shown),
        communes=_table(commune_sheet(inputs, indicators, shown), tables.COMMUNES_OUT, shown),
        places=_table(places.place_sheet(cover, inputs, spots), tables.PLACES_OUT, shown),
        positions=_table(ledger.positions, tables.POSITIONS_OUT, shown),
        sharing_sensitivity=_table(ledger.sensitivity, tables.SENSITIVITY_OUT, shown),
        holes=_table(found, tables.HOLES_OUT, shown),
        indicators=_table(indicators, tables.INDICATORS_OUT, shown),
        totals={"people": people, "counts": _counts(indicators, shown)},
        warnings=warnings,
    )


def _table(frame: pd.DataFrame, table: tables.Table, technologies: tuple[str, ...]) -> pd.DataFrame:
    """Pass a frame through the door of its table; columns of no table stay behind."""
    declared = table.for_technologies(technologies)
    if frame.empty and not len(frame.columns):
        frame = pd.DataFrame(columns=list(declared.names))
    return tables.check(frame, declared)[list(declared.names)]


def _planning_crs(inputs: Inputs, scenario: Scenario) -> str:
    from geoplan import geodesy

    return scenario.planning_crs or geodesy.planning_crs(tuple(inputs.communes.total_bounds))


def _network(ledger: Ledger, inputs: Inputs, cover: Coverage, scenario: Scenario) -> Network:
    start, end = (pd.Timestamp(day) for day in scenario.period)
    counted = ledger.cells[ledger.cells["counted"]]
    return Network(
        network.mark_new_positions(ledger.positions, ledger.cells, start, end),
        ledger.installations,
        ledger.stations,
        counted,
        inputs.communes["commune_code"],
        cover.operators,
        cover.technologies,
    )


def _position_of_cells(cover: Coverage, ledger: Ledger) -> np.ndarray[Any, np.dtype[np.int64]]:
    chosen = ledger.cells["technology"].isin(cover.computed)
    return ledger.cells.loc[chosen, "position"].to_numpy(np.int64)


def _holes(inputs: Inputs, scenario: Scenario, cover: Coverage) -> pd.DataFrame:
    """Find the holes of every technology among the demand that weighs, or raster cells."""
    if inputs.population is not None:
        points, bits = _raster_demand(inputs, cover)
    else:
        weighs, demand = cover.demand.weighs, cover.demand
        points = pd.DataFrame(
            {
                "longitude": demand.longitude[weighs],
                "latitude": demand.latitude[weighs],
                "people": demand.people[weighs],
                "households": demand.households[weighs],
                "hamlet": demand.hamlet[weighs],
            }
        )
        points["commune_code"] = cover.hamlets["commune_code"].to_numpy()[points["hamlet"]]
        bits = {name: cover.served[1.0][name][weighs] for name in cover.technologies}
    parts = []
    for technology in cover.technologies:
        on_air = cover.air.loc[cover.air["technology"] == technology, "operator"].unique()
        present = sum(1 << cover.operators.index(name) for name in on_air)
        parts.append(
            holes.find_holes(
                points,
                bits[technology],
                technology=technology,
                operators=cover.operators,
                present=present,
                link_m=scenario.siting.hole_link_m,
            )
        )
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _raster_demand(inputs: Inputs, cover: Coverage) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Give the populated cells of the raster inside communes, with who serves them."""
    from geoplan import geodesy

    assert inputs.population is not None
    grid, values = inputs.population.grid, inputs.population.values
    rows = np.arange(len(inputs.communes), dtype=np.int32)[::-1]
    commune = area.burn(inputs.communes.geometry.to_numpy()[::-1], grid, rows, -1)
    stamped = area.stamp_service(grid, cover.cells, cover.computed)
    row, column = np.nonzero((values > 0) & (commune >= 0))
    lon, lat = geodesy.to_wgs84(grid.centres_x()[column], grid.centres_y()[row], grid.crs)
    points = pd.DataFrame(
        {
            "longitude": lon,
            "latitude": lat,
            "people": values[row, column].astype(np.float64),
            "households": np.nan,
            "hamlet": _nearest_hamlet(cover, lon, lat),
            "row": row,
            "column": column,
        }
    )
    codes = inputs.communes["commune_code"].to_numpy(object)
    points["commune_code"] = codes[commune[row, column]]
    return points, {name: stamped[name][row, column] for name in cover.technologies}


def _nearest_hamlet(cover: Coverage, lon: Any, lat: Any) -> Any:
    """Give the hamlet whose demand point is nearest, so that a hole can name its hamlets."""
    from scipy.spatial import cKDTree

    from geoplan import geodesy

    if not len(cover.demand):
        return np.full(len(lon), -1)
    tree = cKDTree(geodesy.ecef(cover.demand.longitude, cover.demand.latitude))
    return cover.demand.hamlet[tree.query(geodesy.ecef(lon, lat))[1]]


def _counts(indicators: pd.DataFrame, technologies: tuple[str, ...]) -> dict[str, Any]:
    """Give the counts of the province that the console and run.json show."""
    rows = indicators[
        (indicators["level"] == "province")
        & (indicators["operator"] == "")
        & (indicators["place_class"] == "")
    ].drop_duplicates(["indicator", "technology"])
    value = rows.set_index(["indicator", "technology"])["numerator"].to_dict()
    low = rows.set_index(["indicator", "technology"])["value_radius_90"].to_dict()
    high = rows.set_index(["indicator", "technology"])["value_radius_110"].to_dict()
    counts: dict[str, Any] = {}
    for technology in ("MBB", *technologies):
        for status in ("WHITE", "DEAD_SPOT", "COVERED"):
            key = (f"HAMLETS_{status}", technology)
            counts[f"{status.lower()}_{technology.lower()}"] = {
                "count": int(value[key]),
                "radius_90": int(low[key]),
                "radius_110": int(high[key]),
            }
    for name in (
        "HAMLETS",
        "HAMLETS_UNKNOWN",
        "POSITIONS",
        "SHARED_POSITIONS",
        "INSTALLATIONS",
        "STATIONS",
        "CELLS",
        "NEW_STATIONS",
        "SHARE_NEW",
        "SHARE_NEW_UPGRADES",
        "SHARE_NEW_STRICT",
        "NEW_INSTALLATIONS",
        "SHARE_NEW_JOIN",
    ):
        counts[name.lower()] = int(value[(name, "")])
    return counts


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - begin, 3)


def make_plan(inputs: Inputs, baseline: Baseline, scenario: Scenario, *, progress: Progress = silent) -> Plan:
    """Tell what to do: the shared sites to open next, and where the plans' targets stand.

    Parameters
    ----------
    inputs, baseline
        From :func:`read_inputs` and :func:`assess`.
    scenario
        The same that made them.
    """
    from geoplan.siting.propose import propose

    progress("siting", 0.0)
    ...
