"""Rasters of levels and coverage by chance equal a plain loop over every cell and point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rasterio
from numpy.typing import NDArray

from geoplan import geodesy, rasters, tables
from geoplan.coverage import area, best_levels, hearing
from geoplan.coverage.model import Coverage, assess_coverage
from geoplan.planner import assess
from geoplan.propagation import antennas, nearby, ranges
from geoplan.propagation.area import Conditions, losses_to_points
from geoplan.propagation.chance import SHARES
from geoplan.propagation.itu_p1812 import USUAL_DELTA_N, USUAL_N0
from geoplan.rasters import Relief
from geoplan.report.gis.rasters import write_levels
from geoplan.report.tables import output_frames
from geoplan.results import Baseline, Inputs, Plan, RunResult
from geoplan.scenario import Scenario
from tests import build

Floats = NDArray[np.float64]
CRS = "EPSG:32649"
HAMLETS = [
    build.hamlet(f"h{at}", build.at(-9_000 + 700 * at, 350 * (at % 7) - 1_000), population=50 + at)
    for at in range(26)
]
SITES = [
    build.site("Viettel", "a", build.at(0, 0), frequency_mhz=900.0, antenna_agl_m=40.0),
    # A twin in the same place: of equal cells the first is named.
    build.site("Viettel", "b", build.at(0, 0), frequency_mhz=900.0, antenna_agl_m=40.0),
    build.site("Viettel", "c", build.at(5_000, 1_000), frequency_mhz=1800.0, azimuth_deg=90.0),
    build.site("Viettel", "", build.at(-6_000, 2_000), frequency_mhz=1800.0, azimuth_deg=200.0),
    build.site("VNPT", "d", build.at(-3_000, -4_000), frequency_mhz=1800.0, antenna_agl_m=30.0),
    build.site("VNPT", "e", build.at(2_000, 5_000), "5G", frequency_mhz=3500.0),
]


def province(model: str, **more: Any) -> tuple[Inputs, Scenario]:
    inputs, scenario = build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 9_000.0))],
        hamlets=HAMLETS,
        sites=SITES,
        coverage={"model": model, "technologies": ["4G", "5G"], "cell_m": 500, **more},
        planning_crs=CRS,
    )
    return (replace(inputs, relief=hills()) if model == "p1812" else inputs), scenario


def hills() -> Relief:
    """Make rolling ground, 150 m from valley to top, that rises to the east."""
    west, south = build.at(-14_000, -14_000)
    east, north = build.at(14_000, 14_000)
    grid = rasters.grid_around((west, south, east, north), CRS, 100.0)
    x, y = np.meshgrid(np.arange(grid.shape[1]), np.arange(grid.shape[0]))
    ground = (80.0 + 75.0 * np.sin(x / 9.0) * np.cos(y / 13.0) + x / 3.0).astype(np.float32)
    bare = np.zeros(grid.shape, np.float32)
    return Relief(grid, ground, bare, np.full(grid.shape, 4, np.int8), 0, ("hills.tif",))


def ground_m(relief: Relief, x: Floats, y: Floats) -> Floats:
    column = ((x - relief.grid.west) // relief.grid.dx).astype(int)
    row = ((relief.grid.north - y) // relief.grid.dy).astype(int)
    return relief.ground_m[row, column].astype(np.float64)


def every_margin(cover: Coverage, relief: Relief | None, lon: Floats, lat: Floats) -> Floats:
    """Give the margin of every cell at every point, one cell after the other. [dB]"""
    found = np.empty((len(cover.cells), len(lon)))
    told = cover.cells.radio
    assert told is not None
    inputs = told.air.inputs
    for row in range(len(cover.cells)):
        kind = told.kinds[int(told.kind[row])]
        here = float(cover.cells.longitude[row]), float(cover.cells.latitude[row])
        away = geodesy.distance_m(*here, lon, lat)
        bearing = np.array([build.GEOD.inv(*here, *to)[0] for to in zip(lon, lat, strict=True)])
        with ranges.gathering():
            loss = nearby.loss_db(
                kind.model,
                away,
                frequency_mhz=kind.frequency_mhz,
                base_agl_m=kind.antenna_agl_m,
                where=inputs.environments[kind.environment],
                mobile_agl_m=1.5,
            )
            mobile = np.full(len(lon), 1.5)
            if relief is not None:
                x, y = geodesy.from_wgs84(lon, lat, CRS)
                tx, ty = geodesy.from_wgs84(np.array([here[0]]), np.array([here[1]]), CRS)
                mobile = mobile + ground_m(relief, x, y) - ground_m(relief, tx, ty)
                asked = Conditions(
                    frequencies_ghz=(kind.frequency_mhz / 1e3,),
                    rx_agl_m=1.5,
                    delta_n=USUAL_DELTA_N,
                    n0=USUAL_N0,
                    step_m=told.air.profile_m,
                )
                over = losses_to_points(
                    relief,
                    asked,
                    tx_x=float(tx[0]),
                    tx_y=float(ty[0]),
                    tx_agl_m=kind.antenna_agl_m,
                    px=x,
                    py=y,
                )[:, 0]
                loss = nearby.with_terrain_db(loss, over, away)
        down = antennas.elevation_deg(away, base_amsl_m=kind.antenna_agl_m, mobile_amsl_m=mobile)
        cell = np.full(len(lon), row)
        beam = antennas.pairs_db(told.patterns, told.mounted, cell, bearing % 360.0, down)
        found[row] = kind.allowed_db - loss - beam
    return found


def centres(found: Baseline) -> tuple[Floats, Floats]:
    grid = found.area.grid
    x, y = np.meshgrid(grid.centres_x(), grid.centres_y())
    return geodesy.to_wgs84(x.ravel(), y.ravel(), CRS)


MODELS = ("hata", "p1812")


@pytest.fixture(scope="module", params=MODELS)
def case(request: pytest.FixtureRequest) -> tuple[Baseline, Coverage, Floats]:
    """Give a run, its coverage, and the margins of all its cells at all cells of the grid."""
    inputs, scenario = province(request.param)
    found, cover = assess(inputs, scenario), assess_coverage(inputs, scenario)
    return found, cover, every_margin(cover, inputs.relief, *centres(found))


def test_rasters_are_the_best_of_a_loop_over_cells(
    case: tuple[Baseline, Coverage, Floats],
) -> None:
    found, cover, margins = case
    told = cover.cells.radio
    assert told is not None
    assert len(found.area.levels) == 3
    for (technology, operator), level in found.area.levels.items():
        own = (cover.cells.technology == cover.computed.index(technology)) & (
            cover.cells.operator == cover.operators.index(operator)
        )
        rows = np.flatnonzero(own)
        best = margins[rows].max(axis=0)
        least_db = best_levels.faintest_db(cover.cells)
        heard = best >= least_db
        clear = np.abs(best - least_db) > 1e-4  # float32 decides about the rest
        margin, server = level.margin_db.ravel(), level.server.ravel()
        assert np.array_equal(server[clear] >= 0, heard[clear])
        both = heard & (server >= 0)
        assert both.sum() > 40
        assert np.abs(margin[both] - best[both]).max() < 1e-4
        assert np.isnan(margin[server < 0]).all()
        assert np.isnan(level.rsrp_dbm.ravel()[server < 0]).all()
        # The named cell is one that is as good as the best, and the first of twins.
        named = server[both].astype(int)
        assert (best[both] - margins[named, np.flatnonzero(both)] < 1e-4).all()
        first = rows[np.argmax(margins[rows], axis=0)]
        apart = np.sort(margins[rows][:, both], axis=0)
        alone = np.ones(both.sum(), bool) if len(rows) < 2 else apart[-1] - apart[-2] > 1e-4
        assert np.array_equal(named[alone], first[both][alone])
        kinds = [told.kinds[int(told.kind[one])] for one in named]
        needed = -110.0 + np.array([kind.kept_back_db + kind.entry_db for kind in kinds])
        assert np.abs(level.rsrp_dbm.ravel()[both] - best[both] - needed).max() < 1e-3


def test_of_twins_the_first_serves(case: tuple[Baseline, Coverage, Floats]) -> None:
    found, cover, _ = case
    names = [found.area.sites[one] for one in np.unique(found.area.levels["4G", "Viettel"].server)]
    assert "Viettel:a" in names
    assert "Viettel:b" not in names
    assert len(cover.cells) == len(found.area.sites)


def test_bits_are_margins_of_0_and_more(case: tuple[Baseline, Coverage, Floats]) -> None:
    found, cover, _ = case
    for technology in cover.technologies:
        expected = np.zeros(found.area.grid.shape, np.uint8)
        for at, operator in enumerate(cover.operators):
            level = found.area.levels.get((technology, operator))
            if level is not None:
                expected[level.margin_db >= 0] |= np.uint8(1 << at)
        assert np.array_equal(found.area.bits[technology], expected)
        assert expected.any()


def test_coverage_by_chance_is_counted_from_every_margin(
    case: tuple[Baseline, Coverage, Floats],
) -> None:
    found, cover, margins = case
    told = cover.cells.radio
    assert told is not None
    inside = found.area.commune.ravel() >= 0
    sizes = np.broadcast_to(area.cell_areas(found.area.grid), found.area.grid.shape).ravel() / 1e6
    kinds = [told.kinds[int(one)] for one in told.kind]
    sigma = np.hypot(
        [told.air.inputs.environments[kind.environment].sigma_db for kind in kinds], cover.error_db
    )
    kept = np.array([kind.kept_back_db for kind in kinds])
    table = found.more["coverage_chance"].set_index(["technology", "operator", "share"])
    assert len(table) == 2 * 3 * 4
    for technology, operator, share in table.index:
        who = cover.cells.technology == cover.computed.index(technology)
        if operator:
            who &= cover.cells.operator == cover.operators.index(operator)
        need = NormalDist().inv_cdf(share) * sigma - kept
        reached = (margins[who] >= need[who, None]).any(axis=0) & inside
        row = table.loc[(technology, operator, share)]
        # A cell of the grid whose margin is that of the share to 0.0001 dB may fall on either side.
        assert row["area_km2"] == pytest.approx(float(sizes[reached].sum()), abs=0.26)
        assert row["area_share"] == pytest.approx(row["area_km2"] / sizes[inside].sum())
    assert table["area_km2"].max() > 20


def test_rasters_reach_down_to_an_even_chance(case: tuple[Baseline, Coverage, Floats]) -> None:
    found, cover, _ = case
    told = cover.cells.radio
    assert told is not None
    deepest = min(float(np.nanmin(one.margin_db)) for one in found.area.levels.values())
    assert deepest < -best_levels.FAINT_DB
    assert deepest > best_levels.faintest_db(cover.cells) - 1e-4
    table = found.more["coverage_chance"].set_index(["technology", "operator", "share"])
    served = (found.area.levels["4G", "VNPT"].margin_db >= 0) & (found.area.commune >= 0)
    sizes = np.broadcast_to(area.cell_areas(found.area.grid), served.shape)
    assert table.loc[("4G", "VNPT", 0.5), "area_km2"] > 1.05 * sizes[served].sum() / 1e6


def test_hamlets_by_chance_are_those_of_the_table_of_service(
    case: tuple[Baseline, Coverage, Floats],
) -> None:
    found, _, _ = case
    people = found.hamlets.set_index("hamlet_id")["population"].astype(float)
    service = found.service
    for row in found.more["coverage_chance"].itertuples():
        rows = service[service["technology"] == row.technology]
        rows = rows if row.operator == "" else rows[rows["operator"] == row.operator]
        names = rows.loc[rows["chance"] >= row.share, "hamlet_id"].unique()
        assert (row.hamlet_centres, row.people) == (len(names), people.loc[names].sum())
    assert found.more["coverage_chance"]["hamlet_centres"].max() > 5


def test_a_higher_chance_never_serves_more(case: tuple[Baseline, Coverage, Floats]) -> None:
    found, _, _ = case
    table = found.more["coverage_chance"]
    assert sorted(table["share"].unique()) == sorted(SHARES)
    for _, rows in table.groupby(["technology", "operator"]):
        for column in ("area_km2", "area_share", "hamlet_centres", "people"):
            assert rows.sort_values("share")[column].is_monotonic_decreasing


def run_result(inputs: Inputs, scenario: Scenario) -> RunResult:
    none = pd.DataFrame()
    plan = Plan(none, none, none, none, {})
    return RunResult(scenario, inputs, assess(inputs, scenario), plan)


def test_files_hold_the_rasters_and_are_cloud_optimised(tmp_path: Path) -> None:
    result = run_result(*province("p1812"))
    written = write_levels(result, tmp_path)
    assert sorted(written) == sorted(path.name for path in tmp_path.iterdir())
    assert len(written) == 3 * 3 + 1
    listed = pd.read_csv(tmp_path / "servers.csv", keep_default_na=False)
    level = result.baseline.area.levels["4G", "Viettel"]
    held = {}
    for kind in ("rsrp", "margin", "server"):
        with rasterio.open(tmp_path / f"{kind}_4G_Viettel.tif") as raster:
            held[kind] = raster.read(1)
            assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert raster.crs.to_string() == CRS
            tags = raster.tags()
            assert tags["AS_OF"] == "2025-12-31"
            assert "P.1812" in tags["DESCRIPTION"]
            assert raster.units[0] == {"rsrp": "dBm", "margin": "dB", "server": None}[kind]
    assert np.nanmax(np.abs(held["rsrp"] - level.rsrp_dbm)) <= 0.0501
    assert np.nanmax(np.abs(held["margin"] - level.margin_db)) <= 0.0501
    assert np.array_equal(np.isnan(held["margin"]), level.server < 0)
    # A spreadsheet takes what begins with @ for a formula, so that an apostrophe stands before it.
    ids = listed["site_id"].str.removeprefix("'")
    name = dict(zip(listed["server"], listed["operator"] + ":" + ids, strict=True))
    for number, row in zip(held["server"].ravel(), level.server.ravel(), strict=True):
        assert name.get(number) == (result.baseline.area.sites[row] if row >= 0 else None)


def test_a_site_without_an_id_is_named_by_its_place() -> None:
    found = assess(*province("hata"))
    (unnamed,) = (one for one in found.area.sites if one.startswith("Viettel:@"))
    lon, lat = build.at(-6_000, 2_000)
    assert unnamed == f"Viettel:@{lon:.6f},{lat:.6f}"


def test_a_run_by_radius_writes_none_of_it(tmp_path: Path) -> None:
    inputs, scenario = province("radius")
    found = assess(inputs, scenario)
    assert "coverage_chance" not in found.more
    assert write_levels(run_result(inputs, scenario), tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_the_table_is_one_of_level_models_only() -> None:
    for model, expected in (("radius", False), ("hata", True)):
        frames = output_frames(run_result(*province(model)))
        assert ("coverage_chance" in frames) is expected
    table, frame = frames["coverage_chance"]
    assert table == tables.COVERAGE_CHANCE_OUT
    assert len(frame) == 24


def test_the_rsrp_of_a_cell_by_hand() -> None:
    # The same budget, by hand: −110 dBm where the margin is what worse places are kept back for.
    inputs, scenario = province("hata")
    level = assess(inputs, scenario).area.levels["4G", "VNPT"]
    cover = assess_coverage(inputs, scenario)
    told = cover.cells.radio
    assert told is not None
    row, column = np.unravel_index(np.nanargmax(level.margin_db), level.margin_db.shape)
    kind = told.kinds[int(told.kind[level.server[row, column]])]
    spread = told.air.inputs.environments[kind.environment].sigma_db
    assert kind.kept_back_db == pytest.approx(1.28155 * spread, abs=1e-3)
    margin = float(level.margin_db[row, column])
    assert float(level.rsrp_dbm[row, column]) == pytest.approx(
        margin - 110.0 + 1.28155 * spread, abs=1e-3
    )


def test_indoors_the_rsrp_outdoors_holds_the_way_in() -> None:
    outdoors = assess(*province("hata")).area.levels["4G", "VNPT"]
    indoors = assess(*province("hata", indoors=True)).area.levels["4G", "VNPT"]
    both = (outdoors.server >= 0) & (indoors.server >= 0)
    assert both.sum() > 20
    # The same signal in the same place, whatever is asked of it.
    assert np.abs(outdoors.rsrp_dbm[both] - indoors.rsrp_dbm[both]).max() < 1e-3
    assert (indoors.margin_db[both] < outdoors.margin_db[both]).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_size_of_parts_changes_no_raster(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, scenario = province(model)
    whole = assess(inputs, scenario)
    monkeypatch.setattr(hearing, "MOST_PAIRS", 500)
    parted = assess(inputs, scenario)
    for key, level in whole.area.levels.items():
        other = parted.area.levels[key]
        assert np.array_equal(level.margin_db, other.margin_db, equal_nan=True)
        assert np.array_equal(level.server, other.server)
    pd.testing.assert_frame_equal(whole.more["coverage_chance"], parted.more["coverage_chance"])
