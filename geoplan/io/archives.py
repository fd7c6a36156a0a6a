"""Files inside zip and gzip files: weighed before they are unpacked, and only into memory.

Nothing is ever written to disk, so a member's path is no more than its name. What the members
hold is left to the readers of their formats.
"""

from __future__ import annotations

import copy
import gzip
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Final, TypeVar
from zipfile import ZipFile, ZipInfo

from geoplan import settings
from geoplan.faults import Faults
from geoplan.io import readers
from geoplan.io.readers import Source

ZIPPED: Final = (".zip", ".kmz", ".xlsx", ".xlsm", ".ods")
"""Kinds of files that are zip files."""
T = TypeVar("T")

COMPANIONS: Final[Mapping[str, tuple[str, ...]]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".dbf"),
    ".mif": (".mid",),
}
"""Files that belong to another one, by its ending."""

_TEXTS: Final = (*readers.DELIMITED, ".kml", ".geojson", ".json", ".mif")
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of the older Office begins; a workbook with a password is one, whatever its name."""
_CHUNK: Final = 2**20
_UTF8_NAMES: Final = 0x800
_ENCRYPTED: Final = 0x1
_SHOWN: Final = 8


class TooLarge(ValueError):
    """What is packed unpacks to more than is allowed."""


class PasswordNeeded(ValueError):
    """A member is encrypted."""


def _guarded(work: Callable[[], T], source: Source, faults: Faults) -> T | None:
    """Do something with an archive; what can go wrong becomes a fault of its file, and None."""
    try:
        return work()
    except TooLarge:
        limit = settings.MAX_UNPACKED_BYTES // 2**20
        faults.add("unpacks_too_large", file=source.name, limit=f"{limit} MB")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        why = str(error) if isinstance(error, NotImplementedError) else type(error).__name__
        faults.add("unreadable_file", file=source.name, why=why)
    except PasswordNeeded:
        faults.add("password_needed", file=source.name)
    return None


def is_safe(source: Source, faults: Faults) -> bool:
    """Tell whether a file may be opened; add a fault where it is too large or locked.

    Of a zip file the directory is read first, and then every member is counted as it unpacks,
    because a directory can lie and other libraries do not ask.
    """
    if source.ending in _TEXTS and _size(source) > settings.MAX_TEXT_BYTES:
        limit = settings.MAX_TEXT_BYTES // 2**20
        faults.add("file_too_large", file=source.name, limit=f"{limit} MB")
        return False
    if source.ending not in ZIPPED:
        return True
    return _guarded(lambda: _weigh(source), source, faults) is not None


def names_in(source: Source, faults: Faults) -> list[str]:
    """Give the names of the files in a zip file by its directory, sorted; unpack none of them."""

    def names() -> list[str]:
        with open_zip(source) as packed:
            return sorted(info.filename for info in packed.infolist())

    return _guarded(names, source, faults) or []


def _weigh(source: Source) -> int:
    """Give the bytes that a zip file unpacks to."""
    with source.open() as file:
        if file.read(len(_COMPOUND)) == _COMPOUND:
            return _readable_compound(file.read())
    with open_zip(source) as packed:
        size = 0
        for info in packed.infolist():
            size += sum(map(len, chunks(packed, info)))
            if size > settings.MAX_UNPACKED_BYTES:
                raise TooLarge
        return size


def _size(source: Source) -> int:
    return len(source.content()) if source.parts else source.path.stat().st_size


def _readable_compound(content: bytes) -> int:
    """Let an old workbook under a new name pass, but not one that is locked by a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise PasswordNeeded
    return len(content)


@contextmanager
def open_zip(source: Source) -> Iterator[ZipFile]:
    """Open a zip file whose directory promises no more than is allowed.

    Raises
    ------
    TooLarge
        More files, or more bytes in all.
    PasswordNeeded
        A member is encrypted.
    """
    with source.open() as file, ZipFile(file) as packed:
        infos = packed.infolist()
        if len(infos) > settings.MAX_PACKED_FILES:
            raise TooLarge
        if sum(info.file_size for info in infos) > settings.MAX_UNPACKED_BYTES:
            raise TooLarge
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise PasswordNeeded
        yield packed


def read_member(packed: ZipFile, info: ZipInfo) -> bytes:
    """Give all bytes of a member."""
    return b"".join(chunks(packed, info))


def chunks(packed: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """Give the bytes of a member in pieces, however many its directory promised.

    Raises
    ------
    TooLarge
        More than a file may unpack to.
    """
    # zipfile stops at the size that the directory promises; without one it reads to the end.
    honest = copy.copy(info)
    if info.compress_type != zipfile.ZIP_STORED:
        honest.file_size = 2**62
    with packed.open(honest) as file:
        yield from _limited(file)


def _limited(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > settings.MAX_UNPACKED_BYTES:
            raise TooLarge
        yield chunk


def members(packed: ZipFile) -> dict[str, ZipInfo]:
    """Give the files of a zip file by their names in NFC, without what systems add."""
    found = {}
    for info in packed.infolist():
        name = _name(info)
        parts = PurePosixPath(name).parts
        if info.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith("."):
            continue
        found[name] = info
    return dict(sorted(found.items()))


def _name(info: ZipInfo) -> str:
    """Give the name of a member; one that is not marked as UTF-8 may be so all the same."""
    name = info.filename.replace("\\", "/")
    if not info.flag_bits & _UTF8_NAMES:
        data = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp1258"):
            try:
                name = data.decode(encoding)
                break
            except UnicodeError:
                continue
    return unicodedata.normalize("NFC", name)


def unpack(source: Source, faults: Faults) -> Source | None:
    """Give the one file inside an archive that is meant, in memory; None, and a fault, if none.

    Where a zip file holds several tables, the scenario's ``layer`` names one: by its name
    without ending, by its name, or by its whole path inside.
    """
    if source.ending == ".gz":
        return _guarded(lambda: _gunzip(source), source, faults)
    return _guarded(lambda: _unzip(source, faults), source, faults)


def _gunzip(source: Source) -> Source:
    with source.open() as packed, gzip.open(packed) as file:
        content = b"".join(_limited(file))
    name = source.path.name[: -len(source.path.suffix)]
    return replace(source, member=name, parts={Path(name).suffix.lower(): content})


def _unzip(source: Source, faults: Faults) -> Source | None:
    with open_zip(source) as packed:
        inside = members(packed)
        name, layer = _chosen(source, inside, faults)
        if name is None:
            return None
        ending = PurePosixPath(name).suffix.lower()
        parts = {ending: read_member(packed, inside[name])}
        for other, info in inside.items():
            belongs = PurePosixPath(other).suffix.lower()
            if belongs in COMPANIONS.get(ending, ()) and _stem(other) == _stem(name):
                parts[belongs] = read_member(packed, info)
                if sum(map(len, parts.values())) > settings.MAX_UNPACKED_BYTES:
                    raise TooLarge
    given = source.given.model_copy(update={"layer": layer})
    return replace(source, given=given, member=name, parts=parts)


def _stem(name: str) -> str:
    """Give the path of a member without its ending, in lower case."""
    return str(PurePosixPath(name).with_suffix("")).casefold()


def _chosen(
    source: Source, inside: Mapping[str, ZipInfo], faults: Faults
) -> tuple[str | None, str | None]:
    """Give the member that is meant, and the layer within it."""
    tables = _tables(inside)
    wanted = source.given.layer
    if wanted is None or (len(tables) == 1 and _has_layers(tables[0])):
        if len(tables) == 1:
            return tables[0], None if wanted in _names(tables[0]) else wanted
        if tables:
            known = ", ".join(_shown(name, tables) for name in tables)
            faults.add("several_layers", file=source.name, layers=known)
        else:
            held = ", ".join([*inside][:_SHOWN]) + (" …" if len(inside) > _SHOWN else "")
            faults.add("nothing_inside", file=source.name, names=held or "–")
        return None, None
    exact = [name for name in tables if unicodedata.normalize("NFC", wanted) in _names(name)]
    if len(exact) == 1:
        return exact[0], None
    known = ", ".join(_shown(name, tables) for name in exact or tables)
    code = "several_layers" if exact else "unknown_layer"
    faults.add(code, file=source.name, column="layer", value=wanted, layers=known)
    return None, None


def _tables(inside: Mapping[str, ZipInfo]) -> list[str]:
    """Give the members that are tables; a note in a text file beside them is none."""
    readable = [
        name
        for name in inside
        if (ending := PurePosixPath(name).suffix.lower()) in readers.TABLE_FORMATS
        and ending not in readers.ARCHIVES
    ]
    return [name for name in readable if not name.lower().endswith(".txt")] or readable


def _has_layers(name: str) -> bool:
    return name.lower().endswith(".gpkg")


def _names(name: str) -> tuple[str, str, str]:
    """Give the names that a scenario may call a member by."""
    path = PurePosixPath(name)
    return path.stem, path.name, name


def _shown(name: str, others: list[str]) -> str:
    """Give the shortest name that tells a member from the others."""
    for i, short in enumerate(_names(name)):
        if sum(_names(other)[i] == short for other in others) == 1:
            return short
    return name


def repack(parts: Mapping[str, bytes], stem: str = "layer") -> bytes:
    """Give companions as a zip file in memory, for a driver that opens several files at once."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for ending, content in sorted(parts.items()):
            packed.writestr(f"{stem}{ending}", content)
    return buffer.getvalue()
