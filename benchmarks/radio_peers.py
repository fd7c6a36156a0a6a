"""The same disc by what else a user could install: pycraf (P.452), itmlogic and SPLAT! (ITM).

One place on drawn hills, 900 MHz, antenna at 40 m, receivers at 1.5 m, everything within 10 km.
Models differ, so that losses do: what is compared is how many pixels a second of one processor
each gives. Peers get the heights that geoplan has, as an .hgt tile of 3″; clutter is left out.
What is not installed is left out and said so.

    python -m benchmarks.radio_peers
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import contextlib
import io
import math
import resource
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.area import ONE, PIXELS, RADIUS_M, asked, hills
from geoplan import geodesy
from geoplan.propagation.area import disc
from geoplan.rasters import Relief

FREQUENCY_MHZ, TX_AGL_M, RX_AGL_M = 900.0, 40.0, 1.5
SIDE = 1201
"""Rows and columns of an SRTM tile of 3″."""
SAMPLE = 300
"""Pixels that pure Python is asked for."""


def main() -> None:
    """Print pixels a second of one processor, and ratios to geoplan."""
    relief = hills(240, 100.0)
    relief = replace(relief, clutter_m=np.zeros_like(relief.clutter_m))
    given = asked(relief, 100.0, ONE)
    lon, lat = geodesy.to_wgs84(np.array([given["tx_x"]]), np.array([given["tx_y"]]), PIXELS.crs)
    at = float(lon[0]), float(lat[0])
    ours = {step: _ours(relief, step) for step in (100.0, 30.0)}
    for step, rate in ours.items():
        print(f"geoplan, P.1812, profiles of {step:g} m: {rate:,.0f} pixels/s")
    with tempfile.TemporaryDirectory() as folder:
        tile = write_tile(relief, at, Path(folder))
        peers: tuple[tuple[str, float, Callable[[], tuple[int, float]]], ...] = (
            ("pycraf, P.452, atten_map_fast, 32 m", 30.0, lambda: _pycraf(tile.parent, at)),
            ("pycraf, P.452, losses_complete, 100 m", 100.0, lambda: _pycraf_points(relief, given)),
            ("itmlogic, ITM, 100 m", 100.0, lambda: _itmlogic(relief, given)),
            ("SPLAT!, ITWOM, -L, 3″ (92 m)", 100.0, lambda: _splat(tile, at)),
        )
        for name, step, peer in peers:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    count, spent = peer()
            except (ImportError, FileNotFoundError) as error:
                print(f"{name}: left out, {error}")
                continue
            rate = count / spent
            print(
                f"{name}: {count:,} pixels in {spent:.2f} s, {rate:,.0f} pixels/s, "
                f"{ours[step] / rate:,.0f} times slower"
            )


def _ours(relief: Relief, step_m: float) -> float:
    given = asked(relief, step_m, ONE)
    count, best = len(disc(**given).row), math.inf
    for _ in range(12):
        start = time.process_time()
        disc(**given)
        best = min(best, time.process_time() - start)
    return count / best


def write_tile(relief: Relief, at: tuple[float, float], folder: Path) -> Path:
    """Write the heights around a place as the SRTM tile of 3″ that holds it."""
    west, south = math.floor(at[0]), math.floor(at[1])
    steps = np.arange(SIDE) / (SIDE - 1)
    lon, lat = np.meshgrid(west + steps, south + 1.0 - steps)
    grid = relief.grid
    x, y = geodesy.from_wgs84(lon.ravel(), lat.ravel(), grid.crs)
    row = np.clip((grid.north - y) / grid.dy, 0, grid.shape[0] - 1).astype(int)
    column = np.clip((x - grid.west) / grid.dx, 0, grid.shape[1] - 1).astype(int)
    path = folder / f"N{south:02d}E{west:03d}.hgt"
    heights = np.rint(relief.ground_m[row, column]).reshape(SIDE, SIDE)
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


def _pycraf(folder: Path, at: tuple[float, float]) -> tuple[int, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from astropy import units
        from pycraf import pathprof

        around = 2.0 * RADIUS_M / 111_000.0
        side = around / math.cos(math.radians(at[1])) * units.deg
        start = time.process_time()
        with pathprof.SrtmConf.set(srtm_dir=str(folder), download="never", server="viewpano"):
            profiles = pathprof.height_map_data(
                at[0] * units.deg, at[1] * units.deg, side, around * units.deg,
                map_resolution=3.25 * units.arcsec,
            )  # fmt: skip
            found = pathprof.atten_map_fast(
                FREQUENCY_MHZ / 1e3 * units.GHz, 293.0 * units.K, 1013.0 * units.hPa,
                TX_AGL_M * units.m, RX_AGL_M * units.m, 50.0 * units.percent, profiles,
            )  # fmt: skip
        spent = time.process_time() - start
    return int(np.size(found["L_b"])), spent


def _sampled(relief: Relief, given: dict[str, Any]) -> list[tuple[float, np.ndarray[Any, Any]]]:
    """Give steps [m] and heights of profiles to some of the pixels, 100 m or less apart."""
    from geoplan import rasters

    found = disc(**given)
    some = np.linspace(0, len(found.row) - 1, SAMPLE).astype(int)
    profiles = []
    for at in some:
        x, y = PIXELS.centres_x()[found.column[at]], PIXELS.centres_y()[found.row[at]]
        if math.hypot(x - given["tx_x"], y - given["tx_y"]) < 500.0:
            continue
        away, ground, _, _ = rasters.profile(relief, given["tx_x"], given["tx_y"], x, y, 100.0)
        profiles.append((float(away[1]), ground))
    return profiles


def _pycraf_points(relief: Relief, given: dict[str, Any]) -> tuple[int, float]:
    profiles = _sampled(relief, given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from astropy import units
        from pycraf import pathprof

        start = time.process_time()
        for step, ground in profiles:
            pathprof.losses_complete(
                FREQUENCY_MHZ / 1e3 * units.GHz, 293.0 * units.K, 1013.0 * units.hPa,
                108.8 * units.deg, 15.2 * units.deg, 108.9 * units.deg, 15.2 * units.deg,
                TX_AGL_M * units.m, RX_AGL_M * units.m, step * units.m, 50.0 * units.percent,
                hprof_dists=np.arange(len(ground)) * step / 1e3 * units.km,
                hprof_heights=ground * units.m,
                hprof_bearing=90.0 * units.deg, hprof_backbearing=-90.0 * units.deg,
            )  # fmt: skip
        spent = time.process_time() - start
    return len(profiles), spent


def _itmlogic(relief: Relief, given: dict[str, Any]) -> tuple[int, float]:
    from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
    from itmlogic.preparatory_subroutines.qlrps import qlrps
    from itmlogic.statistics.avar import avar

    profiles = _sampled(relief, given)
    start = time.process_time()
    for step, ground in profiles:
        told: dict[str, Any] = {
            "hg": [TX_AGL_M, RX_AGL_M], "klim": 5, "lvar": 5, "gma": 157e-9, "kwx": 0,
            "mdvarx": 11, "klimx": 0, "pfl": [len(ground) - 1, step, *ground.tolist()],
        }  # fmt: skip
        mean = float(ground.mean())
        told["wn"], told["gme"], told["ens"], told["zgnd"] = qlrps(
            FREQUENCY_MHZ, mean, 314.0, 0, 15.0, 0.005
        )
        told = qlrpfl(told)
        avar(0.0, 0.0, 0.0, told)
    return len(profiles), time.process_time() - start


def _splat(tile: Path, at: tuple[float, float]) -> tuple[int, float]:
    folder = tile.parent
    if shutil.which("splat") is None:
        raise FileNotFoundError("splat is not installed (apt-get install splat)")
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["srtm2sdf", tile.name], check=True, **quiet)  # type: ignore[call-overload]
    (folder / "tx.qth").write_text(f"tx\n{at[1]:.6f}\n{360.0 - at[0]:.6f}\n{TX_AGL_M:g}m\n")
    lines = ("15.0", "0.005", "314.0", f"{FREQUENCY_MHZ:g}", "5", "1", "0.5", "0.5", "0")
    (folder / "tx.lrp").write_text("\n".join(lines) + "\n")
    order = ["splat", "-t", "tx", "-L", f"{RX_AGL_M:g}", "-R", f"{RADIUS_M / 1e3:g}", "-metric",
             "-N", "-ano", "losses.txt", "-d", str(folder)]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(order, check=True, **quiet)  # type: ignore[call-overload]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pixels = sum(1 for line in (folder / "losses.txt").open() if line.count(",") >= 4)
    if pixels == 0:
        raise FileNotFoundError("splat wrote no losses")
    return pixels, spent


if __name__ == "__main__":
    main()
