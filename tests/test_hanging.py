"""From columns of sites to antennas: names, widths, tilts, and a level worked from end to end."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.propagation import kernel_antennas
from geoplan.propagation.antennas import Pattern, attenuation_db, three_gpp
from geoplan.propagation.hanging import hang
from geoplan.propagation.levels import radio_of, rsrp_dbm

MEASURED = Pattern(
    "Sector 65",
    16.0,
    three_gpp(65.0, 7.0).horizontal_db,
    np.roll(three_gpp(65.0, 7.0).vertical_db, 6),
    1800.0,
    6.0,
)
KNOWN = {"sector 65": MEASURED}


def test_a_named_pattern_keeps_its_tilt_and_the_rest_is_mechanical() -> None:
    found = hang(
        ["SECTOR  65", "Sector 65", "sector 65"],
        ["urban"] * 3,
        frequency_mhz=1800.0,
        azimuth_deg=[0.0, 0.0, np.nan],
        tilt_deg=[8.0, np.nan, 4.0],
        known=KNOWN,
    )
    assert found.patterns == (MEASURED,)
    assert found.mounted.electrical_tilt_deg.tolist() == [6.0, 6.0, 6.0]
    assert found.mounted.mechanical_tilt_deg.tolist() == [2.0, 0.0, -2.0]
    assert found.gain_dbi.tolist() == [16.0] * 3
    assert found.is_known.all()


def test_without_a_pattern_the_default_of_the_band_hangs() -> None:
    found = hang(
        ["", "other", None, "", ""],  # type: ignore[list-item]
        ["urban", "suburban", "rural", "rural", "rural"],
        frequency_mhz=[1800.0, 1850.0, 900.0, 1800.0, 1800.0],
        azimuth_deg=[0.0, 120.0, 0.0, np.nan, 0.0],
        beamwidth_deg=[np.nan, 0.0, np.nan, 65.0, 33.0],
        tilt_deg=[np.nan, np.nan, np.nan, np.nan, 9.0],
        known=KNOWN,
    )
    assert found.mounted.pattern.tolist() == [0, 0, 1, 2, 3]
    assert [one.gain_dbi for one in found.patterns] == [17.5, 15.5, 17.5, 17.5]
    assert not found.patterns[2].horizontal_db.any()
    assert found.patterns[3].horizontal_db[33] == pytest.approx(12.0)
    assert found.mounted.electrical_tilt_deg.tolist() == [6.0, 4.0, 2.0, 2.0, 9.0]
    assert not found.mounted.mechanical_tilt_deg.any()
    assert np.isnan(found.gain_dbi).all()
    assert not found.is_known.any()


def test_a_width_of_360_is_all_round() -> None:
    found = hang([""], ["rural"], frequency_mhz=1800.0, azimuth_deg=[90.0], beamwidth_deg=[360.0])
    assert not found.patterns[0].horizontal_db.any()


def test_no_cells_hang_nothing() -> None:
    found = hang([], [], frequency_mhz=[], azimuth_deg=[])
    assert found.patterns == ()
    assert len(found.mounted) == 0


def test_a_level_from_end_to_end() -> None:
    # 46 + 16 − 1 − 10 log10(1200) = 30.21 dBm; beside the beam 30° off, 10° down with 6° + 2°.
    hung = hang(
        ["Sector 65"],
        ["urban"],
        frequency_mhz=1800.0,
        azimuth_deg=[350.0],
        tilt_deg=[8.0],
        known=KNOWN,
    )
    radio = radio_of(
        ["A"], ["4G"], frequency_mhz=1800.0, eirp_dbm=[np.nan], antenna_dbi=hung.gain_dbi
    )
    taken = kernel_antennas.pairs_db(
        hung.patterns, hung.mounted, np.array([0]), np.array([20.0]), np.array([-10.0])
    )
    level = rsrp_dbm(radio.eirp_dbm, path_loss_db=110.0, attenuation_db=taken)
    expected = float(attenuation_db(MEASURED, 30.0, -10.0, 2.0))
    assert 2.0 < expected < 6.0
    assert level[0] == pytest.approx(30.208 - 110.0 - 3.0 - expected, abs=1e-3)
