"""The tables that a run writes (PRODUCT.md §6), by what they speak of.

How they are written is left to ``report``.
"""

from __future__ import annotations

from typing import Final

from geoplan.tables.causes import HAMLET_CAUSES_OUT, HOLE_CAUSES_OUT
from geoplan.tables.coverage import (
    CLUSTERS_OUT,
    COMMUNES_OUT,
    HAMLETS_OUT,
    HOLES_OUT,
    PLACES_OUT,
    SERVICE_OUT,
)
from geoplan.tables.evidence import AGREEMENT_OUT, DISAGREEMENTS_OUT, EVIDENCE_OUT, TO_CHECK_OUT
from geoplan.tables.indicators import INDICATORS_OUT, TARGETS_OUT
from geoplan.tables.levels import COVERAGE_CHANCE_OUT
from geoplan.tables.measurements import MEASURED_TABLES
from geoplan.tables.replies import REPLIES_OUT
from geoplan.tables.schema import (
    METRES,
    Table,
    count_column,
    flag_column,
    lon_lat_columns,
    number_column,
    text_column,
)
from geoplan.tables.sharing import (
    DECLARED_TOTALS_OUT,
    FREE_MASTS_OUT,
    NEAR_PAIRS_OUT,
    OWNERS_OUT,
    PLANNED_PAIRS_OUT,
    POSITIONS_OUT,
    RULE_BREACHES_OUT,
    SENSITIVITY_OUT,
    SHARING_POTENTIAL_OUT,
    SHARING_YEARS_OUT,
    SITE_CHANGES_OUT,
    STRUCTURE_CONFLICTS_OUT,
)
from geoplan.tables.siting import (
    GAINS_OUT,
    HOLE_CURES_OUT,
    PROPOSAL_HAMLETS_OUT,
    PROPOSALS_OUT,
    RIVALS_OUT,
    SITE_CANDIDATES_OUT,
    SITING_PRIORITIES_OUT,
    SITING_YEARS_OUT,
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

LEVEL_TABLES: Final = (COVERAGE_CHANCE_OUT, HOLE_CAUSES_OUT, HAMLET_CAUSES_OUT)
"""Of level models only."""

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
    SITE_CANDIDATES_OUT,
    SHARING_POTENTIAL_OUT,
    PLANNED_PAIRS_OUT,
    RIVALS_OUT,
    SITING_PRIORITIES_OUT,
    SITING_YEARS_OUT,
    HOLE_CURES_OUT,
    PROPOSAL_HAMLETS_OUT,
    REPLIES_OUT,
    RULE_BREACHES_OUT,
    NEAR_PAIRS_OUT,
    STRUCTURE_CONFLICTS_OUT,
    OWNERS_OUT,
    FREE_MASTS_OUT,
    SHARING_YEARS_OUT,
    *MEASURED_TABLES,
    *LEVEL_TABLES,
    REJECTS_OUT,
)
