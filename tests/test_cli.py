"""The command line as a new user meets it: what it prints, writes and returns."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cli_case import (
    CLUSTERS,
    HAMLETS,
    SCALE,
    SITES,
    Case,
    Told,
    call,
    in_vietnamese,
    new_case,
    write_small_sample,
)

import geoplan
from geoplan import demo, planner
from geoplan.cli import app as command_line
from geoplan.cli import scenarios

ROOT = Path(__file__).parents[1]
COMMANDS = ("demo", "init", "check", "run", "explain", "budget")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_sample(tmp_path_factory.mktemp("sample") / "province")


@pytest.fixture
def case(sample: Path, tmp_path: Path) -> Case:
    return new_case(sample, tmp_path)


@dataclass(frozen=True)
class Twice:
    """The sample, run twice into one folder: quietly with a map, then aloud without."""

    case: Case
    quiet: Told
    first: dict[str, bytes]
    aloud: Told


@pytest.fixture(scope="module")
def twice(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    case = new_case(sample, tmp_path_factory.mktemp("finished"))
    quiet = case.run("--quiet", outputs="tables,map")
    return Twice(case, quiet, tables_of(case.out), case.run())


@pytest.fixture
def finished(twice: Twice) -> Case:
    """The finished run; tests look at it and change nothing."""
    return twice.case


def module(*words: str | Path, seed: str = "0", folder: Path = ROOT) -> Any:
    """Run ``python -m geoplan`` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "geoplan", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment, cwd=folder, check=False
    )


def tables_of(folder: Path) -> dict[str, bytes]:
    paths = [*sorted((folder / "tables").glob("*.csv")), folder / "rejects.csv"]
    return {path.name: path.read_bytes() for path in paths}


# ------------------------------------------------------------------ the command itself


def test_help_lists_every_command_in_two_languages() -> None:
    told = call("--help")
    assert told.code == 0
    assert all(command in told.out for command in COMMANDS)
    assert "Ai có sóng 4G/5G" in told.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(command: str) -> None:
    told = call(command, "--help")
    assert told.code == 0
    assert all(option in told.out for option in ("--lang", "--quiet", "--json"))


def test_the_version_is_that_of_the_package() -> None:
    assert call("--version").out == f"geoplan {geoplan.__version__}\n"


@pytest.mark.parametrize(
    "words", [("run",), ("run", "x", "--no-such-option"), ("run", "x", "--lang", "fr"), ("fly",)]
)
def test_a_command_that_is_written_wrongly_ends_with_2(words: tuple[str, ...]) -> None:
    assert call(*words).code == 2


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; import geoplan.cli.app; "
        "sys.exit(', '.join({'pandas', 'numpy', 'pydantic'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_defect_of_ours_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(command_line, "app", fail)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "không phải do tệp số liệu" in told


# ------------------------------------------------------------------ demo


def test_the_demo_writes_the_sample_and_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "write_sample", partial(demo.write_sample, scale=SCALE))
    monkeypatch.chdir(tmp_path)
    told = call("demo", "--outputs", "tables,map")
    assert told.code == 0
    assert "Tỉnh Mẫu (hư cấu) · số liệu đến ngày 31/12/2025" in told.out
    assert (tmp_path / "maps" / "demo" / "map.html").exists()
    assert (tmp_path / "maps" / "demo-input" / "scenario.toml").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maps"]
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["demo", "demo-input"]


def test_a_demo_that_cannot_be_written_leaves_no_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(folder: Path) -> Path:
        folder.mkdir()
        (folder / "half").touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(demo, "write_sample", fill)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    assert call("demo", "--out", tmp_path / "out").code == 2
    assert call("demo", "--out", tmp_path / "other", "--outputs", "maps").code == 2
    assert "đĩa đã đầy" in call("demo", "--out", tmp_path / "full").err
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# ------------------------------------------------------------------ run


def test_a_run_says_the_numbers_that_matter(twice: Twice) -> None:
    counts = json.loads((twice.case.out / "run.json").read_text("utf-8"))["counts"]
    hamlets = twice.case.table("tables/hamlets")
    white = sum(row["status_4g"] == "white" for row in hamlets)
    assert counts["white_4g"]["count"] == white
    assert twice.aloud.code == 0
    assert f"4G: {white} thôn trắng sóng" in twice.aloud.out
    assert f"đã ghi vào {twice.case.out}" in twice.aloud.out
    assert "trạm theo môi trường: nông thôn" in twice.aloud.out


def test_a_run_in_english_is_the_same_in_another_process(case: Case) -> None:
    told = case.run("--lang", "en")
    done = module(
        *("run", case.scenario, "--lang", "en", "--outputs", "tables"), seed="7", folder=case.root
    )
    assert (told.code, done.returncode) == (0, 0), done.stderr
    for out in (told.out, done.stdout):
        assert out.startswith("Tỉnh Mẫu (hư cấu) · as of 2025-12-31\n")
    assert f"written to {case.out}" in told.out
    assert "costs are assumptions, not prices" in told.err
    assert tables_of(case.root / "maps" / "province") == tables_of(case.out)


def test_quiet_says_nothing(twice: Twice) -> None:
    assert (twice.quiet.code, twice.quiet.out, twice.quiet.err) == (0, "", "")


def test_a_second_run_replaces_the_first_with_the_same_bytes(twice: Twice) -> None:
    assert tables_of(twice.case.out) == twice.first
    assert not (twice.case.out / "map.html").exists()
    assert sorted(path.name for path in twice.case.root.iterdir()) == ["out", "province"]


def test_the_module_ends_with_2_and_one_list_for_bad_input(case: Case) -> None:
    (case.folder / CLUSTERS).unlink()
    done = module("run", case.scenario, "--lang", "en", folder=case.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "Faults: 1; nothing was written.",
        f"  • {CLUSTERS}, key inputs.clusters: the file does not exist → check the path; "
        "it is relative to the scenario",
    ]
    assert not (case.root / "maps").exists()


def test_json_is_all_that_is_said_and_no_output_is_told_to_be_unwritten(case: Case) -> None:
    told = case.run("--json", outputs="tables,sheets")
    assert (told.code, told.err) == (0, "")
    data = told.data()
    assert data["counts"]["hamlets"] == len(case.table("tables/hamlets"))
    assert not [one for one in data["warnings"] if one["column"] == "--outputs"]
    assert "communes/index.html" in json.loads((case.out / "run.json").read_text())["outputs"]


def test_an_audience_that_is_not_known_is_a_fault(case: Case) -> None:
    text = '[publish]\naudiences = ["planner", "press", "operator:Nobody"]\n\n[targets]'
    case.edit("scenario.toml", "[targets]", text)
    told = call("check", case.scenario)
    assert told.code == 2
    assert "planner, commune, operator:…, public" in told.err


# ------------------------------------------------------------------ a folder without a scenario


@pytest.fixture
def folder(case: Case) -> Path:
    """The files of the sample, side by side and without a scenario."""
    flat = case.root / "tỉnh của tôi"
    flat.mkdir()
    for path in case.folder.rglob("*"):
        if path.is_file() and path.name not in ("scenario.toml", "proposed.csv"):
            shutil.copy(path, flat)
    return flat


def test_a_folder_is_recognised_and_its_scenario_kept(folder: Path) -> None:
    told = call("run", folder, "--out", folder.parent / "out", "--outputs", "tables")
    assert told.code == 0
    scenario = planner.read_scenario(folder / "scenario.toml")
    assert scenario.name == "tỉnh của tôi"
    assert scenario.inputs.hamlets.path == "hamlets.csv"
    assert [one.path for one in scenario.inputs.sites] == sorted(Path(one).name for one in SITES)
    assert f"đã ghi kịch bản vào {folder / 'scenario.toml'}" in told.out
    assert "khóa as_of: chưa khai ngày số liệu; lấy ngày chạy" in told.err
    assert call("check", folder).code == 0


def test_a_scenario_that_cannot_be_kept_is_no_reason_to_fail(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: Any, **__: Any) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    found = scenarios.find_scenario(folder)
    monkeypatch.setattr(Path, "write_text", refuse)
    (warning,) = found.keep()
    assert (warning.code, warning.params["why"]) == ("scenario_not_kept", "Permission denied")
    assert not found.file.exists()


def test_nothing_is_written_to_a_folder_that_cannot_be_run(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    path = folder / "sites_vnpt.csv"
    path.write_text(path.read_text("utf-8").replace("VNPT", "Công ty A"), "utf-8")
    told = call("run", folder, "--out", folder.parent / "out", "--lang", "en")
    assert told.code == 2
    assert "an operator that is not known" in told.err
    assert 'sites = ["sites_mobifone.csv"' in told.err
    assert "to change it, save it as" in told.err
    assert call("check", folder).code == 2
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not (folder.parent / "out").exists()


def test_a_folder_that_lacks_files_says_which(folder: Path) -> None:
    (folder / "hamlets.csv").unlink()
    shutil.copy(folder / "places.csv", folder / "places2.csv")
    told = call("run", folder, "--json")
    assert told.code == 2
    assert [(fault["code"], fault["column"]) for fault in told.data()["faults"]] == [
        ("no_scenario", "inputs.hamlets"),
        ("several_files", "inputs.places"),
    ]
    (folder.parent / "empty").mkdir()
    assert call("run", folder.parent / "empty").code == 2


# ------------------------------------------------------------------ check, explain, budget


def test_check_counts_the_rows_and_writes_nothing(case: Case) -> None:
    before = case.everything()
    told = call("check", case.scenario, "--lang", "en")
    assert told.code == 0
    count = len(case.rows(HAMLETS))
    assert f"{HAMLETS}: {count} rows read, {count} accepted, 0 refused" in told.out
    assert "Rows refused: 0. The scenario can be run." in told.out
    data = call("check", case.folder, "--json").data()
    assert sum(file["read"] for file in data["files"] if file["role"] == "hamlets") == count
    assert call("check", case.scenario, "--quiet").out == ""
    assert case.everything() == before


@pytest.mark.parametrize(
    ("status", "language", "said"),
    [
        ("white", "vi", ("4G: thôn trắng sóng", "chưa được phủ sóng: trạm gần nhất", "còn thiếu")),
        ("white", "en", ("4G: white", "not served: nearest station", "are missing to the radius")),
        ("dead_spot", "vi", ("4G: thôn có cụm dân cư lõm sóng", "các cụm dân cư được phủ sóng có")),
        ("covered", "en", ("4G: covered", "served by", "within its radius")),
        ("unknown", "vi", ("4G: chưa có tọa độ",)),
    ],
)
def test_explain_gives_the_reason_of_each_status(
    finished: Case, status: str, language: str, said: tuple[str, ...]
) -> None:
    row = next(row for row in finished.table("tables/hamlets") if row["status_4g"] == status)
    told = call("explain", finished.scenario, row["hamlet_id"], "--lang", language)
    assert told.code == 0
    assert told.out.startswith(f"{row['hamlet_id']} · {row['name']}")
    assert all(words in told.out for words in said)


def test_explain_agrees_with_the_tables(finished: Case) -> None:
    service = finished.table("tables/service")
    hamlet = next(row for row in finished.table("tables/hamlets") if row["status_4g"] == "white")
    data = call("explain", finished.scenario, hamlet["hamlet_id"], "--json").data()
    assert data["hamlet"]["clusters_known"] is (hamlet["clusters_known"] == "true")
    assert data["hamlet"]["status_4g"] == "white"
    written = [row for row in service if row["hamlet_id"] == hamlet["hamlet_id"]]
    assert len(data["service"]) == len(written)
    for told, row in zip(data["service"], written, strict=True):
        assert (told["operator"], told["technology"]) == (row["operator"], row["technology"])
        assert told["nearest_site_id"] == row["nearest_site_id"]
        if row["nearest_m"]:
            assert told["nearest_m"] == pytest.approx(float(row["nearest_m"]), abs=0.06)


def test_explain_offers_the_hamlets_of_like_id_or_name(finished: Case) -> None:
    rows = finished.rows(HAMLETS)
    told = call("explain", finished.scenario, f"{rows[0]['hamlet_id']}0")
    assert told.code == 2
    assert rows[0]["hamlet_id"] in told.err
    by_name = call("explain", finished.scenario, rows[5]["name"].upper(), "--lang", "en")
    assert by_name.code == 2
    assert "no hamlet of that id" in by_name.err
    assert rows[5]["hamlet_id"] in by_name.err


def test_a_budget_is_printed_line_by_line(finished: Case) -> None:
    told = call("budget", "--lang", "en")
    assert told.code == 0
    assert "4G 1,800 MHz, rural: radius" in told.out
    assert "An assumption of typical practice; no authority set it." in told.out
    data = call("budget", finished.scenario, "--json").data()["budgets"]
    assert {(one["technology"], one["environment"]) for one in data} >= {
        ("4G", "urban"),
        ("4G", "rural"),
        ("5G", "urban"),
    }
    assert all(one["radius_m"] > 0 and one["lines"] for one in data)


def test_a_budget_shows_the_radius_of_the_scenario_beside_its_own(finished: Case) -> None:
    told = call("budget", finished.scenario)
    assert told.code == 0
    assert "kịch bản cho trước: 1.200 m" in told.out


# ------------------------------------------------------------------ words


def test_every_word_of_the_command_line_exists_in_vietnamese() -> None:
    """The texts given to ``say``, found in the source; a module may have a catalogue of its own."""
    import re

    said = []
    for path in (ROOT / "geoplan" / "cli").glob("*.py"):
        source = path.read_text("utf-8")
        said += [
            (text, "link" if 'translator(language, "link")' in source else "cli")
            for text in re.findall(r'[^.]say\(\s*"([^"]+)"\s*\)', source)
        ]
        said += [(text, "cli") for text in re.findall(r'\.say\(\s*"([^"]+)"\s*\)', source)]
    assert len(said) > 20
    for text, domain in said:
        assert in_vietnamese(text, domain)
