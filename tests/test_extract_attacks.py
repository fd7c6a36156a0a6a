"""An operator attacks its extract: it must not place a rival's mast better than the cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import build
import numpy as np
import pandas as pd
import pytest
from build import at, declares, hamlet, off, site
from extract_case import ME, files, fitted, hamlets_told, made, moved
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.coverage.model import assess_coverage
from geoplan.io import read_inputs
from geoplan.results import Inputs
from geoplan.scenario import Scenario, read_scenario
from geoplan.sharing.generalise import cell_bounds, cell_centres, cell_of

Floats = NDArray[np.float64]

RADIUS_M = 2_000.0
RADII = {
    "4G": {"urban": 900, "suburban": 1600, "rural": RADIUS_M},
    "5G": {"urban": 500, "suburban": 800, "rural": 1200},
}
CELL = np.array([[10881, 1511]])
WEST, SOUTH, EAST, NORTH = cell_bounds(CELL)[0]
SPOTS = [
    (WEST + (EAST - WEST) * x, SOUTH + (NORTH - SOUTH) * y)
    for x in (0.02, 0.26, 0.5, 0.74, 0.98)
    for y in (0.02, 0.26, 0.5, 0.74, 0.98)
]
"""Places in one cell where a rival's mast may stand."""


def _around(step_m: float, half_m: float) -> list[build.Row]:
    """Hamlets in a dense square about the cell."""
    middle = (float(cell_centres(CELL)[0][0]), float(cell_centres(CELL)[1][0]))
    steps = np.arange(-half_m, half_m + 1, step_m)
    points = [at(x, y, start=middle) for x in steps for y in steps]
    return [hamlet(f"H{i:04d}", point, population=100) for i, point in enumerate(points)]


DENSE = _around(250.0, 3_500.0)
WIDE = _around(500.0, 3_500.0)


def _one_mast(spot: build.Point, *own: build.Row, **parts: Any) -> tuple[Inputs, Scenario]:
    """A province with one mast of a rival, hamlets all around it, and our own sites."""
    hamlets = parts.pop("hamlets", WIDE)
    rules = {"technologies": ["4G"], "radius_m": {"4G": RADIUS_M}, **parts.pop("coverage", {})}
    sites = [site("VNPT", "V1", spot), *own]
    return build.province(hamlets=hamlets, sites=sites, coverage=rules, **parts)


def _miss_m(guess: Floats, spots: list[build.Point]) -> Floats:
    points = np.array(spots)
    return geodesy.distance_m(guess[0], guess[1], points[:, 0], points[:, 1])


# --------------------------------------------------------------------------- the law itself


@st.composite
def provinces(draw: st.DrawFn) -> tuple[Inputs, Scenario]:
    """Provinces with several operators, technologies, sectors and environments."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    east, north = rng.uniform(-5000, 5000, (2, 60))
    crowd = rng.choice([50, 900, 3000], 60)
    hamlets = [
        hamlet(f"H{i}", at(x, y), population=int(n))
        for i, (x, y, n) in enumerate(zip(east, north, crowd, strict=True))
    ]
    sites = []
    for i in range(draw(st.integers(1, 12))):
        who = str(rng.choice([ME, "VNPT", "MobiFone"]))
        point = at(*rng.uniform(-5000, 5000, 2))
        facing = {"azimuth_deg": float(rng.integers(360)), "beamwidth_deg": 65.0}
        for technology in ("4G", "5G")[: rng.integers(1, 3)]:
            sector = facing if rng.random() < 0.4 else {}
            sites.append(site(who, f"S{i}", point, technology, **sector))
    declaring = draw(st.sampled_from([(), (), ("VNPT",), (ME,)]))
    shape = build.square(at(*rng.uniform(-3000, 3000, 2)), 1500.0)
    return build.province(
        hamlets=hamlets,
        sites=sites,
        checks=[
            build.check(f"H{i}", str(rng.choice(["yes", "no"])), str(rng.choice(["VNPT", ME])))
            for i in rng.choice(60, draw(st.sampled_from([0, 8])), replace=False)
        ],
        declared=[declares(shape, operator=who) for who in declaring],
        coverage={
            "technologies": ["4G", "5G"],
            "radius_m": RADII,
            "environment_from": draw(st.sampled_from(["density", "type"])),
        },
        siting={"min_gain_people": 1, "weights": {"total": 1.0, "partial": 0.5}},
    )


@given(provinces(), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_wherever_rivals_stand_in_their_cells_the_extract_is_the_same(
    province: tuple[Inputs, Scenario], seed: int
) -> None:
    """All that an attack could use is the same bytes, so that no attack can tell the places."""
    inputs, scenario = province
    rng = np.random.default_rng(seed)
    elsewhere = moved(inputs, lambda n: rng.random((n, 2)))
    assert files(made(inputs, scenario)) == files(made(elsewhere, scenario))


@given(provinces())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_what_is_said_to_be_sure_is_so(province: tuple[Inputs, Scenario]) -> None:
    inputs, scenario = province
    cover = assess_coverage(inputs, scenario)
    found = made(inputs, scenario).hamlets
    for technology in ("4G", "5G", "MBB"):
        truth = np.where(cover.served[1.0][technology] != 0, "yes", "no")
        key = technology.lower()
        sure = (found[f"sure_{key}"] == "yes").to_numpy()
        assert (found[f"anybody_{key}"].to_numpy()[sure] == truth[sure]).all()


def test_a_mast_that_leaves_its_cell_is_noticed() -> None:
    """The law above would hold for an extract that tells nothing; this one does not."""
    near = made(*_one_mast((WEST + 0.005, SOUTH + 0.005)))
    far = made(*_one_mast((EAST + 0.005, SOUTH + 0.005)))
    assert files(near)["hamlets"] != files(far)["hamlets"]
    assert set(near.hamlets["anybody_4g"]) == {"yes", "no"}
    assert set(near.hamlets["sure_4g"]) == {"yes", "no"}


# ------------------------------------------------------------------------ circles on coverage


def test_a_circle_fits_the_true_coverage_but_not_the_extract() -> None:
    """The attack works: on who is really served it finds the mast. On the extract it does not."""
    true_miss, guesses = [], []
    for spot in SPOTS:
        inputs, scenario = _one_mast(spot, hamlets=DENSE)
        cover = assess_coverage(inputs, scenario)
        lon, lat = cover.demand.longitude, cover.demand.latitude
        truth = cover.served[1.0]["4G"] != 0
        true_miss.append(_miss_m(fitted(lon, lat, truth, RADIUS_M), [spot])[0])
        guesses.append(_guesses(inputs, scenario))
    assert max(true_miss) < 60
    middle = np.array([(WEST + EAST) / 2, (SOUTH + NORTH) / 2])
    by_cell = _miss_m(middle, SPOTS)
    for guess in np.swapaxes(np.array(guesses), 0, 1):
        assert (guess == guess[0]).all()
        miss = _miss_m(guess[0], SPOTS)
        assert miss.mean() >= by_cell.mean() * (1 - 1e-9)
        assert miss.max() >= by_cell.max() * 0.999 > 700


def _guesses(inputs: Inputs, scenario: Scenario) -> list[Floats]:
    """Where several attacks on one extract place the mast."""
    found = made(inputs, scenario)
    guesses = []
    for only_sure in (False, True):
        rows = hamlets_told(found, only_sure=only_sure)
        lon, lat = rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
        yes = (rows["anybody_4g"] == "yes").to_numpy()
        guesses.append(fitted(lon, lat, yes, RADIUS_M))
        guesses.append(np.array([lon[yes].mean(), lat[yes].mean()]))
    rows = found.hamlets[found.hamlets["sure_4g"] == "no"]
    guesses.append(rows[["longitude", "latitude"]].to_numpy().mean(axis=0))
    return guesses


# ---------------------------------------------------------------------- distances and probing


def test_every_distance_is_one_to_an_own_site() -> None:
    """With three distances to a mast it is found: there is none to anybody else's."""
    own = [site(ME, "A", at(-1500, 900)), site(ME, "B", at(1800, -1200))]
    service = made(*_one_mast(SPOTS[7], *own)).own_service
    assert set(service["operator"]) == {ME}
    assert set(service["nearest_site_id"]) == {"A", "B"}
    points = {row["hamlet_id"]: (row["longitude"], row["latitude"]) for row in WIDE}
    where = {row["site_id"]: (row["longitude"], row["latitude"]) for row in own}
    for row in service.itertuples():
        distance = geodesy.distance_m(*points[row.hamlet_id], *where[row.nearest_site_id])
        assert row.nearest_m == pytest.approx(float(distance), abs=1e-6)


def test_no_column_of_an_extract_speaks_of_others() -> None:
    banned = {"n_positions", "n_operators", "operators", "position_id", "spread_m", "members"}
    banned |= {"existing_tried", "existing_loss_people", "near_threshold", "served_people"}
    for table in tables.EXTRACT_TABLES:
        names = set(table.for_technologies(["4G"]).names)
        assert not {name for name in names if any(name.startswith(word) for word in banned)}
        distances = {name for name in names if name.endswith("_m")}
        own = {"nearest_m", "margin_m", "antenna_agl_m", "structure_height_m", "height_m"}
        assert distances <= {*own, "radius_m"}


@pytest.mark.parametrize("ids", ["own", "common"])
def test_probing_with_an_own_site_tells_nothing_of_the_place(ids: str) -> None:
    """We ask again with our site at each point of a lattice, also within 30 m of the rival's."""
    first, second = SPOTS[3], SPOTS[16]
    lattice = [*SPOTS[::3], first, second, off(first, 20, 45), off(second, 29, 200)]
    for probe in lattice:
        own = site(ME, "probe", probe, structure_id="M1")
        answers = [
            files(made(*_one_mast(spot, own, sharing={"structure_ids": ids})))
            for spot in (first, second, off(first, 5, 90))
        ]
        assert answers[0] == answers[1] == answers[2]


def test_probing_changes_nothing_but_where_the_own_site_serves() -> None:
    """An own site near the rival's mast moves neither the cells nor what is told elsewhere."""
    before = made(*_one_mast(SPOTS[3]))
    after = made(*_one_mast(SPOTS[3], site(ME, "probe", off(SPOTS[3], 10, 0))))
    mine = (after.hamlets["own_4g"] == "yes").to_numpy()
    assert 0 < mine.sum() < len(mine)
    told = ["anybody_4g", "sure_4g"]
    pd.testing.assert_frame_equal(before.hamlets.loc[~mine, told], after.hamlets.loc[~mine, told])
    assert set(after.own_holes["cell_id"]) <= set(before.own_holes["cell_id"])


def test_an_own_sheet_without_rows_still_asks_in_vain() -> None:
    answers = [files(made(*_one_mast(spot), operator="Gmobile")) for spot in SPOTS[:4]]
    assert all(answer == answers[0] for answer in answers)


# --------------------------------------------------------------- declared, checked, structures


def test_the_edge_of_a_declared_map_is_not_told() -> None:
    """A map that a rival declares has an edge as telling as a circle."""
    maps = [declares(build.square(SPOTS[0], half), operator="VNPT") for half in (900.0, 2600.0)]
    answers = [made(*_one_mast(SPOTS[0], declared=[one])) for one in maps]
    assert files(answers[0]) == files(answers[1])
    assert set(answers[0].hamlets["sure_4g"]) == {"no"}


def test_what_was_found_on_the_spot_is_told() -> None:
    far, near = WIDE[0]["hamlet_id"], WIDE[len(WIDE) // 2]["hamlet_id"]
    checks = [build.check(far, "yes", "VNPT"), build.check(near, "no", "VNPT")]
    found = made(*_one_mast(SPOTS[0], checks=checks)).hamlets.set_index("hamlet_id")
    assert found.loc[far, ["anybody_4g", "sure_4g"]].tolist() == ["yes", "yes"]
    assert found.loc[near, ["anybody_4g", "sure_4g"]].tolist() == ["no", "yes"]


def _structures(offer: str, *spots: build.Point) -> pd.DataFrame:
    rows = [
        {
            "structure_id": f"KC{i}",
            "longitude": lon,
            "latitude": lat,
            "owner": "VNPT",
            "height_m": 45.0,
            "share_offer": offer,
        }
        for i, (lon, lat) in enumerate(spots)
    ]
    return tables.check(pd.DataFrame(rows), tables.STRUCTURES).drop(columns="geometry")


@pytest.mark.parametrize("offer", ["ask", "no", ""])
def test_a_structure_is_not_placed_without_consent(offer: str) -> None:
    inputs, scenario = _one_mast(SPOTS[12])
    answers = [
        files(made(replace(inputs, structures=_structures(offer, *spots)), scenario))
        for spots in ([SPOTS[1]], [SPOTS[22]], [SPOTS[8], SPOTS[9]])
    ]
    assert answers[0] == answers[1] == answers[2]
    nothing = files(made(inputs, scenario))
    assert (answers[0] == nothing) == (offer != "ask")


# ------------------------------------------------------------------------------- real numbers


@pytest.fixture(scope="module")
def quang_ngai(shared: Path) -> tuple[Inputs, Scenario]:
    path = shared / "cases" / "quang-ngai" / "scenario.toml"
    if not path.is_file():
        pytest.skip("../shared/cases/quang-ngai is absent")
    scenario = read_scenario(path)
    return read_inputs(scenario), scenario


def test_quang_ngai_is_the_same_wherever_rivals_stand_in_their_cells(
    quang_ngai: tuple[Inputs, Scenario],
) -> None:
    inputs, scenario = quang_ngai
    rng = np.random.default_rng(4)
    elsewhere = moved(inputs, lambda n: rng.random((n, 2)))
    assert files(made(inputs, scenario)) == files(made(elsewhere, scenario))


def test_what_is_sure_in_quang_ngai_is_so(quang_ngai: tuple[Inputs, Scenario]) -> None:
    inputs, scenario = quang_ngai
    cover = assess_coverage(inputs, scenario)
    n_centres, centre = len(cover.frame.centre_hamlet), cover.frame.centre_hamlet
    for operator in cover.operators:
        told = made(inputs, scenario, operator).hamlets.iloc[centre]
        for technology, most_unsure in (("4g", 0.05), ("5g", 0.40)):
            truth = np.where(cover.served[1.0][technology.upper()][:n_centres] != 0, "yes", "no")
            sure = (told[f"sure_{technology}"] == "yes").to_numpy()
            assert (told[f"anybody_{technology}"].to_numpy()[sure] == truth[sure]).all()
            assert (~sure).mean() < most_unsure


def test_cells_are_those_of_the_points() -> None:
    lon, lat = np.array([108.81, 108.8199999, 108.82]), np.array([15.11, 15.1199999, 15.12])
    assert cell_of(lon, lat).tolist() == [[10881, 1511], [10881, 1511], [10882, 1512]]
