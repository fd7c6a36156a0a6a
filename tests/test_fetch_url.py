"""Fetching a file from a URL: size limit, resume, checksum, and servers that fail."""

from __future__ import annotations

import hashlib
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from geoplan.faults import GeoplanError
from geoplan.io import downloads, fetched
from geoplan.io.downloads import Patience
from tests.cli_case import Told, call
from tests.fetch_case import names, rows
from tests.stub_server import Mishap, Stub

DATA = bytes(range(256)) * 4000
SUM = hashlib.sha256(DATA).hexdigest()
PATH = "/files/dem.tif"


@pytest.fixture(autouse=True)
def dem(stub: Stub) -> None:
    stub.files["dem.tif"] = DATA


def fetch(stub: Stub, out: Path, *words: str) -> Told:
    return call("fetch", "url", stub.url("dem.tif"), "--out", out, *words)


def download(stub: Stub, out: Path, **options: Any) -> downloads.Downloaded:
    patience = options.pop("patience", Patience())
    url = options.pop("url", stub.url("dem.tif"))
    return downloads.download(url, out, today="2026-11-23", patience=patience, **options)


def code_of(told: Told) -> str:
    faults = told.data()["faults"]
    assert told.code == 2
    assert len(faults) == 1, faults
    return str(faults[0]["code"])


def fault_of(stub: Stub, out: Path, **options: Any) -> str:
    with pytest.raises(GeoplanError) as caught:
        download(stub, out, **options)
    [fault] = caught.value.faults
    return fault.code


def ranges(stub: Stub) -> list[str]:
    return [one.headers.get("Range", "") for one in stub.asked]


def test_a_file_is_fetched_with_its_record(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "thu" / "dem.tif"
    told = fetch(stub, out, "--sha256", SUM.upper(), "--licence", "CC BY 4.0", "--lang", "en")
    assert told.code == 0, told.err
    assert out.read_bytes() == DATA
    assert names(out.parent) == ["dem.tif", "sources.csv"]
    [record] = rows(out.parent / "sources.csv")
    assert record["file"] == "dem.tif"
    assert record["source"] == stub.host
    assert record["url"] == stub.url("dem.tif")
    assert record["licence"] == "CC BY 4.0"
    assert record["sha256"] == SUM
    assert record["data_date"] == "2026-11-02"
    assert SUM in told.out


def test_a_licence_that_is_not_named_is_told(stub: Stub, tmp_path: Path) -> None:
    told = fetch(stub, tmp_path / "dem.tif", "--lang", "en")
    assert "the licence of the file is not known" in told.err
    assert rows(tmp_path / "sources.csv")[0]["licence"] == "not stated: ask the provider"


def test_a_file_goes_into_the_list_of_an_area(stub: Stub, tmp_path: Path) -> None:
    pytest.importorskip("osmnx", reason="OSMnx is not installed")
    words = ["--bbox", "108,15,108.2,15.1", "--hamlets", "--overpass", stub.overpass]
    assert call("fetch", "area", *words, "--out", tmp_path).code == 0
    assert fetch(stub, tmp_path / "dem.tif").code == 0
    assert call("fetch", "area", *words, "--out", tmp_path).code == 0
    assert [row["file"] for row in rows(tmp_path / "sources.csv")] == ["dem.tif", "hamlets.csv"]


def test_a_cut_connection_is_taken_up_where_it_broke_off(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(PATH, Mishap(cut_after=400_000))
    done = download(stub, tmp_path / "dem.tif", sha256=SUM)
    assert done.resumed_at == 400_000
    assert ranges(stub) == ["", "bytes=400000-"]
    assert names(tmp_path) == ["dem.tif", "sources.csv"]


def test_the_next_call_goes_on_with_the_part(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "dem.tif"
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert fault_of(stub, out, patience=Patience(tries=1)) == "download_cut"
    assert names(tmp_path) == ["dem.tif.part", "dem.tif.part.note"]
    assert download(stub, out, sha256=SUM).resumed_at == 300_000
    assert out.read_bytes() == DATA
    assert names(tmp_path) == ["dem.tif", "sources.csv"]


def test_a_file_that_changed_meanwhile_is_fetched_anew(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "dem.tif"
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert fault_of(stub, out, patience=Patience(tries=1)) == "download_cut"
    stub.files["dem.tif"] = DATA[::-1]
    assert download(stub, out).resumed_at == 0
    assert out.read_bytes() == DATA[::-1]


def test_a_part_of_another_url_is_not_taken_up(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "dem.tif"
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert fault_of(stub, out, patience=Patience(tries=1)) == "download_cut"
    stub.files["other.tif"] = b"other"
    download(stub, out, url=stub.url("other.tif"))
    assert out.read_bytes() == b"other"
    assert ranges(stub)[-1] == ""


def test_a_server_that_names_no_version_is_asked_for_the_whole(stub: Stub, tmp_path: Path) -> None:
    stub.with_etag = False
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert download(stub, tmp_path / "dem.tif", sha256=SUM).resumed_at == 0
    assert ranges(stub) == ["", ""]


def test_a_part_that_is_whole_needs_no_further_bytes(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "dem.tif"
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert fault_of(stub, out, patience=Patience(tries=1)) == "download_cut"
    (tmp_path / "dem.tif.part").write_bytes(DATA)
    assert download(stub, out, sha256=SUM).resumed_at == len(DATA)
    assert len(stub.asked) == 1


def test_a_part_longer_than_the_file_is_thrown_away(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "dem.tif"
    stub.go_wrong(PATH, Mishap(cut_after=300_000))
    assert fault_of(stub, out, patience=Patience(tries=1)) == "download_cut"
    (tmp_path / "dem.tif.part").write_bytes(DATA + b"x")
    download(stub, out, sha256=SUM)
    assert out.read_bytes() == DATA


def test_another_checksum_is_a_fault_and_leaves_nothing(stub: Stub, tmp_path: Path) -> None:
    out = tmp_path / "thu" / "dem.tif"
    assert code_of(fetch(stub, out, "--sha256", "0" * 64, "--json")) == "checksum_differs"
    assert names(tmp_path) == []


def test_too_large_a_file_is_refused_before_it_comes(stub: Stub, tmp_path: Path) -> None:
    told = fetch(stub, tmp_path / "thu" / "dem.tif", "--max-mb", "1", "--json")
    assert code_of(told) == "file_too_large_to_fetch"
    assert names(tmp_path) == []


def test_a_size_that_is_not_declared_is_watched(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads._Job, "_check_size", lambda *_: None)
    assert fault_of(stub, tmp_path / "dem.tif", max_mb=0.5) == "file_too_large_to_fetch"
    assert names(tmp_path) == []


def test_a_busy_server_is_asked_again_as_it_says(
    stub: Stub, tmp_path: Path, slept: list[float]
) -> None:
    stub.go_wrong(PATH, Mishap(429, {"Retry-After": "9"}), Mishap(503), Mishap(500))
    assert download(stub, tmp_path / "dem.tif").size == len(DATA)
    assert slept == [9.0, 10.0, 20.0]


def test_a_server_that_stays_busy_is_not_asked_for_ever(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(PATH, *[Mishap(503)] * 9)
    assert fault_of(stub, tmp_path / "x" / "dem.tif") == "server_busy"
    assert len(stub.asked) == 4
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_a_fault_at_once(stub: Stub, tmp_path: Path, status: int) -> None:
    stub.go_wrong(PATH, Mishap(status))
    assert fault_of(stub, tmp_path / "dem.tif") == "server_refused"
    assert len(stub.asked) == 1


def test_a_silent_server_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    stub.go_wrong(PATH, *[Mishap(silent=True)] * 2)
    patience = Patience(timeout_s=0.2, tries=2)
    assert fault_of(stub, tmp_path / "dem.tif", patience=patience) == "server_slow"


def test_a_server_that_is_not_there_is_a_fault(stub: Stub, tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/dem.tif"
    assert fault_of(stub, tmp_path / "dem.tif", url=url) == "server_unreachable"


def test_a_web_page_is_no_raster(stub: Stub, tmp_path: Path) -> None:
    stub.files["dem.tif"] = b"\n<!DOCTYPE html><html>sign in</html>"
    assert fault_of(stub, tmp_path / "dem.tif") == "page_instead"
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/dem.tif",
        "file:///etc/passwd",
        "dem.tif",
        "http://",
        "http://h:x/",
        "http://a b/",
    ],
)
def test_an_address_that_cannot_be_fetched(stub: Stub, tmp_path: Path, url: str) -> None:
    assert fault_of(stub, tmp_path / "dem.tif", url=url) == "bad_url"


def test_a_checksum_that_is_none(stub: Stub, tmp_path: Path) -> None:
    assert code_of(fetch(stub, tmp_path / "d.tif", "--sha256", "abc", "--json")) == "bad_checksum"
    assert stub.asked == []


def test_a_password_goes_to_its_host_and_stands_nowhere(stub: Stub, tmp_path: Path) -> None:
    url = stub.url("dem.tif").replace("http://", "http://lan:bi%20mat@") + "?token=abc&zone=48"
    told = call("fetch", "url", url, "--out", tmp_path / "dem.tif", "--json")
    assert stub.asked[0].headers["Authorization"] == "Basic bGFuOmJpIG1hdA=="
    written = (tmp_path / "sources.csv").read_text("utf-8")
    for text in (written, told.out, told.err):
        assert "mat" not in text.replace("format", "")
        assert "abc" not in text
    assert f"http://{stub.host}{PATH}?token=***&zone=48" in written


def test_a_password_does_not_follow_a_redirect(stub: Stub, tmp_path: Path) -> None:
    elsewhere = stub.url("dem.tif").replace("127.0.0.1", "localhost")
    stub.go_wrong("/files/old.tif", Mishap(302, {"Location": elsewhere}))
    url = stub.url("old.tif").replace("http://", "http://lan:mat@")
    download(stub, tmp_path / "dem.tif", url=url)
    assert "Authorization" in stub.asked[0].headers
    assert "Authorization" not in stub.asked[1].headers


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_to_no_web_address_is_refused(stub: Stub, tmp_path: Path, target: str) -> None:
    stub.go_wrong("/files/old.tif", Mishap(302, {"Location": target}))
    assert fault_of(stub, tmp_path / "x.tif", url=stub.url("old.tif")) == "server_refused"


def test_a_full_disk_is_a_fault_before_anything_comes(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    assert fault_of(stub, tmp_path / "x" / "dem.tif") == "disk_full"
    assert names(tmp_path) == []


def test_a_file_of_the_users_is_not_replaced(stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "dem.tif").write_bytes(b"mine")
    assert fault_of(stub, tmp_path / "dem.tif") == "file_not_fetched"
    assert (tmp_path / "dem.tif").read_bytes() == b"mine"
    assert stub.asked == []


def test_a_fetched_file_is_replaced_by_a_newer_one(stub: Stub, tmp_path: Path) -> None:
    download(stub, tmp_path / "dem.tif")
    stub.files["dem.tif"] = b"newer"
    download(stub, tmp_path / "dem.tif")
    assert (tmp_path / "dem.tif").read_bytes() == b"newer"


def test_a_folder_in_which_nothing_can_be_written(stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert fault_of(stub, tmp_path / "file" / "dem.tif") == "folder_is_file"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://lan:mat@host.vn:8443/a?b=1#c", "https://host.vn:8443/a?b=1"),
        ("https://host.vn/a?X-Amz-Signature=00&v=2", "https://host.vn/a?X-Amz-Signature=***&v=2"),
        ("https://host.vn/a?q=0123456789abcdef0123", "https://host.vn/a?q=***"),
        ("https://host.vn/a?0123456789abcdef", "https://host.vn/a?***"),
        ("https://lan:mat@host.vn:x/a?k=v", "host.vn:x/a"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert fetched.without_secrets(url) == shown
