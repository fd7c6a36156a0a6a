"""Which named points may be a hamlet without coordinates, how well each fits, and what is doubtful.

Pure: tables in, a table out. Reading names is left to ``names``; a person decides.

    score = name × source × place × rival

- *name* is ``names.likeness``, of the best reading of the point's name;
- *source* = 1 for a hamlet, a cultural house or anything whose name says "thôn", "ấp" …; 0.8 for a
  school, 0.7 for other buildings, which are often named after something else; × 0.6 where such a
  name is also that of the commune, × 0.5 for the main name of a school with a branch, × 0.7 where
  the point's file names another commune;
- *place* = 1 within the commune of the hamlet, 0.9 just outside it, falling to 0.5 at the limit;
- *rival* = 0.6 where another hamlet fits the point as well, with coordinates or without, and 0.4
  where it fits clearly better.

Where several points of one hamlet fit alike and lie more than 1 km apart, all keep 0.8 of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.locating import names
from geoplan.locating.names import Name, Reading

if TYPE_CHECKING:
    import geopandas as gpd

Floats = NDArray[np.float64]

BEYOND_M: Final = 500.0
"""How far outside its commune a point may lie: outlines are simplified, centres near them. [m]"""
LEAST_SCORE: Final = 0.4
"""Candidates below are not listed: An Phú for An Phú Đông, with a hamlet An Phú beside."""
CERTAIN: Final = 0.85
"""Without any doubt, from this score on a candidate is called clear; a person confirms it too."""
MOST: Final = 10
"""Candidates that are listed of one hamlet."""
_APART_M: Final = 1000.0
_ALIKE: Final = 0.05
_RIVAL, _BETTER_RIVAL, _SEVERAL = 0.6, 0.4, 0.8
_BETTER: Final = 0.15
_AT_EDGE, _AT_LIMIT = 0.9, 0.5
_MAIN_OF_BRANCH, _OTHER_COMMUNE, _NAMED_FOR_COMMUNE = 0.5, 0.7, 0.6
_SOURCES: Final = {"": 1.0, "hamlet": 1.0, "cultural_house": 1.0, "school": 0.8}
_OTHER_SOURCE: Final = 0.7
_PREFERRED: Final = ("cultural_house", "hamlet", "", "school")
"""Which of two points that fit alike is listed first; a hamlet's centre is its cultural house."""
_CLASSES: Final = {
    "village": "hamlet",
    "neighbourhood": "hamlet",
    "quarter": "hamlet",
    "isolated dwelling": "hamlet",
    "isolated_dwelling": "hamlet",
    "thon": "hamlet",
    "ap": "hamlet",
    "to dan pho": "hamlet",
    "nha van hoa": "cultural_house",
    "community_centre": "cultural_house",
    "kindergarten": "school",
    "truong": "school",
    "truong hoc": "school",
}
"""Folded words of files → class."""


@dataclass(frozen=True)
class _Hamlet:
    """A hamlet as it is compared."""

    row: int
    name: Name
    is_wanted: bool


@dataclass(frozen=True)
class _Point:
    """A point as it is compared."""

    row: int
    readings: tuple[Reading, ...]
    what: str
    commune: str
    """Code of the commune that its file names, where that is one of the area."""


@dataclass(frozen=True)
class _Unit:
    """A commune: its code, its own name, its hamlets, its outline and middle."""

    code: str
    name: Name
    hamlets: tuple[_Hamlet, ...]
    shape: Any
    middle: tuple[float, float]


@dataclass
class _Pair:
    """A hamlet and a point that may be it."""

    hamlet: int
    point: int
    score: float
    distance_m: float
    middle_m: float
    doubts: list[str]
    is_wanted: bool


def find_candidates(
    hamlets: pd.DataFrame,
    points: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    *,
    beyond_m: float = BEYOND_M,
) -> pd.DataFrame:
    """Find the points that may be the hamlets without coordinates.

    Parameters
    ----------
    hamlets
        All hamlets as in ``results.Inputs``; those with coordinates are rivals only.
    points
        As the table ``points``, with ``source_file`` and ``source_row``.
    communes
        As in ``results.Inputs``.
    beyond_m
        How far outside the commune of its hamlet a point may lie. [m]

    Returns
    -------
    The table ``candidates``: the best of each hamlet first, nothing confirmed.
    """
    units = _units(hamlets, communes)
    read = _points(points, communes)
    lon = points["longitude"].to_numpy(np.float64)
    lat = points["latitude"].to_numpy(np.float64)
    tree = shapely.STRtree(np.asarray(shapely.points(lon, lat)))
    pairs: list[_Pair] = []
    for unit in units:
        pairs += _pairs(unit, read, lon, lat, tree, beyond_m)
    _lower_rivals(pairs, hamlets)
    wanted = [pair for pair in pairs if pair.is_wanted and pair.score >= LEAST_SCORE]
    _lower_several(wanted, lon, lat)
    names_of = dict(zip(communes["commune_code"], _full_names(communes), strict=True))
    return _table(wanted, hamlets, points, read, names_of)


def without_coordinates(hamlets: pd.DataFrame) -> pd.DataFrame:
    """Give the hamlets that nobody has located."""
    return hamlets[hamlets["longitude"].isna()]


def is_clear(found: pd.DataFrame) -> pd.Series:
    """Tell which rows of the table ``candidates`` are the best of their hamlet, without a doubt."""
    best = (found["rank"] == 1) & (found["score"] >= CERTAIN) & (found["doubt"] == "")
    return best.astype(bool)


def class_of(written: str) -> str:
    """Give the class of a point from the word of its file.

    >>> class_of("Nhà văn hóa"), class_of("village"), class_of("pagoda")
    ('cultural_house', 'hamlet', 'pagoda')
    """
    from geoplan.text import fold

    return _CLASSES.get(fold(written), written)


def _full_names(communes: gpd.GeoDataFrame) -> pd.Series:
    full: pd.Series = communes["full_name"]
    return full.where(full != "", communes["name"])


def _units(hamlets: pd.DataFrame, communes: gpd.GeoDataFrame) -> Iterator[_Unit]:
    """Give the communes that have a hamlet without coordinates, with all their hamlets.

    Their neighbours come too, because their hamlets are rivals for the points at the border.
    """
    codes = hamlets["commune_code"].to_numpy(object)
    lacking = hamlets["longitude"].isna().to_numpy()
    known = {code: i for i, code in enumerate(communes["commune_code"])}
    asked = {known[code] for code in codes[lacking] if code in known}
    if not asked:
        return
    shapes = communes.geometry.to_numpy()
    near = shapely.STRtree(shapes).query(shapes[sorted(asked)], predicate="intersects")[1]
    middles = shapely.centroid(shapes)
    by_code: dict[str, list[int]] = {}
    for row, code in enumerate(codes):
        by_code.setdefault(code, []).append(row)
    written, kinds = hamlets["name"].tolist(), hamlets["kind"].tolist()
    for place in sorted({*asked, *near.tolist()}):
        code = communes["commune_code"].iat[place]
        own = tuple(
            _Hamlet(row, names.hamlet_name(written[row], kinds[row]), bool(lacking[row]))
            for row in by_code.get(code, ())
        )
        middle = (float(middles[place].x), float(middles[place].y))
        yield _Unit(
            code, names.hamlet_name(communes["name"].iat[place]), own, shapes[place], middle
        )


def _points(points: pd.DataFrame, communes: gpd.GeoDataFrame) -> list[_Point]:
    """Read the names of the points, and the communes that their files name."""
    codes = set(communes["commune_code"])
    by_name: dict[tuple[str, ...], list[str]] = {}
    for code, name in zip(communes["commune_code"], communes["name"], strict=True):
        by_name.setdefault(_unit_words(name), []).append(code)
    found = []
    for row, record in enumerate(points[["name", "class", "commune_code", "commune_name"]].to_dict(
            "records")):  # fmt: skip
        named = by_name.get(_unit_words(record["commune_name"]), [])
        commune = record["commune_code"] if record["commune_code"] in codes else ""
        if not commune and record["commune_name"] and len(named) == 1:
            commune = named[0]
        read = names.readings(record["name"])
        what = class_of(record["class"]) or next((one.facility for one in read), "")
        found.append(_Point(row, read, what, commune))
    return found


_TYPES: Final = (("thị", "trấn"), ("đặc", "khu"), ("xã",), ("phường",))


def _unit_words(name: str) -> tuple[str, ...]:
    """Give the words of a commune's name without the word for its type."""
    words = tuple(names.spelled(word) for word in name.split())
    for kind in _TYPES:
        own = tuple(names.spelled(word) for word in kind)
        if words[: len(own)] == own and len(words) > len(own):
            return words[len(own) :]
    return words


def _pairs(
    unit: _Unit,
    points: Sequence[_Point],
    lon: Floats,
    lat: Floats,
    tree: shapely.STRtree,
    beyond_m: float,
) -> Iterator[_Pair]:
    """Give the hamlets of a commune with the points in reach whose names are like theirs."""
    if not unit.hamlets:
        return
    near, outside = _in_reach(unit.shape, lon, lat, tree, beyond_m)
    middle = geodesy.distance_m(lon[near], lat[near], *unit.middle)
    by_word: dict[str, set[int]] = {}
    for i, row in enumerate(near.tolist()):
        for reading in points[row].readings:
            for word in reading.name.plain or ("#",):
                by_word.setdefault(word, set()).add(i)
    for hamlet in unit.hamlets:
        likely = set().union(*(by_word.get(w, ()) for w in hamlet.name.plain or ("#",)))
        for i in sorted(likely):
            point = points[int(near[i])]
            score, doubts = _fit(hamlet.name, point, unit)
            if outside[i] > 0:
                share = outside[i] / beyond_m
                score *= _AT_EDGE - (_AT_EDGE - _AT_LIMIT) * share
                doubts = (*doubts, "outside")
            if score >= LEAST_SCORE - _ALIKE:
                yield _Pair(
                    hamlet.row,
                    point.row,
                    score,
                    float(outside[i]),
                    float(middle[i]),
                    list(doubts),
                    hamlet.is_wanted,
                )


def _in_reach(
    shape: Any, lon: Floats, lat: Floats, tree: shapely.STRtree, beyond_m: float
) -> tuple[NDArray[np.int64], Floats]:
    """Give the points within a commune or near it, and how far outside it each lies. [m]"""
    west, south, east, north = shape.bounds
    dy = 110_500.0
    dx = 111_320.0 * float(np.cos(np.radians(max(abs(south), abs(north)))))
    x, y = beyond_m / dx, beyond_m / dy
    box = shapely.box(west - x, south - y, east + x, north + y)
    near = np.sort(tree.query(box)).astype(np.int64)
    points = shapely.points(lon[near], lat[near])
    shapely.prepare(shape)
    outside = np.zeros(len(near))
    away = ~shapely.intersects(shape, points)
    scaled = shapely.transform(shape, lambda c: c * (dx, dy))
    lines = shapely.shortest_line(
        shapely.points(lon[near][away] * dx, lat[near][away] * dy), scaled
    )
    ends = shapely.get_coordinates(lines)[1::2] / (dx, dy)
    outside[away] = geodesy.distance_m(lon[near][away], lat[near][away], ends[:, 0], ends[:, 1])
    keep = outside <= beyond_m
    return near[keep], outside[keep]


def _fit(hamlet: Name, point: _Point, unit: _Unit) -> tuple[float, tuple[str, ...]]:
    """Tell how well a point fits a hamlet by its names and its file; the best reading counts."""
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for reading in point.readings:
        score, doubts = names.likeness(hamlet, reading.name)
        if not reading.name.kind:
            score *= _SOURCES.get(point.what, _OTHER_SOURCE)
            if point.what not in ("", "hamlet") and reading.name.plain == unit.name.plain:
                score *= _NAMED_FOR_COMMUNE
                doubts = (*doubts, "named_for_commune")
        if reading.is_main:
            score *= _MAIN_OF_BRANCH
            doubts = (*doubts, "main_of_branch")
        if score > best[0]:
            best = score, doubts
    if point.commune and point.commune != unit.code:
        return best[0] * _OTHER_COMMUNE, (*best[1], "other_commune")
    return best


def _lower_rivals(pairs: Sequence[_Pair], hamlets: pd.DataFrame) -> None:
    """Lower each pair whose point another hamlet fits as well or better."""
    by_point: dict[int, list[_Pair]] = {}
    for pair in pairs:
        by_point.setdefault(pair.point, []).append(pair)
    codes = hamlets["commune_code"].to_numpy(object)
    for rivals in by_point.values():
        scores = [pair.score for pair in rivals]
        for pair, own in zip(rivals, scores, strict=True):
            others = [
                (score, rival.hamlet)
                for rival, score in zip(rivals, scores, strict=True)
                if rival.hamlet != pair.hamlet and score >= own - _ALIKE
            ]
            if others:
                is_better = max(others)[0] >= own + _BETTER
                pair.score = own * (_BETTER_RIVAL if is_better else _RIVAL)
                same = any(codes[hamlet] == codes[pair.hamlet] for _, hamlet in others)
                pair.doubts.append("same_name" if same else "fits_other")


def _lower_several(pairs: Sequence[_Pair], lon: Floats, lat: Floats) -> None:
    """Lower the best points of a hamlet where they lie apart, so that none of them is certain."""
    by_hamlet: dict[int, list[_Pair]] = {}
    for pair in pairs:
        by_hamlet.setdefault(pair.hamlet, []).append(pair)
    for own in by_hamlet.values():
        best = max(pair.score for pair in own)
        alike = [pair for pair in own if pair.score >= best - _ALIKE]
        if len(alike) < 2:
            continue
        rows = np.array([pair.point for pair in alike])
        x, y = lon[rows], lat[rows]
        apart = geodesy.distance_m(x[:, None], y[:, None], x[None, :], y[None, :])
        if float(np.max(apart)) > _APART_M:
            for pair in alike:
                pair.score *= _SEVERAL
                pair.doubts.append("several_points")


def _table(
    pairs: Sequence[_Pair],
    hamlets: pd.DataFrame,
    points: pd.DataFrame,
    read: Sequence[_Point],
    commune_names: dict[str, str],
) -> pd.DataFrame:
    """Give the table of candidates, ranked within each hamlet."""
    of = np.array([pair.hamlet for pair in pairs], dtype=np.int64)
    at = np.array([pair.point for pair in pairs], dtype=np.int64)
    hamlet, point = hamlets.iloc[of], points.iloc[at]
    frame = pd.DataFrame(
        {
            "hamlet_id": hamlet["hamlet_id"].to_numpy(object),
            "name": hamlet["name"].to_numpy(object),
            "commune_code": hamlet["commune_code"].to_numpy(object),
            "commune_name": [commune_names.get(code, "") for code in hamlet["commune_code"]],
            "candidate_name": point["name"].to_numpy(object),
            "class": [read[row].what for row in at.tolist()],
            "source_file": point["source_file"].to_numpy(object),
            "source_row": point["source_row"].to_numpy(np.int64),
            "longitude": point["longitude"].to_numpy(np.float64),
            "latitude": point["latitude"].to_numpy(np.float64),
            "inside": [pair.distance_m == 0 for pair in pairs],
            "distance_m": [pair.distance_m for pair in pairs],
            "middle_m": [pair.middle_m for pair in pairs],
            "score": np.round([pair.score for pair in pairs], 3),
            "doubt": [";".join(sorted(set(pair.doubts))) for pair in pairs],
            "confirmed": "",
        }
    )
    places = {name: i for i, name in enumerate(_PREFERRED)}
    frame["preferred"] = frame["class"].map(lambda what: places.get(what, len(places)))
    order = ["commune_code", "hamlet_id", "score", "distance_m", "preferred", "middle_m"]
    order += ["candidate_name", "source_file", "source_row"]
    frame = frame.sort_values(
        order, ascending=[name != "score" for name in order], kind="stable", ignore_index=True
    )
    frame["rank"] = frame.groupby(["commune_code", "hamlet_id"], sort=False).cumcount() + 1
    frame = frame[frame["rank"] <= MOST]
    return tables.check(frame, tables.CANDIDATES_OUT)[list(tables.CANDIDATES_OUT.names)]
