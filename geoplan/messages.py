"""What every fault, refused row and warning says, and what to do about it: ids in English.

Each is a message and an advice, kept in the order in which the documentation lists them; the
Vietnamese words stand in the gettext catalogue ``faults``, putting values in is left to ``faults``.
"""

from __future__ import annotations

# Reasons why a row is left out: the codes of rejects.csv. Message, then advice.
ROW_REASONS: dict[str, tuple[str, str]] = {
    "missing_coordinates": (
        "no coordinates",
        "give longitude and latitude in degrees, or x and y with the CRS of the file",
    ),
    "zero_coordinates": ("the coordinates are 0, 0", "give the real position"),
    "not_a_number": (
        "not a number",
        "write digits only, such as 15.1234; is a letter O meant as 0, or l as 1?",
    ),
    "out_of_range": ("outside the possible range {range}", "check the value and its unit"),
    "outside_area": (
        "{distance_km} km outside every commune",
        "check the coordinates: longitude and latitude swapped, or another coordinate system?",
    ),
    "unknown_operator": (
        "an operator that is not known",
        "write one of {known}, or name it under [operators] in the scenario",
    ),
    "unknown_technology": ("a technology that is not known", "write one of {known}"),
    "unknown_hamlet": (
        "a hamlet_id that is not in the hamlets file, or whose row was refused",
        "use the hamlet_id of the hamlets file, or correct the hamlet's row",
    ),
    "unknown_commune": (
        "a commune_code that is not in the communes file",
        "use the commune_code of the communes file, with its leading zeros",
    ),
    "unknown_status": ("a status that is not known", "write one of {known}"),
    "unknown_value": ("a value that is not known", "write one of {known}"),
    "duplicate_row": ("the same row as row {first_row}", "keep one of the two"),
    "conflicting_row": (
        "the same key as row {first_row} with other values",
        "decide which of the two is right and delete the other",
    ),
    "installation_apart": (
        "{distance_m} m from the other rows of the same site_id",
        "one site_id is one place: correct the position, or give another site_id",
    ),
    "missing_value": ("a required value is blank", "fill it in"),
    "bad_date": ("not a date", "write year-month-day, such as 2025-12-31, or 31/12/2025"),
    "bad_geometry": ("a geometry that cannot be used", "draw it again, or export it anew"),
}

# Warnings: the row or file is used, and the user is told.
WARNINGS: dict[str, tuple[str, str]] = {
    "code_mended": (
        "leading zeros are missing; read as {mended}",
        "keep codes as text in the spreadsheet",
    ),
    "geometry_mended": ("the polygon crosses itself; repaired", "check its outline"),
    "empty_file": ("no rows", "check that this is the file that you meant"),
    "planned_in_past": (
        "planned, with a date that has passed; not counted as on air",
        "write the status existing if it is on air",
    ),
    "commune_differs": (
        "the point lies in commune {found}, the file says {declared}; the file was followed",
        "check the position or the code",
    ),
    "point_outside": (
        "{distance_m} m outside every commune; it serves, but no commune counts it",
        "check the position",
    ),
    "point_near": (
        "{distance_m} m outside every commune; counted in the nearest, {found}",
        "nothing to do if the outlines of the communes are simplified",
    ),
    "axes_exchanged": (
        "X is the northing in this file, as is usual with VN-2000; read so",
        "nothing to do",
    ),
    "input_unused": ("not used in this version", "nothing to do"),
    "cells_negative": ("{count} cells below 0 count as 0 people", "check the raster"),
    "structure_conflict": (
        "rows of one site_id declare different structures; {kept} was used",
        "one installation stands on one structure",
    ),
    "no_sites": ("no site is on air at {as_of}", "every hamlet is white; check the sites files"),
    "no_clusters": (
        "no clusters are known: a hamlet that is served at its centre counts as covered",
        "give a clusters file to find dead spots",
    ),
    "no_operator": (
        "the siting operator {operator} has no site in the files",
        "check the name in siting.operators",
    ),
    "costs_assumed": (
        "costs are assumptions, not prices",
        "give a catalogue of your own under siting.costs",
    ),
    "as_of_today": (
        "as_of is not set; the day of this run, {as_of}, is used",
        "set as_of in the scenario",
    ),
    "rounding_mended": ("read as {mended}", "check the value"),
    "extrapolated": ("outside the validity range of the model", "use the numbers with care"),
    "layer_chosen": ("several layers; {layer} was read", "name the layer in the scenario"),
    "columns_ignored": ("columns that are not used: {columns}", "nothing to do"),
    "environment_missing": (
        "communes without an environment; {used} was used",
        "fill the environment column",
    ),
    "population_missing": (
        "hamlets without population: {count}; they stand in no count of people",
        "fill in the population",
    ),
    "publish_unused": (
        "not used in this version: all files stand in one folder, for the planner",
        "hand on single files, not the whole folder",
    ),
    "scenario_not_kept": (
        "the scenario that was recognised could not be written there: {why}",
        "write it yourself if you want to change it",
    ),
    "result_kept_beside": (
        "a file in the target folder is open in another program; the result is in {path}",
        "close the file and run again",
    ),
}

# Faults of the scenario, a file or a folder: the run stops.
FATAL: dict[str, tuple[str, str]] = {
    "missing_scenario": ("no such file or folder", "check the path, or start with geoplan init"),
    "missing_file": ("the file does not exist", "check the path; it is relative to the scenario"),
    "unreadable_file": (
        "the file cannot be read: {why}",
        "open it to see whether it is whole, and export it again",
    ),
    "unknown_format": ("a kind of file that is not read", "give one of {known}"),
    "unknown_key": ("a key that is not known", "remove it, or write it as one of {known}"),
    "missing_key": ("a key is missing", "add it"),
    "number_needed": ("not a number", "write digits and a decimal point only, such as 30 or 0.05"),
    "whole_number_needed": ("not a whole number", "write digits only, such as 20"),
    "date_needed": ("not a date", "write year-month-day without quotation marks: 2025-12-31"),
    "text_needed": ("text is needed here", "write it in quotation marks"),
    "section_needed": ("several keys are needed here", "write it as a section: [{section}]"),
    "bad_value": ("a value that cannot be used: {why}", "correct it"),
    "not_above": ("must be greater than {limit}", "correct it"),
    "below_limit": ("must be at least {limit}", "correct it"),
    "above_limit": ("must be at most {limit}", "correct it"),
    "not_a_choice": ("a value that is not known", "write one of {known}"),
    "bad_radius_key": (
        "no technology and no band",
        'write a technology such as "4G", or a band such as "4G.1800"',
    ),
    "not_once": ("a technology stands twice, or none is named", "name each technology once"),
    "densities_reversed": (
        "urban_people_km2 is less than suburban_people_km2",
        "urban density is the higher one",
    ),
    "period_reversed": ("the period ends before it begins", "write the first day first"),
    "partial_over_total": (
        "partial is more than total",
        "a further operator is worth at most as much as the first",
    ),
    "bad_toml": ("not a valid TOML file: {why}", "correct that line"),
    "missing_column": ("a column is missing", "add it; recognised headers: {known}"),
    "ambiguous_column": (
        "several columns could be this one: {columns}",
        "rename or delete all but one",
    ),
    "missing_crs": (
        "the coordinate system is not given",
        'write it in the scenario, such as {{ path = "{file}", crs = "EPSG:5898" }}',
    ),
    "unknown_crs": (
        "a coordinate system that is not known",
        "write an EPSG code, such as EPSG:5898",
    ),
    "crs_not_metric": (
        "a coordinate system that is not in metres",
        "write a metric one, such as EPSG:5898, or leave the key out",
    ),
    "swapped_coordinates": (
        "latitude and longitude are swapped throughout",
        "exchange the two columns",
    ),
    "all_outside": (
        "no row lies within 15 km of the communes",
        "check the coordinate system and the order of the columns",
    ),
    "too_many_rejects": (
        "rows refused: {refused} of {read}, more than {limit}",
        "correct the rows listed, or raise inputs.max_rejected_share",
    ),
    "strict": ("rows refused: {refused}; --strict allows none", "correct the rows listed"),
    "no_communes": ("no commune polygon was read", "check the communes file"),
    "duplicate_key": ("a key that stands twice, first in row {first_row}", "keep one"),
    "wrong_geometry": ("{found} where {wanted} are needed", "give the right layer"),
    "several_sheets": ("several sheets: {sheets}", "name the sheet in the scenario"),
    "unknown_sheet": ("no sheet of that name; there are {sheets}", "name one of them"),
    "unknown_layer": ("no layer of that name; there are {layers}", "name one of them"),
    "no_layer": ("no layer that can be read", "export it again"),
    "no_polygons": ("no polygons in the file", "give a layer of polygons"),
    "not_north_up": ("the raster is turned or upside down", "export it with north up"),
    "ragged_row": (
        "{fields} fields where the header has {width}",
        "put quotation marks around text that holds the delimiter",
    ),
    "unknown_encoding": ("an encoding that is not known", "write utf-8 or windows-1258"),
    "several_layers": ("several layers: {layers}", "name the layer in the scenario"),
    "encoding": ("not UTF-8 text", "save it as CSV UTF-8, or name its encoding in the scenario"),
    "too_many_operators": ("more than eight operators", "at most eight can be counted apart"),
    "unknown_plan": ("a plan that is not in the register", "write one of {known}, or a file"),
    "not_available": ("not available in this version: {what}", "leave the key out"),
    "folder_not_ours": (
        "the folder holds {path}, which geoplan did not write",
        "choose another folder, one that is empty or new",
    ),
    "folder_is_file": ("a file of that name exists", "choose another folder with --out"),
    "folder_unwritable": ("the folder cannot be written: {why}", "choose another with --out"),
    "disk_full": ("the disk is full", "free some space; nothing was changed"),
    "no_scenario": (
        "no scenario in the folder, and no file with the headers of this input: {known}",
        "add the file, or start with geoplan init",
    ),
    "several_files": (
        "no scenario in the folder, and several files could be this input: {files}",
        "leave one of them there, or write a scenario that names it",
    ),
    "unknown_id": ("no hamlet of that id", "look it up in the hamlets file; near: {near}"),
    "bad_option": ("a value that is not allowed: {why}", "see geoplan --help"),
}

MESSAGES: dict[str, tuple[str, str]] = {**ROW_REASONS, **WARNINGS, **FATAL}

PLACES = ("sheet {sheet}", "row {row}", "column {column}", "key {column}", "option {column}")
"""How a place in a file, a scenario or a command is named."""

DATE = "{year}-{month}-{day}"
"""How a date within a message is written."""
