"""Needs of communes and operators: met, bounded and counted as exhaustive search does."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from geoplan.siting import meeting
from geoplan.siting.needs import Needs, NeedTally, merge
from geoplan.siting.problem import Limit, build_problem
from geoplan.siting.tally import Tally


def needs_of(measure, least):
    found = csr_matrix(np.array(measure, np.int64).reshape(len(least), -1))
    return Needs(tuple(f"need {k}" for k in range(len(least))), found, np.array(least, np.int64))


def won(problem, needs, plan):
    covered = np.zeros(len(problem.weight), bool)
    for candidate in plan:
        covered[problem.covered(candidate)] = True
    return np.asarray(needs.measure.todense())[:, covered].sum(axis=1), int(
        problem.weight[covered].sum()
    )


def objective(problem, needs, worth, plan):
    each, value = won(problem, needs, plan)
    return value + worth * int(np.minimum(each, needs.least).sum())


def keeps(problem, plan):
    return Tally(problem, plan).keeps_all()


@st.composite
def models(draw, limited=True):
    n, m, k = draw(st.integers(1, 7)), draw(st.integers(1, 8)), draw(st.integers(1, 3))
    cover = np.array(draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))).reshape(n, m)
    weight = draw(st.lists(st.integers(1, 9), min_size=m, max_size=m))
    measure = draw(st.lists(st.integers(0, 6), min_size=k * m, max_size=k * m))
    least = draw(st.lists(st.integers(1, 20), min_size=k, max_size=k))
    cost = np.array(draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)), float)
    limits = [Limit("positions", np.ones(n), draw(st.integers(0, 4)))] if limited else []
    if limited and draw(st.booleans()):
        limits.append(Limit("budget_vnd", cost, draw(st.integers(0, 12))))
    apart = np.zeros((n, n), bool)
    for one, other in draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=2)
    ):
        apart[one, other] = apart[other, one] = one != other
    problem = build_problem(
        csr_matrix(cover),
        np.array(weight),
        np.zeros(n, bool),
        limits,
        clashes=csr_matrix(apart),
        place=np.arange(2.0 * n).reshape(-1, 2),
    )
    return problem, needs_of(np.array(measure).reshape(k, m), least), cost


def plans(problem):
    for size in range(problem.size + 1):
        yield from combinations(range(problem.size), size)


@settings(deadline=None, max_examples=60)
@given(models(), st.integers(1, 10))
def test_the_most_within_limits_is_what_trying_every_plan_finds(case, worth):
    problem, needs, _ = case
    best = max(
        objective(problem, needs, worth, plan) for plan in plans(problem) if keeps(problem, plan)
    )
    met = meeting.meet(problem, needs, worth)
    assert keeps(problem, met.chosen)
    assert objective(problem, needs, worth, met.chosen) == met.objective
    assert met.objective == best <= met.bound
    assert met.bound <= best + 1
    each, _ = won(problem, needs, met.chosen)
    assert met.short.tolist() == np.maximum(needs.least - each, 0).tolist()


@settings(deadline=None, max_examples=60)
@given(models(limited=False))
def test_the_cheapest_plan_is_what_trying_every_plan_finds(case):
    problem, needs, cost = case
    met = meeting.cheapest(problem, needs, cost)
    assert keeps(problem, met.chosen)
    every, _ = won(problem, needs, range(problem.size))
    if not len(problem.clashes):
        assert met.short.tolist() == np.maximum(needs.least - every, 0).tolist()
    reached = np.minimum(needs.least, won(problem, needs, met.chosen)[0])
    best = min(
        cost[list(plan)].sum()
        for plan in plans(problem)
        if keeps(problem, plan) and (won(problem, needs, plan)[0] >= reached).all()
    )
    assert met.objective == cost[list(met.chosen)].sum() == best
    assert best - 1e-3 <= met.bound <= best


@settings(deadline=None, max_examples=60)
@given(models(), st.data())
def test_a_tally_counts_every_need_as_a_recount_does(case, data):
    problem, needs, _ = case
    tally = NeedTally(problem, needs)
    for candidate in data.draw(st.lists(st.integers(0, problem.size - 1), max_size=12)):
        if candidate in tally.chosen:
            tally.remove(candidate)
        else:
            tally.add(candidate)
        before = np.minimum(won(problem, needs, tally.chosen)[0], needs.least).sum()
        assert tally.met == before
        for other in range(problem.size):
            more = won(problem, needs, {*tally.chosen, other})[0]
            assert tally.meets[other] == np.minimum(more, needs.least).sum() - before


@settings(deadline=None, max_examples=40)
@given(models())
def test_merged_copies_count_the_same(case):
    problem, needs, _ = case
    small, asked = merge(problem, needs)
    for plan in plans(problem):
        mine, value = won(problem, needs, plan)
        theirs, merged_value = won(small, asked, plan)
        assert value == merged_value
        assert mine.tolist() == theirs.tolist()


def large(seed=3, n=300, m=3000):
    rng = np.random.default_rng(seed)
    demand, sites = rng.random((m, 2)), rng.random((n, 2))
    reach = (np.abs(sites[:, None] - demand) ** 2).sum(axis=2) < 0.05**2
    weight = rng.integers(1, 100, m)
    commune = (demand[:, 0] * 5).astype(int)
    measure = csr_matrix((weight, (commune, np.arange(m))), shape=(5, m))
    problem = build_problem(
        csr_matrix(reach),
        weight,
        np.zeros(n, bool),
        [Limit("positions", np.ones(n), 30)],
        place=sites,
    )
    total = np.asarray(measure.sum(axis=1)).ravel()
    return problem, Needs(tuple("abcde"), measure, (total * 0.25).astype(np.int64))


def test_floors_are_bounded_where_the_model_is_too_large_for_a_proof(monkeypatch):
    problem, needs = large()
    exactly = meeting.meet(problem, needs, 10)
    monkeypatch.setattr("geoplan.siting.exact_needs.RELAXED_PAIRS", 0)
    met = meeting.meet(problem, needs, 10)
    assert met.objective <= exactly.bound
    assert exactly.objective <= met.bound
    assert met.bound <= met.objective * 1.1


def test_the_least_number_of_sites_is_bounded_from_below(monkeypatch):
    problem, needs = large()
    use = np.ones(problem.size)
    relaxed = meeting.cheapest(problem, needs, use)
    monkeypatch.setattr("geoplan.siting.exact_needs.RELAXED_PAIRS", 0)
    rough = meeting.cheapest(problem, needs, use)
    assert not relaxed.short.any()
    assert rough.bound <= relaxed.bound <= relaxed.objective
    assert relaxed.bound >= relaxed.objective * 0.9
