"""Draws a map as SVG text: ground, points, names, and what stands around them.

What it shows is said by ``spec``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan.report.drawing import furniture, ground, legend, marks, svg
from geoplan.report.drawing.frame import Box, Frame, frame_around, frame_of
from geoplan.report.drawing.labels import Labels
from geoplan.report.drawing.spec import MapSpec
from geoplan.report.locale import locale_of
from geoplan.units import MBB

if TYPE_CHECKING:
    from geoplan.results import RunResult


def draw(result: RunResult, spec: MapSpec) -> str:
    """Give a map as one SVG element with its size in millimetres.

    Parameters
    ----------
    result
        The run.
    spec
        What the map shows.

    Raises
    ------
    ValueError
        The run has no such commune, technology or operator.
    """
    _check(result, spec)
    where = furniture.layout(spec)
    box = where.box if spec.furniture else Box(0.0, 0.0, spec.width_mm, spec.height_mm)
    frame = _frame(result, spec, box)
    size = _mark_size(spec)
    body = ground.draw(result, spec, frame) + _points(result, spec, frame, size)
    names = _names(result, spec, frame, size) if spec.names or spec.numbers else ""
    around = ""
    if spec.furniture:
        words = furniture.words_of(result.scenario.language)
        locale = locale_of(result.scenario.language)
        lines = legend.entries(result, spec, words, locale)
        around = furniture.draw(result, spec, frame, where, lines)
    return _whole(spec, box, body + names, around)


def _check(result: RunResult, spec: MapSpec) -> None:
    known = {MBB, *result.baseline.technologies}
    if spec.technology not in known:
        raise ValueError(f"the run has no {spec.technology}")
    if spec.operator and spec.operator not in result.baseline.operators:
        raise ValueError(f"the run has no operator {spec.operator}")
    if spec.commune and spec.commune not in set(result.inputs.communes["commune_code"]):
        raise ValueError(f"the run has no commune {spec.commune}")


def _frame(result: RunResult, spec: MapSpec, box: Box) -> Frame:
    crs = result.baseline.area.grid.crs
    if spec.around is not None:
        return frame_around(*spec.around, crs, box)
    shapes, codes = ground.shapes_of(result)
    chosen = shapes[codes.index(spec.commune)] if spec.commune else shapes
    west, south, east, north = shapely.total_bounds(np.atleast_1d(np.asarray(chosen)))
    edge = 0.05 if spec.commune else 0.015
    across, up = edge * (east - west), edge * (north - south)
    return frame_of((west - across, south - up, east + across, north + up), crs, box)


def _mark_size(spec: MapSpec) -> float:
    """Give the radius of a mark: small over a province, larger over a commune. [mm]"""
    unit = float(np.sqrt(spec.width_mm * spec.height_mm / (165.0 * 120.0)))
    is_close = bool(spec.commune) or spec.around is not None
    return float((0.85 if is_close else 0.6) * unit**0.75) * spec.enlarged


def _points(result: RunResult, spec: MapSpec, frame: Frame, size: float) -> str:
    baseline, plan = result.baseline, result.plan
    parts = []
    for name in spec.points:
        if name == "hamlets":
            parts.append(marks.hamlets(frame, baseline.hamlets, status_of(result, spec), size))
        elif name == "clusters":
            served = _served(baseline.clusters, baseline.technologies, spec)
            parts.append(marks.clusters(frame, baseline.clusters, served, size))
        elif name == "positions":
            parts.append(marks.positions(frame, baseline.positions, size))
        elif name == "proposals":
            parts.append(marks.proposals(frame, plan.proposals, 1.3 * size))
        else:
            parts.append(marks.holes(frame, _holes(result, spec), size))
    return "".join(parts)


def _holes(result: RunResult, spec: MapSpec) -> pd.DataFrame:
    """Give the holes that no operator serves, of the technology that sites are looked for."""
    holes = result.baseline.holes
    shown = result.scenario.siting.technology if spec.technology == MBB else spec.technology
    return holes[(holes["technology"] == shown) & (holes["kind"] == "total")]


def status_of(result: RunResult, spec: MapSpec) -> pd.Series:
    """Give the status of each hamlet that the map draws."""
    hamlets = result.baseline.hamlets
    if spec.operator:
        service = result.baseline.service
        own = service[
            (service["operator"] == spec.operator) & (service["technology"] == spec.technology)
        ]
        found = hamlets["hamlet_id"].map(own.set_index("hamlet_id")["status"])
    else:
        found = hamlets[f"status_{spec.technology.lower()}"]
    if spec.status:
        found = hamlets["hamlet_id"].map(spec.status).fillna(found)
    return found


def _served(
    clusters: pd.DataFrame, technologies: tuple[str, ...], spec: MapSpec
) -> NDArray[np.bool_]:
    shown = technologies if spec.technology == MBB else (spec.technology,)
    served = np.zeros(len(clusters), dtype=bool)
    for technology in shown:
        names = clusters[f"operators_{technology.lower()}"].astype("str")
        if spec.operator:
            served |= names.str.split(";").map(lambda found: spec.operator in found).to_numpy(bool)
        else:
            served |= (names != "").to_numpy()
    return served


def _names(result: RunResult, spec: MapSpec, frame: Frame, size: float) -> str:
    labels = Labels(frame.box)
    if spec.commune or spec.around is not None:
        _name_hamlets(labels, result, spec, frame, size)
        return labels.text()
    if "positions" not in spec.points and "proposals" in spec.points:
        _keep_off(labels, frame, result.plan.proposals, 2.2 * size)
    _name_communes(labels, result, spec, frame)
    return labels.text()


def _name_communes(labels: Labels, result: RunResult, spec: MapSpec, frame: Frame) -> None:
    """Name communes, the largest first, where there is room."""
    unit = float(np.sqrt(spec.width_mm * spec.height_mm / (165.0 * 120.0)))
    letters = 1.75 * unit**0.55
    shapes, codes = ground.shapes_of(result)
    paper = frame.shapes(shapes)
    names = result.inputs.communes.set_index("commune_code")["name"]
    order = np.argsort(-shapely.area(paper), kind="stable")
    middle = shapely.point_on_surface(paper)
    for row in order:
        x, y = float(shapely.get_x(middle[row])), float(shapely.get_y(middle[row]))
        labels.over(x, y, str(names[codes[row]]), letters, colour="#2b3d52")


def _name_hamlets(
    labels: Labels, result: RunResult, spec: MapSpec, frame: Frame, size: float
) -> None:
    """Name hamlets beside their points, those without signal first."""
    hamlets = result.baseline.hamlets
    x, y, inside = marks.placed(frame, hamlets)
    chosen = inside & (hamlets["commune_code"] == spec.commune) if spec.commune else inside
    rows = np.flatnonzero(chosen)
    status = status_of(result, spec).to_numpy(dtype=object)
    first = {"white": 0, "dead_spot": 1}
    rows = rows[np.argsort([first.get(status[row], 2) for row in rows], kind="stable")]
    for row in rows:
        labels.block(float(x[row]), float(y[row]), size)
    if "positions" in spec.points:
        _keep_off(labels, frame, result.baseline.positions, 0.7 * size)
    if "proposals" in spec.points:
        _keep_off(labels, frame, result.plan.proposals, 2.2 * size)
    ids, names = hamlets["hamlet_id"].to_numpy(), hamlets["name"].to_numpy()
    for row in rows:
        shown = spec.numbers.get(str(ids[row])) if spec.numbers else str(names[row])
        if shown:
            labels.beside(float(x[row]), float(y[row]), shown, 2.0 * size, gap=1.5 * size)


def _keep_off(labels: Labels, frame: Frame, table: pd.DataFrame, radius: float) -> None:
    x, y, inside = marks.placed(frame, table)
    for row in np.flatnonzero(inside):
        labels.block(float(x[row]), float(y[row]), radius)


def _whole(spec: MapSpec, box: Box, body: str, around: str) -> str:
    n = svg.number
    size = f"{n(spec.width_mm)} {n(spec.height_mm)}"
    place = f'x="{n(box.left)}" y="{n(box.top)}" width="{n(box.width)}" height="{n(box.height)}"'
    within = (
        f'<svg {place} viewBox="{n(box.left)} {n(box.top)} {n(box.width)} {n(box.height)}">'
        f'<rect {place} fill="{ground.SEA}"/>{body}</svg>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{n(spec.width_mm)}mm" height="{n(spec.height_mm)}mm" '
        f'font-family="{svg.FONT}, Arial, sans-serif">{within}{around}</svg>'
    )
