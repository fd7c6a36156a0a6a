"""Two runs compared: change of the network and change of structure add up to the change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from build import Row, site
from cli_case import call
from units_case import at, former_communes, read, spot

from geoplan.indicators import changed_rows, changes
from geoplan.indicators.changes import Lineage, Run, lineage_of
from geoplan.planner import run as run_scenario

NOW, THEN = "2025-07-01", "../2025-06-30"
DAY = {THEN: "2024-12-31", NOW: "2025-12-31"}


def _run(
    hamlets: dict[str, tuple[str, str]],
    version: str = NOW,
    *,
    people: dict[str, float] | None = None,
    former: dict[str, str] | None = None,
    stations: list[tuple[Any, ...]] | None = None,
) -> Run:
    """Give a run with hamlets by id: their commune and their status on 4G."""
    ids = list(hamlets)
    status = [hamlets[name][1] for name in ids]
    located = [one != "unknown" for one in status]
    count = [float((people or {}).get(name, 100)) for name in ids]
    frame = pd.DataFrame(
        {
            "hamlet_id": ids,
            "name": ids,
            "commune_code": [hamlets[name][0] for name in ids],
            "old_commune_code": [(former or {}).get(name, "") for name in ids],
            "old_province": ["82" if (former or {}).get(name) else "" for name in ids],
            "longitude": [105.0 if one else np.nan for one in located],
            "latitude": [10.0 if one else np.nan for one in located],
            "population": count,
            "status_4g": status,
            "served_people_4g": [
                np.nan if one == "unknown" else number * (one in ("covered", "dead_spot"))
                for one, number in zip(status, count, strict=True)
            ],
        }
    )
    units = [("province", "82", "Tỉnh", version)]
    units += [("commune", code, f"Xã {code}", version) for code in sorted({*frame["commune_code"]})]
    if former:
        units += [("old_commune", code, f"Xã cũ {code}", THEN) for code in {*former.values()}]
        units += [("old_province", "82", "Tỉnh cũ", THEN)]
    columns = ["level", "unit_id", "unit_name", "unit_version"]
    names = ["operator", "site_id", "technology", "on_air_date", "longitude", "latitude"]
    table = pd.DataFrame(stations or [], columns=[*names, "commune_code"])
    table["on_air_date"] = pd.to_datetime(table["on_air_date"])
    day = pd.Timestamp(DAY[version])
    return Run(frame, pd.DataFrame(units, columns=columns), table, day, "thử")


def _compare(old: Run, new: Run, lineage: Lineage | None = None) -> pd.DataFrame:
    pairs = changes.match_hamlets(old, new, lineage or Lineage())
    return changes.changes(old, new, pairs)


def _parts(table: pd.DataFrame, indicator: str, level: str = "province", unit: str = "82") -> Any:
    """Give before, after, network and structure of one unit."""
    rows = table[
        (table["indicator"] == indicator) & (table["level"] == level) & (table["unit_id"] == unit)
    ]
    assert len(rows) == 1
    return rows[["before", "after", "network", "structure"]].iloc[0].tolist()


def _kinds(old: Run, new: Run, lineage: Lineage | None = None) -> list[tuple[str, str, str]]:
    given = lineage or Lineage()
    pairs = changes.match_hamlets(old, new, given)
    frame = changed_rows.hamlet_changes(old, new, pairs, given)
    return sorted(zip(frame["kind"], frame["old_hamlet_id"], frame["hamlet_id"], strict=True))


# ------------------------------------------------------------------------------- by hand


def test_a_new_mast_is_network() -> None:
    old = _run({"a": ("1", "white"), "b": ("1", "covered")})
    new = _run({"a": ("1", "covered"), "b": ("1", "covered")})
    assert _parts(_compare(old, new), "HAMLETS_WHITE") == [1, 0, -1, 0]
    assert _parts(_compare(old, new), "HAMLET_NOT_WHITE") == [0.5, 1, 0.5, 0]
    assert _parts(_compare(old, new), "POP_SERVED") == [0.5, 1, 0.5, 0]
    assert _kinds(old, new) == [("network", "a", "a")]


def test_a_share_can_rise_with_no_mast_built() -> None:
    old = _run({"a": ("1", "white"), "b": ("1", "covered")})
    new = _run({"b": ("1", "covered")})
    assert _parts(_compare(old, new), "HAMLET_NOT_WHITE") == [0.5, 1, 0, 0.5]
    assert _kinds(old, new) == [("removed", "a", "")]


def test_merged_hamlets_are_structure_though_the_id_stays() -> None:
    old = _run({"a": ("1", "white"), "b": ("1", "covered")})
    new = _run({"b": ("1", "covered")})
    lines = pd.DataFrame({"old_hamlet_id": ["a", "b"], "new_hamlet_id": ["b", "b"], "kind": ""})
    told = lineage_of(lines)
    assert _parts(_compare(old, new, told), "HAMLETS_WHITE") == [1, 0, 0, -1]
    assert _kinds(old, new, told) == [("merged", "", "b"), ("merged", "a", ""), ("merged", "b", "")]


def test_a_divided_hamlet_is_structure_and_a_renamed_one_is_not() -> None:
    old = _run({"a": ("1", "white"), "r": ("1", "white")})
    new = _run({"a1": ("1", "white"), "a2": ("1", "covered"), "s": ("1", "covered")})
    lines = pd.DataFrame(
        {"old_hamlet_id": ["a", "a", "r"], "new_hamlet_id": ["a1", "a2", "s"], "kind": ""}
    )
    told = lineage_of(lines)
    assert _parts(_compare(old, new, told), "HAMLETS_WHITE") == [2, 1, -1, 0]
    assert [kind for kind, *_ in _kinds(old, new, told)] == [
        *("network", "renamed", "split", "split", "split")
    ]


def test_a_hamlet_that_moved_is_structure_of_both_communes_and_not_of_the_province() -> None:
    old = _run({"a": ("1", "white"), "b": ("2", "covered")})
    new = _run({"a": ("2", "covered"), "b": ("2", "covered")})
    table = _compare(old, new)
    assert _parts(table, "HAMLETS_WHITE") == [1, 0, -1, 0]
    rows = table[(table["indicator"] == "HAMLETS") & (table["level"] == "commune")]
    found = rows.set_index("unit_id")
    assert found.loc["1", "found"] == "only_before"
    assert found.loc["2", ["network", "structure"]].tolist() == [0, 1]


def test_a_location_that_was_found_is_data() -> None:
    old = _run({"a": ("1", "unknown"), "b": ("1", "covered")})
    new = _run({"a": ("1", "white"), "b": ("1", "covered")})
    table = _compare(old, new)
    assert _parts(table, "HAMLETS_WHITE") == [0, 1, 0, 1]
    row = table[(table["indicator"] == "HAMLETS_WHITE") & (table["level"] == "province")]
    assert row["structure_data"].tolist() == [1]
    assert set(_kinds(old, new)) == {("data", "a", "a")}


def test_more_people_are_data_and_not_network() -> None:
    old = _run({"a": ("1", "white"), "b": ("1", "covered")})
    new = _run({"a": ("1", "white"), "b": ("1", "covered")}, people={"b": 300})
    assert _parts(_compare(old, new), "POP_SERVED") == [0.5, 0.75, 0, 0.25]


def test_code_82_of_two_dates_is_never_compared_as_one() -> None:
    old = _run({"a": ("1", "white")}, THEN)
    new = _run({"a": ("1", "covered")}, NOW)
    table = _compare(old, new)
    rows = table[(table["indicator"] == "HAMLETS_WHITE") & (table["unit_id"] == "82")]
    assert sorted(zip(rows["unit_version"], rows["found"], strict=True)) == [
        (THEN, "only_before"),
        (NOW, "only_after"),
    ]
    assert rows["change"].isna().all()
    assert ("commune", "a", "a") in _kinds(old, new)


def test_a_former_unit_of_the_newer_run_is_the_unit_of_the_older() -> None:
    old = _run({"a": ("1", "white"), "b": ("2", "covered")}, THEN)
    new = _run(
        {"a": ("1", "covered"), "b": ("1", "covered"), "z": ("9", "white")},
        NOW,
        former={"a": "1", "b": "2"},
    )
    table = _compare(old, new)
    assert _parts(table, "HAMLETS_WHITE", "old_province") == [1, 0, -1, 0]
    assert _parts(table, "HAMLETS_WHITE", "old_commune", "1") == [1, 0, -1, 0]
    assert _parts(table, "HAMLETS", "old_commune", "2") == [1, 1, 0, 0]


def test_the_parts_always_add_up() -> None:
    rng = np.random.default_rng(1)
    statuses = ["white", "dead_spot", "covered", "unknown"]

    def some(n: int) -> dict[str, tuple[str, str]]:
        names = rng.choice(60, n, replace=False)
        return {f"h{i}": (str(rng.integers(4)), str(rng.choice(statuses))) for i in sorted(names)}

    table = _compare(_run(some(40)), _run(some(45)))
    both = table[table["found"] == "both"].dropna(subset=["change"])
    assert len(both) > 20
    total = both["network"] + both["structure"]
    np.testing.assert_allclose(total, both["change"], atol=1e-12)
    np.testing.assert_allclose(both["after"] - both["before"], both["change"], atol=1e-12)


def test_stations_that_came_went_moved_and_were_dated_anew() -> None:
    def station(name: str, day: str | None, lon: float = 105.0) -> tuple[Any, ...]:
        return ("Viettel", name, "4G", day, lon, 10.0, "1")

    old = _run(
        {"a": ("1", "white")},
        THEN,
        stations=[
            station("same", "2020-01-01"),
            station("gone", "2020-01-01"),
            station("moved", None),
            station("dated", "2020-01-01"),
        ],
    )
    new = _run(
        {"a": ("1", "white")},
        NOW,
        stations=[
            station("same", "2020-01-01"),
            station("moved", None, 105.001),
            station("dated", "2021-01-01"),
            station("opened", "2025-03-01", 105.01),
            station("listed", "2019-01-01", 105.02),
        ],
    )
    found = changed_rows.station_changes(old, new).set_index("site_id")
    kinds = found["kind"].to_dict()
    assert kinds.pop("dated") == "re_dated"
    assert kinds == {name: name for name in ("opened", "listed", "gone", "moved")}
    assert found.loc["moved", "distance_m"] == pytest.approx(109.6, abs=0.2)


# ------------------------------------------------------------------------------- from files


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The invented province in 2024, with its communes of then, and in 2025."""
    from build import written

    folder = tmp_path_factory.mktemp("runs")
    old_rows: list[Row] = [at("a", "00010", 0.2), at("c", "00021", 2.2), at("d", "00040", 3.5)]
    sites = [site("Viettel", "S1", spot(0.2))]
    (folder / "then").mkdir()
    inputs, then = written(
        folder / "then",
        communes=former_communes(),
        hamlets=old_rows,
        sites=sites,
        as_of=pd.Timestamp("2024-12-31").date(),
    )
    assert inputs.unit_version.stamp == THEN
    (folder / "now").mkdir()
    sites = [*sites, site("Viettel", "S2", spot(2.2), on_air_date="2025-03-01")]
    new_rows = [at("a", "00010", 0.2), at("c", "00030", 2.2), at("e", "00040", 3.6)]
    _, now = read(folder / "now", new_rows, sites=sites, before=True)
    for scenario, name in ((then, "run-2024"), (now, "run-2025")):
        run_scenario(scenario, folder / name, outputs=("tables",))
    return folder / "run-2024", folder / "run-2025"


def test_two_runs_are_compared(runs: tuple[Path, Path], tmp_path: Path) -> None:
    told = call("compare", *runs, "--out", tmp_path / "out", "--lang", "en")
    assert told.code == 0
    assert "stations opened since: 1" in told.out
    assert "hamlets that are no longer in the list: 1" in told.out
    table = pd.read_csv(tmp_path / "out" / "tables" / "changes.csv", dtype={"unit_id": "str"})
    row = table[(table["level"] == "old_commune") & (table["unit_id"] == "00021")]
    row = row[(row["indicator"] == "HAMLETS_WHITE") & (row["technology"] == "4G")]
    assert row[["before", "after", "network", "structure"]].values.tolist() == [[1, 0, -1, 0]]
    again = call("compare", *runs, "--out", tmp_path / "out", "--lang", "vi")
    assert again.code == 0
    assert "trạm mới phát sóng: 1" in again.out


def test_a_lineage_is_read_and_its_faults_are_told(runs: tuple[Path, Path], tmp_path: Path) -> None:
    lines = tmp_path / "lineage.csv"
    lines.write_text("Mã thôn cũ,Mã thôn mới,Biến động\nd,e,đổi tên\n", "utf-8")
    told = call("compare", *runs, "--out", tmp_path / "o", "--lineage", lines, "--json")
    assert told.data()["hamlets"]["renamed"] == 1
    assert "removed" not in told.data()["hamlets"]
    lines.write_text("old_hamlet_id,new_hamlet_id,kind\nd,e,sold\n", "utf-8")
    told = call("compare", *runs, "--out", tmp_path / "p", "--lineage", lines)
    assert told.code == 2
    assert "sold" in told.err
    assert not (tmp_path / "p").exists()


def test_what_is_no_run_is_refused(runs: tuple[Path, Path], tmp_path: Path) -> None:
    told = call("compare", tmp_path, runs[1], "--out", tmp_path / "out")
    assert told.code == 2
    assert len(told.bullets) == 1
    assert not (tmp_path / "out").exists()
