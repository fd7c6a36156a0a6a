"""report.xlsx and bang-so-lieu.xlsx, read back as a spreadsheet program would."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from small_run import FORMULA, SCRIPT, small_run

from geoplan import tables
from geoplan.report import cells, collation, forms_places, summary
from geoplan.report.report_workbook import FORMS, report_workbook
from geoplan.report.tables_workbook import column_letters, tables_workbook
from geoplan.report.workbook_words import title
from geoplan.text import translator


def load(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(sheet: Any) -> list[str]:
    return [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]


@pytest.fixture(scope="module")
def report() -> Any:
    return load(report_workbook(small_run()))


@pytest.fixture(scope="module")
def book() -> Any:
    return load(tables_workbook(small_run()))


def test_both_workbooks_are_the_same_bytes_every_time() -> None:
    assert report_workbook(small_run()) == report_workbook(small_run())
    assert tables_workbook(small_run()) == tables_workbook(small_run())


def test_source_date_epoch_rules_the_date_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(report_workbook(small_run())).properties.created.date() == datetime.date(
        2025, 12, 31
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert load(report_workbook(small_run())).properties.created.date() == datetime.date(1970, 1, 2)


@pytest.mark.parametrize("make", [report_workbook, tables_workbook])
def test_no_cell_is_a_formula(make: Callable[..., bytes]) -> None:
    for sheet in load(make(small_run())):
        for row in sheet:
            assert all(cell.data_type != "f" for cell in row)


def test_names_that_bite_stand_as_text(report: Any, book: Any) -> None:
    assert SCRIPT in texts(report["B2 Trắng sóng, lõm sóng"])
    assert SCRIPT in texts(book["Thôn"])
    assert FORMULA in texts(book["Phủ sóng theo nhà mạng"])


def test_every_form_has_its_number_title_day_unit_and_signatures(report: Any) -> None:
    numbers = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
    for sheet, number in zip(report.worksheets[1:10], numbers, strict=True):
        found = texts(sheet)
        assert f"Biểu số {number}" in found
        assert any("Số liệu đến ngày 31/12/2025" in text for text in found)
        assert any(text.startswith("Đơn vị tính") for text in found)
        assert {"NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"} <= set(found)


def test_every_sheet_names_the_province_as_the_scenario_does(report: Any) -> None:
    for sheet in report:
        assert any("Tỉnh mẫu (số liệu giả định)" in text for text in texts(sheet))


def test_the_summary_prints_whole_on_one_upright_page(report: Any) -> None:
    setup = report.worksheets[0].page_setup
    assert setup.orientation == "portrait"
    assert setup.fitToHeight != 0  # 0 is as many pages as it takes, nothing is one


def test_forms_print_on_a4_landscape_with_their_heading_on_each_page(report: Any) -> None:
    for sheet in report.worksheets[1:]:
        assert sheet.page_setup.orientation == "landscape"
        paper = "8" if sheet.title.startswith("B2") else "9"
        assert str(sheet.page_setup.paperSize) == paper
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows or sheet.title.startswith(("B4", "B8"))
        assert "&P/&N" in sheet.oddFooter.center.text


def test_headings_stay_in_sight(report: Any, book: Any) -> None:
    assert report["B1 Thôn"].freeze_panes == "D7"
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        assert sheet.print_title_rows == "$1:$1"


def test_b1_counts_hamlets_by_commune_in_vietnamese_order(report: Any) -> None:
    rows = [[cell.value for cell in row] for row in report["B1 Thôn"].iter_rows(min_row=7)]
    assert [row[2] for row in rows[:3]] == ["Phường Đức Phổ", "Xã Ba Tơ", "TỔNG SỐ"]
    assert rows[2][3:14] == [1900, 6, 1, 2, 1, 2, 0.6, 2, 1, 2, 0.6]


def test_b2_lists_white_dead_spot_and_unknown_hamlets_only(report: Any) -> None:
    rows = list(report["B2 Trắng sóng, lõm sóng"].iter_rows(min_row=7, max_row=10))
    assert [row[13].value for row in rows] == ["H5", "H6", "H3", "H2"]
    assert "H1" not in texts(report["B2 Trắng sóng, lõm sóng"])


def test_b2_has_the_columns_of_the_provinces_list_in_their_order(report: Any) -> None:
    sheet = report["B2 Trắng sóng, lõm sóng"]
    heads = [[cell.value for cell in row[:13]] for row in sheet.iter_rows(min_row=5, max_row=6)]
    lowest = [below or above for above, below in zip(*heads, strict=True)]
    assert lowest == [
        "TT", "Xã", "Thôn", "Số hộ", "Nhân khẩu", "Điện lưới", "ĐBKK", "DN đã phủ 4G",
        "Cụm chưa phủ", "Nguyên nhân", "Giải pháp, DN chủ trì", "Thời hạn", "Nguồn",
    ]  # fmt: skip
    assert heads[0][10] == "Biện pháp"


def test_b2_names_cause_and_remedy(report: Any) -> None:
    rows = {row[13].value: row for row in report["B2 Trắng sóng, lõm sóng"].iter_rows(min_row=7)}
    assert rows["H6"][9].value == "chưa có tọa độ"
    assert rows["H5"][9].value.startswith("trạm gần nhất cách")
    assert rows["H5"][10].value == "đề xuất số 1 (vị trí hiện có); Viettel, VNPT"
    assert rows["H5"][11].value == "2026"
    assert rows["H2"][8].value.startswith("1/")


def test_b5_gives_every_class_and_all_places_as_the_indicators_do() -> None:
    run = small_run()
    told = pd.DataFrame(
        [
            ("PLACE_SERVED", "province", "5G", "", "school", 1.0, 4.0, 0.25),
            ("PLACE_SERVED", "province", "4G", "", "school", 3.0, 4.0, 0.75),
            ("PLACE_SERVED", "province", "4G", "VNPT", "school", 2.0, 4.0, 0.5),
            ("PLACE_SERVED", "province", "5G", "", "", 1.0, 4.0, 0.25),
            ("PLACE_SERVED", "province", "4G", "", "", 3.0, 4.0, 0.75),
        ],
        columns=["indicator", "level", "technology", "operator", "place_class", "numerator",
                 "denominator", "value"],
    )  # fmt: skip
    indicators = pd.concat([run.baseline.indicators, told], ignore_index=True)
    form = forms_places.places(
        replace(run, baseline=replace(run.baseline, indicators=indicators)),
        translator("vi", "workbook"),
    )
    (block,) = form.blocks
    assert list(block.rows[0]) == [1, "trường học", 4, 1, 0.25, None, None, 3, 0.75, None, 2]
    assert list(block.total)[1:5] == ["TỔNG CỘNG", 4, 1, 0.25]


def test_b9_answers_for_each_hamlet_without_signal(report: Any) -> None:
    rows = list(report["B9 Trả lời cử tri"].iter_rows(min_row=7, max_row=10))
    answers = [row[-1].value for row in rows]
    assert all("(số liệu đến ngày 31/12/2025). Giải pháp:" in answer for answer in answers)
    assert "chưa có sóng 4G" in answers[0]


def test_b3_counts_a_shared_position_once(report: Any) -> None:
    rows = [[cell.value for cell in row] for row in report["B3 Vị trí BTS"].iter_rows(min_row=7)]
    assert rows[2][2:12] == ["TỔNG SỐ", 3, 1, 1 / 3, 2, 1, 0.5, 2, 1, 0.5]


def test_b4_prints_the_three_flow_ratios_together_with_their_sentences(report: Any) -> None:
    rows = [[cell.value for cell in row] for row in report["B4 Dùng chung"].iter_rows()]
    found = {row[6]: row for row in rows if row[6]}
    assert {"SHARE_NEW", "SHARE_NEW_STRICT", "SHARE_NEW_JOIN", "SHARE_NEW_UPGRADES"} <= set(found)
    assert found["SHARE_NEW"][3:6] == [1, 2, 0.5]
    assert "01/01/2025" in found["SHARE_NEW"][7]
    assert found["POSITIONS"][5] == 3
    assert [row[1] for row in rows if row[1] in (10, 30, 200)] == [10, 30, 200]


def test_b6_gives_the_sentence_to_copy(report: Any) -> None:
    assert any(text.startswith("Tỷ lệ dùng chung") for text in texts(report["B6 Chỉ tiêu"]))
    assert "chưa đạt" in texts(report["B6 Chỉ tiêu"])


@pytest.mark.parametrize(
    ("basis", "heading"),
    [("assumed", "Chi phí (triệu đồng, giả định)"), ("user", "Chi phí (triệu đồng)"), ("", None)],
)
def test_money_stands_only_with_what_it_rests_on(basis: str, heading: str | None) -> None:
    found = texts(load(report_workbook(small_run(cost_basis=basis)))["B7 Đề xuất"])
    about_money = [text for text in found if text.startswith("Chi phí (")]
    assert about_money == ([heading] if heading else [])


def test_a_share_below_one_never_shows_as_100_percent() -> None:
    assert cells.percent_format(0.99996) == "percent3"
    assert cells.percent_format(0.5) == cells.percent_format(1.0) == "percent1"
    assert cells.percent_format(0.00001) == "percent3"
    assert cells.percent_format(1 - 1e-9) == "percent6"


def test_percentages_in_the_sheets_follow_that_rule(book: Any) -> None:
    sheet = book["Chỉ số"]
    values = {row[0].value: row[10] for row in sheet.iter_rows(min_row=2)}
    assert values["AREA_SERVED"].value == 0.99996
    assert values["AREA_SERVED"].number_format.endswith("]0.000%")
    assert values["POSITIONS"].number_format.endswith("]#,##0")


@pytest.mark.parametrize("table", tables.OUTPUT_TABLES, ids=lambda one: one.name)
def test_every_column_has_a_title_in_vietnamese(table: tables.Table) -> None:
    words = translator("vi", "workbook")
    for name in table.for_technologies(("4G", "5G")).names:
        assert title(name, words) != title(name, str), name


def test_every_table_has_a_sheet_with_titles_in_vietnamese(book: Any) -> None:
    # The first sheet lists the others.
    assert len(book.sheetnames) == len(tables.OUTPUT_TABLES) - len(tables.LEVEL_TABLES) + 1
    header = [cell.value for cell in book["Thôn"][1]]
    assert header[:2] == ["Mã thôn", "Tên"]
    assert "Hiện trạng BRDĐ" in header
    assert "Nhà mạng phủ 4G" in header


def test_cells_are_real_numbers_dates_and_words(book: Any) -> None:
    hamlets = {row[0].value: row for row in book["Thôn"].iter_rows(min_row=2)}
    header = [cell.value for cell in book["Thôn"][1]]
    assert hamlets["H1"][header.index("Dân số")].value == 400
    assert hamlets["H6"][header.index("Dân số")].value is None
    assert hamlets["H3"][header.index("Có điện lưới")].value == "không"
    assert hamlets["H2"][header.index("Hiện trạng 4G")].value == "có cụm dân cư lõm sóng"
    assert book["Xã, phường, đặc khu"]["A2"].value == "00101"
    day = book["Chỉ số"]["Q2"]
    assert day.value == datetime.datetime(2025, 12, 31)
    assert day.number_format == "[$-42A]dd/mm/yyyy"


def test_the_sheets_hold_what_the_tables_hold(book: Any) -> None:
    for name, frame in (("Vị trí BTS", small_run().baseline.positions),):
        rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=2)]
        assert [row[0] for row in rows] == list(frame["position_id"])
        assert [row[-1] for row in rows] == pytest.approx(list(frame["spread_m"]))


def test_a_table_too_long_for_a_sheet_goes_on_on_the_next() -> None:
    long = load(tables_workbook(small_run(), most_rows=10))
    names = [name for name in long.sheetnames if name.startswith("Phủ sóng theo nhà mạng")]
    assert names == [f"Phủ sóng theo nhà mạng{part}" for part in ("", " (2)", " (3)")]
    assert sum(long[name].max_row - 1 for name in names) == 24


def test_control_characters_and_markup_do_not_break_the_file() -> None:
    run = small_run()
    hamlets = run.baseline.hamlets.assign(name="a\x00\x0b<b>&\uffff  ")
    baseline = replace(run.baseline, hamlets=hamlets)
    sheet = load(tables_workbook(replace(run, baseline=baseline)))["Thôn"]
    assert sheet["B2"].value == "a<b>&  "
    report_workbook(replace(run, baseline=baseline))


def test_an_empty_run_still_makes_both_workbooks() -> None:
    run = small_run()
    empty = {
        name: getattr(run.baseline, name).iloc[:0]
        for name in ("hamlets", "clusters", "service", "positions", "indicators", "holes")
    }
    plan = {name: getattr(run.plan, name).iloc[:0] for name in ("proposals", "gains", "targets")}
    bare = replace(run, baseline=replace(run.baseline, **empty), plan=replace(run.plan, **plan))
    assert "Không có số liệu" in texts(load(report_workbook(bare))["B7 Đề xuất"])
    assert load(tables_workbook(bare))["Thôn"].max_row == 1


def test_english_reports_are_english() -> None:
    english = load(report_workbook(small_run(language="en")))
    assert english.sheetnames[0] == "Summary"
    assert "Form 1" in texts(english["B1 Hamlets"])
    assert load(tables_workbook(small_run(language="en")))["Hamlets"]["A1"].value == "Hamlet id"


def test_every_word_of_the_forms_is_translated() -> None:
    vietnamese = translator("vi", "workbook")
    untranslated: list[str] = []

    def words(text: str) -> str:
        if vietnamese(text) == text:
            untranslated.append(text)
        return vietnamese(text)

    run = small_run()
    made = [make(run, words) for make in FORMS]
    summary.summary(run, made, words)
    summary.sources(run, (), words)
    assert untranslated == []


def test_letters_of_columns() -> None:
    assert [column_letters(place) for place in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


def test_names_are_sorted_as_a_vietnamese_dictionary_does() -> None:
    names = ["Thôn 10", "Đức Phổ", "Thôn 2", "Dung Quất", "Ân Hảo", "An Hảo", "Án Hảo", "Bình"]
    assert collation.in_order(names) == [
        *("An Hảo", "Án Hảo", "Ân Hảo", "Bình", "Dung Quất", "Đức Phổ", "Thôn 2", "Thôn 10"),
    ]
    tones = ["mạ", "mã", "má", "mả", "mà", "ma"]
    assert collation.in_order(tones) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_formats_know_ratios_from_counts() -> None:
    column = tables.INDICATORS_OUT.column("value")
    values = pd.Series([0.5, 3.0, 1.5])
    mixed = cells.formats_of(values, column, (values < 1).to_numpy())
    assert list(mixed) == ["percent1", "count", "hundredth"]
