"""Levels: what a cell radiates on a resource element, and what of it comes to a point.

Path loss is left to the models, attenuation of antennas to
:mod:`~geoplan.propagation.antennas`, who serves and how well to
:mod:`~geoplan.propagation.servers`, chances to :mod:`~geoplan.propagation.chance`.

**EIRP.** ``eirp_dbm`` of the sites table is the EIRP of the *whole carrier*, all its resource
elements together, in the direction of the beam and after cables. A resource element radiates
EIRP − 10 log10(12 · N_RB), with the resource blocks N_RB of the band's usual bandwidth. Blank, it
is the band's power, plus the gain of the antenna, less cables. 2G and 3G, which have no resource
elements, are treated as 4G on the same band, as in the link budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import itu_p2109
from geoplan.propagation.antennas import Pattern, omni, three_gpp
from geoplan.propagation.link_budget import SUBCARRIERS_OF_A_BLOCK
from geoplan.propagation.link_inputs import Band, LinkInputs, default_inputs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Entry = Literal["table", "p2109_traditional", "p2109_thermally_efficient"]


@dataclass(frozen=True)
class Radio:
    """What cells radiate, one value for each cell.

    Attributes
    ----------
    eirp_dbm
        EIRP of a resource element in the direction of the beam. [dBm]
    frequency_mhz
        Carrier; the usual band of the technology where none is given. [MHz]
    channel
        The same number for cells of one operator, technology and frequency, which share a channel
        and disturb each other.
    resource_blocks
        Of the carrier.
    noise_dbm
        Thermal noise and noise of a mobile in the width of a resource element. [dBm]
    """

    eirp_dbm: Floats
    frequency_mhz: Floats
    channel: Integers
    resource_blocks: Integers
    noise_dbm: Floats

    def __len__(self) -> int:
        return len(self.eirp_dbm)


def radio_of(
    operator: Sequence[str] | NDArray[np.object_],
    technology: Sequence[str] | NDArray[np.object_],
    *,
    frequency_mhz: ArrayLike,
    eirp_dbm: ArrayLike,
    antenna_dbi: ArrayLike = np.nan,
    settings: LinkInputs | None = None,
) -> Radio:
    """Make what cells radiate out of columns of the sites table.

    Parameters
    ----------
    operator, technology
        Of each cell.
    frequency_mhz
        NaN = the usual band of the technology. [MHz]
    eirp_dbm
        EIRP of the whole carrier (module docstring); NaN = power of the band, plus antenna, less
        cables. [dBm]
    antenna_dbi
        Gain of a known pattern, for cells without EIRP; NaN = that of the band. [dBi]

    Raises
    ------
    KeyError
        If a technology has no usual band, where one is needed.
    """
    inputs = default_inputs() if settings is None else settings
    names, radios = np.asarray(operator, dtype=object), np.asarray(technology, dtype=object)
    given = np.broadcast_to(np.asarray(frequency_mhz, dtype=np.float64), names.shape)
    usual = [
        inputs.usual_mhz[radio] if np.isnan(f) else f
        for radio, f in zip(radios, given, strict=True)
    ]
    mhz = np.array(usual, dtype=np.float64)
    bands, of_cell = _bands(mhz, inputs)
    blocks = _by_band([band.resource_blocks for band in bands], of_cell)
    gain = np.asarray(antenna_dbi, dtype=np.float64)
    gain = np.where(np.isnan(gain), _by_band([band.antenna_dbi for band in bands], of_cell), gain)
    power = _by_band([band.power_dbm for band in bands], of_cell)
    total = np.asarray(eirp_dbm, dtype=np.float64)
    total = np.where(np.isnan(total), power + gain - inputs.cable_db, total)
    width_hz = _by_band([1e3 * band.subcarrier_khz for band in bands], of_cell)
    return Radio(
        eirp_dbm=element_eirp_dbm(total, blocks),
        frequency_mhz=mhz,
        channel=channels(names, radios, mhz),
        resource_blocks=blocks.astype(np.int64),
        noise_dbm=inputs.noise_dbm_hz + 10.0 * np.log10(width_hz) + inputs.mobile_noise_db,
    )


def element_eirp_dbm(eirp_dbm: ArrayLike, resource_blocks: ArrayLike) -> Floats:
    """Give the EIRP of a resource element of a carrier: EIRP − 10 log10(12 · N_RB). [dBm]"""
    subcarriers = SUBCARRIERS_OF_A_BLOCK * np.asarray(resource_blocks, dtype=np.float64)
    return np.asarray(np.asarray(eirp_dbm, dtype=np.float64) - 10.0 * np.log10(subcarriers))


def channels(
    operator: NDArray[np.object_], technology: NDArray[np.object_], frequency_mhz: Floats
) -> Integers:
    """Number the channels: one for each operator, technology and frequency, in that order."""
    keys = list(zip(operator, technology, frequency_mhz.tolist(), strict=True))
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def default_pattern(
    frequency_mhz: float,
    *,
    beamwidth_deg: float | None = None,
    has_direction: bool = True,
    settings: LinkInputs | None = None,
) -> Pattern:
    """Give the antenna of a cell of which no pattern is known: 3GPP's shape, the band's widths.

    Parameters
    ----------
    beamwidth_deg
        Of the row of the sites table; None = the usual one. [degrees]
    has_direction
        Whether the cell has an azimuth; else the antenna radiates alike all round.
    """
    inputs = default_inputs() if settings is None else settings
    band, shape = inputs.band(frequency_mhz), inputs.antenna
    name = f"3GPP {band.mhz:g} MHz"
    if not has_direction:
        return omni(
            band.antenna_dbi,
            band.vertical_beamwidth_deg,
            side_lobe_db=shape.side_lobe_db,
            name=name,
            frequency_mhz=band.mhz,
        )
    return three_gpp(
        shape.beamwidth_deg if beamwidth_deg is None else beamwidth_deg,
        band.vertical_beamwidth_deg,
        band.antenna_dbi,
        shape.front_to_back_db,
        side_lobe_db=shape.side_lobe_db,
        name=name,
        frequency_mhz=band.mhz,
    )


def rsrp_dbm(
    eirp_dbm: ArrayLike,
    *,
    path_loss_db: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    entry_loss_db: ArrayLike = 0.0,
    settings: LinkInputs | None = None,
) -> Floats:
    """Give the median level of a resource element: EIRP − antenna − path − entry − body. [dBm]

    Parameters
    ----------
    eirp_dbm
        Of a resource element in the direction of the beam. [dBm]
    path_loss_db
        Median loss between the antennas. [dB]
    attenuation_db
        What the antenna takes off in that direction. [dB]
    entry_loss_db
        Into the building (:func:`entry_loss_db`); 0 outdoors. [dB]
    """
    inputs = default_inputs() if settings is None else settings
    level = np.asarray(eirp_dbm, dtype=np.float64) - inputs.body_db
    for lost_db in (path_loss_db, attenuation_db, entry_loss_db):
        level = level - np.asarray(lost_db, dtype=np.float64)
    return np.asarray(level)


def entry_loss_db(
    frequency_mhz: ArrayLike,
    environment: Sequence[str] | NDArray[np.object_],
    *,
    after: Entry = "table",
    settings: LinkInputs | None = None,
) -> Floats:
    """Give the median loss into buildings.

    Parameters
    ----------
    frequency_mhz, environment
        Shape (n,) each.
    after
        ``table`` = by environment, of ``link_budget.toml``; else ITU-R P.2109 for a class of
        buildings, wherever they stand.

    Raises
    ------
    ValueError
        If ``after`` is unknown.
    KeyError
        If an environment is unknown.
    """
    inputs = default_inputs() if settings is None else settings
    frequency = np.asarray(frequency_mhz, dtype=np.float64)
    if after == "p2109_traditional":
        return itu_p2109.entry_loss_db(frequency, building="traditional")
    if after == "p2109_thermally_efficient":
        return itu_p2109.entry_loss_db(frequency, building="thermally_efficient")
    if after != "table":
        raise ValueError(f"unknown way to tell entry loss: {after!r}")
    places = [inputs.environments[name] for name in environment]
    low = np.array([place.entry_low_db for place in places], dtype=np.float64)
    high = np.array([place.entry_high_db for place in places], dtype=np.float64)
    return np.where(frequency < inputs.entry_change_mhz, low, high)


def margin_db(level_dbm: ArrayLike, *, settings: LinkInputs | None = None) -> Floats:
    """Give how far a level lies above the threshold of RSRP, −110 dBm by default. [dB]"""
    inputs = default_inputs() if settings is None else settings
    return np.asarray(level_dbm, dtype=np.float64) - inputs.rsrp_dbm


def _bands(frequency_mhz: Floats, inputs: LinkInputs) -> tuple[list[Band], Integers]:
    """Give the bands of some frequencies, and which of them is that of each frequency."""
    different, of_cell = np.unique(frequency_mhz, return_inverse=True)
    return [inputs.band(mhz) for mhz in different.tolist()], of_cell.astype(np.int64)


def _by_band(values: Sequence[float], of_cell: Integers) -> Floats:
    return np.array(values, dtype=np.float64)[of_cell]
