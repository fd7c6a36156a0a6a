"""Paths for the tests of P.1812: ITU's validation profiles, and made ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

USUAL: dict[str, Any] = {
    "frequency_ghz": 0.9,
    "tx_agl_m": 30.0,
    "rx_agl_m": 1.5,
    "polarization": "vertical",
    "time_percent": 50.0,
    "location_percent": 50.0,
    "location_sigma_db": 0.0,
    "delta_n": 45.0,
    "n0": 340.0,
    "tx_lonlat": (108.0, 15.0),
    "rx_lonlat": (108.0, 15.0),
}


def flat(length_km: float, *, points: int = 51, zone: int = 4, **asked: Any) -> dict[str, Any]:
    """Give the arguments of a path over ground at sea level, without clutter."""
    none = np.zeros(points)
    return {
        "distance_km": np.linspace(0.0, length_km, points),
        "ground_amsl_m": none,
        "clutter_m": none,
        "zone": np.full(points, zone),
        **USUAL,
        **asked,
    }


def rough(seed: int, **asked: Any) -> dict[str, Any]:
    """Give the arguments of a drawn path: hills, clutter, land and sea, 1 to 200 km."""
    draw = np.random.default_rng(seed)
    points = int(draw.integers(5, 120))
    steps = draw.uniform(0.5, 1.5, points - 1)
    distance = np.concatenate(([0.0], np.cumsum(steps)))
    distance *= 10.0 ** draw.uniform(0.0, 2.3) / distance[-1]
    ground = np.cumsum(draw.normal(0.0, 15.0, points)) + draw.uniform(0.0, 500.0)
    borders = np.sort(draw.integers(0, points, 4))
    zone = np.full(points, 4)
    zone[borders[0] : borders[1]] = 3
    zone[borders[1] : borders[2]] = 1
    return {
        "distance_km": distance,
        "ground_amsl_m": np.where(zone == 1, 0.0, np.maximum(ground, 0.0)),
        "clutter_m": np.where(zone == 1, 0.0, draw.choice([0.0, 5.0, 20.0], points)),
        "zone": zone,
        "frequency_ghz": float(10.0 ** draw.uniform(-1.5, 0.77)),
        "tx_agl_m": float(10.0 ** draw.uniform(0.3, 2.3)),
        "rx_agl_m": float(10.0 ** draw.uniform(0.1, 1.5)),
        "polarization": str(draw.choice(["horizontal", "vertical"])),
        "time_percent": float(draw.choice([1.0, 5.0, 20.0, 49.0, 50.0])),
        "location_percent": 50.0,
        "location_sigma_db": 0.0,
        "delta_n": float(draw.uniform(30.0, 80.0)),
        "n0": float(draw.uniform(300.0, 390.0)),
        "tx_lonlat": (108.0, 15.0),
        "rx_lonlat": (108.0, 15.0),
        "coast_tx_km": float(draw.choice([0.0, 3.0, 500.0])),
        "coast_rx_km": float(draw.choice([0.0, 3.0, 500.0])),
        **asked,
    }


def reversed_path(path: dict[str, Any]) -> dict[str, Any]:
    """Give the same path from receiver to transmitter."""
    turned = dict(path)
    turned["distance_km"] = path["distance_km"][-1] - path["distance_km"][::-1]
    for name in ("ground_amsl_m", "clutter_m", "zone"):
        turned[name] = path[name][::-1]
    for name in ("{}_agl_m", "{}_lonlat", "coast_{}_km"):
        tx, rx = name.format("tx"), name.format("rx")
        if tx in path:
            turned[tx], turned[rx] = path[rx], path[tx]
    return turned


@dataclass(frozen=True)
class Row:
    """One row of ITU's validation set."""

    name: str
    path: dict[str, Any]
    erp_kw: float
    field_dbuv_m: float
    loss_db: float
    steps: dict[str, float]


def reference_rows(folder: Path) -> Iterator[Row]:
    """Read every row of ``reference/p1812``, with its steps by name and equation."""
    lines = (folder / "expected.csv").read_text(encoding="utf-8").splitlines()
    for line in csv.reader(line for line in lines if line.strip() and not line.startswith("#")):
        _, file, number, expected = line[:4]
        profile = folder / file.strip()
        path, measured = _read(profile, int(number))
        yield Row(
            name=f"{profile.stem} {number.strip()}",
            path=path,
            erp_kw=10.0 ** (float(measured[12]) / 10.0 - 3.0),
            field_dbuv_m=float(expected),
            loss_db=float(measured[17]),
            steps=_steps(folder / "steps" / f"{profile.stem}_{int(number)}_log.csv"),
        )


def _read(profile: Path, number: int) -> tuple[dict[str, Any], list[str]]:
    lines = profile.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Number of Points")) + 1
    end = next(i for i, line in enumerate(lines) if line.startswith("{End of Profile"))
    first = next(i for i, line in enumerate(lines) if line.startswith("{Begin of Meas")) + 1
    measured = lines[first + number].split(",")
    table = np.array([line.split(",")[:5] for line in lines[start:end]], dtype=float)

    def of(heading: str) -> float:
        return float(next(line for line in lines if line.startswith(heading)).split(",")[1])

    return {
        "distance_km": table[:, 0],
        "ground_amsl_m": table[:, 1],
        "clutter_m": table[:, 3],
        "zone": table[:, 4],
        "frequency_ghz": float(measured[0]) / 1e3,
        "tx_agl_m": float(measured[1]),
        "rx_agl_m": float(measured[3]),
        "polarization": {"1": "horizontal", "2": "vertical"}[measured[4]],
        "time_percent": float(measured[14]),
        "location_percent": 50.0,
        "location_sigma_db": 0.0,
        "delta_n": of("Average annual values dN"),
        "n0": of("Average annual sea-level"),
        "tx_lonlat": (of("Tx LON"), of("Tx LAT")),
        "rx_lonlat": (of("Rx LON"), of("Rx LAT")),
    }, measured


def _steps(log: Path) -> dict[str, float]:
    found = {}
    with log.open(encoding="utf-8") as file:
        for line in csv.reader(file):
            if len(line) > 3 and line[0].strip() and not line[0].startswith("#"):
                found.setdefault(f"{line[0].strip()} {line[1].strip()}".strip(), _number(line[3]))
    return found


def _number(text: str) -> float:
    return float(text) if text.strip() else float("nan")
