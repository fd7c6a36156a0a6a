"""Tables of figures: indicators of every unit, and where the plans' targets stand."""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import (
    PEOPLE,
    RATIO,
    Table,
    date_column,
    number_column,
    text_column,
)

LEVELS: Final = (
    *("province", "area", "old_province", "old_district", "old_commune", "commune", "zone"),
)

INDICATORS_OUT = Table(
    "indicators",
    "every figure by unit, operator, technology and class of place",
    (
        text_column("indicator", "name of the formula", need=True),
        text_column("level", "kind of the unit", values=LEVELS, need=True),
        text_column("unit_id", "id of the unit"),
        text_column("unit_name", "name of the unit"),
        text_column(
            "unit_version",
            "first day of the set of units that the code is of, and its last where it has one "
            "(2025-07-01, ../2025-06-30); code and version together are the key",
        ),
        text_column("operator", "operator; blank = any"),
        text_column("technology", "technology, MBB, or blank = not split"),
        text_column("place_class", "class of place; blank = pooled"),
        number_column("numerator", "numerator", "", PEOPLE),
        number_column("denominator", "denominator", "", PEOPLE),
        number_column("value", "ratio from 0 to 1, or a count", "", RATIO),
        number_column("value_low", "value if all unknown hamlets are bad", "", RATIO),
        number_column("value_high", "value if all unknown hamlets are good", "", RATIO),
        number_column("value_radius_90", "value at 90 % of the radius", "", RATIO),
        number_column("value_radius_110", "value at 110 % of the radius", "", RATIO),
        text_column("unit", "unit of the value"),
        date_column("as_of", "day of the figures"),
    ),
    ("indicator", "level", "unit_id", "operator", "technology", "place_class"),
)

TARGETS_OUT = Table(
    "targets",
    "targets of the plans, each reading judged",
    (
        text_column("plan", "plan of the register"),
        text_column("target_id", "target of the plan"),
        text_column("quote", "the plan's own words"),
        text_column("indicator", "formula, or reported"),
        text_column("reading", "which reading of the sentence"),
        text_column("footprint", "units that it was written for"),
        text_column("direction", "≥ > ≤ < = or hold"),
        number_column("baseline", "baseline, in the unit of the target", "", RATIO),
        number_column("target", "target", "", RATIO),
        text_column("year", "year of the target"),
        number_column("numerator", "numerator", "", PEOPLE),
        number_column("denominator", "denominator", "", PEOPLE),
        number_column("value", "value, in the unit of the target", "", RATIO),
        number_column("gap_points", "value less target; percentage points for %", "", RATIO),
        text_column("status", "exceeded, met, not_met, in_progress, no_data, superseded, tracked"),
        text_column("lead", "who leads"),
        text_column("deadline", "deadline"),
        text_column("sentence", "the sentence to copy"),
        text_column("unit", "unit of value, target and baseline"),
        text_column("footprint_today", "what the units of the plan are now"),
        text_column("area", "which units the figure was made of"),
        text_column("next_due", "next day on which it must be reported"),
        text_column("missing", "what is missing where there is no data"),
        text_column("note", "how the sentence was read"),
        text_column("area_today", "the province of today that the units of the plan are in"),
        number_column("numerator_today", "numerator there", "", PEOPLE),
        number_column("denominator_today", "denominator there", "", PEOPLE),
        number_column("value_today", "value there, in the unit of the target", "", RATIO),
        number_column("gap_points_today", "value there less target", "", RATIO),
        text_column("status_today", "status there"),
        text_column("sentence_today", "the sentence to copy for it"),
    ),
    ("plan", "target_id", "reading"),
)
