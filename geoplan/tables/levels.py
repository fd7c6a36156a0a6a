"""Tables beside rasters of levels: which number of a raster is which site."""

from __future__ import annotations

from geoplan.tables.schema import Table, count_column, text_column

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
