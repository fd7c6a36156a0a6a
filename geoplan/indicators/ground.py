"""Facts about area, raster people, zones and places.

Who serves each cell or place comes from ``coverage``; rolling up is left to
``indicators.rollup``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage import area
from geoplan.indicators.rollup import Fact, Units, by_commune
from geoplan.indicators.settlement import who
from geoplan.units import MBB

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.coverage.model import Coverage
    from geoplan.coverage.places import PlaceService
    from geoplan.rasters import Grid, Raster
    from geoplan.results import AreaService

Floats = NDArray[np.float64]
Bits = dict[str, NDArray[np.uint8]]


def with_mbb(bits: Bits, mbb: tuple[str, ...]) -> Bits:
    """Add mobile broadband to the operator bits of cells."""
    together = None
    for technology in mbb:
        if technology in bits:
            found = bits[technology]
            together = found if together is None else together | found
    if together is None:
        together = np.zeros_like(next(iter(bits.values())))
    return {**bits, MBB: together}


def area_facts(cover: Coverage, service: AreaService, commune_m2: Floats) -> Iterator[Fact]:
    """Give the area served: the share of a commune's grid cells, times its geodesic area.

    Parameters
    ----------
    commune_m2
        Geodesic area of each commune. [m²]
    """
    weights = area.cell_areas(service.grid)
    whole = np.append(commune_m2, 0.0) / 1e6
    for technology, bits in service.bits.items():
        if technology not in cover.names:
            continue
        sums = area.weigh_bits(service.commune, bits, weights, len(commune_m2))
        total = sums.sum(axis=1)
        for operator, mask in who(cover):
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(total > 0, area.served_by(sums, mask) / total, 0.0)
            yield Fact(
                "AREA_SERVED", operator, technology, np.append(share * commune_m2, 0.0) / 1e6, whole
            )


def raster_facts(
    cover: Coverage, population: Raster, commune: NDArray[np.int32], bits: Bits, n: int
) -> Iterator[Fact]:
    """Give the people of a population raster who are served; its cells are not rescaled."""
    people = population.values.astype(np.float64)
    for technology, codes in bits.items():
        if technology not in cover.names:
            continue
        sums = area.weigh_bits(commune, codes, people, n)
        whole = np.append(sums.sum(axis=1), 0.0)
        of_any = np.append(area.served_by(sums, cover.every), 0.0)
        for operator, mask in who(cover):
            good = np.append(area.served_by(sums, mask), 0.0)
            yield Fact("POP_SERVED", operator, technology, good, whole)
            if operator:
                yield Fact("ROAMING_GAIN", operator, technology, of_any - good, unit="people")


def place_facts(
    cover: Coverage, found: PlaceService, kinds: NDArray[np.object_], n: int
) -> Iterator[Fact]:
    """Give the places served, pooled and per class; in the pool one spot counts once."""
    groups = [("", found.same_spot < 0)]
    groups += [(str(kind), kinds == kind) for kind in sorted(set(kinds))]
    for kind, chosen in groups:
        whole = by_commune(found.commune, n, chosen.astype(float))
        communes = np.append(np.ones(n), 0.0)
        if kind:
            has = (whole > 0).astype(float) * communes
            yield Fact("COMMUNES_WITH_PLACE", "", "", has, communes, place_class=kind)
        for technology in cover.names:
            for operator, _ in who(cover):
                index = cover.operators.index(operator) if operator else None
                good = chosen & found.served(technology, index)
                yield Fact(
                    "PLACE_SERVED",
                    operator,
                    technology,
                    by_commune(found.commune, n, good.astype(float)),
                    whole,
                    place_class=kind,
                )


def zone_units(zones: gpd.GeoDataFrame) -> list[tuple[str, NDArray[np.object_]]]:
    """Give each class of zones with its polygons."""
    shapes = zones.geometry.to_numpy()
    kinds = zones["class"].to_numpy(object)
    return [(str(kind), shapes[kinds == kind]) for kind in sorted(set(kinds))]


def points_in(shapes: NDArray[np.object_], lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which points lie in any of some polygons, their edges included."""
    tree = shapely.STRtree(shapes)
    inside = np.zeros(len(lon), bool)
    inside[tree.query(shapely.points(lon, lat), predicate="intersects")[0]] = True
    return inside


def zone_people_facts(cover: Coverage, inside: NDArray[np.bool_]) -> Iterator[Fact]:
    """Give the people of the demand points inside a class of zones who are served."""
    people = np.where(inside & cover.demand.weighs, np.nan_to_num(cover.demand.people), 0.0)
    for technology in cover.names:
        bits = cover.served[1.0][technology]
        for operator, mask in who(cover):
            good = people[(bits & mask) != 0].sum()
            yield Fact(
                "POP_SERVED",
                operator,
                technology,
                np.array([good, 0.0]),
                np.array([people.sum(), 0.0]),
            )


def zone_grid_facts(
    name: str, cover: Coverage, grid: Grid, bits: Bits, weights: Floats, shapes: NDArray[np.object_]
) -> Iterator[Fact]:
    """Give the area (or raster people) inside a class of zones that is served.

    ``bits`` come with MBB; ``weights`` has a column for every cell of a row, or one for all.
    """
    rows, columns = area.window(grid, shapes)
    part = area.crop(grid, rows, columns)
    mask = np.full(part.shape, -1, np.int32)
    if mask.size:
        mask = area.burn(shapes, part, np.zeros(len(shapes), np.int32), -1)
    here = weights[rows, columns] if weights.shape[1] > 1 else weights[rows]
    for technology, codes in bits.items():
        if technology not in cover.names:
            continue
        sums = area.weigh_bits(mask, codes[rows, columns], here, 1)
        for operator, flag in who(cover):
            good = float(area.served_by(sums, flag)[0])
            whole = np.array([sums.sum(), 0.0])
            yield Fact(name, operator, technology, np.array([good, 0.0]), whole)


def zone_level(kind: str) -> Units:
    """Give the unit that stands for a class of zones."""
    return Units("zone", (kind,), (kind,), np.zeros(1, np.int64))


def radius_facts(
    cover: Coverage, found: PlaceService, kinds: NDArray[np.object_], commune_m2: Floats
) -> Iterator[Fact]:
    """Give how far people live from the nearest place of a class, for the whole province.

    SERVICE_RADIUS_MEAN and SERVICE_RADIUS_P95 are distances of people; POST_RADIUS is the mean
    radius √(S/πn) that plans for post offices use. [m]
    """
    from scipy.spatial import cKDTree

    demand = cover.demand
    people = np.where(demand.weighs, np.nan_to_num(demand.people), 0.0)
    live = people > 0
    spots = geodesy.ecef(demand.longitude[live], demand.latitude[live])
    weight = people[live]
    for kind in sorted(set(kinds)):
        chosen = kinds == kind
        mean_radius = float(np.sqrt(commune_m2.sum() / (np.pi * chosen.sum())))
        yield _province_fact("POST_RADIUS", mean_radius, str(kind))
        if not live.any():
            continue
        tree = cKDTree(geodesy.ecef(found.longitude[chosen], found.latitude[chosen]))
        far = geodesy.arc_m(tree.query(spots)[0])
        order = np.argsort(far, kind="stable")
        upto = np.cumsum(weight[order])
        at = int(np.searchsorted(upto, 0.95 * upto[-1] * (1 - 1e-12)))
        yield _province_fact(
            "SERVICE_RADIUS_MEAN", float(np.average(far, weights=weight)), str(kind)
        )
        yield _province_fact("SERVICE_RADIUS_P95", float(far[order][at]), str(kind))


def _province_fact(name: str, value: float, kind: str) -> Fact:
    return Fact(name, "", "", np.array([value, 0.0]), unit="m", place_class=kind)
