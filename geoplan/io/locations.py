"""Points of hamlets that a person confirmed: a list of candidates with an x, or a work list.

What nobody confirmed does not count. Finding candidates is left to ``locating``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Faults
from geoplan.io import checked_places, coordinates, settlements
from geoplan.io.coordinates import Places
from geoplan.io.rows import Rows
from geoplan.io.settlements import Surroundings

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

BY_HAND: Final = "by_hand"
"""The centre_kind of a hamlet whose coordinates a person entered."""
_YES: Final = frozenset({"x", "co", "dong y", "dung", "yes", "y", "true", "1", "✓", "✔", "ok", "v"})
_NO: Final = frozenset({"", "khong", "no", "n", "false", "0", "-", "sai"})
_KINDS: Final = {
    "nha van hoa": "cultural_house",
    "cultural house": "cultural_house",
    "truong hoc": "school",
    "danh sach cu, dia danh": "hamlet",
    "older list or place": "hamlet",
}
"""Words of the work list, folded → centre_kind."""
_EXACT_DEG: Final = 1.5e-6
"""Two points nearer than this are one: the sixth decimal of a degree, and its rounding."""


@dataclass(frozen=True)
class _Confirmed:
    """The rows that a person confirmed: where they lie, and whether the place was entered."""

    rows: Mask
    longitude: Floats
    latitude: Floats
    by_hand: Mask


def located(
    one: Rows, hamlets: gpd.GeoDataFrame, around: Surroundings, faults: Faults
) -> gpd.GeoDataFrame:
    """Give the hamlets with the points that a person confirmed.

    A hamlet of the file that has coordinates keeps them, with a warning. Rows of a hamlet that is
    not known, or has another name or commune than the row says, and two points confirmed for one
    hamlet are refused.
    """
    found = _confirmed(one, around, faults)
    _refuse_unknown(one, hamlets, found.rows)
    _refuse_several(one, found)
    located_now = one.ledger.alive & found.rows
    place_of = {identity: i for i, identity in enumerate(hamlets["hamlet_id"])}
    target = np.array([place_of.get(name, -1) for name in one.frame["hamlet_id"]], dtype=np.int64)
    has_point = np.append(hamlets["longitude"].notna().to_numpy(dtype=bool), True)
    one.ledger.warn(located_now & has_point[target], "location_not_needed", column="hamlet_id")
    new = np.flatnonzero(located_now & ~has_point[target])
    _warn_of_communes(one, hamlets, around, found, target, new)
    kinds = one.frame["class"].map(lambda word: _KINDS.get(text.fold(word), word))
    kinds = kinds.where(~pd.Series(found.by_hand), BY_HAND)
    changed = hamlets.copy()
    for name, cells in (
        ("longitude", found.longitude),
        ("latitude", found.latitude),
        ("centre_kind", kinds.to_numpy(object)),
    ):
        own = changed[name].to_numpy(object if name == "centre_kind" else np.float64).copy()
        own[target[new]] = cells[new]
        changed[name] = pd.Series(own, dtype=changed[name].dtype, index=changed.index)
    return changed


def _confirmed(one: Rows, around: Surroundings, faults: Faults) -> _Confirmed:
    """Read which rows a person confirmed, and where they lie: as entered, else as the candidate."""
    folded = one.frame["confirmed"].map({cell: text.fold(cell) for cell in one.frame["confirmed"]})
    agreed = folded.isin(_YES).to_numpy(dtype=bool)
    odd = ~agreed & ~folded.isin(_NO).to_numpy(dtype=bool)
    one.ledger.refuse(odd, "unknown_value", column="confirmed", known="x")
    given = _places(one, around, faults)
    entered = _entered(one, around, faults)
    by_hand = entered.known
    lon = np.where(by_hand, entered.longitude, given.longitude)
    lat = np.where(by_hand, entered.latitude, given.latitude)
    chosen = (agreed | by_hand) & one.ledger.alive
    one.ledger.refuse(chosen & np.isnan(lon), "missing_coordinates", column="longitude")
    return _Confirmed(chosen & one.ledger.alive, lon, lat, by_hand)


def _places(one: Rows, around: Surroundings, faults: Faults) -> Places:
    places = coordinates.locate(one, around.communes, faults, tolerance_m=around.tolerance_m)
    coordinates.place_in_communes(one, places, around.communes, faults)
    return places


def _entered(one: Rows, around: Surroundings, faults: Faults) -> Places:
    """Read the coordinates that a person entered beside the candidate's."""
    own = one.matched.columns
    size = len(one.raw)
    blank, no = np.full(size, np.nan), np.zeros(size, dtype=bool)
    nowhere = Places(blank, blank, np.full(size, None, dtype=object), no)
    if not {"entered_longitude", "entered_latitude"} <= own.keys() or not len(one.raw):
        return nowhere
    columns = {name: place for name, place in own.items() if name not in ("x", "y")}
    columns |= {
        "longitude": own["entered_longitude"],
        "latitude": own["entered_latitude"],
    }
    matched = replace(one.matched, columns=columns, parts={})
    if not (one.raw.cells[[columns["longitude"], columns["latitude"]]] != "").to_numpy().any():
        return nowhere
    raw = replace(one.raw, geometry=None, crs="")
    given = one.source.given.model_copy(update={"crs": None})
    entered = replace(one, matched=matched, raw=raw, source=replace(one.source, given=given))
    shown, one.ledger.matched = one.ledger.matched, matched
    places = _places(entered, around, faults)
    one.ledger.matched = shown
    return places


def _refuse_unknown(one: Rows, hamlets: gpd.GeoDataFrame, chosen: Mask) -> None:
    """Refuse confirmed rows of a hamlet that is not there, or is another one than the row says."""
    ids = one.frame["hamlet_id"]
    one.ledger.refuse(chosen & ~ids.isin(set(hamlets["hamlet_id"])).to_numpy(), "unknown_hamlet",
                      column="hamlet_id")  # fmt: skip
    own = hamlets.set_index("hamlet_id")
    for name, same in (("name", _same_name), ("commune_code", _same_code)):
        known = ids.map(own[name].to_dict()).fillna("").astype("str")
        told = one.frame[name]
        differs = np.array(
            [bool(a) and bool(b) and not same(a, b) for a, b in zip(told, known, strict=True)],
            dtype=bool,
        )
        one.ledger.refuse(
            chosen & differs, "hamlet_differs", column=name, known=known.to_numpy(object)
        )


def _same_name(a: str, b: str) -> bool:
    return checked_places.spelling(a) == checked_places.spelling(b)


def _same_code(a: str, b: str) -> bool:
    """Compare codes without the leading zeros that a spreadsheet takes."""
    return a == b or (a.isdigit() and b.isdigit() and int(a) == int(b))


def _refuse_several(one: Rows, found: _Confirmed) -> None:
    """Refuse every row of a hamlet for which two different points were confirmed."""
    standing = np.flatnonzero(one.ledger.alive & found.rows)
    by_hamlet: dict[str, list[int]] = {}
    for row in standing.tolist():
        by_hamlet.setdefault(str(one.frame["hamlet_id"].iat[row]), []).append(row)
    several = np.zeros(len(one.raw), dtype=bool)
    others = np.full(len(one.raw), "", dtype=object)
    for rows in by_hamlet.values():
        lon, lat = found.longitude[rows], found.latitude[rows]
        if np.ptp(lon) <= _EXACT_DEG and np.ptp(lat) <= _EXACT_DEG:
            continue
        several[rows] = True
        shown = [_row(one, row) for row in rows]
        for row, own in zip(rows, shown, strict=True):
            others[row] = ", ".join(other for other in shown if other != own)
    one.ledger.refuse(several, "confirmed_twice", column="confirmed", rows=others)


def _row(one: Rows, row: int) -> str:
    sheet = one.raw.sheet_of(row) if one.raw.sheets is not None else ""
    return f"{sheet}!{one.raw.rows[row]}" if sheet else str(one.raw.rows[row])


def _warn_of_communes(
    one: Rows,
    hamlets: gpd.GeoDataFrame,
    around: Surroundings,
    found: _Confirmed,
    target: NDArray[np.int64],
    new: NDArray[np.int64],
) -> None:
    """Tell of confirmed points that lie in another commune than their hamlet."""
    from geoplan import admin

    where = np.zeros(len(one.raw), dtype=bool)
    where[new] = True
    index, distance = admin.commune_of_points(around.communes, found.longitude, found.latitude)
    lies_in = settlements.commune_codes(around, index, distance)
    declared = np.append(hamlets["commune_code"].to_numpy(object), "")[target]
    other = where & (distance == 0) & (lies_in != declared) & (declared != "")
    for rows, column in ((~found.by_hand, "longitude"), (found.by_hand, "entered_longitude")):
        one.ledger.warn(
            other & rows, "commune_differs", column=column, found=lies_in, declared=declared
        )
