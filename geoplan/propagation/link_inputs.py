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
    sources: Mapping[str, str]

    def band(self, frequency_mhz: float) -> Band:
        """Give the band nearest by ratio; ties go to the lower."""
        return min(self.bands, key=lambda band: (abs(math.log(frequency_mhz / band.mhz)), band.mhz))


_SOURCED = ("threshold", "edge", "losses", "mobile", "entry", "models", "blocks", "usual_mhz")


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
        sources=MappingProxyType({key: raw[key]["source"] for key in _SOURCED}),
    )
