"""Gives small models with needs to HiGHS: the most within limits, or the least that meets them.

Columns are the candidates, the copies, and how much of each need is met, as a part of it. Which
plans are tried before is told by ``siting.meeting``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoplan.siting.exact import rows, solver_of, start_of

if TYPE_CHECKING:
    from geoplan.siting.needs import Needs
    from geoplan.siting.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PAIRS: Final = 15_000
"""Largest model that is solved, in pairs of candidate and copy."""
RELAXED_PAIRS: Final = 100_000
"""Largest model of which the relaxation, without whole numbers, gives a bound."""
NODES: Final = 20
_WORK: Final = 1_000_000
"""Pairs × nodes that are looked at, about: small models are branched for longer."""
_TOLERANCE: Final = 1e-6


class Closed(NamedTuple):
    """What HiGHS found: a plan, perhaps empty, and a bound on every plan."""

    chosen: tuple[int, ...]
    bound: float


def most(
    problem: Problem, needs: Needs, worth: int, usable: Mask, chosen: tuple[int, ...]
) -> Closed:
    """Maximise value + worth × what is met, within the limits; the bound is rounded up."""
    every = float(problem.weight.sum()) + worth * float(needs.least.sum())
    if not 0 < problem.n_pairs <= RELAXED_PAIRS:
        return Closed((), every)
    asked = needs.least.astype(np.float64)
    gain: Floats = np.concatenate((np.zeros(problem.size), problem.weight, worth * asked))
    scale = float(gain.max())
    cost: Floats = -gain / scale
    found, bound = _solve(problem, needs, cost, np.zeros(len(needs)), usable, chosen)
    if not math.isfinite(bound):
        return Closed(found, every)
    return Closed(found, min(every, math.floor(-bound * scale * (1 + _TOLERANCE / 10)) + 1))


def least(
    problem: Problem, needs: Needs, use: Floats, usable: Mask, chosen: tuple[int, ...]
) -> Closed:
    """Meet every need with the least use; the plan may still lack a millionth of a need."""
    if not len(needs):
        return Closed((), 0.0)
    if not 0 < problem.n_pairs <= RELAXED_PAIRS:
        return Closed(chosen, _one_after_another(needs, problem, use, usable))
    scale = float(use.max())
    cost = np.concatenate((use / scale, np.zeros(len(problem.weight) + len(needs))))
    found, bound = _solve(problem, needs, cost, np.ones(len(needs)), usable, chosen)
    bound = max(bound, 0.0) * scale * (1 - _TOLERANCE) if math.isfinite(bound) else 0.0
    whole = bool((use == np.rint(use)).all())
    return Closed(found or chosen, math.ceil(bound - _TOLERANCE * scale) if whole else bound)


def _one_after_another(needs: Needs, problem: Problem, use: Floats, usable: Mask) -> float:
    """Bound the use from below: at best, sites that win most of a need for their use win it."""
    bound, rows_ = 0.0, np.flatnonzero(usable)
    for row in range(len(needs)):
        amount = np.asarray(needs.measure[row].todense(), np.float64).ravel()
        padded = np.concatenate(([0.0], np.cumsum(amount[problem.copies])))
        wins = (padded[problem.indptr[1:]] - padded[problem.indptr[:-1]])[rows_]
        order = np.argsort(-wins / use[rows_], kind="stable")
        won = np.cumsum(wins[order])
        n = int(np.searchsorted(won, float(needs.least[row])))
        if n < len(order):
            before = won[n - 1] if n else 0.0
            part = (float(needs.least[row]) - before) / max(wins[order[n]], 1e-12)
            bound = max(bound, float(use[rows_[order[:n]]].sum() + part * use[rows_[order[n]]]))
    return bound


def _solve(
    problem: Problem,
    needs: Needs,
    cost: Floats,
    at_least: Floats,
    usable: Mask,
    chosen: tuple[int, ...],
) -> tuple[tuple[int, ...], float]:
    """Solve; give the plan, empty where there is none, and the bound of HiGHS."""
    from scipy.sparse import csr_matrix, diags, hstack, identity, vstack

    n, m, k = problem.size, len(problem.weight), len(needs)
    plain, upper = rows(problem)
    parts = diags(1.0 / needs.least.astype(np.float64)) @ needs.measure.astype(np.float64)
    served = hstack([csr_matrix((k, n)), -parts, identity(k)])
    matrix = vstack([hstack([plain, csr_matrix((plain.shape[0], k))]), served], format="csr")
    x, z = start_of(problem, chosen)
    met = np.minimum(np.asarray(parts @ z).ravel(), 1.0)
    bounds = (
        np.concatenate((np.zeros(n + m), at_least)),
        np.concatenate((usable.astype(np.float64), np.ones(m + k))),
    )
    whole = n if problem.n_pairs <= PAIRS else 0
    solver = solver_of(
        matrix,
        np.concatenate((upper, np.zeros(k))),
        cost,
        bounds,
        whole,
        np.concatenate((x, z, met)),
    )
    solver.setOptionValue("mip_max_nodes", max(NODES, _WORK // problem.n_pairs))
    solver.run()
    return _read(solver, n, whole)


def _read(solver: Any, n: int, whole: int) -> tuple[tuple[int, ...], float]:
    """Give the plan and the bound; −inf where nothing is proved."""
    import highspy

    info, values = solver.getInfo(), np.array(solver.getSolution().col_value)
    if not whole:
        solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return (), float(info.objective_function_value) if solved else -math.inf
    found = tuple(np.flatnonzero(values[:n] > 0.5).tolist()) if len(values) >= n else ()
    return found, float(info.mip_dual_bound)
