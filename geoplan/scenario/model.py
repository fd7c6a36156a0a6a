"""The scenario as frozen data, every key of it checked (PRODUCT.md §3).

Reading the TOML file and turning its faults into words is left to ``scenario.reader``; the
defaults stand in ``defaults.toml``, each beside its source.
"""

from __future__ import annotations

import datetime
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from geoplan.units import MAX_OPERATORS, TECHNOLOGIES

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Technology = Literal["2G", "3G", "4G", "5G"]
Environment = Literal["urban", "suburban", "rural"]


@cache
def defaults() -> dict[str, Any]:
    """Give the defaults of ``defaults.toml``, by section."""
    text = (files("geoplan.scenario") / "defaults.toml").read_text("utf-8")
    return tomllib.loads(text)


def _default(section: str, key: str) -> Any:
    return defaults()[section][key]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class SourceFile(_Section):
    """A file with what the scenario says of it."""

    path: str
    operator: str | None = None
    technology: Technology | None = None
    crs: str | None = None
    layer: str | None = None
    sheet: str | None = None
    encoding: str | None = None


def _as_source(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _as_sources(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return tuple(_as_source(item) for item in items)


class Inputs(_Section):
    """Where the data stand; paths are relative to the scenario."""

    communes: SourceFile
    hamlets: SourceFile
    sites: tuple[SourceFile, ...]
    clusters: SourceFile | None = None
    places: SourceFile | None = None
    zones: SourceFile | None = None
    structures: SourceFile | None = None
    population: SourceFile | None = None
    terrain: SourceFile | None = None
    roads: SourceFile | None = None
    reported: SourceFile | None = None
    coverage: tuple[SourceFile, ...] = ()
    field_checks: str | None = None
    max_rejected_share: Share = Field(
        default_factory=lambda: _default("inputs", "max_rejected_share")
    )
    outside_tolerance_m: NotNegative = Field(
        default_factory=lambda: _default("inputs", "outside_tolerance_m")
    )

    _one = field_validator(
        "communes",
        "hamlets",
        "clusters",
        "places",
        "zones",
        "structures",
        "population",
        "terrain",
        "roads",
        "reported",
        mode="before",
    )(_as_source)
    _many = field_validator("sites", "coverage", mode="before")(_as_sources)


RadiusByEnvironment = dict[Environment, Positive]


def _known_radius_key(key: str) -> str:
    technology, dot, band = key.partition(".")
    if technology not in TECHNOLOGIES or (dot and not band.replace(".", "", 1).isdigit()):
        raise PydanticCustomError("bad_radius_key", "")
    return key


RadiusKey = Annotated[str, AfterValidator(_known_radius_key)]
"""A technology such as "4G", or one band of it such as "4G.1800"."""


def _kind_of_radius(value: Any) -> str:
    return "by_environment" if isinstance(value, dict) else "number"


Radius = Annotated[
    Annotated[Positive, Tag("number")] | Annotated[RadiusByEnvironment, Tag("by_environment")],
    Discriminator(_kind_of_radius),
]
"""A radius for all environments, or one for each. [m]"""


class Coverage(_Section):
    """How service is told from sites."""

    model: Literal["radius", "hata", "tr38901", "p1812", "auto"] = "radius"
    technologies: tuple[Technology, ...] | None = None
    mbb: tuple[Technology, ...] = Field(default_factory=lambda: tuple(_default("coverage", "mbb")))
    environment_from: Literal["density", "type", "column"] = "density"
    urban_people_km2: Positive = Field(
        default_factory=lambda: _default("coverage", "urban_people_km2")
    )
    suburban_people_km2: Positive = Field(
        default_factory=lambda: _default("coverage", "suburban_people_km2")
    )
    min_cluster_households: NotNegative = Field(
        default_factory=lambda: _default("coverage", "min_cluster_households")
    )
    min_share: Share = Field(default_factory=lambda: _default("coverage", "min_share"))
    sector_width_deg: Annotated[float, Field(gt=0, le=360)] = Field(
        default_factory=lambda: _default("coverage", "sector_width_deg")
    )
    cell_m: Annotated[float, Field(ge=10, le=5000)] = Field(
        default_factory=lambda: _default("coverage", "cell_m")
    )
    radius_m: dict[RadiusKey, Radius] = Field(default_factory=dict)

    @field_validator("model")
    @classmethod
    def _available(cls, value: str) -> str:
        if value != "radius":
            raise PydanticCustomError("not_available", "", {"what": f'model = "{value}"'})
        return value

    @field_validator("technologies", "mbb")
    @classmethod
    def _once(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and (not value or len(set(value)) < len(value)):
            raise PydanticCustomError("not_once", "")
        return value

    @model_validator(mode="after")
    def _ordered_densities(self) -> Coverage:
        if self.urban_people_km2 < self.suburban_people_km2:
            raise PydanticCustomError("densities_reversed", "")
        return self


class Sharing(_Section):
    """How masts are told apart and which period is new."""

    merge_distance_m: NotNegative = Field(
        default_factory=lambda: _default("sharing", "merge_distance_m")
    )
    structure_ids: Literal["own", "common"] = "own"
    period: tuple[datetime.date, datetime.date] | None = None

    @field_validator("period")
    @classmethod
    def _in_order(
        cls, value: tuple[datetime.date, datetime.date] | None
    ) -> tuple[datetime.date, datetime.date] | None:
        if value is not None and value[0] > value[1]:
            raise PydanticCustomError("period_reversed", "")
        return value


class Weights(_Section):
    """What a gain of service is worth."""

    total: NotNegative = 1.0
    partial: NotNegative = 0.0

    @model_validator(mode="after")
    def _partial_at_most_total(self) -> Weights:
        if self.partial > self.total:
            raise PydanticCustomError("partial_over_total", "")
        return self


class Siting(_Section):
    """Which shared sites are looked for."""

    technology: Technology = "4G"
    positions: Annotated[int, Field(ge=0)] | None = None
    budget_vnd: NotNegative | None = None
    operators: tuple[str, ...] | None = None
    frequency_mhz: Positive = Field(default_factory=lambda: _default("siting", "frequency_mhz"))
    antenna_agl_m: Positive = Field(default_factory=lambda: _default("siting", "antenna_agl_m"))
    min_gain_people: NotNegative = Field(
        default_factory=lambda: _default("siting", "min_gain_people")
    )
    existing_tolerance: Share = Field(
        default_factory=lambda: _default("siting", "existing_tolerance")
    )
    hole_link_m: NotNegative = Field(default_factory=lambda: _default("siting", "hole_link_m"))
    costs: str | None = None
    weights: Weights = Field(default_factory=Weights)

    @property
    def most_positions(self) -> int | None:
        """How many positions at most; none where only a budget limits."""
        if self.positions is None and self.budget_vnd is None:
            return int(_default("siting", "positions"))
        return self.positions


class Publish(_Section):
    """For whom files are written."""

    audiences: tuple[str, ...] = ("planner",)


class Targets(_Section):
    """Plans whose targets are judged: names in the register, or files."""

    plans: tuple[str, ...] = ()


class Scenario(_Section):
    """All of a scenario. ``folder`` is where its file stands."""

    schema_: Literal[1] = Field(alias="schema")
    name: str = ""
    language: Literal["vi", "en"] = "vi"
    as_of: datetime.date | None = None
    planning_crs: str | None = None
    inputs: Inputs
    coverage: Coverage = Field(default_factory=Coverage)
    sharing: Sharing = Field(default_factory=Sharing)
    siting: Siting = Field(default_factory=Siting)
    operators: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    publish: Publish | None = None
    targets: Targets = Field(default_factory=Targets)
    folder: Path = Field(default=Path(), exclude=True)

    @field_validator("operators")
    @classmethod
    def _not_too_many(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MAX_OPERATORS:
            raise PydanticCustomError("too_many_operators", "")
        return value

    @property
    def day(self) -> datetime.date:
        """The day of the figures; raises :class:`ValueError` until it is set."""
        if self.as_of is None:
            raise ValueError("as_of is not set")
        return self.as_of

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """The period in which a station is new: given, or the year of ``as_of``."""
        if self.sharing.period is not None:
            return self.sharing.period
        year = self.day.year
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
