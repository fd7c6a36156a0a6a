"""The words of commune sheets, by the name under which the templates ask for them.

Their Vietnamese stands in the catalogue ``sheets``; words of the map's legend come from the map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from geoplan.report.verified import NOT_VERIFIED, VERIFIED
from geoplan.text import translator

WORDS: Final = {
    "title": "Mobile signal in {commune}",
    "kind": "COMMUNE SHEET",
    "as_of": "Figures as of {date}",
    "lead": "{commune} has {hamlets} hamlets. {technology}: {white} white (no signal at the "
    "centre), {dead_spot} with groups of houses in a dead spot, {covered} covered.",
    "lead_unknown": "{unknown} have no coordinates, so that their status is not known.",
    "no_hamlets": "The figures hold no hamlet of this commune: send the list of its hamlets, with "
    "people and households, to the office that sent this sheet.",
    "no_sites": "No operator's list of sites is in the figures, so that no service is known.",
    # figures
    "figures": "Figures",
    "commune": "Commune",
    "province": "Province",
    "last": "Last time ({date})",
    "MBB": "Mobile broadband",
    "hamlets": "Hamlets",
    "unknown": "Without coordinates",
    "people": "People",
    "white": "White hamlets",
    "dead_spot": "With a dead spot",
    "covered": "Covered hamlets",
    "served": "People served",
    # map
    "map": "Map",
    "map_of": "Map of {commune} with its hamlets by status of {technology}",
    "numbers_on_map": "The numbers are those of the tables below.",
    "unofficial": "Thematic map, not an official administrative map.",
    # lists
    "white_list": "White hamlets ({technology})",
    "no_white": "No white hamlet.",
    "dead_spot_list": "Hamlets with groups of houses in a dead spot ({technology})",
    "no_dead_spot": "No hamlet with a known dead spot.",
    "unknown_list": "Hamlets without coordinates",
    "unknown_why": "Their status is not known; send the coordinates of their cultural houses.",
    "no": "No.",
    "hamlet": "Hamlet",
    "who": "Who serves",
    "proposed": "What is proposed",
    "n_people": "{n} people",
    "n_people_estimated": "about {n} people",
    "people_unknown": "people not known",
    "n_households": "{n} households",
    "power": "grid power",
    "no_power": "no grid power",
    "power_unknown": "grid power not known",
    "unserved_clusters": "Groups of houses without signal:",
    "cluster": "group of houses {name}",
    "of_households": "{name} ({n} households)",
    "more_clusters": "and {n} more",
    "nobody": "no operator",
    "has": "yes: {operators}",
    "may": "to be checked: {operators}",
    # proposals
    "proposals": "What is proposed, and when",
    "promised": "In the proposal of shared {technology} sites, year {year}",
    "promised_no_year": "In the proposal of shared {technology} sites, year not set",
    "after_covered": "would be covered",
    "after_dead_spot": "a dead spot would remain",
    "not_promised": "not in the proposal",
    "n_promised": "{n} hamlets of the commune are in the proposal of shared sites:",
    "no_proposal": "No hamlet of the commune is in the proposal of shared sites.",
    "proposal_is": "A proposal is not yet a decision.",
    # notes
    "method": "Each hamlet is judged by the operators' lists of sites: first its centre, then its "
    "groups of houses, whether a station on air reaches them. White means that no operator "
    "reaches the centre; dead spot, that the centre has signal and a group of {n} or more "
    "households has none.",
    "who_note": "Who serves is reckoned in cells of about 1 km; “to be checked” means that this "
    "leaves it open.",
    "source": "Source: lists of sites of {operators}; lists of hamlets of the communes. Computed "
    "by {program}.",
    "source_none": "Source: lists of hamlets of the communes; no list of sites. Computed by "
    "{program}.",
    "licences": "Data: {licences}",
    "not_verified": NOT_VERIFIED,
    "verified": VERIFIED,
    # check table
    "check": "CHECK TABLE: MOBILE SIGNAL IN HAMLETS",
    "check_how": "At the centre of each hamlet, outdoors, try to call and to open a web page with "
    "a SIM of each operator. Write into the cell: có 4G (both work), yếu (at times, or only at "
    "some spots) or không (neither). Leave blank what nobody checked.",
    "check_choose": "At the centre of each hamlet, outdoors, try to call and to open a web page "
    "with a SIM of each operator. Choose for each operator and technology: yes (both work), weak "
    "(at times, or only at some spots) or no (neither). Leave blank what nobody checked.",
    "check_keep": "Write the day as day/month/year and who checked; keep the codes as they are.",
    "send_back_file": "Send this file back to the office that sent it (the Department of Science "
    "and Technology of the province).",
    "check_small": "The small print in a cell is what was computed, not what was found.",
    "check_first": "Rows in yellow first: white, dead spot, or near the threshold.",
    "send_back": "Send it back to the office that sent this sheet (the Department of Science and "
    "Technology of the province): the file {file} filled in, or a photo of this page.",
    "status": "Computed status",
    "s_white": "white",
    "s_dead_spot": "dead spot",
    "s_covered": "covered",
    "s_unknown": "no coordinates",
    "s_cluster": "no signal",
    "day": "Day",
    "checker": "Checked by",
    "a_yes": "yes",
    "a_no": "no",
    "a_unsure": "to check",
    "signed_by": "FOR THE COMMUNE",
    "signed_how": "(signature, full name)",
    # index
    "index_title": "Commune sheets",
    "index_how": "One sheet for each commune, ward and special zone: a page to read and to print, "
    "and the check table to fill in.",
    "check_file": "Check table",
    "all": "All sheets",
    "total": "Whole province",
    "i_hamlets": "Hamlets in all",
    "i_white": "White",
    "i_dead_spot": "Dead spot",
    "i_covered": "Covered",
    "i_unknown": "No coordi\u00adnates",
}
"""Name → English; the answers có, yếu, không stand in every language, as people write them."""


def words_of(language: str) -> dict[str, str]:
    """Give the words of the sheets in a language."""
    said = catalogue(language)
    return {name: said(text) for name, text in WORDS.items()}


def catalogue(language: str) -> Callable[[str], str]:
    """Give the translator of the sheets."""
    return translator(language, "sheets")
