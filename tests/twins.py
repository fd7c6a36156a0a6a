"""Plain twins of coverage, positions and holes: the rules word by word, every pair by loops.

They take the accepted inputs and a scenario, use Karney's geodesic (pyproj.Geod) and share no
code with the package, so that an error would have to be made twice.
"""

from __future__ import annotations

import datetime
import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from geoplan.results import Inputs
from geoplan.scenario import Scenario

GEOD = pyproj.Geod(ellps="WGS84")
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


def distances_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> tuple[Floats, Floats]:
    """Give distance and azimuth of all pairs, both of shape (first, second)."""
    shape = (len(lon), len(to_lon))
    pairs = [np.broadcast_to(np.asarray(v, float)[:, None], shape).ravel() for v in (lon, lat)]
    pairs += [np.broadcast_to(np.asarray(v, float)[None], shape).ravel() for v in (to_lon, to_lat)]
    azimuth, _, distance = GEOD.inv(*pairs)
    return np.reshape(distance, shape), np.reshape(azimuth, shape) % 360.0


# ---------------------------------------------------------------------------- coverage


def is_on_air(row: Any, day: datetime.date) -> bool:
    """Status existing or blank, begun by the day or undated, not yet switched off."""
    at = pd.Timestamp(day)
    if row.status not in ("", "existing"):
        return False
    if pd.notna(row.on_air_date) and row.on_air_date > at:
        return False
    return bool(pd.isna(row.off_air_date) or row.off_air_date > at)


def commune_row(communes: Any, lon: float, lat: float) -> int:
    """Give the commune around a point, else the nearest by a plane around the point."""
    scale = np.array([111_320.0 * np.cos(np.radians(lat)), 110_600.0])
    best = []
    for row, (code, shape) in enumerate(zip(communes.commune_code, communes.geometry, strict=True)):
        plane = shapely.transform(shape, lambda xy: (xy - [lon, lat]) * scale)
        best.append((round(plane.distance(shapely.Point(0, 0)), 3), code, row))
    return min(best)[2]


def environment_by_type(communes: Any, row: int) -> str:
    """Phường is urban, thị trấn suburban, all others rural."""
    words = communes.full_name.iloc[row] or communes["name"].iloc[row]
    words = unicodedata.normalize("NFC", words).lower()
    if words.startswith("phường "):
        return "urban"
    return "suburban" if words.startswith("thị trấn ") else "rural"


@dataclass(frozen=True)
class Cell:
    """One row on air with its radius."""

    operator: str
    technology: str
    longitude: float
    latitude: float
    radius_m: float
    azimuth: float
    half_width: float


def cells(inputs: Inputs, scenario: Scenario) -> list[Cell]:
    """Give the rows on air; the environment is told by the type of the commune."""
    found = []
    for row in inputs.sites.itertuples():
        if not is_on_air(row, scenario.day):
            continue
        kind = environment_by_type(
            inputs.communes, commune_row(inputs.communes, row.longitude, row.latitude)
        )
        rules = scenario.coverage.radius_m
        rule = rules.get(f"{row.technology}.{row.frequency_mhz:g}", rules.get(row.technology))
        radius = rule[kind] if isinstance(rule, dict) else rule
        if radius is None:
            continue
        beam = 0.0 if pd.isna(row.beamwidth_deg) else row.beamwidth_deg
        half = max(beam, scenario.coverage.sector_width_deg) / 2
        found.append(
            Cell(
                row.operator,
                row.technology,
                row.longitude,
                row.latitude,
                float(radius),
                row.azimuth_deg,
                half,
            )
        )
    return found


Service = dict[tuple[str, str], Bools]


def serve(lon: Floats, lat: Floats, sites: Sequence[Cell], *, scale: float = 1.0) -> Service:
    """Tell for every operator and technology which points are served."""
    served: Service = defaultdict(lambda: np.zeros(len(lon), bool))
    distance, azimuth = distances_m(
        np.array([c.longitude for c in sites]), np.array([c.latitude for c in sites]), lon, lat
    )
    for k, cell in enumerate(sites):
        inside = distance[k] <= cell.radius_m * scale + 1e-4
        if not np.isnan(cell.azimuth):
            off = np.abs((azimuth[k] - cell.azimuth + 180.0) % 360.0 - 180.0)
            inside &= (off <= cell.half_width + 1e-5) | (distance[k] < 1.0)
        served[cell.operator, cell.technology] |= inside
    return served


def any_of(served: Service, operators: Iterable[str], technologies: Iterable[str]) -> Bools:
    """Tell which points some operator serves on some technology."""
    total = np.zeros_like(next(iter(served.values())))
    for key in itertools.product(operators, technologies):
        if key in served:
            total |= served[key]
    return total


def hamlet_statuses(
    inputs: Inputs, centre: Bools, cluster: Bools, min_households: float
) -> dict[str, str]:
    """Give the status of each hamlet from who is served at centres and clusters."""
    spots = defaultdict(bool)
    for row, good in zip(inputs.clusters.itertuples(), cluster, strict=True):
        counts = pd.isna(row.households) or row.households >= min_households
        spots[row.hamlet_id] |= bool(counts and not good)
    found = {}
    for row, good in zip(inputs.hamlets.itertuples(), centre, strict=True):
        if pd.isna(row.longitude):
            found[row.hamlet_id] = "unknown"
        elif not good:
            found[row.hamlet_id] = "white"
        else:
            found[row.hamlet_id] = "dead_spot" if spots[row.hamlet_id] else "covered"
    return found


def served_shares(inputs: Inputs, centre: Bools, cluster: Bools) -> dict[str, float]:
    """Give the share of each hamlet's people that is served; NaN without any location."""
    parts: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row, good in zip(inputs.clusters.itertuples(), cluster, strict=True):
        parts[row.hamlet_id].append((row.households, bool(good)))
    found = {}
    for row, good in zip(inputs.hamlets.itertuples(), centre, strict=True):
        own = parts.get(row.hamlet_id, [])
        sizes = [size for size, _ in own]
        if not own:
            found[row.hamlet_id] = np.nan if pd.isna(row.longitude) else float(good)
            continue
        if any(pd.isna(size) for size in sizes) or sum(sizes) == 0:
            sizes = [1.0] * len(own)
        good_size = sum(size for size, (_, yes) in zip(sizes, own, strict=True) if yes)
        found[row.hamlet_id] = good_size / sum(sizes)
    return found


# ---------------------------------------------------------------------------- positions


@dataclass(frozen=True)
class Installation:
    """One operator at one site id; ``structure`` is its declared id, "" = none."""

    operator: str
    key: str
    longitude: float
    latitude: float
    structure: str

    @property
    def name(self) -> str:
        """Name it as the position table does."""
        return f"{self.operator}:{self.key}"


def installations(sites: pd.DataFrame) -> list[Installation]:
    """Gather the rows on air that a commune counts."""
    found = []
    for (operator, key), rows in sites.groupby(["operator", "installation_key"]):
        points = sorted(set(zip(rows.longitude, rows.latitude, strict=True)))
        ids = [name for name in rows.structure_id if name]
        most = min(ids, key=lambda name: (-ids.count(name), name)) if ids else ""
        lon, lat = np.mean(points, axis=0)
        found.append(Installation(operator, key, float(lon), float(lat), most))
    return found


def positions(
    members: Sequence[Installation], *, merge_m: float, own_ids: bool
) -> set[frozenset[str]]:
    """Join groups while the smallest largest distance is within the limit, one at a time."""
    starts: dict[object, list[int]] = defaultdict(list)
    for i, one in enumerate(members):
        register = one.operator if own_ids else ""
        starts[(register, one.structure) if one.structure else i].append(i)
    apart = distances_m(*_lon_lat(members), *_lon_lat(members))[0]
    units = list(starts.values())
    limit = round(merge_m * 1000)
    groups = [(unit,) for unit in range(len(units))]
    between = {
        (a, b): _unit_distance(members, apart, units[a], units[b], own_ids)
        for a, b in itertools.combinations(range(len(units)), 2)
    }
    while True:
        best: Any = None
        for left, right in itertools.combinations(groups, 2):
            far = max(between[min(a, b), max(a, b)] for a in left for b in right)
            if far > limit or (best is not None and far > best[0]):
                continue
            ends = sorted(_corner(members, units, group) for group in (left, right))
            if best is None or (far, *ends) < best[:3]:
                best = (far, *ends, left, right)
        if best is None:
            break
        left, right = best[3:]
        groups = [group for group in groups if group not in (left, right)] + [left + right]
    return {frozenset(members[i].name for unit in group for i in units[unit]) for group in groups}


def _lon_lat(members: Sequence[Installation]) -> tuple[Floats, Floats]:
    return np.array([m.longitude for m in members]), np.array([m.latitude for m in members])


def _unit_distance(
    members: Sequence[Installation], apart: Floats, left: list[int], right: list[int], own_ids: bool
) -> float:
    """Give the distance of the nearest members in millimetres; infinite where ids forbid it."""
    a, b = members[left[0]], members[right[0]]
    if a.structure and b.structure and (not own_ids or a.operator == b.operator):
        return float("inf")
    return float(min(round(apart[i, j] * 1000) for i in left for j in right))


def _corner(
    members: Sequence[Installation], units: Sequence[list[int]], group: tuple[int, ...]
) -> tuple[float, float]:
    return min((members[i].longitude, members[i].latitude) for unit in group for i in units[unit])


def new_shares(
    sites: pd.DataFrame, where: dict[str, str], period: tuple[datetime.date, datetime.date]
) -> dict[str, tuple[int, int]]:
    """Count the three formulas of new stations, row by row.

    Parameters
    ----------
    sites
        Rows on air that count, with ``register``: the declared id within its register, or "".
    where
        Name of an installation → name of its position.
    """
    start, end = (pd.Timestamp(day) for day in period)
    by_register: dict[str, list[Any]] = defaultdict(list)
    by_position: dict[str, list[Any]] = defaultdict(list)
    stations: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in sites.itertuples():
        position = where[f"{row.operator}:{row.installation_key}"]
        dates = [d for d in (row.built_date, row.on_air_date) if pd.notna(d)]
        by_position[position] += dates
        by_register[row.register] += dates
        stations[row.operator, row.installation_key, row.technology].append(row)

    def stands_since(rows: list[Any]) -> pd.Timestamp:
        own = next((row.register for row in rows if row.register), "")
        position = where[f"{rows[0].operator}:{rows[0].installation_key}"]
        return min(by_register[own] if own else by_position[position])

    def began(rows: list[Any]) -> Any:
        return min((row.on_air_date for row in rows if pd.notna(row.on_air_date)), default=pd.NaT)

    fresh = {key: rows for key, rows in stations.items() if start <= began(rows) <= end}
    old = {key: rows for key, rows in fresh.items() if stands_since(rows) < start}
    strict = 0
    for (operator, _, _), rows in old.items():
        owner = min((row.structure_owner for row in rows if row.structure_owner), default="")
        strict += owner not in ("", operator)
    sites_of: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (operator, key, _), rows in stations.items():
        sites_of[operator, key] += rows
    fresh_sites = {key: rows for key, rows in sites_of.items() if start <= began(rows) <= end}
    joined = 0
    for key, rows in fresh_sites.items():
        position = where[":".join(key)]
        others = [
            (began(other), name)
            for name, other in sites_of.items()
            if name[0] == key[0] and name != key and where[":".join(name)] == position
        ]
        is_first = all(pd.notna(day) and (day, name) > (began(rows), key) for day, name in others)
        joined += is_first and stands_since(rows) < start
    return {
        "SHARE_NEW": (len(old), len(fresh)),
        "SHARE_NEW_STRICT": (strict, len(fresh)),
        "SHARE_NEW_JOIN": (joined, len(fresh_sites)),
    }


# ---------------------------------------------------------------------------- holes


def count_groups(lon: Floats, lat: Floats, link_m: float) -> int:
    """Count the groups of points that hang together, by walking from each."""
    if not len(lon):
        return 0
    near = distances_m(lon, lat, lon, lat)[0] <= link_m + 1e-4
    left, groups = set(range(len(lon))), 0
    while left:
        groups += 1
        edge = [left.pop()]
        while edge:
            reached = left & set(np.flatnonzero(near[edge.pop()]).tolist())
            left -= reached
            edge += reached
    return groups
