"""The tables that users bring (PRODUCT.md §4).

Which headers stand for a column is left to ``io``.
"""

from __future__ import annotations

from typing import Final

from geoplan.tables.measurements import MEASUREMENTS, SPEED_CHECKS
from geoplan.tables.replies import REPLIES
from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    Column,
    Table,
    date_column,
    flag_column,
    lon_lat_columns,
    number_column,
    shape_column,
    text_column,
)
from geoplan.units import ENVIRONMENTS, TECHNOLOGIES

SITE_STATUS: Final = ("existing", "planned", "proposed")
STRUCTURE_KINDS: Final = ("mast", "public_building", "power_mast")
STRUCTURE_CLASSES: Final = ("A1a", "A1b", "A2a", "A2b", "A2c")
SHARE_OFFERS: Final = ("yes", "ask", "no")
CHECK_RESULTS: Final = ("yes", "weak", "no")
REVIEW_DECISIONS: Final = ("same", "different")

COMMUNES = Table(
    "communes",
    "communes, wards and special zones of the area",
    (
        Column("commune_code", "text", "code of the unit, text with its zeros", required=True),
        text_column("name", "name without the type word", need=True),
        shape_column("polygon of the unit", need=True),
        text_column("full_name", "name with its type word: Phường, Xã, Thị trấn, Đặc khu"),
        text_column("old_district", "district before 2025-07-01"),
        text_column("old_province", "province before 2025-07-01"),
        text_column("province_code", "code of the province"),
        text_column("province_name", "name of the province"),
        text_column("area_group", "group of communes for a roll-up of its own"),
        text_column(
            "environment", "class for coverage.environment_from = column", values=ENVIRONMENTS
        ),
        number_column("population", "people of the unit", "people", PEOPLE, low=0),
    ),
    ("commune_code",),
)

HAMLETS = Table(
    "hamlets",
    "hamlets: thôn, bản, buôn, ấp, khóm, khu phố, khu vực, tổ dân phố",
    (
        Column("hamlet_id", "text", "id of the hamlet", required=True),
        text_column("name", "name of the hamlet", need=True),
        text_column("commune_code", "code of its commune"),
        text_column("old_commune_code", "code of its commune before the units were redrawn"),
        *lon_lat_columns("its centre"),
        shape_column("point of the centre or polygon of the hamlet"),
        text_column("centre_kind", "what the centre is: cultural_house, school, …; inferred"),
        text_column("kind", "its local name: thôn, ấp, …"),
        number_column("population", "people", "people", PEOPLE, low=0),
        number_column("households", "households", "households", 0, low=0),
        flag_column("has_grid_power", "has power from the grid"),
        flag_column("special_difficulty", "specially difficult (ĐBKK)"),
        flag_column("border", "on the border"),
        flag_column("island", "on an island"),
        flag_column("has_fibre", "has fibre"),
    ),
    ("hamlet_id",),
)

CLUSTERS = Table(
    "clusters",
    "groups of houses of the hamlets",
    (
        Column("cluster_id", "text", "id of the cluster", required=True),
        Column("hamlet_id", "text", "hamlet that it belongs to", required=True),
        *lon_lat_columns("the cluster"),
        shape_column("point of the cluster"),
        text_column("name", "name of the cluster"),
        number_column("households", "households", "households", 0, low=0),
    ),
    ("cluster_id",),
)

SITES = Table(
    "sites",
    "cells: one row for each carrier and sector of a station",
    (
        Column("operator", "text", "who radiates", required=True),
        Column("technology", "text", "technology", required=True, values=TECHNOLOGIES),
        *lon_lat_columns("the antenna"),
        shape_column("point of the antenna"),
        text_column("site_id", "the operator's own number of the installation"),
        number_column("frequency_mhz", "carrier frequency", "MHz", 1, low=400, high=6000),
        number_column(
            "antenna_agl_m", "height of the antenna above ground", "m", METRES, low=0, high=400
        ),
        number_column(
            "azimuth_deg",
            "direction of the sector from true north; blank = all round",
            "degrees",
            1,
            low=0,
            high=360,
        ),
        number_column("beamwidth_deg", "half-power beamwidth", "degrees", 1, low=0, high=360),
        number_column("tilt_deg", "total downtilt", "degrees", 1, low=-90, high=90),
        number_column(
            "eirp_dbm",
            "effective isotropic radiated power of the whole carrier",
            "dBm",
            1,
            low=-50,
            high=120,
        ),
        text_column("antenna", "its antenna: the name of a pattern file of inputs.antennas"),
        text_column("structure_id", "id of the mast or roof"),
        text_column("structure_owner", "who owns the mast or roof"),
        text_column("structure_class", "class of the mast: " + ", ".join(STRUCTURE_CLASSES)),
        number_column("structure_height_m", "height of the mast", "m", METRES, low=0, high=400),
        date_column("built_date", "day the mast was finished"),
        date_column("on_air_date", "first day on air"),
        date_column("off_air_date", "first day no longer on air"),
        text_column("status", "existing (or blank), planned, proposed", values=SITE_STATUS),
    ),
    ("operator", "site_id", "technology", "frequency_mhz", "azimuth_deg"),
)

PLACES = Table(
    "places",
    "schools, hospitals, industrial parks and other places that plans speak of",
    (
        Column("place_id", "text", "id of the place", required=True),
        text_column("name", "name of the place", need=True),
        text_column("class", "class of the place", need=True),
        *lon_lat_columns("the place"),
        shape_column("point or polygon of the place"),
    ),
    ("place_id",),
)

ZONES = Table(
    "zones",
    "areas with a class",
    (
        Column("zone_id", "text", "id of the zone", required=True),
        text_column("name", "name of the zone", need=True),
        text_column(
            "class", "urban_area, industrial_park, demand_area, inhabited_area, …", need=True
        ),
        shape_column("polygon of the zone", need=True),
    ),
    ("zone_id",),
)

STRUCTURES = Table(
    "structures",
    "masts without BTS, public buildings and power masts that could host antennas",
    (
        Column("structure_id", "text", "id of the structure", required=True),
        *lon_lat_columns("the structure"),
        shape_column("point of the structure"),
        text_column("owner", "who owns it"),
        text_column("class", "class of the mast"),
        number_column("height_m", "height", "m", METRES, low=0, high=400),
        text_column("kind", "mast, public_building or power_mast", values=STRUCTURE_KINDS),
        number_column("free_load_kg", "load that it can still carry", "kg", 1, low=0),
        text_column("share_offer", "whether the owner offers it", values=SHARE_OFFERS),
        number_column("rent_vnd_year", "contract rent of one tenant in a year", "VND", 0, low=0),
    ),
    ("structure_id",),
)

REPORTED = Table(
    "reported",
    "values entered by hand, each with its source",
    (
        text_column("target_id", "target of a plan, such as TG-03"),
        text_column("indicator", "or the indicator that the value belongs to"),
        Column("as_of", "date", "day of the value", required=True),
        number_column("value", "the value, in the unit of the target"),
        number_column("numerator", "or its numerator"),
        number_column("denominator", "and denominator"),
        Column("source", "text", "who says so", required=True),
        text_column("unit_id", "unit that it belongs to; blank = the province"),
        text_column("technology", "technology that it belongs to"),
        text_column("statistic", "mean or median", values=("mean", "median")),
        text_column("document", "document that it stands in"),
    ),
)

COVERAGE = Table(
    "coverage",
    "what operators declare to serve: a row for each polygon of an operator and technology",
    (
        Column("operator", "text", "who declares it", required=True),
        Column("technology", "text", "technology", required=True, values=TECHNOLOGIES),
        number_column(
            "level_dbm", "level that the polygon stands for", "dBm", 1, low=-200, high=50
        ),
        shape_column("polygon that is served", need=True),
    ),
)

FIELD_CHECKS = Table(
    "field_checks",
    "check sheets: what people found on the spot, in one row for each answer, or in one row for "
    "each hamlet with a column for each operator and technology, such as Viettel 4G",
    (
        text_column("hamlet_id", "id of the hamlet whose centre was checked"),
        text_column("cluster_id", "or id of the cluster that was checked"),
        text_column("name", "or name of the hamlet, beside its commune"),
        text_column("commune_code", "code of the commune"),
        text_column("commune_name", "or its name"),
        text_column("operator", "operator that was checked"),
        text_column("technology", "technology that was checked", values=TECHNOLOGIES),
        text_column("result", "có (yes), yếu (weak) or không (no)", values=CHECK_RESULTS),
        date_column("checked_on", "day of the check"),
        text_column("checked_by", "who checked"),
        text_column("note", "remarks"),
    ),
)

CROSSWALK = Table(
    "crosswalk",
    "which unit became which when the units were redrawn: one row for each pair",
    (
        text_column("old_code", "code of the former commune (blank = a district without communes)"),
        text_column("old_name", "name of the former commune"),
        text_column("old_district", "name of its district"),
        text_column("old_province", "name of its province"),
        text_column("new_code", "code of the commune that it, or a part of it, became"),
        text_column("new_name", "name of that commune"),
        text_column("new_province", "name of its province"),
        flag_column("is_divided", "the former commune was divided among several"),
        text_column("old_district_code", "code of the former district"),
        text_column("old_province_code", "code of the former province"),
        text_column("new_province_code", "code of today's province"),
        number_column("share", "share of the former commune that went there", "", 3, low=0, high=1),
    ),
)

DECLARED_TOTALS = Table(
    "declared_totals",
    "totals that operators declare, to be compared with their lists",
    (
        Column("operator", "text", "who declares them", required=True),
        text_column("technology", "technology; blank = all together", values=TECHNOLOGIES),
        number_column("stations", "stations declared on air", "stations", 0, low=0),
        number_column("positions", "positions that they stand on", "positions", 0, low=0),
        number_column("installations", "installations declared", "installations", 0, low=0),
        date_column("date", "day of the totals; blank = as_of of the scenario"),
        text_column("document", "document that they stand in"),
    ),
)

POSITION_REVIEW = Table(
    "position_review",
    "what a person decided of two sites: one position or two; near_pairs.csv, filled in, is one",
    (
        Column("operator_a", "text", "operator of the one site", required=True),
        Column("site_id_a", "text", "its number; @ and its place without one", required=True),
        Column("operator_b", "text", "operator of the other site", required=True),
        Column("site_id_b", "text", "its number", required=True),
        text_column(
            "decision",
            "cùng vị trí (same) = one position at any distance; khác vị trí (different) = never "
            "one; a row without a decision is passed over",
            values=REVIEW_DECISIONS,
        ),
        text_column("who", "who decided"),
        date_column("when", "day of the decision"),
        text_column("note", "remarks"),
    ),
)

POINTS = Table(
    "points",
    "named points that hamlets without coordinates may be matched with: places, schools, cultural "
    "houses, older lists",
    (
        Column("name", "text", "name of the point", required=True),
        *lon_lat_columns("the point"),
        shape_column("point or polygon"),
        text_column("class", "what it is: hamlet, cultural_house, school, …"),
        text_column("commune_code", "code of its commune, as the file says"),
        text_column("commune_name", "or the name of its commune"),
    ),
)

LOCATIONS = Table(
    "locations",
    "points of hamlets that a person confirmed, as geoplan locate lists them",
    (
        Column("hamlet_id", "text", "id of the hamlet", required=True),
        text_column("name", "its name, to be compared with the hamlets file"),
        text_column("commune_code", "code of its commune, to be compared likewise"),
        text_column("candidate_name", "name of the point"),
        text_column("class", "what the point is; becomes the centre_kind of the hamlet"),
        *lon_lat_columns("the point"),
        shape_column("the point"),
        text_column("confirmed", "x = this is the hamlet"),
        text_column("entered_longitude", "longitude that a person enters instead"),
        text_column("entered_latitude", "latitude that a person enters instead"),
    ),
)

LINEAGE = Table(
    "lineage",
    "what became of hamlets between two runs, for geoplan compare: one row for each pair",
    (
        Column("old_hamlet_id", "text", "id in the older run", required=True),
        Column("new_hamlet_id", "text", "id in the newer run", required=True),
        text_column("kind", "merged, split or renamed; blank = told from the pairs"),
    ),
)

INPUT_TABLES: Final = (
    COMMUNES,
    HAMLETS,
    CLUSTERS,
    SITES,
    PLACES,
    ZONES,
    STRUCTURES,
    REPORTED,
    COVERAGE,
    FIELD_CHECKS,
    DECLARED_TOTALS,
    POSITION_REVIEW,
    POINTS,
    LOCATIONS,
    MEASUREMENTS,
    SPEED_CHECKS,
    REPLIES,
)
