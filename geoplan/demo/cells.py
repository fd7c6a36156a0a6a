"""The rows of the sites files: carriers and sectors, heights, dates, planned and switched off.

Where the sites stand, and who shares with whom, comes from ``network``.
"""

from __future__ import annotations

import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from geoplan.demo.geography import Floats, Land, to_degrees
from geoplan.demo.network import BAND_5G, OPERATORS, PREFIX, Network, Site, Wards

COLUMNS: Final = (
    *("site_id", "operator", "technology", "frequency_mhz", "longitude", "latitude"),
    *("antenna_agl_m", "azimuth_deg", "beamwidth_deg", "structure_id", "structure_owner"),
    *("structure_class", "structure_height_m", "built_date", "on_air_date", "off_air_date"),
    "status",
)

TOWER_COMPANY: Final = "Công ty hạ tầng Mẫu (hư cấu)"
_STRUCTURE_ID: Final = {
    "Viettel": "C{:04d}",
    "VNPT": "TRU-{:04d}",
    "MobiFone": "MB.{:04d}",
    "Vietnamobile": "{:04d}H",
}
_4G_BANDS: Final = {
    "Viettel": (1800, 2100, 900),
    "VNPT": (1800, 2100, 900),
    "MobiFone": (1800, 2100, 900),
    "Vietnamobile": (2100, 900, 900),
}

Row = dict[str, Any]


def make_sites(rng: np.random.Generator, network: Network) -> pd.DataFrame:
    """Write out every site on air as rows, sorted by operator and site."""
    masts = _masts(rng, network)
    rows: list[Row] = []
    numbers = dict.fromkeys(OPERATORS, 0)
    first: set[int] = set()
    for site in network.sites:
        numbers[site.operator] += 1
        site_id = f"MAU-{PREFIX[site.operator]}-{numbers[site.operator]:04d}"
        joined = site.mast in first
        first.add(site.mast)
        rows += _site_rows(rng, site, site_id, masts[site.mast], joined=joined)
    return _table(rows)


def _masts(rng: np.random.Generator, network: Network) -> list[Row]:
    """Give every mast its owner, class, height, day of building and first operator."""
    masts: list[Row] = []
    for i, point in enumerate(network.points):
        luck = rng.random(5)
        builder = next(s.operator for s in network.sites if s.mast == i)
        urban = network.urban[i]
        roof = urban and luck[0] < 0.55
        company = luck[1] < 0.12
        masts.append(
            {
                "number": i + 1,
                "point": point,
                "owner": TOWER_COMPANY if company else builder,
                "class": "A1a" if urban and luck[0] > 0.9 else "A2a" if roof else "A2b",
                "height": 3.0 * round((15 + 12 * luck[2] if roof else 36 + 24 * luck[2]) / 3),
                "built": _day(2007 + 17.6 * float(luck[3]) ** 0.8),
                "new": luck[4] < 0.05,
            }
        )
        if masts[-1]["new"]:
            masts[-1]["built"] = _day(2025.05 + 0.5 * float(luck[3]))
    return masts


def _day(year: float) -> datetime.date:
    """Turn a year with its part into a day."""
    return datetime.date(int(year), 1, 1) + datetime.timedelta(days=int(year % 1 * 365))


def _later(rng: np.random.Generator, day: datetime.date, low: float, high: float) -> datetime.date:
    """Give a day between two years, after ``day`` and not after 2025."""
    start = max(low, day.year + (day.timetuple().tm_yday + 9) / 365)
    day = _day(start + (max(high, start + 0.05) - start) * float(rng.random()))
    return min(day, datetime.date(2025, 12, 30))


def _site_rows(
    rng: np.random.Generator, site: Site, site_id: str, mast: Row, *, joined: bool
) -> list[Row]:
    """Give the rows of one site, all at one place within 12 m of its mast."""
    turn, away = rng.random() * 2 * np.pi, 0.012 * float(rng.random())
    if not joined or rng.random() < 0.2:
        away = 0.0
    point = mast["point"] + away * np.array([np.cos(turn), np.sin(turn)])
    longitude, latitude = to_degrees(point)
    named, owned = rng.random() < 0.3, rng.random() < 0.7
    height = max(12.0, mast["height"] - 3.0 * int(rng.random() * (2 if not joined else 4)))
    base: Row = {
        "site_id": site_id,
        "operator": site.operator,
        "longitude": longitude,
        "latitude": latitude,
        "antenna_agl_m": height,
        "structure_id": _STRUCTURE_ID[site.operator].format(mast["number"]) if named else None,
        "structure_owner": mast["owner"] if owned else None,
        "structure_class": mast["class"],
        "structure_height_m": mast["height"],
        "built_date": mast["built"] if rng.random() < 0.85 else None,
        "status": "existing",
    }
    azimuths = _azimuths(rng, site)
    rows: list[Row] = []
    for technology, frequency, on_air, off_air in _carriers(rng, site, mast, joined=joined):
        carrier = base | {
            "technology": technology,
            "frequency_mhz": frequency,
            "on_air_date": on_air,
            "off_air_date": off_air,
        }
        sectors = [None] if technology in ("2G", "3G") else azimuths
        rows += [
            carrier | {"azimuth_deg": azimuth, "beamwidth_deg": None if azimuth is None else 65}
            for azimuth in sectors
        ]
    return rows


def _azimuths(rng: np.random.Generator, site: Site) -> list[int | None]:
    """Give three sectors, rarely two, or all round for most sites in the country."""
    luck, start = rng.random(2)
    if luck > (0.72 if site.is_urban else 0.13):
        return [None]
    first = 10 * int(start * 12)
    return [first, first + 120, first + 240] if luck > 0.015 else [first, first + 180]


Carrier = tuple[str, int, datetime.date | None, datetime.date | None]


def _carriers(rng: np.random.Generator, site: Site, mast: Row, *, joined: bool) -> list[Carrier]:
    """Give (technology, MHz, on air, off air) of the carriers of a site."""
    built: datetime.date = mast["built"]
    bands = _4G_BANDS[site.operator]
    came = 2025.05 if joined and rng.random() < 0.15 else 2016.2
    day = _later(rng, built, came, 2025.9 if came > 2020 else 2023.5)
    luck = rng.random(6)
    carriers: list[Carrier] = []
    if luck[0] < 0.25 and not joined and built.year < 2014:
        end = datetime.date(2025, 9, 16) if site.operator == "MobiFone" else None
        carriers.append(("2G", 900, _later(rng, built, 2007.0, 2014.0), end))
    if luck[1] < 0.3 and built.year < 2017 and came < 2020:
        off = _day(2024 + float(luck[2])) if luck[2] < 0.2 else None
        carriers.append(("3G", 2100, _later(rng, built, 2010.0, 2017.0), off))
    if site.has_4g:
        band = bands[0] if site.is_urban or luck[3] < 0.6 else bands[2]
        carriers.append(("4G", band, day if luck[5] > 0.015 else None, None))
        if luck[4] < (0.3 if site.is_urban else 0.06):
            other = next(mhz for mhz in bands[1:] + bands[:1] if mhz != band)
            carriers.append(("4G", other, day, None))
    if site.has_5g:
        carriers.append(("5G", BAND_5G[site.operator], _later(rng, day, 2024.78, 2025.95), None))
    return carriers


def make_retired(
    rng: np.random.Generator, network: Network, holes: Floats, *, scale: float
) -> pd.DataFrame:
    """Write 4G sites that were switched off and sites of 2G only, most of them in holes."""
    rows: list[Row] = []
    count = max(1, round(12 * scale))
    for i in range(2 * count):
        pool = holes if len(holes) and i % 3 else np.array(network.points)
        turn, away = rng.random() * 2 * np.pi, 0.3 + 0.5 * float(rng.random())
        point = pool[int(rng.random() * len(pool))] + away * np.array([np.cos(turn), np.sin(turn)])
        if network.near(point).min() < 0.3:
            continue
        operator = OPERATORS[int(rng.random() * 3)]
        longitude, latitude = to_degrees(point)
        built = _day(2009 + 8 * float(rng.random()))
        off = _day(2023.5 + 2.3 * float(rng.random())) if i < count else None
        rows.append(
            {
                "site_id": f"MAU-{PREFIX[operator]}-9{i + 1:03d}",
                "operator": operator,
                "technology": "4G" if off else "2G",
                "frequency_mhz": 1800 if off else 900,
                "longitude": longitude,
                "latitude": latitude,
                "antenna_agl_m": 39.0,
                "structure_class": "A2b",
                "structure_height_m": 42.0,
                "built_date": built,
                "on_air_date": _later(rng, built, 2016.5 if off else 2009.0, 2018.5),
                "off_air_date": off,
                "status": "existing",
            }
        )
    return _table(rows)


def make_planned(
    rng: np.random.Generator, land: Land, network: Network, holes: Floats, *, scale: float
) -> pd.DataFrame:
    """Write the sites that operators plan for 2026: some near holes, some near each other's."""
    return _table(_future(rng, land, network, holes, max(4, round(36 * scale)), status="planned"))


def make_proposed(
    rng: np.random.Generator, land: Land, network: Network, holes: Floats, *, scale: float
) -> pd.DataFrame:
    """Write about ten proposed sites, for ``geoplan whatif --add``."""
    return _table(_future(rng, land, network, holes, max(3, round(10 * scale)), status="proposed"))


def _future(
    rng: np.random.Generator,
    land: Land,
    network: Network,
    holes: Floats,
    count: int,
    *,
    status: str,
) -> list[Row]:
    wards = Wards(land)
    masts = np.array(network.points)
    rows: list[Row] = []
    last = masts[0]
    while len(rows) < count:
        luck = rng.random(6)
        pool = holes if len(holes) and luck[0] < 0.55 else masts
        point = pool[int(luck[1] * len(pool))]
        away = 0.2 + 1.0 * luck[2]
        if len(rows) % 3 == 2 and status == "planned":
            point, away = last, 0.15 + 0.6 * luck[2]  # two plans that could be one mast
        point = point + away * np.array([np.cos(luck[3] * 6.2832), np.sin(luck[3] * 6.2832)])
        if not wards.is_land(point) or network.near(point).min() < 0.3:
            last = masts[int(luck[4] * len(masts))]
            continue
        operator = OPERATORS[(len(rows) + int(luck[4] * 2)) % len(OPERATORS)]
        longitude, latitude = to_degrees(point)
        is_5g = luck[5] < 0.3 and operator in BAND_5G
        rows.append(
            {
                "site_id": f"MAU-{'KH' if status == 'planned' else 'DX'}-{len(rows) + 1:03d}",
                "operator": operator,
                "technology": "5G" if is_5g else "4G",
                "frequency_mhz": BAND_5G[operator] if is_5g else _4G_BANDS[operator][0],
                "longitude": longitude,
                "latitude": latitude,
                "antenna_agl_m": 39.0,
                "structure_class": "A2b",
                "structure_height_m": 42.0,
                "on_air_date": _day(2026.05 + 0.9 * luck[4]) if status == "planned" else None,
                "status": status,
            }
        )
        last = point
    return rows


def _table(rows: list[Row]) -> pd.DataFrame:
    """Make the table, sorted so that its order says nothing of how it was made."""
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    rank = table["operator"].map({name: i for i, name in enumerate(OPERATORS)})
    table["azimuth_deg"] = table["azimuth_deg"].astype(float)
    table = table.assign(_rank=rank).sort_values(
        ["_rank", "site_id", "technology", "frequency_mhz", "azimuth_deg"], kind="stable"
    )
    return table.drop(columns="_rank").reset_index(drop=True)
