"""Writes layers.qgs: a QGIS project that shows layers.gpkg and the rasters as they are meant.

Paths are relative to the project, so that the folder can be moved; no layer comes from a
network. Written after projects that QGIS 3.22 saves; QGIS fills in what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan import geodesy
from geoplan.report.gis import qml, words
from geoplan.report.gis.markup import quoted, text
from geoplan.report.gis.rasters import NOT_SERVED
from geoplan.report.gis.styles import styles

if TYPE_CHECKING:
    from geoplan.report.gis.layers import Layer
    from geoplan.report.gis.rasters import RasterFile
    from geoplan.results import RunResult

_GROUPS: Final = {
    "proposals": ("proposals",),
    "coverage": ("hamlets", "holes", "clusters"),
    "network": ("positions", "cells"),
    "background": ("places", "zones", "communes"),
}
"""The layers of each group, what is drawn over the others first."""
_HIDDEN: Final = ("holes", "places")
"""Layers that are there and not shown until somebody turns them on."""
_ID: Final = "geoplan_layer_"
"""How ids of layers begin: QGIS gives a layer another one if its id is of 10 letters or less."""
_RASTER_OPACITY: Final = 0.45


@dataclass(frozen=True)
class _Entry:
    """One layer of the project: its id, title, source and provider, and its own element."""

    id: str
    title: str
    source: str
    provider: str
    element: str
    is_shown: bool = True

    def place(self) -> str:
        """Give its place in the order of drawing."""
        return f'<layer id="{self.id}"/>\n'

    def tree(self) -> str:
        """Give its entry in the list of layers."""
        checked = "Qt::Checked" if self.is_shown else "Qt::Unchecked"
        return (
            f'<layer-tree-layer id="{self.id}" name={quoted(self.title)} '
            f'source={quoted(self.source)} providerKey="{self.provider}" '
            f'checked="{checked}" expanded="{int(self.provider == "ogr" and self.is_shown)}" '
            'legend_exp="" patch_size="-1,-1">\n<customproperties/>\n</layer-tree-layer>\n'
        )


def write_project(
    result: RunResult, path: Path, layers: Sequence[Layer], rasters: Sequence[RasterFile]
) -> None:
    """Write the project beside the files that it shows."""
    path.write_text(project(result, layers, rasters), "utf-8", newline="\n")


def project(result: RunResult, layers: Sequence[Layer], rasters: Sequence[RasterFile]) -> str:
    """Give the XML of the project."""
    say = words.words(result.scenario.language)
    crs = result.baseline.area.grid.crs
    groups = {
        group: [_vector(result, layer, crs) for layer in _named(layers, names)]
        for group, names in _GROUPS.items()
    }
    groups["rasters"] = [_raster(result, file, i, crs) for i, file in enumerate(rasters)]
    order = ("proposals", "coverage", "network", "rasters", "background")
    tree = "".join(
        f'<layer-tree-group name={quoted(say(words.GROUPS[group]))} checked="Qt::Checked" '
        f'expanded="{int(group != "rasters")}" groupLayer="">\n<customproperties/>\n'
        f"{''.join(entry.tree() for entry in groups[group])}</layer-tree-group>\n"
        for group in order
    )
    entries = [entry for group in order for entry in groups[group]]
    title = text(result.scenario.name)
    return (
        f"{qml.DOCTYPE}\n<qgis version={quoted(qml.VERSION)} projectname={quoted(title)}>\n"
        f'<homePath path=""/>\n<title>{title}</title>\n'
        f"<projectCrs>\n{_srs(crs)}</projectCrs>\n"
        f"<layer-tree-group>\n<customproperties/>\n{tree}</layer-tree-group>\n"
        f"{_canvas(result, crs)}"
        f"<projectlayers>\n{''.join(entry.element for entry in entries)}</projectlayers>\n"
        f"<layerorder>\n{''.join(entry.place() for entry in entries)}</layerorder>\n"
        f"{_operations(crs)}{_properties()}{_metadata(result)}</qgis>\n"
    )


def _named(layers: Sequence[Layer], names: Sequence[str]) -> Iterator[Layer]:
    for name in names:
        yield from (layer for layer in layers if layer.name == name)


def _vector(result: RunResult, layer: Layer, crs: str) -> _Entry:
    """Give a layer of the GeoPackage with its default style."""
    style = styles(result, layer)[0]
    source = f"./layers.gpkg|layername={layer.name}"
    geometry = "Polygon" if layer.shape == "MultiPolygon" else "Point"
    told = f"<abstract>{text(layer.description)}</abstract>\n"
    body = "\n".join(qml.elements(layer, style, crs))
    element = (
        f'<maplayer type="vector" geometry="{geometry}" wkbType="{layer.shape}" '
        f'styleCategories="AllStyleCategories" {qml.flags(style)}>\n'
        f"<id>{_ID}{layer.name}</id>\n<datasource>{source}</datasource>\n"
        f"<layername>{text(layer.title)}</layername>\n{told}"
        f"<srs>\n{_srs(geodesy.WGS84)}</srs>\n"
        f'<provider encoding="UTF-8">ogr</provider>\n{body}\n</maplayer>\n'
    )
    return _Entry(_ID + layer.name, layer.title, source, "ogr", element, layer.name not in _HIDDEN)


def _raster(result: RunResult, file: RasterFile, number: int, crs: str) -> _Entry:
    """Give a raster, hidden at first: communes are coloured too; what is not served is clear."""
    say = words.words(result.scenario.language)
    labels = [text(say(words.LEGEND[name])) for name in ("not_served", "served")]
    source = f"./{file.name}"
    element = (
        '<maplayer type="raster" hasScaleBasedVisibilityFlag="0" minScale="1e+08" maxScale="0" '
        'styleCategories="AllStyleCategories">\n'
        f"<id>{_ID}coverage_{number}</id>\n<datasource>{text(source)}</datasource>\n"
        f"<layername>{text(file.title)}</layername>\n<srs>\n{_srs(crs)}</srs>\n"
        "<provider>gdal</provider>\n"
        '<noData>\n<noDataList bandNo="1" useSrcNoData="1"/>\n</noData>\n'
        f'<pipe>\n<rasterrenderer type="paletted" band="1" opacity="{_RASTER_OPACITY}" '
        'alphaBand="-1" nodataColor="">\n<rasterTransparency/>\n<colorPalette>\n'
        f'<paletteEntry value="0" color="{NOT_SERVED}" alpha="0" label="{labels[0]}"/>\n'
        f'<paletteEntry value="1" color="{file.colour}" alpha="255" label="{labels[1]}"/>\n'
        "</colorPalette>\n</rasterrenderer>\n"
        '<brightnesscontrast brightness="0" contrast="0" gamma="1"/>\n'
        '<huesaturation saturation="0" grayscaleMode="0" colorizeOn="0"/>\n'
        '<rasterresampler maxOversampling="2"/>\n</pipe>\n<blendMode>0</blendMode>\n</maplayer>\n'
    )
    return _Entry(f"{_ID}coverage_{number}", file.title, source, "gdal", element, is_shown=False)


def _srs(crs: str) -> str:
    """Describe a CRS as QGIS does; a code that it knows decides, else the WKT."""
    known = geodesy.parse_crs(crs)
    authority = known.to_authority()
    code = f"{authority[0]}:{authority[1]}" if authority else ""
    srid = authority[1] if authority and authority[0] == "EPSG" else "0"
    return (
        f'<spatialrefsys nativeFormat="Wkt">\n<wkt>{text(known.to_wkt())}</wkt>\n'
        f"<srid>{srid}</srid>\n<authid>{text(code)}</authid>\n"
        f"<description>{text(known.name)}</description>\n"
        f"<geographicflag>{'true' if known.is_geographic else 'false'}</geographicflag>\n"
        "</spatialrefsys>\n"
    )


def _canvas(result: RunResult, crs: str) -> str:
    """Look at the whole area."""
    ends = zip(("xmin", "ymin", "xmax", "ymax"), result.baseline.area.grid.bounds, strict=True)
    extent = "".join(f"<{name}>{value:.3f}</{name}>\n" for name, value in ends)
    unit = "degrees" if geodesy.is_geographic(crs) else "meters"
    return (
        f'<mapcanvas name="theMapCanvas" annotationsVisible="1">\n<units>{unit}</units>\n'
        f"<extent>\n{extent}</extent>\n<rotation>0</rotation>\n"
        f"<destinationsrs>\n{_srs(crs)}</destinationsrs>\n</mapcanvas>\n"
    )


def _operations(crs: str) -> str:
    """Bring layers into VN-2000 by EPSG:6960, where QGIS could take another operation."""
    steps = geodesy.pipeline_from_wgs84(crs)
    if not steps:
        return ""
    return (
        f"<transformContext>\n<srcDest coordinateOp={quoted(steps)} "
        f'allowFallback="1">\n<src>\n{_srs(geodesy.WGS84)}</src>\n'
        f"<dest>\n{_srs(crs)}</dest>\n</srcDest>\n</transformContext>\n"
    )


def _properties() -> str:
    """Use the CRS of the project; paths relative, distances geodesic, the ground white."""
    return (
        "<properties>\n"
        '<SpatialRefSys>\n<ProjectionsEnabled type="int">1</ProjectionsEnabled>\n'
        "</SpatialRefSys>\n"
        '<Paths>\n<Absolute type="bool">false</Absolute>\n</Paths>\n'
        '<Measurement>\n<DistanceUnits type="QString">meters</DistanceUnits>\n'
        '<AreaUnits type="QString">km2</AreaUnits>\n</Measurement>\n'
        '<Measure>\n<Ellipsoid type="QString">EPSG:7030</Ellipsoid>\n</Measure>\n'
        '<Gui>\n<CanvasColorRedPart type="int">255</CanvasColorRedPart>\n'
        '<CanvasColorGreenPart type="int">255</CanvasColorGreenPart>\n'
        '<CanvasColorBluePart type="int">255</CanvasColorBluePart>\n</Gui>\n'
        "</properties>\n"
    )


def _metadata(result: RunResult) -> str:
    return (
        "<projectMetadata>\n<identifier/>\n<parentidentifier/>\n"
        f"<language>{result.scenario.language}</language>\n<type/>\n"
        f"<title>{text(result.scenario.name)}</title>\n"
        f"<abstract>{text(words.about(result))}</abstract>\n</projectMetadata>\n"
    )
