"""How closely an operator can place a rival's mast, from true coverage and from its extract.

    python -m benchmarks.extract_attacks SCENARIO

The attacker knows every radius and every hamlet. For each hamlet that it does not serve and that
is told to be served, some rival's mast stands within the radius of it and beyond the radius of
every hamlet told to be without signal: the lattice points that are left, their middle, and how
far from there the nearest mast of a rival really is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geoplan import geodesy
from geoplan.coverage import environment
from geoplan.coverage.model import Coverage, assess_coverage, environment_at
from geoplan.io import read_inputs
from geoplan.results import Inputs
from geoplan.scenario import Scenario, read_scenario
from geoplan.sharing.extract import extract_for
from geoplan.sharing.generalise import CELL_DEG, cell_centres, cell_of

Floats = NDArray[np.float64]
STEP_DEG = 0.001
"""Lattice of the attacker: 110 m. A cell holds 100 of its points."""


def lattice(inputs: Inputs) -> tuple[Floats, Floats]:
    """Give the points at which a mast may stand, as far as the attacker knows."""
    west, south, east, north = inputs.communes.total_bounds
    x, y = np.arange(west - 0.05, east + 0.05, STEP_DEG), np.arange(south, north, STEP_DEG)
    east_, north_ = np.meshgrid(x, y)
    return east_.ravel(), north_.ravel()


def attack(
    points: tuple[Floats, Floats],
    radius_m: Floats,
    hamlets: tuple[Floats, Floats],
    yes: NDArray[np.bool_],
    no: NDArray[np.bool_],
    masts: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Give for each served hamlet the lattice points left, and the miss of their middle. [m]"""
    places, homes = geodesy.ecef(*points), geodesy.ecef(*hamlets)
    free = np.ones(len(places), bool)
    if no.any():
        apart = geodesy.arc_m(cKDTree(homes[no]).query(places)[0])
        free = apart > radius_m
    lon, lat, reach, places = points[0][free], points[1][free], radius_m[free], places[free]
    tree, masts_tree = cKDTree(places), cKDTree(geodesy.ecef(*masts))
    left, miss = [], []
    for home in homes[yes]:
        near = np.asarray(tree.query_ball_point(home, geodesy.chord_m(radius_m.max())), np.int64)
        apart = geodesy.arc_m(np.sqrt(((places[near] - home) ** 2).sum(axis=1)))
        kept = near[apart <= reach[near]]
        left.append(len(kept))
        guess = (lon[kept].mean(), lat[kept].mean()) if len(kept) else (0.0, 0.0)
        miss.append(float(geodesy.arc_m(masts_tree.query(geodesy.ecef(*guess))[0])))
    return np.array(left), np.array(miss)


def radii(
    inputs: Inputs, scenario: Scenario, cover: Coverage, technology: str
) -> Callable[[Floats, Floats], Floats]:
    """Give the radius of a mast at any place, which everybody can reckon."""

    def radius_of(lon: Floats, lat: Floats) -> Floats:
        found = environment_at(inputs, scenario, cover.demand, lon, lat)
        names, which = np.unique(np.where(found == "", "rural", found), return_inverse=True)
        return np.array(
            [environment.radius_m(scenario, technology, None, str(name)) for name in names]
        )[which]

    return radius_of


def main(path: str) -> None:
    """Attack every operator's extract of a scenario; print a table in Markdown."""
    scenario = read_scenario(Path(path))
    inputs = read_inputs(scenario)
    cover = assess_coverage(inputs, scenario)
    points = lattice(inputs)
    n, centre = len(cover.frame.centre_hamlet), cover.frame.centre_hamlet
    hamlets = cover.demand.longitude[:n], cover.demand.latitude[:n]
    print("| technology | for | from | hamlets | left less than a cell | median miss | ≤ 200 m |")
    print("|---|---|---|---|---|---|---|")
    for technology in cover.technologies:
        radius_m = radii(inputs, scenario, cover, technology)(*points)
        for bit, operator in enumerate(cover.operators):
            bits = cover.served[1.0][technology][:n]
            mine, any_ = (bits >> bit & 1).astype(bool), bits != 0
            air = cover.air[
                (cover.air["technology"] == technology) & (cover.air["operator"] != operator)
            ]
            masts = air["longitude"].to_numpy(float), air["latitude"].to_numpy(float)
            told = extract_for(operator, inputs, scenario, is_named=bool).hamlets.iloc[centre]
            key = technology.lower()
            anybody = (told[f"anybody_{key}"] == "yes").to_numpy()
            sure = (told[f"sure_{key}"] == "yes").to_numpy()
            for name, yes, no in (
                ("true coverage", any_ & ~mine, ~any_),
                ("extract, all", anybody & ~mine, ~anybody),
                ("extract, sure", anybody & sure & ~mine, ~anybody & sure),
            ):
                left, miss = attack(points, radius_m, hamlets, yes, no, masts)
                few = miss[left < (CELL_DEG / STEP_DEG) ** 2]
                print(f"| {technology} | {operator} | {name} | {yes.sum()} | {_told(few)} |")
            by_cell = geodesy.distance_m(*cell_centres(cell_of(*masts)), *masts)
            print(f"| {technology} | {operator} | middle of the cell | – | {_told(by_cell)} |")


def _told(miss: Floats) -> str:
    if not len(miss):
        return "0 | – | –"
    return f"{len(miss)} | {np.median(miss):.0f} m | {(miss <= 200).mean():.0%}"


if __name__ == "__main__":
    main(sys.argv[1])
