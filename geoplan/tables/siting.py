"""Tables of the plan: proposed sites and what each operator gains."""

from __future__ import annotations

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Table,
    count_column,
    lon_lat_columns,
    number_column,
    text_column,
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
        number_column(
            "route_m", "way along the roads to a main road; blank = not known", "m", METRES
        ),
        number_column(
            "alone_people", "people who would get it first by this site alone", "people", PEOPLE
        ),
        number_column(
            "unique_people", "people lost if this site alone were left out", "people", PEOPLE
        ),
        count_column("year", "year of building; blank where the plan names no years"),
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
        number_column("alone_people", "people it would gain by this site alone", "people", PEOPLE),
        number_column(
            "unique_people", "people it loses if this site is left out", "people", PEOPLE
        ),
        number_column("cost_equal_vnd", "its part of the cost, equal for each tenant", "VND", 0),
        number_column("cost_shapley_vnd", "its part by the Shapley value", "VND", 0),
        number_column(
            "rent_vnd_year", "contract rent of the structure; blank = not known", "VND", 0
        ),
    ),
    ("rank", "operator"),
)

SITE_CANDIDATES_OUT = Table(
    "site_candidates",
    "every place that was tried for a shared site, whether it stayed, and why not",
    (
        text_column("kind", "existing position or structure, or new", values=("existing", "new")),
        text_column(
            "source",
            "how it was found",
            values=(
                *("position", "structure", "hole", "hdbscan", "kmeans", "roadside"),
                "high_point",
            ),
        ),
        text_column("position_id", "existing position, or the one that a structure stands at"),
        text_column("structure_id", "structure, or blank"),
        *lon_lat_columns("the place"),
        text_column("commune_code", "commune around it"),
        text_column("operators", "operators that would open there"),
        number_column(
            "alone_people",
            "people who would get their first operator by it alone; blank = not reckoned",
            "people",
            PEOPLE,
        ),
        number_column(
            "road_m", "distance to the nearest drivable road; blank = not known", "m", METRES
        ),
        number_column(
            "route_m", "way along the roads to a main road; blank = not known", "m", METRES
        ),
        number_column("grid_power_m", "distance to the grid; blank = not known", "m", METRES),
        number_column("fibre_m", "distance to fibre; blank = not known", "m", METRES),
        number_column("cost_vnd", "cost; blank = not known", "VND", 0),
        text_column("kept", "whether a plan could choose it", values=("yes", "no")),
        text_column(
            "reason",
            "why it was left out",
            values=(
                *("too_near", "duplicate", "dominated", "excluded_zone", "not_offered"),
                *("at_position", "outside_area", "nothing_to_win", "given_way"),
                "rule",
            ),
        ),
        text_column("by", "id or coordinates of what it lost to"),
        count_column("rank", "rank among the proposals, or blank"),
    ),
    ("kind", "longitude", "latitude", "source", "position_id", "structure_id"),
)
"""``candidates`` is a table of ``geoplan locate``."""

RIVALS_OUT = Table(
    "rivals",
    "candidates outside the plan that share most of what a proposal wins, and why they lost",
    (
        count_column("rank", "rank of the proposal"),
        count_column("rival", "order among its rivals"),
        text_column("kind", "existing position or structure, or new", values=("existing", "new")),
        text_column("position_id", "existing position, or blank"),
        text_column("structure_id", "structure, or blank"),
        *lon_lat_columns("the rival"),
        text_column("operators", "operators that would open there"),
        number_column("gained_value", "weighted objective that it would add", "people", PEOPLE),
        number_column("lost_value", "what would be lost by it", "people", PEOPLE),
        number_column("cost_vnd", "cost; blank = not known", "VND", 0),
        text_column(
            "reason",
            "why it was not chosen",
            values=("wins_less", "passes_limit", "clashes", "existing_first", "plan_is_better"),
        ),
    ),
    ("rank", "rival"),
)

SITING_PRIORITIES_OUT = Table(
    "siting_priorities",
    "the three priorities beside each other: most people, no commune left behind, least cost",
    (
        text_column("priority", "what is best", values=("people", "no_commune_left", "cheapest")),
        text_column("chosen", "whether the proposals follow it", values=("yes", "no")),
        count_column("positions", "sites of the plan"),
        count_column("existing", "of them on existing positions and structures"),
        count_column("new", "of them new builds"),
        number_column("cost_vnd", "cost of all; blank = not known", "VND", 0),
        number_column("gained_people", "people who get their first operator", "people", PEOPLE),
        number_column("objective", "what the priority counts", "people, VND or sites", PEOPLE),
        number_column("bound", "no plan is better than this", "people, VND or sites", PEOPLE),
        number_column("gap", "distance of the two, as a share of the larger", "", RATIO),
        text_column("lowest_commune_code", "commune that is served least afterwards"),
        number_column("lowest_commune_share", "share of its people", "", RATIO),
        count_column("communes_below_floor", "communes below siting.commune_floor afterwards"),
        number_column("people_below_floor", "people missing to that floor", "people", PEOPLE),
    ),
    ("priority",),
)

SITING_YEARS_OUT = Table(
    "siting_years",
    "a plan spread over years, with a bound on what any plan could win by each",
    (
        count_column("year", "year of building"),
        count_column("positions", "sites opened in it"),
        number_column("gained_value", "weighted objective won in it", "people", PEOPLE),
        number_column("cumulative_value", "won by its end", "people", PEOPLE),
        number_column("bound", "no plan wins more by its end", "people", PEOPLE),
        number_column("gap", "how far below the bound, as a share of it", "", RATIO),
    ),
    ("year",),
)

HOLE_CURES_OUT = Table(
    "hole_cures",
    "what cures each total hole of the siting technology: plan, candidate, or satellite",
    (
        text_column("hole_id", "as in holes"),
        text_column("commune_code", "commune with most of its people"),
        *lon_lat_columns("its point"),
        number_column("people", "people without any signal", "people", PEOPLE),
        count_column("hamlets", "hamlets that it touches"),
        number_column("planned_people", "of them served by the plan", "people", PEOPLE),
        number_column("reachable_people", "of them within reach of a candidate", "people", PEOPLE),
        number_column(
            "people_110", "of them served if radii were a tenth larger", "people", PEOPLE
        ),
        number_column(
            "best_alone_people", "most that a candidate reaching it wins alone", "people", PEOPLE
        ),
        text_column(
            "verdict",
            "what to do about it",
            values=(
                *("proposed", "proposed_in_part", "near_threshold", "candidate"),
                *("below_minimum", "satellite"),
            ),
        ),
    ),
    ("hole_id",),
)

PROPOSAL_HAMLETS_OUT = Table(
    "proposal_hamlets",
    "hamlets where the proposals bring the first operator, and their status then",
    (
        text_column("hamlet_id", "as in hamlets"),
        count_column("rank", "the first proposal that reaches unserved people of it"),
        count_column("year", "year of building; blank = the plan has no years"),
        text_column("technology", "of the proposals"),
        text_column("status_before", "status today", values=("white", "dead_spot", "covered")),
        text_column("status_after", "with all proposals", values=("white", "dead_spot", "covered")),
        number_column("gained_people", "people who get their first operator", "people", PEOPLE),
    ),
    ("hamlet_id",),
)

MORE_OF_SITING = (
    RIVALS_OUT,
    SITING_PRIORITIES_OUT,
    SITING_YEARS_OUT,
    HOLE_CURES_OUT,
    PROPOSAL_HAMLETS_OUT,
)
"""Tables of siting besides proposals, gains and site_candidates."""
