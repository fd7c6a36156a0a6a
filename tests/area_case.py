"""Reliefs for the tests of area predictions, and the plain twin that cuts profiles out of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from geoplan.propagation import itu_p1812
from geoplan.propagation.area import Conditions
from geoplan.rasters import Grid, Relief

CRS = "EPSG:32649"
WEST, NORTH = 250_000.0, 1_700_000.0
ALPS = Path(__file__).resolve().parents[2] / "shared" / "data" / "dem_alps_srtm3_0p3deg.tif"
CLIMATE: dict[str, Any] = {"rx_agl_m": 1.5, "delta_n": 45.0, "n0": 340.0}


def hills(
    cells: int = 240, cell_m: float = 100.0, *, seed: int = 1, steep: float = 0.03, sea: bool = True
) -> Relief:
    """Draw octaves of hills with clutter on a third of the cells; the west is sea, then coast."""
    draw = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(cells) * cell_m, np.arange(cells) * cell_m)
    ground = np.zeros((cells, cells))
    for octave in range(8):
        wave = 20_000.0 / 2**octave
        for _ in range(3):
            angle, phase = draw.uniform(0.0, 2.0 * np.pi, 2)
            along = x * math.cos(angle) + y * math.sin(angle)
            ground += steep * wave / 4.0 * np.sin(2.0 * np.pi * along / wave + phase)
    ground -= ground.min()
    zone = np.full((cells, cells), 4, np.int8)
    clutter = np.where(draw.random((cells, cells)) < 1 / 3, draw.choice([5.0, 10.0, 20.0]), 0.0)
    if sea:
        zone[:, : cells // 4], zone[:, : cells // 5] = 3, 1
        ground[zone == 1], clutter[zone == 1] = 0.0, 0.0
    return relief_of(ground, clutter, zone, cell_m)


def relief_of(ground: Any, clutter: Any, zone: Any, cell_m: float, *, rows_m: float = 0) -> Relief:
    """Put arrays on a grid at the usual corner; ``rows_m`` is the height of cells, if another."""
    grid = Grid(WEST, NORTH, cell_m, rows_m or cell_m, np.shape(ground), CRS)
    return Relief(
        grid,
        np.asarray(ground, np.float32),
        np.asarray(clutter, np.float32),
        np.asarray(zone, np.int8),
    )


def alps(cell_m: float = 90.0) -> Relief:
    """Read the alpine heights as if their cells were square; voids become 2,000 m."""
    import rasterio

    with rasterio.open(ALPS) as file:
        heights = file.read(1).astype(float)
    heights[heights < -1000.0] = 2000.0
    return relief_of(heights, np.zeros_like(heights), np.full(heights.shape, 4), cell_m)


def profile(
    relief: Relief, start: tuple[float, float], end: tuple[float, float], step_m: float
) -> dict[str, Any]:
    """Cut a profile point by point: the definition of what the compiled code samples."""
    grid, (rows, columns) = relief.grid, relief.grid.shape
    column_t, row_t = (start[0] - grid.west) / grid.dx, (grid.north - start[1]) / grid.dy
    column_r, row_r = (end[0] - grid.west) / grid.dx, (grid.north - end[1]) / grid.dy
    length_m = math.hypot(end[0] - start[0], end[1] - start[1])
    points = max(3, math.ceil(length_m / step_m - 1e-9) + 1)
    ground, clutter, zone = [], [], []
    for i in range(points):
        column = column_t + (column_r - column_t) * i / (points - 1)
        row = row_t + (row_r - row_t) * i / (points - 1)
        u = min(max(column - 0.5, 0.0), columns - 1.0)
        v = min(max(row - 0.5, 0.0), rows - 1.0)
        left, top = min(math.floor(u), columns - 2), min(math.floor(v), rows - 2)
        square = relief.ground_m[top : top + 2, left : left + 2].astype(float)
        along = square[:, 0] + (square[:, 1] - square[:, 0]) * (u - left)
        ground.append(along[0] + (along[1] - along[0]) * (v - top))
        # What lies within a billionth of a cell of a border belongs to the cell behind it.
        cell = min(math.floor(row + 1e-9), rows - 1), min(math.floor(column + 1e-9), columns - 1)
        clutter.append(float(relief.clutter_m[cell]))
        zone.append(int(relief.zone[cell]))
    return {
        "distance_km": np.arange(points) / (points - 1) * length_m / 1e3,
        "ground_amsl_m": np.array(ground),
        "clutter_m": np.array(clutter),
        "zone": np.array(zone),
    }


def plain_losses(
    relief: Relief,
    conditions: Conditions,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    tx_agl_m: float,
    lonlat: tuple[float, float],
    scale: float = 1.0,
) -> list[float]:
    """Give the losses of one path by the plain form of the Recommendation."""
    path = profile(relief, start, end, conditions.step_m)
    path["distance_km"] = path["distance_km"] * scale
    return [
        itu_p1812.basic_transmission_loss_db(
            **path,
            frequency_ghz=frequency,
            tx_agl_m=tx_agl_m,
            rx_agl_m=conditions.rx_agl_m,
            polarization=conditions.polarization,
            time_percent=conditions.time_percent,
            location_percent=conditions.location_percent,
            location_sigma_db=conditions.location_sigma_db,
            delta_n=conditions.delta_n,
            n0=conditions.n0,
            tx_lonlat=lonlat,
            rx_lonlat=lonlat,
            coast_tx_km=conditions.coast_tx_km,
            coast_rx_km=conditions.coast_rx_km,
        )
        for frequency in conditions.frequencies_ghz
    ]
