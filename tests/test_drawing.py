"""Maps as vector drawings: what stands on them, where, and that no name from data is markup."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from small_run import SCRIPT, small_run

from geoplan import geodesy
from geoplan.report import theme
from geoplan.report.drawing import MapSpec, draw, svg
from geoplan.report.drawing.frame import Box, frame_of, round_length
from geoplan.report.drawing.furniture import crs_name, words_of
from geoplan.report.drawing.labels import Labels
from geoplan.results import RunResult

EVERY = ("clusters", "hamlets", "holes", "positions", "proposals")
ODD = ["=1+1", '<b onclick="x">&amp;', "خلاص مدينة", "🏝️ Đảo", "X" * 200, "'; drop"]


def tags(drawing: str) -> list[str]:
    return [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawing).iter()]


def with_names(run: RunResult, names: list[str]) -> RunResult:
    hamlets = run.baseline.hamlets
    named = hamlets.assign(name=[names[i % len(names)] for i in range(len(hamlets))])
    baseline = dataclasses.replace(run.baseline, hamlets=named)
    communes = run.inputs.communes.assign(
        name=[names[i % len(names)] for i in range(len(run.inputs.communes))]
    )
    inputs = dataclasses.replace(run.inputs, communes=communes)
    return dataclasses.replace(run, baseline=baseline, inputs=inputs)


@pytest.mark.parametrize("ground", ["share", "area", "plain"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_whole_map_is_xml_with_its_furniture(ground: str, language: str) -> None:
    run = small_run(language=language)
    text = draw(run, MapSpec(title="Bản đồ <thử>", ground=ground, points=EVERY))  # type: ignore[arg-type]
    written = "".join(ElementTree.fromstring(text).itertext())
    words = words_of(language)
    assert "Bản đồ <thử>" in written
    assert words["legend"] in written
    assert words["unofficial"][:20] in written
    assert "Hoàng Sa" in written
    assert "Trường Sa" in written
    assert "1:" in written


def test_names_from_data_are_letters_and_nothing_else() -> None:
    run = with_names(small_run(), [SCRIPT, *ODD])
    code = str(run.inputs.communes["commune_code"].iloc[0])
    for spec in (MapSpec(points=EVERY), MapSpec(points=EVERY, commune=code, furniture=False)):
        found = set(tags(draw(run, spec)))
        assert found <= {"svg", "g", "path", "rect", "circle", "text", "tspan", "style", "image"}


def test_a_point_stands_where_the_planning_crs_puts_it() -> None:
    box = Box(10.0, 20.0, 100.0, 80.0)
    frame = frame_of((108.5, 15.0, 108.7, 15.1), "EPSG:5898", box)
    lon, lat = np.array([108.52, 108.68]), np.array([15.02, 15.09])
    x, y = frame.at(lon, lat)
    east, north = geodesy.from_wgs84(lon, lat, "EPSG:5898")
    on_paper = np.hypot(np.diff(x), np.diff(y))[0] * frame.m_per_mm
    assert on_paper == pytest.approx(np.hypot(np.diff(east), np.diff(north))[0])
    assert box.left <= x.min()
    assert x.max() <= box.right
    assert box.top <= y.min()
    assert y[0] > y[1]


def test_the_frame_holds_the_whole_area_and_touches_two_sides() -> None:
    box = Box(0.0, 0.0, 120.0, 60.0)
    bounds = (108.5, 15.0, 108.7, 15.1)
    frame = frame_of(bounds, "EPSG:5898", box)
    edge = shapely.segmentize(shapely.box(*bounds), 0.01)
    west, north, east, south = shapely.bounds(frame.shapes(np.array([edge]))[0])
    assert min(west, north) >= -0.02
    assert east <= 120.02
    assert south <= 60.02
    assert min(abs(west), abs(north)) == pytest.approx(0.0, abs=0.02)


def test_every_placed_hamlet_of_the_area_is_drawn_once() -> None:
    run = small_run()
    text = draw(run, MapSpec(points=("hamlets",), furniture=False, names=False, ground="plain"))
    placed = run.baseline.hamlets.dropna(subset=["longitude"])
    for status, mark in theme.STATUS.items():
        wanted = int((placed["status_mbb"] == status).sum())
        paths = [
            path
            for path in re.findall(r'<path d="([^"]*)"[^>]*' + mark.colour, text)
            if status != "unknown"
        ]
        assert sum(path.count("M") for path in paths) == (wanted if status != "unknown" else 0)


def test_another_status_may_be_drawn_for_before_and_after() -> None:
    run = small_run()
    every = dict.fromkeys(run.baseline.hamlets["hamlet_id"], "covered")
    spec = MapSpec(points=("hamlets",), furniture=False, status=every)
    assert theme.STATUS["white"].colour not in draw(run, spec)
    assert theme.STATUS["white"].colour in draw(run, MapSpec(points=("hamlets",), furniture=False))


def test_an_operators_map_shows_its_own_status() -> None:
    run = small_run()
    service = run.baseline.service
    operator = run.baseline.operators[1]
    spec = MapSpec(points=("hamlets",), furniture=False, technology="4G", operator=operator)
    own = service[(service["operator"] == operator) & (service["technology"] == "4G")]
    placed = run.baseline.hamlets.dropna(subset=["longitude"])["hamlet_id"]
    has_white = (own[own["hamlet_id"].isin(placed)]["status"] == "white").any()
    assert (theme.STATUS["white"].colour in draw(run, spec)) == has_white


def test_no_position_is_drawn_unless_it_was_asked_for() -> None:
    run = small_run()
    text = draw(run, MapSpec(points=("hamlets", "clusters"), furniture=False))
    squares = [mark.colour for mark in theme.N_OPERATORS]
    assert not any(colour in text for colour in squares)


def test_no_name_lies_on_another() -> None:
    labels = Labels(Box(0.0, 0.0, 50.0, 50.0))
    assert labels.over(25.0, 25.0, "Xã Một", 3.0, colour="#000")
    assert not labels.over(25.5, 25.5, "Xã Hai", 3.0, colour="#000")
    assert labels.beside(10.0, 10.0, "A", 2.0, gap=1.0)
    assert not labels.over(49.0, 25.0, "Ra ngoài khung", 3.0, colour="#000")


@pytest.mark.parametrize("code", ["EPSG:5898", "EPSG:32649", "EPSG:4326"])
def test_any_planning_crs_can_be_drawn(code: str) -> None:
    frame = frame_of((108.5, 15.0, 108.7, 15.1), code, Box(0, 0, 100, 60))
    x, _ = frame.at([108.5, 108.7], [15.05, 15.05])
    assert 80 < x[1] - x[0] <= 100


def test_the_crs_is_named_as_on_map_sheets() -> None:
    assert crs_name("EPSG:5898", words_of("vi")) == "VN-2000, kinh tuyến trục 108°00′, múi chiếu 3°"
    assert crs_name("EPSG:9217", words_of("en")) == "VN-2000, central meridian 108°15′, 3° zone"
    assert "UTM" in crs_name("EPSG:32649", words_of("vi"))


@pytest.mark.parametrize(("most", "length"), [(7400, 5000), (1999, 1000), (10, 10), (2.1, 2)])
def test_a_scale_bar_has_a_round_length(most: float, length: float) -> None:
    assert round_length(most) == length


def test_long_lines_are_broken_and_cut() -> None:
    lines = svg.wrapped("một hai ba bốn năm sáu", 2.0, 10.0, lines=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(svg.width_of(line, 2.0) <= 10.0 for line in lines)


def test_a_run_without_sites_hamlets_or_proposals_is_drawn() -> None:
    run = small_run()
    nothing = {
        name: getattr(run.baseline, name).iloc[:0]
        for name in ("hamlets", "clusters", "positions", "holes", "service")
    }
    baseline = dataclasses.replace(run.baseline, operators=(), **nothing)
    plan = dataclasses.replace(run.plan, proposals=run.plan.proposals.iloc[:0])
    empty = dataclasses.replace(run, baseline=baseline, plan=plan)
    assert "<svg" in draw(empty, MapSpec(title="Trống", points=EVERY))


def test_what_the_run_has_not_is_refused() -> None:
    run = small_run()
    for spec in (MapSpec(technology="3G"), MapSpec(operator="Gmobile"), MapSpec(commune="0")):
        with pytest.raises(ValueError, match="the run has no"):
            draw(run, spec)


def test_the_same_run_draws_the_same_map() -> None:
    spec = MapSpec(points=EVERY)
    assert draw(small_run(), spec) == draw(small_run(), spec)
    assert isinstance(pd.Series(dtype="str"), pd.Series)
