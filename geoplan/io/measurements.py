"""Measured levels of all files as one table: what can be true, each row once.

What tools write beside them is left to ``drive_logs``, calibrating to
``propagation.calibration``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import (
    channels,
    coordinates,
    declared,
    drive_logs,
    moments,
    operators,
    radio_words,
    repeats,
    rows,
    settlements,
)
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings
from geoplan.scenario import Scenario, SourceFile

REJECTED_SHARE: Final = 0.5
"""Only a file that is refused beyond this stops the run (an assumption): a log of a drive through
tunnels and borders has more odd lines than a list that somebody wrote."""
_LEVELS: Final = ("4G", "5G")
_BAND_EXAMPLES: Final = "700, 900, 1800, B3, n78"


@dataclass(frozen=True)
class Measured:
    """The table ``measurements`` with ``commune_code`` and the place of each row, and the files."""

    table: pd.DataFrame | None
    rows: tuple[Rows, ...]


def read(scenario: Scenario, around: Surroundings, faults: Faults) -> Measured:
    """Read the files of ``inputs.measurements``; None as the table where the scenario names none.

    Parameters
    ----------
    around
        The communes; rows more than 15 km from all of them are refused.
    """
    if not scenario.inputs.measurements:
        return Measured(None, ())
    read_rows = [_rows_of(scenario, one, faults) for one in scenario.inputs.measurements]
    found = tuple(one for one in read_rows if one is not None)
    frames = [_one_file(one, around, faults) for one in found]
    names = [name for name in tables.MEASUREMENTS.names if name != "geometry"]
    further = ["commune_code", "source_file", "source_sheet", "source_row"]
    if not frames:
        empty = pd.DataFrame(columns=[*names, *further])
        return Measured(_checked(empty, names, further), ())
    frame = pd.concat(frames, ignore_index=True)
    _refuse_repeated(frame[names], found)
    alive = np.concatenate([one.ledger.alive for one in found])
    return Measured(_checked(frame[alive], names, further), found)


def _checked(frame: pd.DataFrame, names: list[str], further: list[str]) -> pd.DataFrame:
    return tables.check(frame, tables.MEASUREMENTS)[[*names, *further]]


def _rows_of(scenario: Scenario, given: SourceFile, faults: Faults) -> Rows | None:
    dictionary = Dictionary(scenario.headers, scenario.words)
    source = Source(tables.MEASUREMENTS, given, scenario.folder / given.path, dictionary)
    if not source.exists:
        faults.add("missing_file", file=source.name, column="inputs.measurements")
        return None
    names = operators.names_of(scenario)
    before = len(faults)
    columns = declared.given_columns(source, names, faults)
    if columns is None:
        return None
    mend = partial(drive_logs.mend, source=source)
    one = rows.read(source, faults, given=columns, names=names, mend=mend)
    return one if one is not None and len(faults) == before else None


def _one_file(one: Rows, around: Surroundings, faults: Faults) -> pd.DataFrame:
    """Give the rows of a file with place, moment and frequency, the refused ones among them."""
    settlements.need_point(one, faults)
    one.ledger.refuse(
        np.isnan(one.frame["rsrp_dbm"].to_numpy(np.float64)), "missing_value", column="rsrp_dbm"
    )
    places = coordinates.locate(one, around.communes, faults, tolerance_m=around.tolerance_m)
    one.ledger.refuse(~places.known, "missing_coordinates", column="longitude")
    index, distance = coordinates.place_in_communes(one, places, around.communes, faults)
    place = one.matched.columns.get("time")
    exact = None if place is None else one.raw.exact.get(place)
    told, bad = moments.read(one.frame["time"], exact=exact)
    one.ledger.refuse(bad, "bad_date", column="time")
    technology, frequency = _carriers(one)
    codes = settlements.commune_codes(around, index, distance)
    return one.frame.assign(
        technology=technology,
        frequency_mhz=frequency,
        time=told,
        longitude=places.longitude.round(tables.DEGREES),
        latitude=places.latitude.round(tables.DEGREES),
        commune_code=pd.Series(codes, dtype="str"),
        source_file=one.source.name,
        source_sheet=pd.Series([one.raw.sheet_of(i) for i in range(len(one.raw))], dtype="str"),
        source_row=one.raw.rows,
    )


def _carriers(one: Rows) -> tuple[pd.Series, np.ndarray]:
    """Give technology and frequency: as given, by channel number, else by the name of the band.

    Numbers of 4G and 5G do not meet in the bands of Vietnam, so that one tells the technology.
    """
    frame, ledger = one.frame, one.ledger
    technology = frame["technology"].to_numpy(dtype=object).copy()
    several = ~np.isin(technology, ("", *_LEVELS))
    ledger.refuse(several, "unknown_technology", column="technology", known=", ".join(_LEVELS))
    earfcn, nr, either = (
        frame[name].to_numpy(np.float64) for name in ("earfcn", "nr_arfcn", "arfcn")
    )
    is_5g = (technology == "5G") | ((technology == "") & np.isnan(earfcn) & ~np.isnan(nr))
    is_5g |= (technology == "") & np.isnan(earfcn) & (either > channels.LAST_EARFCN)
    number = np.where(is_5g, nr, earfcn)
    column = np.where(np.isnan(number), "arfcn", np.where(is_5g, "nr_arfcn", "earfcn"))
    number = np.where(np.isnan(number), either, number)
    by_number = np.where(is_5g, channels.nr_mhz(number), channels.lte_mhz(number))
    frequency = frame["frequency_mhz"].to_numpy(np.float64)
    unknown = np.isnan(frequency) & ~np.isnan(number) & np.isnan(by_number)
    for name in ("earfcn", "nr_arfcn", "arfcn"):
        ledger.refuse(unknown & (column == name), "unknown_channel", column=name)
    told = (technology == "") & ~np.isnan(number)
    technology[told] = np.where(is_5g[told], "5G", "4G")
    frequency = np.where(np.isnan(frequency), by_number, frequency)
    named = _of_bands(frame["band"], is_5g)
    strange = np.isnan(frequency) & np.isnan(named) & (frame["band"] != "").to_numpy(dtype=bool)
    ledger.refuse(strange, "unknown_value", column="band", known=_BAND_EXAMPLES)
    frequency = np.where(np.isnan(frequency), named, frequency)
    _tell_missing(one, frequency)
    return pd.Series(technology, dtype="str"), frequency


def _of_bands(band: pd.Series, is_5g: np.ndarray) -> np.ndarray:
    """Give the frequency by which each band is called; a bare number is that of its technology."""
    codes, uniques = pd.factorize(band)
    found = np.full((2, len(uniques) + 1), np.nan)
    for place, written in enumerate(uniques):
        small = written.isdigit() and len(written) < 3
        for row, known in enumerate((radio_words.LTE_BANDS_MHZ, radio_words.NR_BANDS_MHZ)):
            if small:
                mhz = known.get(int(written))
            else:
                mhz = radio_words.frequency_mhz(written) if written else None
            found[row, place] = np.nan if mhz is None else mhz
    chosen: np.ndarray = found[is_5g.astype(np.int64), codes]
    return chosen


def _tell_missing(one: Rows, frequency: np.ndarray) -> None:
    """Tell of rows that no band is known of."""
    count = int((np.isnan(frequency) & one.ledger.alive).sum())
    if count:
        one.ledger.remark("band_missing", count=count)


def _refuse_repeated(frame: pd.DataFrame, found: tuple[Rows, ...]) -> None:
    """Refuse rows that say the same of the same moment; without a clock nobody can tell them.

    A phone that stands still measures the same again and again.
    """
    clock = frame["time"].str.contains("T", regex=False).to_numpy(dtype=bool)
    apart = np.where(clock, -1, np.arange(len(frame)))
    compared = frame.assign(apart=apart)
    repeats.refuse(compared, list(compared.columns), [one.ledger for one in found])
