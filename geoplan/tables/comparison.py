"""Tables of ``geoplan compare``: what changed from one run to another."""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Table,
    date_column,
    number_column,
    text_column,
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
    ),
    ("level", "unit_id", "unit_version", "indicator", "technology"),
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
            "network: its status; data: its location or people; the rest is structure",
            values=("network", "data", "commune", "renamed", "added", "removed", "merged", "split"),
        ),
        text_column("technology", "technology or MBB of a status; blank = none is meant"),
        text_column("before", "status, or commune (code@version), in the older run"),
        text_column("after", "status, or commune (code@version), in the newer run"),
        text_column("commune_code", "code of its commune, in the newer run where it is there"),
    ),
    ("kind", "hamlet_id", "old_hamlet_id", "technology"),
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
            "or none; gone; moved = over 30 m; re_dated",
            values=("opened", "listed", "gone", "moved", "re_dated"),
        ),
        date_column("on_air_before", "on-air date in the older run"),
        date_column("on_air_after", "on-air date in the newer run"),
        number_column("distance_m", "how far it moved", "m", METRES),
        text_column("commune_code", "commune around it"),
    ),
    ("kind", "operator", "site_id", "technology"),
)

COMPARE_TABLES: Final = (CHANGES_OUT, HAMLET_CHANGES_OUT, STATION_CHANGES_OUT)
"""What ``geoplan compare`` writes."""
