"""Explaining a loss: its terms, its main obstacle, and what would cure it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geoplan.propagation import explaining, itu_p1812

RADIUS_KM = 8500.0


def _link(ridge_m: float = 0.0, clutter_m: float = 0.0, **changes: Any) -> itu_p1812.Link:
    """Make a flat link of 20 km with one ridge and one belt of trees, at 8 and 14 km."""
    distance = np.linspace(0.0, 20.0, 201)
    ground, clutter = np.full(201, 10.0), np.zeros(201)
    ground[80] += ridge_m
    clutter[140] = clutter_m
    asked: dict[str, Any] = {
        "frequency_ghz": 1.8,
        "tx_agl_m": 40.0,
        "rx_agl_m": 1.5,
        "polarization": "vertical",
        "time_percent": 50.0,
        "location_percent": 90.0,
        "location_sigma_db": 7.0,
        "delta_n": 45.0,
        "n0": 360.0,
        "tx_lonlat": (108.0, 15.0),
        "rx_lonlat": (108.18, 15.0),
    }
    zone = np.full(201, itu_p1812.INLAND)
    return itu_p1812.checked(distance, ground, clutter_m=clutter, zone=zone, **(asked | changes))


@pytest.mark.parametrize("ridge_m", [0.0, 150.0, 900.0])
@pytest.mark.parametrize("time_percent", [1.0, 50.0])
def test_terms_sum_to_the_loss(ridge_m: float, time_percent: float) -> None:
    found = itu_p1812.steps(_link(ridge_m, clutter_m=15.0, time_percent=time_percent))
    parts = explaining.terms(found)
    assert sum(part.added_db for part in parts) == pytest.approx(found.loss_db, abs=1e-9)


def test_a_ridge_is_the_main_obstacle_where_it_stands() -> None:
    found = explaining.main_obstacle(_link(150.0), radius_km=RADIUS_KM)
    assert found is not None
    line = (50.0 * 12.0 + 11.5 * 8.0) / 20.0
    bulge = 500.0 / RADIUS_KM * 8.0 * 12.0
    assert found.distance_km == pytest.approx(8.0)
    assert found.above_line_m == pytest.approx(160.0 + bulge - line)
    assert found.blocked_share == 1.0
    assert not found.is_clutter


def test_trees_are_named_as_clutter() -> None:
    link = _link(clutter_m=60.0, tx_agl_m=60.0, rx_agl_m=60.0)
    found = explaining.main_obstacle(link, radius_km=RADIUS_KM)
    assert found is not None
    assert (found.distance_km, found.is_clutter) == (pytest.approx(14.0), True)


def test_a_clear_path_has_no_obstacle() -> None:
    assert (
        explaining.main_obstacle(_link(tx_agl_m=500.0, rx_agl_m=500.0), radius_km=RADIUS_KM) is None
    )


def test_the_fresnel_radius_is_that_of_the_hand_formula() -> None:
    path = explaining.clearance(_link(), radius_km=RADIUS_KM)
    assert path.fresnel_m[100] == pytest.approx(
        17.32 * np.sqrt(10.0 * 10.0 / (1.8 * 20.0)), rel=1e-3
    )
    assert path.fresnel_m[[0, -1]] == pytest.approx([0.0, 0.0])


def test_bullingtons_edge_agrees_for_a_single_ridge() -> None:
    found = itu_p1812.steps(_link(300.0))
    obstacle = explaining.main_obstacle(found.link, radius_km=found.climate.median_radius_km)
    assert obstacle is not None
    assert obstacle.nu == pytest.approx(found.median.actual.nu, rel=1e-3)


def test_the_least_height_is_enough_and_a_metre_less_is_not() -> None:
    link = _link(60.0)
    greatest = itu_p1812.steps(replace(link, tx_agl_m=70.0)).loss_db
    height = explaining.least_height_m(link, greatest_loss_db=greatest)
    assert height is not None
    assert itu_p1812.steps(replace(link, tx_agl_m=height)).loss_db <= greatest
    assert itu_p1812.steps(replace(link, tx_agl_m=height - 1.0)).loss_db > greatest


def test_a_hopeless_link_has_no_height() -> None:
    assert explaining.least_height_m(_link(900.0), greatest_loss_db=100.0) is None
