"""Field work: agreement with its interval, the sample to check next, the sheet out and back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from build import (
    ORIGIN,
    at,
    check,
    cluster,
    commune,
    declares,
    hamlet,
    province,
    run,
    site,
    square,
    written,
)
from cli_case import Case, call, in_vietnamese, new_case, write_small_sample
from hypothesis import given, settings
from hypothesis import strategies as st
from small_run import small_run

from geoplan.coverage.field_work import draw_stratified, wilson
from geoplan.planner import assess, make_plan
from geoplan.report import check_sheet, maps, verified
from geoplan.report.check_sheet import NAME
from geoplan.report.locale import locale_of
from geoplan.report.report_workbook import report_workbook
from geoplan.results import Baseline, FieldWork, RunResult

NEAR, FAR = at(0, 500), at(0, 5000)
SITE = site("Viettel", "1", ORIGIN)


def _work(base: Baseline) -> FieldWork:
    assert base.field_work is not None
    return base.field_work


# ------------------------------------------------------------------ Wilson's interval


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_newcombe_1998_table_1_method_3(
    hits: int, n: int, low: float, high: float
) -> None:
    found = wilson(hits, n)
    assert found == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share_and_mirrors(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0.0 <= low <= hits / n <= high <= 1.0
    other = wilson(n - hits, n)
    assert (1 - high, 1 - low) == pytest.approx(other, abs=1e-12)


def test_nothing_has_no_interval() -> None:
    assert np.isnan(wilson(0, 0)).all()


# ------------------------------------------------------------------ agreement


def test_agreement_counts_both_ways_of_being_wrong() -> None:
    found = {"a": "yes", "b": "no", "c": "weak", "d": "yes", "e": "no"}
    spots = {"a": NEAR, "b": NEAR, "c": at(10, 500), "d": FAR, "e": FAR}
    base = run(
        hamlets=[hamlet(name, spot) for name, spot in spots.items()],
        sites=[SITE],
        checks=[check(name, result) for name, result in found.items()],
    )
    whole, rural = _work(base).agreement.to_dict("records")
    assert (whole["environment"], rural["environment"]) == ("", "rural")
    wanted = {
        "source": "model",
        "technology": "4G",
        "checks": 5,
        "agree": 2,
        "share_agree": 0.4,
        "false_served": 2,
        "false_unserved": 1,
    }
    assert {name: whole[name] for name in wanted} == wanted
    assert (whole["share_low"], whole["share_high"]) == pytest.approx(wilson(2, 5))


def test_agreement_stands_by_environment_and_for_declarations_apart() -> None:
    west, east = square(at(-3000, 0), 3000), square(at(3000, 0), 3000)
    base = run(
        communes=[
            commune("00001", west, full_name="Phường Một"),
            commune("00002", east, full_name="Xã Hai"),
        ],
        hamlets=[hamlet("u", at(-2000, 0)), hamlet("r", at(2000, 0), commune_code="00002")],
        sites=[site("Viettel", "1", at(-2000, 100))],
        checks=[check("u", "yes"), check("r", "yes")],
        declared=[declares(east)],
        coverage={"environment_from": "type"},
    )
    found = _work(base).agreement[["source", "environment", "checks", "agree"]]
    assert [tuple(row) for row in found.to_numpy()] == [
        ("declared", "", 2, 1),
        ("declared", "rural", 1, 1),
        ("declared", "urban", 1, 0),
        ("model", "", 2, 1),
        ("model", "rural", 1, 0),
        ("model", "urban", 1, 1),
    ]


# ------------------------------------------------------------------ what to check next


def _drawn(base: Baseline) -> dict[str, str]:
    frame = _work(base).to_check
    return dict(zip(frame["hamlet_id"], frame["drawn_from"], strict=True))


def test_the_sample_is_of_hamlets_with_a_place_that_nobody_checked() -> None:
    base = run(
        hamlets=[hamlet("checked", NEAR), hamlet("nowhere"), hamlet("open", NEAR)],
        sites=[SITE],
        checks=[check("checked", "yes")],
    )
    assert _drawn(base) == {"open": "random"}
    row = _work(base).to_check.iloc[0]
    assert (row["environment"], row["status_4g"], row["operators_4g"]) == (
        "rural",
        "covered",
        "Viettel",
    )


def test_borderline_hamlets_are_drawn_apart_and_the_seed_decides() -> None:
    spots = [*(at(i, 1050) for i in range(6)), *(at(i, 300) for i in range(20))]
    parts: dict[str, Any] = {
        "hamlets": [hamlet(f"{i:02}", spot) for i, spot in enumerate(spots)],
        "sites": [SITE],
    }
    drawn = [_drawn(_run_with(seed, parts)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    for one in drawn:
        border = [name for name, how in one.items() if how == "borderline"]
        assert len(border) == 2
        assert all(int(name) < 6 for name in border)
        assert sorted(one.values()) == ["borderline"] * 2 + ["random"] * 3


def _run_with(seed: int, parts: dict[str, Any]) -> Baseline:
    inputs, rules = province(**parts)
    rules = rules.model_copy(
        update={
            "checks": rules.checks.model_copy(update={"borderline": 2, "random": 3, "seed": seed})
        }
    )
    return assess(inputs, rules)


@given(
    st.lists(st.sampled_from(["urban", "suburban", "rural"]), max_size=60),
    st.integers(0, 70),
    st.integers(0, 5),
)
@settings(max_examples=200)
def test_a_stratified_draw_is_fair(strata: list[str], size: int, seed: int) -> None:
    names = np.array(strata, dtype="U8")
    drawn = draw_stratified(names, size, np.random.default_rng(seed))
    assert len(drawn) == len(set(drawn.tolist())) == min(size, len(strata))
    assert drawn.tolist() == sorted(drawn.tolist())
    kinds = set(strata)
    if size >= len(kinds):
        assert set(names[drawn]) == kinds
        for kind in kinds:
            share = strata.count(kind) / len(strata) * len(drawn)
            assert abs((names[drawn] == kind).sum() - share) < len(kinds) + 1


# ------------------------------------------------------------------ the sheet, out and back


def _written_run(folder: Path, language: str, **inputs: Any) -> RunResult:
    found, rules = written(
        folder,
        hamlets=[hamlet(f"0{i}", at(10 * i, 900 + 50 * i), name=f"Thôn {i}") for i in range(4)],
        clusters=[cluster("01-1", "01", NEAR)],
        sites=[SITE, site("VNPT", "1", FAR)],
        inputs=inputs,
        language=language,
    )
    baseline = assess(found, rules)
    return RunResult(rules, found, baseline, make_plan(found, baseline, rules))


@pytest.mark.parametrize(
    ("language", "words"), [("vi", ("có", "yếu", "không")), ("en", ("yes", "weak", "no"))]
)
def test_a_check_sheet_that_was_filled_in_is_read_back(
    tmp_path: Path, language: str, words: tuple[str, str, str]
) -> None:
    result = _written_run(tmp_path, language)
    content = check_sheet.check_sheet(result)
    assert content is not None
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert page is not None
    top = next(row for row in page.iter_rows() if row[7].value == "Viettel 4G")
    assert [cell.value for cell in top[7:9]] == ["Viettel 4G", "VNPT 4G"]
    for number, row in enumerate(page.iter_rows(min_row=top[0].row + 1, max_row=top[0].row + 3)):
        row[7].value = words[number]
        row[10].value, row[11].value = f"{number + 1}/12/2025", "Nguyễn Thị Lan"
    more = top[0].row + 5
    page.cell(more, 10).value = "01-1"
    page.cell(more, 9).value, page.cell(more, 11).value = words[0], "05/12/2025"
    (tmp_path / "checks").mkdir()
    book.save(tmp_path / "checks" / "xã 00001.xlsx")
    back = _written_run(tmp_path, language, field_checks="checks")
    assert back.inputs.rejects.empty
    frame = back.inputs.field_checks
    assert frame is not None
    ids = [f"0{i}" for i in range(3)]
    found = {
        (row.hamlet_id, row.cluster_id, row.operator): row.result for row in frame.itertuples()
    }
    wanted = {(one, "", "Viettel"): r for one, r in zip(ids, ("yes", "weak", "no"), strict=True)}
    assert found == {**wanted, ("01", "01-1", "VNPT"): "yes"}
    assert set(frame["checked_by"]) == {"Nguyễn Thị Lan", ""}
    assert frame["checked_on"].max() == pd.Timestamp("2025-12-05")
    hamlets = back.baseline.hamlets.set_index("hamlet_id")["source"]
    assert hamlets.to_dict() == {"00": "field", "01": "field", "02": "field", "03": "model"}


def test_the_sheet_is_the_same_twice_and_left_out_where_nothing_is_to_check(tmp_path: Path) -> None:
    result = _written_run(tmp_path, "vi")
    assert check_sheet.check_sheet(result) == check_sheet.check_sheet(result)
    check_sheet.write_check_sheet(small_run(), tmp_path)
    assert not (tmp_path / NAME).exists()


# ------------------------------------------------------------------ said everywhere


def test_every_output_says_that_nothing_was_verified() -> None:
    result = small_run()
    told = in_vietnamese(verified.NOT_VERIFIED, "map")
    page = maps.render(result)
    note = page.split('<p class="gp-note">')[1].split("</p>")[0]
    assert told in note
    assert told in page.split("<noscript>")[1]
    assert '"source_model":"tính toán, chưa kiểm chứng thực địa"' in page.replace(": ", ":")
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(result)))
    for name in book.sheetnames:
        assert told in str(book[name]["A3"].value), name


def test_once_there_are_checks_they_are_counted() -> None:
    result = small_run()
    result.baseline.hamlets["source"] = ["field", "field", *["model"] * 4]
    told = verified.sentence(result, in_vietnamese_map, locale_of("vi"))
    assert told == "Đã kiểm chứng thực địa 2/6 thôn."
    page = maps.render(result)
    assert told in page
    assert in_vietnamese(verified.NOT_VERIFIED, "map") not in page


def in_vietnamese_map(english: str) -> str:
    return in_vietnamese(english, "map")


# ------------------------------------------------------------------ the whole way


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_sample(tmp_path_factory.mktemp("sample"))


def test_a_run_with_checks_and_declarations(sample: Path, tmp_path: Path) -> None:
    case = new_case(sample, tmp_path)
    first = case.run(outputs="tables,workbook")
    assert first.code == 0
    assert in_vietnamese("not verified in the field: nobody has checked a hamlet yet") in first.out
    before = case.table("tables/hamlets")
    assert {row["source"] for row in before} <= {"model", ""}
    assert (case.out / NAME).is_file()
    chosen = case.table("tables/to_check")[:4]
    assert len(chosen) == 4
    _check_them(case, [row["hamlet_id"] for row in chosen])
    second = case.run()
    assert second.code == 0
    assert "đã kiểm chứng thực địa 4/" in second.out
    told = json.loads((case.out / "run.json").read_text("utf-8"))["field_checks"]
    assert (told["hamlets_checked"], told["checks"]) == (4, 4)
    whole = next(row for row in told["agreement"] if row["source"] == "model")
    assert whole["checks"] == 4
    after = {row["hamlet_id"]: row for row in case.table("tables/hamlets")}
    for row in before:
        same = after[row["hamlet_id"]]
        if row["hamlet_id"] not in {one["hamlet_id"] for one in chosen}:
            assert same == row
        else:
            assert same["source"] == "field"
            assert "Viettel" not in same["operators_4g"]
    assert len(case.table("tables/evidence")) == 4
    drawn = {row["hamlet_id"] for row in case.table("tables/to_check")}
    assert not drawn & {row["hamlet_id"] for row in chosen}


def _check_them(case: Case, ids: list[str]) -> None:
    """Write a sheet on which Viettel's 4G is nowhere."""
    (case.folder / "checks").mkdir()
    rows = [{"Mã thôn": one, "Viettel 4G": "không", "Ngày": "1/12/2025"} for one in ids]
    case.write("checks/phiếu.csv", rows)
    case.edit("scenario.toml", "max_rejected_share", 'field_checks = "checks"\nmax_rejected_share')


def test_explain_says_what_was_found(sample: Path, tmp_path: Path) -> None:
    case = new_case(sample, tmp_path)
    one = next(row for row in case.rows("boundaries/hamlets.csv") if row["longitude"])
    _check_them(case, [one["hamlet_id"]])
    told = call("explain", case.scenario, one["hamlet_id"])
    assert told.code == 0
    assert "Viettel: kiểm tra thực địa ngày 01/12/2025: không có sóng" in told.out
    assert in_vietnamese("not verified in the field") not in told.out


def test_a_scenario_may_name_no_sample() -> None:
    inputs, rules = province(hamlets=[hamlet("h", NEAR)], sites=[SITE])
    rules = rules.model_copy(
        update={"checks": rules.checks.model_copy(update={"borderline": 0, "random": 0})}
    )
    assert _work(assess(inputs, rules)).to_check.empty
