"""How many pixels a second P.1812 takes over an area: a disc of 10 km in pixels of 100 m.

Drawn hills with clutter on a third of the cells, and an alpine height model where one is given
(its cells are taken for squares of 90 m). The time of one core is the processor's, the least of
some runs; that of two cores and of many places is the wall's. From profiles of 100 and 30 m
follows what a point of a profile costs, and what a pixel costs beside them.

    python -m benchmarks.area [DEM.tif]
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit

from geoplan.propagation.area import Conditions, disc, losses_to_points
from geoplan.propagation.area.kernel_profiles import Land, cut, points_of, room_for
from geoplan.propagation.area.prepared import land_of
from geoplan.rasters import Grid, Relief

CRS = "EPSG:32649"
WEST, NORTH = 250_000.0, 1_700_000.0
RADIUS_M = 10_000.0
PIXELS = Grid(WEST, NORTH, 100.0, 100.0, (700, 700), CRS)
ONE, FIVE = (0.9,), (0.7, 0.9, 1.8, 2.1, 2.6)
CLIMATE: dict[str, Any] = {"rx_agl_m": 1.5, "delta_n": 45.0, "n0": 340.0}
STEPS_M = (100.0, 30.0)


def main() -> None:
    """Print pixels a second by terrain, step and bands, and what they are made of."""
    reliefs = {"hills, 100 m cells": hills(240, 100.0), "hills, 30 m cells": hills(800, 30.0)}
    if len(sys.argv) > 1:
        reliefs["alpine, 90 m cells"] = alpine(sys.argv[1])
    for name, relief in reliefs.items():
        spent = {}
        for step_m, bands in itertools.product(STEPS_M, (ONE, FIVE)):
            given = asked(relief, step_m, bands)
            spent[step_m, bands], count = least(given, threads=1), len(disc(**given).row)
            both = least(given, threads=2, clock=time.perf_counter)
            print(
                f"{name}, {step_m:g} m, {len(bands)} band(s): "
                f"{count / spent[step_m, bands]:,.0f} pixels/s, two cores {count / both:,.0f}"
            )
        print(*made_of(relief, spent), sep="\n")
    by_points(reliefs["hills, 100 m cells"])
    print(*limits(reliefs["hills, 100 m cells"]), sep="\n")
    grow(hills(600, 100.0))


def asked(relief: Relief, step_m: float, bands: tuple[float, ...]) -> dict[str, Any]:
    """Give the arguments of a disc in the middle of a relief."""
    rows, columns = relief.grid.shape
    return {
        "relief": relief,
        "conditions": Conditions(frequencies_ghz=bands, step_m=step_m, **CLIMATE),
        "tx_x": WEST + round(columns * relief.grid.dx / 200.0) * 100.0 + 50.0,
        "tx_y": NORTH - round(rows * relief.grid.dy / 200.0) * 100.0 - 50.0,
        "tx_agl_m": 40.0,
        "radius_m": RADIUS_M,
        "pixels": PIXELS,
    }


def least(
    given: dict[str, Any], *, threads: int, clock: Callable[[], float] = time.thread_time
) -> float:
    """Give the least time of a disc."""
    found = math.inf
    for _ in range(12):
        start = clock()
        disc(**given, threads=threads)
        found = min(found, clock() - start)
    return found


def made_of(relief: Relief, spent: dict[Any, float]) -> Iterator[str]:
    """Tell what a point of a profile and what a pixel costs, one band, and each further band."""
    found = disc(**asked(relief, 100.0, ONE))
    at = asked(relief, 100.0, ONE)
    lengths = np.hypot(
        PIXELS.centres_x()[found.column] - at["tx_x"], PIXELS.centres_y()[found.row] - at["tx_y"]
    )
    count = len(lengths)
    points = {step: np.maximum(np.ceil(lengths / step) + 1.0, 3.0).sum() for step in STEPS_M}
    fine, coarse = spent[30.0, ONE], spent[100.0, ONE]
    point = (fine - coarse) / (points[30.0] - points[100.0])
    yield f"  points a pixel: {points[100.0] / count:.0f} and {points[30.0] / count:.0f}"
    yield f"  a point {point * 1e9:.1f} ns, beside them a pixel "
    yield f"  {(coarse - points[100.0] * point) / count * 1e9:.0f} ns, "
    yield f"  a further band {(spent[100.0, FIVE] - coarse) / 4 / count * 1e9:.0f} ns"


def limits(relief: Relief) -> Iterator[str]:
    """Tell what arithmetic costs at least: functions alone, and profiles cut but not used."""
    given = asked(relief, 100.0, ONE)
    found = disc(**given)
    x, y = PIXELS.centres_x()[found.column], PIXELS.centres_y()[found.row]
    values = np.random.default_rng(1).uniform(0.5, 2.0, 1_000_000)
    for name, function in (("log10", _log10), ("power", _power), ("atan", _atan), ("root", _root)):
        yield f"  {name}: {_least_ns(function, values) / len(values):.1f} ns"
    land = land_of(relief, np.append(x, given["tx_x"]), np.append(y, given["tx_y"]))
    spent = _least_ns(_cut_all, land, x, y, given["tx_x"], given["tx_y"])
    yield f"  a profile cut and not used: {spent / len(x):.0f} ns a pixel"


def _least_ns(function: Any, *given: Any) -> float:
    function(*given)
    best = math.inf
    for _ in range(7):
        start = time.thread_time()
        function(*given)
        best = min(best, time.thread_time() - start)
    return best * 1e9


@njit
def _log10(values: Any) -> float:
    total = 0.0
    for value in values:
        total += math.log10(value)
    return total


@njit
def _power(values: Any) -> float:
    total = 0.0
    for value in values:
        total += math.pow(value, 0.3)
    return total


@njit
def _atan(values: Any) -> float:
    total = 0.0
    for value in values:
        total += math.atan(value)
    return total


@njit
def _root(values: Any) -> float:
    total = 0.0
    for value in values:
        total += math.sqrt(value)
    return total


@njit(error_model="numpy")
def _cut_all(land: Land, x: Any, y: Any, tx_x: float, tx_y: float) -> float:
    ground_m, clutter_m, zone_of, frame = land
    ground, clutter, zone, cell, right, down = room_for(400)
    column, row = (tx_x - frame.west) / frame.dx, (frame.north - tx_y) / frame.dy
    total = 0.0
    for k in range(len(x)):
        to_column, to_row = (x[k] - frame.west) / frame.dx, (frame.north - y[k]) / frame.dy
        points = points_of(math.hypot(x[k] - tx_x, y[k] - tx_y), 100.0)
        cut(
            frame, ground_m, clutter_m, zone_of, ground, clutter, zone, cell, right, down,
            column, row, to_column, to_row, points,
        )  # fmt: skip
        total += ground[points - 1]
    return total


def by_points(relief: Relief) -> None:
    """Print the same pixels as arbitrary points: the whole Recommendation, exact to 1e-9 dB."""
    given = asked(relief, 100.0, ONE)
    found = disc(**given)
    for step_m in STEPS_M:
        conditions = Conditions(frequencies_ghz=ONE, step_m=step_m, **CLIMATE)
        best = math.inf
        for _ in range(5):
            start = time.thread_time()
            losses_to_points(
                relief,
                conditions,
                tx_x=given["tx_x"],
                tx_y=given["tx_y"],
                tx_agl_m=40.0,
                px=PIXELS.centres_x()[found.column],
                py=PIXELS.centres_y()[found.row],
            )
            best = min(best, time.thread_time() - start)
        print(f"as points, {step_m:g} m, one band: {len(found.row) / best:,.0f} points/s")


def grow(relief: Relief) -> None:
    """Print the wall time of 10 to 10,000 places on two cores, one band, a disc each."""
    draw = np.random.default_rng(3)
    given = asked(relief, 100.0, ONE)
    for places in (10, 100, 1000, 10_000):
        xs = WEST + draw.uniform(RADIUS_M, 60_000.0 - RADIUS_M, places)
        ys = NORTH - draw.uniform(RADIUS_M, 60_000.0 - RADIUS_M, places)

        def one(at: tuple[float, float]) -> int:
            return len(disc(**{**given, "tx_x": at[0], "tx_y": at[1]}).row)

        start = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            pixels = sum(pool.map(one, zip(xs, ys, strict=True)))
        spent = time.perf_counter() - start
        print(f"{places} places, two cores: {spent:.2f} s, {pixels / spent:,.0f} pixels/s")


def hills(cells: int, cell_m: float) -> Relief:
    """Draw eight octaves of hills, a third of the cells with 10 m of clutter."""
    draw = np.random.default_rng(1)
    x, y = np.meshgrid(np.arange(cells) * cell_m, np.arange(cells) * cell_m)
    ground = np.full(x.shape, 300.0)
    for octave in range(8):
        wave_m = 20_000.0 / 2**octave
        angle, phase = draw.uniform(0.0, 2.0 * np.pi, 2)
        along = x * math.cos(angle) + y * math.sin(angle)
        ground += 0.012 * wave_m * np.sin(2.0 * np.pi * along / wave_m + phase)
    return relief_of(ground, np.where(draw.random(x.shape) < 1 / 3, 10.0, 0.0), cell_m)


def alpine(path: str) -> Relief:
    """Read a height model as if its cells were squares of 90 m; voids become 2,000 m."""
    import rasterio

    with rasterio.open(path) as file:
        heights = file.read(1).astype(float)
    heights[heights < -1000.0] = 2000.0
    return relief_of(heights, np.zeros_like(heights), 90.0)


def relief_of(ground: Any, clutter: Any, cell_m: float) -> Relief:
    """Put arrays on a grid."""
    grid = Grid(WEST, NORTH, cell_m, cell_m, ground.shape, CRS)
    return Relief(
        grid,
        ground.astype(np.float32),
        clutter.astype(np.float32),
        np.full(ground.shape, 4, np.int8),
    )


if __name__ == "__main__":
    main()
