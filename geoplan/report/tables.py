"""Writes the tables for machines: tables/*.csv and rejects.csv, the same bytes every time.

UTF-8, commas, decimal points, ISO dates, fixed decimals for each column, rows in the order of
the key. What the columns are is left to ``geoplan.tables``, their values to the stages.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geoplan import tables
from geoplan.results import FieldWork, SharingTables

if TYPE_CHECKING:
    from geoplan.results import RunResult
    from geoplan.tables import Column, Table

_FORMULA: Final = r"^[=+\-@\t\r]"
_NUMBER: Final = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"
_ROWS: Final = 200_000
"""Rows that are written at a time, to keep memory small."""
_EXACT: Final = 2.0**53
"""Beyond this a float is no longer exact to the unit, and is written by Python."""


def write_tables(result: RunResult, folder: Path) -> None:
    """Write ``tables/*.csv`` of a run and ``rejects.csv`` beside them (PRODUCT.md §6)."""
    (folder / "tables").mkdir(exist_ok=True)
    for name, (table, frame) in output_frames(result).items():
        if name != "rejects":
            write_table(frame, table, folder / "tables" / f"{name}.csv")
    write_rejects(result, folder)


def write_rejects(result: RunResult, folder: Path) -> None:
    """Write ``rejects.csv``, which every run writes."""
    write_table(result.inputs.rejects, tables.REJECTS_OUT, folder / "rejects.csv")


def output_frames(result: RunResult) -> dict[str, tuple[Table, pd.DataFrame]]:
    """Give every table that a run writes, by name, in order, with the frame that fills it.

    The tables of level models are left out where no levels are predicted.
    """
    baseline, plan = result.baseline, result.plan
    of_levels = {**baseline.more, **plan.more}
    frames = {
        "indicators": baseline.indicators,
        "hamlets": baseline.hamlets,
        "clusters": baseline.clusters,
        "service": baseline.service,
        "communes": baseline.communes,
        "places": baseline.places,
        "positions": baseline.positions,
        "sharing_sensitivity": baseline.sharing_sensitivity,
        "holes": baseline.holes,
        "proposals": plan.proposals,
        "gains": plan.gains,
        "targets": plan.targets,
        **_field_frames(result),
        **_reconciled_frames(result),
        **{
            table.name: _or_empty(baseline.more.get(table.name), table)
            for table in tables.MEASURED_TABLES
        },
        "site_candidates": _or_empty(plan.candidates, tables.SITE_CANDIDATES_OUT),
        "sharing_potential": _or_empty(plan.sharing_potential, tables.SHARING_POTENTIAL_OUT),
        "planned_pairs": _or_empty(plan.planned_pairs, tables.PLANNED_PAIRS_OUT),
        **{
            table.name: _or_empty(plan.more.get(table.name), table)
            for table in tables.MORE_OF_SITING
        },
        "replies": _or_empty(plan.more.get("replies"), tables.REPLIES_OUT),
        "rule_breaches": _or_empty(plan.rule_breaches, tables.RULE_BREACHES_OUT),
        **_sharing_frames(result),
        "free_masts": _or_empty(plan.free_masts, tables.FREE_MASTS_OUT),
        **{
            table.name: of_levels[table.name]
            for table in tables.LEVEL_TABLES
            if table.name in of_levels
        },
        "rejects": result.inputs.rejects,
    }
    return {
        table.name: (table.for_technologies(baseline.technologies), frames[table.name])
        for table in tables.OUTPUT_TABLES
        if table.name in frames
    }


def _or_empty(frame: pd.DataFrame | None, table: Table) -> pd.DataFrame:
    return pd.DataFrame(columns=list(table.names)) if frame is None else frame


def _field_frames(result: RunResult) -> dict[str, pd.DataFrame]:
    """Give the tables of field work, without rows where a run knows of none."""
    work = result.baseline.field_work
    if work is not None:
        return {field.name: getattr(work, field.name) for field in fields(work)}
    several = result.baseline.technologies
    return {
        table.name: pd.DataFrame(columns=list(table.for_technologies(several).names))
        for table in tables.OUTPUT_TABLES
        if table.name in {field.name for field in fields(FieldWork)}
    }


def _reconciled_frames(result: RunResult) -> dict[str, pd.DataFrame]:
    """Give the lists beside totals and an earlier report, without rows where a run has neither."""
    found = result.baseline.reconciled
    return {
        table.name: pd.DataFrame(columns=list(table.names))
        if found is None
        else getattr(found, table.name)
        for table in (tables.DECLARED_TOTALS_OUT, tables.SITE_CHANGES_OUT)
    }


def _sharing_frames(result: RunResult) -> dict[str, pd.DataFrame]:
    """Give what the ledger shows beside positions, without rows where nobody asked."""
    found = result.baseline.sharing
    return {
        field.name: _or_empty(
            None if found is None else getattr(found, field.name),
            next(table for table in tables.OUTPUT_TABLES if table.name == field.name),
        )
        for field in fields(SharingTables)
    }


def write_table(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write one table as CSV: exactly the columns that it declares, but for geometry."""
    path.write_bytes(csv_bytes(frame, table))


def csv_bytes(frame: pd.DataFrame, table: Table) -> bytes:
    """Give a table as the bytes of a CSV file (RFC 4180, but lines end with a line feed).

    Blank cells are empty, numbers have the fixed decimals of their column and never a minus
    zero; text that a spreadsheet would run gets a leading apostrophe.
    """
    columns = [column for column in table.columns if column.kind != "geometry"]
    names = [column.name for column in columns]
    known = [name for name in names if name in frame.columns]
    frame = tables.check(frame[known], table)
    parts = [(",".join(names) + "\n").encode()]
    for start in range(0, len(frame), _ROWS):
        rows = frame.iloc[start : start + _ROWS]
        parts.append(_lines([_as_text(rows[column.name], column) for column in columns]))
    return b"".join(parts)


def _lines(cells: list[pa.Array]) -> bytes:
    lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
    ended = pc.binary_join_element_wise(lines, "", "\n")
    if isinstance(ended, pa.ChunkedArray):
        ended = ended.combine_chunks()
    return bytes(ended.buffers()[2])  # the values of an array stand one behind the other


def _as_text(values: pd.Series, column: Column) -> pa.Array:
    if column.kind == "text":
        return _quoted(guarded(pa.array(values, pa.string(), from_pandas=True)))
    if column.kind == "date":
        return pc.cast(pa.array(values, from_pandas=True), pa.date32()).cast(pa.string())
    if column.kind == "number":
        return fixed(values.to_numpy(np.float64), column.decimals)
    return pc.cast(pa.array(values, from_pandas=True), pa.string())


def guarded(texts: pa.Array) -> pa.Array:
    """Put an apostrophe before text that a spreadsheet would run; empty text becomes null."""
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    runs = pc.match_substring_regex(texts, _FORMULA)
    if not pc.any(runs).as_py():
        return texts
    number = pc.match_substring_regex(texts, _NUMBER)
    apostrophe = pc.binary_join_element_wise("'", texts, "")
    return pc.if_else(pc.and_not(runs, number), apostrophe, texts)


def _quoted(texts: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(texts, r'[",\r\n]')
    if not pc.any(special).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), texts)


def fixed(values: np.ndarray[Any, np.dtype[np.float64]], decimals: int | None) -> pa.Array:
    """Write numbers with so many decimals, NaN as null; without ``decimals`` the shortest way."""
    blank = ~np.isfinite(values)
    if decimals is None:
        given = zip(values.tolist(), blank, strict=True)
        shortest = [None if no else repr(x + 0.0) for x, no in given]
        return pa.array(shortest, pa.string())
    whole = np.where(blank, 0.0, np.rint(values * 10.0**decimals))
    if (np.abs(whole) >= _EXACT).any():
        return pa.array(
            [None if no else f"{x + 0:.{decimals}f}" for x, no in zip(values, blank, strict=True)]
        )
    if decimals == tables.RATIO:  # a share that is not whole never reads 1
        one = 10.0**decimals
        whole = np.where((values < 1) & (whole == one), one - 1, whole)
    scaled = pa.array(whole.astype(np.int64), mask=blank)
    if decimals == 0:
        return scaled.cast(pa.string())
    return _with_point(scaled, decimals)


def _with_point(scaled: pa.Array, decimals: int) -> pa.Array:
    """Write integers as decimals: 1234 with 1 decimal is 123.4."""
    unit = pa.scalar(10**decimals, pa.int64())
    size = pc.abs(scaled)
    whole = pc.divide(size, unit).cast(pa.string())
    rest = pc.subtract(size, pc.multiply(pc.divide(size, unit), unit)).cast(pa.string())
    sign = pc.if_else(pc.less(scaled, 0), "-", "")
    padded = pc.utf8_lpad(rest, decimals, padding="0")
    point = pc.binary_join_element_wise(whole, padded, ".")
    return pc.binary_join_element_wise(sign, point, "")
