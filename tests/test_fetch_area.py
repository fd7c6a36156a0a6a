"""Fetching an area by OSMnx: the files, what they say, and every way in which a server fails."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geoplan.faults import InputError
from geoplan.io import osm_answers, osm_tags, overpass
from geoplan.io.osm import Area
from geoplan.io.osm_answers import Servers
from geoplan.io.osm_files import LICENCE
from tests import io_case
from tests.cli_case import Told, call
from tests.fetch_case import names, rows
from tests.stub_server import Mishap, Stub

settings = pytest.importorskip("osmnx", reason="OSMnx is not installed").settings

BOX = "108,15,108.2,15.1"
INTERPRETER = "/api/interpreter"


def fetch(stub: Stub, out: Path, *words: str, bbox: str = BOX) -> Told:
    where = ["--bbox", bbox] if bbox else []
    servers = ["--overpass", stub.overpass, "--nominatim", stub.nominatim]
    return call("fetch", "area", *words, *where, "--out", out, *servers)


def code_of(told: Told) -> str:
    faults = told.data()["faults"]
    assert told.code == 2
    assert len(faults) == 1, faults
    return str(faults[0]["code"])


def collect(
    stub: Stub, folder: Path, servers: Servers | None = None, layer: str = "hamlets"
) -> Any:
    return overpass.collect(
        Area.box((108.0, 15.0, 108.2, 15.1)),
        servers or Servers(stub.overpass, stub.nominatim),
        layers=(layer,),
        wanted=osm_tags.Wanted(),
        folder=folder,
    )


def fault_of(stub: Stub, folder: Path, servers: Servers | None = None) -> str:
    with pytest.raises(InputError) as caught:
        collect(stub, folder, servers)
    return caught.value.faults[0].code


def test_a_province_is_fetched_by_its_name(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "thu"
    told = fetch(stub, out, "Thử Nghiệm", "--lang", "en", bbox="")
    assert told.code == 0, told.err
    assert "area: Tỉnh Thử Nghiệm, Việt Nam" in told.out
    assert names(out) == sorted(
        [
            "communes.gpkg",
            "hamlets.csv",
            "structures.csv",
            "places.csv",
            "roads.gpkg",
            "sources.csv",
        ]
    )


def test_what_was_fetched_runs_with_a_sites_file_beside_it(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "thu"
    assert fetch(stub, out).code == 0
    (out / "sites.csv").write_text(io_case.SITES, "utf-8")
    told = call("run", out, "--out", tmp_path / "maps", "--outputs", "map,workbook")
    assert told.code == 0, told.err
    scenario = (out / "scenario.toml").read_text("utf-8")
    for name in ("communes.gpkg", "hamlets.csv", "sites.csv", "structures.csv", "places.csv"):
        assert f'"{name}"' in scenario
    assert "sources.csv" not in scenario
    # What is made of OpenStreetMap's data names it.
    assert (tmp_path / "maps" / "map.html").read_text("utf-8").count(LICENCE) >= 2
    record = json.loads((tmp_path / "maps" / "run.json").read_text("utf-8"))
    licences = {one["path"]: one["licence"] for one in record["inputs"]}
    assert (licences["communes.gpkg"], licences["sites.csv"]) == (LICENCE, "")
    book = openpyxl.load_workbook(tmp_path / "maps" / "report.xlsx")
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert LICENCE in cells


def test_our_readers_take_the_files_as_they_are(stub: Stub, tmp_path: Path) -> None:
    assert fetch(stub, tmp_path).code == 0
    (tmp_path / "sites.csv").write_text(io_case.SITES, "utf-8")
    inputs = io_case.read(
        tmp_path, communes="communes.gpkg", structures="structures.csv", places="places.csv"
    )
    assert inputs.rejects.empty
    assert list(inputs.communes["commune_code"]) == ["90101", "r3001"]
    assert list(inputs.communes["name"]) == ["An Thử", "Bình Thử"]
    assert list(inputs.communes["full_name"]) == ["Xã An Thử", "Phường Bình Thử"]
    assert list(inputs.hamlets["name"]) == ["Thôn Một", "Thôn Hai"]
    assert list(inputs.hamlets["commune_code"]) == ["90101", "r3001"]
    assert list(inputs.structures["owner"]) == ["Viettel", "CTR", ""]
    assert list(inputs.structures["height_m"])[:1] == [45.0]
    assert list(inputs.structures["kind"].unique()) == ["mast"]
    assert list(inputs.places["class"]) == ["school", "industrial_park"]


def test_a_named_area_has_its_own_communes_only(stub: Stub, tmp_path: Path) -> None:
    """The neighbour shares a border with the province, the box is larger than the province."""
    fetch(stub, tmp_path / "named", "Thử Nghiệm", "--communes", bbox="")
    fetch(stub, tmp_path / "box", "--communes", bbox="108.01,15.01,108.21,15.09")
    named = gpd.read_file(tmp_path / "named" / "communes.gpkg")
    boxed = gpd.read_file(tmp_path / "box" / "communes.gpkg")
    assert list(named["name"]) == ["An Thử", "Bình Thử"]
    assert list(boxed["name"]) == ["An Thử", "Bình Thử", "Láng Giềng"]


def test_each_file_has_its_source_licence_and_date(stub: Stub, tmp_path: Path) -> None:
    stub_with_user = stub.overpass.replace("http://", "http://lan:mat@")
    call(
        "fetch", "area", "--bbox", BOX, "--out", tmp_path, "--overpass", stub_with_user, "--hamlets"
    )
    [record] = rows(tmp_path / "sources.csv")
    assert record["file"] == "hamlets.csv"
    assert record["source"] == "OpenStreetMap, Overpass API"
    assert record["url"] == stub.overpass
    assert record["licence"] == "© OpenStreetMap contributors, ODbL 1.0"
    assert record["data_date"] == "2026-11-20"
    assert len(record["fetched"]) == 10
    assert len(record["sha256"]) == 64
    assert record["bbox"] == "108.000000,15.000000,108.200000,15.100000"
    assert record["elements"] == "2"


def test_a_geopackage_carries_its_licence(stub: Stub, tmp_path: Path) -> None:
    import pyogrio

    fetch(stub, tmp_path, "--communes")
    told = pyogrio.read_info(tmp_path / "communes.gpkg", layer="communes")
    assert told["layer_metadata"]["LICENCE"] == "© OpenStreetMap contributors, ODbL 1.0"
    assert told["crs"] == "EPSG:4326"


def test_warnings_tell_what_the_data_are_not(stub: Stub, tmp_path: Path) -> None:
    data = fetch(stub, tmp_path, "--json").data()
    told = {(one["code"], one["file"]) for one in data["warnings"]}
    assert told == {
        ("osm_not_official", "communes.gpkg"),
        ("osm_uncoded", "communes.gpkg"),
        ("osm_broken", "communes.gpkg"),
        ("osm_unnamed", "hamlets.csv"),
    }
    broken = next(one for one in data["warnings"] if one["code"] == "osm_broken")
    assert "Xã Hở" in broken["message"]
    assert data["files"]["roads.gpkg"] == 1


def test_a_layer_without_elements_is_told_and_not_written(stub: Stub, tmp_path: Path) -> None:
    data = fetch(stub, tmp_path, "--communes", "--hamlets", "--admin-level", "8", "--json").data()
    assert [one["code"] for one in data["warnings"]] == ["osm_no_communes", "osm_unnamed"]
    assert names(tmp_path) == ["hamlets.csv", "sources.csv"]


def test_nothing_at_all_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    told = fetch(stub, tmp_path / "x", "--json", bbox="100,10,100.1,10.1")
    assert code_of(told) == "osm_nothing"
    assert names(tmp_path) == []


def test_the_settings_are_put_back(stub: Stub, tmp_path: Path) -> None:
    before = {name: value for name, value in vars(settings).items() if not name.startswith("__")}
    resolver = socket.getaddrinfo
    assert fetch(stub, tmp_path / "a").code == 0
    stub.go_wrong(INTERPRETER, Mishap(400))
    assert fetch(stub, tmp_path / "b").code == 2
    after = {name: value for name, value in vars(settings).items() if not name.startswith("__")}
    assert after == before
    assert socket.getaddrinfo is resolver


def test_the_settings_point_to_the_servers_given(stub: Stub, tmp_path: Path) -> None:
    servers = Servers(stub.overpass, stub.nominatim)
    watch = osm_answers.Watch(stub.overpass, servers)
    with overpass._settings(servers, watch, cache=tmp_path):
        assert settings.overpass_url == stub.overpass
        assert settings.nominatim_url == stub.nominatim
        assert "127.0.0.1" in settings.overpass_url
        assert settings.doh_url_template is None
        assert settings.cache_folder == str(tmp_path)
        assert settings.overpass_rate_limit is False  # a server of one's own
    with overpass._settings(Servers(), watch, cache=None):
        assert settings.overpass_rate_limit is True
        assert settings.use_cache is False


def test_servers_are_told_who_asks(stub: Stub, tmp_path: Path) -> None:
    fetch(stub, tmp_path, "Thử Nghiệm", "--hamlets", bbox="")
    assert stub.paths() == ["/nominatim/search", INTERPRETER]
    assert all(one.headers["User-Agent"].startswith("geoplan/") for one in stub.asked)


def status(line: str) -> Mishap:
    """Give the page on which an Overpass server tells how busy it is."""
    lines = [
        "Connected as: 1",
        "Current time: x",
        "Announced endpoint: none",
        "Rate limit: 2",
        line,
    ]
    return Mishap(body="\n".join(lines).encode())


def test_a_server_of_others_is_asked_whether_it_has_time(
    stub: Stub, tmp_path: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overpass, "_is_local", lambda _: False)
    free = status("2 slots available now.")
    stub.go_wrong("/api/status", free, free)  # once by us, to see that it is there
    assert len(collect(stub, tmp_path).features["hamlets"]) == 4
    assert stub.paths() == ["/api/status", "/api/status", INTERPRETER]
    assert all(one.headers["User-Agent"].startswith("geoplan/") for one in stub.asked)
    assert not any(slept)


def test_a_server_that_never_has_time_is_not_asked_for_ever(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overpass, "_is_local", lambda _: False)
    busy = status("Currently running queries (pid, space limit, time limit, start time):")
    stub.go_wrong("/api/status", *[busy] * 300)
    assert fault_of(stub, tmp_path) == "server_busy"
    assert INTERPRETER not in stub.paths()


def test_nothing_is_written_beside_the_folder(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert fetch(stub, tmp_path / "out").code == 0
    assert names(here) == []
    assert ".cache" not in names(tmp_path / "out")


def test_an_unknown_place_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    told = fetch(stub, tmp_path / "x", "Đâu Đó", "--json", bbox="")
    assert code_of(told) == "no_such_place"
    assert names(tmp_path) == []


def test_a_place_without_an_outline_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    told = fetch(stub, tmp_path, "Điểm", "--json", bbox="")
    assert code_of(told) == "place_without_outline"


def test_a_busy_server_is_asked_again_as_it_says(
    stub: Stub,
    tmp_path: Path,
    slept: list[float],
) -> None:
    stub.go_wrong(INTERPRETER, Mishap(429, {"Retry-After": "7"}), Mishap(504))
    assert len(collect(stub, tmp_path).features["hamlets"]) == 4
    assert [wait for wait in slept if wait] == [7.0, 10.0]


def test_a_server_that_stays_busy_is_not_asked_for_ever(
    stub: Stub,
    tmp_path: Path,
    slept: list[float],
) -> None:
    stub.go_wrong(INTERPRETER, *[Mishap(429, {"Retry-After": "9999"})] * 10)
    assert fault_of(stub, tmp_path) == "server_busy"
    assert stub.paths().count(INTERPRETER) == 4
    assert max(slept) == 120.0


def test_half_an_answer_is_not_taken_for_the_whole(stub: Stub, tmp_path: Path) -> None:
    why = 'runtime error: Query timed out in \\"query\\" at line 1'
    body = f'{{"elements": [], "remark": "{why}"}}'.encode()
    stub.go_wrong(INTERPRETER, Mishap(body=body))
    with pytest.raises(InputError) as caught:
        collect(stub, tmp_path)
    [fault] = caught.value.faults
    assert fault.code == "server_partial"
    assert 'timed out in "query"' in fault.params["why"]


def test_a_cut_connection_is_asked_again(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(INTERPRETER, Mishap(body=b"{" + b" " * 5000, cut_after=100))
    assert len(collect(stub, tmp_path).features["hamlets"]) == 4
    assert stub.paths().count(INTERPRETER) == 2


def test_a_silent_server_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(INTERPRETER, *[Mishap(silent=True)] * 2)
    servers = Servers(stub.overpass, stub.nominatim, timeout_s=0.2, tries=2)
    assert fault_of(stub, tmp_path, servers) == "server_slow"


def test_a_server_that_is_not_there_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = Servers(f"http://127.0.0.1:{port}/api", stub.nominatim)
    assert fault_of(stub, tmp_path, servers) == "server_unreachable"


def test_a_sign_in_page_is_no_answer(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(INTERPRETER, Mishap(body=b"<html>Welcome to the hotel</html>"))
    assert fault_of(stub, tmp_path) == "server_odd"


@pytest.mark.parametrize("body", [b"{", b'{"elements": 3}', b'{"other": []}', b"[]"])
def test_an_odd_answer_is_a_fault(stub: Stub, tmp_path: Path, body: bytes) -> None:
    stub.go_wrong(INTERPRETER, Mishap(body=body))
    assert fault_of(stub, tmp_path) == "server_odd"


def test_too_large_an_answer_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    servers = Servers(stub.overpass, stub.nominatim, max_bytes=200)
    assert fault_of(stub, tmp_path, servers) == "answer_too_large"


def test_too_large_an_area_is_not_asked_for(stub: Stub, tmp_path: Path) -> None:
    assert code_of(fetch(stub, tmp_path, "--json", bbox="100,8,110,24")) == "osm_area_too_large"
    assert stub.asked == []


def test_a_fetch_that_broke_off_goes_on_where_it_was(stub: Stub, tmp_path: Path) -> None:
    communes = stub.overpass_answer("['admin_level'='6']")
    stub.go_wrong(INTERPRETER, Mishap(body=communes), Mishap(400))
    assert fetch(stub, tmp_path, "--communes", "--hamlets").code == 2
    assert names(tmp_path) == [".cache"]
    told = fetch(stub, tmp_path, "--communes", "--hamlets", "--json")
    assert told.code == 0
    assert told.data()["data_date"] == "2026-11-20"
    assert stub.paths().count(INTERPRETER) == 3
    assert ".cache" not in names(tmp_path)


def test_a_fetch_replaces_what_it_fetched_and_nothing_else(stub: Stub, tmp_path: Path) -> None:
    assert fetch(stub, tmp_path, "--hamlets").code == 0
    assert fetch(stub, tmp_path, "--hamlets").code == 0
    asked = len(stub.asked)
    with (tmp_path / "hamlets.csv").open("a", encoding="utf-8") as file:
        file.write("mine,Thôn Ta,108.1,15.05,\n")
    mine = (tmp_path / "hamlets.csv").read_bytes()
    assert code_of(fetch(stub, tmp_path, "--hamlets", "--json")) == "fetched_file_changed"
    (tmp_path / "communes.gpkg").write_bytes(b"mine")
    assert code_of(fetch(stub, tmp_path, "--communes", "--json")) == "file_not_fetched"
    assert (tmp_path / "hamlets.csv").read_bytes() == mine
    assert len(stub.asked) == asked, "the folder is looked at before anybody is asked"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--bbox", "1,2,3"], "bad_bbox"),
        (["--bbox", "109,15,108,16"], "bad_bbox"),
        (["--bbox", "a,b,c,d"], "bad_bbox"),
        ([], "option_needed"),
        (["Thử Nghiệm", "--bbox", BOX], "options_exclude"),
        (["--bbox", BOX, "--admin-level", "six"], "not_a_choice"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, words: list[str], code: str) -> None:
    assert code_of(call("fetch", "area", *words, "--out", tmp_path, "--json")) == code


def test_the_folder_must_be_named() -> None:
    assert code_of(call("fetch", "area", "--bbox", BOX, "--json")) == "option_needed"


def test_a_missing_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    told = call("fetch", "area", "--bbox", BOX, "--out", tmp_path, "--json")
    assert code_of(told) == "osm_missing"
    assert 'pip install "geoplan[osm]"' in told.data()["faults"][0]["advice"]


def test_what_comes_with_several_answers_counts_once(stub: Stub, tmp_path: Path) -> None:
    """A large area is asked for in pieces, and an element may lie in more than one."""
    data = fetch(stub, tmp_path, "--communes", "--json", bbox="107.5,14.5,108.6,15.6").data()
    assert stub.paths().count(INTERPRETER) > 1
    assert data["files"] == {"communes.gpkg": 3}


def test_far_islands_do_not_make_the_area_an_ocean(stub: Stub) -> None:
    coast, far = shapely.box(109, 12, 109.5, 12.5), shapely.box(114, 8, 114.1, 8.1)
    overpass.check_area(Area(shapely.union_all([coast, far])))
    with pytest.raises(InputError):
        overpass.check_area(Area(shapely.box(109, 8, 114.1, 12.5)))


def test_the_folder_may_be_the_one_in_which_we_are(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fetch(stub, Path(), "--hamlets").code == 0
    assert names(tmp_path) == ["hamlets.csv", "sources.csv"]


def test_the_same_answers_give_the_same_bytes(stub: Stub, tmp_path: Path) -> None:
    assert fetch(stub, tmp_path / "a").code == 0
    stub.elements.sort(key=lambda one: ("nwr".index(one["type"][0]), -one["id"]))
    assert fetch(stub, tmp_path / "b").code == 0
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
