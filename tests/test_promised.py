"""Which hamlets the proposals cure, held to a plain count on the sample province."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoplan import geodesy, planner, prospects
from geoplan.results import RunResult
from geoplan.scenario import read_scenario

SAMPLE = Path(__file__).parents[1] / "scenarios" / "sample.toml"


@pytest.fixture(scope="module")
def sample() -> RunResult:
    scenario = read_scenario(SAMPLE)
    inputs = planner.read_everything(scenario)
    baseline = planner.assess(inputs, scenario)
    return RunResult(scenario, inputs, baseline, planner.make_plan(inputs, baseline, scenario))


def test_hamlets_of_proposals_are_those_that_a_plain_count_finds(sample: RunResult) -> None:
    baseline, plan = sample.baseline, sample.plan
    technology = sample.scenario.siting.technology
    radius = prospects.Prospects(sample.inputs, baseline, sample.scenario).radius_of(
        plan.proposals["longitude"].to_numpy(), plan.proposals["latitude"].to_numpy()
    )
    demand = baseline.demand
    ids = baseline.hamlets["hamlet_id"].to_numpy()
    wanted: dict[str, list[float]] = {}
    for point in np.flatnonzero(baseline.served[technology] == 0):
        away = geodesy.distance_m(
            demand.longitude[point],
            demand.latitude[point],
            plan.proposals["longitude"],
            plan.proposals["latitude"],
        )
        near = np.flatnonzero(away <= radius)
        if len(near):
            rank = float(plan.proposals["rank"].to_numpy()[near[0]])
            people = demand.people[point] if demand.weighs[point] else 0.0
            first, gained = wanted.get(str(ids[demand.hamlet[point]]), [rank, 0.0])
            wanted[str(ids[demand.hamlet[point]])] = [min(first, rank), gained + people]
    told = plan.more["proposal_hamlets"]
    assert len(told)
    assert set(told["hamlet_id"]) == set(wanted)
    for row in told.to_dict("records"):
        rank, gained = wanted[row["hamlet_id"]]
        assert row["rank"] == rank
        assert row["gained_people"] == pytest.approx(gained, nan_ok=True)


def test_hamlets_of_proposals_win_what_the_proposals_win(sample: RunResult) -> None:
    told, proposals = sample.plan.more["proposal_hamlets"], sample.plan.proposals
    assert told["gained_people"].sum() == pytest.approx(proposals["gained_people"].sum())
    cured = (told["status_before"] == "white") & (told["status_after"] != "white")
    assert cured.sum() == proposals["gained_hamlets"].sum()


def test_no_hamlet_is_worse_off_with_the_proposals(sample: RunResult) -> None:
    order = {"white": 0, "dead_spot": 1, "covered": 2}
    told = sample.plan.more["proposal_hamlets"]
    assert (told["status_after"].map(order) >= told["status_before"].map(order)).all()
