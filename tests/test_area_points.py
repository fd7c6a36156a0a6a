"""P.1812 from transmitters to points over a relief, against the plain form on plain profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geoplan import geodesy
from geoplan.propagation.area import Conditions, losses_of_many, losses_to_points
from geoplan.propagation.ranges import OutOfRangeWarning
from tests.area_case import ALPS, CLIMATE, CRS, NORTH, WEST, alps, hills, plain_losses, relief_of

BANDS = (0.7, 0.9, 2.6, 3.5)


def drawn_points(seed: int, count: int, cells: int, cell_m: float) -> tuple[Any, Any]:
    draw = np.random.default_rng(seed)
    side = cells * cell_m
    return WEST + draw.uniform(0.0, side, count), NORTH - draw.uniform(0.0, side, count)


def compare(relief: Any, conditions: Conditions, tx: Any, px: Any, py: Any, **others: Any) -> None:
    found = losses_to_points(
        relief, conditions, tx_x=tx[0], tx_y=tx[1], tx_agl_m=30.0, px=px, py=py, **others
    )
    lonlat = tuple(float(v) for v in geodesy.to_wgs84(*tx, CRS))
    for k in range(len(px)):
        plain = plain_losses(
            relief, conditions, tx, (px[k], py[k]), tx_agl_m=30.0, lonlat=lonlat, **others
        )
        assert found[k] == pytest.approx(plain, abs=1e-9), k


@pytest.mark.parametrize("time_percent", [1.0, 20.0, 50.0])
@pytest.mark.filterwarnings("ignore::geoplan.propagation.ranges.OutOfRangeWarning")
def test_losses_are_those_of_the_plain_form(time_percent: float) -> None:
    conditions = Conditions(
        frequencies_ghz=BANDS,
        time_percent=time_percent,
        location_percent=90.0,
        location_sigma_db=5.5,
        coast_tx_km=0.0,
        coast_rx_km=2.0,
        **CLIMATE,
    )
    for seed in range(6):
        relief = hills(seed=seed, steep=0.01 * (1 + seed), sea=seed % 2 == 0)
        px, py = drawn_points(seed, 40, 240, 100.0)
        compare(relief, conditions, (px[0] + 3.0, py[0] - 7.0), px, py)


@pytest.mark.filterwarnings("ignore::geoplan.propagation.ranges.OutOfRangeWarning")
def test_points_on_borders_of_cells_have_the_clutter_of_one() -> None:
    relief = hills(cells=60, steep=0.02)
    conditions = Conditions(frequencies_ghz=(0.9,), step_m=50.0, **CLIMATE)
    px, py = np.meshgrid(WEST + np.arange(0, 6001, 500.0), NORTH - np.arange(0, 6001, 500.0))
    compare(relief, conditions, (WEST + 3100.0, NORTH - 3000.0), px.ravel(), py.ravel())


@pytest.mark.skipif(not ALPS.exists(), reason="../shared/data is not here")
@pytest.mark.filterwarnings("ignore::geoplan.propagation.ranges.OutOfRangeWarning")
def test_losses_in_the_alps_are_those_of_the_plain_form() -> None:
    relief = alps()
    conditions = Conditions(frequencies_ghz=(0.7, 1.8), step_m=30.0, **CLIMATE)
    px, py = drawn_points(5, 60, min(relief.grid.shape), 90.0)
    compare(relief, conditions, (px[0], py[0]), px[1:], py[1:])


def test_scale_stretches_the_path() -> None:
    relief = hills(cells=80)
    conditions = Conditions(frequencies_ghz=BANDS, **CLIMATE)
    px, py = drawn_points(9, 20, 80, 100.0)
    compare(relief, conditions, (px[0] + 900.0, py[0]), px[1:], py[1:], scale=1.0004)


def test_cells_that_are_not_square() -> None:
    draw = np.random.default_rng(4)
    ground = draw.uniform(0.0, 300.0, (50, 90))
    relief = relief_of(ground, np.full((50, 90), 4.0), np.full((50, 90), 4), 60.0, rows_m=110.0)
    conditions = Conditions(frequencies_ghz=(0.9,), step_m=40.0, **CLIMATE)
    px, py = WEST + draw.uniform(500.0, 5400.0, 30), NORTH - draw.uniform(500.0, 5500.0, 30)
    compare(relief, conditions, (WEST + 100.0, NORTH - 100.0), px, py)


def test_at_the_transmitter_the_loss_is_a_number() -> None:
    conditions = Conditions(frequencies_ghz=BANDS, rx_agl_m=30.0, delta_n=45.0, n0=340.0)
    for relief in (hills(cells=20, sea=False), hills(cells=20, steep=0.5)):
        at = (WEST + 700.0, NORTH - 700.0)
        px = at[0] + np.array([0.0, 1e-9, 0.1, 3.0, 60.0])
        found = losses_to_points(
            relief, conditions, tx_x=at[0], tx_y=at[1], tx_agl_m=30.0, px=px, py=np.full(5, at[1])
        )
        assert np.isfinite(found).all()
        assert found[0] == pytest.approx(found[1])
        assert found[:2, 1] == pytest.approx(92.4 + 20.0 * np.log10(0.9) - 60.0, abs=0.1)


def test_places_off_the_relief_have_no_loss() -> None:
    relief, conditions = hills(cells=30), Conditions(frequencies_ghz=BANDS, **CLIMATE)
    px = WEST + np.array([-0.1, 0.0, 2999.9, 3000.0, 3000.1, 50.0, np.nan, np.inf])
    found = losses_to_points(
        relief, conditions, tx_x=WEST + 1500.0, tx_y=NORTH - 1500.0, tx_agl_m=30.0,
        px=px, py=np.full(8, NORTH - 50.0),
    )  # fmt: skip
    lost = np.array([True, False, False, False, True, False, True, True])
    assert (np.isnan(found).all(axis=1) == lost).all()
    assert np.isfinite(found[~lost]).all()
    for x in (WEST - 1.0, np.nan):
        away = losses_to_points(
            relief, conditions, tx_x=x, tx_y=NORTH - 1.0, tx_agl_m=30.0,
            px=px, py=np.full(8, NORTH - 50.0),
        )  # fmt: skip
        assert np.isnan(away).all()


def test_many_transmitters_give_what_each_gives_whatever_the_threads() -> None:
    relief, conditions = hills(cells=120), Conditions(frequencies_ghz=BANDS, **CLIMATE)
    px, py = drawn_points(2, 300, 120, 100.0)
    draw = np.random.default_rng(3)
    rows = [np.sort(draw.choice(300, size, replace=False)) for size in (290, 0, 300, 299, 298, 1)]
    tx = px[:6] + 11.0, py[:6] - 9.0, np.array([20.0, 30.0, 40.0, 50.0, 60.0, 70.0])
    given: dict[str, Any] = {
        "tx_x": tx[0], "tx_y": tx[1], "tx_agl_m": tx[2],
        "indptr": np.cumsum([0, *map(len, rows)]), "indices": np.concatenate(rows),
        "px": px, "py": py, "scale": np.linspace(0.9996, 1.0004, 6),
    }  # fmt: skip
    found = losses_of_many(relief, conditions, **given, threads=1)
    for threads in (2, 3):
        again = losses_of_many(relief, conditions, **given, threads=threads)
        assert again.tobytes() == found.tobytes()
    for i, row in enumerate(rows):
        alone = losses_to_points(
            relief, conditions, tx_x=tx[0][i], tx_y=tx[1][i], tx_agl_m=tx[2][i],
            px=px[row], py=py[row], scale=given["scale"][i],
        )  # fmt: skip
        part = found[given["indptr"][i] : given["indptr"][i + 1]]
        assert part.tobytes() == alone.tobytes()


def test_medians_of_many_transmitters_are_within_a_millionth_of_a_decibel() -> None:
    relief, conditions = hills(cells=120), Conditions(frequencies_ghz=BANDS, **CLIMATE)
    px, py = drawn_points(2, 300, 120, 100.0)
    px[7], px[8] = np.nan, np.inf
    draw = np.random.default_rng(3)
    rows = [np.sort(draw.choice(300, size, replace=False)) for size in (290, 0, 300, 299, 1)]
    given: dict[str, Any] = {
        "tx_x": px[:5] + 11.0, "tx_y": py[:5] - 9.0, "tx_agl_m": np.linspace(20.0, 60.0, 5),
        "indptr": np.cumsum([0, *map(len, rows)]), "indices": np.concatenate(rows),
        "px": px, "py": py, "scale": np.linspace(0.9996, 1.0004, 5),
    }  # fmt: skip
    exact = losses_of_many(relief, conditions, **given)
    found = losses_of_many(relief, conditions, **given, farthest_m=20_000.0, threads=1)
    assert found == pytest.approx(exact, abs=1e-6, nan_ok=True)
    again = losses_of_many(relief, conditions, **given, farthest_m=20_000.0, threads=3)
    assert again.tobytes() == found.tobytes()
    # Not for half of the time, or farther: the exact way, to the last bit.
    rare = replace(conditions, time_percent=10.0)
    whole = losses_of_many(relief, rare, **given)
    assert losses_of_many(relief, rare, **given, farthest_m=20_000.0).tobytes() == whole.tobytes()
    far = losses_of_many(relief, conditions, **given, farthest_m=300_000.0)
    assert far.tobytes() == exact.tobytes()


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"frequencies_ghz": ()}, "frequencies_ghz must"),
        ({"frequencies_ghz": (0.9, -1.0)}, "frequencies_ghz must"),
        ({"step_m": 0.0}, "step_m must"),
        ({"step_m": np.nan}, "step_m must"),
        ({"rx_agl_m": 0.0}, "rx_agl_m must be above 0"),
        ({"time_percent": 60.0}, "at most 50"),
        ({"polarization": "slant"}, "polarization must"),
        ({"n0": np.nan}, "n0 is no finite number"),
    ],
)
def test_malformed_conditions_are_refused_by_name(other: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Conditions(**{"frequencies_ghz": (0.9,), **CLIMATE, **other})


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"tx_agl_m": 0.0}, "tx_agl_m must"),
        ({"scale": 0.0}, "scale must"),
        ({"py": [1.0, 2.0]}, "one length"),
        ({"indptr": [0, 2]}, "indices must be as many"),
        ({"indptr": [1, 3]}, "indptr must ascend"),
        ({"indices": [0, 1, 3]}, "indices must point"),
    ],
)
def test_malformed_rows_are_refused(other: dict[str, Any], word: str) -> None:
    points = WEST + np.array([1.0, 2.0, 3.0])
    given: dict[str, Any] = {
        "tx_x": WEST, "tx_y": NORTH, "tx_agl_m": 30.0, "indptr": [0, 3], "indices": [0, 1, 2],
        "px": points, "py": points,
    }  # fmt: skip
    with pytest.raises(ValueError, match=word):
        losses_of_many(
            hills(cells=9), Conditions(frequencies_ghz=(0.9,), **CLIMATE), **{**given, **other}
        )


def test_bands_beyond_the_range_warn() -> None:
    with pytest.warns(OutOfRangeWarning, match="frequency_ghz beyond"):
        Conditions(frequencies_ghz=(7.0,), **CLIMATE)
