"""Opening pages in Debian's Chromium, offline, and holding them to asking for nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from geoplan.report import embedding

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
DESK, TABLET, PHONE = (
    {"width": width, "height": height} for width, height in ((1440, 900), (820, 1180), (390, 844))
)
SIZES = {"desk": DESK, "tablet": TABLET, "phone": PHONE}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).is_file(), reason="Chromium is not on this machine"),
    pytest.mark.skipif(
        not (embedding.VENDOR / "leaflet.js").is_file(),
        reason="the package was not built: Leaflet is missing (pip install -e .)",
    ),
]


@dataclass
class Visit:
    """An opened page, with all that went wrong and all that it asked for."""

    page: Any
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def launched() -> Iterator[Any]:
    """Start a browser for the tests of a module."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


def opened(browser: Any, address: str, **options: Any) -> Iterator[Visit]:
    """Open the page offline; whatever it complains of or asks for fails the test at its end."""
    context = browser.new_context(offline=True, **options)
    visit = Visit(context.new_page())
    visit.page.on("pageerror", lambda error: visit.wrong.append(str(error)))
    visit.page.on("console", lambda message: visit.wrong.append(message.text))
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.page.goto(address)
    if options.get("java_script_enabled", True):
        visit.page.wait_for_selector("html[data-ready]", timeout=10_000)
    yield visit
    folder = os.environ.get("GEOPLAN_SCREENSHOTS")
    if folder:
        name = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0].strip("]")
        visit.page.screenshot(path=str(Path(folder) / f"{name.replace('[', '-')}.png"))
    context.close()
    assert visit.wrong == []
    assert [url for url in visit.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in visit.asked if url.startswith("file:")]) == 1
