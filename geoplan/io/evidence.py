"""What speaks beside the sites files: declared coverage and field checks, read together.

What each of them holds is left to ``declared`` and ``field_checks``; which of them counts to
``coverage.evidence``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import check_sheets, declared, field_checks, operators, rows
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.results import Declared, InputFile
from geoplan.scenario import Scenario
from geoplan.units import MAX_OPERATORS


@dataclass(frozen=True)
class Told:
    """What was read: tables, rows to be counted with those of other files, and rasters."""

    declared: tuple[Declared, ...]
    checks: pd.DataFrame | None
    rows: tuple[Rows, ...]
    rasters: tuple[InputFile, ...]


def read(
    scenario: Scenario,
    communes: gpd.GeoDataFrame,
    frames: Mapping[str, Any],
    faults: Faults,
    warnings: Faults,
) -> Told:
    """Read what operators declare and what people found.

    Parameters
    ----------
    frames
        The tables that were made already; ``hamlets``, ``clusters`` and ``sites`` are asked.
    """
    names = operators.names_of(scenario)
    stands = not faults
    polygons, rasters = _declared_files(scenario, communes, names, faults)
    told = declared.declared(polygons, rasters, communes, faults)
    sheets = check_sheets.read_sheets(scenario, names, faults, warnings)
    checks = None
    # Where the hamlets are at fault, no check could be judged fairly.
    if scenario.inputs.field_checks is not None and stands:
        checks = field_checks.field_checks(
            sheets, frames["hamlets"], frames["clusters"], communes, scenario
        )
    _check_operators(frames["sites"], told, checks, faults)
    every = (*polygons, *(sheet.rows for sheet in sheets))
    return Told(told, checks, every, tuple(one.file for one in rasters))


def _declared_files(
    scenario: Scenario, communes: gpd.GeoDataFrame, names: Mapping[str, str], faults: Faults
) -> tuple[list[Rows], list[declared.DeclaredRaster]]:
    """Read the files of declared coverage: rows of polygons, and rasters."""
    dictionary = Dictionary(scenario.headers, scenario.words)
    bounds = tuple(communes.total_bounds) if len(communes) else None
    polygons, rasters = [], []
    for given in scenario.inputs.coverage:
        source = Source(tables.COVERAGE, given, scenario.folder / given.path, dictionary)
        if not source.exists:
            faults.add("missing_file", file=source.name, column="inputs.coverage")
        elif declared.is_raster(source):
            raster = declared.read_raster(source, names, bounds, faults)
            rasters += [] if raster is None else [raster]
        else:
            columns = declared.given_columns(source, names, faults)
            before = len(faults)
            one = None
            if columns is not None:
                one = rows.read(source, faults, given=columns, names=names)
            if one is not None and len(faults) == before:
                polygons.append(one)
    return polygons, rasters


def _check_operators(
    sites: pd.DataFrame, told: tuple[Declared, ...], checks: pd.DataFrame | None, faults: Faults
) -> None:
    """Add a fault where declarations and checks bring the operators above the most there can be."""
    found = set(sites["operator"].unique())
    further = {one.operator for one in told}
    if checks is not None:
        further |= set(checks["operator"].unique())
    if len(found | further) > MAX_OPERATORS >= len(found):
        faults.add("too_many_operators", value=", ".join(sorted(found | further)))
