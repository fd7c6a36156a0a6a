"""Tables of ``geoplan extract``: what one operator may see of a province."""

from __future__ import annotations

from typing import Final

from geoplan.tables.coverage import SERVICE_OUT
from geoplan.tables.inputs import SITES
from geoplan.tables.schema import (
    METRES,
    PEOPLE,
    Column,
    Table,
    count_column,
    flag_column,
    lon_lat_columns,
    number_column,
    text_column,
)

_YES_NO: Final = "có or không, in the language of the extract; blank = no location"


def _cell_columns() -> tuple[Column, ...]:
    sides = tuple(
        number_column(side, f"{side}ern side of the cell, WGS 84", "degrees", 2)
        for side in ("west", "south", "east", "north")
    )
    middle = (
        number_column("longitude", "longitude of its middle, WGS 84", "degrees", 3),
        number_column("latitude", "latitude of its middle, WGS 84", "degrees", 3),
    )
    return (text_column("cell_id", "cell of the grid of 0.01 degrees"), *sides, *middle)


_MAST = text_column(
    "existing_mast", "what may be said of a mast in the cell: offered, to be asked for, or blank"
)

EXTRACT_OWN_SITES = Table(
    "own_sites",
    "the operator's own rows as they were read",
    (
        *(column for column in SITES.columns if column.kind != "geometry"),
        text_column("commune_code", "commune around it"),
        flag_column("on_air", "on air on the day of the run"),
    ),
    SITES.key,
)

EXTRACT_OWN_SERVICE = Table(
    "own_service",
    "the operator's own service of every hamlet",
    SERVICE_OUT.columns,
    SERVICE_OUT.key,
)

EXTRACT_HAMLETS = Table(
    "hamlets",
    "every hamlet: whether the operator serves its centre, and whether anybody does",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("name", "name of the hamlet"),
        text_column("kind", "its local name"),
        text_column("commune_code", "code of its commune"),
        text_column("commune_name", "name of its commune"),
        *lon_lat_columns("its centre; blank = no location"),
        text_column("centre_kind", "what the centre is"),
        number_column("population", "people; blank = not known", "people", PEOPLE),
        number_column("households", "households", "households", 0),
        flag_column("has_grid_power", "has power from the grid"),
        flag_column("special_difficulty", "specially difficult (ĐBKK)"),
        flag_column("border", "on the border"),
        flag_column("island", "on an island"),
        flag_column("has_fibre", "has fibre"),
        text_column("own_{technology}", f"the operator serves it on {{technology}}: {_YES_NO}"),
        text_column("anybody_{technology}", f"anybody serves it on {{technology}}: {_YES_NO}"),
        text_column(
            "sure_{technology}",
            "no = masts of others stand so near the edge of their reach that their cells do not "
            "tell it: to be asked for",
        ),
        text_column("own_mbb", f"the operator serves it with mobile broadband: {_YES_NO}"),
        text_column("anybody_mbb", f"anybody serves it with mobile broadband: {_YES_NO}"),
        text_column("sure_mbb", "as for a technology"),
    ),
    ("hamlet_id",),
)

EXTRACT_HOLES = Table(
    "own_holes",
    "cells with hamlets that the operator does not serve",
    (
        *_cell_columns(),
        text_column("technology", "technology"),
        count_column("hamlets", "hamlets whose centre it does not serve"),
        number_column("people", "their people, as far as known", "people", PEOPLE),
        number_column(
            "people_without_signal", "of them those whom nobody serves", "people", PEOPLE
        ),
        number_column(
            "people_surely_without", "of them those of whom that is sure", "people", PEOPLE
        ),
        _MAST,
    ),
    ("technology", "cell_id"),
)

EXTRACT_AREAS = Table(
    "candidate_areas",
    "cells where a mast would win people, in order of what each adds",
    (
        count_column("rank", "order"),
        *_cell_columns(),
        text_column("commune_code", "commune of its middle"),
        text_column("technology", "technology that would be opened"),
        number_column("radius_m", "reach from its middle that was reckoned with", "m", METRES),
        number_column(
            "gained_people", "people whom nobody serves, beyond the ranks above", "people", PEOPLE
        ),
        number_column(
            "own_gained_people",
            "people whom the operator does not serve, beyond the ranks above",
            "people",
            PEOPLE,
        ),
        number_column(
            "people_without_signal", "people in the cell whom nobody serves", "people", PEOPLE
        ),
        _MAST,
    ),
    ("rank",),
)

EXTRACT_MASTS = Table(
    "shared_masts",
    "structures that their owners offer; of those to be asked for the cell alone",
    (
        text_column("offer_id", "number of the offer; blank = to be asked for"),
        text_column("cell_id", "cell of the grid of 0.01 degrees"),
        text_column("share_offer", "whether the owner offers it", values=("yes", "ask")),
        *lon_lat_columns("the structure; blank = to be asked for"),
        text_column("kind", "mast, public_building or power_mast"),
        text_column("class", "class of the mast"),
        number_column("height_m", "height", "m", METRES),
        number_column("free_load_kg", "load that it can still carry", "kg", 1),
        text_column("owner", "who owns it; blank where that is an operator"),
        text_column("words", "what may be said of it"),
    ),
    ("cell_id", "share_offer", "offer_id"),
)

EXTRACT_TABLES: Final = (
    EXTRACT_OWN_SITES,
    EXTRACT_OWN_SERVICE,
    EXTRACT_HAMLETS,
    EXTRACT_HOLES,
    EXTRACT_AREAS,
    EXTRACT_MASTS,
)
"""Written by ``geoplan extract``, not by a run."""
