"""Commune sheets: every number is that of the tables, nothing tells of masts, answers come back."""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from babel.messages.pofile import read_po
from build import at, cluster, commune, hamlet, province, site, square, written
from small_run import FORMULA, SCRIPT, small_run

import geoplan
from geoplan import planner
from geoplan.planner import assess, make_plan
from geoplan.report.locale import locale_of
from geoplan.report.sheets import PreviousFigures, content, previous_figures, write_sheets
from geoplan.report.sheets.words import WORDS, words_of
from geoplan.report.tables import write_tables
from geoplan.results import RunResult
from geoplan.sharing.handed_on import handed_on

CATALOGUE = Path(geoplan.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "sheets.po"
SHARED = Path(__file__).parents[2] / "shared" / "cases" / "quang-ngai" / "scenario.toml"
LONG = "Thôn " + "Đắk Rơ Ông " * 18
ODD = ('=1+1"&<b>', "😀 شمال", LONG, "{{ 7*7 }}", "Thôn\u202e ngược")


def _result(inputs: Any, rules: Any) -> RunResult:
    baseline = assess(inputs, rules)
    return RunResult(rules, inputs, baseline, make_plan(inputs, baseline, rules))


def _made(language: str = "vi", **parts: Any) -> RunResult:
    return _result(*province(language=language, siting={"positions": 2}, **parts))


def _pages(result: RunResult, folder: Path, **options: Any) -> dict[str, str]:
    write_sheets(result, folder, **options)
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}


def _figures(page: str) -> dict[tuple[str, str], list[str]]:
    """Give technology and figure → the numbers of the row, as they are written."""
    found = {}
    for technology, body in re.findall(r'<tbody data-technology="(.*?)">(.*?)</tbody>', page, re.S):
        for name, row in re.findall(r'<tr data-figure="(\w+)">(.*?)</tr>', body, re.S):
            cells = re.findall(r'<td class="v">(.*?)</td>', row, re.S)
            found[technology, name] = [re.sub(r" ?<.*", "", cell) for cell in cells]
    return found


def _case(language: str = "vi") -> RunResult:
    """Two operators; one hamlet covered, one with a dead spot, one white, one without a place."""
    return _made(
        language,
        hamlets=[
            hamlet("1", at(0, 0), name="Thôn Một", population=400, households=100),
            hamlet("2", at(0, 500), name="Thôn Hai", population=300, households=80),
            hamlet("3", at(0, 5000), name="Thôn Ba", population=200, households=50,
                   has_grid_power=False),
            hamlet("4", None, name="Thôn Bốn", commune_code="00001"),
        ],
        clusters=[
            cluster("2-1", "2", at(0, 550), name="Xóm Trên", households=50),
            cluster("2-2", "2", at(0, 2500), name="Xóm Dưới", households=30),
        ],
        sites=[site("Viettel", "V1", at(10, 0)), site("VNPT", "N1", at(0, -300))],
    )  # fmt: skip


# ------------------------------------------------------------------ words


def test_every_word_has_a_translation_with_its_placeholders() -> None:
    with CATALOGUE.open("rb") as file:
        said = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    assert set(said) == set(WORDS.values())
    for english, vietnamese in said.items():
        assert vietnamese
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", vietnamese))


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_number_is_that_of_the_tables(tmp_path: Path, language: str) -> None:
    result = small_run(language=language)
    pages = _pages(result, tmp_path)
    locale = locale_of(language)
    rows = result.baseline.communes.set_index("commune_code").to_dict("index")
    for code, row in rows.items():
        (page,) = (text for name, text in pages.items() if name.startswith(code))
        figures = _figures(page)
        for technology in ("MBB", "4G", "5G"):
            for status in ("white", "dead_spot", "covered"):
                shown = figures[technology, status][0]
                assert shown == locale.number(row[f"{status}_{technology.lower()}"])
        for technology in ("4G", "5G"):
            wanted = row[f"served_people_{technology.lower()}"]
            assert figures[technology, "served"][0] == locale.number(wanted)
        assert figures["", "hamlets"][0] == str(row["hamlets"])
        assert figures["", "unknown"][0] == str(row["hamlets_unknown"])
        assert figures["", "people"][0] == locale.number(row["population"])
        assert figures["4G", "white"][1] == "2"
        assert figures["", "hamlets"][1] == "6"
        assert figures["4G", "served"][1] == locale.number(1350)


def test_the_index_lists_communes_in_vietnamese_order_with_their_numbers(tmp_path: Path) -> None:
    names = ("Đức Phổ", "Ân Hảo", "An Hảo", "Dung Quất")
    result = _made(
        communes=[
            commune(f"0000{i}", square(at(9000 * i), 4000), name=name, full_name=f"Xã {name}")
            for i, name in enumerate(names)
        ],
        hamlets=[hamlet(str(i), at(9000 * i), name="Thôn") for i in (0, 0, 2)][1:],
        sites=[site("Viettel", "1", at(100))],
    )
    page = _pages(result, tmp_path)["index.html"]
    rows = re.findall(r'<tr data-code="(\d*)">(.*?)</tr>', page, re.S)
    assert [code for code, _ in rows] == ["00002", "00001", "00003", "00000", ""]
    table = result.baseline.communes.set_index("commune_code")
    for code, row in rows[:-1]:
        cells = re.findall(r'<td class="v">(.*?)</td>', row)
        wanted = ("hamlets", "white_4g", "dead_spot_4g", "covered_4g", "hamlets_unknown")
        assert cells == [str(table.loc[code, name]) for name in wanted]
        (link,) = re.findall(r'<th scope="row"><a href="(.*?)">', row)
        assert (tmp_path / link).is_file()
    assert re.findall(r'<td class="v">(.*?)</td>', rows[-1][1])[0] == "2"


def test_who_serves_is_what_may_be_handed_on() -> None:
    result = _case()
    told = handed_on(result.inputs, result.baseline, result.scenario)
    wanted = {
        (row.hamlet_id, row.operator, row.technology): row.serves for row in told.itertuples()
    }
    (sheet,) = content.sheets_of(result).communes
    found = {
        (one.hamlet_id, *service): answer
        for one in sheet.hamlets
        for service, answer in one.serves.items()
    }
    assert found == wanted
    assert len(found) == 3 * 2


def test_hamlets_to_be_checked_stand_first_and_are_listed(tmp_path: Path) -> None:
    result = _case()
    (sheet,) = content.sheets_of(result).communes
    assert [one.name for one in sheet.hamlets] == ["Thôn Ba", "Thôn Hai", "Thôn Một", "Thôn Bốn"]
    assert [one.number for one in sheet.hamlets] == [1, 2, 3, 4]
    assert [one.status for one in sheet.hamlets] == ["white", "dead_spot", "covered", "unknown"]
    (page,) = (text for name, text in _pages(result, tmp_path).items() if name != "index.html")
    text = unescape(re.sub(r"<[^>]*>", "", page))
    assert "Thôn trắng sóng 4G: 1" in text
    assert "200 nhân khẩu · 50 hộ · chưa có điện lưới" in text
    assert "Cụm dân cư chưa có sóng: Xóm Dưới (30 hộ)" in text
    assert "Xóm Trên" not in text
    assert "4G không nhà mạng nào" in text
    assert "Thôn Bốn. Chưa xác định được tình trạng phủ sóng" in text
    assert "Số liệu đến ngày 31/12/2025" in text
    assert "Chưa kiểm chứng thực địa." in text
    assert "không phải bản đồ hành chính chính thức" in text
    assert "_kiem-tra.xlsx" in text


def test_what_is_proposed_stands_with_its_year_and_nothing_of_the_site(tmp_path: Path) -> None:
    result = small_run()
    pages = _pages(result, tmp_path)
    page = next(text for name, text in pages.items() if name.startswith("00102"))
    assert "Trong phương án đề xuất trạm 4G dùng chung, năm 2026" in page
    assert "khi hoàn thành: đã phủ sóng" in page
    other = next(text for name, text in pages.items() if name.startswith("00101"))
    assert words_of("vi")["no_proposal"] in other


# ------------------------------------------------------------------ the last run


def test_the_last_run_stands_beside_this_one(tmp_path: Path) -> None:
    older = small_run()
    table = older.baseline.indicators
    row = table[(table["indicator"] == "HAMLETS_WHITE")].iloc[:1]
    own = row.assign(level="commune", unit_id="00101", numerator=3.0, value=3.0)
    day = pd.Timestamp("2025-06-30").as_unit("s")
    both = pd.concat([table, own], ignore_index=True).assign(as_of=day)
    older = replace(older, baseline=replace(older.baseline, indicators=both))
    for place in ("", "noi-bo"):
        folder = tmp_path / f"run{place}"
        (folder / place).mkdir(parents=True)
        write_tables(older, folder / place)
        found = previous_figures(folder)
        assert found is not None
        assert found.day == datetime.date(2025, 6, 30)
        assert found.figures["commune", "00101", "HAMLETS_WHITE", "4G"] == (3.0, None)
        assert found.figures["province", "", "POP_SERVED", "4G"] == (1350.0, 1900.0)
        pages = _pages(small_run(), tmp_path / f"new{place}", previous=found)
        page = next(text for name, text in pages.items() if name.startswith("00101"))
        assert "Kỳ trước (30/06/2025)" in page
        assert _figures(page)["4G", "white"] == ["1", "2", "3"]
        assert _figures(page)["4G", "covered"][2] == "–"


def test_a_run_of_the_same_day_is_no_last_run(tmp_path: Path) -> None:
    same = PreviousFigures(small_run().scenario.day, {("province", "", "HAMLETS", ""): (6, None)})
    page = _pages(small_run(), tmp_path, previous=same)["00101_xa-ba-to.html"]
    assert "Kỳ trước" not in page


@pytest.mark.parametrize("text", [None, "", "a,b\n1,2\n", "\x00\xff", "indicator\nHAMLETS\n"])
def test_a_folder_that_holds_no_run_gives_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "tables").mkdir()
        (tmp_path / "tables" / "indicators.csv").write_bytes(text.encode("latin-1"))
    assert previous_figures(tmp_path) is None


# ------------------------------------------------------------------ what must not be there


def test_nothing_of_any_site_stands_in_any_byte(tmp_path: Path) -> None:
    result = small_run()
    write_sheets(result, tmp_path)
    secret = {"1234", "108.7", "15.0", "M1", "Viettel:B2", "VNPT:V2", "12.3", FORMULA, "HYPERLINK"}
    for path in sorted(tmp_path.iterdir()):
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            text = "\n".join(
                str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row
            )
        else:
            text = path.read_text("utf-8")
            text = re.sub(r"<svg.*?</svg></svg>|<style.*?</style>", "", text, flags=re.S)
        for word in secret:
            assert word not in text, (path.name, word)


def test_the_map_does_not_move_with_a_mast(tmp_path: Path) -> None:
    result = small_run()
    baseline = result.baseline
    moved = baseline.positions.assign(longitude=108.0, latitude=15.0)
    plan = replace(result.plan, proposals=result.plan.proposals.assign(longitude=1.0))
    other = replace(result, baseline=replace(baseline, positions=moved), plan=plan)
    assert _pages(result, tmp_path / "a") == _pages(other, tmp_path / "b")


def test_pages_ask_for_nothing_and_carry_no_script(tmp_path: Path) -> None:
    for name, page in _pages(small_run(), tmp_path).items():
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        assert f'content="{policy}"' in page
        assert "<script" not in page.lower()
        links = re.findall(r'(?:href|src)="(.*?)"', page)
        assert all((tmp_path / link).is_file() for link in links), name
        rest = page.replace("http://www.w3.org/2000/svg", "")
        assert "http" not in rest.replace("http-equiv", "")
        assert "{{" not in page
        assert "url(" not in page
        assert len(page.encode()) <= 60_000


def test_names_from_data_are_never_markup(tmp_path: Path) -> None:
    pages = _pages(small_run(), tmp_path)
    page = next(text for name, text in pages.items() if name.startswith("00101"))
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# ------------------------------------------------------------------ odd provinces


@pytest.mark.parametrize("language", ["vi", "en"])
def test_odd_names_break_nothing(tmp_path: Path, language: str) -> None:
    result = _made(
        language,
        communes=[
            commune("00001", square(at(), 4000), name=LONG, full_name=LONG),
            commune("00002", square(at(9000), 4000), name="😀", full_name="😀"),
        ],
        hamlets=[hamlet(str(i), at(300 * i), name=name) for i, name in enumerate(ODD)],
        sites=[site("Viettel", "1", at(-500))],
    )
    pages = _pages(result, tmp_path)
    assert "00002.html" in pages
    page = next(text for name, text in pages.items() if name.startswith("00001"))
    for name in ODD:
        shown = " ".join(name.split())
        assert shown in " ".join(unescape(page).split())
    assert "49" not in re.sub(r"<svg.*</svg>", "", page, flags=re.S).split("<body>")[1]
    (path,) = tmp_path.glob("*.xlsx")
    assert len(path.name) < 100
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert ODD[0] in [cell.value for cell in cells]


def test_files_of_communes_never_share_a_name() -> None:
    stems = content.file_stems({"1/2": "Xã A", "1-2": "Xã A", "": "😀", "../x": "x" * 300})
    assert len(set(stems.values())) == 4
    assert all(re.fullmatch(r"[a-z0-9_-]{1,100}", stem) for stem in stems.values())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_commune_without_hamlets_says_what_is_missing(tmp_path: Path, language: str) -> None:
    result = _made(
        language,
        communes=[
            commune("00001", square(at(), 4000), name="Một"),
            commune("00002", square(at(9000), 4000), name="Hai"),
        ],
        hamlets=[hamlet("1", at(0))],
        sites=[site("Viettel", "1", at())],
    )
    pages = _pages(result, tmp_path)
    assert unescape(pages["00002_hai.html"]).count(words_of(language)["no_hamlets"]) == 1
    assert 'class="check"' not in pages["00002_hai.html"]
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["00001_mot_kiem-tra.xlsx"]


def test_without_any_site_nobody_is_said_to_serve(tmp_path: Path) -> None:
    pages = _pages(_made(hamlets=[hamlet("1", at(), name="Thôn")], sites=[]), tmp_path)
    (page,) = (text for name, text in pages.items() if name != "index.html")
    assert words_of("vi")["no_sites"] in page
    assert "Thôn trắng sóng 4G: 1" in page
    assert not list(tmp_path.glob("*.xlsx"))


def test_one_operator_has_one_column(tmp_path: Path) -> None:
    result = _made(hamlets=[hamlet("1", at(), name="A")], sites=[site("VNPT", "1", at(50))])
    pages = _pages(result, tmp_path)
    (page,) = (text for name, text in pages.items() if name != "index.html")
    head = page.split('<table class="fill"')[1].split("</thead>")[0]
    assert head.count("<bdi>") == 1


# ------------------------------------------------------------------ the check table


def _files_of_case(folder: Path, language: str = "vi", **inputs: Any) -> RunResult:
    found = written(
        folder,
        hamlets=[hamlet(f"0{i}", at(10 * i, 900 + 50 * i), name="Thôn Một") for i in range(4)],
        clusters=[cluster("01-1", "01", at(0, 950)), cluster("01-2", "01", at(0, 3000))],
        sites=[site("Viettel", "1", at()), site("VNPT", "1", at(0, -5000))],
        inputs=inputs,
        language=language,
    )
    return _result(*found)


@pytest.mark.parametrize(("language", "no"), [("vi", "không"), ("en", "no")])
def test_a_check_table_that_was_filled_in_changes_the_figures(
    tmp_path: Path, language: str, no: str
) -> None:
    before = _files_of_case(tmp_path, language)
    write_sheets(before, tmp_path / "communes")
    (path,) = (tmp_path / "communes").glob("*_kiem-tra.xlsx")
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    (top,) = (row for row in page.iter_rows() if row[5].value == "Viettel 4G")
    rows = {
        (row[1].value, row[7].value): row
        for row in page.iter_rows(min_row=top[0].row + 1)
        if row[1].value
    }
    assert set(rows) == {*((f"0{i}", None) for i in range(4)), ("01", "01-2")}
    (rule,) = page.data_validations.dataValidation
    assert no in str(rule.formula1)
    old = before.baseline.hamlets.set_index("hamlet_id")["status_4g"]
    assert old["00"] == "covered"
    for key in (("00", None), ("01", "01-2")):
        cells = rows[key]
        cells[5].value, cells[6].value = no, no
        cells[8].value, cells[9].value = "05/12/2025", "Nguyễn Thị Lan"
    (tmp_path / "checks").mkdir()
    book.save(tmp_path / "checks" / path.name)
    after = _files_of_case(tmp_path, language, field_checks="checks")
    assert after.inputs.rejects.empty
    checks = after.inputs.field_checks
    assert checks is not None
    found = set(zip(checks["hamlet_id"], checks["cluster_id"], checks["operator"], strict=True))
    assert found == {
        (*key, name) for key in (("00", ""), ("01", "01-2")) for name in ("Viettel", "VNPT")
    }
    new = after.baseline.hamlets.set_index("hamlet_id")
    assert new.loc["00", "status_4g"] == "white"
    assert new.loc["00", "source"] == "field"
    column = "white_4g"
    assert after.baseline.communes[column].sum() == before.baseline.communes[column].sum() + 1


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sheets(_case(), tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 3
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_check_table_holds_no_coordinates(tmp_path: Path) -> None:
    write_sheets(_case(), tmp_path)
    (path,) = tmp_path.glob("*.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    numbers = [value for value in cells if isinstance(value, int | float)]
    assert sorted(numbers) == [1, 2, 3, 4]


# ------------------------------------------------------------------ the whole way


def test_a_run_writes_sheets_and_compares_with_the_run_that_it_replaces(tmp_path: Path) -> None:
    rules = _files_of_case(tmp_path).scenario
    outputs = ("tables", "sheets")
    older = rules.model_copy(update={"as_of": datetime.date(2025, 6, 30)})
    planner.run(older, tmp_path / "out", outputs=outputs)
    result, folder = planner.run(rules, tmp_path / "out", outputs=outputs)
    assert not [one for one in result.inputs.warnings if one.column == "--outputs"]
    names = sorted(path.name for path in (folder / "communes").iterdir())
    assert "index.html" in names
    assert len(names) == 3
    (page,) = (folder / "communes").glob("0*.html")
    figures = _figures(page.read_text("utf-8"))
    assert "Kỳ trước (30/06/2025)" in page.read_text("utf-8")
    assert figures["4G", "white"][2] == figures["4G", "white"][0]


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared case quang-ngai is not here")
def test_every_commune_of_quang_ngai_has_a_small_page(tmp_path: Path) -> None:
    scenario = planner.read_scenario(SHARED)
    inputs = planner.read_everything(scenario)
    result = _result(inputs, scenario)
    pages = _pages(result, tmp_path)
    assert len(pages) == 97
    table = result.baseline.communes.set_index("commune_code")
    for name, page in pages.items():
        assert len(page.encode()) <= 60_000, name
        if name == "index.html":
            continue
        row, figures = table.loc[name.split("_")[0]], _figures(page)
        for status in ("white", "dead_spot", "covered"):
            assert figures["4G", status][0] == str(row[f"{status}_4g"])
    coordinates = np.round(shapely.get_coordinates(inputs.communes.geometry.array[:1])[:3], 4)
    assert all(str(value) not in page for value in coordinates.ravel() for page in pages.values())
