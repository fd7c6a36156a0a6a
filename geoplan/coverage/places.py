"""Service of places: schools, hospitals, parks, given as points or polygons.

The shares that plans ask for are left to ``indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.admin import commune_of_points
from geoplan.coverage import samples, service

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAME_SPOT_M: Final = 1.0
"""Places nearer than this stand at one spot. [m] (our reading of PRODUCT.md §5)"""

PLACE_SHARE: Final = 0.5
"""A place that is a polygon is served when this share of it is (PRODUCT.md §5)."""


@dataclass(frozen=True)
class PlaceService:
    """Who serves each place.

    ``by_operator[technology]`` holds operator bits; ``by_any[technology]`` tells whether any
    operator does, which for a polygon is half of it under all operators together;
    ``share[technology]`` is that share, 0 or 1 for a point.
    """

    longitude: Floats
    latitude: Floats
    commune: NDArray[np.int64]
    same_spot: NDArray[np.int64]
    by_operator: dict[str, NDArray[np.uint8]]
    by_any: dict[str, Flags]
    share: dict[str, Floats]

    def served(self, technology: str, operator: int | None) -> Flags:
        """Tell which places an operator serves, or any operator where it is None."""
        if operator is None:
            return self.by_any[technology]
        return (self.by_operator[technology] >> operator & 1).astype(bool)


def serve_places(cover: Coverage, inputs: Inputs, scenario: Scenario) -> PlaceService:
    """Tell who serves each place: its point, or half of its polygon or more."""
    shapes = inputs.places.geometry.to_numpy()
    points = shapely.point_on_surface(shapes)
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    bits = _bits(cover, lon, lat)
    share = {name: (codes != 0).astype(np.float64) for name, codes in bits.items()}
    rows = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if len(rows):
        owner, x, y, weight = samples.sample_polygons(shapes[rows], scenario.coverage.cell_m)
        whole = np.bincount(owner, weight, len(rows))
        for name, inside in _bits(cover, x, y).items():
            bits[name][rows] = 0
            share[name][rows] = np.bincount(owner, weight * (inside != 0), len(rows)) / whole
            for o in range(len(cover.operators)):
                good = np.bincount(owner, weight * (inside >> o & 1), len(rows))
                bits[name][rows[good >= PLACE_SHARE * whole]] |= np.uint8(1 << o)
    row, away = commune_of_points(inputs.communes, lon, lat)
    commune = np.where(away <= scenario.inputs.outside_tolerance_m, row, -1)
    any_served = {name: values >= PLACE_SHARE for name, values in share.items()}
    same = same_spot(lon, lat, inputs.places["class"].to_numpy(object))
    return PlaceService(lon, lat, commune, same, bits, any_served, share)


def _bits(cover: Coverage, lon: Floats, lat: Floats) -> dict[str, NDArray[np.uint8]]:
    bits = service.bits_at(cover.cells, lon, lat, cover.operators, cover.computed, cover.mbb)
    return cover.declarations.over_points(bits, lon, lat, cover.mbb)


def same_spot(lon: Floats, lat: Floats, kinds: NDArray[np.object_]) -> NDArray[np.int64]:
    """Name for each place the earlier place of another class that stands for it in the pool.

    Places of two classes at one spot are one place in the pool; two places of one class stay
    two. −1 = it stands for itself.
    """
    from scipy.spatial import cKDTree

    twin = np.full(len(lon), -1, np.int64)
    if not len(lon):
        return twin
    tree = cKDTree(geodesy.ecef(lon, lat))
    pairs = tree.query_pairs(SAME_SPOT_M, output_type="ndarray")
    taken: set[tuple[int, object]] = set()
    for first, second in sorted(map(tuple, np.sort(pairs, axis=1).tolist())):
        stands = first if twin[first] < 0 else int(twin[first])
        key = (stands, kinds[second])
        if twin[second] < 0 and kinds[stands] != kinds[second] and key not in taken:
            taken.add(key)
            twin[second] = stands
    return twin


def place_sheet(cover: Coverage, inputs: Inputs, found: PlaceService) -> pd.DataFrame:
    """Make the place table."""
    sheet = pd.DataFrame(inputs.places.drop(columns="geometry")).copy()
    sheet["longitude"], sheet["latitude"] = found.longitude, found.latitude
    codes = np.append(inputs.communes["commune_code"].to_numpy(object), "")
    sheet["commune_code"] = codes[found.commune]
    ids = np.append(sheet["place_id"].to_numpy(object), "")
    sheet["same_spot_as"] = ids[found.same_spot]
    for technology in cover.technologies:
        bits = found.by_operator[technology]
        sheet[f"operators_{technology.lower()}"] = service.operator_names(bits, cover.operators)
        sheet[f"served_share_{technology.lower()}"] = found.share[technology]
    return sheet
