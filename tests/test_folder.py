"""A run's folder appears whole or not at all, and nobody else's files are ever replaced."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoplan.faults import FolderError
from geoplan.report.folder import Staging, check_target, foreign_files

IS_ROOT = sys.platform == "linux" and os.geteuid() == 0


def write_run(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    run = {"schema": 1, "outputs": sorted(files)}
    (folder / "run.json").write_text(json.dumps(run))


def codes(error: pytest.ExceptionInfo[FolderError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


def stage(target: Path, *, fails: BaseException | None = None, also: Path | None = None) -> None:
    """Write half a run, something elsewhere perhaps, and fail perhaps."""
    with Staging(target) as folder:
        (also or folder / "half").write_text("half")
        if fails is not None:
            raise fails


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def mount(folder: Path, *options: str) -> None:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting is not allowed here")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB."""
    if not IS_ROOT:
        pytest.skip("mounting a small disk needs root on Linux")
    disk = tmp_path / "disk"
    mount(disk, "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    if not IS_ROOT:
        pytest.skip("a read-only mount needs root on Linux")
    disk = tmp_path / "locked"
    mount(disk, "-t", "tmpfs", "-o", "ro", "tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    target = tmp_path / "maps" / "quang-ngai"
    check_target(target)
    assert everything(tmp_path) == []
    with Staging(target) as folder:
        assert not target.exists()
        write_run(folder, {"map.html": "new"})
    assert everything(target) == ["map.html", "run.json"]
    assert everything(tmp_path / "maps") == [
        "quang-ngai",
        "quang-ngai/map.html",
        "quang-ngai/run.json",
    ]


def test_our_own_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_run(target, {"old.csv": "1", "tables/old.csv": "2"})
    check_target(target)
    with Staging(target) as folder:
        write_run(folder, {"new.csv": "3"})
    assert everything(target) == ["new.csv", "run.json"]
    assert everything(tmp_path) == ["out", "out/new.csv", "out/run.json"]


def test_an_empty_folder_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "empty").mkdir(parents=True)
    with Staging(target) as folder:
        write_run(folder, {"a": "1"})
    assert everything(target) == ["a", "run.json"]


@pytest.mark.parametrize("foreign", ["notes.docx", "tables/mine.csv", ".hidden"])
def test_a_foreign_file_is_named_and_kept(tmp_path: Path, foreign: str) -> None:
    write_run(tmp_path, {"tables/a.csv": "1"})
    (tmp_path / foreign).write_text("mine")
    with pytest.raises(FolderError) as error:
        check_target(tmp_path)
    assert codes(error) == ["folder_not_ours"]
    assert error.value.faults[0].params["path"] == foreign
    assert (tmp_path / foreign).read_text() == "mine"


@pytest.mark.parametrize("run", ["", "[]", '{"outputs": ["a"]}', '{"schema": 1, "outputs": "a"}'])
def test_a_run_json_of_another_program_gives_no_right(tmp_path: Path, run: str) -> None:
    (tmp_path / "run.json").write_text(run)
    (tmp_path / "a").write_text("1")
    assert foreign_files(tmp_path) == ["a", "run.json"]


def test_a_linked_folder_inside_is_foreign(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_run(target, {"a": "1"})
    (tmp_path / "photos").mkdir()
    (target / "photos").symlink_to(tmp_path / "photos")
    assert foreign_files(target) == ["photos"]


def test_the_end_of_a_link_is_replaced_and_the_link_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with Staging(tmp_path / "link") as folder:
        write_run(folder, {"a": "1"})
    assert (tmp_path / "link").is_symlink()
    assert everything(tmp_path / "real") == ["a", "run.json"]


def test_a_file_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    for target in (tmp_path / "out", tmp_path / "out" / "below" / "it"):
        with pytest.raises(FolderError) as error:
            check_target(target)
        assert codes(error) == ["folder_is_file"]


def test_an_unwritable_parent_is_found_before_computing(read_only_disk: Path) -> None:
    for target in (read_only_disk, read_only_disk / "out", read_only_disk / "a" / "b"):
        with pytest.raises(FolderError) as error:
            check_target(target)
        assert codes(error) == ["folder_unwritable"]
        assert error.value.faults[0].params["why"]


def test_a_name_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError) as error:
        check_target(tmp_path / ("x" * 300))
    assert codes(error) == ["folder_unwritable"]


def test_an_error_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with pytest.raises(ZeroDivisionError):
        stage(target, fails=ZeroDivisionError())
    assert everything(tmp_path) == []
    write_run(tmp_path / "old", {"a": "1"})
    with pytest.raises(KeyboardInterrupt):
        stage(tmp_path / "old", fails=KeyboardInterrupt())
    assert everything(tmp_path) == ["old", "old/a", "old/run.json"]


def test_a_full_disk_leaves_the_old_result(small_disk: Path) -> None:
    target = small_disk / "out"
    write_run(target, {"a": "old"})
    with pytest.raises(FolderError) as error, Staging(target) as folder:
        (folder / "large").write_bytes(bytes(400_000))
    assert codes(error) == ["disk_full"]
    assert everything(small_disk) == ["out", "out/a", "out/run.json"]


def test_a_disk_that_a_library_reports_in_its_own_words(tmp_path: Path) -> None:
    unnamed = RuntimeError("could not write the sheet")
    unnamed.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    for fails in (unnamed, RuntimeError("sqlite3_exec failed: database or disk is full")):
        with pytest.raises(FolderError) as error:
            stage(tmp_path / "out", fails=fails)
        assert codes(error) == ["disk_full"]
    assert everything(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits are set so on Linux")
def test_a_file_larger_than_the_system_allows(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(FolderError) as error, Staging(tmp_path / "out") as folder:
            (folder / "large").write_bytes(bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert codes(error) == ["disk_full"]
    assert everything(tmp_path) == []


def test_a_mounted_disk_is_filled_from_inside(small_disk: Path) -> None:
    for text in ("first", "second"):
        check_target(small_disk)
        with Staging(small_disk) as folder:
            write_run(folder, {"tables/a.csv": text})
        assert everything(small_disk) == ["run.json", "tables", "tables/a.csv"]
        assert (small_disk / "tables" / "a.csv").read_text() == text


@pytest.mark.parametrize("note", ["~$report.xlsx", ".~lock.report.xlsx#"])
def test_a_workbook_open_in_another_program_is_named(tmp_path: Path, note: str) -> None:
    target = tmp_path / "out"
    write_run(target, {"report.xlsx": "old"})
    (target / note).write_text("open by Lan")
    check_target(target)
    staging = Staging(target)
    with staging as folder:
        write_run(folder, {"report.xlsx": "new"})
    assert (target / "report.xlsx").read_text() == "old"
    assert staging.path == tmp_path / "out-2"
    assert (staging.path / "report.xlsx").read_text() == "new"
    (warning,) = staging.warnings
    assert warning.code == "result_kept_beside"
    assert warning.file.endswith("report.xlsx")
    assert warning.params["path"] == "out-2"


def test_a_refused_rename_keeps_the_result_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write_run(target, {"report.xlsx": "old"})
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if self == target:
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    staging = Staging(target)
    with staging as folder:
        write_run(folder, {"report.xlsx": "new"})
    assert (target / "report.xlsx").read_text() == "old"
    assert (tmp_path / "out-2" / "report.xlsx").read_text() == "new"
    assert [warning.code for warning in staging.warnings] == ["result_kept_beside"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out-2"]


def test_the_old_folder_comes_back_when_the_new_cannot_move_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write_run(target, {"a": "old"})
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if to == target and not self.name.endswith("-old"):
            raise OSError(errno.EIO, "broken disk")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FolderError, match="broken disk"), Staging(target) as folder:
        write_run(folder, {"a": "new"})
    assert everything(tmp_path) == ["out", "out/a", "out/run.json"]
    assert (target / "a").read_text() == "old"


def test_a_file_laid_there_meanwhile_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_run(target, {"a": "1"})
    with pytest.raises(FolderError) as error:
        stage(target, also=target / "notes.txt")
    assert codes(error) == ["folder_not_ours"]
    assert (target / "notes.txt").read_text() == "half"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_the_folder_can_be_read_by_colleagues(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Staging(tmp_path / "out") as folder:
            write_run(folder, {"a": "1"})
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
