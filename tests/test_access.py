"""Access: distance to road, grid and fibre, and the way along the roads, held to plain searches."""

from __future__ import annotations

import heapq
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geoplan.costs import access_cost_vnd, read_catalogue
from geoplan.faults import InputError, ScenarioError
from geoplan.io import pbf, roads
from geoplan.results import Inputs, Roads
from geoplan.siting.access import Ground
from tests.build import at, hamlet, site, square, written, zone

GEOD = pyproj.Geod(ellps="WGS84")
CRS = "EPSG:5898"
TOWN = Path(__file__).parents[2] / "shared" / "data" / "test.osm.pbf"


def line(*steps: tuple[float, float]) -> shapely.LineString:
    """A line through points given in metres east and north of the origin."""
    return shapely.LineString([at(*step) for step in steps])


def ground(*lines: shapely.LineString, main: tuple[int, ...] = (), **others: object) -> Ground:
    shapes = np.array(lines, dtype=object)
    is_main = np.isin(np.arange(len(lines)), main)
    return Ground(CRS, roads=Roads(shapes, is_main), **others)  # type: ignore[arg-type]


def places(*steps: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.array([at(*step) for step in steps]).T
    return lon, lat


def geodesic_to(shape: shapely.LineString, lon: float, lat: float) -> float:
    """The distance to a line by trying a point of it every metre or so."""
    points = shapely.get_coordinates(shape.segmentize(1e-5))
    n = len(points)
    return float(GEOD.inv(np.full(n, lon), np.full(n, lat), points[:, 0], points[:, 1])[2].min())


# ---------------------------------------------------------------- distance


def test_the_distance_to_the_nearest_road_is_the_geodesic() -> None:
    found = ground(line((0, 0), (4000, 0))).access(*places((1000, 750), (1000, 0), (5000, 0)))
    assert found.road_m == pytest.approx([750, 0, 1000], rel=1e-3, abs=0.5)


def test_any_road_may_be_the_nearest() -> None:
    rng = np.random.default_rng(2)
    ways = [line(*rng.uniform(-9000, 9000, (4, 2))) for _ in range(12)]
    lon, lat = places(*rng.uniform(-12_000, 12_000, (40, 2)))
    found = ground(*ways).access(lon, lat)
    for x, y, away in zip(lon, lat, found.road_m, strict=True):
        assert away == pytest.approx(min(geodesic_to(way, x, y) for way in ways), rel=0.01, abs=1)


def test_power_and_fibre_are_lines_or_points_and_unknown_without_a_layer() -> None:
    spot = shapely.Point(*at(0, 300))
    lon, lat = places((0, 0))
    found = ground(power=np.array([spot, line((500, -9), (500, 9))], object)).access(lon, lat)
    assert found.grid_power_m == pytest.approx([300], rel=1e-3)
    for name in ("road_m", "route_m", "fibre_m"):
        assert np.isnan(getattr(found, name)).all()


@pytest.mark.parametrize("layers", [{}, {"power": np.zeros(0, object)}])
def test_nothing_known_is_never_0(layers: dict[str, object]) -> None:
    found = Ground(CRS, **layers).access(*places((0, 0), (10, 10)))  # type: ignore[arg-type]
    every = np.array([found.road_m, found.route_m, found.grid_power_m, found.fibre_m])
    assert every.shape == (4, 2)
    assert np.isnan(every).all()


# ---------------------------------------------------------------- route


def test_the_way_to_the_main_road_follows_the_roads() -> None:
    """A village road 3 km north, then 2 km west to the main road; the straight way is 1 km."""
    village = line((1000, 0), (1000, 3000), (-1000, 3000))
    main = line((-1000, 3000), (-1000, 9000))
    found = ground(village, main, main=(1,)).access(*places((1010, 0), (1000, 2000), (-1010, 5000)))
    assert found.route_m == pytest.approx([5000, 3000, 0], rel=2e-3, abs=1)


def test_roads_that_share_no_vertex_do_not_meet_and_a_way_that_is_not_there_is_unknown() -> None:
    bridge = line((-500, 500), (500, 500))
    found = ground(line((0, 0), (0, 1000)), bridge, main=(1,)).access(*places((0, 0)))
    assert np.isnan(found.route_m).all()
    assert found.road_m == pytest.approx([0], abs=0.01)


def test_without_classes_no_way_is_known() -> None:
    assert np.isnan(ground(line((0, 0), (0, 1000))).access(*places((0, 0))).route_m).all()


def test_of_two_roads_between_the_same_places_the_shorter_counts() -> None:
    direct, twice = line((0, 0), (0, 1000)), line((0, 1000), (0, 0))
    main = line((0, 1000), (0, 2000))
    found = ground(direct, twice, main, main=(2,)).access(*places((0, 0)))
    assert found.route_m == pytest.approx([1000], rel=2e-3)


def test_ways_are_those_of_a_plain_search() -> None:
    """Dijkstra by hand on a grid of streets of which some are missing."""
    rng = np.random.default_rng(4)
    spots = {(i, j): at(1000 * i, 1000 * j) for i in range(7) for j in range(7)}
    pairs = [(a, b) for a in spots for b in spots if sum(np.abs(np.subtract(a, b))) == 1 and a < b]
    kept = [pair for pair in pairs if rng.uniform() < 0.7]
    lines = np.array([shapely.LineString([spots[a], spots[b]]) for a, b in kept], object)
    is_main = np.array([a[0] == b[0] == 0 for a, b in kept])
    away = {spot: 0.0 for pair, main in zip(kept, is_main, strict=True) if main for spot in pair}
    queue = [(0.0, spot) for spot in away]
    while queue:
        so_far, spot = heapq.heappop(queue)
        for a, b in kept:
            if spot in (a, b):
                other = b if spot == a else a
                longer = so_far + GEOD.inv(*spots[a], *spots[b])[2]
                if longer < away.get(other, np.inf) - 1e-9:
                    away[other] = longer
                    heapq.heappush(queue, (longer, other))
    used = sorted({spot for pair in kept for spot in pair})
    lon, lat = np.array([spots[spot] for spot in used]).T
    found = Ground(CRS, roads=Roads(lines, is_main)).access(lon, lat).route_m
    wanted = np.array([away.get(spot, np.nan) for spot in used])
    assert np.isfinite(wanted).sum() > 20
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1)


def test_the_graph_is_that_of_osmnx(tmp_path: Path) -> None:
    """A town of streets as OpenStreetMap writes it, read by both."""
    pytest.importorskip("osmium")
    osmnx = pytest.importorskip("osmnx")
    import networkx as nx

    corners = {i * 5 + j + 1: at(300 * i, 400 * j) for i in range(5) for j in range(5)}
    ways = [([i * 5 + j + 1 for j in range(5)], "residential") for i in range(1, 5)]
    ways += [([1, 6, 11, 16, 21], "secondary"), ([3, 8, 13], "tertiary"), ([21, 25], "footway")]
    write_osm(tmp_path / "town.osm", corners, ways)
    lines, kinds = pbf.highways(tmp_path / "town.osm", (108, 15, 110, 16))
    drivable = ~np.isin(kinds, list(roads.NOT_DRIVABLE))
    ours = Ground(CRS, roads=Roads(lines[drivable], np.isin(kinds[drivable], list(roads.MAIN))))
    graph = osmnx.graph_from_xml(
        tmp_path / "town.osm", bidirectional=True, simplify=False, retain_all=True
    )
    graph.remove_edges_from(
        [edge for edge in graph.edges(keys=True) if graph.edges[edge]["highway"] == "footway"]
    )
    for number in (7, 10, 14, 25):
        theirs = min(
            nx.shortest_path_length(graph, number, target, weight="length")
            for target in (1, 6, 11, 16, 21)
        )
        lon, lat = (np.array([value]) for value in corners[number])
        assert ours.access(lon, lat).route_m == pytest.approx([theirs], rel=0.01)


def write_osm(
    path: Path, corners: dict[int, tuple[float, float]], ways: list[tuple[list[int], str]]
) -> None:
    nodes = [
        f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>'
        for number, (lon, lat) in corners.items()
    ]
    drawn = [
        f'<way id="{number}" version="1">'
        + "".join(f'<nd ref="{corner}"/>' for corner in one)
        + f'<tag k="highway" v="{kind}"/></way>'
        for number, (one, kind) in enumerate(ways, start=1)
    ]
    path.write_text(f'<osm version="0.6">{"".join(nodes + drawn)}</osm>', "utf-8")


@pytest.mark.skipif(not TOWN.exists(), reason="../shared/data is not there")
def test_a_town_from_a_pbf_file() -> None:
    pytest.importorskip("osmium")
    box = (26.9, 60.4, 27.0, 60.6)
    lines, kinds = pbf.highways(TOWN, box)
    assert {"secondary", "residential", "track"} <= set(kinds)
    drivable = ~np.isin(kinds, list(roads.NOT_DRIVABLE))
    around = Ground("EPSG:32635", roads=Roads(lines[drivable], np.isin(kinds, ["x"])[drivable]))
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(26.93, 26.97, 5), rng.uniform(60.52, 60.54, 5)
    found = around.access(lon, lat).road_m
    wanted = [
        min(geodesic_to(one, x, y) for one in lines[drivable])
        for x, y in zip(lon, lat, strict=True)
    ]
    np.testing.assert_allclose(found, wanted, rtol=0.01, atol=1)


# ---------------------------------------------------------------- costs


def test_a_metre_costs_from_where_the_site_itself_stops_paying() -> None:
    catalogue = read_catalogue()
    beyond, item = catalogue.access["track"]
    lengths = {"track": np.array([beyond, beyond + 100, np.nan])}
    assert access_cost_vnd(catalogue, "new", lengths).tolist() == [0, 100 * item.amount_vnd, 0]
    assert access_cost_vnd(catalogue, "position", lengths).tolist() == [0, 0, 0]
    assert access_cost_vnd(catalogue, "structure", lengths).tolist() == [0, 0, 0]
    assert access_cost_vnd(read_catalogue({}), "new", lengths).tolist() == [0, 0, 0]
    assert item.assumption


def test_a_structure_pays_for_its_fibre_only() -> None:
    one = {"amount_vnd": 10, "price_year": 2025, "source": "quote"}
    catalogue = read_catalogue({"access": {"fibre": one, "power": one}})
    lengths = {"fibre": np.array([50.0]), "power": np.array([7.0])}
    assert access_cost_vnd(catalogue, "structure", lengths).tolist() == [500]
    assert access_cost_vnd(catalogue, "new", lengths).tolist() == [570]


def test_faults_of_a_price_for_a_metre() -> None:
    raw = {"access": {"helicopter": {}, "track": {"amount_vnd": 1, "beyond_m": -1}}}
    with pytest.raises(ScenarioError) as error:
        read_catalogue(raw)
    found = {(fault.code, fault.column) for fault in error.value.faults}
    assert ("unknown_key", "access.helicopter") in found
    assert ("bad_value", "access.track.beyond_m") in found


# ---------------------------------------------------------------- files


def province(folder: Path, **parts: object) -> Inputs:
    hamlets = [hamlet("h", at(0, 0), population=500)]
    sites = [site("Viettel", "V1", at(0, 5000))]
    found, _ = written(folder, hamlets=hamlets, sites=sites, **parts)
    return found


def layer(
    path: Path, shapes: list[object], crs: str | None = "EPSG:4326", **columns: object
) -> str:
    gpd.GeoDataFrame(columns or {"n": range(len(shapes))}, geometry=shapes, crs=crs).to_file(path)
    return path.name


def codes(folder: Path, **parts: object) -> list[str]:
    with pytest.raises(InputError) as error:
        province(folder, **parts)
    return [fault.code for fault in error.value.faults]


NEAR = [line((0, 0), (500, 0)), line((0, 0), (0, 500)), line((0, 0), (0, -500))]


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.geojson", "roads.shp"])
def test_roads_of_a_layer_have_classes(tmp_path: Path, name: str) -> None:
    file = layer(tmp_path / name, NEAR, highway=["secondary", "residential", "track"])
    found = province(tmp_path, inputs={"roads": file})
    assert found.roads is not None
    assert found.roads.is_main.tolist() == [True, False]
    assert [(one.role, one.read) for one in found.files if one.role == "roads"] == [("roads", 2)]


def test_roads_with_vietnamese_classes(tmp_path: Path) -> None:
    kinds = ["Quốc lộ 24", "Đường huyện", "Đường mòn"]
    file = layer(tmp_path / "duong.gpkg", NEAR, **{"Loại đường": kinds})
    found = province(tmp_path, inputs={"roads": file}).roads
    assert found is not None
    assert found.is_main.tolist() == [True, False]


def test_a_layer_without_classes_is_drivable_throughout(tmp_path: Path) -> None:
    many = [shapely.MultiLineString([NEAR[0], NEAR[1]]), NEAR[2]]
    found = province(tmp_path, inputs={"roads": layer(tmp_path / "r.gpkg", many)}).roads
    assert found is not None
    assert (len(found.lines), found.is_main.any()) == (3, False)


def test_roads_without_a_drivable_one_are_told(tmp_path: Path) -> None:
    file = layer(tmp_path / "r.gpkg", NEAR, highway=["path", "track", "footway"])
    found = province(tmp_path, inputs={"roads": file})
    assert found.roads is not None
    assert len(found.roads.lines) == 0
    assert "no_drivable_roads" in [warning.code for warning in found.warnings]


@pytest.mark.parametrize("role", ["roads", "power_lines", "fibre_lines"])
def test_lines_far_from_the_communes_are_a_fault(tmp_path: Path, role: str) -> None:
    file = layer(tmp_path / "far.gpkg", [line((90_000, 0), (91_000, 0))])
    assert codes(tmp_path, inputs={role: file}) == ["all_outside"]


@pytest.mark.parametrize("role", ["roads", "power_lines", "fibre_lines"])
def test_polygons_are_no_lines(tmp_path: Path, role: str) -> None:
    file = layer(tmp_path / "area.gpkg", [square(at(0, 0), 500)])
    assert codes(tmp_path, inputs={role: file}) == ["wrong_geometry"]


def test_points_are_no_roads_but_may_be_of_the_grid(tmp_path: Path) -> None:
    file = layer(tmp_path / "points.gpkg", [shapely.Point(*at(10, 10))])
    assert codes(tmp_path, inputs={"roads": file}) == ["wrong_geometry"]
    found = province(tmp_path, inputs={"power_lines": file}).power_lines
    assert found is not None
    assert len(found) == 1


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_lines_in_metres_need_a_crs(tmp_path: Path) -> None:
    metres = [shapely.LineString([(586_000, 1_670_000), (587_000, 1_670_000)])]
    file = layer(tmp_path / "r.shp", metres, None)
    assert codes(tmp_path, inputs={"roads": file}) == ["missing_crs"]
    assert codes(tmp_path, inputs={"roads": {"path": file, "crs": "EPSG:1"}}) == ["unknown_crs"]
    found = province(tmp_path, inputs={"roads": {"path": file, "crs": CRS}}).roads
    assert found is not None
    assert found.lines[0].coords[0] == pytest.approx((108.80, 15.10), abs=0.01)


def test_a_table_without_shapes_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "roads.csv").write_text("a,b\n1,2\n", "utf-8")
    assert codes(tmp_path, inputs={"roads": "roads.csv"}) == ["wrong_geometry"]
    assert codes(tmp_path, inputs={"fibre_lines": "no.gpkg"}) == ["missing_file"]


def test_a_broken_file_of_openstreetmap(tmp_path: Path) -> None:
    pytest.importorskip("osmium")
    (tmp_path / "roads.osm.pbf").write_bytes(b"no")
    assert codes(tmp_path, inputs={"roads": "roads.osm.pbf"}) == ["not_osm"]


def write_dem(path: Path, *, west: float = 108.7, crs: str | None = "EPSG:4326") -> str:
    heights = np.full((60, 60), 50.0, np.float32)
    heights[30, 30], heights[0, 0] = 300.0, -9999.0
    with rasterio.open(
        *(path, "w", "GTiff", 60, 60, 1, crs, from_origin(west, 15.2, 0.003, 0.003), "float32"),
        nodata=-9999.0,
    ) as file:
        file.write(heights, 1)
    return path.name


def test_terrain_is_read_and_holes_in_it_are_unknown(tmp_path: Path) -> None:
    found = province(tmp_path, inputs={"terrain": write_dem(tmp_path / "dem.tif")}).terrain
    assert found is not None
    assert np.nanmax(found.values) == 300
    assert np.nanmin(found.values) == 50


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_terrain_without_crs_elsewhere_or_broken_is_a_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, inputs={"terrain": write_dem(tmp_path / "a.tif", west=10)}) == [
        "raster_outside"
    ]
    assert codes(tmp_path, inputs={"terrain": write_dem(tmp_path / "b.tif", crs=None)}) == [
        "missing_crs"
    ]
    with rasterio.open(tmp_path / write_dem(tmp_path / "void.tif"), "r+") as file:
        file.write(np.full((60, 60), -9999.0, np.float32), 1)
    assert codes(tmp_path, inputs={"terrain": "void.tif"}) == ["terrain_void"]
    (tmp_path / "c.tif").write_bytes(b"II*\0")
    assert codes(tmp_path, inputs={"terrain": "c.tif"}) == ["unreadable_file"]


def test_a_class_of_zones_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    zones = [zone("Z1", square(at(0, 0), 500), "heritage")]
    assert codes(tmp_path, zones=zones, siting={"exclude_zones": ["military"]}) == [
        "unknown_zone_class"
    ]
    assert codes(tmp_path, siting={"exclude_zones": ["heritage"]}) == ["unknown_zone_class"]
    assert len(province(tmp_path, zones=zones, siting={"exclude_zones": ["heritage"]}).zones) == 1
