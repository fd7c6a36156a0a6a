"""Writes a style down as SLD, which GeoServer and other programs read beside QGIS.

Sectors and labels at certain scales are QGIS' own and are left out.

References
----------
.. [1] OGC 05-078r4, "Styled Layer Descriptor profile of the Web Map Service," version 1.1.0.
.. [2] OGC 05-077r4, "Symbology Encoding Implementation Specification," version 1.1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geoplan.report.gis.markup import text

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Layer
    from geoplan.report.gis.styles import Entry, Style, Symbol

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" '
    'xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc">\n'
)
_PIXELS_PER_MM: Final = 1 / 0.28
"""A pixel of a map is 0.28 mm (OGC 05-077r4, 10.2)."""


def document(layer: Layer, style: Style) -> str:
    """Give a whole SLD file."""
    name = text(layer.name)
    rules = "".join(_rule(style, entry) for entry in style.entries)
    return (
        f"{_HEAD}<NamedLayer>\n<se:Name>{name}</se:Name>\n<UserStyle>\n"
        f"<se:Name>{name}</se:Name>\n<se:FeatureTypeStyle>\n{rules}{_text_rule(style)}"
        "</se:FeatureTypeStyle>\n</UserStyle>\n</NamedLayer>\n</StyledLayerDescriptor>\n"
    )


def _rule(style: Style, entry: Entry) -> str:
    label = text(entry.label)
    title = f"<se:Description><se:Title>{label}</se:Title></se:Description>"
    scale = (
        f"<se:MaxScaleDenominator>{style.from_scale}</se:MaxScaleDenominator>\n"
        if style.from_scale
        else ""
    )
    drawn = _polygon(entry.symbol) if entry.symbol.shape == "fill" else _point(entry.symbol)
    return (
        f"<se:Rule>\n<se:Name>{label}</se:Name>\n{title}\n"
        f"{_filter(style, entry)}{scale}{drawn}</se:Rule>\n"
    )


def _filter(style: Style, entry: Entry) -> str:
    """Say which features an entry is for; a range holds its lower end and not its upper one."""
    if style.kind == "single":
        return ""
    if style.kind == "category":
        inside = _compare("PropertyIsEqualTo", style.by.ogc, entry.value)
    elif entry.where is not None:
        inside = entry.where.ogc
    elif entry.low == entry.high:
        inside = _compare("PropertyIsEqualTo", style.by.ogc, f"{entry.low:g}")
    else:
        low = _compare("PropertyIsGreaterThanOrEqualTo", style.by.ogc, f"{entry.low:g}")
        high = _compare("PropertyIsLessThan", style.by.ogc, f"{entry.high:g}")
        inside = f"<ogc:And>{low}{high}</ogc:And>"
    return f"<ogc:Filter>{inside}</ogc:Filter>\n"


def _compare(test: str, by: str, value: str) -> str:
    return f"<ogc:{test}>{by}<ogc:Literal>{text(value)}</ogc:Literal></ogc:{test}>"


def _parameter(name: str, value: str) -> str:
    return f'<se:SvgParameter name="{name}">{value}</se:SvgParameter>'


def _stroke(symbol: Symbol) -> str:
    width = symbol.width_mm * _PIXELS_PER_MM
    dashed = _parameter("stroke-dasharray", "4 2") if symbol.is_dashed else ""
    colour = _parameter("stroke", symbol.outline)
    return f"<se:Stroke>{colour}{_parameter('stroke-width', f'{width:.2f}')}{dashed}</se:Stroke>"


def _fill(symbol: Symbol) -> str:
    opacity = f"{symbol.opacity:g}"
    return (
        f"<se:Fill>{_parameter('fill', symbol.colour)}"
        f"{_parameter('fill-opacity', opacity)}</se:Fill>"
    )


def _polygon(symbol: Symbol) -> str:
    return f"<se:PolygonSymbolizer>{_fill(symbol)}{_stroke(symbol)}</se:PolygonSymbolizer>\n"


def _point(symbol: Symbol) -> str:
    """Draw a marker; a diamond is a square on its corner."""
    turned = symbol.shape == "diamond"
    name = "square" if turned else symbol.shape
    rotation = "<se:Rotation><ogc:Literal>45</ogc:Literal></se:Rotation>" if turned else ""
    size = symbol.size_mm * _PIXELS_PER_MM
    return (
        f"<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>{name}</se:WellKnownName>"
        f"{_fill(symbol)}{_stroke(symbol)}</se:Mark><se:Size>{size:.1f}</se:Size>{rotation}"
        "</se:Graphic></se:PointSymbolizer>\n"
    )


def _text_rule(style: Style) -> str:
    """Name the features, from the scale on at which QGIS names them."""
    label = style.label
    if label is None:
        return ""
    scale = (
        f"<se:MaxScaleDenominator>{label.from_scale}</se:MaxScaleDenominator>"
        if label.from_scale
        else ""
    )
    size = _parameter("font-size", f"{label.size_pt * 0.3528 * _PIXELS_PER_MM:.0f}")
    return (
        f"<se:Rule>{scale}<se:TextSymbolizer>"
        f"<se:Label><ogc:PropertyName>{text(label.field)}</ogc:PropertyName></se:Label>"
        f"<se:Font>{_parameter('font-family', 'Arial')}{size}</se:Font>"
        '<se:Halo><se:Radius>2</se:Radius><se:Fill><se:SvgParameter name="fill">#ffffff'
        "</se:SvgParameter></se:Fill></se:Halo>"
        f"<se:Fill>{_parameter('fill', label.colour)}</se:Fill>"
        "</se:TextSymbolizer></se:Rule>\n"
    )
