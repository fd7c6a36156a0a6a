"""map.html as a file: what it says, what it carries, and that it asks for nothing."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from small_run import FORMULA, SCRIPT, small_run

from geoplan.rasters import Grid
from geoplan.report import embedding, inset, map_words, maps, png, theme
from geoplan.report.layers import area, coding, communes
from geoplan.report.locale import locale_of
from geoplan.results import AreaService, RunResult

pytestmark = pytest.mark.skipif(
    not (embedding.VENDOR / "leaflet.js").is_file(),
    reason="the package was not built: Leaflet is missing (pip install -e .)",
)


@pytest.fixture(scope="module")
def page() -> str:
    return maps.render(small_run())


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="gp-data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def with_hamlets(run: RunResult, **columns: object) -> RunResult:
    hamlets = run.baseline.hamlets.assign(**columns)
    return dataclasses.replace(run, baseline=dataclasses.replace(run.baseline, hamlets=hamlets))


def test_text_from_data_is_escaped_wherever_it_stands(page: str) -> None:
    assert SCRIPT not in page
    assert SCRIPT in data_of(page)["hamlets"]["points"]["name"]["values"]
    assert FORMULA in data_of(page)["sites"]["id"]


def test_a_name_cannot_end_the_page_or_start_a_template() -> None:
    names = [
        "</script><b>",
        "{{ 7 * 7 }}",
        "<!--",
        "]]>",
        "@import url(http://x.vn)",
        '"><img src=x>',
    ]
    page = maps.render(with_hamlets(small_run(), name=names, longitude=None))
    assert "<img src=x>" not in page
    assert "</script><b>" not in page
    assert data_of(page)["hamlets"]["unplaced"]["name"]["values"] == names


def test_scenario_name_is_escaped_in_title_and_head() -> None:
    run = small_run()
    named = run.scenario.model_copy(update={"name": SCRIPT})
    page = maps.render(dataclasses.replace(run, scenario=named))
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_nothing_is_fetched(page: str) -> None:
    without_scripts = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["']?https?:""", without_scripts)
    assert not re.findall(r"url\((?!data:)", without_scripts)
    assert "@import" not in without_scripts
    assert "sourceMappingURL" not in page


def test_policy_names_each_script_and_no_connection(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert policy[1].count("'sha256-") == len(re.findall(r"<script>", page)) == 2
    assert "unsafe-inline" not in policy[1].split("script-src")[1].split(";")[0]
    assert page.index("Content-Security-Policy") < page.index("<script")


@pytest.mark.parametrize(
    "part",
    [
        '<img alt="" src="https://x.vn/a.png">',
        "<style>a{background:url(b.png)}</style>",
        '<style>@import "c.css";</style>',
        "<a href=d.html>",
    ],
)
def test_an_address_outside_raises(part: str) -> None:
    with pytest.raises(ValueError, match="would fetch"):
        embedding.sealed(f"<html>{part}</html>")


def test_text_that_only_speaks_of_addresses_is_let_through() -> None:
    run = small_run()
    named = run.scenario.model_copy(update={"name": "url(http://x.vn) @import 'y' src=z"})
    assert "url(http://x.vn)" in maps.render(dataclasses.replace(run, scenario=named))


def test_line_separators_are_escaped_in_data() -> None:
    assert embedding.json_text("\u2028\u2029&") == '"\\u2028\\u2029\\u0026"'


def test_a_file_that_is_not_carried_raises() -> None:
    with pytest.raises(FileNotFoundError, match="pip install"):
        embedding.vendor_text("jquery.js")


def test_without_javascript_there_are_a_picture_and_a_table(page: str) -> None:
    still = page[page.index("<noscript>") : page.index("</noscript>")]
    assert still.count("<path") >= 4
    assert "Xã Ba Tơ" in still
    assert "<td>66,7%</td>" in still
    assert "Ấp Đông (Đức Phổ)" in still


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sea_and_the_archipelagos_are_named(language: str) -> None:
    page = maps.render(small_run(language=language))
    for name in ("Quần đảo Hoàng Sa", "Quần đảo Trường Sa", "(Việt Nam)", "Biển Đông"):
        assert name in page


def test_the_page_says_that_it_is_not_official(page: str) -> None:
    assert "không phải bản đồ hành chính chính thức" in page
    assert "not an official administrative map" in maps.render(small_run(language="en"))


def test_the_page_says_which_licences_it_stands_under(page: str) -> None:
    assert "BSD 2-Clause License" in page
    assert "SIL OPEN FONT LICENSE" in page.upper()


def test_every_word_has_its_vietnamese() -> None:
    english = data_of(maps.render(small_run(language="en")))["words"]
    vietnamese = data_of(maps.render(small_run()))["words"]
    same = {name for name in english if english[name] == vietnamese[name]}
    assert same == set()


def test_the_script_asks_only_for_words_that_exist() -> None:
    code = "".join(embedding.own_text(f"map/{name}.js") for name in maps.SCRIPTS)
    asked = set(re.findall(r"\bwords\.(\w+)", code)) | set(re.findall(r'\bsay\("(\w+)"', code))
    assert asked <= set(map_words.words(str))


def test_head_figures_carry_their_margin_and_their_range(page: str) -> None:
    assert "1–3 khi bán kính ±10%" in page
    assert "50,0%–66,7% nếu tính cả thôn chưa có tọa độ" in page
    assert "1/3; ghép vị trí trong 30 m" in page


def test_hamlets_without_a_place_are_listed_and_not_drawn(page: str) -> None:
    hamlets = data_of(page)["hamlets"]
    assert hamlets["unplaced"]["id"] == ["H6"]
    assert hamlets["points"]["id"] == ["H1", "H2", "H3", "H4", "H5"]
    assert hamlets["points"]["near"] == "00100"


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    maps.write_map(first, small_run())
    maps.write_map(second, small_run())
    assert first.read_bytes() == second.read_bytes()


def test_a_run_with_nothing_in_it_still_gives_a_map() -> None:
    run = small_run()
    empty = {
        name: getattr(run.baseline, name).iloc[:0] for name in ("hamlets", "positions", "holes")
    }
    plan = dataclasses.replace(
        run.plan, proposals=run.plan.proposals.iloc[:0], gains=run.plan.gains.iloc[:0]
    )
    baseline = dataclasses.replace(run.baseline, **empty)
    assert "gp-data" in maps.render(dataclasses.replace(run, baseline=baseline, plan=plan))


# ---------------------------------------------------------------------------- the parts


def test_places_come_back_from_their_differences() -> None:
    longitudes = np.array([108.123456, 108.1, 107.999994])
    back = np.cumsum(coding.steps(longitudes)) / coding.DEGREE
    assert np.abs(back - longitudes).max() <= 0.5e-5 + 1e-12


def test_missing_numbers_stay_missing() -> None:
    assert coding.whole(pd.Series([1.5, None, 0.0, 2.4])) == [2, None, 0, 2]


def test_shared_borders_stay_shared_when_simplified() -> None:
    t = np.linspace(0, 1, 400)
    wavy = np.column_stack((0.002 * np.sin(60 * t), t))
    left = shapely.Polygon([*wavy, (-1, 1), (-1, 0)])
    right = shapely.Polygon([*wavy, (1, 1), (1, 0)])
    thin = communes.simplified(np.array([left, right]))
    assert shapely.get_num_coordinates(thin).sum() < 400
    assert shapely.area(shapely.intersection(thin[0], thin[1])) == pytest.approx(0, abs=1e-12)
    assert shapely.area(shapely.union_all(thin)) == pytest.approx(2.0, abs=1e-6)


def test_picture_of_the_area_lies_where_its_cells_lie() -> None:
    """A cell in the middle of a VN-2000 grid must come out at its own longitude and latitude."""
    from geoplan import geodesy

    grid = Grid(540_000.0, 1_700_000.0, 100.0, 100.0, (600, 500), "EPSG:5898")
    bits = np.zeros(grid.shape, np.uint8)
    bits[350, 120] = 1
    commune = np.zeros(grid.shape, np.int32)
    lon, lat = geodesy.to_wgs84(540_000 + 12_050.0, 1_700_000 - 35_050.0, grid.crs)
    service = AreaService(grid, {"4G": bits}, commune)
    frame = area._frame(grid, (108.3, 14.9, 108.9, 15.4))
    picked = np.append(bits.ravel(), np.uint8(0))[area._cells(grid, frame)]
    rows, columns = np.nonzero(picked)
    assert 1 <= len(rows) <= 4
    x = frame.west + frame.dx * (columns.mean() + 0.5)
    y = frame.north - frame.dy * (rows.mean() + 0.5)
    at_lon, at_lat = geodesy.to_wgs84(x, y, area.MERCATOR)
    assert float(geodesy.distance_m(at_lon, at_lat, lon, lat)) < 100
    layer = area.layer(service, ("Viettel",), (108.3, 14.9, 108.9, 15.4))
    assert [item["operator"] for item in layer["pictures"]] == ["", "Viettel"]


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_mask_is_a_png_that_reads_back() -> None:
    import rasterio

    mask = np.zeros((5, 11), bool)
    mask[2, 3] = mask[4, 10] = True
    with rasterio.MemoryFile(png.mask_png(mask, "#cc3311")) as file, file.open() as picture:
        assert (picture.read(1) == mask).all()
        assert picture.colormap(1)[1] == (0xCC, 0x33, 0x11, 255)


def test_inset_marks_the_area() -> None:
    drawing = inset.svg((108.0, 14.0, 109.0, 15.0), "x < y")
    assert "gp-here" in drawing
    assert "x &lt; y" in drawing


@pytest.mark.parametrize(
    ("language", "value", "decimals", "text"),
    [
        ("vi", 1234.56, 1, "1.234,6"),
        ("en", 1234.56, 1, "1,234.6"),
        ("vi", 0.5, 0, "1"),
        ("vi", -1234567, 0, "-1.234.567"),
        ("vi", -0.04, 1, "0,0"),
        ("vi", float("nan"), 1, "–"),
    ],
)
def test_numbers_read_as_in_the_language(
    language: str, value: float, decimals: int, text: str
) -> None:
    assert locale_of(language).number(value, decimals) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(1.0, "100,0%"), (0.99996, "99,9%"), (0.0, "0,0%"), (0.00001, "<0,1%"), (0.153, "15,3%")],
)
def test_a_share_is_never_rounded_to_all_or_none(ratio: float, text: str) -> None:
    assert locale_of("vi").percent(ratio) == text


def test_every_operator_has_a_colour_of_its_own() -> None:
    names = ["Viettel", "VNPT", "MobiFone", "Vietnamobile", "Gmobile", "A", "B", "C"]
    assert len(set(theme.operator_colours(names).values())) == len(names)
