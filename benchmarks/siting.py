"""Shared siting beside spopt and HiGHS: gap, time and growth, in one run.

python benchmarks/siting.py [--largest 100000] [--rivals 1000]

Instances after the literature on covering: uniform and clustered demand (towns of very different
size with countryside between them), a radius of 3 km, p sites or a budget with mixed costs. The
area grows with p, so that about half to nine tenths of the people can be reached.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from geoplan.siting.incidence import incidence
from geoplan.siting.optimise import Solution, optimise
from geoplan.siting.problem import Limit, build_problem

RADIUS_M = 3000.0
SIZES = ((1_000, 1_000, 50), (10_000, 2_000, 100), (30_000, 5_000, 140), (100_000, 10_000, 200))
KM = (1 / 107, 1 / 111)
PER_PERSON = 1_000_000


def instance(n: int, m: int, p: int, kind: str, seed: int = 1) -> dict[str, Any]:
    """Give demand, candidates and costs; places in degrees around 106°E 15°N."""
    random = np.random.default_rng(seed)
    side = 6.7 * np.sqrt(p)
    demand, people = random.uniform(0, side, (n, 2)), random.integers(1, 300, n)
    sites = random.uniform(0, side, (m, 2))
    if kind == "clustered":
        towns = random.uniform(0, side, (max(8, n // 2000), 2))
        size = random.pareto(1.2, len(towns)) + 1
        inside = int(n * 0.6)
        town = random.choice(len(towns), inside, p=size / size.sum())
        spread = 2.0 * np.sqrt(size[town] / size.mean())[:, None]
        demand[:inside] = towns[town] + random.normal(0, 1, (inside, 2)) * spread
        people = np.concatenate(
            (random.integers(20, 400, inside), random.integers(1, 120, n - inside))
        )
        near = random.choice(n, m // 2, replace=False)
        sites[: m // 2] = demand[near] + random.normal(0, 0.5, (m // 2, 2))
    return {
        "sites": sites * KM + (106, 15),
        "demand": demand * KM + (106, 15),
        "place": sites,
        "people": people,
        "cost": random.uniform(0.6e9, 2.4e9, m),
        "p": p,
    }


def ours(case: dict[str, Any], budget: bool) -> tuple[float, Solution, Any]:
    """Give the seconds, incidence included, the plan and the model."""
    begin = time.perf_counter()
    m = len(case["sites"])
    reach = incidence(*case["sites"].T, np.full(m, RADIUS_M), *case["demand"].T)
    limit = Limit("positions", np.ones(m), case["p"])
    if budget:
        limit = Limit("budget_vnd", case["cost"], 1.2e9 * case["p"])
    existing = np.ones(m, bool)
    problem = build_problem(
        reach, case["people"] * PER_PERSON, existing, [limit], place=case["place"]
    )
    found = optimise(problem)
    return time.perf_counter() - begin, found, problem


def highs(problem: Any, seconds: float) -> tuple[float, float, float]:
    """Give the seconds, value and bound of HiGHS on the same sparse model, one thread."""
    from geoplan.siting import exact

    begin = time.perf_counter()
    solver = exact.set_up(problem, ())
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    info, scale = solver.getInfo(), float(problem.weight.max()) / PER_PERSON
    value, bound = -info.objective_function_value * scale, -info.mip_dual_bound * scale
    return time.perf_counter() - begin, value, bound


def spopt(case: dict[str, Any]) -> tuple[float, float, float]:
    """Give the seconds to build and to solve, and the value, of spopt with HiGHS's rival CBC."""
    import warnings

    import pulp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from spopt.locate import MCLP

        begin = time.perf_counter()
        apart = distances_m(case)
        model = MCLP.from_cost_matrix(apart, case["people"], RADIUS_M, p_facilities=case["p"])
        built = time.perf_counter()
        model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=120))
    return built - begin, time.perf_counter() - built, float(pulp.value(model.problem.objective))


def distances_m(case: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Give the distance of every demand point to every site, dense as spopt wants it."""
    from geoplan import geodesy

    sites, demand = (geodesy.ecef(*case[name].T) for name in ("sites", "demand"))
    return np.linalg.norm(demand[:, None] - sites[None], axis=2)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--rivals", type=int, default=1_000, help="most demand given to spopt")
    parser.add_argument("--highs", type=int, default=10_000, help="most demand given to HiGHS")
    parser.add_argument("--seconds", type=float, default=60.0, help="for HiGHS")
    given = parser.parse_args()
    ours(instance(500, 200, 10, "uniform"), budget=True)  # compile
    print("| instance | limit | pairs | ours | gap | HiGHS | its gap | spopt build + solve |")
    print("|---|---|---|---|---|---|---|---|")
    for n, m, p in SIZES:
        if n > given.largest:
            continue
        for kind in ("uniform", "clustered"):
            case = instance(n, m, p, kind)
            for budget in (False, True):
                _line(case, kind, budget, given)


def _line(case: dict[str, Any], kind: str, budget: bool, given: argparse.Namespace) -> None:
    n, m = len(case["demand"]), len(case["sites"])
    seconds, found, problem = ours(case, budget)
    row = [f"{n:,} × {m:,} {kind}", "budget" if budget else f"p = {case['p']}"]
    row += [f"{problem.n_pairs:,}", f"{seconds:.1f} s", f"{100 * found.gap:.3f} %"]
    rival = ["", "", ""]
    if n <= given.highs:
        took, value, bound = highs(problem, given.seconds)
        rival[:2] = [f"{took:.1f} s", f"{100 * (bound - value) / bound:.3f} %"]
    if n <= given.rivals and not budget:
        build, solve, value = spopt(case)
        rival[2] = f"{build:.1f} + {solve:.1f} s, {value - found.value / PER_PERSON:+.0f} people"
    print("| " + " | ".join(row + rival) + " |", flush=True)


if __name__ == "__main__":
    main()
