"""Candidates for a shared site: positions on air, structures, and new builds near the holes.

New builds come from people-weighted clusters of the demand that is to be won, at three sizes,
and from one point of each hole. What each candidate wins is left to ``siting.problem``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage.holes import find_holes
from geoplan.siting import clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.results import Demand
    from geoplan.scenario import Scenario
    from geoplan.siting.demand import Stakes

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
RadiusOf = Callable[[Floats, Floats], Floats]
"""Longitude and latitude of sites → radius of the siting technology there. [degrees → m]"""
CommuneOf = Callable[[Floats, Floats], Texts]
"""Longitude and latitude → code of the commune around each point, blank outside all."""

NEW_SPACING_M: Final = 100.0
"""New builds closer than this to another candidate or a position add nothing (assumption)."""

_COLUMNS: Final[dict[str, type]] = {
    "is_existing": bool,
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
    radius_m
        How far they would serve, all round. [m]
    dropped
        Structures left out: ``structure_id, reason {not_offered, at_position}, position_id``.
    """

    is_existing: NDArray[np.bool_]
    position_id: Texts
    structure_id: Texts
    structure_kind: Texts
    longitude: Floats
    latitude: Floats
    commune_code: Texts
    opened: NDArray[np.uint8]
    radius_m: Floats
    dropped: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __len__(self) -> int:
        return len(self.longitude)

    def name(self, index: int) -> str:
        """Give the id of a candidate: of its position, else its structure, else blank."""
        return str(self.position_id[index] or self.structure_id[index])


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
    """
    chosen = stakes.chosen
    technology = scenario.siting.technology
    existing = _from_positions(positions, cells, operators, chosen, technology)
    hosts, dropped = _from_structures(structures, positions, scenario, chosen, commune_of)
    new = _new_builds(scenario, operators, demand, stakes, radius_of)
    taken = pd.concat([positions[["longitude", "latitude"]], hosts[["longitude", "latitude"]]])
    new = _thinned(new, taken.to_numpy(np.float64))
    new["commune_code"] = commune_of(*new[["longitude", "latitude"]].to_numpy(np.float64).T)
    new = new[new["commune_code"] != ""].assign(opened=np.uint8(chosen))
    rows = pd.concat([_complete(part) for part in (existing, hosts, new)], ignore_index=True)
    rows = rows[rows["opened"] != 0].sort_values(
        ["is_existing", "longitude", "latitude", "position_id", "structure_id"],
        ascending=[False, True, True, True, True],
        kind="stable",
    )
    columns = {name: rows[name].to_numpy(kind) for name, kind in _COLUMNS.items()}
    radius = np.asarray(radius_of(columns["longitude"], columns["latitude"]), np.float64)
    return Candidates(**columns, radius_m=radius, dropped=dropped)


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
    return found.assign(opened=np.uint8(chosen) & ~on_air, is_existing=True)


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
    refused = (_text_column(structures, "share_offer") == "no").to_numpy()
    taken = (rows["position_id"] != "").to_numpy()
    rows["reason"] = np.where(refused, "not_offered", np.where(taken, "at_position", ""))
    dropped = rows.loc[refused | taken, ["structure_id", "reason", "position_id"]]
    kept = rows[~(refused | taken)].drop(columns=["reason", "position_id"])
    places = kept[["longitude", "latitude"]].to_numpy(np.float64).T
    kept = kept.assign(opened=np.uint8(chosen), is_existing=True, commune_code=commune_of(*places))
    return kept, dropped.sort_values("structure_id", kind="stable").reset_index(drop=True)


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


def _new_builds(
    scenario: Scenario,
    operators: Sequence[str],
    demand: Demand,
    stakes: Stakes,
    radius_of: RadiusOf,
) -> pd.DataFrame:
    """Propose places for new masts, the points of the holes before the clusters."""
    worth = stakes.worth
    at_stake = np.flatnonzero(worth > 0)
    order = np.lexsort((worth[at_stake], demand.latitude[at_stake], demand.longitude[at_stake]))
    rows = at_stake[order]
    lon, lat = demand.longitude[rows], demand.latitude[rows]
    if not len(rows):
        return pd.DataFrame({"longitude": lon, "latitude": lat})
    points = pd.DataFrame(
        {
            "longitude": lon,
            "latitude": lat,
            "people": stakes.people[rows],
            "households": np.nan,
            "hamlet": demand.hamlet[rows],
            "commune_code": "",
        }
    )
    holes = find_holes(
        points,
        stakes.bits[rows],
        technology=scenario.siting.technology,
        operators=operators,
        present=stakes.chosen,
        link_m=scenario.siting.hole_link_m,
    )
    radius = np.asarray(radius_of(lon, lat), np.float64)
    centres = clusters.cluster_centres(lon, lat, worth[rows], radius)
    places = np.concatenate((holes[["longitude", "latitude"]].to_numpy(np.float64), centres))
    return pd.DataFrame(np.round(places, 6), columns=["longitude", "latitude"])


def _thinned(new: pd.DataFrame, taken: NDArray[np.float64]) -> pd.DataFrame:
    """Drop the new builds closer than 100 m to a place that is taken or to an earlier one."""
    from scipy.spatial import cKDTree

    if new.empty:
        return new
    limit = float(geodesy.chord_m(NEW_SPACING_M))
    places = geodesy.ecef(new["longitude"], new["latitude"])
    keep = np.ones(len(new), bool)
    if len(taken):
        keep &= cKDTree(geodesy.ecef(*taken.T)).query(places)[0] >= limit
    pairs = cKDTree(places).query_pairs(limit * (1 - 1e-9), output_type="ndarray")
    for first, second in pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]:
        # By the time of a pair, all pairs that could drop its first member have been seen.
        keep[second] &= not keep[first]
    return new[keep].reset_index(drop=True)
