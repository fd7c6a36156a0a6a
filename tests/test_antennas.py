"""Antenna patterns: 3GPP's formula by hand, the geometry of both tilts, and the compiled twin."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.propagation import kernel_antennas
from geoplan.propagation.antennas import (
    Mounted,
    Pattern,
    all_round,
    at_angle_db,
    attenuation_db,
    elevation_deg,
    omni,
    pairs_db,
    three_gpp,
)

TR36814 = three_gpp(70.0, 10.0, 14.0, 25.0)
TR38901 = three_gpp(65.0, 65.0, 8.0, 30.0, side_lobe_db=30.0)


def at(pattern: Pattern, azimuth: float, elevation: float, m: float = 0.0, e: float = 0.0) -> float:
    return float(attenuation_db(pattern, azimuth, elevation, m, e))


@pytest.mark.parametrize(
    ("azimuth", "elevation", "tilt", "expected"),
    [
        # TR 36.814 table A.2.1.1-2, 70° and 10°: 12 (φ/70)² up to 25, 12 ((θ − tilt)/10)² up to 20.
        (0.0, 0.0, 0.0, 0.0),
        (35.0, 0.0, 0.0, 3.0),
        (-35.0, 0.0, 0.0, 3.0),
        (70.0, 0.0, 0.0, 12.0),
        (0.0, -5.0, 0.0, 3.0),
        (0.0, 5.0, 0.0, 3.0),
        (0.0, -15.0, 15.0, 0.0),
        (0.0, 0.0, 15.0, 20.0),  # 27 dB but for SLA_v
        (180.0, 0.0, 0.0, 25.0),
        (180.0, -15.0, 15.0, 25.0),  # electrical tilt: down behind too
        (42.0, -12.0, 9.0, 12 * 0.36 + 12 * 0.09),
        (70.0, -10.0, 0.0, 24.0),
        (70.0, -14.0, 0.0, 25.0),  # 12 + 20 but for A_m
    ],
)
def test_the_formula_of_tr_36814(
    azimuth: float, elevation: float, tilt: float, expected: float
) -> None:
    assert at(TR36814, azimuth, elevation, e=tilt) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "expected"),
    [
        (0.0, 0.0, 0.0),
        (65.0, 0.0, 12.0),
        (0.0, -65.0, 12.0),
        (13.0, 26.0, 12 * 0.04 + 12 * 0.16),
        (65.0, 65.0, 24.0),
        (104.0, 0.0, 30.0),  # 12 · 1.6² = 30.72 but for A_max
        (90.0, 65.0, 30.0),  # 23.0 + 12 but for A_max
    ],
)
def test_the_formula_of_tr_38901(azimuth: float, elevation: float, expected: float) -> None:
    assert at(TR38901, azimuth, elevation) == pytest.approx(expected, abs=1e-9)


def test_a_mechanical_tilt_goes_down_in_front_and_up_behind() -> None:
    assert at(TR36814, 0.0, -8.0, m=8.0) == pytest.approx(0.0, abs=1e-9)
    shape = Pattern("v", 0.0, np.zeros(360), TR36814.vertical_db)
    assert at(shape, 180.0, 8.0, m=8.0) == pytest.approx(0.0, abs=1e-9)
    assert at(shape, 180.0, -8.0, m=8.0) == pytest.approx(20.0)
    for side in (90.0, -90.0):
        assert at(shape, side, 0.0, m=8.0) == pytest.approx(0.0, abs=1e-9)


def test_an_electrical_tilt_goes_down_all_round() -> None:
    shape = Pattern("v", 0.0, np.zeros(360), TR36814.vertical_db)
    for azimuth in (0.0, 90.0, 180.0, 271.3):
        assert at(shape, azimuth, -8.0, e=8.0) == pytest.approx(0.0, abs=1e-9)


def test_a_pattern_taken_with_a_tilt_is_moved_by_the_rest_only() -> None:
    measured = Pattern("t6", 15.0, np.zeros(360), np.roll(TR36814.vertical_db, 6), 1800.0, 6.0)
    assert float(attenuation_db(measured, 0.0, -6.0)) == pytest.approx(0.0)
    assert at(measured, 0.0, -6.0, e=6.0) == pytest.approx(0.0)
    assert at(measured, 0.0, -2.0, e=2.0) == pytest.approx(0.0)


def test_the_frame_turns_as_a_matrix_does() -> None:
    # By hand: φ = 90°, ε = 30°, m = 30°: x = −0.25, y = 0.8660, z = 0.4330.
    # φ' = 106.102°, ε' = 25.659°.
    steps = np.minimum(np.arange(360), 360 - np.arange(360)).astype(float)
    horizontal = Pattern("h", 0.0, steps, np.zeros(360))
    vertical = Pattern("v", 0.0, np.zeros(360), steps)
    assert at(horizontal, 90.0, 30.0, m=30.0) == pytest.approx(106.102, abs=1e-3)
    assert at(vertical, 90.0, 30.0, m=30.0) == pytest.approx(25.659, abs=1e-3)


@given(
    st.floats(-720, 720),
    st.floats(-90, 90),
    st.floats(-30, 30),
    st.floats(-30, 30),
    st.floats(0, 1),
)
def test_no_direction_gains_or_loses_more_than_the_cap(
    azimuth: float, elevation: float, m: float, e: float, share: float
) -> None:
    for pattern in (TR36814, omni(8.0, 12.0), all_round(TR36814)):
        found = at(pattern, azimuth, elevation, m, e)
        assert 0.0 <= found <= pattern.most_db
        assert at(pattern, azimuth + 360.0, elevation, m, e) == pytest.approx(found, abs=1e-6)
        # No more than the steepest degree of each cut.
        moved = at(pattern, azimuth, elevation, m, e + share * 0.01)
        assert abs(moved - found) <= 0.01 * 4.0 + 1e-9


def test_between_degrees_it_is_linear_and_closed() -> None:
    cut = np.arange(360.0)
    angles = np.array([0.0, 0.25, 358.5, 359.5, 360.0, -0.5, -1e-300, 725.75, np.nan])
    expected = [0.0, 0.25, 358.5, 179.5, 0.0, 179.5, 0.0, 5.75, np.nan]
    np.testing.assert_allclose(at_angle_db(cut, angles), expected)


def test_shapes_and_missing_values() -> None:
    found = attenuation_db(TR36814, np.zeros((4, 1)), np.array([0.0, -5.0, np.nan]))
    np.testing.assert_allclose(found, np.tile([0.0, 3.0, np.nan], (4, 1)))


def test_elevation_over_the_curved_earth() -> None:
    flat = math.degrees(math.atan(-28.5 / 1000.0))
    assert float(elevation_deg(1000.0, base_amsl_m=30.0, mobile_amsl_m=1.5)) == pytest.approx(
        flat, abs=0.01
    )
    # 20 km away the Earth has fallen by 20000² / (2 · 8.5e6) = 23.5 m.
    far = float(elevation_deg(20_000.0, base_amsl_m=0.0, mobile_amsl_m=0.0))
    assert far == pytest.approx(-0.067407, abs=1e-6)
    assert float(elevation_deg(0.0, base_amsl_m=30.0, mobile_amsl_m=1.5)) == -90.0


@pytest.mark.parametrize(
    "cut", [np.zeros(359), np.full(360, np.nan), np.full(360, -0.1), np.zeros((2, 360))]
)
def test_a_cut_that_is_none_is_refused(cut: np.ndarray) -> None:
    with pytest.raises(ValueError, match="horizontal_db"):
        Pattern("x", 0.0, cut, np.zeros(360))


@pytest.mark.parametrize("widths", [(0.0, 10.0), (65.0, -1.0), (math.nan, 10.0)])
def test_a_beam_without_width_is_refused(widths: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        three_gpp(*widths)


def test_a_pattern_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TR36814.horizontal_db[0] = 3.0


def test_the_kernel_equals_the_plain_form() -> None:
    rng = np.random.default_rng(6)
    measured = Pattern(
        "m", 15.0, rng.uniform(0, 40, 360), rng.uniform(0, 40, 360), 900.0, 4.5, most_db=35.0
    )
    patterns = (TR36814, measured, omni(9.0, 8.0), TR38901)
    cells, pairs = 200, 20_000
    mounted = Mounted(
        rng.integers(0, len(patterns), cells),
        np.where(rng.random(cells) < 0.2, np.nan, rng.uniform(0, 360, cells)),
        np.where(rng.random(cells) < 0.4, 0.0, rng.uniform(-5, 15, cells)),
        rng.uniform(-2, 12, cells),
    )
    cell = rng.integers(0, cells, pairs)
    bearing, elevation = rng.uniform(-360, 720, pairs), rng.uniform(-90, 90, pairs)
    bearing[:4], elevation[4:8] = (0.0, 360.0, -360.0, 90.0), (0.0, 90.0, -90.0, np.nan)
    plain = pairs_db(patterns, mounted, cell, bearing, elevation)
    compiled = kernel_antennas.pairs_db(patterns, mounted, cell, bearing, elevation)
    np.testing.assert_allclose(compiled, plain, rtol=0.0, atol=1e-9)
    assert np.isnan(plain).sum() == 1


def test_no_cells_and_no_pairs_are_nothing() -> None:
    none = Mounted(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0))
    for form in (pairs_db, kernel_antennas.pairs_db):
        assert len(form([TR36814], none, np.zeros(0, np.int64), np.zeros(0), np.zeros(0))) == 0
