"""What measurements say of the predicted level: an offset and a slope by environment and band.

A correction is told from robust lines through pixels of the ground, shrunk towards that of the
group above it as far as its error is large, and applied only where it helps in blocks of the
ground that it has not seen. The lines are left to :mod:`~geoplan.propagation.corrections`, reading
measurements to ``io``, predicting the level where they were taken to whoever calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoplan import tables
from geoplan.propagation import corrections, link_inputs, robust_line, thinning
from geoplan.propagation.corrections import (
    EVERYTHING,
    CalibrationSettings,
    Correction,
    Ground,
    Group,
)
from geoplan.tables import measurements as measured_tables

Floats = NDArray[np.float64]
_LEAST_DISTANCE_M: Final = 1.0
_NO_BAND: Final = 0.0
_LEAST_SIGMA_DB: Final = 1.0
"""Tools write levels to 0.1 or 1 dB: below that, no spread makes an outlier. [dB]"""


@dataclass(frozen=True)
class Calibration:
    """Corrections by group, and all that stands behind them.

    Attributes
    ----------
    table
        ``tables.CALIBRATION_OUT``.
    measurements
        ``tables.MEASUREMENTS_OUT``: measured and predicted in columns of their own.
    corrections
        What is applied, by group: nothing where it does not help.
    sigma_db
        Spread by environment around what is applied, "" = all; none where too few were measured.
    """

    table: pd.DataFrame
    measurements: pd.DataFrame
    corrections: Mapping[Group, Correction]
    sigma_db: Mapping[str, float]

    @property
    def is_used(self) -> bool:
        """Whether anything is corrected; else levels are still to be called not calibrated."""
        return any(one != corrections.NOTHING for one in self.corrections.values())

    def apply(self, environment: ArrayLike, band_mhz: ArrayLike, log_km: ArrayLike) -> Floats:
        """Give what is to be added to predicted levels.

        Parameters
        ----------
        environment
            Class of each place. The arguments broadcast.
        band_mhz
            Band, or any carrier in it; NaN counts as one that nobody measured. [MHz]
        log_km
            log10 of the distance in km; NaN gives NaN.

        Returns
        -------
        Of the group, else of its environment, else of all; 0 where that does not help. [dB]
        """
        kinds, bands, along = np.broadcast_arrays(
            np.asarray(environment, dtype=object),
            np.nan_to_num(bands_mhz(band_mhz), nan=_NO_BAND),
            np.asarray(log_km, dtype=np.float64),
        )
        added = np.where(np.isnan(along), np.nan, 0.0)
        for kind in sorted(set(kinds.ravel().tolist())):
            for band in np.unique(bands):
                here = (kinds == kind) & (bands == band)
                added[here] = self._of(kind, float(band)).at(along[here])
        return added

    def _of(self, environment: str, band: float) -> Correction:
        return corrections.nearest(self.corrections, (environment, band))


def bands_mhz(frequency_mhz: ArrayLike) -> Floats:
    """Give the band of the link budget that each carrier belongs to, NaN where it is missing.

    >>> bands_mhz([1842.5, 763.0]).tolist()
    [1800.0, 700.0]
    """
    known = np.array([band.mhz for band in link_inputs.default_inputs().bands])
    asked = np.asarray(frequency_mhz, dtype=np.float64)
    apart = np.abs(np.log(asked[..., None] / known))
    nearest = known[np.argmin(np.where(np.isnan(apart), 0.0, apart), axis=-1)]
    return np.where(np.isnan(asked), np.nan, nearest)


def calibrate(
    measured: pd.DataFrame,
    *,
    predicted_dbm: ArrayLike,
    distance_m: ArrayLike,
    environment: ArrayLike,
    settings: CalibrationSettings | None = None,
) -> Calibration:
    """Tell from measurements how the predicted level is to be corrected.

    Parameters
    ----------
    measured
        Columns of ``tables.MEASUREMENTS`` and ``source_file``, ``source_row``; shape (n, …).
    predicted_dbm
        Predicted median level where each was taken, of the cell that was received or else of the
        best of its operator in its band; NaN where there is none. (n,) [dBm]
    distance_m
        To that cell. (n,) [m]
    environment
        Class of each place; blank where it is not known. (n,)

    Returns
    -------
    Rows without level, frequency, environment, prediction or distance are listed and not used.
    """
    rules = settings or CalibrationSettings()
    rows = _rows(measured, predicted_dbm, distance_m, environment)
    usable = rows[list(thinning.MEDIANS)].notna().all(axis=1) & (rows["environment"] != "")
    usable &= rows["band_mhz"].notna()
    cells = thinning.thin(rows[usable], cell_m=rules.cell_m, block_m=rules.block_m)
    ground = Ground.of(cells)
    fitted = corrections.fit(ground, rules)
    unseen = corrections.cross_validated(ground, rules)
    judged: dict[Group, dict[str, Any]] = {}
    for group in ground.groups():
        judged[group] = _judge(group, fitted, ground, unseen, rules)
        if group != EVERYTHING and corrections.is_thin(ground.only(ground.within(group)), rules):
            judged[group]["used"] = judged[corrections.above(group)]["used"]
    applied = {
        group: fitted[group] if judged[group]["used"] else corrections.NOTHING for group in judged
    }
    spread = _spread(ground, judged, unseen, rules)
    for (kind, _), one in judged.items():
        one["sigma_db"] = spread.get(kind, spread.get("", np.nan))
    table = pd.DataFrame(list(judged.values()), columns=list(tables.CALIBRATION_OUT.names))
    found = Calibration(
        tables.check(table, tables.CALIBRATION_OUT),
        rows,
        MappingProxyType(applied),
        MappingProxyType(spread),
    )
    return replace(found, measurements=_listed(rows, usable, found, rules))


def _rows(
    measured: pd.DataFrame, predicted_dbm: ArrayLike, distance_m: ArrayLike, environment: ArrayLike
) -> pd.DataFrame:
    """Give the measurements with what belongs to each."""
    distance = np.asarray(distance_m, dtype=np.float64)
    level = measured["rsrp_dbm"].to_numpy(np.float64)
    predicted = np.asarray(predicted_dbm, dtype=np.float64)
    predicted = np.where(np.isfinite(predicted), predicted, np.nan)
    rows = measured.reset_index(drop=True)
    return rows.assign(
        band_mhz=bands_mhz(rows["frequency_mhz"].to_numpy(np.float64)),
        environment=pd.Series(np.asarray(environment, dtype=object), dtype="str").fillna(""),
        distance_m=distance,
        measured_dbm=level,
        predicted_dbm=predicted,
        residual_db=level - predicted,
        log_km=np.log10(np.maximum(distance, _LEAST_DISTANCE_M) / 1000.0),
    )


def _judge(
    group: Group,
    fitted: Mapping[Group, Correction],
    ground: Ground,
    unseen: Mapping[Group, Floats],
    rules: CalibrationSettings,
) -> dict[str, Any]:
    """Give the row of a group: correction, errors before, after and in blocks not seen."""
    own = ground.only(ground.within(group))
    correction = fitted[group]
    before, after = own.residual_db, own.residual_db - correction.at(own.log_km)
    left = unseen.get(group, np.zeros(0))
    errors = {"before": _errors(before), "after": _errors(after), "cv": _errors(left)}
    row: dict[str, Any] = {
        "environment": group[0],
        "band_mhz": np.nan if group[1] is None else group[1],
        "samples": int(own.samples.sum()),
        "cells": len(before),
        "blocks": len(np.unique(own.block)),
        "offset_db": correction.offset_db,
        "slope_db_per_decade": correction.slope_db,
        "used": _gain(before, left, rules) >= rules.least_gain_db,
    }
    if correction.low < correction.high:
        row |= {"from_m": 1000.0 * 10**correction.low, "to_m": 1000.0 * 10**correction.high}
    for when, found in errors.items():
        row |= {f"{name}_{when}_db": value for name, value in found.items()}
    return row


def _gain(before: Floats, left: Floats, rules: CalibrationSettings) -> float:
    """Give by how much the error falls in blocks not seen, outliers cut to where they begin. [dB]

    Nothing where there was no such block.
    """
    if not len(left):
        return -np.inf
    limit = rules.outlier_sigmas * robust_line.sigma(before, about=0.0)
    rmse = [np.sqrt(np.mean(np.clip(one, -limit, limit) ** 2)) for one in (before, left)]
    return float(rmse[0] - rmse[1])


def _errors(left: Floats) -> dict[str, float]:
    """Give mean, standard deviation, root mean square and 90 % of the absolute values. [dB]"""
    if not len(left):
        return dict.fromkeys(("mean", "sd", "rmse", "abs90"), np.nan)
    return {
        "mean": float(np.mean(left)),
        "sd": float(np.std(left)),
        "rmse": float(np.sqrt(np.mean(left**2))),
        "abs90": float(np.quantile(np.abs(left), 0.9)),
    }


def _spread(
    ground: Ground,
    judged: Mapping[Group, Mapping[str, Any]],
    unseen: Mapping[Group, Floats],
    rules: CalibrationSettings,
) -> dict[str, float]:
    """Give the robust spread about 0 of what is left over as levels are used, by environment."""
    left = ground.residual_db.copy()
    for group, row in judged.items():
        if group[1] is not None and row["used"]:
            left[ground.within(group)] = unseen[group]
    found = {}
    for kind in ("", *sorted(set(ground.environment.tolist()))):
        inside = ground.within((kind, None))
        if int(inside.sum()) >= rules.least_cells:
            found[kind] = robust_line.sigma(left[inside], about=0.0)
    return found


def _listed(
    rows: pd.DataFrame, usable: pd.Series, found: Calibration, rules: CalibrationSettings
) -> pd.DataFrame:
    """Give every measurement with what is left over, and mark those far from their kind."""
    added = found.apply(rows["environment"], rows["band_mhz"], rows["log_km"])
    after = (rows["residual_db"] - added).to_numpy(np.float64)
    outlier = np.zeros(len(rows), dtype=bool)
    kinds = rows.loc[usable].groupby(["environment", "band_mhz"], sort=True).indices
    places = np.flatnonzero(usable.to_numpy())
    for own in kinds.values():
        here = places[own]
        apart = np.abs(after[here] - np.median(after[here]))
        outlier[here] = apart > rules.outlier_sigmas * max(
            robust_line.sigma(after[here]), _LEAST_SIGMA_DB
        )
    listed = rows.assign(residual_after_db=after, outlier=outlier)
    table = measured_tables.MEASUREMENTS_OUT
    kept = [name for name in table.names if name in listed.columns]
    return tables.check(listed[kept], table)
