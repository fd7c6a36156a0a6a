"""Writes the folder of ``geoplan extract``: CSV, GeoJSON, a page that explains them, run.json.

What an operator may see is decided in ``sharing.extract``, and nothing else of the run or of the
inputs comes in here; words are those of ``extract_words``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan import __version__, tables
from geoplan.faults import Fault, Faults, InputError
from geoplan.io import read_inputs
from geoplan.io.operators import names_of, standard_name
from geoplan.progress import Progress, silent
from geoplan.report import extract_words
from geoplan.report.folder import RUN_FILE, Staging, check_target, written_files
from geoplan.report.run_json import rules_record
from geoplan.report.state import read_meta
from geoplan.report.tables import csv_bytes
from geoplan.scenario.reader import with_day
from geoplan.sharing.extract import Extract, extract_for
from geoplan.sharing.generalise import CELL_DEG
from geoplan.text import fold, slug

if TYPE_CHECKING:
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

SCHEMA: Final = 1
README: Final = "README.md"
CELLS: Final = "candidate_areas.geojson"
_RULES: Final = ("as_of", "coverage", "sharing", "siting", "operators")
"""Sections of a scenario on which an extract rests."""


@dataclass(frozen=True)
class Written:
    """An extract that was written: for whom, where it stands, and how much it holds."""

    operator: str
    folder: Path
    counts: dict[str, Any]
    warnings: tuple[Fault, ...] = ()


def write_extract(
    scenario: Scenario,
    operator: str,
    run: Path,
    target: Path | None = None,
    *,
    progress: Progress = silent,
) -> Written:
    """Write the extract of a finished run for one operator, all of it or nothing.

    Parameters
    ----------
    scenario
        The one that made the run; its language is that of the extract.
    operator
        As anybody writes its name.
    run
        Folder of the finished run, whose figures the extract goes with.
    target
        Folder to write; by default ``maps/extract-<name>-<operator>``.

    Raises
    ------
    GeoplanError
        The operator is not known, the run is none or of other files or rules, or the folder is
        not ours to replace; nothing was written.
    """
    meta = read_meta(run)
    scenario = with_day(scenario, pd.Timestamp(meta["scenario"]["as_of"]).date())
    name = _known_operator(operator, meta["operators"], scenario)
    if target is None:
        target = Path("maps") / f"extract-{slug(scenario.folder.name)}-{slug(name)}"
    _refuse_run(target, run)
    check_target(target)
    progress("reading", 0.0)
    inputs = read_inputs(scenario, progress=progress)
    _refuse_other_run(meta, scenario, inputs, run)
    progress("coverage", 0.5)
    found = extract_for(name, inputs, scenario, is_named=_names_another(name, meta, scenario))
    counts = _counts(found)
    staging = Staging(target)
    with staging as folder:
        _write(found, scenario, counts, folder)
    progress("writing", 1.0)
    return Written(name, staging.path, counts, tuple(staging.warnings))


def _known_operator(written: str, operators: list[str], scenario: Scenario) -> str:
    """Give the standard name of an operator of the run; a fault names those there are."""
    name = standard_name(written, names_of(scenario))
    exact = [one for one in operators if one in (written, name) or fold(one) == fold(written)]
    if not exact:
        faults = Faults()
        known = ", ".join(operators) or "–"
        faults.add("extract_operator", column="--for", value=written, known=known)
        faults.raise_if_any(InputError)
    return exact[0]


def _names_another(
    operator: str, meta: dict[str, Any], scenario: Scenario
) -> Callable[[str], bool]:
    """Give a test whether a text names another operator, by any name that it goes by."""
    names = names_of(scenario)
    words = {key for key, name in names.items() if name != operator}
    words |= {fold(name) for name in meta["operators"] if name != operator}
    longest = sorted(filter(None, words), key=lambda word: (-len(word), word))
    pattern = re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, longest))})(?![a-z0-9])")

    def is_named(text: str) -> bool:
        named = standard_name(text, names)
        return named not in ("", operator) or pattern.search(fold(text)) is not None

    return is_named


def _refuse_run(target: Path, run: Path) -> None:
    """Refuse to write over, into or around the run."""
    here, there = target.resolve(), run.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise InputError([Fault("extract_over_run", target.name, column="--out")])


def _refuse_other_run(meta: dict[str, Any], scenario: Scenario, inputs: Inputs, run: Path) -> None:
    """Refuse a run whose files or rules are not those that are read now."""
    before = sorted((one["role"], one["sha256"]) for one in meta["inputs"])
    now = sorted((file.role, file.sha256) for file in inputs.files)
    changed = sorted({role for role, _ in set(before) ^ set(now)})
    rules = json.loads(json.dumps(rules_record(scenario)))
    changed += [key for key in _RULES if rules.get(key) != meta["scenario"].get(key)]
    if changed:
        what = {"what": ", ".join(changed)}
        raise InputError([Fault("run_out_of_date", run.name, params=what)])


def write_files(
    operator: str, inputs: Inputs, scenario: Scenario, operators: Sequence[str], folder: Path
) -> None:
    """Write the files of an extract into an empty folder, from what a run has read.

    Parameters
    ----------
    operator
        By its standard name.
    operators
        Every operator of the run.
    """
    meta = {"operators": list(operators)}
    found = extract_for(
        operator, inputs, scenario, is_named=_names_another(operator, meta, scenario)
    )
    _write(found, scenario, _counts(found), folder)


def _counts(found: Extract) -> dict[str, Any]:
    """Give what the console and run.json count: nothing but what the tables hold."""
    names = [*(one.lower() for one in found.technologies), "mbb"]
    labels = [*found.technologies, "MBB"]
    hamlets, offers = found.hamlets, found.shared_masts["share_offer"]
    return {
        "own_rows": len(found.own_sites),
        "hamlets": len(hamlets),
        "hamlets_without_signal": {
            label: int((hamlets[f"anybody_{name}"] == "no").sum())
            for label, name in zip(labels, names, strict=True)
        },
        "hamlets_not_sure": {
            label: int((hamlets[f"sure_{name}"] == "no").sum())
            for label, name in zip(labels, names, strict=True)
        },
        "candidate_areas": len(found.candidate_areas),
        "masts_offered": int((offers == "yes").sum()),
        "cells_to_ask": int((offers == "ask").sum()),
    }


def _write(found: Extract, scenario: Scenario, counts: dict[str, Any], folder: Path) -> None:
    """Write every file of an extract into an empty folder."""
    words = extract_words.words(scenario.language)
    frames = _in_words(found, words)
    for table in tables.EXTRACT_TABLES:
        declared = table.for_technologies(found.technologies)
        (folder / f"{table.name}.csv").write_bytes(csv_bytes(frames[table.name], declared))
    areas = tables.check(frames["candidate_areas"], tables.EXTRACT_AREAS)
    _write_text(folder / CELLS, json.dumps(_features(areas), ensure_ascii=False, indent=1))
    readme = extract_words.readme(found.operator, scenario, counts)
    _write_text(folder / README, readme)
    record = {
        "schema": SCHEMA,
        "version": __version__,
        "extract": {
            "operator": found.operator,
            "scenario": scenario.name,
            "as_of": scenario.day.isoformat(),
            "language": scenario.language,
            "technologies": list(found.technologies),
            "cell_deg": CELL_DEG,
            **counts,
        },
        "outputs": written_files(folder),
    }
    _write_text(folder / RUN_FILE, json.dumps(record, ensure_ascii=False, indent=2))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", "utf-8", newline="\n")


def _in_words(found: Extract, words: extract_words.Words) -> dict[str, pd.DataFrame]:
    """Put the words of the extract's language in the place of codes."""
    hamlets = found.hamlets.copy()
    for name in hamlets.columns:
        if name.startswith(("own_", "anybody_", "sure_")):
            hamlets[name] = hamlets[name].map(words.yes_no)
    masts = found.shared_masts.assign(words=found.shared_masts["share_offer"].map(words.offer))
    return {
        "own_sites": found.own_sites,
        "own_service": found.own_service,
        "hamlets": hamlets,
        "own_holes": _said(found.own_holes, words),
        "candidate_areas": _said(found.candidate_areas, words),
        "shared_masts": masts,
    }


def _said(cells: pd.DataFrame, words: extract_words.Words) -> pd.DataFrame:
    return cells.assign(existing_mast=cells["existing_mast"].map(words.mast))


def _features(areas: pd.DataFrame) -> dict[str, Any]:
    """Give the candidate areas as GeoJSON (RFC 7946), each the square of its cell."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(row) for row in areas.to_dict("records")],
    }


def _feature(row: dict[Any, Any]) -> dict[str, Any]:
    west, south, east, north = (round(float(row[side]), 2) for side in _SIDES)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "rank": int(row["rank"]),
            **{name: str(row[name]) for name in ("cell_id", "commune_code", "technology")},
            **{name: round(float(row[name]), tables.PEOPLE) for name in _PEOPLE},
            "existing_mast": str(row["existing_mast"]),
        },
    }


_SIDES: Final = ("west", "south", "east", "north")
_PEOPLE: Final = ("gained_people", "own_gained_people", "people_without_signal")
