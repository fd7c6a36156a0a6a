"""Closes the gap of a small covering model by HiGHS, or tightens its bound.

HiGHS stops by nodes, never by the clock, and starts from the best plan known. Larger models are
left as they are, because its time would not be known beforehand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from geoplan.siting.problem import Problem
    from geoplan.siting.search import Search

PAIRS: Final = 15_000
"""Largest model whose gap HiGHS is asked to close, in pairs of candidate and copy."""
LIKELY_PAIRS: Final = 8_000
"""Largest model of likely candidates in which it looks for a better plan."""
NODES: Final = 20
_TOLERANCE: Final = 1e-6
"""HiGHS proves optima to this part of them (its mip_feasibility_tolerance)."""


class Closed(NamedTuple):
    """A bound on every plan of a model, and whether HiGHS was asked at all. [weight]"""

    bound: int
    was_tried: bool


def close(problem: Problem, search: Search, most_pairs: int, *, nodes: int = NODES) -> Closed:
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
        Of the branching, at most.
    """
    most = int(problem.weight.sum())
    if problem.n_pairs > most_pairs or not problem.n_pairs:
        return Closed(most, was_tried=False)
    solver = set_up(problem, search.chosen)
    solver.setOptionValue("mip_max_nodes", nodes)
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
    import highspy

    n, m = problem.size, len(problem.weight)
    model = highspy.HighsLp()
    model.num_col_ = n + m
    scale = float(problem.weight.max())
    model.col_cost_ = np.concatenate((np.zeros(n), -problem.weight / scale))
    model.col_lower_ = np.zeros(n + m)
    model.col_upper_ = np.ones(n + m)
    matrix, upper = _rows(problem)
    model.num_row_ = matrix.shape[0]
    model.row_lower_ = np.full(matrix.shape[0], -highspy.kHighsInf)
    model.row_upper_ = upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    integer, continuous = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [integer] * n + [continuous] * m
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    known = highspy.HighsSolution()
    x = np.zeros(n)
    x[list(chosen)] = 1.0
    covered = np.zeros(m)
    for candidate in chosen:
        covered[problem.covered(candidate)] = 1.0
    known.col_value = np.concatenate((x, covered)).tolist()
    solver.setSolution(known)
    return solver


_OPTIONS: Final = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
}


def _rows(problem: Problem) -> tuple[Any, Any]:
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
    first = np.repeat(np.arange(n), np.diff(problem.clash_indptr))
    once = first < problem.clashes
    if once.any():
        pairs: Any = np.stack((first[once], problem.clashes[once]), axis=1)
        index, indptr = pairs.ravel(), np.arange(0, 2 * len(pairs) + 1, 2)
        parts.append(csr_matrix((np.ones(len(index)), index, indptr), shape=(len(pairs), n + m)))
        upper.append(np.ones(len(pairs)))
    return vstack(parts, format="csr"), np.concatenate(upper)
