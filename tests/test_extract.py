"""``geoplan extract``: what stands in the folder of an operator, and what does not."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import build
import numpy as np
import pandas as pd
import pytest
from build import at, hamlet, site
from cli_case import SITES, Case, Told, call, in_vietnamese, new_case, write_small_sample
from extract_case import ME, files, made

from geoplan import tables
from geoplan.io.operators import names_of
from geoplan.report import extract as extracts
from geoplan.report import extract_words
from geoplan.scenario import read_scenario
from geoplan.sharing.generalise import CELL_DEG, cell_names, cell_of
from geoplan.text import fold

OPERATORS = ("Viettel", "VNPT", "MobiFone", "Vietnamobile")
FILES = [
    *("README.md", "candidate_areas.csv", "candidate_areas.geojson", "hamlets.csv"),
    *("own_holes.csv", "own_service.csv", "own_sites.csv", "shared_masts.csv"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The small sample and its run, which the tests only read."""
    root = tmp_path_factory.mktemp("extract")
    case = new_case(write_small_sample(root / "sample"), root)
    rows = case.rows("sites/structures.csv")
    for row, offer in zip(rows, ("yes", "ask", "no", "", "yes"), strict=False):
        row.update(share_offer=offer)
    rows[0].update(owner="VNPT")
    case.write("sites/structures.csv", rows)
    assert case.run(outputs="tables").code == 0
    return case


def _extract(case: Case, operator: str, out: Path, *options: str, run: Path | None = None) -> Told:
    where = ("--run", run or case.out, "--out", out)
    return call("extract", case.scenario, "--for", operator, *where, *options)


@pytest.fixture(scope="module")
def folders(finished: Case) -> dict[str, Path]:
    """The extract of every operator."""
    made_: dict[str, Path] = {}
    for operator in OPERATORS:
        made_[operator] = finished.root / f"x-{operator}"
        told = _extract(finished, operator, made_[operator])
        assert told.code == 0, told.err
    return made_


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ------------------------------------------------------------------------------------ contents


def test_the_folder_lists_its_files(folders: dict[str, Path]) -> None:
    for operator, folder in folders.items():
        record = json.loads((folder / "run.json").read_text("utf-8"))
        assert record["outputs"] == FILES
        assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, "run.json"])
        assert record["extract"]["operator"] == operator
        assert "inputs" not in record
        assert "warnings" not in record


def test_own_sites_stand_exactly(finished: Case, folders: dict[str, Path]) -> None:
    for file, operator in zip(SITES, OPERATORS, strict=True):
        given = sorted(
            (row["site_id"], row["technology"], float(row["longitude"]), float(row["latitude"]))
            for row in finished.rows(file)
        )
        told = sorted(
            (row["site_id"], row["technology"], float(row["longitude"]), float(row["latitude"]))
            for row in _rows(folders[operator], "own_sites.csv")
        )
        assert told == given


def test_own_service_is_that_of_the_run(finished: Case, folders: dict[str, Path]) -> None:
    for operator, folder in folders.items():
        run = [row for row in finished.table("tables/service") if row["operator"] == operator]
        assert _rows(folder, "own_service.csv") == run


def test_hamlets_say_yes_or_no_and_agree_where_they_are_sure(
    finished: Case, folders: dict[str, Path]
) -> None:
    run = {row["hamlet_id"]: row for row in finished.table("tables/hamlets")}
    for folder in folders.values():
        rows = _rows(folder, "hamlets.csv")
        assert [row["hamlet_id"] for row in rows] == list(run)
        right, all_ = 0, 0
        for row in rows:
            for name in ("4g", "5g", "mbb"):
                white = run[row["hamlet_id"]][f"status_{name}"] == "white"
                told = row[f"anybody_{name}"]
                assert told in (("có", "không") if row["longitude"] else ("",))
                assert row[f"own_{name}"] != "có" or told == "có"
                if row[f"sure_{name}"] == "có":
                    assert (told == "không") == white
                right, all_ = right + (white == (told == "không")), all_ + 1
        assert right / all_ > 0.8


def test_a_hamlet_without_a_place_has_no_status() -> None:
    found = made(*build.province(hamlets=[hamlet("A"), hamlet("B", at(0, 0))], sites=[]))
    told = found.hamlets.set_index("hamlet_id")[["own_4g", "anybody_4g", "sure_4g"]]
    assert told.loc["A"].tolist() == ["", "", ""]
    assert told.loc["B"].tolist() == ["no", "no", "yes"]


@pytest.mark.parametrize("hamlets", [[], [hamlet("A")]])
def test_nothing_located_makes_empty_tables(hamlets: list[build.Row]) -> None:
    found = made(*build.province(hamlets=hamlets, sites=[site("VNPT", "B", at(0, 0))]))
    assert len(found.hamlets) == len(hamlets)
    assert len(found.candidate_areas) == len(found.own_holes) == len(found.own_sites) == 0
    assert set(files(found)) == {table.name for table in tables.EXTRACT_TABLES}


def test_where_the_operator_serves_everybody_there_is_no_hole() -> None:
    found = made(*build.province(hamlets=[hamlet("A", at(0, 0))], sites=[site(ME, "A", at(0, 0))]))
    assert found.hamlets[["own_4g", "anybody_4g", "sure_4g"]].iloc[0].tolist() == ["yes"] * 3
    assert len(found.candidate_areas) == len(found.own_holes) == 0


def test_holes_add_up_to_the_hamlets() -> None:
    points = [at(x, y) for x in (-2500, 0, 2500) for y in (-2500, 0, 2500)]
    hamlets = [hamlet(f"H{i}", point, population=i + 1) for i, point in enumerate(points)]
    sites = [site(ME, "A", points[0]), site("VNPT", "B", points[8])]
    found = made(*build.province(hamlets=hamlets, sites=sites))
    told = found.hamlets
    mine = told["own_4g"] == "yes"
    assert found.own_holes["hamlets"].sum() == (~mine).sum() == 8
    assert found.own_holes["people"].sum() == told.loc[~mine, "population"].sum()
    nobody = told["anybody_4g"] == "no"
    assert found.own_holes["people_without_signal"].sum() == told.loc[nobody, "population"].sum()


def test_candidate_areas_are_the_greedy_choice_by_brute_force() -> None:
    """One by one the cell that adds most, of all cells in the area, counted anew."""
    rng = np.random.default_rng(7)
    points = [at(x, y) for x, y in rng.uniform(-5500, 5500, (40, 2))]
    people = rng.integers(50, 400, 40)
    hamlets = [
        hamlet(f"H{i}", point, population=int(n))
        for i, (point, n) in enumerate(zip(points, people, strict=True))
    ]
    rules = {"min_gain_people": 150}
    inputs, scenario = build.province(hamlets=hamlets, sites=[], siting=rules)
    found = made(inputs, scenario).candidate_areas
    west, south, east, north = inputs.communes.total_bounds
    cells = np.array(
        [
            (x, y)
            for x in range(int(west * 100), int(east * 100) + 1)
            for y in range(int(south * 100), int(north * 100) + 1)
            if west <= x / 100 + 0.005 <= east and south <= y / 100 + 0.005 <= north
        ]
    )
    left, told = dict(enumerate(people)), []
    while True:
        won = [
            [
                i
                for i in left
                if build.GEOD.inv(x / 100 + 0.005, y / 100 + 0.005, *points[i])[2] <= 1000
            ]
            for x, y in cells
        ]
        gains = [sum(left[i] for i in each) for each in won]
        best = int(np.argmax(gains))
        if gains[best] < 150:
            break
        told.append((cell_names(cells[best : best + 1])[0], float(gains[best])))
        for i in won[best]:
            del left[i]
    assert list(zip(found["cell_id"], found["gained_people"], strict=True)) == told
    assert len(told) > 5


def test_structures_are_told_as_their_owners_consent(
    finished: Case, folders: dict[str, Path]
) -> None:
    given = finished.rows("sites/structures.csv")
    for folder in folders.values():
        rows = _rows(folder, "shared_masts.csv")
        places = {(float(row["longitude"]), float(row["latitude"])) for row in rows if row["kind"]}
        offered = [row for row in given if row["share_offer"] == "yes"]
        assert places == {(float(row["longitude"]), float(row["latitude"])) for row in offered}
        asked = [row for row in rows if row["share_offer"] == "ask"]
        assert asked
        told = "có cột hiện hữu trong bán kính 1 km, liên hệ qua Sở KH&CN"
        assert {row["words"] for row in asked} == {told}
        for row in asked:
            assert {row[name] for name in row} == {"", "ask", told, row["cell_id"]}
        cells = {
            str(
                cell_names(
                    cell_of(*(np.array([float(row[n])]) for n in ("longitude", "latitude")))
                )[0]
            )
            for row in given
            if row["share_offer"] == "ask"
        }
        assert {row["cell_id"] for row in asked} == cells


def test_a_candidate_area_says_whether_a_mast_may_be_had() -> None:
    hamlets = [hamlet("A", (108.805, 15.105), population=900)]
    inputs, scenario = build.province(hamlets=hamlets, sites=[])
    cell = made(inputs, scenario).candidate_areas["cell_id"].item()
    row = {"structure_id": "K", "longitude": 0.0, "latitude": 0.0}
    for offers, said in ((["no"], ""), (["ask", "no"], "ask"), (["ask", "yes"], "yes")):
        x, y = int(cell[6:]) * CELL_DEG, int(cell[1:5]) * CELL_DEG
        rows = [
            {**row, "structure_id": f"K{i}", "longitude": x + 0.002, "latitude": y + 0.003}
            | {"share_offer": offer}
            for i, offer in enumerate(offers)
        ]
        frame = tables.check(pd.DataFrame(rows), tables.STRUCTURES).drop(columns="geometry")
        found = made(replace(inputs, structures=frame), scenario)
        assert found.candidate_areas["existing_mast"].tolist() == [said]


def test_the_squares_are_those_of_the_table(folders: dict[str, Path]) -> None:
    for folder in folders.values():
        drawn = json.loads((folder / "candidate_areas.geojson").read_text("utf-8"))["features"]
        rows = _rows(folder, "candidate_areas.csv")
        assert [one["properties"]["cell_id"] for one in drawn] == [row["cell_id"] for row in rows]
        for one, row in zip(drawn, rows, strict=True):
            assert one["geometry"]["coordinates"][0][0] == [float(row["west"]), float(row["south"])]


# ---------------------------------------------------------------------------------- the scan


def _scan(folder: Path, operator: str, scenario: Path, run: Path) -> None:
    """Look in every file for what belongs to others: names, ids, places, distances."""
    rules = read_scenario(scenario)
    inputs = extracts.read_inputs(rules)
    sites, structures = inputs.sites, inputs.structures
    mine, others = sites[sites["operator"] == operator], sites[sites["operator"] != operator]
    words = {fold(name) for name in {*sites["operator"], *names_of(rules).values()}}
    words -= {fold(operator)}
    own = {*mine["site_id"], *mine["structure_id"]}
    ids = {*others["site_id"], *others["structure_id"], *structures["structure_id"]} - own - {""}
    offered = structures[structures["share_offer"] == "yes"]
    public = pd.concat([inputs.hamlets, mine, offered])[["longitude", "latitude"]]
    public_places = _places(public)
    places = _places(pd.concat([others, structures])[["longitude", "latitude"]]) - public_places
    positions = pd.read_csv(run / "tables" / "positions.csv", dtype="str")
    ids |= set(positions["position_id"]) - own
    for name, text in _texts(folder):
        told = fold(text)
        for word in words:
            assert not re.search(rf"(?<![a-z]){word}(?![a-z])", told), (name, word)
        tokens = set(re.split(r"[,;\"\s\[\]]+", text))
        assert not tokens & ids, name
        for line in text.splitlines():
            numbers = re.findall(r"-?\d+\.\d{4,}", line)
            found = set(itertools.pairwise(numbers))
            assert not found & places, (name, line)
        if name not in ("hamlets.csv", "own_sites.csv", "shared_masts.csv"):
            for number in re.findall(r"(?<![\d.])1\d\d\.\d+", text) if "own_s" not in name else ():
                degrees = float(number)
                assert degrees < 102 or degrees > 110 or round(degrees * 200, 6) % 1 == 0, number


def _places(frame: pd.DataFrame) -> set[tuple[str, str]]:
    known = frame.dropna()
    return {(f"{x:.6f}", f"{y:.6f}") for x, y in zip(*known.to_numpy().T, strict=True)}


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        yield path.name, path.read_bytes().decode("utf-8")


def test_nothing_of_others_stands_in_any_file(finished: Case, folders: dict[str, Path]) -> None:
    for operator, folder in folders.items():
        _scan(folder, operator, finished.scenario, finished.out)


def test_the_scan_finds_what_it_looks_for(finished: Case, folders: dict[str, Path]) -> None:
    """Looked at as if it were another's, an extract is full of an operator's own."""
    with pytest.raises(AssertionError):
        _scan(folders["VNPT"], "Viettel", finished.scenario, finished.out)


def test_nothing_of_others_stands_in_any_file_of_quang_ngai(shared: Path, tmp_path: Path) -> None:
    path = shared / "cases" / "quang-ngai" / "scenario.toml"
    if not path.is_file():
        pytest.skip("../shared/cases/quang-ngai is absent")
    run = tmp_path / "run"
    assert call("run", path, "--out", run, "--outputs", "tables", "--quiet").code == 0
    for operator in OPERATORS:
        out = tmp_path / operator
        assert call("extract", path, "--for", operator, "--run", run, "--out", out).code == 0
        _scan(out, operator, path, run)


def test_another_operator_as_owner_is_not_named(finished: Case, folders: dict[str, Path]) -> None:
    for operator, folder in folders.items():
        owners = {row["structure_owner"] for row in _rows(folder, "own_sites.csv")}
        assert not owners & (set(OPERATORS) - {operator})
    owners = {row["owner"] for row in _rows(folders["Viettel"], "shared_masts.csv")}
    assert "VNPT" not in owners
    assert owners != {""}


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("VNPT", True),
        ("Vinaphone", True),
        ("Viettel Construction", False),
        ("Viettel", False),
        ("Tổng công ty Viễn thông MobiFone", True),
        ("Điện lực", False),
        ("", False),
        ("Cty CP hạ tầng VNPT-X", True),
        ("HT Mobile", True),
    ],
)
def test_whom_a_text_names(text: str, is_named: bool) -> None:
    meta: dict[str, Any] = {"operators": list(OPERATORS)}
    assert extracts._names_another("Viettel", meta, build.scenario())(text) is is_named


# ------------------------------------------------------------------------- words and languages


def test_both_languages_say_the_same(finished: Case, folders: dict[str, Path]) -> None:
    out = finished.root / "en"
    told = _extract(finished, "viettel", out, "--lang", "en")
    assert told.code == 0
    assert "own rows" in told.out
    vietnamese, english = _rows(folders["Viettel"], "hamlets.csv"), _rows(out, "hamlets.csv")
    back = {"có": "yes", "không": "no"}
    assert [{k: back.get(v, v) for k, v in row.items()} for row in vietnamese] == english
    masts = {row["words"] for row in _rows(out, "shared_masts.csv")}
    assert any("ask through the Department" in words for words in masts)
    texts = [(folder / "README.md").read_text("utf-8") for folder in (folders["Viettel"], out)]
    assert "## Thông tin không cung cấp" in texts[0]
    assert "## What was withheld" in texts[1]


def test_every_word_has_its_vietnamese() -> None:
    said: list[str] = [text for _, text in extract_words._FILES]
    said += [*extract_words._TOLD, *extract_words._WITHHELD, extract_words._ASK]
    said += ["yes", "no", "offered by its owner", "What stands here", "How to read it", "Counts"]
    for english in said:
        assert in_vietnamese(english, "extract")
    for english in (
        "{operator}: own rows {rows}, hamlets {hamlets}, candidate areas {areas}",
        "{technology}: {count} hamlets without any signal; not sure of {unsure} hamlets",
        "masts offered: {offered}; cells with a mast to be asked for: {asked}",
    ):
        placeholders = set(re.findall(r"\{\w+\}", english))
        assert set(re.findall(r"\{\w+\}", in_vietnamese(english))) == placeholders


def test_the_same_extract_is_the_same_bytes(finished: Case, folders: dict[str, Path]) -> None:
    again = finished.root / "again"
    assert _extract(finished, "MobiFone", again).code == 0
    for name in [*FILES, "run.json"]:
        assert (again / name).read_bytes() == (folders["MobiFone"] / name).read_bytes()


def test_the_console_speaks_json(finished: Case) -> None:
    data = _extract(finished, "VNPT", finished.root / "json", "--json").data()
    assert data["operator"] == "VNPT"
    assert data["hamlets"] > 50
    assert set(data["hamlets_without_signal"]) == {"4G", "5G", "MBB"}


# ------------------------------------------------------------------------------------ bad input


def test_an_unknown_operator_is_told_who_there_is(finished: Case, tmp_path: Path) -> None:
    told = _extract(finished, "Vodafone", tmp_path / "x")
    assert told.code == 2
    assert not (tmp_path / "x").exists()
    assert len(told.bullets) == 1
    assert "Vodafone" in told.err
    assert all(name in told.err for name in OPERATORS)


@pytest.mark.parametrize("kind", ["absent", "empty", "other"])
def test_a_folder_that_is_no_run_is_refused(finished: Case, tmp_path: Path, kind: str) -> None:
    run = tmp_path / "run"
    if kind != "absent":
        run.mkdir()
    if kind == "other":
        (run / "state").mkdir()
        (run / "state" / "state.json").write_text("[]", "utf-8")
    told = _extract(finished, "VNPT", tmp_path / "x", run=run)
    assert told.code == 2
    assert not (tmp_path / "x").exists()
    assert in_vietnamese("not the folder of a finished run", "faults") in told.err


@pytest.mark.parametrize("place", [".", "x", ".."])
def test_the_run_is_not_written_over(finished: Case, place: str) -> None:
    before = finished.everything()
    told = _extract(finished, "VNPT", finished.out / place)
    assert told.code == 2
    assert finished.everything() == before
    assert "--out" in told.err


@pytest.fixture
def case(finished: Case, tmp_path: Path) -> Case:
    shutil.copytree(finished.folder, tmp_path / "province")
    shutil.copytree(finished.out, tmp_path / "out")
    return Case(tmp_path)


def test_changed_files_ask_for_another_run(case: Case) -> None:
    case.change("sites/sites_vnpt.csv", 2, antenna_agl_m="31")
    told = _extract(case, "VNPT", case.root / "x")
    assert told.code == 2
    assert not (case.root / "x").exists()
    assert "sites" in told.err
    assert len(told.bullets) == 1


def test_changed_rules_ask_for_another_run(case: Case) -> None:
    case.key("sector_width_deg", "90")
    told = _extract(case, "VNPT", case.root / "x")
    assert told.code == 2
    assert "coverage" in told.err


def test_another_name_or_language_does_not(case: Case) -> None:
    case.key("name", '"Tỉnh khác"')
    told = _extract(case, "VNPT", case.root / "x", "--lang", "en")
    assert told.code == 0
    assert "Tỉnh khác" in (case.root / "x" / "README.md").read_text("utf-8")


def test_the_day_is_that_of_the_run(case: Case) -> None:
    case.key("as_of", None)
    record = case.out / "state" / "state.json"
    text = record.read_text("utf-8").replace('"as_of": "2025-12-31"', '"as_of": "2024-06-30"')
    record.write_text(text, "utf-8")
    assert _extract(case, "VNPT", case.root / "x").code == 0
    data = json.loads((case.root / "x" / "run.json").read_text("utf-8"))
    assert data["extract"]["as_of"] == "2024-06-30"


def test_a_foreign_folder_stays(case: Case) -> None:
    place = case.root / "x"
    place.mkdir()
    (place / "thu.txt").write_text("của người khác", "utf-8")
    told = _extract(case, "VNPT", place)
    assert told.code == 2
    assert [path.name for path in place.iterdir()] == ["thu.txt"]


def test_the_default_folder_is_named_after_scenario_and_operator(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.root)
    shutil.copytree(case.out, case.root / "maps" / "province")
    assert call("extract", case.scenario, "--for", "mobifone").code == 0
    assert (case.root / "maps" / "extract-province-mobifone" / "README.md").is_file()
