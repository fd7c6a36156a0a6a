"""Writes run.json: from which inputs, under which rules and with which result a run was made.

It holds no absolute path and no password, and but for its timings the same run writes the same
bytes. It is written last, because it lists every file beside it.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final

from geoplan import __version__, faults
from geoplan.report import folder as folders
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.faults import Fault
    from geoplan.results import InputFile, RunResult
    from geoplan.scenario import Scenario

SCHEMA: Final = 1
_PATH_KEYS: Final = frozenset(
    {"path", "file", "costs", "plans", "field_checks", "replies", "antennas"}
)
_USER_INFO: Final = re.compile(r"(://[^/\s:@]*):[^/\s]*@")
_PASSWORD: Final = re.compile(r"(?i)\b(password|passwd|pwd|passfile)(\s*=\s*)('[^']*'|[^\s&;]+)")


def write_run_json(result: RunResult, folder: Path, *, warnings: Iterable[Fault] = ()) -> None:
    """Write ``run.json`` into a folder whose other files are all written.

    Parameters
    ----------
    result
        The run.
    folder
        Every file below it is listed under ``outputs``.
    warnings
        Further warnings, besides those that the stages gathered.
    """
    run = run_record(result, folders.written_files(folder), warnings)
    text = json.dumps(run, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / folders.RUN_FILE).write_text(text + "\n", "utf-8", newline="\n")


def run_record(
    result: RunResult, outputs: list[str], warnings: Iterable[Fault] = ()
) -> dict[str, Any]:
    """Give what run.json holds, ready for JSON."""
    baseline, plan = result.baseline, result.plan
    told = [*result.inputs.warnings, *baseline.warnings, *plan.warnings, *warnings]
    totals = dict(baseline.totals)
    people = totals.pop("people", None)
    checks = totals.pop("field_checks", None)
    record = {
        "schema": SCHEMA,
        "version": __version__,
        "scenario": scenario_record(result),
        "inputs": [_input(file) for file in result.inputs.files],
        "units": _units(result),
        "outputs": sorted(outputs),
        "timings_s": {stage: round(took, 3) for stage, took in result.timings_s.items()},
        "warnings": [warning_record(fault, result.scenario.language) for fault in told],
        "people": people,
        "field_checks": checks,
        "siting": plan.siting,
        "counts": {**totals.pop("counts", {}), **totals},
    }
    return {key: _plain(value, key, str(result.scenario.folder)) for key, value in record.items()}


def _units(result: RunResult) -> dict[str, Any]:
    """Say between which days the units stand, now and before, and who says so."""
    former = result.inputs.former
    versions = {"current": result.inputs.unit_version}
    if former is not None:
        versions["former"] = former.version
    return {name: vars(version) for name, version in versions.items()}


def scenario_record(result: RunResult) -> dict[str, Any]:
    """Give the scenario with every default filled in, as its file would hold it."""
    return rules_record(result.scenario)


def rules_record(scenario: Scenario) -> dict[str, Any]:
    """Give a scenario as run.json and state/ keep it."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)


def warning_record(fault: Fault, language: str) -> dict[str, Any]:
    """Give a warning as data and in words."""
    translate = translator(language, "faults")
    record: dict[str, Any] = {
        "code": fault.code,
        "file": fault.file,
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "key": fault.key,
        "params": dict(fault.params),
        "message": faults.message(fault, translate),
        "advice": faults.advice(fault, translate),
    }
    return {key: value for key, value in record.items() if value not in ("", None, {})}


def _input(file: InputFile) -> dict[str, Any]:
    return {
        "role": file.role,
        "path": file.path,
        "sheet": file.sheet,
        "sha256": file.sha256,
        "read": file.read,
        "accepted": file.accepted,
        "refused": file.refused,
        "columns": dict(file.columns),
        "licence": file.licence,
    }


def _plain(value: Any, key: str, folder: str) -> Any:
    """Make a value fit for JSON: plain kinds, no NaN, nothing of this machine in texts."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part, str(name), folder) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(item, key, folder) for item in items]
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), key, folder)
    if isinstance(value, str):
        return _public(value, key, folder)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return (value + 0.0) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return _public(str(value), key, folder)


def _public(text: str, key: str, folder: str) -> str:
    """Take absolute paths and passwords out of a text."""
    if folder not in (".", "/"):
        text = text.replace(f"{folder}/", "").replace(f"{folder}\\", "")
    if key in _PATH_KEYS and (
        PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
    ):
        text = PureWindowsPath(text).name
    text = faults.without_password(text)
    return _PASSWORD.sub(r"\1\2***", _USER_INFO.sub(r"\1:***@", text))
