"""Taking an area out of a file of OpenStreetMap by pyosmium."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from geoplan.faults import InputError
from geoplan.io import osm, osm_tags, pbf
from tests import io_case
from tests.cli_case import Told, call
from tests.fetch_case import names, rows
from tests.stub_server import Drawing, draw_province

osmium = pytest.importorskip("osmium", reason="pyosmium is not installed")

BOX = "108,15,108.2,15.1"


def write_osm(path: Path, pen: Drawing, *, date: str = "2026-11-20T08:00:00Z") -> Path:
    """Write drawn elements as a file of OpenStreetMap, of the kind that its name says."""
    header = osmium.io.Header()
    if date:
        header.set("osmosis_replication_timestamp", date)
    writer = osmium.SimpleWriter(str(path), header=header)
    make = osmium.osm.mutable
    with writer:
        for one in pen.nodes:
            place = (one["lon"], one["lat"])
            writer.add_node(make.Node(id=one["id"], version=1, location=place, tags=_tags(one)))
        for one in pen.ways:
            writer.add_way(make.Way(id=one["id"], version=1, nodes=one["nodes"], tags=_tags(one)))
        for one in pen.relations:
            members = [("w", member["ref"], member["role"]) for member in one["members"]]
            made = make.Relation(id=one["id"], version=1, members=members, tags=_tags(one))
            writer.add_relation(made)
    return path


def _tags(one: dict[str, object]) -> dict[str, str]:
    tags = one.get("tags", {})
    assert isinstance(tags, dict)
    return tags


@pytest.fixture
def province(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "thu.osm.pbf", draw_province())


def code_of(told: Told) -> str:
    faults = told.data()["faults"]
    assert told.code == 2
    assert len(faults) == 1, faults
    return str(faults[0]["code"])


def test_a_file_gives_the_same_tables_as_the_servers(
    province: Path, tmp_path: Path, stub: object
) -> None:
    pytest.importorskip("osmnx", reason="OSMnx is not installed")
    server = getattr(stub, "overpass")  # noqa: B009
    words = ["--bbox", BOX, "--out"]
    assert call("fetch", "pbf", province, *words, tmp_path / "a").code == 0
    assert call("fetch", "area", *words, tmp_path / "b", "--overpass", server).code == 0
    for name in ("hamlets.csv", "structures.csv", "places.csv"):
        assert (tmp_path / "a" / name).read_text() == (tmp_path / "b" / name).read_text()
    for name in ("communes.gpkg", "roads.gpkg"):
        mine, theirs = (gpd.read_file(tmp_path / folder / name) for folder in ("a", "b"))
        assert list(mine.columns) == list(theirs.columns)
        assert mine.drop(columns="geometry").equals(theirs.drop(columns="geometry"))
        assert mine.geometry.normalize().geom_equals(theirs.geometry.normalize()).all()


def test_our_readers_take_the_files_as_they_are(province: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("fetch", "pbf", province, "--bbox", BOX, "--out", out).code == 0
    (out / "sites.csv").write_text(io_case.SITES, "utf-8")
    inputs = io_case.read(
        out, communes="communes.gpkg", structures="structures.csv", places="places.csv"
    )
    assert inputs.rejects.empty
    assert list(inputs.hamlets["commune_code"]) == ["90101", "r3001"]
    assert len(inputs.structures) == 3


def test_an_area_is_found_in_the_file_by_its_name(province: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = call(
        "fetch", "pbf", province, "--area", "thu nghiem", "--communes", "--out", out, "--json"
    )
    assert told.data()["area"] == "Tỉnh Thử Nghiệm"
    assert list(gpd.read_file(out / "communes.gpkg")["name"]) == ["An Thử", "Bình Thử"]
    assert [one["code"] for one in told.data()["warnings"]] == [
        "osm_uncoded",
        "osm_not_official",
        "osm_broken",
    ]


def test_an_area_that_is_not_in_the_file_is_a_fault(province: Path, tmp_path: Path) -> None:
    told = call("fetch", "pbf", province, "--area", "Đâu Đó", "--out", tmp_path / "x", "--json")
    assert code_of(told) == "no_such_place"
    assert "x" not in names(tmp_path)


def test_each_file_has_its_source_licence_and_date(province: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("fetch", "pbf", province, "--hamlets", "--out", out)
    [record] = rows(out / "sources.csv")
    assert record["url"] == "thu.osm.pbf"
    assert record["licence"] == "© OpenStreetMap contributors, ODbL 1.0"
    assert record["data_date"] == "2026-11-20"
    assert record["elements"] == "3"  # without a box, all that the file holds


def test_communes_beyond_the_box_are_not_called_broken(province: Path) -> None:
    box = osm.Area.box((108.0, 15.0, 108.05, 15.05))
    found = pbf.collect(province, box, layers=osm.LAYERS, wanted=osm_tags.Wanted())
    assert found.broken == ("Xã Hở",)
    assert [one.id for one in found.features["communes"]] == ["r3000"]


def test_a_plain_osm_file_is_read_too(tmp_path: Path) -> None:
    file = write_osm(tmp_path / "thu.osm", draw_province(), date="")
    found = pbf.collect(file, None, layers=osm.LAYERS, wanted=osm_tags.Wanted())
    assert found.data_date == ""
    assert found.broken == ("Xã Hở",)
    assert len(found.features["roads"]) == 1


def test_a_road_that_was_cut_out_is_taken_as_far_as_it_goes(tmp_path: Path) -> None:
    pen = draw_province()
    road = next(one for one in pen.ways if one["tags"].get("highway") == "tertiary")
    pen.nodes = [one for one in pen.nodes if one["id"] != road["nodes"][2]]
    file = write_osm(tmp_path / "cut.osm.pbf", pen)
    found = pbf.collect(file, None, layers=("roads",), wanted=osm_tags.Wanted())
    assert list(found.features["roads"][0].shape.coords) == [(108.0, 15.05), (108.1, 15.05)]


@pytest.mark.parametrize("name", ["bad.osm.pbf", "bad.osm"])
def test_a_file_of_another_kind_is_a_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not a map at all" * 100)
    told = call("fetch", "pbf", tmp_path / name, "--out", tmp_path / "x", "--json")
    assert code_of(told) == "not_osm"
    assert "x" not in names(tmp_path)


def test_half_a_file_is_a_fault(province: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.osm.pbf"
    half.write_bytes(province.read_bytes()[:-100])
    with pytest.raises(InputError) as caught:
        pbf.collect(half, None, layers=osm.LAYERS, wanted=osm_tags.Wanted())
    assert [fault.code for fault in caught.value.faults] == ["not_osm"]


def test_an_xml_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaaaaaaaa">'
    bomb += "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i else chr(32)};" * 10}">' for i in range(9))
    (tmp_path / "bomb.osm").write_text(bomb + ']><osm version="0.6">&a8;</osm>', "utf-8")
    told = call("fetch", "pbf", tmp_path / "bomb.osm", "--out", tmp_path / "x", "--json")
    assert code_of(told) == "not_osm"


@pytest.mark.parametrize(
    ("name", "code"), [("none.osm.pbf", "missing_file"), ("map.geojson", "unknown_format")]
)
def test_a_file_that_cannot_be_taken(tmp_path: Path, name: str, code: str) -> None:
    assert code_of(call("fetch", "pbf", tmp_path / name, "--out", tmp_path, "--json")) == code


def test_a_missing_extra_says_how_to_install_it(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    told = call("fetch", "pbf", province, "--out", tmp_path / "x", "--json")
    assert code_of(told) == "osm_missing"


def test_the_shared_town_is_read(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "test.osm.pbf"
    if not file.exists():
        pytest.skip("../shared/data/test.osm.pbf is absent")
    told = call("fetch", "pbf", file, "--out", tmp_path, "--json")
    assert told.data()["files"] == {"hamlets.csv": 6, "places.csv": 1, "roads.gpkg": 209}
    kinds = {row["name"]: row["kind"] for row in rows(tmp_path / "hamlets.csv")}
    assert kinds["Helilä"] == "suburb"
    roads = gpd.read_file(tmp_path / "roads.gpkg")
    assert set(roads["highway"]) <= set(osm_tags.Wanted().tags("roads")["highway"])
    assert roads["osm_id"].is_unique


def test_kinds_of_hamlets_can_be_chosen(province: Path, tmp_path: Path) -> None:
    words = ["--hamlets", "--hamlet-places", "village", "--out"]
    assert call("fetch", "pbf", province, *words, tmp_path / "out").code == 0
    assert [row["name"] for row in rows(tmp_path / "out" / "hamlets.csv")] == ["Thôn Hai"]
