"""A run that is given measurements: what it predicts is corrected, and it says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geoplan import geodesy
from geoplan.coverage import radio
from geoplan.planner import assess
from geoplan.propagation import hata
from geoplan.results import Baseline
from tests import build

OFFSET_DB = 9.0
MAST = build.at(0, 0)


def measured(offset_db: float, *, n: int = 4000) -> pd.DataFrame:
    """Make measurements around the mast: Hata for open land, an offset, and noise of 3 dB."""
    draw = np.random.default_rng(5)
    away = 1000.0 * 10 ** (draw.random(n) * 0.9)
    lon, lat = geodesy.destination(
        np.full(n, MAST[0]), np.full(n, MAST[1]), draw.random(n) * 360.0, away
    )
    loss = hata.path_loss_db(
        away / 1e3, frequency_mhz=900.0, base_agl_m=42.0, mobile_agl_m=1.5, area="quasi_open"
    )
    eirp = 46.0 - 10 * np.log10(600) + 15.5 - 1.0
    return pd.DataFrame(
        {
            "operator": "Viettel",
            "technology": "4G",
            "longitude": lon,
            "latitude": lat,
            "frequency_mhz": 900.0,
            "rsrp_dbm": eirp - 3.0 - loss + offset_db + draw.normal(0.0, 3.0, n),
            "time": "",
            "cell_id": "",
            "site_id": "",
            "source_file": "drive.csv",
            "source_row": np.arange(2, n + 2),
        }
    )


def run(rows: pd.DataFrame | None) -> Baseline:
    inputs, scenario = build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 15_000.0))],
        hamlets=[
            build.hamlet(f"h{east}", build.at(east, 300), population=100)
            for east in range(1_000, 14_000, 250)
        ],
        sites=[build.site("Viettel", "a", MAST, frequency_mhz=900.0)],
        coverage={"model": "hata"},
    )
    return assess(replace(inputs, measurements=rows), scenario)


@pytest.fixture(scope="module")
def plain() -> Baseline:
    return run(None)


@pytest.fixture(scope="module")
def corrected() -> Baseline:
    return run(measured(-OFFSET_DB))


def test_an_offset_that_was_measured_moves_every_margin_by_it(
    plain: Baseline, corrected: Baseline
) -> None:
    table = corrected.more["calibration"]
    assert table["used"].any()
    moved = corrected.service["margin_db"] - plain.service["margin_db"]
    # Beyond the farthest measurement the correction stays as it is at its end.
    assert moved.dropna().between(-OFFSET_DB - 1.0, -OFFSET_DB + 1.0).all()
    assert moved.notna().sum() > 10
    now, before = ((one.hamlets["status_4g"] == "white").sum() for one in (corrected, plain))
    assert now > before


def test_the_warning_goes_where_levels_were_calibrated(
    plain: Baseline, corrected: Baseline
) -> None:
    assert "not_calibrated" in {fault.code for fault in plain.warnings}
    assert "not_calibrated" not in {fault.code for fault in corrected.warnings}


def test_measured_and_predicted_stand_in_columns_of_their_own(corrected: Baseline) -> None:
    listed = corrected.more["measurements"]
    assert len(listed) == 4000
    apart = listed["measured_dbm"] - listed["predicted_dbm"]
    assert float(apart.median()) == pytest.approx(-OFFSET_DB, abs=0.5)
    assert float(listed["residual_after_db"].median()) == pytest.approx(0.0, abs=0.5)


def test_measurements_say_nothing_of_the_radius_model() -> None:
    inputs, scenario = build.province(
        hamlets=[build.hamlet("h", build.at(500, 0))], sites=[build.site("Viettel", "a", MAST)]
    )
    found = assess(replace(inputs, measurements=measured(0.0, n=50)), scenario)
    assert found.more == {}


def test_a_named_cell_stands_before_a_stronger_one() -> None:
    rows = measured(0.0, n=200).assign(site_id="far")
    inputs, scenario = build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 15_000.0))],
        hamlets=[build.hamlet("h", build.at(500, 0))],
        sites=[
            build.site("Viettel", "near", MAST, frequency_mhz=900.0),
            build.site("Viettel", "far", build.at(4_000, 0), frequency_mhz=900.0),
        ],
        coverage={"model": "hata"},
    )
    listed = assess(replace(inputs, measurements=rows), scenario).more["measurements"]
    place = build.at(4_000, 0)
    away = geodesy.distance_m(
        place[0], place[1], listed["longitude"].to_numpy(), listed["latitude"].to_numpy()
    )
    assert np.allclose(listed["distance_m"], away, atol=0.1)


def test_a_change_of_decibels_is_a_factor_on_the_radius() -> None:
    assert radio.scale_of_db(radio.SLOPE_DB) == pytest.approx(10.0)
    assert radio.scale_of_db(0.0) == 1.0
