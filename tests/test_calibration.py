"""Corrections told from measurements, held to invented ground whose truth is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.propagation import corrections, hata, robust_line, thinning
from geoplan.propagation.calibration import Calibration, bands_mhz, calibrate
from geoplan.propagation.corrections import CalibrationSettings, Correction

Floats = NDArray[np.float64]
MASTS = np.array([(-4000.0, 0.0), (4000.0, 3000.0), (5000.0, -5000.0), (-3000.0, 6000.0)])
LON, LAT = 108.8, 15.1
ROADS = 30
SIGMA_DB, NOISE_DB = 6.0, 2.0


@dataclass
class Drive:
    """Measurements along straight roads, and what the model predicts where they were taken."""

    measured: pd.DataFrame
    predicted_dbm: Floats
    distance_m: Floats
    environment: NDArray[Any]

    def calibrated(self, **rules: Any) -> Calibration:
        return calibrate(
            self.measured,
            predicted_dbm=self.predicted_dbm,
            distance_m=self.distance_m,
            environment=self.environment,
            settings=CalibrationSettings(**rules) if rules else None,
        )


def drive(
    seed: int,
    truth: dict[str, tuple[float, float]],
    *,
    samples: int = 6000,
    frequency_mhz: float = 930.0,
) -> Drive:
    """Drive through two environments; the model lacks the offset and slope of each.

    Shadowing is alike within 300 m, as a sum of 200 waves.
    """
    random = np.random.default_rng(seed)
    along = np.linspace(0.0, 8000.0, samples // ROADS)
    starts = random.uniform(-8000.0, 8000.0, (ROADS, 2))
    turns = random.uniform(0.0, 2 * np.pi, ROADS)
    east = (starts[:, :1] + along * np.cos(turns)[:, None]).ravel()
    north = (starts[:, 1:] + along * np.sin(turns)[:, None]).ravel()
    waves, phases = random.normal(0.0, 1 / 300.0, (200, 2)), random.uniform(0.0, 2 * np.pi, 200)
    hills = np.cos(np.outer(east, waves[:, 0]) + np.outer(north, waves[:, 1]) + phases)
    shadow = SIGMA_DB * np.sqrt(2 / 200) * hills.sum(axis=1)
    apart = np.hypot(east[:, None] - MASTS[:, 0], north[:, None] - MASTS[:, 1])
    distance = np.clip(apart.min(axis=1), 1000.0, 19_999.0)
    loss = hata.path_loss_db(
        distance / 1000.0, frequency_mhz=900.0, base_agl_m=40.0, area="suburban"
    )
    predicted = 60.0 - loss
    environment = np.where(east < 0.0, "rural", "suburban").astype(object)
    offset, slope = (np.array([truth[kind][i] for kind in environment]) for i in (0, 1))
    lacking = offset + slope * np.log10(distance / 1000.0)
    level = predicted + lacking + shadow + random.normal(0.0, NOISE_DB, len(east))
    measured = pd.DataFrame(
        {
            "operator": "Viettel",
            "technology": "4G",
            "longitude": LON + east / (111_320.0 * np.cos(np.radians(LAT))),
            "latitude": LAT + north / 110_600.0,
            "frequency_mhz": frequency_mhz,
            "rsrp_dbm": level,
            "time": "",
            "cell_id": "",
            "source_file": "drive.csv",
            "source_row": np.arange(len(east)) + 2,
        }
    )
    return Drive(measured, predicted, distance, environment)


TRUTH = {"rural": (8.0, -6.0), "suburban": (-7.0, 3.0)}
NOTHING = {"rural": (0.0, 0.0), "suburban": (0.0, 0.0)}
SEEDS = (1, 2, 3)


def row_of(found: Calibration, environment: str, band: float | None = 900.0) -> pd.Series:
    table = found.table
    bands = table["band_mhz"].isna() if band is None else table["band_mhz"] == band
    return table[(table["environment"] == environment) & bands].iloc[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_offset_and_slope_of_each_environment_are_found_again(seed: int) -> None:
    found = drive(seed, TRUTH).calibrated()
    for kind, (offset, slope) in TRUTH.items():
        row = row_of(found, kind)
        assert row["used"]
        for kilometres in (1.5, 3.0, 6.0):
            true = offset + slope * np.log10(kilometres)
            added = found.apply(kind, 900.0, np.log10(kilometres))
            assert added == pytest.approx(true, abs=2.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_error_falls_and_the_one_in_unseen_blocks_lies_above_the_one_of_the_fit(
    seed: int,
) -> None:
    found = drive(seed, TRUTH).calibrated()
    for kind in TRUTH:
        row = row_of(found, kind)
        assert row["rmse_after_db"] <= row["rmse_cv_db"] < row["rmse_before_db"]
        assert abs(row["mean_after_db"]) < 0.5


def test_nothing_but_noise_is_not_corrected() -> None:
    # Now and then chance looks like a slope; of 20 drives, that happens in one at most.
    found = [drive(seed, NOTHING, samples=1500).calibrated() for seed in range(20)]
    assert sum(one.is_used for one in found) <= 1
    gains = pd.concat([one.table["rmse_before_db"] - one.table["rmse_cv_db"] for one in found])
    assert gains.mean() < 0.0
    plain = next(one for one in found if not one.is_used)
    assert (plain.apply(["rural", "urban"], [900.0, 1800.0], [0.5, 0.1]) == 0.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_spread_is_that_of_the_ground(seed: int) -> None:
    found = drive(seed, TRUTH).calibrated()
    for kind in TRUTH:
        assert found.sigma_db[kind] == pytest.approx(np.hypot(SIGMA_DB, NOISE_DB), abs=1.0)
        assert row_of(found, kind)["sigma_db"] == pytest.approx(found.sigma_db[kind], abs=0.01)


def test_an_error_of_few_places_is_not_told_from_neighbours() -> None:
    # 30 times the same street: one block. Nobody can say that it holds elsewhere.
    one = drive(1, TRUTH)
    near = np.hypot(
        (one.measured["longitude"] - one.measured["longitude"].iloc[0]) * 107_000.0,
        (one.measured["latitude"] - one.measured["latitude"].iloc[0]) * 110_600.0,
    ).to_numpy()
    where = near < 400.0
    assert where.sum() > 5
    measured = pd.concat([one.measured[where]] * 30, ignore_index=True)
    found = calibrate(
        measured,
        predicted_dbm=np.tile(one.predicted_dbm[where], 30),
        distance_m=np.tile(one.distance_m[where], 30),
        environment=np.tile(one.environment[where], 30),
        settings=CalibrationSettings(least_cells=2),
    )
    assert not found.is_used


def test_a_small_group_takes_the_correction_of_the_group_above_it() -> None:
    large = drive(1, {"rural": (6.0, 0.0), "suburban": (6.0, 0.0)})
    few = drive(2, {"rural": (6.0, 0.0), "suburban": (6.0, 0.0)}, samples=60, frequency_mhz=1842.5)
    both = Drive(
        pd.concat([large.measured, few.measured], ignore_index=True),
        np.concatenate((large.predicted_dbm, few.predicted_dbm)),
        np.concatenate((large.distance_m, few.distance_m)),
        np.concatenate((large.environment, few.environment)),
    ).calibrated(least_cells=100)
    small, above = row_of(both, "rural", 1800.0), row_of(both, "rural", None)
    assert small["cells"] < 100
    assert small["used"]
    assert small["offset_db"] == above["offset_db"]
    assert both.apply("rural", 1800.0, 0.4) == pytest.approx(6.0, abs=1.5)
    # A band that nobody measured takes that of its environment, an environment that of all.
    assert both.apply("rural", 3500.0, 0.3) == both.apply("rural", 1800.0, 0.3)
    everything = both.corrections["", None]
    assert both.apply("urban", 900.0, 0.3) == everything.at(0.3)
    assert both.apply("rural", np.nan, 0.3) == both.corrections["rural", None].at(0.3)


def test_a_correction_stays_beyond_the_distances_that_were_measured() -> None:
    found = drive(1, TRUTH).calibrated()
    row = row_of(found, "rural")
    far, limit = np.log10(100.0), np.log10(row["to_m"] / 1000.0)
    assert found.apply("rural", 900.0, far) == pytest.approx(found.apply("rural", 900.0, limit))
    assert Correction(1.0, 2.0, 0.0, 1.0).at([-5.0, 0.5, 5.0]).tolist() == [1.0, 2.0, 3.0]


def test_outliers_are_listed_with_file_and_row_and_hardly_move_the_correction() -> None:
    plain, wrong = drive(1, TRUTH), drive(1, TRUTH)
    places = np.arange(0, len(wrong.measured), 50)
    level = wrong.measured["rsrp_dbm"].to_numpy().copy()
    level[places] += 60.0
    wrong.measured["rsrp_dbm"] = level
    clean, found = plain.calibrated(), wrong.calibrated()
    listed = found.measurements[found.measurements["outlier"]]
    assert set(places + 2) <= set(listed["source_row"])
    assert set(listed["source_file"]) == {"drive.csv"}
    assert len(listed) < len(places) + 0.02 * len(wrong.measured)
    assert len(found.measurements) == len(wrong.measured)
    for kind in TRUTH:
        moved = found.apply(kind, 900.0, 0.4) - clean.apply(kind, 900.0, 0.4)
        assert abs(moved) < 0.8


def test_measured_and_predicted_stand_in_columns_of_their_own() -> None:
    one = drive(1, TRUTH, samples=600)
    one.predicted_dbm[0] = np.nan
    rows = one.calibrated().measurements.set_index("source_row")
    assert rows.loc[2, "measured_dbm"] == one.measured["rsrp_dbm"].iloc[0]
    assert pd.isna(rows.loc[2, ["predicted_dbm", "residual_db"]]).all()
    rest = rows.drop(index=2)
    assert np.allclose(rest["residual_db"], rest["measured_dbm"] - rest["predicted_dbm"])
    assert "rsrp_dbm" not in rows.columns


def test_without_any_measurement_nothing_is_corrected() -> None:
    none = drive(1, TRUTH, samples=30).measured.iloc[:0]
    found = calibrate(none, predicted_dbm=[], distance_m=[], environment=[])
    assert not found.is_used
    assert list(found.table.columns) == list(tables.CALIBRATION_OUT.names)
    assert found.table.empty
    assert found.measurements.empty
    assert found.apply("rural", 900.0, 0.0) == 0.0


def test_measurements_without_a_prediction_a_place_class_or_a_band_are_listed_only() -> None:
    one = drive(1, TRUTH, samples=300)
    one.environment[:] = ""
    one.measured.loc[5, "frequency_mhz"] = np.nan
    found = one.calibrated()
    assert found.table.empty
    assert len(found.measurements) == 300


def test_the_order_of_rows_does_not_matter() -> None:
    one = drive(1, TRUTH, samples=1500)
    order = np.random.default_rng(9).permutation(1500)
    other = Drive(
        one.measured.iloc[order].reset_index(drop=True),
        one.predicted_dbm[order],
        one.distance_m[order],
        one.environment[order],
    )
    pd.testing.assert_frame_equal(one.calibrated().table, other.calibrated().table)
    pd.testing.assert_frame_equal(one.calibrated().measurements, other.calibrated().measurements)


def test_a_car_that_stands_still_weighs_no_more_than_one_that_passes() -> None:
    one = drive(1, TRUTH, samples=3000)
    stay = np.concatenate((np.arange(3000), np.full(20_000, 1500)))
    parked = Drive(
        one.measured.iloc[stay].reset_index(drop=True),
        one.predicted_dbm[stay],
        one.distance_m[stay],
        one.environment[stay],
    )
    moving, still = one.calibrated(), parked.calibrated()
    assert moving.table["cells"].tolist() == still.table["cells"].tolist()
    difference = moving.apply("rural", 900.0, 0.3) - still.apply("rural", 900.0, 0.3)
    assert abs(difference) < 0.2


def test_thinning_is_the_median_of_each_pixel_as_counted_one_by_one() -> None:
    random = np.random.default_rng(4)
    rows = pd.DataFrame(
        {
            "longitude": LON + random.uniform(0, 0.004, 800),
            "latitude": LAT + random.uniform(0, 0.004, 800),
            "operator": random.choice(["Viettel", "VNPT"], 800),
            "technology": "4G",
            "band_mhz": random.choice([900.0, 1800.0], 800),
            "environment": random.choice(["rural", "urban"], 800),
            "residual_db": random.normal(0, 8, 800),
            "log_km": random.uniform(0, 1, 800),
        }
    )
    found = thinning.thin(rows, cell_m=50.0, block_m=150.0)
    bounds = [rows["longitude"].min(), rows["latitude"].min()]
    bounds += [rows["longitude"].max(), rows["latitude"].max()]
    crs = geodesy.planning_crs((bounds[0], bounds[1], bounds[2], bounds[3]))
    groups: dict[Any, list[tuple[float, float]]] = defaultdict(list)
    for row in rows.itertuples():
        (x,), (y,) = geodesy.from_wgs84([row.longitude], [row.latitude], crs)
        key = (row.operator, row.technology, row.band_mhz, row.environment)
        groups[(*key, int(x // 50.0), int(y // 50.0))].append((row.residual_db, row.log_km))
    by_hand = {
        key: (median(one for one, _ in values), median(one for _, one in values), len(values))
        for key, values in groups.items()
    }
    keys = [*thinning.KINDS, "column", "row"]
    for row, *values in zip(
        found[keys].itertuples(index=False),
        found["residual_db"],
        found["log_km"],
        found["samples"],
        strict=True,
    ):
        assert by_hand.pop(tuple(row)) == pytest.approx(tuple(values))
    assert not by_hand
    assert (found["block_column"] == (found["column"] * 50 + 25) // 150).all()


def test_folds_are_whole_blocks_of_about_the_same_size() -> None:
    blocks = np.random.default_rng(2).integers(0, 60, 3000)
    folds = thinning.folds_of(blocks, 5)
    for block in range(60):
        assert len(set(folds[blocks == block])) == 1
    sizes = np.bincount(folds)
    assert sizes.max() - sizes.min() < 60


def test_what_is_measured_in_a_block_does_not_tell_its_own_correction() -> None:
    one = drive(1, TRUTH)
    rows = one.measured.assign(
        band_mhz=900.0,
        environment=one.environment,
        residual_db=one.measured["rsrp_dbm"] - one.predicted_dbm,
        log_km=np.log10(one.distance_m / 1000.0),
    )
    rules = CalibrationSettings()
    cells = thinning.thin(rows, cell_m=rules.cell_m, block_m=rules.block_m)
    fold = thinning.folds_of(thinning.number_blocks(cells), rules.folds)
    plain = corrections.cross_validated(corrections.Ground.of(cells), rules)["", None]
    for part in range(rules.folds):
        changed = cells.assign(residual_db=cells["residual_db"] + 50.0 * (fold == part))
        left = corrections.cross_validated(corrections.Ground.of(changed), rules)["", None]
        own = fold == part
        assert np.allclose(left[own], plain[own] + 50.0)
        assert not np.allclose(left[~own], plain[~own])


def test_a_line_is_that_of_least_squares_where_nothing_is_wrong() -> None:
    random = np.random.default_rng(5)
    x = random.uniform(0, 1, 400)
    y = 3.0 - 2.0 * x + random.uniform(-1, 1, 400)
    line = robust_line.fit(x, y, np.arange(400))
    slope, level = np.polyfit(x - x.mean(), y, 1)
    assert (line.level, line.slope) == (
        pytest.approx(level, abs=0.02),
        pytest.approx(slope, abs=0.05),
    )
    # Uniform from -1 to 1: variance 1/3.
    assert line.level_error == pytest.approx(np.sqrt(1 / 3 / 400), rel=0.15)


def test_points_of_one_block_do_not_make_a_line_surer() -> None:
    random = np.random.default_rng(6)
    block = np.repeat(np.arange(20), 50)
    y = random.normal(0, 3, 20)[block] + random.normal(0, 0.1, 1000)
    line = robust_line.fit(np.zeros(1000), y, block, with_slope=False)
    assert line.level_error == pytest.approx(3 / np.sqrt(20), rel=0.5)
    alone = robust_line.fit(np.zeros(1000), y, np.arange(1000), with_slope=False)
    assert alone.level_error < line.level_error / 4


def test_a_line_needs_two_blocks() -> None:
    with pytest.raises(ValueError, match="two blocks"):
        robust_line.fit([0.0, 1.0], [0.0, 1.0], [7, 7])


def test_bands_are_those_of_the_link_budget() -> None:
    carriers = [763.0, 942.5, 1842.5, 2140.0, 2635.0, 3600.0, np.nan]
    assert bands_mhz(carriers)[:-1].tolist() == [700.0, 900.0, 1800.0, 2100.0, 2600.0, 3500.0]
    assert np.isnan(bands_mhz(carriers)[-1])


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(108.0, 109.0),
            st.floats(14.0, 16.0),
            st.floats(-156.0, -31.0),
            st.one_of(st.just(np.nan), st.floats(-200.0, 0.0)),
            st.floats(0.0, 50_000.0),
            st.sampled_from(["rural", "urban", ""]),
            st.sampled_from([763.0, 1842.5, np.nan]),
        ),
        max_size=40,
    )
)
def test_whatever_is_measured_gives_finite_corrections(rows: list[tuple[Any, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    lon, lat, level, predicted, distance, kind, frequency = columns
    measured = pd.DataFrame(
        {"operator": ["VNPT"] * len(rows), "technology": "4G", "longitude": lon, "latitude": lat}
    ).assign(rsrp_dbm=np.array(level, float), frequency_mhz=np.array(frequency, float))
    measured = measured.assign(source_file="a.csv", source_row=range(len(rows)))
    found = calibrate(
        measured,
        predicted_dbm=np.array(predicted, float),
        distance_m=np.array(distance, float),
        environment=np.array(kind, dtype=object),
        settings=CalibrationSettings(least_cells=3, least_blocks=2),
    )
    assert len(found.measurements) == len(rows)
    assert np.isfinite(found.apply(["rural", "urban", "suburban"], 900.0, [0.0, 1.0, -1.0])).all()
    assert np.isnan(found.apply("rural", 900.0, np.nan))
