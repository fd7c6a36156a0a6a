"""What if a site came, went or moved: answers from a finished run, before and after.

``load`` takes the arrays of a run's ``state/``; each ``ask`` touches the points around the sites
that change and nothing else, and gives what a whole run on the changed files would. Areas,
places and sharing ratios are not asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.coverage import asking, environment
from geoplan.coverage.asking import Counts, Ground, Served
from geoplan.coverage.build import Cells, cell_arrays
from geoplan.coverage.hamlets import COVERED, DEAD_SPOT, STATUS_NAMES, WHITE, HamletFrame
from geoplan.faults import Fault, Faults, InputError
from geoplan.report.state import State, read_state
from geoplan.scenario import Scenario
from geoplan.units import MBB

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.rasters import Raster

Floats = NDArray[np.float64]
_Statuses = dict[tuple[str, str], NDArray[np.int8]]
_Figures = dict[tuple[str, str, str], tuple[Floats, Floats | None]]
SiteKey = tuple[str, str]
"""Operator and site_id."""

_COUNTS: Final = {
    "HAMLETS_WHITE": WHITE,
    "HAMLETS_DEAD_SPOT": DEAD_SPOT,
    "HAMLETS_COVERED": COVERED,
}
_NEAREST_NAMED: Final = 3


@dataclass(frozen=True)
class Surroundings:
    """What tells the environment of a place: communes, and a population raster if there is one."""

    communes: gpd.GeoDataFrame
    population: Raster | None = None


class Answer(NamedTuple):
    """The tables ``whatif``, ``whatif_hamlets`` and ``whatif_sites``."""

    indicators: pd.DataFrame
    hamlets: pd.DataFrame
    sites: pd.DataFrame

    def province(self, indicator: str, technology: str = MBB, operator: str = "") -> pd.Series:
        """Give ``before, after, change`` of one figure of the province."""
        rows = self.indicators
        chosen = rows[
            (rows["indicator"] == indicator)
            & (rows["level"] == "province")
            & (rows["technology"] == technology)
            & (rows["operator"] == operator)
        ]
        return chosen.iloc[0][["before", "after", "change"]]


def load(run: Path | str, *, around: Surroundings | None = None) -> Session:
    """Load a finished run.

    Parameters
    ----------
    run
        Folder of the run, which holds ``state/``.
    around
        Needed where the environment of sites comes from communes or from a population raster,
        before sites are added or moved.

    Raises
    ------
    InputError
        The folder is no finished run, or one of another version.
    """
    state = read_state(Path(run))
    if not state.testing:
        what = {"what": "state/"}
        raise InputError([Fault("run_out_of_date", Path(run).name, params=what)])
    return Session(state, around)


class Session:
    """A finished run that answers questions about other sites.

    Attributes
    ----------
    operators, technologies
        Names, in the order of the arrays.
    cells
        Rows on air: ``operator, site_id, technology, longitude, latitude, radius_m`` …
    """

    def __init__(self, state: State, around: Surroundings | None = None) -> None:
        self._state, self._around = state, around
        record = {**state.meta["scenario"], "inputs": _NO_FILES}
        self.scenario = Scenario.model_validate(record)
        self.operators = tuple(state.meta["operators"])
        self.technologies = tuple(state.meta["technologies"])
        rules = self.scenario.coverage
        more = [name for name in rules.mbb if name not in self.technologies]
        self._computed = (*self.technologies, *more)
        self.cells = _frame(state.cells)
        self.cells["environment"] = self.cells["environment"].astype(object)
        self.ground = _ground(state, self._computed, rules.min_share)
        test = state.testing
        self._counts: Counts = np.concatenate((test["counts"], test["sample_counts"]), axis=2)
        self._before = self._served(self._counts)

    def _arrays(self, cells: pd.DataFrame) -> Cells:
        width = self.scenario.coverage.sector_width_deg
        return cell_arrays(cells, self.operators, self._computed, width)

    def _served(self, counts: Counts, together: Iterable[int] = ()) -> Served:
        mbb = self.scenario.coverage.mbb
        return asking.served(self.ground, counts, self._computed, mbb, together=together)

    # ------------------------------------------------------------------ asking

    def ask(
        self,
        *,
        add: pd.DataFrame | None = None,
        remove: Collection[SiteKey] = (),
        move: Mapping[SiteKey, tuple[float, float]] | None = None,
        turn_on: Collection[tuple[str, str, str]] = (),
        together: Collection[Collection[str]] = (),
    ) -> Answer:
        """Say what changes.

        Parameters
        ----------
        add
            Rows of sites: ``operator, site_id, technology, longitude, latitude`` and, as far as
            known, ``frequency_mhz, azimuth_deg, beamwidth_deg``; their status does not matter.
        remove
            Sites that go, each an operator and a site_id.
        move
            Sites that move, with their new longitude and latitude.
        turn_on
            Operator, site_id and technology to be opened there, in the directions of the site.
        together
            Groups of operators that use each other's sites (roaming or MORAN).

        Raises
        ------
        InputError
            A site or operator that is not there, with those that are.
        """
        gone, come = self._changes(add, remove, move or {}, turn_on)
        groups = self._groups(together)
        counts = self._counts.copy()
        leaving, coming = self._arrays(gone), self._arrays(come)
        asking.changed(counts, leaving, asking.points_of(self.ground, leaving), -1)
        points = asking.points_of(self.ground, coming)
        asking.changed(counts, coming, points, 1)
        after = self._served(counts, groups)
        rows = come[come["technology"].isin(self._computed)].reset_index(drop=True)
        statuses = self._status(after)
        return Answer(
            self._indicators(after, statuses),
            self._hamlets(after, statuses),
            self._sites(rows, points, counts),
        )

    def _changes(
        self,
        add: pd.DataFrame | None,
        remove: Collection[SiteKey],
        move: Mapping[SiteKey, tuple[float, float]],
        turn_on: Collection[tuple[str, str, str]],
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give the rows that go, and those that come."""
        faults = Faults()
        named = [*remove, *move, *((operator, site) for operator, site, _ in turn_on)]
        for key in named:
            if key not in self._sites_there:
                known = ", ".join(self._near_names(key)) or "–"
                faults.add("site_not_in_run", value=":".join(key), known=known)
        added = pd.DataFrame() if add is None else add
        for name in sorted(set(added.get("operator", ())) - set(self.operators)):
            faults.add("unknown_operator", value=name, known=", ".join(self.operators))
        for *_, technology in turn_on:
            if technology not in self._computed:
                known = ", ".join(self._computed)
                faults.add("unknown_technology", value=technology, known=known)
        faults.raise_if_any(InputError)
        leaving = [self._sites_there[key] for key in (*remove, *move)]
        gone = self.cells.iloc[np.concatenate([np.zeros(0, np.int64), *leaving]).astype(np.int64)]
        come = [self._completed(added)] if len(added) else []
        for key, (longitude, latitude) in move.items():
            rows = self.cells.iloc[self._sites_there[key]]
            come.append(self._completed(rows.assign(longitude=longitude, latitude=latitude)))
        for operator, site, technology in turn_on:
            rows = self._opened((operator, site), technology)
            come.append(self._with_radius(rows, rows["environment"].to_numpy("U8")))
        empty = self.cells.iloc[:0]
        return gone, pd.concat(come, ignore_index=True) if come else empty

    def _opened(self, key: SiteKey, technology: str) -> pd.DataFrame:
        """Give rows of another technology in the directions of a site."""
        rows = self.cells.iloc[self._sites_there[key]]
        rows = rows.drop_duplicates(["longitude", "latitude", "azimuth_deg"])
        return rows.assign(technology=technology, frequency_mhz=np.nan)

    def _completed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give rows with the environment and radius that a run would give them."""
        rows = rows.reset_index(drop=True).copy()
        for name in ("frequency_mhz", "azimuth_deg", "beamwidth_deg"):
            if name not in rows:
                rows[name] = np.nan
        longitude, latitude = (
            rows[name].to_numpy(np.float64) for name in ("longitude", "latitude")
        )
        found = self.environment_at(longitude, latitude)
        return self._with_radius(rows, np.where(found == "", "rural", found).astype("U8"))

    def _with_radius(self, rows: pd.DataFrame, found: NDArray[np.str_]) -> pd.DataFrame:
        """Give rows in environments their radius."""
        rows = rows.reset_index(drop=True)
        rows["environment"] = found.astype(object)
        rows["radius_m"] = environment.radii_m(
            rows["technology"], rows["frequency_mhz"], found, self.scenario
        )
        return rows

    def environment_at(self, longitude: Floats, latitude: Floats) -> NDArray[np.str_]:
        """Give the environment of places as the run tells it."""
        rules, demand = self.scenario.coverage, self._state.demand
        if rules.environment_from == "density" and not self.has_raster:
            return environment.by_density(
                longitude,
                latitude,
                demand.longitude[demand.weighs],
                demand.latitude[demand.weighs],
                demand.people[demand.weighs],
                urban_people_km2=rules.urban_people_km2,
                suburban_people_km2=rules.suburban_people_km2,
            )
        if self._around is None:
            raise InputError([Fault("surroundings_needed")])
        from geoplan.coverage.model import environment_at

        return environment_at(self._around, self.scenario, demand, longitude, latitude)

    def surround(self, around: Surroundings) -> None:
        """Say what surrounds new sites, where the run told their environment by it."""
        self._around = around

    @property
    def meta(self) -> dict[str, Any]:
        """From what the run was made (``report.state.State.meta``)."""
        return self._state.meta

    @property
    def has_raster(self) -> bool:
        """Whether the run counted people by a population raster."""
        return any(one["role"] == "population" for one in self._state.meta["inputs"])

    @cached_property
    def _sites_there(self) -> dict[SiteKey, NDArray[np.int64]]:
        keys = ["operator", "site_id"]
        groups: Any = self.cells.groupby(keys, sort=True).indices
        return {(str(a), str(b)): rows for (a, b), rows in groups.items()}

    def _near_names(self, key: SiteKey) -> list[str]:
        """Give the sites whose names are most like one that is not there."""
        import difflib

        names = [":".join(one) for one in self._sites_there]
        return difflib.get_close_matches(":".join(key), names, _NEAREST_NAMED, 0.5)

    def _groups(self, together: Collection[Collection[str]]) -> list[int]:
        faults, groups = Faults(), []
        for names in together:
            for name in names:
                if name not in self.operators:
                    known = ", ".join(self.operators)
                    faults.add("unknown_operator", value=name, known=known)
            groups.append(sum(1 << i for i, name in enumerate(self.operators) if name in names))
        faults.raise_if_any(InputError)
        return groups

    # ------------------------------------------------------------------ answers

    def _who(self) -> list[tuple[str, int]]:
        every = (1 << len(self.operators)) - 1
        return [("", every), *((name, 1 << i) for i, name in enumerate(self.operators))]

    @property
    def _names(self) -> tuple[str, ...]:
        return (*self.technologies, MBB)

    @cached_property
    def _communes(self) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
        codes, row = np.unique(self._state.hamlets["commune_code"], return_inverse=True)
        return codes, row.ravel().astype(np.int64)

    @cached_property
    def _people(self) -> Floats:
        """People of each demand point, unknown = 0."""
        return np.nan_to_num(self._state.demand.people)

    def _status(self, found: Served) -> _Statuses:
        """Give the status of every hamlet by technology and operator, blank = any."""
        return {
            (technology, operator): asking.status(self.ground, found, technology, mask)
            for technology in self._names
            for operator, mask in self._who()
        }

    @cached_property
    def _status_before(self) -> _Statuses:
        return self._status(self._before)

    @cached_property
    def _figures_before(self) -> _Figures:
        return self._figures(self._before, self._status_before)

    def _figures(self, found: Served, statuses: _Statuses) -> _Figures:
        """Give numerator and denominator by commune of each indicator, operator, technology."""
        codes, row = self._communes
        n, demand = len(codes), self._state.demand
        of_point = row[demand.hamlet]
        figures: _Figures = {}
        tested = _counted(row, self.ground.frame.is_tested_beyond_centre, n)
        everybody = _counted(of_point, self._people, n)
        for technology in self._names:
            any_people: Floats | None = None
            for operator, mask in self._who():
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
                if self.has_raster:
                    continue
                good = (found.bits[technology][: len(demand)] & np.uint8(mask)) != 0
                people = _counted(of_point, self._people * good, n)
                figures["POP_SERVED", operator, technology] = people, everybody
                if any_people is None:
                    any_people = people
                else:
                    figures["ROAMING_GAIN", operator, technology] = any_people - people, None
        return figures

    def _indicators(self, after: Served, statuses: _Statuses) -> pd.DataFrame:
        codes, _ = self._communes
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

    def _hamlets(self, after: Served, statuses: _Statuses) -> pd.DataFrame:
        state, parts = self._state, list[pd.DataFrame]()
        n = len(state.hamlets["hamlet_id"])
        population = state.hamlets["population"].astype(np.float64)
        for technology in self._names:
            for operator, mask in self._who():
                one, other = (
                    self._status_before[technology, operator],
                    statuses[technology, operator],
                )
                rows = np.flatnonzero(one != other)
                if not len(rows) and parts:
                    continue
                good = [
                    (found.bits[technology][: len(state.demand)] & np.uint8(mask)) != 0
                    for found in (self._before, after)
                ]
                turned = self._people * (good[1].astype(float) - good[0])
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

    def _sites(
        self, rows: pd.DataFrame, points: list[NDArray[np.int64]], counts: Counts
    ) -> pd.DataFrame:
        """Say what each site that comes wins alone, and beside the others."""
        if not len(rows):
            empty = pd.DataFrame(columns=list(tables.WHATIF_SITES_OUT.names))
            return tables.check(empty, tables.WHATIF_SITES_OUT)
        joint, found = self._served(counts), []
        keys = ["operator", "site_id", "technology"]
        groups: Any = rows.groupby(keys, sort=True).indices
        for (operator, site, technology), at in groups.items():
            own = np.concatenate([points[i] for i in at])
            first = rows.iloc[int(at[0])]
            found.append(
                {
                    "operator": str(operator),
                    "site_id": str(site),
                    "technology": str(technology),
                    "longitude": first["longitude"],
                    "latitude": first["latitude"],
                    **self._worth(str(operator), str(technology), own, counts, joint),
                }
            )
        frame = pd.DataFrame(found).merge(self._near_plans(rows), on=keys[:2], how="left")
        return tables.check(frame, tables.WHATIF_SITES_OUT)

    def _worth(
        self,
        operator: str,
        technology: str,
        own: NDArray[np.int64],
        counts: Counts,
        joint: Served,
    ) -> dict[str, Any]:
        """Count what one site wins alone, and what is lost without it."""
        o, t = self.operators.index(operator), self._computed.index(technology)
        flag, n = np.uint8(1 << o), len(self._state.demand)
        at, times = np.unique(own, return_counts=True)
        told = self.ground.told_known.get(technology)
        if told is not None:
            free = (told[at] & flag) == 0
            at, times = at[free], times[free]
        before, bits = self._before.bits[technology], joint.bits[technology]
        gains = at[(before[at] & flag) == 0]
        only = at[counts[o, t, at].astype(np.int64) <= times]
        people = np.concatenate((self._people, np.zeros(len(self.ground.longitude) - n)))
        white = gains[before[gains] == 0]
        lone = only[(bits[only] & ~flag) == 0]
        alone = Served({technology: before.copy()})
        alone.bits[technology][gains] |= flag
        every = (1 << len(self.operators)) - 1
        now, then = (
            asking.status(self.ground, one, technology, every) for one in (self._before, alone)
        )
        return {
            "alone_people": float(people[gains].sum()),
            "alone_first_people": float(people[white].sum()),
            "alone_hamlets": int(((now == WHITE) & (then != WHITE)).sum()),
            "marginal_people": float(people[only].sum()),
            "marginal_first_people": float(people[lone].sum()),
            "redundant": "no" if len(only) else "yes",
        }

    def _near_plans(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Find the nearest plan of another operator within the distance for common masts."""
        keys = ["operator", "site_id"]
        mine = rows.drop_duplicates(keys)[[*keys, "longitude", "latitude"]].reset_index(drop=True)
        plans = pd.concat([mine, _frame(self._state.planned)], ignore_index=True)
        plans = plans.drop_duplicates(keys, ignore_index=True)
        limits = self.scenario.sharing.potential_m
        within = {"urban": limits.urban, "suburban": limits.suburban}
        environments = rows.drop_duplicates(keys)["environment"]
        spots = geodesy.ecef(plans["longitude"], plans["latitude"])
        who, name, apart = plans["operator"].to_numpy(object), [], []
        for row, place in enumerate(environments):
            away = np.round(geodesy.arc_m(np.linalg.norm(spots - spots[row], axis=1)), 3)
            away = np.where(who == who[row], np.inf, away)
            best = int(np.argmin(away))
            is_near = away[best] <= within.get(str(place), limits.rural)
            found = plans.iloc[best]
            name.append(f"{found['operator']}:{found['site_id']}" if is_near else "")
            apart.append(float(away[best]) if is_near else np.nan)
        return mine[keys].assign(near_plan=name, near_plan_m=apart)


_NO_FILES: Final = {"communes": "-", "hamlets": "-", "sites": ["-"]}
"""A session reads no files; a scenario must name some."""


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


def _frame(columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """Make a table of a part of the state."""
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype="str") if values.dtype.kind == "U" else values
            for name, values in columns.items()
        }
    )


def _ground(state: State, technologies: tuple[str, ...], min_share: float) -> Ground:
    """Put together where service is asked for."""
    demand, test = state.demand, state.testing
    n_centres = int(demand.is_centre.sum())
    cluster_hamlet = demand.hamlet[n_centres:]
    n = len(state.hamlets["hamlet_id"])
    frame = HamletFrame(
        n,
        demand.hamlet[:n_centres],
        cluster_hamlet,
        test["cluster_counts"],
        np.bincount(cluster_hamlet, minlength=n) > 0,
        test["sample_hamlet"],
        test["sample_weight"],
        min_share,
    )
    none = np.zeros(len(test["sample_hamlet"]), np.uint8)
    known, served = {}, {}
    for name in technologies:
        parts = [f"sample_known_{name}", f"sample_served_{name}"]
        if name in state.told_known or parts[0] in test:
            blank = np.zeros(len(demand), np.uint8)
            known[name] = np.concatenate(
                (state.told_known.get(name, blank), test.get(parts[0], none))
            )
            served[name] = np.concatenate(
                (state.told_served.get(name, blank), test.get(parts[1], none))
            )
    return Ground(
        np.concatenate((demand.longitude, test["sample_longitude"])),
        np.concatenate((demand.latitude, test["sample_latitude"])),
        len(demand),
        frame,
        known,
        served,
    )


__all__ = ["Answer", "Session", "Surroundings", "load"]
