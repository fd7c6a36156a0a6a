"""Demand that somebody leaves unserved: the points of holes and of siting.

Without a population raster these are the demand points that weigh; with one they are its
populated cells inside the communes. Grouping them is left to ``coverage.holes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import area, holes
from geoplan.results import Demand

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.coverage.model import Coverage
    from geoplan.rasters import Raster
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PeopleCells:
    """The populated cells of a raster that lie in a commune.

    ``row, column`` on the raster's grid, ``commune`` the row of the commune.
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    commune: NDArray[np.int32]
    longitude: Floats
    latitude: Floats
    people: Floats


def people_cells(population: Raster, communes: gpd.GeoDataFrame) -> PeopleCells:
    """Find the populated cells of a raster inside the communes."""
    grid, values = population.grid, population.values
    rows = np.arange(len(communes), dtype=np.int32)[::-1]
    commune = area.burn(communes.geometry.to_numpy()[::-1], grid, rows, -1)
    row, column = np.nonzero((values > 0) & (commune >= 0))
    x, y = grid.centres_x()[column], grid.centres_y()[row]
    lon, lat = geodesy.to_wgs84(x, y, grid.crs)
    people = values[row, column].astype(np.float64)
    return PeopleCells(row, column, commune[row, column], lon, lat, people)


def nearest_hamlet(demand: Demand, lon: Floats, lat: Floats) -> NDArray[np.int32]:
    """Give the hamlet whose demand point is nearest; −1 where no hamlet has a location."""
    from scipy.spatial import cKDTree

    if not len(demand):
        return np.full(len(lon), -1, np.int32)
    tree = cKDTree(geodesy.ecef(demand.longitude, demand.latitude))
    return demand.hamlet[tree.query(geodesy.ecef(lon, lat))[1]]


def raster_demand(cells: PeopleCells, demand: Demand, keep: NDArray[np.bool_], most: int) -> Demand:
    """Make demand of raster cells, gathered into blocks until there are at most ``most``.

    Parameters
    ----------
    cells
        From :func:`people_cells`.
    demand
        Demand of the hamlets; its located centres stay, weighing nothing, so that hamlets that
        gain can be counted.
    keep
        Which cells may gain.
    most
        Largest number of cells kept apart; beyond it square blocks of them stand at their
        people-weighted mean.
    """
    row, column, people = cells.row[keep], cells.column[keep], cells.people[keep]
    lon, lat = cells.longitude[keep], cells.latitude[keep]
    size = 1
    while True:
        blocks = np.stack((row // size, column // size), axis=1)
        _, group = np.unique(blocks, axis=0, return_inverse=True)
        count = int(group.max()) + 1 if len(group) else 0
        if count <= most:
            break
        size *= 2
    group = group.ravel()
    total = np.bincount(group, people, count)
    x = np.bincount(group, people * lon, count) / np.maximum(total, 1e-300)
    y = np.bincount(group, people * lat, count) / np.maximum(total, 1e-300)
    n = int(demand.is_centre.sum())
    none = np.zeros(n)
    return Demand(
        np.concatenate((demand.longitude[:n], x)),
        np.concatenate((demand.latitude[:n], y)),
        np.concatenate((demand.hamlet[:n], nearest_hamlet(demand, x, y))).astype(np.int32),
        np.arange(n + count) < n,
        np.arange(n + count) >= n,
        np.concatenate((none, np.ones(count))),
        np.concatenate((none, total)),
        np.concatenate((none, np.full(count, np.nan))),
    )


def find_all_holes(inputs: Inputs, scenario: Scenario, cover: Coverage) -> pd.DataFrame:
    """Find the holes of every technology of the scenario."""
    points, bits = _points(inputs, cover)
    parts = []
    for technology in cover.technologies:
        # In the province: a station beyond the tolerance serves, but counts nowhere.
        here = cover.air["counted"] & (cover.air["technology"] == technology)
        on_air = cover.air.loc[here, "operator"].unique()
        present = sum(1 << cover.operators.index(name) for name in on_air)
        found = holes.find_holes(
            points,
            bits[technology],
            technology=technology,
            operators=cover.operators,
            present=present,
            link_m=scenario.siting.hole_link_m,
        )
        if len(found):
            parts.append(found)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _points(inputs: Inputs, cover: Coverage) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Give the demand that weighs, or the raster's cells, with who serves it."""
    if inputs.population is not None:
        return _raster_points(inputs, cover, inputs.population)
    demand, weighs = cover.demand, cover.demand.weighs
    points = pd.DataFrame(
        {
            "longitude": demand.longitude[weighs],
            "latitude": demand.latitude[weighs],
            "people": demand.people[weighs],
            "households": demand.households[weighs],
            "hamlet": demand.hamlet[weighs],
        }
    )
    points["commune_code"] = cover.hamlets["commune_code"].to_numpy()[points["hamlet"]]
    bits = cover.served[1.0]
    return points, {name: bits[name][weighs] for name in cover.technologies}


def _raster_points(
    inputs: Inputs, cover: Coverage, population: Raster
) -> tuple[pd.DataFrame, dict[str, Any]]:
    cells = people_cells(population, inputs.communes)
    stamped = area.stamp_service(population.grid, cover.cells, cover.computed)
    points = pd.DataFrame(
        {
            "longitude": cells.longitude,
            "latitude": cells.latitude,
            "people": cells.people,
            "households": np.nan,
            "hamlet": nearest_hamlet(cover.demand, cells.longitude, cells.latitude),
            "row": cells.row,
            "column": cells.column,
        }
    )
    codes = inputs.communes["commune_code"].to_numpy(object)
    points["commune_code"] = codes[cells.commune]
    bits = {name: stamped[name][cells.row, cells.column] for name in cover.technologies}
    return points, cover.declarations.over_points(bits, cells.longitude, cells.latitude, ())
