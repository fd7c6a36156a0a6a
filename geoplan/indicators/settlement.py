"""Facts about hamlets and the people in them (PRODUCT.md §5, "Hamlet indicators").

Status comes from ``coverage``; rolling up is left to ``indicators.rollup``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.coverage.hamlets import COVERED, DEAD_SPOT, UNKNOWN, WHITE, served_share
from geoplan.indicators.rollup import Fact, by_commune

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage

Floats = NDArray[np.float64]


def who(cover: Coverage) -> Iterator[tuple[str, int]]:
    """Give any operator, then each, with its bits."""
    yield "", cover.every
    for index, operator in enumerate(cover.operators):
        yield operator, 1 << index


def hamlet_facts(cover: Coverage, commune: NDArray[np.int64], n: int) -> Iterator[Fact]:
    """Give counts and shares of hamlets by status.

    Parameters
    ----------
    commune
        Row of each hamlet's commune.
    n
        Number of communes.
    """
    every = by_commune(commune, n)
    unknown = by_commune(commune, n, (~cover.frame.is_located).astype(float))
    yield Fact("HAMLETS", "", "", every, unit="hamlets")
    yield Fact("HAMLETS_UNKNOWN", "", "", unknown, unit="hamlets")
    tested = by_commune(commune, n, cover.frame.is_tested_beyond_centre.astype(float))
    for technology in cover.names:
        for operator, mask in who(cover):
            counts = {
                scale: _counts(cover.status(technology, mask, scale), commune, n)
                for scale in cover.served
            }
            yield from _status_facts(operator, technology, counts, unknown, tested)


def _counts(status: NDArray[np.int8], commune: NDArray[np.int64], n: int) -> dict[int, Floats]:
    return {
        code: by_commune(commune, n, (status == code).astype(float))
        for code in (WHITE, DEAD_SPOT, COVERED, UNKNOWN)
    }


def _status_facts(
    operator: str,
    technology: str,
    counts: dict[float, dict[int, Floats]],
    unknown: Floats,
    tested: Floats,
) -> Iterator[Fact]:
    now, less, more = counts.values()
    known = now[WHITE] + now[DEAD_SPOT] + now[COVERED]
    reached = {scale: part[DEAD_SPOT] + part[COVERED] for scale, part in counts.items()}
    not_white, not_white_90, not_white_110 = reached.values()
    for name, code in (
        ("HAMLETS_WHITE", WHITE),
        ("HAMLETS_DEAD_SPOT", DEAD_SPOT),
        ("HAMLETS_COVERED", COVERED),
    ):
        yield Fact(
            name,
            operator,
            technology,
            now[code],
            None,
            unknown,
            less[code],
            more[code],
            unit="hamlets",
        )
    yield Fact(
        "HAMLET_NOT_WHITE",
        operator,
        technology,
        not_white,
        known,
        unknown,
        not_white_90,
        not_white_110,
    )
    for name, code in (("HAMLET_COVERED", COVERED), ("HAMLET_WHITE", WHITE)):
        yield Fact(name, operator, technology, now[code], known, unknown, less[code], more[code])
    yield Fact(
        "HAMLET_DEAD_SPOT",
        operator,
        technology,
        now[DEAD_SPOT],
        not_white,
        unknown,
        less[DEAD_SPOT],
        more[DEAD_SPOT],
        not_white_90,
        not_white_110,
        testable=tested,
    )


def people_facts(cover: Coverage, commune: NDArray[np.int64], n: int) -> Iterator[Fact]:
    """Give people served, by hamlets; people of hamlets without a location are in doubt."""
    population = cover.hamlets["population"].to_numpy(np.float64)
    people = np.nan_to_num(population)
    nowhere = np.isnan(served_share(cover.demand, np.zeros(len(cover.demand), bool), len(people)))
    known = by_commune(commune, n, np.where(nowhere, 0.0, people))
    doubt = by_commune(commune, n, np.where(nowhere, people, 0.0))
    told = by_commune(commune, n, (~np.isnan(population)).astype(float))
    yield Fact("PEOPLE", "", "", known + doubt, unit="people", known=told)
    for technology in cover.names:
        of_any: Floats | None = None
        for operator, mask in who(cover):
            now, less, more = (
                by_commune(commune, n, _people(cover, people, bits[technology], mask))
                for bits in cover.served.values()
            )
            yield Fact(
                "POP_SERVED", operator, technology, now, known, doubt, less, more, known=told
            )
            if of_any is None:
                of_any = now
            else:
                gain = of_any - now
                yield Fact("ROAMING_GAIN", operator, technology, gain, unit="people", known=told)


def _people(cover: Coverage, people: Floats, bits: NDArray[np.uint8], mask: int) -> Floats:
    share = served_share(cover.demand, (bits & mask) != 0, len(people))
    return np.nan_to_num(share) * people


def fibre_facts(cover: Coverage, commune: NDArray[np.int64], n: int) -> Iterator[Fact]:
    """Give hamlets with fibre, and with fibre and mobile broadband, where it is known."""
    fibre = cover.hamlets["has_fibre"]
    known = fibre.notna().to_numpy()
    if not known.any():
        return
    has = fibre.fillna(False).to_numpy(dtype=bool)
    whole = by_commune(commune, n, known.astype(float))
    yield Fact("HAMLET_FIBRE", "", "", by_commune(commune, n, has.astype(float)), whole)
    located = known & cover.frame.is_located
    both_known = by_commune(commune, n, located.astype(float))
    doubt = by_commune(commune, n, (known & ~cover.frame.is_located & has).astype(float))
    for operator, mask in who(cover):
        status = cover.status("MBB", mask)
        both = located & has & ((status == DEAD_SPOT) | (status == COVERED))
        numerator = by_commune(commune, n, both.astype(float))
        yield Fact("HAMLET_MOBILE_AND_FIBRE", operator, "MBB", numerator, both_known, doubt)
