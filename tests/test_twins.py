"""The package against its plain twins, on sample provinces of several seeds and random masts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
import twins

from geoplan import geodesy
from geoplan.demo import write_sample
from geoplan.io import read_inputs
from geoplan.planner import assess
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario, read_scenario
from geoplan.sharing import positions

SEEDS = {1: "own", 12: "common", 77: "own"}
"""Seed of a sample province → how its declared ids are read."""
SCALE = 0.05
TECHNOLOGIES = {"4G": ("4G",), "5G": ("5G",), "MBB": ("4G", "5G")}


@dataclass(frozen=True)
class Case:
    """A sample province with its baseline, and what the twins see of it."""

    seed: int
    inputs: Inputs
    scenario: Scenario
    base: Baseline
    cells: list[twins.Cell]
    air: pd.DataFrame


@cache
def _case(seed: int) -> Case:
    with TemporaryDirectory() as folder:
        scenario = read_scenario(write_sample(Path(folder), seed=seed, scale=SCALE))
        inputs = read_inputs(scenario)
    sharing = scenario.sharing.model_copy(update={"structure_ids": SEEDS[seed]})
    scenario = scenario.model_copy(update={"sharing": sharing})
    sites = inputs.sites
    on_air = [twins.is_on_air(row, scenario.day) for row in sites.itertuples()]
    air = sites[np.array(on_air) & (sites["commune_code"] != "").to_numpy()]
    cells = twins.cells(inputs, scenario)
    return Case(seed, inputs, scenario, assess(inputs, scenario), cells, air)


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest) -> Case:
    return _case(request.param)


@cache
def _served(seed: int, scale: float) -> tuple[twins.Service, twins.Service]:
    """Give service of the hamlets' centres and of the clusters."""
    case, parts = _case(seed), []
    for frame in (case.inputs.hamlets, case.inputs.clusters):
        lon, lat = (frame[name].to_numpy(float) for name in ("longitude", "latitude"))
        served = twins.serve(np.nan_to_num(lon), np.nan_to_num(lat), case.cells, scale=scale)
        parts.append(served)
    return parts[0], parts[1]


def _statuses(case: Case, scale: float, operators: tuple[str, ...], name: str) -> dict[str, str]:
    centre, cluster = (
        twins.any_of(part, operators, TECHNOLOGIES[name]) for part in _served(case.seed, scale)
    )
    least = case.scenario.coverage.min_cluster_households
    return twins.hamlet_statuses(case.inputs, centre, cluster, least)


def test_the_sample_has_what_a_twin_should_see(case: Case) -> None:
    assert any(not np.isnan(cell.azimuth) for cell in case.cells)
    assert len({cell.radius_m for cell in case.cells}) > 2
    assert len(case.cells) < len(case.inputs.sites)
    assert (case.air["structure_id"] != "").any()


@pytest.mark.parametrize("name", TECHNOLOGIES)
def test_status_of_every_hamlet(case: Case, name: str) -> None:
    table = case.base.hamlets.set_index("hamlet_id")
    for operators in (case.base.operators, *((who,) for who in case.base.operators)):
        expected = _statuses(case, 1.0, operators, name)
        if len(operators) > 1:
            assert table[f"status_{name.lower()}"].to_dict() == expected
        elif name != "MBB":
            rows = case.base.service
            rows = rows[(rows["operator"] == operators[0]) & (rows["technology"] == name)]
            assert dict(zip(rows["hamlet_id"], rows["status"], strict=True)) == expected


@pytest.mark.parametrize(
    ("scale", "column"), [(1.0, "value"), (0.9, "value_radius_90"), (1.1, "value_radius_110")]
)
def test_counts_at_every_scale_for_every_operator(case: Case, scale: float, column: str) -> None:
    table = case.base.indicators[case.base.indicators["level"] == "province"]
    table = table.set_index(["indicator", "operator", "technology"])[column]
    for name in TECHNOLOGIES:
        for who in ("", *case.base.operators):
            operators = (who,) if who else case.base.operators
            found = Counter(_statuses(case, scale, operators, name).values())
            for status in ("white", "dead_spot", "covered"):
                assert table[f"HAMLETS_{status.upper()}", who, name] == found[status]


def test_hamlets_near_the_threshold(case: Case) -> None:
    near = set()
    for name in TECHNOLOGIES:
        now, less, more = (
            _statuses(case, scale, case.base.operators, name) for scale in (1.0, 0.9, 1.1)
        )
        near |= {key for key in now if len({now[key], less[key], more[key]}) > 1}
    table = case.base.hamlets
    assert set(table.loc[table["near_threshold"].astype(bool), "hamlet_id"]) == near


@pytest.mark.parametrize("name", TECHNOLOGIES)
def test_people_of_every_hamlet(case: Case, name: str) -> None:
    centre, cluster = (
        twins.any_of(part, case.base.operators, TECHNOLOGIES[name])
        for part in _served(case.seed, 1.0)
    )
    shares = twins.served_shares(case.inputs, centre, cluster)
    table = case.base.hamlets.set_index("hamlet_id")
    expected = table["population"] * pd.Series(shares)
    found = table[f"served_people_{name.lower()}"]
    np.testing.assert_allclose(found, expected.reindex(found.index), rtol=1e-12)


def test_operators_and_positions_at_every_centre(case: Case) -> None:
    served, _ = _served(case.seed, 1.0)
    table = case.base.hamlets
    located = table["longitude"].notna().to_numpy()
    for name in ("4G", "5G"):
        who = [
            ";".join(o for o in case.base.operators if (o, name) in served and served[o, name][i])
            for i in range(len(table))
        ]
        expected = np.where(located, who, "")
        assert table[f"operators_{name.lower()}"].tolist() == expected.tolist()


def test_area_at_random_grid_cells(case: Case) -> None:
    """Cells within 5 cm of a radius or 0.01° of a sector's edge are left out."""
    grid, rng = case.base.area.grid, np.random.default_rng(0)
    row, column = (rng.integers(0, size, 400) for size in grid.shape)
    lon, lat = geodesy.to_wgs84(grid.centres_x()[column], grid.centres_y()[row], grid.crs)
    distance, azimuth = twins.distances_m(
        np.array([c.longitude for c in case.cells]),
        np.array([c.latitude for c in case.cells]),
        lon,
        lat,
    )
    doubtful = np.zeros(len(lon), bool)
    for k, cell in enumerate(case.cells):
        doubtful |= np.abs(distance[k] - cell.radius_m) < 0.05
        off = np.abs((azimuth[k] - cell.azimuth + 180.0) % 360.0 - 180.0)
        doubtful |= (distance[k] < cell.radius_m) & (np.abs(off - cell.half_width) < 0.01)
    served = twins.serve(lon, lat, case.cells)
    assert doubtful.sum() < 40
    for name in ("4G", "5G"):
        bits = case.base.area.bits[name][row, column]
        for i, who in enumerate(case.base.operators):
            expected = twins.any_of(served, [who], [name])
            np.testing.assert_array_equal((bits >> i & 1)[~doubtful], expected[~doubtful])


@pytest.mark.parametrize("merge_m", [10, 30, 200])
def test_positions(case: Case, merge_m: float) -> None:
    """The merge distance of the scenario by members, the others by their numbers."""
    own = case.scenario.sharing.structure_ids == "own"
    members = twins.installations(case.air)
    expected = twins.positions(members, merge_m=merge_m, own_ids=own)
    shared = sum(len({name.split(":")[0] for name in group}) > 1 for group in expected)
    table = case.base.sharing_sensitivity.set_index("merge_distance_m")
    assert table.loc[merge_m, ["positions", "shared_positions"]].tolist() == [len(expected), shared]
    if merge_m == case.scenario.sharing.merge_distance_m:
        found = {frozenset(names.split(";")) for names in case.base.positions["members"]}
        assert found == expected


def test_new_stations_by_three_formulas(case: Case) -> None:
    where = {
        name: row.position_id
        for row in case.base.positions.itertuples()
        for name in row.members.split(";")
    }
    declared = case.air["structure_id"]
    register = declared
    if case.scenario.sharing.structure_ids == "own":
        register = declared.where(declared == "", case.air["operator"] + "|" + declared)
    expected = twins.new_shares(case.air.assign(register=register), where, case.scenario.period)
    table = case.base.indicators
    rows = table[(table["level"] == "province") & (table["operator"] == "")]
    rows = rows.set_index("indicator")
    for name, (numerator, denominator) in expected.items():
        found = rows.loc[name, ["numerator", "denominator"]].tolist()
        assert found == [numerator, denominator]


def test_holes(case: Case) -> None:
    """Count them by technology, kind and the operators missing."""
    inputs = case.inputs
    has_clusters = inputs.hamlets["hamlet_id"].isin(inputs.clusters["hamlet_id"])
    bare = inputs.hamlets[~has_clusters & inputs.hamlets["longitude"].notna()]
    frame = pd.concat([bare[["longitude", "latitude"]], inputs.clusters[["longitude", "latitude"]]])
    lon, lat = frame["longitude"].to_numpy(), frame["latitude"].to_numpy()
    served = twins.serve(lon, lat, case.cells)
    expected: Counter[tuple[str, str, str]] = Counter()
    for technology in ("4G", "5G"):
        present = [o for o in case.base.operators if (o, technology) in served]
        missing = [
            ";".join(o for o in present if not served[o, technology][i]) for i in range(len(lon))
        ]
        everyone = ";".join(present)
        for names in set(missing) - {""}:
            chosen = np.array([one == names for one in missing])
            kind = "total" if names == everyone else "partial"
            number = twins.count_groups(lon[chosen], lat[chosen], case.scenario.siting.hole_link_m)
            expected[technology, kind, names] = number
    table = case.base.holes
    found = Counter(
        zip(table["technology"], table["kind"], table["operators_missing"], strict=True)
    )
    assert found == expected


# ---------------------------------------------------------------------------- random masts


def _masts(seed: int, *, lattice: bool) -> pd.DataFrame:
    """Throw a dozen masts onto 100 m × 100 m; on a lattice of 10 m many distances are ties.

    No two stand on one spot: between two declared masts there, the contract leaves the choice open.
    """
    rng = np.random.default_rng(seed)
    size = 14
    step = np.array([10 / 107_500, 10 / 110_640])
    spots = np.stack(np.divmod(rng.choice(81, size, replace=False), 9), axis=1)
    place = spots if lattice else rng.uniform(0, 9, (size, 2))
    degrees = np.array([108.8, 15.1]) + place * step
    return pd.DataFrame(
        {
            "operator": rng.choice(["Viettel", "VNPT", "MobiFone"], size),
            "installation_key": [f"{i:02d}" for i in range(size)],
            "site_id": [f"{i:02d}" for i in range(size)],
            "technology": "4G",
            "longitude": degrees[:, 0].round(9),
            "latitude": degrees[:, 1].round(9),
            "structure_id": rng.choice(["", "", "", "P1", "P2", "P3"], size),
            "on_air_date": pd.Timestamp("2020-01-01"),
            "commune_code": "00001",
        }
    )


@pytest.mark.parametrize("structure_ids", ["own", "common"])
@pytest.mark.parametrize("lattice", [False, True])
def test_positions_of_random_masts(structure_ids: str, lattice: bool) -> None:
    for seed in range(25):
        sites = _masts(seed, lattice=lattice)
        found = positions.installations(sites)
        merges = positions.join(
            found["longitude"].to_numpy(),
            found["latitude"].to_numpy(),
            positions.namespaces(found, structure_ids),
            found["operator"].to_numpy(object),
            structure_ids=structure_ids,
            largest_m=200.0,
        )
        names = (found["operator"] + ":" + found["installation_key"]).to_numpy(object)
        for merge_m in (10.0, 30.0, 60.0):
            labels = merges.labels(merge_m)
            ours = {frozenset(names[labels == label]) for label in set(labels)}
            members = twins.installations(sites)
            expected = twins.positions(members, merge_m=merge_m, own_ids=structure_ids == "own")
            assert ours == expected, (seed, merge_m)
