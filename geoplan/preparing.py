"""Before a run: one file cleaned, and points for hamlets that have none. No mathematics here.

The stages of a run are left to ``planner``, which offers these two beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoplan import tables
from geoplan.faults import Fault
from geoplan.io import one_file, read_inputs
from geoplan.io import points as named_points
from geoplan.io.one_file import OneFile
from geoplan.io.points import Points
from geoplan.locating import candidates
from geoplan.progress import Progress, silent
from geoplan.report import clean_file
from geoplan.report.tables import csv_bytes
from geoplan.scenario import Scenario, SourceFile


def import_table(
    scenario: Scenario,
    table: str,
    given: SourceFile,
    out: Path,
    *,
    communes: SourceFile | None = None,
    force: bool = False,
) -> OneFile:
    """Read one file as a run would, and write it cleaned, with what was refused beside it.

    Parameters
    ----------
    scenario
        Its words, operators, language and tolerance.
    table
        One of ``io.one_file.TABLES``.
    given
        The file and what is to be known of it.
    out
        File to write, ``.csv`` or ``.geojson``.
    communes
        What the rows are placed among; without them nobody looks where they lie.
    force
        Whether files that are there may be replaced.

    Raises
    ------
    GeoplanError
        With every fault of the files; nothing was written.
    """
    clean_file.check_ending(out)
    beside = clean_file.rejects_path(out)
    sources = [scenario.folder / one.path for one in (given, communes) if one is not None]
    clean_file.check_targets([("--out", out), ("--out", beside)], sources, replace=force)
    area = None if communes is None else one_file.read_communes(scenario, communes)
    kind = next(one for one in tables.INPUT_TABLES if one.name == table)
    found = one_file.read_one(scenario, kind, given, area)
    clean_file.write_files(
        {
            out: clean_file.clean_bytes(found.frame, found.table, out),
            beside: csv_bytes(found.rejects, tables.REJECTS_OUT),
        }
    )
    return found


@dataclass(frozen=True)
class Located:
    """Hamlets without coordinates, the points that may be them, and the points that were read."""

    hamlets: pd.DataFrame
    candidates: pd.DataFrame
    points: Points
    warnings: tuple[Fault, ...] = ()


def locate(
    scenario: Scenario,
    points: Sequence[SourceFile],
    out: Path,
    *,
    default_class: str = "",
    beyond_m: float = candidates.BEYOND_M,
    force: bool = False,
    progress: Progress = silent,
) -> Located:
    """List the points that may be the hamlets without coordinates, for a person to confirm.

    Writes ``candidates.csv``, a work list with a sheet for each commune, and the points that were
    refused. Nothing counts until it is confirmed and named under ``inputs.locations``.

    Parameters
    ----------
    scenario
        Its communes and hamlets are read, nothing else.
    points
        Files of named points.
    out
        Folder to write into; only files of these three names are ours there.
    default_class
        What a point is whose file does not say it.
    beyond_m
        How far outside its commune a point may lie. [m]
    force
        Whether files that are there may be replaced.

    Raises
    ------
    GeoplanError
        With every fault of the files; nothing was written.
    """
    from geoplan.report import work_list

    targets = [out / name for name in ("candidates.csv", work_list.NAME, "rejects.csv")]
    clean_file.check_targets([("--out", target) for target in targets], [], replace=force)
    inputs = read_inputs(_settlements_only(scenario), progress=progress)
    read = named_points.read_points(scenario, points, inputs.communes, default_class=default_class)
    progress("locating", 0.0)
    found = candidates.find_candidates(
        inputs.hamlets, read.table, inputs.communes, beyond_m=beyond_m
    )
    lacking = pd.DataFrame(candidates.without_coordinates(inputs.hamlets))
    names = inputs.communes.set_index("commune_code")
    full = names["full_name"].where(names["full_name"] != "", names["name"])
    lacking = lacking.assign(commune_name=lacking["commune_code"].map(full).fillna(""))
    contents = {
        targets[0]: csv_bytes(found, tables.CANDIDATES_OUT),
        targets[1]: work_list.work_list(lacking, found, scenario),
    }
    if len(read.rejects):
        contents[targets[2]] = csv_bytes(read.rejects, tables.REJECTS_OUT)
    clean_file.write_files(contents)
    progress("locating", 1.0)
    return Located(lacking, found, read, (*inputs.warnings, *read.warnings))


def _settlements_only(scenario: Scenario) -> Scenario:
    """Give the scenario with no inputs but communes and hamlets, and what they were before."""
    inputs = scenario.inputs
    unused = ("clusters", "places", "zones", "structures", "population", "clutter", "roads")
    lines = ("power_lines", "fibre_lines")
    further = (*lines, "reported", "declared_totals", "position_review", "field_checks", "replies")
    blank: dict[str, Any] = dict.fromkeys((*unused, *further))
    lists = ("sites", "sites_before", "coverage", "terrain", "land_cover", "measurements")
    blank |= dict.fromkeys(lists, ()) | {"speed_checks": None}
    return scenario.model_copy(update={"inputs": inputs.model_copy(update=blank)})
