"""What people found on the spot, from the cells of check sheets: the latest check of each thing.

Which columns hold answers is found by ``check_sheets``; what a check decides is left to
``coverage.evidence``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.io import check_words, values
from geoplan.io.check_sheets import AnswerColumn, Sheet, words_of
from geoplan.io.check_words import Answer
from geoplan.io.checked_places import Gazetteer, Place
from geoplan.io.radio_words import JOINT
from geoplan.scenario import Scenario

_KNOWN: Final = "có, yếu, không"


@dataclass(frozen=True)
class _Check:
    """One answer: of which place and service, when, by whom, and where it stands."""

    hamlet_id: str
    cluster_id: str
    operator: str
    technology: str
    result: str
    day: pd.Timestamp
    who: str
    note: str
    row: int

    @property
    def service(self) -> tuple[str, str, str, str]:
        """What was checked."""
        return self.hamlet_id, self.cluster_id, self.operator, self.technology


def field_checks(
    sheets: Sequence[Sheet],
    hamlets: pd.DataFrame,
    clusters: pd.DataFrame,
    communes: pd.DataFrame,
    scenario: Scenario,
) -> pd.DataFrame:
    """Give the checks that count: the latest of each place, operator and technology.

    Rows are refused here whose place is not known, that lack the day, the operator or the
    technology of an answer, and that say otherwise than an earlier row of the same day. Checks
    later than ``as_of`` are told and not used; older ones that say otherwise are told.
    """
    gazetteer = Gazetteer(hamlets, clusters, communes)
    kept: dict[tuple[str, ...], list[tuple[int, _Check]]] = {}
    for i, sheet in enumerate(sheets):
        _refuse_unread(sheet)
        for checks in _checks_by_row(sheet, gazetteer, scenario):
            first = _conflict(checks, kept)
            if first is None:
                for check in checks:
                    kept.setdefault(check.service, []).append((i, check))
                continue
            _refuse_conflict(sheet, checks[0].row, sheets[first[0]], first[1], sheet)
    return _latest(kept, sheets)


def _refuse_unread(sheet: Sheet) -> None:
    """Refuse the rows with an answer that is not understood."""
    known = words_of(sheet.rows)
    for column in sheet.answers:
        cells = sheet.rows.raw.cells[column.place]
        odd = [cell for cell in cells.unique() if check_words.read_answer(cell, known) is None]
        where = cells.isin(odd).to_numpy(dtype=bool)
        sheet.rows.ledger.refuse(where, "unknown_value", column=column.name, known=_KNOWN)


def _checks_by_row(
    sheet: Sheet, gazetteer: Gazetteer, scenario: Scenario
) -> Iterator[list[_Check]]:
    """Give the checks of each row that stands and has an answer, in the order of the file."""
    one, ledger = sheet.rows, sheet.rows.ledger
    if not len(one.raw):
        return
    known = words_of(one)
    default = _only_technology(sheet, known)
    place_of_day = one.matched.columns["checked_on"]
    days, odd = values.dates(one.raw.cells[place_of_day], exact=one.raw.exact.get(place_of_day))
    records = one.frame[list(tables.FIELD_CHECKS.names)].to_dict("records")
    for row, record in enumerate(records):
        found = [
            (column, check_words.read_answer(str(one.raw.cells.iat[row, column.place]), known))
            for column in sheet.answers
        ]
        given = [(column, answer) for column, answer in found if answer and answer.result]
        if not ledger.alive[row] or not given:
            continue
        place = gazetteer.find({str(name): value for name, value in record.items()})
        fault = _row_fault(record, given, default, place)
        if odd[row] and not place.reason:
            fault = "bad_date", "checked_on"
        here = np.arange(len(one.raw)) == row
        if fault:
            ledger.refuse(here, fault[0], column=fault[1], known=place.known)
            continue
        day = days[row]
        if scenario.as_of is not None and day > pd.Timestamp(scenario.as_of):
            as_of = scenario.as_of.isoformat()
            ledger.warn(here, "check_after_as_of", column="checked_on", as_of=as_of)
            continue
        yield [
            _Check(
                hamlet_id=place.hamlet_id,
                cluster_id=place.cluster_id,
                operator=column.operator or record["operator"],
                technology=technology,
                result=answer.result,
                day=day,
                who=record["checked_by"],
                note=record["note"],
                row=row,
            )
            for column, answer in given
            for technology in _technology(column, answer, record, default).split(JOINT)
        ]


def _only_technology(sheet: Sheet, known: Mapping[str, str]) -> str:
    """Give the technology that answers of the file name, where all that name one name the same.

    Beside "có 4G" in one cell, "không" in another one means no 4G.
    """
    named = {
        answer.technology
        for column in sheet.answers
        if not column.technology
        for cell in sheet.rows.raw.cells[column.place].unique()
        if (answer := check_words.read_answer(cell, known)) and answer.technology
    }
    return named.pop() if len(named) == 1 else ""


def _technology(
    column: AnswerColumn, answer: Answer, record: Mapping[object, object], default: str
) -> str:
    """Give the technology of an answer: of its column, its cell, its row, or its file."""
    return column.technology or answer.technology or str(record["technology"]) or default


def _row_fault(
    record: Mapping[object, object],
    given: Sequence[tuple[AnswerColumn, Answer]],
    default: str,
    place: Place,
) -> tuple[str, str] | None:
    """Give reason and column of what is wrong with a row that has answers."""
    if place.reason:
        return place.reason, place.column
    if not record["checked_on"]:
        return "missing_value", "checked_on"
    if any(not column.operator for column, _ in given) and not record["operator"]:
        return "missing_value", "operator"
    if any(not _technology(column, answer, record, default) for column, answer in given):
        return "missing_value", "technology"
    return None


def _conflict(
    checks: Sequence[_Check], kept: Mapping[tuple[str, ...], Sequence[tuple[int, _Check]]]
) -> tuple[int, int] | None:
    """Give sheet and row of a check of the same thing and day that found something else."""
    for check in checks:
        for sheet, other in kept.get(check.service, ()):
            if other.day == check.day and other.result != check.result:
                return sheet, other.row
    return None


def _refuse_conflict(sheet: Sheet, row: int, other: Sheet, first: int, own: Sheet) -> None:
    """Refuse a row that says otherwise than an earlier one."""
    name = str(int(other.rows.raw.rows[first]))
    if other is not own:
        name += f" ({other.rows.source.name})"
    here = np.arange(len(sheet.rows.raw)) == row
    sheet.rows.ledger.refuse(here, "conflicting_row", first_row=name)


def _latest(
    kept: Mapping[tuple[str, ...], Sequence[tuple[int, _Check]]], sheets: Sequence[Sheet]
) -> pd.DataFrame:
    """Keep the latest check of each thing; tell the older ones that found something else."""
    records = []
    for service in sorted(kept):
        checks = kept[service]
        last = max(range(len(checks)), key=lambda i: (checks[i][1].day, -i))
        latest = checks[last][1]
        for i, older in checks:
            if older.result != latest.result:
                rows_ = sheets[i].rows
                rows_.ledger.warn(
                    np.arange(len(rows_.raw)) == older.row,
                    "check_superseded",
                    column="checked_on",
                    date=latest.day.date().isoformat(),
                    found=_SPOKEN[latest.result],
                    service=f"{latest.operator} {latest.technology}",
                )
        records.append(
            {
                "hamlet_id": latest.hamlet_id,
                "cluster_id": latest.cluster_id,
                "operator": latest.operator,
                "technology": latest.technology,
                "result": latest.result,
                "checked_on": latest.day,
                "checked_by": latest.who,
                "note": latest.note,
            }
        )
    frame = pd.DataFrame(records, columns=list(tables.FIELD_CHECKS.names))
    return tables.check(frame, tables.FIELD_CHECKS)


_SPOKEN: Final = {"yes": "“có”", "weak": "“yếu”", "no": "“không”"}
"""Results as they stand on the sheets, in every language."""
