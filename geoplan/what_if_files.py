"""Asks a finished run what if, from files and words, and writes the answer.

Files of sites are read like those of a scenario, with all their faults. Reckoning is left to
``what_if``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan import tables, what_if
from geoplan.faults import Fault, Faults, InputError
from geoplan.io.one_file import read_communes, read_one
from geoplan.io.operators import names_of, standard_name
from geoplan.report.folder import Staging, check_target
from geoplan.report.run_json import rules_record
from geoplan.report.tables import write_table
from geoplan.scenario import SourceFile
from geoplan.what_if import Answer, Session, SiteKey

if TYPE_CHECKING:
    from geoplan.scenario import Scenario

_RULES: Final = ("coverage", "sharing", "operators")
"""Sections of a scenario on which answers rest."""
_SITE: Final = re.compile(r"([^:=]+):([^=]+)")
_MOVED: Final = re.compile(r"([^:=]+):([^=]+)=\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)")
_OPENED: Final = re.compile(r"([^:=]+):([^=]+)=\s*(\w+)")


@dataclass(frozen=True)
class Question:
    """What is asked, as somebody types it.

    Attributes
    ----------
    add
        Files of sites.
    remove
        ``OPERATOR:SITE``.
    move
        ``OPERATOR:SITE=longitude,latitude``.
    turn_on
        ``OPERATOR:SITE=TECHNOLOGY``.
    roaming
        Names of operators with commas between.
    """

    add: Sequence[Path] = ()
    remove: Sequence[str] = ()
    move: Sequence[str] = ()
    turn_on: Sequence[str] = ()
    roaming: Sequence[str] = ()


@dataclass(frozen=True)
class Asked:
    """An answer, the session that gave it, and what to tell of the files."""

    answer: Answer
    session: Session
    warnings: tuple[Fault, ...]
    folder: Path


def ask(scenario: Scenario, question: Question, run: Path, target: Path) -> Asked:
    """Answer a question from a finished run, and write the tables.

    Parameters
    ----------
    scenario
        The one that made the run.
    run
        Its folder.
    target
        Folder to write.

    Raises
    ------
    GeoplanError
        The run is none, or of other files or rules; a file, a site or an operator is wrong; the
        folder is not ours to replace. Nothing was written.
    """
    check_target(target)
    faults, names = Faults(), names_of(scenario)
    remove = [_key(match, names) for match in _parsed(question.remove, _SITE, "--remove", faults)]
    move = {
        _key(match, names): (float(match[3]), float(match[4]))
        for match in _parsed(question.move, _MOVED, "--move", faults)
    }
    turn_on = [
        (*_key(match, names), match[3].upper())
        for match in _parsed(question.turn_on, _OPENED, "--turn-on", faults)
    ]
    together = [
        [standard_name(name.strip(), names) or name.strip() for name in one.split(",")]
        for one in question.roaming
    ]
    if not (question.add or remove or move or turn_on or together) and not len(faults):
        faults.add("whatif_nothing")
    faults.raise_if_any(InputError)
    session = what_if.load(run)
    _refuse_other_run(session, scenario, run)
    added, warnings = _added(scenario, session, question.add, bool(move))
    answer = session.ask(add=added, remove=remove, move=move, turn_on=turn_on, together=together)
    staging = Staging(target)
    with staging as folder:
        write_answer(answer, folder)
    return Asked(answer, session, (*warnings, *staging.warnings), staging.path)


def write_answer(answer: Answer, folder: Path) -> None:
    """Write the three tables of an answer, and run.json that lists them."""
    import json

    files = {
        tables.WHATIF_OUT: answer.indicators,
        tables.WHATIF_HAMLETS_OUT: answer.hamlets,
        tables.WHATIF_SITES_OUT: answer.sites,
    }
    for table, frame in files.items():
        write_table(frame, table, folder / f"{table.name}.csv")
    outputs = sorted(f"{table.name}.csv" for table in files)
    record = json.dumps({"schema": 1, "outputs": outputs}, indent=1)
    (folder / "run.json").write_text(record + "\n", "utf-8", newline="\n")


def _parsed(
    texts: Sequence[str], form: re.Pattern[str], option: str, faults: Faults
) -> list[re.Match[str]]:
    """Match what was typed; a fault for each that has another form."""
    forms = {
        _SITE: ("OPERATOR:SITE", "VNPT:QNI0012"),
        _MOVED: ("OPERATOR:SITE=LON,LAT", "VNPT:QNI0012=108.8012,15.1203"),
        _OPENED: ("OPERATOR:SITE=TECHNOLOGY", "VNPT:QNI0012=5G"),
    }
    found = []
    for text in texts:
        match = form.fullmatch(text.strip())
        if match is None:
            shape, example = forms[form]
            faults.add("whatif_form", column=option, value=text, form=shape, example=example)
        else:
            found.append(match)
    return found


def _key(match: re.Match[str], names: Any) -> SiteKey:
    written = match[1].strip()
    return standard_name(written, names) or written, match[2].strip()


def _added(
    scenario: Scenario, session: Session, files: Sequence[Path], moves: bool
) -> tuple[pd.DataFrame | None, tuple[Fault, ...]]:
    """Read the files of sites to be added, and what surrounds them where that is needed."""
    rules = scenario.coverage
    needs_ground = rules.environment_from != "density" or session.has_raster
    if not files and not (moves and needs_ground):
        return None, ()
    communes = read_communes(scenario, scenario.inputs.communes)
    if needs_ground:
        session.surround(_surroundings(scenario, communes))
    frames, told = [], list[Fault]()
    for path in files:
        one = read_one(scenario, tables.SITES, SourceFile(path=str(path.resolve())), communes)
        told += one.warnings
        told += _refused(one.rejects)
        frames.append(one.frame)
    return pd.concat(frames, ignore_index=True) if frames else None, tuple(told)


def _refused(rejects: pd.DataFrame) -> list[Fault]:
    """Give the rows that were refused as warnings: they are not in the answer."""
    return [
        Fault(
            str(row["reason"]),
            str(row["file"]),
            row=None if pd.isna(row["row"]) else int(row["row"]),
            column=str(row["column"]),
            value=str(row["value"]),
            params={"known": "…"},
        )
        for row in rejects.to_dict("records")
    ]


def _surroundings(scenario: Scenario, communes: Any) -> what_if.Surroundings:
    from geoplan.io import population
    from geoplan.io.readers import Dictionary, Source

    given, raster = scenario.inputs.population, None
    if given is not None:
        dictionary = Dictionary(scenario.headers, scenario.words)
        source = Source(tables.HAMLETS, given, scenario.folder / given.path, dictionary)
        faults = Faults()
        found = population.read(source, tuple(communes.total_bounds), faults, Faults())
        faults.raise_if_any(InputError)
        raster = None if found is None else found.raster
    return what_if.Surroundings(communes, raster)


def _refuse_other_run(session: Session, scenario: Scenario, run: Path) -> None:
    """Stop where the files or rules of the scenario are not those of the run."""
    meta, now = session.meta, rules_record(scenario)
    other = [name for name in _RULES if meta["scenario"].get(name) != now.get(name)]
    known = {one["sha256"] for one in meta["inputs"]}
    inputs = scenario.inputs
    several = (inputs.communes, inputs.hamlets, inputs.clusters, *inputs.sites)
    for given in several:
        path = None if given is None else scenario.folder / given.path
        if path is not None and path.is_file() and _sha256(path) not in known:
            other.append(path.name)
    if other:
        what = ", ".join(other)
        raise InputError([Fault("run_out_of_date", run.name, params={"what": what})])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
