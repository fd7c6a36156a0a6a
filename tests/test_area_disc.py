"""P.1812 on the pixels of a disc, against the same at points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geoplan.propagation.area import Conditions, disc, losses_to_points
from geoplan.rasters import Grid
from tests.area_case import ALPS, CLIMATE, CRS, NORTH, WEST, alps, hills, relief_of

BANDS = (0.7, 0.9, 2.6, 3.5)
PIXELS = Grid(WEST - 1000.0, NORTH + 1000.0, 100.0, 100.0, (300, 300), CRS)


def check(relief: Any, conditions: Conditions, at: tuple[float, float], **given: Any) -> Any:
    given = {"tx_agl_m": 35.0, "radius_m": 6000.0, "pixels": PIXELS, **given}
    found = disc(relief, conditions, tx_x=at[0], tx_y=at[1], **given)
    pixels = given["pixels"]
    x, y = pixels.centres_x()[found.column], pixels.centres_y()[found.row]
    points = losses_to_points(
        relief, conditions, tx_x=at[0], tx_y=at[1], tx_agl_m=given["tx_agl_m"], px=x, py=y,
        scale=given.get("scale", 1.0),
    )  # fmt: skip
    assert found.losses_db == pytest.approx(points, abs=1e-6, nan_ok=True)
    return found


@pytest.mark.parametrize("steep", [0.0, 0.003, 0.01, 0.03, 0.15])
@pytest.mark.parametrize("sea", [True, False])
def test_pixels_have_the_loss_of_their_points(steep: float, sea: bool) -> None:
    conditions = Conditions(
        frequencies_ghz=BANDS, location_percent=90.0, location_sigma_db=7.0,
        coast_tx_km=1.0, coast_rx_km=2.0, **CLIMATE,
    )  # fmt: skip
    relief = hills(seed=int(100 * steep), steep=steep, sea=sea)
    for at in ((WEST + 5033.0, NORTH - 7011.0), (WEST + 12_050.0, NORTH - 12_050.0)):
        check(relief, conditions, at, tx_agl_m=8.0 if sea else 60.0)


def test_over_the_sea_alone() -> None:
    flat = np.zeros((130, 130))
    relief = relief_of(flat, flat, np.full((130, 130), 1), 200.0)
    conditions = Conditions(frequencies_ghz=(0.03, 0.2, 0.9, 6.0), rx_agl_m=3.0, delta_n=60.0,
                            n0=380.0, coast_tx_km=0.0, coast_rx_km=0.0)  # fmt: skip
    check(relief, conditions, (WEST + 13_000.0, NORTH - 13_000.0), radius_m=12_000.0)


def test_far_paths_where_ducts_and_scatter_arrive() -> None:
    draw = np.random.default_rng(8)
    ground = draw.uniform(0.0, 300.0, (200, 200))
    relief = relief_of(ground, ground * 0.0, np.full((200, 200), 4), 1500.0)
    conditions = Conditions(
        frequencies_ghz=(0.05, 0.4, 0.9, 3.5), step_m=1000.0, delta_n=70.0, n0=380.0, rx_agl_m=200.0
    )
    pixels = Grid(WEST, NORTH, 5000.0, 5000.0, (60, 60), CRS)
    at = (WEST + 150_000.0, NORTH - 150_000.0)
    check(relief, conditions, at, radius_m=140_000.0, pixels=pixels, tx_agl_m=300.0)


@pytest.mark.skipif(not ALPS.exists(), reason="../shared/data is not here")
@pytest.mark.parametrize("step_m", [100.0, 30.0])
def test_pixels_in_the_alps_have_the_loss_of_their_points(step_m: float) -> None:
    conditions = Conditions(frequencies_ghz=BANDS, step_m=step_m, **CLIMATE)
    check(alps(), conditions, (WEST + 16_000.0, NORTH - 14_000.0), radius_m=10_000.0)


def test_pixels_within_the_radius_and_no_others() -> None:
    relief, conditions = hills(cells=60), Conditions(frequencies_ghz=(0.9,), **CLIMATE)
    at = (WEST + 2950.0, NORTH - 2950.0)
    found = disc(
        relief, conditions, tx_x=at[0], tx_y=at[1], tx_agl_m=30.0, radius_m=1000.0, pixels=PIXELS
    )
    x, y = np.meshgrid(PIXELS.centres_x(), PIXELS.centres_y())
    row, column = np.nonzero(np.hypot(x - at[0], y - at[1]) <= 1000.0 + 1e-4)
    assert found.row.tolist() == row.tolist()
    assert found.column.tolist() == column.tolist()
    assert len(row) == 317
    smaller = disc(
        relief, conditions, tx_x=at[0], tx_y=at[1], tx_agl_m=30.0, radius_m=1000.0, pixels=PIXELS,
        scale=1.0004,
    )  # fmt: skip
    assert len(smaller.row) == 317 - 12


def test_a_disc_over_the_edge_of_the_relief() -> None:
    relief, conditions = hills(cells=60), Conditions(frequencies_ghz=BANDS, **CLIMATE)
    found = check(relief, conditions, (WEST + 10.0, NORTH - 10.0), radius_m=3000.0)
    on = (found.row >= 10) & (found.column >= 10)
    assert np.isfinite(found.losses_db[on]).all()
    assert np.isnan(found.losses_db[~on]).all()
    off = check(relief, conditions, (WEST - 10.0, NORTH - 10.0), radius_m=3000.0)
    assert np.isnan(off.losses_db).all()
    far = check(relief, conditions, (WEST - 1e6, NORTH), radius_m=3000.0)
    assert far.losses_db.shape == (0, 4)


def test_another_share_of_time_is_computed_too() -> None:
    relief = hills(cells=80)
    check(relief, Conditions(frequencies_ghz=BANDS, time_percent=10.0, **CLIMATE),
          (WEST + 4000.0, NORTH - 4000.0), radius_m=2000.0)  # fmt: skip


def test_a_disc_does_not_depend_on_the_threads() -> None:
    relief, conditions = hills(), Conditions(frequencies_ghz=BANDS, **CLIMATE)
    given: dict[str, Any] = {
        "tx_x": WEST + 9000.0, "tx_y": NORTH - 9000.0, "tx_agl_m": 30.0,
        "radius_m": 5000.0, "pixels": PIXELS,
    }  # fmt: skip
    one = disc(relief, conditions, **given)
    for threads in (2, 5):
        assert disc(relief, conditions, **given, threads=threads).losses_db.tobytes() == (
            one.losses_db.tobytes()
        )


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"radius_m": 0.0}, "radius_m must"),
        ({"radius_m": np.inf}, "radius_m must"),
        ({"tx_agl_m": -1.0}, "tx_agl_m must"),
        ({"scale": np.nan}, "scale must"),
        ({"pixels": Grid(0.0, 0.0, 1.0, 1.0, (9, 9), "EPSG:32648")}, "pixels are in EPSG:32648"),
    ],
)
def test_malformed_discs_are_refused(other: dict[str, Any], word: str) -> None:
    given: dict[str, Any] = {
        "tx_x": WEST, "tx_y": NORTH, "tx_agl_m": 30.0, "radius_m": 900.0, "pixels": PIXELS,
    }  # fmt: skip
    with pytest.raises(ValueError, match=word):
        disc(hills(cells=9), Conditions(frequencies_ghz=(0.9,), **CLIMATE), **{**given, **other})
