"""What pages may say of each operator's service: the same wherever in its cell a mast stands."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoplan import planner
from geoplan.results import RunResult
from geoplan.scenario import read_scenario
from geoplan.sharing.generalise import cell_bounds, cell_of
from geoplan.sharing.handed_on import NO, UNSURE, YES, handed_on

SAMPLE = Path(__file__).parents[1] / "scenarios" / "sample.toml"


@pytest.fixture(scope="module")
def sample() -> RunResult:
    scenario = read_scenario(SAMPLE)
    inputs = planner.read_everything(scenario)
    baseline = planner.assess(inputs, scenario)
    return RunResult(scenario, inputs, baseline, planner.make_plan(inputs, baseline, scenario))


def told(run: RunResult) -> pd.DataFrame:
    return handed_on(run.inputs, run.baseline, run.scenario)


def truth(run: RunResult) -> pd.DataFrame:
    service = run.baseline.service
    return service[["hamlet_id", "operator", "technology", "centre_served"]]


def test_a_sure_answer_is_never_wrong(sample: RunResult) -> None:
    both = told(sample).merge(truth(sample), on=["hamlet_id", "operator", "technology"])
    served = both["centre_served"].astype(bool)
    assert served[both["serves"] == YES].all()
    assert not served[both["serves"] == NO].any()


def test_most_answers_are_sure_and_some_are_not(sample: RunResult) -> None:
    shares = told(sample)["serves"].value_counts(normalize=True)
    assert shares[UNSURE] < 0.5
    assert set(shares.index) == {YES, NO, UNSURE}


def test_every_located_hamlet_operator_and_technology_stands_once(sample: RunResult) -> None:
    found = told(sample)
    located = sample.baseline.hamlets["longitude"].notna().sum()
    kinds = len(sample.baseline.operators) * len(sample.baseline.technologies)
    assert len(found) == located * kinds
    assert not found.duplicated(["hamlet_id", "operator", "technology"]).any()


@pytest.mark.parametrize("seed", [1, 2])
def test_masts_moved_in_their_cells_change_no_answer_but_of_white_hamlets(
    sample: RunResult, seed: int
) -> None:
    random = np.random.default_rng(seed)
    cells = sample.baseline.cells.copy()
    places = cells[["longitude", "latitude"]].to_numpy(np.float64)
    west, south, east, north = cell_bounds(cell_of(places[:, 0], places[:, 1])).T
    share = random.uniform(0.02, 0.98, places.shape)
    cells["longitude"] = west + share[:, 0] * (east - west)
    cells["latitude"] = south + share[:, 1] * (north - south)
    moved = dataclasses.replace(sample.baseline, cells=cells)
    after = handed_on(sample.inputs, moved, sample.scenario)
    pd.testing.assert_frame_equal(told(sample), after)


def test_without_sites_every_answer_is_no(sample: RunResult) -> None:
    nothing = dataclasses.replace(
        sample.baseline,
        cells=sample.baseline.cells.iloc[:0],
        served={name: np.zeros_like(bits) for name, bits in sample.baseline.served.items()},
    )
    assert set(handed_on(sample.inputs, nothing, sample.scenario)["serves"]) == {NO}
