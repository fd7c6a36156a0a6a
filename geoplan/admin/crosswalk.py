"""Crosswalks: which commune became which when the units were redrawn, audited and applied.

Public crosswalks hold mistakes, mostly units matched to a namesake far away; nothing of one is
believed before it is compared with today's polygons. Reading files is left to ``io``, what a
point's former units were to ``ancestry``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan.text import name_key

if TYPE_CHECKING:
    import geopandas as gpd

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

_OF_AREA: Final = 0.5
"""A province is of the area where at least this share of its communes lead into it."""
_APART_DEG: Final = 0.01
"""About 1 km: parts of one commune lie no farther apart than a river is wide."""
_MOST: Final = 0.5
"""A file whose codes stand for more than this share in the former set only is of that set."""
_KINDS: Final = (
    *("phường", "xã", "thị trấn", "đặc khu", "tỉnh", "thành phố", "thị xã", "huyện", "quận"),
    *("p.", "x.", "tt.", "tp.", "tx.", "h.", "q."),
)
_KIND_KEYS: Final = tuple(name_key(word) for word in _KINDS)


@dataclass(frozen=True)
class Finding:
    """One thing that the audit found: its code, and the row of the links, −1 = no row of them."""

    code: str
    row: int
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def bare_name(name: str) -> str:
    """Fold a unit's name without the word for its kind; Hoà and Hòa are one name.

    >>> bare_name("Xã Hoà An") == bare_name("Phường Hòa An")
    True
    """
    key = name_key(name)
    for word in _KIND_KEYS:
        rest = key.removeprefix(word)
        if rest != key and (word.endswith(".") or rest.startswith(" ")):
            key = rest.strip()
            break
    return key.lstrip("0") if key.isdigit() else key


def of_area(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> Mask:
    """Tell the rows of a crosswalk that speak of the area of some communes.

    These are the rows that lead to one of the communes, and those of provinces, former or of
    today, most of whose communes do; so that a row that should lead there and does not is seen.
    """
    hit = links["new_code"].isin(set(communes["commune_code"])).to_numpy(dtype=bool)
    mask = hit.copy()
    for side in ("new", "old"):
        province = keys(links, f"{side}_province")
        frame = pd.DataFrame({"province": province, "code": links[f"{side}_code"], "hit": hit})
        named = frame[(frame["code"] != "").to_numpy()]
        share = named.groupby(["province", "code"])["hit"].any().groupby("province").mean()
        near = set(share.index[share >= _OF_AREA])
        mask |= np.isin(province, sorted(near))
    return mask


def keys(links: pd.DataFrame, unit: str) -> Texts:
    """Give what a district or province of the links is known by: its code, else its name."""
    bare = {name: bare_name(name) for name in links[unit].unique()}
    names = links[unit].map(bare).to_numpy(dtype=object)
    codes = links[f"{unit}_code"].to_numpy(dtype=object)
    return np.where(codes != "", codes, names)


def audit(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> list[Finding]:
    """List what is wrong or odd in the links of an area.

    Parameters
    ----------
    links
        Rows of the table ``crosswalk`` that speak of the area, numbered from 0, with
        ``is_doubtful`` from :func:`doubtful`.
    communes
        Today's communes.
    """
    return [
        *_odd_codes(links, communes),
        *_odd_names(links, communes),
        *_odd_divisions(links),
        *_apart(links, communes),
    ]


def _odd_codes(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Codes that today's communes do not have, units that vanish and units from nowhere."""
    known = set(communes["commune_code"])
    for row, (old, new) in enumerate(zip(links["old_code"], links["new_code"], strict=True)):
        if not new:
            yield Finding("crosswalk_vanishes", row, "old_code", old)
        elif new not in known:
            yield Finding("crosswalk_unknown_code", row, "new_code", new)
    lost = communes[~communes["commune_code"].isin(set(links["new_code"]))]
    for code, name in zip(lost["commune_code"], lost["name"], strict=True):
        yield Finding("crosswalk_lost", -1, "new_code", code, {"name": name})


def _odd_names(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Names that are not those of the communes, and two names for one former code."""
    today = dict(zip(communes["commune_code"], communes["name"], strict=True))
    full = dict(zip(communes["commune_code"], communes["full_name"], strict=True))
    seen: set[str] = set()
    former: dict[str, str] = {}
    for row, link in enumerate(links.itertuples(index=False)):
        new, name, old = str(link.new_code), str(link.new_name), str(link.old_code)
        if name and new in today and new not in seen:
            seen.add(new)
            if bare_name(name) not in (bare_name(today[new]), bare_name(full[new])):
                known = full[new] or today[new]
                yield Finding("crosswalk_name", row, "new_name", name, {"known": known})
        first = former.setdefault(old, str(link.old_name))
        if old and bare_name(first) != bare_name(str(link.old_name)):
            value = str(link.old_name)
            yield Finding("crosswalk_old_name", row, "old_name", value, {"known": first})


def _odd_divisions(links: pd.DataFrame) -> Iterator[Finding]:
    """Units that lead to several without a mark, or to one in spite of it."""
    units = links["new_code"].to_numpy(dtype=object)
    marks = links["is_divided"].fillna(False).to_numpy(dtype=bool)
    for old, rows in _rows_by_old(links).items():
        new = sorted({units[row] for row in rows} - {""})
        marked = any(marks[row] for row in rows)
        if len(new) > 1 and not marked:
            known = {"known": ", ".join(new)}
            yield Finding("crosswalk_not_marked", rows[1], "new_code", old, known)
        if len(new) == 1 and marked:
            yield Finding("crosswalk_divided_once", rows[0], "is_divided", old, {"known": new[0]})


def _apart(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Parts of one former commune that do not lie together."""
    shapes, new = _shapes(communes), list(map(str, links["new_code"]))
    is_odd = links["is_doubtful"].to_numpy(dtype=bool)
    for old, rows in _divided(links).items():
        if len(_groups(rows, new, shapes)) < 2:
            continue
        odd = [row for row in rows if is_odd[row]]
        code = "crosswalk_apart" if odd else "crosswalk_scattered"
        for row in odd or rows[:1]:
            others = sorted({new[i] for i in rows} - {new[row]})
            params = {"known": ", ".join(others), "old": old}
            yield Finding(code, row, "new_code", new[row], params)


def doubtful(links: pd.DataFrame, communes: gpd.GeoDataFrame) -> Mask:
    """Tell the links that contradict the rest: parts far from where the rest of a commune went.

    Where the units that a former commune became do not lie together, the group is believed that
    took whole communes of its own district, else of its own province; a tie leaves all standing.
    """
    shapes, mask = _shapes(communes), np.zeros(len(links), dtype=bool)
    new, divided = list(map(str, links["new_code"])), _divided(links)
    district, province = keys(links, "old_district"), keys(links, "old_province")
    whole: dict[str, list[int]] = {}
    for row, old in enumerate(links["old_code"]):
        if old not in divided:
            whole.setdefault(new[row], []).append(row)

    def kinship(row: int) -> int:
        kin = whole.get(new[row], [])
        same = [i for i in kin if province[i] == province[row]]
        return 2 if any(district[i] == district[row] for i in same) else int(bool(same))

    for rows in divided.values():
        groups = _groups(rows, new, shapes)
        scores = [max(kinship(row) for row in group) for group in groups]
        for group, score in zip(groups, scores, strict=True):
            mask[group] = score < max(scores)
    return mask


def _shapes(communes: gpd.GeoDataFrame) -> dict[str, Any]:
    return dict(zip(communes["commune_code"], communes.geometry.to_numpy(), strict=True))


def _rows_by_old(links: pd.DataFrame) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, old in enumerate(links["old_code"]):
        if old:
            rows.setdefault(old, []).append(row)
    return rows


def _divided(links: pd.DataFrame) -> dict[str, list[int]]:
    """Give the rows of every former commune that leads to several units."""
    new = links["new_code"].to_numpy(dtype=object)
    return {
        old: rows
        for old, rows in _rows_by_old(links).items()
        if len({new[row] for row in rows} - {""}) > 1
    }


def _groups(rows: list[int], new: list[str], shapes: Mapping[str, Any]) -> list[list[int]]:
    """Part rows into groups whose units of today lie together; unknown units stand in none."""
    groups: list[list[int]] = []
    for row in rows:
        if new[row] not in shapes:
            continue
        here = shapes[new[row]]
        near = [
            group
            for group in groups
            if any(shapely.dwithin(here, shapes[new[i]], _APART_DEG) for i in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(i for group in near for i in group), row])
    return groups


def candidates(links: pd.DataFrame, *, trusted: bool = True) -> dict[str, tuple[str, ...]]:
    """Give the units that each former commune became; with ``trusted`` without doubtful links."""
    keep = (links["old_code"] != "") & (links["new_code"] != "")
    if trusted:
        keep &= ~links["is_doubtful"]
    kept = links.loc[keep, ["old_code", "new_code"]].drop_duplicates()
    grouped = kept.groupby("old_code")["new_code"]
    return {str(old): tuple(sorted(new)) for old, new in grouped}


@dataclass(frozen=True)
class CodeSet:
    """Which rows carry former codes, and the code of what the user must know of that."""

    former: Mask
    remark: str = ""


def code_set(codes: pd.Series, links: pd.DataFrame, today: Iterable[str]) -> CodeSet:
    """Tell which rows carry former codes where nobody has said so.

    A code that stands in one set only is of that set. Codes that stand in both are taken for
    former ones where most codes of the file are former only, and none is of today only.
    """
    former, present = set(links["old_code"]) - {""}, set(today)
    found = set(codes) - {""}
    only_former = found & (former - present)
    nothing = np.zeros(len(codes), dtype=bool)
    if not only_former:
        return CodeSet(nothing)
    if len(only_former) > _MOST * len(found & (former | present)) and not found & (
        present - former
    ):
        return CodeSet(codes.isin(former).to_numpy(dtype=bool), "codes_taken_old")
    return CodeSet(codes.isin(only_former).to_numpy(dtype=bool), "codes_mixed")


@dataclass(frozen=True)
class Restated:
    """Codes of today, blank where none can be told, shape (n,); and the former ones.

    ``candidates`` holds what an ambiguous code can be, for messages.
    """

    codes: Texts
    former: Texts
    is_ambiguous: Mask
    candidates: Texts


def restate(codes: pd.Series, found: Texts, links: pd.DataFrame, *, former: Mask) -> Restated:
    """Turn former commune codes into today's.

    A commune that moved whole is restated by its code, a divided one by the unit in which the
    point lies, if that is one of those that the crosswalk names; what is left is ambiguous.

    Parameters
    ----------
    codes
        As given, shape (n,).
    found
        Code of the commune in which each point lies, blank where there is no point or commune.
    links
        Links of the area, with ``is_doubtful``.
    former
        Rows whose code is a former one; the others are kept as they are.
    """
    surely, perhaps = candidates(links), candidates(links, trusted=False)
    given = codes.to_numpy(dtype=object)
    now, before = given.copy(), np.full(len(given), "", dtype=object)
    ambiguous, shown = np.zeros(len(given), dtype=bool), np.full(len(given), "", dtype=object)
    for row in np.flatnonzero(former):
        code = given[row]
        if code not in perhaps:
            continue
        before[row] = code
        several = surely.get(code) or perhaps[code]
        if found[row] in perhaps[code]:
            now[row] = found[row]
        elif len(several) == 1:
            now[row] = several[0]
        else:
            now[row], ambiguous[row], shown[row] = "", True, ", ".join(several)
    return Restated(now, before, ambiguous, shown)
