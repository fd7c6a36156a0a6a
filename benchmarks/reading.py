"""How long 300,000 rows of sites take to read and clean, beside what pandas alone would do.

    python benchmarks/reading.py [--rows 300000] [--runs 3]

The files are made here: an invented network over the sample province's communes, with Vietnamese
headers and decimal commas, and a row in a thousand that is wrong. Each reading is a process of its
own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

READ = """
import json, resource, sys, time
from pathlib import Path
begin = time.perf_counter()
from geoplan.io import read_inputs
from geoplan.scenario import parse_scenario
raw = {"schema": 1, "as_of": "2025-12-31", "inputs": {
    "communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": [sys.argv[2]]}}
found = read_inputs(parse_scenario(raw, Path(sys.argv[1])))
print(json.dumps({"s": time.perf_counter() - begin, "rows": len(found.sites),
    "refused": len(found.rejects),
    "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
PLAIN = """
import json, resource, sys, time
from pathlib import Path
begin = time.perf_counter()
import geopandas as gpd, pandas as pd
path = Path(sys.argv[1], sys.argv[2])
if path.suffix == ".csv":
    frame = pd.read_csv(path, sep=";", decimal=",")
else:
    frame = pd.read_excel(path, engine=sys.argv[3])
for name in ("Kinh độ", "Vĩ độ"):
    texts = frame[name].astype(str).str.replace(",", ".", regex=False)
    frame[name] = pd.to_numeric(texts, errors="coerce")
points = gpd.GeoDataFrame(
    frame, geometry=gpd.points_from_xy(frame["Kinh độ"], frame["Vĩ độ"]), crs="EPSG:4326")
communes = gpd.read_file(Path(sys.argv[1], "communes.geojson"))
joined = gpd.sjoin(points, communes[["geometry"]], how="inner", predicate="within")
print(json.dumps({"s": time.perf_counter() - begin, "rows": len(joined), "refused": 0,
    "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> None:
    """Make the files, read them some times, print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_files(folder, given.rows)
        for name, code, more in (
            ("sites.csv", READ, ()),
            ("sites.csv", PLAIN, ()),
            ("sites.xlsx", READ, ()),
            ("sites.xlsx", PLAIN, ("calamine",)),
            ("sites.xlsx", PLAIN, ("openpyxl",)),
        ):
            runs = 1 if "openpyxl" in more else given.runs
            told = [measure(code, folder, name, *more) for _ in range(runs)]
            middle = sorted(told, key=lambda one: one["s"])[len(told) // 2]
            who = "geoplan" if code is READ else f"pandas {' '.join(more)}".strip()
            print(
                f"{name:10} {who:16} {middle['s']:6.1f} s {middle['mb']:6.0f} MB "
                f"{middle['rows']} rows, {middle['refused']} refused"
            )


def measure(code: str, folder: Path, *more: str) -> dict[str, float]:
    """Run a reading in a process of its own."""
    command = [sys.executable, "-c", code, str(folder), *more]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout.splitlines()[-1]))


def make_files(folder: Path, rows: int) -> None:
    """Write communes, hamlets and the two sites files."""
    import geopandas as gpd
    import shapely

    shutil.copytree(Path(__file__).parents[1] / "data" / "boundaries", folder, dirs_exist_ok=True)
    area = shapely.union_all(gpd.read_file(folder / "communes.geojson").geometry)
    draw = np.random.default_rng(20_251_231)
    sites = np.arange(rows) // 3
    west, south, east, north = area.bounds
    points = np.column_stack((draw.uniform(west, east, rows), draw.uniform(south, north, rows)))
    points = points[shapely.contains_xy(area, points)]
    longitude, latitude = points[sites % len(points)].T
    frame = pd.DataFrame(
        {
            "STT": np.arange(1, rows + 1),
            "Mã trạm": [f"QN{site:06d}" for site in sites],
            "Nhà mạng": np.array(["VTL", "Vinaphone", "MBF", "VNM"])[sites % 4],
            "Công nghệ": np.array(["LTE", "NR", "3G"])[np.arange(rows) % 3],
            "Băng tần (MHz)": np.array([1800, 2600, 2100])[np.arange(rows) % 3],
            "Kinh độ": [f"{one:.6f}".replace(".", ",") for one in longitude],
            "Vĩ độ": [f"{one:.6f}".replace(".", ",") for one in latitude],
            "Độ cao anten (m)": draw.integers(15, 60, rows),
            "Chủ sở hữu": np.array(["Viettel", "VNPT", "MobiFone"])[sites % 3],
            "Ngày phát sóng": [
                f"{day:02d}/{month:02d}/{year}"
                for day, month, year in zip(
                    draw.integers(1, 28, rows),
                    draw.integers(1, 13, rows),
                    draw.integers(2012, 2026, rows),
                    strict=True,
                )
            ],
        }
    )
    frame.loc[np.arange(0, rows, 1000), "Kinh độ"] = "108,8o1"
    frame.to_csv(folder / "sites.csv", sep=";", index=False)
    frame.to_excel(folder / "sites.xlsx", index=False, engine="xlsxwriter")


if __name__ == "__main__":
    main()
