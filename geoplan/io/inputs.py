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
from geoplan.io import (
    antenna_patterns,
    boundaries,
    columns,
    declared_totals,
    evidence,
    former_units,
    locations,
    measurements,
    one_file,
    operators,
    population,
    position_review,
    rejects,
    replies,
    reported,
    rows,
    settlements,
    sites,
    speed_checks,
    surroundings,
)
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings
from geoplan.progress import Progress, silent
from geoplan.results import Inputs
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
    tables.CROSSWALK,
    tables.DECLARED_TOTALS,
    tables.POSITION_REVIEW,
    tables.LOCATIONS,
    tables.SPEED_CHECKS,
)
_BEFORE = "communes_before"


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
    read = _read_files(scenario, faults, progress)
    area, frames = _make_tables(read, scenario, faults, warnings)
    raster = None
    if scenario.inputs.population is not None:
        bounds = tuple(area.total_bounds) if len(area) else None
        raster = population.read(
            _source(scenario, scenario.inputs.population, tables.HAMLETS), bounds, faults, warnings
        )
    around = surroundings.read(scenario, area, frames["zones"], faults, warnings)
    over = surroundings.over_terrain(scenario, area, frames["sites"], faults, warnings)
    antennas = antenna_patterns.read(scenario, faults, warnings)
    by_level = scenario.coverage.model != "radius"
    if scenario.inputs.antennas is not None or by_level:
        antenna_patterns.warn_unknown(read.get(tables.SITES.name, []), antennas)
    if by_level:
        sites.warn_on_ground(read.get(tables.SITES.name, []))
    told = evidence.read(scenario, area, frames, faults, warnings)
    measured = measurements.read(
        scenario, Surroundings(area, scenario.inputs.outside_tolerance_m), faults
    )
    answers = replies.read(scenario, frames["hamlets"], faults, warnings)
    further = (*told.rows, *measured.rows, *answers.rows)
    everything = [*(one for several in read.values() for one in several), *further]
    failed = {fault.file for fault in faults}
    for one in everything:
        _warn_if_empty(one, warnings)
        warnings.extend(one.ledger.warnings)
        # Where the file itself is wrong, its rows were never judged fairly.
        if one.source.name not in failed:
            limit = scenario.inputs.max_rejected_share
            if one.source.table is tables.MEASUREMENTS:
                limit = max(limit, measurements.REJECTED_SHARE)
            one.ledger.check_share(limit, strict=strict, gathered=faults)
    faults.raise_if_any()
    refused = [fault for one in everything for fault in one.ledger.refused]
    files = [one_file.input_file(one, key) for key, several in read.items() for one in several]
    files += [one_file.input_file(one) for one in further]
    if raster is not None:
        files.append(raster.file)
    files += [*told.rasters, *around.files, *antennas.files]
    progress("read", 1.0)
    return Inputs(
        **frames,
        population=None if raster is None else raster.raster,
        rejects=rejects.rejects_table(refused, scenario.language),
        warnings=tuple(warnings),
        files=tuple(files),
        declared=told.declared,
        field_checks=told.checks,
        measurements=measured.table,
        replies=answers.replies,
        refused=tuple(refused),
        terrain=around.terrain,
        roads=around.roads,
        power_lines=around.power_lines,
        fibre_lines=around.fibre_lines,
        antennas=antennas.by_name,
        relief=over,
    )


def _source(scenario: Scenario, given: SourceFile, table: Table) -> Source:
    dictionary = Dictionary(scenario.headers, scenario.words)
    return Source(table, given, scenario.folder / given.path, dictionary)


def _read_files(scenario: Scenario, faults: Faults, progress: Progress) -> dict[str, list[Rows]]:
    """Read the rows of every file of tables, by table; files that are wrong are left out."""
    names = operators.names_of(scenario)
    named: list[tuple[str, Table, SourceFile | None]] = [
        (table.name, table, getattr(scenario.inputs, table.name)) for table in _ONE_FILE
    ]
    named += [(tables.SITES.name, tables.SITES, given) for given in scenario.inputs.sites]
    named += [("sites_before", tables.SITES, given) for given in scenario.inputs.sites_before]
    named.append((_BEFORE, tables.COMMUNES, scenario.inputs.communes_before))
    sources = [(key, _source(scenario, one, table)) for key, table, one in named if one is not None]
    read: dict[str, list[Rows]] = {}
    for i, (key, source) in enumerate(sources):
        progress("read", i / len(sources))
        read.setdefault(key, [])
        if not source.exists:
            faults.add("missing_file", file=source.name, column=f"inputs.{key}")
            continue
        given_columns = sites.given_columns(source.given, names)
        before = len(faults)
        one = rows.read(source, faults, given=given_columns, names=names)
        if one is not None and len(faults) == before:
            read[key].append(one)
    return read


def _make_tables(
    read: dict[str, list[Rows]], scenario: Scenario, faults: Faults, warnings: Faults
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Make the tables of the rows, communes first, because the others are placed among them."""
    own = Faults()

    def one(table: Table, make: Callable[..., Any], *others: Any) -> Any:
        found = read.get(table.name)
        return make(found[0], *others) if found else boundaries.empty_table(table)

    area = one(tables.COMMUNES, boundaries.communes, own)
    version, former = former_units.read(
        scenario,
        area,
        crosswalk=next(iter(read.get(tables.CROSSWALK.name, ())), None),
        before=next(iter(read.get(_BEFORE, ())), None),
        faults=own,
        warnings=warnings,
    )
    around = Surroundings(area, scenario.inputs.outside_tolerance_m, former, version)
    hamlets = one(tables.HAMLETS, settlements.hamlets, around, own)
    hamlets_file = next((one.source.name for one in read.get("hamlets", [])), None)
    hamlets_stand = hamlets_file and hamlets_file not in {fault.file for fault in own}
    hamlet_ids = hamlets["hamlet_id"] if hamlets_stand else None
    for found in read.get(tables.LOCATIONS.name, []) if hamlets_stand else []:
        hamlets = locations.located(found, hamlets, around, own)
    former_units.warn_of_hamlets(
        hamlets, area, former, around.tolerance_m, warnings, hamlets_file or ""
    )
    frames = {
        "communes": area,
        "hamlets": hamlets,
        "clusters": one(tables.CLUSTERS, settlements.clusters, around, hamlet_ids, own),
        "sites": sites.sites(read.get("sites", []), around, scenario, own),
        "places": one(tables.PLACES, settlements.places, around, own),
        "zones": one(tables.ZONES, boundaries.zones, around.communes, own),
        "structures": one(tables.STRUCTURES, settlements.structures, around, own),
        "reported": one(tables.REPORTED, reported.reported),
        "declared_totals": _declared_totals(read),
        "sites_before": _sites_before(read, around, scenario, own),
        "speed_checks": _speed_checks(read, area),
        "unit_version": version,
        "former": former,
    }
    frames["position_review"] = _position_review(read, frames["sites"], faults, own)
    faults.extend(own)
    return area, frames


def _warn_if_empty(one: Rows, warnings: Faults) -> None:
    if len(one.raw) == 0 and one.source.table is not tables.COMMUNES:
        warnings.add("empty_file", file=one.source.name, sheet=one.raw.sheet)


def _sites_before(
    read: dict[str, list[Rows]], around: Surroundings, scenario: Scenario, faults: Faults
) -> pd.DataFrame | None:
    """Give the sites of the earlier report; None where the scenario names none."""
    if not scenario.inputs.sites_before:
        return None
    return sites.sites(read.get("sites_before", []), around, scenario, faults)


def _declared_totals(read: dict[str, list[Rows]]) -> pd.DataFrame | None:
    """Give the totals that operators declare; None where the scenario names none."""
    found = read.get(tables.DECLARED_TOTALS.name, [])
    return declared_totals.declared_totals(found[0]) if found else None


def _speed_checks(read: dict[str, list[Rows]], area: gpd.GeoDataFrame) -> pd.DataFrame | None:
    """Give the medians of speed tests; None where the scenario names none."""
    found = read.get(tables.SPEED_CHECKS.name, [])
    return speed_checks.speed_checks(found[0], area) if found else None


def _position_review(
    read: dict[str, list[Rows]], stations: pd.DataFrame, *gathered: Faults
) -> pd.DataFrame | None:
    """Give what people decided of sites; None where the scenario names no such file.

    Where a sites file is wrong itself, nobody knows which sites there are.
    """
    found = read.get(tables.POSITION_REVIEW.name, [])
    if not found:
        return None
    if found[0].matched.place("decision") is None:
        known = ", ".join(columns.headers_of(found[0].source.table, "decision")[:6])
        found[0].tell(gathered[-1], "missing_column", column="decision", known=known)
    failed = {fault.file for faults in gathered for fault in faults}
    lists = read.get(tables.SITES.name, [])
    stand = lists and not failed & {rows.source.name for rows in lists}
    return position_review.position_review(found[0], stations if stand else None)
