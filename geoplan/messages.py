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
        "use the commune_code of the communes file, with its leading zeros; former codes need "
        "inputs.crosswalk",
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
    "error_cell": (
        "an error of the spreadsheet in place of a value",
        "correct the formula, or write the value itself",
    ),
    "unknown_cluster": (
        "a cluster_id that is not in the clusters file, or is one of another hamlet",
        "use the cluster_id of the clusters file",
    ),
    "ambiguous_hamlet": (
        "several hamlets of that name: {known}",
        "write the hamlet_id",
    ),
    "hamlet_differs": (
        "the hamlets file says {known} for this hamlet_id",
        "use a list made from the same hamlets file, or correct the hamlet_id",
    ),
    "confirmed_twice": (
        "another point is confirmed for the same hamlet, in row {rows}",
        "leave the x at one of them",
    ),
    "unknown_site": (
        "a site that is not in the sites files, or whose row was refused",
        "write operator and site_id as they stand in the sites files",
    ),
    "site_with_itself": ("the same site on both sides", "write two different sites"),
    "bad_date": ("not a date", "write year-month-day, such as 2025-12-31, or 31/12/2025"),
    "bad_geometry": ("a geometry that cannot be used", "draw it again, or export it anew"),
    "unknown_channel": (
        "a channel number of no downlink band in use in Vietnam",
        "write the downlink EARFCN or NR-ARFCN, or the frequency in MHz",
    ),
}

# What seems to have happened to a row; stands before the advice.
HINTS: dict[str, str] = {
    "swapped": "longitude and latitude seem to be exchanged",
    "sign": "a sign seems to be wrong",
    "decimal_mark": "a decimal mark seems to be missing or misplaced",
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
    "encoding_detected": (
        "read as {encoding}: under it the words are Vietnamese",
        "name the encoding in the scenario if it is another",
    ),
    "text_mended": (
        "garbled text was mended as {encoding}; different cells: {count}",
        "name the encoding in the scenario if it is another",
    ),
    "sheets_together": (
        "sheets with the same columns were read as one table: {sheets}",
        "name a sheet in the scenario to read only that one",
    ),
    "tables_joined": (
        "tables of a planning tool, read as one: {tables}",
        "name a sheet in the scenario to read only that one",
    ),
    "hidden_sheet": ("a hidden sheet was not read", "show it, or name it in the scenario"),
    "line_left_out": (
        "a total, heading or note, not a row; left out",
        "nothing to do, unless it is a row",
    ),
    "blank_is_no": (
        "only ticks stand in this column; its blank cells were read as no",
        "write 0 or không where it is no, and leave blank only what is unknown, if that is wrong",
    ),
    "taken_from_heading": (
        "there is no such column; taken from the headings over the rows, or from the sheets: "
        "{known}",
        "nothing to do, if that is right",
    ),
    "no_drivable_roads": (
        "no road that a lorry can drive; distances to roads stay unknown",
        "check that it is the layer of roads, and the column that tells their classes",
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
    "no_operators": (
        "no operator is chosen, so no site is proposed",
        "name operators under siting.operators, or leave the key out",
    ),
    "nobody_to_win": (
        "every operator that is chosen serves everybody already, so no site is proposed",
        "check the radii if that seems too good",
    ),
    "targets_hold": (
        "every target holds today, so no site is needed",
        "raise the targets, or choose another priority",
    ),
    "nothing_allowed": (
        "the limit is 0, so no site is proposed",
        "raise positions or the budget",
    ),
    "nothing_wins_enough": (
        "{candidates} candidates were tried and none is proposed",
        "the reasons stand in site_candidates.csv; min_gain_people or the limits may be too strict",
    ),
    "target_out_of_reach": (
        "no plan reaches it: {needed} people more are needed, all candidates together win {most}",
        "lower the target, or add candidates: structures, roads, fewer excluded zones",
    ),
    "targets_over_limit": (
        "the targets need at least {least}; {enough} is enough",
        "raise the limit, or lower the targets; the plan comes as near as the limit allows",
    ),
    "targets_not_met": (
        "the plan does not reach every target; the rules of the plan stand in the way",
        "lower min_gain_people or the targets, or raise the limits",
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
    "no_terrain": (
        "coverage is predicted without terrain, by the model {model}: no ridge is seen",
        "give a digital elevation model under inputs.terrain",
    ),
    "not_calibrated": (
        "predicted levels are not calibrated by measurements; their error is taken as {sigma} dB",
        "measure where the tables ask for it",
    ),
    "population_missing": (
        "hamlets without population: {count}; they stand in no count of people",
        "fill in the population",
    ),
    "scenario_not_kept": (
        "the scenario that was recognised could not be written there: {why}",
        "write it yourself if you want to change it",
    ),
    "formulas_stale": (
        "the program that wrote the workbook did not reckon its formulas; the values "
        "that stand there were read",
        "open it in a spreadsheet program and save it, so that every formula is reckoned",
    ),
    "external_links": (
        "the workbook takes values from other files; the values that it last saw were read",
        "check that they are up to date",
    ),
    "links_not_followed": (
        "the file points to places on the network; they were not followed",
        "save what they show into the file, where it is needed",
    ),
    "datum_doubtful": (
        "a grid of VN-2000 on the datum WGS 84: if the file lost its datum, it lies 225 m off",
        'name its system in the scenario, such as crs = "EPSG:5898"',
    ),
    "driver_remarked": (
        "a remark of the program that reads the format: {words}",
        "check that nothing is missing",
    ),
    "columns_unread": (
        "columns that hold answers of a check, but name no operator: {columns}",
        "write the operator into the header, such as Viettel 4G",
    ),
    "pattern_left_out": (
        "not an antenna pattern; not read",
        "give patterns as MSI or PLN files, in the folder itself",
    ),
    "pattern_turned": (
        "the beam stands as far above the horizon as the file says it is tilted down; its angles "
        "were read upwards",
        "check the sense of the vertical angles: they should grow downwards",
    ),
    "eirp_low": (
        "an EIRP as of a small cell or of one resource element; the column is the whole carrier's",
        "if it is one resource element's, add 10 log10(12 N_RB): 30.8 dB for 20 MHz",
    ),
    "pattern_elsewhere": (
        "the beam does not stand in front near the horizon; used as it is",
        "check the vertical angles: 0 is the horizon in front, 90 straight down",
    ),
    "pattern_same_name": (
        "a pattern of that name stands in {first}, which counts",
        "give each pattern a NAME of its own; this one is found by the name of its file",
    ),
    "antenna_on_ground": (
        "an antenna at less than 1 m above the ground is taken for a height that nobody gave; the "
        "usual one of its environment counts",
        "give the height of the antenna, or leave the cell blank",
    ),
    "unknown_antenna": (
        "no pattern has that name; the default antenna of the band is taken",
        "put the pattern into the folder inputs.antennas, or write the name of one, such as "
        "{known}",
    ),
    "file_left_out": (
        "neither a workbook nor a CSV file; not read",
        "give sheets as XLSX or CSV, in the folder itself",
    ),
    "check_superseded": (
        "a check of {date} found {found} on {service}, later than this one; that one counts",
        "nothing to do",
    ),
    "lines_without_level": (
        "lines without a measured level were left out: {count}",
        "nothing to do: tools write messages and events between the levels",
    ),
    "levels_of_others": (
        "levels of 2G or 3G were left out: {count}",
        "nothing to do: RSRP is measured on 4G and 5G",
    ),
    "band_missing": (
        "measurements without frequency, band or channel number: {count}; listed, not used to "
        "calibrate",
        "export the channel number (EARFCN, NR-ARFCN) as well",
    ),
    "check_after_as_of": (
        "checked after {as_of}, the day of the figures; not used",
        "set as_of in the scenario to the day of the check or later",
    ),
    "check_of_other_technology": (
        "checks of {technology} are not used, for it is not among the technologies of the "
        "scenario: {count}",
        "add it to coverage.technologies",
    ),
    "check_without_place": (
        "checked, but the place has no coordinates; the check decides no status",
        "give the hamlet coordinates",
    ),
    "levels_not_used": (
        "levels stand in the layer, and every polygon of it counts as served",
        'write the level from which it does, such as {{ path = "{file}", min_dbm = -110 }}',
    ),
    "declared_nowhere": (
        "what it declares covers no hamlet and no cluster",
        "check operator, technology, and the coordinate system of the file",
    ),
    "review_not_on_air": (
        "{site} is not on air at that day, or lies outside every commune; the decision waits",
        "nothing to do, unless the site should be on air",
    ),
    "location_not_needed": (
        "the hamlets file has coordinates for this hamlet; those stay",
        "nothing to do, or delete them from the hamlets file",
    ),
    "not_placed": (
        "no communes were given: nobody looked whether the rows lie where they should",
        "give --communes to check that",
    ),
    "result_kept_beside": (
        "a file in the target folder is open in another program; the result is in {path}",
        "close the file and run again",
    ),
    "osm_not_official": (
        "boundaries of OpenStreetMap are no official administrative boundaries",
        "use them to look at, and official ones in a report",
    ),
    "osm_uncoded": (
        "communes without a code of five digits: {count}; OpenStreetMap's ids stand in its place",
        "write the official codes into commune_code before files that use them are added",
    ),
    "osm_unnamed": (
        "left out, without a name in Vietnamese or Latin letters: {count}",
        "nothing to do, or name them in OpenStreetMap",
    ),
    "osm_broken": (
        "communes whose outline does not close or is not whole in the source: {count} ({names})",
        "add their outlines from another source",
    ),
    "osm_none": (
        "OpenStreetMap has nothing of this kind there; the file was not written",
        "bring a file of your own",
    ),
    "osm_no_communes": (
        "OpenStreetMap has no outlines of this level there; the file was not written",
        "try another level with --admin-level, such as 8, or bring a file of your own",
    ),
    "licence_unknown": (
        "the licence of the file is not known",
        "ask its provider before you publish anything made of it; --licence records it",
    ),
    "units_not_valid": (
        "the units of {file} stand {version}, and the day of the figures lies outside",
        "give the communes that stood on that day, or correct valid_from and valid_to",
    ),
    "crosswalk_elsewhere": (
        "rows of other provinces, not used: {count}",
        "nothing to do",
    ),
    "crosswalk_vanishes": (
        "a former unit that leads to no unit of today",
        "write the code of the unit that it became",
    ),
    "crosswalk_unknown_code": (
        "a unit of today that is not in the communes file",
        "correct the code, or add the commune to the communes file",
    ),
    "crosswalk_lost": (
        "no former unit leads to this commune ({name})",
        "add the rows of the communes that it was formed of",
    ),
    "crosswalk_name": (
        "the communes file has another name for this code: {known}",
        "check whether the code or the name is wrong",
    ),
    "crosswalk_old_name": (
        "the same former code has another name in another row: {known}",
        "check whether the code or the name is wrong",
    ),
    "crosswalk_not_marked": (
        "the former unit leads to several ({known}) and is not marked as divided; taken as divided",
        "mark it in is_divided, or remove the rows that are wrong",
    ),
    "crosswalk_divided_once": (
        "marked as divided, but leads to one unit only ({known}); taken as moved whole",
        "add the other units that took a part, or remove the mark",
    ),
    "crosswalk_apart": (
        "former unit {old} also became {known}, far from here, with its neighbours of old; "
        "this link is not used",
        "check it: a unit of the same name elsewhere was probably meant",
    ),
    "crosswalk_scattered": (
        "the parts of former unit {old} do not lie together (also {known}), and nothing tells "
        "which link is wrong",
        "check the rows of this former unit",
    ),
    "former_codes_differ": (
        "no code of these polygons stands in the crosswalk; they were matched by name",
        "give the former communes with the codes of the crosswalk",
    ),
    "codes_taken_old": (
        "the commune codes are former ones: {count} of {total} were restated by the crosswalk",
        "say so in the scenario: codes_as_of = a day before the units were redrawn",
    ),
    "codes_mixed": (
        "former commune codes among those of today: {count} of {total} were restated",
        "use one set of codes, and say of which day it is: codes_as_of",
    ),
    "ambiguous_commune": (
        "the former commune was divided among {known}, and the row has no point; "
        "it counts in no commune, only in the province",
        "give its coordinates, or write the code of today's commune",
    ),
    "ambiguous_elsewhere": (
        "the former commune was divided among {known}, and the point lies in {found}; "
        "it counts in no commune, only in the province",
        "check the coordinates, or write the code of today's commune",
    ),
    "unknown_former_commune": (
        "a former commune that the crosswalk does not know",
        "use the code of the crosswalk, with its leading zeros",
    ),
    "former_unit_unknown": (
        "hamlets of which nothing tells in which former province they were: {count}; they "
        "count in no former unit",
        "give their old_commune_code, or inputs.communes_before",
    ),
    "terrain_partly": (
        "no file covers {share} of the terrain that radio waves cross; the nearest heights "
        "were taken",
        "give the tiles of {area}",
    ),
    "terrain_voids": (
        "{count} cells ({share}) have no height; they were filled from around them",
        "add another file that has them: finer files come first, others fill what they lack",
    ),
    "land_cover_partly": (
        "no land cover is known for {share} of the area; it counts as open ground",
        "give the tiles that are missing",
    ),
    "heights_converted": (
        "the heights are in {unit}; they were converted to metres",
        'where that is wrong, write {{ path = "{file}", unit = "m" }}',
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
    "template_broken": (
        "the template cannot be filled: {value}",
        "mend that line; the templates of geoplan show how it is written (geoplan init)",
    ),
    "template_unknown": (
        "the template asks for what there is not: {value}",
        "use one of: {known}",
    ),
    "run_without_tables": (
        "the run was written without its tables",
        "run it again with --outputs tables, or with all outputs",
    ),
    "crosswalk_needed": (
        "commune codes of a day on which the communes file did not stand ({version})",
        "give inputs.crosswalk, or remove codes_as_of",
    ),
    "crosswalk_foreign": (
        "no row of the crosswalk leads to a commune of the communes file",
        "check that it is the crosswalk of this province, and which column holds today's codes",
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
    "site_not_in_run": (
        "a site that the run does not know",
        "write OPERATOR:SITE as in the list of sites; near names: {known}",
    ),
    "surroundings_needed": (
        "what surrounds a new site comes from files of the scenario",
        "ask through the command line, or give the communes and the population raster",
    ),
    "whatif_twice": (
        "a site is named twice: it can go, move or open a technology, one at a time",
        "name it once, or ask one question after the other",
    ),
    "whatif_place": (
        "no place on earth",
        "write longitude, then latitude, in degrees",
    ),
    "whatif_nothing": (
        "nothing is asked",
        "add, remove, move or turn on a site, or name operators that roam",
    ),
    "whatif_form": (
        "not in the form {form}",
        "write it like {example}",
    ),
    "years_and_total": (
        "positions or budget_vnd stand beside years",
        "leave them out: the years say how much of each there is",
    ),
    "years_unclear": (
        "years are out of order, twice, or limited in different ways",
        "write each year once, in order, all with positions, all with budget_vnd, or with both",
    ),
    "target_not_chosen": (
        "an operator that is not among siting.operators",
        "add it there, or leave out its target",
    ),
    "targets_twice": (
        "one operator and commune have two targets",
        "leave one of them",
    ),
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
    "missing_crs_candidates": (
        "the coordinate system is not given; among the communes it would be {candidates}",
        'ask the sender, then write it in the scenario: {{ path = "{file}", crs = "{best}" }}',
    ),
    "wrong_crs": (
        "only {inside} of the rows lie in the communes; it would be {candidates}",
        'ask the sender, then write it in the scenario: {{ path = "{file}", crs = "{best}" }}',
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
    "bad_link_place": (
        "not a longitude, a latitude and a height above ground from 1 to 3000 m",
        "write LON,LAT,H with decimal points, longitude first, such as 108.8,15.1,30",
    ),
    "bad_link_frequency": (
        "P.1812 holds from 30 to 6000 MHz",
        "give the carrier in MHz, such as 1800",
    ),
    "bad_link_clutter": (
        "what stands on the ground cannot be so high",
        "give a height from 0 to 100 m",
    ),
    "link_terrain_twice": (
        "the scenario names the terrain already",
        "leave --terrain or the scenario out",
    ),
    "bad_link_length": (
        "the two antennas must be 0.25 to 200 km apart",
        "check both places",
    ),
    "profile_not_covered": (
        "the terrain does not cover the path between {first_km} and {last_km} km from A",
        "give a raster of heights that covers the whole path",
    ),
    "profile_all_void": (
        "the terrain has no height anywhere on the path",
        "look at the raster: its cells without a value may be the whole of it here",
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
    "encoding": (
        "text whose encoding is not certain",
        "save it as CSV UTF-8, or name its encoding in the scenario",
    ),
    "threshold_needed": (
        "the values are levels, all below 0, and nobody says which of them is served",
        'write the level from which it is, such as {{ path = "{file}", min_dbm = -110 }}',
    ),
    "unknown_zone_class": (
        "no zone is of this class; the classes are: {known}",
        "write a class of the zones file, or give inputs.zones",
    ),
    "unknown_structure_class": (
        "a class of masts that is not known; the classes are: {known}",
        "write one of them",
    ),
    "rule_zones_missing": (
        "a rule speaks of a class of zones, and the scenario names no zones file",
        "give inputs.zones",
    ),
    "rule_repeated": ("another rule has this id: {first}", "give every rule an id of its own"),
    "rule_unclear": (
        "a rule must say exactly one of: {known}",
        "divide it into several rules, or say what it asks for",
    ),
    "rule_list_needed": ("a list of texts is needed", 'write it like ["A2a", "A2b"]'),
    "too_many_operators": ("more than eight operators", "at most eight can be counted apart"),
    "unknown_plan": ("a plan that is not in the register", "write one of {known}, or a file"),
    "review_contradicts": (
        "called different, but one position by the decisions in rows {rows}",
        "decide which is right, and delete or correct the other",
    ),
    "review_against_declared": (
        "called different, but both declare structure {structure}",
        "correct structure_id in the sites files, or the decision",
    ),
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
    "unpacks_too_large": (
        "unpacks to more than {limit}, or holds too many files",
        "unpack it yourself to see what it holds, and give the tables only",
    ),
    "file_too_large": (
        "larger than {limit}",
        "divide it, for example by operator, or save it as Parquet",
    ),
    "password_needed": ("locked by a password", "save it without a password"),
    "nothing_inside": ("no table inside; it holds {names}", "put a table or a layer into it"),
    "not_what_it_says": (
        "the content is not what the name says",
        "open it to see what it is, and export it again",
    ),
    "missing_companion": (
        "files that belong to it are missing: {names}",
        "put all files of the layer side by side, under one name",
    ),
    "xml_with_doctype": (
        "the file declares a document type, which this kind of file never needs",
        "do not open it elsewhere either; ask its sender to export it again",
    ),
    "sheet_too_wide": (
        "values stand as far out as {corner}: the sheet spans more than {limit} million cells",
        "delete what stands far from the table, and save it",
    ),
    "formula_without_value": (
        "a formula that was never reckoned, so that its value is not in the file",
        "open it in a spreadsheet program and save it, or paste values in place of formulas",
    ),
    "bad_database_url": (
        "not the address of a database",
        "write it as postgresql://user@host:5432/database",
    ),
    "database_driver_missing": (
        "the driver for PostgreSQL is not installed",
        "install geoplan with its extra: geoplan[postgis]",
    ),
    "database_unreachable": (
        "no connection to the database: {why}",
        "check address, user and password; a password is best kept in PGPASSWORD or the "
        "file .pgpass",
    ),
    "database_failed": (
        "the database did not answer as it should: {why}",
        "ask whoever looks after the database",
    ),
    "database_slow": (
        "the database took longer than {seconds} s",
        "try again, or read a smaller table",
    ),
    "table_not_named": (
        "the table is not named; there are {tables}",
        'name it in the scenario, such as layer = "schema.table"',
    ),
    "unknown_table": ("no such table; there are {tables}", "name one of them"),
    "permission_denied": (
        "user {user} may not do this in the database: {why}",
        "ask whoever looks after the database for the right to do so",
    ),
    "several_geometries": (
        "several columns of shapes: {columns}",
        'name one behind the table, such as layer = "schema.table.column"',
    ),
    "several_crs": (
        "shapes in several coordinate systems: {found}",
        "transform them into one, or make a view that does",
    ),
    "too_many_rows": (
        "more than {limit} rows",
        "read a smaller table, or a view of the part that is needed",
    ),
    "no_postgis": (
        "the database has no PostGIS",
        "let its administrator run: CREATE EXTENSION postgis",
    ),
    "schema_not_ours": (
        "the schema holds {name}, which geoplan did not write",
        "choose another schema with --schema, one that is empty or new",
    ),
    "schema_in_use": (
        "something in the database depends on {name}, whose columns have changed",
        "drop what depends on it, or choose another schema with --schema",
    ),
    "run_alone": ("one run cannot be compared", "give the folders of two runs or more"),
    "run_twice": ("this run is given twice", "give each run once"),
    "runs_of_one_day": (
        "its figures are of the same day as those of {other}: {day}",
        "give one run of each day; to try other rules on one day, compare two copies by hand",
    ),
    "runs_of_other_areas": (
        "no hamlet and no commune of it is one of {other}: it looks like another province",
        "give runs of one province; where all hamlets have new ids, give --lineage",
    ),
    "not_a_run": ("not the folder of a finished run", "give a folder that geoplan run has written"),
    "extract_operator": (
        "no operator of that name in the scenario",
        "name one of those there are: {known}",
    ),
    "run_out_of_date": (
        "the run was made from other files or under other rules: {what}",
        "run the scenario again, then make the extract",
    ),
    "extract_over_run": (
        "an extract would stand in the folder of the run, which is for the planner alone",
        "give another folder with --out",
    ),
    "nothing_to_publish": (
        "the run wrote neither tables nor layers",
        "run it again with --outputs tables,gis",
    ),
    "osm_missing": (
        "the part for OpenStreetMap is not installed",
        'run: pip install "geoplan[osm]"',
    ),
    "no_such_place": (
        "no place of that name was found",
        "write it as on the map, with the province, or give --bbox",
    ),
    "place_without_outline": (
        "the place has no outline in OpenStreetMap",
        "give --bbox, or the name of a province or commune",
    ),
    "osm_area_too_large": (
        "the area spans {size} km², more than {limit}",
        "divide it, or take it out of a file with geoplan fetch pbf",
    ),
    "osm_nothing": (
        "nothing was found there",
        "check the area and --admin-level, or bring files of your own",
    ),
    "not_osm": (
        "not a file of OpenStreetMap, or it is not whole",
        "fetch it again; .osm.pbf and .osm are read",
    ),
    "server_unreachable": (
        "the server cannot be reached: {why}",
        "check the connection, the address and the proxy",
    ),
    "server_slow": (
        "the server did not answer within {seconds} s",
        "try again later, or a smaller area",
    ),
    "server_busy": (
        "the server is busy (status {status})",
        "try again later; what has come is kept",
    ),
    "server_refused": (
        "the server refused (status {status})",
        "check the address, and the user and password where it needs them",
    ),
    "server_odd": (
        "the answer is not what such a server gives",
        "check the address; a sign-in page of the network may stand in between",
    ),
    "server_partial": ("the server gave up half way: {why}", "try again later, or a smaller area"),
    "answer_too_large": (
        "the answer is larger than {limit}",
        "choose a smaller area, or use geoplan fetch pbf",
    ),
    "download_cut": (
        "the connection broke off: {got} of {total} bytes have come",
        "run it again: it goes on where it broke off",
    ),
    "file_too_large_to_fetch": (
        "the file is larger than {limit}",
        "allow more with --max-mb, if that is what you want",
    ),
    "checksum_differs": (
        "another checksum than was given: {found}",
        "fetch it again; if it stays so, ask the provider",
    ),
    "bad_checksum": ("not a SHA-256 checksum", "write 64 digits 0–9 and a–f"),
    "page_instead": (
        "a web page came instead of the file",
        "open the address in a browser: it may ask to sign in or to agree",
    ),
    "bad_url": (
        "not an address that can be fetched",
        "write one that starts with https:// or http://",
    ),
    "bad_bbox": (
        "not a box in degrees",
        "write west,south,east,north, such as 108.2,14.6,109.1,15.4",
    ),
    "option_needed": ("this is needed", "give it, or see --help"),
    "options_exclude": ("a name and a box were given", "give one of the two"),
    "file_not_fetched": (
        "a file of that name stands there, which was not fetched",
        "choose another folder with --out, or move the file away",
    ),
    "fetched_file_changed": (
        "the file was changed after it was fetched, and would be lost",
        "choose another folder with --out, or move the file away",
    ),
    "companion_differs": (
        "{rows} rows of data, but {shapes} objects: the files do not belong together",
        "export the layer again, all its files at once",
    ),
    "output_exists": (
        "a file of that name is there",
        "choose another name with --out, or replace it with --force",
    ),
    "output_is_input": (
        "the file to be written is the one to be read",
        "choose another name with --out",
    ),
    "polygons_need_layer": (
        "polygons do not fit into a CSV file",
        "give --out a name that ends with .geojson",
    ),
    "pattern_missing": (
        "not a whole antenna pattern: {part} is missing",
        "export the pattern again as MSI or PLN, with gain and both cuts",
    ),
    "pattern_cut_short": (
        "the cut ends after {found} of {expected} angles",
        "the file is cut short: export it again",
    ),
    "pattern_line": (
        "not an angle and an attenuation",
        "write two numbers in a line, such as 12 0.5",
    ),
    "pattern_left_over": (
        "an angle and an attenuation outside both cuts",
        "write the number of the lines of a cut behind HORIZONTAL and VERTICAL",
    ),
    "pattern_angle": (
        "follows the angle {before}: the angles are out of order",
        "angles must rise from line to line, once round",
    ),
    "pattern_hole": (
        "after this angle the cut has a hole, or goes round more than once",
        "give an attenuation at least every {step} degrees, once round",
    ),
    "pattern_signs": (
        "attenuations above and below 0 in one cut",
        "give attenuation below the beam, all of it 0 or more",
    ),
    "pattern_value": ("outside the possible range {range}", "check the value and its unit"),
    "pattern_again": (
        "{part} stands in the file a second time",
        "give each pattern a file of its own",
    ),
    "bad_option": ("a value that is not allowed: {why}", "see geoplan --help"),
    "raster_outside": (
        "the raster covers none of the area",
        "check its coordinate system, or give the tiles of {area}",
    ),
    "terrain_void": (
        "no cell of the area has a height",
        "open the file to see whether it holds heights, or give another",
    ),
    "terrain_lacking": (
        "{share} of the terrain around the sites is missing",
        "give the tiles of {area}",
    ),
    "raster_too_small": (
        "too few cells: {columns} × {rows}",
        "give a raster with cells of some 30 to 100 m",
    ),
    "raster_not_placed": (
        "the raster does not say where it lies",
        "export it as GeoTIFF with its coordinates",
    ),
    "raster_is_picture": (
        "a picture in colours, not a raster of values (bands: {bands})",
        "export the values themselves, in one band",
    ),
    "heights_out_of_range": (
        "a height that is not between {low} and {high} m",
        'are the heights in feet: {{ path = "{file}", unit = "ft" }}, or is a value for no '
        'data not declared: {{ path = "{file}", nodata = -32768 }}?',
    ),
    "class_without_height": (
        "classes of land cover that have no height",
        "add them to the table of inputs.clutter; it has: {known}",
    ),
    "class_repeated": ("the class stands there already: {first}", "give every class once"),
    "no_rasters": ("no raster in it", "put GeoTIFF, hgt or VRT files there"),
    "mosaic_outside": (
        "the VRT names something that is no raster file below its folder or the scenario's",
        "put the tiles beside it, or name them in the scenario",
    ),
    "mosaic_lacks_file": (
        "the VRT names a file that does not exist",
        "put the file there, or make the VRT again",
    ),
    "mosaic_too_much": (
        "the VRT does more than put rasters side by side",
        "export its result as GeoTIFF",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {**ROW_REASONS, **WARNINGS, **FATAL}

PLACES = ("sheet {sheet}", "row {row}", "column {column}", "key {column}", "option {column}")
"""How a place in a file, a scenario or a command is named."""

DATE = "{year}-{month}-{day}"
"""How a date within a message is written."""
