"""Commune sheets in a real browser: whole without scripts, on a phone, on a desk and on A4."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_run import small_run

from geoplan.report.sheets import write_sheets

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
SIZES = {"desk": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).is_file(), reason="Chromium is not on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as engine:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sheets of a commune, also with a name of 180 letters."""
    place = tmp_path_factory.mktemp("communes")
    result = small_run()
    hamlets = result.baseline.hamlets
    long = hamlets["name"].where(hamlets["hamlet_id"] != "H2", "Thôn" + "Dài" * 60)
    baseline = replace(result.baseline, hamlets=hamlets.assign(name=long))
    write_sheets(replace(result, baseline=baseline), place)
    return place


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", ["00101_xa-ba-to", "index"])
def test_a_page_fits_asks_for_nothing_and_is_whole_without_scripts(
    browser: Any, folder: Path, size: str, name: str
) -> None:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    context = browser.new_context(offline=True, java_script_enabled=False, viewport=viewport)
    page = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / f"{name}.html").as_uri())
    box = page.locator("main").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for heading in page.locator("h1, h2, .lead").all():
        inner = heading.bounding_box()
        assert inner["x"] + inner["width"] <= width
    if name != "index":
        assert page.locator("figure svg").first.bounding_box()["width"] > 0.4 * min(width, 700)
        assert page.locator("table.fill tbody tr").count() == 4
    context.close()
    assert wrong == []
    assert asked == [(folder / f"{name}.html").as_uri()]


def test_a_sheet_prints_on_two_pages_of_a4(browser: Any, folder: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((folder / "00102_phuong-duc-pho.html").as_uri())
    content = page.pdf(prefer_css_page_size=True, print_background=True)
    context.close()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert len(re.findall(rb"/Type /Page\b", content)) == 2
    assert {(round(float(x)), round(float(y))) for x, y in boxes} == {(595, 842)}
