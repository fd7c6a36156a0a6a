"""What changed between two runs: how much is network, how much is structure.

A unit is the same only where code and version are (82 was Tiền Giang, is Đồng Tháp), and a
hamlet only where nothing says that it was merged or divided. Reading runs is left to ``io``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.admin.units import key_of

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


@dataclass(frozen=True)
class Run:
    """The tables of a finished run that are compared.

    ``stations`` has operator, site_id, technology, on_air_date, longitude, latitude and
    commune_code, one row each.
    """

    hamlets: pd.DataFrame
    indicators: pd.DataFrame
    stations: pd.DataFrame
    as_of: pd.Timestamp
    name: str = ""

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
    fan_in = pairs.groupby("new_hamlet_id")["old_hamlet_id"].transform("size")
    fan_out = pairs.groupby("old_hamlet_id")["new_hamlet_id"].transform("size")
    told = np.where(fan_in > 1, "merged", np.where(fan_out > 1, "split", "renamed"))
    kind = np.where(pairs["kind"] != "", pairs["kind"], told)
    same: dict[str, str] = {}
    old_kind: dict[str, str] = {}
    new_kind: dict[str, str] = {}
    for old, new, one in zip(pairs["old_hamlet_id"], pairs["new_hamlet_id"], kind, strict=True):
        if one == "renamed":
            same[old] = new
        else:
            old_kind[old], new_kind[new] = one, one
    return Lineage(same, old_kind, new_kind)


def match_hamlets(old: Run, new: Run, lineage: Lineage) -> pd.DataFrame:
    """Pair the hamlets of two runs: one row for each, with its row in either, −1 = not there."""
    before, after = list(old.hamlets["hamlet_id"]), list(new.hamlets["hamlet_id"])
    place = {name: row for row, name in enumerate(after) if name not in lineage.new_kind}
    rows: list[tuple[int, int]] = []
    for row, name in enumerate(before):
        now = lineage.same.get(name, name)
        rows.append((row, -1 if name in lineage.old_kind else place.pop(now, -1)))
    taken = {second for _, second in rows}
    rows += [(-1, row) for row in range(len(after)) if row not in taken]
    return pd.DataFrame(rows, columns=["old", "new"], dtype="int64")


def changes(old: Run, new: Run, pairs: pd.DataFrame) -> pd.DataFrame:
    """Tell the change of every hamlet indicator in every unit, in parts that add up.

    Network is how the figure of the older run changes when its hamlets get the service of the
    newer run, where they are still there and both runs know their place. The rest is structure:
    hamlets and units that came, went or moved, and data that were mended.

    Parameters
    ----------
    pairs
        From :func:`match_hamlets`.

    Returns
    -------
    Columns of ``tables.CHANGES_OUT``.
    """
    members = _members(old, new, pairs)
    shared = [name for name in new.technologies if name in old.technologies]
    frames = []
    for indicator, technology, unit, parts in _figures(old, new, members, shared):
        frame = _decomposed(members, parts, is_ratio=unit == "ratio")
        frames.append(frame.assign(indicator=indicator, technology=technology, unit=unit))
    return pd.concat(frames, ignore_index=True).drop(columns=["key", "kind"])


def _members(old: Run, new: Run, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give every hamlet in every unit: its rows in either run, −1 = not in the unit there."""
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
    return members


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
    yield "HAMLETS", "", "hamlets", _counted(_flags(a >= 0), _flags(b >= 0), a, b)
    for technology in technologies:
        column = f"status_{technology.lower()}"
        then, now = (
            np.append(run.hamlets[column].to_numpy(dtype=object), "")[rows]
            for run, rows in ((old, a), (new, b))
        )
        known_both = (then != "unknown") & (now != "unknown")
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
        yield "POP_SERVED", technology, "ratio", _people(old, new, a, b, technology)


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
    old: Run, new: Run, a: NDArray[np.int64], b: NDArray[np.int64], technology: str
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
    now = both & (n > 0) & (m > 0)
    return _Parts(
        (x, n),
        (y, m),
        (np.where(now, share * n, x), n),
        (np.where(both, y, x), np.where(both, m, n)),
    )


def _decomposed(members: pd.DataFrame, parts: _Parts, *, is_ratio: bool) -> pd.DataFrame:
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
    network = np.where(both, value["served"] - before, np.nan)
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
        },
        index=total.index,
    )
    shown = members[[*_UNITS, "level", "unit_name", "unit_version"]].drop_duplicates(_UNITS)
    return frame.reset_index().merge(shown, on=_UNITS, how="left", validate="one_to_one")


def _divide(top: pd.Series, whole: pd.Series) -> Floats:
    x, n = top.to_numpy(np.float64), whole.to_numpy(np.float64)
    found: Floats = np.divide(x, n, out=np.full(len(x), np.nan), where=n > 0)
    return found
