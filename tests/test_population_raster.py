"""With a population raster, people are counted by its cells: held to a brute-force count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

import geoplan
from geoplan.demo import write_sample
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario

CELL = 0.004
"""Side of a raster cell. [degrees]"""


def _write_raster(path: Path, hamlets: list[tuple[float, float, float]]) -> None:
    lon, lat, people = (np.array(column) for column in zip(*hamlets, strict=True))
    west, north = lon.min() - 0.1, lat.max() + 0.1
    shape = (int((north - lat.min() + 0.1) / CELL) + 1, int((lon.max() + 0.1 - west) / CELL) + 1)
    values = np.zeros(shape, np.float32)
    row, column = ((north - lat) / CELL).astype(int), ((lon - west) / CELL).astype(int)
    for part in ((0, 0), (1, 0), (0, 1), (-1, 2)):
        np.add.at(values, (row + part[0], column + part[1]), people / 4)
    values[0, 0] = -9999.0
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=shape[0],
        width=shape[1],
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        nodata=-9999.0,
        transform=from_origin(west, north, CELL, CELL),
    ) as file:
        file.write(values, 1)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Inputs, Baseline]:
    path = write_sample(tmp_path_factory.mktemp("raster"), scale=0.1)
    inputs = geoplan.read_inputs(geoplan.read_scenario(path))
    known = inputs.hamlets.dropna(subset=["longitude", "population"])
    rows = list(zip(known["longitude"], known["latitude"], known["population"], strict=True))
    _write_raster(path.parent / "population.tif", rows)
    text = path.read_text("utf-8").replace("[inputs]", '[inputs]\npopulation = "population.tif"')
    path.write_text(text, "utf-8")
    scenario = geoplan.read_scenario(path)
    inputs = geoplan.read_inputs(scenario)
    return scenario, inputs, geoplan.assess(inputs, scenario)


def _brute_force(inputs: Inputs, baseline: Baseline, technology: str) -> tuple[float, float]:
    """Count people served by any operator, cell by cell, with Karney's geodesic."""
    assert inputs.population is not None
    grid, values = inputs.population.grid, inputs.population.values
    row, column = np.nonzero(values > 0)
    lon, lat = grid.centres_x()[column], grid.centres_y()[row]
    inside = shapely.contains_xy(shapely.union_all(inputs.communes.geometry.to_numpy()), lon, lat)
    cells = baseline.cells[baseline.cells["technology"] == technology]
    geod, served = pyproj.Geod(ellps="WGS84"), np.zeros(len(lon), bool)
    for cell in cells.itertuples():
        n = len(lon)
        azimuth, _, away = geod.inv(np.full(n, cell.longitude), np.full(n, cell.latitude), lon, lat)
        hit = away <= cell.radius_m
        if not np.isnan(cell.azimuth_deg):
            off = np.abs((azimuth - cell.azimuth_deg + 180.0) % 360.0 - 180.0)
            hit &= off <= max(np.nan_to_num(cell.beamwidth_deg), 120.0) / 2.0
        served |= hit
    people = values[row, column].astype(float)
    return float(people[inside & served].sum()), float(people[inside].sum())


@pytest.mark.parametrize("technology", ["4G", "5G"])
def test_people_are_those_of_the_cells(
    found: tuple[Scenario, Inputs, Baseline], technology: str
) -> None:
    _, inputs, baseline = found
    table = baseline.indicators
    row = table[
        (table["indicator"] == "POP_SERVED")
        & (table["level"] == "province")
        & (table["operator"] == "")
        & (table["technology"] == technology)
    ].iloc[0]
    served, everybody = _brute_force(inputs, baseline, technology)
    assert row["numerator"] == pytest.approx(served, abs=0.01)
    assert row["denominator"] == pytest.approx(everybody, abs=0.01)


def test_both_totals_are_told(found: tuple[Scenario, Inputs, Baseline]) -> None:
    _, _, baseline = found
    people = baseline.totals["people"]
    assert people["raster"]["all"] != people["hamlets"]["all"]
    assert people["raster"]["4G"] <= people["raster"]["all"]


def test_holes_are_groups_of_touching_cells(found: tuple[Scenario, Inputs, Baseline]) -> None:
    _, inputs, baseline = found
    total = baseline.holes[
        (baseline.holes["technology"] == "4G") & (baseline.holes["kind"] == "total")
    ]
    served, everybody = _brute_force(inputs, baseline, "4G")
    assert total["people"].sum() == pytest.approx(everybody - served, abs=0.01)


def test_siting_takes_its_demand_from_the_cells(
    found: tuple[Scenario, Inputs, Baseline],
) -> None:
    scenario, inputs, baseline = found
    plan = geoplan.make_plan(inputs, baseline, scenario)
    served, everybody = _brute_force(inputs, baseline, "4G")
    gained = plan.proposals["gained_people"].sum()
    assert 0 < gained <= everybody - served + 0.01
    assert plan.siting["value"] <= plan.siting["bound"]
