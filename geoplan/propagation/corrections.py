"""Corrections of the predicted level, group by group, and how they do on ground not seen.

Groups stand in three steps: all measurements, an environment, an environment and band. Each step
is a line through what the step above leaves over, in the logarithm of the distance; a line of
error s through a value v counts as max(0, 1 − s²/v²) of it ([1]_). Which of them are applied is
left to :mod:`~geoplan.propagation.calibration`.

References
----------
.. [1] B. Efron, C. Morris, "Stein's estimation rule and its competitors: an empirical Bayes
   approach," Journal of the American Statistical Association, vol. 68, pp. 117-130, 1973.
.. [2] D. R. Roberts et al., "Cross-validation strategies for data with temporal, spatial,
   hierarchical, or phylogenetic structure," Ecography, vol. 40, pp. 913-929, 2017.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import robust_line, thinning

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Group = tuple[str, float | None]
"""Environment and band; a blank environment or band of None stands for all of them."""

EVERYTHING: Final[Group] = ("", None)


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


NOTHING: Final = Correction()


@dataclass(frozen=True)
class Ground:
    """Pixels as arrays: error of the prediction, distance, group, block. Shape (n,)."""

    residual_db: Floats
    log_km: Floats
    environment: NDArray[np.object_]
    band_mhz: Floats
    samples: Integers
    block: Integers

    @classmethod
    def of(cls, cells: pd.DataFrame) -> Ground:
        """Take the pixels of :func:`thinning.thin`."""
        return cls(
            cells["residual_db"].to_numpy(np.float64),
            cells["log_km"].to_numpy(np.float64),
            cells["environment"].to_numpy(dtype=object),
            cells["band_mhz"].to_numpy(np.float64),
            cells["samples"].to_numpy(np.int64),
            thinning.number_blocks(cells),
        )

    def only(self, where: NDArray[np.bool_]) -> Ground:
        """Give some of the pixels."""
        return Ground(*(getattr(self, name)[where] for name in self.__dataclass_fields__))

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
        """Tell the pixels of a group."""
        kind, band = group
        inside = np.ones(len(self.block), dtype=bool)
        if kind:
            inside &= self.environment == kind
        if band is not None:
            inside &= self.band_mhz == band
        return inside


def above(group: Group) -> Group:
    """Give the group that another one belongs to."""
    kind, band = group
    return EVERYTHING if band is None else (kind, None)


def fit(ground: Ground, rules: CalibrationSettings) -> dict[Group, Correction]:
    """Give the correction of every group, each refined from the one above it."""
    fitted: dict[Group, Correction] = {}
    for group in ground.groups():
        parent = fitted.get(above(group), NOTHING) if group != EVERYTHING else NOTHING
        fitted[group] = _refine(parent, ground.only(ground.within(group)), rules)
    return fitted


def is_thin(ground: Ground, rules: CalibrationSettings) -> bool:
    """Tell a group that is too small to have a correction of its own."""
    few_blocks = len(np.unique(ground.block)) < max(2, rules.least_blocks)
    return len(ground.block) < rules.least_cells or few_blocks


def _refine(parent: Correction, ground: Ground, rules: CalibrationSettings) -> Correction:
    """Complete a correction by the line through what it leaves over, as far as that is sure."""
    if is_thin(ground, rules):
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


def nearest(fitted: Mapping[Group, Correction], group: Group) -> Correction:
    """Give the correction of a group, or of the one above it where it was not seen."""
    while group not in fitted and group != EVERYTHING:
        group = above(group)
    return fitted.get(group, NOTHING)


def cross_validated(ground: Ground, rules: CalibrationSettings) -> dict[Group, Floats]:
    """Give what is left over in blocks that the correction has not seen, group by group ([2]_).

    Nothing where there is one block only.
    """
    count = min(rules.folds, int(ground.block.max(initial=-1)) + 1)
    if count < 2:
        return {}
    fold = thinning.folds_of(ground.block, count)
    left = {group: np.full(int(ground.within(group).sum()), np.nan) for group in ground.groups()}
    for one in range(count):
        fitted = fit(ground.only(fold != one), rules)
        for group, values in left.items():
            inside = ground.within(group)
            out = fold[inside] == one
            held = ground.only(inside & (fold == one))
            values[out] = held.residual_db - nearest(fitted, group).at(held.log_km)
    return left
