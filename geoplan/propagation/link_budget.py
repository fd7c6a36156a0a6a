"""The link budget behind the default radii, so that each of them can be printed line by line.

It follows the downlink of one resource element from the transmitter to the edge of the cell. No
authority has set its inputs (``link_budget.toml``); the radii of a scenario override its result,
and the uplink, antenna patterns and terrain are left out. 2G and 3G are given the budget of 4G on
the same band.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final, Literal

from geoplan.propagation import cost231, hata, ranges, tr38901
from geoplan.propagation.link_inputs import Band, LinkInputs, Surroundings, default_inputs
from geoplan.units import ENVIRONMENTS, TECHNOLOGIES

Environment = Literal["urban", "suburban", "rural"]

COMPUTED: Final = "computed from the lines above"
GIVEN: Final = "given"
NEAREST: Final = "the nearest band of the table"

SUBCARRIERS_OF_A_BLOCK: Final = 12
"""3GPP TS 36.211 § 6.2.3 and TS 38.211 § 4.4.4.1."""

DEFAULT_STEP_M: Final = 10.0
"""Default radii are rounded to this, which is finer than anything that is assumed."""

FREQUENCY: Final = "Carrier frequency"
EQUIPMENT: Final = "Band whose equipment is assumed"
POWER: Final = "Transmit power of a carrier"
BANDWIDTH: Final = "Channel bandwidth"
SUBCARRIERS: Final = "Subcarriers"
ELEMENT: Final = "Power of a resource element"
ANTENNA: Final = "Antenna gain"
CABLE: Final = "Cable loss"
EIRP: Final = "EIRP of a resource element"
BODY: Final = "Body loss"
THRESHOLD: Final = "Threshold of RSRP"
MAX_PATH_LOSS: Final = "Maximum path loss"
EDGE: Final = "Locations served at the edge"
SIGMA: Final = "Standard deviation of shadowing"
SHADOW: Final = "Shadowing margin"
ENTRY: Final = "Building entry loss"
MEDIAN_LOSS: Final = "Allowed median path loss"
BASE: Final = "Height of the base antenna"
MOBILE: Final = "Height of the mobile"
BUILDINGS: Final = "Average height of buildings"
STREETS: Final = "Average width of streets"
RADIUS: Final = "Radius"

_TAKEN: Final = (SHADOW, ENTRY)

_NEAREST_KM, _FARTHEST_KM = 0.001, 100.0
_HALVINGS: Final = 60


@dataclass(frozen=True)
class Line:
    """One line of a budget.

    Attributes
    ----------
    name
        What it is, in English: a message id of the catalogue ``budget``.
    value, unit
        The number and its unit; blank for a plain number.
    source
        Where it comes from, a message id too; an assumption says so.
    """

    name: str
    value: float
    unit: str
    source: str

    @property
    def is_assumption(self) -> bool:
        """Whether no publication or rule stands behind the value."""
        return self.source.startswith("assumption")


@dataclass(frozen=True)
class Model:
    """A propagation model made ready for one frequency and environment.

    Attributes
    ----------
    citation
        The publication and its variant.
    loss_db
        Median loss [dB] at a ground distance [km].
    lines
        What the model is told of the environment.
    """

    citation: str
    loss_db: Callable[[float], float]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LinkBudget:
    """A budget from transmitter to radius.

    Attributes
    ----------
    technology, frequency_mhz, environment, indoors
        What was asked.
    lines
        Every step, in order.
    max_path_loss_db
        Loss between the antennas that still leaves the threshold, before any margin. [dB]
    median_loss_db
        What is left for the median loss after margin and building entry. [dB]
    radius_m
        Distance at which the model's median loss reaches that. [m]
    citation
        The model.
    beyond
        Where the model is extrapolated at the radius.
    """

    technology: str
    frequency_mhz: float
    environment: Environment
    indoors: bool
    lines: tuple[Line, ...]
    max_path_loss_db: float
    median_loss_db: float
    radius_m: float
    citation: str
    beyond: tuple[ranges.Beyond, ...]


@lru_cache(maxsize=1024)
def default_radius_m(
    technology: str, frequency_mhz: float | None, environment: Environment
) -> float:
    """Give the outdoor radius of a cell, as a multiple of 10 m.

    Parameters
    ----------
    technology
        One of :data:`geoplan.units.TECHNOLOGIES`.
    frequency_mhz
        Carrier frequency; None or NaN = the usual band of the technology. [MHz]
    environment
        ``urban``, ``suburban`` or ``rural``.

    Raises
    ------
    ValueError
        If the technology or the environment is unknown, or the frequency is not positive.
    """
    found = budget(technology, frequency_mhz, environment).radius_m
    return max(DEFAULT_STEP_M, round(found / DEFAULT_STEP_M) * DEFAULT_STEP_M)


def budget_lines(found: LinkBudget) -> list[tuple[str, float, str, str]]:
    """Give a budget as (name, value, unit, source); names and sources are English message ids."""
    return [(line.name, line.value, line.unit, line.source) for line in found.lines]


def budget(
    technology: str,
    frequency_mhz: float | None,
    environment: Environment,
    *,
    indoors: bool = False,
    settings: LinkInputs | None = None,
) -> LinkBudget:
    """Make the link budget of a technology on a frequency in an environment.

    Parameters
    ----------
    technology, frequency_mhz, environment
        As for :func:`default_radius_m`. Between the listed bands the equipment is that of the
        nearest and the loss that of the frequency itself.
    indoors
        Whether the radius is to hold in buildings.
    settings
        The inputs; default: ``link_budget.toml``.

    Raises
    ------
    ValueError
        As :func:`default_radius_m`.
    """
    inputs = default_inputs() if settings is None else settings
    frequency = _frequency(technology, frequency_mhz, environment, inputs)
    mhz, where = frequency.value, inputs.environments[environment]
    sent = [frequency, *_sent(inputs.band(mhz), inputs)]
    eirp_dbm = sent[-1].value
    max_path_loss_db = eirp_dbm - inputs.body_db - inputs.rsrp_dbm
    margins = list(_margins(mhz, where, inputs, indoors=indoors))
    median_loss_db = max_path_loss_db - sum(line.value for line in margins if line.name in _TAKEN)
    model = model_of(mhz, where, inputs)
    distance_m = radius_m(model, loss_db=median_loss_db)
    with ranges.gathering() as beyond:
        model.loss_db(distance_m / 1e3)
    lines = (
        *sent,
        Line(BODY, inputs.body_db, "dB", inputs.sources["losses"]),
        Line(THRESHOLD, inputs.rsrp_dbm, "dBm", inputs.sources["threshold"]),
        Line(MAX_PATH_LOSS, max_path_loss_db, "dB", COMPUTED),
        *margins,
        Line(MEDIAN_LOSS, median_loss_db, "dB", COMPUTED),
        *model.lines,
        Line(RADIUS, distance_m, "m", model.citation),
    )
    return LinkBudget(
        technology=technology,
        frequency_mhz=mhz,
        environment=environment,
        indoors=indoors,
        lines=lines,
        max_path_loss_db=max_path_loss_db,
        median_loss_db=median_loss_db,
        radius_m=distance_m,
        citation=model.citation,
        beyond=tuple(beyond),
    )


def radius_m(model: Model, *, loss_db: float) -> float:
    """Give the distance at which a model's median loss reaches a value. [m]

    By bisection on the logarithm of the distance between 1 m and 100 km; a loss that the model
    reaches nowhere between gives the nearer end.
    """
    near, far = math.log(_NEAREST_KM), math.log(_FARTHEST_KM)
    with ranges.gathering():
        for _ in range(_HALVINGS):
            middle = (near + far) / 2.0
            if model.loss_db(math.exp(middle)) <= loss_db:
                near = middle
            else:
                far = middle
    return math.exp(near) * 1e3


def model_of(frequency_mhz: float, where: Surroundings, inputs: LinkInputs) -> Model:
    """Give the model of a frequency in an environment, with what it is told."""
    heights = (
        Line(BASE, where.base_agl_m, "m", where.source),
        Line(MOBILE, inputs.mobile_agl_m, "m", inputs.sources["mobile"]),
    )
    if frequency_mhz <= inputs.tr38901_above_mhz:
        return _hata(frequency_mhz, where, inputs, heights)
    if where.scenario == "uma":
        return Model(
            "3GPP TR 38.901 UMa, no line of sight",
            lambda km: float(
                tr38901.uma_nlos_db(
                    km,
                    frequency_mhz=frequency_mhz,
                    base_agl_m=where.base_agl_m,
                    mobile_agl_m=inputs.mobile_agl_m,
                )
            ),
            heights,
        )
    return Model(
        "3GPP TR 38.901 RMa, no line of sight",
        lambda km: float(
            tr38901.rma_nlos_db(
                km,
                frequency_mhz=frequency_mhz,
                base_agl_m=where.base_agl_m,
                mobile_agl_m=inputs.mobile_agl_m,
                building_height_m=where.building_height_m,
                street_width_m=where.street_width_m,
            )
        ),
        (
            *heights,
            Line(BUILDINGS, where.building_height_m, "m", where.source),
            Line(STREETS, where.street_width_m, "m", where.source),
        ),
    )


def _hata(
    frequency_mhz: float, where: Surroundings, inputs: LinkInputs, heights: tuple[Line, ...]
) -> Model:
    loss, name = (
        (hata.path_loss_db, "Hata 1980")
        if frequency_mhz <= hata.RANGE["frequency_mhz"][1]
        else (cost231.path_loss_db, "COST-231-Hata")
    )
    words = where.area.replace("_", " ")
    extrapolated = frequency_mhz > cost231.RANGE["frequency_mhz"][1]
    return Model(
        f"{name}, {words}" + (", extrapolated above 2000 MHz" if extrapolated else ""),
        lambda km: float(
            loss(
                km,
                frequency_mhz=frequency_mhz,
                base_agl_m=where.base_agl_m,
                mobile_agl_m=inputs.mobile_agl_m,
                area=where.area,
            )
        ),
        heights,
    )


def _frequency(
    technology: str, frequency_mhz: float | None, environment: str, inputs: LinkInputs
) -> Line:
    """Check what was asked, and give the line of the frequency: as given, else the usual one."""
    if technology not in TECHNOLOGIES:
        raise ValueError(f"unknown technology: {technology!r}; known: {', '.join(TECHNOLOGIES)}")
    if environment not in ENVIRONMENTS:
        raise ValueError(f"unknown environment: {environment!r}; known: {', '.join(ENVIRONMENTS)}")
    if frequency_mhz is None or math.isnan(frequency_mhz):
        usual_mhz = inputs.usual_mhz[technology]
        return Line(FREQUENCY, usual_mhz, "MHz", inputs.sources["usual_mhz"])
    if not 0.0 < frequency_mhz < math.inf:
        raise ValueError(f"a frequency in MHz above 0 is needed: {frequency_mhz}")
    return Line(FREQUENCY, float(frequency_mhz), "MHz", GIVEN)


def _sent(band: Band, inputs: LinkInputs) -> Iterator[Line]:
    """Give the lines from the equipment to the power that one resource element radiates."""
    subcarriers = SUBCARRIERS_OF_A_BLOCK * band.resource_blocks
    element_dbm = band.power_dbm - 10.0 * math.log10(subcarriers)
    yield Line(EQUIPMENT, band.mhz, "MHz", NEAREST)
    yield Line(POWER, band.power_dbm, "dBm", band.source)
    yield Line(BANDWIDTH, band.bandwidth_mhz, "MHz", band.source)
    yield Line(SUBCARRIERS, float(subcarriers), "", inputs.sources["blocks"])
    yield Line(ELEMENT, element_dbm, "dBm", COMPUTED)
    yield Line(ANTENNA, band.antenna_dbi, "dBi", band.source)
    yield Line(CABLE, inputs.cable_db, "dB", inputs.sources["losses"])
    yield Line(EIRP, element_dbm + band.antenna_dbi - inputs.cable_db, "dBm", COMPUTED)


def _margins(
    mhz: float, where: Surroundings, inputs: LinkInputs, *, indoors: bool
) -> Iterator[Line]:
    """Give the lines from the maximum path loss to what is left for the median."""
    share = inputs.indoor_share if indoors else inputs.outdoor_share
    yield Line(EDGE, 100.0 * share, "%", inputs.sources["edge"])
    yield Line(SIGMA, where.sigma_db, "dB", where.source)
    yield Line(SHADOW, NormalDist().inv_cdf(share) * where.sigma_db, "dB", COMPUTED)
    if indoors:
        low = mhz < inputs.entry_change_mhz
        entry_db = where.entry_low_db if low else where.entry_high_db
        yield Line(ENTRY, entry_db, "dB", inputs.sources["entry"])
