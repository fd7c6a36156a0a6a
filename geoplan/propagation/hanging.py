"""From columns of the sites table to antennas as they hang: which pattern, where to, how tilted.

What an antenna then takes off is left to :mod:`~geoplan.propagation.antennas`; the assumptions for
cells of which nothing is known stand in ``link_budget.toml``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan import text
from geoplan.propagation.antennas import Mounted, Pattern
from geoplan.propagation.levels import default_pattern
from geoplan.propagation.link_inputs import LinkInputs, default_inputs

Floats = NDArray[np.float64]

_ALL_ROUND_DEG = 360.0


@dataclass(frozen=True)
class Hung:
    """The antennas of some cells.

    Attributes
    ----------
    patterns
        Each pattern once, in the order in which cells first use it.
    mounted
        Of each cell.
    gain_dbi
        Gain of the pattern that the cell names; NaN where its antenna is the default one, whose
        gain the band tells. [dBi]
    is_known
        Whether the cell names a pattern that is there.
    """

    patterns: tuple[Pattern, ...]
    mounted: Mounted
    gain_dbi: Floats
    is_known: NDArray[np.bool_]


def hang(
    antenna: Sequence[str] | NDArray[np.object_],
    environment: Sequence[str] | NDArray[np.object_],
    *,
    frequency_mhz: ArrayLike,
    azimuth_deg: ArrayLike,
    beamwidth_deg: ArrayLike = np.nan,
    tilt_deg: ArrayLike = np.nan,
    known: Mapping[str, Pattern] | None = None,
    settings: LinkInputs | None = None,
) -> Hung:
    """Hang the antennas of cells.

    A pattern that was measured keeps its electrical tilt, and what is left of the cell's total tilt
    is mechanical; where no tilt is given there is none. The default antenna takes the total tilt,
    else the one assumed of the environment, as electrical.

    Parameters
    ----------
    antenna
        Name of the pattern of each cell, blank or unknown = the default one of the band.
    environment
        Of each cell, one of :data:`geoplan.units.ENVIRONMENTS`.
    frequency_mhz
        Of each cell, none missing (``Radio.frequency_mhz``). [MHz]
    azimuth_deg
        NaN = all round. [degrees]
    beamwidth_deg
        Width of the default antenna; NaN or 0 = the usual one, 360 = all round. [degrees]
    tilt_deg
        Total downtilt; NaN = not given. [degrees]
    known
        Patterns by folded name (``Inputs.antennas``).

    Raises
    ------
    KeyError
        If an environment is unknown.
    """
    inputs = default_inputs() if settings is None else settings
    names = [text.fold(str(name)) if isinstance(name, str) else "" for name in antenna]
    shape = (len(names),)
    frequency, azimuth, width, tilt = (
        np.broadcast_to(np.asarray(values, dtype=np.float64), shape)
        for values in (frequency_mhz, azimuth_deg, beamwidth_deg, tilt_deg)
    )
    measured = [(known or {}).get(name) if name else None for name in names]
    is_known = np.array([one is not None for one in measured], dtype=bool)
    made: dict[tuple[float, float | None, bool], Pattern] = {}
    hung = [
        _default(float(frequency[i]), float(azimuth[i]), float(width[i]), made, inputs)
        if one is None
        else one
        for i, one in enumerate(measured)
    ]
    patterns = list({id(pattern): pattern for pattern in hung}.values())
    numbers = {id(pattern): number for number, pattern in enumerate(patterns)}
    which = np.array([numbers[id(pattern)] for pattern in hung], dtype=np.int64)
    taken = np.array([pattern.electrical_tilt_deg for pattern in patterns], dtype=np.float64)
    assumed = np.array([inputs.environments[name].tilt_deg for name in environment], dtype=float)
    given = np.where(np.isnan(tilt), np.where(is_known, taken[which], assumed), tilt)
    electrical = np.where(is_known, taken[which], given)
    gains = np.array([pattern.gain_dbi for pattern in patterns], dtype=np.float64)
    return Hung(
        patterns=tuple(patterns),
        mounted=Mounted(which, np.array(azimuth), given - electrical, electrical),
        gain_dbi=np.where(is_known, gains[which], np.nan),
        is_known=is_known,
    )


def _default(
    frequency_mhz: float,
    azimuth_deg: float,
    beamwidth_deg: float,
    made: dict[tuple[float, float | None, bool], Pattern],
    inputs: LinkInputs,
) -> Pattern:
    """Give the default antenna of a cell, the same object for cells that have it in common."""
    has_direction = math.isfinite(azimuth_deg) and not beamwidth_deg >= _ALL_ROUND_DEG
    width = beamwidth_deg if has_direction and beamwidth_deg > 0.0 else None
    mhz = inputs.band(frequency_mhz).mhz
    key = (mhz, width, has_direction)
    if key not in made:
        made[key] = default_pattern(
            mhz, beamwidth_deg=width, has_direction=has_direction, settings=inputs
        )
    return made[key]
