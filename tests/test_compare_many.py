"""Many runs compared: figures in series, accounts to the hamlet, and what is handed on."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from build import at as spot
from build import hamlet, site, written
from cli_case import call
from test_compare import _run

from geoplan.indicators import accounts, causes, changed_rows, changes, lineages, run_rules
from geoplan.indicators.changes import Run, lineage_of
from geoplan.planner import run as run_scenario

ODD = '<b>Thôn "Ba"</b> 🚀 ' + "x" * 200
YEARS = (2023, 2024, 2025)


def _ruled(run: Run, **coverage: Any) -> Run:
    cover = {"mbb": ["4G"], "radius_m": {"4G": 1000}, **coverage}
    return dataclasses.replace(run, rules={"coverage": cover})


def _lines(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["old_hamlet_id", "new_hamlet_id", "kind"])


def _account(old: Run, new: Run, lines: pd.DataFrame | None = None) -> dict[str, int]:
    lineage = lineage_of(lines)
    rules = run_rules.rule_changes(old, new)
    ruled = run_rules.ruled_technologies(old, new, rules)
    pairs = changes.match_hamlets(old, new, lineage)
    table = accounts.white_account(old, new, pairs, lineage, ruled=ruled)
    row = table[table["level"] == "province"].iloc[0]
    parts = {name: int(row[name]) for name in accounts.PARTS if row[name]}
    return {"before": int(row["before"]), **parts, "after": int(row["after"])}


# ------------------------------------------------------------------------------- by hand


def test_white_hamlets_are_accounted_for_one_by_one() -> None:
    old = _run({"a": ("1", "white"), "b": ("1", "white"), "c": ("1", "covered")})
    new = _run({"a": ("1", "covered"), "b2": ("1", "white"), "c": ("1", "white")})
    lines = _lines(("b", "b2", "renamed"))
    assert _account(old, new, lines) == {"before": 2, "covered": -1, "lost": 1, "after": 2}
    merged = _lines(("a", "a", ""), ("b", "a", ""))
    told = _account(old, new, merged)
    assert told == {"before": 2, "lost": 1, "merged": -2, "added": 1, "after": 2}


def test_another_radius_covers_and_loses_nobody() -> None:
    old = _ruled(_run({"a": ("1", "white"), "b": ("1", "covered")}))
    new = _ruled(_run({"a": ("1", "covered"), "b": ("1", "covered")}), radius_m={"4G": 2000})
    assert _account(old, new) == {"before": 1, "rules": -1, "after": 0}
    rules = run_rules.rule_changes(old, new)
    assert rules["key"].tolist() == ["coverage.radius_m.4G"]
    pairs = changes.match_hamlets(old, new, lineage_of(None))
    table = changes.changes(old, new, pairs, ruled={"4G"})
    row = table[(table["indicator"] == "HAMLETS_WHITE") & (table["level"] == "province")].iloc[0]
    parts = ("change", "network", "structure", "structure_rules")
    assert row[list(parts)].tolist() == [-1, 0, -1, -1]


def test_a_radius_of_5g_leaves_4g_comparable() -> None:
    old = _ruled(_run({"a": ("1", "white")}), radius_m={"4G": 1000, "5G": 500})
    new = _ruled(_run({"a": ("1", "covered")}), radius_m={"4G": 1000, "5G": 600})
    rules = run_rules.rule_changes(old, new)
    assert run_rules.ruled_technologies(old, new, rules) == {"5G"}
    assert _account(old, new) == {"before": 1, "covered": -1, "after": 0}
    assert not run_rules.why_incomparable("HAMLETS_WHITE", "4G", rules, {"4G"})
    why = run_rules.why_incomparable("HAMLETS_WHITE", "MBB", rules, {"4G", "5G"})
    assert why == "coverage.radius_m.5G"
    assert not run_rules.why_incomparable("SHARE_POS", "", rules, {"4G"})


def test_a_merge_distance_bears_on_sharing_only() -> None:
    old, new = (
        dataclasses.replace(_run({"a": ("1", "white")}), rules={"sharing": {"merge_distance_m": d}})
        for d in (30.0, 50.0)
    )
    rules = run_rules.rule_changes(old, new)
    assert run_rules.why_incomparable("SHARE_POS", "", rules, set()) == "sharing.merge_distance_m"
    assert not run_rules.why_incomparable("HAMLETS_WHITE", "4G", rules, set())
    assert not run_rules.ruled_technologies(old, new, rules)


def test_radii_that_a_newer_link_budget_gives_are_another_rule() -> None:
    old, new = (
        dataclasses.replace(_run({"a": ("1", "white")}), radii={"4G rural 1800.0": r})
        for r in (3000.0, 3500.0)
    )
    assert run_rules.rule_changes(old, new)["key"].tolist() == [run_rules.EFFECTIVE]


def test_an_id_that_went_to_another_hamlet_is_no_change_of_it() -> None:
    old, new = _run({"a": ("1", "white")}), _run({"a": ("1", "covered")})
    new.hamlets["name"], new.hamlets["longitude"] = "Thôn khác", 105.2
    assert _account(old, new) == {"before": 1, "reused": -1, "after": 0}
    new.hamlets["name"] = "a"  # the same name: its place was mended
    assert _account(old, new) == {"before": 1, "data": -1, "after": 0}


def test_what_another_source_tells_is_no_change_of_the_network() -> None:
    old, new = _run({"a": ("1", "white")}), _run({"a": ("1", "covered")})
    old.hamlets["source"], new.hamlets["source"] = "model", "field"
    assert _account(old, new) == {"before": 1, "data": -1, "after": 0}
    table = changes.changes(old, new, changes.match_hamlets(old, new, lineage_of(None)))
    row = table[(table["indicator"] == "HAMLETS_WHITE") & (table["level"] == "province")].iloc[0]
    assert row[["network", "structure_data"]].tolist() == [0, -1]


def test_lines_of_another_year_say_nothing_and_steps_are_joined() -> None:
    lines = _lines(("a", "b", ""), ("b", "b", ""), ("b", "c", "renamed"))
    first, second, third = ["a", "b"], ["b"], ["c"]
    told = lineages.lines_between(lines, first, second)
    assert told.values.tolist() == [["a", "b", "merged"], ["b", "b", "merged"]]
    told = lineages.lines_between(lines, second, third)
    assert told.values.tolist() == [["b", "c", "renamed"]]
    told = lineages.lines_between(lines, first, third)
    assert told.values.tolist() == [["a", "c", "merged"], ["b", "c", "merged"]]


def test_the_station_that_went_is_the_likely_cause() -> None:
    station = ("Viettel", "S1", "4G", "2020-01-01", 105.0, 10.0, "1")
    best = pd.DataFrame(
        {"hamlet_id": ["a"], "operator": "Viettel", "technology": "4G", "best_site_id": "S1"}
    )
    old = dataclasses.replace(_run({"a": ("1", "covered")}, stations=[station]), best=best)
    new = _run({"a": ("1", "white")})
    for ended, refused, cause in (
        (frozenset({("Viettel", "S1", "4G")}), frozenset[str](), "off_air"),
        (frozenset[tuple[str, str, str]](), frozenset({"S1"}), "refused"),
        (frozenset[tuple[str, str, str]](), frozenset[str](), "missing"),
    ):
        now = dataclasses.replace(new, ended=ended, refused=refused)
        stations = changed_rows.station_changes(old, now)
        pairs = changes.match_hamlets(old, now, lineage_of(None))
        hamlets = changed_rows.hamlet_changes(old, now, pairs, lineage_of(None))
        row = causes.with_causes(old, now, hamlets, stations).iloc[0]
        assert (row["cause"], row["stations"]) == (cause, "Viettel S1 4G")


def test_a_station_with_another_number_is_neither_built_nor_lost() -> None:
    old = _run({}, stations=[("VNPT", "A", "4G", "2020-01-01", 105.0, 10.0, "1")])
    new = _run({}, stations=[("VNPT", "B", "4G", "2025-02-01", 105.0001, 10.0, "1")])
    found = changed_rows.station_changes(old, new)
    assert found[["kind", "site_id", "old_site_id"]].values.tolist() == [["renumbered", "B", "A"]]


def test_accounts_equal_a_count_by_brute_force() -> None:
    rng = np.random.default_rng(7)
    statuses = ["white", "dead_spot", "covered", "unknown"]

    def some() -> dict[str, tuple[str, str]]:
        names = sorted(rng.choice(40, 30, replace=False))
        return {f"h{i}": (str(rng.integers(4)), str(rng.choice(statuses))) for i in names}

    for _ in range(20):
        then, now = some(), some()
        lines = _lines(("h1", "h2", ""), ("h2", "h2", ""), ("h3", "h4", ""), ("h3", "h5", ""))
        redrawn_old, redrawn_new = {"h1", "h2", "h3"}, {"h2", "h4", "h5"}
        count: Counter[str] = Counter()
        for name in {*then, *now}:
            old, new = then.get(name, ("", ""))[1], now.get(name, ("", ""))[1]
            same = name in then and name in now and not {name} & (redrawn_old | redrawn_new)
            if same and "unknown" in (old, new):
                count["data"] += (new == "white") - (old == "white")
            elif same:
                count["covered"] -= old == "white" != new
                count["lost"] += new == "white" != old
            else:
                kinds = {"h1": "merged", "h2": "merged", "h3": "split"}
                count[kinds.get(name, "removed")] -= old == "white"
                kinds = {"h2": "merged", "h4": "split", "h5": "split"}
                count[kinds.get(name, "added")] += new == "white"
        told = _account(_run(then), _run(now), lines)
        assert sum(told.values()) - told["after"] == told["after"]
        for name in ("before", "after"):
            hamlets = then if name == "before" else now
            assert told.pop(name) == sum(status == "white" for _, status in hamlets.values())
        assert told == {name: value for name, value in count.items() if value}


# ------------------------------------------------------------------------------- from files


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three years: S2 opens in 2024; in 2025 S1 goes off air, a row goes, 5G reaches farther."""
    folder = tmp_path_factory.mktemp("years")
    hamlets = [
        hamlet("a", spot(0, 0), population=100.0, name=ODD),
        hamlet("b", spot(4000, 0), population=50.0, name="=1+1"),
        hamlet("c", spot(0, 4000), population=30.0),
        hamlet("d", spot(-4000, 0), population=20.0),
    ]
    for year in YEARS:
        off = {"off_air_date": "2025-06-01"} if year == 2025 else {}
        sites = [site("Viettel", "S1", spot(0, 0), on_air_date="2020-01-01", **off)]
        sites += [site("VNPT", "S4", spot(-4000, 0))] if year < 2025 else []
        sites += (
            [site("VNPT", "S2", spot(4000, 0), on_air_date="2024-05-01")] if year > 2023 else []
        )
        place = folder / f"in-{year}"
        place.mkdir()
        _, rules = written(
            place,
            hamlets=hamlets if year < 2025 else hamlets[:2] + hamlets[3:],
            sites=sites,
            as_of=pd.Timestamp(f"{year}-12-31").date(),
            coverage={"radius_m": {"4G": 1000, "5G": 500 + 100 * (year == 2025)}},
            inputs={"communes": {"path": "communes.geojson", "valid_from": "2020-01-01"}},
        )
        run_scenario(rules, folder / f"run-{year}", outputs=("tables",))
    return [folder / f"run-{year}" for year in YEARS]


@pytest.fixture(scope="module")
def compared(runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared") / "out"
    told = call("compare", runs[1], runs[2], runs[0], "--out", out, "--lang", "vi")
    assert told.code == 0
    return out


def _table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False, dtype="str")


def test_series_hold_every_run_and_what_may_be_compared(compared: Path) -> None:
    table = _table(compared, "series")
    rows = table[
        (table["indicator"] == "HAMLETS_WHITE")
        & (table["level"] == "province")
        & (table["technology"] == "4G")
        & (table["operator"] == "")
    ]
    assert rows["as_of"].tolist() == [f"{year}-12-31" for year in YEARS]
    assert [float(value) for value in rows["value"]] == [2, 1, 2]
    assert set(rows["comparable"]) == {"yes"}
    rules = _table(compared, "rule_changes")
    assert set(rules["key"]) == {"coverage.radius_m.5G"}


def test_steps_and_the_whole_stand_in_the_tables(compared: Path) -> None:
    table = _table(compared, "white_account")
    rows = table[(table["level"] == "province") & (table["technology"] == "4G")]
    days = rows[["from_as_of", "to_as_of", "span"]].values.tolist()
    assert [day[2] for day in days] == ["step", "whole", "step"]
    parts = [{n: int(r[n]) for n in accounts.PARTS if int(r[n])} for r in rows.to_dict("records")]
    assert parts == [
        {"covered": -1},
        {"covered": -1, "lost": 2, "removed": -1},
        {"lost": 2, "removed": -1},
    ]
    hamlets = _table(compared, "hamlet_changes")
    lost = hamlets[(hamlets["span"] == "whole") & (hamlets["technology"] == "4G")]
    assert dict(zip(lost["hamlet_id"], lost["cause"], strict=True)) == {
        "a": "off_air",
        "b": "opened",
        "d": "missing",
    }


def test_the_order_of_the_runs_does_not_matter(
    compared: Path, runs: list[Path], tmp_path: Path
) -> None:
    told = call("compare", *runs, "--out", tmp_path / "out", "--lang", "vi")
    assert told.code == 0
    for path in sorted(compared.rglob("*")):
        if path.is_file():
            other = tmp_path / "out" / path.relative_to(compared)
            assert other.read_bytes() == path.read_bytes(), path.name


def test_the_sentence_adds_up_and_the_page_asks_for_nothing(compared: Path) -> None:
    page = (compared / "thay-doi.html").read_text("utf-8")
    assert "thôn trắng sóng 2 → 2 (0): −1 thôn được phủ sóng; +2 thôn mất sóng; −1 chỉ do" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert '<b>Thôn "Ba"' not in page
    assert "&lt;b&gt;Thôn" in page
    assert not re.findall(r"""(?:src|href)="(?!#|data:)""", page)
    assert page.count('role="img"') >= 4
    assert "31/12/2025" in page


def test_the_workbook_has_forms_and_no_formula(compared: Path) -> None:
    with zipfile.ZipFile(io.BytesIO((compared / "thay-doi.xlsx").read_bytes())) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
        texts = book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 6
    assert not any("<f>" in sheet for sheet in sheets)
    for text in ("Biểu số 8b", "Số liệu đến ngày 31/12/2025", "NGƯỜI LẬP BIỂU"):
        assert text in texts


def test_page_and_console_speak_english(runs: list[Path], tmp_path: Path) -> None:
    told = call("compare", *runs, "--out", tmp_path / "out", "--lang", "en")
    assert "white hamlets 2 → 1 (−1): −1 became covered." in told.out
    page = (tmp_path / "out" / "thay-doi.html").read_text("utf-8")
    assert "station off air" in page
    assert "row of the station missing" in page


def test_one_run_twice_or_alone_or_of_the_same_day_is_refused(
    runs: list[Path], tmp_path: Path
) -> None:
    shutil.copytree(runs[0], tmp_path / "copy")
    for given, said in (
        ([runs[0]], "one run cannot be compared"),
        ([runs[0], runs[1], runs[0]], "given twice"),
        ([runs[0], tmp_path / "copy"], "same day"),
        ([runs[0], tmp_path], "not the folder of a finished run"),
    ):
        told = call("compare", *given, "--out", tmp_path / "out", "--lang", "en")
        assert told.code == 2
        assert said in told.err
        assert not (tmp_path / "out").exists()


def test_a_run_of_another_province_is_refused(runs: list[Path], tmp_path: Path) -> None:
    from build import commune, off, square

    far = off(spot(0, 0), 300_000, 0)
    (tmp_path / "in").mkdir()
    _, rules = written(
        tmp_path / "in",
        communes=[commune("00001", square(far, 6000))],
        hamlets=[hamlet("a", far)],
        sites=[site("Viettel", "S1", far)],
        as_of=pd.Timestamp("2022-12-31").date(),
    )
    run_scenario(rules, tmp_path / "other", outputs=("tables",))
    told = call("compare", runs[0], tmp_path / "other", "--out", tmp_path / "out", "--lang", "en")
    assert told.code == 2
    assert "another province" in told.err
    assert not (tmp_path / "out").exists()
