"""What changed between two runs: how much is network, how much is structure.

A unit is the same only where code and version are (82 was Tiền Giang, is Đồng Tháp), and a
hamlet only where nothing says that it was merged or divided. Reading runs is left to ``report``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.admin.units import key_of
from geoplan.text import name_key

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

KINDS: Final = ("merged", "split", "renamed")
"""What a line of a lineage can say of a hamlet: only a renamed one is the same hamlet still."""
_LEVELS: Final = (
    ("province", "", "province"),
    ("province", "old_province", "old_province"),
    ("commune", "commune_code", "commune"),
    ("commune", "old_commune_code", "old_commune"),
)
"""Kind of the unit, column of the hamlets that holds its id, level in the indicators."""
_UNITS: Final = ["kind", "unit_id", "key"]
MOVED_M: Final = 30.0
"""What is nearer than this to where it was has not moved."""
_REUSED_M: Final = 1000.0
"""An id whose name is another, farther than this from where it was, went to another hamlet: an
assumption."""


@dataclass(frozen=True)
class Run:
    """The tables of a finished run that are compared.

    Attributes
    ----------
    stations
        operator, site_id, technology, on_air_date, longitude, latitude, commune_code and, where
        the run keeps it, radius_m; one row each.
    rules
        The scenario, as run.json keeps it.
    radii
        Technology, environment and frequency → the one radius of all such cells [m]; without
        those that have several.
    best
        hamlet_id, operator, technology and best_site_id of the centres that are served.
    ended, refused, planned
        Stations (operator, site_id, technology) whose row says that they are off air, ids of rows
        that were left out, and sites (operator, site_id) that are plans; None = not kept.
    language
        Of the scenario.
    """

    hamlets: pd.DataFrame
    indicators: pd.DataFrame
    stations: pd.DataFrame
    as_of: pd.Timestamp
    name: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    radii: Mapping[str, float] = field(default_factory=dict)
    best: pd.DataFrame | None = None
    ended: frozenset[tuple[str, str, str]] | None = None
    refused: frozenset[str] = frozenset()
    planned: frozenset[tuple[str, str]] = frozenset()
    language: str = "vi"

    @property
    def technologies(self) -> tuple[str, ...]:
        """Names as in the tables, MBB first."""
        names = [str(name) for name in self.hamlets if str(name).startswith("status_")]
        return tuple(name.removeprefix("status_").upper() for name in names)

    def version(self, level: str) -> str:
        """Give the version of the units of a level; blank where it is not known."""
        stamps = self.indicators.loc[self.indicators["level"] == level, "unit_version"]
        return str(stamps.iloc[0]) if len(stamps) else ""


@dataclass(frozen=True)
class Lineage:
    """What became of hamlets: ``same`` leads from old id to new id; the others were redrawn."""

    same: dict[str, str] = field(default_factory=dict)
    old_kind: dict[str, str] = field(default_factory=dict)
    new_kind: dict[str, str] = field(default_factory=dict)


def lineage_of(lines: pd.DataFrame | None) -> Lineage:
    """Make the lineage of a table with old_hamlet_id, new_hamlet_id and kind.

    A blank kind is told from the lines: one to one is renamed, several to one merged, one to
    several split.
    """
    if lines is None or lines.empty:
        return Lineage()
    pairs = lines.drop_duplicates(["old_hamlet_id", "new_hamlet_id"])
    kind = told_kinds(pairs)
    same: dict[str, str] = {}
    old_kind: dict[str, str] = {}
    new_kind: dict[str, str] = {}
    for old, new, one in zip(pairs["old_hamlet_id"], pairs["new_hamlet_id"], kind, strict=True):
        if one == "renamed":
            same[old] = new
        else:
            old_kind[old], new_kind[new] = one, one
    return Lineage(same, old_kind, new_kind)


def told_kinds(pairs: pd.DataFrame) -> list[str]:
    """Give the kind of each line of a lineage, where it is blank from the lines beside it."""
    fan_in = pairs.groupby("new_hamlet_id")["old_hamlet_id"].transform("size")
    fan_out = pairs.groupby("old_hamlet_id")["new_hamlet_id"].transform("size")
    told = np.where(fan_in > 1, "merged", np.where(fan_out > 1, "split", "renamed"))
    return [str(kind) for kind in np.where(pairs["kind"] != "", pairs["kind"], told)]


def match_hamlets(old: Run, new: Run, lineage: Lineage) -> pd.DataFrame:
    """Pair the hamlets of two runs: one row for each, with its row in either, −1 = not there.

    Returns
    -------
    ``old, new``; ``reused``: not paired because the id went to another hamlet; and of pairs
    ``moved`` (over 30 m), ``told`` (another source told its status), ``clusters`` (known in one
    run only): what their status is may then have changed by the data alone.
    """
    before, after = list(old.hamlets["hamlet_id"]), list(new.hamlets["hamlet_id"])
    place = {name: row for row, name in enumerate(after) if name not in lineage.new_kind}
    rows: list[tuple[int, int]] = []
    for row, name in enumerate(before):
        now = lineage.same.get(name, name)
        rows.append((row, -1 if name in lineage.old_kind else place.pop(now, -1)))
    is_other = _are_others(old, new, rows, lineage)
    pairs = [pair for pair, other in zip(rows, is_other, strict=True) if not other]
    reused = [pair for pair, other in zip(rows, is_other, strict=True) if other]
    taken = {second for _, second in rows}
    pairs += [(-1, row) for row in range(len(after)) if row not in taken]
    pairs += [(row, -1) for row, _ in reused] + [(-1, row) for _, row in reused]
    found = pd.DataFrame(pairs, columns=["old", "new"], dtype="int64")
    found["reused"] = np.arange(len(found)) >= len(found) - 2 * len(reused)
    return _with_doubts(old, new, found)


def _are_others(
    old: Run, new: Run, rows: Sequence[tuple[int, int]], lineage: Lineage
) -> NDArray[np.bool_]:
    """Tell which pairs of one id are two hamlets: another name, far away."""
    pairs = pd.DataFrame(rows, columns=["old", "new"], dtype="int64")
    far = distances_m(old.hamlets, new.hamlets, pairs) > _REUSED_M
    names, ids = old.hamlets["name"].to_numpy(), old.hamlets["hamlet_id"].to_numpy()
    now = new.hamlets["name"].to_numpy()
    for at in np.flatnonzero(far).tolist():
        first, second = rows[at]
        same_name = name_key(str(names[first])) == name_key(str(now[second]))
        far[at] = not same_name and ids[first] not in lineage.same
    return far


def distances_m(then: pd.DataFrame, now: pd.DataFrame, pairs: pd.DataFrame) -> Floats:
    """Give how far the points of pairs of rows lie apart, NaN where either has none. [m]"""
    x, y, u, v = (
        np.append(frame[name].to_numpy(np.float64), np.nan)[pairs[side]]
        for frame, side in ((then, "old"), (now, "new"))
        for name in ("longitude", "latitude")
    )
    known = np.isfinite(x) & np.isfinite(u)
    far = np.full(len(x), np.nan)
    far[known] = geodesy.distance_m(x[known], y[known], u[known], v[known])
    return far


def _with_doubts(old: Run, new: Run, pairs: pd.DataFrame) -> pd.DataFrame:
    """Mark the pairs whose status may have changed by the data alone."""
    both = ((pairs["old"] >= 0) & (pairs["new"] >= 0)).to_numpy()
    marks = {"moved": distances_m(old.hamlets, new.hamlets, pairs) > MOVED_M}
    for name, column in (("told", "source"), ("clusters", "clusters_known")):
        marks[name] = np.zeros(len(pairs), dtype=bool)
        if column in old.hamlets and column in new.hamlets:
            then, now = (
                np.append(run.hamlets[column].astype("str").to_numpy(dtype=object), "")[pairs[side]]
                for run, side in ((old, "old"), (new, "new"))
            )
            marks[name] = both & (then != now)
    return pairs.assign(**marks)


def shared_technologies(old: Run, new: Run) -> list[str]:
    """Give the technologies that both runs tell of, MBB first."""
    return [name for name in new.technologies if name in old.technologies]


def changes(
    old: Run, new: Run, pairs: pd.DataFrame, *, ruled: Collection[str] = ()
) -> pd.DataFrame:
    """Tell the change of every hamlet indicator in every unit, in parts that add up.

    Network is how the figure of the older run changes when its hamlets get the service of the
    newer run, where they are still there, both runs know their place and it is the same. The
    rest is structure: hamlets and units that came, went or moved, data that were mended, and
    all that other rules of coverage may have done.

    Parameters
    ----------
    pairs
        From :func:`match_hamlets`.
    ruled
        Technologies, MBB among them, whose rules differ between the runs.

    Returns
    -------
    Columns of ``tables.CHANGES_OUT``.
    """
    members = unit_members(old, new, pairs)
    shared = shared_technologies(old, new)
    frames = []
    for indicator, technology, unit, parts in _figures(old, new, members, shared):
        frame = _decomposed(members, parts, is_ratio=unit == "ratio", is_ruled=technology in ruled)
        frames.append(frame.assign(indicator=indicator, technology=technology, unit=unit))
    return pd.concat(frames, ignore_index=True).drop(columns=["key", "kind"])


def unit_members(old: Run, new: Run, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give every hamlet in every unit: its rows in either run, −1 = not in the unit there.

    Returns
    -------
    ``kind, unit_id, key, level, unit_name, unit_version, pair, old, new`` and the marks of the
    pair (:func:`match_hamlets`).
    """
    sides = []
    for run, side in ((old, "old"), (new, "new")):
        rows = pairs[pairs[side] >= 0]
        for kind, column, level in _LEVELS:
            named = _units_at(run, level)
            if not named:
                continue
            ids = _ids(run, column, named).iloc[rows[side].to_numpy()].to_numpy(dtype=object)
            version = run.version(level)
            sides.append(
                pd.DataFrame(
                    {
                        "kind": kind,
                        "unit_id": ids,
                        "key": [key_of(str(one), version).version for one in ids],
                        "pair": rows.index.to_numpy(),
                        "side": side,
                        "level": level,
                        "unit_name": [named.get(str(one), "") for one in ids],
                        "unit_version": version,
                        "row": rows[side].to_numpy(),
                    }
                )
            )
    every: pd.DataFrame = pd.concat(sides, ignore_index=True)
    every = every[(every["unit_id"] != "") | (every["kind"] == "province")]
    wide = every.pivot_table(index=[*_UNITS, "pair"], columns="side", values="row", aggfunc="first")
    wide = wide.reindex(columns=["old", "new"]).fillna(-1).astype("int64").reset_index()
    # A unit is called as the newer run calls it.
    shown = every.drop_duplicates(_UNITS, keep="last")
    shown = shown[[*_UNITS, "level", "unit_name", "unit_version"]]
    members: pd.DataFrame = wide.merge(shown, on=_UNITS, how="left", validate="many_to_one")
    marks = pairs[["reused", "moved", "told", "clusters"]].iloc[members["pair"].to_numpy()]
    return members.assign(**{str(name): marks[name].to_numpy() for name in marks})


def _units_at(run: Run, level: str) -> dict[str, str]:
    """Give id → name of the units of a level."""
    found = run.indicators[run.indicators["level"] == level]
    found = found.drop_duplicates("unit_id")
    return dict(zip(found["unit_id"].astype(str), found["unit_name"].astype(str), strict=True))


def _ids(run: Run, column: str, named: dict[str, str]) -> pd.Series:
    """Give the unit of each hamlet; without a column all are in the one that is the whole area."""
    if column:
        return run.hamlets[column].astype(str)
    whole = "" if "" in named else next(iter(named))
    return pd.Series([whole] * len(run.hamlets), dtype="str")


@dataclass(frozen=True)
class _Parts:
    """Contributions of hamlets to numerator and denominator, by pair of rows.

    ``before``, ``after`` as the runs have them; ``served`` with the service of the newer run on
    the older structure; ``mended`` with its data too.
    """

    before: tuple[Floats, Floats]
    after: tuple[Floats, Floats]
    served: tuple[Floats, Floats]
    mended: tuple[Floats, Floats]


def _figures(
    old: Run, new: Run, members: pd.DataFrame, technologies: Sequence[str]
) -> Iterator[tuple[str, str, str, _Parts]]:
    """Give every hamlet indicator with its contributions."""
    a, b = members["old"].to_numpy(), members["new"].to_numpy()
    mended = (members["moved"] | members["told"]).to_numpy()
    clusters = members["clusters"].to_numpy()
    yield "HAMLETS", "", "hamlets", _counted(_flags(a >= 0), _flags(b >= 0), a, b)
    for technology in technologies:
        column = f"status_{technology.lower()}"
        then, now = (
            np.append(run.hamlets[column].to_numpy(dtype=object), "")[rows]
            for run, rows in ((old, a), (new, b))
        )
        known_both = (then != "unknown") & (now != "unknown") & ~mended
        known_both &= ~(clusters & (then != "white") & (now != "white"))
        for name, good in (
            ("HAMLETS_WHITE", ("white",)),
            ("HAMLETS_DEAD_SPOT", ("dead_spot",)),
            ("HAMLETS_COVERED", ("covered",)),
            ("HAMLETS_UNKNOWN", ("unknown",)),
        ):
            x, y = _flags(np.isin(then, good)), _flags(np.isin(now, good))
            yield name, technology, "hamlets", _counted(x, y, a, b, known_both)
        for name, top, bottom in (
            ("HAMLET_NOT_WHITE", ("dead_spot", "covered"), ("white", "dead_spot", "covered")),
            ("HAMLET_COVERED", ("covered",), ("white", "dead_spot", "covered")),
            ("HAMLET_WHITE", ("white",), ("white", "dead_spot", "covered")),
            ("HAMLET_DEAD_SPOT", ("dead_spot",), ("dead_spot", "covered")),
        ):
            tops, wholes = (
                _counted(_flags(np.isin(then, of)), _flags(np.isin(now, of)), a, b, known_both)
                for of in (top, bottom)
            )
            yield name, technology, "ratio", _ratio(tops, wholes)
        people = _people(old, new, a, b, technology, mended | clusters)
        yield "POP_SERVED", technology, "ratio", people


def _flags(where: Mask) -> Floats:
    return where.astype(np.float64)


def _counted(
    then: Floats,
    now: Floats,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    is_network: Mask | None = None,
) -> _Parts:
    """Make the contributions of a count."""
    both = (a >= 0) & (b >= 0)
    stays = both if is_network is None else both & is_network
    none = np.full(len(then), np.nan)
    return _Parts(
        (then, none),
        (now, none),
        (np.where(stays, now, then), none),
        (np.where(both, now, then), none),
    )


def _ratio(tops: _Parts, wholes: _Parts) -> _Parts:
    return _Parts(
        (tops.before[0], wholes.before[0]),
        (tops.after[0], wholes.after[0]),
        (tops.served[0], wholes.served[0]),
        (tops.mended[0], wholes.mended[0]),
    )


def _people(
    old: Run,
    new: Run,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    technology: str,
    is_data: Mask,
) -> _Parts:
    """Make the contributions of people served: of people whose service is known."""
    served = f"served_people_{technology.lower()}"
    sums = []
    for run, rows in ((old, a), (new, b)):
        good = np.append(run.hamlets[served].to_numpy(np.float64), np.nan)[rows]
        people = np.append(run.hamlets["population"].to_numpy(np.float64), np.nan)[rows]
        known = np.isfinite(good) & np.isfinite(people)
        sums.append((np.where(known, good, 0.0), np.where(known, people, 0.0)))
    (x, n), (y, m) = sums
    both = (a >= 0) & (b >= 0)
    share = np.divide(y, m, out=np.zeros_like(y), where=m > 0)
    # The people of then, with the service of now; only where both runs know of them.
    now = both & (n > 0) & (m > 0) & ~is_data
    return _Parts(
        (x, n),
        (y, m),
        (np.where(now, share * n, x), n),
        (np.where(both, y, x), np.where(both, m, n)),
    )


def _decomposed(
    members: pd.DataFrame, parts: _Parts, *, is_ratio: bool, is_ruled: bool
) -> pd.DataFrame:
    """Sum contributions over units, and take the change of the value apart."""
    names = ("before", "after", "served", "mended")
    sums = members[[*_UNITS]].copy()
    for name in names:
        top, whole = getattr(parts, name)
        sums[f"{name}_top"], sums[f"{name}_whole"] = top, whole
    sums["in_old"], sums["in_new"] = members["old"] >= 0, members["new"] >= 0
    grouped = sums.groupby(_UNITS, sort=True)
    total = grouped.sum(min_count=1, numeric_only=True)
    total["in_old"], total["in_new"] = grouped["in_old"].any(), grouped["in_new"].any()
    value = {
        name: _divide(total[f"{name}_top"], total[f"{name}_whole"]) if is_ratio
        else total[f"{name}_top"].to_numpy(np.float64)
        for name in names
    }  # fmt: skip
    old, new = total["in_old"].to_numpy(dtype=bool), total["in_new"].to_numpy(dtype=bool)
    both = old & new
    before, after = np.where(old, value["before"], np.nan), np.where(new, value["after"], np.nan)
    change = np.where(both, after - before, np.nan)
    served = np.where(both, value["served"] - before, np.nan)
    # Under other rules nobody can tell what the network did.
    network = np.where(both, 0.0, np.nan) if is_ruled else served
    frame = pd.DataFrame(
        {
            "found": np.where(both, "both", np.where(old, "only_before", "only_after")),
            "numerator_before": np.where(old, total["before_top"], np.nan),
            "denominator_before": np.where(old, total["before_whole"], np.nan),
            "before": before,
            "numerator_after": np.where(new, total["after_top"], np.nan),
            "denominator_after": np.where(new, total["after_whole"], np.nan),
            "after": after,
            "change": change,
            "network": network,
            "structure": change - network,
            "structure_data": np.where(both, value["mended"] - value["served"], np.nan),
            "structure_rules": served if is_ruled else np.where(both, 0.0, np.nan),
        },
        index=total.index,
    )
    shown = members[[*_UNITS, "level", "unit_name", "unit_version"]].drop_duplicates(_UNITS)
    return frame.reset_index().merge(shown, on=_UNITS, how="left", validate="one_to_one")


def _divide(top: pd.Series, whole: pd.Series) -> Floats:
    x, n = top.to_numpy(np.float64), whole.to_numpy(np.float64)
    found: Floats = np.divide(x, n, out=np.full(len(x), np.nan), where=n > 0)
    return found
