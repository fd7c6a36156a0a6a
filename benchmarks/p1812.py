"""How many profiles a second P.1812 takes on one core: the paths of a disc of 10 km.

The paths end at 31,416 points spread evenly over the disc, as the pixels of 100 m do, on drawn
hills with clutter; cutting the profiles out of terrain is not measured. Time is the processor's.

    python -m benchmarks.p1812
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from geoplan.propagation import itu_p1812
from geoplan.propagation.itu_p1812 import many

PATHS = 31_416
ASKED: dict[str, Any] = {
    "tx_agl_m": 40.0,
    "rx_agl_m": 1.5,
    "polarization": "vertical",
    "time_percent": 50.0,
    "location_percent": 50.0,
    "location_sigma_db": 0.0,
    "delta_n": 45.0,
    "n0": 340.0,
    "tx_lonlat": (108.0, 15.0),
    "rx_lonlat": (108.05, 15.05),
}
BANDS = {"one band": [0.9], "five bands": [0.7, 0.9, 1.8, 2.1, 2.6]}


def main() -> None:
    """Print profiles a second by step and bands, and those of the plain form."""
    for step_m in (100, 30):
        profiles = disc(step_m)
        for name, bands in BANDS.items():
            given = {**profiles, **ASKED, "frequencies_ghz": bands}
            many.losses_db(**given)
            spent = min(seconds(given) for _ in range(5))
            print(f"{step_m} m, {name}: {PATHS / spent:,.0f} profiles/s")
    row = {name: rows[0] for name, rows in profiles.items() if name != "points"}
    end = profiles["points"][0]
    row = {name: values[:end] for name, values in row.items()} | {"zone": np.full(end, 4)}
    start = time.thread_time()
    for _ in range(200):
        itu_p1812.basic_transmission_loss_db(**row, frequency_ghz=0.9, **ASKED)
    print(f"plain form, {end} points: {200 / (time.thread_time() - start):,.0f} profiles/s")


def seconds(given: dict[str, Any]) -> float:
    """Give the processor's time of one pass over all paths."""
    start = time.thread_time()
    many.losses_db(**given)
    return time.thread_time() - start


def disc(step_m: float) -> dict[str, Any]:
    """Draw the profiles: eight octaves of hills, a third of the points with 10 m of clutter."""
    draw = np.random.default_rng(1)
    length_km = np.maximum(10.0 * np.sqrt(draw.random(PATHS)), 0.3)
    points = np.ceil(length_km * 1e3 / step_m).astype(int) + 1
    steps = np.arange(points.max())
    distance = np.minimum(steps * (length_km / (points - 1))[:, None], length_km[:, None])
    ground = np.full(distance.shape, 300.0)
    for octave in range(8):
        wave_km = 20.0 / 2**octave
        phase = draw.random((PATHS, 1))
        ground += 12.0 * wave_km * np.sin(2.0 * np.pi * (distance / wave_km + phase))
    clutter = np.where(draw.random(distance.shape) < 1 / 3, 10.0, 0.0)
    return {
        "distance_km": distance,
        "ground_amsl_m": ground,
        "clutter_m": clutter,
        "points": points,
    }


if __name__ == "__main__":
    main()
