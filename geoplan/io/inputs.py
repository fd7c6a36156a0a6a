"""All inputs of a scenario, read together so that every fault is told at once.

Each table has its own module; this one puts them in order and counts the fate of the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import boundaries, population, readers, rejects, reported, rows, settlements, sites
from geoplan.io.readers import Source
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings
from geoplan.progress import Progress, silent
from geoplan.results import InputFile, Inputs
from geoplan.scenario import Scenario, SourceFile
from geoplan.tables import Table

_ONE_FILE: tuple[Table, ...] = (
    tables.COMMUNES,
    tables.HAMLETS,
    tables.CLUSTERS,
    tables.PLACES,
    tables.ZONES,
    tables.STRUCTURES,
    tables.REPORTED,
)


def read_inputs(scenario: Scenario, *, strict: bool = False, progress: Progress = silent) -> Inputs:
    """Read every file that a scenario names.

    Parameters
    ----------
    strict
        Whether a single refused row stops the run.
    progress
        Told of each file.

    Raises
    ------
    InputError
        A file is missing or cannot be read exactly, or too many of its rows are refused; the
        error carries the faults of all files.
    """
    faults, warnings = Faults(), Faults()
    _check_available(scenario, faults, warnings)
    read = _read_files(scenario, faults, progress)
    area, frames = _make_tables(read, scenario, faults)
    raster = None
    if scenario.inputs.population is not None:
        bounds = tuple(area.total_bounds) if len(area) else None
        raster = population.read(
            _source(scenario, scenario.inputs.population, tables.HAMLETS), bounds, faults, warnings
        )
    everything = [one for several in read.values() for one in several]
    failed = {fault.file for fault in faults}
    for one in everything:
        _warn_if_empty(one, warnings)
        warnings.extend(one.ledger.warnings)
        # Where the file itself is wrong, its rows were never judged fairly.
        if one.source.name not in failed:
            limit = scenario.inputs.max_rejected_share
            one.ledger.check_share(limit, strict=strict, gathered=faults)
    faults.raise_if_any()
    refused = [fault for one in everything for fault in one.ledger.refused]
    files = [_file(one) for one in everything]
    if raster is not None:
        files.append(raster.file)
    progress("read", 1.0)
    return Inputs(
        **frames,
        population=None if raster is None else raster.raster,
        rejects=rejects.rejects_table(refused, scenario.language),
        warnings=tuple(warnings),
        files=tuple(files),
    )


def _check_available(scenario: Scenario, faults: Faults, warnings: Faults) -> None:
    """Tell of inputs that this version does not take."""
    inputs = scenario.inputs
    for source in inputs.coverage:
        faults.add("not_available", file=source.path, what="inputs.coverage")
    if inputs.field_checks is not None:
        faults.add("not_available", file=inputs.field_checks, what="inputs.field_checks")
    for key, unused in (("terrain", inputs.terrain), ("roads", inputs.roads)):
        if unused is not None:
            if not (scenario.folder / unused.path).exists():
                faults.add("missing_file", file=unused.path, column=f"inputs.{key}")
            warnings.add("input_unused", file=unused.path, column=f"inputs.{key}")


def _source(scenario: Scenario, given: SourceFile, table: Table) -> Source:
    return Source(table, given, scenario.folder / given.path)


def _read_files(scenario: Scenario, faults: Faults, progress: Progress) -> dict[str, list[Rows]]:
    """Read the rows of every file of tables, by table; files that are wrong are left out."""
    operators = sites.operator_names(scenario)
    named: list[tuple[Table, SourceFile | None]] = [
        (table, getattr(scenario.inputs, table.name)) for table in _ONE_FILE
    ]
    named += [(tables.SITES, given) for given in scenario.inputs.sites]
    sources = [_source(scenario, one, table) for table, one in named if one is not None]
    read: dict[str, list[Rows]] = {}
    for i, source in enumerate(sources):
        progress("read", i / len(sources))
        read.setdefault(source.table.name, [])
        if not source.path.is_file():
            faults.add("missing_file", file=source.name, column=f"inputs.{source.table.name}")
            continue
        given_columns = sites.given_columns(source.given, operators)
        before = len(faults)
        one = rows.read(source, faults, given=given_columns, operators=operators)
        if one is not None and len(faults) == before:
            read[source.table.name].append(one)
    return read


def _make_tables(
    read: dict[str, list[Rows]], scenario: Scenario, faults: Faults
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Make the tables of the rows, communes first, because the others are placed among them."""
    own = Faults()

    def one(table: Table, make: Callable[..., Any], *others: Any) -> Any:
        found = read.get(table.name)
        return make(found[0], *others) if found else _empty(table)

    area = one(tables.COMMUNES, boundaries.communes, own)
    around = Surroundings(area, scenario.inputs.outside_tolerance_m)
    hamlets = one(tables.HAMLETS, settlements.hamlets, around, own)
    hamlets_file = next((one.source.name for one in read.get("hamlets", [])), None)
    hamlets_stand = hamlets_file and hamlets_file not in {fault.file for fault in own}
    hamlet_ids = hamlets["hamlet_id"] if hamlets_stand else None
    frames = {
        "communes": area,
        "hamlets": hamlets,
        "clusters": one(tables.CLUSTERS, settlements.clusters, around, hamlet_ids, own),
        "sites": sites.sites(read.get("sites", []), around, scenario, own),
        "places": one(tables.PLACES, settlements.places, around, own),
        "zones": one(tables.ZONES, boundaries.zones, around.communes, own),
        "structures": one(tables.STRUCTURES, settlements.structures, around, own),
        "reported": one(tables.REPORTED, reported.reported),
    }
    faults.extend(own)
    return area, frames


_LAYERS = (tables.COMMUNES, tables.HAMLETS, tables.PLACES, tables.ZONES)


def _empty(table: Table) -> Any:
    """Give a table without rows."""
    names = dict.fromkeys((*table.required, "geometry"))
    frame = tables.check(pd.DataFrame(columns=list(names)), table)
    return boundaries.as_layer(frame) if table in _LAYERS else frame.drop(columns="geometry")


def _warn_if_empty(one: Rows, warnings: Faults) -> None:
    if len(one.raw) == 0 and one.source.table is not tables.COMMUNES:
        warnings.add("empty_file", file=one.source.name, sheet=one.raw.sheet)


def _file(one: Rows) -> InputFile:
    accepted = int(one.ledger.alive.sum())
    return InputFile(
        role=one.source.table.name,
        path=one.source.name,
        sheet=one.raw.sheet,
        sha256=readers.checksum(one.source.path),
        read=len(one.raw),
        accepted=accepted,
        refused=len(one.raw) - accepted,
        columns=one.matched.named,
    )
