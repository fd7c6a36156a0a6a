"""Roads that a lorry can drive, around the area: a file of OpenStreetMap, or a layer of lines.

What is drivable and what is a main road stands here; distances are left to ``siting.access``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import text
from geoplan.faults import Faults, InputError
from geoplan.io import drawn, pbf
from geoplan.results import InputFile, Roads

if TYPE_CHECKING:
    from geoplan.io.drawn import Box, Shapes
    from geoplan.io.readers import RawTable, Source

MAIN: Final = frozenset(
    kind + link for kind in ("motorway", "trunk", "primary", "secondary") for link in ("", "_link")
)
"""National and provincial roads: cao tốc, quốc lộ, đường tỉnh (OpenStreetMap's wiki on Vietnam)."""
NOT_DRIVABLE: Final = frozenset(
    {
        *("track", "path", "footway", "cycleway", "bridleway", "steps", "corridor", "pedestrian"),
        *("elevator", "escalator", "platform", "construction", "proposed", "planned", "abandoned"),
        *("razed", "raceway", "rest_area", "services", "busway", "bus_guideway", "no"),
        "via_ferrata",
    }
)
"""Values of ``highway`` on which no lorry reaches a site, after OSMnx's network "drive"; forest and
field tracks among them, because nobody says which of them carry one (assumption)."""
_KNOWN: Final = (
    MAIN
    | NOT_DRIVABLE
    | {
        *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service"),
        "road",
    }
)
_COLUMNS: Final = ("highway", "fclass", "class", "type", "loai duong", "cap duong", "loai", "cap")
"""Headers, folded, of the class of a road: OpenStreetMap's, Geofabrik's, and Vietnamese ones."""
_WORDS: Final[Mapping[str, str]] = {
    "cao toc": "motorway",
    "duong cao toc": "motorway",
    "quoc lo": "trunk",
    "duong tinh": "secondary",
    "tinh lo": "secondary",
    "duong huyen": "tertiary",
    "huyen lo": "tertiary",
    "duong xa": "unclassified",
    "duong thon": "residential",
    "duong mon": "path",
}


def read(
    source: Source, box: Box, faults: Faults, warnings: Faults
) -> tuple[Roads, InputFile] | None:
    """Read the drivable roads around the area; give None, and the faults, where it fails.

    A file without any drivable road is a warning: distances then stay unknown.
    """
    if source.path.name.lower().endswith(pbf.ENDINGS):
        found = _from_osm(source, box, faults)
    else:
        found = _from_layer(source, faults)
    if found is None:
        return None
    lines, kinds = found
    drivable = ~np.isin(kinds, list(NOT_DRIVABLE))
    lines, kinds = lines[drivable], kinds[drivable]
    inside = drawn.near(source, lines, box, faults)
    if inside is None:
        return None
    if not len(lines):
        warnings.add("no_drivable_roads", file=source.name)
    lines, kinds = lines[inside], kinds[inside]
    # A multi-line is several roads of one class.
    parts, of = shapely.get_parts(lines, return_index=True)
    roads = Roads(np.asarray(parts, object), np.isin(kinds[of], list(MAIN)))
    return roads, drawn.input_file(source, len(lines))


def _from_osm(source: Source, box: Box, faults: Faults) -> tuple[Shapes, Shapes] | None:
    try:
        return pbf.highways(source.path, box)
    except InputError as error:
        faults.extend(error.faults)
        return None


def _from_layer(source: Source, faults: Faults) -> tuple[Shapes, Shapes] | None:
    found = drawn.read(source, faults)
    if found is None:
        return None
    raw, shapes = found
    return shapes, _classes(raw)


def _classes(raw: RawTable) -> NDArray[np.object_]:
    """Give the class of each road in OpenStreetMap's words; blank where the layer does not tell."""
    folded = [text.fold(header) for header in raw.headers]
    for name in _COLUMNS:
        for place in (i for i, header in enumerate(folded) if header == name):
            values = [text.fold(value) for value in raw.cells[place]]
            kinds = [_class_of(value) for value in values]
            if not _KNOWN.isdisjoint(kinds):
                return np.array(kinds, dtype=object)
    return np.full(len(raw), "", dtype=object)


def _class_of(value: str) -> str:
    """Give OpenStreetMap's word for a class of road; an unknown word stays as it is.

    >>> _class_of("quoc lo 24"), _class_of("secondary")
    ('trunk', 'secondary')
    """
    return next((kind for word, kind in _WORDS.items() if value.startswith(word)), value)
