"""Annexes that operators filled in: read back, told, and shown where hamlets are listed."""

from __future__ import annotations

import dataclasses
import datetime
import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from cli_case import write_small_sample
from io_case import codes_of, read, refused, write_province
from small_run import small_run

from geoplan import planner, tables, text
from geoplan.faults import Fault
from geoplan.indicators.replies import reply_states
from geoplan.io import values
from geoplan.report.hamlet_facts import MEASURES, HamletFacts
from geoplan.report.handing.annex import annex_bytes
from geoplan.report.handing.letters import asked_of
from geoplan.report.locale import locale_of
from geoplan.report.report_workbook import report_workbook
from geoplan.results import Inputs, RunResult

HEAD = "Mã thôn,Doanh nghiệp,Công nghệ thiếu,Giải pháp,Công nghệ sẽ cung cấp,Thời hạn,Ghi chú"
DAY = datetime.date(2026, 6, 30)


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    (tmp_path / "replies").mkdir()
    return tmp_path


def _write(folder: Path, *lines: str, head: str = HEAD, name: str = "a.csv") -> None:
    (folder / "replies" / name).write_text("\n".join((head, *lines)) + "\n", "utf-8")


def _read(folder: Path) -> Inputs:
    return read(folder, replies="replies")


def _said(inputs: Inputs) -> list[tuple[str, ...]]:
    """Give hamlet, operator, technology, measure and day of the replies that stand."""
    assert inputs.replies is not None
    frame = inputs.replies.sort_values(["hamlet_id", "operator", "technology"])
    days = frame["deadline"].dt.strftime("%Y-%m-%d").fillna("")
    names = ("hamlet_id", "operator", "technology", "measure")
    return list(zip(*(frame[name] for name in names), days, strict=True))


def _told(inputs: Inputs) -> list[Fault]:
    return [fault for fault in inputs.warnings if fault.file.startswith("replies")]


# ------------------------------------------------------------------ a table by hand


def test_a_reply_is_a_row_with_a_measure(province: Path) -> None:
    _write(province, "H1,VTL,4G,Xây mới,LTE,30/06/2026,", "H2,Viettel,4G,,,,", "H3,Viettel,,,,,")
    inputs = _read(province)
    assert _said(inputs) == [("H1", "Viettel", "4G", "new_site", "2026-06-30")]
    assert refused(inputs) == []
    assert _told(inputs) == []
    (file,) = [file for file in inputs.files if file.role == "replies"]
    assert (file.path, file.read, file.refused) == ("replies/a.csv", 3, 0)


def test_without_a_technology_all_that_is_missing_is_meant(province: Path) -> None:
    _write(
        province,
        'H1,Viettel,"4G, 5G",Nâng cấp,,2026-06-30,',
        'H2,Viettel,"4G, 5G",Nâng cấp,5G,2026-06-30,',
        "H3,Viettel,4G,Nâng cấp,4G+5G,,",
    )
    assert [(row[0], row[2]) for row in _said(_read(province))] == [
        *(("H1", "4G"), ("H1", "5G"), ("H2", "5G"), ("H3", "4G"), ("H3", "5G"))
    ]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("H9,Viettel,4G,Xây mới,4G,,", "Mã thôn", "unknown_hamlet"),
        (",Viettel,4G,Xây mới,4G,,", "Mã thôn", "missing_value"),
        ("H1,Ai đó,4G,Xây mới,4G,,", "Doanh nghiệp", "unknown_operator"),
        ("H1,,4G,Xây mới,4G,,", "Doanh nghiệp", "missing_value"),
        ("H1,Viettel,4G,Sẽ làm,4G,,", "Giải pháp", "unknown_value"),
        ("H1,Viettel,4G,Xây mới,9G,,", "Công nghệ sẽ cung cấp", "unknown_technology"),
        ("H1,Viettel,?,Xây mới,,,", "Công nghệ thiếu", "unknown_technology"),
        ("H1,Viettel,,Xây mới,,,", "Công nghệ sẽ cung cấp", "missing_value"),
        ("H1,Viettel,4G,Xây mới,4G,quý II,", "Thời hạn", "bad_date"),
        ("H1,Viettel,4G,,4G,30/06/2026,", "Giải pháp", "missing_value"),
        ("H1,Viettel,4G,,,,đang khảo sát", "Giải pháp", "missing_value"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_alone(
    province: Path, line: str, column: str, reason: str
) -> None:
    _write(province, line, "H2,VNPT,4G,Trạm lặp,4G,2026-01-31,")
    inputs = _read(province)
    assert refused(inputs) == [(2, column, reason)]
    assert _said(inputs) == [("H2", "VNPT", "4G", "repeater", "2026-01-31")]


def test_lines_under_the_table_are_no_replies(province: Path) -> None:
    _write(
        province,
        "H1,Viettel,4G,Xây mới,4G,2026-06-30,",
        ",,,,,,",
        "Ghi chú: số liệu của chi nhánh,,,,,,",
        ",Người lập biểu,,,,,",
        ",,,ĐẠI DIỆN DOANH NGHIỆP,,,",
    )
    inputs = _read(province)
    assert len(_said(inputs)) == 1
    assert refused(inputs) == []


def test_the_same_again_and_another_word_are_refused(province: Path) -> None:
    _write(province, "H1,Viettel,4G,Xây mới,4G,2026-06-30,", "H1,VTL,4G,Xây mới,4G,30/6/2026,")
    _write(
        province,
        "H1,Viettel,4G,Xây mới,4G,2027-06-30,",
        'H1,Viettel,"4G, 5G",Xây mới,,2026-06-30,',
        name="b.csv",
    )
    inputs = _read(province)
    assert refused(inputs) == [(3, "", "duplicate_row"), (2, "Thời hạn", "conflicting_row")]
    advice = inputs.rejects.set_index("reason")["advice"]
    assert "2 (replies/a.csv)" in advice["conflicting_row"]
    # The last row says the same of 4G, and something new of 5G.
    assert [(row[2], row[4]) for row in _said(inputs)] == [
        *(("4G", "2026-06-30"), ("5G", "2026-06-30"))
    ]


def test_a_row_that_differs_in_one_of_its_technologies_is_refused_whole(province: Path) -> None:
    _write(province, "H1,Viettel,,Xây mới,4G,,", "H1,Viettel,,Nâng cấp,4G+5G,,")
    inputs = _read(province)
    assert refused(inputs) == [(3, "Giải pháp", "conflicting_row")]
    assert [row[2:4] for row in _said(inputs)] == [("4G", "new_site")]


@pytest.mark.parametrize("name", ["Mã thôn", "Doanh nghiệp", "Giải pháp", "Thời hạn"])
def test_a_column_that_makes_a_reply_must_be_there(province: Path, name: str) -> None:
    for head in (HEAD.replace(name, ""), HEAD.replace(name, "Cột khác")):
        _write(province, "H1,Viettel,4G,Xây mới,4G,2026-06-30,x", head=head)
        assert codes_of(province, replies="replies") == ["missing_column"]


def test_a_folder_that_is_not_there_and_a_file_that_is_no_sheet(province: Path) -> None:
    assert codes_of(province, replies="elsewhere") == ["missing_file"]
    (province / "replies" / "cong-van.pdf").write_bytes(b"%PDF")
    inputs = _read(province)
    assert inputs.replies is not None
    assert inputs.replies.empty
    assert [fault.code for fault in _told(inputs)] == ["file_left_out", "empty_file"]


def test_one_file_may_stand_for_the_folder(province: Path) -> None:
    _write(province, "H1,Viettel,4G,Xây mới,4G,2026-06-30,")
    assert len(_said(read(province, replies="replies/a.csv"))) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_that_an_annex_offers_is_understood(language: str) -> None:
    words = text.translator(language, "letters")
    offered = {
        code: values.words("measure")[values.key(words(MEASURES[code]))] for code in MEASURES
    }
    assert offered == {code: code for code in tables.MEASURES}


# ------------------------------------------------------------------ what became of it


def _states(*replies: tuple[str, str, str, str, str | None], served: bool = False) -> list[str]:
    names = ["hamlet_id", "operator", "technology", "measure", "deadline"]
    frame = tables.check(pd.DataFrame(list(replies), columns=names), tables.REPLIES)
    service = pd.DataFrame(
        {
            "hamlet_id": ["H1", "H1", "H2"],
            "operator": ["Viettel", "VNPT", "Viettel"],
            "technology": ["4G", "4G", "4G"],
            "centre_served": pd.array([served, True, None], dtype="boolean"),
        }
    )
    return reply_states(frame.assign(source_file="a"), service, DAY)["state"].tolist()


def test_a_state_is_told_by_the_day_and_by_who_serves() -> None:
    for day, state in (("2026-06-29", "overdue"), ("2026-06-30", "promised"), (None, "promised")):
        assert _states(("H1", "Viettel", "4G", "upgrade", day)) == [state]
        assert _states(("H1", "Viettel", "4G", "upgrade", day), served=True) == ["done"]
        assert _states(("H1", "Viettel", "5G", "upgrade", day), served=True) == [state]
        assert _states(("H2", "Viettel", "4G", "upgrade", day)) == [state]
        assert _states(("H1", "Viettel", "4G", "not_planned", day)) == ["not_planned"]


def _facts(run: RunResult, *replies: tuple[Any, ...]) -> HamletFacts:
    names = ["hamlet_id", "operator", "technology", "measure", "deadline", "state"]
    names += ["shared_position", "note"]
    rows = [(*one, "", "", "")[: len(names)] for one in replies]
    sheet = tables.check(pd.DataFrame(rows, columns=names), tables.REPLIES_OUT)
    plan = dataclasses.replace(run.plan, more={**run.plan.more, "replies": sheet})
    run = dataclasses.replace(run, plan=plan)
    return HamletFacts(run, "4G", text.translator("vi", "workbook"), locale_of("vi"))


def test_a_promise_goes_before_the_proposal() -> None:
    facts = _facts(
        small_run(),
        ("H5", "VNPT", "4G", "new_site", "2027-03-31", "promised"),
        ("H5", "Viettel", "4G", "shared_site", "2026-12-31", "promised", "{QN-12}"),
        ("H5", "Viettel", "5G", "upgrade", "2026-01-31", "promised"),
    )
    assert facts.remedy({"hamlet_id": "H5"}) == (
        "Dùng chung cột hiện có ({QN-12}), 4G (theo phản hồi của Viettel); "
        "Xây dựng mới, 4G (theo phản hồi của VNPT)"
    )
    assert "QN-12" not in facts.remedy({"hamlet_id": "H5"}, public=True)
    assert facts.deadline({"hamlet_id": "H5"}) == "31/12/2026 Viettel; 31/03/2027 VNPT"


def test_another_measure_is_named_by_its_remark_and_a_day_gone_by_is_marked() -> None:
    reply = ("H5", "VNPT", "4G", "other", "2025-06-30", "overdue", "", "phát sóng vệ tinh")
    facts = _facts(small_run(), reply)
    assert facts.remedy({"hamlet_id": "H5"}).startswith("Khác: phát sóng vệ tinh, 4G (")
    assert "vệ tinh" not in facts.remedy({"hamlet_id": "H5"}, public=True)
    assert facts.deadline({"hamlet_id": "H5"}) == "30/06/2025 (quá hạn)"


def test_where_nobody_plans_anything_the_proposal_stays() -> None:
    row = {"hamlet_id": "H5"}
    plain = _facts(small_run())
    facts = _facts(small_run(), ("H5", "VNPT", "4G", "not_planned", None, "not_planned"))
    asked = "Chưa có kế hoạch, 4G (theo phản hồi của VNPT)"
    assert facts.remedy(row) == f"{plain.remedy(row)}; {asked}"
    assert facts.deadline(row) == plain.deadline(row)


def test_what_was_done_is_shown_only_where_groups_of_houses_are_still_without() -> None:
    row, run = {"hamlet_id": "H5"}, small_run()
    service = run.baseline.service
    line = {"hamlet_id": "H5", "operator": "VNPT", "technology": "4G", "centre_served": True}
    for status, shown in (("covered", False), ("dead_spot", True)):
        more = pd.concat([service, pd.DataFrame([{**line, "status": status}])], ignore_index=True)
        baseline = dataclasses.replace(run.baseline, service=more)
        changed = dataclasses.replace(run, baseline=baseline)
        facts = _facts(changed, ("H5", "VNPT", "4G", "repeater", None, "done"))
        assert ("theo phản hồi của VNPT" in facts.remedy(row)) is shown


# ------------------------------------------------------------------ there and back


@pytest.fixture(scope="module", params=["vi", "en"])
def sent(request: Any, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run of the sample, whose annexes go out."""
    folder = write_small_sample(tmp_path_factory.mktemp("replies") / "province")
    scenario = planner.read_scenario(folder / "scenario.toml")
    scenario = scenario.model_copy(update={"language": request.param})
    return _run(scenario)


def _run(scenario: Any) -> RunResult:
    inputs = planner.read_everything(scenario)
    baseline = planner.assess(inputs, scenario)
    return RunResult(scenario, inputs, baseline, planner.make_plan(inputs, baseline, scenario))


def _fill(run: RunResult, operator: str, fill: Callable[[Any, int], None]) -> bytes:
    """Fill the annex of an operator: ``fill`` takes its page and the row of its header."""
    book = openpyxl.load_workbook(
        io.BytesIO(annex_bytes(run, operator, asked_of(run, operator).hamlets))
    )
    page = book.worksheets[0]
    words = text.translator(run.scenario.language, "letters")
    head = next(cell.row for cell in page["D"] if cell.value == words("Hamlet id"))
    fill(page, head)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _again(run: RunResult, folder: Path, annexes: Mapping[str, bytes]) -> Any:
    folder.mkdir()
    for name, content in annexes.items():
        (folder / name).write_bytes(content)
    inputs = run.scenario.inputs.model_copy(
        update={"replies": str(folder), "max_rejected_share": 1.0}
    )
    return run.scenario.model_copy(update={"inputs": inputs})


def test_an_annex_comes_back_as_it_was_filled(sent: RunResult, tmp_path: Path) -> None:
    words = text.translator(sent.scenario.language, "letters")
    operator = sent.baseline.operators[0]
    asked = asked_of(sent, operator).hamlets
    assert len(asked) >= 4
    late = sent.scenario.day - datetime.timedelta(days=1)

    def fill(page: Any, head: int) -> None:
        for at, (measure, technology, site, day, note) in enumerate(
            [
                ("new_site", "4G", None, datetime.datetime(2027, 6, 30), "=1+1"),
                ("shared_site", "4G", "QN-0012", "30/06/2027", "<b>"),
                ("upgrade", "4G", None, late.strftime("%d/%m/%Y"), None),
                ("not_planned", None, None, None, None),
            ],
            start=head + 1,
        ):
            said = (words(MEASURES[measure]), technology, site, day, note)
            for column, value in enumerate(said, start=10):
                cell = page.cell(at, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        # The user sorts the rows the other way round.
        last = page.max_row
        rows = [[cell.value for cell in row] for row in page.iter_rows(head + 1, last)]
        random.Random(1).shuffle(rows)
        for at, row in enumerate(rows, start=head + 1):
            for column, value in enumerate(row, start=1):
                cell = page.cell(at, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"

    run = _run(_again(sent, tmp_path / "in", {"a.xlsx": _fill(sent, operator, fill)}))
    assert run.inputs.rejects.equals(sent.inputs.rejects)
    found = run.plan.more["replies"]
    assert set(found["operator"]) == {operator}
    first = found[found["hamlet_id"] == asked["hamlet_id"].iat[0]].to_dict("records")
    assert [(one["technology"], one["measure"], one["note"]) for one in first] == [
        ("4G", "new_site", "=1+1")
    ]
    assert first[0]["deadline"] == pd.Timestamp("2027-06-30")
    second = found[found["hamlet_id"] == asked["hamlet_id"].iat[1]].to_dict("records")
    assert (second[0]["shared_position"], second[0]["note"]) == ("QN-0012", "<b>")
    assert second[0]["deadline"] == pd.Timestamp("2027-06-30")
    missing = asked["missing"].iat[3].split(", ")
    last = found[found["hamlet_id"] == asked["hamlet_id"].iat[3]]
    assert last["technology"].tolist() == missing
    assert set(found["hamlet_id"]) == set(asked["hamlet_id"].iloc[:4])
    _hold_states(run, found)
    _hold_b2(run, found)


def _hold_states(run: RunResult, found: pd.DataFrame) -> None:
    """Hold every state against the table of service, row by row."""
    service = run.baseline.service.set_index(["hamlet_id", "operator", "technology"])
    for row in found.to_dict("records"):
        served = service["centre_served"].get(
            (row["hamlet_id"], row["operator"], row["technology"]), False
        )
        if not pd.isna(served) and served:
            wanted = "done"
        elif row["measure"] == "not_planned":
            wanted = "not_planned"
        else:
            late = row["deadline"] < pd.Timestamp(run.scenario.day)
            wanted = "overdue" if late else "promised"
        assert row["state"] == wanted


def _hold_b2(run: RunResult, found: pd.DataFrame) -> None:
    """Hold that B2 shows what was promised for each of its hamlets."""
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(run)))
    page = next(sheet for sheet in book.worksheets if sheet.title.startswith("B2"))
    lines = [" | ".join(str(cell.value) for cell in row) for row in page.iter_rows()]
    operator = found["operator"].iat[0]
    shown = 0
    for row in found[found["state"] == "promised"].to_dict("records"):
        listed = [line for line in lines if f"| {row['hamlet_id']} |" in line]
        for line in listed:
            shown += 1
            assert operator in line
            assert locale_of(run.scenario.language).date(row["deadline"].date()) in line
    b2 = set(run.baseline.hamlets.query("status_4g != 'covered'")["hamlet_id"])
    assert shown == len(b2 & set(found.loc[found["state"] == "promised", "hamlet_id"]))


def test_a_spoilt_annex_is_told_row_by_row(sent: RunResult, tmp_path: Path) -> None:
    words = text.translator(sent.scenario.language, "letters")
    operator = sent.baseline.operators[0]

    def fill(page: Any, head: int) -> None:
        measure = words(MEASURES["upgrade"])
        for at in range(head + 1, head + 4):
            page.cell(at, 10, measure)
        page.cell(head + 1, 4, "H-NONE")
        page.cell(head + 2, 13, "quý II/2026")
        page.cell(head + 3, 10, "để sau")

    inputs = planner.read_everything(
        _again(sent, tmp_path / "in", {"a.xlsx": _fill(sent, operator, fill)})
    )
    mine = inputs.rejects[inputs.rejects["file"] == "a.xlsx"]
    assert mine["reason"].tolist() == ["unknown_hamlet", "bad_date", "unknown_value"]
    assert mine["value"].tolist() == ["H-NONE", "quý II/2026", "để sau"]
    assert inputs.replies is not None
    assert inputs.replies.empty


def test_two_annexes_that_differ_win_nothing_silently(sent: RunResult, tmp_path: Path) -> None:
    words = text.translator(sent.scenario.language, "letters")
    operator = sent.baseline.operators[0]

    def fill(measure: str) -> Callable[[Any, int], None]:
        return lambda page, head: page.cell(head + 1, 10, words(MEASURES[measure]))

    annexes = {name: _fill(sent, operator, fill(name)) for name in ("new_site", "upgrade")}
    named = {f"{name}.xlsx": content for name, content in annexes.items()}
    inputs = planner.read_everything(_again(sent, tmp_path / "in", named))
    mine = inputs.rejects[inputs.rejects["file"] == "upgrade.xlsx"]
    assert mine["reason"].tolist() == ["conflicting_row"]
    assert inputs.replies is not None
    assert set(inputs.replies["measure"]) == {"new_site"}


def test_a_header_that_was_taken_away_stops_the_run(sent: RunResult, tmp_path: Path) -> None:
    words = text.translator(sent.scenario.language, "letters")
    operator = sent.baseline.operators[0]
    for column, name in ((10, "measure"), (12, "shared_position"), (13, "deadline")):

        def fill(page: Any, head: int, column: int = column) -> None:
            page.cell(head + 1, 10, words(MEASURES["upgrade"]))
            page.cell(head + 1, 12, "QN1")
            page.cell(head + 1, 13, "30/06/2027")
            page.cell(head, column).value = None

        scenario = _again(sent, tmp_path / name, {"a.xlsx": _fill(sent, operator, fill)})
        with pytest.raises(planner.InputError) as stopped:
            planner.read_everything(scenario)
        assert [(one.code, one.column) for one in stopped.value.faults] == [
            ("missing_column", name)
        ]
