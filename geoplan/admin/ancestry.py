"""What the units of points and communes were before they were redrawn.

Points of one *part* were in the same former commune, district and province, as far as each is
known; figures are summed over parts and never shared out. Reading crosswalks and older polygons
is left to ``io``, the figures to ``indicators.former``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.admin import crosswalk
from geoplan.admin.crosswalk import bare_name
from geoplan.admin.points import commune_of_points

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.results import FormerUnits

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

FORMER_LEVELS: Final = ("old_commune", "old_district", "old_province")
"""From the smallest to the largest."""

Unit = tuple[str, str]
"""Id and name; both blank where the unit is not known."""
Part = tuple[Unit, Unit, Unit]

_NOBODY: Final = ("", "")


@dataclass(frozen=True)
class Ancestry:
    """The parts of an area, and how points come into them.

    Attributes
    ----------
    parts
        Former commune, district and province of each part.
    of_commune
        Part of each of today's communes, −1 = of several provinces or not known, shape (n,).
    of_code
        Former commune code → its part.
    polygons
        Former communes with their code; ``of_polygon`` is the part of each, −1 = not known.
    went
        Part, and row of a commune of today into which it went, wholly or not.
    """

    parts: tuple[Part, ...]
    of_commune: Indices
    of_code: dict[str, int]
    polygons: gpd.GeoDataFrame | None
    of_polygon: Indices
    went: tuple[tuple[int, int], ...] = ()

    def units(self, level: str) -> tuple[tuple[Unit, ...], Indices]:
        """Give the units of a level by their ids, and the unit of each part, −1 = not known."""
        place = FORMER_LEVELS.index(level)
        named = {part[place][0]: part[place] for part in reversed(self.parts)}
        ids = sorted(set(named) - {""})
        index = {unit: i for i, unit in enumerate(ids)}
        member = [index.get(part[place][0], -1) for part in self.parts]
        return tuple(named[unit] for unit in ids), np.array(member, dtype=np.int64)

    def of_points(
        self,
        longitude: Floats,
        latitude: Floats,
        commune: Indices,
        old_codes: NDArray[np.object_] | None = None,
        *,
        tolerance_m: float = 0.0,
    ) -> Indices:
        """Give the part of points, −1 where nothing is known of what they were.

        A former code that was given goes first, then the older polygon around the point, then
        what all former communes of today's commune have in common.

        Parameters
        ----------
        longitude, latitude
            Degrees, shape (n,), NaN = no location.
        commune
            Row of today's commune, −1 = none, shape (n,).
        old_codes
            Code of the former commune, blank = not given, shape (n,).
        tolerance_m
            How far outside every older polygon a point is still counted to the nearest. [m]
        """
        part = np.append(self.of_commune, -1)[commune]
        if self.polygons is not None and len(self.polygons):
            row, away = commune_of_points(self.polygons, longitude, latitude)
            row = np.where(away <= tolerance_m, row, -1)
            part = self._finer(np.append(self.of_polygon, -1)[row], part)
        if old_codes is not None:
            known = np.array([self.of_code.get(code, -1) for code in old_codes], dtype=np.int64)
            part = np.where(known >= 0, known, part)
        return part

    def _finer(self, first: Indices, second: Indices) -> Indices:
        """Choose the first part, but the second where that is a closer look at the same unit."""
        chosen = np.where(first >= 0, first, second)
        for a, b in sorted(set(zip(first.tolist(), second.tolist(), strict=True))):
            if a < 0 or b < 0 or a == b:
                continue
            coarse, fine = self.parts[a], self.parts[b]
            if all(one in (other, _NOBODY) for one, other in zip(coarse, fine, strict=True)):
                chosen[(first == a) & (second == b)] = b
        return chosen


def trace(former: FormerUnits, communes: gpd.GeoDataFrame) -> Ancestry:
    """Part an area by what its units were before.

    Parameters
    ----------
    former
        Crosswalk, older polygons, or both.
    communes
        Today's communes.
    """
    links = former.links
    codes = communes["commune_code"]
    parts: dict[Part, int] = {}
    of_code: dict[str, int] = {}
    went: tuple[tuple[int, int], ...] = ()
    of_commune = np.full(len(communes), -1, dtype=np.int64)
    if links is not None:
        lines = _lines(links)
        for code, line in zip(links["old_code"], lines, strict=True):
            if code:
                of_code.setdefault(code, parts.setdefault(line, len(parts)))
        of_commune = _of_communes(codes, links, lines, parts)
        went = _went(codes, links, lines, parts)
    of_polygon = np.empty(0, dtype=np.int64)
    if former.communes is not None:
        of_polygon = _of_polygons(former.communes, links is None, of_code, parts)
    if links is None and former.communes is not None:
        of_code = dict(zip(former.communes["commune_code"], of_polygon.tolist(), strict=True))
    return Ancestry(tuple(parts), of_commune, of_code, former.communes, of_polygon, went)


def _went(
    codes: pd.Series, links: pd.DataFrame, lines: list[Part], parts: dict[Part, int]
) -> tuple[tuple[int, int], ...]:
    """Give every part with the communes into which it went, doubtful links apart."""
    rows = {code: row for row, code in enumerate(codes)}
    pairs = {
        (parts.setdefault(line, len(parts)), rows[new])
        for line, new, odd in zip(lines, links["new_code"], links["is_doubtful"], strict=True)
        if new in rows and not odd
    }
    return tuple(sorted(pairs))


def _lines(links: pd.DataFrame) -> list[Part]:
    """Give the former units of every link; two names of one id are the first of them."""
    found: list[list[Unit]] = []
    ids = {name: crosswalk.keys(links, name) for name in ("old_district", "old_province")}
    columns = (
        (links["old_code"], links["old_name"], ""),
        (ids["old_district"], links["old_district"], "old_district"),
        (ids["old_province"], links["old_province"], "old_province"),
    )
    for keys, names, level in columns:
        first: dict[str, str] = {}
        units = []
        for i, (key, name) in enumerate(zip(keys, names, strict=True)):
            # Without a code a district is known by its province and name.
            inside = level == "old_district" and key and not links["old_district_code"].iat[i]
            shown = f"{ids['old_province'][i]}/{key}" if inside else str(key)
            units.append((shown, first.setdefault(shown, str(name)) or shown))
        found.append([(key, name) if key else _NOBODY for key, name in units])
    return list(zip(*found, strict=True)) if len(links) else []


def _of_communes(
    codes: pd.Series, links: pd.DataFrame, lines: list[Part], parts: dict[Part, int]
) -> Indices:
    """Give the part of each commune: what the former communes that went into it have in common."""
    sure = ~links["is_doubtful"].to_numpy(dtype=bool)
    into: dict[str, list[Part]] = {}
    for row in np.flatnonzero(sure).tolist():
        into.setdefault(str(links["new_code"].iat[row]), []).append(lines[row])
    found = []
    for code in codes:
        shared = [_common(units) for units in zip(*into.get(code, []), strict=True)]
        part = (shared[0], shared[1], shared[2]) if shared else (_NOBODY,) * 3
        known = part[2] != _NOBODY or part[0] != _NOBODY
        found.append(parts.setdefault(part, len(parts)) if known else -1)
    return np.array(found, dtype=np.int64)


def _common(units: tuple[Unit, ...]) -> Unit:
    return units[0] if len(set(units)) == 1 else _NOBODY


def _of_polygons(
    polygons: gpd.GeoDataFrame, alone: bool, of_code: dict[str, int], parts: dict[Part, int]
) -> Indices:
    """Give the part of every older polygon: by its code, else by its names, as far as known."""
    if not alone:
        by_name: dict[tuple[str, str, str], int] = {}
        for part, index in list(parts.items()):
            commune, district, province = (bare_name(unit[1]) for unit in part)
            by_name.setdefault((province, district, commune), index)
        provinces = {bare_name(part[2][1]): part[2] for part in parts}
    found = []
    for row in polygons.itertuples(index=False):
        province = str(row.old_province or row.province_name)
        name = str(row.full_name or row.name)
        if alone:
            key = str(row.province_code) or bare_name(province)
            line = (
                (str(row.commune_code), name),
                _named(f"{key}/{bare_name(str(row.old_district))}", str(row.old_district)),
                _named(key, province),
            )
            found.append(parts.setdefault(line, len(parts)))
            continue
        names = (bare_name(province), bare_name(str(row.old_district)), bare_name(name))
        index = of_code.get(str(row.commune_code), by_name.get(names, -1))
        if index < 0 and names[0] in provinces:
            line = (_NOBODY, _NOBODY, provinces[names[0]])
            index = parts.setdefault(line, len(parts))
        found.append(index)
    return np.array(found, dtype=np.int64)


def _named(key: str, name: str) -> Unit:
    return (key, name) if name else _NOBODY
