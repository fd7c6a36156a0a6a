"""The register says what the plans say, row by row."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from geoplan.faults import GeoplanError
from geoplan.indicators import names, plans
from geoplan.text import nfc

TEXTS = Path(__file__).parents[2] / "shared" / "plans"

# Every row of the field's tables (vietnam.md §1.1–1.3), and of its further sentences (§1.5).
SENTENCES = {
    "tien-giang-540": [f"TG-{n:02d}" for n in range(1, 13)],
    "ca-mau-164": [f"CM-{n:02d}" for n in range(1, 19)],
    "huong-tra-1529": [f"HT-{n:02d}" for n in range(1, 11)],
    "can-tho-216": [f"CT-{n:02d}" for n in range(1, 21)],
    "quang-ngai-194": [f"QN-{n:02d}" for n in range(1, 17)],
}

# Figures of §1.1–1.3: target, unit, year, direction.
FIGURES = {
    "TG-01": (100, "%", 2025, "hold"),
    "TG-02": (35, "%", 2025, ">="),
    "TG-03": (70, "Mb/s", 2025, ">="),
    "TG-07": (85, "%", 2025, ">"),
    "TG-09d": (95, "%", 2025, ">"),
    "CM-01": (20, "%", 2025, ">="),
    "CM-02": (99, "%", 2030, ">="),
    "CM-03-4G": (40, "Mb/s", 2025, ">="),
    "CM-03-5G": (100, "Mb/s", 2025, ">="),
    "CM-07d": (80, "%", 2025, ">"),
    "CM-09": (3, "km", None, "<="),
    "CM-10a": (300, "điểm", 2025, ">="),
    "HT-04": (17, "%", 2024, ">="),
    "HT-05": (95, "%", 2024, ">="),
    "HT-06": (50, "%", 2024, ">="),
    "CT-03": (50, "%", 2025, ">="),
    "CT-04": (100, "%", 2030, ">="),
    "CT-09": (5, "%", 2025, "<"),
    "CT-10-2025": (40, "%", 2025, ">="),
    "CT-10-2030": (50, "%", 2030, ">="),
    "CT-13": (70, "%", 2030, ">="),
    "QN-02": (90, "%", 2025, ">="),
    "QN-03": (100, "%", 2030, ">="),
    "QN-04": (3000, "vị trí", 2025, ">"),
    "QN-08": (95, "%", 2025, ">="),
}

MINIMAL: dict[str, Any] = {
    "plan": {
        "id": "own",
        "number": "1/KH-UBND",
        "title": "Kế hoạch",
        "issuer": "Ủy ban nhân dân tỉnh",
        "date": datetime.date(2026, 1, 5),
        "period": [2026, 2030],
        "footprint": {"name": "toàn tỉnh"},
    },
    "targets": [
        {
            "id": "A-01",
            "quote": "Tỷ lệ dùng chung vị trí BTS đạt 50%.",
            "indicator": "SHARE_POS",
            "direction": ">=",
            "target": 50,
            "unit": "%",
            "year": 2030,
        }
    ],
}


def _all() -> list[plans.ProvincialPlan]:
    return [plans.load_plan(name) for name in plans.registered()]


def _target(target_id: str) -> plans.Target:
    found = [target for plan in _all() for target in plan.targets if target.id == target_id]
    assert len(found) == 1
    return found[0]


def _own(**changes: Any) -> dict[str, Any]:
    return {**MINIMAL, "targets": [{**MINIMAL["targets"][0], **changes}]}


def _faults(raw: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(GeoplanError) as caught:
        plans.parse_plan(raw, file="own.toml")
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_the_five_plans_are_registered() -> None:
    assert set(plans.registered()) == set(SENTENCES)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_quote_stands_in_the_plan(name: str) -> None:
    plan = plans.load_plan(name)
    text = TEXTS / plan.plan.text_file
    if not text.is_file():
        pytest.skip("the texts of the plans are not beside this copy of the project")
    words = nfc(text.read_text("utf-8"))
    quotes = [(row.id, row.quote) for row in plan.targets]
    quotes += [(row.id, row.quote) for row in plan.duties]
    quotes += [(row.id, row.baseline.quote) for row in plan.targets if row.baseline]
    assert [key for key, quote in quotes if quote not in words] == []


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_sentence_of_the_field_has_its_rows(name: str) -> None:
    ids = [target.id for target in plans.load_plan(name).targets]
    assert [key for key in SENTENCES[name] if not any(i.startswith(key) for i in ids)] == []
    assert [i for i in ids if not i.startswith(tuple(SENTENCES[name]))] == []


@pytest.mark.parametrize("target_id", sorted(FIGURES))
def test_figures_are_those_of_the_plan(target_id: str) -> None:
    target = _target(target_id)
    assert (target.target, target.unit, target.year, target.direction) == FIGURES[target_id]


def test_no_id_stands_twice() -> None:
    ids = [row.id for plan in _all() for row in (*plan.targets, *plan.duties)]
    assert len(ids) == len(set(ids))


def test_only_tien_giang_gives_figures_to_start_from() -> None:
    starts = {t.id: t.baseline.value for p in _all() for t in p.targets if t.baseline}
    assert starts["TG-02"] == 30
    assert starts["TG-07"] == 77.92
    assert starts["TG-08"] == 94.82
    assert not any(key.startswith(("CM", "CT", "QN")) for key in starts)


def test_the_2030_list_of_places_has_no_offices() -> None:
    in_2025, in_2030 = _target("CT-03").place_classes, _target("CT-04").place_classes
    assert set(in_2025) - set(in_2030) == {"government_office"}
    assert len(set(in_2025)) == len(in_2025), "tourist places are listed twice and count once"


@pytest.mark.parametrize(
    ("target_id", "readings"),
    [
        ("QN-01", ["centre", "clusters", "inside"]),
        ("QN-02", ["union", "both"]),
        ("QN-04", ["total", "new"]),
        ("CT-03", ["pooled", "per_class"]),
        ("CT-10-2025", ["letter", "strict", "join"]),
    ],
)
def test_ambiguous_sentences_keep_every_reading(target_id: str, readings: list[str]) -> None:
    assert [reading.id for reading in _target(target_id).readings] == readings


def test_every_formula_and_class_has_a_name() -> None:
    for plan in _all():
        for target in plan.targets:
            used = {target.indicator, *(r.indicator for r in target.readings if r.indicator)}
            assert used <= set(names.INDICATORS)
            classes = {*target.place_classes, *target.zone_classes}
            assert classes <= set(names.CLASSES)
            assert target.subject_vi or target.indicator != names.REPORTED


def test_successors_and_parents_are_named() -> None:
    by_name = {plan.id: plan.plan for plan in _all()}
    assert [s.number for s in by_name["quang-ngai-194"].superseded_by] == ["252/KH-UBND"]
    assert [s.number for s in by_name["can-tho-216"].superseded_by] == ["87/KH-UBND"]
    assert "159/KH-UBND" in by_name["huong-tra-1529"].parent
    assert "36/QĐ-TTg" in by_name["ca-mau-164"].parent


@pytest.mark.parametrize(
    ("duty", "day"),
    [
        ("TG-D1", "12-01"),
        ("CM-D1", "12-15"),
        ("HT-D1", "2024-11-30"),
        ("CT-D1", "12-15"),
        ("QN-D1", "12-10"),
        ("QN-D2", "12-15"),
    ],
)
def test_reports_are_due_when_the_plans_say(duty: str, day: str) -> None:
    found = [row for plan in _all() for row in plan.duties if row.id == duty]
    assert [row.by_day for row in found] == [day]


def test_duty_table_gives_the_next_day_due() -> None:
    chosen = [plans.load_plan(name) for name in ("quang-ngai-194", "tien-giang-540")]
    table = plans.duty_table(chosen, as_of=datetime.date(2025, 12, 31)).set_index("duty_id")
    assert table.loc["QN-D1", "next_due"] == "2026-12-10"
    assert table.loc["QN-PL2.1", "next_due"] == "2025-12-31"
    assert table.loc["TG-D1", "next_due"] == "", "the plan's last year is over"
    assert table.loc["QN-PL2.4", "who"] == "Các doanh nghiệp viễn thông, Công ty Điện lực"
    assert "Sở Khoa học và Công nghệ" in str(table.loc["QN-D2", "to_today"])


@pytest.mark.parametrize(
    ("day", "as_of", "due"),
    [
        ("12-10", "2025-12-10", "2025-12-10"),
        ("12-10", "2025-12-11", "2026-12-10"),
        ("2024-11-30", "2025-01-01", ""),
        ("", "2025-01-01", ""),
    ],
)
def test_next_due(day: str, as_of: str, due: str) -> None:
    assert plans.next_due(day, datetime.date.fromisoformat(as_of)) == due


def test_a_plan_of_ones_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[plan]\nid = "own"\nnumber = "1/KH-UBND"\ntitle = "T"\nissuer = "UBND"\n'
        'date = 2026-01-05\nperiod = [2026, 2030]\nfootprint = { name = "toàn tỉnh" }\n'
        '[[targets]]\nid = "A-01"\nquote = "đạt 50%"\nindicator = "SHARE_POS"\n'
        'direction = ">="\ntarget = 50\nunit = "%"\nyear = 2030\n',
        "utf-8",
    )
    (plan,) = plans.find_plans(["own.toml"], tmp_path)
    assert plan.target("A-01").target == 50
    assert plan.plan.footprint.level == "province"


def test_an_unknown_plan_is_named() -> None:
    with pytest.raises(GeoplanError, match="quang-ngai-195"):
        plans.find_plans(["quang-ngai-195"], Path())


def test_a_missing_or_broken_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[plan", "utf-8")
    for name, code in (("none.toml", "missing_file"), ("broken.toml", "bad_toml")):
        with pytest.raises(GeoplanError) as caught:
            plans.find_plans([name], tmp_path)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_every_wrong_key_is_named_at_once() -> None:
    raw = _own(targett=50, year="soon")
    assert _faults(raw) == [
        ("bad_value", "targets.1.year"),
        ("unknown_key", "targets.1.targett"),
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"indicator": "SHARE_POSS"}, ("bad_value", "A-01")),
        ({"direction": ""}, ("bad_value", "A-01.direction")),
        ({"direction": "=>"}, ("bad_value", "targets.1.direction")),
        ({"deadline_day": "10/12"}, ("bad_value", "A-01")),
        (
            {"indicator": "reported", "source_kind": "reported"},
            ("missing_key", "A-01.subject_vi"),
        ),
        ({"readings": [{"id": "a"}, {"id": "a"}]}, ("duplicate_key", "A-01.readings")),
    ],
)
def test_what_makes_no_sense_is_a_fault(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert _faults(_own(**changes)) == [fault]


def test_a_doubled_id_is_a_fault() -> None:
    raw = {**MINIMAL, "targets": MINIMAL["targets"] * 2}
    assert _faults(raw) == [("duplicate_key", "id")]


def test_texts_are_composed() -> None:
    plan = plans.parse_plan(_own(quote="Tỷ lệ  dùng chung"), file="own.toml")
    assert plan.targets[0].quote == "Tỷ lệ dùng chung"


def test_the_page_lists_every_ambiguous_sentence() -> None:
    page = (Path(__file__).parents[1] / "docs" / "plans.md").read_text("utf-8")
    table = page.split("## Sentences that can be read")[1].split("## Where")[0]
    several = [t.id for plan in _all() for t in plan.targets if len(t.readings) > 1]
    assert [key for key in several if key not in table] == []


def test_faults_of_all_plans_come_together(tmp_path: Path) -> None:
    with pytest.raises(GeoplanError) as caught:
        plans.find_plans(["none.toml", "quang-ngai-195"], tmp_path)
    assert [fault.code for fault in caught.value.faults] == ["missing_file", "unknown_plan"]
