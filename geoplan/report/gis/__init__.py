"""Writes a run for GIS: layers, rasters, exchange files, a KMZ and a project that shows them.

Everything here holds places of sites and is for the planner; maps that people hand on are left
to ``maps``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geoplan.report.gis.exchange import write_geojson, write_mapinfo
from geoplan.report.gis.geopackage import write_layers
from geoplan.report.gis.kmz import write_kmz
from geoplan.report.gis.layers import layers
from geoplan.report.gis.project import write_project
from geoplan.report.gis.rasters import write_levels, write_rasters

if TYPE_CHECKING:
    from geoplan.results import RunResult

__all__ = ["layers", "write_gis", "write_layers", "write_rasters"]


def write_gis(result: RunResult, folder: Path) -> None:
    """Write every file for GIS into a folder.

    ``layers.gpkg`` with its styles, ``coverage_<technology>_<operator>.tif``, ``layers.qgs``,
    ``layers.kmz``, ``geojson/<layer>.geojson`` and ``mapinfo/<layer>.tab``; by level also
    ``rsrp_…``, ``margin_…`` and ``server_<technology>_<operator>.tif`` with ``servers.csv``.
    """
    every = layers(result)
    write_layers(result, folder / "layers.gpkg", every)
    rasters = write_rasters(result, folder)
    write_levels(result, folder)
    write_project(result, folder / "layers.qgs", every, rasters)
    write_kmz(result, folder / "layers.kmz")
    write_geojson(every, folder / "geojson")
    write_mapinfo(every, folder / "mapinfo")
