"""The masts of the sample province: four operators, on own and shared structures.

It is built so that known things are in it whatever the seed: about one hamlet in twenty without
4G, 5G mostly in towns, and about 15 % of the positions shared. Whether a run finds them is left
to the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geoplan.demo.geography import Floats, Land, to_degrees
from geoplan.demo.settlement import Settlement

RADIUS_4G_KM: Final = {"urban": 1.2, "rural": 3.5}
RADIUS_5G_KM: Final = {"urban": 0.6, "rural": 1.9}
"""As in the scenario of the sample, wards being urban and all else rural."""

WHITE_SHARE, COVERED_5G_SHARE, SHARED_SHARE = 0.047, 0.60, 0.15
"""Hamlets left without 4G; hamlets reached by 5G; positions with two operators or more."""

OPERATORS: Final = ("Viettel", "VNPT", "MobiFone", "Vietnamobile")
INSTALLATIONS: Final = {"Viettel": 300, "VNPT": 235, "MobiFone": 185, "Vietnamobile": 80}
"""At scale 1; the first operator has more where its hamlets ask for it."""

PREFIX: Final = {"Viettel": "VTL", "VNPT": "VNP", "MobiFone": "MBF", "Vietnamobile": "VNM"}
BAND_5G: Final = {"Viettel": 2600, "VNPT": 3700, "MobiFone": 3800}
_OPERATOR_SPACING_KM: Final = {"urban": 0.45, "rural": 1.6}


@dataclass
class Site:
    """One operator on one mast (an installation)."""

    operator: str
    mast: int
    is_urban: bool
    has_4g: bool = True
    has_5g: bool = False
    planned: bool = False


@dataclass
class Network:
    """Masts (points, whether in a ward) and the sites on them, in the order they were built."""

    points: list[Floats] = field(default_factory=list)
    urban: list[bool] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    tenants: list[set[str]] = field(default_factory=list)

    @property
    def shared_share(self) -> float:
        """Masts with two operators or more, of all."""
        return sum(len(ops) > 1 for ops in self.tenants) / max(1, len(self.tenants))

    def near(self, point: Floats) -> Floats:
        """Distances from a point to all masts. [km]"""
        return np.asarray(np.hypot(*(np.array(self.points).reshape(-1, 2) - point).T))

    def put(self, operator: str, point: Floats, *, is_urban: bool) -> Site:
        """Build a mast and put an operator on it."""
        self.points.append(point)
        self.urban.append(is_urban)
        self.tenants.append(set())
        return self.join(operator, len(self.points) - 1)

    def join(self, operator: str, mast: int) -> Site:
        """Put an operator on a mast that stands."""
        self.tenants[mast].add(operator)
        site = Site(operator, mast, self.urban[mast])
        self.sites.append(site)
        return site


class Wards:
    """Tells whether points lie in a ward, and whether on land."""

    def __init__(self, land: Land) -> None:
        self._wards = shapely.union_all(land.polygons[land.is_ward])
        self._land = land.polygons
        shapely.prepare(self._wards)
        shapely.prepare(self._land)

    def is_urban(self, point: Floats) -> bool:
        """Whether the point is in a ward."""
        return bool(shapely.contains_xy(self._wards, *point))

    def is_land(self, point: Floats) -> bool:
        """Whether the point is on land."""
        return bool(shapely.contains_xy(self._land, *point).any())


def white_hamlets(rng: np.random.Generator, settled: Settlement) -> np.ndarray[Any, Any]:
    """Choose the hamlets that shall have no 4G: small groups of neighbours, most in the hills."""
    hamlets = settled.hamlets
    points = hamlets[["x", "y"]].to_numpy()
    liking = hamlets["group"].map(
        {"hills": 1.0, "islands": 0.15, "coast": 0.08, "delta": 0.06, "ward": 1e-4}
    )
    order = np.argsort(-np.log(rng.random(len(hamlets))) / liking.to_numpy(float), kind="stable")
    white = np.zeros(len(hamlets), dtype=bool)
    tree = cKDTree(points)
    for start in order:
        missing = round(WHITE_SHARE * len(hamlets)) - white.sum()
        if missing <= 0:
            break
        hole = sorted(tree.query_ball_point(points[start], 0.6 + 1.6 * rng.random()))
        white[hole[:missing]] = True
    return white


def build(
    rng: np.random.Generator, land: Land, settled: Settlement, *, scale: float
) -> tuple[Network, np.ndarray[Any, Any]]:
    """Build the masts and sites on air, and say which hamlets were left white."""
    wards = Wards(land)
    white = white_hamlets(rng, settled)
    points = settled.hamlets[["x", "y"]].to_numpy()
    network = Network()
    holes = points[white]
    _cover(rng, network, wards, points, ~white, holes)
    people = settled.hamlets["population"].to_numpy(float)
    people = people * np.where(settled.hamlets["group"] == "ward", 2.2, 1.0)
    for operator in OPERATORS:
        have = sum(site.operator == operator for site in network.sites)
        wanted = max(2, round(INSTALLATIONS[operator] * scale)) - have
        rural = 0.6 if operator == "Vietnamobile" else 1.0
        weight = people * np.where(settled.hamlets["group"] == "hills", 0.55 * rural, 1.0)
        _grow(rng, network, wards, points, weight, holes, operator, wanted)
    _upgrade_to_5g(rng, network, points)
    return network, white


def _allowed(point: Floats, *, is_urban: bool, holes: Floats) -> bool:
    """Whether a 4G site at the point leaves the holes as they are."""
    radius = RADIUS_4G_KM["urban" if is_urban else "rural"]
    return len(holes) == 0 or bool(np.hypot(*(holes - point).T).min() > radius + 0.08)


def _cover(
    rng: np.random.Generator,
    network: Network,
    wards: Wards,
    points: Floats,
    wanted: np.ndarray[Any, Any],
    holes: Floats,
) -> None:
    """Let some operator, mostly the first, reach every hamlet that is not to stay white.

    A hamlet near a hole gets a mast on its far side; where none fits it stays white too.
    """
    open_ = wanted.copy()
    for i in np.argsort(rng.random(len(points)), kind="stable"):
        if not open_[i]:
            continue
        for attempt in range(40):
            turn, away = rng.random() * 2 * np.pi, 0.25 + (attempt / 40) * 3.0
            point = points[i] + away * np.array([np.cos(turn), np.sin(turn)])
            is_urban = wards.is_urban(point)
            radius = RADIUS_4G_KM["urban" if is_urban else "rural"]
            if away > radius - 0.05 or not wards.is_land(point):
                continue
            if _allowed(point, is_urban=is_urban, holes=holes):
                luck = rng.random()
                operator = OPERATORS[0 if luck < 0.68 else 1 if luck < 0.9 else 2]
                network.put(operator, point, is_urban=is_urban)
                open_ &= np.hypot(*(points - point).T) > radius
                break


def _grow(
    rng: np.random.Generator,
    network: Network,
    wards: Wards,
    points: Floats,
    weight: Floats,
    holes: Floats,
    operator: str,
    wanted: int,
) -> None:
    """Give an operator more sites near people, on others' masts as often as sharing asks."""
    own = [network.points[s.mast] for s in network.sites if s.operator == operator]
    order = np.argsort(-np.log(rng.random(len(points))) / weight, kind="stable")
    for i in np.concatenate([order, order, order]):
        if wanted <= 0:
            return
        turn, away = rng.random() * 2 * np.pi, 0.15 + 0.9 * rng.random()
        point = points[i] + away * np.array([np.cos(turn), np.sin(turn)])
        mast, luck = -1, rng.random()
        near = network.near(point)
        if luck < 0.9 and network.shared_share < SHARED_SHARE:
            mast = _mast_to_join(network, near, operator)
            point = network.points[mast] if mast >= 0 else point
        elif luck > 0.94 and near.min() < 1.5:
            point = _beside(rng, network.points[int(near.argmin())])
        is_urban = wards.is_urban(point)
        gap = _OPERATOR_SPACING_KM["urban" if is_urban else "rural"]
        if own and np.hypot(*(np.array(own) - point).T).min() < gap:
            continue
        if mast >= 0:
            network.join(operator, mast)
        elif (
            wards.is_land(point)
            and network.near(point).min() >= 0.06
            and _allowed(point, is_urban=is_urban, holes=holes)
        ):
            network.put(operator, point, is_urban=is_urban)
        else:
            continue
        own.append(point)
        wanted -= 1


def _mast_to_join(network: Network, near: Floats, operator: str) -> int:
    """Find the nearest mast of others within 1.6 km that has room, or -1."""
    for mast in np.argsort(near, kind="stable")[:4]:
        others = network.tenants[mast]
        if near[mast] < 1.6 and operator not in others and len(others) < 3:
            return int(mast)
    return -1


def _beside(rng: np.random.Generator, point: Floats) -> Floats:
    """Give a point 60 to 250 m away: the second mast on the same hill."""
    turn, away = rng.random() * 2 * np.pi, 0.062 + 0.185 * rng.random()
    return point + away * np.array([np.cos(turn), np.sin(turn)])


def _upgrade_to_5g(rng: np.random.Generator, network: Network, points: Floats) -> None:
    """Give 5G to most sites in wards, then outwards until enough hamlets are reached."""
    share = {"Viettel": 0.85, "VNPT": 0.6, "MobiFone": 0.5, "Vietnamobile": 0.0}
    reached = np.zeros(len(points), dtype=bool)
    tree = cKDTree(points)
    score: list[tuple[float, int]] = []
    for i, site in enumerate(network.sites):
        place = network.points[site.mast]
        luck = rng.random()
        if site.is_urban and luck < share[site.operator]:
            site.has_5g = True
            reached[tree.query_ball_point(place, RADIUS_5G_KM["urban"])] = True
        elif not site.is_urban and share[site.operator]:
            crowd = len(tree.query_ball_point(place, 3.0))
            score.append((-crowd * share[site.operator] * (0.4 + luck), i))
    for _, i in sorted(score):
        if reached.mean() >= COVERED_5G_SHARE:
            break
        site = network.sites[i]
        new = tree.query_ball_point(network.points[site.mast], RADIUS_5G_KM["rural"])
        if not reached[new].all():
            site.has_5g = True
            reached[new] = True


def make_structures(
    rng: np.random.Generator, land: Land, holes: Floats, points: Floats, *, scale: float
) -> pd.DataFrame:
    """Put masts without BTS, public buildings and power masts, half of them near holes."""
    wards = Wards(land)
    count = max(6, round(60 * scale))
    rows: list[dict[str, Any]] = []
    owner = {
        "mast": "Công ty hạ tầng Mẫu (hư cấu)",
        "public_building": "UBND xã (hư cấu)",
        "power_mast": "Điện lực Mẫu (hư cấu)",
    }
    while len(rows) < count:
        pool = holes if len(holes) and len(rows) % 2 == 0 else points
        turn, away = rng.random() * 2 * np.pi, 0.1 + 1.3 * rng.random()
        spot = pool[int(rng.random() * len(pool))]
        point = spot + away * np.array([np.cos(turn), np.sin(turn)])
        luck = rng.random(4)
        if not wards.is_land(point):
            continue
        kind = ("mast", "public_building", "power_mast")[int(luck[0] * 3)]
        longitude, latitude = to_degrees(point)
        low, high = {"mast": (30, 60), "public_building": (9, 21), "power_mast": (24, 45)}[kind]
        rows.append(
            {
                "structure_id": f"KC-{len(rows) + 1:03d}",
                "owner": owner[kind],
                "class": {"mast": "A2b", "public_building": "A2a"}.get(kind),
                "height_m": 3 * round((low + (high - low) * luck[1]) / 3),
                "kind": kind,
                "free_load_kg": 50 * round(2 + 14 * luck[2]) if luck[2] < 0.8 else None,
                "share_offer": ("yes", "ask", "no")[min(2, int(luck[3] * 3.6))],
                "rent_vnd_year": 12_000_000 * round(2 + 4 * luck[1]) if kind == "mast" else None,
                "longitude": longitude,
                "latitude": latitude,
            }
        )
    return pd.DataFrame(rows)
