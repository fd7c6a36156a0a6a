"""Tables beside rasters of levels, and of several models side by side."""

from __future__ import annotations

from geoplan.tables.schema import PEOPLE, Table, count_column, number_column, text_column

SERVERS_OUT = Table(
    "servers",
    "which site each number of the rasters server_<technology>_<operator>.tif is",
    (
        count_column("server", "number in the rasters"),
        text_column("operator", "its operator"),
        text_column("site_id", "its site"),
    ),
    ("server",),
)

MODELS_OUT = Table(
    "models",
    "figures of the province under each model (geoplan models)",
    (
        text_column("model", "as in coverage.model"),
        text_column("technology", "technology"),
        text_column("indicator", "white, dead_spot, covered (hamlets), people, area (%)"),
        number_column("value", "its value, of any operator", "", 3),
    ),
    ("model", "indicator"),
)

MODEL_DIFFERENCES_OUT = Table(
    "differences",
    "hamlets whose status is not the same under all models (geoplan models)",
    (
        text_column("hamlet_id", "id of the hamlet"),
        text_column("name", "its name"),
        number_column("population", "people; blank = not known", "people", PEOPLE),
        text_column("technology", "technology"),
        text_column("model", "as in coverage.model"),
        text_column("status", "white, dead_spot, covered or unknown, of any operator"),
    ),
    ("hamlet_id", "model"),
)
