"""Writes what a run was asked for: all of it for the planner, or a folder for each audience.

Without ``[publish]`` every file stands in the run's folder itself; with it run.json, rejects.csv
and state/ do, which are nobody's to hand on, and each audience has a folder of its own. What the
others than the planner get is chosen in ``audiences``.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geoplan.report.audiences import PLANNER, audiences_of, write_audience
from geoplan.report.folder import planner_folder
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.report.sheets import PreviousFigures
    from geoplan.results import RunResult


def write_run(
    result: RunResult,
    folder: Path,
    outputs: Collection[str],
    previous: PreviousFigures | None = None,
) -> None:
    """Write every file of a run into an empty folder.

    Parameters
    ----------
    result
        The run; its timings are filled in.
    folder
        Exists and is empty.
    outputs
        Of tables, map, workbook, gis, sheets, report; run.json, rejects.csv and state/ always.
    previous
        Figures of the run before, which stand beside those of this one.
    """
    from geoplan.report import run_json, state
    from geoplan.report import tables as table_files

    table_files.write_rejects(result, folder)
    state.write_state(result, folder)
    if result.scenario.publish is None:
        write_everything(result, folder, outputs, previous)
    else:
        for audience in audiences_of(result):
            if audience == PLANNER:
                own = planner_folder(folder)
                own.mkdir(parents=True)
                write_everything(result, own, outputs, previous, is_internal=True)
                continue
            with _timed(result.timings_s, audience):
                write_audience(result, audience, folder, outputs, previous)
    run_json.write_run_json(result, folder)


def write_everything(
    result: RunResult,
    folder: Path,
    outputs: Collection[str],
    previous: PreviousFigures | None = None,
    *,
    is_internal: bool = False,
) -> None:
    """Write what the planner gets; ``is_internal`` marks pages and prints as such."""
    marking = ""
    if is_internal:
        marking = translator(result.scenario.language, "document")("FOR INTERNAL USE")
    if "tables" in outputs:
        from geoplan.report import tables as table_files

        with _timed(result.timings_s, "tables"):
            table_files.write_tables(result, folder)
    if "map" in outputs:
        from geoplan.report import maps

        with _timed(result.timings_s, "map"):
            page = maps.render(result, internal=is_internal)
            (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")
    if "workbook" in outputs:
        from geoplan.report import workbook

        with _timed(result.timings_s, "workbook"):
            workbook.write_workbooks(result, folder, marking=marking)
    if "gis" in outputs:
        from geoplan.report import gis

        with _timed(result.timings_s, "gis"):
            gis.write_gis(result, folder)
    if "sheets" in outputs:
        from geoplan.report import sheets

        with _timed(result.timings_s, "sheets"):
            sheets.write_sheets(result, folder / sheets.FOLDER, previous=previous)
    if "report" in outputs:
        from geoplan.report import handing
        from geoplan.report.document import memo

        with _timed(result.timings_s, "report"):
            memo.write_memo(result, folder, marking=marking)
        with _timed(result.timings_s, "handing"):
            handing.write(result, folder)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - begin, 3)
