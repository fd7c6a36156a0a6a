"""Laws: what must hold for every province, whatever its numbers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from build import ORIGIN, Row, at, cluster, groups, hamlet, province, site
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.coverage.model import assess_coverage
from geoplan.demo import write_sample
from geoplan.io import read_inputs
from geoplan.planner import assess
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario, read_scenario
from geoplan.sharing import positions

TABLES = (
    "hamlets",
    "clusters",
    "service",
    "communes",
    "places",
    "positions",
    "sharing_sensitivity",
    "holes",
    "indicators",
)
STATUSES = ["hamlet_id", "status_mbb", "status_4g", "status_5g", "near_threshold"]

quick = settings(max_examples=20, deadline=None, derandomize=True, database=None)
metres = st.integers(-3000, 3000)
masts = st.builds(
    lambda x, y, direction, technology: (at(x, y), direction, technology),
    metres,
    metres,
    st.one_of(st.none(), st.integers(0, 360)),
    st.sampled_from(["4G", "5G"]),
)


@cache
def _people() -> dict[str, list[Row]]:
    """Give forty hamlets with two clusters each, strewn over 6 km × 6 km."""
    rng = np.random.default_rng(5)
    spots = rng.uniform(-3000, 3000, (40, 2))
    clusters = [
        cluster(f"{i}-{j}", f"h{i}", at(*(spot + rng.normal(0, 400, 2))), households=10)
        for i, spot in enumerate(spots)
        for j in range(2)
    ]
    return {
        "hamlets": [hamlet(f"h{i}", at(*spot), population=100) for i, spot in enumerate(spots)],
        "clusters": clusters,
    }


Mast = tuple[tuple[float, float], int | None, str]
"""Where it stands, its direction, and its technology."""


def _bits(sites: list[Mast], **radius_m: float) -> np.ndarray:
    """Give who serves each demand point on 4G and 5G."""
    rows = [
        site("Viettel", f"{i}", spot, technology, azimuth_deg=direction)
        for i, (spot, direction, technology) in enumerate(sites)
    ]
    radii = {"4G": 1000.0, "5G": 500.0, **radius_m}
    rules = {"technologies": ["4G", "5G"], "radius_m": radii}
    served = assess_coverage(*province(sites=rows, coverage=rules, **_people())).served[1.0]
    return np.stack([served["4G"], served["5G"], served["MBB"]])


@quick
@given(st.lists(masts, max_size=5), masts)
def test_one_more_site_never_unserves_a_point(sites: list[Mast], another: Mast) -> None:
    before, after = _bits(sites), _bits([*sites, another])
    assert ((before & after) == before).all()


@quick
@given(st.lists(masts, min_size=1, max_size=5), st.floats(1.0, 1.8))
def test_a_larger_radius_never_unserves_a_point(sites: list[Mast], factor: float) -> None:
    before = _bits(sites)
    after = _bits(sites, **{"4G": 1000.0 * factor, "5G": 500.0 * factor})
    assert ((before & after) == before).all()


@quick
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=2, max_size=12))
def test_a_larger_merge_distance_never_makes_more_positions(spots: list[tuple[int, int]]) -> None:
    points = np.array([at(x, y) for x, y in spots])
    names, none = (np.full(len(points), name, dtype=object) for name in ("Viettel", ""))
    merges = positions.join(
        points[:, 0],
        points[:, 1],
        none,
        names,
        structure_ids="own",
        largest_m=90,
    )
    counts = [len(set(merges.labels(merge_m))) for merge_m in (0, 5, 10, 20, 40, 90)]
    assert counts == sorted(counts, reverse=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small sample province."""
    path = tmp_path_factory.mktemp("sample")
    write_sample(path, seed=21, scale=0.05)
    return path


@pytest.fixture(scope="module")
def sample(folder: Path) -> tuple[Inputs, Scenario]:
    scenario = read_scenario(folder / "scenario.toml")
    return read_inputs(scenario), scenario


@pytest.fixture(scope="module")
def baseline(sample: tuple[Inputs, Scenario]) -> Baseline:
    return assess(*sample)


def _assert_same(found: Baseline, expected: Baseline) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name), obj=name)
    assert found.totals == expected.totals


def _reread(
    folder: Path, target: Path, change: Callable[[str, list[str]], Mapping[str, list[str]]]
) -> Baseline:
    """Rewrite the lines of every CSV file into other files, and assess what they say.

    ``change`` takes the name and the lines of a file and gives the files that replace it.
    """
    text = (folder / "scenario.toml").read_text("utf-8")
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "scenario.toml":
            continue
        name = path.relative_to(folder).as_posix()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".csv":
            (target / name).write_bytes(path.read_bytes())
            continue
        head, *lines = path.read_text("utf-8").splitlines()
        made = change(name, lines)
        for new, rows in made.items():
            (target / new).write_text("\n".join([head, *rows]) + "\n", "utf-8")
        if list(made) != [name]:
            text = text.replace(f'"{name}"', ", ".join(f'"{new}"' for new in made))
    (target / "scenario.toml").write_text(text, "utf-8")
    scenario = read_scenario(target / "scenario.toml")
    return assess(read_inputs(scenario), scenario)


def test_the_order_of_rows_never_matters(folder: Path, baseline: Baseline, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)

    def shuffle(name: str, lines: list[str]) -> dict[str, list[str]]:
        return {name: [lines[i] for i in rng.permutation(len(lines))]}

    _assert_same(_reread(folder, tmp_path, shuffle), baseline)


def test_splitting_a_sites_file_in_two_never_matters(
    folder: Path, baseline: Baseline, tmp_path: Path
) -> None:
    def split(name: str, lines: list[str]) -> dict[str, list[str]]:
        if not name.startswith("sites/sites_"):
            return {name: lines}
        return {f"{name[:-4]}_1.csv": lines[::2], f"{name[:-4]}_2.csv": lines[1::2]}

    _assert_same(_reread(folder, tmp_path, split), baseline)


def test_the_names_of_operators_never_matter(
    sample: tuple[Inputs, Scenario], baseline: Baseline
) -> None:
    """Each takes the name of the next: figures follow the names, positions stay."""
    inputs, scenario = sample
    names = dict(
        zip(baseline.operators, [*baseline.operators[1:], baseline.operators[0]], strict=True)
    )
    sites = inputs.sites.assign(
        operator=inputs.sites["operator"].map(names),
        structure_owner=inputs.sites["structure_owner"].replace(names),
    )
    renamed = assess(replace(inputs, sites=sites), scenario)

    def new_name(member: str) -> str:
        operator, _, key = member.partition(":")
        return f"{names[operator]}:{key}"

    expected = {frozenset(map(new_name, group)) for group in groups(baseline)}
    assert groups(renamed) == expected
    pd.testing.assert_frame_equal(renamed.hamlets[STATUSES], baseline.hamlets[STATUSES])
    keys = ["indicator", "level", "unit_id", "operator", "technology", "place_class"]
    ours, theirs = (
        base.indicators.assign(operator=base.indicators["operator"].replace(change))
        .sort_values(keys)
        .set_index(keys)[["numerator", "denominator", "value", "value_low", "value_high"]]
        for base, change in ((renamed, {}), (baseline, names))
    )
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize("degrees", [-2.375, 0.5])
def test_turning_the_province_around_the_axis_changes_nothing_but_coordinates(
    sample: tuple[Inputs, Scenario], baseline: Baseline, degrees: float
) -> None:
    """Distances and bearings depend on differences of longitude only."""
    inputs, scenario = sample
    moved, shift = {}, np.array([degrees, 0.0])
    for name in ("communes", "hamlets", "clusters", "sites", "places", "zones", "structures"):
        frame = getattr(inputs, name).copy()
        if "longitude" in frame.columns:
            frame["longitude"] += degrees
        if "geometry" in frame.columns:
            frame["geometry"] = shapely.transform(
                frame["geometry"].to_numpy(), lambda points: points + shift
            )
        moved[name] = frame
    turned = assess(replace(inputs, **moved), scenario.model_copy(update={"planning_crs": None}))
    assert groups(turned) == groups(baseline)
    pd.testing.assert_frame_equal(turned.hamlets[STATUSES], baseline.hamlets[STATUSES])
    pd.testing.assert_frame_equal(turned.sharing_sensitivity, baseline.sharing_sensitivity)
    same = ["operator", "technology", "status", "nearest_site_id", "nearest_m", "margin_m"]
    pd.testing.assert_frame_equal(turned.service[same], baseline.service[same], rtol=0, atol=1e-3)
    keys = ["indicator", "level", "unit_id", "operator", "technology", "place_class"]
    areas = baseline.indicators["indicator"] == "AREA_SERVED"
    left, right = (
        base.indicators.set_index(keys).sort_index()[["numerator", "value"]]
        for base in (turned, baseline)
    )
    is_area = left.index.get_level_values("indicator") == "AREA_SERVED"
    assert areas.any()
    pd.testing.assert_frame_equal(left[~is_area], right[~is_area], rtol=1e-6, atol=1e-6)
    province_rows = is_area & (left.index.get_level_values("level") == "province")
    pd.testing.assert_frame_equal(left[province_rows], right[province_rows], rtol=0.01)


def test_a_site_at_the_origin_serves_the_origin() -> None:
    """The smallest province of all, so that the laws above do not hold of nothing."""
    rules = {"technologies": ["4G"]}
    inputs, scenario = province(
        hamlets=[hamlet("h", ORIGIN)], sites=[site("Viettel", "1", ORIGIN)], coverage=rules
    )
    assert assess_coverage(inputs, scenario).served[1.0]["4G"].tolist() == [1]
