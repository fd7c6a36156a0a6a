"""MSI and PLN files: what is read of them, and the one fault of each that is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.faults import Fault, Faults, InputError
from geoplan.io import antenna_patterns
from geoplan.io.antenna_patterns import Antennas
from geoplan.propagation.antennas import Pattern, attenuation_db, three_gpp
from geoplan.scenario import parse_scenario
from tests import io_case

SECTOR = three_gpp(65.0, 7.0, 17.65, 25.0)


def cut(values: np.ndarray, *, comma: bool = False, separator: str = " ") -> str:
    lines = (f"{angle}{separator}{value:.4f}" for angle, value in enumerate(values))
    text = "\n".join(lines)
    return text.replace(".", ",") if comma else text


def msi(
    *,
    name: str = "NAME Sector 65",
    gain: str = "GAIN 15.5 dBd",
    tilt: str = "TILT ELECTRICAL",
    frequency: str = "FREQUENCY 1800",
    horizontal: np.ndarray = SECTOR.horizontal_db,
    vertical: np.ndarray = SECTOR.vertical_db,
    comma: bool = False,
    separator: str = " ",
) -> str:
    head = [name, "MAKE Own", frequency, "H_WIDTH 65", gain, tilt, "COMMENT made for a test"]
    return "\n".join(
        [
            *(line for line in head if line),
            "HORIZONTAL 360",
            cut(horizontal, comma=comma, separator=separator),
            "VERTICAL 360",
            cut(vertical, comma=comma, separator=separator),
            "",
        ]
    )


def read_folder(
    folder: Path, files: dict[str, str | bytes]
) -> tuple[Antennas, list[Fault], list[Fault]]:
    place = folder / "antennas"
    place.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (place / name).write_bytes(data)
    inputs = {"communes": "c", "hamlets": "h", "sites": ["s"], "antennas": "antennas/"}
    faults, warnings = Faults(), Faults()
    scenario = parse_scenario({"schema": 1, "inputs": inputs}, folder)
    found = antenna_patterns.read(scenario, faults, warnings)
    return found, list(faults), list(warnings)


def only(folder: Path, content: str | bytes, name: str = "a.msi") -> Pattern:
    found, faults, warnings = read_folder(folder, {name: content})
    assert not faults, faults
    assert not warnings
    return next(iter(found.by_name.values()))


def fault_of(folder: Path, content: str | bytes, name: str = "a.msi") -> Fault:
    found, faults, _ = read_folder(folder, {name: content})
    assert not found.by_name
    (fault,) = faults
    assert fault.file == f"antennas/{name}"
    return fault


def test_a_pattern_comes_back(tmp_path: Path) -> None:
    found = only(tmp_path, msi())
    assert found.name == "Sector 65"
    assert found.gain_dbi == pytest.approx(17.65)
    assert found.frequency_mhz == 1800.0
    assert found.electrical_tilt_deg == 0.0
    np.testing.assert_allclose(found.horizontal_db, SECTOR.horizontal_db, atol=1e-4)
    np.testing.assert_allclose(found.vertical_db, SECTOR.vertical_db, atol=1e-4)
    assert float(attenuation_db(found, 33.0, -4.0)) == pytest.approx(
        12 * (33 / 65) ** 2 + 12 * (4 / 7) ** 2, abs=1e-3
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        str.lower,
        lambda text: text.replace("HORIZONTAL 360", "HORIZONTAL").replace(" 360", "\t360"),
        lambda text: "\n\n# made by hand\n---\n" + text,
        lambda text: text.replace("\nVERTICAL", "\n360 0.0\nVERTICAL") + "360 0.0\n",
        lambda text: text.replace(" dBd", "").replace("GAIN", "GAIN:"),
        lambda text: text.replace("15.5 dBd", "17,65 (dBi)"),
        lambda text: text.replace("H_WIDTH 65\n", "").replace("MAKE Own\n", ""),
        lambda text: text.replace("1800", "1.8 GHz"),
        lambda text: text.replace("1800", "1710-1890 MHz"),
    ],
)
def test_many_ways_to_write_the_same(tmp_path: Path, change: Callable[[str], str]) -> None:
    found = only(tmp_path, change(msi()))
    assert found.gain_dbi == pytest.approx(17.65)
    assert found.frequency_mhz == pytest.approx(1800.0)
    np.testing.assert_allclose(found.horizontal_db, SECTOR.horizontal_db, atol=1e-4)
    np.testing.assert_allclose(found.vertical_db, SECTOR.vertical_db, atol=1e-4)


@pytest.mark.parametrize("separator", ["\t", ";", " ; ", "   "])
@pytest.mark.parametrize("comma", [False, True])
def test_decimal_commas_and_separators(tmp_path: Path, separator: str, comma: bool) -> None:
    found = only(tmp_path, msi(comma=comma, separator=separator))
    np.testing.assert_allclose(found.vertical_db, SECTOR.vertical_db, atol=1e-4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1258"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = msi(name="NAME Kreuz ±45° Ü")
    found = only(tmp_path, text.encode(encoding, "replace"))
    assert found.name.startswith("Kreuz")
    np.testing.assert_allclose(found.horizontal_db, SECTOR.horizontal_db, atol=1e-4)


def test_what_may_be_missing(tmp_path: Path) -> None:
    found = only(tmp_path, msi(name="", frequency="", tilt=""), "Sector 7.pln")
    assert found.name == "Sector 7"
    assert math.isnan(found.frequency_mhz)
    again = only(tmp_path, msi(name="NAME"), "Sector 7.pln")
    assert again.name == "Sector 7"


def test_negative_values_are_gains_below_the_beam(tmp_path: Path) -> None:
    text = msi(horizontal=-SECTOR.horizontal_db, vertical=-SECTOR.vertical_db)
    found = only(tmp_path, text)
    np.testing.assert_allclose(found.horizontal_db, SECTOR.horizontal_db, atol=1e-4)


def test_a_cut_begins_at_its_own_least(tmp_path: Path) -> None:
    found = only(tmp_path, msi(horizontal=SECTOR.horizontal_db + 1.5))
    np.testing.assert_allclose(found.horizontal_db, SECTOR.horizontal_db, atol=1e-4)


def test_angles_may_go_from_minus_180(tmp_path: Path) -> None:
    half = [f"{angle} {SECTOR.horizontal_db[angle % 360]:.4f}" for angle in range(-180, 180)]
    text = msi().replace(cut(SECTOR.horizontal_db), "\n".join(half))
    np.testing.assert_allclose(only(tmp_path, text).horizontal_db, SECTOR.horizontal_db, atol=1e-4)


def test_coarser_and_finer_angles_are_interpolated(tmp_path: Path) -> None:
    coarse = [f"{angle} {SECTOR.horizontal_db[angle]:.4f}" for angle in range(0, 360, 5)]
    text = msi().replace(cut(SECTOR.horizontal_db), "\n".join(coarse))
    found = only(tmp_path, text.replace("HORIZONTAL 360", "HORIZONTAL 72"))
    assert found.horizontal_db[[0, 5, 355]].tolist() == pytest.approx(
        SECTOR.horizontal_db[[0, 5, 355]].tolist(), abs=1e-4
    )
    assert found.horizontal_db[357] == pytest.approx(0.6 * SECTOR.horizontal_db[355], abs=1e-3)


@pytest.mark.parametrize(
    ("tilt", "shift", "expected"),
    [
        ("TILT ELECTRICAL", 6, 6.0),
        ("TILT ELECTRICAL 6.4", 6, 6.4),
        ("ELECTRICAL_TILT 6", 6, 6.0),
        ("TILT 2", 6, 6.0),
        ("", 6, 6.0),
        ("TILT MECHANICAL", 0, 0.0),
        ("", -3, -3.0),
    ],
)
def test_the_electrical_tilt_is_where_the_beam_stands(
    tmp_path: Path, tilt: str, shift: int, expected: float
) -> None:
    found = only(tmp_path, msi(tilt=tilt, vertical=np.roll(SECTOR.vertical_db, shift)))
    assert found.electrical_tilt_deg == pytest.approx(expected)
    if shift == 6:
        assert float(attenuation_db(found, 0.0, -6.0, 0.0, expected)) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("shift", [90, 180, 270])
def test_a_beam_elsewhere_is_told_and_used(tmp_path: Path, shift: int) -> None:
    text = msi(vertical=np.roll(SECTOR.vertical_db, shift))
    found, faults, warnings = read_folder(tmp_path, {"a.msi": text})
    assert not faults
    assert [(one.code, one.column) for one in warnings] == [("pattern_elsewhere", "VERTICAL")]
    pattern = found.by_name["sector 65"]
    assert pattern.electrical_tilt_deg == 0.0
    assert pattern.vertical_db[shift] == 0.0


def test_a_cut_with_angles_upwards_is_turned_over(tmp_path: Path) -> None:
    lopsided = SECTOR.vertical_db.copy()
    lopsided[40] = 7.0
    text = msi(tilt="TILT 6", vertical=np.roll(np.roll(np.roll(lopsided, 6)[::-1], 1), 0))
    found, faults, warnings = read_folder(tmp_path, {"a.msi": text})
    assert not faults
    assert [one.code for one in warnings] == ["pattern_turned"]
    pattern = found.by_name["sector 65"]
    assert pattern.electrical_tilt_deg == 6.0
    np.testing.assert_allclose(pattern.vertical_db, np.roll(lopsided, 6), atol=1e-4)


LINES = msi().splitlines()
HORIZONTAL_AT = LINES.index("HORIZONTAL 360")
VERTICAL_AT = LINES.index("VERTICAL 360")


def with_line(at: int, line: str) -> str:
    """Give the file with another line; ``at`` counts from 1, as people do."""
    return "\n".join([*LINES[: at - 1], line, *LINES[at:]])


@pytest.mark.parametrize(
    ("text", "code", "row", "params"),
    [
        ("", "pattern_missing", None, {"part": "GAIN, HORIZONTAL, VERTICAL"}),
        ("PK\x03\x04", "pattern_missing", None, {"part": "GAIN, HORIZONTAL, VERTICAL"}),
        (msi(gain=""), "pattern_missing", None, {"part": "GAIN"}),
        ("\n".join(LINES[:VERTICAL_AT]), "pattern_missing", None, {"part": "VERTICAL"}),
        (
            "\n".join(LINES[: VERTICAL_AT + 1 + 200]),
            "pattern_cut_short",
            VERTICAL_AT + 201,
            {"found": "200", "expected": "360"},
        ),
        (
            "\n".join([*LINES[: HORIZONTAL_AT + 11], *LINES[VERTICAL_AT:]]),
            "pattern_cut_short",
            HORIZONTAL_AT + 12,
            {"found": "10", "expected": "360"},
        ),
        (
            with_line(HORIZONTAL_AT + 6, "3 0.1"),
            "pattern_angle",
            HORIZONTAL_AT + 6,
            {"before": "3"},
        ),
        (with_line(HORIZONTAL_AT + 7, "5 0,1,2"), "pattern_line", HORIZONTAL_AT + 7, {}),
        (with_line(HORIZONTAL_AT + 7, "5"), "pattern_line", HORIZONTAL_AT + 7, {}),
        (with_line(HORIZONTAL_AT + 7, "5 0.1 3"), "pattern_line", HORIZONTAL_AT + 7, {}),
        (with_line(HORIZONTAL_AT + 7, "5 --"), "pattern_line", HORIZONTAL_AT + 7, {}),
        (with_line(HORIZONTAL_AT + 7, "5 1e9"), "pattern_value", HORIZONTAL_AT + 7, {}),
        (with_line(HORIZONTAL_AT + 7, "5 -12"), "pattern_signs", HORIZONTAL_AT + 1, {}),
        (msi(gain="GAIN high"), "not_a_number", 5, {}),
        (msi(gain="GAIN 155 dBi"), "pattern_value", 5, {}),
        (msi(gain="GAIN"), "missing_value", 5, {}),
        (with_line(HORIZONTAL_AT + 1, "HORIZONTAL many"), "not_a_number", HORIZONTAL_AT + 1, {}),
        (with_line(HORIZONTAL_AT + 1, "HORIZONTAL 3"), "pattern_value", HORIZONTAL_AT + 1, {}),
        (msi() + "GAIN 3 dBi\n", "pattern_again", len(LINES) + 1, {"part": "GAIN"}),
        (msi() + "HORIZONTAL 360\n", "pattern_again", len(LINES) + 1, {"part": "HORIZONTAL"}),
        (msi() + "12 0.5\n", "pattern_left_over", len(LINES) + 1, {}),
        (
            msi().replace("HORIZONTAL 360", "HORIZONTAL 300"),
            "pattern_hole",
            HORIZONTAL_AT + 301,
            {"step": "10"},
        ),
    ],
)
def test_a_wrong_file_gives_one_fault_with_its_line(
    tmp_path: Path, text: str, code: str, row: int | None, params: dict[str, str]
) -> None:
    fault = fault_of(tmp_path, text)
    assert (fault.code, fault.row) == (code, row)
    assert params.items() <= dict(fault.params).items()


def test_a_large_or_binary_file_is_no_pattern(tmp_path: Path) -> None:
    assert fault_of(tmp_path, b"\0" * 5_000_000).code == "pattern_missing"
    assert fault_of(tmp_path, bytes(range(256)) * 50).code == "pattern_missing"


def test_every_wrong_file_is_told_at_once(tmp_path: Path) -> None:
    _, faults, _ = read_folder(tmp_path, {"b.msi": "", "a.pln": msi(gain=""), "c.msi": msi()})
    assert [fault.file for fault in faults] == ["antennas/a.pln", "antennas/b.msi"]


def test_what_else_lies_in_the_folder_is_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.msi": msi(),
        "readme.txt": "Patterns of 2025",
        "b.txt": msi(name="NAME b"),
        "c.pdf": b"%PDF",
        ".hidden": "",
        "Thumbs.db": "",
    }
    found, faults, warnings = read_folder(tmp_path, files)
    assert not faults
    assert [one.file for one in warnings] == ["antennas/c.pdf", "antennas/readme.txt"]
    assert {one.code for one in warnings} == {"pattern_left_out"}
    assert [one.path for one in found.files] == ["antennas/a.msi", "antennas/b.txt"]


def test_the_first_of_one_name_counts_and_the_other_has_its_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.msi": msi(), "b.msi": msi(gain="GAIN 12 dBi")}
    found, faults, warnings = read_folder(tmp_path, files)
    assert not faults
    assert [one.code for one in warnings] == ["pattern_same_name"]
    assert found.by_name["sector 65"].gain_dbi == pytest.approx(17.65)
    assert found.by_name["b"].gain_dbi == 12.0


def test_a_missing_folder_is_a_fault_and_an_empty_one_a_warning(tmp_path: Path) -> None:
    inputs = {"communes": "c", "hamlets": "h", "sites": ["s"], "antennas": "none"}
    faults, warnings = Faults(), Faults()
    scenario = parse_scenario({"schema": 1, "inputs": inputs}, tmp_path)
    antenna_patterns.read(scenario, faults, warnings)
    assert [(one.code, one.file) for one in faults] == [("missing_file", "none")]
    (tmp_path / "none").mkdir()
    faults = Faults()
    antenna_patterns.read(scenario, faults, warnings)
    assert not faults
    assert [one.code for one in warnings] == ["empty_file"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_garbled_file_gives_a_pattern_or_one_fault(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(msi().encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        span = data.draw(st.integers(0, 40))
        content[at : at + span] = data.draw(st.binary(max_size=12))
    folder = tmp_path_factory.mktemp("garbled")
    found, faults, _ = read_folder(folder, {"a.msi": bytes(content)})
    if faults:
        assert not found.by_name
        (fault,) = faults
        assert fault.code.startswith("pattern_") or fault.code in ("not_a_number", "missing_value")
        assert fault.row is None or fault.row <= len(bytes(content).splitlines()) + 60
    else:
        pattern = next(iter(found.by_name.values()))
        assert pattern.horizontal_db.min() == pattern.vertical_db.min() == 0.0
        assert -90.0 <= pattern.electrical_tilt_deg <= 90.0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(msi())))
def test_a_file_cut_anywhere_is_whole_or_has_one_fault(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    found, faults, _ = read_folder(folder, {"a.msi": msi()[:length]})
    # Only the last attenuation may lose decimals and nobody can tell.
    assert bool(faults) != bool(found.by_name)
    assert len(faults) <= 1
    if length < len(msi()) - 8:
        assert faults


SITES = """site_id,operator,technology,longitude,latitude,Loại anten
S1,Viettel,4G,108.05,15.05,sector  65
S2,Viettel,4G,108.06,15.05,a
S3,Viettel,4G,108.07,15.05,
S4,Viettel,4G,108.08,15.05,AQU4518
"""


def test_sites_name_their_antennas(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    (tmp_path / "antennas").mkdir()
    (tmp_path / "antennas" / "a.msi").write_text(msi(), "utf-8")
    inputs = io_case.read(tmp_path, antennas="antennas")
    assert inputs.sites["antenna"].fillna("").tolist() == ["sector 65", "a", "", "AQU4518"]
    assert set(inputs.antennas) == {"sector 65", "a"}
    (warning,) = [one for one in inputs.warnings if one.code == "unknown_antenna"]
    assert (warning.row, warning.value, warning.column) == (5, "AQU4518", "Loại anten")
    assert warning.params["known"] == "Sector 65"
    assert [one.path for one in inputs.files if one.role == "antennas"] == ["antennas/a.msi"]


def test_an_eirp_of_one_resource_element_is_told(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    rows = "\n".join(f"S{i},Viettel,4G,108.0{i},15.05,{eirp}" for i, eirp in enumerate((31.7, 62)))
    head = "site_id,operator,technology,longitude,latitude,eirp_dbm\n"
    (tmp_path / "sites.csv").write_text(head + rows + "\n", "utf-8")
    told = [one for one in io_case.read(tmp_path).warnings if one.code == "eirp_low"]
    assert [(one.row, one.value) for one in told] == [(2, "31.7")]


def test_without_a_folder_no_antenna_is_unknown(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    inputs = io_case.read(tmp_path)
    assert not inputs.antennas
    assert not [one for one in inputs.warnings if one.code == "unknown_antenna"]


def test_by_level_an_antenna_without_a_folder_of_patterns_is_told(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")
    told = io_case.read(tmp_path, level_model="hata").warnings
    assert [one.row for one in told if one.code == "unknown_antenna"] == [2, 3, 5]


def test_an_antenna_on_the_ground_is_told_where_its_height_counts(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    rows = "".join(
        f"S{i},Viettel,4G,108.0{i},15.05,{agl}\n" for i, agl in enumerate((0, 0.5, 1, ""))
    )
    head = "site_id,operator,technology,longitude,latitude,antenna_agl_m\n"
    (tmp_path / "sites.csv").write_text(head + rows, "utf-8")
    for model, expected in (("hata", [2, 3]), ("radius", [])):
        told = io_case.read(tmp_path, level_model=model).warnings
        assert [one.row for one in told if one.code == "antenna_on_ground"] == expected


def test_a_wrong_pattern_stops_the_run(tmp_path: Path) -> None:
    io_case.write_province(tmp_path)
    (tmp_path / "antennas").mkdir()
    (tmp_path / "antennas" / "a.msi").write_text(msi()[:3000], "utf-8")
    with pytest.raises(InputError) as caught:
        io_case.read(tmp_path, antennas="antennas")
    assert [fault.code for fault in caught.value.faults] == ["pattern_cut_short"]
