"""Compares finished runs and writes what changed: tables, a page and a workbook.

What counts as a change is left to ``indicators``; how it reads to ``change_report`` and
``change_workbook``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geoplan import __version__, tables
from geoplan.faults import Faults
from geoplan.indicators import accounts, causes, changed_rows, changes, lineages, run_rules
from geoplan.indicators import series as serial
from geoplan.indicators.changes import Run
from geoplan.io.lineage import read_lineage
from geoplan.report.finished import read_finished
from geoplan.report.folder import RUN_FILE, Staging, check_target
from geoplan.report.tables import write_table

SCHEMA: Final = 1
_NEAR_M: Final = 2000.0
"""Hamlets of one id farther apart are no sign that two runs are of one province: an assumption."""
_OF_PAIRS: Final = {
    "changes": tables.CHANGES_OUT,
    "hamlets": tables.HAMLET_CHANGES_OUT,
    "stations": tables.STATION_CHANGES_OUT,
    "account": tables.WHITE_ACCOUNT_OUT,
    "rules": tables.RULE_CHANGES_OUT,
}
"""Field of a :class:`Step` → the table that it is written to."""


@dataclass(frozen=True)
class Step:
    """What changed from one run to another; the frames have the columns of their tables."""

    old: Run
    new: Run
    span: str
    changes: pd.DataFrame
    hamlets: pd.DataFrame
    stations: pd.DataFrame
    account: pd.DataFrame
    rules: pd.DataFrame

    @property
    def whole(self) -> pd.DataFrame:
        """White hamlets of the largest units that both runs have."""
        units = self.changes
        return units[
            units["level"].isin(["province", "old_province"])
            & (units["found"] == "both")
            & (units["indicator"] == "HAMLETS_WHITE")
        ]

    @property
    def hamlet_counts(self) -> Mapping[str, int]:
        """Hamlets by what changed of them."""
        return _counts(self.hamlets.drop_duplicates(["kind", "hamlet_id", "old_hamlet_id"]))

    @property
    def station_counts(self) -> Mapping[str, int]:
        """Stations by what changed of them."""
        return _counts(self.stations)


@dataclass(frozen=True)
class Comparison:
    """Runs by their days, each step from one to the next, and from the first to the last."""

    runs: tuple[Run, ...]
    steps: tuple[Step, ...]
    series: pd.DataFrame

    @property
    def whole(self) -> Step:
        """What changed from the first run to the last."""
        return self.steps[-1]


def compare_runs(
    folders: Sequence[Path],
    target: Path | None = None,
    *,
    lineage: Path | None = None,
    language: str | None = None,
) -> tuple[Comparison, Path]:
    """Compare runs and write ``tables/``, ``thay-doi.html`` and ``thay-doi.xlsx``.

    Parameters
    ----------
    folders
        Two finished runs or more, in any order.
    target
        Folder to write; default: ``maps/compare-<first>-<last>``.
    lineage
        Table of hamlets that were merged, divided or renamed, of any of the years.
    language
        Of page and workbook; default: that of the newest run.

    Returns
    -------
    What changed, and the folder where it stands.

    Raises
    ------
    GeoplanError
        A run, the lineage or the folder is wrong; nothing was written.
    """
    from geoplan.report import change_report, change_workbook

    if target is not None:
        check_target(target)
    lines = None if lineage is None else read_lineage(lineage)
    runs, named = _read(folders)
    target = target or Path("maps") / f"compare-{named[0]}-{named[-1]}"
    check_target(target)
    found = compared(runs, lines)
    language = language or runs[-1].language
    staging = Staging(target)
    with staging as folder:
        (folder / "tables").mkdir()
        written = _write_tables(found, folder)
        change_report.write_change_report(found, folder, language)
        change_workbook.write_change_workbook(found, folder, language)
        _write_record(folder, runs, [*written, change_report.NAME, change_workbook.NAME])
    return found, staging.path


def compared(runs: Sequence[Run], lines: pd.DataFrame | None = None) -> Comparison:
    """Compare runs that are sorted by their days.

    Raises
    ------
    InputError
        Two of them have nothing in common.
    """
    pairs = [(old, new, "step") for old, new in pairwise(runs)]
    if len(runs) > 2:
        pairs.append((runs[0], runs[-1], "whole"))
    steps = tuple(_step(old, new, span, lines, several=len(runs) > 2) for old, new, span in pairs)
    series = tables.check(serial.series(runs), tables.SERIES_OUT)
    return Comparison(tuple(runs), steps, series)


def _read(folders: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """Read the runs and sort them by their days; refuse what cannot stand in one row."""
    faults = Faults()
    if len(folders) < 2:
        faults.add("run_alone", file=folders[0].name if folders else "")
    places = [folder.resolve() for folder in folders]
    for at, place in enumerate(places):
        if place in places[:at]:
            faults.add("run_twice", file=place.name)
    faults.raise_if_any()
    found = [(read_finished(place), place.name) for place in places]
    found.sort(key=lambda one: (one[0].as_of, one[1]))
    for (old, other), (new, name) in pairwise(found):
        if old.as_of == new.as_of:
            faults.add(
                "runs_of_one_day", file=name, other=other, day=new.as_of.strftime("%d/%m/%Y")
            )
    faults.raise_if_any()
    return [run for run, _ in found], [name for _, name in found]


def _step(old: Run, new: Run, span: str, lines: pd.DataFrame | None, *, several: bool) -> Step:
    if several and lines is not None:
        ids = (old.hamlets["hamlet_id"], new.hamlets["hamlet_id"])
        lines = lineages.lines_between(lines, *ids)
    lineage = changes.lineage_of(lines)
    pairs = changes.match_hamlets(old, new, lineage)
    _refuse_strangers(old, new, pairs, is_told=bool(lineage.old_kind))
    rules = run_rules.rule_changes(old, new)
    ruled = run_rules.ruled_technologies(old, new, rules)
    stations = changed_rows.station_changes(old, new)
    hamlets = changed_rows.hamlet_changes(old, new, pairs, lineage, ruled=ruled)
    frames = {
        "changes": changes.changes(old, new, pairs, ruled=ruled),
        "hamlets": causes.with_causes(old, new, hamlets, stations),
        "stations": stations,
        "account": accounts.white_account(old, new, pairs, lineage, ruled=ruled),
        "rules": rules,
    }
    checked = {}
    for name, frame in frames.items():
        table = _OF_PAIRS[name]
        frame = frame.assign(from_as_of=old.as_of, to_as_of=new.as_of, span=span)
        checked[name] = tables.check(frame, table)[list(table.names)]
    return Step(old, new, span, **checked)


def _refuse_strangers(old: Run, new: Run, pairs: pd.DataFrame, *, is_told: bool) -> None:
    """Refuse two runs that share neither a hamlet nor a commune."""
    both = pairs[(pairs["old"] >= 0) & (pairs["new"] >= 0)]
    far = changes.distances_m(old.hamlets, new.hamlets, both)
    if is_told or bool((np.isnan(far) | (far <= _NEAR_M)).any()):
        return
    then, now = (
        {key for key in serial.unit_keys(run.indicators) if key[0] == "commune" and key[1]}
        for run in (old, new)
    )
    if not (then & now and _overlap(old.hamlets, new.hamlets)):
        faults = Faults()
        faults.add("runs_of_other_areas", file=new.name, other=old.name)
        faults.raise_if_any()


def _overlap(then: pd.DataFrame, now: pd.DataFrame) -> bool:
    """Tell whether the frames around two sets of points touch; unlocated ones always do."""
    for name in ("longitude", "latitude"):
        if then[name].max() < now[name].min() or now[name].max() < then[name].min():
            return False
    return True


def _write_tables(found: Comparison, folder: Path) -> list[str]:
    """Write the tables, the rows of all steps one below the other."""
    frames = {
        table: pd.concat([getattr(step, name) for step in found.steps], ignore_index=True)
        for name, table in _OF_PAIRS.items()
    }
    frames[tables.SERIES_OUT] = found.series
    for table, frame in frames.items():
        write_table(frame, table, folder / "tables" / f"{table.name}.csv")
    return [f"tables/{table.name}.csv" for table in frames]


def _counts(frame: pd.DataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in frame["kind"].value_counts().items()}


def _write_record(folder: Path, runs: Sequence[Run], outputs: list[str]) -> None:
    """Write ``run.json``, by which the folder is known as ours."""
    record = {
        "schema": SCHEMA,
        "version": __version__,
        "compared": [{"name": run.name, "as_of": run.as_of.date().isoformat()} for run in runs],
        "outputs": sorted(outputs),
    }
    text = json.dumps(record, ensure_ascii=False, indent=2)
    (folder / RUN_FILE).write_text(text + "\n", "utf-8", newline="\n")
