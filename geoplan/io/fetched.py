"""A folder of fetched files: each put there whole, with its source, licence and date beside it.

``sources.csv`` lists every file with its checksum, so that a later fetch can tell its own files
from the user's; what is in the files is left to ``osm_files`` and ``downloads``.
"""

from __future__ import annotations

import csv
import errno
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from geoplan.faults import Fault, Faults, FolderError
from geoplan.io.readers import checksum

LEDGER: Final = "sources.csv"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SECRET: Final = re.compile(r"(?i)key|token|secret|sig|pass|pwd|auth|cred|session|user|login")
_LONGEST_VALUE: Final = 16
"""Letters of a value in a URL that is shown: keys are longer."""


@dataclass(frozen=True)
class Record:
    """Where a file came from: one row of ``sources.csv``; dates are ISO."""

    file: str
    source: str
    url: str
    licence: str
    fetched: str
    data_date: str = ""
    sha256: str = ""
    bbox: str = ""
    area: str = ""
    elements: str = ""


def without_secrets(url: str) -> str:
    """Give a URL without user, password, fragment and whatever in its query could be a key.

    >>> without_secrets("https://lan:mat@host.vn/dem.tif?zone=48&api_key=abc")
    'https://host.vn/dem.tif?zone=48&api_key=***'
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
        pairs = parse_qsl(parts.query)
    except ValueError:
        return url.rpartition("@")[2].partition("?")[0]
    query = "&".join(f"{name}={_shown_value(name, value)}" for name, value in pairs)
    if parts.query and not pairs:
        query = "***"
    return urlunsplit(SplitResult(parts.scheme, place, parts.path, query, ""))


def _shown_value(name: str, value: str) -> str:
    return "***" if _SECRET.search(name) or len(value) > _LONGEST_VALUE else value


def read_ledger(folder: Path) -> dict[str, Record]:
    """Give the records of a folder by file name; none where there is no list of ours."""
    names = {field.name for field in fields(Record)}
    try:
        with (folder / LEDGER).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return {}
    if not all(names <= row.keys() for row in rows):
        return {}
    return {row["file"]: Record(**{name: row[name] or "" for name in names}) for row in rows}


def licence_of(path: Path) -> str:
    """Give the licence of a fetched file by the list beside it; a changed file keeps it."""
    record = read_ledger(path.parent).get(path.name)
    return "" if record is None else record.licence


def check_names(folder: Path, names: Iterable[str]) -> None:
    """Refuse to replace files that were not fetched, or were changed since.

    Raises
    ------
    FolderError
        ``folder_is_file``, ``file_not_fetched`` or ``fetched_file_changed``.
    """
    faults = Faults()
    for part in (folder, *folder.parents):
        if part.exists():
            if not part.is_dir():
                faults.add("folder_is_file", file=part.name)
            break
    known = {} if faults else read_ledger(folder)
    for name in (*names, LEDGER):
        path = folder / name
        if faults or not path.exists():
            continue
        if name == LEDGER:
            if not known:
                faults.add("file_not_fetched", file=name)
        elif name not in known:
            faults.add("file_not_fetched", file=name)
        elif not path.is_file() or checksum(path) != known[name].sha256:
            faults.add("fetched_file_changed", file=name)
    faults.raise_if_any(FolderError)


@contextmanager
def delivery(folder: Path, records: list[Record]) -> Iterator[Path]:
    """Give a temporary folder; when the block ends well, its files stand in ``folder``.

    Parameters
    ----------
    records
        To be filled inside the block: one for each file that was written; checksums are added.

    Raises
    ------
    FolderError
        ``disk_full`` or ``folder_unwritable``; then nothing of the folder has changed.
    """
    with refusing(folder.name):
        made = make_folder(folder)
        staged = folder / f".geoplan-fetch-{secrets.token_hex(4)}"
        try:
            staged.mkdir()
            yield staged
            _put(staged, folder, records)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            drop_if_empty(made)
            raise
        shutil.rmtree(staged, ignore_errors=True)


def _put(staged: Path, folder: Path, records: list[Record]) -> None:
    """Move the files in place, the list of sources last."""
    summed = {one.file: replace(one, sha256=checksum(staged / one.file)) for one in records}
    write_ledger(staged / LEDGER, {**read_ledger(folder), **summed})
    for name in (*summed, LEDGER):
        (staged / name).replace(folder / name)


def write_ledger(path: Path, records: dict[str, Record]) -> None:
    """Write the list of sources, by file name."""
    names = [field.name for field in fields(Record)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(records[name]) for name in sorted(records))


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and what is missing above it; give those made, the outermost first."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def drop_if_empty(made: list[Path]) -> None:
    """Take away folders that were made for nothing."""
    for part in reversed(made):
        if not part.exists():
            continue
        try:
            part.rmdir()
        except OSError:
            return


@contextmanager
def refusing(shown: str) -> Iterator[None]:
    """Turn an error of the disk into a fault of what is shown by this name."""
    try:
        yield
    except FolderError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise FolderError([Fault("disk_full", shown)]) from error
        why = {"why": error.strerror or type(error).__name__}
        raise FolderError([Fault("folder_unwritable", shown, params=why)]) from error
