"""Siting beside spopt, the library that a user would pick instead."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from geoplan.siting.optimise import optimise
from geoplan.siting.problem import Limit, build_problem


@pytest.mark.parametrize(("seed", "positions"), [(1, 3), (2, 8), (3, 15)])
def test_the_plan_is_worth_what_spopt_proves_best(seed: int, positions: int) -> None:
    random = np.random.default_rng(seed)
    places, sites = random.uniform(0, 20, (150, 2)), random.uniform(0, 20, (40, 2))
    people = random.integers(1, 400, len(places))
    apart = np.linalg.norm(places[:, None] - sites[None], axis=2)
    limit = Limit("positions", np.ones(len(sites)), positions)
    reach = csr_matrix((apart <= 3.0).T)
    problem = build_problem(reach, people, np.zeros(len(sites), bool), [limit], place=sites)
    found = optimise(problem)
    assert found.value == found.bound == round(_spopt(apart, people, positions))


def _spopt(apart: np.ndarray, people: np.ndarray, positions: int) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp
        from spopt.locate import MCLP

        model = MCLP.from_cost_matrix(apart, people, 3.0, p_facilities=positions)
        model.solve(pulp.PULP_CBC_CMD(msg=False))
        return float(pulp.value(model.problem.objective))
