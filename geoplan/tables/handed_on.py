"""Tables of the folder for the public: hamlets of communes by status, and targets."""

from __future__ import annotations

from geoplan.tables.coverage import COMMUNES_OUT
from geoplan.tables.indicators import TARGETS_OUT
from geoplan.tables.schema import Table

_COMMUNES = (
    *("commune_code", "full_name", "population", "hamlets", "hamlets_unknown"),
    *("white_mbb", "dead_spot_mbb", "covered_mbb"),
    *("white_{technology}", "dead_spot_{technology}", "covered_{technology}"),
    "served_people_{technology}",
)
_TARGETS = (
    *("plan", "target_id", "quote", "indicator", "reading", "direction", "target", "unit", "year"),
    *("value", "gap_points", "status", "sentence"),
)

PUBLIC_COMMUNES = Table(
    "xa",
    "hamlets of each commune by status, over all operators, as the public may see them",
    tuple(column for column in COMMUNES_OUT.columns if column.name in _COMMUNES),
    ("commune_code",),
)
PUBLIC_TARGETS = Table(
    "chi-tieu",
    "targets over all operators, as the public may see them",
    tuple(column for column in TARGETS_OUT.columns if column.name in _TARGETS),
    ("plan", "target_id", "reading"),
)
