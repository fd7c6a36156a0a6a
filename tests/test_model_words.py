"""What outputs say of the model: by radius as ever, by level its name, its error, its terrain."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from geoplan.report import embedding
from tests.cli_case import call, write_small_sample

pytestmark = pytest.mark.skipif(
    not (embedding.VENDOR / "fonts").is_dir(),
    reason="the package was not built: the typefaces are missing (pip install -e .)",
)
BY_RADIUS = ("mô hình bán kính", "90% bán kính", "bán kính ±10", "Khi bán kính bằng")
BY_LEVEL = ("chưa hiệu chỉnh", "Không có địa hình")
PAGES = ("map.html", "report.xlsx", "bang-so-lieu.xlsx", "report.docx", "communes/")


@pytest.fixture(scope="module", params=["radius", "tr38901"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = write_small_sample(tmp_path_factory.mktemp("model"))
    toml = next(folder.rglob("*.toml"))
    text = toml.read_text("utf-8").replace('model = "radius"', f'model = "{request.param}"')
    # By level inside buildings, so that the words of that are seen too.
    text = text.replace('model = "tr38901"', 'model = "tr38901"\nindoors = true')
    toml.write_text(text, "utf-8")
    told = call("run", toml, "--out", folder / "run", "--lang", "vi")
    assert told.code == 0, told.err
    return request.param, folder / "run", told.out, toml


def text_of(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            found = [parts.read(name).decode("utf-8", "ignore") for name in parts.namelist()]
        return re.sub(r"<[^>]+>", "", " ".join(found))
    return content.decode("utf-8", "ignore")


def test_every_output_tells_the_model_that_spoke(made) -> None:
    model, folder, _, _ = made
    for name in PAGES:
        path = folder / name
        if name.endswith("/"):
            path = next(one for one in path.glob("*.html") if one.name != "index.html")
        text = text_of(path)
        for words in BY_LEVEL:
            assert (words in text) == (model != "radius"), (name, words)


def test_margins_are_of_the_radius_or_of_the_level(made) -> None:
    model, folder, out, _ = made
    for name in ("map.html", "report.xlsx", "report.docx"):
        text = text_of(folder / name)
        found = [words for words in BY_RADIUS if words in text]
        assert bool(found) == (model == "radius"), (name, found)
        assert ("8,0 dB" in text) == (model != "radius"), name
    assert ("cao hơn 8,0 dB" in out) == (model != "radius")
    assert ("90 % và 110 %" in out) == (model == "radius")


def test_the_memo_says_which_level_counts_and_where(made) -> None:
    model, folder, _, _ = made
    memo, book = text_of(folder / "report.docx"), text_of(folder / "report.xlsx")
    assert ("-110 dBm trong nhà tại 75% vị trí" in memo) == (model != "radius")
    assert ("Chưa xét địa hình" in memo) == (model == "radius")
    assert ("hay sóng trong nhà" in book) == (model == "radius")


def test_explain_speaks_of_decibels_and_chances_by_level(made) -> None:
    model, folder, _, toml = made
    hamlets = (folder / "tables/hamlets.csv").read_text("utf-8").splitlines()[1:5]
    said = ""
    for line in hamlets:
        told = call("explain", toml, line.split(",")[0], "--lang", "vi")
        assert told.code == 0, told.err
        said += told.out
    assert ("xác suất có sóng" in said) == (model != "radius")
    assert "nan" not in said
