"""The tables that a run writes (PRODUCT.md §6).

How they are written is left to ``report``.
"""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Table,
    count_column,
    date_column,
    flag_column,
    lon_lat_columns,
    number_column,
    text_column,
)

SITE_CHANGES: Final = ("vanished", "renamed", "left_out", "redated", "moved")
HAMLET_STATUS: Final = ("white", "dead_spot", "covered", "unknown")
LEVELS: Final = (
    *("province", "area", "old_province", "old_district", "old_commune", "commune", "zone"),
)

_STATUS = "white, dead_spot, covered or unknown"

INDICATORS_OUT = Table(
    "indicators",
    "every figure by unit, operator, technology and class of place",
    (
        text_column("indicator", "name of the formula", need=True),
        text_column("level", "kind of the unit", values=LEVELS, need=True),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column(
            "unit_version",
            "first day of the set of units that the code is of, and its last where it has one "
            "(2025-07-01, ../2025-06-30); code and version together are the key",
        ),
        text_column("operator", "operator; blank = any"),
        text_column("technology", "technology, MBB, or blank = not split"),
        text_column("place_class", "class of place; blank = pooled"),
        number_column("numerator", "numerator", "", PEOPLE),
        number_column("denominator", "denominator", "", PEOPLE),
        number_column("value", "ratio from 0 to 1, or a count", "", RATIO),
        number_column("value_low", "value if all unknown hamlets are bad", "", RATIO),
        number_column("value_high", "value if all unknown hamlets are good", "", RATIO),
        number_column("value_radius_90", "value at 90 % of the radius", "", RATIO),
        number_column("value_radius_110", "value at 110 % of the radius", "", RATIO),
        text_column("unit", "unit of the value"),
        date_column("as_of", "day of the figures"),
    ),
    ("indicator", "level", "unit_id", "operator", "technology", "place_class"),
)

HAMLETS_OUT = Table(
    "hamlets",
    "every hamlet with its status",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("name", "name of the hamlet"),
        text_column("kind", "its local name"),
        text_column("commune_code", "code of its commune"),
        text_column("commune_name", "name of its commune"),
        text_column("old_commune_code", "code of its commune before the units were redrawn"),
        text_column("old_district", "id of its district before, as in indicators.csv"),
        text_column("old_province", "id of its province before, as in indicators.csv"),
        *lon_lat_columns("its centre; blank = no location"),
        text_column("centre_kind", "what the centre is; inferred = a point inside its polygon"),
        number_column("population", "people; blank = not known", "people", PEOPLE),
        flag_column("population_estimated", "people were taken from its households"),
        number_column("households", "households", "households", 0),
        flag_column("has_grid_power", "has power from the grid"),
        flag_column("special_difficulty", "specially difficult (ĐBKK)"),
        flag_column("border", "on the border"),
        flag_column("island", "on an island"),
        flag_column("has_fibre", "has fibre"),
        flag_column("clusters_known", "its clusters are known; else covered = đã phủ trung tâm"),
        text_column("status_mbb", f"{_STATUS}, mobile broadband of any operator"),
        text_column("status_{technology}", _STATUS + ", {technology} of any operator"),
        flag_column("near_threshold", "a status changes between 90 % and 110 % of the radius"),
        text_column("operators_{technology}", "operators that serve the centre on {technology}"),
        count_column("n_positions_{technology}", "positions that serve the centre on {technology}"),
        number_column("served_people_mbb", "people with mobile broadband", "people", PEOPLE),
        number_column("served_people_{technology}", "people with {technology}", "people", PEOPLE),
        text_column("source", "what spoke: model, declared or field"),
    ),
    ("hamlet_id",),
)

CLUSTERS_OUT = Table(
    "clusters",
    "every cluster with who serves it",
    (
        text_column("cluster_id", "id of the cluster", need=True),
        text_column("hamlet_id", "hamlet that it belongs to"),
        text_column("name", "name of the cluster"),
        *lon_lat_columns("the cluster"),
        number_column("households", "households", "households", 0),
        text_column("operators_{technology}", "operators that serve it on {technology}"),
    ),
    ("cluster_id",),
)

SERVICE_OUT = Table(
    "service",
    "every hamlet by operator and technology",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("operator", "operator", need=True),
        text_column("technology", "technology", need=True),
        text_column("source", "what spoke: model, declared or field"),
        text_column("status", _STATUS),
        flag_column("centre_served", "its centre is served"),
        number_column("served_households", "households of its served clusters", "households", 0),
        number_column("households", "households of its clusters", "households", 0),
        text_column("nearest_site_id", "the operator's nearest site of that technology"),
        number_column("nearest_m", "distance to it", "m", METRES),
        text_column("best_site_id", "site with the largest margin"),
        number_column(
            "margin_m", "its radius less the distance; negative = out of reach", "m", METRES
        ),
        number_column("margin_db", "level above the threshold; blank in the radius model", "dB", 1),
    ),
    ("hamlet_id", "operator", "technology"),
)

COMMUNES_OUT = Table(
    "communes",
    "every commune with its main figures",
    (
        text_column("commune_code", "code of the unit", need=True),
        text_column("name", "name"),
        text_column("full_name", "name with its type word"),
        text_column("environment", "class of the commune, where a table gives it"),
        number_column("area_km2", "geodesic area", "km²", 3),
        number_column("population", "people of its hamlets", "people", PEOPLE),
        count_column("hamlets", "hamlets"),
        count_column("hamlets_unknown", "hamlets without a location"),
        count_column("positions", "positions"),
        count_column("shared_positions", "positions with two operators or more"),
        count_column("installations", "installations"),
        count_column("stations", "stations"),
        count_column("white_mbb", "white hamlets, mobile broadband"),
        count_column("dead_spot_mbb", "dead-spot hamlets, mobile broadband"),
        count_column("covered_mbb", "covered hamlets, mobile broadband"),
        count_column("white_{technology}", "white hamlets on {technology}"),
        count_column("dead_spot_{technology}", "dead-spot hamlets on {technology}"),
        count_column("covered_{technology}", "covered hamlets on {technology}"),
        number_column("served_people_{technology}", "people with {technology}", "people", PEOPLE),
        number_column("area_served_{technology}", "share of the area with {technology}", "", RATIO),
    ),
    ("commune_code",),
)

PLACES_OUT = Table(
    "places",
    "every place with who serves it",
    (
        text_column("place_id", "id of the place", need=True),
        text_column("name", "name"),
        text_column("class", "class"),
        *lon_lat_columns("the place, or a point inside"),
        text_column("commune_code", "commune around it"),
        text_column("same_spot_as", "place of another class at the same spot that stands for it"),
        text_column("operators_{technology}", "operators that serve it on {technology}"),
        number_column(
            "served_share_{technology}", "share of its polygon with {technology}", "", RATIO
        ),
    ),
    ("place_id",),
)

POSITIONS_OUT = Table(
    "positions",
    "every position with who stands on it",
    (
        text_column(
            "position_id", "declared id, else operator:site_id of the first on air", need=True
        ),
        *lon_lat_columns("the mean of its members"),
        text_column("commune_code", "commune that counts it"),
        text_column("operators", "operators on air"),
        count_column("n_operators", "operators on air"),
        count_column("n_installations", "installations on air"),
        text_column("technologies", "technologies on air"),
        text_column("structure_ids", "declared structures"),
        text_column("members", "operator:site_id of its installations"),
        text_column("identity", "how it was told", values=("declared", "inferred", "single")),
        number_column("spread_m", "largest distance between members", "m", METRES),
    ),
    ("position_id",),
)

SENSITIVITY_OUT = Table(
    "sharing_sensitivity",
    "the sharing ratio by the distance within which masts are joined",
    (
        number_column("merge_distance_m", "distance", "m", METRES),
        count_column("positions", "positions"),
        count_column("shared_positions", "positions with two operators or more"),
        number_column("share_pos", "SHARE_POS", "", RATIO),
    ),
    ("merge_distance_m",),
)

HOLES_OUT = Table(
    "holes",
    "unserved demand that lies together",
    (
        text_column("hole_id", "id of the hole", need=True),
        text_column(
            "kind", "total = no operator; partial = some operators", values=("total", "partial")
        ),
        text_column("technology", "technology"),
        text_column("operators_missing", "operators that do not serve it"),
        text_column("commune_code", "commune with most of its people"),
        *lon_lat_columns("its demand point nearest the people-weighted mean"),
        number_column("people", "people", "people", PEOPLE),
        number_column("households", "households", "households", 1),
        count_column("hamlets", "hamlets that it touches"),
    ),
    ("hole_id",),
)

PROPOSALS_OUT = Table(
    "proposals",
    "shared sites to open next, in order",
    (
        count_column("rank", "order of opening"),
        text_column("kind", "existing position or structure, or new", values=("existing", "new")),
        text_column("position_id", "existing position, or blank"),
        text_column("structure_id", "structure, or blank"),
        *lon_lat_columns("the site"),
        text_column("commune_code", "commune around it"),
        text_column("technology", "technology to open"),
        text_column("operators", "operators to open it"),
        number_column("gained_people", "people who get their first operator", "people", PEOPLE),
        number_column("gained_value", "weighted objective", "people", PEOPLE),
        number_column("gained_households", "households of those people", "households", 1),
        count_column("gained_hamlets", "hamlets that are no longer white"),
        number_column("cumulative_people", "gained people so far", "people", PEOPLE),
        number_column("cost_vnd", "cost; blank = not known", "VND", 0),
        text_column("cost_basis", "assumed, or the user's own catalogue"),
        number_column("road_m", "distance to the nearest road; blank = not known", "m", METRES),
        number_column("grid_power_m", "distance to the grid; blank = not known", "m", METRES),
        number_column("fibre_m", "distance to fibre; blank = not known", "m", METRES),
        text_column("existing_tried", "best existing position or structure that was tried"),
        number_column("existing_loss_people", "people lost by using it instead", "people", PEOPLE),
        text_column("reason", "why it was chosen"),
    ),
    ("rank",),
)

GAINS_OUT = Table(
    "gains",
    "who gains by each proposal",
    (
        count_column("rank", "rank of the proposal"),
        text_column("operator", "operator"),
        number_column("gained_people", "people whom this operator gains", "people", PEOPLE),
    ),
    ("rank", "operator"),
)

TARGETS_OUT = Table(
    "targets",
    "targets of the plans, each reading judged",
    (
        text_column("plan", "plan of the register"),
        text_column("target_id", "target of the plan"),
        text_column("quote", "the plan's own words"),
        text_column("indicator", "formula, or reported"),
        text_column("reading", "which reading of the sentence"),
        text_column("footprint", "units that it was written for"),
        text_column("direction", "≥ > ≤ < = or hold"),
        number_column("baseline", "baseline, in the unit of the target", "", RATIO),
        number_column("target", "target", "", RATIO),
        text_column("year", "year of the target"),
        number_column("numerator", "numerator", "", PEOPLE),
        number_column("denominator", "denominator", "", PEOPLE),
        number_column("value", "value, in the unit of the target", "", RATIO),
        number_column("gap_points", "value less target; percentage points for %", "", RATIO),
        text_column("status", "exceeded, met, not_met, in_progress, no_data, superseded, tracked"),
        text_column("lead", "who leads"),
        text_column("deadline", "deadline"),
        text_column("sentence", "the sentence to copy"),
        text_column("unit", "unit of value, target and baseline"),
        text_column("footprint_today", "what the units of the plan are now"),
        text_column("area", "which units the figure was made of"),
        text_column("next_due", "next day on which it must be reported"),
        text_column("missing", "what is missing where there is no data"),
        text_column("note", "how the sentence was read"),
        text_column("area_today", "the province of today that the units of the plan are in"),
        number_column("numerator_today", "numerator there", "", PEOPLE),
        number_column("denominator_today", "denominator there", "", PEOPLE),
        number_column("value_today", "value there, in the unit of the target", "", RATIO),
        number_column("gap_points_today", "value there less target", "", RATIO),
        text_column("status_today", "status there"),
        text_column("sentence_today", "the sentence to copy for it"),
    ),
    ("plan", "target_id", "reading"),
)

_TOLD = (
    text_column("model", "what the model says: yes or no"),
    text_column("declared", "what the operator declares; blank = nothing"),
    text_column("field", "what was found on the spot: yes, weak or no; blank = not checked"),
    text_column("final", "what counts: field check, else declaration, else model"),
)

EVIDENCE_OUT = Table(
    "evidence",
    "what model, operators and field checks say, side by side, where more than the model speaks",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("cluster_id", "id of the cluster; blank = the centre of the hamlet"),
        text_column("operator", "operator", need=True),
        text_column("technology", "technology", need=True),
        *_TOLD,
        date_column("checked_on", "day of the check"),
        text_column("checked_by", "who checked"),
    ),
    ("hamlet_id", "cluster_id", "operator", "technology"),
)

DISAGREEMENTS_OUT = Table(
    "disagreements",
    "where model, operators and field checks do not say the same",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("cluster_id", "id of the cluster; blank = the centre of the hamlet"),
        text_column("name", "name of the hamlet or cluster"),
        text_column("commune_code", "code of its commune"),
        *lon_lat_columns("the centre or cluster"),
        text_column("operator", "operator", need=True),
        text_column("technology", "technology", need=True),
        *_TOLD,
        text_column("source", "what spoke: field or declared"),
        date_column("checked_on", "day of the check"),
        text_column("checked_by", "who checked"),
    ),
    ("hamlet_id", "cluster_id", "operator", "technology"),
)

AGREEMENT_OUT = Table(
    "agreement",
    "how often model and declarations agree with what was found on the spot",
    (
        text_column("source", "model or declared", need=True),
        text_column("technology", "technology", need=True),
        text_column("environment", "class of the place as for sites; blank = all"),
        count_column("checks", "checks of a centre or cluster on one operator"),
        count_column("agree", "checks that found what the source says"),
        number_column("share_agree", "agree / checks", "", RATIO),
        number_column("share_low", "lower end of its 95 % interval (Wilson)", "", RATIO),
        number_column("share_high", "upper end of its 95 % interval (Wilson)", "", RATIO),
        count_column("false_served", "the source says yes, nobody is served"),
        count_column("false_unserved", "the source says no, the place is served"),
    ),
    ("source", "technology", "environment"),
)

TO_CHECK_OUT = Table(
    "to_check",
    "hamlets to check on the spot next",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("name", "name of the hamlet"),
        text_column("kind", "its local name"),
        text_column("commune_code", "code of its commune"),
        text_column("commune_name", "name of its commune"),
        *lon_lat_columns("its centre"),
        number_column("population", "people; blank = not known", "people", PEOPLE),
        text_column("environment", "class of the place as for sites"),
        text_column(
            "drawn_from",
            "random = from all hamlets; borderline = from those near the threshold",
            values=("random", "borderline"),
        ),
        text_column("status_{technology}", _STATUS + ", {technology} of any operator"),
        text_column("operators_{technology}", "operators that serve the centre on {technology}"),
    ),
    ("commune_code", "hamlet_id"),
)

DECLARED_TOTALS_OUT = Table(
    "declared_totals",
    "totals that operators declare beside what their lists hold",
    (
        text_column("operator", "operator", need=True),
        text_column("technology", "technology; blank = all together"),
        date_column("as_of", "day of the totals, for which the lists were counted"),
        text_column("document", "document that they stand in"),
        text_column("indicator", "STATIONS, POSITIONS or INSTALLATIONS", need=True),
        number_column("declared", "what the operator declares", "", 0),
        count_column("counted", "what the lists hold on air on that day"),
        number_column("difference", "counted − declared", "", 0),
        count_column("rows_refused", "rows of the operator's lists that were left out"),
    ),
    ("operator", "technology", "as_of", "document", "indicator"),
)

SITE_CHANGES_OUT = Table(
    "site_changes",
    "what changed in the lists since an earlier report and is no plain growth",
    (
        text_column("operator", "operator", need=True),
        text_column("site_id", "the operator's number of the site; @ and its place without one"),
        text_column("technology", "technology; blank = the whole site"),
        text_column("change", "what changed", values=SITE_CHANGES),
        text_column("before", "what the earlier list says"),
        text_column("after", "what the list says now"),
        number_column("distance_m", "how far it was moved", "m", METRES),
    ),
    ("operator", "site_id", "technology", "change"),
)

CANDIDATES_OUT = Table(
    "candidates",
    "points that may be hamlets without coordinates, for a person to confirm",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("name", "its name"),
        text_column("commune_code", "code of its commune"),
        text_column("commune_name", "name of its commune"),
        text_column("candidate_name", "name of the point"),
        text_column("class", "what the point is"),
        text_column("source_file", "file that it stands in"),
        count_column("source_row", "its row there"),
        *lon_lat_columns("the point"),
        flag_column("inside", "lies in the commune of the hamlet"),
        number_column("distance_m", "distance to that commune; 0 inside", "m", METRES),
        number_column("middle_m", "distance to the middle of that commune", "m", METRES),
        number_column("score", "how well it fits, from 0 to 1", "", 3),
        count_column("rank", "place among the candidates of the hamlet"),
        text_column("doubt", "why it is not certain, codes joined by ;"),
        text_column("confirmed", "for a person: x = this is the hamlet"),
    ),
    ("commune_code", "hamlet_id", "rank"),
)
"""Written by ``geoplan locate``, not by a run."""

REJECTS_OUT = Table(
    "rejects",
    "every input row that was left out",
    (
        text_column("file", "file, as the scenario names it"),
        text_column("sheet", "sheet or layer"),
        count_column("row", "row as the user sees it"),
        text_column("key", "site_id, hamlet_id … of the row"),
        text_column("column", "column at fault"),
        text_column("value", "its value"),
        text_column("reason", "code of the reason"),
        text_column("advice", "what to do"),
    ),
    ("file", "sheet", "row", "column"),
)

CHANGES_OUT = Table(
    "changes",
    "what changed between two runs, unit by unit: how much is network and how much structure",
    (
        text_column("level", "kind of the unit: province or commune, of today or former"),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column("unit_version", "version of the unit; code and version are the key"),
        text_column("indicator", "name of the formula"),
        text_column("technology", "technology, MBB, or blank = not split"),
        text_column("unit", "unit of the value"),
        text_column(
            "found", "in which run the unit stands", values=("both", "only_before", "only_after")
        ),
        number_column("numerator_before", "numerator in the older run", "", PEOPLE),
        number_column("denominator_before", "denominator in the older run", "", PEOPLE),
        number_column("before", "value in the older run", "", RATIO),
        number_column("numerator_after", "numerator in the newer run", "", PEOPLE),
        number_column("denominator_after", "denominator in the newer run", "", PEOPLE),
        number_column("after", "value in the newer run", "", RATIO),
        number_column("change", "after less before", "", RATIO),
        number_column(
            "network",
            "what it would have changed had only the service of hamlets changed",
            "",
            RATIO,
        ),
        number_column("structure", "change less network: units, hamlets and their data", "", RATIO),
        number_column(
            "structure_data", "of structure: locations and people that were mended", "", RATIO
        ),
    ),
    ("level", "unit_id", "unit_version", "indicator", "technology"),
)

HAMLET_CHANGES_OUT = Table(
    "hamlet_changes",
    "every hamlet that changed between two runs, and in what",
    (
        text_column("hamlet_id", "id in the newer run; blank = it is not there"),
        text_column("old_hamlet_id", "id in the older run; blank = it was not there"),
        text_column("name", "name of the hamlet"),
        text_column(
            "kind",
            "network: its status; data: its location or people; the rest is structure",
            values=("network", "data", "commune", "renamed", "added", "removed", "merged", "split"),
        ),
        text_column("technology", "technology or MBB of a status; blank = none is meant"),
        text_column("before", "status, or commune (code@version), in the older run"),
        text_column("after", "status, or commune (code@version), in the newer run"),
        text_column("commune_code", "code of its commune, in the newer run where it is there"),
    ),
    ("kind", "hamlet_id", "old_hamlet_id", "technology"),
)

STATION_CHANGES_OUT = Table(
    "station_changes",
    "every station that changed between two runs, and in what",
    (
        text_column("operator", "operator"),
        text_column("site_id", "id of the site"),
        text_column("technology", "technology"),
        text_column(
            "kind",
            "opened = dated after the older run; listed = new in the list, with a date up to it "
            "or none; gone; moved = over 30 m; re_dated",
            values=("opened", "listed", "gone", "moved", "re_dated"),
        ),
        date_column("on_air_before", "on-air date in the older run"),
        date_column("on_air_after", "on-air date in the newer run"),
        number_column("distance_m", "how far it moved", "m", METRES),
        text_column("commune_code", "commune around it"),
    ),
    ("kind", "operator", "site_id", "technology"),
)

COMPARE_TABLES: Final = (CHANGES_OUT, HAMLET_CHANGES_OUT, STATION_CHANGES_OUT)
"""What ``geoplan compare`` writes."""

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
    EVIDENCE_OUT,
    DISAGREEMENTS_OUT,
    AGREEMENT_OUT,
    TO_CHECK_OUT,
    DECLARED_TOTALS_OUT,
    SITE_CHANGES_OUT,
    REJECTS_OUT,
)
