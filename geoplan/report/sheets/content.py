"""What stands on the sheet of a commune, as data: its figures, hamlets, dead spots and proposals.

Every number is looked up in the tables of the run, never counted again; laying it out is left to
``page`` and ``check_table``. Nothing here tells where a mast stands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import commune_names, known, shown_technologies
from geoplan.report.hamlet_facts import list_technology
from geoplan.report.sheets.previous import KEPT, PreviousFigures
from geoplan.sharing.handed_on import handed_on
from geoplan.text import slug

if TYPE_CHECKING:
    from geoplan.results import RunResult

_LONGEST: Final = 60
"""Letters of a commune's name in a file's name."""
_RANK: Final = {"white": 0, "dead_spot": 1, "covered": 3, "unknown": 4}
_NEAR: Final = 2
_BY_STATUS: Final = {
    "white": "HAMLETS_WHITE",
    "dead_spot": "HAMLETS_DEAD_SPOT",
    "covered": "HAMLETS_COVERED",
}
Service = tuple[str, str]
"""Operator and technology."""


@dataclass(frozen=True)
class Part:
    """A number, and what it is a part of; None where it is not known."""

    value: float | None = None
    of: float | None = None

    @property
    def share(self) -> float | None:
        """The ratio, where there is one."""
        return None if self.value is None or not self.of else self.value / self.of


@dataclass(frozen=True)
class Figure:
    """One line of figures: the commune's, the province's, and the commune's in the last run."""

    name: str
    own: Part
    province: Part
    last: Part = field(default_factory=Part)


@dataclass(frozen=True)
class FigureGroup:
    """The lines of one technology, of "MBB", or (blank) of none."""

    technology: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Cluster:
    """A group of houses that nobody serves."""

    cluster_id: str
    name: str
    households: float | None


@dataclass(frozen=True)
class Promise:
    """What the proposals bring a hamlet: in which year, and its status then."""

    technology: str
    year: int | None
    status_after: str


@dataclass(frozen=True)
class Hamlet:
    """A hamlet as it stands on the sheet; ``number`` is its number in tables and on the map."""

    number: int
    hamlet_id: str
    name: str
    status: str
    is_near: bool
    people: float | None
    is_estimated: bool
    households: float | None
    has_power: bool | None
    clusters: tuple[Cluster, ...]
    promise: Promise | None
    serves: Mapping[Service, str]
    """Operator and technology → yes, no or unsure; empty without coordinates."""

    @property
    def is_first(self) -> bool:
        """Whether it is to be checked before the others."""
        return self.is_near or self.status in ("white", "dead_spot")

    def who(self, technology: str, answer: str) -> list[str]:
        """Give the operators of which an answer holds."""
        return [
            operator
            for (operator, of), found in self.serves.items()
            if of == technology and found == answer
        ]


@dataclass(frozen=True)
class CommuneSheet:
    """The sheet of one commune; ``stem`` names its files."""

    code: str
    name: str
    stem: str
    hamlets: tuple[Hamlet, ...]
    groups: tuple[FigureGroup, ...]

    def of_status(self, status: str) -> list[Hamlet]:
        """Give the hamlets of one status, in the order of their numbers."""
        return [hamlet for hamlet in self.hamlets if hamlet.status == status]

    def figure(self, name: str, technology: str = "") -> Figure:
        """Give one line of the figures."""
        for group in self.groups:
            for one in group.figures:
                if (group.technology, one.name) == (technology, name):
                    return one
        raise KeyError(name)


@dataclass(frozen=True)
class Sheets:
    """The sheets of a run, by name, and what they have in common.

    ``technology`` is the one by which hamlets are listed; ``last_day`` is that of the last run.
    """

    province: str
    day: datetime.date
    last_day: datetime.date | None
    technology: str
    technologies: tuple[str, ...]
    operators: tuple[str, ...]
    communes: tuple[CommuneSheet, ...]


def sheets_of(result: RunResult, previous: PreviousFigures | None = None) -> Sheets:
    """Give the sheets of a run.

    Parameters
    ----------
    previous
        An older run to compare with; one of the same day or later counts for nothing.
    """
    baseline = result.baseline
    last = previous if previous is not None and previous.day < result.scenario.day else None
    book = _Book(result, last)
    names = commune_names(result)
    stems = file_stems(names)
    order = sorted(names, key=lambda code: (vietnamese_key(_bare(result, code)), code))
    hamlets = _hamlets(result)
    return Sheets(
        province=result.scenario.name,
        day=result.scenario.day,
        last_day=None if last is None else last.day,
        technology=list_technology(result),
        technologies=tuple(baseline.technologies),
        operators=tuple(baseline.operators),
        communes=tuple(
            CommuneSheet(code, names[code], stems[code], hamlets.get(code, ()), book.groups(code))
            for code in order
        ),
    )


def _bare(result: RunResult, code: str) -> str:
    communes = result.baseline.communes
    row = communes[communes["commune_code"] == code].iloc[0]
    return str(row["name"] or row["full_name"])


def file_stems(names: Mapping[str, str]) -> dict[str, str]:
    """Give each commune the name of its files, no two alike.

    >>> file_stems({"21025": "Phường Cẩm Thành"})
    {'21025': '21025_phuong-cam-thanh'}
    """
    stems: dict[str, str] = {}
    for code in sorted(names):
        parts = [slug(code) or "xa", slug(names[code])[:_LONGEST].strip("-")]
        stem = whole = "_".join(part for part in parts if part)
        repeat = 1
        while stem in stems.values():
            repeat += 1
            stem = f"{whole}-{repeat}"
        stems[code] = stem
    return stems


# ------------------------------------------------------------------ figures


class _Book:
    """The figures of province and communes, and those of the last run, by their keys."""

    def __init__(self, result: RunResult, last: PreviousFigures | None) -> None:
        self._technologies = shown_technologies(result)
        self._last = last
        self._rows: dict[tuple[str, str, str, str], Part] = {}
        table = result.baseline.indicators
        pooled = (table["operator"] == "") & (table["place_class"] == "")
        chosen = pooled & table["level"].isin(["province", "commune"])
        for row in table[chosen & table["indicator"].isin(KEPT)].to_dict("records"):
            level = str(row["level"])
            unit = "" if level == "province" else str(row["unit_id"])
            key = (level, unit, str(row["indicator"]), str(row["technology"]))
            # Where several provinces are named, the whole stands first.
            self._rows.setdefault(key, Part(known(row["numerator"]), known(row["denominator"])))
        self._communes = result.baseline.communes.set_index("commune_code").to_dict("index")

    def groups(self, code: str) -> tuple[FigureGroup, ...]:
        """Give the figures of a commune."""
        row = self._communes[code]
        first = (
            self._figure("hamlets", code, "HAMLETS", "", row["hamlets"]),
            self._figure("unknown", code, "HAMLETS_UNKNOWN", "", row["hamlets_unknown"]),
            self._figure("people", code, "PEOPLE", "", row["population"]),
        )
        groups = [FigureGroup("", first)]
        for technology in self._technologies:
            column = technology.lower()
            counts = [
                self._figure(name, code, indicator, technology, row[f"{name}_{column}"])
                for name, indicator in _BY_STATUS.items()
            ]
            people = row.get(f"served_people_{column}")
            served = self._figure("served", code, "POP_SERVED", technology, people)
            groups.append(FigureGroup(technology, (*counts, served)))
        return tuple(groups)

    def _figure(self, name: str, code: str, indicator: str, technology: str, own: Any) -> Figure:
        found = self._rows.get(("commune", code, indicator, technology), Part())
        whole = self._rows.get(("province", "", indicator, technology), Part())
        value = known(own) if own is not None else found.value
        return Figure(name, Part(value, found.of), whole, self._before(code, indicator, technology))

    def _before(self, code: str, indicator: str, technology: str) -> Part:
        if self._last is None:
            return Part()
        return Part(*self._last.figures.get(("commune", code, indicator, technology), (None,)))


# ------------------------------------------------------------------ hamlets


def _hamlets(result: RunResult) -> dict[str, tuple[Hamlet, ...]]:
    """Give the hamlets of each commune, those to be checked first in front, then by name."""
    technology = list_technology(result)
    column = f"status_{technology.lower()}"
    table = result.baseline.hamlets
    table = table.assign(status=table[column] if column in table else table["status_mbb"])
    clusters = _unserved(result, technology)
    promises = _promises(result)
    serves = _serves(result)
    found: dict[str, tuple[Hamlet, ...]] = {}
    for code, rows in _by_commune(table.to_dict("records")):
        found[code] = tuple(
            Hamlet(
                number=number,
                hamlet_id=str(row["hamlet_id"]),
                name=str(row["name"] or row["hamlet_id"]),
                status=str(row["status"]),
                is_near=_is(row["near_threshold"]) is True,
                people=known(row["population"]),
                is_estimated=_is(row.get("population_estimated")) is True,
                households=known(row["households"]),
                has_power=_is(row["has_grid_power"]),
                clusters=tuple(clusters.get(str(row["hamlet_id"]), ())),
                promise=promises.get(str(row["hamlet_id"])),
                serves=serves.get(str(row["hamlet_id"]), {}),
            )
            for number, row in enumerate(rows, start=1)
        )
    return found


def _by_commune(
    records: Iterable[Mapping[Any, Any]],
) -> Iterator[tuple[str, list[Mapping[Any, Any]]]]:
    groups: dict[str, list[Mapping[Any, Any]]] = {}
    for row in records:
        groups.setdefault(str(row["commune_code"]), []).append(row)
    for code, rows in groups.items():
        yield code, sorted(rows, key=_order)


def _order(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    rank = _RANK.get(str(row["status"]), _RANK["unknown"])
    if rank == _RANK["covered"] and _is(row["near_threshold"]):
        rank = _NEAR
    return rank, vietnamese_key(str(row["name"])), str(row["hamlet_id"])


def _is(value: Any) -> bool | None:
    return None if value is None or pd.isna(value) else bool(value)


def _unserved(result: RunResult, technology: str) -> dict[str, list[Cluster]]:
    """hamlet_id → its clusters that nobody serves, by name."""
    clusters = result.baseline.clusters
    column = f"operators_{technology.lower()}"
    found: dict[str, list[Cluster]] = {}
    if column not in clusters:
        return found
    for row in clusters[clusters[column] == ""].to_dict("records"):
        name = str(row["name"] or row["cluster_id"])
        one = Cluster(str(row["cluster_id"]), name, known(row["households"]))
        found.setdefault(str(row["hamlet_id"]), []).append(one)
    for listed in found.values():
        listed.sort(key=lambda one: (vietnamese_key(one.name), one.cluster_id))
    return found


def _promises(result: RunResult) -> dict[str, Promise]:
    table = result.plan.more.get("proposal_hamlets", pd.DataFrame())
    return {
        str(row["hamlet_id"]): Promise(
            str(row["technology"]),
            None if pd.isna(row["year"]) else int(row["year"]),
            str(row["status_after"]),
        )
        for row in table.to_dict("records")
    }


def _serves(result: RunResult) -> dict[str, dict[Service, str]]:
    """hamlet_id → what may be handed on of each operator and technology."""
    told = handed_on(result.inputs, result.baseline, result.scenario)
    found: dict[str, dict[Service, str]] = {}
    columns = (told[name] for name in ("hamlet_id", "operator", "technology", "serves"))
    for hamlet, operator, technology, serves in zip(*columns, strict=True):
        found.setdefault(str(hamlet), {})[str(operator), str(technology)] = str(serves)
    return found
