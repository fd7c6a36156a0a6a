"""Asks a finished run what if, from files and words, and writes the answer.

Files of sites are read like those of a scenario, with all their faults. Reckoning is left to
``what_if.session``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.admin import commune_of_points
from geoplan.faults import Fault, Faults, InputError
from geoplan.io.one_file import read_communes, read_one
from geoplan.io.operators import names_of, standard_name
from geoplan.report.folder import Staging, check_target
from geoplan.report.run_json import rules_record
from geoplan.report.tables import write_table
from geoplan.scenario import SourceFile
from geoplan.units import OUTSIDE_LIMIT_M
from geoplan.what_if.session import Answer, Session, SiteKey, Surroundings, load

if TYPE_CHECKING:
    from geoplan.scenario import Scenario

_RULES: Final = ("coverage", "sharing", "operators")
"""Sections of a scenario on which answers rest."""
_ROLES: Final = (
    *("communes", "hamlets", "clusters", "sites", "locations", "crosswalk", "communes_before"),
    *("population", "coverage"),
)
"""Inputs on which answers rest; places, zones and the like make no difference to them."""
_SITE: Final = re.compile(r"([^:=]+):([^=]+)")
_NUMBER: Final = r"\s*(-?\d+(?:\.\d+)?)\s*"
_MOVED: Final = re.compile(rf"([^:=]+):([^=]+)={_NUMBER},{_NUMBER}")
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


def ask(
    scenario: Scenario, question: Question, run: Path, target: Path, *, with_map: bool = False
) -> Asked:
    """Answer a question from a finished run, and write the tables.

    Parameters
    ----------
    scenario
        The one that made the run.
    run
        Its folder.
    target
        Folder to write.
    with_map
        Whether to write map.html too, before and after on its two sides.

    Raises
    ------
    GeoplanError
        The run is none, or of other files or rules; a file, a site or an operator is wrong; the
        folder is not ours to replace. Nothing was written.
    """
    check_target(target)
    faults, names = Faults(), names_of(scenario)
    remove = [_key(match, names) for match in _parsed(question.remove, _SITE, "--remove", faults)]
    moved = [
        (_key(match, names), match) for match in _parsed(question.move, _MOVED, "--move", faults)
    ]
    move = {key: (float(match[3]), float(match[4])) for key, match in moved}
    for key in sorted({key for key, _ in moved if [one for one, _ in moved].count(key) > 1}):
        faults.add("whatif_twice", column="--move", value=":".join(key))
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
    session = load(run)
    _refuse_other_run(session, scenario, run)
    if scenario.coverage.model != "radius":
        # What goes is told by its level too.
        communes = read_communes(scenario, scenario.inputs.communes)
        session.surround(_surroundings(scenario, communes, session.cells))
    added, warnings = _added(scenario, session, question.add, move)
    answer = session.ask(add=added, remove=remove, move=move, turn_on=turn_on, together=together)
    staging = Staging(target)
    with staging as folder:
        if with_map:
            from geoplan.what_if.before_after import write_before_after

            communes = read_communes(scenario, scenario.inputs.communes)
            write_before_after(folder / "map.html", session, answer, scenario, communes)
        write_answer(answer, folder)
    return Asked(answer, session, (*warnings, *staging.warnings), staging.path)


def write_answer(answer: Answer, folder: Path) -> None:
    """Write the three tables of an answer, and run.json that lists them and the map if any."""
    import json

    files = {
        tables.WHATIF_OUT: answer.indicators,
        tables.WHATIF_HAMLETS_OUT: answer.hamlets,
        tables.WHATIF_SITES_OUT: answer.sites,
    }
    for table, frame in files.items():
        write_table(frame, table, folder / f"{table.name}.csv")
    written = ["map.html"] if (folder / "map.html").exists() else []
    outputs = sorted([*(f"{table.name}.csv" for table in files), *written])
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
    scenario: Scenario,
    session: Session,
    files: Sequence[Path],
    move: Mapping[SiteKey, tuple[float, float]],
) -> tuple[pd.DataFrame | None, tuple[Fault, ...]]:
    """Read the files of sites to be added, and what surrounds them where that is needed."""
    rules = scenario.coverage
    needs_ground = rules.environment_from != "density" or session.has_raster
    if not files and not move:
        return None, ()
    communes = read_communes(scenario, scenario.inputs.communes)
    _refuse_outside(communes, move)
    if needs_ground:
        session.surround(_surroundings(scenario, communes, session.cells))
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


def _surroundings(scenario: Scenario, communes: Any, sites: pd.DataFrame) -> Surroundings:
    from geoplan.io import antenna_patterns, population, surroundings
    from geoplan.io.readers import Dictionary, Source

    given, raster, faults = scenario.inputs.population, None, Faults()
    if given is not None:
        dictionary = Dictionary(scenario.headers, scenario.words)
        source = Source(tables.HAMLETS, given, scenario.folder / given.path, dictionary)
        found = population.read(source, tuple(communes.total_bounds), faults, Faults())
        raster = None if found is None else found.raster
    relief = surroundings.over_terrain(scenario, communes, sites, faults, Faults())
    antennas = antenna_patterns.read(scenario, faults, Faults())
    faults.raise_if_any(InputError)
    return Surroundings(communes, raster, relief, antennas.by_name)


def _refuse_outside(communes: Any, move: Mapping[SiteKey, tuple[float, float]]) -> None:
    """Stop where a site would move farther from every commune than a run would read it."""
    if not move:
        return
    places = np.array(list(move.values()), np.float64)
    if not ((abs(places[:, 0]) <= 180.0) & (abs(places[:, 1]) <= 90.0)).all():
        return  # told by the session
    _, away = commune_of_points(communes, places[:, 0], places[:, 1])
    faults = Faults()
    for key, distance in zip(move, away, strict=True):
        if distance > OUTSIDE_LIMIT_M:
            shown = f"{distance / 1000:.0f}"
            faults.add("outside_area", column="--move", value=":".join(key), distance_km=shown)
    faults.raise_if_any(InputError)


def _refuse_other_run(session: Session, scenario: Scenario, run: Path) -> None:
    """Stop where the files or rules of the scenario are not those of the run."""
    meta, now = session.meta, rules_record(scenario)
    other = [name for name in _RULES if meta["scenario"].get(name) != now.get(name)]
    before = {name: {one["sha256"] for one in meta["inputs"] if one["role"] == name}
              for name in _ROLES}  # fmt: skip
    for name in _ROLES:
        paths = _files_of(scenario, name)
        if paths is not None and {_sha256(path) for path in paths} != before[name]:
            other.append(name)
    if other:
        what = ", ".join(sorted(other))
        raise InputError([Fault("run_out_of_date", run.name, params={"what": what})])


def _files_of(scenario: Scenario, name: str) -> list[Path] | None:
    """Give the files of an input; None where some of it is no file, such as a database."""
    given = getattr(scenario.inputs, name)
    several = given if isinstance(given, tuple) else [one for one in (given,) if one is not None]
    paths = [scenario.folder / one.path for one in several]
    if any(getattr(one, "transmitters", None) for one in several):
        return None
    return paths if all(path.is_file() for path in paths) else None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
