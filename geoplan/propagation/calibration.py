"""What measurements say of the predicted level: an offset and a slope by environment and band.

A correction is told from robust lines through pixels of the ground, shrunk towards that of the
group above it as far as its error is large, and applied only where it helps in blocks of the
ground that it has not seen. Reading measurements is left to ``io``, predicting the level where
they were taken to whoever calls.

Groups stand in three steps: all measurements, an environment, an environment and band. Each step
is a line through what the step above leaves over, in the logarithm of the distance; a line of
error s through a value v counts as max(0, 1 − s²/v²) of it ([1]_).

References
----------
.. [1] B. Efron, C. Morris, "Stein's estimation rule and its competitors: an empirical Bayes
   approach," Journal of the American Statistical Association, vol. 68, pp. 117-130, 1973.
.. [2] D. R. Roberts et al., "Cross-validation strategies for data with temporal, spatial,
   hierarchical, or phylogenetic structure," Ecography, vol. 40, pp. 913-929, 2017.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoplan import tables
from geoplan.propagation import link_inputs, robust_line, thinning
from geoplan.tables import measurements as measured_tables

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Group = tuple[str, float | None]
"""Environment and band; a blank environment or band of None stands for all of them."""

EVERYTHING: Final[Group] = ("", None)
_LEAST_DISTANCE_M: Final = 1.0
_NO_BAND: Final = 0.0
_LEAST_SIGMA_DB: Final = 1.0
"""Tools write levels to 0.1 or 1 dB: below that, no spread makes an outlier. [dB]"""


@dataclass(frozen=True, kw_only=True)
class CalibrationSettings:
    """How measurements are weighed; every number is an assumption of ours (docs/calibration.md).

    Attributes
    ----------
    cell_m
        Side of the pixels that count once each. [m]
    block_m
        Side of the blocks that are left out together: shadowing is alike within some hundred
        metres, so that neighbours would tell each other's error ([2]_). [m]
    folds
        Parts into which the blocks are put.
    least_cells, least_blocks
        With fewer, a group takes the correction of the group above it.
    least_decades
        Where 90 % of the distances span less than this, no slope is looked for.
    outlier_sigmas
        Farther from the middle of its kind a measurement is listed as an outlier.
    least_gain_db
        By how much the error in blocks not seen must fall for a correction to be used. [dB]
    """

    cell_m: float = 50.0
    block_m: float = 1500.0
    folds: int = 5
    least_cells: int = 30
    least_blocks: int = 5
    least_decades: float = 0.3
    outlier_sigmas: float = 3.0
    least_gain_db: float = 0.1


@dataclass(frozen=True)
class Correction:
    """What is added to the predicted level: ``offset_db`` at 1 km, ``slope_db`` for each decade.

    Nearer than ``low`` and farther than ``high`` (log10 km), where nobody measured, it stays.
    """

    offset_db: float = 0.0
    slope_db: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def at(self, log_km: ArrayLike) -> Floats:
        """Give the correction at distances. [dB]"""
        within = np.clip(np.asarray(log_km, dtype=np.float64), self.low, self.high)
        return np.asarray(self.offset_db + self.slope_db * within)


_NONE: Final = Correction()


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
        return any(one != _NONE for one in self.corrections.values())

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
        return _nearest(self.corrections, (environment, band))


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
    ground = _Ground.of(cells)
    fitted = _fit(ground, rules)
    unseen = _cross_validated(ground, rules)
    judged: dict[Group, dict[str, Any]] = {}
    for group in ground.groups():
        judged[group] = _judge(group, fitted, ground, unseen, rules)
        if group != EVERYTHING and _is_thin(ground.only(ground.within(group)), rules):
            judged[group]["used"] = judged[_above(group)]["used"]
    applied = {group: fitted[group] if judged[group]["used"] else _NONE for group in judged}
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


@dataclass(frozen=True)
class _Ground:
    """Pixels as arrays: error of the prediction, distance, group, block. Shape (n,)."""

    residual_db: Floats
    log_km: Floats
    environment: NDArray[np.object_]
    band_mhz: Floats
    samples: Integers
    block: Integers

    @classmethod
    def of(cls, cells: pd.DataFrame) -> _Ground:
        return cls(
            cells["residual_db"].to_numpy(np.float64),
            cells["log_km"].to_numpy(np.float64),
            cells["environment"].to_numpy(dtype=object),
            cells["band_mhz"].to_numpy(np.float64),
            cells["samples"].to_numpy(np.int64),
            thinning.number_blocks(cells),
        )

    def only(self, where: NDArray[np.bool_]) -> _Ground:
        return _Ground(*(getattr(self, name)[where] for name in self.__dataclass_fields__))

    def groups(self) -> Iterator[Group]:
        """Give the groups from above to below, each after the one that it belongs to."""
        if not len(self.block):
            return
        yield EVERYTHING
        for kind in sorted(set(self.environment.tolist())):
            yield kind, None
            for band in np.unique(self.band_mhz[self.environment == kind]).tolist():
                yield kind, band

    def within(self, group: Group) -> NDArray[np.bool_]:
        kind, band = group
        inside = np.ones(len(self.block), dtype=bool)
        if kind:
            inside &= self.environment == kind
        if band is not None:
            inside &= self.band_mhz == band
        return inside


def _above(group: Group) -> Group:
    kind, band = group
    return EVERYTHING if band is None else (kind, None)


def _fit(ground: _Ground, rules: CalibrationSettings) -> dict[Group, Correction]:
    """Give the correction of every group, each refined from the one above it."""
    fitted: dict[Group, Correction] = {}
    for group in ground.groups():
        parent = fitted.get(_above(group), _NONE) if group != EVERYTHING else _NONE
        fitted[group] = _refine(parent, ground.only(ground.within(group)), rules)
    return fitted


def _is_thin(ground: _Ground, rules: CalibrationSettings) -> bool:
    """Tell a group that is too small to have a correction of its own."""
    few_blocks = len(np.unique(ground.block)) < max(2, rules.least_blocks)
    return len(ground.block) < rules.least_cells or few_blocks


def _refine(parent: Correction, ground: _Ground, rules: CalibrationSettings) -> Correction:
    """Complete a correction by the line through what it leaves over, as far as that is sure."""
    if _is_thin(ground, rules):
        return parent
    left = ground.residual_db - parent.at(ground.log_km)
    low, high = np.quantile(ground.log_km, (0.05, 0.95))
    line = robust_line.fit(
        ground.log_km, left, ground.block, with_slope=bool(high - low >= rules.least_decades)
    )
    level = line.level * _kept(line.level, line.level_error)
    slope = line.slope * _kept(line.slope, line.slope_error)
    return Correction(
        parent.offset_db + level - slope * line.centre,
        parent.slope_db + slope,
        float(ground.log_km.min()),
        float(ground.log_km.max()),
    )


def _kept(value: float, error: float) -> float:
    """Give the share of a value that is kept, less the larger its error ([1]_).

    >>> _kept(2.0, 1.0), _kept(1.0, 2.0)
    (0.75, 0.0)
    """
    return 0.0 if value == 0.0 else max(0.0, 1.0 - (error / value) ** 2)


def _nearest(fitted: Mapping[Group, Correction], group: Group) -> Correction:
    """Give the correction of a group, or of the one above it where it was not seen."""
    while group not in fitted and group != EVERYTHING:
        group = _above(group)
    return fitted.get(group, _NONE)


def _cross_validated(ground: _Ground, rules: CalibrationSettings) -> dict[Group, Floats]:
    """Give what is left over in blocks that the correction has not seen, group by group ([2]_).

    Nothing where there is one block only.
    """
    count = min(rules.folds, int(ground.block.max(initial=-1)) + 1)
    if count < 2:
        return {}
    fold = thinning.folds_of(ground.block, count)
    left = {group: np.full(int(ground.within(group).sum()), np.nan) for group in ground.groups()}
    for one in range(count):
        fitted = _fit(ground.only(fold != one), rules)
        for group, values in left.items():
            inside = ground.within(group)
            out = fold[inside] == one
            held = ground.only(inside & (fold == one))
            values[out] = held.residual_db - _nearest(fitted, group).at(held.log_km)
    return left


def _judge(
    group: Group,
    fitted: Mapping[Group, Correction],
    ground: _Ground,
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
    ground: _Ground,
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
