"""Levels of an earlier run are used again, and give what a run from nothing gives."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geoplan import settings
from geoplan.coverage import best_levels, kept_levels
from geoplan.coverage.kept_levels import KeptLevels
from geoplan.planner import assess
from geoplan.report.kept_levels import FILE, read_kept_levels, write_kept_levels
from geoplan.results import Baseline, Inputs
from geoplan.scenario import Scenario
from tests import build
from tests.test_level_maps import CRS, HAMLETS, SITES, hills

RELIEF = hills()
Row = dict[str, Any]


def province(sites: list[Row], model: str = "p1812", **more: Any) -> tuple[Inputs, Scenario]:
    inputs, scenario = build.province(
        communes=[build.commune(polygon=build.square(build.ORIGIN, 9_000.0))],
        hamlets=HAMLETS,
        sites=sites,
        coverage={"model": model, "technologies": ["4G", "5G"], "cell_m": 1000, **more},
        planning_crs=CRS,
    )
    return (replace(inputs, relief=RELIEF) if model == "p1812" else inputs), scenario


def kept_of(found: Baseline) -> KeptLevels:
    assert found.area.origin is not None
    best = {
        key: (one.margin_db.ravel(), one.server.ravel()) for key, one in found.area.levels.items()
    }
    return KeptLevels(found.area.origin, best)


def same(found: Baseline, fresh: Baseline) -> None:
    assert found.area.levels.keys() == fresh.area.levels.keys()
    for key, one in fresh.area.levels.items():
        again = found.area.levels[key]
        assert np.array_equal(again.server, one.server), key
        for name in ("margin_db", "rsrp_dbm"):
            a, b = getattr(again, name), getattr(one, name)
            assert a.dtype == b.dtype == np.float32
            assert np.allclose(a, b, atol=1e-5, rtol=0, equal_nan=True), (key, name)
    assert found.area.origin == fresh.area.origin
    for name, bits in fresh.area.bits.items():
        assert np.array_equal(found.area.bits[name], bits)
    assert found.more["coverage_chance"].equals(fresh.more["coverage_chance"])


def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Write down of how many cells at how many points levels of the grid are computed."""
    asked: list[tuple[int, int]] = []
    whole = best_levels.best_of_points

    def watched(cells: Any, lon: Any, lat: Any, least_db: float) -> Any:
        asked.append((len(cells), len(lon)))
        return whole(cells, lon, lat, least_db)

    monkeypatch.setattr(kept_levels, "best_of_points", watched)
    return asked


def test_where_nothing_changed_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = assess(*province(SITES))
    asked = asked_for(monkeypatch)
    same(assess(*province(SITES), kept=kept_of(first)), first)
    assert asked == []


CHANGES: dict[str, list[Row]] = {
    "added": [*SITES, build.site("VNPT", "n", build.at(4_000, -3_000), frequency_mhz=1800.0)],
    "added first": [build.site("MobiFone", "n", build.at(1, 1), frequency_mhz=900.0), *SITES],
    "removed": [one for one in SITES if one["site_id"] != "c"],
    "first of twins removed": [one for one in SITES if one["site_id"] != "a"],
    "last of its operator removed": [one for one in SITES if one["site_id"] != "e"],
    "turned": [{**one, "azimuth_deg": 10.0} if one["site_id"] == "c" else one for one in SITES],
    "raised": [{**one, "antenna_agl_m": 55.0} if one["site_id"] == "d" else one for one in SITES],
    "moved": [
        build.site("VNPT", "d", build.at(-3_200, -4_000), frequency_mhz=1800.0, antenna_agl_m=30.0)
        if one["site_id"] == "d"
        else one
        for one in SITES
    ],
    "renamed": [{**one, "site_id": "zz"} if one["site_id"] == "a" else one for one in SITES],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_list_gives_what_a_run_from_nothing_gives(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_of(assess(*province(SITES)))
    fresh = assess(*province(CHANGES[change]))
    asked = asked_for(monkeypatch)
    same(assess(*province(CHANGES[change]), kept=kept), fresh)
    cells = len(fresh.area.sites)
    if change == "renamed":  # the twins have changed places: all again
        return
    # Fewer cells, or only the points that lost their server.
    assert sum(cells_ * points for cells_, points in asked) < cells * fresh.area.commune.size


def test_drawn_lists_one_after_the_other_stay_equal() -> None:
    draw = random.Random(5)
    pool = [
        build.site(
            draw.choice(["Viettel", "VNPT"]),
            f"s{at}",
            build.at(draw.randrange(-9_000, 9_000), draw.randrange(-9_000, 9_000)),
            draw.choice(["4G", "5G"]),
            frequency_mhz=draw.choice([900.0, 1800.0]),
        )
        for at in range(14)
    ]
    kept = None
    for _ in range(6):
        some = draw.sample(pool, draw.randrange(1, 12))
        found = assess(*province(some, "hata"), kept=kept)
        same(found, assess(*province(some, "hata")))
        kept = kept_of(found)


@pytest.mark.parametrize(
    "other", [{"cell_m": 1500}, {"profile_m": 200}, {"max_range_m": 5000}, {"indoors": True}]
)
def test_another_world_computes_all_again(
    other: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_of(assess(*province(SITES)))
    asked = asked_for(monkeypatch)
    found = assess(*province(SITES, **other), kept=kept)
    assert asked == [(len(found.area.sites), found.area.commune.size)]
    same(found, assess(*province(SITES, **other)))


def test_other_ground_computes_all_again(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, scenario = province(SITES)
    kept = kept_of(assess(inputs, scenario))
    ground = RELIEF.ground_m.copy()
    ground[3, 3] += 1.0
    asked = asked_for(monkeypatch)
    assess(replace(inputs, relief=replace(RELIEF, ground_m=ground)), scenario, kept=kept)
    assert len(asked) == 1


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    found = assess(*province(SITES))
    (tmp_path / "state").mkdir()
    write_kept_levels(found.area, tmp_path / "state")
    kept = read_kept_levels(tmp_path, "state")
    assert kept is not None
    expected = kept_of(found)
    assert kept.origin == expected.origin
    assert kept.best.keys() == expected.best.keys()
    for key, (margin, server) in expected.best.items():
        assert np.array_equal(kept.best[key][0], margin, equal_nan=True)
        assert np.array_equal(kept.best[key][1], server)


def test_what_other_code_wrote_or_what_is_broken_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").mkdir()
    assert read_kept_levels(tmp_path, "state") is None
    write_kept_levels(assess(*province(SITES, "hata")).area, tmp_path / "state")
    assert read_kept_levels(tmp_path, "state") is not None
    with monkeypatch.context() as patched:
        patched.setattr(settings, "code_state", lambda: "other")
        assert read_kept_levels(tmp_path, "state") is None
    path = tmp_path / "state" / FILE
    whole = path.read_bytes()
    for broken in (b"", whole[:200], whole[: len(whole) // 2], b"PK" + whole[5:]):
        path.write_bytes(broken)
        assert read_kept_levels(tmp_path, "state") is None


def test_a_run_by_radius_keeps_none(tmp_path: Path) -> None:
    found = assess(*province(SITES, "radius"))
    write_kept_levels(found.area, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_too_many_levels_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoplan.report.kept_levels.MOST_VALUES", 10)
    write_kept_levels(assess(*province(SITES, "hata")).area, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_cell_has_a_name_of_its_own() -> None:
    origin = assess(*province(SITES, "hata")).area.origin
    assert origin is not None
    assert len(set(origin.cells)) == len(SITES)
