"""Tables of ``geoplan compare``: what changed from run to run, and figures in series."""

from __future__ import annotations

from typing import Final

from geoplan.tables.indicators import LEVELS
from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Column,
    Table,
    count_column,
    date_column,
    number_column,
    text_column,
)

SPANS: Final = ("step", "whole")
_PAIR: Final[tuple[Column, ...]] = (
    date_column("from_as_of", "day of the older run"),
    date_column("to_as_of", "day of the newer run"),
    text_column(
        "span",
        "step = from a run to the next; whole = from the first to the last of more than two",
        values=SPANS,
    ),
)
"""Which two of the runs a row is about; last columns of the tables of two runs."""
_PAIR_KEY: Final = ("from_as_of", "to_as_of")

CAUSES: Final = (
    *("", "opened", "listed", "off_air", "missing", "refused", "planned", "moved", "re_dated"),
    *("radius", "rules", "data", "told", "clusters", "unclear"),
)

CHANGES_OUT = Table(
    "changes",
    "what changed between two runs, unit by unit: how much is network and how much structure",
    (
        text_column("level", "kind of the unit: province or commune, of today or former"),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column("unit_version", "version of the unit; code and version are the key"),
        text_column("indicator", "name of the formula"),
        text_column("technology", "technology, MBB, or blank = not split"),
        text_column("unit", "unit of the value"),
        text_column(
            "found", "in which run the unit stands", values=("both", "only_before", "only_after")
        ),
        number_column("numerator_before", "numerator in the older run", "", PEOPLE),
        number_column("denominator_before", "denominator in the older run", "", PEOPLE),
        number_column("before", "value in the older run", "", RATIO),
        number_column("numerator_after", "numerator in the newer run", "", PEOPLE),
        number_column("denominator_after", "denominator in the newer run", "", PEOPLE),
        number_column("after", "value in the newer run", "", RATIO),
        number_column("change", "after less before", "", RATIO),
        number_column(
            "network",
            "what it would have changed had only the service of hamlets changed",
            "",
            RATIO,
        ),
        number_column("structure", "change less network: units, hamlets and their data", "", RATIO),
        number_column(
            "structure_data", "of structure: locations and people that were mended", "", RATIO
        ),
        *_PAIR,
        number_column(
            "structure_rules", "of structure: other rules of coverage, such as radii", "", RATIO
        ),
    ),
    ("level", "unit_id", "unit_version", "indicator", "technology", *_PAIR_KEY),
)

HAMLET_CHANGES_OUT = Table(
    "hamlet_changes",
    "every hamlet that changed between two runs, and in what",
    (
        text_column("hamlet_id", "id in the newer run; blank = it is not there"),
        text_column("old_hamlet_id", "id in the older run; blank = it was not there"),
        text_column("name", "name of the hamlet"),
        text_column(
            "kind",
            "network: its status; rules: its status, between runs under other rules of coverage; "
            "data: its location, people, clusters or who told its status; reused: its id is "
            "another hamlet's now; the rest is structure",
            values=(
                *("network", "rules", "data", "commune", "renamed", "reused"),
                *("added", "removed", "merged", "split"),
            ),
        ),
        text_column("technology", "technology or MBB of a status; blank = none is meant"),
        text_column("before", "status, or commune (code@version), in the older run"),
        text_column("after", "status, or commune (code@version), in the newer run"),
        text_column("commune_code", "code of its commune, in the newer run where it is there"),
        *_PAIR,
        text_column(
            "cause",
            "likely cause of another status: what became of the stations that served it best, in "
            "the older run where service went and in the newer where it came",
            values=CAUSES,
        ),
        text_column("stations", "those stations: operator, site and technology; joined by ;"),
    ),
    ("kind", "hamlet_id", "old_hamlet_id", "technology", *_PAIR_KEY),
)

STATION_CHANGES_OUT = Table(
    "station_changes",
    "every station that changed between two runs, and in what",
    (
        text_column("operator", "operator"),
        text_column("site_id", "id of the site"),
        text_column("technology", "technology"),
        text_column(
            "kind",
            "opened = dated after the older run; listed = new in the list, with a date up to it "
            "or none; gone; renumbered = another id at the same place (30 m); moved = over 30 m; "
            "re_dated",
            values=("opened", "listed", "gone", "renumbered", "moved", "re_dated"),
        ),
        date_column("on_air_before", "on-air date in the older run"),
        date_column("on_air_after", "on-air date in the newer run"),
        number_column("distance_m", "how far it moved", "m", METRES),
        text_column("commune_code", "commune around it"),
        *_PAIR,
        text_column(
            "cause",
            "why it is gone: off_air = its row says so; refused = its row was left out; planned = "
            "its row is a plan now; missing = no row; unclear = the newer run does not keep that",
            values=("", "off_air", "refused", "planned", "missing", "unclear"),
        ),
        text_column("old_site_id", "id in the older run, where it was renumbered"),
    ),
    ("kind", "operator", "site_id", "technology", *_PAIR_KEY),
)

WHITE_ACCOUNT_OUT = Table(
    "white_account",
    "why the number of white hamlets changed: before and the parts make after, exactly",
    (
        text_column(
            "level",
            "kind of the unit: province or commune, of today or former; lists = all hamlets",
        ),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column("unit_version", "version of the unit; code and version are the key"),
        text_column("technology", "technology or MBB"),
        *_PAIR,
        count_column("before", "white hamlets in the older run", "hamlets"),
        number_column("covered", "white before and served now: 0 or less", "hamlets", 0),
        number_column("lost", "served before and white now: 0 or more", "hamlets", 0),
        number_column("rules", "by other rules of coverage", "hamlets", 0),
        number_column("data", "by locations that were found, lost or mended, checks", "hamlets", 0),
        number_column("merged", "by hamlets that were merged", "hamlets", 0),
        number_column("split", "by hamlets that were divided", "hamlets", 0),
        number_column("reused", "by ids that went to another hamlet", "hamlets", 0),
        number_column("added", "by hamlets that are new in the list", "hamlets", 0),
        number_column("removed", "by hamlets that left the list", "hamlets", 0),
        number_column("moved", "by hamlets that came from or went to another unit", "hamlets", 0),
        count_column("after", "white hamlets in the newer run", "hamlets"),
    ),
    ("level", "unit_id", "unit_version", "technology", *_PAIR_KEY),
)

RULE_CHANGES_OUT = Table(
    "rule_changes",
    "every key of the scenarios that differs between two runs",
    (
        text_column("key", "key of the scenario, with its sections"),
        text_column("before", "value in the older run, as JSON; blank = not set"),
        text_column("after", "value in the newer run, as JSON; blank = not set"),
        text_column(
            "bears_on",
            "which figures it makes incomparable; plan = proposals and targets only",
            values=("coverage", "sharing", "area", "counts", "plan"),
        ),
        text_column("technology", "the one technology that it bears on; blank = all"),
        *_PAIR,
    ),
    ("from_as_of", "to_as_of", "key"),
)

SERIES_OUT = Table(
    "series",
    "every figure of every run, and whether it may stand beside that of the newest run",
    (
        text_column("indicator", "name of the formula", need=True),
        text_column("level", "kind of the unit", values=LEVELS, need=True),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column("unit_version", "version of the unit; code and version are the key"),
        text_column("operator", "operator; blank = any"),
        text_column("technology", "technology, MBB, or blank = not split"),
        text_column("place_class", "class of place; blank = pooled"),
        date_column("as_of", "day of the figure"),
        text_column("run", "name of the run"),
        number_column("numerator", "numerator", "", PEOPLE),
        number_column("denominator", "denominator", "", PEOPLE),
        number_column("value", "ratio from 0 to 1, or a count", "", RATIO),
        text_column("comparable", "with the newest run", values=("yes", "no")),
        text_column("why", "what stands against it: keys of the scenario, unit; joined by ;"),
    ),
    (
        *("indicator", "level", "unit_id", "unit_version", "operator", "technology"),
        *("place_class", "as_of"),
    ),
)

COMPARE_TABLES: Final = (
    *(CHANGES_OUT, HAMLET_CHANGES_OUT, STATION_CHANGES_OUT),
    *(SERIES_OUT, WHITE_ACCOUNT_OUT, RULE_CHANGES_OUT),
)
"""What ``geoplan compare`` writes."""
