"""Tables of who is served: hamlets, clusters, communes, places, and the holes between."""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Table,
    count_column,
    flag_column,
    lon_lat_columns,
    number_column,
    text_column,
)

HAMLET_STATUS: Final = ("white", "dead_spot", "covered", "unknown")

STATUS_WORDS = "white, dead_spot, covered or unknown"

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
        text_column("status_mbb", f"{STATUS_WORDS}, mobile broadband of any operator"),
        text_column("status_{technology}", STATUS_WORDS + ", {technology} of any operator"),
        flag_column(
            "near_threshold",
            "a status changes between 90 % and 110 % of the radius, or within the model's error",
        ),
        number_column(
            "chance_{technology}",
            "best chance of any operator to serve the centre on {technology}; blank by radius",
            "",
            RATIO,
        ),
        flag_column("needs_measuring", "its chance is neither high nor low; blank by radius"),
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
        text_column("status", STATUS_WORDS),
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
        number_column("chance", "chance that the centre is served; blank by radius", "", RATIO),
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
