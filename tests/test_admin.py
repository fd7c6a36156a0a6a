"""Which commune a point lies in: by hand, and against Karney's geodesic."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geoplan.admin import commune_of_points, far_distance_m

GEOD = pyproj.Geod(ellps="WGS84")


def squares(*codes: str) -> gpd.GeoDataFrame:
    """Squares of a tenth of a degree, side by side from 108 east and 15 north."""
    shapes = [shapely.box(108 + i / 10, 15, 108 + (i + 1) / 10, 15.1) for i in range(len(codes))]
    return gpd.GeoDataFrame({"commune_code": list(codes)}, geometry=shapes, crs="EPSG:4326")


def test_the_commune_around_a_point() -> None:
    index, distance = commune_of_points(squares("1", "2"), [108.05, 108.15], [15.05, 15.05])
    assert index.tolist() == [0, 1]
    assert distance.tolist() == [0.0, 0.0]


def test_a_point_on_a_shared_border_goes_to_the_lowest_code() -> None:
    assert commune_of_points(squares("1", "2"), [108.1], [15.05])[0].tolist() == [0]
    assert commune_of_points(squares("2", "1"), [108.1], [15.05])[0].tolist() == [1]


def test_a_point_nearest_to_a_shared_corner_goes_to_the_lowest_code() -> None:
    assert commune_of_points(squares("2", "1"), [108.1], [15.15])[0].tolist() == [1]


def test_the_nearest_commune_by_the_geodesic() -> None:
    index, distance = commune_of_points(squares("1"), [108.05, 107.9], [14.9, 14.95])
    wanted = [
        GEOD.inv(108.05, 14.9, 108.05, 15.0)[2],
        GEOD.inv(107.9, 14.95, 108.0, 15.0)[2],
    ]
    assert index.tolist() == [0, 0]
    assert np.allclose(distance, wanted, atol=0.1)


def test_nothing_within_the_limit() -> None:
    index, distance = commune_of_points(squares("1"), [108.05, np.nan], [14.8, 15.05])
    assert index.tolist() == [-1, -1]
    assert np.isinf(distance).all()


def test_the_limit_belongs_to_the_area() -> None:
    apart = commune_of_points(squares("1"), [108.05], [14.9])[1][0]
    assert commune_of_points(squares("1"), [108.05], [14.9], limit_m=apart)[0][0] == 0
    assert commune_of_points(squares("1"), [108.05], [14.9], limit_m=apart - 0.01)[0][0] == -1


def test_the_nearest_point_is_the_nearest_of_all_points_of_the_outline() -> None:
    rng = np.random.default_rng(1)
    corners = [(108.0, 15.0), (108.09, 15.02), (108.1, 15.1), (108.03, 15.08)]
    area = gpd.GeoDataFrame(
        {"commune_code": ["1"]}, geometry=[shapely.Polygon(corners)], crs="EPSG:4326"
    )
    lon, lat = rng.uniform(107.9, 108.2, 50), rng.uniform(14.9, 15.2, 50)
    index, distance = commune_of_points(area, lon, lat)
    outline = shapely.get_coordinates(shapely.segmentize(area.geometry[0].exterior, 1e-5))
    for i in np.flatnonzero(distance > 0)[:20]:
        if index[i] < 0:
            continue
        spread = np.full(len(outline), lon[i]), np.full(len(outline), lat[i])
        nearest = GEOD.inv(*spread, outline[:, 0], outline[:, 1])[2].min()
        assert nearest - 0.2 <= distance[i] <= nearest + 0.1


def test_no_communes_and_no_points() -> None:
    assert commune_of_points(squares(), [108.0], [15.0])[0].tolist() == [-1]
    assert commune_of_points(squares("1"), [], [])[0].tolist() == []
    assert far_distance_m(squares("1"), [105.0], [10.0])[0] > 500_000
