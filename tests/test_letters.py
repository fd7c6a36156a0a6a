"""Letters, their annexes, and the calendar: what an operator may read, and what it may not."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from babel.messages.pofile import read_po
from small_run import OPERATORS, small_run

import geoplan
from geoplan.report.hamlet_facts import MEASURES
from geoplan.report.handing import calendar, dossiers, walls
from geoplan.report.handing.letters import asked_of, write_letters
from geoplan.report.handing.template import parts_of
from geoplan.report.handing.wording import file_names
from geoplan.results import RunResult

ODD = ["=1+1", '<b onclick="x">&amp;', "خلاص مدينة", "🏝️ Đảo", "X" * 200, "#[x] *y* $z$"]


def odd(run: RunResult) -> RunResult:
    hamlets = run.baseline.hamlets
    names = [ODD[i % len(ODD)] for i in range(len(hamlets))]
    baseline = dataclasses.replace(run.baseline, hamlets=hamlets.assign(name=names))
    return dataclasses.replace(run, baseline=baseline)


def words_in(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return "".join(
            parts.read(name).decode("utf-8", "ignore")
            for name in parts.namelist()
            if name.endswith((".xml", ".rels"))
        )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_letter_names_no_other_operator_and_none_of_its_sites(
    tmp_path: Path, language: str
) -> None:
    run = small_run(language=language)
    write_letters(run, tmp_path)
    cells = run.baseline.cells
    for operator in OPERATORS:
        name = operator.lower()
        for path in (f"{name}.docx", f"phu-luc-{name}.xlsx"):
            text = words_in(tmp_path / "cong-van" / path)
            assert operator in text
            for other in set(OPERATORS) - {operator}:
                assert other not in text
                sites = cells.loc[cells["operator"] == other, "site_id"]
                assert not [site for site in sites if site and f">{site}<" in text]


def test_a_letter_asks_about_the_hamlets_that_the_operator_does_not_serve() -> None:
    run = small_run()
    service = run.baseline.service
    for operator in OPERATORS:
        own = service[(service["operator"] == operator) & (service["technology"] == "4G")]
        wanted = set(own.loc[own["status"].isin(["white", "dead_spot"]), "hamlet_id"])
        assert set(asked_of(run, operator).hamlets["hamlet_id"]) == wanted


def test_letters_are_the_same_from_run_to_run(tmp_path: Path) -> None:
    run = odd(small_run())
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_letters(run, tmp_path / name)
    for path in sorted((tmp_path / "a" / "cong-van").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / "cong-van" / path.name).read_bytes()


def test_an_annex_offers_the_measures_and_holds_no_formula(tmp_path: Path) -> None:
    write_letters(odd(small_run()), tmp_path)
    for path in sorted((tmp_path / "cong-van").glob("*.xlsx")):
        page = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
        offered = [rule.formula1 for rule in page.data_validations.dataValidation]
        assert any(str(one).count(",") == len(MEASURES) - 1 for one in offered)


def test_a_template_takes_figures_as_letters() -> None:
    title, parts = parts_of("# To {who}\n\n**{who}** *x*", {"who": "**a** [[b]] {c}"}, {})
    assert title[0].text == "To **a** [[b]] {c}"
    assert len(parts) == 1


def test_operators_of_one_spelling_get_files_of_their_own() -> None:
    names = file_names(["Viettel", "VIETTEL", "=1+1", "🏝️"])
    assert len(set(names.values())) == 4


def test_the_calendar_for_phones_keeps_to_its_lines() -> None:
    run = small_run()
    columns = [*run.plan.duties.columns]
    row = dict.fromkeys(columns, "") | {
        "plan": "thu",
        "duty_id": "D1",
        "who": "Các doanh nghiệp; viễn thông",
        "does": "gửi kế hoạch, " * 20,
        "to": "Sở",
        "by": "trước ngày 15/12 hàng năm",
        "next_due": "2026-12-15",
        "who_today": "",
        "to_today": "",
        "quote": "dòng\nmới",
        "form": "",
    }
    plan = dataclasses.replace(run.plan, duties=pd.DataFrame([row]))
    content = calendar.ics_bytes(dataclasses.replace(run, plan=plan))
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    whole = content.replace(b"\r\n ", b"").decode()
    assert "UID:thu.d1.2026-12-15@geoplan" in whole
    assert "DTSTART;VALUE=DATE:20261215" in whole
    assert "Các doanh nghiệp\\; viễn thông" in whole


@pytest.mark.parametrize("language", ["vi", "en"])
def test_dossiers_and_walls_bear_odd_names_and_the_marking(tmp_path: Path, language: str) -> None:
    run = odd(small_run(language=language))
    document = dossiers.dossiers(run, run.plan.proposals)
    assert document.marking == ("LƯU HÀNH NỘI BỘ" if language == "vi" else "FOR INTERNAL USE")
    dossiers.write_dossiers(run, tmp_path)
    assert (tmp_path / "ho-so-de-xuat.pdf").read_bytes().startswith(b"%PDF")
    theme = next(one for one in walls.themes_of(run) if one.shows_sites)
    first, again = (walls.wall_pdf(run, theme, "A3") for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF")


def test_words_are_composed_vietnamese() -> None:
    path = Path(geoplan.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "letters.po"
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    assert all(entry.string for entry in entries)
