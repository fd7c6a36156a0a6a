"""Every word of map.html, by the name under which the page's script and template ask for it.

The words here are English and are message ids of the catalogue ``map``; names of hamlets,
operators and places come from the data as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from geoplan.siting.sheets import REASONS

_WORDS: Final[dict[str, str]] = {
    # the page
    "subtitle": "Mobile coverage map",
    "as_of": "Figures as of {date}",
    "unofficial": "Thematic map, not an official administrative map.",
    "modelled": "Coverage is computed from the sites' data and is not measured on the spot.",
    "made_with": "Made with {program}",
    "licences": "Software and typeface in this page",
    "about": "About this map",
    "map_label": "Map of hamlets, masts and coverage. Arrow keys move it, plus and minus zoom.",
    "panel_label": "Layers and lists",
    "close": "Close",
    "open_panel": "Layers",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "whole": "Show the whole area",
    "previous": "Previous",
    "next": "Next",
    "of": "{i} of {n}",
    # search
    "search": "Find a commune or hamlet",
    "search_hint": "Type a name, with or without accents",
    "found": "{n} found",
    "nothing_found": "Nothing found",
    # technology
    "technology": "Technology",
    "MBB": "4G or 5G",
    # layers
    "layers": "Layers",
    "communes": "Communes, wards, special zones",
    "choropleth": "Colour by share of hamlets not white",
    "names": "Names of communes",
    "hamlets": "Hamlets by status",
    "positions": "BTS positions by number of operators",
    "holes": "Unserved groups of houses",
    "proposals": "Proposed shared positions",
    "area": "Area served, by the model",
    "any_operator": "Any operator",
    # legend
    "legend": "Legend",
    "not_white": "Hamlets not white",
    "no_data": "No data",
    "below": "below {value}",
    "from_to": "{low} to below {high}",
    # status
    "covered": "Covered",
    "dead_spot": "With dead spots",
    "white": "White: no signal at the centre",
    "unknown": "No coordinates yet",
    "unknown_list": "Hamlets without coordinates",
    "near": "Near the threshold, to be checked",
    "near_only": "Only near the threshold",
    "clusters_unknown": "Centre covered, groups of houses not yet reviewed",
    # popups
    "commune": "Commune",
    "people": "People",
    "estimated": "estimated from households",
    "served_people": "People with signal",
    "operators": "Operators",
    "no_operator": "No operator",
    "source": "Source",
    "source_model": "computed, not verified in the field",
    "source_declared": "declared by the operator, not verified in the field",
    "source_field": "verified in the field",
    "hamlet": "Hamlet",
    "hamlets_total": "Hamlets",
    "position": "BTS position",
    "position_count": "Positions",
    "position_shared": "of which shared",
    "technologies": "Technologies",
    "members": "Installations",
    "identity": "Told by",
    "identity_declared": "declared structure id",
    "identity_inferred": "places close together",
    "identity_single": "one installation",
    "identity_reviewed": "decision of a person",
    "hole_total": "No operator",
    "hole_partial": "Some operators only",
    "holes_by_technology": "Known for 4G and 5G apart: choose one above.",
    "hole_at": "Unserved group of houses, {technology}",
    "missing": "Operators missing",
    "hamlets_touched": "Hamlets touched",
    "existing": "On an existing position or structure",
    "new": "New build",
    "proposal": "Proposal {rank}",
    "site": "Existing position",
    "opened_by": "Operators to open",
    "first_operator": "People who get their first operator",
    "who_gains": "Who gains, people",
    "hamlets_gained": "Hamlets no longer white",
    "tried": "Best existing position tried",
    "tried_loss": "{site}: {n} people fewer",
    "sum": "Sum with the ranks above",
    "cost": "Cost, VND",
    "assumed": "assumed",
    "more": "and {n} more",
    "n_people": "{n} people",
    "n_operators": "{n} operators",
    "one_operator": "1 operator",
    "n_or_more_operators": "{n} operators or more",
    # inset
    "inset": "Position in Vietnam; schematic",
    # without JavaScript
    "no_script": "This page shows a movable map where JavaScript is on.",
    "table": "Communes in figures, {technology}",
    "share": "Not white",
    "white_short": "White",
    "dead_spot_short": "Dead spots",
    "covered_short": "Covered",
    "unknown_short": "No coordinates",
}

_FIGURES: Final[dict[str, str]] = {
    "figure_white": "white hamlets",
    "figure_dead_spot": "hamlets with dead spots",
    "figure_not_white": "of hamlets not white",
    "figure_people": "of people with signal",
    "figure_shared": "of positions shared",
    "at_radius": "{low}–{high} at radius ±10 %",
    "of_known": "{numerator} of {denominator}",
    "with_unknown": "{low}–{high} with those without coordinates",
    "at_distance": "joined within {distance} m",
}


def words(translate: Callable[[str], str]) -> dict[str, str]:
    """Give every word of the page in the language of ``translate``."""
    reasons = {f"reason_{code}": text for code, text in REASONS.items()}
    return {name: translate(text) for name, text in (_WORDS | _FIGURES | reasons).items()}
