"""The compiled twin of P.1812 against its plain form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geoplan.propagation import itu_p1812
from geoplan.propagation.itu_p1812 import many
from geoplan.propagation.ranges import OutOfRangeWarning
from tests.p1812_case import USUAL, flat, rough

OF_A_ROW = ("distance_km", "ground_amsl_m", "clutter_m", "zone")
BANDS = (0.03, 0.7, 0.9, 1.8, 2.6, 3.5, 6.0)


def by_twin(path: dict[str, Any], frequencies_ghz: Any) -> Any:
    given = {name: value for name, value in path.items() if name != "frequency_ghz"}
    rows = {name: np.asarray(given.pop(name))[None, :] for name in OF_A_ROW}
    return many.losses_db(**rows, frequencies_ghz=frequencies_ghz, **given)


def by_plain(path: dict[str, Any], frequencies_ghz: Any) -> list[float]:
    return [
        itu_p1812.basic_transmission_loss_db(**{**path, "frequency_ghz": frequency})
        for frequency in frequencies_ghz
    ]


def test_the_twin_equals_the_plain_form() -> None:
    for seed in range(400):
        path = rough(seed, location_percent=90.0, location_sigma_db=5.5)
        path["tx_lonlat"] = (100.0 + seed % 7, -80.0 + seed % 160)
        path["rx_lonlat"] = (100.3, -79.5 + seed % 160)
        assert by_twin(path, BANDS)[0] == pytest.approx(by_plain(path, BANDS), abs=1e-9), seed


@pytest.mark.parametrize("zone", [1, 3, 4])
@pytest.mark.parametrize("length_km", [0.25, 2.0, 30.0, 300.0, 2000.0])
def test_the_twin_equals_the_plain_form_on_flat_ground(length_km: float, zone: int) -> None:
    path = flat(length_km, zone=zone, time_percent=3.0, coast_tx_km=0.0, coast_rx_km=2.0)
    assert by_twin(path, BANDS)[0] == pytest.approx(by_plain(path, BANDS), abs=1e-9)


def test_rows_of_different_lengths() -> None:
    paths = [flat(length, points=points) for length, points in ((1.0, 3), (9.0, 40), (4.0, 17))]
    rows = {name: np.full((3, 40), 7) if name == "zone" else np.full((3, 40), np.nan)
            for name in OF_A_ROW}  # fmt: skip
    for i, path in enumerate(paths):
        for name in OF_A_ROW:
            rows[name][i, : len(path[name])] = path[name]
    others = {k: v for k, v in USUAL.items() if k != "frequency_ghz"}
    found = many.losses_db(**rows, points=[3, 40, 17], frequencies_ghz=0.9, **others)
    plain = [itu_p1812.basic_transmission_loss_db(**path) for path in paths]
    assert found[:, 0] == pytest.approx(plain, abs=1e-9)


def test_heights_and_places_of_each_row() -> None:
    path = rough(3)
    given = {
        name: value for name, value in path.items() if name not in (*OF_A_ROW, "frequency_ghz")
    }
    given["tx_agl_m"], given["rx_lonlat"] = np.array([10.0, 60.0]), [[108.0, 15.0], [108.0, 16.0]]
    found = many.losses_db(
        path["distance_km"],
        np.vstack([path["ground_amsl_m"]] * 2),
        clutter_m=path["clutter_m"],
        zone=path["zone"],
        frequencies_ghz=[0.9],
        **given,
    )
    for row in range(2):
        one = {**path, "frequency_ghz": 0.9, "tx_agl_m": given["tx_agl_m"][row]}
        one["rx_lonlat"] = tuple(given["rx_lonlat"][row])
        assert found[row, 0] == pytest.approx(itu_p1812.basic_transmission_loss_db(**one), abs=1e-9)


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"ground_amsl_m": np.zeros(5)}, "rows of at least 3 points"),
        ({"ground_amsl_m": [[0.0, np.nan, 0.0, 0.0, 0.0]]}, "ground_amsl_m holds"),
        ({"distance_km": [0.0, 2.0, 1.0, 3.0, 4.0]}, "must not descend"),
        ({"distance_km": [1.0, 2.0, 3.0, 4.0, 5.0]}, "must begin with 0"),
        ({"distance_km": [0.0, 1.0, 2.0, 3.0, 3.0]}, "each terminal once"),
        ({"clutter_m": -1.0}, "clutter_m must not be negative"),
        ({"zone": 2}, "zone must be 1"),
        ({"points": 2}, "points must lie between 3 and 5"),
        ({"polarization": "slant"}, "polarization must be one of"),
        ({"frequencies_ghz": [0.9, -1.0]}, "frequencies_ghz must be above 0"),
        ({"rx_agl_m": 0.0}, "must be above 0"),
        ({"time_percent": 60.0}, "at most 50"),
        ({"tx_lonlat": (15.0, 108.0)}, "longitudes, then latitudes"),
    ],
)
def test_malformed_rows_are_refused_by_name(other: dict[str, Any], word: str) -> None:
    given = {name: value for name, value in USUAL.items() if name != "frequency_ghz"}
    given |= {
        "distance_km": np.linspace(0.0, 4.0, 5),
        "ground_amsl_m": np.zeros((1, 5)),
        "frequencies_ghz": 0.9,
    }
    with pytest.raises(ValueError, match=word):
        many.losses_db(**{**given, **other})


def test_rows_beyond_the_range_warn() -> None:
    with pytest.warns(OutOfRangeWarning, match="length_km beyond 0.25 to 3000"):
        by_twin(flat(0.1), [0.9])
