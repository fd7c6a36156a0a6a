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

from geoplan.tables.inputs import CROSSWALK, INPUT_TABLES
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


def _default(section: str, *keys: str) -> Any:
    found = defaults()[section]
    for key in keys:
        found = found[key]
    return found


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
    transmitters: str | None = None
    """Of a planning tool's sites table: the table of its transmitters."""
    cells: tuple[str, ...] = ()
    """And the tables of their cells."""

    _cells = field_validator("cells", mode="before")(
        lambda value: (value,) if isinstance(value, str) else value
    )


class CoverageFile(SourceFile):
    """A file of declared coverage; ``min_dbm`` is the level from which it counts as served."""

    min_dbm: Annotated[float, Field(ge=-200, le=50)] | None = None


class TerrainFile(SourceFile):
    """A file or a folder of heights, with what the files themselves do not say of them."""

    unit: Literal["m", "ft"] | None = None
    """Unit of the heights; left out: as the file says, else metres."""
    nodata: float | None = None
    """The value that stands for no height, where the file does not declare one."""


class UnitFile(SourceFile):
    """A file of administrative units, with the days between which they stood and its source.

    Of a crosswalk ``valid_from`` is the day from which the new units stand.
    """

    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    source: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> UnitFile:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise PydanticCustomError("period_reversed", "")
        return self


class HamletFile(SourceFile):
    """A file of hamlets; ``codes_as_of`` is a day on which its commune codes held."""

    codes_as_of: datetime.date | None = None


def _as_source(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _as_sources(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return tuple(_as_source(item) for item in items)


class Inputs(_Section):
    """Where the data stand; paths are relative to the scenario."""

    communes: UnitFile
    hamlets: HamletFile
    sites: tuple[SourceFile, ...]
    communes_before: UnitFile | None = None
    """The communes before the units were redrawn."""
    crosswalk: UnitFile | None = None
    """Which former commune became which."""
    clusters: SourceFile | None = None
    places: SourceFile | None = None
    zones: SourceFile | None = None
    structures: SourceFile | None = None
    population: SourceFile | None = None
    terrain: tuple[TerrainFile, ...] = ()
    """Heights of the ground: files, or folders of files (``io.relief``)."""
    land_cover: tuple[SourceFile, ...] = ()
    """Classes of what stands on the ground, likewise."""
    clutter: SourceFile | None = None
    """How high each class is; left out: ``propagation/clutter_heights.toml``."""
    roads: SourceFile | None = None
    power_lines: SourceFile | None = None
    """Lines or points of the grid, from which a new mast would take its power."""
    fibre_lines: SourceFile | None = None
    """Lines or points of fibre cable."""
    reported: SourceFile | None = None
    declared_totals: SourceFile | None = None
    """Totals that operators declare, to be compared with their lists."""
    sites_before: tuple[SourceFile, ...] = ()
    """The sites files of an earlier report."""
    position_review: SourceFile | None = None
    """Decisions of a person which sites stand on one position."""
    locations: SourceFile | None = None
    """Points of hamlets that a person confirmed (``geoplan locate``)."""
    measurements: tuple[SourceFile, ...] = ()
    """Measured levels, by which predicted ones are calibrated."""
    speed_checks: SourceFile | None = None
    """Medians of speed tests, laid beside what is predicted."""
    coverage: tuple[CoverageFile, ...] = ()
    field_checks: str | None = None
    replies: str | None = None
    """Folder of annexes that operators filled in, or one of them."""
    antennas: str | None = None
    """Folder of antenna patterns (MSI, PLN), which the column ``antenna`` of sites names."""
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
        "clutter",
        "roads",
        "power_lines",
        "fibre_lines",
        "reported",
        "communes_before",
        "crosswalk",
        "declared_totals",
        "position_review",
        "locations",
        "speed_checks",
        mode="before",
    )(_as_source)
    _many = field_validator(
        *("sites", "sites_before", "measurements", "coverage", "terrain", "land_cover"),
        mode="before",
    )(_as_sources)


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
    weak_counts: bool = Field(default_factory=lambda: _default("coverage", "weak_counts"))
    """Whether a signal found weak on the spot counts as service."""
    radius_m: dict[RadiusKey, Radius] = Field(default_factory=dict)
    indoors: bool = False
    """Of level models: whether the level is to reach into buildings."""
    max_range_m: Annotated[float, Field(ge=1000, le=100_000)] = Field(
        default_factory=lambda: _default("coverage", "max_range_m")
    )
    """Of level models: no cell is heard farther off."""
    profile_m: Annotated[float, Field(ge=10, le=1000)] = Field(
        default_factory=lambda: _default("coverage", "profile_m")
    )
    """Step of profiles over terrain, and side of the cells that terrain is read in."""
    model_sigma_db: Annotated[float, Field(ge=1, le=20)] = Field(
        default_factory=lambda: _default("coverage", "model_sigma_db")
    )
    """Standard deviation of a level model's error."""

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


class PotentialDistance(_Section):
    """Within what distance two masts could be one, by environment. [m]"""

    urban: NotNegative = Field(default_factory=lambda: _default("sharing", "potential_m", "urban"))
    suburban: NotNegative = Field(
        default_factory=lambda: _default("sharing", "potential_m", "suburban")
    )
    rural: NotNegative = Field(default_factory=lambda: _default("sharing", "potential_m", "rural"))


class Sharing(_Section):
    """How masts are told apart and which period is new."""

    merge_distance_m: NotNegative = Field(
        default_factory=lambda: _default("sharing", "merge_distance_m")
    )
    potential_m: PotentialDistance = Field(default_factory=PotentialDistance)
    structure_ids: Literal["own", "common"] = "own"
    rules: str | None = None
    """File with the rules of the province (``io.rules``)."""
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


def _sum(values: list[Any]) -> Any:
    """Add up what is told for every year; none where it is not."""
    return None if None in values else sum(values)


class SitingTarget(_Section):
    """A share of people that is to be served: by an operator or any, in a commune or all."""

    operator: str | None = None
    commune: str | None = None
    share: Annotated[float, Field(gt=0, le=1)]


class SitingYear(_Section):
    """What may be opened in one year of a plan."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    positions: Annotated[int, Field(ge=0)] | None = None
    budget_vnd: NotNegative | None = None


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
    exclude_zones: tuple[str, ...] = ()
    """Classes of zones in which nothing new is built."""
    weights: Weights = Field(default_factory=Weights)
    priority: Literal["people", "no_commune_left", "cheapest"] = "people"
    targets: tuple[SitingTarget, ...] = ()
    minimise: Literal["cost", "positions"] = "cost"
    cheapest_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default_factory=lambda: _default("siting", "cheapest_share")
    )
    commune_floor: Annotated[float, Field(gt=0, le=1)] = Field(
        default_factory=lambda: _default("siting", "commune_floor")
    )
    need_worth: Annotated[int, Field(ge=1, le=1000)] = Field(
        default_factory=lambda: _default("siting", "need_worth")
    )
    operator_budgets_vnd: dict[str, NotNegative] = Field(default_factory=dict)
    min_operators: Annotated[int, Field(ge=1)] = Field(
        default_factory=lambda: _default("siting", "min_operators")
    )
    years: tuple[SitingYear, ...] = ()

    @property
    def most_positions(self) -> int | None:
        """How many positions at most; none where only money limits."""
        if self.years:
            total: int | None = _sum([one.positions for one in self.years])
            return total
        money = self.budget_vnd is not None or bool(self.operator_budgets_vnd)
        if self.positions is None and not money:
            return int(_default("siting", "positions"))
        return self.positions

    @property
    def most_vnd(self) -> float | None:
        """How much money at most, of all together; none where nothing is said. [VND]"""
        total: float | None = self.budget_vnd
        if self.years:
            total = _sum([one.budget_vnd for one in self.years])
        return total

    @property
    def weighs_money(self) -> bool:
        """Whether what sites cost decides which are chosen."""
        least = self.priority == "cheapest" and self.minimise == "cost"
        return least or self.most_vnd is not None or bool(self.operator_budgets_vnd)

    @property
    def needs_operators(self) -> bool:
        """Whether an operator has a target."""
        return any(one.operator for one in self.targets)

    @property
    def needs_anybody(self) -> bool:
        """Whether people with any operator at all are asked for."""
        floors = self.priority == "no_commune_left"
        return floors or any(not one.operator for one in self.targets)

    @model_validator(mode="after")
    def _years_in_order(self) -> Siting:
        if not self.years:
            return self
        if self.positions is not None or self.budget_vnd is not None:
            raise PydanticCustomError("years_and_total", "")
        years = [one.year for one in self.years]
        limited = {(one.positions is None, one.budget_vnd is None) for one in self.years}
        if years != sorted(set(years)) or len(limited) > 1 or (True, True) in limited:
            raise PydanticCustomError("years_unclear", "")
        return self

    @model_validator(mode="after")
    def _targets_once(self) -> Siting:
        asked = [(one.operator, one.commune) for one in self.targets]
        if len(set(asked)) < len(asked):
            raise PydanticCustomError("targets_twice", "")
        return self


class Checks(_Section):
    """How many hamlets are drawn to be checked on the spot next."""

    borderline: Annotated[int, Field(ge=0)] = Field(
        default_factory=lambda: _default("checks", "borderline")
    )
    random: Annotated[int, Field(ge=0)] = Field(
        default_factory=lambda: _default("checks", "random")
    )
    seed: Annotated[int, Field(ge=0)] = Field(default_factory=lambda: _default("checks", "seed"))


class Publish(_Section):
    """For whom files are written."""

    audiences: tuple[str, ...] = ("planner",)
    templates: str | None = None
    """A folder of the user's own templates for documents."""

    @field_validator("audiences")
    @classmethod
    def _known_audiences(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            kind, colon, operator = name.partition(":")
            is_operator = kind == "operator" and bool(operator.strip())
            if not is_operator and (colon or name not in ("planner", "commune", "public")):
                known = "planner, commune, operator:…, public"
                raise PydanticCustomError("not_a_choice", "", {"known": known})
        return value


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
    checks: Checks = Field(default_factory=Checks)
    operators: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    headers: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Table → column → further headers of it in the files."""
    words: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    """Kind of value (technology, status, kind …) → value → further words for it."""
    publish: Publish | None = None
    targets: Targets = Field(default_factory=Targets)
    folder: Path = Field(default=Path(), exclude=True)

    @field_validator("operators")
    @classmethod
    def _not_too_many(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MAX_OPERATORS:
            raise PydanticCustomError("too_many_operators", "")
        return value

    @field_validator("headers")
    @classmethod
    def _known_columns(cls, value: dict[str, Any]) -> dict[str, Any]:
        every = (*INPUT_TABLES, CROSSWALK)
        tables = {table.name: (*table.names, "x", "y") for table in every}
        for table, columns in value.items():
            for name in (table, *columns):
                known = tuple(tables) if name == table else tables[table]
                if name not in known:
                    raise PydanticCustomError(
                        "unknown_key", "", {"given": name, "known": ", ".join(known)}
                    )
        return value

    @field_validator("words")
    @classmethod
    def _known_values(cls, value: dict[str, Any]) -> dict[str, Any]:
        kinds = {
            column.name: column.values
            for table in INPUT_TABLES
            for column in table.columns
            if column.values
        }
        for kind, words in value.items():
            for name in (kind, *words):
                known = tuple(kinds) if name == kind else kinds[kind]
                if name not in known:
                    raise PydanticCustomError(
                        "unknown_key", "", {"given": name, "known": ", ".join(known)}
                    )
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
