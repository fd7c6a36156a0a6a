"""``geoplan models``: the same province under several models, side by side."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_bounds

from tests.cli_case import call, write_small_sample

ALPS = Path(__file__).parents[2] / "shared/data/dem_alps_srtm3_0p3deg.tif"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    folder = write_small_sample(tmp_path / "province")
    return next(folder.rglob("*.toml"))


def put_terrain(toml: Path, heights: np.ndarray) -> None:
    """Lay heights under the province, whatever land they come from."""
    hamlets = next(toml.parent.rglob("hamlets.csv"))
    places = pd.read_csv(hamlets)[["longitude", "latitude"]].dropna()
    (west, south), (east, north) = places.min() - 0.25, places.max() + 0.25
    rows, columns = heights.shape
    with rasterio.open(
        toml.parent / "dem.tif",
        "w",
        driver="GTiff",
        dtype="float32",
        count=1,
        width=columns,
        height=rows,
        crs="EPSG:4326",
        transform=from_bounds(west, south, east, north, columns, rows),
    ) as out:
        out.write(heights.astype(np.float32), 1)
    text = toml.read_text("utf-8").replace("[inputs]", '[inputs]\nterrain = "dem.tif"', 1)
    toml.write_text(text, "utf-8")


def ridges() -> np.ndarray:
    along = np.arange(600)
    return 20.0 + 500.0 * np.maximum(np.sin(along / 7.0), 0.0)[None, :] * np.ones((600, 1))


def compared(toml: Path, tmp_path: Path, *words: str) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    told = call("models", toml, "--out", tmp_path / "out", "-q", *words)
    assert told.code == 0, told.err
    page = (tmp_path / "out/models.html").read_text("utf-8")
    counts = pd.read_csv(tmp_path / "out/models.csv")
    differ = pd.read_csv(tmp_path / "out/differences.csv", dtype={"hamlet_id": "str"})
    return page, counts, differ


def value(counts: pd.DataFrame, model: str, indicator: str) -> float:
    rows = counts[(counts["model"] == model) & (counts["indicator"] == indicator)]
    return float(rows["value"].iloc[0])


def test_circles_promise_signal_behind_ridges_and_p1812_does_not(
    province: Path, tmp_path: Path
) -> None:
    put_terrain(province, ridges())
    page, counts, differ = compared(province, tmp_path)
    assert value(counts, "p1812", "white") > value(counts, "hata", "white")
    assert value(counts, "p1812", "area") < value(counts, "hata", "area")
    wide = differ.pivot(index="hamlet_id", columns="model", values="status")
    assert ((wide["radius"] == "covered") & (wide["p1812"] == "white")).any()
    # With the environment's loss below it, terrain never adds signal.
    assert not ((wide["hata"] == "white") & (wide["p1812"] != "white")).any()
    assert "<script" not in page
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert page.count("<figure>") == 3
    for number in (value(counts, "p1812", "white"), value(counts, "radius", "covered")):
        assert f'<td class="n">{number:.0f}</td>' in page


@pytest.mark.skipif(not ALPS.is_file(), reason="../shared/data is not there")
def test_under_the_alps_circles_promise_too_much(province: Path, tmp_path: Path) -> None:
    with rasterio.open(ALPS) as dataset:
        heights = dataset.read(1).astype(np.float32)
        heights[heights == dataset.nodata] = np.nan
    put_terrain(province, np.where(np.isnan(heights), np.nanmedian(heights), heights))
    _, counts, differ = compared(province, tmp_path, "--lang", "en")
    assert value(counts, "p1812", "white") > value(counts, "radius", "white")
    wide = differ.pivot(index="hamlet_id", columns="model", values="status")
    assert not ((wide["hata"] == "white") & (wide["p1812"] != "white")).any()


def test_without_terrain_its_model_says_what_it_needs(province: Path, tmp_path: Path) -> None:
    page, counts, _ = compared(province, tmp_path, "--lang", "en")
    assert "This model needs terrain" in page
    assert set(counts["model"]) == {"radius", "hata"}


def test_a_model_that_is_none_is_a_fault(province: Path, tmp_path: Path) -> None:
    told = call("models", province, "--models", "radius,longley", "--out", tmp_path / "out")
    assert told.code == 2
    assert "longley" in told.err
    assert not (tmp_path / "out").exists()
