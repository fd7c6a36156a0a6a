"""A corpus of bad and odd files: each is read exactly, or refused where a person can find it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cli_case import call
from corpus import CASES, Case
from corpus.case import HAMLETS, KNOWN, Record, Refused, Stop
from io_case import read, write_province

from geoplan import faults, text
from geoplan.faults import EXIT_DONE, EXIT_WRONG_INPUT, Fault, InputError
from geoplan.results import Inputs

_HAMLET_NAMES = (
    *("hamlet_id", "name", "commune_code", "longitude", "latitude"),
    *("population", "households"),
)
PLAIN: dict[str, Any] = {
    "sites": KNOWN,
    "hamlets": tuple(
        {name: None if cell == "" else cell for name, cell in zip(_HAMLET_NAMES, row, strict=True)}
        for row in HAMLETS
    ),
    "clusters": (),
    "communes": (
        {"commune_code": "00101", "name": "Xã Một"},
        {"commune_code": "00102", "name": "Phường Hai"},
    ),
    "places": (),
    "zones": (),
    "structures": (),
    "reported": (),
}
_WHOLE_ROW = {"duplicate_row", "bad_geometry"}
_OF_SHAPES = {"zero_coordinates", "outside_area"}
"""Reasons that have no column where the place of a row is a shape."""
_TEXTS = (".csv", ".txt", ".xlsx", ".gz")


def _value(cell: Any) -> Any:
    """Give a cell so that it can be compared: degrees to a tenth of a metre, days as text."""
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if math.isnan(cell) else round(float(cell), 6)
    return cell


def _check_table(frame: pd.DataFrame, wanted: Sequence[Record], name: str) -> None:
    """Check that each wanted row stands for one row of a table, in the columns that it names."""
    found = [
        {column: _value(cell) for column, cell in row.items()}
        for row in pd.DataFrame(frame).astype(object).to_dict("records")
    ]
    for row in sorted(wanted, key=len, reverse=True):
        cells = {column: _value(cell) for column, cell in row.items()}
        same = [one for one in found if cells.items() <= one.items()]
        assert same, f"{name}: no {cells} among {found}"
        found.remove(same[0])
    assert not found, f"{name}: too many rows"


def _stop(fault: Fault) -> Stop:
    return Stop(fault.code, fault.file, fault.column, fault.row or 0, fault.sheet)


def _refused(inputs: Inputs) -> list[Refused]:
    table = inputs.rejects
    columns = (table[name] for name in ("row", "column", "reason", "sheet"))
    return sorted(Refused(int(row[0]), *row[1:]) for row in zip(*columns, strict=True))


@pytest.fixture
def result(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Case, Inputs | list[Fault]]:
    """Write the files of a case and read them."""
    case: Case = request.param
    write_province(tmp_path)
    try:
        return case, read(tmp_path, **case.write(tmp_path))
    except InputError as error:
        return case, list(error.faults)


corpus = pytest.mark.parametrize("result", CASES, indirect=True, ids=lambda case: case.name)


@corpus
def test_a_file_is_read_exactly_or_refused_at_its_place(
    result: tuple[Case, Inputs | list[Fault]],
) -> None:
    case, inputs = result
    if not isinstance(inputs, Inputs):
        assert sorted(map(_stop, inputs)) == sorted(case.stops)
        _check_words(inputs)
        return
    assert not case.stops
    assert _refused(inputs) == sorted(case.refused)
    assert sorted(warning.code for warning in inputs.warnings) == sorted(case.warned)
    for name, plain in PLAIN.items():
        _check_table(getattr(inputs, name), case.rows.get(name, plain), name)
    for file in inputs.files:
        assert file.read == file.accepted + file.refused
    _check_rows(inputs)
    _check_words(inputs.warnings)


def _check_rows(inputs: Inputs) -> None:
    """Check that each refused row says which file, row and column, and what to do."""
    table = inputs.rejects
    assert (table["file"] != "").all()
    assert (table["row"] > 0).all()
    assert (table["advice"].str.len() > 10).all()
    whole = table["reason"].isin(_WHOLE_ROW)
    whole |= table["reason"].isin(_OF_SHAPES) & ~table["file"].str.endswith(_TEXTS)
    assert (table.loc[~whole, "column"] != "").all()


def _check_words(found: Any) -> None:
    """Check that each message names its file and leaves no blank, in both languages."""
    for fault in found:
        assert fault.file
        for language in text.LANGUAGES:
            words = faults.describe(fault, text.translator(language, "faults"))
            assert fault.file in words
            assert "…" not in words
            assert "{" not in words.replace('{ path = "', "")
            assert fault.row is None or str(fault.row) in words


def test_the_corpus_is_large_and_no_case_stands_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 170
    assert len(set(names)) == len(names)


# ------------------------------------------------------------------ through the command line

_BY_NAME = {case.name: case for case in CASES}
_STOPPED = (
    *("UTF-8 cut within a letter", "a column twice", "more fields than the header"),
    *("two sheets with other columns", "exchanged throughout", "metres without a system"),
    *("a workbook called a text file", "no file of communes", "a code of a commune twice"),
)
_TOO_MANY = ("days that are none", "places that are elsewhere", "places of zero")
_READ = ("UTF-16 with its mark", "a header of two lines in a workbook", "placemarks with a schema")


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _scenario(case: Case, folder: Path) -> Path:
    """Write the province, the files of a case and a scenario that names them."""
    write_province(folder)
    inputs = {"communes": "communes.geojson", "hamlets": "hamlets.csv", "sites": ["sites.csv"]}
    inputs |= case.write(folder)
    lines = ["schema = 1", "as_of = 2025-12-31", "[inputs]"]
    lines += [f"{key} = {_toml(value)}" for key, value in inputs.items()]
    path = folder / "scenario.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("name", _STOPPED)
def test_the_command_line_tells_what_stops_a_case_and_where(name: str, tmp_path: Path) -> None:
    case = _BY_NAME[name]
    told = call("check", _scenario(case, tmp_path), "--lang", "en")
    assert told.code == EXIT_WRONG_INPUT
    assert len(told.bullets) == len(case.stops)
    for stop in case.stops:
        (bullet,) = (line for line in told.bullets if line.startswith(f"  • {stop.file}"))
        assert not stop.row or f"row {stop.row}" in bullet
        assert stop.column in bullet


@pytest.mark.parametrize("name", _TOO_MANY)
def test_the_command_line_lists_the_rows_where_too_many_are_refused(
    name: str, tmp_path: Path
) -> None:
    case = _BY_NAME[name]
    told = call("check", _scenario(case, tmp_path), "--lang", "vi")
    assert told.code == EXIT_WRONG_INPUT
    whole, *rows = told.bullets
    assert whole.startswith("  • sites.csv")
    for refused, bullet in zip(case.refused, rows, strict=True):
        assert bullet.startswith(f"  • sites.csv, dòng {refused.row}, cột {refused.column}")


@pytest.mark.parametrize("name", _READ)
def test_the_command_line_reads_what_can_be_read(name: str, tmp_path: Path) -> None:
    told = call("check", _scenario(_BY_NAME[name], tmp_path), "--lang", "en")
    assert told.code == EXIT_DONE
    assert "3 rows read, 3 accepted, 0 refused" in told.out
