"""Who is served when several sources speak: field check, then declaration, then model.

Declarations and checks are laid over the bits that the model gives (PRODUCT.md §5, "Served"),
so that statuses, indicators, holes and siting follow. Reading them is left to ``io``, comparing
them with the model to ``coverage.field_work``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy, rasters
from geoplan.coverage import area
from geoplan.results import Evidence
from geoplan.units import MBB

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.faults import Faults
    from geoplan.rasters import Grid, Raster
    from geoplan.results import Declared, Demand, Inputs

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]
Flags = NDArray[np.bool_]

MODEL, DECLARED, FIELD = range(3)
SOURCE_NAMES: Final = np.array(["model", "declared", "field"], dtype=object)
"""What speaks, by rank: the higher one goes before."""


def declared_at(declared: Declared, longitude: Floats, latitude: Floats) -> Flags:
    """Tell which points a declaration covers: in a polygon, its edge included, or a raster cell.

    Parameters
    ----------
    longitude, latitude
        Shape (points,). [degrees, WGS 84]
    """
    covered = np.zeros(len(longitude), bool)
    if len(declared.polygons) and len(longitude):
        # The tree holds the points, because shapely prepares what it is asked with: the polygons.
        points: Any = shapely.points(longitude, latitude)
        tree = shapely.STRtree(points)
        covered[tree.query(declared.polygons, predicate="intersects")[1]] = True
    for raster in declared.rasters:
        covered |= _raster_at(raster, longitude, latitude)
    return covered


def _raster_at(raster: Raster, longitude: Floats, latitude: Floats) -> Flags:
    """Tell which points lie in a cell of a raster that is served."""
    x, y = geodesy.from_wgs84(longitude, latitude, raster.grid.crs)
    return _raster_in(raster, x, y)


def _raster_in(raster: Raster, x: Floats, y: Floats) -> Flags:
    """Tell which points in the raster's own CRS lie in a cell that is served; any shape."""
    grid = raster.grid
    with np.errstate(invalid="ignore"):
        row, column = np.floor((grid.north - y) / grid.dy), np.floor((x - grid.west) / grid.dx)
        inside = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
    covered = np.zeros(x.shape, bool)
    where = row[inside].astype(np.int64), column[inside].astype(np.int64)
    covered[inside] = raster.values[where]
    return covered


def declared_on(declared: Declared, grid: Grid) -> Flags:
    """Tell which cells of a grid have their centre in what a declaration covers."""
    polygons = declared.polygons
    covered = area.burn(polygons, grid, np.ones(len(polygons), np.int32), 0) > 0
    for raster in declared.rasters:
        covered |= _raster_on(raster, grid)
    return covered


def _raster_on(raster: Raster, grid: Grid) -> Flags:
    """Tell which cells of a grid have their centre in a cell of a raster that is served.

    Places are transformed at nodes at most 800 m apart and interpolated between them, which errs
    by centimetres.
    """
    step = rasters.node_step(grid)
    rows, columns = (size // step + 2 for size in grid.shape)
    node_x, node_y = np.meshgrid(
        grid.west + grid.dx * (0.5 + step * np.arange(columns)),
        grid.north - grid.dy * (0.5 + step * np.arange(rows)),
    )
    lon, lat = geodesy.to_wgs84(node_x.ravel(), node_y.ravel(), grid.crs)
    x, y = geodesy.from_wgs84(lon, lat, raster.grid.crs)
    down, across = (_between(size, step) for size in grid.shape)
    return _raster_in(
        raster,
        down @ x.reshape(rows, columns) @ across.T,
        down @ y.reshape(rows, columns) @ across.T,
    )


def _between(size: int, step: int) -> Floats:
    """Give the weights of the nodes for each of ``size`` places, a node at every ``step``-th."""
    place = np.arange(size)
    weights = np.zeros((size, size // step + 2))
    weights[place, place // step] = 1.0 - place % step / step
    weights[place, place // step + 1] = place % step / step
    return weights


class Declarations:
    """The declarations of the operators and technologies that are counted.

    A declaration is an operator's whole coverage with a technology: it takes the place of the
    model for that pair, and leaves every other pair as it is.
    """

    def __init__(
        self, declared: Sequence[Declared], operators: Sequence[str], technologies: Sequence[str]
    ) -> None:
        self._by_technology: dict[str, list[tuple[int, Declared]]] = {}
        for one in declared:
            if one.technology in technologies and one.operator in operators:
                bit = 1 << list(operators).index(one.operator)
                self._by_technology.setdefault(one.technology, []).append((bit, one))

    def __bool__(self) -> bool:
        return bool(self._by_technology)

    def declaring(self, technology: str) -> int:
        """Give the bits of the operators that declare a technology."""
        return sum(bit for bit, _ in self._by_technology.get(technology, ()))

    def at(self, technology: str, longitude: Floats, latitude: Floats) -> Bits:
        """Give the operators whose declaration covers each point."""
        bits = np.zeros(len(longitude), np.uint8)
        for bit, one in self._by_technology.get(technology, ()):
            bits[declared_at(one, longitude, latitude)] |= np.uint8(bit)
        return bits

    def over_points(
        self,
        bits: dict[str, Bits],
        longitude: Floats,
        latitude: Floats,
        mbb: Sequence[str],
    ) -> dict[str, Bits]:
        """Lay the declarations over the bits of points (see :func:`overlay`)."""
        told = {
            name: (self.declaring(name), self.at(name, longitude, latitude))
            for name in bits
            if self.declaring(name)
        }
        return overlay(bits, told, mbb)

    def over_grid(self, bits: dict[str, Bits], grid: Grid) -> dict[str, Bits]:
        """Lay the declarations over the bits of the cells of a grid, judged at their centres."""
        told: dict[str, tuple[int, Bits]] = {}
        for name in bits:
            for bit, one in self._by_technology.get(name, ()):
                covered = np.where(declared_on(one, grid), np.uint8(bit), np.uint8(0))
                known, before = told.get(name, (0, np.zeros(grid.shape, np.uint8)))
                told[name] = known | bit, before | covered
        return overlay(bits, told, ())


def overlay(
    bits: dict[str, Bits],
    told: Mapping[str, tuple[int, Bits]] | Mapping[str, tuple[Bits, Bits]],
    mbb: Sequence[str],
) -> dict[str, Bits]:
    """Let a better source speak for the operators that it knows of.

    Parameters
    ----------
    bits
        Technology, and "MBB" if it is there, → operators that serve, a bit each.
    told
        Technology → operators that the better source speaks of (one set, or one for each
        point), and those of them that it says to serve.
    mbb
        Technologies that make mobile broadband, which is put together anew.
    """
    if not told:
        return bits
    laid = dict(bits)
    for name, (known, served) in told.items():
        mask = np.asarray(known, np.uint8)
        laid[name] = (bits[name] & ~mask) | (served & mask)
    if MBB in bits:
        parts = [laid[name] for name in mbb if name in laid]
        laid[MBB] = np.bitwise_or.reduce(parts) if parts else np.zeros_like(bits[MBB])
    return laid


def gather(
    inputs: Inputs,
    demand: Demand,
    declarations: Declarations,
    modelled: dict[str, Bits],
    operators: Sequence[str],
    technologies: Sequence[str],
    *,
    weak_counts: bool,
    warnings: Faults,
) -> Evidence | None:
    """Gather what is declared and checked at the demand points; None where nothing is.

    Parameters
    ----------
    modelled
        What the model says of the demand, by technology.
    technologies
        Those that are computed; checks of others are told and not used.
    weak_counts
        Whether a weak signal is service.
    """
    checks = inputs.field_checks
    if not declarations and checks is None:
        return None
    n = len(demand)
    found = {name: np.zeros(n, np.uint8) for name in technologies}
    checked = {name: np.zeros(n, np.uint8) for name in technologies}
    if checks is not None and len(checks):
        usable = _usable(inputs, demand, checks, technologies, warnings)
        good = ("yes", "weak") if weak_counts else ("yes",)
        for point, operator, name, result in usable:
            bit = np.uint8(1 << list(operators).index(operator))
            checked[name][point] |= bit
            if result in good:
                found[name][point] |= bit
    declared = {
        name: declarations.at(name, demand.longitude, demand.latitude) for name in technologies
    }
    _warn_of_nowhere(inputs.declared, declared, operators, warnings)
    return Evidence(
        {name: declarations.declaring(name) for name in technologies},
        declared,
        checked,
        found,
        {name: modelled[name] for name in technologies},
    )


def _warn_of_nowhere(
    declared: Sequence[Declared],
    covered: Mapping[str, Bits],
    operators: Sequence[str],
    warnings: Faults,
) -> None:
    for one in declared:
        if one.technology in covered and one.operator in operators:
            bit = list(operators).index(one.operator)
            if not (covered[one.technology] >> bit & 1).any():
                service = f"{one.operator} {one.technology}"
                warnings.add("declared_nowhere", file=", ".join(one.files), value=service)


def _usable(
    inputs: Inputs,
    demand: Demand,
    checks: pd.DataFrame,
    technologies: Sequence[str],
    warnings: Faults,
) -> list[tuple[int, str, str, str]]:
    """Give point, operator, technology and result of the checks that can speak."""
    points = check_points(inputs, demand, checks)
    usable, strange, nowhere = [], dict[str, int](), set[str]()
    rows = zip(
        points.tolist(),
        *(checks[name] for name in ("operator", "technology", "result", "hamlet_id")),
        strict=True,
    )
    for point, operator, technology, result, hamlet in rows:
        if technology not in technologies:
            strange[technology] = strange.get(technology, 0) + 1
        elif point < 0:
            nowhere.add(hamlet)
        else:
            usable.append((point, operator, technology, result))
    for technology, count in sorted(strange.items()):
        warnings.add("check_of_other_technology", technology=technology, count=count)
    for hamlet in sorted(nowhere):
        warnings.add("check_without_place", key=hamlet, value=hamlet)
    return usable


def check_points(inputs: Inputs, demand: Demand, checks: pd.DataFrame) -> NDArray[np.int64]:
    """Give the demand point of each check: its cluster, else the centre; −1 without a place."""
    n_centres = int(demand.is_centre.sum())
    centres = inputs.hamlets["hamlet_id"].to_numpy(object)[demand.hamlet[:n_centres]]
    of_centre = {hamlet: point for point, hamlet in enumerate(centres.tolist())}
    of_cluster = {
        cluster: n_centres + point for point, cluster in enumerate(inputs.clusters["cluster_id"])
    }
    places = [
        of_cluster.get(cluster, -1) if cluster else of_centre.get(hamlet, -1)
        for hamlet, cluster in zip(checks["hamlet_id"], checks["cluster_id"], strict=True)
    ]
    return np.array(places, dtype=np.int64)


def over_demand(
    bits: dict[str, Bits], spoken: Evidence | None, mbb: Sequence[str]
) -> dict[str, Bits]:
    """Lay declarations, then checks, over the model's bits of the demand, at any radius.

    ``bits`` may have fewer technologies than ``spoken``.
    """
    if spoken is None:
        return bits
    names = [name for name in spoken.checked if name in bits]
    declared = {
        name: (spoken.declaring[name], spoken.declared[name])
        for name in names
        if spoken.declaring[name]
    }
    checked = {name: (spoken.checked[name], spoken.found[name]) for name in names}
    return overlay(overlay(bits, declared, mbb), checked, mbb)


def rank(spoken: Evidence | None, technology: str, operator: int, n_points: int) -> Bits:
    """Give what speaks of each demand point for one operator: MODEL, DECLARED or FIELD."""
    ranks = np.full(n_points, MODEL, np.uint8)
    if spoken is None or technology not in spoken.checked:
        return ranks
    if spoken.declaring[technology] >> operator & 1:
        ranks[:] = DECLARED
    ranks[(spoken.checked[technology] >> operator & 1).astype(bool)] = FIELD
    return ranks


def rank_of_hamlets(ranks: Bits, hamlet: NDArray[np.int32], n_hamlets: int) -> Bits:
    """Give the highest rank among the points of each hamlet."""
    highest = np.full(n_hamlets, MODEL, np.uint8)
    np.maximum.at(highest, hamlet, ranks)
    return highest
