"""The ground of a drawing: communes, coloured or plain, and the area that is served.

Points and names are left to ``marks`` and ``labels``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan.report import plain, png, theme
from geoplan.report.drawing import svg
from geoplan.report.drawing.frame import Frame
from geoplan.report.drawing.spec import MapSpec

if TYPE_CHECKING:
    from geoplan.results import RunResult

SEA: Final = "#dce9f1"
PAPER: Final = "#f4f1e8"
_OUTSIDE: Final = "#ebe7da"
_MOST_PIXELS: Final = 1600
"""Of the picture of the area, along its longer side."""


def shapes_of(result: RunResult) -> tuple[NDArray[Any], list[str]]:
    """Give the communes' polygons on WGS 84 and their codes, in the order of the codes."""
    communes = result.inputs.communes.sort_values("commune_code", kind="stable")
    return np.asarray(communes.geometry.array), [str(code) for code in communes["commune_code"]]


def draw(result: RunResult, spec: MapSpec, frame: Frame) -> str:
    """Draw the ground."""
    shapes, codes = shapes_of(result)
    paper = frame.shapes(shapes)
    paper = shapely.coverage_simplify(paper, 0.12) if len(paper) > 1 else paper
    near = shapely.intersects(paper, frame.window)
    cut = shapely.clip_by_rect(
        paper,
        frame.box.left - 1,
        frame.box.top - 1,
        frame.box.right + 1,
        frame.box.bottom + 1,
    )
    if spec.commune in codes and spec.ground != "area":
        return _one_commune(spec.commune, cut[near], [codes[row] for row in np.flatnonzero(near)])
    colours = _colours(result, spec, codes)
    filled = [
        f'<path d="{svg.path(shape)}" fill="{colour}"/>'
        for shape, colour, is_near in zip(cut, colours, near, strict=True)
        if is_near
    ]
    picture = _area(result, spec, frame) if spec.ground == "area" else ""
    lines = [svg.path(shape) for shape, is_near in zip(cut, near, strict=True) if is_near]
    edge = "#fff" if spec.ground == "share" else "#a9a391"
    thin = svg.number(0.25)
    borders = f'<path d="{"".join(lines)}" fill="none" stroke="{edge}" stroke-width="{thin}"/>'
    own = _own_edge(spec, cut, codes)
    return svg.group(filled) + picture + borders + own


def _own_edge(spec: MapSpec, cut: NDArray[Any], codes: list[str]) -> str:
    if spec.commune not in codes:
        return ""
    path = svg.path(cut[codes.index(spec.commune)])
    return f'<path d="{path}" fill="none" stroke="#12344d" stroke-width=".6"/>'


def _one_commune(code: str, cut: NDArray[Any], codes: list[str]) -> str:
    """Draw a commune over its neighbours, each outline written once."""
    others = "".join(svg.path(shape) for shape, own in zip(cut, codes, strict=True) if own != code)
    path = "".join(svg.path(shape) for shape, own in zip(cut, codes, strict=True) if own == code)
    return (
        f'<path d="{others}" fill="{_OUTSIDE}" stroke="#a9a391" stroke-width=".25"/>'
        f'<path d="{path}" fill="{PAPER}" stroke="#12344d" stroke-width=".6"/>'
    )


def _colours(result: RunResult, spec: MapSpec, codes: list[str]) -> list[str]:
    if spec.commune:
        return [PAPER if code == spec.commune else _OUTSIDE for code in codes]
    if spec.ground != "share" or spec.operator:
        return [PAPER] * len(codes)
    rows = result.baseline.communes.set_index("commune_code", drop=False).reindex(codes)
    return [plain.colour_of(float(share)) for share in plain.share_not_white(rows, spec.technology)]


def _area(result: RunResult, spec: MapSpec, frame: Frame) -> str:
    """Draw the cells that are served, as one picture of a bit a pixel."""
    area = result.baseline.area
    if spec.technology == "MBB":
        bits = np.zeros(area.grid.shape, dtype=np.uint8)
        for of in area.bits.values():
            bits |= of
    else:
        bits = area.bits[spec.technology]
    colour = theme.ANY_OPERATOR
    served = bits != 0
    if spec.operator:
        colour = theme.operator_colours(result.baseline.operators)[spec.operator]
        served = (bits >> result.baseline.operators.index(spec.operator)) & 1 != 0
    served = served & (area.commune >= 0)
    step = int(max(1, np.ceil(max(served.shape) / _MOST_PIXELS)))
    mask = served[::step, ::step]
    grid = area.grid
    x, y = frame.on_paper(
        np.array([grid.west, grid.west + mask.shape[1] * step * grid.dx]) * _metres(frame, True),
        np.array([grid.north, grid.north - mask.shape[0] * step * grid.dy]) * _metres(frame, False),
    )
    address = png.data_address(png.mask_png(mask, colour))
    place = f'x="{svg.number(x[0])}" y="{svg.number(y[0])}"'
    size = f'width="{svg.number(x[1] - x[0])}" height="{svg.number(y[1] - y[0])}"'
    return (
        f'<image {place} {size} preserveAspectRatio="none" opacity=".55" '
        f'style="image-rendering:pixelated" href="{address}"/>'
    )


def _metres(frame: Frame, is_east: bool) -> float:
    """Metres of a unit of the grid, whose CRS is the frame's."""
    from geoplan import geodesy

    if not geodesy.is_geographic(frame.crs):
        return 1.0
    return 111_320.0 * (frame.shrink if is_east else 1.0)
