"""Named points that hamlets without coordinates may be: places, schools, older lists.

Whatever file has a name and a point will do; comparing them with hamlets is left to ``locating``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.faults import Fault, Faults
from geoplan.io import coordinates, one_file, rejects, rows, settlements
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.results import InputFile
from geoplan.scenario import Scenario, SourceFile


@dataclass(frozen=True)
class Points:
    """The points of all files, with ``source_file`` and ``source_row``, and what was left out."""

    table: pd.DataFrame
    rejects: pd.DataFrame
    files: tuple[InputFile, ...]
    warnings: tuple[Fault, ...]


def read_points(
    scenario: Scenario,
    given: Sequence[SourceFile],
    communes: gpd.GeoDataFrame,
    *,
    default_class: str = "",
) -> Points:
    """Read files of named points; those far from the communes are no fault, and are never used.

    Parameters
    ----------
    scenario
        Its words, headers, language and folder.
    given
        The files, relative to the scenario's folder or absolute.
    communes
        As in ``results.Inputs``; they tell a wrong coordinate system.
    default_class
        What a point is whose file does not say it.

    Raises
    ------
    InputError
        A file is missing or cannot be read exactly.
    """
    faults, warnings = Faults(), Faults()
    read = [_read_file(scenario, one, faults) for one in given]
    found = [one for one in read if one is not None]
    frames = [_points(one, communes, default_class, faults) for one in found]
    faults.raise_if_any()
    for one in found:
        warnings.extend(one.ledger.warnings)
        if not len(one.raw):
            warnings.add("empty_file", file=one.source.name, sheet=one.raw.sheet)
    refused = [fault for one in found for fault in one.ledger.refused]
    return Points(
        pd.concat(frames, ignore_index=True),
        rejects.rejects_table(refused, scenario.language),
        tuple(one_file.input_file(one) for one in found),
        tuple(warnings),
    )


def _read_file(scenario: Scenario, given: SourceFile, faults: Faults) -> Rows | None:
    dictionary = Dictionary(scenario.headers, scenario.words)
    source = Source(tables.POINTS, given, scenario.folder / given.path, dictionary)
    if not source.exists:
        faults.add("missing_file", file=source.name, column="--points")
        return None
    before = len(faults)
    one = rows.read(source, faults)
    return one if one is not None and len(faults) == before else None


def _points(
    one: Rows, communes: gpd.GeoDataFrame, default_class: str, faults: Faults
) -> pd.DataFrame:
    settlements.need_point(one, faults)
    places = coordinates.locate(one, communes, faults, polygons=True)
    one.ledger.refuse(~places.known, "missing_coordinates", column="longitude")
    frame = one.frame.assign(
        longitude=places.longitude,
        latitude=places.latitude,
        source_file=one.source.name,
        source_row=np.asarray(one.raw.rows),
    )
    frame["class"] = frame["class"].mask(frame["class"] == "", default_class)
    kept = tables.check(frame[one.ledger.alive], tables.POINTS).drop(columns="geometry")
    names = [name for name in tables.POINTS.names if name != "geometry"]
    return kept[[*names, "source_file", "source_row"]]
