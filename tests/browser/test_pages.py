"""Every page beside the map in a real browser: asks for nothing, fits, and axe finds no fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_run import small_run

from geoplan.report.sheets import write_sheets
from tests.browser.test_map_tools import axe_source
from tests.browser.visits import MARKS, SIZES, launched
from tests.cli_case import call, write_small_sample

pytestmark = MARKS
LINK = ("--from", "108.02,15.05,40", "--to", "108.18,15.05,1.5", "--frequency-mhz", "1800")
PAGES = {
    "sheet": "communes/00101_xa-ba-to.html",
    "index of sheets": "communes/index.html",
    "link": "link/link.html",
    "models": "models/models.html",
    "change": "change/thay-doi.html",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launched()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pages")
    (place / "communes").mkdir()
    write_sheets(small_run(), place / "communes")
    toml = next(write_small_sample(place / "province").rglob("*.toml"))
    later = toml.with_name("later.toml")
    later.write_text(toml.read_text("utf-8").replace("as_of = 2025", "as_of = 2026"), "utf-8")
    tables = ("--outputs", "tables", "-q")
    orders = (
        ("link", *LINK, "--out", place / "link", "-q"),
        ("models", toml, "--models", "radius,hata", "--out", place / "models", "-q"),
        ("run", toml, "--out", place / "run", *tables),
        ("run", later, "--out", place / "later", *tables),
        ("compare", place / "run", place / "later", "--out", place / "change", "-q"),
    )
    for words in orders:
        told = call(*words)
        assert told.code == 0, told.err
    return place


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_asks_for_nothing_and_has_no_serious_fault(
    browser: Any, folder: Path, name: str, size: str
) -> None:
    source = axe_source()
    context = browser.new_context(offline=True, viewport=SIZES[size])
    page = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / PAGES[name]).as_uri())
    across = page.evaluate("document.documentElement.scrollWidth")
    assert across <= SIZES[size]["width"]
    # By the debugger, as the policy of the page lets no script in.
    session = context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source})
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    context.close()
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert wrong == []
    assert [url for url in asked if not url.startswith("data:")] == [
        (folder / PAGES[name]).as_uri()
    ]
