"""The way back of a link budget: from a mobile's full power to what the base must find.

The downlink and the radius that follows from it are left to
:mod:`~geoplan.propagation.link_budget`; this says how much path loss the uplink allows, and which
of the two directions limits a cell. Power of a resource element by bandwidth stands here too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from geoplan.propagation.link_budget import (
    ANTENNA,
    BODY,
    CABLE,
    COMPUTED,
    SUBCARRIERS_OF_A_BLOCK,
    Line,
    LinkBudget,
)
from geoplan.propagation.link_inputs import Band, LinkInputs, default_inputs

Direction = Literal["downlink", "uplink"]

MOBILE_POWER: Final = "Power of a mobile"
BLOCKS: Final = "Resource blocks of the uplink"
UPLINK_WIDTH: Final = "Bandwidth of the uplink"
NOISE: Final = "Thermal noise in that bandwidth"
NOISE_FIGURE: Final = "Noise figure of the base"
REQUIRED_SINR: Final = "Required SINR of the uplink"
SENSITIVITY: Final = "Sensitivity of the base"
UPLINK_LOSS: Final = "Maximum path loss of the uplink"


@dataclass(frozen=True)
class Uplink:
    """The uplink of a band.

    Attributes
    ----------
    lines
        Every step, in order.
    max_path_loss_db
        Loss between the antennas at which the base still finds the required SINR. [dB]
    """

    lines: tuple[Line, ...]
    max_path_loss_db: float


@dataclass(frozen=True)
class Element:
    """What a resource element radiates with one channel bandwidth."""

    bandwidth_mhz: float
    resource_blocks: int
    eirp_dbm: float
    is_assumed: bool
    source: str


def uplink(frequency_mhz: float, *, settings: LinkInputs | None = None) -> Uplink:
    """Make the budget of the uplink, from a mobile to the sensitivity of the base.

    P_mobile − body + antenna − cable − (−174 dBm/Hz + 10 log10 B + noise figure + SINR), with B the
    bandwidth of the resource blocks that a mobile at the edge is given. Margins of shadowing and
    building entry are the same both ways, and left out of both maxima.

    Parameters
    ----------
    frequency_mhz
        Carrier; the equipment is that of the nearest band. [MHz]
    settings
        The inputs; default: ``link_budget.toml``.
    """
    inputs = default_inputs() if settings is None else settings
    lines = tuple(_lines(inputs.band(frequency_mhz), inputs))
    return Uplink(lines, lines[-1].value)


def _lines(band: Band, inputs: LinkInputs) -> Iterator[Line]:
    given = inputs.uplink
    assumed, losses = inputs.sources["uplink"], inputs.sources["losses"]
    width_khz = SUBCARRIERS_OF_A_BLOCK * band.subcarrier_khz * given.resource_blocks
    noise_dbm = inputs.noise_dbm_hz + 10.0 * math.log10(width_khz * 1e3)
    needed_dbm = noise_dbm + given.noise_figure_db + given.required_sinr_db
    radiated_dbm = given.mobile_dbm - inputs.body_db
    yield Line(MOBILE_POWER, given.mobile_dbm, "dBm", inputs.sources["mobile_power"])
    yield Line(BODY, inputs.body_db, "dB", losses)
    yield Line(ANTENNA, band.antenna_dbi, "dBi", band.source)
    yield Line(CABLE, inputs.cable_db, "dB", losses)
    yield Line(BLOCKS, float(given.resource_blocks), "", assumed)
    yield Line(UPLINK_WIDTH, width_khz, "kHz", inputs.sources["blocks"])
    yield Line(NOISE, noise_dbm, "dBm", inputs.sources["noise"])
    yield Line(NOISE_FIGURE, given.noise_figure_db, "dB", assumed)
    yield Line(REQUIRED_SINR, given.required_sinr_db, "dB", assumed)
    yield Line(SENSITIVITY, needed_dbm, "dBm", COMPUTED)
    allowed_db = radiated_dbm + band.antenna_dbi - inputs.cable_db - needed_dbm
    yield Line(UPLINK_LOSS, allowed_db, "dB", COMPUTED)


def limiting(found: LinkBudget, back: Uplink) -> Direction:
    """Say which direction allows less path loss; where both are alike, the downlink."""
    return "uplink" if back.max_path_loss_db < found.max_path_loss_db else "downlink"


def spare_db(found: LinkBudget, back: Uplink) -> float:
    """Give how much more the uplink allows than the downlink; below 0 it limits. [dB]"""
    return back.max_path_loss_db - found.max_path_loss_db


def elements(frequency_mhz: float, *, settings: LinkInputs | None = None) -> tuple[Element, ...]:
    """Give the EIRP of a resource element by channel bandwidth, from narrow to wide.

    The power of the carrier stays and is spread over 12 subcarriers of each resource block:
    EIRP − 10 log10(12 N_RB). ``is_assumed`` marks the bandwidth of the band's usual equipment.

    Raises
    ------
    ValueError
        If no table of resource blocks has the subcarrier spacing of the band.
    """
    inputs = default_inputs() if settings is None else settings
    band = inputs.band(frequency_mhz)
    for table in inputs.channels:
        if table.subcarrier_khz == band.subcarrier_khz:
            carrier_dbm = band.power_dbm + band.antenna_dbi - inputs.cable_db
            return tuple(
                Element(
                    bandwidth_mhz=mhz,
                    resource_blocks=blocks,
                    eirp_dbm=carrier_dbm - 10.0 * math.log10(SUBCARRIERS_OF_A_BLOCK * blocks),
                    is_assumed=mhz == band.bandwidth_mhz,
                    source=table.source,
                )
                for mhz, blocks in zip(table.mhz, table.resource_blocks, strict=True)
            )
    raise ValueError(f"no resource blocks are known for subcarriers of {band.subcarrier_khz} kHz")
