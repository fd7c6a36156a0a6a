"""Every table once: its columns, their kinds, units, decimals and meaning.

``check`` is the one door that a table passes before it is used or written; the data dictionary
(docs/data-dictionary.md) is generated from here. Reading files is left to ``io``, writing to
``report``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from geoplan.units import ENVIRONMENTS, TECHNOLOGIES

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "integer", "number", "boolean", "date", "geometry"]

DEGREES, METRES, PEOPLE, RATIO = 6, 1, 3, 6
"""Decimals in tables for machines (PRODUCT.md §6)."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, within which range, with how many decimals."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    decimals: int | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def per_technology(self) -> bool:
        """Whether the column stands once for each technology of the scenario."""
        return self.name.endswith("_{technology}")


@dataclass(frozen=True)
class Table:
    """One table: its columns in order and the columns that sort it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Give a column by its name; raise :class:`KeyError` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)

    def for_technologies(self, technologies: Iterable[str]) -> Table:
        """Put one column for each technology in the place of a ``…_{technology}`` column."""
        columns: list[Column] = []
        for column in self.columns:
            if not column.per_technology:
                columns.append(column)
                continue
            for technology in technologies:
                name = column.name.format(technology=technology.lower())
                words = column.description.format(technology=technology)
                columns.append(replace(column, name=name, description=words))
        return replace(self, columns=tuple(columns))


def _text(name: str, description: str, *, values: Sequence[str] = (), need: bool = False) -> Column:
    return Column(name, "text", description, required=need, values=tuple(values))


def _number(
    name: str,
    description: str,
    unit: str = "",
    decimals: int | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    return Column(name, "number", description, unit, decimals, low=low, high=high)


def _count(name: str, description: str, unit: str = "") -> Column:
    return Column(name, "integer", description, unit, low=0)


def _flag(name: str, description: str) -> Column:
    return Column(name, "boolean", description)


def _date(name: str, description: str) -> Column:
    return Column(name, "date", description)


def _shape(description: str, *, need: bool = False) -> Column:
    return Column("geometry", "geometry", description, "degrees", required=need)


def _lon_lat(what: str) -> tuple[Column, Column]:
    return (
        _number(
            "longitude", f"longitude of {what}, WGS 84", "degrees", DEGREES, low=-180, high=180
        ),
        _number("latitude", f"latitude of {what}, WGS 84", "degrees", DEGREES, low=-90, high=90),
    )


SITE_STATUS: Final = ("existing", "planned", "proposed")
STRUCTURE_KINDS: Final = ("mast", "public_building", "power_mast")
SHARE_OFFERS: Final = ("yes", "ask", "no")
HAMLET_STATUS: Final = ("white", "dead_spot", "covered", "unknown")
LEVELS: Final = ("province", "area", "old_province", "old_district", "commune", "zone")

# ---------------------------------------------------------------------------- inputs

COMMUNES = Table(
    "communes",
    "communes, wards and special zones of the area",
    (
        Column("commune_code", "text", "code of the unit, text with its zeros", required=True),
        _text("name", "name without the type word", need=True),
        _shape("polygon of the unit", need=True),
        _text("full_name", "name with its type word: Phường, Xã, Thị trấn, Đặc khu"),
        _text("old_district", "district before 2025-07-01"),
        _text("old_province", "province before 2025-07-01"),
        _text("province_code", "code of the province"),
        _text("province_name", "name of the province"),
        _text("area_group", "group of communes for a roll-up of its own"),
        _text("environment", "class for coverage.environment_from = column", values=ENVIRONMENTS),
        _number("population", "people of the unit", "people", PEOPLE, low=0),
    ),
    ("commune_code",),
)

HAMLETS = Table(
    "hamlets",
    "hamlets: thôn, bản, buôn, ấp, khóm, khu phố, khu vực, tổ dân phố",
    (
        Column("hamlet_id", "text", "id of the hamlet", required=True),
        _text("name", "name of the hamlet", need=True),
        _text("commune_code", "code of its commune"),
        *_lon_lat("its centre"),
        _shape("point of the centre or polygon of the hamlet"),
        _text("centre_kind", "what the centre is: cultural_house, school, …; inferred"),
        _text("kind", "its local name: thôn, ấp, …"),
        _number("population", "people", "people", PEOPLE, low=0),
        _number("households", "households", "households", 0, low=0),
        _flag("has_grid_power", "has power from the grid"),
        _flag("special_difficulty", "specially difficult (ĐBKK)"),
        _flag("border", "on the border"),
        _flag("island", "on an island"),
        _flag("has_fibre", "has fibre"),
    ),
    ("hamlet_id",),
)

CLUSTERS = Table(
    "clusters",
    "groups of houses of the hamlets",
    (
        Column("cluster_id", "text", "id of the cluster", required=True),
        Column("hamlet_id", "text", "hamlet that it belongs to", required=True),
        *_lon_lat("the cluster"),
        _shape("point of the cluster"),
        _text("name", "name of the cluster"),
        _number("households", "households", "households", 0, low=0),
    ),
    ("cluster_id",),
)

SITES = Table(
    "sites",
    "cells: one row for each carrier and sector of a station",
    (
        Column("operator", "text", "who radiates", required=True),
        Column("technology", "text", "technology", required=True, values=TECHNOLOGIES),
        *_lon_lat("the antenna"),
        _shape("point of the antenna"),
        _text("site_id", "the operator's own number of the installation"),
        _number("frequency_mhz", "carrier frequency", "MHz", 1, low=400, high=6000),
        _number(
            "antenna_agl_m", "height of the antenna above ground", "m", METRES, low=0, high=400
        ),
        _number(
            "azimuth_deg",
            "direction of the sector from true north; blank = all round",
            "degrees",
            1,
            low=0,
            high=360,
        ),
        _number("beamwidth_deg", "half-power beamwidth", "degrees", 1, low=0, high=360),
        _number("tilt_deg", "total downtilt", "degrees", 1, low=-90, high=90),
        _number("eirp_dbm", "effective isotropic radiated power", "dBm", 1, low=-50, high=120),
        _text("structure_id", "id of the mast or roof"),
        _text("structure_owner", "who owns the mast or roof"),
        _text("structure_class", "class of the mast: A1a, A1b, A2a, A2b, A2c"),
        _number("structure_height_m", "height of the mast", "m", METRES, low=0, high=400),
        _date("built_date", "day the mast was finished"),
        _date("on_air_date", "first day on air"),
        _date("off_air_date", "first day no longer on air"),
        _text("status", "existing (or blank), planned, proposed", values=SITE_STATUS),
    ),
    ("operator", "site_id", "technology", "frequency_mhz", "azimuth_deg"),
)

PLACES = Table(
    "places",
    "schools, hospitals, industrial parks and other places that plans speak of",
    (
        Column("place_id", "text", "id of the place", required=True),
        _text("name", "name of the place", need=True),
        _text("class", "class of the place", need=True),
        *_lon_lat("the place"),
        _shape("point or polygon of the place"),
    ),
    ("place_id",),
)

ZONES = Table(
    "zones",
    "areas with a class",
    (
        Column("zone_id", "text", "id of the zone", required=True),
        _text("name", "name of the zone", need=True),
        _text("class", "urban_area, industrial_park, demand_area, inhabited_area, …", need=True),
        _shape("polygon of the zone", need=True),
    ),
    ("zone_id",),
)

STRUCTURES = Table(
    "structures",
    "masts without BTS, public buildings and power masts that could host antennas",
    (
        Column("structure_id", "text", "id of the structure", required=True),
        *_lon_lat("the structure"),
        _shape("point of the structure"),
        _text("owner", "who owns it"),
        _text("class", "class of the mast"),
        _number("height_m", "height", "m", METRES, low=0, high=400),
        _text("kind", "mast, public_building or power_mast", values=STRUCTURE_KINDS),
        _number("free_load_kg", "load that it can still carry", "kg", 1, low=0),
        _text("share_offer", "whether the owner offers it", values=SHARE_OFFERS),
    ),
    ("structure_id",),
)

REPORTED = Table(
    "reported",
    "values entered by hand, each with its source",
    (
        _text("target_id", "target of a plan, such as TG-03"),
        _text("indicator", "or the indicator that the value belongs to"),
        Column("as_of", "date", "day of the value", required=True),
        _number("value", "the value, in the unit of the target"),
        _number("numerator", "or its numerator"),
        _number("denominator", "and denominator"),
        Column("source", "text", "who says so", required=True),
        _text("unit_id", "unit that it belongs to; blank = the province"),
        _text("technology", "technology that it belongs to"),
        _text("statistic", "mean or median", values=("mean", "median")),
        _text("document", "document that it stands in"),
    ),
)

INPUT_TABLES: Final = (COMMUNES, HAMLETS, CLUSTERS, SITES, PLACES, ZONES, STRUCTURES, REPORTED)

# ---------------------------------------------------------------------------- outputs

_STATUS = "white, dead_spot, covered or unknown"

INDICATORS_OUT = Table(
    "indicators",
    "every figure by unit, operator, technology and class of place",
    (
        _text("indicator", "name of the formula", need=True),
        _text("level", "kind of the unit", values=LEVELS, need=True),
        _text("unit_id", "id of the unit"),
        _text("unit_name", "name of the unit"),
        _text("unit_version", "day from which the unit stands as it is"),
        _text("operator", "operator; blank = any"),
        _text("technology", "technology, MBB, or blank = not split"),
        _text("place_class", "class of place; blank = pooled"),
        _number("numerator", "numerator", "", PEOPLE),
        _number("denominator", "denominator", "", PEOPLE),
        _number("value", "ratio from 0 to 1, or a count", "", RATIO),
        _number("value_low", "value if all unknown hamlets are bad", "", RATIO),
        _number("value_high", "value if all unknown hamlets are good", "", RATIO),
        _number("value_radius_90", "value at 90 % of the radius", "", RATIO),
        _number("value_radius_110", "value at 110 % of the radius", "", RATIO),
        _text("unit", "unit of the value"),
        _date("as_of", "day of the figures"),
    ),
    ("indicator", "level", "unit_id", "operator", "technology", "place_class"),
)

HAMLETS_OUT = Table(
    "hamlets",
    "every hamlet with its status",
    (
        _text("hamlet_id", "id of the hamlet", need=True),
        _text("name", "name of the hamlet"),
        _text("kind", "its local name"),
        _text("commune_code", "code of its commune"),
        _text("commune_name", "name of its commune"),
        *_lon_lat("its centre; blank = no location"),
        _text("centre_kind", "what the centre is; inferred = a point inside its polygon"),
        _number("population", "people; blank = not known", "people", PEOPLE),
        _flag("population_estimated", "people were taken from its households"),
        _number("households", "households", "households", 0),
        _flag("has_grid_power", "has power from the grid"),
        _flag("special_difficulty", "specially difficult (ĐBKK)"),
        _flag("border", "on the border"),
        _flag("island", "on an island"),
        _flag("has_fibre", "has fibre"),
        _flag("clusters_known", "its clusters are known; else covered = đã phủ trung tâm"),
        _text("status_mbb", f"{_STATUS}, mobile broadband of any operator"),
        _text("status_{technology}", _STATUS + ", {technology} of any operator"),
        _flag("near_threshold", "a status changes between 90 % and 110 % of the radius"),
        _text("operators_{technology}", "operators that serve the centre on {technology}"),
        _count("n_positions_{technology}", "positions that serve the centre on {technology}"),
        _number("served_people_mbb", "people with mobile broadband", "people", PEOPLE),
        _number("served_people_{technology}", "people with {technology}", "people", PEOPLE),
        _text("source", "what spoke: model, declared or field"),
    ),
    ("hamlet_id",),
)

CLUSTERS_OUT = Table(
    "clusters",
    "every cluster with who serves it",
    (
        _text("cluster_id", "id of the cluster", need=True),
        _text("hamlet_id", "hamlet that it belongs to"),
        _text("name", "name of the cluster"),
        *_lon_lat("the cluster"),
        _number("households", "households", "households", 0),
        _text("operators_{technology}", "operators that serve it on {technology}"),
    ),
    ("cluster_id",),
)

SERVICE_OUT = Table(
    "service",
    "every hamlet by operator and technology",
    (
        _text("hamlet_id", "id of the hamlet", need=True),
        _text("operator", "operator", need=True),
        _text("technology", "technology", need=True),
        _text("source", "what spoke: model, declared or field"),
        _text("status", _STATUS),
        _flag("centre_served", "its centre is served"),
        _number("served_households", "households of its served clusters", "households", 0),
        _number("households", "households of its clusters", "households", 0),
        _text("nearest_site_id", "the operator's nearest site of that technology"),
        _number("nearest_m", "distance to it", "m", METRES),
        _text("best_site_id", "site with the largest margin"),
        _number("margin_m", "its radius less the distance; negative = out of reach", "m", METRES),
        _number("margin_db", "level above the threshold; blank in the radius model", "dB", 1),
    ),
    ("hamlet_id", "operator", "technology"),
)

COMMUNES_OUT = Table(
    "communes",
    "every commune with its main figures",
    (
        _text("commune_code", "code of the unit", need=True),
        _text("name", "name"),
        _text("full_name", "name with its type word"),
        _text("environment", "class of the commune, where a table gives it"),
        _number("area_km2", "geodesic area", "km²", 3),
        _number("population", "people of its hamlets", "people", PEOPLE),
        _count("hamlets", "hamlets"),
        _count("hamlets_unknown", "hamlets without a location"),
        _count("positions", "positions"),
        _count("shared_positions", "positions with two operators or more"),
        _count("installations", "installations"),
        _count("stations", "stations"),
        _count("white_mbb", "white hamlets, mobile broadband"),
        _count("dead_spot_mbb", "dead-spot hamlets, mobile broadband"),
        _count("covered_mbb", "covered hamlets, mobile broadband"),
        _count("white_{technology}", "white hamlets on {technology}"),
        _count("dead_spot_{technology}", "dead-spot hamlets on {technology}"),
        _count("covered_{technology}", "covered hamlets on {technology}"),
        _number("served_people_{technology}", "people with {technology}", "people", PEOPLE),
        _number("area_served_{technology}", "share of the area with {technology}", "", RATIO),
    ),
    ("commune_code",),
)

PLACES_OUT = Table(
    "places",
    "every place with who serves it",
    (
        _text("place_id", "id of the place", need=True),
        _text("name", "name"),
        _text("class", "class"),
        *_lon_lat("the place, or a point inside"),
        _text("commune_code", "commune around it"),
        _text("same_spot_as", "place of another class at the same spot that stands for it"),
        _text("operators_{technology}", "operators that serve it on {technology}"),
        _number("served_share_{technology}", "share of its polygon with {technology}", "", RATIO),
    ),
    ("place_id",),
)

POSITIONS_OUT = Table(
    "positions",
    "every position with who stands on it",
    (
        _text("position_id", "declared id, else operator:site_id of the first on air", need=True),
        *_lon_lat("the mean of its members"),
        _text("commune_code", "commune that counts it"),
        _text("operators", "operators on air"),
        _count("n_operators", "operators on air"),
        _count("n_installations", "installations on air"),
        _text("technologies", "technologies on air"),
        _text("structure_ids", "declared structures"),
        _text("members", "operator:site_id of its installations"),
        _text("identity", "how it was told", values=("declared", "inferred", "single")),
        _number("spread_m", "largest distance between members", "m", METRES),
    ),
    ("position_id",),
)

SENSITIVITY_OUT = Table(
    "sharing_sensitivity",
    "the sharing ratio by the distance within which masts are joined",
    (
        _number("merge_distance_m", "distance", "m", METRES),
        _count("positions", "positions"),
        _count("shared_positions", "positions with two operators or more"),
        _number("share_pos", "SHARE_POS", "", RATIO),
    ),
    ("merge_distance_m",),
)

HOLES_OUT = Table(
    "holes",
    "unserved demand that lies together",
    (
        _text("hole_id", "id of the hole", need=True),
        _text("kind", "total = no operator; partial = some operators", values=("total", "partial")),
        _text("technology", "technology"),
        _text("operators_missing", "operators that do not serve it"),
        _text("commune_code", "commune with most of its people"),
        *_lon_lat("its demand point nearest the people-weighted mean"),
        _number("people", "people", "people", PEOPLE),
        _number("households", "households", "households", 1),
        _count("hamlets", "hamlets that it touches"),
    ),
    ("hole_id",),
)

PROPOSALS_OUT = Table(
    "proposals",
    "shared sites to open next, in order",
    (
        _count("rank", "order of opening"),
        _text("kind", "existing position or structure, or new", values=("existing", "new")),
        _text("position_id", "existing position, or blank"),
        _text("structure_id", "structure, or blank"),
        *_lon_lat("the site"),
        _text("commune_code", "commune around it"),
        _text("technology", "technology to open"),
        _text("operators", "operators to open it"),
        _number("gained_people", "people who get their first operator", "people", PEOPLE),
        _number("gained_value", "weighted objective", "people", PEOPLE),
        _number("gained_households", "households of those people", "households", 1),
        _count("gained_hamlets", "hamlets that are no longer white"),
        _number("cumulative_people", "gained people so far", "people", PEOPLE),
        _number("cost_vnd", "cost; blank = not known", "VND", 0),
        _text("cost_basis", "assumed, or the user's own catalogue"),
        _number("road_m", "distance to the nearest road; blank = not known", "m", METRES),
        _number("grid_power_m", "distance to the grid; blank = not known", "m", METRES),
        _number("fibre_m", "distance to fibre; blank = not known", "m", METRES),
        _text("existing_tried", "best existing position or structure that was tried"),
        _number("existing_loss_people", "people lost by using it instead", "people", PEOPLE),
        _text("reason", "why it was chosen"),
    ),
    ("rank",),
)

GAINS_OUT = Table(
    "gains",
    "who gains by each proposal",
    (
        _count("rank", "rank of the proposal"),
        _text("operator", "operator"),
        _number("gained_people", "people whom this operator gains", "people", PEOPLE),
    ),
    ("rank", "operator"),
)

TARGETS_OUT = Table(
    "targets",
    "targets of the plans, each reading judged",
    (
        _text("plan", "plan of the register"),
        _text("target_id", "target of the plan"),
        _text("quote", "the plan's own words"),
        _text("indicator", "formula, or reported"),
        _text("reading", "which reading of the sentence"),
        _text("footprint", "units that it was written for"),
        _text("direction", "≥ > ≤ < = or hold"),
        _number("baseline", "baseline, in the unit of the target", "", RATIO),
        _number("target", "target", "", RATIO),
        _text("year", "year of the target"),
        _number("numerator", "numerator", "", PEOPLE),
        _number("denominator", "denominator", "", PEOPLE),
        _number("value", "value, in the unit of the target", "", RATIO),
        _number("gap_points", "value less target; percentage points for %", "", RATIO),
        _text("status", "exceeded, met, not_met, in_progress, no_data, superseded, tracked"),
        _text("lead", "who leads"),
        _text("deadline", "deadline"),
        _text("sentence", "the sentence to copy"),
        _text("unit", "unit of value, target and baseline"),
        _text("footprint_today", "what the units of the plan are now"),
        _text("area", "which units the figure was made of"),
        _text("next_due", "next day on which it must be reported"),
        _text("missing", "what is missing where there is no data"),
        _text("note", "how the sentence was read"),
    ),
    ("plan", "target_id", "reading"),
)

REJECTS_OUT = Table(
    "rejects",
    "every input row that was left out",
    (
        _text("file", "file, as the scenario names it"),
        _text("sheet", "sheet or layer"),
        _count("row", "row as the user sees it"),
        _text("key", "site_id, hamlet_id … of the row"),
        _text("column", "column at fault"),
        _text("value", "its value"),
        _text("reason", "code of the reason"),
        _text("advice", "what to do"),
    ),
    ("file", "sheet", "row", "column"),
)

OUTPUT_TABLES: Final = (
    INDICATORS_OUT,
    HAMLETS_OUT,
    CLUSTERS_OUT,
    SERVICE_OUT,
    COMMUNES_OUT,
    PLACES_OUT,
    POSITIONS_OUT,
    SENSITIVITY_OUT,
    HOLES_OUT,
    PROPOSALS_OUT,
    GAINS_OUT,
    TARGETS_OUT,
    REJECTS_OUT,
)


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a frame with exactly the table's columns first, in order and of their kinds.

    Missing optional columns are added blank; columns that the table does not know are kept
    behind. Rows are sorted by the table's key where all of it is there.

    Raises
    ------
    KeyError
        A required column is missing.
    ValueError
        A value lies outside the column's range or list.
    """
    missing = [name for name in table.required if name not in frame.columns]
    if missing:
        raise KeyError(f"{table.name}: missing columns {missing}")
    frame = frame.copy()
    for column in table.columns:
        if column.name not in frame.columns:
            frame[column.name] = _blank(column, len(frame))
        elif column.kind != "geometry":
            frame[column.name] = _typed(frame[column.name], column, table.name)
    others = [name for name in frame.columns if name not in table.names]
    frame = frame[[*table.names, *others]]
    if table.key and all(name in frame.columns for name in table.key):
        frame = frame.sort_values(list(table.key), kind="stable", na_position="first")
    return frame.reset_index(drop=True)


_DTYPES: Final[dict[str, str]] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


def _blank(column: Column, size: int) -> pd.Series | None:
    import pandas as pd

    if column.kind == "geometry":
        return None
    fill = "" if column.kind == "text" else None
    return pd.Series([fill] * size, dtype=_DTYPES[column.kind])


def _typed(values: pd.Series, column: Column, table: str) -> pd.Series:
    if column.kind == "text":
        values = values.astype("str").fillna("")
    else:
        values = values.astype(_DTYPES[column.kind])  # type: ignore[call-overload]
    if column.values:
        odd = sorted(set(values[~values.isin([*column.values, ""])].dropna()))
        if odd:
            raise ValueError(f"{table}.{column.name}: values {odd[:3]} not in {column.values}")
    if column.kind in ("integer", "number"):
        numbers = values.astype("float64")
        for bound, sign in ((column.low, 1.0), (column.high, -1.0)):
            if bound is not None and ((numbers - bound) * sign < 0).any():
                raise ValueError(f"{table}.{column.name}: a value is outside {bound}")
    return values
