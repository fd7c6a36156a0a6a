"""The folder that a run writes: built beside its place, and put there whole or not at all.

A folder is replaced only where nothing in it could be anybody else's: it is empty, or its
run.json lists every other file. What stands in the folder is left to the other modules.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from geoplan.faults import Fault, Faults, FolderError

_log = logging.getLogger(__name__)

RUN_FILE: Final = "run.json"
_SHOWN: Final = 5
"""How many foreign files are named; the rest are counted by looking."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS: Final = ("no space left", "disk is full", "disk full", "not enough space")
_FULL_BYTES: Final = 64 * 1024
"""Libraries that lose the error number leave a disk with less than this. [bytes]"""


def check_target(path: Path | str) -> None:
    """Refuse a target folder that may not be replaced or cannot be written.

    Nothing is left behind: parents that are missing are made by :class:`Staging` only.

    Raises
    ------
    FolderError
        ``folder_is_file``, ``folder_not_ours`` (one fault for each of the first foreign
        files), ``folder_unwritable`` or ``disk_full``.
    """
    target = _real(path)
    shown = _shown(path)
    blocker = next((part for part in (target, *target.parents) if _is_there(part)), target)
    if _is_there(blocker) and not blocker.is_dir():
        named = blocker.name if blocker != target else shown
        raise FolderError([Fault("folder_is_file", named)])
    _probe(target, shown)
    if target.is_dir():
        _refuse_foreign(target, shown)


class Staging:
    """A temporary folder that takes the place of the target when its block ends well.

    ``warnings`` and ``path`` are good after the block: ``path`` is where the result stands,
    beside the target if a file in there was held open by another program.

    Examples
    --------
    >>> with Staging("maps/quang-ngai") as folder:  # doctest: +SKIP
    ...     (folder / "run.json").write_text("{}")
    """

    def __init__(self, target: Path | str) -> None:
        self.path = _real(target)
        self.warnings: list[Fault] = []
        self._target = self.path
        self._shown = _shown(target)
        self._made: list[Path] = []
        self._folder = self.path

    def __enter__(self) -> Path:
        with refusing(self._shown):
            self._made = _make_parents(self._target.parent)
            try:
                self._folder = _new_sibling(self._target)
            except BaseException:
                self._remove()
                raise
        return self._folder

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            try:
                with refusing(self._shown):
                    self._put_in_place()
            except BaseException as late:
                self._fail(late)
                raise
            return
        self._fail(error)

    def _put_in_place(self) -> None:
        if self._target.is_dir():
            _refuse_foreign(self._target, self._shown, besides=self._folder)
            shutil.copymode(self._target, self._folder)
            held = held_open(self._target)
            if held:
                return self._keep_beside(held[0])
        try:
            _swap(self._folder, self._target)
        except PermissionError as error:
            if not self._target.is_dir():
                raise
            self._keep_beside(held_name(self._target) or Path(error.filename or "").name)
        return None

    def _keep_beside(self, held: str) -> None:
        self.path = _free_name(self._folder.parent / self._target.name)
        self._folder.rename(self.path)
        faults = Faults()
        faults.add("result_kept_beside", file=f"{self._shown}/{held}", path=self.path.name)
        self.warnings.extend(faults)

    def _fail(self, error: BaseException) -> None:
        full = _is_full(error) or (isinstance(error, Exception) and _has_no_room(self._folder))
        self._remove()
        if full and not isinstance(error, FolderError):
            raise FolderError([Fault("disk_full", self._shown)]) from error

    def _remove(self) -> None:
        if self._folder != self._target:
            shutil.rmtree(self._folder, ignore_errors=True)
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()


PLANNER: Final = "noi-bo"
"""Of a run that writes for several audiences, the planner's folder."""


def planner_folder(folder: Path) -> Path:
    """Give where the planner's files stand in the folder of a run that writes for audiences."""
    return folder / PLANNER


def own_files(folder: Path) -> Path:
    """Give where a finished run keeps the planner's files: its folder, or a part of it."""
    inner = planner_folder(folder)
    return inner if inner.is_dir() else folder


def written_files(folder: Path) -> list[str]:
    """List every file below a folder but its run.json: sorted, with forward slashes."""
    return sorted(name for name in _files(folder) if name != RUN_FILE)


def foreign_files(folder: Path) -> list[str]:
    """List what stands in a folder and is not in its run.json, sorted; none: it is ours.

    The notes that office programs lay beside an open file count as that file.
    """
    found = sorted(_files(folder))
    if not found:
        return []
    listed = _listed(folder / RUN_FILE)
    if listed is None:
        return found
    return [name for name in found if name not in listed and _locked(name) not in listed]


def held_open(folder: Path) -> list[str]:
    """List the files of a folder that an office program has open, by the notes it lays beside."""
    names = sorted(_files(folder))
    return [open_ for name in names if (open_ := _locked(name)) and open_ in names]


def held_name(folder: Path) -> str:
    """Find the file that another program keeps us from writing; empty if none is found."""
    for name in sorted(_files(folder)):
        try:
            with (folder / name).open("r+b"):
                pass
        except PermissionError:
            return name
        except OSError:
            continue
    return ""


def _files(folder: Path) -> Iterator[str]:
    """Give everything that is no plain folder, links to folders too, relative to the folder."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            yield (Path(place) / name).relative_to(folder).as_posix()


def _listed(run_file: Path) -> set[str] | None:
    """Give the files of a run.json and itself; None where it is not one of ours."""
    try:
        run = json.loads(run_file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(run, dict) or "schema" not in run:
        return None
    outputs = run.get("outputs")
    if not isinstance(outputs, list) or not all(isinstance(name, str) for name in outputs):
        return None
    return {*outputs, RUN_FILE}


def _locked(name: str) -> str:
    """Give the file that a note of Excel or LibreOffice speaks of, or an empty text."""
    folder, _, base = name.rpartition("/")
    if base.startswith("~$"):
        base = base[2:]
    elif base.startswith(".~lock.") and base.endswith("#"):
        base = base[len(".~lock.") : -1]
    else:
        return ""
    return f"{folder}/{base}" if folder else base


def _real(path: Path | str) -> Path:
    return Path(os.path.realpath(path))


def _shown(path: Path | str) -> str:
    """Name the folder in a fault as the user wrote it, or by its last part alone."""
    path = Path(path)
    return path.name if path.is_absolute() else path.as_posix()


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return path.parent == path
    return True


def _refuse_foreign(target: Path, shown: str, besides: Path | None = None) -> None:
    """Refuse a folder with foreign files; those of our own staging inside do not count."""
    ours = "" if besides is None or besides.parent != target else f"{besides.name}/"
    names = [name for name in foreign_files(target) if not ours or not name.startswith(ours)]
    faults = Faults()
    for name in names[:_SHOWN]:
        faults.add("folder_not_ours", file=shown, path=name)
    faults.raise_if_any(FolderError)


@contextlib.contextmanager
def refusing(shown: str) -> Iterator[None]:
    """Turn an error of the disk into a fault of the folder that is shown by this name."""
    try:
        yield
    except FolderError:
        raise
    except OSError as error:
        if _is_full(error):
            raise FolderError([Fault("disk_full", shown)]) from error
        why = {"why": error.strerror or type(error).__name__}
        raise FolderError([Fault("folder_unwritable", shown, params=why)]) from error


def _probe(target: Path, shown: str) -> None:
    """Really write where the run will: permission bits tell root nothing."""
    with refusing(shown):
        if target.is_dir():
            _write_and_remove(target)
            if _stands_alone(target):
                return
        parent = next(part for part in target.parents if _is_there(part))
        _write_and_remove(parent, target.name)


def _write_and_remove(folder: Path, name: str = "probe") -> None:
    """Make a folder with a file in it, and take both away again."""
    probe = folder / f".{name}.geoplan-{secrets.token_hex(4)}"
    probe.mkdir()
    try:
        (probe / "x").write_bytes(b"x")
    finally:
        shutil.rmtree(probe, ignore_errors=True)


def _stands_alone(target: Path) -> bool:
    """Tell whether the folder's contents must be exchanged instead of the folder.

    So it is with a mounted disk, and with a shared folder in a place where we may not write.
    """
    if target.is_mount():
        return True
    try:
        _write_and_remove(target.parent, target.name)
    except OSError:
        return True
    return False


def _make_parents(folder: Path) -> list[Path]:
    """Make the missing folders above the target; give those made, the outermost first."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    made: list[Path] = []
    for part in reversed(missing):
        part.mkdir(exist_ok=True)
        made.append(part)
    return made


def _new_sibling(target: Path, what: str = "") -> Path:
    """Make an empty folder beside the target, or in it where it stands alone."""
    inside = target.is_dir() and _stands_alone(target)
    place = target if inside else target.parent
    folder = place / f".{target.name}.geoplan-{what}{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _free_name(target: Path) -> Path:
    number = 2
    while True:
        path = target.with_name(f"{target.name}-{number}")
        if not _is_there(path):
            return path
        number += 1


def _swap(new: Path, target: Path) -> None:
    """Put the new folder in the place of the old one by renames; restore the old on failure."""
    if new.parent == target:
        return _swap_contents(new, target)
    if not target.is_dir():
        new.rename(target)
        return None
    old = new.with_name(f"{new.name}-old")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    return _discard(old)


def _swap_contents(new: Path, target: Path) -> None:
    """Exchange what stands in a folder that cannot itself be renamed, entry by entry."""
    old = _new_sibling(target, "old-")
    done: list[tuple[Path, Path]] = []
    try:
        for entry in sorted(target.iterdir()):
            if entry not in (new, old):
                _move(entry, old / entry.name, done)
        for entry in sorted(new.iterdir()):
            _move(entry, target / entry.name, done)
    except BaseException:
        for source, moved in reversed(done):
            moved.rename(source)
        shutil.rmtree(old, ignore_errors=True)
        raise
    new.rmdir()
    _discard(old)


def _move(source: Path, to: Path, done: list[tuple[Path, Path]]) -> None:
    source.rename(to)
    done.append((source, to))


def _discard(old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if old.exists():
        _log.warning("the replaced folder could not be deleted: %s", old.name)


def _is_full(error: BaseException | None) -> bool:
    """Tell whether an error, or one behind it, says that the disk is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(words in str(error).casefold() for words in _FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _FULL_BYTES
    except OSError:
        return False
