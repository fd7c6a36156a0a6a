"""Tables of masts: positions, sharing at several distances, declared totals, changes of sites."""

from __future__ import annotations

from typing import Final

from geoplan.tables.inputs import REVIEW_DECISIONS, SHARE_OFFERS, STRUCTURE_KINDS
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
        text_column(
            "identity",
            "how it was told; reviewed = by a decision of inputs.position_review",
            values=("declared", "inferred", "single", "reviewed"),
        ),
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

SHARING_POTENTIAL_OUT = Table(
    "sharing_potential",
    "separate masts of different operators that could be one, by what would be saved",
    (
        count_column("rank", "order: most saved first, then nearest"),
        text_column("keep_position_id", "mast that stays"),
        text_column("move_position_id", "mast that could be given up"),
        number_column("distance_m", "distance between the two", "m", METRES),
        number_column("within_m", "distance asked for there", "m", METRES),
        text_column("who_asks", "operators that would move"),
        text_column("whom", "owner of the mast that stays, else its operators"),
        number_column("saved_vnd", "a mast and its place less going onto the other", "VND", 0),
        number_column(
            "saved_once_vnd",
            "the same where neither mast stands in a row above that counts, else 0; adds up",
            "VND",
            0,
        ),
        text_column("cost_basis", "assumed, or the user's own catalogue"),
    ),
    ("rank",),
)

RULE_BREACHES_OUT = Table(
    "rule_breaches",
    "rules of the province that a standing mast, a planned site or a proposed new mast breaks",
    (
        text_column("rule_id", "id of the rule in the file of rules", need=True),
        text_column("rule_name", "its name"),
        text_column("source", "document that it stands in"),
        text_column("kind", "what breaks it", values=("standing", "planned", "proposal")),
        text_column(
            "breach",
            "what the rule is about",
            values=("spacing", "forbidden", "class", "height"),
        ),
        text_column("a", "position, operator:site_id of a planned site, or rank of a proposal"),
        text_column(
            "b_kind", "what stands too near, or blank", values=("standing", "planned", "proposal")
        ),
        text_column("b", "what stands too near: named as a"),
        number_column("distance_m", "distance between the two", "m", METRES),
        number_column("limit_m", "least distance or greatest height allowed", "m", METRES),
        number_column("height_m", "height of a; blank = not known", "m", METRES),
        text_column("zone", "id of the zone by which the rule binds"),
        text_column("commune_code", "commune around a"),
        text_column(
            "advice",
            "what to do",
            values=(
                *("share_when_renewed", "share_or_move", "check_permit", "move"),
                *("change_class", "tell_class", "lower"),
            ),
        ),
    ),
    ("kind", "rule_id", "a", "b_kind", "b"),
)

PLANNED_PAIRS_OUT = Table(
    "planned_pairs",
    "planned sites beside other operators' planned sites and the masts that stand, by year",
    (
        count_column("year", "year of its first day on air; blank = not told"),
        text_column("operator", "who plans it", need=True),
        text_column("site_id", "its number", need=True),
        text_column("advice", "what to do", values=("go_onto", "build_together", "none")),
        text_column("partner_id", "position, or operator:site_id of a planned site"),
        text_column("partner_operators", "operators there"),
        number_column("distance_m", "distance to it", "m", METRES),
        number_column("within_m", "distance asked for there", "m", METRES),
        number_column("saved_vnd", "what is saved; half of it to each of two", "VND", 0),
        text_column("cost_basis", "assumed, or the user's own catalogue"),
        text_column("rule", "rules of spacing that a mast of its own would break there"),
    ),
    ("year", "operator", "site_id", "advice", "partner_id"),
)

NEAR_PAIRS_OUT = Table(
    "near_pairs",
    "pairs of installations half to twice the merge distance apart, and all decisions; filled in, "
    "the file is accepted as inputs.position_review",
    (
        text_column("operator_a", "operator of the one", need=True),
        text_column("site_id_a", "its number; @ and its place without one", need=True),
        text_column("operator_b", "operator of the other", need=True),
        text_column("site_id_b", "its number", need=True),
        number_column("distance_m", "distance between them; blank = not on air", "m", METRES),
        flag_column("joined", "they are one position"),
        text_column(
            "decided_by", "what made them one or two", values=("declared", "distance", "reviewed")
        ),
        text_column("decision", "for a person: same or different", values=REVIEW_DECISIONS),
        text_column("who", "who decided"),
        date_column("when", "day of the decision"),
        text_column("note", "remarks"),
    ),
    ("operator_a", "site_id_a", "operator_b", "site_id_b"),
)

STRUCTURE_CONFLICTS_OUT = Table(
    "structure_conflicts",
    "what the lists declare against each other about one position: a row for each value",
    (
        text_column("position_id", "the position", need=True),
        text_column(
            "attribute",
            "column of the sites files",
            values=("structure_owner", "built_date", "structure_height_m"),
        ),
        text_column("value", "what is declared"),
        text_column("declared_by", "operators whose rows say so"),
        text_column("members", "operator:site_id of these rows"),
        text_column("structure_ids", "structures that these rows declare"),
        count_column("n_rows", "rows that say so"),
        flag_column(
            "decides",
            "a figure takes it: the largest height, the earliest day unless an on-air date is "
            "earlier, the owner that a station's own rows declare",
        ),
    ),
    ("position_id", "attribute", "value"),
)

OWNERS_OUT = Table(
    "owners",
    "owners of masts by what they have; a position with several declared owners counts at each",
    (
        text_column("owner", "owner as declared; blank = nobody names one"),
        text_column(
            "owner_kind",
            "operator, another (tower company, public body), or not named",
            values=("operator", "other", "unnamed"),
        ),
        count_column("positions", "positions that it owns"),
        count_column("shared_positions", "of these with two operators or more"),
        count_column("tenancies", "operators on these other than the owner, by position"),
        text_column("tenants", "who they are"),
    ),
    ("owner",),
)

FREE_MASTS_OUT = Table(
    "free_masts",
    "structures that can carry more, or whose owner offers them or may be asked",
    (
        text_column("structure_id", "id of the structure", need=True),
        text_column("owner", "who owns it"),
        text_column("kind", "mast, public_building or power_mast", values=STRUCTURE_KINDS),
        *lon_lat_columns("the structure"),
        number_column("height_m", "height", "m", METRES),
        number_column("free_load_kg", "load that it can still carry", "kg", 1),
        text_column("share_offer", "whether the owner offers it", values=SHARE_OFFERS),
        number_column("within_m", "distance of sharing.potential_m there", "m", METRES),
        text_column("operators_missing", "operators without a station within that distance"),
        number_column(
            "hole_people",
            "people of total holes of siting.technology whose point lies within 3 km",
            "people",
            PEOPLE,
        ),
    ),
    ("structure_id",),
)

SHARING_YEARS_OUT = Table(
    "sharing_years",
    "sharing at the end of every year and on as_of; stations without a date count from the start",
    (
        count_column("year", "the year; also the period in which a station is new"),
        date_column("as_of", "its last day, or as_of of the scenario"),
        text_column("operator", "operator; blank = the province"),
        count_column("positions", "POSITIONS"),
        count_column("shared_positions", "SHARED_POSITIONS"),
        number_column("share_pos", "SHARE_POS; of an operator SHARE_POS_OP", "", RATIO),
        number_column("tenancy", "TENANCY; of the province only", "", RATIO),
        count_column("new_stations", "NEW_STATIONS"),
        number_column("share_new", "SHARE_NEW", "", RATIO),
        number_column("share_new_strict", "SHARE_NEW_STRICT", "", RATIO),
        count_column("new_installations", "NEW_INSTALLATIONS"),
        number_column("share_new_join", "SHARE_NEW_JOIN", "", RATIO),
        count_column(
            "undated_stations", "stations without a date, counted as there from the start"
        ),
    ),
    ("year", "operator"),
)
