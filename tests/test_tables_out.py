"""tables/*.csv, rejects.csv and run.json: exact, safe in a spreadsheet, the same every time."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_run import FORMULA, SCRIPT, small_run

from geoplan import tables
from geoplan.faults import Fault
from geoplan.report import run_json
from geoplan.report.tables import csv_bytes, write_tables
from geoplan.results import InputFile
from geoplan.tables import Column, Table

ONE = Table(
    "one",
    "",
    (
        Column("key", "text", ""),
        Column("text", "text", ""),
        Column("metres", "number", "", "m", tables.METRES),
        Column("ratio", "number", "", "", tables.RATIO),
        Column("count", "integer", ""),
        Column("flag", "boolean", ""),
        Column("day", "date", ""),
    ),
    ("key",),
)


def lines(**columns: list[object]) -> list[str]:
    rows = len(next(iter(columns.values())))
    frame = pd.DataFrame({"key": [str(i) for i in range(rows)], **columns})
    return csv_bytes(frame, ONE).decode().split("\n")[1:-1]


def test_every_table_of_the_contract_is_written(tmp_path: Path) -> None:
    write_tables(small_run(), tmp_path)
    written = {path.stem for path in (tmp_path / "tables").glob("*.csv")}
    of_levels = {table.name for table in tables.LEVEL_TABLES}
    assert written == {table.name for table in tables.OUTPUT_TABLES} - {"rejects"} - of_levels
    assert (tmp_path / "rejects.csv").exists()


def test_headers_are_the_declared_columns_and_no_others(tmp_path: Path) -> None:
    run = small_run()
    hamlets = run.baseline.hamlets.assign(secret="x")
    write_tables(replace(run, baseline=replace(run.baseline, hamlets=hamlets)), tmp_path)
    header = (tmp_path / "tables" / "hamlets.csv").read_text("utf-8").split("\n")[0].split(",")
    assert header == list(tables.HAMLETS_OUT.for_technologies(("4G", "5G")).names)


def test_two_runs_write_the_same_bytes_whatever_the_order_of_rows(tmp_path: Path) -> None:
    run = small_run()
    shuffled = run.baseline.hamlets.sample(frac=1, random_state=3)
    for folder, result in (
        (tmp_path / "a", run),
        (tmp_path / "b", replace(run, baseline=replace(run.baseline, hamlets=shuffled))),
    ):
        folder.mkdir()
        write_tables(result, folder)
    for path in sorted((tmp_path / "a").rglob("*.csv")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_numbers_have_the_decimals_of_their_column() -> None:
    assert lines(metres=[1234.56, 0.0, -5.0, 123456.04]) == [
        "0,,1234.6,,,,",
        "1,,0.0,,,,",
        "2,,-5.0,,,,",
        "3,,123456.0,,,,",
    ]


def test_no_minus_zero_and_no_share_rounded_up_to_one() -> None:
    assert lines(metres=[-0.04, -0.0]) == ["0,,0.0,,,,", "1,,0.0,,,,"]
    assert lines(ratio=[0.99999999, 1.0, 1 / 3]) == [
        "0,,,0.999999,,,",
        "1,,,1.000000,,,",
        "2,,,0.333333,,,",
    ]


def test_large_and_missing_numbers() -> None:
    assert lines(metres=[1e17, np.nan, np.inf]) == [
        "0,,100000000000000000.0,,,,",
        "1,,,,,,",
        "2,,,,,,",
    ]


def test_counts_flags_and_dates() -> None:
    days = pd.to_datetime(["2025-12-31", None])
    assert lines(count=[7, None], flag=[True, None], day=list(days)) == [
        "0,,,,7,true,2025-12-31",
        "1,,,,,,",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        (FORMULA, '"\'=HYPERLINK(""x"")"'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-5", "-5"),
        ("+84,5", '"+84,5"'),
        ("-1.5e3", "-1.5e3"),
        ("--5", "'--5"),
        ("a,b", '"a,b"'),
        ('say "hi"', '"say ""hi"""'),
        ("Thôn 1 – Bình Đông", "Thôn 1 – Bình Đông"),
        (SCRIPT, SCRIPT),
    ],
)
def test_text_is_quoted_and_kept_from_running(text: str, written: str) -> None:
    assert lines(text=[text]) == [f"0,{written},,,,,"]


def test_a_reader_gets_the_rows_back(tmp_path: Path) -> None:
    texts = ["a\nb", 'q"q', "x,y", "", "đ"]
    content = csv_bytes(pd.DataFrame({"key": list("abcde"), "text": texts}), ONE).decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["text"] for row in rows] == texts


def test_a_table_without_rows_has_its_header() -> None:
    assert csv_bytes(pd.DataFrame({"key": []}), ONE) == b"key,text,metres,ratio,count,flag,day\n"


def run_record(folder: Path, **changes: object) -> dict[str, object]:
    run = replace(small_run(), **changes)  # type: ignore[arg-type]
    write_tables(run, folder)
    run_json.write_run_json(run, folder)
    record: dict[str, object] = json.loads((folder / "run.json").read_text("utf-8"))
    return record


def test_run_json_lists_every_other_file(tmp_path: Path) -> None:
    record = run_record(tmp_path)
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")]
    assert record["outputs"] == sorted(found)
    assert record["schema"] == 1
    assert record["people"] == {"hamlets": {"all": 1900.0, "4G": 1350.0}, "raster": None}


def test_accepted_and_refused_make_what_was_read(tmp_path: Path) -> None:
    for file in run_record(tmp_path)["inputs"]:  # type: ignore[attr-defined]
        assert file["accepted"] + file["refused"] == file["read"]


def test_run_json_tells_no_absolute_path_and_no_password(tmp_path: Path) -> None:
    run = small_run()
    secret = "postgresql://lan:s3cret@db/plan"
    files = (
        InputFile("sites", r"C:\Users\lan\vnpt.xlsx", "", "a", 1, 1, 0),
        InputFile("sites", secret, "", "b", 1, 1, 0),
    )
    warning = Fault("unreadable_file", "/home/lan/so-lieu/x.csv", params={"why": "password=s3cret"})
    inputs = replace(run.inputs, files=files, warnings=(warning,))
    text = json.dumps(run_record(tmp_path, inputs=inputs))
    assert "s3cret" not in text
    assert "/home/lan" not in text
    assert "Users" not in text
    assert "vnpt.xlsx" in text
    assert "x.csv" in text


def test_run_json_is_the_same_but_for_timings(tmp_path: Path) -> None:
    records = []
    for name, took in (("a", 1.0), ("b", 2.0)):
        (tmp_path / name).mkdir()
        record = run_record(tmp_path / name, timings_s={"read": took})
        assert record.pop("timings_s") == {"read": took}
        records.append(record)
    assert records[0] == records[1]


def test_warnings_are_told_in_the_language_of_the_scenario(tmp_path: Path) -> None:
    (first, *_) = run_record(tmp_path)["warnings"]  # type: ignore[misc]
    assert first["code"] == "code_mended"
    assert "00101" in first["message"]
