"""One file by itself: read by the same readers as a run, cleaned, to be looked at and kept.

A run reads all its files together (``inputs``); writing the clean table is left to ``report``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geoplan import geodesy, tables
from geoplan.faults import Fault, Faults
from geoplan.io import (
    boundaries,
    declared_totals,
    fetched,
    operators,
    readers,
    rejects,
    reported,
    rows,
    settlements,
    sites,
    values,
)
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings
from geoplan.results import InputFile
from geoplan.scenario import Scenario, SourceFile
from geoplan.tables import Column, Table

_LISTS: Final = ("sites", "coverage")
"""Tables whose rows an operator sends."""
_PLACELESS: Final = ("communes", "reported", "declared_totals")
"""Tables whose rows lie in no commune."""
_LEAST_NORTHING_M, _MOST_EASTING_M = 850_000.0, 850_000.0
"""VN-2000 in Vietnam: northings are above, eastings of a TM-3 or UTM zone below. [m]"""

Make = Callable[[Rows, Surroundings, Scenario, Faults], pd.DataFrame]

_MAKERS: Final[dict[str, Make]] = {
    "sites": lambda one, around, plan, faults: sites.sites([one], around, plan, faults),
    "hamlets": lambda one, around, plan, faults: settlements.hamlets(one, around, faults),
    "clusters": lambda one, around, plan, faults: settlements.clusters(one, around, None, faults),
    "places": lambda one, around, plan, faults: settlements.places(one, around, faults),
    "structures": lambda one, around, plan, faults: settlements.structures(one, around, faults),
    "communes": lambda one, around, plan, faults: boundaries.communes(one, faults),
    "zones": lambda one, around, plan, faults: boundaries.zones(one, around.communes, faults),
    "reported": lambda one, around, plan, faults: reported.reported(one),
    "declared_totals": lambda one, around, plan, faults: declared_totals.declared_totals(one),
}
KEPT: Final = "as the file has it"
"""Description of columns that are not ours."""
TABLES: Final = tuple(_MAKERS)
"""Names of the tables that a file can be read as."""


@dataclass(frozen=True)
class OneFile:
    """A file that was read: the rows that stand, those that were left out, and how it was read.

    ``table`` declares the columns of ``frame`` in order, the file's further ones behind ours.
    """

    table: Table
    frame: pd.DataFrame
    rejects: pd.DataFrame
    file: InputFile
    warnings: tuple[Fault, ...]


def read_one(
    scenario: Scenario, table: Table, given: SourceFile, communes: gpd.GeoDataFrame | None = None
) -> OneFile:
    """Read one file as a table.

    Parameters
    ----------
    scenario
        Its words, operators, tolerance, language and folder; its own inputs are not read.
    table
        One of ``TABLES``.
    given
        The file, relative to the scenario's folder or absolute.
    communes
        What the rows are placed among; without them nothing is told of where rows lie.

    Raises
    ------
    InputError
        The file is missing or cannot be read exactly; refused rows stop nothing.
    """
    faults, warnings = Faults(), Faults()
    dictionary = Dictionary(scenario.headers, scenario.words)
    source = Source(table, given, scenario.folder / given.path, dictionary)
    if not source.exists:
        faults.add("missing_file", file=source.name)
        faults.raise_if_any()
    names = operators.names_of(scenario)
    if given.operator:
        names.setdefault(values.key(given.operator), given.operator)
    one = rows.read(source, faults, given=sites.given_columns(given, names), names=names)
    faults.raise_if_any()
    assert one is not None
    if communes is None and table.name not in _PLACELESS:
        one = _northing_first(one)
        warnings.add("not_placed", file=source.name)
    area = boundaries.as_layer(boundaries.empty_table(tables.COMMUNES))
    around = Surroundings(
        area if communes is None else communes, scenario.inputs.outside_tolerance_m
    )
    frame = _MAKERS[table.name](one, around, scenario, faults)
    faults.raise_if_any()
    warnings.extend(one.ledger.warnings)
    if not len(one.raw):
        warnings.add("empty_file", file=source.name, sheet=one.raw.sheet)
    clean = _clean_table(one, frame)
    return OneFile(
        clean,
        tables.check(pd.DataFrame(frame), clean),
        rejects.rejects_table(one.ledger.refused, scenario.language),
        input_file(one),
        tuple(warnings),
    )


def read_communes(scenario: Scenario, given: SourceFile) -> gpd.GeoDataFrame:
    """Read the communes that the rows of another file are placed among."""
    found = read_one(scenario, tables.COMMUNES, given)
    return boundaries.as_layer(found.frame)


def given_in(scenario: Scenario, path: Path) -> SourceFile | None:
    """Give what a scenario says of a file, where it names it."""
    inputs = scenario.inputs
    several: list[SourceFile | None] = [*inputs.sites, *inputs.sites_before, *inputs.coverage]
    several += [getattr(inputs, name, None) for name in TABLES if name != "sites"]
    wanted = path.resolve()
    for one in several:
        if one is not None and (scenario.folder / one.path).resolve() == wanted:
            return one
    return None


def input_file(one: Rows, role: str = "") -> InputFile:
    """Tell what became of the rows of a file, under the role that it has in a scenario."""
    accepted = int(one.ledger.alive.sum())
    return InputFile(
        role=role or one.source.table.name,
        path=one.source.name,
        sheet=one.raw.sheet,
        sha256=readers.fingerprint(one.source, one.raw),
        read=len(one.raw),
        accepted=accepted,
        refused=len(one.raw) - accepted,
        columns=one.matched.named,
        sender=_sender(one),
        licence="" if one.source.is_database else fetched.licence_of(one.source.path),
    )


def _sender(one: Rows) -> str:
    """Give the operator whose list a file is, if all its rows name one."""
    if one.source.table.name not in _LISTS or "operator" not in one.frame.columns:
        return ""
    named = set(one.frame["operator"]) - {""}
    return str(named.pop()) if len(named) == 1 else ""


def _clean_table(one: Rows, frame: pd.DataFrame) -> Table:
    """Declare the columns of the clean file: ours, then those of the file that stay as they are."""
    table = one.source.table
    others = [name for name in one.matched.others.values() if name in frame.columns]
    further = tuple(Column(name, "text", KEPT) for name in others)
    return replace(table, columns=(*table.columns, *further))


def _northing_first(one: Rows) -> Rows:
    """Exchange X and Y where X is the northing, which without communes only their size tells."""
    crs = one.source.given.crs
    if not one.has_metres or not crs or not len(one.raw):
        return one
    try:
        if geodesy.is_geographic(geodesy.zone_code(crs)):
            return one
    except ValueError:
        return one
    x, y = (_median(one, name) for name in ("x", "y"))
    if not (x > _LEAST_NORTHING_M and y < _MOST_EASTING_M):
        return one
    own = one.matched.columns
    matched = replace(one.matched, columns={**own, "x": own["y"], "y": own["x"]})
    one.ledger.matched = matched
    one.ledger.remark("axes_exchanged")
    return replace(one, matched=matched)


def _median(one: Rows, name: str) -> float:
    place = one.matched.columns[name]
    numbers, _ = values.numbers(
        one.raw.cells[place],
        unit="m",
        decimal_comma=one.raw.decimal_comma,
        exact=one.raw.exact.get(place),
    )
    known: Any = numbers[np.isfinite(numbers)]
    return float(np.median(known)) if len(known) else float("nan")
