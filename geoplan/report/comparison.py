"""Compares two finished runs and writes what changed.

What counts as a change is left to ``indicators.changes`` and ``changed_rows``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from geoplan import __version__, tables
from geoplan.indicators import changed_rows, changes
from geoplan.indicators.changes import Run
from geoplan.io.lineage import read_lineage
from geoplan.report.finished import read_finished
from geoplan.report.folder import RUN_FILE, Staging, check_target
from geoplan.report.tables import write_table

SCHEMA: Final = 1


@dataclass(frozen=True)
class Comparison:
    """What changed, as it is shown: ``whole`` are the white hamlets of the largest units."""

    old: Run
    new: Run
    whole: pd.DataFrame
    hamlet_counts: Mapping[str, int]
    station_counts: Mapping[str, int]


def compare_runs(
    old_run: Path, new_run: Path, target: Path, *, lineage: Path | None = None
) -> tuple[Comparison, Path]:
    """Compare two runs and write ``changes``, ``hamlet_changes`` and ``station_changes``.

    Parameters
    ----------
    old_run, new_run
        Folders of finished runs.
    target
        Folder to write; refused before anything is read if it is not ours to replace.
    lineage
        Table of hamlets that were merged, divided or renamed.

    Returns
    -------
    What changed, and the folder where it stands.

    Raises
    ------
    GeoplanError
        A run, the lineage or the folder is wrong; nothing was written.
    """
    check_target(target)
    lines = changes.lineage_of(None if lineage is None else read_lineage(lineage))
    old, new = read_finished(old_run), read_finished(new_run)
    pairs = changes.match_hamlets(old, new, lines)
    frames = {
        tables.CHANGES_OUT: changes.changes(old, new, pairs),
        tables.HAMLET_CHANGES_OUT: changed_rows.hamlet_changes(old, new, pairs, lines),
        tables.STATION_CHANGES_OUT: changed_rows.station_changes(old, new),
    }
    found = {
        table: tables.check(frame, table)[list(table.names)] for table, frame in frames.items()
    }
    staging = Staging(target)
    with staging as folder:
        (folder / "tables").mkdir()
        for table, frame in found.items():
            write_table(frame, table, folder / "tables" / f"{table.name}.csv")
        _write_record(folder, old, new, [f"tables/{table.name}.csv" for table in found])
    units, hamlets, stations = found.values()
    whole = units[
        units["level"].isin(["province", "old_province"])
        & (units["found"] == "both")
        & (units["indicator"] == "HAMLETS_WHITE")
    ]
    each = hamlets.drop_duplicates(["kind", "hamlet_id", "old_hamlet_id"])
    told = Comparison(old, new, whole, _counts(each), _counts(stations))
    return told, staging.path


def _counts(frame: pd.DataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in frame["kind"].value_counts().items()}


def _write_record(folder: Path, old: Run, new: Run, outputs: list[str]) -> None:
    """Write ``run.json``, by which the folder is known as ours."""
    runs = [{"name": run.name, "as_of": run.as_of.date().isoformat()} for run in (old, new)]
    record = {
        "schema": SCHEMA,
        "version": __version__,
        "compared": runs,
        "outputs": sorted(outputs),
    }
    text = json.dumps(record, ensure_ascii=False, indent=2)
    (folder / RUN_FILE).write_text(text + "\n", "utf-8", newline="\n")
