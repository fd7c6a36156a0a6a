"""A straight line through points of which some are wrong, and how sure it is.

Huber's estimator, with errors that allow for what points of one block have in common. Which
points and blocks those are is left to :mod:`~geoplan.propagation.calibration`.

References
----------
.. [1] P. J. Huber, E. M. Ronchetti, "Robust Statistics," 2nd ed., Wiley, 2009, ch. 7.
.. [2] K.-Y. Liang, S. L. Zeger, "Longitudinal data analysis using generalized linear models,"
   Biometrika, vol. 73, no. 1, pp. 13-22, 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TUNING: Final = 1.345
"""Huber's constant: 95 % as efficient as least squares where nothing is wrong ([1]_)."""
_TO_SIGMA: Final = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""
_LEAST_SCALE: Final = 1e-9
_STEPS: Final = 100
_NEAR: Final = 1e-10


@dataclass(frozen=True)
class Line:
    """``level + slope (x − centre)``, the standard errors of both, and the spread around it."""

    centre: float
    level: float
    slope: float
    level_error: float
    slope_error: float
    sigma: float


def sigma(residuals: ArrayLike, *, about: float | None = None) -> float:
    """Give the robust standard deviation of numbers about their median, or about a given value.

    >>> round(sigma([-2.0, -1.0, 0.0, 1.0, 500.0]), 4)
    1.4826
    """
    values = np.asarray(residuals, dtype=np.float64)
    if not len(values):
        return float("nan")
    middle = float(np.median(values)) if about is None else about
    return _TO_SIGMA * float(np.median(np.abs(values - middle)))


def fit(x: ArrayLike, y: ArrayLike, block: ArrayLike, *, with_slope: bool = True) -> Line:
    """Fit a line by Huber's estimator ([1]_), with errors clustered by blocks ([2]_).

    Parameters
    ----------
    x, y
        Points, shape (n,), n ≥ 2.
    block
        Number of the block of each point, shape (n,); at least two different ones.
    with_slope
        Whether a slope is looked for; 0 otherwise.

    Raises
    ------
    ValueError
        Fewer than two points or blocks.
    """
    at, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    _, blocks = np.unique(np.asarray(block), return_inverse=True)
    if len(values) < 2 or blocks.max(initial=0) < 1:
        raise ValueError("a line needs two points, in two blocks")
    centre = float(np.mean(at))
    design = np.column_stack((np.ones(len(at)), at - centre))[:, : 2 if with_slope else 1]
    start = np.zeros(design.shape[1])
    start[0] = np.median(values)
    solved, scale = _solve(design, values, start)
    errors = _errors(design, values - design @ solved, scale, blocks)
    slope, slope_error = (solved[1], errors[1]) if with_slope else (0.0, 0.0)
    return Line(centre, float(solved[0]), float(slope), float(errors[0]), float(slope_error), scale)


def _solve(design: Floats, values: Floats, start: Floats) -> tuple[Floats, float]:
    """Solve by least squares, again and again, with less weight for what lies far away."""
    solved, scale = start, _LEAST_SCALE
    for _ in range(_STEPS):
        left = values - design @ solved
        scale = max(sigma(left), _LEAST_SCALE)
        far = np.maximum(np.abs(left) / scale, _LEAST_SCALE)
        root = np.sqrt(np.minimum(1.0, TUNING / far))
        weighted, wanted = design * root[:, None], values * root
        after = np.asarray(np.linalg.lstsq(weighted, wanted, rcond=None)[0], dtype=np.float64)
        if np.max(np.abs(after - solved)) <= _NEAR * (1.0 + np.max(np.abs(solved))):
            return after, scale
        solved = after
    return solved, scale


def _errors(design: Floats, left: Floats, scale: float, blocks: NDArray[np.int64]) -> Floats:
    """Give the standard errors: what the blocks pull, over how firmly the points hold."""
    pull = np.clip(left / scale, -TUNING, TUNING) * scale
    near = np.abs(left) <= TUNING * scale
    count = int(blocks.max()) + 1
    scores = np.zeros((count, design.shape[1]))
    np.add.at(scores, blocks, design * pull[:, None])
    firm = np.linalg.pinv((design * near[:, None]).T @ design)
    spread = firm @ (scores.T @ scores) @ firm * count / (count - 1)
    return np.asarray(np.sqrt(np.maximum(np.diag(spread), 0.0)))
