"""Areas, communes, places, zones and raster people."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from build import (
    ORIGIN,
    at,
    commune,
    count,
    figure,
    hamlet,
    off,
    place,
    ratio,
    run,
    site,
    square,
    zone,
)

from geoplan import geodesy
from geoplan.rasters import Grid, Raster

EAST = at(4000, 0)


def _two_communes() -> list[dict[str, object]]:
    """Two squares of 4 km that share an edge, 2 km east of the origin."""
    edge = at(2000, 0)[0]
    left, right = square(ORIGIN, 2000).bounds, square(EAST, 2000).bounds
    return [
        commune("00001", shapely.box(left[0], left[1], edge, left[3])),
        commune("00002", shapely.box(edge, left[1], right[2], left[3])),
    ]


def test_a_commune_that_is_all_served_has_an_area_share_of_exactly_one() -> None:
    base = run(
        communes=[commune(polygon=square(ORIGIN, 700))],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"cell_m": 50},
    )
    row = figure(base, "AREA_SERVED", "4G")
    assert row["value"] == 1.0
    area = geodesy.areas_m2([square(ORIGIN, 700)])[0] / 1e6
    assert row["denominator"] == pytest.approx(area, rel=1e-9)


def test_the_area_served_is_that_of_the_circle() -> None:
    base = run(
        communes=[commune(polygon=square(ORIGIN, 2000))],
        sites=[site("Viettel", "1", ORIGIN), site("VNPT", "1", off(ORIGIN, 9000, 0))],
        coverage={"cell_m": 20},
    )
    row = figure(base, "AREA_SERVED", "4G", "Viettel")
    assert row["numerator"] == pytest.approx(np.pi, rel=5e-3)
    assert figure(base, "AREA_SERVED", "4G", "VNPT")["numerator"] == 0


def test_a_third_of_a_circle_is_served_by_a_sector() -> None:
    base = run(
        communes=[commune(polygon=square(ORIGIN, 2000))],
        sites=[site("Viettel", "1", ORIGIN, azimuth_deg=90, beamwidth_deg=60)],
        coverage={"cell_m": 20},
    )
    area = figure(base, "AREA_SERVED", "4G")["numerator"]
    assert area == pytest.approx(np.pi / 3, rel=1e-2)


def test_communes_served_by_a_station_and_by_a_hamlet_are_two_readings() -> None:
    """The mast stands in the first commune and serves a hamlet of the second."""
    base = run(
        communes=_two_communes(),
        hamlets=[
            hamlet("a", at(-1500, 0)),
            hamlet("b", at(2500, 0), commune_code="00002"),
        ],
        sites=[site("Viettel", "1", at(1900, 0))],
    )
    assert ratio(base, "COMMUNE_SERVED_STATION", "4G") == (1, 2)
    assert ratio(base, "COMMUNE_SERVED_HAMLET", "4G") == (1, 2)
    where = {"level": "commune"}
    station = [
        figure(base, "COMMUNE_SERVED_STATION", "4G", **where, unit_id=code)["numerator"]
        for code in ("00001", "00002")
    ]
    reached = [
        figure(base, "COMMUNE_SERVED_HAMLET", "4G", **where, unit_id=code)["numerator"]
        for code in ("00001", "00002")
    ]
    assert (station, reached) == ([1, 0], [0, 1])


def test_a_point_on_the_border_belongs_to_the_lowest_code() -> None:
    edge = (at(2000, 0)[0], ORIGIN[1])
    for communes in (_two_communes(), _two_communes()[::-1]):
        base = run(communes=communes, sites=[site("Viettel", "1", edge)])
        assert base.positions["commune_code"].item() == "00001"


def test_a_point_as_far_from_two_communes_belongs_to_the_lowest_code() -> None:
    """Two squares with a gap of 1 km; the mast stands in its middle."""
    boxes = {"00009": square(at(-1500, 0), 1000), "00002": square(at(1500, 0), 1000)}
    half = (at(500, 0)[0] + at(-500, 0)[0]) / 2
    west, east = boxes["00009"].bounds[2], boxes["00002"].bounds[0]
    shift = np.array([2 * half - west - east, 0.0])
    boxes["00002"] = shapely.transform(boxes["00002"], lambda points: points + shift)
    communes = [commune(code, box) for code, box in boxes.items()]
    base = run(communes=communes, sites=[site("Viettel", "1", (half, ORIGIN[1]))])
    assert base.positions["commune_code"].item() == "00002"


def test_a_place_is_served_at_its_point() -> None:
    base = run(
        places=[place("a", at(0, 1000)), place("b", at(0, 1001)), place("c", at(0), "hospital")],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert ratio(base, "PLACE_SERVED", "4G") == (2, 3)
    assert ratio(base, "PLACE_SERVED", "4G", place_class="school") == (1, 2)
    assert ratio(base, "PLACE_SERVED", "4G", place_class="hospital") == (1, 1)


@pytest.mark.parametrize(("edge_m", "expected"), [(10, 1), (-10, 0)])
def test_a_polygon_is_served_when_half_of_it_is(edge_m: float, expected: int) -> None:
    """The edge of a wide circle cuts a square of 200 m just above or below its middle."""
    mast = off(off(ORIGIN, edge_m, 0), 5000, 180)
    base = run(
        places=[place("p", square(ORIGIN, 100), "industrial_park")],
        sites=[site("Viettel", "1", mast)],
        coverage={"radius_m": {"4G": 5000}},
    )
    assert ratio(base, "PLACE_SERVED", "4G") == (expected, 1)


def test_two_operators_may_serve_half_a_polygon_together_and_neither_alone() -> None:
    """One reaches 30 % from the south, the other 30 % from the north."""
    south = off(off(ORIGIN, 40, 180), 5000, 180)
    north = off(off(ORIGIN, 40, 0), 5000, 0)
    base = run(
        places=[place("p", square(ORIGIN, 100), "industrial_park")],
        sites=[site("Viettel", "1", south), site("VNPT", "1", north)],
        coverage={"radius_m": {"4G": 5000}},
    )
    assert ratio(base, "PLACE_SERVED", "4G") == (1, 1)
    assert ratio(base, "PLACE_SERVED", "4G", "Viettel") == (0, 1)
    assert ratio(base, "PLACE_SERVED", "4G", "VNPT") == (0, 1)


def test_two_classes_at_one_spot_are_one_place_in_the_pool_and_one_in_each_class() -> None:
    base = run(
        places=[
            place("a", at(0), "tourism"),
            place("b", at(0), "park"),
            place("c", at(0, 5000), "park"),
        ],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    assert ratio(base, "PLACE_SERVED", "4G") == (1, 2)
    assert ratio(base, "PLACE_SERVED", "4G", place_class="park") == (1, 2)
    assert ratio(base, "PLACE_SERVED", "4G", place_class="tourism") == (1, 1)


def test_two_places_of_one_class_at_one_spot_stay_two() -> None:
    base = run(places=[place("a", at(0)), place("b", at(0))], sites=[site("Viettel", "1", ORIGIN)])
    assert ratio(base, "PLACE_SERVED", "4G") == (2, 2)


def test_the_service_radius_is_the_distance_of_people_to_the_nearest_place() -> None:
    """90 people at 100 m, 5 at 500 m, 5 at 2 km: mean 215 m; 95 % live within 500 m."""
    base = run(
        hamlets=[
            hamlet(f"{d}", at(0, d), population=n) for d, n in ((100, 90), (500, 5), (2000, 5))
        ],
        places=[place("a", ORIGIN, "post_office")],
    )
    mean = figure(base, "SERVICE_RADIUS_MEAN", place_class="post_office")["value"]
    most = figure(base, "SERVICE_RADIUS_P95", place_class="post_office")["value"]
    assert (mean, most) == (pytest.approx(215, abs=0.01), pytest.approx(500, abs=0.01))


def test_people_and_area_inside_a_class_of_zones() -> None:
    base = run(
        hamlets=[
            hamlet("a", at(0, 0), population=60),
            hamlet("b", at(1500, 0), population=40),
            hamlet("c", at(-1500, 0), population=1000),
        ],
        zones=[zone("z", square(at(750, 0), 1000))],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"cell_m": 50},
    )
    where = {"level": "zone", "unit_id": "urban_area"}
    assert ratio(base, "POP_SERVED", "4G", **where) == (60, 100)
    share = figure(base, "AREA_SERVED", "4G", **where)["value"]
    assert 0.2 < share < 0.6


def test_raster_people_count_by_cell_centre_and_hamlets_stay_as_they_are() -> None:
    """Two cells of 500 people, one within the radius; the hamlet's own 100 people stay 100."""
    x, y = geodesy.from_wgs84(np.array([ORIGIN[0]]), np.array([ORIGIN[1]]), "EPSG:5898")
    grid = Grid(float(x[0]) - 50, float(y[0]) + 50, 100.0, 100.0, (1, 20), "EPSG:5898")
    values = np.zeros(grid.shape, np.float32)
    values[0, 5], values[0, 15] = 500, 500
    base = run(
        hamlets=[hamlet("h", ORIGIN, population=100)],
        sites=[site("Viettel", "1", ORIGIN)],
        population=Raster(values, grid, "people"),
    )
    assert ratio(base, "POP_SERVED", "4G") == (500, 1000)
    assert base.hamlets["served_people_4g"].item() == 100
    assert base.totals["people"]["hamlets"]["all"] == 100
    assert base.totals["people"]["raster"]["all"] == 1000
    assert count(base, "HAMLETS_COVERED", "4G") == 1


def test_raster_holes_link_by_eight_neighbours() -> None:
    """Three cells on a diagonal are one hole; a fourth one, two cells away, is another."""
    x, y = geodesy.from_wgs84(np.array([ORIGIN[0]]), np.array([ORIGIN[1]]), "EPSG:5898")
    grid = Grid(float(x[0]), float(y[0]), 100.0, 100.0, (10, 10), "EPSG:5898")
    values = np.zeros(grid.shape, np.float32)
    for i in (0, 1, 2, 4):
        values[i, i] = 10 + i
    base = run(
        hamlets=[hamlet("h", ORIGIN, population=100)],
        sites=[site("Viettel", "1", at(0, 5500))],
        population=Raster(values, grid, "people"),
    )
    assert sorted(base.holes["people"]) == [14, 33]


def test_the_range_of_an_area_is_the_same_for_everybody_and_each() -> None:
    """Any operator serves at least what each of them serves."""
    base = run(
        sites=[site("Viettel", "1", at(0)), site("VNPT", "1", at(600))],
        communes=[commune(polygon=square(ORIGIN, 2500))],
    )
    shares = [figure(base, "AREA_SERVED", "4G", who)["value"] for who in ("", "Viettel", "VNPT")]
    assert shares[0] > max(shares[1:])
    assert shares[0] < sum(shares[1:])


def test_a_commune_smaller_than_a_grid_cell_is_served_or_not_and_never_lost() -> None:
    """Two islets of 20 m, between the centres of a grid of 1 km: one in reach, one not."""
    spots = {"00001": at(33, 41), "00002": at(4033, 41)}
    base = run(
        communes=[commune(code, square(spot, 10)) for code, spot in spots.items()],
        sites=[site("Viettel", "1", ORIGIN)],
        coverage={"cell_m": 1000, "radius_m": {"4G": 2000}},
    )
    shares = base.communes.set_index("commune_code")["area_served_4g"]
    assert shares.to_dict() == {"00001": 1.0, "00002": 0.0}
