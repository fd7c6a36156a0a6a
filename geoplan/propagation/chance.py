"""The chance that a place has service: from a margin, the spread between locations and the error.

A predicted level is a median; the level at one place differs from it because places differ
(shadowing) and because the model errs. Both are taken as normal in decibels and independent, so
that their variances add. Levels are left to :mod:`~geoplan.propagation.levels`, and what an
uncalibrated model's error is to ``link_budget.toml``, where it is marked as an assumption.

References
----------
.. [1] Recommendation ITU-R P.1546-6, "Method for point-to-area predictions," 2019, annex 5, § 12:
   location variability is log-normal, E(q) = E(median) + Q_i(q) σ_L.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from geoplan.propagation.link_inputs import LinkInputs, default_inputs

Floats = NDArray[np.float64]

SHARES: Final = (0.5, 0.75, 0.9, 0.95)
"""Chances for which coverage is printed."""


def total_sigma_db(location_sigma_db: ArrayLike, model_error_db: ArrayLike) -> Floats:
    """Give σ_total = √(σ_location² + σ_model²), of two spreads that know nothing of each other.

    Raises
    ------
    ValueError
        If a spread is below 0.
    """
    location = np.asarray(location_sigma_db, dtype=np.float64)
    model = np.asarray(model_error_db, dtype=np.float64)
    if np.any(location < 0.0) or np.any(model < 0.0):
        raise ValueError("a standard deviation cannot be below 0 dB")
    return np.asarray(np.hypot(location, model))


def chance_of_service(
    margin_db: ArrayLike, *, location_sigma_db: ArrayLike, model_error_db: ArrayLike = 0.0
) -> Floats:
    """Give the chance that a place reaches the threshold: P = Φ(margin / σ_total) ([1]_).

    Parameters
    ----------
    margin_db
        Predicted median level less the threshold, any shape. [dB]
    location_sigma_db
        Spread between locations around the median. [dB]
    model_error_db
        Standard deviation of the median's own error. [dB]

    Returns
    -------
    0 to 1; ½ at no margin; without any spread 1 from margin 0 on and 0 below; NaN for NaN, and 0
    for −∞, where no signal was predicted at all.

    Raises
    ------
    ValueError
        If a spread is below 0.
    """
    margin = np.asarray(margin_db, dtype=np.float64)
    sigma = total_sigma_db(location_sigma_db, model_error_db)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = ndtr(margin / sigma)
    certain = np.where(np.isnan(margin), np.nan, (margin >= 0.0).astype(np.float64))
    return np.asarray(np.where(sigma > 0.0, spread, np.where(sigma == 0.0, certain, np.nan)))


def needed_margin_db(
    share: ArrayLike, *, location_sigma_db: ArrayLike, model_error_db: ArrayLike = 0.0
) -> Floats:
    """Give the margin at which the chance reaches a share: Φ⁻¹(share) σ_total. [dB]

    Raises
    ------
    ValueError
        If a share does not lie between 0 and 1, or a spread is below 0.
    """
    wanted = np.asarray(share, dtype=np.float64)
    if not np.all((wanted > 0.0) & (wanted < 1.0)):
        raise ValueError(f"a share must lie between 0 and 1: {wanted}")
    return np.asarray(ndtri(wanted) * total_sigma_db(location_sigma_db, model_error_db))


def reached_share(chance: ArrayLike, shares: tuple[float, ...] = SHARES) -> Floats:
    """Give the highest of some shares that each chance reaches; 0 below all of them, NaN for NaN.

    Examples
    --------
    >>> reached_share([0.4, 0.75, 0.93]).tolist()
    [0.0, 0.75, 0.9]
    """
    given = np.asarray(chance, dtype=np.float64)
    steps = np.array([0.0, *sorted(shares)])
    found = steps[np.searchsorted(steps[1:], given, side="right")]
    return np.asarray(np.where(np.isnan(given), np.nan, found))


def needs_measuring(
    chance: ArrayLike,
    *,
    low: float | None = None,
    high: float | None = None,
    settings: LinkInputs | None = None,
) -> NDArray[np.bool_]:
    """Mark the places whose service only a measurement can tell ("cần đo kiểm").

    Parameters
    ----------
    chance
        Chance of service, any shape; NaN is not marked.
    low, high
        Both ends are marked too; default: ``needs_measuring`` of ``link_budget.toml``, an
        assumption.

    Raises
    ------
    ValueError
        Unless 0 ≤ low ≤ high ≤ 1.
    """
    inputs = default_inputs() if settings is None else settings
    least = inputs.measure_low if low is None else low
    most = inputs.measure_high if high is None else high
    if not 0.0 <= least <= most <= 1.0:
        raise ValueError(f"needed: 0 <= low <= high <= 1; given: {least} and {most}")
    given = np.asarray(chance, dtype=np.float64)
    return np.asarray((given >= least) & (given <= most))
