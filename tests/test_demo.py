"""The sample province: its files are the generator's, and what is in it is what it promises."""

from __future__ import annotations

import csv
import json
import tomllib
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan import demo
from geoplan.demo import Sample, generate, scenario, write_repository, write_sample
from geoplan.scenario import read_scenario

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate()


@pytest.fixture(scope="module", params=[(1, 0.1), (7, 0.3), (3, 0.02)], ids=str)
def other(request: pytest.FixtureRequest) -> Sample:
    seed, scale = request.param
    return generate(seed=seed, scale=scale)


def _files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_files_of_the_repository_are_the_generators(tmp_path: Path) -> None:
    write_repository(tmp_path)
    made, kept = _files(tmp_path), _files(ROOT / "data")
    kept = {f"data/{name}": text for name, text in kept.items()}
    kept["scenarios/sample.toml"] = (ROOT / "scenarios/sample.toml").read_bytes()
    assert list(made) == sorted(kept)
    different = [name for name in made if made[name] != kept[name]]
    assert not different, "run `python -m geoplan.demo .` in the root of the repository"


def test_same_seed_same_bytes_and_another_seed_another_province(tmp_path: Path) -> None:
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        write_sample(tmp_path / name, seed=seed, scale=0.05)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert _files(tmp_path / "a") != _files(tmp_path / "c")


def test_scenario_reads_and_names_files_that_exist(tmp_path: Path) -> None:
    path = write_sample(tmp_path, scale=0.05)
    read = read_scenario(path)
    assert read.name == "Tỉnh Mẫu (hư cấu)"
    repository = ROOT / "scenarios"
    for folder, text in (
        (tmp_path, path.read_text("utf-8")),
        (repository, scenario.scenario_text(data="../data/")),
    ):
        inputs = tomllib.loads(text)["inputs"]
        paths = [*inputs.pop("sites"), *(p for p in inputs.values() if isinstance(p, str))]
        assert len(paths) == 11
        assert all((folder / p).is_file() for p in paths)


def test_files_are_plain_utf8_in_one_form(tmp_path: Path) -> None:
    write_sample(tmp_path, scale=0.05)
    for name, raw in _files(tmp_path).items():
        text = raw.decode("utf-8")
        assert not text.startswith("\ufeff"), name
        assert "\r" not in text, name
        assert unicodedata.is_normalized("NFC", text), name
        assert text.endswith("\n"), name


def test_committed_data_stay_small() -> None:
    assert sum(len(raw) for raw in _files(ROOT / "data").values()) < 3_000_000


def test_codes_keep_their_zeros_and_names_say_that_they_are_invented(sample: Sample) -> None:
    communes = sample.communes
    assert communes["commune_code"].str.fullmatch("0[0-9]{4}").all()
    assert communes["commune_code"].is_unique
    assert communes["name"].is_unique
    assert communes["name"].str.startswith("Mẫu ").all()
    assert communes["province_name"].str.contains("hư cấu").all()
    assert set(communes["province_code"]) == {"00"}
    assert "Mẫu Sơn" not in set(communes["name"])  # a real place
    text = scenario.source_text(seed=1, scale=1.0)
    assert "không có thật" in text
    assert "does not exist" in text


def test_sizes_are_those_of_a_province(sample: Sample) -> None:
    assert len(sample.communes) == 77
    assert len(sample.hamlets) == 1500
    assert 2300 <= len(sample.sites) <= 2800
    assert 3500 <= len(sample.clusters) <= 4000
    assert sample.hamlets["longitude"].isna().sum() == 15
    assert 0.12 <= 1 - sample.hamlets["hamlet_id"].isin(sample.clusters["hamlet_id"]).mean() < 0.2
    assert set(sample.sites["status"]) == {"existing", "planned"}
    assert sample.sites["off_air_date"].notna().any()
    assert set(sample.communes["area_group"]) == {"đồng bằng", "ven biển", "miền núi", "hải đảo"}
    assert (sample.communes.geom_type == "MultiPolygon").sum() == 2


def test_communes_share_their_borders_exactly(other: Sample, sample: Sample) -> None:
    for each in (other, sample):
        shapes = each.communes.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        assert shapely.is_valid(each.zones.geometry.to_numpy()).all()


def test_hamlets_lie_in_their_communes(other: Sample) -> None:
    known = other.hamlets[other.hamlets["longitude"].notna()]
    shapes = other.communes.set_index("commune_code").geometry
    around = shapes.loc[known["commune_code"]].to_numpy()
    assert shapely.contains_xy(around, known["longitude"], known["latitude"]).all()


def test_keys_are_unique_and_known(other: Sample) -> None:
    assert other.hamlets["hamlet_id"].is_unique
    assert other.clusters["cluster_id"].is_unique
    assert other.clusters["hamlet_id"].isin(other.hamlets["hamlet_id"]).all()
    assert other.hamlets["commune_code"].isin(other.communes["commune_code"]).all()
    assert other.places["place_id"].is_unique
    assert other.structures["structure_id"].is_unique
    rows = pd.concat([other.sites, other.proposed])
    key = ["operator", "site_id", "technology", "frequency_mhz", "azimuth_deg"]
    assert not rows.duplicated(key).any()


def test_rows_of_one_site_stand_at_one_place(other: Sample) -> None:
    places = other.sites.groupby(["operator", "site_id"])[["longitude", "latitude"]].nunique()
    assert (places == 1).all(axis=None)


def test_dates_are_in_order(other: Sample) -> None:
    sites = other.sites
    both = sites[sites["built_date"].notna() & sites["on_air_date"].notna()]
    assert (both["built_date"] <= both["on_air_date"]).all()
    off = sites[sites["off_air_date"].notna()]
    assert (off["on_air_date"] < off["off_air_date"]).all()


def _metres(points: pd.DataFrame, masts: pd.DataFrame) -> np.ndarray:
    """Great-circle distances by hand, shape (points, masts)."""
    lon, lat = (np.radians(points[c].to_numpy(float))[:, None] for c in ("longitude", "latitude"))
    lon_b, lat_b = (np.radians(masts[c].to_numpy(float)) for c in ("longitude", "latitude"))
    inner = np.sin((lat_b - lat) / 2) ** 2
    inner += np.cos(lat) * np.cos(lat_b) * np.sin((lon_b - lon) / 2) ** 2
    return 2 * 6_371_008.8 * np.arcsin(np.sqrt(inner))


def _white_share(sample: Sample, technology: str, urban_m: float, rural_m: float) -> float:
    """Share of known hamlets out of reach; sectors are left aside, as three make a circle."""
    day = pd.Timestamp("2025-12-31").date()
    sites = sample.sites
    on_air = (sites["status"] == "existing") & (sites["technology"] == technology)
    on_air &= sites["on_air_date"].isna() | (sites["on_air_date"].fillna(day) <= day)
    on_air &= sites["off_air_date"].isna()
    sites = sites[on_air]
    wards = sample.communes[sample.communes["environment"] == "urban"].geometry.union_all()
    in_ward = shapely.contains_xy(
        wards, sites["longitude"].to_numpy(float), sites["latitude"].to_numpy(float)
    )
    known = sample.hamlets[sample.hamlets["longitude"].notna()]
    reached = _metres(known, sites) <= np.where(in_ward, urban_m, rural_m)
    return float(1 - reached.any(axis=1).mean())


@pytest.mark.parametrize("seed", [demo.DEFAULT_SEED, 11])
def test_some_hamlets_are_white_and_5g_is_mostly_in_towns(seed: int) -> None:
    sample = generate(seed=seed, scale=0.5)
    assert 0.03 <= _white_share(sample, "4G", 1200, 3500) <= 0.07
    assert 0.33 <= _white_share(sample, "5G", 600, 1900) <= 0.47


def test_about_one_position_in_seven_is_shared(sample: Sample) -> None:
    on_air = sample.sites[sample.sites["status"] == "existing"]
    sites = on_air.drop_duplicates(["operator", "site_id"])
    near = _metres(sites, sites) <= 30
    operators = sites["operator"].to_numpy()
    others = near & (operators[:, None] != operators)
    positions = (1 / near.sum(axis=1)).sum()
    shared = (others.any(axis=1) / near.sum(axis=1)).sum()
    assert 0.12 <= shared / positions <= 0.18


def test_csv_and_geojson_hold_what_was_generated(tmp_path: Path) -> None:
    made = generate(scale=0.05)
    write_sample(tmp_path, scale=0.05)
    with (tmp_path / "boundaries/hamlets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == made.hamlets["name"].tolist()
    read = [float(row["longitude"] or "nan") for row in rows]
    np.testing.assert_array_equal(read, made.hamlets["longitude"])
    features = json.loads((tmp_path / "boundaries/communes.geojson").read_text("utf-8"))["features"]
    for feature, shape in zip(features, made.communes.geometry, strict=True):
        assert shapely.equals_exact(shapely.geometry.shape(feature["geometry"]), shape)


@pytest.mark.parametrize("scale", [0, -1, float("nan"), 61])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        generate(scale=scale)
