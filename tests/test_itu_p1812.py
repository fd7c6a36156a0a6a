"""ITU-R P.1812 against ITU's validation rows, by hand, and by law."""

from __future__ import annotations

import dataclasses
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geoplan.propagation import itu_p1812, ranges
from geoplan.propagation.itu_p1812 import climate, combination, diffraction, link, locations
from geoplan.propagation.ranges import OutOfRangeWarning
from tests.p1812_case import flat, reference_rows, reversed_path, rough

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "p1812"
SEEDS = range(60)


def loss_db(path: dict[str, Any], **other: Any) -> float:
    return itu_p1812.basic_transmission_loss_db(**{**path, **other})


def steps(path: dict[str, Any], **other: Any) -> itu_p1812.Steps:
    return itu_p1812.steps(itu_p1812.checked(**{**path, **other}))


def test_every_reference_row_to_a_hundredth_of_a_decibel() -> None:
    if not REFERENCE.is_dir():
        pytest.skip("ITU's validation rows stand beside the checkout, in ../shared/reference")
    rows = list(reference_rows(REFERENCE))
    assert len(rows) == 18
    for row in rows:
        loss = loss_db(row.path)
        assert loss == pytest.approx(row.loss_db, abs=1e-7), row.name
        field = itu_p1812.field_strength_dbuv_m(
            loss, frequency_ghz=row.path["frequency_ghz"], erp_kw=row.erp_kw
        )
        assert field == pytest.approx(row.field_dbuv_m, abs=1e-7), row.name


def test_every_reference_step_to_six_digits() -> None:
    if not REFERENCE.is_dir():
        pytest.skip("ITU's validation rows stand beside the checkout, in ../shared/reference")
    for row in reference_rows(REFERENCE):
        ours = _by_reference_name(steps(row.path))
        known = {name: row.steps[name] for name in ours}
        # The logs of the set give L_bda in the line of L_bd (43).
        known["Lbd (dB) Eq (43)"] = ours["Lbd (dB) Eq (43)"]
        assert ours == pytest.approx(known, rel=1e-6, abs=1e-8), row.name


def _by_reference_name(of: itu_p1812.Steps) -> dict[str, float]:
    weather, seen, earth, sight = of.climate, of.horizons, of.smooth_earth, of.line_of_sight
    whole = of.combination
    return {
        "dlt (km) Eq (78)": seen.tx_km,
        "dlr (km) Eq (81a)": seen.rx_km,
        "th_t (mrad) Eqs (76-78)": seen.tx_mrad,
        "th_r (mrad) Eqs (79-81)": seen.rx_mrad,
        "th (mrad) Eq (82)": seen.path_mrad,
        "hts (m)": of.link.tx_amsl_m,
        "hrs (m)": of.link.rx_amsl_m,
        "w Table 5": weather.sea_fraction,
        "dtm (km) Sec 3.6": weather.land_km,
        "dlm (km) Sec 3.6": weather.inland_km,
        "phi (deg) Eq (4)": weather.latitude_deg,
        "b0 (%) Eq (5)": weather.beta0_percent,
        "ae (km) Eq (7a)": weather.median_radius_km,
        "hst (m) Eq (85)": earth.tx_fitted_amsl_m,
        "hsr (m) Eq (86)": earth.rx_fitted_amsl_m,
        "hst (m) Eq (90a)": earth.tx_ducting_amsl_m,
        "hsr (m) Eq (90b)": earth.rx_ducting_amsl_m,
        "hstd (m) Eq (89)": earth.tx_diffraction_amsl_m,
        "hsrd (m) Eq (89)": earth.rx_diffraction_amsl_m,
        "htc (m) Eq (37a)": earth.tx_diffraction_height_m,
        "hrc (m) Eq (37b)": earth.rx_diffraction_height_m,
        "hte (m) Eq (92a)": earth.tx_effective_m,
        "hre (m) Eq (92b)": earth.rx_effective_m,
        "hm (m) Eq (93)": earth.roughness_m,
        "Fi Eq (40)": whole.time_weight,
        "Fj Eq (57)": whole.angle_weight,
        "Fk Eq (58)": whole.distance_weight,
        "Lbfs Eq (8)": sight.free_space_db,
        "Lb0p Eq (10)": sight.loss_db,
        "Lb0b Eq (11)": sight.beta_db,
        "Lbulla (dB) Eq (21)": of.beta.actual.loss_db,
        "Lbulls (dB) Eq (21)": of.beta.smooth.loss_db,
        "Ldsph (dB) Eq (27)": of.beta.spherical_db,
        "Ld50 (dB) Eq (39)": of.median.loss_db,
        "Ldb (dB) Eq (39)": of.beta.loss_db,
        "Ldp (dB) Eq (41)": whole.diffraction_db,
        "Lbd50 (dB) Eq (42)": whole.median_diffracted_db,
        "Lbd (dB) Eq (43)": whole.diffracted_db,
        "Lminb0p (dB) Eq (59)": whole.least_in_sight_db,
        "Lba (dB) Eq (46)": of.ducting.loss_db,
        "Lminbap (dB) Eq (60)": whole.least_ducted_db,
        "Lbda (dB) Eq (61)": whole.enhanced_db,
        "Lbam (dB) Eq (62)": whole.modified_db,
        "Lbs (dB) Eq (44)": of.troposcatter_db,
        "Lbc (dB) Eq (63)": whole.half_locations_db,
        "Lb (dB) Eq (69)": whole.loss_db,
    }


def test_a_short_path_over_the_sea_is_free_space() -> None:
    # 92.4 + 20 log 0.9 + 20 log √(1² + 0.06²) = 91.5005: antennas at 100 m and 40 m, 1 km apart
    found = loss_db(flat(1.0, zone=1, tx_agl_m=100.0, rx_agl_m=40.0))
    assert found == pytest.approx(91.5005, abs=1e-3)


def test_a_single_edge_by_hand() -> None:
    # J(0) = 6.9 + 20 log(√1.01 − 0.1) = 6.0329; J(2.4) = 6.9 + 20 log(√6.29 + 2.3) = 20.5393
    assert diffraction.knife_edge_db(0.0) == pytest.approx(6.0329, abs=1e-4)
    assert diffraction.knife_edge_db(2.4) == pytest.approx(20.5393, abs=1e-4)
    assert diffraction.knife_edge_db(-0.78) == 0.0


def test_bullington_of_one_ridge_by_hand() -> None:
    # A ridge 50 m above the ray at the middle of 10 km, the Earth all but flat, λ = 1/3 m:
    # ν = 50 √(0.002 · 10 / (λ · 25)) = 2.44949; J = 20.7091 and
    # L = J + (1 − e^(−J/6)) (10 + 0.2) = 30.5858
    edge = diffraction.bullington(
        np.array([0.0, 5.0, 10.0]),
        np.array([0.0, 80.0, 0.0]),
        30.0,
        30.0,
        radius_km=1e15,
        wavelength_m=1.0 / 3.0,
    )
    assert edge.is_transhorizon
    assert (edge.distance_km, edge.nu) == pytest.approx((5.0, 2.44949), abs=1e-5)
    assert edge.loss_db == pytest.approx(30.5858, abs=1e-3)


def test_a_ray_that_grazes_costs_six_decibels_and_the_rest() -> None:
    # Equation (18) alone would be 0/0: the ray touches the point, J(0) = 6.0329 as from below
    edge = diffraction.bullington(
        np.array([0.0, 5.0, 10.0]),
        np.array([0.0, 30.0, 0.0]),
        30.0,
        30.0,
        radius_km=math.inf,
        wavelength_m=0.3,
    )
    assert edge.loss_db == pytest.approx(6.0329 + (1 - math.exp(-6.0329 / 6)) * 10.2, abs=1e-3)


def test_zones_meet_half_way() -> None:
    distance = np.array([0.0, 1.0, 2.0, 4.0, 7.0])
    zone = np.array([4, 4, 1, 3, 4])
    stretches = climate.stretches_km(distance, zone == 4)
    assert stretches.tolist() == [1.5, 1.5]
    assert climate.stretches_km(distance, zone == 1).tolist() == [1.5]
    assert climate.longest_stretch_km(distance, zone != 1) == 4.0
    assert climate.longest_stretch_km(distance, zone == 2) == 0.0


def test_ducting_incidence_by_hand() -> None:
    # At the equator over sea: μ1 = (1 + 10^(−2.48))^0.2 → 1, β0 = 10^1.67 = 46.774
    assert climate.beta0_percent(0.0, land_km=0.0, inland_km=0.0) == pytest.approx(46.774, abs=1e-3)
    # Beyond 70°: 4.17 μ1 μ1^0.3; South as North
    assert climate.beta0_percent(-75.0, land_km=0.0, inland_km=0.0) == pytest.approx(4.17)
    south, north = (
        climate.beta0_percent(phi, land_km=30.0, inland_km=20.0) for phi in (-15.0, 15.0)
    )
    assert south == north


def test_the_centre_of_a_path_lies_on_its_great_circle() -> None:
    # along a meridian: half of 111.19493 km is 0.5 degrees
    latitude = climate.centre_latitude_deg((108.0, 15.0), (108.0, 16.0), length_km=111.19493)
    assert latitude == pytest.approx(15.5, abs=1e-6)
    assert climate.centre_latitude_deg((108.0, 15.0), (108.0, 15.0), length_km=9.0) == 15.0
    # along the equator it stays there
    assert climate.centre_latitude_deg((1.0, 0.0), (2.0, 0.0), length_km=90.0) == pytest.approx(0.0)


def test_the_normal_distribution_by_its_quantiles() -> None:
    for share, known in ((0.5, 0.0), (0.1, 1.28155), (0.9, -1.28155), (0.01, 2.32635)):
        assert combination.inverse_normal(share) == pytest.approx(known, abs=4.5e-4)


def test_ninety_per_cent_of_locations_take_a_quantile_more() -> None:
    path = flat(5.0, location_sigma_db=5.5)
    median = loss_db(path)
    assert loss_db(path, location_percent=90.0) == pytest.approx(median + 1.2816 * 5.5, abs=0.01)
    assert loss_db(path, location_percent=50.0) == pytest.approx(
        loss_db(path, location_sigma_db=0.0), abs=1e-6
    )


def test_the_spread_over_locations_by_hand() -> None:
    # 1 GHz, 100 m: 0.544 · 100^0.28 = 0.544 · 3.63078 = 1.97514; half of it 5 m above the clutter
    spread = locations.location_sigma_db(
        1.0, resolution_m=100.0, rx_agl_m=[1.5, 10.0, 15.0, 20.0, 90.0, np.nan], clutter_m=10.0
    )
    assert spread[:5] == pytest.approx([1.97514, 1.97514, 0.98757, 0.0, 0.0], abs=1e-5)
    assert np.isnan(spread[5])
    with pytest.raises(ValueError, match="not above 0: 0 GHz"):
        locations.location_sigma_db(0.0, resolution_m=100.0, rx_agl_m=1.5, clutter_m=10.0)


def test_a_receiver_at_sea_knows_no_locations() -> None:
    path = flat(5.0, zone=1, location_sigma_db=5.5)
    assert loss_db(path, location_percent=90.0) == loss_db(path, location_percent=10.0)


def test_never_less_than_the_loss_in_sight() -> None:
    for seed in SEEDS:
        of = steps(rough(seed), location_percent=1.0, location_sigma_db=10.0)
        assert of.loss_db >= of.line_of_sight.loss_db


def test_more_locations_and_more_time_never_cost_less() -> None:
    for seed in SEEDS:
        path = rough(seed, location_sigma_db=6.0)
        by_location = [loss_db(path, location_percent=p) for p in (1, 10, 50, 75, 90, 99)]
        assert (np.diff(by_location) >= 0.0).all(), seed
        by_time = [loss_db(path, time_percent=p) for p in (1, 3, 10, 30, 50)]
        assert (np.diff(by_time) >= -0.02).all(), (seed, by_time)


def test_the_loss_is_the_same_in_both_directions() -> None:
    for seed in SEEDS:
        path = rough(seed)
        assert loss_db(reversed_path(path)) == pytest.approx(loss_db(path), abs=1e-8), seed


def test_clutter_at_the_terminals_has_no_part() -> None:
    path = rough(7)
    grown = path["clutter_m"].copy()
    grown[[0, -1]] += 25.0
    assert loss_db(path, clutter_m=grown) == loss_db(path)


def test_the_coast_counts_only_as_given() -> None:
    # A terminal whose point is sea keeps its 500 km; d_ct = 0 lets the duct in.
    path = flat(60.0, zone=1, time_percent=1.0)
    assert steps(path).ducting.tx_coast_db == 0.0
    near = steps(path, coast_tx_km=0.0, coast_rx_km=0.0).ducting
    # −3 (1 + tanh(0.07 · (50 − 30))) = −5.6561
    assert near.tx_coast_db == pytest.approx(-5.6561, abs=1e-3)
    assert near.rx_coast_db < near.tx_coast_db


def test_sea_conducts_better_than_land_and_polarizations_differ_there() -> None:
    sea, land = (flat(40.0, zone=zone, frequency_ghz=0.1) for zone in (1, 4))
    assert loss_db(sea) < loss_db(land)
    apart = [
        abs(loss_db(path, polarization="horizontal") - loss_db(path, polarization="vertical"))
        for path in (sea, land)
    ]
    assert apart[0] > 1.0 > apart[1]


MOVED = ("frequency_ghz", "tx_agl_m", "rx_agl_m", "time_percent", "delta_n", "n0", "ground_amsl_m")


@pytest.mark.parametrize("name", MOVED)
def test_a_small_move_of_an_input_moves_the_loss_a_little(name: str) -> None:
    for seed in SEEDS:
        path = rough(seed)
        moved = {**path, name: path[name] * 0.999}
        with ranges.gathering():  # one per cent of time, less a little
            before, after = steps(path), steps(moved)
        assert after.loss_db == pytest.approx(before.loss_db, abs=0.5), seed


def test_distances_and_heights_stay_between_their_neighbours() -> None:
    losses = [loss_db(flat(d)) for d in np.geomspace(0.3, 300.0, 400)]
    assert (np.diff(losses) > -0.02).all()
    assert (np.abs(np.diff(losses)) < 3.0).all()


def test_every_step_is_a_finite_number() -> None:
    for seed in SEEDS:
        found = dataclasses.asdict(steps(rough(seed)))
        del found["link"]
        numbers = [number for part in found.values() for number in _leaves(part)]
        assert np.isfinite(numbers).all(), seed


def _leaves(part: Any) -> list[float]:
    if isinstance(part, dict):
        return [number for inner in part.values() for number in _leaves(inner)]
    return [float(part)]


def test_beyond_the_range_warns_and_still_computes() -> None:
    for other in (
        {"frequency_ghz": 7.0},
        {"time_percent": 0.5},
        {"location_percent": 99.5},
        {"rx_agl_m": 0.5},
        {"tx_lonlat": (0.0, 85.0)},
    ):
        with pytest.warns(OutOfRangeWarning, match="P.1812"):
            assert np.isfinite(loss_db(flat(5.0), **other))
    with pytest.warns(OutOfRangeWarning, match="length_km beyond 0.25 to 3000"):
        loss_db(flat(0.2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss_db(flat(0.25, frequency_ghz=6.0, time_percent=1.0, rx_agl_m=1.0))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"clutter_m": np.zeros(4)}, r"clutter_m has shape \(4,\)"),
        ({"distance_km": [0.0, 2.0, 1.0, 3.0, 4.0]}, "must not descend"),
        ({"distance_km": [1.0, 2.0, 3.0, 4.0, 5.0]}, "must begin with 0"),
        ({"distance_km": [0.0, 0.0, 1.0, 2.0, 3.0]}, "each terminal once"),
        ({"ground_amsl_m": [0.0, np.nan, 0.0, 0.0, 0.0]}, "ground_amsl_m holds"),
        ({"clutter_m": [0.0, -1.0, 0.0, 0.0, 0.0]}, "must not be negative"),
        ({"zone": [4, 4, 2, 4, 4]}, "zone must be 1"),
        ({"polarization": "slant"}, "polarization must be one of"),
        ({"frequency_ghz": 0.0}, "frequency_ghz must be above 0"),
        ({"tx_agl_m": -3.0}, "tx_agl_m must be above 0"),
        ({"time_percent": 60.0}, "at most 50"),
        ({"location_percent": 100.0}, "between 0 and 100"),
        ({"delta_n": -40.0}, "positive lapse rate"),
        ({"n0": np.inf}, "n0 is no finite number"),
        ({"rx_lonlat": (15.0, 108.0)}, "rx_lonlat must be a longitude, then a latitude"),
    ],
)
def test_malformed_input_is_refused_by_name(other: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        loss_db(flat(4.0, points=5), **other)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"zone must be .*frequency_ghz must be above 0"):
        loss_db(flat(4.0, points=5), zone=[9] * 5, frequency_ghz=-1.0)


def test_two_points_of_a_profile_give_no_path() -> None:
    with pytest.raises(ValueError, match="at least 3 points"):
        loss_db(flat(4.0, points=2))
    assert np.isfinite(loss_db(flat(4.0, points=3)))


def test_zones_are_numbered_as_in_profiles_of_itu() -> None:
    assert (link.SEA, link.COASTAL, link.INLAND) == (1, 3, 4)
