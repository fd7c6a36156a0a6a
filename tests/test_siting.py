"""Siting: the covering model, its plan and its bound, held to hand and to exhaustive search."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from geoplan.siting.choose import Rules, choose
from geoplan.siting.demand import Stakes
from geoplan.siting.incidence import incidence
from geoplan.siting.lagrangian import descend
from geoplan.siting.merging import merge, restrict
from geoplan.siting.optimise import optimise
from geoplan.siting.problem import PER_PERSON, Limit, build_problem, copy_demand
from geoplan.siting.search import Search
from geoplan.siting.tally import Tally, in_greedy_order


def model(covers, weight, existing, *, positions=None, budget=None, cost=None, apart=()):
    """A model of candidates given as sets of demand numbers."""
    matrix = np.zeros((len(covers), len(weight)), bool)
    for row, cover in enumerate(covers):
        matrix[row, list(cover)] = True
    limits = []
    if positions is not None:
        limits.append(Limit("positions", np.ones(len(covers)), positions))
    if budget is not None:
        limits.append(Limit("budget_vnd", np.array(cost, float), budget))
    clashes = np.zeros((len(covers), len(covers)), bool)
    for one, other in apart:
        clashes[one, other] = clashes[other, one] = one != other
    return build_problem(
        csr_matrix(matrix),
        np.array(weight, np.int64),
        np.array(existing, bool),
        limits,
        clashes=csr_matrix(clashes),
        place=np.arange(2.0 * len(covers)).reshape(-1, 2),
    )


def value_of(problem, chosen):
    covered = set().union(*(problem.covered(i).tolist() for i in chosen)) if chosen else set()
    return sum(int(problem.weight[c]) for c in covered)


def clash(problem, plan):
    return any(
        other in problem.clashes[problem.clash_indptr[one] : problem.clash_indptr[one + 1]]
        for one, other in combinations(plan, 2)
    )


def fits(problem, plan):
    return not clash(problem, plan) and all(
        limit.use[list(plan)].sum() <= limit.most for limit in problem.limits
    )


def optimum(problem, allowed):
    """The best plan by trying every one."""
    return max(
        value_of(problem, plan)
        for size in range(len(allowed) + 1)
        for plan in combinations(allowed, size)
        if fits(problem, plan)
    )


# ---------------------------------------------------------------- by hand


def test_a_plan_is_ranked_by_what_each_adds_at_its_turn():
    problem = model([{0, 1}, {1, 2}, {3}], [5, 4, 3, 6], [0, 0, 0], positions=3)
    assert [choice.gain for choice in choose(problem, Rules()).choices] == [9, 6, 3]


def test_ties_go_to_the_first_candidate():
    problem = model([{0}, {1}, {2}], [5, 5, 5], [1, 0, 0], positions=2)
    search = Search(problem, np.ones(3, bool))
    search.greedy()
    assert search.chosen == (0, 1)


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
def problems(draw, clashing=False):
    size, copies = draw(st.integers(1, 9)), draw(st.integers(1, 12))
    covers = [draw(st.sets(st.integers(0, copies - 1))) for _ in range(size)]
    weight = draw(st.lists(st.integers(1, 400), min_size=copies, max_size=copies))
    n_existing = draw(st.integers(0, size))
    limits = draw(st.sampled_from(["positions", "budget", "both"]))
    cost = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    some = st.integers(0, size - 1)
    return model(
        covers,
        weight,
        [i < n_existing for i in range(size)],
        positions=None if limits == "budget" else draw(st.integers(0, size)),
        budget=None if limits == "positions" else float(draw(st.integers(0, 25))),
        cost=None if limits == "positions" else cost,
        apart=draw(st.lists(st.tuples(some, some), max_size=3)) if clashing else (),
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


@settings(deadline=None, max_examples=300)
@given(problems(clashing=True))
def test_prices_and_the_whole_search_bound_every_plan(problem):
    best = optimum(problem, range(problem.size))
    every = np.ones(problem.size, bool)
    found = optimise(problem)
    assert descend(problem, every, lambda average: 0, 0).bound >= best
    assert found.value == value_of(problem, found.chosen) <= best <= found.bound
    assert fits(problem, found.chosen)
    # HiGHS closes what is so small.
    assert found.value == best


@settings(deadline=None, max_examples=200)
@given(problems(clashing=True), st.integers(0, 8))
def test_what_prices_rule_out_is_in_no_better_plan(problem, seed):
    search = Search(problem, np.ones(problem.size, bool), seed=seed + 1)
    dual = descend(problem, search.allowed, search.round, 0)
    usable = np.flatnonzero(dual.usable(search.value)).tolist()
    assert max(optimum(problem, usable), search.value) == optimum(problem, range(problem.size))


@settings(deadline=None, max_examples=200)
@given(problems(clashing=True), st.data())
def test_a_merged_model_has_the_same_values(problem, data):
    plan = data.draw(st.lists(st.integers(0, problem.size - 1), unique=True))
    small = merge(problem)
    assert value_of(small, plan) == value_of(problem, plan)
    assert len(small.weight) <= len(problem.weight)
    usable = np.isin(np.arange(problem.size), plan)
    some, rows = restrict(problem, usable)
    assert rows.tolist() == sorted(plan)
    assert value_of(some, range(some.size)) == value_of(problem, plan)
    assert clash(some, range(some.size)) == clash(problem, plan)


@settings(deadline=None, max_examples=150)
@given(problems(clashing=True), st.integers(1, 1000), st.data())
def test_ruining_and_recreating_keeps_every_limit_and_never_loses(problem, seed, data):
    search = Search(problem, np.ones(problem.size, bool), seed=seed)
    search.greedy()
    before = search.value
    search.better(30, data.draw(st.sampled_from([0.0, 0.5, 5.0])))
    assert search.value == value_of(problem, search.chosen) >= before
    assert fits(problem, search.chosen)


@settings(deadline=None, max_examples=400)
@given(problems(), RULES)
def test_a_plan_keeps_every_rule(problem, rules):
    plan = choose(problem, rules)
    chosen = plan.candidates
    assert len(set(chosen)) == len(chosen)
    assert fits(problem, chosen)
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
            instead = [other, *(i for i in chosen if i != choice.candidate)]
            if fits(problem, instead) and both < gain + choice.gain:
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


@settings(deadline=None, max_examples=150)
@given(problems(clashing=True))
def test_more_of_a_limit_lowers_neither_the_value_nor_the_bound(problem):
    more = replace(problem, limits=tuple(replace(one, most=one.most + 1) for one in problem.limits))
    less = optimise(problem)
    found = optimise(more, start=less.chosen)
    assert found.value >= less.value
    assert found.bound >= less.bound


def test_value_and_bound_stand_around_the_optimum_of_highs():
    rng = np.random.default_rng(7)
    places, sites = rng.uniform(0, 1, (400, 2)), rng.uniform(0, 1, (80, 2))
    near = ((sites[:, None] - places[None]) ** 2).sum(axis=2) <= 0.01
    weight = rng.integers(1, 500, 400)
    limit = Limit("positions", np.ones(80), 15)
    problem = build_problem(csr_matrix(near), weight, np.zeros(80, bool), [limit], place=sites)
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
    assert plan.value == best == plan.bound


def test_a_large_plan_is_the_same_again_and_near_its_bound():
    rng = np.random.default_rng(3)
    places, sites = rng.uniform(0, 1, (6000, 2)), rng.uniform(0, 1, (600, 2))
    near = ((sites[:, None] - places[None]) ** 2).sum(axis=2) <= 0.003
    weight, cost = rng.integers(1, 300, 6000), rng.uniform(1, 4, 600)
    limit = Limit("budget_vnd", cost, 90.0)
    problem = build_problem(csr_matrix(near), weight, np.zeros(600, bool), [limit], place=sites)
    found = optimise(problem)
    assert found == optimise(problem)
    assert found.value == value_of(problem, found.chosen)
    assert fits(problem, found.chosen)
    assert 0 <= found.gap < 0.01


# ---------------------------------------------------------------- copies and reach


def stakes(people, bits, *, chosen, total=1.0, partial=0.0):
    return Stakes(
        np.array(people, float), np.array(bits, np.uint8), chosen, total - partial, partial
    )


def test_without_partial_weight_only_people_without_any_operator_count():
    reach = csr_matrix(np.ones((1, 3), bool))
    covers, (weight, *_) = copy_demand(
        reach, np.array([1], np.uint8), stakes([10, 20, 30], [0, 1, 2], chosen=1)
    )
    assert covers.toarray().tolist() == [[True]]
    assert weight.tolist() == [10 * PER_PERSON]


def test_an_operator_outside_the_plan_also_makes_people_served():
    """The third operator serves them today: nobody gains a first operator."""
    reach = csr_matrix(np.ones((1, 1), bool))
    _, (weight, *_) = copy_demand(reach, np.array([3], np.uint8), stakes([10], [4], chosen=3))
    assert weight.tolist() == []


def test_partial_weight_counts_each_operator_that_a_person_gains():
    reach = csr_matrix(np.ones((2, 2), bool))
    at_stake = stakes([10, 100], [0, 1], chosen=3, partial=0.25)
    covers, (weight, *_) = copy_demand(reach, np.array([3, 1], np.uint8), at_stake)
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
