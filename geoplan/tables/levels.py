"""Tables beside rasters of levels, and of several models side by side."""

from __future__ import annotations

from geoplan.tables.schema import PEOPLE, RATIO, Table, count_column, number_column, text_column

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

COVERAGE_CHANCE_OUT = Table(
    "coverage_chance",
    "what a level model serves with at least a chance of 50, 75, 90 and 95 %, by the model alone",
    (
        text_column("technology", "technology"),
        text_column("operator", "operator; blank = any of them"),
        number_column("share", "least chance of service", "", 2),
        number_column("area_km2", "area inside communes with that chance", "km²", 2),
        number_column("area_share", "its share of the area of all communes", "", RATIO),
        count_column("hamlet_centres", "hamlets whose centre has that chance", "hamlets"),
        number_column("people", "people of these hamlets, as far as known", "people", PEOPLE),
    ),
    ("technology", "operator", "share"),
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
