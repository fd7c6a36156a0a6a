"""Tables as radio planning tools export them: sites, their transmitters, and cells of these.

Atoll keeps coordinates with the sites, antennas with the transmitters and carriers with the
cells; together they are one sites file. What the columns mean is left to ``columns``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import columns, radio_words, readers, values
from geoplan.io.readers import RawTable, Source

_SITE: Final = ("name", "site", "site name", "site id")
_TRANSMITTER: Final = ("transmitter", "transmitter name", "sector", "sector id", "name")
_OF_SITE: Final = ("site", "site name", "site id")
_OF_TRANSMITTER: Final = ("transmitter", "transmitter name", "sector", "sector id")
_CELL: Final = ("cell", "cell name", "name")
_ACTIVE: Final = ("active", "enabled")
_NOTES: Final = ("comments", "comment", "altitude", *_ACTIVE)
_BANDS: Final = ("frequency band", "band", "carrier", "frequency")


def roles(names: Sequence[str]) -> dict[str, list[str]]:
    """Give the tables of a planning tool among names of sheets or files; empty without them.

    >>> roles(["Sites", "Transmitters", "LTE Cells"])
    {'sites': ['Sites'], 'transmitters': ['Transmitters'], 'cells': ['LTE Cells']}
    """
    found: dict[str, list[str]] = {"sites": [], "transmitters": [], "cells": []}
    for name in names:
        folded = columns.normal(name)
        for role in found:
            if folded.endswith((role, role[:-1])):
                found[role].append(name)
    whole = len(found["sites"]) == 1 and len(found["transmitters"]) == 1
    return {role: several for role, several in found.items() if several} if whole else {}


def join_roles(
    parts: Mapping[str, Sequence[str]], raws: Mapping[str, RawTable], source: Source
) -> RawTable:
    """Join tables by their names as :func:`roles` sorts them."""
    cells = [raws[name] for name in parts.get("cells", ())]
    return join(raws[parts["sites"][0]], raws[parts["transmitters"][0]], cells, source)


def read_files(source: Source, faults: Faults) -> RawTable | None:
    """Read the tables that a scenario names one by one, and join them."""
    given = source.given
    written = Path(given.path)
    folder = source.path.parents[0 if written.is_absolute() else len(written.parts) - 1]
    read: list[RawTable] = []
    for name in (given.path, given.transmitters, *given.cells):
        assert name is not None
        alone = given.model_copy(update={"path": name, "transmitters": None, "cells": ()})
        path = folder / name
        one = Source(source.table, alone, path, source.dictionary)
        if not path.is_file():
            faults.add("missing_file", file=one.name, column="inputs.sites")
            continue
        raw = readers.read(one, faults)
        if raw is not None:
            read.append(replace(raw, sheet=raw.sheet or Path(name).stem))
    if len(read) < 2 + len(given.cells):
        return None
    return join(read[0], read[1], read[2:], source)


def join(
    sites: RawTable, transmitters: RawTable, cells: Sequence[RawTable], source: Source
) -> RawTable:
    """Give one row for each cell, or for each transmitter where there are no cells.

    A transmitter whose site is missing has no coordinates, and is refused for that. One that is
    not active is planned. The technology of a cell is that of its band, or of its sheet.
    """
    place = _by_name(sites, _SITE)
    antenna = _by_name(transmitters, _TRANSMITTER)
    antenna["site_id"] = _column(transmitters, _OF_SITE).to_numpy()
    antenna["status"] = _status(transmitters).to_numpy()
    finest = list(cells) or [transmitters]
    frames = [_rows(one, antenna, place, bool(cells)) for one in finest]
    frame = pd.concat(frames, ignore_index=True).fillna("")
    headers = tuple(str(name) for name in frame.columns)
    sheets = np.concatenate([np.full(len(one), one.sheet, dtype=object) for one in finest])
    told = readers.remark(
        source,
        "tables_joined",
        tables=", ".join(one.sheet for one in (sites, transmitters, *cells)),
    )
    raw = RawTable(
        headers=headers,
        cells=frame.set_axis(range(len(headers)), axis=1),
        rows=np.concatenate([one.rows for one in finest]),
        sheet=", ".join(dict.fromkeys(one.sheet for one in finest)),
        sheets=sheets,
        decimal_comma=sites.decimal_comma,
        remarks=(*sites.remarks, told),
    )
    return readers.tidy(raw)


def _rows(
    one: RawTable, antenna: pd.DataFrame, place: pd.DataFrame, has_cells: bool
) -> pd.DataFrame:
    """Give the rows of the finest table with what their transmitter and site say."""
    own = one.cells.set_axis([str(name) for name in one.headers], axis=1)
    if has_cells:
        taken = {*_names(one, _CELL), *_names(one, _OF_TRANSMITTER)}
        own = own.drop(columns=[name for name in own.columns if name in taken])
        antenna = antenna[~antenna.index.duplicated()]
        found = antenna.reindex(_column(one, _OF_TRANSMITTER).to_numpy())
        found = found.drop(columns=[name for name in own.columns if name in found.columns])
        rows = pd.concat([own, found.reset_index(drop=True)], axis=1)
        rows["Cell"] = _column(one, _CELL).to_numpy()
    else:
        rows = antenna.reset_index(drop=True)
    place = place[~place.index.duplicated()]
    found = place.reindex(rows["site_id"].fillna("").to_numpy())
    keep = [name for name in found.columns if name not in rows.columns]
    rows = pd.concat([rows, found[keep].reset_index(drop=True)], axis=1)
    headers = [str(name) for name in rows.columns]
    matched = columns.match(headers, tables.SITES, file="", sheet="", faults=Faults())
    if matched.place("technology") is None:
        rows["technology"] = _technology(one)
    return rows


def _technology(one: RawTable) -> pd.Series:
    """Give the technology that the band of each row names, else that of the sheet's name."""
    of_sheet = radio_words.technologies(
        "".join(char if char.isalnum() else " " for char in one.sheet)
        .casefold()
        .replace("cells", " ")
        .replace("transmitters", " ")
        .replace("cell", " ")
    )
    bands = _column(one, _BANDS)
    named = {band: radio_words.technologies(band) for band in bands.unique()}
    return bands.map(named).replace("", of_sheet)


def _status(transmitters: RawTable) -> pd.Series:
    active, _ = values.booleans(_column(transmitters, _ACTIVE))
    return active.map({False: "planned"}).astype("str").where(active.eq(False).fillna(False), "")


def _by_name(one: RawTable, names: Sequence[str]) -> pd.DataFrame:
    """Give a table by its name, without the columns that name it and those of notes."""
    frame = one.cells.set_axis([str(name) for name in one.headers], axis=1)
    taken = _names(one, names[:1]) or _names(one, names)
    frame.index = pd.Index(frame[taken[0]] if taken else [""] * len(frame), dtype="str")
    return frame.drop(columns=[*_names(one, (*_OF_SITE, *_NOTES)), *taken], errors="ignore")


def _names(one: RawTable, wanted: Sequence[str]) -> list[str]:
    """Give the headers of a table that are one of some names, in the order of these."""
    keys = [columns.normal(name) for name in wanted]
    found = [name for name in one.headers if columns.normal(name) in keys]
    return sorted(found, key=lambda name: keys.index(columns.normal(name)))


def _column(one: RawTable, wanted: Sequence[str]) -> pd.Series:
    """Give a column by the first of its names that is there, blank where there is none."""
    names = _names(one, wanted)
    if not names:
        return pd.Series([""] * len(one), dtype="str")
    return one.cells[list(one.headers).index(names[0])]
