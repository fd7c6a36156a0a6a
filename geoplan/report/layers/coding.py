"""Columns as short lists for a page: places as differences, repeated values once.

What the columns mean is left to the layers; undoing it to ``static/map/lists.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

DEGREE: Final = 100_000
"""Steps in a degree: five decimals, about one metre."""


def steps(values: ArrayLike) -> list[int]:
    """Give the first value and then the differences, in steps of 1e-5 degrees, shape (n,)."""
    return differences(np.rint(np.asarray(values, dtype=np.float64) * DEGREE).astype(np.int64))


def differences(values: NDArray[np.int64]) -> list[int]:
    """Give the first of whole numbers and then the differences, shape (n,)."""
    return [int(step) for step in np.diff(values, prepend=0)]


def near_each_other(frame: pd.DataFrame) -> pd.DataFrame:
    """Order the rows of a frame so that neighbours follow each other: short differences.

    The order is that of a Z-shaped curve through squares of about 100 m.
    """
    codes = np.zeros(len(frame), dtype=np.int64)
    for shift, name in enumerate(("longitude", "latitude")):
        whole = np.nan_to_num(frame[name].to_numpy(np.float64)) * 1000 + 200_000
        axis = whole.astype(np.int64)
        for bit in range(20):
            codes |= ((axis >> bit) & 1) << (2 * bit + shift)
    return frame.iloc[np.argsort(codes, kind="stable")].reset_index(drop=True)


def places(frame: pd.DataFrame) -> dict[str, list[int]]:
    """Give the longitudes and latitudes of a frame as differences."""
    return {"x": steps(frame["longitude"].to_numpy()), "y": steps(frame["latitude"].to_numpy())}


def category(values: pd.Series) -> dict[str, list[Any]]:
    """Give each distinct text once, in order of appearance, and where each row's stands."""
    index, unique = pd.factorize(values.astype("str").fillna(""))
    return {"values": unique.tolist(), "index": index.tolist()}


def whole(values: pd.Series) -> list[int | None]:
    """Give numbers without decimals; missing ones as None."""
    numbers = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(numbers)
    rounded = np.floor(np.where(missing, 0.0, numbers) + 0.5).astype(np.int64)
    return [
        None if gone else number
        for number, gone in zip(rounded.tolist(), missing.tolist(), strict=True)
    ]


def flags(values: pd.Series) -> str:
    """Give a column of booleans as a text of 0 and 1; missing ones are 0."""
    return "".join("1" if value is True else "0" for value in values.astype("object").tolist())


def shapes(geometries: Sequence[Any] | NDArray[Any]) -> list[list[list[list[int]]]]:
    """Give polygons as rings of differences: for each shape, polygon and ring [x, y, dx, dy, …].

    The first ring of a polygon is its outer one; the closing point is left out.
    """
    return [[_rings(polygon) for polygon in shapely.get_parts(shape)] for shape in geometries]


def _rings(polygon: Any) -> list[list[int]]:
    rings = (_ring(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon))
    return [ring for ring in rings if len(ring) >= 6]


def _ring(points: NDArray[np.float64]) -> list[int]:
    whole_steps = np.rint(points[:-1] * DEGREE).astype(np.int64)
    moves = np.diff(whole_steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    moved = np.any(moves != 0, axis=1)
    return moves[moved].ravel().tolist()
