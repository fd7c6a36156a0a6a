"""Tables of the plan: proposed sites and what each operator gains."""

from __future__ import annotations

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
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
