"""One file from a URL: not too large, taken up again where it broke off, checked, put there whole.

Needs nothing but Python's own library. What the file is for is left to whoever asked for it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import logging
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from geoplan import __version__
from geoplan.faults import Fault, FolderError, InputError
from geoplan.io import fetched
from geoplan.io.fetched import Record
from geoplan.io.readers import checksum
from geoplan.progress import Progress, silent

_log = logging.getLogger(__name__)

MAX_MB: Final = 2000.0
"""Default limit: a population raster of the country is some 100 MB, terrain at 30 m 2 GB. [MB]"""
_CHUNK: Final = 2**18
_BUSY: Final = (429, 500, 502, 503, 504)
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PAGE: Final = (b"<!doctype html", b"<html")
_UNKNOWN: Final = "not stated: ask the provider"


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, and how often it is asked again without progress. [s]"""

    timeout_s: float = 60.0
    tries: int = 4
    first_wait_s: float = 5.0
    longest_wait_s: float = 120.0


@dataclass(frozen=True)
class Origin:
    """What the user says of a file: who made it and under which licence."""

    source: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Downloaded:
    """The file with its record; ``resumed_at`` tells how many bytes stood there already."""

    record: Record
    size: int
    resumed_at: int = 0


class _CutError(Exception):
    """The answer ended early, or none came; it is to be asked for once more."""

    def __init__(self, fault: Fault, wait_s: float | None = None) -> None:
        super().__init__(fault.code)
        self.fault, self.wait_s = fault, wait_s


def download(
    url: str,
    path: Path,
    *,
    today: str,
    sha256: str = "",
    max_mb: float = MAX_MB,
    origin: Origin | None = None,
    patience: Patience | None = None,
    progress: Progress = silent,
) -> Downloaded:
    """Fetch a file; beside it, ``.part`` stays where it broke off, for the next time.

    Parameters
    ----------
    url
        http or https; user and password in it go to its host only, and are recorded nowhere.
    path
        Where the file is to stand; a file there is replaced only if it was fetched before.
    sha256
        The checksum that it must have, in hexadecimal; blank where it is not known.

    Raises
    ------
    InputError
        ``bad_url``, ``bad_checksum``, ``server_unreachable``, ``server_slow``, ``server_busy``,
        ``server_refused``, ``download_cut``, ``file_too_large_to_fetch``, ``checksum_differs`` or
        ``page_instead``.
    FolderError
        The file there is not ours, the folder cannot be written, or the disk is full.
    """
    wanted = sha256.strip().lower()
    if wanted and not _SHA256.fullmatch(wanted):
        raise InputError([Fault("bad_checksum", column="--sha256", value=sha256)])
    job = _Job(url, path, int(max_mb * 1e6), patience or Patience(), progress)
    job.check_url()
    fetched.check_names(path.parent, [path.name])
    with fetched.refusing(path.name):
        made = fetched.make_folder(path.parent)
        try:
            job.fetch()
            found = job.check(wanted)
        except BaseException:
            fetched.drop_if_empty(made)
            raise
        size = job.part.stat().st_size
        record = _record(job, found, today, origin or Origin())
        ledger = {**fetched.read_ledger(path.parent), path.name: record}
        beside = job.part.with_name(f"{job.part.name}.{fetched.LEDGER}")
        fetched.write_ledger(beside, ledger)
        job.part.replace(path)
        beside.replace(path.parent / fetched.LEDGER)
        job.note.unlink(missing_ok=True)
    return Downloaded(record, size, job.resumed_at)


def _record(job: _Job, found: str, today: str, origin: Origin) -> Record:
    shown = fetched.without_secrets(job.url)
    return Record(
        file=job.path.name,
        source=origin.source or urlsplit(shown).netloc,
        url=shown,
        licence=origin.licence or _UNKNOWN,
        fetched=today,
        data_date=_day(job.modified),
        sha256=found,
    )


def _day(modified: str) -> str:
    """Give the ISO date of a header Last-Modified, blank where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(modified).date().isoformat()
    except (TypeError, ValueError):
        return ""


@dataclass
class _Job:
    """One file on its way: ``part`` holds what has come, ``note`` what it is a part of."""

    url: str
    path: Path
    limit: int
    patience: Patience
    progress: Progress
    modified: str = ""
    resumed_at: int = 0

    @property
    def part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")

    @property
    def note(self) -> Path:
        return self.path.with_name(self.path.name + ".part.note")

    @property
    def host(self) -> str:
        return urlsplit(fetched.without_secrets(self.url)).netloc

    def check_url(self) -> None:
        try:
            parts = urlsplit(self.url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
            _ = parts.port
        except ValueError:
            good = False
        if not good or re.search(r"[\x00-\x20]", self.url):
            raise InputError([Fault("bad_url", value=fetched.without_secrets(self.url))])

    def fetch(self) -> None:
        """Ask until the file is whole."""
        have = self._have()
        wait, failed = self.patience.first_wait_s, 0
        while True:
            try:
                self._ask()
            except _CutError as cut:
                now = self._have()
                failed = 1 if now > have else failed + 1
                have = max(have, now)
                if failed >= self.patience.tries:
                    raise InputError([cut.fault]) from cut
                pause = min(
                    wait * 2 ** (failed - 1) if cut.wait_s is None else cut.wait_s,
                    self.patience.longest_wait_s,
                )
                _log.info("%s is asked again in %.0f s", self.host, pause)
                time.sleep(pause)
            else:
                self.progress("download", 1.0)
                return

    def check(self, wanted: str) -> str:
        """Give the checksum of what came; take it away again where it is not what was meant."""
        found = checksum(self.part)
        with self.part.open("rb") as file:
            head = file.read(_CHUNK).lstrip()[:32].lower()
        fault = None
        if wanted and found != wanted:
            fault = Fault("checksum_differs", self.path.name, params={"found": found})
        elif head.startswith(_PAGE) and self.path.suffix.lower() not in (".html", ".htm"):
            fault = Fault("page_instead", self.path.name)
        if fault:
            self._forget()
            raise InputError([fault])
        return found

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _told(self) -> dict[str, Any]:
        """Give what is noted of a part that can be taken up: the same URL, a known version."""
        try:
            note = json.loads(self.note.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) and note.get("url") == self._key() else {}

    def _key(self) -> str:
        """Give what tells URLs apart without keeping their keys."""
        return hashlib.sha256(self.url.encode()).hexdigest()

    def _have(self) -> int:
        """Give how many bytes of the file are here to be taken up."""
        told = self._told()
        if not told.get("validator") or not self.part.is_file():
            return 0
        return self.part.stat().st_size

    def _ask(self) -> None:
        """Ask for the file, or for its rest, and write what comes."""
        have, told = self._have(), self._told()
        total = told.get("total")
        if have and have == total:
            self.resumed_at = have
            self.modified = told.get("modified", "")
            return
        with self._open(have, told) as answer:
            start = self._start(answer, have)
            self.resumed_at = max(self.resumed_at, start)
            self.modified = answer.headers.get("Last-Modified", "")
            length = answer.headers.get("Content-Length", "")
            total = start + int(length) if length.isdigit() else None
            self._check_size(total or 0, start)
            self._write_note(answer.headers, total)
            got = self._write(answer, start, total)
        if total is not None and got < total:
            params = {"got": str(got), "total": str(total)}
            raise _CutError(Fault("download_cut", self.host, params=params))

    @contextlib.contextmanager
    def _open(self, have: int, told: Mapping[str, Any]) -> Iterator[Any]:
        """Open the answer; every way in which a server can fail becomes a fault."""
        request = self._request(have, told)
        opener = urllib.request.build_opener(_CarefulRedirects)
        try:
            with opener.open(request, timeout=self.patience.timeout_s) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                    self._forget()
                params = {"status": str(error.code)}
                if error.code in _BUSY:
                    wait = error.headers.get("Retry-After", "").strip()
                    fault = Fault("server_busy", self.host, params=params)
                    raise _CutError(fault, float(wait) if wait.isdigit() else None) from error
                if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                    raise _CutError(Fault("server_refused", self.host, params=params), 0) from error
                raise InputError([Fault("server_refused", self.host, params=params)]) from error
        except TimeoutError as error:
            params = {"seconds": f"{self.patience.timeout_s:g}"}
            raise _CutError(Fault("server_slow", self.host, params=params)) from error
        except urllib.error.URLError as error:
            raise _CutError(self._unreachable(error.reason)) from error
        except (http.client.HTTPException, ConnectionError, ssl.SSLError) as error:
            raise _CutError(self._unreachable(error)) from error

    def _unreachable(self, reason: object) -> Fault:
        if isinstance(reason, TimeoutError):
            params = {"seconds": f"{self.patience.timeout_s:g}"}
            return Fault("server_slow", self.host, params=params)
        why = getattr(reason, "strerror", None) or type(reason).__name__
        return Fault("server_unreachable", self.host, params={"why": str(why)})

    def _request(self, have: int, told: Mapping[str, Any]) -> urllib.request.Request:
        parts = urlsplit(self.url)
        place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        if ":" in str(parts.hostname):
            place = place.replace(str(parts.hostname), f"[{parts.hostname}]", 1)
        bare = urlunsplit(SplitResult(parts.scheme, place, parts.path, parts.query, ""))
        request = urllib.request.Request(bare, headers={"User-Agent": f"geoplan/{__version__}"})
        request.add_header("Accept-Encoding", "identity")
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            # "Unredirected": the password goes to the host that it is for, and to no other.
            request.add_unredirected_header(
                "Authorization", "Basic " + base64.b64encode(pair).decode()
            )
        if have:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", told["validator"])
        return request

    def _start(self, answer: Any, have: int) -> int:
        """Give where what comes begins: at the end of what is here, or anew."""
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status == http.client.PARTIAL_CONTENT:
            if found and int(found[1]) == have:
                return have
            self._forget()
            params = {"status": str(answer.status)}
            raise _CutError(Fault("server_refused", self.host, params=params), 0)
        return 0

    def _check_size(self, size: int, start: int) -> None:
        if size > self.limit:
            self._too_large()
        if size and size - start > shutil.disk_usage(self.path.parent).free:
            raise FolderError([Fault("disk_full", self.path.name)])

    def _too_large(self) -> None:
        self._forget()
        limit = f"{self.limit / 1e6:g} MB"
        raise InputError([Fault("file_too_large_to_fetch", self.host, params={"limit": limit})])

    def _write_note(self, headers: Mapping[str, str], total: int | None) -> None:
        """Note of what version the part is; a weak ETag does not tell versions apart."""
        tag = headers.get("ETag", "")
        validator = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
        note = {"url": self._key(), "validator": validator, "total": total}
        self.note.write_text(json.dumps({**note, "modified": self.modified}), "utf-8")

    def _write(self, answer: IO[bytes], start: int, total: int | None) -> int:
        """Write what comes behind what is here; give how many bytes there are then."""
        got = start
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            while chunk := answer.read(_CHUNK):
                got += len(chunk)
                if got > self.limit:
                    break
                file.write(chunk)
                self.progress("download", min(got / total, 0.999) if total else 0.0)
        if got > self.limit:
            self._too_large()
        return got


class _CarefulRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to http or https only, and never from https down to http."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        target = urlsplit(newurl).scheme
        if target not in ("http", "https") or (req.type == "https" and target == "http"):
            raise urllib.error.HTTPError(req.full_url, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
