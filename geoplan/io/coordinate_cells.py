"""Coordinates out of cells: two columns, or both in one cell; numbers, or degrees and minutes.

What the numbers are in and where they lie is left to ``coordinates``.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import text
from geoplan.io import angles, values
from geoplan.io.rows import Rows

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_LATITUDE_FIRST: Final = re.compile(r".*?\b(lat|vi do)")
_LONGITUDE_FIRST: Final = re.compile(r".*?\b(lon|kinh)")


def columns(rows: Rows, pair: tuple[str, str]) -> tuple[Floats, Floats]:
    """Read two columns; half a pair and text are refused.

    Parameters
    ----------
    pair
        Our names of the columns: longitude and latitude, or x and y.

    Returns
    -------
    Two arrays of shape (n,), NaN where blank or refused.
    """
    degrees = pair[0] == "longitude"
    read: list[Floats] = []
    angled: list[dict[str, angles.Angle]] = []
    bad: list[Mask] = []
    for name in pair:
        place = rows.matched.columns[name]
        cells, exact = rows.raw.cells[place], rows.raw.exact.get(place)
        numbers, wrong = values.numbers(
            cells,
            unit="degrees" if degrees else "m",
            decimal_comma=rows.raw.decimal_comma,
            exact=exact,
        )
        wrong |= np.isinf(numbers)
        found = _angles(cells[wrong]) if degrees and wrong.any() else {}
        read.append(np.where(wrong, np.nan, numbers))
        angled.append(found)
        bad.append(wrong)
    vietnamese = angles.is_vietnamese({a.side for found in angled for a in found.values()})
    for i, name in enumerate(pair):
        cells = rows.raw.cells[rows.matched.columns[name]]
        signed = {
            key: a.signed(vietnamese=vietnamese) for key, a in angled[i].items() if a.is_possible
        }
        if signed:
            values_of = cells[bad[i]].map(signed).to_numpy(dtype=np.float64)
            read[i][bad[i]] = values_of
            bad[i][bad[i]] = np.isnan(values_of)
        rows.ledger.refuse(bad[i], "not_a_number", column=name)
    strange = [_is_other_axis(rows, name, found) for name, found in zip(pair, angled, strict=True)]
    # Where both are, the two are exchanged, which is judged by where they lie.
    rows.ledger.refuse(strange[0] & ~strange[1], "not_a_number", column=pair[0])
    rows.ledger.refuse(strange[1] & ~strange[0], "not_a_number", column=pair[1])
    for name, own, other in zip(pair, read, reversed(read), strict=True):
        half = np.isnan(own) & ~np.isnan(other)
        rows.ledger.refuse(half, "missing_coordinates", column=name)
    stands = rows.ledger.alive
    return np.where(stands, read[0], np.nan), np.where(stands, read[1], np.nan)


def _is_other_axis(rows: Rows, name: str, found: dict[str, angles.Angle]) -> Mask:
    """Tell the cells of a column whose letter says that they belong into the other one."""
    other = [cell for cell, angle in found.items() if angle.axis not in (None, name)]
    return rows.raw.cells[rows.matched.columns[name]].isin(other).to_numpy(dtype=bool)


def _angles(cells: pd.Series) -> dict[str, angles.Angle]:
    """Give the cells that are angles → the angle."""
    found = {cell: angles.parse(cell) for cell in cells.unique()}
    return {cell: angle for cell, angle in found.items() if angle is not None}


def pairs(rows: Rows) -> tuple[Floats, Floats]:
    """Read a column that holds both coordinates of a row, in either order.

    The letters of the sides tell which is which, else that no latitude is above 90°, else the
    header, else longitude goes first. A cell with one coordinate is ``missing_coordinates``.

    Returns
    -------
    Two arrays of shape (n,), east then north where that can be told; NaN where blank or refused.
    """
    place = rows.matched.parts["coordinates"]
    cells = rows.raw.cells[place]
    codes, uniques = pd.factorize(cells)
    halves = [angles.split_pair(cell) for cell in uniques]
    single = np.array(
        [
            bool(cell) and half is None and _one(cell) is not None
            for cell, half in zip(uniques, halves, strict=True)
        ],
        dtype=bool,
    )
    read = [None if half is None else (_one(half[0]), _one(half[1])) for half in halves]
    sides = {a.side for both in read if both is not None for a in both if a is not None}
    vietnamese = angles.is_vietnamese(sides)
    latitude_first = _is_latitude_first(rows.raw.headers[place])
    east, north = np.full(len(uniques), np.nan), np.full(len(uniques), np.nan)
    for i, both in enumerate(read):
        ordered = None if both is None else _in_order(both, vietnamese, latitude_first)
        if ordered is not None:
            east[i], north[i] = ordered
    bad = np.isnan(east) & ~single & np.array([bool(cell) for cell in uniques], dtype=bool)
    rows.ledger.refuse(single[codes], "missing_coordinates", column="longitude")
    rows.ledger.refuse(bad[codes], "not_a_number", column="longitude")
    return east[codes], north[codes]


def _one(written: str) -> angles.Angle | None:
    """Read one coordinate: an angle, or a number of any size."""
    angle = angles.parse(written)
    if angle is not None:
        return angle
    numbers, bad = values.numbers(pd.Series([written], dtype="str"), unit="degrees")
    return None if bad[0] or not np.isfinite(numbers[0]) else angles.Angle(float(numbers[0]))


def _is_latitude_first(header: str) -> bool:
    folded = text.fold(header)
    latitude, longitude = _LATITUDE_FIRST.match(folded), _LONGITUDE_FIRST.match(folded)
    return bool(latitude) and not (longitude and longitude.end() < latitude.end())  # type: ignore[union-attr]


def _are_possible(*both: angles.Angle) -> bool:
    """Tell whether two angles can be degrees; without a letter they can be metres."""
    return all(one.is_possible or not one.side for one in both)


def _in_order(
    both: tuple[angles.Angle | None, angles.Angle | None], vietnamese: bool, latitude_first: bool
) -> tuple[float, float] | None:
    """Give two coordinates in the order east, north; None where one is none or both are one."""
    first, second = both
    if first is None or second is None:
        return None
    axes = (first.axis, second.axis)
    if (None not in axes and axes[0] == axes[1]) or not _are_possible(first, second):
        return None
    a, b = first.signed(vietnamese=vietnamese), second.signed(vietnamese=vietnamese)
    if "latitude" in axes or "longitude" in axes:
        swap = axes[0] == "latitude" or axes[1] == "longitude"
    elif (abs(a) > 90.0) != (abs(b) > 90.0):
        swap = abs(b) > 90.0
    else:
        swap = latitude_first
    return (b, a) if swap else (a, b)
