"""The table of why holes are holes, and what would cure each (level models)."""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import METRES, PEOPLE, Table, count_column, number_column, text_column

CAUSES: Final[dict[str, str]] = {
    "no_site": "no station within range",
    "ridge": "hills are in the way",
    "direction": "the antenna points elsewhere",
    "height": "the antenna is too low",
    "band": "the band is too high",
    "distance": "too far from every station",
}
CURES: Final[dict[str, str]] = {
    "height": "a higher antenna",
    "band": "a lower band",
    "proposal": "a proposed site",
    "new_site": "a new site",
}
"""Codes of ``hole_causes`` and what they mean; reports translate them."""

_TOLD = (
    text_column("cause", "what is lacking", values=tuple(CAUSES)),
    text_column("operator", "of the station that comes nearest to serving it"),
    text_column("site_id", "that station"),
    text_column("position_id", "its position"),
    number_column("distance_m", "distance to it", "m", METRES),
    number_column("lacking_db", "what its level lacks", "dB", 1),
    number_column("terrain_db", "what the terrain takes", "dB", 1),
    number_column("antenna_db", "what the antenna takes", "dB", 1),
    number_column("obstacle_m", "of a ridge: its distance from the station", "m", METRES),
    number_column("obstacle_above_m", "and how far above the line of sight", "m", METRES),
    text_column("cure", "what would serve its point", values=tuple(CURES)),
    text_column("cure_site_id", "station that would be made higher or get the band"),
    number_column("cure_height_m", "least height of its antenna", "m", 0),
    number_column("cure_frequency_mhz", "its band", "MHz", 0),
    count_column("cure_rank", "the first proposal that serves it"),
)

HOLE_CAUSES_OUT = Table(
    "hole_causes",
    "why each total hole has no signal, by the station that comes nearest to serving it",
    (
        text_column("technology", "as in holes"),
        text_column("hole_id", "as in holes"),
        text_column("commune_code", "commune with most of its people"),
        number_column("people", "people without any signal", "people", PEOPLE),
        *_TOLD,
    ),
    ("technology", "hole_id"),
)
HAMLET_CAUSES_OUT = Table(
    "hamlet_causes",
    "the same for each white hamlet, at its centre",
    (
        text_column("technology", "technology of siting"),
        text_column("hamlet_id", "hamlet"),
        text_column("commune_code", "its commune"),
        number_column("people", "its people, as far as known", "people", PEOPLE),
        *_TOLD,
    ),
    ("technology", "hamlet_id"),
)
