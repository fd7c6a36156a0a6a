"""Asks a finished run: which rows go, which come, and what that makes of the service.

The tables of an answer are left to ``what_if.answers`` and ``what_if.added``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage import asking, environment
from geoplan.coverage.asking import Counts, Ground, Served
from geoplan.coverage.build import Cells
from geoplan.coverage.model import cells_of
from geoplan.coverage.radio import OVER_TERRAIN, Surrounded
from geoplan.faults import Fault, Faults, InputError
from geoplan.report.state import State, read_state
from geoplan.scenario import Scenario
from geoplan.units import MBB
from geoplan.what_if.added import Added
from geoplan.what_if.answers import Comparison
from geoplan.what_if.loaded import Loaded, frame_of

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.propagation.antennas import Pattern
    from geoplan.rasters import Raster, Relief

Floats = NDArray[np.float64]
SiteKey = tuple[str, str]
"""Operator and site_id."""

_NEAREST_NAMED: Final = 3
_OF_CELLS: Final = (
    *("frequency_mhz", "azimuth_deg", "beamwidth_deg", "tilt_deg", "antenna_agl_m", "eirp_dbm"),
)


@dataclass(frozen=True)
class Surroundings:
    """What tells the environment of a place: communes, and a population raster if there is one.

    ``relief`` is what waves meet, where the run told service over terrain, and ``antennas`` the
    patterns that its sites name.
    """

    communes: gpd.GeoDataFrame | None
    population: Raster | None = None
    relief: Relief | None = None
    antennas: Mapping[str, Pattern] = field(default_factory=dict)


_NO_AIR: Final = Surroundings(None)


class Answer(NamedTuple):
    """The tables ``whatif``, ``whatif_hamlets`` and ``whatif_sites``, and the rows that change.

    ``changed``: ``change`` (added, removed), ``operator, site_id, technology, longitude,
    latitude``.
    """

    indicators: pd.DataFrame
    hamlets: pd.DataFrame
    sites: pd.DataFrame
    changed: pd.DataFrame | None = None

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
        self.run, self._around = Loaded.of(state), around
        self.cells = frame_of(state.cells)
        self.cells["environment"] = self.cells["environment"].astype(object)
        test = state.testing
        self._counts: Counts = np.concatenate((test["counts"], test["sample_counts"]), axis=2)
        self._compared = Comparison(self.run, self._served(self._counts))

    @property
    def scenario(self) -> Scenario:
        """The rules of the run."""
        return self.run.scenario

    @property
    def operators(self) -> tuple[str, ...]:
        """Names of the operators, in the order of the bits."""
        return self.run.operators

    @property
    def technologies(self) -> tuple[str, ...]:
        """Technologies of the scenario."""
        return self.run.technologies

    @property
    def needs_air(self) -> bool:
        """Whether the run told service over terrain."""
        has_terrain = any(one["role"] == "terrain" for one in self.run.state.meta["inputs"])
        return has_terrain and self.scenario.coverage.model in OVER_TERRAIN

    @property
    def ground(self) -> Ground:
        """Where service is asked for."""
        return self.run.ground

    @property
    def has_raster(self) -> bool:
        """Whether the run counted people by a population raster."""
        return self.run.has_raster

    def _arrays(self, cells: pd.DataFrame) -> Cells:
        around = self._around
        if self.needs_air and (around is None or around.relief is None):
            raise InputError([Fault("surroundings_needed")])
        known = around if around is not None else _NO_AIR
        ether = Surrounded(known.relief, known.antennas, self.run.corrections)
        return cells_of(cells, self.operators, self.run.computed, ether, self.scenario)

    def _served(self, counts: Counts, together: Iterable[int] = ()) -> Served:
        mbb = self.scenario.coverage.mbb
        return asking.served(self.ground, counts, self.run.computed, mbb, together=together)

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
            known, ``frequency_mhz, azimuth_deg, beamwidth_deg, tilt_deg, antenna_agl_m,
            eirp_dbm``; their status does not matter.
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
        rows = come[come["technology"].isin(self.run.computed)].reset_index(drop=True)
        compared = self._compared
        statuses = compared.status(after)
        joint = self._served(counts)
        return Answer(
            compared.indicators(after, statuses),
            compared.hamlets(after, statuses),
            Added(self.run, rows, points, compared.before, joint, counts).sheet(),
            _changed(gone, come),
        )

    def statuses_before(self) -> dict[str, NDArray[np.int8]]:
        """Give the status of every hamlet in the run by technology and MBB, of any operator."""
        found = self._compared.status(self._compared.before)
        return {name: found[name, ""] for name in self.run.names}

    def _changes(
        self,
        add: pd.DataFrame | None,
        remove: Collection[SiteKey],
        move: Mapping[SiteKey, tuple[float, float]],
        turn_on: Collection[tuple[str, str, str]],
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give the rows that go, and those that come."""
        faults = Faults()
        named = [*dict.fromkeys(remove), *move, *{(one, site): 0 for one, site, _ in turn_on}]
        for key in sorted({key for key in named if named.count(key) > 1}):
            faults.add("whatif_twice", value=":".join(key))
        for key, (longitude, latitude) in move.items():
            if not (abs(longitude) <= 180.0 and abs(latitude) <= 90.0):
                faults.add("whatif_place", value=f"{':'.join(key)}={longitude:g},{latitude:g}")
        for key in dict.fromkeys(named):
            if key not in self._sites_there:
                known = ", ".join(self._near_names(key)) or "–"
                faults.add("site_not_in_run", value=":".join(key), known=known)
        added = pd.DataFrame() if add is None else add
        for name in sorted(set(added.get("operator", ())) - set(self.operators)):
            faults.add("unknown_operator", value=name, known=", ".join(self.operators))
        for *_, technology in turn_on:
            if technology not in self.run.computed:
                known = ", ".join(self.run.computed)
                faults.add("unknown_technology", value=technology, known=known)
        faults.raise_if_any(InputError)
        leaving = [self._sites_there[key] for key in (*dict.fromkeys(remove), *move)]
        gone = self.cells.iloc[np.concatenate([np.zeros(0, np.int64), *leaving]).astype(np.int64)]
        come = [self._completed(added)] if len(added) else []
        for key, (longitude, latitude) in move.items():
            rows = self.cells.iloc[self._sites_there[key]]
            come.append(self._completed(rows.assign(longitude=longitude, latitude=latitude)))
        for operator, site, technology in dict.fromkeys(turn_on):
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
        for name in _OF_CELLS:
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
        rules, demand = self.scenario.coverage, self.run.state.demand
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
        return self.run.state.meta

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


def _changed(gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that go and those that come, one after the other."""
    names = ["operator", "site_id", "technology", "longitude", "latitude"]
    parts = [
        part.reindex(columns=names).assign(change=change)
        for part, change in ((gone, "removed"), (come, "added"))
        if len(part)
    ]
    whole = pd.concat(parts, ignore_index=True) if parts else gone.reindex(columns=names)
    return whole if parts else whole.assign(change="")
