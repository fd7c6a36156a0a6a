"""What was tried in place of a proposed site, and which rules and plans were asked about it.

Laying it out is left to ``dossiers``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.report import forms
from geoplan.report.document.model import Text, plain
from geoplan.report.forms import Words
from geoplan.report.forms_masts import ADVICE
from geoplan.report.locale import locale_of
from geoplan.siting.accounts import RIVAL_REASONS
from geoplan.siting.candidate_sheet import LEFT_OUT
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

_NEAREST: Final = 3
"""Existing positions and structures that are named."""
_RIVALS: Final = 2
_PARTNERS_M: Final = 3_000.0
"""Within which planned sites are named as possible partners. [m]"""
_MOST_PARTNERS: Final = 4


def lines(result: RunResult, row: Mapping[Any, Any], words: Words) -> tuple[Text, ...]:
    """Say which masts and places were tried instead, and why they were not chosen."""
    locale = locale_of(result.scenario.language)
    said = translator(result.scenario.language, "workbook")
    found: list[str] = []
    if row["existing_tried"]:
        text = words("Best existing one tried: {id}; {people} people would be lost by it.")
        lost = locale.number(forms.known(row["existing_loss_people"]))
        found.append(text.format(id=row["existing_tried"], people=lost))
    found += _nearest_lines(result, row, words)
    rivals = result.plan.more.get("rivals", pd.DataFrame())
    own = rivals[rivals["rank"] == row["rank"]] if len(rivals) else rivals
    for one in own.head(_RIVALS).to_dict("records"):
        text = words("Other place {place}: {people} people; {reason}.")
        place = one["position_id"] or one["structure_id"]
        if not place:
            place = "; ".join(locale.number(float(one[n]), 5) for n in ("longitude", "latitude"))
        reason = said(RIVAL_REASONS.get(one["reason"], one["reason"]))
        people = locale.number(forms.known(one["gained_value"]))
        found.append(text.format(place=str(place)[:60], people=people, reason=reason))
    if not found:
        found.append(words("No other place was within reach of these hamlets."))
    return tuple(plain(line) for line in found)


def _nearest_lines(result: RunResult, row: Mapping[Any, Any], words: Words) -> list[str]:
    """Name the nearest existing positions, those with one reason together."""
    locale = locale_of(result.scenario.language)
    said = translator(result.scenario.language, "workbook")
    of_reason: dict[str, list[str]] = {}
    for one in _nearest(result, row).to_dict("records"):
        name = str(one["position_id"] or one["structure_id"])[:60]
        far = locale.number(one["away_m"] / 1000, 1)
        reason = said(LEFT_OUT[one["reason"]]) if one["reason"] in LEFT_OUT else ""
        reason = reason or words("was tried, the plan chose this place")
        of_reason.setdefault(reason, []).append(f"{name} ({far} km)")
    text = words("Nearest existing: {ids}: {reason}.")
    return [text.format(ids=", ".join(ids), reason=reason) for reason, ids in of_reason.items()]


def _nearest(result: RunResult, row: Mapping[Any, Any]) -> pd.DataFrame:
    candidates = result.plan.candidates
    if candidates is None or row["kind"] == "existing":
        return pd.DataFrame()
    existing = candidates[candidates["kind"] == "existing"]
    existing = existing.dropna(subset=["longitude", "latitude"])
    existing = existing.assign(away_m=_away_m(row, existing))
    keys = ["away_m", "position_id", "structure_id"]
    return existing.sort_values(keys, kind="stable").head(_NEAREST)


def _away_m(row: Mapping[Any, Any], places: pd.DataFrame) -> NDArray[np.float64]:
    return geodesy.distance_m(
        np.full(len(places), float(row["longitude"])),
        np.full(len(places), float(row["latitude"])),
        places["longitude"].to_numpy(np.float64),
        places["latitude"].to_numpy(np.float64),
    )


def checks(result: RunResult, row: Mapping[Any, Any], words: Words) -> tuple[Text, ...]:
    """Say which rules the site breaks, what was asked, and whose planned sites are near."""
    return tuple(
        plain(line) for line in (*_rules(result, row, words), *_partners(result, row, words))
    )


def _rules(result: RunResult, row: Mapping[Any, Any], words: Words) -> list[str]:
    if result.scenario.sharing.rules is None:
        return [words("Rules of the province: none are named by this scenario; to be checked.")]
    if row["kind"] == "existing":
        return [words("Rules on new masts: none is built here.")]
    breaches = result.plan.rule_breaches
    if breaches is None:
        return []
    own = breaches[(breaches["kind"] == "proposal") & (breaches["a"] == str(int(row["rank"])))]
    if own.empty:
        return [words("Rules of the province (spacing, zones, classes, height): none is broken.")]
    text = words("To be looked at: {rule} ({source}).")
    return [
        text.format(rule=one["rule_name"] or one["rule_id"], source=one["source"] or "–")
        for one in own.to_dict("records")
    ]


def _partners(result: RunResult, row: Mapping[Any, Any], words: Words) -> list[str]:
    """Name planned sites near by: who builds there anyway may share."""
    sites = result.inputs.sites
    if "status" not in sites:  # no sites at all
        sites = pd.DataFrame(columns=["operator", "site_id", "status", "longitude", "latitude"])
    planned = sites[sites["status"].isin(["planned", "proposed"])]
    planned = planned.dropna(subset=["longitude", "latitude"])
    planned = planned.drop_duplicates(["operator", "site_id"])
    planned = planned.assign(away_m=_away_m(row, planned))
    near = planned[planned["away_m"] <= _PARTNERS_M]
    near = near.sort_values(["away_m", "operator", "site_id"], kind="stable")
    locale = locale_of(result.scenario.language)
    if near.empty:
        text = words("Planned sites of operators within {km} km: none in the lists.")
        return [text.format(km=locale.number(_PARTNERS_M / 1000))]
    advice = _advice(result, words)
    text = words("Planned site {id} of {operator}, {km} km away{advice}.")
    return [
        text.format(
            id=str(one["site_id"])[:40],
            operator=one["operator"],
            km=locale.number(one["away_m"] / 1000, 1),
            advice=advice.get((one["operator"], one["site_id"]), ""),
        )
        for one in near.head(_MOST_PARTNERS).to_dict("records")
    ]


def _advice(result: RunResult, words: Words) -> dict[tuple[Any, Any], str]:
    pairs = result.plan.planned_pairs
    if pairs is None:
        return {}
    said = translator(result.scenario.language, "workbook")
    return {
        (row["operator"], row["site_id"]): ": " + said(ADVICE[row["advice"]])
        for row in pairs.to_dict("records")
        if row["advice"] in ADVICE and row["advice"] != "none"
    }
