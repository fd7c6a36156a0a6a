"""Levels, servers and quality, by hand and against brute force; chances; the uplink."""

from __future__ import annotations

import dataclasses
import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.propagation import chance, itu_p2109, levels, uplink
from geoplan.propagation.levels import Radio, radio_of, rsrp_dbm
from geoplan.propagation.link_budget import budget
from geoplan.propagation.link_inputs import default_inputs
from geoplan.propagation.servers import NONE, Pairs, best_server, quality, servers_within

BANDS = (700.0, 900.0, 1800.0, 2100.0, 2600.0, 3500.0)


def one_channel(cells: int, noise_dbm: float = -125.2, blocks: int = 100) -> Radio:
    return Radio(
        eirp_dbm=np.full(cells, 31.7),
        frequency_mhz=np.full(cells, 1800.0),
        channel=np.zeros(cells, dtype=np.int64),
        resource_blocks=np.full(cells, blocks, dtype=np.int64),
        noise_dbm=np.full(cells, noise_dbm),
    )


def some_pairs(rng: np.random.Generator, points: int, cells: int) -> Pairs:
    sizes = rng.integers(0, cells + 1, points)
    cell = [rng.permutation(cells)[:size] for size in sizes]
    return Pairs(np.r_[0, np.cumsum(sizes)].astype(np.int64), np.concatenate(cell).astype(np.int64))


# What a cell radiates.


def test_eirp_of_a_carrier_is_spread_over_its_resource_elements() -> None:
    # 46 + 17.5 − 1 = 62.5 dBm; 62.5 − 10 log10(1200) = 62.5 − 30.792 = 31.708 dBm.
    found = radio_of(
        ["A", "A", "A"],
        ["4G", "4G", "4G"],
        frequency_mhz=[1800.0, 1800.0, 1800.0],
        eirp_dbm=[62.5, np.nan, np.nan],
        antenna_dbi=[np.nan, np.nan, 15.5],
    )
    assert found.eirp_dbm == pytest.approx([31.708, 31.708, 29.708], abs=1e-3)
    assert found.resource_blocks.tolist() == [100, 100, 100]
    # −174 + 10 log10(15000) + 7 = −174 + 41.761 + 7
    assert found.noise_dbm == pytest.approx(-125.239, abs=1e-3)


@pytest.mark.parametrize("mhz", BANDS)
def test_a_cell_without_eirp_radiates_what_the_link_budget_says(mhz: float) -> None:
    found = radio_of(["A"], ["4G"], frequency_mhz=[mhz], eirp_dbm=[np.nan])
    (line,) = (line for line in budget("4G", mhz, "rural").lines if line.name.startswith("EIRP"))
    assert found.eirp_dbm[0] == pytest.approx(line.value)


def test_a_cell_without_frequency_takes_the_usual_band() -> None:
    found = radio_of(["A", "A"], ["5G", "2G"], frequency_mhz=np.nan, eirp_dbm=np.nan)
    assert found.frequency_mhz.tolist() == [3500.0, 900.0]
    assert found.noise_dbm[0] - found.noise_dbm[1] == pytest.approx(10 * math.log10(2.0))


def test_a_channel_is_an_operator_a_technology_and_a_frequency() -> None:
    found = radio_of(
        ["B", "A", "A", "A", "A"],
        ["4G", "4G", "5G", "4G", "4G"],
        frequency_mhz=[1800.0, 1800.0, 1800.0, 900.0, np.nan],
        eirp_dbm=np.nan,
    )
    assert found.channel.tolist() == [3, 1, 2, 0, 1]


def test_a_level_is_what_is_left_of_the_eirp() -> None:
    assert float(rsrp_dbm(31.7, path_loss_db=120.0)) == pytest.approx(31.7 - 120.0 - 3.0)
    inside = rsrp_dbm(31.7, path_loss_db=[120.0], attenuation_db=4.0, entry_loss_db=10.0)
    assert inside.tolist() == pytest.approx([-105.3])
    # The maximum path loss of the budget brings the level to the threshold.
    found = budget("4G", 1800.0, "rural")
    eirp = radio_of(["A"], ["4G"], frequency_mhz=[1800.0], eirp_dbm=[np.nan]).eirp_dbm
    level = rsrp_dbm(eirp, path_loss_db=found.max_path_loss_db)
    assert levels.margin_db(level) == pytest.approx(0.0, abs=1e-9)


def test_entry_loss_by_environment_or_by_p2109() -> None:
    frequency = [700.0, 1800.0, 3500.0]
    found = levels.entry_loss_db(frequency, ["urban", "suburban", "rural"])
    assert found.tolist() == [15.0, 14.0, 10.0]
    other = levels.entry_loss_db(frequency, ["urban"] * 3, after="p2109_traditional")
    np.testing.assert_array_equal(other, itu_p2109.entry_loss_db(frequency, building="traditional"))
    efficient = levels.entry_loss_db(frequency, [""] * 3, after="p2109_thermally_efficient")
    assert (efficient > other).all()
    with pytest.raises(ValueError, match="unknown way"):
        levels.entry_loss_db(frequency, ["urban"] * 3, after="guess")  # type: ignore[arg-type]


def test_the_default_antenna_of_a_band() -> None:
    sector = levels.default_pattern(1800.0)
    assert sector.gain_dbi == 17.5
    assert sector.horizontal_db[[0, 65, 180]].tolist() == pytest.approx([0.0, 12.0, 25.0])
    assert levels.default_pattern(1800.0, beamwidth_deg=90.0).horizontal_db[45] == pytest.approx(3)
    around = levels.default_pattern(1800.0, has_direction=False)
    assert not around.horizontal_db.any()
    np.testing.assert_array_equal(around.vertical_db, sector.vertical_db)


# Who serves.


def test_of_equal_levels_the_lowest_cell_serves_in_any_order() -> None:
    level = np.array([-90.0, -90.0, -95.0])
    for cell in ([7, 3, 1], [3, 7, 1]):
        pairs = Pairs(np.array([0, 0, 3]), np.array(cell))
        found = best_server(pairs, level)
        assert found[0] == NONE
        assert pairs.cell[found[1]] == 3


def test_a_missing_level_serves_nowhere() -> None:
    pairs = Pairs(np.array([0, 2, 3]), np.array([0, 1, 0]))
    level = np.array([np.nan, -100.0, -np.inf])
    assert best_server(pairs, level).tolist() == [1, NONE]
    assert servers_within(pairs, level, 6.0).tolist() == [1, 0]
    found = quality(pairs, level, one_channel(2))
    assert np.isnan(found.sinr_db).tolist() == [True, False, True]
    assert np.isnan(found.rssi_dbm).tolist() == [True, False, True]


def test_no_points_and_no_pairs_are_nothing() -> None:
    none = Pairs(np.array([0]), np.zeros(0, dtype=np.int64))
    assert len(best_server(none, np.zeros(0))) == 0
    assert len(servers_within(none, np.zeros(0), 3.0)) == 0
    assert len(quality(none, np.zeros(0), one_channel(0)).sinr_db) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 20))
def test_servers_and_quality_equal_brute_force(seed: int, within_db: float) -> None:
    rng = np.random.default_rng(seed)
    cells, points = 6, 8
    pairs = some_pairs(rng, points, cells)
    # Whole decibels, so that there are ties.
    level = np.round(rng.uniform(-120, -60, len(pairs.cell)))
    level[rng.random(len(level)) < 0.1] = np.nan
    among = rng.random(len(level)) < 0.8
    channel = rng.integers(0, 3, cells)
    load = rng.random(cells)
    radio = dataclasses.replace(
        one_channel(cells),
        channel=channel,
        resource_blocks=rng.integers(6, 273, cells),
        noise_dbm=rng.uniform(-128, -120, cells),
    )
    best = best_server(pairs, level, among)
    number = servers_within(pairs, level, within_db, among)
    found = quality(pairs, level, radio, load=load)
    for point in range(points):
        own = range(int(pairs.start[point]), int(pairs.start[point + 1]))
        alive = [k for k in own if not np.isnan(level[k])]
        may = [k for k in alive if among[k]]
        expected = min(may, key=lambda k: (-level[k], pairs.cell[k]), default=NONE)
        assert best[point] == expected
        near = [k for k in may if level[k] >= level[expected] - within_db]
        assert number[point] == len(near)
        for k in alive:
            c = pairs.cell[k]
            signal, noise = 10 ** (level[k] / 10), 10 ** (radio.noise_dbm[c] / 10)
            rest, sent = 0.0, 0.0
            for j in alive:
                d = pairs.cell[j]
                if channel[d] == channel[c]:
                    rest += load[d] * 10 ** (level[j] / 10) if j != k else 0.0
                    sent += (2 + 10 * load[d]) / 12 * 10 ** (level[j] / 10)
            blocks = radio.resource_blocks[c]
            rssi = 12 * blocks * (sent + noise)
            assert found.sinr_db[k] == pytest.approx(10 * math.log10(signal / (rest + noise)))
            assert found.rssi_dbm[k] == pytest.approx(10 * math.log10(rssi))
            assert found.rsrq_db[k] == pytest.approx(10 * math.log10(blocks * signal / rssi))


@pytest.mark.parametrize(("load", "rsrq"), [(0.0, -3.0103), (1.0, -10.7918)])
def test_rsrq_of_a_cell_alone(load: float, rsrq: float) -> None:
    pairs = Pairs(np.array([0, 1]), np.array([0]))
    radio = one_channel(1, noise_dbm=-300.0)
    found = quality(pairs, np.array([-80.0]), radio, load=load)
    assert found.rsrq_db[0] == pytest.approx(rsrq, abs=1e-4)


def test_two_equal_cells_leave_0_db_and_another_operator_leaves_the_noise() -> None:
    pairs = Pairs(np.array([0, 2]), np.array([0, 1]))
    level = np.array([-80.0, -80.0])
    radio = one_channel(2)
    assert quality(pairs, level, radio, load=1.0).sinr_db == pytest.approx(0.0, abs=1e-3)
    apart = dataclasses.replace(radio, channel=np.array([0, 1]))
    assert quality(pairs, level, apart, load=1.0).sinr_db == pytest.approx(-80.0 + 125.2)


def test_a_weak_cell_is_not_lost_beside_a_strong_one() -> None:
    pairs = Pairs(np.array([0, 2]), np.array([0, 1]))
    found = quality(pairs, np.array([0.0, -190.0]), one_channel(2, noise_dbm=-300.0), load=1.0)
    assert found.sinr_db == pytest.approx([190.0, -190.0])


def test_more_load_never_helps() -> None:
    rng = np.random.default_rng(3)
    pairs = some_pairs(rng, 50, 8)
    level, radio = rng.uniform(-120, -60, len(pairs.cell)), one_channel(8)
    found = [quality(pairs, level, radio, load=share) for share in (0.0, 0.5, 1.0)]
    for less, more in itertools.pairwise(found):
        assert (more.sinr_db <= less.sinr_db).all()
        assert (more.rsrq_db <= less.rsrq_db).all()


@pytest.mark.parametrize("load", [-0.1, 1.1, math.nan])
def test_a_load_that_is_no_share_is_refused(load: float) -> None:
    with pytest.raises(ValueError, match="load"):
        quality(
            Pairs(np.array([0, 1]), np.array([0])), np.array([-80.0]), one_channel(1), load=load
        )


def test_a_span_below_0_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        servers_within(Pairs(np.array([0, 1]), np.array([0])), np.array([-80.0]), -1.0)


# Chances.


@given(st.floats(-60, 60), st.floats(0.1, 12), st.floats(0, 12))
def test_the_chance_is_the_normal_one(margin: float, location: float, model: float) -> None:
    found = float(
        chance.chance_of_service(margin, location_sigma_db=location, model_error_db=model)
    )
    sigma = math.sqrt(location**2 + model**2)
    assert found == pytest.approx(NormalDist(0.0, sigma).cdf(margin), abs=1e-12)


def test_chances_by_hand() -> None:
    def of(margin: float, location: float = 8.0, model: float = 0.0) -> float:
        return float(
            chance.chance_of_service(margin, location_sigma_db=location, model_error_db=model)
        )

    assert of(0.0) == 0.5
    assert of(10.252) == pytest.approx(0.9, abs=1e-5)
    # 6 and 8 dB together are 10 dB.
    assert of(10.0, 8.0, 6.0) == pytest.approx(0.841345, abs=1e-6)
    assert [of(margin, 0.0) for margin in (-0.1, 0.0, 0.1)] == [0.0, 1.0, 1.0]
    assert of(-math.inf) == 0.0
    assert math.isnan(of(math.nan))
    assert math.isnan(of(math.nan, 0.0))


@pytest.mark.parametrize(("share", "factor"), [(0.5, 0.0), (0.75, 0.6745), (0.9, 1.2816)])
def test_the_margin_that_a_share_needs(share: float, factor: float) -> None:
    found = chance.needed_margin_db(share, location_sigma_db=[8.0, 7.0])
    assert found == pytest.approx([factor * 8.0, factor * 7.0], abs=1e-3)
    back = chance.chance_of_service(found, location_sigma_db=[8.0, 7.0])
    assert back == pytest.approx([share, share])


def test_shares_that_are_reached() -> None:
    given_ = [0.0, 0.4999, 0.5, 0.75, 0.8999, 0.9, 0.95, 1.0, math.nan]
    expected = [0.0, 0.0, 0.5, 0.75, 0.75, 0.9, 0.95, 0.95, math.nan]
    np.testing.assert_array_equal(chance.reached_share(given_), expected)


def test_what_needs_measuring_lies_between_settable_bounds() -> None:
    given_ = [0.0, 0.24, 0.25, 0.5, 0.75, 0.76, math.nan]
    found = chance.needs_measuring(given_)
    assert found.tolist() == [False, False, True, True, True, False, False]
    wider = chance.needs_measuring(given_, low=0.2, high=1.0)
    assert wider.tolist() == [False, True, True, True, True, True, False]
    for low, high in ((-0.1, 0.5), (0.6, 0.5), (0.5, 1.1)):
        with pytest.raises(ValueError, match="low <= high"):
            chance.needs_measuring(given_, low=low, high=high)


@pytest.mark.parametrize("share", [0.0, 1.0, math.nan])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        chance.needed_margin_db(share, location_sigma_db=8.0)


def test_a_spread_below_0_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        chance.chance_of_service(0.0, location_sigma_db=-1.0)


# The way back.


@pytest.mark.parametrize(
    ("mhz", "allowed_db"),
    [(700.0, 150.9), (900.0, 151.4), (1800.0, 153.4), (2600.0, 153.4), (3500.0, 156.9)],
)
def test_the_uplink_allows_more_than_the_downlink(mhz: float, allowed_db: float) -> None:
    back, found = uplink.uplink(mhz), budget("4G", mhz, "rural")
    assert round(back.max_path_loss_db, 1) == allowed_db
    assert uplink.limiting(found, back) == "downlink"
    assert uplink.spare_db(found, back) == pytest.approx(
        back.max_path_loss_db - found.max_path_loss_db
    )


def test_an_uplink_by_hand() -> None:
    # 700 MHz, 2 blocks of 180 kHz: −174 + 55.563 + 3 − 1.5 = −116.937 dBm at the base;
    # 23 − 3 + 15 − 1 + 116.937 = 150.937 dB.
    back = uplink.uplink(700.0)
    assert [line.name for line in back.lines][-1] == uplink.UPLINK_LOSS
    (found,) = (line.value for line in back.lines if line.name == uplink.SENSITIVITY)
    assert found == pytest.approx(-116.937, abs=1e-3)
    assert back.max_path_loss_db == pytest.approx(150.937, abs=1e-3)


def test_a_weak_mobile_makes_the_uplink_limit() -> None:
    inputs = default_inputs()
    weak = dataclasses.replace(inputs, uplink=dataclasses.replace(inputs.uplink, mobile_dbm=5.0))
    assert uplink.limiting(budget("4G", 1800.0, "rural"), uplink.uplink(1800.0, settings=weak)) == (
        "uplink"
    )


@pytest.mark.parametrize("mhz", BANDS)
def test_a_resource_element_by_bandwidth(mhz: float) -> None:
    found = uplink.elements(mhz)
    (assumed,) = (one for one in found if one.is_assumed)
    (line,) = (line for line in budget("4G", mhz, "rural").lines if line.name.startswith("EIRP"))
    assert assumed.eirp_dbm == pytest.approx(line.value)
    assert assumed.resource_blocks == default_inputs().band(mhz).resource_blocks
    powers = [one.eirp_dbm for one in found]
    assert powers == sorted(powers, reverse=True)
    # As much power in all, whatever the bandwidth.
    total = [one.eirp_dbm + 10 * math.log10(12 * one.resource_blocks) for one in found]
    assert total == pytest.approx([total[0]] * len(total))
