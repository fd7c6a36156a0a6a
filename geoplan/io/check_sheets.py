"""A folder of check sheets: its files, and the columns of each that hold answers.

A sheet has a row for each answer (operator, technology, result), or a row for each hamlet with a
column for each operator and technology. What the answers are is left to ``field_checks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import check_words, columns, readers, rows, values
from geoplan.io.readers import Dictionary, Source
from geoplan.io.rows import Rows
from geoplan.scenario import Scenario, SourceFile
from geoplan.units import TECHNOLOGIES

_SHEETS: Final = (*readers.WORKBOOKS, ".csv")
_SEEN: Final = ("Thumbs.db", "desktop.ini")
"""Files that a system leaves in folders; nobody means them."""

# Answers are read here, with their technologies, and so are days: only a row with an answer must
# have one, and under the table stand lines with other days.
_TABLE: Final = replace(
    tables.FIELD_CHECKS,
    columns=tuple(
        replace(column, kind="text", values=())
        if column.name in ("result", "checked_on")
        else column
        for column in tables.FIELD_CHECKS.columns
    ),
)


@dataclass(frozen=True)
class AnswerColumn:
    """A column of answers: our name of it, its place, and what its header names."""

    name: str
    place: int
    operator: str
    technology: str


@dataclass(frozen=True)
class Sheet:
    """A check sheet as it was read, and its columns of answers."""

    rows: Rows
    answers: tuple[AnswerColumn, ...]


def read_sheets(
    scenario: Scenario, names: Mapping[str, str], faults: Faults, warnings: Faults
) -> list[Sheet]:
    """Read every check sheet of the scenario's folder, in the order of the names.

    Parameters
    ----------
    names
        Folded name of an operator → its standard name.
    """
    given = scenario.inputs.field_checks
    if given is None:
        return []
    dictionary = Dictionary(_headers(scenario, names), scenario.words)
    found = []
    for name in sheet_files(scenario, given, "inputs.field_checks", faults, warnings):
        source = Source(_TABLE, SourceFile(path=name), scenario.folder / name, dictionary)
        sheet = _read(source, names, faults)
        if sheet is not None:
            found.append(sheet)
    return found


def _headers(
    scenario: Scenario, names: Mapping[str, str]
) -> dict[str, Mapping[str, Sequence[str]]]:
    """Give the headers of the scenario, completed by those of answers, such as Viettel 4G.

    So the header of a sheet is found also where operators stand in one line of it and
    technologies in the next; other spellings are read by ``check_words`` once it is found.
    """
    services: dict[str, list[str]] = {}
    for alias, operator in names.items():
        for technology in TECHNOLOGIES:
            services.setdefault(f"{operator} {technology}", []).append(f"{alias} {technology}")
    own = scenario.headers.get(_TABLE.name, {})
    return {**scenario.headers, _TABLE.name: {**services, **own}}


def sheet_files(
    scenario: Scenario, given: str, key: str, faults: Faults, warnings: Faults
) -> Iterator[str]:
    """Give the paths of the sheets that a key names: the files of the folder, or the one file."""
    place = scenario.folder / given
    if place.is_file():
        yield given
        return
    if not place.is_dir():
        faults.add("missing_file", file=_shown(given), column=key)
        return
    count = 0
    for path in sorted(place.iterdir(), key=lambda path: path.name):
        if path.name.startswith(("~$", ".")) or path.name in _SEEN:
            continue
        if path.is_file() and path.suffix.lower() in _SHEETS:
            count += 1
            yield f"{given.rstrip('/')}/{path.name}"
        else:
            warnings.add("file_left_out", file=f"{_shown(given)}/{path.name}")
    if not count:
        warnings.add("empty_file", file=_shown(given))


def _shown(given: str) -> str:
    """Give a path as it may be shown: of an absolute one only the last name."""
    return Path(given).name if Path(given).is_absolute() else given.rstrip("/")


def _read(source: Source, names: Mapping[str, str], faults: Faults) -> Sheet | None:
    """Read a sheet and find its columns of answers; None, and the faults, where it is none."""
    before = len(faults)
    one = rows.read(source, faults, names=names)
    if one is None:
        return None
    if not len(one.raw):
        return Sheet(one, ())
    found = _answers_of(one, names, faults)
    if "result" in one.matched.columns:
        found = (AnswerColumn("result", one.matched.columns["result"], "", ""), *found)
    _check_columns(one, found, faults)
    if len(faults) > before:
        return None
    own = {column.name: column.place for column in found}
    left = {place: name for place, name in one.matched.others.items() if place not in own.values()}
    matched = replace(one.matched, columns={**one.matched.columns, **own}, others=left)
    one.ledger.matched = matched
    return Sheet(replace(one, matched=matched), found)


def _answers_of(one: Rows, names: Mapping[str, str], faults: Faults) -> tuple[AnswerColumn, ...]:
    """Find the columns that hold answers; tell of those whose operator is not known."""
    found: dict[str, AnswerColumn] = {}
    unread = []
    known = words_of(one)
    for name, place in one.matched.columns.items():
        operator, _, technology = name.rpartition(" ")
        if technology in TECHNOLOGIES:
            found[name] = AnswerColumn(name, place, operator, technology)
    for place in one.matched.others:
        header = one.raw.headers[place]
        service = check_words.read_header(header, names)
        if service is None or service.operator is None:
            if not _is_answered(one, place, known):
                continue
            if service is None:
                unread.append(header)
            else:
                listed = ", ".join(dict.fromkeys(names.values()))
                one.tell(faults, "unknown_operator", column=header, known=listed)
            continue
        name = " ".join(part for part in (service.operator, service.technology) if part)
        if name in found:
            several = f"{one.raw.headers[found[name].place]}, {header}"
            one.tell(faults, "ambiguous_column", column=name, columns=several)
        found[name] = AnswerColumn(name, place, service.operator, service.technology)
    if unread and found:
        one.ledger.remark("columns_unread", columns=", ".join(unread))
    return tuple(found.values())


def words_of(one: Rows) -> dict[str, str]:
    """Give folded word → result, those of the scenario among them."""
    own = one.source.dictionary.words.get("result", {})
    further = {values.key(word): result for result, several in own.items() for word in several}
    return {**values.words("result"), **further}


def _is_answered(one: Rows, place: int, known: Mapping[str, str]) -> bool:
    """Tell whether a column holds answers and nothing else."""
    cells = [cell for cell in one.raw.cells[place].unique() if cell]
    return bool(cells) and all(check_words.read_answer(cell, known) is not None for cell in cells)


def _check_columns(one: Rows, found: Sequence[AnswerColumn], faults: Faults) -> None:
    """Add a fault for each column that a check sheet must have and this one has not."""
    have = one.matched.columns
    missing = []
    if not {"hamlet_id", "cluster_id", "name"} & have.keys():
        missing.append("hamlet_id")
    if not found:
        missing.append("result")
    elif "operator" not in have and any(not column.operator for column in found):
        missing.append("operator")
    if "checked_on" not in have:
        missing.append("checked_on")
    for name in missing:
        known = ", ".join(columns.headers_of(tables.FIELD_CHECKS, name)[:6])
        one.tell(faults, "missing_column", column=name, known=known)
