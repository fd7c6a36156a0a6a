"""Times ``geoplan run`` on a province in a new process, beside what a user would do instead.

    python benchmarks/province.py SCENARIO [--runs 3]

Wall time and peak memory are those of /usr/bin/time. "Instead" is the usual GeoPandas way to the
same first answers (buffers, spatial join, union per operator, overlay with the communes) in the
same run on the same files; its counts of white hamlets are printed beside ours.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def timed(command: list[str]) -> tuple[float, float]:
    """Give wall seconds and peak memory (MB) of a command in a new process."""
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%e %M", *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "random"},
    )
    if done.returncode:
        sys.exit(done.stderr)
    wall, memory = done.stderr.split("\n")[-2].split()
    return float(wall), float(memory) / 1024


def checksum(folder: Path) -> str:
    """Give one checksum of every table in a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        total.update(path.name.encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def measure(name: str, command: list[str], runs: int) -> float:
    """Print the median and the range of some runs; give the median."""
    found = [timed(command) for _ in range(runs)]
    walls, memory = [wall for wall, _ in found], max(peak for _, peak in found)
    median = statistics.median(walls)
    print(f"{name:<44} {median:7.2f} s  ({min(walls):.2f}–{max(walls):.2f})  {memory:7.0f} MB")
    return median


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    geoplan = [sys.executable, "-m", "geoplan"]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as work:
        measure("geoplan --help", [*geoplan, "--help"], given.runs)
        run = [*geoplan, "run", given.scenario, "--quiet", "--out"]
        some = ["--outputs", "tables,map,workbook"]
        measure("first run (compiles, or finds its cache)", [*run, f"{work}/a", *some], 1)
        short = measure("run: tables, map, workbook", [*run, f"{work}/a", *some], given.runs)
        first = checksum(Path(work) / "a" / "tables")
        measure("run: all outputs", [*run, f"{work}/b"], given.runs)
        second = checksum(Path(work) / "b" / "tables")
        print(
            f"tables of two runs: {first} {second} {'identical' if first == second else 'DIFFER'}"
        )
        instead = [sys.executable, str(HERE / "instead_geopandas.py"), given.scenario]
        other = measure("instead: GeoPandas, counts and area only", instead, given.runs)
        print(f"ratio: the whole geoplan run takes {short / other:.2f} of that time")
        print(subprocess.run(instead, capture_output=True, text=True, check=True).stdout.strip())


if __name__ == "__main__":
    main()
