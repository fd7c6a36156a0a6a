"""The range in which a model was published, and how it is told that an input lies beyond it.

A model still computes there; whether to use the number is left to the caller.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Limits = Mapping[str, tuple[float, float]]
"""Lowest and highest valid value by the name of a parameter, both ends valid."""


class OutOfRangeWarning(UserWarning):
    """An input lies beyond the range in which the model was published: it is extrapolated."""


@dataclass(frozen=True)
class Beyond:
    """One parameter beyond the range of a model; its name ends in its unit."""

    model: str
    parameter: str
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.model}: {self.parameter} beyond {self.low:g} to {self.high:g}, extrapolated"


_GATHERED: ContextVar[list[Beyond] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[list[Beyond]]:
    """Gather what lies beyond a range instead of warning, for a caller who marks it himself.

    Examples
    --------
    >>> with gathering() as beyond:
    ...     check("Hata", {"frequency_mhz": (150.0, 1500.0)}, frequency_mhz=1800.0)
    >>> [item.parameter for item in beyond]
    ['frequency_mhz']
    """
    found: list[Beyond] = []
    token = _GATHERED.set(found)
    try:
        yield found
    finally:
        _GATHERED.reset(token)


def check(model: str, limits: Limits, **values: ArrayLike) -> None:
    """Warn of parameters with any value beyond their limits; NaN lies nowhere.

    Parameters
    ----------
    model
        Name for the message.
    limits
        By parameter.
    values
        Numbers or arrays, by parameter; one without limits is a :class:`KeyError`.

    Warns
    -----
    OutOfRangeWarning
        Once for each parameter, except within :func:`gathering`.
    """
    gathered = _GATHERED.get()
    for parameter, value in values.items():
        low, high = limits[parameter]
        given = np.asarray(value, dtype=np.float64)
        if not np.any((given < low) | (given > high)):
            continue
        beyond = Beyond(model, parameter, low, high)
        if gathered is None:
            warnings.warn(str(beyond), OutOfRangeWarning, stacklevel=3)
        elif beyond not in gathered:
            gathered.append(beyond)
