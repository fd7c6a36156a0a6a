"""Reads a scenario and says everything that is wrong with it at once.

Whether the files that it names exist is left to ``io``.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoplan.faults import Faults, ScenarioError
from geoplan.messages import MESSAGES
from geoplan.scenario.model import Scenario

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from its TOML file.

    Raises
    ------
    ScenarioError
        The file is missing, is no TOML, or keys of it are unknown, missing or wrong; the error
        carries all faults.
    """
    path = Path(path)
    faults = Faults()
    try:
        text = path.read_text("utf-8-sig")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        faults.add("missing_scenario", file=path.name)
    except (OSError, UnicodeDecodeError) as error:
        faults.add("unreadable_file", file=path.name, why=type(error).__name__)
    except tomllib.TOMLDecodeError as error:
        _add_bad_toml(str(error), text, path.name, faults)
    faults.raise_if_any(ScenarioError)
    return parse_scenario(raw, path.resolve().parent, file=path.name)


_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


def _add_bad_toml(why: str, text: str, file: str, faults: Faults) -> None:
    """Add the fault of a line that is no TOML, with what stands in it."""
    place = _TOML_PLACE.search(why)
    if place is None:
        faults.add("bad_toml", file=file, why=why)
        return
    row = int(place.group(1))
    lines = text.splitlines()
    value = _short(lines[row - 1].strip()) if row <= len(lines) else ""
    faults.add("bad_toml", file=file, row=row, value=value, why=why[: place.start()])


def parse_scenario(raw: dict[str, Any], folder: Path, *, file: str = "scenario.toml") -> Scenario:
    """Make a scenario from parsed TOML.

    Parameters
    ----------
    raw
        The tables of the TOML file.
    folder
        The folder that relative paths start from.
    file
        Name of the file in faults.

    Raises
    ------
    ScenarioError
        With every fault of every key.
    """
    from pydantic import ValidationError

    faults = Faults()
    if "folder" in raw:
        faults.add("unknown_key", file=file, column="folder", known=_keys(Scenario, ()))
    try:
        scenario = Scenario.model_validate({**raw, "folder": folder})
    except ValidationError as error:
        for detail in error.errors():
            _translate(detail, file, faults)
    faults.raise_if_any(ScenarioError)
    update: dict[str, Any] = {}
    if not scenario.name:
        update["name"] = folder.name
    return scenario.model_copy(update=update)


def with_day(scenario: Scenario, day: datetime.date) -> Scenario:
    """Give the scenario with its day set, where it has none."""
    return scenario if scenario.as_of else scenario.model_copy(update={"as_of": day})


def _translate(detail: ErrorDetails, file: str, faults: Faults) -> None:
    """Turn one complaint of pydantic into a fault in our own words."""
    steps = tuple(str(step) for step in detail["loc"] if not _is_noise(step))
    key = ".".join(steps)
    if detail["type"] == "extra_forbidden":
        faults.add("unknown_key", file=file, column=key, known=_keys(Scenario, steps[:-1]))
    elif detail["type"] == "missing":
        faults.add("missing_key", file=file, column=key)
    else:
        code, params = _CODES.get(detail["type"], ("bad_value", {}))
        if detail["type"] in MESSAGES:
            code = detail["type"]
        context = {name: str(value) for name, value in detail.get("ctx", {}).items()}
        named = {ours: _plain(context.get(theirs, "")) for ours, theirs in params.items()}
        faults.add(
            code,
            file=file,
            column=key,
            value=_short(detail["input"]),
            **{**context, **named, "why": detail["msg"], "section": key},  # type: ignore[arg-type]
        )


_CODES: dict[str, tuple[str, dict[str, str]]] = {
    "greater_than": ("not_above", {"limit": "gt"}),
    "greater_than_equal": ("below_limit", {"limit": "ge"}),
    "less_than_equal": ("above_limit", {"limit": "le"}),
    "literal_error": ("not_a_choice", {"known": "expected"}),
    "float_parsing": ("number_needed", {}),
    "float_type": ("number_needed", {}),
    "finite_number": ("number_needed", {}),
    "int_parsing": ("whole_number_needed", {}),
    "int_type": ("whole_number_needed", {}),
    "int_from_float": ("whole_number_needed", {}),
    "date_from_datetime_parsing": ("date_needed", {}),
    "date_from_datetime_inexact": ("date_needed", {}),
    "date_parsing": ("date_needed", {}),
    "date_type": ("date_needed", {}),
    "string_type": ("text_needed", {}),
    "model_type": ("section_needed", {}),
    "dict_type": ("section_needed", {}),
}
"""Complaints of pydantic → our code, and our name of each value → theirs."""


def _is_noise(step: int | str) -> bool:
    """Whether a step of pydantic's path is a branch of a union and no key of the file."""
    return isinstance(step, str) and (
        step in ("number", "by_environment", "[key]") or step.startswith(("dict[", "function-"))
    )


def _plain(text: str) -> str:
    """Give a limit or a list of choices without pydantic's quotation marks and words."""
    return text.replace("'", "").replace(" or ", ", ").removesuffix(".0")


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _keys(model: Any, steps: tuple[str, ...]) -> str:
    """List the keys that a section knows."""
    for step in steps:
        field = getattr(model, "model_fields", {}).get(step)
        if field is None:
            break
        inner = [kind for kind in _inner(field.annotation) if hasattr(kind, "model_fields")]
        if not inner:
            break
        model = inner[0]
    names = [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]
    return ", ".join(name for name in names if name != "folder")


def _inner(annotation: Any) -> list[Any]:
    arguments = getattr(annotation, "__args__", None)
    if not arguments:
        return [annotation]
    return [kind for argument in arguments for kind in _inner(argument)]
