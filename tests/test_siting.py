"""Siting: the covering model, its plan and its bound, held to hand and to exhaustive search."""

from itertools import combinations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from geoplan.siting.bounds import upper_bound
from geoplan.siting.choose import Rules, choose
from geoplan.siting.demand import Stakes
from geoplan.siting.greedy import Tally, greedy, in_greedy_order
from geoplan.siting.incidence import incidence
from geoplan.siting.lagrangian import lagrangian_bound
from geoplan.siting.problem import PER_PERSON, build_problem, copy_demand


def model(covers, weight, existing, *, positions=None, budget=None, cost=None):
    """A model of candidates given as sets of demand numbers."""
    matrix = np.zeros((len(covers), len(weight)), bool)
    for row, cover in enumerate(covers):
        matrix[row, list(cover)] = True
    return build_problem(
        csr_matrix(matrix),
        np.array(weight, np.int64),
        np.array(existing, bool),
        positions=positions,
        budget=budget,
        cost=None if cost is None else np.array(cost, float),
    )


def value_of(problem, chosen):
    covered = set().union(*(problem.covered(i).tolist() for i in chosen)) if chosen else set()
    return sum(int(problem.weight[c]) for c in covered)


def optimum(problem, allowed):
    """The best plan by trying every one."""
    most = problem.size if problem.positions is None else problem.positions
    budget = np.inf if problem.budget is None else problem.budget
    return max(
        value_of(problem, plan)
        for size in range(min(most, len(allowed)) + 1)
        for plan in combinations(allowed, size)
        if sum(problem.cost[list(plan)]) <= budget
    )


# ---------------------------------------------------------------- by hand


def test_greedy_takes_what_adds_most_at_each_turn():
    problem = model([{0, 1}, {1, 2}, {3}], [5, 4, 3, 6], [0, 0, 0], positions=3)
    assert greedy(problem) == [0, 2, 1]
    assert [choice.gain for choice in choose(problem, Rules()).choices] == [9, 6, 3]


def test_ties_go_to_the_first_candidate():
    problem = model([{0}, {1}, {2}], [5, 5, 5], [1, 0, 0], positions=2)
    assert greedy(problem) == [0, 1]


def test_an_existing_site_goes_before_a_new_build_that_adds_a_little_more():
    problem = model([{0}, {0, 1}], [90, 10], [1, 0], positions=1)
    plan = choose(problem, Rules(tolerance=0.1))
    assert (plan.candidates, plan.value, plan.bound) == ([0], 90, 90)
    assert plan.choices[0].bettered
    assert plan.dropped.tolist() == [False, True]


def test_a_new_build_stands_where_the_existing_site_would_lose_too_many():
    problem = model([{0}, {0, 1}], [89, 11], [1, 0], positions=1)
    plan = choose(problem, Rules(tolerance=0.1))
    assert plan.candidates == [1]
    choice = plan.choices[0]
    assert (choice.tried, choice.tried_gain, choice.tried_fits) == (0, 89, True)
    assert not plan.dropped.any()


def test_a_new_build_that_no_existing_site_overlaps_stands():
    problem = model([{0}, {1}], [99, 100], [1, 0], positions=1)
    plan = choose(problem, Rules(tolerance=0.1))
    assert (plan.candidates, plan.choices[0].tried) == ([1], -1)


def test_without_existing_first_the_better_site_wins():
    problem = model([{0}, {0, 1}], [95, 5], [1, 0], positions=1)
    assert choose(problem, Rules(tolerance=None)).candidates == [1]


def test_when_the_existing_site_is_enough_but_below_the_minimum_neither_is_opened():
    problem = model([{0}, {0, 1}], [95, 5], [1, 0], positions=1)
    assert choose(problem, Rules(minimum=98, tolerance=0.1)).candidates == []


def test_no_site_of_a_plan_wins_less_alone_than_the_minimum():
    # Greedy takes 0 (60) first; 1 and 2 then leave it 20 of its own.
    covers = [{0, 1, 2}, {0, 3}, {1, 4}]
    problem = model(covers, [20, 20, 20, 35, 35], [0, 0, 0], positions=3)
    assert choose(problem, Rules()).candidates == [0, 1, 2]
    plan = choose(problem, Rules(minimum=30))
    assert plan.candidates == [1, 2]
    assert [choice.gain for choice in plan.choices] == [55, 55]


def test_a_plan_is_refilled_after_a_site_is_taken_out():
    covers = [{0, 1, 2}, {0, 3}, {1, 4}, {5}]
    problem = model(covers, [20, 20, 20, 35, 35, 31], [0, 0, 0, 0], positions=3)
    assert sorted(choose(problem, Rules(minimum=30)).candidates) == [1, 2, 3]


def test_a_budget_buys_the_most_for_each_dong():
    problem = model([{0}, {1}, {2}], [10, 6, 6], [0, 0, 0], budget=4, cost=[4, 2, 2])
    plan = choose(problem, Rules())
    assert (sorted(plan.candidates), plan.value) == ([1, 2], 12)


def test_one_large_site_is_not_lost_to_a_cheap_trifle():
    problem = model([{0}, {1}], [2, 100], [0, 0], budget=100, cost=[1, 100])
    assert choose(problem, Rules()).candidates == [1]


def test_an_existing_site_beyond_the_budget_does_not_hold_back_a_new_build():
    problem = model([{0}, {0, 1}], [95, 5], [1, 0], budget=10, cost=[11, 10])
    plan = choose(problem, Rules(tolerance=0.1))
    assert plan.candidates == [1]
    assert (plan.choices[0].tried, plan.choices[0].tried_fits) == (0, False)


def test_both_limits_hold_together():
    problem = model([{0}, {1}, {2}], [9, 5, 5], [0, 0, 0], positions=1, budget=4, cost=[5, 2, 2])
    plan = choose(problem, Rules())
    assert (plan.candidates, plan.value, plan.bound) == ([1], 5, 5)


def test_a_budget_needs_every_cost():
    with pytest.raises(ValueError, match="cost"):
        model([{0}], [1], [0], budget=1, cost=[np.nan])


@pytest.mark.parametrize(
    "problem",
    [
        model([], [], [], positions=3),
        model([], [5, 5], [], positions=3),
        model([set(), set()], [], [1, 0], positions=3),
        model([set()], [5], [0], positions=3),
        model([{0}], [5], [0], positions=0),
        model([{0}], [5], [0], budget=0.0, cost=[1.0]),
    ],
)
def test_nothing_to_win_is_an_empty_plan(problem):
    plan = choose(problem, Rules(minimum=1, tolerance=0.1))
    assert (plan.choices, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0.0)


def test_an_order_is_greedy_among_its_own():
    problem = model([{0}, {0, 1}, {2}], [5, 1, 3], [0, 0, 0], positions=3)
    assert in_greedy_order(problem, [2, 0]) == [0, 2]


def test_a_plan_within_a_budget_is_ranked_by_gain_too():
    problem = model([{0}, {1}, {2}], [10, 6, 7], [0, 0, 0], budget=7, cost=[5, 1, 1])
    plan = choose(problem, Rules())
    assert [choice.gain for choice in plan.choices] == [10, 7, 6]


# ---------------------------------------------------------------- by law


@st.composite
def problems(draw):
    size, copies = draw(st.integers(1, 9)), draw(st.integers(1, 12))
    covers = [draw(st.sets(st.integers(0, copies - 1))) for _ in range(size)]
    weight = draw(st.lists(st.integers(1, 400), min_size=copies, max_size=copies))
    n_existing = draw(st.integers(0, size))
    limits = draw(st.sampled_from(["positions", "budget", "both"]))
    cost = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    return model(
        covers,
        weight,
        [i < n_existing for i in range(size)],
        positions=None if limits == "budget" else draw(st.integers(0, size)),
        budget=None if limits == "positions" else float(draw(st.integers(0, 25))),
        cost=None if limits == "positions" else cost,
    )


RULES = st.builds(
    Rules,
    minimum=st.sampled_from([0, 50, 150]),
    tolerance=st.sampled_from([None, 0.0, 0.1, 0.5, 1.0]),
)


@settings(deadline=None, max_examples=400)
@given(problems(), RULES)
def test_value_is_at_most_the_optimum_and_the_optimum_at_most_the_bound(problem, rules):
    plan = choose(problem, rules)
    left = [i for i in range(problem.size) if not plan.dropped[i]]
    assert plan.value == value_of(problem, plan.candidates)
    assert plan.value <= optimum(problem, left) <= plan.bound
    assert 0.0 <= plan.gap <= 1.0


@settings(deadline=None, max_examples=200)
@given(problems(), st.lists(st.integers(0, 8), max_size=6, unique=True))
def test_any_order_and_the_prices_bound_every_plan(problem, order):
    usable = np.ones(problem.size, bool)
    best = optimum(problem, range(problem.size))
    assert upper_bound(problem, [[i for i in order if i < problem.size]]) >= best
    assert lagrangian_bound(problem, usable, 0) >= best


@settings(deadline=None, max_examples=400)
@given(problems(), RULES)
def test_a_plan_keeps_every_rule(problem, rules):
    plan = choose(problem, rules)
    chosen = plan.candidates
    assert len(set(chosen)) == len(chosen) <= (problem.positions or np.inf if chosen else 0)
    assert problem.budget is None or problem.cost[chosen].sum() <= problem.budget
    spent = problem.cost[chosen].sum()
    for rank, choice in enumerate(plan.choices):
        rest = [i for i in chosen if i != choice.candidate]
        alone = plan.value - value_of(problem, rest)
        assert alone >= max(rules.minimum, 1)
        above = value_of(problem, chosen[:rank])
        assert choice.gain == value_of(problem, chosen[: rank + 1]) - above
        if rules.tolerance is None or problem.is_existing[choice.candidate]:
            continue
        for other in set(np.flatnonzero(problem.is_existing)) - set(chosen):
            gain = value_of(problem, [*chosen[:rank], other]) - above
            both = value_of(problem, [*chosen[:rank], other, choice.candidate]) - above
            cost = spent - problem.cost[choice.candidate] + problem.cost[other]
            fits = problem.budget is None or cost <= problem.budget
            if fits and both < gain + choice.gain:
                assert gain < (1 - rules.tolerance) * choice.gain


@settings(deadline=None)
@given(problems(), st.data())
def test_the_tally_is_the_plain_count(problem, data):
    tally = Tally(problem)
    steps = data.draw(st.lists(st.integers(0, problem.size - 1), max_size=12))
    for candidate in steps:
        if candidate in tally.chosen:
            alone = tally.alone(candidate)
            before = tally.value
            tally.remove(candidate)
            assert before - tally.value == alone
        else:
            tally.add(candidate)
        value = value_of(problem, tally.chosen)
        assert tally.value == value
        for i in range(problem.size):
            assert tally.gain[i] == value_of(problem, [*tally.chosen, i]) - value


@settings(deadline=None, max_examples=100)
@given(problems())
def test_one_more_position_never_lowers_the_value(problem):
    if problem.budget is not None or problem.positions is None:
        return
    more = build_problem(
        csr_matrix(
            (np.ones(len(problem.copies), bool), problem.copies, problem.indptr),
            shape=(problem.size, len(problem.weight)),
        ),
        problem.weight,
        problem.is_existing,
        positions=problem.positions + 1,
    )
    assert choose(more, Rules()).value >= choose(problem, Rules()).value


def test_value_and_bound_stand_around_the_optimum_of_highs():
    rng = np.random.default_rng(7)
    places, sites = rng.uniform(0, 1, (400, 2)), rng.uniform(0, 1, (80, 2))
    near = ((sites[:, None] - places[None]) ** 2).sum(axis=2) <= 0.01
    weight = rng.integers(1, 500, 400)
    problem = build_problem(csr_matrix(near), weight, np.zeros(80, bool), positions=15)
    plan = choose(problem, Rules())
    both = csr_matrix(np.hstack((-near.T.astype(float), np.eye(400))))
    limit = csr_matrix(np.concatenate((np.ones(80), np.zeros(400)))[None])
    answer = milp(
        np.concatenate((np.zeros(80), -weight)),
        integrality=np.concatenate((np.ones(80), np.zeros(400))),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(both, ub=0), LinearConstraint(limit, ub=15)],
    )
    best = round(-answer.fun)
    assert plan.value <= best <= plan.bound
    assert plan.gap < 0.06


# ---------------------------------------------------------------- copies and reach


def stakes(people, bits, *, chosen, total=1.0, partial=0.0):
    return Stakes(
        np.array(people, float), np.array(bits, np.uint8), chosen, total - partial, partial
    )


def test_without_partial_weight_only_people_without_any_operator_count():
    reach = csr_matrix(np.ones((1, 3), bool))
    covers, weight = copy_demand(
        reach, np.array([1], np.uint8), stakes([10, 20, 30], [0, 1, 2], chosen=1)
    )
    assert covers.toarray().tolist() == [[True]]
    assert weight.tolist() == [10 * PER_PERSON]


def test_an_operator_outside_the_plan_also_makes_people_served():
    """The third operator serves them today: nobody gains a first operator."""
    reach = csr_matrix(np.ones((1, 1), bool))
    _, weight = copy_demand(reach, np.array([3], np.uint8), stakes([10], [4], chosen=3))
    assert weight.tolist() == []


def test_partial_weight_counts_each_operator_that_a_person_gains():
    reach = csr_matrix(np.ones((2, 2), bool))
    at_stake = stakes([10, 100], [0, 1], chosen=3, partial=0.25)
    covers, weight = copy_demand(reach, np.array([3, 1], np.uint8), at_stake)
    gains = covers.toarray() @ weight / PER_PERSON
    # All join: first operator of 10 people, one more of them, one more of 100.
    assert gains.tolist() == [10 + 2.5 + 25, 10]
    assert at_stake.worth.tolist() == [12.5, 25]


def test_the_limit_of_reach_includes_its_end():
    lon, lat, _ = pyproj.Geod(ellps="WGS84").fwd(
        [108.0, 108.0], [15.0, 15.0], [30.0, 30.0], [1000.0, 1000.01]
    )
    site = (np.array([108.0]), np.array([15.0]), np.array([1000.0]))
    reach = incidence(*site, np.array(lon), np.array(lat))
    assert reach.toarray().tolist() == [[True, False]]


@pytest.mark.parametrize(("candidates", "demand"), [(0, 0), (0, 3), (2, 0)])
def test_reach_of_nothing(candidates, demand):
    empty = incidence(*(np.zeros(candidates) for _ in range(3)), np.zeros(demand), np.zeros(demand))
    assert empty.shape == (candidates, demand)
    assert empty.nnz == 0
