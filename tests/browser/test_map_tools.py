"""Filters, deep links, measuring, typed coordinates, paper and reading aloud of map.html."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import pytest
from small_run import small_run

from geoplan.report import maps
from geoplan.report.map_data import After
from geoplan.results import RunResult
from tests.browser.visits import DESK, MARKS, PHONE, SIZES, Visit, launched, opened

pytestmark = MARKS

OPERATORS = ("Viettel", "VNPT", "MobiFone", "Vietnamobile")
SITES = 400
ODD_NAMES = [
    "Rất dài " * 25,
    "\"'`<img src=x onerror=alert(1)>&amp;",
    "Thôn 🗼📡 vui",
    "قرية الاختبار",
    "=1+1",
    "a;b,c#d=e%41",
]


def with_sites(run: RunResult, n: int = SITES) -> RunResult:
    """Put on air many sites of four operators, some without a date, and plan a few."""
    draw = np.random.default_rng(5)
    operator = draw.choice(OPERATORS, n)
    ids = np.array([f"S{i:04d}" for i in range(n)])
    longitude, latitude = 108.7 + 0.2 * draw.random(n), 15.0 + 0.1 * draw.random(n)
    days = np.datetime64("2014-06-01") + draw.integers(0, 4000, n)
    days[draw.random(n) < 0.1] = np.datetime64("NaT")
    cells = pd.DataFrame(
        {
            "operator": operator,
            "technology": draw.choice(["4G", "5G"], n),
            "longitude": longitude,
            "latitude": latitude,
            "site_id": ids,
            "installation_key": ids,
            "structure_owner": draw.choice([*OPERATORS, ""], n),
            "on_air_date": days.astype("datetime64[s]"),
            "commune_code": np.where(longitude < 108.8, "00101", "00102"),
            "position_id": "",
        }
    )
    planned = cells.head(5).assign(
        status="planned", site_id=[f"P{i}" for i in range(5)], built_date=pd.NaT
    )
    planned["installation_key"] = planned["site_id"]
    inputs = dataclasses.replace(run.inputs, sites=planned.drop(columns="position_id"))
    baseline = dataclasses.replace(run.baseline, cells=cells, operators=OPERATORS)
    return dataclasses.replace(run, inputs=inputs, baseline=baseline)


def written(folder: Path, name: str, page: str) -> str:
    path = folder / name
    path.write_text(page, "utf-8", newline="\n")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launched()


@pytest.fixture(scope="module")
def run() -> RunResult:
    return with_sites(small_run())


@pytest.fixture(scope="module")
def address(run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("tools"), "map.html", maps.render(run))


@pytest.fixture
def desk(browser: Any, address: str) -> Iterator[Visit]:
    yield from opened(browser, address, viewport=DESK)


@pytest.fixture(params=list(SIZES))
def visit(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Visit]:
    yield from opened(browser, address, viewport=SIZES[request.param])


def group(page: Any, name: str) -> Any:
    """Unfold a group of the panel."""
    if page.locator("#gp-open").is_visible() and not page.locator(".gp-panel-open").count():
        page.locator("#gp-open").click()
        page.wait_for_timeout(250)
    found = page.locator(f"[data-group={name}]")
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def tallies(page: Any, prefix: str) -> dict[str, int]:
    """Give the counts beside the boxes whose name begins so."""
    script = """prefix => Object.fromEntries([...document.querySelectorAll("[data-box]")]
        .filter(box => box.dataset.box.startsWith(prefix))
        .map(box => [box.dataset.box.slice(prefix.length),
                     Number(box.querySelector(".gp-tally").textContent.replace(/\\D/g, ""))]))"""
    return dict(page.evaluate(script, prefix))


def hash_of(page: Any) -> str:
    """Give the address behind the #, once it has come to rest."""
    before, now = None, ""
    while now != before:
        before = now
        page.wait_for_timeout(450)
        now = str(page.evaluate("location.hash"))
    return now


def view_of(link: str) -> list[float]:
    """Give latitude, longitude and zoom of a deep link."""
    found = re.search(r"v=([^&]+)", link)
    assert found is not None
    return [float(part) for part in found[1].split(",")]


# ---------------------------------------------------------------------------- filters


def test_sites_are_counted_by_operator_and_planned_ones_apart(desk: Visit, run: RunResult) -> None:
    counted = run.baseline.cells["operator"].value_counts().to_dict()
    assert tallies(desk.page, "sites.") == counted
    planned = run.inputs.sites["operator"].value_counts().to_dict()
    assert tallies(desk.page, "planned.") == planned


def test_filters_leave_what_the_table_leaves(visit: Visit, run: RunResult) -> None:
    page, cells = visit.page, run.baseline.cells
    group(page, "filter")
    page.locator("[data-box='operator.VNPT'] input").check()
    page.locator("[data-box='technology.5G'] input").check()
    page.locator("#gp-from").select_option("2017")
    page.locator("#gp-to").select_option("2021")
    page.locator("#gp-commune").select_option("00102")
    year = cells["on_air_date"].dt.year
    left = cells[
        (cells["operator"] == "VNPT")
        & (cells["technology"] == "5G")
        & year.between(2017, 2021)
        & (cells["commune_code"] == "00102")
    ]
    assert len(left) > 3
    group(page, "sites")
    assert tallies(page, "sites.")["VNPT"] == len(left)
    assert sum(tallies(page, "sites.").values()) == len(left)
    assert sum(tallies(page, "status.").values()) == 2  # H4 and H5; H6 has no place
    undated = f"{cells['on_air_date'].isna().sum()} trạm không ghi ngày"
    assert undated in page.locator("[data-group=filter]").inner_text()
    page.locator("#gp-clear").click()
    assert sum(tallies(page, "sites.").values()) == SITES
    assert page.locator("#gp-clear").is_disabled()


def test_one_operator_gives_hamlets_its_own_status(
    browser: Any, run: RunResult, tmp_path: Path
) -> None:
    service = run.baseline.service.copy()
    mine = (service["operator"] == "VNPT") & (service["technology"] == "4G")
    service.loc[mine & (service["hamlet_id"] == "H4"), "status"] = "covered"
    baseline = dataclasses.replace(run.baseline, service=service)
    page = maps.render(dataclasses.replace(run, baseline=baseline))
    for visit in opened(browser, written(tmp_path, "own.html", page), viewport=DESK):
        group(visit.page, "filter")
        assert tallies(visit.page, "status.") == {"covered": 2, "dead_spot": 1, "white": 2}
        visit.page.locator("[data-box='operator.VNPT'] input").check()
        assert tallies(visit.page, "status.") == {"covered": 1, "dead_spot": 0, "white": 4}
        assert "riêng sóng của VNPT" in visit.page.locator("[data-group=filter]").inner_text()


def test_many_points_are_counted_and_few_are_drawn(browser: Any, tmp_path: Path) -> None:
    page = maps.render(with_sites(small_run(), 5000))
    address = written(tmp_path, "many.html", page)
    link = f"{address}#v=15.05,108.8,11&l=" + ",".join(f"sites.{name}" for name in OPERATORS)
    for visit in opened(browser, link, viewport=DESK):
        page = visit.page
        listed = group(page, "list")
        assert "S0" not in listed.inner_text()  # counts stand for the sites
        page.mouse.click(*something_near_the_middle(page))
        assert view_of(hash_of(page))[2] > 11
        page.goto(link.replace(",11&", ",16&"))
        page.wait_for_function("document.querySelector('#gp-list tbody') !== null")
        page.wait_for_timeout(300)
        kinds = listed.locator("tbody td:nth-of-type(1)").all_inner_texts()
        assert kinds.count("Trạm BTS") > 3


def something_near_the_middle(page: Any) -> tuple[float, float]:
    """Look around the middle for what the pointer calls a thing to be clicked."""
    frame = page.locator(".folium-map").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    for ring in range(0, 120, 12):
        for turn in range(0, 360, 60):
            right, down = ring * np.cos(np.radians(turn)), ring * np.sin(np.radians(turn))
            page.mouse.move(x + right, y + down)
            page.wait_for_timeout(30)
            if page.evaluate("document.querySelector('.folium-map').style.cursor") == "pointer":
                return float(x + right), float(y + down)
    raise AssertionError("nothing to click near the middle")


# ---------------------------------------------------------------------------- places


PLACES = (
    "15,0512 108,7534",
    "15.0512, 108.7534",
    "108.7534 15.0512",
    "15,0512; 108,7534",
    "15,0512, 108,7534",
    "15°03'04,32\"B 108°45'12,24\"Đ",
    "B 15 03 04.32 Đ 108 45 12.24",
    "108°45.204' E, 15°3.072' N",
    "15 03 04,32 108 45 12,24",
)
NO_PLACES = ("15,0512", "95 95 95", "15°70' 108°10'", "Thôn 10", "15 B 3 N", "15 108 B", "200 300")


def test_typed_coordinates_are_found(desk: Visit) -> None:
    page, found = desk.page, {}
    for typed in PLACES:
        page.locator("#gp-query").fill(typed)
        found[typed] = page.locator("#gp-found li").all_inner_texts()
    assert found == {typed: ["15,05120; 108,75340\nXã Ba Tơ"] for typed in PLACES}
    page.locator("#gp-query").press("Enter")
    assert "15°03'04,3\"B 108°45'12,2\"Đ" in page.locator(".leaflet-popup").inner_text()


def test_what_is_no_place_is_searched_as_a_name(desk: Visit) -> None:
    for typed in NO_PLACES:
        desk.page.locator("#gp-query").fill(typed)
        assert not re.search(r"\d; \d", desk.page.locator("#gp-found").inner_text()), typed


def test_measuring_is_geodesic(desk: Visit) -> None:
    page = desk.page
    page.locator("#gp-measure").click()
    frame = page.locator(".folium-map").bounding_box()
    corners = []
    for right, down in ((0.3, 0.3), (0.6, 0.35), (0.55, 0.7)):
        page.mouse.click(frame["x"] + frame["width"] * right, frame["y"] + frame["height"] * down)
    corners = page.evaluate("""() => [...document.querySelectorAll("#gp-measured")]
        .map(one => [one.dataset.corners, one.dataset.metres])[0]""")
    places = [[float(x) for x in corner.split(",")] for corner in corners[0].split(";")]
    latitudes, longitudes = np.array(places).T
    expected = pyproj.Geod(ellps="WGS84").line_length(longitudes, latitudes)
    assert float(corners[1]) == pytest.approx(expected, abs=0.05)
    assert "km" in page.locator("#gp-measured").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#gp-measuring").is_visible()
    assert page.locator(".leaflet-popup").count() == 0


def test_locating_gives_a_place_or_says_why_not(desk: Visit) -> None:
    desk.page.locator("#gp-locate").click()
    desk.page.wait_for_function(
        "/trình duyệt không/i.test(document.getElementById('gp-toast').textContent)"
        " || document.querySelector('.leaflet-popup') !== null"
    )


# ---------------------------------------------------------------------------- links


def test_a_deep_link_brings_back_what_was_shown(browser: Any, address: str) -> None:
    kept = ""
    for visit in opened(browser, address, viewport=DESK):
        page = visit.page
        page.locator("#gp-technology label", has_text="5G").last.click()
        group(page, "sites").locator("[data-box='sites.VNPT'] input").check()
        group(page, "filter")
        page.locator("[data-box='operator.VNPT'] input").check()
        page.locator("#gp-from").select_option("2018")
        page.locator("#gp-commune").select_option("00101")
        page.locator("#gp-query").fill("S0007")
        page.locator("#gp-query").press("Enter")
        kept = hash_of(page)
        title = page.locator(".leaflet-popup h3").inner_text()
        counts = tallies(page, "s")
    assert "o=sites,S0007" in kept
    for visit in opened(browser, address + kept, viewport=DESK):
        page = visit.page
        assert page.locator("[name=gp-technology]:checked").get_attribute("value") == "5G"
        assert page.locator("[data-box='sites.VNPT'] input").is_checked()
        assert page.locator("#gp-from").input_value() == "2018"
        assert page.locator(".leaflet-popup h3").inner_text() == title
        assert tallies(page, "s") == counts
        now = hash_of(page)
        assert view_of(now) == pytest.approx(view_of(kept), abs=5e-5)
        assert now.partition("&")[2] == kept.partition("&")[2]


@pytest.mark.parametrize(
    "link",
    [
        "#v=x,y,z",
        "#v=999,1,4&t=9G&l=%E0%A4&y=1,2&c=none&a=7777&o=sites,none",
        "#o=__proto__,1",
        "#",
    ],
)
def test_a_broken_link_is_harmless(browser: Any, address: str, link: str) -> None:
    for visit in opened(browser, address + link, viewport=DESK):
        assert sum(tallies(visit.page, "status.").values()) == 5


# ---------------------------------------------------------------------------- keyboard, reading


def test_the_keyboard_alone_opens_what_is_near(desk: Visit) -> None:
    page = desk.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "gp-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('folium-map')")
    assert page.locator(".gp-aim").is_visible()
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    assert popup.locator("h3").count() == 1
    assert popup.locator("h3").inner_text() in page.locator("#gp-told").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert popup.count() == 0


def test_what_is_in_view_is_listed(desk: Visit) -> None:
    page = desk.page
    listed = group(page, "list")
    listed.locator("tbody th").first.wait_for(state="attached")
    names = listed.locator("tbody th").all_inner_texts()
    assert {"Thôn 10", "Thôn 2", "Tổ dân phố Ân Hảo"} <= set(names)
    listed.locator("button", has_text="Thôn 10").click()
    assert page.locator(".leaflet-popup h3").inner_text() == "Thôn 10"


def axe_source() -> str:
    axe = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    return (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_serious_fault(browser: Any, address: str, size: str) -> None:
    source = axe_source()
    for visit in opened(browser, address, viewport=SIZES[size]):
        page = visit.page
        group(page, "filter")
        page.evaluate("document.querySelectorAll('.gp-group').forEach(one => { one.open = true })")
        # By the debugger, as the policy of the page lets no other script in.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": source})
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        grave = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert grave == []


# ---------------------------------------------------------------------------- paper, two states


@pytest.mark.parametrize(("paper", "width"), [("A4", 842), ("A3", 1191)])
def test_the_map_fills_one_sheet(desk: Visit, tmp_path: Path, paper: str, width: int) -> None:
    page = desk.page
    page.locator("#gp-paper").select_option(paper)
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(400)
    before = hash_of(page)
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+)", sheet)
    assert box is not None
    assert float(box[1]) == pytest.approx(width, abs=1)
    assert view_of(hash_of(page)) == pytest.approx(view_of(before), abs=5e-4)  # a pixel
    assert page.locator(".gp-printing").count() == 0


def test_a_handle_parts_before_from_after(browser: Any, run: RunResult, tmp_path: Path) -> None:
    hamlets = run.baseline.hamlets.copy()
    now = hamlets["status_4g"].where(hamlets["hamlet_id"] != "H5", "covered")
    changed = pd.DataFrame(
        [
            ("added", "VNPT", "V9", "4G", 108.86, 15.06),
            ("removed", "Viettel", "S0001", "4G", 108.72, 15.05),
        ],
        columns=["change", "operator", "site_id", "technology", "longitude", "latitude"],
    )
    figures = pd.DataFrame(
        [("HAMLETS_WHITE", "province", "", "4G", 2.0, 1.0)],
        columns=["indicator", "level", "operator", "technology", "before", "after"],
    )
    page = maps.render(run, after=After(hamlets.assign(status_4g=now), changed, figures))
    for visit in opened(browser, written(tmp_path, "two.html", page), viewport=DESK):
        page = visit.page
        assert "2 → 1" in page.locator(".gp-head").inner_text()
        assert page.locator("[data-box='status.white'] .gp-tally").inner_text() == "2 → 1"
        handle = page.locator("[role=slider]")
        assert handle.get_attribute("aria-valuenow") == "50"
        handle.focus()
        for key, value in (("ArrowRight", "52"), ("End", "100"), ("Home", "0")):
            handle.press(key)
            assert handle.get_attribute("aria-valuenow") == value
        seen = []
        for key in ("Home", "End"):
            handle.press(key)
            page.wait_for_timeout(120)
            seen.append(page.evaluate("document.querySelector('canvas.gp-points').toDataURL()"))
        assert seen[0] != seen[1]


# ---------------------------------------------------------------------------- odd runs


def test_odd_names_break_nothing(browser: Any, run: RunResult, tmp_path: Path) -> None:
    hamlets = run.baseline.hamlets.assign(name=ODD_NAMES)
    cells = run.baseline.cells.copy()
    cells.loc[:5, "site_id"] = ODD_NAMES
    cells.loc[:5, "installation_key"] = ODD_NAMES
    baseline = dataclasses.replace(run.baseline, hamlets=hamlets, cells=cells)
    address = written(
        tmp_path, "odd.html", maps.render(dataclasses.replace(run, baseline=baseline))
    )
    for visit in opened(browser, address, viewport=PHONE):
        page = visit.page
        for i in range(5):
            page.locator("#gp-query").fill(ODD_NAMES[i][:20])
            page.locator("#gp-query").press("Enter")
            title = page.locator(".leaflet-popup h3").inner_text().strip()
            assert title == ODD_NAMES[i].strip()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        group(page, "list")
        page.wait_for_timeout(200)


@pytest.mark.parametrize("kind", ["no sites", "one operator", "public"])
def test_a_page_with_little_in_it_opens(
    browser: Any, run: RunResult, tmp_path: Path, kind: str
) -> None:
    base = run.baseline
    if kind == "one operator":
        mine = base.cells[base.cells["operator"] == "VNPT"]
        run = dataclasses.replace(
            run, baseline=dataclasses.replace(base, cells=mine, operators=("VNPT",))
        )
    if kind == "no sites":
        none = dataclasses.replace(
            base, cells=base.cells.iloc[:0], positions=base.positions.iloc[:0]
        )
        run = dataclasses.replace(
            run, baseline=none, inputs=dataclasses.replace(run.inputs, sites=pd.DataFrame())
        )
    page = maps.render(run, audience="public" if kind == "public" else "planner")
    for visit in opened(browser, written(tmp_path, "little.html", page), viewport=DESK):
        assert sum(tallies(visit.page, "status.").values()) == 5
        visit.page.locator("#gp-query").fill("thon 10")
        visit.page.locator("#gp-query").press("Enter")
        assert "Thôn 10" in visit.page.locator(".leaflet-popup").inner_text()
        assert visit.page.locator("[data-group=sites]").count() == (kind == "one operator")
