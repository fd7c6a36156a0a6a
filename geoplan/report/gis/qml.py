"""Writes a style down as QGIS reads it: QML, the same elements that a project holds.

Written after files that QGIS 3.22 saves. Properties of symbols stand there twice, as ``prop``
for versions before 3.18 and as ``Option`` for those since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from geoplan.report.gis.markup import quoted, text
from geoplan.report.gis.styles import SECTOR_M

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Field, Layer
    from geoplan.report.gis.styles import Entry, Label, Style, Symbol

VERSION: Final = "3.22.0-Białowieża"
DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_NO_SCALE: Final = 100_000_000


def document(layer: Layer, style: Style, crs: str) -> str:
    """Give a whole QML file.

    Parameters
    ----------
    crs
        Metric CRS in which sectors are drawn.
    """
    attributes = f'version={quoted(VERSION)} styleCategories="AllStyleCategories"'
    body = "\n".join(elements(layer, style, crs))
    return f"{DOCTYPE}\n<qgis {attributes} {flags(style)}>\n{body}\n</qgis>\n"


def flags(style: Style) -> str:
    """Give the attributes that say at which scales a layer and its labels are drawn."""
    scale = style.from_scale or _NO_SCALE
    return (
        f'labelsEnabled="{int(style.label is not None)}" readOnly="0" '
        f'hasScaleBasedVisibilityFlag="{int(style.from_scale > 0)}" '
        f'minScale="{scale}" maxScale="0" simplifyDrawingHints="1" simplifyDrawingTol="1" '
        'simplifyAlgorithm="0" simplifyLocal="1" simplifyMaxScale="1"'
    )


def elements(layer: Layer, style: Style, crs: str) -> Iterator[str]:
    """Give what stands in a QML file and in a layer of a project alike."""
    yield _renderer(style, crs)
    if style.label is not None:
        yield _labeling(style.label, layer.shape)
    yield "<blendMode>0</blendMode>\n<featureBlendMode>0</featureBlendMode>"
    yield "<layerOpacity>1</layerOpacity>"
    yield f"<fieldConfiguration>\n{''.join(map(_widget, layer.fields))}</fieldConfiguration>"
    aliases = (
        f'<alias field={quoted(field.name)} index="{i}" name={quoted(field.alias)}/>\n'
        for i, field in enumerate(layer.fields, start=1)
    )
    yield f"<aliases>\n{''.join(aliases)}</aliases>"
    shown = style.label.field if style.label else layer.fields[0].name
    yield f"<previewExpression>{text(_column(shown))}</previewExpression>"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ------------------------------------------------------------------ renderer


def _renderer(style: Style, crs: str) -> str:
    writers: dict[str, Callable[[Style], tuple[str, str]]] = {
        "category": _categories,
        "range": _ranges,
        "rule": _rules,
        "single": lambda _: ('type="singleSymbol"', ""),
    }
    kind, classes = writers[style.kind](style)
    symbols = "".join(_symbol(i, entry.symbol, crs) for i, entry in enumerate(style.entries))
    return (
        f'<renderer-v2 {kind} symbollevels="{int(style.kind == "category")}" enableorderby="0" '
        f'forceraster="0" referencescale="-1">\n{classes}<symbols>\n{symbols}</symbols>\n'
        "<rotation/>\n<sizescale/>\n</renderer-v2>"
    )


def _categories(style: Style) -> tuple[str, str]:
    def one(i: int, entry: Entry) -> str:
        value, label = quoted(entry.value), quoted(entry.label)
        return f'<category symbol="{i}" value={value} label={label} type="string" render="true"/>\n'

    classes = "".join(one(i, entry) for i, entry in enumerate(style.entries))
    kind = f'type="categorizedSymbol" attr={quoted(style.by.qgis)}'
    return kind, f"<categories>\n{classes}</categories>\n"


def _ranges(style: Style) -> tuple[str, str]:
    def one(i: int, entry: Entry) -> str:
        ends = f'lower="{entry.low:.15f}" upper="{entry.high:.15f}"'
        return f'<range symbol="{i}" {ends} label={quoted(entry.label)} render="true"/>\n'

    classes = "".join(one(i, entry) for i, entry in enumerate(style.entries))
    kind = f'type="graduatedSymbol" attr={quoted(style.by.qgis)} graduatedMethod="GraduatedColor"'
    return kind, f"<ranges>\n{classes}</ranges>\n"


def _rules(style: Style) -> tuple[str, str]:
    def one(i: int, entry: Entry) -> str:
        where = "" if entry.where is None else entry.where.qgis
        texts = f"filter={quoted(where)} label={quoted(entry.label)}"
        return f'<rule key="{{{_key(i + 1)}}}" symbol="{i}" {texts}/>\n'

    rules = "".join(one(i, entry) for i, entry in enumerate(style.entries))
    return 'type="RuleRenderer"', f'<rules key="{{{_key(0)}}}">\n{rules}</rules>\n'


def _key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _symbol(number: int, symbol: Symbol, crs: str) -> str:
    """Give one symbol; of categories, the later ones are drawn over the earlier ones."""
    kind = "fill" if symbol.shape == "fill" else "marker"
    layers = _fill(symbol) if kind == "fill" else _marker(symbol)
    if symbol.sector_deg is not None:
        layers = _sector(number, symbol, crs) + layers
    layers = layers.replace('pass="0"', f'pass="{number}"')
    return (
        f'<symbol type="{kind}" name="{number}" alpha="{symbol.opacity:g}" clip_to_extent="1" '
        f'force_rhr="0">\n{layers}</symbol>\n'
    )


def _fill(symbol: Symbol) -> str:
    return _layer(
        "SimpleFill",
        {
            "color": _rgba(symbol.colour),
            "joinstyle": "bevel",
            "offset": "0,0",
            "offset_unit": "MM",
            "outline_color": _rgba(symbol.outline),
            "outline_style": "dash" if symbol.is_dashed else "solid",
            "outline_width": f"{symbol.width_mm:g}",
            "outline_width_unit": "MM",
            "style": "solid",
        },
    )


def _marker(symbol: Symbol) -> str:
    return _layer(
        "SimpleMarker",
        {
            "angle": "0",
            "color": _rgba(symbol.colour),
            "horizontal_anchor_point": "1",
            "joinstyle": "bevel",
            "name": symbol.shape,
            "offset": "0,0",
            "offset_unit": "MM",
            "outline_color": _rgba(symbol.outline),
            "outline_style": "dash" if symbol.is_dashed else "solid",
            "outline_width": f"{symbol.width_mm:g}",
            "outline_width_unit": "MM",
            "scale_method": "diameter",
            "size": f"{symbol.size_mm:g}",
            "size_unit": "MM",
            "vertical_anchor_point": "1",
        },
    )


def _sector(number: int, symbol: Symbol, crs: str) -> str:
    """Draw a sector in its direction, or a circle where the antenna radiates all round."""
    place = f"transform($geometry, 'EPSG:4326', '{crs}')"
    width = f'max(coalesce("beamwidth_deg", 0), {symbol.sector_deg:g})'
    drawn = (
        f'CASE WHEN "azimuth_deg" IS NULL OR {width} >= 360 '
        f"THEN buffer({place}, {SECTOR_M / 3:.0f}) "
        f'ELSE wedge_buffer({place}, "azimuth_deg", {width}, {SECTOR_M}) END'
    )
    inner = _layer(
        "SimpleFill",
        {
            "color": _rgba(symbol.colour, 90),
            "joinstyle": "bevel",
            "outline_color": _rgba(symbol.colour),
            "outline_style": "solid",
            "outline_width": "0.15",
            "outline_width_unit": "MM",
            "style": "solid",
        },
    )
    inside = (
        f'<symbol type="fill" name="@{number}@0" alpha="1" clip_to_extent="1" force_rhr="0">\n'
        f"{inner}</symbol>\n"
    )
    properties = {
        "SymbolType": "Fill",
        "geometryModifier": f"transform({drawn}, '{crs}', 'EPSG:4326')",
        "units": "MapUnit",
    }
    return _layer("GeometryGenerator", properties, inside)


def _layer(kind: str, properties: dict[str, str], inside: str = "") -> str:
    props = "".join(f"<prop k={quoted(k)} v={quoted(v)}/>\n" for k, v in properties.items())
    options = "".join(
        f'<Option type="QString" name={quoted(k)} value={quoted(v)}/>\n'
        for k, v in properties.items()
    )
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="0">\n'
        f'<Option type="Map">\n{options}</Option>\n{props}{inside}</layer>\n'
    )


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


# ------------------------------------------------------------------ labels and fields


def _labeling(label: Label, shape: str) -> str:
    """Name the features in ``label.field``, with a halo so that names read on any colour."""
    placement = (
        'placement="4" priority="6" dist="0"'
        if shape == "MultiPolygon"
        else 'placement="6" priority="5" dist="1" predefinedPositionOrder="TR,TL,BR,BL,R,L,TSR,BSR"'
    )
    scale = (
        f'scaleVisibility="1" scaleMin="0" scaleMax="{label.from_scale}"'
        if label.from_scale
        else 'scaleVisibility="0" scaleMin="0" scaleMax="0"'
    )
    return (
        '<labeling type="simple">\n<settings calloutType="simple">\n'
        f'<text-style fieldName={quoted(label.field)} isExpression="0" fontFamily="Arial" '
        f'fontSize="{label.size_pt:g}" fontSizeUnit="Point" fontWeight="50" fontItalic="0" '
        f'textColor="{_rgba(label.colour)}" textOpacity="1" blendMode="0" multilineHeight="1" '
        'textOrientation="horizontal" capitalization="0" allowHtml="0">\n'
        '<text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" '
        'bufferColor="255,255,255,255" bufferOpacity="0.85" bufferJoinStyle="128" '
        'bufferNoFill="1" bufferBlendMode="0"/>\n</text-style>\n'
        '<text-format multilineAlign="3" plussign="0" formatNumbers="0" decimals="3" '
        'wrapChar="" autoWrapLength="24" useMaxLineLengthForAutoWrap="1"/>\n'
        f'<placement {placement} distUnits="MM" offsetType="0" offsetUnits="MM" xOffset="0" '
        'yOffset="0" quadOffset="4" centroidInside="1" centroidWhole="0" fitInPolygonOnly="0" '
        'rotationAngle="0" repeatDistance="0" polygonPlacementFlags="2"/>\n'
        f'<rendering {scale} obstacle="1" obstacleFactor="1" displayAll="0" drawLabels="1" '
        'limitNumLabels="0" maxNumLabels="2000" minFeatureSize="0" mergeLines="0" '
        'upsidedownLabels="0" zIndex="0"/>\n'
        "</settings>\n</labeling>"
    )


def _widget(field: Field) -> str:
    """Show codes as their words in tables and forms; other fields as they are."""
    if not field.codes:
        return ""
    options = "".join(
        f'<Option type="Map">\n<Option type="QString" name={quoted(word)} '
        f"value={quoted(code)}/>\n</Option>\n"
        for code, word in field.codes
    )
    return (
        f"<field name={quoted(field.name)}>\n"
        '<editWidget type="ValueMap">\n'
        f'<config>\n<Option type="Map">\n<Option type="List" name="map">\n{options}</Option>\n'
        "</Option>\n</config>\n</editWidget>\n</field>\n"
    )
