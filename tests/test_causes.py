"""Why holes are holes, in worlds made so that the reason is known, and what would cure each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geoplan import rasters
from geoplan.planner import assess, make_plan
from geoplan.rasters import Relief
from geoplan.report.tables import output_frames
from geoplan.results import Inputs, RunResult
from geoplan.scenario import Scenario
from tests import build

CRS = "EPSG:32649"


def relief(ridge_m: float = 0.0) -> Relief:
    """Make flat ground with a ridge 3 km east of the origin, running north to south."""
    west, south = build.at(-16_000, -16_000)
    east, north = build.at(16_000, 16_000)
    grid = rasters.grid_around((west, south, east, north), CRS, 100.0)
    ground = np.zeros(grid.shape, np.float32)
    ground[:, grid.shape[1] // 2 + 28 : grid.shape[1] // 2 + 32] = ridge_m
    bare = np.zeros(grid.shape, np.float32)
    return Relief(grid, ground, bare, np.full(grid.shape, 4, np.int8), 0, ("made.tif",))


def mast(**columns: Any) -> dict[str, Any]:
    told = {"frequency_mhz": 1800.0, "antenna_agl_m": 40.0, **columns}
    return build.site("Viettel", "a", build.at(0, 0), **told)


def world(
    place: tuple[float, float],
    site: dict[str, Any],
    ground: Relief | None = None,
    *,
    model: str = "p1812",
    positions: int = 0,
    **coverage: Any,
) -> tuple[Inputs, Scenario]:
    inputs, scenario = build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 15_000.0))],
        hamlets=[build.hamlet("h", build.at(*place), population=300, households=80)],
        sites=[site],
        coverage={"model": model, "technologies": ["4G"], "cell_m": 1000, **coverage},
        siting={"technology": "4G", "positions": positions},
        planning_crs=CRS,
    )
    return replace(inputs, relief=ground), scenario


def result(inputs: Inputs, scenario: Scenario) -> RunResult:
    found = assess(inputs, scenario)
    return RunResult(scenario, inputs, found, make_plan(inputs, found, scenario))


def cause(inputs: Inputs, scenario: Scenario) -> dict[str, Any]:
    (row,) = result(inputs, scenario).plan.more["hole_causes"].to_dict("records")
    return {str(name): value for name, value in row.items()}


def is_hole(inputs: Inputs, scenario: Scenario) -> bool:
    return bool((assess(inputs, scenario).holes["kind"] == "total").any())


def test_a_ridge_is_the_cause_where_flat_ground_would_let_the_signal_pass() -> None:
    assert not is_hole(*world((3_600, 0), mast(), relief()))
    found = cause(*world((3_600, 0), mast(), relief(400.0)))
    assert found["cause"] == "ridge"
    assert found["site_id"] == "a"
    assert found["terrain_db"] > 10
    assert abs(found["antenna_db"]) < 1
    assert found["distance_m"] == pytest.approx(3_600, abs=2)
    assert found["obstacle_m"] == pytest.approx(3_000, abs=250)
    # The line of sight from 40 m to 1.5 m is some 8 m high there, and the Earth bulges by 0.1 m.
    assert found["obstacle_above_m"] == pytest.approx(400 - 8, abs=4)
    assert found["cure"] == "new_site"


def test_without_terrain_distance_is_what_is_lacking() -> None:
    found = cause(*world((13_000, 0), mast(), model="hata"))
    assert (found["cause"], found["cure"]) == ("distance", "new_site")
    assert found["terrain_db"] == 0
    assert found["lacking_db"] > 0
    assert pd.isna(found["obstacle_m"])


def test_no_station_within_range_is_told_without_one() -> None:
    found = cause(*world((13_000, 0), mast(), model="hata", max_range_m=5_000))
    assert (found["cause"], found["site_id"], found["cure"]) == ("no_site", "", "new_site")
    assert pd.isna(found["lacking_db"])


def test_a_sector_that_points_elsewhere_is_the_cause() -> None:
    assert not is_hole(*world((3_000, 0), mast(azimuth_deg=90.0), relief()))
    found = cause(*world((3_000, 0), mast(azimuth_deg=270.0), relief()))
    assert found["cause"] == "direction"
    assert found["antenna_db"] > 10
    assert found["terrain_db"] < 1


def first_height(place: tuple[float, float], site: dict[str, Any]) -> float | None:
    """Raise the antenna metre by metre in whole runs until the hamlet is served."""
    for height in range(int(site["antenna_agl_m"]) + 1, 61):
        if not is_hole(*world(place, {**site, "antenna_agl_m": float(height)}, model="hata")):
            return float(height)
    return None


def test_the_height_that_cures_is_the_first_at_which_a_whole_run_serves() -> None:
    low = mast(antenna_agl_m=20.0)
    far = next(x for x in range(2_000, 12_000, 250) if is_hole(*world((x, 0), low, model="hata")))
    found = cause(*world((far, 0), low, model="hata"))
    assert (found["cause"], found["cure"], found["cure_site_id"]) == ("height", "height", "a")
    expected = first_height((far, 0), low)
    assert expected is not None
    assert found["cure_height_m"] == expected


def test_a_lower_band_cures_where_no_height_does() -> None:
    high = mast(frequency_mhz=2600.0, antenna_agl_m=60.0)
    far = next(x for x in range(2_000, 12_000, 250) if is_hole(*world((x, 0), high, model="hata")))
    found = cause(*world((far, 0), high, model="hata"))
    assert (found["cause"], found["cure"]) == ("band", "band")
    band = found["cure_frequency_mhz"]
    assert band < 2600
    assert not is_hole(*world((far, 0), {**high, "frequency_mhz": band}, model="hata"))


def test_a_proposal_that_reaches_the_hole_is_its_cure() -> None:
    found = result(*world((13_000, 0), mast(), relief(), positions=1))
    assert len(found.plan.proposals) == 1
    (row,) = found.plan.more["hole_causes"].to_dict("records")
    assert (row["cause"], row["cure"], row["cure_rank"]) == ("distance", "proposal", 1)


def test_the_table_is_one_of_level_models_only() -> None:
    for model, expected in (("radius", False), ("hata", True)):
        frames = output_frames(result(*world((13_000, 0), mast(), model=model)))
        assert ("hole_causes" in frames) is expected


def test_white_hamlets_have_their_causes_and_form_b2_tells_them() -> None:
    from geoplan.report.forms_hamlets import facts_of

    found = result(*world((3_600, 0), mast(), relief(400.0)))
    (row,) = found.plan.more["hamlet_causes"].to_dict("records")
    assert (row["hamlet_id"], row["cause"], row["people"]) == ("h", "ridge", 300)
    (hamlet,) = found.baseline.hamlets.to_dict("records")
    said = facts_of(found, str).cause(hamlet)
    assert said.startswith("hills are in the way")
    assert "Viettel, 3,6 km away" in said
    by_radius = result(*world((3_600, 0), mast(frequency_mhz=3500.0), model="radius"))
    assert "hamlet_causes" not in by_radius.plan.more


def test_a_province_without_holes_has_an_empty_table() -> None:
    assert len(result(*world((500, 0), mast(), model="hata")).plan.more["hole_causes"]) == 0
