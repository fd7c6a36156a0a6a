"""Words of the workbooks: names of sheets, titles of columns, and what codes mean.

A title's message id is the column's name with blanks, its first letter large; a code's is
English. The translations stand in the catalogue ``workbook``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from geoplan.indicators import names
from geoplan.report.forms_masts import ADVICE
from geoplan.report.hamlet_facts import MEASURES
from geoplan.siting.accounts import RIVAL_REASONS
from geoplan.siting.candidate_sheet import LEFT_OUT
from geoplan.siting.cures import VERDICTS
from geoplan.siting.sheets import REASONS
from geoplan.tables import CAUSES, CURES

Words = Callable[[str], str]

_SHEETS: Final = {
    "indicators": "Indicators",
    "hamlets": "Hamlets",
    "clusters": "Clusters",
    "service": "Service by operator",
    "communes": "Communes",
    "places": "Places",
    "positions": "BTS positions",
    "sharing_sensitivity": "Sharing by distance",
    "holes": "Holes",
    "proposals": "Proposals",
    "gains": "Gains by operator",
    "targets": "Targets",
    "evidence": "What speaks",
    "disagreements": "Disagreements",
    "agreement": "Agreement with checks",
    "to_check": "To be checked",
    "declared_totals": "Declared totals",
    "site_changes": "Changes of the lists",
    "site_candidates": "Candidates for sites",
    "sharing_potential": "Masts that could be one",
    "planned_pairs": "Plans beside each other",
    "rivals": "Rivals of proposals",
    "siting_priorities": "Three priorities",
    "siting_years": "Proposals by year",
    "hole_cures": "Cures of holes",
    "proposal_hamlets": "Hamlets of proposals",
    "replies": "Replies of operators",
    "rule_breaches": "Rules broken",
    "near_pairs": "Pairs to decide on",
    "structure_conflicts": "Declared differently",
    "owners": "Owners of masts",
    "free_masts": "Masts with room",
    "sharing_years": "Sharing by year",
    "calibration": "Calibration of levels",
    "measurements": "Measured and predicted levels",
    "speed_comparison": "Speeds beside service",
    "speed_agreement": "Agreement of speeds",
    "coverage_chance": "Coverage by chance",
    "hole_causes": "Causes of holes",
    "hamlet_causes": "Causes at white hamlets",
    "rejects": "Rows left out",
}
_TECHNOLOGIES: Final = ("2g", "3g", "4g", "5g", "mbb")

STATUS: Final = {
    "white": "no signal at the centre",
    "dead_spot": "with dead spots",
    "covered": "covered",
    "unknown": "no coordinates",
}
SHORT_STATUS: Final = {
    "white": "White",
    "dead_spot": "Dead spots",
    "covered": "Covered",
    "unknown": "Without coordinates",
}
_LEVELS: Final = {
    "province": "province",
    "area": "area",
    "old_province": "former province",
    "old_district": "former district",
    "old_commune": "former commune",
    "commune": "commune",
    "zone": "zone",
}
_ENVIRONMENTS: Final = {"urban": "urban", "suburban": "suburban", "rural": "rural"}
_SOURCES: Final = {
    "model": "model",
    "declared": "declared by operator",
    "field": "field check",
    "position": "existing position",
    "structure": "existing structure",
    "hole": "point of a hole",
    "hdbscan": "dense group of people",
    "kmeans": "centre of people",
    "roadside": "beside a road",
    "high_point": "high ground",
}
_IDENTITY: Final = {
    "declared": "declared id",
    "inferred": "joined by distance",
    "single": "one installation",
    "reviewed": "decided by a person",
}
_DECIDED_BY: Final = {
    "declared": "declared id",
    "distance": "distance",
    "reviewed": "decided by a person",
}
_DECISIONS: Final = {"same": "same position", "different": "different positions"}
_ATTRIBUTES: Final = {
    "structure_owner": "owner",
    "built_date": "day of building",
    "structure_height_m": "height",
}
_OWNERS: Final = {
    "operator": "operator",
    "other": "tower company or public body",
    "unnamed": "not named",
}
_OFFERS: Final = {"yes": "offered", "ask": "may be asked", "no": "not offered"}
_KINDS: Final = {
    "total": "no operator",
    "partial": "some operators missing",
    "existing": "existing",
    "new": "new build",
    "standing": "standing mast",
    "planned": "planned site",
    "proposal": "proposal",
    "mast": "mast",
    "public_building": "public building",
    "power_mast": "power mast",
}
BREACHES: Final = {
    "spacing": "too near another mast",
    "forbidden": "nothing new may stand there",
    "class": "a class of masts that may not stand there",
    "height": "too high",
}
RULE_ADVICE: Final = {
    "share_when_renewed": "bring both onto one mast when one is renewed",
    "share_or_move": "share the other mast, or choose another place",
    "check_permit": "check its permit with the authority of the zone",
    "move": "choose another place",
    "change_class": "choose another class of mast",
    "tell_class": "tell the class of the mast",
    "lower": "build it lower",
}
_CENTRES: Final = {
    "inferred": "inferred",
    "by_hand": "entered by hand",
    "hamlet": "older list or place",
    "cultural_house": "cultural house",
    "school": "school",
    "centre": "centre",
}
TARGET_STATUS: Final = {
    "exceeded": "exceeded",
    "met": "met",
    "not_met": "not met",
    "in_progress": "in progress",
    "no_data": "no data",
    "superseded": "superseded",
    "tracked": "tracked",
}
READINGS: Final = {
    "plan": "",
    "pooled": "all classes pooled",
    "per_class": "class by class",
    "radius": "mean radius r = √(S/(π·n))",
    "distance_mean": "by true distances, mean",
    "distance_p95": "by true distances, 95 % of people",
    "union": "one or the other",
    "both": "both together",
    "mobile": "mobile alone",
    "fixed": "fixed alone",
    "area": "by area",
    "people": "by people",
    "per_operator": "each operator",
    "4g": "on 4G",
    "5g": "on 5G",
    "letter": "the letter of the plan, own upgrades included",
    "strict": "the owner is another",
    "join": "the operator is new at the position",
    "centre": "signal at the centre",
    "clusters": "signal at the centre and in every cluster",
    "covered": "people covered, whatever the speed",
    "at_60_mbps": "people where the speed is 60 Mb/s or more",
    "iot": "with NB-IoT or LTE-M",
    "inside": "a station inside the hamlet",
    "hamlets": "by hamlet",
    "total": "standing positions included",
    "new": "new positions only",
    "dead_spots": "with a dead-spot cluster",
    "white": "without signal at the centre",
}
"""Readings of targets in the register of plans; others are shown as they are."""
DIRECTIONS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "hold": "≥"}
COST_BASIS: Final = {
    "assumed": "assumption",
    "assumption": "assumption",
    "user": "user's catalogue",
}
_UNITS: Final = {
    "ratio": "ratio",
    "people": "people",
    "households": "households",
    "hamlets": "hamlets",
    "positions": "positions",
    "installations": "installations",
    "stations": "stations",
    "cells": "cells",
    "installations per position": "installations per position",
}
"""Units of indicators; others, such as m, are the same in every language."""
TOLD: Final = {"yes": "signal", "weak": "weak signal", "no": "no signal"}
PRIORITIES: Final = {
    "people": "most people",
    "no_commune_left": "no commune left behind",
    "cheapest": "least cost",
}
"""What ``siting_priorities.priority`` says to people."""
_DRAWN: Final = {"random": "at random", "borderline": "near the threshold"}
CHANGES: Final = {
    "vanished": "no longer on the list",
    "renamed": "another number",
    "left_out": "its row was left out",
    "redated": "another on-air date",
    "moved": "moved",
}
STATES: Final = {
    "promised": "promised",
    "done": "carried out",
    "overdue": "overdue",
    "not_planned": "not planned",
}
"""What ``replies.state`` says to people."""
_CLASSES: Final = {code: english for code, (_, english) in names.CLASSES.items()}
_TECHNOLOGY: Final = {"MBB": "mobile broadband"}

_VALUES: Final[dict[str, dict[str, str]]] = {
    "level": _LEVELS,
    "environment": _ENVIRONMENTS,
    "source": _SOURCES,
    "identity": _IDENTITY,
    "kind": _KINDS,
    "centre_kind": _CENTRES,
    "cost_basis": COST_BASIS,
    "reason": {**REASONS, **LEFT_OUT, **RIVAL_REASONS},
    "verdict": VERDICTS,
    "cause": CAUSES,
    "cure": CURES,
    "priority": PRIORITIES,
    "chosen": {"yes": "yes", "no": "no"},
    "reading": READINGS,
    "direction": DIRECTIONS,
    "technology": _TECHNOLOGY,
    "unit": _UNITS,
    "class": _CLASSES,
    "place_class": _CLASSES,
    "status": {**STATUS, **TARGET_STATUS},
    "drawn_from": _DRAWN,
    "kept": {"yes": "yes", "no": "no"},
    "change": CHANGES,
    "statistic": {"mean": "mean", "median": "median"},
    "breach": BREACHES,
    "b_kind": _KINDS,
    "advice": {**ADVICE, **RULE_ADVICE},
    "decided_by": _DECIDED_BY,
    "decision": _DECISIONS,
    "attribute": _ATTRIBUTES,
    "owner_kind": _OWNERS,
    "share_offer": _OFFERS,
    "measure": {**MEASURES, "download_mbps": "download speed", "rsrp_dbm": "measured level"},
    "state": STATES,
    **dict.fromkeys(("model", "declared", "field", "final"), TOLD),
}


def sheet_name(table: str, words: Words) -> str:
    """Name the sheet of a table; at most 31 characters, none of []:*?/\\."""
    return words(_SHEETS[table])[:27]


def title(column: str, words: Words) -> str:
    """Give the title of a column for people.

    >>> title("status_4g", str)
    'Status 4G'
    """
    stem, _, last = column.rpartition("_")
    if last in _TECHNOLOGIES:
        template = words(f"{_spoken(stem)} {{technology}}")
        return template.format(technology=words("MBB") if last == "mbb" else last.upper())
    return words(_spoken(column))


def _spoken(name: str) -> str:
    return (name[:1].upper() + name[1:]).replace("_", " ")


def spoken(code: str, known: Mapping[str, str]) -> str:
    """Give the word for a code; of ``code:name`` only the code has a word."""
    if code in known:
        return known[code]
    stem, colon, name = code.partition(":")
    return f"{known[stem]}: {name}" if colon and known.get(stem) else code


def value_words(column: str, words: Words) -> dict[str, str]:
    """Give the words for the codes of a column; empty where its text is not coded."""
    codes = _VALUES.get("status" if column.startswith("status_") else column, {})
    return {code: words(word) if word else "" for code, word in codes.items()}
