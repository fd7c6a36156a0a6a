"""``geoplan link`` from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from geoplan.cli.app import app


def _ridge(path: Path) -> str:
    heights = np.full((1, 100, 200), 10.0, np.float32)
    heights[:, :, 100] = 300.0
    place = {"crs": "EPSG:4326", "transform": from_origin(108.0, 15.1, 0.001, 0.001)}
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=200, height=100, **place
    ) as out:
        out.write(heights)
    return str(path)


def _call(tmp_path: Path, start: str, *more: str) -> tuple[int, str]:
    dem = _ridge(tmp_path / "dem.tif")
    common = ["link", "--terrain", dem, "--to", "108.18,15.05,1.5", "--frequency-mhz", "1800"]
    told = CliRunner().invoke(app, [*common, "--from", start, *more])
    return told.exit_code, told.output


def test_the_terms_sum_to_the_loss_and_the_ridge_is_found(tmp_path: Path) -> None:
    code, text = _call(tmp_path, "108.02,15.05,40", "--json")
    data = json.loads(text)
    assert code == 0
    assert sum(data["terms"].values()) == pytest.approx(data["loss_db"], abs=1e-9)
    assert data["obstacle"]["distance_km"] == pytest.approx(8.65, abs=0.06)


@pytest.mark.parametrize(("language", "word"), [("vi", "Vật cản chính"), ("en", "Main obstacle")])
def test_both_languages_name_the_obstacle(tmp_path: Path, language: str, word: str) -> None:
    assert word in _call(tmp_path, "108.02,15.05,40", "--lang", language)[1]


@pytest.mark.parametrize("start", ["108,02,15,05,40", "15.05,108.02,40", "a,b,c", "108.18,15.05,9"])
def test_a_place_that_is_none_ends_with_code_2(tmp_path: Path, start: str) -> None:
    assert _call(tmp_path, start)[0] == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_whole_and_asks_for_nothing(tmp_path: Path, language: str) -> None:
    out = tmp_path / "out"
    code, _ = _call(tmp_path, "108.02,15.05,40", "--out", str(out), "--lang", language)
    assert code == 0
    page = (out / "link.html").read_text("utf-8")
    assert "<script" not in page
    assert set(re.findall(r"https?://[^\s\"']+", page)) <= {"http://www.w3.org/2000/svg"}
    assert (out / "link.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((out / "run.json").read_text())["outputs"] == ["link.html", "link.png"]
    table = re.findall(r"<td>([-−]?[\d.,]+)</td>", page.split("<h2>")[1])
    shown = [float(x.replace("−", "-").replace(",", ".")) for x in table]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.5)


def test_without_terrain_the_link_says_so(tmp_path: Path) -> None:
    common = ["link", "--from", "108.02,15.05,40", "--to", "108.18,15.05,1.5", "--lang", "en"]
    told = CliRunner().invoke(app, [*common, "--frequency-mhz", "900"])
    assert told.exit_code == 0
    assert "No terrain" in told.output


@pytest.mark.parametrize("more", [["--clutter-m", "-3"], ["--clutter-m", "nan"]])
def test_clutter_that_cannot_be_is_a_fault(tmp_path: Path, more: list[str]) -> None:
    assert _call(tmp_path, "108.02,15.05,40", "--out", str(tmp_path / "o"), *more)[0] == 2
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("mhz", ["10", "26000", "nan"])
def test_a_frequency_beyond_the_model_is_a_fault(mhz: str) -> None:
    common = ["link", "--from", "108.02,15.05,40", "--to", "108.18,15.05,1.5"]
    told = CliRunner().invoke(app, [*common, "--frequency-mhz", mhz])
    assert told.exit_code == 2
    assert "P.1812" in told.output


def _scenario(tmp_path: Path, *, with_trees: bool) -> Path:
    """Make a scenario of a few files whose terrain is the ridge, with trees at its feet."""
    from tests.cli_case import write_small_sample

    folder = write_small_sample(tmp_path / "sample")
    _ridge(folder / "dem.tif")
    classes = np.full((1, 100, 200), 60, np.uint8)
    classes[:, :, 160:175] = 10
    place = {"crs": "EPSG:4326", "transform": from_origin(108.0, 15.1, 0.001, 0.001)}
    with rasterio.open(
        folder / "cover.tif", "w", driver="GTiff", dtype="uint8", count=1, width=200, height=100,
        **place,
    ) as out:  # fmt: skip
        out.write(classes)
    toml = next(folder.glob("*.toml"))
    named = 'terrain = "dem.tif"\n' + ('land_cover = "cover.tif"\n' if with_trees else "")
    toml.write_text(toml.read_text("utf-8").replace("[inputs]\n", f"[inputs]\n{named}", 1), "utf-8")
    return toml


def _of_scenario(toml: Path, *more: str) -> tuple[int, str]:
    ends = ["--from", "108.02,15.05,40", "--to", "108.18,15.05,1.5", "--frequency-mhz", "1800"]
    told = CliRunner().invoke(app, ["link", str(toml), *ends, *more])
    return told.exit_code, told.output


def test_a_scenario_gives_terrain_land_cover_and_language(tmp_path: Path) -> None:
    bare = _scenario(tmp_path / "bare", with_trees=False)
    trees = _scenario(tmp_path / "trees", with_trees=True)
    found = {}
    for name, toml in (("bare", bare), ("trees", trees)):
        code, text = _of_scenario(toml, "--json")
        assert code == 0, text
        found[name] = json.loads(text)
    assert found["bare"]["has_terrain"]
    assert not found["bare"]["has_land_cover"]
    assert found["trees"]["has_land_cover"]
    # The ridge is met either way; trees before B cost more.
    assert found["bare"]["obstacle"]["distance_km"] == pytest.approx(8.65, abs=0.12)
    assert found["trees"]["terms"]["clutter"] > found["bare"]["terms"]["clutter"] + 1
    code, text = _of_scenario(trees)
    assert code == 0
    assert "theo lớp phủ mặt đất" in text
    assert "Do địa hình" in text


def test_terrain_is_named_once(tmp_path: Path) -> None:
    toml = _scenario(tmp_path, with_trees=False)
    code, text = _of_scenario(toml, "--terrain", str(toml.parent / "dem.tif"))
    assert code == 2
    assert "--terrain" in text
