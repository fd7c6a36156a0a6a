"""What-if beside a whole run: one site and 200, from the command line and in a session.

python benchmarks/whatif.py SCENARIO [--runs 5]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from geoplan import read_inputs, read_scenario, what_if

SITES = 200


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run = work / "run"
        whole = command("run", given.scenario, "--out", run, "--outputs", "tables")
        session = what_if.load(run)
        session.surround(read_inputs(read_scenario(given.scenario)))
        many = proposed(session)
        files = {1: work / "one.csv", SITES: work / "many.csv"}
        many.head(1).to_csv(files[1], index=False)
        many.to_csv(files[SITES], index=False)
        print("| what | median | range |")
        print("|---|---|---|")
        print(f"| a whole run with tables only | {whole:.2f} s | |")
        for count, path in files.items():
            words = ("whatif", given.scenario, "--run", run, "--out", work / "out", "--add", path)
            show(f"command line, {count} added", [command(*words) for _ in range(given.runs)])
        cells = session.cells.iloc[0]
        key = (str(cells["operator"]), str(cells["site_id"]))
        words = ("whatif", given.scenario, "--run", run, "--out", work / "out")
        gone = ("--remove", ":".join(key))
        show("command line, 1 removed", [command(*words, *gone) for _ in range(given.runs)])
        for count in (1, SITES):
            rows = many.head(count)
            show(f"session, {count} added", [timed(session, rows) for _ in range(given.runs)])


def proposed(session: what_if.Session) -> pd.DataFrame:
    """Give sites beside people chosen at random, of every operator in turn."""
    random = np.random.default_rng(1)
    at = random.integers(0, session.ground.n_demand, SITES)
    return pd.DataFrame(
        {
            "operator": [session.operators[k % len(session.operators)] for k in range(SITES)],
            "site_id": [f"PROPOSED-{k}" for k in range(SITES)],
            "technology": ["4G", "5G"] * (SITES // 2),
            "longitude": session.ground.longitude[at] + 0.003,
            "latitude": session.ground.latitude[at],
        }
    )


def command(*words: object) -> float:
    """Run geoplan in a new process; give the seconds."""
    begin = time.perf_counter()
    every = [sys.executable, "-m", "geoplan", *map(str, words), "--quiet"]
    subprocess.run(every, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def timed(session: what_if.Session, rows: pd.DataFrame) -> float:
    """Ask a session; give the seconds."""
    begin = time.perf_counter()
    session.ask(add=rows)
    return time.perf_counter() - begin


def show(what: str, seconds: list[float]) -> None:
    """Print a line of the table."""
    middle = statistics.median(seconds)
    print(f"| {what} | {middle:.2f} s | {min(seconds):.2f}–{max(seconds):.2f} |", flush=True)


if __name__ == "__main__":
    main()
