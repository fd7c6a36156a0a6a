"""Closes the gap of a small covering model by HiGHS, or tightens its bound.

HiGHS stops by nodes, never by the clock, and starts from the best plan known. Larger models are
left as they are, because its time would not be known beforehand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scipy.sparse import csr_matrix

    from geoplan.siting.problem import Problem
    from geoplan.siting.search import Search

Floats = NDArray[np.float64]

PAIRS: Final = 15_000
"""Largest model whose gap HiGHS is asked to close, in pairs of candidate and copy."""
LIKELY_PAIRS: Final = 8_000
"""Largest model of likely candidates in which it looks for a better plan."""
NODES: Final = 20
_WORK: Final = 1_000_000
"""Pairs × nodes that are looked at, about: small models are branched for longer."""
_TOLERANCE: Final = 1e-6
"""HiGHS proves optima to this part of them (its mip_feasibility_tolerance)."""


class Closed(NamedTuple):
    """A bound on every plan of a model, and whether HiGHS was asked at all. [weight]"""

    bound: int
    was_tried: bool


def close(problem: Problem, search: Search, most_pairs: int, *, nodes: int | None = None) -> Closed:
    """Bound every plan, and offer what HiGHS finds to the search.

    Parameters
    ----------
    problem
        A merged model.
    search
        Holds the best plan so far.
    most_pairs
        A model with more pairs is left as it is, and its bound is the sum of all weights.
    nodes
        Of the branching, at most; default: the fewer the larger the model.
    """
    most = int(problem.weight.sum())
    if problem.n_pairs > most_pairs or not problem.n_pairs:
        return Closed(most, was_tried=False)
    solver = set_up(problem, search.chosen)
    most_nodes = max(NODES, _WORK // problem.n_pairs) if nodes is None else nodes
    solver.setOptionValue("mip_max_nodes", most_nodes)
    solver.run()
    info = solver.getInfo()
    solution = np.array(solver.getSolution().col_value)[: problem.size]
    if len(solution) == problem.size:
        search.offer(np.flatnonzero(solution > 0.5).tolist())
    if not math.isfinite(info.mip_dual_bound):
        return Closed(most, was_tried=True)
    bound = math.ceil(-info.mip_dual_bound * float(problem.weight.max()))
    if bound <= search.value * (1 + _TOLERANCE):
        return Closed(search.value, was_tried=True)
    return Closed(min(most, math.floor(bound * (1 + _TOLERANCE / 10))), was_tried=True)


def set_up(problem: Problem, chosen: tuple[int, ...]) -> Any:
    """Give HiGHS the model, a plan to start from, and its options.

    Columns are the candidates, then the copies; costs are parts of the largest weight.
    """
    n, m = problem.size, len(problem.weight)
    matrix, upper = rows(problem)
    cost = np.concatenate((np.zeros(n), -problem.weight / float(problem.weight.max())))
    x, covered = start_of(problem, chosen)
    bounds = np.zeros(n + m), np.ones(n + m)
    return solver_of(matrix, upper, cost, bounds, n, np.concatenate((x, covered)))


def start_of(problem: Problem, chosen: Iterable[int]) -> tuple[Floats, Floats]:
    """Give a plan as HiGHS takes it: which candidates are in it, and which copies it covers."""
    x, covered = np.zeros(problem.size), np.zeros(len(problem.weight))
    for candidate in chosen:
        x[candidate] = 1.0
        covered[problem.covered(candidate)] = 1.0
    return x, covered


def solver_of(
    matrix: csr_matrix,
    upper: Floats,
    cost: Floats,
    bounds: tuple[Floats, Floats],
    n_whole: int,
    start: Floats,
) -> Any:
    """Give HiGHS the least of cost · x, matrix · x ≤ upper, x in its bounds, and a plan to start.

    The first ``n_whole`` columns are 0 or 1.
    """
    import highspy

    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_, (model.col_lower_, model.col_upper_) = cost, bounds
    model.row_lower_, model.row_upper_ = np.full(rows, -highspy.kHighsInf), upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    integer, continuous = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [integer] * n_whole + [continuous] * (columns - n_whole)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    known = highspy.HighsSolution()
    known.col_value = start.tolist()
    solver.setSolution(known)
    return solver


_OPTIONS: Final = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
}


def rows(problem: Problem) -> tuple[Any, Any]:
    """Give z_c − Σ x_i ≤ 0 for each copy, then the limits, then the clashes."""
    from scipy.sparse import csr_matrix, hstack, identity, vstack

    n, m = problem.size, len(problem.weight)
    ones = np.ones(problem.n_pairs)
    cover = csr_matrix((ones, problem.candidates, problem.starts), shape=(m, n))
    parts = [hstack([-cover, identity(m)])]
    upper = [np.zeros(m)]
    if problem.limits:
        # As parts of what there is, so that people and money have the same scale.
        parts.append(hstack([csr_matrix(problem.share), csr_matrix((len(problem.limits), m))]))
        upper.append(np.ones(len(problem.limits)))
    groups = clash_groups(problem)
    if groups:
        index = np.concatenate(groups)
        indptr = np.concatenate(([0], np.cumsum([len(group) for group in groups])))
        shape = (len(groups), n + m)
        parts.append(csr_matrix((np.ones(len(index)), index, indptr), shape=shape))
        upper.append(np.ones(len(groups)))
    return vstack(parts, format="csr"), np.concatenate(upper)


def clash_groups(problem: Problem) -> list[NDArray[np.int64]]:
    """Give groups of candidates of which a plan holds one at most, every clash in one of them.

    A component of the clashes in which all exclude each other, such as the bundles of a site, is
    one group, which is much tighter than its pairs.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    n = problem.size
    ones = np.ones(len(problem.clashes), np.int8)
    graph = csr_matrix((ones, problem.clashes, problem.clash_indptr), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    members, degree = np.bincount(label), np.diff(problem.clash_indptr)
    is_whole = np.bincount(label, degree) == members * (members - 1)
    order = np.argsort(label, kind="stable").astype(np.int64)
    ends = np.cumsum(members)
    groups = [
        np.sort(order[ends[one] - members[one] : ends[one]])
        for one in np.flatnonzero(is_whole & (members > 1))
    ]
    first = np.repeat(np.arange(n), degree)
    once = (first < problem.clashes) & ~is_whole[label[first]]
    pairs = np.stack((first[once], problem.clashes[once]), axis=1).astype(np.int64)
    return groups + list(pairs)
