"""Hamlets, their clusters, and the places that plans speak of.

What is served there is left to ``coverage``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import boundaries, columns, coordinates, former_units, repeats
from geoplan.io.coordinates import Places
from geoplan.io.rows import Rows
from geoplan.results import FormerUnits, UnitVersion

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Surroundings:
    """What rows are placed among: the communes and the tolerance around them. [m]"""

    communes: gpd.GeoDataFrame
    tolerance_m: float
    former: FormerUnits | None = None
    """What the communes were before."""
    version: UnitVersion = field(default_factory=UnitVersion)
    """Between which days the communes stand."""


def hamlets(rows: Rows, around: Surroundings, faults: Faults) -> gpd.GeoDataFrame:
    """Give the hamlets of a file; the geometry is the polygon where there is one, else None."""
    frame, ledger = rows.frame, rows.ledger
    has_half = bool({"longitude", "latitude", "x", "y"} & rows.matched.columns.keys())
    names_commune = bool({"commune_code", "old_commune_code"} & rows.matched.columns.keys())
    if has_half or not names_commune:
        need_point(rows, faults)
    places = coordinates.locate(
        rows, around.communes, faults, polygons=True, tolerance_m=around.tolerance_m
    )
    today = around.communes["commune_code"]
    codes = frame["commune_code"]
    if "commune_code" in rows.matched.columns:
        codes = mend_codes(rows, former_units.known_codes(around.former, today))
    nowhere = ~places.known & (codes == "") & (frame["old_commune_code"] == "")
    ledger.refuse(nowhere, "missing_coordinates", column="longitude")
    index, distance = coordinates.place_in_communes(rows, places, around.communes, faults)
    found = commune_codes(around, index, distance)
    codes, before, ambiguous = former_units.restate(
        rows, codes, found, today, around.former, around.version
    )
    known_codes = set(around.communes["commune_code"])
    unknown = (codes != "").to_numpy() & ~codes.isin(known_codes).to_numpy()
    ledger.refuse(unknown & bool(known_codes), "unknown_commune", column="commune_code")
    repeats.refuse(
        _compared(frame.assign(commune_code=codes), rows, places), ["hamlet_id"], [ledger]
    )
    blank = (codes == "").to_numpy() & ~ambiguous
    _warn_of_communes(rows, codes, found, distance, around)
    inferred = places.inferred & ledger.alive
    frame = frame.assign(
        commune_code=codes.where(~blank, found),
        old_commune_code=before,
        longitude=places.longitude,
        latitude=places.latitude,
        centre_kind=frame["centre_kind"].mask(inferred, "inferred"),
        geometry=places.shapes,
    )
    return boundaries.as_layer(tables.check(frame[ledger.alive], tables.HAMLETS))


def mend_codes(rows: Rows, known: pd.Series) -> pd.Series:
    """Give the commune codes of rows, with the leading zeros that a spreadsheet took.

    A code is mended only where filling it with zeros gives exactly one known code; each such
    code is told once, with the first row that has it.
    """
    codes = rows.frame["commune_code"]
    targets = set(known)
    odd = codes[(codes != "") & ~codes.isin(targets)].unique()
    lengths = sorted({len(code) for code in targets})
    mended: dict[str, str] = {}
    for code in odd:
        padded = {code.zfill(length) for length in lengths if code.isdigit()} & targets
        if len(padded) == 1:
            mended[code] = padded.pop()
    for code, target in mended.items():
        same = (codes == code).to_numpy() & rows.ledger.alive
        first = np.zeros(len(codes), dtype=bool)
        first[np.flatnonzero(same)[:1]] = True
        rows.ledger.warn(
            first, "code_mended", column="commune_code", mended=target, count=same.sum()
        )
    return codes.replace(mended) if mended else codes


def commune_codes(
    around: Surroundings, index: NDArray[np.int64], distance: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Give the code of the commune that counts a point: around it, or within the tolerance."""
    codes = np.append(around.communes["commune_code"].to_numpy(dtype=object), "")
    return np.where((index >= 0) & (distance <= around.tolerance_m), codes[index], "")


def warn_outside(
    rows: Rows, found: NDArray[np.object_], distance: NDArray[np.float64], where: Mask | None = None
) -> None:
    """Tell of points that lie outside every commune: counted in the nearest, or in none."""
    outside = np.isfinite(distance) & (distance > 0)
    if where is not None:
        outside &= where
    metres = np.full(len(distance), "", dtype=object)
    metres[outside] = [f"{apart:.0f}" for apart in distance[outside]]
    none = np.asarray(found == "", dtype=bool)
    rows.ledger.warn(outside & ~none, "point_near", distance_m=metres, found=found)
    rows.ledger.warn(outside & none, "point_outside", distance_m=metres)


def _warn_of_communes(
    rows: Rows,
    codes: pd.Series,
    found: NDArray[np.object_],
    distance: NDArray[np.float64],
    around: Surroundings,
) -> None:
    """Tell of points in another commune than the file says, and of points in none."""
    declared = codes.to_numpy(dtype=object)
    other = (declared != "") & (distance == 0) & (found != declared)
    rows.ledger.warn(
        other, "commune_differs", column="commune_code", found=found, declared=declared
    )
    warn_outside(rows, found, distance, where=declared == "")


def _compared(frame: pd.DataFrame, rows: Rows, places: Places) -> pd.DataFrame:
    """Give the columns in which two rows with one key are compared."""
    names = [name for name in rows.source.table.names if name in frame.columns]
    return frame[names].assign(
        longitude=places.longitude.round(6),
        latitude=places.latitude.round(6),
        shape=shapely.to_wkb(places.shapes),
    )


def clusters(
    rows: Rows, around: Surroundings, accepted: pd.Series | None, faults: Faults
) -> pd.DataFrame:
    """Give the clusters of a file; ``accepted`` are the ids of the hamlets that stand."""
    places = _points(rows, around, faults)
    if accepted is not None:
        unknown = ~rows.frame["hamlet_id"].isin(set(accepted)).to_numpy()
        rows.ledger.refuse(unknown, "unknown_hamlet", column="hamlet_id")
    return _checked_points(rows, places, "cluster_id")


def structures(rows: Rows, around: Surroundings, faults: Faults) -> pd.DataFrame:
    """Give the structures of a file."""
    places = _points(rows, around, faults)
    return _checked_points(rows, places, "structure_id")


def places(rows: Rows, around: Surroundings, faults: Faults) -> gpd.GeoDataFrame:
    """Give the places of a file: points, or polygons with a point inside."""
    found = _points(rows, around, faults, polygons=True)
    repeats.refuse(_compared(rows.frame, rows, found), ["place_id"], [rows.ledger])
    shapes = found.shapes.copy()
    single = np.asarray(shapely.is_missing(shapes))
    shapes[single] = shapely.points(found.longitude[single], found.latitude[single])
    frame = rows.frame.assign(longitude=found.longitude, latitude=found.latitude, geometry=shapes)
    return boundaries.as_layer(tables.check(frame[rows.ledger.alive], tables.PLACES))


def _points(rows: Rows, around: Surroundings, faults: Faults, *, polygons: bool = False) -> Places:
    """Read the places of rows that must have one."""
    need_point(rows, faults)
    found = coordinates.locate(
        rows, around.communes, faults, polygons=polygons, tolerance_m=around.tolerance_m
    )
    rows.ledger.refuse(~found.known, "missing_coordinates", column="longitude")
    coordinates.place_in_communes(rows, found, around.communes, faults)
    return found


def need_point(rows: Rows, faults: Faults) -> None:
    """Add a fault for the coordinate columns that a file without shapes must have."""
    if rows.raw.geometry is None and len(rows.raw):
        table = rows.source.table
        for name in columns.lacking_point(rows.matched):
            known = ", ".join(columns.headers_of(table, name)[:6])
            rows.tell(faults, "missing_column", column=name, known=known)


def _checked_points(rows: Rows, found: Places, key: str) -> pd.DataFrame:
    repeats.refuse(_compared(rows.frame, rows, found), [key], [rows.ledger])
    frame = rows.frame.assign(longitude=found.longitude, latitude=found.latitude)
    checked = tables.check(frame[rows.ledger.alive], rows.source.table)
    return checked.drop(columns="geometry")
