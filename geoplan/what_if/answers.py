"""The tables of an answer: indicators before and after, and the hamlets that change.

Indicators are those of a run that rest on hamlets and people; who serves what is told by
``coverage.asking``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.coverage import asking
from geoplan.coverage.hamlets import COVERED, DEAD_SPOT, STATUS_NAMES, WHITE

if TYPE_CHECKING:
    from geoplan.coverage.asking import Served
    from geoplan.what_if.loaded import Loaded

Floats = NDArray[np.float64]
Statuses = dict[tuple[str, str], NDArray[np.int8]]
"""Technology and operator, blank = any → status of every hamlet."""
_Figures = dict[tuple[str, str, str], tuple[Floats, Floats | None]]

_COUNTS: Final = {
    "HAMLETS_WHITE": WHITE,
    "HAMLETS_DEAD_SPOT": DEAD_SPOT,
    "HAMLETS_COVERED": COVERED,
}


class Comparison:
    """Puts any service beside that of the finished run.

    Parameters
    ----------
    run
        The finished run.
    before
        Who serves what in it.
    """

    def __init__(self, run: Loaded, before: Served) -> None:
        self.run, self.before = run, before

    def status(self, found: Served) -> Statuses:
        """Give the status of every hamlet by technology and operator, blank = any."""
        return {
            (technology, operator): asking.status(self.run.ground, found, technology, mask)
            for technology in self.run.names
            for operator, mask in self.run.who
        }

    @cached_property
    def _status_before(self) -> Statuses:
        return self.status(self.before)

    @cached_property
    def _figures_before(self) -> _Figures:
        return self._figures(self.before, self._status_before)

    def _figures(self, found: Served, statuses: Statuses) -> _Figures:
        """Give numerator and denominator by commune of each indicator, operator, technology."""
        codes, row = self.run.communes
        n, demand = len(codes), self.run.state.demand
        of_point = row[demand.hamlet]
        figures: _Figures = {}
        tested = _counted(row, self.run.ground.frame.is_tested_beyond_centre, n)
        everybody = _counted(of_point, self.run.people, n)
        for technology in self.run.names:
            any_people: Floats | None = None
            for operator, mask in self.run.who:
                status = statuses[technology, operator]
                by = {code: _counted(row, status == code, n) for code in _COUNTS.values()}
                known = by[WHITE] + by[DEAD_SPOT] + by[COVERED]
                above = by[DEAD_SPOT] + by[COVERED]
                for name, code in _COUNTS.items():
                    figures[name, operator, technology] = by[code], None
                figures["HAMLET_NOT_WHITE", operator, technology] = above, known
                figures["HAMLET_COVERED", operator, technology] = by[COVERED], known
                figures["HAMLET_WHITE", operator, technology] = by[WHITE], known
                testable = np.where(tested > 0, above, np.nan)
                figures["HAMLET_DEAD_SPOT", operator, technology] = by[DEAD_SPOT], testable
                if self.run.has_raster:
                    continue
                good = (found.bits[technology][: len(demand)] & np.uint8(mask)) != 0
                people = _counted(of_point, self.run.people * good, n)
                figures["POP_SERVED", operator, technology] = people, everybody
                if any_people is None:
                    any_people = people
                else:
                    figures["ROAMING_GAIN", operator, technology] = any_people - people, None
        return figures

    def indicators(self, after: Served, statuses: Statuses) -> pd.DataFrame:
        codes, _ = self.run.communes
        old, new = self._figures_before, self._figures(after, statuses)
        n, keys = len(codes) + 1, np.array(list(old), object)
        frame = pd.DataFrame(
            {
                "indicator": np.repeat(keys[:, 0], n),
                "operator": np.repeat(keys[:, 1], n),
                "technology": np.repeat(keys[:, 2], n),
                "level": np.tile(
                    np.array(["province", *["commune"] * len(codes)], object), len(keys)
                ),
                "unit_id": np.tile(np.array(["", *codes], object), len(keys)),
                "before": np.concatenate([_values(*one) for one in old.values()]),
                "after": np.concatenate([_values(*new[key]) for key in old]),
            }
        )
        # A commune's code stands on hamlets only; those of no commune count in the province.
        frame = frame[(frame["level"] == "province") | (frame["unit_id"] != "")]
        frame = frame.assign(place_class="", change=frame["after"] - frame["before"])
        return tables.check(frame, tables.WHATIF_OUT)[list(tables.WHATIF_OUT.names)]

    def hamlets(self, after: Served, statuses: Statuses) -> pd.DataFrame:
        state, parts = self.run.state, list[pd.DataFrame]()
        n = len(state.hamlets["hamlet_id"])
        population = state.hamlets["population"].astype(np.float64)
        for technology in self.run.names:
            for operator, mask in self.run.who:
                one, other = (
                    self._status_before[technology, operator],
                    statuses[technology, operator],
                )
                rows = np.flatnonzero(one != other)
                if not len(rows) and parts:
                    continue
                good = [
                    (found.bits[technology][: len(state.demand)] & np.uint8(mask)) != 0
                    for found in (self.before, after)
                ]
                turned = self.run.people * (good[1].astype(float) - good[0])
                gained = np.bincount(state.demand.hamlet, turned, n)
                parts.append(
                    pd.DataFrame(
                        {
                            "hamlet_id": state.hamlets["hamlet_id"][rows],
                            "name": state.hamlets["name"][rows],
                            "commune_code": state.hamlets["commune_code"][rows],
                            "operator": operator,
                            "technology": technology,
                            "before": STATUS_NAMES[one[rows]],
                            "after": STATUS_NAMES[other[rows]],
                            "population": population[rows],
                            "gained_people": gained[rows],
                        }
                    )
                )
        frame = pd.concat(parts, ignore_index=True)
        text = ("hamlet_id", "name", "commune_code", "operator", "technology", "before", "after")
        frame = frame.astype(dict.fromkeys(text, "str"))
        return tables.check(frame, tables.WHATIF_HAMLETS_OUT)


def _counted(row: NDArray[np.int64], weights: NDArray[Any], n: int) -> Floats:
    """Add up by commune."""
    return np.asarray(np.bincount(row, weights, n), np.float64)


def _values(numerator: Floats, denominator: Floats | None) -> Floats:
    """Give the value of the province, then of each commune."""
    top = np.concatenate(([numerator.sum()], numerator))
    if denominator is None:
        return top
    whole = np.concatenate(([np.nansum(denominator)], denominator))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, top / whole, np.nan)
