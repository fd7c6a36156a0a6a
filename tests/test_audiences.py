"""Folders for audiences: what each holds, and that no byte of them tells where a site is."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest

from geoplan import planner
from geoplan.faults import InputError, ScenarioError
from geoplan.report import audiences, embedding
from geoplan.report.sheets import previous_figures
from geoplan.results import RunResult
from geoplan.scenario import read_scenario
from geoplan.scenario.model import Publish, Scenario

pytestmark = pytest.mark.skipif(
    not (embedding.VENDOR / "fonts").is_dir(),
    reason="the package was not built: the typefaces are missing (pip install -e .)",
)

SAMPLE = Path(__file__).parents[1] / "scenarios" / "sample.toml"
OPERATOR = "VNPT"
EVERY = ("planner", "commune", f"operator:{OPERATOR}", "public")
HANDED_ON = ("gui-xa", "gui-doanh-nghiep/vnpt", "cong-khai")


def with_audiences(*names: str) -> Scenario:
    scenario = read_scenario(SAMPLE)
    return scenario.model_copy(update={"publish": Publish(audiences=names)})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    folder = tmp_path_factory.mktemp("audiences") / "out"
    result, place = planner.run(
        with_audiences(*EVERY), folder, outputs=("tables", "map", "workbook", "sheets", "report")
    )
    return result, place


def text_of(path: Path) -> str:
    """Give all that a file says: of zips every part, of PDFs every stream."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            found = [parts.read(name).decode("utf-8", "ignore") for name in parts.namelist()]
        return "\n".join(found)
    if content.startswith(b"%PDF"):
        streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.S)
        return "\n".join(_inflated(one).decode("latin-1") for one in streams)
    return content.decode("utf-8", "ignore")


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def names_of_others(result: RunResult, *, but: str = "") -> set[str]:
    """Give the ids, positions and structures of sites of others, less those that are offered."""
    sites = result.inputs.sites
    is_own = sites["operator"] == but
    structures = result.inputs.structures
    known = set(structures[structures["share_offer"] == "yes"]["structure_id"])
    found: set[str] = set()
    for name in ("site_id", "structure_id"):
        found |= set(sites[~is_own][name])
        known |= set(sites[is_own][name])
    if not but:
        found |= set(result.baseline.positions["position_id"])
    return {name for name in found - known if len(name) > 3}


def places_of_others(result: RunResult, *, but: str = "") -> set[tuple[str, str]]:
    """Give where sites of others stand, to four decimals, less what everybody may know."""
    sites = result.inputs.sites
    found = places(sites[sites["operator"] != but]) - places(sites[sites["operator"] == but])
    structures = result.inputs.structures
    known = places(structures[structures["share_offer"] == "yes"])
    for frame in (result.baseline.hamlets, result.baseline.clusters, result.baseline.places):
        known |= places(frame)
    return found - known


def places(frame: pd.DataFrame) -> set[tuple[str, str]]:
    both = frame[["longitude", "latitude"]].dropna()
    return {(f"{x:.4f}", f"{y:.4f}") for x, y in both.itertuples(index=False)}


def told(text: str, result: RunResult, *, but: str = "") -> set[object]:
    """Give which sites of others a text tells of: by name, or by two numbers close together."""
    names = names_of_others(result, but=but) & set(re.findall(r"[\w:.-]+", text))
    numbers = [float(x.replace(",", ".")) for x in re.findall(r"\d{1,3}[.,]\d{4,}", text)]
    rounded = [f"{x:.4f}" for x in numbers]
    secrets = places_of_others(result, but=but)
    found: set[object] = set(names)
    for ahead in range(1, 4):
        both = set(zip(rounded, rounded[ahead:], strict=False))
        found |= secrets & (both | {(y, x) for x, y in both})
    return found


def test_each_audience_has_its_folder_and_the_run_keeps_the_rest(
    made: tuple[RunResult, Path],
) -> None:
    _, folder = made
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("noi-bo", "gui-xa", "gui-doanh-nghiep", "cong-khai"),
        *("run.json", "rejects.csv", "state"),
    }
    assert (folder / "noi-bo" / "tables" / "hamlets.csv").is_file()
    assert (folder / "gui-xa" / "index.html").is_file()
    assert {path.name for path in (folder / "cong-khai").iterdir()} == {
        *("map.html", "xa.csv", "chi-tieu.csv"),
    }
    own = {path.name for path in (folder / "gui-doanh-nghiep" / "vnpt").iterdir()}
    assert {"own_sites.csv", "README.md", "cong-van-vnpt.docx", "phu-luc-vnpt.xlsx"} <= own


@pytest.mark.parametrize("part", HANDED_ON)
def test_no_byte_that_is_handed_on_tells_of_a_site_of_others(
    made: tuple[RunResult, Path], part: str
) -> None:
    result, folder = made
    own = OPERATOR if "vnpt" in part else ""
    files = [path for path in (folder / part).rglob("*") if path.is_file()]
    assert files
    for path in files:
        text = text_of(path)
        assert not told(text, result, but=own), path.name
        assert path.suffix not in (".tif", ".gpkg", ".kmz", ".qgs")
        assert own or "nearest_m" not in text


def test_the_search_for_secrets_finds_them_where_they_stand(made: tuple[RunResult, Path]) -> None:
    result, folder = made
    assert len(places_of_others(result)) > 100
    for name in ("tables/service.csv", "tables/positions.csv", "bang-so-lieu.xlsx"):
        assert told(text_of(folder / "noi-bo" / name), result), name
    points = result.inputs.sites[["latitude", "longitude"]].to_csv(index=False, header=False)
    assert len(told(points, result)) > 100


def test_the_planners_pages_say_that_they_are_internal(made: tuple[RunResult, Path]) -> None:
    _, folder = made
    for name in ("map.html", "report.docx", "report.xlsx", "bang-so-lieu.xlsx"):
        assert "LƯU HÀNH NỘI BỘ" in text_of(folder / "noi-bo" / name), name
    for part in HANDED_ON:
        for path in (folder / part).rglob("*.html"):
            shown = re.sub(r'<script type="application/json".*?</script>', "", text_of(path))
            assert "LƯU HÀNH NỘI BỘ" not in shown


def test_the_publics_figures_are_those_of_the_tables(made: tuple[RunResult, Path]) -> None:
    _, folder = made
    public = pd.read_csv(folder / "cong-khai" / "xa.csv", dtype={"commune_code": "str"})
    tables = pd.read_csv(folder / "noi-bo/tables/communes.csv", dtype={"commune_code": "str"})
    both = public.merge(tables, on="commune_code", suffixes=("", "_told"))
    assert len(both) == len(tables)
    for name in ("hamlets", "white_mbb", "covered_mbb"):
        assert (both[name] == both[f"{name}_told"]).all()


def test_a_run_for_audiences_is_found_again(made: tuple[RunResult, Path]) -> None:
    from geoplan.report.finished import read_finished

    result, folder = made
    assert len(read_finished(folder).hamlets) == len(result.baseline.hamlets)
    assert previous_figures(folder) is not None


def test_only_the_audiences_that_are_named_get_a_folder(tmp_path: Path) -> None:
    planner.run(with_audiences("public"), tmp_path / "out", outputs=("tables",))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("cong-khai", "run.json", "rejects.csv", "state"),
    }


def test_an_operator_that_is_not_there_is_a_fault_before_anything_is_computed(
    tmp_path: Path,
) -> None:
    with pytest.raises((ScenarioError, InputError)) as caught:
        planner.run(with_audiences("operator:Beeline"), tmp_path / "out")
    (fault,) = caught.value.faults
    assert (fault.code, fault.value) == ("extract_operator", "Beeline")
    assert not (tmp_path / "out").exists()


def test_names_of_operators_are_read_as_people_write_them(made: tuple[RunResult, Path]) -> None:
    result, _ = made
    scenario = with_audiences("operator:vnpt", "operator:VNPT", "public", "public")
    from dataclasses import replace

    assert audiences.audiences_of(replace(result, scenario=scenario)) == ["operator:VNPT", "public"]
