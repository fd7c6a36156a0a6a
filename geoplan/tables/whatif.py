"""Tables of ``geoplan whatif``: before and after, hamlets that change, and each site."""

from __future__ import annotations

from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    RATIO,
    Table,
    count_column,
    lon_lat_columns,
    number_column,
    text_column,
)

WHATIF_OUT = Table(
    "whatif",
    "indicators before and after",
    (
        text_column("indicator", "name of the formula"),
        text_column("level", "kind of the unit", values=("province", "commune")),
        text_column("unit_id", "id of the unit"),
        text_column("operator", "operator; blank = any"),
        text_column("technology", "technology, or MBB"),
        text_column("place_class", "blank"),
        number_column("before", "value of the finished run", "", RATIO),
        number_column("after", "value after the changes", "", RATIO),
        number_column("change", "after less before", "", RATIO),
    ),
    ("indicator", "level", "unit_id", "operator", "technology"),
)

WHATIF_HAMLETS_OUT = Table(
    "whatif_hamlets",
    "hamlets whose status changes",
    (
        text_column("hamlet_id", "id of the hamlet"),
        text_column("name", "its name"),
        text_column("commune_code", "its commune"),
        text_column("operator", "operator; blank = any"),
        text_column("technology", "technology, or MBB"),
        text_column("before", "status of the finished run"),
        text_column("after", "status after the changes"),
        number_column("population", "people of the hamlet; blank = not known", "people", PEOPLE),
        number_column("gained_people", "people of it who gain service; less than 0 = lose it",
                      "people", PEOPLE),
    ),
    ("hamlet_id", "operator", "technology"),
)  # fmt: skip

WHATIF_SITES_OUT = Table(
    "whatif_sites",
    "each site that is added: what it wins alone, and beside the others",
    (
        text_column("operator", "operator of the site"),
        text_column("site_id", "id of the site"),
        text_column("technology", "technology that it opens"),
        *lon_lat_columns("the site"),
        number_column("alone_people", "people its operator would gain by it alone", "people",
                      PEOPLE),
        number_column("alone_first_people", "of them without any operator today", "people", PEOPLE),
        count_column("alone_hamlets", "hamlets that would no longer be white, any operator"),
        number_column("marginal_people", "people its operator loses if only this site is left out",
                      "people", PEOPLE),
        number_column("marginal_first_people", "of them left without any operator", "people",
                      PEOPLE),
        text_column("redundant", "whether the other sites win all that it does",
                    values=("yes", "no")),
        text_column("near_plan", "nearest planned or added site of another operator in reach"),
        number_column("near_plan_m", "distance to it", "m", METRES),
    ),
    ("operator", "site_id", "technology"),
)  # fmt: skip
