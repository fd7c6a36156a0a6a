"""Tables of masts: positions, sharing at several distances, declared totals, changes of sites."""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    METRES,
    RATIO,
    Table,
    count_column,
    date_column,
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
        text_column("cost_basis", "assumed, or the user's own catalogue"),
    ),
    ("rank",),
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
    ),
    ("year", "operator", "site_id", "advice", "partner_id"),
)
