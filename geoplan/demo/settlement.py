"""Who lives where in the sample province: hamlets, groups of houses, places and zones.

Positions stay in kilometres; masts are left to ``network``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geoplan.demo import geography, names
from geoplan.demo.geography import Floats, Land

HAMLETS: Final = 1500
"""Hamlets at scale 1."""

_PER_COMMUNE: Final = {"ward": 17.0, "delta": 23.0, "coast": 20.0, "hills": 16.0, "islands": 6.0}
_PEOPLE: Final = {"ward": 1100.0, "delta": 760.0, "coast": 720.0, "hills": 400.0, "islands": 430.0}
_KINDS: Final = {"ward": "tổ dân phố", "hills": "bản"}
_CENTRES: Final = ("cultural_house", "cultural_house", "cultural_house", "school", "inferred")


@dataclass(frozen=True)
class Settlement:
    """Hamlets (with ``x``, ``y``, ``group``), clusters (with ``x``, ``y``) and the communes'
    people, all complete: what a real list lacks is blanked by :func:`forget` later.
    """

    hamlets: pd.DataFrame
    clusters: pd.DataFrame
    commune_people: list[int]
    codes: list[str]


def commune_codes(count: int) -> list[str]:
    """Number communes from 00102 in steps of three.

    Official codes below 01290 leave these out (list of 2025), so none is of a real commune.
    """
    return [f"{102 + 3 * i:05d}" for i in range(count)]


def settle(rng: np.random.Generator, land: Land, *, scale: float) -> Settlement:
    """Put hamlets and their clusters on the land."""
    groups = ["ward" if w else g for w, g in zip(land.is_ward, land.groups, strict=True)]
    codes = commune_codes(len(groups))
    counts = _quotas(rng, groups, max(2 * len(groups), round(HAMLETS * scale)))
    rows: list[dict[str, Any]] = []
    for i, (code, group, count) in enumerate(zip(codes, groups, counts, strict=True)):
        points = _spread(rng, land, i, count, in_town=group == "ward")
        rows += _commune_rows(rng, code, group, points, land)
    hamlets = pd.DataFrame(rows)
    people = hamlets.groupby("commune_code", sort=False)["population"].sum()
    clusters = _clusters(rng, land, hamlets)
    return Settlement(hamlets, clusters, [int(people[code]) for code in codes], codes)


def _quotas(rng: np.random.Generator, groups: list[str], total: int) -> list[int]:
    """Share the hamlets out among communes; the sum is exactly ``total``."""
    weights = np.array([_PER_COMMUNE[g] for g in groups]) * (0.7 + 0.6 * rng.random(len(groups)))
    ideal = weights / weights.sum() * total
    counts = np.maximum(2, np.floor(ideal).astype(int))
    order = np.argsort(np.floor(ideal) - ideal, kind="stable")
    step = 0
    while counts.sum() != total:
        i = order[step % len(order)]
        if counts.sum() < total:
            counts[i] += 1
        elif counts[i] > 2:
            counts[i] -= 1
        step += 1
    return [int(count) for count in counts]


def _spread(
    rng: np.random.Generator, land: Land, commune: int, count: int, *, in_town: bool
) -> Floats:
    """Choose places in a commune, near water and towns, in valleys, and not on each other."""
    shape = land.polygons[commune]
    spacing = 0.55 * np.sqrt(shape.area / count) * (1.0 if in_town else 0.8)
    inner = shape.buffer(-min(0.25, 0.06 * np.sqrt(shape.area / shapely.get_num_geometries(shape))))
    low, high = np.array(shape.bounds[:2]), np.array(shape.bounds[2:])
    draw = low + rng.random((400 + 120 * count, 2)) * (high - low)
    draw = draw[shapely.contains_xy(inner, draw)]
    river = cKDTree(land.river).query(draw)[0]
    town = np.sqrt(((draw[:, None] - land.towns) ** 2).sum(-1)).min(axis=1)
    liking = 0.25 + np.exp(-((river / 2.5) ** 2)) + 1.2 * np.exp(-((town / 6.0) ** 2))
    liking += 0.8 * (np.sin(draw[:, 0] / 1.9 + 2.0 * np.sin(draw[:, 1] / 4.3)) > 0.45)
    order = np.argsort(-np.log(rng.random(len(draw))) / liking, kind="stable")
    while True:
        chosen = _apart(draw[order], count, spacing)
        if len(chosen) == count:
            return chosen
        spacing *= 0.85


def _apart(points: Floats, count: int, spacing: float) -> Floats:
    """Take points in order, each at least ``spacing`` from those taken before."""
    taken = np.empty((count, 2))
    n_taken = 0
    for point in points:
        gaps = np.hypot(*(taken[:n_taken] - point).T)
        if n_taken == 0 or gaps.min() >= spacing:
            taken[n_taken] = point
            n_taken += 1
            if n_taken == count:
                break
    return taken[:n_taken]


def _commune_rows(
    rng: np.random.Generator, code: str, group: str, points: Floats, land: Land
) -> list[dict[str, Any]]:
    kind = _KINDS.get(group, "thôn")
    titles = names.hamlets(rng, len(points), kind=kind)
    hilly = geography.hilliness(points, land.size)
    rows = []
    for i, (point, title) in enumerate(zip(points, titles, strict=True)):
        people = max(40, round(_PEOPLE[group] * float(np.exp(0.38 * rng.standard_normal()))))
        luck = rng.random(5)
        remote = group in ("hills", "islands")
        rows.append(
            {
                "hamlet_id": f"{code}-{i + 1:03d}",
                "name": title,
                "kind": kind,
                "commune_code": code,
                "x": point[0],
                "y": point[1],
                "group": group,
                "population": people,
                "households": max(10, round(people / (3.3 + 1.1 * luck[0]))),
                "has_grid_power": not (remote and luck[1] < 0.08),
                "special_difficulty": group == "hills" and luck[2] < 0.25 + 0.3 * float(hilly[i]),
                "border": bool(point[0] < -0.40 * land.size[0]),
                "island": group == "islands"
                or any(shapely.contains_xy(shapely.Polygon(r), *point) for r in land.islands),
                "has_fibre": bool(luck[3] > (0.30 if remote else 0.04)),
                "centre_kind": _CENTRES[int(luck[4] * len(_CENTRES))],
            }
        )
    return rows


def _clusters(rng: np.random.Generator, land: Land, hamlets: pd.DataFrame) -> pd.DataFrame:
    """Split 85 % of the hamlets into two to four groups of houses around the centre."""
    reach = {"ward": 0.22, "delta": 0.55, "coast": 0.55, "hills": 1.4, "islands": 0.3}
    rows: list[dict[str, Any]] = []
    for hamlet in hamlets.itertuples():
        luck = rng.random(3)
        if luck[0] < 0.15:
            continue
        count = 2 + int(luck[1] * 2.999)
        shares = 0.5 + rng.random(count)
        houses = np.floor(shares / shares.sum() * hamlet.households).astype(int)
        houses[0] += hamlet.households - houses.sum()
        turns = luck[2] * 2 * np.pi + np.arange(count) * (2 * np.pi / count) + rng.random(count)
        away = reach[str(hamlet.group)] * (0.3 + 1.5 * rng.random(count) ** 2)
        away[0] *= 0.3
        titles = names.clusters(rng, count, on_coast=hamlet.group in ("coast", "islands"))
        rows += [
            {
                "cluster_id": f"{hamlet.hamlet_id}-{j + 1}",
                "hamlet_id": hamlet.hamlet_id,
                "name": titles[j],
                "households": int(houses[j]),
                "x": hamlet.x + away[j] * np.cos(turns[j]),
                "y": hamlet.y + away[j] * np.sin(turns[j]),
            }
            for j in range(count)
        ]
    clusters = pd.DataFrame(rows)
    centres = hamlets.set_index("hamlet_id").loc[clusters["hamlet_id"], ["x", "y"]].to_numpy()
    points = clusters[["x", "y"]].to_numpy()
    tree = shapely.STRtree(land.polygons)
    dry = np.zeros(len(points), dtype=bool)
    dry[tree.query(shapely.points(points), predicate="intersects")[0]] = True
    points = np.where(dry[:, None], points, centres + 0.1 * (points - centres))
    return clusters.assign(x=points[:, 0], y=points[:, 1])


def forget(rng: np.random.Generator, settled: Settlement) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the lists as incomplete as real ones, in degrees.

    One hamlet in a hundred has no coordinates (nor have its clusters any row), 3 in 200 no
    population, some of these no households either; one cluster in fifty has no households.
    """
    hamlets, clusters = settled.hamlets.copy(), settled.clusters.copy()
    for table in (hamlets, clusters):
        degrees = geography.to_degrees(table[["x", "y"]].to_numpy())
        table["longitude"], table["latitude"] = degrees[:, 0], degrees[:, 1]
    order = np.argsort(rng.random(len(hamlets)), kind="stable")
    n_lost, n_uncounted = max(1, round(len(hamlets) / 100)), max(1, round(len(hamlets) / 66))
    lost = np.zeros(len(hamlets), dtype=bool)
    lost[order[:n_lost]] = True
    uncounted = np.zeros(len(hamlets), dtype=bool)
    uncounted[order[n_lost : n_lost + n_uncounted]] = True
    empty = np.zeros(len(hamlets), dtype=bool)
    empty[order[n_lost : n_lost + n_uncounted // 3]] = True
    hamlets["longitude"] = hamlets["longitude"].mask(lost)
    hamlets["latitude"] = hamlets["latitude"].mask(lost)
    hamlets["centre_kind"] = hamlets["centre_kind"].mask(lost | (hamlets.centre_kind == "inferred"))
    hamlets["population"] = hamlets["population"].astype(float).mask(uncounted)
    hamlets["households"] = hamlets["households"].astype(float).mask(empty)
    clusters = clusters[~clusters["hamlet_id"].isin(hamlets.loc[lost, "hamlet_id"])]
    unknown = rng.random(len(clusters)) < 0.02
    clusters = clusters.assign(households=clusters["households"].astype(float).mask(unknown))
    return hamlets, clusters.reset_index(drop=True)


def make_places(
    rng: np.random.Generator, land: Land, settled: Settlement, communes: list[str]
) -> pd.DataFrame:
    """Put schools and an office in every commune, and the rarer places where they fit.

    ``communes`` are their names, in the order of their codes.
    """
    rows: list[tuple[str, str, float, float]] = []
    for commune, (_, own) in enumerate(settled.hamlets.groupby("commune_code", sort=True)):
        spots = own[["x", "y"]].to_numpy()[np.argsort(rng.random(len(own)), kind="stable")]
        spots = np.concatenate([spots, spots])  # a small commune has two places in one hamlet
        group, ward = str(own["group"].iloc[0]), bool(land.is_ward[commune])
        wanted = [
            ("government_office", "UBND"),
            ("school", "Trường Tiểu học"),
            ("school", "Trường THCS"),
        ]
        if ward:
            wanted.append(("park", "Công viên"))
        luck = rng.random(4)
        if luck[0] < (0.6 if ward else 0.12):
            wanted.append(("hospital", "Bệnh viện" if ward else "Phòng khám"))
        if luck[1] < (0.35 if ward else 0.0):
            wanted.append(("university", "Trường Đại học"))
        if luck[2] < {"coast": 0.6, "islands": 1.0, "hills": 0.25}.get(group, 0.05):
            wanted.append(("tourism", "Khu du lịch"))
        if luck[3] < {"delta": 0.12, "coast": 0.10}.get(group, 0.0):
            wanted.append(("industrial_park", "Khu công nghiệp"))
        for (place_class, title), spot in zip(wanted, spots, strict=False):
            x, y = spot + 0.3 * (rng.random(2) - 0.5)
            rows.append((place_class, f"{title} {communes[commune]}", x, y))
    return _numbered(rows)


def _numbered(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["class", "name", "x", "y"])
    degrees = geography.to_degrees(table[["x", "y"]].to_numpy())
    table["place_id"] = [f"DD{i + 1:04d}" for i in range(len(table))]
    table["longitude"], table["latitude"] = degrees[:, 0], degrees[:, 1]
    return table


def make_zones(
    rng: np.random.Generator, land: Land, settled: Settlement, places: pd.DataFrame
) -> list[tuple[str, str, Floats]]:
    """Draw urban areas round the towns, parks, areas of demand and inhabited areas.

    Returns (class, name, outline in kilometres).
    """
    zones: list[tuple[str, str, Floats]] = []
    for i, town in enumerate(land.towns):
        outline = geography.blob(rng, town, 3.6 if i == 0 else 2.2)
        zones.append(("urban_area", f"Đô thị Mẫu {i + 1} (hư cấu)", outline))
    parks = places[places["class"] == "industrial_park"]
    for i, park in enumerate(parks.itertuples()):
        half = np.array([0.5, 0.35]) * (0.8 + 0.6 * rng.random())
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        outline = np.array([park.x, park.y]) + corners
        zones.append(("industrial_park", f"Khu công nghiệp Mẫu {i + 1} (hư cấu)", outline))
    people = settled.hamlets.sort_values(["population", "hamlet_id"], ascending=[False, True])
    n_each = max(1, len(land.polygons) // 10)
    for i, hamlet in enumerate(people.head(n_each).itertuples()):
        outline = geography.blob(rng, np.array([hamlet.x, hamlet.y]), 1.3)
        zones.append(("demand_area", f"Khu vực có nhu cầu {i + 1} (hư cấu)", outline))
    for i, row in enumerate(np.sort(np.argsort(rng.random(len(people)))[: 2 * n_each])):
        spot = people[["x", "y"]].to_numpy()[row]
        outline = geography.blob(rng, spot, 0.9)
        zones.append(("inhabited_area", f"Khu dân cư {i + 1} (hư cấu)", outline))
    return zones
