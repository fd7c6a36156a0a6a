"""Tables of model, declaration and field check side by side."""

from __future__ import annotations

from geoplan.tables.coverage import STATUS_WORDS
from geoplan.tables.schema import (
    PEOPLE,
    RATIO,
    Table,
    count_column,
    date_column,
    lon_lat_columns,
    number_column,
    text_column,
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
        text_column("status_{technology}", STATUS_WORDS + ", {technology} of any operator"),
        text_column("operators_{technology}", "operators that serve the centre on {technology}"),
    ),
    ("commune_code", "hamlet_id"),
)
