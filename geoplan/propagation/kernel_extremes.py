"""Maxima and minima that a compiled loop may take in any order, eight at a time.

Numba gives the comparison behind ``max`` no word that NaN and the sign of zero do not matter, so
LLVM keeps such loops scalar; these two say so. For arguments that are never NaN only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from numba import types
from numba.extending import intrinsic

_FLAGS = ("nnan", "ninf", "nsz")


def _choosing(comparison: str) -> Callable[[float, float], float]:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        is_first = builder.fcmp_ordered(comparison, args[0], args[1], flags=_FLAGS)
        return builder.select(is_first, args[0], args[1], flags=_FLAGS)

    def chosen(typing: Any, a: Any, b: Any) -> Any:
        return types.float64(types.float64, types.float64), generate

    return cast("Callable[[float, float], float]", intrinsic(chosen))


greater = _choosing(">")
"""Give the greater of two floats."""

lesser = _choosing("<")
"""Give the lesser of two floats."""
