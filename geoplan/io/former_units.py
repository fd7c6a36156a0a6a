"""The units before they were redrawn: crosswalks, older polygons, and codes that are of them.

What a crosswalk says, and what is wrong with it, is left to ``admin.crosswalk``.
"""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.admin import ancestry, units
from geoplan.admin import crosswalk as crosswalks
from geoplan.faults import Faults
from geoplan.io import boundaries
from geoplan.io.rows import Rows
from geoplan.results import FormerUnits, UnitVersion
from geoplan.scenario import Scenario

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]

_SIDES = ("old_code", "new_code")


def read(
    scenario: Scenario,
    communes: gpd.GeoDataFrame,
    *,
    crosswalk: Rows | None,
    before: Rows | None,
    faults: Faults,
    warnings: Faults,
) -> tuple[UnitVersion, FormerUnits | None]:
    """Tell between which days the communes stand, and what they were before, if anything says so.

    Parameters
    ----------
    communes
        Today's communes.
    crosswalk, before
        Rows of the crosswalk and of the older communes, None where there are none.
    """
    version, earlier = versions(scenario, warnings)
    _check_codes_as_of(scenario, version, faults)
    found = None if crosswalk is None else links(crosswalk, communes, faults)
    polygons = None if before is None else boundaries.communes(before, faults)
    if found is None and polygons is None:
        return version, None
    if found is None or polygons is None or before is None:
        return version, FormerUnits(found, polygons, earlier)
    if set(found["old_code"]).isdisjoint(polygons["commune_code"]):
        column = before.matched.header("commune_code")
        before.ledger.remark("former_codes_differ", column=column)
    return version, FormerUnits(found, polygons, earlier)


def versions(scenario: Scenario, warnings: Faults) -> tuple[UnitVersion, UnitVersion]:
    """Give the versions of today's units and of those before, and tell what does not fit."""
    given, before = scenario.inputs.communes, scenario.inputs.communes_before
    change = scenario.inputs.crosswalk
    # A crosswalk without the communes' own day says when they began.
    valid_from = given.valid_from or (change.valid_from if change else None)
    # Without a day of the figures the caller asks for none: the day of the run is today.
    day = scenario.as_of or units.REDRAWN
    current = units.current_version(
        day, valid_from=valid_from, valid_to=given.valid_to, source=given.source
    )
    if not units.holds(current, day):
        warnings.add(
            "units_not_valid", file=given.path, column="as_of", value=day, version=current.stamp
        )
    former = units.former_version(
        current,
        valid_from=before.valid_from if before else None,
        valid_to=before.valid_to if before else None,
        source=before.source if before else (change.source if change else ""),
    )
    return current, former


def links(rows: Rows, communes: gpd.GeoDataFrame, faults: Faults) -> pd.DataFrame | None:
    """Give the links of a crosswalk that speak of the area, and tell all that is odd in them."""
    missing = [name for name in _SIDES if rows.matched.place(name) is None]
    for name in missing:
        rows.tell(faults, "missing_column", column=name, known=name)
    if missing or not len(rows.raw) or not len(communes):
        return None
    rows.ledger.refuse(
        (rows.frame["old_code"] == "") & (rows.frame["new_code"] == ""),
        "missing_value",
        column="old_code",
    )
    frame = _with_zeros(rows, communes["commune_code"])
    _refuse_repeated(rows, frame)
    near = crosswalks.of_area(frame, communes) & rows.ledger.alive
    if not frame.loc[near, "new_code"].isin(set(communes["commune_code"])).any():
        rows.tell(faults, "crosswalk_foreign", column=rows.matched.header("new_code"))
        return None
    elsewhere = int((rows.ledger.alive & ~near).sum())
    if elsewhere:
        rows.ledger.remark("crosswalk_elsewhere", count=elsewhere)
    place = np.flatnonzero(near)
    found = frame.iloc[place].reset_index(drop=True)
    found["is_doubtful"] = crosswalks.doubtful(found, communes)
    for finding in crosswalks.audit(found, communes):
        if finding.row < 0:
            column = rows.matched.header(finding.column)
            rows.ledger.remark(finding.code, column=column, value=finding.value, **finding.params)
            continue
        here = np.zeros(len(frame), dtype=bool)
        here[place[finding.row]] = True
        rows.ledger.warn(here, finding.code, column=finding.column, **finding.params)
    return found


def _with_zeros(rows: Rows, today: pd.Series) -> pd.DataFrame:
    """Give the links with the leading zeros that a spreadsheet took from their codes.

    A code of digits alone is as long as the longest of its column, or as those of the communes.
    """
    frame = rows.frame[list(tables.CROSSWALK.names)].copy()
    columns = (*_SIDES, "old_district_code", "old_province_code", "new_province_code")
    width = {name: _width(frame[name]) for name in columns}
    width["old_code"] = width["new_code"] = max(*(width[name] for name in _SIDES), _width(today))
    for name in columns:
        short = frame[name].str.fullmatch(r"\d+") & (frame[name].str.len() < width[name])
        mask = short.to_numpy(dtype=bool)
        if not mask.any():
            continue
        padded = frame[name].str.zfill(width[name])
        first = np.zeros(len(frame), dtype=bool)
        first[np.flatnonzero(mask)[0]] = True
        shown = padded.iat[int(np.flatnonzero(mask)[0])]
        rows.ledger.warn(first, "code_mended", column=name, mended=shown, count=int(mask.sum()))
        frame[name] = padded.where(mask, frame[name])
    return frame


def _width(codes: pd.Series) -> int:
    digits = codes[codes.str.fullmatch(r"\d+").to_numpy(dtype=bool)]
    return int(digits.str.len().max()) if len(digits) else 0


def _refuse_repeated(rows: Rows, frame: pd.DataFrame) -> None:
    """Refuse a pair of units that stands a second time."""
    keyed = frame["old_code"] + "\x1f" + frame["new_code"]
    alive = rows.ledger.alive
    repeated = keyed.where(alive).duplicated().to_numpy(dtype=bool) & alive
    if not repeated.any():
        return
    first = {key: i for i, key in reversed(list(enumerate(keyed))) if alive[i]}
    numbers = np.array([rows.raw.rows[first.get(key, 0)] for key in keyed], dtype=object)
    # A district without communes has no code of its own to repeat.
    rows.ledger.refuse(
        repeated & (frame["old_code"] != "").to_numpy(dtype=bool),
        "duplicate_row",
        column="old_code",
        first_row=numbers,
    )


def _check_codes_as_of(scenario: Scenario, current: UnitVersion, faults: Faults) -> None:
    """Add the fault of hamlets with former codes where nothing says what became of them."""
    day = scenario.inputs.hamlets.codes_as_of
    if day and scenario.inputs.crosswalk is None and not units.holds(current, day):
        faults.add(
            "crosswalk_needed",
            file=scenario.inputs.hamlets.path,
            column="inputs.hamlets.codes_as_of",
            value=day,
            version=current.stamp,
        )


def known_codes(former: FormerUnits | None, today: pd.Series) -> pd.Series:
    """Give every code that a file may carry: today's, and those before."""
    if former is None or former.links is None:
        return today
    old = former.links["old_code"]
    every: pd.Series = pd.concat([today, old[old != ""]]).drop_duplicates()
    return every


def restate(
    rows: Rows,
    codes: pd.Series,
    found: Texts,
    today: pd.Series,
    former: FormerUnits | None,
    version: UnitVersion,
) -> tuple[pd.Series, pd.Series, Mask]:
    """Turn former commune codes of a file into today's, and tell those that stay ambiguous.

    Parameters
    ----------
    codes
        Commune codes of the rows, zeros mended.
    found
        Code of the commune in which each row's point lies, blank = no point or none near.
    today
        Codes of today's communes.
    former, version
        The units before, and between which days today's stand.

    Returns
    -------
    Today's code and the former one, blank where it is not known; and the rows whose former
    commune could be several of today's. Those stay in no commune and count in the province.
    """
    given = rows.frame["old_commune_code"]
    if former is None or former.links is None:
        return codes, given, np.zeros(len(codes), dtype=bool)
    known = set(former.links["old_code"]) - {""}
    mask = _former_rows(rows, codes, former.links, today, version)
    # A row without today's code may still name the former commune.
    only = ((codes == "") & (given != "")).to_numpy(dtype=bool)
    rows.ledger.warn(only & ~given.isin(known), "unknown_former_commune", column="old_commune_code")
    only = only & given.isin(known).to_numpy(dtype=bool)
    stated = crosswalks.restate(codes.mask(only, given), found, former.links, former=mask | only)
    column = "old_commune_code" if only.any() and not mask.any() else "commune_code"
    elsewhere = stated.is_ambiguous & np.array([bool(code) for code in found], dtype=bool)
    for where, code in (
        (elsewhere, "ambiguous_elsewhere"),
        (stated.is_ambiguous & ~elsewhere, "ambiguous_commune"),
    ):
        rows.ledger.warn(where, code, column=column, known=stated.candidates, found=found)
    now = pd.Series(stated.codes, index=codes.index, dtype="str")
    before = pd.Series(stated.former, index=codes.index, dtype="str")
    return now, before.mask(before == "", given), stated.is_ambiguous


def _former_rows(
    rows: Rows, codes: pd.Series, links: pd.DataFrame, today: pd.Series, version: UnitVersion
) -> Mask:
    """Tell which rows carry former codes: as the scenario says, else as the codes show."""
    day: datetime.date | None = getattr(rows.source.given, "codes_as_of", None)
    if day is not None:
        held = units.holds(version, day)
        return codes.isin(set(links["old_code"]) - {""}).to_numpy(dtype=bool) & (not held)
    chosen = crosswalks.code_set(codes, links, today)
    if chosen.remark:
        rows.ledger.remark(
            chosen.remark,
            column=rows.matched.header("commune_code"),
            count=int(chosen.former.sum()),
            total=int((codes != "").sum()),
        )
    return chosen.former


def warn_of_hamlets(
    hamlets: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    former: FormerUnits | None,
    tolerance_m: float,
    warnings: Faults,
    file: str,
) -> None:
    """Tell how many hamlets of a commune cannot be given to one of the former provinces."""
    if former is None:
        return
    index = {code: row for row, code in enumerate(communes["commune_code"])}
    commune = hamlets["commune_code"].map(index).fillna(-1).to_numpy(np.int64)
    traced = ancestry.trace(former, communes)
    part = traced.of_points(
        hamlets["longitude"].to_numpy(np.float64),
        hamlets["latitude"].to_numpy(np.float64),
        commune,
        hamlets["old_commune_code"].to_numpy(dtype=object),
        tolerance_m=tolerance_m,
    )
    _, province = traced.units("old_province")
    lost = np.append(province, -1)[part] < 0
    for code in sorted(set(hamlets["commune_code"][lost])):
        count = int((lost & (hamlets["commune_code"] == code).to_numpy(dtype=bool)).sum())
        warnings.add(
            "former_unit_unknown", file=file, column="commune_code", value=code, count=count
        )
