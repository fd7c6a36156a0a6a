"""Candidates for a shared site: positions on air, structures, and new builds near the holes.

Where new builds are tried is told by ``siting.new_builds``, which of them stay by
``siting.screening``; what each candidate wins is left to ``siting.problem``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.siting import screening
from geoplan.siting.access import Access, Ground
from geoplan.siting.incidence import ReachBy, incidence
from geoplan.siting.new_builds import new_builds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from geoplan.results import Demand
    from geoplan.scenario import Scenario
    from geoplan.siting.demand import Stakes

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Texts = NDArray[np.object_]
RadiusOf = Callable[[Floats, Floats], Floats]
"""Longitude and latitude of sites → radius of the siting technology there. [degrees → m]"""
CommuneOf = Callable[[Floats, Floats], Texts]
"""Longitude and latitude → code of the commune around each point, blank outside all."""

_COLUMNS: Final[dict[str, type]] = {
    "is_existing": bool,
    "source": object,
    "position_id": object,
    "structure_id": object,
    "structure_kind": object,
    "longitude": np.float64,
    "latitude": np.float64,
    "commune_code": object,
    "opened": np.uint8,
}


@dataclass(frozen=True)
class Candidates:
    """Places that could be opened: existing before new, then from west to east.

    Attributes
    ----------
    is_existing
        True for positions and structures, False for new builds; shape (candidates,) like all.
    position_id, structure_id, structure_kind, commune_code
        Texts, blank where there is none.
    longitude, latitude
        Degrees, six decimals.
    opened
        Bits of the operators that would open the siting technology there.
    source
        How each was found: position, structure, hole, hdbscan, kmeans, roadside or high_point.
    radius_m
        How far they would serve, all round. [m]
    access
        Distances to road, grid and fibre.
    alone_people
        People who would get their first operator by each alone; set by ``siting.sifting``.
    dropped
        Those left out: the columns above, ``reason`` and ``by``, what each lost to.
    reach_by
        What tells which demand each reaches: by distance, or by level.
    """

    is_existing: NDArray[np.bool_]
    source: Texts
    position_id: Texts
    structure_id: Texts
    structure_kind: Texts
    longitude: Floats
    latitude: Floats
    commune_code: Texts
    opened: NDArray[np.uint8]
    radius_m: Floats
    access: Access
    alone_people: Floats = field(default_factory=lambda: np.zeros(0))
    dropped: pd.DataFrame = field(default_factory=pd.DataFrame)
    reach_by: ReachBy = incidence

    def __len__(self) -> int:
        return len(self.longitude)

    def name(self, index: int) -> str:
        """Give the id of a candidate: of its position, else its structure, else blank."""
        return str(self.position_id[index] or self.structure_id[index])

    def shown_name(self, index: int) -> str:
        """Give the id of a candidate, or the coordinates of one that has none."""
        place = screening.coordinate_name(self.longitude[index], self.latitude[index])
        return self.name(index) or place

    def reach(self, longitude: Floats, latitude: Floats) -> csr_matrix:
        """Tell which places each candidate reaches: booleans, shape (candidates, places)."""
        return self.reach_by(self.longitude, self.latitude, self.radius_m, longitude, latitude)

    def of(self, rows: Indices) -> Candidates:
        """Give some of the candidates, with all that were left out before."""
        some = {name: getattr(self, name)[rows] for name in (*_COLUMNS, "radius_m")}
        if len(self.alone_people):
            some["alone_people"] = self.alone_people[rows]
        return replace(self, **some, access=self.access.of(rows))


def find_candidates(
    scenario: Scenario,
    *,
    operators: Sequence[str],
    positions: pd.DataFrame,
    cells: pd.DataFrame,
    structures: pd.DataFrame,
    demand: Demand,
    stakes: Stakes,
    radius_of: RadiusOf,
    commune_of: CommuneOf,
    ground: Ground | None = None,
    reach_by: ReachBy = incidence,
) -> Candidates:
    """Gather what could be opened for the operators and technology of the scenario.

    Parameters
    ----------
    scenario
        Its ``siting`` and ``sharing`` rules.
    operators
        Names of the bits.
    positions
        ``position_id, longitude, latitude, commune_code, structure_ids``.
    cells
        On-air rows: ``position_id, operator, technology``.
    structures
        Accepted structures, as in ``tables.STRUCTURES``.
    demand, stakes
        Demand and what is at stake there.
    radius_of, commune_of
        How far a site would serve, and the commune around a point.
    ground
        Roads, grid, fibre, terrain and forbidden zones, as far as they are known.
    reach_by
        What tells which demand each reaches.
    """
    chosen, ground = stakes.chosen, ground or Ground()
    technology = scenario.siting.technology
    existing = _from_positions(positions, cells, operators, chosen, technology)
    hosts, unfit = _from_structures(structures, positions, scenario, chosen, commune_of)
    tried = new_builds(scenario.siting, operators, demand, stakes, radius_of, ground)
    tried = tried.assign(opened=np.uint8(chosen), is_existing=False)
    allowed, kept_out = _allowed(tried, commune_of, ground)
    new, close = screening.thinned(allowed, _taken(positions, hosts))
    rows = _in_order(pd.concat([_complete(part) for part in (existing, hosts, new)]))
    rows = rows[rows["opened"] != 0]
    columns = {name: rows[name].to_numpy(kind) for name, kind in _COLUMNS.items()}
    lon, lat = columns["longitude"], columns["latitude"]
    return Candidates(
        **columns,
        radius_m=np.asarray(radius_of(lon, lat), np.float64),
        access=ground.access(lon, lat),
        dropped=_left_out(unfit, kept_out, close),
        reach_by=reach_by,
    )


def _allowed(
    new: pd.DataFrame, commune_of: CommuneOf, ground: Ground
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the new builds into those that may stand, and those outside or where none may."""
    places = new[["longitude", "latitude"]].to_numpy(np.float64).T
    new = new.assign(commune_code=commune_of(*places))
    outside = (new["commune_code"] == "").to_numpy(bool)
    zone = ground.zone_around(*places)
    reason = np.where(outside, "outside_area", np.where(zone != "", "excluded_zone", ""))
    by = np.where(outside, "", zone).astype(object)
    if ground.permits is not None:
        rule = np.where(reason == "", ground.permits.refused(*places), "")
        reason, by = np.where(rule != "", "rule", reason), np.where(rule != "", rule, by)
    told = new.assign(reason=reason, by=by)
    out = reason != ""
    return new[~out].reset_index(drop=True), told[out].reset_index(drop=True)


def _taken(positions: pd.DataFrame, hosts: pd.DataFrame) -> pd.DataFrame:
    """Give the places beside which nothing new is built."""
    parts = [
        part[["longitude", "latitude"]].assign(name=part[key])
        for part, key in ((positions, "position_id"), (hosts, "structure_id"))
    ]
    return pd.concat(parts, ignore_index=True)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort candidates: existing before new, then from west to east."""
    return rows.sort_values(
        ["is_existing", "longitude", "latitude", "position_id", "structure_id"],
        ascending=[False, True, True, True, True],
        kind="stable",
        ignore_index=True,
    )


def _left_out(*parts: pd.DataFrame) -> pd.DataFrame:
    """Put together what was left out, in the order of candidates."""
    rows = [
        _complete(part).assign(reason=part["reason"].astype(object), by=part["by"].astype(object))
        for part in parts
    ]
    return _in_order(pd.concat(rows))


def _complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Give a part of the candidates all columns, blank where it has none."""
    rows = rows.copy()
    for name, kind in _COLUMNS.items():
        blank = "" if kind is object else False
        values = rows[name].to_numpy(kind) if name in rows else np.full(len(rows), blank, kind)
        rows[name] = np.round(values, 6) if kind is np.float64 else values
    return rows[list(_COLUMNS)]


def _from_positions(
    positions: pd.DataFrame,
    cells: pd.DataFrame,
    operators: Sequence[str],
    chosen: int,
    technology: str,
) -> pd.DataFrame:
    """Give the positions where a chosen operator lacks the technology, with who would open it."""
    running = cells.loc[cells["technology"] == technology, ["position_id", "operator"]]
    bit = {name: 1 << index for index, name in enumerate(operators)}
    running = running.drop_duplicates()
    there = running["operator"].map(bit).groupby(running["position_id"]).sum()
    on_air = positions["position_id"].map(there).fillna(0).to_numpy(np.uint8)
    found = positions[["position_id", "longitude", "latitude", "commune_code"]]
    opened = np.uint8(chosen) & ~on_air
    return found.assign(opened=opened, is_existing=True, source="position")


def _from_structures(
    structures: pd.DataFrame,
    positions: pd.DataFrame,
    scenario: Scenario,
    chosen: int,
    commune_of: CommuneOf,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the structures that could host every chosen operator, and those left out and why."""
    rows = pd.DataFrame(
        {
            "structure_id": structures["structure_id"].astype(object),
            "structure_kind": _text_column(structures, "kind"),
            "longitude": structures["longitude"].astype(np.float64),
            "latitude": structures["latitude"].astype(np.float64),
        }
    ).reset_index(drop=True)
    lon, lat = rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
    rows["position_id"] = _position_near(lon, lat, positions, scenario.sharing.merge_distance_m)
    if scenario.sharing.structure_ids == "common":
        declared = _positions_by_structure(positions)
        by_id = rows["structure_id"].map(declared).fillna("").astype(object)
        rows["position_id"] = rows["position_id"].where(rows["position_id"] != "", by_id)
    rows["offer"] = _text_column(structures, "share_offer").to_numpy()
    rows = rows.sort_values("structure_id", kind="stable", ignore_index=True)
    reason, by = _unfit(rows)
    places = rows[["longitude", "latitude"]].to_numpy(np.float64).T
    rows = rows.assign(commune_code=commune_of(*places), reason=reason, by=by)
    rows = rows.assign(opened=np.uint8(chosen), is_existing=True, source="structure")
    out = reason != ""
    return rows[~out].drop(columns=["reason", "by", "position_id"]), rows[out]


def _unfit(rows: pd.DataFrame) -> tuple[Texts, Texts]:
    """Say why structures are no candidates, blank where they are, and what they lost to.

    The first id stays of structures of one kind at one spot.
    """
    at = rows["position_id"].to_numpy(object)
    refused = (rows["offer"] == "no").to_numpy(bool)
    reason = np.where(refused, "not_offered", np.where(at != "", "at_position", "")).astype(object)
    by = np.where(reason == "at_position", at, "").astype(object)
    free = np.flatnonzero(reason == "")
    first = screening.repeated(rows.iloc[free], rows["structure_kind"].to_numpy(object)[free])
    again = first >= 0
    reason[free[again]] = "duplicate"
    by[free[again]] = rows["structure_id"].to_numpy(object)[free[first[again]]]
    return reason, by


def _text_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give a column of texts, blank where there is none."""
    if name not in frame:
        return pd.Series([""] * len(frame), dtype=object, index=frame.index)
    return frame[name].fillna("").astype(object)


def _position_near(lon: Floats, lat: Floats, positions: pd.DataFrame, limit_m: float) -> Texts:
    """Give the id of the nearest position within a distance of each point, else blank."""
    from scipy.spatial import cKDTree

    if not len(positions) or not len(lon):
        return np.full(len(lon), "", object)
    ids = np.append(positions["position_id"].to_numpy(object), "")
    tree = cKDTree(geodesy.ecef(positions["longitude"], positions["latitude"]))
    apart, nearest = tree.query(geodesy.ecef(lon, lat))
    # Limits include their end, to the millimetre.
    near = apart <= float(geodesy.chord_m(limit_m)) + 0.001
    return ids[np.where(near, nearest, len(positions))]


def _positions_by_structure(positions: pd.DataFrame) -> dict[str, str]:
    """Give the position of each declared structure."""
    return {
        structure: str(position)
        for position, declared in zip(
            positions["position_id"], positions["structure_ids"].fillna(""), strict=True
        )
        for structure in str(declared).split(";")
        if structure
    }
