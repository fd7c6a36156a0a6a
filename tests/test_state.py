"""state/: what is read back is what was written, without pandas or geopandas."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from small_run import FORMULA, small_run

from geoplan.faults import InputError
from geoplan.report.state import read_state, write_state
from geoplan.results import Evidence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_state(small_run(), tmp_path)
    return tmp_path


def test_arrays_come_back(folder: Path) -> None:
    state, baseline = read_state(folder), small_run().baseline
    for field in fields(baseline.demand):
        np.testing.assert_array_equal(
            getattr(state.demand, field.name), getattr(baseline.demand, field.name)
        )
    for field in fields(baseline.reach):
        np.testing.assert_array_equal(
            getattr(state.reach, field.name), getattr(baseline.reach, field.name)
        )
    assert state.area.grid == baseline.area.grid
    np.testing.assert_array_equal(state.area.bits["4G"], baseline.area.bits["4G"])
    np.testing.assert_array_equal(state.area.commune, baseline.area.commune)
    assert set(state.served) == {"4G", "5G", "MBB"}


def test_columns_come_back_as_text_numbers_and_dates(folder: Path) -> None:
    state = read_state(folder)
    assert list(state.cells["site_id"]) == [FORMULA, "V1", FORMULA, "V2"]
    assert state.cells["on_air_date"].dtype == np.dtype("datetime64[s]")
    assert np.isnat(state.cells["on_air_date"][3])
    assert list(state.hamlets["status_4g"][:3]) == ["covered", "dead_spot", "white"]
    assert np.isnan(state.hamlets["population"][5])


def test_it_says_from_which_inputs_and_rules_it_was_made(folder: Path) -> None:
    meta = read_state(folder).meta
    assert meta["schema"] == 1
    assert meta["operators"] == ["Viettel", "VNPT"]
    assert [file["sha256"][0] for file in meta["inputs"]] == ["a", "b"]
    assert meta["scenario"]["coverage"]["sector_width_deg"] == 120
    assert "/home/lan" not in (folder / "state" / "state.json").read_text("utf-8")


def test_the_same_run_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    write_state(small_run(), again)
    for name in ("arrays.npz", "state.json"):
        assert (folder / "state" / name).read_bytes() == (again / "state" / name).read_bytes()


def test_a_missing_a_broken_and_a_later_state_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_state(tmp_path / "nowhere")
    meta = folder / "state" / "state.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text("utf-8")), "schema": 99}), "utf-8")
    with pytest.raises(InputError, match="schema 99"):
        read_state(folder)
    (folder / "state" / "arrays.npz").write_bytes(b"PK nonsense")
    with pytest.raises(InputError, match="cannot be read"):
        read_state(folder)


def test_reading_needs_neither_pandas_nor_geopandas(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from geoplan.report.state import read_state; "
        "read_state(Path(sys.argv[1])); "
        "print([name for name in ('pandas', 'geopandas', 'folium') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "[]"


def test_the_state_keeps_what_declarations_and_checks_say(tmp_path: Path) -> None:
    run = small_run()
    bits = np.array([0, 1, 2, 3, 0, 0, 0], np.uint8)
    spoken = Evidence({"4G": 2}, {"4G": bits}, {"4G": bits // 2}, {"4G": bits // 3}, {"4G": bits})
    write_state(replace(run, baseline=replace(run.baseline, spoken=spoken)), tmp_path)
    kept = read_state(tmp_path)
    assert kept.told_known["4G"].tolist() == [2, 2, 3, 3, 2, 2, 2]
    assert kept.told_served["4G"].tolist() == [0, 1, 2, 3, 0, 0, 0]
    write_state(run, tmp_path)
    assert read_state(tmp_path).told_known == {}
