"""What measurements say of a level model: the level predicted where each was taken, beside it.

The statistics are those of ``propagation.calibration``; reading measurements is left to ``io``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import build, hearing, radio
from geoplan.propagation.calibration import Calibration, bands_mhz, calibrate
from geoplan.propagation.link_inputs import default_inputs

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
LEAST_ERROR_DB: Final = 1.0
"""No model is better: measurements themselves are told to a decibel. [dB]"""
FAINTEST_DB: Final = 46.0
"""Levels are looked for down to this far below the threshold: −156 dBm, the least that phones
report (3GPP TS 38.133 § 10.1.6.1). [dB]"""


def calibration_of(inputs: Inputs, scenario: Scenario, air: pd.DataFrame) -> Calibration | None:
    """Compare measured levels with those predicted outdoors by the scenario's model.

    Parameters
    ----------
    inputs
        Its ``measurements``.
    air
        Rows on air with ``environment`` and ``radius_m``.

    Returns
    -------
    None where nobody measured, or coverage is told by distance. A measurement stands beside the
    cell that it names, else the strongest of its operator, technology and band.
    """
    rows = inputs.measurements
    if scenario.coverage.model == "radius" or rows is None or not len(rows):
        return None
    outdoors = scenario.coverage.model_copy(update={"indoors": False})
    cells = air[air["technology"].isin(["4G", "5G"])].reset_index(drop=True)
    names = tuple(sorted(set(cells["operator"])))
    arrays = build.cell_arrays(cells, names, ("4G", "5G"), 360.0)
    ether = radio.Surrounded(inputs.relief, inputs.antennas)
    arrays = radio.levelled(
        arrays, cells, scenario.model_copy(update={"coverage": outdoors}), ether
    )
    best, level_dbm = _strongest(arrays, cells, rows)
    lon, lat = (rows[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    at = np.maximum(best, 0)
    away = np.full(len(rows), np.nan)
    environment = np.full(len(rows), "", dtype=object)
    if len(cells):
        away = geodesy.distance_m(arrays.longitude[at], arrays.latitude[at], lon, lat)
        environment = cells["environment"].to_numpy(object)[at]
    return calibrate(
        rows,
        predicted_dbm=level_dbm,
        distance_m=np.where(best >= 0, away, np.nan),
        environment=np.where(best >= 0, environment, ""),
    )


def _strongest(
    arrays: Cells, cells: pd.DataFrame, rows: pd.DataFrame
) -> tuple[NDArray[np.int64], Floats]:
    """Give for each measurement its cell, −1 = none is heard, and the level predicted of it."""
    best = np.full(len(rows), -1, np.int64)
    level = np.full(len(rows), np.nan)
    if not len(arrays):
        return best, level
    threshold = default_inputs().rsrp_dbm
    group = _groups(cells, cells["frequency_mhz"])
    wanted = _groups(rows, rows["frequency_mhz"])
    site = cells["site_id"].to_numpy(object)
    named = rows["site_id"].fillna("").to_numpy(object) if "site_id" in rows else None
    lon, lat = (rows[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    radios = arrays.radio
    assert radios is not None
    kept = radios.of_kinds("kept_back_db")
    is_named = np.zeros(len(rows), bool)
    for part, reach in hearing.parts(arrays, lon, lat, least_db=-FAINTEST_DB):
        for at, cell in enumerate(part):
            span = reach.row(at)
            points = reach.demand[span]
            own = wanted[points] == group[cell]
            points = points[own]
            dbm = radio.margin_db(reach.distance_m[span][own]) + kept[cell] + threshold
            names_it = np.zeros(len(points), bool)
            if named is not None:
                names_it = named[points] == site[cell]
            better = names_it & ~is_named[points]
            alike = names_it == is_named[points]
            better |= alike & ~(dbm <= level[points])
            best[points[better]], level[points[better]] = cell, dbm[better]
            is_named[points[names_it]] = True
    return best, level


def _groups(rows: pd.DataFrame, frequency_mhz: pd.Series) -> NDArray[np.object_]:
    """Name operator, technology and band of rows; a cell of unknown carrier has its usual one."""
    usual = default_inputs().usual_mhz
    given = frequency_mhz.to_numpy(np.float64)
    technology = rows["technology"].to_numpy(object)
    mhz = [
        usual.get(name, np.nan) if np.isnan(f) else f
        for name, f in zip(technology, given, strict=True)
    ]
    bands = bands_mhz(np.array(mhz, np.float64))
    return np.array(
        [
            f"{operator}|{name}|{band:g}"
            for operator, name, band in zip(rows["operator"], technology, bands, strict=True)
        ],
        dtype=object,
    )


def error_db(scenario: Scenario, told: Calibration | None) -> float:
    """Give the standard deviation of the model's error: as measured, else as it is assumed.

    What is measured holds the spread between places too; what is left without it is the model's.
    """
    assumed = float(scenario.coverage.model_sigma_db)
    spread = told.sigma_db.get("") if told is not None and told.is_used else None
    if spread is None:
        return assumed
    between = max(one.sigma_db for one in default_inputs().environments.values())
    return float(np.sqrt(max(spread**2 - between**2, LEAST_ERROR_DB**2)))
