"""Rules of a province: reading them, judging masts by them, and a run that obeys them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from geoplan import planner
from geoplan.faults import GeoplanError, ScenarioError
from geoplan.geodesy import distance_m
from geoplan.io.rules import find_rules
from geoplan.scenario.rules import Rule, RuleBook
from geoplan.sharing import rules
from geoplan.sharing.rules import Places, Zones, breaches, forbidden, rules_by_site, too_close

_ZONES = Zones(
    np.array(["Z1", "Z2", "Z3"], object),
    np.array(["heritage", "urban_area", "urban_area"], object),
    np.array(
        [
            shapely.box(108.00, 15.00, 108.04, 15.09),
            shapely.box(108.01, 15.00, 108.05, 15.05),
            shapely.box(108.06, 15.06, 108.08, 15.09),
        ],
        object,
    ),
)
_CLASSES = ("A1a", "A2a", "a2b ", "", "own")
_WHO = ("Viettel", "VNPT", "Viettel;VNPT", "")
_BOOK = RuleBook(
    (
        Rule("S1", "any", "doc", spacing_m=900.0),
        Rule("S2", "town", "doc", zones=("urban_area",), between="different", spacing_m=1500.0),
        Rule("S3", "A2b", "doc", classes=("A2b", "A2a"), zones=("",), between="same",
             spacing_m=2500.0),
        Rule("F1", "heritage", "doc", classes=("A2b",), zones=("heritage",), forbidden=True),
        Rule("C1", "only", "doc", zones=("heritage",), allowed_classes=("A1a", "A1b")),
        Rule("H1", "height", "doc", zones=("urban_area", "heritage"), max_height_m=30.0),
    )
)  # fmt: skip


def masts(n: int, seed: int, name: str) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "key": [f"{name}{i:02d}" for i in range(n)],
            "longitude": np.round(108 + 0.1 * draw.random(n), 6),
            "latitude": np.round(15 + 0.1 * draw.random(n), 6),
            "structure_class": draw.choice(_CLASSES, n),
            "height_m": draw.choice([15.0, 30.0, 42.0, np.nan], n),
            "operators": draw.choice(_WHO, n),
            "commune_code": "00101",
        }
    )


def _zones_at(row: pd.Series) -> list[tuple[str, str]]:
    point = shapely.Point(row["longitude"], row["latitude"])
    found = zip(_ZONES.ids, _ZONES.classes, _ZONES.shapes, strict=True)
    return [(id_, kind) for id_, kind, shape in found if shape.intersects(point)]


def _binds(rule: Rule, row: pd.Series) -> tuple[bool, bool, str]:
    kind = row["structure_class"].strip().replace("a2b", "A2b").replace("own", "")
    zones = _zones_at(row)
    named = [id_ for id_, one in zones if one in rule.zones]
    there = "*" in rule.zones or bool(named) or ("" in rule.zones and not zones)
    return "*" in rule.classes or kind in rule.classes, there, named[0] if named else ""


def _too_near(rule: Rule, a: pd.Series, b: pd.Series) -> bool:
    (class_a, zone_a, _), (class_b, zone_b, _) = _binds(rule, a), _binds(rule, b)
    apart = float(distance_m(a["longitude"], a["latitude"], b["longitude"], b["latitude"]))
    common = bool(set(filter(None, a["operators"].split(";"))) & set(b["operators"].split(";")))
    right = rule.between == "any" or common == (rule.between == "same")
    assert rule.spacing_m is not None
    return class_a and class_b and (zone_a or zone_b) and right and apart < rule.spacing_m


def _alone(rule: Rule, row: pd.Series) -> bool:
    of_class, there, _ = _binds(rule, row)
    if not (of_class and there):
        return False
    if rule.max_height_m is not None:
        return bool(row["height_m"] > rule.max_height_m)
    return row["structure_class"] not in rule.allowed_classes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_broken_rule_is_found_as_one_by_one(seed: int) -> None:
    groups = {
        "standing": masts(40, seed, "s"),
        "planned": masts(15, seed + 10, "p"),
        "proposal": masts(8, seed + 20, "n"),
    }
    found = breaches(_BOOK, _ZONES, *groups.values(), same_mast_m=0.0)
    told = set(zip(found["rule_id"], found["kind"], found["a"], found["b"], strict=True))
    assert len(told) == len(found)
    expected = set()
    names = list(groups)
    for number, kind in enumerate(names):
        for _, a in groups[kind].iterrows():
            for rule in _BOOK.rules:
                if rule.spacing_m is None:
                    expected |= {(rule.id, kind, a["key"], "")} if _alone(rule, a) else set()
                    continue
                for other in names[: number + 1]:
                    for _, b in groups[other].iterrows():
                        once = other != kind or int(a["key"][1:]) < int(b["key"][1:])
                        if once and _too_near(rule, a, b):
                            expected.add((rule.id, kind, a["key"], b["key"]))
    assert told == expected
    assert {rule for rule, *_ in told} == {rule.id for rule in _BOOK.rules}


def test_forbidden_names_the_first_rule_and_its_zone() -> None:
    frame = masts(200, 5, "c")
    rule_id, zone = forbidden(Places(frame, _ZONES), _BOOK)
    for i, (_, row) in enumerate(frame.iterrows()):
        broken = [r for r in _BOOK.rules if r.spacing_m is None and _alone(r, row)]
        assert rule_id[i] == (broken[0].id if broken else "")
        assert zone[i] == (_binds(broken[0], row)[2] if broken else "")


def test_candidates_too_close_to_masts_and_to_each_other_are_found() -> None:
    frame, stand = masts(60, 7, "c"), masts(30, 8, "s")
    is_new = np.arange(60) % 3 > 0
    found = too_close(Places(frame, _ZONES), is_new, Places(stand, _ZONES), _BOOK)
    spacing = _BOOK.about("spacing")
    clash = found.clashes.toarray()
    assert (clash == clash.T).all()
    for i, (_, a) in enumerate(frame.iterrows()):
        near = [r for r in spacing if any(_too_near(r, a, b) for _, b in stand.iterrows())]
        assert found.rule_id[i] == (near[0].id if near and is_new[i] else "")
        if found.rule_id[i]:
            held = [j for j, (_, b) in enumerate(stand.iterrows()) if _too_near(near[0], a, b)]
            away = [
                float(distance_m(a["longitude"], a["latitude"], *stand.iloc[j][1:3])) for j in held
            ]
            assert found.mast[i] == held[int(np.argmin(away))]
        for j, (_, b) in enumerate(frame.iterrows()):
            both = is_new[i] and is_new[j] and i != j
            assert clash[i, j] == (both and any(_too_near(r, a, b) for r in spacing))


def test_a_site_planned_onto_a_mast_keeps_no_distance_but_its_height() -> None:
    book = RuleBook((Rule("S", "n", "d", spacing_m=500.0), Rule("H", "n", "d", max_height_m=20.0)))
    frame = masts(1, 1, "s").assign(height_m=15.0)
    planned = frame.assign(key="VNPT:P", height_m=42.0)
    found = breaches(book, Zones.none(), frame, planned, frame[:0], same_mast_m=30.0)
    assert found[["rule_id", "kind", "a"]].to_numpy().tolist() == [["H", "planned", "VNPT:P"]]
    beside = planned.assign(longitude=planned["longitude"] + 0.001)
    found = breaches(book, Zones.none(), frame, beside, frame[:0], same_mast_m=30.0)
    assert rules_by_site(found) == {"VNPT:P": "S"}


def test_a_mast_whose_class_is_not_known_is_asked_for_it() -> None:
    book = RuleBook((Rule("C", "n", "d", allowed_classes=("A1a",)),))
    frame = pd.concat([masts(1, 1, "s")] * 2).assign(structure_class=["", "A2b"], key=["a", "b"])
    found = breaches(book, Zones.none(), frame[:0], frame, frame[:0], same_mast_m=-1.0)
    assert found["advice"].tolist() == ["tell_class", "change_class"]


def test_no_rules_cost_nothing_and_break_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "Places", None)
    frame = masts(5, 1, "s")
    assert breaches(RuleBook(), _ZONES, frame, frame, frame, same_mast_m=30.0).empty


_BAD = """
schema = 1
colour = "red"
[[rule]]
id = "A"
name = "a"
source = "x"
classes = ["B9"]
zones = ["heritage"]
spacing_m = -5
[[rule]]
id = "A"
name = "b"
source = "x"
between = "friends"
spacing_m = 100
max_height_m = 20
[[rule]]
id = "C"
source = "x"
forbidden = true
zones = "heritage"
"""


def test_every_fault_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(_BAD, "utf-8")
    with pytest.raises(ScenarioError) as error:
        find_rules("rules.toml", tmp_path, zones_given=False)
    told = {(fault.code, fault.column) for fault in error.value.faults}
    assert told == {
        ("unknown_key", "colour"),
        ("unknown_structure_class", "rule[1].classes"),
        ("not_above", "rule[1].spacing_m"),
        ("rule_zones_missing", "rule[1].zones"),
        ("rule_repeated", "rule[2].id"),
        ("not_a_choice", "rule[2].between"),
        ("rule_unclear", "rule[2]"),
        ("missing_key", "rule[3].name"),
        ("rule_list_needed", "rule[3].zones"),
    }


_SITES = (
    "site_id,operator,technology,longitude,latitude,structure_class,structure_height_m,"
    "on_air_date,status\n"
    "A,Viettel,4G,108.05,15.05,A2b,42,2020-01-01,\n"
    "B,VNPT,4G,108.058,15.05,A2b,24,2020-01-01,\n"
    "P,MobiFone,4G,108.051,15.05,A2b,30,2027-05-01,planned\n"
)
_RULES = """
schema = 1
[[rule]]
id = "KC"
name = "Khoảng cách"
source = "giả định"
spacing_m = 1000
[[rule]]
id = "CAO"
name = "Chiều cao"
source = "giả định"
zones = ["heritage"]
max_height_m = 30
"""
_SCENARIO = (
    'schema = 1\nlanguage = "{language}"\nas_of = 2025-12-31\n[inputs]\n'
    'communes = "communes.geojson"\nhamlets = "hamlets.csv"\nsites = ["sites.csv"]\n'
    'zones = "zones.geojson"\n[sharing]\nrules = "rules.toml"\n'
)
_ZONE_FILE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"zone_id":"DT1","name":"Di tích","class":"heritage"},"geometry":{"type":"Polygon",'
    '"coordinates":[[[108.045,15.045],[108.055,15.045],[108.055,15.055],[108.045,15.055],'
    "[108.045,15.045]]]}}]}"
)


def _province(folder: Path, language: str = "vi", text: str = _RULES) -> planner.Scenario:
    from io_case import write_province

    write_province(folder)
    (folder / "sites.csv").write_text(_SITES, "utf-8")
    (folder / "rules.toml").write_text(text, "utf-8")
    (folder / "zones.geojson").write_text(_ZONE_FILE, "utf-8")
    (folder / "scenario.toml").write_text(_SCENARIO.format(language=language), "utf-8")
    return planner.read_scenario(folder / "scenario.toml")


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    with (path / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("language", "sheet", "words"),
    [("vi", "Trái quy định", "quá cao"), ("en", "Rules broken", "too high")],
)
def test_a_run_names_the_rules_that_masts_break(
    tmp_path: Path, language: str, sheet: str, words: str
) -> None:
    scenario = _province(tmp_path, language)
    result, path = planner.run(scenario, tmp_path / "out", outputs=("tables", "workbook"))
    found = _rows(path, "rule_breaches")
    told = {(row["rule_id"], row["kind"], row["a"], row["b"], row["zone"]) for row in found}
    assert told == {
        ("KC", "standing", "VNPT:B", "Viettel:A", ""),
        ("KC", "planned", "MobiFone:P", "Viettel:A", ""),
        ("KC", "planned", "MobiFone:P", "VNPT:B", ""),
        ("CAO", "standing", "Viettel:A", "", "DT1"),
    }
    assert {row["rule"] for row in _rows(path, "planned_pairs")} == {"KC"}
    book = openpyxl.load_workbook(path / "bang-so-lieu.xlsx")
    cells = [cell.value for row in book[sheet].iter_rows() for cell in row]
    assert words in cells
    new = result.plan.proposals[result.plan.proposals["kind"] == "new"]
    for _, site in new.iterrows():
        for lon, lat in ((108.05, 15.05), (108.058, 15.05)):
            assert distance_m(site["longitude"], site["latitude"], lon, lat) >= 1000


def test_where_nothing_new_may_stand_nothing_new_is_proposed(tmp_path: Path) -> None:
    text = _RULES.replace("spacing_m = 1000", "forbidden = true")
    result, path = planner.run(
        _province(tmp_path, text=text), tmp_path / "out", outputs=("tables",)
    )
    assert "new" not in set(result.plan.proposals["kind"])
    tried = [row for row in _rows(path, "site_candidates") if row["kind"] == "new"]
    assert tried
    assert {(row["reason"], row["by"]) for row in tried} == {("rule", "KC")}


def test_a_class_that_no_zone_has_is_told_with_those_known(tmp_path: Path) -> None:
    scenario = _province(tmp_path, text=_RULES.replace('"heritage"', '"museum"'))
    with pytest.raises(GeoplanError) as error:
        planner.read_everything(scenario)
    (fault,) = error.value.faults
    assert (fault.code, fault.value, fault.params["known"]) == (
        "unknown_zone_class", "museum", "heritage",
    )  # fmt: skip


def test_a_missing_file_of_rules_is_told(tmp_path: Path) -> None:
    scenario = _province(tmp_path)
    (tmp_path / "rules.toml").unlink()
    with pytest.raises(GeoplanError) as error:
        planner.read_everything(scenario)
    assert [fault.code for fault in error.value.faults] == ["missing_file"]
