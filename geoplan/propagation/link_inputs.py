"""The inputs of the link budget as frozen data, each beside its source, from the package's table.

What a budget makes of them is left to :mod:`~geoplan.propagation.link_budget`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from geoplan.propagation.hata import Area

Scenario38901 = Literal["uma", "rma"]


@dataclass(frozen=True, kw_only=True)
class Band:
    """Equipment of one band: power of a carrier [dBm], its width and blocks, antenna gain."""

    mhz: float
    power_dbm: float
    bandwidth_mhz: float
    resource_blocks: int
    antenna_dbi: float
    source: str
    subcarrier_khz: float = 15.0
    vertical_beamwidth_deg: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Resource blocks by channel bandwidth, both from narrow to wide."""

    subcarrier_khz: float
    mhz: tuple[float, ...]
    resource_blocks: tuple[int, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Sector:
    """The antenna of a cell of which no pattern is known, in the shape of 3GPP TR 36.814."""

    beamwidth_deg: float
    front_to_back_db: float
    side_lobe_db: float


@dataclass(frozen=True, kw_only=True)
class UplinkInputs:
    """What the way back needs: a mobile's power, a base's noise and the SINR that it must find."""

    mobile_dbm: float
    resource_blocks: int
    noise_figure_db: float
    required_sinr_db: float


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is assumed of an environment: height of the base, spread of the loss, models."""

    base_agl_m: float
    sigma_db: float
    entry_low_db: float
    entry_high_db: float
    area: Area
    scenario: Scenario38901
    source: str
    building_height_m: float = 5.0
    street_width_m: float = 20.0
    tilt_deg: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LinkInputs:
    """Everything that the link budget assumes; change one with :func:`dataclasses.replace`.

    Attributes
    ----------
    rsrp_dbm
        Weakest level of a resource element that counts as served. [dBm]
    outdoor_share, indoor_share
        Share of locations at the edge that reach it.
    entry_change_mhz
        From this frequency on, ``entry_high_db`` holds.
    tr38901_above_mhz
        Above this frequency TR 38.901 replaces Hata and COST 231.
    bands
        From low to high.
    environments
        By ``urban``, ``suburban``, ``rural``.
    usual_mhz
        Band of a cell of unknown frequency, by technology.
    channels
        Resource blocks by bandwidth, by subcarrier spacing.
    antenna
        Shape of the antenna where no pattern is known.
    uplink
        What the way back needs.
    noise_dbm_hz, mobile_noise_db
        Density of thermal noise [dBm/Hz] and noise figure of a mobile [dB].
    load
        Share of the resource elements of neighbours that are sent, 0 to 1.
    model_error_db
        Error of a model's median, by model of ``coverage.model``. [dB]
    measure_low, measure_high
        Between these chances of service a place needs measuring.
    sources
        By table of ``link_budget.toml``.
    """

    rsrp_dbm: float
    outdoor_share: float
    indoor_share: float
    body_db: float
    cable_db: float
    mobile_agl_m: float
    entry_change_mhz: float
    tr38901_above_mhz: float
    bands: tuple[Band, ...]
    environments: Mapping[str, Surroundings]
    usual_mhz: Mapping[str, float]
    channels: tuple[Channels, ...]
    antenna: Sector
    uplink: UplinkInputs
    noise_dbm_hz: float
    mobile_noise_db: float
    load: float
    model_error_db: Mapping[str, float]
    measure_low: float
    measure_high: float
    sources: Mapping[str, str]

    def band(self, frequency_mhz: float) -> Band:
        """Give the band nearest by ratio; ties go to the lower."""
        return min(self.bands, key=lambda band: (abs(math.log(frequency_mhz / band.mhz)), band.mhz))


_SOURCED = (
    "threshold",
    "edge",
    "losses",
    "mobile",
    "entry",
    "models",
    "blocks",
    "usual_mhz",
    "uplink",
    "mobile_power",
    "noise",
    "receiver",
    "load",
    "antenna",
    "model_error",
    "needs_measuring",
)


@cache
def default_inputs() -> LinkInputs:
    """Give the inputs of ``link_budget.toml``."""
    return make_inputs(
        tomllib.loads((files("geoplan.propagation") / "link_budget.toml").read_text("utf-8"))
    )


def make_inputs(raw: Mapping[str, Any]) -> LinkInputs:
    """Make inputs of parsed TOML with the keys of ``link_budget.toml``.

    Raises
    ------
    KeyError, TypeError
        If a key is missing or unknown.
    ValueError
        If the table is of another schema.
    """
    if raw["schema"] != 1:
        raise ValueError(f"link budget of unknown schema: {raw['schema']}")
    usual = {key: float(mhz) for key, mhz in raw["usual_mhz"].items() if key != "source"}
    environments = {key: Surroundings(**table) for key, table in raw["environment"].items()}
    return LinkInputs(
        rsrp_dbm=raw["threshold"]["rsrp_dbm"],
        outdoor_share=raw["edge"]["outdoor_share"],
        indoor_share=raw["edge"]["indoor_share"],
        body_db=raw["losses"]["body_db"],
        cable_db=raw["losses"]["cable_db"],
        mobile_agl_m=raw["mobile"]["agl_m"],
        entry_change_mhz=raw["entry"]["change_mhz"],
        tr38901_above_mhz=raw["models"]["tr38901_above_mhz"],
        bands=tuple(sorted((Band(**table) for table in raw["band"]), key=lambda band: band.mhz)),
        environments=MappingProxyType(environments),
        usual_mhz=MappingProxyType(usual),
        channels=tuple(_channels(table) for table in raw["bandwidth"]),
        antenna=Sector(**_unsourced(raw["antenna"])),
        uplink=UplinkInputs(mobile_dbm=raw["mobile_power"]["dbm"], **_unsourced(raw["uplink"])),
        noise_dbm_hz=raw["noise"]["density_dbm_hz"],
        mobile_noise_db=raw["receiver"]["noise_figure_db"],
        load=raw["load"]["share"],
        model_error_db=MappingProxyType(
            {key.removesuffix("_db"): db for key, db in _unsourced(raw["model_error"]).items()}
        ),
        measure_low=raw["needs_measuring"]["low"],
        measure_high=raw["needs_measuring"]["high"],
        sources=MappingProxyType({key: raw[key]["source"] for key in _SOURCED}),
    )


def _unsourced(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != "source"}


def _channels(table: Mapping[str, Any]) -> Channels:
    return Channels(
        subcarrier_khz=table["subcarrier_khz"],
        mhz=tuple(table["mhz"]),
        resource_blocks=tuple(table["resource_blocks"]),
        source=table["source"],
    )
