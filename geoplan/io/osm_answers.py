"""Servers of OpenStreetMap and what they answer: judged before OSMnx takes it for good.

Left alone, OSMnx would ask a busy server again without end, and take half an answer for the
whole. Asking is left to ``overpass``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from geoplan.faults import Fault, InputError
from geoplan.io import fetched, osm_tags

OVERPASS: Final = "https://overpass-api.de/api"
NOMINATIM: Final = "https://nominatim.openstreetmap.org/"
_BUSY: Final = (429, 502, 503, 504)
_STATUS_ASKED: Final = 60
_CHUNK: Final = 2**16


@dataclass(frozen=True)
class Servers:
    """Which servers are asked, and how patiently. [s] [bytes]"""

    overpass: str = OVERPASS
    nominatim: str = NOMINATIM
    timeout_s: float = 180
    tries: int = 4
    first_wait_s: float = 5.0
    longest_wait_s: float = 120.0
    max_bytes: int = 2 * 10**9
    """Of one answer."""


class AgainError(Exception):
    """The server is to be asked once more, after a while."""

    def __init__(self, code: str, wait_s: float | None = None, **params: str) -> None:
        super().__init__(code)
        self.code, self.wait_s, self.params = code, wait_s, params


def fault(code: str, *, file: str = "", value: str = "", **params: str) -> InputError:
    """Give the error of one fault."""
    return InputError([Fault(code, file=file, value=value, params=params)])


def host_of(url: str) -> str:
    """Give the host of a URL as it is shown: with its port, without user and password."""
    return urlsplit(fetched.without_secrets(url)).netloc or url


@dataclass
class Watch:
    """Looks at every answer before OSMnx does: its status, size and remarks, the day of the data.

    OSMnx hands it to requests as a hook. Left alone, OSMnx would ask a busy server again without
    end, and take half an answer for the whole.
    """

    url: str
    servers: Servers
    dates: Path | None = None
    """Where the day of the data is noted; None for Nominatim, which tells none."""
    admin_level: str = ""
    """Level of the relations that are noted by name; blank for none."""
    named: dict[int, str] = field(default_factory=dict)
    asked: int = 0

    def __call__(self, response: Any, **_: Any) -> None:
        """Judge one answer; raise where it is no good."""
        if response.is_redirect:
            return
        try:
            self._judge(response)
        except BaseException:
            response.close()
            raise

    def _judge(self, response: Any) -> None:
        status = int(response.status_code)
        if status in _BUSY:
            raise AgainError("server_busy", _retry_after(response.headers), status=str(status))
        if response.url.rstrip("/").endswith("/status"):
            self.asked += 1
            if self.asked > _STATUS_ASKED:
                raise AgainError("server_busy", None, status="status")
            return
        body = self._read(response)
        if status >= 400:
            raise fault("server_refused", file=host_of(self.url), status=str(status))
        self._look_into(body)
        response.raw = io.BytesIO(body)

    def _read(self, response: Any) -> bytes:
        """Read an answer up to the limit; one that is cut off is asked for again."""
        import urllib3

        parts, size = [], 0
        try:
            for part in response.raw.stream(_CHUNK, decode_content=True):
                size += len(part)
                if size > self.servers.max_bytes:
                    limit = f"{self.servers.max_bytes / 1e6:g} MB"
                    raise fault("answer_too_large", file=host_of(self.url), limit=limit)
                parts.append(part)
        except urllib3.exceptions.ReadTimeoutError as error:
            seconds = f"{self.servers.timeout_s:g}"
            raise AgainError("server_slow", seconds=seconds) from error
        except urllib3.exceptions.HTTPError as error:
            raise AgainError("server_unreachable", why=type(error).__name__) from error
        return b"".join(parts)

    def _look_into(self, body: bytes) -> None:
        """Refuse an answer that is not what was asked for, or not the whole of it."""
        odd = fault("server_odd", file=host_of(self.url))
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise odd from error
        if self.dates is None:
            if not isinstance(answer, list):
                raise odd
            return
        if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
            raise odd
        remark = str(answer.get("remark", ""))
        if "error" in remark:
            raise fault("server_partial", file=host_of(self.url), why=remark)
        base = answer.get("osm3s", {}).get("timestamp_osm_base", "")
        with self.dates.open("a", encoding="utf-8") as file:
            file.write(f"{base[:10]}\n")
        for one in answer["elements"]:
            tags: Mapping[str, str] = one.get("tags", {})
            if one.get("type") == "relation" and tags.get("admin_level") == self.admin_level:
                self.named[int(one["id"])] = osm_tags.name_of(tags) or f"r{one['id']}"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Give how long a server asks to wait, where it says so in seconds."""
    written = headers.get("Retry-After", "").strip()
    return float(written) if written.isdigit() else None
