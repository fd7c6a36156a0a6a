"""Level models: what the run says is what the published formulas say, place by place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoplan import geodesy, rasters
from geoplan.coverage import area, best_levels, hearing, radio
from geoplan.coverage.model import assess_coverage
from geoplan.faults import ScenarioError
from geoplan.planner import assess
from geoplan.propagation import antennas, cost231, hanging, hata, link_budget, nearby
from geoplan.propagation.area import Conditions, losses_to_points
from geoplan.propagation.itu_p1812 import USUAL_DELTA_N, USUAL_N0
from geoplan.propagation.link_inputs import default_inputs
from geoplan.rasters import Relief
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario
from tests import build

MAST = build.at(0, 0)
CRS = "EPSG:32649"
HAMLETS = [
    build.hamlet(f"h{east}", build.at(east, 200), population=100)
    for east in range(400, 11_000, 400)
]


def province(model: str, *, mhz: float = 900.0, **more: object) -> tuple[Inputs, Scenario]:
    return build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 12_000.0))],
        hamlets=HAMLETS,
        sites=[build.site("Viettel", "a", MAST, frequency_mhz=mhz, antenna_agl_m=40.0)],
        coverage={"model": model, **more},
        planning_crs=CRS,
    )


def ridge(height_m: float) -> Relief:
    """Make level ground at 10 m with a ridge from north to south, 3 km east of the mast."""
    west, south = build.at(-13_000, -13_000)
    east, north = build.at(13_000, 13_000)
    grid = rasters.grid_around((west, south, east, north), CRS, 100.0)
    ground = np.full(grid.shape, 10.0, np.float32)
    x, _ = geodesy.from_wgs84(np.array([build.at(3_000, 0)[0]]), np.array([MAST[1]]), CRS)
    ground[:, int((float(x[0]) - grid.west) / grid.dx)] += height_m
    bare = np.zeros(grid.shape, np.float32)
    return Relief(grid, ground, bare, np.full(grid.shape, 4, np.int8), 0, ("ridge.tif",))


def beam_db(away_m: float, mhz: float) -> float:
    """Give what the default antenna takes away at a distance, on level ground."""
    nowhere = np.array([np.nan])
    hung = hanging.hang([""], ["rural"], frequency_mhz=[mhz], azimuth_deg=nowhere)
    down = antennas.elevation_deg(np.array([away_m]), base_amsl_m=40.0, mobile_amsl_m=1.5)
    cell = np.zeros(1, np.int64)
    return float(antennas.pairs_db(hung.patterns, hung.mounted, cell, np.zeros(1), down)[0])


def margins(found: Baseline) -> dict[str, float]:
    rows = found.service[found.service["technology"] == "4G"]
    return dict(zip(rows["hamlet_id"], rows["margin_db"].astype(float), strict=True))


@pytest.mark.parametrize("mhz", [900.0, 1800.0])
def test_a_margin_is_the_budget_less_the_formula(mhz: float) -> None:
    found = assess(*province("hata", mhz=mhz))
    allowed = link_budget.budget("4G", mhz, "rural").median_loss_db
    formula = hata.path_loss_db if mhz == 900.0 else cost231.path_loss_db
    told = margins(found)
    counted = 0
    for row in HAMLETS:
        away = geodesy.distance_m(*MAST, row["longitude"], row["latitude"])
        if float(away) < 1000.0:
            continue  # beyond the formula's range, which the run gathers and a test would raise
        loss = formula(
            float(away) / 1e3,
            frequency_mhz=mhz,
            base_agl_m=40.0,
            mobile_agl_m=1.5,
            area="quasi_open",
        )
        if allowed - float(loss) < -hearing.LISTEN_DB:
            assert np.isnan(told[row["hamlet_id"]])
            continue
        expected = allowed - float(loss) - beam_db(float(away), mhz)
        assert told[row["hamlet_id"]] == pytest.approx(expected, abs=1e-6)
        counted += 1
    assert counted > 5


def test_a_ridge_that_circles_do_not_see_takes_the_signal_away() -> None:
    inputs, scenario = province("p1812")
    flat = assess(replace(inputs, relief=ridge(0.0)), scenario)
    hidden = assess(replace(inputs, relief=ridge(400.0)), scenario)
    by_hata = assess(*province("hata"))
    behind = [f"h{east}" for east in (4_000, 4_400, 4_800, 5_200)]
    for name in behind:
        assert build.status(by_hata, name) == "covered"
        assert build.status(hidden, name) == "white"
    before = [f"h{east}" for east in (1_200, 2_000)]
    assert all(build.status(hidden, name) == "covered" for name in before)
    # Terrain with the environment's loss is never more optimistic than the environment alone.
    for found in (flat, hidden):
        for name, value in margins(found).items():
            alone = margins(by_hata)[name]
            assert np.isnan(value) or value <= alone + 0.1


def test_over_terrain_a_margin_is_p1812_laid_upon_the_environment() -> None:
    inputs, scenario = province("p1812")
    relief = ridge(60.0)
    cover = assess_coverage(replace(inputs, relief=relief), scenario)
    kind = cover.cells.radio.kinds[0] if cover.cells.radio is not None else None
    assert kind is not None
    span = cover.reach.row(0)
    points, told = cover.reach.demand[span], radio.margin_db(cover.reach.distance_m[span])
    lon, lat = cover.demand.longitude[points], cover.demand.latitude[points]
    x, y = geodesy.from_wgs84(lon, lat, CRS)
    tx, ty = geodesy.from_wgs84(np.array([MAST[0]]), np.array([MAST[1]]), CRS)
    asked = Conditions(
        frequencies_ghz=(0.9,), rx_agl_m=1.5, delta_n=USUAL_DELTA_N, n0=USUAL_N0, step_m=100.0
    )
    over = losses_to_points(
        relief, asked, tx_x=float(tx[0]), tx_y=float(ty[0]), tx_agl_m=40.0, px=x, py=y
    )[:, 0]
    away = geodesy.distance_m(MAST[0], MAST[1], lon, lat)
    inputs_ = default_inputs()
    far = away > 1000.0
    near = nearby.loss_db(
        kind.model,
        away[far],
        frequency_mhz=900.0,
        base_agl_m=40.0,
        where=inputs_.environments["rural"],
        mobile_agl_m=1.5,
    )
    expected = kind.allowed_db - np.maximum(near, over[far])
    # Over terrain the beam looks up or down a little more than on the level ground of beam_db.
    beam = np.array([beam_db(float(one), 900.0) for one in away[far]])
    assert np.abs(told[far] - expected + beam).max() < 0.2
    assert far.sum() > 5


def test_the_loss_does_not_jump_and_is_never_below_free_space() -> None:
    inputs = default_inputs()
    away = 30.0 * 1.001 ** np.arange(5_800)
    from geoplan.propagation import free_space, ranges

    for name, where in inputs.environments.items():
        for mhz in (700.0, 900.0, 1800.0, 2600.0, 3500.0):
            for wanted in ("hata", "tr38901", "auto"):
                kind = nearby.kind_of(wanted, mhz, name, inputs)
                with ranges.gathering():
                    loss = nearby.loss_db(
                        kind,
                        away,
                        frequency_mhz=mhz,
                        base_agl_m=where.base_agl_m,
                        where=where,
                        mobile_agl_m=1.5,
                    )
                    free = free_space.path_loss_db(away / 1e3, frequency_mhz=mhz)
                assert np.abs(np.diff(loss)).max() < 0.5
                assert (loss >= free - 1e-9).all()
                over = nearby.with_terrain_db(loss, loss + 25.0, away)
                assert np.abs(np.diff(over)).max() < 0.5


def test_how_many_pairs_are_looked_at_together_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs, scenario = province("p1812")
    inputs = replace(inputs, relief=ridge(60.0))
    whole = assess(inputs, scenario)
    monkeypatch.setattr(hearing, "MOST_PAIRS", 3)
    assert margins(assess(inputs, scenario)) == pytest.approx(margins(whole), nan_ok=True)


def test_rasters_of_levels_are_those_of_the_points() -> None:
    inputs, scenario = province("p1812", cell_m=500)
    found = assess(replace(inputs, relief=ridge(60.0)), scenario)
    level = found.area.levels[("4G", "Viettel")]
    served = found.area.bits["4G"] != 0
    assert np.array_equal(served, level.margin_db >= 0)
    assert ((level.server >= 0) == ~np.isnan(level.margin_db)).all()
    cover = assess_coverage(replace(inputs, relief=ridge(60.0)), scenario)
    row, column = np.argwhere(served)[7]
    grid = found.area.grid
    lon, lat = geodesy.to_wgs84(
        np.array([grid.centres_x()[column]]), np.array([grid.centres_y()[row]]), grid.crs
    )
    reach = hearing.build_reach(cover.cells, lon, lat)
    margin = float(radio.margin_db(reach.distance_m)[0])
    assert float(level.margin_db[row, column]) == pytest.approx(margin, abs=1e-4)
    budget = link_budget.budget("4G", 900.0, "rural")
    shadow = {line.name: line.value for line in budget.lines}[link_budget.SHADOW]
    assert float(level.rsrp_dbm[row, column]) == pytest.approx(margin - 110.0 + shadow, abs=1e-3)
    assert found.area.sites == ("Viettel:a",)


def test_a_run_by_radius_has_no_levels() -> None:
    found = assess(*build.province(hamlets=HAMLETS[:3], sites=[build.site("Viettel", "a", MAST)]))
    assert found.area.levels == {}
    assert found.hamlets["needs_measuring"].isna().all()
    assert found.service["margin_db"].isna().all()


def test_p1812_without_terrain_is_a_fault(tmp_path: Path) -> None:
    from geoplan.faults import GeoplanError

    with pytest.raises(GeoplanError) as caught:
        build.written(
            tmp_path,
            hamlets=HAMLETS[:2],
            sites=[build.site("Viettel", "a", MAST)],
            coverage={"model": "p1812"},
        )
    assert ("missing_key", "inputs.terrain") in {
        (fault.code, fault.column) for fault in caught.value.faults
    }
    assert not isinstance(caught.value, ScenarioError) or caught.value.faults


def test_an_antenna_on_the_ground_is_one_that_nobody_filled_in() -> None:
    inputs, scenario = province("hata")
    on_ground = inputs.sites.assign(antenna_agl_m=0.0)
    unknown = inputs.sites.assign(antenna_agl_m=np.nan)
    told = [
        margins(assess(replace(inputs, sites=sites), scenario)) for sites in (on_ground, unknown)
    ]
    assert told[0] == pytest.approx(told[1], nan_ok=True)


def test_bits_at_any_scale_are_those_of_a_threshold() -> None:
    inputs, scenario = province("hata", cell_m=500)
    cover = assess_coverage(inputs, scenario)
    grid = rasters.grid_around(tuple(inputs.communes.total_bounds), CRS, 1000.0)
    level = best_levels.best_levels(grid, cover.cells, cover.computed, -10.0)[("4G", 0)]
    for decibels in (-5.0, 0.0, 4.0):
        scale = radio.scale_of_db(-decibels)
        bits = area.stamp_service(grid, cover.cells, cover.computed, scale=scale)["4G"]
        assert np.array_equal(bits != 0, level.margin_db >= np.float32(decibels))
