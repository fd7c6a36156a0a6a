"""Profiles cut out of a relief: held to a bilinear formula written out point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.rasters import Grid, Relief, profile

GRID = Grid(1000.0, 5000.0, 100.0, 100.0, (30, 40), "EPSG:32648")


def drawn(seed: int = 1) -> Relief:
    rng = np.random.default_rng(seed)
    return Relief(
        GRID,
        rng.uniform(-5, 900, GRID.shape).astype(np.float32),
        rng.choice([0.0, 10.0, 15.0], GRID.shape).astype(np.float32),
        rng.choice([1, 3, 4], GRID.shape).astype(np.int8),
    )


def height_by_hand(relief: Relief, x: float, y: float) -> float:
    """Give the height between four centres by the areas that lie across from them."""
    rows, columns = GRID.shape
    u = min(max((x - GRID.west) / GRID.dx - 0.5, 0.0), columns - 1.0)
    v = min(max((GRID.north - y) / GRID.dy - 0.5, 0.0), rows - 1.0)
    total = 0.0
    for i in {math.floor(v), math.ceil(v)}:
        for j in {math.floor(u), math.ceil(u)}:
            total += (1 - abs(v - i)) * (1 - abs(u - j)) * float(relief.ground_m[i, j])
    return total


@pytest.mark.parametrize("seed", range(12))
def test_a_profile_is_what_the_formula_gives_at_each_point(seed: int) -> None:
    relief, rng = drawn(seed), np.random.default_rng(seed)
    west, south, east, north = GRID.bounds
    (x0, x1), (y0, y1) = rng.uniform(west, east, 2), rng.uniform(south, north, 2)
    distance, ground, clutter, zone = profile(relief, x0, y0, x1, y1, 37.0)
    length = math.hypot(x1 - x0, y1 - y0)
    assert len(distance) == max(3, math.ceil(length / 37.0) + 1)
    assert (distance[0], distance[-1]) == (0.0, pytest.approx(length))
    assert np.diff(distance) == pytest.approx(length / (len(distance) - 1))
    for k in range(len(distance)):
        x = x0 + (x1 - x0) * k / (len(distance) - 1)
        y = y0 + (y1 - y0) * k / (len(distance) - 1)
        assert ground[k] == pytest.approx(height_by_hand(relief, x, y), abs=1e-6)
        row, column = int((GRID.north - y) // GRID.dy), int((x - GRID.west) // GRID.dx)
        assert clutter[k] == relief.clutter_m[row, column]
        assert zone[k] == relief.zone[row, column]


def test_the_way_back_is_the_same_profile_reversed() -> None:
    there, back = (
        profile(drawn(), *ends, 50.0)
        for ends in ((1010.0, 4020.0, 4470.0, 2090.0), (4470.0, 2090.0, 1010.0, 4020.0))
    )
    for one, other in zip(there[1:], back[1:], strict=True):
        assert one == pytest.approx(other[::-1], abs=1e-9)


def test_there_are_three_points_however_short_it_is() -> None:
    distance, ground, *_ = profile(drawn(), 2000.0, 3000.0, 2000.0, 3000.0, 100.0)
    assert distance.tolist() == [0.0, 0.0, 0.0]
    assert len(set(ground)) == 1
    assert len(profile(drawn(), 2000.0, 3000.0, 2010.0, 3000.0, 100.0)[0]) == 3


def test_edges_and_corners_belong_to_the_grid() -> None:
    relief = drawn()
    west, south, east, north = GRID.bounds
    _, ground, clutter, _ = profile(relief, west, north, east, south, 100.0)
    assert ground[0] == relief.ground_m[0, 0]
    assert ground[-1] == relief.ground_m[-1, -1]
    assert clutter[-1] == relief.clutter_m[-1, -1]


@pytest.mark.parametrize("ends", [(900, 3000, 2000, 3000), (2000, 3000, 2000, 6000)])
def test_a_profile_does_not_leave_the_grid(ends: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="leaves the grid"):
        profile(drawn(), *ends, 100.0)


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan])
def test_a_step_is_above_0(step: float) -> None:
    with pytest.raises(ValueError, match="step above 0"):
        profile(drawn(), 2000.0, 3000.0, 2100.0, 3000.0, step)


def test_a_place_that_is_no_number_is_no_place() -> None:
    with pytest.raises(ValueError, match="leaves the grid"):
        profile(drawn(), math.nan, 3000.0, 2100.0, 3000.0, 50.0)
    with pytest.raises(ValueError, match="leaves the grid"):
        profile(drawn(), 2000.0, 3000.0, 2100.0, math.nan, 50.0)


def test_a_relief_of_one_cell_is_level() -> None:
    one = Relief(
        Grid(0.0, 100.0, 100.0, 100.0, (1, 1), "EPSG:32648"),
        np.array([[7.0]], np.float32),
        np.zeros((1, 1), np.float32),
        np.full((1, 1), 4, np.int8),
    )
    assert profile(one, 0.0, 0.0, 100.0, 100.0, 50.0)[1].tolist() == [7.0] * 4
