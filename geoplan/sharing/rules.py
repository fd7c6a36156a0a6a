"""Judges masts by the rules of a province: spacing, zones and classes, and height.

Standing masts, planned sites and proposals are judged alike; reading the rules is left to
``io.rules``, and what to do with a candidate that a rule forbids to ``siting``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import tables
from geoplan.scenario.rules import EVERY, OUTSIDE, Rule, RuleBook
from geoplan.sharing.potential import operator_bits, pairs_within

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

STANDING, PLANNED, PROPOSAL = "standing", "planned", "proposal"

_ADVICE: Final = {
    "spacing": ("share_when_renewed", "share_or_move"),
    "forbidden": ("check_permit", "move"),
    "class": ("check_permit", "change_class"),
    "height": ("check_permit", "lower"),
}
"""What to do about a standing mast, and about one that is yet to be built."""


class Zones(NamedTuple):
    """Areas with a class, in the order in which they are named: shape (zones,) each."""

    ids: Texts
    classes: Texts
    shapes: Texts

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Zones:
        """Take the zones of a frame with ``zone_id``, ``class`` and ``geometry``."""
        rows = frame.sort_values("zone_id", kind="stable")
        return cls(*(rows[name].to_numpy(object) for name in ("zone_id", "class", "geometry")))

    @classmethod
    def none(cls) -> Zones:
        """Give no zones at all."""
        nothing = np.zeros(0, object)
        return cls(nothing, nothing, nothing)


class Places:
    """Masts with the zones around them.

    Parameters
    ----------
    masts
        ``longitude, latitude, structure_class`` (blank = not known), ``height_m`` (NaN = not
        known) and ``operators`` (joined by ;).
    zones
        Areas with a class; a mast on the border is inside.
    """

    def __init__(self, masts: pd.DataFrame, zones: Zones) -> None:
        self.masts, self.zones = masts, zones
        self.classes = normal_class(masts["structure_class"])
        self.height = masts["height_m"].to_numpy(np.float64)
        points = shapely.points(masts["longitude"], masts["latitude"])
        nothing = np.zeros((2, 0), np.int64)
        tree = shapely.STRtree(zones.shapes) if len(zones.ids) else None
        found = nothing if tree is None else tree.query(points, predicate="intersects")
        self._point, self._zone = found

    def __len__(self) -> int:
        return len(self.masts)

    def of_class(self, rule: Rule) -> Mask:
        """Tell which masts are of the classes of a rule."""
        if EVERY in rule.classes:
            return np.ones(len(self), bool)
        return np.isin(self.classes, rule.classes)

    def in_zone(self, rule: Rule) -> tuple[Mask, Texts]:
        """Tell which masts stand where a rule binds, and the first zone of its around each."""
        inside = np.isin(self.zones.classes.astype(str), rule.zones)[self._zone]
        first = np.full(len(self), len(self.zones.ids))
        np.minimum.at(first, self._point[inside], self._zone[inside])
        zone = np.append(self.zones.ids, "")[first]
        bound = first < len(self.zones.ids)
        if OUTSIDE in rule.zones:
            outside = np.ones(len(self), bool)
            outside[self._point] = False
            bound |= outside
        return bound | (EVERY in rule.zones), zone

    def broken(self, rule: Rule) -> tuple[Mask, Texts]:
        """Tell which masts a rule about single masts forbids, and the zone of each."""
        bound, zone = self.in_zone(rule)
        bound &= self.of_class(rule)
        if rule.max_height_m is not None:
            bound &= self.height > rule.max_height_m
        elif rule.allowed_classes:
            bound &= ~np.isin(self.classes, rule.allowed_classes)
        return bound, zone


def normal_class(classes: pd.Series) -> Texts:
    """Give the classes of masts as the rules write them, blank where one is none of them."""
    known = {name.casefold(): name for name in tables.STRUCTURE_CLASSES}
    text = classes.astype(object).fillna("").astype(str).str.strip().str.casefold()
    return text.map(known).fillna("").to_numpy(object)


def forbidden(places: Places, book: RuleBook) -> tuple[Texts, Texts]:
    """Give the first rule about zones, classes or height that forbids each mast, and the zone.

    Blank where none does; shape (masts,) each.
    """
    rule_id, zones = (np.full(len(places), "", object) for _ in range(2))
    for rule in book.about("forbidden", "class", "height"):
        broken, zone = places.broken(rule)
        first = broken & (rule_id == "")
        rule_id[first], zones[first] = rule.id, zone[first]
    return rule_id, zones


class TooClose(NamedTuple):
    """What rules of spacing say of candidates.

    Attributes
    ----------
    rule_id
        The first rule by which a standing mast is too near, blank where none is.
    mast
        Row of the nearest mast that this rule keeps it from, −1 where none does.
    clashes
        Which candidates may not stand together: symmetric, booleans, (candidates, candidates).
    """

    rule_id: Texts
    mast: Ints
    clashes: csr_matrix


def too_close(candidates: Places, is_new: Mask, masts: Places, book: RuleBook) -> TooClose:
    """Tell which new candidates stand too near to a mast, and which too near to each other.

    What stands already is never too near: nothing is built there.
    """
    from scipy.sparse import csr_matrix

    rules, size = book.about("spacing"), len(candidates)
    rule_id, mast = np.full(size, "", object), np.full(size, -1, np.int64)
    for rule, here, there, apart, _ in _near_pairs(candidates, masts, rules):
        first = is_new[here] & (rule_id[here] == "")
        here, there, apart = here[first], there[first], apart[first]
        order = np.lexsort((there, apart, here))
        rows, start = np.unique(here[order], return_index=True)
        rule_id[rows], mast[rows] = rule.id, there[order][start]
    one, other = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for _, here, there, _, _ in _near_pairs(candidates, candidates, rules):
        both = is_new[here] & is_new[there] & (here != there)
        one.append(here[both])
        other.append(there[both])
    at = (np.concatenate(one), np.concatenate(other))
    clashes = csr_matrix((np.ones(len(at[0]), bool), at), shape=(size, size))
    clashes.sum_duplicates()
    clashes.sort_indices()
    return TooClose(rule_id, mast, clashes)


def _near_pairs(
    first: Places, second: Places, rules: tuple[Rule, ...]
) -> list[tuple[Rule, Ints, Ints, Floats, Texts]]:
    """Give, for each rule of spacing, the pairs nearer than it asks for, and the zone of each.

    A rule binds two masts of its classes of which at least one stands in a zone of its.
    """
    largest = max((rule.spacing_m or 0.0 for rule in rules), default=0.0)
    if not rules or not len(first) or not len(second):
        return []
    here, there, apart = pairs_within(first.masts, second.masts, largest)
    both = pd.concat([first.masts["operators"], second.masts["operators"]], ignore_index=True)
    bits = operator_bits(both.astype(object).fillna("").astype("str"))
    common = (bits[: len(first)][here] & bits[len(first) :][there]) != 0
    found = []
    for rule in rules:
        (in_first, zone), (in_second, other) = first.in_zone(rule), second.in_zone(rule)
        bound = in_first[here] | in_second[there]
        bound &= first.of_class(rule)[here] & second.of_class(rule)[there]
        bound &= apart < (rule.spacing_m or 0.0)
        if rule.between != "any":
            bound &= common == (rule.between == "same")
        at = np.where(in_first[here] & (zone[here] != ""), zone[here], other[there])
        found.append((rule, here[bound], there[bound], apart[bound], at[bound]))
    return found


def breaches(
    book: RuleBook,
    zones: Zones,
    standing: pd.DataFrame,
    planned: pd.DataFrame,
    proposals: pd.DataFrame,
    *,
    same_mast_m: float,
) -> pd.DataFrame:
    """List every rule that a standing mast, a planned site or a proposed new mast breaks.

    Parameters
    ----------
    book, zones
        The rules, and the areas that they speak of.
    standing, planned, proposals
        ``key`` (how a mast is named), ``commune_code`` and the columns of :class:`Places`; of the
        proposals only those that are to be built.
    same_mast_m
        A planned site this near to a standing mast goes onto it, and two planned sites this near
        are one mast: they keep no distance, and only their height is judged. [m]

    Returns
    -------
    The table ``rule_breaches``; each pair stands once.
    """
    if not book.rules:
        return tables.check(_no_rows(), tables.RULE_BREACHES_OUT)
    standing, planned = (
        one.sort_values("key", kind="stable", ignore_index=True) for one in (standing, planned)
    )
    onto, _, _ = pairs_within(planned, standing, same_mast_m)
    is_new = np.ones(len(planned), bool)
    is_new[onto] = False
    groups = {
        STANDING: (Places(standing, zones), np.ones(len(standing), bool)),
        PLANNED: (Places(planned, zones), is_new),
        PROPOSAL: (Places(proposals, zones), np.ones(len(proposals), bool)),
    }
    parts = [_no_rows()]
    for kind, (places, new) in groups.items():
        parts += [_alone(rule, kind, places, new) for rule in book.rules]
    names = list(groups)
    for number, kind in enumerate(names):
        for other in names[: number + 1]:
            (first, new), (second, too) = groups[kind], groups[other]
            # Two sites planned at one place are one mast; standing ones are told apart already.
            least = same_mast_m if kind == other == PLANNED else -1.0
            for rule, here, there, apart, zone in _near_pairs(first, second, book.about("spacing")):
                kept = new[here] & too[there] & (apart > least)
                if kind == other:
                    kept &= here < there
                a, b = first.masts.iloc[here[kept]], second.masts.iloc[there[kept]]
                rows = _rows(rule, kind, a, zone[kept], b["key"])
                parts.append(rows.assign(b_kind=other, distance_m=apart[kept]))
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return tables.check(found, tables.RULE_BREACHES_OUT)


def _alone(rule: Rule, kind: str, places: Places, new: Mask) -> pd.DataFrame:
    """Give the masts that a rule about single masts forbids."""
    if rule.limits == "spacing":
        return _no_rows()
    broken, zone = places.broken(rule)
    if rule.limits != "height":
        broken &= new
    rows = _rows(rule, kind, places.masts[broken], zone[broken], "")
    if rule.limits == "class":
        unknown = places.classes[broken] == ""
        rows["advice"] = np.where(unknown, "tell_class", rows["advice"])
    return rows.assign(b_kind="", distance_m=np.nan)


def _rows(rule: Rule, kind: str, masts: pd.DataFrame, zone: Texts, other: Any) -> pd.DataFrame:
    limit = rule.spacing_m if rule.limits == "spacing" else rule.max_height_m
    return pd.DataFrame(
        {
            "rule_id": rule.id,
            "rule_name": rule.name,
            "source": rule.source,
            "kind": kind,
            "breach": rule.limits,
            "a": masts["key"].to_numpy(object),
            "b": np.asarray(other, object),
            "limit_m": np.nan if limit is None else limit,
            "height_m": masts["height_m"].to_numpy(np.float64),
            "zone": zone,
            "commune_code": masts["commune_code"].to_numpy(object),
            "advice": _ADVICE[rule.limits][kind != STANDING],
        },
        index=range(len(masts)),
    )


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame(columns=list(tables.RULE_BREACHES_OUT.names))


def rules_by_site(found: pd.DataFrame) -> dict[str, str]:
    """Give the rules of spacing that each planned site breaks, joined by ;, by its key."""
    rows = found[(found["kind"] == PLANNED) & (found["breach"] == "spacing")]
    both = rows[rows["b_kind"] == PLANNED]
    named = pd.DataFrame(
        {
            "key": pd.concat([rows["a"], both["b"]], ignore_index=True),
            "rule": pd.concat([rows["rule_id"], both["rule_id"]], ignore_index=True),
        }
    ).drop_duplicates()
    joined = named.sort_values(["key", "rule"]).groupby("key")["rule"].agg("; ".join)
    return {str(key): str(rules) for key, rules in joined.items()}
