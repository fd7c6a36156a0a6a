"""map.html in a real browser, from file:// with the network off, on three screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from small_run import SCRIPT, small_run

from geoplan.report.maps import write_map
from tests.browser.visits import DESK, MARKS, SIZES, Visit, launched, opened

pytestmark = MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launched()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("map") / "map.html"
    write_map(path, small_run())
    return path.as_uri()


@pytest.fixture(params=list(SIZES))
def visit(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Visit]:
    yield from opened(browser, address, viewport=SIZES[request.param])


@pytest.fixture
def desk(browser: Any, address: str) -> Iterator[Visit]:
    yield from opened(browser, address, viewport=DESK)


def points(page: Any) -> bytes:
    """Give what the canvas of the points shows just now."""
    page.wait_for_timeout(120)
    return bytes(page.evaluate("document.querySelector('canvas.gp-points').toDataURL()"), "ascii")


def open_panel(page: Any) -> None:
    button = page.locator("#gp-open")
    if button.is_visible():
        button.click()
        page.wait_for_timeout(250)


def test_the_page_opens_whole_and_fits(visit: Visit) -> None:
    page = visit.page
    assert page.locator("h1").first.inner_text() == "Tỉnh mẫu (số liệu giả định)"
    assert page.locator(".leaflet-control-scale").is_visible()
    assert page.locator(".gp-inset").is_visible()
    assert page.locator(".gp-note").is_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def test_layers_toggle(visit: Visit) -> None:
    page = visit.page
    open_panel(page)
    before = points(page)
    page.locator("[data-status=white] input").uncheck()
    assert points(page) != before
    page.locator("[data-status=white] input").check()
    assert points(page) == before
    for group in ("positions", "holes"):
        page.locator(f"[data-group={group}] > summary").click()
        page.locator(f"[data-group={group}] input").first.check()
    assert points(page) != before


def test_area_of_one_operator_is_a_picture(desk: Visit) -> None:
    page = desk.page
    page.locator("[data-group=area] > summary").click()
    assert page.locator("img.gp-picture").count() == 0
    page.locator('[data-area="4G/Viettel"] input').check()
    assert page.locator("img.gp-picture").count() == 1
    assert page.evaluate("document.querySelector('img.gp-picture').naturalWidth") > 0
    page.locator('[data-area="4G/Viettel"] input').uncheck()
    assert page.locator("img.gp-picture").count() == 0


def test_technology_changes_map_and_counts(desk: Visit) -> None:
    page = desk.page
    white = page.locator("[data-status=white] .gp-tally")
    before = points(page)
    assert white.inner_text() == "2"
    page.locator("#gp-technology label", has_text="5G").last.click()
    assert white.inner_text() == "4"
    assert points(page) != before


@pytest.mark.parametrize(
    ("typed", "title"),
    [("to dan pho an hao", "Tổ dân phố"), ("DUC PHO", "Phường Đức Phổ"), ("Ba Tơ", "Xã Ba Tơ")],
)
def test_search_needs_no_accents(visit: Visit, typed: str, title: str) -> None:
    page = visit.page
    page.locator("#gp-query").fill(typed)
    page.locator("#gp-query").press("ArrowDown")
    page.locator("#gp-query").press("Enter")
    assert title in page.locator(".leaflet-popup h3").inner_text()


def test_search_finds_a_hamlet_without_a_place(desk: Visit) -> None:
    page = desk.page
    page.locator("#gp-query").fill("ap dong")
    found = page.locator("#gp-found li")
    assert "Chưa có tọa độ" in found.first.inner_text()
    found.first.click()
    assert "Ấp Đông" in page.locator(".leaflet-popup").inner_text()


def test_a_name_that_is_a_script_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    page.locator("#gp-query").fill("alert(1)")
    page.locator("#gp-query").press("Enter")
    popup = page.locator(".leaflet-popup")
    assert popup.locator("h3").inner_text() == SCRIPT
    assert popup.locator("script").count() == 0
    assert "Sát ngưỡng, cần kiểm tra" in popup.inner_text()


def test_a_click_on_a_proposal_says_who_gains(desk: Visit) -> None:
    page = desk.page
    page.locator(".gp-ranked button").first.click()
    popup = page.locator(".leaflet-popup")
    assert "Đề xuất số 1" in popup.inner_text()
    assert "1.250.000.000 (giả định)" in popup.inner_text()
    assert popup.locator(".gp-gains li").count() == 2
    page.keyboard.press("Escape")


def test_a_click_on_the_ground_names_the_commune(desk: Visit) -> None:
    page = desk.page
    frame = page.locator(".folium-map").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] * 0.45, frame["y"] + frame["height"] * 0.72)
    assert "Xã Ba Tơ" in page.locator(".leaflet-popup").inner_text()


def test_the_legend_folds(visit: Visit) -> None:
    legend = visit.page.locator("#gp-legend")
    was_open = legend.get_attribute("open") is not None
    legend.locator("summary").click()
    assert (legend.get_attribute("open") is not None) != was_open


@pytest.mark.parametrize("size", SIZES)
def test_without_javascript_there_are_picture_and_table(
    browser: Any, address: str, size: str
) -> None:
    for visit in opened(browser, address, viewport=SIZES[size], java_script_enabled=False):
        assert visit.page.locator("svg.gp-still").is_visible()
        assert visit.page.locator("table tbody tr").count() == 2
        assert not visit.page.locator(".gp-app").is_visible()
