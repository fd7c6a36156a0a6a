"""Which rules differ between two runs, and which of their figures that makes incomparable.

A larger radius is no mast. What the figures then say is left to ``changes`` and ``series``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from geoplan.indicators.changes import Run

_SECTIONS: Final = ("coverage", "sharing", "siting", "targets")
_GROUND: Final = ("terrain", "land_cover", "clutter")
_INPUTS: Final = ("outside_tolerance_m", "position_review", "population", *_GROUND)
_SHARING: Final = ("sharing.merge_distance_m", "sharing.structure_ids", "inputs.position_review")
_PERIOD: Final = "sharing.period"
_DENSITIES: Final = ("coverage.urban_people_km2", "coverage.suburban_people_km2")
_RADIUS: Final = "coverage.radius_m."
EFFECTIVE: Final = "coverage.radius_m (used)"
"""The radii that cells had, where the scenarios say the same and the budget behind does not."""

_OF_SHARING: Final = ("POSITIONS", "SHARED_", "SHARE_", "TENANCY", "MASTS_", "NEW_")
_OF_COVERAGE: Final = (
    *("HAMLETS_WHITE", "HAMLETS_DEAD_SPOT", "HAMLETS_COVERED", "HAMLET_", "POP_SERVED"),
    *("PLACE_SERVED", "COMMUNE_SERVED_HAMLET", "COMMUNES_WITH_PLACE", "ROAMING_GAIN"),
    *("AREA_SERVED", "POST_RADIUS"),
)
_OF_SITES: Final = (
    *_OF_SHARING,
    *("INSTALLATIONS", "STATIONS", "CELLS", "COMMUNE_SERVED_STATION", "STATION_RATIO"),
)


def rule_changes(old: Run, new: Run) -> pd.DataFrame:
    """List the keys of the two scenarios that differ.

    Returns
    -------
    ``key, before, after, bears_on, technology``, sorted by key. A period that only moved on to
    another year is no other rule; nor are densities where no environment is told by them.
    """
    then, now = _flat(old.rules), _flat(new.rules)
    rows = []
    for key in sorted({*then, *now}):
        before, after = then.get(key), now.get(key)
        if before == after or (key == _PERIOD and _days(before) == _days(after)):
            continue
        if key in _DENSITIES and "density" not in _environments(old, new):
            continue
        rows.append((key, _json(before), _json(after), _bears_on(key), _technology(key)))
    told = {row[-1] for row in rows if row[0].startswith(_RADIUS)}
    rows += [row for row in _used_radii(old, new) if row[-1] not in told]
    names = ["key", "before", "after", "bears_on", "technology"]
    return pd.DataFrame(rows, columns=names, dtype="str")


def ruled_technologies(old: Run, new: Run, rules: pd.DataFrame) -> frozenset[str]:
    """Give the technologies, MBB among them, whose coverage stands under other rules.

    Parameters
    ----------
    rules
        From :func:`rule_changes`.
    """
    bearing = rules[rules["bears_on"] == "coverage"]
    found = set(bearing["technology"])
    names = {*old.technologies, *new.technologies}
    if "" in found:
        return frozenset(names)
    mobile = {
        str(name) for run in (old, new) for name in run.rules.get("coverage", {}).get("mbb", [])
    }
    return frozenset(found | ({"MBB"} if found & mobile else set()))


def why_incomparable(indicator: str, technology: str, rules: pd.DataFrame, mbb: set[str]) -> str:
    """Give the keys that make a figure of two runs incomparable, joined by ;.

    Parameters
    ----------
    rules
        From :func:`rule_changes`.
    mbb
        Technologies that are mobile broadband in either run.
    """
    keys = []
    for key, bears_on, of in zip(rules["key"], rules["bears_on"], rules["technology"], strict=True):
        if bears_on == "coverage":
            its = not of or not technology or technology == of
            its |= technology == "MBB" and of in mbb
            bears = its and indicator.startswith(_OF_COVERAGE)
        else:
            families = {"sharing": _OF_SHARING, "area": ("AREA_SERVED",), "counts": _OF_SITES}
            bears = indicator.startswith(families.get(bears_on, ("\0",)))
        if bears:
            keys.append(key)
    return ";".join(sorted(keys))


def _flat(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Give key with sections → value; of inputs only what is a rule, or changes one by being."""
    flat: dict[str, Any] = {}
    for section in _SECTIONS:
        flat.update(_leaves(rules.get(section, {}), section))
    inputs = rules.get("inputs", {})
    for name in _INPUTS:
        value = inputs.get(name)
        if value is not None and value != []:
            flat[f"inputs.{name}"] = value if isinstance(value, float | int) else "given"
    return flat


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}")
    elif value is not None and value not in ([], {}):
        yield path, value


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _days(period: Any) -> int:
    if not isinstance(period, list) or len(period) != 2:
        return 0
    length = (pd.Timestamp(period[1]) - pd.Timestamp(period[0])).days
    return 365 if length in (364, 365) else int(length)


def _environments(old: Run, new: Run) -> set[str]:
    return {str(run.rules.get("coverage", {}).get("environment_from", "")) for run in (old, new)}


def _bears_on(key: str) -> str:
    if key == "coverage.cell_m":
        return "area"
    ground = tuple(f"inputs.{name}" for name in _GROUND)
    if key.startswith("coverage.") or key in ("inputs.population", *ground):
        return "coverage"
    if key in _SHARING or key == _PERIOD:
        return "sharing"
    return "counts" if key == "inputs.outside_tolerance_m" else "plan"


def _technology(key: str) -> str:
    """Give the one technology that a key of coverage bears on, or an empty text."""
    if key in ("coverage.mbb", "coverage.technologies"):
        return "MBB"
    if not key.startswith(_RADIUS):
        return ""
    return key.removeprefix(_RADIUS).partition(".")[0]


def _used_radii(old: Run, new: Run) -> Iterator[tuple[str, str, str, str, str]]:
    """Give the technologies whose cells of one kind have another radius, each once."""
    common = sorted({*old.radii} & {*new.radii})
    seen: set[str] = set()
    for name in common:
        technology = name.partition(" ")[0]
        if technology not in seen and abs(old.radii[name] - new.radii[name]) > 0.5:
            seen.add(technology)
            before, after = (_json({name: run.radii[name]}) for run in (old, new))
            yield EFFECTIVE, before, after, "coverage", technology
