"""Reads the rules of a province from the user's TOML file, with every fault of them.

What the rules mean is left to ``sharing.rules``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, cast

from geoplan.faults import Faults, ScenarioError
from geoplan.scenario.rules import EVERY, Between, Rule, RuleBook
from geoplan.tables import STRUCTURE_CLASSES

_BETWEEN: Final = ("any", "same", "different")
_LIMITS: Final = ("spacing_m", "forbidden", "allowed_classes", "max_height_m")
_KEYS: Final = ("id", "name", "source", "classes", "zones", "between", *_LIMITS)


def find_rules(path: str | None, folder: Path, *, zones_given: bool = True) -> RuleBook:
    """Read the rules that ``sharing.rules`` names; none where it names no file.

    Parameters
    ----------
    path
        As the scenario names it.
    folder
        The folder that relative paths start from.
    zones_given
        Whether the scenario names a zones file.

    Raises
    ------
    ScenarioError
        The file is missing, is no TOML, or keys of it are unknown, missing or wrong.
    """
    if path is None:
        return RuleBook()
    faults = Faults()
    raw: dict[str, Any] = {}
    try:
        raw = tomllib.loads((folder / path).read_text("utf-8-sig"))
    except FileNotFoundError:
        faults.add("missing_file", file=path, column="sharing.rules")
    except tomllib.TOMLDecodeError as error:
        faults.add("bad_toml", file=path, why=error)
    except (OSError, UnicodeDecodeError) as error:
        faults.add("unreadable_file", file=path, why=type(error).__name__)
    faults.raise_if_any(ScenarioError)
    book = _book(raw, path, faults)
    if not zones_given:
        for name, column in _zones_named(book):
            faults.add("rule_zones_missing", file=path, column=column, value=name)
    faults.raise_if_any(ScenarioError)
    return book


def check_zones(book: RuleBook, path: str, known: Collection[str], faults: Faults) -> None:
    """Tell of every class of zones that a rule names and the zones file does not have."""
    told = ", ".join(sorted(known)) or "—"
    for name, column in _zones_named(book):
        if name not in known:
            faults.add("unknown_zone_class", file=path, column=column, value=name, known=told)


def _zones_named(book: RuleBook) -> list[tuple[str, str]]:
    """Give every class of zones with the key that names it."""
    classes = set(book.zone_classes)
    return [
        (name, f"rule[{number}].zones")
        for number, rule in enumerate(book.rules, start=1)
        for name in rule.zones
        if name in classes
    ]


def _book(raw: Mapping[str, Any], file: str, faults: Faults) -> RuleBook:
    _check_keys(raw, ("schema", "new_class", "rule"), "", file, faults)
    if raw.get("schema", 1) != 1:
        faults.add("not_a_choice", file=file, column="schema", value=raw["schema"], known="1")
    new_class = raw.get("new_class", RuleBook().new_class)
    if new_class not in STRUCTURE_CLASSES:
        _unknown_class(file, "new_class", new_class, faults)
    given = raw.get("rule", [])
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        faults.add("section_needed", file=file, column="rule", section="[rule]")
        given = []
    first: dict[str, int] = {}
    rules = []
    for number, table in enumerate(given, start=1):
        rule = _rule(table, f"rule[{number}]", file, faults)
        if rule.id and rule.id in first:
            faults.add(
                "rule_repeated",
                file=file,
                column=f"rule[{number}].id",
                value=rule.id,
                first=f"rule[{first[rule.id]}]",
            )
        first.setdefault(rule.id, number)
        rules.append(rule)
    return RuleBook(tuple(rules), str(new_class))


def _rule(table: Mapping[str, Any], key: str, file: str, faults: Faults) -> Rule:
    _check_keys(table, _KEYS, f"{key}.", file, faults)
    said = [name for name in _LIMITS if name in table and table[name] is not False]
    if len(said) != 1:
        faults.add(
            "rule_unclear", file=file, column=key, value=", ".join(said), known=", ".join(_LIMITS)
        )
    between = table.get("between", "any")
    if between not in _BETWEEN:
        column, known = f"{key}.between", ", ".join(_BETWEEN)
        faults.add("not_a_choice", file=file, column=column, value=between, known=known)
    forbidden = table.get("forbidden", False)
    if not isinstance(forbidden, bool):
        column = f"{key}.forbidden"
        faults.add("not_a_choice", file=file, column=column, value=forbidden, known="true, false")
    id_, name, source = (_text(table, key, one, file, faults) for one in ("id", "name", "source"))
    return Rule(
        id=id_,
        name=name,
        source=source,
        classes=_classes(table, key, "classes", file, faults, (EVERY,)),
        zones=_texts(table, key, "zones", file, faults, (EVERY,)),
        between=cast("Between", between),
        spacing_m=_metres(table, key, "spacing_m", file, faults),
        forbidden=forbidden is True,
        allowed_classes=_classes(table, key, "allowed_classes", file, faults, ()),
        max_height_m=_metres(table, key, "max_height_m", file, faults),
    )


def _text(table: Mapping[str, Any], key: str, name: str, file: str, faults: Faults) -> str:
    value = table.get(name)
    if name not in table:
        faults.add("missing_key", file=file, column=f"{key}.{name}")
    elif not isinstance(value, str) or not value.strip():
        faults.add("text_needed", file=file, column=f"{key}.{name}", value=value)
    else:
        return value.strip()
    return ""


def _texts(
    table: Mapping[str, Any],
    key: str,
    name: str,
    file: str,
    faults: Faults,
    default: tuple[str, ...],
) -> tuple[str, ...]:
    """Give a list of texts, which must name something."""
    value = table.get(name, list(default))
    if name in table and (
        not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value)
    ):
        faults.add("rule_list_needed", file=file, column=f"{key}.{name}", value=value)
        return default
    return tuple(value)


def _classes(
    table: Mapping[str, Any],
    key: str,
    name: str,
    file: str,
    faults: Faults,
    default: tuple[str, ...],
) -> tuple[str, ...]:
    """Give a list of classes of masts; ``*`` stands where it is the default."""
    found = _texts(table, key, name, file, faults, default)
    for one in found:
        if one not in (*STRUCTURE_CLASSES, *default):
            _unknown_class(file, f"{key}.{name}", one, faults)
    return found


def _unknown_class(file: str, column: str, value: object, faults: Faults) -> None:
    known = ", ".join(STRUCTURE_CLASSES)
    faults.add("unknown_structure_class", file=file, column=column, value=value, known=known)


def _metres(
    table: Mapping[str, Any], key: str, name: str, file: str, faults: Faults
) -> float | None:
    """Give a length above 0, None where there is none. [m]"""
    value = table.get(name)
    if name not in table:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        faults.add("number_needed", file=file, column=f"{key}.{name}", value=value)
    elif value <= 0:
        faults.add("not_above", file=file, column=f"{key}.{name}", value=value, limit=0)
    else:
        return float(value)
    return 0.0


def _check_keys(
    table: Mapping[str, Any], known: tuple[str, ...], prefix: str, file: str, faults: Faults
) -> None:
    for key in table:
        if key not in known:
            faults.add("unknown_key", file=file, column=f"{prefix}{key}", known=", ".join(known))
