"""Words of the files for GIS: names of layers, aliases of fields, entries of legends.

The words here are English and are message ids of the catalogue ``gis``; a field that the tables'
workbook names too has its title from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from geoplan.report import verified, workbook_words
from geoplan.report.locale import locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

LAYERS: Final = {
    "communes": "Communes, wards, special zones",
    "hamlets": "Hamlets",
    "clusters": "Groups of houses",
    "positions": "BTS positions",
    "cells": "Cells on air",
    "holes": "Holes of coverage",
    "proposals": "Proposed sites",
    "places": "Places",
    "zones": "Zones",
}
FIELDS: Final = {
    "n_positions_{technology}": "Positions that serve, {technology}",
    "white_{technology}": "White hamlets, {technology}",
    "dead_spot_{technology}": "Hamlets with dead spots, {technology}",
    "covered_{technology}": "Covered hamlets, {technology}",
    "served_people_{technology}": "People served, {technology}",
    "area_served_{technology}": "Share of the area served, {technology}",
    "served_share_{technology}": "Share of the place served, {technology}",
    "area_km2": "Area (km²)",
    "hamlets_unknown": "Hamlets without coordinates",
    "shared_positions": "Shared positions",
    "frequency_mhz": "Frequency (MHz)",
    "antenna_agl_m": "Height of antenna above ground (m)",
    "azimuth_deg": "Azimuth (°)",
    "azimuths": "Azimuths (°)",
    "carriers": "Carriers",
    "beamwidth_deg": "Beamwidth (°)",
    "tilt_deg": "Downtilt (°)",
    "eirp_dbm": "EIRP (dBm)",
    "antenna": "Antenna",
    "structure_owner": "Owner of the mast",
    "structure_class": "Class of the mast",
    "structure_height_m": "Height of the mast (m)",
    "built_date": "Day of building",
    "on_air_date": "First day on air",
    "off_air_date": "First day off air",
    "installation_key": "Installation",
    "outside_m": "Metres outside every commune",
    "source_sheet": "Sheet of the list",
    "counted": "Counted in the figures",
    "radius_m": "Radius of service (m)",
    "zone_id": "Zone id",
    "spread_m": "Largest distance inside the position (m)",
    "n_operators": "Number of operators",
    "n_installations": "Number of installations",
    "cost_vnd": "Cost (VND)",
    "road_m": "Distance to a road (m)",
    "grid_power_m": "Distance to the grid (m)",
    "fibre_m": "Distance to fibre (m)",
    "route_m": "Way to a main road (m)",
}
GROUPS: Final = {
    "proposals": "Proposals",
    "coverage": "Who is served",
    "network": "Network of sites",
    "background": "Background",
    "rasters": "Area served, by the model",
}
LEGEND: Final = {
    "covered": "Covered",
    "dead_spot": "With dead spots",
    "white": "White: no signal at the centre",
    "served": "Served",
    "not_served": "Not served",
    "total": "No operator",
    "partial": "Some operators only",
    "existing": "On an existing position or structure",
    "new": "New build",
    "one": "1 operator",
    "some": "{n} operators",
    "many": "{n} operators or more",
    "all_white_free": "100 %",
    "between": "{low} to below {high}",
    "below": "below {high}",
    "no_data": "No data",
}
MBB: Final = "mobile broadband"
SHORT_MBB: Final = "MBB"
TEXTS: Final = {
    "as_of": "Figures as of {date}.",
    "modelled": "Coverage is computed from the sites' data and is not measured on the spot.",
    "internal": "For internal use: holds the places of sites.",
    "made_with": "Made with geoplan.",
}
SITE_STATUS: Final = {"existing": "existing", "planned": "planned", "proposed": "proposed"}
KML: Final = {
    "sites": "Sites by operator",
    "sectors": "Sectors (length is not the range)",
    "site_existing": "Existing, on air",
    "site_off": "Existing, not on air on that day",
    "site_planned": "Planned",
    "site_proposed": "Proposed",
    "outlines": "Boundaries of communes",
    "names": "Names of communes",
    "proposal": "Proposal {rank}",
}

Words = Callable[[str], str]


def words(language: str) -> Words:
    """Give the translator of the catalogue ``gis``."""
    return translator(language, "gis")


def about(result: RunResult) -> str:
    """Say of what day a run is, how far to trust it, for whom it is, and whose data it holds."""
    language = result.scenario.language
    say, numbers = words(language), locale_of(language)
    told = [say(TEXTS["as_of"]).format(date=numbers.date(result.scenario.day))]
    told += [say(TEXTS["modelled"])]
    told += [verified.sentence(result, translator(language, "workbook"), numbers)]
    told += [say(TEXTS["internal"]), say(TEXTS["made_with"])]
    told += sorted({f"{file.licence}." for file in result.inputs.files if file.licence})
    return " ".join(told)


def layer_title(name: str, language: str) -> str:
    """Name a layer for people."""
    return words(language)(LAYERS[name])


def alias(column: str, language: str) -> str:
    """Name a field that geoplan knows, for people.

    >>> alias("azimuth_deg", "en"), alias("status_4g", "en")
    ('Azimuth (°)', 'Status 4G')
    """
    stem, _, last = column.rpartition("_")
    text = FIELDS.get(column) or FIELDS.get(f"{stem}_{{technology}}")
    if text:
        say = words(language)
        return say(text).format(technology=say(SHORT_MBB) if last == "mbb" else last.upper())
    return workbook_words.title(column, translator(language, "workbook"))


def site_status(language: str) -> dict[str, str]:
    """Give the words for the status of a site."""
    say = words(language)
    return {code: say(word) for code, word in SITE_STATUS.items()}
