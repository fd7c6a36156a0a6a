"""Clutter and building entry: P.2108, P.2109 and O2I of TR 38.901, by hand and by law."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoplan.propagation import itu_p2108, itu_p2109, tr38901_indoors
from geoplan.propagation.ranges import OutOfRangeWarning


def test_entry_into_a_traditional_building_by_hand() -> None:
    # At 1 GHz the logarithms vanish: μ1 = 12.64, μ2 = 9.1, C = −3
    # 10 log(18.365 + 8.128 + 0.501) = 14.313; with 0.9: A = 12.64 + 1.28155 · 9.6 = 24.943,
    # B = 9.1 + 1.28155 · 4.5 = 14.867: 10 log(312.10 + 30.67 + 0.501) = 25.357
    median = itu_p2109.entry_loss_db(1000.0, building="traditional")
    assert float(median) == pytest.approx(14.313, abs=0.001)
    ninety = itu_p2109.entry_loss_db(1000.0, building="traditional", probability=0.9)
    assert float(ninety) == pytest.approx(25.357, abs=0.001)


def test_entry_into_an_efficient_building_by_hand() -> None:
    # 3.5 GHz, log f = 0.544068: μ1 = 28.19 − 1.6322 + 8.48 · 0.29601 = 29.0680,
    # μ2 = 27.8 − 1.5778 = 26.2222: 10 log(806.86 + 418.99 + 0.501) = 30.886
    loss = itu_p2109.entry_loss_db(3500.0, building="thermally_efficient")
    assert float(loss) == pytest.approx(30.886, abs=0.001)


def test_a_steep_path_enters_less() -> None:
    # 0.212 dB a degree in the first term: 45° → μ1 = 22.18; 10 log(165.196 + 8.128 + 0.501)
    up, down = itu_p2109.entry_loss_db(1000.0, building="traditional", elevation_deg=[45.0, -45.0])
    assert up == pytest.approx(22.401, abs=0.001)
    assert up == down


def test_entry_loss_grows_with_its_probability_and_efficient_costs_more() -> None:
    frequency = np.geomspace(80.0, 100_000.0, 50)
    last = np.full(50, -np.inf)
    for probability in (0.01, 0.1, 0.5, 0.9, 0.99):
        plain, efficient = (
            itu_p2109.entry_loss_db(frequency, building=building, probability=probability)
            for building in itu_p2109.BUILDINGS
        )
        assert (plain > last).all()
        last = plain
        if probability >= 0.5:
            assert (efficient > plain).all()


def test_entry_refuses_and_warns() -> None:
    with pytest.raises(ValueError, match="unknown building: 'cave'"):
        itu_p2109.entry_loss_db(900.0, building="cave")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="between 0 and 1: 90"):
        itu_p2109.entry_loss_db(900.0, building="traditional", probability=90.0)
    with pytest.warns(OutOfRangeWarning, match="frequency_mhz beyond 80 to 100000"):
        itu_p2109.entry_loss_db(50.0, building="traditional")
    assert np.isnan(itu_p2109.entry_loss_db(np.nan, building="traditional"))


def test_clutter_of_a_city_by_hand() -> None:
    # 3 GHz, log f = 0.477121: L_l = −2 log(10^−14.885606 + 10^−16.5) = 29.7504,
    # L_s at 1 km = 32.98 + 1.43136 = 34.4114
    # −5 log(10^−5.95007 + 10^−6.88227) = 29.510
    found = itu_p2108.statistical_loss_db(1.0, frequency_mhz=3000.0)
    assert float(found) == pytest.approx(29.510, abs=0.001)


def test_clutter_spreads_between_its_two_sigmas() -> None:
    half, most = (
        float(itu_p2108.statistical_loss_db(1.0, frequency_mhz=3000.0, location_percent=p))
        for p in (50.0, 84.1345)
    )
    assert 4.0 < most - half < 6.0


def test_clutter_as_the_spectrum_access_systems_have_it() -> None:
    # WInnForum, reference models of CBRS, at 3.6 GHz from 2 km on: 30.50030179 dB
    found = itu_p2108.statistical_loss_db(2.0, frequency_mhz=3600.0)
    assert float(found) == pytest.approx(30.50030179, abs=1e-8)


def test_clutter_grows_no_further_than_two_kilometres() -> None:
    near, two, far, none = itu_p2108.statistical_loss_db(
        [0.5, 2.0, 50.0, np.nan], frequency_mhz=2600.0
    )
    assert near < two == far
    assert np.isnan(none)


def test_height_gain_over_roofs_by_hand() -> None:
    # h 1.5 m, R 15 m, w 27 m: 13.5 m down, 26.5651°; ν = 0.342 √(0.9 · 13.5 · 26.5651) = 6.14428
    # 6.9 + 20 log(√37.531 + 6.04428) − 6.03 = 22.577
    loss = itu_p2108.height_gain_db(1.5, frequency_mhz=900.0, clutter="urban_or_trees")
    angle = math.degrees(math.atan(0.5))
    nu = 0.342 * math.sqrt(0.9 * 13.5 * angle)
    by_hand = 0.87 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)
    assert float(loss) == pytest.approx(by_hand, abs=1e-9)
    assert float(loss) == pytest.approx(22.577, abs=0.01)


def test_height_gain_in_the_open_by_hand() -> None:
    # 1 GHz: −21.8 log(1.5 / 10) = 17.961
    loss = itu_p2108.height_gain_db(1.5, frequency_mhz=1000.0, clutter="open")
    assert float(loss) == pytest.approx(17.961, abs=0.001)


def test_height_gain_ends_at_the_top_of_the_clutter() -> None:
    for clutter in itu_p2108.CLUTTERS:
        top = itu_p2108.DEFAULT_HEIGHT_M[clutter]
        heights = [0.5 * top, 0.999999 * top, top, 2.0 * top, 0.0, np.nan]
        found = itu_p2108.height_gain_db(heights, frequency_mhz=700.0, clutter=clutter)
        assert found[0] > 1.0
        assert found[1] == pytest.approx(0.0, abs=0.01)
        assert found[2:4].tolist() == [0.0, 0.0]
        assert np.isnan(found[4:]).all()


def test_clutter_refuses_and_warns() -> None:
    with pytest.raises(ValueError, match="unknown clutter: 'bamboo'"):
        itu_p2108.height_gain_db(1.5, frequency_mhz=900.0, clutter="bamboo")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="between 0 and 100: 0"):
        itu_p2108.statistical_loss_db(1.0, frequency_mhz=900.0, location_percent=0.0)
    with pytest.warns(OutOfRangeWarning, match="frequency_mhz beyond 30 to 3000"):
        itu_p2108.height_gain_db(1.5, frequency_mhz=3500.0, clutter="open")
    with pytest.warns(OutOfRangeWarning, match="distance_km beyond 0.25"):
        itu_p2108.statistical_loss_db(0.1, frequency_mhz=900.0)


def test_penetration_by_hand() -> None:
    # low, 3.5 GHz: glass 2.7, concrete 19; 0.3 · 0.53703 + 0.7 · 0.012589 = 0.169922
    #   5 − 10 log 0.169922 = 12.698, and 0.5 · 10 m = 17.698
    # high: metallised glass 24.05; 0.7 · 0.0039355 + 0.3 · 0.012589 = 0.0065316 → 26.850
    low = tr38901_indoors.penetration_loss_db(10.0, frequency_mhz=3500.0, facade="low_loss")
    high = tr38901_indoors.penetration_loss_db(0.0, frequency_mhz=3500.0, facade="high_loss")
    assert float(low) == pytest.approx(17.698, abs=0.001)
    assert float(high) == pytest.approx(26.850, abs=0.001)


def test_penetration_refuses_and_warns() -> None:
    with pytest.raises(ValueError, match="unknown facade: 'tent'"):
        tr38901_indoors.penetration_loss_db(1.0, frequency_mhz=900.0, facade="tent")  # type: ignore[arg-type]
    with pytest.warns(OutOfRangeWarning, match="depth_m beyond 0 to 25"):
        found = tr38901_indoors.penetration_loss_db(
            [30.0, -1.0, np.nan], frequency_mhz=900.0, facade="low_loss"
        )
    assert np.isnan(found[1:]).all()
