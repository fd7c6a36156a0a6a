"""The elements of a KML file as text: folders, placemarks, styles; every text is escaped.

Which things stand in which folder is left to ``kmz``.

References
----------
.. [1] OGC 12-007r2, "OGC KML," version 2.3, 2015; elements of version 2.2 only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan.report.gis.markup import text
from geoplan.report.png import mask_png

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
)
FOOT: Final = "</kml>\n"
_ICON: Final = 64
"""Pixels of an icon's side."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Datum:
    """One line of what a placemark tells: a name for machines, a title for people, a value."""

    name: str
    title: str
    value: str


def folder(
    name: str,
    content: Iterable[str],
    *,
    is_shown: bool = True,
    is_open: bool = False,
    head: str = "",
) -> str:
    """Give a folder, or nothing where it would be empty."""
    inside = "".join(content)
    if not inside:
        return ""
    shown = "" if is_shown else "<visibility>0</visibility>"
    opened = "<open>1</open>" if is_open else ""
    return f"<Folder><name>{text(name)}</name>{shown}{opened}{head}\n{inside}</Folder>\n"


def placemark(
    name: str, style: str, shape: str, data: Sequence[Datum] = (), *, is_shown: bool = True
) -> str:
    """Give a placemark that shows its data in the balloon of the program."""
    shown = "" if is_shown else "<visibility>0</visibility>"
    lines = "".join(
        f'<Data name="{text(one.name)}"><displayName>{text(one.title)}</displayName>'
        f"<value>{text(one.value)}</value></Data>"
        for one in data
    )
    told = f"<ExtendedData>{lines}</ExtendedData>" if lines else ""
    return (
        f"<Placemark><name>{text(name)}</name>{shown}<styleUrl>#{style}</styleUrl>{told}"
        f"{shape}</Placemark>\n"
    )


def point(longitude: float, latitude: float) -> str:
    """Give a point on the ground."""
    return f"<Point><coordinates>{longitude:.6f},{latitude:.6f}</coordinates></Point>"


def polygons(rings: Sequence[NDArray[np.float64]]) -> str:
    """Give polygons without holes, each a closed ring of longitude and latitude, shape (n, 2)."""
    made = [f"<Polygon>{_ring('outer', ring)}</Polygon>" for ring in rings]
    return made[0] if len(made) == 1 else f"<MultiGeometry>{''.join(made)}</MultiGeometry>"


def area(shape: Any) -> str:
    """Give a polygon of one or several parts, with its holes."""
    made: list[str] = []
    for part in shapely.get_parts(shape):
        inner = "".join(_ring("inner", shapely.get_coordinates(ring)) for ring in part.interiors)
        outer = _ring("outer", shapely.get_coordinates(part.exterior))
        made.append(f"<Polygon>{outer}{inner}</Polygon>")
    return made[0] if len(made) == 1 else f"<MultiGeometry>{''.join(made)}</MultiGeometry>"


def _ring(side: str, places: NDArray[np.float64]) -> str:
    told = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places.tolist())
    boundary = f"{side}BoundaryIs"
    ring = f"<LinearRing><coordinates>{told}</coordinates></LinearRing>"
    return f"<{boundary}>{ring}</{boundary}>"


def region(bounds: Bounds, pixels: int) -> str:
    """Show a folder only where its area is drawn at least so many pixels wide."""
    west, south, east, north = bounds
    return (
        f"<Region><LatLonAltBox><north>{north:.6f}</north><south>{south:.6f}</south>"
        f"<east>{east:.6f}</east><west>{west:.6f}</west></LatLonAltBox>"
        f"<Lod><minLodPixels>{pixels}</minLodPixels><maxLodPixels>-1</maxLodPixels></Lod></Region>"
    )


def look_at(bounds: Bounds, range_m: float) -> str:
    """Look down on an area from a height."""
    west, south, east, north = bounds
    return (
        f"<LookAt><longitude>{(west + east) / 2:.6f}</longitude>"
        f"<latitude>{(south + north) / 2:.6f}</latitude><altitude>0</altitude><heading>0</heading>"
        f"<tilt>0</tilt><range>{range_m:.0f}</range></LookAt>"
    )


# ------------------------------------------------------------------ styles


def marker(name: str, icon: str, colour: str, scale: float, *, is_named: bool = False) -> str:
    """Style points; those not named show their name under the pointer only."""
    picture = (
        f"<IconStyle><color>{_colour(colour)}</color><scale>{{scale:.2f}}</scale>"
        f"<Icon><href>icons/{icon}.png</href></Icon></IconStyle>"
    )
    label = "<LabelStyle><scale>{label}</scale></LabelStyle>"

    def style(suffix: str, size: float, label_scale: str) -> str:
        drawn = picture.format(scale=size) + label.format(label=label_scale)
        return f'<Style id="{name}{suffix}">{drawn}</Style>\n'

    plain = style("-n", scale, "0.9" if is_named else "0")
    pairs = "".join(
        f"<Pair><key>{key}</key><styleUrl>#{name}{suffix}</styleUrl></Pair>"
        for key, suffix in (("normal", "-n"), ("highlight", "-h"))
    )
    return f'{plain}{style("-h", scale * 1.2, "1")}<StyleMap id="{name}">{pairs}</StyleMap>\n'


def only_label(name: str, colour: str) -> str:
    """Style points that show nothing but their name."""
    return (
        f'<Style id="{name}"><IconStyle><scale>0</scale><Icon><href>icons/circle.png</href></Icon>'
        f"</IconStyle><LabelStyle><color>{_colour(colour)}</color><scale>0.8</scale></LabelStyle>"
        "</Style>\n"
    )


def surface(name: str, line: str, width: float, fill: str = "", opacity: float = 0.0) -> str:
    """Style areas by the colour of their edge and, where given, of their inside."""
    inside = f"<color>{_colour(fill, opacity)}</color><fill>1</fill>" if fill else "<fill>0</fill>"
    return (
        f'<Style id="{name}"><LineStyle><color>{_colour(line)}</color><width>{width:g}</width>'
        f"</LineStyle><PolyStyle>{inside}</PolyStyle></Style>\n"
    )


def _colour(colour: str, opacity: float = 1.0) -> str:
    """Give a colour in the order of KML: alpha, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def icons() -> dict[str, bytes]:
    """Give the icons by their names in the KMZ: white, so that a style can colour them."""
    across = np.linspace(-1.0, 1.0, _ICON)
    x, y = np.meshgrid(across, across)
    far = np.hypot(x, y)
    masks = {
        "circle": far <= 0.9,
        "ring": (far <= 0.95) & (far >= 0.5),
        "square": np.fmax(abs(x), abs(y)) <= 0.8,
        "diamond": abs(x) + abs(y) <= 0.95,
        "triangle": (y <= 0.8) & (y >= 1.9 * abs(x) - 0.9),
    }
    return {name: mask_png(mask, "#ffffff") for name, mask in masks.items()}
