"""Shapes of a GIS layer that is no table of ours: roads, power lines, fibre; on WGS 84.

What they are for is left to ``roads`` and ``siting``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, tables
from geoplan.io import fetched, readers
from geoplan.results import InputFile
from geoplan.units import OUTSIDE_LIMIT_M

if TYPE_CHECKING:
    from geoplan.faults import Faults
    from geoplan.io.readers import RawTable, Source

Shapes = NDArray[np.object_]
Box = tuple[float, float, float, float]

ROLES: Final = ("roads", "power_lines", "fibre_lines")
"""Keys of ``[inputs]`` whose files are read here."""
_POINTS, _LINES = (0, 4), (1, 2, 5)
"""Type numbers in shapely."""
_METRES_PER_DEGREE: Final = 111_320.0


def box_around(bounds: tuple[float, ...]) -> Box:
    """Give the box within which something may matter: 15 km and a little around the communes."""
    west, south, east, north = bounds
    margin = 1.1 * OUTSIDE_LIMIT_M / _METRES_PER_DEGREE
    return (west - margin, south - margin, east + margin, north + margin)


def read(source: Source, faults: Faults) -> tuple[RawTable, Shapes] | None:
    """Read the rows of a layer and their shapes; give None, and the faults, where it fails."""
    before = len(faults)
    raw = readers.read(source, faults)
    if raw is None or len(faults) > before:
        return None
    if not len(raw):
        return raw, np.zeros(0, object)
    if raw.geometry is None:
        faults.add("wrong_geometry", file=source.name, found="CSV", wanted="lines")
        return None
    crs = _crs(source, raw, faults)
    if crs is None:
        return None
    shapes = np.asarray(raw.geometry, dtype=object)
    shapes[shapely.is_empty(shapes) | ~np.isfinite(shapely.bounds(shapes)).all(axis=1)] = None
    if geodesy.is_geographic(crs) and np.abs(shapely.get_coordinates(shapes)).max(initial=0) > 360:
        faults.add("missing_crs", file=source.name)
        return None
    return raw, geodesy.shapes_to_wgs84(shapes, crs)


def _crs(source: Source, raw: RawTable, faults: Faults) -> str | None:
    code = geodesy.zone_code(source.given.crs or raw.crs)
    if not code:
        faults.add("missing_crs", file=source.name)
        return None
    try:
        geodesy.parse_crs(code)
    except ValueError:
        faults.add("unknown_crs", file=source.name, column="crs", value=code)
        return None
    return code


def near(
    source: Source, shapes: Shapes, box: Box, faults: Faults, *, points: bool = False
) -> NDArray[np.bool_] | None:
    """Tell the lines (and points) that come near the area; None, and a fault, where none does.

    Parameters
    ----------
    points
        Whether points may stand beside lines.
    """
    wanted = (*_LINES, *_POINTS) if points else _LINES
    kinds = shapely.get_type_id(shapes)
    right = np.isin(kinds, wanted) & (shapely.is_missing(shapes) == 0)
    right &= (shapely.length(shapes) > 0) | np.isin(kinds, _POINTS)
    known = ~shapely.is_missing(shapes)
    if known.any() and not right.any():
        found = ", ".join(sorted({str(shape.geom_type) for shape in shapes[known]}))
        words = "lines, points" if points else "lines"
        faults.add("wrong_geometry", file=source.name, found=found, wanted=words)
        return None
    inside: NDArray[np.bool_] = right & shapely.intersects(
        shapely.box(*shapely.bounds(shapes).T), shapely.box(*box)
    )
    if right.any() and not inside.any():
        faults.add("all_outside", file=source.name)
        return None
    return inside


def lines_of(
    source: Source, box: Box, faults: Faults, warnings: Faults
) -> tuple[Shapes, InputFile] | None:
    """Read lines or points of a network, such as of power or fibre, that come near the area."""
    found = read(source, faults)
    if found is None:
        return None
    raw, shapes = found
    if not len(raw):
        warnings.add("empty_file", file=source.name, sheet=raw.sheet)
    inside = near(source, shapes, box, faults, points=True)
    if inside is None:
        return None
    return shapes[inside], input_file(source, int(inside.sum()))


def input_file(source: Source, count: int) -> InputFile:
    """Tell of a file whose shapes are used as far as they are near."""
    role = source.table.name
    digest = readers.checksum(source.path)
    licence = fetched.licence_of(source.path)
    return InputFile(role, source.name, "", digest, count, count, 0, licence=licence)


def table_of(role: str) -> Any:
    """Give the table that a source of a role is read for; it has no columns of ours."""
    return tables.Table(role, role, ())
