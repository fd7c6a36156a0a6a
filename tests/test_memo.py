"""report.docx and report.pdf: every number is the tables', in both languages."""

from __future__ import annotations

import dataclasses
import io
import re
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from small_run import SCRIPT, small_run

from geoplan.faults import ScenarioError
from geoplan.report import embedding
from geoplan.report.document.as_docx import docx_bytes
from geoplan.report.document.as_pdf import pdf_bytes
from geoplan.report.document.memo import memo, write_memo
from geoplan.report.document.model import Heading, Picture, Table
from geoplan.report.locale import locale_of
from geoplan.results import RunResult
from geoplan.scenario.model import Publish

pytestmark = pytest.mark.skipif(
    not (embedding.VENDOR / "fonts").is_dir(),
    reason="the package was not built: the typefaces are missing (pip install -e .)",
)


def tables_of(run: RunResult) -> list[list[list[str]]]:
    book = docx.Document(io.BytesIO(docx_bytes(memo(run))))
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in book.tables]


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_report_is_short_and_whole(language: str, tmp_path: Path) -> None:
    run = small_run(language=language)
    write_memo(run, tmp_path, marking="LƯU HÀNH NỘI BỘ")
    assert 3 <= pages_of((tmp_path / "report.pdf").read_bytes()) <= 30
    document = memo(run)
    headings = [part for part in document.parts if isinstance(part, Heading)]
    assert len(headings) >= 7
    assert sum(isinstance(part, Picture) for part in document.parts) == 5
    assert sum(isinstance(part, Table) for part in document.parts) >= 6


@pytest.mark.parametrize("language", ["vi", "en"])
def test_white_hamlets_of_each_operator_are_those_of_the_tables(language: str) -> None:
    run = small_run(language=language)
    told = run.baseline.indicators
    rows = told[(told["indicator"] == "HAMLETS_WHITE") & (told["level"] == "province")]
    locale = locale_of(language)
    wanted = sorted(locale.number(value) for value in rows["value"] if not pd.isna(value))
    (table,) = (
        part
        for part in memo(run).parts
        if isinstance(part, Table) and len(part.block.columns) == 9 and part.block.rows
        and part.block.columns[4].kind == "count" and part.block.columns[8].kind == "percent"
    )  # fmt: skip
    shown = sorted(locale.number(row[2]) for row in table.block.rows if row[2] is not None)  # type: ignore[arg-type]
    assert shown == wanted


def test_costs_that_are_assumed_say_so() -> None:
    text = str(tables_of(small_run()))
    assert "giả định" in text
    assert "giả định" not in str(tables_of(small_run(cost_basis="user")))


def test_names_from_data_are_letters() -> None:
    run = small_run()
    communes = run.baseline.communes.assign(full_name=[SCRIPT, "*#let x* $y$"])
    odd = dataclasses.replace(run, baseline=dataclasses.replace(run.baseline, communes=communes))
    assert SCRIPT in str(tables_of(odd))
    assert pdf_bytes(memo(odd)).startswith(b"%PDF")


def test_nothing_at_all_is_still_a_report() -> None:
    run = small_run()
    nothing: dict[str, Any] = {
        name: getattr(run.baseline, name).iloc[:0]
        for name in ("hamlets", "clusters", "positions", "holes", "service", "indicators",
                     "cells", "sharing_sensitivity")
    }  # fmt: skip
    baseline = dataclasses.replace(
        run.baseline, operators=(), totals={"counts": {}, "people": {}}, **nothing
    )
    plan = dataclasses.replace(
        run.plan,
        proposals=run.plan.proposals.iloc[:0],
        gains=run.plan.gains.iloc[:0],
        targets=run.plan.targets.iloc[:0],
        siting={},
    )
    empty = dataclasses.replace(run, baseline=baseline, plan=plan)
    assert pages_of(pdf_bytes(memo(empty))) >= 2
    assert len(docx_bytes(memo(empty))) > 10_000


def test_the_users_template_is_taken_and_its_faults_are_told(tmp_path: Path) -> None:
    run = small_run()
    scenario = run.scenario.model_copy(
        update={"publish": Publish(templates="mau"), "folder": tmp_path}
    )
    own = dataclasses.replace(run, scenario=scenario)
    (tmp_path / "mau").mkdir()
    (tmp_path / "mau" / "report.md").write_text("# Của tôi\n\nCó {{ white }} thôn.\n", "utf-8")
    assert "Của tôi" in str(memo(own).title)
    (tmp_path / "mau" / "report.md").write_text("# Của tôi\n\n{{ trang }}\n", "utf-8")
    with pytest.raises(ScenarioError):
        memo(own)
