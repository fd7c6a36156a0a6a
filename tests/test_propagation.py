"""The models against their publications: by hand, against reference numbers, and by law."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from geoplan.propagation import cost231, free_space, hata, ranges, tr38901
from geoplan.propagation.ranges import OutOfRangeWarning

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "hata_cost231_formula.csv"

Loss = Callable[..., NDArray[np.float64]]

HEIGHTS = {"base_agl_m": 30.0, "mobile_agl_m": 1.5}

IN_RANGE: list[tuple[Loss, dict[str, Any]]] = [
    (free_space.path_loss_db, {"frequency_mhz": 900.0}),
    (hata.path_loss_db, {"frequency_mhz": 900.0, "area": "suburban", **HEIGHTS}),
    (cost231.path_loss_db, {"frequency_mhz": 1800.0, "area": "quasi_open", **HEIGHTS}),
    (tr38901.uma_los_db, {"frequency_mhz": 3500.0, "base_agl_m": 25.0, "mobile_agl_m": 1.5}),
    (tr38901.uma_nlos_db, {"frequency_mhz": 3500.0, "base_agl_m": 25.0, "mobile_agl_m": 1.5}),
    (tr38901.umi_los_db, {"frequency_mhz": 3500.0, "base_agl_m": 10.0, "mobile_agl_m": 1.5}),
    (tr38901.umi_nlos_db, {"frequency_mhz": 3500.0, "base_agl_m": 10.0, "mobile_agl_m": 1.5}),
    (tr38901.rma_los_db, {"frequency_mhz": 3500.0, **HEIGHTS}),
    (tr38901.rma_nlos_db, {"frequency_mhz": 3500.0, **HEIGHTS}),
]
EVERY_MODEL = pytest.mark.parametrize(("loss", "given"), IN_RANGE)


def test_free_space_by_hand() -> None:
    # λ = 0.299792458 m at 1 GHz: 20 log(4π · 1000 / 0.299792458) = 92.4478
    loss = free_space.path_loss_db([1.0, 10.0], frequency_mhz=1000.0)
    assert loss == pytest.approx([92.4478, 112.4478], abs=1e-4)


def test_hata_by_hand() -> None:
    # 69.55 + 26.16 · 2.95424 − 13.82 · 1.47712 − 0.01589 = 126.404; slope 35.2249 per decade
    loss = hata.path_loss_db([1.0, 5.0], frequency_mhz=900.0, area="urban_medium", **HEIGHTS)
    assert loss == pytest.approx([126.404, 151.025], abs=0.001)


def test_hata_relief_by_hand() -> None:
    # suburban 2 log²(900/28) + 5.4 = 9.943; open 4.78 · 8.7275 − 18.33 · 2.95424 + 40.94 = 28.506
    assert hata.area_relief_db("suburban", frequency_mhz=900.0) == pytest.approx(9.943, abs=1e-3)
    assert hata.area_relief_db("open", frequency_mhz=900.0) == pytest.approx(28.506, abs=1e-3)
    assert hata.area_relief_db("quasi_open", frequency_mhz=900.0) == pytest.approx(23.506, abs=1e-3)


def test_a_large_city_changes_its_form_at_300_mhz() -> None:
    # 8.29 log²(1.54 · 1.5) − 1.1 = −0.0039; 3.2 log²(11.75 · 1.5) − 4.97 = −0.0009
    low = hata.mobile_gain_db("urban_large", frequency_mhz=200.0, mobile_agl_m=1.5)
    high = hata.mobile_gain_db("urban_large", frequency_mhz=400.0, mobile_agl_m=1.5)
    assert (low, high) == pytest.approx((-0.0039, -0.0009), abs=1e-4)


def test_cost231_by_hand() -> None:
    # 46.3 + 33.9 · 3.25527 − 13.82 · 1.47712 − 0.0430 = 136.197
    loss = cost231.path_loss_db(1.0, frequency_mhz=1800.0, area="urban_medium", **HEIGHTS)
    assert float(loss) == pytest.approx(136.197, abs=0.001)


def test_uma_by_hand() -> None:
    # hidden, 1 km: d3D = √(1000² + 23.5²) = 1000.276; 13.54 + 39.08 · 3.00012 + 10.8814 = 141.666
    # seen, 100 m: d3D = 102.724; 28 + 22 · 2.011672 + 10.8814 = 83.138
    # seen, 1 km, beyond 4 · 24 · 0.5 · 3.5e9 / 3e8 = 560 m:
    #   28 + 40 · 3.00012 + 10.8814 − 9 log(560² + 23.5²) = 109.412
    kind = {"frequency_mhz": 3500.0, "base_agl_m": 25.0, "mobile_agl_m": 1.5}
    assert float(tr38901.uma_nlos_db(1.0, **kind)) == pytest.approx(141.666, abs=0.001)
    assert tr38901.uma_los_db([0.1, 1.0], **kind) == pytest.approx([83.138, 109.412], abs=0.001)


def test_umi_by_hand() -> None:
    # hidden, 1 km: d3D = √(1000² + 8.5²) = 1000.036; 22.4 + 35.3 · 3.000016 + 21.3 · 0.544068
    #   = 139.889
    # seen, 100 m: d3D = 100.361; 32.4 + 21 · 2.001565 + 10.8814 = 85.314
    # seen, 1 km, beyond 4 · 9 · 0.5 · 3.5e9 / 3e8 = 210 m:
    #   32.4 + 40 · 3.000016 + 10.8814 − 9.5 log(210² + 8.5²) = 119.153
    kind = {"frequency_mhz": 3500.0, "base_agl_m": 10.0, "mobile_agl_m": 1.5}
    assert float(tr38901.umi_nlos_db(1.0, **kind)) == pytest.approx(139.889, abs=0.001)
    assert tr38901.umi_los_db([0.1, 1.0], **kind) == pytest.approx([85.314, 119.153], abs=0.001)


def test_rma_by_hand() -> None:
    # hidden, 1 km, 35 m: 161.04 − 7.1 · 1.30103 + 7.5 · 0.69897 − (24.37 − 3.7/49) · 1.544068
    #   + (43.42 − 3.1 · 1.544068) · 0.000244 + 10.8814 − (3.2 · 1.552838 − 4.97) = 130.424
    # seen, 1 km, 5 m buildings: 20 log(40π · 1000.56 · 3.5 / 3) = 103.328;
    #   0.03 · 5^1.72 = 0.47791 · 3.00024 = 1.434; − 0.70094;
    #   + 0.002 · 0.69897 · 1000.56 = 1.399: 105.460
    kind = {"frequency_mhz": 3500.0, "base_agl_m": 35.0, "mobile_agl_m": 1.5}
    assert float(tr38901.rma_nlos_db(1.0, **kind)) == pytest.approx(130.424, abs=0.001)
    assert float(tr38901.rma_los_db(1.0, **kind)) == pytest.approx(105.460, abs=0.001)


def test_rma_hardly_jumps_at_its_breakpoint() -> None:
    # 2π · 35 · 1.5 · 3.5e9 / 3e8 = 3848.5 m; the slant is 0.15 m longer than the ground there
    kind = {"frequency_mhz": 3500.0, "base_agl_m": 35.0, "mobile_agl_m": 1.5}
    before, after = tr38901.rma_los_db([3.8484, 3.8485], **kind)
    assert before == pytest.approx(after, abs=0.01)


def test_hata_and_cost231_give_the_reference_numbers() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers stand beside the checkout, in ../shared/reference")
    names: dict[str, hata.Area] = {
        "urban_large": "urban_large",
        "urban_med": "urban_medium",
        "suburban": "suburban",
        "quasi": "quasi_open",
        "open": "open",
    }
    with REFERENCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 375
    for row in rows:
        mhz = float(row["f_mhz"])
        model = hata if mhz <= 1500.0 else cost231
        loss = model.path_loss_db(
            float(row["d_km"]),
            frequency_mhz=mhz,
            base_agl_m=float(row["hb_m"]),
            mobile_agl_m=float(row["hm_m"]),
            area=names[row["env"]],
        )
        assert float(loss) == pytest.approx(float(row["loss_db"]), abs=0.001), row


@EVERY_MODEL
def test_arrays_keep_their_shape_and_nan_stays(loss: Loss, given: dict[str, Any]) -> None:
    distance = np.array([[1.0, np.nan, 2.0], [3.0, 4.0, 5.0]])
    found = loss(distance, **given)
    assert found.dtype == np.float64
    assert found.shape == (2, 3)
    assert np.array_equal(np.isnan(found), np.isnan(distance))
    assert found[0, 2] == float(loss(2, **given))


@EVERY_MODEL
def test_a_distance_without_sense_is_nan(loss: Loss, given: dict[str, Any]) -> None:
    with ranges.gathering():
        assert np.isnan(loss(-1.0, **given))


@EVERY_MODEL
def test_loss_grows_with_distance_and_is_never_less_than_free_space(
    loss: Loss, given: dict[str, Any]
) -> None:
    distance = np.linspace(1.0, 5.0, 400)
    found = loss(distance, **given)
    assert (np.diff(found) > 0.0).all()
    free = free_space.path_loss_db(distance, frequency_mhz=given["frequency_mhz"])
    assert (found >= free - 0.05).all()


@EVERY_MODEL
def test_physics_is_keyword_only(loss: Loss, given: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        loss(1.0, *given.values())


def test_without_sight_never_less_than_with() -> None:
    distance = np.geomspace(0.01, 5.0, 300)
    for mhz in (700.0, 3500.0):
        uma = {"frequency_mhz": mhz, "base_agl_m": 25.0, "mobile_agl_m": 1.5}
        rma = {"frequency_mhz": mhz, **HEIGHTS}
        assert (tr38901.uma_nlos_db(distance, **uma) >= tr38901.uma_los_db(distance, **uma)).all()
        umi = {"frequency_mhz": mhz, "base_agl_m": 10.0, "mobile_agl_m": 1.5}
        assert (tr38901.umi_nlos_db(distance, **umi) >= tr38901.umi_los_db(distance, **umi)).all()
        assert (tr38901.rma_nlos_db(distance, **rma) >= tr38901.rma_los_db(distance, **rma)).all()


def test_beyond_the_range_warns_and_still_computes() -> None:
    with pytest.warns(OutOfRangeWarning, match="frequency_mhz beyond 1500 to 2000, extrapolated"):
        loss = cost231.path_loss_db(1.0, frequency_mhz=2600.0, area="suburban", **HEIGHTS)
    assert np.isfinite(loss)


def test_each_parameter_warns_by_itself_and_the_ends_are_valid() -> None:
    with pytest.warns(OutOfRangeWarning) as told:
        hata.path_loss_db([0.5, 3.0], frequency_mhz=1800.0, base_agl_m=30.0, area="open")
    assert len(told) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hata.path_loss_db([1.0, 20.0], frequency_mhz=1500.0, base_agl_m=200.0, area="open")
        hata.path_loss_db(np.nan, frequency_mhz=150.0, base_agl_m=30.0, area="open")


def test_gathering_ends_with_its_block() -> None:
    with ranges.gathering() as beyond:
        cost231.path_loss_db(0.5, frequency_mhz=2600.0, area="open", **HEIGHTS)
        cost231.path_loss_db(0.4, frequency_mhz=2600.0, area="open", **HEIGHTS)
    assert [item.parameter for item in beyond] == ["frequency_mhz", "distance_km"]
    with pytest.warns(OutOfRangeWarning):
        cost231.path_loss_db(0.5, frequency_mhz=1800.0, area="open", **HEIGHTS)


def test_an_unknown_area_is_named() -> None:
    with pytest.raises(ValueError, match="unknown area: 'forest'"):
        hata.path_loss_db(1.0, frequency_mhz=900.0, area="forest", **HEIGHTS)  # type: ignore[arg-type]
