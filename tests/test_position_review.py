"""What a person decided of two installations goes before distance."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.sharing import positions

METRE = 1 / 111_195
"""One metre of latitude on the sphere, in degrees; exact enough for metres."""


def labels(
    metres: list[float],
    *,
    same: list[tuple[int, int]] | None = None,
    different: list[tuple[int, int]] | None = None,
    declared: list[str] | None = None,
) -> list[int]:
    """Join installations of different operators that stand on one meridian."""
    size = len(metres)
    merges = positions.join(
        np.full(size, 108.0),
        15.0 + np.array(metres) * METRE,
        np.array(declared or [""] * size, object),
        np.array([f"O{i}" for i in range(size)], object),
        structure_ids="own",
        largest_m=100.0,
        same=pairs(same),
        different=pairs(different),
    )
    return [int(label) for label in merges.labels(30.0)]


def pairs(given: list[tuple[int, int]] | None) -> positions.Ints:
    return np.array(given or [], np.int64).reshape(-1, 2)


def groups(found: list[int]) -> set[frozenset[int]]:
    return {frozenset(i for i, label in enumerate(found) if label == one) for one in set(found)}


def test_two_that_a_person_calls_the_same_are_one_at_any_distance() -> None:
    assert groups(labels([0, 5_000, 9_000], same=[(0, 1)])) == {frozenset({0, 1}), frozenset({2})}


def test_two_that_a_person_calls_different_are_never_one() -> None:
    assert len(groups(labels([0, 5]))) == 1
    assert len(groups(labels([0, 5], different=[(1, 0)]))) == 2


def test_a_third_between_two_different_ones_joins_only_one_of_them() -> None:
    found = groups(labels([0, 8, 20], different=[(0, 2)]))
    assert found == {frozenset({0, 1}), frozenset({2})}


def test_same_goes_on_along_a_chain() -> None:
    assert len(groups(labels([0, 500, 1_000], same=[(0, 1), (1, 2)]))) == 1


@pytest.mark.parametrize(
    ("declared", "same", "expected"),
    [
        (["", "", ""], [(0, 1), (1, 2)], True),
        (["", "", ""], [(0, 1)], False),
        (["a", "", "a"], [], True),
        (["a", "a", ""], [(1, 2)], True),
    ],
)
def test_a_review_that_contradicts_itself_is_told(
    declared: list[str], same: list[tuple[int, int]], expected: bool
) -> None:
    told = positions.contradictions(np.array(declared, object), pairs(same), pairs([(0, 2)]))
    assert told.tolist() == [expected]
