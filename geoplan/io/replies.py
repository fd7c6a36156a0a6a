"""What operators answer: the annexes of their letters, filled in, read from a folder.

A row is a reply only with a measure. What became of a promise is left to
``indicators.replies``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import check_sheets, columns, operators, radio_words, rows, values
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.scenario import Scenario, SourceFile
from geoplan.units import TECHNOLOGIES

_KEY: Final = "inputs.replies"
_ANSWERS: Final = ("technology", "shared_position", "deadline", "note")
"""What an operator fills in besides the measure."""
_SAID: Final = ("measure", "shared_position", "deadline", "note")
_NAMELESS: Final = re.compile(r"column \d+")
"""What ``readers.tidy`` calls a column without a header."""

Service = tuple[str, str, str]
Place = tuple[int, int]
"""Number of a file, and of a row in it."""


@dataclass(frozen=True)
class Told:
    """What was read: the replies, and rows to be counted with those of other files."""

    replies: pd.DataFrame | None
    rows: tuple[Rows, ...]


def read(scenario: Scenario, hamlets: pd.DataFrame, faults: Faults, warnings: Faults) -> Told:
    """Read every file of the scenario's folder of replies, in the order of their names.

    A row is refused whose hamlet, operator, technology, measure or day is not known, and one
    that says again, or otherwise, what an earlier row or file says.

    Returns
    -------
    The table ``replies`` with one row for each technology and ``source_file``; None where the
    scenario names no replies, or the hamlets are at fault.
    """
    given = scenario.inputs.replies
    if given is None:
        return Told(None, ())
    stands = not faults
    names = operators.names_of(scenario)
    dictionary = Dictionary(scenario.headers, scenario.words)
    found = []
    for name in check_sheets.sheet_files(scenario, given, _KEY, faults, warnings):
        path = scenario.folder / name
        source = Source(tables.REPLIES, SourceFile(path=name), path, dictionary)
        one = _read(source, names, faults)
        if one is not None:
            found.append(one)
    if not stands:
        return Told(None, tuple(found))
    known = frozenset(hamlets["hamlet_id"])
    for one in found:
        _judge(one, known)
    return Told(_join(found), tuple(found))


def _read(source: Source, names: Mapping[str, str], faults: Faults) -> Rows | None:
    """Read one file; None, and the faults, where it lacks what makes a reply."""
    before = len(faults)
    one = rows.read(source, faults, names=names)
    if one is None:
        return None
    if len(one.raw):
        for name in _lacking(one):
            known = ", ".join(columns.headers_of(tables.REPLIES, name)[:6])
            one.tell(faults, "missing_column", column=name, known=known)
    return one if len(faults) == before else None


def _lacking(one: Rows) -> list[str]:
    """Give the columns that must be there: also those whose header somebody took away."""
    have = one.matched.columns
    lacking = [name for name in ("measure", "deadline") if name not in have]
    if not {"technology", "missing_technology"} & have.keys():
        lacking.append("technology")
    required = [name for name in tables.REPLIES.required if name not in have]
    nameless = sum(bool(_NAMELESS.fullmatch(one.raw.headers[at])) for at in one.matched.others)
    if nameless > len(lacking) + len(required):
        lacking += [name for name in _ANSWERS if name not in have and name not in lacking]
    return lacking


def _judge(one: Rows, hamlets: frozenset[str]) -> None:
    """Refuse the rows of a file that say something and cannot stand."""
    frame, ledger = one.frame, one.ledger
    if not len(one.raw):
        return
    measure = _cells(one, "measure") != ""
    unnamed = (frame["hamlet_id"] == "") & (frame["operator"] == "")
    signed = measure & unnamed & (frame["measure"] == "")
    answered = pd.Series(False, index=frame.index)
    for name in _ANSWERS:
        answered |= _cells(one, name) != ""
    # Rows that nobody filled in, and signatures under the table, are no replies at all.
    said = (measure & ~signed) | (answered & (frame["hamlet_id"] != ""))
    ledger.pardon(~said)
    ledger.warn(signed, "line_left_out", column="measure")
    ledger.refuse(said & ~measure, "missing_value", column="measure")
    strange = said & ~frame["hamlet_id"].isin(hamlets)
    ledger.refuse(strange, "unknown_hamlet", column="hamlet_id")
    blank = said & (frame["technology"] == "")
    missing, bad = values.each(frame["missing_technology"], _technologies(one))
    ledger.refuse(
        blank & bad,
        "unknown_technology",
        column="missing_technology",
        known=", ".join(TECHNOLOGIES),
    )
    ledger.refuse(blank & (missing == ""), "missing_value", column="technology")
    one.frame["technology"] = frame["technology"].where(~blank, missing)


def _technologies(one: Rows) -> values.Read:
    """Give what reads a cell of technologies, words of the scenario among them."""
    own = one.source.dictionary.words.get("technology", {})
    further = {values.key(word): name for name, several in own.items() for word in several}
    known = {**values.words("technology"), **further}
    return lambda cell: known.get(values.key(cell)) or radio_words.technologies(cell)


def _cells(one: Rows, name: str) -> pd.Series:
    """Give the cells of a column as they stand in the file; blank where there is none."""
    place = one.matched.place(name)
    if place is None:
        return pd.Series("", index=one.frame.index, dtype="str")
    return one.raw.cells[place]


def _join(found: Sequence[Rows]) -> pd.DataFrame:
    """Give the replies of all files, a row for each technology; what is said twice is refused."""
    records: dict[Service, dict[str, object]] = {}
    origin: dict[Service, Place] = {}
    for i, one in enumerate(found):
        said = (_cells(one, "measure") != "") & (one.frame["hamlet_id"] != "")
        for row in np.flatnonzero(one.ledger.alive & said.to_numpy(bool)).tolist():
            record = {str(name): value for name, value in one.frame.loc[row].items()}
            services = _services(record)
            earlier = [service for service in services if service in records]
            differing = [name for at in earlier if (name := _difference(record, records[at]))]
            if differing or len(earlier) == len(services):
                before = next((at for at in earlier if _difference(record, records[at])), None)
                _refuse(found, (i, row), origin[before or earlier[0]], (*differing, "")[0])
                continue
            for service in services:
                if service not in records:
                    said_here = {**record, "technology": service[2]}
                    records[service] = {**said_here, "source_file": one.source.name}
                    origin[service] = i, row
    names = [*tables.REPLIES.names, "source_file"]
    return tables.check(pd.DataFrame(list(records.values()), columns=names), tables.REPLIES)


def _services(record: Mapping[str, object]) -> list[Service]:
    joined = str(record["technology"]).split(radio_words.JOINT)
    return [(str(record["hamlet_id"]), str(record["operator"]), name) for name in joined]


def _difference(record: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Give the first column in which two replies about one service differ; empty of none."""
    for name in _SAID:
        now, then = record[name], other[name]
        if not (now == then or (pd.isna(now) and pd.isna(then))):  # type: ignore[call-overload]
            return name
    return ""


def _refuse(found: Sequence[Rows], here: Place, first: Place, column: str) -> None:
    """Refuse a row that says what an earlier one says, or otherwise in a column."""
    one, earlier = found[here[0]], found[first[0]]
    name = str(int(earlier.raw.rows[first[1]]))
    if earlier is not one:
        name += f" ({earlier.source.name})"
    where = np.arange(len(one.raw)) == here[1]
    code = "conflicting_row" if column else "duplicate_row"
    column = column if one.matched.place(column) is not None else ""
    one.ledger.refuse(where, code, column=column, first_row=name)
