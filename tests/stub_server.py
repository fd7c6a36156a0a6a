"""A server on loopback that answers as Nominatim, Overpass and a file store do, well or badly.

It knows an invented province only. Each path has a queue of mishaps that come before good answers.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PROVINCE = {
    "type": "Polygon",
    "coordinates": [[[108, 15], [108.2, 15], [108.2, 15.1], [108, 15.1], [108, 15]]],
}
DATE = "2026-11-20T08:00:00Z"


@dataclass
class Mishap:
    """One bad answer: a status, a cut after so many bytes, a silence, or another body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut_after: int | None = None
    silent: bool = False


@dataclass
class Asked:
    """A question that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""


@dataclass
class Stub:
    """What the server answers, and what it was asked."""

    host: str = ""
    elements: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    with_etag: bool = True
    mishaps: dict[str, list[Mishap]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def overpass(self) -> str:
        return f"http://{self.host}/api"

    @property
    def nominatim(self) -> str:
        return f"http://{self.host}/nominatim/"

    def url(self, name: str) -> str:
        return f"http://{self.host}/files/{name}"

    def paths(self) -> list[str]:
        """The paths that were asked for, without their queries."""
        return [urlsplit(one.path).path for one in self.asked]

    def go_wrong(self, path: str, *mishaps: Mishap) -> None:
        """Let the next questions for a path go wrong, one after the other."""
        self.mishaps.setdefault(path, []).extend(mishaps)

    def overpass_answer(self, query: str) -> bytes:
        """Give the elements that a query of OSMnx asks for, and all that they are made of."""
        wanted = re.findall(r"\['([^']+)'='([^']+)'\]", query)
        chosen = [
            one
            for one in self.elements
            if any(one.get("tags", {}).get(key) == value for key, value in wanted)
        ]
        ids = {(one["type"], one["id"]) for one in chosen}
        for one in self.elements[::-1]:  # relations stand last, nodes first
            if (one["type"], one["id"]) in ids:
                ids |= {("node", ref) for ref in one.get("nodes", ())}
                ids |= {(member["type"], member["ref"]) for member in one.get("members", ())}
        found = [one for one in self.elements if (one["type"], one["id"]) in ids]
        head = {"timestamp_osm_base": DATE, "copyright": "stub"}
        return json.dumps({"version": 0.6, "osm3s": head, "elements": found}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def stub(self) -> Stub:
        return self.server.stub  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._note("")
        path = urlsplit(self.path)
        if self._goes_wrong(path.path):
            return
        if path.path == "/nominatim/search":
            name = parse_qs(path.query)["q"][0]
            self._send(200, json.dumps(self.stub.places.get(name, [])).encode())
        elif path.path.startswith("/files/"):
            self._send_file(path.path.removeprefix("/files/"))
        else:
            self._send(404, b"no such page")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["data"][0]
        self._note(query)
        if not self._goes_wrong(urlsplit(self.path).path):
            self._send(200, self.stub.overpass_answer(query))

    def _note(self, body: str) -> None:
        self.stub.asked.append(Asked(self.command, self.path, dict(self.headers), body))

    def _goes_wrong(self, path: str) -> bool:
        queue = self.stub.mishaps.get(path)
        if not queue:
            return False
        mishap = queue.pop(0)
        if mishap.silent:
            self.stub.over.wait(10)
            self.close_connection = True
        elif mishap.cut_after is not None and path.startswith("/files/"):
            self._send_file(path.removeprefix("/files/"), mishap.cut_after)
        else:
            body = mishap.body if mishap.body is not None else b"{}"
            self._send(mishap.status, body, mishap.headers, mishap.cut_after)
        return True

    def _send_file(self, name: str, cut_after: int | None = None) -> None:
        data = self.stub.files.get(name)
        if data is None:
            self._send(404, b"no such file")
            return
        tag = f'"{hashlib.md5(data).hexdigest()}"'
        headers = {"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
        headers |= {"ETag": tag} if self.stub.with_etag else {}
        if not self.stub.with_etag:
            headers = {}
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and self.headers.get("If-Range") == tag:
            start = int(asked[1])
            if start >= len(data):
                self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
                return
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._send(206, data[start:], headers, cut_after)
            return
        self._send(200, data, headers, cut_after)

    def _send(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        cut_after: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body if cut_after is None else body[:cut_after])
        self.close_connection = True


@contextmanager
def running() -> Iterator[Stub]:
    """Run a server on a free port of loopback, as long as the block lasts."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.stub = stub  # type: ignore[attr-defined]
    stub.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Drawing:
    """Draws elements of OpenStreetMap, each with a number of its own."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.ways: list[dict[str, Any]] = []
        self.relations: list[dict[str, Any]] = []

    @property
    def elements(self) -> list[dict[str, Any]]:
        """Everything, nodes first."""
        return [*self.nodes, *self.ways, *self.relations]

    def node(self, lon: float, lat: float, **tags: str) -> int:
        number = 1000 + len(self.nodes)
        made = {"type": "node", "id": number, "lon": lon, "lat": lat}
        self.nodes.append({**made, "tags": _tags(tags)} if tags else made)
        return number

    def way(self, points: list[tuple[float, float]], *, closed: bool = False, **tags: str) -> int:
        nodes = [self.node(lon, lat) for lon, lat in points]
        number = 2000 + len(self.ways)
        made = {"type": "way", "id": number, "nodes": nodes + nodes[:1] * closed}
        self.ways.append({**made, "tags": _tags(tags)})
        return number

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        corners = [(west, south), (east, south), (east, north), (west, north)]
        return self.way(corners, closed=True, **tags)

    def boundary(self, way: int, **tags: str) -> int:
        number = 3000 + len(self.relations)
        members = [{"type": "way", "ref": way, "role": "outer"}]
        made = {"type": "relation", "id": number, "members": members}
        all_tags = {"type": "boundary", "boundary": "administrative", **_tags(tags)}
        self.relations.append({**made, "tags": all_tags})
        return number


def _tags(tags: dict[str, str]) -> dict[str, str]:
    """Give tags with the colons that a name in Python cannot have."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


def draw_province() -> Drawing:
    """Draw an invented province: 2 communes, a neighbour, one that does not close, and more."""
    pen = Drawing()
    pen.boundary(pen.box(108.0, 15.0, 108.1, 15.1), name="Xã An Thử", admin_level="6", ref="90101")
    pen.boundary(pen.box(108.1, 15.0, 108.2, 15.1), name="Phường Bình Thử", admin_level="6")
    pen.boundary(pen.box(108.2, 15.0, 108.3, 15.1), name="Xã Láng Giềng", admin_level="6")
    open_ = pen.way([(108.05, 15.02), (108.06, 15.02), (108.06, 15.03)])
    pen.boundary(open_, name="Xã Hở", admin_level="6")
    pen.boundary(pen.box(108.0, 15.0, 108.2, 15.1), name="Tỉnh Thử Nghiệm", admin_level="4")
    pen.node(108.05, 15.05, place="hamlet", name="Thôn Một")
    pen.node(108.15, 15.05, place="village", name="Village Two", name__vi="Thôn Hai")
    pen.node(108.16, 15.06, place="hamlet", name="永兴岛")
    pen.node(108.25, 15.05, place="hamlet", name="Thôn Láng Giềng")
    pen.node(108.12, 15.03, place="locality", name="Gò Hoang")
    pen.box(108.04, 15.04, 108.06, 15.06, place="hamlet", name="thôn một")
    pen.node(108.051, 15.051, man_made="mast", height="45 m", operator="Viettel")
    pen.node(108.052, 15.051, man_made="tower", tower__type="communication", owner="CTR")
    pen.node(108.053, 15.051, man_made="tower", tower__type="bell_tower")
    pen.node(108.054, 15.051, man_made="mast", tower__type="lighting")
    pen.box(108.15, 15.05, 108.151, 15.051, communication__mobile_phone="yes", height="tall")
    pen.node(108.07, 15.07, amenity="school", name="Trường Tiểu học Thử")
    pen.node(108.08, 15.07, amenity="cafe", name="Quán")
    pen.box(108.17, 15.07, 108.18, 15.08, landuse="industrial", name="Khu công nghiệp Thử")
    pen.way([(108.0, 15.05), (108.1, 15.05), (108.25, 15.05)], highway="tertiary", ref="ĐT.1")
    pen.way([(108.02, 15.02), (108.03, 15.02)], highway="footway")
    return pen


def place(name: str, geojson: dict[str, Any]) -> dict[str, Any]:
    """Give what Nominatim says of a place."""
    return {
        "place_id": 1,
        "licence": "stub",
        "osm_type": "relation",
        "osm_id": 3004,
        "lat": "15.05",
        "lon": "108.1",
        "importance": 0.5,
        "display_name": name,
        "boundingbox": ["15.0", "15.1", "108.0", "108.2"],
        "geojson": geojson,
    }
